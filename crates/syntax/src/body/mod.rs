//! A body, parsed once.
//!
//! In: a file and the bytes of it that are Markdown. Out: a [`Body`]: clean events with spans in
//! the whole file, the stretches that a TLP mark covers, and lists of what later steps ask for.
//!
//! 1. [`directives`] finds the `:::` lines and masks them, so that the Markdown parser places them;
//! 2. [`events`] parses and brings the events into the shapes the rest relies on;
//! 3. [`marks`] takes the marks out and says what each covers;
//! 4. [`links`], [`headings`] and this file list references, headings and figures.
//!
//! [`Body::cut`] is the way to take portions out again with everything that hangs on them.

mod cut;
mod definitions;
mod directives;
pub mod event;
mod events;
pub mod headings;
mod html_texts;
mod labels;
pub mod links;
mod lists;
mod marks;
mod visible;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, CowStr};

use self::event::{Event, LinkTag, Spanned, Tag, TagEnd};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use base::marking::{Marking, Tlp};

/// One parsed body. All spans are bytes of the whole file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// What the Markdown says, without the TLP marks and without comments.
    pub events: Vec<Spanned>,
    /// The marked stretches, outer before inner; each lies wholly inside or outside of another.
    pub portions: Vec<Portion>,
    /// What the text points at, in its order.
    pub references: Vec<Reference>,
    pub figures: Vec<Figure>,
    pub headings: Vec<Heading>,
    /// There is HTML in the text, so that what is rendered must be sanitised.
    pub has_html: bool,
    /// Words of prose, code blocks left out.
    pub words: usize,
}

/// A stretch of the body with a marking of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    /// Whole blocks, items or a run of text, as indices into the body's events.
    pub events: Range<usize>,
    /// Its own, not yet combined with what is around it.
    pub marking: Marking,
    /// Where the mark is written.
    pub span: Range<usize>,
    pub kind: PortionKind,
}

/// What a portion consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortionKind {
    /// One or more whole blocks: a paragraph, quote, table, code block, a section, a `:::` block.
    Blocks,
    /// Text in a list item or definition that has no paragraph around it.
    Text,
    /// One item of a list.
    Item,
    /// One definition of a definition list.
    Definition,
    /// A term of a definition list with its definitions.
    Term,
    /// One footnote's definition.
    Footnote,
}

/// A link, citation or image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The index of the link's or image's start among the events.
    pub event: usize,
    pub kind: ReferenceKind,
    /// The name of `[[name|text]]`, the id of `[@id]` without the `@`, or the address.
    pub target: String,
    pub span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    Wiki,
    Citation,
    Link,
    Image,
}

/// A fenced block that becomes a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The index of the code block's start among the events.
    pub event: usize,
    pub kind: FigureKind,
    /// The words after the kind, without the marking: `file=cases.csv`.
    pub info: Vec<String>,
    pub text: String,
    /// From the text's first byte to its last; in a quote or item the source has more between them.
    pub text_span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureKind {
    Chart,
    Timeline,
    Indicators,
}

impl ReferenceKind {
    fn name(self) -> &'static str {
        match self {
            ReferenceKind::Wiki => "wiki",
            ReferenceKind::Citation => "citation",
            ReferenceKind::Link => "link",
            ReferenceKind::Image => "image",
        }
    }
}

impl FigureKind {
    pub const ALL: [FigureKind; 3] = [
        FigureKind::Chart,
        FigureKind::Timeline,
        FigureKind::Indicators,
    ];

    /// The word that opens such a block.
    pub fn name(self) -> &'static str {
        match self {
            FigureKind::Chart => "chart",
            FigureKind::Timeline => "timeline",
            FigureKind::Indicators => "indicators",
        }
    }

    /// What the block behind a fence becomes, by the first word behind the backticks.
    pub fn of_fence(info: &str) -> Option<Self> {
        let word = info.split_whitespace().next()?;
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The index of its start among the events.
    pub event: usize,
    /// 1 to 6, as written.
    pub level: u8,
    /// Unique among the body's headings, and the same in every edition.
    pub id: String,
    /// Its text without marks, citations and notes; may be empty.
    pub text: String,
    pub span: Range<usize>,
}

