//! What an audience may see: of the library its documents, of a document its entries.
//!
//! In: markings, dates and sources. Out: yes or no, and for documents why not. Nothing here copies
//! content.

use std::collections::BTreeSet;

use super::report::Reason;
use base::marking::Marking;
use library::model::{Brief, Judgment, Marked, Page, Release, Source};
use settings::EditionSettings;

/// Who reads, and when.
pub struct Audience<'a> {
    pub settings: &'a EditionSettings,
    pub release: Release,
}

impl Audience<'_> {
    pub fn sees(&self, marking: &Marking) -> bool {
        marking.visible_to(self.settings.tlp, &self.settings.audience)
    }

    /// Why the edition has not got a brief; none when it has.
    pub fn withholds(&self, brief: &Brief) -> Option<Reason> {
        if !self.sees(&brief.marking) {
            return Some(Reason::Marking);
        }
        if brief.draft && !self.release.drafts {
            return Some(Reason::Draft);
        }
        if brief.is_out(self.release) {
            return None;
        }
        let embargoed = !self.release.embargoed && brief.embargo_at(self.release.now).is_some();
        Some(if embargoed {
            Reason::Embargo
        } else {
            Reason::Expired
        })
    }

    pub fn withholds_page(&self, page: &Page) -> Option<Reason> {
        if !self.sees(&page.marking) {
            Some(Reason::Marking)
        } else if page.draft && !self.release.drafts {
            Some(Reason::Draft)
        } else {
            None
        }
    }

    /// The edition in a message.
    pub fn name(&self) -> String {
        match &self.settings.name {
            Some(name) => format!("the edition `{name}` ({})", self.settings.tlp),
            None => format!("this edition ({})", self.settings.tlp),
        }
    }
}

/// What an audience may see of one document that it may see.
pub struct Sight<'a> {
    pub audience: &'a Audience<'a>,
    hidden_sources: BTreeSet<&'a str>,
}

impl<'a> Sight<'a> {
    pub fn new(audience: &'a Audience<'a>, sources: &'a [Marked<Source>]) -> Self {
        Self {
            audience,
            hidden_sources: sources
                .iter()
                .filter(|source| !audience.sees(&source.marking))
                .map(|source| source.value.id.as_str())
                .collect(),
        }
    }

    /// Whether a source of the document is withheld.
    pub fn hides_source(&self, id: &str) -> bool {
        self.hidden_sources.contains(id)
    }

    pub fn hides_sources(&self) -> bool {
        !self.hidden_sources.is_empty()
    }

    /// An entry is visible by its marking, unless it rests on a source that is withheld.
    pub fn sees<T>(&self, entry: &Marked<T>, source: Option<&str>) -> bool {
        self.sees_part(&entry.marking, source)
    }

    pub fn sees_part(&self, marking: &Marking, source: Option<&str>) -> bool {
        self.audience.sees(marking) && !source.is_some_and(|id| self.hides_source(id))
    }

    /// A judgment stays with the sources that are left, and goes with the last of them.
    pub fn sees_judgment(&self, judgment: &Marked<Judgment>) -> bool {
        let sources = &judgment.value.sources;
        let rests_on_withheld =
            !sources.is_empty() && sources.iter().all(|id| self.hides_source(id));
        self.audience.sees(&judgment.marking) && !rests_on_withheld
    }
}
