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

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::directives::{self, Directive, Line, Wrong};
use super::events::Spanned;
use super::labels::{self, Form};
use super::visible::Visible;
use super::{Portion, PortionKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::marking::{Marking, Tlp};

/// The events that stay and the portions, which count in them.
pub(super) fn apply(
    file: &Arc<SourceFile>,
    events: Vec<Spanned>,
    directives: &[Line],
    found: &mut Diagnostics,
) -> (Vec<Spanned>, Vec<Portion>) {
    let mut walk = Walk {
        file,
        found,
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
    compact(events, portions, removed, cut)
}

/// A block that holds others, or a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
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
    fn of(tag: &Tag<'_>) -> Option<Block> {
        Some(match tag {
            Tag::Paragraph => Block::Paragraph,
            Tag::Heading { level, .. } => Block::Heading(*level),
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
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) => Block::Other,
            _ => return None,
        })
    }

    fn ends_with(tag: TagEnd) -> bool {
        !matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
                | TagEnd::Image
        )
    }

    /// Whose first paragraph marks the whole block.
    fn begins_with_its_paragraph(self) -> bool {
        matches!(
            self,
            Block::Quote | Block::Item | Block::Footnote | Block::Definition
        )
    }

    /// Where text may stand without a paragraph around it.
    fn holds_bare_text(self) -> bool {
        matches!(
            self,
            Block::Item | Block::Definition | Block::Footnote | Block::Quote
        )
    }

    fn is_leaf(self) -> bool {
        matches!(
            self,
            Block::Paragraph | Block::Heading(_) | Block::TableCell | Block::Term
        )
    }
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
            opened: None,
        }
    }
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    found: &'a mut Diagnostics,
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
            Event::End(tag) if Block::ends_with(*tag) => self.end_block(events, index),
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
            if open_is_body(&self.stack) {
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

    // Blocks of text

    /// The run of a paragraph, heading, cell or term, between its start and its end.
    fn leaf(&mut self, events: &[Spanned], start: usize, end: usize, block: Block) {
        self.look(events, start + 1..end);
        let Some((mark, length)) = self.leading_mark(events, start + 1..end) else {
            let bare = matches!(block, Block::Paragraph | Block::Heading(_));
            self.report(events, 0, bare);
            return;
        };
        self.report(events, length, false);
        let depth = self.stack.len();
        let only = block == Block::Paragraph
            && self.visible.text[length..].trim().is_empty()
            && self.is_only_text(events, start + 1..end);
        if only && let Some(before) = self.top().and_then(|open| open.marks.pop()) {
            // Two marks on their own, one after the other: the first has no block.
            self.marks_nothing(before.span);
        }
        let Some(parent) = depth.checked_sub(2).and_then(|at| self.stack.get_mut(at)) else {
            return;
        };
        match block {
            Block::Paragraph
                if parent.children == 1 && parent.block.begins_with_its_paragraph() =>
            {
                parent.marks.push(mark.clone());
                if only {
                    parent.empty_mark = Some(mark);
                    self.remove(start..end + 1);
                }
            }
            Block::Paragraph if only => {
                parent.pending = Some(mark);
                self.remove(start..end + 1);
            }
            Block::Heading(level) => parent.sections.push(Section { level, start, mark }),
            Block::Term => parent.sections.push(Section {
                level: HeadingLevel::H1,
                start,
                mark,
            }),
            Block::TableCell => {
                let first_cell = parent.block == Block::TableHead && parent.children == 1;
                let table = depth.checked_sub(3).and_then(|at| self.stack.get_mut(at));
                match table {
                    Some(table) if first_cell => table.marks.push(mark),
                    _ => self.stray(
                        mark.span,
                        "a TLP mark in a table's cell marks nothing",
                        "only the first cell of the header can mark, and it marks the whole table",
                    ),
                }
            }
            _ => {
                if let Some(open) = self.top() {
                    open.marks.push(mark);
                }
            }
        }
    }

    /// The run of text that stands in an item or a definition without a paragraph.
    fn text(&mut self, events: &[Spanned], run: Range<usize>, first: bool) {
        self.look(events, run.clone());
        let Some((mark, length)) = self.leading_mark(events, run.clone()) else {
            self.report(events, 0, true);
            return;
        };
        self.report(events, length, false);
        let only =
            self.visible.text[length..].trim().is_empty() && self.is_only_text(events, run.clone());
        if only {
            self.remove(run.clone());
        }
        let Some(open) = self.top() else { return };
        if first && open.block.begins_with_its_paragraph() {
            if only {
                open.empty_mark = Some(mark.clone());
            }
            open.marks.push(mark);
        } else if only {
            open.pending = Some(mark);
        } else {
            self.portion(run, mark, PortionKind::Text);
        }
    }

    fn look(&mut self, events: &[Spanned], run: Range<usize>) {
        self.visible.read(events, run, &self.file.text);
    }

    /// No image, code or check box besides the mark's text.
    fn is_only_text(&self, events: &[Spanned], run: Range<usize>) -> bool {
        events[run]
            .iter()
            .all(|(event, _)| matches!(event, Event::Text(_) | Event::SoftBreak | Event::HardBreak))
    }

    /// The mark that a run begins with, written plainly, and how much of the visible text it is.
    fn leading_mark(&mut self, events: &[Spanned], run: Range<usize>) -> Option<(Mark, usize)> {
        let first = run
            .clone()
            .find(|index| !matches!(events[*index].0, Event::TaskListMarker(_)))?;
        let (Event::Text(text), span) = &events[first] else {
            return None;
        };
        let (length, level) = labels::leading(text)?;
        let tlp = level.ok()?;
        let source = &self.file.text;
        let written = source.get(span.start..span.start + length)?;
        let escaped = source[..span.start].ends_with('\\');
        if escaped || written != &text[..length] {
            return None;
        }
        let mark_span = span.start..span.start + length;
        self.old_word(&written[5..length - 1], mark_span.clone());
        let rest = &text[length..];
        let blank = rest.len() - rest.trim_start().len();
        let mut last = first;
        if rest.len() == blank {
            // The text went with the mark, and the line's end too.
            last += 1;
            if run.contains(&last) && matches!(events[last].0, Event::SoftBreak | Event::HardBreak)
            {
                last += 1;
            }
            self.remove(first..last);
        } else {
            self.cut.push((first, length + blank));
        }
        Some((
            Mark {
                marking: Marking::new(tlp, []),
                span: mark_span,
            },
            length,
        ))
    }

    /// Every label of the run after the first `from` bytes of its visible text.
    fn report(&mut self, events: &[Spanned], from: usize, bare: bool) {
        let labels = labels::find(&self.visible.text[from..]);
        for label in labels {
            let range = label.range.start + from..label.range.end + from;
            let at_start = self.visible.text[..range.start].trim().is_empty();
            let span = self.visible.source(events, range.clone());
            match label.form {
                Form::Exact(_) if at_start => self.stray(
                    span,
                    "a TLP mark in emphasis, a link, an escape or other signs marks nothing",
                    "expected plain text, `(TLP:LEVEL)`, at the start of its block",
                ),
                Form::Exact(_) => self.stray(
                    span,
                    "a TLP mark in the middle of a text marks nothing",
                    "only a mark at the start of a block counts",
                ),
                Form::UnknownWord(word) => self.unknown(span, &word, labels::proposal(&word)),
                Form::Loose(tlp) if at_start => {
                    let written = self.visible.text[range].to_owned();
                    self.unknown(span, &written, Some(tlp));
                }
                Form::Loose(_) => self.stray(
                    span,
                    "what reads as a TLP mark stands in the middle of a text",
                    "only `(TLP:LEVEL)` at the start of a block counts",
                ),
                Form::Doubtful { near, colon } => {
                    let meant = match at_start {
                        true => colon || near.is_some(),
                        false => colon && near.is_some() && self.closes(&range),
                    };
                    if meant {
                        let written = self.visible.text[range].to_owned();
                        self.unknown(span, &written, near);
                    }
                }
                Form::Bare(tlp) => {
                    let rest = self.visible.text[range.end..].trim_start();
                    let alone = rest.is_empty() || rest.starts_with(char::is_uppercase);
                    if bare && at_start && alone && self.bare_may_mark(rest.is_empty()) {
                        let written = self.visible.text[range].to_owned();
                        self.unknown(span, &written, Some(tlp));
                    }
                }
            }
        }
        self.check_colons(events);
    }

    fn closes(&self, range: &Range<usize>) -> bool {
        self.visible.text[range.clone()].ends_with([')', ']', '}', '>'])
    }

    /// A label on its own is a usual item of a list, term or heading, in a text about the protocol.
    fn bare_may_mark(&self, whole: bool) -> bool {
        let open = self.stack.last().map(|open| open.block);
        !whole || (open == Some(Block::Paragraph) && self.stack.len() == 2)
    }

    /// `:: tlp amber` and other lines that were probably meant to open a block.
    fn check_colons(&mut self, events: &[Spanned]) {
        let mut start = 0;
        let mut spans = Vec::new();
        for line in self.visible.text.split('\n') {
            let text = line.trim_start();
            let name = text.trim_start_matches(':');
            if text.len() - name.len() >= 2
                && name
                    .trim_start()
                    .get(..3)
                    .is_some_and(|word| word.eq_ignore_ascii_case("tlp"))
            {
                spans.push(start..start + line.len());
            }
            start += line.len() + 1;
        }
        for range in spans {
            let span = self.visible.source(events, range);
            // A line that begins with three colons is reported with the other lines of its kind.
            if !self.file.text[span.clone()].trim_start().starts_with(":::") {
                self.bad_block(
                    span,
                    "this line does not open a `:::` block",
                    "expected three colons at the start of the line",
                    "write `::: tlp amber`",
                );
            }
        }
    }

    fn check_title(&mut self, tag: &Tag<'_>, span: &Range<usize>) {
        let (Tag::Link { title, .. } | Tag::Image { title, .. }) = tag else {
            return;
        };
        for label in labels::find(title) {
            if matches!(
                label.form,
                Form::Exact(_) | Form::UnknownWord(_) | Form::Loose(_)
            ) {
                self.stray(
                    span.clone(),
                    "a TLP mark in a title marks nothing",
                    "in the title of this link or image",
                );
            }
        }
    }

    fn remove(&mut self, events: Range<usize>) {
        self.removed.push(events);
    }

    // Code blocks and `:::` lines

    fn code_block(&mut self, info: &str, index: usize, span: &Range<usize>) {
        let source = &self.file.text[span.clone()];
        let line = source.split(['\n', '\r']).next().unwrap_or_default();
        let at = line.find(info).filter(|_| !info.is_empty());
        let span = match at {
            Some(at) => span.start + at..span.start + at + info.len(),
            None => span.start..span.start + line.len(),
        };
        match directives::read_info(info) {
            Ok(None) => {}
            Ok(Some((marking, old))) => {
                if old {
                    self.old_word("white", span.clone());
                }
                if let Some(open) = self.stack.last_mut() {
                    debug_assert_eq!(open.start, index);
                    open.marks.push(Mark { marking, span });
                }
            }
            Err(wrong) => self.wrong(span, wrong, Code::StrayMark),
        }
    }

    fn directive(&mut self, events: &[Spanned], index: usize, line: &Line) {
        self.end_run(events, index);
        self.remove(index..index + 1);
        let span =
            line.span.start..line.span.start + self.file.text[line.span.clone()].trim_end().len();
        let read = directives::read(&self.file.text[span.clone()]);
        let at_top = matches!(
            self.stack.last().map(|open| open.block),
            Some(Block::Body | Block::Directive)
        );
        if !at_top {
            self.bad_block(
                span,
                "a `:::` line stands inside a list, quote, footnote or definition",
                "expected at the start of a line, outside of other blocks",
                "end the list or quote before it, or mark the item itself with `(TLP:AMBER)`",
            );
            return;
        }
        if let Some(mark) = self.top().and_then(|open| open.pending.take()) {
            self.marks_nothing(mark.span);
        }
        match read {
            Ok(Directive::Open {
                colons,
                marking,
                old_word,
            }) => {
                if old_word {
                    self.old_word("white", span.clone());
                }
                self.open_directive(index, colons, span, Some(marking));
            }
            // A block all the same, so that its closing line is not reported as well.
            Err(wrong) => {
                self.wrong(span.clone(), wrong, Code::BadBlock);
                let colons = self.file.text[span.clone()]
                    .bytes()
                    .take_while(|byte| *byte == b':')
                    .count();
                self.open_directive(index, colons, span, None);
            }
            Ok(Directive::Close { colons }) => {
                let opened = self.top().and_then(|open| open.opened.clone());
                match opened {
                    Some((expected, _)) if expected == colons => self.end_directive(index),
                    Some((expected, opened)) => {
                        let diagnostic = Diagnostic::new(
                            Code::BadBlock,
                            format!("this line of {colons} colons closes a block that was opened with {expected}"),
                        )
                        .at(self.file, span)
                        .label(format!("expected {}", ":".repeat(expected.min(20))))
                        .help("close inner blocks first, each with as many colons as it was opened with")
                        .related(crate::diagnostic::Location::new(self.file, opened), "opened here");
                        self.found.push(diagnostic);
                        self.end_directive(index);
                    }
                    None => self.bad_block(
                        span,
                        "this `:::` line closes no block",
                        "nothing is open here",
                        "take it away, or open a block above with `::: tlp amber`",
                    ),
                }
            }
        }
    }

    fn open_directive(
        &mut self,
        index: usize,
        colons: usize,
        span: Range<usize>,
        marking: Option<Marking>,
    ) {
        let mut open = Open::new(Block::Directive, index + 1);
        open.marks.extend(marking.map(|marking| Mark {
            marking,
            span: span.clone(),
        }));
        open.opened = Some((colons, span));
        self.stack.push(open);
    }

    fn end_directive(&mut self, index: usize) {
        self.close_sections(index, None);
        let Some(open) = self.stack.pop() else { return };
        if let Some(mark) = open.pending {
            self.marks_nothing(mark.span);
        }
        for mark in open.marks {
            self.portion(open.start..index, mark, PortionKind::Blocks);
        }
    }

    // Findings

    fn stray(&mut self, span: Range<usize>, message: &str, label: &str) {
        self.found.push(
            Diagnostic::new(Code::StrayMark, message).at(self.file, span).label(label).help(
                "begin a block of its own with the mark, after an empty line; in a text about marks write it as code: `(TLP:AMBER)`",
            ),
        );
    }

    fn marks_nothing(&mut self, span: Range<usize>) {
        self.stray(
            span,
            "nothing follows that this TLP mark could mark",
            "expected a block after it, in the same list, quote or section",
        );
    }

    fn unknown(&mut self, span: Range<usize>, written: &str, near: Option<Tlp>) {
        let written: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
        self.found.push(
            Diagnostic::new(
                Code::UnknownMarking,
                format!("`{written}` is not a TLP mark"),
            )
            .at(self.file, span)
            .label(
                "expected (TLP:CLEAR), (TLP:GREEN), (TLP:AMBER), (TLP:AMBER+STRICT) or (TLP:RED)",
            )
            .help(match near {
                Some(tlp) => format!(
                    "did you mean `({})`? In a text about marks write it as code",
                    tlp.label()
                ),
                None => "write for example `(TLP:AMBER)`; in a text about marks write it as code"
                    .to_owned(),
            }),
        );
    }

    fn old_word(&mut self, word: &str, span: Range<usize>) {
        if Tlp::is_old_word(word) {
            self.found.push(
                Diagnostic::new(
                    Code::OldMarking,
                    "TLP:WHITE is the word of TLP 1; it reads as TLP:CLEAR",
                )
                .at(self.file, span)
                .help("write `CLEAR`"),
            );
        }
    }

    fn wrong(&mut self, span: Range<usize>, wrong: Wrong, code: Code) {
        let code = if wrong.marking {
            Code::UnknownMarking
        } else {
            code
        };
        self.found.push(
            Diagnostic::new(code, wrong.message)
                .at(self.file, span)
                .label(wrong.label)
                .help(wrong.help),
        );
    }

    fn bad_block(&mut self, span: Range<usize>, message: &str, label: &str, help: &str) {
        self.found.push(
            Diagnostic::new(Code::BadBlock, message)
                .at(self.file, span)
                .label(label)
                .help(help),
        );
    }
}

