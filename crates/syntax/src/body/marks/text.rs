//! The marks in runs of text: those that a block begins with, and those that mark nothing.

use std::ops::Range;

use pulldown_cmark::{HeadingLevel, TagEnd};

use super::block::Block;
use super::{Mark, Section, Walk};
use crate::body::PortionKind;
use crate::body::event::{Event, Spanned, Tag};
use crate::body::{directives, labels};
use crate::decode::covered;
use base::marking::label::{self, Label};
use base::marking::{Marking, Tlp};

impl Walk<'_> {
    /// The run of a paragraph, heading, cell or term, between its start and its end.
    pub(super) fn leaf(&mut self, events: &[Spanned], start: usize, end: usize, block: Block) {
        self.look(events, start + 1..end);
        self.beside(events, block);
        let Some((mark, length)) = self.leading_mark(events, start + 1..end) else {
            self.report(events, start + 1..end, 0, None);
            return;
        };
        self.report(events, start + 1..end, length, Some(&mark));
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
        let block = self.stack.last().map(|open| open.block);
        if first && block == Some(Block::Definition) {
            self.beside(events, Block::Definition);
        }
        let Some((mark, length)) = self.leading_mark(events, run.clone()) else {
            self.report(events, run, 0, None);
            return;
        };
        self.report(events, run.clone(), length, Some(&mark));
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

    /// Every label of the run after the first `from` bytes of its visible text, which are `mark`.
    pub(super) fn report(
        &mut self,
        events: &[Spanned],
        run: Range<usize>,
        from: usize,
        mark: Option<&Mark>,
    ) {
        let around = self.around(mark);
        for found in label::all(&self.visible.text[from..]) {
            let range = found.range.start + from..found.range.end + from;
            let span = self.visible.source(events, range.clone());
            let before = &self.visible.text[..range.start];
            // A line that was meant to open a block is reported as that.
            if directives::is_meant(before) {
                continue;
            }
            let at_start = !before.contains(char::is_alphanumeric);
            let written = self.visible.text[range].to_owned();
            let in_form = matches!(labels::leading(&written), Some((length, Ok(_))) if length == written.len());
            if found.level() <= around {
                self.found
                    .push(covered(&written, around).at(self.file, span));
            } else if found.tlp.is_none() || (at_start && !in_form) {
                self.unknown(
                    span,
                    &written,
                    found.tlp.or_else(|| nearest_level(&written)),
                );
            } else if at_start {
                self.stray(
                    span,
                    "a TLP mark in emphasis, a link, an escape or other signs marks nothing",
                    "expected plain text, `(TLP:LEVEL)`, at the start of its block",
                );
            } else {
                self.stray(
                    span,
                    "a TLP label in the middle of a text marks nothing",
                    "only `(TLP:LEVEL)` at the start of a block counts",
                );
            }
        }
        self.alternatives(events, run, around);
        self.check_colons(events);
    }

    /// A level in a column, beside a cell or below a term that names it a marking: `TLP | RED`.
    fn beside(&mut self, events: &[Spanned], block: Block) {
        // Most texts are paragraphs, which are beside nothing.
        if !matches!(block, Block::TableCell | Block::Term | Block::Definition) {
            return;
        }
        let depth = self.stack.len();
        let is_name = label::names_marking(&self.visible.text);
        let named = match block {
            Block::TableCell => {
                let (head, row) = (depth.checked_sub(3), depth.checked_sub(2));
                let Some((head, row)) = head.zip(row) else {
                    return;
                };
                let column = self.stack[row].children.saturating_sub(1);
                let in_head = self.stack[row].block == Block::TableHead;
                let before = std::mem::replace(&mut self.stack[row].named, vec![is_name]) == [true];
                let above = self.stack[head].named.get(column).copied().unwrap_or(false);
                if in_head {
                    self.stack[head].named.push(is_name);
                }
                above || before
            }
            Block::Term => {
                if let Some(list) = depth.checked_sub(2).and_then(|at| self.stack.get_mut(at)) {
                    list.named = vec![is_name];
                }
                false
            }
            Block::Definition => {
                let list = depth.checked_sub(2).and_then(|at| self.stack.get(at));
                let is_definition = self
                    .stack
                    .last()
                    .is_some_and(|open| open.block == Block::Definition);
                is_definition && list.is_some_and(|list| list.named == [true])
            }
            _ => false,
        };
        if !named {
            return;
        }
        let Some(tlp) = label::alone(&self.visible.text) else {
            return;
        };
        let around = self.around(None);
        // With `TLP` it is a label of its own, which is looked at like others.
        if tlp <= around || label::leading(&self.visible.text).is_some() {
            return;
        }
        let span = self.visible.source(events, 0..self.visible.text.len());
        self.stray(
            span,
            &format!("this cell or definition says {tlp}, and marks nothing"),
            "would be published with what it speaks of",
        );
    }

    /// The strictest marking of what is open here, with that of the run's own mark.
    fn around(&self, mark: Option<&Mark>) -> Tlp {
        let open = self.stack.iter().flat_map(|open| {
            let sections = open.sections.iter().map(|section| &section.mark);
            open.marks.iter().chain(sections)
        });
        open.chain(mark)
            .map(|mark| mark.marking.tlp)
            .fold(self.within, Tlp::max)
    }

    /// What an image shows to those who do not see it is a text of its own.
    fn alternatives(&mut self, events: &[Spanned], run: Range<usize>, around: Tlp) {
        let mut text: Option<String> = None;
        // What the run begins with was looked at as its start.
        let mut at_start = true;
        for (event, span) in &events[run] {
            match event {
                Event::Start(Tag::Image(_)) => text = (!at_start).then(String::new),
                Event::Text(words) => {
                    at_start = false;
                    if let Some(text) = &mut text {
                        text.push_str(words);
                    }
                }
                Event::End(TagEnd::Image) => {
                    let text = text.take().unwrap_or_default();
                    // A mark in its form was found in the text around it already.
                    if let Some(found) = label::leading(&text)
                        && labels::leading(&text).is_none()
                    {
                        let written = text[found.range.clone()].to_owned();
                        self.aside(
                            &written,
                            &found,
                            span.clone(),
                            around,
                            "in the text of this image",
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// A label in a text beside the text, such as a title.
    fn aside(
        &mut self,
        written: &str,
        found: &Label,
        span: Range<usize>,
        around: Tlp,
        label: &str,
    ) {
        if found.level() <= around {
            self.found
                .push(covered(written, around).at(self.file, span));
        } else {
            self.stray(
                span,
                &format!("the TLP label `{written}` marks nothing here"),
                label,
            );
        }
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
        let around = self.around(None);
        for found in label::all(&link.title) {
            let written = link.title[found.range.clone()].to_owned();
            self.aside(
                &written,
                &found,
                span.clone(),
                around,
                "in the title of this link or image",
            );
        }
    }

    pub(super) fn remove(&mut self, events: Range<usize>) {
        self.removed.push(events);
    }
}

/// The level that the last word of a label nearly names.
fn nearest_level(written: &str) -> Option<Tlp> {
    let mut words = written.rsplit(|c: char| !c.is_alphanumeric() && c != '+');
    labels::proposal(words.find(|word| !word.is_empty())?)
}
