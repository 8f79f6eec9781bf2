//! Links inside of an edition: whether the page and the heading that they lead to are there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Plan;
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile, nearest};
use edition::addresses::{brief_path, entity_path};
use edition::model::Target;
use edition::{Brief, Edition, Entity, Page};

/// Checks the links of an edition's texts: of all of them, or of `only` the document of that path.
/// `file` gives a document by its path; a link to one of `unparsed`, the stems of files that
/// could not be parsed, is no further mistake.
pub fn check<'f>(
    edition: &Edition,
    plan: &Plan,
    file: &dyn Fn(&str) -> Option<&'f Arc<SourceFile>>,
    unparsed: &[&str],
    only: Option<&str>,
    found: &mut Diagnostics,
) {
    let texts = || {
        let briefs = edition.briefs.iter();
        let briefs = briefs.map(|brief| (brief.path.as_str(), &brief.text, Owner::Brief(brief)));
        let profiles = edition.entities.iter().filter_map(|entity| {
            let profile = entity.profile.as_ref()?;
            Some((entity.path.as_str(), &profile.text, Owner::Entity(entity)))
        });
        let pages = edition.pages.iter();
        let pages = pages.map(|page| (page.path.as_str(), &page.text, Owner::Page(page)));
        briefs.chain(profiles).chain(pages)
    };
    let checked = || texts().filter(|(path, ..)| only.is_none_or(|only| only == *path));
    let led_to: BTreeSet<String> = checked()
        .flat_map(|(_, text, _)| text.targets.values())
        .filter_map(|target| match target {
            Target::Path(to, Some(_)) => Some(address_of(to)),
            _ => None,
        })
        .collect();
    let mut anchors: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    if !led_to.is_empty() {
        for (_, text, owner) in texts() {
            let address = owner.address();
            if led_to.contains(&address) {
                let headings = text.body.headings.iter();
                let ids = headings.map(|heading| heading.id.as_str()).collect();
                anchors.insert(address, ids);
            }
        }
    }
    for (path, text, _) in checked() {
        for reference in &text.body.references {
            let Some(Target::Path(to, fragment)) = text.targets.get(&reference.target) else {
                continue;
            };
            let diagnostic = match (plan.find(to), fragment) {
                (None, _)
                    if unparsed
                        .iter()
                        .any(|stem| to.trim_matches('/').ends_with(stem)) =>
                {
                    continue;
                }
                (None, _) => broken_link(to, plan),
                (Some(_), Some(fragment)) => match anchors.get(&address_of(to)) {
                    Some(ids) if !ids.contains(fragment.as_str()) => {
                        broken_anchor(to, fragment, ids)
                    }
                    _ => continue,
                },
                (Some(_), None) => continue,
            };
            found.push(match file(path) {
                Some(file) => diagnostic.at(file, reference.span.clone()),
                None => diagnostic.at_path(path),
            });
        }
    }
}

/// Whose text it is.
enum Owner<'a> {
    Brief(&'a Brief),
    Entity(&'a Entity),
    Page(&'a Page),
}

impl Owner<'_> {
    fn address(&self) -> String {
        match self {
            Self::Brief(brief) => brief_path(brief),
            Self::Entity(entity) => entity_path(entity),
            Self::Page(page) => format!("/{}/", page.slug),
        }
    }
}

/// The address of a page as it stands in links, with the slash at its end.
fn address_of(to: &str) -> String {
    if to.ends_with('/') {
        to.to_owned()
    } else {
        format!("{to}/")
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
