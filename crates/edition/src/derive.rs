//! What follows from the visible: which briefs an entity has, what goes with what, neighbours.
//!
//! In: an edition with its briefs and entities. Out: the same with roll-ups, relations and tags.
//! Cost grows with the references of the briefs, not with the square of their number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::model::{BriefId, Edition, EntityId, Tag, TagEntry, brief_id_of, id_of};
use super::statistics::Statistics;
use base::kind::EntityKind;

/// How many briefs a page lists as related.
const RELATED_BRIEFS: usize = 5;
/// How far from a brief, in each entity's list, related briefs are looked for.
const REACH: usize = 40;

/// Fills in everything that is derived, or makes it true again after a brief has changed.
pub fn derive(edition: &mut Edition) {
    let ancestors = ancestors(edition);
    let (briefs, direct) = briefs_of_entities(edition, &ancestors);
    let mut children: Vec<Vec<EntityId>> = vec![Vec::new(); edition.entities.len()];
    let mut linked: Vec<BTreeSet<EntityId>> = vec![BTreeSet::new(); edition.entities.len()];
    for (at, entity) in edition.entities.iter().enumerate() {
        for parent in &entity.parents {
            children[parent.0 as usize].push(id_of(at));
        }
        for other in &entity.linked {
            linked[at].insert(*other);
            linked[other.0 as usize].insert(id_of(at));
        }
    }
    let related_entities: Vec<_> = briefs
        .par_iter()
        .enumerate()
        .map_init(HashMap::new, |counts, (at, briefs)| {
            related_entities(edition, id_of(at), briefs, counts)
        })
        .collect();
    let related_briefs: Vec<Vec<BriefId>> = (0..edition.briefs.len())
        .into_par_iter()
        .map_init(HashMap::new, |scores, at| {
            related_briefs(edition, &briefs, brief_id_of(at), scores)
        })
        .collect();
    let rows = Arc::make_mut(&mut edition.entities)
        .iter_mut()
        .zip(briefs)
        .zip(direct)
        .zip(children)
        .zip(linked)
        .zip(related_entities);
    for (((((entity, briefs), direct), children), linked), related) in rows {
        entity.briefs = briefs;
        entity.direct = direct;
        entity.children = children;
        entity.linked = linked.into_iter().collect();
        entity.related = related;
    }
    let mut superseded_by: Vec<Vec<BriefId>> = vec![Vec::new(); edition.briefs.len()];
    for (at, brief) in edition.briefs.iter().enumerate() {
        for old in &brief.supersedes {
            superseded_by[old.0 as usize].push(brief_id_of(at));
        }
    }
    let of_briefs = related_briefs.into_iter().zip(superseded_by);
    for (brief, (related, superseded_by)) in edition.briefs.iter_mut().zip(of_briefs) {
        // Where it is derived again, nearly all of them stay as they are, shared with others.
        if brief.related != related || brief.superseded_by != superseded_by {
            let brief = Arc::make_mut(brief);
            brief.related = related;
            brief.superseded_by = superseded_by;
        }
    }
    edition.tags = Arc::new(tags(edition));
    edition.statistics = Arc::new(Statistics::of(edition));
}

/// Everything that each entity lies in, itself first. The world is left out: all lies in it.
fn ancestors(edition: &Edition) -> Vec<Vec<EntityId>> {
    (0..edition.entities.len())
        .map(|at| {
            let mut found = vec![id_of(at)];
            let mut next = 0;
            while let Some(id) = found.get(next).copied() {
                for parent in &edition.entity(id).parents {
                    if !found.contains(parent) && !edition.is_world(*parent) {
                        found.push(*parent);
                    }
                }
                next += 1;
            }
            found
        })
        .collect()
}

fn briefs_of_entities(
    edition: &Edition,
    ancestors: &[Vec<EntityId>],
) -> (Vec<Vec<BriefId>>, Vec<usize>) {
    let mut briefs: Vec<Vec<BriefId>> = vec![Vec::new(); edition.entities.len()];
    let mut direct = vec![0; edition.entities.len()];
    for (at, brief) in edition.briefs.iter().enumerate() {
        let id = brief_id_of(at);
        for entity in &brief.entities {
            direct[entity.0 as usize] += 1;
            for ancestor in &ancestors[entity.0 as usize] {
                let list = &mut briefs[ancestor.0 as usize];
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
    }
    (briefs, direct)
}

/// What stands in the same briefs, by kind, the most frequent first. `counts` is room to count in.
fn related_entities(
    edition: &Edition,
    own: EntityId,
    briefs: &[BriefId],
    counts: &mut HashMap<EntityId, usize>,
) -> BTreeMap<EntityKind, Vec<(EntityId, usize)>> {
    for brief in briefs {
        for entity in &edition.brief(*brief).entities {
            if *entity != own {
                *counts.entry(*entity).or_default() += 1;
            }
        }
    }
    let mut related: BTreeMap<EntityKind, Vec<(EntityId, usize)>> = BTreeMap::new();
    for (entity, count) in counts.drain() {
        related
            .entry(edition.entity(entity).kind)
            .or_default()
            .push((entity, count));
    }
    for list in related.values_mut() {
        list.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    }
    related
}

/// The briefs that share most, rare entities counting more. Of an entity with many briefs only those
/// near in time are looked at. `scores` is room to count in.
fn related_briefs(
    edition: &Edition,
    briefs: &[Vec<BriefId>],
    own: BriefId,
    scores: &mut HashMap<BriefId, f64>,
) -> Vec<BriefId> {
    for entity in &edition.brief(own).entities {
        let list = &briefs[entity.0 as usize];
        let at = list.partition_point(|brief| *brief < own);
        let near = &list[at.saturating_sub(REACH)..(at + REACH + 1).min(list.len())];
        let weight = match edition.entity(*entity).kind {
            EntityKind::Actor | EntityKind::Campaign => 4.0,
            EntityKind::Software | EntityKind::Vulnerability => 3.0,
            EntityKind::Technique => 0.5,
            EntityKind::Region | EntityKind::Sector => 1.0,
        };
        // a count of briefs
        let score = weight / libm::log(list.len() as f64 + 1.0).max(0.5);
        for brief in near.iter().filter(|brief| **brief != own) {
            *scores.entry(*brief).or_default() += score;
        }
    }
    let mut scored: Vec<(BriefId, f64)> =
        scores.drain().filter(|(_, score)| *score >= 1.0).collect();
    scored.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    scored.truncate(RELATED_BRIEFS);
    scored.into_iter().map(|(brief, _)| brief).collect()
}

fn tags(edition: &Edition) -> Vec<TagEntry> {
    let mut tags: BTreeMap<&str, TagEntry> = BTreeMap::new();
    for (at, brief) in edition.briefs.iter().enumerate() {
        for tag in &brief.tags {
            let entry = tags.entry(&tag.slug).or_insert_with(|| TagEntry {
                tag: Tag {
                    name: tag.name.clone(),
                    slug: tag.slug.clone(),
                },
                briefs: Vec::new(),
            });
            entry.briefs.push(brief_id_of(at));
        }
    }
    tags.into_values().collect()
}
