//! The index of a kind: all of its entities.

use std::collections::BTreeMap;

use crate::Renderer;
use crate::views::{IndexEntry, IndexGroup, IndexView};
use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::AliasRelation;
use edition::EntityId;
use edition::model::Entity;

/// How many other names an index shows.
const ALIASES_IN_INDEX: usize = 4;

impl Renderer<'_> {
    pub(crate) fn index(&self, path: &str, kind: EntityKind) -> Result<String, Diagnostic> {
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
