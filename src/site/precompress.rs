//! Compressed copies beside text files, for hosts that send them as they are.
//!
//! In: an output's path and bytes. Out: the same with `.br` (RFC 7932) and `.gz` (RFC 1952) behind its
//! name. They hold no time and no name, so that the same text gives the same bytes.

use std::io::Write;
use std::path::Path;

use blake3::Hasher;
use flate2::{Compression, GzBuilder};

use super::sources::PROGRAM;
use crate::diagnostic::{Code, Diagnostic};
use crate::output::Commit;
use crate::plan::Plan;

/// Below this a header costs more than is saved.
const LEAST: usize = 512;

/// Of 0 to 11. The last two steps take ten times as long and save some hundredths.
const BROTLI: u32 = 9;
/// Of 10 to 24: as large as the texts are.
const BROTLI_WINDOW: u32 = 22;

/// Ends of names of text files.
const TEXT: [&str; 10] = [
    ".css",
    ".csv",
    ".html",
    ".js",
    ".json",
    ".md",
    ".svg",
    ".txt",
    ".xml",
    ".webmanifest",
];

/// Whether a file of this name is text, which compression makes a quarter of.
pub fn is_worth_it(path: &str) -> bool {
    TEXT.iter().any(|end| path.ends_with(end))
}

/// The bytes as gzip.
pub fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 64 << 10, BROTLI, BROTLI_WINDOW);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    drop(encoder);
    Ok(packed)
}

/// A file that was copied, for its compressed copies.
pub fn read(file: &Path) -> Result<Vec<u8>, Diagnostic> {
    std::fs::read(file).map_err(|error| {
        let shown = file.display().to_string();
        Diagnostic::new(Code::Unreadable, format!("cannot read `{shown}`: {error}"))
            .at_path(shown)
            .help("make it a readable file, or remove it from the site")
    })
}

/// Hands in the compressed copies of a file. Those that the output before has of the same bytes are
/// taken over; a file of the site that has such a name stays what it is.
pub fn beside(path: &str, bytes: &[u8], plan: &Plan, commit: &Commit) -> Result<(), Diagnostic> {
    if bytes.len() < LEAST || !is_worth_it(path) {
        return Ok(());
    }
    // Another version packs otherwise, perhaps.
    let from = Hasher::new()
        .update(PROGRAM.as_bytes())
        .update(bytes)
        .finalize();
    type Pack = fn(&[u8]) -> std::io::Result<Vec<u8>>;
    let ways: [(&str, Pack); 2] = [("br", brotli), ("gz", gzip)];
    for (end, pack) in ways {
        let copy = format!("{path}.{end}");
        if plan.outputs.contains_key(&copy) {
            continue;
        }
        commit.write_made(&copy, from, || {
            pack(bytes).map_err(|error| {
                Diagnostic::new(
                    Code::WriteFailed,
                    format!("`{path}` cannot be compressed: {error}"),
                )
                .at_path(path)
                .help("switch it off with precompress = false in [build]")
            })
        })?;
    }
    Ok(())
}
