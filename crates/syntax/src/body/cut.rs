//! Takes portions out of a body.
//!
//! In: a body and what may be seen. Out: the body as if the rest had never been written: lists that
//! lost every item, notes that only withheld text refers to and references to withheld notes go
//! too, and [`lists`] mends the lists around. Ids of headings stay, since they do not depend on what
//! is withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::event::{Event, Spanned, Tag, TagEnd};
use super::lists::{self, Edge};
use super::{Body, PortionKind};
use base::marking::Marking;

impl Body {
    /// The part of the body whose every portion `visible` allows, without the elements that `gone`
    /// names by the index of the first event of each. A portion's marking is given as it was written;
    /// what is inside a withheld portion is withheld whatever its own marking. `text` is the file's.
    pub fn cut(
        &self,
        text: &str,
        visible: impl Fn(&Marking) -> bool,
        gone: &BTreeSet<usize>,
    ) -> Body {
        let hidden = self.hidden(visible);
        if hidden.is_none() && gone.is_empty() {
            return self.clone();
        }
        let mut keep = hidden.unwrap_or_else(|| vec![true; self.events.len()]);
        for start in gone {
            let mut depth = 0_usize;
            for (at, (event, _)) in self.events.iter().enumerate().skip(*start) {
                keep[at] = false;
                match event {
                    Event::Start(_) => depth += 1,
                    Event::End(_) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        self.settle(text, keep)
    }

    /// For each event, whether no withheld portion holds it; none when there is no such portion.
    pub fn hidden(&self, visible: impl Fn(&Marking) -> bool) -> Option<Vec<bool>> {
        let mut keep: Option<Vec<bool>> = None;
        let mut done = 0;
        for portion in &self.portions {
            // Outer portions come first, so what is already hidden is not gone over again.
            if portion.events.end > done && !visible(&portion.marking) {
                let keep = keep.get_or_insert_with(|| vec![true; self.events.len()]);
                let end = portion.events.end.min(keep.len());
                keep[portion.events.start.min(end)..end].fill(false);
                done = portion.events.end;
            }
        }
        keep
    }

    /// Lets go what hangs on what is gone.
    fn settle(&self, text: &str, mut keep: Vec<bool>) -> Body {
        self.drop_empty(&mut keep);
        self.drop_footnotes(&mut keep);
        // A paragraph may have held nothing but the reference to a withheld note.
        self.drop_empty(&mut keep);
        self.drop_terms(&mut keep);
        // With its last term a list of definitions is empty.
        self.drop_empty(&mut keep);
        let edges = lists::mend(text, &self.events, &self.portions, &mut keep);
        self.keep(&keep, &edges)
    }

    /// A term goes with the last of its definitions: alone it would tell that there was one.
    fn drop_terms(&self, keep: &mut [bool]) {
        // For each open list: its newest term, and whether a definition of it is gone or left.
        let mut lists: Vec<Option<(Range<usize>, bool, bool)>> = Vec::new();
        let mut alone: Vec<Range<usize>> = Vec::new();
        let mut title = 0;
        let mut end = |term: Option<(Range<usize>, bool, bool)>| {
            alone.extend(
                term.filter(|(_, gone, left)| *gone && !left)
                    .map(|term| term.0),
            );
        };
        for (index, (event, _)) in self.events.iter().enumerate() {
            match event {
                Event::Start(Tag::DefinitionList) => lists.push(None),
                Event::End(TagEnd::DefinitionList) => end(lists.pop().flatten()),
                Event::Start(Tag::DefinitionListTitle) => title = index,
                Event::End(TagEnd::DefinitionListTitle) => {
                    if let Some(term) = lists.last_mut() {
                        end(term.replace((title..index + 1, false, false)));
                    }
                }
                Event::Start(Tag::DefinitionListDefinition) => {
                    if let Some(Some((_, gone, left))) = lists.last_mut() {
                        *(if keep[index] { left } else { gone }) = true;
                    }
                }
                _ => {}
            }
        }
        for term in alone {
            keep[term].fill(false);
        }
    }

    /// Notes stay that the visible text refers to, itself or by another note.
    fn drop_footnotes(&self, keep: &mut [bool]) {
        let mut notes: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        let mut cited: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut waiting: Vec<&str> = Vec::new();
        let mut all: Vec<(&str, Range<usize>)> = Vec::new();
        for (index, (event, _)) in self.events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => open.push((label, index)),
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((label, start)) = open.pop() {
                        all.push((label, start..index + 1));
                        if keep[start] {
                            notes.entry(label).or_insert(start..index + 1);
                        }
                    }
                }
                Event::FootnoteReference(label) if keep[index] => match open.last() {
                    Some((note, _)) => cited.entry(note).or_default().push(label),
                    None => waiting.push(label),
                },
                _ => {}
            }
        }
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        while let Some(label) = waiting.pop() {
            if notes.contains_key(label) && reached.insert(label) {
                waiting.extend(cited.remove(label).unwrap_or_default());
            }
        }
        for (label, range) in all {
            if !reached.contains(label) {
                keep[range].fill(false);
            }
        }
        for (index, (event, _)) in self.events.iter().enumerate() {
            if let Event::FootnoteReference(label) = event
                && !reached.contains(label.as_ref())
            {
                keep[index] = false;
            }
        }
    }

