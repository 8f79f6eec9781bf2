//! What a file is made of, and the search of it in that form.
//!
//! In: a file's path and bytes. Out: every needle in it with its place, or why a part of it could
//! not be searched. The first bytes decide before the name does. Archives are unpacked in memory,
//! one inside of another too, within bounds; what is beyond them is reported, never passed over, as are
//! archives of kinds that are not unpacked. Base64 in a text is read as a file of its own.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use memchr::{memchr, memmem};

use super::index::Index;
use super::words::{Hit, Words};
use super::{encoded, json, markup, pdf};

/// The largest file, and the most that its archives may unpack to, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;
/// Archives inside one another.
const DEEPEST: usize = 4;

/// A needle and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub needle: u32,
    pub place: Place,
    /// The pieces of the output that the words stand in, where these are several.
    pub pieces: Vec<Box<[u8]>>,
    /// The number of the allowed phrase that stands there.
    pub allowed: Option<usize>,
}

/// A place of an output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the path itself.
    Name,
    /// A byte, and the line and column of it where the file is text.
    Byte(usize, Option<(usize, usize)>),
    /// In a file that is compressed, or a member of an archive.
    Inside(Option<String>, Box<Place>),
}

/// What could not be searched, in words that follow the file's path.
pub type Unsearched = String;

/// Searches one file.
pub fn search(path: &str, bytes: &[u8], index: &Index) -> (Vec<Found>, Vec<Unsearched>) {
    let mut search = Search {
        index,
        left: MOST_BYTES,
        unsearched: Vec::new(),
    };
    let mut found = in_name(path, index);
    found.extend(search.content(path, bytes, 0));
    (found, search.unsearched)
}

struct Search<'a> {
    index: &'a Index,
    /// Bytes that may still be unpacked.
    left: u64,
    unsearched: Vec<Unsearched>,
}

