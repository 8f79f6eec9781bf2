//! The first step: files become documents.
//!
//! In: a site's folder. Out: a [`Site`]: settings, documents with typed front matter and parsed
//! bodies, tables, template overrides and static files. Nothing after this step reads the site's
//! text again. What the words in it mean is not known here.
//!
//! 1. read `tearline.toml`
//! 2. list `content/`, `data/`, `templates/` and `static/`
//! 3. read and parse every document in parallel, each with findings of its own
//! 4. put all of it in the order of the paths.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod document;
pub mod files;
mod kept;
mod links;
pub mod matter;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
pub use document::{Document, Matter};
pub use files::{Asset, FileKind, SiteFile};
pub use kept::{Changed, Kept};
use settings::Settings;

/// How many files a thread takes at once: one that has none left does not wait for a long stretch.
const STRETCH: usize = 64;

/// Everything that a site's folder holds.
#[derive(Debug)]
pub struct Site {
    pub root: PathBuf,
    pub settings: Settings,
    /// In the order of their paths.
    pub documents: Vec<Arc<Document>>,
    /// The text files of `data/`, in the order of their paths.
    pub tables: Vec<Arc<SourceFile>>,
    /// The overrides in `templates/`; paths from the site's root.
    pub templates: Vec<Arc<SourceFile>>,
    /// The fonts in `templates/fonts/`; paths from the site's root.
    pub fonts: Vec<(String, Arc<[u8]>)>,
    /// The files of `static/`, addressed from it.
    pub statics: Vec<Asset>,
    /// What could not be parsed: its kind and stem. A link to it is no further mistake.
    pub unparsed: Vec<(FileKind, String)>,
}

impl Site {
    /// The stems of what could not be parsed.
    pub fn unparsed_stems(&self) -> Vec<&str> {
        self.unparsed
            .iter()
            .map(|(_, stem)| stem.as_str())
            .collect()
    }
}

/// Reads a whole site. Nothing comes back when the settings cannot be used; documents that cannot
/// be parsed are left out, with an error each. What `kept` has of the run before is not parsed
/// again; it has that of this run afterwards.
pub fn load(root: &Path, mut kept: Option<&mut Kept>, found: &mut Diagnostics) -> Option<Site> {
    let settings = read_settings(root, found);
    let unmarked = settings.as_ref().and_then(|settings| settings.default_tlp);
    if let Some(kept) = kept.as_deref_mut() {
        kept.agree(unmarked);
    }
    let listed = files::list(root, found);

    let parsed: Vec<kept::Parsed> = listed
        .documents
        .par_iter()
        .with_max_len(STRETCH)
        .map(|entry| kept::load(root, entry, unmarked, kept.as_deref()))
        .collect();
    if let Some(kept) = kept {
        kept.replace(listed.documents.iter().zip(&parsed));
    }
    let mut documents = Vec::with_capacity(parsed.len());
    let mut unparsed = Vec::new();
    for (parsed, listed) in parsed.into_iter().zip(&listed.documents) {
        if parsed.document.is_none() {
            unparsed.push((listed.kind, document::stem(&listed.path)));
        }
        documents.extend(parsed.document);
        found.extend(parsed.found);
    }

    let mut read_all = |files: &[SiteFile], limit: u64| -> Vec<Arc<SourceFile>> {
        files
            .iter()
            .filter_map(|file| match files::read_text(root, &file.path, limit) {
                Ok(text) => Some(text),
                Err(diagnostic) => {
                    found.push(*diagnostic);
                    None
                }
            })
            .collect()
    };
    let tables = read_all(&listed.tables, files::MAX_TABLE);
    let templates = read_all(&listed.templates, files::MAX_DOCUMENT);

    let fonts = listed
        .fonts
        .iter()
        .filter_map(
            |font| match files::read_font(root, &font.path, files::MAX_DOCUMENT) {
                Ok(bytes) => Some((font.path.clone(), bytes)),
                Err(diagnostic) => {
                    found.push(*diagnostic);
                    None
                }
            },
        )
        .collect();

    Some(Site {
        root: root.to_owned(),
        settings: settings?,
        documents,
        tables,
        templates,
        fonts,
        statics: listed.statics,
        unparsed,
    })
}

/// Reads the settings alone, as [`load`] does.
pub fn read_settings(root: &Path, found: &mut Diagnostics) -> Option<Settings> {
    if !root.join(settings::FILE_NAME).exists() {
        found.push(
            Diagnostic::new(
                Code::NoSite,
                format!(
                    "there is no {} in `{}`",
                    settings::FILE_NAME,
                    root.display()
                ),
            )
            .help("run `tearline init DIR` for a new site, or name a site's folder with --root"),
        );
        return None;
    }
    match files::read_named(root, settings::FILE_NAME, files::MAX_DOCUMENT) {
        Ok(file) => Settings::parse(&file, found),
        Err(diagnostic) => {
            found.push(*diagnostic);
            None
        }
    }
}
