//! Findings as a SARIF 2.1.0 log (OASIS, "Static Analysis Results Interchange Format"), the form
//! that code-scanning services and editors take.
//!
//! Rules are listed for the codes that occur. `helpUri` has to be absolute (section 3.49.12) and the
//! guide has no address of its own, so a rule's `help` says where to look instead.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Places, Region, write_json};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    /// Our columns count characters; SARIF's default would be UTF-16 units (section 3.14.17).
    column_kind: &'a str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: &'a str,
    short_description: Text,
    help: Text,
    default_configuration: Configuration<'a>,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Text,
    locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Span>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn write(diagnostics: &Diagnostics, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Code> = BTreeMap::new();
    for diagnostic in diagnostics.iter() {
        rules.insert(diagnostic.code.id(), diagnostic.code);
    }
    let index: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let mut places = Places::default();
    let results = diagnostics
        .iter()
        .map(|diagnostic| {
            let rule_index = index.get(diagnostic.code.id()).copied().unwrap_or_default();
            outcome(diagnostic, rule_index, &mut places)
        })
        .collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Tearline",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.into_values().map(rule).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    write_json(&log, out)
}

fn rule<'a>(code: Code) -> Rule<'a> {
    Rule {
        id: code.id(),
        name: code.slug(),
        short_description: Text {
            text: code.summary().to_owned(),
        },
        help: Text {
            text: format!(
                "See {} in the guide's page of diagnostics. In tearline.toml, [lints] knows it as {}.",
                code.id(),
                code.slug()
            ),
        },
        default_configuration: Configuration {
            level: code.severity().name(),
        },
    }
}

fn outcome<'a>(diagnostic: &'a Diagnostic, rule_index: usize, places: &mut Places) -> Outcome<'a> {
    // Viewers show a result's message and nothing else of ours, so the label and the help go in.
    let mut text = diagnostic.message.clone();
    for (name, addition) in [("", &diagnostic.label), ("help: ", &diagnostic.help)] {
        if let Some(addition) = addition {
            text.push('\n');
            text.push_str(name);
            text.push_str(addition);
        }
    }
    Outcome {
        rule_id: diagnostic.code.id(),
        rule_index,
        level: diagnostic.severity.name(),
        message: Text { text },
        locations: diagnostic
            .location
            .iter()
            .map(|location| place(location, None, places))
            .collect(),
        related_locations: diagnostic
            .related
            .iter()
            .enumerate()
            .map(|(id, (location, what))| place(location, Some((id, what)), places))
            .collect(),
    }
}

fn place(location: &Location, what: Option<(usize, &String)>, places: &mut Places) -> Place {
    Place {
        id: what.map(|(id, _)| id),
        physical_location: Physical {
            artifact_location: Artifact {
                uri: uri(&location.file.path),
                uri_base_id: "%SRCROOT%",
            },
            region: places.region(location).map(
                |Region {
                     line,
                     column,
                     end_line,
                     end_column,
                 }| Span {
                    start_line: line,
                    start_column: column,
                    end_line,
                    end_column,
                },
            ),
        },
        message: what.map(|(_, what)| Text { text: what.clone() }),
    }
}

/// A path as a relative reference (RFC 3986, section 4.2): all but unreserved characters and `/` is
/// percent-encoded, so that a colon in the first segment is no scheme.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diagnostic::SourceFile;

    #[test]
    fn the_log_names_rules_once_and_points_at_regions() {
        let file = SourceFile::new("content/briefs/über a.md", "titel: A\ntitel: B\n");
        let diagnostics: Diagnostics = [
            Diagnostic::new(Code::UnknownKey, "unknown key")
                .at(&file, 0..5)
                .label("here")
                .help("did you mean `title`?"),
            Diagnostic::new(Code::DuplicateKey, "twice")
                .at(&file, 9..14)
                .related(Location::new(&file, 0..5), "the first"),
            Diagnostic::new(Code::UnknownKey, "unknown key").at_path("tearline.toml"),
            Diagnostic::new(Code::RedWebsite, "red"),
        ]
        .into_iter()
        .collect();
        let mut out = Vec::new();
        write(&diagnostics, &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<_> = rules
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["TL0109", "TL0201", "TL0912"]);
        assert_eq!(rules[1]["name"], "unknown-key");
        let results = &run["results"];
        assert_eq!(
            results[0]["message"]["text"],
            "unknown key\nhere\nhelp: did you mean `title`?"
        );
        assert_eq!(
            results[1],
            json!({
                "ruleId": "TL0109",
                "ruleIndex": 0,
                "level": "error",
                "message": {"text": "twice"},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {
                        "uri": "content/briefs/%C3%BCber%20a.md",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6},
                }}],
                "relatedLocations": [{
                    "id": 0,
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": "content/briefs/%C3%BCber%20a.md",
                            "uriBaseId": "%SRCROOT%",
                        },
                        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6},
                    },
                    "message": {"text": "the first"},
                }],
            })
        );
        assert_eq!(
            results[2]["locations"],
            json!([{"physicalLocation": {
                "artifactLocation": {"uri": "tearline.toml", "uriBaseId": "%SRCROOT%"},
            }}])
        );
        assert_eq!(results[3]["locations"], json!([]));
    }

    #[test]
    fn a_path_becomes_a_relative_reference() {
        assert_eq!(uri("a b/c:d%é.md"), "a%20b/c%3Ad%25%C3%A9.md");
    }
}
