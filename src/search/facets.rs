//! What results are narrowed by: actors, regions, sectors and techniques, as lists roll them up.
//!
//! In: an edition and the numbers of its documents. Out: one file for each kind, with each value's
//! documents. Years and markings stand in the entry, since every query has them.

use serde_json::json;

use super::code;
use super::document::{Document, Documents};
use crate::edition::model::Entity;
use crate::edition::{Edition, EntityId};
use crate::kind::EntityKind;

/// The kinds that results are narrowed by.
pub const KINDS: [EntityKind; 4] = [
    EntityKind::Actor,
    EntityKind::Region,
    EntityKind::Sector,
    EntityKind::Technique,
];

/// Whether an edition has anything of a kind.
pub fn has(edition: &Edition, kind: EntityKind) -> bool {
    edition
        .of_kind(kind)
        .any(|(_, entity)| !entity.briefs.is_empty())
}

/// Makes the file of a kind.
pub fn build(edition: &Edition, documents: &Documents, kind: EntityKind) -> String {
    let profiles = profiles(edition, documents);
    let mut values = Vec::new();
    let mut signs = Vec::new();
    for (id, entity) in edition.of_kind(kind) {
        let own = profiles.get(id.0 as usize).cloned().unwrap_or_default();
        let briefs = entity.briefs.iter().rev().map(|id| documents.number(*id));
        let numbers: Vec<usize> = own.into_iter().chain(briefs).collect();
        if entity.briefs.is_empty() {
            continue;
        }
        values.push(json!([entity.slug, label(entity)]));
        code::push_list(&mut signs, &numbers);
    }
    json!({ "values": values, "documents": code::finish(&signs) }).to_string()
}

fn label(entity: &Entity) -> String {
    if entity.kind == EntityKind::Technique && entity.slug != entity.name {
        format!("{} {}", entity.slug, entity.name)
    } else {
        entity.name.clone()
    }
}

/// The numbers of the profiles of each entity and of what lies in it, in order.
fn profiles(edition: &Edition, documents: &Documents) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); edition.entities.len()];
    for (number, document) in documents.all.iter().enumerate() {
        let Document::Profile(id) = document else {
            continue;
        };
        for above in lineage(edition, *id) {
            if let Some(list) = found.get_mut(above.0 as usize) {
                list.push(number);
            }
        }
    }
    found
}

/// An entity and everything that it lies in.
fn lineage(edition: &Edition, id: EntityId) -> Vec<EntityId> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        for parent in &edition.entity(id).parents {
            if !found.contains(parent) {
                found.push(*parent);
            }
        }
        next += 1;
    }
    found
}
