use proptest::prelude::*;

use super::*;
use base::diagnostic::Diagnostic;

fn read(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let file = SourceFile::new("a.md", text);
    let mut found = Diagnostics::new();
    let node = parse(&file, 0..text.len(), &mut found);
    (node, found.iter().cloned().collect())
}

fn tree(text: &str) -> Table {
    let (node, found) = read(text);
    assert_eq!(found, [], "{text}");
    match node.expect("a tree").value {
        Value::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

/// Code, line and column of each finding.
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

fn syntax(text: &str, line: usize, column: usize, words: &str) {
    let (node, found) = read(text);
    assert_eq!(node, None, "{text}");
    assert_eq!(places(text), [(Code::YamlSyntax, line, column)], "{text}");
    let help = found[0].help.as_deref().unwrap_or_default();
    let told = format!("{} {help}", found[0].message);
    assert!(told.contains(words), "{text}: {told}");
}

/// What stands at the value of a key, key after key.
fn slice<'a>(text: &'a str, table: &Table, path: &[&str]) -> &'a str {
    let node = table.get(path[0]).expect("the key");
    match &node.value {
        Value::Table(inner) if path.len() > 1 => slice(text, inner, &path[1..]),
        _ => &text[node.span.clone()],
    }
}

#[test]
fn every_value_knows_its_place() {
    let text = "title: Häfen # ports\r\nlist:\r\n  - a b\r\n  - 'c'\r\ninner: {é: \"x\", y: [1, 2]}\r\nlong: |\r\n  one\r\n  two\r\n\r\nnothing:\r\n";
    let table = tree(text);
    assert_eq!(slice(text, &table, &["title"]), "Häfen");
    assert_eq!(slice(text, &table, &["list"]), "- a b\r\n  - 'c'");
    assert_eq!(slice(text, &table, &["inner"]), "{é: \"x\", y: [1, 2]}");
    assert_eq!(slice(text, &table, &["inner", "é"]), "\"x\"");
    assert_eq!(slice(text, &table, &["inner", "y"]), "[1, 2]");
    assert_eq!(slice(text, &table, &["long"]), "one\r\n  two");
    let nothing = table.entries.last().expect("an entry");
    assert_eq!(&text[nothing.key_span.clone()], "nothing");
    assert_eq!(nothing.value.value, Value::Null);
    assert_eq!(&text[..nothing.value.span.start], text.trim_end());
    let Some(Value::String(long)) = table.get("long").map(|node| &node.value) else {
        panic!("no text");
    };
    assert_eq!(long, "one\ntwo\n");
}

#[test]
fn spans_count_from_the_start_of_the_file() {
    let text = "---\ntitle: ü\n---\nBody: with: colons\n";
    let file = SourceFile::new("a.md", text);
    let mut found = Diagnostics::new();
    let node = parse(&file, 4..14, &mut found).expect("a tree");
    let Value::Table(table) = node.value else {
        panic!("no table");
    };
    assert!(found.is_empty());
    assert_eq!(slice(text, &table, &["title"]), "ü");
    assert_eq!(parse(&file, 9..999, &mut found), None);
}

#[test]
fn only_plain_scalars_are_more_than_text() {
    let table = tree(
        "a: NO\nb: '1'\nc: \"true\"\nd: 2025-11-10\ne: >-\n  1\nf: !!str 1\ng: ! 1\nh: !!int \"7\"\ni: 1\n",
    );
    for key in ["a", "b", "c", "d", "e", "f", "g"] {
        let value = &table.get(key).expect("the key").value;
        assert!(matches!(value, Value::String(_)), "{key}: {value:?}");
    }
    for (key, number) in [("h", 7), ("i", 1)] {
        let value = &table.get(key).expect("the key").value;
        assert_eq!(*value, Value::Integer(number, number.to_string()));
    }
}

#[test]
fn a_key_is_the_text_that_was_written() {
    let table = tree("2025: a\ntrue: b\n1.50: c\n~: d\n\"\": e\n'<<': f\n");
    let keys: Vec<_> = table
        .entries
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(keys, ["2025", "true", "1.50", "~", "", "<<"]);
}

#[test]
fn an_empty_document_is_an_empty_table() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "...\n"] {
        assert_eq!(tree(text), Table::default(), "{text:?}");
    }
}

