//! Text as a stream of folded words, in which needles are looked for as the words come in.
//!
//! In: bytes in any number of pieces. Out: which needles stood in them. Every run of anything but
//! letters and digits is one space, letters are in one form ([`super::letters`]), `%XX` is the byte it
//! stands for, and what shows nothing (a soft hyphen) is nothing: so `hxxps://Evil[.]example/a%20b`
//! and `evil.example/a b` are the same words. Needles are made by the same code ([`folded`]).
//!
//! Where markup stands between two words they cannot be one phrase ([`Words::part`]), unless it is
//! markup inside of a line ([`Words::seam`]): that may stand within a word, so both readings count.
//! A hit that reaches over an inline tag, a comma or a bracket says of what pieces it consists
//! ([`Hit::pieces`]): these may be independent of one another.

mod keys;
mod pieces;
mod seams;

use super::index::{Index, Key, first_key, next_key};
use super::letters::{self, Letters};
use keys::Word;
pub use keys::last_key;
use pieces::ends_piece;
pub use pieces::pieces;

/// The longest needle, in words. Longer texts are cut into several.
pub const MOST_WORDS: usize = 12;

/// Stands in decoded text where no phrase goes on.
pub const PART: u8 = 1;
/// Before the first word, so that there is one before every word.
const PADDING: [u8; 1] = [b' '];

/// Not in a word, and nothing that a number would be written across.
const LOOSE: u8 = 1;
/// More to find out: `%`, a byte above ASCII, [`PART`].
const SPECIAL: u8 = 2;

/// For each byte: the folded letter or digit, 0 for what separates words, or one of the above.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        #[allow(clippy::cast_possible_truncation)] // below 256
        let byte = at as u8;
        table[at] = match byte {
            b'0'..=b'9' | b'a'..=b'z' => byte,
            b'A'..=b'Z' => byte.to_ascii_lowercase(),
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b'"' | b'\'' => LOOSE,
            b'%' | PART | 0x80.. => SPECIAL,
            _ => 0,
        };
        at += 1;
    }
    table
}

/// Eight bytes, each folded as if it were a letter or digit, and how many of the first are one. Works on
/// all of them at once: no sum of two numbers below 128 goes over to the next byte.
#[inline]
fn eight_letters(bytes: [u8; 8]) -> ([u8; 8], usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let all = u64::from_le_bytes(bytes);
    let low = all & !HIGH;
    // Lower case; digits have that bit already.
    let folded = low | (0x20 * EACH);
    // The highest bit of each byte that is between two others.
    let between = |of: u64, first: u8, last: u8| {
        (of + u64::from(0x80 - first) * EACH) & !(of + u64::from(0x7f - last) * EACH)
    };
    let is_one = (between(folded, b'a', b'z') | between(low, b'0', b'9')) & !all & HIGH;
    let count = (is_one ^ HIGH).trailing_zeros() / 8;
    (folded.to_le_bytes(), count as usize)
}

/// The word stream of one text.
pub struct Words<'a> {
    index: &'a Index,
    /// Folded words, each with a space behind it.
    text: Vec<u8>,
    /// Where the word that is being read begins.
    start: usize,
    /// What makes its key.
    word: Word,
    /// Of the last one, two and three words.
    keys: [Key; 3],
    /// Words since the last part.
    run: usize,
    /// From the lowest bit: whether the gap before each of the last words was a loose one.
    gaps: u64,
    loose: bool,
    /// Where [`Words::seam`] was called while nothing has followed yet.
    seam: Option<usize>,
    /// Spaces of the text that are no more than seams.
    seams: Vec<usize>,
    /// Where each word began, and the byte of the output that it began at; only when places are
    /// asked for.
    places: Option<Vec<(usize, usize)>>,
    /// Where a word begins before which a piece ends; only with places.
    breaks: Vec<usize>,
    /// Whether a piece ends before the next word.
    breaking: bool,
    /// What was found in this part, and from where to where in its text; only with places.
    open: Vec<(u32, usize, usize)>,
    /// Parts that are done, where the text is wanted as such.
    kept: Option<Vec<Vec<u8>>>,
    hits: Vec<Hit>,
}

/// A needle that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub needle: u32,
    /// The byte of the output; 0 when places are not asked for.
    pub place: usize,
    /// The whole pieces that the words stand in, folded, where these are several; none in one piece,
    /// and none when places are not asked for.
    pub pieces: Vec<Box<[u8]>>,
    /// The number of the phrase around the words that the settings allow; only with places.
    pub allowed: Option<usize>,
}

