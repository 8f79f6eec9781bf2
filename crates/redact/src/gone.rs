//! Addresses of what an edition withholds, for links that are written as paths.

use std::collections::{BTreeMap, BTreeSet};

use super::sight::Audience;
use base::kind::EntityKind;
use library::model::{EntityId, Library};
use syntax::body::Body;

/// What a path leads to that the edition has not got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Nothing is withheld there; whether there is anything the plan knows.
    Nothing,
    Page,
    /// The page is there, the heading is not.
    Heading,
}

/// The withheld addresses, without slashes at the ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    pages: BTreeSet<String>,
    headings: BTreeMap<String, BTreeSet<String>>,
}

impl Addresses {
    /// `is_left` says whether the edition has an entity; `slugs` are the kinds and slugs of those that it
    /// has.
    pub fn of(
        library: &Library,
        audience: &Audience,
        is_left: &dyn Fn(EntityId) -> bool,
        slugs: impl Iterator<Item = (EntityKind, String)>,
    ) -> Self {
        let mut addresses = Self::default();
        for brief in &library.briefs {
            let path = || format!("briefs/{}", brief.slug);
            match audience.withholds(brief) {
                Some(_) => addresses.page(path()),
                None => addresses.document(path, &brief.text.body, audience),
            }
        }
        for (at, entity) in library.entities.iter().enumerate() {
            // it is an entity's index
            let id = EntityId(at as u32);
            let path = || format!("{}/{}", entity.kind.folder(), entity.slug);
            match &entity.profile {
                _ if !is_left(id) => addresses.page(path()),
                Some(_) if !audience.sees(&entity.marking) => addresses.page(path()),
                Some(profile) => addresses.document(path, &profile.text.body, audience),
                None => {}
            }
        }
        for page in &library.pages {
            match audience.withholds_page(page) {
                Some(_) => addresses.page(page.slug.clone()),
                None => addresses.document(|| page.slug.clone(), &page.text.body, audience),
            }
        }
        // Two things may have one address, of which the edition has one.
        for (kind, slug) in slugs {
            addresses.pages.remove(&format!("{}/{slug}", kind.folder()));
        }
        addresses
    }

    fn page(&mut self, path: String) {
        self.pages.insert(path);
    }

    fn document(&mut self, path: impl Fn() -> String, body: &Body, audience: &Audience) {
        let Some(keep) = body.hidden(|marking| audience.sees(marking)) else {
            return;
        };
        let hidden = body
            .headings
            .iter()
            .filter(|heading| !keep.get(heading.event).copied().unwrap_or(true))
            .map(|heading| heading.id.clone());
        self.headings.entry(path()).or_default().extend(hidden);
    }

    /// What is withheld at an address.
    pub fn at(&self, path: &str, fragment: Option<&str>) -> Gone {
        let path = path
            .trim_matches('/')
            .trim_end_matches("index.html")
            .trim_end_matches('/');
        if self.pages.contains(path) {
            return Gone::Page;
        }
        let hidden = fragment
            .zip(self.headings.get(path))
            .is_some_and(|(fragment, ids)| ids.contains(fragment));
        if hidden { Gone::Heading } else { Gone::Nothing }
    }
}
