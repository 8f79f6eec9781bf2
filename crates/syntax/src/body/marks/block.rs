//! The kinds of blocks, as far as marks tell them apart.

use pulldown_cmark::HeadingLevel;

use crate::body::event::Tag;

/// A block that holds others, or a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Body,
    Directive,
    Quote,
    Item,
    Footnote,
    Definition,
    DefinitionList,
    Term,
    List,
    Table,
    TableHead,
    TableRow,
    TableCell,
    Paragraph,
    Heading(HeadingLevel),
    Other,
}

impl Block {
    pub(super) fn of(tag: &Tag) -> Option<Block> {
        Some(match tag {
            Tag::Paragraph => Block::Paragraph,
            Tag::Heading(heading) => Block::Heading(heading.level),
            Tag::BlockQuote(_) => Block::Quote,
            Tag::List(_) => Block::List,
            Tag::Item => Block::Item,
            Tag::FootnoteDefinition(_) => Block::Footnote,
            Tag::DefinitionList => Block::DefinitionList,
            Tag::DefinitionListTitle => Block::Term,
            Tag::DefinitionListDefinition => Block::Definition,
            Tag::Table(_) => Block::Table,
            Tag::TableHead => Block::TableHead,
            Tag::TableRow => Block::TableRow,
            Tag::TableCell => Block::TableCell,
            Tag::CodeBlock(_) | Tag::HtmlBlock => Block::Other,
            _ => return None,
        })
    }

    /// Whose first paragraph marks the whole block.
    pub(super) fn begins_with_its_paragraph(self) -> bool {
        matches!(
            self,
            Block::Quote | Block::Item | Block::Footnote | Block::Definition
        )
    }

    /// Where text may stand without a paragraph around it.
    pub(super) fn holds_bare_text(self) -> bool {
        matches!(
            self,
            Block::Item | Block::Definition | Block::Footnote | Block::Quote
        )
    }

    pub(super) fn is_leaf(self) -> bool {
        matches!(
            self,
            Block::Paragraph | Block::Heading(_) | Block::TableCell | Block::Term
        )
    }
}
