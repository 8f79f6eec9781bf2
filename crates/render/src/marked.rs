//! Whether a rendered page still carries its marking, whatever templates a site brings.
//!
//! In: a page's HTML, the label of its marking, and whether it is a document. Out: the first place that lacks the
//! label. Only text that a reader sees counts: comments, attributes, the head and hidden elements are skipped. A
//! stylesheet can still hide it, which this does not see. It runs for every page of a build, so it reads only the
//! beginning and the end of a page.

use memchr::{memchr, memmem};

/// Elements whose text is not on the page, or is only there after a click.
const UNSEEN: [&str; 9] = [
    "head", "template", "select", "object", "canvas", "audio", "video", "dialog", "datalist",
];
/// The same, and what looks like a tag within is none.
const RAW: [&str; 6] = ["script", "style", "title", "noscript", "textarea", "iframe"];
/// Elements that may have no end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// The theme's class for text that only screen readers get.
const FOR_SCREEN_READERS: &str = "visually-hidden";

/// A place where a page must carry its marking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Before the main part.
    Top,
    /// Behind the main part.
    Bottom,
    /// At the start of the article of a brief, profile or plain page.
    Article,
    /// At the beginning of a newsletter.
    Newsletter,
}

impl Missing {
    /// Where that is, and what a template writes there.
    pub fn words(self) -> (&'static str, &'static str) {
        let line = "{{ <marking_line marking={page.tlp} site={site} /> }}";
        match self {
            Missing::Top => ("above <main>", line),
            Missing::Bottom => ("after </main>", line),
            Missing::Article => (
                "at the start of <article>",
                "{{ <article_marking marking={page.tlp} own={page.tlp} /> }}",
            ),
            Missing::Newsletter => ("above its title", "{{ digest.tlp.label }}"),
        }
    }
}

/// The first place where a page lacks its marking.
pub fn missing(page: &str, label: &str, is_document: bool) -> Option<Missing> {
    if !above_main(page).has(label) {
        return Some(Missing::Top);
    }
    let main_end = memmem::rfind(page.as_bytes(), b"</main").unwrap_or(page.len());
    if !Visible::of(out_of_comment(&page[main_end..])).has(label) {
        return Some(Missing::Bottom);
    }
    if is_document {
        let article = memmem::find(page.as_bytes(), b"<article")
            .or_else(|| memmem::find(page.as_bytes(), b"<main"))
            .unwrap_or(page.len());
        if !Visible::of(&page[article..]).begins_with(label) {
            return Some(Missing::Article);
        }
    }
    None
}

/// Whether a newsletter lacks its marking: as HTML above the heading, as plain text at its start.
pub fn missing_in_newsletter(text: &str, label: &str, is_html: bool) -> bool {
    if is_html {
        return !above_main(text).has(label);
    }
    let rest = text.trim_start().strip_prefix(label);
    rest.is_none_or(|rest| rest.starts_with(['+', '-']))
}

/// What stands above the main part, which begins with the heading where there is no `<main>`.
fn above_main(page: &str) -> Visible<'_> {
    Visible {
        until: &["main", "h1"],
        ..Visible::of(page)
    }
}

/// A stretch that begins within a comment, from the comment's end.
fn out_of_comment(html: &str) -> &str {
    match (html.find("-->"), html.find("<!--")) {
        (Some(end), begin) if begin.is_none_or(|begin| end < begin) => &html[end + 3..],
        _ => html,
    }
}

/// The pieces of text that a reader sees, in their order.
struct Visible<'p> {
    rest: &'p str,
    /// The elements at which to stop.
    until: &'static [&'static str],
}

impl<'p> Visible<'p> {
    fn of(html: &'p str) -> Self {
        Self {
            rest: html,
            until: &[],
        }
    }

    /// Whether a label is among the text, and not only the beginning of a longer one.
    fn has(self, label: &str) -> bool {
        let mut text = String::new();
        for piece in self {
            text.push_str(piece);
        }
        memmem::find_iter(text.as_bytes(), label)
            .any(|at| !text[at + label.len()..].starts_with(['+', '-']))
    }

    fn begins_with(self, label: &str) -> bool {
        let mut text = String::new();
        for piece in self {
            text.push_str(if text.is_empty() {
                piece.trim_start()
            } else {
                piece
            });
            // One more sign, which may make it another label.
            if text.len() > label.len() {
                break;
            }
        }
        text.strip_prefix(label)
            .is_some_and(|rest| !rest.starts_with(['+', '-']))
    }

