//! The closed vocabularies of the field: what front matter may say where only certain words count.
//!
//! In: a word as an analyst wrote it. Out: a value of an enum that knows its name (as front matter
//! and machine files write it), its label (as a page shows it) and what it means. Each vocabulary
//! is one table in the file of its subject; the code, the schema, the guide and the tests read
//! that same table, the last three through [`listings`].

use crate::diagnostic::Code;

mod actor;
mod assessment;
mod brief;
mod indicator_type;
mod likelihood;
mod place;
mod sector;
mod software;
mod tactic;

pub use actor::{
    ActorType, AliasRelation, AttributionBasis, Motivation, ResourceLevel, Sophistication,
};
pub use assessment::{Confidence, Credibility, Pap, Reliability};
pub use brief::{BriefStatus, ReportType};
pub use indicator_type::IndicatorType;
pub use likelihood::{Degree, Likelihood, LikelihoodRow};
pub use place::RegionKind;
pub use sector::IndustrySector;
pub use software::SoftwareType;
pub use tactic::{Matrix, Tactic, tactic_order};

/// One row of a vocabulary's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// As front matter and machine files write it.
    pub name: &'static str,
    /// As a page shows it.
    pub label: &'static str,
    /// What it means, a phrase without a full stop; empty where the label says it all.
    pub meaning: &'static str,
    /// Other spellings that are read, and never written.
    pub also: &'static [&'static str],
}

/// A closed set of words.
pub trait Vocabulary: Sized + Copy + 'static {
    /// What the vocabulary is called, for pages and messages: "confidence".
    const TITLE: &'static str;
    /// The standard it is taken from.
    const SOURCE: &'static str;
    /// Every value, in the standard's own order.
    const ALL: &'static [Self];

    /// What a word that is not in the table is reported as.
    const UNKNOWN: Code = Code::UnknownValue;

    /// The row of the table.
    fn entry(self) -> &'static Entry;

    /// As front matter and machine files write it: `crime-syndicate`.
    fn name(self) -> &'static str {
        self.entry().name
    }

    /// As a page shows it: `Crime syndicate`.
    fn label(self) -> &'static str {
        self.entry().label
    }

    /// What it means; empty where the label says it all.
    fn meaning(self) -> &'static str {
        self.entry().meaning
    }

    /// Reads a name, label or other spelling. Case, surrounding space, and the choice between
    /// space, hyphen and underscore do not matter.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| {
            let entry = value.entry();
            same_words(text, entry.name)
                || same_words(text, entry.label)
                || entry.also.iter().any(|other| same_words(text, other))
        })
    }
}

/// Every name of a vocabulary, for a message or a suggestion.
pub fn names<V: Vocabulary>() -> impl Iterator<Item = &'static str> {
    V::ALL.iter().map(|value| value.name())
}

/// A vocabulary as data, for the schema and the guide.
#[derive(Debug, Clone)]
pub struct Listing {
    pub title: &'static str,
    pub source: &'static str,
    pub entries: Vec<Entry>,
}

impl Listing {
    fn of<V: Vocabulary>() -> Self {
        Self {
            title: V::TITLE,
            source: V::SOURCE,
            entries: V::ALL.iter().map(|value| *value.entry()).collect(),
        }
    }
}

/// Every vocabulary, in the order in which the guide shows them.
pub fn listings() -> Vec<Listing> {
    vec![
        Listing::of::<Likelihood>(),
        Listing::of::<Confidence>(),
        Listing::of::<Reliability>(),
        Listing::of::<Credibility>(),
        Listing::of::<Pap>(),
        Listing::of::<BriefStatus>(),
        Listing::of::<ReportType>(),
        Listing::of::<AttributionBasis>(),
        Listing::of::<AliasRelation>(),
        Listing::of::<ActorType>(),
        Listing::of::<Motivation>(),
        Listing::of::<ResourceLevel>(),
        Listing::of::<Sophistication>(),
        Listing::of::<IndustrySector>(),
        Listing::of::<SoftwareType>(),
        Listing::of::<IndicatorType>(),
        Listing::of::<Tactic>(),
    ]
}

/// Whether two texts are the same words, whatever stands between the words.
fn same_words(left: &str, right: &str) -> bool {
    let is_gap = |character: char| character.is_whitespace() || matches!(character, '-' | '_');
    let mut left = left.split(is_gap).filter(|word| !word.is_empty());
    let mut right = right.split(is_gap).filter(|word| !word.is_empty());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => {}
            _ => return false,
        }
    }
}

/// Writes a vocabulary from its table: `Variant = name, label, meaning, also spellings;`.
#[doc(hidden)]
#[macro_export]
macro_rules! vocabulary_of_table {
    (@also) => { &[] };
    (@also $also:expr) => { &$also };
    (
        $(#[$attribute:meta])*
        $type:ident: $title:literal, $source:literal;
        $($variant:ident = $name:literal, $label:literal, $meaning:literal $(, also $also:expr)?;)+
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type {
            $(#[doc = concat!($label, " (`", $name, "`): ", $meaning)] $variant,)+
        }

        impl $crate::vocabulary::Vocabulary for $type {
            const TITLE: &'static str = $title;
            const SOURCE: &'static str = $source;
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn entry(self) -> &'static $crate::vocabulary::Entry {
                match self {
                    $(Self::$variant => &$crate::vocabulary::Entry {
                        name: $name,
                        label: $label,
                        meaning: $meaning,
                        also: $crate::vocabulary_of_table!(@also $($also)?),
                    },)+
                }
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::vocabulary::Vocabulary::name(*self))
            }
        }
    };
}

pub use crate::vocabulary_of_table as vocabulary;

#[cfg(test)]
mod tests;
