//! Profiles of a bundle's entities.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::Ground;
use super::entities::{Entities, Entity};
use super::object::{Object, Relationship};
use super::source::{self, Sources};
use crate::import::catalogue::Catalogue;
use crate::import::draft::{Draft, Keys, Origin, table};
use crate::import::prose::{self, Citations};
use crate::import::shelf::file_kind;
use crate::import::yaml::Value;
use crate::import::{Summary, text as lines};
use crate::intel::vocabulary::{
    ActorType, IndustrySector, Motivation, ResourceLevel, Sophistication, Vocabulary,
};
use crate::kind::EntityKind;
use crate::marking::Tlp;

/// Drafts of all entities that get a profile.
pub fn drafts(
    ground: &Ground<'_>,
    entities: &Entities<'_>,
    catalogue: &Catalogue<'_>,
    summary: &mut Summary,
) -> Vec<Draft> {
    let (mut unmarked, mut raised) = (0, 0);
    let drafts: Vec<Draft> = entities
        .all
        .iter()
        .filter_map(|entity| {
            let maker = Maker {
                ground,
                entities,
                catalogue,
                entity,
                stated: Cell::new(Tlp::Clear),
            };
            let draft = maker.draft()?;
            unmarked += usize::from(!entity.objects.iter().any(|object| ground.level(object).1));
            raised += usize::from(maker.stated.get() > maker.level());
            Some(draft)
        })
        .collect();
    if raised > 0 {
        summary.note(format!(
            "{raised} profiles state what a relationship or sponsor with a narrower marking says; they have that marking"
        ));
    }
    if unmarked > 0 && !drafts.is_empty() {
        summary.note(format!(
            "{unmarked} entities have no TLP marking; their profiles were written as {} (--tlp says otherwise)",
            ground.unmarked.name()
        ));
    }
    drafts
}

struct Maker<'m, 'b> {
    ground: &'m Ground<'b>,
    entities: &'m Entities<'b>,
    catalogue: &'m Catalogue<'m>,
    entity: &'m Entity<'b>,
    /// The narrowest of what the profile states beyond its objects.
    stated: Cell<Tlp>,
}

impl Maker<'_, '_> {
    /// The profile states something of a level.
    fn states(&self, level: Tlp) {
        self.stated.set(self.stated.get().max(level));
    }

    /// The narrowest of its objects, and of the marks in what they say.
    fn level(&self) -> Tlp {
        let own = self
            .entity
            .objects
            .iter()
            .map(|object| self.ground.level(object).0)
            .max();
        let marks = self
            .entity
            .objects
            .iter()
            .filter_map(|object| lines::highest_mark(object.description.get()?));
        marks.fold(own.unwrap_or(self.ground.unmarked), Ord::max)
    }