    /// Skips an element that is not seen, with all that is in it.
    fn skip(&mut self, name: &str) {
        let is =
            |names: &[&str], name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if is(&RAW, name) {
            return self.skip_raw(name);
        }
        let mut depth = 1_usize;
        while depth > 0 {
            let Some(tag) = self.next_tag() else { return };
            if tag.name.eq_ignore_ascii_case(name) {
                if tag.closes {
                    depth -= 1;
                } else {
                    depth += 1;
                }
            } else if !tag.closes && is(&RAW, tag.name) {
                self.skip_raw(tag.name);
            } else if is(&["head"], name) && is(&["body"], tag.name) {
                // A head may have no end tag.
                return;
            }
        }
    }

    fn skip_raw(&mut self, name: &str) {
        let rest = self.rest;
        let end = memmem::find_iter(rest.as_bytes(), b"</").find(|at| {
            let stated = rest.as_bytes().get(at + 2..at + 2 + name.len());
            stated.is_some_and(|stated| stated.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.rest = &rest[end.unwrap_or(rest.len())..];
    }

    /// Goes on behind the next tag; comments are none.
    fn next_tag(&mut self) -> Option<ElementTag<'p>> {
        loop {
            let at = memchr(b'<', self.rest.as_bytes())?;
            self.rest = &self.rest[at..];
            if let Some(tag) = self.tag() {
                return Some(tag);
            }
        }
    }

    /// The tag that the rest begins with, which it then stands behind. Of anything else (a comment, a
    /// doctype, a sign on its own) it stands behind that.
    fn tag(&mut self) -> Option<ElementTag<'p>> {
        let rest = self.rest;
        if let Some(comment) = rest.strip_prefix("<!--") {
            self.rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            return None;
        }
        let (inside, closes) = match rest[1..].strip_prefix('/') {
            Some(inside) => (inside, true),
            None => (&rest[1..], false),
        };
        let is_tag = inside.starts_with(|first: char| first.is_ascii_alphabetic());
        if !is_tag && !rest.starts_with("<!") {
            self.rest = &rest[1..];
            return None;
        }
        let end = tag_end(inside);
        self.rest = inside.get(end + 1..).unwrap_or_default();
        let stated = &inside[..end];
        let (name, attributes) = stated
            .find(|sign: char| sign.is_ascii_whitespace() || sign == '/')
            .map_or((stated, ""), |at| stated.split_at(at));
        is_tag.then_some(ElementTag {
            name,
            attributes,
            closes,
        })
    }
}

impl<'p> Iterator for Visible<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        while !self.rest.is_empty() {
            let end = memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
            if end > 0 {
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(text);
            }
            let before = self.rest.len();
            let Some(tag) = self.tag() else {
                // A sign on its own is text.
                if before == self.rest.len() + 1 {
                    return Some("<");
                }
                continue;
            };
            if !tag.closes
                && self
                    .until
                    .iter()
                    .any(|until| tag.name.eq_ignore_ascii_case(until))
            {
                self.rest = "";
            } else if tag.is_unseen() {
                self.skip(tag.name);
            }
        }
        None
    }
}

struct ElementTag<'p> {
    name: &'p str,
    attributes: &'p str,
    closes: bool,
}

impl ElementTag<'_> {
    fn is_unseen(&self) -> bool {
        let is = |name: &&str| self.name.eq_ignore_ascii_case(name);
        if self.closes || VOID.iter().any(is) {
            return false;
        }
        UNSEEN.iter().chain(&RAW).any(is)
            || self
                .attributes()
                .any(|(name, value)| match name.to_ascii_lowercase().as_str() {
                    "hidden" => true,
                    "aria-hidden" => value == "true",
                    "class" => value
                        .split_ascii_whitespace()
                        .any(|class| class == FOR_SCREEN_READERS),
                    _ => false,
                })
    }

    /// The attributes with their values.
    fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|sign: char| sign.is_ascii_whitespace() || sign == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|sign: char| sign.is_ascii_whitespace() || sign == '=')
                .unwrap_or(rest.len());
            // A sign where a name should be must not keep this from going on.
            let (name, behind) = rest.split_at(end.max(rest.chars().next()?.len_utf8()));
            let Some(value) = behind.trim_start().strip_prefix('=') else {
                rest = behind;
                return Some((name, ""));
            };
            let value = value.trim_start();
            let (value, behind) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    value[1..].split_once(quote).unwrap_or((&value[1..], ""))
                }
                _ => value
                    .split_once(|sign: char| sign.is_ascii_whitespace())
                    .unwrap_or((value, "")),
            };
            rest = behind;
            Some((name, value))
        })
    }
}

