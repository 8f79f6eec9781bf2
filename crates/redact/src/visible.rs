//! Which documents and entities an edition has, and their ids in it.
//!
//! 1. briefs that the audience may see, the newest first
//! 2. profiles that it may see; a place or technique that the site has anyway stays without one
//! 3. entities with a profile and those that something visible names, with what they lie in
//! 4. of an entity and a name that only some readers may know to be its, the one of the two that this
//!    audience has.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use super::gone::Addresses;
use super::report::{Document, Reason, Withheld};
use super::sight::{Audience, Sight};
use ::library::model as library;
use ::library::model::{Edge, Library};
use base::fold::fold;
use base::kind::EntityKind;
use base::marking::Tlp;
use edition::model::{BriefId, EntityId, brief_id_of, id_of};

/// All that the redaction of one document asks of the others. Documents that did not change are
/// redacted to what they were while it stays the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Outline {
    /// The library's briefs in the edition's order.
    briefs: Vec<usize>,
    /// The library's entities in the edition's order, each with the place of the spelling that it is
    /// called by, if it is called by one.
    entities: Vec<(usize, Option<usize>)>,
    levels: BTreeMap<usize, Tlp>,
    gone: Addresses,
}

impl Outline {
    /// Whether the edition has an entity of the library.
    pub fn has(&self, id: library::EntityId) -> bool {
        self.levels.contains_key(&(id.0 as usize))
    }
}

/// What is visible of a library, and the edition's ids of it. What is withheld has none.
pub struct Visible<'a> {
    /// The library's briefs in the edition's order.
    pub briefs: Vec<usize>,
    /// The library's entities in the edition's order.
    pub entities: Vec<usize>,
    /// By path: what of each visible brief and profile may be seen.
    pub sights: HashMap<&'a str, Sight<'a>>,
    brief_ids: Vec<Option<BriefId>>,
    entity_ids: Vec<Option<EntityId>>,
    /// By the library's index: the lowest level at which an entity is named.
    levels: BTreeMap<usize, Tlp>,
    /// What is read where a name stands for another entity: that one, the name alone, or neither.
    stand_ins: BTreeMap<library::EntityId, Option<library::EntityId>>,
    /// Names of visible entities that only withheld things give them.
    hidden_names: BTreeSet<(library::EntityId, String)>,
}

impl<'a> Visible<'a> {
    pub fn of(library: &'a Library, audience: &'a Audience<'a>, withheld: &mut Withheld) -> Self {
        let briefs = briefs(library, audience, withheld);
        let mut brief_ids = vec![None; library.briefs.len()];
        for (at, index) in briefs.iter().enumerate() {
            brief_ids[*index] = Some(brief_id_of(at));
        }
        for entity in &library.entities {
            if let Some(profile) = &entity.profile
                && !audience.sees(&entity.marking)
            {
                let path = &profile.origin.file.path;
                let document = Document::new(&entity.name, path, &entity.marking, Reason::Marking);
                withheld.profiles.push(document);
            }
        }
        let of_briefs = briefs.iter().map(|index| {
            let brief = &library.briefs[*index];
            (&brief.origin, &brief.sources)
        });
        let of_profiles =
            profiles(library, audience).map(|(_, profile)| (&profile.origin, &profile.sources));
        let sights = of_briefs
            .chain(of_profiles)
            .map(|(origin, sources)| {
                (
                    origin.file.path.as_str(),
                    Sight::new(audience, sources.as_slice()),
                )
            })
            .collect();
        let mut visible = Self {
            briefs,
            entities: Vec::new(),
            sights,
            brief_ids,
            entity_ids: vec![None; library.entities.len()],
            levels: BTreeMap::new(),
            stand_ins: stand_ins(library, audience),
            hidden_names: hidden_names(library, audience),
        };
        visible.levels = visible.levels(library, audience);
        visible.entities = visible.order(library, audience);
        for (at, index) in visible.entities.iter().enumerate() {
            visible.entity_ids[*index] = Some(id_of(at));
        }
        for (own, meant) in &visible.stand_ins {
            visible.entity_ids[own.0 as usize] = meant.and_then(|id| visible.entity(id));
        }
        visible
    }

