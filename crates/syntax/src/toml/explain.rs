//! The TOML parser's errors as diagnostics.
//!
//! In: all errors of a text and the tree that could be read all the same. Out: one diagnostic for
//! each mistake: what an unclosed bracket makes of the lines after it, and further errors on a
//! line, are left out; a duplicate key names the first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, Error};

use crate::tree::{Node, Table, Value};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile};

/// More findings than this in one document help nobody.
const MOST_FINDINGS: usize = 100;
/// To find a first key takes a walk over the tree; that many walks are enough.
const MOST_FIRST_KEYS: usize = 20;

pub(super) struct Faults<'a> {
    pub file: &'a Arc<SourceFile>,
    /// Where `text` begins in the file.
    pub offset: usize,
    pub text: &'a str,
    pub root: &'a Node,
    /// From the end of each value in `text` to its start.
    pub values_ending_at: BTreeMap<usize, usize>,
}

/// An error of the parser in the parts that it puts into one message.
struct Fault<'a> {
    span: Range<usize>,
    what: &'a str,
    expected: Option<&'a str>,
}

/// A span of `text` as one of the file, on character boundaries.
pub(super) fn span(text: &str, offset: usize, span: &Range<usize>) -> Range<usize> {
    let boundary = |at: usize| {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    offset + start..offset + boundary(span.end).max(start)
}

/// The character at `start`; nothing at a line's end, so that a mark never wraps.
pub(super) fn first_character(text: &str, start: usize) -> Range<usize> {
    match text.get(start..).and_then(|rest| rest.chars().next()) {
        None | Some('\n' | '\r') => start..start,
        Some(character) => start..start + character.len_utf8(),
    }
}

fn fault<'e>(error: &'e Error, longest_key: &Range<usize>) -> Fault<'e> {
    let (what, expected) = match error.message().split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (error.message(), None),
    };
    Fault {
        // Only a dotted key with too many parts comes without a place.
        span: error.span().unwrap_or_else(|| longest_key.clone()),
        what,
        expected: expected.filter(|expected| *expected != "nothing"),
    }
}

