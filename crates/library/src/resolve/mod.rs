//! Resolving: every name of every document points at one entity.
//!
//! 1. the built-in places and the profiles become entities, their names an index
//! 2. names in front matter that lead nowhere become entities of their own, places, techniques
//!    and CVEs by their rules
//! 3. regions and sectors get their parents, cycles are reported
//! 4. each document is resolved against the index, in parallel
//! 5. the library as a whole is linted.
//!
//! [`again`] resolves a single brief that changed, against what the others were resolved against.

mod again;
mod brief;
pub mod context;
mod entities;
mod naming;
mod profile;
mod restricted;
mod text;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::lints;
use super::model::{Brief, BriefId, Library, Page};
use super::names::Names;
pub use again::{Again, Changed};
use base::attack::{self, AttackTable};
use base::diagnostic::Diagnostics;
use context::{Context, Lookup};
pub use entities::profile_of;
use load::{Document, Matter, Site};

/// What documents are resolved against, beside the entities themselves: kept for those that change.
#[derive(Debug, Default)]
pub struct Index {
    names: Names,
    /// Briefs by their slug in lower case.
    briefs: BTreeMap<String, BriefId>,
    attack: AttackTable,
}

/// Resolves a site. The library holds what could be resolved; findings say what could not.
pub fn resolve(site: &Site, found: &mut Diagnostics) -> (Library, Index) {
    let attack = attack::read(&site.tables, found);
    let mut entities = entities::Builder::new(site, &attack);
    entities.add_places();
    entities.add_profiles(found);
    entities.add_named();
    entities.link_hierarchy(found);
    let (mut entities, names, profiles) = entities.finish();

    let documents: Vec<&Document> = site
        .documents
        .iter()
        .map(AsRef::as_ref)
        .filter(|document| matches!(document.matter, Matter::Brief(_)))
        .collect();
    let mut slugs = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        if let Matter::Brief(matter) = &document.matter {
            let slug = context::slug_of(document, &matter.common);
            // sites have fewer than 2^32 briefs
            slugs
                .entry(slug.to_lowercase())
                .or_insert(BriefId(at as u32));
        }
    }
    let lookup = Lookup {
        site,
        names: &names,
        entities: &entities,
        briefs: &slugs,
        attack: &attack,
    };

    // Briefs are large: those that came of it stay where they are.
    let (resolved, of_briefs): (Vec<Option<Brief>>, Vec<Diagnostics>) = documents
        .par_iter()
        .map(|document| {
            let mut own = Diagnostics::new();
            let mut context = Context::new(&lookup, document, &mut own);
            (brief::resolve(&mut context), own)
        })
        .unzip();
    let briefs: Vec<Brief> = resolved.into_iter().flatten().collect();
    of_briefs.into_iter().for_each(|own| found.extend(own));

    let resolved: Vec<_> = profiles
        .par_iter()
        .map(|(entity, document)| {
            let mut own = Diagnostics::new();
            let mut context = Context::new(&lookup, document, &mut own);
            (*entity, profile::resolve(&mut context), own)
        })
        .collect();
    let mut pages: Vec<Page> = Vec::new();
    for document in &site.documents {
        if let Matter::Page(matter) = &document.matter {
            pages.extend(profile::resolve_page(
                &mut Context::new(&lookup, document, found),
                matter,
            ));
        }
    }
    let mut details = Vec::new();
    for (entity, profile, own) in resolved {
        found.extend(own);
        details.extend(profile.map(|profile| (entity, profile)));
    }
    for (entity, (marking, profile)) in details {
        let entity = &mut entities[entity.0 as usize];
        entity.marking = marking;
        entity.profile = Some(Box::new(profile));
    }

    let library = Library {
        briefs,
        entities,
        pages,
        attack_notice: attack.notice.clone(),
        tactics: attack.tactics.clone(),
        attack_domains: attack.domains.clone(),
        attack_objects: attack.objects.clone(),
    };
    lints::lint(&library, site.unparsed.is_empty(), found);
    let index = Index {
        names,
        briefs: slugs,
        attack,
    };
    (library, index)
}
