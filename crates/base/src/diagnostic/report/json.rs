//! Findings as one JSON object, for scripts and editors.
//!
//! Every key is always there, `null` where a finding has no such thing; `format` grows by one when
//! a key changes its meaning or goes.

use std::io::{self, Write};

use serde::Serialize;

use super::{Places, Region, write_json};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    slug: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: Option<&'a str>,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

pub(super) fn write(diagnostics: &Diagnostics, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::default();
    let report = Report {
        format: 1,
        errors: diagnostics.count(Severity::Error),
        warnings: diagnostics.count(Severity::Warning),
        diagnostics: diagnostics
            .iter()
            .map(|diagnostic| finding(diagnostic, &mut places))
            .collect(),
    };
    write_json(&report, out)
}

fn finding<'a>(diagnostic: &'a Diagnostic, places: &mut Places) -> Finding<'a> {
    Finding {
        code: diagnostic.code.id(),
        slug: diagnostic.code.slug(),
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        place: place(diagnostic.location.as_ref(), places),
        label: diagnostic.label.as_deref(),
        help: diagnostic.help.as_deref(),
        related: diagnostic
            .related
            .iter()
            .map(|(location, what)| Related {
                message: what,
                place: place(Some(location), places),
            })
            .collect(),
    }
}

fn place<'a>(location: Option<&'a Location>, places: &mut Places) -> Place<'a> {
    let region: Option<Region> = location.and_then(|location| places.region(location));
    Place {
        file: location.map(|location| location.file.path.as_str()),
        line: region.map(|region| region.line),
        column: region.map(|region| region.column),
        end_line: region.map(|region| region.end_line),
        end_column: region.map(|region| region.end_column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, SourceFile};

    #[test]
    fn the_object_counts_and_lists() {
        let file = SourceFile::new("content/briefs/a.md", "---\ntitel: é\n---\n");
        let mut diagnostics = Diagnostics::from(
            Diagnostic::new(Code::UnknownKey, "unknown key `titel`")
                .at(&file, 4..9)
                .label("no key of a brief")
                .help("did you mean `title`?")
                .related(Location::new(&file, 11..13), "its \"value\""),
        );
        diagnostics.push(Diagnostic::new(Code::RedWebsite, "a RED edition"));
        let mut out = Vec::new();
        write(&diagnostics, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        {
          "format": 1,
          "errors": 1,
          "warnings": 1,
          "diagnostics": [
            {
              "code": "TL0201",
              "slug": "unknown-key",
              "severity": "error",
              "message": "unknown key `titel`",
              "file": "content/briefs/a.md",
              "line": 2,
              "column": 1,
              "end_line": 2,
              "end_column": 6,
              "label": "no key of a brief",
              "help": "did you mean `title`?",
              "related": [
                {
                  "message": "its \"value\"",
                  "file": "content/briefs/a.md",
                  "line": 2,
                  "column": 8,
                  "end_line": 2,
                  "end_column": 9
                }
              ]
            },
            {
              "code": "TL0912",
              "slug": "red-website",
              "severity": "warning",
              "message": "a RED edition",
              "file": null,
              "line": null,
              "column": null,
              "end_line": null,
              "end_column": null,
              "label": null,
              "help": null,
              "related": []
            }
          ]
        }
        "#);
    }
}
