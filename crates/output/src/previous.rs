//! The output as it stands before a build: whether it is ours to replace, and which of its files
//! can be taken over.
//!
//! In: the destination. Out: nothing (absent or empty), or the files that the manifest of an
//! earlier build lists and that are still there; or [`Code::ForeignOutput`] where a swap would
//! destroy what someone else put there.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::Path;
use std::time::SystemTime;

use blake3::Hash;
use rayon::prelude::*;

use super::failure::write_failed;
use super::folder::Folder;
use super::manifest::{MANIFEST_NAME, Manifest, ManifestEntry};
use super::sums::sha_of_all;
use super::swap::is_mount_point;
use base::diagnostic::{Code, Diagnostic};

/// How many files of others a message names.
const NAMED: usize = 3;

/// Files that desktops leave in any folder they show. They are nobody's work.
const DESKTOP_FILES: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];

/// An earlier output of ours.
pub(super) struct Previous {
    pub(super) folder: Folder,
    /// Nothing but the manifest's files and their folders stand there.
    pub(super) exact: bool,
    /// Of the manifest's files, those that are there.
    files: BTreeMap<String, ManifestEntry>,
    /// The manifest's bytes.
    pub(super) manifest: Vec<u8>,
    /// When the manifest, the last file of every build, was written.
    written: SystemTime,
}

impl Previous {
    /// Looks at the destination. With `force` whatever stands there may be replaced.
    pub(super) fn examine(
        destination: &Path,
        force: bool,
    ) -> std::result::Result<Option<Self>, Diagnostic> {
        let found = match fs::symlink_metadata(destination) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(write_failed("look at", destination, &error)),
        };
        if !found.is_dir() {
            if force {
                return Ok(None);
            }
            let what = if found.is_symlink() {
                "a symbolic link"
            } else {
                "a file"
            };
            return Err(foreign(destination, what));
        }
        if is_mount_point(destination) {
            return Err(write_failed(
                "replace",
                destination,
                &ErrorKind::ResourceBusy.into(),
            ));
        }
        // The swap would succeed where the folder around is ours, and then the old files could not
        // be removed, nor would anyone expect a folder to change that was closed to changes.
        may_write(destination).map_err(|error| write_failed("replace", destination, &error))?;
        let manifest = match Manifest::read_with_bytes(destination) {
            Ok(manifest) => manifest,
            Err(_) if force => None,
            Err(error) => return Err(error),
        };
        let Some((manifest, bytes)) = manifest else {
            return Self::without_manifest(destination, force);
        };
        let failed = |error| write_failed("look into", destination, &error);
        let listing = list(destination, "").map_err(failed)?;
        let mut exact = !listing.has_empty_folder && !listing.has_desktop_files;
        let mut files = manifest.files;
        let (present, mut strangers): (HashSet<String>, Vec<String>) = {
            let (listed, strange): (Vec<_>, Vec<_>) = listing
                .files
                .into_iter()
                .filter(|path| path != MANIFEST_NAME)
                .partition(|path| files.contains_key(path));
            (listed.into_iter().collect(), strange)
        };
        files.retain(|path, _| present.contains(path));
        strangers.extend(listing.others);
        if !strangers.is_empty() {
            exact = false;
            if !force {
                return Err(strange_files(destination, strangers));
            }
        }
        let folder = Folder::open(destination).map_err(failed)?;
        let written = folder.facts(MANIFEST_NAME).map_err(failed)?.modified;
        Ok(Some(Self {
            folder,
            exact,
            files,
            manifest: bytes,
            written,
        }))
    }

    fn without_manifest(
        destination: &Path,
        force: bool,
    ) -> std::result::Result<Option<Self>, Diagnostic> {
        if force {
            return Ok(None);
        }
        let names = fs::read_dir(destination)
            .and_then(|entries| {
                entries
                    .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
                    .collect::<Result<Vec<_>>>()
            })
            .map_err(|error| write_failed("look into", destination, &error))?;
        if names
            .iter()
            .all(|name| DESKTOP_FILES.contains(&name.as_str()))
        {
            return Ok(None);
        }
        let what = format!(
            "a folder that Tearline did not make, with {}",
            name_some(names)
        );
        Err(foreign(destination, &what))
    }

    /// Whether a file of this path and size is listed, so that its hash is worth knowing.
    pub(super) fn may_hold(&self, path: &str, size: u64) -> bool {
        self.files.get(path).is_some_and(|entry| entry.size == size)
    }

    /// What the manifest knows of a file.
    pub(super) fn entry(&self, path: &str) -> Option<ManifestEntry> {
        self.files.get(path).copied()
    }

    /// The same of one that was made of this.
    pub(super) fn made_of(&self, path: &str, from: Hash) -> Option<ManifestEntry> {
        self.entry(path).filter(|entry| entry.from == Some(from))
    }

    /// Whether the file still has the bytes of that hash.
    ///
    /// A file that is older than the manifest has not been touched since the build that hashed it.
    /// One that is not older (edited, touched, or written in the same tick of the clock) is read.
    pub(super) fn holds(&self, path: &str, entry: &ManifestEntry) -> bool {
        if self.files.get(path) != Some(entry) {
            return false;
        }
        match self.folder.facts(path) {
            Ok(facts) if facts.is_file && facts.size == entry.size => {
                facts.modified < self.written
                    || self
                        .folder
                        .read(path)
                        .and_then(|mut file| sha_of_all(&mut file))
                        .is_ok_and(|(sha, _)| sha == entry.sha)
            }
            // Unreadable or gone: the file is written anew.
            _ => false,
        }
    }

    /// How many files would not be in an output with these.
    pub(super) fn without(&self, kept: &BTreeMap<String, ManifestEntry>) -> usize {
        self.files
            .keys()
            .filter(|path| !kept.contains_key(*path))
            .count()
    }
}

