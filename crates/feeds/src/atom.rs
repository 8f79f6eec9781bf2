//! Atom 1.0 (RFC 4287).

use quick_xml::escape::escape;

use super::{Feed, changed, marked_title};
use base::marking::Tlp;
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

fn write(edition: &Edition, feed: &Feed) -> String {
    let site = &edition.site;
    let newest = feed.briefs.iter().map(|brief| changed(brief)).max();
    let mut xml = format!(
        "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">",
        escape(site.language.as_str())
    );
    element(&mut xml, "title", &feed.title);
    element(&mut xml, "id", &format!("urn:uuid:{}", feed.id));
    // Atom asks for a time even of a feed without entries.
    let newest = newest.as_deref().unwrap_or("1970-01-01T00:00:00Z");
    element(&mut xml, "updated", &time(newest));
    author(&mut xml, &site.title);
    for (href, rel, media_type) in [
        (
            site.absolute(&format!("{}atom.xml", feed.folder)),
            "self",
            "application/atom+xml",
        ),
        (site.absolute(&feed.page), "alternate", "text/html"),
    ] {
        let attributes = [("href", href.as_str()), ("rel", rel), ("type", media_type)];
        empty(&mut xml, "link", &attributes);
    }
    let highest = format!("Highest marking: {}", highest(&feed.briefs));
    element(&mut xml, "rights", &highest);
    for brief in &feed.briefs {
        entry(&mut xml, edition, brief);
    }
    xml.push_str("</feed>");
    xml
}

fn highest(briefs: &[&Brief]) -> Tlp {
    briefs
        .iter()
        .map(|brief| brief.highest)
        .max()
        .unwrap_or_default()
}

fn entry(xml: &mut String, edition: &Edition, brief: &Brief) {
    let address = edition.site.absolute(&addresses::brief_path(brief));
    xml.push_str("<entry>");
    element(xml, "title", &marked_title(brief));
    element(xml, "id", &format!("urn:uuid:{}", brief.id));
    element(xml, "updated", &time(&changed(brief)));
    for name in &brief.authors {
        author(xml, name);
    }
    for id in &brief.entities {
        empty(xml, "category", &[("term", &edition.entity(*id).name)]);
    }
    empty(xml, "link", &[("href", &address), ("rel", "alternate")]);
    element(xml, "published", &time(&brief.date.timestamp().to_string()));
    match &brief.summary {
        Some(summary) => element(xml, "summary", summary),
        // An entry without a summary needs content, here by its address (RFC 4287, section 4.1.3.2).
        None => {
            start(xml, "content", &[("type", "text/html"), ("src", &address)]);
            xml.push_str("></content>");
        }
    }
    xml.push_str("</entry>");
}

/// A time with its offset in numbers.
fn time(text: &str) -> String {
    match text.strip_suffix('Z') {
        Some(time) => format!("{time}+00:00"),
        None => text.to_owned(),
    }
}

fn author(xml: &mut String, name: &str) {
    xml.push_str("<author>");
    element(xml, "name", name);
    xml.push_str("</author>");
}

fn element(xml: &mut String, name: &str, text: &str) {
    for part in ["<", name, ">", &escape(text), "</", name, ">"] {
        xml.push_str(part);
    }
}

fn empty(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    start(xml, name, attributes);
    xml.push_str("/>");
}

/// A tag without its end.
fn start(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    xml.push('<');
    xml.push_str(name);
    for (name, value) in attributes {
        for part in [" ", name, "=\"", &escape(*value), "\""] {
            xml.push_str(part);
        }
    }
}
