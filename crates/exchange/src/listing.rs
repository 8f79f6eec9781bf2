//! What there is to fetch, and what changed: the lists of a directory of documents, and the checksum
//! beside each document (CSAF 2.0, section 7.1, requirements 12, 13 and 18).
//!
//! In: the paths that are made. Out: `index.txt`, `changes.csv`, and lines that `sha256sum -c` reads. Whatever the
//! table of [`super::sidecars`] calls a document is listed, whoever makes it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Made, changed, sidecars};
use edition::Edition;
use edition::addresses;
use output::{Sha, hex, sha_of};

/// What stands behind the path of a document, for the path of its checksum.
pub const CHECKSUM: &str = ".sha256";

/// The paths of checksums, each beside its document.
pub fn checksums(made: &dyn Made) -> Vec<String> {
    documents(made)
        .map(|path| format!("{path}{CHECKSUM}"))
        .collect()
}

/// The line of a document's checksum: it names the file beside it.
pub fn checksum(path: &str, sha: &Sha) -> Vec<u8> {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("{}  {name}\n", hex(sha)).into_bytes()
}

/// SHA-256 in small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&sha_of(bytes))
}

fn documents(made: &dyn Made) -> impl Iterator<Item = &str> {
    made.made().filter(|path| sidecars::is_document(path))
}

/// The address of a document from the folder of the lists.
fn relative(path: &str) -> String {
    match path.strip_prefix(super::FOLDER.trim_start_matches('/')) {
        Some(below) => below.to_owned(),
        None => format!("../{path}"),
    }
}

/// The addresses of all documents, one a line.
pub fn index(made: &dyn Made) -> Vec<u8> {
    let mut text = String::new();
    for path in documents(made) {
        text.push_str(&relative(path));
        text.push('\n');
    }
    text.into_bytes()
}

/// Each document with the time of its last change, the newest first, both in quotes, without a header
/// (requirement 13).
pub fn changes(edition: &Edition, made: &dyn Made) -> Vec<u8> {
    // What holds several briefs changes with each of them.
    let newest = |times: &mut dyn Iterator<Item = Timestamp>| times.max();
    let last = newest(&mut edition.briefs.iter().map(|brief| changed(brief)));
    let last = last.unwrap_or(Timestamp::UNIX_EPOCH);
    let mut folders: BTreeMap<String, Timestamp> = edition
        .briefs
        .iter()
        .map(|brief| (addresses::brief_path(brief), changed(brief)))
        .collect();
    folders.extend(edition.entities.iter().filter_map(|entity| {
        let mut times = entity.briefs.iter().map(|id| changed(edition.brief(*id)));
        Some((addresses::entity_path(entity), newest(&mut times)?))
    }));
    let mut rows: Vec<(Timestamp, &str)> = documents(made)
        .map(|path| {
            let folder = path.rfind('/').map_or("", |at| &path[..=at]);
            let time = folders.get(&format!("/{folder}")).copied();
            (time.unwrap_or(last), path)
        })
        .collect();
    rows.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for (time, path) in rows {
        // Writing to memory does not fail, and every row has two cells.
        let _ = writer.write_record([relative(path), time.to_string()]);
    }
    writer.into_inner().unwrap_or_default()
}
