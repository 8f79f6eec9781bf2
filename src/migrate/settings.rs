//! The settings of the new site, from those of the old one.

use std::path::Path;

use regex::Regex;
use serde_json::Value as Json;
use url::Url;

use super::{Above, Generator, Report, held, marks};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::load::decode::to_json;
use crate::load::{toml, yaml};
use crate::marking::{Tlp, names};

/// What the old settings say that the new ones take.
pub struct Old {
    title: String,
    base_url: Option<Url>,
    language: Option<String>,
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
    let mut old = Old {
        title: (folder.file_name()).map_or_else(
            || "Threat briefings".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        ),
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
        old.title = title.to_owned();
    }
    old.base_url = text(&["baseURL", "base_url"])
        .and_then(|url| Url::parse(url).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
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
    old.language =
        text(&["languageCode", "locale", "default_language"]).map(|tag| tag.replace('_', "-"));
    report.left.push(format!(
        "{name}: title, address and language were taken over; menus, themes and all else were not"
    ));
    old
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
