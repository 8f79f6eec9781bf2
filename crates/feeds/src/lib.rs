//! Feeds and lists for machines that come with every site: Atom 1.0, JSON Feed 1.1, sitemap, robots.
//!
//! In: an edition. Out: the text of each file. An entry carries the highest marking of its brief.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod atom;
pub mod json_feed;
pub mod sitemap;

use edition::addresses;
use edition::model::{Brief, Entity};
use edition::{BriefId, Edition, EntityId};
use uuid::Uuid;

/// How many entries a feed has.
const ENTRIES: usize = 30;

/// A feed of one list of briefs.
struct Feed<'a> {
    id: Uuid,
    title: String,
    /// The page that it belongs to, from the edition's root.
    page: String,
    /// Its own address without the file's name.
    folder: String,
    briefs: Vec<&'a Brief>,
}

impl<'a> Feed<'a> {
    fn of_site(edition: &'a Edition) -> Self {
        Self {
            id: Uuid::new_v5(&edition.site.namespace, b"feed:site"),
            title: edition.site.title.clone(),
            page: "/".to_owned(),
            folder: "/".to_owned(),
            briefs: edition
                .briefs
                .iter()
                .map(AsRef::as_ref)
                .take(ENTRIES)
                .collect(),
        }
    }

    fn of_entity(edition: &'a Edition, id: EntityId) -> Self {
        let entity: &Entity = edition.entity(id);
        let page = addresses::entity_path(entity);
        let briefs = entity
            .briefs
            .iter()
            .take(ENTRIES)
            .map(|id: &BriefId| edition.brief(*id))
            .collect();
        Self {
            id: Uuid::new_v5(
                &edition.site.namespace,
                format!("feed:{}", entity.id).as_bytes(),
            ),
            title: format!("{}: {}", edition.site.title, entity.name),
            folder: page.clone(),
            page,
            briefs,
        }
    }
}

/// When a brief was last changed, as an RFC 3339 time.
fn changed(brief: &Brief) -> String {
    brief
        .updated
        .map_or(brief.date, |updated| updated.max(brief.date))
        .timestamp()
        .to_string()
}

/// The marking before the title, where it is more than clear.
fn marked_title(brief: &Brief) -> String {
    match brief.highest {
        base::marking::Tlp::Clear => brief.title.clone(),
        tlp => format!("[{tlp}] {}", brief.title),
    }
}
