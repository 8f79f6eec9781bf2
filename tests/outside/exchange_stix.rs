//! STIX bundles: what an edition says in them, under which ids, with which markings and dates.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{SETTINGS, Site, brief};
use serde_json::Value;

const NAMESPACE: &str = "namespace = \"5d0e6f5c-8a41-4c52-9b7e-2f6f3d1c9a84\"\n";

/// Three audiences.
const EDITIONS: &str = "title = \"Test Briefings\"
namespace = \"5d0e6f5c-8a41-4c52-9b7e-2f6f3d1c9a84\"
default_tlp = \"clear\"
authors = [\"Test Desk\"]
[editions.public]
tlp = \"clear\"
base_url = \"https://public.example.org\"
[editions.partners]
tlp = \"green\"
base_url = \"https://partners.example.org\"
[editions.inside]
tlp = \"amber\"
base_url = \"https://inside.example.org\"
";

const HERON: &str = "---
name: Grey Heron
tlp: clear
aliases: [White Wader, {name: Night Wader, tlp: amber}, {name: Pale Crane, relation: overlaps}]
alignment: North Korea
origin: PT
actor_types: [nation-state]
sophistication: advanced
resource_level: team
motivations: [organizational-gain, dominance]
first_seen: 2019-05
last_seen: 2019
---
";

const LURES: &str = "---
title: Tenders as lures
date: 2025-11-10
summary: A cluster sends tender documents.
report_types: [threat-report]
confidence: moderate
actors: [Grey Heron]
regions: [TW]
sectors: [transportation]
techniques: [T1566.001]
software: [Quaybot]
vulnerabilities: [CVE-2023-22515]
key_judgments:
  - {text: It will very likely turn to registries., likelihood: very likely, confidence: high, sources: [vendor]}
  - {text: The drafter was likely a native speaker., likelihood: likely, confidence: low, sources: [vendor], tlp: amber}
indicators:
  - {type: domain, value: \"tenders[.]example\", first_seen: 2025-07-03, valid_until: 2025-08, confidence: high, software: Quaybot}
  - {type: ipv4, value: 198.51.100.3, tlp: amber}
sources:
  - {id: vendor, title: Quarterly report, publisher: Vendor, url: \"https://vendor.example/q3\", reliability: B, credibility: 2}
---

Text.
";

fn site() -> Site {
    Site::new()
        .file("tearline.toml", EDITIONS)
        .file("content/actors/heron.md", HERON)
        .file("content/briefs/lures.md", LURES)
}

/// The objects of a bundle by id.
fn bundle(site: &Site, path: &str) -> BTreeMap<String, Value> {
    let bundle: Value = serde_json::from_str(&site.page(path)).expect("JSON");
    let objects = bundle["objects"].as_array().expect("objects").clone();
    let count = objects.len();
    let by_id: BTreeMap<String, Value> = objects
        .into_iter()
        .map(|object| (object["id"].as_str().expect("an id").to_owned(), object))
        .collect();
    assert_eq!(by_id.len(), count, "an id twice in {path}");
    by_id
}

/// The objects of a type.
fn of<'o>(objects: &'o BTreeMap<String, Value>, kind: &str) -> Vec<&'o Value> {
    let of_kind = objects.values().filter(|object| object["type"] == kind);
    of_kind.collect()
}

/// The one object of a type that has a value in a property.
#[track_caller]
fn one<'o>(
    objects: &'o BTreeMap<String, Value>,
    kind: &str,
    property: &str,
    value: &str,
) -> &'o Value {
    let found: Vec<&Value> = of(objects, kind)
        .into_iter()
        .filter(|object| object[property] == value)
        .collect();
    match found.as_slice() {
        [one] => one,
        several => panic!("{} of {kind} {value}: {several:#?}", several.len()),
    }
}

