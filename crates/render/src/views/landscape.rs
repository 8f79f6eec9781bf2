//! What the landscape page gets.

use serde::Serialize;

use super::{CountsView, EntityLink, MatrixView, Prepared, TargetsView};

/// `landscape`: the library in figures.
#[derive(Debug, Clone, Serialize)]
pub struct LandscapeView {
    pub recent: WindowView,
    pub earlier: WindowView,
    pub whole: WindowView,
    /// Whether both pairs of quarters have enough briefs to compare them.
    pub comparable: bool,
    /// How many briefs were revoked and are not counted.
    pub revoked: usize,
    pub alignment: AlignmentFigures,
    pub targets: Option<TargetsFigures>,
    pub sectors: Option<RankedFigures>,
    pub techniques: Option<TechniqueFigures>,
    pub actors: Option<RankedFigures>,
}

/// A stretch of time with its briefs.
#[derive(Debug, Clone, Serialize)]
pub struct WindowView {
    /// `2025-Q3 and 2025-Q4`, or `2016-Q1 to 2025-Q4`.
    pub period: String,
    pub briefs: usize,
}

/// Shares of briefs by alignment.
#[derive(Debug, Clone, Serialize)]
pub struct AlignmentFigures {
    /// The last two quarters, ready to be written.
    pub figure: String,
    /// Quarter by quarter, ready to be written; empty where there is one quarter alone.
    pub over_time: String,
    /// What of it stands out, in words.
    pub words: Vec<String>,
    pub shares: Vec<ShareRow>,
    /// The quarters of `by_quarter`, with the briefs of each.
    pub quarters: Vec<QuarterView>,
    pub csv_url: String,
    pub quarters_csv_url: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct ShareRow {
    pub name: String,
    pub counts: CountsView,
    /// Of the briefs of each stretch of time, with one decimal: `48.6`.
    pub recent_percent: String,
    pub earlier_percent: String,
    pub whole_percent: String,
    /// For each quarter of `quarters`.
    pub by_quarter: Vec<usize>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QuarterView {
    /// `2025-Q4`.
    pub name: String,
    pub briefs: usize,
}

/// Targeted countries.
#[derive(Debug, Clone, Serialize)]
pub struct TargetsFigures {
    pub words: Vec<String>,
    /// How many briefs name a place.
    pub with: CountsView,
    pub targets: TargetsView,
    pub csv_url: String,
}

/// Entities of one kind, the most frequent first.
#[derive(Debug, Clone, Serialize)]
pub struct RankedFigures {
    /// Ready to be written.
    pub figure: String,
    pub words: Vec<String>,
    /// How many briefs name one of them.
    pub with: CountsView,
    pub rows: Vec<RankedRow>,
    /// How many more there are, all of them in the CSV file.
    pub more: usize,
    pub csv_url: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct RankedRow {
    pub entity: Prepared<EntityLink>,
    pub counts: CountsView,
}

/// Techniques by frequency.
#[derive(Debug, Clone, Serialize)]
pub struct TechniqueFigures {
    pub words: Vec<String>,
    /// How many briefs name one.
    pub with: CountsView,
    pub matrix: MatrixView,
    pub rows: Vec<RankedRow>,
    /// How many more there are, all of them in the CSV file.
    pub more: usize,
    pub csv_url: String,
}
