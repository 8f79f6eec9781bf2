//! A document as a source gives it, and what an import is going to do with it.
//!
//! In: what a format's module has [`Collected`], every text and fact of it with its level. Out: a
//! [`Draft`], whose own marking is the narrowest of all that was put into it; an entry that can have a
//! marking of its own (an alias, a source, an indicator, a judgment, a section) keeps it instead.

use serde::Serialize;

use super::catalogue::Place;
use super::gate::{Fact, Sheet, Told};
use super::indicators::{self, Indicator, MOST_INLINE};
use super::prose;
use super::shelf::Shelf;
use super::yaml::Value;
use crate::intel::vocabulary::IndicatorType;
use crate::load::FileKind;
use crate::marking::Tlp;

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `attack`, `misp` or `stix`: the name of its record.
    pub importer: &'static str,
    /// `MITRE ATT&CK Enterprise`, for readers of the file.
    pub source: Told,
    pub version: Option<Told>,
    /// The id of the object there, by which the next import knows the document again.
    pub object: Told,
}

/// What a format's module has collected for one document.
#[derive(Debug)]
pub struct Collected {
    pub kind: FileKind,
    pub name: Told,
    pub place: Place,
    pub keys: Keys,
    pub body: Body,
    pub indicators: Vec<Indicator>,
    pub origin: Origin,
}

/// One document that a source describes, with its marking.
#[derive(Debug, Clone)]
pub struct Draft {
    pub kind: FileKind,
    pub name: String,
    pub place: Place,
    pub origin: Origin,
    tlp: Tlp,
    keys: Vec<(&'static str, Value)>,
    body: Sheet,
    table: Option<Table>,
}

/// Indicators in a file beside a document.
#[derive(Debug, Clone)]
pub struct Table {
    /// From the site's root.
    pub path: String,
    pub text: Sheet,
    rows: Vec<Indicator>,
}

/// Keys whose entries may have a marking of their own, and the key that a text alone stands for.
const ENTRIES: [(&str, &str); 6] = [
    ("aliases", "name"),
    ("attribution", "alignment"),
    ("key_judgments", "text"),
    ("intelligence_gaps", "text"),
    ("outlook", "text"),
    ("sources", "title"),
];

impl Draft {
    /// A document of what was collected, at `least` as narrow as its object.
    pub fn of(collected: Collected, least: Tlp, shelf: &Shelf) -> Self {
        let Collected {
            kind,
            name,
            place,
            keys: Keys(mut keys),
            body,
            indicators,
            origin,
        } = collected;
        let told = keys
            .iter()
            .filter(|(key, _)| entries_of(key).is_none())
            .map(|(_, value)| value.tlp());
        let version = origin.version.as_ref().map_or(Tlp::Clear, Told::tlp);
        let record = [origin.source.tlp(), origin.object.tlp(), version];
        let tlp = told
            .chain(record)
            .chain([name.tlp(), body.tlp()])
            .fold(least, Ord::max);
        for (key, value) in &mut keys {
            if let Some(alone) = entries_of(key) {
                mark(value, alone, tlp);
            }
        }
        // Behind the name, or the title and date.
        let head = ["name", "title", "date", "updated"];
        let behind = keys
            .iter()
            .take_while(|(key, _)| head.contains(key))
            .count();
        keys.insert(behind, ("tlp", Value::level(tlp)));
        let mut draft = Self {
            kind,
            name: name.as_str().to_owned(),
            place,
            origin,
            tlp,
            keys,
            body: body.text(tlp),
            table: None,
        };
        draft.put(indicators, shelf);
        draft
    }

    pub fn tlp(&self) -> Tlp {
        self.tlp
    }

