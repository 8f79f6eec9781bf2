//! The text of a paragraph or cell as a reader sees it, and the way back to the source.
//!
//! In: the events of one run of inline content. Out: its text with look-alikes folded (full-width
//! signs, zero-width characters), code left out, and for each stretch of it the bytes it came from.

use std::ops::Range;

use super::event::{Event, Spanned};
use base::marking::label;

/// Used again for each run, so that a body costs one buffer.
#[derive(Debug, Default)]
pub(super) struct Visible {
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// Where the piece begins in the visible text.
    start: usize,
    event: usize,
    /// The piece is its source, byte for byte.
    verbatim: bool,
}

impl Visible {
    pub fn read(&mut self, events: &[Spanned], run: Range<usize>, source: &str) {
        self.text.clear();
        self.pieces.clear();
        for index in run {
            let Some((event, span)) = events.get(index) else {
                break;
            };
            let start = self.text.len();
            let mut verbatim = false;
            match event {
                Event::Text(text) => {
                    verbatim = text.is_ascii() && source.get(span.clone()) == Some(text.as_ref());
                    if text.is_ascii() {
                        self.text.push_str(text);
                    } else {
                        self.text.extend(text.chars().filter_map(fold));
                        verbatim = self.text[start..] == **text
                            && source.get(span.clone()) == Some(text.as_ref());
                    }
                }
                Event::SoftBreak => self.text.push('\n'),
                Event::HardBreak => self.text.push_str(label::NEW_LINE),
                Event::InlineHtml(html)
                    if html
                        .get(..3)
                        .is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) =>
                {
                    self.text.push_str(label::NEW_LINE);
                }
                // Code is no text, but it keeps what stands around it apart.
                Event::Code(_) => self.text.push('`'),
                _ => continue,
            }
            self.pieces.push(Piece {
                start,
                event: index,
                verbatim,
            });
        }
    }

    /// The bytes of the file that show as this range: exact where the text stands as written.
    pub fn source(&self, events: &[Spanned], range: Range<usize>) -> Range<usize> {
        let piece_at = |at: usize| {
            let after = self.pieces.partition_point(|piece| piece.start <= at);
            self.pieces.get(after.saturating_sub(1))
        };
        let Some((first, last)) = piece_at(range.start).zip(piece_at(range.end.saturating_sub(1)))
        else {
            return 0..0;
        };
        let span = |piece: &Piece| {
            events
                .get(piece.event)
                .map_or(0..0, |(_, span)| span.clone())
        };
        let start = if first.verbatim {
            span(first).start + (range.start - first.start)
        } else {
            span(first).start
        };
        let end = if last.verbatim {
            span(last).start + (range.end - last.start)
        } else {
            span(last).end
        };
        start..end.max(start)
    }
}

/// What a reader takes for the same sign; none for what shows nothing.
fn fold(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '\u{3010}' | '\u{3014}' => Some('['),
        '\u{3011}' | '\u{3015}' => Some(']'),
        '\u{a0}' | '\u{3000}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => Some(' '),
        '\u{2236}' | '\u{a789}' | '\u{fe55}' => Some(':'),
        _ => Some(c),
    }
}
