//! The one grammar of TLP labels, as people and their tools write them.
//!
//! In: a text that a person reads, without markup. Out: the label that it begins with. What looks like
//! a label must be found even where it is written badly: whatever is taken for prose is published.
//! Where two readings are possible, the one that marks more is taken.
//!
//! A label is `TLP`, a separator or none, and a level in any case; or a level alone, in brackets in any
//! case, or in capitals before a colon or dash. It may stand in brackets, quotes or emphasis, and
//! behind words such as `Classification:`. In the middle of a sentence, and in code, it is text.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::Tlp;
use crate::diagnostic::nearest;

/// A label that begins within so many characters counts; what stands further back is a sentence.
const LONGEST: usize = 160;
/// Between `TLP` and its level, and around a label, so many signs at most.
const MOST_SIGNS: usize = 8;
/// Words that may stand before a label, as in `Document classification: TLP:RED`.
const MOST_WORDS: usize = 4;

/// The end of a line that its author set, where others may only be wrapped.
pub const NEW_LINE: &str = "\u{b}\n";

/// The levels as words, longest first.
const LEVELS: [(&str, Tlp); 7] = [
    ("amberstrict", Tlp::AmberStrict),
    ("amber", Tlp::Amber),
    ("green", Tlp::Green),
    ("clear", Tlp::Clear),
    ("white", Tlp::Clear),
    ("red", Tlp::Red),
    ("strict", Tlp::AmberStrict),
];

/// Words that announce a marking.
const ANNOUNCING: [&str; 33] = [
    "classification",
    "classified",
    "class",
    "marking",
    "markings",
    "marked",
    "handling",
    "handle",
    "sharing",
    "share",
    "distribution",
    "dissemination",
    "restriction",
    "restrictions",
    "restricted",
    "releasability",
    "release",
    "confidentiality",
    "sensitivity",
    "security",
    "protection",
    "label",
    "labels",
    "level",
    "caveat",
    "einstufung",
    "kennzeichnung",
    "klassifizierung",
    "vertraulichkeit",
    "diffusion",
    "marquage",
    "clasificación",
    "classificação",
];

/// Words between `TLP` and its level: `TLP 2.0 marking: RED`.
const BETWEEN: [&str; 14] = [
    "2",
    "20",
    "v2",
    "v20",
    "1",
    "10",
    "level",
    "label",
    "marking",
    "color",
    "colour",
    "classification",
    "status",
    "designation",
];

/// A label at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes of the label, brackets around it and words before it included.
    pub range: Range<usize>,
    /// None where it reads as a label and names no level of TLP 2.0.
    pub tlp: Option<Tlp>,
    form: Form,
}

/// How a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With `TLP` or the protocol's whole name.
    Protocol,
    /// A level in brackets.
    Bracketed,
    /// A level in capitals before a colon or dash, or behind a word that announces it.
    Level,
}

impl Label {
    /// The level that counts: a label that nobody can read is red.
    pub fn level(&self) -> Tlp {
        self.tlp.unwrap_or(Tlp::Red)
    }
}

/// The label that a text begins with.
pub fn leading(text: &str) -> Option<Label> {
    if !may_begin(text) {
        return None;
    }
    let signs = Signs::read(text);
    signs.begins(signs.decoration(0)?, Behind::Nothing)
}

/// Every label of a text that is none in the middle of a sentence: at its start, at the start of a
/// later line or sentence where it does not belong to one, and in the form of a mark, `(TLP:RED)`,
/// wherever it stands. In the order of the text; none overlaps another.
pub fn all(text: &str) -> Vec<Label> {
    let mut found: Vec<Label> = leading(text).into_iter().collect();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '\n' && (is_end(before) || NEW_LINE.starts_with(before)) {
            // A line behind a whole sentence or a set end of line is a text of its own.
            found.extend(at_place(text, at + 1, Signs::anew));
        } else if c == '\n' || is_end(before) && c.is_whitespace() {
            found.extend(at_place(text, at + c.len_utf8(), Signs::later));
        } else if matches!(before, '。' | '！' | '？') {
            found.extend(at_place(text, at, Signs::later));
        } else if matches!(c, 't' | 'T') && is_protocol(text.as_bytes(), at) {
            found.extend(at_place(text, at, Signs::in_brackets));
        }
        before = c;
    }
    found.sort_by_key(|label| (label.range.start, std::cmp::Reverse(label.range.end)));
    let mut end = 0;
    found.retain(|label| {
        let apart = label.range.start >= end || end == 0;
        end = end.max(label.range.end);
        apart
    });
    found
}

