//! The marks in runs of text: those that a block begins with, and those that mark nothing.

use std::ops::Range;

use pulldown_cmark::HeadingLevel;

use super::block::Block;
use super::{Mark, Section, Walk};
use crate::load::body::PortionKind;
use crate::load::body::event::{Event, Spanned, Tag};
use crate::load::body::labels::{self, Form};
use crate::marking::Marking;

impl Walk<'_> {
    /// The run of a paragraph, heading, cell or term, between its start and its end.
    pub(super) fn leaf(&mut self, events: &[Spanned], start: usize, end: usize, block: Block) {
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
    pub(super) fn text(&mut self, events: &[Spanned], run: Range<usize>, first: bool) {
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

    pub(super) fn look(&mut self, events: &[Spanned], run: Range<usize>) {
        self.visible.read(events, run, &self.file.text);
    }

    /// No image, code or check box besides the mark's text.
    pub(super) fn is_only_text(&self, events: &[Spanned], run: Range<usize>) -> bool {
        events[run]
            .iter()
            .all(|(event, _)| matches!(event, Event::Text(_) | Event::SoftBreak | Event::HardBreak))
    }

    /// The mark that a run begins with, written plainly, and how much of the visible text it is.
    pub(super) fn leading_mark(
        &mut self,
        events: &[Spanned],
        run: Range<usize>,
    ) -> Option<(Mark, usize)> {
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
    pub(super) fn report(&mut self, events: &[Spanned], from: usize, bare: bool) {
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
                    let rest = self.visible.text[range.end..].trim();
                    // `TLP:AMBER: shared with clients` explains the label and marks nothing.
                    let explained = rest.starts_with(|sign: char| ":,;.–—-".contains(sign));
                    if bare && at_start && !explained && self.bare_may_mark(rest.is_empty()) {
                        let written = self.visible.text[range].to_owned();
                        self.unknown(span, &written, Some(tlp));
                    }
                }
            }
        }
        self.check_colons(events);
    }

    pub(super) fn closes(&self, range: &Range<usize>) -> bool {
        self.visible.text[range.clone()].ends_with([')', ']', '}', '>'])
    }

    /// A label on its own is a usual item of a list, term or heading, in a text about the protocol.
    pub(super) fn bare_may_mark(&self, whole: bool) -> bool {
        let open = self.stack.last().map(|open| open.block);
        !whole || (open == Some(Block::Paragraph) && self.stack.len() == 2)
    }

    /// `:: tlp amber` and other lines that were probably meant to open a block.
    pub(super) fn check_colons(&mut self, events: &[Spanned]) {
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

    pub(super) fn check_title(&mut self, tag: &Tag, span: &Range<usize>) {
        let (Tag::Link(link) | Tag::Image(link)) = tag else {
            return;
        };
        for label in labels::find(&link.title) {
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

    pub(super) fn remove(&mut self, events: Range<usize>) {
        self.removed.push(events);
    }
}
