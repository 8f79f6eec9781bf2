//! Whose interest the actors of a brief serve.

use std::collections::BTreeSet;

use super::super::model::{Brief, Edition};
use super::landscape::Counts;
use base::kind::EntityKind;

/// What a brief says of the alignment of its actors. A brief has every one that is stated of one of
/// them, or else one of the other two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alignment {
    Stated(String),
    /// It names actors, none of them with an alignment.
    Unknown,
    NoActor,
}

/// How many briefs have an alignment.
#[derive(Debug)]
pub struct AlignmentTally {
    pub alignment: Alignment,
    pub counts: Counts,
    /// For each quarter of the landscape.
    pub by_quarter: Vec<usize>,
}

/// The alignments of a brief: of its actors' profiles, and of its own attributions.
pub fn of_brief(edition: &Edition, brief: &Brief) -> BTreeSet<Alignment> {
    let actors = || {
        brief
            .entities
            .iter()
            .map(|id| edition.entity(*id))
            .filter(|entity| entity.kind == EntityKind::Actor)
    };
    let of_actors = actors().filter_map(|actor| actor.profile.as_ref()?.facts.alignment.as_ref());
    let own = brief
        .attribution
        .iter()
        .filter_map(|entry| entry.value.alignment.as_ref());
    let mut alignments: BTreeSet<Alignment> = of_actors
        .chain(own)
        .map(|name| Alignment::Stated(name.clone()))
        .collect();
    if alignments.is_empty() {
        alignments.insert(if actors().next().is_some() {
            Alignment::Unknown
        } else {
            Alignment::NoActor
        });
    }
    alignments
}
