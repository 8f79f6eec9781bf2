//! The layers: which crate may depend on which, and within a crate which room may use which.
//!
//! A room is a file or folder at the top of a crate's source. What crosses crates stands in their
//! manifests, for the compiler to hold; what crosses rooms stands in the table below, and in no room
//! that the table does not name.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

/// What makes pages and files of an edition, and so may not know more than that.
const AFTER_REDACTION: [&str; 9] = [
    "cards", "edition", "exchange", "feeds", "markdown", "media", "plan", "render", "search",
];

/// What knows that there is more than an edition.
const BEFORE_REDACTION: [&str; 3] = ["library", "load", "redact"];

/// For each crate the rooms that use others, and which.
#[rustfmt::skip]
const ROOMS: &[(&str, &[(&str, &str)])] = &[
    ("base", &[
        ("attack", "diagnostic vocabulary"),
        ("indicator", "vocabulary"),
        ("marking", "diagnostic"),
        ("vocabulary", "diagnostic"),
    ]),
    ("edition", &[
        ("addresses", "model"),
        ("derive", "model statistics"),
        ("model", "statistics"),
        ("statistics", "model"),
        ("texts", "model"),
    ]),
    ("exchange", &[
        ("catalogue", "sidecars"),
        ("listing", "sidecars"),
        ("misp", "listing"),
    ]),
    ("figures", &[
        ("chart", "block countries list svg"),
        ("draw", "chart svg"),
        ("frame", "svg"),
        ("indicators", "block list svg timeline"),
        ("list", "block"),
        ("map", "chart csv frame svg"),
        ("plot", "chart csv draw"),
        ("timeline", "block list svg"),
    ]),
    ("library", &[
        ("files", "model"),
        ("lints", "files model names"),
        ("names", "model"),
        ("resolve", "lints model names"),
    ]),
    ("load", &[
        ("document", "files matter"),
        ("files", "links"),
        ("kept", "document files"),
    ]),
    ("markdown", &[
        ("code", "highlight write"),
        ("html", "code highlight notes write"),
        ("write", "sanitise"),
    ]),
    ("media", &[
        ("exif", "pieces"),
        ("gif", "pieces"),
        ("icon", "pieces png"),
        ("jpeg", "exif pieces"),
        ("png", "exif pieces"),
        ("raster", "gif icon jpeg png webp"),
        ("svg", "raster"),
        ("webp", "exif pieces"),
    ]),
    ("output", &[
        ("around", "failure lock manifest staging swap"),
        ("finish", "failure staging swap"),
        ("manifest", "failure sums"),
        ("previous", "failure folder manifest sums swap"),
        ("staging", "folder"),
    ]),
    ("redact", &[
        ("again", "documents report sight visible"),
        ("documents", "assets entries text visible"),
        ("gone", "sight"),
        ("sight", "report"),
        ("text", "gone report sight"),
        ("visible", "gone report sight text"),
    ]),
    ("render", &[
        ("brief", "dates markings shared views"),
        ("card", "views"),
        ("compare", "views"),
        ("dates", "views"),
        ("digest", "brief marked shared templates views"),
        ("entity", "drawing shared views"),
        ("exchange", "policy views"),
        ("home", "drawing shared views"),
        ("landscape", "drawing views"),
        ("lists", "views"),
        ("markings", "views"),
        ("policy", "theme"),
        ("search", "views"),
        ("share", "views"),
        ("shared", "dates templates views"),
        ("templates", "marked theme"),
    ]),
    ("search", &[
        ("facets", "code document"),
        ("names", "words"),
        ("terms", "code document words"),
    ]),
    ("syntax", &[
        ("body", "decode"),
        ("dates", "decode tree"),
        ("decode", "toml tree word"),
        ("entry", "dates decode"),
        ("toml", "tree"),
        ("yaml", "tree"),
    ]),
    ("tearline", &[
        ("cli", "clock digest external import leaks migrate preview publish site"),
        ("digest", "clock site"),
        ("external", "publish site"),
        ("migrate", "import"),
        ("preview", "clock leaks site"),
        ("publish", "site"),
        ("site", "clock leaks"),
    ]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn crates() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The crates of this workspace that one depends on, tests aside.
fn needs(name: &str) -> BTreeSet<String> {
    let manifest = read(&root().join("crates").join(name).join("Cargo.toml"));
    let manifest: toml::Table = manifest.parse().unwrap();
    let known: BTreeSet<String> = crates().into_iter().collect();
    let dependencies = manifest.get("dependencies").and_then(|all| all.as_table());
    dependencies
        .into_iter()
        .flat_map(|all| all.keys().cloned())
        .filter(|dependency| known.contains(dependency))
        .collect()
}

/// Everything below a crate, by way of others too.
fn below(name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        open.extend(
            needs(&next)
                .into_iter()
                .filter(|need| found.insert(need.clone())),
        );
    }
    found
}

#[test]
fn what_renders_has_no_way_to_a_library() {
    for name in AFTER_REDACTION {
        let below = below(name);
        for forbidden in BEFORE_REDACTION {
            assert!(!below.contains(forbidden), "{name} reaches {forbidden}");
        }
    }
    assert!(below("redact").contains("library") && below("library").contains("load"));
}

#[test]
fn what_commits_knows_no_content() {
    assert_eq!(below("output"), BTreeSet::from(["base".to_owned()]));
    assert_eq!(below("base"), BTreeSet::new());
}

/// The files of Rust below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The module that a file is, from the root of its crate.
fn module(file: &Path, folder: &Path) -> Vec<String> {
    let path = file.strip_prefix(folder).unwrap().with_extension("");
    let mut parts: Vec<String> = path
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if parts
        .last()
        .is_some_and(|last| last == "mod" || last == "lib" || last == "main")
    {
        parts.pop();
    }
    parts
}

/// The first names of what a path leads to: of `a::b`, `{self, a::b, c}` or `{a::{b, c}, d}`.
fn heads(path: &str) -> Vec<String> {
    let Some(list) = path.strip_prefix('{') else {
        return vec![path.to_owned()];
    };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for sign in list.chars() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().unwrap().push(sign),
            _ => {}
        }
    }
    let first = |part: String| {
        part.trim()
            .split([':', ' '])
            .next()
            .unwrap_or("")
            .to_owned()
    };
    parts
        .into_iter()
        .map(first)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Which rooms of a crate use which, tests aside.
