"""Loads every Navigator layer of each edition with MITRE's own classes.

    navigator.py EDITION...
"""

import json
import sys
from pathlib import Path

from mitreattack.navlayers import Layer

REQUIRED = {"name", "versions", "domain", "techniques", "gradient", "legendItems"}

for edition in sys.argv[1:]:
    count = 0
    for path in sorted(Path(edition).rglob("layer*.json")):
        raw = json.loads(path.read_text())
        assert REQUIRED <= raw.keys(), path
        assert raw["versions"]["layer"] == "4.5", path
        layer = Layer(strict=True)
        layer.from_file(str(path))
        techniques = layer.layer.techniques
        assert techniques and len(techniques) == len(raw["techniques"]), path
        ids = {technique.techniqueID for technique in techniques}
        assert len(ids) == len(techniques), f"{path}: a technique stands twice"
        for technique in techniques:
            parent, _, below = technique.techniqueID.partition(".")
            shown = {row["techniqueID"]: row for row in raw["techniques"]}
            if below and parent in ids:
                assert shown[parent].get("showSubtechniques"), f"{path}: {parent}"
            score = technique.score
            assert score is None or 0 <= score <= raw["gradient"]["maxValue"], path
        count += 1
    print(f"{edition}: {count} layers")