    /// Containers that held only what is gone.
    fn drop_empty(&self, keep: &mut [bool]) {
        // For each open container: its start, and whether anything of it is left.
        let mut open: Vec<(usize, bool)> = Vec::new();
        for index in 0..self.events.len() {
            if !keep[index] {
                continue;
            }
            match &self.events[index].0 {
                Event::Start(_) => open.push((index, false)),
                Event::End(tag) => {
                    let Some((start, filled)) = open.pop() else {
                        continue;
                    };
                    let container = matches!(
                        tag,
                        TagEnd::List(_)
                            | TagEnd::Item
                            | TagEnd::BlockQuote(_)
                            | TagEnd::DefinitionList
                            | TagEnd::DefinitionListDefinition
                            | TagEnd::FootnoteDefinition
                            | TagEnd::Paragraph
                    );
                    let emptied =
                        !filled && container && (start + 1..index).any(|inner| !keep[inner]);
                    if emptied {
                        keep[start] = false;
                        keep[index] = false;
                    } else if let Some((_, filled)) = open.last_mut() {
                        *filled = true;
                    }
                }
                _ => {
                    if let Some((_, filled)) = open.last_mut() {
                        *filled = true;
                    }
                }
            }
        }
    }

    /// A citation or a note's number stood after a space; without it the space would tell.
    fn close_gaps(&self, keep: &[bool], places: &[usize], events: &mut [Spanned]) {
        for at in 1..keep.len() {
            let inline = match &self.events[at].0 {
                Event::FootnoteReference(_) => true,
                Event::Start(tag) => matches!(tag, Tag::Link(_)),
                _ => false,
            };
            if !inline || keep[at] || !keep[at - 1] {
                continue;
            }
            let after = places[at];
            let goes_on = events.get(after).is_some_and(|(event, _)| match event {
                Event::Text(text) => text.starts_with(char::is_alphanumeric),
                Event::End(_) | Event::SoftBreak | Event::HardBreak => false,
                _ => true,
            });
            if let Some((Event::Text(text), _)) =
                after.checked_sub(1).and_then(|at| events.get_mut(at))
                && !goes_on
            {
                let trimmed = text.trim_end().len();
                if trimmed < text.len() {
                    *text = text[..trimmed].to_owned().into();
                }
            }
        }
    }

    fn keep(&self, keep: &[bool], edges: &BTreeMap<usize, Edge>) -> Body {
        let mut events = Vec::new();
        // Where each event comes to stand, and where what begins or ends before it does.
        let mut places = Vec::with_capacity(keep.len() + 1);
        let mut between = Vec::with_capacity(keep.len() + 1);
        let mut begun = BTreeSet::new();
        for index in 0..=keep.len() {
            let edge = edges.get(&index).copied().unwrap_or_default();
            let span = |index: usize| self.events.get(index).map_or(0..0, |event| event.1.clone());
            if edge.ends {
                let end = Event::End(TagEnd::Paragraph);
                events.push((end, span(index.saturating_sub(1))));
            }
            between.push(events.len());
            if edge.begins {
                begun.insert(events.len());
                events.push((Event::Start(Tag::Paragraph), span(index)));
            }
            places.push(events.len());
            if keep.get(index) == Some(&true) {
                events.extend(self.events.get(index).cloned());
            }
        }
        self.close_gaps(keep, &places, &mut events);
        let place = |index: usize| places.get(index).copied().unwrap_or(events.len());
        let border = |index: usize| between.get(index).copied().unwrap_or(events.len());
        let kept = |index: usize| keep.get(index).copied().unwrap_or(false);
        let mut body = Body {
            portions: self
                .portions
                .iter()
                .cloned()
                .map(|mut portion| {
                    let first = portion.events.start;
                    portion.events = border(first)..border(portion.events.end);
                    let is_paragraph = matches!(
                        self.events.get(first),
                        Some((Event::Start(Tag::Paragraph), _))
                    );
                    // Text in an item has got its paragraph, or has lost it.
                    match portion.kind {
                        PortionKind::Text if begun.contains(&portion.events.start) => {
                            portion.kind = PortionKind::Blocks;
                        }
                        PortionKind::Blocks if is_paragraph && !kept(first) => {
                            portion.kind = PortionKind::Text;
                        }
                        _ => {}
                    }
                    portion
                })
                .filter(|portion| !portion.events.is_empty())
                .collect(),
            references: self
                .references
                .iter()
                .filter(|reference| kept(reference.event))
                .cloned()
                .map(|mut reference| {
                    reference.event = place(reference.event);
                    reference
                })
                .collect(),
            figures: self
                .figures
                .iter()
                .filter(|figure| kept(figure.event))
                .cloned()
                .map(|mut figure| {
                    figure.event = place(figure.event);
                    figure
                })
                .collect(),
            headings: self
                .headings
                .iter()
                .filter(|heading| kept(heading.event))
                .cloned()
                .map(|mut heading| {
                    heading.event = place(heading.event);
                    heading
                })
                .collect(),
            ..Body::default()
        };
        body.events = events;
        body.count();
        body
    }
}
