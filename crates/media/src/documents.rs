//! Documents that may say who wrote them: PDF and what office programs write.
//!
//! In: a file that is published as it is. Out: the name that its properties give as the author. A
//! name is looked for where these programs put it; that none is found proves nothing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::ZlibDecoder;
use memchr::memmem;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

/// A format of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    /// Office Open XML and OpenDocument: archives with a part for properties.
    Archive,
    /// What came before them, in which properties cannot be looked up.
    Old,
}

/// What is known of who wrote a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Author {
    Named(String),
    /// There is a name, which cannot be shown.
    Present,
    /// It could not be looked into.
    Unknown,
}

/// The most of a file, and of what is packed in it, that is looked at.
const MOST_READ: u64 = 64 << 20;
const MOST_UNPACKED: u64 = 16 << 20;
const MOST_PROPERTIES: u64 = 1 << 20;

impl Kind {
    /// By a file's ending, in small letters.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "pdf" => Some(Kind::Pdf),
            "docx" | "docm" | "dotx" | "xlsx" | "xlsm" | "xltx" | "pptx" | "pptm" | "ppsx"
            | "vsdx" | "odt" | "ods" | "odp" | "odg" => Some(Kind::Archive),
            "doc" | "dot" | "xls" | "ppt" | "pps" | "vsd" | "rtf" => Some(Kind::Old),
            _ => None,
        }
    }

    /// The author that the file names; none where it names none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn author(self, file: &Path) -> std::io::Result<Option<Author>> {
        match self {
            Kind::Pdf => {
                let mut bytes = Vec::new();
                File::open(file)?.take(MOST_READ).read_to_end(&mut bytes)?;
                Ok(pdf(&bytes))
            }
            Kind::Archive => {
                let source = File::open(file)?;
                if source.metadata()?.len() > MOST_READ {
                    return Ok(Some(Author::Unknown));
                }
                Ok(archive(source))
            }
            Kind::Old => Ok(Some(Author::Unknown)),
        }
    }
}

/// The document information's Author (ISO 32000-1, section 14.3.3), in the open or in a packed
/// object stream, or the creator in XMP.
fn pdf(bytes: &[u8]) -> Option<Author> {
    if let Some(found) = information(bytes).or_else(|| creator(bytes)) {
        return Some(found);
    }
    let mut room = MOST_UNPACKED;
    for at in memmem::find_iter(bytes, b"/ObjStm") {
        let Some(rest) = bytes.get(at..) else { break };
        // The dictionary of a stream is short.
        let head = rest.get(..2048).unwrap_or(rest);
        let Some(start) = memmem::find(head, b"stream") else {
            continue;
        };
        let data = rest.get(start + b"stream".len()..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let mut unpacked = Vec::new();
        // What was unpacked before an error is looked at all the same.
        let _ = ZlibDecoder::new(data).take(room).read_to_end(&mut unpacked);
        if let Some(found) = information(&unpacked) {
            return Some(found);
        }
        room = room.saturating_sub(unpacked.len() as u64);
        if room == 0 {
            return Some(Author::Unknown);
        }
    }
    None
}

fn information(bytes: &[u8]) -> Option<Author> {
    const KEY: &[u8] = b"/Author";
    memmem::find_iter(bytes, KEY).find_map(|at| {
        let value = bytes.get(at + KEY.len()..)?.trim_ascii_start();
        let (open, rest) = value.split_first()?;
        match open {
            b'(' => {
                let end = rest.iter().position(|byte| *byte == b')')?;
                let text = rest.get(..end)?;
                if text.trim_ascii().is_empty() {
                    return None;
                }
                let plain = text.iter().all(|byte| (b' '..=b'~').contains(byte));
                Some(match String::from_utf8(text.to_vec()) {
                    Ok(text) if plain && !text.contains('\\') => named(&text),
                    _ => Author::Present,
                })
            }
            b'<' => (rest.trim_ascii_start().first()? != &b'>').then_some(Author::Present),
            // The number of an object that holds it.
            b'0'..=b'9' => Some(Author::Present),
            _ => None,
        }
    })
}

/// The creator in XMP that is not packed.
fn creator(bytes: &[u8]) -> Option<Author> {
    let start = memmem::find(bytes, b"<dc:creator>")?;
    let rest = bytes.get(start..)?;
    let end = memmem::find(rest, b"</dc:creator>")?;
    let inside = String::from_utf8_lossy(rest.get(..end)?);
    let text: String = inside
        .split('<')
        .filter_map(|piece| piece.split_once('>').map(|(_, text)| text))
        .collect();
    (!text.trim().is_empty()).then(|| named(text.trim()))
}

/// The properties of an Office Open XML (ECMA-376, part 2, section 8) or OpenDocument file (part 3,
/// section 3.6).
fn archive(source: File) -> Option<Author> {
    let Ok(mut archive) = ZipArchive::new(source) else {
        return Some(Author::Unknown);
    };
    for part in ["docProps/core.xml", "meta.xml"] {
        let Ok(part) = archive.by_name(part) else {
            continue;
        };
        let mut text = Vec::new();
        if part.take(MOST_PROPERTIES).read_to_end(&mut text).is_err() {
            return Some(Author::Unknown);
        }
        if let Some(author) = properties(&String::from_utf8_lossy(&text)) {
            return Some(named(&author));
        }
    }
    None
}

fn properties(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                names = matches!(
                    element.local_name().as_ref(),
                    b"creator" | b"lastModifiedBy" | b"initial-creator" | b"printed-by"
                );
            }
            Ok(Event::Text(text)) if names => {
                let text = text.decode().ok()?;
                if !text.trim().is_empty() {
                    return Some(text.trim().to_owned());
                }
            }
            Ok(Event::End(_)) => names = false,
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn named(name: &str) -> Author {
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_control())
        .take(80)
        .collect();
    Author::Named(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_pdf_names_its_author_in_the_open_or_packed() {
        let name = |name: &str| Some(Author::Named(name.to_owned()));
        assert_eq!(pdf(b"%PDF-1.4 << /Author (Jane Doe) >>"), name("Jane Doe"));
        assert_eq!(pdf(b"<< /Author<feff004a> >>"), Some(Author::Present));
        assert_eq!(pdf(b"<< /Author () /Creator (Writer) >>"), None);
        assert_eq!(pdf(b"<< /Author 4 0 R >>"), Some(Author::Present));
        let xmp = b"<dc:creator><rdf:Seq><rdf:li>Jane</rdf:li></rdf:Seq></dc:creator>";
        assert_eq!(pdf(xmp), name("Jane"));
        let mut packer =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(b"4 0 << /Author (Jane) >>").unwrap();
        let packed = packer.finish().unwrap();
        let file = [b"<< /Type /ObjStm >>\nstream\r\n".as_slice(), &packed].concat();
        assert_eq!(pdf(&file), name("Jane"));
        assert_eq!(pdf(b"/ObjStm stream"), None);
        assert_eq!(pdf(b"/Author ("), None);
    }

    #[test]
    fn properties_name_whoever_touched_the_file() {
        let core = "<cp:coreProperties><dc:creator></dc:creator>\
                    <cp:lastModifiedBy>Jane</cp:lastModifiedBy></cp:coreProperties>";
        assert_eq!(properties(core), Some("Jane".to_owned()));
        assert_eq!(properties("<a><dc:title>Jane</dc:title></a>"), None);
        assert_eq!(properties("<dc:creator>Jane"), Some("Jane".to_owned()));
        assert_eq!(properties("<<<"), None);
    }
}
