//! Groups, software and campaigns of a release as drafts of profiles.
//!
//! In: the bundle. Out: one draft for each object that is current and asked for: other names, dates,
//! techniques and software by its relationships, the publications that ATT&CK cites as sources, the
//! description as text with its citations.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::publications::sources;
use super::table::Release;
use super::{Profiles, is_gone, successors};
use crate::import::catalogue::{Catalogue, Place, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin, table};
use crate::import::gate::{Gate, Told};
use crate::import::prose::Citations;
use crate::import::shelf::file_kind;
use crate::import::stix::marking::Markings;
use crate::import::stix::object::{Bundle, Object};
use crate::import::stix::says::{Part, Says, edge};
use crate::import::summary::MOST_NAMES;
use crate::import::yaml::Value;
use crate::import::{Summary, text as lines};
use crate::intel::attack::technique_id;
use crate::intel::names::fold;
use crate::kind::EntityKind;
use crate::load::Matter;
use crate::marking::Tlp;

/// An object that a profile is made of.
pub struct Subject<'b> {
    pub kind: EntityKind,
    pub attack_id: String,
    pub object: &'b Object,
    pub says: Says<'b>,
    pub name: Told,
    place: Option<Place>,
}

/// Drafts of the kinds that are asked for.
pub fn drafts(
    bundle: &Bundle,
    markings: &Markings,
    release: &Release,
    wanted: &[Profiles],
    catalogue: &mut Catalogue<'_>,
    summary: &mut Summary,
) -> Vec<Draft> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let subjects = subjects(bundle, markings, wanted, catalogue, summary);
    let links = Links::of(bundle, markings, &subjects);
    let techniques: HashSet<String> = bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "attack-pattern")
        .filter_map(|object| technique_id(&object.attack_id()?))
        .collect();
    let by_id = subjects
        .iter()
        .map(|subject| (subject.object.id(), subject))
        .collect();
    // What the bundle has, it decides on; what it has revoked only where the site's profile is of
    // that object, as another domain may have a current one of the name.
    let software = bundle
        .objects
        .iter()
        .filter(|object| matches!(object.kind(), "malware" | "tool"))
        .filter(|object| {
            !is_gone(object)
                || object.attack_id().is_some_and(|id| {
                    let shelf = catalogue.shelf;
                    let made =
                        shelf.by_identity(file_kind(EntityKind::Software), &format!("attack:{id}"));
                    made.is_some()
                })
        })
        .filter_map(|object| Some(fold(&lines::name(object.name.get()?)?)))
        .chain(subjects.iter().filter_map(|subject| {
            let slug = &subject.place.as_ref()?.slug;
            Some(fold(&format!("{}/{slug}", subject.kind.folder())))
        }))
        .collect();
    let maker = Maker {
        release,
        catalogue,
        links,
        techniques,
        by_id,
        software,
    };
    subjects
        .iter()
        .filter_map(|subject| maker.draft(subject))
        .collect()
}

fn kind_of(object: &Object) -> Option<(EntityKind, Profiles)> {
    Some(match object.kind() {
        "intrusion-set" => (EntityKind::Actor, Profiles::Groups),
        "malware" | "tool" => (EntityKind::Software, Profiles::Software),
        "campaign" => (EntityKind::Campaign, Profiles::Campaigns),
        _ => return None,
    })
}

