//! The clusters of a galaxy as profiles: actors, software, campaigns.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::link;
use super::limits::{self, Limited, SharingGroup, Tag};
use super::{tags, too_many};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::import::catalogue::{Catalogue, Place, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin, table};
use crate::import::gate::{Gate, Told};
use crate::import::json::{self, Meta, Word};
use crate::import::prose::Citations;
use crate::import::shelf::{Shelf, file_kind};
use crate::import::summary::MOST_NAMES;
use crate::import::yaml::Value;
use crate::import::{Options, Summary, Work, text as lines};
use crate::intel::names::fold;
use crate::intel::vocabulary::{ActorType, Motivation, Vocabulary};
use crate::kind::EntityKind;
use crate::marking::{Tlp, within};

/// Clusters of one file.
const MOST_CLUSTERS: usize = 100_000;
/// Names, references, victims of one cluster.
const MOST_OF_EACH: usize = MOST_NAMES;

/// What the file says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    name: Word,
    #[serde(rename = "type")]
    kind: Word,
    version: Word,
    source: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cluster {
    uuid: Word,
    value: Word,
    description: Word,
    meta: Meta,
    #[serde(deserialize_with = "json::list")]
    related: Vec<Related>,
    distribution: Word,
    sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    sharing_group: Option<SharingGroup>,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    tags: Vec<Tag>,
}

