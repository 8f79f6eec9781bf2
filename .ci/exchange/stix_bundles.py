"""Every STIX bundle of a built site, as the programs of others see it.

    stix_bundles.py EDITION…

Each argument is the folder of one edition, with the file of every kind of indicator in one of them.

1. OASIS' validator finds no error (103, that ids of objects be random, aside: ours are derived)
2. python-stix2 reads every bundle, and makes the same ids of its observables
3. the markings are those that OASIS and the specification publish, and every object carries one
4. references lead to objects of the bundle
5. every pattern parses, matches what its indicator is based on, and nothing else
6. one id with one `modified` has one content, in all editions together
7. misp-stix makes of every bundle with indicators a MISP event that has their values.
"""

import json
import pathlib
import sys

import stix2
from misp_stix_converter import ExternalSTIX2toMISPParser
from stix2matcher.matcher import match
from stix2patterns.validator import run_validator
from stix2validator import ValidationOptions, validate_string

EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_2 = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# Refers to the identity of OASIS, which they do not publish as an object.
ELSEWHERE = {"identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01"}
OBSERVABLES = {
    "autonomous-system", "directory", "domain-name", "email-addr", "file", "ipv4-addr", "ipv6-addr",
    "mac-addr", "mutex", "url", "windows-registry-key", "x509-certificate",
}

problems = []


def complain(path, text):
    problems.append(f"{path}: {text}")


def marking(level):
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{TLP_2[level]}",
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{level.upper()}",
        "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
    }


PUBLISHED = {marking(level)["id"]: marking(level) for level in TLP_2}


def check_valid(path, text):
    result = validate_string(text, ValidationOptions(version="2.1", disabled="103"))
    for error in result.errors or []:
        complain(path, f"validator: {error}")
    if not result.is_valid:
        complain(path, "the validator does not take it")


def check_markings(path, objects):
    for thing in objects.values():
        if thing["type"] == "marking-definition":
            if PUBLISHED.get(thing["id"]) != thing:
                complain(path, f"{thing['id']} is not the published definition")
        elif thing["type"] != "extension-definition":
            refs = thing.get("object_marking_refs", [])
            if not refs or any(ref not in objects for ref in refs):
                complain(path, f"{thing['id']} has no marking in the bundle")


def references(value, key=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from references(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, key)
    elif key.endswith(("_ref", "_refs")):
        yield value


def check_references(path, objects):
    for thing in objects.values():
        for reference in references(thing):
            if reference not in objects and reference not in ELSEWHERE:
                complain(path, f"{thing['id']} refers to {reference}, which is not there")


def check_observable_ids(path, objects):
    for thing in objects.values():
        if thing["type"] in OBSERVABLES:
            properties = {key: value for key, value in thing.items() if key != "id"}
            if stix2.parse(properties, version="2.1").id != thing["id"]:
                complain(path, f"{thing['id']} has another id by python-stix2")


def observed(scos):
    return {
        "type": "observed-data",
        "spec_version": "2.1",
        "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
        "created": "2025-01-01T00:00:00.000Z",
        "modified": "2025-01-01T00:00:00.000Z",
        "first_observed": "2025-01-01T00:00:00Z",
        "last_observed": "2025-01-01T00:00:00Z",
        "number_observed": 1,
        "object_refs": [sco["id"] for sco in scos],
    }


def matches(pattern, scos):
    bundle = {
        "type": "bundle",
        "id": "bundle--b67d30ff-02ac-498a-92f9-32f845f448cf",
        "objects": [observed(scos), *scos],
    }
    return bool(match(pattern, [bundle], stix_version="2.1"))


def other(value):
    """The same observable with other values."""
    if isinstance(value, dict):
        return {
            name: inner if name in {"type", "id", "spec_version", "parent_directory_ref"} else other(inner)
            for name, inner in value.items()
        }
    if isinstance(value, int):
        return value + 1
    if "/" in value and value.split("/")[-1].isdigit():
        return "203.0.113.0/30" if "." in value else "2001:db8:ffff::/126"
    return value + "x"


def check_patterns(path, objects):
    patterns = 0
    for thing in objects.values():
        if thing["type"] != "indicator":
            continue
        patterns += 1
        pattern = thing["pattern"]
        for error in run_validator(pattern, stix_version="2.1"):
            complain(path, f"{pattern}: {error}")
        based = [
            objects[link["target_ref"]]
            for link in objects.values()
            if link["type"] == "relationship"
            and link["source_ref"] == thing["id"]
            and link["relationship_type"] == "based-on"
        ]
        # The matcher of OASIS knows no ranges of IPv6, which the specification has (section 9.6.1).
        if not based or pattern.startswith("[ipv6-addr:value ISSUBSET"):
            continue
        scos = []
        for sco in [*based, *(objects[ref] for one in based for ref in references(one) if ref in objects)]:
            if sco["type"] in OBSERVABLES:
                scos.append({key: value for key, value in sco.items() if key != "object_marking_refs"})
        if not matches(pattern, scos):
            complain(path, f"{pattern} does not match {scos}")
        if matches(pattern, [other(sco) for sco in scos]):
            complain(path, f"{pattern} matches something else")
    return patterns


def check_misp(path, text, objects):
    indicators = [thing for thing in objects.values() if thing["type"] == "indicator"]
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(stix2.parse(text, allow_custom=True, version="2.1"))
    parser.parse_stix_bundle()
    events = parser.misp_events
    values = set()
    for event in events if isinstance(events, list) else [events]:
        of_objects = [attribute for thing in event.objects for attribute in thing.attributes]
        values.update(str(attribute.value) for attribute in [*event.attributes, *of_objects])
    lost = 0
    for indicator in indicators:
        name = indicator["name"]
        # MISP has a path in its two parts, a TLSH without its version, and what it cannot take apart
        # as a pattern.
        parts = {name, name.removeprefix("T1"), name.rstrip("/"), indicator["pattern"]}
        if "directory_ref" in indicator["pattern"]:
            parts.add(name.replace("\\", "/").rsplit("/", 1)[-1])
        # The number alone is what misp-stix reads of a system, and drops in this version.
        is_system = indicator["pattern"].startswith("[autonomous-system:")
        if not parts & values and not is_system:
            complain(path, f"misp-stix loses {name}")
            lost += 1
    return len(indicators) - lost


def main(folders):
    contents = {}
    bundles = patterns = converted = 0
    for folder in map(pathlib.Path, folders):
        paths = sorted([*folder.rglob("*.stix.json"), *folder.glob("exchange/stix/bundle.json")])
        if not paths:
            complain(folder, "has no bundle")
        for path in paths:
            text = path.read_text(encoding="utf-8")
            things = json.loads(text)["objects"]
            objects = {thing["id"]: thing for thing in things}
            if len(objects) != len(things):
                complain(path, "has two objects of one id")
            for thing in things:
                key = (thing["id"], thing.get("modified"))
                if contents.setdefault(key, thing) != thing:
                    complain(path, f"{key} has two contents")
            bundles += 1
            check_valid(path, text)
            stix2.parse(text, version="2.1", allow_custom=True)
            check_markings(path, objects)
            check_references(path, objects)
            if path.name == "brief.stix.json":
                check_observable_ids(path, objects)
                patterns += (found := check_patterns(path, objects))
                if found:
                    converted += check_misp(path, text, objects)
    for problem in problems[:50]:
        print(problem)
    print(
        f"{bundles} bundles, {patterns} patterns, {converted} values through misp-stix,"
        f" {len(contents)} versions of objects; {len(problems)} problems."
    )
    if not patterns:
        print("no pattern was seen")
    return 1 if problems or not patterns else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