/// The level that an object carries.
fn level(objects: &BTreeMap<String, Value>, object: &Value) -> String {
    let refs = object["object_marking_refs"].as_array().expect("a marking");
    assert_eq!(refs.len(), 1);
    let marking = &objects[refs[0].as_str().expect("an id")];
    marking["name"].as_str().expect("a name").to_owned()
}

/// What relationships say, by the names of their ends.
fn said(objects: &BTreeMap<String, Value>) -> BTreeSet<(String, String, String)> {
    let name = |id: &Value| {
        let end = &objects[id.as_str().expect("an id")];
        let name = end.get("name").or_else(|| end.get("value"));
        name.and_then(Value::as_str).unwrap_or("?").to_owned()
    };
    of(objects, "relationship")
        .into_iter()
        .map(|link| {
            let kind = link["relationship_type"].as_str().expect("a type");
            (
                name(&link["source_ref"]),
                kind.to_owned(),
                name(&link["target_ref"]),
            )
        })
        .collect()
}

#[test]
fn a_brief_becomes_a_report_with_what_it_names_and_says() {
    let site = site();
    site.build().success();
    let objects = bundle(&site, "public/briefs/lures/brief.stix.json");
    let [report] = of(&objects, "report")[..] else {
        panic!("no report")
    };
    assert_eq!(report["name"], "Tenders as lures");
    assert_eq!(report["published"], "2025-11-10T00:00:00Z");
    assert_eq!(report["confidence"], 50);
    assert_eq!(
        report["external_references"][0]["url"],
        "https://public.example.org/briefs/lures/"
    );
    for reference in report["object_refs"].as_array().expect("refs") {
        assert!(objects.contains_key(reference.as_str().expect("an id")));
    }
    let said = said(&objects);
    for (source, kind, target) in [
        ("Grey Heron", "targets", "Taiwan"),
        ("Grey Heron", "targets", "transportation"),
        ("Grey Heron", "targets", "CVE-2023-22515"),
        ("Grey Heron", "uses", "T1566.001"),
        ("Grey Heron", "uses", "Quaybot"),
        ("Grey Heron", "originates-from", "Portugal"),
        ("tenders.example", "indicates", "Quaybot"),
        ("tenders.example", "indicates", "Grey Heron"),
        ("tenders.example", "based-on", "tenders.example"),
    ] {
        let link = (source.to_owned(), kind.to_owned(), target.to_owned());
        assert!(said.contains(&link), "{link:?} is not in {said:#?}");
    }
    // Alignment is no origin.
    assert!(!said.iter().any(|(_, _, target)| target == "North Korea"));
    let note = one(&objects, "note", "abstract", "Key judgment");
    assert_eq!(note["content"], "It will very likely turn to registries.");
    assert_eq!(note["confidence"], 85);
    assert_eq!(note["labels"][0], "likelihood: very likely");
    assert_eq!(note["authors"][0], "Test Desk");
    assert_eq!(note["object_refs"][0], report["id"]);
    let indicator = one(&objects, "indicator", "name", "tenders.example");
    assert_eq!(
        indicator["pattern"],
        "[domain-name:value = 'tenders.example']"
    );
    assert_eq!(indicator["valid_from"], "2025-07-03T00:00:00Z");
    // Good to the end of the month.
    assert_eq!(indicator["valid_until"], "2025-09-01T00:00:00Z");
    let sector = one(&objects, "identity", "name", "transportation");
    assert_eq!(sector["identity_class"], "class");
    assert_eq!(sector["sectors"][0], "transportation");
    assert_eq!(one(&objects, "location", "name", "Taiwan")["country"], "TW");
}