impl Limited for Cluster {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Related {
    #[serde(rename = "dest-uuid")]
    uuid: Word,
}

/// A cluster with its place.
struct Subject {
    cluster: Cluster,
    name: String,
    uuid: Option<uuid::Uuid>,
    attack_id: Option<String>,
    place: Place,
    /// What its own marks ask for.
    tlp: Option<Tlp>,
}

/// Drafts of all clusters.
///
/// # Errors
/// When the file is of a galaxy that has no kind here, or a cluster is not of its form.
pub fn work(
    file: &Arc<SourceFile>,
    values: &RawValue,
    shelf: &Shelf,
    options: &Options,
) -> Result<Work, Diagnostics> {
    let head: Head =
        json::parse(file, "the cluster file").map_err(|found| Diagnostics::from(*found))?;
    let galaxy = head.kind.get().unwrap_or_default();
    let kind = kind_of(galaxy).ok_or_else(|| {
        Diagnostics::from(
            Diagnostic::new(
                Code::NotImportable,
                format!("the galaxy `{}` is of nothing that has profiles", lines::name(galaxy).unwrap_or_default()),
            )
            .at_path(file.path.clone())
            .help("clusters of actors (threat-actor, mitre-intrusion-set, …), software (tool, ransomware, malpedia, …) and campaigns are read; techniques come with `tearline import attack`"),
        )
    })?;
    let clusters = clusters(file, values)?;
    let title = head
        .name
        .get()
        .and_then(lines::name)
        .unwrap_or_else(|| galaxy.to_owned());
    let version = head.version.get().and_then(lines::name);
    let mut summary = Summary::new(match &version {
        Some(version) => format!("MISP galaxy {title}, version {version}"),
        None => format!("MISP galaxy {title}"),
    });
    let mut catalogue = Catalogue::new(shelf);
    let subjects = subjects(clusters, kind, &mut catalogue, &mut summary);
    let by_uuid: HashMap<uuid::Uuid, &Subject> = subjects
        .iter()
        .filter_map(|subject| Some((subject.uuid?, subject)))
        .collect();
    let maker = Maker {
        kind,
        title: &title,
        publisher: head.source.get().map(str::to_owned),
        version,
        gate: Gate::at(options.tlp.unwrap_or_default()),
        catalogue: &catalogue,
        by_uuid,
    };
    let drafts = subjects
        .iter()
        .map(|subject| maker.draft(subject, &mut summary))
        .collect();
    Ok(Work {
        drafts,
        files: Vec::new(),
        summary,
    })
}

fn kind_of(galaxy: &str) -> Option<EntityKind> {
    if tags::is_actor(galaxy) {
        Some(EntityKind::Actor)
    } else if tags::is_software(galaxy) {
        Some(EntityKind::Software)
    } else if galaxy.contains("campaign") {
        Some(EntityKind::Campaign)
    } else {
        None
    }
}

fn clusters(file: &Arc<SourceFile>, values: &RawValue) -> Result<Vec<Cluster>, Diagnostics> {
    let raws: Vec<&RawValue> = json::object(file, values, "the list of clusters")
        .map_err(|found| Diagnostics::from(*found))?;
    if raws.len() > MOST_CLUSTERS {
        return Err(too_many(file, raws.len(), "clusters", MOST_CLUSTERS));
    }
    let mut found = Diagnostics::new();
    let mut clusters = Vec::new();
    for raw in raws {
        match json::object::<Cluster>(file, raw, "a cluster") {
            Ok(cluster) => clusters.push(cluster),
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    if found.is_empty() {
        Ok(clusters)
    } else {
        Err(found)
    }
}

fn subjects(
    clusters: Vec<Cluster>,
    kind: EntityKind,
    catalogue: &mut Catalogue<'_>,
    summary: &mut Summary,
) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for cluster in clusters {
        let labeled = cluster.value.get().and_then(within::title);
        let labeled = labeled.max(cluster.description.get().and_then(within::text));
        let value = within::unmarked(cluster.value.get().unwrap_or_default());
        let (value, id) = tags::cluster_name(&value);
        let Some(name) = lines::name(&value) else {
            summary.skip(
                "clusters without a name",
                cluster.uuid.get().unwrap_or("a cluster"),
            );
            continue;
        };
        let uuid = cluster
            .uuid
            .get()
            .and_then(|uuid| uuid::Uuid::try_parse(uuid).ok());
        let attack_id = id
            .or_else(|| cluster.meta.one("external_id").map(str::to_uppercase))
            .or_else(|| only_attack_id(&cluster, kind))
            .filter(|id| has_form(id, kind));
        let object = uuid.map_or_else(|| name.clone(), |uuid| uuid.to_string());
        let identities: Vec<String> = [format!("misp:{object}"), format!("external:{object}")]
            .into_iter()
            .chain(attack_id.iter().map(|id| format!("external:{id}")))
            .collect();
        let place = catalogue.place(&Wanted {
            kind: file_kind(kind),
            name: &name,
            slug: None,
            date: None,
            identities: &identities,
        });
        match place {
            Ok(place) => {
                catalogue.add_name(kind, &name, &place.slug);
                for alias in aliases(&cluster, &name, kind) {
                    catalogue.add_name(kind, &alias, &place.slug);
                }
                summary.many_names(&name, cluster.meta.all("synonyms").len());
                let tlp = cluster
                    .own(summary)
                    .max(limits::of_meta(&cluster.meta))
                    .max(labeled);
                subjects.push(Subject {
                    tlp,
                    cluster,
                    name,
                    uuid,
                    attack_id,
                    place,
                });
            }
            Err(reason) => summary.skip(reason, name),
        }
    }
    subjects
}

fn has_form(id: &str, kind: EntityKind) -> bool {
    kind.attack()
        .is_some_and(|catalogue| catalogue.has_form(id))
}

/// Synonyms hold ids of ATT&CK too; two of them would be two groups there.
fn only_attack_id(cluster: &Cluster, kind: EntityKind) -> Option<String> {
    let ids: BTreeSet<String> = cluster
        .meta
        .all("synonyms")
        .iter()
        .map(|name| name.trim().to_uppercase())
        .filter(|name| has_form(name, kind))
        .collect();
    (ids.len() == 1).then(|| ids.into_iter().next()).flatten()
}

fn aliases(cluster: &Cluster, name: &str, kind: EntityKind) -> Vec<String> {
    let mut seen = HashSet::from([fold(name)]);
    cluster
        .meta
        .all("synonyms")
        .iter()
        .filter_map(|alias| lines::name(alias))
        .filter(|alias| !has_form(&alias.to_uppercase(), kind))
        .filter(|alias| seen.insert(fold(alias)))
        .take(MOST_OF_EACH)
        .collect()
}

struct Maker<'m> {
    kind: EntityKind,
    title: &'m str,
    publisher: Option<String>,
    version: Option<String>,
    gate: Gate,
    catalogue: &'m Catalogue<'m>,
    by_uuid: HashMap<uuid::Uuid, &'m Subject>,
}

impl Maker<'_> {
    /// The gate of one cluster: galaxies are public but for what says otherwise.
    fn gate(&self, subject: &Subject) -> Gate {
        self.gate.within(subject.tlp.unwrap_or_default())
    }

