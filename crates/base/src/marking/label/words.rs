//! The words that labels are made of.

use crate::marking::Tlp;

/// Words that may stand before a label, as in `Document classification: TLP:RED`.
pub(super) const MOST_WORDS: usize = 4;

/// The levels as words, longest first.
pub(super) const LEVELS: [(&str, Tlp); 7] = [
    ("amberstrict", Tlp::AmberStrict),
    ("amber", Tlp::Amber),
    ("green", Tlp::Green),
    ("clear", Tlp::Clear),
    ("white", Tlp::Clear),
    ("red", Tlp::Red),
    ("strict", Tlp::AmberStrict),
];

/// Words that announce a marking.
pub(super) const ANNOUNCING: [&str; 30] = [
    "classification",
    "classified",
    "marking",
    "markings",
    "marked",
    "handling",
    "sharing",
    "distribution",
    "dissemination",
    "restriction",
    "restrictions",
    "restricted",
    "releasability",
    "release",
    "confidentiality",
    "sensitivity",
    "security",
    "protection",
    "label",
    "labels",
    "level",
    "caveat",
    "einstufung",
    "kennzeichnung",
    "klassifizierung",
    "vertraulichkeit",
    "diffusion",
    "marquage",
    "clasificación",
    "classificação",
];

/// Words between `TLP` and its level: `TLP 2.0 marking: RED`.
pub(super) const BETWEEN: [&str; 14] = [
    "2",
    "20",
    "v2",
    "v20",
    "1",
    "10",
    "level",
    "label",
    "marking",
    "color",
    "colour",
    "classification",
    "status",
    "designation",
];