#[test]
fn an_intrusion_set_has_its_own_properties_only() {
    let site = site();
    site.build().success();
    let objects = bundle(&site, "public/actors/heron/actor.stix.json");
    let heron = one(&objects, "intrusion-set", "name", "Grey Heron");
    assert_eq!(heron["aliases"], serde_json::json!(["White Wader"]));
    assert_eq!(heron["first_seen"], "2019-05-01T00:00:00Z");
    // The first instant of 2019 would be before it was first seen.
    assert_eq!(heron["last_seen"], "2019-05-01T00:00:00Z");
    assert_eq!(heron["resource_level"], "team");
    assert_eq!(heron["primary_motivation"], "organizational-gain");
    assert_eq!(heron["secondary_motivations"][0], "dominance");
    for property in ["actor_types", "threat_actor_types", "sophistication"] {
        assert!(heron.get(property).is_none(), "{property}");
    }
    // Nobody stands behind it by name.
    assert!(of(&objects, "threat-actor").is_empty());
    site.write(
        "content/actors/heron.md",
        HERON.replace("origin: PT", "origin: PT\nsponsor: Bureau of Birds"),
    );
    site.build().success();
    let objects = bundle(&site, "public/actors/heron/actor.stix.json");
    let bureau = one(&objects, "threat-actor", "name", "Bureau of Birds");
    assert_eq!(bureau["threat_actor_types"][0], "nation-state");
    assert_eq!(bureau["sophistication"], "advanced");
    let link = ["Grey Heron", "attributed-to", "Bureau of Birds"].map(str::to_owned);
    assert!(said(&objects).contains(&link.into()));
}

#[test]
fn an_edition_says_what_its_audience_may_read_and_marks_each_object_by_what_it_holds() {
    let site = site();
    site.build().success();
    let public = site.page("public/briefs/lures/brief.stix.json");
    for withheld in ["Night Wader", "native speaker", "198.51.100.3"] {
        assert!(!public.contains(withheld), "{withheld}");
        assert!(
            !site
                .page("partners/exchange/stix/bundle.json")
                .contains(withheld)
        );
    }
    let inside = bundle(&site, "inside/briefs/lures/brief.stix.json");
    let mark = |object: &Value| level(&inside, object);
    assert_eq!(
        mark(one(&inside, "indicator", "name", "tenders.example")),
        "TLP:CLEAR"
    );
    assert_eq!(
        mark(one(&inside, "indicator", "name", "198.51.100.3")),
        "TLP:AMBER"
    );
    assert_eq!(
        mark(one(&inside, "ipv4-addr", "value", "198.51.100.3")),
        "TLP:AMBER"
    );
    let heron = one(&inside, "intrusion-set", "name", "Grey Heron");
    assert_eq!(mark(heron), "TLP:AMBER");
    assert_eq!(
        heron["aliases"],
        serde_json::json!(["White Wader", "Night Wader"])
    );
    let judgments: BTreeMap<&str, String> = of(&inside, "note")
        .into_iter()
        .map(|note| (note["content"].as_str().expect("text"), mark(note)))
        .collect();
    assert_eq!(
        judgments.into_values().collect::<Vec<_>>(),
        ["TLP:CLEAR", "TLP:AMBER"]
    );
    // It refers to what is amber.
    assert_eq!(mark(of(&inside, "report")[0]), "TLP:AMBER");
    assert_eq!(
        inside
            .keys()
            .filter(|id| id.starts_with("marking-"))
            .count(),
        2,
        "only the markings that are used"
    );
}

/// Who reads several editions never meets one id and one `modified` with two contents.
#[test]
fn editions_say_the_same_under_an_id_or_say_it_under_two() {
    let site = site().file(
        "content/briefs/plain.md",
        brief("Plain", "actors: [Pale Stork]\nregions: [JP]\n", "Text.\n"),
    );
    site.build().success();
    let mut seen: BTreeMap<(String, String), Value> = BTreeMap::new();
    let mut shared = 0;
    for (path, bytes) in site.output() {
        if !path.ends_with("stix.json") && !path.ends_with("stix/bundle.json") {
            continue;
        }
        let bundle: Value = serde_json::from_slice(&bytes).expect("JSON");
        for object in bundle["objects"].as_array().expect("objects") {
            let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
            let key = (text("id"), text("modified"));
            if let Some(known) = seen.get(&key) {
                assert_eq!(known, object, "in {path}");
                shared += 1;
            }
            seen.insert(key, object.clone());
        }
    }
    assert!(shared > 50, "{shared}");
    // What is the same for all has one id in all, and the address where all can read it.
    let [public, inside] = ["public", "inside"]
        .map(|edition| bundle(&site, &format!("{edition}/briefs/plain/brief.stix.json")));
    assert_eq!(public, inside);
    // What is not has two.
    let [public, inside] = ["public", "inside"].map(|edition| {
        let objects = bundle(&site, &format!("{edition}/actors/heron/actor.stix.json"));
        one(&objects, "intrusion-set", "name", "Grey Heron")["id"].clone()
    });
    assert_ne!(public, inside);
}

