//! The settings of the new site, from those of the old one.

use std::path::Path;

use regex::Regex;
use serde_json::Value as Json;
use url::Url;
use uuid::Uuid;

use super::{Above, Generator, Report, held, marks};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::import::gate::{Gate, Sheet, Told};
use crate::load::decode::to_json;
use crate::load::{toml, yaml};
use crate::marking::{Tlp, names};

/// What the old settings say that the new ones take.
pub struct Old {
    title: Option<Told>,
    base_url: Option<Told>,
    language: Option<Told>,
    /// What they say of every document.
    pub above: Above,
    /// Files that the old generator passes over.
    ignored: Vec<Regex>,
}

impl Old {
    /// Whether the old generator passes over this file of its content.
    pub fn ignores(&self, path: &str) -> bool {
        let whole = format!("content/{path}");
        let is_match = |form: &Regex| form.is_match(path) || form.is_match(&whole);
        self.ignored.iter().any(is_match)
    }
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
    let gate = Gate::at(Tlp::Clear);
    let mut old = Old {
        title: (folder.file_name()).and_then(|name| open(gate.name(&name.to_string_lossy()))),
        base_url: None,
        language: None,
        above: Above::default(),
        ignored: Vec::new(),
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
        old.title = open(gate.name(title));
        if old.title.is_none() {
            (report.left).push(format!(
                "{name}: the title is marked, so the new one is a placeholder"
            ));
        }
    }
    old.base_url = text(&["baseURL", "base_url"])
        .and_then(|url| Url::parse(url).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .and_then(|url| open(gate.url(url.as_str())));
    // Other keys hold words of the generator's own, such as the names of taxonomies.
    let free = (table.iter())
        .filter(|(key, _)| {
            let small = key.to_lowercase();
            ["params", "extra", "cascade"].contains(&small.as_str()) || names::is_tlp(key)
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    old.above = Above {
        said: marks::of_table(&free),
        held: held::cascade(&table),
    };
    for (key, value) in &table {
        let forms = match key.to_lowercase().as_str() {
            "ignorefiles" => texts(value).map(str::to_owned).collect(),
            "ignored_content" => texts(value).map(of_glob).collect(),
            _ => Vec::new(),
        };
        for form in forms {
            match Regex::new(&form) {
                Ok(form) => old.ignored.push(form),
                Err(_) => (report.left).push(format!(
                    "{name}: `{key}` has `{form}`, which is no form of names"
                )),
            }
        }
    }
    old.language = text(&["languageCode", "locale", "default_language"])
        .and_then(|tag| open(gate.name(&tag.replace('_', "-"))));
    report.left.push(format!(
        "{name}: title, address and language were taken over; menus, themes and all else were not"
    ));
    old
}

/// The settings are for everybody, so what says that it is narrower is not taken over.
fn open(told: Option<Told>) -> Option<Told> {
    told.filter(|told| told.tlp() == Tlp::Clear)
}

/// One text, or those of a list.
fn texts(value: &Json) -> impl Iterator<Item = &str> {
    let one = std::slice::from_ref(value);
    let all = value.as_array().map_or(one, Vec::as_slice);
    all.iter().filter_map(Json::as_str)
}

/// A glob as a regular expression: `drafts/**/*.{md,txt}`.
fn of_glob(glob: &str) -> String {
    let mut form = "^".to_owned();
    let mut signs = glob.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '*' if signs.next_if_eq(&'*').is_some() => form.push_str(".*"),
            '*' => form.push_str("[^/]*"),
            '?' => form.push_str("[^/]"),
            '{' => form.push_str("(?:"),
            '}' => form.push(')'),
            ',' => form.push('|'),
            '[' | ']' | '-' => form.push(sign),
            other => form.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    form.push('$');
    // Zola reads `**/x` as any depth, none included.
    form.replace(".*/", "(?:.*/)?")
}

/// `tearline.toml`. A marking above clear needs an edition that may show it.
pub fn text(old: &Old, tlp: Option<Tlp>, namespace: &Uuid) -> Sheet {
    fn quoted(text: &str) -> String {
        Json::from(text).to_string()
    }
    let given = |told: &Option<Told>, or: &'static str| told.clone().unwrap_or(Told::own(or));
    let namespace = Gate::at(Tlp::Clear).value(&namespace.to_string());
    let mut text = Sheet::default();
    text.own("title = ")
        .told(&given(&old.title, "Threat briefings"), quoted)
        .own("\nbase_url = ")
        .told(&given(&old.base_url, "https://briefs.example.org"), quoted)
        .own(" # where the site will be published\nlanguage = ")
        .told(&given(&old.language, "en"), quoted)
        .own("\nnamespace = ")
        .told(&namespace, quoted)
        .own(" # ids in machine-readable files come from it: never change it\n");
    match tlp {
        None => text.own(
            "\n# To look at all that was converted, before each document has its marking:\n\
             # [editions.all]\n# tlp = \"red\"\n",
        ),
        Some(Tlp::Clear) => text.own("default_tlp = \"clear\"\n"),
        Some(tlp) => (text.own("default_tlp = \"").own(tlp.name()))
            .own("\"\n\n[editions.")
            .own(tlp.class())
            .own("]\ntlp = \"")
            .own(tlp.name())
            .own("\"\n"),
    };
    text
}
