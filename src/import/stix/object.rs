//! STIX objects as producers write them, 2.0 and 2.1.
//!
//! In: a bundle, the answer of a TAXII server, a list of objects or one object. Out: its objects in
//! the order of the file, the newest version of each id, with relationships apart. Only the
//! properties that an import uses are kept (STIX 2.1, sections 4 to 7).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::import::json::{self, Flag, Meta, Word, Words};

/// More objects than this are no file for one import. ATT&CK has 25,000.
const MOST_OBJECTS: usize = 250_000;
/// More findings than this in one file help nobody.
const MOST_FINDINGS: usize = 50;

/// A bundle, or what stands for one.
#[derive(Debug, Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", default)]
    kind: Word,
    #[serde(borrow, default)]
    objects: Option<Vec<&'a RawValue>>,
    #[serde(rename = "Event", borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Head {
    #[serde(rename = "type", default)]
    kind: Word,
}

/// Any object but a relationship.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Object {
    #[serde(rename = "type")]
    pub kind: Word,
    pub id: Word,
    pub name: Word,
    pub description: Word,
    pub created: Word,
    pub modified: Word,
    pub revoked: Flag,
    pub labels: Words,
    pub confidence: Word,
    pub created_by_ref: Word,
    #[serde(deserialize_with = "json::list")]
    pub external_references: Vec<Reference>,
    pub object_marking_refs: Words,
    #[serde(deserialize_with = "json::list")]
    pub granular_markings: Vec<Granular>,
    pub object_refs: Words,
    pub aliases: Words,
    pub first_seen: Word,
    pub last_seen: Word,
    // report, grouping, note
    pub published: Word,
    pub report_types: Words,
    #[serde(rename = "abstract")]
    pub abstract_: Word,
    pub content: Word,
    pub authors: Words,
    // indicator
    pub pattern: Word,
    pub pattern_type: Word,
    pub valid_from: Word,
    pub valid_until: Word,
    // intrusion-set, threat-actor
    pub primary_motivation: Word,
    pub secondary_motivations: Words,
    pub personal_motivations: Words,
    pub resource_level: Word,
    pub sophistication: Word,
    pub threat_actor_types: Words,
    // identity, location
    pub identity_class: Word,
    pub sectors: Words,
    pub country: Word,
    pub region: Word,
    // marking-definition
    pub definition_type: Word,
    pub definition: Meta,
    pub x_opencti_definition: Word,
    pub x_opencti_definition_type: Word,
    #[serde(deserialize_with = "extensions")]
    pub extensions: Extensions,
    #[serde(deserialize_with = "json::list")]
    pub kill_chain_phases: Vec<Phase>,
    // of ATT&CK
    pub x_mitre_aliases: Words,
    pub x_mitre_deprecated: Flag,
    pub x_mitre_domains: Words,
    pub x_mitre_shortname: Word,
    pub x_mitre_version: Word,
    pub tactic_refs: Words,
    // of OpenCTI
    pub x_opencti_aliases: Words,
    pub x_opencti_location_type: Word,
    pub x_opencti_reliability: Word,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Reference {
    pub source_name: Word,
    pub description: Word,
    pub url: Word,
    pub external_id: Word,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Phase {
    pub kill_chain_name: Word,
    pub phase_name: Word,
}

/// A marking of parts of an object, or what language they are in (STIX 2.1, section 7.2.3).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Granular {
    pub marking_ref: Word,
    pub lang: Word,
    pub selectors: Words,
}

/// The one extension that is read: TLP 2.0.
#[derive(Debug, Clone, Default)]
pub struct Extensions {
    pub tlp_2_0: Option<String>,
}

fn extensions<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Extensions, D::Error> {
    // What else is in extensions, of observables above all, may have any form.
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Tlp {
        tlp_2_0: Word,
    }
    let raw = Option::<BTreeMap<String, Box<RawValue>>>::deserialize(deserializer)?;
    let tlp_2_0 = raw
        .unwrap_or_default()
        .values()
        .find_map(|extension| serde_json::from_str::<Tlp>(extension.get()).ok()?.tlp_2_0.0);
    Ok(Extensions { tlp_2_0 })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Relationship {
    pub id: Word,
    pub relationship_type: Word,
    pub source_ref: Word,
    pub target_ref: Word,
    pub modified: Word,
    pub revoked: Flag,
    pub x_mitre_deprecated: Flag,
    pub confidence: Word,
    pub labels: Words,
    pub object_marking_refs: Words,
    #[serde(deserialize_with = "json::list")]
    pub granular_markings: Vec<Granular>,
    #[serde(deserialize_with = "json::list")]
    pub external_references: Vec<Reference>,
}

impl Relationship {
    pub fn markers(&self) -> Markers<'_> {
        Markers {
            refs: &self.object_marking_refs,
            labels: &self.labels,
            granular: &self.granular_markings,
        }
    }
}

