//! What a target holds of ours: an object beside the files, written as files are sent, so that a run
//! that was killed is gone on with and not begun again.
//!
//! In: the object's bytes, and what stands in the target by its own listing. Out: which files are there
//! as they should be, and which paths are ours to delete. The listing has the last word: what someone
//! else replaced has another tag or size, and is sent again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::items::Item;

/// The object's name in the root of the target.
pub const RECORD_NAME: &str = ".tearline-published.json";

/// Raised when an older Tearline could misread the record.
const FORMAT: u32 = 1;

/// What was sent under one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub version: String,
    /// As stored.
    pub size: u64,
    /// What the target calls this content, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// What the target says of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub size: u64,
    pub tag: Option<String>,
}

/// What we know to have put there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    format: u32,
    generator: String,
    /// Paths that a run under way may have sent already, and that are no others' therefore.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub under_way: BTreeSet<String>,
    pub files: BTreeMap<String, Sent>,
}

impl Record {
    pub fn new() -> Self {
        Self {
            format: FORMAT,
            generator: "tearline".to_owned(),
            ..Self::default()
        }
    }

    /// The record of an object's bytes. Of a damaged one nothing is known, and all is sent again.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice::<Self>(bytes) {
            Ok(record) if record.format == FORMAT && record.generator == "tearline" => Ok(record),
            Ok(record) => Err(format!(
                "it is format {} of `{}`, and this version reads format {FORMAT} of `tearline`",
                record.format, record.generator
            )),
            Err(_) => Ok(Self::new()),
        }
    }

    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Whether the target has this file as it should be.
    pub fn has(&self, item: &Item, listing: &BTreeMap<String, Listed>) -> bool {
        let (Some(sent), Some(listed)) = (self.files.get(&item.path), listing.get(&item.path))
        else {
            return false;
        };
        let is_same = match (&sent.tag, &listed.tag) {
            (Some(one), Some(other)) => one == other,
            // A run that was killed may have put something else there since.
            _ => !self.under_way.contains(&item.path),
        };
        sent.version == item.version && sent.size == listed.size && is_same
    }

    /// Whether a path of the target is ours.
    pub fn is_ours(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.under_way.contains(path)
    }
}