#[test]
fn objects_of_attack_keep_its_ids_while_they_say_nothing_above_clear() {
    const GROUP: &str = "intrusion-set--00f67a77-86a4-4adf-be26-1a54fc713340";
    const TECHNIQUE: &str = "attack-pattern--2e34237d-8574-43f6-aace-ae2915de8597";
    let table = format!(
        r#"{{"format":1,"domain":"enterprise-attack","version":"18.1","notice":"A notice.",
        "tactics":[{{"id":"TA0001","shortname":"initial-access","name":"Initial Access"}}],
        "techniques":[{{"id":"T1566","name":"Phishing","tactics":["initial-access"]}},
        {{"id":"T1566.001","name":"Spearphishing Attachment","tactics":["initial-access"],"parent":"T1566","stix_id":"{TECHNIQUE}"}}],
        "objects":[{{"id":"G0082","name":"APT38","stix_id":"{GROUP}"}}]}}"#
    );
    let site = site().file("data/attack.json", table);
    site.write(
        "content/actors/heron.md",
        HERON.replace("origin: PT", "origin: PT\nexternal: {attack: G0082}"),
    );
    site.build().success();
    let public = bundle(&site, "public/briefs/lures/brief.stix.json");
    assert_eq!(public[GROUP]["name"], "Grey Heron");
    assert_eq!(
        public[GROUP]["external_references"][0]["external_id"],
        "G0082"
    );
    assert!(public[GROUP].get("created_by_ref").is_none());
    assert_eq!(public[TECHNIQUE]["name"], "Spearphishing Attachment");
    assert_eq!(
        public[TECHNIQUE]["kill_chain_phases"][0]["phase_name"],
        "initial-access"
    );
    // Older than any version of ATT&CK's own, so that it never replaces it.
    assert!(public[GROUP]["modified"].as_str() < Some("2001"));
    let inside = bundle(&site, "inside/briefs/lures/brief.stix.json");
    let heron = one(&inside, "intrusion-set", "name", "Grey Heron");
    assert_ne!(heron["id"], GROUP, "its amber alias is the site's own");
    assert_eq!(heron["external_references"][0]["external_id"], "G0082");
    assert!(inside.contains_key(TECHNIQUE));
}

#[test]
fn another_content_is_another_bundle_and_the_same_content_is_the_same() {
    let site = site();
    let id = |text: &str| {
        site.write("content/briefs/lures.md", text);
        site.build().success();
        let path = "inside/briefs/lures/brief.stix.json";
        let bundle: Value = serde_json::from_str(&site.page(path)).expect("JSON");
        bundle["id"].as_str().expect("an id").to_owned()
    };
    let first = id(LURES);
    let mut seen = BTreeSet::from([first.clone()]);
    for (from, to) in [
        ("sends tender", "sent tender"),
        // The version of objects that say the same of another day.
        ("date: 2025-11-10", "date: 2025-11-12"),
        // An observable has no version: its value, and its marking alone.
        ("198.51.100.3", "198.51.100.4"),
        ("198.51.100.3, tlp: amber", "198.51.100.3, tlp: green"),
        ("[T1566.001]", "[]"),
    ] {
        assert!(seen.insert(id(&LURES.replace(from, to))), "{from}");
    }
    assert_eq!(id(&LURES.replace("Text.", "Words.")), first);
}

