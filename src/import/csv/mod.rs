//! `tearline import csv`: a list of indicators goes to a brief.
//!
//! In: a file with or without a header, in the habits of many teams, and the brief. Out: rows in the
//! brief's `indicators_file`, those that are there already left out; where it names none, a new one
//! and the key that names it, with every other byte of the brief as it was.
//! [`columns`] reads the list, [`marks`] its markings.

mod columns;
mod marks;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use columns::read;

use super::draft::Outcome;
use super::gate::{Gate, Sheet};
use super::indicators::{self, Indicator};
use super::matter::Page;
use super::shelf::Shelf;
use super::write::{self, Output};
use super::yaml::Value;
use super::{Options, Summary};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile, nearest};
use crate::intel::indicator::{refang_as, validate};
use crate::intel::resolve::context::slug_of;
use crate::intel::vocabulary::IndicatorType;
use crate::load::files::MAX_TABLE;
use crate::load::matter::BriefMatter;
use crate::load::{Document, Matter, document};
use crate::marking::Tlp;

/// Imports a list.
///
/// # Errors
/// With findings, and nothing written.
pub fn import(
    root: &Path,
    file: &Arc<SourceFile>,
    brief: &str,
    options: &Options,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::new();
    let shelf = Shelf::read(root, &mut found).ok_or_else(|| std::mem::take(&mut found))?;
    let (document, matter) =
        find(&shelf, brief).map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    let mut summary = Summary::new(format!(
        "Indicators of {} for {}",
        file.path, document.file.path
    ));
    summary.dry_run = options.dry_run;

    let said = read(file, options.tlp, &mut summary);
    let (indicators, twice) = indicators::once(said);
    if indicators.is_empty() {
        return Err(Diagnostic::new(
            Code::NotImportable,
            format!("`{}` has no indicator that is known", file.path),
        )
        .at_path(file.path.clone())
        .help("a list has a value in each line, and may have columns type and description; see `docs/importing.md`")
        .into());
    }
    let level = (matter.common.tlp.as_ref().map(|tlp| tlp.value))
        .or(shelf.site.settings.default_tlp)
        .unwrap_or_default();
    let has = known(document, matter, level);
    let total = indicators.len();
    let mut new: Vec<Indicator> = Vec::new();
    for indicator in indicators {
        match has.get(&(indicator.kind, indicator.value.as_str().to_owned())) {
            None => new.push(indicator),
            // It is there, and people may have had a reason.
            Some(there) => {
                let tlp = indicator.tlp();
                if tlp > *there {
                    summary.skip(
                        format!(
                            "values that the brief has at {there} already, and the list at {tlp}: mark them there"
                        ),
                        indicator.value.as_str(),
                    );
                }
            }
        }
    }
    marked(&new, level, &mut summary);
    let mut counts = super::summary::Counts {
        new: new.len(),
        unchanged: total - new.len(),
        ..Default::default()
    };
    let outputs = outputs(&shelf, (document, level), &new, file, &mut summary)
        .map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    if new.is_empty() {
        counts.new = 0;
    }
    summary.counts.insert("indicators".to_owned(), counts);
    if twice > 0 {
        summary.note(format!("{twice} values stand more than once in the list"));
    }
    if let Some(output) = outputs
        .iter()
        .find(|output| output.text.len() as u64 > MAX_TABLE)
    {
        return Err(Diagnostic::new(
            Code::TooLarge,
            format!(
                "`{}` would have {} MiB, more than Tearline reads",
                output.path,
                output.text.len() >> 20
            ),
        )
        .at_path(output.path.clone())
        .help("split the list between several briefs")
        .into());
    }
    if !options.dry_run {
        write::write(root, &outputs).map_err(|diagnostic| Diagnostics::from(*diagnostic))?;
    }
    Ok((summary, found))
}

/// The brief by its path or slug.
fn find<'s>(
    shelf: &'s Shelf,
    wanted: &str,
) -> Result<(&'s Document, &'s BriefMatter), Box<Diagnostic>> {
    let plain = wanted.trim().trim_start_matches("./").trim_matches('/');
    let slug = plain.strip_prefix("briefs/").unwrap_or(plain);
    let briefs = || {
        shelf
            .site
            .documents
            .iter()
            .filter_map(|document| match &document.matter {
                Matter::Brief(brief) => Some((document.as_ref(), brief.as_ref())),
                _ => None,
            })
    };
    let path_of = |document: &Document| {
        let path = document.file.path.clone();
        path.strip_suffix("/index.md")
            .map(str::to_owned)
            .unwrap_or(path)
    };
    let is_it = |(document, brief): &(&Document, &BriefMatter)| {
        slug_of(document, &brief.common) == slug.to_lowercase()
            || document.file.path == plain
            || path_of(document) == plain
            || document.file.path.ends_with(&format!("/{plain}"))
            || document.file.path.ends_with(&format!("/{plain}.md"))
    };
    if let Some(found) = briefs().find(is_it) {
        return Ok(found);
    }
    let slugs: Vec<String> = briefs()
        .map(|(document, brief)| slug_of(document, &brief.common))
        .collect();
    let stem = document::stem(slug);
    let broken = shelf
        .site
        .unparsed
        .iter()
        .any(|(_, unparsed)| *unparsed == slug || *unparsed == stem);
    let finding = Diagnostic::new(Code::UnknownBrief, format!("there is no brief `{wanted}`"));
    Err(Box::new(
        match nearest(slug, slugs.iter().map(String::as_str)) {
            _ if broken => {
                finding.help("its file does not load; run `tearline check` and mend it first")
            }
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(
                "name it by its slug or path, or write it first: tearline new brief \"Title\"",
            ),
        },
    ))
}

