//! The key of a word, made byte by byte, and that of the last words of a needle.

use crate::leaks::index::{Key, MOST_KEYS, first_key, next_key};

/// The key of a word in the making.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    key: Key,
    /// The last bytes, up to eight.
    last: u64,
    length: u32,
}

impl Word {
    #[inline]
    pub(super) fn add(&mut self, byte: u8) {
        if self.length & 7 == 0 {
            self.key = next_key(self.key, self.last);
            self.last = 0;
        }
        self.last = self.last << 8 | u64::from(byte);
        self.length += 1;
    }

    /// Whether the next byte begins a group of eight.
    #[inline]
    pub(super) fn is_even(self) -> bool {
        self.length & 7 == 0
    }

    /// Adds the first of eight bytes at once, where a group begins.
    #[inline]
    pub(super) fn add_first(&mut self, bytes: [u8; 8], count: usize) {
        if count == 0 {
            return;
        }
        self.key = next_key(self.key, self.last);
        self.last = u64::from_be_bytes(bytes) >> (64 - 8 * count);
        #[allow(clippy::cast_possible_truncation)] // eight at most
        {
            self.length += count as u32;
        }
    }

    pub(super) fn key(self) -> Key {
        next_key(self.key, self.last)
    }

    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut word = Self::default();
        bytes.iter().for_each(|byte| word.add(*byte));
        word
    }
}

/// The key of the last words of a folded text, four at most, and how many these are.
pub fn last_key(folded: &[u8]) -> (usize, Key) {
    let words: Vec<&[u8]> = folded.split(|byte| *byte == b' ').collect();
    let last = &words[words.len().saturating_sub(MOST_KEYS)..];
    let mut keys = last.iter().map(|word| Word::of(word).key());
    let first = keys.next().map_or(0, first_key);
    (last.len(), keys.fold(first, next_key))
}
