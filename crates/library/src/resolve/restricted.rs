//! Names of a profile that not every reader may know.
//!
//! In: a profile, and what its entity is called anyway. Out: the names that only some readers may know
//! to be the entity's. The names that a profile gives itself are none of them, since a reader who may
//! not see it has no entity of that name at all; for a place or technique that every site has they
//! are, since the place stays.

use std::collections::BTreeSet;

use super::entities::profile_of;
use crate::model::Entity;
use crate::names::fold;
use base::marking::Tlp;
use base::vocabulary::AliasRelation;
use load::Document;
use load::matter::ProfileMatter;
use syntax::entry::EntryMarking;

/// The restricted names of a document's profile, in the form in which names are compared.
pub fn names(
    document: &Document,
    entity: &Entity,
    slug: &str,
    default: Option<Tlp>,
) -> BTreeSet<String> {
    let Some((_, matter)) = profile_of(document) else {
        return BTreeSet::new();
    };
    let given = matter.common.slug.as_ref().map(|_| fold(slug));
    let own = std::iter::once(fold(&matter.name)).chain(given);
    let mut open: BTreeSet<String> = entity.common_names().map(fold).collect();
    let mut restricted = BTreeSet::new();
    let is_open = is_open_profile(matter, default);
    if is_open || entity.built_in.is_none() {
        open.extend(own);
        open.insert(fold(slug));
    } else {
        restricted.extend(own);
        let external = matter.external.as_ref();
        let misp = external.and_then(|external| external.misp.as_ref());
        restricted.extend(misp.map(|id| fold(&id.value.to_string())));
    }
    for alias in &matter.aliases {
        let rests_on_open = alias.source.as_ref().is_none_or(|id| {
            let mut sources = matter.sources.iter();
            sources
                .find(|source| source.id.value == id.value)
                .is_none_or(|source| is_open_entry(&source.marking))
        });
        let names = match is_open && rests_on_open && is_open_entry(&alias.marking) {
            true => &mut open,
            false => &mut restricted,
        };
        let suspected = alias.relation.as_ref();
        // Such a name leads nowhere.
        if suspected.is_none_or(|relation| relation.value != AliasRelation::Suspected) {
            names.insert(fold(&alias.name));
        }
    }
    restricted.retain(|name| !open.contains(name));
    restricted
}

fn is_open_profile(matter: &ProfileMatter, default: Option<Tlp>) -> bool {
    let common = &matter.common;
    let tlp = common.tlp.as_ref().map(|tlp| tlp.value).or(default);
    tlp == Some(Tlp::Clear) && common.audience.is_empty()
}

/// Whether an entry has no marking that limits it further than its document.
fn is_open_entry(marking: &EntryMarking) -> bool {
    let tlp = marking.tlp.as_ref();
    tlp.is_none_or(|tlp| tlp.value == Tlp::Clear) && marking.audience.is_empty()
}
