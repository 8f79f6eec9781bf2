//! What earlier runs learned of links: a file of JSON that may be deleted at any time.
//!
//! In: the file, and how old an answer may be. Out: answers, and the file with those of this run.
//! What was not known is asked again in every run.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::client::Answer;
use crate::diagnostic::{Code, Diagnostic};

/// The name of the file in a site's root.
pub const FILE_NAME: &str = ".tearline-links.json";

/// Answers by address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cache {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    asked: Timestamp,
    /// The status of an address that is dead; none for one that is alive.
    dead: Option<u16>,
}

impl Cache {
    /// Reads what is not older than `age` at `now`. A file that is not there, or of another form, is
    /// an empty one.
    pub fn read(file: &Path, age: SignedDuration, now: Timestamp) -> Self {
        let mut entries: BTreeMap<String, Entry> = std::fs::read(file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        // What was asked after `now` says nothing of it.
        entries.retain(|_, entry| {
            let old = now.duration_since(entry.asked);
            !old.is_negative() && old < age
        });
        Self { entries }
    }

    pub fn answer(&self, url: &Url) -> Option<Answer> {
        let entry = self.entries.get(url.as_str())?;
        Some(entry.dead.map_or(Answer::Alive, Answer::Dead))
    }

    pub fn learn(&mut self, url: &Url, answer: &Answer, now: Timestamp) {
        let dead = match answer {
            Answer::Alive => None,
            Answer::Dead(status) => Some(*status),
            Answer::Unknown(_) => return,
        };
        self.entries
            .insert(url.as_str().to_owned(), Entry { asked: now, dead });
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Diagnostic> {
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::new(
                Code::WriteFailed,
                format!("what was learned of the links cannot be written: {error}"),
            )
            .at_path(file.display().to_string())
            .help("name another file with --links-cache")
        };
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut json = serde_json::to_vec_pretty(&self.entries).map_err(|error| failed(&error))?;
        json.push(b'\n');
        let mut staged = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
        staged.write_all(&json).map_err(|error| failed(&error))?;
        staged.persist(file).map_err(|error| failed(&error.error))?;
        Ok(())
    }
}
