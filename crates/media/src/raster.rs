//! The kinds of pictures in pixels, told by what they are called and by how they begin.

use super::{Clean, Fault, gif, icon, jpeg, png, webp};

/// A format of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
    Gif,
    Icon,
    Bitmap,
    Avif,
    Heif,
    Tiff,
    JpegXl,
    Jpeg2000,
    Photoshop,
}

/// Formats with the endings of their files; the first ending is the one to propose.
const ENDINGS: &[(Kind, &str, &[&str])] = &[
    (
        Kind::Jpeg,
        "JPEG",
        &["jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp"],
    ),
    (Kind::Png, "PNG", &["png", "apng"]),
    (Kind::WebP, "WebP", &["webp"]),
    (Kind::Gif, "GIF", &["gif"]),
    (Kind::Icon, "icon", &["ico", "cur"]),
    (Kind::Bitmap, "bitmap", &["bmp", "dib"]),
    (Kind::Avif, "AVIF", &["avif", "avifs"]),
    (
        Kind::Heif,
        "HEIF",
        &["heic", "heif", "hif", "heics", "heifs"],
    ),
    // Raw pictures of cameras are TIFF files as well.
    (
        Kind::Tiff,
        "TIFF",
        &[
            "tif", "tiff", "dng", "cr2", "nef", "arw", "orf", "rw2", "pef",
        ],
    ),
    (Kind::JpegXl, "JPEG XL", &["jxl"]),
    (Kind::Jpeg2000, "JPEG 2000", &["jp2", "j2k", "jpx", "jpf"]),
    (Kind::Photoshop, "Photoshop", &["psd", "psb"]),
];

impl Kind {
    /// What a file's ending, in small letters, says that it is.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        ENDINGS
            .iter()
            .find(|(.., endings)| endings.contains(&ending))
            .map(|(kind, ..)| *kind)
    }

    /// What the first bytes say.
    pub(super) fn of_content(bytes: &[u8]) -> Option<Self> {
        let at =
            |from: usize, what: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(what));
        if at(4, b"ftyp") {
            // The major brand of ISO/IEC 23008-12.
            return match bytes.get(8..12)? {
                b"avif" | b"avis" => Some(Kind::Avif),
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                    Some(Kind::Heif)
                }
                _ => None,
            };
        }
        let kind = if at(0, b"\xff\xd8\xff") {
            Kind::Jpeg
        } else if at(0, b"\x89PNG\r\n\x1a\n") {
            Kind::Png
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Kind::WebP
        } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
            Kind::Gif
        } else if at(0, b"II*\0") || at(0, b"MM\0*") || at(0, b"II+\0") || at(0, b"MM\0+") {
            Kind::Tiff
        } else if at(0, b"\xff\x0a") || at(0, b"\0\0\0\x0cJXL ") {
            Kind::JpegXl
        } else if at(0, b"\0\0\0\x0cjP  ") || at(0, b"\xff\x4f\xff\x51") {
            Kind::Jpeg2000
        } else if at(0, b"8BPS") {
            Kind::Photoshop
        } else {
            return None;
        };
        Some(kind)
    }

    /// The format's name.
    pub(super) fn name(self) -> &'static str {
        self.row().map_or("picture", |(_, name, _)| name)
    }

    /// The ending that a file of this format should have.
    pub(super) fn ending(self) -> &'static str {
        self.row()
            .and_then(|(.., endings)| endings.first().copied())
            .unwrap_or_default()
    }

    fn row(self) -> Option<&'static (Kind, &'static str, &'static [&'static str])> {
        ENDINGS.iter().find(|(kind, ..)| *kind == self)
    }

    /// Whether what does not draw can be taken out.
    pub(super) fn can_be_cleaned(self) -> bool {
        matches!(
            self,
            Kind::Jpeg | Kind::Png | Kind::WebP | Kind::Gif | Kind::Icon | Kind::Bitmap
        )
    }

    /// For a picture inside of an SVG.
    pub(super) fn media_type(self) -> Option<&'static str> {
        match self {
            Kind::Jpeg => Some("image/jpeg"),
            Kind::Png => Some("image/png"),
            Kind::WebP => Some("image/webp"),
            Kind::Gif => Some("image/gif"),
            _ => None,
        }
    }

    /// The picture without what does not draw.
    ///
    /// # Errors
    /// When it is not whole, or of a format that cannot be cleaned.
    pub(super) fn clean(self, file: &[u8]) -> Result<Clean, Fault> {
        match self {
            Kind::Jpeg => jpeg::clean(file),
            Kind::Png => png::clean(file),
            Kind::WebP => webp::clean(file),
            Kind::Gif => gif::clean(file),
            Kind::Icon => icon::icon(file),
            Kind::Bitmap => icon::bitmap(file),
            _ => Err(Fault("metadata of its format cannot be taken out")),
        }
    }
}
