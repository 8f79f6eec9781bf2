//! The indicators of a list: its delimiter, its columns, its rows.
//!
//! In: the text of a list. Out: the indicators of its rows, in their order, each with the strictest
//! marking that its row or the list gives it, and a count of the cells that are none.
//!
//! 1. the delimiter is the one that splits most lines alike
//! 2. labels in comments and on lines of their own mark the rows below ([`marks`])
//! 3. a first line of known words is the header; without one the cells say what each column is
//! 4. each value gets its type, refanged and checked.

use std::sync::Arc;

use ::csv::{ReaderBuilder, StringRecord, Trim};

use crate::diagnostic::SourceFile;
use crate::import::gate::Gate;
use crate::import::indicators::{self, Indicator};
use crate::import::{Summary, text as lines};
use crate::intel::vocabulary::IndicatorType;
use crate::marking::names::Field;
use crate::marking::{Tlp, names};

use super::marks::{self, Sections};

/// Rows of one file.
const MOST_ROWS: usize = 1_000_000;

/// As the site's own tables are read: `First Seen` is `first_seen`.
pub fn key(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}').to_lowercase();
    cell.replace([' ', '-', '.', '/'], "_")
}

/// The sign that splits most of the first lines into equally many cells.
pub fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .take(50)
        .collect();
    let outside = |line: &str, delimiter: u8| {
        let mut quoted = false;
        let mut count = 0;
        for byte in line.bytes() {
            quoted ^= byte == b'"';
            count += usize::from(!quoted && byte == delimiter);
        }
        count
    };
    let score = |delimiter: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| outside(line, delimiter)).collect();
        // The first line may be a comment of another form.
        let alike = counts
            .iter()
            .filter(|count| **count > 0)
            .map(|count| counts.iter().filter(|other| *other == count).count())
            .max()
            .unwrap_or(0);
        let any = counts.iter().filter(|count| **count > 0).count();
        (alike, any)
    };
    let mut best = (b',', (0, 0));
    for candidate in [b',', b';', b'\t', b'|'] {
        let score = score(candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    Value,
    /// Values of one type: a column `sha256`.
    Typed(Vec<IndicatorType>),
    Type,
    Description,
    FirstSeen,
    ValidUntil,
    Confidence,
    /// Markings, or words that may be.
    Marks(Field),
    /// How MISP says who may have it.
    Distribution,
    Software,
    Other(String),
}

/// Words of headers, in the form of [`key`].
const HEADERS: &[(&[&str], Role)] = &[
    (
        &[
            "value",
            "indicator",
            "ioc",
            "observable",
            "indicator_value",
            "ioc_value",
            "indicators",
            "iocs",
            "artifact",
            "observable_value",
            "entity",
            "data",
            "atomic_indicator",
        ],
        Role::Value,
    ),
    (
        &[
            "type",
            "entity_type",
            "indicator_type",
            "ioc_type",
            "kind",
            "observable_type",
            "data_type",
            "artifact_type",
            "category",
        ],
        Role::Type,
    ),
    (
        &[
            "description",
            "notes",
            "note",
            "comment",
            "comments",
            "context",
            "details",
            "detail",
            "desc",
            "info",
            "remarks",
            "title",
            "role",
        ],
        Role::Description,
    ),
    (
        &[
            "first_seen",
            "firstseen",
            "date",
            "first_observed",
            "first_seen_utc",
            "observed",
            "created",
        ],
        Role::FirstSeen,
    ),
    (
        &["valid_until", "expires", "expiration", "expiry", "valid_to"],
        Role::ValidUntil,
    ),
    (&["confidence", "confidence_level"], Role::Confidence),
    (
        &[
            "software",
            "malware",
            "malware_family",
            "family",
            "malware_name",
        ],
        Role::Software,
    ),
];

fn role(cell: &str) -> Role {
    let key = key(cell);
    HEADERS
        .iter()
        .find(|(words, _)| words.contains(&key.as_str()))
        .map(|(_, role)| role.clone())
        .or_else(|| key.ends_with("distribution").then_some(Role::Distribution))
        .or_else(|| names::field(cell).map(Role::Marks))
        .or_else(|| indicators::hinted(&key).map(Role::Typed))
        .unwrap_or(Role::Other(cell.trim().to_owned()))
}

/// The indicators of a list. `unmarked` is the level of rows without a marking.
pub fn read(
    file: &Arc<SourceFile>,
    unmarked: Option<Tlp>,
    summary: &mut Summary,
) -> Vec<Indicator> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&file.text))
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(file.text.as_bytes());
    let mut rows: Vec<(u64, StringRecord)> = Vec::new();
    for record in reader.records() {
        // From valid UTF-8 and with any number of cells allowed the reader has no errors left.
        let Ok(record) = record else { continue };
        if rows.len() == MOST_ROWS {
            summary.skip(
                format!("rows beyond the first {MOST_ROWS}"),
                "the rest of the file",
            );
            break;
        }
        if record.iter().any(|cell| !cell.is_empty()) {
            let line = record.position().map_or(0, ::csv::Position::line);
            rows.push((line, record));
        }
    }
    let mut sections = Sections::of_comments(&file.text);
    rows.retain(|(line, row)| !sections.take(*line, row));
    sections.close(rows.last().map_or(0, |(line, _)| *line));
    let (mut roles, header): (Vec<Role>, StringRecord) = match rows.first() {
        Some((_, first)) if is_header(first) => {
            let (_, header) = rows.remove(0);
            (header.iter().map(role).collect(), header)
        }
        _ => (guessed(&rows), StringRecord::new()),
    };
    for (at, role) in roles.iter_mut().enumerate() {
        let cells = || rows.iter().filter_map(|(_, row)| row.get(at));
        let name = header.get(at).unwrap_or_default();
        match role {
            Role::Other(_) | Role::Description if marks::are_markings(cells()) => {
                *role = Role::Marks(Field::Marking);
            }
            // A word for what a thing is, and not for who may know of it.
            Role::Marks(Field::Marking)
                if key(name) == "classification" && marks::are_verdicts(cells()) =>
            {
                *role = Role::Other(name.to_owned());
            }
            _ => {}
        }
    }
    for role in &roles {
        if let Role::Other(name) = role
            && !name.is_empty()
        {
            summary.note(format!(
                "the column `{}` was left out",
                lines::name(name).unwrap_or_default()
            ));
        }
    }
    let mut indicators = Vec::new();
    for (line, row) in &rows {
        let tlp = marks::of_row(row, &roles, summary).max(sections.at(*line));
        let tlp = tlp.or(unmarked);
        of_row(*line, row, &roles, tlp, &mut indicators, summary);
    }
    indicators
}

