"""Imports the public edition's STIX bundle into an empty site with the same settings and techniques,
publishes the drafts, and builds again: the same objects under the same ids, to the byte.

    round_trip.py TEARLINE SITE BUNDLE WORK
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path


def objects(bundle):
    return {item["id"]: item for item in json.loads(bundle.read_text())["objects"]}


def main(tearline, site, bundle, work):
    tearline = Path(tearline).resolve()
    site, work = Path(site), Path(work)
    (work / "data").mkdir(parents=True)
    (work / "content").mkdir()
    shutil.copy(site / "tearline.toml", work)
    for table in (site / "data").glob("attack*"):
        shutil.copy(table, work / "data")

    def run(*arguments):
        subprocess.run([tearline, "--root", work, *arguments], check=True)

    run("import", "stix", Path(bundle).resolve())
    for draft in work.glob("content/briefs/*.md"):
        text = draft.read_text()
        draft.write_text(text.replace("draft: true\n", "", 1))
    output = work / "output"
    run("build", "--edition", "public", "--as-of", "2026-01-01", "--output", output)
    before = objects(Path(bundle))
    after = objects(output / "public/exchange/stix/bundle.json")
    differ = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    for key in sorted(differ)[:20]:
        print(key, before.get(key), after.get(key), sep="\n  ", file=sys.stderr)
    print(f"{len(before)} objects out, {len(after)} again, {len(differ)} differ")
    return bool(differ)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