/// Where the tag that `inside` begins in ends: a `>` outside of quotes.
fn tag_end(inside: &str) -> usize {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    inside.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html><head><title>x</title></head><body>\
        <header><p class=\"marking\"><strong>TLP:AMBER</strong></p></header>\
        <main><article><p><b>TLP:AMBER</b> words.</p><h1>Title</h1></article></main>\
        <footer><p>TLP:AMBER</p></footer></body></html>";

    #[test]
    fn a_page_with_its_marking_lacks_nothing() {
        assert_eq!(missing(PAGE, "TLP:AMBER", true), None);
        let plain = PAGE.replace("<article><p><b>TLP:AMBER</b> words.</p>", "<article>");
        assert_eq!(missing(&plain, "TLP:AMBER", false), None);
        assert_eq!(missing(&plain, "TLP:AMBER", true), Some(Missing::Article));
        // Without an article the main part begins with it.
        let main = PAGE.replace("<article>", "").replace("</article>", "");
        assert_eq!(missing(&main, "TLP:AMBER", true), None);
        let split = PAGE.replace("TLP:AMBER", "TLP:<b>AMBER</b>");
        assert_eq!(missing(&split, "TLP:AMBER", true), None);
    }

    #[test]
    fn another_level_is_none() {
        assert_eq!(missing(PAGE, "TLP:AMBER+STRICT", true), Some(Missing::Top));
        let strict = PAGE.replace("AMBER", "AMBER+STRICT");
        assert_eq!(missing(&strict, "TLP:AMBER+STRICT", true), None);
        assert_eq!(missing(&strict, "TLP:AMBER", true), Some(Missing::Top));
    }

    #[test]
    fn what_no_reader_sees_does_not_count() {
        let top = "<p class=\"marking\"><strong>TLP:AMBER</strong></p>";
        for unseen in [
            "",
            "<!-- TLP:AMBER -->",
            "<p title=\"TLP:AMBER\">x</p>",
            "<p title='>TLP:AMBER'>x</p>",
            "<p hidden>TLP:AMBER</p>",
            "<P HIDDEN=\"\">TLP:AMBER</P>",
            "<div hidden><div>x</div><p>TLP:AMBER</p></div>",
            "<p aria-hidden=\"true\">TLP:AMBER</p>",
            "<p class=\"marking visually-hidden\">TLP:AMBER</p>",
            "<template><p>TLP:AMBER</p></template>",
            "<script type=\"application/ld+json\">TLP:AMBER</script>",
            "<script>if (a<b) { x('TLP:AMBER') }</script>",
            "<noscript>TLP:AMBER</noscript>",
            "<style>p::before { content: \"TLP:AMBER\" }</style>",
            "<meta name=\"tlp\" content=\"TLP:AMBER\">",
            "<img alt=\"TLP:AMBER\" src=\"/a.png\">",
            "<p>TLP:AMBER-STRICT TLP:AMBER+STRICT</p>",
        ] {
            let page = PAGE.replace(top, unseen);
            assert_eq!(
                missing(&page, "TLP:AMBER", true),
                Some(Missing::Top),
                "{unseen}"
            );
            let foot = PAGE.replace("<footer><p>TLP:AMBER</p></footer>", unseen);
            assert_eq!(
                missing(&foot, "TLP:AMBER", true),
                Some(Missing::Bottom),
                "{unseen}"
            );
            let text = PAGE.replace("<p><b>TLP:AMBER</b> words.</p>", unseen);
            assert_eq!(
                missing(&text, "TLP:AMBER", true),
                Some(Missing::Article),
                "{unseen}"
            );
        }
        let inside = PAGE
            .replace("<title>x</title>", "<title>TLP:AMBER</title>")
            .replace(top, "");
        assert_eq!(missing(&inside, "TLP:AMBER", true), Some(Missing::Top));
        let comment = PAGE
            .replace("<footer>", "<!-- </main><footer>")
            .replace("</footer>", "</footer> -->");
        assert_eq!(missing(&comment, "TLP:AMBER", true), Some(Missing::Bottom));
    }

    #[test]
    fn a_newsletter_begins_with_its_marking() {
        let html = "<head><title>[TLP:GREEN] x</title></head><p><b>TLP:GREEN</b></p><h1>x</h1>";
        assert!(!missing_in_newsletter(html, "TLP:GREEN", true));
        let late = "<head><title>[TLP:GREEN] x</title></head><h1>x</h1><p>TLP:GREEN</p>";
        assert!(missing_in_newsletter(late, "TLP:GREEN", true));
        assert!(!missing_in_newsletter("\nTLP:AMBER: x", "TLP:AMBER", false));
        assert!(missing_in_newsletter(
            "TLP:AMBER+STRICT: x",
            "TLP:AMBER",
            false
        ));
        assert!(missing_in_newsletter("News, TLP:AMBER", "TLP:AMBER", false));
    }

    #[test]
    fn what_is_broken_ends() {
        for page in [
            "",
            "<",
            "<p",
            "<p a='",
            "<!--",
            "</",
            "<p =\"\" ä=>x",
            "<head>",
            "a < b",
            "<!",
            "<p /a/=>",
        ] {
            assert!(missing(page, "TLP:CLEAR", true).is_some(), "{page}");
        }
    }
}
