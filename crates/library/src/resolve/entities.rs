//! Entities and the index of their names: built-in places, profiles, and what front matter names.

use std::collections::HashMap;

use super::context::{derived_id, slug_from, slug_of};
use super::naming::{Entry, Naming, named_in};
use super::restricted;
use crate::model::{BuiltIn, Edge, Entity, EntityId, PlaceFacts, Spelling};
use crate::names::{Named, Names, fold};
use base::attack::{AttackTable, cve_id, technique_id};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location};
use base::kind::EntityKind;
use base::marking::{Marking, Tlp};
use base::places;
use base::vocabulary::AliasRelation;
use base::vocabulary::RegionKind;
use load::matter::ProfileMatter;
use load::{Document, Matter, Site};

/// What [`Builder::finish`] gives: entities, their names, and the profiles' documents.
pub type Built<'a> = (Vec<Entity>, Names, Vec<(EntityId, &'a Document)>);

/// Collects entities and their names.
pub struct Builder<'a> {
    site: &'a Site,
    attack: &'a AttackTable,
    entities: Vec<Entity>,
    names: Names,
    profiles: Vec<(EntityId, &'a Document)>,
    /// The first profile of each entity that has one.
    described: HashMap<EntityId, &'a Document>,
}

impl<'a> Builder<'a> {
    pub fn new(site: &'a Site, attack: &'a AttackTable) -> Self {
        Self {
            site,
            attack,
            entities: Vec::new(),
            names: Names::default(),
            profiles: Vec::new(),
            described: HashMap::new(),
        }
    }

