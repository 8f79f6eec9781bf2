//! From text to a clean list of events.
//!
//! In: a file and the bytes of its body, with the lines of `:::` blocks masked. Out: the events of
//! the Markdown parser with spans in the whole file, in the shapes the rest of Tearline relies on:
//!
//! - a citation is a link of type `ShortcutUnknown` to `@id`, one for each id;
//! - a wiki link's address is the name that was written, and it always has a text;
//! - no link stands inside another link or an image's text; a mail link says `mailto:`;
//! - a code block's text is one event; a heading has an id and classes at most;
//! - comments of HTML are gone: they are not for readers.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark as markdown;
use pulldown_cmark::{BrokenLink, CowStr, LinkType, Options, Parser, TagEnd};

use super::event::{Event, LinkTag, Spanned, Tag};
use super::{directives, html_texts};
use crate::decode::covered;
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use base::marking::{Tlp, label};

/// Blocks and emphasis inside one another.
const DEEPEST: usize = 64;
/// Events of one body.
const MOST_EVENTS: usize = 200_000;

/// Smart punctuation would change indicators, and mathematics would eat `$HOME … $PATH`.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_WIKILINKS
}

/// A parser of `text` that has read its definitions.
pub(super) fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, options())
}

/// The offsets, in `text`, at which the parser sees a thematic break.
pub(super) fn rules(text: &str) -> Vec<usize> {
    parser(text)
        .into_offset_iter()
        .take(2 * MOST_EVENTS)
        .filter(|(event, _)| matches!(event, markdown::Event::Rule))
        .map(|(_, span)| span.start)
        .collect()
}

/// The events of `text`, which is the body at `offset` of the file. None when it is beyond the bounds.
pub(super) fn read(
    file: &Arc<SourceFile>,
    text: &str,
    (offset, within): (usize, Tlp),
    found: &mut Diagnostics,
) -> Option<Vec<Spanned>> {
    let mut wrong_citations = Vec::new();
    // Only what reads as a citation becomes a link; everything else stays the text it is.
    let callback = |broken: BrokenLink<'_>| {
        let label = broken.reference.as_ref();
        if !label.starts_with('@') {
            return None;
        }
        if cited_ids(label).is_none() {
            wrong_citations.push((label.to_owned(), broken.span));
            return None;
        }
        Some((CowStr::from(label.to_owned()), CowStr::from("")))
    };
    let parser = Parser::new_with_broken_link_callback(text, options(), Some(callback));
    let mut reader = Reader {
        file,
        within,
        found,
        events: Vec::with_capacity(text.len() / 16),
        links: Vec::new(),
        wiki_text: None,
        in_code: false,
        images: 0,
    };
    let mut depth = 0_usize;
    for (event, span) in parser.into_offset_iter() {
        let span = span.start + offset..span.end + offset;
        match event {
            markdown::Event::Start(_) => depth += 1,
            markdown::Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            reader.found.push(
                Diagnostic::new(
                    Code::TooDeep,
                    format!("the body is nested more than {DEEPEST} levels deep"),
                )
                .at(file, first_line(&file.text, span))
                .label(format!("level {} begins here", DEEPEST + 1))
                .help("take some of the quotes, lists or emphasis apart"),
            );
            return None;
        }
        if reader.events.len() >= MOST_EVENTS {
            reader.found.push(
                Diagnostic::new(
                    Code::TooLarge,
                    format!("the body has more than {MOST_EVENTS} parts"),
                )
                .at(file, first_line(&file.text, span))
                .help("split the text into several files; long tables belong into a CSV file"),
            );
            return None;
        }
        if let markdown::Event::Start(markdown::Tag::Heading { classes, attrs, .. }) = &event {
            let keys = attrs.iter().map(|(key, _)| key.as_ref());
            let words = keys.chain(classes.iter().map(AsRef::as_ref));
            reader.check_heading(words, &span);
        }
        reader.take(event, span);
    }
    let events = reader.events;
    for (label, span) in wrong_citations {
        found.push(
            Diagnostic::new(
                Code::UnknownSource,
                format!("`[{label}]` is not a citation"),
            )
            .at(file, span.start + offset..span.end + offset)
            .label("expected ids of sources")
            .help("write `[@id]` or `[@id; @other]`; write `\\[@` where no citation is meant"),
        );
    }
    Some(events)
}