/// Where an object says how it is marked.
#[derive(Debug, Clone, Copy)]
pub struct Markers<'o> {
    pub refs: &'o [String],
    pub labels: &'o [String],
    pub granular: &'o [Granular],
}

impl Object {
    pub fn markers(&self) -> Markers<'_> {
        Markers {
            refs: &self.object_marking_refs,
            labels: &self.labels,
            granular: &self.granular_markings,
        }
    }

    /// A text by the name of its property.
    pub fn word(&self, property: &str) -> Option<&Word> {
        Some(match property {
            "abstract" => &self.abstract_,
            "confidence" => &self.confidence,
            "content" => &self.content,
            "country" => &self.country,
            "created" => &self.created,
            "created_by_ref" => &self.created_by_ref,
            "description" => &self.description,
            "first_seen" => &self.first_seen,
            "id" => &self.id,
            "last_seen" => &self.last_seen,
            "modified" => &self.modified,
            "name" => &self.name,
            "pattern" => &self.pattern,
            "primary_motivation" => &self.primary_motivation,
            "published" => &self.published,
            "region" => &self.region,
            "resource_level" => &self.resource_level,
            "sophistication" => &self.sophistication,
            "type" => &self.kind,
            "valid_from" => &self.valid_from,
            "valid_until" => &self.valid_until,
            _ => return None,
        })
    }

    /// A list of texts by the name of its property.
    pub fn words(&self, property: &str) -> Option<&Words> {
        Some(match property {
            "aliases" => &self.aliases,
            "labels" => &self.labels,
            "object_refs" => &self.object_refs,
            "personal_motivations" => &self.personal_motivations,
            "report_types" => &self.report_types,
            "secondary_motivations" => &self.secondary_motivations,
            "sectors" => &self.sectors,
            "threat_actor_types" => &self.threat_actor_types,
            "x_mitre_aliases" => &self.x_mitre_aliases,
            "x_opencti_aliases" => &self.x_opencti_aliases,
            _ => return None,
        })
    }

    pub fn kind(&self) -> &str {
        self.kind.get().unwrap_or_default()
    }

    pub fn id(&self) -> &str {
        self.id.get().unwrap_or_default()
    }

    /// The name, or what stands for it, for lists of what was not imported.
    pub fn label(&self) -> String {
        let name = self.name.get().or(self.abstract_.get()).or(self.id.get());
        name.unwrap_or("an object without a name").to_owned()
    }

    /// Its id in ATT&CK.
    pub fn attack_id(&self) -> Option<String> {
        self.external_references
            .iter()
            .filter(|reference| {
                let name = reference.source_name.get();
                name.is_some_and(|name| is_attack(&name.to_ascii_lowercase()))
            })
            .find_map(|reference| reference.external_id.get())
            .map(str::to_ascii_uppercase)
    }

    /// The newest version, whatever its time's precision.
    fn version(&self) -> &str {
        self.modified
            .get()
            .or(self.created.get())
            .unwrap_or_default()
    }
}

/// Whether a catalogue, in small letters, is ATT&CK.
pub fn is_attack(catalogue: &str) -> bool {
    catalogue.starts_with("mitre") || catalogue == "att&ck"
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The newest version of each, in the order of the file.
    pub objects: Vec<Object>,
    pub by_id: HashMap<String, usize>,
    pub relationships: Vec<Relationship>,
    /// Older versions of objects that are there.
    pub older: usize,
}

impl Bundle {
    pub fn get(&self, id: &str) -> Option<&Object> {
        self.by_id.get(id).map(|at| &self.objects[*at])
    }
}

