//! Links inside of an edition: whether the page and the heading that they lead to are there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Plan, brief_path, entity_path};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile, nearest};
use crate::edition::Edition;
use crate::edition::model::{Target, Text};
use crate::load::FileKind;

/// Checks every link of an edition's texts. `files` gives a document's text by its path; a link to
/// one of `unparsed` (kind and stem) is no further mistake.
pub fn check(
    edition: &Edition,
    plan: &Plan,
    files: &BTreeMap<&str, &Arc<SourceFile>>,
    unparsed: &[(FileKind, String)],
    found: &mut Diagnostics,
) {
    let mut texts: Vec<(&str, &Text, String)> = Vec::new();
    for brief in &edition.briefs {
        texts.push((&brief.path, &brief.text, brief_path(brief)));
    }
    for entity in edition.entities.iter() {
        if let Some(profile) = &entity.profile {
            texts.push((&entity.path, &profile.text, entity_path(entity)));
        }
    }
    for page in edition.pages.iter() {
        texts.push((&page.path, &page.text, format!("/{}/", page.slug)));
    }
    let anchors: BTreeMap<&str, BTreeSet<&str>> = texts
        .iter()
        .map(|(_, text, address)| {
            (
                address.as_str(),
                text.body
                    .headings
                    .iter()
                    .map(|heading| heading.id.as_str())
                    .collect(),
            )
        })
        .collect();
    for (path, text, _) in &texts {
        for reference in &text.body.references {
            let Some(Target::Path(to, fragment)) = text.targets.get(&reference.target) else {
                continue;
            };
            let diagnostic = match (plan.find(to), fragment) {
                (None, _)
                    if unparsed
                        .iter()
                        .any(|(_, stem)| to.trim_matches('/').ends_with(stem.as_str())) =>
                {
                    continue;
                }
                (None, _) => broken_link(to, plan),
                (Some(_), Some(fragment)) => {
                    let address = if to.ends_with('/') {
                        to.clone()
                    } else {
                        format!("{to}/")
                    };
                    match anchors.get(address.as_str()) {
                        Some(ids) if !ids.contains(fragment.as_str()) => {
                            broken_anchor(to, fragment, ids)
                        }
                        _ => continue,
                    }
                }
                (Some(_), None) => continue,
            };
            found.push(match files.get(path) {
                Some(file) => diagnostic.at(file, reference.span.clone()),
                None => diagnostic.at_path(*path),
            });
        }
    }
}

fn broken_link(to: &str, plan: &Plan) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::BrokenLink,
        format!("the link leads to `{to}`, which this edition does not have"),
    )
    .label("leads nowhere");
    let pages: Vec<String> = plan
        .outputs
        .keys()
        .filter_map(|path| {
            path.strip_suffix("index.html")
                .map(|page| format!("/{page}"))
        })
        .collect();
    match nearest(to, pages.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => {
            diagnostic.help("links inside of the site are paths of its pages, as in /briefs/name/")
        }
    }
}

fn broken_anchor(to: &str, fragment: &str, ids: &BTreeSet<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::BrokenAnchor,
        format!("the page `{to}` has no heading with the id `{fragment}`"),
    )
    .label("leads nowhere");
    match nearest(fragment, ids.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `#{near}`?")),
        None => diagnostic
            .help("take the part behind # out, or give the heading the id: ## Title {#id}"),
    }
}
