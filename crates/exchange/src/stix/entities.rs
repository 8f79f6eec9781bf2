//! Identities and entities: the objects that many bundles share.
//!
//! In: an entity as the edition has it. Out: one object, with what its profile says of it. An object
//! holds all that the edition shows of those facts, and is marked with the highest of them.
//!
//! - What everybody knows (places without a profile, techniques of the site's ATT&CK table) is clear,
//!   whoever names it.
//! - ATT&CK's own id stands for what is clear. Facts above clear are the site's own, in an object with
//!   an id of its own that refers to ATT&CK by an external reference: another producer's object must
//!   not carry a site's markings.
//! - `actor_types` and `sophistication` belong to a `threat-actor` (section 4.17). There is one where
//!   the profile names a sponsor; without a name there is nobody whom they describe.

use super::Ground;
use super::ids::{self, Ids};
use super::markings::Markings;
use super::objects::{
    AttackPattern, Campaign, Common, Head, Identity, IntrusionSet, KillChainPhase, Location,
    Malware, Object, Reference, ThreatActor, Tool, Vulnerability, object,
};
use super::version::{Version, instant};
use base::attack::cve_id;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::{AliasRelation, IndustrySector, SoftwareType, Vocabulary};
use edition::Edition;
use edition::addresses;
use edition::model::{Entity, Source};
use syntax::dates::{Moment, RoughDate};

/// Who publishes the site.
pub fn producer(edition: &Edition, markings: &Markings) -> Object {
    let name = &edition.site.exchange.producer;
    let identity = Identity {
        name,
        description: None,
        identity_class: Some("organization"),
        sectors: Vec::new(),
    };
    let head = Head {
        kind: "identity",
        id: ids::producer(&edition.site.namespace),
        tlp: Tlp::Clear,
        reach: Tlp::Clear,
        version: Version::Content,
        markings: markings.refs(Tlp::Clear),
    };
    object(head, &identity, &Common::default())
}

/// An author of briefs: a person, a desk or a company, which the name alone does not tell.
pub fn author(name: &str, level: Tlp, ids: &Ids, markings: &Markings) -> Object {
    let identity = Identity {
        name,
        description: None,
        identity_class: None,
        sectors: Vec::new(),
    };
    let head = Head {
        kind: "identity",
        id: ids.own("identity", &format!("author:{name}"), level),
        tlp: level,
        reach: level,
        version: Version::Content,
        markings: markings.refs(level),
    };
    object(head, &identity, &Common::default())
}

/// The object of an entity.
pub fn entity(ground: &Ground, entity: &Entity) -> Object {
    match entity.kind {
        EntityKind::Technique => technique(ground, entity),
        EntityKind::Region => region(ground, entity),
        EntityKind::Sector => sector(ground, entity),
        EntityKind::Vulnerability => vulnerability(ground, entity),
        EntityKind::Actor => actor(ground, entity),
        EntityKind::Software => software(ground, entity),
        EntityKind::Campaign => campaign(ground, entity),
    }
}

/// Who stands behind an actor.
pub fn sponsor(ground: &Ground, actor: &Entity) -> Option<Object> {
    let profile = actor.profile.as_ref()?;
    let facts = &profile.facts;
    let sponsor = ThreatActor {
        name: facts.sponsor.as_ref()?,
        threat_actor_types: &facts.actor_types,
        sophistication: facts.sophistication,
    };
    Some(own(
        ground,
        "threat-actor",
        actor,
        actor.tlp,
        &sponsor,
        Vec::new(),
    ))
}

fn actor(ground: &Ground, entity: &Entity) -> Object {
    let facts = entity.profile.as_ref().map(|profile| &profile.facts);
    let motivations = facts.map_or(&[][..], |facts| &facts.motivations);
    let (first_seen, last_seen) = seen(entity);
    let (aliases, level) = aliases(entity);
    let set = IntrusionSet {
        name: &entity.name,
        description: summary(entity),
        aliases,
        first_seen,
        last_seen,
        resource_level: facts.and_then(|facts| facts.resource_level),
        primary_motivation: motivations.first().copied(),
        secondary_motivations: motivations.get(1..).unwrap_or_default(),
    };
    known_to_attack(ground, "intrusion-set", entity, level, &set)
}

