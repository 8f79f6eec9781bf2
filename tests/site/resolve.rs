//! Names and what they lead to: aliases, ids, slugs, places and groupings, and the brief that uses
//! every form of front matter and body.

use std::collections::BTreeSet;

use crate::support::{SETTINGS, Site, brief, picture};

const LAZARUS: &str = "---
name: Lazarus Group
aliases:
  - HIDDEN COBRA
  - {name: Diamond Sleet, relation: overlaps}
  - {name: Nickel Academy, relation: suspected}
external: {attack: G0032}
---
";

const ASIA_PACIFIC: &str = "---
name: Asia-Pacific
aliases: [APAC]
kind: custom
members: [Asia, Oceania]
---
";

fn site() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/actors/lazarus.md", LAZARUS)
}

/// The titles in a page's list of briefs: what stands behind its last `<ol class="brief-list">`.
fn listed(site: &Site, page: &str) -> Vec<String> {
    let html = site.page(page);
    let Some((_, list)) = html.split_once("<ol class=\"brief-list\">") else {
        return Vec::new();
    };
    let list = list.split_once("</ol>").expect("the list ends").0;
    let mut titles = Vec::new();
    for row in list.split("href=\"/briefs/").skip(1) {
        let (_, text) = row.split_once('>').expect("the link's tag ends");
        titles.push(text.split_once('<').expect("the link ends").0.to_owned());
    }
    titles
}

/// The slugs of a folder's pages.
fn pages_of(site: &Site, folder: &str) -> BTreeSet<String> {
    let prefix = format!("{folder}/");
    site.output()
        .into_keys()
        .filter_map(|path| Some(path.strip_prefix(&prefix)?.split_once('/')?.0.to_owned()))
        .collect()
}

#[test]
fn a_name_an_alias_an_id_and_a_slug_lead_to_one_actor() {
    let spellings = [
        "Lazarus Group",
        "LAZARUS-GROUP",
        "lazarus group!",
        "G0032",
        "g0032",
        "lazarus",
        "Hidden_Cobra",
        "diamond sleet",
    ];
    let mut site = site();
    for (at, spelling) in spellings.iter().enumerate() {
        let matter = format!("actors: [\"{spelling}\"]\n");
        site = site.file(
            &format!("content/briefs/b{at}.md"),
            brief(&format!("Brief {at}"), &matter, "Text.\n"),
        );
    }
    site.build().success();
    assert_eq!(
        pages_of(&site, "actors"),
        BTreeSet::from(["lazarus".to_owned()])
    );
    assert_eq!(
        listed(&site, "actors/lazarus/index.html").len(),
        spellings.len()
    );
}

#[test]
fn two_spellings_in_one_brief_are_one_mention() {
    let site = site().file(
        "content/briefs/a.md",
        brief(
            "Twice named",
            "actors: [HIDDEN COBRA, G0032, Lazarus Group]\n",
            "Text.\n",
        ),
    );
    site.build().success();
    assert_eq!(listed(&site, "actors/lazarus/index.html"), ["Twice named"]);
}

#[test]
fn an_alias_of_two_actors_is_an_error_that_names_both() {
    let site = site()
        .file(
            "content/actors/andariel.md",
            "---\nname: Andariel\naliases: [hidden cobra]\nexternal: {attack: G0138}\n---\n",
        )
        .file(
            "content/briefs/a.md",
            brief(
                "Shared name",
                "actors:\n  - Hidden Cobra\n",
                "And [[Hidden Cobra]] again.\n",
            ),
        );
    let findings: Vec<_> = site
        .check()
        .failure()
        .findings()
        .into_iter()
        .filter(|finding| finding.severity == "error")
        .collect();
    let lines: Vec<String> = findings.iter().map(crate::support::Finding::line).collect();
    assert_eq!(
        lines,
        [
            "TL0301 content/briefs/a.md:5:5 error",
            "TL0301 content/briefs/a.md:8:5 error"
        ]
    );
    for finding in &findings {
        assert!(finding.message.contains("Lazarus Group"), "{finding:?}");
        assert!(finding.message.contains("Andariel"), "{finding:?}");
        let help = finding.help.as_deref().unwrap_or_default();
        assert_eq!(help, "write `actors/andariel` or `actors/lazarus`");
        let related: BTreeSet<_> = finding
            .related
            .iter()
            .filter_map(|place| place.file.as_deref())
            .collect();
        assert_eq!(
            related,
            BTreeSet::from(["content/actors/andariel.md", "content/actors/lazarus.md"])
        );
    }
    site.write(
        "content/briefs/a.md",
        brief(
            "By address",
            "actors: [actors/andariel]\n",
            "And [[G0032]] again.\n",
        ),
    );
    site.build().success();
    assert_eq!(listed(&site, "actors/andariel/index.html"), ["By address"]);
    assert!(listed(&site, "actors/lazarus/index.html").is_empty());
}

