//! Commit: the last step. Outputs become a folder, all at once or not at all.
//!
//! In: relative paths with their bytes, from many threads, of one edition.
//! Out: the destination is replaced by exactly these files and their manifest.
//!
//! 1. [`Commit::begin`]: one run at a time (`lock`), mend or remove what a killed run left, see
//!    whether the destination is ours to replace (`previous`), make the tree beside it
//!    (`staging`).
//! 2. [`Commit::write`] and [`Commit::copy`]: a file with new bytes is written into that tree; one
//!    that the old output already has is only noted.
//!    [`Commit::write_sums`] lists them for readers (`sums`).
//! 3. [`Commit::seal`]: link what was noted, write the manifest (`manifest`). What can run out of
//!    room or fail for long has happened now, for every edition, before the first is replaced.
//! 4. [`replace`] (`finish`): swap the trees (`swap`), and only then remove the old ones: a tree
//!    deleted just before a build makes creating files on ext4 many times dearer. Of a large
//!    output the emptied folders stay for the next build.
//!
//! What killed runs left of outputs that this run does not make, and outputs that nobody makes any
//! more, is the business of `around`.
//!
//! A kill at any moment leaves the old output or the new one, of each edition by itself; an error
//! leaves all editions old. Against a power cut it promises less: nothing is synced to disk,
//! because the output can be built again; a file that lost its end that way has another size than
//! the manifest says and is written anew.
//! It knows nothing of content.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod around;
mod failure;
mod finish;
mod folder;
mod lock;
mod manifest;
mod previous;
mod sources;
mod staging;
mod sums;
mod swap;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

pub use self::around::{left_behind, sweep};
use self::failure::{lock_failed, unreadable, write_failed};
pub use self::finish::{Sealed, replace};
use self::lock::{Lock, Taken};
pub use self::manifest::{MANIFEST_NAME, Manifest, ManifestEntry};
use self::previous::Previous;
pub use self::sources::Sources;
use self::staging::{Staging, WORTH_KEEPING, remove};
pub use self::sums::{
    HOST_FILES, PUBLICATION_NAME, Publication, PublishedFile, SIGNATURE_NAME, SUMS_NAME, Sha, hex,
    parse_sums, sha_of, sha_of_all,
};
use self::swap::{Method, recover};
use base::diagnostic::{Code, Diagnostic, Diagnostics};

/// How much of a copied file is in memory at once.
const COPY_BUFFER: usize = 256 * 1024;

/// How the names of what stands beside an output begin and end, with the output's name between.
const TRACE: &str = ".tearline-";
const LOCK_END: &str = ".lock";
const STAGING_END: &str = "-staging";
const PREVIOUS_END: &str = "-previous";
const SOURCES_END: &str = "-sources.json";

/// What the command line decides about a commit.
#[derive(Debug, Clone, Default)]
pub struct CommitOptions {
    /// Replace the destination whoever made it.
    pub force: bool,
    pub cache: Cache,
}

/// Whether a build takes over what the one before made of the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cache {
    /// Where it is worth a file beside the output: of large ones.
    #[default]
    Large,
    Always,
    Never,
}

/// What a commit did. The manifest is not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitSummary {
    /// Files of the output.
    pub files: usize,
    /// Of these, written in this run.
    pub written: usize,
    /// Of these, taken over from the output before, with their time.
    pub unchanged: usize,
    /// Of these, not even made to see that they are the same.
    pub kept: usize,
    /// Files of the output before that are no more.
    pub removed: usize,
    /// The size of all files together.
    pub bytes: u64,
    pub warnings: Diagnostics,
}

/// A new output in the making. Dropped before it is finished, it leaves the old output untouched.
pub struct Commit {
    places: Places,
    previous: Option<Previous>,
    files: Mutex<Files>,
    /// A file is missing, so the tree may not be swapped in.
    failed: AtomicBool,
    method: Method,
    worth_keeping: usize,
    /// What the old output was made of, where that is known.
    sources: Option<Sources>,
    cache: Cache,
    // Fields are dropped in this order: the lock last.
    staging: Staging,
    _lock: Lock,
}

/// What was handed in so far.
#[derive(Default)]
struct Files {
    all: BTreeMap<String, ManifestEntry>,
    /// Paths of those that the old output has as well.
    unchanged: Vec<String>,
    kept: usize,
}

/// The paths of one commit. All stand in one folder, so that a rename is enough.
struct Places {
    destination: PathBuf,
    lock: PathBuf,
    staging: PathBuf,
    /// Where the old output waits between two renames.
    aside: PathBuf,
    /// What the output was made of.
    sources: PathBuf,
}

