//! What becomes of markings that are there: they get narrower with what comes in, never wider.
//!
//! In: the markings of a document, its entries and its table, and those of a draft. Out: the narrower
//! of both, and what the summary tells where a source is wider than what stays.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::{Draft, Page, Step, Told, Value, digest};
use crate::intel::vocabulary::Vocabulary;
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
            entries.retain(|(key, _)| key.as_str() != MARKING);
            entries.push((Told::own(MARKING), Value::level(tlp)));
        }
        other => {
            let text = std::mem::replace(other, Value::List(Vec::new()));
            *other = Value::Table(vec![
                (Told::own(name), text),
                (Told::own(MARKING), Value::level(tlp)),
            ]);
        }
    }
    true
}

/// Makes the rows of a draft's table as narrow as those of the table that is there. Whether one of
/// them is narrower now.
pub fn narrow_rows(draft: &mut Draft, there: &str) -> bool {
    let Some((header, rows)) = table(there) else {
        return false;
    };
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let (Some(kind), Some(value), Some(marking)) =
        (column("type"), column("value"), column(MARKING))
    else {
        return false;
    };
    let marked: HashMap<(&str, &str), Tlp> = rows
        .iter()
        .filter_map(|row| {
            Some((
                (row.get(kind)?, row.get(value)?),
                Tlp::parse(row.get(marking)?)?,
            ))
        })
        .collect();
    draft.narrow_table(&|kind, value| marked.get(&(kind.name(), value)).copied())
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
