//! From withheld texts to what is searched for.
//!
//! A name is a needle as a whole. Sentences are cut into runs of a dozen words at most, so that
//! the beginning of one is found as well. Of a text of fewer than four words only its longer words
//! are needles, each by itself: templates put short phrases together ("in 2025", "3 briefs"), but
//! they make up no words. Texts shorter than six characters, and numbers that are no indicators,
//! are none: they would be found everywhere.

use super::harvest::{Piece, Writing};
use super::index::Folded;
use super::markup;
use super::words::{MOST_WORDS, folded};
use crate::diagnostic::Location;
use crate::intel::indicator::defang;

/// The shortest needle, in characters.
const SHORTEST: usize = 6;
/// The fewest words of prose that are searched for together.
const FEWEST_WORDS: usize = 4;

/// A text to search for.
#[derive(Debug, Clone)]
pub struct Needle {
    pub folded: Folded,
    /// With its article: "the name of an actor".
    pub what: &'static str,
    pub at: Location,
    /// A word that anyone may use: what the site's own templates say excuses it.
    pub is_everyday: bool,
}

/// The needles of a withheld piece.
pub fn of(piece: &Piece, needles: &mut Vec<Needle>) {
    let mut add = |text: &[u8], is_everyday: bool| {
        let has_letter = text
            .iter()
            .any(|byte| !(byte.is_ascii_digit() || *byte == b' '));
        let is_indicator = matches!(piece.writing, Writing::Indicator(_));
        if is_short(text) || !(has_letter || is_indicator) {
            return;
        }
        needles.push(Needle {
            folded: Folded {
                text: text.into(),
                is_number: !has_letter,
            },
            what: piece.what,
            at: Location::new(piece.file, piece.span.clone()),
            is_everyday,
        });
    };
    match piece.writing {
        Writing::Name | Writing::Word => {
            let folded = folded(without_scheme(piece.text));
            for run in runs(&folded) {
                add(run, piece.writing == Writing::Word);
            }
        }
        Writing::Indicator(kind) => {
            for form in forms(kind, piece.text) {
                let folded = folded(&form);
                for run in runs(&folded) {
                    add(run, false);
                }
            }
        }
        Writing::Prose => prose(piece.text, &mut add),
        Writing::Markup => {
            for line in markup::lines(piece.text) {
                prose(&line, &mut add);
            }
        }
    }
}

fn prose(text: &str, add: &mut dyn FnMut(&[u8], bool)) {
    for sentence in sentences(text) {
        let folded = folded(sentence);
        if folded.iter().filter(|byte| **byte == b' ').count() + 1 >= FEWEST_WORDS {
            for run in runs(&folded) {
                add(run, false);
            }
        } else {
            for word in folded.split(|byte| *byte == b' ') {
                add(word, true);
            }
        }
    }
}

/// Whether a folded text has too few characters.
fn is_short(text: &[u8]) -> bool {
    // Every byte but those that go on a character of several.
    let characters = text.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    characters < SHORTEST
}

/// A text cut behind full stops and the like, and at the ends of lines.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut signs = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, sign)) = signs.next() {
            let stops = matches!(sign, '.' | '!' | '?' | ':' | ';')
                && signs.peek().is_none_or(|(_, next)| next.is_whitespace());
            if stops || sign == '\n' || sign == '。' {
                end = at + sign.len_utf8();
                break;
            }
        }
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

/// A folded text in as few runs of at most [`MOST_WORDS`] words as there can be, of about one length.
fn runs(folded: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = folded.iter().filter(|byte| **byte == b' ').count() + 1;
    let length = words.div_ceil(words.div_ceil(MOST_WORDS));
    let mut rest = folded;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut spaces = rest.iter().enumerate().filter(|(_, byte)| **byte == b' ');
        let end = spaces
            .nth(length.saturating_sub(1))
            .map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or_default();
        Some(run)
    })
}

/// An address without `https://`, which is defanged in many ways.
fn without_scheme(text: &str) -> &str {
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => rest,
        _ => text,
    }
}

/// An indicator as it is and as it is defanged. Brackets and dots fold to the same words; dots
/// that are spelt out do not.
fn forms(kind: crate::intel::vocabulary::IndicatorType, value: &str) -> Vec<String> {
    let plain = without_scheme(value).to_owned();
    let defanged = defang(kind, value);
    let mut forms = vec![plain];
    if defanged != value {
        let host = without_scheme(value);
        let end = host.find(['/', '?', '#']).unwrap_or(host.len());
        let (host, path) = host.split_at(end);
        forms.push(format!(
            "{}{path}",
            host.replace('.', " dot ").replace('@', " at ")
        ));
        forms.push(format!("{}{path}", host.replace('.', " dot ")));
    }
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::intel::vocabulary::IndicatorType;

    fn needles(text: &str, writing: Writing) -> Vec<String> {
        let file = SourceFile::new("a.md", text);
        let mut needles = Vec::new();
        let piece = Piece {
            text,
            writing,
            what: "a text",
            file: &file,
            span: 0..text.len(),
            visible: false,
        };
        of(&piece, &mut needles);
        needles
            .iter()
            .map(|needle| String::from_utf8_lossy(&needle.folded.text).into_owned())
            .collect()
    }

    #[test]
    fn sentences_are_cut_into_runs_of_one_length() {
        assert_eq!(
            needles(
                "One two three four. Then came v2.1 of it all.",
                Writing::Prose
            ),
            ["one two three four", "then came v2 1 of it all"]
        );
        let long: Vec<String> = (0..13).map(|number| format!("word{number}")).collect();
        let runs = needles(&long.join(" "), Writing::Prose);
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].split(' ').count(), 7);
    }

    #[test]
    fn short_phrases_give_their_longer_words() {
        assert_eq!(needles("In August 2025", Writing::Prose), ["august"]);
        assert_eq!(needles("3 of 12", Writing::Prose), [""; 0]);
    }

    #[test]
    fn short_names_and_numbers_are_no_needles() {
        assert_eq!(needles("APT28", Writing::Name), [""; 0]);
        assert_eq!(needles("2025-11-30", Writing::Name), [""; 0]);
        assert_eq!(needles("Grey-Heron", Writing::Name), ["grey heron"]);
    }

    #[test]
    fn indicators_are_searched_for_in_all_their_forms() {
        let forms = needles(
            "https://evil.example/a",
            Writing::Indicator(IndicatorType::Url),
        );
        assert!(forms.contains(&"evil example a".to_owned()), "{forms:?}");
        assert!(
            forms.contains(&"evil dot example a".to_owned()),
            "{forms:?}"
        );
        let address = needles("203.0.113.7", Writing::Indicator(IndicatorType::Ipv4));
        assert!(address.contains(&"203 0 113 7".to_owned()), "{address:?}");
    }
}
