//! The mark as Tearline reads it: `(TLP:AMBER)`.
//!
//! In: the start of a text. Out: its level. Every other way to write a label is an error, which
//! [`base::marking::label`] finds.

use base::diagnostic::nearest;
use base::marking::Tlp;

/// The five levels and the word of TLP 1, as a mark writes them.
const WORDS: [&str; 6] = ["clear", "green", "amber", "amber+strict", "red", "white"];

/// A bracket that is not closed within this many bytes is not the bracket of a label.
const LONGEST: usize = 40;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_one_form_in_any_case() {
        assert_eq!(
            leading("(TLP:AMBER+STRICT) x"),
            Some((18, Ok(Tlp::AmberStrict)))
        );
        assert_eq!(leading("(tlp:Red)"), Some((9, Ok(Tlp::Red))));
        assert_eq!(leading("(TLP:WHITE) x"), Some((11, Ok(Tlp::Clear))));
        assert_eq!(leading("(TLP:AMBRE) x"), Some((11, Err("AMBRE"))));
        for text in ["(TLP: AMBER) x", "[TLP:AMBER]", "(tlp", "(tlpé)", "(TLP:é)"] {
            assert_eq!(leading(text), None, "{text}");
        }
    }

    #[test]
    fn a_proposal_is_what_was_meant() {
        assert_eq!(proposal("AMBRE"), Some(Tlp::Amber));
        assert_eq!(proposal("(TLP:AMBRE)"), None);
    }
}