#[test]
fn a_document_that_is_no_table_is_refused() {
    for (text, words) in [
        ("- a\n- b\n", "a list"),
        ("just words\n", "text"),
        ("~\n", "nothing"),
        ("title:Foo\n", "text"),
    ] {
        let (node, found) = read(text);
        assert_eq!(node, None);
        assert_eq!(places(text), [(Code::WrongType, 1, 1)]);
        assert!(found[0].message.contains(words), "{}", found[0].message);
    }
    let (_, found) = read("title:Foo\n");
    assert!(
        found[0]
            .help
            .as_deref()
            .is_some_and(|help| help.contains("space"))
    );
}

#[test]
fn a_tab_in_the_indentation_is_shown_where_it_stands() {
    syntax("a:\n\tb: 1\n", 2, 1, "tab");
    syntax("a:\r\n  b: 1\r\n  \tc: 2\r\n", 3, 3, "tab");
    syntax("a:\n  - x\n\t- y\n", 3, 1, "tab");
    syntax("a: |\n\tx\n", 2, 1, "tab");
}

#[test]
fn an_unquoted_special_character_is_shown_with_the_quoted_value() {
    syntax("title: Foo: bar\n", 1, 11, "\"Foo: bar\"");
    syntax("ä: ü\ntitle: Ää: \"bar\" # c\n", 2, 10, "'Ää: \"bar\"'");
    syntax("a: @handle # c\n", 1, 4, "\"@handle\"");
    syntax("a: `code`\n", 1, 4, "\"`code`\"");
    syntax("a: %x\n", 1, 4, "\"%x\"");
    syntax("a: [APT28](x) did it\n", 1, 4, "\"[APT28](x) did it\"");
    syntax("a: [x]: y\n", 1, 4, "\"[x]: y\"");
    syntax("a: *bold* words\nb: 1\n", 1, 4, "quotes");
    syntax("a: *\n", 1, 4, "name");
    syntax("a: !x y\n", 1, 4, "`!x`");
    syntax("a: !!binary eA==\n", 1, 4, "tag");
    syntax("a: !!int x\n", 1, 4, "tag");
    syntax("a: !!map [x]\n", 1, 4, "tag");
    syntax("a: !e!x y\n", 1, 4, "tag");
    syntax("a: {{ title }}\n", 1, 5, "`{`");
}

#[test]
fn what_is_not_closed_is_shown_where_it_opens() {
    syntax("a: \"b\nc: d\n", 1, 4, "quote");
    syntax("a: 'b\nc: d\n", 1, 4, "quote");
    syntax("ü: [1, 2\nb: 3\n", 1, 4, "`]`");
    syntax("a: {x: 1\nb: 3\n", 1, 4, "`}`");
    syntax("a: [1, 2", 1, 4, "`]`");
    syntax("a: [1}\n", 1, 4, "`}`");
    syntax("a: ]\n", 1, 4, "closed");
    syntax("a: 'it's'\n", 1, 8, "''");
    syntax("a: \"x\\q\"\n", 1, 6, "escape");
    syntax("a: [b: c: d]\n", 1, 9, "`]`");
}

#[test]
fn a_line_in_the_wrong_place_is_shown() {
    syntax("a: 1\n  b: 2\n", 2, 3, "indented");
    syntax("a:\n   b: 1\n  c: 2\n", 3, 3, "line up");
    syntax("a: 1\nfoo bar\nb: 2\n", 2, 1, "`key: value`");
    syntax("title Foo\ndate: 1\n", 1, 1, "`key: value`");
    syntax("key:value\nb: 1\n", 1, 1, "space");
    syntax("a: - b\n", 1, 4, "own line");
    syntax("a: 1\n- b\n", 2, 1, "list item");
    syntax(": x\n", 1, 1, "key");
    syntax("a: 1\n---\nb: 2\n", 2, 1, "second");
    syntax("? [a]\n: b\n", 1, 3, "a list");
    syntax("<<: {a: 1}\n", 1, 1, "merge");
    syntax("a: &x [1]\n*x : 2\n", 2, 1, "key");
    syntax("a: x\u{7}y\n", 1, 5, "U+0007");
}

