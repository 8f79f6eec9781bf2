//! Which signs read as a label.
//!
//! In: the signs of a text, and where it is looked for. Out: the label with its bytes.

use std::ops::Range;

use super::signs::{Signs, closing};
use super::words::{ANNOUNCING, BETWEEN, LEVELS, MOST_WORDS};
use super::{Form, Label};
use crate::diagnostic::nearest;
use crate::marking::Tlp;

/// What stands before a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// The start of a text.
    Nothing,
    /// The start of a later line or sentence, which may belong to the one before it.
    Line,
    /// A bracket in the middle of a sentence.
    Middle,
    /// A word that announces a marking, and a colon or the like.
    Announced,
    /// Such a word, and nothing but a space.
    Title,
    /// The same where a sentence may go on: `Sharing TLP:AMBER reports`.
    Close,
    /// One or two words of any kind, and a colon.
    Words,
}

impl Signs {
    /// The label with which the text begins at this word.
    pub(super) fn begins(&self, start: usize, behind: Behind) -> Option<Label> {
        self.label(start, start, behind)
            .or_else(|| self.enumerated(start, behind))
            .or_else(|| self.announced(start, behind))
    }

    /// The label with which a later text begins.
    pub(super) fn anew(&self) -> Option<Label> {
        self.begins(self.decoration(0)?, Behind::Nothing)
    }

    /// The label with which a later line or sentence begins.
    pub(super) fn later(&self) -> Option<Label> {
        self.begins(self.decoration(0)?, Behind::Line)
    }

    /// The mark whose bracket these signs begin with.
    pub(super) fn in_brackets(&self) -> Option<Label> {
        self.get(0).and_then(closing)?;
        let start = self.decoration(0)?;
        self.label(start, start, Behind::Middle)
    }

    /// The label that begins with the word at `at`; `from` is where it counts from.
    fn label(&self, at: usize, from: usize, behind: Behind) -> Option<Label> {
        match self.protocol(at) {
            Some(end) => self.with_protocol(end, from, behind),
            None => self.level_alone(at, from, behind),
        }
    }

    fn with_protocol(&self, end: usize, from: usize, behind: Behind) -> Option<Label> {
        let mut colon = false;
        let mut at = end;
        // `TLPRED` has no separator, `TLP 2.0 marking: RED` several.
        for _ in 0..6 {
            if self.get(at).is_some_and(char::is_alphanumeric) && at != end {
                return None;
            }
            let next = self.separator(at)?;
            let signs = &self.signs[at..next];
            colon |= signs.iter().any(|(_, c)| matches!(c, ':' | '='));
            let spaced = signs.last().is_some_and(|(_, c)| c.is_whitespace());
            let word_end = self.word_end(next);
            if let Some((tlp, level_end)) = self.level(next) {
                return self
                    .counts(level_end, from, behind)
                    .then(|| self.found(from, level_end, Some(tlp), Form::Protocol));
            }
            let word = self.word(next..word_end);
            let digits = word.chars().all(|c| c.is_ascii_digit());
            if BETWEEN.contains(&word.as_str()) || digits && word.len() <= 2 {
                at = word_end;
                continue;
            }
            let near = nearest(&word, LEVELS.map(|(level, _)| level)).is_some();
            let capitals = self.in_capitals(next..word_end);
            let alone = self.ends(word_end);
            let bracketed = self.opened(from).is_some() && behind != Behind::Middle;
            let meant = if next == at {
                // `TLPD` is a program.
                false
            } else if colon {
                !spaced || near || bracketed || behind != Behind::Middle && (capitals || alone)
            } else {
                near && (capitals || bracketed)
            };
            return (meant && self.counts(word_end, from, behind))
                .then(|| self.found(from, word_end, None, Form::Protocol));
        }
        None
    }

    fn level_alone(&self, at: usize, from: usize, behind: Behind) -> Option<Label> {
        let (tlp, end) = self.level(at)?;
        let mut next = end;
        while self.get(next).is_some_and(char::is_whitespace) {
            next += 1;
        }
        if let Some(close) = self.opened(at)
            && self.is(next, close)
            && (matches!(behind, Behind::Nothing | Behind::Announced)
                || behind == Behind::Line && self.in_capitals(at..end))
        {
            return Some(self.found(from, end, Some(tlp), Form::Bracketed));
        }
        let capitals = self.in_capitals(at..end);
        let counts = match behind {
            Behind::Nothing | Behind::Line => capitals && self.colon_or_dash(end),
            Behind::Announced => true,
            Behind::Title | Behind::Close => capitals && self.pauses(end),
            Behind::Words | Behind::Middle => false,
        };
        counts.then(|| self.found(from, end, Some(tlp), Form::Level))
    }

    /// A colon or dash behind a level, after closing signs; a hyphen inside of a word is none.
    fn colon_or_dash(&self, end: usize) -> bool {
        let mut at = end;
        while self
            .get(at)
            .is_some_and(|c| c.is_whitespace() || "*_\"'”’»)]}>~".contains(c))
        {
            at += 1;
        }
        match self.get(at) {
            Some(':' | '–' | '—' | '―' | '|' | '=' | '→') => true,
            Some('-' | '−') => {
                !(at == end && self.get(at + 1).is_some_and(char::is_alphanumeric))
            }
            Some('/') => self.is(at + 1, '/'),
            _ => false,
        }
    }

