//! A document as a source gives it, and what an import is going to do with it.

use serde::Serialize;

use super::catalogue::Place;
use super::yaml::Value;
use crate::load::FileKind;

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `attack`, `misp` or `stix`: the name of its record.
    pub importer: &'static str,
    /// `MITRE ATT&CK Enterprise`, for readers of the file.
    pub source: String,
    pub version: Option<String>,
    /// The id of the object there, by which the next import knows the document again.
    pub object: String,
}

/// One document that a source describes.
#[derive(Debug, Clone)]
pub struct Draft {
    pub kind: FileKind,
    pub name: String,
    pub place: Place,
    /// In the order in which a new file has them.
    pub keys: Vec<(&'static str, Value)>,
    /// Markdown without blank lines around it.
    pub body: String,
    /// A table beside it, by its path from the site's root.
    pub table: Option<(String, String)>,
    pub origin: Origin,
}

impl Draft {
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.keys
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
}

/// Collects keys, those without a value left out.
#[derive(Debug, Default)]
pub struct Keys(pub Vec<(&'static str, Value)>);

impl Keys {
    pub fn set(&mut self, key: &'static str, value: Value) {
        self.0.push((key, value));
    }

    pub fn text(&mut self, key: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.set(key, Value::text(text));
        }
    }

    /// A word of a vocabulary, a date or a number.
    pub fn bare(&mut self, key: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.set(key, Value::bare(value));
        }
    }

    pub fn list(&mut self, key: &'static str, items: Vec<Value>) {
        if !items.is_empty() {
            self.set(key, Value::List(items));
        }
    }

    pub fn texts(&mut self, key: &'static str, texts: impl IntoIterator<Item = String>) {
        self.list(key, texts.into_iter().map(Value::Text).collect());
    }
}

/// A table of an entry: a source, an alias, an indicator.
pub fn table(entries: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    Value::Table(
        entries
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
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
        /// As much as a line shows.
        const LONGEST: usize = 100;
        let text = match value.as_text() {
            Some(text) => text.to_owned(),
            None => value.canonical(),
        };
        Self {
            key: key.to_owned(),
            source: super::text::line(&text, LONGEST).unwrap_or_default(),
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
    pub text: Option<String>,
    pub outcome: Outcome,
    pub kept: Vec<Kept>,
}

impl Planned {
    pub fn new(draft: Draft, text: Option<String>, outcome: Outcome, kept: Vec<Kept>) -> Self {
        Self {
            draft,
            text,
            outcome,
            kept,
        }
    }
}
