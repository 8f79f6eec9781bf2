//! A file as an HTTP response: its type, its tag, the part of it that was asked for.
//!
//! In: a file's bytes or place, and the request's conditions. Out: 200, 206, 304 or 416 as RFC 9110
//! (sections 13 and 14) has it. Nothing may be kept without asking again: the next build is near.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::time::UNIX_EPOCH;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::Response;

/// The type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What a request asks of whatever file it names.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    head: bool,
    if_none_match: Option<String>,
    if_range: Option<String>,
    range: Option<String>,
}

impl Conditions {
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        Self {
            head: *method == Method::HEAD,
            if_none_match: text(header::IF_NONE_MATCH),
            if_range: text(header::IF_RANGE),
            // Ranges are defined for GET alone (RFC 9110, section 14.2).
            range: text(header::RANGE).filter(|_| *method == Method::GET),
        }
    }

    /// Only a whole 200 may be answered with "not changed" or with a part.
    pub(super) fn without_parts(&self) -> Self {
        Self {
            head: self.head,
            if_none_match: None,
            if_range: None,
            range: None,
        }
    }

    fn is_unchanged(&self, tag: &str) -> bool {
        self.if_none_match.as_deref().is_some_and(|wanted| {
            wanted.split(',').map(str::trim).any(|candidate| {
                candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag
            })
        })
    }

    fn part(&self, tag: &str, length: u64) -> Part {
        if self
            .if_range
            .as_deref()
            .is_some_and(|wanted| wanted.trim() != tag)
        {
            return Part::Whole;
        }
        self.range
            .as_deref()
            .map_or(Part::Whole, |range| Part::parse(range, length))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Of(Range<u64>),
    Outside,
}

impl Part {
    /// One range of bytes. Several, or what is malformed, give the whole, which is always allowed.
    fn parse(text: &str, length: u64) -> Self {
        let number = |digits: &str| {
            let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
            // A number too large to hold is past the end of any file.
            all_digits.then(|| digits.parse().unwrap_or(u64::MAX))
        };
        let bounds = text
            .trim()
            .strip_prefix("bytes=")
            .and_then(|bounds| bounds.split_once('-'));
        let Some((first, last)) = bounds else {
            return Part::Whole;
        };
        let (first, last) = (first.trim(), last.trim());
        let range = match (first.is_empty(), last.is_empty()) {
            (true, true) => return Part::Whole,
            (true, false) => number(last).map(|count| length.saturating_sub(count)..length),
            (false, true) => number(first).map(|first| first..length),
            (false, false) => match (number(first), number(last)) {
                (Some(first), Some(last)) if first <= last => {
                    Some(first..last.saturating_add(1).min(length))
                }
                _ => None,
            },
        };
        match range {
            None => Part::Whole,
            Some(range) if range.start >= range.end => Part::Outside,
            Some(range) => Part::Of(range),
        }
    }
}

/// A response from bytes in memory.
pub(super) fn from_memory(
    status: StatusCode,
    content_type: &str,
    bytes: Bytes,
    conditions: &Conditions,
) -> Response {
    let tag = format!("\"{}\"", blake3::hash(&bytes).to_hex());
    let length = bytes.len() as u64;
    let slice = |part: Range<u64>| {
        let start = usize::try_from(part.start).unwrap_or(usize::MAX);
        let end = usize::try_from(part.end).unwrap_or(usize::MAX);
        // A part lies within the length.
        Ok(bytes.slice(start..end))
    };
    respond(status, content_type, &tag, length, conditions, slice).unwrap_or_else(|_| gone())
}

