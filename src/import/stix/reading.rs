//! Indicators of a bundle, read for one brief.

use jiff::civil::Date;

use super::Ground;
use super::entities::Entities;
use super::object::Object;
use super::pattern;
use super::says::{Part, Says};
use super::source::Sources;
use crate::import::catalogue::Catalogue;
use crate::import::gate::{Fact, Told};
use crate::import::indicators::Indicator;
use crate::import::{Summary, text as lines};
use crate::kind::EntityKind;
use crate::marking::Tlp;

/// Languages of detection rules, and what code in them is highlighted as.
const RULES: [(&str, &str); 6] = [
    ("yara", "yara"),
    ("sigma", "yaml"),
    ("snort", "snort"),
    ("suricata", "suricata"),
    ("kql", "kql"),
    ("spl", "spl"),
];

/// Reads indicators for one brief.
pub struct Reading<'r, 'b> {
    pub ground: &'r Ground<'b>,
    pub entities: &'r Entities<'b>,
    pub catalogue: &'r Catalogue<'r>,
    /// The brief's level and day, which go without saying.
    pub tlp: Tlp,
    pub day: Date,
}

pub enum Read {
    Indicators(Vec<Indicator>),
    Rule {
        name: Told,
        language: &'static str,
        code: Told,
    },
    Nothing,
}

impl Reading<'_, '_> {
    pub fn read(&self, object: &Object, sources: &mut Sources<'_>, summary: &mut Summary) -> Read {
        if object.revoked.0 {
            summary.skip("indicators that were revoked", object.label());
            return Read::Nothing;
        }
        let says = self.ground.says_within(object, self.tlp);
        let language = object.pattern_type.get().unwrap_or("stix").to_lowercase();
        if language != "stix" {
            return self.rule(&says, &language, summary);
        }
        let found = match pattern::read(object.pattern.get().unwrap_or_default()) {
            Ok(found) => found,
            Err(reason) => {
                summary.skip(reason, object.label());
                return Read::Nothing;
            }
        };
        let cited = object
            .external_references
            .iter()
            .enumerate()
            .filter_map(|(at, reference)| {
                sources.cite(reference, says.gate("external_references", Some(at)))
            })
            .next();
        let gate = says.gate("pattern", None);
        let indicator = |(kind, value): pattern::Observable| Indicator {
            source: cited.clone(),
            description: self.description(&says, &value),
            first_seen: says
                .one("valid_from")
                .filter(|from| lines::day(from.as_str()) != Some(self.day))
                .and_then(Part::date),
            valid_until: says.one("valid_until").and_then(last_day),
            confidence: says.one("confidence").and_then(Part::confidence),
            software: self.software(object),
            ..Indicator::new(kind, &value, gate)
        };
        Read::Indicators(found.into_iter().map(indicator).collect())
    }

    fn rule(&self, says: &Says<'_>, language: &str, summary: &mut Summary) -> Read {
        let object = says.object;
        let Some((_, language)) = RULES.iter().find(|(known, _)| *known == language) else {
            summary.skip(
                format!(
                    "indicators in the language `{}`",
                    lines::name(language).unwrap_or_default()
                ),
                object.label(),
            );
            return Read::Nothing;
        };
        let named = says.one("name").and_then(Part::name);
        Read::Rule {
            name: named.unwrap_or_else(|| Told::own("Detection rule")),
            language,
            code: says
                .gate("pattern", None)
                .code(object.pattern.get().unwrap_or_default()),
        }
    }

    /// What it says of itself; its name where that is more than the value.
    fn description(&self, says: &Says<'_>, value: &str) -> Option<Told> {
        let pattern = says.object.pattern.get().unwrap_or_default();
        if let Some(text) = says.one("description") {
            return text.gate.plain_text(text.as_str());
        }
        let name = says.one("name")?;
        let says_more = !name.as_str().contains(value) && name.as_str() != pattern;
        name.gate.text(name.as_str()).filter(|_| says_more)
    }

    /// The software that it indicates, which a narrower relationship may say.
    fn software(&self, object: &Object) -> Option<Told> {
        let indicated = self
            .entities
            .relations(object.id())
            .iter()
            .filter_map(|relation| {
                let is_it = relation.relationship_type.get() == Some("indicates")
                    && relation.source_ref.get() == Some(object.id());
                let target = relation.target_ref.get().filter(|_| is_it)?;
                let entity = self.entities.get(target)?;
                let edge = self.ground.markings.narrowest(relation.markers());
                Some((entity, edge.unwrap_or_default()))
            });
        indicated
            .filter(|(entity, _)| entity.kind == EntityKind::Software)
            .map(|(entity, edge)| entity.reference(self.ground, self.catalogue).at_least(edge))
            .next()
    }
}

/// The last day on which something is valid: what ends at midnight ends with the day before.
fn last_day(part: Part<'_>) -> Option<Fact> {
    let text = part.as_str();
    let day = lines::day(text)?;
    let midnight = text
        .get(10..)
        .is_some_and(|time| time.starts_with("T00:00:00"));
    let day = if midnight { day.yesterday().ok()? } else { day };
    Some(part.gate.plain(day))
}
