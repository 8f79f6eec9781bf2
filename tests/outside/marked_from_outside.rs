//! A red value in every field of MISP events, clusters and lists, and of the documents of other
//! generators, by every way in which people and programs mark: none of them is in the edition at
//! TLP:CLEAR, drafts included.
//!
//! Each value is a word of its own in a document that is clear but for the one mark, so that what one
//! mark narrows hides no other. The edition at TLP:RED shows that the values came through at all.

use std::collections::BTreeMap;

use crate::support::{AS_OF, Run, Site, brief};
use serde_json::{Map, Value, json};

/// A site with an edition for all and one for the named.
const SETTINGS: &str =
    "title = \"Test Briefings\"\ndefault_tlp = \"clear\"\n[build]\ncards = false\n";
const EDITIONS: &str = "[editions.public]\ntlp = \"clear\"\nbase_url = \"https://public.example\"\n\
     [editions.staff]\ntlp = \"red\"\nbase_url = \"https://staff.example\"\n";

/// The values that were planted, by what stands for them in an output.
#[derive(Default)]
struct Planted(BTreeMap<String, String>);

impl Planted {
    /// A new word, and where it was planted.
    fn word(&mut self, place: impl Into<String>) -> String {
        let word = format!("zq{:04}x", self.0.len());
        self.0.insert(word.clone(), place.into());
        word
    }

    /// A CVE id that stands for itself.
    fn cve(&mut self, place: impl Into<String>) -> String {
        let id = format!("CVE-2031-{}", 10_000 + self.0.len());
        self.0.insert(id.to_lowercase(), place.into());
        id
    }

    /// A place of the world that nothing else names.
    fn known(&mut self, word: &str, place: impl Into<String>) -> String {
        let before = self.0.insert(word.to_lowercase(), place.into());
        assert!(before.is_none(), "{word} stands for two");
        word.to_owned()
    }

    /// None of them is in the edition for all; each is in the other one.
    #[track_caller]
    fn judge(&self, site: &Site, folder: &str, format: &str) {
        let run = site.run(["build", "--root", folder, "--drafts", "--as-of", AS_OF]);
        assert_eq!(run.status, Some(0), "{format}\n{}", run.all());
        let found = |edition: &str| -> Vec<&String> {
            let root = format!("{folder}/public/{edition}");
            let mut all = String::new();
            for (path, bytes) in site.files(&root) {
                all.push_str(&path.to_lowercase());
                all.push('\n');
                all.push_str(&String::from_utf8_lossy(&bytes).to_lowercase());
                all.push('\n');
            }
            assert!(!all.is_empty(), "{format}: there is no {root}");
            self.0.keys().filter(|word| all.contains(*word)).collect()
        };
        let told = |words: Vec<&String>| -> Vec<&String> {
            words.into_iter().map(|word| &self.0[word]).collect()
        };
        let leaks = found("public");
        assert!(leaks.is_empty(), "{format} leaks {:#?}", told(leaks));
        let there = found("staff");
        let lost: Vec<&String> = self.0.keys().filter(|word| !there.contains(word)).collect();
        assert!(lost.is_empty(), "{format} loses {:#?}", told(lost));
        println!(
            "{format}: {} values planted, 0 in the edition at TLP:CLEAR",
            self.0.len()
        );
    }
}

fn site() -> Site {
    Site::new()
        .file("tearline.toml", format!("{SETTINGS}{EDITIONS}"))
        .file(
            "content/briefs/first.md",
            brief("First", "", "Nothing happened.\n"),
        )
}

#[track_caller]
fn done(run: Run) -> Run {
    assert_eq!(run.status, Some(0), "{}", run.all());
    run
}

/// The ways in which MISP limits a part of an event; none of them is clear.
fn limits() -> Vec<(&'static str, Value)> {
    let tag = |name: &str| json!({"distribution": "5", "Tag": [{"name": name}]});
    vec![
        ("tlp:red", tag("tlp:red")),
        ("TLP-RED", tag("TLP-RED")),
        ("TLP:AMBER+STRICT", tag("TLP:AMBER+STRICT")),
        ("tlp:ex:chr", tag("tlp:ex:chr")),
        ("tlp:sometimes", tag("tlp:sometimes")),
        ("iep", tag("iep:traffic-light-protocol=\"RED\"")),
        ("iep2", tag("iep2-policy:tlp=\"RED\"")),
        (
            "local tag",
            json!({"Tag": [{"name": "tlp:red", "local": true}, {"name": "tlp:clear"}]}),
        ),
        (
            "distribution 0",
            json!({"distribution": "0", "Tag": [{"name": "tlp:clear"}]}),
        ),
        ("distribution 1", json!({"distribution": 1})),
        ("distribution 2", json!({"distribution": "2"})),
        (
            "distribution 4",
            json!({"distribution": "4", "sharing_group_id": "7"}),
        ),
        (
            "a sharing group",
            json!({"SharingGroup": {"name": "Friends"}}),
        ),
        ("an unknown distribution", json!({"distribution": "9"})),
    ]
}

