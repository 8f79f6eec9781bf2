//! What a library is made of: briefs and entities, every reference resolved.
//!
//! The entries of a brief (judgments, statistics, …) are plain types of what they say; a library
//! keeps each with its marking and its place in the file ([`Marked`]), an edition only with the
//! level it shows ([`edition`]).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use base::asset::Asset;
use base::attack::Technique;
use base::diagnostic::{Location, SourceFile};
use base::kind::EntityKind;
use base::marking::Marking;
use base::vocabulary::{BriefStatus, Confidence, Pap, ReportType};
pub use entries::{
    Alias, Attribution, Change, Event, Facts, Image, Indicator, Judgment, PlaceFacts, Previous,
    Quote, Redirect, Source, Statistic, Tag, Target, Text,
};
use syntax::dates::{Moment, Period};

/// An entity of a library, by its place in [`Library::entities`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// A brief of a library, by its place in [`Library::briefs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BriefId(pub u32);

/// Everything that was loaded, resolved: every name points at one entity.
#[derive(Debug, Default)]
pub struct Library {
    pub briefs: Vec<Brief>,
    pub entities: Vec<Entity>,
    pub pages: Vec<Page>,
    /// The notice that the site's ATT&CK table asks to be reproduced.
    pub attack_notice: Option<String>,
    /// ATT&CK tactics in the order of the matrix: short name and name.
    pub tactics: Vec<(String, String)>,
    /// The matrices that the site has a table of, each with its release of ATT&CK.
    pub attack_domains: BTreeMap<Arc<str>, String>,
    /// The STIX ids of ATT&CK's groups, software and campaigns, by their ids there.
    pub attack_objects: BTreeMap<String, String>,
}

/// An entry with who may see it and where it was written.
#[derive(Debug, Clone)]
pub struct Marked<T> {
    /// Combined with that of everything around it.
    pub marking: Marking,
    pub at: Location,
    pub value: T,
}

/// What a brief and a profile have in common beside their marking.
#[derive(Debug, Clone)]
pub struct Origin {
    pub file: Arc<SourceFile>,
    /// The bytes of the title or name.
    pub name_span: Range<usize>,
}

impl Origin {
    pub fn location(&self) -> Location {
        Location::new(&self.file, self.name_span.clone())
    }
}

/// When readers read, and what they are shown of what is not published yet.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    pub now: Timestamp,
    pub drafts: bool,
    /// Whether briefs are shown before their embargo ends.
    pub embargoed: bool,
}

/// One finished intelligence product.
#[derive(Debug, Clone)]
pub struct Brief {
    pub origin: Origin,
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub marking: Marking,
    pub date: Moment,
    pub updated: Option<Moment>,
    pub draft: bool,
    pub embargo: Option<Moment>,
    pub expires: Option<Moment>,
    pub status: BriefStatus,
    pub supersedes: Vec<BriefId>,
    pub report_types: Vec<ReportType>,
    pub report_number: Option<String>,
    pub authors: Vec<String>,
    pub pap: Option<Pap>,
    pub period: Option<Period>,
    pub confidence: Option<Confidence>,
    /// Everything that it names, by kind and as written.
    pub entities: Vec<EntityId>,
    pub tags: Vec<Tag>,
    pub attribution: Vec<Marked<Attribution<EntityId>>>,
    pub key_judgments: Vec<Marked<Judgment>>,
    pub intelligence_gaps: Vec<Marked<String>>,
    pub outlook: Option<Marked<String>>,
    pub statistics: Vec<Marked<Statistic>>,
    pub events: Vec<Marked<Event>>,
    pub quotes: Vec<Marked<Quote>>,
    pub indicators: Vec<Marked<Indicator<EntityId>>>,
    pub sources: Vec<Marked<Source>>,
    pub image: Option<Marked<Image>>,
    pub changelog: Vec<Marked<Change>>,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text<EntityId, BriefId>,
    pub assets: Vec<Asset>,
}

impl Brief {
    /// Whether it is shown: no draft, past its embargo, before its expiry, or asked for all the same.
    pub fn is_out(&self, release: Release) -> bool {
        (release.drafts || !self.draft)
            && (release.embargoed || self.embargo_at(release.now).is_none())
            && !self.is_expired(release.now)
    }

