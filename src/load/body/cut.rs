//! Takes portions out of a body.
//!
//! In: a body and what may be seen. Out: the body as if the rest had never been written: lists that
//! lost every item, notes that only withheld text refers to and references to withheld notes go
//! too. Ids of headings stay, since they do not depend on what is withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Body;
use super::event::{Event, Spanned, Tag, TagEnd};
use crate::marking::Marking;

impl Body {
    /// The part of the body whose every portion `visible` allows. A portion's marking is given as
    /// it was written; what is inside a withheld portion is withheld whatever its own marking.
    pub fn cut(&self, visible: impl Fn(&Marking) -> bool) -> Body {
        match self.hidden(visible) {
            Some(keep) => self.settle(keep),
            None => self.clone(),
        }
    }

    /// The body without some of its elements, each named by the index of its first event.
    pub fn without(&self, starts: &BTreeSet<usize>) -> Body {
        let mut keep = vec![true; self.events.len()];
        for start in starts {
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
        self.settle(keep)
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
    fn settle(&self, mut keep: Vec<bool>) -> Body {
        self.drop_empty(&mut keep);
        self.drop_footnotes(&mut keep);
        // A paragraph may have held nothing but the reference to a withheld note.
        self.drop_empty(&mut keep);
        self.drop_terms(&mut keep);
        // With its last term a list of definitions is empty.
        self.drop_empty(&mut keep);
        self.keep(&keep)
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

    fn keep(&self, keep: &[bool]) -> Body {
        let mut events = Vec::new();
        let mut places = Vec::with_capacity(keep.len() + 1);
        for (event, kept) in self.events.iter().zip(keep) {
            places.push(events.len());
            if *kept {
                events.push(event.clone());
            }
        }
        self.close_gaps(keep, &places, &mut events);
        places.push(events.len());
        let place = |index: usize| places.get(index).copied().unwrap_or(events.len());
        let kept = |index: usize| keep.get(index).copied().unwrap_or(false);
        let mut body = Body {
            portions: self
                .portions
                .iter()
                .cloned()
                .map(|mut portion| {
                    portion.events = place(portion.events.start)..place(portion.events.end);
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