/// A value with the keys of another.
fn with(mut value: Value, more: &Value) -> Value {
    if let (Some(value), Some(more)) = (value.as_object_mut(), more.as_object()) {
        value.extend(more.clone());
    }
    value
}

/// A clear event, with further keys.
fn event(number: usize, more: &Value) -> Value {
    let event = json!({"uuid": format!("00000000-0000-4000-9000-{number:012}"), "info": format!("Event {number}"),
        "date": "2025-11-06", "timestamp": "1762400000", "distribution": "3", "Orgc": {"name": "Example Lab"},
        "Tag": [{"name": "tlp:clear"}]});
    json!({"Event": with(event, more)})
}

/// One attribute of each type that is read, its value planted.
fn attributes(
    planted: &mut Planted,
    way: &str,
    places: &mut dyn Iterator<Item = &str>,
) -> Vec<Value> {
    let mut all = Vec::new();
    let mut add = |kind: &str, category: &str, value: String| {
        all.push(json!({"type": kind, "category": category, "value": value}));
    };
    let mut word = |kind: &str| planted.word(format!("attribute {kind}, {way}"));
    add("domain", "", format!("{}.example", word("domain")));
    add("url", "", format!("https://a.example/{}", word("url")));
    add("email-src", "", format!("{}@a.example", word("email-src")));
    add(
        "email-subject",
        "",
        format!("Invoice {}", word("email-subject")),
    );
    add("filename", "", format!("{}.exe", word("filename")));
    add(
        "filename|md5",
        "",
        format!(
            "{}.exe|d41d8cd98f00b204e9800998ecf8427e",
            word("filename|md5")
        ),
    );
    add("regkey", "", format!("HKLM\\Software\\{}", word("regkey")));
    add("mutex", "", word("mutex"));
    add("user-agent", "", format!("Agent/{}", word("user-agent")));
    add(
        "link",
        "External analysis",
        format!("https://b.example/{}", word("link")),
    );
    add(
        "url",
        "External analysis",
        format!("https://c.example/{}", word("url as a link")),
    );
    add(
        "threat-actor",
        "Attribution",
        format!("Heron {}", word("threat-actor")),
    );
    add(
        "campaign-name",
        "Attribution",
        format!("Operation {}", word("campaign-name")),
    );
    add(
        "text",
        "External analysis",
        format!("A remark on {}.", word("text")),
    );
    let cve = planted.cve(format!("attribute vulnerability, {way}"));
    all.push(json!({"type": "vulnerability", "value": cve}));
    if let Some(place) = places.next() {
        let place = planted.known(place, format!("attribute target-location, {way}"));
        all.push(json!({"type": "target-location", "value": place}));
    }
    let comment = planted.word(format!("attribute comment, {way}"));
    all.push(
        json!({"type": "domain", "value": format!("c{}.example", all.len()), "comment": comment}),
    );
    let comment = planted.word(format!("comment of a link, {way}"));
    all.push(json!({"type": "link", "value": "https://d.example/", "comment": comment}));
    all
}

const PLACES: [&str; 14] = [
    "Tuvalu",
    "Nauru",
    "Kiribati",
    "Palau",
    "Vanuatu",
    "Bhutan",
    "Lesotho",
    "Eswatini",
    "Comoros",
    "Seychelles",
    "Suriname",
    "Belize",
    "Andorra",
    "Brunei",
];

/// Galaxies, each with one cluster whose name is planted.
fn galaxies(planted: &mut Planted, way: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for kind in ["threat-actor", "ransomware", "mitre-campaign", "sector"] {
        let name = format!("Name {}", planted.word(format!("cluster of {kind}, {way}")));
        all.push(json!({"type": kind, "GalaxyCluster": [{"value": name}]}));
        let name = planted.word(format!("tag name of a cluster of {kind}, {way}"));
        all.push(json!({"type": kind, "GalaxyCluster": [{"value": "x",
            "tag_name": format!("misp-galaxy:{kind}=\"{name}\"")}]}));
    }
    all
}

