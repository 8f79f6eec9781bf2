//! Redaction: a library without what is above an audience.
//!
//! 1. which briefs, profiles and pages the audience may see
//! 2. which entities are left: those with a visible profile and those that something visible
//!    names
//! 3. every visible thing is written anew with ids of the edition, references to what is withheld
//!    left out
//! 4. what is derived from all of it ([`super::derive`]).
//!
//! A part that is marked above its audience inside of a visible document stops the build: taking
//! single parts out asks for more than leaving whole documents out, and half of it would leak.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use pulldown_cmark::{Event, LinkType, Tag};
use rayon::prelude::*;

use super::derive;
use super::model::{
    Brief, BriefId, Edition, Entity, EntityId, Page, Profile, Shown, SiteFacts, Target, Text,
    brief_id_of, id_of,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location};
use crate::intel::model::{self as library, Attribution, Indicator, Library, Marked};
use crate::kind::EntityKind;
use crate::load::body::ReferenceKind;
use crate::marking::Marking;
use crate::settings::{EditionSettings, Settings};

/// What was left out, for the summary.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Briefs above the edition's marking or for other groups.
    pub marked: usize,
    pub drafts: usize,
    pub embargoed: usize,
    pub expired: usize,
    pub profiles: usize,
}

/// Who reads, and when.
struct Audience<'a> {
    settings: &'a EditionSettings,
    now: Timestamp,
    drafts: bool,
}

impl Audience<'_> {
    fn sees(&self, marking: &Marking) -> bool {
        marking.visible_to(self.settings.tlp, &self.settings.audience)
    }

    fn sees_page(&self, page: &library::Page) -> bool {
        self.sees(&page.marking) && (!page.draft || self.drafts)
    }
}

/// From the library's ids to the edition's; what is withheld has none.
struct Ids<'a> {
    briefs: Vec<Option<BriefId>>,
    entities: Vec<Option<EntityId>>,
    documents: BTreeSet<&'a str>,
}

impl Ids<'_> {
    fn brief(&self, id: library::BriefId) -> Option<BriefId> {
        self.briefs[id.0 as usize]
    }

    fn entity(&self, id: library::EntityId) -> Option<EntityId> {
        self.entities[id.0 as usize]
    }
}

/// Makes the edition of a library for one audience, as of an instant.
pub fn redact(
    library: &Library,
    settings: &Settings,
    edition: &EditionSettings,
    now: Timestamp,
    drafts: bool,
    found: &mut Diagnostics,
) -> (Edition, Withheld) {
    let audience = Audience {
        settings: edition,
        now,
        drafts,
    };
    let mut withheld = Withheld::default();
    let mut visible: Vec<usize> = Vec::new();
    for (at, brief) in library.briefs.iter().enumerate() {
        if !audience.sees(&brief.marking) {
            withheld.marked += 1;
        } else if brief.draft && !audience.drafts {
            withheld.drafts += 1;
        } else if !brief.is_out(audience.now, true) {
            let embargoed = brief
                .embargo
                .is_some_and(|until| until.timestamp() > audience.now);
            *(if embargoed {
                &mut withheld.embargoed
            } else {
                &mut withheld.expired
            }) += 1;
        } else {
            visible.push(at);
        }
    }
    visible.sort_by(|left, right| {
        let (left, right) = (&library.briefs[*left], &library.briefs[*right]);
        right
            .date
            .cmp(&left.date)
            .then_with(|| left.title.cmp(&right.title))
            .then_with(|| left.slug.cmp(&right.slug))
    });
    let mut briefs = vec![None; library.briefs.len()];
    for (at, index) in visible.iter().enumerate() {
        briefs[*index] = Some(brief_id_of(at));
    }
    let documents = visible_documents(library, &audience, &visible);
    let (order, entities) =
        visible_entities(library, &audience, &visible, &documents, &mut withheld);
    let ids = Ids {
        briefs,
        entities,
        documents,
    };

    let shown: Vec<(Brief, Diagnostics)> = visible
        .par_iter()
        .map(|index| {
            let mut own = Diagnostics::new();
            (
                brief(&library.briefs[*index], library, &ids, &audience, &mut own),
                own,
            )
        })
        .collect();
    let mut briefs = Vec::with_capacity(shown.len());
    for (brief, own) in shown {
        briefs.push(brief);
        found.extend(own);
    }
    let entities = order
        .iter()
        .map(|index| entity(&library.entities[*index], library, &ids, &audience, found))
        .collect();
    let pages = library
        .pages
        .iter()
        .filter(|page| audience.sees_page(page))
        .map(|page| self::page(page, library, &ids, &audience, found))
        .collect();

    let mut edition = Edition {
        site: SiteFacts {
            title: format!("{}{}", settings.title, edition.title_suffix),
            language: settings.language.clone(),
            edition: edition.name.clone(),
            tlp: edition.tlp,
            base_url: edition.base_url.clone(),
            namespace: settings.namespace,
            per_page: settings.per_page,
            subscribe: settings.subscribe.clone(),
            extra: settings.extra.clone(),
        },
        briefs,
        entities,
        pages,
        tags: Vec::new(),
        tactics: library.tactics.clone(),
        attack_notice: library.attack_notice.clone(),
    };
    derive::derive(&mut edition);
    (edition, withheld)
}

