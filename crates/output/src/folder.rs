//! A folder held open, and what is done inside of it by relative paths.
//!
//! In: paths with `/`. Out: files, facts, links; never through a symbolic link at the path's end.
//! On Linux every call is relative to the folder's descriptor (`openat(2)` and its kin), which
//! costs a quarter less than absolute paths do for the thousands of short files of a site, and
//! stays with the same folder whatever is renamed around it.

use std::fs::File;
use std::io::Result;
use std::path::Path;
use std::time::SystemTime;

/// What `stat` tells of one path, a symbolic link not followed.
pub(super) struct Facts {
    pub(super) is_file: bool,
    /// In bytes.
    pub(super) size: u64,
    pub(super) modified: SystemTime,
}

#[cfg(target_os = "linux")]
mod platform {
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, linkat, mkdirat, openat, statat};

    use super::{Facts, File, Path, Result, SystemTime};

    pub(in super::super) struct Folder {
        descriptor: OwnedFd,
    }

    impl Folder {
        pub(in super::super) fn open(path: &Path) -> Result<Self> {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let descriptor = openat(CWD, path, flags, Mode::empty())?;
            Ok(Self { descriptor })
        }

        pub(in super::super) fn make_folder(&self, path: &str) -> Result<()> {
            // The user's umask takes away what it should.
            Ok(mkdirat(&self.descriptor, path, Mode::from_raw_mode(0o777))?)
        }

        /// A new file; an error where one stands.
        pub(in super::super) fn create(&self, path: &str) -> Result<File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let mode = Mode::from_raw_mode(0o666);
            Ok(openat(&self.descriptor, path, flags, mode)?.into())
        }

        pub(in super::super) fn read(&self, path: &str) -> Result<File> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(openat(&self.descriptor, path, flags, Mode::empty())?.into())
        }

        pub(in super::super) fn facts(&self, path: &str) -> Result<Facts> {
            let found = statat(&self.descriptor, path, AtFlags::SYMLINK_NOFOLLOW)?;
            // A time before 1970 can only be set by hand; it counts as 1970.
            let seconds = u64::try_from(found.st_mtime).unwrap_or(0);
            let nanoseconds = u32::try_from(found.st_mtime_nsec).unwrap_or(0);
            Ok(Facts {
                is_file: FileType::from_raw_mode(found.st_mode) == FileType::RegularFile,
                size: u64::try_from(found.st_size).unwrap_or(0),
                modified: SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds),
            })
        }

        /// The same file under the same path in another folder.
        pub(in super::super) fn link(&self, path: &str, into: &Self) -> Result<()> {
            let (from, to) = (&self.descriptor, &into.descriptor);
            Ok(linkat(from, path, to, path, AtFlags::empty())?)
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::fs;
    use std::path::PathBuf;

    use super::{Facts, File, Path, Result, SystemTime};

    pub(in super::super) struct Folder {
        path: PathBuf,
    }

    impl Folder {
        pub(in super::super) fn open(path: &Path) -> Result<Self> {
            let path = path.to_owned();
            Ok(Self { path })
        }

        pub(in super::super) fn make_folder(&self, path: &str) -> Result<()> {
            fs::create_dir(self.path.join(path))
        }

        /// A new file; an error where one stands.
        pub(in super::super) fn create(&self, path: &str) -> Result<File> {
            File::create_new(self.path.join(path))
        }

        pub(in super::super) fn read(&self, path: &str) -> Result<File> {
            File::open(self.path.join(path))
        }

        pub(in super::super) fn facts(&self, path: &str) -> Result<Facts> {
            let found = fs::symlink_metadata(self.path.join(path))?;
            Ok(Facts {
                is_file: found.is_file(),
                size: found.len(),
                modified: found.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            })
        }

        /// The same file under the same path in another folder.
        pub(in super::super) fn link(&self, path: &str, into: &Self) -> Result<()> {
            fs::hard_link(self.path.join(path), into.path.join(path))
        }
    }
}

pub(super) use platform::Folder;
