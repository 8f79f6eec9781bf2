//! What the text of a document asks of its entries: how its sources are numbered, and where it must not
//! lead.
//!
//! In: the entries that an edition shows. Out: the same answer for pages and for files for other tools.

use super::model::{EntityId, Indicator, Shown, Source, Text};
use base::indicator::LiveTargets;
use figures::Figure;

/// The number of a source in the shown list, from 1.
pub fn source_number(sources: &[Shown<Source>], id: &str) -> Option<usize> {
    sources
        .iter()
        .position(|source| source.value.id == id)
        .map(|at| at + 1)
}

/// What a document must not link to: its indicators, and those of the tables in its text.
pub fn live_targets(text: &Text, indicators: &[Shown<Indicator<EntityId>>]) -> LiveTargets {
    LiveTargets::of(
        indicators
            .iter()
            .map(|indicator| (indicator.value.kind, indicator.value.value.as_str()))
            .chain(text.figures.iter().flat_map(Figure::indicators)),
    )
}
