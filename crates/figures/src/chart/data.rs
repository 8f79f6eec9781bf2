//! The numbers of a chart, from the three forms that they are written in.
//!
//! In: `data: {label: number}`, `series: [{name, data}]`, or a CSV file. Out: labels in the order
//! of their first mention, and for each series one number or none for each label, all with places.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::block::Context;
use base::diagnostic::{Code, Diagnostic, Location, SourceFile};
use syntax::decode::{Decode, Decoder, Number, Spanned, Text, record};
use syntax::tree::{Node, Value};

/// A number, or nothing where it is not known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known(Option<Spanned<Number>>);

impl Decode for Known {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::Null => Some(Known(None)),
            _ => Spanned::<Number>::decode(node, decoder).map(|number| Known(Some(number))),
        }
    }
    fn schema() -> Json {
        serde_json::json!({ "type": ["number", "null"] })
    }
}

record! {
    /// One series of a chart.
    pub struct SeriesMatter {
        /// What the series is.
        name: Text,
        /// Its numbers by label.
        data: Vec<(Text, Known)>,
    }
}

/// The numbers of one series as they were written.
type ByLabel = Vec<(Text, Known)>;

pub(super) struct Data {
    /// The text that all places are in.
    pub text: Arc<SourceFile>,
    /// Where the numbers as a whole stand.
    pub span: Range<usize>,
    pub heading: Option<String>,
    pub labels: Vec<Text>,
    pub series: Vec<Numbers>,
}

pub(super) struct Numbers {
    pub name: Option<Text>,
    /// One for each label of the chart.
    pub values: Vec<Option<Spanned<Number>>>,
}

impl Data {
    pub fn of_table(context: &mut Context, text: &Arc<SourceFile>, node: &Node) -> Option<Self> {
        let mut decoder = Decoder::new(text, &mut context.found).leaving_labels();
        let data = Vec::<(Text, Known)>::decode(node, &mut decoder)?;
        Some(Self::joined(text, node.span.clone(), vec![(None, data)]))
    }

    pub fn of_series(context: &mut Context, text: &Arc<SourceFile>, node: &Node) -> Option<Self> {
        let mut node = node.clone();
        if let Value::List(items) = &mut node.value {
            for item in items {
                *item = context.without_marking(text, item);
            }
        }
        let mut decoder = Decoder::new(text, &mut context.found).leaving_labels();
        let series = Vec::<SeriesMatter>::decode(&node, &mut decoder)?;
        let series = series
            .into_iter()
            .map(|series| (Some(series.name), series.data))
            .collect();
        Some(Self::joined(text, node.span, series))
    }

    fn joined(
        text: &Arc<SourceFile>,
        span: Range<usize>,
        series: Vec<(Option<Text>, ByLabel)>,
    ) -> Self {
        let mut labels: Vec<Text> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut joined: Vec<Numbers> = Vec::new();
        for (name, data) in series {
            let mut values: Vec<Option<Spanned<Number>>> = vec![None; labels.len()];
            for (label, Known(number)) in data {
                let place = *places.entry(label.value.clone()).or_insert_with(|| {
                    labels.push(label);
                    labels.len() - 1
                });
                values.resize(labels.len(), None);
                if let Some(value) = values.get_mut(place) {
                    *value = number;
                }
            }
            joined.push(Numbers { name, values });
        }
        for numbers in &mut joined {
            numbers.values.resize(labels.len(), None);
        }
        Self {
            text: Arc::clone(text),
            span,
            heading: None,
            labels,
            series: joined,
        }
    }

