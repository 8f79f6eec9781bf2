//! `tearline verify`.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;

use super::{Context, print};
use crate::diagnostic::{Code, Diagnostic};
use crate::marking::Tlp;
use crate::publish::{Signed, Verified, verify};
use crate::settings::PublicKey;

/// Compare a published edition with the list of files that came with it
///
/// Every file is compared with SHA256SUMS, and that with its signature where a key is given. What differs,
/// is missing or is more goes to standard output, one a line; the exit status is 1 when there is any. At
/// an address nobody can see what is more.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder, or the address of the home page
    #[arg(value_name = "DIR-or-URL")]
    place: String,

    /// The publisher's key: the line of minisign.pub that begins with RW, or a file that holds it
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let verified =
        key(arguments.public_key.as_deref()).and_then(|key| verify(&arguments.place, key.as_ref()));
    match verified {
        Ok(verified) => print(&report(&verified)) && verified.differences.is_empty(),
        Err(diagnostic) => {
            context.report(&diagnostic.into());
            false
        }
    }
}

fn key(given: Option<&str>) -> Result<Option<PublicKey>, Diagnostic> {
    let Some(given) = given else {
        return Ok(None);
    };
    let text = match PublicKey::parse(given) {
        Some(key) => return Ok(Some(key)),
        None => std::fs::read_to_string(Path::new(given)).ok(),
    };
    let key = text.as_deref().and_then(PublicKey::parse);
    key.map(Some).ok_or_else(|| {
        Diagnostic::new(
            Code::NoSums,
            "what --public-key gives is neither a key of minisign nor a file that holds one",
        )
        .help("copy the line that begins with RW from where the publisher shows it")
    })
}

fn report(verified: &Verified) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for (path, difference) in &verified.differences {
        let _ = writeln!(text, "{} {path}", difference.word());
    }
    if let Some(publication) = &verified.publication {
        let marking = Tlp::parse(&publication.tlp).unwrap_or(Tlp::Red);
        let name = publication
            .edition
            .as_deref()
            .unwrap_or("of the whole site");
        let _ = writeln!(
            text,
            "The edition {name}, {marking}, for {}.",
            publication.base_url
        );
    }
    let _ = match &verified.signed {
        Signed::ByKey(comment) => writeln!(text, "Signed by this key, which says: {comment}."),
        Signed::Unchecked => writeln!(text, "Signed; --public-key KEY says by whom."),
        Signed::No => writeln!(text, "Not signed: this shows damage, and not forgery."),
    };
    let _ = match verified.differences.len() {
        0 => writeln!(
            text,
            "All {} files are as they were published.",
            verified.files
        ),
        count => writeln!(
            text,
            "{count} of {} files are not as they were published.",
            verified.files
        ),
    };
    text
}
