//! sitemap.xml (sitemaps.org, 0.9) and robots.txt.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use base::marking::Tlp;
use edition::Edition;
use edition::addresses::brief_path;
use plan::{Plan, Producer};

/// What sitemaps.org allows in one file.
const MOST: usize = 50_000;

/// Every page of the edition, those of briefs with the day of their last change.
pub fn sitemap(edition: &Edition, plan: &Plan) -> String {
    let days: BTreeMap<String, String> = edition
        .briefs
        .iter()
        .map(|brief| {
            let day = brief
                .updated
                .map_or(brief.date, |updated| updated.max(brief.date))
                .day();
            (brief_path(brief), day.to_string())
        })
        .collect();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let pages = plan.outputs.iter().filter(|(_, planned)| {
        !matches!(
            planned.producer,
            Producer::Redirect(_) | Producer::File(_) | Producer::Table(_) | Producer::NotFound
        )
    });
    for path in pages
        .filter_map(|(path, _)| path.strip_suffix("index.html"))
        .take(MOST)
    {
        let address = format!("/{path}");
        let location = edition.site.absolute(&address);
        text.push_str("<url><loc>");
        text.push_str(&escape(&location));
        text.push_str("</loc>");
        if let Some(day) = days.get(&address) {
            text.push_str("<lastmod>");
            text.push_str(day);
            text.push_str("</lastmod>");
        }
        text.push_str("</url>\n");
    }
    text.push_str("</urlset>\n");
    text
}

/// A clear edition may be indexed; any other asks crawlers to stay away.
pub fn robots(edition: &Edition) -> String {
    if edition.site.tlp == Tlp::Clear {
        format!(
            "User-agent: *\nAllow: /\nSitemap: {}\n",
            edition.site.absolute("/sitemap.xml")
        )
    } else {
        "User-agent: *\nDisallow: /\n".to_owned()
    }
}
