//! Whether a text consists of nothing but whole pieces that the edition publishes anyway: a name with
//! its id, a line of an index, a name beside a count.
//!
//! In: the texts that an edition publishes, each as a whole, and what everybody may say. Out: for a
//! text that was found in an output, whether it is put together of such pieces. Pieces end at commas,
//! brackets, line ends and tags ([`words::pieces`]); a bare space does not join two of them, or the
//! title "Harbour Lures" would be excused by the tags "harbour" and "lures". The exception is an id
//! beside a name: "T1190 Exploit Public-Facing Application".

use std::collections::HashSet;

use super::harvest::Writing;
use super::words;

/// More words than any line that is put together of pieces.
const MOST_WORDS: usize = 80;
/// The longest piece, in words.
const LONGEST_PIECE: usize = 24;

/// The texts that an edition publishes, each as a whole and folded.
#[derive(Default)]
pub struct Published {
    texts: HashSet<Box<[u8]>>,
    /// Those of them that are ids, or names of vulnerabilities.
    ids: HashSet<Box<[u8]>>,
}

impl Published {
    /// A text that stands by itself somewhere: a name, a title, a cell.
    pub fn add(&mut self, text: &str) {
        let folded = words::folded(text);
        if !folded.is_empty() {
            self.texts.insert(folded.into());
        }
    }

    pub fn add_id(&mut self, id: &str) {
        self.add(id);
        self.ids.insert(words::folded(id).into());
    }

    /// A visible text of the library.
    pub fn add_piece(&mut self, text: &str, writing: Writing) {
        match writing {
            Writing::Markup => {
                for line in super::markup::lines(text) {
                    self.add(&line);
                }
            }
            _ => self.add(text),
        }
    }

    /// Whether words, folded, stand side by side in a published text.
    pub fn has_stretch(&self, words: &[u8]) -> bool {
        let finder = memchr::memmem::Finder::new(words);
        self.texts.iter().any(|text| {
            let is_edge = |at: Option<usize>| {
                at.is_none_or(|at| text.get(at).is_none_or(|byte| *byte == b' '))
            };
            finder
                .find_iter(text)
                .any(|at| is_edge(at.checked_sub(1)) && is_edge(at.checked_add(words.len())))
        })
    }

    /// Whether the pieces are published texts with "and" or "or" between some of them.
    pub fn joins(&self, pieces: &[Box<[u8]>]) -> bool {
        pieces.iter().all(|piece| {
            let words: Vec<&[u8]> = piece.split(|byte| *byte == b' ').collect();
            words
                .split(|word| matches!(*word, b"and" | b"or"))
                .all(|name| self.has_all(&[name.join(&b' ').into()], false))
        })
    }

    /// Whether the pieces are published texts. With `count` one of them may be a number: lists show
    /// one beside a name.
    pub fn has_all(&self, pieces: &[Box<[u8]>], count: bool) -> bool {
        let mut words: Vec<&[u8]> = Vec::new();
        // Whether a piece ends before a word, and behind the last.
        let mut ends = vec![true];
        for piece in pieces {
            for word in piece.split(|byte| *byte == b' ') {
                words.push(word);
                ends.push(false);
            }
            if let Some(end) = ends.last_mut() {
                *end = true;
            }
        }
        if words.len() > MOST_WORDS || words.is_empty() {
            return false;
        }
        // Up to each word: whether there is a way to it, by whether the last text on it is an id and
        // whether a number was passed.
        let mut reached = vec![[[false; 2]; 2]; words.len() + 1];
        if let Some(first) = reached.first_mut() {
            first[0][0] = true;
        }
        for start in 0..words.len() {
            for (id_before, number_before) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                if !reached[start][id_before][number_before] {
                    continue;
                }
                for end in start + 1..=words.len().min(start + LONGEST_PIECE) {
                    // In an output each piece is another's; a writer may break up what is one.
                    if count && ends[start + 1..end].contains(&true) {
                        break;
                    }
                    let text = words[start..end].join(&b' ');
                    let is_id = self.ids.contains(text.as_slice());
                    let joined = ends[start] || id_before == 1 || is_id;
                    let is_number = text.iter().all(u8::is_ascii_digit);
                    let counts = is_number && count && number_before == 0;
                    let alone = ends[start] && ends[end];
                    if joined && self.texts.contains(text.as_slice()) || is_date(&words[start..end])
                    {
                        reached[end][usize::from(is_id)][number_before] = true;
                    } else if counts && alone {
                        reached[end][0][1] = true;
                    }
                }
            }
        }
        let says_something = words
            .iter()
            .any(|word| !word.iter().all(u8::is_ascii_digit));
        says_something && reached[words.len()].iter().flatten().any(|way| *way)
    }
}

