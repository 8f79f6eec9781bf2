//! Which stretch of the body each TLP mark covers.
//!
//! In: the clean events and the lines of `:::` blocks. Out: the events without the marks' text, and
//! the portions. One walk over the events keeps the open blocks; at the end of each run of inline
//! text it looks for marks:
//!
//! 1. a mark at the very start of a block makes a portion, whose extent the kind of block decides;
//! 2. a paragraph that is nothing but a mark waits for the next block of the same container;
//! 3. every other mark, and whatever was probably meant as one, is an error.
//!
//! Where two readings are possible the one that marks more is taken.

mod block;
mod compact;
mod divisions;
mod findings;
mod text;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, HeadingLevel};

use super::directives::Line;
use super::event::{Event, Spanned, Tag};
use super::visible::Visible;
use super::{Portion, PortionKind};
use base::diagnostic::{Diagnostics, SourceFile};
use base::marking::{Marking, Tlp, within};
use block::Block;

/// The events that stay and the portions, which count in them.
pub(super) fn apply(
    file: &Arc<SourceFile>,
    events: Vec<Spanned>,
    directives: &[Line],
    within: Tlp,
    found: &mut Diagnostics,
) -> (Vec<Spanned>, Vec<Portion>) {
    let mut walk = Walk {
        file,
        found,
        within,
        directives,
        stack: vec![Open::new(Block::Body, 0)],
        portions: Vec::new(),
        removed: Vec::new(),
        cut: Vec::new(),
        visible: Visible::default(),
    };
    for index in 0..events.len() {
        walk.event(&events, index);
    }
    walk.finish(&events);
    let Walk {
        portions,
        removed,
        cut,
        ..
    } = walk;
    compact::compact(events, portions, removed, cut)
}

/// A mark that was read, and where it stands.
#[derive(Debug, Clone)]
struct Mark {
    marking: Marking,
    span: Range<usize>,
}

/// A heading or a term whose portion goes on to the next of its kind.
struct Section {
    level: HeadingLevel,
    start: usize,
    mark: Mark,
}

struct Open {
    block: Block,
    start: usize,
    /// Blocks and runs of text so far.
    children: usize,
    /// Text that stands here without a paragraph, from this event on.
    run: Option<usize>,
    /// A paragraph that was only a mark and waits for the next block.
    pending: Option<Mark>,
    /// The marking of this block itself, from its parent's pending mark or its own first words.
    marks: Vec<Mark>,
    /// A first paragraph that was only a mark made up all of this block so far.
    empty_mark: Option<Mark>,
    sections: Vec<Section>,
    /// Of a table, the columns that are named as markings; of a row, whether its last cell is such a
    /// name; of a definition list, its last term.
    named: Vec<bool>,
    /// The opening line's colons and place, of a `:::` block.
    opened: Option<(usize, Range<usize>)>,
}

impl Open {
    fn new(block: Block, start: usize) -> Self {
        Self {
            block,
            start,
            children: 0,
            run: None,
            pending: None,
            marks: Vec::new(),
            empty_mark: None,
            sections: Vec::new(),
            named: Vec::new(),
            opened: None,
        }
    }
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    found: &'a mut Diagnostics,
    /// The marking of the whole document.
    within: Tlp,
    directives: &'a [Line],
    /// Never empty: the body itself is at the bottom.
    stack: Vec<Open>,
    portions: Vec<Portion>,
    /// Events that go away, as ranges.
    removed: Vec<Range<usize>>,
    /// The events whose text loses so many bytes at its start.
    cut: Vec<(usize, usize)>,
    visible: Visible,
}

