//! Ids (STIX 2.1, section 2.9).
//!
//! Objects of the site's own are named under its namespace by their type, a key that stays when they
//! are edited, and what decides which of their facts an edition has: the highest level among them and,
//! in an edition for groups, the groups. So two editions either say the same under an id, or say it
//! under two. Observables are named as the specification asks, by what they are.

use serde::Serialize;
use uuid::{Uuid, uuid};

use base::marking::Tlp;
use edition::SiteFacts;

/// The namespace of observables.
const OBSERVABLES: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

/// Names the objects of an edition.
pub struct Ids {
    site: Uuid,
    /// The groups of the edition, each behind a colon.
    groups: String,
}

impl Ids {
    pub fn of(site: &SiteFacts) -> Self {
        Self {
            site: site.namespace,
            groups: site
                .exchange
                .audience
                .iter()
                .map(|group| format!(":{group}"))
                .collect(),
        }
    }

    /// Of an object that holds nothing above a level, and everything up to it that its edition shows.
    pub fn own(&self, kind: &str, key: &str, level: Tlp) -> String {
        let Self { site, groups } = self;
        let name = format!("stix:{kind}:{key}:{}{groups}", level.name());
        format!("{kind}--{}", Uuid::new_v5(site, name.as_bytes()))
    }

    /// Of an object that every edition has alike.
    pub fn public(&self, kind: &str, key: &str) -> String {
        public(&self.site, kind, key)
    }

    /// Whether the edition is for groups, and may say more at a level than another does.
    pub fn has_groups(&self) -> bool {
        !self.groups.is_empty()
    }
}

fn public(site: &Uuid, kind: &str, key: &str) -> String {
    let name = format!("stix:{kind}:{key}");
    format!("{kind}--{}", Uuid::new_v5(site, name.as_bytes()))
}

/// The id of the identity that publishes a site, by the site's namespace: whose bundle it is.
pub fn producer(namespace: &Uuid) -> String {
    public(namespace, "identity", "producer")
}

/// The id of an observable, by the properties that contribute to it, in canonical JSON (RFC 8785).
pub fn observable(kind: &str, contributing: &impl Serialize) -> String {
    // Structs of texts and whole numbers, which have a canonical form.
    let name = serde_json_canonicalizer::to_vec(contributing).unwrap_or_default();
    format!("{kind}--{}", Uuid::new_v5(&OBSERVABLES, &name))
}