const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];

/// Whether words are a date to the month or the day, which is nobody's secret by itself.
fn is_date(words: &[&[u8]]) -> bool {
    let digits = |word: &[u8], most: usize| {
        (1..=most).contains(&word.len()) && word.iter().all(u8::is_ascii_digit)
    };
    let year = |word: &[u8]| word.len() == 4 && digits(word, 4);
    let day = |word: &[u8]| digits(word, 2);
    let month = |word: &[u8]| {
        MONTHS
            .iter()
            .any(|month| *month == word || month.get(..3) == Some(word))
    };
    match words {
        [one, two] => month(one) && year(two) || year(one) && two.len() == 2 && day(two),
        [one, two, three] => {
            year(one) && two.len() == 2 && day(two) && day(three)
                || day(one) && month(two) && year(three)
                || month(one) && day(two) && year(three)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Published {
        let mut published = Published::default();
        for text in [
            "Exploit Public-Facing Application",
            "Operation Tankard",
            "Mara Lund",
            "head of security",
            "Port North",
            "harbour",
            "lures",
            "tenders.example",
            "misp-galaxy:threat-actor",
        ] {
            published.add(text);
        }
        published.add_id("T1190");
        published
    }

    #[test]
    fn what_is_put_together_of_whole_pieces_is_published() {
        let published = published();
        for text in [
            "T1190 Exploit Public-Facing Application",
            "Exploit Public-Facing Application (T1190)",
            "T1190: Exploit Public-Facing Application",
            "Mara Lund, head of security, Port North",
            "Port North, 2026-08-20",
            "Port North, 20 August 2026",
            "misp-galaxy:threat-actor=\"Mara Lund\"",
            "tenders[.]example, Mara Lund",
            "August 2026",
        ] {
            assert!(published.has_all(&words::pieces(text), false), "{text}");
        }
        for text in [
            "Harbour lures",
            "Mara Lund of Port North",
            "Mara Lund Port North",
            "Operation Tankard 2",
            "Operation Tankard, 2",
            "Operation (Harbour)",
            "T1190 Exploit",
            "2026",
            "",
        ] {
            assert!(!published.has_all(&words::pieces(text), false), "{text}");
        }
    }

    #[test]
    fn names_are_joined_and_stretches_have_whole_words() {
        let published = published();
        let joins = |text: &str| published.joins(&words::pieces(text));
        assert!(joins("Operation Tankard and Mara Lund"));
        assert!(joins("Operation Tankard, Mara Lund or T1190"));
        assert!(!joins("Operation Tankard and"));
        assert!(!joins("Operation Tankard with Mara Lund"));
        assert!(!joins("Operation and Mara Lund"));
        assert!(published.has_stretch(b"head of"));
        assert!(published.has_stretch(b"of security"));
        assert!(!published.has_stretch(b"ead of"));
        assert!(!published.has_stretch(b"head off"));
    }

    #[test]
    fn a_count_stands_beside_a_name() {
        let published = published();
        let apart = |pieces: &[&str]| {
            let pieces: Vec<Box<[u8]>> =
                pieces.iter().map(|piece| piece.as_bytes().into()).collect();
            published.has_all(&pieces, true)
        };
        assert!(apart(&["operation tankard", "2"]));
        assert!(!apart(&["operation tankard 2"]));
        assert!(!apart(&["operation", "tankard", "2"]));
        assert!(!apart(&["operation tankard", "2", "3"]));
        assert!(!apart(&["203", "0"]));
        assert!(!apart(&["2"]));
    }
}