fn campaign(ground: &Ground, entity: &Entity) -> Object {
    let (first_seen, last_seen) = seen(entity);
    let (aliases, level) = aliases(entity);
    let campaign = Campaign {
        name: &entity.name,
        description: summary(entity),
        aliases,
        first_seen,
        last_seen,
    };
    known_to_attack(ground, "campaign", entity, level, &campaign)
}

/// Malware, unless the profile or ATT&CK calls it a tool: what a brief on a threat names and nobody
/// describes is rarely harmless.
fn software(ground: &Ground, entity: &Entity) -> Object {
    let by_attack = entity.attack_stix_id.as_deref();
    let said = entity
        .profile
        .as_ref()
        .and_then(|profile| profile.facts.software_type);
    let is_tool = match said {
        Some(kind) => kind == SoftwareType::Tool,
        None => by_attack.is_some_and(|id| id.starts_with("tool--")),
    };
    let (first_seen, last_seen) = seen(entity);
    let (aliases, level) = aliases(entity);
    let name = &entity.name;
    let description = summary(entity);
    if is_tool {
        let tool = Tool {
            name,
            description,
            aliases,
        };
        return known_to_attack(ground, "tool", entity, level, &tool);
    }
    let malware = Malware {
        name,
        description,
        aliases,
        is_family: true,
        first_seen,
        last_seen,
    };
    known_to_attack(ground, "malware", entity, level, &malware)
}

fn technique(ground: &Ground, entity: &Entity) -> Object {
    let table = entity.technique.as_ref();
    let level = table.map_or(entity.tlp, |_| Tlp::Clear);
    let domain = table.map_or("enterprise-attack", |table| &table.domain);
    let pattern = AttackPattern {
        name: table.map_or(&entity.name, |table| &table.name),
        kill_chain_phases: table
            .iter()
            .flat_map(|table| &table.tactics)
            .map(|phase_name| KillChainPhase {
                kill_chain_name: match domain {
                    "mobile-attack" => "mitre-mobile-attack",
                    "ics-attack" => "mitre-ics-attack",
                    _ => "mitre-attack",
                },
                phase_name,
            })
            .collect(),
    };
    let references = vec![attack_reference(entity.kind, &entity.slug)];
    match table.and_then(|table| table.stix_id.as_deref()) {
        Some(id) => of_attack(ground, "attack-pattern", id, &pattern, references),
        None if table.is_some() => {
            public(ground, "attack-pattern", &entity.slug, &pattern, references)
        }
        None => own(
            ground,
            "attack-pattern",
            entity,
            level,
            &pattern,
            references,
        ),
    }
}

fn region(ground: &Ground, entity: &Entity) -> Object {
    let place = entity.place.as_ref();
    let country = place.and_then(|place| place.alpha2.as_deref());
    let of_table = place.and_then(|place| place.stix_region.as_deref());
    let location = Location {
        name: &entity.name,
        description: summary(entity),
        // The vocabulary is open: a grouping of the site's own has its own word.
        region: of_table.or(country.is_none().then_some(entity.slug.as_str())),
        country,
    };
    if entity.profile.is_none() && place.is_some_and(|place| place.built_in) {
        return public(
            ground,
            "location",
            &entity.id.to_string(),
            &location,
            Vec::new(),
        );
    }
    let mut references = Vec::new();
    let level = entity.tlp.max(refer(entity, &mut references));
    references.push(page(ground, entity, level));
    own(ground, "location", entity, level, &location, references)
}

fn sector(ground: &Ground, entity: &Entity) -> Object {
    let said = entity
        .profile
        .as_ref()
        .and_then(|profile| profile.facts.industry);
    let sector = said.or_else(|| IndustrySector::parse(&entity.name));
    let identity = Identity {
        name: &entity.name,
        description: summary(entity),
        identity_class: Some("class"),
        sectors: sector.iter().map(|sector| sector.name()).collect(),
    };
    let mut references = Vec::new();
    let level = entity.tlp.max(refer(entity, &mut references));
    references.push(page(ground, entity, level));
    own(ground, "identity", entity, level, &identity, references)
}

