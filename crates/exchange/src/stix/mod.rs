//! STIX 2.1: a bundle for each brief and each actor, and one for the site.
//!
//! 1. [`Ground`] makes what bundles share, once for an edition: identities, entities ([`entities`])
//!    and what profiles say of them ([`claims`])
//! 2. [`brief`] makes what one brief says: its report, relationships, [`indicators`], notes
//! 3. [`bundle`] picks the objects of one file and writes them behind the markings that they carry.
//!
//! [`ids`] names objects, [`pages`] refers to their pages, [`version`] dates them, [`objects`] has their
//! properties, [`markings`] those of the Traffic Light Protocol.

mod brief;
mod bundle;
mod claims;
mod entities;
mod ids;
mod indicators;
mod markings;
mod objects;
mod observables;
mod pages;
mod version;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use foldhash::HashMap;
use rayon::prelude::*;

use base::attack::cve_id;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::IndicatorType;
use brief::Told;
pub use bundle::bundle;
use claims::Claim;
use edition::{BriefId, Edition, EntityId};
use ids::Ids;
pub use ids::producer;
use markings::Markings;
use objects::Object;
use pages::Pages;
pub use pages::REPORT_NUMBER;
pub use version::moment_of;

/// A bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Brief(BriefId),
    Actor(EntityId),
    Site,
}

/// The name of the file beside a brief's page.
pub const BRIEF: &str = "brief.stix.json";
/// The name of the file beside an actor's page.
pub const ACTOR: &str = "actor.stix.json";
/// The path of the site's file, from the edition's root.
pub const SITE: &str = "exchange/stix/bundle.json";

/// What the bundles of an edition share.
pub struct Ground {
    ids: Ids,
    pages: Pages,
    markings: Markings,
    /// Who publishes.
    producer: Object,
    authors: Vec<Object>,
    /// The places of authors, by the names that briefs give.
    author_of: BTreeMap<String, usize>,
    /// By their ids in the edition.
    entities: Vec<Object>,
    /// Who stands behind an actor, where its profile says so.
    sponsors: BTreeMap<EntityId, Object>,
    /// What profiles say.
    claims: Vec<Claim>,
    /// The claims that have an entity at one end, by its id in the edition.
    claims_of: Vec<Vec<usize>>,
    /// The lowest level at which the value of an indicator is visible. The observable has one id in all
    /// briefs, so it has one marking.
    values: HashMap<(IndicatorType, String), Tlp>,
    /// Vulnerabilities by their CVE ids.
    cves: BTreeMap<String, EntityId>,
    /// What each brief says, made when the first bundle has it: most have a part in three bundles.
    told: Vec<OnceLock<Told>>,
}

/// An object that bundles share, by its place.
#[derive(Debug, Clone, Copy)]
enum Shared {
    Producer,
    Author(usize),
    Entity(EntityId),
    /// Of an actor.
    Sponsor(EntityId),
    Claim(usize),
}

impl Ground {
    pub fn of(edition: &Edition) -> Self {
        let ids = Ids::of(&edition.site);
        let markings = Markings::of(&edition.site, &ids);
        let producer = entities::producer(edition, &markings);
        let mut authors: BTreeMap<&str, Tlp> = BTreeMap::new();
        let mut values: HashMap<(IndicatorType, String), Tlp> = HashMap::default();
        for brief in &edition.briefs {
            for name in &brief.authors {
                let level = authors.entry(name).or_insert(brief.tlp);
                *level = (*level).min(brief.tlp);
            }
            for entry in &brief.indicators {
                let level = brief::level(entry, entry.value.source.as_deref(), brief);
                let known = values
                    .entry((entry.value.kind, entry.value.value.clone()))
                    .or_insert(level);
                *known = (*known).min(level);
            }
        }
        let author_of = authors.keys().enumerate();
        let author_of = author_of
            .map(|(at, name)| ((*name).to_owned(), at))
            .collect();
        let authors = authors
            .into_iter()
            .map(|(name, level)| entities::author(name, level, &ids, &markings))
            .collect();
        let mut ground = Self {
            ids,
            pages: Pages::of(&edition.site),
            markings,
            producer,
            authors,
            author_of,
            entities: Vec::new(),
            sponsors: BTreeMap::new(),
            claims: Vec::new(),
            claims_of: vec![Vec::new(); edition.entities.len()],
            values,
            cves: edition
                .of_kind(EntityKind::Vulnerability)
                .filter_map(|(id, entity)| Some((cve_id(&entity.slug)?, id)))
                .collect(),
            told: (0..edition.briefs.len()).map(|_| OnceLock::new()).collect(),
        };
        ground.entities = edition
            .entities
            .par_iter()
            .map(|entity| entities::entity(&ground, entity))
            .collect();
        ground.sponsors = edition
            .of_kind(EntityKind::Actor)
            .filter_map(|(id, actor)| Some((id, entities::sponsor(&ground, actor)?)))
            .collect();
        ground.claims = claims::claims(edition, &ground);
        for (at, claim) in ground.claims.iter().enumerate() {
            for end in [Some(claim.source), claim.target].into_iter().flatten() {
                ground.claims_of[end.0 as usize].push(at);
            }
        }
        ground
    }

    fn entity(&self, id: EntityId) -> &Object {
        &self.entities[id.0 as usize]
    }

    /// The object at a place.
    fn shared(&self, shared: Shared) -> &Object {
        match shared {
            Shared::Producer => &self.producer,
            Shared::Author(at) => &self.authors[at],
            Shared::Entity(id) => self.entity(id),
            // A place is only made of an actor that has one.
            Shared::Sponsor(id) => self.sponsors.get(&id).unwrap_or(&self.producer),
            Shared::Claim(at) => &self.claims[at].object,
        }
    }

    /// What a brief says.
    fn told(&self, edition: &Edition, id: BriefId) -> &Told {
        self.told[id.0 as usize].get_or_init(|| brief::tell(edition, self, id))
    }
}
