//! HTML, XML and SVG: what a reader sees as one stream of words, what stands in tags and comments
//! as another, so that `<b>` within a sentence does not split it.
//!
//! Character references are decoded. Where decoded text is markup or a reference again (a feed
//! carries pages that way), it is read once more as that.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::index::{Clean, Index};
use super::json;
use super::words::{Hit, Words};

/// How often markup may stand in markup as text.
const DEEPEST: usize = 3;
/// The longest character reference of HTML, `&CounterClockwiseContourIntegral;`.
const LONGEST_REFERENCE: usize = 33;

/// Whether an element stands within a line; every other begins a text of its own. `br` is one of
/// them because a sentence goes on after it; `r`, `t` and their like are the runs of a spreadsheet's
/// cell.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"abbr"
            | b"acronym"
            | b"b"
            | b"bdi"
            | b"bdo"
            | b"big"
            | b"br"
            | b"cite"
            | b"code"
            | b"color"
            | b"data"
            | b"del"
            | b"dfn"
            | b"em"
            | b"family"
            | b"font"
            | b"i"
            | b"img"
            | b"ins"
            | b"kbd"
            | b"mark"
            | b"nobr"
            | b"q"
            | b"r"
            | b"rfont"
            | b"rpr"
            | b"s"
            | b"samp"
            | b"scheme"
            | b"small"
            | b"span"
            | b"strike"
            | b"strong"
            | b"sub"
            | b"sup"
            | b"sz"
            | b"t"
            | b"time"
            | b"tspan"
            | b"tt"
            | b"u"
            | b"var"
            | b"wbr"
    )
}

/// Whether an element of an office document begins a text of its own: paragraphs, cells and what is
/// larger. Every other, such as a run or its look, stands within a line. None where the element is of
/// another vocabulary.
fn office_block(prefix: &[u8], name: &[u8]) -> Option<bool> {
    // WordprocessingML, DrawingML, and the text of OpenDocument.
    matches!(prefix, b"w" | b"a" | b"text").then(|| {
        matches!(
            name,
            b"p" | b"h"
                | b"tc"
                | b"tr"
                | b"tbl"
                | b"body"
                | b"list"
                | b"list-item"
                | b"document"
                | b"hdr"
                | b"ftr"
                | b"comment"
                | b"footnote"
                | b"endnote"
                | b"sectPr"
                | b"txbxContent"
                | b"txBody"
        )
    })
}

/// Searches markup. Places are bytes of it.
pub fn search(bytes: &[u8], index: &Index, with_places: bool) -> Vec<Hit> {
    search_inside(bytes, index, with_places, 0)
}

/// The folded lines of a piece of markup as a reader sees them.
pub fn lines(markup: &str) -> Vec<String> {
    let nothing = Index::default();
    let mut streams = Streams::new(&nothing, false);
    streams.text = Words::keeping(&nothing);
    streams.read(markup.as_bytes(), 0);
    let lines = streams.text.kept().into_iter();
    lines
        .map(|line| String::from_utf8_lossy(&line).into_owned())
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
    /// The inline tags of the line that is being read.
    inline: Vec<Range<usize>>,
}

impl<'a> Streams<'a> {
    fn new(index: &'a Index, with_places: bool) -> Self {
        Self {
            index,
            with_places,
            text: Words::new(index, with_places),
            tags: Words::new(index, with_places),
            inner: Vec::new(),
            inline: Vec::new(),
        }
    }

