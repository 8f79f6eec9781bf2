//! The properties of each type of object (STIX 2.1, chapters 4 and 5), and how an object is written.
//!
//! In: the properties of a type, those that all types have, and a version. Out: an [`Object`], its JSON
//! ready for any bundle. Required properties have no `Option`.

use std::borrow::Cow;

use serde::Serialize;

use super::Ground;
use super::version::{CREATED, Version};
use base::marking::Tlp;
use base::vocabulary::{ActorType, Motivation, ResourceLevel, Sophistication};

/// An object that is ready to be written.
#[derive(Debug, Clone)]
pub struct Object {
    pub id: String,
    /// Its marking: the highest of what it holds.
    pub tlp: Tlp,
    /// The highest of what it and the objects that it refers to hold: what its id is made for.
    pub reach: Tlp,
    /// Of a relationship: source and target.
    pub ends: Option<(String, String)>,
    pub json: String,
    /// How much of the JSON is not in the hash of its content: what names and dates the object.
    head: usize,
    content: Option<blake3::Hash>,
}

impl Object {
    /// Adds to a hash what tells this object from all others: far less than its JSON, which
    /// several bundles have.
    pub fn identify(&self, hash: &mut blake3::Hasher) {
        hash.update(self.json.get(..self.head).unwrap_or(&self.json).as_bytes());
        if let Some(content) = &self.content {
            hash.update(content.as_bytes());
        }
    }
}

/// What decides how an object is named, dated and marked.
pub struct Head<'a> {
    pub kind: &'static str,
    pub id: String,
    pub tlp: Tlp,
    pub reach: Tlp,
    pub version: Version,
    pub markings: &'a [String],
}

/// Properties that all types have (section 3.2).
#[derive(Serialize, Default)]
pub struct Common<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by_ref: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<Reference<'a>>,
}

/// An external reference (section 2.5).
#[derive(Serialize, Default, Clone)]
pub struct Reference<'a> {
    pub source_name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Cow<'a, str>>,
}

/// Writes an object. Its version is taken of all that it says.
pub fn object(head: Head, own: &impl Serialize, common: &Common) -> Object {
    let mut content = Vec::with_capacity(512);
    members(own, &mut content);
    members(common, &mut content);
    members(
        &Marked {
            refs: head.markings,
        },
        &mut content,
    );
    let hash = blake3::hash(&content);
    let modified = head.version.modified(&hash);
    let Head { kind, id, .. } = head;
    let mut json = String::with_capacity(content.len() + 192);
    json.push_str(&format!(
        r#"{{"type":"{kind}","spec_version":"2.1","id":"{id}","created":"{CREATED}","modified":"{modified}""#
    ));
    let named = json.len();
    json.push_str(&text(content));
    json.push('}');
    Object {
        json,
        head: named,
        content: Some(hash),
        id,
        tlp: head.tlp,
        reach: head.reach,
        ends: None,
    }
}

/// Writes an observable, which has no version.
pub fn observable(
    ground: &Ground,
    kind: &str,
    id: String,
    own: &impl Serialize,
    tlp: Tlp,
) -> Object {
    let mut content = Vec::with_capacity(256);
    members(own, &mut content);
    let refs = ground.markings.refs(tlp);
    members(&Marked { refs }, &mut content);
    let content = text(content);
    let json = format!(r#"{{"type":"{kind}","spec_version":"2.1","id":"{id}"{content}}}"#);
    Object {
        head: json.len(),
        content: None,
        json,
        id,
        tlp,
        reach: tlp,
        ends: None,
    }
}

#[derive(Serialize)]
struct Marked<'a> {
    #[serde(rename = "object_marking_refs")]
    refs: &'a [String],
}

/// Adds the members of a struct, each behind a comma.
fn members(of: &impl Serialize, content: &mut Vec<u8>) {
    let start = content.len();
    // Texts, numbers and lists of them, which JSON takes without fail.
    let written = serde_json::to_writer(&mut *content, of);
    match content.get_mut(start..) {
        Some([first, .., _, last]) if written.is_ok() && *last == b'}' => {
            *first = b',';
            content.pop();
        }
        // A struct without members, `{}`.
        _ => content.truncate(start),
    }
}

/// What is JSON is text.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}

#[derive(Serialize)]
pub struct Report<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub report_types: Vec<&'static str>,
    pub published: String,
    pub object_refs: Vec<&'a str>,
}

#[derive(Serialize)]
pub struct Note<'a> {
    #[serde(rename = "abstract")]
    pub subject: &'static str,
    pub content: Cow<'a, str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub authors: &'a [String],
    pub object_refs: Vec<&'a str>,
}

#[derive(Serialize)]
pub struct Indicator<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    pub indicator_types: [&'static str; 1],
    pub pattern: String,
    pub pattern_type: &'static str,
    pub valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
}

#[derive(Serialize)]
pub struct Relationship<'a> {
    pub relationship_type: &'static str,
    pub source_ref: &'a str,
    pub target_ref: &'a str,
}

#[derive(Serialize)]
pub struct Identity<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<&'static str>,
}

#[derive(Serialize)]
pub struct Location<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<&'a str>,
}

#[derive(Serialize)]
pub struct AttackPattern<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kill_chain_phases: Vec<KillChainPhase<'a>>,
}

#[derive(Serialize)]
pub struct KillChainPhase<'a> {
    pub kill_chain_name: &'static str,
    pub phase_name: &'a str,
}

#[derive(Serialize)]
pub struct Vulnerability<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
}

#[derive(Serialize)]
pub struct IntrusionSet<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_level: Option<ResourceLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_motivation: Option<Motivation>,
    #[serde(skip_serializing_if = "<[Motivation]>::is_empty")]
    pub secondary_motivations: &'a [Motivation],
}

#[derive(Serialize)]
pub struct ThreatActor<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "<[ActorType]>::is_empty")]
    pub threat_actor_types: &'a [ActorType],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sophistication: Option<Sophistication>,
}

#[derive(Serialize)]
pub struct Campaign<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
}

#[derive(Serialize)]
pub struct Malware<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<&'a str>,
    pub is_family: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
}

#[derive(Serialize)]
pub struct Tool<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<&'a str>,
}
