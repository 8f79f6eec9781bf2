//! HTML, XML and SVG: what a reader sees as one stream of words, what stands in tags and comments
//! as another, so that `<b>` within a sentence does not split it.
//!
//! Character references are decoded. Where decoded text is markup or a reference again (a feed
//! carries pages that way), it is read once more as that.

use memchr::{memchr, memchr2, memmem};

use super::index::Index;
use super::json;
use super::words::{Hit, Words};

/// How often markup may stand in markup as text.
const DEEPEST: usize = 3;
/// The longest character reference of HTML, `&CounterClockwiseContourIntegral;`.
const LONGEST_REFERENCE: usize = 33;

/// Elements that stand within a line; every other begins a text of its own. `br` is here because
/// a sentence goes on after it.
const INLINE: [&[u8]; 36] = [
    b"a", b"abbr", b"acronym", b"b", b"bdi", b"bdo", b"big", b"br", b"cite", b"code", b"data",
    b"del", b"dfn", b"em", b"font", b"i", b"img", b"ins", b"kbd", b"mark", b"q", b"s", b"samp",
    b"small", b"span", b"strike", b"strong", b"sub", b"sup", b"time", b"tspan", b"tt", b"u",
    b"var", b"wbr", b"nobr",
];

/// Searches markup. Places are bytes of it.
pub fn search(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    search_inside(bytes, index, with_places, 0)
}

/// The folded lines of a piece of markup as a reader sees them.
pub fn lines(markup: &str) -> Vec<String> {
    let nothing = Index::default();
    let mut streams = Streams::new(&nothing, false);
    streams.read(markup.as_bytes(), 0);
    streams.text.finish();
    streams
        .text
        .text()
        .split(|byte| *byte == 1)
        .map(|line| String::from_utf8_lossy(line).trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn search_inside(bytes: &[u8], index: &Index, with_places: bool, depth: usize) -> Vec<Hit> {
    let mut streams = Streams::new(index, with_places);
    streams.read(bytes, depth);
    let mut hits = streams.text.finish();
    hits.extend(streams.tags.finish());
    hits.extend(streams.inner);
    if depth < DEEPEST && holds_escaped_markup(bytes) {
        let decoded = decode(bytes);
        let found = search_inside(&decoded.bytes, index, with_places, depth + 1);
        hits.extend(found.into_iter().map(|hit| Hit {
            place: decoded.place(hit.place),
            ..hit
        }));
    }
    hits
}

/// What markup is read into.
struct Streams<'a> {
    index: &'a Index,
    with_places: bool,
    text: Words<'a>,
    tags: Words<'a>,
    /// Found in what is not markup inside of it.
    inner: Vec<Hit>,
}

impl<'a> Streams<'a> {
    fn new(index: &'a Index, with_places: bool) -> Self {
        Self {
            index,
            with_places,
            text: Words::new(index, with_places),
            tags: Words::new(index, with_places),
            inner: Vec::new(),
        }
    }
}

impl Streams<'_> {
    fn read(&mut self, bytes: &[u8], depth: usize) {
        let (index, with_places) = (self.index, self.with_places);
        let (text, tags, inner) = (&mut self.text, &mut self.tags, &mut self.inner);
        let mut at = 0;
        while at < bytes.len() {
            let next = memchr2(b'<', b'&', &bytes[at..]).map_or(bytes.len(), |found| at + found);
            text.take(&bytes[at..next], at);
            at = next;
            match bytes.get(at) {
                Some(b'&') => at += reference(&bytes[at..], at, text),
                Some(_) => {
                    let tag = Tag::at(&bytes[at..]);
                    let end = at + tag.length;
                    if tag.length == 1 {
                        text.take(&bytes[at..end], at);
                        at = end;
                        continue;
                    }
                    if tag.is_data {
                        text.part();
                        let data = at + b"<![CDATA[".len()..end;
                        let data_end = data.end.saturating_sub(b"]]>".len()).max(data.start);
                        let content = &bytes[data.start..data_end];
                        text.take(content, data.start);
                        text.part();
                        if depth < DEEPEST && looks_like_markup(content) {
                            let found = search_inside(content, index, with_places, depth + 1);
                            inner.extend(moved(found, data.start));
                        }
                        at = end;
                        continue;
                    }
                    if tag.is_inline(&bytes[at..end]) {
                        text.seam();
                    } else {
                        text.part();
                    }
                    take_tag(&bytes[at..end], at, tags);
                    at = end;
                    // Scripts and style sheets are no markup up to their end.
                    if let Some(name) = tag.raw_text(&bytes[..end]) {
                        let close = close_of(&bytes[at..], name);
                        let content = &bytes[at..at + close];
                        inner.extend(moved(json::search(content, index, with_places), at));
                        at += close;
                    }
                }
                None => {}
            }
        }
    }
}

fn moved(hits: Vec<Hit>, by: usize) -> impl Iterator<Item = Hit> {
    hits.into_iter().map(move |hit| Hit {
        place: hit.place + by,
        ..hit
    })
}

/// A tag, comment, declaration or instruction.
struct Tag {
    length: usize,
    /// `<![CDATA[…]]>`, whose content is text.
    is_data: bool,
}

impl Tag {
    /// What begins with the `<` that the bytes begin with. Of length 1 when that is only a sign.
    fn at(bytes: &[u8]) -> Self {
        let whole = bytes.len();
        let until = |end: &[u8], from: usize| {
            bytes
                .get(from..)
                .and_then(|rest| memmem::find(rest, end))
                .map_or(whole, |found| from + found + end.len())
        };
        let length = match bytes.get(1) {
            Some(b'!') if bytes.starts_with(b"<!--") => until(b"-->", 4),
            Some(b'!') if bytes.starts_with(b"<![CDATA[") => {
                return Self {
                    length: until(b"]]>", 9),
                    is_data: true,
                };
            }
            Some(b'!' | b'?') => until(b">", 1),
            Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => end_of_tag(bytes),
            _ => 1,
        };
        Self {
            length,
            is_data: false,
        }
    }