/// All versions of the site's bundle, by id.
fn versions(site: &Site) -> BTreeMap<String, (String, String)> {
    bundle(site, "exchange/stix/bundle.json")
        .into_iter()
        .map(|(id, object)| {
            let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
            (id, (text("created"), text("modified")))
        })
        .collect()
}

/// The types of the objects whose version differs.
fn changed(
    before: &BTreeMap<String, (String, String)>,
    after: &BTreeMap<String, (String, String)>,
) -> Vec<String> {
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>(),
        "ids stay"
    );
    let differing = before
        .iter()
        .filter(|(id, version)| after[*id] != **version);
    differing.map(|(id, _)| id.clone()).collect()
}

#[test]
fn a_version_changes_with_the_content_and_with_nothing_else() {
    let other = brief("Other", "actors: [Grey Heron]\nregions: [JP]\n", "Text.\n");
    let site = Site::new()
        .file("tearline.toml", format!("{NAMESPACE}{SETTINGS}"))
        .file(
            "content/actors/heron.md",
            HERON.replace(", {name: Night Wader, tlp: amber}", ""),
        )
        .file("content/briefs/lures.md", LURES)
        .file("content/briefs/other.md", other);
    site.build().success();
    let first = versions(&site);
    let own: BTreeSet<String> = bundle(&site, "briefs/lures/brief.stix.json")
        .into_values()
        .filter(|object| object["modified"].as_str() > Some("2025-11-10"))
        .map(|object| object["id"].as_str().expect("an id").to_owned())
        .collect();
    assert!(own.iter().any(|id| id.starts_with("report--")));
    assert!(own.iter().any(|id| id.starts_with("note--")));

    // Another day of publication: the objects of that brief alone, created when they were.
    site.write(
        "content/briefs/lures.md",
        LURES.replace("2025-11-10", "2025-11-12"),
    );
    site.build().success();
    let second = versions(&site);
    assert_eq!(
        changed(&first, &second)
            .into_iter()
            .collect::<BTreeSet<_>>(),
        own
    );
    assert!(
        first
            .iter()
            .all(|(id, (created, _))| second[id].0 == *created)
    );
    assert!(own.iter().all(|id| second[id].1 > first[id].1));

    // Another alias: that actor alone.
    let profile = HERON.replace(", {name: Night Wader, tlp: amber}", ", Dusk Wader");
    site.write("content/actors/heron.md", &profile);
    site.build().success();
    let third = versions(&site);
    let ids = changed(&second, &third);
    assert!(
        matches!(ids.as_slice(), [id] if id.starts_with("intrusion-set--")),
        "{ids:?}"
    );

    // Words of the body are in no object.
    site.write(
        "content/briefs/lures.md",
        LURES
            .replace("2025-11-10", "2025-11-12")
            .replace("Text.", "Words."),
    );
    site.build().success();
    assert_eq!(changed(&third, &versions(&site)), Vec::<String>::new());

    // A profile that says when it was changed has versions that follow one another.
    site.write(
        "content/actors/heron.md",
        profile.replace("origin: PT", "origin: PT\nupdated: 2025-12-01T08:00:00Z"),
    );
    site.build().success();
    let heron = &bundle(&site, "exchange/stix/bundle.json")[&ids[0]];
    let modified = heron["modified"].as_str().expect("a time");
    assert!(modified.starts_with("2025-12-01T08:00:00."), "{modified}");
}