/// Whether a sentence may end with this sign.
fn is_end(sign: char) -> bool {
    matches!(
        sign,
        '.' | '!' | '?' | ':' | ')' | '"' | '…' | '”' | '’' | '»' | '。' | '！' | '？' | '：'
    )
}

/// Whether the three letters stand here.
fn is_protocol(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at..at + 3)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"tlp"))
}

/// What is found in the text from here on, with its place in the whole.
fn at_place(text: &str, at: usize, find: impl Fn(&Signs) -> Option<Label>) -> Option<Label> {
    // The bracket before it goes with it.
    let open = text[..at].trim_end_matches(|c: char| c.is_whitespace() || "*_~".contains(c));
    let start = match open.chars().next_back() {
        Some(c) if is_protocol(text.as_bytes(), at) && closing(c).is_some() => {
            open.len() - c.len_utf8()
        }
        _ => at,
    };
    let rest = &text[start..];
    if !may_begin(rest) {
        return None;
    }
    let label = find(&Signs::read(rest))?;
    Some(Label {
        range: label.range.start + start..label.range.end + start,
        ..label
    })
}

/// The level that the name of a file or folder says at its start or end: `TLP-AMBER_slides.pdf`,
/// `slides (TLP RED).pdf`. In the middle of a name it is a word.
pub fn in_name(name: &str) -> Option<Tlp> {
    let bytes = name.as_bytes();
    (0..bytes.len())
        .filter(|at| is_protocol(bytes, *at))
        .filter(|at| *at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
        .find_map(|at| {
            let signs = Signs::read(&name[at..]);
            let (tlp, end) = signs.level(signs.separator(signs.protocol(0)?)?)?;
            let rest = &name[at..][signs.byte(end)..];
            let at_start = !name[..at].contains(char::is_alphanumeric);
            // The kind of a file is no part of its name.
            let stem = rest.split('.').next().unwrap_or_default();
            let at_end = !stem.contains(char::is_alphanumeric);
            (at_start || at_end).then_some(tlp)
        })
}

/// The level of a tag or a name that is a label as a whole: `tlp:amber`, `TLP:AMBER+STRICT`,
/// `iep:traffic-light-protocol="RED"`. None where it speaks of something else.
pub fn tag(text: &str) -> Option<Tlp> {
    let text = text.trim();
    if let Some((name, value)) = text.split_once('=') {
        let name = name.trim().to_lowercase();
        let predicate = name.rsplit(':').next().unwrap_or(&name);
        if matches!(predicate, "traffic-light-protocol" | "tlp") {
            return Some(field(value.trim().trim_matches('"')).unwrap_or(Tlp::Red));
        }
    }
    if let Some(label) = leading(text) {
        return (label.form != Form::Level).then(|| label.level());
    }
    let signs = Signs::read(text);
    let named = signs.protocol(0).is_some_and(|end| signs.is(end, ':'));
    named.then_some(Tlp::Red)
}

/// The level of a value that stands in a field made for markings, such as a column `tlp` or a key
/// `classification`: levels count alone, of several the strictest. None only where nothing is written.
pub fn field(text: &str) -> Option<Tlp> {
    text.split([',', ';', '|', '\n'])
        .map(str::trim)
        .filter(|piece| piece.chars().any(char::is_alphanumeric))
        .filter(|piece| !is_permission(piece))
        .map(|piece| {
            let signs = Signs::read(piece);
            let alone = signs
                .decoration(0)
                .and_then(|start| signs.level(start))
                .filter(|(_, end)| signs.ends(*end));
            match alone {
                Some((tlp, _)) => tlp,
                None => leading(piece).map_or(Tlp::Red, |label| label.level()),
            }
        })
        .max()
        .or_else(|| {
            (!text.trim().is_empty() && text.chars().any(char::is_alphanumeric)).then_some(Tlp::Red)
        })
}

/// The Permissible Actions Protocol says what may be done, not who may read.
fn is_permission(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("pap:"))
}

