"""Reads every Atom feed of each edition as a feed reader does, and holds every JSON Feed to what
version 1.1 of that format requires (the reader has no parser for it).

    feeds.py EDITION...
"""

import json
import sys
from pathlib import Path

import feedparser
import jsonschema

URL = {"type": "string", "format": "uri"}
TEXT = {"type": "string", "minLength": 1}
JSON_FEED = jsonschema.Draft202012Validator(
    {
        "type": "object",
        "required": ["version", "title", "items"],
        "properties": {
            "version": {"const": "https://jsonfeed.org/version/1.1"},
            "title": TEXT,
            "home_page_url": URL,
            "feed_url": URL,
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                    "properties": {
                        "id": TEXT,
                        "url": URL,
                        "content_text": TEXT,
                        "date_published": {"type": "string", "format": "date-time"},
                        "date_modified": {"type": "string", "format": "date-time"},
                        "authors": {"type": "array", "items": {"required": ["name"]}},
                        "tags": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    },
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)


def check_atom(path):
    feed = feedparser.parse(path.read_bytes())
    assert not feed.bozo, f"{path}: {feed.get('bozo_exception')}"
    assert feed.version == "atom10", f"{path}: {feed.version}"
    for entry in feed.entries:
        assert entry.id and entry.link and entry.title and entry.updated_parsed, path
    return [entry.id for entry in feed.entries]


def check_json(path):
    feed = json.loads(path.read_text())
    JSON_FEED.validate(feed)
    return [item["id"] for item in feed["items"]]


for edition in sys.argv[1:]:
    count = 0
    for path in sorted(Path(edition).rglob("atom.xml")):
        # Both feeds of a list have the same entries.
        assert check_atom(path) == check_json(path.with_name("feed.json")), path
        count += 1
    assert count, edition
    print(f"{edition}: {count} Atom feeds, {count} JSON Feeds")
