#!/usr/bin/env python3
"""Turns a site that benches/generate.rs wrote into the sources of a Hugo and of a Zola site.

    convert.py SITE OUT

In: the folder of a synthetic Tearline site; the tables of places in crates/base/src/places; the themes in
the folders hugo/ and zola/ beside this file. Out: OUT/hugo and OUT/zola, each with a theme, the
briefs, and what is known of each actor, region, sector, technique and tag. The same input gives the
same bytes.

Both get the same facts in TOML, the front matter that both read natively, and the same Markdown:
forms of Tearline's own become ordinary links. Tearline lists a brief of Taiwan under Eastern Asia
and Asia too, and one of T1001.002 under T1001; the peers have no such relation between terms, so
the terms above are written into the lists of the brief, and what it names itself is in `named_…`.

Reads the YAML that generate.rs writes, which is a small part of YAML, and nothing beyond it.
"""

import csv
import json
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TAXONOMIES = ("actors", "regions", "sectors", "techniques", "tags")
# Tearline counts nothing to the world: every brief would be in it.
WORLD = "001"

# ICD 203, as Tearline prints the terms.
LIKELIHOODS = {
    "unlikely": (20, 45),
    "roughly even chance": (45, 55),
    "likely": (55, 80),
    "very likely": (80, 95),
    "almost certain": (95, 99),
}
RELIABILITY = {
    "A": "reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
}
CREDIBILITY = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
}
INDICATOR_TYPES = {"domain": "Domain", "url": "URL", "md5": "MD5", "sha256": "SHA-256"}


def scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("["):
        return [scalar(item) for item in text[1:-1].split(", ")]
    return int(text) if re.fullmatch(r"[1-9]\d?", text) else text


def front_matter(text):
    """The keys of the front matter, and the body."""
    _, head, body = text.split("---\n", 2)
    matter, records = {}, None
    for line in head.splitlines():
        key, _, value = line.lstrip(" -").partition(":")
        value = value.strip()
        if not line.startswith(" "):
            if value:
                matter[key] = scalar(value)
            else:
                records = matter[key] = []
        elif line.startswith("  - "):
            records.append({key: scalar(value)})
        else:
            records[-1][key] = scalar(value)
    return matter, body.lstrip("\n")


def slug(name):
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def toml(value):
    # A string of JSON is a basic string of TOML.
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def table(values):
    return "".join(f"{key} = {toml(value)}\n" for key, value in values.items())


def document(tables, body=""):
    """Front matter of tables, that at the top without a name, and the body."""
    head = "".join(
        (f"[{name}]\n" if name else "") + table(values) for name, values in tables.items()
    )
    # A date of TOML has no quotes.
    head = re.sub(r'^date = "([\d-]+)"$', r"date = \1", head, flags=re.M)
    return f"+++\n{head}+++\n\n{body}"


class Places:
    """Countries and regions of the world, and what lies in what."""

    def __init__(self):
        tables = ROOT / "crates/base/src/places"
        with open(tables / "countries.csv", encoding="utf-8", newline="") as rows:
            countries = list(csv.DictReader(rows))
        with open(tables / "regions.csv", encoding="utf-8", newline="") as rows:
            self.regions = {row["m49"]: row for row in csv.DictReader(rows)}
        self.names = {row["alpha2"]: row["name"] for row in countries}
        self.codes = {row["name"]: row["alpha2"] for row in countries}
        self.parents = {row["name"]: row["m49_parent"] for row in countries}
        self.parents |= {row["name"]: row["parent"] for row in self.regions.values()}

    def name(self, name_or_code):
        return self.names.get(name_or_code, name_or_code)

    def above(self, name):
        """The regions that hold a place, the nearest first."""
        found = []
        while (code := self.parents.get(name)) and code != WORLD:
            name = self.regions[code]["name"]
            found.append(name)
        return found


class Library:
    """What the site says, before it is written for the one or the other."""

    def __init__(self, site):
        self.places = Places()
        self.terms = {kind: {} for kind in TAXONOMIES}
        for kind in ("actors", "sectors"):
            for path in sorted((site / "content" / kind).glob("*.md")):
                matter, body = front_matter(path.read_text(encoding="utf-8"))
                kept = ("aliases", "alignment", "first_seen")
                facts = {key: matter[key] for key in kept if key in matter}
                if "origin" in matter:
                    facts["origin"] = self.places.name(matter["origin"])
                self.terms[kind][matter["name"]] = {
                    "description": matter["summary"],
                    "facts": facts,
                    "body": body,
                }
        paths = sorted((site / "content/briefs").rglob("*.md"))
        self.briefs = [self.brief(path) for path in paths]
        self.hierarchy()

    def brief(self, path):
        matter, body = front_matter(path.read_text(encoding="utf-8"))
        matter["regions"] = [self.places.name(region) for region in matter["regions"]]
        named = {kind: matter.pop(kind) for kind in TAXONOMIES}
        lists = {}
        for kind, names in named.items():
            above = [over for name in names for over in self.above(kind, name)]
            lists[kind] = list(dict.fromkeys(names + above))
        for kind, names in lists.items():
            for name in names:
                self.terms[kind].setdefault(name, {"description": "", "facts": {}, "body": ""})
        matter["body"] = body
        # The address on Tearline's pages: without the date.
        matter["slug"] = path.stem[11:]
        matter["named"] = named
        matter["lists"] = lists
        return matter

    def above(self, kind, name):
        """The terms whose lists hold a brief of this one too, the nearest first."""
        if kind == "regions":
            return self.places.above(name)
        if kind == "techniques" and "." in name:
            return [name.partition(".")[0]]
        return []

    def hierarchy(self):
        """Says of regions and techniques what stands directly above and below them."""
        for kind in ("regions", "techniques"):
            for name, term in self.terms[kind].items():
                for over in self.above(kind, name)[:1]:
                    term["facts"]["parent"] = over
                    self.terms[kind][over]["facts"].setdefault("children", []).append(name)
                if name in self.places.codes:
                    term["facts"]["code"] = self.places.codes[name]
            for term in self.terms[kind].values():
                term["facts"].get("children", []).sort()


