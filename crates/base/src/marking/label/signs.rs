//! The start of a text as signs that are compared: without what is not seen, in one form and case.
//!
//! In: a text. Out: its first signs, each with its byte, and what stands where among them: words,
//! separators, the name of the protocol, levels, brackets.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::words::LEVELS;
use crate::marking::Tlp;

/// A label that begins within so many characters counts; what stands further back is a sentence.
pub(super) const LONGEST: usize = 160;
/// Between `TLP` and its level, and around a label, so many signs at most.
const MOST_SIGNS: usize = 8;

/// The first characters of a text, in the form in which they are compared.
pub(super) struct Signs {
    /// The first byte of each sign in the text, and the sign in lower case.
    pub(super) signs: Vec<(usize, char)>,
    /// Whether the sign is a capital in the text.
    capitals: Vec<bool>,
    /// The byte behind the last of them.
    end: usize,
    /// The text goes on behind them.
    is_cut: bool,
}

impl Signs {
    pub(super) fn read(text: &str) -> Self {
        let mut signs = Vec::new();
        let mut capitals = Vec::new();
        let mut end = 0;
        let mut is_cut = false;
        for (at, c) in text.char_indices() {
            if signs.len() >= LONGEST {
                is_cut = true;
                break;
            }
            end = at + c.len_utf8();
            if is_unseen(c) {
                continue;
            }
            for c in std::iter::once(c).nfkc() {
                let c = look_alike(c);
                for lower in c.to_lowercase() {
                    signs.push((at, lower));
                    capitals.push(c.is_uppercase());
                }
            }
        }
        Self {
            signs,
            capitals,
            end,
            is_cut,
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.signs.get(at).map(|(_, c)| *c)
    }

    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.get(at) == Some(sign)
    }

    /// The byte of the text at which a sign begins.
    pub(super) fn byte(&self, at: usize) -> usize {
        self.signs.get(at).map_or(self.end, |(byte, _)| *byte)
    }

    /// Past what may stand around a label. None where code begins, which is text.
    pub(super) fn decoration(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.get(at) {
                Some('`') | None => return None,
                Some(c) if c.is_alphanumeric() => return Some(at),
                Some(_) => at += 1,
            }
        }
    }

    /// The end of the word that begins here.
    pub(super) fn word_end(&self, at: usize) -> usize {
        let length = self.signs[at.min(self.signs.len())..]
            .iter()
            .take_while(|(_, c)| c.is_alphanumeric())
            .count();
        at + length
    }

    pub(super) fn word(&self, range: Range<usize>) -> String {
        self.signs[range].iter().map(|(_, c)| c).collect()
    }

    /// Whether this text stands here, and where it ends.
    pub(super) fn reads(&self, at: usize, text: &str) -> Option<usize> {
        let mut end = at;
        for c in text.chars() {
            if !self.is(end, c) {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// Behind `TLP`, `T.L.P.` or `Traffic Light Protocol`.
    pub(super) fn protocol(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.reads(at, "tlp").or_else(|| self.reads(at, "t.l.p.")) {
            return Some(end);
        }
        let end = self.reads(at, "traffic")?;
        let end = self.reads(self.gap(end), "light")?;
        self.reads(self.gap(end), "protocol")
    }

    /// Past spaces and dashes between the words of a name.
    pub(super) fn gap(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|c| c.is_whitespace() || c == '-') {
            at += 1;
        }
        at
    }

    /// Past what separates `TLP` from its level. None where a sentence ends there.
    pub(super) fn separator(&self, start: usize) -> Option<usize> {
        let mut at = start;
        while let Some(c) = self.get(at) {
            let goes_on = match c {
                c if c.is_whitespace() => true,
                '.' => self.get(at + 1).is_some_and(char::is_alphanumeric),
                ',' | ';' | '?' | '!' | '`' => false,
                c => !c.is_alphanumeric(),
            };
            if !goes_on {
                break;
            }
            at += 1;
            if at > start + MOST_SIGNS {
                return None;
            }
        }
        self.get(at)
            .is_some_and(char::is_alphanumeric)
            .then_some(at)
    }

    /// The level whose words begin here, and where they end.
    pub(super) fn level(&self, at: usize) -> Option<(Tlp, usize)> {
        let end = self.word_end(at);
        let word = self.word(at..end);
        let (_, tlp) = LEVELS.iter().find(|(level, _)| *level == word)?;
        if word == "strict" {
            return None;
        }
        if *tlp == Tlp::Amber {
            let mut next = end;
            while next < end + MOST_SIGNS
                && self
                    .get(next)
                    .is_some_and(|c| c.is_whitespace() || "+-_/&(.".contains(c))
            {
                next += 1;
            }
            if let Some(strict) = self.reads(next, "strict")
                && !self.get(strict).is_some_and(char::is_alphanumeric)
            {
                return Some((Tlp::AmberStrict, strict));
            }
        }
        Some((*tlp, end))
    }

    /// Whether nothing but signs follows.
    pub(super) fn ends(&self, at: usize) -> bool {
        !self.is_cut
            && !self.signs[at.min(self.signs.len())..]
                .iter()
                .any(|(_, c)| c.is_alphanumeric())
    }

    pub(super) fn in_capitals(&self, range: Range<usize>) -> bool {
        self.signs[range.clone()]
            .iter()
            .zip(&self.capitals[range])
            .all(|((_, c), capital)| !c.is_alphabetic() || *capital)
    }

    /// The bracket that is open before this place.
    pub(super) fn opened(&self, at: usize) -> Option<char> {
        let before = self.signs[..at]
            .iter()
            .rev()
            .map(|(_, c)| *c)
            .find(|c| !c.is_whitespace())?;
        closing(before)
    }
}

/// The bracket or quote that closes one.
pub(super) fn closing(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        '【' => '】',
        '〔' => '〕',
        '⟨' => '⟩',
        '«' => '»',
        _ => return None,
    })
}

/// What shows nothing and may stand between letters.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The Latin letter or ASCII sign that a reader takes this one for (after Unicode TR39, for the
/// letters that labels are made of).
fn look_alike(c: char) -> char {
    match c {
        'А' | 'Α' => 'A',
        'а' | 'α' => 'a',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'с' | 'ϲ' => 'c',
        'Е' | 'Ε' => 'E',
        'е' => 'e',
        'І' | 'Ι' => 'I',
        'і' | 'ι' => 'i',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'Р' | 'Ρ' => 'P',
        'р' | 'ρ' => 'p',
        'Ѕ' => 'S',
        'ѕ' => 's',
        'Т' | 'Τ' => 'T',
        'ⅼ' => 'l',
        'Ꮮ' => 'L',
        'Н' | 'Η' => 'H',
        '\u{2236}' | '\u{a789}' | '\u{2237}' | '\u{589}' | '\u{5c3}' => ':',
        '\u{2010}' | '\u{2011}' | '\u{2012}' => '-',
        other => other,
    }
}
