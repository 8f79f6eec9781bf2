//! What an open page is told of itself, as JSON.
//!
//! In: a snapshot, and what it has at the address of the page. Out: a mark by which the page knows
//! whether it has changed, its stylesheets, what was found, and which editions there are.

use serde_json::{Value, json};

use super::page;
use super::shown::{Answer, Shown};
use super::snapshot::Snapshot;
use crate::diagnostic::{Diagnostics, Severity};

/// The state of a page: its edition and what stands at its address, none while there is no site.
pub(super) fn state(snapshot: &Snapshot, page: Option<&(&Shown, Answer)>) -> Value {
    let shown = page.map(|(shown, _)| *shown);
    let answer = page.map(|(_, answer)| answer);
    let mut found = snapshot.diagnostics.clone();
    if let Some(Answer::Failed(diagnostic)) = answer {
        found.push(diagnostic.clone());
        found.sort();
    }
    let site = snapshot.site.iter();
    let editions: Vec<Value> = site
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
        "page": answer.and_then(mark),
        "styles": shown.map(Shown::styles),
        "sheets": answer.map(sheets),
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