#[test]
fn misp_events() {
    let mut planted = Planted::default();
    let mut events = Vec::new();
    let mut add = |more: Value| events.push(event(events.len(), &more));
    let mut places = PLACES.into_iter();
    for (way, limit) in limits() {
        // The whole event.
        let info = format!("About {}", planted.word(format!("info, {way}")));
        let org = format!("Lab {}", planted.word(format!("Orgc, {way}")));
        let word = planted.word(format!("a plain tag, {way}"));
        let report = planted.word(format!("report of an event, {way}"));
        let mut all = with(
            json!({"info": info, "Orgc": {"name": org}, "Tag": [], "Galaxy": galaxies(&mut planted, way),
            "Attribute": attributes(&mut planted, &format!("event {way}"), &mut std::iter::empty()),
            "EventReport": [{"name": "R", "content": report}]}),
            &limit,
        );
        let tags = all["Tag"].as_array_mut().expect("tags");
        tags.push(json!({"name": word}));
        add(all);
        // One attribute, alone and in an object; one object. Of the ways that are read alike, three have
        // an event for each value, the others one for all.
        let apart = ["tlp:red", "distribution 0", "distribution 4"].contains(&way);
        let mut each = |key: &str, parts: Vec<Value>| {
            if apart {
                parts.into_iter().for_each(|part| add(json!({key: [part]})));
            } else {
                add(json!({key: parts}));
            }
        };
        let parts = attributes(&mut planted, way, &mut places);
        each(
            "Attribute",
            parts.into_iter().map(|part| with(part, &limit)).collect(),
        );
        let parts = galaxies(&mut planted, &format!("galaxy {way}"));
        each(
            "Galaxy",
            parts.into_iter().map(|part| with(part, &limit)).collect(),
        );
        let mut parts = galaxies(&mut planted, &format!("cluster {way}"));
        for galaxy in &mut parts {
            let cluster = galaxy["GalaxyCluster"][0].take();
            galaxy["GalaxyCluster"][0] = with(cluster, &limit);
        }
        each("Galaxy", parts);
        let parts = galaxies(&mut planted, &format!("galaxy of an attribute {way}"));
        let of_attribute =
            |galaxy| json!({"type": "domain", "value": "g.example", "Galaxy": [galaxy]});
        let parts = parts.into_iter().map(of_attribute);
        each("Attribute", parts.map(|part| with(part, &limit)).collect());
        for (place, of_object, of_attribute) in [
            ("attribute of an object", &json!({}), &limit),
            ("object", &limit, &json!({})),
        ] {
            let domain = format!("{}.example", planted.word(format!("{place}, {way}")));
            let comment = planted.word(format!("comment of an object, {place}, {way}"));
            let attribute = with(json!({"type": "domain", "value": domain}), of_attribute);
            add(
                json!({"Object": [with(json!({"comment": comment, "Attribute": [attribute]}), of_object)]}),
            );
        }
        // A report.
        let (name, text) = (
            planted.word(format!("name of a report, {way}")),
            planted.word(format!("report, {way}")),
        );
        add(
            json!({"EventReport": [with(json!({"name": name, "content": format!("# Head\n\nText on {text}.")}), &limit)]}),
        );
    }
    // Labels in texts.
    for label in [
        "TLP:RED",
        "[RED]",
        "**TLP:RED:**",
        "TLP-RED -",
        "Classification: TLP:RED.",
    ] {
        let mut word = |place: &str| planted.word(format!("{place}, {label}"));
        add(json!({"info": format!("{label} {}", word("info"))}));
        add(json!({"Orgc": {"name": format!("{label} {}", word("Orgc"))}}));
        add(
            json!({"Attribute": [{"type": "domain", "value": "e.example", "comment": format!("{label} {}", word("comment"))}]}),
        );
        add(
            json!({"Attribute": [{"type": "domain", "value": format!("{}.example", word("value")), "comment": label}]}),
        );
        add(
            json!({"Attribute": [{"type": "link", "value": "https://e.example", "comment": format!("{label} {}", word("link"))}]}),
        );
        add(
            json!({"Attribute": [{"type": "threat-actor", "value": format!("{label} {}", word("threat-actor"))}]}),
        );
        add(
            json!({"Attribute": [{"type": "text", "category": "External analysis", "value": format!("{label} {}", word("text"))}]}),
        );
        add(
            json!({"Object": [{"comment": label, "Attribute": [{"type": "domain", "value": format!("{}.example", word("object"))}]}]}),
        );
        add(
            json!({"EventReport": [{"name": format!("{label} {}", word("name of a report")), "content": "x"}, {"name": "S", "content": "y"}]}),
        );
        add(
            json!({"EventReport": [{"name": "R", "content": format!("# Head\n\n{label} {}", word("report"))}]}),
        );
        add(
            json!({"EventReport": [{"name": label, "content": word("report with a label for a name")}]}),
        );
        add(
            json!({"Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"value": format!("{label} {}", word("cluster"))}]}]}),
        );
    }
    let metas = [
        json!({"tlp": ["red"]}),
        json!({"classification": "TLP:RED"}),
    ];
    for meta in metas {
        let name = planted.word(format!("cluster, {meta}"));
        add(
            json!({"Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"value": name, "meta": meta}]}]}),
        );
    }
    let site = site();
    site.write("in/events.json", Value::from(events).to_string());
    // No flag makes anything wider.
    done(site.run(["import", "misp", "in/events.json", "--tlp", "clear"]));
    planted.judge(&site, ".", "MISP events");
}

#[test]
fn misp_feeds() {
    let mut planted = Planted::default();
    let mut manifest = Map::new();
    let site = site();
    for (number, listed) in [
        json!({"Tag": [{"name": "tlp:red"}]}),
        json!({"info": "[TLP:RED] x", "Tag": {"name": "odd"}}),
        json!({"info": "TLP:RED - x"}),
    ]
    .into_iter()
    .enumerate()
    {
        // What is not of its form says nothing, and the event does.
        let is_odd = listed["Tag"].is_object();
        let info = planted.word(format!("{listed}"));
        let tags = if is_odd {
            json!([{"name": "tlp:red"}])
        } else {
            json!([])
        };
        let event = event(number, &json!({"info": info, "Tag": tags}));
        let uuid = event["Event"]["uuid"].as_str().expect("a uuid").to_owned();
        site.write(&format!("in/{uuid}.json"), event.to_string());
        manifest.insert(uuid, listed);
    }
    site.write("in/manifest.json", Value::from(manifest).to_string());
    done(site.run(["import", "misp", "in/manifest.json"]));
    planted.judge(&site, ".", "MISP feeds");
}

#[test]
fn misp_clusters() {
    let mut planted = Planted::default();
    let mut clusters = Vec::new();
    let mut cluster = |planted: &mut Planted, way: &str, labels: [&str; 2], more: &Value| {
        let mut word = |field: &str| planted.word(format!("{field}, {way}"));
        let number = clusters.len();
        let value = json!({"uuid": format!("00000000-0000-4000-a000-{number:012}"),
            "value": format!("{}Heron {}", labels[0], word("value")),
            "description": format!("{}On {}.", labels[1], word("description")),
            "meta": {"synonyms": [format!("Crane {}", word("synonyms"))], "refs": [format!("https://a.example/{}", word("refs"))],
                "cfr-suspected-state-sponsor": format!("State {}", word("sponsor")),
                "cfr-target-category": [format!("Sector {}", word("target category"))]}});
        let meta = with(value["meta"].clone(), &more["meta"]);
        let mut value = with(value, more);
        value["meta"] = meta;
        clusters.push(value);
    };
    for (way, limit) in limits() {
        cluster(&mut planted, way, ["", ""], &limit);
    }
    for meta in [json!({"tlp": "red"}), json!({"marking": ["TLP:RED"]})] {
        let way = meta.to_string();
        cluster(&mut planted, &way, ["", ""], &json!({"meta": meta}));
    }
    cluster(
        &mut planted,
        "label of the name",
        ["TLP:RED ", ""],
        &json!({}),
    );
    cluster(
        &mut planted,
        "label of the description",
        ["", "TLP:RED: "],
        &json!({}),
    );
    // A clear one that names a red one.
    let red = clusters[0]["uuid"].clone();
    let text = planted.word("description of what names a red cluster");
    clusters.push(json!({"uuid": "00000000-0000-4000-a000-00000000ffff", "value": "Mud Crane", "description": text,
        "related": [{"dest-uuid": red, "type": "similar"}]}));
    let site = site();
    let file =
        json!({"name": "Threat Actor", "type": "threat-actor", "version": 1, "values": clusters});
    site.write("in/galaxy.json", file.to_string());
    done(site.run(["import", "misp", "in/galaxy.json", "--tlp", "clear"]));
    planted.judge(&site, ".", "MISP clusters");
}

#[test]
fn lists() {
    let mut planted = Planted::default();
    let site = site().file(
        "data/first.csv",
        "type,value,description,software\ndomain,a.example,,\n",
    );
    site.write(
        "content/briefs/first.md",
        brief("First", "indicators_file: data/first.csv\n", "x\n"),
    );
    let mut lists: Vec<(String, String, &[&str])> = Vec::new();
    let row = |planted: &mut Planted, way: &str, label: &str| {
        let mut word = |field: &str| planted.word(format!("{field}, {way}"));
        format!(
            "domain,{}.example,{label}on {},Bot {}",
            word("value"),
            word("description"),
            word("software")
        )
    };
    const HEADER: &str = "type,value,description,software";
    for column in [
        "tlp",
        "TLP",
        "tlp_level",
        "TLP Level",
        "tlp-marking",
        "tlpColor",
        "marking",
        "Markings",
        "object_marking_refs",
        "objectMarkingRefs",
        "marking-definition",
        "classification",
        "Data Classification",
        "sharing",
        "dissemination",
        "handling",
        "Confidentiality",
        "tags",
        "labels",
        "event_tag",
        "distribution",
        "something",
    ] {
        for value in ["TLP:RED", "tlp:red", "\"['TLP:RED', 'PAP:GREEN']\""] {
            let value = if column == "distribution" { "0" } else { value };
            let way = format!("column `{column}`: {value}");
            let text = format!(
                "{HEADER},{column}\n{},{value}\n",
                row(&mut planted, &way, "")
            );
            lists.push((way, text, &["--tlp", "clear"]));
        }
    }
    for (column, value) in [
        ("tlp", "red"),
        ("tlp", "RED"),
        ("tlp", "amber strict"),
        ("tlp", "secret"),
        ("classification", "internal only"),
        (
            "object_marking_refs",
            "marking-definition--5E57C739-391A-4EB3-B6BE-7D15CA92D5ED",
        ),
        ("markings", "\"tlp:clear, tlp:red\""),
        ("anything", "red"),
        ("tags", "apt tlp:red"),
        ("tags", "\"apt;cti/tlp/red\""),
        ("tags", "tlp:sometimes"),
        ("x", "[RED]"),
    ] {
        let way = format!("column `{column}`: {value}");
        let text = format!(
            "{HEADER},{column}\n{},{value}\n",
            row(&mut planted, &way, "")
        );
        lists.push((way, text, &[]));
    }
    for label in [
        "TLP:RED ",
        "[RED] ",
        "TLP:RED: ",
        "TLP-RED - ",
        "(TLP:RED) ",
    ] {
        let way = format!("a description with {label}");
        lists.push((
            way.clone(),
            format!("{HEADER}\n{}\n", row(&mut planted, &way, label)),
            &[],
        ));
    }
    for head in [
        "# TLP:RED",
        "#TLP:RED",
        "# Classification: TLP:RED",
        "# tlp: red",
        "# Feed of a partner, TLP:RED",
        "TLP:RED",
        "TLP:RED,,,",
        "// TLP:RED",
        "; TLP:RED",
        "Classification,red",
    ] {
        let way = format!("above the list: {head}");
        lists.push((
            way.clone(),
            format!("{head}\n{HEADER}\n{}\n", row(&mut planted, &way, "")),
            &["--tlp", "clear"],
        ));
    }
    let way = "below the list";
    lists.push((
        way.to_owned(),
        format!("{HEADER}\n{}\n# TLP:RED\n", row(&mut planted, way, "")),
        &[],
    ));
    let way = "--tlp red";
    lists.push((
        way.to_owned(),
        format!("{HEADER}\n{}\n", row(&mut planted, way, "")),
        &["--tlp", "red"],
    ));
    for delimiter in [";", "\t", "|"] {
        let way = format!("between {delimiter:?}");
        let text =
            format!("{HEADER},tlp\n{},red\n", row(&mut planted, &way, "")).replace(',', delimiter);
        lists.push((way, text, &[]));
    }
    // Without a header.
    let words = [
        planted.word("value, no header"),
        planted.word("value, no header, label"),
    ];
    lists.push((
        "no header".to_owned(),
        format!("{}.example,domain,TLP:RED\n", words[0]),
        &[],
    ));
    lists.push((
        "no header".to_owned(),
        format!("{}.example,domain,red\n", words[1]),
        &[],
    ));
    let before = std::fs::read_to_string(site.path("data/first.csv")).expect("a table");
    for (way, list, flags) in lists {
        site.write("in/list.csv", &list);
        let run = site.run([&["import", "csv", "in/list.csv", "--brief", "first"], flags].concat());
        assert_eq!(run.status, Some(0), "{way}\n{list}\n{}", run.all());
    }
    // What was there is there, byte for byte, with a cell behind it.
    let after = std::fs::read_to_string(site.path("data/first.csv")).expect("a table");
    let kept: Vec<String> = before
        .lines()
        .zip(["tlp", ""])
        .map(|(line, cell)| format!("{line},{cell}"))
        .collect();
    assert!(after.starts_with(&kept.join("\n")), "{after}");
    planted.judge(&site, ".", "lists");
}

#[test]
fn a_stricter_brief_needs_no_column() {
    let table = "type,value\ndomain,a.example\n";
    let site = Site::new()
        .file("tearline.toml", format!("{SETTINGS}{EDITIONS}"))
        .file("data/first.csv", table)
        .file(
            "content/briefs/first.md",
            brief(
                "First",
                "tlp: amber\nindicators_file: data/first.csv\n",
                "x\n",
            ),
        )
        .file("in/list.csv", "value,tlp\nb.example,amber\na.example,red\n");
    let run = done(site.run(["import", "csv", "in/list.csv", "--brief", "first"]));
    let after = std::fs::read_to_string(site.path("data/first.csv")).expect("a table");
    assert_eq!(after, format!("{table}# from list.csv\ndomain,b.example\n"));
    // A value that is there already keeps its row, and the summary says what the list thinks of it.
    assert!(
        run.stdout
            .contains("at TLP:RED: mark them there: a.example"),
        "{}",
        run.all()
    );
}

/// Front matter by which people mark a document, for all generators.
fn matters() -> Vec<Value> {
    let mut all: Vec<Value> = [
        "tlp",
        "TLP",
        "Tlp",
        "tlp_level",
        "tlp-marking",
        "classification",
        "Classification",
        "marking",
        "markings",
        "sharing",
        "handling",
        "confidentiality",
    ]
    .into_iter()
    .flat_map(|key| ["red", "TLP:RED", "TLP-RED"].map(|value| json!({key: value})))
    .collect();
    all.extend([
        json!({"tlp": ["red"]}),
        json!({"tlp": ""}),
        json!({"tlp": true}),
        json!({"tlp": {"level": "red"}}),
        json!({"classification": "for us alone"}),
        json!({"tags": ["tlp/red", "ports"]}),
        json!({"tags": ["tlp:red"]}),
        json!({"tags": ["TLP-RED"]}),
        json!({"tags": "ports, tlp/red"}),
        json!({"tag": "tlp:red"}),
        json!({"keywords": ["TLP:RED"]}),
        json!({"categories": ["TLP:RED"]}),
        json!({"description": "TLP:RED. A summary."}),
        json!({"summary": "[RED] A summary."}),
        json!({"params": {"tlp": "red"}}),
        json!({"extra": {"tlp": "red"}}),
        json!({"extra": {"page": {"classification": "TLP:RED"}}}),
        json!({"taxonomies": {"tags": ["tlp:red"]}}),
        json!({"taxonomies": {"tlp": ["red"]}}),
        json!({"labels": ["tlp:sometimes"]}),
    ]);
    all
}

/// Texts by which people mark a document or a part of it.
const TEXTS: [&str; 30] = [
    "TLP:RED\n\nText on WORD.",
    "TLP:RED: text on WORD.",
    "**TLP:RED** text on WORD.",
    "# TLP:RED Title\n\nText on WORD.",
    "Classification: TLP:RED\n\nText on WORD.",
    "(TLP:RED) Text on WORD.",
    "First.\n\nTLP:RED text on WORD.",
    "First.\n\nTLP:RED: text on WORD.",
    "First.\n\nTLP-RED - text on WORD.",
    "First.\n\n**TLP:RED:** text on WORD.",
    "First.\n\n**TLP:RED text** on WORD.",
    "First.\n\n[RED] text on WORD.",
    "First.\n\nRED: text on WORD.",
    "First.\n\n(tlp: red) text on WORD.",
    "First.\n\n(TLP:RED) text on WORD.",
    "First.\n\n## TLP:RED Part\n\nText on WORD.",
    "First.\n\n- one\n- TLP:RED on WORD",
    "First.\n\n> TLP:RED said WORD",
    "First.\n\n> [!note] TLP:RED\n> Text on WORD.",
    "First.\n\n> [!tlp-red] Words\n> Text on WORD.",
    "First.\n\n| TLP:RED a | b |\n|---|---|\n| WORD | 2 |",
    "First.\n\n| a | b |\n|---|---|\n| TLP:RED WORD | 2 |",
    "First.\n\nText on WORD. #tlp/red",
    "First.\n\nText on WORD. #tlp-red",
    "tlp:: red\n\nText on WORD.",
    "First.\n\nText on WORD [classification:: TLP:RED].",
    "First.\n\nA line\nTLP:RED on WORD.",
    "<p>TLP:RED</p>\n\nText on WORD.",
    "<!-- TLP:RED -->\n\nText on WORD.",
    "First.\n\nTLP:REDD text on WORD.",
];

/// Converts documents of a generator, and looks for what was planted.
fn converted(generator: &str, is_toml: bool, format: &str) {
    let mut planted = Planted::default();
    let site = Site::new()
        .file("old/hugo.toml", "title = \"Old\"\n")
        .file("old/config.toml", "title = \"Old\"\n");
    let content = if generator == "obsidian" {
        "old"
    } else {
        "old/content"
    };
    let mut number = 0;
    let mut write = |folder: &str, matter: Value, body: &str| {
        number += 1;
        let table = matter.as_object().expect("a table");
        let text = if is_toml {
            format!("+++\n{}+++\n", toml::to_string(&matter).expect("TOML"))
        } else {
            let lines: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{key}: {value}\n"))
                .collect();
            format!("---\n{}---\n", lines.concat())
        };
        site.write(
            &format!("{content}/{folder}{number:03}.md"),
            format!("{text}\n{body}\n"),
        );
    };
    for matter in matters() {
        let way = matter.to_string();
        let word = |planted: &mut Planted, field: &str| planted.word(format!("{field}, {way}"));
        let author = format!("A {}", word(&mut planted, "author"));
        let mut all = json!({"title": format!("On {}", word(&mut planted, "title")), "date": "2025-03-04",
            "authors": [author]});
        if matter.get("description").is_none() && matter.get("summary").is_none() {
            all["description"] = format!("About {}.", word(&mut planted, "description")).into();
        }
        if matter.get("tags").is_none() && matter.get("taxonomies").is_none() {
            let tag = word(&mut planted, "tags");
            match generator {
                "zola" => all["taxonomies"] = json!({"tags": [tag]}),
                _ => all["tags"] = json!([tag]),
            }
        }
        let body = format!("Text on {}.", word(&mut planted, "text"));
        write("", with(all, &matter), &body);
        // A page has no date.
        let body = format!("Text on {}.", word(&mut planted, "text of a page"));
        write("", with(json!({"title": "A page"}), &matter), &body);
    }
    for title in ["TLP:RED", "[TLP:RED]", "TLP-RED -", "RED:"] {
        let word = planted.word(format!("title with {title}"));
        write(
            "",
            json!({"title": format!("{title} {word}"), "date": "2025-03-04"}),
            "x",
        );
    }
    for title in ["WORD (TLP:RED)", "WORD - TLP:RED", "WORD TLP:RED"] {
        let word = planted.word(format!("title as {title}"));
        write(
            "",
            json!({"title": title.replace("WORD", &word), "date": "2025-03-04"}),
            "x",
        );
    }
    for text in TEXTS {
        let body = text.replace("WORD", &planted.word(text));
        write("", json!({"title": "T", "date": "2025-03-04"}), &body);
    }
    for folder in ["TLP-RED/", "a/tlp red/", "tlp_red-"] {
        let body = planted.word(format!("in {folder}"));
        write(folder, json!({"title": "T", "date": "2025-03-04"}), &body);
    }
    if generator != "obsidian" {
        site.write(
            &format!("{content}/section/_index.md"),
            "---\ntlp: red\n---\n",
        );
        site.write(
            &format!("{content}/cascade/_index.md"),
            "---\ncascade: {params: {tlp: red}}\n---\n",
        );
        for folder in ["section/", "section/below/", "cascade/"] {
            let body = planted.word(format!("in {folder}"));
            write(folder, json!({"title": "T", "date": "2025-03-04"}), &body);
        }
    }
    // The control: what has no mark is there.
    write(
        "",
        json!({"title": "Control", "date": "2025-03-04"}),
        "Prose on TLP:RED in general.",
    );
    done(site.run(["init", "--from", generator, "old", "new", "--tlp", "clear"]));
    let settings = std::fs::read_to_string(site.path("new/tearline.toml")).expect("settings");
    site.write(
        "new/tearline.toml",
        format!("{settings}[build]\ncards = false\n{EDITIONS}"),
    );
    planted.judge(&site, "new", format);
    let control = site.files("new/public/public");
    assert!(
        control
            .values()
            .any(|bytes| String::from_utf8_lossy(bytes).contains("Prose on TLP:RED")),
        "{format}: the control is lost"
    );
}

#[test]
fn hugo_with_yaml() {
    converted("hugo", false, "Hugo, YAML");
}

#[test]
fn hugo_with_toml() {
    converted("hugo", true, "Hugo, TOML");
}

#[test]
fn zola_with_toml() {
    converted("zola", true, "Zola, TOML");
}

#[test]
fn zola_with_yaml() {
    converted("zola", false, "Zola, YAML");
}

#[test]
fn obsidian() {
    converted("obsidian", false, "Obsidian");
}

#[test]
fn front_matter_in_json_is_not_converted() {
    let site = Site::new().file("old/hugo.toml", "title = \"Old\"\n").file(
        "old/content/a.md",
        "{\n\"title\": \"A\", \"tlp\": \"red\"\n}\nText.\n",
    );
    site.run(["init", "--from", "hugo", "old", "new", "--tlp", "clear"])
        .failure();
    assert!(!site.path("new").exists());
}

#[test]
fn what_other_generators_keep_back_is_kept_back() {
    let mut planted = Planted::default();
    let site = Site::new()
        .file(
            "old/hugo.toml",
            "title = \"Old\"\nignoreFiles = ['secret/.*']\n",
        )
        .file(
            "old/content/held/_index.md",
            "---\ncascade:\n  - draft: true\n---\n",
        )
        .file(
            "old/content/unbuilt/_index.md",
            "---\ncascade:\n  build: {render: never}\n---\n",
        );
    for matter in [
        "draft: true",
        "draft: \"yes\"",
        "publishDate: 2100-01-01",
        "publishdate: soon",
        "expiryDate: 2025-01-01",
        "unpublishdate: 2025-01-01",
        "headless: true",
        "_build: {render: never}",
        "build: {render: link}",
        "build: {list: never}",
        "private: true",
        "published: false",
        "status: draft",
    ] {
        let word = planted.word(matter);
        let name = planted.0.len();
        let text = format!("---\ntitle: On {word}\ndate: 2024-05-05\n{matter}\n---\n{word}\n");
        site.write(&format!("old/content/{name}.md"), text);
        let word = planted.word(format!("{matter}, a page"));
        site.write(
            &format!("old/content/p{name}.md"),
            format!("---\ntitle: On {word}\n{matter}\n---\n{word}\n"),
        );
    }
    for (path, matter) in [
        ("future.md", "date: 2100-01-01"),
        ("held/a.md", "date: 2025-01-01"),
        ("held/deep/a.md", "date: 2025-01-01"),
        ("unbuilt/a.md", "date: 2025-01-01"),
        ("secret/a.md", "date: 2025-01-01"),
    ] {
        let word = planted.word(path);
        site.write(
            &format!("old/content/{path}"),
            format!("---\ntitle: On {word}\n{matter}\n---\n{word}\n"),
        );
    }
    done(site.run(["init", "--from", "hugo", "old", "new", "--tlp", "clear"]));
    let vault = Site::new();
    for (name, text) in [
        ("a", "---\ndate: 2025-01-01\npublish: false\n---\nWORD"),
        ("b", "---\ndate: 2025-01-01\npublish:\n---\nWORD"),
        ("c", "---\ndate: 2025-01-01\ndg-publish: false\n---\nWORD"),
        ("d", "---\ndate: 2025-01-01\n---\nText %%WORD%% text"),
    ] {
        vault.write(
            &format!("old/{name}.md"),
            text.replace("WORD", &planted.word(text)),
        );
    }
    done(vault.run(["init", "--from", "obsidian", "old", "new", "--tlp", "clear"]));
    for site in [site, vault] {
        site.run(["build", "--root", "new", "--as-of", AS_OF])
            .success();
        for (path, bytes) in site.files("new/public") {
            let text = format!("{path}\n{}", String::from_utf8_lossy(&bytes));
            for (word, place) in &planted.0 {
                assert!(!text.contains(word.as_str()), "{place}: in {path}");
            }
        }
    }
}

#[test]
fn parts_get_marks_and_the_rest_stays() {
    let site = Site::new().file("old/hugo.toml", "title = \"Old\"\n").file(
        "old/content/a.md",
        "---\ntitle: A\ndate: 2025-03-04\n---\nFirst.\n\n**TLP:AMBER:** second.\n\n## TLP:RED Third\n\nFourth.\n",
    );
    let run = done(site.run(["init", "--from", "hugo", "old", "new", "--tlp", "clear"]));
    let text =
        std::fs::read_to_string(site.path("new/content/briefs/2025-03-04-a.md")).expect("a brief");
    assert!(
        text.ends_with("\n\nFirst.\n\n(TLP:AMBER) second.\n\n## (TLP:RED) Third\n\nFourth.\n"),
        "{text}"
    );
    assert!(
        run.stdout
            .contains("a.md:7: **TLP:AMBER:**: now (TLP:AMBER)"),
        "{}",
        run.all()
    );
    site.run(["build", "--root", "new"]).success();
    let page =
        std::fs::read_to_string(site.path("new/public/briefs/a/index.html")).expect("a page");
    assert!(page.contains("First."), "{page}");
    for word in ["second", "Third", "Fourth"] {
        assert!(!page.contains(word), "{word}\n{page}");
    }
}
