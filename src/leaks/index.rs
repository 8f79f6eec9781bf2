//! The needles by what they end with, so that most words of an output cost no more than a look at
//! a few bits.
//!
//! A needle is filed under the key of its last words, four at most. While an output is read, the
//! keys of its last one, two, three and four words are at hand; only where a key is that of a
//! needle are the texts compared.
//!
//! Why not an Aho–Corasick automaton: `benches/README.md`.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::quality::FixedState;
use rayon::prelude::*;

use super::words::{MOST_WORDS, last_key};

/// Stands for the last words of a text.
pub type Key = u64;

/// The key of one word.
pub fn first_key(word: Key) -> Key {
    (word ^ 0x2545_f491_4f6c_dd1d).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The key of the words so far and one more.
pub fn next_key(before: Key, word: Key) -> Key {
    (before.rotate_left(23) ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// A needle as it is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Words with one space between them. Several tables have it, and there are hundreds of thousands.
    pub text: Arc<[u8]>,
    /// Digits only: counts as found only where no list of numbers would be written like it.
    pub is_number: bool,
}

/// Keys stand for so many words at most.
pub const MOST_KEYS: usize = 4;

/// All needles.
#[derive(Default)]
pub struct Index {
    needles: Vec<Folded>,
    /// For needles of one, two, three, and of more words.
    filters: [Filter; MOST_KEYS],
    first: HashMap<Key, u32, BuildHasherDefault<KeyHasher>>,
    /// Of each needle: the next with the same key.
    next: Vec<Option<u32>>,
    clean: CleanPieces,
    /// Phrases that the settings allow, folded, with a space on both sides.
    allowed: Vec<Vec<u8>>,
}

impl Index {
    pub fn new(needles: Vec<Folded>) -> Self {
        let keys: Vec<(usize, Key)> = needles
            .par_iter()
            .map(|needle| last_key(&needle.text))
            .collect();
        let of_words = |words: usize| -> Vec<Key> {
            let of = keys.iter().filter(|(count, _)| *count == words);
            of.map(|(_, key)| *key).collect()
        };
        let filing = || {
            let mut first = HashMap::with_capacity_and_hasher(keys.len(), Default::default());
            let mut next = Vec::with_capacity(keys.len());
            for (id, (_, key)) in (0..).zip(&keys) {
                next.push(first.insert(*key, id));
            }
            (first, next)
        };
        let filtering = || [1, 2, 3, 4].map(|words| Filter::new(&of_words(words)));
        let ((first, next), filters) = rayon::join(filing, filtering);
        Self {
            filters,
            clean: CleanPieces::default(),
            allowed: Vec::new(),
            needles,
            first,
            next,
        }
    }

    /// The same with phrases that may stand in outputs, folded.
    pub fn allowing(self, phrases: impl Iterator<Item = Vec<u8>>) -> Self {
        Self {
            allowed: phrases.map(|phrase| padded(&phrase)).collect(),
            ..self
        }
    }

    /// The allowed phrase, by its number, that a needle is a part of in a text of words with a space
    /// before and behind each. The needle begins at a byte of the text.
    pub fn allowed_at(&self, needle: u32, text: &[u8], start: usize) -> Option<usize> {
        let needle = padded(&self.needles.get(needle as usize)?.text);
        self.allowed.iter().position(|phrase| {
            let places = (0..phrase.len()).filter(|at| phrase[*at..].starts_with(&needle));
            places
                .filter_map(|at| start.checked_sub(at + 1))
                .any(|begin| text[begin..].starts_with(phrase))
        })
    }

    /// How many words around a place tell what is found there: those of the longest needle and of the
    /// longest phrase that is allowed.
    pub fn reach(&self) -> usize {
        let words = |phrase: &Vec<u8>| memchr::memchr_iter(b' ', phrase).count() - 1;
        let longest = self.allowed.iter().map(words).max().unwrap_or(0);
        longest.max(MOST_WORDS)
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn len(&self) -> usize {
        self.needles.len()
    }

    /// By the number of words less one.
    pub fn filters(&self) -> &[Filter; MOST_KEYS] {
        &self.filters
    }

    /// The pieces of outputs that are known to hold nothing.
    pub fn clean(&self) -> &CleanPieces {
        &self.clean
    }

    /// The needles with a key.
    pub fn with_key(&self, key: Key) -> impl Iterator<Item = (u32, &Folded)> {
        let mut next = self.first.get(&key).copied();
        std::iter::from_fn(move || {
            let id = next?;
            next = self.next.get(id as usize).copied().flatten();
            Some((id, self.needles.get(id as usize)?))
        })
    }
}

fn padded(text: &[u8]) -> Vec<u8> {
    [b" ", text, b" "].concat()
}

/// Tells at once, and nearly always rightly, that a key is no needle's (Bloom 1970, the three bits
/// of a key in one word of memory).
#[derive(Default)]
pub struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn new(keys: &[Key]) -> Self {
        if keys.is_empty() {
            return Self::default();
        }
        // 8 to 16 bits for each key: small enough for the cache, and one look in fifty finds what is
        // not there.
        let words = (keys.len() / 8 + 1).next_power_of_two().max(2);
        let mut filter = Self {
            bits: vec![0; words],
            shift: 64 - words.trailing_zeros(),
        };
        for key in keys {
            let (word, mask) = filter.place(*key);
            if let Some(bits) = filter.bits.get_mut(word) {
                *bits |= mask;
            }
        }
        filter
    }

    fn place(&self, key: Key) -> (usize, u64) {
        #[allow(clippy::cast_possible_truncation)] // as many bits as it takes to count the words
        let word = (key >> self.shift) as usize;
        (
            word,
            1 << (key & 63) | 1 << (key >> 6 & 63) | 1 << (key >> 12 & 63),
        )
    }

    #[inline]
    pub fn may_have(&self, key: Key) -> bool {
        if self.bits.is_empty() {
            return false;
        }
        let (word, mask) = self.place(key);
        self.bits.get(word).is_some_and(|bits| bits & mask == mask)
    }
}

/// Pieces of outputs that hold nothing, so that the header and the rows that stand on page after
/// page are searched once.
pub struct CleanPieces {
    pub tags: Clean,
    pub lines: Clean,
}

impl Default for CleanPieces {
    fn default() -> Self {
        // The first fits into the nearest cache, the second into the next.
        Self {
            tags: Clean::new(1 << 12),
            lines: Clean::new(1 << 17),
        }
    }
}

/// Pieces of one kind. Only a matter of speed: each place keeps the last piece that fell to it,
/// from whatever thread.
pub struct Clean {
    hashes: OnceLock<Box<[AtomicU64]>>,
    places: usize,
    state: FixedState,
}

impl Clean {
    /// `places` is a power of two.
    fn new(places: usize) -> Self {
        Self {
            hashes: OnceLock::new(),
            places,
            state: FixedState::default(),
        }
    }

    pub fn hash(&self, piece: &[u8]) -> u64 {
        self.state.hash_one(piece)
    }

    pub fn has(&self, hash: u64) -> bool {
        self.hashes
            .get()
            .and_then(|hashes| hashes.get(self.place(hash)))
            .is_some_and(|place| place.load(Ordering::Relaxed) == hash)
    }

    pub fn add(&self, hash: u64) {
        let hashes = self
            .hashes
            .get_or_init(|| (0..self.places).map(|_| AtomicU64::new(0)).collect());
        if let Some(place) = hashes.get(self.place(hash)) {
            place.store(hash, Ordering::Relaxed);
        }
    }

    #[allow(clippy::cast_possible_truncation)] // the lower bits are asked for
    fn place(&self, hash: u64) -> usize {
        hash as usize & (self.places - 1)
    }
}

/// Keys are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = next_key(self.0, u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