    fn first<'o>(&'o self, value: impl Fn(&'o Object) -> Option<&'o str>) -> Option<&'o str> {
        self.entity.objects.iter().copied().find_map(value)
    }

    fn draft(&self) -> Option<Draft> {
        let entity = self.entity;
        let place = entity.place.clone()?;
        let main = entity.objects.first()?;
        let description = self.first(|object| object.description.get());
        let (summary, body) = prose::told(description.unwrap_or_default(), &Citations::new());
        let mut keys = Keys::default();
        let page = entity.page();
        let namespace = &self.ground.shelf.site.settings.namespace;
        let id = page.as_ref();
        keys.text(
            "id",
            id.and_then(|page| page.id_beside(&place.slug, namespace)),
        );
        // Of other producers, `modified` says when they exported it as often as when they wrote.
        let updated = page.and_then(|_| source::updated(main));
        keys.bare("updated", updated);
        keys.text("summary", summary);
        match entity.kind {
            EntityKind::Region if self.ground.shelf.is_built_in(&entity.name) => {
                keys.text("code", self.first(|object| object.country.get()));
            }
            EntityKind::Region => keys.set("kind", Value::bare("custom")),
            EntityKind::Sector => {
                let stix = entity
                    .objects
                    .iter()
                    .find_map(|object| IndustrySector::parse(object.sectors.first()?));
                keys.bare("stix", stix.map(Vocabulary::name));
            }
            EntityKind::Software => keys.set("type", Value::bare(main.kind())),
            _ => {}
        }
        keys.texts("aliases", entity.aliases());
        self.external(&mut keys);
        if entity.kind == EntityKind::Actor {
            self.actor(&mut keys);
        }
        if !matches!(
            entity.kind,
            EntityKind::Region | EntityKind::Sector | EntityKind::Vulnerability
        ) {
            let first = self.first(|object| object.first_seen.get());
            keys.bare("first_seen", first.and_then(lines::rough_date));
            let last = self.first(|object| object.last_seen.get());
            keys.bare("last_seen", last.and_then(lines::rough_date));
        }
        self.lists(&mut keys);
        let mut sources = Sources::default();
        for object in &entity.objects {
            sources.add(&object.external_references, true);
        }
        keys.list("sources", sources.entries);
        let tlp = self.level().max(self.stated.get());
        let mut head = Keys::default();
        head.set("name", Value::text(self.name()));
        head.set("tlp", Value::bare(tlp.name()));
        head.0.append(&mut keys.0);
        Some(Draft {
            kind: file_kind(entity.kind),
            name: entity.name.clone(),
            place,
            keys: head.0,
            body,
            table: None,
            origin: Origin {
                importer: "stix",
                source: match self.ground.author(main) {
                    Some(author) => format!("STIX object of {author}"),
                    None => "STIX object".to_owned(),
                },
                version: main.modified.get().and_then(lines::name),
                object: lines::name(main.id())?,
            },
        })
    }

    /// A built-in place may have another name in the bundle, and keeps it.
    fn name(&self) -> String {
        let said = match self.entity.kind {
            EntityKind::Region => self.first(|object| object.name.get()),
            _ => None,
        };
        said.and_then(lines::name)
            .unwrap_or_else(|| self.entity.name.clone())
    }

    /// Ids in other catalogues, each of the form that its key takes.
    fn external(&self, keys: &mut Keys) {
        let letter = match self.entity.kind {
            EntityKind::Actor => 'G',
            EntityKind::Software => 'S',
            EntityKind::Campaign => 'C',
            _ => return,
        };
        let attack = self
            .entity
            .objects
            .iter()
            .filter_map(|object| object.attack_id())
            .find(|id| {
                id.len() == 5
                    && id.starts_with(letter)
                    && id[1..].bytes().all(|byte| byte.is_ascii_digit())
            });
        let of = |name: &str| {
            self.entity
                .objects
                .iter()
                .flat_map(|object| &object.external_references)
                .filter(|reference| {
                    reference
                        .source_name
                        .get()
                        .is_some_and(|source| source.eq_ignore_ascii_case(name))
                })
                .find_map(|reference| lines::name(reference.external_id.get()?))
        };
        let misp = of("misp-galaxy").filter(|id| uuid::Uuid::try_parse(id).is_ok());
        let malpedia = of("malpedia");
        if attack.is_some() || misp.is_some() || malpedia.is_some() {
            keys.set(
                "external",
                table([
                    ("attack", attack.map(Value::Text)),
                    ("misp", misp.map(Value::Text)),
                    ("malpedia", malpedia.map(Value::Text)),
                ]),
            );
        }
    }

    /// What is known of an actor itself; of the sponsor behind it, what describes that.
    fn actor(&self, keys: &mut Keys) {
        let sponsor = self
            .entity
            .objects
            .iter()
            .find_map(|object| self.entities.sponsors.get(object.id()).copied());
        if let Some(place) = self.ends("originates-from", true).first() {
            keys.text("origin", Some(place.clone()));
        }
        let objects = || self.entity.objects.iter().copied().chain(sponsor);
        let mut types: BTreeSet<&str> = BTreeSet::new();
        for object in objects().filter(|object| object.kind() == "threat-actor") {
            // STIX 2.0 has them among the labels.
            let words = object.threat_actor_types.iter().chain(object.labels.iter());
            types.extend(
                words
                    .filter_map(|word| ActorType::parse(word))
                    .map(Vocabulary::name),
            );
        }
        keys.list("actor_types", types.into_iter().map(Value::bare).collect());
        if let Some(sponsor) = sponsor {
            self.sponsor(sponsor, keys);
        }
        let mut motivations: Vec<&str> = Vec::new();
        for object in &self.entity.objects {
            let words = object
                .primary_motivation
                .get()
                .into_iter()
                .chain(object.secondary_motivations.iter().map(String::as_str))
                .chain(object.personal_motivations.iter().map(String::as_str));
            for word in words.filter_map(Motivation::parse).map(Vocabulary::name) {
                if !motivations.contains(&word) {
                    motivations.push(word);
                }
            }
        }
        keys.list(
            "motivations",
            motivations.into_iter().map(Value::bare).collect(),
        );
        let sophistication =
            objects().find_map(|object| Sophistication::parse(object.sophistication.get()?));
        keys.bare("sophistication", sophistication.map(Vocabulary::name));
        let resources = self
            .first(|object| object.resource_level.get())
            .and_then(ResourceLevel::parse);
        keys.bare("resource_level", resources.map(Vocabulary::name));
    }

    /// Who stands behind an actor, and how sure that is.
    fn sponsor(&self, sponsor: &Object, keys: &mut Keys) {
        let ground = self.ground;
        self.states(ground.level(sponsor).0);
        keys.text("sponsor", sponsor.name.get().and_then(lines::name));
        let mut relations = self.entities.relations(sponsor.id()).iter();
        let Some(relation) = relations.next() else {
            return;
        };
        let level = ground.markings.narrowest(&relation.object_marking_refs);
        let level = level.unwrap_or(Tlp::Clear);
        // Of a profile of this site, the sponsor is for those of the actor, and the attribution may be
        // for fewer. Of any other producer, that one stands behind the other is what is marked.
        if !ground.is_own {
            self.states(level);
        }
        let confidence = relation.confidence.get().and_then(lines::confidence);
        if let Some(confidence) = confidence {
            let narrower = level > self.level();
            keys.set(
                "attribution",
                table([
                    ("confidence", Some(Value::bare(confidence.name()))),
                    ("tlp", narrower.then(|| Value::bare(level.name()))),
                ]),
            );
        }
    }

    /// Lists of other entities, by what relationships say. What a brief's own relationship says
    /// belongs to that brief.
    fn lists(&self, keys: &mut Keys) {
        use EntityKind as K;
        let named = |kinds: &[&str], kind: K, outward: bool| -> Vec<String> {
            let mut names: BTreeSet<String> = BTreeSet::new();
            for relation in kinds {
                names.extend(self.named(relation, kind, outward));
            }
            names.into_iter().collect()
        };
        match self.entity.kind {
            K::Actor => {
                keys.texts("regions", named(&["targets"], K::Region, true));
                keys.texts("sectors", named(&["targets"], K::Sector, true));
                keys.texts("techniques", named(&["uses"], K::Technique, true));
                keys.texts("software", named(&["uses"], K::Software, true));
                keys.texts(
                    "related",
                    named(&["related-to", "attributed-to"], K::Actor, true),
                );
            }
            K::Campaign => {
                keys.texts("actors", named(&["attributed-to"], K::Actor, true));
                keys.texts("regions", named(&["targets"], K::Region, true));
                keys.texts("sectors", named(&["targets"], K::Sector, true));
                keys.texts("techniques", named(&["uses"], K::Technique, true));
                keys.texts("software", named(&["uses"], K::Software, true));
                keys.texts(
                    "vulnerabilities",
                    named(&["targets"], K::Vulnerability, true),
                );
            }
            K::Software => keys.texts("techniques", named(&["uses"], K::Technique, true)),
            K::Vulnerability => {
                keys.texts("actors", named(&["targets", "exploits"], K::Actor, false));
                keys.texts(
                    "software",
                    named(&["targets", "exploits"], K::Software, false),
                );
            }
            K::Region | K::Sector | K::Technique => {}
        }
    }

    fn relations(&self) -> impl Iterator<Item = (&Object, &Relationship)> {
        self.entity.objects.iter().flat_map(|object| {
            self.entities
                .relations(object.id())
                .iter()
                .map(move |relation| (*object, *relation))
        })
    }

    /// The entities at the other ends of relationships of one type.
    fn named(&self, relation: &str, kind: EntityKind, outward: bool) -> Vec<String> {
        self.relations()
            .filter(|(_, it)| it.relationship_type.get() == Some(relation))
            .filter(|(_, it)| !source::is_of_brief(&it.external_references))
            .filter_map(|(object, it)| {
                let (near, far) = if outward {
                    (it.source_ref.get()?, it.target_ref.get()?)
                } else {
                    (it.target_ref.get()?, it.source_ref.get()?)
                };
                let other = self.entities.get(far)?;
                let is_it = near == object.id() && other.kind == kind;
                if !is_it || std::ptr::eq(other, self.entity) {
                    return None;
                }
                // What is marked as one of its ends is told to nobody who may not know of that end.
                let ground = self.ground;
                let far = ground.bundle.get(far)?;
                let ends = ground.level(object).0.max(ground.level(far).0);
                let level = ground.markings.narrowest(&it.object_marking_refs);
                if let Some(level) = level.filter(|level| *level > ends) {
                    self.states(level);
                }
                Some(other.reference(self.catalogue))
            })
            .collect()
    }

    fn ends(&self, relation: &str, outward: bool) -> Vec<String> {
        self.named(relation, EntityKind::Region, outward)
    }
}
