//! What holds for every format, whatever the text and the span.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Code, Diagnostic};

const FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Sarif, Format::Github];

fn render(format: Format, diagnostics: &Diagnostics, color: bool) -> String {
    let mut out = Vec::new();
    write(format, diagnostics, color, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_summary_counts_in_words() {
    let mut diagnostics = Diagnostics::new();
    assert_eq!(summary(&diagnostics), "no findings");
    diagnostics.push(Diagnostic::new(Code::MissingAlt, "a"));
    assert_eq!(summary(&diagnostics), "1 warning");
    diagnostics.push(Diagnostic::new(Code::UnknownKey, "b"));
    diagnostics.push(Diagnostic::new(Code::UnknownKey, "c"));
    assert_eq!(summary(&diagnostics), "2 errors, 1 warning");
}

#[test]
fn nothing_found_is_still_a_valid_report() {
    let none = Diagnostics::new();
    assert_eq!(render(Format::Human, &none, false), "");
    assert_eq!(render(Format::Github, &none, false), "");
    let sarif: serde_json::Value =
        serde_json::from_str(&render(Format::Sarif, &none, false)).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    let json: serde_json::Value =
        serde_json::from_str(&render(Format::Json, &none, false)).unwrap();
    assert_eq!(json["errors"], 0);
}

#[test]
fn regions_agree_with_the_location_itself() {
    let text = "é\r\nab\n\nlast";
    let file = SourceFile::new("a.md", text);
    let mut places = Places::default();
    for start in 0..=text.len() {
        let location = Location::new(&file, start..text.len());
        let region = places.region(&location).unwrap();
        assert_eq!((region.line, region.column), location.line_column());
    }
}

/// Text with what hurts: line ends, tabs, controls, wide, combining and invisible characters.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z :`\\[\\]{}%,]{0,30}",
        1 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just(" ".repeat(50)),
        1 => Just("x".repeat(200)),
        1 => Just("\u{1b}[31m\u{9b}2J\u{0}\u{7f}".to_owned()),
        1 => Just("北京👩‍💻e\u{301}\u{200b}\u{feff}\u{202e}".to_owned()),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn span() -> impl Strategy<Value = Range<usize>> {
    (0usize..400, 0usize..400).prop_map(|(start, end)| start..end)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_and_no_span_panics_or_breaks_a_format(
        path in text(), source in text(), other in text(), words in text(), help in text(),
        span in span(), related in span(), color: bool,
    ) {
        let file = SourceFile::new(path.clone(), source);
        let elsewhere = SourceFile::new(path, other);
        let findings: Diagnostics = [
            Diagnostic::new(Code::UnknownKey, words.clone()).at(&file, span.clone()).label(words.clone()),
            Diagnostic::new(Code::MissingAlt, words.clone())
                .at(&file, span.end..usize::MAX)
                .help(help)
                .related(Location::new(&elsewhere, related.clone()), words)
                .related(Location::new(&file, related), ""),
        ]
        .into_iter()
        .collect();
        for format in FORMATS {
            let out = render(format, &findings, color);
            let escapes = format == Format::Human && color;
            prop_assert!(
                !out.chars().any(|c| c != '\n' && is_unshown(c) && !(escapes && c == '\u{1b}')),
                "{:?}: {:?}", format, out
            );
            match format {
                Format::Json | Format::Sarif => {
                    let parsed: Result<serde_json::Value, _> = serde_json::from_str(&out);
                    prop_assert!(parsed.is_ok(), "{:?}: {:?}", format, out);
                }
                Format::Github => prop_assert_eq!(out.lines().count(), 2),
                Format::Human => prop_assert!(out.len() < 40_000),
            }
        }
    }
}
