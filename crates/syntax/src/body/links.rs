//! What a body points at, and the checks that need nothing but the body.
//!
//! In: the final events. Out: the references in order; findings on schemes, alternative texts and
//! footnotes. Whether a target exists is for later steps to say.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::LinkType;

use super::event::{Event, LinkTag, Spanned, Tag, TagEnd};
use super::{Reference, ReferenceKind};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// Schemes that a link may have. None of them runs anything in a browser.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "ftp"];

/// How far from a bracket its end is looked for, in bytes.
const LONGEST_LABEL: usize = 300;

/// Why an address may not become a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A scheme that is not one of those allowed, in small letters.
    Scheme(String),
    /// `//host/`: the scheme is left to whoever serves the page.
    NoScheme,
}

/// Judges an address the way a browser reads it: blanks and control characters do not count, and a
/// backslash is a slash (WHATWG URL, section 4.4).
pub fn refuse(address: &str) -> Option<Refusal> {
    let mut plain = address
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    let mut scheme = String::new();
    let first = plain.next()?;
    if matches!(first, '/' | '\\') {
        return matches!(plain.next(), Some('/' | '\\')).then_some(Refusal::NoScheme);
    }
    if !first.is_ascii_alphabetic() {
        return None;
    }
    scheme.push(first.to_ascii_lowercase());
    for c in plain {
        match c {
            ':' if SCHEMES.contains(&scheme.as_str()) => return None,
            ':' => return Some(Refusal::Scheme(scheme)),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '.' | '-' => {
                scheme.push(c.to_ascii_lowercase())
            }
            _ => return None,
        }
    }
    None
}

/// Whether the address leads to another site.
pub fn is_external(address: &str) -> bool {
    let folded: String = address
        .trim_start()
        .chars()
        .take(8)
        .collect::<String>()
        .to_ascii_lowercase();
    ["http:", "https:", "ftp:"]
        .iter()
        .any(|scheme| folded.starts_with(scheme))
}

/// Whether the host of a web address is written so that it leads nowhere: `https://bad[.]example/`.
pub fn is_defanged(address: &str) -> bool {
    let folded = address.to_ascii_lowercase();
    if folded.starts_with("hxxp") {
        return true;
    }
    let Some((_, rest)) = folded.split_once("://").filter(|_| is_external(&folded)) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // An IPv6 address is in brackets too, and those hold nothing but its digits.
    let ipv6 = host.strip_prefix('[').is_some_and(|inner| {
        inner
            .split_once(']')
            .is_some_and(|(digits, _)| digits.contains(':') && digits.len() > 1)
    });
    !ipv6
        && (host.contains(['[', ']', '(', ')', '{', '}'])
            || ["%5b", "%5d", "%28", "%7b"]
                .iter()
                .any(|mark| host.contains(mark)))
}

/// The references of the events, with findings on those that can be judged here.
pub(super) fn collect(
    file: &Arc<SourceFile>,
    events: &[Spanned],
    found: &mut Diagnostics,
) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut in_cell = false;
    let mut in_code = false;
    // The open image, the index of its start, and whether it has a text.
    let mut image: Option<(Range<usize>, bool)> = None;
    for (index, (event, span)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Link(link)) => {
                let LinkTag {
                    link_type,
                    dest_url,
                    ..
                } = link.as_ref();
                let (kind, target) = match link_type {
                    LinkType::WikiLink { .. } => (ReferenceKind::Wiki, dest_url.as_ref()),
                    LinkType::ShortcutUnknown => {
                        (ReferenceKind::Citation, dest_url.trim_start_matches('@'))
                    }
                    _ => (ReferenceKind::Link, dest_url.as_ref()),
                };
                if kind == ReferenceKind::Link {
                    check_address(file, dest_url, span, found);
                }
                references.push(Reference {
                    event: index,
                    kind,
                    target: target.to_owned(),
                    span: span.clone(),
                });
            }
            Event::Start(Tag::Image(link)) => {
                let LinkTag {
                    link_type,
                    dest_url,
                    ..
                } = link.as_ref();
                check_address(file, dest_url, span, found);
                references.push(Reference {
                    event: index,
                    kind: ReferenceKind::Image,
                    target: dest_url.to_string(),
                    span: span.clone(),
                });
                // The text of `![[file.png]]` is the file's name.
                let named = matches!(link_type, LinkType::WikiLink { has_pothole: false });
                if image.is_none() && !named {
                    image = Some((span.clone(), false));
                } else if named {
                    missing_alt(file, span, found);
                }
            }
            Event::End(TagEnd::Image) => {
                if let Some((span, false)) = image.take() {
                    missing_alt(file, &span, found);
                }
            }
            Event::Start(Tag::TableCell) => in_cell = true,
            Event::End(TagEnd::TableCell) => in_cell = false,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => {
                if let Some((_, has_text)) = &mut image {
                    *has_text |= !text.trim().is_empty();
                }
                if text.ends_with('[') {
                    check_bracket(file, span.end, in_cell, found);
                }
            }
            Event::Code(_) => {
                if let Some((_, has_text)) = &mut image {
                    *has_text = true;
                }
            }
            _ => {}
        }
    }
    references
}