    fn draft(&self, subject: &Subject, summary: &mut Summary) -> Draft {
        let cluster = &subject.cluster;
        let meta = &cluster.meta;
        let description = cluster.description.get().unwrap_or_default();
        let mut keys = Keys::default();
        let gate = self.gate(subject);
        let name = gate.value(&subject.name);
        keys.text("name", Some(name.clone()));
        keys.text("summary", gate.summary(description));
        if self.kind == EntityKind::Software {
            keys.set("type", Value::own("malware"));
        }
        let aliases = aliases(cluster, &subject.name, self.kind)
            .into_iter()
            .filter_map(|alias| {
                let name = Value::Text(gate.name(&alias)?);
                // Who coined the name, where the cluster says so under the name itself.
                let origin = meta.one(&format!("origin:{alias}"));
                Some(match origin.and_then(|origin| gate.name(origin)) {
                    Some(source) => {
                        table([("name", Some(name)), ("source", Some(Value::Text(source)))])
                    }
                    None => name,
                })
            });
        keys.list("aliases", aliases.collect());
        let attack = subject.attack_id.as_ref().map(|id| gate.value(id));
        let misp = subject.uuid.map(|uuid| gate.value(&uuid.to_string()));
        if attack.is_some() || misp.is_some() {
            keys.set(
                "external",
                table([
                    ("attack", attack.map(Value::Text)),
                    ("misp", misp.map(Value::Text)),
                ]),
            );
        }
        if self.kind == EntityKind::Actor {
            self.actor(subject, &mut keys, summary);
        }
        keys.list("sources", self.sources(subject));
        let mut body = Body::default();
        body.push(gate.prose(description, &Citations::new()));
        let object = subject.uuid.map(|uuid| gate.value(&uuid.to_string()));
        let collected = Collected {
            kind: file_kind(self.kind),
            name: name.clone(),
            place: subject.place.clone(),
            keys,
            body,
            indicators: Vec::new(),
            origin: Origin {
                importer: "misp",
                source: gate.value(self.title).framed("MISP galaxy ", ""),
                version: self.version.as_ref().and_then(|it| gate.name(it)),
                object: object.unwrap_or(name),
            },
        };
        Draft::of(collected, gate.tlp(), self.catalogue.shelf)
    }