#[test]
fn a_suspected_name_resolves_nowhere() {
    let site = site().file(
        "content/briefs/a.md",
        brief(
            "Suspicion",
            "actors: [Nickel Academy]\n",
            "As [[Nickel Academy]] did.\n",
        ),
    );
    site.build().success();
    assert_eq!(
        listed(&site, "actors/nickel-academy/index.html"),
        ["Suspicion"]
    );
    assert!(listed(&site, "actors/lazarus/index.html").is_empty());

    site.write(
        "content/briefs/a.md",
        brief("Suspicion", "", "As [[Nickel Academy]] did.\n"),
    );
    let found = site.check().failure().findings();
    assert!(
        found
            .iter()
            .any(|finding| finding.line() == "TL0303 content/briefs/a.md:6:4 error"),
        "{found:#?}"
    );
}

#[test]
fn a_link_in_the_text_makes_no_entity_and_follows_aliases() {
    let site = site().file(
        "content/briefs/a.md",
        brief(
            "Links",
            "techniques: [T1566.001]\n",
            "[[hidden cobra]], [[G0032|the group]], [[t1566.001]], [[Taiwan]], [[a|this brief]].\n",
        ),
    );
    site.build().success();
    let html = site.page("briefs/a/index.html");
    for link in [
        "<a href=\"/actors/lazarus/\"",
        ">the group</a>",
        "<a href=\"/techniques/T1566.001/\"",
        "<a href=\"/regions/taiwan/\"",
        "<a href=\"/briefs/a/\"",
    ] {
        assert!(html.contains(link), "{link} in {html}");
    }
    assert!(
        listed(&site, "actors/lazarus/index.html").is_empty(),
        "only front matter makes a brief one of an actor's"
    );
    assert!(listed(&site, "regions/taiwan/index.html").is_empty());
}

#[test]
fn a_built_in_place_can_be_linked_from_every_kind_of_text() {
    let site = Site::minimal()
        .file(
            "content/pages/about.md",
            "---\ntitle: About\n---\n\nWe sit in [[Portugal]].\n",
        )
        .file(
            "content/actors/heron.md",
            "---\nname: Grey Heron\n---\n\nSeen in [[Chile]].\n",
        );
    site.build().success();
    assert!(
        site.page("about/index.html")
            .contains("href=\"/regions/portugal/\"")
    );
    assert!(
        site.page("actors/heron/index.html")
            .contains("href=\"/regions/chile/\"")
    );
    assert!(site.has("regions/portugal/index.html"));
}

