use proptest::prelude::*;

use super::*;
use base::diagnostic::Diagnostic;

fn read(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let file = SourceFile::new("a.toml", text);
    let mut found = Diagnostics::new();
    let node = parse(&file, 0..text.len(), &mut found);
    (node, found.iter().cloned().collect())
}

fn table(node: Option<Node>) -> Table {
    match node.map(|node| node.value) {
        Some(Value::Table(table)) => table,
        other => panic!("{other:?}"),
    }
}

fn tree(text: &str) -> Table {
    let (node, found) = read(text);
    assert_eq!(found, [], "{text}");
    table(node)
}

fn places(text: &str) -> Vec<(Code, usize, usize)> {
    let (_, found) = read(text);
    found
        .iter()
        .map(|diagnostic| {
            let location = diagnostic.location.as_ref().expect("a location");
            let (line, column) = location.line_column();
            (diagnostic.code, line, column)
        })
        .collect()
}

fn fault(text: &str, code: Code, line: usize, column: usize, words: &str) {
    let (node, found) = read(text);
    assert_eq!(node, None, "{text}");
    assert_eq!(places(text), [(code, line, column)], "{text} {found:?}");
    let told = format!(
        "{} {} {}",
        found[0].message,
        found[0].label.as_deref().unwrap_or_default(),
        found[0].help.as_deref().unwrap_or_default()
    );
    assert!(told.contains(words), "{text}: {told}");
}

#[test]
fn every_value_knows_its_place_and_how_it_was_written() {
    let text = "z = 'ä' # c\r\nb = 0x1_F\r\nc = -1_000\r\nd = 2025-11-10T09:30:00Z\r\ne = [1.50, true]\r\n[f.g]\r\nh.i = { j = inf }\r\n[[k]]\r\nl = 1\r\n[[k]]\r\n";
    let root = tree(text);
    let keys: Vec<_> = root
        .entries
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(keys, ["z", "b", "c", "d", "e", "f", "k"]);
    let slice = |node: &Node| text[node.span.clone()].to_owned();
    let value = |key: &str| root.get(key).expect("the key");
    assert_eq!(slice(value("z")), "'ä'");
    assert_eq!(value("b").value, Value::Integer(31, "0x1_F".to_owned()));
    assert_eq!(value("c").value, Value::Integer(-1000, "-1_000".to_owned()));
    assert_eq!(
        value("d").value,
        Value::Date("2025-11-10T09:30:00Z".to_owned())
    );
    let Value::List(items) = &value("e").value else {
        panic!("no list");
    };
    assert_eq!(items[0].value, Value::Float(1.5, "1.50".to_owned()));
    assert_eq!(slice(&items[1]), "true");

    let inner = |node: &Node| match &node.value {
        Value::Table(table) => table.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(slice(value("f")), "f");
    let g = inner(value("f")).get("g").cloned().expect("g");
    assert_eq!(slice(&g), "[f.g]");
    let h = inner(&g).entries[0].clone();
    assert_eq!(&text[h.key_span.clone()], "h");
    let i = inner(&h.value).entries[0].clone();
    assert_eq!(&text[i.key_span.clone()], "i");
    assert_eq!(slice(&i.value), "{ j = inf }");
    let Value::List(rows) = &value("k").value else {
        panic!("no list");
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].span.start, text.rfind("[[k]]").expect("a header"));
}

#[test]
fn spans_count_from_the_start_of_the_file() {
    let text = "+++\ntitle = ü\n+++\n";
    let file = SourceFile::new("a.md", text);
    let mut found = Diagnostics::new();
    assert_eq!(parse(&file, 4..text.len() - 4, &mut found), None);
    let first = found.iter().next().and_then(|found| found.location.clone());
    assert_eq!(
        first.map(|at| (at.line_column(), at.span)),
        Some(((2, 9), 12..14))
    );
    assert_eq!(parse(&file, 13..999, &mut found), None);
    assert!(tree("").entries.is_empty());
}