impl Faults<'_> {
    /// Adds the diagnostics; true when one of them leaves values in doubt.
    pub(super) fn report(&self, errors: &[Error], found: &mut Diagnostics) -> bool {
        let placeless = errors.iter().any(|error| error.span().is_none());
        let longest_key = if placeless { self.longest_key() } else { 0..0 };
        let mut faults: Vec<Fault<'_>> = errors
            .iter()
            .map(|error| fault(error, &longest_key))
            .collect();
        let open = faults
            .iter()
            .filter_map(|fault| Some((self.opening(fault)?, fault.span.start)))
            .min();
        if let Some((opening, noticed)) = open {
            // What follows was read as if it stood between the brackets or quotes.
            faults.retain(|fault| fault.span.start < opening || fault.span.start == noticed);
        }
        faults.sort_by_key(|fault| fault.span.start);

        let mut doubtful = false;
        // One line can hold as many faults as it has characters, so its start is looked up.
        let newlines: Vec<usize> = match faults.is_empty() {
            true => Vec::new(),
            false => self.text.match_indices('\n').map(|(at, _)| at).collect(),
        };
        let mut lines = BTreeSet::new();
        let mut first_keys = 0;
        let mut opened = false;
        for fault in &faults {
            if lines.len() >= MOST_FINDINGS {
                break;
            }
            let duplicate = fault.what == "duplicate key";
            doubtful |= !duplicate;
            let unclosed = open.filter(|(_, noticed)| *noticed == fault.span.start);
            if unclosed.is_some() && std::mem::replace(&mut opened, true) {
                continue;
            }
            let place = unclosed.map_or(fault.span.start, |(opening, _)| opening);
            if !lines.insert(newlines.partition_point(|newline| *newline < place)) {
                continue;
            }
            found.push(match unclosed {
                Some((opening, _)) => self.unclosed(opening),
                None if duplicate => {
                    first_keys += 1;
                    self.duplicate(fault, first_keys <= MOST_FIRST_KEYS)
                }
                None => self.explain(fault),
            });
        }
        doubtful
    }

    fn longest_key(&self) -> Range<usize> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            if line.bytes().filter(|byte| *byte == b'.').count() >= super::DEEPEST {
                return start..start + line.trim_end().len();
            }
            start += line.len();
        }
        0..0
    }

    /// Where the bracket or quote stands that the fault misses the end of.
    fn opening(&self, fault: &Fault<'_>) -> Option<usize> {
        let string = fault.what.starts_with("invalid") && fault.what.ends_with("string");
        if !string && fault.what != "unclosed array" && fault.what != "unclosed inline table" {
            return None;
        }
        let start = *self.values_ending_at.get(&fault.span.start)?;
        let opens = |first: char| "[{\"'".contains(first);
        self.text.get(start..)?.starts_with(opens).then_some(start)
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1)
    }

    fn rest_of_line(&self, at: usize) -> &str {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.lines().next().unwrap_or_default().trim_end()
    }

    fn span(&self, range: &Range<usize>) -> Range<usize> {
        span(self.text, self.offset, range)
    }

    fn unclosed(&self, opening: usize) -> Diagnostic {
        let rest = &self.text[opening..];
        let (open, close) = match rest.as_bytes() {
            [b'"', b'"', b'"', ..] => ("\"\"\"", "\"\"\""),
            [b'\'', b'\'', b'\'', ..] => ("'''", "'''"),
            [b'"', ..] => ("\"", "\""),
            [b'\'', ..] => ("'", "'"),
            [b'{', ..] => ("{", "}"),
            _ => ("[", "]"),
        };
        let what = match open {
            "[" | "{" => format!("`{open}` is opened and not closed"),
            _ => "a quote is opened and not closed".to_owned(),
        };
        Diagnostic::new(Code::TomlSyntax, what)
            .at(self.file, self.span(&(opening..opening + open.len())))
            .label("opened here")
            .help(format!("close it with `{close}`"))
    }

    fn explain(&self, fault: &Fault<'_>) -> Diagnostic {
        let marked = if fault.span.is_empty() {
            first_character(self.text, fault.span.start)
        } else {
            fault.span.clone()
        };
        let at = self.span(&marked);
        let written = self.text.get(fault.span.clone()).unwrap_or_default();
        let new = |code, message: &str| Diagnostic::new(code, message).at(self.file, at.clone());
        let expected = |diagnostic: Diagnostic| match fault.expected {
            Some(expected) => diagnostic.label(format!("expected {expected}")),
            None => diagnostic,
        };
        match fault.what {
            "recursion limit" | "cannot recurse further; max recursion depth met" => {
                let message = format!(
                    "lists and tables are nested more than {} deep",
                    super::DEEPEST
                );
                new(Code::TooDeep, &message).help("flatten the lists and tables")
            }
            "invalid date" | "invalid time" | "invalid date-time" | "invalid datetime"
            | "invalid offset" => {
                let message = format!("`{}` is not a date or time that exists", short(written));
                expected(new(Code::BadDate, &message))
                    .help("write 2025-11-10 or 2025-11-10T09:30:00Z")
            }
            "string values must be quoted" if written.is_empty() => {
                new(Code::TomlSyntax, "this key has no value")
                    .label("expected a value")
                    .help("write `key = \"value\"`, or remove the line")
            }
            "string values must be quoted" => new(Code::TomlSyntax, "this text has no quotes")
                .label("expected a text in quotes, a number, a date, true or false")
                .help(quote(written)),
            "key with no value" | "missing value for key" => {
                let line = self.line_start(fault.span.start);
                let key = self.text.get(line..fault.span.start).unwrap_or_default();
                let help = if key.trim_end().ends_with(':') {
                    "TOML puts `=` between key and value, not `:`"
                } else {
                    "write `key = \"value\"`; a key of several words needs quotes"
                };
                new(Code::TomlSyntax, "`=` is expected after the key")
                    .label("expected `=`")
                    .help(help)
            }
            "unexpected key or value" => new(
                Code::TomlSyntax,
                "text stands after the end of the value",
            )
            .label("expected the end of the line")
            .help("put a text with quotes in it between `\"` and write `\\\"` for each inside"),
            "invalid unquoted key" if written.ends_with(':') => {
                new(Code::TomlSyntax, "`=` is expected after the key")
                    .label("expected `=`")
                    .help("TOML puts `=` between key and value, not `:`")
            }
            "invalid unquoted key" => new(Code::TomlSyntax, "this key needs quotes")
                .label("only A-Z, a-z, 0-9, `-` and `_` stand in a key without quotes")
                .help("put the key in quotes"),
            "missing escaped value" => expected(new(Code::TomlSyntax, "an unknown escape"))
                .help("write `\\\\` for a backslash, or put the text in single quotes"),
            what => expected(new(Code::TomlSyntax, what)),
        }
    }

    fn duplicate(&self, fault: &Fault<'_>, find_first: bool) -> Diagnostic {
        let name = self.text.get(fault.span.clone()).unwrap_or_default();
        let diagnostic = Diagnostic::new(
            Code::DuplicateKey,
            format!("the key `{}` stands twice in one table", short(name)),
        )
        .at(self.file, self.span(&fault.span))
        .label("the second")
        .help("remove one of the two; the first counts");
        let first = find_first.then(|| self.first(fault)).flatten();
        match first {
            Some(first) => diagnostic.related(Location::new(self.file, first), "the first"),
            None => diagnostic,
        }
    }

    /// The key that the second one repeats. The parser does not hand it out.
    fn first(&self, fault: &Fault<'_>) -> Option<Range<usize>> {
        let line_start = self.line_start(fault.span.start);
        let line = self.rest_of_line(line_start);
        if line.trim_start().starts_with('[') {
            return self.first_header(line_start, line);
        }
        let second = self.offset + fault.span.start;
        let mut table = scope(self.root, &self.file.text, second)?;
        let (path, name) = self.path(&fault.span)?;
        for part in &path {
            table = match &table.get(part)?.value {
                Value::Table(inner) => inner,
                _ => return None,
            };
        }
        table
            .entries
            .iter()
            .find(|entry| entry.key == name && entry.key_span.start < second)
            .map(|entry| entry.key_span.clone())
    }

    /// The first line with the same header; the tree only has the last.
    fn first_header(&self, second: usize, line: &str) -> Option<Range<usize>> {
        let header = |line: &str| -> Option<String> {
            let inner = line.trim().trim_start_matches('[').split(']').next()?;
            Some(inner.split_whitespace().collect())
        };
        let wanted = header(line)?;
        let mut start = 0;
        for line in self.text.get(..second)?.split_inclusive('\n') {
            let trimmed = line.trim();
            if trimmed.starts_with('[') && header(trimmed).as_ref() == Some(&wanted) {
                let indentation = line.len() - line.trim_start().len();
                let start = start + indentation;
                return Some(self.span(&(start..start + trimmed.len())));
            }
            start += line.len();
        }
        None
    }

    /// The dotted key that ends in `last`: what is before its last part, and that.
    fn path(&self, last: &Range<usize>) -> Option<(Vec<String>, String)> {
        let bytes = self.text.as_bytes();
        let mut start = last.start;
        loop {
            let before = self.text.get(..start)?.trim_end_matches([' ', '\t']);
            let Some(before) = before.strip_suffix('.') else {
                break;
            };
            let part = before.trim_end_matches([' ', '\t']);
            start = match bytes.get(part.len().checked_sub(1)?)? {
                quote @ (b'"' | b'\'') => part[..part.len() - 1].rfind(char::from(*quote))?,
                _ => part
                    .trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                    .len(),
            };
        }
        let dotted = self.text.get(start..last.end)?;
        let document = format!("{dotted} = 0");
        let mut table = DeTable::parse(&document).ok()?.into_inner();
        let mut path = Vec::new();
        loop {
            let (key, value) = table.into_iter().next()?;
            match value.into_inner() {
                toml::de::DeValue::Table(inner) => {
                    path.push(key.into_inner().into_owned());
                    table = inner;
                }
                _ => return Some((path, key.into_inner().into_owned())),
            }
        }
    }
}

