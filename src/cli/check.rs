//! `tearline check`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::SignedDuration;

use super::{Context, SiteArguments};
use crate::diagnostic::report::{self, Format};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::external;
use crate::external::cache::{self, Cache};
use crate::external::client::Client;
use crate::external::links::Links;
use crate::leaks::{Scan, folder};
use crate::marking::Tlp;
use crate::site::{self, Prepared};

/// Report every mistake and lint, and write nothing
///
/// Does all that a build does but writing, so that mistakes in templates and leaks are found too. The findings
/// go to standard output; the exit status is 1 when one of them is an error.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,

    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Check drafts too
    #[arg(long)]
    drafts: bool,

    /// Fail at warnings as at errors
    #[arg(long)]
    strict: bool,

    /// Search a folder for what an edition withholds
    ///
    /// Every file of the folder is searched, whoever made it, unpacked and with markup and escapes
    /// undone. The edition is the only one, that of --edition, or the one that is called like the
    /// folder. The pages of the site are not checked in this run.
    #[arg(long, value_name = "DIR")]
    leaks: Option<PathBuf>,

    /// Ask other sites whether the links to them still lead somewhere
    ///
    /// The links of visible texts and the addresses of sources, never an indicator of the library.
    /// The hosts learn that someone asks; with --edition only those that this edition names.
    #[arg(long, conflicts_with = "leaks")]
    external: bool,

    /// For how many days an answer is kept; 0 asks for every link again
    #[arg(long, value_name = "DAYS", default_value_t = 7, requires = "external")]
    links_age: u16,

    /// Where answers are kept [default: .tearline-links.json in the site's folder]
    #[arg(long, value_name = "FILE", requires = "external")]
    links_cache: Option<PathBuf>,
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let mut options = arguments.site.options(context, arguments.drafts);
    if let Some(folder) = &arguments.leaks {
        let edition = options.edition.take();
        return search(context, arguments, &options, edition.as_deref(), folder);
    }
    let (prepared, mut found) = site::prepare(&options);
    if let Some(prepared) = prepared {
        for edition in &prepared.editions {
            let scan = Scan::new(&prepared.ground, &edition.settings);
            let index = edition.search_index();
            let take = |path: &str, output: site::Output| {
                match output {
                    site::Output::Bytes(bytes) | site::Output::Document(bytes, _) => {
                        scan.bytes(path, &bytes);
                    }
                    site::Output::Copy(file) => scan.copy(path, file),
                    site::Output::Clean(asset) => scan.bytes(path, &crate::media::clean(asset)?),
                    site::Output::Card(svg) => {
                        scan.bytes(path, &svg);
                        site::card(&svg)?;
                    }
                    site::Output::Search(file) => {
                        scan.bytes(path, &edition.search_file(index.as_ref(), file));
                    }
                }
                Ok(())
            };
            if let Err(failed) = prepared.render(edition, &take) {
                found.extend(failed);
            }
            // As a build would say it, which writes into this folder.
            let folder = edition.folder(Path::new("public"));
            found.extend(scan.findings(&prepared.ground, &folder));
            found.extend(scan.unused_allowances(&prepared.ground));
        }
        found.extend(prepared.highlighting().into_iter().collect());
        if arguments.external {
            found.extend(external(context, arguments, &prepared));
        }
        found.sort();
    }
    let failed = found.has_errors() || (arguments.strict && !found.is_empty());
    write(context, arguments.format, &found) && !failed
}

/// Asks for the links to other sites.
fn external(context: &Context, arguments: &Arguments, prepared: &Prepared) -> Diagnostics {
    let file = match &arguments.links_cache {
        Some(file) => file.clone(),
        None => context.root.join(cache::FILE_NAME),
    };
    let now = prepared.ground.release.now;
    let age = SignedDuration::from_hours(24 * i64::from(arguments.links_age));
    let mut cache = Cache::read(&file, age, now);
    let links = Links::of(prepared);
    // Hosts may know of a site that everybody may know of, and of no other.
    let public = (prepared.ground.editions().iter())
        .find(|edition| edition.tlp == Tlp::Clear && edition.audience.is_empty());
    let client = match Client::new(public.map(|edition| &edition.base_url)) {
        Ok(client) => client,
        Err(reason) => {
            let mut found = Diagnostics::new();
            found.push(Diagnostic::new(
                Code::UnansweredLink,
                format!("no other site was asked: {reason}"),
            ));
            return found;
        }
    };
    let checked = external::check(&links, &client, &mut cache, now);
    eprintln!(
        "{} addresses of other sites were asked for, {} were known, {} of indicators were left alone.",
        checked.asked, checked.known, checked.indicators
    );
    let mut found = checked.found;
    if let Err(diagnostic) = cache.write(&file) {
        found.push(diagnostic);
    }
    found.reweigh(|code| prepared.ground.settings().weigh(code));
    found
}

/// Searches a folder. What is wrong with the site is told only where it stops the search.
fn search(
    context: &Context,
    arguments: &Arguments,
    options: &site::Options,
    edition: Option<&str>,
    folder: &Path,
) -> bool {
    let (prepared, mut found) = site::prepare(options);
    let mut summary = None;
    if let Some(prepared) = prepared {
        found = match folder::edition(&prepared.ground, edition, folder) {
            Ok(edition) => {
                let searched = folder::search(&prepared.ground, edition, folder);
                summary = Some(format!(
                    "{} files of {} were searched for {} texts that {} withholds.",
                    searched.files,
                    folder.display(),
                    searched.needles,
                    edition.name.as_deref().unwrap_or("the edition"),
                ));
                searched.found
            }
            Err(diagnostic) => diagnostic.into(),
        };
    }
    if let Some(summary) = summary {
        eprintln!("{summary}");
    }
    let failed = found.has_errors() || (arguments.strict && !found.is_empty());
    write(context, arguments.format, &found) && !failed
}

fn write(context: &Context, format: Format, found: &Diagnostics) -> bool {
    let color = context.color && std::io::IsTerminal::is_terminal(&std::io::stdout());
    let mut text = Vec::new();
    let mut written = report::write(format, found, color, &mut text);
    if format == Format::Human && written.is_ok() {
        written = writeln!(text, "{}", report::summary(found));
    }
    match written.and_then(|()| std::io::stdout().lock().write_all(&text)) {
        Ok(()) => true,
        Err(error) => error.kind() == std::io::ErrorKind::BrokenPipe,
    }
}