    /// Whether the sentence stops behind a label: at the end, or at a sign that a clause ends with.
    fn pauses(&self, end: usize) -> bool {
        self.ends(end)
            || self.colon_or_dash(end)
            || matches!(
                self.get(end),
                Some('.' | ';' | ')' | ']' | '}' | '>' | '\n')
            )
    }

    /// Where a sentence may go on, a label counts by what follows it: `Sharing TLP:AMBER reports`.
    fn counts(&self, end: usize, from: usize, behind: Behind) -> bool {
        match behind {
            Behind::Nothing
            | Behind::Middle
            | Behind::Announced
            | Behind::Title
            | Behind::Words => true,
            Behind::Line => self.pauses(end) || self.opened(from).is_some(),
            Behind::Close => self.pauses(end),
        }
    }

    fn found(&self, from: usize, end: usize, tlp: Option<Tlp>, form: Form) -> Label {
        let mut start = from;
        let mut close = end;
        // The brackets around it go with it.
        while let Some(c) = start.checked_sub(1).and_then(|at| self.get(at))
            && closing(c).is_some()
        {
            start -= 1;
        }
        let opened = from - start;
        for _ in 0..opened {
            let mut at = close;
            while self.get(at).is_some_and(char::is_whitespace) {
                at += 1;
            }
            if self.get(at).is_some_and(|c| ")]}>】〕⟩»”’\"'".contains(c)) {
                close = at + 1;
            }
        }
        Label {
            range: self.byte(start)..self.byte(close),
            tlp,
            form,
        }
    }

    /// `1. TLP:RED`, `a) TLP:RED`, `2.1 TLP:RED`.
    fn enumerated(&self, at: usize, behind: Behind) -> Option<Label> {
        let mut end = at;
        let mut numbered = false;
        // `2.1`, `a)`
        loop {
            let word = end..self.word_end(end);
            let is_number =
                word.len() <= 3 && self.word(word.clone()).chars().all(|c| c.is_ascii_digit());
            if word.is_empty() || !(is_number || word.len() == 1) {
                break;
            }
            end = word.end;
            if !self.get(end).is_some_and(|c| ".):".contains(c)) {
                break;
            }
            numbered = true;
            end += 1;
        }
        if !numbered {
            return None;
        }
        let next = self.decoration(end)?;
        self.label(next, next, behind)
            .or_else(|| self.announced(next, behind))
    }

    /// Digits, and signs between them.
    fn is_number(&self, range: Range<usize>) -> bool {
        let mut signs = self.signs[range].iter();
        signs.all(|(_, c)| c.is_ascii_digit() || !c.is_alphanumeric())
    }

    /// `Classification: TLP:RED`, `Marked as TLP:RED.`, `Note: TLP:RED`.
    fn announced(&self, start: usize, behind: Behind) -> Option<Label> {
        let later = behind == Behind::Line;
        let mut at = start;
        let mut first = false;
        let mut verb = false;
        for count in 1..=MOST_WORDS {
            let end = self.word_end(at);
            // A label that begins here was looked at already, and does not count.
            if end == at || self.protocol(at).is_some() {
                return None;
            }
            let announces = ANNOUNCING.contains(&self.word(at..end).as_str());
            // `The report is marked TLP:AMBER` is a sentence, `Marked TLP:AMBER` is none.
            if announces && count == 1 {
                first = true;
                // `Sharing TLP:AMBER reports` goes on, `Classification TLP:AMBER` does not.
                verb = later || self.word(at..end).ends_with("ing");
            }
            let next = self.separator(end)?;
            let signs = &self.signs[end..next];
            let line = signs
                .iter()
                .position(|(_, c)| *c == '\n')
                .unwrap_or(signs.len());
            // `[!WARNING] TLP:RED` and `(Draft) TLP:RED` announce it as a colon does.
            let closed = self.get(end).is_some_and(|close| {
                let mut before = self.signs[..at].iter();
                before.any(|(_, open)| closing(*open) == Some(close))
            });
            let colon = closed
                || signs[..line].iter().any(|(_, c)| ":=–—|→".contains(*c))
                || signs[..line].iter().any(|(_, c)| *c == '-') && line > 1;
            // What the next line begins with is announced by a colon alone.
            if !colon && line < signs.len() {
                return None;
            }
            // Two words, or a date.
            let few = count <= 2 || self.is_number(start..end);
            let behind = match (first || announces, colon) {
                (true, true) => Some(Behind::Announced),
                (true, false) if signs.iter().any(|(_, c)| closing(*c).is_some()) => {
                    Some(Behind::Announced)
                }
                (true, false) if first && verb => Some(Behind::Close),
                (true, false) if first => Some(Behind::Title),
                // Later than at the start, only what ends there.
                (false, true) if few && later => Some(Behind::Close),
                (false, true) if few => Some(Behind::Words),
                _ => None,
            };
            if let Some(label) = behind.and_then(|behind| self.label(next, next, behind)) {
                return Some(Label {
                    range: self.byte(start)..label.range.end,
                    ..label
                });
            }
            // What stands behind a colon is no more part of the announcing words.
            if colon {
                return None;
            }
            at = next;
        }
        None
    }
}