    pub fn finish(self) -> Built<'a> {
        (self.entities, self.names, self.profiles)
    }

    /// The countries and the UN M49 tree.
    pub fn add_places(&mut self) {
        for place in places::all() {
            let id = self.add(EntityKind::Region, &place.name, place.slug);
            for code in [&place.alpha2, &place.alpha3, &place.m49]
                .into_iter()
                .flatten()
            {
                self.names.add_id(EntityKind::Region, code, id);
            }
            for alias in &place.aliases {
                self.names.add_name(EntityKind::Region, alias, id);
            }
            // about 300 places
            let parent = place.parent.map(|parent| EntityId(parent as u32));
            let entity = &mut self.entities[id.0 as usize];
            entity.parents = parent.map(follows).into_iter().collect();
            entity.built_in = Some(built_in(entity));
            entity.built_in_names = place.aliases;
            entity.place = Some(PlaceFacts {
                kind: match place.kind {
                    places::PlaceKind::Country => RegionKind::Country,
                    places::PlaceKind::Region => RegionKind::M49,
                },
                alpha2: place.alpha2,
                alpha3: place.alpha3,
                m49: place.m49,
                stix_region: place.stix_region,
                built_in: true,
            });
        }
    }

    /// An entity for each profile; a profile of a built-in place describes that place.
    pub fn add_profiles(&mut self, found: &mut Diagnostics) {
        for document in &self.site.documents {
            let Some((kind, matter)) = profile_of(document) else {
                continue;
            };
            let attack_id = matter
                .external
                .as_ref()
                .and_then(|external| external.attack.as_ref());
            let id = match kind {
                EntityKind::Region => self.region(document, matter),
                EntityKind::Technique => {
                    let stem = attack_id
                        .and_then(|id| technique_id(id))
                        .or_else(|| technique_id(&document.stem));
                    match stem.or_else(|| technique_id(&matter.name)) {
                        Some(technique) => self.technique(&technique),
                        None => {
                            found.push(
                                Diagnostic::new(
                                    Code::BadTechnique,
                                    "this profile does not say which technique it is of",
                                )
                                .at(&document.file, matter.name.span.clone())
                                .label("expected an ATT&CK id in the file's name or in `external`")
                                .help("name the file T1566.001.md"),
                            );
                            continue;
                        }
                    }
                }
                EntityKind::Vulnerability => {
                    match cve_id(&matter.name) {
                        Some(cve) => self.vulnerability(&cve),
                        None => {
                            found.push(
                            Diagnostic::new(Code::BadCve, format!("`{}` is not a CVE id", matter.name.value))
                                .at(&document.file, matter.name.span.clone())
                                .label("expected CVE, a year and a number")
                                .help("write the id as `name`, and the common name as one of `aliases`"),
                        );
                            continue;
                        }
                    }
                }
                _ => self.add(kind, &matter.name, slug_of(document, &matter.common)),
            };
            if let Some(first) = self.duplicate(kind, id, matter) {
                found.push(
                    Diagnostic::new(
                        Code::DuplicateProfile,
                        format!(
                            "there are two profiles of the {} `{}`",
                            kind.name(),
                            matter.name.value
                        ),
                    )
                    .at(&document.file, matter.name.span.clone())
                    .label("the second")
                    .related(first, "the first")
                    .help("merge them, or give one another name"),
                );
            }
            self.described.entry(id).or_insert(document);
            self.describe(kind, id, document, matter);
            self.profiles.push((id, document));
        }
    }

    /// The place of the profile that describes the same thing already.
    fn duplicate(
        &self,
        kind: EntityKind,
        id: EntityId,
        matter: &ProfileMatter,
    ) -> Option<Location> {
        let same_entity = self.described.get(&id).copied();
        let same_name = || {
            self.profiles
                .iter()
                .map(|(_, document)| *document)
                .find(|document| {
                    profile_of(document).is_some_and(|(other, profile)| {
                        other == kind && fold(&profile.name) == fold(&matter.name)
                    })
                })
        };
        // Only a name that the index already has can have a profile already.
        let known = !matches!(self.names.of_kind(kind, &matter.name), Named::One(one) if one == id);
        let first = same_entity.or_else(|| if known { same_name() } else { None })?;
        let (_, profile) = profile_of(first)?;
        Some(Location::new(&first.file, profile.name.span.clone()))
    }

    fn describe(
        &mut self,
        kind: EntityKind,
        id: EntityId,
        document: &Document,
        matter: &ProfileMatter,
    ) {
        self.names.add_name(kind, &matter.name, id);
        let slug = slug_of(document, &matter.common);
        let entity = &mut self.entities[id.0 as usize];
        // A technique's profile that is named by the id keeps the name that ATT&CK gives.
        if entity.technique.is_none() || technique_id(&matter.name).is_none() {
            entity.name.clone_from(&matter.name.value);
        }
        if matter.common.slug.is_some()
            || !matches!(
                kind,
                EntityKind::Technique | EntityKind::Vulnerability | EntityKind::Region
            )
        {
            entity.slug.clone_from(&slug);
        }
        if let Some(own) = &matter.common.id {
            entity.id = own.value;
        }
        if entity.named_at.is_none() {
            entity.named_at = Some(Location::new(&document.file, matter.name.span.clone()));
        }
        self.names.add_slug(kind, &slug, id);
        for alias in &matter.aliases {
            let suspected = alias
                .relation
                .as_ref()
                .is_some_and(|relation| relation.value == AliasRelation::Suspected);
            if !suspected {
                self.names.add_name(kind, &alias.name, id);
            }
        }
        let entity = &self.entities[id.0 as usize];
        let default = self.site.settings.default_tlp;
        for name in restricted::names(document, entity, &slug, default) {
            self.names.restrict(id, &name);
        }
        let external = matter.external.as_ref();
        if let Some(attack) = external.and_then(|external| external.attack.as_ref()) {
            self.names.add_id(kind, attack, id);
        }
        if let Some(misp) = external.and_then(|external| external.misp.as_ref()) {
            self.names.add_id(kind, &misp.value.to_string(), id);
        }
    }

    /// The entities that front matter names and nothing describes.
    pub fn add_named(&mut self) {
        let site = self.site;
        for document in &site.documents {
            for Naming {
                kind,
                text,
                at,
                entry,
                makes_entities,
            } in named_in(document)
            {
                let named = self.names.of_kind(kind, text);
                if let Named::One(id) = named
                    && self.names.lacks_stand_in(id, text)
                {
                    self.add_stand_in(id, kind, text);
                } else if named == Named::Nothing && makes_entities {
                    match kind {
                        // Places are a closed set; ids have a form. What is neither is an error later.
                        EntityKind::Region => {}
                        EntityKind::Technique => {
                            if let Some(id) = technique_id(text) {
                                self.technique(&id);
                            }
                        }
                        EntityKind::Vulnerability => {
                            if let Some(id) = cve_id(text) {
                                self.vulnerability(&id);
                            }
                        }
                        _ => {
                            let id = self.add(kind, text.trim(), slug_from(text));
                            self.entities[id.0 as usize].named_at = Some(at.clone());
                        }
                    }
                }
                self.add_spelling(kind, text, at, entry, document);
            }
        }
    }

    /// What an edition has in the place of an entity that it may not know this name of.
    fn add_stand_in(&mut self, entity: EntityId, kind: EntityKind, text: &str) {
        let slug = slug_from(text);
        let id = self.push(kind, text.trim(), slug.clone());
        self.entities[id.0 as usize].stands_for = Some(entity);
        self.names.stand_in(entity, text, id);
        // Read with its kind before it, `actors/NAME`, the name is restricted as it is without.
        self.names.add_slug(kind, &slug, id);
    }

    /// Keeps how a document writes the name of what has no profile and no form of its own.
    fn add_spelling(
        &mut self,
        kind: EntityKind,
        text: &str,
        at: Location,
        entry: Option<Entry>,
        document: &Document,
    ) {
        if let Named::One(id) = self.names.of_kind(kind, text)
            && (self.entities[id.0 as usize].stands_for.is_some()
                || kind.is_named_freely() && !self.described.contains_key(&id))
        {
            let slug = slug_from(text);
            let marking = entry.map_or_else(Marking::default, |entry| {
                Marking::new(
                    entry
                        .marking
                        .tlp
                        .as_ref()
                        .map_or(Tlp::Clear, |tlp| tlp.value),
                    entry
                        .marking
                        .audience
                        .iter()
                        .map(|group| group.value.clone()),
                )
            });
            self.entities[id.0 as usize].spellings.push(Spelling {
                name: text.trim().to_owned(),
                id: derived_id(&self.site.settings.namespace, kind.name(), &slug),
                slug,
                file: document.file.clone(),
                at,
                marking,
                source: entry
                    .and_then(|entry| entry.source)
                    .map(|source| source.value.clone()),
            });
        }
    }

    /// Parents from profiles: of regions by `parents` and `members`, of sectors by `parent`.
    pub fn link_hierarchy(&mut self, found: &mut Diagnostics) {
        let profiles = std::mem::take(&mut self.profiles);
        for (id, document) in &profiles {
            match &document.matter {
                Matter::Region(region) => {
                    for parent in &region.parents {
                        if let Named::One(parent) =
                            self.names.of_kind(EntityKind::Region, &parent.value.0)
                        {
                            self.add_parent(*id, parent, *id);
                        }
                    }
                    for member in &region.members {
                        if let Named::One(member) =
                            self.names.of_kind(EntityKind::Region, &member.value.0)
                        {
                            let member = self.entities[member.0 as usize].meant(member);
                            self.add_parent(member, *id, *id);
                        }
                    }
                }
                Matter::Sector(sector) => {
                    if let Some(parent) = &sector.parent
                        && let Named::One(parent) = self.names.of_kind(EntityKind::Sector, parent)
                    {
                        self.add_parent(*id, parent, *id);
                    }
                }
                _ => {}
            }
        }
        self.profiles = profiles;
        self.report_cycles(found);
    }

    fn add_parent(&mut self, child: EntityId, parent: EntityId, profile: EntityId) {
        let edge = Edge {
            parent,
            given_by: Some(profile),
        };
        let parents = &mut self.entities[child.0 as usize].parents;
        // What is built in needs no profile; what two profiles say, each says for its own readers.
        if !parents.contains(&edge) && !parents.contains(&follows(parent)) {
            parents.push(edge);
        }
    }

    /// Reports every cycle once and takes its closing edge out, so that later steps end.
    fn report_cycles(&mut self, found: &mut Diagnostics) {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = vec![State::New; self.entities.len()];
        for start in 0..self.entities.len() {
            if states[start] != State::New {
                continue;
            }
            // Each step holds the entity and which of its parents comes next.
            let mut path: Vec<(usize, usize)> = vec![(start, 0)];
            states[start] = State::Open;
            while let Some((at, next)) = path.last().copied() {
                let Some(parent) = self.entities[at]
                    .parents
                    .get(next)
                    .map(|edge| edge.parent)
                    .map(|parent| self.entities[parent.0 as usize].meant(parent).0 as usize)
                else {
                    states[at] = State::Done;
                    path.pop();
                    continue;
                };
                if let Some(step) = path.last_mut() {
                    step.1 += 1;
                }
                match states[parent] {
                    State::Done => {}
                    State::New => {
                        states[parent] = State::Open;
                        path.push((parent, 0));
                    }
                    State::Open => {
                        let from = path
                            .iter()
                            .position(|(step, _)| *step == parent)
                            .unwrap_or(0);
                        let members: Vec<usize> =
                            path[from..].iter().map(|(step, _)| *step).collect();
                        found.push(self.cycle(&members));
                        self.entities[at].parents.remove(next);
                        if let Some(step) = path.last_mut() {
                            step.1 = next;
                        }
                    }
                }
            }
        }
    }

    fn cycle(&self, members: &[usize]) -> Diagnostic {
        let names: Vec<&str> = members
            .iter()
            .chain(members.first())
            .map(|at| self.entities[*at].name.as_str())
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code::Cycle,
            format!(
                "the places or sectors lie in one another: {}",
                names.join(" in ")
            ),
        )
        .label("lies in itself")
        .help("take one of the `parents`, `parent` or `members` out");
        let mut documents = members.iter().filter_map(|at| {
            // it was an entity's index
            let id = EntityId(*at as u32);
            let document = self.described.get(&id)?;
            let (_, profile) = profile_of(document)?;
            Some(Location::new(&document.file, profile.name.span.clone()))
        });
        if let Some(first) = documents.next() {
            diagnostic = diagnostic.at_location(first);
        }
        for other in documents {
            diagnostic = diagnostic.related(other, "and this takes part");
        }
        diagnostic
    }

    fn add(&mut self, kind: EntityKind, name: &str, slug: String) -> EntityId {
        let id = self.push(kind, name, slug.clone());
        self.names.add_name(kind, name, id);
        self.names.add_slug(kind, &slug, id);
        id
    }

    fn push(&mut self, kind: EntityKind, name: &str, slug: String) -> EntityId {
        // sites have fewer than 2^32 entities
        let id = EntityId(self.entities.len() as u32);
        self.entities.push(Entity {
            kind,
            name: name.to_owned(),
            id: derived_id(&self.site.settings.namespace, kind.name(), &slug),
            slug,
            marking: Marking::default(),
            built_in_names: Vec::new(),
            place: None,
            parents: Vec::new(),
            built_in: None,
            technique: None,
            profile: None,
            named_at: None,
            spellings: Vec::new(),
            stands_for: None,
        });
        id
    }

    fn region(&mut self, document: &Document, matter: &ProfileMatter) -> EntityId {
        let codes: Vec<&str> = match &document.matter {
            Matter::Region(region) => [&region.code, &region.m49]
                .into_iter()
                .flatten()
                .map(|code| code.value.0.as_str())
                .collect(),
            _ => Vec::new(),
        };
        let custom = matches!(&document.matter, Matter::Region(region)
            if region.kind.as_ref().is_some_and(|kind| kind.value == RegionKind::Custom));
        let built_in = codes
            .into_iter()
            .chain([matter.name.value.as_str()])
            .find_map(|text| match self.names.of_kind(EntityKind::Region, text) {
                Named::One(id) => Some(id),
                _ => None,
            });
        if let (Some(id), false) = (built_in, custom) {
            return id;
        }
        let id = self.add(
            EntityKind::Region,
            &matter.name,
            slug_of(document, &matter.common),
        );
        if let Matter::Region(region) = &document.matter {
            let facts = PlaceFacts {
                kind: region
                    .kind
                    .as_ref()
                    .map_or(RegionKind::Custom, |kind| kind.value),
                alpha2: region.code.as_ref().map(|code| code.value.0.to_uppercase()),
                alpha3: None,
                m49: region.m49.as_ref().map(|code| code.value.0.clone()),
                stix_region: None,
                built_in: false,
            };
            for code in [&facts.alpha2, &facts.m49].into_iter().flatten() {
                self.names.add_id(EntityKind::Region, code, id);
            }
            self.entities[id.0 as usize].place = Some(facts);
        }
        id
    }

    /// A technique by its id, its parent with it.
    fn technique(&mut self, technique: &str) -> EntityId {
        if let Named::One(id) = self.names.of_kind(EntityKind::Technique, technique) {
            return id;
        }
        let row = self.attack.techniques.get(technique);
        let name = row.map_or_else(|| technique.to_owned(), |row| row.name.clone());
        let parent = technique
            .split_once('.')
            .map(|(parent, _)| self.technique(parent));
        let id = self.add(EntityKind::Technique, technique, technique.to_owned());
        self.names.add_id(EntityKind::Technique, technique, id);
        let entity = &mut self.entities[id.0 as usize];
        entity.name = name;
        entity.technique = row.cloned();
        entity.parents = parent.map(follows).into_iter().collect();
        entity.built_in = row.map(|_| built_in(entity));
        id
    }

    fn vulnerability(&mut self, cve: &str) -> EntityId {
        if let Named::One(id) = self.names.of_kind(EntityKind::Vulnerability, cve) {
            return id;
        }
        let id = self.add(EntityKind::Vulnerability, cve, cve.to_owned());
        self.names.add_id(EntityKind::Vulnerability, cve, id);
        id
    }
}

/// The kind of a profile and the keys that every profile has.
pub fn profile_of(document: &Document) -> Option<(EntityKind, &ProfileMatter)> {
    Some(match &document.matter {
        Matter::Actor(matter) => (EntityKind::Actor, &matter.profile),
        Matter::Region(matter) => (EntityKind::Region, &matter.profile),
        Matter::Sector(matter) => (EntityKind::Sector, &matter.profile),
        Matter::Technique(matter) => (EntityKind::Technique, &matter.profile),
        Matter::Software(matter) => (EntityKind::Software, &matter.profile),
        Matter::Vulnerability(matter) => (EntityKind::Vulnerability, &matter.profile),
        Matter::Campaign(matter) => (EntityKind::Campaign, &matter.profile),
        Matter::Brief(_) | Matter::Page(_) => return None,
    })
}

/// An edge that no profile gives.
fn follows(parent: EntityId) -> Edge {
    Edge {
        parent,
        given_by: None,
    }
}

fn built_in(entity: &Entity) -> BuiltIn {
    BuiltIn {
        name: entity.name.clone(),
        slug: entity.slug.clone(),
        id: entity.id,
    }
}
