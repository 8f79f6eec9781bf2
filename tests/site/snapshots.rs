//! What a reader and a feed reader get of a small site, to be read by eye when it changes
//! (`cargo insta review`).

use crate::support::{SETTINGS, Site};

const BRIEF: &str = r#"---
title: Port operators lured with invented tenders
date: 2025-11-10
updated: 2025-11-12
tlp: clear
pap: green
summary: A cluster near GREY HERON writes to port operators.
report_number: EX-2025-001
report_types: [campaign]
authors: [Example Desk]
period: 2025-Q3
confidence: moderate
actors: [White Wader]
regions: [TW]
sectors: [transportation]
techniques: [T1566.001]
software: [Quaybot]
tags: [ports]
attribution:
  - {actor: Grey Heron, alignment: Atlantis, basis: technical, confidence: low, source: vendor}
key_judgments:
  - text: The cluster will likely turn to shipping registries.
    likelihood: likely
    confidence: moderate
    sources: [vendor]
statistics:
  - {label: Share of tender lures, value: 31, unit: "%", of: 412 lures, period: 2025-Q3, source: vendor}
events:
  - {date: 2025-08, text: Second wave.}
  - {date: 2025-07-03, text: First tender document seen.}
quotes:
  - {text: It looked like one of ours., person: A security lead, source: vendor}
indicators:
  - {type: domain, value: tenders.example, description: lure site, first_seen: 2025-07-03, software: Quaybot}
sources:
  - {id: vendor, title: Third quarter, publisher: A Vendor, url: "https://vendor.example/q3", date: 2025-10-20, reliability: B, credibility: 2}
intelligence_gaps: [How they learn of tenders.]
outlook: Activity will likely rise in March.
---

[[Grey Heron]] wrote to port operators in [[Taiwan]] [@vendor].[^1]

## What to do

- Hold attachments from new contacts.
- Read the [rules](#what-to-do) again.

> [!WARNING]
> Do not visit the lure site.

| Month | Lures |
| ----- | ----: |
| July  |    96 |

[^1]: Seen as tender and invitation.
"#;

const ACTOR: &str = "---
name: Grey Heron
summary: An invented group.
aliases:
  - {name: White Wader, source: A Vendor, relation: overlaps, confidence: moderate}
alignment: Atlantis
origin: PT
motivations: [personal-gain]
first_seen: 2019
external: {attack: G9999}
sources:
  - {id: v, title: Names, publisher: A Vendor, reliability: B, credibility: 3}
---

Known for tenders [@v].
";

fn site() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/actors/grey-heron.md", ACTOR)
        .file("content/briefs/2025-11-10-tenders.md", BRIEF)
        .file(
            "content/briefs/2025-06-01-earlier.md",
            "---\ntitle: An earlier brief\ndate: 2025-06-01\nactors: [Grey Heron]\n---\n\nText.\n",
        )
}

/// A page without what changes with every change of the theme: the hashes of its files, empty lines.
fn stable(html: &str) -> String {
    let hashed = regex::Regex::new(r"(/assets/[a-z-]+)\.[0-9a-f]{12}\.").expect("a pattern");
    html.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{}\n", hashed.replace_all(line, "$1.[hash].")))
        .collect()
}

#[test]
fn a_brief() {
    let site = site();
    site.build().success();
    insta::assert_snapshot!(stable(&site.page("briefs/tenders/index.html")));
}

#[test]
fn an_actor() {
    let site = site();
    site.build().success();
    insta::assert_snapshot!(stable(&site.page("actors/grey-heron/index.html")));
}

#[test]
fn an_atom_feed() {
    let site = site();
    site.build().success();
    // One element on a line, so that a change shows as what it is.
    insta::assert_snapshot!(site.page("atom.xml").replace("><", ">\n<"));
}