/// A span cut at the end of its first line: what a message can show.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let end = text
        .get(span.clone())
        .and_then(|part| part.find(['\n', '\r']))
        .map_or(span.end, |at| span.start + at);
    span.start..end.min(text.len())
}

/// The ids of `@a` or `@a; @b`.
fn cited_ids(label: &str) -> Option<Vec<&str>> {
    let id = |part| {
        let id: &str = str::trim(part).strip_prefix('@')?;
        let plain = |c: char| c.is_alphanumeric() || "-_.:/+".contains(c);
        (!id.is_empty() && id.chars().all(plain)).then_some(id)
    };
    label.split([';', ',']).map(id).collect()
}

/// Blanks as one space; the marker of a quote at a line's start is none of the name.
fn wiki_target(written: &str) -> String {
    let written = written.strip_suffix('\\').unwrap_or(written);
    let mut target = String::with_capacity(written.len());
    for (number, line) in written.lines().enumerate() {
        let line = if number > 0 {
            line.trim_start_matches([' ', '\t', '>'])
        } else {
            line
        };
        for word in line.split_whitespace() {
            if !target.is_empty() {
                target.push(' ');
            }
            target.push_str(word);
        }
    }
    target
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    found: &'a mut Diagnostics,
    /// The marking of the whole document.
    within: Tlp,
    events: Vec<Spanned>,
    /// The open links and images: the index of each one's start, or none where it is left out.
    links: Vec<Option<usize>>,
    /// The text that the open wiki link shows in place of the raw source.
    wiki_text: Option<String>,
    in_code: bool,
    images: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: markdown::Event<'_>, span: Range<usize>) {
        match event {
            markdown::Event::Start(markdown::Tag::CodeBlock(kind)) => {
                self.in_code = true;
                self.push(markdown::Event::Start(markdown::Tag::CodeBlock(kind)), span);
            }
            markdown::Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                self.push(markdown::Event::End(TagEnd::CodeBlock), span);
            }
            markdown::Event::Text(text) if self.in_code => self.take_code(&text, span),
            markdown::Event::Text(text) => {
                let text = match self.wiki_text.take() {
                    Some(name) => name.into(),
                    None => text,
                };
                if !text.is_empty() {
                    self.push(markdown::Event::Text(text), span);
                }
            }
            markdown::Event::Start(markdown::Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                if self.images > 0 || self.links.iter().any(Option::is_some) {
                    self.links.push(None);
                    // A citation has no text of its own that could stay.
                    if link_type == LinkType::ShortcutUnknown {
                        self.wiki_text = Some(String::new());
                    }
                    return;
                }
                self.links.push(Some(self.events.len()));
                let dest_url = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}").into(),
                    LinkType::WikiLink { has_pothole } => {
                        let target = wiki_target(&dest_url);
                        if !has_pothole {
                            self.wiki_text = Some(target.clone());
                        }
                        target.into()
                    }
                    _ => dest_url,
                };
                self.push(
                    markdown::Event::Start(markdown::Tag::Link {
                        link_type,
                        dest_url,
                        title,
                        id,
                    }),
                    span,
                );
            }
            markdown::Event::Start(markdown::Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                self.links.push(Some(self.events.len()));
                self.images += 1;
                let dest_url = match link_type {
                    LinkType::WikiLink { .. } => wiki_target(&dest_url).into(),
                    _ => dest_url,
                };
                self.push(
                    markdown::Event::Start(markdown::Tag::Image {
                        link_type,
                        dest_url,
                        title,
                        id,
                    }),
                    span,
                );
            }
            markdown::Event::End(end @ (TagEnd::Link | TagEnd::Image)) => {
                if end == TagEnd::Image {
                    self.images = self.images.saturating_sub(1);
                }
                if let Some(Some(start)) = self.links.pop() {
                    self.end_link(start, end, span);
                }
            }
            markdown::Event::End(TagEnd::HtmlBlock) => self.end_html_block(span),
            markdown::Event::InlineHtml(html) => {
                self.check_html(span.clone());
                if !is_comment(&html) {
                    self.push(markdown::Event::InlineHtml(html), span);
                }
            }
            event => self.push(event, span),
        }
    }

    fn push(&mut self, event: markdown::Event<'_>, span: Range<usize>) {
        if let Some(event) = Event::of(event) {
            self.events.push((event, span));
        }
    }

    /// The parser gives a line at a time.
    fn take_code(&mut self, text: &str, span: Range<usize>) {
        if let Some((Event::Text(before), before_span)) = self.events.last_mut() {
            let mut whole = std::mem::replace(before, CowStr::Borrowed("")).into_string();
            whole.push_str(text);
            *before = whole.into();
            before_span.end = span.end;
        } else {
            // A string with room, since the next lines are added to it.
            self.events
                .push((Event::Text(text.to_owned().into()), span));
        }
    }

    fn end_link(&mut self, start: usize, end: TagEnd, span: Range<usize>) {
        self.wiki_text = None;
        let Some((Event::Start(Tag::Link(link) | Tag::Image(link)), _)) = self.events.get(start)
        else {
            return;
        };
        let LinkTag {
            link_type,
            dest_url,
            ..
        } = link.as_ref();
        let link_type = *link_type;
        let unknown = matches!(
            link_type,
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown | LinkType::ReferenceUnknown
        );
        if unknown {
            let cited = dest_url.to_string();
            self.end_citation(start, end, link_type, &cited, span);
            return;
        }
        // `[[name|]]` shows the name.
        if matches!(link_type, LinkType::WikiLink { .. }) && start + 1 == self.events.len() {
            let name = dest_url.clone();
            self.events.push((Event::Text(name), span.clone()));
        }
        self.events.push((Event::End(end), span));
    }

    /// `[@a]`, `[@a; @b]`, and the pair `[@a][@b]` or `[text][@b]`, which CommonMark reads as one link.
    fn end_citation(
        &mut self,
        start: usize,
        end: TagEnd,
        link_type: LinkType,
        cited: &str,
        span: Range<usize>,
    ) {
        let children: Vec<Spanned> = self.events.drain(start..).skip(1).collect();
        // Inside of an image's text a number would say nothing.
        let in_image = self.images > 0;
        if end == TagEnd::Image {
            self.events
                .push((Event::Text("!".into()), span.start..span.start + 1));
        }
        if link_type == LinkType::ReferenceUnknown {
            let text: String = children
                .iter()
                .map(|(event, _)| match event {
                    Event::Text(text) => text.as_ref(),
                    _ => "\n",
                })
                .collect();
            let children_span = match (children.first(), children.last()) {
                (Some(first), Some(last)) => first.1.start..last.1.end,
                _ => span.clone(),
            };
            match cited_ids(&text) {
                Some(ids) if !in_image => self.push_citations(&ids, children_span),
                _ => {
                    self.events
                        .push((Event::Text("[".into()), span.start..span.start + 1));
                    self.events.extend(children);
                    let close = children_span.end.min(span.end);
                    self.events.push((Event::Text("]".into()), close..close));
                }
            }
        }
        if !in_image {
            self.push_citations(&cited_ids(cited).unwrap_or_default(), span);
        }
    }

    fn push_citations(&mut self, ids: &[&str], span: Range<usize>) {
        for id in ids {
            let target: CowStr<'static> = format!("@{id}").into();
            let tag = LinkTag {
                link_type: LinkType::ShortcutUnknown,
                dest_url: target.clone(),
                title: "".into(),
                id: "".into(),
            };
            let start = Event::Start(Tag::Link(Box::new(tag)));
            self.events.push((start, span.clone()));
            self.events.push((Event::Text(target), span.clone()));
            self.events.push((Event::End(TagEnd::Link), span.clone()));
        }
    }

    fn end_html_block(&mut self, span: Range<usize>) {
        self.check_html(span.clone());
        let start = self
            .events
            .iter()
            .rposition(|(event, _)| matches!(event, Event::Start(Tag::HtmlBlock)));
        let Some(start) = start else { return };
        let html: String = self.events[start + 1..]
            .iter()
            .map(|(event, _)| match event {
                Event::Html(html) => html.as_ref(),
                _ => "",
            })
            .collect();
        if is_comment(html.trim()) {
            self.events.truncate(start);
        } else {
            self.events.push((Event::End(TagEnd::HtmlBlock), span));
        }
    }

    /// What stands in the braces of a heading marks nothing: `{tlp=amber}`, `{.tlp-amber}`.
    fn check_heading<'w>(&mut self, mut words: impl Iterator<Item = &'w str>, span: &Range<usize>) {
        let says = |word: &str| {
            ["tlp", "audience"]
                .iter()
                .any(|key| key.eq_ignore_ascii_case(word))
                || label::in_name(word).is_some()
        };
        if let Some(word) = words.find(|word| says(word)) {
            self.found.push(
                Diagnostic::new(
                    Code::StrayMark,
                    format!("`{word}` in the braces of a heading marks nothing"),
                )
                .at(self.file, first_line(&self.file.text, span.clone()))
                .label("of this heading")
                .help("begin the heading with the mark: `## (TLP:AMBER) Victims`"),
            );
        }
    }

    /// A label in HTML marks nothing, and in a comment nobody would see that it does not.
    fn check_html(&mut self, span: Range<usize>) {
        let html = self.file.text.get(span.clone()).unwrap_or_default();
        for text in html_texts::texts(html) {
            for label in label::all(&text.text) {
                if directives::is_meant(&text.text[..label.range.start]) {
                    continue;
                }
                let written = &text.text[label.range.clone()];
                let finding = if label.level() <= self.within {
                    covered(written, self.within)
                } else {
                    Diagnostic::new(Code::StrayMark, format!("the TLP label `{written}` inside HTML marks nothing"))
                        .label("in HTML")
                        .help("mark a block of Markdown, or put `::: tlp amber` and `:::` around the HTML")
                };
                // To the byte where the text stands as it is written.
                let at = match html[text.range.clone()].find(written) {
                    Some(at) => text.range.start + at..text.range.start + at + written.len(),
                    None => text.range.clone(),
                };
                self.found
                    .push(finding.at(self.file, span.start + at.start..span.start + at.end));
            }
        }
    }
}

