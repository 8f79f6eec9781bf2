//! The numbers of a figure as a file.
//!
//! In: headings and rows. Out: CSV after RFC 4180: commas, quotes where they are needed, lines
//! that end with CR LF, a header line.
//!
//! Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, even one in quotes
//! (OWASP, "CSV Injection"). Texts of a site come from reports, and so in part from adversaries:
//! such a text gets an apostrophe in front, which a spreadsheet shows as text. Numbers stay as
//! they are, a minus included.

/// A cell of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    /// Not known.
    Nothing,
}

/// The whole file.
pub fn csv<'a>(headings: &[&str], rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory does not fail, and every row has the header's length below.
    let _ = writer.write_record(headings.iter().map(|heading| guarded(heading)));
    for row in rows {
        let cells = row
            .iter()
            .copied()
            .chain(std::iter::repeat(Cell::Nothing))
            .take(headings.len());
        let _ = writer.write_record(cells.map(|cell| match cell {
            Cell::Text(text) => guarded(text),
            Cell::Number(number) if number.is_finite() => number.to_string(),
            Cell::Number(_) | Cell::Nothing => String::new(),
        }));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text that no spreadsheet takes for a formula. The wide forms of the signs are taken for one
/// in East Asian locales; a tab or a line end before a sign is skipped.
pub fn guarded(text: &str) -> String {
    let begins = text.trim_start().starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    if begins || text.starts_with(['\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        let rows = [
            vec![Cell::Text("Heron, \"Grey\""), Cell::Number(-1.5)],
            vec![Cell::Text("=HYPERLINK(\"x\")"), Cell::Nothing],
            vec![Cell::Text(" @SUM(A1)"), Cell::Number(f64::NAN)],
            vec![Cell::Text("APT-1")],
        ];
        assert_eq!(
            csv(&["Actor", "Briefs"], rows),
            "Actor,Briefs\r\n\"Heron, \"\"Grey\"\"\",-1.5\r\n\"'=HYPERLINK(\"\"x\"\")\",\r\n\
             ' @SUM(A1),\r\nAPT-1,\r\n"
        );
    }
}