#[test]
fn a_change_that_is_withheld_dates_nothing_that_is_not() {
    let changelog =
        "changelog:\n  - {date: 2025-11-20, note: A secret change., tlp: amber}\nsources:";
    let site = site();
    site.write(
        "content/briefs/lures.md",
        LURES.replacen("sources:\n", &format!("{changelog}\n"), 1),
    );
    site.write(
        "content/briefs/lures.md",
        LURES.replace("\nsources:\n", &format!("\n{changelog}\n")),
    );
    site.build().success();
    for edition in ["public", "inside"] {
        let objects = bundle(&site, &format!("{edition}/briefs/lures/brief.stix.json"));
        let indicator = one(&objects, "indicator", "name", "tenders.example");
        let modified = indicator["modified"].as_str().expect("a time");
        assert!(modified.starts_with("2025-11-10T"), "{edition}: {modified}");
    }
    let inside = bundle(&site, "inside/briefs/lures/brief.stix.json");
    let modified = of(&inside, "report")[0]["modified"]
        .as_str()
        .expect("a time");
    assert!(modified.starts_with("2025-11-20T"), "{modified}");
}

#[test]
fn a_revoked_brief_revokes_what_it_said_and_nothing_else() {
    let site = site();
    site.write(
        "content/briefs/lures.md",
        LURES.replace("report_types", "status: revoked\nreport_types"),
    );
    site.build().success();
    for object in bundle(&site, "public/briefs/lures/brief.stix.json").values() {
        let kind = object["type"].as_str().expect("a type");
        let is_said = matches!(kind, "report" | "indicator" | "note")
            // The origin is the profile's word.
            || kind == "relationship" && object["relationship_type"] != "originates-from";
        assert_eq!(object.get("revoked").is_some(), is_said, "{object:#}");
    }
}

#[test]
fn several_actors_share_no_techniques_unless_the_brief_says_whose_they_are() {
    let matter = "actors: [Grey Heron, Pale Stork]\ntechniques: [T1566.001]\n";
    let attribution = "attribution: [{actor: Pale Stork, basis: technical, confidence: low}]\n";
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/briefs/first.md", brief("First", matter, "Text.\n"))
        .file(
            "content/briefs/second.md",
            brief("Second", &format!("{matter}{attribution}"), "Text.\n"),
        );
    site.build().success();
    let objects = bundle(&site, "briefs/first/brief.stix.json");
    assert!(said(&objects).is_empty());
    assert_eq!(of(&objects, "intrusion-set").len(), 2);
    let objects = bundle(&site, "briefs/second/brief.stix.json");
    let link = ["Pale Stork", "uses", "T1566.001"].map(str::to_owned);
    assert_eq!(said(&objects), BTreeSet::from([link.into()]));
    assert_eq!(of(&objects, "relationship")[0]["confidence"], 15);
}

/// An observable, a vulnerability and an actor may be everybody's; that the brief has to do with them
/// is not.
#[test]
fn a_report_carries_the_level_of_the_entry_for_which_it_refers_to_something() {
    let amber = [
        "indicators: [{type: cve, value: CVE-2023-22515, tlp: amber}]\n",
        "indicators: [{type: domain, value: tenders.example, software: Quaybot, tlp: amber}]\n",
        "attribution: [{actor: Pale Stork, basis: technical, tlp: amber}]\n",
    ];
    let open = "actors: [Pale Stork]\nsoftware: [Quaybot]\nvulnerabilities: [CVE-2023-22515]\n";
    let mut site = Site::new()
        .file("tearline.toml", EDITIONS)
        .file("content/briefs/open.md", brief("Open", open, "Text.\n"));
    for (at, matter) in amber.iter().enumerate() {
        let matter = format!("regions: [JP]\n{matter}");
        site = site.file(
            &format!("content/briefs/held-{at}.md"),
            brief(&format!("Held {at}"), &matter, "Text.\n"),
        );
    }
    site.build().success();
    for (at, matter) in amber.iter().enumerate() {
        let path = format!("briefs/held-{at}/brief.stix.json");
        let [public, inside] =
            ["public", "inside"].map(|edition| bundle(&site, &format!("{edition}/{path}")));
        let report = of(&inside, "report")[0];
        assert_eq!(level(&inside, report), "TLP:AMBER", "{matter}");
        let references = |report: &Value| report["object_refs"].as_array().map(Vec::len);
        let lower = of(&public, "report")[0];
        assert_eq!(level(&public, lower), "TLP:CLEAR");
        assert!(references(lower) < references(report));
        assert_ne!(lower["id"], report["id"]);
        for reference in report["object_refs"].as_array().expect("refs") {
            assert!(inside.contains_key(reference.as_str().expect("an id")));
        }
    }
}

