//! A brief as a MISP event.
//!
//! In: a brief of an edition. Out: the event with its attributes, objects and report. It carries the
//! highest marking of what it holds; an attribute that may travel further or less far says so.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use super::kinds::Kind;
use super::tags::{self, Tag};
use super::{changed, event_id, files, report};
use crate::of_kind;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::{BriefStatus, Confidence};
use edition::addresses;
use edition::model::{Brief, Indicator, Source};
use edition::texts::live_targets;
use edition::{Edition, EntityId, Shown};

/// Of an event, as MISP counts sharing: this organisation, this community, all communities; 5 is
/// that of the event.
fn distribution(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "3",
        // The community of the receiving instance, and nobody that it passes events on to.
        Tlp::Green => "1",
        Tlp::Amber | Tlp::AmberStrict | Tlp::Red => "0",
    }
}
const INHERITED: &str = "5";

#[derive(Serialize)]
pub struct Event<'a> {
    pub uuid: String,
    pub info: &'a str,
    pub date: String,
    pub timestamp: String,
    publish_timestamp: String,
    published: bool,
    /// 2: completed.
    pub analysis: &'static str,
    /// 4: undefined. Briefs weigh in words.
    pub threat_level_id: &'static str,
    distribution: &'static str,
    #[serde(rename = "Orgc")]
    pub organisation: Organisation<'a>,
    #[serde(rename = "Tag")]
    pub tags: Vec<Tag>,
    #[serde(rename = "Attribute")]
    attributes: Vec<Attribute>,
    #[serde(rename = "Object")]
    objects: Vec<Object>,
    #[serde(rename = "EventReport")]
    reports: [Report<'a>; 1],
}

#[derive(Serialize)]
pub struct Organisation<'a> {
    name: &'a str,
    uuid: String,
}

#[derive(Serialize)]
struct Attribute {
    uuid: String,
    #[serde(rename = "type")]
    kind: &'static str,
    category: &'static str,
    value: String,
    to_ids: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_relation: Option<&'static str>,
    comment: String,
    timestamp: String,
    distribution: &'static str,
    disable_correlation: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(rename = "Tag", skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

/// An object of the template `file` (misp-objects).
#[derive(Serialize)]
struct Object {
    uuid: String,
    name: &'static str,
    #[serde(rename = "meta-category")]
    category: &'static str,
    description: &'static str,
    template_uuid: &'static str,
    template_version: &'static str,
    comment: String,
    timestamp: String,
    distribution: &'static str,
    #[serde(rename = "Attribute")]
    attributes: Vec<Attribute>,
}

#[derive(Serialize)]
struct Report<'a> {
    uuid: String,
    name: &'a str,
    content: String,
    timestamp: String,
    distribution: &'static str,
}

impl<'a> Event<'a> {
    pub fn of(edition: &'a Edition, brief: &'a Brief) -> Self {
        let site = &edition.site;
        let tlp = brief
            .entities
            .iter()
            .map(|id| edition.entity(*id).tlp)
            .fold(brief.highest, Ord::max);
        let uuid = event_id(site, brief).to_string();
        let timestamp = changed(brief).as_second().to_string();
        let mut maker = Maker {
            edition,
            brief,
            tlp,
            uuid: &uuid,
            timestamp: &timestamp,
            attributes: Vec::new(),
            places: BTreeMap::new(),
        };
        let objects = maker.indicators();
        maker.others();
        let attributes = maker.attributes;
        let reports = [Report {
            uuid: id_below(edition, &uuid, "report"),
            name: &brief.title,
            content: report::report(edition, brief, tlp),
            timestamp: timestamp.clone(),
            distribution: INHERITED,
        }];
        Self {
            info: &brief.title,
            date: brief.date.day().to_string(),
            publish_timestamp: timestamp.clone(),
            timestamp,
            published: true,
            analysis: "2",
            threat_level_id: "4",
            distribution: distribution(tlp),
            organisation: Organisation {
                name: &site.publisher,
                uuid: Uuid::new_v5(
                    &site.namespace,
                    format!("misp-organisation:{}", site.publisher).as_bytes(),
                )
                .to_string(),
            },
            tags: event_tags(edition, brief, tlp),
            attributes,
            objects,
            reports,
            uuid,
        }
    }

