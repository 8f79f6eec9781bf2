//! Lints: what is no error and yet not as it should be. Which of them count, the settings say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use regex::Regex;

use super::files::unused_files;
use super::model::{Brief, Edge, Entity, EntityId, Library, Marked, Source};
use super::names::{fold, near_pairs};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use base::indicator::LiveTargets;
use base::kind::EntityKind;
use base::vocabulary::{Likelihood, Vocabulary};
use syntax::body::event::{Event, Tag, TagEnd};
use syntax::body::{Body, ReferenceKind};

/// Runs all lints over a library. What is absent says nothing while the library is not `whole`.
pub fn lint(library: &Library, whole: bool, found: &mut Diagnostics) {
    let own: Vec<Diagnostics> = library
        .briefs
        .par_iter()
        .map(|brief| {
            let mut own = Diagnostics::new();
            lint_brief(brief, &mut own);
            own
        })
        .collect();
    for own in own {
        found.extend(own);
    }
    for profile in library
        .entities
        .iter()
        .filter_map(|entity| entity.profile.as_ref())
    {
        unrated(&profile.sources, found);
    }
    // What did not parse may well be what uses a file.
    if !found.has_errors() {
        unused_files(library, found);
    }
    if whole {
        unused_profiles(library, found);
        near_names(library, found);
    }
}

/// The lints of a single brief, whatever else the library has.
pub fn lint_brief(brief: &Brief, found: &mut Diagnostics) {
    unrated(&brief.sources, found);
    live_indicators(brief, found);
    confidence_with_likelihood(brief, found);
}

fn unrated(sources: &[Marked<Source>], found: &mut Diagnostics) {
    for source in sources {
        let lacks = match (source.value.reliability, source.value.credibility) {
            (Some(_), Some(_)) => continue,
            (None, None) => "reliability and no credibility",
            (None, Some(_)) => "reliability",
            (Some(_), None) => "credibility",
        };
        found.push(
            Diagnostic::new(Code::UnratedSource, format!("the source `{}` has no {lacks}", source.value.id))
                .at_location(source.at.clone())
                .label("not rated")
                .help("add `reliability: A` to `F` and `credibility: 1` to `6` (Admiralty); F and 6 say that it cannot be judged"),
        );
    }
}

fn live_indicators(brief: &Brief, found: &mut Diagnostics) {
    let live = LiveTargets::of(
        brief
            .indicators
            .iter()
            .map(|indicator| (indicator.value.kind, indicator.value.value.as_str())),
    );
    for reference in brief
        .text
        .body
        .references
        .iter()
        .filter(|link| link.kind == ReferenceKind::Link)
    {
        if live.holds(&reference.target) {
            found.push(
                Diagnostic::new(
                    Code::LiveIndicator,
                    "the text links to one of the brief's own indicators",
                )
                .at(&brief.origin.file, reference.span.clone())
                .label("a reader could follow it")
                .help("write it defanged and as code: `hxxps://host[.]example`"),
            );
        }
    }
}

static CONFIDENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:low|moderate|medium|high)(?:\s+\w+)?\s+confidence\b|\bconfidence\s+(?:is|of)\s+(?:low|moderate|medium|high)\b").ok()
});

fn likelihood_terms() -> &'static [&'static str] {
    static TERMS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        Likelihood::ALL
            .iter()
            .map(|likelihood| likelihood.name())
            .collect()
    });
    &TERMS
}

/// The first sentence of a text that states both.
fn states_both(text: &str) -> bool {
    if !text.contains("onfidence") {
        return false;
    }
    let Some(confidence) = CONFIDENCE.as_ref() else {
        return false;
    };
    text.split_inclusive(['.', '!', '?']).any(|sentence| {
        let lower = sentence.to_lowercase();
        confidence.is_match(sentence)
            && likelihood_terms().iter().any(|term| {
                lower.match_indices(term).any(|(at, _)| {
                    let before = lower[..at]
                        .chars()
                        .next_back()
                        .is_none_or(|letter| !letter.is_alphanumeric());
                    let after = lower[at + term.len()..]
                        .chars()
                        .next()
                        .is_none_or(|letter| !letter.is_alphanumeric());
                    before && after
                })
            })
    })
}

fn both() -> Diagnostic {
    Diagnostic::new(
        Code::ConfidenceWithLikelihood,
        "a sentence states confidence and likelihood at once",
    )
    .label("ICD 203 keeps the two apart")
    .help("say in one sentence how likely it is, and in another how sure you are of the judgment")
}

