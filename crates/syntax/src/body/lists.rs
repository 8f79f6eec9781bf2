//! What lists become when something in or between them is gone.
//!
//! In: the events of a body, which of them stay, and the text. Out: further events that go or come, so
//! that the rest reads as a text that never had what is gone: a list that a paragraph had split is one
//! again, and its items have paragraphs where blank lines stand between them, and not elsewhere.
//!
//! Blank lines are not events, so the text is asked for them. Of those around something that is gone
//! one stays if there was one on both sides, or if what follows needs one: a blank line that only it
//! had goes with it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Portion;
use super::event::{Event, Spanned, Tag};

/// Paragraphs that begin or end before an event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edge {
    pub ends: bool,
    pub begins: bool,
}

/// Takes the events out of `keep` that go with what is gone, and gives those that come, by the index
/// of the event that they stand before.
pub(super) fn mend(
    text: &str,
    events: &[Spanned],
    portions: &[Portion],
    keep: &mut [bool],
) -> BTreeMap<usize, Edge> {
    let gone = |portion: &&Portion| {
        let own = keep.get(portion.events.clone());
        own.is_some_and(|own| own.iter().all(|kept| !kept))
    };
    let marks = portions.iter().filter(gone);
    let mut mend = Mend {
        text,
        events,
        portions,
        marks: marks.map(|portion| portion.span.clone()).collect(),
        keep,
        edges: BTreeMap::new(),
    };
    mend.container(0..events.len());
    mend.edges
}

/// A block, or a run of inline text that stands in an item without a paragraph.
#[derive(Debug, Clone)]
struct Node {
    events: Range<usize>,
    is_run: bool,
}

impl Node {
    /// The events inside of its first and last.
    fn inside(&self) -> Range<usize> {
        self.events.start + 1..self.events.end.saturating_sub(1)
    }
}

struct Mend<'a> {
    text: &'a str,
    events: &'a [Spanned],
    portions: &'a [Portion],
    /// Where the marks of what is gone stand in the text.
    marks: Vec<Range<usize>>,
    keep: &'a mut [bool],
    edges: BTreeMap<usize, Edge>,
}

