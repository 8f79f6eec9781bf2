//! Who got which newsletter: a file beside the recipients, to which each step adds a line of JSON.
//!
//! A recipient's line `begun` is on the disk before the mail server hears of him, his line `sent`
//! after it took the message, `failed` after it did not. Three ways to end between two lines:
//!
//! - The program stops between the server's answer and `sent`. Nobody can tell whether the message
//!   went out: the recipient stays [`State::Begun`] and gets nothing more unless it is asked for. A
//!   missing newsletter is on the web; the same one twice is what makes people leave a list.
//! - The connection breaks before the server's answer. It has not taken the message then (RFC 5321,
//!   section 4.2.5), so this is `failed`, and the next run sends it. Should the server have taken it
//!   all the same, both have one `Message-ID`, by which mail programs drop the second.
//! - The machine stops while a line is written: what has no line break at its end does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lettre::Address;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// What is known of a message to one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The server may have it.
    Begun,
    Sent,
    /// The server has not taken it.
    Failed,
}

/// What recipients call one newsletter, whatever its words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Issue {
    pub edition: String,
    pub from: Date,
    pub to: Date,
}

/// A line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    issue: Issue,
    /// The id of its content.
    content: String,
    to: String,
    state: State,
}

/// What a journal says of one issue.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    issue: Issue,
    content: String,
    /// None in a rehearsal.
    file: Option<File>,
    /// The last line of each recipient, by address.
    states: BTreeMap<String, (State, String)>,
    /// By the last day of other issues of the edition since the same day: who got them.
    others: BTreeMap<Date, BTreeSet<String>>,
}

impl Journal {
    /// The file of a list's journal.
    pub fn beside(recipients: &Path, newsletter: &str) -> PathBuf {
        let mut name = recipients.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{newsletter}.journal"));
        recipients.with_file_name(name)
    }

    /// Reads a journal, and keeps others from it until it is dropped. A `rehearsal` writes nothing.
    ///
    /// # Errors
    /// When it cannot be read or written, or another run has it.
    pub fn open(
        path: PathBuf,
        issue: Issue,
        content: Uuid,
        rehearsal: bool,
    ) -> Result<Self, Diagnostic> {
        let failed = |error: &std::io::Error| {
            Diagnostic::new(
                Code::WriteFailed,
                format!("the journal of the newsletter cannot be opened: {error}"),
            )
            .at_path(path.display().to_string())
            .help("mend the permissions of the folder with the recipients")
        };
        let mut file = None;
        if !rehearsal {
            let mut options = OpenOptions::new();
            options.read(true).append(true).create(true);
            // Who reads what is nobody else's business.
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let opened = options.open(&path).map_err(|error| failed(&error))?;
            match opened.try_lock() {
                Ok(()) => {}
                Err(std::fs::TryLockError::WouldBlock) => {
                    return Err(Diagnostic::new(
                        Code::OutputLocked,
                        "another run is sending to this list",
                    )
                    .at_path(path.display().to_string())
                    .help("wait until it has ended"));
                }
                Err(std::fs::TryLockError::Error(error)) => return Err(failed(&error)),
            }
            keep_name(&path);
            file = Some(opened);
        }
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(&error)),
        };
        let mut journal = Self {
            states: BTreeMap::new(),
            others: BTreeMap::new(),
            path,
            issue,
            content: content.to_string(),
            file,
        };
        journal.read(&text)?;
        if let Some(file) = journal.file.as_mut().filter(|_| !ends_whole(&text)) {
            // What was broken off becomes a line of its own, which reading passes over.
            file.write_all(b"\n").map_err(|error| not_kept(&error))?;
        }
        Ok(journal)
    }

    fn read(&mut self, text: &str) -> Result<(), Diagnostic> {
        let source = SourceFile::new(self.path.display().to_string(), text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = start..start + line.trim_end().len();
            start += line.len();
            // A line that was broken off is followed by a whole one, or by nothing.
            if !line.ends_with('\n') || !line.trim_end().ends_with('}') {
                continue;
            }
            let line: Line = serde_json::from_str(line).map_err(|error| {
                Diagnostic::new(
                    Code::BadTable,
                    format!("the journal of the newsletter is damaged: {error}"),
                )
                .at(&source, span.clone())
                .label("not a line of a journal")
                .help("put the line back as it was, or take it out if its recipient got nothing")
            })?;
            if line.issue == self.issue {
                self.states.insert(line.to, (line.state, line.content));
            } else if (&line.issue.edition, line.issue.from)
                == (&self.issue.edition, self.issue.from)
            {
                let got = self.others.entry(line.issue.to).or_default();
                if line.state == State::Sent {
                    got.insert(line.to);
                }
            }
        }
        Ok(())
    }

    /// What is known of a recipient.
    pub fn state(&self, to: &Address) -> Option<State> {
        let (state, _) = self.states.get(&key(to))?;
        Some(*state)
    }

    /// How many got the issue with other words than it has now.
    pub fn other_content(&self) -> usize {
        (self.states.values())
            .filter(|(state, content)| *state != State::Failed && *content != self.content)
            .count()
    }

    /// The last day of an issue since the same day that did not reach everyone, and how many it did:
    /// a run that is repeated on the next day must not begin anew.
    pub fn begun_before(&self, recipients: &[Address]) -> Option<(Date, usize)> {
        self.others.iter().rev().find_map(|(to, got)| {
            let reached = recipients.iter().filter(|to| got.contains(&key(to)));
            let reached = reached.count();
            (self.states.is_empty() && reached < recipients.len()).then_some((*to, reached))
        })
    }

    /// Adds a line, and waits until it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written: nothing may be sent then.
    pub fn note(&mut self, to: &Address, state: State) -> Result<(), Diagnostic> {
        let line = Line {
            issue: self.issue.clone(),
            content: self.content.clone(),
            to: key(to),
            state,
        };
        if let Some(file) = &mut self.file {
            let mut text = serde_json::to_vec(&line).map_err(|error| not_kept(&error.into()))?;
            text.push(b'\n');
            file.write_all(&text)
                .and_then(|()| file.sync_data())
                .map_err(|error| not_kept(&error))?;
        }
        self.states.insert(line.to, (state, line.content));
        Ok(())
    }
}

