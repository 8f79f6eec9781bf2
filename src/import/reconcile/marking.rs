//! What becomes of markings that are there: they get narrower with what comes in, never wider.
//!
//! In: the markings of a document, its entries and its table, and those of a draft. Out: the narrower
//! of both, and what the summary tells where a source is wider than what stays.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::{Draft, Page, Step, Told, Value, digest};
use crate::import::indicators::row;
use crate::marking::Tlp;

/// The key of a marking.
pub const MARKING: &str = "tlp";

/// The keys by which an entry is known again, the surest first.
const NAMES: [&str; 7] = ["id", "value", "name", "text", "actor", "alignment", "title"];

/// A marking gets narrower where what comes in is, and never wider: who wrote it may have had more in
/// mind than this source says. What a person has widened stays until the import writes something else.
/// Gives what the summary tells of it.
pub fn merge(
    step: &mut Step,
    page: &mut Page,
    draft: &Draft,
    wrote: Option<Told>,
) -> Option<String> {
    let new = draft.tlp();
    let digest_of = |tlp: Tlp| digest(&Value::level(tlp).canonical());
    // One that does not parse is an error that `check` tells; it is not touched.
    let now = match page.get(MARKING) {
        Some(value) => Some(Tlp::parse(value.as_text()?)?),
        None => None,
    };
    let before = Tlp::ALL
        .into_iter()
        .find(|level| wrote.as_ref() == Some(&digest_of(*level)));
    let widened = before.is_some_and(|before| before > now.unwrap_or_default());
    let stays = widened && step.changed.is_empty() && before >= Some(new);
    let path = &draft.place.path;
    let mut notes: Vec<String> = Vec::new();
    if !step.narrower.is_empty() {
        notes.push(format!(
            "what `{path}` has in {} stays as narrow as it is, though the source is wider now; to widen it, change its `tlp` in the file",
            step.narrower.join(", ")
        ));
    }
    let is_narrower = now.unwrap_or_default() < new;
    if (is_narrower || now.is_none() && before.is_none()) && !stays {
        if let Some(now) = now {
            notes.push(format!(
                "`{path}` was {} and is {} now, as what came in is",
                now.name(),
                new.name()
            ));
        }
        let before = ["name", "title", "date", "updated"];
        page.set(MARKING, Value::level(new), &before);
        step.changed.push(MARKING.to_owned());
        step.note(MARKING, digest_of(new));
    } else {
        let kept = now.filter(|now| new < *now && before.is_none_or(|before| before > new));
        notes.extend(kept.map(|now| {
            format!(
                "`{path}` stays {}, though the source says {new} now; to widen it, write `tlp: {new}` in the file",
                now.name(),
                new = new.name()
            )
        }));
        if let Some(wrote) = wrote {
            step.note(MARKING, wrote);
        } else if now == Some(new) {
            step.note(MARKING, digest_of(new));
        }
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// A value for a key of the document, its entries as narrow as those that are there.
pub fn narrowed(step: &mut Step, key: &str, new: &Value, page: &Page, document: Tlp) -> Value {
    let mut value = new.clone();
    let Some(there) = page.get(key) else {
        return value;
    };
    let marked: HashMap<&str, (&'static str, Tlp)> = entries(there)
        .filter_map(|entry| {
            let tlp = Tlp::parse(entry.get(MARKING)?.as_text()?)?;
            let (name, text) = named(entry)?;
            (tlp > document).then_some((text, (name, tlp)))
        })
        .collect();
    if marked.is_empty() {
        return value;
    }
    let mut changed = false;
    match &mut value {
        Value::List(items) => {
            for item in items {
                changed |= narrow(item, &marked);
            }
        }
        one => changed = narrow(one, &marked),
    }
    if changed {
        step.narrower.push(key.to_owned());
    }
    value
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    let one = matches!(value, Value::Table(_)).then_some(value);
    value.items().iter().chain(one)
}

/// The key and text by which an entry is known.
fn named(entry: &Value) -> Option<(&'static str, &str)> {
    NAMES
        .iter()
        .find_map(|name| Some((*name, entry.get(name)?.as_text()?)))
}

fn narrow(item: &mut Value, marked: &HashMap<&str, (&'static str, Tlp)>) -> bool {
    let text = item.as_text().or_else(|| Some(named(item)?.1));
    let Some((name, tlp)) = text.and_then(|text| marked.get(text)).copied() else {
        return false;
    };
    let has = item
        .get(MARKING)
        .and_then(|value| Tlp::parse(value.as_text()?));
    if has >= Some(tlp) {
        return false;
    }
    match item {
        Value::Table(entries) => {
            entries.retain(|(key, _)| key != MARKING);
            entries.push((MARKING.to_owned(), Value::level(tlp)));
        }
        other => {
            let text = std::mem::replace(other, Value::List(Vec::new()));
            *other = Value::Table(vec![
                (name.to_owned(), text),
                (MARKING.to_owned(), Value::level(tlp)),
            ]);
        }
    }
    true
}

/// A table with its rows as narrow as those of the table that is there; none where they are.
pub fn narrower_rows(new: &str, there: &str, document: Tlp) -> Option<String> {
    let (header, rows) = table(there)?;
    let column = |header: &StringRecord, name: &str| header.iter().position(|cell| cell == name);
    let key = |header: &StringRecord, row: &StringRecord| {
        let cell = |name: &str| Some(row.get(column(header, name)?)?.to_owned());
        Some((cell("type")?, cell("value")?))
    };
    let marking = column(&header, MARKING)?;
    let marked: HashMap<(String, String), Tlp> = rows
        .iter()
        .filter_map(|row| Some((key(&header, row)?, Tlp::parse(row.get(marking)?)?)))
        .filter(|(_, tlp)| *tlp > document)
        .collect();
    let (mut header, mut rows) = table(new)?;
    let marking = column(&header, MARKING).unwrap_or(header.len());
    let mut changed = false;
    for row in &mut rows {
        let there = key(&header, row).and_then(|key| marked.get(&key)).copied();
        let narrower = there.filter(|tlp| {
            row.get(marking)
                .and_then(Tlp::parse)
                .is_none_or(|has| has < *tlp)
        });
        if let Some(tlp) = narrower {
            let cells = row.iter().enumerate();
            let mut cells: Vec<&str> = cells
                .map(|(at, cell)| if at == marking { tlp.name() } else { cell })
                .collect();
            if marking == cells.len() {
                cells.push(tlp.name());
            }
            *row = StringRecord::from(cells);
            changed = true;
        }
    }
    if !changed {
        return None;
    }
    if marking == header.len() {
        header.push_field(MARKING);
    }
    let width = header.len();
    let lines = std::iter::once(&header).chain(&rows).map(|record| {
        let cells = record.iter().chain(std::iter::repeat("")).take(width);
        row(cells, b',')
    });
    Some(lines.collect())
}

/// The header and rows of a table that an import wrote.
fn table(text: &str) -> Option<(StringRecord, Vec<StringRecord>)> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let header = reader.headers().ok()?.clone();
    let rows = reader.records().collect::<Result<Vec<_>, _>>().ok()?;
    Some((header, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stays_as_narrow_as_it_is() {
        let new = "type,value\ndomain,a.example\ndomain,b.example\n";
        let there = "type,value,tlp\ndomain,a.example,red\ndomain,b.example,\n";
        assert_eq!(
            narrower_rows(new, there, Tlp::Clear).as_deref(),
            Some("type,value,tlp\ndomain,a.example,red\ndomain,b.example,\n")
        );
        assert_eq!(narrower_rows(there, there, Tlp::Clear), None);
        assert_eq!(narrower_rows(new, there, Tlp::Red), None);
    }
}
