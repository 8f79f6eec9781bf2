//! A MISP feed: a folder that a MISP instance subscribes to (MISP core format,
//! draft-dulaunoy-misp-core-format, section "Manifest").
//!
//! In: an edition. Out: an event for each brief, with the brief's text as its report; the manifest of
//! all events; and the hashes of all values, by which MISP looks up which event has one.
//!
//! [`event`] puts an event together, [`files`] says which hashes are of one file, [`kinds`] and
//! [`tags`] are its words, [`report`] writes the text as Markdown, of the pieces in [`markdown`].
//!
//! Ids follow from the site's namespace, the edition and the brief, so that they stay. The edition is
//! part of them: what another edition says of the same brief differs, and two events of one id and
//! one time must not.

mod event;
mod files;
mod kinds;
mod markdown;
mod report;
mod tags;

use md5::{Digest, Md5};
use serde::Serialize;
use uuid::Uuid;

use super::{changed, json, listing};
use edition::model::{Brief, SiteFacts, brief_id_of};
use edition::{BriefId, Edition};
use event::{Event, Organisation};
use output::hex;
use tags::Tag;

/// What the lists of a feed say of an event.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its row of the manifest, as JSON.
    row: String,
    /// Its lines of the hashes.
    hashes: String,
}

/// The id of a brief's event.
fn event_id(site: &SiteFacts, brief: &Brief) -> Uuid {
    let edition = site.edition.as_deref().unwrap_or_default();
    let key = format!("misp-event:{}:{}:{edition}", brief.id, site.tlp.name());
    Uuid::new_v5(&site.namespace, key.as_bytes())
}

/// The path of a brief's event.
pub fn event_path(edition: &Edition, brief: &Brief) -> String {
    let id = event_id(&edition.site, brief);
    format!("{}misp/{id}.json", super::FOLDER)
}

#[derive(Serialize)]
struct Row<'a> {
    info: &'a str,
    #[serde(rename = "Orgc")]
    organisation: &'a Organisation<'a>,
    date: &'a str,
    timestamp: &'a str,
    analysis: &'static str,
    threat_level_id: &'static str,
    #[serde(rename = "Tag")]
    tags: &'a [Tag],
    #[serde(rename = "integrity:sha256")]
    integrity: String,
}

/// A brief's event, and what the lists say of it.
pub fn event(edition: &Edition, id: BriefId) -> (Vec<u8>, Entry) {
    #[derive(Serialize)]
    struct File<'a> {
        #[serde(rename = "Event")]
        event: &'a Event<'a>,
    }
    let event = Event::of(edition, edition.brief(id));
    let bytes = json(&File { event: &event });
    let row = Row {
        info: event.info,
        organisation: &event.organisation,
        date: &event.date,
        timestamp: &event.timestamp,
        analysis: event.analysis,
        threat_level_id: event.threat_level_id,
        tags: &event.tags,
        integrity: listing::sha256(&bytes),
    };
    let mut hashes = String::new();
    let mut line = |part: &str| {
        hashes.push_str(&hex(&Md5::digest(part)));
        hashes.push(',');
        hashes.push_str(&event.uuid);
        hashes.push('\n');
    };
    for (value, is_composite) in event.values() {
        if is_composite {
            value.split('|').for_each(&mut line);
        } else {
            line(value);
        }
    }
    let entry = Entry {
        // Texts alone, which JSON takes without fail.
        row: format!(
            "\"{}\":{}",
            event.uuid,
            serde_json::to_string(&row).unwrap_or_default()
        ),
        hashes,
    };
    (bytes, entry)
}

/// The manifest: every event by its id.
pub fn manifest<'e>(edition: &Edition, entry: &dyn Fn(BriefId) -> &'e Entry) -> Vec<u8> {
    let rows: Vec<&str> = ids(edition).map(|id| entry(id).row.as_str()).collect();
    format!("{{\n{}\n}}\n", rows.join(",\n")).into_bytes()
}

/// The hash of every value with the id of its event, a line each.
pub fn hashes<'e>(edition: &Edition, entry: &dyn Fn(BriefId) -> &'e Entry) -> Vec<u8> {
    let lines: Vec<&str> = ids(edition).map(|id| entry(id).hashes.as_str()).collect();
    lines.concat().into_bytes()
}

fn ids(edition: &Edition) -> impl Iterator<Item = BriefId> {
    (0..edition.briefs.len()).map(brief_id_of)
}
