//! JSON, and scripts: the escapes of strings are decoded, and a string that is markup (a feed's
//! HTML) is read as that too.

use memchr::{memchr, memchr2};

use super::index::Index;
use super::markup::{self, Decoded};
use super::words::{Hit, PART, Words};

/// Searches JSON. Places are bytes of it.
pub fn search(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    if memchr2(b'"', b'\\', bytes).is_none() {
        return plain(bytes, index, with_places);
    }
    let decoded = decode(bytes);
    let mut hits = plain(&decoded.bytes, index, with_places);
    if markup::looks_like_markup(&decoded.bytes) {
        hits.extend(markup::search(&decoded.bytes, index, with_places));
    }
    for hit in &mut hits {
        hit.place = decoded.place(hit.place);
    }
    hits
}

/// Whether a text has escapes as strings of JSON and scripts have them.
pub fn has_escapes(bytes: &[u8]) -> bool {
    memchr(b'\\', bytes).is_some()
}

/// Searches text as it is.
pub fn plain(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    let mut words = Words::new(index, with_places);
    words.take(bytes, 0);
    words.finish()
}

/// Strings without their escapes (RFC 8259, section 7; `\xXX` is a script's). Where a string begins
/// or ends, a phrase does.
fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        bytes: Vec::with_capacity(bytes.len()),
        places: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        decoded.bytes.extend_from_slice(&bytes[at..at + found]);
        at += found;
        if bytes.get(at) == Some(&b'"') {
            decoded.bytes.push(PART);
            at += 1;
            continue;
        }
        at += 1;
        match bytes.get(at) {
            Some(b'u') => match unicode(&bytes[at + 1..]) {
                Some((character, length)) => {
                    let mut buffer = [0; 4];
                    let text = character.encode_utf8(&mut buffer);
                    decoded.bytes.extend_from_slice(text.as_bytes());
                    at += 1 + length;
                }
                None => decoded.bytes.push(b'\\'),
            },
            Some(b'x') => match hex(&bytes[at + 1..], 2) {
                Some(value) => {
                    let character = char::from_u32(value).unwrap_or(' ');
                    let mut buffer = [0; 4];
                    let text = character.encode_utf8(&mut buffer);
                    decoded.bytes.extend_from_slice(text.as_bytes());
                    at += 3;
                }
                None => decoded.bytes.push(b'\\'),
            },
            // The lines of a string are texts of their own, as those of a file are.
            Some(b'n' | b'r') => {
                decoded.bytes.push(b'\n');
                at += 1;
            }
            Some(b't' | b'b' | b'f') => {
                decoded.bytes.push(b' ');
                at += 1;
            }
            Some(other) => {
                decoded.bytes.push(*other);
                at += 1;
            }
            None => {}
        }
        decoded.places.push((decoded.bytes.len(), at));
    }
    decoded
        .bytes
        .extend_from_slice(bytes.get(at..).unwrap_or_default());
    decoded
}

fn hex(bytes: &[u8], digits: usize) -> Option<u32> {
    let text = std::str::from_utf8(bytes.get(..digits)?).ok()?;
    u32::from_str_radix(text, 16).ok()
}

/// `XXXX` behind `\u`, or a pair of them that is one character; how many bytes that is.
fn unicode(bytes: &[u8]) -> Option<(char, usize)> {
    let first = hex(bytes, 4)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first).unwrap_or(' '), 4));
    }
    let second = bytes
        .get(4..)
        .and_then(|rest| rest.strip_prefix(b"\\u"))
        .and_then(|rest| hex(rest, 4))
        .filter(|second| (0xdc00..0xe000).contains(second));
    match second {
        Some(second) => {
            let value = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            Some((char::from_u32(value).unwrap_or(' '), 10))
        }
        None => Some((' ', 4)),
    }
}
