//! Countries, and the groupings that they lie in.
//!
//! The members of the regions of UN M49 are those of the built-in table; those of a site's own
//! groupings are what its visible profiles say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Edition, EntityId};
use super::landscape::Counts;
use crate::intel::places;
use crate::kind::EntityKind;

/// The countries of each place of an edition.
#[derive(Debug, Default)]
pub struct Members {
    /// By the id of a region: codes of ISO 3166-1, two letters.
    of_regions: BTreeMap<EntityId, BTreeSet<String>>,
    /// By code: the edition's entity, or the built-in name of what it has none of.
    pub countries: BTreeMap<String, (String, Option<EntityId>)>,
}

/// A country with the number of briefs that name it as a target.
#[derive(Debug, Clone)]
pub struct Country {
    pub code: String,
    pub name: String,
    pub entity: Option<EntityId>,
    /// Briefs that name the country itself.
    pub itself: Counts,
    /// Briefs that name it or a grouping that it lies in.
    pub counts: Counts,
}

/// Targeted countries, the most frequent first, and the groupings that were rolled out to them.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    pub countries: Vec<Country>,
    /// With the number of briefs that name each, and that of its countries.
    pub groupings: Vec<(EntityId, Counts, usize)>,
}

impl Members {
    pub fn of(edition: &Edition) -> Self {
        let mut members = Self::default();
        let table = places::all();
        // Places stand behind those that they lie in.
        let mut built_in: Vec<BTreeSet<String>> = vec![BTreeSet::new(); table.len()];
        for (at, place) in table.iter().enumerate().rev() {
            if let Some(code) = &place.alpha2 {
                built_in[at].insert(code.clone());
                members
                    .countries
                    .insert(code.clone(), (place.name.clone(), None));
            }
            if let Some(parent) = place.parent {
                let own = built_in[at].clone();
                built_in[parent].extend(own);
            }
        }
        let by_number: BTreeMap<&str, &BTreeSet<String>> = table
            .iter()
            .zip(&built_in)
            .filter_map(|(place, codes)| Some((place.m49.as_deref()?, codes)))
            .collect();
        for (id, entity) in edition.of_kind(EntityKind::Region) {
            let place = entity.place.as_ref();
            if let Some(code) = place.and_then(|place| place.alpha2.clone()) {
                let name = entity.name.clone();
                members
                    .of_regions
                    .insert(id, BTreeSet::from([code.clone()]));
                members.countries.insert(code, (name, Some(id)));
            } else if !super::super::derive::is_world(edition, id) {
                let codes = place
                    .and_then(|place| by_number.get(place.m49.as_deref()?))
                    .map_or_else(BTreeSet::new, |codes| (*codes).clone());
                members.of_regions.insert(id, codes);
            }
        }
        members.add_children(edition, &by_number);
        members
    }

    /// Adds what profiles say lies in groupings, below them at any depth.
    fn add_children(&mut self, edition: &Edition, by_number: &BTreeMap<&str, &BTreeSet<String>>) {
        let groupings: Vec<EntityId> = self
            .of_regions
            .keys()
            .copied()
            .filter(|id| {
                let entity = edition.entity(*id);
                let place = entity.place.as_ref();
                !entity.members.is_empty() || place.is_none_or(|place| !place.built_in)
            })
            .collect();
        for grouping in groupings {
            let mut below = vec![grouping];
            let mut seen: BTreeSet<EntityId> = BTreeSet::new();
            let mut codes = BTreeSet::new();
            while let Some(id) = below.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let entity = edition.entity(id);
                codes.extend(self.of_regions.get(&id).into_iter().flatten().cloned());
                for code in &entity.members {
                    match by_number.get(code.as_str()) {
                        Some(countries) => codes.extend(countries.iter().cloned()),
                        None => {
                            codes.insert(code.clone());
                        }
                    }
                }
                below.extend(&entity.children);
            }
            self.of_regions.entry(grouping).or_default().extend(codes);
        }
    }

    /// The countries of a place: itself, or those that lie in it; none for the world.
    fn codes(&self, region: EntityId) -> impl Iterator<Item = &str> {
        self.of_regions
            .get(&region)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The countries that briefs target. Each brief comes with what it counts to.
    pub fn targets<'b>(
        &'b self,
        edition: &Edition,
        briefs: impl Iterator<Item = (&'b [EntityId], Counts)>,
    ) -> Targets {
        let mut counted: BTreeMap<&str, (Counts, Counts)> = BTreeMap::new();
        let mut groupings: BTreeMap<EntityId, Counts> = BTreeMap::new();
        for (entities, step) in briefs {
            let regions = entities
                .iter()
                .filter(|id| self.of_regions.contains_key(id));
            let mut all: BTreeSet<&str> = BTreeSet::new();
            for id in regions {
                let place = edition.entity(*id).place.as_ref();
                if let Some(code) = place.and_then(|place| place.alpha2.as_deref()) {
                    if let Some((code, _)) = self.countries.get_key_value(code) {
                        counted.entry(code).or_default().0.add(step);
                    }
                } else {
                    groupings.entry(*id).or_default().add(step);
                }
                all.extend(self.codes(*id));
            }
            for code in all {
                counted.entry(code).or_default().1.add(step);
            }
        }
        let mut countries: Vec<Country> = counted
            .into_iter()
            .filter_map(|(code, (itself, counts))| {
                let (name, entity) = self.countries.get(code)?;
                Some(Country {
                    code: code.to_owned(),
                    name: name.clone(),
                    entity: *entity,
                    itself,
                    counts,
                })
            })
            .collect();
        countries.sort_by(|left, right| {
            (right.counts.whole.cmp(&left.counts.whole))
                .then(right.itself.whole.cmp(&left.itself.whole))
                .then_with(|| left.name.cmp(&right.name))
        });
        let mut groupings: Vec<(EntityId, Counts, usize)> = groupings
            .into_iter()
            .map(|(id, counts)| (id, counts, self.codes(id).count()))
            .filter(|(_, _, members)| *members > 0)
            .collect();
        groupings
            .sort_by(|left, right| (right.1.whole.cmp(&left.1.whole)).then(left.0.cmp(&right.0)));
        Targets {
            countries,
            groupings,
        }
    }
}
