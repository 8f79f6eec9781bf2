//! Bodies as HTML.
//!
//! In: the events of a body that may be shown, and what its links lead to. Out: [`Rendered`]: clean
//! HTML without inline styles or scripts, and the table of contents. Nothing here knows a library,
//! a file or an edition; what may not be shown is not in the events any more.
//!
//! - [`html`] turns events into elements; [`write`] escapes; [`code`] and [`notes`] are its parts;
//! - [`sanitise`] is run when the body holds HTML of its own;
//! - [`highlight`] colours code.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod code;
pub mod highlight;
mod html;
mod notes;
mod sanitise;
mod write;

#[cfg(test)]
mod html_tests;

use pulldown_cmark::CodeBlockKind;

use base::indicator::LiveTargets;
use base::marking::{Marking, Tlp};
use highlight::Highlighter;
use syntax::body::event::{Event, Spanned, Tag, TagEnd};
use syntax::body::{Body, Figure, FigureKind, Heading, Portion};

/// The rules for the colours of code, a part of the stylesheet.
pub const STYLESHEET: &str = include_str!("highlight.css");

/// What the links of a body lead to.
pub trait Links: Sync {
    /// The address to write for a link's target; none: its text is shown without a link.
    fn href(&self, target: &str) -> Option<String>;
    /// The number of a source in the list that is shown, from 1; none: the citation is left out.
    fn citation(&self, id: &str) -> Option<usize>;
    /// The image of a target; none: its alternative text is shown.
    fn image(&self, target: &str) -> Option<ImageInfo>;
}

/// An image as a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInfo {
    pub href: String,
    /// In pixels, so that nothing moves while it loads.
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// What of a body is shown, and the marking of the whole that it is part of.
#[derive(Debug, Clone, Copy)]
pub struct RenderBody<'a> {
    pub events: &'a [Spanned],
    /// Outer before inner, as [`Body`] has them.
    pub portions: &'a [Portion],
    pub headings: &'a [Heading],
    pub figures: &'a [Figure],
    pub has_html: bool,
    /// Portions of this very marking get no badge.
    pub marking: &'a Marking,
    /// What nothing links to.
    pub indicators: &'a LiveTargets,
}

static NO_INDICATORS: LiveTargets = LiveTargets::NONE;

impl<'a> RenderBody<'a> {
    pub fn new(body: &'a Body, marking: &'a Marking) -> Self {
        Self {
            events: &body.events,
            portions: &body.portions,
            headings: &body.headings,
            figures: &body.figures,
            has_html: body.has_html,
            marking,
            indicators: &NO_INDICATORS,
        }
    }

    /// Links to these are shown as their text.
    #[must_use]
    pub fn without_links_to(self, indicators: &'a LiveTargets) -> Self {
        Self { indicators, ..self }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    pub html: String,
    pub toc: Vec<TocEntry>,
    /// How many notes stand at the end of `html`.
    pub footnotes: usize,
}

/// A heading and those below it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TocEntry {
    /// As shown, 2 to 6.
    pub level: u8,
    pub id: String,
    pub text: String,
    /// Where it differs from that of the whole body.
    pub tlp: Option<Tlp>,
    pub children: Vec<TocEntry>,
}

/// Renders a body. `figure` gives the HTML of a chart, timeline or table of indicators, which is
/// taken as it is.
pub fn render(
    body: &RenderBody<'_>,
    links: &dyn Links,
    highlighter: Option<&Highlighter>,
    figure: &dyn Fn(&Figure) -> String,
) -> Rendered {
    let token = body.has_html.then(|| sanitise::token(body.events));
    let mut page = html::Page::new(body, links, highlighter, figure, token);
    page.body();
    let footnotes = page.notes.len();
    Rendered {
        html: page.out.finish(body.indicators),
        toc: toc(body),
        footnotes,
    }
}

