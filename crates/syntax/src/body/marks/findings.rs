//! What there is to say about marks, each finding in one place.

use std::ops::Range;

use super::Walk;
use crate::body::directives::Wrong;
use base::diagnostic::{Code, Diagnostic};
use base::marking::Tlp;

impl Walk<'_> {
    pub(super) fn stray(&mut self, span: Range<usize>, message: &str, label: &str) {
        self.found.push(
            Diagnostic::new(Code::StrayMark, message).at(self.file, span).label(label).help(
                "begin a block of its own with the mark, after an empty line; in a text about marks write it as code: `(TLP:AMBER)`",
            ),
        );
    }

    pub(super) fn marks_nothing(&mut self, span: Range<usize>) {
        self.stray(
            span,
            "nothing follows that this TLP mark could mark",
            "expected a block after it, in the same list, quote or section",
        );
    }

    pub(super) fn unknown(&mut self, span: Range<usize>, written: &str, near: Option<Tlp>) {
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

    pub(super) fn old_word(&mut self, word: &str, span: Range<usize>) {
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

    pub(super) fn wrong(&mut self, span: Range<usize>, wrong: Wrong, code: Code) {
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

    pub(super) fn bad_block(&mut self, span: Range<usize>, message: &str, label: &str, help: &str) {
        self.found.push(
            Diagnostic::new(Code::BadBlock, message)
                .at(self.file, span)
                .label(label)
                .help(help),
        );
    }
}