impl Mend<'_> {
    /// The blocks that stand directly in a range of events.
    fn children(&self, range: Range<usize>) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut depth = 0_usize;
        for index in range {
            let event = &self.events[index].0;
            if depth == 0 {
                let is_run = !is_block(event);
                let goes_on = is_run && nodes.last().is_some_and(|node| node.is_run);
                if !goes_on {
                    nodes.push(Node {
                        events: index..index + 1,
                        is_run,
                    });
                }
            }
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if let Some(node) = nodes.last_mut() {
                node.events.end = index + 1;
            }
        }
        nodes
    }

    fn is_kept(&self, node: &Node) -> bool {
        match node.is_run {
            true => self.keep[node.events.clone()].contains(&true),
            false => self.keep[node.events.start],
        }
    }

    fn tag(&self, node: &Node) -> Option<&Tag> {
        match &self.events[node.events.start].0 {
            Event::Start(tag) if !node.is_run => Some(tag),
            _ => None,
        }
    }

    fn container(&mut self, range: Range<usize>) {
        let nodes = self.children(range);
        let kept: Vec<usize> = (0..nodes.len())
            .filter(|at| self.is_kept(&nodes[*at]))
            .collect();
        let mut next = 0;
        while let Some(first) = kept.get(next).copied() {
            let mut last = first;
            next += 1;
            match self.tag(&nodes[first]) {
                Some(Tag::List(_) | Tag::DefinitionList) => {
                    while let Some(other) = kept.get(next).copied()
                        && other > last + 1
                        && self.are_one(&nodes[last], &nodes[other])
                    {
                        self.keep[nodes[last].events.end - 1] = false;
                        self.keep[nodes[other].events.start] = false;
                        last = other;
                        next += 1;
                    }
                    self.list(&nodes[first..=last]);
                }
                Some(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => {
                    self.container(nodes[first].inside());
                }
                _ => {}
            }
        }
    }

    /// Whether two lists were parted by nothing but what is gone.
    fn are_one(&self, one: &Node, other: &Node) -> bool {
        let alike = match (self.tag(one), self.tag(other)) {
            (Some(Tag::DefinitionList), Some(Tag::DefinitionList)) => true,
            (Some(Tag::List(first)), Some(Tag::List(second))) => {
                first.is_some() == second.is_some() && self.marker(one) == self.marker(other)
            }
            _ => false,
        };
        // The span of a list may go on behind its last item.
        let end = self.children(one.inside()).last().map_or(0, |item| {
            let span = &self.events[item.events.start].1;
            let whole = self.text.get(span.clone()).unwrap_or_default();
            span.start + whole.trim_end_matches(is_margin).len()
        });
        let start = self.events[other.events.start].1.start;
        alike && self.is_empty_between(end..start, one.events.end..other.events.start)
    }

    /// The sign of a list's items: `-`, or the `.` behind a number.
    fn marker(&self, list: &Node) -> Option<char> {
        let items = self.children(list.inside());
        let start = self.events[items.first()?.events.start].1.start;
        let item = self.text.get(start..)?.trim_start_matches(is_margin);
        item.trim_start_matches(|c: char| c.is_ascii_digit())
            .chars()
            .next()
    }

    /// Whether the text between two places holds only what the events in it say, all of them gone:
    /// no comment, no address of a link, and no mark of what stays.
    fn is_empty_between(&self, between: Range<usize>, gone: Range<usize>) -> bool {
        let Some(text) = self.text.get(between.clone()) else {
            return false;
        };
        let mut left = text.as_bytes().to_vec();
        let mut blank = |span: &Range<usize>| {
            let start = span.start.max(between.start).min(between.end) - between.start;
            let end = span.end.max(between.start).min(between.end) - between.start;
            for byte in &mut left[start..end.max(start)] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        };
        for (_, span) in &self.events[gone] {
            blank(span);
        }
        let mut closed = 0;
        for mark in &self.marks {
            if between.contains(&mark.start) {
                blank(mark);
                let written = self.text.get(mark.clone()).unwrap_or_default();
                closed += usize::from(written.starts_with(":::"));
            }
        }
        left.split(|byte| *byte == b'\n').all(|line| {
            let line = line.trim_ascii();
            let line = &line[line.iter().take_while(|byte| **byte == b'>').count()..];
            let closes = line.len() >= 3 && line.iter().all(|byte| *byte == b':');
            if closes && closed > 0 {
                closed -= 1;
                return true;
            }
            line.trim_ascii()
                .iter()
                .all(|byte| *byte == b'>' || *byte == b' ')
        })
    }

    /// A list, or several that are one now, with what stood between them.
    fn list(&mut self, nodes: &[Node]) {
        let mut items = Vec::new();
        for node in nodes {
            match self.is_kept(node) || nodes.len() == 1 || self.is_part(node) {
                true => items.extend(self.children(node.inside())),
                false => items.push(node.clone()),
            }
        }
        let inner: Vec<Vec<Node>> = items
            .iter()
            .filter(|item| self.is_kept(item))
            // The words of a term have no paragraph.
            .filter(|item| self.tag(item) != Some(&Tag::DefinitionListTitle))
            .map(|item| self.children(item.inside()))
            .collect();
        let lost = |nodes: &[Node]| nodes.iter().any(|node| !self.is_kept(node));
        let is_touched = nodes.len() > 1 || lost(&items) || inner.iter().any(|nodes| lost(nodes));
        let is_loose = self.has_gap(&items) || inner.iter().any(|nodes| self.has_gap(nodes));
        // What stands in the items comes first: whether it is left must not hang on paragraphs.
        for item in &items {
            if self.is_kept(item) {
                self.container(item.inside());
            }
        }
        if is_touched {
            for node in inner.iter().flatten() {
                self.set(node, is_loose);
            }
        }
    }

    /// Whether a list lost its first or last event to being one with another.
    fn is_part(&self, node: &Node) -> bool {
        let inside = &self.keep[node.inside()];
        matches!(self.tag(node), Some(Tag::List(_) | Tag::DefinitionList)) && inside.contains(&true)
    }

    /// Whether a blank line stands between two of these that stay. Terms may stand apart from the
    /// definitions before them.
    fn has_gap(&self, nodes: &[Node]) -> bool {
        let mut before: Option<&Node> = None;
        let mut gone: Option<&Node> = None;
        for node in nodes {
            if !self.is_kept(node) {
                gone = gone.or(Some(node));
                continue;
            }
            let is_term = matches!(self.tag(node), Some(Tag::DefinitionListTitle));
            if let Some(before) = before
                && !is_term
                && self.follows_blank_line(node)
                && gone.is_none_or(|gone| {
                    self.follows_blank_line(gone) || self.need_blank_line(before, node)
                })
                // The blank line then stands inside of the list that the two are.
                && (gone.is_none() || !self.are_one(before, node))
            {
                return true;
            }
            before = Some(node);
            gone = None;
        }
        false
    }

    /// Whether a text would go on with the one before it, were there no blank line between the two.
    fn need_blank_line(&self, one: &Node, other: &Node) -> bool {
        let is_text = |node: &Node| node.is_run || self.tag(node) == Some(&Tag::Paragraph);
        let ends_with_text = match self.tag(one) {
            Some(Tag::List(_) | Tag::BlockQuote(_) | Tag::DefinitionList) => true,
            _ => is_text(one),
        };
        ends_with_text && is_text(other)
    }

    fn follows_blank_line(&self, node: &Node) -> bool {
        let first = node.events.start;
        let marks = self.portions.iter();
        let marks = marks.filter(|portion| portion.events.start == first);
        let start = marks
            .map(|portion| portion.span.start)
            .fold(self.events[first].1.start, usize::min);
        let before = self.text.get(..start).unwrap_or_default();
        let mut lines = before.rsplit('\n');
        lines.next();
        lines
            .next()
            .is_some_and(|line| line.trim_matches(is_margin).is_empty())
    }

    /// Gives text in an item its paragraph, or takes it away.
    fn set(&mut self, node: &Node, is_loose: bool) {
        let Range { start, end } = node.events;
        if !self.is_kept(node) {
        } else if node.is_run && is_loose {
            self.edges.entry(start).or_default().begins = true;
            self.edges.entry(end).or_default().ends = true;
        } else if matches!(self.tag(node), Some(Tag::Paragraph)) && !is_loose {
            self.keep[start] = false;
            self.keep[end - 1] = false;
        }
    }
}

/// What may stand before and after the text of a line: spaces, and the signs of quotes around it.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || c == '>'
}

fn is_block(event: &Event) -> bool {
    match event {
        Event::Rule | Event::Html(_) => true,
        Event::Start(tag) => match tag {
            Tag::Paragraph
            | Tag::Heading(_)
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell => true,
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link(_)
            | Tag::Image(_) => false,
        },
        _ => false,
    }
}
