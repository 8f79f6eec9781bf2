//! The draft of indicators that no report has.

use super::Ground;
use super::entities::Entities;
use super::object::Object;
use super::reading::{Read, Reading};
use super::report::Lists;
use super::source::Sources;
use crate::diagnostic::SourceFile;
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin};
use crate::import::gate::{Gate, Told};
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
    let tlp = loose.iter().map(|object| ground.says(object).tlp()).max()?;
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = Gate::at(Tlp::Clear).name(name.strip_suffix(".json").unwrap_or(name))?;
    let object = name.clone().framed("indicators of ", "");
    let author = loose.iter().find_map(|object| {
        let author = ground.author(object, tlp)?;
        (author.tlp() <= tlp).then_some(author)
    });
    let title = match author {
        Some(author) => author.framed("Indicators of ", ": ").followed(&name),
        None => name.framed("Indicators: ", ""),
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
            "`{}` has no date; it was written as 1970-01-01",
            title.as_str()
        ));
        jiff::civil::date(1970, 1, 1)
    });
    let place = match catalogue.place(&Wanted {
        kind: FileKind::Brief,
        name: title.as_str(),
        slug: None,
        date: Some(day),
        identities: &[format!("stix:{}", object.as_str())],
    }) {
        Ok(place) => place,
        Err(reason) => {
            summary.skip(reason, title.as_str());
            return None;
        }
    };
    if loose.iter().any(|object| !ground.says(object).is_said()) {
        summary.note(format!(
            "some indicators have no TLP marking; they were written as {} (--tlp says otherwise)",
            ground.unmarked.name()
        ));
    }
    let mut found = Vec::new();
    let mut body = Body::default();
    let mut lists = Lists::default();
    let reading = Reading {
        ground,
        entities,
        catalogue,
        tlp,
        day,
    };
    for object in loose {
        match reading.read(object, &mut Sources::default(), summary) {
            Read::Indicators(indicators) => found.extend(indicators),
            Read::Rule {
                name,
                language,
                code,
            } => body.rule(name, language, code),
            Read::Nothing => continue,
        }
        for relation in entities.relations(object.id()) {
            if let Some(entity) = relation.target_ref.get().and_then(|id| entities.get(id)) {
                let edge = ground.markings.narrowest(relation.markers());
                let name = entity.reference(ground, catalogue);
                lists.add(entity.kind, name.at_least(edge.unwrap_or_default()));
            }
        }
    }
    if found.is_empty() && body.is_empty() {
        return None;
    }
    let when = Gate::at(tlp).plain(day);
    let mut keys = Keys::default();
    keys.text("title", Some(title.clone()));
    keys.bare("date", Some(when));
    keys.set("draft", Value::own("true"));
    lists.put(&mut keys);
    let (found, _) = indicators::once(found);
    let count = found.len();
    let collected = Collected {
        kind: FileKind::Brief,
        name: title,
        place,
        keys,
        body,
        indicators: found,
        origin: Origin {
            importer: "stix",
            source: Told::own("STIX indicators"),
            version: Gate::at(tlp).name(&day.to_string()),
            object,
        },
    };
    let draft = Draft::of(collected, tlp, ground.shelf);
    summary.change("Indicators", format!("{}: {count}", draft.place.path));
    Some(draft)
}
