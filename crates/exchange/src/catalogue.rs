//! The catalogue: every brief and every entity of the edition, for programs.
//!
//! In: an edition and the paths that are made for it. Out: ids, addresses, names, markings, dates, references between them
//! by id, and the address of each file beside a page. [`SCHEMA`] says the same as a JSON Schema.

use serde::Serialize;
use uuid::Uuid;

use super::Made;
use super::{changed, json, sidecars};
use base::marking::Tlp;
use base::vocabulary::{AliasRelation, Vocabulary};
use edition::addresses;
use edition::model::Shown;
use edition::{Brief, BriefId, Edition, Entity, EntityId};

/// The JSON Schema (2020-12) of the catalogue.
pub const SCHEMA: &str = include_str!("catalogue.schema.json");

/// The form of the file; a number that changes when a reader of the old one would fail.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Catalogue<'a> {
    format: u32,
    title: &'a str,
    url: String,
    language: &'a str,
    publisher: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'a str>,
    /// The highest of anything in the file.
    marking: &'static str,
    files: Vec<File>,
    briefs: Vec<BriefRow<'a>>,
    entities: Vec<EntityRow<'a>>,
}

/// A file beside a page.
#[derive(Serialize)]
struct File {
    url: String,
    #[serde(rename = "type")]
    media_type: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
struct BriefRow<'a> {
    id: Uuid,
    url: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    marking: &'static str,
    date: String,
    changed: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    report_types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    entities: Vec<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supersedes: Vec<Uuid>,
    indicators: usize,
    files: Vec<File>,
}

#[derive(Serialize)]
struct EntityRow<'a> {
    id: Uuid,
    kind: &'static str,
    url: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<AliasRow<'a>>,
    /// An ATT&CK, CVE or ISO code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    marking: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parents: Vec<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Uuid>,
    /// How many briefs name it or what lies in it.
    briefs: usize,
    files: Vec<File>,
}

#[derive(Serialize)]
struct AliasRow<'a> {
    name: &'a str,
    /// `same-as`, or a name that only overlaps or is suspected.
    relation: &'static str,
}

/// The file.
pub fn catalogue(edition: &Edition, made: &dyn Made) -> Vec<u8> {
    let site = &edition.site;
    let maker = Maker { edition, made };
    let briefs: Vec<BriefRow<'_>> = edition
        .briefs
        .iter()
        .map(|brief| maker.brief(brief))
        .collect();
    let entities: Vec<EntityRow<'_>> = edition
        .entities
        .iter()
        .map(|entity| maker.entity(entity))
        .collect();
    let levels = edition.briefs.iter().map(|brief| brief.tlp);
    let levels = levels.chain(edition.entities.iter().map(highest));
    json(&Catalogue {
        format: FORMAT,
        title: &site.title,
        url: site.absolute("/"),
        language: &site.language,
        publisher: &site.publisher,
        edition: site.edition.as_deref(),
        marking: levels.fold(Tlp::Clear, Ord::max).label(),
        files: maker.files(super::FOLDER),
        briefs,
        entities,
    })
}

/// The marking of an entity with its other names.
fn highest(entity: &Entity) -> Tlp {
    let profile = entity.profile.iter();
    let aliases = profile.flat_map(|profile| &profile.aliases);
    aliases
        .map(|Shown { tlp, .. }| *tlp)
        .fold(entity.tlp, Ord::max)
}

struct Maker<'a> {
    edition: &'a Edition,
    made: &'a dyn Made,
}

impl<'a> Maker<'a> {
    fn files(&self, folder: &str) -> Vec<File> {
        sidecars::beside(self.made, folder)
            .into_iter()
            .map(|(path, row)| File {
                url: self.edition.site.absolute(&format!("/{path}")),
                media_type: row.media_type,
                title: row.title,
            })
            .collect()
    }

    fn ids(&self, entities: &[EntityId]) -> Vec<Uuid> {
        let ids = entities.iter();
        ids.map(|id| self.edition.entity(*id).id).collect()
    }

    fn brief(&self, brief: &'a Brief) -> BriefRow<'a> {
        let folder = addresses::brief_path(brief);
        let id = |id: &BriefId| self.edition.brief(*id).id;
        BriefRow {
            id: brief.id,
            url: self.edition.site.absolute(&folder),
            title: &brief.title,
            summary: brief.summary.as_deref(),
            marking: brief.tlp.label(),
            date: brief.date.to_string(),
            changed: changed(brief).to_string(),
            status: brief.status.name(),
            report_number: brief.report_number.as_deref(),
            report_types: brief.report_types.iter().map(|kind| kind.name()).collect(),
            authors: brief.authors.iter().map(String::as_str).collect(),
            tags: brief.tags.iter().map(|tag| tag.name.as_str()).collect(),
            entities: self.ids(&brief.entities),
            supersedes: brief.supersedes.iter().map(id).collect(),
            indicators: brief.indicators.len(),
            files: self.files(&folder),
        }
    }

    fn entity(&self, entity: &'a Entity) -> EntityRow<'a> {
        let folder = addresses::entity_path(entity);
        let profile = entity.profile.as_ref();
        let facts = profile.map(|profile| &profile.facts);
        let aliases = profile.iter().flat_map(|profile| &profile.aliases);
        let alias = |name, relation: AliasRelation| AliasRow {
            name,
            relation: relation.name(),
        };
        let built_in = entity.built_in_names.iter();
        let place = entity.place.as_ref();
        let code = place.and_then(|place| place.alpha2.as_deref());
        EntityRow {
            id: entity.id,
            kind: entity.kind.name(),
            url: self.edition.site.absolute(&folder),
            name: &entity.name,
            aliases: aliases
                .map(|Shown { value, .. }| alias(value.name.as_str(), value.relation))
                .chain(built_in.map(|name| alias(name, AliasRelation::SameAs)))
                .filter(|alias| alias.name != entity.name)
                .collect(),
            code: code
                .or(entity.technique.as_ref().map(|_| entity.slug.as_str()))
                .or(facts.and_then(|facts| facts.attack_id.as_deref())),
            marking: highest(entity).label(),
            summary: profile.and_then(|profile| profile.summary.as_deref()),
            first_seen: facts
                .and_then(|facts| facts.first_seen)
                .map(|date| date.to_string()),
            last_seen: facts
                .and_then(|facts| facts.last_seen)
                .map(|date| date.to_string()),
            parents: self.ids(&entity.parents),
            related: self.ids(&entity.linked),
            briefs: entity.briefs.len(),
            files: self.files(&folder),
        }
    }
}