/// The paths of the briefs and profiles that the edition holds.
fn visible_documents<'a>(
    library: &'a Library,
    audience: &Audience,
    briefs: &[usize],
) -> BTreeSet<&'a str> {
    let of_briefs = briefs.iter().map(|index| &library.briefs[*index].origin);
    let of_profiles = library
        .entities
        .iter()
        .filter(|entity| audience.sees(&entity.marking))
        .filter_map(|entity| entity.profile.as_ref())
        .map(|profile| &profile.origin);
    of_briefs
        .chain(of_profiles)
        .map(|origin| origin.file.path.as_str())
        .collect()
}

/// How the edition's own documents write the name of an entity without a profile.
fn spelling<'a>(
    entity: &'a library::Entity,
    documents: &BTreeSet<&str>,
) -> Option<&'a library::Spelling> {
    entity
        .spellings
        .iter()
        .find(|spelling| documents.contains(spelling.file.path.as_str()))
}

/// The entities of the edition in its order, and the edition's id of each of the library's.
fn visible_entities(
    library: &Library,
    audience: &Audience,
    briefs: &[usize],
    documents: &BTreeSet<&str>,
    withheld: &mut Withheld,
) -> (Vec<usize>, Vec<Option<EntityId>>) {
    let mut named: BTreeSet<usize> = BTreeSet::new();
    let allowed: Vec<bool> = library
        .entities
        .iter()
        .map(|entity| audience.sees(&entity.marking))
        .collect();
    for index in briefs {
        let brief = &library.briefs[*index];
        named.extend(brief.entities.iter().map(|id| id.0 as usize));
        named.extend(
            brief
                .attribution
                .iter()
                .filter_map(|entry| entry.value.actor)
                .map(|id| id.0 as usize),
        );
        named.extend(
            brief
                .indicators
                .iter()
                .filter_map(|entry| entry.value.software)
                .map(|id| id.0 as usize),
        );
    }
    for (at, entity) in library.entities.iter().enumerate() {
        let Some(profile) = &entity.profile else {
            continue;
        };
        if !allowed[at] {
            withheld.profiles += 1;
            continue;
        }
        named.insert(at);
        named.extend(
            profile
                .entities
                .iter()
                .chain(&profile.origin_country)
                .map(|id| id.0 as usize),
        );
        named.extend(
            profile
                .attribution
                .iter()
                .filter_map(|entry| entry.value.actor)
                .map(|id| id.0 as usize),
        );
    }
    // `[[name]]` makes no entities, but built-in places exist without being made.
    let of_briefs = briefs.iter().map(|index| &library.briefs[*index].text);
    let of_profiles = library
        .entities
        .iter()
        .filter(|entity| audience.sees(&entity.marking))
        .filter_map(|entity| entity.profile.as_ref())
        .map(|profile| &profile.text);
    let of_pages = library
        .pages
        .iter()
        .filter(|page| audience.sees_page(page))
        .map(|page| &page.text);
    let texts = of_briefs.chain(of_profiles).chain(of_pages);
    for target in texts.flat_map(|text| text.targets.values()) {
        if let library::Target::Entity(id) = target
            && library.entities[id.0 as usize]
                .place
                .as_ref()
                .is_some_and(|place| place.built_in)
        {
            named.insert(id.0 as usize);
        }
    }
    let mut open: Vec<usize> = named.iter().copied().filter(|at| allowed[*at]).collect();
    while let Some(at) = open.pop() {
        for parent in &library.entities[at].parents {
            let parent = parent.0 as usize;
            if allowed[parent] && named.insert(parent) {
                open.push(parent);
            }
        }
    }
    let mut order: Vec<usize> = named.into_iter().filter(|at| allowed[*at]).collect();
    order.sort_by_cached_key(|at| {
        let entity = &library.entities[*at];
        // Techniques and CVEs are listed by their ids, which are their slugs.
        let by_id = matches!(
            entity.kind,
            EntityKind::Technique | EntityKind::Vulnerability
        );
        let name = if by_id {
            entity.slug.clone()
        } else {
            spelling(entity, documents)
                .map_or(&entity.name, |spelling| &spelling.name)
                .to_lowercase()
        };
        (entity.kind, name, entity.slug.clone())
    });
    let mut ids = vec![None; library.entities.len()];
    for (at, index) in order.iter().enumerate() {
        ids[*index] = Some(id_of(at));
    }
    (order, ids)
}

