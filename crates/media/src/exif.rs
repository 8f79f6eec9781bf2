//! The one thing in EXIF that decides how a picture is drawn: its orientation.
//!
//! In: EXIF data as it stands in an image, a TIFF file in little (CIPA DC-008, section 4.6). Out:
//! the orientation, and EXIF data that holds nothing else. Cameras save the sensor's rows as they
//! are and note how the camera was held; browsers turn the picture by it.

use super::pieces::Pieces;

/// How to turn and mirror: 2 to 8 (TIFF 6.0, tag 274). 1, upright, needs no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

impl Orientation {
    /// What EXIF data says; none where it does not, or says what no reader knows.
    pub(super) fn read(exif: &[u8]) -> Option<Self> {
        // In WebP, and in PNG by some programs, the name that JPEG has before it stands there too.
        let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
        let mut head = Pieces::of(tiff);
        let big = match head.take(4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let short = |pieces: &mut Pieces| {
            if big {
                pieces.big16()
            } else {
                pieces.little16()
            }
        };
        let long = |pieces: &mut Pieces| {
            if big {
                pieces.big32()
            } else {
                pieces.little32()
            }
        };
        let first = usize::try_from(long(&mut head)?).ok()?;
        let mut entries = Pieces::of(tiff.get(first..)?);
        for _ in 0..short(&mut entries)? {
            let mut entry = Pieces::of(entries.take(12)?);
            let (tag, form) = (short(&mut entry)?, short(&mut entry)?);
            let count = long(&mut entry)?;
            if tag == ORIENTATION && form == SHORT && count == 1 {
                let value = u8::try_from(short(&mut entry)?).ok()?;
                return (2..=8).contains(&value).then_some(Self(value));
            }
        }
        None
    }

    /// Whether the picture is shown lying on its side.
    pub(super) fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// EXIF data with the orientation alone: one table of one entry.
    pub(super) fn exif(self) -> [u8; 26] {
        let mut exif = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        exif[19] = self.0;
        exif
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_the_same() {
        for value in 2..=8 {
            let orientation = Orientation(value);
            assert_eq!(Orientation::read(&orientation.exif()), Some(orientation));
        }
    }

    #[test]
    fn upright_unknown_and_broken_data_say_nothing() {
        for value in [0, 1, 9, 255] {
            assert_eq!(Orientation::read(&Orientation(value).exif()), None);
        }
        let exif = Orientation(6).exif();
        for length in 0..20 {
            assert_eq!(Orientation::read(&exif[..length]), None);
        }
        assert_eq!(Orientation::read(b"II*\0\xff\xff\xff\xff"), None);
    }
}
