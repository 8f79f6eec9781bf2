//! What others publish becomes documents and tables of a site.
//!
//! In: a file of ATT&CK, STIX, MISP or a CSV, and the site's folder. Out: profiles, draft briefs and
//! tables in `content/` and `data/`, and a [`Summary`]. It stands before the pipeline of a build and
//! uses the first two steps of it.
//!
//! 1. [`source`] reads the file, [`json`] makes typed objects of it
//! 2. one module for each format ([`attack`], [`stix`], [`misp`], [`csv`]) makes [`draft::Draft`]s
//!    of them: the [`catalogue`] says which document each is, the [`gate`] gives each text its level,
//!    [`text`] and [`prose`] make what others wrote fit to be loaded
//! 3. [`reconcile`] compares each draft with what the last import wrote and what people made of it
//! 4. [`verify`] loads and resolves the whole site as it would be, and leaves out what would not load
//! 5. [`write`] writes all files or none.

pub mod attack;
pub mod catalogue;
pub mod csv;
pub mod draft;
pub mod gate;
pub mod indicators;
mod json;
pub mod matter;
pub mod misp;
mod prose;
mod reconcile;
pub mod shelf;
pub mod source;
pub mod stix;
pub mod summary;
mod text;
mod verify;
mod write;
pub mod yaml;

use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::load::files;
use crate::marking::Tlp;
use draft::{Draft, Outcome};
use shelf::Shelf;
pub use summary::Summary;
use write::Output;

/// What every import is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tell what would be done, and write nothing.
    pub dry_run: bool,
    /// The marking of what comes without one, in place of the site's default.
    pub tlp: Option<Tlp>,
}

impl Options {
    /// The marking of what comes without one. It never widens what says otherwise.
    fn unmarked(&self, shelf: &Shelf) -> Tlp {
        self.tlp.unwrap_or_else(|| shelf.unmarked())
    }
}

/// What a format's module has made of a source.
#[derive(Debug)]
pub struct Work {
    pub drafts: Vec<Draft>,
    /// Whole files beside documents.
    pub files: Vec<Output>,
    pub summary: Summary,
}

/// Compares, verifies and writes.
///
/// # Errors
/// When nothing could be written. The findings that are given back otherwise are warnings.
fn finish(
    root: &Path,
    mut shelf: Shelf,
    work: Work,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let Work {
        drafts,
        files,
        mut summary,
    } = work;
    summary.dry_run = options.dry_run;
    let planned = drafts
        .into_iter()
        .map(|draft| {
            let existing = draft
                .place
                .existing
                .map(|at| shelf.document(at).file.clone());
            let table = draft.table().and_then(|table| {
                files::read_named(&shelf.site.root, &table.path, files::MAX_TABLE).ok()
            });
            reconcile::plan(
                draft,
                existing.as_ref(),
                table.as_ref().map(|table| table.text.as_str()),
            )
        })
        .collect();
    let (planned, refused) = verify::verify(&mut shelf, planned, &mut found);
    for (plan, reason) in refused {
        summary.skip(format!("would not load: {reason}"), &plan.draft.name);
    }
    let mut outputs = Vec::new();
    for output in files {
        let outcome = match files::read_named(root, &output.path, files::MAX_TABLE) {
            Ok(there) if there.text == output.text.as_str() => Outcome::Unchanged,
            Ok(_) => Outcome::Updated(Vec::new()),
            Err(_) => Outcome::New,
        };
        summary.add_file(&output.path, &outcome);
        if outcome != Outcome::Unchanged {
            outputs.push(output);
        }
    }
    for plan in planned {
        summary.add(&plan);
        if let Some(note) = &plan.note {
            summary.note(note);
        }
        let writes = verify::writes(&plan);
        let mut draft = plan.draft;
        let table = draft.take_table().filter(|_| writes);
        if let Some(text) = plan.text {
            outputs.push(Output {
                path: draft.place.path,
                text,
            });
        }
        if let Some(table) = table {
            outputs.push(Output {
                path: table.path,
                text: table.text,
            });
        }
    }
    found.sort();
    if !options.dry_run {
        write::write(root, &outputs).map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    }
    Ok((summary, found))
}
