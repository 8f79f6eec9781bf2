//! The tree that a build writes before anyone sees it.
//!
//! In: relative paths and bytes, from many threads. Out: a folder beside the output, complete
//! when the last call has returned. Removed on drop unless it was swapped in.
//!
//! Large outputs keep their empty folders: the tree that was swapped out loses its files and waits
//! under the staging name for the next build. A page has a folder of its own, and to make and
//! remove ten thousand folders for one changed page took 4 to 20 seconds on ext4 without a journal
//! (it looks long for inodes that were not deleted lately), to use them again half a second.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use rayon::prelude::*;

use super::folder::Folder;

/// How many folders are worth keeping empty; fewer are made in no time, and leave nothing behind.
pub(super) const WORTH_KEEPING: usize = 1000;

pub(super) struct Staging {
    path: PathBuf,
    folder: Folder,
    /// Folders that exist for certain, so that each is made once.
    made: RwLock<HashSet<String>>,
    /// The folders are an earlier build's, and stay when this build comes to nothing.
    reused: bool,
    /// Something was put in.
    used: AtomicBool,
    /// The folder still stands at `path`.
    present: bool,
}

impl Staging {
    /// Makes the folder, or empties what an earlier run left of it.
    pub(super) fn make(path: &Path, worth_keeping: usize) -> Result<Self> {
        let mut made = HashSet::new();
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
            // What cannot be emptied is removed, or said to be in the way.
            made.extend(empty(path, "").unwrap_or_default());
        }
        let reused = made.len() >= worth_keeping;
        if !reused {
            made.clear();
            remove(path)?;
            fs::create_dir(path)?;
        }
        Ok(Self {
            path: path.to_owned(),
            folder: Folder::open(path)?,
            made: RwLock::new(made),
            reused,
            used: AtomicBool::new(false),
            present: true,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A new, empty file, the folders above it made.
    pub(super) fn create(&self, path: &str) -> Result<File> {
        self.make_parents(path)?;
        match self.folder.create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && self.reused => {
                self.make_way(path).map_err(|_| error)?;
                self.folder.create(path)
            }
            other => other,
        }
    }

    /// Where an earlier build had a folder, this one may have a file.
    fn make_way(&self, path: &str) -> Result<()> {
        let inside = format!("{path}/");
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        let folders = made
            .extract_if(|folder| folder == path || folder.starts_with(&inside))
            .collect();
        // One that this build has put a file into is not empty, and stays.
        remove_folders(&self.path, folders)
    }

    /// The file of the old output under the same path, not a copy of it.
    ///
    /// Where the file system cannot link (none at all, too many links of one file, another user's
    /// file), it is copied with its time.
    pub(super) fn link(&self, path: &str, old: &Folder) -> Result<()> {
        self.make_parents(path)?;
        match old.link(path, &self.folder) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(error),
            Err(_) => self.copy_with_time(path, old),
        }
    }

    fn copy_with_time(&self, path: &str, old: &Folder) -> Result<()> {
        let mut source = old.read(path)?;
        let mut target = self.folder.create(path)?;
        std::io::copy(&mut source, &mut target)?;
        target.set_modified(old.facts(path)?.modified)
    }

    /// Removes the folders that this build has no file for.
    pub(super) fn prune(&mut self, needed: &HashSet<&str>) -> Result<()> {
        let made = self.made.get_mut().unwrap_or_else(PoisonError::into_inner);
        let unneeded = made.extract_if(|path| !needed.contains(path.as_str()));
        remove_folders(&self.path, unneeded.collect())
    }

    /// The tree stands in the output's place now: dropping this removes nothing.
    pub(super) fn swapped_in(&mut self) {
        self.present = false;
    }

    /// The tree is back where it was staged, and goes when this is dropped.
    pub(super) fn swapped_back(&mut self) {
        self.present = true;
    }

