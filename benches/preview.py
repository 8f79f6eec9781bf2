#!/usr/bin/env python3
"""How soon the preview serves what was saved.

    preview.py SITE [--tearline PROGRAM] [--rounds N]

In: a site, of which one brief after the other gets a sentence and loses it again. Out: the
milliseconds from saving the file until the page with the sentence is served, median, and worst,
for a change of the body and for one of the front matter. The page is asked for again and again, as
a browser that reloads does, so a figure is at most one answer too high.
"""

import argparse
import http.client
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

PATIENCE = 60


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=pathlib.Path)
    parser.add_argument("--tearline", default="tearline")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    briefs = sorted((options.site / "content" / "briefs").rglob("*.md"))
    if not briefs:
        sys.exit("the site has no briefs")

    begin = time.perf_counter()
    # Absolute: the preview runs in the site's folder.
    program = os.path.abspath(shutil.which(options.tearline) or options.tearline)
    command = [program, "serve", "--port", "0"]
    preview = subprocess.Popen(
        command, cwd=options.site, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        address = None
        for line in preview.stderr:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            if found:
                address = ("127.0.0.1", int(found.group(1)))
                break
        if address is None:
            sys.exit("the preview did not start")
        # What it says must be read, or it waits for a reader.
        threading.Thread(target=preview.stderr.read, daemon=True).start()
        get(address, "/")
        print(f"{len(briefs)} briefs; the first page after {time.perf_counter() - begin:.2f} s")
        for what, change in (("body", in_body), ("title", in_title)):
            times = [
                measure(address, briefs[at * 7919 % len(briefs)], change, f"zq{what}{at}qz")
                for at in range(options.rounds)
            ]
            print(
                f"a change of the {what}: median {statistics.median(times):.0f} ms, "
                f"worst of {len(times)} {max(times):.0f} ms"
            )
    finally:
        preview.terminate()
        preview.wait()


def in_body(text, word):
    return f"{text}\n\nA sentence with {word} in it.\n"


def in_title(text, word):
    return re.sub(r"(?m)^title: (.*)$", rf"title: \1 {word}", text, count=1)


def measure(address, brief, change, word):
    """Milliseconds from saving a change until it is served; the file is as before afterwards."""
    before = brief.read_text()
    slug = re.sub(r"^\d{4}-\d\d-\d\d-", "", brief.stem)
    path = f"/briefs/{slug}/"
    get(address, path)
    brief.write_text(change(before, word))
    begin = time.perf_counter()
    took = until(address, path, word, True, begin)
    brief.write_text(before)
    until(address, path, word, False, time.perf_counter())
    return took * 1000


def until(address, path, word, there, begin):
    while (word in get(address, path)) is not there:
        if time.perf_counter() - begin > PATIENCE:
            sys.exit(f"{path} does not show what was saved")
    return time.perf_counter() - begin


def get(address, path):
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