fn confidence_with_likelihood(brief: &Brief, found: &mut Diagnostics) {
    let entries = brief
        .key_judgments
        .iter()
        .map(|judgment| (&judgment.value.text, &judgment.at));
    let outlook = brief
        .outlook
        .iter()
        .map(|outlook| (&outlook.value, &outlook.at));
    for (text, at) in entries.chain(outlook) {
        if states_both(text) {
            found.push(both().at_location(at.clone()));
        }
    }
    prose(&brief.origin.file, &brief.text.body, found);
}

fn prose(file: &Arc<SourceFile>, body: &Body, found: &mut Diagnostics) {
    let mut paragraph: Option<(String, std::ops::Range<usize>)> = None;
    for (event, span) in &body.events {
        match event {
            Event::Start(Tag::Paragraph | Tag::Item) => {
                paragraph = Some((String::new(), span.clone()))
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((collected, _)) = &mut paragraph {
                    collected.push_str(text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((collected, _)) = &mut paragraph {
                    collected.push(' ');
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                if let Some((text, span)) = paragraph.take()
                    && states_both(&text)
                {
                    found.push(both().at(file, span));
                }
            }
            _ => {}
        }
    }
}

/// Everything that a brief names, in front matter or text, each maybe more than once.
pub fn named_by(brief: &Brief) -> impl Iterator<Item = EntityId> {
    let actors = brief.attribution.iter().map(|entry| entry.value.actor);
    let software = brief.indicators.iter().map(|entry| entry.value.software);
    let targets = brief.text.targets.values().map(|target| match target {
        super::model::Target::Entity(entity) => Some(*entity),
        _ => None,
    });
    let others = actors.chain(software).chain(targets).flatten();
    brief.entities.iter().copied().chain(others)
}

/// Profiles that no brief names.
pub fn unused_profiles(library: &Library, found: &mut Diagnostics) {
    let mut is_named = vec![false; library.entities.len()];
    for id in library.briefs.iter().flat_map(named_by) {
        let meant = library.entities[id.0 as usize].meant(id);
        is_named[meant.0 as usize] = true;
    }
    // they are entities' indices
    let mut named: BTreeSet<EntityId> = (0..is_named.len())
        .filter(|at| is_named[*at])
        .map(|at| EntityId(at as u32))
        .collect();
    // What a named entity lies in is named with it.
    let mut open: Vec<EntityId> = named.iter().copied().collect();
    while let Some(entity) = open.pop() {
        for Edge { parent, .. } in &library.entities[entity.0 as usize].parents {
            let meant = library.entities[parent.0 as usize].meant(*parent);
            if named.insert(meant) {
                open.push(meant);
            }
        }
    }
    for (at, entity) in library.entities.iter().enumerate() {
        // it is an entity's index
        let id = EntityId(at as u32);
        if let (Some(profile), false) = (&entity.profile, named.contains(&id)) {
            found.push(
                Diagnostic::new(
                    Code::UnusedProfile,
                    format!("no brief names {}", entity.name),
                )
                .at_location(profile.origin.location())
                .label("this profile has no briefs")
                .help("name it in a brief's front matter, or remove the profile"),
            );
        }
    }
}

fn near_names(library: &Library, found: &mut Diagnostics) {
    for kind in [
        EntityKind::Actor,
        EntityKind::Sector,
        EntityKind::Software,
        EntityKind::Campaign,
    ] {
        let of_kind: Vec<&Entity> = library
            .entities
            .iter()
            .filter(|entity| entity.kind == kind && entity.stands_for.is_none())
            .collect();
        let mut by_name: BTreeMap<&str, &Entity> = BTreeMap::new();
        for entity in &of_kind {
            by_name.insert(&entity.name, entity);
            for alias in entity.profile.iter().flat_map(|profile| &profile.aliases) {
                by_name.entry(&alias.value.name).or_insert(entity);
            }
        }
        for (left, right) in near_pairs(by_name.keys().copied()) {
            for (name, other) in [(left, right), (right, left)] {
                let (Some(entity), Some(neighbour)) = (by_name.get(name), by_name.get(other))
                else {
                    continue;
                };
                let Some(at) = entity
                    .named_at
                    .as_ref()
                    .filter(|_| entity.profile.is_none())
                else {
                    continue;
                };
                // Of two names without a profile the later one is reported.
                if neighbour.profile.is_none() && fold(name) < fold(other)
                    || std::ptr::eq(*entity, *neighbour)
                {
                    continue;
                }
                found.push(
                    Diagnostic::new(
                        Code::NearName,
                        format!(
                            "`{name}` has no profile and is nearly `{other}`, {}",
                            neighbour.kind.with_article()
                        ),
                    )
                    .at_location(at.clone())
                    .label("a slip of the pen?")
                    .help(format!(
                        "write `{other}`, or give `{name}` a profile of its own"
                    )),
                );
            }
        }
    }
}
