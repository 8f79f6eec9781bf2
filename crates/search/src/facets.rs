//! What results are narrowed by: kind, year, marking; actors, regions, sectors and techniques, as
//! lists roll them up.
//!
//! In: an edition and the numbers of its documents. Out: one file for each facet, with each value's
//! documents.

use std::collections::BTreeMap;

use serde_json::json;

use super::code;
use super::document::{Document, Documents};
use base::kind::EntityKind;
use base::marking::Tlp;
use edition::model::Entity;
use edition::{Edition, EntityId};

/// What results are narrowed by, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    Kind,
    Year,
    Of(EntityKind),
    Marking,
}

impl Facet {
    const ALL: [Facet; 7] = [
        Facet::Kind,
        Facet::Year,
        Facet::Of(EntityKind::Actor),
        Facet::Of(EntityKind::Region),
        Facet::Of(EntityKind::Sector),
        Facet::Of(EntityKind::Technique),
        Facet::Marking,
    ];

    /// Those that an edition has values of.
    pub fn all(edition: &Edition) -> impl Iterator<Item = Facet> {
        Self::ALL.into_iter().filter(|facet| match facet {
            Facet::Of(kind) => edition
                .of_kind(*kind)
                .any(|(_, entity)| !entity.briefs.is_empty()),
            _ => true,
        })
    }

    /// In addresses.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Kind => "kind",
            Facet::Year => "year",
            Facet::Marking => "marking",
            Facet::Of(kind) => kind.name(),
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Facet::Kind => "Kind",
            Facet::Year => "Year",
            Facet::Marking => "Marking",
            Facet::Of(kind) => kind.title(),
        }
    }

    /// Makes its file.
    pub fn build(self, edition: &Edition, documents: &Documents) -> String {
        let mut values = Vec::new();
        let mut signs = Vec::new();
        for (name, label, numbers) in self.values(edition, documents) {
            if !numbers.is_empty() {
                values.push([name, label]);
                code::push_list(&mut signs, &numbers);
            }
        }
        json!({ "values": values, "documents": code::finish(&signs) }).to_string()
    }

    /// Each value with its name in addresses, its label, and its documents in order.
    fn values(self, edition: &Edition, documents: &Documents) -> Vec<(String, String, Vec<usize>)> {
        match self {
            Facet::Kind => {
                let briefs = documents.pages + documents.profiles;
                [
                    ("briefs", "Briefs", briefs..documents.all.len()),
                    ("profiles", "Profiles", documents.pages..briefs),
                    ("pages", "Pages", 0..documents.pages),
                ]
                .map(|(name, label, range)| (name.into(), label.into(), range.collect()))
                .into()
            }
            Facet::Year => {
                let mut years: BTreeMap<i16, Vec<usize>> = BTreeMap::new();
                for (number, document) in documents.all.iter().enumerate() {
                    if let Document::Brief(id) = document {
                        let year = edition.brief(*id).date.day().year();
                        years.entry(year).or_default().push(number);
                    }
                }
                let newest_first = years.into_iter().rev();
                newest_first
                    .map(|(year, numbers)| (year.to_string(), year.to_string(), numbers))
                    .collect()
            }
            Facet::Marking => Tlp::ALL
                .map(|tlp| {
                    let numbers = documents.all.iter().enumerate();
                    let numbers = numbers
                        .filter(|(_, document)| document.tlp(edition) == tlp)
                        .map(|(number, _)| number);
                    (tlp.class().into(), tlp.label().into(), numbers.collect())
                })
                .into(),
            Facet::Of(kind) => {
                let profiles = profiles(edition, documents);
                edition
                    .of_kind(kind)
                    .filter(|(_, entity)| !entity.briefs.is_empty())
                    .map(|(id, entity)| {
                        let own = profiles.get(id.0 as usize).into_iter().flatten().copied();
                        let briefs = entity.briefs.iter().rev().map(|id| documents.number(*id));
                        let numbers = own.chain(briefs).collect();
                        (entity.slug.clone(), label(entity), numbers)
                    })
                    .collect()
            }
        }
    }
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