/// Every group, software and campaign that is current, with its place where a profile is asked for.
fn subjects<'b>(
    bundle: &'b Bundle,
    markings: &Markings,
    wanted: &[Profiles],
    catalogue: &mut Catalogue<'_>,
    summary: &mut Summary,
) -> Vec<Subject<'b>> {
    let successors = successors(bundle);
    let mut subjects = Vec::new();
    let mut seen = HashSet::new();
    for object in &bundle.objects {
        let Some((kind, profile)) = kind_of(object) else {
            continue;
        };
        let asked = wanted.contains(&profile);
        let says = Says::of(markings, object, Tlp::Clear);
        let (Some(attack_id), Some(name)) = (
            object.attack_id().filter(|id| has_form(id)),
            says.one("name").and_then(Part::name),
        ) else {
            if asked {
                summary.skip(
                    "objects without a name or an id of ATT&CK's form",
                    object.label(),
                );
            }
            continue;
        };
        if is_gone(object) {
            if asked {
                past(
                    bundle,
                    &successors,
                    catalogue,
                    kind,
                    &attack_id,
                    object,
                    summary,
                );
            }
            continue;
        }
        if !seen.insert(attack_id.clone()) {
            summary.skip(
                "objects whose id another one has",
                format!("{attack_id} {}", name.as_str()),
            );
            continue;
        }
        let place = if asked {
            let identities = [
                format!("attack:{attack_id}"),
                format!("external:{attack_id}"),
            ];
            let place = catalogue.place(&Wanted {
                kind: file_kind(kind),
                name: name.as_str(),
                slug: None,
                date: None,
                identities: &identities,
            });
            match place {
                Ok(place) => {
                    summary.many_names(name.as_str(), object.aliases.len());
                    catalogue.add_name(kind, name.as_str(), &place.slug);
                    for alias in aliases(&says, &name) {
                        catalogue.add_name(kind, alias.as_str(), &place.slug);
                    }
                    Some(place)
                }
                Err(reason) => {
                    summary.skip(reason, format!("{attack_id} {}", name.as_str()));
                    continue;
                }
            }
        } else {
            None
        };
        subjects.push(Subject {
            kind,
            attack_id,
            object,
            says,
            name,
            place,
        });
    }
    subjects.sort_by(|left, right| left.attack_id.cmp(&right.attack_id));
    subjects
}

/// A letter and four digits: what the site's own check asks for.
fn has_form(id: &str) -> bool {
    id.len() == 5
        && id.starts_with(['G', 'S', 'C'])
        && id[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// What was revoked or deprecated gets no profile; one that an earlier import made stays, and is
/// told.
fn past(
    bundle: &Bundle,
    successors: &HashMap<&str, &str>,
    catalogue: &Catalogue<'_>,
    kind: EntityKind,
    attack_id: &str,
    object: &Object,
    summary: &mut Summary,
) {
    let name = object.label();
    // Old releases of ICS gave ids that another object has today.
    let made = catalogue
        .shelf
        .by_identity(file_kind(kind), &format!("attack:{attack_id}"))
        .filter(|at| {
            let (_, known) = crate::import::shelf::common(catalogue.shelf.document(*at));
            fold(known) == fold(&name)
        });
    let by = successors
        .get(object.id())
        .and_then(|id| bundle.get(id))
        .and_then(Object::attack_id);
    let state = match (&by, object.revoked.0) {
        (Some(by), _) => format!("revoked in favour of {by}"),
        (None, true) => "revoked".to_owned(),
        (None, false) => "deprecated".to_owned(),
    };
    match made {
        Some(at) => {
            let path = &catalogue.shelf.document(at).file.path;
            summary.change(
                "Of the past now",
                format!("{attack_id} {name} ({path}): {state}; remove or merge the profile"),
            );
        }
        None => summary.skip("revoked or deprecated", format!("{attack_id} {name}")),
    }
}

/// Other names, without the name itself.
fn aliases(says: &Says<'_>, name: &Told) -> Vec<Told> {
    let mut seen = HashSet::from([fold(name.as_str())]);
    says.all("aliases")
        .chain(says.all("x_mitre_aliases"))
        .take(MOST_NAMES)
        .filter_map(Part::name)
        .filter(|alias| seen.insert(fold(alias.as_str())))
        .collect()
}

/// What uses what, by ids in STIX, each with the level at which that is told.
struct Links<'b> {
    techniques: HashMap<&'b str, BTreeSet<Told>>,
    software: HashMap<&'b str, BTreeSet<(&'b str, Tlp)>>,
    actors: HashMap<&'b str, BTreeSet<(&'b str, Tlp)>>,
}

