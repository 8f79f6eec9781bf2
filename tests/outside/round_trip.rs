//! A site's own STIX bundle, imported into an empty site with the same settings: the next bundle has the
//! same objects under the same ids.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Site;
use serde_json::Value;

const SETTINGS: &str = "title = \"Test Briefings\"
base_url = \"https://briefs.example.org/team\"
namespace = \"5d0e6f5c-8a41-4c52-9b7e-2f6f3d1c9a84\"
default_tlp = \"clear\"
authors = [\"Test Desk\"]
[editions.public]
tlp = \"clear\"
[editions.inside]
tlp = \"amber\"
base_url = \"https://inside.example.org\"
";

const BUNDLE: &str = "exchange/stix/bundle.json";

/// Every form that has a place in STIX, with names, addresses and ids that do not follow from each
/// other.
fn site() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "content/actors/heron.md",
            "---\nname: Grey Heron\nid: 7f3b2c1a-0d4e-4b6f-8a9c-1e2d3f4a5b6c\naliases: [White Wader, GREY-HERON, {name: Night Wader, tlp: amber}]\nsummary: Builds lures.\norigin: KP\nupdated: 2025-11-12\nactor_types: [nation-state]\nsponsor: A bureau\nattribution: {confidence: moderate, basis: official, tlp: amber}\nsophistication: advanced\nresource_level: team\nmotivations: [organizational-gain, dominance]\nfirst_seen: 2019-05\nlast_seen: 2025\nregions: [TW]\nsoftware: [Quaybot]\nrelated: [The one who waits]\nexternal: {attack: G9001, malpedia: heron, misp: 0b0c8f4e-5d53-4b0c-9b9f-5a0f1ad8d3c1}\nsources:\n  - {id: a, title: Grey Heron (G9001), publisher: MITRE ATT&CK, url: \"https://attack.mitre.org/groups/G9001\", date: 2025-03, reliability: B, credibility: 2}\n---\n",
        )
        .file("content/actors/waits.md", "---\nname: The one who waits\n---\n")
        .file(
            "content/campaigns/quay.md",
            "---\nname: Operation Quayside\nactors: [Grey Heron, The one who waits]\nfirst_seen: 2024-02-01\n---\n",
        )
        .file(
            "content/software/quaybot.md",
            "---\nname: Quaybot\ntype: tool\naliases: [Quay Bot]\nactors: [Grey Heron, The one who waits]\ntechniques: [T1566]\n---\n",
        )
        .file(
            "content/regions/tw.md",
            "---\nname: Chinese Taipei\ncode: TW\nsummary: As the games call it.\n---\n",
        )
        .file(
            "content/regions/strait.md",
            "---\nname: Both shores of the strait\nkind: custom\nmembers: [TW]\n---\n",
        )
        .file("content/sectors/ports.md", "---\nname: Ports and harbours\nstix: transportation\n---\n")
        .file(
            "content/briefs/2025-11-10-lures.md",
            "---\ntitle: Tenders as lures\ndate: 2025-11-10\nupdated: 2025-11-14T09:30:00Z\nid: 3b9aca00-1111-4222-8333-444455556666\nreport_number: TB-14\nsummary: A cluster sends tender documents.\nstatus: superseded\npap: amber\nreport_types: [threat-report, campaign]\nconfidence: moderate\nauthors: [Ada, Test Desk]\nactors: [Grey Heron, Unnamed cluster]\ncampaigns: [Operation Quayside]\nregions: [TW, Both shores of the strait, PT]\nsectors: [Ports and harbours, Energy]\ntechniques: [T1566.001]\nsoftware: [Quaybot, Wharfer]\nvulnerabilities: [CVE-2023-22515]\ntags: [tenders]\nattribution:\n  - {actor: Unnamed cluster, alignment: A state, basis: technical, confidence: low, source: vendor}\n  - {actor: Grey Heron, confidence: high, tlp: amber}\nkey_judgments:\n  - {text: It will very likely turn to registries., likelihood: very likely, confidence: high, sources: [vendor]}\n  - {text: The drafter was likely a native speaker., likelihood: likely, confidence: low, sources: [vendor], tlp: amber}\nintelligence_gaps: [How it learns of tenders.]\noutlook: More of it.\nindicators:\n  - {type: domain, value: \"tenders[.]example\", description: The lure, first_seen: 2025-07-03, valid_until: 2025-08, confidence: high, software: Quaybot}\n  - {type: ipv4, value: 198.51.100.3, tlp: amber}\n  - {type: ja3, value: d41d8cd98f00b204e9800998ecf8427e}\nsources:\n  - {id: vendor, title: Quarterly report, publisher: Vendor, url: \"https://vendor.example/q3\", reliability: B, credibility: 2}\n---\n\nText.\n",
        )
        .file(
            "content/briefs/2025-11-11-quiet.md",
            "---\ntitle: \"Quiet: nothing\"\nslug: stillness\ndate: 2025-11-11\ncampaigns: [Operation Quayside]\n---\n\nText.\n",
        )
}

/// The objects of an edition's bundle by id.
fn objects(site: &Site, edition: &str) -> BTreeMap<String, Value> {
    site.build_with(["--edition", edition]).success();
    let bundle: Value =
        serde_json::from_str(&site.page(&format!("{edition}/{BUNDLE}"))).expect("JSON");
    let objects = bundle["objects"].as_array().expect("objects").iter();
    objects
        .map(|object| {
            (
                object["id"].as_str().expect("an id").to_owned(),
                object.clone(),
            )
        })
        .collect()
}

/// Another site with what the bundle of an edition has, every draft published.
fn imported(from: &Site, edition: &str) -> Site {
    let to = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("in/bundle.json", from.page(&format!("{edition}/{BUNDLE}")));
    to.run(["import", "stix", "in/bundle.json"]).success();
    for (path, text) in to.files("content/briefs") {
        let text = String::from_utf8(text).expect("text");
        let published = text.replacen("draft: true\n", "", 1);
        assert_ne!(text, published, "{path} is a draft");
        to.write(&format!("content/briefs/{path}"), published);
    }
    to
}

#[test]
fn a_bundle_of_the_site_comes_back_as_it_was() {
    let site = site();
    let before = objects(&site, "public");
    let after = objects(&imported(&site, "public"), "public");
    for (id, object) in &before {
        assert_eq!(Some(object), after.get(id), "{id}");
    }
    assert_eq!(before.len(), after.len());
}

/// What says something, rather than referring to it.
fn texts(objects: &BTreeMap<String, Value>) -> BTreeSet<&str> {
    let properties = [
        "name",
        "aliases",
        "description",
        "content",
        "pattern",
        "value",
    ];
    let values = objects
        .values()
        .flat_map(|object| properties.map(|property| &object[property]));
    values
        .flat_map(|value| match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        })
        .filter_map(Value::as_str)
        .collect()
}

/// An object has one marking for all that it holds, so a profile may come back narrower than it was. It
/// never comes back wider.
#[test]
fn what_only_some_may_read_stays_with_them() {
    let site = site();
    let public = objects(&site, "public");
    let inside = objects(&site, "inside");
    let again = imported(&site, "inside");
    assert_eq!(texts(&inside), texts(&objects(&again, "inside")));
    let narrower = objects(&again, "public");
    let (said, says) = (texts(&public), texts(&narrower));
    let more: Vec<&&str> = says.difference(&said).collect();
    assert!(more.is_empty(), "the public edition says more: {more:?}");
    assert!(says.contains("Tenders as lures"), "{says:?}");
}
