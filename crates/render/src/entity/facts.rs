//! The table of facts of an entity, and its other names.

use crate::Renderer;
use crate::shared::own_marking;
use crate::views::{AliasView, DateView, Fact, LinkView};
use base::kind::EntityKind;
use base::vocabulary::{AliasRelation, Vocabulary};
use edition::Shown;
use edition::model::{Entity, Facts, Profile};
use syntax::dates::RoughDate;

impl Renderer<'_> {
    /// The rows of the table of facts.
    pub(super) fn facts(&self, entity: &Entity) -> Vec<Fact> {
        let mut rows = Rows::default();
        if let Some(place) = &entity.place {
            rows.text("Kind", Some(place.kind.label().to_owned()));
            let codes: Vec<&str> = [&place.alpha2, &place.alpha3]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            rows.text("ISO 3166-1", (!codes.is_empty()).then(|| codes.join(", ")));
            rows.text("UN M49", place.m49.clone());
        }
        if let Some(technique) = &entity.technique {
            let names: Vec<&str> = technique
                .tactics
                .iter()
                .map(|short| {
                    let known = self
                        .edition
                        .tactics
                        .iter()
                        .find(|(other, _)| other == short);
                    known.map_or(short.as_str(), |(_, name)| name.as_str())
                })
                .collect();
            rows.text("Tactics", (!names.is_empty()).then(|| names.join(", ")));
            let state = match (&technique.revoked_by, technique.deprecated) {
                (Some(by), _) => Some(format!("revoked by {by}")),
                (None, true) => Some("deprecated".to_owned()),
                _ => None,
            };
            rows.text("State in ATT&CK", state);
        }
        if entity.kind == EntityKind::Technique {
            rows.attack(entity.kind, &entity.slug);
        }
        if entity.kind == EntityKind::Vulnerability {
            rows.link(
                "CVE record",
                &entity.slug,
                format!("https://www.cve.org/CVERecord?id={}", entity.slug),
            );
        }
        if let Some(profile) = &entity.profile {
            self.profile_facts(entity.kind, profile, &mut rows);
        }
        rows.facts
    }

    fn profile_facts(&self, kind: EntityKind, profile: &Profile, rows: &mut Rows) {
        // Every field is named, so that a new one does not compile until it is decided here.
        let Facts {
            alignment,
            sponsor,
            actor_types,
            motivations,
            sophistication,
            resource_level,
            first_seen,
            last_seen,
            published,
            industry,
            software_type,
            note,
            attack_id,
            misp_id,
            malpedia,
        } = &profile.facts;
        rows.text("Alignment", alignment.clone());
        if let Some(origin) = profile.origin_country {
            let link = &self.entity_links[origin.0 as usize];
            rows.facts.push(Fact {
                label: "Origin",
                text: None,
                links: vec![LinkView {
                    title: link.name.clone(),
                    url: link.url.clone(),
                }],
            });
        }
        rows.text("Sponsor", sponsor.clone());
        rows.labels("Type", actor_types);
        rows.text("Type", software_type.map(|kind| kind.label().to_owned()));
        rows.labels("Motivation", motivations);
        rows.text(
            "Sophistication",
            sophistication.map(|level| level.label().to_owned()),
        );
        rows.text(
            "Resources",
            resource_level.map(|level| level.label().to_owned()),
        );
        rows.date("First seen", *first_seen);
        rows.date("Last seen", *last_seen);
        rows.date("Published", *published);
        rows.text(
            "STIX industry",
            industry.map(|industry| industry.name().to_owned()),
        );
        rows.text("Note", note.clone());
        if let Some(id) = attack_id.as_ref().filter(|_| kind != EntityKind::Technique) {
            rows.attack(kind, id);
        }
        rows.text("MISP galaxy", misp_id.map(|id| id.to_string()));
        if let Some(name) = malpedia {
            let folder = if kind == EntityKind::Actor {
                "actor"
            } else {
                "details"
            };
            let slug = if kind == EntityKind::Actor {
                slug::slugify(name).replace('-', "_")
            } else {
                name.clone()
            };
            rows.link(
                "Malpedia",
                name,
                format!("https://malpedia.caad.fkie.fraunhofer.de/{folder}/{slug}"),
            );
        }
    }
}

/// Collects the rows of a table of facts.
#[derive(Default)]
struct Rows {
    facts: Vec<Fact>,
}

impl Rows {
    fn text(&mut self, label: &'static str, text: Option<String>) {
        if text.is_some() {
            self.facts.push(Fact {
                label,
                text,
                links: Vec::new(),
            });
        }
    }

    fn date(&mut self, label: &'static str, date: Option<RoughDate>) {
        self.text(label, date.map(|date| DateView::from(date).text));
    }

    fn labels<V: Vocabulary>(&mut self, label: &'static str, values: &[V]) {
        let labels: Vec<&str> = values.iter().map(|value| value.label()).collect();
        self.text(label, (!labels.is_empty()).then(|| labels.join(", ")));
    }

    /// The page of an id in ATT&CK.
    fn attack(&mut self, kind: EntityKind, id: &str) {
        if let Some(catalogue) = kind.attack() {
            self.link("ATT&CK", id, format!("{}/", catalogue.page(id)));
        }
    }

    fn link(&mut self, label: &'static str, title: &str, url: String) {
        self.facts.push(Fact {
            label,
            text: None,
            links: vec![LinkView {
                title: title.to_owned(),
                url,
            }],
        });
    }
}

pub(super) fn aliases(entity: &Entity) -> Vec<AliasView> {
    let sources = entity
        .profile
        .as_ref()
        .map_or(&[][..], |profile| profile.sources.as_slice());
    let own = entity
        .profile
        .iter()
        .flat_map(|profile| &profile.aliases)
        .map(|Shown { tlp, value }| AliasView {
            name: value.name.clone(),
            source: value.source.as_ref().map(|source| {
                // The id of one of the profile's sources stands for its publisher.
                let known = sources.iter().find(|known| known.value.id == *source);
                known.map_or_else(
                    || source.clone(),
                    |known| {
                        let value = &known.value;
                        value.publisher.as_ref().unwrap_or(&value.title).clone()
                    },
                )
            }),
            relation: (value.relation != AliasRelation::SameAs).then(|| value.relation.label()),
            confidence: value.confidence.map(Vocabulary::label),
            tlp: own_marking(*tlp, entity.tlp),
        });
    let built_in = entity.built_in_names.iter().map(|name| AliasView {
        name: name.clone(),
        source: None,
        relation: None,
        confidence: None,
        tlp: None,
    });
    own.chain(built_in).collect()
}