fn arrows(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let comment = Regex::new(r"//[^\n]*").unwrap();
    let path = Regex::new(r"\b(crate|super(?:::super)*)::(\{[^;]*\}|\w+)").unwrap();
    let files = sources(folder);
    let rooms: BTreeSet<String> = files
        .iter()
        .filter_map(|file| module(file, folder).into_iter().next())
        .collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = rooms
        .iter()
        .map(|room| (room.clone(), BTreeSet::new()))
        .collect();
    for file in &files {
        let here = module(file, folder);
        let Some(room) = here.first() else { continue };
        if here
            .iter()
            .any(|part| part.ends_with("tests") || part == "same_bytes")
        {
            continue;
        }
        let text = read(file);
        let text = comment.replace_all(&text, "");
        let code = text
            .split("\n#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default();
        for found in path.captures_iter(code) {
            let up = match &found[1] {
                "crate" => here.len(),
                ups => ups.split("::").count(),
            };
            if up < here.len() {
                continue;
            }
            let to = heads(&found[2]);
            let to = to.into_iter().filter(|to| rooms.contains(to) && to != room);
            arrows.get_mut(room).unwrap().extend(to);
        }
    }
    arrows
}

fn table(name: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (_, rooms) = ROOMS
        .iter()
        .find(|(other, _)| *other == name)
        .copied()
        .unwrap_or((name, &[]));
    rooms
        .iter()
        .map(|(room, uses)| {
            let uses = uses.split_whitespace().map(str::to_owned).collect();
            ((*room).to_owned(), uses)
        })
        .collect()
}

#[test]
fn rooms_use_what_the_table_says() {
    let mut wrong = Vec::new();
    let folders = crates().into_iter().map(|name| {
        let folder = root().join("crates").join(&name).join("src");
        (name, folder)
    });
    for (name, folder) in folders.chain([("tearline".to_owned(), root().join("src"))]) {
        let mut found = arrows(&folder);
        // A room that uses no other needs no row.
        found.retain(|_, uses| !uses.is_empty());
        let table = table(&name);
        if found != table {
            wrong.push(format!(
                "{name}:\n  in the code  {found:?}\n  in the table {table:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rooms that use each other all the same: an edition holds its counts, which are counted of it.
const KNOTS: [(&str, &str, &str); 1] = [("edition", "model", "statistics")];

#[test]
fn rooms_form_no_circle() {
    for (name, _) in ROOMS {
        let mut left = table(name);
        for (_, one, other) in KNOTS.iter().filter(|(of, ..)| of == name) {
            assert!(left[*one].contains(*other) && left[*other].contains(*one));
            left.get_mut(*one).unwrap().remove(*other);
        }
        loop {
            let open: BTreeSet<String> = left.keys().cloned().collect();
            left.retain(|_, uses| uses.iter().any(|used| open.contains(used)));
            if left.len() == open.len() {
                break;
            }
        }
        assert!(
            left.is_empty(),
            "rooms of {name} use each other in a circle: {left:?}"
        );
    }
}

#[test]
fn the_map_of_the_code_names_what_is_there() {
    let code = Regex::new("`([^`\n]+)`").unwrap();
    // Names of files and folders: with an ending that the repository has, or a slash at the end.
    let path =
        Regex::new(r"^\.?[\w./*-]+(?:/|\.(?:rs|py|md|csv|css|html|txt|svg|toml|mjs|js|json|yml))$")
            .unwrap();
    let mut missing = Vec::new();
    let pages = ["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|page| read(&root().join(page)));
    for line in pages.iter().flat_map(|page| page.lines()) {
        for found in code.captures_iter(line) {
            let name = &found[1];
            let is_site_folder = ["public/", "content/"].contains(&name);
            if path.is_match(name) && !is_site_folder && !name.contains('*') && !exists(name, line)
            {
                missing.push(format!(
                    "{name} in: {}",
                    line.chars().take(80).collect::<String>()
                ));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Where a path of that file may stand: from the root, in `src/`, or in the crate that it begins with.
fn places(name: &str) -> [PathBuf; 3] {
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    let of_crate = root().join("crates").join(first).join("src").join(rest);
    [root().join(name), root().join("src").join(name), of_crate]
}

/// Whether a path is there, by itself or beside or below one that its line names.
fn exists(name: &str, line: &str) -> bool {
    let named = line.split('`').skip(1).step_by(2).flat_map(places);
    let beside = named.flat_map(|path| [path.join(name), path.with_file_name(name)]);
    places(name)
        .into_iter()
        .chain(beside)
        .any(|path| path.exists())
}

#[test]
fn the_map_of_the_code_says_what_the_manifests_say() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let row = Regex::new(r"(?m)^\| `crates/(\w+)/` \| [^|]+ \| ([^|]+) \|$").unwrap();
    let said: BTreeMap<String, BTreeSet<String>> = row
        .captures_iter(&map)
        .map(|found| {
            let known = found[2].split(", ").filter(|name| *name != "none");
            (found[1].to_owned(), known.map(str::to_owned).collect())
        })
        .collect();
    let is = crates()
        .into_iter()
        .map(|name| (name.clone(), needs(&name)));
    assert_eq!(said, is.collect());
}
