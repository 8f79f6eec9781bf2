//! Markings of STIX as levels of TLP 2.0.
//!
//! In: the marking definitions of a bundle, and the ids that a specification or a platform fixes.
//! Out: the level of an object, the narrowest of its markings, and of the parts that granular markings
//! select. A definition that is not there, or that nobody can read, is red.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::object::{Bundle, Markers, Object};
use crate::import::Summary;
use crate::marking::{Tlp, label};

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

/// The level of an id that a specification or a platform fixes, in any case.
pub fn fixed(id: &str) -> Option<Tlp> {
    let id = id.trim().to_lowercase();
    let id = id.strip_prefix("marking-definition--")?;
    let known = KNOWN.iter().find(|(known, _)| *known == id);
    known.map(|(_, level)| *level)
}

/// The notice of ATT&CK, which objects made of it refer to without carrying it.
const NOTICE: &str = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168";

/// What a definition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    /// A copyright notice, terms of use, the Permissible Actions Protocol.
    NotOfReaders,
    Level(Tlp),
    Unreadable,
}

impl Meaning {
    fn level(self) -> Option<Tlp> {
        match self {
            Meaning::NotOfReaders => None,
            Meaning::Level(tlp) => Some(tlp),
            Meaning::Unreadable => Some(Tlp::Red),
        }
    }
}

/// The markings of a bundle by their ids, in small letters.
#[derive(Debug)]
pub struct Markings {
    meanings: HashMap<String, Meaning>,
    /// Those that something has, and that nobody can read.
    unreadable: RefCell<BTreeSet<String>>,
}

impl Markings {
    pub fn of(bundle: &Bundle) -> Self {
        let mut meanings: HashMap<String, Meaning> = KNOWN
            .iter()
            .map(|(id, level)| {
                (
                    folded(&format!("marking-definition--{id}")),
                    Meaning::Level(*level),
                )
            })
            .collect();
        meanings.insert(NOTICE.to_owned(), Meaning::NotOfReaders);
        let definitions = || {
            let all = bundle.objects.iter();
            all.filter(|object| object.kind() == "marking-definition" && !object.id().is_empty())
        };
        for definition in definitions() {
            // A platform may give a fixed id another name; the narrower of the two counts.
            let meaning = meaning(definition);
            let known = meanings.entry(folded(definition.id())).or_insert(meaning);
            *known = meaning.max(*known);
        }
        // A definition that is marked itself is as narrow as that.
        let outer: Vec<(String, Meaning)> = definitions()
            .filter_map(|definition| {
                let refs = definition.object_marking_refs.iter();
                let marks = refs.map(|id| known(&meanings, id)).max()?;
                Some((folded(definition.id()), marks))
            })
            .collect();
        for (id, outer) in outer {
            meanings
                .entry(id)
                .and_modify(|meaning| *meaning = outer.max(*meaning));
        }
        Self {
            meanings,
            unreadable: RefCell::default(),
        }
    }

    /// Whether a definition restricts nobody, such as a copyright notice.
    pub fn is_notice(&self, id: &str) -> bool {
        known(&self.meanings, id) == Meaning::NotOfReaders
    }

    /// The narrowest of what an object has as a whole; none where that says nothing of its readers.
    pub fn level(&self, markers: Markers<'_>) -> Option<Tlp> {
        let refs = markers.refs.iter().filter_map(|id| self.one(id));
        let labels = markers.labels.iter().filter_map(|label| label::tag(label));
        refs.chain(labels).max()
    }

    /// The narrowest of an object and of all of its parts.
    pub fn narrowest(&self, markers: Markers<'_>) -> Option<Tlp> {
        let parts = self.parts(markers).into_iter().map(|part| part.tlp);
        self.level(markers).into_iter().chain(parts).max()
    }

    /// What granular markings select.
    pub fn parts(&self, markers: Markers<'_>) -> Vec<Marked> {
        let mut parts = Vec::new();
        for granular in markers.granular {
            let level = match granular.marking_ref.get() {
                Some(id) => self.one(id),
                // What only says its language is no restriction.
                None => granular.lang.get().is_none().then_some(Tlp::Red),
            };
            let Some(tlp) = level else { continue };
            if granular.selectors.is_empty() {
                parts.push(Marked::whole(tlp));
            }
            parts.extend(granular.selectors.iter().map(|text| Marked::of(text, tlp)));
        }
        parts
    }

    fn one(&self, id: &str) -> Option<Tlp> {
        let meaning = known(&self.meanings, id);
        if meaning == Meaning::Unreadable {
            self.unreadable.borrow_mut().insert(id.trim().to_owned());
        }
        meaning.level()
    }

