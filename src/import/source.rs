//! The file that is imported.
//!
//! In: a path, or `-` for standard input. Out: its text, a byte-order mark removed, with the name
//! that findings give it. What is packed by gzip is unpacked; sizes are bounded before and after.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// The largest file that is imported, unpacked, in bytes. The largest of ATT&CK has 50 MiB.
pub const MAX_INPUT: u64 = 512 << 20;

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// When it cannot be read, is larger than `limit`, is packed by something else than gzip, or is not
/// UTF-8.
pub fn read(path: &Path, limit: u64) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    let name = if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let bytes = bytes(path, &name, limit)?;
    let bytes = unpacked(bytes, &name, limit)?;
    // UTF-16, which spreadsheets save as "Unicode text", names itself by its byte-order mark.
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| Some(error.utf8_error().valid_up_to())),
    };
    match text {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(SourceFile::new(name, text))
        }
        Err(at) => {
            let place = at.map_or_else(String::new, |at| format!(", from byte {} on", at + 1));
            Err(Box::new(
                Diagnostic::new(Code::NotUtf8, format!("`{name}` is not valid UTF-8{place}"))
                    .at_path(name)
                    .help("save the file as UTF-8"),
            ))
        }
    }
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Option<usize>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16(&units).map_err(|_| None)?;
    if rest.is_empty() { Ok(text) } else { Err(None) }
}

fn unreadable(name: &str, reason: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::Unreadable,
            format!("`{name}` cannot be read: {reason}"),
        )
        .at_path(name)
        .help("name a file that is there and that you may read, or `-` for standard input"),
    )
}

fn too_large(name: &str, limit: u64) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::TooLarge,
            format!(
                "`{name}` has more than the {} MiB that an import reads",
                limit >> 20
            ),
        )
        .at_path(name)
        .help("split it into several files"),
    )
}

fn bytes(path: &Path, name: &str, limit: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit + 1)
            .read_to_end(&mut bytes)
    } else {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(name, &error))?;
        if metadata.is_dir() {
            return Err(unreadable(name, &"it is a folder"));
        }
        if metadata.len() > limit {
            return Err(too_large(name, limit));
        }
        std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(name, limit));
    }
    Ok(bytes)
}

fn unpacked(bytes: Vec<u8>, name: &str, limit: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    // Signatures: RFC 1952 section 2.3.1; the .xz file format, section 2.1.1.1; ZIP, section 4.3.7;
    // RFC 8878 section 3.1.1.
    let packer = match bytes.as_slice() {
        [0x1f, 0x8b, ..] => {
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .take(limit + 1)
                .read_to_end(&mut plain)
                .map_err(|error| unreadable(name, &error))?;
            if plain.len() as u64 > limit {
                return Err(too_large(name, limit));
            }
            return Ok(plain);
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("xz", "xz -dc"),
        [b'P', b'K', 3, 4, ..] => ("zip", "unzip -p"),
        [b'B', b'Z', b'h', ..] => ("bzip2", "bzip2 -dc"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("zstd", "zstd -dc"),
        _ => return Ok(bytes),
    };
    Err(Box::new(
        Diagnostic::new(
            Code::NotImportable,
            format!("`{name}` is packed by {}", packer.0),
        )
        .at_path(name)
        .help(format!(
            "unpack it first, or pass it on: `{} FILE | tearline import … -`",
            packer.1
        )),
    ))
}