#[test]
fn every_judgment_is_a_note_whatever_stands_before_it() {
    let judgments = |levels: &[&str]| -> String {
        let lines = levels.iter().enumerate().map(|(at, level)| {
            format!("  - {{text: Judgment {at}., confidence: low, sources: [s], tlp: {level}}}\n")
        });
        format!(
            "sources: [{{id: s, title: A source, reliability: B, credibility: 2}}]\nkey_judgments:\n{}",
            lines.collect::<String>()
        )
    };
    let levels = ["amber", "clear", "green", "clear", "amber"];
    let matter = format!(
        "{}indicators: [{{type: ipv4, value: 198.51.100.3, tlp: amber}}]\n",
        judgments(&levels)
    );
    let site = Site::new().file("tearline.toml", EDITIONS).file(
        "content/briefs/first.md",
        brief("First", &matter, "Text.\n"),
    );
    site.build().success();
    for (edition, count) in [("public", 2), ("partners", 3), ("inside", 5)] {
        let objects = bundle(&site, &format!("{edition}/briefs/first/brief.stix.json"));
        let notes = of(&objects, "note");
        assert_eq!(notes.len(), count, "{edition}");
        for note in notes {
            let text = note["content"].as_str().expect("text");
            let at: usize = text["Judgment ".len()..text.len() - 1]
                .parse()
                .expect("a number");
            let label = format!("TLP:{}", levels[at].to_uppercase());
            assert_eq!(level(&objects, note), label, "{edition}");
        }
    }
}

#[test]
fn an_indicator_is_valid_from_before_it_ends() {
    let matter = "indicators:
  - {type: domain, value: over.example.net, valid_until: 2024-05-01}
  - {type: domain, value: ever.example.net, valid_until: 9999-12-31}
";
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/briefs/first.md", brief("First", matter, "Text.\n"));
    site.build().success();
    let objects = bundle(&site, "briefs/first/brief.stix.json");
    let over = one(&objects, "indicator", "name", "over.example.net");
    assert_eq!(over["valid_from"], "2024-05-01T00:00:00Z");
    assert_eq!(over["valid_until"], "2024-05-02T00:00:00Z");
    let ever = one(&objects, "indicator", "name", "ever.example.net");
    assert_eq!(ever["valid_from"], "2025-11-10T00:00:00Z");
    assert!(ever.get("valid_until").is_none());
}

#[test]
fn a_brief_that_names_nothing_refers_to_its_author() {
    let site = Site::minimal();
    site.build().success();
    let objects = bundle(&site, "briefs/first/brief.stix.json");
    let report = of(&objects, "report")[0];
    let author = report["object_refs"][0].as_str().expect("an id");
    assert_eq!(objects[author]["name"], "Test Briefings");
}

/// The ids are those of the specification's own examples, and of python-stix2.
#[test]
fn observables_have_the_ids_that_others_give_them() {
    let matter = "indicators:
  - {type: ipv4, value: 198.51.100.3}
  - {type: domain, value: example.com}
  - {type: url, value: \"https://example.com/a\"}
  - {type: email, value: a@example.com}
";
    let site = Site::new()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[lints]\nTL0910 = \"off\"\n"),
        )
        .file("content/briefs/first.md", brief("First", matter, "Text.\n"));
    site.build().success();
    let objects = bundle(&site, "briefs/first/brief.stix.json");
    for id in [
        "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
        "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
        "url--6ccd10ff-4c3f-5062-a19f-b6bd987c6637",
        "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042",
    ] {
        assert!(
            objects.contains_key(id),
            "{id} is not in {:#?}",
            objects.keys()
        );
    }
}

