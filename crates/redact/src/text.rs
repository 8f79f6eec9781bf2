//! Bodies: what an audience may read of one, its links leading into the edition.
//!
//! 1. withheld portions are cut, with what hangs on them
//! 2. figures that rest on a withheld source go, and citations of one, with a warning
//! 3. links to what is withheld become plain text; a `[[name]]` that would tell is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pulldown_cmark::LinkType;

use super::report::Reason;
use super::sight::Audience;
use super::{Scope, gone::Gone};
use ::library::model as library;
use ::library::model::{BriefId, EntityId};
use base::diagnostic::{Code, Diagnostic};
use base::marking::Tlp;
use edition::model::{Target, Text};
use syntax::body::event::{Event, Tag};
use syntax::body::{Body, Reference, ReferenceKind};

type LibraryText = library::Text<EntityId, BriefId>;

/// The lowest level at which a visible reference has this target; none when no visible one has.
pub fn level_of(text: &LibraryText, target: &str, outer: Tlp, audience: &Audience) -> Option<Tlp> {
    let portions = &text.body.portions;
    if portions.is_empty() {
        return Some(outer);
    }
    text.body
        .references
        .iter()
        .filter(|reference| reference.target == target)
        .filter_map(|reference| {
            let around = portions
                .iter()
                .filter(|portion| portion.events.contains(&reference.event));
            let mut level = outer;
            for portion in around {
                if !audience.sees(&portion.marking) {
                    return None;
                }
                level = level.max(portion.marking.tlp);
            }
            Some(level)
        })
        .min()
}

/// A body as the edition shows it.
pub fn text(from: &LibraryText, scope: &mut Scope) -> Text {
    let body = visible_body(from, scope);
    let mut targets = BTreeMap::new();
    for reference in &body.references {
        let name = &reference.target;
        let Some(target) = from.targets.get(name) else {
            continue;
        };
        match target_of(target, &body, scope) {
            Some(target) => {
                // Words of its own do not help: where the link leads to says what the name would.
                if let library::Target::Entity(id) = from.targets[name]
                    && let Some(entity) = hidden_behind(id, name, scope)
                {
                    tells_alias(reference, entity, scope);
                }
                targets.insert(name.clone(), target);
            }
            None if reference.kind == ReferenceKind::Wiki && shows_its_name(&body, reference) => {
                let what = withheld_thing(target, scope);
                tells(reference, &what, scope);
            }
            None => {}
        }
    }
    let blocks: BTreeSet<(usize, usize)> = body
        .figures
        .iter()
        .map(|figure| (figure.text_span.start, figure.text_span.end))
        .collect();
    let figures = from
        .figures
        .iter()
        .filter(|figure| blocks.contains(&(figure.span.start, figure.span.end)))
        .cloned()
        .collect();
    Text {
        body,
        targets,
        figures,
    }
}

fn visible_body(from: &LibraryText, scope: &mut Scope) -> Arc<Body> {
    let audience = scope.sight.audience;
    let sees = |marking: &base::marking::Marking| audience.sees(marking);
    let hidden = from
        .body
        .portions
        .iter()
        .filter(|portion| !sees(&portion.marking))
        .count();
    if hidden > 0 {
        scope.count("portion of the text", hidden);
    }
    let gone = resting_on_withheld(from, scope);
    if hidden == 0 && gone.is_empty() {
        Arc::clone(&from.body)
    } else {
        Arc::new(from.body.cut(&scope.file.text, sees, &gone))
    }
}

/// The visible figures and citations that rest on a withheld source, by their first events.
fn resting_on_withheld(from: &LibraryText, scope: &mut Scope) -> BTreeSet<usize> {
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    if !scope.sight.hides_sources() {
        return gone;
    }
    let audience = scope.sight.audience;
    let body = &from.body;
    let keep = body.hidden(|marking| audience.sees(marking));
    let is_visible = |event: usize| {
        let keep = keep.as_ref();
        keep.is_none_or(|keep| keep.get(event).copied().unwrap_or(true))
    };
    for figure in &from.figures {
        let Some(source) = &figure.source else {
            continue;
        };
        if !scope.sight.hides_source(source) {
            continue;
        }
        let mut blocks = body.figures.iter();
        let block = blocks.find(|block| block.text_span == figure.span);
        if let Some(block) = block.filter(|block| is_visible(block.event)) {
            gone.insert(block.event);
            scope.count("figure", 1);
        }
    }
    for reference in &body.references {
        if reference.kind == ReferenceKind::Citation
            && scope.sight.hides_source(&reference.target)
            && is_visible(reference.event)
        {
            // A citation in a figure's block is no event of its own, so the two do not overlap.
            gone.insert(reference.event);
            let finding = Diagnostic::new(
                Code::WithheldCitation,
                format!(
                    "{} withholds the source `{}`, so the citation is left out",
                    audience.name(),
                    reference.target
                ),
            )
            .at(scope.file, reference.span.clone())
            .label("the sentence stays, without what it rests on")
            .help("mark the paragraph as the source is marked, or cite a source that its readers may see");
            scope.found.push(finding);
        }
    }
    gone
}

