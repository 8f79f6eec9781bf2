use proptest::prelude::*;

use super::*;

fn read(text: &str) -> (Vec<Node>, Vec<Diagnostic>) {
    let file = SourceFile::new("a.csv", text);
    let mut found = Diagnostics::new();
    let rows = parse(&file, &mut found);
    (rows, found.iter().cloned().collect())
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

/// Each row as `key=value`, and what stands at the value's span.
fn cells(text: &str) -> Vec<Vec<(String, String, String)>> {
    let (rows, found) = read(text);
    assert_eq!(found, [], "{text}");
    rows.iter()
        .map(|row| match &row.value {
            Value::Table(table) => table
                .entries
                .iter()
                .map(|entry| match &entry.value.value {
                    Value::String(value) => (
                        entry.key.clone(),
                        value.clone(),
                        text[entry.value.span.clone()].to_owned(),
                    ),
                    other => panic!("{other:?}"),
                })
                .collect(),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn cell(key: &str, value: &str, written: &str) -> (String, String, String) {
    (key.to_owned(), value.to_owned(), written.to_owned())
}

#[test]
fn every_cell_knows_its_place() {
    let text = "# exported\r\nType, First Seen ,\"valid-until\"\r\n\r\ndomain,\"ä, \"\"b\"\"\r\nc\" , x é \r\n# done\r\nipv4,,3\r\n,,\r\nlast";
    assert_eq!(
        cells(text),
        [
            vec![
                cell("type", "domain", "domain"),
                cell("first_seen", "ä, \"b\"\r\nc", "\"ä, \"\"b\"\"\r\nc\""),
                cell("valid_until", "x é", "x é"),
            ],
            vec![cell("type", "ipv4", "ipv4"), cell("valid_until", "3", "3")],
            vec![cell("type", "last", "last")],
        ]
    );
    let (rows, _) = read(text);
    assert_eq!(&text[rows[1].span.clone()], "ipv4,,3");
    let Value::Table(table) = &rows[1].value else {
        panic!("no table");
    };
    assert_eq!(&text[table.entries[1].key_span.clone()], "\"valid-until\"");
}

#[test]
fn the_header_decides_the_delimiter() {
    let row = vec![cell("a", "1,5", "1,5"), cell("b", "2", "2")];
    assert_eq!(cells("a;b\n1,5;2\n"), std::slice::from_ref(&row));
    assert_eq!(cells("a\tb\n1,5\t2\n"), [row]);
    assert_eq!(cells("\"a;b;c\",d\n1;2,3\n")[0].len(), 2);
    assert_eq!(cells("a\n1\n"), [vec![cell("a", "1", "1")]]);
}

#[test]
fn a_file_without_rows_gives_none() {
    for text in ["", "\r\n\n", "# c", "a,b", "a,b\r\n", "a,b\n , \n"] {
        assert_eq!(read(text), (vec![], vec![]), "{text:?}");
    }
}

#[test]
fn a_fault_is_shown_at_its_cell() {
    use Code::CsvSyntax;
    assert_eq!(places("a,b\r\nü,2, 3 ,4\r\n1\r\n"), [(CsvSyntax, 2, 6)]);
    assert_eq!(places("a,b\n1,\"2\n3,4\n"), [(CsvSyntax, 2, 3)]);
    assert_eq!(places("a,\"b\n3,4\n"), [(CsvSyntax, 1, 3)]);
    assert_eq!(places("ä b,c,Ä-B\n"), [(CsvSyntax, 1, 7)]);
    assert_eq!(places("a,,b\n"), [(CsvSyntax, 1, 3)]);
    assert_eq!(
        places("a,b\nü,\"2\" x,y\n"),
        [(CsvSyntax, 2, 7), (CsvSyntax, 2, 9)]
    );
    let (rows, found) = read("a, b ,B\n1,2,3\n");
    assert_eq!(found[0].related[0].0.line_column(), (1, 4));
    assert_eq!(rows.len(), 1);
}

proptest! {
    #[test]
    fn no_text_panics_and_cells_stand_where_their_values_are(
        text in "([a-cA-C]|é|\u{a0}|\u{feff}|[-,;\t #\r]|\n|\"|\"\"|,\"|\",|\"\n|\\PC){0,50}"
    ) {
        let (rows, found) = read(&text);
        for row in &rows {
            prop_assert!(text.get(row.span.clone()).is_some());
            let Value::Table(table) = &row.value else {
                panic!("no table");
            };
            for entry in &table.entries {
                prop_assert!(text.get(entry.key_span.clone()).is_some());
                let written = text.get(entry.value.span.clone());
                let Value::String(value) = &entry.value.value else {
                    panic!("no text");
                };
                let faulty = !found.is_empty() || text.starts_with('\u{feff}');
                prop_assert!(written.is_some());
                let written = written.unwrap_or_default();
                let plain = match written.strip_prefix('"') {
                    Some(quoted) => quoted
                        .strip_suffix('"')
                        .map(|inner| inner.replace("\"\"", "\"").trim().to_owned()),
                    None => Some(written.to_owned()),
                };
                // A quote after a blank is text like any other.
                let after_blank = value.starts_with('"');
                prop_assert!(faulty || after_blank || plain.as_ref() == Some(value), "{text:?} {written:?} {value:?}");
            }
        }
        for diagnostic in &found {
            let location = diagnostic.location.as_ref().expect("a location");
            let places = diagnostic.related.iter().map(|(location, _)| location);
            for place in places.chain([location]) {
                prop_assert!(text.get(place.span.clone()).is_some(), "{diagnostic:?}");
            }
        }
    }
}
