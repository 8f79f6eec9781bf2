//! Where symbolic links of a site may lead.
//!
//! In: the site's folder and a link in it. Out: whether it leads out of the site, or from what is
//! published to what is not. A file has the marking of the document or the folder that it stands in:
//! through a link it would be published under another one.

use std::path::{Path, PathBuf};

use base::diagnostic::{Code, Diagnostic};

/// What a site holds under markings, or in no edition: links of the theme may not lead there.
const MARKED: [&str; 4] = ["content", "data", "public", "tearline.toml"];

/// The site's folders as they are on the disk.
pub struct Links {
    root: PathBuf,
    statics: Option<PathBuf>,
}

impl Links {
    pub fn of(root: &Path) -> Self {
        Self {
            root: std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned()),
            statics: std::fs::canonicalize(root.join("static")).ok(),
        }
    }

    /// What is wrong with a link that a walk of one of the site's folders comes by.
    pub fn check(&self, folder: &str, path: &str, link: &Path) -> Option<Diagnostic> {
        let Some(target) = self.inside(link) else {
            return Some(leads_out(path));
        };
        let may_lead = match folder {
            // The folder itself may stand elsewhere.
            "static" | "templates" if path == folder => self.is_unmarked(&target),
            "static" => self.is_static(&target),
            "templates" => self.is_unmarked(&target),
            // Documents have a marking of their own; files beside them are looked at as such.
            _ => true,
        };
        (!may_lead).then(|| leads_to_unpublished(path))
    }

    /// Whether a file beside a document is where its path says: in the document's own folder, or in
    /// `static/`.
    pub fn stands_beside(&self, bundle: &Path, file: &Path) -> bool {
        let (Ok(folder), Ok(real)) = (std::fs::canonicalize(bundle), std::fs::canonicalize(file))
        else {
            return false;
        };
        let named = file.strip_prefix(bundle).map(|name| folder.join(name));
        named.is_ok_and(|named| named == real) || self.is_static(&real)
    }

    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let target = std::fs::canonicalize(path).ok()?;
        target.starts_with(&self.root).then_some(target)
    }

    fn is_static(&self, target: &Path) -> bool {
        let statics = self.statics.as_ref();
        statics.is_some_and(|statics| target.starts_with(statics))
    }

    /// Whether nothing that has a marking stands there, and no hidden file such as those of Git.
    fn is_unmarked(&self, target: &Path) -> bool {
        let Ok(below) = target.strip_prefix(&self.root) else {
            return false;
        };
        let hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
        !below.iter().any(hidden)
            && MARKED.iter().all(|name| {
                let marked = self.root.join(name);
                let marked = std::fs::canonicalize(&marked).unwrap_or(marked);
                !target.starts_with(&marked) && !marked.starts_with(target)
            })
    }
}

/// Whether a path of the site leads out of it by a link.
pub fn is_inside(root: &Path, path: &Path) -> bool {
    Links::of(root).inside(path).is_some()
}

pub fn leads_out(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::LeavesSite,
        format!("the symbolic link `{path}` leads out of the site"),
    )
    .at_path(path)
    .help("copy the file into the site")
}

pub fn leads_to_unpublished(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::LeavesSite,
        format!("the symbolic link `{path}` would publish what stands elsewhere in the site"),
    )
    .at_path(path)
    .help(
        "put a copy of what may be published in its place; links in static/ and beside documents may \
         lead into static/ only",
    )
}
