//! Redaction: a library without what is above an audience.
//!
//! 1. [`visible`] says which briefs, profiles and pages the audience may see, and which entities are
//!    left: those with a visible profile and those that something visible names
//! 2. [`documents`] writes each anew with ids of the edition: [`entries`] keeps what the audience may
//!    see of front matter, [`text`] of the body, [`assets`] of the files beside it
//! 3. [`report`] holds what was left out, for those who publish
//! 4. what is derived comes from what is left ([`edition::derive`]).
//!
//! [`again`] does so for one brief that changed, while all others stay as they were.
//! [`sight`] is the one place that decides who sees what.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod again;
mod assets;
mod documents;
mod entries;
mod gone;
mod report;
mod sight;
mod text;
mod visible;

use std::sync::Arc;

use rayon::prelude::*;

pub use again::redact_again;
use base::diagnostic::{Diagnostics, SourceFile};
use base::marking::Tlp;
use edition::derive;
use edition::model::{BriefId, Contents, Edition, EntityId, ExchangeFacts, SiteFacts};
use edition::statistics::Statistics;
use library::model::{Library, Release};
pub use report::{Document, Parts, Reason, Withheld};
use settings::{EditionSettings, Settings};
use sight::{Audience, Sight};
pub use visible::Outline;
use visible::Visible;

/// One document on its way into the edition.
struct Scope<'s> {
    library: &'s Library,
    visible: &'s Visible<'s>,
    gone: &'s gone::Addresses,
    sight: &'s Sight<'s>,
    file: &'s Arc<SourceFile>,
    found: Diagnostics,
    parts: Parts,
}

/// What all documents of a run share.
struct Steps<'s> {
    library: &'s Library,
    visible: &'s Visible<'s>,
    gone: &'s gone::Addresses,
    /// For what has no sources.
    plain: &'s Sight<'s>,
}

impl<'s> Steps<'s> {
    fn scope(&self, file: &'s Arc<SourceFile>) -> Scope<'s> {
        let sight = self.visible.sights.get(file.path.as_str());
        Scope {
            library: self.library,
            visible: self.visible,
            gone: self.gone,
            sight: sight.unwrap_or(self.plain),
            file,
            found: Diagnostics::new(),
            parts: Parts::new(),
        }
    }
}

impl Scope<'_> {
    /// Notes parts that were left out.
    fn count(&mut self, kind: &'static str, count: usize) {
        *self.parts.entry(kind).or_default() += count;
    }
}

/// What redaction gives.
pub struct Redacted {
    pub edition: Edition,
    pub withheld: Withheld,
    pub outline: Outline,
}

