//! Footnotes that only withheld text cites are withheld with it; those that nothing cites are not
//! published at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::load::body::event::{Event, Spanned, Tag, TagEnd};

/// The events of notes that are on no page, whatever their marking: nothing cites them, or another
/// note of the same label comes first.
pub fn uncited(events: &[Spanned]) -> Vec<std::ops::Range<usize>> {
    let cited: BTreeSet<&str> = events
        .iter()
        .filter_map(|(event, _)| match event {
            Event::FootnoteReference(label) => Some(label.as_ref()),
            _ => None,
        })
        .collect();
    let mut defined: BTreeSet<&str> = BTreeSet::new();
    let mut uncited = Vec::new();
    let mut open: Option<(bool, usize)> = None;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                open = Some((cited.contains(label.as_ref()) && defined.insert(label), at));
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((false, start)) = open.take() {
                    uncited.push(start..at + 1);
                }
            }
            _ => {}
        }
    }
    uncited
}

/// Takes the events of notes that only withheld text cites out of what is visible. A note that nothing cites at all is left
/// as it is.
pub fn withhold(events: &[Spanned], visible: &mut [bool]) {
    let mut notes: Vec<(&str, std::ops::Range<usize>)> = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    // From the note that cites, or none for the text, to the note that is cited.
    let mut cited: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    let mut all: BTreeSet<&str> = BTreeSet::new();
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => open = Some((label, at)),
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((label, start)) = open.take() {
                    notes.push((label, start..at + 1));
                }
            }
            Event::FootnoteReference(label) => {
                all.insert(label);
                if visible.get(at).copied().unwrap_or(false) {
                    let from = open.map(|(label, _)| label);
                    cited.entry(from).or_default().insert(label);
                }
            }
            _ => {}
        }
    }
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<Option<&str>> = vec![None];
    while let Some(from) = waiting.pop() {
        for label in cited.remove(&from).unwrap_or_default() {
            if reached.insert(label) {
                waiting.push(Some(label));
            }
        }
    }
    for (label, range) in notes {
        if all.contains(label) && !reached.contains(label) {
            for event in range {
                if let Some(visible) = visible.get_mut(event) {
                    *visible = false;
                }
            }
        }
    }
}
