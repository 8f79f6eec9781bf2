//! The tables of `docs/templates.md` are those of the types that templates get.
//!
//! With `TEARLINE_WRITE_GUIDE=1` the tables are written anew instead of compared: what stands between
//! the headings and the tables is the guide's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Types whose section is not called as they are.
const TITLES: [(&str, &str); 3] = [
    ("ChangedView", "Changed from"),
    ("ShareView", "Way to share"),
    ("TocView", "Contents entry"),
];

/// What a whole page gets, each under a name of its own; all other types are shapes.
const PAGES: [&str; 16] = [
    "SiteView",
    "PageView",
    "CardView",
    "HomeView",
    "ListView",
    "BriefView",
    "IndexView",
    "EntityView",
    "CompareView",
    "LandscapeView",
    "ContentView",
    "MarkingsView",
    "SearchView",
    "ExchangeView",
    "RedirectView",
    "DigestView",
];

/// A type's fields: name, Rust type, documentation.
type Fields = Vec<(String, String, String)>;

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    let file = path(file);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The structs of the views, in the order of the files.
fn structs() -> Vec<(String, Fields)> {
    let source = [
        "views.rs",
        "views/digest.rs",
        "views/exchange.rs",
        "views/landscape.rs",
        "views/profile.rs",
    ]
    .map(|file| read(&format!("crates/render/src/{file}")))
    .concat();
    let mut structs: Vec<(String, Fields)> = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut inside = false;
    for line in source.lines() {
        if let Some(name) = line
            .strip_prefix("pub struct ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            structs.push((name.to_owned(), Vec::new()));
            (inside, comment) = (true, Vec::new());
        } else if line == "}" {
            inside = false;
        } else if let Some(words) = line.strip_prefix("    /// ") {
            comment.push(words);
        } else if let Some((name, kind)) = line
            .strip_prefix("    pub ")
            .and_then(|field| field.strip_suffix(','))
            .and_then(|field| field.split_once(": "))
            .filter(|_| inside)
        {
            let field = (name.to_owned(), kind.to_owned(), comment.join(" "));
            structs.last_mut().expect("a struct is open").1.push(field);
            comment.clear();
        }
    }
    structs
}

fn title(name: &str) -> String {
    if let Some((_, title)) = TITLES.iter().find(|(known, _)| *known == name) {
        return (*title).to_owned();
    }
    let mut title = String::new();
    for letter in name.strip_suffix("View").unwrap_or(name).chars() {
        if letter.is_uppercase() && !title.is_empty() {
            title.push(' ');
            title.extend(letter.to_lowercase());
        } else {
            title.push(letter);
        }
    }
    title
}

fn heading(name: &str) -> String {
    if PAGES.contains(&name) {
        format!("## {}", title(name).to_lowercase())
    } else {
        format!("### {}", title(name))
    }
}

/// What the guide calls a Rust type.
fn words(kind: &str, known: &[(String, Fields)]) -> String {
    let inner = |outer: &str| {
        kind.strip_prefix(outer)
            .and_then(|rest| rest.strip_prefix('<')?.strip_suffix('>'))
    };
    if let Some(kind) = inner("Option") {
        return format!("{}, or none", words(kind, known));
    }
    if let Some(kind) = inner("Vec") {
        return format!("list: {}", words(kind, known));
    }
    if let Some(kind) = inner("Prepared") {
        return words(kind, known);
    }
    match kind {
        "String" | "&'static str" => "text".to_owned(),
        "usize" | "u8" | "u16" | "u32" => "number".to_owned(),
        "bool" => "true or false".to_owned(),
        "BTreeMap<String, String>" => "map: text".to_owned(),
        "Json" | "serde_json::Value" => "free values".to_owned(),
        "tera::Value" => "markup".to_owned(),
        "SourceNumber" => "number of a source".to_owned(),
        "edition::model::Subscribe" => "`action`, `field`, `privacy`, `terms`".to_owned(),
        _ => {
            assert!(
                known.iter().any(|(name, _)| name == kind),
                "no words for the type {kind}"
            );
            let title = title(kind).to_lowercase();
            format!("[{title}](#{})", title.replace(' ', "-"))
        }
    }
}

/// The table of a type, by its heading.
fn tables() -> BTreeMap<String, String> {
    let structs = structs();
    assert!(structs.len() > 60, "{} types", structs.len());
    structs
        .iter()
        .map(|(name, fields)| {
            let mut table = "| variable | is | |\n|---|---|---|\n".to_owned();
            for (field, kind, comment) in fields {
                let kind = words(kind, &structs);
                table.push_str(&format!("| `{field}` | {kind} | {comment} |\n"));
            }
            (heading(name), table)
        })
        .collect()
}

#[test]
fn every_variable_of_a_template_stands_in_the_guide_as_its_type_says() {
    let guide = read("docs/templates.md");
    let mut tables = tables();
    let mut written = String::new();
    let mut lines = guide.lines().peekable();
    let mut table = None;
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            table = tables.remove(line);
        }
        if line == "| variable | is | |"
            && let Some(table) = table.take()
        {
            while lines.next_if(|next| next.starts_with('|')).is_some() {}
            written.push_str(&table);
        } else {
            written.push_str(line);
            written.push('\n');
        }
    }
    assert!(
        tables.is_empty(),
        "docs/templates.md has no section for {:?}",
        tables.keys()
    );
    if std::env::var_os("TEARLINE_WRITE_GUIDE").is_some() {
        std::fs::write(path("docs/templates.md"), written).expect("the guide can be written");
    } else {
        for (at, (ours, types)) in guide.lines().zip(written.lines()).enumerate() {
            assert_eq!(
                ours,
                types,
                "docs/templates.md:{} (TEARLINE_WRITE_GUIDE=1 writes the tables)",
                at + 1
            );
        }
        assert_eq!(guide.lines().count(), written.lines().count());
    }
}