    /// Every value, and whether it has two parts.
    pub fn values(&self) -> impl Iterator<Item = (&str, bool)> {
        let inside = self.objects.iter().flat_map(|object| &object.attributes);
        self.attributes
            .iter()
            .chain(inside)
            .map(|attribute| (attribute.value.as_str(), attribute.kind.contains('|')))
    }
}

/// The id of a part of an event.
fn id_below(edition: &Edition, event: &str, part: &str) -> String {
    let key = format!("misp:{event}:{part}");
    Uuid::new_v5(&edition.site.namespace, key.as_bytes()).to_string()
}

fn event_tags(edition: &Edition, brief: &Brief, tlp: Tlp) -> Vec<Tag> {
    let mut tags = vec![tags::tlp(tlp)];
    tags.extend(brief.pap.map(tags::pap));
    tags.extend(brief.confidence.map(tags::confidence));
    // An event has one rating only where its sources agree; each link to a source has its own.
    let mut ratings = brief
        .sources
        .iter()
        .map(|source| tags::rating(&source.value));
    if let Some(first) = ratings.next()
        && ratings.all(|rating| rating == first)
    {
        tags.extend(first);
    }
    let entities = &brief.entities;
    tags.extend(of_kind(edition, entities, EntityKind::Actor).map(tags::actor));
    tags.extend(of_kind(edition, entities, EntityKind::Technique).map(tags::technique));
    // Two names of one thing are one tag.
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.name.clone()));
    tags
}

/// What goes with a value.
#[derive(Default)]
struct About {
    comment: String,
    tlp: Tlp,
    confidence: Option<Confidence>,
    tags: Vec<Tag>,
    first_seen: Option<String>,
}

struct Maker<'a> {
    edition: &'a Edition,
    brief: &'a Brief,
    tlp: Tlp,
    uuid: &'a str,
    timestamp: &'a str,
    attributes: Vec<Attribute>,
    /// Where an attribute of this type and value stands: MISP refuses a second one.
    places: BTreeMap<(&'static str, String), usize>,
}

