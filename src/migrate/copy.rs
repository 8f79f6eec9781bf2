//! Files of an old site that the new one has as they are.
//!
//! In: a file, and the marking of all that is converted. Out: a [`Copy`], where neither its name nor
//! its text says that it is narrower or not to be published. Only texts can say so.

use std::path::{Path, PathBuf};

use super::{held, marks, matter};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::marking::{Tlp, within};

/// A file that is as wide as the new site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy(PathBuf);

/// Ends of the names of files that are read for what they say of themselves.
const TEXTS: [&str; 7] = ["md", "txt", "csv", "tsv", "html", "htm", "json"];

impl Copy {
    /// The file at a path below a folder; none where it is narrower than all of the new site. Without a
    /// marking for all of it, each document is a draft, and its files are with it.
    pub fn of(folder: &Path, path: &str, tlp: Option<Tlp>) -> Option<Self> {
        let whole = folder.join(path);
        let is_open = tlp.is_none_or(|tlp| tlp == Tlp::Red || is_open(&whole, path, tlp));
        is_open.then_some(Self(whole))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

fn is_open(whole: &Path, path: &str, tlp: Tlp) -> bool {
    let mut said = marks::of_path(path);
    let is_text = (whole.extension().and_then(|end| end.to_str()))
        .is_some_and(|end| TEXTS.contains(&end.to_ascii_lowercase().as_str()));
    let text = is_text
        .then(|| std::fs::read_to_string(whole).ok())
        .flatten();
    if let Some(text) = text {
        let file = SourceFile::new(path, text);
        if file.text.starts_with("---") || file.text.starts_with("+++") {
            match matter::front_matter(&file, &mut Diagnostics::new()) {
                Some((table, _)) if held::back(&table).is_none() => {
                    said.add_all(&marks::of_table(&table));
                }
                _ => return false,
            }
        }
        let lines = file.text.lines().filter_map(within::line).max();
        let text = within::text(&file.text).max(lines);
        said.add(text, path);
    }
    said.tlp <= Some(tlp)
}
