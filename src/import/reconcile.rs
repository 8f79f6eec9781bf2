//! What a source says now, what an import wrote before, and what people made of it since.
//!
//! In: a [`Draft`] and the document that is there. Out: the document's new text, key by key:
//!
//! | in the file | recorded by the last import | becomes |
//! |---|---|---|
//! | not there | not recorded | what the source says |
//! | not there | recorded | stays out: somebody took it out |
//! | as recorded | | what the source says now |
//! | another value | | stays: somebody changed it |
//!
//! The document's own marking is the exception: it gets narrower with what comes in, never wider.
//!
//! The record is a table in `extra.import`, one for each importer, with a digest of every value
//! that it wrote. A document without any record is a person's own and is not touched.

mod marking;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::{Draft, Kept, Outcome, Planned};
use super::gate::Told;
use super::matter::{Page, document};
use super::yaml::{self, Value};
use crate::diagnostic::SourceFile;
use marking::MARKING;

/// The key that a body stands for in a record.
const BODY: &str = "body";
/// The key that the table of indicators stands for in a record.
const TABLE: &str = "table";

/// Plans one draft against the file that is there, and its table against the one that is there.
pub fn plan(draft: Draft, existing: Option<&Arc<SourceFile>>, table: Option<&str>) -> Planned {
    match existing {
        None => {
            let mut keys: Vec<(Told, Value)> = draft
                .keys()
                .iter()
                .map(|(key, value)| (Told::own(key), value.clone()))
                .collect();
            keys.push((
                Told::own("extra"),
                record_in(None, &draft, &fresh_digests(&draft)),
            ));
            let text = document(&keys, draft.body());
            Planned::new(draft, Some(text), Outcome::New, Vec::new())
        }
        Some(file) => merge(draft, file, table),
    }
}

fn fresh_digests(draft: &Draft) -> Vec<(&'static str, Told)> {
    draft
        .keys()
        .iter()
        .map(|(key, value)| (*key, digest(&value.canonical())))
        .chain([(BODY, digest(draft.body().as_str()))])
        .chain(
            draft
                .table()
                .map(|table| (TABLE, digest(table.text.as_str()))),
        )
        .collect()
}

/// What tells the values of one key apart.
fn digest(text: &str) -> Told {
    Told::digest(text)
}

