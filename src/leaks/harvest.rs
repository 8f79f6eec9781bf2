//! Every text of a library, with whether one audience may see it.
//!
//! In: the library and an [`Audience`]. Out: [`Piece`] after piece: what it is, where it is written,
//! visible or withheld. This is a second opinion: it goes by markings alone and never asks
//! redaction. Every field is named, so that a new one does not compile until it is decided here.
//!
//! Ids of sources and words of closed vocabularies are nobody's secret and are left out, as are
//! dates and numbers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::audience::{self, Audience, Seen, Sight};
use super::harvest_body;
use crate::diagnostic::{Location, SourceFile};
use crate::intel::files::named_in;
use crate::intel::model::{
    Alias, Attribution, Brief, BuiltIn, Change, Entity, EntityId, Event, Facts, Image, Indicator,
    Judgment, Marked, Origin, Page, PlaceFacts, Profile, Quote, Redirect, Source, Spelling,
    Statistic, Tag,
};
use crate::intel::vocabulary::IndicatorType;
use crate::kind::EntityKind;
use crate::load::Asset;

/// How a text is written, which decides what needles it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A name of its own: searched for whole.
    Name,
    /// Whole as well, but likely to be an everyday word: a tag, a sector, a publisher.
    Word,
    /// Sentences.
    Prose,
    /// HTML whose text is prose.
    Markup,
    Indicator(IndicatorType),
}

/// A text of the library.
#[derive(Debug)]
pub struct Piece<'a> {
    pub text: &'a str,
    pub writing: Writing,
    /// With its article: "the title of a brief".
    pub what: &'static str,
    pub file: &'a Arc<SourceFile>,
    pub span: Range<usize>,
    pub visible: bool,
}

/// What a text of `extra` is called.
const EXTRA: &str = "a text of `extra`";

impl Piece<'_> {
    /// Whether the edition publishes the text. A text of `extra` needs a template that does.
    pub fn is_published(&self, has_templates: bool) -> bool {
        self.visible && (has_templates || self.what != EXTRA)
    }
}

/// Takes the pieces.
pub type Sink<'a> = dyn FnMut(Piece<'_>) + 'a;

/// Where the pieces of one entry stand, and whether it is visible.
#[derive(Clone)]
pub struct At<'a> {
    pub file: &'a Arc<SourceFile>,
    pub span: Range<usize>,
    pub visible: bool,
}

impl<'a> At<'a> {
    fn of(location: &'a Location, visible: bool) -> Self {
        Self {
            file: &location.file,
            span: location.span.clone(),
            visible,
        }
    }

    fn name(origin: &'a Origin, visible: bool) -> Self {
        Self {
            file: &origin.file,
            span: origin.name_span.clone(),
            visible,
        }
    }

    pub fn give(&self, text: &str, writing: Writing, what: &'static str, sink: &mut Sink) {
        sink(Piece {
            text,
            writing,
            what,
            file: self.file,
            span: self.span.clone(),
            visible: self.visible,
        });
    }

    fn give_some(
        &self,
        text: Option<&String>,
        writing: Writing,
        what: &'static str,
        sink: &mut Sink,
    ) {
        if let Some(text) = text {
            self.give(text, writing, what, sink);
        }
    }
}

