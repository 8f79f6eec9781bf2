//! The second reading of a text: as if the markup inside of its lines were not there.

use super::{PADDING, Words};

impl Words<'_> {
    /// Reads the surroundings of each seam again, as if the markup were not there. What was found
    /// there at the first reading, which are the hits from `here` on, is not found again.
    pub(super) fn read_across_seams(&mut self, here: usize) {
        let seams = std::mem::take(&mut self.seams);
        let reach = self.index.reach() + 1;
        let mut rest = seams.as_slice();
        while let Some(first) = rest.first() {
            let start = self.words_from(*first, reach, false);
            let mut end = self.words_from(*first, reach, true);
            let mut count = 1;
            while let Some(next) = rest.get(count)
                && *next < end
            {
                end = self.words_from(*next, reach, true);
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
            for hit in joined.finish() {
                let known = self.hits[here..]
                    .iter_mut()
                    .find(|known| (known.needle, known.place) == (hit.needle, hit.place));
                match known {
                    Some(known) => known.allowed = known.allowed.or(hit.allowed),
                    None => self.hits.push(hit),
                }
            }
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
}
