//! The guide says what the program does: every diagnostic, every key and every command stands in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tearline::diagnostic::{Code, Severity};
use tearline::load::matter::schemas;
use tearline::settings;

fn read(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Headings outside of code, without their signs.
fn headings(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut headings = Vec::new();
    for line in text.lines() {
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => {
                fence = Some(&line[..line.len() - line.trim_start_matches('`').len()]);
            }
            None if line.starts_with('#') => headings.push(line.trim_start_matches('#').trim()),
            None => {}
        }
    }
    headings
}

/// The anchor that hosts give a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

#[test]
fn every_diagnostic_has_an_entry_and_every_entry_a_diagnostic() {
    let text = read("docs/diagnostics.md");
    let written: Vec<&str> = headings(&text)
        .into_iter()
        .filter(|heading| {
            heading
                .strip_prefix("TL")
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
        .collect();
    let known: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("{} {}", code.id(), code.slug()))
        .collect();
    assert_eq!(written, known);
}

#[test]
fn every_entry_has_the_severity_and_the_summary_of_its_code() {
    let text = read("docs/diagnostics.md");
    for code in Code::ALL {
        let heading = format!("\n## {} {}\n\n", code.id(), code.slug());
        let entry = text.split_once(&heading).map_or("", |(_, entry)| entry);
        let severity = match code.severity() {
            Severity::Error => "*Error.*",
            Severity::Warning => "*Warning.*",
        };
        let start = format!("{severity} {}", code.summary());
        assert!(
            entry.starts_with(&start),
            "{} does not begin with: {start}",
            code.id()
        );
    }
}

/// The keys of a schema and of every schema inside of it.
fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                if let ("properties", Value::Object(properties)) = (key.as_str(), value) {
                    for (name, inner) in properties {
                        found.insert(name.clone());
                        keys(inner, found);
                    }
                } else {
                    keys(value, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

fn missing(schema: &Value, text: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    keys(schema, &mut found);
    assert!(!found.is_empty(), "a schema without keys");
    found
        .into_iter()
        .filter(|key| !text.contains(&format!("`{key}`")))
        .collect()
}

#[test]
fn every_key_of_the_front_matter_is_documented() {
    let text = read("docs/front-matter.md");
    for (folder, schema) in schemas() {
        let missing = missing(&schema, &text);
        assert!(
            missing.is_empty(),
            "docs/front-matter.md lacks keys of {folder}: {missing:?}"
        );
        let heading = headings(&text)
            .iter()
            .any(|heading| heading.eq_ignore_ascii_case(folder));
        assert!(heading, "docs/front-matter.md has no heading for {folder}");
    }
}

#[test]
fn every_setting_is_documented() {
    let text = read("docs/settings.md");
    // The tables have headings: [lists] is one of them.
    let sections = headings(&text)
        .into_iter()
        .filter_map(|heading| heading.strip_prefix('['))
        .filter_map(|heading| heading.split([']', '.']).next())
        .map(|name| format!(" `{name}`"))
        .collect::<String>();
    let missing = missing(&settings::schema(), &format!("{text}{sections}"));
    assert!(missing.is_empty(), "docs/settings.md lacks: {missing:?}");
}

#[test]
fn the_readme_names_every_command() {
    let output = Command::new(env!("CARGO_BIN_EXE_tearline"))
        .arg("--help")
        .output()
        .expect("the program runs");
    let help = String::from_utf8(output.stdout).expect("help is UTF-8");
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("    "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.contains(&"build"), "no commands in:\n{help}");
    let readme = read("README.md");
    for command in commands {
        assert!(
            readme.contains(&format!("| `tearline {command}")),
            "README.md does not name `tearline {command}`"
        );
    }
}

#[test]
fn links_of_the_guide_lead_to_pages_and_headings() {
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "docs/README.md",
        "docs/installing.md",
        "docs/tutorial.md",
        "docs/writing.md",
        "docs/importing.md",
        "docs/preview.md",
        "docs/editions.md",
        "docs/scale.md",
        "docs/front-matter.md",
        "docs/settings.md",
        "docs/diagnostics.md",
        "docs/templates.md",
        "docs/design.md",
        "docs/theming.md",
        "docs/search.md",
        "docs/exchange.md",
        "docs/newsletter.md",
        "docs/migrating.md",
        "docs/editors.md",
        "docs/hosting.md",
        "docs/publishing.md",
        "docs/determinism.md",
    ];
    let contents = read("docs/README.md");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for entry in std::fs::read_dir(folder).expect("the guide is there") {
        let name = entry.expect("the guide can be read").file_name();
        let name = name.to_string_lossy();
        let page = format!("docs/{name}");
        assert!(pages.contains(&page.as_str()), "{page} is not checked here");
        let listed = name == "README.md" || contents.contains(&format!("]({name})"));
        assert!(listed, "docs/README.md does not list {name}");
    }
    let mut broken = Vec::new();
    for page in pages {
        let text = read(page);
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut fence: Option<&str> = None;
        for line in text.lines() {
            if line.starts_with("```") {
                let open = &line[..line.len() - line.trim_start_matches('`').len()];
                match fence {
                    Some(known) if known == line => fence = None,
                    Some(_) => {}
                    None => fence = Some(open),
                }
                continue;
            }
            if fence.is_some() {
                continue;
            }
            // What stands in code is an example.
            let prose: String = line.split('`').step_by(2).collect();
            for link in prose
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
            {
                if link.contains("://") {
                    continue;
                }
                let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
                let target = match path {
                    "" => page.to_owned(),
                    path => match path.strip_prefix("../") {
                        Some(above) => above.to_owned(),
                        None if folder.is_empty() => path.to_owned(),
                        None => format!("{folder}/{path}"),
                    },
                };
                let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&target);
                let there = file.is_file()
                    && (fragment.is_empty()
                        || headings(&read(&target))
                            .iter()
                            .any(|heading| anchor(heading) == fragment));
                if !there {
                    broken.push(format!("{page}: {link}"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
