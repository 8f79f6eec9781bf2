//! Files for other tools, beside the pages and below `exchange/`.
//!
//! In: an edition and the paths that are made for it. Out: the bytes of each file, the same for the
//! same input. What an edition withholds is in none of them, since it is not in the edition.
//!
//! - [`sidecars`] is the table of all of them, that the plan and the pages read;
//! - [`stix`] writes bundles of STIX 2.1, [`indicators`] tables of indicators, [`navigator`] layers for the ATT&CK Navigator,
//!   [`misp`] a MISP feed;
//! - [`catalogue`] and [`listing`] say what there is; [`security`] whom to tell of a weakness.
//!
//! What several files hold is made once: the rows of a brief's indicators, and what the feed's lists
//! say of an event. The lists of the feed come last for that.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod catalogue;
pub mod indicators;
pub mod listing;
mod made;
pub mod misp;
pub mod navigator;
pub mod security;
pub mod sidecars;
pub mod stix;

use std::sync::OnceLock;

use base::kind::EntityKind;
use edition::addresses;
use edition::model::{brief_id_of, id_of};
use edition::{BriefId, Edition, EntityId};
use indicators::{Rows, Table};
pub use made::Made;
use navigator::Domain;
use syntax::dates::Moment;

/// The folder of the edition's own files, and its page.
pub const FOLDER: &str = "/exchange/";

/// A file of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Indicators(Scope, Table),
    Layer(Scope, Domain),
    MispEvent(BriefId),
    MispManifest,
    MispHashes,
    Catalogue,
    CatalogueSchema,
    /// The list of documents.
    Index,
    /// The same with times.
    Changes,
}

/// What a file speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Edition,
    Brief(BriefId),
    Entity(EntityId),
}

impl Scope {
    /// The folder of its files, from the edition's root.
    fn folder(self, edition: &Edition) -> String {
        match self {
            Scope::Edition => FOLDER.to_owned(),
            Scope::Brief(id) => addresses::brief_path(edition.brief(id)),
            Scope::Entity(id) => addresses::entity_path(edition.entity(id)),
        }
    }
}

impl File {
    /// What it speaks of.
    pub fn scope(self) -> Scope {
        match self {
            File::Indicators(scope, _) | File::Layer(scope, _) => scope,
            File::MispEvent(id) => Scope::Brief(id),
            _ => Scope::Edition,
        }
    }

    /// Whether it lists what the others hold, so that it is best made when they are there.
    pub fn comes_last(self) -> bool {
        matches!(self, File::MispManifest | File::MispHashes)
    }
}

/// The edition's files but for the listing, which names those of others too: each with its path
/// from the edition's root, without a slash at the start.
pub fn files(edition: &Edition) -> Vec<(String, File)> {
    let mut files = Vec::new();
    let mut add = |path: String, file: File| {
        files.push((path.trim_start_matches('/').to_owned(), file));
    };
    let domains: Vec<navigator::Domains> = edition
        .briefs
        .iter()
        .map(|brief| navigator::Domains::of(edition, &brief.entities))
        .collect();
    let layers = |folder: String, scope: Scope, domains: navigator::Domains| {
        domains
            .files()
            .map(move |(name, domain)| (format!("{folder}{name}"), File::Layer(scope, domain)))
    };
    for (at, brief) in edition.briefs.iter().enumerate() {
        let id = brief_id_of(at);
        let scope = Scope::Brief(id);
        let folder = addresses::brief_path(brief);
        if !brief.indicators.is_empty() {
            for table in Table::ALL {
                let path = format!("{folder}{}", table.file_name());
                add(path, File::Indicators(scope, table));
            }
        }
        for (path, file) in layers(folder, scope, domains[at]) {
            add(path, file);
        }
        add(misp::event_path(edition, brief), File::MispEvent(id));
    }
    for (at, entity) in edition.entities.iter().enumerate() {
        let scope = Scope::Entity(id_of(at));
        let folder = addresses::entity_path(entity);
        if indicators::briefs(edition, scope).next().is_some() {
            for table in Table::ALL {
                let path = format!("{folder}{}", table.file_name());
                add(path, File::Indicators(scope, table));
            }
        }
        if entity.kind.has_layer() {
            let all = entity.briefs.iter().map(|id| domains[id.0 as usize]).fold(
                navigator::Domains::of(edition, &entity.linked),
                |one, other| one.and(other),
            );
            for (path, file) in layers(folder, scope, all) {
                add(path, file);
            }
        }
    }
    if edition.statistics.landscape.is_some() {
        let all = navigator::counted(edition, Scope::Edition)
            .map(|id| domains[id.0 as usize])
            .fold(navigator::Domains::default(), navigator::Domains::and);
        for (path, file) in layers(addresses::LANDSCAPE.to_owned(), Scope::Edition, all) {
            add(path, file);
        }
    }
    let mut own = |name: &str, file: File| add(format!("{FOLDER}{name}"), file);
    for table in Table::ALL {
        own(table.file_name(), File::Indicators(Scope::Edition, table));
    }
    own("misp/manifest.json", File::MispManifest);
    own("misp/hashes.csv", File::MispHashes);
    own("catalogue.json", File::Catalogue);
    own("catalogue.schema.json", File::CatalogueSchema);
    own("index.txt", File::Index);
    own("changes.csv", File::Changes);
    files
}

