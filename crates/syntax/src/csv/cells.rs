//! Where the cells of a CSV file stand.
//!
//! In: the text. Out: row by row the span of each cell, cut exactly as the crate `csv` cuts it,
//! which gives the values but not their places; and the two faults that it lets pass.

use std::ops::Range;

/// One cell: with its quotes, without blanks around it.
pub(super) struct Cell {
    pub span: Range<usize>,
    pub fault: Option<Fault>,
}

pub(super) enum Fault {
    /// The file ends within the quotes.
    Unclosed,
    /// There is more text behind the closing quote, from this offset on.
    AfterQuote(usize),
}

/// A walk over the rows of a text.
pub(super) struct Cells<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            text,
            delimiter,
            at: 0,
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The cells of the next row, in place of those in `row`; none at the end of the text.
    pub(super) fn next_row(&mut self, row: &mut Vec<Cell>) {
        row.clear();
        self.skip_blank_lines_and_comments();
        if self.byte().is_none() {
            return;
        }
        loop {
            row.push(self.cell());
            if self.byte() != Some(self.delimiter) {
                break;
            }
            self.at += 1;
        }
    }

    fn skip_blank_lines_and_comments(&mut self) {
        loop {
            match self.byte() {
                Some(b'\n' | b'\r') => self.at += 1,
                Some(b'#') => self.at = self.next(self.at, |byte| byte == b'\n'),
                _ => return,
            }
        }
    }

    fn next(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter()
            .position(|byte| wanted(*byte))
            .map_or(self.text.len(), |place| from + place)
    }

    /// Reads up to the delimiter or line end behind the cell. A quote counts only as the first
    /// character, and doubled inside of quotes (RFC 4180 § 2).
    fn cell(&mut self) -> Cell {
        let start = self.at;
        let mut fault = None;
        let mut closing = start;
        if self.byte() == Some(b'"') {
            self.at += 1;
            loop {
                self.at = self.next(self.at, |byte| byte == b'"');
                if self.byte().is_none() {
                    fault = Some(Fault::Unclosed);
                    break;
                }
                self.at += 1;
                if self.byte() != Some(b'"') {
                    break;
                }
                self.at += 1;
            }
            closing = self.at;
        }
        let delimiter = self.delimiter;
        self.at = self.next(self.at, |byte| {
            byte == delimiter || byte == b'\n' || byte == b'\r'
        });
        let span = trimmed(self.text, start..self.at);
        if closing > start && fault.is_none() {
            let behind = trimmed(self.text, closing..self.at);
            if !behind.is_empty() {
                fault = Some(Fault::AfterQuote(behind.start));
            }
        }
        Cell { span, fault }
    }
}

/// The span without blanks at its ends; an empty one stays where it began.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let cell = text.get(span.clone()).unwrap_or_default();
    let front = cell.len() - cell.trim_start().len();
    let middle = cell.trim();
    if middle.is_empty() {
        return span.start..span.start;
    }
    span.start + front..span.start + front + middle.len()
}
