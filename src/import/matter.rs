//! The front matter of a file as text, changed key by key.
//!
//! In: the text of a document with YAML front matter. Out: the same text with single keys of the
//! first level set or taken out; comments, order and every other key stay byte for byte.

use std::ops::Range;
use std::sync::Arc;

use super::gate::{Sheet, Told};
use super::yaml::{self, Value};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::load::tree::{Entry, Value as Parsed};
use crate::load::yaml as parser;

/// A document whose front matter can be changed.
#[derive(Debug)]
pub struct Page {
    /// The opening fence with its line's end.
    head: Sheet,
    blocks: Vec<Block>,
    /// The closing fence with its line's end.
    foot: Sheet,
    body: Sheet,
}

/// Lines of the front matter: a key with its value, or what stands between two of them.
#[derive(Debug)]
struct Block {
    key: Option<String>,
    value: Value,
    text: Sheet,
}

impl Page {
    /// Reads a document. None where its front matter is not YAML in block style: that is left to
    /// its author.
    pub fn read(file: &Arc<SourceFile>) -> Option<Self> {
        let text = &file.text;
        let head = line_end(text, 0);
        if text[..head].trim_end() != "---" {
            return None;
        }
        let mut at = head;
        let close = loop {
            if at >= text.len() {
                return None;
            }
            let end = line_end(text, at);
            if text[at..end].trim_end() == "---" {
                break at..end;
            }
            at = end;
        };
        let matter = head..close.start;
        let tree = parser::parse(file, matter.clone(), &mut Diagnostics::new())?;
        let Parsed::Table(table) = &tree.value else {
            return None;
        };
        Some(Self {
            head: part(file, 0..head),
            blocks: blocks(file, &matter, &table.entries)?,
            foot: part(file, close.clone()),
            body: part(file, close.end..text.len()),
        })
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.blocks
            .iter()
            .find(|block| block.key.as_deref() == Some(key))
            .map(|block| &block.value)
    }

    /// The body without blank lines around it.
    pub fn body(&self) -> &str {
        self.body.as_str().trim()
    }

    pub fn set_body(&mut self, body: &Sheet) {
        self.body = Sheet::default();
        if !body.is_empty() {
            self.body.own("\n").sheet(body).own("\n");
        }
    }

    /// Sets a key; a new one stands behind the last of `before` that is there, else last.
    pub fn set(&mut self, key: &'static str, value: Value, before: &[&str]) {
        let text = yaml::entry(&Told::own(key), &value);
        if let Some(block) = self
            .blocks
            .iter_mut()
            .find(|block| block.key.as_deref() == Some(key))
        {
            block.text = text;
            block.value = value;
            return;
        }
        let behind = self.blocks.iter().rposition(|block| {
            block
                .key
                .as_deref()
                .is_some_and(|key| before.contains(&key))
        });
        let at = behind.map_or(self.blocks.len(), |at| at + 1);
        let block = Block {
            key: Some(key.to_owned()),
            value,
            text,
        };
        self.blocks.insert(at, block);
    }

    pub fn remove(&mut self, key: &str) {
        self.blocks
            .retain(|block| block.key.as_deref() != Some(key));
    }

    /// The whole text.
    pub fn text(&self) -> Sheet {
        let mut text = self.head.clone();
        for block in &self.blocks {
            if !text.ends_with('\n') {
                text.own("\n");
            }
            text.sheet(&block.text);
        }
        text.sheet(&self.foot);
        if !text.ends_with('\n') && !self.body.is_empty() {
            text.own("\n");
        }
        text.sheet(&self.body);
        text
    }
}

/// What stands in a range of a file.
fn part(file: &SourceFile, range: Range<usize>) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.site(file, range);
    sheet
}

/// The first byte of the next line.
fn line_end(text: &str, from: usize) -> usize {
    text[from..]
        .find('\n')
        .map_or(text.len(), |at| from + at + 1)
}

fn blocks(file: &SourceFile, matter: &Range<usize>, entries: &[Entry]) -> Option<Vec<Block>> {
    let text = &file.text;
    let mut blocks = Vec::new();
    let mut at = matter.start;
    for (index, entry) in entries.iter().enumerate() {
        let start = entry.key_span.start;
        // A key that does not begin its line stands in a table in flow style.
        if start < at || !(start == 0 || text[..start].ends_with('\n')) {
            return None;
        }
        if start > at {
            blocks.push(between(part(file, at..start)));
        }
        let limit = entries
            .get(index + 1)
            .map_or(matter.end, |next| next.key_span.start);
        let end = end_of(text, start, limit, entry.value.span.end)?;
        blocks.push(Block {
            key: Some(entry.key.clone()),
            value: Value::of(&entry.value),
            text: part(file, start..end),
        });
        at = end;
    }
    if at < matter.end {
        blocks.push(between(part(file, at..matter.end)));
    }
    Some(blocks)
}

fn between(text: Sheet) -> Block {
    Block {
        key: None,
        value: Value::Table(Vec::new()),
        text,
    }
}

/// Behind the last line of a key: not the comments and blank lines that lead to the next one.
fn end_of(text: &str, start: usize, limit: usize, value_end: usize) -> Option<usize> {
    let mut end = line_end(text, start);
    let mut at = end;
    while at < limit {
        let next = line_end(text, at);
        let line = &text[at..next];
        let is_blank = line.trim().is_empty();
        let in_value = at < value_end && !is_blank;
        // A comment that is indented stands inside of the value.
        if in_value || !(is_blank || line.starts_with('#')) {
            end = next;
        }
        at = next;
    }
    (end <= limit).then_some(end)
}

/// The text of a new document.
pub fn document(keys: &[(Told, Value)], body: &Sheet) -> Sheet {
    let mut text = Sheet::default();
    text.own("---\n");
    for (key, value) in keys {
        text.sheet(&yaml::entry(key, value));
    }
    text.own("---\n");
    if !body.is_empty() {
        text.own("\n").sheet(body).own("\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::gate::Told;

    const TEXT: &str = "---\n# ours\ntitle: First # the title\n\naliases:\n# top\n- a\n- {name: b}\n  # inside\n\n# about dates\ndate: 2025-11-10\nsummary: |\n  one\n  # two\n---\n\nBody.\n";

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        let page = Page::read(&SourceFile::new("a.md", TEXT)).expect("a page");
        assert_eq!(page.text().as_str(), TEXT);
        assert_eq!(
            page.get("date").and_then(Value::as_text),
            Some("2025-11-10")
        );
        assert_eq!(page.body(), "Body.");
    }

    #[test]
    fn a_key_is_changed_with_its_value_and_nothing_else() {
        let mut page = Page::read(&SourceFile::new("a.md", TEXT)).expect("a page");
        page.set("aliases", Value::texts([Told::own("c")]), &[]);
        page.set("tlp", Value::own("clear"), &["title"]);
        page.remove("summary");
        assert_eq!(
            page.text().as_str(),
            "---\n# ours\ntitle: First # the title\ntlp: clear\n\naliases: [c]\n\n# about dates\ndate: 2025-11-10\n---\n\nBody.\n"
        );
    }

    #[test]
    fn other_forms_are_left_alone() {
        for text in [
            "+++\ntitle = \"a\"\n+++\n",
            "---\n{title: a, date: 2025-01-01}\n---\n",
            "---\ntitle: a\n",
            "no\n",
        ] {
            assert!(
                Page::read(&SourceFile::new("a.md", text)).is_none(),
                "{text}"
            );
        }
    }
}
