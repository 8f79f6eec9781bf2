//! What the objects of a bundle are here.
//!
//! In: a bundle. Out: its entities, each with the name by which front matter names it: actors, which
//! an intrusion set and a threat actor of one name are together; campaigns, software, techniques by
//! their ids, vulnerabilities, sectors (identities that are a class) and places.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Ground;
use super::object::{Object, Relationship};
use super::source::Page;
use crate::import::catalogue::{Catalogue, Place, Wanted};
use crate::import::gate::{Gate, Told};
use crate::import::shelf::{common, file_kind};
use crate::import::summary::MOST_NAMES;
use crate::import::{Summary, text as lines};
use crate::intel::attack::{cve_id, technique_id};
use crate::intel::names::fold;
use crate::intel::resolve::context::slug_from;
use crate::intel::resolve::profile_of;
use crate::intel::vocabulary::{IndustrySector, Vocabulary};
use crate::kind::EntityKind;
use crate::marking::Tlp;

/// The types of objects that are entities.
const KINDS: [&str; 9] = [
    "attack-pattern",
    "campaign",
    "identity",
    "intrusion-set",
    "location",
    "malware",
    "threat-actor",
    "tool",
    "vulnerability",
];

/// One entity.
pub struct Entity<'b> {
    pub kind: EntityKind,
    /// As front matter names it, unless others have the name.
    pub name: Told,
    pub objects: Vec<&'b Object>,
    /// Where its profile stands; none for what gets none.
    pub place: Option<Place>,
}

/// All of a bundle.
pub struct Entities<'b> {
    pub all: Vec<Entity<'b>>,
    by_id: HashMap<&'b str, usize>,
    /// By the id of either end.
    relations: HashMap<&'b str, Vec<&'b Relationship>>,
    /// Threat actors that only stand behind an intrusion set: its sponsor.
    pub sponsors: HashMap<&'b str, &'b Object>,
}

impl<'b> Entities<'b> {
    pub fn of(ground: &Ground<'b>, catalogue: &mut Catalogue<'_>, summary: &mut Summary) -> Self {
        let mut relations: HashMap<&str, Vec<&Relationship>> = HashMap::new();
        for relationship in &ground.bundle.relationships {
            if relationship.revoked.0 {
                continue;
            }
            for end in [&relationship.source_ref, &relationship.target_ref] {
                if let Some(id) = end.get() {
                    relations.entry(id).or_default().push(relationship);
                }
            }
        }
        let mut entities = Self {
            all: Vec::new(),
            by_id: HashMap::new(),
            sponsors: sponsors(ground, &relations),
            relations,
        };
        let sponsors: HashSet<&str> = entities
            .sponsors
            .values()
            .map(|object| object.id())
            .collect();
        let mut by_name: BTreeMap<(EntityKind, String), usize> = BTreeMap::new();
        for object in &ground.bundle.objects {
            if object.id().is_empty() || sponsors.contains(object.id()) {
                continue;
            }
            if !KINDS.contains(&object.kind()) {
                continue;
            }
            let Some((kind, name)) = what(ground, object, summary) else {
                continue;
            };
            let at = *by_name
                .entry((kind, fold(name.as_str())))
                .or_insert_with(|| {
                    entities.all.push(Entity {
                        kind,
                        name,
                        objects: Vec::new(),
                        place: None,
                    });
                    entities.all.len() - 1
                });
            entities.all[at].objects.push(object);
            entities.by_id.insert(object.id(), at);
        }
        for at in 0..entities.all.len() {
            if !entities.has_profile(ground, at) {
                continue;
            }
            let entity = &mut entities.all[at];
            let mut identities: Vec<String> = entity
                .objects
                .iter()
                .map(|object| format!("stix:{}", object.id()))
                .collect();
            let page = entity.page();
            identities.extend(page.iter().map(|page| format!("id:{}", page.id)));
            for object in &entity.objects {
                identities.extend(object.attack_id().map(|id| format!("external:{id}")));
            }
            let place = catalogue.place(&Wanted {
                kind: file_kind(entity.kind),
                name: entity.name.as_str(),
                slug: page.as_ref().map(|page| page.slug.as_str()),
                date: None,
                identities: &identities,
            });
            match place {
                Ok(place) => {
                    let names = entity
                        .objects
                        .iter()
                        .map(|object| object.aliases.len())
                        .sum();
                    summary.many_names(entity.name.as_str(), names);
                    catalogue.add_name(entity.kind, entity.name.as_str(), &place.slug);
                    for alias in entity.aliases(ground) {
                        catalogue.add_name(entity.kind, alias.as_str(), &place.slug);
                    }
                    entity.place = Some(place);
                }
                Err(reason) => summary.skip(reason, entity.name.as_str()),
            }
        }
        entities
    }

