//! The files beside a document: which of them something uses.

use std::collections::BTreeSet;

use super::model::{BriefId, EntityId, Indicator, Library, Marked, Target, Text};
use base::asset::Asset;
use base::diagnostic::{Code, Diagnostic, Diagnostics};

/// Reports the files that nothing uses.
pub fn unused_files(library: &Library, found: &mut Diagnostics) {
    for brief in &library.briefs {
        let image = brief.image.iter().map(|image| image.value.file.as_str());
        unused(
            &brief.assets,
            &brief.text,
            image,
            &brief.extra,
            &brief.indicators,
            found,
        );
    }
    let profiles = library
        .entities
        .iter()
        .filter_map(|entity| entity.profile.as_ref());
    for profile in profiles {
        unused(
            &profile.assets,
            &profile.text,
            [],
            &profile.extra,
            &[],
            found,
        );
    }
    for page in &library.pages {
        unused(&page.assets, &page.text, [], &page.extra, &[], found);
    }
}

/// Files that nothing of their document uses. They are not published, since nothing says how they are
/// marked.
fn unused<'a>(
    assets: &[Asset],
    text: &'a Text<EntityId, BriefId>,
    images: impl IntoIterator<Item = &'a str>,
    extra: &'a serde_json::Value,
    indicators: &[Marked<Indicator<EntityId>>],
    found: &mut Diagnostics,
) {
    if assets.is_empty() {
        return;
    }
    let used = used_files(text, images, extra);
    for asset in assets {
        // Tables of indicators and of figures are read rather than linked to.
        let is_read = asset.path.ends_with(".csv")
            && (!text.figures.is_empty()
                || indicators
                    .iter()
                    .any(|indicator| indicator.at.file.path == asset.site_path));
        if is_read || used.contains(asset.path.as_str()) {
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::UnusedFile,
                format!(
                    "nothing uses the file `{}`, so it is not published",
                    asset.path
                ),
            )
            .at_path(asset.site_path.as_str())
            .help("link to it or show it in the text, or take it out of the folder"),
        );
    }
}

/// The files beside a document that its text links to or shows, its lead image, and what a theme's
/// table names.
pub fn used_files<'a, E, B>(
    text: &'a Text<E, B>,
    images: impl IntoIterator<Item = &'a str>,
    extra: &'a serde_json::Value,
) -> BTreeSet<&'a str> {
    let mut used: BTreeSet<&str> = text
        .targets
        .values()
        .filter_map(|target| match target {
            Target::Asset(path) => Some(path.as_str()),
            _ => None,
        })
        .collect();
    used.extend(images);
    named_in(extra, &mut used);
    used
}

/// Every text in a theme's table: it may name a file for a template to link to.
pub fn named_in<'a>(value: &'a serde_json::Value, used: &mut BTreeSet<&'a str>) {
    match value {
        serde_json::Value::String(text) => {
            used.insert(text.trim_start_matches("./"));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| named_in(value, used)),
        serde_json::Value::Object(table) => table.values().for_each(|value| named_in(value, used)),
        _ => {}
    }
}
