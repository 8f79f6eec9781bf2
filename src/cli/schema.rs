//! `tearline schema`.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use serde_json::{Value, json};

use super::{kinds, print};
use crate::exchange::catalogue;
use crate::load::{FileKind, matter};
use crate::settings;

/// Print the JSON Schema of a kind of front matter, of tearline.toml or of the catalogue
///
/// Editors check and complete with it as one writes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to print the schema of
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(words()).try_map(|word| subject(&word)))]
    kind: Subject,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    File(FileKind),
    Settings,
    Catalogue,
}

/// The words for what is no content file.
const SETTINGS: &str = "settings";
const CATALOGUE: &str = "catalogue";

fn words() -> impl Iterator<Item = PossibleValue> {
    let files = kinds::all().map(|kind| PossibleValue::new(kinds::name(kind)));
    let catalogue = PossibleValue::new(CATALOGUE).help("`exchange/catalogue.json` of an edition");
    files.chain([PossibleValue::new(SETTINGS), catalogue])
}

fn subject(word: &str) -> Result<Subject, String> {
    match word {
        SETTINGS => Ok(Subject::Settings),
        CATALOGUE => Ok(Subject::Catalogue),
        other => kinds::named(other).map(Subject::File),
    }
}

pub fn run(arguments: &Arguments) -> bool {
    match arguments.kind {
        Subject::File(kind) => {
            let schemas = matter::schemas().into_iter();
            let mut of_kind = schemas.filter(|(folder, _)| *folder == kind.folder());
            of_kind.all(|(folder, schema)| print(&text(folder, schema)))
        }
        Subject::Settings => print(&of_settings()),
        Subject::Catalogue => print(catalogue::SCHEMA),
    }
}

/// The schema of the settings, for an editor's folder.
pub fn of_settings() -> String {
    text(settings::FILE_NAME, settings::schema())
}

fn text(title: &str, mut schema: Value) -> String {
    if let Some(object) = schema.as_object_mut() {
        object.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        object.insert("title".to_owned(), json!(format!("Tearline: {title}")));
    }
    format!("{schema:#}\n")
}
