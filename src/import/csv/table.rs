//! The table that a brief has already, with new rows.
//!
//! In: the table and the new indicators. Out: the text with a row for each, in the columns that
//! it has. A marking is never left out: where one is needed and there is no column `tlp`, the table gets
//! one, and every line that was there keeps its bytes with an empty cell behind them.

use ::csv::{ReaderBuilder, StringRecord};

use crate::diagnostic::SourceFile;
use crate::import::Summary;
use crate::import::gate::{Sheet, Told};
use crate::import::indicators::{self, COLUMNS, Cell, Indicator};
use crate::load::csv::{delimiter, key};
use crate::marking::Tlp;

const TLP: &str = "tlp";

/// The table with rows behind those it has, and where they are `from`. `level` is the brief's own.
pub fn extended(
    file: &SourceFile,
    from: Option<&Told>,
    new: &[Indicator],
    level: Tlp,
    summary: &mut Summary,
) -> Sheet {
    let text = &file.text;
    let delimiter = delimiter(text);
    let mut columns = header(text, delimiter);
    let mut out = Sheet::default();
    out.site(file, 0..text.len());
    let needs_tlp = new.iter().any(|indicator| indicator.tlp() > level);
    if needs_tlp && !columns.is_empty() && !columns.iter().any(|column| column == TLP) {
        out = with_column(file, columns.len(), delimiter);
        columns.push(TLP.to_owned());
        summary.note("the table has a new column `tlp`, because rows are narrower than the brief");
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.own("\n");
    }
    if columns.is_empty() {
        let header = COLUMNS.into_iter().map(Cell::Own);
        indicators::row(&mut out, header, delimiter);
        columns = COLUMNS.map(str::to_owned).to_vec();
    }
    indicators::heading(&mut out, from);
    for indicator in new {
        let cells = indicator.cells(level);
        for (column, cell) in COLUMNS.iter().zip(&cells) {
            if !cell.is_empty() && !columns.iter().any(|there| there == column) {
                summary.note(format!(
                    "the table has no column `{column}`, so what the list says of it was left out"
                ));
            }
        }
        let row = columns.iter().map(|column| {
            COLUMNS
                .iter()
                .position(|known| known == column)
                .map_or_else(Cell::default, |at| cells[at])
        });
        indicators::row(&mut out, row, delimiter);
    }
    out
}

/// The names of the columns, as the loader reads them; none where there is no line.
fn header(text: &str, delimiter: u8) -> Vec<String> {
    let mut record = StringRecord::new();
    let has_header = reader(text, delimiter).read_record(&mut record);
    if has_header.unwrap_or(false) {
        record.iter().map(key).collect()
    } else {
        Vec::new()
    }
}

fn reader(text: &str, delimiter: u8) -> ::csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
}

/// The text with a cell behind each row: `tlp` in the header, nothing below it.
fn with_column(file: &SourceFile, width: usize, delimiter: u8) -> Sheet {
    let text = &file.text;
    let mut reader = reader(text, delimiter);
    let mut record = StringRecord::new();
    let mut out = Sheet::default();
    let mut at = 0;
    let mut is_header = true;
    // From valid UTF-8 and with any number of cells allowed the reader has no errors left.
    while reader.read_record(&mut record).unwrap_or(false) {
        // Behind the row, or behind its line's end as far as that was read.
        let end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let end = end.min(text.len());
        let row = text.get(at..end).unwrap_or_default();
        let bare = at + row.trim_end_matches(['\r', '\n']).len();
        out.site(file, at..bare);
        // A row may have fewer cells than the header.
        let missing = width.saturating_sub(record.len());
        out.sign(char::from(delimiter), missing + 1);
        if std::mem::take(&mut is_header) {
            out.own(TLP);
        }
        out.site(file, bare..end);
        at = end;
    }
    out.site(file, at..text.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_column_leaves_every_byte_before_it() {
        for (text, width, with) in [
            (
                "type,value\ndomain,a.example\n",
                2,
                "type,value,tlp\ndomain,a.example,\n",
            ),
            (
                "type;value\r\ndomain;a.example\r\n",
                2,
                "type;value;tlp\r\ndomain;a.example;\r\n",
            ),
            (
                "# c\ntype,value,x\n\n# d\nurl,\"a,\nb\"\nip,1\n\n",
                3,
                "# c\ntype,value,x,tlp\n\n# d\nurl,\"a,\nb\",,\nip,1,,\n\n",
            ),
            (
                "type,value\ndomain,a.example",
                2,
                "type,value,tlp\ndomain,a.example,",
            ),
        ] {
            let file = SourceFile::new("data/a.csv", text);
            let sheet = with_column(&file, width, delimiter(text));
            assert_eq!(sheet.as_str(), with, "{text}");
        }
    }
}
