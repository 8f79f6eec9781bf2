#!/usr/bin/env python3
"""Turns what others publish into Tearline sites, to try the program on real input.

    corpus.py --bundle enterprise-attack.json[.xz] [--all] --out DIR     the ATT&CK STIX bundle
    corpus.py --misp threat-actor.json[.xz] --out DIR                    the MISP threat-actor galaxy

From ATT&CK: a profile for each intrusion set, a brief for each campaign, the technique table.
From MISP: a profile for each actor. Revoked and deprecated objects are left out, but for the table,
which marks them, and the intrusion sets with `--all`.

A name that two profiles share stays with the first (names before aliases, then by id); the others
have it as an alias of `relation: suspected`, which never resolves.

Scratch: the output is for trying and measuring, not for publication. ATT&CK is MITRE's; its notice
is written into the table and onto a page.
"""

import argparse
import datetime
import json
import lzma
import pathlib
import re
import sys
import unicodedata

PERMISSION = (
    "MITRE hereby grants you a non-exclusive, royalty-free license to use ATT&CK for research, "
    "development, and commercial purposes. Any copy you make for such purposes is authorized "
    "provided that you reproduce MITRE's copyright designation and this license in any such copy. "
    "This work is reproduced and distributed with the permission of The MITRE Corporation."
)
SOFTWARE = ("malware", "tool")
MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}


# Names


def fold(name):
    """The form in which names are compared: no case, no punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def slug(name, taken):
    """A file's stem for a name, never one of `taken`, and from now on one of them."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:80].strip("-") or "x"
    unique, count = stem, 2
    while unique in taken:
        unique, count = f"{stem}-{count}", count + 1
    taken.add(unique)
    return unique


class Names:
    """Who owns a name. Claim all names of profiles first, their aliases after."""

    def __init__(self):
        self.owners = {}

    def claim(self, name, owner):
        """Whether the name is the owner's from now on."""
        return self.owners.setdefault(fold(name), owner) == owner

    def aliases(self, owner, name, aliases):
        """The aliases as front matter: plain, or suspected where another owns them."""
        listed, seen = [], {fold(name), ""}
        for alias in map(text, aliases):
            if fold(alias) in seen:
                continue
            seen.add(fold(alias))
            if self.claim(alias, owner):
                listed.append(alias)
            else:
                listed.append({"name": alias, "relation": "suspected"})
        return listed


# Text


def text(value):
    """One line without control characters."""
    value = "".join(c if unicodedata.category(c) not in ("Cc", "Zl", "Zp") else " " for c in str(value))
    return " ".join(value.split())


def without_citations(markdown):
    return re.sub(r"[ \t]*\(Citation: [^()]*(?:\([^()]*\)[^()]*)*\)", "", markdown)


def body(markdown):
    """Prose of others as Markdown: our own forms in it are escaped."""
    lines = [text(line) for line in markdown.replace("\r\n", "\n").split("\n")]
    markdown = "\n".join(lines).strip()
    return markdown.replace("[[", "\\[\\[").replace("[@", "\\[@")