    /// The addresses of what it has not got.
    pub fn gone(&self, library: &Library, audience: &Audience) -> Addresses {
        let entities = self.entities.iter().map(|at| &library.entities[*at]);
        let slugs = entities.map(|entity| {
            let (_, slug, _) = self.names_of(entity, audience);
            (entity.kind, slug.to_owned())
        });
        let is_left = |id| self.entity(id).is_some();
        Addresses::of(library, audience, &is_left, slugs)
    }

    /// What of it the redaction of documents asks for.
    pub fn outline(&self, library: &Library, gone: Addresses) -> Outline {
        let entities = self.entities.iter().map(|at| {
            let spelling = self.spelling_at(&library.entities[*at]);
            (*at, spelling)
        });
        Outline {
            entities: entities.collect(),
            briefs: self.briefs.clone(),
            levels: self.levels.clone(),
            gone,
        }
    }

    pub fn brief(&self, id: library::BriefId) -> Option<BriefId> {
        self.brief_ids[id.0 as usize]
    }

    pub fn entity(&self, id: library::EntityId) -> Option<EntityId> {
        self.entity_ids[id.0 as usize]
    }

    /// The same of several, each once.
    pub fn entities_of(&self, ids: &[library::EntityId]) -> Vec<EntityId> {
        let visible = ids.iter().filter_map(|id| self.entity(*id));
        if self.stand_ins.is_empty() {
            return visible.collect();
        }
        let mut once = Vec::new();
        for id in visible {
            if !once.contains(&id) {
                once.push(id);
            }
        }
        once
    }

    /// The entity that this edition reads where the library names this one.
    pub fn meant(&self, id: library::EntityId) -> Option<library::EntityId> {
        self.stand_ins.get(&id).copied().unwrap_or(Some(id))
    }

    /// Whether a name leads to an entity only by what the edition withholds.
    pub fn hides_name(&self, id: library::EntityId, name: &str) -> bool {
        !self.hidden_names.is_empty() && self.hidden_names.contains(&(id, fold(name)))
    }

