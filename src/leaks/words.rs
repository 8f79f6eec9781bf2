//! Text as a stream of folded words, in which needles are looked for as the words come in.
//!
//! In: bytes in any number of pieces. Out: which needles stood in them. Every run of anything but
//! letters and digits is one space, letters are lower case, `%XX` is the byte it stands for, and
//! what shows nothing (a soft hyphen) is nothing: so `hxxps://Evil[.]example/a%20b` and
//! `evil.example/a b` are the same words. Needles are made by the same code ([`folded`]).
//!
//! Where markup stands between two words they cannot be one phrase ([`Words::part`]), unless it is
//! markup inside of a line ([`Words::seam`]): that may stand within a word, so both readings count.

use super::index::{Index, Key, MOST_KEYS, first_key, next_key};

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
    /// Parts that are done, where the text is wanted as such.
    kept: Option<Vec<Vec<u8>>>,
    hits: Vec<Hit>,
}

/// A needle that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub needle: u32,
    /// The byte of the output; 0 when places are not asked for.
    pub place: usize,
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
                // The rest of the word needs no more than the table. What was just written is not
                // read again for its key: that would wait for memory.
                let mut word = self.word;
                word.add(class);
                self.text.push(class);
                at += 1;
                while let Some(byte) = bytes.get(at) {
                    let class = CLASSES[usize::from(*byte)];
                    if class <= SPECIAL {
                        break;
                    }
                    word.add(class);
                    self.text.push(class);
                    at += 1;
                }
                self.word = word;
            } else if class == SPECIAL {
                at += self.special(&bytes[at..], place + at);
            } else {
                self.end_word();
                self.loose |= class == LOOSE;
                at += 1;
            }
        }
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
            return;
        }
        if !self.seams.is_empty() {
            self.read_across_seams();
        }
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

    /// One character above ASCII; 0 where the bytes are none.
    fn character(&mut self, bytes: &[u8], place: usize) -> usize {
        let most = &bytes[..bytes.len().min(4)];
        let valid = match std::str::from_utf8(most) {
            Ok(text) => text,
            // The bytes up to there were found to be valid.
            Err(error) => std::str::from_utf8(&most[..error.valid_up_to()]).unwrap_or_default(),
        };
        let Some(character) = valid.chars().next() else {
            return 0;
        };
        if shows_nothing(character) {
            return character.len_utf8();
        }
        if character.is_alphanumeric() {
            let alone = is_a_word_alone(character);
            if alone {
                self.end_word();
            }
            self.mark(place);
            for folded in character.to_lowercase() {
                self.push(folded.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if alone {
                self.end_word();
            }
        } else {
            self.end_word();
            self.loose |= character.is_whitespace();
        }
        character.len_utf8()
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
                let place = self.place_of(start);
                self.hits.push(Hit { needle: id, place });
            }
        }
    }

    /// Reads the surroundings of each seam again, as if the markup were not there.
    fn read_across_seams(&mut self) {
        let seams = std::mem::take(&mut self.seams);
        let mut rest = seams.as_slice();
        while let Some(first) = rest.first() {
            let start = self.words_from(*first, MOST_WORDS + 1, false);
            let mut end = self.words_from(*first, MOST_WORDS + 1, true);
            let mut count = 1;
            while let Some(next) = rest.get(count)
                && *next < end
            {
                end = self.words_from(*next, MOST_WORDS + 1, true);
                count += 1;
            }
            let (near, after) = rest.split_at(count);
            rest = after;
            let mut joined = Words::new(self.index, self.places.is_some());
            let mut from = start;
            for to in near.iter().copied().chain([end]) {
                let place = self.place_of(from);
                joined.take(&self.text[from..to], place);
                from = to + 1;
            }
            self.hits.extend(joined.finish());
        }
    }

    /// So many words before or after a place of the text.
    fn words_from(&self, at: usize, words: usize, forward: bool) -> usize {
        let is_space = |at: &usize| self.text[*at] == b' ';
        if forward {
            let end = self.text.len();
            (at + 1..end).filter(is_space).nth(words).unwrap_or(end)
        } else {
            (PADDING.len()..at)
                .rev()
                .filter(is_space)
                .nth(words)
                .unwrap_or(PADDING.len())
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

/// The key of a word in the making.
#[derive(Clone, Copy, Default)]
struct Word {
    key: Key,
    /// The last bytes, up to eight.
    last: u64,
    length: u32,
}

impl Word {
    #[inline]
    fn add(&mut self, byte: u8) {
        if self.length & 7 == 0 {
            self.key = next_key(self.key, self.last);
            self.last = 0;
        }
        self.last = self.last << 8 | u64::from(byte);
        self.length += 1;
    }

    fn key(self) -> Key {
        next_key(self.key, self.last)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut word = Self::default();
        bytes.iter().for_each(|byte| word.add(*byte));
        word
    }
}

/// A text as folded words with one space between them.
pub fn folded(text: &str) -> Vec<u8> {
    let nothing = Index::default();
    let mut words = Words::keeping(&nothing);
    words.take(text.as_bytes(), 0);
    words.kept().join(&b' ')
}

/// The key of the last words of a folded text, four at most, and how many these are.
pub fn last_key(folded: &[u8]) -> (usize, Key) {
    let words: Vec<&[u8]> = folded.split(|byte| *byte == b' ').collect();
    let last = &words[words.len().saturating_sub(MOST_KEYS)..];
    let mut keys = last.iter().map(|word| Word::of(word).key());
    let first = keys.next().map_or(0, first_key);
    (last.len(), keys.fold(first, next_key))
}

/// Signs that a reader does not see and that therefore can stand within a word.
fn shows_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

/// Scripts that write without spaces: each sign is a word, so that names are found in sentences.
fn is_a_word_alone(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3134f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(pieces: &[&[u8]]) -> String {
        let nothing = Index::default();
        let mut words = Words::keeping(&nothing);
        for piece in pieces {
            words.take(piece, 0);
        }
        String::from_utf8_lossy(&words.kept().join(&b'|')).into_owned()
    }

    #[test]
    fn forms_of_one_text_are_the_same_words() {
        let forms = [
            "Evil-Corp.example/a b",
            "evil[.]corp(.)EXAMPLE/a%20b",
            "evil\u{ad}-corp . example a\u{200b} b",
            "%65vil%2dcorp.example\u{a0}a+b",
        ];
        for form in forms {
            let read = words(&[form.as_bytes()]);
            assert_eq!(read, "evil corp example a b", "{form}");
        }
        assert_eq!(words(&["M%C3%9cLLER ÉTÉ".as_bytes()]), "müller été");
        assert_eq!(words(&["黑客A".as_bytes()]), "黑 客 a");
    }

    proptest! {
        #[test]
        fn folding_folded_words_changes_nothing(text in any::<String>()) {
            let once = folded(&text);
            let again = folded(&String::from_utf8(once.clone()).unwrap());
            prop_assert_eq!(once, again);
        }

        #[test]
        fn pieces_are_read_as_the_whole(text in "[a-zA-Z0-9 .%\\[\\]-]{0,40}", at in 0_usize..40) {
            // Not within a `%XX`, which is read at once.
            let at = at.min(text.len());
            prop_assume!(!text[at.saturating_sub(2)..at].contains('%'));
            let (left, right) = text.as_bytes().split_at(at);
            prop_assert_eq!(words(&[left, right]), words(&[text.as_bytes()]));
        }

        #[test]
        fn any_bytes_are_read(pieces in prop::collection::vec(any::<Vec<u8>>(), 0..4)) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            words(&pieces);
        }
    }
}