fn vulnerability(ground: &Ground, entity: &Entity) -> Object {
    let vulnerability = Vulnerability {
        name: &entity.name,
        description: summary(entity),
    };
    let mut references: Vec<Reference> = cve_id(&entity.slug)
        .map(|id| Reference {
            source_name: "cve".into(),
            external_id: Some(id.into()),
            ..Reference::default()
        })
        .into_iter()
        .collect();
    let level = entity.tlp.max(refer(entity, &mut references));
    references.push(page(ground, entity, level));
    own(
        ground,
        "vulnerability",
        entity,
        level,
        &vulnerability,
        references,
    )
}

/// A vulnerability that the edition has only as an indicator.
pub fn cve(ground: &Ground, id: &str, level: Tlp) -> Object {
    let reference = Reference {
        source_name: "cve".into(),
        external_id: Some(id.into()),
        ..Reference::default()
    };
    let vulnerability = Vulnerability {
        name: id,
        description: None,
    };
    let head = Head {
        kind: "vulnerability",
        id: ground.ids.own("vulnerability", id, level),
        tlp: level,
        reach: level,
        version: Version::Content,
        markings: ground.markings.refs(level),
    };
    let common = Common {
        created_by_ref: Some(&ground.producer.id),
        external_references: vec![reference],
        ..Common::default()
    };
    object(head, &vulnerability, &common)
}

/// An object that ATT&CK may have too.
fn known_to_attack(
    ground: &Ground,
    kind: &'static str,
    entity: &Entity,
    level: Tlp,
    properties: &impl serde::Serialize,
) -> Object {
    let mut references = Vec::new();
    if let Some(profile) = &entity.profile {
        let facts = &profile.facts;
        let id = facts.attack_id.iter();
        references.extend(id.map(|id| attack_reference(entity.kind, id)));
        references.extend(facts.malpedia.iter().map(|name| Reference {
            source_name: "malpedia".into(),
            external_id: Some(name.into()),
            ..Reference::default()
        }));
        references.extend(facts.misp_id.iter().map(|id| Reference {
            source_name: "misp-galaxy".into(),
            external_id: Some(id.to_string().into()),
            ..Reference::default()
        }));
    }
    let level = level.max(refer(entity, &mut references));
    references.push(page(ground, entity, level));
    let by_attack = entity
        .attack_stix_id
        .as_deref()
        .filter(|id| id.split_once("--").is_some_and(|(of, _)| of == kind));
    match by_attack {
        // In an edition for groups clear facts may be for the groups alone.
        Some(id) if level == Tlp::Clear && !ground.ids.has_groups() => {
            of_attack(ground, kind, id, properties, references)
        }
        _ => own(ground, kind, entity, level, properties, references),
    }
}

/// The page of an entity. It comes last: readers of ATT&CK's objects take the first reference for
/// ATT&CK's.
fn page<'e>(ground: &Ground, entity: &'e Entity, level: Tlp) -> Reference<'e> {
    let path = addresses::entity_path(entity);
    ground
        .pages
        .reference(level, &path, entity.name.as_str(), entity.id)
}

/// Adds the sources of a profile, and gives the highest level among them.
fn refer<'e>(entity: &'e Entity, references: &mut Vec<Reference<'e>>) -> Tlp {
    let mut level = Tlp::Clear;
    for shown in entity.profile.iter().flat_map(|profile| &profile.sources) {
        references.push(source(&shown.value));
        level = level.max(shown.tlp);
    }
    level
}

