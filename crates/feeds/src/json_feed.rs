//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use std::borrow::Cow;

use serde::Serialize;

use super::{Feed, changed, marked_title};
use edition::addresses;
use edition::model::Brief;
use edition::{Edition, EntityId};

use base::marking::Tlp;

/// The feed of all briefs.
pub fn site(edition: &Edition) -> String {
    write(edition, &Feed::of_site(edition))
}

/// The feed of one entity's briefs.
pub fn entity(edition: &Edition, id: EntityId) -> String {
    write(edition, &Feed::of_entity(edition, id))
}

fn write(edition: &Edition, feed: &Feed) -> String {
    let site = &edition.site;
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: site.absolute(&feed.page),
        feed_url: site.absolute(&format!("{}feed.json", feed.folder)),
        language: &site.language,
        items: feed
            .briefs
            .iter()
            .map(|brief| item(edition, brief))
            .collect(),
    };
    // Texts and lists of texts, which JSON takes without fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn item<'a>(edition: &'a Edition, brief: &'a Brief) -> Item<'a> {
    let text = match &brief.summary {
        Some(summary) => Cow::Borrowed(summary.as_str()),
        None => Cow::Owned(
            markdown::plain_text(&brief.text.body.events)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        ),
    };
    Item {
        id: format!("urn:uuid:{}", brief.id),
        url: edition.site.absolute(&addresses::brief_path(brief)),
        title: marked_title(brief),
        content_text: if text.is_empty() {
            Cow::Borrowed(&brief.title)
        } else {
            text
        },
        date_published: brief.date.timestamp().to_string(),
        date_modified: changed(brief),
        authors: brief.authors.iter().map(|name| Author { name }).collect(),
        tags: brief
            .entities
            .iter()
            .map(|id| edition.entity(*id).name.as_str())
            .chain(brief.tags.iter().map(|tag| tag.name.as_str()))
            .collect(),
        language: &edition.site.language,
        tearline: Extension { tlp: brief.highest },
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: String,
    title: String,
    content_text: Cow<'a, str>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    tags: Vec<&'a str>,
    language: &'a str,
    /// An object of one's own begins with `_` (section Extensions).
    #[serde(rename = "_tearline")]
    tearline: Extension,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Extension {
    tlp: Tlp,
}
