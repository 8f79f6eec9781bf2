//! YAML into the spanned tree.
//!
//! In: the bytes of one document (YAML 1.2.2, core schema). Out: a [`Node`] that is a table, with
//! every span counted from the start of the whole file.
//! 1. granit-parser turns the text into events; the first fault of the syntax ends that.
//! 2. An explicit stack builds the tree from them, so that no depth of nesting can exhaust the
//!    thread's own stack; duplicate keys, tags and keys that are no text are reported on the way.
//! 3. An alias becomes a copy of what it names, within a budget that no anchor bomb exceeds.

mod explain;
mod nodes;
mod scalars;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag, options};

use super::tree::{Entry, Node, Table, Value};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// The root table is the first level.
const DEEPEST: usize = 64;
/// Nodes of a document that uses anchors, copies included. A document without them is as large
/// as its file and needs no limit.
const MOST_NODES: usize = 100_000;
/// A copied text weighs one node more for each so many bytes, so that few nodes with long texts
/// do not get round the limit.
const BYTES_PER_NODE: usize = 64;
/// More findings than this in one document help nobody.
const MOST_FINDINGS: usize = 100;
/// From this size on a table's keys are looked up by hash.
const SMALL_TABLE: usize = 16;

/// Parses the bytes `range` of the file as one document.
///
/// An empty document is an empty table. `None` where an error leaves values in doubt; after a
/// duplicate key, of which the first counts, there is a tree all the same.
pub fn parse(file: &Arc<SourceFile>, range: Range<usize>, found: &mut Diagnostics) -> Option<Node> {
    let offset = range.start;
    let text = file.text.get(range.clone())?;
    let options = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder::new(file, offset, text, found);
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => {
                builder.syntax(&error);
                Err(Stop)
            }
        };
        if step.is_err() {
            return None;
        }
    }
    builder.finish(range)
}

/// Nothing after this point can be read; what is wrong has been reported.
struct Stop;

/// A finished node and what a copy of it would cost.
struct Built {
    node: Node,
    /// Levels of lists and tables in it; none for a scalar.
    height: usize,
    weight: usize,
}

impl Built {
    fn scalar(value: Value, span: Range<usize>) -> Self {
        let bytes = match &value {
            Value::String(text) | Value::Integer(_, text) | Value::Float(_, text) => text.len(),
            _ => 0,
        };
        Self {
            node: Node { value, span },
            height: 0,
            weight: 1 + bytes / BYTES_PER_NODE,
        }
    }

    fn copy(&self) -> Self {
        Self {
            node: self.node.clone(),
            height: self.height,
            weight: self.weight,
        }
    }
}

/// The key whose value comes next.
enum Key {
    /// The next node is a key.
    Wanted,
    Named(String, Range<usize>),
    /// Already reported; its value is read and dropped. The offset is where the key ended.
    Dropped(usize),
}

enum Content {
    List(Vec<Node>),
    Table {
        entries: Vec<Entry>,
        key: Key,
        /// Positions in `entries`; filled when the table is no longer small.
        index: HashMap<String, usize>,
    },
}

/// A list or table whose end has not come yet.
struct Open {
    content: Content,
    span: Range<usize>,
    flow: bool,
    anchor: usize,
    height: usize,
    weight: usize,
}

/// The last thing read, which decides how a fault of the syntax is best told.
#[derive(Clone)]
enum Last {
    Nothing,
    Plain { span: Range<usize>, root: bool },
    FlowEnd(Range<usize>),
    UnknownAlias,
}

struct Builder<'a> {
    file: &'a Arc<SourceFile>,
    /// Where `text` begins in the file. Offsets in the builder are those of the file.
    offset: usize,
    text: &'a str,
    found: &'a mut Diagnostics,
    findings: usize,
    open: Vec<Open>,
    root: Option<Built>,
    documents: usize,
    anchors: HashMap<usize, Built>,
    /// Nodes read and copied so far.
    nodes: usize,
    /// An error was reported that leaves values in doubt.
    doubtful: bool,
    last: Last,
}

