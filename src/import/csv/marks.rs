//! Finds the markings of a list: of its rows, of parts of it, of all of it.
//!
//! In: the cells of a row and what its columns are; comments, and lines that are nothing but a label.
//! Out: the strictest level that a row has by any of them.

use ::csv::StringRecord;

use super::columns::Role;
use crate::import::misp::distribution;
use crate::import::{Summary, indicators, stix, text as lines};
use crate::marking::names::{self, Field};
use crate::marking::{Tlp, label, within};

/// Labels outside of rows, which mark the rows below them: by line, with their level.
#[derive(Debug, Default)]
pub struct Sections {
    labels: Vec<(u64, Tlp)>,
    /// What marks every row: a label behind the last one.
    all: Option<Tlp>,
}

impl Sections {
    /// The labels in lines that begin with `#`.
    pub fn of_comments(text: &str) -> Self {
        let mut sections = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let Some(comment) = line.trim_start().strip_prefix('#') else {
                continue;
            };
            let mut pieces = comment.split([',', ';', '|', '\t']);
            let said = within::title(comment).max(pieces.find_map(field));
            let said = said.max(comment.split(". ").filter_map(within::title).max());
            if let Some(tlp) = said {
                sections.labels.push((number, tlp));
            }
        }
        sections
    }

    /// Takes a row that is nothing but a label: `TLP:AMBER,,`, `Classification;red`.
    pub fn take(&mut self, line: u64, row: &StringRecord) -> bool {
        let filled: Vec<&str> = row.iter().filter(|cell| !cell.is_empty()).collect();
        // The signs of a comment may begin a path.
        let bare = |cell: &str| {
            cell.trim_start_matches(['/', ';', '*', '-', ' '])
                .to_owned()
        };
        let is_alone = filled.len() <= 2
            && (filled.iter()).all(|cell| indicators::values(&bare(cell), &[]).is_none());
        let said = match filled.as_slice() {
            [_] | [_, _] if !is_alone => None,
            [cell] => label::leading(cell)
                .map(|label| label.level())
                .or_else(|| field(cell)),
            // Two such words are a header.
            [name, value] if names::field(value).is_none() => {
                names::field(name).and_then(|field| names::level(field, value))
            }
            _ => None,
        };
        self.labels.extend(said.map(|tlp| (line, tlp)));
        said.is_some()
    }

    /// A label below the last row is about all of them.
    pub fn close(&mut self, last: u64) {
        let below = self.labels.iter().filter(|(line, _)| *line > last);
        self.all = below.map(|(_, tlp)| *tlp).max();
    }

    /// What marks the row at this line.
    pub fn at(&self, line: u64) -> Option<Tlp> {
        let above = self.labels.iter().filter(|(above, _)| *above < line);
        above.map(|(_, tlp)| *tlp).max().max(self.all)
    }
}

/// `Classification: red`.
fn field(text: &str) -> Option<Tlp> {
    let (name, value) = text.split_once([':', '='])?;
    match names::field(name.trim())? {
        Field::Marking => names::level(Field::Marking, value),
        Field::Tags => names::level(Field::Tags, value),
    }
}

/// The strictest marking that a row gives itself: in a column for markings or tags, or as a label
/// that any cell of it begins or ends with.
pub fn of_row(row: &StringRecord, roles: &[Role], summary: &mut Summary) -> Option<Tlp> {
    let mut highest = None;
    let roles = roles.iter().map(Some).chain(std::iter::repeat(None));
    for (cell, role) in row.iter().zip(roles) {
        if cell.is_empty() {
            continue;
        }
        let said = match role {
            Some(Role::Marks(field)) => {
                let said = in_field(*field, cell);
                let is_word = cell.to_lowercase().contains("red") || ids(cell).any(|id| id == said);
                if said == Some(Tlp::Red) && !is_word {
                    unread(cell, summary);
                }
                said
            }
            Some(Role::Distribution) => distribution::of_word(cell),
            Some(Role::Value | Role::Typed(_) | Role::Type) => {
                let pieces = cell.split([',', ';', '|', '\n']);
                pieces.filter_map(label::tag).max()
            }
            _ => within::text(cell).max(within::line(cell)),
        };
        highest = highest.max(said);
    }
    highest
}

/// What a cell of a column for markings or tags says, ids of STIX among its values.
fn in_field(field: Field, cell: &str) -> Option<Tlp> {
    let other = cell
        .split(SEPARATORS)
        .filter(|piece| !is_id(piece))
        .filter_map(|piece| names::level(field, piece));
    let unknown = ids(cell).map(|id| id.unwrap_or(Tlp::Red));
    other.chain(unknown).max()
}