fn own(
    ground: &Ground,
    kind: &'static str,
    entity: &Entity,
    level: Tlp,
    properties: &impl serde::Serialize,
    references: Vec<Reference>,
) -> Object {
    let updated = entity.profile.as_ref().and_then(|profile| profile.updated);
    let head = Head {
        kind,
        id: ground.ids.own(kind, &entity.id.to_string(), level),
        tlp: level,
        reach: level,
        version: updated.into(),
        markings: ground.markings.refs(level),
    };
    let common = Common {
        created_by_ref: Some(&ground.producer.id),
        external_references: references,
        ..Common::default()
    };
    object(head, properties, &common)
}

/// What everybody knows, under an id of the site's own.
fn public(
    ground: &Ground,
    kind: &'static str,
    key: &str,
    properties: &impl serde::Serialize,
    references: Vec<Reference>,
) -> Object {
    let head = Head {
        kind,
        id: ground.ids.public(kind, key),
        tlp: Tlp::Clear,
        reach: Tlp::Clear,
        version: Version::Content,
        markings: ground.markings.refs(Tlp::Clear),
    };
    let common = Common {
        created_by_ref: Some(&ground.producer.id),
        external_references: references,
        ..Common::default()
    };
    object(head, properties, &common)
}

/// What ATT&CK has, under its id there. The site is not its creator.
fn of_attack(
    ground: &Ground,
    kind: &'static str,
    id: &str,
    properties: &impl serde::Serialize,
    references: Vec<Reference>,
) -> Object {
    let head = Head {
        kind,
        id: id.to_owned(),
        tlp: Tlp::Clear,
        reach: Tlp::Clear,
        version: Version::Content,
        markings: ground.markings.refs(Tlp::Clear),
    };
    let common = Common {
        external_references: references,
        ..Common::default()
    };
    object(head, properties, &common)
}

/// The names that mean the same, and the level of the entity with them. What merely overlaps, or is
/// suspected, would be merged by every reader of `aliases`.
fn aliases(entity: &Entity) -> (Vec<&str>, Tlp) {
    let mut names = Vec::new();
    let mut level = entity.tlp;
    for alias in entity.profile.iter().flat_map(|profile| &profile.aliases) {
        if alias.value.relation == AliasRelation::SameAs {
            names.push(alias.value.name.as_str());
            level = level.max(alias.tlp);
        }
    }
    (names, level)
}

fn summary(entity: &Entity) -> Option<&str> {
    entity.profile.as_ref()?.summary.as_deref()
}

/// `first_seen` and `last_seen`, which may not come before the first.
fn seen(entity: &Entity) -> (Option<String>, Option<String>) {
    let facts = entity.profile.as_ref().map(|profile| &profile.facts);
    let first = facts.and_then(|facts| facts.first_seen).map(start);
    let last = facts.and_then(|facts| facts.last_seen).map(start);
    let last = last.map(|last| first.map_or(last, |first| last.max(first)));
    (first.map(instant), last.map(instant))
}

/// The first instant that a date can mean.
pub fn start(date: RoughDate) -> jiff::Timestamp {
    match date {
        RoughDate::Moment(moment) => moment.timestamp(),
        rough => Moment::Day(rough.first_day()).timestamp(),
    }
}

fn attack_reference(kind: EntityKind, id: &str) -> Reference<'_> {
    Reference {
        source_name: "mitre-attack".into(),
        url: kind.attack().map(|catalogue| catalogue.page(id).into()),
        external_id: Some(id.into()),
        ..Reference::default()
    }
}

/// A source of a brief or profile, with its rating in the Admiralty code.
pub fn source(source: &Source) -> Reference<'_> {
    let mut description = source.title.clone();
    if let Some(date) = source.date {
        description.push_str(&format!(", {date}"));
    }
    let rating: String = source
        .reliability
        .iter()
        .map(|grade| grade.name())
        .chain(source.credibility.iter().map(|grade| grade.name()))
        .collect();
    if !rating.is_empty() {
        description.push_str(&format!(" (Admiralty {rating})"));
    }
    Reference {
        source_name: source.publisher.as_ref().unwrap_or(&source.title).into(),
        description: Some(description.into()),
        url: source.url.as_ref().map(Into::into),
        ..Reference::default()
    }
}