/// The table `extra` with this import's record in it, whatever else it holds kept.
fn record_in(extra: Option<&Value>, draft: &Draft, digests: &[(&'static str, Told)]) -> Value {
    let origin = &draft.origin;
    let mut record = vec![(Told::own("source"), Value::Text(origin.source.clone()))];
    if let Some(version) = &origin.version {
        record.push((Told::own("version"), Value::Text(version.clone())));
    }
    record.push((Told::own("object"), Value::Text(origin.object.clone())));
    // In the order of their names, so that a merge and a new file record the same alike.
    let digests: BTreeMap<&'static str, &Told> =
        digests.iter().map(|(key, digest)| (*key, digest)).collect();
    let digests = digests
        .into_iter()
        .map(|(key, digest)| (Told::own(key), Value::Text(digest.clone())));
    record.push((Told::own("wrote"), Value::Table(digests.collect())));
    let importers = extra.and_then(|extra| extra.get("import"));
    let importers = with(importers, origin.importer, Value::Table(record));
    with(extra, "import", importers)
}

/// A table with one key set, in its place where it has one.
fn with(table: Option<&Value>, key: &'static str, value: Value) -> Value {
    let mut entries = match table {
        Some(Value::Table(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    match entries.iter_mut().find(|(name, _)| name.as_str() == key) {
        Some(entry) => entry.1 = value,
        None => entries.push((Told::own(key), value)),
    }
    Value::Table(entries)
}

fn merge(mut draft: Draft, file: &Arc<SourceFile>, table: Option<&str>) -> Planned {
    let Some(mut page) = Page::read(file) else {
        let kept = vec![Kept::whole(
            "its front matter is not YAML, one key to a line",
        )];
        return Planned::new(draft, None, Outcome::Kept, kept);
    };
    let extra = page.get("extra").cloned();
    let Some(records) = extra.as_ref().and_then(|extra| extra.get("import")) else {
        let kept = draft
            .keys()
            .iter()
            .filter(|(key, value)| {
                page.get(key).map(Value::canonical) != Some(value.canonical()) && *key != "draft"
            })
            .map(|(key, value)| Kept::key(key, value))
            .collect::<Vec<_>>();
        return Planned::new(draft, None, Outcome::Own, kept);
    };
    let record = records.get(draft.origin.importer);
    let wrote = |key: &str| match record.and_then(|record| record.get("wrote")?.get(key))? {
        Value::Text(digest) => Some(digest.clone()),
        _ => None,
    };

    let mut step = Step {
        changed: Vec::new(),
        kept: Vec::new(),
        digests: Vec::new(),
        narrower: Vec::new(),
    };
    let body = merge_body(&mut step, &mut page, &draft, wrote(BODY));
    let mut before: Vec<&str> = Vec::new();
    for (key, value) in draft.keys() {
        if !["sources", MARKING].contains(key) {
            let value = marking::narrowed(&mut step, key, value, &page, draft.tlp());
            merge_key(&mut step, &mut page, key, &value, wrote(key), &before);
        }
        before.push(key);
    }
    merge_sources(&mut step, &mut page, &draft, wrote("sources"), &body);
    merge_table(&mut step, &mut draft, table, wrote(TABLE));
    let note = marking::merge(&mut step, &mut page, &draft, wrote(MARKING));
    // What the source no longer says goes, where nobody has changed it.
    let recorded = record.and_then(|record| record.get("wrote"));
    if let Some(Value::Table(recorded)) = recorded {
        for (key, digest_then) in recorded {
            let key = key.as_str();
            let gone =
                key != BODY && key != TABLE && draft.keys().iter().all(|(known, _)| *known != key);
            let as_written = page.get(key).is_some_and(|value| {
                Some(digest(&value.canonical()).as_str()) == digest_then.as_text()
            });
            if gone && as_written {
                page.remove(key);
                step.changed.push(key.to_owned());
            }
        }
    }
    let record = record_in(extra.as_ref(), &draft, &step.digests);
    let noted = extra.as_ref().map(Value::canonical) != Some(record.canonical());
    page.set("extra", record, &before);
    let outcome = match (step.changed.is_empty(), noted) {
        (false, _) => Outcome::Updated(std::mem::take(&mut step.changed)),
        (true, true) => Outcome::Noted,
        (true, false) => Outcome::Unchanged,
    };
    let text = (outcome != Outcome::Unchanged).then(|| page.text());
    Planned {
        note,
        ..Planned::new(draft, text, outcome, step.kept)
    }
}

/// What a merge has come to.
struct Step {
    changed: Vec<String>,
    kept: Vec<Kept>,
    digests: Vec<(&'static str, Told)>,
    /// The keys whose entries stay narrower than the source says.
    narrower: Vec<String>,
}

impl Step {
    fn note(&mut self, key: &'static str, digest: Told) {
        self.digests.push((key, digest));
    }
}

/// Gives the body that the document has afterwards.
fn merge_body(step: &mut Step, page: &mut Page, draft: &Draft, wrote: Option<Told>) -> String {
    let now = digest(page.body());
    let new = digest(draft.body().as_str());
    match wrote {
        Some(wrote) if wrote == now => {
            if now != new {
                page.set_body(draft.body());
                step.changed.push(BODY.to_owned());
            }
            step.note(BODY, new);
        }
        Some(wrote) => {
            if wrote != new && now != new {
                step.kept.push(Kept::text(BODY, draft.body().as_str()));
            }
            step.note(BODY, wrote);
        }
        None if page.body().is_empty() && !draft.body().is_empty() => {
            page.set_body(draft.body());
            step.changed.push(BODY.to_owned());
            step.note(BODY, new);
        }
        // Another import's text, or a person's.
        None => {}
    }
    page.body().to_owned()
}

/// The table is written again only where it is as the last import left it, or gone.
fn merge_table(step: &mut Step, draft: &mut Draft, has: Option<&str>, wrote: Option<Told>) {
    if has.is_some_and(|has| marking::narrow_rows(draft, has)) {
        step.narrower.push(TABLE.to_owned());
    }
    let Some(table) = draft.table() else {
        return;
    };
    let text = table.text.as_str();
    let new = digest(text);
    let now = has.map(digest);
    let ours = now.is_none() || now == wrote;
    if now.as_ref() == Some(&new) {
        draft.take_table();
    } else if ours {
        step.changed.push(TABLE.to_owned());
    } else {
        if wrote.as_ref() != Some(&new) {
            let rows = text.lines().count().saturating_sub(1);
            step.kept
                .push(Kept::text(TABLE, &format!("{rows} indicators")));
        }
        draft.take_table();
        step.digests.extend(wrote.map(|wrote| (TABLE, wrote)));
        return;
    }
    step.note(TABLE, new);
}

fn merge_key(
    step: &mut Step,
    page: &mut Page,
    key: &'static str,
    value: &Value,
    wrote: Option<Told>,
    before: &[&str],
) {
    let new = digest(&value.canonical());
    let now = page.get(key).map(|value| digest(&value.canonical()));
    match (now, wrote) {
        (None, None) => {
            page.set(key, value.clone(), before);
            step.changed.push(key.to_owned());
            step.note(key, new);
        }
        (None, Some(wrote)) => {
            if wrote != new {
                step.kept.push(Kept::key(key, value));
            }
            step.note(key, wrote);
        }
        (Some(now), Some(wrote)) if now == wrote || now == new => {
            if now != new {
                page.set(key, value.clone(), before);
                step.changed.push(key.to_owned());
            }
            step.note(key, new);
        }
        (Some(now), wrote) => {
            // Ids in further catalogues stand beside those that are there.
            let missing = match (key, value, page.get(key)) {
                ("external", Value::Table(new), Some(Value::Table(has))) => {
                    let is_new =
                        |entry: &&(Told, Value)| !has.iter().any(|(key, _)| *key == entry.0);
                    new.iter().filter(is_new).cloned().collect::<Vec<_>>()
                }
                _ => Vec::new(),
            };
            if let (false, Some(Value::Table(has))) = (missing.is_empty(), page.get(key)) {
                let all = has.iter().cloned().chain(missing).collect();
                page.set(key, Value::Table(all), before);
                step.changed.push(key.to_owned());
                step.note(key, new);
                return;
            }
            if let Some(wrote) = wrote {
                if wrote != new {
                    step.kept.push(Kept::key(key, value));
                }
                step.note(key, wrote);
            } else if now != new && key != "external" {
                step.kept.push(Kept::key(key, value));
            }
        }
    }
}

/// Sources go by their ids: what a text that stays cites has to stay, and what a text that is new
/// cites has to come.
fn merge_sources(step: &mut Step, page: &mut Page, draft: &Draft, wrote: Option<Told>, body: &str) {
    const KEY: &str = "sources";
    let has = page.get(KEY).cloned();
    let narrowed = draft
        .get(KEY)
        .map(|value| marking::narrowed(step, KEY, value, page, draft.tlp()));
    let new = narrowed.as_ref();
    let now = has.as_ref().map(|value| digest(&value.canonical()));
    let ours = now.is_none() && wrote.is_none() || now.is_some() && now == wrote;
    let said = new.map(|value| digest(&value.canonical()));
    if ours && has.is_none() && new.is_none() {
        return;
    }
    if !ours && said.is_some() && said == now {
        step.digests.extend(said.map(|said| (KEY, said)));
        return;
    }
    let (first, second) = if ours {
        (new, has.as_ref())
    } else {
        (has.as_ref(), new)
    };
    let mut entries: Vec<Value> = first
        .map(|value| value.items().to_vec())
        .unwrap_or_default();
    let id_of = |entry: &Value| entry.get("id").and_then(Value::as_text).map(str::to_owned);
    for entry in second.map(Value::items).unwrap_or_default() {
        let Some(id) = id_of(entry) else { continue };
        let is_there = entries
            .iter()
            .any(|known| id_of(known).as_deref() == Some(&id));
        if !is_there && is_cited(&id, body, page, draft) {
            entries.push(entry.clone());
        }
    }
    let all = Value::List(entries);
    let result = digest(&all.canonical());
    if now.as_ref() != Some(&result) {
        if all.items().is_empty() {
            page.remove(KEY);
        } else {
            let before: Vec<&str> = draft.keys().iter().map(|(key, _)| *key).collect();
            page.set(KEY, all, &before);
        }
        step.changed.push(KEY.to_owned());
    }
    if ours {
        step.note(KEY, result);
    } else if let Some(wrote) = wrote {
        if said.as_ref() != Some(&wrote)
            && let Some(new) = new
        {
            step.kept.push(Kept::key(KEY, new));
        }
        step.note(KEY, wrote);
    }
}

/// Whether a text or another key of the document names the source.
fn is_cited(id: &str, body: &str, page: &Page, draft: &Draft) -> bool {
    let quoted = yaml::quoted(id);
    body.contains(&format!("@{id}"))
        || [
            "attribution",
            "key_judgments",
            "aliases",
            "indicators",
            "events",
            "quotes",
            "statistics",
        ]
        .iter()
        .any(|key| {
            page.get(key)
                .or_else(|| draft.get(key))
                .is_some_and(|value| value.canonical().contains(&quoted))
        })
}
