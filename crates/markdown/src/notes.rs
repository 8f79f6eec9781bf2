//! Footnotes: their numbers, and the list at the end of a body with the ways back.

use std::collections::BTreeMap;
use std::ops::Range;

/// The notes that the text refers to, numbered by their first reference.
#[derive(Debug, Default)]
pub(super) struct Notes<'a> {
    definitions: BTreeMap<&'a str, Range<usize>>,
    numbers: BTreeMap<&'a str, usize>,
    /// By number: the events of the definition, and how many references lead to it.
    cited: Vec<(Range<usize>, usize)>,
}

impl<'a> Notes<'a> {
    /// The first definition of a name counts.
    pub fn define(&mut self, label: &'a str, events: Range<usize>) {
        self.definitions.entry(label).or_insert(events);
    }

    /// Notes that are referred to.
    pub fn len(&self) -> usize {
        self.cited.len()
    }

    /// A reference: the number of its note and the how manieth to that note it is, both from 1.
    pub fn cite(&mut self, label: &'a str) -> Option<(usize, usize)> {
        let definition = self.definitions.get(label)?;
        let number = *self.numbers.entry(label).or_insert_with(|| {
            self.cited.push((definition.clone(), 0));
            self.cited.len()
        });
        let (_, count) = self.cited.get_mut(number.checked_sub(1)?)?;
        *count += 1;
        Some((number, *count))
    }

    /// The events of the definition with this number.
    pub fn definition(&self, number: usize) -> Option<Range<usize>> {
        self.cited
            .get(number.checked_sub(1)?)
            .map(|(events, _)| events.clone())
    }

    /// How many references lead to a note.
    pub fn count(&self, number: usize) -> usize {
        number
            .checked_sub(1)
            .and_then(|at| self.cited.get(at))
            .map_or(0, |(_, count)| *count)
    }
}

/// The id of a note.
pub(super) fn note_id(number: usize) -> String {
    format!("footnote-{number}")
}

/// The id of a reference to a note.
pub(super) fn reference_id(number: usize, occurrence: usize) -> String {
    match occurrence {
        1 => format!("footnote-{number}-ref"),
        _ => format!("footnote-{number}-ref-{occurrence}"),
    }
}
