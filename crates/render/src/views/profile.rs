//! What the pages of entities and of comparisons get.

use serde::Serialize;

use super::{EntityLink, MarkingView, Prepared};

/// A drawing with what it counts.
#[derive(Debug, Clone, Serialize)]
pub struct Drawing {
    /// A figure with its table, ready to be written.
    pub figure: String,
    /// `2023-Q1 to 2025-Q4`.
    pub period: String,
    /// How many briefs it counts.
    pub briefs: usize,
}

/// Targeted countries.
#[derive(Debug, Clone, Serialize)]
pub struct TargetsView {
    /// A map with its table, ready to be written.
    pub figure: String,
    pub countries: Vec<CountryView>,
    /// Groupings that briefs name, each of which counts to its countries.
    pub groupings: Vec<GroupingView>,
    pub period: String,
    pub briefs: usize,
    /// How many countries there are beyond those in `countries`.
    pub more: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct CountryView {
    pub name: String,
    /// Of its page, where the edition has one.
    pub url: Option<String>,
    /// Briefs that name the country itself.
    pub itself: usize,
    /// Briefs that name it or a grouping that it lies in.
    pub counts: CountsView,
}

#[derive(Debug, Clone, Serialize)]
pub struct GroupingView {
    pub entity: Prepared<EntityLink>,
    pub count: usize,
    /// How many countries lie in it.
    pub members: usize,
}

/// A number of briefs, for the whole library and for two parts of it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CountsView {
    /// In the last two quarters.
    pub recent: usize,
    /// In the two quarters before.
    pub earlier: usize,
    pub whole: usize,
}

/// Entities of one kind that go with an entity.
#[derive(Debug, Clone, Serialize)]
pub struct CompanyView {
    pub kind: &'static str,
    /// `Who targets it`.
    pub title: &'static str,
    pub entities: Vec<CompanionView>,
    /// How many more there are.
    pub more: usize,
}

/// An entity that goes with another, and why.
#[derive(Debug, Clone, Serialize)]
pub struct CompanionView {
    pub entity: Prepared<EntityLink>,
    /// Briefs that name both.
    pub count: usize,
    /// Whether the profile of one names the other.
    pub profile: bool,
    /// Of the count of the first of the list.
    pub percent: usize,
}

/// Techniques under their tactics.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixView {
    pub columns: Vec<MatrixColumn>,
    /// How many techniques and sub-techniques are named.
    pub total: usize,
    /// The most briefs that one of them has.
    pub most: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct MatrixColumn {
    /// The name of the tactic.
    pub title: String,
    pub cells: Vec<MatrixCell>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MatrixCell {
    pub entity: Prepared<EntityLink>,
    /// Briefs that name it or a sub-technique of it.
    pub count: usize,
    /// Whether the profile names it.
    pub profile: bool,
    /// From 0 to 5, against the most frequent technique.
    pub step: usize,
    /// Sub-techniques that are named.
    pub below: Vec<MatrixCell>,
}

/// A comparison to link to.
#[derive(Debug, Clone, Serialize)]
pub struct CompareLink {
    /// The other actor's name.
    pub title: String,
    pub url: String,
    /// How many techniques both have.
    pub shared: usize,
    pub tlp: Option<MarkingView>,
}

/// `compare`: the techniques of two actors.
#[derive(Debug, Clone, Serialize)]
pub struct CompareView {
    pub first: Prepared<EntityLink>,
    pub second: Prepared<EntityLink>,
    /// How many techniques only the first has, both have, only the second has.
    pub only_first: usize,
    pub both: usize,
    pub only_second: usize,
    pub columns: Vec<CompareColumn>,
    /// Every technique once, in the order of the ids.
    pub rows: Vec<CompareRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CompareColumn {
    /// The name of the tactic.
    pub title: String,
    pub cells: Vec<CompareCell>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CompareCell {
    pub entity: Prepared<EntityLink>,
    /// `first`, `both`, `second`; none for a technique that is there for its sub-techniques alone.
    pub state: Option<&'static str>,
    pub below: Vec<CompareCell>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CompareRow {
    pub entity: Prepared<EntityLink>,
    pub state: &'static str,
    /// The names of its tactics, with commas.
    pub tactics: String,
    pub first: Basis,
    pub second: Basis,
}

/// What says that a technique is an actor's.
#[derive(Debug, Clone, Serialize)]
pub struct Basis {
    /// Briefs that name both.
    pub count: usize,
    /// Whether the profile of one names the other.
    pub profile: bool,
}
