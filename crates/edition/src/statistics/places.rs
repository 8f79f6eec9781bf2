//! Countries, and the groupings that they lie in.
//!
//! The members of the regions of UN M49 are those of the built-in table; those of a site's own
//! groupings are what its visible profiles say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Edition, Entity, EntityId};
use super::landscape::Counts;
use base::kind::EntityKind;
use base::places;

/// The countries of each place of an edition.
#[derive(Debug, Default)]
pub struct Members {
    /// By code: ISO 3166-1, two letters.
    countries: Vec<Known>,
    /// By the id of an entity: places in `countries`, in order. None for what is no place, and for
    /// the world.
    of_regions: Vec<Vec<usize>>,
}

/// A country, whether the edition has an entity of it or not.
#[derive(Debug)]
struct Known {
    code: String,
    name: String,
    entity: Option<EntityId>,
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
        let table = places::all();
        let mut countries: Vec<Known> = table
            .iter()
            .filter_map(|place| {
                Some(Known {
                    code: place.alpha2.clone()?,
                    name: place.name.clone(),
                    entity: None,
                })
            })
            .collect();
        countries.sort_by(|left, right| left.code.cmp(&right.code));
        let find = |code: &str| countries.binary_search_by(|known| known.code.as_str().cmp(code));

        // Places stand behind those that they lie in.
        let mut built_in: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); table.len()];
        for (at, place) in table.iter().enumerate().rev() {
            built_in[at].extend(place.alpha2.as_deref().and_then(|code| find(code).ok()));
            if let Some(parent) = place.parent {
                let own = built_in[at].clone();
                built_in[parent].extend(own);
            }
        }
        let by_code: BTreeMap<&str, &BTreeSet<usize>> = table
            .iter()
            .zip(&built_in)
            .flat_map(|(place, countries)| {
                let codes = [place.m49.as_deref(), place.alpha2.as_deref()];
                codes
                    .into_iter()
                    .flatten()
                    .map(move |code| (code, countries))
            })
            .collect();
        let mut of_regions: Vec<Vec<usize>> = vec![Vec::new(); edition.entities.len()];
        for (id, _) in edition.of_kind(EntityKind::Region) {
            if !edition.is_world(id) {
                let found = below(edition, id, &by_code);
                of_regions[id.0 as usize] = found.into_iter().collect();
            }
        }
        for (id, entity) in edition.of_kind(EntityKind::Region) {
            if let Some(code) = code(entity)
                && let Ok(at) = countries.binary_search_by(|known| known.code.as_str().cmp(code))
            {
                countries[at].name.clone_from(&entity.name);
                countries[at].entity = Some(id);
            }
        }
        Self {
            countries,
            of_regions,
        }
    }

    /// The countries that briefs target. Each brief comes with what it counts to.
    pub fn targets<'b>(
        &self,
        edition: &Edition,
        briefs: impl Iterator<Item = (&'b [EntityId], Counts)>,
    ) -> Targets {
        let mut itself: Vec<Counts> = vec![Counts::default(); self.countries.len()];
        let mut counts = itself.clone();
        // The number of the brief that a country was last counted for, from 1.
        let mut counted: Vec<usize> = vec![0; self.countries.len()];
        let mut groupings: BTreeMap<EntityId, Counts> = BTreeMap::new();
        for (number, (entities, step)) in briefs.enumerate() {
            for id in entities {
                let members = &self.of_regions[id.0 as usize];
                match members.as_slice() {
                    [] => continue,
                    [only] if code(edition.entity(*id)).is_some() => itself[*only].add(step),
                    _ => groupings.entry(*id).or_default().add(step),
                }
                for at in members {
                    if std::mem::replace(&mut counted[*at], number + 1) != number + 1 {
                        counts[*at].add(step);
                    }
                }
            }
        }
        let mut countries: Vec<Country> = self
            .countries
            .iter()
            .zip(itself)
            .zip(counts)
            .filter(|(_, counts)| counts.whole > 0)
            .map(|((known, itself), counts)| Country {
                code: known.code.clone(),
                name: known.name.clone(),
                entity: known.entity,
                itself,
                counts,
            })
            .collect();
        countries.sort_by(|left, right| {
            (right.counts.whole.cmp(&left.counts.whole))
                .then(right.itself.whole.cmp(&left.itself.whole))
                .then_with(|| left.name.cmp(&right.name))
        });
        let mut groupings: Vec<(EntityId, Counts, usize)> = groupings
            .into_iter()
            .map(|(id, counts)| (id, counts, self.of_regions[id.0 as usize].len()))
            .collect();
        groupings
            .sort_by(|left, right| (right.1.whole.cmp(&left.1.whole)).then(left.0.cmp(&right.0)));
        Targets {
            countries,
            groupings,
        }
    }
}

/// The code of a country; none of a grouping.
fn code(entity: &Entity) -> Option<&str> {
    entity.place.as_ref()?.alpha2.as_deref()
}

/// The countries of a place: itself, those that the built-in table says lie in it, and those that
/// profiles say lie in it or in what lies in it.
fn below(
    edition: &Edition,
    place: EntityId,
    by_code: &BTreeMap<&str, &BTreeSet<usize>>,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut add = |code: &str| found.extend(by_code.get(code).copied().into_iter().flatten());
    let mut left = vec![place];
    let mut seen: BTreeSet<EntityId> = BTreeSet::new();
    while let Some(id) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        let entity = edition.entity(id);
        if let Some(facts) = &entity.place {
            facts
                .alpha2
                .as_deref()
                .or(facts.m49.as_deref())
                .map(&mut add);
        }
        entity.members.iter().for_each(|code| add(code));
        // A country's parts are of the country.
        if code(entity).is_none() {
            left.extend(&entity.children);
        }
    }
    found
}