def assessed(brief):
    """What the pages of both peers show of a brief, its numbers and words worked out."""
    numbers = {source["id"]: number for number, source in enumerate(brief["sources"], 1)}
    judgments = []
    for judgment in brief["key_judgments"]:
        low, high = LIKELIHOODS[judgment["likelihood"]]
        judgments.append(
            {
                "text": judgment["text"],
                "likelihood": judgment["likelihood"].capitalize(),
                "low": low,
                "high": high,
                "confidence": judgment["confidence"].capitalize(),
                "sources": [numbers[source] for source in judgment["sources"]],
            }
        )
    groups = []
    for kind, title in INDICATOR_TYPES.items():
        found = [
            {
                "value": defanged(one["value"], kind),
                "description": one["description"],
                "first_seen": one["first_seen"],
            }
            for one in brief.get("indicators", [])
            if one["type"] == kind
        ]
        if found:
            groups.append({"title": title, "indicators": found})
    sources = [
        {
            **{key: source[key] for key in ("title", "publisher", "url", "date", "accessed")},
            "rating": f"{source['reliability']}{source['credibility']}",
            "reliability": f"{source['reliability']}: {RELIABILITY[source['reliability']]}",
            "credibility": f"{source['credibility']}: {CREDIBILITY[source['credibility']]}",
        }
        for source in brief["sources"]
    ]
    return {
        "report_number": brief["report_number"],
        "confidence": brief["confidence"].capitalize(),
        "authors": ["Synthetic CTI"],
        **{f"named_{kind}": names for kind, names in brief["named"].items()},
        "key_judgments": judgments,
        "indicator_count": len(brief.get("indicators", [])),
        "indicator_groups": groups,
        "sources": sources,
    }


def defanged(value, kind):
    if kind == "url":
        value = value.replace("http", "hxxp", 1)
    return value.replace(".", "[.]") if kind in ("domain", "url") else value


def markdown(body, places, address, page=""):
    """The body with Tearline's own forms as ordinary links. `page` is the address of its own page,
    for a peer that looks for `#source-1` in the Markdown alone, where the list of sources is not."""

    def entity(match):
        name, _, text = match[1].partition("|")
        if re.fullmatch(r"T\d{4}(\.\d{3})?", name):
            kind = "techniques"
        else:
            kind = "regions" if name in places.codes else "actors"
        return f"[{text or name}]({address(kind, name)})"

    body = re.sub(r"\[\[([^\]]+)\]\]", entity, body)
    return re.sub(r"\[@s(\d+)\]", rf"[\\[\1\\]]({page}#source-\1)", body)


def head_of(brief):
    return {
        "title": brief["title"],
        "date": brief["date"],
        "description": brief["summary"],
    }


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_hugo(library, out):
    shutil.copytree(HERE / "hugo", out)
    content = out / "content"

    def folder(kind, name):
        # Hugo keeps the dots and, as it is set up, the capitals of `T1001.002`.
        return f"{kind}/{name if kind == 'techniques' else slug(name)}"

    def address(kind, name):
        return f"/{folder(kind, name)}/"

    write(content / "briefs/_index.md", document({"": {"title": "Briefs"}}))
    for kind, terms in library.terms.items():
        write(content / kind / "_index.md", document({"": {"title": kind.capitalize()}}))
        for name, term in terms.items():
            head = {"title": name, "description": term["description"]}
            if kind == "tags":
                # Tearline's tags have no feeds.
                head["outputs"] = ["html"]
            text = document({"": head, "params": term["facts"]}, term["body"])
            write(content / folder(kind, name) / "_index.md", text)
    for brief in library.briefs:
        head = head_of(brief) | brief["lists"]
        body = markdown(brief["body"], library.places, address)
        text = document({"": head, "params": assessed(brief)}, body)
        write(content / "briefs" / f"{brief['slug']}.md", text)


def write_zola(library, out):
    shutil.copytree(HERE / "zola", out)
    content = out / "content"

    def address(kind, name):
        return f"/{kind}/{slug(name)}/"

    write(content / "_index.md", document({"": {"title": "Synthetic briefings"}}))
    section = {"title": "Briefs", "sort_by": "date", "paginate_by": 25}
    write(content / "briefs/_index.md", document({"": section}))
    # A term of Zola's has no page of its own to say something on; its template reads this table.
    for kind, terms in library.terms.items():
        for name, term in terms.items():
            facts = {"description": term["description"], **term["facts"], "body": term["body"]}
            text = json.dumps(facts, ensure_ascii=False)
            write(out / "terms" / kind / f"{slug(name)}.json", text)
    for brief in library.briefs:
        page = f"/briefs/{brief['slug']}/"
        body = markdown(brief["body"], library.places, address, page)
        tables = {"": head_of(brief), "taxonomies": brief["lists"], "extra": assessed(brief)}
        text = document(tables, body)
        write(content / "briefs" / f"{brief['slug']}.md", text)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    site, out = (pathlib.Path(argument) for argument in sys.argv[1:])
    library = Library(site)
    write_hugo(library, out / "hugo")
    write_zola(library, out / "zola")
    styles = sorted((ROOT / "templates/styles").glob("*.css"))
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    for peer in ("hugo", "zola"):
        write(out / peer / "static/assets/style.css", style)


if __name__ == "__main__":
    main()
