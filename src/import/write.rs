//! Writing what an import has planned: all of it or nothing.
//!
//! In: whole texts with their paths from the site's root. Out: files. Every text is staged beside
//! its place before the first is moved there, so that a full disk or a folder without permission
//! leaves the site as it was. Nothing is written through a link that leads out of the site.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::gate::Sheet;
use crate::diagnostic::{Code, Diagnostic};

/// A file that an import writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// From the site's root.
    pub path: String,
    pub text: Sheet,
}

/// Writes the files.
///
/// # Errors
/// When one of them cannot be staged, which leaves every file as it was; or, which is told with the
/// path, when a staged file cannot be moved.
pub fn write(root: &Path, outputs: &[Output]) -> Result<(), Box<Diagnostic>> {
    let real_root = std::fs::canonicalize(root).map_err(|error| failed(".", &error))?;
    let mut made = Made::default();
    let mut staged: Vec<(TempPath, PathBuf, &str)> = Vec::with_capacity(outputs.len());
    for output in outputs {
        let target = target(root, &real_root, &output.path, &mut made)?;
        let file =
            stage(&target, output.text.as_str()).map_err(|error| failed(&output.path, &error))?;
        staged.push((file, target, &output.path));
    }
    made.keep();
    for (file, target, path) in staged {
        file.persist(&target)
            .map_err(|error| failed(path, &error.error))?;
    }
    Ok(())
}

/// Folders that were made for files; taken away again when nothing is written.
#[derive(Default)]
struct Made(Vec<PathBuf>);

impl Made {
    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One that holds something is not removed, and that is right.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Where a file really lies, its folder made.
fn target(
    root: &Path,
    real_root: &Path,
    path: &str,
    made: &mut Made,
) -> Result<PathBuf, Box<Diagnostic>> {
    let whole = root.join(path);
    let parent = whole.parent().unwrap_or(root);
    let missing: Vec<&Path> = parent
        .ancestors()
        .take_while(|folder| !folder.exists())
        .collect();
    let there = missing
        .last()
        .and_then(|folder| folder.parent())
        .unwrap_or(parent);
    // Asked before a folder is made, so that none is made outside.
    inside(there, real_root, path)?;
    for folder in missing.iter().rev() {
        std::fs::create_dir(folder).map_err(|error| failed(path, &error))?;
        made.0.push(folder.to_path_buf());
    }
    if whole.exists() {
        return inside(&whole, real_root, path);
    }
    let parent = inside(parent, real_root, path)?;
    Ok(parent.join(whole.file_name().unwrap_or_default()))
}

fn inside(place: &Path, real_root: &Path, path: &str) -> Result<PathBuf, Box<Diagnostic>> {
    let real = std::fs::canonicalize(place).map_err(|error| failed(path, &error))?;
    if real.starts_with(real_root) {
        return Ok(real);
    }
    Err(Box::new(
        Diagnostic::new(
            Code::LeavesSite,
            format!("`{path}` would be written outside of the site"),
        )
        .at_path(path)
        .help("a symbolic link on the way leads out of the site; replace it by a folder"),
    ))
}

fn stage(target: &Path, text: &str) -> std::io::Result<TempPath> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".import-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the user's mask takes off. A file that is there keeps its own.
        let mode = std::fs::metadata(target).map_or(0o666, |there| there.permissions().mode());
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    // Without the open file: there may be more of them than a process can have open.
    Ok(file.into_temp_path())
}

fn failed(path: &str, error: &std::io::Error) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::WriteFailed,
            format!("`{path}` cannot be written: {error}"),
        )
        .at_path(path)
        .help("mend the folder's permissions, or make room on the disk"),
    )
}
