//! From withheld texts to what is searched for.
//!
//! A name is a needle as a whole. Sentences are cut into runs of a dozen words at most; of those of
//! eight words or more shorter runs are needles too, so that any eight words of a sentence in a row are
//! found, and the first half of it. Of a text of fewer than four words only its longer words
//! are needles, each by itself: templates put short phrases together ("in 2025", "3 briefs"), but
//! they make up no words. Texts shorter than six characters, and numbers that are no indicators,
//! are none: they would be found everywhere.

use super::harvest::{Piece, Writing};
use super::index::{Folded, Index};
use super::markup;
use super::words::{MOST_WORDS, Words, folded};
use crate::diagnostic::Location;
use crate::intel::indicator::defang;

/// The shortest needle, in characters.
const SHORTEST: usize = 6;
/// The fewest words of prose that are searched for together.
const FEWEST_WORDS: usize = 4;
/// The fewest words of a sentence of which parts are searched for.
const LONG: usize = 8;
/// Words of such a part.
const PART: usize = 5;

/// A text to search for.
#[derive(Debug, Clone)]
pub struct Needle {
    pub folded: Folded,
    /// With its article: "the name of an actor".
    pub what: &'static str,
    pub at: Location,
    /// A word that anyone may use: what the site's own templates say excuses it.
    pub is_everyday: bool,
    /// A few words of a long sentence, which others may have put side by side by chance.
    pub is_part: bool,
}

/// A needle and what it is of.
pub struct Cut<'a> {
    pub folded: Folded,
    pub is_everyday: bool,
    pub is_part: bool,
    /// The name or sentence that it is a part of.
    pub whole: &'a str,
}

impl Needle {
    /// The first place of the words in the text that they are from; where markup stands between them,
    /// all of it.
    pub fn pinpointed(&self) -> Location {
        let Location { file, span } = &self.at;
        let text = file.text.get(span.clone()).unwrap_or_default();
        let index = Index::new(vec![self.folded.clone()]);
        let mut words = Words::new(&index, true);
        words.take(text.as_bytes(), 0);
        match words.finish().first() {
            Some(hit) => Location::new(file, span.start + hit.place..span.end),
            None => self.at.clone(),
        }
    }
}

/// The needles of a withheld piece.
pub fn of(piece: &Piece, needles: &mut Vec<Needle>) {
    each(piece, &mut |cut| {
        needles.push(Needle {
            folded: cut.folded,
            what: piece.what,
            at: Location::new(piece.file, piece.span.clone()),
            is_everyday: cut.is_everyday,
            is_part: cut.is_part,
        });
    });
}

/// Gives the needles of a withheld piece.
pub fn each(piece: &Piece, give: &mut dyn FnMut(Cut<'_>)) {
    let mut add = |text: &[u8], kind: Kind, whole: &str| {
        let has_letter = text
            .iter()
            .any(|byte| !(byte.is_ascii_digit() || *byte == b' '));
        let is_indicator = matches!(piece.writing, Writing::Indicator(_));
        if is_short(text) || !(has_letter || is_indicator) {
            return;
        }
        let folded = Folded {
            text: text.into(),
            is_number: !has_letter,
        };
        give(Cut {
            folded,
            is_everyday: kind == Kind::Everyday,
            is_part: kind == Kind::Part,
            whole,
        });
    };
    match piece.writing {
        Writing::Name | Writing::Word => {
            let folded = folded(without_scheme(piece.text));
            for run in runs(&folded) {
                let kind = match piece.writing {
                    Writing::Word => Kind::Everyday,
                    _ => Kind::Whole,
                };
                add(run, kind, piece.text);
            }
        }
        Writing::Indicator(kind) => {
            for form in forms(kind, piece.text) {
                let folded = folded(&form);
                for run in runs(&folded) {
                    add(run, Kind::Whole, piece.text);
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

/// What a needle is to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    Part,
    Everyday,
}

fn prose(text: &str, add: &mut dyn FnMut(&[u8], Kind, &str)) {
    for sentence in sentences(text) {
        let folded = folded(sentence);
        let words = count_words(&folded);
        if words >= FEWEST_WORDS {
            for run in runs(&folded) {
                add(run, Kind::Whole, sentence);
            }
            if words >= LONG {
                parts(&folded, words, &mut |part| add(part, Kind::Part, sentence));
            }
        } else {
            for word in folded.split(|byte| *byte == b' ') {
                add(word, Kind::Everyday, sentence);
            }
        }
    }
}

fn count_words(folded: &[u8]) -> usize {
    folded.iter().filter(|byte| **byte == b' ').count() + 1
}

/// Short runs of a long sentence, placed so that one of them lies in any eight words in a row: runs
/// of five words that begin four words apart do. Short sentences have shorter runs, closer together,
/// so that one lies in the first half and one in the middle.
fn parts(folded: &[u8], words: usize, give: &mut dyn FnMut(&[u8])) {
    let length = (words / 2).min(PART);
    let step = (words / 3).min(PART - 1);
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b' ', folded).map(|at| at + 1));
    let mut at = 0;
    while at + length <= words {
        let end = starts.get(at + length).map_or(folded.len(), |end| end - 1);
        if let Some(part) = starts.get(at).and_then(|start| folded.get(*start..end)) {
            give(part);
        }
        at += step;
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
    let words = count_words(folded);
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
        let runs = needles(&long.join(" "), Writing::Name);
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].split(' ').count(), 7);
    }

    #[test]
    fn any_eight_words_and_the_first_half_of_a_sentence_hold_a_needle() {
        for count in 8..40 {
            let words: Vec<String> = (0..count).map(|number| format!("word{number}")).collect();
            let needles = needles(&words.join(" "), Writing::Prose);
            let has = |part: &[String]| {
                let part = part.join(" ");
                needles.iter().any(|needle| part.contains(needle.as_str()))
            };
            assert!(words.windows(8).all(has), "{count}: {needles:?}");
            assert!(has(&words[..count / 2]), "{count}: {needles:?}");
            let quarter = count / 4;
            assert!(
                has(&words[quarter..count - quarter]),
                "{count}: {needles:?}"
            );
        }
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
