//! Profiles of a bundle's entities.

use std::collections::{BTreeMap, BTreeSet};

use super::Ground;
use super::entities::{Entities, Entity};
use super::object::{self, Object, Relationship};
use super::says::{Part, Says};
use super::source::{self, Sources};
use crate::import::catalogue::Catalogue;
use crate::import::draft::{Body, Collected, Draft, Keys, Origin, table};
use crate::import::gate::{Fact, Told};
use crate::import::prose::Citations;
use crate::import::shelf::file_kind;
use crate::import::yaml::Value;
use crate::import::{Summary, text as lines};
use crate::intel::vocabulary::{
    ActorType, IndustrySector, Motivation, ResourceLevel, Sophistication,
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
                says: (entity.objects.iter())
                    .map(|object| ground.says(object))
                    .collect(),
            };
            let draft = maker.draft(summary)?;
            unmarked += usize::from(!maker.says.iter().any(Says::is_said));
            raised += usize::from(draft.tlp() > entity.tlp(ground));
            Some(draft)
        })
        .collect();
    if raised > 0 {
        summary.note(format!(
            "{raised} profiles state what has a narrower marking than their object: a relationship, a sponsor, a text; they have that marking"
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
    /// What its objects say.
    says: Vec<Says<'b>>,
}

impl<'b> Maker<'_, 'b> {
    fn first(&self, property: &'static str) -> Option<Part<'b>> {
        self.says.iter().find_map(|says| says.one(property))
    }

    fn draft(&self, summary: &mut Summary) -> Option<Draft> {
        let entity = self.entity;
        let place = entity.place.clone()?;
        let main = self.says.first()?;
        let own = entity.tlp(self.ground);
        let (opening, text) = match self.first("description") {
            Some(part) => (part.gate).description(part.as_str(), &Citations::new()),
            None => (None, None),
        };
        let mut body = Body::default();
        if let Some(text) = text {
            body.push(text);
        }
        let mut keys = Keys::default();
        keys.text("name", Some(self.name()));
        let page = entity.page();
        let namespace = &self.ground.shelf.site.settings.namespace;
        let references = main.gate("external_references", None);
        let id = page
            .as_ref()
            .and_then(|page| page.id_beside(&place.slug, namespace));
        keys.text("id", id.map(|id| references.value(&id)));
        // Of other producers, `modified` says when they exported it as often as when they wrote.
        keys.bare("updated", page.and_then(|_| source::updated(main, None)));
        keys.text("summary", opening);
        match entity.kind {
            EntityKind::Region if self.ground.shelf.is_built_in(entity.name.as_str()) => {
                let code = self.first("country");
                keys.text("code", code.and_then(Part::name));
            }
            EntityKind::Region => keys.set("kind", Value::own("custom")),
            EntityKind::Sector => {
                let stix = self.says.iter().find_map(|says| {
                    let first = says.all("sectors").next()?;
                    first.word::<IndustrySector>()
                });
                keys.bare("stix", stix);
            }
            EntityKind::Software => {
                let is_tool = main.object.kind() == "tool";
                keys.set("type", Value::own(if is_tool { "tool" } else { "malware" }));
            }
            _ => {}
        }
        keys.texts("aliases", entity.aliases(self.ground));
        self.external(&mut keys);
        if entity.kind == EntityKind::Actor {
            self.actor(&mut keys);
        }
        if !matches!(
            entity.kind,
            EntityKind::Region | EntityKind::Sector | EntityKind::Vulnerability
        ) {
            keys.bare("first_seen", self.first("first_seen").and_then(Part::date));
            keys.bare("last_seen", self.first("last_seen").and_then(Part::date));
        }
        self.lists(&mut keys);
        let mut sources = Sources::default();
        for says in &self.says {
            sources.add(says, true);
        }
        keys.list("sources", sources.entries());
        let author = (self.ground).author_within(main.object, own, summary);
        let collected = Collected {
            kind: file_kind(entity.kind),
            name: entity.name.clone(),
            place,
            keys,
            body,
            indicators: Vec::new(),
            origin: Origin {
                importer: "stix",
                source: match author {
                    Some(author) => author.framed("STIX object of ", ""),
                    None => Told::own("STIX object"),
                },
                version: main.one("modified").and_then(Part::name),
                object: main.one("id")?.name()?,
            },
        };
        Some(Draft::of(collected, own, self.ground.shelf))
    }

    /// A built-in place may have another name in the bundle, and keeps it.
    fn name(&self) -> Told {
        let said = match self.entity.kind {
            EntityKind::Region => self.first("name"),
            _ => None,
        };
        said.and_then(Part::name)
            .unwrap_or_else(|| self.entity.name.clone())
    }

    /// Ids in other catalogues, each of the form that its key takes.
    fn external(&self, keys: &mut Keys) {
        let Some(catalogue) = self.entity.kind.attack() else {
            return;
        };
        let of = |is_it: &dyn Fn(&str) -> bool, form: &dyn Fn(&str) -> Option<String>| {
            self.says.iter().find_map(|says| {
                let references = says.object.external_references.iter().enumerate();
                references.into_iter().find_map(|(at, reference)| {
                    let source = reference.source_name.get()?.to_ascii_lowercase();
                    let id = form(reference.external_id.get().filter(|_| is_it(&source))?)?;
                    says.gate("external_references", Some(at)).name(&id)
                })
            })
        };
        let attack = of(&object::is_attack, &|id| {
            Some(id.to_ascii_uppercase()).filter(|id| catalogue.has_form(id))
        });
        let misp = of(&|name| name == "misp-galaxy", &|id| {
            uuid::Uuid::try_parse(id).ok().map(|_| id.to_owned())
        });
        let malpedia = of(&|name| name == "malpedia", &|id| Some(id.to_owned()));
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
        let origin = self.named("originates-from", EntityKind::Region, true);
        keys.text("origin", origin.into_iter().next());
        let ground = self.ground;
        let sponsor = sponsor.map(|sponsor| ground.says(sponsor));
        let all = || self.says.iter().chain(&sponsor);
        let mut types: BTreeMap<String, Fact> = BTreeMap::new();
        for says in all().filter(|says| says.object.kind() == "threat-actor") {
            // STIX 2.0 has them among the labels.
            let words = says.all("threat_actor_types").chain(says.all("labels"));
            for word in words.filter_map(Part::word::<ActorType>) {
                types.entry(word.as_str().to_owned()).or_insert(word);
            }
        }
        keys.words("actor_types", types.into_values());
        if let Some(sponsor) = &sponsor {
            self.sponsor(sponsor, keys);
        }
        let mut motivations: Vec<Fact> = Vec::new();
        for says in &self.says {
            let words = says
                .one("primary_motivation")
                .into_iter()
                .chain(says.all("secondary_motivations"))
                .chain(says.all("personal_motivations"));
            for word in words.filter_map(Part::word::<Motivation>) {
                if !motivations
                    .iter()
                    .any(|known| known.as_str() == word.as_str())
                {
                    motivations.push(word);
                }
            }
        }
        keys.words("motivations", motivations);
        let sophistication =
            all().find_map(|says| says.one("sophistication")?.word::<Sophistication>());
        keys.bare("sophistication", sophistication);
        let resources = self.first("resource_level");
        keys.bare(
            "resource_level",
            resources.and_then(Part::word::<ResourceLevel>),
        );
    }

    /// Who stands behind an actor, and how sure that is.
    fn sponsor(&self, sponsor: &Says<'_>, keys: &mut Keys) {
        let ground = self.ground;
        let name = sponsor.one("name").and_then(Part::name);
        let mut relations = self.entities.relations(sponsor.object.id()).iter();
        let Some(relation) = relations.next() else {
            keys.text("sponsor", name);
            return;
        };
        let edge = ground.edge(relation);
        // Of a profile of this site, the sponsor is for those of the actor, and the attribution may be
        // for fewer. Of any other producer, that one stands behind the other is what is marked.
        let told = if ground.is_own {
            Tlp::Clear
        } else {
            edge.tlp()
        };
        keys.text("sponsor", name.map(|name| name.at_least(told)));
        let confidence = relation.confidence.get().and_then(lines::confidence);
        if let Some(confidence) = confidence {
            let confidence = edge.gate("confidence", None).word(confidence);
            keys.set(
                "attribution",
                table([("confidence", Some(Value::Bare(confidence)))]),
            );
        }
    }

    /// Lists of other entities, by what relationships say. What a brief's own relationship says
    /// belongs to that brief.
    fn lists(&self, keys: &mut Keys) {
        use EntityKind as K;
        let named = |kinds: &[&str], kind: K, outward: bool| -> Vec<Told> {
            // Of one name that several relationships tell, the widest: sorted, that is the first.
            let mut names: BTreeSet<Told> = BTreeSet::new();
            for relation in kinds {
                names.extend(self.named(relation, kind, outward));
            }
            let mut names: Vec<Told> = names.into_iter().collect();
            names.dedup_by(|next, first| next.as_str() == first.as_str());
            names
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
    fn named(&self, relation: &str, kind: EntityKind, outward: bool) -> Vec<Told> {
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
                let ends = [object, far].map(|end| ground.says(end).tlp());
                let edge = ground.edge(it);
                let properties = ["relationship_type", "source_ref", "target_ref"];
                let edge = properties.map(|part| edge.gate(part, None).tlp());
                let edge = edge.into_iter().fold(Tlp::Clear, Ord::max);
                let is_told_by_ends = ends.into_iter().any(|end| edge <= end);
                let name = other.reference(ground, self.catalogue);
                Some(match is_told_by_ends {
                    true => name,
                    false => name.at_least(edge),
                })
            })
            .collect()
    }
}