    /// The first column holds the labels, every other one is a series with its header as name.
    pub fn of_csv(context: &mut Context, text: &Arc<SourceFile>) -> Option<Self> {
        let rows = context.rows(text);
        // Blank cells are not in the rows, so the columns are those of all rows together.
        let mut columns: Vec<&Range<usize>> = tables(&rows)
            .flat_map(|(_, table)| table.entries.iter().map(|entry| &entry.key_span))
            .collect();
        columns.sort_by_key(|span| span.start);
        columns.dedup();
        let columns: Vec<Range<usize>> = columns.into_iter().cloned().collect();
        let Some((first, others)) = columns.split_first() else {
            let finding = Diagnostic::new(Code::BadFigure, "the file has no rows with numbers")
                .label("expected a header line and rows below it")
                .help("the first column holds the labels, every other one is a series");
            context.report(
                text,
                &(0..text.text.find('\n').unwrap_or(text.text.len())),
                finding,
            );
            return None;
        };
        let mut labels: Vec<Text> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut series: Vec<Numbers> = others
            .iter()
            .map(|span| Numbers {
                name: Some(header(text, span)),
                values: Vec::new(),
            })
            .collect();
        for (row, table) in tables(&rows) {
            let Some(label) = table.entries.iter().find(|entry| entry.key_span == *first) else {
                let finding = Diagnostic::new(Code::BadFigure, "a row has no label")
                    .label("expected a label in the first column")
                    .help("write what the numbers of this row are for");
                context.report(text, &row.span, finding);
                continue;
            };
            let shown = label
                .value
                .value
                .scalar_text()
                .unwrap_or_default()
                .to_owned();
            if let Some(earlier) = places
                .insert(shown.clone(), labels.len())
                .and_then(|at| labels.get(at))
            {
                let finding =
                    Diagnostic::new(Code::BadFigure, format!("the label `{shown}` stands twice"))
                        .label("the second")
                        .help("add the numbers of the two rows up, or give one another label")
                        .related(Location::new(text, earlier.span.clone()), "the first");
                context.report(text, &label.value.span, finding);
            }
            labels.push(Spanned::new(shown, label.value.span.clone()));
            for (numbers, column) in series.iter_mut().zip(others) {
                let cell = table.entries.iter().find(|entry| entry.key_span == *column);
                numbers
                    .values
                    .push(cell.and_then(|cell| number(context, text, &cell.value)));
            }
        }
        let heading = Some(header(text, first).value);
        Some(Self {
            text: Arc::clone(text),
            span: first.clone(),
            heading,
            labels,
            series,
        })
    }
}

fn tables(rows: &[Node]) -> impl Iterator<Item = (&Node, &syntax::tree::Table)> {
    rows.iter().filter_map(|row| match &row.value {
        Value::Table(table) => Some((row, table)),
        _ => None,
    })
}

/// A column's name as it was written; the keys of rows are folded.
fn header(text: &SourceFile, span: &Range<usize>) -> Text {
    let written = text.text.get(span.clone()).unwrap_or_default();
    let name = match written
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
    {
        Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
        None => written.to_owned(),
    };
    Spanned::new(name, span.clone())
}

fn number(context: &mut Context, text: &Arc<SourceFile>, cell: &Node) -> Option<Spanned<Number>> {
    let written = cell.value.scalar_text().unwrap_or_default();
    let numeric = written
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    match written.parse::<f64>() {
        Ok(value) if numeric && value.is_finite() => Some(Spanned::new(
            Number {
                value,
                written: written.to_owned(),
            },
            cell.span.clone(),
        )),
        Ok(_) => {
            let finding = Diagnostic::new(Code::OutOfRange, "the number is not finite")
                .label("expected a finite number")
                .help("leave the cell empty where a number is not known");
            context.report(text, &cell.span, finding);
            None
        }
        Err(_) => {
            let plain: String = written
                .chars()
                .filter(|c| !matches!(c, ',' | ' ' | '_' | '%' | '\u{a0}' | '\u{202f}'))
                .collect();
            let help = match plain.parse::<f64>() {
                Ok(value) if value.is_finite() => format!("write it without separators and units: {plain}"),
                _ => "write digits, with a point before decimals; leave the cell empty where a number is not known"
                    .to_owned(),
            };
            let finding = Diagnostic::new(
                Code::WrongType,
                format!("expected a number, found `{written}`"),
            )
            .label("this is text")
            .help(help);
            context.report(text, &cell.span, finding);
            None
        }
    }
}
