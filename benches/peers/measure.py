#!/usr/bin/env python3
"""Runs Tearline and its peers in turns over the same briefs and compares what they cost and make.

    measure.py --work DIR --tearline PROGRAM --hugo PROGRAM [--zola PROGRAM]
               [--rounds N] [--highlight] [--related]

In: DIR/site, a site of generate.rs, and DIR/peers, what convert.py made of it. Out: the output of
each run as a folder of its own in DIR, none deleted, since creating files right after a deletion is
much dearer on ext4; and tables on standard output: files and bytes by kind of page, then medians
and the ratios of medians and of the fastest runs. `run.sh` prepares all of it and clears up.
"""

import argparse
import collections
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

# Files or bytes of a kind that differ by more than this are pointed out.
COMPARABLE = 1.5

TERM = r"(actors|regions|sectors|techniques|tags)"
# The first that matches.
KINDS = [
    ("briefs", r"briefs/(?!page/)[^/]+/index\.html"),
    ("list of briefs, all pages", r"briefs/(page/\d+/)?index\.html"),
    ("redirects to first pages", r".*page/1/index\.html"),
    ("actors, regions and so on, first page", TERM + r"/[^/]+/index\.html"),
    ("the same, further pages", TERM + r"/[^/]+/page/\d+/index\.html"),
    ("their indexes", TERM + r"/index\.html"),
    ("home, 404", r"(index|404)\.html"),
    ("Atom feeds", r".*atom\.xml"),
    ("JSON feeds", r".*feed\.json"),
    ("sitemap, robots.txt", r"(sitemap\.xml|robots\.txt)"),
    ("comparisons of actors", r"actors/[^/]+/compare/.*"),
    ("landscape, markings", r"(landscape|markings)/.*"),
    ("assets and the rest", r".*"),
]

Contender = collections.namedtuple("Contender", "name folder command environment")
Run = collections.namedtuple("Run", "wall cpu peak")


def contenders(options, reference):
    """Who takes part; in commands, OUT stands for the folder that a run writes."""
    peers = options.work / "peers"
    hugo = {
        "HUGO_CACHEDIR": str(options.work / "hugo-cache"),
        "HUGO_MARKUP_HIGHLIGHT_CODEFENCES": str(options.highlight).lower(),
        "HUGO_PARAMS_RELATED": str(options.related).lower(),
    }
    yield Contender(
        "Tearline", options.work / "site", [options.tearline, "build", "--output", "OUT"], {}
    )
    yield Contender(
        "Hugo",
        peers / "hugo",
        [options.hugo, "build", "--quiet", "--noBuildLock", "--destination", "OUT"],
        hugo,
    )
    if options.zola:
        yield Contender("Zola", peers / "zola", [options.zola, "build", "--output-dir", "OUT"], {})
    # What it costs to write so many files at all.
    yield Contender("copy of Tearline's output", options.work, ["cp", "-r", reference, "OUT"], {})


def run(contender, out):
    command = [out if word == "OUT" else word for word in contender.command]
    # So that nobody waits for what the one before left to be written.
    os.sync()
    log = out.with_suffix(".log")
    with open(log, "wb") as to:
        begin = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=contender.folder,
            env=os.environ | contender.environment,
            stdout=to,
            stderr=to,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.stderr.write(log.read_text(errors="replace")[-4000:])
        sys.exit(f"{contender.name} failed with {child.returncode}")
    # Kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
    return Run(wall, usage.ru_utime + usage.ru_stime, peak)


def inventory(tree):
    """Files and bytes by kind."""
    patterns = [(name, re.compile(pattern)) for name, pattern in KINDS]
    kinds = collections.defaultdict(lambda: [0, 0])
    for path in tree.rglob("*"):
        if path.is_file():
            where = path.relative_to(tree).as_posix()
            name = next(name for name, pattern in patterns if pattern.fullmatch(where))
            kinds[name][0] += 1
            kinds[name][1] += path.stat().st_size
    return kinds


def print_table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def print_inventory(trees):
    inventories = {name: inventory(tree) for name, tree in trees.items()}
    ours = inventories["Tearline"]
    rows = []
    for kind, _ in KINDS:
        row, remarks = [kind], []
        for name, found in inventories.items():
            files, size = found[kind]
            row.append(f"{files:,}: {size / 2**20:.2f}" if files else "")
            if name != "Tearline" and (files or ours[kind][0]):
                counts = apart(files, ours[kind][0])
                sizes = apart(size, ours[kind][1])
                if counts > COMPARABLE:
                    remarks.append(f"{name}: files")
                elif sizes > COMPARABLE:
                    remarks.append(f"{name}: bytes × {sizes:.1f}")
        if any(row[1:]):
            rows.append([*row, ", ".join(remarks)])
    total = [[sum(of) for of in zip(*found.values())] for found in inventories.values()]
    rows.append(["all", *(f"{files:,}: {size / 2**20:.2f}" for files, size in total), ""])
    print(f"Files and MiB by kind; the last column: further apart than {COMPARABLE} times.\n")
    print_table(["kind", *inventories, "differs"], rows)


def apart(one, other):
    return max(one, other) / min(one, other) if min(one, other) else float("inf")


def print_costs(runs):
    rows, median, fastest = [], {}, {}
    for name, measured in runs.items():
        median[name] = Run(*(statistics.median(values) for values in zip(*measured)))
        # What other work of the machine disturbed least.
        fastest[name] = min(one.wall for one in measured)
        walls = ", ".join(f"{one.wall:.2f}" for one in measured)
        rows.append([name, *amounts(median[name]), walls])
    print_table(["medians", "wall, s", "CPU, s", "peak, MiB", "every wall time"], rows)
    rows = []
    for name, theirs in list(median.items())[1:]:
        ratios = [one / other for one, other in zip(median["Tearline"], theirs)]
        ratios.append(fastest["Tearline"] / fastest[name])
        rows.append([f"Tearline / {name}", *(f"{ratio:.2f}" for ratio in ratios)])
    print_table(["ratios", "wall", "CPU", "peak", "wall, fastest of each"], rows)


def amounts(cost):
    return [f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--tearline", required=True)
    parser.add_argument("--hugo", required=True)
    parser.add_argument("--zola")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--highlight", action="store_true")
    parser.add_argument("--related", action="store_true")
    options = parser.parse_args()

    reference = options.work / "out-0-Tearline"
    parts = list(contenders(options, reference))
    # Not measured: brings programs and sources into the page cache, and makes what is compared
    # and copied.
    trees = {}
    for part in parts[:-1]:
        trees[part.name] = options.work / f"out-0-{part.name}"
        run(part, trees[part.name])
    print_inventory(trees)

    runs = {part.name: [] for part in parts}
    for turn in range(1, options.rounds + 1):
        # Each goes first in its turn.
        first = turn % len(parts)
        for part in parts[first:] + parts[:first]:
            out = options.work / f"out-{turn}-{part.name.split()[0]}"
            runs[part.name].append(run(part, out))
    print_costs(runs)


if __name__ == "__main__":
    main()