#[test]
fn duplicate_keys_are_all_reported_and_the_first_counts() {
    let text = "é: 1\nb: {c: 1, c: 2}\né: {d: 1, d: 2}\nb: 3\n";
    let (node, found) = read(text);
    assert_eq!(
        places(text),
        [
            (Code::DuplicateKey, 2, 11),
            (Code::DuplicateKey, 3, 1),
            (Code::DuplicateKey, 3, 11),
            (Code::DuplicateKey, 4, 1),
        ]
    );
    assert_eq!(found[1].related[0].0.line_column(), (1, 1));
    let Some(Value::Table(table)) = node.map(|node| node.value) else {
        panic!("no table");
    };
    assert_eq!(table.entries.len(), 2);
    assert_eq!(slice(text, &table, &["é"]), "1");
}

#[test]
fn a_duplicate_is_found_in_a_large_table_too() {
    let mut text: String = (0..40).map(|number| format!("k{number}: v\n")).collect();
    text.push_str("k3: w\nk39: w\n");
    assert_eq!(
        places(&text),
        [(Code::DuplicateKey, 41, 1), (Code::DuplicateKey, 42, 1)]
    );
}

#[test]
fn a_number_that_does_not_fit_is_reported() {
    assert_eq!(
        places("ä: 99999999999999999999\n"),
        [(Code::OutOfRange, 1, 4)]
    );
}

#[test]
fn an_alias_repeats_what_it_names_at_its_own_place() {
    let text = "a: &x {b: [1, 2]}\nc: *x\nd: &y word\n*y : 1\n";
    let table = tree(text);
    assert_eq!(slice(text, &table, &["c"]), "*x");
    assert_eq!(slice(text, &table, &["c", "b"]), "[1, 2]");
    assert!(table.get("word").is_some());
}

#[test]
fn an_alias_of_what_surrounds_it_is_refused() {
    assert_eq!(places("a: &x [1, *x]\n"), [(Code::TooDeep, 1, 11)]);
}

#[test]
fn an_anchor_bomb_ends_at_the_budget() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let found = places(&bomb);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, Code::TooDeep);
    assert!(found[0].1 < 8, "{found:?}");

    // Few nodes with a long text each are counted by their bytes.
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(60_000),
        "*a, ".repeat(2_000)
    );
    assert_eq!(places(&long)[0].0, Code::TooDeep);
}

#[test]
fn nesting_ends_at_64_however_it_is_written() {
    let flow = |levels: usize| format!("a: {}{}\n", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(places(&flow(63)), []);
    assert_eq!(places(&flow(64)), [(Code::TooDeep, 1, 67)]);
    assert_eq!(places(&flow(100_000))[0].0, Code::TooDeep);
    assert_eq!(places(&"- ".repeat(100_000))[0].0, Code::TooDeep);
    let keys = places(&"? ".repeat(100_000));
    assert_eq!(keys.last().map(|place| place.0), Some(Code::TooDeep));
    assert_eq!(places(&"{a: ".repeat(100_000))[0].0, Code::TooDeep);

    let mut chain = "a0: &a0 x\n".to_owned();
    for level in 1..100 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert_eq!(places(&chain), [(Code::TooDeep, 65, 12)]);
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
    let file = SourceFile::new("a.md", text);
    let mut found = Diagnostics::new();
    let node = parse(&file, range, &mut found);
    // Something is wrong exactly when there is no tree, duplicate keys aside.
    let errors = found.iter().any(|found| found.code != Code::DuplicateKey);
    assert_eq!(node.is_none(), errors, "{text:?} {found:?}");
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
    fn no_text_like_yaml_panics(
        text in "(([a-c]|é|[-:?,\\[\\]{}#&*!|>'\"%@`~<.\\\\\t\r\u{feff}\u{7}]|: |- |\n|\n  |<<|!!|---|\\\\u|&a |\\*a ){0,40})"
    ) {
        check(&text, 0..text.len());
    }

    #[test]
    fn no_front_matter_panics(
        lines in prop::collection::vec(" {0,6}(- )?(([a-cé]: )?([a-cé1 ]{0,6}|\\[[a-c, {}\"]{0,9}\\]?|\"[a-c\\\\ é]{0,9}\"?|[|>][-+]?|&a|\\*a|!x|[{\\[@`])|#.*)\r?", 0..12)
    ) {
        let text = format!("---\n{}\n---\nbody", lines.join("\n"));
        check(&text, 4..text.len() - 9);
    }
}
