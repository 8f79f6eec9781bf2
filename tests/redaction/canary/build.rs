//! Editions in memory.
//!
//! In: a site's files. Out: the files of its editions, made through the library as the program does
//! up to the last step, which would write them.

use std::path::Path;
use std::sync::Mutex;

use jiff::civil::Date;
use tearline::site::{self, Options};

use super::model::Files;
use super::words::Output;

/// The day that builds take for today.
pub const AS_OF: &str = "2026-01-01T00:00:00Z";

/// Every edition, or the one, with its name. Findings that stop the build are given as text.
pub fn build(files: &Files, only: Option<&str>) -> Result<Vec<(String, Output)>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), files);
    let options = Options {
        root: folder.path().to_owned(),
        edition: only.map(str::to_owned),
        base_url: None,
        drafts: false,
        embargoed: false,
        as_of: AS_OF.parse().expect("a time"),
    };
    let (prepared, found) = site::prepare(&options);
    let Some(prepared) = prepared else {
        let findings: Vec<String> = found
            .iter()
            .filter(|finding| finding.severity == tearline::diagnostic::Severity::Error)
            .map(|finding| {
                let place = finding.location.as_ref();
                let line = place.map(|at| {
                    let before = &at.file.text[..at.span.start.min(at.file.text.len())];
                    format!("{}:{}", at.file.path, before.lines().count())
                });
                format!("{} {:?} {}", finding.code.id(), line, finding.message)
            })
            .collect();
        return Err(findings.join("\n"));
    };
    let mut editions = Vec::new();
    for edition in &prepared.editions {
        let output = Mutex::new(Output::new());
        let index = edition.search_index();
        let rendered = prepared.render(edition, &|path, content| {
            let bytes = match content {
                site::Output::Bytes(bytes) | site::Output::Document(bytes, _) => bytes,
                site::Output::Copy(file) => std::fs::read(file).expect("a file of the site"),
                site::Output::Clean(asset) => tearline::media::clean(asset)?,
                // What is drawn is what its text says.
                site::Output::Card(svg) => svg,
                site::Output::Search(file) => edition.search_file(index.as_ref(), file),
            };
            let mut output = output.lock().expect("no other test's panic");
            output.insert(path.to_owned(), bytes);
            Ok(())
        });
        rendered.map_err(|found| format!("{found:#?}"))?;
        let mut output = output.into_inner().expect("no other test's panic");
        newsletter(&prepared, edition, &mut output).map_err(|found| format!("{found:#?}"))?;
        let name = edition.settings.name.clone().unwrap_or_default();
        editions.push((name, output));
    }
    Ok(editions)
}

/// Adds the newsletter of all days, in which every brief is new, and that of the last years, in which
/// older ones may be updated.
fn newsletter(
    prepared: &site::Prepared,
    edition: &site::PreparedEdition,
    output: &mut Output,
) -> Result<(), tearline::diagnostic::Diagnostic> {
    let renderer = prepared.renderer(edition)?;
    for from in [Date::MIN, Date::constant(2025, 6, 1)] {
        let digest = renderer.digest((from, Date::MAX), None)?;
        for (name, text) in [
            ("html", digest.html),
            ("txt", digest.text),
            ("subject", digest.subject),
        ] {
            let path = format!("newsletter-since-{}.{name}", from.year());
            output.insert(path, text.into_bytes());
        }
    }
    Ok(())
}

/// Writes a site's files.
pub fn write(root: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, bytes).expect("a file");
    }
}

/// The texts of a site, for the message of a failed test.
pub fn show(files: &Files) -> String {
    let own = |path: &str| path != "tearline.toml" && !path.ends_with(".png");
    files
        .iter()
        .filter(|(path, _)| own(path))
        .map(|(path, bytes)| format!("-- {path} --\n{}\n", String::from_utf8_lossy(bytes)))
        .collect()
}
