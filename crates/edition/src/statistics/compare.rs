//! Which actors' techniques are compared, and what they have in common.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::super::model::{Edition, EntityId};
use base::kind::EntityKind;

/// With how many others an actor is compared at most.
const MOST: usize = 8;

/// Which of two actors a technique goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    First,
    Both,
    Second,
}

/// The techniques that an actor's profile names, or a brief that names the actor.
fn techniques(edition: &Edition, actor: EntityId) -> BTreeSet<EntityId> {
    let entity = edition.entity(actor);
    let of_briefs = entity
        .related
        .get(&EntityKind::Technique)
        .into_iter()
        .flatten()
        .map(|(id, _)| *id);
    let of_profile = entity
        .linked
        .iter()
        .copied()
        .filter(|id| edition.entity(*id).kind == EntityKind::Technique);
    of_briefs.chain(of_profile).collect()
}

/// Every technique of two actors, and whose it is.
pub fn compared(edition: &Edition, first: EntityId, second: EntityId) -> BTreeMap<EntityId, State> {
    let mut states: BTreeMap<EntityId, State> = techniques(edition, first)
        .into_iter()
        .map(|id| (id, State::First))
        .collect();
    for id in techniques(edition, second) {
        states
            .entry(id)
            .and_modify(|state| *state = State::Both)
            .or_insert(State::Second);
    }
    states
}

/// The pairs to compare: actors that profiles or briefs name together and that share techniques,
/// those that share most first, until each of the two has [`MOST`].
pub fn pairs(edition: &Edition) -> Vec<(EntityId, EntityId)> {
    let actors: Vec<EntityId> = edition
        .of_kind(EntityKind::Actor)
        .map(|(id, _)| id)
        .collect();
    let sets: HashMap<EntityId, Vec<EntityId>> = actors
        .par_iter()
        .map(|id| (*id, techniques(edition, *id).into_iter().collect()))
        .collect();
    let mut candidates: Vec<(usize, usize, EntityId, EntityId)> = actors
        .par_iter()
        .flat_map_iter(|id| {
            let entity = edition.entity(*id);
            let named: BTreeMap<EntityId, usize> = entity
                .linked
                .iter()
                .map(|other| (*other, 0))
                .chain(
                    entity
                        .related
                        .get(&EntityKind::Actor)
                        .into_iter()
                        .flatten()
                        // Of those that are named with most others, the nearest.
                        .take(MOST * 8)
                        .copied(),
                )
                .collect();
            let own = &sets[id];
            let sets = &sets;
            named.into_iter().filter_map(move |(other, briefs)| {
                let shared = common(own, sets.get(&other)?);
                let pair = order(edition, *id, other);
                (shared > 0 && *id != other).then_some((shared, briefs, pair.0, pair.1))
            })
        })
        .collect();
    candidates.sort_by(|left, right| {
        (right.0, right.1)
            .cmp(&(left.0, left.1))
            .then((left.2, left.3).cmp(&(right.2, right.3)))
    });
    let mut taken: BTreeMap<EntityId, usize> = BTreeMap::new();
    let mut pairs: BTreeSet<(EntityId, EntityId)> = BTreeSet::new();
    for (_, _, one, other) in candidates {
        let full = |id: EntityId| taken.get(&id).is_some_and(|count| *count >= MOST);
        if !full(one) && !full(other) && pairs.insert((one, other)) {
            *taken.entry(one).or_default() += 1;
            *taken.entry(other).or_default() += 1;
        }
    }
    pairs.into_iter().collect()
}

/// How many two sorted lists have in common.
fn common(one: &[EntityId], other: &[EntityId]) -> usize {
    let mut left = other.iter().peekable();
    one.iter()
        .filter(|id| {
            while left.next_if(|next| next < id).is_some() {}
            left.next_if(|next| next == id).is_some()
        })
        .count()
}

/// A pair has one address: that of the first by slug.
fn order(edition: &Edition, one: EntityId, other: EntityId) -> (EntityId, EntityId) {
    if edition.entity(one).slug <= edition.entity(other).slug {
        (one, other)
    } else {
        (other, one)
    }
}
