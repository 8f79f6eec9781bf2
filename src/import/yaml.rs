//! Values of front matter that an import writes, as YAML.
//!
//! In: a [`Value`], made of what came through the [gate](super::gate). Out: block YAML (1.2.2, core schema) that the loader reads back as the same
//! value, whatever stands in it; and a canonical form, the same for a value and for what a file
//! says of it, by which a later import knows whether somebody changed it.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::gate::{Fact, Gate, Sheet, Told};
use crate::load::tree::{Node, Value as Parsed};
use crate::marking::Tlp;

/// Longer lists stand one item to a line.
const LONGEST_FLOW: usize = 100;

/// What an import writes for a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Quoted where YAML would read anything else than text.
    Text(Told),
    /// Written as it is: a date, a number, a word of a vocabulary.
    Bare(Fact),
    List(Vec<Value>),
    Table(Vec<(Told, Value)>),
}

impl Value {
    /// A word of the program itself: of a vocabulary, or `true`.
    pub fn own(word: &'static str) -> Self {
        Value::Bare(Fact::own(word))
    }

    pub fn level(tlp: Tlp) -> Self {
        Self::own(tlp.name())
    }

    pub fn texts(texts: impl IntoIterator<Item = Told>) -> Self {
        Value::List(texts.into_iter().map(Value::Text).collect())
    }

    /// A value of somebody's own keys, as it stands.
    pub fn free(gate: Gate, value: &Json) -> Self {
        match value {
            Json::Null => Self::own("null"),
            Json::Bool(value) => Value::Bare(gate.plain(*value)),
            Json::Number(number) => Value::Bare(gate.plain(number.clone())),
            Json::String(text) => Value::Text(gate.value(text)),
            Json::Array(items) => {
                Value::List(items.iter().map(|item| Self::free(gate, item)).collect())
            }
            Json::Object(table) => Value::Table(
                table
                    .iter()
                    .map(|(key, value)| (gate.value(key), Self::free(gate, value)))
                    .collect(),
            ),
        }
    }

    /// The narrowest of all that is in it.
    pub fn tlp(&self) -> Tlp {
        match self {
            Value::Text(told) => told.tlp(),
            Value::Bare(fact) => fact.tlp(),
            Value::List(items) => items.iter().map(Value::tlp).max().unwrap_or(Tlp::Clear),
            Value::Table(entries) => entries
                .iter()
                .map(|(key, value)| key.tlp().max(value.tlp()))
                .max()
                .unwrap_or(Tlp::Clear),
        }
    }

    /// What the loader made of a file's value; numbers and dates as they were written.
    pub fn of(node: &Node) -> Self {
        match &node.value {
            Parsed::List(items) => Value::List(items.iter().map(Value::of).collect()),
            Parsed::Table(table) => Value::Table(
                table
                    .entries
                    .iter()
                    .map(|entry| (Told::of_key(entry), Value::of(&entry.value)))
                    .collect(),
            ),
            _ => match Told::of_site(node) {
                Some(text) => Value::Text(text),
                None => Value::Bare(Fact::of_site(node)),
            },
        }
    }

    /// One line that two values share only when they say the same, however they are written.
    pub fn canonical(&self) -> String {
        match self {
            Value::Text(told) => quoted(told.as_str()),
            Value::Bare(fact) => quoted(fact.as_str()),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::canonical).collect();
                format!("[{}]", items.join(","))
            }
            Value::Table(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}:{}", quoted(key.as_str()), value.canonical()))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }

    /// Whether a text like this is in it.
    pub fn has(&self, text: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Value::List(items) => items.iter().any(|item| item.has(text)),
            Value::Table(entries) => entries.iter().any(|(_, value)| value.has(text)),
            scalar => scalar.as_text().is_some_and(text),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Table(entries) => entries
                .iter()
                .find(|(name, _)| name.as_str() == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(told) => Some(told.as_str()),
            Value::Bare(fact) => Some(fact.as_str()),
            _ => None,
        }
    }

    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Value::Text(_) | Value::Bare(_))
    }
}

/// One key of the front matter with its value, with the line's end.
pub fn entry(key: &Told, value: &Value) -> Sheet {
    let mut out = Sheet::default();
    write_entry(&mut out, key, value, 0);
    out
}

fn write_entry(out: &mut Sheet, key: &Told, value: &Value, depth: usize) {
    indent(out, depth).told(key, scalar).own(":");
    write_value(out, value, depth);
}

/// What follows the colon of a key.
fn write_value(out: &mut Sheet, value: &Value, depth: usize) {
    if let Some(flow) = flow(value).filter(|flow| value.is_scalar() || flow.len() <= LONGEST_FLOW) {
        out.own(" ").sheet(&flow).own("\n");
        return;
    }
    out.own("\n");
    match value {
        Value::List(items) => {
            for item in items {
                write_item(out, item, depth + 1);
            }
        }
        Value::Table(entries) => {
            for (key, value) in entries {
                write_entry(out, key, value, depth + 1);
            }
        }
        // Scalars have a flow form.
        Value::Text(_) | Value::Bare(_) => {}
    }
}