#[test]
fn a_name_of_an_actor_and_of_software_needs_its_kind() {
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/actors/carbon.md", "---\nname: Carbon\n---\n")
        .file("content/software/carbon.md", "---\nname: Carbon\n---\n")
        .file(
            "content/briefs/a.md",
            brief(
                "Carbon",
                "actors: [Carbon]\nsoftware: [Carbon]\n",
                "By [[Carbon]].\n",
            ),
        );
    let found = site.check().failure().findings();
    let lines: Vec<String> = found.iter().map(crate::support::Finding::line).collect();
    assert_eq!(lines, ["TL0301 content/briefs/a.md:8:4 error"]);
    let help = found[0].help.as_deref().unwrap_or_default();
    assert!(
        help.contains("actors/carbon") && help.contains("software/carbon"),
        "{help}"
    );

    site.write(
        "content/briefs/a.md",
        brief(
            "Carbon",
            "actors: [Carbon]\nsoftware: [Carbon]\n",
            "By [[actors/carbon]] with [[software/carbon|their tool]].\n",
        ),
    );
    site.build().success();
    let html = site.page("briefs/a/index.html");
    assert!(
        html.contains("href=\"/software/carbon/\">their tool</a>"),
        "{html}"
    );
}

#[test]
fn a_brief_on_taiwan_is_on_every_place_around_it_once() {
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/regions/asia-pacific.md", ASIA_PACIFIC)
        .file(
            "content/regions/chip-makers.md",
            "---\nname: Chip makers\nkind: custom\nmembers: [TW, KR, Netherlands]\n---\n",
        )
        .file(
            "content/briefs/strait.md",
            brief("In the strait", "regions: [TW]\n", "Text.\n"),
        )
        .file(
            "content/briefs/both.md",
            brief(
                "Both and the whole",
                "regions: [Taiwan, JPN, APAC, 030]\n",
                "Text.\n",
            ),
        )
        .file(
            "content/briefs/far.md",
            brief("Far away", "regions: [Peru]\n", "Text.\n"),
        );
    site.build().success();
    for place in [
        "taiwan",
        "eastern-asia",
        "asia",
        "asia-pacific",
        "chip-makers",
    ] {
        assert_eq!(
            listed(&site, &format!("regions/{place}/index.html")),
            ["Both and the whole", "In the strait"],
            "{place}"
        );
        let feed = site.page(&format!("regions/{place}/atom.xml"));
        assert_eq!(feed.matches("<entry>").count(), 2, "{place}");
    }
    assert_eq!(
        listed(&site, "regions/japan/index.html"),
        ["Both and the whole"]
    );
    assert!(
        !site.has("regions/republic-of-korea/index.html"),
        "nothing names it"
    );
    let taiwan = site.page("regions/taiwan/index.html");
    for parent in ["eastern-asia", "chip-makers"] {
        assert!(
            taiwan.contains(&format!("href=\"/regions/{parent}/\"")),
            "{parent} as a parent of Taiwan"
        );
    }
}

#[test]
fn a_place_is_found_by_code_and_name() {
    let spellings = ["TW", "tw", "TWN", "'158'", "Taiwan", "TAIWAN", "taiwan"];
    let mut site = Site::new().file("tearline.toml", SETTINGS);
    for (at, spelling) in spellings.iter().enumerate() {
        site = site.file(
            &format!("content/briefs/b{at}.md"),
            brief(
                &format!("Brief {at}"),
                &format!("regions: [{spelling}]\n"),
                "Text.\n",
            ),
        );
    }
    site.build().success();
    assert_eq!(
        listed(&site, "regions/taiwan/index.html").len(),
        spellings.len()
    );
}

#[test]
fn a_place_that_is_none_is_an_error_with_the_nearest() {
    let site = Site::minimal().file(
        "content/briefs/a.md",
        brief("Typing slip", "regions: [Tawain]\n", "Text.\n"),
    );
    let found = site.check().failure().findings();
    assert_eq!(found[0].line(), "TL0302 content/briefs/a.md:4:11 error");
    assert!(
        found[0]
            .help
            .as_deref()
            .unwrap_or_default()
            .contains("Taiwan"),
        "{found:?}"
    );
}

/// A brief with every form of front matter and body, in YAML.
const EVERY_FORM_YAML: &str = r#"---
title: Ferry lines lured with false timetables
date: 2025-11-10
updated: 2025-11-14T09:30:00Z
tlp: green
pap: amber
summary: A cluster near PALE EGRET sends timetables with a loader to ferry lines.
report_number: IN-2025-007
report_types: [campaign, threat-report]
status: current
authors: [Invented Desk, A. Reader]
period: {from: 2025-07-01, to: 2025-09-30}
confidence: moderate

