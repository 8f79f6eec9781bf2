//! The objects of a PDF file: its streams, unpacked, and which font and map a name stands for.
//!
//! In: the bytes of a file, or of the objects in it. Out: the streams and the text between them; numbers
//! of fonts, maps and names. Where a number is looked for is told by the words around it, not by the
//! file's table of places, which broken files lack.

use std::io::Read;

use memchr::memmem;

use super::Pdf;
use super::tokens::is_regular;

/// An object with a stream.
pub(super) struct Stream {
    pub(super) number: u64,
    pub(super) at: usize,
    pub(super) dictionary: Vec<u8>,
    pub(super) content: Vec<u8>,
}

/// The streams of a file, unpacked, and the file without them.
pub(super) fn streams(bytes: &[u8], left: &mut u64, pdf: &mut Pdf) -> (Vec<Stream>, Vec<u8>) {
    let mut streams = Vec::new();
    let mut rest = Vec::new();
    let mut from = 0;
    while let Some(found) = memmem::find(&bytes[from..], b"stream") {
        let keyword = from + found;
        let mut at = keyword + b"stream".len();
        at += usize::from(bytes.get(at) == Some(&b'\r'));
        at += usize::from(bytes.get(at) == Some(&b'\n'));
        let end = memmem::find(&bytes[at..], b"endstream").map_or(bytes.len(), |end| at + end);
        let before = &bytes[from..keyword];
        let start = memmem::rfind(before, b"obj").unwrap_or(0);
        let dictionary = before[start..].to_vec();
        let number = number_before(&before[..start]);
        rest.extend_from_slice(before);
        from = (end + b"endstream".len()).min(bytes.len());
        let has = |name: &[u8]| memmem::find(&dictionary, name).is_some();
        let data = &bytes[at..end];
        let is_picture = [
            b"/DCTDecode".as_slice(),
            b"/JPXDecode",
            b"/CCITTFax",
            b"/JBIG2",
        ]
        .into_iter()
        .any(has);
        let is_odd = [
            b"/LZWDecode".as_slice(),
            b"/ASCII85",
            b"/ASCIIHex",
            b"/RunLength",
        ]
        .into_iter()
        .any(has);
        if is_picture {
            continue;
        }
        if is_odd {
            let reason = "has a part in an encoding of PDF that is not read";
            if !pdf.unread.iter().any(|known| known == reason) {
                pdf.unread.push(reason.to_owned());
            }
            continue;
        }
        let mut content = Vec::new();
        if has(b"/FlateDecode") {
            // What can be read of a broken stream is read.
            let decoder = flate2::read::ZlibDecoder::new(data);
            let _ = decoder.take(*left).read_to_end(&mut content);
            *left -= content.len() as u64;
            if content.is_empty() && !data.is_empty() {
                let reason = "has a part that cannot be unpacked";
                if !pdf.unread.iter().any(|known| known == reason) {
                    pdf.unread.push(reason.to_owned());
                }
            }
        } else {
            content.extend_from_slice(data);
        }
        streams.push(Stream {
            number,
            at,
            dictionary,
            content,
        });
    }
    rest.extend_from_slice(&bytes[from..]);
    (streams, rest)
}

/// The object number of `12 0 ` at the end of a text.
fn number_before(text: &[u8]) -> u64 {
    let tail = &text[text.len().saturating_sub(24)..];
    let tail = String::from_utf8_lossy(tail);
    let mut words = tail.split_ascii_whitespace().rev();
    words.next();
    words.next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// The objects of an object stream, written as they are in a file. It begins with pairs of a number and
/// a place; the places count from the end of the pairs (section 7.5.7).
pub(super) fn unpacked_objects(content: &[u8]) -> Vec<u8> {
    let is_head = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_whitespace();
    let head = content.iter().take_while(|byte| is_head(byte)).count();
    let numbers: Vec<usize> = String::from_utf8_lossy(&content[..head])
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let body = &content[head..];
    let mut objects = Vec::new();
    let pairs: Vec<(usize, usize)> = numbers
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    for (at, (number, start)) in pairs.iter().enumerate() {
        let end = pairs.get(at + 1).map_or(body.len(), |(_, end)| *end);
        objects.extend_from_slice(format!("\n{number} 0 obj ").as_bytes());
        objects.extend_from_slice(body.get(*start..end.min(body.len())).unwrap_or_default());
    }
    objects
}

/// Of each font its number, and that of its map.
pub(super) fn fonts_of(text: &[u8]) -> Vec<(u64, u64)> {
    let key = b"/ToUnicode";
    let mut fonts = Vec::new();
    for at in memmem::find_iter(text, key) {
        let start = memmem::rfind(&text[..at], b"obj").unwrap_or(0);
        let after = String::from_utf8_lossy(&text[at + key.len()..text.len().min(at + 40)]);
        let map = after.split_ascii_whitespace().next();
        if let Some(map) = map.and_then(|map| map.parse().ok()) {
            fonts.push((number_before(&text[..start]), map));
        }
    }
    fonts
}

/// Names with the objects that they stand for: `/F1 5 0 R`.
pub(super) fn references(text: &[u8]) -> Vec<(Vec<u8>, u64)> {
    let mut references = Vec::new();
    for at in memchr::memchr_iter(b'/', text) {
        let rest = &text[at + 1..text.len().min(at + 80)];
        let name = rest.iter().take_while(|byte| is_regular(**byte)).count();
        let after = String::from_utf8_lossy(&rest[name..]);
        let mut words =
            after.split(|sign: char| sign.is_ascii_whitespace() || sign == '/' || sign == '>');
        let mut next = || words.find(|word| !word.is_empty());
        if let (Some(number), Some(_), Some("R")) = (next(), next(), next())
            && let Ok(number) = number.parse()
        {
            references.push((rest[..name].to_vec(), number));
        }
    }
    references
}