/// The pieces of a brief.
pub fn brief(brief: &Brief, audience: &Audience, sink: &mut Sink) {
    use Writing::{Name, Prose, Word};
    let Brief {
        origin,
        id,
        slug,
        title,
        summary,
        marking,
        date: _,
        updated: _,
        draft: _,
        embargo: _,
        expires: _,
        status: _,
        supersedes: _,
        report_types: _,
        report_number,
        authors,
        pap: _,
        period: _,
        confidence: _,
        // Their names are harvested with the entities.
        entities: _,
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
        text,
        assets,
    } = brief;
    let sight = Sight::new(audience, audience.sees_brief(brief), sources);
    let at = At::name(origin, sight.document);
    at.give(title, Name, "the title of a brief", sink);
    at.give(slug, Name, "the slug of a brief", sink);
    file_name(origin, &at, sink);
    at.give(&id.to_string(), Name, "the id of a brief", sink);
    at.give_some(summary.as_ref(), Prose, "the summary of a brief", sink);
    at.give_some(report_number.as_ref(), Name, "the number of a report", sink);
    for author in authors {
        at.give(author, Word, "the author of a brief", sink);
    }
    for Tag { name, slug } in tags {
        at.give(name, Word, "a tag", sink);
        at.give(slug, Word, "a tag", sink);
    }
    for entry in attributions {
        attribution(entry, &sight, sink);
    }
    for entry in key_judgments {
        let Judgment {
            text,
            likelihood: _,
            confidence: _,
            sources: _,
            changed_from: _,
        } = &entry.value;
        let at = At::of(&entry.at, sight.sees_judgment(entry));
        at.give(text, Prose, "a key judgment", sink);
    }
    for entry in intelligence_gaps {
        let at = At::of(&entry.at, sight.sees(&entry.marking));
        at.give(&entry.value, Prose, "an intelligence gap", sink);
    }
    if let Some(entry) = outlook {
        let at = At::of(&entry.at, sight.sees(&entry.marking));
        at.give(&entry.value, Prose, "the outlook of a brief", sink);
    }
    for entry in statistics {
        let Statistic {
            label,
            value,
            number: _,
            unit,
            of,
            period: _,
            source,
        } = &entry.value;
        let at = entry_at(entry, source.as_ref(), &sight);
        at.give(label, Prose, "the label of a statistic", sink);
        at.give(value, Prose, "the value of a statistic", sink);
        at.give_some(unit.as_ref(), Prose, "the unit of a statistic", sink);
        at.give_some(of.as_ref(), Prose, "the base of a statistic", sink);
    }
    for entry in events {
        let Event {
            date: _,
            text,
            source,
        } = &entry.value;
        entry_at(entry, source.as_ref(), &sight).give(text, Prose, "an event", sink);
    }
    for entry in quotes {
        let Quote {
            text,
            person,
            role,
            organisation,
            source,
        } = &entry.value;
        let at = entry_at(entry, source.as_ref(), &sight);
        at.give(text, Prose, "a quote", sink);
        at.give_some(person.as_ref(), Name, "the person of a quote", sink);
        at.give_some(role.as_ref(), Word, "the role of a quoted person", sink);
        at.give_some(
            organisation.as_ref(),
            Word,
            "the organisation of a quoted person",
            sink,
        );
    }
    for entry in indicators {
        indicator(entry, &sight, sink);
    }
    for entry in sources {
        source(entry, &sight, sink);
    }
    let mut files: Vec<&str> = Vec::new();
    if let Some(entry) = image {
        let Image {
            src,
            file,
            alt,
            credit,
            is_static: _,
        } = &entry.value;
        let at = At::of(&entry.at, sight.sees(&entry.marking));
        at.give(src, Name, "the name of an image", sink);
        at.give_some(alt.as_ref(), Prose, "the text of an image", sink);
        at.give_some(credit.as_ref(), Word, "the credit of an image", sink);
        if at.visible {
            files.push(file);
        }
    }
    for entry in changelog {
        let Change { date: _, note } = &entry.value;
        let at = At::of(&entry.at, sight.sees(&entry.marking));
        at.give(note, Prose, "a note of the changelog", sink);
    }
    redirected(redirects, sight.document, sink);
    free(extra, &at, sink);
    let visible = audience::visible_events(text, marking, &sight);
    // The table of an `indicators_file` is published with the rows that are visible.
    files.extend(
        indicators
            .iter()
            .filter(|entry| sight.sees_with(&entry.marking, entry.value.source.as_deref()))
            .map(|entry| entry.at.file.path.rsplit('/').next().unwrap_or_default()),
    );
    files.extend(audience::visible_files(text, &visible));
    beside((assets, extra), &files, &at, sink);
    harvest_body::body(text, &origin.file, &visible, sink);
}