    fn make_parents(&self, path: &str) -> Result<()> {
        self.used.store(true, Ordering::Relaxed);
        let Some((parent, _)) = path.rsplit_once('/') else {
            return Ok(());
        };
        // A poisoned set only means that a thread panicked elsewhere: its entries stay true.
        let known = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if known.contains(parent) {
            return Ok(());
        }
        drop(known);
        self.make_parents(parent)?;
        match self.folder.make_folder(parent) {
            Ok(()) => {}
            // Another thread was faster. Were it a file, the next call inside would say so.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        self.made
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(parent.to_owned());
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now, the next run removes or reports.
        let _ = match (self.present, self.reused, self.used.load(Ordering::Relaxed)) {
            (false, _, _) | (true, true, false) => Ok(()),
            (true, true, true) => empty(&self.path, "").map(drop),
            (true, false, _) => remove(&self.path),
        };
    }
}

/// Does away with the old tree. Of an output with many folders those that the new one has as well
/// stay, empty, at `keep_at`: no name stays that the output does not show.
pub(super) fn retire(
    old: &Path,
    keep_at: &Path,
    needed: &HashSet<&str>,
    worth_keeping: usize,
) -> Result<()> {
    if needed.len() < worth_keeping {
        return remove(old);
    }
    let mut unneeded = empty(old, "")?;
    unneeded.retain(|path| !needed.contains(path.as_str()));
    remove_folders(old, unneeded)?;
    if old != keep_at {
        fs::rename(old, keep_at)?;
    }
    Ok(())
}

/// Every folder above one of these files.
pub(super) fn folders_of<'a>(files: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    let mut folders = HashSet::new();
    for mut path in files {
        while let Some((parent, _)) = path.rsplit_once('/') {
            if !folders.insert(parent) {
                break;
            }
            path = parent;
        }
    }
    folders
}

/// Removes all but folders, symbolic links not followed, and lists the folders that stay.
fn empty(folder: &Path, prefix: &str) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_name().to_str() {
            Some(name) if entry.file_type()?.is_dir() => folders.push(format!("{prefix}{name}")),
            _ => remove(&entry.path())?,
        }
    }
    let inner: Vec<Vec<String>> = folders
        .par_iter()
        .map(|path| {
            // What comes after the prefix is the name alone.
            let name = path.strip_prefix(prefix).unwrap_or(path);
            empty(&folder.join(name), &format!("{path}/"))
        })
        .collect::<Result<_>>()?;
    folders.extend(inner.into_iter().flatten());
    Ok(folders)
}

/// Removes empty folders.
fn remove_folders(root: &Path, mut folders: Vec<String>) -> Result<()> {
    // A folder's path is the beginning of those inside of it, so these come first.
    folders.sort_unstable_by(|one, other| other.cmp(one));
    folders
        .iter()
        .try_for_each(|path| fs::remove_dir(root.join(path)))
}

/// Removes whatever stands at a path, symbolic links not followed; nothing there is fine.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => match fs::remove_dir_all(path) {
            // A folder of someone else that `--force` replaced may hold some that were closed to
            // changes; the tree's owner may open them.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                open_folders(path);
                fs::remove_dir_all(path)
            }
            other => other,
        },
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes the folders of a tree ours to empty, where we may.
fn open_folders(root: &Path) {
    #[cfg(unix)]
    for folder in walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.file_type().is_dir())
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700));
    }
    #[cfg(not(unix))]
    let _ = root;
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn takes_over_by_link_and_where_that_fails_by_copy_with_the_time() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("old");
        fs::create_dir(&path).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 500);
        for name in ["linked", "copied"] {
            fs::write(path.join(name), name).unwrap();
            let file = File::options().write(true).open(path.join(name)).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        let old = Folder::open(&path).unwrap();
        let staging = Staging::make(&root.path().join("new"), 1).unwrap();
        staging.link("linked", &old).unwrap();
        staging.copy_with_time("copied", &old).unwrap();
        for name in ["linked", "copied"] {
            let new = staging.path().join(name);
            assert_eq!(fs::read_to_string(&new).unwrap(), name);
            assert_eq!(fs::metadata(&new).unwrap().modified().unwrap(), long_ago);
        }
        let missing = staging.link("missing", &old).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let twice = staging.link("linked", &old).unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::AlreadyExists);
    }
}
