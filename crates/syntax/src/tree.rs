//! One spanned tree for YAML and TOML.
//!
//! In: the text of front matter, settings or data. Out: a [`Node`] in which every key and value
//! knows the bytes of the whole file it came from, with syntax errors and duplicate keys reported.

use std::ops::Range;

/// A value and the bytes of the file that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    pub span: Range<usize>,
}

/// What YAML (1.2 core schema) and TOML have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// The number and how it was written.
    Integer(i64, String),
    Float(f64, String),
    String(String),
    /// A TOML date, time or date-time as it was written.
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// A table in the order of the file. Keys are unique.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub value: Node,
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }
}

impl Value {
    /// What to call it in a message.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Integer(..) => "a whole number",
            Value::Float(..) => "a number",
            Value::String(_) => "text",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}
