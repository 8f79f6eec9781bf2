//! PNG without what does not draw.
//!
//! In: a file (W3C PNG, third edition, and its animations). Out: the chunks that draw, byte for
//! byte, and the orientation. A chunk that is not in the table below goes, whatever it is for.

use super::exif::Orientation;
use super::pieces::Pieces;
use super::{Clean, Fault};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// The chunks that say what is drawn, and in which colours and proportions.
const DRAWING: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"cHRM", b"gAMA", b"iCCP", b"sBIT",
    b"sRGB", b"cICP", b"mDCV", b"cLLI", b"mDCv", b"cLLi", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// # Errors
/// When it is not a whole PNG.
pub(super) fn clean(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    if pieces.take(SIGNATURE.len()) != Some(SIGNATURE) {
        return Err(Fault("it does not begin as a PNG"));
    }
    let mut out = Vec::with_capacity(file.len());
    out.extend(SIGNATURE);
    let mut orientation = None;
    let (mut head, mut drawn, mut first) = (0, false, true);
    loop {
        let whole = pieces.rest();
        let (kind, content, sum) = chunk(&mut pieces).ok_or(Fault(if pieces.is_empty() {
            "its end is missing"
        } else {
            "it ends within a chunk"
        }))?;
        if crc(kind, content) != sum {
            return Err(Fault("a checksum in it is wrong"));
        }
        if (kind == b"IHDR") != first {
            return Err(Fault("its header does not stand first"));
        }
        // Bit 5 of the first letter: a chunk that no decoder may pass over (section 5.4).
        let critical = kind.first().is_some_and(|letter| letter & 0x20 == 0);
        if DRAWING.iter().any(|known| known.as_slice() == kind) {
            out.extend(whole.get(..content.len() + 12).unwrap_or_default());
        } else if kind == b"eXIf" {
            orientation = orientation.or_else(|| Orientation::read(content));
        } else if critical {
            return Err(Fault("it has parts that browsers do not know"));
        }
        if first {
            head = out.len();
        }
        first = false;
        drawn |= kind == b"IDAT";
        if kind == b"IEND" {
            break;
        }
    }
    if !drawn {
        return Err(Fault("it has no picture in it"));
    }
    if let Some(orientation) = orientation {
        let content = orientation.exif();
        let mut exif = Vec::with_capacity(38);
        exif.extend(26_u32.to_be_bytes());
        exif.extend(b"eXIf");
        exif.extend(content);
        exif.extend(crc(b"eXIf", &content).to_be_bytes());
        out.splice(head..head, exif);
    }
    Ok(Clean {
        bytes: out,
        orientation,
    })
}

/// Name, content and checksum of the next chunk.
fn chunk<'a>(pieces: &mut Pieces<'a>) -> Option<(&'a [u8], &'a [u8], u32)> {
    let length = usize::try_from(pieces.big32()?).ok()?;
    let kind = pieces.take(4)?;
    Some((kind, pieces.take(length)?, pieces.big32()?))
}

fn crc(kind: &[u8], content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind);
    hasher.update(content);
    hasher.finalize()
}