#[test]
fn a_fault_is_told_in_words_that_help() {
    use Code::TomlSyntax;
    fault("a = \nb = 1\n", TomlSyntax, 1, 5, "no value");
    fault("a = foo bar\n", TomlSyntax, 1, 5, "\"foo bar\"");
    fault("é = 1\n", TomlSyntax, 1, 1, "needs quotes");
    fault("a = ü # c\n", TomlSyntax, 1, 5, "\"ü\"");
    fault("title = \u{201c}x\u{201d}\n", TomlSyntax, 1, 9, "\"x\"");
    fault("ä: 1\n", TomlSyntax, 1, 1, "not `:`");
    fault("a: 1\n", TomlSyntax, 1, 2, "not `:`");
    fault("just text\n", TomlSyntax, 1, 6, "`=`");
    fault("a = 'it's'\n", TomlSyntax, 1, 9, "end of the line");
    fault("a = \"\\q\"\n", TomlSyntax, 1, 7, "escape");
    fault("a = 01\n", TomlSyntax, 1, 5, "leading zero");
    fault("a = 1\n[a.b]\nx = 1\n", TomlSyntax, 2, 2, "integer");
    fault("[a\nb = 1\n", TomlSyntax, 1, 3, "unclosed");
    fault("a = 1 # c\r\nb = @\r\n", TomlSyntax, 2, 5, "\"@\"");
}

#[test]
fn what_is_not_closed_is_shown_once_where_it_opens() {
    use Code::TomlSyntax;
    fault("ü = 1\n", TomlSyntax, 1, 1, "key");
    fault("a = \"x\nb = 1\n", TomlSyntax, 1, 5, "quote");
    fault("a = 'x\nb = 1\n", TomlSyntax, 1, 5, "quote");
    fault("a = \"\"\"x\nb = 1\n", TomlSyntax, 1, 5, "\"\"\"");
    fault("a = [1, 2\nb = 3\nc = x\n", TomlSyntax, 1, 5, "`]`");
    fault("a = {b = 1\nc = 2\n", TomlSyntax, 1, 5, "`}`");
}

#[test]
fn all_faults_are_reported() {
    let text = "tlp = green\ntitle = 'x'\ndate = 2024-13-01\nn = 99999999999999999999\nn = 1\n";
    assert_eq!(
        places(text),
        [
            (Code::OutOfRange, 4, 5),
            (Code::TomlSyntax, 1, 7),
            (Code::BadDate, 3, 8),
            (Code::DuplicateKey, 5, 1),
        ]
    );
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    fault(
        "a = 2024-13-01\n",
        Code::BadDate,
        1,
        5,
        "month between 01 and 12",
    );
    fault("a = 2025-02-29\n", Code::BadDate, 1, 5, "day");
    fault("a = 25:00:00\n", Code::BadDate, 1, 5, "hour");
    fault("a = 2024-1-1\n", Code::BadDate, 1, 5, "two-digit month");
    fault(
        "a = 2024-01-01T00:00:00+99:00\n",
        Code::BadDate,
        1,
        5,
        "2024-01-01T00:00:00+99:00",
    );
}

#[test]
fn a_number_that_does_not_fit_is_refused() {
    fault(
        "a = 0xFFFF_FFFF_FFFF_FFFF\n",
        Code::OutOfRange,
        1,
        5,
        "quotes",
    );
    fault("a = 1e999\n", Code::OutOfRange, 1, 5, "quotes");
    assert_eq!(
        tree("a = -inf\n").entries[0].value.value,
        Value::Float(f64::NEG_INFINITY, "-inf".to_owned())
    );
}

#[test]
fn a_duplicate_key_names_the_first_and_the_first_counts() {
    let cases = [
        ("a = 1\nb = {a = 2}\na = 3\n", (3, 1), (1, 1)),
        ("b.c = 1\na.c = 2\nb.c = 3\n", (3, 3), (1, 3)),
        ("b.\"ü.x\".c = 1\nb . \"ü.x\" . c = 3\n", (2, 13), (1, 9)),
        (
            "[[x]]\nid = 1\n[[x]]\nid = 2\nn = 1\nid = 3\n",
            (6, 1),
            (4, 1),
        ),
        ("a = {b = 1, c = {b = 2, b = 3}}\n", (1, 25), (1, 18)),
        ("  [a]\nx = 1\n[ a ]\ny = 1\n", (3, 3), (1, 3)),
    ];
    for (text, second, first) in cases {
        let (node, found) = read(text);
        assert!(node.is_some());
        assert_eq!(places(text), [(Code::DuplicateKey, second.0, second.1)]);
        let related = found[0].related.first().map(|(at, _)| at.line_column());
        assert_eq!(related, Some(first), "{text}");
    }
    let root = tree_despite("a = 1\na = 2\n");
    assert_eq!(
        root.get("a").map(|node| &node.value),
        Some(&Value::Integer(1, "1".to_owned()))
    );
}

