//! Who gets a newsletter: a file with an address in each line.
//!
//! In: a path. Out: the addresses in their order, or a finding at each line that is none. Empty
//! lines and lines that begin with `#` say nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::Address;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location, Severity, SourceFile};
use crate::load::files::MAX_TABLE;
use crate::settings::Newsletter;
use crate::site::resolved;

/// The folders of a site that are published, or that outputs are made of.
const PUBLISHED: [&str; 4] = ["content", "static", "templates", "public"];

/// Refuses a file that would be published: who reads what is nobody else's business.
///
/// # Errors
/// When the file is in one of the folders.
pub fn outside(root: &Path, file: &Path, what: &str) -> Result<(), Diagnostic> {
    let place = resolved(file);
    let folder = PUBLISHED
        .into_iter()
        .find(|folder| place.starts_with(resolved(&root.join(folder))));
    match folder {
        None => Ok(()),
        Some(folder) => Err(Diagnostic::new(
            Code::PublishedList,
            format!("{what} would stand in `{folder}/`, which is published"),
        )
        .help("name a file beside these folders, or outside of the site")),
    }
}

/// Where the file is.
pub fn path(root: &Path, newsletter: &Newsletter) -> PathBuf {
    root.join(&newsletter.recipients.value)
}

/// Reads the addresses.
///
/// # Errors
/// Every line that is no address, or one that stood before.
pub fn read(
    root: &Path,
    newsletter: &Newsletter,
    settings: &Arc<SourceFile>,
) -> Result<Vec<Address>, Diagnostics> {
    let span = newsletter.recipients.span.clone();
    let path = path(root, newsletter);
    outside(root, &path, "the list of recipients")
        .map_err(|finding| finding.at(settings, span.clone()).label("published"))?;
    let unreadable = |code, reason: String| {
        Diagnostic::new(code, format!("the recipients cannot be read: {reason}"))
            .at(settings, span.clone())
            .help("name a text file with an address in each line")
    };
    let size = std::fs::metadata(&path)
        .map_err(|error| unreadable(Code::Unreadable, error.to_string()))?
        .len();
    if size > MAX_TABLE {
        return Err(unreadable(Code::TooLarge, format!("{size} bytes are too many")).into());
    }
    let bytes =
        std::fs::read(&path).map_err(|error| unreadable(Code::Unreadable, error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| unreadable(Code::NotUtf8, "they are not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let file = SourceFile::new(newsletter.recipients.value.as_str(), text);
    let mut found = Diagnostics::new();
    let recipients = addresses(&file, &mut found);
    if recipients.is_empty() && found.is_empty() {
        found.push(
            Diagnostic::new(Code::EmptyFile, "the list has no recipients")
                .at(settings, span)
                .help("write an address into each line of the file"),
        );
    }
    if found.count(Severity::Error) > 0 {
        Err(found)
    } else {
        Ok(recipients)
    }
}

fn addresses(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Vec<Address> {
    let mut seen = BTreeMap::new();
    let mut recipients = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let written = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        let span = at..at + written.len();
        start += line.len();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let Some(address) = parse(written) else {
            found.push(
                Diagnostic::new(
                    Code::BadAddress,
                    format!("`{}` is not an e-mail address", written.escape_debug()),
                )
                .at(file, span)
                .label("expected an address alone")
                .help("write one address as in reader@example.org, without a name; `#` begins a remark"),
            );
            continue;
        };
        let first = seen
            .entry(written.to_lowercase())
            .or_insert_with(|| span.clone());
        if *first != span {
            found.push(
                Diagnostic::new(Code::DuplicateId, format!("`{written}` stands twice"))
                    .at(file, span)
                    .label("the second time")
                    .related(Location::new(file, first.clone()), "the first time")
                    .help("take one of the lines out"),
            );
            continue;
        }
        recipients.push(address);
    }
    recipients
}

/// An address of ASCII signs: others need mail servers with SMTPUTF8 (RFC 6531) all the way.
fn parse(written: &str) -> Option<Address> {
    let plain = written.bytes().all(|byte| byte.is_ascii_graphic());
    // RFC 5321, section 4.5.3.1.3.
    let short = written.len() <= 254;
    (plain && short).then(|| written.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let file = SourceFile::new("readers.txt", text);
        let mut found = Diagnostics::new();
        let addresses = addresses(&file, &mut found);
        let place = |diagnostic: &Diagnostic| {
            let (line, column) = diagnostic.location.as_ref().unwrap().line_column();
            format!("{} {line}:{column}", diagnostic.code.id())
        };
        (
            addresses.iter().map(ToString::to_string).collect(),
            found.iter().map(place).collect(),
        )
    }

    #[test]
    fn each_line_is_an_address_a_remark_or_nothing() {
        let (addresses, wrong) = found("# readers\r\na@example.org\r\n\r\n  b@example.org \n");
        assert_eq!(addresses, ["a@example.org", "b@example.org"]);
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_is_no_address_is_told_with_its_line() {
        let (addresses, wrong) = found(
            "a@example.org\n  Reader <b@example.org>\nc@example.org, d@example.org\n@\n\
             e@example.org\rBcc:f@example.org\nA@EXAMPLE.org\nrené@example.org\n",
        );
        assert_eq!(addresses, ["a@example.org"]);
        assert_eq!(
            wrong,
            [
                "TL1301 2:3",
                "TL1301 3:1",
                "TL1301 4:1",
                "TL1301 5:1",
                "TL0305 6:1",
                "TL1301 7:1"
            ]
        );
    }
}
