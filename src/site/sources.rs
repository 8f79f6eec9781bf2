//! What the pages of an edition are made of, as hashes, so that the next build need not make again
//! what would come out the same.
//!
//! In: everything up to the plans, and the search for leaks of one edition. Out: [`Sources`]. The
//! hash that all share has the program, the settings, templates, tables, what is searched for, and of
//! each document all but the plain words of a visible brief's body: those no other page shows. So a
//! change of such words leaves every other page as it is, and any other change leaves none.
//!
//! Feeds, the search and other outputs that hold words of several briefs are made anew each time.

use std::collections::{BTreeMap, BTreeSet};

use blake3::{Hash, Hasher};
use rayon::prelude::*;

use super::{Options, Prepared, PreparedEdition};
use crate::edition::Edition;
use crate::exchange;
use crate::leaks::Scan;
use crate::load::{Document, Matter};
use crate::output::Sources;
use crate::plan::Producer;

/// A number for the source of this program, its theme and its libraries.
pub(super) const PROGRAM: &str = include_str!(concat!(env!("OUT_DIR"), "/program.txt"));

/// The sources of an edition's outputs.
pub fn of(
    prepared: &Prepared,
    edition: &PreparedEdition,
    options: &Options,
    scan: &Scan,
) -> Sources {
    let site = &prepared.ground.site;
    let mut shared = Fields::default();
    shared.text(PROGRAM);
    shared.text(&site.settings.file.text);
    shared.text(options.base_url.as_ref().map_or("", |url| url.as_str()));
    shared.text(edition.settings.name.as_deref().unwrap_or_default());
    for file in site.tables.iter().chain(&site.templates) {
        shared.text(&file.path);
        shared.text(&file.text);
    }
    for (path, bytes) in &site.fonts {
        shared.text(path);
        shared.bytes(bytes);
    }
    for asset in &site.statics {
        shared.text(&asset.path);
    }
    for (path, (width, height)) in &edition.plan.sizes {
        shared.text(path);
        shared.text(&format!("{width} {height}"));
    }
    shared.bytes(scan.digest().as_bytes());
    // Which briefs are out is for the clock to say too.
    let briefs = &edition.edition.briefs;
    let shown: BTreeSet<&str> = briefs.iter().map(|brief| brief.path.as_str()).collect();
    for brief in briefs {
        shared.text(&brief.path);
        shared.text(if brief.draft { "draft" } else { "" });
        shared.text(
            &brief
                .embargo
                .map(|end| end.timestamp().to_string())
                .unwrap_or_default(),
        );
    }
    let documents: Vec<(Hash, Hash)> = prepared
        .documents
        .par_iter()
        .map(|document| {
            let is_shown = shown.contains(document.file.path.as_str());
            let own = blake3::hash(document.file.text.as_bytes());
            (for_others(document, is_shown, own), own)
        })
        .collect();
    let mut own_of = BTreeMap::new();
    for (document, (for_others, own)) in prepared.documents.iter().zip(documents) {
        shared.text(&document.file.path);
        shared.bytes(for_others.as_bytes());
        own_of.insert(document.file.path.clone(), own);
    }
    Sources {
        shared: shared.0.finalize(),
        documents: own_of,
        again: BTreeSet::new(),
    }
}

/// What of a document more than its own page depends on; where that is not certain, all of it.
fn for_others(document: &Document, is_shown: bool, whole: Hash) -> Hash {
    let mut fields = Fields::default();
    let is_brief = matches!(document.matter, Matter::Brief(_));
    match document.body.outline().filter(|_| is_shown && is_brief) {
        Some(outline) => {
            let matter = document.file.text.get(document.matter_span.clone());
            fields.text(matter.unwrap_or_default());
            fields.text(&outline);
        }
        None => fields.bytes(whole.as_bytes()),
    }
    let rows = document.indicator_rows.iter().map(|rows| &rows.file);
    for file in rows.chain(document.figure_files.values()) {
        fields.text(&file.path);
        fields.text(&file.text);
    }
    for asset in &document.assets {
        fields.text(&asset.path);
    }
    fields.0.finalize()
}

/// Whether an output is what it was, of the sources before and now. The shared ones are the same.
pub fn is_same(
    producer: &Producer,
    edition: &Edition,
    (before, now): (&Sources, &Sources),
) -> bool {
    match producer {
        // The event has the text of the brief.
        Producer::Brief(id) | Producer::Exchange(exchange::File::MispEvent(id)) => {
            let path = &edition.brief(*id).path;
            before.documents.get(path) == now.documents.get(path)
        }
        Producer::Exchange(exchange::File::Indicators(..) | exchange::File::Layer(..))
        | Producer::Stix(_)
        | Producer::Briefs(_)
        | Producer::Entity(..)
        | Producer::Compare(..)
        | Producer::Tag(..) => true,
        _ => false,
    }
}

/// A hash of several values, each with its length, so that none can run into the next.
#[derive(Default)]
struct Fields(Hasher);

impl Fields {
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}
