//! What others publish, imported into small sites: what becomes what, what a second import does, and
//! what comes of input that means ill.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::support::{Run, SETTINGS, Site, brief};
use serde_json::{Value, json};

/// A release of ATT&CK in small: two tactics, a technique with a sub-technique, one revoked and one
/// deprecated; a group, a tool, malware, a campaign.
fn release() -> Value {
    json!({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "x-mitre-collection", "id": "x-mitre-collection--1f5f1533-f617-4ca8-9ab4-6a02367fa019",
         "name": "Enterprise ATT&CK", "x_mitre_version": "18.1"},
        {"type": "marking-definition", "id": "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168",
         "definition_type": "statement", "definition": {"statement": "Copyright 2015-2025, The MITRE Corporation."}},
        {"type": "x-mitre-matrix", "id": "x-mitre-matrix--1", "name": "Enterprise ATT&CK",
         "tactic_refs": ["x-mitre-tactic--1", "x-mitre-tactic--2"]},
        {"type": "x-mitre-tactic", "id": "x-mitre-tactic--2", "name": "Execution",
         "x_mitre_shortname": "execution", "external_references": [reference("TA0002")]},
        {"type": "x-mitre-tactic", "id": "x-mitre-tactic--1", "name": "Initial Access",
         "x_mitre_shortname": "initial-access", "external_references": [reference("TA0001")]},
        technique(1, "T1566", "Phishing"),
        technique(2, "T1566.001", "Spearphishing Attachment"),
        technique(3, "T1193", "Spearphishing Attachment (old)"),
        technique(4, "T1064", "Scripting"),
        {"type": "intrusion-set", "id": id("intrusion-set", 5), "name": "Grey Heron",
         "aliases": ["Grey Heron", "Silt Crane", "Thrip"],
         "description": "[Grey Heron](https://attack.mitre.org/groups/G9001) writes tenders with <code>net use</code>.(Citation: Vendor (A) Oct 2018)\n\nIt is patient.",
         "modified": "2025-03-01T00:00:00.000Z",
         "external_references": [reference("G9001"),
            {"source_name": "Silt Crane", "description": "(Citation: Vendor (A) Oct 2018)"},
            {"source_name": "Vendor (A) Oct 2018", "url": "https://vendor-a.example/heron",
             "description": "Vendor A. (2018, October 3). Heron: a study. Retrieved May 1, 2020."}]},
        {"type": "intrusion-set", "id": id("intrusion-set", 6), "name": "Thrip", "external_references": [reference("G9002")]},
        {"type": "malware", "id": id("malware", 7), "name": "Quaybot", "x_mitre_aliases": ["Quaybot", "DockBot"],
         "external_references": [reference("S9001")]},
        {"type": "campaign", "id": id("campaign", 8), "name": "Operation Quayside",
         "first_seen": "2024-02-01T00:00:00.000Z", "last_seen": "2024-09-01T00:00:00.000Z",
         "external_references": [reference("C9001")]},
        {"type": "intrusion-set", "id": id("intrusion-set", 9), "name": "Gone", "revoked": true,
         "external_references": [reference("G9003")]},
        relationship(20, "revoked-by", ("attack-pattern", 3), ("attack-pattern", 2)),
        relationship(21, "uses", ("intrusion-set", 5), ("attack-pattern", 3)),
        relationship(22, "uses", ("intrusion-set", 5), ("malware", 7)),
        relationship(23, "uses", ("malware", 7), ("attack-pattern", 1)),
        relationship(24, "attributed-to", ("campaign", 8), ("intrusion-set", 5)),
    ]})
}

fn id(kind: &str, number: usize) -> String {
    format!("{kind}--11111111-1111-4111-8111-{number:012}")
}

fn reference(id: &str) -> Value {
    json!({"source_name": "mitre-attack", "external_id": id})
}

fn technique(number: usize, attack_id: &str, name: &str) -> Value {
    json!({"type": "attack-pattern", "id": id("attack-pattern", number), "name": name,
        "revoked": attack_id == "T1193", "x_mitre_deprecated": attack_id == "T1064",
        "x_mitre_domains": ["enterprise-attack"],
        "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}],
        "external_references": [reference(attack_id)]})
}

fn relationship(number: usize, kind: &str, source: (&str, usize), target: (&str, usize)) -> Value {
    json!({"type": "relationship", "id": id("relationship", number), "relationship_type": kind,
        "source_ref": id(source.0, source.1), "target_ref": id(target.0, target.1)})
}

/// The object of a bundle with this name.
fn named<'v>(bundle: &'v mut Value, name: &str) -> &'v mut Value {
    bundle["objects"]
        .as_array_mut()
        .expect("objects")
        .iter_mut()
        .find(|object| object["name"] == name)
        .expect("an object of that name")
}

fn site() -> Site {
    Site::minimal()
}

