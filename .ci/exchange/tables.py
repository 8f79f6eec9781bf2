"""Reads the tables, the catalogue and the listing of each edition: CSV through Python's reader,
the catalogue against its schema, the checksums as `sha256sum --check` does, and what the lists name
must be there.

    tables.py EDITION...
"""

import csv
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema

COLUMNS = 10


def check_indicators(root):
    rows = 0
    for path in sorted(root.rglob("indicators.csv")):
        if not path.with_suffix(".json").exists():
            continue  # A file of the site's own.
        with path.open(newline="", encoding="utf-8") as file:
            header, *body = csv.reader(file)
        assert len(header) == COLUMNS and header[:2] == ["type", "value"], path
        assert all(len(row) == COLUMNS for row in body), path
        listed = json.loads(path.with_suffix(".json").read_text())["indicators"]
        assert [row[:2] for row in body] == [[row["type"], row["value"]] for row in listed], path
        rows += len(body)
    return rows


def check_catalogue(root):
    folder = root / "exchange"
    schema = json.loads((folder / "catalogue.schema.json").read_text())
    catalogue = json.loads((folder / "catalogue.json").read_text())
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(catalogue)
    base = urlsplit(catalogue["url"]).path
    ids = {row["id"] for row in catalogue["briefs"] + catalogue["entities"]}
    for row in [catalogue, *catalogue["briefs"], *catalogue["entities"]]:
        for file in row["files"]:
            path = urlsplit(file["url"]).path.removeprefix(base)
            assert (root / path).is_file(), path
        for key in ("entities", "supersedes", "parents", "related"):
            if row is not catalogue:
                assert set(row.get(key, [])) <= ids, f"{row['id']}: {key}"
    return len(ids)


def check_listing(root):
    folder = root / "exchange"
    listed = (folder / "index.txt").read_text().splitlines()
    with (folder / "changes.csv").open(newline="") as file:
        changes = list(csv.reader(file))
    assert all(line.startswith('"') for line in (folder / "changes.csv").read_text().splitlines())
    assert sorted(path for path, _ in changes) == sorted(listed)
    times = [datetime.fromisoformat(time) for _, time in changes]
    assert times == sorted(times, reverse=True)
    for path in listed:
        document = folder / path
        assert document.is_file(), path
        subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", f"{document.name}.sha256"],
            cwd=document.parent,
            check=True,
        )
    assert len(list(root.rglob("*.sha256"))) == len(listed)
    return len(listed)


for edition in sys.argv[1:]:
    root = Path(edition)
    print(
        f"{edition}: {check_indicators(root)} rows of indicators, "
        f"{check_catalogue(root)} entries in the catalogue, {check_listing(root)} documents"
    )
