//! Links of a body: what each leads to.
//!
//! In: a parsed body. Out: a target for every text that a link can have, or a finding at the link.
//! Addresses inside of the site are checked later, when an edition's pages are known.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::context::{Context, unknown_source};
use base::asset::Asset;
use base::diagnostic::{Code, Diagnostic, nearest};

use crate::model::{BriefId, EntityId, Marked, Source, Target, Text};
use crate::names::{Named, fold};
use syntax::body::{Reference, ReferenceKind};

/// Resolves the body of the context's document.
pub fn resolve(context: &mut Context, sources: &[Marked<Source>]) -> Text<EntityId, BriefId> {
    let document = context.document;
    let mut targets = BTreeMap::new();
    for reference in &document.body.references {
        let target = match reference.kind {
            ReferenceKind::Wiki => wiki(context, reference),
            ReferenceKind::Citation => {
                citation(context, reference, sources);
                continue;
            }
            ReferenceKind::Link => link(context, reference),
            ReferenceKind::Image => image(context, reference),
        };
        if let Some(target) = target {
            targets.insert(reference.target.clone(), target);
        }
    }
    for portion in &document.body.portions {
        for group in portion.marking.audience.iter().flatten() {
            context.check_group(group, &portion.span);
        }
    }
    let mut parsed = Vec::new();
    for figure in &document.body.figures {
        let Some(figure) = figures::parse(
            &document.file,
            figure,
            &document.figure_files,
            context.found,
        ) else {
            continue;
        };
        if let Some(source) = &figure.source {
            context.check_source(source, sources);
        }
        parsed.push(figure);
    }
    Text {
        body: Arc::clone(&document.body),
        targets,
        figures: parsed,
    }
}

type Resolved = Option<Target<EntityId, BriefId>>;

fn wiki(context: &mut Context, reference: &Reference) -> Resolved {
    let name = reference.target.as_str();
    match context.lookup.names.any(name) {
        Named::One(entity) => return Some(Target::Entity(entity)),
        Named::Several(entities) => {
            context.ambiguous(name, &reference.span, &entities);
            return None;
        }
        Named::Nothing => {}
    }
    let slug = name
        .trim()
        .trim_matches('/')
        .trim_start_matches("briefs/")
        .to_lowercase();
    if let Some(brief) = context.lookup.briefs.get(&slug) {
        return Some(Target::Brief(*brief));
    }
    if context
        .lookup
        .site
        .unparsed
        .iter()
        .any(|(_, stem)| fold(stem) == fold(&slug))
    {
        return None;
    }
    let entities = context
        .lookup
        .entities
        .iter()
        .map(|entity| entity.name.as_str());
    let near = nearest(
        name,
        entities.chain(context.lookup.briefs.keys().map(String::as_str)),
    );
    let diagnostic = Diagnostic::new(
        Code::UnknownName,
        format!("`{name}` names nothing in the library"),
    )
    .label("no entity and no brief has this name");
    let diagnostic = match near {
        Some(near) => diagnostic.help(format!("did you mean `[[{near}]]`?")),
        None => diagnostic
            .help("name it in the front matter, write a profile for it, or take the brackets out"),
    };
    context.report(&reference.span, diagnostic);
    None
}

fn citation(context: &mut Context, reference: &Reference, sources: &[Marked<Source>]) {
    if !sources
        .iter()
        .any(|source| source.value.id == reference.target)
    {
        let ids: Vec<&str> = sources
            .iter()
            .map(|source| source.value.id.as_str())
            .collect();
        context.report(&reference.span, unknown_source(&reference.target, &ids));
    }
}

/// Whether a target says a scheme (`https:`, `mailto:`) or a host (`//host/`).
fn is_elsewhere(target: &str) -> bool {
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    scheme || target.starts_with("//")
}

fn escapes(target: &str) -> bool {
    let decoded = target
        .replace("%2e", ".")
        .replace("%2E", ".")
        .replace("%5c", "\\")
        .replace("%5C", "\\");
    decoded.contains('\\') || decoded.split(['/', '?', '#']).any(|part| part == "..")
}

