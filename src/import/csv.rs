//! `tearline import csv`: a list of indicators goes to a brief.
//!
//! In: a file with or without a header, in the habits of many teams, and the brief. Out: rows in the
//! brief's `indicators_file`, those that are there already left out; where it names none, a new one
//! and the key that names it, with every other byte of the brief as it was.
//!
//! 1. the delimiter is the one that splits most lines alike
//! 2. a first line of known words is the header; without one the cells say what each column is
//! 3. each value gets its type, refanged and checked.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::draft::Outcome;
use super::indicators::{self, COLUMNS, Indicator};
use super::matter::Page;
use super::shelf::Shelf;
use super::write::{self, Output};
use super::yaml::Value;
use super::{Options, Summary, text as lines};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile, nearest};
use crate::intel::indicator::{refang_as, validate};
use crate::intel::resolve::context::slug_of;
use crate::intel::vocabulary::IndicatorType;
use crate::load::matter::BriefMatter;
use crate::load::{Document, Matter, document};
use crate::marking::Tlp;

/// Rows of one file.
const MOST_ROWS: usize = 1_000_000;

/// Imports a list.
///
/// # Errors
/// With findings, and nothing written.
pub fn import(
    root: &Path,
    file: &Arc<SourceFile>,
    brief: &str,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let shelf = Shelf::read(root, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let (document, matter) =
        find(&shelf, brief).map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    let mut summary = Summary::new(format!(
        "Indicators of {} for {}",
        file.path, document.file.path
    ));
    summary.dry_run = options.dry_run;

    let said = read(file, &mut summary);
    let (indicators, twice) = indicators::once(said);
    if indicators.is_empty() {
        return Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` has no indicator that is known", file.path),
        )
        .at_path(file.path.clone())
        .help("a list has a value in each line, and may have columns type and description; see `docs/importing.md`")
        .into());
    }
    let has = known(document, matter);
    let total = indicators.len();
    let new: Vec<Indicator> = indicators
        .into_iter()
        .filter(|indicator| !has.contains(&(indicator.kind, indicator.value.clone())))
        .collect();
    let mut counts = super::summary::Counts {
        new: new.len(),
        unchanged: total - new.len(),
        ..Default::default()
    };
    let outputs = outputs(&shelf, document, &new, file, &mut summary)
        .map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    if new.is_empty() {
        counts.new = 0;
    }
    summary.counts.insert("indicators".to_owned(), counts);
    if twice > 0 {
        summary.note(format!("{twice} values stand more than once in the list"));
    }
    if !options.dry_run {
        write::write(root, &outputs).map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    }
    Ok((summary, found))
}

/// The brief by its path or slug.
fn find<'s>(
    shelf: &'s Shelf,
    wanted: &str,
) -> Result<(&'s Document, &'s BriefMatter), Box<Diagnostic>> {
    let plain = wanted.trim().trim_start_matches("./").trim_matches('/');
    let slug = plain.strip_prefix("briefs/").unwrap_or(plain);
    let briefs = || {
        shelf
            .site
            .documents
            .iter()
            .filter_map(|document| match &document.matter {
                Matter::Brief(brief) => Some((document.as_ref(), brief.as_ref())),
                _ => None,
            })
    };
    let path_of = |document: &Document| {
        let path = document.file.path.clone();
        path.strip_suffix("/index.md")
            .map(str::to_owned)
            .unwrap_or(path)
    };
    let is_it = |(document, brief): &(&Document, &BriefMatter)| {
        slug_of(document, &brief.common) == slug.to_lowercase()
            || document.file.path == plain
            || path_of(document) == plain
            || document.file.path.ends_with(&format!("/{plain}"))
            || document.file.path.ends_with(&format!("/{plain}.md"))
    };
    if let Some(found) = briefs().find(is_it) {
        return Ok(found);
    }
    let slugs: Vec<String> = briefs()
        .map(|(document, brief)| slug_of(document, &brief.common))
        .collect();
    let stem = document::stem(slug);
    let broken = shelf
        .site
        .unparsed
        .iter()
        .any(|(_, unparsed)| *unparsed == slug || *unparsed == stem);
    let finding = Diagnostic::new(Code::UnknownBrief, format!("there is no brief `{wanted}`"));
    Err(Box::new(
        match nearest(slug, slugs.iter().map(String::as_str)) {
            _ if broken => {
                finding.help("its file does not load; run `tearline check` and mend it first")
            }
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(
                "name it by its slug or path, or write it first: tearline new brief \"Title\"",
            ),
        },
    ))
}

/// What the brief has already.
fn known(document: &Document, matter: &BriefMatter) -> HashSet<(IndicatorType, String)> {
    let rows = document.indicator_rows.iter().flat_map(|rows| &rows.rows);
    matter
        .indicators
        .iter()
        .chain(rows)
        .filter_map(|entry| {
            let kind = entry.kind.value;
            let value = validate(kind, &refang_as(kind, &entry.value.value.0)).ok()?;
            Some((kind, value))
        })
        .collect()
}

/// The files that change.
fn outputs(
    shelf: &Shelf,
    document: &Document,
    new: &[Indicator],
    from: &SourceFile,
    summary: &mut Summary,
) -> Result<Vec<Output>, Box<Diagnostic>> {
    if new.is_empty() {
        summary.add_file(&document.file.path, &Outcome::Unchanged);
        return Ok(Vec::new());
    }
    let from = lines::line(
        from.path.rsplit(['/', '\\']).next().unwrap_or_default(),
        120,
    );
    let heading = format!("# from {}\n", from.unwrap_or_default());
    if let Some(rows) = &document.indicator_rows {
        let path = rows.file.path.clone();
        summary.add_file(&path, &Outcome::Updated(Vec::new()));
        let text = extended(&rows.file.text, &heading, new, summary);
        return Ok(vec![Output { path, text }]);
    }
    let matter_names_one =
        matches!(&document.matter, Matter::Brief(brief) if brief.indicators_file.is_some());
    if matter_names_one {
        return Err(Box::new(
            Diagnostic::new(
                Code::MissingFile,
                format!(
                    "the `indicators_file` of {} cannot be read",
                    document.file.path
                ),
            )
            .at_path(document.file.path.clone())
            .help("run `tearline check`, and mend it first"),
        ));
    }
    let (path, name) = match document.file.path.strip_suffix("/index.md") {
        Some(folder) => {
            let mut name = "iocs.csv".to_owned();
            let mut number = 2;
            while shelf.has_path(&format!("{folder}/{name}")) {
                name = format!("iocs-{number}.csv");
                number += 1;
            }
            (format!("{folder}/{name}"), name)
        }
        None => {
            let path = indicators::free_table(shelf, &document.stem);
            (path.clone(), path)
        }
    };
    let text = with_key(&document.file, &name).ok_or_else(|| {
        Box::new(
            Diagnostic::new(
                Code::NotImportable,
                format!("the front matter of {} does not have one key to a line", document.file.path),
            )
            .at_path(document.file.path.clone())
            .help(format!("write a line `indicators_file: {name}` yourself, and an empty file of that name; then run this again")),
        )
    })?;
    summary.add_file(&path, &Outcome::New);
    summary.add_file(&document.file.path, &Outcome::Updated(Vec::new()));
    let table = indicators::text(new);
    let (header, rows) = table.split_once('\n').unwrap_or((&table, ""));
    Ok(vec![
        Output {
            path,
            text: format!("{header}\n{heading}{rows}"),
        },
        Output {
            path: document.file.path.clone(),
            text,
        },
    ])
}

/// The brief with the key that names the table.
fn with_key(file: &Arc<SourceFile>, name: &str) -> Option<String> {
    if file.text.trim_start().starts_with("+++") {
        // Before the first table of TOML, which is where keys of the document stand.
        let end = file.text.find('\n')? + 1;
        let (fence, rest) = file.text.split_at(end);
        let value = serde_json::Value::from(name).to_string();
        return Some(format!("{fence}indicators_file = {value}\n{rest}"));
    }
    let mut page = Page::read(file)?;
    page.set("indicators_file", Value::text(name), &["indicators"]);
    Some(page.text())
}

/// The table with rows behind those it has, in its own columns.
fn extended(text: &str, heading: &str, new: &[Indicator], summary: &mut Summary) -> String {
    let delimiter = delimiter(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut header = StringRecord::new();
    let has_header = reader.read_record(&mut header).unwrap_or(false);
    let columns: Vec<String> = if has_header {
        header.iter().map(key).collect()
    } else {
        COLUMNS.iter().map(|column| (*column).to_owned()).collect()
    };
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if !has_header {
        out.push_str(&indicators::row(COLUMNS.iter().copied(), delimiter));
    }
    out.push_str(heading);
    for indicator in new {
        let cells = indicator.cells();
        for (column, cell) in COLUMNS.iter().zip(&cells) {
            if !cell.is_empty() && !columns.iter().any(|there| there == column) {
                summary.note(format!(
                    "the table has no column `{column}`, so what the list says of it was left out"
                ));
            }
        }
        let row = columns.iter().map(|column| {
            COLUMNS
                .iter()
                .position(|known| known == column)
                .map_or("", |at| cells[at].as_str())
        });
        out.push_str(&indicators::row(row, delimiter));
    }
    out
}

/// As the site's own tables are read: `First Seen` is `first_seen`.
fn key(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}').to_lowercase();
    cell.replace([' ', '-', '.', '/'], "_")
}

/// The sign that splits most of the first lines into equally many cells.
fn delimiter(text: &str) -> u8 {
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
        let first = counts.first().copied().unwrap_or(0);
        let alike = counts
            .iter()
            .filter(|count| **count == first && first > 0)
            .count();
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
enum Role {
    Value,
    /// Values of one type: a column `sha256`.
    Typed(Vec<IndicatorType>),
    Type,
    Description,
    FirstSeen,
    ValidUntil,
    Confidence,
    Tlp,
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
    (&["tlp", "marking", "tlp_marking"], Role::Tlp),
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
        .or_else(|| indicators::hinted(&key).map(Role::Typed))
        .unwrap_or(Role::Other(cell.trim().to_owned()))
}

/// The indicators of a list.
fn read(file: &Arc<SourceFile>, summary: &mut Summary) -> Vec<Indicator> {
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
    let roles = match rows.first() {
        Some((_, first)) if is_header(first) => {
            let roles = first.iter().map(role).collect();
            rows.remove(0);
            roles
        }
        _ => guessed(&rows),
    };
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
        of_row(*line, row, &roles, &mut indicators, summary);
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
    let description =
        cell(&Role::Description).and_then(|text| lines::line(text, lines::LONGEST_TEXT));
    let tlp = cell(&Role::Tlp).and_then(Tlp::parse);
    if let (Some(text), None) = (cell(&Role::Tlp), tlp) {
        // Not to be published wider than it may be: a marking that is not known is the narrowest.
        summary.note(format!(
            "`{}` is not a TLP 2.0 label; what has it was written as red",
            lines::name(text).unwrap_or_default()
        ));
    }
    let tlp = tlp.or_else(|| cell(&Role::Tlp).map(|_| Tlp::Red));
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
            let mut indicator = Indicator::new(kind, value);
            indicator.description.clone_from(&description);
            indicator.first_seen = cell(&Role::FirstSeen).and_then(lines::rough_date);
            indicator.valid_until = cell(&Role::ValidUntil).and_then(lines::rough_date);
            indicator.confidence = cell(&Role::Confidence).and_then(indicators::confidence);
            indicator.software = cell(&Role::Software).and_then(lines::name);
            indicator.tlp = tlp;
            indicators.push(indicator);
        }
    }
    if !any {
        summary.skip("rows without a value", format!("line {line}"));
    }
}