/// Makes the edition of a library for one audience, as of the instant of a release.
pub fn redact(
    library: &Library,
    settings: &Settings,
    edition: &EditionSettings,
    release: Release,
    found: &mut Diagnostics,
) -> Redacted {
    let audience = Audience {
        settings: edition,
        release,
    };
    let mut withheld = Withheld::default();
    let visible = Visible::of(library, &audience, &mut withheld);
    let gone = visible.gone(library, &audience);
    let steps = Steps {
        library,
        visible: &visible,
        gone: &gone,
        plain: &Sight::new(&audience, &[]),
    };
    for (entity, spelling) in visible.told_names(library) {
        let (open, _, _) = visible.names_of(entity, &audience);
        let finding = text::told_name(&audience, "front matter", &spelling.name, open)
            .at_location(spelling.at.clone())
            .help(format!(
                "write `{open}`, mark the document or the entry that names it, or let these readers \
                 see the other name"
            ));
        found.push(finding);
    }
    let mut close = |scope: Scope, withheld: &mut Withheld| {
        if !scope.parts.is_empty() {
            let path = scope.file.path.clone();
            withheld.parts.insert(path, scope.parts);
        }
        found.extend(scope.found);
    };

    let (mut briefs, beside): (Vec<_>, Vec<_>) = visible
        .briefs
        .par_iter()
        .map(|index| {
            let brief = &library.briefs[*index];
            let mut scope = steps.scope(&brief.origin.file);
            let (brief, table) = documents::brief(brief, &mut scope);
            (Arc::new(brief), (table, scope))
        })
        .unzip();
    let mut tables = Vec::new();
    for (at, (table, scope)) in beside.into_iter().enumerate() {
        tables.extend(table.map(|table| (at, table)));
        close(scope, &mut withheld);
    }
    let nowhere = SourceFile::new("", "");
    let rewritten: Vec<_> = visible
        .entities
        .par_iter()
        .map(|index| {
            let entity = &library.entities[*index];
            let file = entity.profile.as_ref().map(|profile| &profile.origin.file);
            let mut scope = steps.scope(file.unwrap_or(&nowhere));
            (documents::entity(*index, library, &mut scope), scope)
        })
        .collect();
    let mut entities = Vec::with_capacity(rewritten.len());
    for (entity, scope) in rewritten {
        entities.push(entity);
        close(scope, &mut withheld);
    }
    members(library, &audience, &visible, &mut entities);
    let mut pages = Vec::new();
    for page in &library.pages {
        match audience.withholds_page(page) {
            None => {
                let mut scope = steps.scope(&page.origin.file);
                pages.push(documents::page(page, &mut scope));
                close(scope, &mut withheld);
            }
            Some(reason) => {
                let path = &page.origin.file.path;
                let document = Document::new(&page.title, path, &page.marking, reason);
                withheld.pages.push(document);
            }
        }
    }
    for (brief, table) in tables {
        let csv = assets::table(&table.rows, &entities);
        let brief = Arc::make_mut(&mut briefs[brief]);
        brief.assets[table.asset].contents = Contents::Table(Arc::from(csv));
    }
    for list in [
        &mut withheld.briefs,
        &mut withheld.profiles,
        &mut withheld.pages,
    ] {
        list.sort_by(|left, right| left.path.cmp(&right.path));
    }

    let mut edition = Edition {
        site: SiteFacts {
            title: format!("{}{}", settings.title, edition.title_suffix),
            language: settings.language.clone(),
            edition: edition.name.clone(),
            tlp: edition.tlp,
            base_url: edition.base_url.clone(),
            namespace: settings.namespace,
            per_page: settings.per_page,
            search: settings.search,
            cards: settings.cards,
            sidecars: settings.sidecars,
            exchange: exchange_facts(settings, edition),
            publisher: settings.authors.first().unwrap_or(&settings.title).clone(),
            subscribe: settings.subscribe.clone(),
            security: settings.security.clone(),
            share: settings.share.clone(),
            map: settings.map.clone(),
            extra: settings.extra.clone(),
        },
        briefs,
        entities: Arc::new(entities),
        pages: Arc::new(pages),
        tags: Arc::default(),
        tactics: library.tactics.clone(),
        attack_notice: library.attack_notice.clone(),
        attack_domains: library.attack_domains.clone(),
        statistics: Arc::new(Statistics::default()),
    };
    derive::derive(&mut edition);
    Redacted {
        edition,
        withheld,
        outline: visible.outline(library, gone),
    }
}

/// What exchange formats need of the settings.
fn exchange_facts(settings: &Settings, edition: &EditionSettings) -> ExchangeFacts {
    let lowest = |level: Tlp| {
        // What an edition for groups holds, the others may not have at all.
        let others = settings.editions.iter().filter(|other| {
            edition.audience.is_empty()
                && other.audience.is_empty()
                && (level..=edition.tlp).contains(&other.tlp)
        });
        let first = others.min_by_key(|other| other.tlp).unwrap_or(edition);
        // The command line may have given this edition another address.
        if first.name == edition.name {
            edition
        } else {
            first
        }
    };
    ExchangeFacts {
        producer: settings.title.clone(),
        audience: edition.audience.clone(),
        addresses: Tlp::ALL
            .into_iter()
            .filter(|level| *level <= edition.tlp)
            .map(|level| (level, lowest(level).base_url.clone()))
            .collect(),
        tlp_1: settings.tlp_1,
    }
}

/// Notes which built-in places lie in the groupings that profiles make. Most of them are named
/// nowhere else, so that the edition has no entity of them.
fn members(
    library: &Library,
    audience: &Audience,
    visible: &Visible,
    entities: &mut [edition::Entity],
) {
    for entity in &library.entities {
        let Some(place) = entity.place.as_ref().filter(|place| place.built_in) else {
            continue;
        };
        let Some(code) = place.alpha2.as_ref().or(place.m49.as_ref()) else {
            continue;
        };
        for edge in &entity.parents {
            if edge.given_by.is_some()
                && visible::sees_edge(library, audience, edge)
                && let Some(grouping) = visible.entity(edge.parent)
            {
                entities[grouping.0 as usize].members.push(code.clone());
            }
        }
    }
}
