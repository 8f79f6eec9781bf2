//! The files beside a document: those that something visible links to or shows.
//!
//! A file that only withheld text uses is withheld with it, and one that nothing uses is nobody's to
//! publish. The table of an `indicators_file` is written anew from the rows that are visible.

use base::asset::Asset;
use base::vocabulary::Vocabulary;
use edition::model::{Contents, Indicator, Published, Shown, Text};
use edition::{Entity, EntityId};
use library::files::used_files;

/// The published of a document's files. `shown` are files that are used elsewhere than in the text.
pub fn published<'a>(
    assets: &[Asset],
    text: &'a Text,
    shown: impl IntoIterator<Item = &'a str>,
    extra: &'a serde_json::Value,
) -> Vec<Published> {
    let used = used_files(text, shown, extra);
    assets
        .iter()
        .filter(|asset| used.contains(asset.path.as_str()))
        .map(|asset| Published {
            asset: asset.clone(),
            contents: Contents::File,
        })
        .collect()
}

const COLUMNS: [&str; 9] = [
    "type",
    "value",
    "description",
    "first_seen",
    "valid_until",
    "confidence",
    "software",
    "source",
    "tlp",
];

fn cells(row: &Shown<Indicator<EntityId>>, entities: &[Entity]) -> [Option<String>; 9] {
    let Shown { tlp, value } = row;
    let software = value.software.and_then(|id| entities.get(id.0 as usize));
    [
        Some(value.kind.name().to_owned()),
        Some(value.value.clone()),
        value.description.clone(),
        value.first_seen.map(|date| date.to_string()),
        value.valid_until.map(|date| date.to_string()),
        value
            .confidence
            .map(|confidence| confidence.name().to_owned()),
        software.map(|software| software.name.clone()),
        value.source.clone(),
        Some(tlp.name().to_owned()),
    ]
}

/// Rows of an `indicators_file` as CSV with the keys of front matter (RFC 4180), columns that no row
/// fills left out. Values are refanged.
pub fn table(rows: &[Shown<Indicator<EntityId>>], entities: &[Entity]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| cells(row, entities)).collect();
    let header = COLUMNS.map(|name| Some(name.to_owned()));
    // The two keys that every row has are there without a row too: an empty table is still one.
    let filled: Vec<usize> = (0..COLUMNS.len())
        .filter(|column| *column < 2 || rows.iter().any(|row| row[*column].is_some()))
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(&header).chain(&rows) {
        let shown = filled
            .iter()
            .map(|column| row[*column].as_deref().unwrap_or_default());
        // Writing to memory does not fail.
        let _ = writer.write_record(shown);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
