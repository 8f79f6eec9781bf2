//! The report of what each edition withholds, as JSON in a file of its own.
//!
//! It names what an audience may not learn of, so it is for those who publish and never stands in an
//! output folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::diagnostic::{Code, Diagnostic};
use crate::edition::Withheld;
use crate::leaks::Allowed;
use crate::marking::Tlp;
use crate::site::resolved;

/// The report's file.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// The instant that embargo and expiry were measured by.
    pub as_of: String,
    /// When the next embargo ends.
    pub next_embargo: Option<String>,
    pub editions: Vec<Entry<'a>>,
}

/// One edition.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    pub edition: Option<&'a str>,
    pub tlp: Tlp,
    pub withheld: &'a Withheld,
    /// What the settings let the search for leaks pass.
    pub allowed: &'a [Allowed],
}

/// Refuses a place where the report would be published.
pub fn check_place(file: &Path, root: &Path, output: &Path) -> Result<(), Box<Diagnostic>> {
    let place = resolved(file);
    let public: [PathBuf; 4] = [
        resolved(output),
        resolved(&root.join("static")),
        resolved(&root.join("content")),
        resolved(&root.join("templates")),
    ];
    if let Some(folder) = public.iter().find(|folder| place.starts_with(folder)) {
        return Err(Box::new(
            Diagnostic::new(
                Code::ForeignOutput,
                format!("the report of what is withheld would stand in {}", folder.display()),
            )
            .at_path(file.display().to_string())
            .help("name a file outside of the output and of the site's sources, as in --withheld ../withheld.json"),
        ));
    }
    Ok(())
}

/// Writes the report, whole or not at all.
pub fn write(file: &Path, report: &Report) -> Result<(), Box<Diagnostic>> {
    let failed = |error: &dyn std::fmt::Display| {
        Box::new(
            Diagnostic::new(
                Code::WriteFailed,
                format!("cannot write the report of what is withheld: {error}"),
            )
            .at_path(file.display().to_string())
            .help("name a file in a folder that you may write to"),
        )
    };
    let mut json = serde_json::to_vec_pretty(report).map_err(|error| failed(&error))?;
    json.push(b'\n');
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut staged = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    staged.write_all(&json).map_err(|error| failed(&error))?;
    staged.persist(file).map_err(|error| failed(&error))?;
    Ok(())
}
