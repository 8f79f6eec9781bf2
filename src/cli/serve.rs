//! `tearline serve`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, OnceLock};

use clap::Args;

use super::{Context, SiteArguments};
use crate::diagnostic::Diagnostics;
use crate::preview::{self, Built, Content, Late};
use crate::search::{SearchFile, SearchIndex};
use crate::settings;
use crate::site::{self, Output, PreparedEdition};

/// Show the site at 127.0.0.1 and reload it at every change
///
/// Shows the edition with the highest marking unless --edition names another. Drafts are shown.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,

    /// The port; the next free one when it is taken
    #[arg(long, value_name = "PORT", default_value_t = 4747)]
    port: u16,

    /// The address to listen at; anything but loopback shows the preview to others
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,

    /// Open the browser
    #[arg(long)]
    open: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    if !arguments.host.is_loopback() {
        eprintln!(
            "warning: {} is not loopback: whoever reaches this machine reads the preview, drafts and all markings with it",
            arguments.host
        );
    }
    let options = arguments.site.options(context, true);
    let watched = [
        "content",
        "data",
        "templates",
        "static",
        settings::FILE_NAME,
    ];
    let preview = preview::Options {
        host: arguments.host,
        port: arguments.port,
        open: arguments.open,
        root: context.root.clone(),
        watched: watched.iter().map(|name| context.root.join(name)).collect(),
        color: context.color,
    };
    match preview::serve(preview, move || build(&options)) {
        Ok(()) => true,
        Err(diagnostic) => {
            context.report(&Diagnostics::from(diagnostic));
            false
        }
    }
}

/// The whole edition in memory.
fn build(options: &site::Options) -> Built {
    let (prepared, mut found) = site::prepare(options);
    let Some(mut prepared) = prepared else {
        return Built {
            diagnostics: found,
            ..Built::default()
        };
    };
    prepared
        .editions
        .sort_by_key(|edition| edition.settings.tlp);
    let Some(edition) = prepared.editions.last() else {
        return Built {
            diagnostics: found,
            ..Built::default()
        };
    };
    let files: Mutex<BTreeMap<String, Content>> = Mutex::new(BTreeMap::new());
    let searched = Mutex::new(Vec::new());
    let rendered = prepared.render(edition, &|path, output| {
        let content = match output {
            Output::Bytes(bytes) => Content::Bytes(Arc::from(bytes)),
            Output::Copy(file) => Content::File(file.to_owned()),
            Output::Clean(asset) => Content::Image(asset.clone()),
            // A template that makes no drawing is a finding of a build.
            Output::Card(svg) => {
                Content::Late(Late(Arc::new(move || site::card(&svg).unwrap_or_default())))
            }
            Output::Search(file) => {
                if let Ok(mut searched) = searched.lock() {
                    searched.push((path.to_owned(), file));
                }
                return Ok(());
            }
        };
        if let Ok(mut files) = files.lock() {
            files.insert(path.to_owned(), content);
        }
        Ok(())
    });
    found.extend(prepared.highlighting().into_iter().collect());
    let base_path = edition.edition.site.base_path().to_owned();
    match (rendered, files.into_inner()) {
        (Ok(()), Ok(mut files)) => {
            add_search(
                prepared.editions.pop(),
                searched.into_inner().unwrap_or_default(),
                &mut files,
            );
            Built {
                files: Some(files),
                diagnostics: found,
                base_path,
            }
        }
        (Err(failed), _) => {
            found.extend(failed);
            found.sort();
            Built {
                files: None,
                diagnostics: found,
                base_path,
            }
        }
        // A thread that panicked while it held the lock has ended the run already.
        (_, Err(_)) => Built {
            files: None,
            diagnostics: found,
            base_path,
        },
    }
}

/// The files of the search. The index costs as much as all pages together, so it is made when the
/// first of them is asked for.
fn add_search(
    edition: Option<PreparedEdition>,
    searched: Vec<(String, SearchFile)>,
    files: &mut BTreeMap<String, Content>,
) {
    let Some(edition) = edition else { return };
    let shared = Arc::new((edition.edition, OnceLock::<SearchIndex>::new()));
    for (path, file) in searched {
        let shared = Arc::clone(&shared);
        let make = move || {
            let (edition, index) = &*shared;
            let index = index.get_or_init(|| SearchIndex::of(edition));
            index.file(edition, file)
        };
        files.insert(path, Content::Late(Late(Arc::new(make))));
    }
}