/// Parses the bytes `range` of a file, which must lie between characters; the file is marked `within`.
pub fn parse(
    file: &Arc<SourceFile>,
    range: Range<usize>,
    within: Tlp,
    found: &mut Diagnostics,
) -> Body {
    let Some(text) = file.text.get(range.clone()) else {
        return Body::default();
    };
    let offset = range.start;
    let candidates = directives::candidates(text);
    let (text, directives) = place_directives(text, &candidates);
    let Some(events) = events::read(file, &text, (offset, within), found) else {
        return Body::default();
    };
    report_text_directives(file, &events, offset, &candidates, &directives, found);
    let directives: Vec<directives::Line> = directives
        .into_iter()
        .map(|line| directives::Line {
            span: line.span.start + offset..line.span.end + offset,
        })
        .collect();
    let (mut spacious, portions) = marks::apply(file, events, &directives, within, found);
    // Bodies are most of what a library holds: room that is left over goes to the next one. Allocators
    // leave a vector that shrinks by less than half where it is.
    let mut events = Vec::with_capacity(spacious.len());
    events.append(&mut spacious);
    drop(spacious);
    definitions::check(
        file,
        (&text, offset),
        (&events, &portions),
        &directives,
        found,
    );
    let references = links::collect(file, &events, found);
    let headings = headings::collect(file, &mut events, &portions, found);
    let mut body = Body {
        events,
        portions,
        references,
        headings,
        ..Body::default()
    };
    body.figures = figures(&body.events);
    body.count();
    body
}

impl Body {
    /// Whether another text says the same as this but for its words: the same headings, links and
    /// citations, and on both sides nothing that is marked, drawn, shown or written as HTML. What is
    /// resolved and redacted of the one then holds for the other.
    pub fn differs_in_words_alone(&self, other: &Self) -> bool {
        let outline = self.outline();
        outline.is_some() && outline == other.outline()
    }

    /// What a text says beside its words: headings, links and citations, each field with its length
    /// before it. None where something in it is marked, drawn, shown or written as HTML.
    pub fn outline(&self) -> Option<String> {
        let has_image = || {
            let mut references = self.references.iter();
            references.any(|reference| reference.kind == ReferenceKind::Image)
        };
        let is_plain =
            self.portions.is_empty() && self.figures.is_empty() && !self.has_html && !has_image();
        if !is_plain {
            return None;
        }
        let mut outline = String::new();
        let mut field = |text: &str| {
            // Writing to a string does not fail.
            let _ = write!(outline, "{} {text}", text.len());
        };
        for heading in &self.headings {
            field(&heading.level.to_string());
            field(&heading.id);
            field(&heading.text);
        }
        for reference in &self.references {
            field(reference.kind.name());
            field(&reference.target);
            let opening = self.events.get(reference.event);
            if let Some((Event::Start(Tag::Link(link)), _)) = opening {
                let LinkTag {
                    link_type,
                    dest_url,
                    title,
                    id,
                } = link.as_ref();
                field(&format!("{link_type:?}"));
                field(dest_url);
                field(title);
                field(id);
            }
        }
        Some(outline)
    }
}

/// How many words a text has: what stands between spaces and has a letter or digit.
fn words_of(text: &str) -> usize {
    if !text.is_ascii() {
        let words = text.split_whitespace();
        return words
            .filter(|word| word.contains(char::is_alphanumeric))
            .count();
    }
    // The same without tables of characters, for nearly all texts.
    let mut words = 0;
    let mut counted = false;
    for byte in text.bytes() {
        // Without a branch: which byte comes next is nothing that a processor could guess.
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r');
        let is_letter = byte.is_ascii_alphanumeric();
        words += usize::from(is_letter & !counted);
        counted = (counted | is_letter) & !is_space;
    }
    words
}

