//! What an import did, or would do, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::draft::{Kept, Outcome, Planned};
use crate::load::FileKind;

/// Names that are listed of one group; the rest is counted. Programs get all.
const MOST_SHOWN: usize = 12;

/// Other names of one entity that an import takes.
pub const MOST_NAMES: usize = 500;

/// Everything that is told of an import.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Grows when a key changes its meaning.
    pub format: u32,
    /// What was read: `MITRE ATT&CK Enterprise 18.1`.
    pub source: String,
    pub dry_run: bool,
    /// How many documents of each kind are new, updated and so on.
    pub counts: BTreeMap<String, Counts>,
    /// What the source has changed since the last import: new, renamed, revoked and so on.
    pub changes: BTreeMap<String, Vec<String>>,
    pub files: Vec<File>,
    /// What was not imported, by its reason.
    pub skipped: BTreeMap<String, Skipped>,
    /// What is worth knowing beside: a marking that was assumed, a date that was missing.
    pub notes: Vec<String>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub new: usize,
    pub updated: usize,
    /// Only the source's version was noted.
    pub noted: usize,
    pub unchanged: usize,
    /// A person's own, or changed by one as a whole.
    pub kept: usize,
}

#[derive(Debug, Serialize)]
pub struct File {
    pub path: String,
    /// new, updated, noted, unchanged or kept.
    pub outcome: &'static str,
    /// The keys that change.
    pub changed: Vec<String>,
    /// What people wrote and stays, with what the source says.
    pub kept: Vec<Kept>,
}

#[derive(Debug, Default, Serialize)]
pub struct Skipped {
    pub count: usize,
    /// Names of them, some where there are many.
    pub names: Vec<String>,
}

impl Summary {
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            format: 1,
            source: source.into(),
            ..Self::default()
        }
    }

    /// Counts something that is not imported.
    pub fn skip(&mut self, reason: impl Into<String>, name: impl AsRef<str>) {
        /// Names kept of one reason: a hostile bundle can have millions.
        const MOST_KEPT: usize = 1_000;
        let skipped = self.skipped.entry(reason.into()).or_default();
        skipped.count += 1;
        if skipped.names.len() < MOST_KEPT
            && let Some(name) = super::text::line(name.as_ref(), 80)
        {
            skipped.names.push(name);
        }
    }

    /// Tells of an entity that has more other names than are taken.
    pub fn many_names(&mut self, name: &str, count: usize) {
        if count > MOST_NAMES {
            self.skip(
                format!("entities whose other names beyond {MOST_NAMES} were left out"),
                name,
            );
        }
    }

    pub fn change(&mut self, what: &str, line: String) {
        self.changes.entry(what.to_owned()).or_default().push(line);
    }

    /// Notes a thing once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub fn add(&mut self, plan: &Planned) {
        let counts = self
            .counts
            .entry(word(plan.draft.kind).to_owned())
            .or_default();
        counts.add(&plan.outcome);
        self.files.push(File {
            path: plan.draft.place.path.clone(),
            outcome: plan.outcome.word(),
            changed: match &plan.outcome {
                Outcome::Updated(keys) => keys.clone(),
                _ => Vec::new(),
            },
            kept: plan.kept.clone(),
        });
    }

    /// A file that is no document.
    pub fn add_file(&mut self, path: &str, outcome: &Outcome) {
        self.files.push(File {
            path: path.to_owned(),
            outcome: outcome.word(),
            changed: Vec::new(),
            kept: Vec::new(),
        });
    }

    /// Whether any file changes.
    pub fn is_idle(&self) -> bool {
        self.files
            .iter()
            .all(|file| matches!(file.outcome, "unchanged" | "kept"))
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.source);
        for (kind, counts) in &self.counts {
            // Writing to a string does not fail.
            let _ = writeln!(out, "  {kind}: {}", counts.text());
        }
        for file in self.files.iter().filter(|file| is_table(&file.path)) {
            let _ = writeln!(out, "  {}: {}", file.path, file.outcome);
        }
        for (what, lines) in &self.changes {
            let _ = writeln!(out, "{what} ({}):", lines.len());
            list(&mut out, lines);
        }
        let updated: Vec<String> = self
            .files
            .iter()
            .filter(|file| !file.changed.is_empty())
            .map(|file| format!("{}: {}", file.path, file.changed.join(", ")))
            .collect();
        group(&mut out, "Updated", &updated);
        let kept: Vec<String> = self
            .files
            .iter()
            .flat_map(|file| {
                file.kept.iter().map(move |kept| {
                    format!(
                        "{}: {}; the source has: {}",
                        file.path, kept.key, kept.source
                    )
                })
            })
            .collect();
        group(&mut out, "Kept as it stands", &kept);
        if !self.skipped.is_empty() {
            out.push_str("Not imported:\n");
            for (reason, skipped) in &self.skipped {
                let mut names: Vec<&str> = skipped.names.iter().map(String::as_str).collect();
                names.dedup();
                let more = if skipped.count > MOST_SHOWN.min(names.len()) {
                    ", …"
                } else {
                    ""
                };
                let names = names[..names.len().min(MOST_SHOWN)].join(", ");
                let _ = writeln!(out, "  {} × {reason}: {names}{more}", skipped.count);
            }
        }
        for note in &self.notes {
            let _ = writeln!(out, "Note: {note}.");
        }
        let end = match (self.is_idle(), self.dry_run) {
            (true, _) => "Nothing changed.",
            (false, true) => "Nothing was written: this was a dry run.",
            (false, false) => "",
        };
        if !end.is_empty() {
            let _ = writeln!(out, "{end}");
        }
        out
    }
}

fn is_table(path: &str) -> bool {
    path.starts_with("data/") || path.ends_with(".csv")
}

fn group(out: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "{title} ({}):", lines.len());
        list(out, lines);
    }
}

fn list(out: &mut String, lines: &[String]) {
    for line in lines.iter().take(MOST_SHOWN) {
        let _ = writeln!(out, "  {line}");
    }
    if lines.len() > MOST_SHOWN {
        let _ = writeln!(
            out,
            "  … and {} more; --format json lists all",
            lines.len() - MOST_SHOWN
        );
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::New => &mut self.new,
            Outcome::Updated(_) => &mut self.updated,
            Outcome::Noted => &mut self.noted,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Kept | Outcome::Own => &mut self.kept,
        };
        *count += 1;
    }

    fn text(&self) -> String {
        let parts: Vec<String> = [
            (self.new, "new"),
            (self.updated, "updated"),
            (self.noted, "with a new version noted"),
            (self.unchanged, "unchanged"),
            (self.kept, "kept as people wrote them"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        parts.join(", ")
    }
}

/// Documents of a kind, as a summary calls them.
fn word(kind: FileKind) -> &'static str {
    kind.folder()
}