/// When a brief was last changed.
fn changed(brief: &edition::Brief) -> jiff::Timestamp {
    let updated = brief.updated.map(Moment::timestamp);
    updated
        .unwrap_or(brief.date.timestamp())
        .max(brief.date.timestamp())
}

/// Makes the files of one edition.
pub struct Exchange<'a> {
    edition: &'a Edition,
    made: &'a dyn Made,
    /// The rows of each brief's indicators, by its id.
    rows: OfBriefs<Rows>,
    /// What the feed's lists say of each brief's event.
    events: OfBriefs<misp::Entry>,
}

impl<'a> Exchange<'a> {
    pub fn new(edition: &'a Edition, made: &'a dyn Made) -> Self {
        Self {
            edition,
            made,
            rows: OfBriefs::default(),
            events: OfBriefs::default(),
        }
    }

    /// The bytes of a file.
    pub fn render(&self, file: File) -> Vec<u8> {
        let edition = self.edition;
        match file {
            File::Indicators(scope, table) => {
                indicators::table(edition, scope, table, &|id| self.rows(id))
            }
            File::Layer(scope, domain) => navigator::layer(edition, scope, domain),
            File::MispEvent(id) => {
                let (bytes, entry) = misp::event(edition, id);
                let _ = self.events.of(self.edition, id).set(entry);
                bytes
            }
            File::MispManifest => misp::manifest(edition, &|id| self.entry(id)),
            File::MispHashes => misp::hashes(edition, &|id| self.entry(id)),
            File::Catalogue => catalogue::catalogue(edition, self.made),
            File::CatalogueSchema => catalogue::SCHEMA.as_bytes().to_vec(),
            File::Index => listing::index(self.made),
            File::Changes => listing::changes(edition, self.made),
        }
    }

    fn rows(&self, id: BriefId) -> &Rows {
        let rows = self.rows.of(self.edition, id);
        rows.get_or_init(|| Rows::of(self.edition, self.edition.brief(id)))
    }

    fn entry(&self, id: BriefId) -> &misp::Entry {
        let entry = self.events.of(self.edition, id);
        entry.get_or_init(|| misp::event(self.edition, id).1)
    }
}

/// Something of each brief, made when it is first asked for; so is the list, since a preview prepares
/// one for each page.
struct OfBriefs<T>(OnceLock<Vec<OnceLock<T>>>);

impl<T> Default for OfBriefs<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T: Clone> OfBriefs<T> {
    fn of(&self, edition: &Edition, id: BriefId) -> &OnceLock<T> {
        let all = self
            .0
            .get_or_init(|| vec![OnceLock::new(); edition.briefs.len()]);
        &all[id.0 as usize]
    }
}

/// JSON with a line end. What is written are structs of texts, numbers and lists, which JSON takes
/// without fail.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The name of an entity's kind and the entities of that kind among others.
fn of_kind<'e>(
    edition: &'e Edition,
    entities: &'e [EntityId],
    kind: EntityKind,
) -> impl Iterator<Item = &'e edition::Entity> {
    entities
        .iter()
        .map(|id| edition.entity(*id))
        .filter(move |entity| entity.kind == kind)
}
