//! `tearline build`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Context, SiteArguments, print, withheld};
use crate::edition::{Reason, Withheld};
use crate::output::{Cache, CommitOptions};
use crate::site::{self, Built, Progress};

/// Build every edition into the output folder
///
/// Reads tearline.toml, content/, data/, templates/ and static/, and writes the website. Nothing is
/// replaced unless every edition could be made; then each edition's folder is swapped in at once.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,

    /// Where to write; with editions, each into a folder of its own below it
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Publish drafts too
    #[arg(long)]
    drafts: bool,

    /// Stop at warnings as at errors
    #[arg(long)]
    strict: bool,

    /// List what each edition withholds in a JSON file, outside of the output
    #[arg(long, value_name = "FILE")]
    withheld: Option<PathBuf>,

    /// Replace the output folder whoever made it
    #[arg(long)]
    force: bool,

    /// Make every page anew, whatever the build before made of the same
    #[arg(long)]
    no_cache: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let options = arguments.site.options(context, arguments.drafts);
    let output = arguments
        .output
        .clone()
        .unwrap_or_else(|| context.root.join("public"));
    let commit = CommitOptions {
        force: arguments.force,
        cache: if arguments.no_cache {
            Cache::Never
        } else {
            Cache::Large
        },
    };
    if let Some(file) = &arguments.withheld
        && let Err(diagnostic) = withheld::check_place(file, &context.root, &output)
    {
        context.report(&(*diagnostic).into());
        return false;
    }
    outlive_file_limit();
    let bar = Bar { bar: context.bar() };
    let started = crate::clock::instant();
    let (built, found) = site::build(&options, &output, &commit, arguments.strict, &bar);
    bar.bar.finish_and_clear();
    context.report(&found);
    match built {
        Some(built) => {
            let reported = match &arguments.withheld {
                Some(file) => report_withheld(context, file, &built),
                None => true,
            };
            print(&summary(&built, started.elapsed())) && reported
        }
        None => {
            eprintln!("Nothing was written.");
            false
        }
    }
}

/// A file beyond `ulimit -f` raises SIGXFSZ, which ends the process without a word. With a handler
/// for it the write fails with EFBIG instead (setrlimit(2)), and is reported as any other.
fn outlive_file_limit() {
    #[cfg(unix)]
    {
        let seen = std::sync::Arc::default();
        // Should it fail, the limit ends the run: the old output stands all the same.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen);
    }
}

fn report_withheld(context: &Context, file: &Path, built: &Built) -> bool {
    let report = withheld::Report {
        as_of: built.as_of.to_string(),
        next_embargo: built.next_embargo.map(|until| until.to_string()),
        editions: built
            .editions
            .iter()
            .map(|edition| withheld::Entry {
                edition: edition.name.as_deref(),
                tlp: edition.tlp,
                withheld: &edition.withheld,
                allowed: &edition.allowed,
            })
            .collect(),
    };
    match withheld::write(file, &report) {
        Ok(()) => true,
        Err(diagnostic) => {
            context.report(&(*diagnostic).into());
            false
        }
    }
}

/// A bar on a terminal, shown once a run takes long enough for anyone to wonder.
struct Bar {
    bar: ProgressBar,
}

impl Progress for Bar {
    fn step(&self, name: &'static str) {
        self.bar.set_message(name);
    }

    fn start(&self, total: usize) {
        self.bar.set_length(total as u64);
        self.bar.set_message("writing");
        if let Ok(style) =
            ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} files, {eta} left")
        {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    fn done(&self, count: usize) {
        self.bar.inc(count as u64);
    }
}

fn summary(built: &Built, whole: Duration) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for edition in &built.editions {
        let name = edition.name.as_deref().unwrap_or("site");
        let _ = writeln!(
            text,
            "{name} ({}): {}, {}, {} ({} written, {} unchanged), {} in {}",
            edition.tlp,
            counted(edition.briefs, "brief", "briefs"),
            counted(edition.entities, "entity", "entities"),
            counted(edition.commit.files, "file", "files"),
            edition.commit.written,
            edition.commit.unchanged,
            size(edition.commit.bytes),
            edition.folder.display(),
        );
        withheld_lines(&mut text, &edition.withheld);
    }
    if let Some(until) = built.next_embargo {
        let _ = writeln!(text, "The next embargo ends at {until}.");
    }
    let steps: Vec<String> = built
        .timings
        .iter()
        .map(|(name, time)| format!("{name} {:.3}", time.as_secs_f64()))
        .collect();
    let _ = writeln!(text, "{:.2} s ({})", whole.as_secs_f64(), steps.join(", "));
    text
}

/// How many titles of withheld documents a summary names.
const TITLES: usize = 5;

/// What an edition withholds: how many, and the first titles.
fn withheld_lines(text: &mut String, withheld: &Withheld) {
    let documents = withheld
        .briefs
        .iter()
        .chain(&withheld.profiles)
        .chain(&withheld.pages);
    let mut counts: Vec<String> = [
        (
            Reason::Marking,
            "brief by its marking",
            "briefs by their marking",
        ),
        (Reason::Draft, "draft", "drafts"),
        (
            Reason::Embargo,
            "brief under embargo",
            "briefs under embargo",
        ),
        (Reason::Expired, "expired brief", "expired briefs"),
    ]
    .into_iter()
    .map(|(reason, one, several)| (withheld.briefs_by(reason), one, several))
    .chain([
        (withheld.profiles.len(), "profile", "profiles"),
        (withheld.pages.len(), "page", "pages"),
    ])
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, several)| counted(count, one, several))
    .collect();
    let parts = withheld.parts_by_kind();
    if !parts.is_empty() {
        let kinds: Vec<String> = parts
            .iter()
            .map(|(kind, count)| format!("{kind} {count}"))
            .collect();
        counts.push(format!(
            "{} of {} ({})",
            counted(parts.values().sum(), "part", "parts"),
            counted(withheld.parts.len(), "document", "documents"),
            kinds.join(", ")
        ));
    }
    if counts.is_empty() {
        return;
    }
    // Writing to a string does not fail.
    let _ = writeln!(text, "  withheld: {}", counts.join(", "));
    let all = documents.clone().count();
    for document in documents.take(TITLES) {
        let _ = writeln!(
            text,
            "    {} {}: {}",
            document.tlp, document.path, document.title
        );
    }
    if all > TITLES {
        let _ = writeln!(
            text,
            "    and {} more; --withheld FILE lists all",
            all - TITLES
        );
    }
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}
