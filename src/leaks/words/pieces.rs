//! The pieces that a text consists of: what stands between commas, brackets, line ends and the like.
//!
//! In: a stream of words that keeps places. Out: its pieces, and those that a hit stands in.

use super::{Hit, PADDING, Words};
use crate::leaks::index::Index;

impl Words<'_> {
    /// Says of what was found in this part which pieces it stands in, and in which allowed phrase.
    pub(super) fn settle(&mut self) {
        let first = PADDING.len();
        for (needle, start, end) in std::mem::take(&mut self.open) {
            let place = self.place_of(start);
            let from = self.breaks.partition_point(|at| *at <= start);
            let to = self.breaks.partition_point(|at| *at < end);
            let mut pieces = Vec::new();
            if from < to {
                let limit = |at: usize| self.breaks.get(at).copied();
                let mut begin = from.checked_sub(1).and_then(limit).unwrap_or(first);
                for at in from..=to {
                    let stop = limit(at).unwrap_or(self.text.len());
                    // What follows a number says nothing of the name before it: "2 briefs".
                    let found = &self.text[begin.max(start)..(stop - 1).min(end)];
                    let whole = &self.text[begin..stop - 1];
                    let is_number = found.iter().all(u8::is_ascii_digit);
                    pieces.push(if is_number { found } else { whole }.into());
                    begin = stop;
                }
            }
            self.hits.push(Hit {
                needle,
                place,
                pieces,
                allowed: self.index.allowed_at(needle, &self.text, start),
            });
        }
    }

    /// Ends the text, and gives its words and where pieces of it begin.
    fn into_pieces(mut self) -> Vec<Box<[u8]>> {
        self.end_word();
        let mut pieces = Vec::new();
        let mut begin = PADDING.len();
        for stop in self.breaks.iter().copied().chain([self.text.len()]) {
            if stop > begin {
                pieces.push(self.text[begin..stop - 1].into());
            }
            begin = stop;
        }
        pieces
    }
}

/// The pieces of a text, folded: what stands between commas, brackets, line ends and the like.
pub fn pieces(text: &str) -> Vec<Box<[u8]>> {
    let nothing = Index::default();
    let mut words = Words::new(&nothing, true);
    words.take(text.as_bytes(), 0);
    words.into_pieces()
}

/// Whether the sign at a place ends a piece: one that never stands within a name, or a dash, slash
/// or full stop between spaces.
pub(super) fn ends_piece(bytes: &[u8], at: usize) -> bool {
    let is_space = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_none_or(u8::is_ascii_whitespace)
    };
    match bytes.get(at) {
        Some(
            b',' | b';' | b'|' | b'"' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>'
            | b'=' | b'`' | b'*' | b'#' | b'\n' | b'\t',
        ) => true,
        Some(b'-' | b'/') => is_space(at.checked_sub(1)) && is_space(at.checked_add(1)),
        Some(b'.' | b':' | b'!' | b'?') => is_space(at.checked_add(1)),
        Some(b'\'') => is_space(at.checked_sub(1)) || is_space(at.checked_add(1)),
        _ => false,
    }
}
