#!/usr/bin/env bash
# trafilatura drops a list of short sentences that each cite two sources by links, and keeps the same sentences as
# paragraphs of sections.
#
# Versions:  trafilatura 2.3.1, on Python 3.
# Expected:  a list of judgments is text of the article. It has two sentences, each with two links that are numbers in
#            brackets.
# Seen:      the list is gone without a trace and the heading above it stays, so that the next section reads as if it
#            were what the heading announces. The same words in sections are kept.
# Why:       a list shorter than 300 letters whose links are nearly all shorter than ten is taken for navigation. Key
#            judgments with their sources look just like that, so whoever collects briefings with trafilatura (many
#            corpora and feeds do) loses the judgments of the short ones, and only of these.
#
# Needs python3 with venv, and the package index. Exits with 0 as long as this is so, with 1 when it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check trafilatura==2.3.1 lxml_html_clean==0.4.6

cat >"$work/look.py" <<'PYTHON'
import sys

import trafilatura

JUDGMENTS = [
    "The group will likely turn from the staff of ports to their pilots before the year ends.",
    "It is unlikely that the group knows which of the ports take part in the exercise.",
]
PAGE = """<!DOCTYPE html><html lang="en"><head><title>A briefing</title></head><body><article><h1>A briefing</h1>
<p>A group writes to the staff of ports through a professional network and offers them a post abroad.</p>
<section><h2>Key judgments</h2>{judgments}</section>
<h2>What happened</h2>
<p>The recruiter asks for a test of skills. The test is an archive that holds a program which loads others.</p>
<p>Of 48 persons who were approached in October, six opened the archive, and two told a colleague of it.</p>
<h2>Sources</h2><ol><li id="s1">A report of a vendor, October</li><li id="s2">A log of a hotline, November</li></ol>
</article></body></html>"""
CITED = '{}<sup><a href="#s1">[1]</a></sup><sup><a href="#s2">[2]</a></sup>'


def kept(around, item):
    items = "".join(item.format(CITED.format(text)) for text in JUDGMENTS)
    text = trafilatura.extract(PAGE.format(judgments=around.format(items))) or ""
    assert "Key judgments" in text and "What happened" in text, text
    return [judgment in text for judgment in JUDGMENTS]


as_list = kept("<ol>{}</ol>", "<li>{}</li>")
as_sections = kept("{}", "<section><p>{}</p></section>")
print(f"trafilatura {trafilatura.__version__}: in a list {as_list}, in sections {as_sections}")
sys.exit(0 if not any(as_list) and all(as_sections) else 1)
PYTHON
if "$work/python/bin/python" "$work/look.py"; then
    echo "As described: the list is dropped, the sections are kept."
else
    echo "This has changed."
    exit 1
fi
