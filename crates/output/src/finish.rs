//! The end of a commit: trees are completed, then swapped in together, then the old ones go.
//!
//! In: commits whose files are all handed in. Out: every destination is the new output, or, after
//! an error, every one is still the old.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::failure::write_failed;
use super::staging::{folders_of, remove, retire};
use super::swap::{Swapped, swap, undo};
use super::{Cache, Commit, CommitSummary, MANIFEST_NAME, Manifest, Sources};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Severity};

/// A commit whose tree is complete, manifest included. Dropped, it leaves the old output untouched.
pub struct Sealed {
    commit: Commit,
    manifest: Manifest,
    summary: CommitSummary,
    /// Every byte is as it was: nothing is touched at all.
    same: bool,
    /// The manifest's bytes.
    json: Vec<u8>,
    /// What it was made of, for the next build.
    sources: Option<Sources>,
}

impl Commit {
    /// Completes the tree. The old output still stands, whatever comes of this. `sources` are what it
    /// was made of, if the next build may go by that.
    pub fn seal(mut self, sources: Option<Sources>) -> Result<Sealed, Diagnostic> {
        let destination = &self.places.destination;
        if self.failed.load(Ordering::SeqCst) {
            return Err(Diagnostic::new(
                Code::WriteFailed,
                format!(
                    "`{}` is not replaced: a file of the new output is missing",
                    destination.display()
                ),
            )
            .at_path(destination.display().to_string())
            .help("mend the errors before this one and build again"));
        }
        let files = std::mem::take(self.files.get_mut().unwrap_or_else(PoisonError::into_inner));
        let manifest = Manifest { files: files.all };
        let summary = CommitSummary {
            files: manifest.files.len(),
            written: manifest.files.len() - files.unchanged.len(),
            unchanged: files.unchanged.len(),
            kept: files.kept,
            removed: self
                .previous
                .as_ref()
                .map_or(0, |previous| previous.without(&manifest.files)),
            bytes: manifest.files.values().map(|entry| entry.size).sum(),
            warnings: Diagnostics::new(),
        };
        let json = manifest
            .to_json()
            .map_err(|error| self.failed_at("write", MANIFEST_NAME, &error.into()))?;
        let same = summary.written == 0 && self.is_exactly_previous(&json);
        if !same {
            self.complete(&folders_of(manifest.paths()), &files.unchanged, &json)?;
        }
        Ok(Sealed {
            commit: self,
            manifest,
            summary,
            same,
            json,
            sources,
        })
    }

    /// [`Self::seal`] and [`replace`] for one output.
    pub fn finish(self) -> Result<CommitSummary, Diagnostic> {
        let summaries = replace(vec![self.seal(None)?])?;
        Ok(summaries.into_iter().next().unwrap_or_default())
    }

    fn complete(
        &mut self,
        folders: &HashSet<&str>,
        unchanged: &[String],
        manifest: &[u8],
    ) -> Result<(), Diagnostic> {
        self.staging
            .prune(folders)
            .map_err(|error| write_failed("clear", self.staging.path(), &error))?;
        if let Some(previous) = &self.previous {
            unchanged.par_iter().try_for_each(|path| {
                self.staging
                    .link(path, &previous.folder)
                    .map_err(|error| self.failed_at("take over", path, &error))
            })?;
        }
        self.staging
            .create(MANIFEST_NAME)
            .and_then(|mut file| file.write_all(manifest))
            .map_err(|error| self.failed_at("write", MANIFEST_NAME, &error))
    }

    /// Whether the old output is to the byte what the new one would be.
    fn is_exactly_previous(&self, manifest: &[u8]) -> bool {
        let previous = self.previous.as_ref();
        previous.is_some_and(|previous| previous.exact && previous.manifest == manifest)
    }
}

impl Sealed {
    fn swap(&mut self) -> Result<Option<Swapped>, Diagnostic> {
        if self.same {
            return Ok(None);
        }
        let commit = &mut self.commit;
        let destination = &commit.places.destination;
        let swapped = swap(
            commit.staging.path(),
            destination,
            &commit.places.aside,
            commit.method,
        )
        .map_err(|error| write_failed("replace", destination, &error))?;
        commit.staging.swapped_in();
        if !swapped.atomic {
            self.summary.warnings.push(not_atomic(destination));
        }
        Ok(Some(swapped))
    }

    /// Puts the old output back, as another one could not be replaced.
    fn put_back(&mut self, swapped: &Swapped) -> std::io::Result<()> {
        let places = &self.commit.places;
        undo(swapped, &places.staging, &places.destination)?;
        self.commit.staging.swapped_back();
        Ok(())
    }