actors: [Pale Egret, Night Tern]
campaigns: [Operation Gangway]
regions: [TW, Philippines, South-eastern Asia, APAC]
sectors: [transportation, Maritime]
techniques: [T1566.001, T1190]
software: [Mooringbot]
vulnerabilities: [CVE-2023-22515]
tags: [timetables, ferries]

attribution:
  - actor: Pale Egret
    alignment: Atlantis
    basis: technical
    confidence: low
    source: vendor

key_judgments:
  - text: The cluster will very likely turn to pilots next.
    likelihood: very likely
    confidence: moderate
    sources: [vendor, own]
  - text: The timetables were drafted by a sailor.
    likelihood: roughly even chance
    confidence: low
    sources: [own]
    tlp: amber
    changed_from: {likelihood: unlikely, date: 2025-11-12}

statistics:
  - label: Share of timetables among all lures
    value: 29.5
    unit: "%"
    of: 200 lures
    period: 2025-Q3
    source: own
    tlp: amber

events:
  - date: 2025-08
    text: Second wave with a new loader.
    tlp: amber
  - date: 2025-07-03
    text: First timetable seen.

quotes:
  - text: It had our own logo on it.
    person: An unnamed purser
    role: purser
    organisation: undisclosed
    source: own

indicators:
  - type: domain
    value: timetables.example
    description: lure site
    first_seen: 2025-07-03
    valid_until: 2026-07-03
    confidence: high
    software: Mooringbot
  - type: ipv4
    value: 203.0.113[.]77
    tlp: amber
indicators_file: seen.csv

sources:
  - id: vendor
    title: Ferries in the third quarter
    publisher: A Vendor
    url: https://vendor.example/ferries
    date: 2025-10-20
    accessed: 2025-11-01
    reliability: B
    credibility: 2
  - id: own
    title: Own response at the quay
    publisher: Invented Desk
    reliability: A
    credibility: 1
    tlp: amber

intelligence_gaps:
  - How they learn of new timetables.
outlook: Activity will likely rise before the summer.
image: {src: ferry.png, alt: A ferry at its berth, credit: Invented Desk}
changelog:
  - {date: 2025-11-14, note: Second wave dated., tlp: amber}
redirect_from: [/2025/ferry-lures/]
extra: {accent: teal}
---
"#;

/// The same keys in TOML.
const EVERY_FORM_TOML: &str = r#"+++
title = "Ferry lines lured with false timetables"
date = 2025-11-10
updated = 2025-11-14T09:30:00Z
tlp = "green"
pap = "amber"
summary = "A cluster near PALE EGRET sends timetables with a loader to ferry lines."
report_number = "IN-2025-007"
report_types = ["campaign", "threat-report"]
status = "current"
authors = ["Invented Desk", "A. Reader"]
period = { from = 2025-07-01, to = 2025-09-30 }
confidence = "moderate"

actors = ["Pale Egret", "Night Tern"]
campaigns = ["Operation Gangway"]
regions = ["TW", "Philippines", "South-eastern Asia", "APAC"]
sectors = ["transportation", "Maritime"]
techniques = ["T1566.001", "T1190"]
software = ["Mooringbot"]
vulnerabilities = ["CVE-2023-22515"]
tags = ["timetables", "ferries"]

indicators_file = "seen.csv"
intelligence_gaps = ["How they learn of new timetables."]
outlook = "Activity will likely rise before the summer."
image = { src = "ferry.png", alt = "A ferry at its berth", credit = "Invented Desk" }
redirect_from = ["/2025/ferry-lures/"]
extra = { accent = "teal" }

[[attribution]]
actor = "Pale Egret"
alignment = "Atlantis"
basis = "technical"
confidence = "low"
source = "vendor"

[[key_judgments]]
text = "The cluster will very likely turn to pilots next."
likelihood = "very likely"
confidence = "moderate"
sources = ["vendor", "own"]

