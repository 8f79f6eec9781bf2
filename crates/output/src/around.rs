//! What stands around the outputs of a run: traces of killed runs, and outputs that the settings do
//! not name any more. A run of one edition would leave both for ever, and they may hold what the
//! editions beside them withhold.
//!
//! In: the output folder, the outputs that this run makes, the editions of the settings.
//! Out: traces are gone, with a warning where that failed; a warning for each left output, which is
//! not removed: it has no name of a site in it, and someone may still publish it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::failure::{lock_failed, write_failed};
use super::lock::{Lock, Taken};
use super::manifest::{MANIFEST_NAME, Manifest};
use super::staging::{Staging, WORTH_KEEPING, remove};
use super::swap::recover;
use super::{LOCK_END, PREVIOUS_END, Places, SOURCES_END, STAGING_END, TRACE};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Severity};

/// Removes what killed runs left of outputs in and beside this folder that the run is not about to
/// make: those it clears itself. What a live run holds is left to it.
pub fn sweep(output: &Path, making: &[PathBuf], editions: &BTreeSet<&str>) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut places: Vec<Places> = traces(output)
        .iter()
        .filter_map(|name| Places::beside(&output.join(name)))
        .collect();
    // Of a build without editions, where the settings have got some since.
    places.extend(Places::beside(output).filter(|places| {
        [
            &places.lock,
            &places.staging,
            &places.aside,
            &places.sources,
        ]
        .iter()
        .any(|path| fs::symlink_metadata(path).is_ok())
    }));
    for places in places {
        if making.contains(&places.destination) {
            continue;
        }
        let is_known = places
            .destination
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| editions.contains(name))
            && places.destination.join(MANIFEST_NAME).is_file();
        if let Err(mut diagnostic) = clear(&places, is_known) {
            diagnostic.severity = Severity::Warning;
            found.push(diagnostic);
        }
    }
    found
}

/// The names of outputs in a folder that runs have left something of.
fn traces(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        // No folder yet; or one that cannot be read, which the run itself will say.
        return BTreeSet::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix(TRACE)?;
            [LOCK_END, STAGING_END, PREVIOUS_END, SOURCES_END]
                .iter()
                .find_map(|end| rest.strip_suffix(end))
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
        })
        .collect()
}

fn clear(places: &Places, keep_folders: bool) -> Result<(), Diagnostic> {
    let _lock = match Lock::take(&places.lock) {
        Ok(Taken::Ours(lock)) => lock,
        Ok(Taken::Held(_)) => return Ok(()),
        Err(error) => return Err(lock_failed(&places.lock, &error)),
    };
    let failed = |path: &Path, error: std::io::Error| {
        write_failed("remove", path, &error).help(format!(
            "a build that was killed left it: remove `{}` by hand before you publish anything \
             beside it",
            path.display()
        ))
    };
    recover(&places.destination, &places.aside).map_err(|error| failed(&places.aside, error))?;
    remove(&places.aside).map_err(|error| failed(&places.aside, error))?;
    if !keep_folders {
        remove(&places.sources).map_err(|error| failed(&places.sources, error))?;
    }
    let cleared = if keep_folders {
        // Empty folders of a large output wait here for its next build.
        Staging::make(&places.staging, WORTH_KEEPING).map(drop)
    } else {
        remove(&places.staging)
    };
    cleared.map_err(|error| failed(&places.staging, error))
}

/// Outputs in the folder of editions that belong to none of them.
pub fn left_behind(output: &Path, editions: &BTreeSet<&str>) -> Diagnostics {
    let mut found = Diagnostics::new();
    if editions.is_empty() {
        // Then the folder is an output itself, and a foreign file in it is an error.
        return found;
    }
    let shown = output.display();
    let pages = match Manifest::read(output) {
        Ok(Some(manifest)) => manifest
            .paths()
            .filter(|path| {
                let first = path.split('/').next().unwrap_or(path);
                !editions.contains(first) && output.join(path).exists()
            })
            .count(),
        Ok(None) | Err(_) => 0,
    };
    if pages > 0 {
        let files = if pages == 1 { "file" } else { "files" };
        found.push(
            Diagnostic::new(
                Code::StaleOutput,
                format!(
                    "`{shown}` holds {pages} {files} of a build without editions beside the \
                     folders of the editions"
                ),
            )
            .at_path(shown.to_string())
            .help(format!(
                "delete `{shown}` and build again: nothing brings these files up to date, and \
                 they may show what is withheld by now"
            )),
        );
    }
    let mut names: Vec<String> = fs::read_dir(output)
        .map(|entries| {
            entries
                .flatten()
                .filter(|entry| entry.path().join(MANIFEST_NAME).is_file())
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .filter(|name| !editions.contains(name.as_str()) && !name.starts_with(TRACE))
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    for name in names {
        let path = output.join(&name);
        let shown = path.display();
        found.push(
            Diagnostic::new(
                Code::StaleOutput,
                format!("`{shown}` is the output of an edition that the settings do not have"),
            )
            .at_path(shown.to_string())
            .help(format!(
                "delete it (`rm -r {shown}`), or move it elsewhere: nothing brings it up to date, \
                 and it may show what the editions beside it withhold"
            )),
        );
    }
    found
}
