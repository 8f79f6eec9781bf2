//! Nodes into lists and tables, keys to their values, aliases to what they name.
//!
//! In: the finished scalars and the begins and ends of lists and tables. Out: the tree; duplicate
//! keys, keys that are no text, and what is too deep or too large are reported.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::StructureStyle;

use super::{
    Builder, Built, Content, DEEPEST, Key, Last, MOST_NODES, Open, SMALL_TABLE, Stop, explain,
    short,
};
use crate::tree::{Entry, Node, Table, Value};
use base::diagnostic::{Code, Diagnostic, Location};

impl Builder<'_> {
    fn too_deep(&mut self, at: Range<usize>, message: &str, help: &str) -> Stop {
        self.doubt(
            Diagnostic::new(Code::TooDeep, message)
                .at(self.file, at)
                .help(help),
        );
        Stop
    }

    fn nested_too_deep(&mut self, at: Range<usize>) -> Stop {
        let at = at.start..at.end.max(self.after_character(at.start));
        self.too_deep(
            at,
            &format!("lists and tables are nested more than {DEEPEST} deep"),
            "flatten the lists and tables",
        )
    }

    fn after_character(&self, start: usize) -> usize {
        explain::after_character(&self.file.text, self.offset + self.text.len(), start)
    }

    pub(super) fn begin(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        at: Range<usize>,
    ) -> Result<(), Stop> {
        if self.open.len() >= DEEPEST {
            return Err(self.nested_too_deep(at));
        }
        if self.key_wanted() {
            let end = self.after_character(at.start);
            self.bad_key(at.start..end, &content);
        }
        self.open.push(Open {
            content,
            span: at,
            flow: style == StructureStyle::Flow,
            anchor,
            height: 0,
            weight: 1,
        });
        Ok(())
    }

    pub(super) fn end(&mut self, at: Range<usize>) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let mut span = open.span;
        // A block's own end is only found where the next thing begins; its last child ends it.
        if open.flow {
            span.end = at.end.max(span.start);
            self.last = Last::FlowEnd(span.clone());
        }
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Table { entries, .. } => Value::Table(Table { entries }),
        };
        let built = Built {
            node: Node { value, span },
            height: open.height + 1,
            weight: open.weight,
        };
        self.place(built, open.anchor)
    }

    pub(super) fn alias(&mut self, id: usize, at: Range<usize>) -> Result<(), Stop> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(self.too_deep(
                at,
                "this alias stands inside of what it names",
                "an alias can only repeat what is complete before it",
            ));
        };
        let (height, weight) = (anchored.height, anchored.weight);
        if self.open.len() + height > DEEPEST {
            return Err(self.nested_too_deep(at));
        }
        self.spend(weight, &at)?;
        let Some(mut copy) = self.anchors.get(&id).map(Built::copy) else {
            return Ok(());
        };
        copy.node.span = at;
        self.place(copy, 0)
    }

    /// Takes a copy's weight from the budget before the copy is made.
    fn spend(&mut self, weight: usize, at: &Range<usize>) -> Result<(), Stop> {
        self.nodes += weight;
        if self.nodes > MOST_NODES {
            return Err(self.too_deep(
                at.clone(),
                &format!("aliases expand this document to more than {MOST_NODES} values"),
                "write the values out where they are needed, or use fewer aliases",
            ));
        }
        Ok(())
    }

    fn key_wanted(&self) -> bool {
        matches!(
            self.open.last().map(|open| &open.content),
            Some(Content::Table {
                key: Key::Wanted,
                ..
            })
        )
    }

    fn bad_key(&mut self, at: Range<usize>, content: &Content) {
        let (what, bracket) = match content {
            Content::List(_) => ("a list", '['),
            Content::Table { .. } => ("a table", '{'),
        };
        self.doubt(
            Diagnostic::new(
                Code::YamlSyntax,
                format!("{what} stands where a key belongs"),
            )
            .at(self.file, at)
            .label("a key is expected here")
            .help(format!(
                "a value that begins with `{bracket}` needs quotes if it is meant as text"
            )),
        );
    }

    /// Puts a finished node where it belongs: as the root, a list's item, a key or a key's value.
    pub(super) fn place(&mut self, built: Built, anchor: usize) -> Result<(), Stop> {
        self.nodes += 1;
        if anchor != 0 {
            let at = built.node.span.clone();
            self.spend(built.weight, &at)?;
            self.anchors.insert(anchor, built.copy());
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(built);
            return Ok(());
        };
        open.height = open.height.max(built.height);
        open.weight += built.weight;
        open.span.end = open.span.end.max(built.node.span.end);
        match &mut open.content {
            Content::List(items) => items.push(built.node),
            Content::Table {
                key: Key::Wanted, ..
            } => self.name(built.node),
            Content::Table { entries, key, .. } => {
                if let Key::Named(name, key_span) = std::mem::replace(key, Key::Wanted) {
                    entries.push(Entry {
                        key: name,
                        key_span,
                        value: built.node,
                    });
                }
            }
        }
        Ok(())
    }

    /// Takes a node as the key of the innermost table.
    fn name(&mut self, node: Node) {
        // Aside while findings about it are reported.
        let Some(mut open) = self.open.pop() else {
            return;
        };
        if let Content::Table {
            entries,
            key,
            index,
        } = &mut open.content
        {
            *key = self.key(node, entries, index);
        }
        self.open.push(open);
    }

    fn key(&mut self, node: Node, entries: &[Entry], index: &mut HashMap<String, usize>) -> Key {
        let end = node.span.end;
        let quoted = matches!(
            self.file.text.as_bytes().get(node.span.start),
            Some(b'"' | b'\'')
        );
        let name = match node.value {
            // Reported when it began, or, for an alias of one, below.
            Value::List(_) | Value::Table(_) => {
                if self.slice(&node.span).starts_with('*') {
                    self.doubt(
                        Diagnostic::new(
                            Code::YamlSyntax,
                            "a list or table stands where a key belongs",
                        )
                        .at(self.file, node.span)
                        .label("a key is expected here")
                        .help("write the key out"),
                    );
                }
                return Key::Dropped(end);
            }
            Value::String(text) | Value::Integer(_, text) | Value::Float(_, text) => text,
            Value::Date(text) => text,
            Value::Bool(value) if self.slice(&node.span).starts_with('*') => value.to_string(),
            Value::Null | Value::Bool(_) => self.slice(&node.span).to_owned(),
        };
        if name.is_empty() && !quoted {
            self.doubt(
                Diagnostic::new(Code::YamlSyntax, "a value has no key")
                    .at(self.file, node.span)
                    .label("a key is expected before the `:`")
                    .help("write `key: value`"),
            );
            return Key::Dropped(end);
        }
        if name == "<<" && !quoted {
            self.doubt(
                Diagnostic::new(Code::YamlSyntax, "merge keys are not supported")
                    .at(self.file, node.span)
                    .label("`<<` is not part of YAML 1.2")
                    .help("write the keys out in this table"),
            );
            return Key::Dropped(end);
        }
        if let Some(first) = position(entries, &name, index) {
            let first = entries[first].key_span.clone();
            self.report(
                Diagnostic::new(
                    Code::DuplicateKey,
                    format!("the key `{}` stands twice in one table", short(&name)),
                )
                .at(self.file, node.span)
                .label("the second")
                .help("remove one of the two; the first counts")
                .related(Location::new(self.file, first), "the first"),
            );
            return Key::Dropped(end);
        }
        Key::Named(name, node.span)
    }
}

/// Where the table has this key: by comparing while it is small, else by an index that is brought
/// up to date first, so that large tables take linear time.
fn position(entries: &[Entry], name: &str, index: &mut HashMap<String, usize>) -> Option<usize> {
    if entries.len() < SMALL_TABLE {
        return entries.iter().position(|entry| entry.key == name);
    }
    for (at, entry) in entries.iter().enumerate().skip(index.len()) {
        index.insert(entry.key.clone(), at);
    }
    index.get(name).copied()
}