/// Keeps what the audience sees of a list; a part above it is an error.
fn shown<T: Clone, U>(
    entries: &[Marked<T>],
    audience: &Audience,
    found: &mut Diagnostics,
    mut rewrite: impl FnMut(T) -> U,
) -> Vec<Shown<U>> {
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        if audience.sees(&entry.marking) {
            kept.push(Shown {
                tlp: entry.marking.tlp,
                value: rewrite(entry.value.clone()),
            });
        } else {
            found.push(withheld_part(&entry.at, &entry.marking, audience));
        }
    }
    kept
}

fn withheld_part(at: &Location, marking: &Marking, audience: &Audience) -> Diagnostic {
    let edition = audience
        .settings
        .name
        .as_deref()
        .map_or(String::new(), |name| format!(" `{name}`"));
    Diagnostic::new(
        Code::WithheldPart,
        format!(
            "a part marked {} stands in a document that the edition{edition} ({}) shows",
            marking.tlp, audience.settings.tlp
        ),
    )
    .at_location(at.clone())
    .label(format!("marked {}", marking.tlp))
    .help("mark the whole document, or move the part into a document of its own")
}

fn check_portions(
    text: &library::Text<library::EntityId, library::BriefId>,
    container: &Marking,
    origin: &library::Origin,
    audience: &Audience,
    found: &mut Diagnostics,
) {
    for portion in &text.body.portions {
        let marking = portion.marking.within(container);
        if !audience.sees(&marking) {
            found.push(withheld_part(
                &Location::new(&origin.file, portion.span.clone()),
                &marking,
                audience,
            ));
        }
    }
}

