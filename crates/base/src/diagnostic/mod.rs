//! The one type for everything that Tearline has to say about a site: errors and lints.
//!
//! In: a [`Code`], a sentence, and the place in a source file it is about.
//! Out: values that [`report`] turns into text for people, JSON, SARIF or GitHub annotations.
//! A step never stops at its first finding: it adds each to [`Diagnostics`] and goes on, and the
//! pipeline stops after the step when one of them is an error.

pub mod codes;
pub mod report;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

pub use codes::Code;

/// How much a finding weighs. Errors stop the build, warnings only with `--strict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Warning,
    Error,
}

impl Severity {
    /// The word shown to people and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A text file as it was read, shared by every span that points into it.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path from the site's root, with `/` on every platform.
    pub path: String,
    /// The whole text, a byte-order mark removed.
    pub text: String,
}

impl SourceFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            path: path.into(),
            text: text.into(),
        })
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}

/// A stretch of bytes in a source file. Without text (a binary or unreadable file) the span is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub file: Arc<SourceFile>,
    pub span: Range<usize>,
}

impl Location {
    pub fn new(file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self {
            file: Arc::clone(file),
            span,
        }
    }

    /// The start of a file of which only the path is known.
    pub fn of_path(path: impl Into<String>) -> Self {
        Self::new(&SourceFile::new(path, ""), 0..0)
    }

    /// Line and column of the start, from 1.
    pub fn line_column(&self) -> (usize, usize) {
        self.file.line_column(self.span.start)
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    /// The code's own severity until the site's `[lints]` table changes it.
    pub severity: Severity,
    /// What was found, as one sentence without a full stop.
    pub message: String,
    /// Where; none only for findings about the run itself.
    pub location: Option<Location>,
    /// What stands under the marked span: what was expected there.
    pub label: Option<String>,
    /// The way out: a value to take, a command to run.
    pub help: Option<String>,
    /// Other places that take part, each with what it is.
    pub related: Vec<(Location, String)>,
}

impl Diagnostic {
    /// A finding with the severity its code has by default.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            location: None,
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    #[must_use]
    pub fn at(mut self, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        self.location = Some(Location::new(file, span));
        self
    }

    #[must_use]
    pub fn at_location(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// For a file of which there is no text to show.
    #[must_use]
    pub fn at_path(mut self, path: impl Into<String>) -> Self {
        self.location = Some(Location::of_path(path));
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn related(mut self, location: Location, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        let key = |diagnostic: &Self| {
            diagnostic
                .location
                .as_ref()
                .map(|at| (at.file.path.clone(), at.span.start, at.span.end))
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.code.id().cmp(other.code.id()))
            .then_with(|| self.message.cmp(&other.message))
    }
}

/// All findings of a run or of one step of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub fn extend(&mut self, other: Diagnostics) {
        self.found.extend(other.found);
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.found
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Changes each finding's severity by the site's settings; `None` drops it.
    pub fn reweigh(&mut self, weigh: impl Fn(Code) -> Option<Severity>) {
        self.found
            .retain_mut(|diagnostic| match weigh(diagnostic.code) {
                Some(severity) => {
                    diagnostic.severity = severity;
                    true
                }
                None => false,
            });
    }

    /// Keeps the first of the findings that have one code and one place: what every edition of a site
    /// would say again.
    pub fn first_of_each_place(&mut self) {
        let mut seen = BTreeSet::new();
        self.found.retain(|diagnostic| {
            diagnostic.location.as_ref().is_none_or(|at| {
                seen.insert((
                    diagnostic.code.id(),
                    at.file.path.clone(),
                    at.span.start,
                    at.span.end,
                ))
            })
        });
    }

    /// By file, position and code, each finding once: the order is the same whatever the threads did.
    pub fn sort(&mut self) {
        self.found.sort_by(Diagnostic::order);
        self.found.dedup();
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            found: vec![diagnostic],
        }
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self {
            found: iter.into_iter().collect(),
        }
    }
}

/// The nearest of `candidates` to what was written, near enough to be worth proposing.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = written.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).clamp(1, 4))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
