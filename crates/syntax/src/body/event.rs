//! What a body consists of.
//!
//! The events of the Markdown parser (CommonMark with its extensions), owned, and in half of the room:
//! a body of a page has hundreds of them, and all bodies stay in memory until the last page is made.
//! What few events have, links and headings, stands apart.

use std::ops::Range;

use pulldown_cmark as markdown;
pub use pulldown_cmark::TagEnd;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, HeadingLevel, LinkType};

/// An event and the bytes of the file that it comes from.
pub type Spanned = (Event, Range<usize>);

/// As [`pulldown_cmark::Event`]; mathematics is none, since the parser is not asked for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Start(Tag),
    End(TagEnd),
    Text(CowStr<'static>),
    Code(CowStr<'static>),
    Html(CowStr<'static>),
    InlineHtml(CowStr<'static>),
    FootnoteReference(CowStr<'static>),
    SoftBreak,
    HardBreak,
    Rule,
    TaskListMarker(bool),
}

/// As [`pulldown_cmark::Tag`]; front matter is none, since it is not the body's.
#[derive(Debug, Clone, PartialEq)]
pub enum Tag {
    Paragraph,
    Heading(Box<HeadingTag>),
    BlockQuote(Option<BlockQuoteKind>),
    CodeBlock(CodeBlockKind<'static>),
    HtmlBlock,
    List(Option<u64>),
    Item,
    FootnoteDefinition(CowStr<'static>),
    DefinitionList,
    DefinitionListTitle,
    DefinitionListDefinition,
    Table(Vec<Alignment>),
    TableHead,
    TableRow,
    TableCell,
    Emphasis,
    Strong,
    Strikethrough,
    Superscript,
    Subscript,
    Link(Box<LinkTag>),
    Image(Box<LinkTag>),
}

/// A heading as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadingTag {
    pub level: HeadingLevel,
    pub id: Option<CowStr<'static>>,
    pub classes: Vec<CowStr<'static>>,
}

/// A link or image as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkTag {
    pub link_type: LinkType,
    pub dest_url: CowStr<'static>,
    pub title: CowStr<'static>,
    pub id: CowStr<'static>,
}

impl LinkTag {
    /// Whether it cites a source: `[@id]`.
    pub fn is_citation(&self) -> bool {
        self.link_type == LinkType::ShortcutUnknown
    }
}

impl Event {
    /// An event of the parser; none for those that the parser is not asked for.
    pub(super) fn of(event: markdown::Event<'_>) -> Option<Self> {
        Some(match event {
            markdown::Event::Start(tag) => Self::Start(Tag::of(tag)?),
            markdown::Event::End(TagEnd::MetadataBlock(_)) => return None,
            markdown::Event::End(tag) => Self::End(tag),
            markdown::Event::Text(text) => Self::Text(text.into_static()),
            markdown::Event::Code(text) => Self::Code(text.into_static()),
            markdown::Event::Html(html) => Self::Html(html.into_static()),
            markdown::Event::InlineHtml(html) => Self::InlineHtml(html.into_static()),
            markdown::Event::FootnoteReference(label) => {
                Self::FootnoteReference(label.into_static())
            }
            markdown::Event::SoftBreak => Self::SoftBreak,
            markdown::Event::HardBreak => Self::HardBreak,
            markdown::Event::Rule => Self::Rule,
            markdown::Event::TaskListMarker(done) => Self::TaskListMarker(done),
            markdown::Event::InlineMath(_) | markdown::Event::DisplayMath(_) => return None,
        })
    }

    /// The same for a writer of Markdown.
    pub fn to_markdown(&self) -> markdown::Event<'_> {
        match self {
            Self::Start(tag) => markdown::Event::Start(tag.to_markdown()),
            Self::End(tag) => markdown::Event::End(*tag),
            Self::Text(text) => markdown::Event::Text(text.as_ref().into()),
            Self::Code(text) => markdown::Event::Code(text.as_ref().into()),
            Self::Html(html) => markdown::Event::Html(html.as_ref().into()),
            Self::InlineHtml(html) => markdown::Event::InlineHtml(html.as_ref().into()),
            Self::FootnoteReference(label) => {
                markdown::Event::FootnoteReference(label.as_ref().into())
            }
            Self::SoftBreak => markdown::Event::SoftBreak,
            Self::HardBreak => markdown::Event::HardBreak,
            Self::Rule => markdown::Event::Rule,
            Self::TaskListMarker(done) => markdown::Event::TaskListMarker(*done),
        }
    }
}

impl Tag {
    fn of(tag: markdown::Tag<'_>) -> Option<Self> {
        let link = |link_type, dest_url: CowStr<'_>, title: CowStr<'_>, id: CowStr<'_>| {
            Box::new(LinkTag {
                link_type,
                dest_url: dest_url.into_static(),
                title: title.into_static(),
                id: id.into_static(),
            })
        };
        Some(match tag {
            markdown::Tag::Paragraph => Self::Paragraph,
            // Attributes other than id and classes are not for a text to set.
            markdown::Tag::Heading {
                level,
                id,
                classes,
                attrs: _,
            } => Self::Heading(Box::new(HeadingTag {
                level,
                id: id.map(CowStr::into_static),
                classes: classes.into_iter().map(CowStr::into_static).collect(),
            })),
            markdown::Tag::BlockQuote(kind) => Self::BlockQuote(kind),
            markdown::Tag::CodeBlock(kind) => Self::CodeBlock(kind.into_static()),
            markdown::Tag::HtmlBlock => Self::HtmlBlock,
            markdown::Tag::List(first) => Self::List(first),
            markdown::Tag::Item => Self::Item,
            markdown::Tag::FootnoteDefinition(label) => {
                Self::FootnoteDefinition(label.into_static())
            }
            markdown::Tag::DefinitionList => Self::DefinitionList,
            markdown::Tag::DefinitionListTitle => Self::DefinitionListTitle,
            markdown::Tag::DefinitionListDefinition => Self::DefinitionListDefinition,
            markdown::Tag::Table(alignments) => Self::Table(alignments),
            markdown::Tag::TableHead => Self::TableHead,
            markdown::Tag::TableRow => Self::TableRow,
            markdown::Tag::TableCell => Self::TableCell,
            markdown::Tag::Emphasis => Self::Emphasis,
            markdown::Tag::Strong => Self::Strong,
            markdown::Tag::Strikethrough => Self::Strikethrough,
            markdown::Tag::Superscript => Self::Superscript,
            markdown::Tag::Subscript => Self::Subscript,
            markdown::Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            } => Self::Link(link(link_type, dest_url, title, id)),
            markdown::Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            } => Self::Image(link(link_type, dest_url, title, id)),
            markdown::Tag::MetadataBlock(_) => return None,
        })
    }

    fn to_markdown(&self) -> markdown::Tag<'_> {
        match self {
            Self::Paragraph => markdown::Tag::Paragraph,
            Self::Heading(heading) => markdown::Tag::Heading {
                level: heading.level,
                id: heading.id.as_deref().map(Into::into),
                classes: heading
                    .classes
                    .iter()
                    .map(|class| class.as_ref().into())
                    .collect(),
                attrs: Vec::new(),
            },
            Self::BlockQuote(kind) => markdown::Tag::BlockQuote(*kind),
            Self::CodeBlock(CodeBlockKind::Indented) => {
                markdown::Tag::CodeBlock(CodeBlockKind::Indented)
            }
            Self::CodeBlock(CodeBlockKind::Fenced(info)) => {
                markdown::Tag::CodeBlock(CodeBlockKind::Fenced(info.as_ref().into()))
            }
            Self::HtmlBlock => markdown::Tag::HtmlBlock,
            Self::List(first) => markdown::Tag::List(*first),
            Self::Item => markdown::Tag::Item,
            Self::FootnoteDefinition(label) => {
                markdown::Tag::FootnoteDefinition(label.as_ref().into())
            }
            Self::DefinitionList => markdown::Tag::DefinitionList,
            Self::DefinitionListTitle => markdown::Tag::DefinitionListTitle,
            Self::DefinitionListDefinition => markdown::Tag::DefinitionListDefinition,
            Self::Table(alignments) => markdown::Tag::Table(alignments.clone()),
            Self::TableHead => markdown::Tag::TableHead,
            Self::TableRow => markdown::Tag::TableRow,
            Self::TableCell => markdown::Tag::TableCell,
            Self::Emphasis => markdown::Tag::Emphasis,
            Self::Strong => markdown::Tag::Strong,
            Self::Strikethrough => markdown::Tag::Strikethrough,
            Self::Superscript => markdown::Tag::Superscript,
            Self::Subscript => markdown::Tag::Subscript,
            Self::Link(link) => markdown::Tag::Link {
                link_type: link.link_type,
                dest_url: link.dest_url.as_ref().into(),
                title: link.title.as_ref().into(),
                id: link.id.as_ref().into(),
            },
            Self::Image(link) => markdown::Tag::Image {
                link_type: link.link_type,
                dest_url: link.dest_url.as_ref().into(),
                title: link.title.as_ref().into(),
                id: link.id.as_ref().into(),
            },
        }
    }
}
