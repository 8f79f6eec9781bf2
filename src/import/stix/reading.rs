//! Indicators of a bundle, read for one brief.

use jiff::civil::Date;

use super::Ground;
use super::entities::Entities;
use super::object::Object;
use super::pattern;
use super::source::Sources;
use crate::import::catalogue::Catalogue;
use crate::import::indicators::Indicator;
use crate::import::{Summary, prose, text as lines};
use crate::kind::EntityKind;
use crate::marking::Tlp;

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
    /// A detection rule as Markdown.
    Rule(String),
    Nothing,
}

impl Reading<'_, '_> {
    pub fn read(&self, object: &Object, sources: &mut Sources, summary: &mut Summary) -> Read {
        if object.revoked.0 {
            summary.skip("indicators that were revoked", object.label());
            return Read::Nothing;
        }
        let language = object.pattern_type.get().unwrap_or("stix").to_lowercase();
        let pattern = object.pattern.get().unwrap_or_default();
        if language != "stix" {
            if ["yara", "sigma", "snort", "suricata", "kql", "spl"].contains(&language.as_str()) {
                let language = if language == "sigma" {
                    "yaml"
                } else {
                    &language
                };
                let title = lines::name(&object.label()).unwrap_or_default();
                return Read::Rule(format!(
                    "## {}\n\n{}",
                    prose::escaped(&title),
                    prose::fenced(language, pattern)
                ));
            }
            summary.skip(
                format!(
                    "indicators in the language `{}`",
                    lines::name(&language).unwrap_or_default()
                ),
                object.label(),
            );
            return Read::Nothing;
        }
        let mut found = match pattern::read(pattern) {
            Ok(found) => found,
            Err(reason) => {
                summary.skip(reason, object.label());
                return Read::Nothing;
            }
        };
        let (level, said) = self.ground.level(object);
        let first = object
            .valid_from
            .get()
            .filter(|text| lines::day(text) != Some(self.day));
        let cited = object
            .external_references
            .iter()
            .filter_map(|reference| sources.cite(reference, level))
            .next();
        for indicator in &mut found {
            indicator.source.clone_from(&cited);
            indicator.description = self.description(object, &indicator.value);
            indicator.first_seen = first.and_then(lines::rough_date);
            indicator.valid_until = object.valid_until.get().and_then(last_day);
            indicator.confidence = object.confidence.get().and_then(lines::confidence);
            indicator.tlp = (said && level > self.tlp).then_some(level);
            indicator.software = self.software(object);
        }
        Read::Indicators(found)
    }

    /// What it says of itself; its name where that is more than the value.
    fn description(&self, object: &Object, value: &str) -> Option<String> {
        let name = object.name.get().filter(|name| {
            !name.contains(value) && *name != object.pattern.get().unwrap_or_default()
        });
        let text = object.description.get().map(prose::plain);
        lines::line(text.as_deref().or(name)?, lines::LONGEST_TEXT)
    }

    fn software(&self, object: &Object) -> Option<String> {
        let indicated = self
            .entities
            .relations(object.id())
            .iter()
            .filter_map(|relation| {
                let is_it = relation.relationship_type.get() == Some("indicates")
                    && relation.source_ref.get() == Some(object.id());
                self.entities
                    .get(relation.target_ref.get().filter(|_| is_it)?)
            });
        indicated
            .filter(|entity| entity.kind == EntityKind::Software)
            .map(|entity| entity.reference(self.catalogue))
            .next()
    }
}

/// The last day on which something is valid: what ends at midnight ends with the day before.
fn last_day(text: &str) -> Option<String> {
    let day = lines::day(text)?;
    let midnight = text
        .get(10..)
        .is_some_and(|time| time.starts_with("T00:00:00"));
    let day = if midnight { day.yesterday().ok()? } else { day };
    Some(day.to_string())
}
