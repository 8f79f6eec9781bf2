//! Markings that stand in lines of their own: `:::` lines and the first lines of code blocks.

use std::ops::Range;

use super::block::Block;
use super::{Mark, Open, Walk};
use crate::body::PortionKind;
use crate::body::directives::{self, Directive, Line};
use crate::body::event::Spanned;
use base::diagnostic::{Code, Diagnostic, Location};
use base::marking::Marking;

impl Walk<'_> {
    pub(super) fn code_block(&mut self, info: &str, index: usize, span: &Range<usize>) {
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

    pub(super) fn directive(&mut self, events: &[Spanned], index: usize, line: &Line) {
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
                        .related(Location::new(self.file, opened), "opened here");
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

    pub(super) fn open_directive(
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

    pub(super) fn end_directive(&mut self, index: usize) {
        self.close_sections(index, None);
        let Some(open) = self.stack.pop() else { return };
        if let Some(mark) = open.pending {
            self.marks_nothing(mark.span);
        }
        for mark in open.marks {
            self.portion(open.start..index, mark, PortionKind::Blocks);
        }
    }
}
