"""Does what a page of the guide tells its readers to do, in a clean folder, in the page's order.

    python3 guide.py TEARLINE PAGE

TEARLINE is the program, PAGE a Markdown file. Of its blocks of code count:

sh            Each command is run; all must succeed.
console       `$ ` begins a command; below it stands what it prints, on both streams. `…` in a line is
              any text, a line of it alone any lines; `[1]` at the end is the exit status. A block
              without prints asks for none.
LANG PATH     The text is written to PATH, which may have a `*` that stands for one file; with `+`
              behind the path it is added to the file.

All others are for reading. `tearline serve` is left running until it has said what the page shows (in
`sh`: where it is), the address that it names has answered, and is then ended as Ctrl-C does. Two
things are not done as they stand: `cargo run` and `cargo install` of this repository take the program that is
built already, and `cargo test` is a step of its own; and ATT&CK, which readers fetch from elsewhere, is
a small extract with its notice.

Exits with 1 at the first thing that is not as the page says, which is named with its line.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\S*)(?: +(\S+))?( \+)?\n(.*?)^```$", re.M | re.S)
LIMIT = 60  # seconds for one command; none is expected to take ten
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")

# © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The
# MITRE Corporation.
ATTACK = [
    ("x-mitre-matrix", "enterprise-attack", "Enterprise ATT&CK", {"tactic_refs": ["x-mitre-tactic--ffd5bcee-6e16-4dd2-8eca-7b3beedf33ca"]}),
    ("x-mitre-tactic", "TA0001", "Initial Access", {"x_mitre_shortname": "initial-access"}),
    ("attack-pattern", "T1566", "Phishing", {"kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}]}),
    ("attack-pattern", "T1566.001", "Spearphishing Attachment", {"x_mitre_is_subtechnique": True, "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}]}),
]
ATTACK_IDS = {
    "enterprise-attack": "x-mitre-matrix--eafc1b4c-5e56-4965-bd4e-66a6a89c88cc",
    "TA0001": "x-mitre-tactic--ffd5bcee-6e16-4dd2-8eca-7b3beedf33ca",
    "T1566": "attack-pattern--a62a8db3-f23a-4d8f-afd6-9dbc77e7813b",
    "T1566.001": "attack-pattern--2e34237d-8574-43f6-aace-ae2915de8597",
}


def attack(file):
    objects = [
        {
            "type": kind, "id": ATTACK_IDS[code], "spec_version": "2.1", "name": name,
            "created": "2020-03-02T18:45:07.892Z", "modified": "2025-10-24T17:48:59.000Z",
            "x_mitre_domains": ["enterprise-attack"],
            "external_references": [{"source_name": "mitre-attack", "external_id": code, "url": f"https://attack.mitre.org/{code}"}],
            **more,
        }
        for kind, code, name, more in ATTACK
    ]
    bundle = {"type": "bundle", "id": "bundle--0b1b1b5e-6b26-4b0d-9d52-0d1c3b4f5a60", "objects": objects}
    file.write_text(json.dumps(bundle), encoding="utf-8")


CARGO = """#!/bin/sh
case "$*" in
"run --release --locked -- "*) shift 4; exec tearline "$@";;
"install --locked --path ." | "test --locked") ;;
*) echo "guide.py does not know: cargo $*" >&2; exit 1;;
esac
"""


def stand_ins(folder, tearline):
    """Programs of the page's readers, and the file that they have fetched."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "tearline").symlink_to(tearline)
    (programs / "cargo").write_text(CARGO, encoding="utf-8")
    (programs / "cargo").chmod(0o755)
    attack(folder / "enterprise-attack.json")
    # Neither the settings of whoever runs this nor their language.
    return {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8"}


class Reader:
    """Who follows the page: where they are, and what they have."""

    def __init__(self, page, folder, environment):
        self.page, self.folder, self.environment = page, folder, environment
        self.line, self.commands = 0, 0

    def fail(self, what):
        sys.exit(f"{self.page}:{self.line}: {what}")

    def write(self, path, text, add):
        files = sorted(self.folder.glob(path)) if "*" in path else [self.folder / path]
        if len(files) != 1:
            self.fail(f"{path} is {len(files)} files")
        if add:
            text = files[0].read_text(encoding="utf-8") + "\n" + text
        files[0].write_text(text, encoding="utf-8")

    def run(self, command, shown):
        """`shown` is what must be printed; nothing asks only that the command succeeds."""
        self.commands += 1
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve(strict=True)
            return
        if words[-1] == "serve" or words[:2] == ["tearline", "serve"]:
            said, status = self.serve(command, shown or ["Preview at …"]), 0
        else:
            try:
                done = subprocess.run(
                    ["bash", "-c", command], cwd=self.folder, env=self.environment, text=True, timeout=LIMIT,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            except subprocess.TimeoutExpired:
                self.fail(f"`{command}` does not end")
            said, status = done.stdout, done.returncode
        expected = 0
        if shown and re.fullmatch(r"\[\d+\]", shown[-1]):
            expected = int(shown[-1][1:-1])
            shown = shown[:-1]
        if status != expected:
            self.fail(f"`{command}` ends with {status}, not {expected}:\n{said}")
        if shown is not None and not matches(shown, said):
            self.fail(f"`{command}` prints:\n{said}\nand the page shows:\n" + "\n".join(shown))

    def serve(self, command, shown):
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        signal.alarm(LIMIT)
        try:
            said, address = "", None
            while not matches(shown, said):
                line = server.stdout.readline()
                if not line:
                    self.fail(f"`{command}` ends, having said:\n{said}")
                # Another program may have the port.
                found = ADDRESS.search(line)
                address = found[0] if found else address
                said += ADDRESS.sub("http://127.0.0.1:4747/", line)
            if not address:
                self.fail(f"`{command}` names no address:\n{said}")
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address) as answer:
                if b"<h1" not in answer.read():
                    self.fail(f"{address} shows no page")
        finally:
            signal.alarm(0)
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=LIMIT)
        return said


def matches(shown, said):
    """Whether the text is what the page shows, `…` being anything."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown)
    return re.fullmatch(pattern, said) is not None


def follow(page, tearline):
    text = Path(page).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="tearline-guide.") as folder:
        folder = Path(folder).resolve()
        reader = Reader(page, folder, stand_ins(folder, tearline))
        # The commands of README.md that come before any site are for this repository.
        for name in ("tearline.toml", "content", "data", "templates", "static"):
            source = PROJECT / name
            if page.endswith("README.md") and source.exists():
                (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        for block in FENCE.finditer(text):
            reader.line = text.count("\n", 0, block.start()) + 1
            language, path, add, inside = block.groups()
            lines = inside.splitlines()
            if path:
                reader.write(path, inside, add)
            elif language == "sh":
                for command in lines:
                    reader.line += 1
                    reader.run(command, None)
            elif language == "console":
                starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
                if starts[:1] != [0]:
                    reader.fail("this block does not begin with a command")
                first = reader.line
                for at, end in zip(starts, starts[1:] + [len(lines)]):
                    reader.line = first + at + 1
                    reader.run(lines[at][2:], lines[at + 1:end])
    if not reader.commands:
        sys.exit(f"{page} has no commands")
    print(f"{page}: {reader.commands} commands do what the page says.")


def too_long(*_):
    raise TimeoutError("the preview says less than the page shows")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_long)
    program, *pages = sys.argv[1:]
    if not pages:
        sys.exit("usage: guide.py TEARLINE PAGE…")
    for each in pages:
        follow(each, Path(program).resolve())