    pub fn get(&self, id: &str) -> Option<&Entity<'b>> {
        self.by_id.get(id).map(|at| &self.all[*at])
    }

    pub fn relations(&self, id: &str) -> &[&'b Relationship] {
        self.relations.get(id).map_or(&[], Vec::as_slice)
    }

    /// Whether there is more to say of an entity than its name.
    fn has_profile(&self, ground: &Ground<'_>, at: usize) -> bool {
        let entity = &self.all[at];
        let told = entity
            .objects
            .iter()
            .any(|object| object.description.get().is_some());
        match entity.kind {
            EntityKind::Actor | EntityKind::Campaign | EntityKind::Software => true,
            EntityKind::Vulnerability => told,
            EntityKind::Sector => {
                let said = entity
                    .objects
                    .iter()
                    .find_map(|object| IndustrySector::parse(object.sectors.first()?));
                told || said
                    .is_some_and(|said| IndustrySector::parse(entity.name.as_str()) != Some(said))
                    || entity
                        .page()
                        .is_some_and(|page| page.slug != slug_from(entity.name.as_str()))
            }
            EntityKind::Region => told || ground.shelf.place(entity.name.as_str()).is_none(),
            EntityKind::Technique => false,
        }
    }
}

impl Entity<'_> {
    /// Its page on a site like this one.
    pub fn page(&self) -> Option<Page> {
        let kind = file_kind(self.kind);
        let mut objects = self.objects.iter();
        objects.find_map(|object| Page::among(&object.external_references, kind))
    }

    /// Other names, without the name itself. Another spelling is another name: it is looked for too.
    pub fn aliases(&self, ground: &Ground<'_>) -> Vec<Told> {
        let mut seen = HashSet::from([self.name.as_str().to_owned()]);
        self.objects
            .iter()
            .flat_map(|object| {
                let says = ground.says(object);
                ["aliases", "x_opencti_aliases", "x_mitre_aliases"]
                    .into_iter()
                    .flat_map(|list| says.all(list).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            })
            .filter_map(|alias| alias.name())
            .filter(|alias| seen.insert(alias.as_str().to_owned()))
            .take(MOST_NAMES)
            .collect()
    }

    /// The narrowest of its objects as a whole.
    pub fn tlp(&self, ground: &Ground<'_>) -> Tlp {
        let levels = self.objects.iter().map(|object| ground.says(object).tlp());
        levels.fold(self.name.tlp(), Ord::max)
    }

    /// Whether its profile has no longer the name: that would be a name without a profile then.
    fn is_renamed(&self, ground: &Ground<'_>) -> bool {
        let existing = self.place.as_ref().and_then(|place| place.existing);
        let profile = existing.and_then(|at| profile_of(ground.shelf.document(at)));
        let name = fold(self.name.as_str());
        profile.is_some_and(|(_, profile)| {
            let mut aliases = profile.aliases.iter().map(|alias| &alias.name);
            fold(&profile.name.value) != name && aliases.all(|alias| fold(alias) != name)
        })
    }

    /// A text for lists of front matter. What has a profile is withheld with that; a name alone is as
    /// narrow as its object.
    pub fn reference(&self, ground: &Ground<'_>, catalogue: &Catalogue<'_>) -> Told {
        let tlp = self.tlp(ground);
        let is_kept_by_profile = self.place.as_ref().is_some_and(|place| {
            // One that is there may be a person's own, and stays as wide as it is.
            place.existing.is_none_or(|at| {
                let (common, _) = common(ground.shelf.document(at));
                common.tlp.as_ref().is_some_and(|there| there.value >= tlp)
            })
        });
        let gate = Gate::at(if is_kept_by_profile { Tlp::Clear } else { tlp });
        let name = self.name.as_str();
        match self.kind {
            EntityKind::Technique | EntityKind::Vulnerability | EntityKind::Region => {
                gate.value(name)
            }
            kind => {
                let slug = self.place.as_ref().map(|place| place.slug.as_str());
                match slug.filter(|_| self.is_renamed(ground)) {
                    Some(slug) => gate.value(&format!("{}/{slug}", kind.folder())),
                    None => gate.value(&catalogue.reference(kind, name, slug)),
                }
            }
        }
    }
}