    /// Tells which markings were read as red, since nobody can read them.
    pub fn tell(&self, summary: &mut Summary) {
        for id in self.unreadable.borrow().iter() {
            let id = crate::import::text::line(id, 80).unwrap_or_default();
            summary.note(format!(
                "the marking `{id}` is not in the file, or is not of TLP; what has it was written as red"
            ));
        }
    }
}

fn folded(id: &str) -> String {
    id.trim().to_lowercase()
}

fn known(meanings: &HashMap<String, Meaning>, id: &str) -> Meaning {
    let known = meanings.get(&folded(id)).copied();
    known.unwrap_or(Meaning::Unreadable)
}

/// A part of an object that is narrower than the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The property; none for the whole object.
    property: Option<String>,
    /// Of a list, the place of the item; none for all of it.
    item: Option<usize>,
    pub tlp: Tlp,
}

impl Marked {
    fn whole(tlp: Tlp) -> Self {
        Self {
            property: None,
            item: None,
            tlp,
        }
    }

    /// `description`, `aliases.[1]`, `external_references.[0].url`. A selector of any other form counts
    /// for the whole object.
    fn of(selector: &str, tlp: Tlp) -> Self {
        let mut steps = selector.trim().split('.');
        let property = steps.next().unwrap_or_default();
        let is_property = !property.is_empty()
            && (property.chars()).all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_property {
            return Self::whole(tlp);
        }
        let item = steps.next().and_then(|step| {
            let number = step.strip_prefix('[')?.strip_suffix(']')?;
            number.parse().ok()
        });
        Self {
            property: Some(property.to_owned()),
            item,
            tlp,
        }
    }

    /// Whether it marks an item of a property, or all of the property.
    pub fn covers(&self, property: &str, item: Option<usize>) -> bool {
        let Some(marked) = &self.property else {
            return true;
        };
        marked == property && (self.item.is_none() || item.is_none() || self.item == item)
    }
}

/// What a definition says, in the forms of all versions and platforms: the narrowest of them.
fn meaning(definition: &Object) -> Meaning {
    let field = |text: Option<&str>| {
        let text = text.filter(|text| !text.trim().is_empty())?;
        Some(label::field(text).unwrap_or(Tlp::Red))
    };
    let name = definition.name.get();
    let platform = definition.x_opencti_definition.get();
    let platform_kind = definition
        .x_opencti_definition_type
        .get()
        .unwrap_or_default();
    let is_tlp = |kind: &str| {
        let kind = kind.to_lowercase();
        kind.starts_with("tlp") || kind.starts_with("traffic")
    };
    let statement = definition.definition.one("statement");
    let levels = [
        field(definition.extensions.tlp_2_0.as_deref()),
        field(definition.definition.one("tlp")),
        match platform {
            Some(_) if is_tlp(platform_kind) => field(platform),
            other => other.and_then(in_words),
        },
        name.and_then(in_words),
        statement.and_then(in_words),
    ];
    if let Some(tlp) = levels.into_iter().flatten().max() {
        return Meaning::Level(tlp);
    }
    let kind = definition.definition_type.get().unwrap_or_default();
    let is_permission = |text: &str| {
        text.get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("pap"))
    };
    let silent = kind.eq_ignore_ascii_case("statement") && platform.is_none()
        || platform_kind.eq_ignore_ascii_case("statement")
        || [kind, platform_kind].into_iter().any(is_permission)
        || name.is_some_and(is_permission);
    match silent {
        true => Meaning::NotOfReaders,
        false => Meaning::Unreadable,
    }
}

/// The narrowest label in a name or statement, wherever it stands; one of TLP without a level is red.
fn in_words(text: &str) -> Option<Tlp> {
    let lower = text.to_lowercase();
    let starts = std::iter::once(0).chain(lower.match_indices("tlp").map(|(at, _)| at));
    let levels = starts.filter_map(|at| Some(label::leading(text.get(at..)?)?.level()));
    levels.max().or_else(|| label::tag(text)).or_else(|| {
        let is_of_tlp = ["tlp", "traffic light protocol"]
            .iter()
            .any(|name| lower.contains(name));
        is_of_tlp.then_some(Tlp::Red)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_of_parts() {
        let part = |selector: &str| Marked::of(selector, Tlp::Red);
        assert!(part("description").covers("description", None));
        assert!(!part("description").covers("name", None));
        assert!(part("aliases.[1]").covers("aliases", Some(1)));
        assert!(!part("aliases.[1]").covers("aliases", Some(0)));
        assert!(part("aliases.[1]").covers("aliases", None));
        assert!(part("external_references.[0].url").covers("external_references", Some(0)));
        for odd in ["", "Description", "aliases[1]", "$.name", "*"] {
            assert!(part(odd).covers("name", None), "{odd}");
        }
    }
}
