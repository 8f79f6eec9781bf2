//! What an edition is made of.
//!
//! Its briefs and entities are types of their own, with ids of their own: an edition has no name
//! for anything that it withholds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::statistics::Statistics;
use base::asset::Asset;
use base::attack::Technique;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::{BriefStatus, Confidence, Pap, ReportType};
use entries::Text as LinkedText;
pub use entries::{
    Alias, Attribution, Change, Event, Facts, Image, Indicator, Judgment, PlaceFacts, Quote,
    Redirect, Source, Statistic, Tag, Target,
};
pub use settings::{Security, Share, ShareWay, Subscribe};
use syntax::body::Body;
use syntax::dates::{Moment, Period};

/// An entity of an edition, by its place in [`Edition::entities`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// A brief of an edition, by its place in [`Edition::briefs`]; smaller is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BriefId(pub u32);

/// A body whose links lead into this edition. A link whose target is withheld has none here.
pub type Text = LinkedText<EntityId, BriefId>;

/// What one audience may read. Large parts are shared: a copy costs next to nothing.
#[derive(Debug, Clone)]
pub struct Edition {
    pub site: SiteFacts,
    /// The newest first.
    pub briefs: Vec<Arc<Brief>>,
    /// By kind and name.
    pub entities: Arc<Vec<Entity>>,
    pub pages: Arc<Vec<Page>>,
    pub tags: Arc<Vec<TagEntry>>,
    /// Tactics in the order of the matrix: short name and name.
    pub tactics: Vec<(String, String)>,
    pub attack_notice: Option<String>,
    /// The matrices that the site has a table of, each with its release of ATT&CK.
    pub attack_domains: BTreeMap<Arc<str>, String>,
    /// What all of it adds up to.
    pub statistics: Arc<Statistics>,
}

impl Edition {
    pub fn brief(&self, id: BriefId) -> &Brief {
        &self.briefs[id.0 as usize]
    }

    pub fn entity(&self, id: EntityId) -> &Entity {
        &self.entities[id.0 as usize]
    }

    /// The same with other words in the brief of a content file, which says nothing else than before.
    /// None where the edition does not show its text whole: what it withholds is for redaction to say.
    pub fn reworded(&self, path: &str, before: &Arc<Body>, after: &Arc<Body>) -> Option<Self> {
        let mut edition = self.clone();
        if let Some(brief) = edition.briefs.iter_mut().find(|brief| brief.path == path) {
            if !Arc::ptr_eq(&brief.text.body, before) {
                return None;
            }
            Arc::make_mut(brief).text.body = Arc::clone(after);
        }
        Some(edition)
    }

    /// Whether a place is the world.
    pub fn is_world(&self, id: EntityId) -> bool {
        let place = self.entity(id).place.as_ref();
        place.is_some_and(|place| place.m49.as_deref() == Some("001"))
    }

    /// The entities of one kind, in the order of their names.
    pub fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = (EntityId, &Entity)> {
        self.entities
            .iter()
            .enumerate()
            .filter(move |(_, entity)| entity.kind == kind)
            .map(|(at, entity)| (id_of(at), entity))
    }
}

/// The id of the entity at a place of the list.
pub fn id_of(at: usize) -> EntityId {
    // sites have fewer than 2^32 entities
    EntityId(at as u32)
}

/// The id of the brief at a place of the list.
pub fn brief_id_of(at: usize) -> BriefId {
    // sites have fewer than 2^32 briefs
    BriefId(at as u32)
}

/// What every page of the edition can say of the site.
#[derive(Debug, Clone)]
pub struct SiteFacts {
    pub title: String,
    pub language: String,
    /// The edition's name; none for a site without editions.
    pub edition: Option<String>,
    /// The highest marking that the edition may hold.
    pub tlp: Tlp,
    /// Without a slash at its end.
    pub base_url: Url,
    pub namespace: Uuid,
    pub per_page: usize,
    /// Whether it has a page that searches it.
    pub search: bool,
    /// Whether links to it have pictures.
    pub cards: bool,
    /// Whether it has files for other tools beside its pages.
    pub sidecars: bool,
    /// What exchange formats say of the site and of its editions.
    pub exchange: ExchangeFacts,
    /// Who makes it: the first author of the settings, else the site's title.
    pub publisher: String,
    pub subscribe: Option<Subscribe>,
    /// What security.txt says; without it there is no such file.
    pub security: Option<Security>,
    pub share: Share,
    /// What maps are drawn on.
    pub map: figures::map::World,
    pub extra: serde_json::Value,
}

/// What exchange formats need of the site beside what pages say.
#[derive(Debug, Clone)]
pub struct ExchangeFacts {
    /// Who publishes: the site's title without the edition's suffix.
    pub producer: String,
    /// The groups that the edition is for.
    pub audience: BTreeSet<String>,
    /// The lowest edition that holds what carries a level, by its address, for each level up to the
    /// edition's own. What several editions hold alike then has one address in all of them.
    pub addresses: BTreeMap<Tlp, Url>,
    /// Whether STIX objects carry the markings of TLP 1.
    pub tlp_1: bool,
}

