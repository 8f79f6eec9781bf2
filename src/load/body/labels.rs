//! Finds what looks like a TLP label in text that a reader sees.
//!
//! In: a stretch of visible text. Out: each label with how well it is formed. A mark that is only
//! nearly right must be found too: were it taken for prose, what it marks would be published.

use std::ops::Range;

use memchr::memchr2_iter;

use crate::diagnostic::nearest;
use crate::marking::Tlp;

/// The five levels and the word of TLP 1, as a mark writes them.
const WORDS: [&str; 6] = ["clear", "green", "amber", "amber+strict", "red", "white"];

/// A bracket that is not closed within this many bytes is not the bracket of a label.
const LONGEST: usize = 40;

/// How a label is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// `(TLP:AMBER)`, in any case.
    Exact(Tlp),
    /// `(TLP:AMBRE)`: the form of a mark with a word that is no level.
    UnknownWord(String),
    /// `(TLP: AMBER)`, `[TLP:AMBER]`, `(tlp amber)`: a level in brackets in another form.
    Loose(Tlp),
    /// `(TLP 2.0)`, `(TLP: ambre`: brackets and something that may be meant as a level.
    /// The level it is nearly, and whether a colon follows `TLP`.
    Doubtful { near: Option<Tlp>, colon: bool },
    /// `TLP:AMBER` without brackets.
    Bare(Tlp),
}

/// A label and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub range: Range<usize>,
    pub form: Form,
}

/// The mark that the text begins with: its length, and its level or the word that is none.
pub(super) fn leading(text: &str) -> Option<(usize, Result<Tlp, &str>)> {
    let inner = text.strip_prefix('(')?;
    if !inner.get(..4)?.eq_ignore_ascii_case("tlp:") {
        return None;
    }
    let close = inner.bytes().take(LONGEST).position(|byte| byte == b')')?;
    let word = &inner[4..close];
    let plain = !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-_".contains(&byte));
    plain.then(|| (close + 2, level(word).ok_or(word)))
}

/// The level of a word that is exactly one.
pub(super) fn level(word: &str) -> Option<Tlp> {
    WORDS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
        .then(|| Tlp::parse(word))
        .flatten()
}

/// The mark that the writer probably meant, for a help line.
pub(super) fn proposal(word: &str) -> Option<Tlp> {
    let folded: String = word
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '+')
        .take(LONGEST)
        .collect();
    nearest(&folded, WORDS).and_then(Tlp::parse)
}

/// `(AMBER)` at the very start, in capitals: the form of portion marks elsewhere, without `TLP:`.
fn unprefixed(text: &str) -> Option<Label> {
    let start = text.len() - text.trim_start().len();
    let inner = text[start..].strip_prefix('(')?;
    let word = &inner[..inner.bytes().take(LONGEST).position(|byte| byte == b')')?];
    let capitals = word == word.to_ascii_uppercase();
    let tlp = level(word).filter(|_| capitals)?;
    Some(Label {
        range: start..start + word.len() + 2,
        form: Form::Loose(tlp),
    })
}

/// Every label in the text, in order.
pub(super) fn find(text: &str) -> Vec<Label> {
    let bytes = text.as_bytes();
    let mut labels: Vec<Label> = unprefixed(text).into_iter().collect();
    let mut from = 0;
    while let Some(at) = find_word(bytes, from) {
        from = at + 3;
        if let Some(label) = label_at(text, at) {
            from = from.max(label.range.end);
            labels.push(label);
        }
    }
    labels
}

pub(super) fn find_word(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    // Of the three letters the last is the rarest.
    memchr2_iter(b'p', b'P', rest)
        .filter_map(|at| at.checked_sub(2))
        .find(|at| rest[*at..*at + 2].eq_ignore_ascii_case(b"tl"))
        .map(|at| from + at)
}