/// Reads the objects of a file. None with findings where it has none, or one is not of its form.
pub fn read(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Option<Bundle> {
    let raws = match raws(file) {
        Ok(raws) => raws,
        Err(diagnostic) => {
            found.push(*diagnostic);
            return None;
        }
    };
    if raws.len() > MOST_OBJECTS {
        found.push(
            Diagnostic::new(
                Code::TooLarge,
                format!(
                    "`{}` has {} objects; an import takes at most {MOST_OBJECTS}",
                    file.path,
                    raws.len()
                ),
            )
            .at_path(file.path.clone())
            .help("split it into several files"),
        );
        return None;
    }
    let mut bundle = Bundle::default();
    let mut findings = 0;
    for raw in raws {
        if let Err(diagnostic) = add(&mut bundle, file, raw) {
            findings += 1;
            if findings <= MOST_FINDINGS {
                found.push(*diagnostic);
            }
        }
    }
    (findings == 0).then_some(bundle)
}

fn raws(file: &Arc<SourceFile>) -> Result<Vec<&RawValue>, Box<Diagnostic>> {
    let what = "the bundle";
    if file.text.trim_start().starts_with('[') {
        return json::parse(file, what);
    }
    let envelope: Envelope<'_> = json::parse(file, what)?;
    let other = |format: &str, command: &str| {
        Box::new(
            Diagnostic::new(
                Code::NotImportable,
                format!("`{}` is {format}, not STIX", file.path),
            )
            .at_path(file.path.clone())
            .help(format!("run `tearline import {command} {}`", file.path)),
        )
    };
    match envelope {
        Envelope {
            objects: Some(objects),
            ..
        } => Ok(objects),
        Envelope { event: Some(_), .. }
        | Envelope {
            response: Some(_), ..
        } => Err(other("a MISP event", "misp")),
        Envelope {
            values: Some(_), ..
        } => Err(other("a MISP galaxy cluster", "misp")),
        Envelope { kind, .. } => match kind.get() {
            Some("bundle") => Ok(Vec::new()),
            Some(_) => Ok(vec![json::parse(file, what)?]),
            None => Err(Box::new(
                Diagnostic::new(
                    Code::NotImportable,
                    format!("`{}` has no STIX objects", file.path),
                )
                .at_path(file.path.clone())
                .help("a bundle has \"type\": \"bundle\" and a list \"objects\""),
            )),
        },
    }
}

fn add(bundle: &mut Bundle, file: &Arc<SourceFile>, raw: &RawValue) -> Result<(), Box<Diagnostic>> {
    let head: Head = json::object(file, raw, "an object")?;
    match head.kind.get() {
        Some("relationship") => {
            let relationship = json::object(file, raw, "a relationship")?;
            bundle.relationships.push(relationship);
        }
        Some(kind) => {
            let what = format!(
                "an object of type `{}`",
                kind.chars().take(40).collect::<String>()
            );
            // The many properties of observables mean other things by the same names.
            let object: Object = match json::object(file, raw, &what) {
                Ok(object) => object,
                Err(_) if !KNOWN.contains(&kind) && !kind.starts_with("x-mitre-") => Object {
                    kind: head.kind.clone(),
                    ..Object::default()
                },
                Err(diagnostic) => return Err(diagnostic),
            };
            insert(bundle, object);
        }
        None => {
            return Err(Box::new(json::located(
                Diagnostic::new(Code::NotImportable, "an object has no type")
                    .label("here")
                    .help("every STIX object has a `type`"),
                file,
                json::span(file, raw),
            )));
        }
    }
    Ok(())
}

/// Types that an import reads.
const KNOWN: [&str; 17] = [
    "attack-pattern",
    "campaign",
    "grouping",
    "identity",
    "indicator",
    "intrusion-set",
    "location",
    "malware",
    "marking-definition",
    "note",
    "report",
    "threat-actor",
    "tool",
    "vulnerability",
    "relationship",
    "opinion",
    "course-of-action",
];

fn insert(bundle: &mut Bundle, object: Object) {
    let id = object.id().to_owned();
    if id.is_empty() {
        bundle.objects.push(object);
        return;
    }
    match bundle.by_id.get(&id) {
        Some(at) => {
            bundle.older += 1;
            if object.version() >= bundle.objects[*at].version() {
                bundle.objects[*at] = object;
            }
        }
        None => {
            bundle.by_id.insert(id, bundle.objects.len());
            bundle.objects.push(object);
        }
    }
}