    fn actor(&self, subject: &Subject, keys: &mut Keys, summary: &mut Summary) {
        let meta = &subject.cluster.meta;
        let shelf = self.catalogue.shelf;
        let sponsor = meta
            .one("cfr-suspected-state-sponsor")
            .filter(|sponsor| !sponsor.eq_ignore_ascii_case("unknown"));
        let gate = self.gate(subject);
        let sponsor =
            sponsor.and_then(|sponsor| gate.name(place(shelf, sponsor).unwrap_or(sponsor)));
        keys.text("alignment", sponsor.clone());
        if let Some(country) = meta.one("country") {
            // Several stand between commas; the first is named first.
            let first = country.split(',').next().unwrap_or_default();
            match place(shelf, first) {
                Some(place) => keys.text("origin", gate.name(place)),
                None => summary.skip(
                    "countries of origin that are not known",
                    format!("{}: {country}", subject.name),
                ),
            }
        }
        let types: BTreeSet<&str> = meta
            .all("threat-actor-classification")
            .iter()
            .filter_map(|word| ActorType::parse(word))
            .map(Vocabulary::name)
            .collect();
        let types = types.into_iter().filter_map(ActorType::parse);
        keys.words("actor_types", types.map(|it| gate.word(it)));
        let confidence = meta
            .one("attribution-confidence")
            .and_then(lines::confidence);
        if sponsor.is_some() || confidence.is_some() {
            let entry = table([
                ("alignment", sponsor.map(Value::Text)),
                (
                    "confidence",
                    confidence.map(|confidence| Value::Bare(gate.word(confidence))),
                ),
            ]);
            keys.set("attribution", entry);
        }
        let motives: BTreeSet<&str> = meta
            .all("motive")
            .iter()
            .filter_map(|word| Motivation::parse(word))
            .map(Vocabulary::name)
            .collect();
        let motives = motives.into_iter().filter_map(Motivation::parse);
        keys.words("motivations", motives.map(|it| gate.word(it)));
        keys.bare("first_seen", meta.one("since").and_then(|it| gate.date(it)));
        let mut regions: Vec<String> = Vec::new();
        for victim in meta
            .all("cfr-suspected-victims")
            .iter()
            .chain(meta.all("suspected-victims"))
            .take(MOST_OF_EACH)
        {
            match place(shelf, victim) {
                Some(place) if !regions.iter().any(|known| known == place) => {
                    regions.push(place.to_owned())
                }
                Some(_) => {}
                None => summary.skip(
                    "victims that are no known place",
                    format!("{}: {victim}", subject.name),
                ),
            }
        }
        let regions = regions.iter().filter_map(|name| gate.name(name));
        keys.texts("regions", regions);
        let mut sectors: Vec<String> = Vec::new();
        for key in ["cfr-target-category", "targeted-sector", "sector"] {
            for sector in meta
                .all(key)
                .iter()
                .take(MOST_OF_EACH)
                .filter_map(|sector| tags::sector(sector))
            {
                if !sectors.iter().any(|known| fold(known) == fold(&sector)) {
                    sectors.push(sector);
                }
            }
        }
        let sectors = sectors.iter().filter_map(|name| gate.name(name));
        keys.texts("sectors", sectors);
        let mut related: Vec<Told> = subject
            .cluster
            .related
            .iter()
            .take(MOST_OF_EACH)
            .filter_map(|related| uuid::Uuid::try_parse(related.uuid.get()?).ok())
            .filter_map(|uuid| self.by_uuid.get(&uuid))
            .filter(|other| other.place != subject.place)
            .filter_map(|other| {
                let slug = Some(other.place.slug.as_str());
                let named = (self.catalogue).reference(EntityKind::Actor, &other.name, slug);
                self.gate(other).within(gate.tlp()).name(&named)
            })
            .collect();
        related.sort();
        related.dedup();
        keys.texts("related", related);
    }

    fn sources(&self, subject: &Subject) -> Vec<Value> {
        let mut taken = BTreeSet::from(["misp-galaxy".to_owned()]);
        let gate = self.gate(subject);
        let title = gate.value(self.title).framed("MISP galaxy, ", ": ");
        let title = title.followed(&gate.value(&subject.name));
        let publisher = self.publisher.as_ref().and_then(|name| gate.name(name));
        let mut sources = vec![table([
            ("id", Some(Value::Text(Told::own("misp-galaxy")))),
            ("title", Some(Value::Text(title))),
            ("publisher", publisher.map(Value::Text)),
            ("reliability", Some(Value::own("F"))),
            ("credibility", Some(Value::own("6"))),
        ])];
        let meta = &subject.cluster.meta;
        let mut seen = HashSet::new();
        let refs = ["refs", "references", "sources"]
            .into_iter()
            .flat_map(|key| meta.all(key));
        for url in refs.filter_map(|url| lines::url(url)).take(MOST_OF_EACH) {
            if seen.insert(url.clone()) {
                sources.push(link(gate, &url, None, &mut taken, true));
            }
        }
        sources
    }
}

/// A place in the words of lists: `Korea (Republic of)` besides those that the site knows.
fn place<'s>(shelf: &'s Shelf, text: &str) -> Option<&'s str> {
    let text = text.trim();
    shelf.place(text).or_else(|| {
        let (name, rest) = text.split_once(" (")?;
        let turned = format!("{} {name}", rest.trim_end_matches(')'));
        shelf.place(&turned).or_else(|| match name {
            // Of two Koreas the brackets say which.
            "Korea" => None,
            name => shelf.place(name),
        })
    })
}