impl<'a> Words<'a> {
    pub fn new(index: &'a Index, with_places: bool) -> Self {
        Self {
            index,
            text: PADDING.to_vec(),
            start: PADDING.len(),
            word: Word::default(),
            keys: [0; 3],
            run: 0,
            gaps: 0,
            loose: false,
            seam: None,
            seams: Vec::new(),
            places: with_places.then(Vec::new),
            breaks: Vec::new(),
            breaking: false,
            open: Vec::new(),
            kept: None,
            hits: Vec::new(),
        }
    }

    /// Takes in a piece of text that begins at a byte of the output. The word at its end may go on
    /// in the next piece.
    pub fn take(&mut self, bytes: &[u8], place: usize) {
        let Some(first) = bytes.first() else {
            return;
        };
        self.text.reserve(bytes.len());
        if let Some(seam) = self.seam.take()
            && seam == self.text.len()
            && (CLASSES[usize::from(*first)] > SPECIAL || *first >= 0x80)
        {
            self.seams.push(seam - 1);
        }
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let class = CLASSES[usize::from(*byte)];
            if class > SPECIAL {
                if self.places.is_some() {
                    self.mark(place + at);
                }
                at += self.letters(&bytes[at..]);
            } else if class == SPECIAL {
                at += self.special(&bytes[at..], place + at);
            } else {
                self.end_word();
                self.loose |= class == LOOSE;
                if self.places.is_some() {
                    self.breaking |= ends_piece(bytes, at);
                }
                at += 1;
            }
        }
    }

    /// Reads the letters and digits that the bytes begin with, eight at a time; says how many these are.
    /// What was just written is not read again for its key: that would wait for memory.
    fn letters(&mut self, bytes: &[u8]) -> usize {
        let mut word = self.word;
        let mut at = 0;
        let is_whole = loop {
            // Only from eight to eight of a word has its key a whole number in it.
            let Some((eight, _)) = bytes[at..].split_first_chunk().filter(|_| word.is_even())
            else {
                break false;
            };
            let (folded, count) = eight_letters(*eight);
            word.add_first(folded, count);
            self.text.extend_from_slice(&folded);
            self.text.truncate(self.text.len() - (folded.len() - count));
            at += count;
            if count < folded.len() {
                break true;
            }
        };
        if !is_whole {
            while let Some(byte) = bytes.get(at) {
                let class = CLASSES[usize::from(*byte)];
                if class <= SPECIAL {
                    break;
                }
                word.add(class);
                self.text.push(class);
                at += 1;
            }
        }
        self.word = word;
        at
    }

    /// Keeps the folded text.
    pub fn keeping(index: &'a Index) -> Self {
        Self {
            kept: Some(Vec::new()),
            ..Self::new(index, false)
        }
    }

    /// Ends the word, and the phrase with it: what follows is another text.
    pub fn part(&mut self) {
        self.end_word();
        self.seam = None;
        if self.run == 0 {
            self.breaking = false;
            return;
        }
        let here = self.hits.len();
        self.settle();
        if !self.seams.is_empty() {
            self.read_across_seams(here);
        }
        self.breaks.clear();
        self.breaking = false;
        if let Some(kept) = &mut self.kept {
            kept.push(self.text[PADDING.len()..self.text.len() - 1].to_vec());
        }
        if let Some(places) = &mut self.places {
            places.clear();
        }
        self.text.truncate(PADDING.len());
        self.start = PADDING.len();
        self.run = 0;
    }

    /// Markup within a line: it may separate words, or stand inside of one.
    pub fn seam(&mut self) {
        if self.places.is_some() {
            self.breaking = true;
        }
        if self.text.len() > self.start {
            self.end_word();
            self.seam = Some(self.text.len());
        }
    }

    /// What was found, in the order of the text; the text itself is done.
    pub fn finish(&mut self) -> Vec<Hit> {
        self.part();
        std::mem::take(&mut self.hits)
    }

    /// How much was found so far, in what is done.
    pub fn found(&self) -> usize {
        self.hits.len()
    }

    /// The parts so far of a stream that keeps them.
    pub fn kept(&mut self) -> Vec<Vec<u8>> {
        self.part();
        self.kept.take().unwrap_or_default()
    }

    /// Reads what is not a plain letter, digit or separator; says how many bytes that was.
    fn special(&mut self, bytes: &[u8], place: usize) -> usize {
        match bytes.first() {
            Some(b'%') => self.percent(bytes, place),
            Some(0x80..) => {
                let length = self.character(bytes, place);
                if length == 0 {
                    self.end_word();
                    return 1;
                }
                length
            }
            _ => {
                self.part();
                1
            }
        }
    }

    /// A run of `%XX`, which may be the bytes of one character.
    fn percent(&mut self, bytes: &[u8], place: usize) -> usize {
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        let mut decoded = Vec::new();
        let mut length = 0;
        while let Some([b'%', high, low]) = bytes.get(length..length + 3)
            && let (Some(high), Some(low)) = (hex(high), hex(low))
        {
            #[allow(clippy::cast_possible_truncation)] // two digits of four bits
            decoded.push((high * 16 + low) as u8);
            length += 3;
        }
        if length == 0 {
            self.end_word();
            return 1;
        }
        let mut at = 0;
        while let Some(byte) = decoded.get(at) {
            let class = CLASSES[usize::from(*byte)];
            if class > SPECIAL {
                self.mark(place + 3 * at);
                self.push(&[class]);
                at += 1;
            } else {
                // A `%` that was encoded itself is not decoded twice.
                let read = match byte {
                    0x80.. => self.character(&decoded[at..], place + 3 * at),
                    _ => 0,
                };
                if read == 0 {
                    self.end_word();
                }
                at += read.max(1);
            }
        }
        length
    }

    /// One character above ASCII with the marks on it; 0 where the bytes are none.
    fn character(&mut self, bytes: &[u8], place: usize) -> usize {
        let text = valid(bytes);
        let Some(character) = text.chars().next() else {
            return 0;
        };
        match letters::read(character, text) {
            Letters::Nothing => character.len_utf8(),
            Letters::Separator => {
                self.end_word();
                self.loose |= character.is_whitespace();
                if self.places.is_some() {
                    self.breaking |= letters::ends_piece(character);
                }
                character.len_utf8()
            }
            Letters::Part { folded, length } => {
                self.mark(place);
                self.push(folded.as_bytes());
                length
            }
            Letters::Alone { words, length } => {
                for word in words {
                    self.end_word();
                    self.mark(place);
                    self.push(word.as_bytes());
                    self.end_word();
                }
                length
            }
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.word.add(*byte));
        self.text.extend_from_slice(bytes);
    }

    fn mark(&mut self, place: usize) {
        if self.text.len() == self.start
            && let Some(places) = &mut self.places
        {
            places.push((self.start, place));
            if std::mem::take(&mut self.breaking) && self.run > 0 {
                self.breaks.push(self.start);
            }
        }
    }

    fn end_word(&mut self) {
        let end = self.text.len();
        if end == self.start {
            return;
        }
        let word = std::mem::take(&mut self.word).key();
        self.text.push(b' ');
        self.start = end + 1;
        self.run += 1;
        self.gaps = self.gaps << 1 | u64::from(self.loose);
        self.loose = false;
        let [one, two, three] = self.keys;
        let keys = [
            first_key(word),
            next_key(one, word),
            next_key(two, word),
            next_key(three, word),
        ];
        self.keys = [keys[0], keys[1], keys[2]];
        for (filter, key) in self.index.filters().iter().zip(keys).take(self.run) {
            if filter.may_have(key) {
                self.compare(key);
            }
        }
    }

    /// Whether a needle with this key at its end stands at the end of the text.
    #[cold]
    fn compare(&mut self, key: Key) {
        let text = &self.text[..self.text.len() - 1];
        for (id, needle) in self.index.with_key(key) {
            let start = match text.len().checked_sub(needle.text.len()) {
                Some(start) if text.ends_with(&needle.text) => start,
                _ => continue,
            };
            // The padding is longer than nothing, so there is a byte before every word.
            let whole = start
                .checked_sub(1)
                .and_then(|before| text.get(before))
                .is_some_and(|byte| *byte == b' ');
            // 8, 8, 4, 4 in a list of numbers is no address.
            let in_list = || {
                let gaps = needle.text.iter().filter(|byte| **byte == b' ').count();
                self.gaps & ((1_u64 << gaps.min(63)) - 1) != 0
            };
            if whole && !(needle.is_number && in_list()) {
                if self.places.is_some() {
                    self.open.push((id, start, text.len()));
                } else {
                    self.hits.push(Hit {
                        needle: id,
                        place: 0,
                        pieces: Vec::new(),
                        allowed: None,
                    });
                }
            }
        }
    }

    /// The byte of the output that the word at or before a place of the text began at.
    fn place_of(&self, at: usize) -> usize {
        let places = self.places.as_deref().unwrap_or_default();
        let after = places.partition_point(|(word, _)| *word <= at);
        after
            .checked_sub(1)
            .and_then(|at| places.get(at))
            .map_or(0, |(_, place)| *place)
    }
}

/// The first bytes as text: of a letter and as many marks as anyone puts on it.
fn valid(bytes: &[u8]) -> &str {
    let most = &bytes[..bytes.len().min(letters::LONGEST)];
    match std::str::from_utf8(most) {
        Ok(text) => text,
        // The bytes up to there were found to be valid.
        Err(error) => std::str::from_utf8(&most[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// A text as folded words with one space between them.
pub fn folded(text: &str) -> Vec<u8> {
    let nothing = Index::default();
    let mut words = Words::keeping(&nothing);
    words.take(text.as_bytes(), 0);
    words.kept().join(&b' ')
}

#[cfg(test)]
mod tests;
