//! What briefs and profiles are made of: plain types of what the entries say.
//!
//! A library keeps each entry with its marking and its place in the file, an edition only with the level
//! it shows. Which entities and briefs they name is theirs to say: the ids are parameters.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use base::diagnostic::Location;
use base::vocabulary::{
    ActorType, AliasRelation, AttributionBasis, Confidence, Credibility, IndicatorType,
    IndustrySector, Likelihood, Motivation, RegionKind, Reliability, ResourceLevel, SoftwareType,
    Sophistication,
};
use figures::Figure;
use syntax::body::Body;
use syntax::dates::{Moment, Period, RoughDate};

/// Where a link of a body leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<E, B> {
    Entity(E),
    Brief(B),
    /// A path of the site that begins with `/`, and a fragment.
    Path(String, Option<String>),
    /// A heading of the same page.
    Anchor(String),
    /// A file beside the document, by its path from the document's folder.
    Asset(String),
    /// An address elsewhere.
    External,
}

/// A body with its links resolved, by what stands in the text.
#[derive(Debug, Clone)]
pub struct Text<E, B> {
    pub body: Arc<Body>,
    pub targets: BTreeMap<String, Target<E, B>>,
    pub figures: Vec<Figure>,
}

/// An old address and where it was written.
#[derive(Debug, Clone)]
pub struct Redirect {
    pub from: String,
    pub at: Location,
}

/// A free word with index pages of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    pub name: String,
    pub slug: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution<E> {
    pub actor: Option<E>,
    pub alignment: Option<String>,
    pub basis: Option<AttributionBasis>,
    pub confidence: Option<Confidence>,
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Judgment {
    pub text: String,
    pub likelihood: Option<Likelihood>,
    pub confidence: Option<Confidence>,
    pub sources: Vec<String>,
    pub changed_from: Option<Previous>,
}

/// What a judgment said before.
#[derive(Debug, Clone)]
pub struct Previous {
    pub likelihood: Option<Likelihood>,
    pub confidence: Option<Confidence>,
    pub date: Option<RoughDate>,
}

#[derive(Debug, Clone)]
pub struct Statistic {
    pub label: String,
    /// As it was written.
    pub value: String,
    pub number: f64,
    pub unit: Option<String>,
    pub of: Option<String>,
    pub period: Option<Period>,
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub date: RoughDate,
    pub text: String,
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Quote {
    pub text: String,
    pub person: Option<String>,
    pub role: Option<String>,
    pub organisation: Option<String>,
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Indicator<E> {
    pub kind: IndicatorType,
    /// Refanged and normalised.
    pub value: String,
    pub description: Option<String>,
    pub first_seen: Option<RoughDate>,
    pub valid_until: Option<RoughDate>,
    pub confidence: Option<Confidence>,
    pub software: Option<E>,
    pub source: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub id: String,
    pub title: String,
    pub publisher: Option<String>,
    pub url: Option<String>,
    pub date: Option<RoughDate>,
    pub accessed: Option<RoughDate>,
    pub reliability: Option<Reliability>,
    pub credibility: Option<Credibility>,
}

#[derive(Debug, Clone)]
pub struct Image {
    /// As written, fit for an address.
    pub src: String,
    /// The file's path from the brief's folder, or from the root of `static/`.
    pub file: String,
    pub alt: Option<String>,
    pub credit: Option<String>,
    /// Whether it stands in `static/` rather than beside the brief.
    pub is_static: bool,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub date: Moment,
    pub note: String,
}

/// Another name.
#[derive(Debug, Clone)]
pub struct Alias {
    pub name: String,
    pub source: Option<String>,
    pub relation: AliasRelation,
    pub confidence: Option<Confidence>,
}

/// The codes of a place.
#[derive(Debug, Clone)]
pub struct PlaceFacts {
    pub kind: RegionKind,
    pub alpha2: Option<String>,
    pub alpha3: Option<String>,
    pub m49: Option<String>,
    pub stix_region: Option<String>,
    /// Whether every site has it.
    pub built_in: bool,
}

/// The facts that one kind or another has; absent ones are none of its kind, or not known.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub alignment: Option<String>,
    pub sponsor: Option<String>,
    pub actor_types: Vec<ActorType>,
    pub motivations: Vec<Motivation>,
    pub sophistication: Option<Sophistication>,
    pub resource_level: Option<ResourceLevel>,
    pub first_seen: Option<RoughDate>,
    pub last_seen: Option<RoughDate>,
    pub published: Option<RoughDate>,
    pub industry: Option<IndustrySector>,
    pub software_type: Option<SoftwareType>,
    pub note: Option<String>,
    pub attack_id: Option<String>,
    pub misp_id: Option<Uuid>,
    pub malpedia: Option<String>,
}
