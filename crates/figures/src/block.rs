//! A fenced block as a text to parse, whose findings land in the document.
//!
//! In: the block as the Markdown parser gives it, which in a list or quote is not the same bytes
//! as in the file. Out: trees of its YAML or CSV, and a way to move findings about them to where
//! the words stand in the document.
//!
//! YAML is read below one key of our own, each line indented by a space: so a list can be read
//! with the parser for tables, and every line keeps a place that it can be traced back to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile, nearest};
use base::marking::label;
use syntax::body::Figure;
use syntax::decode::{Spanned, Text};
use syntax::tree::{Node, Table, Value};
use syntax::{csv, yaml};

/// The line before the block's own, and what each of those gets in front.
const HEAD: &str = "block:\n";
const INDENT: &str = " ";

/// The block, and the texts that it is read as.
pub(super) struct Block<'a> {
    document: &'a Arc<SourceFile>,
    figure: &'a Figure,
    /// The block's text below [`HEAD`].
    pub yaml: Arc<SourceFile>,
    /// The block's text as it is.
    pub csv: Arc<SourceFile>,
    /// Of each line: where it begins in the block, and in the document where that is known.
    lines: Vec<(usize, Option<usize>)>,
}

impl<'a> Block<'a> {
    pub fn new(document: &'a Arc<SourceFile>, figure: &'a Figure) -> Self {
        let mut yaml = String::from(HEAD);
        for line in figure.text.split_inclusive('\n') {
            yaml.push_str(INDENT);
            yaml.push_str(line);
        }
        Self {
            document,
            figure,
            yaml: SourceFile::new(document.path.clone(), yaml),
            csv: SourceFile::new(document.path.clone(), figure.text.clone()),
            lines: lines(document, figure),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.content_lines().next().is_none()
    }

    /// The lines that say something, without the space around them.
    pub fn content_lines(&self) -> impl Iterator<Item = &str> {
        self.figure
            .text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    /// The value that the block's YAML is.
    pub fn yaml_value(&self, found: &mut Diagnostics) -> Option<Node> {
        let root = yaml::parse(&self.yaml, 0..self.yaml.text.len(), found)?;
        match root.value {
            Value::Table(table) => table.entries.into_iter().next().map(|entry| entry.value),
            _ => None,
        }
    }

    /// The place in the document of a stretch of one of the two texts.
    pub fn place(&self, source: &Arc<SourceFile>, span: &Range<usize>) -> Range<usize> {
        let (start, end) = if Arc::ptr_eq(source, &self.yaml) {
            (self.unindented(span.start), self.unindented(span.end))
        } else {
            (span.start, span.end)
        };
        match (self.offset(start), self.offset(end)) {
            (Some(start), Some(end)) => start..end.max(start),
            _ => self.figure.text_span.clone(),
        }
    }

    /// An offset in the YAML text as one in the block's text.
    fn unindented(&self, offset: usize) -> usize {
        let before = self.yaml.text.get(..offset).unwrap_or(&self.yaml.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        match line.checked_sub(1).and_then(|line| self.lines.get(line)) {
            Some((start, _)) => start + column.saturating_sub(INDENT.len()),
            None if line == 0 => 0,
            None => self.figure.text.len(),
        }
    }

    fn offset(&self, offset: usize) -> Option<usize> {
        let line = self
            .lines
            .partition_point(|(start, _)| *start <= offset)
            .checked_sub(1)?;
        let (start, place) = self.lines.get(line)?;
        Some((*place)? + (offset - start))
    }

    /// The whole block in the document.
    pub fn span(&self) -> Range<usize> {
        self.figure.text_span.clone()
    }

    /// A word of the line that opens the block, or the block where it is not to be found.
    pub fn info_span(&self, word: &str) -> Range<usize> {
        let whole = self.span();
        let text = self.document.text.as_str();
        let before = text.get(..whole.start).unwrap_or_default();
        // Before the text of the block there may be the indentation of its line.
        let fence_end = before.rfind('\n').unwrap_or(before.len());
        let fence_start = before
            .get(..fence_end)
            .and_then(|text| text.rfind('\n'))
            .map_or(0, |at| at + 1);
        let first_line_end = text
            .get(whole.clone())
            .and_then(|text| text.find('\n'))
            .unwrap_or(0)
            + whole.start;
        for line in [fence_start..fence_end, whole.start..first_line_end] {
            if let Some(at) = text.get(line.clone()).and_then(|text| text.rfind(word)) {
                return line.start + at..line.start + at + word.len();
            }
        }
        whole
    }

    /// A finding about the block itself.
    pub fn finding(
        &self,
        code: Code,
        message: impl Into<String>,
        span: Range<usize>,
    ) -> Diagnostic {
        Diagnostic::new(code, message).at(self.document, span)
    }

    /// Moves findings about the block's texts to the document.
    pub fn translate(&self, findings: Diagnostics) -> Diagnostics {
        let moved = |location: &Location| {
            if Arc::ptr_eq(&location.file, &self.yaml) || Arc::ptr_eq(&location.file, &self.csv) {
                Location::new(self.document, self.place(&location.file, &location.span))
            } else {
                location.clone()
            }
        };
        findings
            .iter()
            .cloned()
            .map(|mut finding| {
                if finding.code == Code::StrayMark {
                    // The decoder speaks of front matter, where an entry can have a marking.
                    finding = Diagnostic {
                        location: finding.location,
                        ..stray_mark()
                    };
                }
                finding.location = finding.location.as_ref().map(moved);
                for (location, _) in &mut finding.related {
                    *location = moved(location);
                }
                finding
            })
            .collect()
    }
}

/// Pairs the lines of the block with those of the document, of which they are the ends: before
/// them may stand the mark of a quote or the indentation of a list.
fn lines(document: &SourceFile, figure: &Figure) -> Vec<(usize, Option<usize>)> {
    let written = document
        .text
        .get(figure.text_span.clone())
        .unwrap_or_default();
    let mut written_start = figure.text_span.start;
    let mut written_lines = written.split_inclusive('\n');
    let mut start = 0;
    let mut lines: Vec<(usize, Option<usize>)> = Vec::new();
    for line in figure.text.split_inclusive('\n') {
        let place = written_lines.next().and_then(|written| {
            let begin = written_start;
            written_start += written.len();
            let content = written.trim_end_matches(['\n', '\r']);
            let own = line.trim_end_matches(['\n', '\r']);
            content.strip_suffix(own).map(|prefix| begin + prefix.len())
        });
        lines.push((start, place));
        start += line.len();
    }
    lines
}

/// The files that a block may read, and the findings about it.
pub(super) struct Context<'a> {
    pub block: &'a Block<'a>,
    pub files: &'a BTreeMap<String, Arc<SourceFile>>,
    pub found: Diagnostics,
}

impl Context<'_> {
    pub fn report(&mut self, source: &Arc<SourceFile>, span: &Range<usize>, finding: Diagnostic) {
        self.found.push(finding.at(source, span.clone()));
    }

    /// The CSV file of that name beside the document. `named_in` is the block's text that names
    /// it; none: its opening line does.
    pub fn file(
        &mut self,
        named_in: Option<&Arc<SourceFile>>,
        name: &Text,
    ) -> Option<Arc<SourceFile>> {
        let path = name.value.trim();
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(file) = self.files.get(path) {
            return Some(Arc::clone(file));
        }
        let escapes = path.starts_with('/')
            || path.contains('\\')
            || path.split('/').any(|part| part == "..");
        let code = if escapes {
            Code::PathEscape
        } else {
            Code::MissingFile
        };
        let names: Vec<&str> = self.files.keys().map(String::as_str).collect();
        let help = match (nearest(path, names.iter().copied()), names.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => {
                "make the brief a folder with index.md, and put the CSV into it".to_owned()
            }
            (None, names) => format!("beside it are: {}", names.join(", ")),
        };
        let finding = Diagnostic::new(
            code,
            format!("there is no CSV file `{path}` beside this document"),
        )
        .label("expected a CSV file in the document's own folder")
        .help(help);
        let source = Arc::clone(named_in.unwrap_or(self.block.document));
        self.report(&source, &name.span, finding);
        None
    }

    /// The rows of a CSV text, without columns that would mark single rows.
    pub fn rows(&mut self, source: &Arc<SourceFile>) -> Vec<Node> {
        let mut rows = csv::parse(source, &mut self.found);
        let mut reported: Vec<Range<usize>> = Vec::new();
        for row in &mut rows {
            if let Value::Table(table) = &mut row.value {
                for (_, span) in take_markings(table) {
                    if !reported.contains(&span) {
                        reported.push(span);
                    }
                }
            }
        }
        for span in reported {
            let finding = entry_marking("a column with markings of single rows");
            self.report(source, &span, finding);
        }
        rows
    }

    /// Reports and removes markings that an entry of a figure cannot have.
    pub fn without_marking(&mut self, source: &Arc<SourceFile>, node: &Node) -> Node {
        let mut node = node.clone();
        if let Value::Table(table) = &mut node.value {
            for (key, span) in take_markings(table) {
                let finding = entry_marking(&format!("the key `{key}`"));
                self.report(source, &span, finding);
            }
        }
        node
    }

    /// Reports a TLP mark in a text that a reader would see: it would mark nothing.
    pub fn check_text(&mut self, source: &Arc<SourceFile>, text: &Text) {
        if !label::all(text).is_empty() {
            self.report(source, &text.span, stray_mark());
        }
    }

    /// Like [`Context::check_text`], for a label: one that is a marking and nothing else is what
    /// a figure about markings counts.
    pub fn check_label(&mut self, source: &Arc<SourceFile>, label: &Text) {
        if base::marking::Tlp::parse(label).is_none() {
            self.check_text(source, label);
        }
    }
}

const MARK_THE_BLOCK: &str = "mark the whole block in the line that opens it, as in ```chart tlp=amber, and put what has another marking into a block of its own";

fn stray_mark() -> Diagnostic {
    Diagnostic::new(
        Code::StrayMark,
        "a TLP mark inside of a figure marks nothing",
    )
    .label("this would be published as text")
    .help(MARK_THE_BLOCK)
}

fn entry_marking(what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::BadFigure,
        format!("{what} cannot stand in a figure: a figure is shown or withheld whole"),
    )
    .label("no part of a figure has a marking of its own")
    .help(MARK_THE_BLOCK)
}

