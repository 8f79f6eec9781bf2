"""Reads the MISP feed of each edition as MISP reads one: from a server on loopback, the manifest
first, then every event, which PyMISP has to load; the manifest must say what the events say, and
hashes.csv must be what PyMISP works out of them.

    misp.py EDITION...
"""

import functools
import hashlib
import http.server
import json
import sys
import threading
import urllib.request
from pathlib import Path

import pymisp

DESCRIBED = json.loads(
    (Path(pymisp.__file__).parent / "data" / "describeTypes.json").read_text()
)["result"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def fetch(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def check_attribute(attribute, where):
    types = DESCRIBED["category_type_mappings"]
    assert attribute.type in types[attribute.category], f"{where}: {attribute.type} in {attribute.category}"
    assert attribute.distribution == 5, where


def check_event(data, uuid):
    event = pymisp.MISPEvent()
    event.load(data.decode())
    assert event.uuid == uuid
    assert event.published and event.info
    markings = [tag.name for tag in event.tags if tag.name.startswith("tlp:")]
    assert len(markings) == 1, f"{uuid}: {markings}"
    # A green event is for this community alone, anything above for this organisation.
    shared = {"tlp:clear": 3, "tlp:green": 1}.get(markings[0], 0)
    assert event.distribution == shared, f"{uuid}: {event.distribution}"
    uuids = [attribute.uuid for attribute in event.attributes]
    for attribute in event.attributes:
        check_attribute(attribute, uuid)
    for made in event.objects:
        template = pymisp.MISPObject(made.name, strict=True)
        assert made.template_uuid == template.template_uuid, uuid
        uuids.append(made.uuid)
        for attribute in made.attributes:
            check_attribute(attribute, uuid)
            uuids.append(attribute.uuid)
            known = template._definition["attributes"][attribute.object_relation]
            assert known["misp-attribute"] == attribute.type, uuid
    assert len(uuids) == len(set(uuids)), f"{uuid}: an id stands twice"
    (report,) = event.event_reports
    assert report.content.startswith("# "), uuid
    return event


def check(edition):
    serve = functools.partial(Quiet, directory=edition)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    feed = f"http://127.0.0.1:{server.server_port}/exchange/misp"
    manifest = json.loads(fetch(f"{feed}/manifest.json"))
    hashes, attributes = [], 0
    for uuid, row in manifest.items():
        data = fetch(f"{feed}/{uuid}.json")
        assert row["integrity:sha256"] == hashlib.sha256(data).hexdigest(), uuid
        event = check_event(data, uuid)
        attributes += len(event.attributes)
        own = event.manifest[uuid]
        assert row["info"] == own["info"] and row["date"] == str(own["date"]), uuid
        assert int(row["timestamp"]) == int(own["timestamp"]), uuid
        assert row["Orgc"]["uuid"] == own["Orgc"]["uuid"], uuid
        assert [tag["name"] for tag in row["Tag"]] == [tag.name for tag in event.tags], uuid
        hashes += [f"{value},{uuid}" for value in event.attributes_hashes("md5")]
    listed = fetch(f"{feed}/hashes.csv").decode().splitlines()
    assert sorted(listed) == sorted(hashes), f"{edition}: hashes.csv"
    there = {path.stem for path in Path(edition, "exchange/misp").glob("*-*.json")}
    assert there == set(manifest), f"{edition}: events that the manifest does not name"
    server.shutdown()
    print(f"{edition}: {len(manifest)} events, {attributes} attributes, {len(listed)} hashes")


for folder in sys.argv[1:]:
    check(folder)
