//! A fault of YAML's syntax in words that help.
//!
//! In: the parser's error and what had been read when it came. Out: a diagnostic at the character
//! that has to change, which is often not the one where the parser gave up.

use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, ScanError};

use super::Last;
use crate::tree::{Node, Value};
use base::diagnostic::{Code, Diagnostic, Location, SourceFile};

/// What stood around the fault. Offsets are those of the file, except in `text`.
pub(super) struct Scene<'a> {
    pub file: &'a Arc<SourceFile>,
    pub offset: usize,
    pub text: &'a str,
    /// The innermost `[` or `{` that is still open.
    pub bracket: Option<usize>,
    pub last: Last,
}

/// A document that is no table.
pub(super) fn root(file: &Arc<SourceFile>, root: &Node) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::WrongType,
        format!(
            "the document is {}, where keys with values are expected",
            root.value.type_name()
        ),
    )
    .at(file, root.span.clone())
    .label("expected a table");
    match &root.value {
        Value::String(text) if text.contains(':') => {
            diagnostic.help("put a space after the colon: `key: value`")
        }
        _ => diagnostic.help("write `key: value` on each line"),
    }
}

/// The end of the character at `start`; of none at a line's end, so that a mark never wraps.
pub(super) fn after_character(text: &str, end: usize, start: usize) -> usize {
    let rest = text.get(start..end).unwrap_or_default();
    match rest.chars().next() {
        None | Some('\n' | '\r') => start,
        Some(character) => start + character.len_utf8(),
    }
}

