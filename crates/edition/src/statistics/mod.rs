//! What an edition adds up to: counts that pages show as figures and tables.
//!
//! In: an edition in which everything else is derived. Out: [`Statistics`], counted once. They come
//! from the visible briefs alone, so that they are those of a library that never had the rest.
//! Cost grows with the references of the briefs.
//!
//! What is counted are briefs, each at most once in a number. A brief counts in the quarter of its
//! date; "the last two quarters" go back from the newest brief, not from a clock.

mod alignment;
mod compare;
mod landscape;
mod matrix;
mod places;
mod quarters;

use rayon::prelude::*;

pub use alignment::{Alignment, AlignmentTally};
pub use compare::{State, compared};
pub use landscape::{Counts, Landscape, Tally, Window};
pub use matrix::{Cell, Column, Named, matrix, named_techniques};
pub use places::{Country, Targets};
pub use quarters::{LONGEST, Quarter, series};

use super::model::{Edition, EntityId, id_of};

/// The counts of an edition.
#[derive(Debug, Default)]
pub struct Statistics {
    /// The quarter of the newest brief; none without briefs.
    pub last: Option<Quarter>,
    /// For each entity, by its id, its briefs by quarter: the oldest first, none without a brief.
    pub activity: Vec<Vec<(Quarter, usize)>>,
    /// Pairs of actors whose techniques are compared, the first by slug before the second.
    pub comparisons: Vec<(EntityId, EntityId)>,
    pub landscape: Option<Landscape>,
    /// Which countries lie in which place.
    pub places: places::Members,
}

impl Statistics {
    /// Counts what the edition shows.
    pub fn of(edition: &Edition) -> Self {
        let places = places::Members::of(edition);
        let activity = edition
            .entities
            .par_iter()
            .map(|entity| quarters::activity(edition, &entity.briefs))
            .collect();
        Self {
            last: edition
                .briefs
                .first()
                .map(|brief| Quarter::of(brief.date.day())),
            activity,
            comparisons: compare::pairs(edition),
            landscape: landscape::Landscape::of(edition, &places),
            places,
        }
    }

    /// The actors that one is compared with.
    pub fn compared_with(&self, id: EntityId) -> impl Iterator<Item = (EntityId, EntityId)> + '_ {
        self.comparisons
            .iter()
            .copied()
            .filter(move |(one, other)| *one == id || *other == id)
    }
}

/// An entity and what it lies in, each once, without the world, in which all lies.
fn with_ancestors(edition: &Edition, id: EntityId, found: &mut Vec<EntityId>) {
    let first = found.len();
    if !found.contains(&id) {
        found.push(id);
    }
    let mut next = first;
    while let Some(at) = found.get(next).copied() {
        for parent in &edition.entity(at).parents {
            if !found.contains(parent) && !edition.is_world(*parent) {
                found.push(*parent);
            }
        }
        next += 1;
    }
}

/// The ids of all entities.
fn ids(edition: &Edition) -> impl Iterator<Item = EntityId> + use<> {
    (0..edition.entities.len()).map(id_of)
}