fn tree_despite(text: &str) -> Table {
    table(read(text).0)
}

#[test]
fn nesting_ends_at_64_however_it_is_written() {
    let arrays = |levels: usize| format!("a = {}{}\n", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(places(&arrays(63)), []);
    assert_eq!(places(&arrays(64)), [(Code::TooDeep, 1, 68)]);
    assert_eq!(places(&arrays(10_000))[0].0, Code::TooDeep);
    let dotted = |levels: usize| format!("ok = 1\na{} = 1\n", ".a".repeat(levels));
    assert_eq!(places(&dotted(63)), []);
    assert_eq!(places(&dotted(70))[0].0, Code::TooDeep);
    assert_eq!(places(&dotted(10_000)), [(Code::TooDeep, 2, 1)]);
    assert_eq!(
        places(&format!("[a{}]\n", ".a".repeat(10_000)))[0].0,
        Code::TooDeep
    );
}

#[test]
fn dotted_keys_in_inline_tables_do_not_exhaust_the_stack() {
    let key = format!("{{a{} = ", ".a".repeat(78));
    let value = format!("{}1{}", key.repeat(79), "}".repeat(79));
    let header = format!("[a{}]\n", ".b".repeat(78));
    let dotted = format!("c{}", ".d".repeat(78));
    for text in [
        format!("{header}{dotted} = {value}\n"),
        // The second value is dropped by the parser itself.
        format!("{header}{dotted} = 1\n{dotted} = {value}\n"),
    ] {
        assert!(dots_in_inline(&text) > MANY_DOTS);
        assert!(!places(&text).is_empty());
    }
    // As deep as it gets on the caller's own stack.
    let key = format!("{{a{} = ", ".a".repeat(72));
    let text = format!("{header}{dotted} = {}1{}\n", key.repeat(4), "}".repeat(4));
    let below = format!("{header}{dotted} = {}1{}\n", key[3..].replace('a', "b"), "");
    assert!(dots_in_inline(&below) <= MANY_DOTS);
    assert!(!places(&text).is_empty());
    assert!(!places(&below).is_empty());
}

fn check_spans(text: &str, node: &Node) {
    assert!(
        text.get(node.span.clone()).is_some(),
        "{:?} of {text:?}",
        node.span
    );
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| check_spans(text, item)),
        Value::Table(table) => {
            for entry in &table.entries {
                assert!(text.get(entry.key_span.clone()).is_some());
                check_spans(text, &entry.value);
            }
        }
        _ => {}
    }
}

fn check(text: &str, range: Range<usize>) {
    let file = SourceFile::new("a.toml", text);
    let mut found = Diagnostics::new();
    let node = parse(&file, range, &mut found);
    let errors = found.iter().any(|found| found.code != Code::DuplicateKey);
    assert!(node.is_some() || found.has_errors(), "{text:?}");
    assert!(node.is_none() || !errors, "{text:?} {found:?}");
    if let Some(node) = node {
        check_spans(text, &node);
    }
    for diagnostic in found.iter() {
        let location = diagnostic.location.as_ref().expect("a location");
        let places = diagnostic.related.iter().map(|(location, _)| location);
        for place in places.chain([location]) {
            assert!(
                text.get(place.span.clone()).is_some(),
                "{diagnostic:?} of {text:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        check(&text, 0..text.len());
    }

    #[test]
    fn no_text_like_toml_panics(
        text in "([a-c]|é|[-.=,\\[\\]{}#'\"\\\\+_0-9eTZ: \r\u{7}]|\n|\na = |\n\\[a\\]|\n\\[\\[a\\]\\]|\"\"\"|'''|\\\\u00e9|2025-01-01|0x| = ){0,40}"
    ) {
        check(&text, 0..text.len());
    }

    #[test]
    fn no_front_matter_panics(
        lines in prop::collection::vec("(\\[{0,2}[ab](\\.[abé])?\\]{0,2}|[ab](\\.[ab])? = (\"[aé\\\\]{0,4}\"?|'[aé]{0,3}'?|\\[[1, \"é]{0,6}\\]?|\\{([ab](\\.a)? = 1,? ?){0,3}\\}?|20[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9_xe.]{0,4})|#é.*)\r?", 0..10)
    ) {
        let text = format!("+++\n{}\n+++\nbody", lines.join("\n"));
        check(&text, 4..text.len() - 9);
    }
}