/// A comment and nothing after it.
fn is_comment(html: &str) -> bool {
    html.starts_with("<!--") && html[2..].find("-->").is_some_and(|at| at + 5 == html.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        let file = SourceFile::new("a.md", text);
        let mut found = Diagnostics::new();
        let events = read(&file, text, (0, Tlp::Clear), &mut found).unwrap();
        assert!(found.is_empty(), "{found:?}");
        events
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Start(Tag::Link(link) | Tag::Image(link)) => Some(link.dest_url.to_string()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn citations_stand_alone_in_pairs_and_in_lists() {
        assert_eq!(
            targets("a [@a] [@b][@c] [x][@d] [@e; @f, @g] [@h][]"),
            ["@a", "@b", "@c", "@d", "@e", "@f", "@g", "@h"]
        );
        assert!(targets("`[@a]` \\[@a]\n\n    [@a]\n").is_empty());
    }

    #[test]
    fn a_link_wins_over_a_citation() {
        assert_eq!(targets("[@a](/x/) [@b]\n\n[@b]: /y/\n"), ["/x/", "/y/"]);
    }

    #[test]
    fn wiki_links_in_tables_and_over_lines() {
        assert_eq!(targets("| a |\n|---|\n| [[APT38\\|them]] |\n"), ["APT38"]);
        assert_eq!(
            targets("> [[Grey\n> Heron]] [[a]](b) [[x|]]\n"),
            ["Grey Heron", "a", "x"]
        );
    }

    #[test]
    fn no_link_inside_a_link() {
        assert_eq!(
            targets("[a <https://x.example> b](https://y.example)"),
            ["https://y.example"]
        );
        assert_eq!(targets("![a [b](c)](d.png)"), ["d.png"]);
    }

    #[test]
    fn comments_are_dropped_and_other_html_is_not() {
        let html = |text: &str| {
            let file = SourceFile::new("a.md", text);
            let events = read(&file, text, (0, Tlp::Clear), &mut Diagnostics::new()).unwrap();
            events
                .iter()
                .any(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
        };
        assert!(!html("<!-- a\n\nb -->\n\nx <!-- c --> y\n"));
        assert!(html("<!-- a --> <b>x</b>\n"));
        assert!(html("x <b>y</b>\n"));
    }
}
