//! Briefs, profiles and pages, written anew with the ids of the edition.
//!
//! Every field of what the library has is named, so that a new one does not compile until it is
//! decided here.

use std::collections::BTreeMap;

use super::Scope;
use super::assets;
use super::entries::{attributions, indicators, judgments, nothing, plain};
use super::text::text;
use ::library::model as library;
use base::marking::Tlp;
use edition::model::{Brief, Page, Profile, Shown, Text};

/// A brief, and the rows of its `indicators_file` by the path of the file.
pub fn brief(from: &library::Brief, scope: &mut Scope) -> (Brief, Option<IndicatorTable>) {
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
        // Asked below, by the clock: one that has ended is nobody's business.
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
        attribution,
        key_judgments,
        intelligence_gaps,
        outlook,
        statistics,
        events,
        quotes,
        indicators: observed,
        sources,
        image,
        changelog,
        redirects,
        extra,
        text: body,
        assets: beside,
    } = from;
    let visible = scope.visible;
    let text = text(body, scope);
    let changes = plain(changelog, "change", nothing, scope);
    let mut shown_events = plain(events, "event", |event| event.source.as_deref(), scope);
    shown_events.sort_by_key(|event| event.value.date);
    let image = plain(image, "image", nothing, scope).pop();
    let own_image = image
        .as_ref()
        .filter(|image| !image.value.is_static)
        .map(|image| image.value.file.as_str());
    let (written, listed): (Vec<_>, Vec<_>) = observed
        .iter()
        .partition(|entry| entry.at.file.path == origin.file.path);
    let table_path = listed.first().map(|entry| entry.at.file.path.clone());
    let mut indicators_shown = indicators(written, scope);
    let rows = indicators(listed, scope);
    let published = assets::published(beside, &text, own_image, extra);
    let table = table_path
        .and_then(|path| {
            published
                .iter()
                .position(|file| file.asset.site_path == path)
        })
        .map(|asset| IndicatorTable {
            asset,
            rows: rows.clone(),
        });
    indicators_shown.extend(rows);
    let mut brief = Brief {
        id: *id,
        slug: slug.clone(),
        title: title.clone(),
        summary: summary.clone(),
        tlp: marking.tlp,
        highest: marking.tlp,
        date: *date,
        updated: match changelog.is_empty() {
            true => *updated,
            false => changes.iter().map(|change| change.value.date).max(),
        },
        draft: *draft,
        embargo: from.embargo_at(scope.sight.audience.release.now),
        status: *status,
        supersedes: supersedes
            .iter()
            .filter_map(|id| visible.brief(*id))
            .collect(),
        superseded_by: Vec::new(),
        report_types: report_types.clone(),
        report_number: report_number.clone(),
        authors: authors.clone(),
        pap: *pap,
        period: period.clone(),
        confidence: *confidence,
        entities: visible.entities_of(entities),
        tags: tags.clone(),
        attribution: attributions(attribution, scope),
        key_judgments: judgments(key_judgments, scope),
        intelligence_gaps: plain(intelligence_gaps, "intelligence gap", nothing, scope),
        outlook: plain(outlook, "outlook", nothing, scope).pop(),
        statistics: plain(
            statistics,
            "statistic",
            |statistic| statistic.source.as_deref(),
            scope,
        ),
        events: shown_events,
        quotes: plain(quotes, "quote", |quote| quote.source.as_deref(), scope),
        indicators: indicators_shown,
        sources: plain(sources, "source", nothing, scope),
        image,
        changelog: changes,
        redirects: redirects.clone(),
        extra: extra.clone(),
        text,
        assets: published,
        related: Vec::new(),
        path: origin.file.path.clone(),
    };
    brief.highest = highest(&brief);
    (brief, table)
}

/// The visible rows of an `indicators_file` that is linked to, to be written once entities have names.
pub struct IndicatorTable {
    /// Which of the brief's published files it is.
    pub asset: usize,
    pub rows: Vec<Shown<edition::model::Indicator<edition::EntityId>>>,
}

fn levels<T>(entries: &[Shown<T>]) -> impl Iterator<Item = Tlp> {
    entries.iter().map(|entry| entry.tlp)
}

fn of_text(text: &Text) -> impl Iterator<Item = Tlp> {
    text.body.portions.iter().map(|portion| portion.marking.tlp)
}

