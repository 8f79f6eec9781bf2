//! Pieces of Markdown, as the events that are written as such.
//!
//! In: words, addresses, HTML. Out: events of which the writer makes Markdown that says the same and
//! nothing else: words stay words, whatever signs are in them.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag};

/// Words as events, to be read as they are.
pub fn plain<'a>(text: String) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    words(&mut events, text.into());
    events
}

/// Adds words that are to be read as they are. The writer of Markdown escapes a sign where it begins
/// an event, as the parser has it; so the words are cut before each.
pub fn words<'a>(out: &mut Vec<Event<'a>>, text: CowStr<'a>) {
    let begins_line = match out.last() {
        None | Some(Event::SoftBreak | Event::HardBreak) => true,
        Some(Event::Start(tag)) => !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::TableCell
        ),
        Some(_) => false,
    };
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if begins_line && (matches!(first, b'-' | b'+' | b'=') || first.is_ascii_digit()) {
        // What would begin a list, or underline a heading.
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if matches!(
            text.as_bytes().get(digits),
            Some(b'.' | b')' | b'-' | b'+' | b'=')
        ) {
            out.push(Event::Text(text[..digits].to_owned().into()));
            out.push(Event::InlineHtml("\\".into()));
            return words(out, text[digits..].to_owned().into());
        }
    }
    let bytes = text.as_bytes();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    let means_something = |at: usize| match bytes[at] {
        b'\\' | b'`' | b'*' | b'[' | b'<' | b'~' => true,
        b'&' => is_reference(&bytes[at + 1..]),
        b'_' => !(is_word(at.checked_sub(1)) && is_word(Some(at + 1))),
        _ => false,
    };
    let mut start = 0;
    for at in (0..bytes.len()).filter(|at| means_something(*at)) {
        if at > start {
            out.push(Event::Text(text[start..at].to_owned().into()));
        }
        start = at;
        // Signs that the writer does not know of.
        match bytes[at] {
            b'~' => out.push(Event::InlineHtml("\\".into())),
            b'&' => {
                out.push(Event::InlineHtml("&amp;".into()));
                start += 1;
            }
            _ => {}
        }
    }
    match start {
        0 => out.push(Event::Text(text)),
        _ if start < text.len() => out.push(Event::Text(text[start..].to_owned().into())),
        _ => {}
    }
}

/// Whether what stands behind an ampersand makes it a reference to a sign: `lt;`, `#60;`.
fn is_reference(rest: &[u8]) -> bool {
    /// Of the names that HTML has, in bytes.
    const LONGEST: usize = 32;
    let name = rest
        .iter()
        .take(LONGEST)
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'#'));
    name.is_some_and(|end| end > 0 && rest[end] == b';')
}

/// A heading without an id.
pub fn heading<'a>(level: HeadingLevel) -> Tag<'a> {
    Tag::Heading {
        level,
        id: None,
        classes: Vec::new(),
        attrs: Vec::new(),
    }
}

/// A link with its address beside the text.
pub fn inline(address: CowStr<'_>) -> Tag<'_> {
    Tag::Link {
        link_type: LinkType::Inline,
        dest_url: address,
        title: "".into(),
        id: "".into(),
    }
}

/// The words of HTML.
pub fn without_elements(html: &str) -> String {
    let words = ammonia::Builder::empty().clean(html).to_string();
    let words = html_escape::decode_html_entities(&words);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
