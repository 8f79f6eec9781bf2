//! A brief: every entry of its front matter with its marking, every name an entity.

use std::collections::BTreeSet;
use std::ops::Range;

use super::context::{Context, derived_id, plain, slug_of, value};
use super::text;
use crate::model::{
    Attribution, Brief, BriefId, Change, EntityId, Event, Image, Indicator, Judgment, Marked,
    Previous, Quote, Source, Statistic, Tag, Target,
};
use base::diagnostic::{Code, Diagnostic, nearest};
use base::indicator;
use base::kind::EntityKind;
use base::marking::Marking;
use base::vocabulary::{BriefStatus, Vocabulary};
use load::Matter;
use load::matter::{AttributionMatter, BriefMatter, Remark};
use syntax::entry::IndicatorMatter;

/// Resolves the brief of the context's document.
pub fn resolve(context: &mut Context) -> Option<Brief> {
    let document = context.document;
    let Matter::Brief(matter) = &document.matter else {
        return None;
    };
    let settings = &context.lookup.site.settings;
    let marking = context.marking(&matter.common, &matter.title);
    // Without a marking nothing may be shown; the rest is still checked.
    let marking = marking.unwrap_or_else(|| Marking::new(base::marking::Tlp::Red, []));
    let slug = slug_of(document, &matter.common);
    let sources = context.sources(&matter.sources, &marking);
    let outlook = matter
        .outlook
        .as_ref()
        .map(|remark| remark_of(context, remark, &marking));
    Some(Brief {
        origin: context.origin(&matter.title),
        id: matter.common.id.as_ref().map_or_else(
            || derived_id(&settings.namespace, "brief", &slug),
            |id| id.value,
        ),
        slug,
        title: matter.title.value.clone(),
        summary: plain(&matter.common.summary),
        date: matter.date.value,
        updated: value(&matter.updated),
        draft: matter.draft.as_ref().is_some_and(|draft| draft.value),
        embargo: value(&matter.embargo),
        expires: value(&matter.expires),
        status: value(&matter.status).unwrap_or(BriefStatus::Current),
        supersedes: supersedes(context, matter),
        report_types: matter.report_types.iter().map(|kind| kind.value).collect(),
        report_number: matter
            .report_number
            .as_ref()
            .map(|number| number.value.0.clone()),
        authors: if matter.authors.is_empty() {
            settings.authors.clone()
        } else {
            matter
                .authors
                .iter()
                .map(|author| author.value.clone())
                .collect()
        },
        pap: value(&matter.pap),
        period: value(&matter.period),
        confidence: value(&matter.confidence),
        entities: entities(context, matter),
        tags: tags(matter),
        attribution: matter
            .attribution
            .iter()
            .map(|entry| attribution(context, entry, &marking, &sources))
            .collect(),
        key_judgments: judgments(context, matter, &marking, &sources),
        intelligence_gaps: matter
            .intelligence_gaps
            .iter()
            .map(|gap| remark_of(context, gap, &marking))
            .collect(),
        outlook,
        statistics: statistics(context, matter, &marking, &sources),
        events: events(context, matter, &marking, &sources),
        quotes: quotes(context, matter, &marking, &sources),
        indicators: indicators(context, matter, &marking, &sources),
        image: image(context, matter, &marking),
        changelog: matter
            .changelog
            .iter()
            .map(|change| {
                let value = Change {
                    date: change.date.value,
                    note: change.note.value.clone(),
                };
                context.marked(&change.marking, &change.note.span, &marking, value)
            })
            .collect(),
        redirects: context.redirects(&matter.common),
        extra: matter
            .common
            .extra
            .as_ref()
            .map_or(serde_json::Value::Null, |extra| extra.value.0.clone()),
        text: text::resolve(context, &sources),
        assets: document.assets.clone(),
        sources,
        marking,
    })
}

fn supersedes(context: &mut Context, matter: &BriefMatter) -> Vec<BriefId> {
    let mut briefs = Vec::new();
    for name in &matter.supersedes {
        let slug = name
            .trim()
            .trim_matches('/')
            .trim_start_matches("briefs/")
            .to_lowercase();
        if let Some(brief) = context.lookup.briefs.get(&slug) {
            briefs.push(*brief);
            continue;
        }
        if context
            .lookup
            .site
            .unparsed
            .iter()
            .any(|(_, stem)| stem.to_lowercase() == slug)
        {
            continue;
        }
        let near = nearest(&slug, context.lookup.briefs.keys().map(String::as_str));
        let mut diagnostic = Diagnostic::new(
            Code::UnknownBrief,
            format!("there is no brief `{}`", name.value),
        )
        .label("expected the slug of a brief");
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("a slug is the file's name without its date and `.md`"),
        };
        context.report(&name.span, diagnostic);
    }
    briefs
}