fn missing_alt(file: &Arc<SourceFile>, span: &Range<usize>, found: &mut Diagnostics) {
    found.push(
        Diagnostic::new(Code::MissingAlt, "the image has no alternative text")
            .at(file, span.clone())
            .label("nothing for readers who do not see it")
            .help("write between `![` and `]` what the image shows"),
    );
}

fn check_address(
    file: &Arc<SourceFile>,
    address: &str,
    span: &Range<usize>,
    found: &mut Diagnostics,
) {
    if is_defanged(address) {
        // Shown as text, never as a link.
        return;
    }
    let Some(refusal) = refuse(address) else {
        return;
    };
    let (message, label) = match refusal {
        Refusal::Scheme(scheme) => (
            format!("a link may not have the scheme `{scheme}:`"),
            "expected http, https, mailto, tel or ftp",
        ),
        Refusal::NoScheme => (
            "the address names a host without a scheme".to_owned(),
            "expected `https://` before the host",
        ),
    };
    found.push(
        Diagnostic::new(Code::UnsafeLink, message)
            .at(file, span.clone())
            .label(label)
            .help("write what is meant to be read, not followed, as code; a path within the site begins with one `/`"),
    );
}

/// A bracket that stayed text, and ends at `end`: a footnote without definition, or a wiki link
/// that a table's cell cut in two.
fn check_bracket(file: &Arc<SourceFile>, end: usize, in_cell: bool, found: &mut Diagnostics) {
    let Some(start) = end.checked_sub(1) else {
        return;
    };
    let (Some(before), Some(after)) = (file.text.get(..start), file.text.get(start..)) else {
        return;
    };
    if before.ends_with('\\') {
        return;
    }
    // Bounded, so that a line of nothing but brackets stays cheap.
    let mut length = LONGEST_LABEL.min(after.len());
    while !after.is_char_boundary(length) {
        length -= 1;
    }
    let near = &after[..length];
    let line = near.split(['\n', '\r']).next().unwrap_or_default();
    if let Some(label) = line
        .strip_prefix("[^")
        .and_then(|rest| rest.split_once(']'))
        .map(|(label, _)| label)
    {
        if !label.is_empty() && !label.contains([' ', '\t', '[']) {
            found.push(
                Diagnostic::new(
                    Code::UnknownFootnote,
                    format!("the footnote `[^{label}]` is not defined"),
                )
                .at(file, start..start + label.len() + 3)
                .label("no definition of this name")
                .help(format!(
                    "add a line `[^{label}]: the note`, or write it as code"
                )),
            );
        }
    } else if in_cell && line.starts_with("[[") {
        let cell_end = line.find('|').unwrap_or(line.len());
        if let Some(close) = line.find("]]")
            && cell_end < close
        {
            found.push(
                Diagnostic::new(
                    Code::UnknownName,
                    "the `|` of this `[[…]]` ends the table's cell",
                )
                .at(file, start..start + close + 2)
                .label("cut in two here")
                .help("in a table write `[[name\\|text]]`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_read_as_a_browser_does() {
        for address in [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "java\tscript:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "java\u{200b}script:x:y\tdata:",
        ] {
            let refused = refuse(address).is_some();
            assert_eq!(refused, !address.contains('\u{200b}'), "{address:?}");
        }
        for address in [
            "https://a.example",
            "HTTP://a",
            "mailto:a@b.example",
            "tel:+1",
            "#a:b",
            "/a:b",
            "a/b:c",
            "?a:b",
            "",
            "page.html",
        ] {
            assert_eq!(refuse(address), None, "{address}");
        }
    }

    #[test]
    fn defanged_hosts() {
        for address in [
            "https://bad[.]example/a",
            "hxxps://bad.example",
            "http://bad(dot)example",
            "https://a%5B.%5Db/",
        ] {
            assert!(is_defanged(address), "{address}");
        }
        for address in [
            "https://a.example/x[1]",
            "http://[2001:db8::1]/",
            "/a[.]b",
            "mailto:a@b",
        ] {
            assert!(!is_defanged(address), "{address}");
        }
    }
}
