//! Findings as text, for people and for machines.
//!
//! In: [`Diagnostics`], sorted by the caller. Out: one of four formats on a writer: excerpts of the
//! source for a terminal, one JSON object, a SARIF 2.1.0 log, or GitHub workflow commands.
//! Lines and columns count from 1, columns count characters, an end is the first place after the
//! span. Spans come from parsers of other people's files, so nothing here trusts them to lie inside
//! the text, and no control character of a file reaches a terminal as it is.

mod github;
mod human;
mod json;
mod sarif;

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::{Diagnostics, Location, Severity, SourceFile};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Source excerpts for people
    Human,
    /// One JSON object
    Json,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// GitHub workflow commands, shown as annotations
    Github,
}

/// Writes the findings in the order they have. `color` concerns [`Format::Human`] only.
pub fn write(
    format: Format,
    diagnostics: &Diagnostics,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(diagnostics, color, out),
        Format::Json => json::write(diagnostics, out),
        Format::Sarif => sarif::write(diagnostics, out),
        Format::Github => github::write(diagnostics, out),
    }
}

/// The closing line of a run: `2 errors, 1 warning`, without what there is none of.
pub fn summary(diagnostics: &Diagnostics) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning]
        .into_iter()
        .filter_map(|severity| match diagnostics.count(severity) {
            0 => None,
            1 => Some(format!("1 {}", severity.name())),
            count => Some(format!("{count} {}s", severity.name())),
        })
        .collect();
    if parts.is_empty() {
        return "no findings".to_owned();
    }
    parts.join(", ")
}

/// A span in lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// Finds regions. The findings of a file follow one another, so the line starts of the last file
/// are kept and a file with thousands of findings is read through once.
#[derive(Default)]
struct Places {
    last: Option<Lines>,
}

impl Places {
    /// The lines of a file, or none where it has no text to point into.
    fn lines(&mut self, file: &Arc<SourceFile>) -> Option<&Lines> {
        if file.text.is_empty() {
            return None;
        }
        if !self
            .last
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(&last.file, file))
        {
            self.last = Some(Lines::new(file));
        }
        self.last.as_ref()
    }

    fn region(&mut self, location: &Location) -> Option<Region> {
        let lines = self.lines(&location.file)?;
        Some(lines.region(&lines.clip(&location.span)))
    }
}

/// A file with the offsets at which its lines begin.
struct Lines {
    file: Arc<SourceFile>,
    starts: Vec<usize>,
}

impl Lines {
    fn new(file: &Arc<SourceFile>) -> Self {
        let after_newlines = file.text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            file: Arc::clone(file),
            starts: std::iter::once(0).chain(after_newlines).collect(),
        }
    }

    /// The span brought inside the text and widened to whole characters.
    fn clip(&self, span: &Range<usize>) -> Range<usize> {
        let text = &self.file.text;
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    /// The index, from 0, of the line that holds an offset.
    fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// The bytes of a line without its line ending.
    fn range(&self, line: usize) -> Range<usize> {
        let text = &self.file.text;
        let start = self.starts.get(line).copied().unwrap_or(text.len());
        let next = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(start..next).unwrap_or_default();
        let content = content.strip_suffix('\n').unwrap_or(content);
        let content = content.strip_suffix('\r').unwrap_or(content);
        start..start + content.len()
    }

    fn region(&self, clipped: &Range<usize>) -> Region {
        let (line, column) = self.line_column(clipped.start);
        let (end_line, end_column) = self.line_column(clipped.end);
        Region {
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.file.text.get(start..offset).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }
}

/// Characters that a terminal obeys or hides instead of showing: controls (an escape sequence can
/// begin with U+001B or U+009B), and those that turn or swallow the text around them. The joiners
/// U+200C and U+200D belong to ordinary writing and stay.
fn is_unshown(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// What is shown for an unshown character: the Unicode control pictures where there is one.
fn picture(character: char) -> char {
    match u32::from(character) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// The most characters of one message, label or help line that are shown: a value quoted from a
/// file can be as long as the file.
const LONGEST_TEXT: usize = 2_000;

/// A text of our own or quoted from a file, made safe to show. Line breaks stay.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST_TEXT));
    for (count, character) in text.trim_end().replace("\r\n", "\n").chars().enumerate() {
        if count == LONGEST_TEXT {
            shown.push('…');
            break;
        }
        match character {
            '\n' => shown.push('\n'),
            '\t' => shown.push(' '),
            other if is_unshown(other) => shown.push(picture(other)),
            other => shown.push(other),
        }
    }
    shown
}

/// The same on one line.
fn shown_in_line(text: &str) -> String {
    shown(text).replace('\n', " ")
}

/// Serialises to JSON and escapes what [`is_unshown`] names as well: JSON demands that only for the
/// C0 controls, but such a log is also read on terminals.
fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let plain = serde_json::to_string_pretty(value)?;
    let mut escaped = String::with_capacity(plain.len() + 1);
    for character in plain.chars() {
        // Outside of strings the only control is the line break of the layout.
        if character != '\n' && is_unshown(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped.push('\n');
    out.write_all(escaped.as_bytes())
}

#[cfg(test)]
mod tests;