    /// In the order in which a new file has them.
    pub fn keys(&self) -> &[(&'static str, Value)] {
        &self.keys
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.keys
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// Markdown without blank lines around it.
    pub fn body(&self) -> &Sheet {
        &self.body
    }

    /// A table beside it.
    pub fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }

    /// Makes the rows of the table as narrow as what `marked` says of their types and values. Whether
    /// one of them is narrower now.
    pub fn narrow_table(&mut self, marked: &dyn Fn(IndicatorType, &str) -> Option<Tlp>) -> bool {
        let Some(table) = &mut self.table else {
            return false;
        };
        let mut changed = false;
        for row in &mut table.rows {
            let wanted = marked(row.kind, row.value.as_str());
            if let Some(tlp) = wanted.filter(|tlp| *tlp > self.tlp.max(row.tlp())) {
                row.value = row.value.clone().at_least(tlp);
                changed = true;
            }
        }
        if changed {
            table.text = indicators::text(&table.rows, self.tlp, None);
        }
        changed
    }

    /// Takes the table away from what is written.
    pub fn take_table(&mut self) -> Option<Table> {
        self.table.take()
    }

    /// Few indicators are entries, many a table in `data/`.
    fn put(&mut self, rows: Vec<Indicator>, shelf: &Shelf) {
        if rows.is_empty() {
            return;
        }
        let at = self
            .keys
            .iter()
            .position(|(key, _)| *key == "sources")
            .unwrap_or(self.keys.len());
        if rows.len() <= MOST_INLINE {
            let entries = rows
                .iter()
                .map(|indicator| indicator.entry(self.tlp))
                .collect();
            self.keys.insert(at, ("indicators", Value::List(entries)));
            return;
        }
        let path = indicators::table_path(&self.place, shelf);
        let text = indicators::text(&rows, self.tlp, None);
        let named = Value::Text(super::gate::Gate::at(self.tlp).value(&path));
        self.keys.insert(at, ("indicators_file", named));
        self.table = Some(Table { path, text, rows });
    }
}

/// The key that a text alone stands for in an entry of this key, where entries have markings.
fn entries_of(key: &str) -> Option<&'static str> {
    ENTRIES
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, alone)| *alone)
}

/// Gives each entry that is narrower than the document its marking.
fn mark(value: &mut Value, alone: &'static str, document: Tlp) {
    let tlp = value.tlp();
    match value {
        Value::List(items) => {
            for item in items {
                mark(item, alone, document);
            }
        }
        _ if tlp <= document => {}
        Value::Table(entries) => entries.push((Told::own("tlp"), Value::level(tlp))),
        Value::Text(_) | Value::Bare(_) => {
            let text = std::mem::replace(value, Value::List(Vec::new()));
            *value = Value::Table(vec![
                (Told::own(alone), text),
                (Told::own("tlp"), Value::level(tlp)),
            ]);
        }
    }
}

/// The text of a document, in the order of its parts.
#[derive(Debug, Default)]
pub struct Body(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(Told),
    /// A part under a heading of its own, which may be narrower than the document.
    Section {
        heading: Told,
        text: Content,
    },
}

#[derive(Debug)]
enum Content {
    Prose(Told),
    Code(&'static str, Told),
}

impl Body {
    pub fn push(&mut self, text: Told) {
        if !text.as_str().is_empty() {
            self.0.push(Part::Text(text));
        }
    }

    pub fn section(&mut self, heading: Told, text: Told) {
        let text = Content::Prose(text);
        self.0.push(Part::Section { heading, text });
    }

    /// A detection rule under its name.
    pub fn rule(&mut self, heading: Told, language: &'static str, code: Told) {
        let text = Content::Code(language, code);
        self.0.push(Part::Section { heading, text });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The narrowest of the parts that cannot have a marking of their own.
    fn tlp(&self) -> Tlp {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.tlp(),
                Part::Section { .. } => Tlp::Clear,
            })
            .max()
            .unwrap_or(Tlp::Clear)
    }

    /// The Markdown in a document of this level.
    fn text(&self, document: Tlp) -> Sheet {
        let mut out = Sheet::default();
        for (at, part) in self.0.iter().enumerate() {
            if at > 0 {
                out.own("\n\n");
            }
            part.write(&mut out, document);
        }
        out
    }
}

