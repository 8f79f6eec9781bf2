//! The draft of indicators that no report has.

use super::Ground;
use super::entities::Entities;
use super::object::Object;
use super::reading::{Read, Reading};
use super::report::{LISTS, Lists};
use super::source::Sources;
use crate::diagnostic::SourceFile;
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Draft, Keys, Origin};
use crate::import::yaml::Value;
use crate::import::{Summary, indicators, text as lines};
use crate::load::FileKind;
use crate::marking::Tlp;

/// The draft of indicators that no report has, and of what they indicate.
pub fn draft(
    ground: &Ground<'_>,
    entities: &Entities<'_>,
    loose: &[&Object],
    catalogue: &mut Catalogue<'_>,
    file: &SourceFile,
    summary: &mut Summary,
) -> Option<Draft> {
    if loose.is_empty() {
        return None;
    }
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = lines::name(name.strip_suffix(".json").unwrap_or(name))?;
    let title = match loose.iter().find_map(|object| ground.author(object)) {
        Some(author) => format!("Indicators of {author}: {name}"),
        None => format!("Indicators: {name}"),
    };
    let days = loose.iter().filter_map(|object| {
        lines::day(
            object
                .modified
                .get()
                .or(object.created.get())
                .or(object.valid_from.get())?,
        )
    });
    let day = days.max().unwrap_or_else(|| {
        summary.note(format!(
            "`{title}` has no date; it was written as 1970-01-01"
        ));
        jiff::civil::date(1970, 1, 1)
    });
    let object = format!("indicators of {name}");
    let place = match catalogue.place(&Wanted {
        kind: FileKind::Brief,
        name: &title,
        slug: None,
        date: Some(day),
        identities: &[format!("stix:{object}")],
    }) {
        Ok(place) => place,
        Err(reason) => {
            summary.skip(reason, title);
            return None;
        }
    };
    let levels: Vec<(Tlp, bool)> = loose.iter().map(|object| ground.level(object)).collect();
    let tlp = levels
        .iter()
        .map(|(level, _)| *level)
        .max()
        .unwrap_or(ground.unmarked);
    if levels.iter().any(|(_, said)| !said) {
        summary.note(format!(
            "some indicators have no TLP marking; they were written as {} (--tlp says otherwise)",
            ground.unmarked.name()
        ));
    }
    let mut found = Vec::new();
    let mut body = String::new();
    let mut lists = Lists::new();
    for object in loose {
        let reading = Reading {
            ground,
            entities,
            catalogue,
            tlp,
            day,
        };
        match reading.read(object, &mut Sources::default(), summary) {
            Read::Indicators(indicators) => found.extend(indicators),
            Read::Rule(rule) => {
                if !body.is_empty() {
                    body.push_str("\n\n");
                }
                body.push_str(&rule);
            }
            Read::Nothing => continue,
        }
        for relation in entities.relations(object.id()) {
            if let Some(entity) = relation.target_ref.get().and_then(|id| entities.get(id)) {
                let name = entity.reference(catalogue);
                let list = lists.entry(entity.kind).or_default();
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
    }
    if found.is_empty() && body.is_empty() {
        return None;
    }
    let mut keys = Keys::default();
    keys.set("title", Value::text(title.clone()));
    keys.set("date", Value::bare(day));
    keys.set("tlp", Value::bare(tlp.name()));
    keys.set("draft", Value::bare("true"));
    for (key, kind) in LISTS {
        keys.texts(key, lists.get(&kind).cloned().unwrap_or_default());
    }
    let (found, _) = indicators::once(found);
    let mut draft = Draft {
        kind: FileKind::Brief,
        name: title,
        place,
        keys: keys.0,
        body,
        table: None,
        origin: Origin {
            importer: "stix",
            source: "STIX indicators".to_owned(),
            version: Some(day.to_string()),
            object,
        },
    };
    indicators::put(&mut draft, &found, ground.shelf);
    summary.change(
        "Indicators",
        format!("{}: {}", draft.place.path, found.len()),
    );
    Some(draft)
}