/// A body whose links lead into the edition.
fn text(
    from: &library::Text<library::EntityId, library::BriefId>,
    origin: &library::Origin,
    library: &Library,
    ids: &Ids,
    found: &mut Diagnostics,
) -> Text {
    let mut targets = BTreeMap::new();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for (name, target) in &from.targets {
        let kept = match target {
            Target::Entity(id) => ids.entity(*id).map(Target::Entity),
            Target::Brief(id) => ids.brief(*id).map(Target::Brief),
            Target::Path(path, fragment) => Some(Target::Path(path.clone(), fragment.clone())),
            Target::Anchor(anchor) => Some(Target::Anchor(anchor.clone())),
            Target::Asset(asset) => Some(Target::Asset(asset.clone())),
            Target::External => Some(Target::External),
        };
        match kept {
            Some(target) => {
                targets.insert(name.clone(), target);
            }
            None => {
                gone.insert(name);
            }
        }
    }
    for reference in &from.body.references {
        let own_text = matches!(
            from.body.events.get(reference.event),
            Some((
                Event::Start(Tag::Link {
                    link_type: LinkType::WikiLink { has_pothole: true },
                    ..
                }),
                _
            ))
        );
        if reference.kind == ReferenceKind::Wiki
            && gone.contains(reference.target.as_str())
            && !own_text
        {
            let what = match from.targets.get(&reference.target) {
                Some(Target::Entity(id)) => {
                    let entity = &library.entities[id.0 as usize];
                    format!("{} {}", entity.kind.name(), entity.marking.tlp)
                }
                _ => "brief".to_owned(),
            };
            found.push(
                Diagnostic::new(
                    Code::WithheldName,
                    format!(
                        "this edition withholds the {what} that the text names `{}`",
                        reference.target
                    ),
                )
                .at(&origin.file, reference.span.clone())
                .label("the name itself would tell")
                .help(format!(
                    "mark the paragraph, or write words of your own: [[{}|a group]]",
                    reference.target
                )),
            );
        }
    }
    Text {
        body: from.body.clone(),
        targets,
        figures: from.figures.clone(),
    }
}

fn attribution(from: Attribution<library::EntityId>, ids: &Ids) -> Attribution<EntityId> {
    let Attribution {
        actor,
        alignment,
        basis,
        confidence,
        source,
    } = from;
    Attribution {
        actor: actor.and_then(|id| ids.entity(id)),
        alignment,
        basis,
        confidence,
        source,
    }
}

fn brief(
    from: &library::Brief,
    library: &Library,
    ids: &Ids,
    audience: &Audience,
    found: &mut Diagnostics,
) -> Brief {
    // Every field is named, so that a new one does not compile until it is decided here.
    let library::Brief {
        origin,
        id,
        slug,
        title,
        summary,
        marking,
        date,
        updated,
        draft,
        embargo: _,
        expires: _,
        status,
        supersedes,
        report_types,
        report_number,
        authors,
        pap,
        period,
        confidence,
        entities,
        tags,
        attribution: attributions,
        key_judgments,
        intelligence_gaps,
        outlook,
        statistics,
        events,
        quotes,
        indicators,
        sources,
        image,
        changelog,
        redirects,
        extra,
        text: body,
        assets,
    } = from;
    check_portions(body, marking, origin, audience, found);
    let changelog = shown(changelog, audience, found, |change| change);
    let highest = body
        .body
        .portions
        .iter()
        .map(|portion| portion.marking.tlp)
        .fold(marking.tlp, Ord::max);
    Brief {
        id: *id,
        slug: slug.clone(),
        title: title.clone(),
        summary: summary.clone(),
        tlp: marking.tlp,
        highest,
        date: *date,
        updated: match from.changelog.is_empty() {
            true => *updated,
            false => changelog.iter().map(|change| change.value.date).max(),
        },
        draft: *draft,
        status: *status,
        supersedes: supersedes.iter().filter_map(|id| ids.brief(*id)).collect(),
        superseded_by: Vec::new(),
        report_types: report_types.clone(),
        report_number: report_number.clone(),
        authors: authors.clone(),
        pap: *pap,
        period: period.clone(),
        confidence: *confidence,
        entities: entities.iter().filter_map(|id| ids.entity(*id)).collect(),
        tags: tags.clone(),
        attribution: shown(attributions, audience, found, |entry| {
            attribution(entry, ids)
        }),
        key_judgments: shown(key_judgments, audience, found, |judgment| judgment),
        intelligence_gaps: shown(intelligence_gaps, audience, found, |gap| gap),
        outlook: outlook.as_ref().and_then(|outlook| {
            shown(std::slice::from_ref(outlook), audience, found, |text| text).pop()
        }),
        statistics: shown(statistics, audience, found, |statistic| statistic),
        events: {
            let mut events = shown(events, audience, found, |event| event);
            events.sort_by_key(|event| event.value.date);
            events
        },
        quotes: shown(quotes, audience, found, |quote| quote),
        indicators: shown(indicators, audience, found, |indicator| {
            let Indicator {
                kind,
                value,
                description,
                first_seen,
                valid_until,
                confidence,
                software,
                source,
            } = indicator;
            let software = software.and_then(|id| ids.entity(id));
            Indicator {
                kind,
                value,
                description,
                first_seen,
                valid_until,
                confidence,
                software,
                source,
            }
        }),
        sources: shown(sources, audience, found, |source| source),
        image: image.as_ref().and_then(|image| {
            shown(std::slice::from_ref(image), audience, found, |image| image).pop()
        }),
        changelog,
        redirects: redirects.clone(),
        extra: extra.clone(),
        text: text(body, origin, library, ids, found),
        assets: assets.clone(),
        related: Vec::new(),
        path: origin.file.path.clone(),
    }
}

