//! Says who may have a part of an event: by its tags, its distribution and its sharing group.
//!
//! In: a part (event, object, attribute, report, galaxy, cluster). Out: the strictest level that it has
//! by any of them, or nothing. A part is never wider than the part around it, so callers take the
//! stricter of both.

use serde::Deserialize;

use super::distribution;
use crate::import::json::Word;
use crate::import::{Summary, text as lines};
use crate::marking::names::{self, Field};
use crate::marking::{Tlp, within};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tag {
    pub name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SharingGroup {
    name: Word,
    releasability: Word,
    description: Word,
}

/// A part of an event that has limits of its own.
pub trait Limited {
    fn tags(&self) -> &[Tag];
    /// The distribution, the id of the sharing group, and the group.
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>);

    /// The strictest level of its TLP tags.
    fn tagged(&self, summary: &mut Summary) -> Option<Tlp> {
        let names = self.tags().iter().filter_map(|tag| tag.name.get());
        names.filter_map(|name| tag(name, summary)).max()
    }

    /// The least that its distribution asks for.
    fn distributed(&self, has_tag: bool) -> Option<Tlp> {
        let (number, id, group) = self.distribution();
        let named = group.into_iter().flat_map(|group| {
            let texts = [&group.name, &group.releasability, &group.description];
            texts.map(|text| text.get().and_then(within::title))
        });
        let has_group = group.is_some() || id.get().is_some_and(|id| id != "0");
        distribution::of_number(number.get(), has_tag)
            .max(has_group.then_some(Tlp::AmberStrict))
            .max(named.flatten().max())
    }

    /// Both.
    fn own(&self, summary: &mut Summary) -> Option<Tlp> {
        let tagged = self.tagged(summary);
        tagged.max(self.distributed(tagged.is_some()))
    }
}

/// The level of a tag; none where it speaks of something else.
pub fn tag(name: &str, summary: &mut Summary) -> Option<Tlp> {
    let level = names::tag(name).or_else(|| {
        let folded = name.to_lowercase();
        folded
            .contains("traffic-light-protocol")
            .then_some(Tlp::Red)
    })?;
    if level == Tlp::Red && !name.to_lowercase().contains("red") {
        summary.note(format!(
            "the tag `{}` is no TLP 2.0 label; what has it was written as red",
            lines::name(name).unwrap_or_default()
        ));
    }
    Some(level)
}

/// What the free values of a cluster say: `tlp`, `classification` and the like among them.
pub fn of_meta(meta: &crate::import::json::Meta) -> Option<Tlp> {
    let markings = meta
        .0
        .iter()
        .filter(|(key, _)| names::field(key) == Some(Field::Marking));
    markings
        .flat_map(|(_, values)| values.iter())
        .filter_map(|value| names::level(Field::Marking, value))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::misp::model::Attribute;

    fn own(json: &str) -> Option<Tlp> {
        let attribute: Attribute = serde_json::from_str(json).expect("an attribute");
        attribute.own(&mut Summary::default())
    }

    #[test]
    fn the_strictest_of_tag_and_distribution_counts() {
        for (json, tlp) in [
            (r#"{}"#, None),
            (r#"{"distribution": "5", "sharing_group_id": "0"}"#, None),
            (r#"{"distribution": 3, "sharing_group_id": null}"#, None),
            (r#"{"distribution": "0"}"#, Some(Tlp::AmberStrict)),
            (
                r#"{"distribution": 4, "sharing_group_id": 7}"#,
                Some(Tlp::AmberStrict),
            ),
            (r#"{"sharing_group_id": "7"}"#, Some(Tlp::AmberStrict)),
            (
                r#"{"SharingGroup": {"name": "x", "releasability": "TLP:RED"}}"#,
                Some(Tlp::Red),
            ),
            (r#"{"distribution": "1"}"#, Some(Tlp::Green)),
            (r#"{"distribution": "2"}"#, Some(Tlp::Green)),
            (
                r#"{"distribution": "1", "Tag": [{"name": "tlp:clear"}]}"#,
                Some(Tlp::Clear),
            ),
            (
                r#"{"distribution": "0", "Tag": [{"name": "tlp:clear"}]}"#,
                Some(Tlp::AmberStrict),
            ),
            (
                r#"{"distribution": "0", "Tag": [{"name": "tlp:red"}]}"#,
                Some(Tlp::Red),
            ),
            (r#"{"distribution": "7"}"#, Some(Tlp::Red)),
            (
                r#"{"Tag": [{"name": "TLP:AMBER+STRICT", "local": true}]}"#,
                Some(Tlp::AmberStrict),
            ),
            (
                r#"{"Tag": [{"name": "tlp:ex:chr"}]}"#,
                Some(Tlp::AmberStrict),
            ),
            (r#"{"Tag": [{"name": "tlp:unclear"}]}"#, Some(Tlp::Red)),
            (
                r#"{"Tag": [{"name": "iep:traffic-light-protocol=\"RED\""}]}"#,
                Some(Tlp::Red),
            ),
            (
                r#"{"Tag": [{"name": "iep2-policy:tlp=\"AMBER\""}]}"#,
                Some(Tlp::Amber),
            ),
            (
                r#"{"Tag": [{"name": "iep:traffic-light-protocol"}]}"#,
                Some(Tlp::Red),
            ),
            (
                r#"{"Tag": [{"name": "PAP:RED"}, {"name": "iep:commercial-use=\"MUST NOT\""}]}"#,
                None,
            ),
        ] {
            assert_eq!(own(json), tlp, "{json}");
        }
    }
}
