//! The addresses of an edition's pages and files.
//!
//! In: a brief, an entity or a table. Out: its path from the edition's root. The plan claims these paths,
//! and whatever links to a page asks for them here.

use std::ops::Range;

use super::model::{Brief, Edition, Entity, EntityId};

/// A table of the landscape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    Alignment,
    AlignmentByQuarter,
    Countries,
    Sectors,
    Techniques,
    Actors,
}

impl Sheet {
    /// Each with the stem of its file's name.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Alignment, "alignment"),
        (Self::AlignmentByQuarter, "alignment-by-quarter"),
        (Self::Countries, "countries"),
        (Self::Sectors, "sectors"),
        (Self::Techniques, "techniques"),
        (Self::Actors, "actors"),
    ];
}

/// The favicon's path.
pub const FAVICON: &str = "favicon.svg";

/// The page that says what the markings mean, from the edition's root.
pub const MARKINGS: &str = "/markings/";

/// The page with the library in figures.
pub const LANDSCAPE: &str = "/landscape/";

/// The path of the picture of a link to a brief, from the edition's root without a slash at its
/// start; without a brief, that of the site.
pub fn card_path(brief: Option<&Brief>) -> String {
    let folder = brief.map_or_else(|| "/".to_owned(), brief_path);
    format!("{}{CARD}", folder.trim_start_matches('/'))
}

/// The name of those pictures.
pub const CARD: &str = "social-card.png";

/// The path of a table of the landscape.
pub fn sheet_path(sheet: Sheet) -> String {
    let name = Sheet::ALL.iter().find(|(other, _)| *other == sheet);
    format!("{LANDSCAPE}{}.csv", name.map_or("", |(_, name)| name))
}

/// The path of the page that compares two actors.
pub fn compare_path(edition: &Edition, first: EntityId, second: EntityId) -> String {
    let other = &edition.entity(second).slug;
    format!("{}compare/{other}/", entity_path(edition.entity(first)))
}

/// The path of an entity's page, from the edition's root: `/actors/apt28/`.
pub fn entity_path(entity: &Entity) -> String {
    format!("/{}/{}/", entity.kind.folder(), entity.slug)
}

/// The path of a brief's page.
pub fn brief_path(brief: &Brief) -> String {
    format!("/briefs/{}/", brief.slug)
}

/// The path of a page of a list, from 0.
pub fn page_path(base: &str, page: usize) -> String {
    if page == 0 {
        base.to_owned()
    } else {
        format!("{base}page/{}/", page + 1)
    }
}

/// How many pages a list of so many rows has; always one at least.
pub fn page_count(rows: usize, per_page: usize) -> usize {
    if per_page == 0 {
        1
    } else {
        rows.div_ceil(per_page).max(1)
    }
}

/// The rows of a page of a list, as a range.
pub fn page_rows(rows: usize, per_page: usize, page: usize) -> Range<usize> {
    if per_page == 0 {
        return 0..rows;
    }
    (page * per_page).min(rows)..((page + 1) * per_page).min(rows)
}
