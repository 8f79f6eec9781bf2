//! What is published: the output folder of one edition, and whether it may go to a target.
//!
//! In: the folder. Out: its files, each compared with the manifest that the build wrote last, so that
//! neither half an upload of an editor nor a build under way is published; and whose edition it says it
//! is, which counts, not what the folder is called.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic};
use crate::marking::Tlp;
use crate::output::{
    MANIFEST_NAME, Manifest, PUBLICATION_NAME, Publication, SUMS_NAME, sha_of_all,
};
use crate::settings::target::Target;
use crate::settings::{EditionSettings, Settings};

/// How many paths a message names.
const NAMED: usize = 3;

/// An output folder, whole.
pub struct Source {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub publication: Publication,
    /// The bytes of `SHA256SUMS`.
    pub sums: Vec<u8>,
}

/// The edition that goes to a target.
pub fn edition<'s>(
    settings: &'s Settings,
    target: &Target,
) -> Result<&'s EditionSettings, Diagnostic> {
    let editions = &settings.editions;
    let found = match (&target.edition, editions.as_slice()) {
        (None, [only]) => Some(only),
        (name, _) => editions
            .iter()
            .find(|edition| name.is_some() && edition.name == *name),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = editions
            .iter()
            .filter_map(|edition| edition.name.as_deref())
            .collect();
        Diagnostic::new(
            Code::BadTarget,
            format!(
                "the target `{}` does not say which edition goes there",
                target.name
            ),
        )
        .at_location(target.at.clone())
        .label("needs an `edition`")
        .help(format!("add `edition = …`, one of: {}", names.join(", ")))
    })
}

fn unpublishable(folder: &Path, what: &str, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(
        Code::Unpublishable,
        format!("`{}` {what}", folder.display()),
    )
    .at_path(folder.display().to_string())
    .help(help)
}

/// The command that makes the folder anew.
fn build_again(edition: &EditionSettings) -> String {
    match &edition.name {
        Some(name) => format!("run `tearline build --edition {name}`, and publish again"),
        None => "run `tearline build`, and publish again".to_owned(),
    }
}

/// Reads a folder and compares it with its manifest, every byte.
pub fn read(folder: &Path, edition: &EditionSettings) -> Result<Source, Diagnostic> {
    let again = || build_again(edition);
    let Some(manifest) = Manifest::read(folder)? else {
        return Err(unpublishable(
            folder,
            "is not the output of a build",
            again(),
        ));
    };
    let mut wrong: Vec<(&str, &str)> = manifest
        .files
        .par_iter()
        .filter_map(|(path, entry)| {
            let read =
                std::fs::File::open(folder.join(path)).and_then(|mut file| sha_of_all(&mut file));
            match read {
                Ok(found) if found == (entry.sha, entry.size) => None,
                Ok(_) => Some((path.as_str(), "was changed")),
                Err(_) => Some((path.as_str(), "is missing")),
            }
        })
        .collect();
    let strangers = strangers(folder, &manifest);
    wrong.extend(
        strangers
            .iter()
            .map(|path| (path.as_str(), "is no file of it")),
    );
    wrong.sort_unstable();
    if let Some(more) = wrong.len().checked_sub(1) {
        let named: Vec<String> = wrong
            .iter()
            .take(NAMED)
            .map(|(path, what)| format!("`{path}` {what}"))
            .collect();
        let more = match (more + 1).saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return Err(unpublishable(
            folder,
            &format!("is not as the build left it: {}{more}", named.join(", ")),
            again(),
        ));
    }
    let file = |path: &str| {
        std::fs::read(folder.join(path)).map_err(|_| {
            unpublishable(
                folder,
                "was built by an older Tearline, without lists for readers",
                again(),
            )
        })
    };
    let publication = Publication::parse(&file(PUBLICATION_NAME)?).map_err(|reason| {
        unpublishable(
            folder,
            &format!("has no list that can be read: {reason}"),
            again(),
        )
    })?;
    Ok(Source {
        folder: folder.to_owned(),
        sums: file(SUMS_NAME)?,
        manifest,
        publication,
    })
}

/// Files that stand in the folder and not in its manifest; those that a build makes anew each time, and
/// what desktops leave, are not among them.
fn strangers(folder: &Path, manifest: &Manifest) -> Vec<String> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(folder).ok()?;
            let path = path.to_string_lossy().replace('\\', "/");
            let desktop = [".DS_Store", "Thumbs.db", "desktop.ini"];
            let is_desktop = desktop.iter().any(|name| path.ends_with(name));
            (path != MANIFEST_NAME && !is_desktop && !manifest.files.contains_key(&path))
                .then_some(path)
        })
        .collect()
}

/// Whether the readers of a target may see what the folder holds.
pub fn may_go(
    edition: &EditionSettings,
    source: &Source,
    target: &Target,
) -> Result<(), Diagnostic> {
    let built = &source.publication;
    if built.drafts {
        return Err(unpublishable(
            &source.folder,
            "was built with what is not out yet",
            format!("without --drafts, {}", build_again(edition)),
        ));
    }
    if built.edition != edition.name || built.tlp != edition.tlp.name() {
        return Err(unpublishable(
            &source.folder,
            &format!(
                "was built as the edition `{}` at {}, and the settings say {} now",
                built.edition.as_deref().unwrap_or("of the whole site"),
                Tlp::parse(&built.tlp).unwrap_or(Tlp::Red),
                edition.tlp,
            ),
            build_again(edition),
        ));
    }
    let name = edition.name.as_deref().unwrap_or("of the whole site");
    let refuse = |message: String, label: &str, help: String| {
        Err(Diagnostic::new(Code::AboveTarget, message)
            .at_location(target.at.clone())
            .label(label)
            .help(help))
    };
    if target.public && edition.tlp > Tlp::Clear {
        return refuse(
            format!("the edition `{name}` is {}, and anyone can read `{}`", edition.tlp, target.name),
            "public = true",
            "TLP:GREEN and above may not go where anyone can read: name another target, or the edition \
             that is TLP:CLEAR"
                .to_owned(),
        );
    }
    let ceiling = target.tlp.unwrap_or(Tlp::Clear);
    if edition.tlp > ceiling {
        let help = match target.tlp {
            Some(_) => format!("name another target, or an edition up to {ceiling}"),
            None => format!(
                "if everyone who can read there may see {}, say so: tlp = \"{}\"",
                edition.tlp,
                edition.tlp.name()
            ),
        };
        return refuse(
            format!(
                "the edition `{name}` is {}, and the readers of `{}` may see {ceiling}",
                edition.tlp, target.name
            ),
            match target.tlp {
                Some(_) => "its readers may see less",
                None => "says no `tlp`, so its readers may see TLP:CLEAR",
            },
            help,
        );
    }
    let missing: Vec<&str> = edition
        .audience
        .difference(&target.audience)
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return refuse(
            format!(
                "the edition `{name}` may hold what is for {} alone, and `{}` does not say that its \
                 readers are",
                missing.join(", "),
                target.name
            ),
            "its readers belong to no such group",
            format!(
                "if all of them do, add them to its `audience`: {}",
                missing.join(", ")
            ),
        );
    }
    Ok(())
}
