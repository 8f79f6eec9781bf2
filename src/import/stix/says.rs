//! What an object says, part by part, each with the level at which it may leave.
//!
//! In: an object and its markings. Out: [`Part`]s, which become texts and facts of a document by the
//! gate. A granular marking narrows the part that it selects and nothing else.

use super::marking::{Marked, Markings};
use super::object::{Markers, Object, Relationship};
use crate::import::gate::{Fact, Gate, Told};
use crate::intel::vocabulary::Vocabulary;
use crate::marking::Tlp;

/// One object and how it is marked.
pub struct Says<'o> {
    pub object: &'o Object,
    level: Level,
}

/// The level of an object and of its parts.
pub struct Level {
    whole: Tlp,
    /// Whether it has a marking itself.
    pub is_said: bool,
    parts: Vec<Marked>,
}

impl Level {
    fn of(markings: &Markings, markers: Markers<'_>, unmarked: Tlp) -> Self {
        let said = markings.level(markers);
        Self {
            whole: said.unwrap_or(unmarked),
            is_said: said.is_some(),
            parts: markings.parts(markers),
        }
    }

    /// The gate for an item of a property, or for all of the property.
    pub fn gate(&self, property: &str, item: Option<usize>) -> Gate {
        let parts = self.parts.iter();
        let marked = parts.filter(|part| part.covers(property, item));
        Gate::at(marked.map(|part| part.tlp).fold(self.whole, Ord::max))
    }

    /// What the object is as a whole.
    pub fn tlp(&self) -> Tlp {
        self.whole
    }
}

/// How a relationship is marked; one without a marking is as wide as its ends.
pub fn edge(markings: &Markings, relationship: &Relationship) -> Level {
    Level::of(markings, relationship.markers(), Tlp::Clear)
}

impl<'o> Says<'o> {
    pub fn of(markings: &Markings, object: &'o Object, unmarked: Tlp) -> Self {
        Self {
            object,
            level: Level::of(markings, object.markers(), unmarked),
        }
    }

    /// The same object, of which is known that as a whole it is of this level.
    pub fn as_level(mut self, tlp: Tlp) -> Self {
        self.level.whole = tlp;
        self
    }

    pub fn tlp(&self) -> Tlp {
        self.level.tlp()
    }

    pub fn is_said(&self) -> bool {
        self.level.is_said
    }

    pub fn gate(&self, property: &str, item: Option<usize>) -> Gate {
        self.level.gate(property, item)
    }

    /// The level of an item of a list, where a granular marking makes it narrower than the object.
    pub fn part(&self, property: &str, item: usize) -> Option<Tlp> {
        let tlp = self.gate(property, Some(item)).tlp();
        (tlp > self.tlp()).then_some(tlp)
    }

    /// A text of the object.
    pub fn one(&self, property: &'static str) -> Option<Part<'o>> {
        let text = self.object.word(property)?.get()?;
        Some(Part {
            text,
            gate: self.gate(property, None),
        })
    }

    /// The texts of a list.
    pub fn all(&self, property: &'static str) -> impl Iterator<Item = Part<'o>> {
        let texts: &'o [String] = self.object.words(property).map_or(&[], |words| &words.0);
        texts.iter().enumerate().map(move |(at, text)| Part {
            text,
            gate: self.gate(property, Some(at)),
        })
    }
}

/// A text of an object, with the level at which it may leave.
#[derive(Debug, Clone, Copy)]
pub struct Part<'o> {
    text: &'o str,
    pub gate: Gate,
}

impl<'o> Part<'o> {
    /// To compare it and to look it up.
    pub fn as_str(self) -> &'o str {
        self.text
    }

    pub fn name(self) -> Option<Told> {
        self.gate.name(self.text)
    }

    pub fn date(self) -> Option<Fact> {
        self.gate.date(self.text)
    }

    /// A word of a vocabulary.
    pub fn word<T: Vocabulary>(self) -> Option<Fact> {
        T::parse(self.text).map(|word| self.gate.word(word))
    }

    /// Confidence on the scale from 0 to 100.
    pub fn confidence(self) -> Option<Fact> {
        let confidence = crate::import::text::confidence(self.text)?;
        Some(self.gate.word(confidence))
    }
}