impl<'b> Links<'b> {
    fn of(bundle: &'b Bundle, markings: &Markings, subjects: &[Subject<'b>]) -> Self {
        let known: HashMap<&str, EntityKind> = subjects
            .iter()
            .map(|subject| (subject.object.id(), subject.kind))
            .collect();
        let successors = successors(bundle);
        let mut links = Self {
            techniques: HashMap::new(),
            software: HashMap::new(),
            actors: HashMap::new(),
        };
        for relationship in &bundle.relationships {
            if relationship.revoked.0 || relationship.x_mitre_deprecated.0 {
                continue;
            }
            let (Some(kind), Some(source), Some(target)) = (
                relationship.relationship_type.get(),
                relationship.source_ref.get(),
                relationship.target_ref.get(),
            ) else {
                continue;
            };
            let Some(object) = bundle.get(target) else {
                continue;
            };
            let tlp = edge(markings, relationship).gate("target_ref", None).tlp();
            match (kind, object.kind()) {
                ("uses", "attack-pattern") => {
                    if let Some(id) = current_technique(bundle, &successors, object) {
                        let gate = Says::of(markings, object, Tlp::Clear).gate("id", None);
                        let id = gate.within(tlp).value(&id);
                        links.techniques.entry(source).or_default().insert(id);
                    }
                }
                ("uses", "malware" | "tool") if known.contains_key(target) => {
                    links
                        .software
                        .entry(source)
                        .or_default()
                        .insert((target, tlp));
                }
                ("attributed-to", "intrusion-set") if known.contains_key(target) => {
                    links
                        .actors
                        .entry(source)
                        .or_default()
                        .insert((target, tlp));
                }
                _ => {}
            }
        }
        links
    }
}

/// The technique, or what took its place.
fn current_technique(
    bundle: &Bundle,
    successors: &HashMap<&str, &str>,
    object: &Object,
) -> Option<String> {
    let mut object = object;
    // Chains of successors are short; one that leads back to itself must end too.
    for _ in 0..5 {
        if !object.revoked.0 {
            break;
        }
        match successors.get(object.id()).and_then(|id| bundle.get(id)) {
            Some(next) => object = next,
            None => return None,
        }
    }
    (!is_gone(object))
        .then(|| technique_id(&object.attack_id()?))
        .flatten()
}

struct Maker<'m, 'b> {
    release: &'m Release,
    catalogue: &'m Catalogue<'m>,
    links: Links<'b>,
    /// All of the bundle's, current or not.
    techniques: HashSet<String>,
    by_id: HashMap<&'b str, &'m Subject<'b>>,
    /// Names and addresses of the bundle's software, folded.
    software: HashSet<String>,
}

impl Maker<'_, '_> {
    fn draft(&self, subject: &Subject<'_>) -> Option<Draft> {
        let place = subject.place.clone()?;
        let object = subject.object;
        let (citations, sources) = sources(subject);
        // ATT&CK begins with a link to the very page that the text stands on.
        let name = object.name.get().unwrap_or_default();
        let itself = format!(
            "[{name}]({})",
            subject.kind.attack()?.page(&subject.attack_id)
        );
        let own = subject.says.tlp();
        let description = object.description.get().unwrap_or_default();
        let gate = subject.says.gate("description", None);
        let (opening, text) = gate.description(&description.replace(&itself, name), &citations);
        let mut body = Body::default();
        if let Some(text) = text {
            body.push(text);
        }
        let mut keys = Keys::default();
        keys.text("name", Some(subject.name.clone()));
        keys.text("summary", opening);
        if subject.kind == EntityKind::Software {
            let kind = if object.kind() == "tool" {
                "tool"
            } else {
                "malware"
            };
            keys.set("type", Value::own(kind));
        }
        keys.list("aliases", self.aliases(subject, &citations));
        let id = Gate::at(own).value(&subject.attack_id);
        let external = table([("attack", Some(Value::Text(id.clone())))]);
        keys.set("external", external);
        if subject.kind == EntityKind::Campaign {
            for date in ["first_seen", "last_seen"] {
                keys.bare(date, subject.says.one(date).and_then(Part::date));
            }
            keys.texts(
                "actors",
                self.named(EntityKind::Actor, &self.links.actors, object),
            );
        }
        keys.texts("techniques", self.techniques_of(subject, &place));
        if subject.kind != EntityKind::Software {
            keys.texts("software", self.software_of(subject, &place));
        }
        keys.list("sources", sources);
        let collected = Collected {
            kind: file_kind(subject.kind),
            name: subject.name.clone(),
            place,
            keys,
            body,
            indicators: Vec::new(),
            origin: Origin {
                importer: "attack",
                source: Told::own("MITRE ATT&CK"),
                version: Some(self.release.version.clone()),
                object: id,
            },
        };
        // ATT&CK is public; its notice stands in the table. What a house has added may be marked.
        Some(Draft::of(collected, own, self.catalogue.shelf))
    }

