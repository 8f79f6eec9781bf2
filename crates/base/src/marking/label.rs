//! The one grammar of TLP labels, as people and their tools write them.
//!
//! In: a text that a person reads, without markup. Out: the label that it begins with. What looks like
//! a label must be found even where it is written badly: whatever is taken for prose is published.
//! Where two readings are possible, the one that marks more is taken.
//!
//! A label is `TLP`, a separator or none, and a level in any case; or a level alone, in brackets in any
//! case, or in capitals before a colon or dash. It may stand in brackets, quotes or emphasis, and
//! behind words such as `Classification:`. In the middle of a sentence, and in code, it is text.

mod reading;
mod signs;
mod words;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Tlp;
use reading::Behind;
use signs::{LONGEST, Signs, closing};
use words::{ANNOUNCING, BETWEEN, LEVELS, MOST_WORDS};

/// The end of a line that its author set, where others may only be wrapped.
pub const NEW_LINE: &str = "\u{b}\n";

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
    if !may_hold(text) {
        return Vec::new();
    }
    let mut found: Vec<Label> = leading(text).into_iter().collect();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '\n' && (is_end(before) || NEW_LINE.starts_with(before)) {
            // A line behind a whole sentence or a set end of line is a text of its own.
            found.extend(at_place(text, at + 1, Signs::anew));
        } else if c == '\n' || is_end(before) && c.is_whitespace() {
            found.extend(at_place(text, at + c.len_utf8(), Signs::later));
        } else if matches!(before, '。' | '！' | '？' | '|' | '·' | '•' | '—' | '–')
            || c == '-' && before == ' '
        {
            // A part of a line such as `By Example CTI | TLP:RED | 2025`.
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

/// Whether a text, such as the head of a column, names what its neighbor says the marking of: `TLP`,
/// `Classification`.
pub fn names_marking(text: &str) -> bool {
    const NAMES: [&str; 9] = [
        "classification",
        "marking",
        "markings",
        "handling",
        "sharing",
        "distribution",
        "dissemination",
        "einstufung",
        "kennzeichnung",
    ];
    let signs = Signs::read(text);
    let Some(start) = signs.decoration(0) else {
        return false;
    };
    let mut at = signs.protocol(start).unwrap_or(start);
    if at == start {
        at = signs.word_end(start);
        return NAMES.contains(&signs.word(start..at).as_str()) && signs.ends(at);
    }
    // `TLP 2.0 level`
    while let Some(next) = signs.separator(at) {
        at = signs.word_end(next);
        if !BETWEEN.contains(&signs.word(next..at).as_str())
            && !signs.word(next..at).chars().all(|c| c.is_ascii_digit())
        {
            return false;
        }
    }
    signs.ends(at)
}

/// Whether words announce a marking, as those before a label may: `Document classification`.
pub fn announces(words: &str) -> bool {
    let mut words = words.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ANNOUNCING.contains(&word.to_lowercase().as_str()))
}

/// The level that a text is as a whole, with `TLP` or without: what stands beside [`names_marking`].
pub fn alone(text: &str) -> Option<Tlp> {
    let signs = Signs::read(text);
    let start = signs.decoration(0)?;
    let at = signs
        .protocol(start)
        .map_or(Some(start), |end| signs.separator(end))?;
    let (tlp, end) = signs.level(at)?;
    signs.ends(end).then_some(tlp)
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
            alone(piece).unwrap_or_else(|| leading(piece).map_or(Tlp::Red, |label| label.level()))
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

/// Whether a word that labels are made of stands in a text, or a sign that may stand for one of its
/// letters: in one pass, since most texts have none. The boundary is that of ASCII: the other one is
/// slow wherever a text has so much as a dash.
fn may_hold(text: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)tlp|t\.l\.p|traffic|(?-u:\b)(?:red|amber|green|clear|white)|[^\x00-\x7f\u{a0}-\u{ac}\u{ae}-\u{17e}\u{2010}-\u{2027}]",
        )
        .ok()
    });
    WORDS.as_ref().is_none_or(|words| words.is_match(text))
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

#[cfg(test)]
mod tests;