/// The label whose `TLP` stands at `at`.
fn label_at(text: &str, at: usize) -> Option<Label> {
    let before = text[..at].trim_end_matches([' ', '\t', '\n']);
    let after = &text[at + 3..];
    if !before.ends_with(['(', '[', '{', '<']) {
        return bare_at(text, at);
    }
    let start = before.len() - 1;
    if let Some((length, level)) = leading(&text[start..]) {
        let form = match level {
            Ok(tlp) => Form::Exact(tlp),
            Err(word) => Form::UnknownWord(word.to_owned()),
        };
        return Some(Label {
            range: start..start + length,
            form,
        });
    }
    let colon = after.trim_start().starts_with(':');
    let close = after
        .char_indices()
        .take_while(|(at, _)| *at < LONGEST)
        .find(|(_, c)| matches!(c, ')' | ']' | '}' | '>'))
        .map(|(at, _)| at);
    let inner = match close {
        Some(close) => &after[..close],
        // What is never closed is judged by its first word.
        None => first_word(after),
    };
    let end = at + 3 + close.map_or(inner.len(), |close| close + 1);
    let folded: String = inner
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let known = match folded.as_str() {
        "amberstrict" => Some(Tlp::AmberStrict),
        word => level(word),
    };
    let form = match (known, close) {
        (Some(tlp), Some(_)) => Form::Loose(tlp),
        (known, _) => Form::Doubtful {
            near: known.or_else(|| proposal(first_word(inner))),
            colon,
        },
    };
    Some(Label {
        range: start..end,
        form,
    })
}

/// From the start to the end of the first word, the separators before it included.
fn first_word(text: &str) -> &str {
    let start = text.find(char::is_alphanumeric).unwrap_or(text.len());
    let length = text[start..]
        .find(|c: char| !c.is_alphanumeric() && c != '+')
        .unwrap_or(text.len() - start);
    &text[..start + length]
}

fn bare_at(text: &str, at: usize) -> Option<Label> {
    if text[..at].ends_with(char::is_alphanumeric) {
        return None;
    }
    let word = first_word(text[at + 3..].strip_prefix(':')?);
    let tlp = level(word)?;
    Some(Label {
        range: at..at + 4 + word.len(),
        form: Form::Bare(tlp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<Form> {
        find(text).into_iter().map(|label| label.form).collect()
    }

    #[test]
    fn a_level_in_brackets_at_the_start_is_meant_as_a_mark() {
        assert_eq!(forms("(AMBER) secret"), [Form::Loose(Tlp::Amber)]);
        assert_eq!(forms("(amber) in colour, (RED) too"), []);
    }

    #[test]
    fn exact_marks_in_any_case() {
        assert_eq!(
            forms("a (TLP:AMBER+STRICT) b (tlp:Red)"),
            [Form::Exact(Tlp::AmberStrict), Form::Exact(Tlp::Red)]
        );
        assert_eq!(leading("(TLP:WHITE) x"), Some((11, Ok(Tlp::Clear))));
        assert_eq!(leading("(TLP:AMBRE) x"), Some((11, Err("AMBRE"))));
        assert_eq!(leading("(TLP: AMBER) x"), None);
    }

    #[test]
    fn near_marks_are_found() {
        for text in [
            "(TLP: AMBER)",
            "[TLP:AMBER]",
            "(tlp amber)",
            "( TLP-AMBER )",
            "{tlp:amber}",
            "(TLP\n:AMBER)",
        ] {
            assert_eq!(forms(text), [Form::Loose(Tlp::Amber)], "{text}");
        }
        assert_eq!(forms("(TLP:AMBER STRICT)"), [Form::Loose(Tlp::AmberStrict)]);
        assert_eq!(
            forms("(TLP:AMBER text"),
            [Form::Doubtful {
                near: Some(Tlp::Amber),
                colon: true
            }]
        );
    }

    #[test]
    fn prose_about_the_protocol_is_no_mark() {
        assert_eq!(forms("marked TLP:AMBER by them"), [Form::Bare(Tlp::Amber)]);
        assert_eq!(
            forms("the (TLP 2.0) standard"),
            [Form::Doubtful {
                near: None,
                colon: false
            }]
        );
        assert!(forms("the tlpd daemon, TLP itself").is_empty());
    }

    #[test]
    fn odd_text_does_not_panic() {
        for text in [
            "(tlp",
            "tlp",
            "(tlp:",
            "(tlpé)",
            "é(tlp:é",
            "(tlp:)",
            "tlp:é",
            "(TLP:é)",
            "[tlp\u{2013}x",
        ] {
            find(text);
            leading(text);
        }
    }
}