impl SiteFacts {
    /// The sub-path under which the site stands: empty, or `/team`.
    pub fn base_path(&self) -> &str {
        self.base_url.path().trim_end_matches('/')
    }

    /// The whole address of a path that begins with `/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}

/// An entry that this audience sees, with its level.
#[derive(Debug, Clone, Serialize)]
pub struct Shown<T> {
    pub tlp: Tlp,
    #[serde(flatten)]
    pub value: T,
}

/// One finished intelligence product, as this audience sees it.
#[derive(Debug, Clone)]
pub struct Brief {
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub tlp: Tlp,
    /// The highest level of anything on its page.
    pub highest: Tlp,
    pub date: Moment,
    pub updated: Option<Moment>,
    pub draft: bool,
    /// The end of an embargo that still holds: previews show the brief all the same.
    pub embargo: Option<Moment>,
    pub status: BriefStatus,
    pub supersedes: Vec<BriefId>,
    pub superseded_by: Vec<BriefId>,
    pub report_types: Vec<ReportType>,
    pub report_number: Option<String>,
    pub authors: Vec<String>,
    pub pap: Option<Pap>,
    pub period: Option<Period>,
    pub confidence: Option<Confidence>,
    pub entities: Vec<EntityId>,
    pub tags: Vec<Tag>,
    pub attribution: Vec<Shown<Attribution<EntityId>>>,
    pub key_judgments: Vec<Shown<Judgment>>,
    pub intelligence_gaps: Vec<Shown<String>>,
    pub outlook: Option<Shown<String>>,
    pub statistics: Vec<Shown<Statistic>>,
    pub events: Vec<Shown<Event>>,
    pub quotes: Vec<Shown<Quote>>,
    pub indicators: Vec<Shown<Indicator<EntityId>>>,
    /// Numbered from 1 in this order.
    pub sources: Vec<Shown<Source>>,
    pub image: Option<Shown<Image>>,
    pub changelog: Vec<Shown<Change>>,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text,
    pub assets: Vec<Published>,
    /// Briefs that share most with it.
    pub related: Vec<BriefId>,
    /// For messages about collisions.
    pub path: String,
}

/// Whatever has index pages, as this audience sees it.
#[derive(Debug, Clone)]
pub struct Entity {
    pub kind: EntityKind,
    pub name: String,
    pub slug: String,
    pub id: Uuid,
    /// Its profile's, else the lowest level at which this audience reads of it.
    pub tlp: Tlp,
    pub built_in_names: Vec<String>,
    pub place: Option<PlaceFacts>,
    pub parents: Vec<EntityId>,
    pub children: Vec<EntityId>,
    /// Of a grouping: the codes of the built-in places that a visible profile says lie in it, in the
    /// edition or not. Two letters of ISO 3166-1, or three digits of UN M49.
    pub members: Vec<String>,
    pub technique: Option<Technique>,
    /// The id of the object that ATT&CK's own STIX has of it, by the ATT&CK id in its profile.
    pub attack_stix_id: Option<String>,
    pub profile: Option<Profile>,
    /// The briefs that name it or what lies in it, the newest first.
    pub briefs: Vec<BriefId>,
    /// How many of them name it itself.
    pub direct: usize,
    /// What stands in the same briefs, by kind, the most frequent first, with the number of briefs.
    pub related: BTreeMap<EntityKind, Vec<(EntityId, usize)>>,
    /// Profiles that name it, and that it names.
    pub linked: Vec<EntityId>,
    /// For messages about collisions.
    pub path: String,
}

/// What the site says of an entity, as this audience sees it.
#[derive(Debug, Clone)]
pub struct Profile {
    pub summary: Option<String>,
    /// The highest level of anything in it.
    pub highest: Tlp,
    pub aliases: Vec<Shown<Alias>>,
    pub facts: Facts,
    pub attribution: Option<Shown<Attribution<EntityId>>>,
    pub origin_country: Option<EntityId>,
    /// What its own lists name, by kind and as written.
    pub names: Vec<EntityId>,
    /// When it was last changed, where it says so.
    pub updated: Option<Moment>,
    pub sources: Vec<Shown<Source>>,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text,
    pub assets: Vec<Published>,
}

/// A file beside a document that the edition has.
#[derive(Debug, Clone)]
pub struct Published {
    pub asset: Asset,
    pub contents: Contents,
}

/// What of a file is published.
#[derive(Debug, Clone)]
pub enum Contents {
    /// The file.
    File,
    /// A table of its own with the rows that this audience sees.
    Table(Arc<str>),
}

/// A plain page.
#[derive(Debug, Clone)]
pub struct Page {
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub tlp: Tlp,
    /// The highest level of anything on it.
    pub highest: Tlp,
    pub redirects: Vec<Redirect>,
    pub extra: serde_json::Value,
    pub text: Text,
    pub assets: Vec<Published>,
    pub path: String,
}

/// A tag with its briefs.
#[derive(Debug, Clone)]
pub struct TagEntry {
    pub tag: Tag,
    pub briefs: Vec<BriefId>,
}
