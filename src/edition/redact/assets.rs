//! The files beside a document: those that something visible links to or shows.
//!
//! A file that only withheld text uses is withheld with it, and one that nothing uses is nobody's to
//! publish. The table of an `indicators_file` is written anew from the rows that are visible.

use crate::edition::model::{Contents, Indicator, Published, Shown, Text};
use crate::edition::{Entity, EntityId};
use crate::intel::lints::used_files;
use crate::intel::vocabulary::Vocabulary;
use crate::load::Asset;

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

/// Rows of an `indicators_file` as CSV with the keys of front matter (RFC 4180), columns that no row
/// fills left out. Values are refanged.
pub fn table(rows: &[Shown<Indicator<EntityId>>], entities: &[Entity]) -> String {
    type Cell<'a> = (
        &'static str,
        Box<dyn Fn(&Shown<Indicator<EntityId>>) -> Option<String> + 'a>,
    );
    let columns: [Cell; 9] = [
        (
            "type",
            Box::new(|row| Some(row.value.kind.name().to_owned())),
        ),
        ("value", Box::new(|row| Some(row.value.value.clone()))),
        ("description", Box::new(|row| row.value.description.clone())),
        (
            "first_seen",
            Box::new(|row| row.value.first_seen.map(|date| date.to_string())),
        ),
        (
            "valid_until",
            Box::new(|row| row.value.valid_until.map(|date| date.to_string())),
        ),
        (
            "confidence",
            Box::new(|row| {
                row.value
                    .confidence
                    .map(|confidence| confidence.name().to_owned())
            }),
        ),
        (
            "software",
            Box::new(|row| {
                let software = row.value.software?;
                Some(entities.get(software.0 as usize)?.name.clone())
            }),
        ),
        ("source", Box::new(|row| row.value.source.clone())),
        ("tlp", Box::new(|row| Some(row.tlp.name().to_owned()))),
    ];
    let cells: Vec<Vec<Option<String>>> = columns
        .iter()
        .map(|(_, cell)| rows.iter().map(cell).collect())
        .collect();
    // The keys that every row has are there without a row too: a table of no rows is still one.
    let filled: Vec<usize> = (0..columns.len())
        .filter(|at| *at < 2 || cells[*at].iter().any(Option::is_some))
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(filled.iter().map(|at| columns[*at].0));
    for row in 0..rows.len() {
        let _ = writer.write_record(
            filled
                .iter()
                .map(|at| cells[*at][row].as_deref().unwrap_or_default()),
        );
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