fn write_item(out: &mut Sheet, item: &Value, depth: usize) {
    match item {
        Value::Table(entries) if !entries.is_empty() => {
            for (at, (key, value)) in entries.iter().enumerate() {
                let start = if at == 0 { "- " } else { "  " };
                indent(out, depth).own(start).told(key, scalar).own(":");
                write_value(out, value, depth + 1);
            }
        }
        item => {
            let flow = flow(item).unwrap_or_else(|| whole_flow(item));
            indent(out, depth).own("- ").sheet(&flow).own("\n");
        }
    }
}

fn indent(out: &mut Sheet, depth: usize) -> &mut Sheet {
    out.sign(' ', 2 * depth)
}

/// On one line, where that reads well: scalars, lists of them, tables of them with up to four keys.
fn flow(value: &Value) -> Option<Sheet> {
    let fits = match value {
        Value::Text(_) | Value::Bare(_) => true,
        Value::List(items) => items.iter().all(Value::is_scalar),
        Value::Table(entries) => {
            entries.is_empty()
                || (entries.len() <= 4 && entries.iter().all(|(_, value)| value.is_scalar()))
        }
    };
    fits.then(|| whole_flow(value))
}

fn whole_flow(value: &Value) -> Sheet {
    let mut out = Sheet::default();
    write_flow(&mut out, value);
    out
}

fn write_flow(out: &mut Sheet, value: &Value) {
    match value {
        Value::Bare(fact) => {
            out.fact(fact);
        }
        Value::Text(told) => {
            out.told(told, scalar);
        }
        Value::List(items) => {
            out.own("[");
            for (at, item) in items.iter().enumerate() {
                out.own(between(at));
                write_flow(out, item);
            }
            out.own("]");
        }
        Value::Table(entries) => {
            out.own("{");
            for (at, (key, value)) in entries.iter().enumerate() {
                out.own(between(at)).told(key, scalar).own(": ");
                write_flow(out, value);
            }
            out.own("}");
        }
    }
}

/// What stands before an item in flow style.
fn between(at: usize) -> &'static str {
    if at == 0 { "" } else { ", " }
}

/// A text as a scalar that is read as this text and nothing else.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Whether a text needs no quotes in any place. Narrower than YAML 1.2.2 section 7.3.3: a letter
/// first, and signs that mean nothing anywhere, in flow and block.
fn is_plain(text: &str) -> bool {
    let words = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    text.len() <= 200
        && text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || " _-./()'+".contains(c))
        && !words.contains(&text.to_lowercase().as_str())
}

/// A double-quoted scalar (YAML 1.2.2 section 7.3.1), which is a JSON string too but for the
/// characters that JSON leaves as they are and YAML does not count as printable (section 5.1).
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::{Diagnostics, SourceFile};
    use crate::load::yaml;

    fn read_back(text: &str) -> Value {
        let file = SourceFile::new("matter.yaml", text);
        let mut found = Diagnostics::new();
        let node = yaml::parse(&file, 0..file.text.len(), &mut found);
        assert!(found.is_empty(), "{text:?}: {found:?}");
        Value::of(&node.expect("a tree"))
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            any::<String>(),
            "[ -~]{0,20}",
            "(true|no|~|null|1e3|0x1f|2025-01-01|- a|a: b|a #b|'|\"|\\[a|%|@|`|\\||>|\\*a|&a|!a)",
        ];
        text.prop_map(|text| Value::Text(Told::plain(text)))
            .prop_recursive(3, 24, 5, |inner| {
                prop_oneof![
                    prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                    prop::collection::btree_map("[a-z ]{1,8}", inner, 0..5).prop_map(|table| {
                        let entries = table.into_iter();
                        Value::Table(
                            entries
                                .map(|(key, value)| (Told::plain(key), value))
                                .collect(),
                        )
                    }),
                ]
            })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in value(), other in any::<String>()) {
            let table = Value::Table(vec![
                (Told::own("first"), value),
                (Told::own("second"), Value::Text(Told::plain(other))),
            ]);
            let Value::Table(entries) = &table else { unreachable!() };
            let mut text = Sheet::default();
            for (key, value) in entries {
                text.sheet(&entry(key, value));
            }
            let text = text.as_str();
            let back = read_back(text);
            prop_assert_eq!(&back, &table, "{}", text);
            prop_assert_eq!(back.canonical(), table.canonical());
        }
    }

    #[test]
    fn a_file_reads_as_an_analyst_would_write_it() {
        let text = |text: &str| Value::Text(Told::plain(text));
        let sources = Value::List(vec![Value::Table(vec![
            (Told::own("id"), text("vendor-a")),
            (Told::own("title"), text("Quarterly: report")),
            (Told::own("url"), text("https://vendor-a.example/q3")),
            (Told::own("date"), Value::own("2025-10")),
            (Told::own("credibility"), Value::own("2")),
        ])]);
        let text = [
            ("name", text("Grey Heron")),
            (
                "aliases",
                Value::texts(["Sample, Team", "no"].map(Told::plain)),
            ),
            ("sources", sources),
        ]
        .iter()
        .map(|(key, value)| entry(&Told::own(key), value).as_str().to_owned())
        .collect::<String>();
        insta::assert_snapshot!(text, @r#"
        name: Grey Heron
        aliases: ["Sample, Team", "no"]
        sources:
          - id: vendor-a
            title: "Quarterly: report"
            url: "https://vendor-a.example/q3"
            date: 2025-10
            credibility: 2
        "#);
    }
}
