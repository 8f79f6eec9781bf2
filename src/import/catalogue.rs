//! Which document each thing of a source is, and how other documents name it.
//!
//! In: names, aliases and ids, in the order of the source. Out: for each the document of the site
//! that describes it already, or the path of a new one; and, once all are known, a text that front
//! matter resolves to it and to nothing else.
//!
//! A document is of a thing when an earlier import recorded that, when it has the thing's id, or
//! when it has its name, in this order.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::shelf::{Shelf, path};
use crate::intel::names::fold;
use crate::intel::resolve::context::slug_from;
use crate::intel::vocabulary::AliasRelation;
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::load::document::stem as stem_of;

/// The longest part of an address that is made of a name, in bytes.
const LONGEST_SLUG: usize = 80;

/// A thing that a source describes.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    pub kind: FileKind,
    pub name: &'w str,
    /// The last part of the address, where the source says it.
    pub slug: Option<&'w str>,
    /// Of briefs, for the file's name.
    pub date: Option<Date>,
    /// `attack:G0032`, `external:G0032`, `id:UUID`: what documents are known by.
    pub identities: &'w [String],
}

/// Where a thing stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From the site's root.
    pub path: String,
    pub slug: String,
    /// The document's place among those of the site.
    pub existing: Option<usize>,
}

/// Things and their places.
#[derive(Debug)]
pub struct Catalogue<'s> {
    pub shelf: &'s Shelf,
    claimed: HashSet<usize>,
    slugs: HashSet<(FileKind, String)>,
    new_names: HashMap<(FileKind, String), String>,
    /// Every name with the addresses that have it.
    names: HashMap<(EntityKind, String), BTreeSet<String>>,
}

impl<'s> Catalogue<'s> {
    pub fn new(shelf: &'s Shelf) -> Self {
        let mut catalogue = Self {
            shelf,
            claimed: HashSet::new(),
            slugs: HashSet::new(),
            new_names: HashMap::new(),
            names: HashMap::new(),
        };
        for document in &shelf.site.documents {
            let Some((kind, profile)) = crate::intel::resolve::profile_of(document) else {
                continue;
            };
            let slug = crate::intel::resolve::context::slug_of(document, &profile.common);
            catalogue.add_name(kind, &profile.name, &slug);
            for alias in &profile.aliases {
                let suspected = alias
                    .relation
                    .as_ref()
                    .is_some_and(|relation| relation.value == AliasRelation::Suspected);
                if !suspected {
                    catalogue.add_name(kind, &alias.name, &slug);
                }
            }
        }
        catalogue
    }

    /// The place of a thing.
    ///
    /// # Errors
    /// With the reason, when another thing of this import has the place already.
    pub fn place(&mut self, wanted: &Wanted<'_>) -> Result<Place, String> {
        let kind = wanted.kind;
        let existing = wanted
            .identities
            .iter()
            .filter_map(|identity| self.shelf.by_identity(kind, identity))
            // Two objects of a source may claim one id of a third catalogue: the first has it.
            .find(|at| !self.claimed.contains(at))
            .or_else(|| match kind {
                FileKind::Profile(_) => self.shelf.by_name(kind, wanted.name),
                // Briefs may share a title; an address that the source says is the brief's own.
                _ => self.shelf.by_slug(kind, wanted.slug?)?,
            });
        if let Some(at) = existing {
            if !self.claimed.insert(at) {
                return Err("another object is the same document".to_owned());
            }
            let document = self.shelf.document(at);
            let (common, _) = super::shelf::common(document);
            return Ok(Place {
                path: document.file.path.clone(),
                slug: crate::intel::resolve::context::slug_of(document, common),
                existing,
            });
        }
        if let FileKind::Profile(_) = kind {
            let name = (kind, fold(wanted.name));
            if self.new_names.contains_key(&name) {
                return Err("another object has the same name".to_owned());
            }
        }
        let slug = self.free(kind, wanted);
        self.slugs.insert((kind, slug.clone()));
        self.new_names
            .insert((kind, fold(wanted.name)), slug.clone());
        let stem = match wanted.date {
            Some(date) if kind == FileKind::Brief => format!("{date}-{slug}"),
            _ => slug.clone(),
        };
        Ok(Place {
            path: path(kind, &stem),
            slug,
            existing: None,
        })
    }

    /// An address that nothing has.
    fn free(&self, kind: FileKind, wanted: &Wanted<'_>) -> String {
        let mut base = wanted
            .slug
            .map_or_else(|| slug_from(wanted.name), slug_from);
        if base.len() > LONGEST_SLUG {
            let mut end = LONGEST_SLUG;
            while !base.is_char_boundary(end) {
                end -= 1;
            }
            base.truncate(end);
            base.truncate(base.trim_end_matches('-').len());
        }
        // A file of that name would be read as something else: a bundle, or a dated file.
        if base == "index" || stem_of(&format!("{base}.md")) != base {
            base = format!("{}-{base}", kind.folder());
        }
        let is_free = |slug: &str| {
            !self.slugs.contains(&(kind, slug.to_owned()))
                && self.shelf.by_slug(kind, slug).is_none()
                && !self.shelf.has_path(&path(kind, slug))
                && !self.shelf.has_path(&path(kind, &format!("{slug}/index")))
        };
        let mut slug = base.clone();
        let mut number = 2;
        while !is_free(&slug) {
            slug = format!("{base}-{number}");
            number += 1;
        }
        slug
    }

    pub fn add_name(&mut self, kind: EntityKind, name: &str, slug: &str) {
        self.names
            .entry((kind, fold(name)))
            .or_default()
            .insert(slug.to_owned());
    }

    /// A text that names the entity in front matter: its name, or its address where others have the
    /// name too.
    pub fn reference(&self, kind: EntityKind, name: &str, slug: Option<&str>) -> String {
        let owners = self.names.get(&(kind, fold(name)));
        match (owners.map_or(0, BTreeSet::len), slug) {
            (0 | 1, _) => name.to_owned(),
            (_, Some(slug)) => format!("{}/{slug}", kind.folder()),
            // Without a profile of its own it can only be one of those that have the name.
            (_, None) => owners.and_then(BTreeSet::first).map_or_else(
                || name.to_owned(),
                |slug| format!("{}/{slug}", kind.folder()),
            ),
        }
    }
}