    fn is_inline(&self, tag: &[u8]) -> bool {
        if tag.starts_with(b"<!--") {
            return true;
        }
        let name = name_of(tag);
        INLINE
            .iter()
            .any(|inline| inline.eq_ignore_ascii_case(name))
    }

    /// The element's name when what follows the tag that ends here is no markup.
    fn raw_text(&self, until: &[u8]) -> Option<&'static [u8]> {
        let tag = until.get(until.len() - self.length..)?;
        if tag.get(1) == Some(&b'/') || tag.ends_with(b"/>") {
            return None;
        }
        let name = name_of(tag);
        [b"script".as_slice(), b"style"]
            .into_iter()
            .find(|raw| raw.eq_ignore_ascii_case(name))
    }
}

fn name_of(tag: &[u8]) -> &[u8] {
    let start = if tag.get(1) == Some(&b'/') { 2 } else { 1 };
    let rest = tag.get(start..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    &rest[..end]
}

/// The length of a tag; a `>` in quotes does not end it.
fn end_of_tag(bytes: &[u8]) -> usize {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed would hide the tags behind it.
    memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1)
}

/// Where the content of a script or style sheet ends.
fn close_of(bytes: &[u8], name: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memmem::find(rest, b"</")) {
        let at = from + found;
        let after = bytes.get(at + 2..at + 2 + name.len());
        if after.is_some_and(|after| after.eq_ignore_ascii_case(name)) {
            return at;
        }
        from = at + 2;
    }
    bytes.len()
}

/// Names, values and comments.
fn take_tag(tag: &[u8], place: usize, tags: &mut Words) {
    let mut at = 0;
    while let Some(found) = tag.get(at..).and_then(|rest| memchr(b'&', rest)) {
        tags.take(&tag[at..at + found], place + at);
        at += found;
        at += reference(&tag[at..], place + at, tags);
    }
    tags.take(tag.get(at..).unwrap_or_default(), place + at);
    tags.part();
}

/// Reads a character reference; a `&` that begins none is a sign like others.
fn reference(bytes: &[u8], place: usize, words: &mut Words) -> usize {
    match decoded_reference(bytes) {
        Some((text, length)) => {
            words.take(text.as_bytes(), place);
            length
        }
        None => {
            words.take(b"&", place);
            1
        }
    }
}

fn decoded_reference(bytes: &[u8]) -> Option<(String, usize)> {
    let most = &bytes[..bytes.len().min(LONGEST_REFERENCE)];
    let end = memchr(b';', most)? + 1;
    let written = std::str::from_utf8(&most[..end]).ok()?;
    let text = html_escape::decode_html_entities(written);
    (text != written).then(|| (text.into_owned(), end))
}

/// A text without its escapes, and the way back to the bytes as they were.
pub struct Decoded {
    pub bytes: Vec<u8>,
    /// From here on: a byte of the decoded, and the one that it was.
    pub places: Vec<(usize, usize)>,
}

impl Decoded {
    pub fn place(&self, at: usize) -> usize {
        let after = self.places.partition_point(|(decoded, _)| *decoded <= at);
        match after.checked_sub(1).and_then(|last| self.places.get(last)) {
            Some((decoded, place)) => place + (at - decoded),
            None => at,
        }
    }
}

fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        bytes: Vec::with_capacity(bytes.len()),
        places: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'&', rest)) {
        decoded.bytes.extend_from_slice(&bytes[at..at + found]);
        at += found;
        match decoded_reference(&bytes[at..]) {
            Some((text, length)) => {
                decoded.bytes.extend_from_slice(text.as_bytes());
                at += length;
            }
            None => {
                decoded.bytes.push(b'&');
                at += 1;
            }
        }
        decoded.places.push((decoded.bytes.len(), at));
    }
    decoded
        .bytes
        .extend_from_slice(bytes.get(at..).unwrap_or_default());
    decoded
}

/// Whether a text that is decoded already is markup or has references: `<b>`, `&eacute;`.
pub fn looks_like_markup(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'<', b'&', rest)) {
        at += found + 1;
        match (bytes.get(at - 1), bytes.get(at)) {
            (Some(b'<'), Some(b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z')) => return true,
            (Some(b'&'), _) if decoded_reference(&bytes[at - 1..]).is_some() => return true,
            _ => {}
        }
    }
    false
}

/// Whether decoding the references gives markup or references again.
fn holds_escaped_markup(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'&', rest)) {
        at += found;
        let rest = &bytes[at..];
        // By far the most are `&amp;`, `&quot;` and the like before something else.
        let begins = match rest.get(1) {
            Some(b'l' | b'a' | b'#' | b'L' | b'A') => decoded_reference(rest),
            _ => None,
        };
        let Some((text, length)) = begins else {
            at += 1;
            continue;
        };
        at += length;
        match (text.as_str(), bytes.get(at)) {
            ("<", Some(b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z')) => return true,
            ("&", Some(b'#' | b'a'..=b'z' | b'A'..=b'Z')) => {
                let after = &bytes[at..bytes.len().min(at + LONGEST_REFERENCE)];
                let name = after
                    .iter()
                    .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'#'));
                if name.and_then(|end| after.get(end)) == Some(&b';') {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