fn link(context: &mut Context, reference: &Reference) -> Resolved {
    let target = reference.target.as_str();
    if is_elsewhere(target) {
        return Some(Target::External);
    }
    if let Some(anchor) = target.strip_prefix('#') {
        return anchor_of(context, anchor, &reference.span);
    }
    if escapes(target) {
        return path_escape(context, reference);
    }
    if target.starts_with('/') {
        let (path, fragment) = target
            .split_once('#')
            .map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        let path = path.split('?').next().unwrap_or(path);
        return Some(Target::Path(path.to_owned(), fragment.map(str::to_owned)));
    }
    let path = target.split(['#', '?']).next().unwrap_or(target);
    if let Some(asset) = asset(context, path) {
        return Some(Target::Asset(asset));
    }
    let known: Vec<&str> = context
        .document
        .assets
        .iter()
        .map(|asset| asset.path.as_str())
        .collect();
    let mut diagnostic = Diagnostic::new(
        Code::BrokenLink,
        format!("the link leads to `{target}`, which is not there"),
    )
    .label("no file beside this one has that name");
    diagnostic = match (
        nearest(path, known.iter().copied()),
        target.strip_suffix(".md"),
    ) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, Some(stem)) => diagnostic.help(format!("link to a brief as [[{stem}]]")),
        (None, None) => {
            diagnostic.help("begin links inside of the site with `/`, as in /briefs/name/")
        }
    };
    context.report(&reference.span, diagnostic);
    None
}

fn anchor_of(context: &mut Context, anchor: &str, span: &Range<usize>) -> Resolved {
    let ids: Vec<&str> = context
        .document
        .body
        .headings
        .iter()
        .map(|heading| heading.id.as_str())
        .collect();
    if ids.contains(&anchor) {
        return Some(Target::Anchor(anchor.to_owned()));
    }
    let mut diagnostic = Diagnostic::new(
        Code::BrokenAnchor,
        format!("no heading of this page has the id `{anchor}`"),
    )
    .label("leads nowhere");
    diagnostic = match nearest(anchor, ids.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `#{near}`?")),
        None if ids.is_empty() => diagnostic.help("the page has no headings"),
        None => diagnostic.help(format!("its headings are: {}", ids.join(", "))),
    };
    context.report(span, diagnostic);
    None
}

fn path_escape(context: &mut Context, reference: &Reference) -> Resolved {
    context.report(
        &reference.span,
        Diagnostic::new(
            Code::PathEscape,
            format!("`{}` leads out of the document's folder", reference.target),
        )
        .label("expected a file beside the document, or a path from the site's root")
        .help("begin it with `/`, or put the file beside index.md"),
    );
    None
}

fn asset(context: &Context, path: &str) -> Option<String> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let decoded = decode_percent(path);
    let assets = &context.document.assets;
    let found = assets.iter().find(|asset| asset.path == decoded);
    found
        .or_else(|| same_letters(assets, &decoded))
        .map(|asset| asset.path.clone())
}

/// The file of this name in another form of Unicode: some systems write é as two characters.
fn same_letters<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    if path.is_ascii() {
        return None;
    }
    let mut assets = assets.iter();
    assets.find(|asset| asset.path.nfc().eq(path.nfc()))
}

fn decode_percent(path: &str) -> String {
    url::form_urlencoded::parse(
        format!("p={}", path.replace('+', "%2B").replace('&', "%26")).as_bytes(),
    )
    .next()
    .map_or_else(|| path.to_owned(), |(_, value)| value.into_owned())
}

fn image(context: &mut Context, reference: &Reference) -> Resolved {
    let target = reference.target.as_str();
    if is_elsewhere(target) {
        context.report(
            &reference.span,
            Diagnostic::new(Code::UnsafeLink, "the image lies on another host")
                .label("a reader's browser would ask that host for it")
                .help("put the image beside index.md, or into static/"),
        );
        return None;
    }
    if escapes(target) {
        return path_escape(context, reference);
    }
    if let Some(found) = find_file(context, target) {
        return Some(found);
    }
    let diagnostic = missing_file(context, target);
    context.report(&reference.span, diagnostic);
    None
}

/// A file that a page shows: beside the document, or in `static/` when the path begins with `/`.
pub fn find_file(context: &Context, target: &str) -> Option<Target<EntityId, BriefId>> {
    if let Some(path) = target.strip_prefix('/') {
        let statics = &context.lookup.site.statics;
        let decoded = decode_percent(path);
        let at = statics.binary_search_by(|asset| asset.path.as_str().cmp(&decoded));
        let found = match at {
            Ok(at) => &statics[at],
            Err(_) => same_letters(statics, &decoded)?,
        };
        return Some(Target::Path(format!("/{}", found.path), None));
    }
    asset(context, target).map(Target::Asset)
}

/// An image that is not there.
pub fn missing_file(context: &Context, target: &str) -> Diagnostic {
    let beside = context
        .document
        .assets
        .iter()
        .map(|asset| asset.path.as_str());
    let diagnostic = Diagnostic::new(Code::MissingFile, format!("there is no file `{target}`"));
    match nearest(target, beside) {
        Some(near) => diagnostic
            .label("not found")
            .help(format!("did you mean `{near}`?")),
        None if target.starts_with('/') => diagnostic
            .label("not in static/")
            .help("put the file into static/"),
        None => diagnostic
            .label("not beside this document")
            .help("make the document a folder with index.md, and put the file into it"),
    }
}
