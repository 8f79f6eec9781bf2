//! The parts of an event as MISP writes them (MISP core format, section 2).
//!
//! In: JSON. Out: the keys that are read; each part with what limits who may have it.

use serde::Deserialize;

use super::limits::{Limited, SharingGroup, Tag};
use crate::import::json::{self, Flag, Meta, Word};

/// The keys of an event that are read (MISP core format, section 2.3).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    pub uuid: Word,
    pub info: Word,
    pub date: Word,
    pub timestamp: Word,
    pub publish_timestamp: Word,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
    #[serde(rename = "Orgc")]
    pub creator: Org,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
    #[serde(rename = "Attribute", deserialize_with = "json::list")]
    pub attributes: Vec<Attribute>,
    #[serde(rename = "Object", deserialize_with = "json::list")]
    pub objects: Vec<MispObject>,
    #[serde(rename = "Galaxy", deserialize_with = "json::list")]
    pub galaxies: Vec<Galaxy>,
    #[serde(rename = "EventReport", deserialize_with = "json::list")]
    pub reports: Vec<Report>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Org {
    pub name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Attribute {
    #[serde(rename = "type")]
    pub kind: Word,
    pub category: Word,
    pub value: Word,
    pub comment: Word,
    pub first_seen: Word,
    pub deleted: Flag,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
    #[serde(rename = "Galaxy", deserialize_with = "json::list")]
    pub galaxies: Vec<Galaxy>,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MispObject {
    pub comment: Word,
    pub deleted: Flag,
    #[serde(rename = "Attribute", deserialize_with = "json::list")]
    pub attributes: Vec<Attribute>,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Galaxy {
    #[serde(rename = "type")]
    pub kind: Word,
    #[serde(rename = "GalaxyCluster", deserialize_with = "json::list")]
    pub clusters: Vec<Cluster>,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Cluster {
    pub value: Word,
    pub tag_name: Word,
    pub meta: Meta,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
    pub description: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Report {
    pub name: Word,
    pub content: Word,
    pub deleted: Flag,
    pub distribution: Word,
    pub sharing_group_id: Word,
    #[serde(rename = "SharingGroup")]
    pub sharing_group: Option<SharingGroup>,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    pub tags: Vec<Tag>,
}

impl Limited for Event {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

impl Limited for Attribute {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

impl Limited for MispObject {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

impl Limited for Galaxy {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

impl Limited for Cluster {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}

impl Limited for Report {
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn distribution(&self) -> (&Word, &Word, Option<&SharingGroup>) {
        let group = self.sharing_group.as_ref();
        (&self.distribution, &self.sharing_group_id, group)
    }
}
