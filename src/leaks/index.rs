//! The needles by what they end with, so that most words of an output cost no more than a look at
//! a few bits.
//!
//! A needle is filed under the key of its last words, four at most. While an output is read, the
//! keys of its last one, two, three and four words are at hand; only where a key is that of a
//! needle are the texts compared.
//!
//! Why not one Aho–Corasick automaton over the folded text: see the measurement in `leaks/mod.rs`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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
    /// Words with one space between them.
    pub text: Box<[u8]>,
    pub key: Key,
    /// Digits only: counts as found only where no list of numbers would be written like it.
    pub is_number: bool,
}

/// All needles.
#[derive(Default)]
pub struct Index {
    needles: Vec<Folded>,
    /// Of each key, two bits in one of these words.
    bits: Vec<u64>,
    shift: u32,
    first: HashMap<Key, u32, BuildHasherDefault<KeyHasher>>,
    /// Of each needle: the next with the same key.
    next: Vec<Option<u32>>,
}

impl Index {
    pub fn new(needles: Vec<Folded>) -> Self {
        // 32 bits for each needle let one look in some hundred through that finds nothing.
        let words = (needles.len() / 2 + 1).next_power_of_two().max(64);
        let mut index = Self {
            bits: vec![0; words],
            shift: 64 - words.trailing_zeros(),
            first: HashMap::default(),
            next: vec![None; needles.len()],
            needles: Vec::new(),
        };
        for (id, needle) in needles.iter().enumerate() {
            #[allow(clippy::cast_possible_truncation)] // needles stand in memory with their texts
            let id = id as u32;
            let (word, mask) = index.place(needle.key);
            if let Some(bits) = index.bits.get_mut(word) {
                *bits |= mask;
            }
            index.next[id as usize] = index.first.insert(needle.key, id);
        }
        index.needles = needles;
        index
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn len(&self) -> usize {
        self.needles.len()
    }

    fn place(&self, key: Key) -> (usize, u64) {
        #[allow(clippy::cast_possible_truncation)]
        // the shift leaves as many bits as there are words
        let word = (key >> self.shift) as usize;
        (word, 1 << (key & 63) | 1 << (key >> 6 & 63))
    }

    /// Whether a needle may have this key. Without needles: no.
    pub fn may_have(&self, key: Key) -> bool {
        if self.bits.is_empty() {
            return false;
        }
        let (word, mask) = self.place(key);
        self.bits.get(word).is_some_and(|bits| bits & mask == mask)
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