def first_sentence(markdown):
    plain = text(re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", without_citations(markdown)))
    plain = re.sub(r"</?[a-z]+>", "", plain)
    if not plain:
        return None
    # An abbreviation such as U.S. ends in a capital, a sentence in anything else.
    return re.split(r"(?<=[a-z0-9)\]\"'’])\.\s+(?=[A-Z0-9\"\[(])", plain)[0].rstrip(".") + "."


# Front matter


def scalar(value):
    return str(value) if isinstance(value, (bool, int)) else json.dumps(value, ensure_ascii=False)


def flow(value):
    """A value on one line. JSON's strings are YAML's double-quoted ones."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def document(fields, markdown):
    """A content file. Empty fields are left out; lists of tables take a line for each entry."""
    lines = ["---"]
    for key, value in fields.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            lines.append(f"{key}:")
            lines += [f"  - {flow(entry)}" for entry in value]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n---\n\n" + markdown + "\n"


class Site:
    def __init__(self, root, title):
        self.root = pathlib.Path(root)
        if (self.root / "content").exists():
            sys.exit(f"{root}: holds a site already; files of two sites must not mix")
        self.taken = {}
        self.write(
            "tearline.toml",
            f'title = {json.dumps(title)}\nbase_url = "https://briefs.example.org"\n',
        )

    def write(self, path, content):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")

    def add(self, kind, name, fields, markdown, prefix=""):
        stem = slug(name, self.taken.setdefault(kind, set()))
        self.write(f"content/{kind}/{prefix}{stem}.md", document(fields, markdown))


def load(path):
    opener = lzma.open if path.endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


# ATT&CK


def attack_id(thing):
    for reference in thing.get("external_references", []):
        if reference.get("source_name") in ("mitre-attack", "mitre-ics-attack", "mitre-mobile-attack"):
            if "external_id" in reference:
                return reference["external_id"]
    return None


def is_current(thing):
    return not thing.get("revoked") and not thing.get("x_mitre_deprecated")


class Bundle:
    def __init__(self, path):
        bundle = load(path)
        self.things = {thing["id"]: thing for thing in bundle["objects"]}
        # (kind of relationship, source) -> targets
        self.targets = {}
        for thing in self.things.values():
            if thing["type"] == "relationship" and is_current(thing):
                key = (thing["relationship_type"], thing["source_ref"])
                self.targets.setdefault(key, []).append(thing["target_ref"])
        self.version = next(
            (thing["x_mitre_version"] for thing in self.of("x-mitre-collection")),
            (re.findall(r"(\d+\.\d+)", pathlib.Path(path).name) or ["0"])[0],
        )

    def of(self, *kinds):
        """The current objects of these kinds, by ATT&CK id."""
        found = [t for t in self.things.values() if t["type"] in kinds and is_current(t)]
        return sorted(found, key=lambda thing: (attack_id(thing) or "", thing["id"]))

    def related(self, thing, relationship, *kinds):
        targets = [self.things.get(ref) for ref in self.targets.get((relationship, thing["id"]), [])]
        return [t for t in targets if t and t["type"] in kinds and is_current(t)]

    def techniques(self, thing):
        return sorted({attack_id(t) for t in self.related(thing, "uses", "attack-pattern")})

    def software(self, thing):
        return sorted({text(t["name"]) for t in self.related(thing, "uses", *SOFTWARE)}, key=str.casefold)

    def notice(self):
        statements = [
            thing["definition"]["statement"]
            for thing in self.things.values()
            if thing["type"] == "marking-definition" and "statement" in thing.get("definition", {})
        ]
        return " ".join(statements[:1] + [PERMISSION])


def technique_table(bundle):
    matrices = bundle.of("x-mitre-matrix")
    references = [ref for matrix in matrices for ref in matrix.get("tactic_refs", [])]
    tactics = [bundle.things[ref] for ref in dict.fromkeys(references) if ref in bundle.things]
    order = [tactic["x_mitre_shortname"] for tactic in tactics]
    techniques = {}
    # Current objects last: where two have one id, the current one stays.
    patterns = [t for t in bundle.things.values() if t["type"] == "attack-pattern" and attack_id(t)]
    for thing in sorted(patterns, key=lambda thing: (is_current(thing), thing["id"])):
        phases = {phase["phase_name"] for phase in thing.get("kill_chain_phases", [])}
        entry = {
            "id": attack_id(thing),
            "name": text(thing["name"]),
            "tactics": [shortname for shortname in order if shortname in phases],
        }
        if "." in entry["id"]:
            entry["parent"] = entry["id"].split(".")[0]
        successors = [bundle.things.get(r) for r in bundle.targets.get(("revoked-by", thing["id"]), [])]
        successors = [attack_id(successor) for successor in successors if successor]
        if thing.get("revoked") and successors:
            entry["revoked_by"] = successors[0]
        elif not is_current(thing):
            # Revoked without a successor in this bundle counts as deprecated: not to be used.
            entry["deprecated"] = True
        entry["stix_id"] = thing["id"]
        techniques[entry["id"]] = entry
    domain = next((attack_id(matrix) for matrix in matrices), None) or "enterprise-attack"
    return {
        "format": 1,
        "domain": domain,
        "version": bundle.version,
        "notice": bundle.notice(),
        "tactics": [
            {"id": attack_id(tactic), "shortname": tactic["x_mitre_shortname"], "name": tactic["name"]}
            for tactic in tactics
        ],
        "techniques": [techniques[key] for key in sorted(techniques)],
    }


def citation_date(description):
    """`(2022, July 22)`, `(2022, July)` and `(2022)` as far as they go."""
    match = re.search(r"\((\d{4})(?:, ([A-Z][a-z]+)(?: (\d{1,2}))?)?[^()]*\)", description)
    return match and date_of(*match.groups())


def date_of(year, month, day):
    number = MONTHS.get((month or "").lower())
    try:
        if number and day:
            return datetime.date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
    return f"{year}-{number:02}" if number else year


def sources(thing):
    """The references of an object as `sources`, and the id of each by its ATT&CK name."""
    listed, ids, taken = [], {}, set()
    for reference in thing.get("external_references", []):
        name, description = reference["source_name"], reference.get("description", "")
        # Those that only cite another reference explain an alias.
        if reference.get("external_id") or re.fullmatch(r"\s*(\(Citation: .*\)\s*)+", description):
            continue
        parts = re.match(r"\s*(?P<who>.*?)\s*\((?:\d{4}|n\.d\.)[^()]*\)\.?\s*(?P<title>.*?)\s*(?:Retrieved|$)", description)
        accessed = re.search(r"Retrieved (?:on )?([A-Z][a-z]+) (\d{1,2}), (\d{4})", description)
        url = reference.get("url", "")
        source = {
            "id": slug(name, taken),
            "title": text(parts["title"]).rstrip(".") if parts and parts["title"] else text(name),
            "publisher": text(parts["who"]).rstrip(".") if parts else "",
            "url": url if re.fullmatch(r"https?://[^\s<>\"]+", url) else "",
            "date": citation_date(description),
            "accessed": accessed and date_of(accessed[3], accessed[1], accessed[2]),
        }
        ids[name] = source["id"]
        listed.append({key: value for key, value in source.items() if value})
    return listed, ids


def with_citations(markdown, ids):
    """ATT&CK's citations as ours; those without a source are dropped."""

    def cite(match):
        known = ids.get(match[1])
        return f" [@{known}]" if known else ""

    # The bodies escape is done before, since the citations are meant.
    return without_citations(re.sub(r"[ \t]*\(Citation: ([^()]*)\)", cite, markdown))


def convert_attack(bundle, site, every_actor):
    actors, campaigns = bundle.of("intrusion-set"), bundle.of("campaign")
    if every_actor:
        # After the current ones, which so keep the names that both have.
        retired = [t for t in bundle.things.values() if t["type"] == "intrusion-set" and not is_current(t)]
        actors += sorted(retired, key=lambda thing: attack_id(thing) or thing["id"])
    software = bundle.of(*SOFTWARE)
    named = {name for thing in actors + campaigns for name in bundle.software(thing)}
    software = [thing for thing in software if text(thing["name"]) in named]
    names = Names()
    own = {}
    for thing in actors + software + campaigns:
        own[thing["id"]] = text(thing["name"])
        if not names.claim(own[thing["id"]], thing["id"]) and thing["type"] == "intrusion-set":
            own[thing["id"]] += f" ({attack_id(thing)})"
    for thing in actors:
        name = own[thing["id"]]
        fields = {
            "name": name,
            "tlp": "clear",
            "aliases": names.aliases(thing["id"], name, thing.get("aliases", [])),
            "external": {"attack": attack_id(thing)},
            "summary": first_sentence(thing.get("description", "")),
            "techniques": bundle.techniques(thing),
            "software": bundle.software(thing),
        }
        site.add("actors", name, fields, without_citations(body(thing.get("description", ""))))
    # A name alone makes an entity. Only a name that something else has too needs a profile to be
    # told apart by its id.
    profiles = 0
    for thing in software:
        name = text(thing["name"])
        if names.claim(name, thing["id"]):
            continue
        fields = {
            "name": name,
            "tlp": "clear",
            "external": {"attack": attack_id(thing)},
            "summary": first_sentence(thing.get("description", "")),
        }
        site.add("software", name, fields, without_citations(body(thing.get("description", ""))))
        profiles += 1
    for thing in campaigns:
        name = text(thing["name"])
        listed, ids = sources(thing)
        begin, end = thing["first_seen"][:10], thing["last_seen"][:10]
        fields = {
            "title": name,
            "date": end,
            "tlp": "clear",
            "summary": first_sentence(thing.get("description", "")),
            "period": {"from": min(begin, end), "to": end},
            "campaigns": [name],
            "actors": [own[a["id"]] for a in bundle.related(thing, "attributed-to", "intrusion-set")],
            "techniques": bundle.techniques(thing),
            "software": bundle.software(thing),
            "sources": listed,
        }
        markdown = with_citations(body(thing.get("description", "")), ids)
        site.add("briefs", name, fields, markdown, prefix=f"{end}-")
    table = technique_table(bundle)
    site.write("data/attack-enterprise.json", json.dumps(table, ensure_ascii=False, indent=1) + "\n")
    site.add("pages", "About", {"title": "About", "tlp": "clear"}, bundle.notice())
    return (
        f"{len(actors)} actors, {len(campaigns)} briefs, {profiles} software profiles, "
        f"{len(table['techniques'])} techniques"
    )


# MISP


def convert_misp(galaxy, site):
    actors = sorted(galaxy["values"], key=lambda actor: actor["uuid"])
    names = Names()
    own = {}
    for actor in actors:
        name = text(actor["value"])
        if not names.claim(name, actor["uuid"]):
            # Two clusters of one name are two profiles, told apart by what identifies them.
            name = f"{name} ({actor['uuid'][:8]})"
            names.claim(name, actor["uuid"])
        own[actor["uuid"]] = name
    for actor in actors:
        meta, name = actor.get("meta", {}), own[actor["uuid"]]
        country = str(meta.get("country", ""))
        confidence = str(meta.get("attribution-confidence", ""))
        attribution = {}
        if confidence.isdigit() and int(confidence):
            level = "low" if int(confidence) < 30 else "moderate" if int(confidence) < 70 else "high"
            attribution = {"confidence": level}
        description = actor.get("description", "")
        fields = {
            "name": name,
            "tlp": "clear",
            "aliases": names.aliases(actor["uuid"], name, meta.get("synonyms", [])),
            "origin": country if re.fullmatch(r"[A-Z]{2}", country) else None,
            "attribution": attribution,
            "sectors": list(dict.fromkeys(map(text, meta.get("targeted-sector", [])))),
            "external": {"misp": actor["uuid"]},
            "summary": first_sentence(description),
        }
        links = [f"- <{link}>" for link in meta.get("refs", []) if re.fullmatch(r"https?://[^\s<>]+", link)]
        references = "\n\n## References\n\n" + "\n".join(links) if links else ""
        site.add("actors", name, fields, (body(description) + references).strip())
    return f"{len(actors)} actors"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--bundle", metavar="FILE", help="ATT&CK as a STIX bundle, plain or .xz")
    source.add_argument("--misp", metavar="FILE", help="the threat-actor cluster, plain or .xz")
    parser.add_argument("--all", action="store_true", help="revoked and deprecated intrusion sets too")
    parser.add_argument("--out", metavar="DIR", required=True, help="the site's folder, new or empty")
    arguments = parser.parse_args()
    if arguments.all and arguments.misp:
        parser.error("--all belongs to --bundle")
    site = Site(arguments.out, "MISP threat actors" if arguments.misp else "ATT&CK groups and campaigns")
    if arguments.bundle:
        print(convert_attack(Bundle(arguments.bundle), site, arguments.all))
    else:
        print(convert_misp(load(arguments.misp), site))


if __name__ == "__main__":
    main()