/// Says what is narrower than the brief.
fn marked(new: &[Indicator], level: Tlp, summary: &mut Summary) {
    let mut counts: BTreeMap<Tlp, usize> = BTreeMap::new();
    for tlp in new.iter().map(Indicator::tlp) {
        if tlp > level {
            *counts.entry(tlp).or_insert(0) += 1;
        }
    }
    for (tlp, count) in counts {
        summary.note(format!(
            "{count} rows are {tlp}, narrower than the brief's {level}"
        ));
    }
}

/// What the brief has already, and at what level.
fn known(
    document: &Document,
    matter: &BriefMatter,
    level: Tlp,
) -> HashMap<(IndicatorType, String), Tlp> {
    let rows = document.indicator_rows.iter().flat_map(|rows| &rows.rows);
    matter
        .indicators
        .iter()
        .chain(rows)
        .filter_map(|entry| {
            let kind = entry.kind.value;
            let value = validate(kind, &refang_as(kind, &entry.value.value.0)).ok()?;
            let own = entry.marking.tlp.as_ref().map_or(level, |tlp| tlp.value);
            Some(((kind, value), own.max(level)))
        })
        .collect()
}

/// The files that change.
fn outputs(
    shelf: &Shelf,
    (document, level): (&Document, Tlp),
    new: &[Indicator],
    from: &SourceFile,
    summary: &mut Summary,
) -> Result<Vec<Output>, Box<Diagnostic>> {
    if new.is_empty() {
        summary.add_file(&document.file.path, &Outcome::Unchanged);
        return Ok(Vec::new());
    }
    let name = from.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let from = Gate::at(level)
        .line(name, 120)
        .filter(|name| name.tlp() <= level);
    if let Some(rows) = &document.indicator_rows {
        let path = rows.file.path.clone();
        summary.add_file(&path, &Outcome::Updated(Vec::new()));
        let text = table::extended(&rows.file, from.as_ref(), new, level, summary);
        return Ok(vec![Output { path, text }]);
    }
    let matter_names_one =
        matches!(&document.matter, Matter::Brief(brief) if brief.indicators_file.is_some());
    if matter_names_one {
        return Err(Box::new(
            Diagnostic::new(
                Code::MissingFile,
                format!(
                    "the `indicators_file` of {} cannot be read",
                    document.file.path
                ),
            )
            .at_path(document.file.path.clone())
            .help("run `tearline check`, and mend it first"),
        ));
    }
    let (path, name) = match document.file.path.strip_suffix("/index.md") {
        Some(folder) => {
            let mut name = "iocs.csv".to_owned();
            let mut number = 2;
            while shelf.has_path(&format!("{folder}/{name}")) {
                name = format!("iocs-{number}.csv");
                number += 1;
            }
            (format!("{folder}/{name}"), name)
        }
        None => {
            let path = indicators::free_table(shelf, &document.stem);
            (path.clone(), path)
        }
    };
    let text = with_key(&document.file, &name).ok_or_else(|| {
        Box::new(
            Diagnostic::new(
                Code::NotImportable,
                format!("the front matter of {} does not have one key to a line", document.file.path),
            )
            .at_path(document.file.path.clone())
            .help(format!("write a line `indicators_file: {name}` yourself, and an empty file of that name; then run this again")),
        )
    })?;
    summary.add_file(&path, &Outcome::New);
    summary.add_file(&document.file.path, &Outcome::Updated(Vec::new()));
    Ok(vec![
        Output {
            path,
            text: indicators::text(new, level, from.as_ref()),
        },
        Output {
            path: document.file.path.clone(),
            text,
        },
    ])
}

/// The brief with the key that names the table.
fn with_key(file: &Arc<SourceFile>, name: &str) -> Option<Sheet> {
    let name = Gate::at(Tlp::Clear).value(name);
    if file.text.trim_start().starts_with("+++") {
        // Before the first table of TOML, which is where keys of the document stand.
        let end = file.text.find('\n')? + 1;
        let mut text = Sheet::default();
        text.site(file, 0..end)
            .own("indicators_file = ")
            .told(&name, |name| serde_json::Value::from(name).to_string())
            .own("\n")
            .site(file, end..file.text.len());
        return Some(text);
    }
    let mut page = Page::read(file)?;
    page.set("indicators_file", Value::Text(name), &["indicators"]);
    Some(page.text())
}
