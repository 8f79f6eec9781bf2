//! WebP without what does not draw.
//!
//! In: a file (RFC 9649). Out: the chunks that draw, byte for byte, in the frames of animations too,
//! and the orientation; the header says what is left.

use super::exif::Orientation;
use super::pieces::Pieces;
use super::{Clean, Fault};

/// The flags of the extended header that speak of metadata (RFC 9649, section 2.7.1).
const EXIF_FLAG: u8 = 0x08;
const XMP_FLAG: u8 = 0x04;

/// # Errors
/// When it is not a whole WebP.
pub(super) fn clean(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    let riff = pieces.take(4) == Some(b"RIFF");
    let length = pieces.little32();
    let (true, Some(length), Some(b"WEBP")) = (riff, length, pieces.take(4)) else {
        return Err(Fault("it does not begin as a WebP"));
    };
    let content = usize::try_from(length)
        .ok()
        .and_then(|length| pieces.take(length.checked_sub(4)?))
        .ok_or(Fault("its end is missing"))?;
    let mut pieces = Pieces::of(content);
    let mut out = Vec::with_capacity(file.len());
    out.extend(b"RIFF\0\0\0\0WEBP");
    let mut flags = None;
    let mut orientation = None;
    let mut drawn = false;
    while !pieces.is_empty() {
        let (kind, content) = chunk(&mut pieces).ok_or(Fault("it ends within a chunk"))?;
        match kind {
            b"VP8X" if content.len() >= 10 => {
                flags = Some(out.len() + 8);
                write(&mut out, kind, content.get(..10).unwrap_or_default());
            }
            b"VP8 " | b"VP8L" => {
                drawn = true;
                write(&mut out, kind, content);
            }
            b"ANMF" => {
                drawn = true;
                write(&mut out, kind, &frame(content)?);
            }
            b"ICCP" | b"ANIM" | b"ALPH" => write(&mut out, kind, content),
            b"EXIF" => orientation = orientation.or_else(|| Orientation::read(content)),
            _ => {}
        }
    }
    if !drawn {
        return Err(Fault("it has no picture in it"));
    }
    if let Some(flags) = flags.and_then(|at| out.get_mut(at)) {
        *flags &= !(EXIF_FLAG | XMP_FLAG);
        if orientation.is_some() {
            *flags |= EXIF_FLAG;
        }
    } else {
        // Without the extended header there is no place for EXIF, and no reader looks for it.
        orientation = None;
    }
    if let Some(orientation) = orientation {
        write(&mut out, b"EXIF", &orientation.exif());
    }
    // No longer than what was read, plus 34 bytes; what was read had a length of 32 bits.
    let length = u32::try_from(out.len() - 8).map_err(|_| Fault("it is too long"))?;
    if let Some(place) = out.get_mut(4..8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
    Ok(Clean {
        bytes: out,
        orientation,
    })
}

/// A frame of an animation: its place and time, then chunks of its own.
fn frame(content: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut pieces = Pieces::of(content);
    let fault = Fault("it ends within a frame");
    let mut out = pieces.take(16).ok_or(fault)?.to_vec();
    while !pieces.is_empty() {
        let (kind, content) = chunk(&mut pieces).ok_or(fault)?;
        if matches!(kind, b"ALPH" | b"VP8 " | b"VP8L") {
            write(&mut out, kind, content);
        }
    }
    Ok(out)
}

fn chunk<'a>(pieces: &mut Pieces<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let kind = pieces.take(4)?.try_into().ok()?;
    let length = usize::try_from(pieces.little32()?).ok()?;
    let content = pieces.take(length)?;
    // Some writers leave the last chunk's padding out.
    if length % 2 == 1 && !pieces.is_empty() {
        pieces.take(1)?;
    }
    Some((kind, content))
}

fn write(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    out.extend(kind);
    // A chunk is a part of a file whose length has 32 bits.
    out.extend(
        u32::try_from(content.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    out.extend(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}