[[key_judgments]]
text = "The timetables were drafted by a sailor."
likelihood = "roughly even chance"
confidence = "low"
sources = ["own"]
tlp = "amber"
changed_from = { likelihood = "unlikely", date = 2025-11-12 }

[[statistics]]
label = "Share of timetables among all lures"
value = 29.5
unit = "%"
of = "200 lures"
period = "2025-Q3"
source = "own"
tlp = "amber"

[[events]]
date = "2025-08"
text = "Second wave with a new loader."
tlp = "amber"

[[events]]
date = 2025-07-03
text = "First timetable seen."

[[quotes]]
text = "It had our own logo on it."
person = "An unnamed purser"
role = "purser"
organisation = "undisclosed"
source = "own"

[[indicators]]
type = "domain"
value = "timetables.example"
description = "lure site"
first_seen = 2025-07-03
valid_until = 2026-07-03
confidence = "high"
software = "Mooringbot"

[[indicators]]
type = "ipv4"
value = "203.0.113[.]77"
tlp = "amber"

[[sources]]
id = "vendor"
title = "Ferries in the third quarter"
publisher = "A Vendor"
url = "https://vendor.example/ferries"
date = 2025-10-20
accessed = 2025-11-01
reliability = "B"
credibility = 2

[[sources]]
id = "own"
title = "Own response at the quay"
publisher = "Invented Desk"
reliability = "A"
credibility = 1
tlp = "amber"

[[changelog]]
date = 2025-11-14
note = "Second wave dated."
tlp = "amber"
+++
"#;

const EVERY_FORM_BODY: &str = r#"
[[Pale Egret]] wrote to ferry lines in [[Taiwan]] and the [[Philippines]] [@vendor], using [[T1566.001|an attachment]].[^1]

(TLP:AMBER) Two of the lines opened it [@own].

::: tlp amber
### Inside the loader