fn entities(context: &mut Context, matter: &BriefMatter) -> Vec<EntityId> {
    use EntityKind::{Actor, Campaign, Region, Sector, Software, Technique, Vulnerability};
    let mut all = Vec::new();
    let regions: Vec<(&str, &Range<usize>)> = matter
        .regions
        .iter()
        .map(|region| (region.value.0.as_str(), &region.span))
        .collect();
    for (kind, texts) in [
        (Actor, &matter.actors),
        (Campaign, &matter.campaigns),
        (Sector, &matter.sectors),
        (Technique, &matter.techniques),
        (Software, &matter.software),
        (Vulnerability, &matter.vulnerabilities),
    ] {
        all.extend(context.entities(
            kind,
            texts.iter().map(|text| (text.value.as_str(), &text.span)),
        ));
    }
    all.extend(context.entities(Region, regions));
    all
}

fn tags(matter: &BriefMatter) -> Vec<Tag> {
    let mut seen = BTreeSet::new();
    matter
        .tags
        .iter()
        .map(|tag| Tag {
            name: tag.trim().to_owned(),
            slug: super::context::slug_from(tag),
        })
        .filter(|tag| seen.insert(tag.slug.clone()))
        .collect()
}

fn remark_of(context: &mut Context, remark: &Remark, outer: &Marking) -> Marked<String> {
    context.marked(
        &remark.marking,
        &remark.text.span,
        outer,
        remark.text.value.clone(),
    )
}