impl Search<'_> {
    fn content(&mut self, path: &str, bytes: &[u8], depth: usize) -> Vec<Found> {
        let packed = Packed::of(path, bytes);
        if packed.is_some() && depth == DEEPEST {
            self.unsearched.push(format!(
                "has more than {DEEPEST} archives inside one another"
            ));
            return Vec::new();
        }
        match packed {
            Some(Packed::Gzip) => {
                let reader = flate2::read::MultiGzDecoder::new(bytes);
                // `name.json.gz` holds what `name.json` would.
                let inner = path.strip_suffix(".gz").unwrap_or(path);
                self.unpack(inner, reader, depth, bytes)
            }
            Some(Packed::Brotli) => {
                let reader = brotli_decompressor::Decompressor::new(bytes, 4096);
                let inner = path.strip_suffix(".br").unwrap_or(path);
                self.unpack(inner, reader, depth, bytes)
            }
            Some(Packed::Zip) => self.zip(bytes, depth),
            Some(Packed::Unknown(kind)) => {
                self.unsearched
                    .push(format!("is {kind}, which is not unpacked"));
                self.raw("", bytes)
            }
            None if bytes.starts_with(b"%PDF-") => self.pdf(bytes),
            None => {
                let mut found = self.raw(path, bytes);
                if depth < DEEPEST && Form::of(path, bytes) != Form::Binary {
                    self.base64(bytes, depth, &mut found);
                }
                found
            }
        }
    }

    /// What stands in a text as base64, with the place where that begins.
    fn base64(&mut self, bytes: &[u8], depth: usize, found: &mut Vec<Found>) {
        encoded::base64(bytes, &mut |at, decoded| {
            let inside = self.content("", &decoded, depth + 1).into_iter();
            found.extend(inside.map(|inside| Found {
                place: Place::Byte(at, Some(line_column(bytes, at))),
                ..inside
            }));
        });
    }

    /// What a PDF file shows, and what stands in it as it is.
    fn pdf(&mut self, bytes: &[u8]) -> Vec<Found> {
        let mut found = self.raw("", bytes);
        let pdf::Pdf { shown, unread } = pdf::read(bytes, &mut self.left);
        self.unsearched.extend(unread);
        for text in shown {
            let mut words = Words::new(self.index, true);
            for run in &text.runs {
                match run {
                    pdf::Run::Text(text) => words.take(text.as_bytes(), 0),
                    pdf::Run::Seam => words.seam(),
                    pdf::Run::Gap => words.part(),
                }
            }
            found.extend(words.finish().into_iter().map(|hit| Found {
                needle: hit.needle,
                place: Place::Byte(text.at, None),
                pieces: hit.pieces,
                allowed: hit.allowed,
            }));
        }
        found
    }

    fn unpack(&mut self, inner: &str, reader: impl Read, depth: usize, raw: &[u8]) -> Vec<Found> {
        let found = match self.read(reader) {
            Ok(content) => self.content(inner, &content, depth + 1),
            Err(reason) => {
                self.unsearched.push(reason);
                return self.raw("", raw);
            }
        };
        found.into_iter().map(|found| within(found, None)).collect()
    }

    fn zip(&mut self, bytes: &[u8], depth: usize) -> Vec<Found> {
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => {
                self.unsearched
                    .push(format!("is a ZIP archive that cannot be read: {error}"));
                return self.raw("", bytes);
            }
        };
        let mut all = self.raw("", archive.comment());
        for number in 0..archive.len() {
            let (name, content) = match archive.by_index(number) {
                Ok(member) => {
                    let name = member.name_raw();
                    let name = String::from_utf8_lossy(name).into_owned();
                    (name, self.read(member))
                }
                Err(error) => {
                    self.unsearched
                        .push(format!("has a member that cannot be read: {error}"));
                    continue;
                }
            };
            let mut found = in_name(&name, self.index);
            match content {
                Ok(content) => found.extend(self.content(&name, &content, depth + 1)),
                Err(reason) => self.unsearched.push(format!("{reason}, in `{name}`")),
            }
            all.extend(found.into_iter().map(|found| within(found, Some(&name))));
        }
        all
    }

    /// All of a reader, within what is left.
    fn read(&mut self, reader: impl Read) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let read = reader.take(self.left + 1).read_to_end(&mut content);
        let length = content.len() as u64;
        if length > self.left {
            let most = MOST_BYTES >> 20;
            return Err(format!("unpacks to more than {most} MiB"));
        }
        self.left -= length;
        match read {
            Ok(_) => Ok(content),
            Err(error) => Err(format!("is compressed and cannot be read: {error}")),
        }
    }

    /// Bytes that are not compressed, in their form.
    fn raw(&self, path: &str, bytes: &[u8]) -> Vec<Found> {
        let form = Form::of(path, bytes);
        let hits = form.search(bytes, self.index, false);
        if hits.is_empty() {
            return Vec::new();
        }
        // Places cost something, so they are only kept once there is something to find.
        let hits = form.search(bytes, self.index, true);
        // Of several readings of one place one that knows the words around is enough.
        let allowed: HashMap<(u32, usize), usize> = hits
            .iter()
            .filter_map(|hit| Some(((hit.needle, hit.place), hit.allowed?)))
            .collect();
        let mut found: Vec<Found> = hits
            .into_iter()
            .map(|hit| Found {
                needle: hit.needle,
                place: Place::Byte(
                    hit.place,
                    (form != Form::Binary).then(|| line_column(bytes, hit.place)),
                ),
                allowed: allowed.get(&(hit.needle, hit.place)).copied(),
                pieces: hit.pieces,
            })
            .collect();
        found.sort_by(|left, right| {
            (left.needle, &left.place, &left.pieces).cmp(&(
                right.needle,
                &right.place,
                &right.pieces,
            ))
        });
        found.dedup();
        found
    }
}

/// What stands in a path itself.
fn in_name(path: &str, index: &Index) -> Vec<Found> {
    if json::plain(path.as_bytes(), index, false).is_empty() {
        return Vec::new();
    }
    let hits = json::plain(path.as_bytes(), index, true).into_iter();
    hits.map(|hit| Found {
        needle: hit.needle,
        place: Place::Name,
        pieces: Vec::new(),
        allowed: hit.allowed,
    })
    .collect()
}

fn within(found: Found, member: Option<&str>) -> Found {
    Found {
        place: Place::Inside(member.map(str::to_owned), Box::new(found.place)),
        ..found
    }
}

