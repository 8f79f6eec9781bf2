//! CSV into the spanned tree.
//!
//! In: a file with a header line (RFC 4180; comma, semicolon or tab between the cells; lines that
//! begin with `#` are comments). Out: one table for each row, its keys from the header, its values
//! text with the span of the cell; in the columns of [`LISTS`], lists.
//! 1. The header line decides the delimiter.
//! 2. The crate `csv` reads the cells' values; [`cells`] finds in step with it where they stand.
//! 3. Values that need no thought (blank cells, blank rows) are left out; the rest is paired with
//!    the header, and what does not fit is reported.

mod cells;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ::csv::{ReaderBuilder, StringRecord};

use self::cells::{Cell, Cells, Fault};
use super::tree::{Entry, Node, Table, Value};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile};

/// More findings than this in one file help nobody.
const MOST_FINDINGS: usize = 100;

/// The columns whose cells hold more than one value.
const LISTS: [&str; 1] = ["audience"];

/// A column's key and where the header has it; none when the header's cell was refused.
struct Column {
    key: Option<String>,
    span: Range<usize>,
}

/// Parses the whole file.
///
/// A row with a fault is reported and keeps its readable cells; after an unclosed quote nothing
/// more can be read.
pub fn parse(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Vec<Node> {
    let delimiter = delimiter(&file.text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .from_reader(file.text.as_bytes());
    let mut report = Report {
        file,
        found,
        findings: 0,
    };
    let mut cells = Cells::new(&file.text, delimiter);
    let mut record = StringRecord::new();
    let mut row = Vec::new();
    let mut columns: Option<Vec<Column>> = None;
    let mut rows = Vec::new();
    // From valid UTF-8 and with any number of cells allowed the reader has no errors left.
    while reader.read_record(&mut record).unwrap_or(false) {
        cells.next_row(&mut row);
        if let Some(opening) = report.faults(&row) {
            report.push(
                Diagnostic::new(Code::CsvSyntax, "a quote is opened and not closed")
                    .at(file, opening..opening + 1)
                    .label("opened here")
                    .help("close the quote; write `\"\"` for a quote inside of a quoted cell"),
            );
            break;
        }
        match &columns {
            None => columns = Some(header(&record, &row, &mut report)),
            Some(columns) => rows.extend(table(&record, &row, columns, &mut report)),
        }
    }
    rows
}

/// The delimiter that the header line has most of, outside of quotes.
pub fn delimiter(text: &str) -> u8 {
    let header = text
        .split(['\n', '\r'])
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    let mut best = (b',', 0);
    for (delimiter, count) in counts {
        if count > best.1 {
            best = (delimiter, count);
        }
    }
    best.0
}

struct Report<'a> {
    file: &'a Arc<SourceFile>,
    found: &'a mut Diagnostics,
    findings: usize,
}

impl Report<'_> {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.findings += 1;
        if self.findings <= MOST_FINDINGS {
            self.found.push(diagnostic);
        }
    }

    fn fault(&mut self, message: impl Into<String>, at: Range<usize>, label: &str, help: &str) {
        let diagnostic = Diagnostic::new(Code::CsvSyntax, message)
            .at(self.file, at)
            .label(label)
            .help(help);
        self.push(diagnostic);
    }

    /// Reports text behind a closing quote; gives the place of a quote that is never closed.
    fn faults(&mut self, row: &[Cell]) -> Option<usize> {
        for cell in row {
            match cell.fault {
                None => {}
                Some(Fault::Unclosed) => return Some(cell.span.start),
                Some(Fault::AfterQuote(at)) => self.fault(
                    "text stands after the closing quote",
                    at..cell.span.end.max(at),
                    "expected the end of the cell",
                    "write `\"\"` for a quote inside of a quoted cell",
                ),
            }
        }
        None
    }
}

/// `First Seen` and `first-seen` are the key `first_seen`.
pub fn key(cell: &str) -> String {
    let cell = cell.trim().to_lowercase();
    cell.replace([' ', '-'], "_")
}

fn header(record: &StringRecord, row: &[Cell], report: &mut Report<'_>) -> Vec<Column> {
    let mut first: HashMap<String, Range<usize>> = HashMap::new();
    let mut columns = Vec::with_capacity(row.len());
    for (cell, place) in record.iter().zip(row) {
        let span = place.span.clone();
        let name = key(cell);
        let key = if name.is_empty() {
            report.fault(
                "a column has no name",
                span.clone(),
                "expected a name",
                "name the column, or remove it from every line",
            );
            None
        } else if let Some(first) = first.get(&name) {
            let diagnostic =
                Diagnostic::new(Code::CsvSyntax, format!("two columns are named `{name}`"))
                    .at(report.file, span.clone())
                    .label("the second")
                    .help("rename or remove one of the two; the first counts")
                    .related(Location::new(report.file, first.clone()), "the first");
            report.push(diagnostic);
            None
        } else {
            first.insert(name.clone(), span.clone());
            Some(name)
        };
        columns.push(Column { key, span });
    }
    columns
}

/// The values of a cell, between semicolons, commas or bars.
fn list(file: &Arc<SourceFile>, cell: &Range<usize>) -> Value {
    let text = file.text.get(cell.clone()).unwrap_or_default();
    let mut values = Vec::new();
    let mut at = cell.start;
    for piece in text.split_inclusive([';', ',', '|']) {
        let edges = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|' | '"');
        let front = piece.len() - piece.trim_start_matches(edges).len();
        let value = piece.trim_matches(edges);
        if !value.is_empty() {
            values.push(Node {
                value: Value::String(value.to_owned()),
                span: at + front..at + front + value.len(),
            });
        }
        at += piece.len();
    }
    Value::List(values)
}

/// The row as a table; none when all of its cells are blank.
fn table(
    record: &StringRecord,
    row: &[Cell],
    columns: &[Column],
    report: &mut Report<'_>,
) -> Option<Node> {
    if let (Some(extra), Some(last)) = (row.get(columns.len()), row.last()) {
        let cells = row.len();
        report.fault(
            format!(
                "this row has {cells} cells, and the header names {}",
                columns.len()
            ),
            extra.span.start..last.span.end,
            "no column for this",
            "put a cell that holds the delimiter in quotes, or name the column in the header",
        );
    }
    let entries: Vec<Entry> = record
        .iter()
        .zip(row)
        .zip(columns)
        .filter_map(|((text, cell), column)| {
            let text = text.trim();
            let key = column.key.as_ref()?;
            (!text.is_empty()).then(|| Entry {
                key: key.clone(),
                key_span: column.span.clone(),
                value: Node {
                    value: if LISTS.contains(&key.as_str()) {
                        list(report.file, &cell.span)
                    } else {
                        Value::String(text.to_owned())
                    },
                    span: cell.span.clone(),
                },
            })
        })
        .collect();
    let span = row.first()?.span.start..row.last()?.span.end;
    (!entries.is_empty()).then_some(Node {
        value: Value::Table(Table { entries }),
        span,
    })
}