fn text(site: &Site, path: &str) -> String {
    std::fs::read_to_string(site.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs an import of a value, written to a file outside of the site's own folders.
fn import(site: &Site, arguments: &[&str], value: &Value) -> Run {
    site.write("in/input.json", value.to_string());
    let mut all = vec!["import", arguments[0], "in/input.json"];
    all.extend(&arguments[1..]);
    site.run(all)
}

const PROFILES: [&str; 3] = ["attack", "--profiles", "groups,software,campaigns"];

/// No errors, and nothing that the import has to do with but what is told.
#[track_caller]
fn loads(site: &Site) {
    let run = site.check_with(["--drafts"]);
    let errors: Vec<String> = run
        .findings()
        .into_iter()
        .filter(|finding| finding.severity == "error")
        .map(|finding| format!("{} {}", finding.line(), finding.message))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_release_becomes_a_table() {
    let site = site();
    let run = import(&site, &["attack"], &release()).success();
    assert!(
        run.stdout.starts_with("MITRE ATT&CK Enterprise 18.1\n"),
        "{}",
        run.all()
    );
    let table: Value =
        serde_json::from_str(&text(&site, "data/attack-enterprise.json")).expect("a table");
    assert_eq!(table["version"], "18.1");
    assert_eq!(
        table["tactics"][0]["id"], "TA0001",
        "in the order of the matrix"
    );
    assert!(
        table["notice"]
            .as_str()
            .is_some_and(|notice| notice.contains("Copyright 2015-2025"))
    );
    let rows = table["techniques"].as_array().expect("rows");
    let row = |id: &str| rows.iter().find(|row| row["id"] == id).expect("a row");
    assert_eq!(row("T1566.001")["parent"], "T1566");
    assert_eq!(row("T1193")["revoked_by"], "T1566.001");
    assert_eq!(row("T1064")["deprecated"], true);
    assert_eq!(row("T1566")["stix_id"], id("attack-pattern", 1));
    let objects: Vec<&str> = table["objects"]
        .as_array()
        .expect("objects")
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    assert_eq!(
        objects,
        ["C9001", "G9001", "G9002", "S9001"],
        "what was revoked is none"
    );
    assert!(
        site.files("content/actors").is_empty(),
        "profiles only on request"
    );
    site.check().success();
}

#[test]
fn groups_software_and_campaigns_become_profiles() {
    let site = site();
    let run = import(&site, &PROFILES, &release()).success();
    let actor = text(&site, "content/actors/grey-heron.md");
    for line in [
        "name: Grey Heron\n",
        "tlp: clear\n",
        "  - name: Silt Crane\n    source: vendor-a-oct-2018\n",
        "external: {attack: G9001}\n",
        "techniques: [T1566.001]\n",
        "software: [Quaybot]\n",
        "    title: \"Heron: a study\"\n    publisher: Vendor A\n    url: \"https://vendor-a.example/heron\"\n    date: 2018-10-03\n    accessed: 2020-05-01\n",
        "\n---\n\nGrey Heron writes tenders with `net use`. [@vendor-a-oct-2018]\n\nIt is patient.\n",
    ] {
        assert!(actor.contains(line), "{line}\n{actor}");
    }
    let campaign = text(&site, "content/campaigns/operation-quayside.md");
    assert!(
        campaign.contains("first_seen: 2024-02-01\nlast_seen: 2024-09-01\nactors: [Grey Heron]\n"),
        "{campaign}"
    );
    let software = text(&site, "content/software/quaybot.md");
    assert!(
        software.contains("type: malware\naliases: [DockBot]\n"),
        "{software}"
    );
    assert!(!site.path("content/actors/gone.md").exists());
    assert!(
        run.stdout.contains("1 × revoked or deprecated: G9003 Gone"),
        "{}",
        run.all()
    );
    // A name of two groups is told, kept, and an error only where somebody uses it.
    assert!(
        run.stderr.contains("TL1103")
            && run
                .stderr
                .contains("`Thrip` is a name of Grey Heron and of Thrip"),
        "{}",
        run.all()
    );
    loads(&site);
    site.write(
        "content/briefs/first.md",
        brief("First", "actors: [Thrip]\n", "x\n"),
    );
    assert!(
        site.check()
            .findings()
            .iter()
            .any(|finding| finding.code == "TL0301")
    );
}

#[test]
fn a_second_run_changes_nothing() {
    let site = site();
    import(&site, &PROFILES, &release()).success();
    let before = site.files("content");
    let run = import(&site, &PROFILES, &release()).success();
    assert!(run.stdout.ends_with("Nothing changed.\n"), "{}", run.all());
    assert_eq!(site.files("content"), before);
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let site = site();
    let before = site.files(".");
    let dry = import(
        &site,
        &["attack", "--profiles", "groups", "--dry-run"],
        &release(),
    )
    .success();
    assert!(
        dry.stdout.contains("actors: 2 new") && dry.stdout.contains("dry run"),
        "{}",
        dry.all()
    );
    site.remove("in/input.json");
    assert_eq!(site.files("."), before);
    let json = import(
        &site,
        &[
            "attack",
            "--profiles",
            "groups",
            "--dry-run",
            "--format",
            "json",
        ],
        &release(),
    )
    .success();
    let summary: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(
        (
            &summary["format"],
            &summary["dry_run"],
            &summary["counts"]["actors"]["new"]
        ),
        (&json!(1), &json!(true), &json!(2))
    );
}

#[test]
fn a_newer_release_updates_what_the_import_made() {
    let site = site();
    import(&site, &PROFILES, &release()).success();
    let mut newer = release();
    newer["objects"][0]["x_mitre_version"] = json!("19.0");
    named(&mut newer, "Phishing")["name"] = json!("Phishing for Access");
    named(&mut newer, "Grey Heron")["aliases"] = json!(["Grey Heron", "Mud Crane"]);
    named(&mut newer, "Quaybot")["revoked"] = json!(true);
    newer["objects"]
        .as_array_mut()
        .expect("objects")
        .push(technique(30, "T1999", "Novel"));
    let run = import(&site, &PROFILES, &newer).success();
    for line in [
        "T1566 Phishing for Access, was Phishing",
        "T1999 Novel",
        "content/actors/grey-heron.md: aliases, software",
        "S9001 Quaybot (content/software/quaybot.md): revoked; remove or merge the profile",
        "Removed (1):\n  S9001 Quaybot",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.all());
    }
    let actor = text(&site, "content/actors/grey-heron.md");
    assert!(
        actor.contains("aliases: [Mud Crane]\n") && actor.contains("version: \"19.0\""),
        "{actor}"
    );
    loads(&site);
}

#[test]
fn what_people_wrote_stays() {
    let site = site();
    import(&site, &PROFILES, &release()).success();
    let path = "content/actors/grey-heron.md";
    let edited = text(&site, path)
        .replace(
            "tlp: clear\n",
            "# ours\ntlp: green # since the meeting\norigin: Taiwan\n",
        )
        .replace("software: [Quaybot]\n", "")
        .replace("It is patient.", "It is patient, we think.");
    site.write(path, &edited);
    site.write(
        "content/software/quaybot.md",
        "---\nname: Quaybot\ntlp: clear\n---\n\nOur own text.\n",
    );
    let own = text(&site, "content/software/quaybot.md");

    // The same release again: nothing of it is touched.
    let run = import(&site, &PROFILES, &release()).success();
    assert!(run.stdout.contains("Nothing changed."), "{}", run.all());
    assert_eq!(text(&site, path), edited);

    let mut newer = release();
    named(&mut newer, "Grey Heron")["aliases"] = json!(["Grey Heron", "Mud Crane"]);
    named(&mut newer, "Grey Heron")["description"] = json!("Another text.\n\nIt has two parts.");
    let run = import(&site, &PROFILES, &newer).success();
    let merged = text(&site, path);
    for kept in [
        "# ours\ntlp: green # since the meeting\norigin: Taiwan\n",
        "It is patient, we think.",
        "aliases: [Mud Crane]\n",
        "[@vendor-a-oct-2018]",
    ] {
        assert!(merged.contains(kept), "{kept}\n{merged}");
    }
    assert!(
        !merged.contains("\nsoftware:"),
        "what somebody took out stays out: {merged}"
    );
    assert!(
        run.stdout.contains(&format!(
            "{path}: body; the source has: Another text. It has two parts."
        )),
        "{}",
        run.all()
    );
    assert_eq!(
        text(&site, "content/software/quaybot.md"),
        own,
        "a person's own profile is not touched"
    );
    assert!(
        run.stdout.contains(
            "content/software/quaybot.md: external; the source has: {\"attack\":\"S9001\"}"
        ),
        "{}",
        run.all()
    );
    loads(&site);
}

#[test]
fn techniques_of_another_domain_stay() {
    let site = site();
    import(&site, &PROFILES, &release()).success();
    let mut ics = release();
    ics["objects"][0]["x_mitre_version"] = json!("18.1");
    for object in ics["objects"].as_array_mut().expect("objects") {
        if object["type"] == "attack-pattern" {
            object["x_mitre_domains"] = json!(["ics-attack"]);
            let old = object["external_references"][0]["external_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            object["external_references"][0]["external_id"] = json!(old.replace("T1", "T0"));
        }
    }
    import(&site, &PROFILES, &ics).success();
    let actor = text(&site, "content/actors/grey-heron.md");
    assert!(
        actor.contains("techniques: [T0566.001, T1566.001]\n"),
        "{actor}"
    );
    assert!(
        site.path("data/attack-ics.json").exists()
            && site.path("data/attack-enterprise.json").exists()
    );
    let before = site.files("content");
    import(&site, &PROFILES, &release()).success();
    assert_eq!(site.files("content"), before);
}

/// A bundle of a platform: a report with its objects, TLP 1, an alias of a type that is not read.
fn bundle() -> Value {
    json!({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "identity", "id": id("identity", 1), "name": "Example Lab", "identity_class": "organization"},
        {"type": "identity", "id": id("identity", 2), "name": "Energy", "identity_class": "class"},
        {"type": "location", "id": id("location", 3), "name": "Taiwan, Province of China", "country": "TW"},
        {"type": "location", "id": id("location", 4), "name": "North Korea", "country": "KP"},
        {"type": "location", "id": id("location", 5), "name": "Coasts of Nowhere", "x_opencti_location_type": "Region"},
        {"type": "intrusion-set", "id": id("intrusion-set", 6), "name": "Grey Heron", "aliases": ["Silt Crane"],
         "description": "It writes tenders.", "first_seen": "2020-01-01T00:00:00Z", "last_seen": "9999-12-31T00:00:00Z",
         "primary_motivation": "organizational-gain",
         "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
         "external_references": [{"source_name": "Lab blog", "url": "https://lab.example/heron", "description": "Heron rising"}]},
        {"type": "threat-actor", "id": id("threat-actor", 7), "name": "GREY HERON", "threat_actor_types": ["nation-state"]},
        {"type": "malware", "id": id("malware", 8), "name": "Quaybot", "is_family": true},
        {"type": "attack-pattern", "id": id("attack-pattern", 9), "name": "Phishing", "external_references": [reference("T1566.001")]},
        {"type": "vulnerability", "id": id("vulnerability", 10), "name": "CVE-2023-22515"},
        {"type": "indicator", "id": id("indicator", 11), "pattern": "[domain-name:value = 'tenders.example' OR ipv4-addr:value = '198.51.100.3']",
         "pattern_type": "stix", "valid_from": "2025-07-03T00:00:00Z", "valid_until": "2026-07-04T00:00:00Z", "confidence": 90,
         "object_marking_refs": ["marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"]},
        {"type": "indicator", "id": id("indicator", 12), "name": "a rule", "pattern": "rule quaybot { condition: true }", "pattern_type": "yara"},
        {"type": "indicator", "id": id("indicator", 13), "name": "a regular one", "pattern": "[file:name MATCHES '^a']", "pattern_type": "stix"},
        relationship(20, "targets", ("intrusion-set", 6), ("location", 3)),
        relationship(21, "originates-from", ("intrusion-set", 6), ("location", 4)),
        relationship(22, "uses", ("intrusion-set", 6), ("malware", 8)),
        relationship(23, "indicates", ("indicator", 11), ("malware", 8)),
        // A cycle.
        relationship(24, "related-to", ("intrusion-set", 6), ("threat-actor", 7)),
        relationship(25, "related-to", ("threat-actor", 7), ("intrusion-set", 6)),
        {"type": "note", "id": id("note", 14), "abstract": "Key judgment", "content": "It will very likely turn to registries.",
         "confidence": 50, "labels": ["likelihood: very likely"], "object_refs": [id("report", 15)]},
        {"type": "report", "id": id("report", 15), "name": "Harbour operators lured", "published": "2025-11-10T00:00:00.000Z",
         "created_by_ref": id("identity", 1), "report_types": ["campaign"], "labels": ["ports"], "confidence": 50,
         "description": "They opened it.\n\n<script>alert(1)</script> [a](javascript:alert(1))",
         "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
         "object_refs": [id("intrusion-set", 6)],
         "external_references": [{"source_name": "Vendor A", "url": "https://vendor-a.example/q3", "description": "Quarterly report"}]},
        {"type": "course-of-action", "id": id("course-of-action", 16), "name": "Patch"},
        {"type": "x-acme-thing", "id": "x-acme-thing--1", "name": "Odd"},
    ]})
}

#[test]
fn a_report_becomes_a_draft() {
    let site = site();
    let run = import(&site, &["stix"], &bundle()).success();
    let draft = text(
        &site,
        "content/briefs/2025-11-10-harbour-operators-lured.md",
    );
    for line in [
        "title: Harbour operators lured\ndate: 2025-11-10\ntlp: green\ndraft: true\n",
        "id: \"11111111-1111-4111-8111-000000000015\"\n",
        "report_types: [campaign]\nauthors: [Example Lab]\nconfidence: moderate\nactors: [Grey Heron]\nregions: [Taiwan, Coasts of Nowhere]\nsectors: [Energy]\ntechniques: [T1566.001]\nsoftware: [Quaybot]\nvulnerabilities: [CVE-2023-22515]\ntags: [ports]\n",
        "  - text: It will very likely turn to registries.\n    likelihood: very likely\n    confidence: moderate\n",
        "  - type: domain\n    value: tenders.example\n    first_seen: 2025-07-03\n    valid_until: 2026-07-03\n    confidence: high\n    tlp: amber+strict\n    software: Quaybot\n",
        "    title: Quarterly report\n    publisher: Vendor A\n    url: \"https://vendor-a.example/q3\"\n",
        "```yara\nrule quaybot { condition: true }\n```\n",
    ] {
        assert!(draft.contains(line), "{line}\n{draft}");
    }
    let actor = text(&site, "content/actors/grey-heron.md");
    for line in [
        "tlp: green\n",
        "aliases: [Silt Crane]\n",
        "origin: North Korea\n",
        "actor_types: [nation-state]\n",
        "regions: [Taiwan]\n",
        "first_seen: 2020-01-01\n",
    ] {
        assert!(actor.contains(line), "{line}\n{actor}");
    }
    assert!(
        !actor.contains("last_seen"),
        "the end of time is no date: {actor}"
    );
    assert!(site.path("content/regions/coasts-of-nowhere.md").exists());
    for line in [
        "objects of type `course-of-action`: Patch",
        "objects of type `x-acme-thing`: Odd",
        "patterns with wildcards or regular expressions: a regular one",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.all());
    }
    loads(&site);
    let page = {
        site.write(
            "tearline.toml",
            format!("{SETTINGS}[editions.all]\ntlp = \"red\"\n[lints]\nred-website = \"off\"\n"),
        );
        site.build_with(["--drafts"]).success();
        site.page("all/briefs/harbour-operators-lured/index.html")
    };
    assert!(
        !page.contains("<script>alert") && !page.contains("href=\"javascript"),
        "{page}"
    );
}