fn line_column(bytes: &[u8], place: usize) -> (usize, usize) {
    let before = &bytes[..place.min(bytes.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..])
        .chars()
        .count();
    (line, column + 1)
}

/// Ways of packing that are unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packed {
    Gzip,
    Zip,
    /// Has no first bytes of its own, so only the name tells.
    Brotli,
    /// Not unpacked here.
    Unknown(&'static str),
}

/// The first bytes of archives that are not unpacked.
const UNKNOWN: [(&[u8], &str); 11] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\0", "an XZ archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"LZIP", "an lzip archive"),
    (b"MSCF", "a cabinet archive"),
    (b"\x1f\x9d", "a compressed file of Unix"),
    (b"xar!", "a XAR archive"),
    (b"\x5d\0\0", "an LZMA archive"),
];

impl Packed {
    fn of(path: &str, bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            Some(Packed::Gzip)
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Some(Packed::Zip)
        } else if path.ends_with(".br") {
            Some(Packed::Brotli)
        } else {
            let mut unknown = UNKNOWN.iter();
            unknown
                .find(|(first, _)| bytes.starts_with(first))
                // `BZh` alone begins a word.
                .filter(|(first, _)| *first != b"BZh" || bytes.get(4..10) == Some(b"1AY&SY"))
                .map(|(_, kind)| Packed::Unknown(kind))
        }
    }
}

/// How what is not compressed is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Markup,
    Json,
    /// Any other text: as it is, and as whatever it looks like.
    Text,
    /// Text in two bytes for each sign, the lower one first or last.
    Utf16,
    Binary,
}

impl Form {
    fn of(path: &str, bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Form::Utf16;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" | "xhtml" | "xml" | "svg" | "atom" | "rss" => Form::Markup,
            "json" | "jsonld" | "geojson" | "webmanifest" => Form::Json,
            _ if memchr(0, &bytes[..bytes.len().min(8192)]).is_some() => Form::Binary,
            _ if std::str::from_utf8(bytes).is_ok() => Form::Text,
            _ => Form::Binary,
        }
    }

    fn search(self, bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
        match self {
            Form::Markup => markup::search(bytes, index, with_places),
            Form::Json => json::search(bytes, index, with_places),
            Form::Text => {
                let mut hits = json::plain(bytes, index, with_places);
                if markup::looks_like_markup(bytes) {
                    hits.extend(markup::search(bytes, index, with_places));
                }
                if json::has_escapes(bytes) {
                    hits.extend(json::search(bytes, index, with_places));
                }
                if encoded::has_quoted(bytes) {
                    hits.extend(quoted(bytes, index, with_places));
                }
                hits
            }
            Form::Utf16 => utf_16(bytes, index, with_places),
            Form::Binary => {
                let mut hits = json::plain(bytes, index, with_places);
                // What cameras and office programs write has two bytes for each sign.
                if memmem::find(bytes, b"\0").is_some() {
                    hits.extend(without_zeros(bytes, index, with_places));
                }
                hits
            }
        }
    }
}

/// Text of mail without its escapes.
fn quoted(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    let decoded = encoded::quoted(bytes);
    let mut hits = json::plain(&decoded.bytes, index, with_places);
    if markup::looks_like_markup(&decoded.bytes) {
        hits.extend(markup::search(&decoded.bytes, index, with_places));
    }
    for hit in &mut hits {
        hit.place = decoded.place(hit.place);
    }
    hits
}

fn utf_16(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    let big = bytes.starts_with(&[0xfe, 0xff]);
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]]; // `chunks_exact` gives two
        if big {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(' '))
        .collect();
    let mut hits = Form::Text.search(text.as_bytes(), index, with_places);
    for hit in &mut hits {
        // Exact for ASCII.
        hit.place *= 2;
    }
    hits
}

fn without_zeros(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    let mut words = Words::new(index, with_places);
    let mut at = 0;
    let mut zeros = 0;
    for piece in bytes.split(|byte| *byte == 0) {
        // One zero is half of a sign, more of them end a text.
        if !piece.is_empty() {
            if zeros > 1 {
                words.part();
            }
            words.take(piece, at);
            zeros = 0;
        }
        zeros += 1;
        at += piece.len() + 1;
    }
    words.finish()
}
