//! What an open page is told of itself, as JSON.
//!
//! In: a snapshot, an edition, and the address of the page. Out: whether it has changed, its
//! stylesheets, what was found, and which editions there are. The page is made anew for it, so that
//! what it is told holds when it loads itself again.

use serde_json::{Value, json};

use super::page;
use super::shown::{Answer, Shown};
use super::snapshot::Snapshot;
use crate::diagnostic::{Diagnostics, Severity};

/// The state of the page at `path`, the path of a URL, and what a template that fails for it says.
pub(super) fn state(snapshot: &Snapshot, edition: Option<&str>, path: &str) -> Value {
    let site = snapshot.site.as_deref();
    let shown = site.and_then(|site| site.edition(edition));
    let answer = shown.map(|shown| shown.answer(path));
    let mut found = snapshot.diagnostics.clone();
    if let Some(Answer::Failed(diagnostic)) = &answer {
        found.push(diagnostic.clone());
        found.sort();
    }
    let editions: Vec<Value> = site
        .iter()
        .flat_map(|site| &site.editions)
        .map(|shown| {
            let edition = &shown.edition;
            json!({
                "name": edition.name,
                "marking": edition.tlp.label(),
                "class": edition.tlp.class(),
                "groups": edition.groups,
            })
        })
        .collect();
    json!({
        "page": answer.as_ref().and_then(mark),
        "styles": shown.map(Shown::styles),
        "sheets": answer.as_ref().map(sheets),
        "errors": found.count(Severity::Error),
        "warnings": found.count(Severity::Warning),
        "findings": findings(&found),
        "edition": shown.and_then(|shown| shown.edition.name.as_deref()),
        "editions": editions,
        "edited": shown.and_then(|shown| edited(snapshot, shown)),
    })
}

/// What tells one state of the page at an address from another; none where a template fails, so that
/// the last good page stays.
pub(super) fn mark(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Failed(_) => None,
        Answer::Made { found, made, .. } => {
            let digest = made.look.as_ref().map_or("file", |look| &look.digest);
            Some(match found {
                true => digest.to_owned(),
                false => format!("{digest}-lost"),
            })
        }
        Answer::Disk { .. } => Some("file".to_owned()),
        Answer::Moved { .. } => Some("moved".to_owned()),
        Answer::Missing => Some("missing".to_owned()),
    }
}

fn sheets(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Made { made, .. } => {
            let sheets = made.look.iter().flat_map(|look| &look.sheets);
            sheets.map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}

fn findings(found: &Diagnostics) -> Option<String> {
    (!found.is_empty()).then(|| page::findings(found))
}

/// The address of the page of the one file that was changed last.
fn edited(snapshot: &Snapshot, shown: &Shown) -> Option<String> {
    let document = snapshot.edited.as_deref()?;
    let address = shown.edition.files.address(document)?;
    Some(format!("{}{address}", shown.base))
}
