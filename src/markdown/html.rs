//! Events to elements.
//!
//! In: what [`RenderBody`] holds. Out: HTML in an [`Output`]. One loop over the events; what needs a
//! look ahead (an image alone in a paragraph, a term without definition) finds the end of its
//! element in a table made once. Nested elements cost no recursion.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::highlight::Highlighter;
use super::notes::{self, Notes};
use super::write::{Output, element, escape};
use super::{Links, RenderBody, code};
use crate::load::body::{Figure, Portion, PortionKind, links as addresses};
use crate::marking::{Marking, Tlp};

/// The level that a heading of a body is shown at: the page's own title is the only `<h1>`.
pub(super) fn shown_level(level: u8) -> u8 {
    level.saturating_add(1).clamp(2, 6)
}

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
    /// The mark that the next list item, definition or paragraph begins with.
    badge: Option<Marking>,
    /// For each open link whether it is an element.
    anchors: Vec<bool>,
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
            anchors: Vec::new(),
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

    fn event(&self, index: usize) -> Option<&'a Event<'static>> {
        self.body.events.get(index).map(|(event, _)| event)
    }

    fn end_of(&self, start: usize) -> usize {
        self.partners.get(start).copied().unwrap_or(start)
    }

    fn range(&mut self, range: Range<usize>) {
        let mut index = range.start;
        while index < range.end {
            self.leave_portions(index);
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

    // Portions

    fn leave_portions(&mut self, index: usize) {
        while let Some(inside) = self.inside.pop_if(|inside| inside.end <= index) {
            if inside.wrapped {
                self.out.line();
                self.out.close("div");
                self.out.line();
            }
        }
    }

    fn enter_portions(&mut self, index: usize) {
        let portions: &'a [Portion] = self.body.portions;
        let first = portions.partition_point(|portion| portion.events.start < index);
        for portion in portions[first..]
            .iter()
            .take_while(|portion| portion.events.start == index)
        {
            let (around, shown) = match self.inside.last() {
                Some(inside) => (&inside.marking, portion.marking.within(&inside.marking)),
                None => (self.body.marking, portion.marking.clone()),
            };
            let differs = shown != *around
                && (shown.tlp != around.tlp || !shown.audience.is_subset(&around.audience));
            // A note is shown at the end, and carries its mark there.
            let blocks = matches!(portion.kind, PortionKind::Blocks | PortionKind::Text)
                && self.shows_something(portion.events.clone());
            if differs
                && (blocks
                    || matches!(
                        portion.kind,
                        PortionKind::Item | PortionKind::Definition | PortionKind::Term
                    ))
            {
                // Where two marks begin at one place, the inner one says what holds.
                self.badge = Some(shown.clone());
                if blocks {
                    self.out.line();
                    self.out.open(
                        "div",
                        &[(
                            "class",
                            &format!("portion portion-{}", class_word(shown.tlp)),
                        )],
                    );
                    let in_paragraph = portion.kind == PortionKind::Blocks
                        && matches!(self.event(index), Some(Event::Start(Tag::Paragraph)))
                        && self.lone_image(index).is_none();
                    if !in_paragraph {
                        self.write_badge();
                    }
                }
            }
            self.inside.push(Inside {
                end: portion.events.end,
                marking: shown,
                wrapped: differs && blocks,
            });
        }
    }

    /// Whether the events are more than definitions of notes.
    fn shows_something(&self, events: Range<usize>) -> bool {
        let mut index = events.start;
        while index < events.end
            && matches!(
                self.event(index),
                Some(Event::Start(Tag::FootnoteDefinition(_)))
            )
        {
            index = self.end_of(index) + 1;
        }
        index < events.end
    }

    fn write_badge(&mut self) {
        let Some(marking) = self.badge.take() else {
            return;
        };
        self.out.open(
            "span",
            &[("class", &format!("tlp tlp-{}", class_word(marking.tlp)))],
        );
        self.out.text(marking.tlp.label());
        self.out.close("span");
        for groups in &marking.audience {
            self.out.text(" ");
            self.out.open("span", &[("class", "audience")]);
            self.out.text(
                &groups
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
            );
            self.out.close("span");
        }
        self.out.text(" ");
    }

    /// The classes of an element that a portion may be, with `own` before them.
    fn portion_class(&self, own: &str) -> String {
        let mut class = own.to_owned();
        if let Some(marking) = &self.badge {
            if !class.is_empty() {
                class.push(' ');
            }
            class.push_str("portion portion-");
            class.push_str(class_word(marking.tlp));
        }
        class
    }

    fn open_with_class(&mut self, tag: &str, class: &str) {
        if class.is_empty() {
            self.out.open(tag, &[]);
        } else {
            self.out.open(tag, &[("class", class)]);
        }
    }

    // Blocks

    /// Starts an element and gives the index to go on with: after its end, where it is done whole.
    fn start(&mut self, tag: &'a Tag<'static>, index: usize) -> usize {
        let end = self.end_of(index);
        match tag {
            Tag::Paragraph => return self.paragraph(index, end),
            Tag::Heading { level, classes, .. } => {
                return self.heading(index, end, *level as u8, classes);
            }
            Tag::BlockQuote(kind) => {
                self.out.line();
                match kind {
                    Some(kind) => {
                        let (word, title) = alert(*kind);
                        self.out
                            .open("aside", &[("class", &format!("alert alert-{word}"))]);
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
                let scope = self.in_head.then_some(("scope", "col"));
                let attributes: Vec<_> = scope
                    .into_iter()
                    .chain(align.map(|class| ("class", class)))
                    .collect();
                self.out
                    .open(if self.in_head { "th" } else { "td" }, &attributes);
            }
            Tag::Emphasis => self.out.open("em", &[]),
            Tag::Strong => self.out.open("strong", &[]),
            Tag::Strikethrough => self.out.open("del", &[]),
            Tag::Superscript => self.out.open("sup", &[]),
            Tag::Subscript => self.out.open("sub", &[]),
            Tag::Link {
                link_type: LinkType::ShortcutUnknown,
                dest_url,
                ..
            } => {
                self.citation(dest_url.trim_start_matches('@'));
                return end + 1;
            }
            Tag::Link {
                dest_url, title, ..
            } => self.link(dest_url, title, index),
            Tag::Image {
                dest_url, title, ..
            } => {
                let alt = self.text_of(index, end);
                self.image(dest_url, title, &alt, false);
                return end + 1;
            }
            Tag::HtmlBlock => self.out.line(),
            // Front matter is not the body's.
            Tag::MetadataBlock(_) => return end + 1,
        }
        index + 1
    }

    fn end(&mut self, tag: TagEnd, index: usize) {
        match tag {
            TagEnd::Paragraph => self.close_line("p"),
            TagEnd::BlockQuote(kind) => {
                self.out.line();
                self.close_line(if kind.is_some() {
                    "aside"
                } else {
                    "blockquote"
                });
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
                self.out.close(if self.in_head { "th" } else { "td" });
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

    fn badge_unless_paragraph(&mut self, index: usize) {
        if !matches!(self.event(index), Some(Event::Start(Tag::Paragraph)))
            || self.lone_image(index).is_some()
        {
            self.write_badge();
        }
    }

    fn paragraph(&mut self, index: usize, end: usize) -> usize {
        if end == index + 1 {
            self.write_badge();
            return end + 1;
        }
        if let Some((start, url, title)) = self.lone_image(index) {
            let alt = self.text_of(start, self.end_of(start));
            self.write_badge();
            self.image(url, title, &alt, true);
            return end + 1;
        }
        self.out.line();
        self.out.open("p", &[]);
        self.write_badge();
        index + 1
    }

    /// The image that is all of a paragraph.
    fn lone_image(&self, paragraph: usize) -> Option<(usize, &'a str, &'a str)> {
        match self.event(paragraph + 1)? {
            Event::Start(Tag::Image {
                dest_url, title, ..
            }) if self.end_of(paragraph + 1) + 1 == self.end_of(paragraph) => {
                Some((paragraph + 1, dest_url, title))
            }
            _ => None,
        }
    }

    fn heading(
        &mut self,
        index: usize,
        end: usize,
        level: u8,
        classes: &[pulldown_cmark::CowStr<'static>],
    ) -> usize {
        let headings = self.body.headings;
        let heading = headings
            .binary_search_by_key(&index, |heading| heading.event)
            .ok()
            .and_then(|at| headings.get(at));
        // An empty heading is an error to screen readers.
        if heading.is_none_or(|heading| heading.text.is_empty()) {
            return end + 1;
        }
        let tag = ["h2", "h3", "h4", "h5", "h6"][usize::from(shown_level(level) - 2)];
        let id = heading
            .map(|heading| heading.id.clone())
            .unwrap_or_default();
        let class = classes
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>()
            .join(" ");
        let mut attributes = vec![("id", id.as_str())];
        if !class.is_empty() {
            attributes.push(("class", &class));
        }
        self.out.line();
        self.out.open(tag, &attributes);
        self.range(index + 1..end);
        self.out.text(" ");
        let label = format!(
            "Link to “{}”",
            heading
                .map(|heading| heading.text.as_str())
                .unwrap_or_default()
        );
        self.out.open(
            "a",
            &[
                ("class", "anchor"),
                ("href", &format!("#{id}")),
                ("aria-label", &label),
            ],
        );
        self.out.open("span", &[("aria-hidden", "true")]);
        self.out.text("#");
        self.out.close("span");
        self.out.close("a");
        self.close_line(tag);
        end + 1
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, index: usize, end: usize) {
        self.out.line();
        let figures = self.body.figures;
        let figure = figures
            .binary_search_by_key(&index, |figure| figure.event)
            .ok()
            .and_then(|at| figures.get(at));
        let html = match figure {
            Some(figure) => (self.figure)(figure),
            None => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                code::block(info, &self.text_of(index, end), self.highlighter)
            }
        };
        self.out.trusted(html);
        self.out.line();
    }

    /// The text and code between two events. Citations and notes have none.
    fn text_of(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        for (event, _) in self.body.events.get(start + 1..end).unwrap_or_default() {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        text
    }

    // Inline content

    fn inline(&mut self, event: &'a Event<'static>) {
        match event {
            Event::Text(text) => self.out.text(text),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.out.open("code", &[]);
                self.out.text(code);
                self.out.close("code");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.out.foreign(html),
            Event::SoftBreak => self.out.text("\n"),
            Event::HardBreak => {
                self.out.open("br", &[]);
                self.out.line();
            }
            Event::Rule => {
                self.out.line();
                self.out.open("hr", &[]);
                self.out.line();
            }
            Event::TaskListMarker(done) => {
                let mut attributes = vec![("type", "checkbox"), ("disabled", "")];
                if *done {
                    attributes.push(("checked", ""));
                }
                attributes.push(("aria-label", if *done { "Done" } else { "To do" }));
                self.out.trusted(element("input", &attributes));
                self.out.text(" ");
            }
            Event::FootnoteReference(label) => self.note_reference(label),
            Event::Start(_) | Event::End(_) => {}
        }
    }

    fn in_link(&self) -> bool {
        self.anchors.contains(&true)
    }

    fn link(&mut self, target: &str, title: &str, index: usize) {
        // A portion of what a link shows may have been taken out of it.
        let empty = self.end_of(index) == index + 1;
        let href = Some(target)
            .filter(|target| !self.in_link() && !addresses::is_defanged(target))
            .and_then(|target| self.links.href(target))
            .filter(|href| addresses::refuse(href).is_none());
        match &href {
            Some(href) => {
                let mut attributes = vec![("href", href.as_str())];
                if !title.is_empty() {
                    attributes.push(("title", title));
                }
                if addresses::is_external(href) {
                    attributes.push(("rel", "noopener noreferrer"));
                }
                self.out.open("a", &attributes);
                if empty {
                    self.out.text(href);
                }
            }
            None if empty => self.out.text(target),
            None => {}
        }
        self.anchors.push(href.is_some());
    }

    fn citation(&mut self, id: &str) {
        let Some(number) = self.links.citation(id) else {
            return;
        };
        self.out.open("sup", &[("class", "citation")]);
        let text = format!("[{number}]");
        if self.in_link() {
            self.out.text(&text);
        } else {
            self.out
                .open("a", &[("href", &format!("#source-{number}"))]);
            self.out.text(&text);
            self.out.close("a");
        }
        self.out.close("sup");
    }

    fn image(&mut self, target: &str, title: &str, alt: &str, alone: bool) {
        let image = self
            .links
            .image(target)
            .filter(|image| addresses::refuse(&image.href).is_none());
        let Some(image) = image else {
            if alone {
                self.out.line();
                self.out.open("p", &[]);
                self.out.text(alt);
                self.close_line("p");
            } else {
                self.out.text(alt);
            }
            return;
        };
        let width = image.width.map(|width| width.to_string());
        let height = image.height.map(|height| height.to_string());
        let mut attributes = vec![("src", image.href.as_str()), ("alt", alt)];
        if let (Some(width), Some(height)) = (&width, &height) {
            attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
        }
        attributes.extend([("loading", "lazy"), ("decoding", "async")]);
        if !alone && !title.is_empty() {
            attributes.push(("title", title));
        }
        let mut html = element("img", &attributes);
        if alone {
            let caption = if title.is_empty() {
                String::new()
            } else {
                let mut caption = "<figcaption>".to_owned();
                escape(&mut caption, title);
                caption + "</figcaption>"
            };
            html = format!("<figure class=\"image\">{html}{caption}</figure>");
            self.out.line();
        }
        self.out.trusted(html);
        if alone {
            self.out.line();
        }
    }

    // Notes

    fn note_reference(&mut self, label: &'a str) {
        let Some((number, occurrence)) = self.notes.cite(label) else {
            return;
        };
        let text = number.to_string();
        self.out.open("sup", &[("class", "footnote")]);
        if self.in_link() {
            self.out.text(&text);
        } else {
            let href = format!("#{}", notes::note_id(number));
            let id = notes::reference_id(number, occurrence);
            self.out.open(
                "a",
                &[
                    ("href", &href),
                    ("id", &id),
                    ("aria-label", &format!("Note {number}")),
                ],
            );
            self.out.text(&text);
            self.out.close("a");
        }
        self.out.close("sup");
    }

    /// The list of notes. A note may refer to others, which are then added behind.
    fn footnotes(&mut self) {
        let text = self.out.take();
        let mut contents = Vec::new();
        while let Some(definition) = self.notes.definition(contents.len() + 1) {
            let marking = self.note_markings.get(&definition.start).cloned();
            self.badge = marking
                .clone()
                .filter(|marking| marking != self.body.marking);
            let class = self.portion_class("");
            self.badge_unless_paragraph(definition.start + 1);
            let around = marking.map(|marking| Inside {
                end: usize::MAX,
                marking,
                wrapped: false,
            });
            self.inside.extend(around);
            self.range(definition.start + 1..definition.end.saturating_sub(1));
            self.write_badge();
            self.inside.clear();
            contents.push((class, self.out.take()));
        }
        self.out.put(text);
        if contents.is_empty() {
            return;
        }
        self.out.line();
        self.out.open(
            "section",
            &[("class", "footnotes"), ("aria-label", "Footnotes")],
        );
        self.out.line();
        self.out.open("ol", &[]);
        self.out.line();
        for (index, (class, content)) in contents.iter().enumerate() {
            let number = index + 1;
            let id = notes::note_id(number);
            let mut attributes = vec![("id", id.as_str())];
            if !class.is_empty() {
                attributes.push(("class", class));
            }
            self.out.open("li", &attributes);
            let content = content.trim();
            match content.strip_suffix("</p>") {
                Some(content) => {
                    self.out.again(content);
                    self.back_links(number);
                    self.out.close("p");
                }
                None => {
                    self.out.again(content);
                    self.out.open("p", &[]);
                    self.back_links(number);
                    self.out.close("p");
                }
            }
            self.close_line("li");
        }
        self.close_line("ol");
        self.close_line("section");
    }

    fn back_links(&mut self, number: usize) {
        for occurrence in 1..=self.notes.count(number) {
            let href = format!("#{}", notes::reference_id(number, occurrence));
            let label = match occurrence {
                1 => format!("Back to the reference to note {number}"),
                _ => format!("Back to reference {occurrence} to note {number}"),
            };
            self.out.text(" ");
            self.out.open(
                "a",
                &[
                    ("class", "footnote-back"),
                    ("href", &href),
                    ("aria-label", &label),
                ],
            );
            self.out.text("↩");
            self.out.close("a");
        }
    }
}

/// For each start the index of its end. Where a list of events is cut short, the last index.
fn partners(events: &[(Event<'static>, Range<usize>)]) -> Vec<usize> {
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

/// A level's word where `+` would not do: in the name of a class.
fn class_word(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::AmberStrict => "amber-strict",
        other => other.name(),
    }
}