impl<'a> Builder<'a> {
    fn new(
        file: &'a Arc<SourceFile>,
        offset: usize,
        text: &'a str,
        found: &'a mut Diagnostics,
    ) -> Self {
        Self {
            file,
            offset,
            text,
            found,
            findings: 0,
            open: Vec::new(),
            root: None,
            documents: 0,
            anchors: HashMap::new(),
            nodes: 0,
            doubtful: false,
            last: Last::Nothing,
        }
    }

    fn finish(self, range: Range<usize>) -> Option<Node> {
        let root = match self.root {
            // YAML 1.2.2 § 9.1.2: a document without content is a null that no character stands for.
            None => return (!self.doubtful).then(|| empty_table(range)),
            Some(root) => root.node,
        };
        match root.value {
            Value::Table(_) => (!self.doubtful).then_some(root),
            Value::Null if root.span.is_empty() => (!self.doubtful).then(|| empty_table(range)),
            _ if self.doubtful => None,
            _ => {
                self.found.push(explain::root(self.file, &root));
                None
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings += 1;
        if self.findings <= MOST_FINDINGS {
            self.found.push(diagnostic);
        }
    }

    /// Reports what no value can be made of.
    fn doubt(&mut self, diagnostic: Diagnostic) {
        self.doubtful = true;
        self.report(diagnostic);
    }

    fn syntax(&mut self, error: &ScanError) {
        // Text like `*bold* words` is an unknown alias and then a fault; one finding says it.
        if matches!(self.last, Last::UnknownAlias) {
            return;
        }
        let bracket = self
            .open
            .iter()
            .rev()
            .find(|open| open.flow)
            .map(|open| open.span.start);
        let scene = explain::Scene {
            file: self.file,
            offset: self.offset,
            text: self.text,
            bracket,
            last: self.last.clone(),
        };
        let diagnostic = scene.explain(error);
        self.doubt(diagnostic);
    }

    /// The span in bytes of the file, always on character boundaries of it.
    fn span(&self, span: &Span) -> Range<usize> {
        let bytes = span.byte_range().unwrap_or(0..0);
        let start = explain::boundary(self.text, bytes.start);
        let end = explain::boundary(self.text, bytes.end).max(start);
        self.offset + start..self.offset + end
    }

    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Stop> {
        let at = self.span(span);
        let last = std::mem::replace(&mut self.last, Last::Nothing);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.doubt(
                        Diagnostic::new(Code::YamlSyntax, "a second YAML document begins here")
                            .at(self.file, at)
                            .label("one document is expected")
                            .help("remove the `---` or `...` line, or split the file"),
                    );
                    return Err(Stop);
                }
                // A root scalar's event has the same place; there is nothing to remember.
                self.last = last;
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(text, style, anchor, tag, at, span)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                self.begin(Content::List(Vec::new()), style, anchor, at)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                let table = Content::Table {
                    entries: Vec::new(),
                    key: Key::Wanted,
                    index: HashMap::new(),
                };
                self.begin(table, style, anchor, at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(at)?,
            Event::Alias(id) => self.alias(id, at)?,
            Event::UnresolvedAlias(name) => {
                self.doubt(
                    Diagnostic::new(
                        Code::YamlSyntax,
                        format!("`*{name}` names an anchor that is not set before it"),
                    )
                    .at(self.file, at.clone())
                    .label("read as an alias")
                    .help("a text that begins with `*` needs quotes around the whole value"),
                );
                self.place(Built::scalar(Value::Null, at), 0)?;
                self.last = Last::UnknownAlias;
            }
            _ => self.last = last,
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        at: Range<usize>,
        span: &Span,
    ) -> Result<(), Stop> {
        let plain = style == ScalarStyle::Plain;
        let mut at = at;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            at.end = at.start + self.slice(&at).trim_end().len();
        }
        // The parser gives `~` for a value that is not there.
        let absent = plain && at.is_empty();
        if absent {
            at = self.absent_place(at);
        }
        if plain && !absent {
            self.last = Last::Plain {
                span: at.clone(),
                root: self.open.is_empty(),
            };
        }
        // YAML 1.2.2 § 5.3: `!!map`, `!!seq`, `!!str` and the core schema's tags are YAML's own.
        let tag = tag.as_deref();
        let core = tag.and_then(|tag| tag.core_suffix());
        let text_only = matches!(core, Some("str")) || tag.is_some_and(is_non_specific);
        let value = if text_only {
            Value::String(if absent {
                String::new()
            } else {
                text.into_owned()
            })
        } else if absent {
            Value::Null
        } else if plain || core.is_some() {
            match scalars::resolve(text) {
                Ok(value) => value,
                Err(text) => {
                    self.doubt(
                        Diagnostic::new(
                            Code::OutOfRange,
                            format!("`{}` is larger than a whole number can be", short(&text)),
                        )
                        .at(self.file, at.clone())
                        .label(format!("expected {} to {}", i64::MIN, i64::MAX))
                        .help("put it in quotes if it is an id or a hash"),
                    );
                    Value::String(text)
                }
            }
        } else {
            Value::String(text.into_owned())
        };
        let fits = match core {
            None => tag.is_none_or(is_non_specific),
            Some("str") => true,
            Some("null") => matches!(value, Value::Null),
            Some("bool") => matches!(value, Value::Bool(_)),
            Some("int") => matches!(value, Value::Integer(..)),
            Some("float") => matches!(value, Value::Float(..) | Value::Integer(..)),
            Some(_) => false,
        };
        if !fits {
            self.bad_tag(tag, span, core.is_some());
        }
        self.place(Built::scalar(value, at), anchor)
    }

    /// Where a value that is not there would stand: after its key's colon, else where the parser
    /// looked for it.
    fn absent_place(&self, at: Range<usize>) -> Range<usize> {
        let Some(Content::Table { key, .. }) = self.open.last().map(|open| &open.content) else {
            return at;
        };
        let end = match key {
            Key::Wanted => return at,
            Key::Named(_, span) => span.end,
            Key::Dropped(end) => *end,
        };
        let colon = self.file.text.as_bytes().get(end) == Some(&b':');
        let place = end + usize::from(colon);
        place..place
    }

    fn slice(&self, at: &Range<usize>) -> &str {
        self.file.text.get(at.clone()).unwrap_or_default()
    }

    fn check_tag(&mut self, tag: Option<&Tag>, core: &str, span: &Span) {
        if tag.is_some_and(|tag| !is_non_specific(tag) && tag.core_suffix() != Some(core)) {
            self.bad_tag(
                tag,
                span,
                tag.is_some_and(|tag| tag.core_suffix().is_some()),
            );
        }
    }

    fn bad_tag(&mut self, tag: Option<&Tag>, span: &Span, core: bool) {
        let written = tag.map(Tag::original).unwrap_or_default();
        let at = self.span(&span.tag_span().unwrap_or(*span));
        let message = if core {
            format!("the tag `{}` does not fit its value", short(&written))
        } else {
            format!(
                "`{}` is a tag, and tags of one's own mean nothing here",
                short(&written)
            )
        };
        self.doubt(
            Diagnostic::new(Code::YamlSyntax, message)
                .at(self.file, at)
                .label("read as a tag")
                .help("remove it; a text that begins with `!` needs quotes"),
        );
    }
}

/// YAML 1.2.2 § 6.9.1: `!` alone asks for text, whatever it looks like.
fn is_non_specific(tag: &Tag) -> bool {
    tag.original() == "!"
}

fn empty_table(range: Range<usize>) -> Node {
    Node {
        value: Value::Table(Table::default()),
        span: range.start..range.start,
    }
}

/// What was written, cut to a length that fits a message.
fn short(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}