fn open_is_body(stack: &[Open]) -> bool {
    stack.len() == 1
}

/// Takes the marks out, and lets the portions count in what is left.
fn compact(
    events: Vec<Spanned>,
    mut portions: Vec<Portion>,
    mut removed: Vec<Range<usize>>,
    cut: Vec<(usize, usize)>,
) -> (Vec<Spanned>, Vec<Portion>) {
    let mut events = events;
    for (index, length) in cut {
        if let Some((Event::Text(text), span)) = events.get_mut(index) {
            *text = text[length..].to_owned().into();
            span.start += length;
        }
    }
    if !removed.is_empty() {
        removed.sort_by_key(|range| (range.start, range.end));
        let mut kept = Vec::with_capacity(events.len());
        // For each old index, how many events before it stay.
        let mut places = Vec::with_capacity(events.len() + 1);
        let mut ranges = removed.into_iter().peekable();
        let mut gone_until = 0;
        for (index, event) in events.into_iter().enumerate() {
            places.push(kept.len());
            while let Some(range) = ranges.next_if(|range| range.start <= index) {
                gone_until = gone_until.max(range.end);
            }
            if index >= gone_until {
                kept.push(event);
            }
        }
        places.push(kept.len());
        let place = |index: usize| places.get(index).copied().unwrap_or(kept.len());
        for portion in &mut portions {
            portion.events = place(portion.events.start)..place(portion.events.end);
        }
        events = kept;
    }
    portions.retain(|portion| !portion.events.is_empty());
    // Outer before inner.
    portions.sort_by_key(|portion| {
        (
            portion.events.start,
            usize::MAX - portion.events.end,
            portion.span.start,
        )
    });
    (events, portions)
}