/// Recipients are the same whatever the case of their letters, as in the list.
fn key(to: &Address) -> String {
    to.to_string().to_lowercase()
}

fn ends_whole(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// A new file's name is on the disk when its folder is.
fn keep_name(path: &Path) {
    #[cfg(unix)]
    {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        // Where a folder cannot be synchronised, the system looks after its names itself.
        let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
    }
}

fn not_kept(error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::WriteFailed,
        format!("the journal of the newsletter cannot be written: {error}"),
    )
    .help(
        "make room on the disk, and run the same command again: it goes on where this one stopped",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, content: u128) -> Result<Journal, Diagnostic> {
        let issue = Issue {
            edition: "public".to_owned(),
            from: Date::constant(2025, 11, 1),
            to: Date::constant(2025, 11, 30),
        };
        Journal::open(path.to_owned(), issue, Uuid::from_u128(content), false)
    }

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_noted_is_known_to_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = open(&path, 1).unwrap();
        journal
            .note(&address("a@example.org"), State::Begun)
            .unwrap();
        journal
            .note(&address("a@example.org"), State::Sent)
            .unwrap();
        journal
            .note(&address("B@example.org"), State::Begun)
            .unwrap();
        assert_eq!(open(&path, 1).unwrap_err().code, Code::OutputLocked);
        drop(journal);
        let journal = open(&path, 2).unwrap();
        assert_eq!(journal.state(&address("A@example.org")), Some(State::Sent));
        assert_eq!(journal.state(&address("b@example.org")), Some(State::Begun));
        assert_eq!(journal.state(&address("c@example.org")), None);
        assert_eq!(journal.other_content(), 2);
    }

    #[test]
    fn a_line_that_was_broken_off_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = open(&path, 1).unwrap();
        journal
            .note(&address("a@example.org"), State::Sent)
            .unwrap();
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{}", &whole[..40])).unwrap();
        let mut journal = open(&path, 1).unwrap();
        journal
            .note(&address("b@example.org"), State::Sent)
            .unwrap();
        drop(journal);
        let journal = open(&path, 1).unwrap();
        assert_eq!(journal.state(&address("a@example.org")), Some(State::Sent));
        assert_eq!(journal.state(&address("b@example.org")), Some(State::Sent));
    }

    #[test]
    fn a_damaged_line_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        std::fs::write(&path, "\n{\"issue\": 3}\n").unwrap();
        let found = open(&path, 1).unwrap_err();
        assert_eq!(found.code, Code::BadTable);
        assert_eq!(found.location.unwrap().line_column(), (2, 1));
    }
}
