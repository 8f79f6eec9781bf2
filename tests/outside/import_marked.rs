//! A red value in every field of every object of STIX that an import reads, in every way in which a
//! source can mark it: none of them is in the edition at TLP:CLEAR.
//!
//! One bundle holds one object for each field and way, with a report of its own that is clear itself, so
//! that what one value narrows hides no other one.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{SETTINGS, Site};
use serde_json::{Value, json};

const CLEAR: &str = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
const RED: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

/// The ways in which a value can be red.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Refs,
    /// TLP 1, with its id in capitals.
    OldRefs,
    /// Of the property, or of the item of a list.
    Granular,
    Label,
    /// By what the text begins with.
    Leading,
    /// A definition that the file does not have.
    Unknown,
}

const WAYS: [Way; 6] = [
    Way::Refs,
    Way::OldRefs,
    Way::Granular,
    Way::Label,
    Way::Leading,
    Way::Unknown,
];

/// How a value of a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    /// A list of texts.
    List,
    Time,
    /// A word that nothing else of the bundle has, as a page or an export shows it.
    Word(&'static str),
    Words(&'static str),
    Pattern,
    Rule(&'static str),
    /// A part of an external reference.
    Reference(&'static str),
    /// The id of another object, which has the value for its name.
    Author,
    /// The id of another object, without a profile.
    Member,
    Cve,
    Technique,
    /// The id of a catalogue's entry.
    Malpedia,
}

/// The fields of each type. A report is made of each object that is none itself.
const FIELDS: &[(&str, &[(&str, Form)])] = &[
    (
        "intrusion-set",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("aliases", Form::List),
            ("x_opencti_aliases", Form::List),
            ("x_mitre_aliases", Form::List),
            ("first_seen", Form::Time),
            ("last_seen", Form::Time),
            ("primary_motivation", Form::Word("dominance")),
            ("secondary_motivations", Form::Words("notoriety")),
            ("resource_level", Form::Word("club")),
            ("external_references", Form::Reference("source_name")),
            ("external_references", Form::Reference("description")),
            ("external_references", Form::Reference("url")),
            ("external_references", Form::Malpedia),
            ("modified", Form::Time),
            ("created_by_ref", Form::Author),
        ],
    ),
    (
        "threat-actor",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("aliases", Form::List),
            ("personal_motivations", Form::Words("revenge")),
            ("sophistication", Form::Word("innovator")),
            ("threat_actor_types", Form::Words("sensationalist")),
        ],
    ),
    (
        "campaign",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("aliases", Form::List),
            ("first_seen", Form::Time),
            ("last_seen", Form::Time),
        ],
    ),
    (
        "malware",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("aliases", Form::List),
            ("first_seen", Form::Time),
        ],
    ),
    (
        "tool",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("aliases", Form::List),
        ],
    ),
    (
        "attack-pattern",
        &[("external_references", Form::Technique)],
    ),
    (
        "vulnerability",
        &[("name", Form::Cve), ("description", Form::Text)],
    ),
    (
        "identity",
        &[("name", Form::Text), ("description", Form::Text)],
    ),
    (
        "location",
        &[("name", Form::Text), ("description", Form::Text)],
    ),
    (
        "report",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("labels", Form::List),
            ("report_types", Form::Words("observed-data")),
            ("published", Form::Time),
            ("external_references", Form::Reference("description")),
            ("external_references", Form::Reference("url")),
            ("created_by_ref", Form::Author),
            ("object_refs", Form::Member),
        ],
    ),
    (
        "grouping",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("labels", Form::List),
        ],
    ),
    (
        "note",
        &[
            ("abstract", Form::Text),
            ("content", Form::Text),
            ("external_references", Form::Reference("description")),
        ],
    ),
    (
        "indicator",
        &[
            ("name", Form::Text),
            ("description", Form::Text),
            ("pattern", Form::Pattern),
            ("valid_from", Form::Time),
            ("valid_until", Form::Time),
            ("pattern", Form::Rule("yara")),
            ("pattern", Form::Rule("sigma")),
            ("pattern", Form::Rule("snort")),
            ("pattern", Form::Rule("suricata")),
        ],
    ),
];

/// Fields that hold no text for a document: what an object is, and what it refers to.
const STRUCTURE: [&str; 22] = [
    "kind",
    "id",
    "revoked",
    "created",
    "confidence",
    "authors",
    "object_marking_refs",
    "granular_markings",
    "pattern_type",
    "identity_class",
    "sectors",
    "country",
    "region",
    "definition_type",
    "definition",
    "extensions",
    "x_opencti_definition",
    "x_opencti_definition_type",
    "x_opencti_location_type",
    "x_opencti_reliability",
    "kill_chain_phases",
    "tactic_refs",
];

