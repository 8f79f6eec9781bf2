//! Atom 1.0 (RFC 4287).

use atom_syndication::{
    CategoryBuilder, ContentBuilder, EntryBuilder, FeedBuilder, FixedDateTime, LinkBuilder,
    PersonBuilder, Text,
};

use super::{Feed, changed, marked_title};
use edition::addresses;
use edition::model::Brief;
use edition::{Edition, EntityId};

/// The feed of all briefs.
pub fn site(edition: &Edition) -> String {
    write(edition, &Feed::of_site(edition))
}

/// The feed of one entity's briefs.
pub fn entity(edition: &Edition, id: EntityId) -> String {
    write(edition, &Feed::of_entity(edition, id))
}

fn time(text: &str) -> FixedDateTime {
    // What was a time in this program is one in another's words as well.
    FixedDateTime::parse_from_rfc3339(text).unwrap_or_default()
}

fn write(edition: &Edition, feed: &Feed) -> String {
    let site = &edition.site;
    let link = |href: String, rel: &str, mime: &str| {
        LinkBuilder::default()
            .href(href)
            .rel(rel)
            .mime_type(Some(mime.to_owned()))
            .build()
    };
    let newest = feed.briefs.iter().map(|brief| changed(brief)).max();
    FeedBuilder::default()
        .id(format!("urn:uuid:{}", feed.id))
        .title(Text::plain(feed.title.clone()))
        .lang(Some(site.language.clone()))
        // Atom asks for a time even of a feed without entries.
        .updated(time(newest.as_deref().unwrap_or("1970-01-01T00:00:00Z")))
        .author(PersonBuilder::default().name(site.title.clone()).build())
        .rights(Some(Text::plain(format!(
            "Highest marking: {}",
            highest(&feed.briefs)
        ))))
        .links(vec![
            link(
                site.absolute(&format!("{}atom.xml", feed.folder)),
                "self",
                "application/atom+xml",
            ),
            link(site.absolute(&feed.page), "alternate", "text/html"),
        ])
        .entries(
            feed.briefs
                .iter()
                .map(|brief| entry(edition, brief))
                .collect::<Vec<_>>(),
        )
        .build()
        .to_string()
}

fn highest(briefs: &[&Brief]) -> base::marking::Tlp {
    briefs
        .iter()
        .map(|brief| brief.highest)
        .max()
        .unwrap_or_default()
}

fn entry(edition: &Edition, brief: &Brief) -> atom_syndication::Entry {
    let address = edition.site.absolute(&addresses::brief_path(brief));
    let mut builder = EntryBuilder::default();
    builder
        .id(format!("urn:uuid:{}", brief.id))
        .title(Text::plain(marked_title(brief)))
        .published(Some(time(&brief.date.timestamp().to_string())))
        .updated(time(&changed(brief)))
        .authors(
            brief
                .authors
                .iter()
                .map(|name| PersonBuilder::default().name(name.clone()).build())
                .collect::<Vec<_>>(),
        )
        .links(vec![
            LinkBuilder::default()
                .href(address.clone())
                .rel("alternate")
                .build(),
        ])
        .categories(
            brief
                .entities
                .iter()
                .map(|id| {
                    CategoryBuilder::default()
                        .term(edition.entity(*id).name.clone())
                        .build()
                })
                .collect::<Vec<_>>(),
        );
    match &brief.summary {
        Some(summary) => builder.summary(Some(Text::plain(summary.clone()))),
        // An entry without a summary needs content, here by its address (RFC 4287, section 4.1.3.2).
        None => builder.content(Some(
            ContentBuilder::default()
                .src(Some(address))
                .content_type(Some("text/html".to_owned()))
                .build(),
        )),
    };
    builder.build()
}
