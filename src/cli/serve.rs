//! `tearline serve`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;

use super::{Context, SiteArguments};
use crate::diagnostic::Diagnostics;
use crate::preview::{self, pipeline::Pipeline};
use crate::{settings, site};

/// Show the site at 127.0.0.1 and follow every change
///
/// Shows every edition, first the one with the highest marking unless --edition names another. Drafts
/// and briefs under embargo are shown, with a label. Nothing is written into the site.
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

impl Arguments {
    /// Of the site as it is now: expiry is asked of the clock at each build.
    fn options(&self, context: &Context) -> site::Options {
        let options = self.site.options(context, true);
        site::Options {
            embargoed: true,
            // All editions are shown, unless they would all get the one address.
            edition: options.edition.filter(|_| options.base_url.is_some()),
            ..options
        }
    }
}

pub fn run(context: &Context, arguments: Arguments) -> bool {
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
        edition: arguments.site.edition.clone(),
        open: arguments.open,
        root: context.root.clone(),
        watched: watched.iter().map(|name| context.root.join(name)).collect(),
        color: context.color,
    };
    let mut pipeline = Pipeline::default();
    let of_builds = context.clone();
    let build = move |changed: &[PathBuf]| {
        let first = arguments.site.edition.as_deref();
        pipeline.build(&arguments.options(&of_builds), first, changed)
    };
    match preview::serve(preview, build) {
        Ok(()) => true,
        Err(diagnostic) => {
            context.report(&Diagnostics::from(diagnostic));
            false
        }
    }
}