    /// Each place where visible front matter names a visible entity by a name that only what is
    /// withheld gives it.
    pub fn told_names<'e>(
        &self,
        library: &'e Library,
    ) -> impl Iterator<Item = (&'e library::Entity, &'e library::Spelling)> {
        let told = self.stand_ins.iter().filter_map(|(own, meant)| {
            let stand_in = &library.entities[own.0 as usize];
            let meant = meant.filter(|meant| self.hides_name(*meant, &stand_in.name))?;
            Some((&library.entities[meant.0 as usize], stand_in))
        });
        told.flat_map(|(entity, stand_in)| {
            let spellings = stand_in.spellings.iter();
            let seen = spellings.filter(|spelling| self.sees_spelling(spelling));
            seen.map(move |spelling| (entity, spelling))
        })
    }

    /// How the edition's own documents write the name of an entity without a profile.
    pub fn spelling<'e>(&self, entity: &'e library::Entity) -> Option<&'e library::Spelling> {
        self.spelling_at(entity).map(|at| &entity.spellings[at])
    }

    fn spelling_at(&self, entity: &library::Entity) -> Option<usize> {
        let mut spellings = entity.spellings.iter();
        spellings.position(|spelling| self.sees_spelling(spelling))
    }

    fn sees_spelling(&self, spelling: &library::Spelling) -> bool {
        self.sights
            .get(spelling.file.path.as_str())
            .is_some_and(|sight| sight.sees_part(&spelling.marking, spelling.source.as_deref()))
    }

    /// The level of an entity: its profile's, else the lowest at which something names it, since
    /// that is what a reader may know of it.
    pub fn level(&self, library: &Library, at: usize, audience: &Audience) -> Tlp {
        let entity = &library.entities[at];
        if entity.profile.is_some() && audience.sees(&entity.marking) {
            return entity.marking.tlp;
        }
        self.levels.get(&at).copied().unwrap_or_default()
    }

    /// The visible entities with the levels at which they are named: what has a visible profile, what
    /// something visible names, and what these lie in.
    fn levels(&self, library: &Library, audience: &Audience) -> BTreeMap<usize, Tlp> {
        let allowed = |at: usize| has_entity(&library.entities[at], audience);
        let mut levels: BTreeMap<usize, Tlp> = self
            .named(library, audience)
            .into_iter()
            .enumerate()
            .filter_map(|(at, level)| Some((at, level?)))
            .filter(|(at, _)| allowed(*at))
            .collect();
        let mut open: Vec<usize> = levels.keys().copied().collect();
        while let Some(at) = open.pop() {
            let level = levels.get(&at).copied().unwrap_or_default();
            for edge in &library.entities[at].parents {
                let Some(parent) = self.meant(edge.parent) else {
                    continue;
                };
                let parent = parent.0 as usize;
                if !allowed(parent) || !sees_edge(library, audience, edge) {
                    continue;
                }
                let given = edge
                    .given_by
                    .map_or(Tlp::Clear, |id| library.entities[id.0 as usize].marking.tlp);
                let level = level.max(given);
                if levels.get(&parent).is_none_or(|known| level < *known) {
                    levels.insert(parent, level);
                    open.push(parent);
                }
            }
        }
        levels
    }

    /// The visible entities in the edition's order.
    fn order(&self, library: &Library, audience: &Audience) -> Vec<usize> {
        let mut order: Vec<usize> = self.levels.keys().copied().collect();
        order.sort_by_cached_key(|at| {
            let entity = &library.entities[*at];
            // Techniques and CVEs are listed by their ids, which are their slugs.
            let by_id = matches!(
                entity.kind,
                EntityKind::Technique | EntityKind::Vulnerability
            );
            let (name, slug, _) = self.names_of(entity, audience);
            let name = if by_id {
                slug.to_owned()
            } else {
                name.to_lowercase()
            };
            (entity.kind, name, slug.to_owned())
        });
        order
    }

    /// The name, slug and id that the edition shows.
    pub fn names_of<'e>(
        &self,
        entity: &'e library::Entity,
        audience: &Audience,
    ) -> (&'e str, &'e str, uuid::Uuid) {
        if let Some(built_in) = &entity.built_in
            && !audience.sees(&entity.marking)
        {
            return (&built_in.name, &built_in.slug, built_in.id);
        }
        match self.spelling(entity) {
            Some(spelling) => (&spelling.name, &spelling.slug, spelling.id),
            None => (&entity.name, &entity.slug, entity.id),
        }
    }

    /// For each entity, if it has a visible profile or is named by something visible, the lowest level
    /// of that.
    fn named(&self, library: &Library, audience: &Audience) -> Vec<Option<Tlp>> {
        let mut named = Named {
            levels: vec![None; library.entities.len()],
            visible: self,
        };
        let mut texts = Vec::new();
        for index in &self.briefs {
            let brief = &library.briefs[*index];
            let Some(sight) = self.sights.get(brief.origin.file.path.as_str()) else {
                continue;
            };
            let level = brief.marking.tlp;
            named.add(brief.entities.iter().copied(), level);
            for entry in &brief.attribution {
                if sight.sees(entry, entry.value.source.as_deref()) {
                    named.add(entry.value.actor, entry.marking.tlp);
                }
            }
            for entry in &brief.indicators {
                if sight.sees(entry, entry.value.source.as_deref()) {
                    named.add(entry.value.software, entry.marking.tlp);
                }
            }
            texts.push((&brief.text, level));
        }
        for (id, profile) in profiles(library, audience) {
            let Some(sight) = self.sights.get(profile.origin.file.path.as_str()) else {
                continue;
            };
            let level = library.entities[id.0 as usize].marking.tlp;
            named.add([id], level);
            named.add(profile.entities.iter().copied(), level);
            named.add(profile.origin_country, level);
            if let Some(entry) = &profile.attribution
                && sight.sees(entry, entry.value.source.as_deref())
            {
                named.add(entry.value.actor, entry.marking.tlp);
            }
            texts.push((&profile.text, level));
        }
        for page in &library.pages {
            if audience.withholds_page(page).is_none() {
                texts.push((&page.text, page.marking.tlp));
            }
        }
        // `[[name]]` makes no entities, but built-in places exist without being made.
        for (text, outer) in texts {
            for (name, target) in &text.targets {
                if let library::Target::Entity(id) = target
                    && let Some(id) = self.meant(*id)
                    && library.entities[id.0 as usize]
                        .place
                        .as_ref()
                        .is_some_and(|place| place.built_in)
                {
                    let level = super::text::level_of(text, name, outer, audience);
                    named.add(level.map(|_| id), level.unwrap_or_default());
                }
            }
        }
        named.levels
    }
}

/// For each entity the lowest level at which it is named.
struct Named<'v> {
    levels: Vec<Option<Tlp>>,
    visible: &'v Visible<'v>,
}