/// A response from a file on disk, of which only the part asked for is read.
pub(super) fn from_disk(
    status: StatusCode,
    content_type: &str,
    path: &Path,
    conditions: &Conditions,
) -> io::Result<Response> {
    let (mut file, length, tag) = open(path)?;
    respond(status, content_type, &tag, length, conditions, |part| {
        file.seek(SeekFrom::Start(part.start))?;
        let mut bytes = Vec::new();
        (&mut file)
            .take(part.end - part.start)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 == part.end - part.start {
            Ok(Bytes::from(bytes))
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    })
}

/// The whole of a file on disk.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, ..) = open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn open(path: &Path) -> io::Result<(File, u64, String)> {
    // Asked before opening: to open a pipe would wait for its other end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let file = File::open(path)?;
    let data = file.metadata()?;
    let modified = data
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let stamp = format!("{} {}", data.len(), modified.as_nanos());
    let tag = format!("\"{}\"", blake3::hash(stamp.as_bytes()).to_hex());
    Ok((file, data.len(), tag))
}

fn respond(
    status: StatusCode,
    content_type: &str,
    tag: &str,
    length: u64,
    conditions: &Conditions,
    read: impl FnOnce(Range<u64>) -> io::Result<Bytes>,
) -> io::Result<Response> {
    let mut response = Response::builder().header(header::CACHE_CONTROL, "no-cache");
    if status == StatusCode::OK {
        response = response
            .header(header::ETAG, tag)
            .header(header::ACCEPT_RANGES, "bytes");
    }
    if conditions.is_unchanged(tag) {
        return Ok(finish(
            response.status(StatusCode::NOT_MODIFIED),
            Body::empty(),
        ));
    }
    response = response.header(header::CONTENT_TYPE, content_type);
    let part = match conditions.part(tag, length) {
        Part::Outside => {
            return Ok(finish(
                response
                    .status(StatusCode::RANGE_NOT_SATISFIABLE)
                    .header(header::CONTENT_RANGE, format!("bytes */{length}"))
                    .header(header::CONTENT_LENGTH, 0),
                Body::empty(),
            ));
        }
        Part::Whole => {
            response = response.status(status);
            0..length
        }
        Part::Of(part) => {
            let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            response = response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, range);
            part
        }
    };
    response = response.header(header::CONTENT_LENGTH, part.end - part.start);
    let body = if conditions.head {
        Body::empty()
    } else {
        Body::from(read(part)?)
    };
    Ok(finish(response, body))
}

fn finish(response: axum::http::response::Builder, body: Body) -> Response {
    // Only a header that cannot be sent makes this fail, as a content type with a line break would.
    response.body(body).unwrap_or_else(|_| gone())
}

fn gone() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// The content type of a path, by its ending. All text that Tearline makes or copies is UTF-8.
pub(super) fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    if guess.type_() == "text" {
        format!("{}; charset=utf-8", guess.essence_str())
    } else {
        guess.essence_str().to_owned()
    }
}

/// Whether a path is that of an HTML page.
pub(super) fn is_page(path: &str) -> bool {
    content_type(path) == HTML
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_taken_apart_as_the_specification_has_it() {
        let cases = [
            ("bytes=0-3", Part::Of(0..4)),
            ("bytes=4-", Part::Of(4..10)),
            ("bytes=-3", Part::Of(7..10)),
            ("bytes=-30", Part::Of(0..10)),
            ("bytes=8-99999999999999999999999", Part::Of(8..10)),
            ("bytes=10-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=99999999999999999999999-", Part::Outside),
            ("bytes=3-1", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("", Part::Whole),
        ];
        for (text, expected) in cases {
            assert_eq!(Part::parse(text, 10), expected, "{text}");
        }
        assert_eq!(Part::parse("bytes=0-", 0), Part::Outside);
    }

    #[test]
    fn text_is_utf8_and_the_rest_has_no_charset() {
        assert_eq!(content_type("a/index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("style.css"), "text/css; charset=utf-8");
        assert_eq!(content_type("brief.stix.json"), "application/json");
        assert_eq!(content_type("map.svg"), "image/svg+xml");
        assert_eq!(content_type("CNAME"), "application/octet-stream");
    }
}
