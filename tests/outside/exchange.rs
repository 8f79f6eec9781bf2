//! Files for other tools: what stands in them, and that an edition's files hold what the edition
//! holds and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{SETTINGS, Site, brief};
use serde_json::Value;
use sha2::{Digest, Sha256};

const EDITIONS: &str = "title = \"Test Briefings\"
base_url = \"https://briefs.example.org/team\"
authors = [\"Example Desk\"]
namespace = \"5d0e6f5c-8a41-4c52-9b7e-2f6f3d1c9a84\"
default_tlp = \"clear\"
[editions.public]
tlp = \"clear\"
[editions.clients]
tlp = \"amber\"
";

const TABLE: &str = r#"{
  "format": 1, "domain": "enterprise-attack", "version": "18.1", "notice": "A notice.",
  "tactics": [{"id": "TA0001", "shortname": "initial-access", "name": "Initial Access"}],
  "techniques": [
    {"id": "T1566", "name": "Phishing", "tactics": ["initial-access"]},
    {"id": "T1566.001", "name": "Spearphishing Attachment", "tactics": ["initial-access"], "parent": "T1566"},
    {"id": "T1190", "name": "Exploit Public-Facing Application", "tactics": ["initial-access"]}
  ]
}"#;

const ICS: &str = r#"{
  "format": 1, "domain": "ics-attack", "version": "18.1", "notice": "A notice.",
  "tactics": [{"id": "TA0106", "shortname": "impair-process-control", "name": "Impair Process Control"}],
  "techniques": [{"id": "T0831", "name": "Manipulation of Control", "tactics": ["impair-process-control"]}]
}"#;