fn entity(
    from: &library::Entity,
    library: &Library,
    ids: &Ids,
    audience: &Audience,
    found: &mut Diagnostics,
) -> Entity {
    let library::Entity {
        kind,
        name,
        slug,
        id,
        marking,
        built_in_names,
        place,
        parents,
        technique,
        profile,
        named_at,
        spellings: _,
    } = from;
    let spelling = spelling(from, &ids.documents);
    let name = spelling.map_or(name, |spelling| &spelling.name);
    let slug = spelling.map_or(slug, |spelling| &spelling.slug);
    let path = profile
        .as_ref()
        .map(|profile| profile.origin.file.path.clone())
        .or_else(|| spelling.map(|spelling| spelling.file.path.clone()))
        .or_else(|| named_at.as_ref().map(|at| at.file.path.clone()));
    Entity {
        kind: *kind,
        name: name.clone(),
        slug: slug.clone(),
        id: *id,
        tlp: marking.tlp,
        built_in_names: built_in_names.clone(),
        place: place.clone(),
        parents: parents.iter().filter_map(|id| ids.entity(*id)).collect(),
        children: Vec::new(),
        technique: technique.clone(),
        linked: profile
            .iter()
            .flat_map(|profile| &profile.entities)
            .filter_map(|id| ids.entity(*id))
            .collect(),
        profile: profile
            .as_ref()
            .map(|profile| self::profile(profile, marking, library, ids, audience, found)),
        briefs: Vec::new(),
        direct: 0,
        related: BTreeMap::new(),
        path: path.unwrap_or_else(|| format!("the {} {name}", kind.name())),
    }
}

fn profile(
    from: &library::Profile,
    marking: &Marking,
    library: &Library,
    ids: &Ids,
    audience: &Audience,
    found: &mut Diagnostics,
) -> Profile {
    let library::Profile {
        origin,
        summary,
        aliases,
        facts,
        attribution: attributed,
        entities: _,
        origin_country,
        sources,
        redirects,
        extra,
        text: body,
        assets,
    } = from;
    check_portions(body, marking, origin, audience, found);
    Profile {
        summary: summary.clone(),
        aliases: shown(aliases, audience, found, |alias| alias),
        facts: facts.clone(),
        attribution: attributed.as_ref().and_then(|entry| {
            shown(std::slice::from_ref(entry), audience, found, |entry| {
                attribution(entry, ids)
            })
            .pop()
        }),
        origin_country: origin_country.and_then(|id| ids.entity(id)),
        sources: shown(sources, audience, found, |source| source),
        redirects: redirects.clone(),
        extra: extra.clone(),
        text: text(body, origin, library, ids, found),
        assets: assets.clone(),
    }
}

fn page(
    from: &library::Page,
    library: &Library,
    ids: &Ids,
    audience: &Audience,
    found: &mut Diagnostics,
) -> Page {
    let library::Page {
        origin,
        slug,
        title,
        summary,
        marking,
        draft: _,
        redirects,
        extra,
        text: body,
        assets,
    } = from;
    check_portions(body, marking, origin, audience, found);
    Page {
        slug: slug.clone(),
        title: title.clone(),
        summary: summary.clone(),
        tlp: marking.tlp,
        redirects: redirects.clone(),
        extra: extra.clone(),
        text: text(body, origin, library, ids, found),
        assets: assets.clone(),
        path: origin.file.path.clone(),
    }
}
