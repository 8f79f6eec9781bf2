//! What an edition withholds, for those who publish it: never part of the output.

use std::collections::BTreeMap;

use serde::Serialize;

use base::marking::{Marking, Tlp};

/// Everything that was left out of one edition.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// In the order of their paths.
    pub briefs: Vec<Document>,
    pub profiles: Vec<Document>,
    pub pages: Vec<Document>,
    /// Parts of documents that the edition has, by the document's path.
    pub parts: BTreeMap<String, Parts>,
}

/// How many parts of each kind were left out of a document.
pub type Parts = BTreeMap<&'static str, usize>;

/// A document that was left out whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    pub title: String,
    /// From the site's root.
    pub path: String,
    pub tlp: Tlp,
    /// The groups it is limited to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    pub reason: Reason,
}

/// Why a document was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It is marked above the edition, or for groups that the edition does not list.
    Marking,
    Draft,
    Embargo,
    Expired,
}

impl Document {
    pub fn new(title: &str, path: &str, marking: &Marking, reason: Reason) -> Self {
        Self {
            title: title.to_owned(),
            path: path.to_owned(),
            tlp: marking.tlp,
            audience: marking.audience.iter().flatten().cloned().collect(),
            reason,
        }
    }
}

impl Withheld {
    /// How many briefs were left out for a reason.
    pub fn briefs_by(&self, reason: Reason) -> usize {
        self.briefs
            .iter()
            .filter(|brief| brief.reason == reason)
            .count()
    }

    /// How many parts were left out of documents that the edition has, by their kind.
    pub fn parts_by_kind(&self) -> Parts {
        let mut sums = Parts::new();
        for (kind, count) in self.parts.values().flatten() {
            *sums.entry(kind).or_default() += count;
        }
        sums
    }

    pub fn is_empty(&self) -> bool {
        self.briefs.is_empty()
            && self.profiles.is_empty()
            && self.pages.is_empty()
            && self.parts.is_empty()
    }
}