/// The offset, or the nearest one before it that divides characters.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Scene<'_> {
    pub(super) fn explain(&self, error: &ScanError) -> Diagnostic {
        let marked = error.marker().byte_offset().unwrap_or(0);
        let at = self.offset + boundary(self.text, marked);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => Diagnostic::new(
                Code::TooDeep,
                format!(
                    "lists and tables are nested more than {} deep",
                    super::DEEPEST
                ),
            )
            .at(self.file, self.character(at))
            .help("flatten the lists and tables"),
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar => self
                .fault("a tab is used to indent", self.character(self.tab(at)))
                .label("a tab")
                .help("YAML is indented with spaces only: put two spaces for the tab"),
            ErrorKind::UnexpectedCharacter { character } if !character.is_control() => self
                .fault(
                    format!("a value cannot begin with `{character}`"),
                    self.character(at),
                )
                .label("needs quotes")
                .help(self.quote(at)),
            ErrorKind::UnexpectedCharacter { character } => self
                .fault(
                    format!("U+{:04X} cannot stand in YAML", u32::from(*character)),
                    self.character(self.find(at, *character)),
                )
                .help("remove the control character"),
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => self
                .fault("a quote is opened and not closed", self.character(at))
                .label("opened here")
                .help("close the quote at the end of the value"),
            ErrorKind::InvalidTrailingSingleQuotedScalar => self
                .fault("text stands after the closing quote", self.character(at))
                .label("the value has ended before this")
                .help("write `''` for a quote inside of single quotes, or use double quotes"),
            ErrorKind::InvalidTrailingDoubleQuotedScalar => self
                .fault("text stands after the closing quote", self.character(at))
                .label("the value has ended before this")
                .help("write `\\\"` for a quote inside of double quotes, or use single quotes"),
            ErrorKind::UnknownQuotedScalarEscape => {
                let escape = self.escape(at);
                let end = self.character(escape + 1).end;
                self.fault("an unknown escape in double quotes", escape..end)
                    .label("not an escape that YAML has")
                    .help("write `\\\\` for a backslash, or use single quotes")
            }
            ErrorKind::UnclosedFlowCollection { open } => self.unclosed(at, *open, None),
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                self.fault(
                    format!("`{open}` is closed by `{close}`"),
                    self.character(at),
                )
                .label("opened here")
                .help("close `[` with `]` and `{` with `}`; text that begins with one needs quotes")
            }
            ErrorKind::MisplacedFlowCollectionEnd => self
                .fault(
                    "a bracket is closed that was not opened",
                    self.character(at),
                )
                .label("closes nothing")
                .help("remove it, or put the value in quotes if it is text"),
            ErrorKind::BlockSequenceEntryNotAllowed => self
                .fault("a list item cannot begin here", self.character(at))
                .label("`- ` belongs on a line of its own")
                .help("put each item on its own line below the key, or write the list as `[a, b]`"),
            ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => self
                .fault("this line has a key without a value", self.rest_of_line(at))
                .label("`: ` is missing")
                .help("write `key: value`; a text of several lines is indented below its key"),
            ErrorKind::MissingAnchorOrAliasName => self
                .fault(
                    "`&` and `*` at the start of a value need a name",
                    self.character(at),
                )
                .label("needs quotes")
                .help(self.quote(at)),
            ErrorKind::UndeclaredTagHandle => self
                .fault("a tag that is not known", self.character(at))
                .label("read as a tag")
                .help("remove it; a text that begins with `!` needs quotes"),
            ErrorKind::InvalidBlockScalarHeader => self
                .fault("text stands on the line of `|` or `>`", self.character(at))
                .help("begin the text on the next line, indented; or put the value in quotes"),
            ErrorKind::InvalidBlockScalarIndent => self
                .fault(
                    "a line of this text is indented less than its first",
                    self.character(at),
                )
                .help("indent all of its lines alike"),
            ErrorKind::BomInsideDocument => self
                .fault("a byte-order mark inside of the text", self.character(at))
                .help("remove the invisible character"),
            ErrorKind::MappingValueNotAllowed
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofFlowSequence
                if self.bracket.is_some() =>
            {
                self.in_brackets(at)
            }
            ErrorKind::MappingValueNotAllowed => self.colon(at),
            ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::ExpectedDocumentStart
            | ErrorKind::InvalidIndentation => self.misplaced(at),
            kind => self
                .fault(
                    format!("the YAML does not parse: {kind}"),
                    self.character(at),
                )
                .help("put the value in quotes if it is text"),
        }
    }

    fn fault(&self, message: impl Into<String>, at: Range<usize>) -> Diagnostic {
        Diagnostic::new(Code::YamlSyntax, message).at(self.file, at)
    }

    fn end(&self) -> usize {
        self.offset + self.text.len()
    }

    /// The text of the document from an offset of the file on.
    fn from(&self, at: usize) -> &str {
        self.file.text.get(at..self.end()).unwrap_or_default()
    }

    fn character(&self, at: usize) -> Range<usize> {
        let at = at.min(self.end());
        at..after_character(&self.file.text, self.end(), at)
    }

    fn rest_of_line(&self, at: usize) -> Range<usize> {
        let line = self.from(at).lines().next().unwrap_or_default();
        at..at + line.trim_end().len()
    }

    fn find(&self, at: usize, character: char) -> usize {
        at + self.from(at).find(character).unwrap_or(0)
    }

    /// The parser stops before, at or behind the tab; the first in an indentation near it is meant.
    fn tab(&self, at: usize) -> usize {
        let before = self.text.get(..at - self.offset).unwrap_or_default();
        let line_start = self.offset + before.rfind('\n').map_or(0, |newline| newline + 1);
        let tab_in_indentation = |line: &str| {
            let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
            line[..indentation].find('\t')
        };
        let mut place = line_start;
        for line in self.from(line_start).split_inclusive('\n') {
            if let Some(tab) = tab_in_indentation(line) {
                return place + tab;
            }
            place += line.len();
        }
        self.find(at, '\t')
    }

    /// The first escape of a double-quoted text that YAML 1.2.2 § 5.7 does not list.
    fn escape(&self, at: usize) -> usize {
        let text = self.from(at);
        let mut characters = text.char_indices();
        while let Some((place, character)) = characters.next() {
            if character == '\\' {
                match characters.next() {
                    Some((_, known)) if "0abtnvfre \"/\\N_LPxuU\t\n\r".contains(known) => {}
                    _ => return at + place,
                }
            }
        }
        at
    }

    /// The value in quotes, ready to paste, when it is short.
    fn quote(&self, at: usize) -> String {
        let value = &self.file.text[self.rest_of_line(at)];
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        if value.is_empty() || value.chars().count() > 60 {
            "put the whole value in quotes".to_owned()
        } else if value.contains(['"', '\\']) {
            format!("put the value in quotes: '{}'", value.replace('\'', "''"))
        } else {
            format!("put the value in quotes: \"{value}\"")
        }
    }

    fn unclosed(&self, bracket: usize, open: char, noticed: Option<usize>) -> Diagnostic {
        let close = if open == '[' { ']' } else { '}' };
        let diagnostic = self
            .fault(
                format!("`{open}` is opened and not closed"),
                self.character(bracket),
            )
            .label("opened here")
            .help(format!(
                "close it with `{close}`; text that begins with `{open}` needs quotes"
            ));
        match noticed {
            Some(at) => diagnostic.related(
                Location::new(self.file, self.character(at)),
                format!("`{close}` or `,` is expected before this"),
            ),
            None => diagnostic,
        }
    }

    /// A fault between brackets: on a later line than the bracket it was most likely never closed.
    fn in_brackets(&self, at: usize) -> Diagnostic {
        let bracket = self.bracket.unwrap_or(at);
        let open = if self.from(bracket).starts_with('{') {
            '{'
        } else {
            '['
        };
        let between = self.file.text.get(bracket..at).unwrap_or_default();
        if between.contains('\n') {
            return self.unclosed(bracket, open, Some(at));
        }
        let close = if open == '[' { ']' } else { '}' };
        self.fault(
            format!("`,` or `{close}` is expected here"),
            self.character(at),
        )
        .label("does not belong between the brackets")
        .help("separate values with `,`; put a value with `: `, `,` or brackets in quotes")
        .related(
            Location::new(self.file, self.character(bracket)),
            "opened here",
        )
    }

    /// A colon where no key can be.
    fn colon(&self, at: usize) -> Diagnostic {
        match &self.last {
            Last::Plain { span, root } => {
                let value = self.file.text.get(span.clone()).unwrap_or_default();
                // Of a text over several lines the last one was meant as a line of its own.
                if let Some(newline) = value.rfind('\n') {
                    if *root {
                        return self.no_colon(span.start);
                    }
                    let line = &value[newline + 1..];
                    let indentation = line.len() - line.trim_start().len();
                    let start = span.start + newline + 1 + indentation;
                    return self
                        .fault(
                            "this line is indented, so it goes on with the value above",
                            start..span.end.max(start),
                        )
                        .label("a key cannot begin here")
                        .help("give it the indentation of the key that it belongs beside")
                        .related(
                            Location::new(self.file, self.rest_of_line(span.start)),
                            "the value above",
                        );
                }
                self.fault("a second `: ` in one value", self.character(at))
                    .label("the value is not quoted")
                    .help(self.quote(span.start))
            }
            Last::FlowEnd(span) => self.after_bracket(span),
            Last::Nothing | Last::UnknownAlias => self
                .fault("`:` is not expected here", self.character(at))
                .label("no key stands before it")
                .help("put the value in quotes if it is text"),
        }
    }

    /// The document begins with a line that is no `key: value`.
    fn no_colon(&self, start: usize) -> Diagnostic {
        let line = self.rest_of_line(start);
        let help = if self.file.text[line.clone()].contains(':') {
            "put a space after the colon: `key: value`"
        } else {
            "write `key: value`"
        };
        self.fault("this line has a key without a value", line)
            .label("`: ` is missing")
            .help(help)
    }

    /// `[name](address) and more`: read as a list with something behind it.
    fn after_bracket(&self, span: &Range<usize>) -> Diagnostic {
        let value = self.rest_of_line(span.start);
        let bracket = self.from(span.start).chars().next().unwrap_or('[');
        self.fault(
            format!("a value that begins with `{bracket}` goes on after its closing bracket"),
            value.start..value.end.max(span.end),
        )
        .label("read as a list or table")
        .help(self.quote(span.start))
    }

    /// A line that fits neither the list or table before it nor what is around that.
    fn misplaced(&self, at: usize) -> Diagnostic {
        if let Last::FlowEnd(span) = &self.last {
            let between = self.file.text.get(span.end..at).unwrap_or_default();
            if !between.contains('\n') {
                return self.after_bracket(span);
            }
        }
        let before = self.text.get(..at - self.offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        if before[line_start..].starts_with("- ") && before[line_start..].trim() == "-" {
            return self
                .fault(
                    "a list item stands between keys",
                    self.character(self.offset + line_start),
                )
                .label("a key is expected here")
                .help("put the list below a key that has no other value");
        }
        self.fault(
            "this line does not line up with the lines above",
            self.character(at),
        )
        .label("another indentation is expected")
        .help("keys of one table, and the `- ` of one list, begin in the same column")
    }
}
