//! JSON that others publish, read into typed values.
//!
//! In: the text of a file. Out: a value of a type that names the fields an import knows, all others
//! passed over without being kept; or a finding with line and column. A list of objects is read as
//! slices of the text first ([`RawValue`]), so that each becomes its type by itself, with a finding
//! of its own, and only one of them is a tree at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// A longer line is not shown in a finding: bundles are often one line of megabytes.
const LONGEST_LINE: usize = 400;

/// Reads the whole text of a file.
///
/// # Errors
/// With the place where it is not JSON, or not of the form of `T`.
pub fn parse<'a, T: Deserialize<'a>>(
    file: &'a Arc<SourceFile>,
    what: &str,
) -> Result<T, Box<Diagnostic>> {
    serde_json::from_str(&file.text).map_err(|error| finding(file, 0, &file.text, &error, what))
}

/// Reads one of the objects that stand in a file.
///
/// # Errors
/// With the place where it is not of the form of `T`.
pub fn object<'a, T: Deserialize<'a>>(
    file: &Arc<SourceFile>,
    raw: &'a RawValue,
    what: &str,
) -> Result<T, Box<Diagnostic>> {
    let text = raw.get();
    serde_json::from_str(text)
        .map_err(|error| finding(file, offset(file, text), text, &error, what))
}

/// The first bytes of an object that stands in a file.
pub fn span(file: &SourceFile, raw: &RawValue) -> Range<usize> {
    let start = offset(file, raw.get());
    start..(start + 1).min(file.text.len())
}

/// Where in the file a slice of its text begins.
fn offset(file: &SourceFile, slice: &str) -> usize {
    (slice.as_ptr() as usize)
        .checked_sub(file.text.as_ptr() as usize)
        .filter(|at| at + slice.len() <= file.text.len())
        .unwrap_or(0)
}

fn finding(
    file: &Arc<SourceFile>,
    base: usize,
    text: &str,
    error: &serde_json::Error,
    what: &str,
) -> Box<Diagnostic> {
    // serde_json counts lines from 1 and columns in bytes, and says both behind its message.
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    // It repeats the value, whatever that holds.
    let message = super::text::line(message, 300).unwrap_or_default();
    let span = place(&file.text, base, text, error.line(), error.column());
    let syntax = !matches!(error.classify(), serde_json::error::Category::Data);
    let (code, help) = if syntax {
        (
            Code::JsonSyntax,
            "get the file again, or mend it; a download that was cut off ends like this too",
        )
    } else {
        (
            Code::NotImportable,
            "take the value out, or give it the type that the format asks for",
        )
    };
    let message = if syntax {
        format!("the JSON does not parse: {message}")
    } else {
        format!("{what} is not of its form: {message}")
    };
    let finding = Diagnostic::new(code, message).label("here").help(help);
    Box::new(located(finding, file, span))
}

/// A finding at a place of the file, its line shown where that is short enough to read.
pub fn located(finding: Diagnostic, file: &Arc<SourceFile>, span: Range<usize>) -> Diagnostic {
    let before = file.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = file.text[span.start..]
        .find('\n')
        .map_or(file.text.len(), |at| span.start + at);
    if line_end - before <= LONGEST_LINE {
        return finding.at(file, span);
    }
    // The same place in a text that keeps the line's number and column, and little else of it.
    let (line, column) = file.line_column(span.start);
    let mut from = span.start.saturating_sub(60).max(before);
    while !file.text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (span.start + 60).min(line_end);
    while !file.text.is_char_boundary(to) {
        to -= 1;
    }
    let excerpt = &file.text[from..to];
    let mut message = finding;
    message.message = format!("{} (line {line}, column {column})", message.message);
    message.label = Some(format!("near: {}", excerpt.escape_debug()));
    message.at_path(file.path.clone())
}

fn place(whole: &str, base: usize, text: &str, line: usize, column: usize) -> Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut start = (base + before + column.saturating_sub(1)).min(whole.len());
    while !whole.is_char_boundary(start) {
        start -= 1;
    }
    let length = whole[start..].chars().next().map_or(0, char::len_utf8);
    start..start + length
}

/// A text as formats have it in practice: text, a number, `true`, or nothing at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(pub Option<String>);

impl Word {
    pub fn get(&self) -> Option<&str> {
        self.0
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

/// Texts, where a single one may stand without its list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

impl std::ops::Deref for Words {
    type Target = [String];
    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// A switch as formats have it: `true`, `"1"`, 1, null.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

/// The most entries that are kept of one list; what a format's lists of texts have is far less.
const MOST_ENTRIES: usize = 10_000;

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("text")
    }
    fn visit_str<E>(self, text: &str) -> Result<Word, E> {
        Ok(Word(Some(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<Word, E> {
        Ok(Word(Some(text)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Word, E> {
        Ok(Word(Some(value.to_string())))
    }
    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word(None))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Word::deserialize(deserializer)?;
        Ok(Flag(matches!(word.get(), Some("true" | "True" | "1"))))
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("text or a list of texts")
    }
    fn visit_str<E>(self, text: &str) -> Result<Words, E> {
        Ok(Words(vec![text.to_owned()]))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Words, E> {
        Ok(Words(vec![number.to_string()]))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Words, E> {
        Ok(Words(vec![number.to_string()]))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Words, E> {
        Ok(Words(vec![number.to_string()]))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Words, E> {
        Ok(Words::default())
    }
    fn visit_unit<E>(self) -> Result<Words, E> {
        Ok(Words::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
        let mut words = Vec::new();
        while words.len() < MOST_ENTRIES {
            let Some(word) = items.next_element::<Word>()? else {
                return Ok(Words(words));
            };
            words.extend(word.0);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Words(words))
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

/// A list that may be null, or a single entry without its list.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// A table with free keys, whose values are texts or lists of them; what else stands in it is
/// passed over.
#[derive(Debug, Clone, Default)]
pub struct Meta(pub BTreeMap<String, Words>);

impl Meta {
    pub fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], |words| &words.0)
    }

    pub fn one(&self, key: &str) -> Option<&str> {
        self.all(key)
            .first()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    }
}

struct MetaVisitor;

impl<'de> Visitor<'de> for MetaVisitor {
    type Value = Meta;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a table")
    }
    fn visit_unit<E>(self) -> Result<Meta, E> {
        Ok(Meta::default())
    }
    /// PHP writes an empty table as an empty list.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Meta, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Meta::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Meta, A::Error> {
        let mut meta = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            let value: &RawValue = map.next_value()?;
            if let Ok(words) = serde_json::from_str::<Words>(value.get())
                && meta.len() < MOST_ENTRIES
            {
                meta.insert(key, words);
            }
        }
        Ok(Meta(meta))
    }
}

impl<'de> Deserialize<'de> for Meta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MetaVisitor)
    }
}
