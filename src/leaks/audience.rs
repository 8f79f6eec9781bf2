//! Who may see what, worked out from the markings alone.
//!
//! In: the library and an audience. Out: which documents, entries and entities the audience may
//! see. Redaction answers the same questions in its own way; nothing here asks it, so that a
//! mistake there is found by comparing its outcome with this.

use std::collections::{BTreeMap, BTreeSet};

use crate::intel::model::{
    Brief, Entity, EntityId, Judgment, Library, Marked, Page, Profile, Release, Source, Target,
    Text,
};
use crate::marking::{Marking, Tlp};
use crate::settings::EditionSettings;

/// Who reads, and when.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    pub ceiling: Tlp,
    pub groups: &'a BTreeSet<String>,
    pub release: Release,
}

impl<'a> Audience<'a> {
    pub fn new(edition: &'a EditionSettings, release: Release) -> Self {
        Self {
            ceiling: edition.tlp,
            groups: &edition.audience,
            release,
        }
    }

    pub fn sees(&self, marking: &Marking) -> bool {
        marking.visible_to(self.ceiling, self.groups)
    }

    pub fn sees_brief(&self, brief: &Brief) -> bool {
        self.sees(&brief.marking) && brief.is_out(self.release)
    }

    pub fn sees_page(&self, page: &Page) -> bool {
        self.sees(&page.marking) && (self.release.drafts || !page.draft)
    }
}

/// What may be seen of one document.
pub struct Sight<'a> {
    pub audience: &'a Audience<'a>,
    /// Whether the document may be seen at all.
    pub document: bool,
    withheld_sources: BTreeSet<&'a str>,
}

impl<'a> Sight<'a> {
    pub fn new(audience: &'a Audience<'a>, document: bool, sources: &'a [Marked<Source>]) -> Self {
        let withheld_sources = sources
            .iter()
            .filter(|source| !audience.sees(&source.marking))
            .map(|source| source.value.id.as_str())
            .collect();
        Self {
            audience,
            document,
            withheld_sources,
        }
    }

    pub fn withholds_source(&self, id: &str) -> bool {
        self.withheld_sources.contains(id)
    }

    pub fn sees(&self, marking: &Marking) -> bool {
        self.document && self.audience.sees(marking)
    }

    /// An entry goes with the source that it rests on.
    pub fn sees_with(&self, marking: &Marking, source: Option<&str>) -> bool {
        self.sees(marking) && !source.is_some_and(|id| self.withholds_source(id))
    }

    /// A judgment goes with the last of its sources.
    pub fn sees_judgment(&self, judgment: &Marked<Judgment>) -> bool {
        let sources = &judgment.value.sources;
        let all_withheld =
            !sources.is_empty() && sources.iter().all(|id| self.withholds_source(id));
        self.sees(&judgment.marking) && !all_withheld
    }
}

/// What may be seen of each document, by its path, and of the entities.
pub struct Seen<'a> {
    pub audience: &'a Audience<'a>,
    documents: BTreeMap<&'a str, Sight<'a>>,
    entities: BTreeSet<EntityId>,
    library: &'a Library,
}

impl<'a> Seen<'a> {
    pub fn new(library: &'a Library, audience: &'a Audience<'a>) -> Self {
        let briefs = library.briefs.iter().map(|brief| {
            let sight = Sight::new(audience, audience.sees_brief(brief), &brief.sources);
            (brief.origin.file.path.as_str(), sight)
        });
        let profiles = library.entities.iter().filter_map(|entity| {
            let profile = entity.profile.as_ref()?;
            let sight = profile_sight(profile, &entity.marking, audience);
            Some((profile.origin.file.path.as_str(), sight))
        });
        Self {
            audience,
            documents: briefs.chain(profiles).collect(),
            entities: visible_entities(library, audience),
            library,
        }
    }

    /// The entity that a name is, if the audience knows that it is another's.
    pub fn meant(&self, id: EntityId) -> EntityId {
        meant(self.library, self.audience, id)
    }

    pub fn sees_entity(&self, id: EntityId) -> bool {
        self.entities.contains(&id)
    }

    /// Whether an entry of a document is visible.
    pub fn sees(&self, path: &str, marking: &Marking, source: Option<&str>) -> bool {
        self.documents
            .get(path)
            .is_some_and(|sight| sight.sees_with(marking, source))
    }
}