    /// Leaves what the output was made of beside it. Where that fails, the next build makes more than
    /// it needs, and nothing else comes of it.
    fn remember(&self) {
        let Commit {
            places,
            cache,
            worth_keeping,
            sources,
            ..
        } = &self.commit;
        let is_worth = match cache {
            Cache::Never => false,
            Cache::Always => true,
            Cache::Large => self.manifest.files.len() >= *worth_keeping,
        };
        let path = &places.sources;
        let _ = match &self.sources {
            // What the file says already.
            Some(now) if self.same && sources.as_ref() == Some(now) => Ok(()),
            Some(now) if is_worth => now.write(path, &self.json),
            _ => remove(path),
        };
    }

    fn remove_old(&mut self, old: &Path) {
        let commit = &self.commit;
        // A folder that was someone else's goes whole.
        let worth_keeping = match &commit.previous {
            Some(_) => commit.worth_keeping,
            None => usize::MAX,
        };
        let folders = folders_of(self.manifest.paths());
        if let Err(error) = retire(old, &commit.places.staging, &folders, worth_keeping) {
            let mut finding = write_failed("remove", old, &error)
                .help("the new output is in place; remove this rest of the old one by hand");
            finding.severity = Severity::Warning;
            self.summary.warnings.push(finding);
        }
    }
}

/// Swaps the outputs in, one right after the other, and removes the old ones. After an error every
/// old one stands. The locks are held until all is done, so that another run cannot come between.
///
/// A kill in the middle leaves some outputs new and others old, each of them whole: the system can
/// exchange two folders at a time, and these may lie anywhere.
pub fn replace(mut outputs: Vec<Sealed>) -> Result<Vec<CommitSummary>, Diagnostic> {
    let mut done: Vec<(&mut Sealed, Option<Swapped>)> = Vec::new();
    for output in &mut outputs {
        match output.swap() {
            Ok(swapped) => done.push((output, swapped)),
            Err(mut diagnostic) => {
                for (output, swapped) in done.iter_mut().rev() {
                    if let Some(swapped) = swapped
                        && output.put_back(swapped).is_err()
                    {
                        let shown = output.commit.places.destination.display();
                        diagnostic.message += &format!("; `{shown}` is the new output already");
                    }
                }
                return Err(diagnostic);
            }
        }
    }
    for (output, swapped) in &mut done {
        if let Some(old) = swapped.as_ref().and_then(|swapped| swapped.old.as_deref()) {
            output.remove_old(old);
        }
    }
    for output in &outputs {
        output.remember();
    }
    Ok(outputs.into_iter().map(|output| output.summary).collect())
}

fn not_atomic(destination: &Path) -> Diagnostic {
    let shown = destination.display();
    Diagnostic::new(
        Code::NotAtomic,
        format!("`{shown}` was replaced in two steps, because this file system cannot exchange two folders in one"),
    )
    .at_path(shown.to_string())
    .help("for a moment there was no output; where that matters, put it on ext4, XFS, Btrfs or tmpfs")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::CommitOptions;

    #[test]
    fn an_output_that_cannot_be_replaced_puts_the_others_back() {
        let root = tempfile::tempdir().unwrap();
        let build = |name: &str, text: &str| {
            let destination = root.path().join(name);
            let commit = Commit::begin(&destination, &CommitOptions::default()).unwrap();
            commit.write("page", text.as_bytes()).unwrap();
            commit.seal(None).unwrap()
        };
        let read = |name: &str| fs::read_to_string(root.path().join(name).join("page")).ok();
        replace(vec![build("one", "old"), build("two", "old")]).unwrap();
        let sealed = vec![
            build("none", "new"),
            build("one", "new"),
            build("two", "new"),
        ];
        // The last tree is gone when its turn comes.
        fs::remove_dir_all(root.path().join(".tearline-two-staging")).unwrap();
        let failed = replace(sealed).unwrap_err();
        assert_eq!(failed.code, Code::WriteFailed);
        assert!(!failed.message.contains("already"), "{}", failed.message);
        assert_eq!(read("one").as_deref(), Some("old"));
        assert_eq!(read("two").as_deref(), Some("old"));
        assert_eq!(read("none"), None);
        let mut left: Vec<_> = fs::read_dir(root.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["one", "two"], "no trace is left");
        replace(vec![build("one", "new"), build("two", "new")]).unwrap();
        assert_eq!(read("one").as_deref(), Some("new"));
    }
}
