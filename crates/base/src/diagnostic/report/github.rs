//! Findings as workflow commands, which GitHub shows as annotations of the changed lines:
//! `::error file=…,line=…,col=…,title=TL0201::message`.
//!
//! Values are escaped as GitHub's own toolkit does it (`%`, line breaks, and in properties `:` and
//! `,`). An annotation takes columns only where it begins and ends on one line.

use std::io::{self, Write};

use super::{Places, Region, shown, shown_in_line};
use crate::diagnostic::{Diagnostic, Diagnostics};

pub(super) fn write(diagnostics: &Diagnostics, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::default();
    for diagnostic in diagnostics.iter() {
        writeln!(
            out,
            "::{} {}::{}",
            diagnostic.severity.name(),
            properties(diagnostic, &mut places),
            data(&message(diagnostic, &mut places)),
        )?;
    }
    Ok(())
}

fn properties(diagnostic: &Diagnostic, places: &mut Places) -> String {
    let mut properties = String::new();
    if let Some(location) = &diagnostic.location {
        properties.push_str(&format!(
            "file={},",
            property(&shown_in_line(&location.file.path))
        ));
        if let Some(region) = places.region(location) {
            let Region {
                line,
                column,
                end_line,
                end_column,
            } = region;
            properties.push_str(&format!("line={line},endLine={end_line},"));
            if line == end_line {
                properties.push_str(&format!("col={column},endColumn={end_column},"));
            }
        }
    }
    properties.push_str("title=");
    properties.push_str(diagnostic.code.id());
    properties
}

/// The message, the label, related places and the help, a line each.
fn message(diagnostic: &Diagnostic, places: &mut Places) -> String {
    let mut lines = vec![shown(&diagnostic.message)];
    lines.extend(diagnostic.label.as_deref().map(shown));
    for (location, what) in &diagnostic.related {
        let path = &location.file.path;
        let place = match places.region(location) {
            Some(region) => format!("{path}:{}:{}", region.line, region.column),
            None => path.clone(),
        };
        lines.push(shown(&format!("{what}: {place}")));
    }
    lines.extend(
        diagnostic
            .help
            .as_deref()
            .map(|help| format!("help: {}", shown(help))),
    );
    lines.join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Location, SourceFile};

    fn render(diagnostic: Diagnostic) -> String {
        let mut out = Vec::new();
        write(&Diagnostics::from(diagnostic), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_annotation_carries_place_code_and_help() {
        let file = SourceFile::new("content/a,b.md", "titel: 100 %\n");
        let shown = render(
            Diagnostic::new(Code::UnknownKey, "unknown key: `titel`, 100 %")
                .at(&file, 0..5)
                .label("here")
                .related(Location::of_path("data/x.json"), "known from")
                .help("did you mean `title`?"),
        );
        assert_eq!(
            shown,
            "::error file=content/a%2Cb.md,line=1,endLine=1,col=1,endColumn=6,title=TL0201::\
             unknown key: `titel`, 100 %25%0Ahere%0Aknown from: data/x.json%0A\
             help: did you mean `title`?\n"
        );
    }

    #[test]
    fn columns_are_left_out_over_several_lines() {
        let file = SourceFile::new("a.md", "one\ntwo\n");
        let shown = render(Diagnostic::new(Code::MissingAlt, "no text").at(&file, 1..6));
        assert_eq!(
            shown,
            "::warning file=a.md,line=1,endLine=2,title=TL0911::no text\n"
        );
    }

    #[test]
    fn a_message_cannot_begin_a_command_of_its_own() {
        let shown =
            render(Diagnostic::new(Code::NoSite, "x\r\n::add-mask::y\r::z").at_path("a\n::b"));
        assert_eq!(
            shown,
            "::error file=a %3A%3Ab,title=TL0703::x%0A::add-mask::y␍::z\n"
        );
    }
}