/// The text as the Markdown parser gets it, and the `:::` lines that stand where a block may begin.
fn place_directives<'a>(
    text: &'a str,
    candidates: &[directives::Line],
) -> (Cow<'a, str>, Vec<directives::Line>) {
    if candidates.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let masked = directives::mask(text, candidates);
    let rules = events::rules(&masked);
    let directives: Vec<directives::Line> = candidates
        .iter()
        .filter(|line| rules.binary_search(&line.span.start).is_ok())
        .cloned()
        .collect();
    if directives.len() == candidates.len() {
        return (Cow::Owned(masked), directives);
    }
    // What stands in code stays as it is written.
    (Cow::Owned(directives::mask(text, &directives)), directives)
}

/// A `:::` line that is neither a block's nor code would be published as text, and what it was
/// meant to mark with it.
fn report_text_directives(
    file: &Arc<SourceFile>,
    events: &[Spanned],
    offset: usize,
    candidates: &[directives::Line],
    directives: &[directives::Line],
    found: &mut Diagnostics,
) {
    if candidates.is_empty() {
        return;
    }
    let mut code: Vec<Range<usize>> = Vec::new();
    let mut rules: Vec<usize> = Vec::new();
    for (event, span) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code.push(span.clone()),
            Event::Rule => rules.push(span.start),
            _ => {}
        }
    }
    for line in candidates {
        let start = line.span.start + offset;
        let before = code.partition_point(|block| block.start <= start);
        let in_code = before
            .checked_sub(1)
            .and_then(|at| code.get(at))
            .is_some_and(|block| start < block.end);
        let placed = directives
            .binary_search_by_key(&line.span.start, |line| line.span.start)
            .is_ok()
            && rules.binary_search(&start).is_ok();
        if in_code || placed {
            continue;
        }
        found.push(
            Diagnostic::new(Code::BadBlock, "this `:::` line is read as text or HTML, not as the line of a block")
                .at(file, start..line.span.end + offset)
                .label("expected on a line of its own, outside of HTML, with fewer than 4 spaces before it")
                .help("put an empty line before it, and take the indentation away"),
        );
    }
}

/// The fenced blocks whose first word names a figure.
fn figures(events: &[Spanned]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (index, (event, span)) in events.iter().enumerate() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        let Some(kind) = FigureKind::of_fence(info) else {
            continue;
        };
        let (text, text_span) = match events.get(index + 1) {
            Some((Event::Text(text), span)) => (text.to_string(), span.clone()),
            _ => (String::new(), span.clone()),
        };
        let marking = |word: &&str| {
            let folded = word.to_ascii_lowercase();
            !folded.starts_with("tlp=") && !folded.starts_with("audience=")
        };
        figures.push(Figure {
            event: index,
            kind,
            info: (info.split_whitespace().skip(1))
                .filter(marking)
                .map(str::to_owned)
                .collect(),
            text,
            text_span,
        });
    }
    figures
}

impl Body {
    /// Lets a link or image point elsewhere; `reference` counts in `references`.
    pub fn retarget(&mut self, reference: usize, address: impl Into<String>) {
        let event = self
            .references
            .get(reference)
            .map(|reference| reference.event);
        if let Some((Event::Start(Tag::Link(link) | Tag::Image(link)), _)) =
            event.and_then(|event| self.events.get_mut(event))
        {
            link.dest_url = CowStr::from(address.into());
        }
    }

    /// Fills in what is counted over all events.
    fn count(&mut self) {
        let mut words = 0;
        let mut apart = false;
        self.has_html = false;
        for (event, _) in &self.events {
            match event {
                Event::Html(_) | Event::InlineHtml(_) => self.has_html = true,
                Event::Start(Tag::CodeBlock(_)) => apart = true,
                Event::Start(Tag::Link(link)) if link.is_citation() => apart = true,
                Event::End(TagEnd::CodeBlock | TagEnd::Link) => apart = false,
                Event::Text(text) | Event::Code(text) if !apart => {
                    words += words_of(text);
                }
                _ => {}
            }
        }
        self.words = words;
    }
}
