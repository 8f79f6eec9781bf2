//! `tearline import misp`: events become draft briefs, galaxy clusters profiles.
//!
//! In: an event in MISP's core format (alone, or as the answer of a server), the manifest of a feed
//! with its events beside it, or the file of a galaxy's clusters. Which of them it is, the keys say.

mod attributes;
pub mod distribution;
mod event;
mod galaxy;
mod limits;
mod model;
mod reading;
mod tags;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::catalogue::Catalogue;
use super::json;
use super::shelf::Shelf;
use super::source;
use super::{Options, Summary, Work, finish};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::marking::{Tlp, within};
use limits::Tag;
use model::Event;

/// Events of one feed.
const MOST_EVENTS: usize = 20_000;
/// The largest event, in bytes.
const MAX_EVENT: u64 = 64 << 20;

/// The keys that say what a file is.
#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(rename = "Event", borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
    #[serde(borrow, default)]
    objects: Option<&'a RawValue>,
    #[serde(borrow, default)]
    info: Option<&'a RawValue>,
    #[serde(borrow, default)]
    uuid: Option<&'a RawValue>,
}

/// `{"Event": {…}}`, as each entry of a server's answer is.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(rename = "Event", borrow)]
    event: &'a RawValue,
}

/// A feed's manifest: the ids of its events, and their tags.
type Manifest<'a> = BTreeMap<String, &'a RawValue>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listed {
    info: json::Word,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    tags: Vec<Tag>,
}

impl Listed {
    fn tlp(&self, summary: &mut Summary) -> Option<Tlp> {
        let names = self.tags.iter().filter_map(|tag| tag.name.get());
        let tagged = names.filter_map(|name| limits::tag(name, summary)).max();
        tagged.max(self.info.get().and_then(within::title))
    }
}

/// Imports whatever the file is.
///
/// # Errors
/// With findings, and nothing written.
pub fn import(
    root: &Path,
    file: &Arc<SourceFile>,
    path: &Path,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let shelf = Shelf::read(root, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let work = work(file, path, &shelf, options)?;
    finish(root, shelf, work, options)
}

fn work(
    file: &Arc<SourceFile>,
    path: &Path,
    shelf: &Shelf,
    options: &Options,
) -> Result<Work, Diagnostics> {
    let one = |diagnostic: Box<Diagnostic>| Diagnostics::from(*diagnostic);
    if file.text.trim_start().starts_with('[') {
        let raws: Vec<&RawValue> = json::parse(file, "the list of events").map_err(one)?;
        return event::work(&events(file, &raws)?, file, shelf, options);
    }
    let outer: Outer<'_> = json::parse(file, "the file").map_err(one)?;
    if let Some(values) = outer.values {
        return galaxy::work(file, values, shelf, options);
    }
    if let Some(event) = outer.event {
        return event::work(&events(file, &[event])?, file, shelf, options);
    }
    if let Some(response) = outer.response {
        let raws = if response.get().starts_with('[') {
            json::object(file, response, "the answer").map_err(one)?
        } else {
            vec![response]
        };
        return event::work(&events(file, &raws)?, file, shelf, options);
    }
    if outer.info.is_some() && outer.uuid.is_some() {
        let event: Event = json::parse(file, "the event").map_err(one)?;
        return event::work(&[event], file, shelf, options);
    }
    if outer.objects.is_some() {
        return Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` is a STIX bundle, not MISP", file.path),
        )
        .at_path(file.path.clone())
        .help(format!("run `tearline import stix {}`", file.path))
        .into());
    }
    match serde_json::from_str::<Manifest<'_>>(&file.text) {
        Ok(manifest) if manifest.keys().any(|key| uuid::Uuid::try_parse(key).is_ok()) => {
            feed(file, path, &manifest, shelf, options)
        }
        _ => Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` is neither an event, a feed's manifest nor a galaxy cluster of MISP", file.path),
        )
        .at_path(file.path.clone())
        .help("an event has a key `Event`, a cluster file a list `values`, a manifest the UUIDs of events as keys")
        .into()),
    }
}

/// Events, each in its `Event` or as it is.
fn events(file: &Arc<SourceFile>, raws: &[&RawValue]) -> Result<Vec<Event>, Diagnostics> {
    if raws.len() > MOST_EVENTS {
        return Err(too_many(file, raws.len(), "events", MOST_EVENTS));
    }
    let mut found = Diagnostics::new();
    let mut events = Vec::new();
    for raw in raws {
        let inner = match serde_json::from_str::<Wrapped<'_>>(raw.get()) {
            Ok(wrapped) => wrapped.event,
            Err(_) => raw,
        };
        match json::object::<Event>(file, inner, "the event") {
            Ok(event) => events.push(event),
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    if found.is_empty() {
        Ok(events)
    } else {
        Err(found)
    }
}

fn too_many(file: &SourceFile, count: usize, what: &str, most: usize) -> Diagnostics {
    Diagnostic::new(
        Code::TooLarge,
        format!(
            "`{}` has {count} {what}; an import takes at most {most}",
            file.path
        ),
    )
    .at_path(file.path.clone())
    .help("split it into several files")
    .into()
}

/// The events that a manifest lists, from the files beside it.
fn feed(
    file: &Arc<SourceFile>,
    path: &Path,
    manifest: &Manifest<'_>,
    shelf: &Shelf,
    options: &Options,
) -> Result<Work, Diagnostics> {
    if path == Path::new("-") {
        return Err(Diagnostic::new(
            Code::NotImportable,
            "the events of a manifest lie beside it, and standard input has no folder",
        )
        .help("name the manifest's file")
        .into());
    }
    if manifest.len() > MOST_EVENTS {
        return Err(too_many(file, manifest.len(), "events", MOST_EVENTS));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut found = Diagnostics::new();
    let mut all = Vec::new();
    let mut strange = Vec::new();
    let mut catalogue = Catalogue::new(shelf);
    let mut work = Work {
        drafts: Vec::new(),
        files: Vec::new(),
        summary: Summary::new(format!("MISP feed {}", file.path)),
    };
    for (key, listed) in manifest {
        // Its canonical form is its file's name, and no path.
        let Ok(uuid) = uuid::Uuid::try_parse(key) else {
            strange.push(key);
            continue;
        };
        let event =
            source::read(&folder.join(format!("{uuid}.json")), MAX_EVENT).and_then(|file| {
                let wrapped: Wrapped<'_> = json::parse(&file, "the event")?;
                json::object::<Event>(&file, wrapped.event, "the event")
            });
        match event {
            Ok(event) => {
                let listed = serde_json::from_str::<Listed>(listed.get()).unwrap_or_default();
                all.push((event, listed.tlp(&mut work.summary)));
            }
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    for key in strange {
        work.summary
            .skip("entries of the manifest that are no UUID", key);
    }
    for (event, listed) in &all {
        event::add(event, *listed, shelf, options, &mut catalogue, &mut work);
    }
    Ok(work)
}