struct Planted {
    what: String,
    /// In small letters, as files have it.
    value: String,
    /// A word of a vocabulary stands in many pages: its document has to be red.
    is_word: bool,
}

/// A bundle, and what is planted in it.
#[derive(Default)]
struct Bundle {
    objects: Vec<Value>,
    planted: Vec<Planted>,
    number: usize,
}

impl Bundle {
    fn id(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("{kind}--22222222-2222-4222-8222-{:012}", self.number)
    }

    /// What every object of a type has at least.
    fn base(&mut self, kind: &str) -> Value {
        let id = self.id(kind);
        let name = format!("{kind} {}", self.number);
        let mut object = json!({"type": kind, "spec_version": "2.1", "id": id, "name": name,
            "created": "2025-11-01T00:00:00.000Z", "modified": "2025-11-01T00:00:00.000Z",
            "object_marking_refs": [CLEAR]});
        match kind {
            "report" | "grouping" => {
                object["published"] = json!("2025-11-10T00:00:00.000Z");
                object["object_refs"] = json!([]);
            }
            "identity" => object["identity_class"] = json!("class"),
            "vulnerability" => object["name"] = json!(format!("CVE-2020-{}", 10_000 + self.number)),
            "attack-pattern" => {
                object["external_references"] =
                    json!([{"source_name": "mitre-attack", "external_id": "T1000"}]);
            }
            "note" => {
                object["content"] =
                    json!("A first part.\n\nA second part, so that it is a section.");
                object["abstract"] = json!("Of the case");
            }
            "indicator" => {
                object["pattern_type"] = json!("stix");
                object["pattern"] =
                    json!(format!("[domain-name:value = 'd{}.example']", self.number));
                object["valid_from"] = json!("2025-11-05T00:00:00.000Z");
            }
            _ => {}
        }
        object
    }

    fn plant(&mut self, kind: &str, field: &str, form: Form, way: Way) {
        let mut object = self.base(kind);
        let number = self.number;
        let canary = format!("canary{number}x");
        let is_said = way == Way::Leading;
        let text = match way {
            Way::Leading => format!("TLP:RED - {canary}"),
            _ => canary.clone(),
        };
        let mut item = None;
        let mut value = canary.clone();
        let mut is_word = false;
        match form {
            Form::Text => object[field] = json!(text),
            Form::List => {
                object[field] = json!(["plain", text]);
                item = Some(1);
            }
            Form::Time if !is_said => {
                let first = jiff::civil::date(1990, 1, 1);
                let days = i64::try_from(number).expect("few");
                let day = first
                    .checked_add(jiff::Span::new().days(days))
                    .expect("a day");
                object[field] = json!(format!("{day}T10:00:00.000Z"));
                value = day.to_string();
            }
            Form::Word(word) if !is_said => {
                object[field] = json!(word);
                (value, is_word) = (word.to_owned(), true);
            }
            Form::Words(word) if !is_said => {
                object[field] = json!([word]);
                (value, is_word) = (word.to_owned(), true);
                item = Some(0);
            }
            Form::Pattern if !is_said => {
                object[field] = json!(format!("[domain-name:value = '{canary}.example']"));
            }
            Form::Rule(language) => {
                object["pattern_type"] = json!(language);
                object[field] = match way {
                    Way::Leading => json!(format!("// {text}\nrule x {{}}")),
                    _ => json!(format!("rule {text} {{}}")),
                };
            }
            Form::Reference(part) if part != "url" || !is_said => {
                let text = if part == "url" {
                    format!("https://{canary}.example/")
                } else {
                    text
                };
                let mut reference = json!({"source_name": "Lab", "url": format!("https://lab.example/{}", number + 5_000)});
                reference[part] = json!(text);
                object[field] =
                    json!([{"source_name": "Other", "url": "https://other.example/"}, reference]);
                item = Some(1);
            }
            Form::Malpedia if !is_said => {
                object[field] = json!([{"source_name": "malpedia", "external_id": canary}]);
                item = Some(0);
            }
            Form::Technique if !is_said => {
                let technique = format!("T{}", 5000 + number % 4999);
                object[field] = json!([{"source_name": "mitre-attack", "external_id": technique}]);
                value = technique.to_lowercase();
                item = Some(0);
            }
            Form::Cve if !is_said => {
                let cve = format!("CVE-1999-{}", 10_000 + number);
                object[field] = json!(cve);
                value = cve.to_lowercase();
            }
            Form::Member if !is_said => {
                let mut member = self.base("attack-pattern");
                let technique = format!("T{}", 5000 + number % 4999);
                member["external_references"] =
                    json!([{"source_name": "mitre-attack", "external_id": technique}]);
                value = technique.to_lowercase();
                object[field] = json!([member["id"]]);
                item = Some(0);
                if way != Way::Granular {
                    mark(&mut member, "name", None, way);
                }
                self.objects.push(member);
            }
            Form::Author => {
                let mut author = self.base("identity");
                author["identity_class"] = json!("organization");
                author["name"] = json!(text);
                object[field] = author["id"].clone();
                if way != Way::Granular {
                    mark(&mut author, "name", None, way);
                }
                self.objects.push(author);
            }
            _ => return,
        }
        if !matches!(form, Form::Member | Form::Author) || way == Way::Granular {
            mark(&mut object, field, item, way);
        }
        self.planted.push(Planted {
            what: format!("{kind} {field} {form:?} {way:?}"),
            value,
            is_word,
        });
        self.report_of(object);
    }