impl Places {
    fn beside(destination: &Path) -> Option<Self> {
        let name = destination.file_name()?;
        let parent = match destination.parent()? {
            parent if parent == Path::new("") => Path::new("."),
            parent => parent,
        };
        let beside = |end: &str| {
            let mut file = OsStr::new(TRACE).to_owned();
            file.push(name);
            file.push(end);
            parent.join(file)
        };
        Some(Self {
            // Without a slash at its end, which would follow a symbolic link.
            destination: destination.with_file_name(name),
            lock: beside(LOCK_END),
            staging: beside(STAGING_END),
            aside: beside(PREVIOUS_END),
            sources: beside(SOURCES_END),
        })
    }
}

impl Commit {
    /// Takes the lock, removes what a killed run left, checks the destination and makes the
    /// staging folder beside it. The caller has checked that the destination is not around the
    /// site.
    pub fn begin(destination: &Path, options: &CommitOptions) -> Result<Self, Diagnostic> {
        Self::begin_keeping(destination, options, WORTH_KEEPING)
    }

    fn begin_keeping(
        destination: &Path,
        options: &CommitOptions,
        worth_keeping: usize,
    ) -> Result<Self, Diagnostic> {
        let Some(places) = Places::beside(destination) else {
            let shown = destination.display();
            return Err(Diagnostic::new(
                Code::WriteFailed,
                format!("`{shown}` cannot be the output: it has no name of its own"),
            )
            .at_path(shown.to_string())
            .help("name the folder to write, for instance `--output public`"));
        };
        let destination = &places.destination;
        let parent = places.lock.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent)
            .map_err(|error| write_failed("make the folder", parent, &error))?;
        let lock = match Lock::take(&places.lock) {
            Ok(Taken::Ours(lock)) => lock,
            Ok(Taken::Held(holder)) => return Err(locked(destination, holder)),
            Err(error) => return Err(lock_failed(&places.lock, &error)),
        };
        recover(destination, &places.aside)
            .map_err(|error| write_failed("bring back", destination, &error))?;
        let previous = Previous::examine(destination, options.force)?;
        remove(&places.aside).map_err(|error| write_failed("remove", &places.aside, &error))?;
        let staging = Staging::make(&places.staging, worth_keeping)
            .map_err(|error| write_failed("prepare", &places.staging, &error))?;
        if previous.is_some() {
            // A web server's group may have been given the folder; and what only some may read is
            // not shown to all while it is staged.
            let _ = fs::metadata(destination)
                .and_then(|found| fs::set_permissions(staging.path(), found.permissions()));
        }
        let sources = (options.cache != Cache::Never)
            .then(|| Sources::read(&places.sources, &previous.as_ref()?.manifest))
            .flatten();
        Ok(Self {
            places,
            previous,
            sources,
            cache: options.cache,
            files: Mutex::default(),
            failed: AtomicBool::new(false),
            method: Method::ExchangeIfPossible,
            worth_keeping,
            staging,
            _lock: lock,
        })
    }

    /// What the output before was made of, where that is known and may be used.
    pub fn sources(&self) -> Option<&Sources> {
        self.sources.as_ref()
    }

    /// Takes over a file of the output before, where it is still there as it was made.
    pub fn keep(&self, path: &str) -> Result<bool, Diagnostic> {
        match self.known(path).filter(|entry| self.has(path, entry)) {
            Some(entry) => {
                self.check(path)?;
                self.note(path, entry, true)?;
                let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
                files.kept += 1;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// A file with these bytes. `path` is relative, with `/`, and handed in once.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.write_entry(path, bytes, sha_of(bytes), None)
    }

    /// [`Commit::write`] where the SHA-256 of the bytes is known.
    pub fn write_hashed(&self, path: &str, bytes: &[u8], sha: Sha) -> Result<(), Diagnostic> {
        self.write_entry(path, bytes, sha, None)
    }

    /// A file that is dear to make: that of the output before where it was made of the same, else
    /// what `make` gives. `from` stands for all that decides on the bytes.
    pub fn write_made(
        &self,
        path: &str,
        from: blake3::Hash,
        make: impl FnOnce() -> Result<Vec<u8>, Diagnostic>,
    ) -> Result<(), Diagnostic> {
        self.noting_failure(|| {
            self.check(path)?;
            let previous = self.previous.as_ref();
            let known = previous
                .and_then(|previous| previous.made_of(path, from))
                .filter(|entry| self.has(path, entry));
            match known {
                Some(entry) => self.note(path, entry, true),
                None => {
                    let bytes = make()?;
                    self.write_entry(path, &bytes, sha_of(&bytes), Some(from))
                }
            }
        })
    }

    fn write_entry(
        &self,
        path: &str,
        bytes: &[u8],
        sha: Sha,
        from: Option<blake3::Hash>,
    ) -> Result<(), Diagnostic> {
        self.noting_failure(|| {
            self.check(path)?;
            let entry = ManifestEntry {
                size: bytes.len() as u64,
                sha,
                from,
            };
            let unchanged = self.has(path, &entry);
            if !unchanged {
                self.staging
                    .create(path)
                    .and_then(|mut file| file.write_all(bytes))
                    .map_err(|error| self.failed_at("write", path, &error))?;
            }
            self.note(path, entry, unchanged)
        })
    }

    /// A static file or asset, copied without being held in memory whole. It is a copy and never
    /// a link to the source: an edit of the source must not change what is published.
    pub fn copy(&self, path: &str, from: &Path) -> Result<(), Diagnostic> {
        self.noting_failure(|| {
            self.check(path)?;
            let unreadable = |error: std::io::Error| unreadable(from, &error);
            let found = fs::metadata(from).map_err(unreadable)?;
            if !found.is_file() {
                // Opening a pipe would wait for ever.
                return Err(unreadable(std::io::Error::other(
                    "it is not a regular file",
                )));
            }
            let mut source = File::open(from).map_err(unreadable)?;
            if self
                .previous
                .as_ref()
                .is_some_and(|previous| previous.may_hold(path, found.len()))
            {
                let (sha, size) = sha_of_all(&mut source).map_err(unreadable)?;
                let known = self
                    .known(path)
                    .filter(|known| (known.size, known.sha, known.from) == (size, sha, None));
                if let Some(known) = known.filter(|known| self.has(path, known)) {
                    return self.note(path, known, true);
                }
                source.rewind().map_err(unreadable)?;
            }
            let write_failed = |error| self.failed_at("write", path, &error);
            let mut target = self.staging.create(path).map_err(write_failed)?;
            let mut sha = Sha256::new();
            let mut size = 0;
            // One byte more than the file has, so that a small file's end shows in one read.
            let room = usize::try_from(found.len()).unwrap_or(COPY_BUFFER);
            let mut buffer = vec![0; room.saturating_add(1).min(COPY_BUFFER)];
            loop {
                let read = match source.read(&mut buffer) {
                    Ok(read) => read,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Err(unreadable(error)),
                };
                // `read` is at most the buffer's length, by the contract of `Read`.
                let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                    break;
                };
                sha.update(bytes);
                size += bytes.len() as u64;
                target.write_all(bytes).map_err(write_failed)?;
            }
            let entry = ManifestEntry {
                size,
                sha: sha.finalize().into(),
                from: None,
            };
            self.note(path, entry, false)
        })
    }

    /// Hands in the lists that readers check the edition by. They are of all that was handed in
    /// before; nothing but what is for the host may follow. `seen` is shown the bytes of each.
    pub fn write_sums(
        &self,
        mut list: Publication,
        marking: impl Fn(&str) -> &'static str + Sync,
        seen: impl Fn(&str, &[u8]),
    ) -> Result<(), Diagnostic> {
        let listed = {
            let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            list.list(&files.all, marking);
            list.to_json()
        };
        let json =
            listed.map_err(|error| self.failed_at("write", PUBLICATION_NAME, &error.into()))?;
        let sums = list.sums(&json);
        for (path, bytes) in [(PUBLICATION_NAME, json), (SUMS_NAME, sums)] {
            seen(path, &bytes);
            self.write(path, &bytes)?;
        }
        Ok(())
    }

    /// What is known of a file of the output before.
    fn known(&self, path: &str) -> Option<ManifestEntry> {
        self.previous.as_ref()?.entry(path)
    }

    fn has(&self, path: &str, entry: &ManifestEntry) -> bool {
        self.previous
            .as_ref()
            .is_some_and(|previous| previous.holds(path, entry))
    }

    fn note(&self, path: &str, entry: ManifestEntry, unchanged: bool) -> Result<(), Diagnostic> {
        // A poisoned list means that a thread panicked while it added its own entry only.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.all.insert(path.to_owned(), entry).is_some() {
            return Err(self.failed_at("write", path, &ErrorKind::AlreadyExists.into()));
        }
        if unchanged {
            files.unchanged.push(path.to_owned());
        }
        Ok(())
    }

    /// The plan has checked its paths; should one get past it, it must not get past this.
    fn check(&self, path: &str) -> Result<(), Diagnostic> {
        let inside = path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']));
        if inside && path != MANIFEST_NAME {
            return Ok(());
        }
        Err(Diagnostic::new(
            Code::WriteFailed,
            format!("`{path}` is not a path that a file of the output can have"),
        )
        .at_path(path)
        .help("rename the page or the file that is to be written there"))
    }

    fn noting_failure(
        &self,
        work: impl FnOnce() -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        work().inspect_err(|_| self.failed.store(true, Ordering::SeqCst))
    }

    fn failed_at(&self, doing: &str, path: &str, error: &std::io::Error) -> Diagnostic {
        write_failed(doing, &self.places.destination.join(path), error)
    }
}

fn locked(destination: &Path, holder: Option<u32>) -> Diagnostic {
    let shown = destination.display();
    let holder = holder.map_or(String::new(), |id| format!(" (process {id})"));
    Diagnostic::new(
        Code::OutputLocked,
        format!("another run of Tearline{holder} is writing `{shown}`"),
    )
    .at_path(shown.to_string())
    .help("wait until it is done, or choose another folder with `--output DIR`")
}