/// The highest level of anything on a brief's page.
fn highest(brief: &Brief) -> Tlp {
    of_text(&brief.text)
        .chain(levels(&brief.attribution))
        .chain(levels(&brief.key_judgments))
        .chain(levels(&brief.intelligence_gaps))
        .chain(levels(brief.outlook.as_slice()))
        .chain(levels(&brief.statistics))
        .chain(levels(&brief.events))
        .chain(levels(&brief.quotes))
        .chain(levels(&brief.indicators))
        .chain(levels(&brief.sources))
        .chain(levels(brief.image.as_slice()))
        .chain(levels(&brief.changelog))
        .fold(brief.tlp, Ord::max)
}

/// A profile that the audience may see.
pub fn profile(from: &library::Profile, tlp: Tlp, scope: &mut Scope) -> Profile {
    let library::Profile {
        origin: _,
        summary,
        aliases,
        facts,
        attribution,
        entities,
        origin_country,
        updated,
        sources,
        redirects,
        extra,
        text: body,
        assets: beside,
    } = from;
    let text = text(body, scope);
    let aliases = plain(aliases, "alias", |alias| alias.source.as_deref(), scope);
    let attribution = attributions(attribution, scope).pop();
    let sources = plain(sources, "source", nothing, scope);
    Profile {
        summary: summary.clone(),
        highest: levels(&aliases)
            .chain(levels(attribution.as_slice()))
            .chain(levels(&sources))
            .chain(of_text(&text))
            .fold(tlp, Ord::max),
        aliases,
        facts: facts.clone(),
        attribution,
        origin_country: origin_country.and_then(|id| scope.visible.entity(id)),
        names: scope.visible.entities_of(entities),
        updated: *updated,
        sources,
        redirects: redirects.clone(),
        assets: assets::published(beside, &text, None, extra),
        extra: extra.clone(),
        text,
    }
}

/// A page that the audience may see.
pub fn page(from: &library::Page, scope: &mut Scope) -> Page {
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
        assets: beside,
    } = from;
    let text = text(body, scope);
    Page {
        slug: slug.clone(),
        title: title.clone(),
        summary: summary.clone(),
        tlp: marking.tlp,
        highest: of_text(&text).fold(marking.tlp, Ord::max),
        redirects: redirects.clone(),
        assets: assets::published(beside, &text, None, extra),
        extra: extra.clone(),
        text,
        path: origin.file.path.clone(),
    }
}

/// An entity with its profile, where the audience may see that.
pub fn entity(at: usize, library: &library::Library, scope: &mut Scope) -> edition::Entity {
    let from = &library.entities[at];
    let library::Entity {
        kind,
        name: _,
        slug: _,
        id: _,
        marking,
        built_in_names,
        place,
        parents,
        built_in: _,
        technique,
        profile,
        named_at,
        spellings: _,
        // Which of the two the edition has is said by `Visible`.
        stands_for: _,
    } = from;
    let visible = scope.visible;
    let audience = scope.sight.audience;
    let (name, slug, id) = visible.names_of(from, audience);
    let profile = profile.as_deref().filter(|_| audience.sees(marking));
    let spelling = visible.spelling(from);
    let path = profile
        .map(|profile| profile.origin.file.path.clone())
        .or_else(|| spelling.map(|spelling| spelling.file.path.clone()))
        .or_else(|| named_at.as_ref().map(|at| at.file.path.clone()));
    let mut lies_in = Vec::new();
    for edge in parents {
        if super::visible::sees_edge(library, audience, edge)
            && let Some(parent) = visible.entity(edge.parent)
            && !lies_in.contains(&parent)
        {
            lies_in.push(parent);
        }
    }
    edition::Entity {
        kind: *kind,
        name: name.to_owned(),
        slug: slug.to_owned(),
        id,
        tlp: visible.level(library, at, audience),
        built_in_names: built_in_names.clone(),
        place: place.clone(),
        parents: lies_in,
        children: Vec::new(),
        members: Vec::new(),
        technique: technique.clone(),
        attack_stix_id: profile
            .and_then(|profile| profile.facts.attack_id.as_ref())
            .and_then(|id| library.attack_objects.get(id))
            .cloned(),
        linked: profile
            .iter()
            .flat_map(|profile| &profile.entities)
            .filter_map(|id| visible.entity(*id))
            .collect(),
        profile: profile.map(|profile| self::profile(profile, marking.tlp, scope)),
        briefs: Vec::new(),
        direct: 0,
        related: BTreeMap::new(),
        path: path.unwrap_or_else(|| format!("the {} {name}", kind.name())),
    }
}
