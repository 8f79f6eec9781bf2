//! From an error of the operating system to a diagnostic that says what it means for the site.
//!
//! In: what was being done, to which path, and the `io::Error`.
//! Out: a [`Diagnostic`] with the reason in words and the way out.

use std::io::{Error, ErrorKind};
use std::path::Path;

use base::diagnostic::{Code, Diagnostic};

/// An output path that could not be written, linked, swapped or removed. `doing` is the end of
/// "cannot …", for instance `"write"`.
pub(super) fn write_failed(doing: &str, path: &Path, error: &Error) -> Diagnostic {
    let (reason, help) = explain(error);
    let shown = path.display();
    Diagnostic::new(
        Code::WriteFailed,
        format!("cannot {doing} `{shown}`: {reason}"),
    )
    .at_path(shown.to_string())
    .help(help)
}

/// The lock beside an output, which could not be made or taken.
pub(super) fn lock_failed(path: &Path, error: &Error) -> Diagnostic {
    let finding = write_failed("lock", path, error);
    // Whatever stands there is not a file that we may write: someone else's, a link, a folder.
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
        && error.kind() != ErrorKind::PermissionDenied
        || std::fs::symlink_metadata(path).is_err()
    {
        return finding;
    }
    finding.help(format!(
        "if no build is running, remove `{}` and build again; or choose another folder with \
         `--output DIR`",
        path.display()
    ))
}

/// A static file or asset that could not be read while it was copied.
pub(super) fn unreadable(path: &Path, error: &Error) -> Diagnostic {
    let shown = path.display();
    Diagnostic::new(
        Code::Unreadable,
        format!(
            "cannot read `{shown}` to copy it into the output: {}",
            explain(error).0
        ),
    )
    .at_path(shown.to_string())
    .help("make it a readable file, or remove it from the site")
}

/// The reason in plain words and what to do about it.
fn explain(error: &Error) -> (String, &'static str) {
    let (reason, help) = match error.kind() {
        ErrorKind::StorageFull => (
            "no space is left on the disk",
            "free some space: beside the old output, which stays until the new one is whole, there \
             must be room for every changed file",
        ),
        ErrorKind::QuotaExceeded => (
            "your disk quota is used up",
            "free some space: beside the old output, which stays until the new one is whole, there \
             must be room for every changed file",
        ),
        ErrorKind::ReadOnlyFilesystem => (
            "the disk is read-only",
            "choose a folder that can be written with `--output DIR`",
        ),
        ErrorKind::PermissionDenied => (
            "permission is denied",
            "the output's folder and the folder around it must be writable by you; `--output DIR` \
             chooses another",
        ),
        ErrorKind::ResourceBusy => (
            "it is a mount point or in use, and cannot be swapped as a whole",
            "choose a folder inside of it with `--output DIR`, or mount the folder around it \
             instead",
        ),
        ErrorKind::CrossesDevices => (
            "it lies on another file system or in a lower layer of a container image",
            "remove the old output and build again, or choose another folder with `--output DIR`",
        ),
        ErrorKind::NotFound => (
            "it is gone",
            "something else changed the output while it was built; build again",
        ),
        ErrorKind::AlreadyExists => (
            "it was already written in this build",
            "give the two pages different addresses; on some file systems, names that differ in \
             upper and lower case only are the same",
        ),
        ErrorKind::NotADirectory => (
            "a file stands where a folder is needed",
            "give the page or the file another address, or choose another folder with \
             `--output DIR`",
        ),
        ErrorKind::IsADirectory => (
            "a folder stands where a file is needed",
            "give the page or the file another address",
        ),
        ErrorKind::InvalidFilename => (
            "the file system does not take such a name, or the name is too long",
            "give the page a shorter, plainer `slug`",
        ),
        ErrorKind::FileTooLarge => (
            "the file is larger than the file system or a limit of yours allows",
            "make the file smaller, or raise the limit (`ulimit -f`)",
        ),
        _ => {
            return (
                error.to_string(),
                "the old output is unchanged; mend the cause and build again",
            );
        }
    };
    (reason.to_owned(), help)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_told_in_words() {
        let told = |number| {
            let error = Error::from_raw_os_error(number);
            let finding = write_failed("write", Path::new("public/a.html"), &error);
            assert_eq!(finding.code, Code::WriteFailed);
            assert!(finding.help.is_some());
            finding.message
        };
        // errno(3) on Linux: ENOSPC, EROFS, EACCES, EBUSY, ENAMETOOLONG, EDQUOT
        assert_eq!(
            told(28),
            "cannot write `public/a.html`: no space is left on the disk"
        );
        assert!(told(30).ends_with("the disk is read-only"));
        assert!(told(13).ends_with("permission is denied"));
        assert!(told(16).contains("mount point"));
        assert!(told(36).contains("too long"));
        assert!(told(122).contains("quota"));
        assert!(told(5).contains("os error 5"));
    }
}
