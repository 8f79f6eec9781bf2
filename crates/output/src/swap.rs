//! Puts a finished tree in the output's place.
//!
//! In: the staged tree, the destination, a free name beside them. Out: the destination is the new
//! tree, and the path at which the old one now waits to be removed, or to be put back.
//!
//! 1. No destination yet: one rename.
//! 2. `renameat2(2)` with `RENAME_EXCHANGE`: there is no moment without an output.
//! 3. Where the file system has no exchange: the old tree aside, the new one in, two renames. If
//!    the second fails the first is undone; `recover` mends a kill between the two.

use std::fs;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

/// How the trees may be swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    ExchangeIfPossible,
    #[cfg_attr(not(test), allow(dead_code, reason = "lets tests take the other way"))]
    TwoRenames,
}

/// The destination is replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Swapped {
    /// Where the old tree stands now.
    pub(super) old: Option<PathBuf>,
    /// False when it took two renames.
    pub(super) atomic: bool,
}

/// Swaps the staged tree in. After an error the destination is as it was.
pub(super) fn swap(
    staged: &Path,
    destination: &Path,
    aside: &Path,
    method: Method,
) -> Result<Swapped> {
    match fs::symlink_metadata(destination) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::rename(staged, destination)?;
            return Ok(Swapped {
                old: None,
                atomic: true,
            });
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    if method == Method::ExchangeIfPossible && exchange(staged, destination)? {
        return Ok(Swapped {
            old: Some(staged.to_owned()),
            atomic: true,
        });
    }
    fs::rename(destination, aside)?;
    if let Err(error) = fs::rename(staged, destination) {
        fs::rename(aside, destination)?;
        return Err(error);
    }
    Ok(Swapped {
        old: Some(aside.to_owned()),
        atomic: false,
    })
}

/// Puts the old tree back in the destination's place, and the new one where it was staged.
pub(super) fn undo(swapped: &Swapped, staged: &Path, destination: &Path) -> Result<()> {
    match &swapped.old {
        None => fs::rename(destination, staged),
        Some(old) if old == staged => exchange(staged, destination).and_then(|done| match done {
            true => Ok(()),
            false => Err(ErrorKind::Unsupported.into()),
        }),
        Some(old) => {
            fs::rename(destination, staged)?;
            fs::rename(old, destination)
        }
    }
}

/// Brings the old tree back after a kill between the two renames.
pub(super) fn recover(destination: &Path, aside: &Path) -> Result<()> {
    match fs::symlink_metadata(destination) {
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::rename(aside, destination) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        },
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

/// Exchanges two paths in one step; false where the file system cannot.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        // INVAL, NOSYS, OPNOTSUPP: neither kernel nor file system knows it. PERM: sandboxes.
        // XDEV: overlayfs, for a folder of a lower layer. BUSY: a mount point. In the last two a
        // plain rename mostly fails as well, and with the same clear reason.
        Err(
            Errno::INVAL
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::PERM
            | Errno::XDEV
            | Errno::BUSY,
        ) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_one: &Path, _other: &Path) -> Result<bool> {
    Ok(false)
}

/// Whether a path is a mount point, which no rename can replace. False where the system cannot
/// tell: then the swap itself fails, with nothing lost but the time of the build.
#[cfg(target_os = "linux")]
pub(super) fn is_mount_point(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(
        CWD,
        path,
        AtFlags::NO_AUTOMOUNT | AtFlags::SYMLINK_NOFOLLOW,
        StatxFlags::empty(),
    )
    .is_ok_and(|found| {
        found
            .stx_attributes_mask
            .intersection(found.stx_attributes)
            .contains(StatxAttributes::MOUNT_ROOT)
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_mount_point(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(root: &Path, name: &str, text: &str) -> PathBuf {
        let path = root.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), text).unwrap();
        path
    }

    #[test]
    fn two_renames_leave_the_same_tree_as_an_exchange() {
        for method in [Method::ExchangeIfPossible, Method::TwoRenames] {
            let root = tempfile::tempdir().unwrap();
            let staged = folder_with(root.path(), "staged", "new");
            let destination = folder_with(root.path(), "public", "old");
            let aside = root.path().join("aside");
            let swapped = swap(&staged, &destination, &aside, method).unwrap();
            assert_eq!(fs::read_to_string(destination.join("file")).unwrap(), "new");
            let old = swapped.old.unwrap();
            assert_eq!(fs::read_to_string(old.join("file")).unwrap(), "old");
            assert!(swapped.atomic || method == Method::TwoRenames || !cfg!(target_os = "linux"));
        }
    }

    #[test]
    fn a_swap_is_undone() {
        for method in [Method::ExchangeIfPossible, Method::TwoRenames] {
            for old in [true, false] {
                let root = tempfile::tempdir().unwrap();
                let staged = folder_with(root.path(), "staged", "new");
                let destination = root.path().join("public");
                if old {
                    folder_with(root.path(), "public", "old");
                }
                let aside = root.path().join("aside");
                let swapped = swap(&staged, &destination, &aside, method).unwrap();
                undo(&swapped, &staged, &destination).unwrap();
                assert_eq!(fs::read_to_string(staged.join("file")).unwrap(), "new");
                let back = fs::read_to_string(destination.join("file")).ok();
                assert_eq!(back.as_deref(), old.then_some("old"));
                assert!(!aside.exists());
            }
        }
    }

    #[test]
    fn a_failed_second_rename_brings_the_old_tree_back() {
        let root = tempfile::tempdir().unwrap();
        let destination = folder_with(root.path(), "public", "old");
        let nowhere = root.path().join("not-staged");
        let aside = root.path().join("aside");
        assert!(swap(&nowhere, &destination, &aside, Method::TwoRenames).is_err());
        assert_eq!(fs::read_to_string(destination.join("file")).unwrap(), "old");
        assert!(!aside.exists());
    }

    #[test]
    fn recovers_only_a_missing_output() {
        let root = tempfile::tempdir().unwrap();
        let destination = root.path().join("public");
        let aside = folder_with(root.path(), "aside", "old");
        recover(&destination, &aside).unwrap();
        assert!(destination.join("file").exists() && !aside.exists());
        folder_with(root.path(), "aside", "older");
        recover(&destination, &aside).unwrap();
        assert_eq!(fs::read_to_string(destination.join("file")).unwrap(), "old");
        recover(&root.path().join("never"), &root.path().join("none")).unwrap();
    }
}