The loader checks for `D:\tides\` first.

```yara
rule mooringbot { strings: $a = "tide" condition: $a }
```
:::

## (TLP:AMBER) Who was hit

This section, to the next heading of its level, is amber.

## What to do

- Hold attachments from new senders.
- (TLP:AMBER) Ask us for the list of senders.

> [!WARNING]
> Do not visit the lure site.

```chart
type: bar
title: Lures by month
unit: lures
source: own
data: {2025-07: 60, 2025-08: 90, 2025-09: 50}
```

[^1]: Seen as a timetable, an invitation and an invoice.
"#;

fn every_form(front: &str, edition: &str) -> Site {
    Site::new()
        .file(
            "tearline.toml",
            format!(
                "title = \"Test Briefings\"\nbase_url = \"https://briefs.example.org\"\n{edition}"
            ),
        )
        .file(
            "content/briefs/2025-11-10-ferries/index.md",
            format!("{front}{EVERY_FORM_BODY}"),
        )
        .file(
            "content/briefs/2025-11-10-ferries/seen.csv",
            "type,value,description,tlp\nsha256,\
             b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c,loader,\n\
             url,hxxps://timetables[.]example/a,second stage,green\n",
        )
        .file(
            "content/briefs/2025-11-10-ferries/ferry.png",
            picture("an image"),
        )
        .file(
            "content/actors/pale-egret.md",
            "---\nname: Pale Egret\ntlp: clear\naliases: [White Wader]\n---\n",
        )
        .file(
            "content/actors/night-heron.md",
            "---\nname: Night Heron\ntlp: clear\naliases: [Night Tern]\n---\n",
        )
        .file(
            "content/regions/asia-pacific.md",
            ASIA_PACIFIC.replace("kind:", "tlp: clear\nkind:"),
        )
        .file(
            "content/sectors/maritime.md",
            "---\nname: Maritime\ntlp: clear\nstix: transportation\n---\n",
        )
}

#[test]
fn every_form_gives_the_same_page_in_yaml_and_in_toml() {
    let amber = "[editions.inside]\ntlp = \"amber\"\n";
    let yaml = every_form(EVERY_FORM_YAML, amber);
    let toml = every_form(EVERY_FORM_TOML, amber);
    let run = yaml.build().success();
    assert!(!run.stderr.contains("error"), "{}", run.all());
    toml.build().success();
    let (yaml_output, toml_output) = (yaml.output(), toml.output());
    assert_eq!(
        yaml_output.keys().collect::<Vec<_>>(),
        toml_output.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &yaml_output {
        assert_eq!(
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(&toml_output[path]),
            "{path}"
        );
    }

    let html = yaml.page("inside/briefs/ferries/index.html");
    for shown in [
        "Ferry lines lured with false timetables",
        "IN-2025-007",
        "Invented Desk",
        "A. Reader",
        "PAP:AMBER",
        "TLP:AMBER",
        "/actors/pale-egret/",
        "/actors/night-heron/",
        "/campaigns/operation-gangway/",
        "/regions/taiwan/",
        "/regions/south-eastern-asia/",
        "/regions/asia-pacific/",
        "/sectors/maritime/",
        "/techniques/T1566.001/",
        "/techniques/T1190/",
        "/software/mooringbot/",
        "/vulnerabilities/CVE-2023-22515/",
        "/tags/timetables/",
        "Atlantis",
        "The cluster will very likely turn to pilots next.",
        "The timetables were drafted by a sailor.",
        "29.5",
        "200 lures",
        "Second wave with a new loader.",
        "It had our own logo on it.",
        "An unnamed purser",
        "timetables[.]example",
        "203[.]0[.]113[.]77",
        "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
        "hxxps://timetables[.]example/a",
        "Ferries in the third quarter",
        "Own response at the quay",
        "How they learn of new timetables.",
        "Activity will likely rise before the summer.",
        "A ferry at its berth",
        "/briefs/ferries/ferry.png",
        "Second wave dated.",
        "Inside the loader",
        "mooringbot",
        "Seen as a timetable, an invitation and an invoice.",
        "<svg",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    assert!(
        !html.contains("(TLP:AMBER)"),
        "marks are shown as markings, not as their text"
    );
    assert!(!html.contains("href=\"https://timetables.example"));
    let first = html.find("First timetable seen.").expect("an event");
    let second = html
        .find("Second wave with a new loader.")
        .expect("an event");
    assert!(first < second, "events stand in the order of their dates");
    assert!(yaml.has("inside/2025/ferry-lures/index.html"));
    assert!(yaml.has("inside/briefs/ferries/ferry.png"));
}

#[test]
fn every_form_loses_its_parts_below_them_and_is_absent_below_itself() {
    let green = every_form(EVERY_FORM_YAML, "[editions.circle]\ntlp = \"green\"\n");
    green.build().success();
    let html = green.page("circle/briefs/ferries/index.html");
    for withheld in [
        "drafted by a sailor",
        "Share of timetables",
        "Second wave with a new loader",
        "203[.]0[.]113",
        "Own response at the quay",
        "our own logo",
        "Second wave dated",
        "Two of the lines",
        "Inside the loader",
        "mooringbot {",
        "Who was hit",
        "list of senders",
        "Lures by month",
        "TLP:AMBER",
    ] {
        assert!(!html.contains(withheld), "{withheld} in {html}");
    }
    for shown in [
        "turn to pilots next",
        "First timetable seen.",
        "timetables[.]example",
        "Ferries in the third quarter",
        "Hold attachments from new senders.",
        "Do not visit the lure site.",
        "Seen as a timetable",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }

    let clear = every_form(EVERY_FORM_YAML, "[editions.world]\ntlp = \"clear\"\n");
    clear.build().success();
    assert!(clear.has("world/index.html"));
    for (path, bytes) in clear.output() {
        let text = format!("{path} {}", String::from_utf8_lossy(&bytes)).to_lowercase();
        for word in [
            "ferry",
            "ferries",
            "timetable",
            "mooringbot",
            "gangway",
            "t1190",
        ] {
            assert!(!text.contains(word), "{word} in {path}");
        }
    }
}