impl Maker<'_> {
    fn attribute(&self, kind: Kind, value: String, about: About, below: &str) -> Attribute {
        let mut tags = Vec::new();
        if about.tlp != self.tlp {
            tags.push(tags::tlp(about.tlp));
        }
        tags.extend(about.confidence.map(tags::confidence));
        tags.extend(about.tags);
        Attribute {
            uuid: id_below(
                self.edition,
                self.uuid,
                &format!("{below}{}:{value}", kind.name),
            ),
            kind: kind.name,
            category: kind.category,
            // What was taken back is nothing to alert on.
            to_ids: kind.to_ids && self.brief.status != BriefStatus::Revoked,
            value,
            object_relation: None,
            comment: about.comment,
            timestamp: self.timestamp.to_owned(),
            distribution: INHERITED,
            // Sentences and links of sources are no traces that two events have in common.
            disable_correlation: matches!(kind.name, "comment" | "link" | "text"),
            first_seen: about.first_seen,
            tags,
        }
    }

    /// Adds an attribute; what is said twice stands once, with both comments.
    fn add(&mut self, kind: Kind, value: String, about: About) {
        let key = (kind.name, value);
        if let Some(at) = self.places.get(&key) {
            let first = &mut self.attributes[*at].comment;
            if !about.comment.is_empty() && *first != about.comment {
                if !first.is_empty() {
                    first.push_str("; ");
                }
                first.push_str(&about.comment);
            }
            return;
        }
        let attribute = self.attribute(kind, key.1.clone(), about, "");
        self.places.insert(key, self.attributes.len());
        self.attributes.push(attribute);
    }

    /// The brief's indicators: those of one file as objects, the others as attributes.
    fn indicators(&mut self) -> Vec<Object> {
        let brief = self.brief;
        let mut objects: Vec<Object> = Vec::new();
        let mut rest = brief.indicators.as_slice();
        while !rest.is_empty() {
            let (these, others) = rest.split_at(files::run(rest));
            rest = others;
            match files::period(these) {
                Some(period) => {
                    for file in these.chunks(period) {
                        let object = self.object(file, objects.len());
                        objects.push(object);
                    }
                }
                None => {
                    for entry in these {
                        let (kind, value) = Kind::of(entry.value.kind, &entry.value.value);
                        let about = self.about(entry, kind);
                        self.add(kind, value, about);
                    }
                }
            }
        }
        objects
    }

    fn object(&self, file: &[Shown<Indicator<EntityId>>], number: usize) -> Object {
        let below = format!("file-{number}:");
        let attributes = file
            .iter()
            .map(|entry| {
                let (kind, value) = Kind::of(entry.value.kind, &entry.value.value);
                let about = self.about(entry, kind);
                Attribute {
                    object_relation: kind.relation,
                    ..self.attribute(kind, value, about, &below)
                }
            })
            .collect();
        let description = file
            .first()
            .and_then(|entry| entry.value.description.as_ref());
        Object {
            uuid: id_below(self.edition, self.uuid, &below),
            name: "file",
            category: "file",
            description: "A file by its hashes and names",
            template_uuid: "688c46fb-5edb-40a3-8273-1af7923e2215",
            template_version: "25",
            comment: description.cloned().unwrap_or_default(),
            timestamp: self.timestamp.to_owned(),
            distribution: INHERITED,
            attributes,
        }
    }

    fn about(&self, entry: &Shown<Indicator<EntityId>>, kind: Kind) -> About {
        let value = &entry.value;
        let software = value.software.map(|id| self.edition.entity(id));
        let comment: Vec<String> = [
            kind.word.map(str::to_owned),
            value.description.clone(),
            software.map(|software| software.name.clone()),
            value.valid_until.map(|date| format!("valid until {date}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let source = value.source.as_ref().and_then(|id| {
            let mut sources = self.brief.sources.iter();
            sources.find(|source| source.value.id == *id)
        });
        About {
            comment: comment.join("; "),
            tlp: software.map_or(entry.tlp, |software| entry.tlp.max(software.tlp)),
            confidence: value.confidence,
            tags: source.map_or_else(Vec::new, |source| tags::rating(&source.value)),
            first_seen: value
                .first_seen
                .map(|date| format!("{}T00:00:00.000000+00:00", date.first_day())),
        }
    }

    /// Vulnerabilities, key judgments, sources, and where the brief is.
    fn others(&mut self) {
        let (edition, brief) = (self.edition, self.brief);
        for entity in of_kind(edition, &brief.entities, EntityKind::Vulnerability) {
            let about = About {
                tlp: brief.tlp.max(entity.tlp),
                ..About::default()
            };
            self.add(Kind::VULNERABILITY, entity.name.clone(), about);
        }
        for Shown { tlp, value } in &brief.key_judgments {
            let about = About {
                comment: "key judgment".to_owned(),
                tlp: *tlp,
                confidence: value.confidence,
                tags: value.likelihood.map(tags::likelihood).into_iter().collect(),
                first_seen: None,
            };
            self.add(Kind::COMMENT, value.text.clone(), about);
        }
        let live = live_targets(&brief.text, &brief.indicators);
        for Shown { tlp, value } in &brief.sources {
            // A source that is one of the indicators stays one of those alone.
            let Some(url) = value.url.as_ref().filter(|url| !live.holds(url)) else {
                continue;
            };
            let about = About {
                comment: source_title(value),
                tlp: *tlp,
                tags: tags::rating(value),
                ..About::default()
            };
            self.add(Kind::LINK, url.clone(), about);
        }
        let about = About {
            comment: "this brief".to_owned(),
            tlp: brief.tlp,
            ..About::default()
        };
        let page = edition.site.absolute(&addresses::brief_path(brief));
        self.add(Kind::LINK, page, about);
    }
}

/// A source in words.
pub fn source_title(source: &Source) -> String {
    match &source.publisher {
        Some(publisher) => format!("{}, {publisher}", source.title),
        None => source.title.clone(),
    }
}
