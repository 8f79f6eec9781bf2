//! `tearline publish`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{Context, print};
use crate::diagnostic::Diagnostics;
use crate::load::read_settings;
use crate::publish::{self, Action, Options, Published, Watch};

/// Publish an edition: to a bucket, a folder or a Git branch
///
/// Takes what `tearline build` wrote, compares it with its manifest, and sends what the target lacks, in an
/// order in which no reader meets a broken page. TARGET is the name of a table [publish.TARGET] of
/// tearline.toml. A run that was stopped is gone on with by the next.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to: NAME of [publish.NAME]
    target: String,

    /// The folder that the build wrote into
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Say what would be sent and deleted, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let mut found = Diagnostics::new();
    let Some(settings) = read_settings(&context.root, &mut found) else {
        found.sort();
        context.report(&found);
        return false;
    };
    let options = Options {
        root: context.root.clone(),
        output: arguments
            .output
            .clone()
            .unwrap_or_else(|| context.root.join("public")),
        dry_run: arguments.dry_run,
    };
    let bar = Bar { bar: context.bar() };
    let published = publish::publish(&settings, &arguments.target, &options, &bar);
    bar.bar.finish_and_clear();
    found.extend(published.as_ref().err().cloned().into_iter().collect());
    context.report(&found);
    match published {
        Ok(published) => print(&report(&published, arguments.dry_run)),
        Err(_) => false,
    }
}

/// A bar on a terminal, with what is left to send.
struct Bar {
    bar: ProgressBar,
}

impl Watch for Bar {
    fn step(&self, name: &'static str) {
        self.bar.set_message(name);
    }

    fn start(&self, bytes: u64) {
        self.bar.set_length(bytes);
        if let Ok(style) =
            ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes}, {eta} left")
        {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    fn sent(&self, bytes: u64) {
        self.bar.inc(bytes);
    }
}

fn report(published: &Published, dry_run: bool) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    if dry_run {
        for action in &published.actions {
            let _ = match action {
                Action::Send(item) => writeln!(
                    text,
                    "send {} ({}, {}, {}{})",
                    item.path,
                    HumanBytes(item.size),
                    item.content_type,
                    item.cache_control,
                    if item.gzip { ", gzip" } else { "" }
                ),
                Action::Delete(path) => writeln!(text, "delete {path}"),
            };
        }
    }
    let (files, bytes) = published.sent();
    let _ = writeln!(
        text,
        "{} ({}) to {}: {files} {} ({}), {} unchanged, {} {}{}",
        published.edition.as_deref().unwrap_or("site"),
        published.tlp,
        published.shown,
        if dry_run { "to send" } else { "sent" },
        HumanBytes(bytes),
        published.unchanged,
        published.deleted(),
        if dry_run { "to delete" } else { "deleted" },
        match &published.commit {
            Some(commit) => format!(", as {commit}"),
            None => String::new(),
        }
    );
    if published.foreign > 0 {
        let _ = writeln!(
            text,
            "{} files that Tearline did not put there stay.",
            published.foreign
        );
    }
    text
}
