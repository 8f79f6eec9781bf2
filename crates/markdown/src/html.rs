//! Events to elements.
//!
//! In: what [`RenderBody`] holds. Out: HTML in an [`Output`]. One loop over the events; what needs a
//! look ahead (an image alone in a paragraph, a term without definition) finds the end of its
//! element in a table made once. Nested elements cost no recursion.

mod footnotes;
mod inline;
mod leaves;
mod portions;

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind};

use super::highlight::Highlighter;
use super::notes::Notes;
use super::write::Output;
use super::{Links, RenderBody};
use base::marking::Marking;
use syntax::body::Figure;
use syntax::body::event::{Event, Spanned, Tag, TagEnd};

/// A portion that the loop is in.
struct Inside {
    end: usize,
    marking: Marking,
    /// A `<div>` to close.
    wrapped: bool,
}

pub(super) struct Page<'a> {
    body: &'a RenderBody<'a>,
    links: &'a dyn Links,
    highlighter: Option<&'a Highlighter>,
    figure: &'a dyn Fn(&Figure) -> String,
    pub out: Output,
    pub notes: Notes<'a>,
    /// For each start its end among the events, and the other way round.
    partners: Vec<usize>,
    inside: Vec<Inside>,
    /// What holds for a note, by the start of its definition.
    note_markings: BTreeMap<usize, Marking>,
    /// The mark that the next list item, definition, paragraph or heading begins with.
    badge: Option<Marking>,
    /// The blocks of open portions that repeat the portion's mark, by their start.
    repeats: BTreeMap<usize, Marking>,
    /// For each open link whether it is an element.
    anchors: Vec<bool>,
    /// For each heading of the body the level it is shown at.
    levels: Vec<u8>,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    rows: usize,
    tables: usize,
}