/// The table that a key at `at` belongs to: the inline table around it, else the one of the last
/// header before it, else the root.
fn scope<'a>(root: &'a Node, text: &str, at: usize) -> Option<&'a Table> {
    let mut best: Option<(usize, &Table)> = None;
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::List(items) => waiting.extend(items),
            Value::Table(table) => {
                waiting.extend(table.entries.iter().map(|entry| &entry.value));
                let around = match text.as_bytes().get(node.span.start) {
                    _ if std::ptr::eq(node, root) => true,
                    Some(b'[') => node.span.start <= at,
                    Some(b'{') => node.span.contains(&at),
                    _ => false,
                };
                if around && best.is_none_or(|(start, _)| start <= node.span.start) {
                    best = Some((node.span.start, table));
                }
            }
            _ => {}
        }
    }
    best.map(|(_, table)| table)
}

/// A text without quotes with them, ready to paste, when it is short.
fn quote(written: &str) -> String {
    let value = written
        .trim()
        .trim_matches(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']);
    if value.chars().count() > 60 {
        "put the whole value in quotes: `\"…\"`".to_owned()
    } else if value.contains(['"', '\\']) && !value.contains('\'') {
        format!("put it in quotes: '{value}'")
    } else {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("put it in quotes: \"{escaped}\"")
    }
}

/// What was written, cut to a length that fits a message.
fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