/// Nearly every text begins with other words: those are left alone without a copy.
fn may_begin(text: &str) -> bool {
    let mut words = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() && at < LONGEST && words <= MOST_WORDS {
        if !bytes[at].is_ascii_alphabetic() {
            // Letters of other alphabets may look like Latin ones.
            if !bytes[at].is_ascii() {
                return true;
            }
            at += 1;
            continue;
        }
        let end = bytes[at..]
            .iter()
            .position(|byte| !byte.is_ascii_alphabetic())
            .map_or(bytes.len(), |length| at + length);
        let word = &text[at..end];
        let is_known = |known: &str| known.eq_ignore_ascii_case(word);
        if word.len() >= 3 && word.as_bytes()[..3].eq_ignore_ascii_case(b"tlp")
            || is_known("traffic")
            || is_known("t")
            || LEVELS.iter().any(|(level, _)| is_known(level))
        {
            return true;
        }
        words += 1;
        at = end;
    }
    false
}

/// What stands before a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// The start of a text.
    Nothing,
    /// The start of a later line or sentence, which may belong to the one before it.
    Line,
    /// A bracket in the middle of a sentence.
    Middle,
    /// A word that announces a marking, and a colon or the like.
    Announced,
    /// Such a word, and nothing but a space.
    Close,
    /// One or two words of any kind, and a colon.
    Words,
}

/// The first characters of a text, in the form in which they are compared.
struct Signs {
    /// The first byte of each sign in the text, and the sign in lower case.
    signs: Vec<(usize, char)>,
    /// Whether the sign is a capital in the text.
    capitals: Vec<bool>,
    /// The byte behind the last of them.
    end: usize,
    /// The text goes on behind them.
    is_cut: bool,
}

impl Signs {
    fn read(text: &str) -> Self {
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

    fn get(&self, at: usize) -> Option<char> {
        self.signs.get(at).map(|(_, c)| *c)
    }

    fn is(&self, at: usize, sign: char) -> bool {
        self.get(at) == Some(sign)
    }

    /// The byte of the text at which a sign begins.
    fn byte(&self, at: usize) -> usize {
        self.signs.get(at).map_or(self.end, |(byte, _)| *byte)
    }

    /// Past what may stand around a label. None where code begins, which is text.
    fn decoration(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.get(at) {
                Some('`') | None => return None,
                Some(c) if c.is_alphanumeric() => return Some(at),
                Some(_) => at += 1,
            }
        }
    }

    /// The end of the word that begins here.
    fn word_end(&self, at: usize) -> usize {
        let length = self.signs[at.min(self.signs.len())..]
            .iter()
            .take_while(|(_, c)| c.is_alphanumeric())
            .count();
        at + length
    }

    fn word(&self, range: Range<usize>) -> String {
        self.signs[range].iter().map(|(_, c)| c).collect()
    }

    /// Whether this text stands here, and where it ends.
    fn reads(&self, at: usize, text: &str) -> Option<usize> {
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
    fn protocol(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.reads(at, "tlp").or_else(|| self.reads(at, "t.l.p.")) {
            return Some(end);
        }
        let end = self.reads(at, "traffic")?;
        let end = self.reads(self.gap(end), "light")?;
        self.reads(self.gap(end), "protocol")
    }

    /// Past spaces and dashes between the words of a name.
    fn gap(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|c| c.is_whitespace() || c == '-') {
            at += 1;
        }
        at
    }

