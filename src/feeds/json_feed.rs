//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use serde_json::json;

use super::{Feed, changed, marked_title};
use crate::edition::{Edition, EntityId};
use crate::markdown;
use crate::plan;

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
    let items: Vec<_> = feed
        .briefs
        .iter()
        .map(|brief| {
            let tags: Vec<&str> = brief
                .entities
                .iter()
                .map(|id| edition.entity(*id).name.as_str())
                .chain(brief.tags.iter().map(|tag| tag.name.as_str()))
                .collect();
            let text = brief.summary.clone().unwrap_or_else(|| {
                markdown::plain_text(&brief.text.body.events)
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            });
            let authors: Vec<_> = brief
                .authors
                .iter()
                .map(|name| json!({ "name": name }))
                .collect();
            json!({
                "id": format!("urn:uuid:{}", brief.id),
                "url": site.absolute(&plan::brief_path(brief)),
                "title": marked_title(brief),
                "content_text": if text.is_empty() { brief.title.clone() } else { text },
                "date_published": brief.date.timestamp().to_string(),
                "date_modified": changed(brief),
                "authors": authors,
                "tags": tags,
                "language": site.language,
                "_tearline": { "tlp": brief.highest },
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": site.absolute(&feed.page),
        "feed_url": site.absolute(&format!("{}feed.json", feed.folder)),
        "language": site.language,
        "items": items,
    });
    format!("{feed:#}\n")
}
