//! The page of an entity, and the index of its kind.

use std::collections::BTreeMap;

use super::Renderer;
use super::shared::live_targets;
use super::views::{
    AliasView, CountedEntity, DateView, EntityView, Fact, IndexEntry, IndexGroup, IndexView,
    LinkView, RelatedGroup, RelatedLinks, TocView,
};
use crate::diagnostic::Diagnostic;
use crate::edition::model::{Entity, Facts, Profile};
use crate::edition::{EntityId, Shown};
use crate::intel::indicator::LiveTargets;
use crate::intel::vocabulary::{AliasRelation, Vocabulary};
use crate::kind::EntityKind;
use crate::load::dates::RoughDate;
use crate::marking::Tlp;
use crate::plan;

/// How many other names an index shows.
const ALIASES_IN_INDEX: usize = 4;

impl Renderer<'_> {
    pub(super) fn entity(
        &self,
        path: &str,
        id: EntityId,
        number: usize,
    ) -> Result<String, Diagnostic> {
        let entity = self.edition.entity(id);
        let base = plan::entity_path(entity);
        let shown = &entity.briefs
            [plan::page_rows(entity.briefs.len(), self.edition.site.per_page, number)];
        let named = entity
            .related
            .values()
            .flatten()
            .map(|(id, _)| id)
            .chain(&entity.linked)
            .chain(&entity.children)
            .chain(&entity.parents);
        let own = entity
            .profile
            .as_ref()
            .map_or(entity.tlp, |profile| profile.highest);
        let tlp = self.highest_entity(named, self.highest(shown, own));
        let mut page = self.page_view(path, &Self::numbered(&entity.name, number), "entity", tlp);
        page.description = entity
            .profile
            .as_ref()
            .and_then(|profile| profile.summary.clone());
        page.breadcrumbs = vec![self.breadcrumb(
            entity.kind.plural_title(),
            &format!("/{}/", entity.kind.folder()),
        )];
        if number > 0 {
            page.breadcrumbs.push(self.breadcrumb(&entity.name, &base));
        }
        page.atom_url = Some(self.url(&format!("{base}atom.xml")));
        page.json_feed_url = Some(self.url(&format!("{base}feed.json")));
        let view = self.entity_view(id, number, shown);
        self.with_template("entity.html", path, &page, "entity", &view)
    }

    fn entity_view(
        &self,
        id: EntityId,
        number: usize,
        shown: &[crate::edition::BriefId],
    ) -> EntityView {
        let entity = self.edition.entity(id);
        let base = plan::entity_path(entity);
        let profile = entity.profile.as_ref();
        let sources = profile.map_or(&[][..], |profile| profile.sources.as_slice());
        let live = profile.map_or(LiveTargets::NONE, |profile| {
            live_targets(&profile.text, &[])
        });
        let (body, toc) = match profile {
            Some(profile) if number == 0 => {
                let body = self.body(&profile.text, sources, &live, entity.tlp, &base);
                (body.html, body.toc)
            }
            _ => (String::new(), Vec::<TocView>::new()),
        };
        EntityView {
            kind: entity.kind.name(),
            kind_title: entity.kind.title(),
            name: entity.name.clone(),
            code: self.entity_links[id.0 as usize].code.clone(),
            tlp: entity.tlp.into(),
            summary: profile.and_then(|profile| profile.summary.clone()),
            aliases: aliases(entity),
            facts: self.facts(entity),
            attribution: profile
                .and_then(|profile| profile.attribution.as_ref())
                .map(|entry| self.attribution(entry, sources, entity.tlp)),
            parents: entity
                .parents
                .iter()
                .map(|id| self.entity_link(*id))
                .collect(),
            children: entity
                .children
                .iter()
                .map(|child| CountedEntity {
                    entity: self.entity_link(*child),
                    count: self.edition.entity(*child).briefs.len(),
                })
                .collect(),
            body,
            toc,
            sources: self.sources(sources, &live, entity.tlp),
            total: entity.briefs.len(),
            direct: entity.direct,
            rows: self.rows_of(shown),
            pager: self.pager(&base, entity.briefs.len(), number),
            related: entity
                .related
                .iter()
                .map(|(kind, entities)| RelatedGroup {
                    kind: kind.name(),
                    title: kind.plural_title(),
                    entities: entities
                        .iter()
                        .map(|(id, count)| CountedEntity {
                            entity: self.entity_link(*id),
                            count: *count,
                        })
                        .collect(),
                })
                .collect(),
            linked: self.linked(entity),
            extra: profile.map_or(serde_json::Value::Null, |profile| profile.extra.clone()),
        }
    }

    fn linked(&self, entity: &Entity) -> Vec<RelatedLinks> {
        EntityKind::ALL
            .iter()
            .map(|kind| RelatedLinks {
                title: kind.plural_title(),
                entities: self.links_of_kind(&entity.linked, *kind),
            })
            .filter(|group| !group.entities.is_empty())
            .collect()
    }

    /// The rows of the table of facts.
    fn facts(&self, entity: &Entity) -> Vec<Fact> {
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
            let path = entity.slug.replace('.', "/");
            rows.link(
                "ATT&CK",
                &entity.slug,
                format!("https://attack.mitre.org/techniques/{path}/"),
            );
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
            let link = self.entity_link(origin);
            rows.facts.push(Fact {
                label: "Origin",
                text: None,
                links: vec![LinkView {
                    title: link.name,
                    url: link.url,
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
            let folder = match kind {
                EntityKind::Software => "software",
                EntityKind::Campaign => "campaigns",
                _ => "groups",
            };
            rows.link(
                "ATT&CK",
                id,
                format!("https://attack.mitre.org/{folder}/{id}/"),
            );
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

    pub(super) fn index(&self, path: &str, kind: EntityKind) -> Result<String, Diagnostic> {
        let highest = self
            .edition
            .of_kind(kind)
            .map(|(_, entity)| entity.tlp)
            .fold(Tlp::Clear, Ord::max);
        let page = self.page_view(path, kind.plural_title(), "index", highest);
        let view = IndexView {
            kind: kind.name(),
            heading: kind.plural_title(),
            count: self.edition.of_kind(kind).count(),
            groups: match kind {
                EntityKind::Technique => self.by_tactics(),
                EntityKind::Actor => self.by_alignment(),
                _ => vec![IndexGroup {
                    title: None,
                    entries: self.tree(kind),
                }],
            },
        };
        self.with_template("index.html", path, &page, "index", &view)
    }

    /// The entities of a kind as a tree: those without a parent at the top. What lies in several is
    /// under each of them.
    fn tree(&self, kind: EntityKind) -> Vec<IndexEntry> {
        self.edition
            .of_kind(kind)
            .filter(|(_, entity)| entity.parents.is_empty())
            .map(|(id, _)| self.entry(id, true))
            .collect()
    }

    fn entry(&self, id: EntityId, with_children: bool) -> IndexEntry {
        let entity = self.edition.entity(id);
        let profile = entity.profile.as_ref();
        let names = profile.map_or(&[][..], |profile| profile.aliases.as_slice());
        IndexEntry {
            entity: self.entity_link(id),
            summary: profile.and_then(|profile| profile.summary.clone()),
            aliases: names
                .iter()
                .filter(|alias| alias.value.relation == AliasRelation::SameAs)
                .take(ALIASES_IN_INDEX)
                .map(|alias| alias.value.name.clone())
                .collect(),
            count: entity.briefs.len(),
            tlp: entity.tlp.into(),
            // The hierarchy has no cycles: they were reported and cut when names were resolved.
            children: if with_children {
                entity
                    .children
                    .iter()
                    .map(|child| self.entry(*child, true))
                    .collect()
            } else {
                Vec::new()
            },
        }
    }

    fn by_tactics(&self) -> Vec<IndexGroup> {
        let all: Vec<(EntityId, &Entity)> = self.edition.of_kind(EntityKind::Technique).collect();
        let tactics = |entity: &Entity| {
            entity
                .technique
                .as_ref()
                .map_or(Vec::new(), |row| row.tactics.clone())
        };
        let top = |entity: &Entity| entity.parents.is_empty();
        let mut groups: Vec<IndexGroup> = Vec::new();
        for (short, name) in &self.edition.tactics {
            let entries: Vec<IndexEntry> = all
                .iter()
                .filter(|(_, entity)| top(entity) && tactics(entity).contains(short))
                .map(|(id, _)| self.entry(*id, true))
                .collect();
            if !entries.is_empty() {
                groups.push(IndexGroup {
                    title: Some(name.clone()),
                    entries,
                });
            }
        }
        let placed = |entity: &Entity| {
            tactics(entity)
                .iter()
                .any(|short| self.edition.tactics.iter().any(|(known, _)| known == short))
        };
        let rest: Vec<IndexEntry> = all
            .iter()
            .filter(|(_, entity)| top(entity) && !placed(entity))
            .map(|(id, _)| self.entry(*id, true))
            .collect();
        if !rest.is_empty() {
            let title = (!groups.is_empty()).then(|| "Other techniques".to_owned());
            groups.push(IndexGroup {
                title,
                entries: rest,
            });
        }
        groups
    }

    fn by_alignment(&self) -> Vec<IndexGroup> {
        let mut groups: BTreeMap<(bool, String), Vec<IndexEntry>> = BTreeMap::new();
        for (id, entity) in self.edition.of_kind(EntityKind::Actor) {
            let alignment = entity
                .profile
                .as_ref()
                .and_then(|profile| profile.facts.alignment.clone());
            let key = (
                alignment.is_none(),
                alignment.unwrap_or_else(|| "No alignment stated".to_owned()),
            );
            groups.entry(key).or_default().push(self.entry(id, false));
        }
        if groups.len() == 1 && groups.keys().all(|(unknown, _)| *unknown) {
            return groups
                .into_values()
                .map(|entries| IndexGroup {
                    title: None,
                    entries,
                })
                .collect();
        }
        groups
            .into_iter()
            .map(|((_, title), entries)| IndexGroup {
                title: Some(title),
                entries,
            })
            .collect()
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

fn aliases(entity: &Entity) -> Vec<AliasView> {
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
            tlp: super::shared::own_marking(*tlp, entity.tlp),
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