/// The entities that the audience may know of: those with a profile that it may see, those that
/// something visible names, what these lie in, and built-in places and techniques.
fn visible_entities(library: &Library, audience: &Audience) -> BTreeSet<EntityId> {
    let mut named: BTreeSet<EntityId> = BTreeSet::new();
    for brief in &library.briefs {
        let sight = Sight::new(audience, audience.sees_brief(brief), &brief.sources);
        if !sight.document {
            continue;
        }
        named.extend(&brief.entities);
        for entry in &brief.attribution {
            if sight.sees_with(&entry.marking, entry.value.source.as_deref()) {
                named.extend(entry.value.actor);
            }
        }
        for entry in &brief.indicators {
            if sight.sees_with(&entry.marking, entry.value.source.as_deref()) {
                named.extend(entry.value.software);
            }
        }
    }
    for (id, entity) in ids(library) {
        if entity.built_in.is_some() {
            named.insert(id);
        }
        let Some(profile) = &entity.profile else {
            continue;
        };
        let sight = profile_sight(profile, &entity.marking, audience);
        if !sight.document {
            continue;
        }
        named.insert(id);
        named.extend(profile.entities.iter().chain(&profile.origin_country));
        if let Some(entry) = &profile.attribution
            && sight.sees_with(&entry.marking, entry.value.source.as_deref())
        {
            named.extend(entry.value.actor);
        }
    }
    let allowed = |id: EntityId| {
        library.entities.get(id.0 as usize).is_some_and(|entity| {
            let is_name = entity.stands_for.is_some();
            // Of the closed kinds a name that is nobody's is no entity.
            (!is_name || entity.kind.is_named_freely()) && may_be_known(entity, audience)
        })
    };
    let mut named: BTreeSet<EntityId> = named
        .into_iter()
        .map(|id| meant(library, audience, id))
        .filter(|id| allowed(*id))
        .collect();
    let mut open: Vec<EntityId> = named.iter().copied().collect();
    while let Some(id) = open.pop() {
        let Some(entity) = library.entities.get(id.0 as usize) else {
            continue;
        };
        for edge in &entity.parents {
            let told = edge.given_by.is_none_or(|id| {
                library
                    .entities
                    .get(id.0 as usize)
                    .is_some_and(|entity| audience.sees(&entity.marking))
            });
            let parent = meant(library, audience, edge.parent);
            if told && allowed(parent) && named.insert(parent) {
                open.push(parent);
            }
        }
    }
    named
}

/// Whether an audience may know of an entity, if something tells of it.
fn may_be_known(entity: &Entity, audience: &Audience) -> bool {
    entity.profile.is_none() || entity.built_in.is_some() || audience.sees(&entity.marking)
}

/// The entity behind a name that not everybody may know to be its, for those who may see its profile.
fn meant(library: &Library, audience: &Audience, id: EntityId) -> EntityId {
    let at = |id: EntityId| library.entities.get(id.0 as usize);
    let other = at(id).and_then(|entity| entity.stands_for);
    other
        .filter(|other| at(*other).is_some_and(|entity| may_be_known(entity, audience)))
        .unwrap_or(id)
}

pub fn profile_sight<'a>(
    profile: &'a Profile,
    marking: &Marking,
    audience: &'a Audience<'a>,
) -> Sight<'a> {
    Sight::new(audience, audience.sees(marking), &profile.sources)
}

/// The entities with their ids.
pub fn ids(library: &Library) -> impl Iterator<Item = (EntityId, &crate::intel::model::Entity)> {
    (0..).map(EntityId).zip(&library.entities)
}

/// For each event of a body, whether the audience may see it.
pub fn visible_events<E, B>(text: &Text<E, B>, outer: &Marking, sight: &Sight) -> Vec<bool> {
    let body = &text.body;
    let mut visible = vec![sight.document; body.events.len()];
    let mut withhold = |events: std::ops::Range<usize>| {
        for event in events {
            if let Some(visible) = visible.get_mut(event) {
                *visible = false;
            }
        }
    };
    for portion in &body.portions {
        if !sight.sees(&portion.marking.within(outer)) {
            withhold(portion.events.clone());
        }
    }
    for figure in &text.figures {
        let rests_on_withheld = figure
            .source
            .as_ref()
            .is_some_and(|source| sight.withholds_source(source));
        if !rests_on_withheld {
            continue;
        }
        for block in &body.figures {
            if block.text_span == figure.span {
                // Start, text and end of a code block; an empty one has no text.
                withhold(block.event..block.event + 2);
            }
        }
    }
    super::notes::withhold(&body.events, &mut visible);
    visible
}

/// The files beside a document that something visible in it refers to.
pub fn visible_files<'a, E, B>(text: &'a Text<E, B>, visible: &[bool]) -> BTreeSet<&'a str> {
    text.body
        .references
        .iter()
        .filter(|reference| visible.get(reference.event).copied().unwrap_or(false))
        .filter_map(|reference| match text.targets.get(&reference.target) {
            Some(Target::Asset(path)) => Some(path.as_str()),
            _ => None,
        })
        .collect()
}
