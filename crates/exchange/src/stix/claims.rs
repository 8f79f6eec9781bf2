//! What profiles say: relationships between entities, each with its two ends.
//!
//! In: the profiles of an edition. Out: one relationship for each name in their lists (STIX 2.1, the
//! relationships of chapter 4), for an actor's `origin`, and for the sponsor behind it. `alignment`
//! is an assessment of interests, not of a place, so `originates-from` never comes from it.

use std::collections::BTreeMap;

use super::Ground;
use super::objects::{Common, Head, Object, Reference, Relationship, object};
use super::version::Version;
use base::kind::EntityKind as K;
use base::marking::Tlp;
use base::vocabulary::Confidence;
use edition::{Edition, Entity, EntityId};
use syntax::dates::Moment;

/// A relationship of a profile.
pub struct Claim {
    pub object: Object,
    pub source: EntityId,
    /// None for a sponsor, which is no entity.
    pub target: Option<EntityId>,
    /// Whether it tells who is behind the source: what every bundle with the source should have.
    pub is_provenance: bool,
}

/// A relationship in the making.
pub struct Link<'a> {
    pub kind: &'static str,
    pub source: &'a Object,
    pub target: &'a Object,
    /// Of the statement itself.
    pub level: Tlp,
    pub confidence: Option<Confidence>,
    pub created_by: &'a str,
    pub revoked: bool,
    pub references: Vec<Reference<'a>>,
}

impl Link<'_> {
    /// Who knows that two things belong together knows of both.
    pub fn reach(&self) -> Tlp {
        self.level.max(self.source.reach).max(self.target.reach)
    }

    /// `key` names who says it.
    pub fn object(self, ground: &Ground, key: &str, version: Version) -> Object {
        let reach = self.reach();
        let tlp = self.level.max(self.source.tlp).max(self.target.tlp);
        let (source, target) = (&self.source.id, &self.target.id);
        let key = format!("{key}:{}:{source}:{target}", self.kind);
        let head = Head {
            kind: "relationship",
            id: ground.ids.own("relationship", &key, reach),
            tlp,
            reach,
            version,
            markings: ground.markings.refs(tlp),
        };
        let properties = Relationship {
            relationship_type: self.kind,
            source_ref: source,
            target_ref: target,
        };
        let common = Common {
            created_by_ref: Some(self.created_by),
            revoked: self.revoked,
            confidence: self.confidence.map(Confidence::stix_value),
            external_references: self.references,
            ..Common::default()
        };
        let mut object = object(head, &properties, &common);
        object.ends = Some((source.clone(), target.clone()));
        object
    }
}

/// Who says a claim, in the names of ids: the library, whichever of its profiles it stands in.
const KEY: &str = "profiles";

/// The claims of all profiles. What the profiles of both ends state at one level is stated once, as of
/// the later change.
pub fn claims(edition: &Edition, ground: &Ground) -> Vec<Claim> {
    let mut stated: BTreeMap<(EntityId, &'static str, EntityId, Tlp), Option<Moment>> =
        BTreeMap::new();
    let mut claims: Vec<Claim> = Vec::new();
    for (at, entity) in edition.entities.iter().enumerate() {
        let id = edition::model::id_of(at);
        let Some(profile) = &entity.profile else {
            continue;
        };
        let mut add = |kind: &'static str, source: EntityId, target: EntityId| {
            let ends = ground.entity(source).reach.max(ground.entity(target).reach);
            let level = entity.tlp.max(ends);
            let updated = stated.entry((source, kind, target, level)).or_default();
            *updated = profile.updated.max(*updated);
        };
        for other in &profile.names {
            let named = edition.entity(*other);
            if let Some(said) = says(entity, named) {
                let (source, target) = if said.is_of_other {
                    (*other, id)
                } else {
                    (id, *other)
                };
                add(said.kind, source, target);
            }
        }
        if let Some(origin) = profile.origin_country {
            add(ORIGIN, id, origin);
        }
        if let Some(sponsor) = ground.sponsors.get(&id) {
            let attribution = profile.attribution.as_ref();
            let link = Link {
                kind: "attributed-to",
                source: ground.entity(id),
                target: sponsor,
                level: attribution.map_or(entity.tlp, |entry| entry.tlp.max(entity.tlp)),
                confidence: attribution.and_then(|entry| entry.value.confidence),
                created_by: &ground.producer.id,
                revoked: false,
                references: Vec::new(),
            };
            claims.push(Claim {
                object: link.object(ground, KEY, profile.updated.into()),
                source: id,
                target: None,
                is_provenance: true,
            });
        }
    }
    claims.extend(stated.into_iter().map(|(stated, updated)| {
        let (source, kind, target, level) = stated;
        let link = Link {
            kind,
            source: ground.entity(source),
            target: ground.entity(target),
            level,
            confidence: None,
            created_by: &ground.producer.id,
            revoked: false,
            references: Vec::new(),
        };
        Claim {
            object: link.object(ground, KEY, updated.into()),
            source,
            target: Some(target),
            is_provenance: matches!(kind, "attributed-to" | ORIGIN),
        }
    }));
    claims
}

/// The place that an actor comes from.
const ORIGIN: &str = "originates-from";

/// What a name in a profile's list means.
struct Said {
    kind: &'static str,
    /// Whether the named one is the source: a software profile lists who uses it.
    is_of_other: bool,
}

fn says(entity: &Entity, named: &Entity) -> Option<Said> {
    let said = |kind, is_of_other| Some(Said { kind, is_of_other });
    match (entity.kind, named.kind) {
        (K::Actor | K::Campaign, K::Region | K::Sector | K::Vulnerability) => {
            said("targets", false)
        }
        (K::Actor | K::Campaign, K::Technique | K::Software) | (K::Software, K::Technique) => {
            said("uses", false)
        }
        (K::Actor, K::Actor) => said("related-to", false),
        (K::Campaign, K::Actor) => said("attributed-to", false),
        (K::Software, K::Actor) => said("uses", true),
        (K::Vulnerability, K::Actor) => said("targets", true),
        (K::Vulnerability, K::Software) => said("exploits", true),
        _ => None,
    }
}
