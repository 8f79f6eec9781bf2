//! Which rows of a brief are hashes of one file.
//!
//! In: a brief's indicators, in their order. Out: how many of the first belong together, and after how
//! many of those the next file begins.
//!
//! Briefs have no word for that, so it is taken from how analysts write: rows that follow each other
//! with the same words of description and the same software, in which the same types come round in the same order. Where
//! they do not come round evenly, or where nothing is described, each row stays by itself: a hash
//! beside the wrong file misleads more than one that stands alone.

use super::kinds::Kind;
use edition::model::Indicator;
use edition::{EntityId, Shown};

/// How many of the first rows belong together: values of files with one description
/// and software. At least one.
pub fn run(rows: &[Shown<Indicator<EntityId>>]) -> usize {
    fn described(entry: &Shown<Indicator<EntityId>>) -> Option<(&String, Option<EntityId>)> {
        let (kind, _) = Kind::of(entry.value.kind, "");
        let description = kind.relation.and(entry.value.description.as_ref())?;
        Some((description, entry.value.software))
    }
    let Some(first) = rows.first().and_then(described) else {
        return 1;
    };
    rows.iter()
        .take_while(|entry| described(entry).is_some_and(|other| other == first))
        .count()
}

/// After how many rows of a run the next file begins; none where that is not certain.
pub fn period(rows: &[Shown<Indicator<EntityId>>]) -> Option<usize> {
    let kinds: Vec<&str> = rows
        .iter()
        .map(|entry| Kind::of(entry.value.kind, "").0.name)
        .collect();
    let hashes = rows
        .iter()
        .any(|entry| Kind::of(entry.value.kind, "").0.is_hash());
    let first = kinds.first()?;
    let again = kinds.iter().skip(1).position(|kind| kind == first);
    let period = again.map_or(kinds.len(), |at| at + 1);
    let distinct = (0..period).all(|at| !kinds[..at].contains(&kinds[at]));
    let even = kinds.len().is_multiple_of(period)
        && kinds
            .iter()
            .enumerate()
            .all(|(at, kind)| *kind == kinds[at % period]);
    (period > 1 && distinct && even && hashes).then_some(period)
}