/// A header has a word that names a column of values, and no cell that is a value.
fn is_header(row: &StringRecord) -> bool {
    let names = row
        .iter()
        .any(|cell| matches!(role(cell), Role::Value | Role::Typed(_)));
    names
        && row
            .iter()
            .all(|cell| cell.is_empty() || indicators::detect(cell, &[]).is_none())
}

/// What the columns are where nothing says it: most values, most words for types, longest text.
fn guessed(rows: &[(u64, StringRecord)]) -> Vec<Role> {
    let width = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    let sample: Vec<&StringRecord> = rows.iter().map(|(_, row)| row).take(200).collect();
    let count = |column: usize, is: &dyn Fn(&str) -> bool| {
        sample
            .iter()
            .filter(|row| row.get(column).is_some_and(is))
            .count()
    };
    let best = |score: &dyn Fn(usize) -> usize, taken: &[usize]| {
        let mut best = None;
        for column in (0..width).filter(|column| !taken.contains(column)) {
            let score = score(column);
            if score > 0 && best.is_none_or(|(_, most)| score > most) {
                best = Some((column, score));
            }
        }
        best.map(|(column, _)| column)
    };
    let mut roles = vec![Role::Other(String::new()); width];
    let mut taken = Vec::new();
    let value = best(
        &|column| count(column, &|cell| indicators::values(cell, &[]).is_some()),
        &taken,
    );
    if let Some(column) = value {
        roles[column] = Role::Value;
        taken.push(column);
    }
    let kind = best(
        &|column| count(column, &|cell| indicators::hinted(cell).is_some()),
        &taken,
    );
    if let Some(column) = kind {
        roles[column] = Role::Type;
        taken.push(column);
    }
    let length = |column: usize| {
        sample
            .iter()
            .filter_map(|row| row.get(column))
            .map(str::len)
            .sum()
    };
    if let Some(column) = best(&length, &taken) {
        roles[column] = Role::Description;
    }
    roles
}

fn of_row(
    line: u64,
    row: &StringRecord,
    roles: &[Role],
    tlp: Option<Tlp>,
    indicators: &mut Vec<Indicator>,
    summary: &mut Summary,
) {
    let cell = |wanted: &Role| {
        roles
            .iter()
            .zip(row.iter())
            .filter(|(role, cell)| *role == wanted && !cell.is_empty())
            .map(|(_, cell)| cell)
            .next()
    };
    let word = cell(&Role::Type);
    let said = word.and_then(indicators::hinted).unwrap_or_default();
    let gate = Gate::at(tlp.unwrap_or_default());
    let description = cell(&Role::Description).and_then(|text| gate.text(text));
    let mut any = false;
    for (role, text) in roles.iter().zip(row.iter()) {
        let kinds = match role {
            Role::Value => said.as_slice(),
            Role::Typed(kinds) => kinds.as_slice(),
            _ => continue,
        };
        if text.is_empty()
            || matches!(
                text.to_lowercase().as_str(),
                "-" | "n/a" | "na" | "none" | "null"
            )
        {
            continue;
        }
        any = true;
        let values = indicators::values(text, kinds).unwrap_or_else(|| {
            let reason = match word {
                Some(word) => format!(
                    "values that are no `{}`",
                    lines::name(word).unwrap_or_default()
                ),
                None => "values of no known type".to_owned(),
            };
            let (good, bad) = indicators::some_values(text, kinds);
            for part in bad {
                summary.skip(reason.clone(), format!("line {line}: {part}"));
            }
            good
        });
        for (kind, value) in values {
            let mut indicator = Indicator::new(kind, &value, gate);
            indicator.description.clone_from(&description);
            indicator.first_seen = cell(&Role::FirstSeen).and_then(|text| gate.date(text));
            indicator.valid_until = cell(&Role::ValidUntil).and_then(|text| gate.date(text));
            let confidence = cell(&Role::Confidence).and_then(indicators::confidence);
            indicator.confidence = confidence.map(|confidence| gate.word(confidence));
            indicator.software = cell(&Role::Software).and_then(|text| gate.name(text));
            indicators.push(indicator);
        }
    }
    if !any {
        summary.skip("rows without a value", format!("line {line}"));
    }
}