    /// The end of its embargo, while that still holds.
    pub fn embargo_at(&self, now: Timestamp) -> Option<Moment> {
        self.embargo.filter(|until| until.timestamp() > now)
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|at| match at {
            Moment::Day(day) => syntax::dates::end_of(day) <= now,
            Moment::Time(time) => time <= now,
        })
    }
}

/// Whatever has index pages.
#[derive(Debug, Clone)]
pub struct Entity {
    pub kind: EntityKind,
    pub name: String,
    pub slug: String,
    pub id: Uuid,
    /// That of the profile; clear for what is built in or only named.
    pub marking: Marking,
    /// Names that are built in: of places.
    pub built_in_names: Vec<String>,
    pub place: Option<PlaceFacts>,
    /// What it lies in: regions in regions, sectors in sectors, sub-techniques in techniques.
    pub parents: Vec<Edge>,
    /// What it is without its profile, of a place or technique that the site has anyway.
    pub built_in: Option<BuiltIn>,
    /// The row of the site's ATT&CK table.
    pub technique: Option<Technique>,
    pub profile: Option<Box<Profile>>,
    /// Where its profile names it, else where front matter first does.
    pub named_at: Option<Location>,
    /// How front matter writes the name of what has no profile, in the order of the documents.
    pub spellings: Vec<Spelling>,
    /// The entity that this name leads to by a profile, where not every reader may know that. Who may
    /// not see the profile has an entity of this name and nothing more; for all others there is no
    /// second entity.
    pub stands_for: Option<EntityId>,
}

impl Entity {
    /// The entity that is meant by this one, whose id is `own`.
    pub fn meant(&self, own: EntityId) -> EntityId {
        self.stands_for.unwrap_or(own)
    }

    /// What everybody calls a place or technique that the site has without its profile.
    pub fn common_names(&self) -> impl Iterator<Item = &str> {
        let built_in = self.built_in.iter();
        let names = built_in.flat_map(|built_in| [built_in.name.as_str(), built_in.slug.as_str()]);
        let place = self.place.iter().filter(|place| place.built_in);
        let codes = place.flat_map(|place| [&place.alpha2, &place.alpha3, &place.m49]);
        names
            .chain(codes.flatten().map(String::as_str))
            .chain(self.built_in_names.iter().map(String::as_str))
    }
}

/// A name as one document writes it. An edition shows the first that it holds: another document's way
/// of writing would tell of that document.
#[derive(Debug, Clone)]
pub struct Spelling {
    pub name: String,
    pub slug: String,
    /// Derived from the kind and the slug.
    pub id: Uuid,
    pub file: Arc<SourceFile>,
    /// In the document, or in a table that it brings.
    pub at: Location,
    /// Of the entry that names it, where that is more than the document's.
    pub marking: Marking,
    /// The source that the entry rests on.
    pub source: Option<String>,
}

/// That one entity lies in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub parent: EntityId,
    /// Whose profile says so; none for what is built in or follows from an id. Who may not see the
    /// profile does not learn of the edge.
    pub given_by: Option<EntityId>,
}

/// What every site knows of a place, and the site's ATT&CK table of a technique: clear, whatever the
/// marking of a profile.
#[derive(Debug, Clone)]
pub struct BuiltIn {
    pub name: String,
    pub slug: String,
    pub id: Uuid,
}

/// What a site says of an entity.
#[derive(Debug, Clone)]
pub struct Profile {
    pub origin: Origin,
    pub summary: Option<String>,
    pub aliases: Vec<Marked<Alias>>,
    pub facts: Facts,
    pub attribution: Option<Marked<Attribution<EntityId>>>,
    /// Entities that the profile's own lists name, by kind and as written.
    pub entities: Vec<EntityId>,
    pub origin_country: Option<EntityId>,
    /// When it was last changed, where it says so.
    pub updated: Option<Moment>,
    pub sources: Vec<Marked<Source>>,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text<EntityId, BriefId>,
    pub assets: Vec<Asset>,
}

/// A plain page.
#[derive(Debug, Clone)]
pub struct Page {
    pub origin: Origin,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub marking: Marking,
    pub draft: bool,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text<EntityId, BriefId>,
    pub assets: Vec<Asset>,
}
