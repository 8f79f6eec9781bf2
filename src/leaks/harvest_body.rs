//! The texts of a body: its lines as a reader sees them, addresses, images, figures.
//!
//! In: a body and which of its events are visible. Out: pieces; a run of text that changes from
//! visible to withheld is two. A citation or note interrupts a run, since a number stands there on
//! the page. What may be read but is on no page is no piece: uncited notes, attributes that
//! sanitizing takes out.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::harvest::{At, Sink, Writing};
use super::notes;
use crate::diagnostic::SourceFile;
use crate::figures;
use crate::intel::model::{Target, Text};
use crate::load::body::event::{Event, Tag, TagEnd};
use crate::load::body::{Body, ReferenceKind};
use crate::markdown;

/// Gives the pieces of a body.
pub fn body<E, B>(text: &Text<E, B>, file: &Arc<SourceFile>, visible: &[bool], sink: &mut Sink) {
    let Text {
        body,
        targets,
        figures,
    } = text;
    let Body {
        events,
        portions: _,
        references,
        figures: blocks,
        headings,
        has_html: _,
        words: _,
    } = body.as_ref();
    let is_visible = |event: usize| visible.get(event).copied().unwrap_or(false);
    let uncited = notes::uncited(events);
    let is_left_out =
        |event: usize| is_visible(event) && uncited.iter().any(|note| note.contains(&event));
    let mut drawn: BTreeMap<usize, &figures::Figure> = BTreeMap::new();
    for block in blocks {
        if let Some(figure) = figures.iter().find(|figure| figure.span == block.text_span) {
            drawn.insert(block.event, figure);
        }
    }
    let mut run = Run {
        file,
        text: String::new(),
        span: 0..0,
        visible: false,
    };
    // Inside of a citation, or of a figure's code block.
    let mut apart: Option<TagEnd> = None;
    // Elements that are open and that sanitizing takes out with all that is in them.
    let mut removed = 0_usize;
    for (index, (event, span)) in events.iter().enumerate() {
        if let Event::Html(html) | Event::InlineHtml(html) = event
            && is_visible(index)
        {
            removed = removed_after(removed, html);
        }
        if is_left_out(index) || removed > 0 && is_visible(index) {
            run.give(sink);
            continue;
        }
        if let Some(end) = &apart {
            if matches!(event, Event::End(tag) if tag == end) {
                apart = None;
            }
            continue;
        }
        match event {
            Event::Text(text) | Event::Code(text) => {
                run.add(text, span, is_visible(index), sink);
            }
            Event::SoftBreak | Event::HardBreak => run.add(" ", span, is_visible(index), sink),
            Event::Html(html) | Event::InlineHtml(html) => {
                if matches!(event, Event::Html(_)) {
                    run.give(sink);
                }
                let at = At {
                    file,
                    span: span.clone(),
                    visible: is_visible(index),
                };
                if at.visible {
                    let published = markdown::published_html(html);
                    at.give(&published, Writing::Markup, "a piece of HTML", sink);
                } else {
                    at.give(html, Writing::Markup, "a piece of HTML", sink);
                }
            }
            Event::Start(Tag::Link(link)) if link.is_citation() => {
                run.give(sink);
                apart = Some(TagEnd::Link);
            }
            Event::Start(Tag::CodeBlock(_)) if drawn.contains_key(&index) => {
                run.give(sink);
                apart = Some(TagEnd::CodeBlock);
                if let Some(figure) = drawn.get(&index) {
                    let at = At {
                        file,
                        span: span.clone(),
                        visible: is_visible(index),
                    };
                    let html =
                        figures::render(figure, "figure", &figures::map::World::default(), &|_| {
                            None
                        });
                    at.give(&html, Writing::Markup, "a text of a figure", sink);
                }
            }
            // Behind the title the line goes on.
            Event::Start(Tag::Link(link) | Tag::Image(link)) if !link.title.is_empty() => {
                let at = At {
                    file,
                    span: span.clone(),
                    visible: is_visible(index),
                };
                at.give(&link.title, Writing::Prose, "the title of a link", sink);
                if matches!(event, Event::Start(Tag::Image(_))) {
                    run.give(sink);
                }
            }
            // These stand within a line.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link(_))
            | Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link,
            ) => {}
            _ => run.give(sink),
        }
    }
    run.give(sink);
    for reference in references {
        let what = match reference.kind {
            ReferenceKind::Link => "the address of a link",
            ReferenceKind::Image => "the address of an image",
            // A name is harvested with its entity; the id of a source is nobody's secret.
            ReferenceKind::Wiki | ReferenceKind::Citation => continue,
        };
        // What is published of a link to a document is the address of its page.
        let is_replaced = matches!(
            targets.get(&reference.target),
            Some(Target::Entity(_) | Target::Brief(_))
        );
        if is_left_out(reference.event) || is_replaced && is_visible(reference.event) {
            continue;
        }
        let at = At {
            file,
            span: reference.span.clone(),
            visible: is_visible(reference.event),
        };
        at.give(&reference.target, Writing::Name, what, sink);
    }
    for heading in headings {
        let at = At {
            file,
            span: heading.span.clone(),
            visible: is_visible(heading.event),
        };
        at.give(&heading.id, Writing::Prose, "a heading", sink);
    }
}

/// How many of the elements that sanitizing takes out whole are open after a piece of HTML.
fn removed_after(mut open: usize, html: &str) -> usize {
    let html = html.to_ascii_lowercase();
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (closes, rest) = match rest.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let name = rest
            .split(|sign: char| !sign.is_ascii_alphanumeric())
            .next();
        if name.is_some_and(markdown::is_removed) {
            open = if closes {
                open.saturating_sub(1)
            } else {
                open + 1
            };
        }
    }
    open
}

/// Text of one line, paragraph or cell.
struct Run<'a> {
    file: &'a Arc<SourceFile>,
    text: String,
    span: Range<usize>,
    visible: bool,
}

impl Run<'_> {
    fn add(&mut self, text: &str, span: &Range<usize>, visible: bool, sink: &mut Sink) {
        if visible != self.visible {
            self.give(sink);
            self.visible = visible;
        }
        if self.text.is_empty() {
            self.span = span.clone();
        }
        self.span.end = self.span.end.max(span.end);
        self.text.push_str(text);
    }

    fn give(&mut self, sink: &mut Sink) {
        if self.text.is_empty() {
            return;
        }
        let at = At {
            file: self.file,
            span: self.span.clone(),
            visible: self.visible,
        };
        at.give(&self.text, Writing::Prose, "a sentence", sink);
        self.text.clear();
    }
}