    /// Past what separates `TLP` from its level. None where a sentence ends there.
    fn separator(&self, start: usize) -> Option<usize> {
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
    fn level(&self, at: usize) -> Option<(Tlp, usize)> {
        let end = self.word_end(at);
        let word = self.word(at..end);
        let (_, tlp) = LEVELS.iter().find(|(level, _)| *level == word)?;
        if word == "strict" {
            return None;
        }
        if *tlp == Tlp::Amber {
            let mut next = end;
            while next < end + 4
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
    fn ends(&self, at: usize) -> bool {
        !self.is_cut
            && !self.signs[at.min(self.signs.len())..]
                .iter()
                .any(|(_, c)| c.is_alphanumeric())
    }

    fn in_capitals(&self, range: Range<usize>) -> bool {
        self.signs[range.clone()]
            .iter()
            .zip(&self.capitals[range])
            .all(|((_, c), capital)| !c.is_alphabetic() || *capital)
    }

    /// The bracket that is open before this place.
    fn opened(&self, at: usize) -> Option<char> {
        let before = self.signs[..at]
            .iter()
            .rev()
            .map(|(_, c)| *c)
            .find(|c| !c.is_whitespace())?;
        closing(before)
    }

    /// The label with which the text begins at this word.
    fn begins(&self, start: usize, behind: Behind) -> Option<Label> {
        self.label(start, start, behind)
            .or_else(|| self.enumerated(start, behind))
            .or_else(|| self.announced(start, behind))
    }

    /// The label with which a later text begins.
    fn anew(&self) -> Option<Label> {
        self.begins(self.decoration(0)?, Behind::Nothing)
    }

    /// The label with which a later line or sentence begins.
    fn later(&self) -> Option<Label> {
        self.begins(self.decoration(0)?, Behind::Line)
    }

    /// The mark whose bracket these signs begin with.
    fn in_brackets(&self) -> Option<Label> {
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
        for _ in 0..4 {
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
            Behind::Announced => capitals || self.pauses(end),
            Behind::Close => capitals && self.pauses(end),
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
            Behind::Nothing | Behind::Middle | Behind::Announced | Behind::Words => true,
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

    /// `1. TLP:RED`, `a) TLP:RED`.
    fn enumerated(&self, at: usize, behind: Behind) -> Option<Label> {
        let end = self.word_end(at);
        let is_number = end - at <= 3 && self.word(at..end).chars().all(|c| c.is_ascii_digit());
        let is_mark =
            (is_number || end - at == 1) && self.get(end).is_some_and(|c| ".):".contains(c));
        if !is_mark {
            return None;
        }
        let next = self.decoration(end)?;
        self.label(next, next, behind)
            .or_else(|| self.announced(next, behind))
    }

    /// `Classification: TLP:RED`, `Marked as TLP:RED.`, `Note: TLP:RED`.
    fn announced(&self, start: usize, behind: Behind) -> Option<Label> {
        let later = behind == Behind::Line;
        let mut at = start;
        let mut announced = false;
        let mut first = false;
        for count in 1..=MOST_WORDS {
            let end = self.word_end(at);
            // A label that begins here was looked at already, and does not count.
            if end == at || self.protocol(at).is_some() {
                return None;
            }
            announced |= ANNOUNCING.contains(&self.word(at..end).as_str());
            // `The report is marked TLP:AMBER` is a sentence, `Marked TLP:AMBER` is none.
            first |= announced && count == 1;
            let next = self.separator(end)?;
            let signs = &self.signs[end..next];
            let line = signs
                .iter()
                .position(|(_, c)| *c == '\n')
                .unwrap_or(signs.len());
            let colon = signs[..line].iter().any(|(_, c)| ":=–—|→".contains(*c))
                || signs[..line].iter().any(|(_, c)| *c == '-') && line > 1;
            // What the next line begins with is announced by a colon alone.
            if !colon && line < signs.len() {
                return None;
            }
            let behind = match (announced, colon) {
                (true, true) => Some(Behind::Announced),
                (true, false) if signs.iter().any(|(_, c)| closing(*c).is_some()) => {
                    Some(Behind::Announced)
                }
                (true, false) if first => Some(Behind::Close),
                // Later than at the start, only what ends there.
                (false, true) if count <= 2 && later => Some(Behind::Close),
                (false, true) if count <= 2 => Some(Behind::Words),
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

/// The bracket or quote that closes one.
fn closing(open: char) -> Option<char> {
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

#[cfg(test)]
mod tests;
