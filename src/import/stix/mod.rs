//! `tearline import stix`: a bundle of any producer becomes profiles and draft briefs.
//!
//! In: a bundle, STIX 2.0 or 2.1, of a threat platform, a vendor or another Tearline site. Out:
//! profiles of actors, campaigns, software, vulnerabilities, sectors and groupings of places; a draft
//! brief for each report; one for indicators that no report has. What has no place here is counted
//! with its type.
//!
//! 1. [`object`] reads the objects, [`marking`] their levels, [`says`] gives each part its own
//! 2. [`entities`] says what each object is here, and by which name front matter names it
//! 3. [`profiles`], [`report`] and [`loose`] make the drafts, [`remarks`] reads the notes,
//!    [`reading`] the indicators, [`pattern`] what they match.

mod entities;
mod loose;
pub mod marking;
pub mod object;
mod pattern;
mod profiles;
mod reading;
mod remarks;
mod report;
pub mod says;
mod source;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::catalogue::Catalogue;
use super::shelf::Shelf;
use super::{Options, Summary, Work, finish};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::exchange::stix::producer;
use crate::import::gate::Told;
use crate::import::text as lines;
use crate::marking::Tlp;
use entities::Entities;
use marking::Markings;
use object::{Bundle, Object, Relationship};
use says::{Level, Says};

/// What all steps of one import look up.
struct Ground<'g> {
    bundle: &'g Bundle,
    markings: Markings,
    shelf: &'g Shelf,
    /// The ids of those who made an object.
    authors: HashSet<&'g str>,
    /// The level of what has no marking.
    unmarked: Tlp,
    /// The bundle is of this site, or of one with its namespace: its producer has the id that this
    /// site's would have.
    is_own: bool,
}

impl Ground<'_> {
    /// What an object says, at its level or that of what has no marking.
    fn says<'o>(&self, object: &'o Object) -> Says<'o> {
        Says::of(&self.markings, object, self.unmarked)
    }

    /// What an object says that goes with another one, whose level it has without a marking.
    fn says_within<'o>(&self, object: &'o Object, outer: Tlp) -> Says<'o> {
        Says::of(&self.markings, object, outer)
    }

    fn edge(&self, relationship: &Relationship) -> Level {
        says::edge(&self.markings, relationship)
    }

    /// The name of who made an object, for those who may read of both.
    fn author(&self, object: &Object, level: Tlp) -> Option<Told> {
        let made_by = self.says_within(object, level).one("created_by_ref")?;
        let author = self.bundle.get(made_by.as_str())?;
        let name = self.says_within(author, level).one("name")?.name()?;
        Some(name.at_least(made_by.gate.tlp()))
    }

    /// The same, where a document of this level may have it; the summary tells where it may not.
    fn author_within(&self, object: &Object, level: Tlp, summary: &mut Summary) -> Option<Told> {
        let author = self.author(object, level)?;
        if author.tlp() <= level {
            return Some(author);
        }
        summary.skip(
            "authors whose marking is narrower than what they wrote",
            object.label(),
        );
        None
    }
}

/// Imports a bundle.
///
/// # Errors
/// With findings, and nothing written.
pub fn import(
    root: &Path,
    file: &Arc<SourceFile>,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let shelf = Shelf::read(root, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let bundle = object::read(file, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    if bundle.objects.is_empty() {
        return Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` has no STIX objects", file.path),
        )
        .at_path(file.path.clone())
        .help("export it again, with the objects that you need")
        .into());
    }
    let work = work(&bundle, file, &shelf, options);
    drop(bundle);
    finish(root, shelf, work, options)
}

fn work(bundle: &Bundle, file: &SourceFile, shelf: &Shelf, options: &Options) -> Work {
    let ground = Ground {
        bundle,
        markings: Markings::of(bundle),
        shelf,
        authors: bundle
            .objects
            .iter()
            .filter_map(|object| object.created_by_ref.get())
            .collect(),
        unmarked: options.unmarked(shelf),
        is_own: bundle
            .get(&producer(&shelf.site.settings.namespace))
            .is_some(),
    };
    let mut summary = Summary::new(format!("STIX objects of {}", file.path));
    let mut catalogue = Catalogue::new(shelf);
    let entities = Entities::of(&ground, &mut catalogue, &mut summary);
    let mut drafts = profiles::drafts(&ground, &entities, &catalogue, &mut summary);
    drafts.extend(report::drafts(
        &ground,
        &entities,
        &mut catalogue,
        file,
        &mut summary,
    ));
    rest(bundle, &mut summary);
    ground.markings.tell(&mut summary);
    Work {
        drafts,
        files: Vec::new(),
        summary,
    }
}

/// Counts what has no place here.
fn rest(bundle: &Bundle, summary: &mut Summary) {
    /// Types that the steps before have read, or that only describe others.
    const READ: [&str; 17] = [
        "attack-pattern",
        "campaign",
        "extension-definition",
        "grouping",
        "identity",
        "indicator",
        "intrusion-set",
        "language-content",
        "location",
        "malware",
        "marking-definition",
        "note",
        "report",
        "threat-actor",
        "tool",
        "vulnerability",
        "bundle",
    ];
    /// Observables (STIX 2.1, chapter 6): what was seen, which need not be malicious.
    const OBSERVABLES: [&str; 18] = [
        "artifact",
        "autonomous-system",
        "directory",
        "domain-name",
        "email-addr",
        "email-message",
        "email-mime-part-type",
        "file",
        "ipv4-addr",
        "ipv6-addr",
        "mac-addr",
        "mutex",
        "network-traffic",
        "process",
        "software",
        "url",
        "user-account",
        "windows-registry-key",
    ];
    for object in &bundle.objects {
        let kind = object.kind();
        if READ.contains(&kind) {
            continue;
        }
        let name = lines::line(kind, 60).unwrap_or_default();
        if OBSERVABLES.contains(&kind) || kind == "observed-data" || kind == "x509-certificate" {
            summary.skip("observables; indicators are made of patterns", &name);
        } else {
            summary.skip(format!("objects of type `{name}`"), object.label());
        }
    }
    if bundle.older > 0 {
        summary.note(format!(
            "{} older versions of objects that the file has in a newer one were passed over",
            bundle.older
        ));
    }
}
