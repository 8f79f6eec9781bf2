//! The Traffic Light Protocol, version 2.0 (FIRST, August 2022), and what it decides: may an
//! audience see a thing. A marking is a level together with the groups it may be limited to.

pub mod label;
pub mod names;
pub mod within;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

/// A TLP 2.0 level, from the widest audience to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tlp {
    #[default]
    Clear,
    Green,
    Amber,
    AmberStrict,
    Red,
}

impl Tlp {
    pub const ALL: [Tlp; 5] = [
        Tlp::Clear,
        Tlp::Green,
        Tlp::Amber,
        Tlp::AmberStrict,
        Tlp::Red,
    ];

    /// As front matter writes it: `amber+strict`.
    pub fn name(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }

    /// As it stands in the name of a class or the id of an element: `amber-strict`.
    pub fn class(self) -> &'static str {
        match self {
            Tlp::AmberStrict => "amber-strict",
            other => other.name(),
        }
    }

    /// As the standard writes the label: `TLP:AMBER+STRICT`.
    pub fn label(self) -> &'static str {
        match self {
            Tlp::Clear => "TLP:CLEAR",
            Tlp::Green => "TLP:GREEN",
            Tlp::Amber => "TLP:AMBER",
            Tlp::AmberStrict => "TLP:AMBER+STRICT",
            Tlp::Red => "TLP:RED",
        }
    }

    /// Who may receive it, in the sense of the standard.
    pub fn definition(self) -> &'static str {
        match self {
            Tlp::Clear => "may be shared without restriction",
            Tlp::Green => {
                "may be shared within the community, not through publicly accessible channels"
            }
            Tlp::Amber => {
                "may be shared within the organisation and with its clients, on a need-to-know basis"
            }
            Tlp::AmberStrict => {
                "may be shared within the organisation only, on a need-to-know basis"
            }
            Tlp::Red => "for the eyes and ears of the named recipients only",
        }
    }

    /// Reads a level in any case, with or without `TLP:`. `white`, the TLP 1 word, reads as clear.
    pub fn parse(text: &str) -> Option<Tlp> {
        let folded = text.trim().to_ascii_lowercase();
        let word = folded
            .strip_prefix("tlp:")
            .map_or(folded.as_str(), str::trim_start);
        match word {
            "clear" | "white" => Some(Tlp::Clear),
            "green" => Some(Tlp::Green),
            "amber" => Some(Tlp::Amber),
            "amber+strict" => Some(Tlp::AmberStrict),
            "red" => Some(Tlp::Red),
            _ => None,
        }
    }

    /// Whether the text is the TLP 1 word for clear.
    pub fn is_old_word(text: &str) -> bool {
        let folded = text.trim().to_ascii_lowercase();
        folded == "white" || folded == "tlp:white"
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.label())
    }
}

impl Serialize for Tlp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A level, and the groups a thing is limited to. Each set of groups must share a member with the
/// audience's, so that nested limits combine to the stricter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marking {
    pub tlp: Tlp,
    /// Each inner set is one limit; no set: no limit.
    pub audience: BTreeSet<BTreeSet<String>>,
}

impl Marking {
    pub fn new(tlp: Tlp, groups: impl IntoIterator<Item = String>) -> Self {
        let groups: BTreeSet<String> = groups.into_iter().collect();
        Self {
            tlp,
            audience: if groups.is_empty() {
                BTreeSet::new()
            } else {
                BTreeSet::from([groups])
            },
        }
    }

    /// The stricter of both, for a thing inside another.
    #[must_use]
    pub fn within(&self, outer: &Marking) -> Marking {
        Marking {
            tlp: self.tlp.max(outer.tlp),
            audience: self.audience.union(&outer.audience).cloned().collect(),
        }
    }

    /// Whether an audience with this ceiling and these groups may see it.
    pub fn visible_to(&self, ceiling: Tlp, groups: &BTreeSet<String>) -> bool {
        self.tlp <= ceiling && self.audience.iter().all(|limit| !limit.is_disjoint(groups))
    }
}
