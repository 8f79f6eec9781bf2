//! `tearline import attack`: a release of MITRE ATT&CK becomes the site's tables, and on request
//! profiles of groups, software and campaigns.
//!
//! In: a bundle of Enterprise, Mobile or ICS, STIX 2.0 or 2.1. Out: `data/attack-*.json`, one for
//! each domain in it; drafts of profiles; what changed since the table that was there.

mod profiles;
mod publications;
mod table;

use std::path::Path;
use std::sync::Arc;

use super::catalogue::Catalogue;
use super::shelf::Shelf;
use super::stix::marking::Markings;
use super::stix::object::{self, Bundle};
use super::write::Output;
use super::{Options, Summary, Work, finish};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// What profiles are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Profiles {
    Groups,
    Software,
    Campaigns,
}

/// The three matrices, as files name them.
pub const DOMAINS: [(&str, &str, &str); 3] = [
    (
        "enterprise-attack",
        "Enterprise",
        "data/attack-enterprise.json",
    ),
    ("mobile-attack", "Mobile", "data/attack-mobile.json"),
    ("ics-attack", "ICS", "data/attack-ics.json"),
];

/// Imports a release.
///
/// # Errors
/// With findings, and nothing written.
pub fn import(
    root: &Path,
    file: &Arc<SourceFile>,
    profiles: &[Profiles],
    version: Option<&str>,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let shelf = Shelf::read(root, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let bundle = object::read(file, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let markings = Markings::of(&bundle);
    let release = table::Release::of(&bundle, &markings, &file.path, version);
    let mut summary = Summary::new(release.name());
    let tables = table::tables(&bundle, &release, &mut summary);
    if tables.is_empty() {
        return Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` has no techniques of ATT&CK", file.path),
        )
        .at_path(file.path.clone())
        .help("take a whole release, such as enterprise-attack.json; other bundles are for `tearline import stix`")
        .into());
    }
    let mut files = Vec::new();
    for (path, table) in tables {
        let text = table::text(&table);
        table::compare(&shelf.site.tables, path, &text, &mut summary);
        files.push(Output {
            path: path.to_owned(),
            text,
        });
    }
    let mut catalogue = Catalogue::new(&shelf);
    let drafts = profiles::drafts(
        &bundle,
        &markings,
        &release,
        profiles,
        &mut catalogue,
        &mut summary,
    );
    markings.tell(&mut summary);
    let work = Work {
        drafts,
        files,
        summary,
    };
    finish(root, shelf, work, options)
}

/// Whether an object is one of the past.
fn is_gone(object: &object::Object) -> bool {
    object.revoked.0 || object.x_mitre_deprecated.0
}

/// The successor of each object that was revoked, by their ids in STIX.
fn successors(bundle: &Bundle) -> std::collections::HashMap<&str, &str> {
    bundle
        .relationships
        .iter()
        .filter(|relationship| relationship.relationship_type.get() == Some("revoked-by"))
        .filter_map(|relationship| {
            Some((
                relationship.source_ref.get()?,
                relationship.target_ref.get()?,
            ))
        })
        .collect()
}