impl Walk<'_> {
    fn event(&mut self, events: &[Spanned], index: usize) {
        let (event, span) = &events[index];
        match event {
            Event::Start(tag) => match Block::of(tag) {
                Some(block) => {
                    self.begin_child(events, index, block);
                    if let Tag::CodeBlock(CodeBlockKind::Fenced(info)) = tag {
                        self.code_block(info, index, span);
                    }
                }
                None => {
                    self.check_title(tag, span);
                    self.inline(index);
                }
            },
            Event::End(tag) if within::is_block(tag) => self.end_block(events, index),
            Event::Rule => {
                let line = self
                    .directives
                    .binary_search_by_key(&span.start, |line| line.span.start)
                    .ok()
                    .map(|at| self.directives[at].clone());
                match line {
                    Some(line) => self.directive(events, index, &line),
                    None => {
                        self.begin_child(events, index, Block::Other);
                        self.end_block(events, index);
                    }
                }
            }
            // The content of HTML blocks, which are leaves.
            Event::Html(_) => {}
            _ => self.inline(index),
        }
    }

    fn top(&mut self) -> Option<&mut Open> {
        self.stack.last_mut()
    }

    /// Inline content begins a run where no paragraph holds it.
    fn inline(&mut self, index: usize) {
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        if open.block.holds_bare_text() && open.run.is_none() {
            open.run = Some(index);
            open.children += 1;
            if let Some(mark) = open.pending.take() {
                self.stray(
                    mark.span,
                    "this mark stands on its own before text without a paragraph",
                    "in its own paragraph",
                );
            }
        }
    }

    fn end_run(&mut self, events: &[Spanned], end: usize) {
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        if let Some(start) = open.run.take() {
            let first = open.children == 1;
            self.text(events, start..end, first);
        }
    }

    fn begin_child(&mut self, events: &[Spanned], index: usize, block: Block) {
        self.end_run(events, index);
        let mut open = Open::new(block, index);
        if let Some(parent) = self.top() {
            parent.children += 1;
            match block {
                Block::Heading(level) => self.close_sections(index, Some(level)),
                Block::Term => self.close_sections(index, Some(HeadingLevel::H1)),
                _ => {}
            }
        }
        if let Some(parent) = self.top()
            && let Some(mark) = parent.pending.take()
        {
            match block {
                // The next block of a heading's mark is its section.
                Block::Heading(level) => parent.sections.push(Section {
                    level,
                    start: index,
                    mark,
                }),
                _ => open.marks.push(mark),
            }
        }
        self.stack.push(open);
    }

    fn end_block(&mut self, events: &[Spanned], index: usize) {
        self.end_run(events, index);
        if self.stack.len() < 2 {
            return;
        }
        let (block, start) = self
            .top()
            .map_or((Block::Other, index), |open| (open.block, open.start));
        if block.is_leaf() {
            self.leaf(events, start, index, block);
        }
        self.close_sections(index, None);
        let Some(open) = self.stack.pop() else { return };
        if let Some(mark) = open.pending {
            self.marks_nothing(mark.span);
        }
        if let Some(mark) = open.empty_mark
            && open.children == 1
        {
            self.marks_nothing(mark.span);
        }
        for mark in open.marks {
            let kind = match open.block {
                Block::Item => PortionKind::Item,
                Block::Footnote => PortionKind::Footnote,
                Block::Definition => PortionKind::Definition,
                _ => PortionKind::Blocks,
            };
            self.portion(open.start..index + 1, mark, kind);
        }
    }

    fn portion(&mut self, events: Range<usize>, mark: Mark, kind: PortionKind) {
        self.portions.push(Portion {
            events,
            marking: mark.marking,
            span: mark.span,
            kind,
        });
    }

    /// Ends the sections of the innermost block that a heading of this level ends, or all.
    fn close_sections(&mut self, index: usize, level: Option<HeadingLevel>) {
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        let terms = open.block == Block::DefinitionList;
        while let Some(section) = open
            .sections
            .pop_if(|section| level.is_none_or(|level| section.level >= level))
        {
            self.portions.push(Portion {
                events: section.start..index,
                marking: section.mark.marking,
                span: section.mark.span,
                kind: if terms {
                    PortionKind::Term
                } else {
                    PortionKind::Blocks
                },
            });
        }
    }

    fn finish(&mut self, events: &[Spanned]) {
        while let Some(open) = self.stack.last() {
            if let Some((_, span)) = open.opened.clone() {
                self.bad_block(
                    span,
                    "this `:::` block is never closed",
                    "opened here",
                    "close it with a line `:::` of as many colons",
                );
            }
            if self.stack.len() == 1 {
                self.close_sections(events.len(), None);
                if let Some(open) = self.stack.pop()
                    && let Some(mark) = open.pending
                {
                    self.marks_nothing(mark.span);
                }
                return;
            }
            // Only `:::` blocks are still open here; their portion ends with the body.
            self.end_directive(events.len());
        }
    }
}
