//! The table of names: what readers paste, and where it leads, letter for letter.
//!
//! In: an edition. Out: files of about the same size with the rows in the order of their keys, and
//! the key that each file begins with. A row has the kind of what it is, its title, its address, its
//! marking and, where that is not the title, what was asked for: another name, an indicator. Its key
//! is not in it: folded from what is, it could be how a withheld text writes the name. Being in
//! order, the table also completes names as they are typed.

use serde_json::{Value, json};

use super::{Shelf, words};
use base::indicator::{defang, refang};
use base::marking::Tlp;
use base::vocabulary::{IndicatorType, Vocabulary};
use edition::Edition;
use edition::addresses;
use edition::model::{Brief, Entity};

/// Rows for each file: about 8 KB of it.
const ROWS_PER_FILE: usize = 55;
/// Letters of a key that count.
const LONGEST_KEY: usize = 64;

struct Row {
    key: String,
    value: Value,
    size: usize,
}

/// How many files there are. Known before any key is made, so it need not be exact.
pub fn files(edition: &Edition) -> usize {
    let entities = edition.entities.iter().map(|entity| {
        let profile = entity.profile.as_ref();
        2 + entity.built_in_names.len() + profile.map_or(0, |profile| profile.aliases.len())
    });
    let briefs = edition
        .briefs
        .iter()
        .map(|brief| 2 + brief.indicators.len());
    entities.chain(briefs).sum::<usize>() / ROWS_PER_FILE + 1
}

/// Makes the files.
pub fn build(edition: &Edition) -> Shelf {
    let mut rows = Vec::new();
    for entity in edition.entities.iter() {
        of_entity(entity, &mut rows);
    }
    for brief in &edition.briefs {
        of_brief(brief, &mut rows);
    }
    for page in edition.pages.iter() {
        let path = format!("/{}/", page.slug);
        push(&mut rows, &page.title, "Page", &page.title, &path, page.tlp);
    }
    // What was made first stays first among equal keys: entities, then briefs from the newest on.
    rows.sort_by(|left, right| super::script_order(&left.key, &right.key));
    Shelf::of(
        &rows,
        files(edition),
        |row| &row.key,
        |row| row.size,
        |rows| Value::from_iter(rows.iter().map(|row| row.value.clone())).to_string(),
    )
}

/// The key of a text, as the page's script makes it of what a row shows and of what a reader types.
fn key(text: &str) -> String {
    let folded = words::fold(&refang(text));
    folded.chars().take(LONGEST_KEY).collect()
}

fn push(rows: &mut Vec<Row>, name: &str, kind: &str, title: &str, path: &str, tlp: Tlp) {
    let key = key(name);
    if key.is_empty() {
        return;
    }
    let level = super::level(tlp);
    let mut value = json!([kind, title, path, level]);
    if let (true, Some(row)) = (name != title, value.as_array_mut()) {
        row.push(name.into());
    }
    rows.push(Row {
        size: value.to_string().len() + 1,
        key,
        value,
    });
}

fn of_entity(entity: &Entity, rows: &mut Vec<Row>) {
    let path = addresses::entity_path(entity);
    let kind = entity.kind.title();
    let mut seen = Vec::new();
    let mut add = |name: &str, tlp: Tlp| {
        let key = key(name);
        if !seen.contains(&key) {
            seen.push(key);
            push(rows, name, kind, &entity.name, &path, tlp);
        }
    };
    add(&entity.name, entity.tlp);
    for name in &entity.built_in_names {
        add(name, entity.tlp);
    }
    if let Some(place) = &entity.place {
        for code in [&place.alpha2, &place.alpha3].into_iter().flatten() {
            add(code, entity.tlp);
        }
    }
    if entity.technique.is_some() || entity.kind == base::kind::EntityKind::Technique {
        add(&entity.slug, entity.tlp);
    }
    if let Some(profile) = &entity.profile {
        for alias in &profile.aliases {
            add(&alias.value.name, alias.tlp.max(entity.tlp));
        }
        if let Some(id) = &profile.facts.attack_id {
            add(id, entity.tlp);
        }
    }
}

fn of_brief(brief: &Brief, rows: &mut Vec<Row>) {
    let path = addresses::brief_path(brief);
    push(rows, &brief.title, "Brief", &brief.title, &path, brief.tlp);
    if let Some(number) = &brief.report_number {
        push(rows, number, "Brief", &brief.title, &path, brief.tlp);
    }
    let listed = brief.indicators.iter().map(|indicator| {
        let value = &indicator.value;
        (value.kind, value.value.as_str(), indicator.tlp)
    });
    let in_tables = brief
        .text
        .figures
        .iter()
        .flat_map(figures::Figure::indicators)
        .map(|(kind, value)| (kind, value, brief.highest));
    for (kind, value, tlp) in listed.chain(in_tables) {
        of_indicator(brief, &path, kind, value, tlp, rows);
    }
}

/// The value stands defanged, as pages have it. Behind it 1 says that it is what was asked for, 2
/// that its host is.
fn of_indicator(
    brief: &Brief,
    path: &str,
    kind: IndicatorType,
    value: &str,
    tlp: Tlp,
    rows: &mut Vec<Row>,
) {
    let level = super::level(tlp.max(brief.tlp));
    // Who pastes a host also wants the addresses on it.
    for (text, of) in [(Some(value), 1), (host(kind, value), 2)] {
        let Some(text) = text else { continue };
        let key = key(text);
        if key.is_empty() {
            continue;
        }
        let shown = defang(kind, value);
        let value = json!([kind.label(), brief.title, path, level, shown, of]);
        rows.push(Row {
            size: value.to_string().len() + 1,
            key,
            value,
        });
    }
}

/// The host of a URL or of an e-mail address.
fn host(kind: IndicatorType, value: &str) -> Option<&str> {
    let rest = match kind {
        IndicatorType::Url => value.split_once("://")?.1,
        IndicatorType::Email => value.rsplit_once('@')?.1,
        _ => return None,
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    (!host.is_empty() && !host.contains(['@', '['])).then_some(host)
}
