//! One brief that changed, resolved anew while the rest of its library stays.
//!
//! In: the library, what its documents were resolved against, and the brief's document before and
//! now. Out: the brief as it is now, where that is all that changes: every entity is still there under
//! the names that it had, and every other document would be resolved to what it is.

use std::collections::BTreeSet;

use super::context::{Context, Lookup};
use super::naming::{Naming, named_in};
use super::{Index, brief, context};
use crate::model::{Brief, BriefId, EntityId, Library};
use crate::names::Named;
use base::diagnostic::Diagnostics;
use base::kind::EntityKind;
use base::marking::Tlp;
use load::{Document, Matter, Site};

/// What a single brief is resolved against.
pub struct Again<'a> {
    pub library: &'a Library,
    pub index: &'a Index,
    pub site: &'a Site,
}

/// A brief that changed.
pub struct Changed {
    /// Its place in the library.
    pub id: BriefId,
    pub brief: Brief,
    /// Entities that exist because something names them, and that it no longer names. They must still
    /// be named by something else.
    pub let_go: BTreeSet<EntityId>,
}

impl Again<'_> {
    /// Resolves a brief's document that takes the place of another. None where more than the brief
    /// would change.
    pub fn brief(
        &self,
        before: &Document,
        after: &Document,
        found: &mut Diagnostics,
    ) -> Option<Changed> {
        let (Matter::Brief(was), Matter::Brief(is)) = (&before.matter, &after.matter) else {
            return None;
        };
        let slug = context::slug_of(after, &is.common);
        if slug != context::slug_of(before, &was.common) {
            return None;
        }
        let id = *self.index.briefs.get(&slug.to_lowercase())?;
        // Of two with one slug the index has the first.
        if self.library.briefs.get(id.0 as usize)?.origin.file.path != before.file.path {
            return None;
        }
        let (was, is) = (self.named(before)?, self.named(after)?);
        if was.spellings != is.spellings {
            return None;
        }
        let lookup = Lookup {
            site: self.site,
            names: &self.index.names,
            entities: &self.library.entities,
            briefs: &self.index.briefs,
            attack: &self.index.attack,
        };
        let brief = brief::resolve(&mut Context::new(&lookup, after, found))?;
        Some(Changed {
            id,
            brief,
            let_go: was.ids.difference(&is.ids).copied().collect(),
        })
    }

    /// What a document's front matter names; none where a name leads to no entity or to several.
    fn named<'d>(&self, document: &'d Document) -> Option<Names<'d>> {
        let mut names = Names::default();
        for naming in named_in(document) {
            let Naming {
                kind, text, entry, ..
            } = naming;
            let Named::One(id) = self.index.names.of_kind(kind, text) else {
                return None;
            };
            let entity = &self.library.entities[id.0 as usize];
            // What stands for another is told of at the place where it is named.
            if entity.stands_for.is_some() || self.index.names.lacks_stand_in(id, text) {
                return None;
            }
            let described = entity.profile.is_some();
            match kind {
                // Every site has all places, and a profile makes its entity whoever names it.
                EntityKind::Region => {}
                _ if described => {}
                EntityKind::Technique | EntityKind::Vulnerability => {
                    names.ids.insert(id);
                }
                _ => names.spellings.push(Spelled {
                    kind,
                    text,
                    tlp: entry.as_ref().and_then(|entry| {
                        let tlp = entry.marking.tlp.as_ref();
                        tlp.map(|tlp| tlp.value)
                    }),
                    groups: entry
                        .iter()
                        .flat_map(|entry| {
                            let groups = entry.marking.audience.iter();
                            groups.map(|group| group.value.as_str())
                        })
                        .collect(),
                    source: entry
                        .and_then(|entry| entry.source)
                        .map(|source| source.value.as_str()),
                }),
            }
        }
        Some(names)
    }
}

/// The names in a document that entities depend on.
#[derive(Default)]
struct Names<'a> {
    /// Techniques and vulnerabilities: their names are ids, however they are written.
    ids: BTreeSet<EntityId>,
    /// The others, which are called as documents write them, in their order.
    spellings: Vec<Spelled<'a>>,
}

#[derive(PartialEq, Eq)]
struct Spelled<'a> {
    kind: EntityKind,
    text: &'a str,
    tlp: Option<Tlp>,
    groups: Vec<&'a str>,
    source: Option<&'a str>,
}