    /// An object with a report that names it, which is clear itself.
    fn report_of(&mut self, object: Value) {
        let kind = object["type"].as_str().expect("a type").to_owned();
        if !matches!(kind.as_str(), "report" | "grouping") {
            let mut report = self.base("report");
            report["object_refs"] = json!([object["id"]]);
            if kind == "note" {
                let mut object = object;
                object["object_refs"] = json!([report["id"]]);
                self.objects.push(report);
                self.objects.push(object);
                return;
            }
            self.objects.push(report);
        }
        self.objects.push(object);
    }

    fn text(&self) -> String {
        json!({"type": "bundle", "id": "bundle--1", "objects": self.objects}).to_string()
    }
}

/// Marks an object, or a part of it, red.
fn mark(object: &mut Value, field: &str, item: Option<usize>, way: Way) {
    match way {
        Way::Refs => object["object_marking_refs"] = json!([CLEAR, RED]),
        Way::OldRefs => {
            object["object_marking_refs"] =
                json!(["marking-definition--5E57C739-391A-4EB3-B6BE-7D15CA92D5ED"]);
        }
        Way::Granular => {
            let selector = match item {
                Some(item) => format!("{field}.[{item}]"),
                None => field.to_owned(),
            };
            object["granular_markings"] = json!([
                {"lang": "de", "selectors": ["name"]},
                {"marking_ref": RED, "selectors": [selector]},
            ]);
        }
        Way::Label => {
            let mut labels = object["labels"].as_array().cloned().unwrap_or_default();
            labels.push(json!("TLP:RED"));
            object["labels"] = json!(labels);
        }
        Way::Leading => {}
        Way::Unknown => {
            object["object_marking_refs"] = json!([
                CLEAR,
                "marking-definition--99999999-9999-4999-8999-999999999999"
            ]);
        }
    }
}

/// Every file below a folder, in small letters.
fn texts(site: &Site, folder: &str) -> BTreeMap<String, String> {
    site.files(folder)
        .into_iter()
        .map(|(path, bytes)| {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            (path.clone(), format!("{}\n{text}", path.to_lowercase()))
        })
        .collect()
}

/// The imported site, built for everybody.
fn built(bundle: &str) -> Site {
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("in/bundle.json", bundle);
    let run = site
        .run(["import", "stix", "in/bundle.json", "--tlp", "clear"])
        .success();
    assert!(!run.stdout.contains("would not load"), "{}", run.all());
    for (path, text) in site.files("content/briefs") {
        let text = String::from_utf8(text).expect("text");
        site.write(
            &format!("content/briefs/{path}"),
            text.replacen("draft: true\n", "", 1),
        );
    }
    site.build_with::<&str>([]).success();
    site
}

#[test]
fn no_red_value_of_a_bundle_is_in_the_clear_edition() {
    let mut bundle = Bundle::default();
    for (kind, fields) in FIELDS {
        for (field, form) in *fields {
            for way in WAYS {
                // One text of a type is enough to see that two ids mean the same.
                if !matches!(way, Way::OldRefs | Way::Unknown) || *form == Form::Text {
                    bundle.plant(kind, field, *form, way);
                }
            }
        }
    }
    let site = built(&bundle.text());
    let (clear, documents) = (texts(&site, "public"), texts(&site, "content"));
    let mut leaked = Vec::new();
    let mut missing = BTreeSet::new();
    for planted in &bundle.planted {
        if planted.is_word {
            let holds = |line: &str| {
                line.split([' ', '[', ']', ','])
                    .any(|word| word == planted.value)
            };
            let wide = documents.values().filter(|text| {
                let matter = text.split("\n---\n").next().unwrap_or_default();
                let of_key = matter.lines().filter(|line| !line.starts_with("type: "));
                !text.contains("\ntlp: red\n") && of_key.clone().any(holds)
            });
            leaked.extend(wide.map(|text| format!("{}\n{text}", planted.what)));
            continue;
        }
        let files = clear
            .iter()
            .filter(|(_, text)| text.contains(&planted.value));
        leaked.extend(
            files.map(|(path, _)| format!("{}: {} in {path}", planted.what, planted.value)),
        );
        if !documents.values().any(|text| text.contains(&planted.value)) {
            missing.insert(planted.what.clone());
        }
    }
    assert!(
        leaked.is_empty(),
        "{} of {}:\n{}",
        leaked.len(),
        bundle.planted.len(),
        leaked.join("\n")
    );
    // An author who is marked is left out, and a label that is a marking is no tag.
    missing.retain(|what| !what.contains("Author") && !what.contains("labels List Leading"));
    assert!(missing.is_empty(), "not even in the site: {missing:#?}");
    eprintln!("{} red values planted", bundle.planted.len());
    assert!(bundle.planted.len() > 200, "{}", bundle.planted.len());
}

