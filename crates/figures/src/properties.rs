//! What must hold whatever stands in a block.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What no output may hold: it stands in input only.
const MARKER: &str = "<x y=\"'&";

/// Tries a text as each kind; gives those that it is a sound figure of.
fn all_kinds(text: &str, csv: &str) -> Vec<FigureKind> {
    let mut sound = Vec::new();
    let files = BTreeMap::from([("x.csv".to_owned(), SourceFile::new("x.csv", csv))]);
    for kind in [
        FigureKind::Chart,
        FigureKind::Timeline,
        FigureKind::Indicators,
    ] {
        let file = SourceFile::new("a.md", format!("```{}\n{text}\n```\n", kind.name()));
        let start = kind.name().len() + 4;
        let block = body::Figure {
            event: 0,
            kind,
            info: Vec::new(),
            text: text.to_owned(),
            text_span: start..start + text.len(),
        };
        let mut found = Diagnostics::new();
        let figure = parse(&file, &block, &files, &mut found);
        assert_eq!(figure.is_none(), found.has_errors());
        for finding in found.iter() {
            let location = finding.location.as_ref().expect("a place");
            assert!(
                location.file.text.get(location.span.clone()).is_some(),
                "{finding:?}"
            );
        }
        if let Some(figure) = figure {
            check(&render(&figure, "f", &map::World::default(), &|_| Some(1)));
            sound.push(kind);
        }
    }
    sound
}

fn check(html: &str) {
    assert!(!html.contains("<x") && !html.contains("y=\"'"), "{html}");
    assert!(
        !html.contains("NaN") && !html.contains("inf\"") && !html.contains(" style="),
        "{html}"
    );
    assert_eq!(
        html.matches('<').count(),
        html.matches('>').count(),
        "{html}"
    );
}

/// Words that take the parser deep into a block, and such as have no business there.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "type: bar\n",
        "type: line\n",
        "type: donut\n",
        "type: heat-map\n",
        "type: column\n",
        "type: map\n",
        "DE",
        "Kenya",
        "type: stacked-bar\n",
        "title: ",
        "T\n",
        "data: ",
        "series: ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "a",
        "1",
        "-2.5",
        "1e18",
        "0",
        ".nan",
        "\n",
        "- ",
        "  ",
        "name: ",
        "date: ",
        "2025-07",
        "text: ",
        "value: ",
        "domain",
        "evil.example",
        "type,value\n",
        ",",
        "entries:\n",
        "file: x.csv\n",
        "\"",
        "'",
        "&a ",
        "*a",
        "|\n",
        "#",
        "\t",
        "\r\n",
        "é",
        "\u{0}",
        "tlp: red\n",
        "(TLP:RED)",
        MARKER,
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(text in ".{0,120}", csv in "(?s).{0,80}") {
        all_kinds(&text, &csv);
    }

    #[test]
    fn no_block_makes_it_panic(text in pieces(), csv in pieces()) {
        all_kinds(&text, &csv);
    }

    #[test]
    fn every_word_of_a_sound_figure_is_escaped(
        kind in proptest::sample::select(vec!["bar", "stacked-bar", "column", "line", "donut", "heat-map"]),
        numbers in proptest::collection::vec(prop_oneof![0.0..1e3_f64, 0.0..8e15_f64, Just(1.0), Just(1e-300)], 1..12),
        word in "[<>&\"' a-z\u{0}-\u{1f}é漢]{0,30}",
    ) {
        let quoted = serde_json::to_string(&format!("{MARKER}{word}")).expect("text");
        let data: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(at, number)| format!("{}: {number:?}", serde_json::to_string(&format!("{at}{MARKER}{word}")).expect("text")))
            .collect();
        let text = format!(
            "{{type: {kind}, title: {quoted}, unit: {quoted}, description: {quoted}, series: [{{name: {quoted}, data: {{{}}}}}]}}",
            data.join(", "),
        );
        prop_assert_eq!(all_kinds(&text, ""), [FigureKind::Chart]);
        let list = format!("[{{date: 2025, text: {quoted}}}]");
        prop_assert_eq!(all_kinds(&list, ""), [FigureKind::Timeline]);
        let plain = serde_json::to_string(MARKER).expect("text");
        let list = format!("[{{type: mutex, value: {plain}, description: {quoted}, software: {quoted}}}]");
        prop_assert_eq!(all_kinds(&list, ""), [FigureKind::Indicators]);
    }

    #[test]
    fn bars_are_escaped(data in proptest::collection::vec((".{0,20}", any::<f64>()), 0..9)) {
        let data: Vec<(String, f64)> = data.into_iter().map(|(label, value)| (label + MARKER, value)).collect();
        check(&bars(MARKER, MARKER, "b", &data));
    }
}
