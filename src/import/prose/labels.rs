//! The markings in a text of others.
//!
//! In: the events of its Markdown. Out: the same with each marking as code, which marks nothing, and
//! the narrowest of those that count: at the start of a block or line, and in brackets anywhere.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{CITE, CITE_END};
use crate::import::gate;
use crate::marking::{Tlp, label};

/// The events with their markings as code, and the narrowest level.
pub fn coded<'a>(events: impl Iterator<Item = Event<'a>>) -> (Vec<Event<'a>>, Tlp) {
    let mut run = Run::default();
    let mut is_code = false;
    for event in events {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => {
                run.end();
                is_code = true;
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            _ if is_code => {}
            Event::Text(text) => run.piece(text),
            Event::Html(text) | Event::InlineHtml(text) => run.piece(&without_tags(text)),
            Event::Code(text) => {
                run.plain.push('`');
                run.plain.push_str(text);
                run.plain.push('`');
            }
            Event::Start(tag) if is_inline(tag) => {}
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            ) => {}
            _ => run.end(),
        }
        run.out.push(event);
    }
    run.end();
    (run.out, run.tlp)
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// The text with blanks in place of the tags in it: of the same length.
fn without_tags(text: &str) -> String {
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = inside || c == '<';
        inside = hidden && c != '>';
        if hidden {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// What a reader sees from the start of a block or line to its end.
#[derive(Default)]
struct Run<'a> {
    out: Vec<Event<'a>>,
    tlp: Tlp,
    plain: String,
    /// The events of the run's text, and where each stands in it.
    pieces: Vec<(usize, Range<usize>)>,
}

impl Run<'_> {
    /// The text of the event that comes next.
    fn piece(&mut self, text: &str) {
        let start = self.plain.len();
        let mut is_citation = false;
        for c in text.chars() {
            is_citation |= c == CITE;
            if is_citation {
                let blanks = std::iter::repeat_n(' ', c.len_utf8());
                self.plain.extend(blanks);
            } else {
                self.plain.push(c);
            }
            is_citation &= c != CITE_END;
        }
        self.pieces.push((self.out.len(), start..self.plain.len()));
    }

    fn end(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let pieces = std::mem::take(&mut self.pieces);
        let found = self.find(&plain);
        // From the last one on, so that the places of those before it stay.
        for (at, range) in pieces.into_iter().rev() {
            let parts = parts(&range, &found);
            if parts.iter().all(|(_, is_label)| !is_label) {
                continue;
            }
            let (Event::Text(text) | Event::Html(text) | Event::InlineHtml(text)) = &self.out[at]
            else {
                continue;
            };
            let text = text.clone();
            let new = parts.into_iter().flat_map(|(part, is_label)| {
                let part = &text[part.start - range.start..part.end - range.start];
                pieces_of(part, is_label)
            });
            let new: Vec<Event<'_>> = new.collect();
            self.out.splice(at..=at, new);
        }
    }

    /// The labels of a run, in their order. The first word of a run counts, and so do brackets.
    fn find(&mut self, plain: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut from = 0;
        while let Some(label) = label::leading(&plain[from..]) {
            self.tlp = self.tlp.max(label.level());
            found.push(from + label.range.start..from + label.range.end);
            from += label.range.end;
        }
        for at in gate::portions(plain) {
            if let Some(label) = label::leading(&plain[at..]) {
                self.tlp = self.tlp.max(label.level());
                found.push(at + label.range.start..at + label.range.end);
            }
        }
        // A label in the middle of a sentence is text, and nobody has to look at it twice.
        for at in words(plain) {
            if let Some(label) = label::leading(&plain[at..]) {
                found.push(at + label.range.start..at + label.range.end);
            }
        }
        found.sort_by_key(|range| range.start);
        found
    }
}

/// Where a word `TLP` begins.
fn words(plain: &str) -> impl Iterator<Item = usize> {
    let bytes = plain.as_bytes();
    memchr::memchr2_iter(b't', b'T', bytes).filter(move |at| {
        bytes[*at..].len() >= 3
            && bytes[*at..*at + 3].eq_ignore_ascii_case(b"tlp")
            && !at
                .checked_sub(1)
                .is_some_and(|before| bytes[before].is_ascii_alphanumeric())
    })
}

/// A piece of a run cut at the labels in it.
fn parts(piece: &Range<usize>, labels: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut parts = Vec::new();
    let mut at = piece.start;
    for label in labels {
        let start = label.start.max(at);
        let end = label.end.min(piece.end);
        if start >= end {
            continue;
        }
        if at < start {
            parts.push((at..start, false));
        }
        parts.push((start..end, true));
        at = end;
    }
    if at < piece.end {
        parts.push((at..piece.end, false));
    }
    parts
}

/// A part as events; blanks around code stand outside of it, and a citation in a label stays one.
fn pieces_of<'a>(part: &str, is_label: bool) -> Vec<Event<'a>> {
    let text = |text: &str| Event::Text(text.to_owned().into());
    if !is_label || part.trim().is_empty() || part.contains(CITE) {
        return vec![text(part)];
    }
    let core = part.trim();
    let before = &part[..part.len() - part.trim_start().len()];
    let after = &part[part.trim_end().len()..];
    let mut events = Vec::new();
    if !before.is_empty() {
        events.push(text(before));
    }
    events.push(Event::Code(core.to_owned().into()));
    if !after.is_empty() {
        events.push(text(after));
    }
    events
}