/// The pieces of an entity and its profile.
pub fn entity(entity: &Entity, named: bool, seen: &Seen, sink: &mut Sink) {
    use Writing::{Name, Prose, Word};
    let Entity {
        kind,
        name,
        slug,
        id: uuid,
        marking,
        built_in_names: _,
        place,
        parents: _,
        built_in,
        technique: _,
        profile,
        named_at,
        spellings,
        // Where it stands for another, `Seen` says whether there is one of this name.
        stands_for: _,
    } = entity;
    // The codes of places are ISO's and the UN's, or too short to search for.
    if let Some(PlaceFacts {
        kind: _,
        alpha2: _,
        alpha3: _,
        m49: _,
        stix_region: _,
        built_in: _,
    }) = place
    {}
    let what = kind.named();
    let writing = match kind {
        EntityKind::Sector => Word,
        _ => Name,
    };
    for spelling in spellings {
        let Spelling {
            name,
            slug,
            id,
            file,
            at,
            marking,
            source,
        } = spelling;
        let at = At {
            file: &at.file,
            span: at.span.clone(),
            visible: named && seen.sees(&file.path, marking, source.as_deref()),
        };
        at.give(name, writing, what, sink);
        at.give(slug, writing, what, sink);
        at.give(&id.to_string(), Name, "the id of an entity", sink);
    }
    let Some(profile) = profile else {
        // Of what has spellings the name is one of them.
        if spellings.is_empty()
            && let Some(location) = named_at
        {
            let at = At::of(location, named);
            at.give(name, writing, what, sink);
            at.give(slug, writing, what, sink);
            at.give(&uuid.to_string(), Name, "the id of an entity", sink);
        }
        return;
    };
    let Profile {
        origin,
        summary,
        aliases,
        facts,
        attribution: attributed,
        entities: _,
        origin_country: _,
        // A date, which stands in every calendar.
        updated: _,
        sources,
        redirects,
        extra,
        text,
        assets,
    } = profile.as_ref();
    let sight = audience::profile_sight(profile, marking, seen.audience);
    let at = At::name(origin, sight.document);
    // What a withheld profile leaves of a built-in place or technique is everybody's.
    let is_built_in = |own: &dyn Fn(&BuiltIn) -> bool| built_in.as_ref().is_some_and(own);
    if !is_built_in(&|built_in| built_in.name == *name) {
        at.give(name, writing, what, sink);
    }
    if !is_built_in(&|built_in| built_in.slug == *slug) {
        at.give(slug, writing, what, sink);
    }
    if !is_built_in(&|built_in| built_in.id == *uuid) {
        at.give(&uuid.to_string(), Name, "the id of an entity", sink);
    }
    if built_in.is_none() {
        file_name(origin, &at, sink);
    }
    at.give_some(summary.as_ref(), Prose, "the summary of a profile", sink);
    for entry in aliases {
        let Alias {
            name,
            source,
            relation: _,
            confidence: _,
        } = &entry.value;
        let at = entry_at(entry, source.as_ref(), &sight);
        at.give(name, Name, "an alias", sink);
        // Who calls it so, where that is no id of a source.
        let given_by = source
            .as_ref()
            .filter(|id| !sources.iter().any(|source| source.value.id == **id));
        at.give_some(given_by, Word, "the source of an alias", sink);
    }
    let Facts {
        alignment,
        sponsor,
        actor_types: _,
        motivations: _,
        sophistication: _,
        resource_level: _,
        first_seen: _,
        last_seen: _,
        published: _,
        industry: _,
        software_type: _,
        note,
        attack_id,
        misp_id,
        malpedia,
    } = facts;
    at.give_some(alignment.as_ref(), Word, "an alignment", sink);
    at.give_some(sponsor.as_ref(), Word, "a sponsor", sink);
    at.give_some(note.as_ref(), Prose, "the note of a profile", sink);
    at.give_some(attack_id.as_ref(), Name, "an ATT&CK id", sink);
    let misp = misp_id.map(|id| id.to_string());
    at.give_some(misp.as_ref(), Name, "a MISP id", sink);
    at.give_some(malpedia.as_ref(), Name, "a Malpedia id", sink);
    if let Some(entry) = attributed {
        attribution(entry, &sight, sink);
    }
    for entry in sources {
        source(entry, &sight, sink);
    }
    redirected(redirects, sight.document, sink);
    free(extra, &at, sink);
    let visible = audience::visible_events(text, marking, &sight);
    let files: Vec<&str> = audience::visible_files(text, &visible)
        .into_iter()
        .collect();
    beside((assets, extra), &files, &at, sink);
    harvest_body::body(text, &origin.file, &visible, sink);
}