    /// Each with the one publication that ATT&CK says it is from.
    fn aliases(&self, subject: &Subject<'_>, citations: &Citations) -> Vec<Value> {
        let said: BTreeMap<String, &str> = subject
            .object
            .external_references
            .iter()
            .filter(|reference| reference.url.get().is_none())
            .filter_map(|reference| {
                Some((
                    fold(reference.source_name.get()?),
                    reference.description.get()?,
                ))
            })
            .collect();
        aliases(&subject.says, &subject.name)
            .into_iter()
            .map(|alias| {
                let cited = said.get(&fold(alias.as_str())).and_then(|said| {
                    let name = said.split("(Citation: ").nth(1)?;
                    name.match_indices(')')
                        .find_map(|(close, _)| citations.get(name[..close].trim()))
                });
                match cited {
                    Some(id) => {
                        let id = Gate::at(alias.tlp()).value(id);
                        table([
                            ("name", Some(Value::Text(alias))),
                            ("source", Some(Value::Text(id))),
                        ])
                    }
                    None => Value::Text(alias),
                }
            })
            .collect()
    }

    fn named(
        &self,
        kind: EntityKind,
        links: &HashMap<&str, BTreeSet<(&str, Tlp)>>,
        object: &Object,
    ) -> Vec<Told> {
        let mut names: Vec<Told> = links
            .get(object.id())
            .into_iter()
            .flatten()
            .filter_map(|(id, tlp)| Some((self.by_id.get(id)?, *tlp)))
            .map(|(subject, tlp)| {
                let slug = subject.place.as_ref().map(|place| place.slug.as_str());
                let gate = Gate::at(tlp.max(subject.says.tlp()));
                gate.value(&self.catalogue.reference(kind, subject.name.as_str(), slug))
            })
            .collect();
        once(&mut names);
        names
    }

    /// Those of this bundle, and of the other domains what their imports left in the file.
    fn techniques_of(&self, subject: &Subject<'_>, place: &Place) -> Vec<Told> {
        let links = self.links.techniques.get(subject.object.id());
        let mut ids: Vec<Told> = links.into_iter().flatten().cloned().collect();
        let document = place.existing.map(|at| self.catalogue.shelf.document(at));
        let there = document.map(|document| match &document.matter {
            Matter::Actor(actor) => actor.techniques.as_slice(),
            Matter::Software(software) => software.techniques.as_slice(),
            Matter::Campaign(campaign) => campaign.techniques.as_slice(),
            _ => &[],
        });
        let foreign = there
            .unwrap_or_default()
            .iter()
            .filter(|id| !self.techniques.contains(&id.value));
        ids.extend(foreign.map(Told::of_document));
        once(&mut ids);
        ids
    }

    fn software_of(&self, subject: &Subject<'_>, place: &Place) -> Vec<Told> {
        let mut names = self.named(EntityKind::Software, &self.links.software, subject.object);
        let document = place.existing.map(|at| self.catalogue.shelf.document(at));
        let there = document.map(|document| match &document.matter {
            Matter::Actor(actor) => actor.software.as_slice(),
            Matter::Campaign(campaign) => campaign.software.as_slice(),
            _ => &[],
        });
        let foreign = there
            .unwrap_or_default()
            .iter()
            .filter(|name| !self.software.contains(&fold(&name.value)));
        names.extend(foreign.map(Told::of_document));
        once(&mut names);
        names
    }
}

/// Sorted, each text once, as wide as the widest of them: of the same text, that is the first.
fn once(texts: &mut Vec<Told>) {
    texts.sort();
    texts.dedup_by(|next, first| next.as_str() == first.as_str());
}
