//! Recognizes the fields that other programs put markings into: columns, keys, attributes.
//!
//! In: the name of a column or key, in any case, with any separators. Out: how its values are to be
//! read. What the values say, [`label`](super::label) decides.

use super::{Tlp, label};

/// How the values of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Made for markings: levels count without `TLP`, and what cannot be read is red.
    Marking,
    /// Words of all kinds, some of which may be labels.
    Tags,
}

/// Names that are fields for markings as a whole.
const MARKINGS: [&str; 33] = [
    "classification",
    "classificationlevel",
    "dataclassification",
    "securityclassification",
    "documentclassification",
    "infoclassification",
    "informationclassification",
    "sharing",
    "sharinglevel",
    "sharingpolicy",
    "sharingrestriction",
    "sharingrestrictions",
    "dissemination",
    "disseminationlevel",
    "disseminationcontrol",
    "disseminationcontrols",
    "handling",
    "handlingcaveat",
    "handlingcaveats",
    "handlinginstructions",
    "caveat",
    "caveats",
    "confidentiality",
    "confidentialitylevel",
    "sensitivity",
    "sensitivitylevel",
    "releasability",
    "restriction",
    "restrictions",
    "iep",
    "ieppolicy",
    "einstufung",
    "vertraulichkeit",
];

/// The last words of names whose values are free words.
const TAGS: [&str; 10] = [
    "tag",
    "tags",
    "label",
    "labels",
    "keyword",
    "keywords",
    "category",
    "categories",
    "topics",
    "taxonomies",
];

/// What a platform writes where a field has no value.
const NOTHING: [&str; 7] = ["none", "null", "nil", "nan", "na", "n/a", "undefined"];

/// What a field of this name holds; none where its name says nothing of markings.
pub fn field(name: &str) -> Option<Field> {
    let words = words(name);
    let whole: String = words.concat();
    let is_tlp = |word: &String| word.starts_with("tlp") || word.starts_with("marking");
    if words.iter().any(is_tlp)
        || whole.ends_with("tlp")
        || whole.contains("trafficlight")
        || MARKINGS.contains(&whole.as_str())
    {
        return Some(Field::Marking);
    }
    (words.last())
        .is_some_and(|word| TAGS.contains(&word.as_str()))
        .then_some(Field::Tags)
}

/// Whether a field of this name can hold nothing but a level of TLP.
pub fn is_tlp(name: &str) -> bool {
    let whole: String = words(name).concat();
    whole.starts_with("tlp") || whole.ends_with("tlp") || whole.contains("trafficlight")
}

/// What one value of a field says; none where it says nothing of a marking.
pub fn level(field: Field, value: &str) -> Option<Tlp> {
    let pieces = value.split([',', ';', '|', '\n']).map(bare);
    let pieces = pieces.filter(|piece| piece.chars().any(char::is_alphanumeric));
    // Brackets around all of it may be those of a list, or of a label.
    let whole = value
        .trim_start()
        .starts_with(['[', '('])
        .then(|| label::tag(value))
        .flatten();
    pieces
        .filter_map(|piece| match field {
            Field::Marking => marking(piece),
            Field::Tags => tag(piece),
        })
        .chain(whole)
        .max()
}

fn marking(piece: &str) -> Option<Tlp> {
    let folded = piece.to_lowercase();
    // The Permissible Actions Protocol does not limit who may read.
    if NOTHING.contains(&folded.as_str()) || folded.starts_with("pap:") {
        return None;
    }
    tag(piece).or_else(|| label::field(piece))
}

/// A tag that is a label: alone, as the end of a path (`cti/tlp/red`), or one word of several.
pub fn tag(text: &str) -> Option<Tlp> {
    // A house's exception from green or amber, which nobody else can know.
    if text.trim().eq_ignore_ascii_case("tlp:ex:chr") {
        return Some(Tlp::AmberStrict);
    }
    label::tag(text)
        .or_else(|| {
            text.match_indices('/')
                .filter_map(|(at, _)| label::tag(&text[at + 1..]))
                .max()
        })
        .or_else(|| {
            let words = text.split_whitespace();
            words.filter_map(label::tag).max()
        })
}

/// A value of a list as programs print lists, without its quotes and brackets.
fn bare(piece: &str) -> &str {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '\'' | '#');
    piece.trim_matches(is_around)
}

/// The words of a name in small letters: `objectMarkingRefs`, `object_marking_refs`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && was_small;
        if starts || !c.is_alphanumeric() {
            words.push(String::new());
        }
        was_small = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_platforms() {
        for name in [
            "tlp",
            "TLP",
            "tlp_level",
            "TLP Marking",
            "tlpColor",
            "report-tlp",
            "reportTLP",
            "TLP 2.0",
            "marking",
            "Markings",
            "object_marking_refs",
            "objectMarkingRefs",
            "marking-definition",
            "Traffic Light Protocol",
            "Classification",
            "data_classification",
            "sharing",
            "Dissemination",
            "handling",
            "Confidentiality",
        ] {
            assert_eq!(field(name), Some(Field::Marking), "{name}");
        }
        for name in ["tags", "Tag", "labels", "event_tag", "attributeTags"] {
            assert_eq!(field(name), Some(Field::Tags), "{name}");
        }
        for name in [
            "value",
            "marketing",
            "benchmarking",
            "type",
            "first seen",
            "",
        ] {
            assert_eq!(field(name), None, "{name}");
        }
    }

    #[test]
    fn values_of_many_platforms() {
        for (text, tlp) in [
            ("red", Some(Tlp::Red)),
            ("TLP:AMBER+STRICT", Some(Tlp::AmberStrict)),
            ("amber strict", Some(Tlp::AmberStrict)),
            ("['TLP:GREEN', 'PAP:RED']", Some(Tlp::Green)),
            ("PAP:RED", None),
            ("n/a", None),
            ("-", None),
            ("", None),
            ("secret", Some(Tlp::Red)),
            ("tlp:unclear", Some(Tlp::Red)),
            ("iep:traffic-light-protocol=\"AMBER\"", Some(Tlp::Amber)),
        ] {
            assert_eq!(level(Field::Marking, text), tlp, "{text}");
        }
        for (text, tlp) in [
            ("red", None),
            ("[RED]", Some(Tlp::Red)),
            ("apt, tlp:red; ports", Some(Tlp::Red)),
            ("apt tlp:red", Some(Tlp::Red)),
            ("tlp/amber", Some(Tlp::Amber)),
            ("#tlp-red", Some(Tlp::Red)),
            ("TLP-AMBER", Some(Tlp::Amber)),
            ("cti/tlp/green", Some(Tlp::Green)),
            ("tlp:ex:chr", Some(Tlp::AmberStrict)),
            ("tlp:sometimes", Some(Tlp::Red)),
            ("PAP:RED", None),
            ("misp-galaxy:threat-actor=\"Red October\"", None),
        ] {
            assert_eq!(level(Field::Tags, text), tlp, "{text}");
        }
    }
}
