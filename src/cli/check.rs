//! `tearline check`.

use std::io::Write;

use clap::Args;

use super::{Context, SiteArguments};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::report::{self, Format};
use crate::site;

/// Report every mistake and lint, and write nothing
///
/// Does all that a build does but writing, so that mistakes in templates are found too. The findings
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
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let options = arguments.site.options(context, arguments.drafts);
    let (prepared, mut found) = site::prepare(&options);
    if let Some(prepared) = prepared {
        for edition in &prepared.editions {
            if let Err(failed) = prepared.render(edition, &|_, _| Ok(())) {
                found.extend(failed);
            }
        }
        found.extend(prepared.highlighting().into_iter().collect());
        found.sort();
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