impl Named<'_> {
    fn add(&mut self, entities: impl IntoIterator<Item = library::EntityId>, level: Tlp) {
        for entity in entities {
            if let Some(entity) = self.visible.meant(entity) {
                let known = &mut self.levels[entity.0 as usize];
                *known = Some(known.map_or(level, |known| known.min(level)));
            }
        }
    }
}

/// Whether the audience may know that there is an entity, if something visible names it.
fn has_entity(entity: &library::Entity, audience: &Audience) -> bool {
    entity.profile.is_none() || audience.sees(&entity.marking) || entity.built_in.is_some()
}

/// What this audience reads where a name stands for another entity. Where it may not see that one's
/// profile there is nothing behind the name, which is an entity like any other. A place, technique or
/// vulnerability that only the profile makes is none.
fn stand_ins(
    library: &Library,
    audience: &Audience,
) -> BTreeMap<library::EntityId, Option<library::EntityId>> {
    let mut stand_ins = BTreeMap::new();
    for (at, entity) in library.entities.iter().enumerate() {
        if let Some(other) = entity.stands_for {
            // it is an entity's index
            let own = library::EntityId(at as u32);
            let meant = if has_entity(&library.entities[other.0 as usize], audience) {
                Some(other)
            } else {
                entity.kind.is_named_freely().then_some(own)
            };
            stand_ins.insert(own, meant);
        }
    }
    stand_ins
}

/// Whether the edition may know that one thing lies in another.
pub fn sees_edge(library: &Library, audience: &Audience, edge: &Edge) -> bool {
    edge.given_by
        .is_none_or(|profile| audience.sees(&library.entities[profile.0 as usize].marking))
}

/// The briefs that the audience may see, the newest first.
fn briefs(library: &Library, audience: &Audience, withheld: &mut Withheld) -> Vec<usize> {
    let mut visible: Vec<usize> = Vec::new();
    for (at, brief) in library.briefs.iter().enumerate() {
        match audience.withholds(brief) {
            None => visible.push(at),
            Some(reason) => {
                let path = &brief.origin.file.path;
                let document = Document::new(&brief.title, path, &brief.marking, reason);
                withheld.briefs.push(document);
            }
        }
    }
    visible.sort_by(|left, right| {
        let (left, right) = (&library.briefs[*left], &library.briefs[*right]);
        right
            .date
            .cmp(&left.date)
            .then_with(|| left.title.cmp(&right.title))
            .then_with(|| left.slug.cmp(&right.slug))
    });
    visible
}

/// The profiles that the audience may see.
fn profiles<'a>(
    library: &'a Library,
    audience: &'a Audience,
) -> impl Iterator<Item = (library::EntityId, &'a library::Profile)> {
    library
        .entities
        .iter()
        .enumerate()
        .filter(|(_, entity)| audience.sees(&entity.marking))
        .filter_map(|(at, entity)| {
            // it is an entity's index
            let id = library::EntityId(at as u32);
            Some((id, entity.profile.as_deref()?))
        })
}

/// Names that lead to entities only by a withheld profile, a withheld alias, or one that only a
/// withheld source gives.
fn hidden_names(library: &Library, audience: &Audience) -> BTreeSet<(library::EntityId, String)> {
    let mut hidden = BTreeSet::new();
    for (at, entity) in library.entities.iter().enumerate() {
        let Some(profile) = &entity.profile else {
            continue;
        };
        // it is an entity's index
        let id = library::EntityId(at as u32);
        let sight = Sight::new(audience, &profile.sources);
        let seen = audience.sees(&entity.marking);
        let mut known: BTreeSet<String> = entity.common_names().map(fold).collect();
        let mut names = Vec::new();
        if seen {
            known.extend([fold(&entity.name), fold(&entity.slug)]);
        } else {
            names.extend([fold(&entity.name), fold(&entity.slug)]);
            let misp = profile.facts.misp_id;
            names.extend(misp.map(|id| fold(&id.to_string())));
        }
        for alias in &profile.aliases {
            let name = fold(&alias.value.name);
            if seen && sight.sees(alias, alias.value.source.as_deref()) {
                known.insert(name);
            } else {
                names.push(name);
            }
        }
        names.retain(|name| !known.contains(name));
        hidden.extend(names.into_iter().map(|name| (id, name)));
    }
    hidden
}