/// Threat actors that are named for nothing but that an intrusion set is attributed to them.
fn sponsors<'b>(
    ground: &Ground<'b>,
    relations: &HashMap<&'b str, Vec<&'b Relationship>>,
) -> HashMap<&'b str, &'b Object> {
    let mut sponsors = HashMap::new();
    for object in &ground.bundle.objects {
        if object.kind() != "threat-actor" {
            continue;
        }
        let [only] = relations.get(object.id()).map_or(&[][..], Vec::as_slice) else {
            continue;
        };
        let source = only.source_ref.get().and_then(|id| ground.bundle.get(id));
        if only.relationship_type.get() == Some("attributed-to")
            && only.target_ref.get() == Some(object.id())
            && let Some(source) = source.filter(|source| source.kind() == "intrusion-set")
            && object.description.get().is_none()
            && object.aliases.is_empty()
        {
            sponsors.entry(source.id()).or_insert(object);
        }
    }
    sponsors
}

/// The kind and name of an object; none for what is no entity, which is counted where it would be
/// missed.
fn what(ground: &Ground<'_>, object: &Object, summary: &mut Summary) -> Option<(EntityKind, Told)> {
    if object.revoked.0 || object.x_mitre_deprecated.0 {
        summary.skip("objects that their producer revoked", object.label());
        return None;
    }
    let says = ground.says(object);
    let name = says.one("name").and_then(|name| name.name());
    // An id or a place is as narrow as what it is taken from.
    let gate = says.gate("name", None);
    let catalogued = gate.within(says.gate("external_references", None).tlp());
    let kind = match object.kind() {
        "intrusion-set" | "threat-actor" => EntityKind::Actor,
        "campaign" => EntityKind::Campaign,
        "malware" | "tool" => EntityKind::Software,
        "attack-pattern" => {
            let id = object.attack_id().as_deref().and_then(technique_id);
            let id = id.or_else(|| technique_id(object.name.get()?));
            if id.is_none() {
                summary.skip("techniques without an id of ATT&CK's form", object.label());
            }
            return Some((EntityKind::Technique, catalogued.value(&id?)));
        }
        "vulnerability" => {
            let references = object
                .external_references
                .iter()
                .filter_map(|reference| reference.external_id.get());
            let cve = object
                .name
                .get()
                .into_iter()
                .chain(references)
                .find_map(cve_id);
            if cve.is_none() {
                summary.skip("vulnerabilities without a CVE id", object.label());
            }
            return Some((EntityKind::Vulnerability, catalogued.value(&cve?)));
        }
        "identity" => {
            let is_class = object
                .identity_class
                .get()
                .is_some_and(|class| class.eq_ignore_ascii_case("class"));
            if !is_class {
                // Authors are read where they have written; who else is named has no kind here.
                if !ground.authors.contains(object.id()) {
                    summary.skip("persons and organisations", object.label());
                }
                return None;
            }
            EntityKind::Sector
        }
        "location" => {
            let place = place(ground, object, summary)?;
            let properties = ["name", "country", "region"];
            let gates = properties.map(|property| says.gate(property, None).tlp());
            let gate = gates.into_iter().fold(gate, Gate::within);
            return Some((EntityKind::Region, gate.name(&place)?));
        }
        _ => return None,
    };
    if name.is_none() {
        summary.skip(
            format!("objects of type `{}` without a name", object.kind()),
            object.id(),
        );
    }
    Some((kind, name?))
}

/// A place of the site: by code, then by name, then by its region; one that is none becomes a
/// grouping of its own.
fn place(ground: &Ground<'_>, object: &Object, summary: &mut Summary) -> Option<String> {
    let known = |text: Option<&str>| ground.shelf.place(text?).map(str::to_owned);
    let name = object.name.get().and_then(lines::name);
    let found = known(object.country.get())
        .or_else(|| known(name.as_deref()))
        .or_else(|| known(object.region.get()).filter(|_| name.is_none()));
    if found.is_some() {
        return found;
    }
    // A city or a point on the map is no grouping.
    let kind = object.x_opencti_location_type.get().unwrap_or_default();
    if ["City", "Position", "Administrative-Area"].contains(&kind) || object.country.get().is_some()
    {
        summary.skip("places that are not known", object.label());
        return None;
    }
    if name.is_none() {
        summary.skip("places that are not known", object.label());
    }
    name
}