/// A target in the edition; none when it is withheld.
fn target_of(
    target: &library::Target<EntityId, BriefId>,
    body: &Body,
    scope: &Scope,
) -> Option<Target<super::EntityId, super::BriefId>> {
    match target {
        Target::Entity(id) => scope.visible.entity(*id).map(Target::Entity),
        Target::Brief(id) => scope.visible.brief(*id).map(Target::Brief),
        Target::Path(path, fragment) => match scope.gone.at(path, fragment.as_deref()) {
            Gone::Page => None,
            Gone::Heading => Some(Target::Path(path.clone(), None)),
            Gone::Nothing => Some(Target::Path(path.clone(), fragment.clone())),
        },
        Target::Anchor(anchor) => body
            .headings
            .iter()
            .any(|heading| heading.id == *anchor)
            .then(|| Target::Anchor(anchor.clone())),
        Target::Asset(asset) => Some(Target::Asset(asset.clone())),
        Target::External => Some(Target::External),
    }
}

/// Whether a link shows the name that it is made from.
fn shows_its_name(body: &Body, reference: &Reference) -> bool {
    let link = match body.events.get(reference.event) {
        Some((Event::Start(Tag::Link(link)), _)) => link,
        _ => return false,
    };
    link.link_type == LinkType::WikiLink { has_pothole: false }
}

fn withheld_thing(target: &library::Target<EntityId, BriefId>, scope: &Scope) -> String {
    match target {
        Target::Entity(id) => {
            let entity = &scope.library.entities[id.0 as usize];
            format!("{} {}", entity.marking.tlp, entity.kind.name())
        }
        Target::Brief(id) => {
            let brief = &scope.library.briefs[id.0 as usize];
            match scope.sight.audience.withholds(brief) {
                Some(Reason::Draft) => "draft".to_owned(),
                Some(Reason::Embargo) => "brief under embargo".to_owned(),
                Some(Reason::Expired) => "expired brief".to_owned(),
                Some(Reason::Marking) | None => format!("{} brief", brief.marking.tlp),
            }
        }
        _ => "page".to_owned(),
    }
}

/// The visible entity that a name leads to only by what is withheld.
fn hidden_behind<'s>(
    target: EntityId,
    name: &str,
    scope: &Scope<'s>,
) -> Option<&'s library::Entity> {
    let meant = scope.visible.meant(target)?;
    let name = match meant == target {
        true => name,
        // However the link is written, it leads there by the name that stands for the entity.
        false => &scope.library.entities[target.0 as usize].name,
    };
    let is_hidden = scope.visible.hides_name(meant, name);
    is_hidden.then(|| &scope.library.entities[meant.0 as usize])
}

/// Reports a link to a visible entity by a name of it that is withheld.
fn tells_alias(reference: &Reference, entity: &library::Entity, scope: &mut Scope) {
    let (open, _, _) = scope.visible.names_of(entity, scope.sight.audience);
    let finding = told_name(scope.sight.audience, "text", &reference.target, open)
        .at(scope.file, reference.span.clone())
        .help(format!(
            "write [[{open}]], mark the paragraph, or let these readers see the other name"
        ));
    scope.found.push(finding);
}

/// A name that tells who is behind it. `open` is what this audience may call the same thing.
pub fn told_name(audience: &Audience, place: &str, name: &str, open: &str) -> Diagnostic {
    Diagnostic::new(
        Code::WithheldName,
        format!(
            "the {place} names `{name}`, and {} may not know that this is `{open}`",
            audience.name()
        ),
    )
    .label("the name itself would tell")
}

/// Reports a visible name of something withheld.
fn tells(reference: &Reference, what: &str, scope: &mut Scope) {
    let finding = Diagnostic::new(
        Code::WithheldName,
        format!(
            "{} has not got the {what} that the text names `{}`",
            scope.sight.audience.name(),
            reference.target
        ),
    )
    .at(scope.file, reference.span.clone())
    .label("the name itself would tell")
    .help(format!(
        "mark the paragraph, or write words of your own: [[{}|a group]]",
        reference.target
    ));
    scope.found.push(finding);
}
