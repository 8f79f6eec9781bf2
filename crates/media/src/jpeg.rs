//! JPEG without what does not draw.
//!
//! In: a file (ITU-T T.81, annex B). Out: its tables, frame and scans byte for byte, with the
//! colour profile and the orientation. Between the scans of a progressive image segments may stand
//! as before the first, so the file is walked to its end; what is behind the end (previews, and the
//! further images of CIPA DC-007 and of phones that hide a video there) is gone.

use memchr::memchr;

use super::exif::Orientation;
use super::pieces::Pieces;
use super::{Clean, Fault};

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// # Errors
/// When it is not a whole JPEG.
pub(super) fn clean(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    if pieces.take(2) != Some(b"\xff\xd8") {
        return Err(Fault("it does not begin as a JPEG"));
    }
    let mut out = Vec::with_capacity(file.len());
    out.extend(b"\xff\xd8");
    let mut head = out.len();
    let mut orientation = None;
    let (mut framed, mut scanned) = (false, false);
    loop {
        let marker = next_marker(&mut pieces).ok_or(Fault("its end is missing"))?;
        match marker {
            END => break,
            // Markers without content (T.81, table B.1): no place but within a scan.
            0x00 | 0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let content = pieces
            .big16()
            .and_then(|length| pieces.take(usize::from(length.checked_sub(2)?)))
            .ok_or(Fault("it ends within a segment"))?;
        if let Some(exif) = content.strip_prefix(b"Exif\0\0").filter(|_| marker == 0xe1) {
            orientation = orientation.or_else(|| Orientation::read(exif));
        }
        match marker {
            0xe0 if content.starts_with(b"JFIF\0") => {
                // Version, density and the two sides of a thumbnail, of which there is none now.
                if let Some(facts) = content.get(..12) {
                    segment(&mut out, marker, &[facts, &[0, 0]].concat());
                    if !framed && !scanned {
                        head = out.len();
                    }
                }
            }
            0xe2 if content.starts_with(b"ICC_PROFILE\0") => segment(&mut out, marker, content),
            // Says how colours are coded.
            0xee if content.starts_with(b"Adobe") => segment(&mut out, marker, content),
            // Other applications' data, extensions of T.84, comments.
            0xe0..=0xfe | 0x02..=0xbf => {}
            _ => {
                segment(&mut out, marker, content);
                framed |= matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
                if marker == SCAN {
                    scanned = true;
                    let scan = pieces
                        .take(scan_length(pieces.rest()))
                        .ok_or(Fault("its end is missing"))?;
                    out.extend(scan);
                }
            }
        }
    }
    if !framed || !scanned {
        return Err(Fault("it has no picture in it"));
    }
    out.extend([0xff, END]);
    if let Some(orientation) = orientation {
        let mut exif = Vec::with_capacity(36);
        segment(
            &mut exif,
            0xe1,
            &[b"Exif\0\0", orientation.exif().as_slice()].concat(),
        );
        out.splice(head..head, exif);
    }
    Ok(Clean {
        bytes: out,
        orientation,
    })
}

/// The next marker; bytes that belong to nothing are passed over, as decoders do.
fn next_marker(pieces: &mut Pieces) -> Option<u8> {
    let start = memchr(0xff, pieces.rest())?;
    pieces.take(start)?;
    loop {
        match pieces.byte()? {
            // Fill bytes (T.81, B.1.1.2).
            0xff => {}
            marker => return Some(marker),
        }
    }
}

/// How long the coded data is that stands here: up to a marker that is neither a stuffed zero nor a
/// restart (T.81, B.1.1.5).
fn scan_length(data: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr(0xff, data.get(at..).unwrap_or_default()) {
        match data.get(at + found + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += found + 2,
            Some(0xff) => at += found + 1,
            _ => return at + found,
        }
    }
    data.len()
}

/// `content` is that of a segment that was read, or a few bytes: its length fits.
fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    out.extend([0xff, marker]);
    out.extend(length.to_be_bytes());
    out.extend(content);
}
