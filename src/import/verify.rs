//! What an import is going to write, read as a build would read it.
//!
//! In: the site and the planned files. Out: the same plan without what would not load, each with
//! its reason, and warnings for names that more than one entity has then. So a site that checks
//! without an error before an import does so after it, ambiguous names aside, which are the
//! source's own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::draft::{Outcome, Planned};
use super::shelf::Shelf;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, SourceFile};
use crate::intel;
use crate::intel::names::fold;
use crate::intel::resolve::profile_of;
use crate::intel::vocabulary::AliasRelation;
use crate::kind::EntityKind;
use crate::load::decode::{Decode, Decoder};
use crate::load::document::{self, IndicatorRows};
use crate::load::files::{MAX_DOCUMENT, MAX_TABLE};
use crate::load::matter::IndicatorMatter;
use crate::load::{Document, FileKind, Matter, csv};
use crate::marking::Tlp;

/// A file that was left out, and why.
pub type Refused = (Planned, String);

/// Takes out what would not load, and tells of names that are shared afterwards.
pub fn verify(
    shelf: &mut Shelf,
    planned: Vec<Planned>,
    found: &mut Diagnostics,
) -> (Vec<Planned>, Vec<Refused>) {
    let mut refused = Vec::new();
    let mut accepted = Vec::with_capacity(planned.len());
    let mut documents: HashMap<String, Arc<Document>> = HashMap::new();
    for plan in planned {
        match parsed(shelf, &plan) {
            Ok(Some(document)) => {
                documents.insert(plan.draft.place.path.clone(), Arc::new(document));
                accepted.push(plan);
            }
            Ok(None) => accepted.push(plan),
            Err(reason) => refused.push((plan, reason)),
        }
    }
    let before = shelf.site.documents.clone();
    let known = errors(shelf);
    // What is left out may be what another file names, so it takes a few rounds at most.
    for _ in 0..4 {
        overlay(shelf, &before, &documents);
        let wrong: BTreeMap<String, String> = errors(shelf)
            .into_iter()
            .filter(|(path, message, code)| {
                *code != Code::AmbiguousName
                    && documents.contains_key(path)
                    && !known.contains(&(path.clone(), message.clone(), *code))
            })
            .map(|(path, message, _)| (path, message))
            .collect();
        if wrong.is_empty() {
            break;
        }
        let (bad, good): (Vec<_>, Vec<_>) = accepted
            .into_iter()
            .partition(|plan| wrong.contains_key(&plan.draft.place.path));
        accepted = good;
        for plan in bad {
            let path = &plan.draft.place.path;
            documents.remove(path);
            let reason = wrong.get(path).cloned().unwrap_or_default();
            refused.push((plan, reason));
        }
    }
    let nameless: Vec<(String, String, Tlp)> = refused
        .iter()
        .filter_map(|(plan, _)| {
            let FileKind::Profile(kind) = plan.draft.kind else {
                return None;
            };
            let address = format!("{}/{}", kind.folder(), plan.draft.place.slug);
            Some((plan.draft.name.clone(), address, plan.draft.tlp()))
        })
        .collect();
    // What only a profile would have kept back must not stand in a wider document.
    let (bare, good): (Vec<_>, Vec<_>) = accepted.into_iter().partition(|plan| {
        nameless.iter().any(|(name, address, tlp)| {
            let names = |text: &str| text == name || text == address;
            let values = plan.draft.keys().iter().map(|(_, value)| value);
            plan.draft.tlp() < *tlp && values.into_iter().any(|value| value.has(&names))
        })
    });
    accepted = good;
    for plan in bare {
        documents.remove(&plan.draft.place.path);
        let reason = "it names something whose narrower profile would not load";
        refused.push((plan, reason.to_owned()));
    }
    overlay(shelf, &before, &documents);
    let own: HashSet<&str> = accepted
        .iter()
        .map(|plan| plan.draft.place.path.as_str())
        .collect();
    shared_names(shelf, &own, found);
    (accepted, refused)
}