/// An attribution entry of a brief or a profile.
pub fn attribution(
    context: &mut Context,
    entry: &AttributionMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Marked<Attribution<EntityId>> {
    if let Some(source) = &entry.source {
        context.check_source(source, sources);
    }
    let actor = entry
        .actor
        .as_ref()
        .and_then(|actor| context.entity(EntityKind::Actor, actor, &actor.span));
    let value = Attribution {
        actor,
        alignment: plain(&entry.alignment),
        basis: value(&entry.basis),
        confidence: value(&entry.confidence),
        source: plain(&entry.source),
    };
    context.marked(&entry.marking, &entry.span, outer, value)
}

fn judgments(
    context: &mut Context,
    matter: &BriefMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Vec<Marked<Judgment>> {
    let mut judgments = Vec::new();
    for entry in &matter.key_judgments {
        for source in &entry.sources {
            context.check_source(source, sources);
        }
        if entry.confidence.is_none() || entry.sources.is_empty() {
            let lacks = match (entry.confidence.is_none(), entry.sources.is_empty()) {
                (true, true) => "confidence and no sources",
                (true, false) => "confidence",
                _ => "sources",
            };
            context.report(
                &entry.text.span,
                Diagnostic::new(
                    Code::BareJudgment,
                    format!("this key judgment has no {lacks}"),
                )
                .label("a reader cannot weigh it")
                .help("add `confidence: low|moderate|high` and `sources: [id]`"),
            );
        }
        let value = Judgment {
            text: entry.text.value.clone(),
            likelihood: value(&entry.likelihood),
            confidence: value(&entry.confidence),
            sources: entry
                .sources
                .iter()
                .map(|source| source.value.clone())
                .collect(),
            changed_from: entry.changed_from.as_ref().map(|previous| Previous {
                likelihood: value(&previous.likelihood),
                confidence: value(&previous.confidence),
                date: value(&previous.date),
            }),
        };
        judgments.push(context.marked(&entry.marking, &entry.text.span, outer, value));
    }
    let rows: BTreeSet<_> = matter
        .key_judgments
        .iter()
        .filter_map(|entry| entry.likelihood.as_ref().map(|likelihood| likelihood.row))
        .collect();
    if rows.len() > 1
        && let Some(first) = matter
            .key_judgments
            .iter()
            .find_map(|entry| entry.likelihood.as_ref())
        && let Some(other) = matter
            .key_judgments
            .iter()
            .filter_map(|entry| entry.likelihood.as_ref())
            .find(|likelihood| likelihood.row != first.row)
    {
        let diagnostic = Diagnostic::new(
            Code::MixedLikelihoodRows,
            "the brief mixes both rows of the ICD 203 terms",
        )
        .label(format!("`{}` is of the other row", other.name()))
        .related(context.at(&first.span), "the first term")
        .help(format!("write `{}`", other.in_row(first.row).name()));
        context.report(&other.span, diagnostic);
    }
    judgments
}

fn statistics(
    context: &mut Context,
    matter: &BriefMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Vec<Marked<Statistic>> {
    let mut statistics = Vec::new();
    for entry in &matter.statistics {
        if let Some(source) = &entry.source {
            context.check_source(source, sources);
        }
        let is_share = entry
            .unit
            .as_ref()
            .is_some_and(|unit| matches!(unit.trim(), "%" | "percent" | "per cent"));
        if is_share && (entry.period.is_none() || entry.source.is_none()) {
            context.report(
                &entry.value.span,
                Diagnostic::new(
                    Code::BarePercentage,
                    "this percentage has no period or no source",
                )
                .label("a share of what, when, by whom?")
                .help("add `period: 2025-Q3` and `source: id`"),
            );
        }
        let value = Statistic {
            label: entry.label.value.clone(),
            value: entry.value.written.clone(),
            number: entry.value.value.value,
            unit: plain(&entry.unit),
            of: entry.of.as_ref().map(|of| of.value.0.clone()),
            period: value(&entry.period),
            source: plain(&entry.source),
        };
        statistics.push(context.marked(&entry.marking, &entry.label.span, outer, value));
    }
    statistics
}

fn events(
    context: &mut Context,
    matter: &BriefMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Vec<Marked<Event>> {
    let mut events = Vec::new();
    for entry in &matter.events {
        if let Some(source) = &entry.source {
            context.check_source(source, sources);
        }
        let value = Event {
            date: entry.date.value,
            text: entry.text.value.clone(),
            source: plain(&entry.source),
        };
        events.push(context.marked(&entry.marking, &entry.text.span, outer, value));
    }
    events
}

fn quotes(
    context: &mut Context,
    matter: &BriefMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Vec<Marked<Quote>> {
    let mut quotes = Vec::new();
    for entry in &matter.quotes {
        if let Some(source) = &entry.source {
            context.check_source(source, sources);
        }
        let value = Quote {
            text: entry.text.value.clone(),
            person: plain(&entry.person),
            role: plain(&entry.role),
            organisation: plain(&entry.organisation),
            source: plain(&entry.source),
        };
        quotes.push(context.marked(&entry.marking, &entry.text.span, outer, value));
    }
    quotes
}

fn indicators(
    context: &mut Context,
    matter: &BriefMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Vec<Marked<Indicator<EntityId>>> {
    let document = context.document;
    let written = matter
        .indicators
        .iter()
        .map(|entry| (entry, &document.file));
    let rows = document
        .indicator_rows
        .iter()
        .flat_map(|rows| rows.rows.iter().map(|entry| (entry, &rows.file)));
    let mut indicators = Vec::new();
    for (entry, file) in written.chain(rows) {
        let mut context = context.in_file(file);
        indicators.extend(indicator_of(&mut context, entry, outer, sources));
    }
    indicators
}

fn indicator_of(
    context: &mut Context,
    entry: &IndicatorMatter,
    outer: &Marking,
    sources: &[Marked<Source>],
) -> Option<Marked<Indicator<EntityId>>> {
    let kind = entry.kind.value;
    let at = context.at(&entry.value.span);
    let refanged = indicator::refang_as(kind, &entry.value.value.0);
    let normalised = match indicator::validate(kind, &refanged) {
        Ok(normalised) => normalised,
        Err(expected) => {
            context.found.push(
                Diagnostic::new(
                    Code::BadIndicator,
                    format!(
                        "`{}` is not {}",
                        entry.value.value.0,
                        with_article(kind.label())
                    ),
                )
                .at_location(at)
                .label(format!("expected {expected}"))
                .help("mend the value, or give the indicator another `type`"),
            );
            return None;
        }
    };
    if let Some(reason) = indicator::commonness(kind, &normalised) {
        context.found.push(
            Diagnostic::new(
                Code::CommonIndicator,
                format!("`{normalised}` is of little use as an indicator: {reason}"),
            )
            .at_location(at.clone())
            .label("would match everywhere")
            .help("take it out of `indicators`, and name it in the text if it matters"),
        );
    }
    if let Some(source) = &entry.source {
        context.check_source(source, sources);
    }
    let software = entry
        .software
        .as_ref()
        .and_then(|software| context.entity(EntityKind::Software, software, &software.span));
    let value = Indicator {
        kind,
        value: normalised,
        description: plain(&entry.description),
        first_seen: value(&entry.first_seen),
        valid_until: value(&entry.valid_until),
        confidence: value(&entry.confidence),
        software,
        source: plain(&entry.source),
    };
    Some(context.marked(&entry.marking, &entry.value.span, outer, value))
}

fn with_article(label: &str) -> String {
    let vowel = label.starts_with(|first: char| "AEIOUaeiou".contains(first));
    format!("{} {label}", if vowel { "an" } else { "a" })
}

fn image(context: &mut Context, matter: &BriefMatter, outer: &Marking) -> Option<Marked<Image>> {
    let entry = matter.image.as_ref()?;
    if entry.alt.is_none() {
        context.report(
            &entry.src.span,
            Diagnostic::new(Code::MissingAlt, "the lead image has no alternative text")
                .label("readers who do not see it learn nothing")
                .help("add `alt: what it shows`"),
        );
    }
    let (is_static, file) = match text::find_file(context, &entry.src) {
        Some(Target::Path(path, _)) => (true, path),
        Some(Target::Asset(path)) => (false, path),
        _ => {
            let diagnostic = text::missing_file(context, &entry.src);
            context.report(&entry.src.span, diagnostic);
            return None;
        }
    };
    let value = Image {
        src: entry.src.trim_start_matches("./").to_owned(),
        alt: plain(&entry.alt),
        credit: plain(&entry.credit),
        file,
        is_static,
    };
    Some(context.marked(&entry.marking, &entry.src.span, outer, value))
}
