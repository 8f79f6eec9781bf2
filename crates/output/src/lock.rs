//! One run at a time for each output: a file beside it, locked by the operating system.
//!
//! In: the lock file's path. Out: a guard that holds the lock until it is dropped, or who has it.
//! The system lets go of the lock when a process ends however it ends, so a killed run leaves at
//! most an unlocked file, which the next run takes over. The process id in the file is there for
//! people to read: whether it lives, or is another program's by now, decides nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// How often a lock file may vanish between being opened and being locked before we give up.
const ATTEMPTS: usize = 100;

pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

/// What became of an attempt.
pub(super) enum Taken {
    Ours(Lock),
    /// Another run has it, with this process id if it could be read.
    Held(Option<u32>),
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Taken> {
        for _ in 0..ATTEMPTS {
            let file = open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Taken::Held(holder(path))),
                // Some network file systems have no locks. To build there without one is better
                // than not to build: two runs at once then fail, at worst, with an error.
                Err(TryLockError::Error(error)) if has_no_locks(&error) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The run before may have removed the file after we opened it: then we hold the lock
            // of a file that nobody else will find.
            if still_there(&file, path) {
                name_holder(&file);
                let path = path.to_owned();
                return Ok(Taken::Ours(Self { path, _file: file }));
            }
        }
        Err(Error::new(
            ErrorKind::ResourceBusy,
            "the lock file is removed again and again",
        ))
    }
}

/// Makes or opens a regular file and nothing else: a symbolic link would have the lock taken, and
/// a file made, elsewhere; a pipe would keep us waiting for someone who reads it.
fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(Error::other("it is not a file that locks")),
        _ => options.open(path),
    }
}

/// Best effort: a full disk takes the name from the message of another run, not the lock from us.
fn name_holder(mut file: &File) {
    let _ = file
        .set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()));
}

fn holder(path: &Path) -> Option<u32> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still locked, so that no other run can have locked it in between.
        // Where it cannot be removed it does no harm.
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// ENOLCK has no `ErrorKind` of its own.
fn has_no_locks(error: &Error) -> bool {
    const ENOLCK: i32 = 37;
    error.kind() == ErrorKind::Unsupported
        || (cfg!(target_os = "linux") && error.raw_os_error() == Some(ENOLCK))
}

#[cfg(unix)]
fn still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(found)) => ours.dev() == found.dev() && ours.ino() == found.ino(),
        _ => false,
    }
}

/// Elsewhere the file is never removed.
#[cfg(not(unix))]
fn still_there(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_holds_it_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let Taken::Ours(first) = Lock::take(&path).unwrap() else {
            panic!("nobody else has it");
        };
        let Taken::Held(holder) = Lock::take(&path).unwrap() else {
            panic!("it is taken twice");
        };
        if cfg!(unix) {
            assert_eq!(holder, Some(std::process::id()));
        }
        drop(first);
        assert!(!path.exists() || !cfg!(unix));
        assert!(matches!(Lock::take(&path).unwrap(), Taken::Ours(_)));
    }

    #[test]
    fn a_file_that_a_killed_run_left_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        // The id of a process that lives and builds nothing: ids are given again.
        for left in ["", "no number", &format!("{}\n", std::process::id())] {
            std::fs::write(&path, left).unwrap();
            assert!(matches!(Lock::take(&path).unwrap(), Taken::Ours(_)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let elsewhere = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(Lock::take(&path).is_err());
        assert!(!elsewhere.exists());
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(Lock::take(&path).is_err());
    }

    #[test]
    fn many_threads_never_hold_it_together() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let holders = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        if let Taken::Ours(lock) = Lock::take(&path).unwrap() {
                            assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                            holders.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