#[test]
fn every_type_of_indicator_becomes_what_the_specification_has_for_it() {
    let matter = r#"indicators:
  - {type: ipv4, value: 198.51.100.0/24}
  - {type: file-path, value: 'C:\ports\it''s\run.exe'}
  - {type: registry-key, value: 'HKLM\Software\Quay'}
  - {type: asn, value: AS64496}
  - {type: cve, value: CVE-2023-22515}
  - {type: certificate-sha1, value: da39a3ee5e6b4b0d3255bfef95601890afd80709}
  - {type: command-line, value: 'run "a" \b'}
  - {type: ja3, value: d41d8cd98f00b204e9800998ecf8427e, description: beacon}
  - {type: url, value: 'quay.example.net:8443'}
"#;
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/briefs/first.md", brief("First", matter, "Text.\n"));
    site.build().success();
    let objects = bundle(&site, "briefs/first/brief.stix.json");
    let patterns: BTreeSet<&str> = of(&objects, "indicator")
        .into_iter()
        .map(|indicator| indicator["pattern"].as_str().expect("a pattern"))
        .collect();
    assert_eq!(
        patterns,
        BTreeSet::from([
            "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
            r"[file:name = 'run.exe' AND file:parent_directory_ref.path = 'C:\\ports\\it\'s']",
            r"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\Software\\Quay']",
            "[autonomous-system:number = 64496]",
            "[x509-certificate:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']",
            r#"[process:command_line = 'run "a" \\b']"#,
            "[url:value = 'quay.example.net:8443']",
        ])
    );
    one(&objects, "vulnerability", "name", "CVE-2023-22515");
    assert_eq!(
        one(&objects, "autonomous-system", "type", "autonomous-system")["number"],
        64496
    );
    let file = one(&objects, "file", "name", "run.exe");
    let folder = file["parent_directory_ref"].as_str().expect("an id");
    assert_eq!(objects[folder]["path"], r"C:\ports\it's");
    // No path for a fingerprint of TLS: an analyst reads it.
    let note = one(
        &objects,
        "note",
        "abstract",
        "Indicator without a STIX pattern",
    );
    assert_eq!(
        note["content"],
        "JA3: d41d8cd98f00b204e9800998ecf8427e (beacon)"
    );
    // A URL has a scheme.
    assert!(of(&objects, "url").is_empty());
}

#[test]
fn tlp_1_never_widens_a_marking() {
    let settings = format!(
        "{}[editions.circle]\ntlp = \"amber+strict\"\nbase_url = \"https://circle.example.org\"\n[stix]\ntlp_1 = true\n",
        EDITIONS
    );
    let site = site().file("tearline.toml", settings).file(
        "content/briefs/strict.md",
        brief("Strict", "tlp: amber+strict\nregions: [JP]\n", "Text.\n"),
    );
    site.build().success();
    let public = bundle(&site, "public/briefs/lures/brief.stix.json");
    let white = &public["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"];
    assert_eq!(white["definition"]["tlp"], "white");
    assert!(
        !site
            .page("circle/exchange/stix/bundle.json")
            .contains("tlp_2_0")
    );
    let circle = bundle(&site, "circle/briefs/strict/brief.stix.json");
    let refs = &of(&circle, "report")[0]["object_marking_refs"];
    assert_eq!(
        refs[0],
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
    );
    let statement = &circle[refs[1].as_str().expect("a statement")];
    let words = statement["definition"]["statement"]
        .as_str()
        .expect("words");
    assert!(words.starts_with("TLP:AMBER+STRICT"), "{words}");
}

#[test]
fn sidecars_can_be_switched_off() {
    let site = site();
    site.write(
        "tearline.toml",
        format!("{EDITIONS}[build]\nsidecars = false\n"),
    );
    site.build().success();
    let stix: Vec<String> = site
        .output()
        .into_keys()
        .filter(|path| path.contains("stix"))
        .collect();
    assert_eq!(stix, Vec::<String>::new());
}