    /// Goes from tag to tag. What stands between two that are not inline is one phrase.
    fn read(&mut self, bytes: &[u8], depth: usize) {
        let mut line = None;
        let mut phrase = self.next_line(bytes, 0, &mut line);
        let mut at = phrase;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
            at += found;
            let tag = Tag::at(&bytes[at..]);
            let end = at + tag.length;
            if tag.length == 1 {
                at = end;
                continue;
            }
            if tag.is_inline(&bytes[at..end]) {
                self.inline.push(at..end);
                at = end;
                continue;
            }
            self.phrase(bytes, phrase..at);
            if tag.is_data {
                self.data(bytes, at..end, depth);
            } else {
                let known = &self.index.clean().tags;
                self.once(known, &bytes[at..end], |streams| {
                    take_tag(&bytes[at..end], at, &mut streams.tags);
                });
            }
            at = end;
            // Scripts and style sheets are no markup up to their end.
            if let Some(name) = tag.raw_text(&bytes[..end]) {
                let content = &bytes[at..at + close_of(&bytes[at..], name)];
                let found = json::search(content, self.index, self.with_places);
                self.inner.extend(moved(found, at));
                at += content.len();
            }
            at = self.next_line(bytes, at, &mut line);
            phrase = at;
        }
        self.phrase(bytes, phrase..bytes.len());
    }

    /// Passes over lines of the file that were read before and held nothing. `at` is where a phrase
    /// begins; `line` is the one that is being read, and is done when `at` is at its end.
    fn next_line(&self, bytes: &[u8], mut at: usize, line: &mut Option<Line>) -> usize {
        if self.with_places {
            return at;
        }
        let known = &self.index.clean().lines;
        let found = self.found();
        loop {
            let blank = bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let next = at + blank;
            match line {
                Some(open) if open.end > next => return at,
                Some(open) if open.end >= at && open.found == found => known.add(open.hash),
                _ => {}
            }
            at = next;
            let rest = &bytes[at..];
            if rest.is_empty() {
                return at;
            }
            let end = at + memchr(b'\n', rest).unwrap_or(rest.len());
            let hash = known.hash(&bytes[at..end]);
            if !known.has(hash) {
                *line = Some(Line { end, hash, found });
                return at;
            }
            *line = None;
            at = end;
        }
    }

    fn found(&self) -> usize {
        self.text.found() + self.tags.found() + self.inner.len()
    }

    /// A phrase with its inline tags.
    fn phrase(&mut self, bytes: &[u8], phrase: Range<usize>) {
        let mut inline = std::mem::take(&mut self.inline);
        let whole = &bytes[phrase.clone()];
        let read = |streams: &mut Self| {
            let mut from = phrase.start;
            for tag in &inline {
                take_with_references(&bytes[from..tag.start], from, &mut streams.text);
                streams.text.seam();
                take_tag(&bytes[tag.clone()], tag.start, &mut streams.tags);
                from = tag.end;
            }
            take_with_references(&bytes[from..phrase.end], from, &mut streams.text);
            streams.text.part();
        };
        if memchr(b'\n', whole).is_some() {
            self.once(&self.index.clean().lines, whole, read);
        } else {
            read(self);
        }
        inline.clear();
        self.inline = inline;
    }

    /// Reads a piece, unless the same one was read before and held nothing.
    fn once(&mut self, known: &Clean, piece: &[u8], read: impl FnOnce(&mut Self)) {
        let hash = known.hash(piece);
        if !self.with_places && known.has(hash) {
            return;
        }
        let before = self.found();
        read(self);
        if self.found() == before {
            known.add(hash);
        }
    }

    /// `<![CDATA[…]]>`: text, which may be markup in its turn.
    fn data(&mut self, bytes: &[u8], data: Range<usize>, depth: usize) {
        let start = data.start + b"<![CDATA[".len();
        let content = &bytes[start.min(data.end)..data.end];
        let content = content.strip_suffix(b"]]>").unwrap_or(content);
        self.text.take(content, start);
        self.text.part();
        if depth < DEEPEST && looks_like_markup(content) {
            let found = search_inside(content, self.index, self.with_places, depth + 1);
            self.inner.extend(moved(found, start));
        }
    }
}

fn moved(hits: Vec<Hit>, by: usize) -> impl Iterator<Item = Hit> {
    hits.into_iter().map(move |hit| Hit {
        place: hit.place + by,
        ..hit
    })
}

/// A line of the file that is being read.
struct Line {
    end: usize,
    hash: u64,
    /// What was found before it.
    found: usize,
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
        if let Some(local) = local_name(tag, name)
            && let Some(is_block) = office_block(name, local)
        {
            return !is_block;
        }
        // No name of these is longer.
        let mut folded = [0; 8];
        match folded.get_mut(..name.len()) {
            Some(folded) => {
                folded.copy_from_slice(name);
                folded.make_ascii_lowercase();
                is_inline(folded)
            }
            None => false,
        }
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

/// What follows the prefix of a name with one: `t` of `<w:t>`.
fn local_name<'t>(tag: &'t [u8], prefix: &[u8]) -> Option<&'t [u8]> {
    let start = if tag.get(1) == Some(&b'/') { 2 } else { 1 };
    let rest = tag.get(start + prefix.len()..)?.strip_prefix(b":")?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let end = rest.iter().position(|byte| !is_name(byte));
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// The length of a tag; a `>` in quotes does not end it.
fn end_of_tag(bytes: &[u8]) -> usize {
    let first = memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
    let tag = &bytes[..first];
    if memchr_iter(b'"', tag).count().is_multiple_of(2) && memchr(b'\'', tag).is_none() {
        return first;
    }
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
    first
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
    take_with_references(tag, place, tags);
    tags.part();
}

fn take_with_references(text: &[u8], place: usize, words: &mut Words) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr(b'&', rest)) {
        words.take(&text[at..at + found], place + at);
        at += found;
        at += reference(&text[at..], place + at, words);
    }
    words.take(text.get(at..).unwrap_or_default(), place + at);
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
