//! TOML into the spanned tree.
//!
//! In: the bytes of one document (TOML 1.1). Out: a [`Node`] that is a table in the order of the
//! file, with every span counted from the start of the whole file.
//! 1. The parser of the crate `toml` reads on past faults and yields a tree and all errors.
//! 2. That tree becomes ours; numbers that do not fit and what is nested too deep are reported.
//! 3. The errors become diagnostics, those that only follow from another left out.

mod explain;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::IntErrorKind;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};

use super::tree::{Entry, Node, Table, Value};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// The name of the settings in a site's root.
pub const SETTINGS: &str = "tearline.toml";
/// The root table is the first level.
const DEEPEST: usize = 64;
/// Dots on lines with `{` from which on the parser gets a stack of its own; see [`dots_in_inline`].
const MANY_DOTS: usize = 300;
/// Measured: without optimisation 8 MiB hold the 6,500 levels that there can be at most.
const DEEP_STACK: usize = 32 << 20;

/// Parses the bytes `range` of the file as one document.
///
/// `None` where an error leaves values in doubt; after a duplicate key, of which the first counts,
/// there is a tree all the same. A table that a `[header]` opens has the header's span, one that
/// only dotted keys imply the span of its key.
pub fn parse(file: &Arc<SourceFile>, range: Range<usize>, found: &mut Diagnostics) -> Option<Node> {
    let text = file.text.get(range.clone())?;
    if dots_in_inline(text) <= MANY_DOTS {
        return read(file, text, range, found);
    }
    let place = range.clone();
    let outcome = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(DEEP_STACK);
        let handle = reader
            .spawn_scoped(scope, || {
                let mut own = Diagnostics::new();
                let node = read(file, text, range, &mut own);
                (node, own)
            })
            .ok()?;
        handle.join().ok()
    });
    match outcome {
        Some((node, own)) => {
            found.extend(own);
            node
        }
        None => {
            found.push(
                Diagnostic::new(Code::TooDeep, "this text could not be read within memory")
                    .at(file, place.start..place.start)
                    .help("write the inline tables as tables of their own"),
            );
            None
        }
    }
}

/// How much dotted keys in inline tables can add to the depth of the parser's tree.
///
/// The parser follows 80 levels of brackets and 80 parts of a dotted key, but the product of both
/// in inline tables within each other, more than a thread's stack can take when that tree is
/// dropped. A nested inline table opens on its key's line (TOML 1.1, Inline Table), so the dots on
/// such lines bound it whatever else is wrong with the text.
fn dots_in_inline(text: &str) -> usize {
    text.split('\n')
        .filter(|line| line.contains('{'))
        .map(|line| line.bytes().filter(|byte| *byte == b'.').count())
        .sum()
}

fn read(
    file: &Arc<SourceFile>,
    text: &str,
    range: Range<usize>,
    found: &mut Diagnostics,
) -> Option<Node> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        file,
        offset: range.start,
        text,
        found,
        doubtful: false,
        too_deep: false,
        values_ending_at: (!errors.is_empty()).then(BTreeMap::new),
    };
    let table = reader.table(document.into_inner(), 1);
    let Reader {
        doubtful,
        values_ending_at,
        ..
    } = reader;
    let root = Node {
        value: Value::Table(table),
        span: range.start..range.start,
    };
    let faults = explain::Faults {
        file,
        offset: range.start,
        text,
        root: &root,
        values_ending_at: values_ending_at.unwrap_or_default(),
    };
    let faulty = faults.report(&errors, found);
    (!doubtful && !faulty).then_some(root)
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    /// Where `text` begins in the file.
    offset: usize,
    text: &'a str,
    found: &'a mut Diagnostics,
    /// An error was reported that leaves values in doubt.
    doubtful: bool,
    too_deep: bool,
    /// From the end of each value in `text` to its first start, to find what was left open.
    values_ending_at: Option<BTreeMap<usize, usize>>,
}

impl Reader<'_> {
    fn span(&self, span: &Range<usize>) -> Range<usize> {
        explain::span(self.text, self.offset, span)
    }

    fn written(&self, span: &Range<usize>) -> String {
        self.text.get(span.clone()).unwrap_or_default().to_owned()
    }

    fn doubt(&mut self, code: Code, message: &str, span: &Range<usize>, help: &str) {
        self.doubtful = true;
        self.found.push(
            Diagnostic::new(code, message)
                .at(self.file, self.span(span))
                .help(help),
        );
    }

    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Table {
        let mut entries: Vec<Entry> = table
            .into_iter()
            .map(|(key, value)| Entry {
                key_span: self.span(&key.span()),
                key: key.into_inner().into_owned(),
                value: self.node(value, depth),
            })
            .collect();
        // The parser sorts by key; the file's order is the one people know.
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { entries }
    }

    /// The node of a value that stands at `depth`; deeper ones are left out.
    fn node(&mut self, value: Spanned<DeValue<'_>>, depth: usize) -> Node {
        let span = value.span();
        if let Some(ends) = &mut self.values_ending_at {
            ends.entry(span.end)
                .and_modify(|start| *start = span.start.min(*start))
                .or_insert(span.start);
        }
        let value = match value.into_inner() {
            DeValue::String(text) => Value::String(text.into_owned()),
            DeValue::Integer(integer) => self.integer(&integer, &span),
            DeValue::Float(float) => self.float(&float, &span),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Datetime(_) => Value::Date(self.written(&span)),
            DeValue::Array(_) | DeValue::Table(_) if depth >= DEEPEST => {
                self.nested_too_deep(&span);
                Value::Null
            }
            DeValue::Array(items) => Value::List(
                items
                    .into_iter()
                    .map(|item| self.node(item, depth + 1))
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table, depth + 1)),
        };
        Node {
            value,
            span: self.span(&span),
        }
    }

    fn nested_too_deep(&mut self, span: &Range<usize>) {
        if !std::mem::replace(&mut self.too_deep, true) {
            self.doubt(
                Code::TooDeep,
                &format!("lists and tables are nested more than {DEEPEST} deep"),
                &explain::first_character(self.text, span.start),
                "flatten the lists and tables",
            );
        }
    }

    fn integer(&mut self, integer: &DeInteger<'_>, span: &Range<usize>) -> Value {
        match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::Integer(number, self.written(span)),
            Err(error) => {
                // Any other error is one of the syntax, and reported as such.
                if matches!(
                    error.kind(),
                    IntErrorKind::PosOverflow | IntErrorKind::NegOverflow
                ) {
                    self.doubt(
                        Code::OutOfRange,
                        "this whole number is larger than 64 bits can hold",
                        span,
                        "put it in quotes if it is an id or a hash",
                    );
                }
                Value::Integer(0, self.written(span))
            }
        }
    }

    fn float(&mut self, float: &DeFloat<'_>, span: &Range<usize>) -> Value {
        let text = float.as_str();
        let number = text.parse().unwrap_or(0.0_f64);
        if number.is_infinite() && !text.ends_with("inf") {
            self.doubt(
                Code::OutOfRange,
                "this number is larger than 64 bits can hold",
                span,
                "put it in quotes if it is an id or a hash",
            );
        }
        Value::Float(number, self.written(span))
    }
}
