//! Markings of STIX as levels of TLP 2.0.
//!
//! In: the marking definitions of a bundle, and the ids that a specification or a platform fixes.
//! Out: the level of an object: the narrowest of its markings.

use std::collections::HashMap;

use super::object::{Bundle, Object};
use crate::marking::Tlp;

/// TLP 2.0 by the OASIS extension, TLP 1 (STIX 2.1, section 7.2.1.4), and the AMBER+STRICT that some
/// platforms gave TLP 1 on their own.
const KNOWN: [(&str, Tlp); 10] = [
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("826578e1-40ad-459f-bc73-ede076f81f37", Tlp::AmberStrict),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
];

/// The levels of a bundle's markings, by their ids.
#[derive(Debug)]
pub struct Markings(HashMap<String, Tlp>);

impl Markings {
    pub fn of(bundle: &Bundle) -> Self {
        let mut levels: HashMap<String, Tlp> = KNOWN
            .iter()
            .map(|(id, level)| (format!("marking-definition--{id}"), *level))
            .collect();
        for object in &bundle.objects {
            if object.kind() == "marking-definition"
                && let Some(level) = level(object)
            {
                // A platform may give a fixed id another name; the narrower of the two counts.
                let known = levels.entry(object.id().to_owned()).or_insert(level);
                *known = level.max(*known);
            }
        }
        Self(levels)
    }

    /// The narrowest of an object's markings; none where it has none of TLP.
    pub fn level(&self, object: &Object) -> Option<Tlp> {
        self.narrowest(&object.object_marking_refs)
    }

    /// The narrowest of these markings.
    pub fn narrowest(&self, refs: &[String]) -> Option<Tlp> {
        refs.iter().filter_map(|id| self.0.get(id).copied()).max()
    }
}

fn level(object: &Object) -> Option<Tlp> {
    let words = [
        object.extensions.tlp_2_0.as_deref(),
        object.definition.one("tlp"),
        object
            .name
            .get()
            .filter(|name| name.to_ascii_uppercase().starts_with("TLP:")),
    ];
    let word = words.into_iter().flatten().next()?;
    let word = word.trim().to_lowercase().replace([' ', '_'], "");
    let word = word.strip_prefix("tlp:").unwrap_or(&word);
    match word {
        "amber-strict" | "amberstrict" => Some(Tlp::AmberStrict),
        // A TLP marking that is not known here is not to be widened.
        word => Some(Tlp::parse(word).unwrap_or(Tlp::Red)),
    }
}