impl Part {
    fn write(&self, out: &mut Sheet, document: Tlp) {
        let (heading, content) = match self {
            Part::Text(text) => {
                out.told(text, str::to_owned);
                return;
            }
            Part::Section { heading, text } => (heading, text),
        };
        let of_content = match content {
            Content::Prose(text) | Content::Code(_, text) => text.tlp(),
        };
        let tlp = heading.tlp().max(of_content);
        let narrower = tlp > document;
        // A mark in the heading would end with the next heading, which the text may have.
        if narrower {
            out.own("::: tlp ").own(tlp.name()).own("\n\n");
        }
        out.own("## ").told(heading, prose::escaped).own("\n\n");
        match content {
            Content::Prose(text) => {
                out.told(text, str::to_owned);
            }
            Content::Code(language, code) => {
                let fence = prose::fence(code.as_str());
                out.sign('`', fence).own(language);
                if narrower {
                    out.own(" tlp=").own(tlp.name());
                }
                out.own("\n").told(code, prose::code_lines).sign('`', fence);
            }
        }
        if narrower {
            out.own("\n\n:::");
        }
    }
}

/// Collects keys, those without a value left out.
#[derive(Debug, Default)]
pub struct Keys(pub Vec<(&'static str, Value)>);

impl Keys {
    pub fn set(&mut self, key: &'static str, value: Value) {
        self.0.push((key, value));
    }

    pub fn text(&mut self, key: &'static str, text: Option<Told>) {
        if let Some(text) = text {
            self.set(key, Value::Text(text));
        }
    }

    /// A word of a vocabulary, a date or a number.
    pub fn bare(&mut self, key: &'static str, value: Option<Fact>) {
        if let Some(value) = value {
            self.set(key, Value::Bare(value));
        }
    }

    pub fn list(&mut self, key: &'static str, items: Vec<Value>) {
        if !items.is_empty() {
            self.set(key, Value::List(items));
        }
    }

    pub fn texts(&mut self, key: &'static str, texts: impl IntoIterator<Item = Told>) {
        self.list(key, texts.into_iter().map(Value::Text).collect());
    }

    pub fn words(&mut self, key: &'static str, words: impl IntoIterator<Item = Fact>) {
        self.list(key, words.into_iter().map(Value::Bare).collect());
    }
}

/// A table of an entry: a source, an alias, an indicator.
pub fn table(entries: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    Value::Table(
        entries
            .into_iter()
            .filter_map(|(key, value)| Some((Told::own(key), value?)))
            .collect(),
    )
}

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    New,
    /// The keys that change.
    Updated(Vec<String>),
    /// Nothing but the record of the import changes: the source's version.
    Noted,
    Unchanged,
    /// It cannot be changed.
    Kept,
    /// A person wrote it, and no import did.
    Own,
}

impl Outcome {
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::New => "new",
            Outcome::Updated(_) => "updated",
            Outcome::Noted => "noted",
            Outcome::Unchanged => "unchanged",
            Outcome::Kept | Outcome::Own => "kept",
        }
    }
}

/// What a person wrote and stays, where the source says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub key: String,
    /// What the source says.
    pub source: String,
}

impl Kept {
    pub fn key(key: &str, value: &Value) -> Self {
        let text = match value.as_text() {
            Some(text) => text.to_owned(),
            None => value.canonical(),
        };
        Self::text(key, &text)
    }

    pub fn text(key: &str, text: &str) -> Self {
        /// As much as a line shows.
        const LONGEST: usize = 100;
        Self {
            key: key.to_owned(),
            source: super::text::line(text, LONGEST).unwrap_or_default(),
        }
    }

    pub fn whole(reason: &str) -> Self {
        Self {
            key: "the whole file".to_owned(),
            source: reason.to_owned(),
        }
    }
}

/// A draft and what becomes of it.
#[derive(Debug)]
pub struct Planned {
    pub draft: Draft,
    /// The whole new text; none where the file stays as it is.
    pub text: Option<Sheet>,
    pub outcome: Outcome,
    pub kept: Vec<Kept>,
    /// What is worth knowing of its marking.
    pub note: Option<String>,
}

impl Planned {
    pub fn new(draft: Draft, text: Option<Sheet>, outcome: Outcome, kept: Vec<Kept>) -> Self {
        Self {
            draft,
            text,
            outcome,
            kept,
            note: None,
        }
    }
}
