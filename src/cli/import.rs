//! `tearline import`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use super::{Context, print};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::import::attack::Profiles;
use crate::import::source::{self, MAX_INPUT};
use crate::import::{Options, Summary, attack, csv, misp, stix};
use crate::marking::Tlp;

/// Make profiles, tables and draft briefs of what others publish
///
/// A second run of the same file changes nothing; a newer one updates what the import wrote, and keeps what people
/// changed. Files may be packed by gzip; `-` is standard input.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,

    /// Tell what would be done, and write nothing
    #[arg(long, global = true)]
    dry_run: bool,

    /// How the summary is written
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// The marking of what comes without one; else the site's default, else its narrowest edition's
    #[arg(long, global = true, value_name = "LEVEL", value_parser = tlp)]
    tlp: Option<Tlp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A summary for people
    Human,
    /// One JSON object
    Json,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A release of MITRE ATT&CK: the table of techniques, and profiles
    Attack {
        /// The release as a STIX bundle: Enterprise, Mobile or ICS
        file: PathBuf,

        /// Write profiles of groups, software and campaigns too
        #[arg(long, value_name = "KINDS", value_delimiter = ',')]
        profiles: Vec<Profiles>,

        /// The number of the release, where neither the bundle nor the file's name says it
        #[arg(long, value_name = "VERSION")]
        release: Option<String>,
    },
    /// A STIX 2.0 or 2.1 bundle: profiles, and each report as a draft brief
    Stix {
        /// The bundle
        file: PathBuf,
    },
    /// A MISP event as a draft brief, the events of a feed, or a galaxy cluster as profiles
    Misp {
        /// The event, the manifest.json of a feed, or the cluster
        file: PathBuf,
    },
    /// A list of indicators, for a brief
    Csv {
        /// The list
        file: PathBuf,

        /// The brief, by its slug or path
        #[arg(long, value_name = "BRIEF")]
        brief: String,
    },
}

fn tlp(text: &str) -> Result<Tlp, String> {
    Tlp::parse(text).ok_or_else(|| {
        let levels: Vec<&str> = Tlp::ALL.iter().map(|level| level.name()).collect();
        format!("expected one of {}", levels.join(", "))
    })
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let options = Options {
        dry_run: arguments.dry_run,
        tlp: arguments.tlp,
    };
    let root = &context.root;
    let done = match &arguments.what {
        What::Attack {
            file,
            profiles,
            release,
        } => read(file)
            .and_then(|file| attack::import(root, &file, profiles, release.as_deref(), &options)),
        What::Stix { file } => read(file).and_then(|file| stix::import(root, &file, &options)),
        What::Misp { file: path } => {
            read(path).and_then(|file| misp::import(root, &file, path, &options))
        }
        What::Csv { file, brief } => {
            read(file).and_then(|file| csv::import(root, &file, brief, &options))
        }
    };
    match done {
        Ok((summary, warnings)) => {
            context.report(&warnings);
            write(arguments.format, &summary)
        }
        Err(found) => {
            context.report(&found);
            false
        }
    }
}

fn read(file: &Path) -> Result<Arc<SourceFile>, Diagnostics> {
    source::read(file, MAX_INPUT).map_err(|diagnostic| Diagnostics::from(*diagnostic))
}

fn write(format: Format, summary: &Summary) -> bool {
    match format {
        Format::Human => print(&summary.text()),
        Format::Json => match serde_json::to_string_pretty(summary) {
            Ok(json) => print(&format!("{json}\n")),
            // Texts, numbers and lists of them always have a form in JSON.
            Err(_) => false,
        },
    }
}