/// Takes the keys `tlp` and `audience`, in any case, out of a table.
fn take_markings(table: &mut Table) -> Vec<(String, Range<usize>)> {
    let mut taken = Vec::new();
    table.entries.retain(|entry| {
        let marking = ["tlp", "audience"]
            .iter()
            .any(|key| entry.key.trim().eq_ignore_ascii_case(key));
        if marking {
            taken.push((entry.key.clone(), entry.key_span.clone()));
        }
        !marking
    });
    taken
}

/// A text of the opening line with its place in the document.
pub(super) fn info_value(block: &Block<'_>, info: &[String], key: &str) -> Option<Text> {
    info.iter().find_map(|word| {
        let value = word.strip_prefix(key)?.strip_prefix('=')?;
        let value = value.trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| Spanned::new(value.to_owned(), block.info_span(word)))
    })
}

#[cfg(test)]
mod tests {
    use base::marking::label::all;

    #[test]
    fn marks_are_told_from_talk_about_markings() {
        for mark in [
            "(TLP:AMBER) Second wave",
            "late (tlp: Amber)",
            "[TLP:RED]",
            "TLP:GREEN for partners",
            "(**TLP amber**)",
            "(TLP:AMBRE) x",
        ] {
            assert!(!all(mark).is_empty(), "{mark}");
        }
        for talk in [
            "Feeds marked TLP:AMBER by vendors",
            "TLP",
            "OUTLP",
            "(TLP 2.0)",
            "TLPS",
        ] {
            assert!(all(talk).is_empty(), "{talk}");
        }
    }
}