/// The document that a plan makes; none where it writes nothing.
fn parsed(shelf: &Shelf, plan: &Planned) -> Result<Option<Document>, String> {
    let Some(text) = &plan.text else {
        return Ok(None);
    };
    let path = &plan.draft.place.path;
    if text.len() as u64 > MAX_DOCUMENT {
        return Err(format!(
            "it would have {} MiB, more than Tearline reads",
            text.len() >> 20
        ));
    }
    let file = SourceFile::new(path.clone(), text.as_str());
    let mut found = Diagnostics::new();
    let unmarked = shelf.site.settings.default_tlp;
    let parsed = document::parse(&file, plan.draft.kind, unmarked, &mut found);
    let mut rows = None;
    if let Some(table) = plan.draft.table() {
        let text = &table.text;
        if text.len() as u64 > MAX_TABLE {
            return Err(format!(
                "its table would have {} MiB, more than Tearline reads",
                text.len() >> 20
            ));
        }
        let table = SourceFile::new(table.path.clone(), text.as_str());
        let nodes = csv::parse(&table, &mut found);
        let own = match &parsed {
            Some((_, Matter::Brief(brief), _)) => brief.common.tlp.as_ref(),
            _ => None,
        };
        let within = own.map(|tlp| tlp.value).or(unmarked).unwrap_or_default();
        let mut decoder = Decoder::new(&table, &mut found).within(within);
        let decoded = nodes
            .iter()
            .filter_map(|node| IndicatorMatter::decode(node, &mut decoder))
            .collect();
        rows = Some(IndicatorRows {
            file: Arc::clone(&table),
            rows: decoded,
        });
    }
    if let Some(error) = found
        .iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        return Err(error.message.clone());
    }
    let Some((matter_span, matter, body)) = parsed else {
        return Err("it does not load".to_owned());
    };
    let existing = plan.draft.place.existing.map(|at| shelf.document(at));
    Ok(Some(Document {
        matter_span,
        matter,
        body: Arc::new(body),
        stem: document::stem(path),
        assets: existing.map_or_else(Vec::new, |document| document.assets.clone()),
        indicator_rows: rows
            .or_else(|| existing.and_then(|document| document.indicator_rows.clone())),
        figure_files: existing.map_or_else(BTreeMap::new, |document| document.figure_files.clone()),
        file,
    }))
}

/// The site's documents with the new ones in their places.
fn overlay(
    shelf: &mut Shelf,
    before: &[Arc<Document>],
    documents: &HashMap<String, Arc<Document>>,
) {
    let mut all: Vec<Arc<Document>> = before
        .iter()
        .filter(|document| !documents.contains_key(&document.file.path))
        .chain(documents.values())
        .cloned()
        .collect();
    all.sort_by(|left, right| left.file.path.cmp(&right.file.path));
    shelf.site.documents = all;
}

fn errors(shelf: &Shelf) -> BTreeSet<(String, String, Code)> {
    let mut found = Diagnostics::new();
    intel::resolve(&shelf.site, &mut found);
    found
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter_map(|finding| {
            let path = finding.location.as_ref()?.file.path.clone();
            Some((path, finding.message.clone(), finding.code))
        })
        .collect()
}

/// Names that more than one entity has, where this import has to do with one of them.
fn shared_names(shelf: &Shelf, own: &HashSet<&str>, found: &mut Diagnostics) {
    type Owners<'a> = BTreeMap<(&'a str, &'a str), &'a Arc<Document>>;
    let mut names: BTreeMap<(EntityKind, String), (String, Owners<'_>)> = BTreeMap::new();
    for document in &shelf.site.documents {
        let Some((kind, profile)) = profile_of(document) else {
            continue;
        };
        let aliases = profile.aliases.iter().filter(|alias| {
            alias
                .relation
                .as_ref()
                .is_none_or(|relation| relation.value != AliasRelation::Suspected)
        });
        let own_name = profile.name.value.as_str();
        for name in std::iter::once(own_name).chain(aliases.map(|alias| alias.name.value.as_str()))
        {
            names
                .entry((kind, fold(name)))
                .or_insert_with(|| (name.to_owned(), BTreeMap::new()))
                .1
                .insert((document.file.path.as_str(), own_name), document);
        }
    }
    for ((kind, _), (name, owners)) in names {
        let ours = owners.keys().any(|(path, _)| own.contains(path));
        if owners.len() < 2 || !ours {
            continue;
        }
        let called: Vec<&str> = owners.keys().map(|(_, name)| *name).collect();
        let ways: Vec<String> = owners
            .keys()
            .map(|(path, _)| {
                let stem = document::stem(path);
                format!("`{}/{stem}`", kind.folder())
            })
            .collect();
        let first = owners.keys().next().map(|(path, _)| (*path).to_owned());
        let mut finding = Diagnostic::new(
            Code::SharedName,
            format!("`{name}` is a name of {}; all are kept", called.join(" and of ")),
        )
        .help(format!(
            "where one of them is meant, write {}; an alias with `relation: suspected` leads nowhere",
            ways.join(" or ")
        ));
        if let Some(first) = first {
            finding = finding.at_path(first);
        }
        for (path, _) in owners.keys().skip(1) {
            finding = finding.related(
                crate::diagnostic::Location::of_path((*path).to_owned()),
                "and here",
            );
        }
        found.push(finding);
    }
}

/// Whether a plan writes anything.
pub fn writes(plan: &Planned) -> bool {
    plan.text.is_some()
        || plan.draft.table().is_some() && !matches!(plan.outcome, Outcome::Own | Outcome::Kept)
}