/// Each field that the import knows is planted above, or holds no text.
#[test]
fn every_field_is_planted() {
    let source = include_str!("../../src/import/stix/object.rs");
    let object = source
        .split_once("pub struct Object {")
        .and_then(|(_, rest)| rest.split_once("\n}"))
        .expect("the fields of an object")
        .0;
    let planted: BTreeSet<&str> = FIELDS
        .iter()
        .flat_map(|(_, fields)| fields.iter().map(|(field, _)| *field))
        .collect();
    let of_attack = [
        "x_mitre_deprecated",
        "x_mitre_domains",
        "x_mitre_shortname",
        "x_mitre_version",
    ];
    for line in object.lines() {
        let Some((field, _)) = line
            .trim()
            .strip_prefix("pub ")
            .and_then(|line| line.split_once(':'))
        else {
            continue;
        };
        let field = field.trim_end_matches('_');
        assert!(
            planted.contains(field) || STRUCTURE.contains(&field) || of_attack.contains(&field),
            "`{field}` is neither planted nor known to hold no text"
        );
    }
}

/// A relationship, and what it tells of the object at its beginning.
#[test]
fn a_red_relationship_is_told_to_nobody_else() {
    for (kind, from, to) in [
        ("uses", "intrusion-set", "malware"),
        ("uses", "intrusion-set", "attack-pattern"),
        ("targets", "intrusion-set", "location"),
        ("targets", "campaign", "identity"),
        ("targets", "campaign", "vulnerability"),
        ("originates-from", "intrusion-set", "location"),
        ("attributed-to", "campaign", "intrusion-set"),
        ("related-to", "intrusion-set", "intrusion-set"),
        ("exploits", "malware", "vulnerability"),
        ("indicates", "indicator", "malware"),
    ] {
        for way in [
            Way::Refs,
            Way::OldRefs,
            Way::Granular,
            Way::Label,
            Way::Unknown,
        ] {
            let mut bundle = Bundle::default();
            let (source, target) = (bundle.base(from), bundle.base(to));
            let mut edge = json!({"type": "relationship", "id": bundle.id("relationship"),
                "relationship_type": kind, "source_ref": source["id"], "target_ref": target["id"],
                "object_marking_refs": [CLEAR]});
            mark(&mut edge, "target_ref", None, way);
            bundle.objects.extend([source, target, edge]);
            let site = Site::new()
                .file("tearline.toml", SETTINGS)
                .file("in/bundle.json", bundle.text());
            site.run(["import", "stix", "in/bundle.json"]).success();
            let text: String = site
                .files("content")
                .into_values()
                .map(|text| String::from_utf8(text).expect("text"))
                .filter(|text| !text.contains("\ntlp: red\n") && !text.contains("    tlp: red\n"))
                .collect();
            let names = text.lines().filter(|line| {
                [
                    "techniques:",
                    "software:",
                    "regions:",
                    "sectors:",
                    "vulnerabilities:",
                    "actors:",
                    "related:",
                    "origin:",
                ]
                .iter()
                .any(|key| line.trim_start().starts_with(key))
            });
            let told: Vec<&str> = names.collect();
            assert!(
                told.is_empty(),
                "{kind} {from} {to} {way:?}: {told:?}\n{text}"
            );
        }
    }
}

/// Where the file has one report, it is about everything in the file.
#[test]
fn the_only_report_is_as_narrow_as_what_it_takes_in() {
    for (kind, field) in [
        ("note", "content"),
        ("indicator", "pattern"),
        ("location", "name"),
    ] {
        let mut bundle = Bundle::default();
        let mut object = bundle.base(kind);
        object[field] = match kind {
            "indicator" => json!("[domain-name:value = 'canary.example']"),
            _ => json!("Canary"),
        };
        mark(&mut object, field, None, Way::Granular);
        let report = bundle.base("report");
        bundle.objects.extend([object, report]);
        let site = built(&bundle.text());
        let leaked: Vec<String> = texts(&site, "public")
            .into_iter()
            .filter(|(_, text)| text.contains("canary"))
            .map(|(path, _)| path)
            .collect();
        assert!(leaked.is_empty(), "{kind} {field}: {leaked:?}");
    }
}
