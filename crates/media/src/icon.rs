//! Icons and Windows bitmaps.
//!
//! In: an `.ico` or `.cur`, which holds several images, PNG or bitmap, or a `.bmp`. Out: the same
//! images with nothing between and behind them. Bitmaps have no field for an author; the one form
//! that names a file on the author's disk, a linked colour profile, is refused.

use super::pieces::Pieces;
use super::{Clean, Fault, png};

/// More than any program writes: sizes times depths.
const MOST_IMAGES: u16 = 64;

/// # Errors
/// When it is not a whole icon, or an image in it is broken.
pub(super) fn icon(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    let start = pieces
        .take(4)
        .filter(|start| matches!(*start, b"\0\0\x01\0" | b"\0\0\x02\0"));
    let (Some(start), Some(count)) = (start, pieces.little16()) else {
        return Err(Fault("it does not begin as an icon"));
    };
    if !(1..=MOST_IMAGES).contains(&count) {
        return Err(Fault("it has no picture in it"));
    }
    let mut directory = [start, &count.to_le_bytes()].concat();
    let mut images = Vec::new();
    let first = 6 + 16 * usize::from(count);
    for _ in 0..count {
        let facts = pieces.take(8).ok_or(Fault("it ends within its table"))?;
        let image = image(file, &mut pieces).ok_or(Fault("an image in it has no end"))?;
        let image = if image.starts_with(b"\x89PNG") {
            png::clean(image)?.bytes
        } else {
            image.to_vec()
        };
        let fits = |number: usize| u32::try_from(number).map_err(|_| Fault("it is too long"));
        directory.extend(facts);
        directory.extend(fits(image.len())?.to_le_bytes());
        directory.extend(fits(first + images.len())?.to_le_bytes());
        images.extend(image);
        // Entries may name the same bytes over and over.
        if images.len() > file.len().saturating_mul(2) {
            return Err(Fault("its images lie over one another"));
        }
    }
    directory.extend(images);
    Ok(Clean {
        bytes: directory,
        orientation: None,
    })
}

/// The bytes that the rest of an entry points at.
fn image<'a>(file: &'a [u8], entry: &mut Pieces) -> Option<&'a [u8]> {
    let length = usize::try_from(entry.little32()?).ok()?;
    let at = usize::try_from(entry.little32()?).ok()?;
    file.get(at..at.checked_add(length)?)
}

/// # Errors
/// When it is not a whole bitmap, or its colour profile is a file elsewhere.
pub(super) fn bitmap(file: &[u8]) -> Result<Clean, Fault> {
    let mut pieces = Pieces::of(file);
    if pieces.take(2) != Some(b"BM") {
        return Err(Fault("it does not begin as a bitmap"));
    }
    let length = pieces
        .little32()
        .and_then(|length| usize::try_from(length).ok());
    let pixels = pieces.take(4).and_then(|_| pieces.little32());
    let header = pieces.little32();
    // BITMAPV5HEADER: the kind of colour space stands 56 bytes into the header.
    let linked = file.get(14 + 56..14 + 60) == Some(b"KNIL") && header >= Some(124);
    if linked {
        return Err(Fault(
            "it names a colour profile on the disk it was made on",
        ));
    }
    match (length.and_then(|length| file.get(..length)), pixels) {
        (Some(whole), Some(pixels))
            if header >= Some(12) && usize::try_from(pixels).is_ok_and(|at| at < whole.len()) =>
        {
            Ok(Clean {
                bytes: whole.to_vec(),
                orientation: None,
            })
        }
        _ => Err(Fault("its end is missing")),
    }
}
