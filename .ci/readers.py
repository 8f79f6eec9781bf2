#!/usr/bin/env python3
"""The text that trafilatura takes out of pages.

Reads a JSON list of pages, each an HTML text, from standard input and writes the list of their texts, each as
plain text with its tables. `readers.mjs` says what must be in them.
"""

import json
import sys

import trafilatura

pages = json.load(sys.stdin)
texts = [trafilatura.extract(page, include_tables=True) or "" for page in pages]
json.dump(texts, sys.stdout)
print(f"trafilatura {trafilatura.__version__}", file=sys.stderr)
