//! GIF without what does not draw.
//!
//! In: a file (CompuServe's GIF89a specification). Out: its screen, tables and frames byte for byte,
//! and how often an animation runs.

use super::pieces::Pieces;
use super::{Clean, Fault};

const WITHIN: Fault = Fault("it ends within a block");

/// # Errors
/// When it is not a whole GIF.
pub(super) fn clean(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    if !matches!(pieces.take(6), Some(b"GIF87a" | b"GIF89a")) {
        return Err(Fault("it does not begin as a GIF"));
    }
    let screen = pieces.take(7).ok_or(WITHIN)?;
    table(&mut pieces, screen.get(4))?;
    let mut out = Vec::with_capacity(file.len());
    keep(&mut out, file, 0, &pieces);
    let mut drawn = false;
    // Delay and transparency of the next picture, which they stand before.
    let mut control: Option<&[u8]> = None;
    loop {
        let start = file.len() - pieces.rest().len();
        match pieces.byte() {
            // Trailer. Browsers show files without one, which some programs write.
            Some(b';') => break,
            None if drawn => break,
            Some(b',') => {
                let place = pieces.take(9).ok_or(WITHIN)?;
                table(&mut pieces, place.get(8))?;
                pieces.byte().ok_or(WITHIN)?;
                blocks(&mut pieces)?;
                out.extend(control.take().unwrap_or_default());
                keep(&mut out, file, start, &pieces);
                drawn = true;
            }
            Some(b'!') => {
                let label = pieces.byte().ok_or(WITHIN)?;
                let content = blocks(&mut pieces)?;
                match (label, content.as_slice()) {
                    (0xf9, [fields]) if fields.len() == 4 => {
                        let end = file.len() - pieces.rest().len();
                        control = file.get(start..end);
                    }
                    (0xff, [b"NETSCAPE2.0" | b"ANIMEXTS1.0", loops])
                        if loops.len() == 3 && loops.first() == Some(&1) =>
                    {
                        out.extend(b"!\xff\x0bNETSCAPE2.0\x03");
                        out.extend(*loops);
                        out.push(0);
                    }
                    // Text that is drawn over the picture: no browser does, and it takes its
                    // control block with it.
                    (0x01, _) => control = None,
                    _ => {}
                }
            }
            Some(_) => return Err(Fault("it has parts that are not of a GIF")),
            None => return Err(Fault("it has no picture in it")),
        }
    }
    if !drawn {
        return Err(Fault("it has no picture in it"));
    }
    out.push(b';');
    Ok(Clean {
        bytes: out,
        orientation: None,
    })
}

/// Takes over what was read since `start`.
fn keep(out: &mut Vec<u8>, file: &[u8], start: usize, read: &Pieces) {
    let end = file.len() - read.rest().len();
    out.extend(file.get(start..end).unwrap_or_default());
}

/// Passes over the table of colours that a descriptor's flags tell of.
fn table(pieces: &mut Pieces, flags: Option<&u8>) -> Result<(), Fault> {
    let flags = flags.copied().unwrap_or_default();
    if flags & 0x80 != 0 {
        pieces.take(3 << ((flags & 7) + 1)).ok_or(WITHIN)?;
    }
    Ok(())
}

/// Passes over the blocks up to the empty one that ends them; the first two are given, which is all
/// that any extension that is kept has.
fn blocks<'a>(pieces: &mut Pieces<'a>) -> Result<Vec<&'a [u8]>, Fault> {
    let mut found = Vec::new();
    loop {
        let length = pieces.byte().ok_or(WITHIN)?;
        if length == 0 {
            return Ok(found);
        }
        let block = pieces.take(usize::from(length)).ok_or(WITHIN)?;
        if found.len() < 2 {
            found.push(block);
        }
    }
}