impl<'a> Page<'a> {
    pub fn new(
        body: &'a RenderBody<'a>,
        links: &'a dyn Links,
        highlighter: Option<&'a Highlighter>,
        figure: &'a dyn Fn(&Figure) -> String,
        token: Option<String>,
    ) -> Self {
        let mut notes = Notes::default();
        let partners = partners(body.events);
        for (index, (event, _)) in body.events.iter().enumerate() {
            if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                notes.define(label, index..partners[index] + 1);
            }
        }
        Self {
            body,
            links,
            highlighter,
            figure,
            out: Output::new(token, body.events.len() * 32),
            notes,
            partners,
            inside: Vec::new(),
            note_markings: BTreeMap::new(),
            badge: None,
            repeats: BTreeMap::new(),
            anchors: Vec::new(),
            levels: super::shown_levels(body.headings),
            alignments: Vec::new(),
            column: 0,
            in_head: false,
            rows: 0,
            tables: 0,
        }
    }

    /// The whole body with its notes.
    pub fn body(&mut self) {
        self.range(0..self.body.events.len());
        self.footnotes();
    }

    fn event(&self, index: usize) -> Option<&'a Event> {
        self.body.events.get(index).map(|(event, _)| event)
    }

    fn end_of(&self, start: usize) -> usize {
        self.partners.get(start).copied().unwrap_or(start)
    }

    fn range(&mut self, range: Range<usize>) {
        let mut index = range.start;
        while index < range.end {
            self.leave_portions(index);
            self.repeat_badge(index);
            self.enter_portions(index);
            index = match self.event(index) {
                Some(Event::Start(tag)) => self.start(tag, index),
                Some(Event::End(tag)) => {
                    self.end(*tag, index);
                    index + 1
                }
                Some(event) => {
                    self.inline(event);
                    index + 1
                }
                None => break,
            };
        }
        self.leave_portions(range.end);
    }

    /// Starts an element and gives the index to go on with: after its end, where it is done whole.
    fn start(&mut self, tag: &'a Tag, index: usize) -> usize {
        let end = self.end_of(index);
        match tag {
            Tag::Paragraph => return self.paragraph(index, end),
            Tag::Heading(heading) => return self.heading(index, end, &heading.classes),
            Tag::BlockQuote(kind) => {
                self.out.line();
                match kind {
                    Some(kind) => {
                        let (word, title) = alert(*kind);
                        // Programs that take the text out of a page drop every `<aside>`.
                        let class = format!("alert alert-{word}");
                        self.out.open("div", &[("class", &class), ("role", "note")]);
                        self.out.line();
                        self.out.open("p", &[("class", "alert-title")]);
                        self.out.text(title);
                        self.out.close("p");
                    }
                    None => self.out.open("blockquote", &[]),
                }
                self.out.line();
            }
            Tag::CodeBlock(kind) => {
                self.code_block(kind, index, end);
                return end + 1;
            }
            Tag::List(Some(first)) => {
                self.out.line();
                if *first == 1 {
                    self.out.open("ol", &[]);
                } else {
                    self.out.open("ol", &[("start", &first.to_string())]);
                }
                self.out.line();
            }
            Tag::List(None) => {
                self.out.line();
                self.out.open("ul", &[]);
                self.out.line();
            }
            Tag::Item => {
                let marker = |at| matches!(self.event(at), Some(Event::TaskListMarker(_)));
                let in_paragraph =
                    matches!(self.event(index + 1), Some(Event::Start(Tag::Paragraph)));
                let task = marker(index + 1) || (in_paragraph && marker(index + 2));
                let class = self.portion_class(if task { "task" } else { "" });
                self.open_with_class("li", &class);
                self.badge_unless_paragraph(index + 1);
            }
            Tag::FootnoteDefinition(_) => {
                if let Some(inside) = self.inside.last() {
                    self.note_markings.insert(index, inside.marking.clone());
                }
                return end + 1;
            }
            Tag::DefinitionList => {
                self.out.line();
                self.out.open("dl", &[]);
                self.out.line();
            }
            Tag::DefinitionListTitle => {
                let class = self.portion_class("");
                self.open_with_class("dt", &class);
                self.write_badge();
            }
            Tag::DefinitionListDefinition => {
                let class = self.portion_class("");
                self.open_with_class("dd", &class);
                self.badge_unless_paragraph(index + 1);
            }
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                self.rows = 0;
                self.tables += 1;
                let label = match self.tables {
                    1 => "Table".to_owned(),
                    number => format!("Table {number}"),
                };
                self.out.line();
                self.out.open(
                    "div",
                    &[
                        ("class", "table-scroll"),
                        ("tabindex", "0"),
                        ("role", "region"),
                        ("aria-label", &label),
                    ],
                );
                self.out.open("table", &[]);
                self.out.line();
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.out.open("thead", &[]);
                self.out.open("tr", &[]);
            }
            Tag::TableRow => {
                self.column = 0;
                if self.rows == 0 {
                    self.out.open("tbody", &[]);
                    self.out.line();
                }
                self.rows += 1;
                self.out.open("tr", &[]);
            }
            Tag::TableCell => {
                let align = match self.alignments.get(self.column) {
                    Some(Alignment::Left) => Some("align-left"),
                    Some(Alignment::Center) => Some("align-center"),
                    Some(Alignment::Right) => Some("align-right"),
                    _ => None,
                };
                // A corner without words heads no column.
                let heads = self.in_head && self.end_of(index) > index + 1;
                let scope = heads.then_some(("scope", "col"));
                let attributes: Vec<_> = scope
                    .into_iter()
                    .chain(align.map(|class| ("class", class)))
                    .collect();
                self.out.open(if heads { "th" } else { "td" }, &attributes);
            }
            Tag::Emphasis => self.out.open("em", &[]),
            Tag::Strong => self.out.open("strong", &[]),
            Tag::Strikethrough => self.out.open("del", &[]),
            Tag::Superscript => self.out.open("sup", &[]),
            Tag::Subscript => self.out.open("sub", &[]),
            Tag::Link(link) if link.is_citation() => {
                self.citation(link.dest_url.trim_start_matches('@'));
                return end + 1;
            }
            Tag::Link(link) => self.link(&link.dest_url, &link.title, index),
            Tag::Image(link) => {
                let alt = self.text_of(index, end);
                self.image(&link.dest_url, &link.title, &alt, false);
                return end + 1;
            }
            Tag::HtmlBlock => self.out.line(),
        }
        index + 1
    }

    fn end(&mut self, tag: TagEnd, index: usize) {
        match tag {
            TagEnd::Paragraph => self.close_line("p"),
            TagEnd::BlockQuote(kind) => {
                self.out.line();
                self.close_line(if kind.is_some() { "div" } else { "blockquote" });
            }
            TagEnd::List(ordered) => {
                self.out.line();
                self.close_line(if ordered { "ol" } else { "ul" });
            }
            TagEnd::Item => {
                self.write_badge();
                self.close_line("li");
            }
            TagEnd::DefinitionList => self.close_line("dl"),
            TagEnd::DefinitionListTitle => {
                self.close_line("dt");
                let followed = matches!(
                    self.event(index + 1),
                    Some(Event::Start(
                        Tag::DefinitionListTitle | Tag::DefinitionListDefinition
                    ))
                );
                // A list must not end with a term.
                if !followed {
                    self.out.open("dd", &[]);
                    self.close_line("dd");
                }
            }
            TagEnd::DefinitionListDefinition => {
                self.write_badge();
                self.close_line("dd");
            }
            TagEnd::Table => {
                if self.rows > 0 {
                    self.close_line("tbody");
                }
                self.out.close("table");
                self.close_line("div");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.close("tr");
                self.close_line("thead");
            }
            TagEnd::TableRow => self.close_line("tr"),
            TagEnd::TableCell => {
                let before = index.checked_sub(1).and_then(|before| self.event(before));
                let is_empty = matches!(before, Some(Event::Start(Tag::TableCell)));
                self.out.close(if self.in_head && !is_empty {
                    "th"
                } else {
                    "td"
                });
                self.column += 1;
            }
            TagEnd::Emphasis => self.out.close("em"),
            TagEnd::Strong => self.out.close("strong"),
            TagEnd::Strikethrough => self.out.close("del"),
            TagEnd::Superscript => self.out.close("sup"),
            TagEnd::Subscript => self.out.close("sub"),
            TagEnd::Link => {
                if self.anchors.pop() == Some(true) {
                    self.out.close("a");
                }
            }
            TagEnd::HtmlBlock => self.out.line(),
            // Those whose start was done whole.
            TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn close_line(&mut self, tag: &str) {
        self.out.close(tag);
        self.out.line();
    }
}

/// For each start the index of its end. Where a list of events is cut short, the last index.
fn partners(events: &[Spanned]) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..events.len()).collect();
    let mut open = Vec::new();
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => {
                partners[index] = events.len().saturating_sub(1);
                open.push(index);
            }
            Event::End(_) => {
                if let Some(start) = open.pop() {
                    let start: usize = start;
                    partners[start] = index;
                    partners[index] = start;
                }
            }
            _ => {}
        }
    }
    partners
}

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}