/// The pieces of a plain page.
pub fn page(page: &Page, audience: &Audience, sink: &mut Sink) {
    use Writing::{Name, Prose};
    let Page {
        origin,
        slug,
        title,
        summary,
        marking,
        draft: _,
        redirects,
        extra,
        text,
        assets,
    } = page;
    let sight = Sight::new(audience, audience.sees_page(page), &[]);
    let at = At::name(origin, sight.document);
    at.give(title, Name, "the title of a page", sink);
    at.give(slug, Name, "the slug of a page", sink);
    file_name(origin, &at, sink);
    at.give_some(summary.as_ref(), Prose, "the summary of a page", sink);
    redirected(redirects, sight.document, sink);
    free(extra, &at, sink);
    let visible = audience::visible_events(text, marking, &sight);
    let files: Vec<&str> = audience::visible_files(text, &visible)
        .into_iter()
        .collect();
    beside((assets, extra), &files, &at, sink);
    harvest_body::body(text, &origin.file, &visible, sink);
}

fn entry_at<'a, T>(entry: &'a Marked<T>, source: Option<&String>, sight: &Sight) -> At<'a> {
    let visible = sight.sees_with(&entry.marking, source.map(String::as_str));
    At::of(&entry.at, visible)
}

fn attribution(entry: &Marked<Attribution<EntityId>>, sight: &Sight, sink: &mut Sink) {
    let Attribution {
        actor: _,
        alignment,
        basis: _,
        confidence: _,
        source,
    } = &entry.value;
    let at = entry_at(entry, source.as_ref(), sight);
    at.give_some(alignment.as_ref(), Writing::Word, "an alignment", sink);
}

fn indicator(entry: &Marked<Indicator<EntityId>>, sight: &Sight, sink: &mut Sink) {
    let Indicator {
        kind,
        value,
        description,
        first_seen: _,
        valid_until: _,
        confidence: _,
        software: _,
        source,
    } = &entry.value;
    let at = entry_at(entry, source.as_ref(), sight);
    at.give(value, Writing::Indicator(*kind), "an indicator", sink);
    at.give_some(
        description.as_ref(),
        Writing::Prose,
        "the description of an indicator",
        sink,
    );
}

fn source(entry: &Marked<Source>, sight: &Sight, sink: &mut Sink) {
    let Source {
        id: _,
        title,
        publisher,
        url,
        date: _,
        accessed: _,
        reliability: _,
        credibility: _,
    } = &entry.value;
    let at = At::of(&entry.at, sight.sees(&entry.marking));
    at.give(title, Writing::Name, "the title of a source", sink);
    at.give_some(
        publisher.as_ref(),
        Writing::Word,
        "the publisher of a source",
        sink,
    );
    at.give_some(url.as_ref(), Writing::Name, "the address of a source", sink);
}

fn redirected(redirects: &[Redirect], visible: bool, sink: &mut Sink) {
    for Redirect { from, at } in redirects {
        At::of(at, visible).give(from, Writing::Name, "an old address", sink);
    }
}

/// The texts of a theme's table. Only a template of the site's own can publish them.
fn free(value: &serde_json::Value, at: &At, sink: &mut Sink) {
    match value {
        serde_json::Value::String(text) => {
            at.give(text, Writing::Prose, EXTRA, sink);
        }
        serde_json::Value::Array(values) => {
            values.iter().for_each(|value| free(value, at, sink));
        }
        serde_json::Value::Object(table) => {
            table.values().for_each(|value| free(value, at, sink));
        }
        _ => {}
    }
}

/// The name of the content file, or of its folder where it has one. No edition publishes it, so that
/// of a visible document is no piece.
fn file_name(origin: &Origin, at: &At, sink: &mut Sink) {
    if at.visible {
        return;
    }
    let path = origin.file.path.trim_end_matches(".md");
    let path = path.strip_suffix("/index").unwrap_or(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    at.give(name, Writing::Name, "the name of a file", sink);
}

/// The names of the files beside a document. A file that `extra` names is published with the document,
/// whether a template of the site's own links to it or none does.
fn beside(
    (assets, extra): (&[Asset], &serde_json::Value),
    used: &[&str],
    at: &At,
    sink: &mut Sink,
) {
    let mut named = BTreeSet::new();
    named_in(extra, &mut named);
    for asset in assets {
        let Asset {
            path,
            site_path: _,
            file: _,
        } = asset;
        let at = At {
            visible: at.visible && (used.contains(&path.as_str()) || named.contains(path.as_str())),
            ..at.clone()
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        at.give(name, Writing::Name, "the name of a file", sink);
    }
}
