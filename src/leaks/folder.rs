//! The scan of a folder, whoever made the files in it: `tearline check --leaks DIR`.

use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Ground, Scan};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::settings::EditionSettings;

/// What a folder was searched for, and what was found in it.
pub struct Searched {
    pub files: usize,
    pub needles: usize,
    pub found: Diagnostics,
}

/// The edition that a folder is to be searched for: the one that is named, the only one, or the
/// one that is called like the folder.
///
/// # Errors
/// When none of these settles it.
pub fn edition<'a>(
    ground: &'a Ground,
    name: Option<&str>,
    folder: &Path,
) -> Result<&'a EditionSettings, Diagnostic> {
    let editions = ground.editions();
    let named = |name: &str| {
        editions
            .iter()
            .find(|edition| edition.name.as_deref() == Some(name))
    };
    if let (None, [only]) = (name, editions) {
        return Ok(only);
    }
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let last = absolute
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let wanted = name.unwrap_or(&last);
    if let Some(edition) = named(wanted) {
        return Ok(edition);
    }
    let names: Vec<&str> = editions
        .iter()
        .filter_map(|edition| edition.name.as_deref())
        .collect();
    let diagnostic = match name {
        Some(name) => Diagnostic::new(
            Code::UnknownEdition,
            format!("there is no edition `{name}`"),
        ),
        None => Diagnostic::new(
            Code::UnknownEdition,
            format!(
                "`{}` is not called like an edition, and the site has several",
                folder.display()
            ),
        ),
    };
    let near = name.and_then(|name| nearest(name, names.iter().copied()));
    Err(match (near, names.as_slice()) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, []) => diagnostic.help("the settings have no [editions.*]: leave --edition out"),
        (None, names) => diagnostic.help(format!(
            "say with --edition whose folder it is: {}",
            names.join(", ")
        )),
    })
}

/// Searches every file below a folder. Symbolic links are not followed; their own text is searched.
pub fn search(ground: &Ground, edition: &EditionSettings, folder: &Path) -> Searched {
    let scan = Scan::new(ground, edition);
    let mut found = Diagnostics::new();
    let mut files = Vec::new();
    if !folder.is_dir() {
        found.push(
            Diagnostic::new(
                Code::Unreadable,
                format!("`{}` is not a folder", folder.display()),
            )
            .help("name the folder of an edition, as in public/ or public/NAME"),
        );
    } else {
        for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
            match entry {
                Ok(entry) => files.push(entry),
                Err(error) => found.push(Diagnostic::new(
                    Code::Unreadable,
                    format!("a part of the folder cannot be read: {error}"),
                )),
            }
        }
    }
    let searched = files
        .par_iter()
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let path = below.to_string_lossy().replace('\\', "/");
            let kind = entry.file_type();
            if kind.is_file() {
                scan.file(&path, entry.path());
            } else if kind.is_symlink() {
                let target = std::fs::read_link(entry.path()).unwrap_or_default();
                scan.bytes(&path, target.to_string_lossy().as_bytes());
            } else if kind.is_dir() {
                scan.bytes(&path, &[]);
                return 0;
            } else {
                scan.unsearched(&path, vec!["is not a file".to_owned()]);
            }
            1
        })
        .sum();
    found.extend(scan.findings(ground, folder));
    Searched {
        files: searched,
        needles: scan.needles(),
        found,
    }
}
