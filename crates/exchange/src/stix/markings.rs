//! Marking definitions: TLP 2.0 by the extension of OASIS (stix-common-objects, extension definition
//! 60a3c5c5, version 1.0.0), or TLP 1 (STIX 2.1, section 7.2.1.4) where the settings ask for it.
//!
//! TLP 1 has no AMBER+STRICT. AMBER would let recipients pass on to their clients what the level keeps
//! inside, so such objects carry RED, and a statement that says which level is meant.

use std::collections::BTreeSet;

use super::ids::Ids;
use base::marking::Tlp;
use edition::SiteFacts;

/// Where OASIS describes its extension.
const SCHEMA: &str = "https://github.com/oasis-open/cti-stix-common-objects/tree/master/extension-definition-specifications/tlp-2.0";

/// The definitions of one generation of the protocol.
pub struct Markings {
    tlp_1: bool,
    /// By level, in the order of [`Tlp::ALL`].
    refs: [Vec<String>; 5],
}

impl Markings {
    pub fn of(site: &SiteFacts, ids: &Ids) -> Self {
        let tlp_1 = site.exchange.tlp_1;
        let refs = Tlp::ALL.map(|level| {
            if !tlp_1 {
                return vec![format!("marking-definition--{}", uuid_2(level))];
            }
            let mut refs = vec![format!("marking-definition--{}", tlp_1_of(level).1)];
            if level == Tlp::AmberStrict {
                refs.push(ids.public("marking-definition", "amber+strict"));
            }
            refs
        });
        Self { tlp_1, refs }
    }

    /// The ids that an object of a level refers to.
    pub fn refs(&self, level: Tlp) -> &[String] {
        let at = Tlp::ALL.iter().position(|other| *other == level);
        at.map_or(&[], |at| self.refs[at].as_slice())
    }

    /// The definitions of some levels, each as JSON.
    pub fn definitions(&self, levels: &BTreeSet<Tlp>) -> Vec<String> {
        if !self.tlp_1 {
            let extension = (!levels.is_empty()).then(extension);
            return extension
                .into_iter()
                .chain(levels.iter().map(|level| definition_2(*level)))
                .collect();
        }
        let plain: BTreeSet<(&str, &str)> = levels.iter().map(|level| tlp_1_of(*level)).collect();
        let mut written: Vec<String> = plain
            .into_iter()
            .map(|(name, uuid)| definition_1(name, uuid))
            .collect();
        if levels.contains(&Tlp::AmberStrict)
            && let Some(id) = self.refs(Tlp::AmberStrict).last()
        {
            written.push(format!(
                r#"{{"type":"marking-definition","spec_version":"2.1","id":"{id}","created":"2022-10-01T00:00:00.000Z","definition_type":"statement","name":"TLP:AMBER+STRICT","definition":{{"statement":"TLP:AMBER+STRICT: {}"}}}}"#,
                Tlp::AmberStrict.definition()
            ));
        }
        written
    }
}

/// The definition of the extension, as OASIS publishes it.
fn extension() -> String {
    format!(
        r#"{{"id":"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d","type":"extension-definition","spec_version":"2.1","name":"TLP 2.0","description":"This defines TLP 2.0 as a STIX extension","created":"2022-10-01T00:00:00.000Z","modified":"2022-10-01T00:00:00.000Z","created_by_ref":"identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01","schema":"{SCHEMA}","version":"1.0.0","extension_types":["property-extension"]}}"#
    )
}

fn uuid_2(level: Tlp) -> &'static str {
    match level {
        Tlp::Clear => "94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

fn definition_2(level: Tlp) -> String {
    format!(
        r#"{{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--{}","created":"2022-10-01T00:00:00.000Z","name":"{}","extensions":{{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{{"extension_type":"property-extension","tlp_2_0":"{}"}}}}}}"#,
        uuid_2(level),
        level.label(),
        level.name()
    )
}

/// The word and the UUID of TLP 1 for a level, never a wider one.
fn tlp_1_of(level: Tlp) -> (&'static str, &'static str) {
    match level {
        Tlp::Clear => ("white", "613f2e26-407d-48c7-9eca-b8e91df99dc9"),
        Tlp::Green => ("green", "34098fce-860f-48ae-8e50-ebd3cc5e41da"),
        Tlp::Amber => ("amber", "f88d31f6-486f-44da-b317-01333bde0b82"),
        Tlp::AmberStrict | Tlp::Red => ("red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
    }
}

fn definition_1(name: &str, uuid: &str) -> String {
    format!(
        r#"{{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--{uuid}","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","name":"TLP:{}","definition":{{"tlp":"{name}"}}}}"#,
        name.to_uppercase()
    )
}