/// The level that each heading is shown at: 2 for the outermost, since the page's title is the only
/// `<h1>`, and one more for each heading that it is below. No level is skipped, whatever the text
/// does and whatever was taken out of it, as the HTML validator and screen readers ask for.
fn shown_levels(headings: &[Heading]) -> Vec<u8> {
    let mut above: Vec<u8> = Vec::new();
    headings
        .iter()
        .map(|heading| {
            // An empty heading is not shown.
            if heading.text.is_empty() {
                return 2;
            }
            while above.pop_if(|level| *level >= heading.level).is_some() {}
            above.push(heading.level);
            u8::try_from(above.len() + 1).unwrap_or(6).min(6)
        })
        .collect()
}

/// The headings as a tree.
fn toc(body: &RenderBody<'_>) -> Vec<TocEntry> {
    let headings = body.headings;
    let mut top = Vec::new();
    let mut open: Vec<TocEntry> = Vec::new();
    fn close(open: &mut Vec<TocEntry>, top: &mut Vec<TocEntry>, level: u8) {
        while let Some(entry) = open.pop_if(|entry| entry.level >= level) {
            open.last_mut()
                .map_or(&mut *top, |parent| &mut parent.children)
                .push(entry);
        }
    }
    let levels = shown_levels(headings);
    let mut portions = body.portions.iter().peekable();
    let mut inside: Vec<(usize, Tlp)> = Vec::new();
    for (heading, level) in headings.iter().zip(levels) {
        while let Some(portion) = portions.next_if(|next| next.events.start <= heading.event) {
            while inside
                .pop_if(|(end, _)| *end <= portion.events.start)
                .is_some()
            {}
            let around = inside.last().map_or(Tlp::Clear, |(_, tlp)| *tlp);
            inside.push((portion.events.end, portion.marking.tlp.max(around)));
        }
        while inside.pop_if(|(end, _)| *end <= heading.event).is_some() {}
        if heading.text.is_empty() {
            continue;
        }
        close(&mut open, &mut top, level);
        open.push(TocEntry {
            level,
            id: heading.id.clone(),
            text: heading.text.clone(),
            tlp: inside
                .last()
                .map(|(_, tlp)| *tlp)
                .filter(|tlp| *tlp != body.marking.tlp),
            children: Vec::new(),
        });
    }
    close(&mut open, &mut top, 0);
    top
}

/// Whether an element of HTML is taken out with all that is in it.
pub fn is_removed(element: &str) -> bool {
    sanitise::is_removed(element)
}

/// What is published of a piece of HTML by itself: its text, and the attributes that may stay.
pub fn published_html(html: &str) -> String {
    let token = sanitise::token(&[]);
    sanitise::clean(html, &token, &[], &NO_INDICATORS)
}

/// The text without any markup, for excerpts, feeds and search: a line for each block. Citations,
/// notes, figures and HTML are left out.
pub fn plain_text(events: &[Spanned]) -> String {
    let mut text = String::new();
    let mut line = String::new();
    let mut end_line = |line: &mut String| {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !words.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&words.join(" "));
        }
        line.clear();
    };
    // Depth of what is left out.
    let mut skipped = 0_usize;
    for (event, _) in events {
        match event {
            Event::Start(tag) => {
                let left_out = match tag {
                    Tag::FootnoteDefinition(_) | Tag::HtmlBlock => true,
                    Tag::Link(link) => link.is_citation(),
                    Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                        FigureKind::of_fence(info).is_some()
                    }
                    _ => false,
                };
                if left_out || skipped > 0 {
                    skipped += 1;
                }
            }
            Event::End(_) if skipped > 0 => skipped -= 1,
            _ if skipped > 0 => {}
            Event::End(TagEnd::TableCell) => line.push(' '),
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            ) => {}
            Event::End(_) => end_line(&mut line),
            Event::Text(text) | Event::Code(text) => line.push_str(text),
            Event::SoftBreak | Event::HardBreak => line.push(' '),
            _ => {}
        }
        // A tight item's text ends where the list inside of it begins.
        if skipped == 0
            && matches!(
                event,
                Event::Start(
                    Tag::List(_)
                        | Tag::Item
                        | Tag::Paragraph
                        | Tag::BlockQuote(_)
                        | Tag::CodeBlock(_)
                )
            )
        {
            end_line(&mut line);
        }
    }
    end_line(&mut line);
    text
}