/// Asks the system, which knows of groups, access lists and read-only disks.
#[cfg(unix)]
fn may_write(folder: &Path) -> Result<()> {
    use rustix::fs::{Access, access};
    let wanted = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    Ok(access(folder, wanted)?)
}

#[cfg(not(unix))]
fn may_write(_folder: &Path) -> Result<()> {
    Ok(())
}

/// What stands in a folder.
#[derive(Default)]
struct Listing {
    /// Regular files by relative path.
    files: Vec<String>,
    /// Links, devices, and names that are not UTF-8.
    others: Vec<String>,
    has_empty_folder: bool,
    has_desktop_files: bool,
}

/// Lists a folder and those in it, on all threads: opening ten thousand page folders takes longer
/// than it takes to write one of them. Symbolic links are listed, not followed.
fn list(folder: &Path, prefix: &str) -> Result<Listing> {
    let mut listing = Listing::default();
    let mut folders = Vec::new();
    let mut empty = true;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        empty = false;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        let kind = entry.file_type()?;
        match name.to_str() {
            Some(name) if DESKTOP_FILES.contains(&name) => listing.has_desktop_files = true,
            Some(_) if kind.is_file() => listing.files.push(path),
            Some(_) if kind.is_dir() => folders.push((entry.path(), path + "/")),
            _ => listing.others.push(path),
        }
    }
    listing.has_empty_folder = empty && !prefix.is_empty();
    let inner: Vec<Listing> = folders
        .par_iter()
        .map(|(folder, prefix)| list(folder, prefix))
        .collect::<Result<_>>()?;
    for inner in inner {
        listing.files.extend(inner.files);
        listing.others.extend(inner.others);
        listing.has_empty_folder |= inner.has_empty_folder;
        listing.has_desktop_files |= inner.has_desktop_files;
    }
    Ok(listing)
}

fn foreign(destination: &Path, what: &str) -> Diagnostic {
    let shown = destination.display();
    let help = if holds_editions(destination) {
        EDITIONS_HELP
    } else {
        "choose another folder with `--output DIR`; `--force` replaces this, and what it holds is \
         lost"
    };
    Diagnostic::new(Code::ForeignOutput, format!("`{shown}` is {what}"))
        .at_path(shown.to_string())
        .label("the output is put into a folder of its own")
        .help(help)
}

fn strange_files(destination: &Path, strangers: Vec<String>) -> Diagnostic {
    let shown = destination.display();
    let message = format!(
        "`{shown}` holds files that Tearline did not write: {}",
        name_some(strangers)
    );
    let help = if holds_editions(destination) {
        EDITIONS_HELP
    } else {
        "put them into `static/`, from where every build copies them; `--force` replaces the \
         folder, and they are lost"
    };
    Diagnostic::new(Code::ForeignOutput, message)
        .at_path(shown.to_string())
        .label("each build replaces this folder as a whole")
        .help(help)
}

const EDITIONS_HELP: &str = "it holds outputs of editions: remove those that are no longer wanted, \
     or choose another folder with `--output DIR`; `--force` replaces them all";

/// Whether the folder is the one around the outputs of a site that has or had editions.
fn holds_editions(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.path().join(MANIFEST_NAME).is_file())
    })
}

/// The first few in order, and how many more there are.
fn name_some(mut names: Vec<String>) -> String {
    names.sort();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let named: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let mut text = named.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
