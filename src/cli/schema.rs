//! `tearline schema`.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::print;
use crate::exchange::catalogue;
use crate::load::matter;
use crate::settings;

/// Print the JSON Schema of a kind of front matter, of tearline.toml or of the catalogue
///
/// Editors check and complete with it as one writes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to print the schema of
    #[arg(value_name = "KIND")]
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Brief,
    Actor,
    Region,
    Sector,
    Technique,
    Software,
    Vulnerability,
    Campaign,
    Page,
    Settings,
    /// `exchange/catalogue.json` of an edition
    Catalogue,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Brief => "briefs",
            Kind::Actor => "actors",
            Kind::Region => "regions",
            Kind::Sector => "sectors",
            Kind::Technique => "techniques",
            Kind::Software => "software",
            Kind::Vulnerability => "vulnerabilities",
            Kind::Campaign => "campaigns",
            Kind::Page => "pages",
            Kind::Settings => settings::FILE_NAME,
            Kind::Catalogue => "catalogue",
        }
    }
}

pub fn run(arguments: &Arguments) -> bool {
    if arguments.kind == Kind::Catalogue {
        return print(catalogue::SCHEMA);
    }
    print(&text(arguments.kind))
}

/// The schema of the settings, for an editor's folder.
pub fn of_settings() -> String {
    text(Kind::Settings)
}

fn text(kind: Kind) -> String {
    let folder = kind.folder();
    let mut schema = matter::schemas()
        .into_iter()
        .find(|(other, _)| *other == folder)
        .map_or_else(settings::schema, |(_, schema)| schema);
    if let Some(object) = schema.as_object_mut() {
        object.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        object.insert("title".to_owned(), json!(format!("Tearline: {folder}")));
    }
    format!("{schema:#}\n")
}