#[test]
fn markings_of_every_kind_are_read() {
    for (marking, level) in [
        ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "clear"),
        ("94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
        ("f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
        ("826578e1-40ad-459f-bc73-ede076f81f37", "amber+strict"),
        ("e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
    ] {
        let site = site();
        let value = json!([{"type": "malware", "id": id("malware", 1), "name": "Quaybot",
            "object_marking_refs": [format!("marking-definition--{marking}")]}]);
        import(&site, &["stix"], &value).success();
        let profile = text(&site, "content/software/quaybot.md");
        assert!(profile.contains(&format!("tlp: {level}\n")), "{profile}");
    }
    // A platform's own id, by its name; a level that nobody knows is not widened.
    for (definition, level) in [
        (json!({"name": "TLP:AMBER+STRICT"}), "amber+strict"),
        (
            json!({"definition_type": "tlp", "definition": {"tlp": "green"}}),
            "green",
        ),
        (
            json!({"extensions": {"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {"tlp_2_0": "amber"}}}),
            "amber",
        ),
        (json!({"name": "TLP:MAUVE"}), "red"),
        (
            json!({"definition_type": "statement", "definition": {"statement": "custom"},
                "x_opencti_definition_type": "TLP", "x_opencti_definition": "TLP:AMBER+STRICT"}),
            "amber+strict",
        ),
        (
            json!({"definition_type": "statement", "definition": {"statement": "TLP:GREEN, for members"}}),
            "green",
        ),
        (
            json!({"definition_type": "statement", "definition": {"statement": "Handle as tlp amber."}}),
            "amber",
        ),
        (
            json!({"definition_type": "iep", "definition": {"tlp": "AMBER"}}),
            "amber",
        ),
        // What says nothing of readers leaves the level of what has no marking.
        (
            json!({"definition_type": "statement", "definition": {"statement": "Copyright 2025, Example Lab"}}),
            "clear",
        ),
        (
            json!({"definition_type": "statement", "definition": {"statement": "custom"}, "name": "PAP:RED",
                "x_opencti_definition_type": "PAP", "x_opencti_definition": "PAP:RED"}),
            "clear",
        ),
        // Other systems of markings nobody here can read.
        (
            json!({"extensions": {"extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce": {"create_date_time": "2025-01-01T00:00:00Z"}}}),
            "red",
        ),
        (
            json!({"definition_type": "iep", "definition": {"tlp": ""}}),
            "red",
        ),
        (
            json!({"name": "INTERNAL", "x_opencti_definition_type": "CLASS", "x_opencti_definition": "CLASS:INTERNAL"}),
            "red",
        ),
        // A definition that is marked itself is as narrow as that.
        (
            json!({"definition_type": "statement", "definition": {"statement": "Terms"},
                "object_marking_refs": ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]}),
            "amber",
        ),
    ] {
        let site = site();
        let mut marking = definition;
        marking["type"] = json!("marking-definition");
        marking["id"] = json!(id("marking-definition", 2));
        let value = json!([marking, {"type": "malware", "id": id("malware", 1), "name": "Quaybot",
            "object_marking_refs": [id("marking-definition", 2)]}]);
        import(&site, &["stix"], &value).success();
        let profile = text(&site, "content/software/quaybot.md");
        assert!(profile.contains(&format!("tlp: {level}\n")), "{profile}");
    }
}

/// A name, one sentence and an alias of an actor, at a level.
fn told_by(level: &str, description: &str, alias: &str) -> Value {
    let marking = match level {
        "red" => "e828b379-4e03-4974-9ac4-e53a884c97c1",
        _ => "94868c89-83c2-464b-929b-a1a8aa3c8487",
    };
    json!([{"type": "intrusion-set", "id": id("intrusion-set", 1), "name": "Grey Heron",
        "description": description, "aliases": [alias],
        "object_marking_refs": [format!("marking-definition--{marking}")]}])
}

#[test]
fn an_import_never_widens_a_document() {
    let path = "content/actors/grey-heron.md";
    let site = site();
    import(&site, &["stix"], &told_by("red", "It lures.", "Silt Crane")).success();
    assert!(text(&site, path).contains("\ntlp: red\n"));
    // Another source, or the same one, says it at TLP:CLEAR: with --tlp clear, too.
    for arguments in [&["stix"][..], &["stix", "--tlp", "clear"]] {
        let run = import(
            &site,
            arguments,
            &told_by("clear", "It sends.", "Silt Crane"),
        )
        .success();
        assert!(text(&site, path).contains("\ntlp: red\n"), "{}", run.all());
        assert!(
            run.stdout.contains(
                "stays red, though the source says clear now; to widen it, write `tlp: clear`"
            ),
            "{}",
            run.all()
        );
    }
    // By hand it can be widened, and stays so as long as nothing else comes in.
    let red = told_by("red", "It sends.", "Silt Crane");
    import(&site, &["stix"], &red).success();
    site.write(
        path,
        text(&site, path).replace("\ntlp: red\n", "\ntlp: clear\n"),
    );
    let run = import(&site, &["stix"], &red).success();
    assert!(
        text(&site, path).contains("\ntlp: clear\n"),
        "{}",
        run.all()
    );
    let run = import(
        &site,
        &["stix"],
        &told_by("red", "Something new.", "Silt Crane"),
    )
    .success();
    assert!(text(&site, path).contains("\ntlp: red\n"), "{}", run.all());
    assert!(
        run.stdout.contains("was clear and is red now"),
        "{}",
        run.all()
    );
    loads(&site);
}

#[test]
fn an_entry_stays_as_narrow_as_it_is() {
    let path = "content/actors/grey-heron.md";
    let site = site();
    let mut value = told_by("clear", "It lures.", "Silt Crane");
    value[0]["granular_markings"] = json!([{"selectors": ["aliases.[0]"],
        "marking_ref": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}]);
    import(&site, &["stix"], &value).success();
    let narrow = "aliases:\n  - name: Silt Crane\n    tlp: red\n";
    let profile = text(&site, path);
    assert!(
        profile.contains("\ntlp: clear\n") && profile.contains(narrow),
        "{profile}"
    );
    let run = import(
        &site,
        &["stix"],
        &told_by("clear", "It sends.", "Silt Crane"),
    )
    .success();
    let profile = text(&site, path);
    assert!(
        profile.contains(narrow) && profile.contains("It sends."),
        "{profile}"
    );
    assert!(
        run.stdout.contains("in aliases stays as narrow as it is"),
        "{}",
        run.all()
    );
    let again = import(
        &site,
        &["stix"],
        &told_by("clear", "It sends.", "Silt Crane"),
    )
    .success();
    assert!(again.stdout.contains("Nothing changed."), "{}", again.all());
}

#[test]
fn what_has_no_marking_is_for_the_narrowest_edition() {
    let value = json!([{"type": "malware", "id": id("malware", 1), "name": "Quaybot"}]);
    let settings = "title = \"Test\"\nbase_url = \"https://briefs.example.org\"\n[editions.public]\ntlp = \"clear\"\n[editions.customers]\ntlp = \"amber\"\nbase_url = \"https://customers.example.org\"\n";
    let site = Site::new().file("tearline.toml", settings);
    let run = import(&site, &["stix"], &value).success();
    assert!(text(&site, "content/software/quaybot.md").contains("tlp: amber\n"));
    assert!(
        run.stdout.contains("no TLP marking") && run.stdout.contains("amber"),
        "{}",
        run.all()
    );
    let site = Site::new().file("tearline.toml", settings);
    import(&site, &["stix", "--tlp", "green"], &value).success();
    assert!(text(&site, "content/software/quaybot.md").contains("tlp: green\n"));
}

#[test]
fn a_mark_in_a_text_narrows_the_whole() {
    let site = site();
    let value = json!([{"type": "report", "id": id("report", 1), "name": "Marked", "published": "2025-11-10T00:00:00Z",
        "description": "Open.\n\n(TLP:AMBER) Closed.", "object_refs": []}]);
    import(&site, &["stix"], &value).success();
    let draft = text(&site, "content/briefs/2025-11-10-marked.md");
    assert!(
        draft.contains("tlp: amber\n") && draft.contains("`(TLP:AMBER)` Closed."),
        "{draft}"
    );
    loads(&site);
}

#[test]
fn a_bundle_of_the_site_itself_gives_each_its_own_level_back() {
    let namespace = uuid::Uuid::parse_str("5be1e65d-8198-497b-bdf5-5ec20a016219").expect("a UUID");
    let producer = format!(
        "identity--{}",
        uuid::Uuid::new_v5(&namespace, b"stix:identity:producer")
    );
    let marked = |level: &str| {
        json!([format!(
            "marking-definition--{}",
            match level {
                "green" => "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
                _ => "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            }
        )])
    };
    let vendor = json!({"source_name": "Vendor A", "url": "https://vendor-a.example/q3", "description": "Quarterly report, 2025-10-20 (Admiralty B2)"});
    let own = json!({"source_name": "Example CTI", "description": "Case 14 (Admiralty A2)"});
    let page = json!({"source_name": "Test Briefings", "url": "https://briefs.example.org/briefs/quay/", "description": "Quay", "external_id": "28caf16c-389d-534b-9629-4c7cb8250744"});
    let number = json!({"source_name": "Test Briefings", "description": "Report number", "external_id": "EX-14"});
    let note = |number: usize, subject: &str, text: &str, level: &str, references: Value| {
        json!({"type": "note", "id": id("note", number),
        "abstract": subject, "content": text, "confidence": 50, "object_refs": [id("report", 1)], "object_marking_refs": marked(level),
        "external_references": references})
    };
    let value = json!({"objects": [
        {"type": "identity", "id": producer, "name": "Test Briefings", "identity_class": "organization"},
        {"type": "intrusion-set", "id": id("intrusion-set", 2), "name": "Grey Heron"},
        {"type": "report", "id": id("report", 1), "name": "Quay", "description": "In short.", "published": "2025-11-10T00:00:00.000Z",
         "created_by_ref": producer, "object_marking_refs": marked("amber"), "labels": ["ports", "PAP:AMBER"],
         "object_refs": [id("intrusion-set", 2), id("note", 3), id("note", 4)], "external_references": [page, number, vendor, own]},
        note(3, "Attribution", "Grey Heron: aligned with North Korea; basis: technical", "green", json!([vendor])),
        note(4, "Key judgment", "It will turn to registries.", "amber", json!([vendor, own])),
        note(5, "Intelligence gap", "How it learns of tenders.", "green", json!([])),
        note(6, "Outlook", "More of it.", "green", json!([])),
        note(7, "Indicator without a STIX pattern", "JA3: d41d8cd98f00b204e9800998ecf8427e (of the loader)", "green", json!([])),
    ]});
    let draft_of = |namespace: &str| {
        let site = Site::new().file(
            "tearline.toml",
            format!("{SETTINGS}namespace = \"{namespace}\"\n"),
        );
        import(&site, &["stix"], &value).success();
        loads(&site);
        text(&site, "content/briefs/2025-11-10-quay.md")
    };
    let draft = draft_of(&namespace.to_string());
    for line in [
        "tlp: green\npap: amber\ndraft: true\nsummary: In short.\nreport_number: EX-14\n",
        "attribution:\n  - actor: Grey Heron\n    alignment: North Korea\n    basis: technical\n    confidence: moderate\n    source: vendor-a\n",
        "    sources: [vendor-a, example-cti]\n    tlp: amber\n",
        "intelligence_gaps: [How it learns of tenders.]\noutlook: More of it.\n",
        "  - type: ja3\n    value: d41d8cd98f00b204e9800998ecf8427e\n    description: of the loader\n",
        "    date: 2025-10-20\n    reliability: B\n    credibility: 2\n  - id: example-cti\n    title: Case 14\n    publisher: Example CTI\n    reliability: A\n    credibility: 2\n    tlp: amber\n",
    ] {
        assert!(draft.contains(line), "{line}\n{draft}");
    }
    assert!(
        !draft.contains("\nid: "),
        "its address gives its id: {draft}"
    );
    // Of any other site, the report's marking is all that is known.
    assert!(draft_of("5be1e65d-8198-497b-bdf5-5ec20a016210").contains("tlp: amber\npap"));
}

#[test]
fn indicators_without_a_report_are_one_draft() {
    let site = site();
    let value = json!({"objects": [
        {"type": "indicator", "id": id("indicator", 1), "pattern": "[url:value = 'https://a.example/x']", "pattern_type": "stix",
         "valid_from": "2025-07-03T00:00:00Z", "modified": "2025-07-04T00:00:00Z"}]});
    import(&site, &["stix"], &value).success();
    let draft = text(&site, "content/briefs/2025-07-04-indicators-input.md");
    assert!(
        draft.contains("title: \"Indicators: input\"\n") && draft.contains("  - type: url\n"),
        "{draft}"
    );
    assert!(
        import(&site, &["stix"], &value)
            .stdout
            .ends_with("Nothing changed.\n")
    );
    loads(&site);
}

/// An event with composite attributes, an object, a report, tags and galaxies.
fn event() -> Value {
    json!({"Event": {"uuid": "5be1e65d-8198-497b-bdf5-5ec20a016219", "info": "Zebra: harbour lures", "date": "2025-11-06",
        "timestamp": "1762400000", "Orgc": {"name": "Example Lab"},
        "Tag": [{"name": "tlp:green"}, {"name": "PAP:AMBER"}, {"name": "admiralty-scale:source-reliability=\"b\""},
            {"name": "admiralty-scale:information-credibility=\"2\""}, {"name": "ports"}, {"name": "osint:source-type=\"blog-post\""},
            {"name": "misp-galaxy:mitre-attack-pattern=\"Spearphishing Attachment - T1566.001\""},
            {"name": "misp-galaxy:ransomware=\"Quaybot\""}, {"name": "misp-galaxy:sector=\"Telecoms\""},
            {"name": "misp-galaxy:target-information=\"Taiwan\""}],
        "Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"value": "Grey Heron", "tag_name": "misp-galaxy:threat-actor=\"Grey Heron\""}]}],
        "Attribute": [
            {"type": "filename|sha1", "category": "Payload delivery", "value": "a|b.exe|7768fd2812ceff05db8f969a7bed1de5615bfc5a", "comment": "loader"},
            {"type": "domain", "value": "tenders.example", "Tag": [{"name": "tlp:amber"}]},
            {"type": "domain", "value": "tenders.example"},
            {"type": "domain", "value": "gone.example", "deleted": true},
            {"type": "vulnerability", "value": "CVE-2023-22515"},
            {"type": "link", "category": "External analysis", "value": "https://lab.example/zebra"},
            {"type": "md5", "value": "no hash"},
            {"type": "text", "category": "Antivirus detection", "value": "Win32/Zebra"}],
        "Object": [{"name": "file", "Attribute": [{"type": "md5", "object_relation": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e"}]}],
        "EventReport": [{"name": "Report", "content": "# Lures\n\nSee @[attribute](5be1ee80) and [[Grey Heron]].\n\n- one\n- two\n"}]}})
}

#[test]
fn an_event_becomes_a_draft() {
    let site = site();
    let run = import(&site, &["misp"], &event()).success();
    let draft = text(&site, "content/briefs/2025-11-06-zebra-harbour-lures.md");
    for line in [
        "title: \"Zebra: harbour lures\"\ndate: 2025-11-06\ntlp: green\npap: amber\ndraft: true\n",
        "authors: [Example Lab]\n",
        "actors: [Grey Heron]\nregions: [Taiwan]\nsectors: [Telecommunications]\ntechniques: [T1566.001]\nsoftware: [Quaybot]\nvulnerabilities: [CVE-2023-22515]\ntags: [ports]\n",
        "  - type: file-name\n    value: \"a|b.exe\"\n    description: loader\n",
        "  - type: sha1\n    value: \"7768fd2812ceff05db8f969a7bed1de5615bfc5a\"\n",
        "  - type: domain\n    value: tenders.example\n    tlp: amber\n",
        "  - type: md5\n    value: d41d8cd98f00b204e9800998ecf8427e\n",
        "  - id: event\n    title: \"MISP event: Zebra: harbour lures\"\n    publisher: Example Lab\n    date: 2025-11-06\n    reliability: B\n    credibility: 2\n",
        "    url: \"https://lab.example/zebra\"\n",
        "## Lures\n\nSee `5be1ee80` and \\[\\[Grey Heron\\]\\].\n\n- one\n- two\n",
    ] {
        assert!(draft.contains(line), "{line}\n{draft}");
    }
    assert!(!draft.contains("gone.example"), "{draft}");
    assert_eq!(draft.matches("tenders.example").count(), 1, "{draft}");
    for line in [
        "attributes of type `text`: Win32/Zebra",
        "do not have the form of their type `md5`: no hash",
        "tags of taxonomies: osint",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.all());
    }
    loads(&site);
    assert!(
        import(&site, &["misp"], &event())
            .stdout
            .ends_with("Nothing changed.\n")
    );
}

#[test]
fn events_come_in_many_wrappings() {
    let inner = event()["Event"].clone();
    for value in [
        json!({"response": [{"Event": inner}]}),
        json!({"response": {"Event": inner}}),
        json!([{"Event": inner}]),
        inner.clone(),
    ] {
        let site = site();
        import(&site, &["misp"], &value).success();
        assert!(
            site.path("content/briefs/2025-11-06-zebra-harbour-lures.md")
                .exists(),
            "{value}"
        );
    }
}

#[test]
fn the_events_of_a_feed_lie_beside_its_manifest() {
    let site = site().file(
        "in/5be1e65d-8198-497b-bdf5-5ec20a016219.json",
        event().to_string(),
    );
    let manifest = json!({"5be1e65d-8198-497b-bdf5-5ec20a016219": {"info": "Zebra", "date": "2025-11-06"}, "../../etc/passwd": {"info": "x"}});
    let run = import(&site, &["misp"], &manifest).success();
    assert!(run.stdout.contains("briefs: 1 new"), "{}", run.all());
    assert!(
        run.stdout
            .contains("entries of the manifest that are no UUID: ../../etc/passwd"),
        "{}",
        run.all()
    );
    // A listed event that is missing stops all of it.
    let site = Site::minimal();
    let run = import(&site, &["misp"], &manifest).failure();
    assert!(run.stderr.contains("TL0101"), "{}", run.all());
}

#[test]
fn many_indicators_are_a_table() {
    let mut event = event();
    let attributes: Vec<Value> = (0..50)
        .map(|at| json!({"type": "domain", "value": format!("h{at}.example")}))
        .collect();
    event["Event"]["Attribute"] = json!(attributes);
    let site = site();
    import(&site, &["misp"], &event).success();
    let draft = text(&site, "content/briefs/2025-11-06-zebra-harbour-lures.md");
    assert!(
        draft.contains("indicators_file: data/zebra-harbour-lures.csv\n"),
        "{draft}"
    );
    assert!(
        text(&site, "data/zebra-harbour-lures.csv").starts_with("type,value\ndomain,h0.example\n")
    );
    loads(&site);
    // A person's row in the table stays, and is told when the source has changed.
    let edited = format!(
        "{}domain,ours.example\n",
        text(&site, "data/zebra-harbour-lures.csv")
    );
    site.write("data/zebra-harbour-lures.csv", &edited);
    assert!(
        import(&site, &["misp"], &event)
            .stdout
            .ends_with("Nothing changed.\n")
    );
    event["Event"]["Attribute"]
        .as_array_mut()
        .expect("attributes")
        .push(json!({"type": "domain", "value": "late.example"}));
    let run = import(&site, &["misp"], &event).success();
    assert!(
        run.stdout.contains("table; the source has: 52 indicators"),
        "{}",
        run.all()
    );
    assert_eq!(text(&site, "data/zebra-harbour-lures.csv"), edited);
}

#[test]
fn a_row_stays_as_narrow_as_it_is() {
    let with = |tags: Value, note: &str| {
        let mut event = event();
        let mut attributes: Vec<Value> = (0..30)
            .map(|at| json!({"type": "domain", "value": format!("h{at}.example"), "comment": note}))
            .collect();
        attributes[1]["Tag"] = tags;
        event["Event"]["Attribute"] = json!(attributes);
        event
    };
    let site = site();
    let path = "data/zebra-harbour-lures.csv";
    let red = with(json!([{"name": "tlp:red"}]), "first");
    import(&site, &["misp"], &red).success();
    assert!(
        text(&site, path).starts_with(
            "type,value,description,tlp\ndomain,h0.example,first,\ndomain,h1.example,first,red\n"
        ),
        "{}",
        text(&site, path)
    );
    let wider = with(json!([]), "second");
    let run = import(&site, &["misp"], &wider).success();
    assert!(
        text(&site, path).starts_with(
            "type,value,description,tlp\ndomain,h0.example,second,\ndomain,h1.example,second,red\n"
        ),
        "{}",
        text(&site, path)
    );
    assert!(
        run.stdout.contains("in table stays as narrow as it is"),
        "{}",
        run.all()
    );
    let again = import(&site, &["misp"], &wider).success();
    assert!(again.stdout.contains("Nothing changed."), "{}", again.all());
}

#[test]
fn a_galaxy_becomes_profiles() {
    let site = site();
    let value = json!({"name": "Threat Actor", "type": "threat-actor", "version": 349, "source": "MISP Project", "values": [
        {"uuid": "092622dd-7673-487b-af2e-03529809c910", "value": "Grey Heron", "description": "A group.",
         "meta": {"country": "KP", "synonyms": ["Silt Crane", "G9001", "grey heron"], "attribution-confidence": "50",
            "cfr-suspected-state-sponsor": "Korea (Democratic People's Republic of)", "cfr-suspected-victims": ["Taiwan", "Atlantis"],
            "cfr-target-category": ["Finance", "Private sector"], "refs": ["https://lab.example/heron", "javascript:alert(1)"],
            "origin:Silt Crane": ["Example Lab"], "motive": "Espionage"},
         "related": [{"dest-uuid": "092622dd-7673-487b-af2e-03529809c911", "type": "similar"}]},
        {"uuid": "092622dd-7673-487b-af2e-03529809c911", "value": "Mud Crane - G9002", "meta": {"synonyms": ["Silt Crane"], "country": "XX"}},
        {"uuid": "092622dd-7673-487b-af2e-03529809c912", "value": "mud-crane", "meta": {}}]});
    let run = import(&site, &["misp"], &value).success();
    let actor = text(&site, "content/actors/grey-heron.md");
    for line in [
        "aliases:\n  - name: Silt Crane\n    source: Example Lab\n",
        "external: {attack: G9001, misp: \"092622dd-7673-487b-af2e-03529809c910\"}\n",
        "alignment: North Korea\norigin: North Korea\nattribution: {alignment: North Korea, confidence: moderate}\n",
        "regions: [Taiwan]\nsectors: [Financial services, Private sector]\nrelated: [Mud Crane]\n",
        "    url: \"https://lab.example/heron\"\n",
    ] {
        assert!(actor.contains(line), "{line}\n{actor}");
    }
    assert!(!actor.contains("javascript"), "{actor}");
    assert!(text(&site, "content/actors/mud-crane.md").contains("attack: G9002"));
    assert!(
        run.stderr
            .contains("`Silt Crane` is a name of Grey Heron and of Mud Crane"),
        "{}",
        run.all()
    );
    for line in [
        "another object has the same name: mud-crane",
        "Atlantis",
        "countries of origin that are not known",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.all());
    }
    loads(&site);
}

#[test]
fn two_catalogues_fill_one_profile() {
    let site = site();
    import(&site, &PROFILES, &release()).success();
    let value = json!({"name": "Threat Actor", "type": "threat-actor", "version": 1, "values": [
        {"uuid": "092622dd-7673-487b-af2e-03529809c910", "value": "Heron (grey)", "meta": {"country": "KP", "synonyms": ["G9001"]}}]});
    let run = import(&site, &["misp"], &value).success();
    let actor = text(&site, "content/actors/grey-heron.md");
    for line in [
        "name: Grey Heron\n",
        "origin: North Korea\n",
        "external: {attack: G9001, misp: \"092622dd-7673-487b-af2e-03529809c910\"}\n",
        "    attack:\n",
        "    misp:\n",
    ] {
        assert!(actor.contains(line), "{line}\n{actor}");
    }
    assert!(
        run.stdout
            .contains("grey-heron.md: name; the source has: Heron (grey)"),
        "{}",
        run.all()
    );
    let before = site.files("content");
    assert!(
        import(&site, &PROFILES, &release())
            .stdout
            .ends_with("Nothing changed.\n")
    );
    assert!(
        import(&site, &["misp"], &value)
            .stdout
            .ends_with("Nothing changed.\n")
    );
    assert_eq!(site.files("content"), before);
    loads(&site);
}

/// Imports a list into the brief `first`, and gives the rows that its table has then.
fn csv(site: &Site, list: impl AsRef<[u8]>) -> (Run, String) {
    site.write("in/list.csv", list);
    let run = site.run(["import", "csv", "in/list.csv", "--brief", "first"]);
    let table = std::fs::read_to_string(site.path("data/first.csv")).unwrap_or_default();
    (run, table)
}

#[test]
fn lists_of_every_habit_are_read() {
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    for (list, rows) in [
        ("value,type,notes\nevil[.]example,hostname,\"a, b\"\n".to_owned(), "type,value,description\n# from list.csv\ndomain,evil.example,\"a, b\"\n".to_owned()),
        (format!("\u{feff}value,entity_type,description\n\"{md5}, {sha256}\",file,Loader\n"), format!("type,value,description\n# from list.csv\nmd5,{md5},Loader\nsha256,{sha256},Loader\n")),
        ("80.85.154.48:443,url,C2\nwww.evil.example,url,C2\n198.51.100.3 ,ipaddress,C2\n".to_owned(), "type,value,description\n# from list.csv\nurl,80.85.154.48:443,C2\ndomain,www.evil.example,C2\nipv4,198.51.100.3,C2\n".to_owned()),
        ("Indicator;Type;First Seen;Confidence;TLP\nhxxp://evil[.]example/a;URL;2025-07-03;high;TLP:AMBER\n".to_owned(), "type,value,first_seen,confidence,tlp\n# from list.csv\nurl,http://evil.example/a,2025-07-03,high,amber\n".to_owned()),
        (format!("md5\tfile_name\n{md5}\tloader.exe\n"), format!("type,value\n# from list.csv\nmd5,{md5}\nfile-name,loader.exe\n")),
        ("evil.example\r\n198.51.100.3\r\nevil.example\r\n".to_owned(), "type,value\n# from list.csv\ndomain,evil.example\nipv4,198.51.100.3\n".to_owned()),
    ] {
        let site = site();
        let (run, table) = csv(&site, &list);
        assert_eq!(run.status, Some(0), "{list}\n{}", run.all());
        assert_eq!(table, rows, "{list}");
        loads(&site);
    }
}

#[test]
fn a_list_goes_to_a_brief_without_disturbing_it() {
    let matter = "# before\nsummary: x # behind\nindicators:\n  - {type: domain, value: \"evil[.]example\"}\n# after\ntags: [a]\n";
    let site = Site::new().file("tearline.toml", SETTINGS).file(
        "content/briefs/2025-11-10-first.md",
        brief("First", matter, "Body.\n"),
    );
    let before = text(&site, "content/briefs/2025-11-10-first.md");
    let (run, table) = csv(
        &site,
        "value,type\nevil.example,domain\nother.example,domain\nnonsense here,domain\n",
    );
    assert_eq!(run.status, Some(0), "{}", run.all());
    assert_eq!(
        table, "type,value\n# from list.csv\ndomain,other.example\n",
        "what the brief has already is left out"
    );
    assert!(
        run.stdout.contains("line 4: nonsense here"),
        "{}",
        run.all()
    );
    let after = text(&site, "content/briefs/2025-11-10-first.md");
    assert_eq!(
        after,
        before.replace("# after\n", "indicators_file: data/first.csv\n# after\n")
    );
    // A second list goes to the same table; the same list again changes nothing.
    let (_, table) = csv(&site, "third.example\n");
    assert_eq!(
        table,
        "type,value\n# from list.csv\ndomain,other.example\n# from list.csv\ndomain,third.example\n"
    );
    let (run, again) = csv(&site, "third.example\n");
    assert!(run.stdout.ends_with("Nothing changed.\n"), "{}", run.all());
    assert_eq!(
        (again, text(&site, "content/briefs/2025-11-10-first.md")),
        (table, after)
    );
    loads(&site);
}

#[test]
fn a_bundle_gets_the_table_beside_it_and_toml_its_own_key() {
    let site = Site::new().file("tearline.toml", SETTINGS).file(
        "content/briefs/first/index.md",
        "+++\n# ours\ntitle = \"First\"\ndate = 2025-11-10\n[extra]\na = 1\n+++\n\nBody.\n",
    );
    let (run, _) = csv(&site, "evil.example\n");
    assert_eq!(run.status, Some(0), "{}", run.all());
    assert_eq!(
        text(&site, "content/briefs/first/index.md"),
        "+++\nindicators_file = \"iocs.csv\"\n# ours\ntitle = \"First\"\ndate = 2025-11-10\n[extra]\na = 1\n+++\n\nBody.\n"
    );
    assert!(text(&site, "content/briefs/first/iocs.csv").contains("domain,evil.example"));
    loads(&site);
}

#[test]
fn a_table_with_columns_of_its_own_keeps_them() {
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "data/first.csv",
            "value;type;software\none.example;domain;Quaybot\n",
        )
        .file(
            "content/briefs/first.md",
            brief("First", "indicators_file: data/first.csv\n", "x\n"),
        );
    let (run, table) = csv(&site, "value,notes\ntwo.example,\"a; b\"\n");
    assert_eq!(
        table,
        "value;type;software\none.example;domain;Quaybot\n# from list.csv\ntwo.example;domain;\n"
    );
    assert!(
        run.stdout.contains("no column `description`"),
        "{}",
        run.all()
    );
    loads(&site);
}

#[test]
fn a_brief_that_is_not_there() {
    let site = site();
    site.write("in/list.csv", "evil.example\n");
    let run = site
        .run(["import", "csv", "in/list.csv", "--brief", "frist"])
        .failure();
    assert!(
        run.stderr.contains("TL0308") && run.stderr.contains("did you mean `first`?"),
        "{}",
        run.all()
    );
}

/// The finding of an import that is refused; nothing may be written then.
#[track_caller]
fn refused(arguments: &[&str], input: &[u8], code: &str) -> Run {
    let site = site();
    site.write("in/input.json", input);
    let before = site.files(".");
    let mut all = vec!["import", arguments[0], "in/input.json"];
    all.extend(&arguments[1..]);
    let run = site.run(all).failure();
    assert!(
        run.stderr.contains(&format!("[{code}]")) && run.stderr.contains("help:"),
        "{}",
        run.all()
    );
    assert!(run.stdout.is_empty(), "{}", run.all());
    assert_eq!(site.files("."), before, "nothing is written");
    run
}

#[test]
fn json_that_does_not_parse() {
    for command in ["attack", "stix", "misp"] {
        let run = refused(
            &[command],
            b"{\"type\": \"bundle\",\n \"objects\": [{\"type\": \"malware\",, }]}",
            "TL1101",
        );
        assert!(run.stderr.contains("in/input.json:2:"), "{}", run.all());
        refused(
            &[command],
            b"{\"type\": \"bundle\", \"objects\": [",
            "TL1101",
        );
        refused(&[command], b"", "TL1101");
        refused(&[command], b"\x00\x01\x02", "TL1101");
    }
    // A line of megabytes is not shown, its place is told.
    let long = format!(
        "{{\"type\": \"bundle\", \"objects\": [{}nonsense]}}",
        "{\"type\":\"tool\"},".repeat(20_000)
    );
    let run = refused(&["stix"], long.as_bytes(), "TL1101");
    assert!(
        run.stderr.contains("line 1, column 3200") && run.stderr.len() < 2_000,
        "{}",
        run.all()
    );
}

#[test]
fn other_formats() {
    refused(&["stix"], event().to_string().as_bytes(), "TL1102");
    refused(
        &["attack"],
        bundle().to_string().replace("T1566.001", "X1").as_bytes(),
        "TL1102",
    );
    refused(&["misp"], bundle().to_string().as_bytes(), "TL1102");
    refused(
        &["misp"],
        br#"{"name": "Sectors", "type": "sector", "values": []}"#,
        "TL1102",
    );
    refused(&["misp"], b"{}", "TL1102");
    refused(&["stix"], b"{}", "TL1102");
    refused(
        &["csv", "--brief", "first"],
        b"no indicators in here\n",
        "TL1102",
    );
    let run = refused(&["attack"], b"\xfd7zXZ\x00rest", "TL1102");
    assert!(
        run.stderr.contains("xz -dc FILE | tearline import"),
        "{}",
        run.all()
    );
    refused(&["stix"], b"{\"a\": \"\xff\"}", "TL0102");
    let run = site().run(["import", "stix", "nowhere.json"]).failure();
    assert!(run.stderr.contains("TL0101"), "{}", run.all());
    let folder = Site::new().file("in.json", "{}");
    assert!(
        folder
            .run(["import", "stix", "in.json"])
            .failure()
            .stderr
            .contains("TL0703")
    );
}

#[test]
fn wrong_types_are_found_where_they_stand() {
    let run = refused(&["stix"], b"{\"type\": \"bundle\", \"objects\": [\n{\"type\": \"tool\", \"id\": \"tool--1\", \"name\": \"a\"},\n{\"type\": \"malware\", \"id\": \"malware--1\",\n \"name\": {\"a\": 1}},\n{\"type\": \"tool\", \"aliases\": {\"b\": 2}}]}", "TL1102");
    assert!(
        run.stderr.contains("in/input.json:4:") && run.stderr.contains("in/input.json:5:"),
        "{}",
        run.all()
    );
    // What stands there in practice is read: a number for a text, one text for a list, null.
    let site = site();
    let value = json!({"objects": [{"type": "malware", "id": id("malware", 1), "name": 2025, "aliases": "DockBot", "labels": null,
        "external_references": null, "confidence": "50", "revoked": "false"}]});
    import(&site, &["stix"], &value).success();
    let profile = text(&site, "content/software/2025.md");
    assert!(
        profile.contains("name: \"2025\"\n") && profile.contains("aliases: [DockBot]\n"),
        "{profile}"
    );
    loads(&site);
}

#[test]
fn names_that_mean_ill() {
    let names = [
        "../../../etc/passwd",
        "..",
        ".",
        "/",
        "a/b\\c",
        "CON",
        "index",
        "Index",
        "nul\u{0}name",
        "\u{202e}txt.exe",
        "---",
        "- a",
        "a: b #c",
        "\"quoted\"",
        "(TLP:RED) name",
        "{{ site.title }}",
        "<script>alert(1)</script>",
        "[[Grey Heron]]",
        "&amp;",
        "日本語",
        "😀",
        "2025-11-10-dated",
        "T1566",
        "G0001",
        "true",
        "null",
        "~",
        "\n\nline",
        "x".repeat(5_000).as_str(),
    ]
    .map(str::to_owned);
    let objects: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| json!({"type": "intrusion-set", "id": id("intrusion-set", at), "name": name, "aliases": [name, format!("{name} two")], "description": name}))
        .collect();
    let site = site();
    let before = site.files(".").len();
    let run = import(&site, &["stix"], &json!({"objects": objects})).success();
    let made = site.files(".");
    assert!(
        made.keys().all(|path| path.starts_with("content/actors/")
            || path.starts_with("in/")
            || path == "tearline.toml"
            || path.starts_with("content/briefs/")),
        "{:#?}",
        made.keys()
    );
    assert!(
        made.len() > before + names.len() - 5,
        "{}\n{:#?}",
        run.all(),
        made.keys()
    );
    assert!(
        site.files("content/actors")
            .keys()
            .all(|path| !path.contains('/') && path.len() < 100),
        "{:#?}",
        site.files("content/actors").keys()
    );
    loads(&site);
    site.build_with(["--drafts"]).success();
    assert!(
        import(&site, &["stix"], &json!({"objects": objects}))
            .stdout
            .ends_with("Nothing changed.\n")
    );
}

#[test]
fn what_is_endless_ends() {
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    // Nested in a place that is passed over, and in one that is read.
    let site = site();
    site.write("in/input.json", format!("{{\"objects\": [{{\"type\": \"tool\", \"id\": \"{}\", \"name\": \"Deep\", \"x\": {}}}]}}", id("tool", 1), deep(200_000)));
    site.run(["import", "stix", "in/input.json"]).success();
    refused(
        &["stix"],
        format!(
            "{{\"objects\": [{{\"type\": \"tool\", \"name\": {}}}]}}",
            deep(200_000)
        )
        .as_bytes(),
        "TL1102",
    );

    let aliases: Vec<String> = (0..1_000_000).map(|at| format!("alias {at}")).collect();
    let pattern = format!(
        "[{}url:value = 'https://a.example'{}]",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    let value = json!({"objects": [
        {"type": "intrusion-set", "id": id("intrusion-set", 1), "name": "Many", "aliases": aliases},
        {"type": "indicator", "id": id("indicator", 2), "name": "Deep pattern", "pattern": pattern, "pattern_type": "stix"},
        {"type": "intrusion-set", "id": id("intrusion-set", 3), "name": "Deep text", "description": "> ".repeat(100_000) + "x"},
        {"type": "intrusion-set", "id": id("intrusion-set", 4), "name": "Long text", "description": "word [a](b) *c* ".repeat(200_000)},
        relationship(20, "uses", ("intrusion-set", 1), ("intrusion-set", 1)),
        relationship(21, "attributed-to", ("intrusion-set", 1), ("intrusion-set", 3)),
        relationship(22, "attributed-to", ("intrusion-set", 3), ("intrusion-set", 1)),
    ]});
    import(&site, &["stix"], &value).success();
    assert!(text(&site, "content/actors/many.md").len() < 100_000);
    loads(&site);
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let site = site();
    let file = std::fs::File::create(site.path("large.json")).expect("a file");
    file.set_len(600 << 20).expect("a sparse file");
    let run = site.run(["import", "stix", "large.json"]).failure();
    assert!(run.stderr.contains("TL0103"), "{}", run.all());
}

#[test]
fn an_id_that_stands_twice_is_its_newest_version() {
    let site = site();
    let value = json!({"objects": [
        {"type": "tool", "id": id("tool", 1), "name": "Old", "modified": "2024-01-01T00:00:00Z"},
        {"type": "tool", "id": id("tool", 1), "name": "New", "modified": "2025-01-01T00:00:00Z"},
        {"type": "tool", "id": id("tool", 1), "name": "Older", "modified": "2023-01-01T00:00:00Z"}]});
    let run = import(&site, &["stix"], &value).success();
    assert_eq!(
        site.files("content/software")
            .into_keys()
            .collect::<Vec<_>>(),
        ["new.md"]
    );
    assert!(run.stdout.contains("2 older versions"), "{}", run.all());
}

#[test]
fn packed_input_and_standard_input() {
    let site = site();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed
        .write_all(release().to_string().as_bytes())
        .expect("packing");
    site.write("in/input.json.gz", packed.finish().expect("packed"));
    site.run(["import", "attack", "in/input.json.gz"]).success();
    let before = site.files("data");
    let mut child = site.command();
    let mut child = child
        .args(["import", "attack", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("standard input")
        .write_all(release().to_string().as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("the program ends");
    assert!(
        output.status.success()
            && String::from_utf8_lossy(&output.stdout).ends_with("Nothing changed.\n")
    );
    assert_eq!(site.files("data"), before);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_the_site() {
    let elsewhere = Site::new();
    let site = site();
    std::os::unix::fs::symlink(elsewhere.root(), site.path("content/actors")).expect("a link");
    let run = import(&site, &PROFILES, &release()).failure();
    assert!(run.stderr.contains("TL0104"), "{}", run.all());
    assert!(
        elsewhere.files(".").is_empty()
            && !site.path("data").exists()
            && !site.path("content/software").exists(),
        "all or nothing"
    );
}

#[test]
fn a_file_that_does_not_load_is_not_replaced() {
    let site = site().file("content/actors/grey-heron.md", "---\nname: [broken\n---\n");
    import(&site, &PROFILES, &release()).success();
    assert_eq!(
        text(&site, "content/actors/grey-heron.md"),
        "---\nname: [broken\n---\n"
    );
    assert!(site.path("content/actors/grey-heron-2.md").exists());
}

/// Files that other people publish; beside the project, where there are any.
fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}", folder.display());
    None
}

#[test]
fn published_events_and_lists_load() {
    let Some(corpora) = corpora() else { return };
    let site = site();
    let files = |folder: &str| {
        let mut files: Vec<PathBuf> = std::fs::read_dir(corpora.join(folder))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        files
    };
    for file in files("misp/events") {
        let run = site
            .run(["import".as_ref(), "misp".as_ref(), file.as_os_str()])
            .success();
        assert!(run.stdout.contains("briefs: 1 new"), "{}", run.all());
    }
    for (at, file) in files("volexity").iter().enumerate() {
        let name = format!("list-{at}");
        site.write(
            &format!("content/briefs/{name}.md"),
            brief(&name, "", "x\n"),
        );
        let arguments = [
            "import".as_ref(),
            "csv".as_ref(),
            file.as_os_str(),
            "--brief".as_ref(),
            name.as_ref(),
        ];
        site.run(arguments).success();
        let run = site.run(arguments).success();
        assert!(run.stdout.ends_with("Nothing changed.\n"), "{}", run.all());
    }
    loads(&site);
}

#[test]
fn published_releases_and_galaxies_load() {
    let Some(corpora) = corpora() else { return };
    let site = site();
    let mut runs: Vec<Vec<String>> = Vec::new();
    for (file, arguments) in [
        (
            "attack/enterprise-attack-18.1-stix20-subset.json.xz",
            &PROFILES[..],
        ),
        ("attack/ics-attack-18.1-stix21.json.xz", &PROFILES[..]),
        ("misp/threat-actor-galaxy.json.xz", &["misp"][..]),
    ] {
        let Ok(unpacked) = std::process::Command::new("xz")
            .arg("-dc")
            .arg(corpora.join(file))
            .output()
        else {
            eprintln!("skipped: there is no xz to unpack {file}");
            return;
        };
        let name = format!(
            "in/{}",
            file.rsplit('/')
                .next()
                .unwrap_or_default()
                .trim_end_matches(".xz")
        );
        site.write(&name, unpacked.stdout);
        let mut all = vec!["import", arguments[0], name.as_str()];
        all.extend(&arguments[1..]);
        site.run(&all).success();
        let run = site.run(&all).success();
        assert!(run.stdout.ends_with("Nothing changed.\n"), "{}", run.stdout);
        runs.push(all.into_iter().map(str::to_owned).collect());
    }
    // The galaxy shares names that lists of the releases use: another run writes addresses.
    for all in &runs {
        site.run(all).success();
    }
    loads(&site);
}