/// Two editions; the first brief has parts above clear, the second is above clear as a whole.
fn marked() -> Site {
    Site::new()
        .file("tearline.toml", EDITIONS)
        .file("data/attack-enterprise.json", TABLE)
        .file("data/attack-ics.json", ICS)
        .file(
            "content/briefs/harbour.md",
            "---
title: Harbour lures
date: 2025-11-10
updated: 2025-11-14T09:30:00Z
pap: amber
confidence: moderate
actors: [Grey Heron]
regions: [TW]
techniques: [T1566.001, T1190]
vulnerabilities: [CVE-2023-22515]
key_judgments:
  - {text: The group will very likely go on., likelihood: very likely, confidence: high, sources: [vendor]}
  - {text: Sealed judgment quokka., likelihood: likely, confidence: low, sources: [vendor], tlp: amber}
indicators:
  - {type: domain, value: tenders.example, description: lure site, first_seen: 2025-07, valid_until: 2026-07-03, confidence: high, software: Quaybot}
  - {type: url, value: \"quay.example:8443\"}
  - {type: md5, value: d41d8cd98f00b204e9800998ecf8427e, description: first loader}
  - {type: sha256, value: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, description: first loader}
  - {type: md5, value: 0cc175b9c0f1b6a831c399e269772661, description: another loader}
  - {type: ipv4, value: 203.0.113.77, description: sealed relay quokka, tlp: amber}
  - {type: command-line, value: '=calc.exe', description: '=HYPERLINK(1)'}
sources:
  - {id: vendor, title: Quarterly report, publisher: Vendor A, url: \"https://vendor.example/q3\", reliability: B, credibility: 2}
---

[[Grey Heron]] wrote to ports [@vendor] in [[Taiwan]], with *lures* and snake_case words.

(TLP:AMBER) The sealed paragraph quokka.

::: tlp amber
Sealed block quokka.

And its second paragraph quokka.
:::

<p>Some <b>markup</b> here.</p>

## Next

1. One
2. Two
",
        )
        .file(
            "content/briefs/sealed.md",
            "---
title: The sealed brief quokka
date: 2025-12-01
tlp: amber
actors: [Grey Heron]
techniques: [T1566.001, T0831]
indicators:
  - {type: domain, value: quokka-sealed.example}
---

Nothing for everybody.
",
        )
        .file(
            "content/briefs/third.md",
            brief(
                "Third",
                "actors: [Grey Heron]\ntechniques: [T1566.001]\nstatus: revoked\nindicators:\n  - {type: domain, value: taken-back.example}\n",
                "Words.\n",
            ),
        )
        .file(
            "content/actors/grey-heron.md",
            "---\nname: Grey Heron\naliases: [White Wader, {name: Quokka Group, tlp: amber}]\ntechniques: [T1190]\n---\n\nA group.\n",
        )
}

fn json(site: &Site, path: &str) -> Value {
    let text = site.page(path);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The events of an edition by their titles.
fn events(site: &Site, edition: &str) -> BTreeMap<String, Value> {
    let manifest = json(site, &format!("{edition}/exchange/misp/manifest.json"));
    let rows = manifest.as_object().expect("an object");
    rows.iter()
        .map(|(uuid, row)| {
            let path = format!("{edition}/exchange/misp/{uuid}.json");
            let event = json(site, &path)["Event"].clone();
            assert_eq!(event["uuid"], Value::from(uuid.as_str()));
            assert_eq!(event["info"], row["info"]);
            let sum = Sha256::digest(site.page(&path));
            let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(row["integrity:sha256"], Value::from(sum));
            (row["info"].as_str().expect("a title").to_owned(), event)
        })
        .collect()
}

fn names(tags: &Value) -> Vec<&str> {
    let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
    tags.iter().filter_map(|tag| tag["name"].as_str()).collect()
}

fn report(event: &Value) -> &str {
    event["EventReport"][0]["content"].as_str().expect("a text")
}

#[test]
fn what_an_edition_withholds_is_in_none_of_its_files() {
    let site = marked();
    site.build().success();
    for (path, bytes) in site.files("public/public") {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for word in ["quokka", "203.0.113.77", "t0831"] {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
    let clients = site.files("public/clients");
    for path in [
        "exchange/indicators.csv",
        "exchange/indicators.json",
        "exchange/catalogue.json",
        "exchange/misp/manifest.json",
        "actors/grey-heron/indicators.csv",
        "landscape/layer.json",
    ] {
        let text = String::from_utf8_lossy(&clients[path]);
        let there = ["quokka", "Quokka"].iter().any(|word| text.contains(word));
        assert!(
            there,
            "{path} does not have what its edition shows:\n{text}"
        );
    }
}

#[test]
fn a_brief_is_an_event_with_what_it_says_in_misps_own_words() {
    let site = marked();
    site.build().success();
    let events = events(&site, "public");
    assert_eq!(events.len(), 2);
    let event = &events["Harbour lures"];
    assert_eq!(event["date"], "2025-11-10");
    // 2025-11-14T09:30:00Z
    assert_eq!(event["timestamp"], "1763112600");
    assert_eq!(event["distribution"], "3");
    assert_eq!(event["Orgc"]["name"], "Example Desk");
    assert_eq!(
        names(&event["Tag"]),
        [
            "tlp:clear",
            "PAP:AMBER",
            "estimative-language:confidence-in-analytic-judgment=\"moderate\"",
            "admiralty-scale:source-reliability=\"b\"",
            "admiralty-scale:information-credibility=\"2\"",
            "misp-galaxy:threat-actor=\"Grey Heron\"",
            "misp-galaxy:mitre-attack-pattern=\"Spearphishing Attachment - T1566.001\"",
            "misp-galaxy:mitre-attack-pattern=\"Exploit Public-Facing Application - T1190\"",
        ]
    );
    let attributes = event["Attribute"].as_array().expect("a list");
    let rows: Vec<[&str; 3]> = attributes
        .iter()
        .map(|row| ["type", "category", "value"].map(|key| row[key].as_str().expect("a text")))
        .collect();
    assert_eq!(
        rows,
        [
            ["domain", "Network activity", "tenders.example"],
            ["hostname|port", "Network activity", "quay.example|8443"],
            [
                "md5",
                "Payload delivery",
                "0cc175b9c0f1b6a831c399e269772661"
            ],
            ["text", "Artifacts dropped", "=calc.exe"],
            ["vulnerability", "External analysis", "CVE-2023-22515"],
            ["comment", "Other", "The group will very likely go on."],
            ["link", "External analysis", "https://vendor.example/q3"],
            [
                "link",
                "External analysis",
                "https://briefs.example.org/team/briefs/harbour/"
            ],
        ]
    );
    assert_eq!(attributes[0]["to_ids"], true);
    assert_eq!(
        attributes[0]["first_seen"],
        "2025-07-01T00:00:00.000000+00:00"
    );
    assert_eq!(
        attributes[0]["comment"],
        "lure site; Quaybot; valid until 2026-07-03"
    );
    assert_eq!(attributes[3]["to_ids"], false);
    assert_eq!(
        names(&attributes[5]["Tag"]),
        [
            "estimative-language:confidence-in-analytic-judgment=\"high\"",
            "estimative-language:likelihood-probability=\"very-likely\"",
        ]
    );
    // Two hashes of one description are one file; a third with another is none of it.
    let objects = event["Object"].as_array().expect("a list");
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["comment"], "first loader");
    let relations: Vec<&Value> = objects[0]["Attribute"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| &row["object_relation"])
        .collect();
    assert_eq!(relations, ["md5", "sha256"]);
    // What was revoked alerts nobody.
    assert_eq!(events["Third"]["Attribute"][0]["to_ids"], false);
}

#[test]
fn an_event_carries_the_highest_marking_of_what_it_holds() {
    let site = marked();
    site.build().success();
    let event = &events(&site, "clients")["Harbour lures"];
    assert_eq!(names(&event["Tag"])[0], "tlp:amber");
    assert_eq!(event["distribution"], "0");
    let attributes = event["Attribute"].as_array().expect("a list");
    let tlp = |value: &str| {
        let row = attributes.iter().find(|row| row["value"] == value);
        names(&row.expect("an attribute")["Tag"])
            .into_iter()
            .find(|name| name.starts_with("tlp:"))
    };
    assert_eq!(tlp("tenders.example"), Some("tlp:clear"));
    assert_eq!(tlp("203.0.113.77"), None);
}

#[test]
fn hashes_name_the_event_of_every_value() {
    let site = marked();
    site.build().success();
    let events = events(&site, "public");
    let uuid = events["Harbour lures"]["uuid"].as_str().expect("an id");
    let hashes = site.page("public/exchange/misp/hashes.csv");
    let lines: BTreeSet<&str> = hashes.lines().collect();
    let md5 = |value: &str| {
        use md5::Md5;
        let sum = Md5::digest(value);
        sum.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    for value in [
        "tenders.example",
        "quay.example",
        "8443",
        "d41d8cd98f00b204e9800998ecf8427e",
    ] {
        let line = format!("{},{uuid}", md5(value));
        assert!(lines.contains(line.as_str()), "{value} in {hashes}");
    }
}

#[test]
fn the_report_is_the_brief_in_markdown_without_what_is_withheld() {
    let site = marked();
    site.build().success();
    let public = events(&site, "public");
    insta::assert_snapshot!(report(&public["Harbour lures"]), @r"
    # Harbour lures

    TLP:CLEAR · PAP:AMBER · 2025-11-10 · updated 2025-11-14T09:30:00Z · Example Desk · [https://briefs.example.org/team/briefs/harbour/](https://briefs.example.org/team/briefs/harbour/)

    ## Key judgments

    * The group will very likely go on. (Very likely; High confidence) \[1]

    [Grey Heron](https://briefs.example.org/team/actors/grey-heron/) wrote to ports \[1] in [Taiwan](https://briefs.example.org/team/regions/taiwan/), with *lures* and snake_case words.

    Some markup here.

    ## Next

    1. One
    2. Two

    ## Sources

    1. Quarterly report, Vendor A (B2): [https://vendor.example/q3](https://vendor.example/q3)
    ");
    let clients = events(&site, "clients");
    let text = report(&clients["Harbour lures"]);
    for part in [
        "(TLP:AMBER) The sealed paragraph quokka.",
        "::: tlp amber\n\nSealed block quokka.\n\nAnd its second paragraph quokka.\n\n:::",
        "(TLP:AMBER) Sealed judgment quokka.",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

#[test]
fn words_stay_words_in_a_report() {
    let site = Site::new().file("tearline.toml", SETTINGS).file(
        "content/briefs/first.md",
        brief(
            "\"*Stars* [x](https://a.example) <b> &lt; `c` R&D\"",
            "summary: \"- no list\"\noutlook: \"1. no list either\"\n",
            "a \\*b\\* c, \\[d\\](e) and \\<f>\n\n[Tenders](https://tenders.example/)\n\n```\n*kept* _as_ [it] is\n```\n\n| a \\| b |\n|---|\n| \\*c\\* |\n",
        )
        .replace("outlook:", "indicators:\n  - {type: domain, value: tenders.example}\noutlook:"),
    );
    site.build().success();
    let manifest = json(&site, "exchange/misp/manifest.json");
    let uuid = manifest
        .as_object()
        .and_then(|rows| rows.keys().next())
        .expect("an event");
    let event = json(&site, &format!("exchange/misp/{uuid}.json"));
    insta::assert_snapshot!(report(&event["Event"]), @r"
    # \*Stars\* \[x](https://a.example) \<b> &amp;lt; \`c\` R&D

    TLP:CLEAR · 2025-11-10 · [https://briefs.example.org/briefs/first/](https://briefs.example.org/briefs/first/)

    \- no list

    a \*b\* c, \[d\](e) and \<f>

    Tenders

    ```
    *kept* _as_ [it] is
    ```

    |a \| b|
    |-----|
    |\*c\*|

    ## Outlook

    1\. no list either
    ");
}

#[test]
fn ids_stay_and_differ_between_editions() {
    let site = marked();
    site.build().success();
    let ids = |edition: &str| -> BTreeMap<String, Vec<String>> {
        events(&site, edition)
            .into_iter()
            .map(|(title, event)| {
                let below = ["Attribute", "Object", "EventReport"]
                    .into_iter()
                    .flat_map(|key| {
                        let rows = event[key].as_array().cloned().unwrap_or_default();
                        rows.into_iter().map(|row| row["uuid"].to_string())
                    });
                let own = event["uuid"].to_string();
                (title, std::iter::once(own).chain(below).collect())
            })
            .collect()
    };
    let first = [ids("public"), ids("clients")];
    // Another brief and other words change no id of this one.
    site.write("content/briefs/fourth.md", brief("Fourth", "", "More.\n"));
    site.build().success();
    let second = [ids("public"), ids("clients")];
    for (before, after) in first.iter().zip(&second) {
        for (title, ids) in before {
            assert_eq!(ids, &after[title], "{title}");
        }
    }
    let all: Vec<&String> = second.iter().flat_map(BTreeMap::values).flatten().collect();
    let distinct: BTreeSet<&String> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len(), "an id stands twice");
}

/// The scores of a layer by technique.
fn scores(site: &Site, path: &str) -> BTreeMap<String, Option<u64>> {
    let layer = json(site, path);
    let techniques = layer["techniques"].as_array().expect("a list");
    techniques
        .iter()
        .map(|row| {
            let id = row["techniqueID"].as_str().expect("an id");
            (id.to_owned(), row["score"].as_u64())
        })
        .collect()
}

#[test]
fn a_layer_counts_the_briefs_that_name_a_technique() {
    let site = marked();
    site.build().success();
    let is = |path: &str, rows: &[(&str, Option<u64>)]| {
        let rows = rows.iter().map(|(id, score)| ((*id).to_owned(), *score));
        assert_eq!(scores(&site, path), rows.collect(), "{path}");
    };
    let named = [("T1190", Some(1)), ("T1566", None), ("T1566.001", Some(1))];
    is("public/briefs/harbour/layer.json", &named);
    // The third brief was revoked, which the landscape does not count.
    is("public/landscape/layer.json", &named);
    is("public/regions/taiwan/layer.json", &named);
    is(
        "public/actors/grey-heron/layer.json",
        &[("T1190", Some(1)), ("T1566", None), ("T1566.001", Some(2))],
    );
    is(
        "clients/actors/grey-heron/layer.json",
        &[("T1190", Some(1)), ("T1566", None), ("T1566.001", Some(3))],
    );
    is(
        "clients/actors/grey-heron/layer-ics.json",
        &[("T0831", Some(1))],
    );
    assert!(!site.has("public/actors/grey-heron/layer-ics.json"));
    let layer = json(&site, "clients/actors/grey-heron/layer.json");
    assert_eq!(layer["name"], "[TLP:AMBER] Grey Heron");
    assert_eq!(layer["domain"], "enterprise-attack");
    assert_eq!(
        layer["versions"],
        serde_json::json!({"attack": "18", "navigator": "5.1.0", "layer": "4.5"})
    );
    assert_eq!(layer["gradient"]["maxValue"], 3);
    let phishing = &layer["techniques"][1];
    assert_eq!(phishing["showSubtechniques"], true);
}

#[test]
fn a_layer_of_the_only_matrix_has_the_plain_name() {
    let site = Site::minimal()
        .file("data/attack-ics.json", ICS)
        .file(
            "content/briefs/first.md",
            brief("First", "techniques: [T0831]\n", "Words.\n"),
        )
        .file(
            "content/briefs/none.md",
            brief("None", "", "No technique.\n"),
        );
    site.build().success();
    assert_eq!(
        json(&site, "briefs/first/layer.json")["domain"],
        "ics-attack"
    );
    assert!(!site.has("briefs/first/layer-ics.json"));
    assert!(!site.has("briefs/none/layer.json"));
}

#[test]
fn tables_of_indicators_have_exact_values_and_guarded_words() {
    let site = marked();
    site.build().success();
    let text = site.page("public/briefs/harbour/indicators.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<&str> = reader.headers().expect("a header").iter().collect();
    assert_eq!(
        header,
        [
            "type",
            "value",
            "first_seen",
            "valid_until",
            "confidence",
            "description",
            "marking",
            "software",
            "brief_title",
            "brief_url"
        ]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 6);
    let first: Vec<&str> = rows[0].iter().collect();
    assert_eq!(
        first,
        [
            "domain",
            "tenders.example",
            "2025-07",
            "2026-07-03",
            "high",
            "lure site",
            "TLP:CLEAR",
            "Quaybot",
            "Harbour lures",
            "https://briefs.example.org/team/briefs/harbour/"
        ]
    );
    assert_eq!(&rows[5][1], "=calc.exe");
    assert_eq!(&rows[5][5], "'=HYPERLINK(1)");
    let listed = json(&site, "public/briefs/harbour/indicators.json");
    assert_eq!(listed["marking"], "TLP:CLEAR");
    assert_eq!(listed["indicators"].as_array().map(Vec::len), Some(6));
    assert_eq!(listed["indicators"][5]["description"], "=HYPERLINK(1)");
    let clients = json(&site, "clients/briefs/harbour/indicators.json");
    assert_eq!(clients["marking"], "TLP:AMBER");
    // What a revoked brief took back is in its own table alone.
    let all = |path: &str| site.page(path).lines().count() - 1;
    assert_eq!(all("public/briefs/third/indicators.csv"), 1);
    assert_eq!(all("public/actors/grey-heron/indicators.csv"), 6);
    assert_eq!(all("public/exchange/indicators.csv"), 6);
    assert_eq!(all("clients/exchange/indicators.csv"), 8);
}

#[test]
fn the_catalogue_names_everything_with_its_files() {
    let site = marked();
    site.build().success();
    let catalogue = json(&site, "public/exchange/catalogue.json");
    let titles: Vec<&Value> = (catalogue["briefs"].as_array().expect("a list").iter())
        .map(|row| &row["title"])
        .collect();
    assert_eq!(titles, ["Harbour lures", "Third"]);
    let harbour = &catalogue["briefs"][0];
    assert_eq!(harbour["changed"], "2025-11-14T09:30:00Z");
    assert_eq!(harbour["indicators"], 6);
    let files: BTreeSet<&str> = (harbour["files"].as_array().expect("a list").iter())
        .filter_map(|file| file["url"].as_str()?.rsplit('/').next())
        .collect();
    for name in ["layer.json", "indicators.csv", "indicators.json"] {
        assert!(files.contains(name), "{files:?}");
    }
    let heron = (catalogue["entities"].as_array().expect("a list").iter())
        .find(|row| row["name"] == "Grey Heron")
        .expect("the actor");
    assert_eq!(heron["kind"], "actor");
    assert_eq!(heron["aliases"][0]["name"], "White Wader");
    let named = harbour["entities"].as_array().expect("a list");
    assert!(named.contains(&heron["id"]));
}

#[test]
fn every_document_is_listed_with_its_time_and_its_checksum() {
    let site = marked();
    site.build().success();
    let output = site.files("public/public");
    let index = site.page("public/exchange/index.txt");
    let changes = site.page("public/exchange/changes.csv");
    let listed: BTreeSet<&str> = index.lines().collect();
    assert!(listed.contains("catalogue.json"));
    for line in changes.lines() {
        assert!(line.starts_with('"') && line.ends_with("Z\""), "{line}");
    }
    assert!(
        changes.contains("\"catalogue.json\",\"2025-11-14T09:30:00Z\""),
        "{changes}"
    );
    for relative in &listed {
        let path = match relative.strip_prefix("../") {
            Some(path) => path.to_owned(),
            None => format!("exchange/{relative}"),
        };
        let sum = Sha256::digest(&output[&path]);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = path.rsplit('/').next().expect("a name");
        let beside = String::from_utf8_lossy(&output[&format!("{path}.sha256")]);
        assert_eq!(beside, format!("{sum}  {name}\n"));
    }
    let sums = output.keys().filter(|path| path.ends_with(".sha256"));
    assert_eq!(sums.count(), listed.len());
}

#[test]
fn pages_link_to_the_files_that_they_have() {
    let site = marked();
    site.build().success();
    let page = site.page("public/briefs/harbour/index.html");
    for (kind, name) in [
        ("application/json", "layer.json"),
        ("text/csv", "indicators.csv"),
    ] {
        let link =
            format!("<link rel=\"alternate\" type=\"{kind}\" href=\"/team/briefs/harbour/{name}\"");
        assert!(page.contains(&link), "no {link}");
        let link = format!("<a href=\"/team/briefs/harbour/{name}\" type=\"{kind}\" download>");
        assert!(page.contains(&link), "no {link}");
    }
    for path in ["index.html", "exchange/index.html"] {
        let page = site.page(&format!("public/{path}"));
        assert!(page.contains("/team/exchange/misp/manifest.json"), "{path}");
    }
    assert!(
        site.page("public/index.html")
            .contains("href=\"/team/exchange/\"")
    );
}

#[test]
fn only_files_that_everybody_may_have_are_open_to_scripts_of_other_sites() {
    let site = marked();
    site.build().success();
    let rule = "/team/briefs/:name/layer.json\n  Access-Control-Allow-Origin: *\n";
    assert!(site.page("public/_headers").contains(rule));
    // What a host sends of its own accord is taken away, and nothing is set.
    let headers = site.page("clients/_headers");
    let mut lines = headers.lines().map(str::trim);
    assert!(!lines.any(|line| line.starts_with("Access-Control")));
    assert!(headers.contains("  ! Access-Control-Allow-Origin\n"));
}

#[test]
fn a_site_without_sidecars_has_none() {
    let site = marked();
    let settings = EDITIONS.replace(
        "[editions.public]",
        "[build]\nsidecars = false\n[editions.public]",
    );
    site.write("tearline.toml", settings);
    site.build().success();
    for path in site.output().keys() {
        let name = path.rsplit('/').next().expect("a name");
        assert!(
            !path.contains("/exchange/")
                && !name.starts_with("layer")
                && !name.starts_with("indicators")
                && !name.ends_with(".sha256"),
            "{path}"
        );
    }
    assert!(
        !site
            .page("public/briefs/harbour/index.html")
            .contains("page-data")
    );
    assert!(!site.page("public/index.html").contains("/exchange/"));
}

#[test]
fn security_txt_says_whom_to_tell() {
    let site = Site::minimal();
    let settings = format!(
        "{SETTINGS}[security]\ncontact = [\"mailto:security@example.org\", \"https://example.org/report\"]\n\
         expires = 2026-06-30T00:00:00Z\npolicy = [\"https://example.org/policy\"]\npreferred_languages = [\"en\", \"de\"]\n"
    );
    site.write("tearline.toml", settings);
    site.build().success();
    assert_eq!(
        site.page(".well-known/security.txt"),
        "Contact: mailto:security@example.org\nContact: https://example.org/report\n\
         Policy: https://example.org/policy\nPreferred-Languages: en, de\n\
         Expires: 2026-06-30T00:00:00Z\n\
         Canonical: https://briefs.example.org/.well-known/security.txt\n"
    );
}

/// What is planned for other tools and what the table of these files says are the same: a file
/// without a row would be linked, listed and typed nowhere, a row without a file would be an empty
/// promise.
#[test]
fn the_table_of_sidecars_has_every_file_and_no_other() {
    use tearline::exchange::{self, sidecars};
    use tearline::kind::EntityKind;
    let (prepared, _) = tearline::site::prepare(&tearline::site::Options {
        root: env!("CARGO_MANIFEST_DIR").into(),
        edition: Some("internal".to_owned()),
        base_url: None,
        drafts: false,
        embargoed: false,
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
    });
    let prepared = prepared.unwrap();
    let built = &prepared.editions[0];
    let folders: BTreeSet<&str> = (built.plan.outputs.keys())
        .filter_map(|path| path.rsplit_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    let mut said = BTreeSet::new();
    let mut used = BTreeSet::new();
    for folder in folders {
        for (path, row) in sidecars::beside(&built.plan, &format!("/{folder}/")) {
            said.insert(path);
            used.insert(row.path);
        }
    }
    let is_event = |path: &str| {
        let name = path.strip_prefix("exchange/misp/").unwrap_or_default();
        name.strip_suffix(".json").is_some_and(|id| id.len() == 36)
    };
    let mut made: BTreeSet<String> = exchange::files(&built.edition)
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| !is_event(path))
        .collect();
    let stix = built.plan.outputs.keys().filter(|path| {
        path.ends_with(".stix.json") || path.as_str() == "exchange/stix/bundle.json"
    });
    made.extend(stix.cloned());
    assert_eq!(said, made);
    // The example names techniques of one domain only.
    let rows: BTreeSet<&str> = (sidecars::TABLE.iter())
        .map(|row| row.path)
        .filter(|path| !["layer-ics.json", "layer-mobile.json"].contains(path))
        .collect();
    assert_eq!(used, rows);
    let layered: BTreeSet<EntityKind> = (sidecars::TABLE.iter())
        .filter(|row| row.path == "layer.json")
        .flat_map(|row| row.places)
        .filter_map(|place| match place {
            sidecars::Place::Entity(kind) => Some(*kind),
            _ => None,
        })
        .collect();
    let kinds = EntityKind::ALL.iter().filter(|kind| kind.has_layer());
    assert_eq!(layered, kinds.copied().collect());
}