const SEPARATORS: [char; 4] = [',', ';', '|', '\n'];

/// The levels of the ids of STIX in a cell; none for one that nothing fixes.
fn ids(cell: &str) -> impl Iterator<Item = Option<Tlp>> {
    let pieces = cell.split(SEPARATORS).filter(|piece| is_id(piece));
    pieces.map(|piece| stix::marking::fixed(bare(piece)))
}

fn is_id(piece: &str) -> bool {
    bare(piece)
        .to_lowercase()
        .starts_with("marking-definition--")
}

fn bare(piece: &str) -> &str {
    piece.trim_matches(|c: char| !c.is_alphanumeric())
}

fn unread(cell: &str, summary: &mut Summary) {
    summary.note(format!(
        "`{}` is not a TLP 2.0 label; what has it was written as red",
        lines::name(cell).unwrap_or_default()
    ));
}

/// Whether a column has markings and nothing else: each of its cells is a label or a level.
pub fn are_markings<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut any = false;
    for cell in cells.filter(|cell| cell.chars().any(char::is_alphanumeric)) {
        let is_alone = cell.contains('=') || within::unmarked(cell).is_empty();
        let is_label = is_alone && label::tag(cell).is_some() || Tlp::parse(cell).is_some();
        if !is_label && names::level(Field::Marking, cell).is_some() {
            return false;
        }
        any |= is_label;
    }
    any
}

/// What lists say under `classification` of what a thing is.
const VERDICTS: [&str; 18] = [
    "malicious",
    "suspicious",
    "benign",
    "clean",
    "harmless",
    "undetected",
    "malware",
    "ransomware",
    "phishing",
    "spam",
    "c2",
    "c&c",
    "botnet",
    "trojan",
    "backdoor",
    "loader",
    "stealer",
    "scanner",
];

/// Whether all cells of a column are such words.
pub fn are_verdicts<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut filled = cells.filter(|cell| !cell.is_empty()).peekable();
    filled.peek().is_some()
        && filled.all(|cell| VERDICTS.contains(&cell.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_mark_what_stands_below() {
        let text = "# list\n# TLP:GREEN\nvalue\na.example\n# Classification: red\nb.example\n";
        let mut sections = Sections::of_comments(text);
        sections.close(6);
        assert_eq!(sections.at(4), Some(Tlp::Green));
        assert_eq!(sections.at(6), Some(Tlp::Red));
        let mut sections = Sections::of_comments("a.example\n# TLP:AMBER\n");
        sections.close(1);
        assert_eq!(sections.at(1), Some(Tlp::Amber));
    }

    #[test]
    fn lines_of_their_own_are_no_rows() {
        for (row, tlp) in [
            (&["TLP:AMBER", "", ""][..], Some(Tlp::Amber)),
            (&["// TLP:AMBER"], Some(Tlp::Amber)),
            (&["Classification", "amber"], Some(Tlp::Amber)),
            (&["Classification: amber"], Some(Tlp::Amber)),
            (&["value", "tlp"], None),
            (&["a.example", "TLP:AMBER"], None),
            (&["a.example"], None),
        ] {
            let mut sections = Sections::default();
            let taken = sections.take(1, &StringRecord::from(row));
            assert_eq!((taken, sections.at(2)), (tlp.is_some(), tlp), "{row:?}");
        }
    }

    #[test]
    fn ids_of_stix_have_their_levels() {
        for (cell, tlp) in [
            (
                "marking-definition--613F2E26-407D-48C7-9ECA-B8E91DF99DC9",
                Tlp::Clear,
            ),
            (
                "['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9', 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da']",
                Tlp::Green,
            ),
            (
                "marking-definition--00000000-0000-4000-8000-000000000000",
                Tlp::Red,
            ),
        ] {
            assert_eq!(in_field(Field::Marking, cell), Some(tlp), "{cell}");
        }
    }

    #[test]
    fn columns_show_what_they_are() {
        assert!(are_markings(["red", "", "TLP:AMBER"].into_iter()));
        assert!(are_markings(["red", "n/a"].into_iter()));
        assert!(!are_markings(["red", "blue"].into_iter()));
        assert!(!are_markings(["", "-"].into_iter()));
        assert!(!are_markings(["TLP:RED words"].into_iter()));
        assert!(are_verdicts(["malicious", "", "Benign"].into_iter()));
        assert!(!are_verdicts(["malicious", "secret"].into_iter()));
    }
}
