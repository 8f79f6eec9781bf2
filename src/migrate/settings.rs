//! The settings of the new site, from those of the old one.

use std::path::Path;

use serde_json::Value as Json;
use url::Url;

use super::{Generator, Report};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::load::decode::to_json;
use crate::load::{toml, yaml};
use crate::marking::Tlp;

/// What the old settings say that the new ones take.
pub struct Old {
    title: String,
    base_url: Option<Url>,
    language: Option<String>,
}

/// Reads the old settings as far as they are in one file. What cannot be read of them is told.
pub fn read(generator: Generator, root: &Path, report: &mut Report) -> Old {
    let names: &[&str] = match generator {
        Generator::Hugo => &[
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "config.toml",
            "config.yaml",
            "config.yml",
        ],
        Generator::Zola => &["zola.toml", "config.toml"],
        Generator::Obsidian => &[],
    };
    let folder = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let mut old = Old {
        title: (folder.file_name()).map_or_else(
            || "Threat briefings".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        ),
        base_url: None,
        language: None,
    };
    let Some((name, text)) = names
        .iter()
        .find_map(|name| Some((*name, std::fs::read_to_string(root.join(name)).ok()?)))
    else {
        if !names.is_empty() {
            report.left.push(
                "the old settings were not found: title and address are placeholders".to_owned(),
            );
        }
        return old;
    };
    let file = SourceFile::new(name, text);
    let range = 0..file.text.len();
    let mut found = Diagnostics::new();
    let tree = if name.ends_with(".toml") {
        toml::parse(&file, range, &mut found)
    } else {
        yaml::parse(&file, range, &mut found)
    };
    let Some(Json::Object(table)) = tree.as_ref().map(to_json) else {
        report.left.push(format!(
            "{name}: cannot be read; title and address are placeholders"
        ));
        return old;
    };
    let text = |wanted: &[&str]| {
        let entry = table
            .iter()
            .find(|(key, _)| wanted.iter().any(|name| key.eq_ignore_ascii_case(name)))?;
        entry.1.as_str().filter(|text| !text.trim().is_empty())
    };
    if let Some(title) = text(&["title"]) {
        old.title = title.to_owned();
    }
    old.base_url = text(&["baseURL", "base_url"])
        .and_then(|url| Url::parse(url).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    old.language =
        text(&["languageCode", "locale", "default_language"]).map(|tag| tag.replace('_', "-"));
    report.left.push(format!(
        "{name}: title, address and language were taken over; menus, themes and all else were not"
    ));
    old
}

/// `tearline.toml`. A marking above clear needs an edition that may show it.
pub fn text(old: &Old, tlp: Option<Tlp>, namespace: &str) -> String {
    let quoted = |text: &str| Json::from(text).to_string();
    let base_url = (old.base_url.as_ref()).map_or("https://briefs.example.org", Url::as_str);
    let language = old.language.as_deref().unwrap_or("en");
    let mut text = format!(
        "title = {}\nbase_url = {} # where the site will be published\nlanguage = {}\n\
         namespace = \"{namespace}\" # ids in machine-readable files come from it: never change it\n",
        quoted(&old.title),
        quoted(base_url),
        quoted(language),
    );
    match tlp {
        None => text.push_str(
            "\n# To look at all that was converted, before each document has its marking:\n\
             # [editions.all]\n# tlp = \"red\"\n",
        ),
        Some(Tlp::Clear) => text.push_str("default_tlp = \"clear\"\n"),
        Some(tlp) => text.push_str(&format!(
            "default_tlp = \"{tlp}\"\n\n[editions.{}]\ntlp = \"{tlp}\"\n",
            tlp.class(),
            tlp = tlp.name(),
        )),
    }
    text
}
