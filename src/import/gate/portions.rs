//! Finds the markings in the text of a converted document.
//!
//! In: the body as the old site has it. Out: the body, the labels that blocks begin with written as
//! portion marks where it is certain what they mark, and the level of everything else that is marked,
//! which the whole document gets. A label is never left as mere text of a wider document.
//!
//! Certain is a label that stands alone before the words of a heading, paragraph, list item, quote or
//! first cell of a table. A label on a line of its own, in a callout, in HTML, further back in a
//! block, a tag such as `#tlp/red` or a field such as `tlp:: red` may mean more than the block.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::{Gate, Told};
use crate::marking::{Tlp, label, names, within};

/// A body whose markings have been read.
#[derive(Debug)]
pub struct Read {
    pub text: Told,
    /// What the whole document gets.
    pub tlp: Option<Tlp>,
    /// It has `%%`, around what Obsidian does not show.
    pub has_comment: bool,
    /// Labels that became portion marks or code: where they stood in the old body, and what stands
    /// there now.
    pub changes: Vec<(Range<usize>, String)>,
}

/// Reads the body of a document that has the level of this gate or a narrower one.
pub fn read(gate: Gate, body: &str) -> Read {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut walk = Walk::new(body);
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        walk.take(event, range);
    }
    walk.line();
    let mut text = body.to_owned();
    for (range, new) in walk.changes.iter().rev() {
        text.replace_range(range.clone(), new);
    }
    Read {
        text: gate.told(text, walk.tlp.unwrap_or_default()),
        tlp: walk.tlp,
        has_comment: walk.has_comment,
        changes: walk.changes,
    }
}

struct Walk<'b> {
    body: &'b str,
    tlp: Option<Tlp>,
    has_comment: bool,
    changes: Vec<(Range<usize>, String)>,
    /// What a reader sees of the line so far, and where its first sign stands.
    line: String,
    start: Option<usize>,
    /// The line is the first of its block, and the block may have a portion mark.
    may_mark: bool,
    /// No block has been seen yet.
    is_first: bool,
    in_code: bool,
    /// The cell is not the first of a table's header.
    in_cell: bool,
}

impl<'b> Walk<'b> {
    fn new(body: &'b str) -> Self {
        Self {
            body,
            tlp: None,
            has_comment: false,
            changes: Vec::new(),
            line: String::new(),
            start: None,
            may_mark: true,
            is_first: true,
            in_code: false,
            in_cell: false,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                self.block();
                self.in_code = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                self.is_first = false;
            }
            Event::Text(_) if self.in_code => {}
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.add(&text, range);
            }
            // Its signs stay, since a label in code is text.
            Event::Code(code) => self.add(&format!("`{code}`"), range),
            Event::InlineHtml(html) => self.add(&within::without_tags(&html), range),
            Event::Html(html) => {
                for line in within::without_tags(&html).lines() {
                    self.raise(line);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.line();
                self.may_mark = false;
            }
            Event::Start(Tag::TableHead) => self.in_cell = false,
            Event::Start(Tag::TableCell) => {
                self.block();
                self.may_mark = !self.in_cell;
                self.in_cell = true;
            }
            Event::Start(tag) if within::is_block(&tag.to_end()) => self.block(),
            // Emphasis belongs to what it holds.
            Event::Start(_) => self.start = self.start.or(Some(range.start)),
            Event::End(tag) if within::is_block(&tag) => self.block(),
            _ => {}
        }
    }

    fn add(&mut self, text: &str, range: Range<usize>) {
        self.has_comment |= text.contains("%%");
        self.start = self.start.or(Some(range.start));
        self.line.push_str(text);
    }

    fn block(&mut self) {
        self.line();
        self.may_mark = true;
    }

    /// Judges the line that has been read.
    fn line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let start = self.start.take();
        if line.trim().is_empty() {
            return;
        }
        let is_first = std::mem::replace(&mut self.is_first, false);
        let Some(label) = label::leading(&line) else {
            return self.raise(&line);
        };
        let of_all = fields(&line).max(callout(&line));
        let change = start
            .filter(|_| self.may_mark && of_all.is_none())
            .and_then(|start| self.portion(start, label.level()));
        // What it announces may stand in the blocks behind it.
        if change.is_none() || is_first || line.trim_end().ends_with(':') {
            self.tlp = self.tlp.max(Some(label.level()));
        }
        match change {
            Some(change) => {
                self.raise(&line[label.range.end..]);
                self.changes.extend(change);
            }
            None => {
                self.raise(&line);
                let code = start.and_then(|start| self.code(start));
                self.changes.extend(code);
            }
        }
    }

    /// The label at `start` as code, which marks nothing: the document has its level.
    fn code(&self, start: usize) -> Option<(Range<usize>, String)> {
        let line = self.body[start..].lines().next()?;
        let label = label::leading(line)?;
        let range = start + label.range.start..start + label.range.end;
        let written = &self.body[range.clone()];
        let is_link = line[label.range.end..].starts_with(['(', '[']);
        let is_plain = !written.contains(['<', '`', '\\', '&', '!', '|']);
        (is_plain && !is_link).then(|| (range, format!("`{written}`")))
    }

    /// The whole document is as narrow as anything that stands in this line.
    fn raise(&mut self, line: &str) {
        let said = within::line(line)
            .max(fields(line))
            .max(hash_tags(line))
            .max(callout(line));
        self.tlp = self.tlp.max(said);
    }

    /// The portion mark in place of the label at `start`; nothing to change where it is one already.
    /// None where it is not certain what the label marks.
    // certain and as it should be; certain; not certain
    fn portion(&self, start: usize, tlp: Tlp) -> Option<Option<(Range<usize>, String)>> {
        let end = self.body[start..]
            .find('\n')
            .map_or(self.body.len(), |at| start + at);
        let raw = &self.body[start..end];
        let label = label::leading(raw).filter(|label| label.tlp == Some(tlp))?;
        let (before, rest) = (&raw[..label.range.start], &raw[label.range.end..]);
        if !before.chars().all(|c| c.is_whitespace() || is_emphasis(c)) {
            return None;
        }
        let written = &raw[label.range.clone()];
        if !begins_with_label(written) || written.contains(['<', '`', '\\', '&', '!']) {
            return None;
        }
        // It is the words of a link.
        if rest.starts_with(['(', '[']) {
            return None;
        }
        if before.is_empty() && written.eq_ignore_ascii_case(&format!("({})", tlp.label())) {
            return Some(None);
        }
        let rest = after_sign(rest);
        let closed: String = rest.chars().take_while(|c| is_emphasis(*c)).collect();
        let opened: String = before.chars().filter(|c| is_emphasis(*c)).collect();
        let (kept, rest) = if closed.chars().eq(opened.chars().rev()) {
            ("", after_sign(&rest[closed.len()..]))
        } else if closed.is_empty() || rest.starts_with(char::is_whitespace) {
            // The emphasis goes on over the words behind the label.
            (opened.as_str(), rest)
        } else {
            return None;
        };
        let rest = rest.trim_start();
        if !rest.contains(char::is_alphanumeric) {
            return None;
        }
        let new = format!("({}) {kept}", tlp.label());
        Some(Some((start..end - rest.len(), new)))
    }
}

fn is_emphasis(c: char) -> bool {
    matches!(c, '*' | '_' | '~')
}

/// Whether no words stand before the label's own.
fn begins_with_label(written: &str) -> bool {
    let bare = written.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is = |word: &str| {
        bare.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    [
        "tlp", "t.l.p", "traffic", "red", "amber", "green", "clear", "white",
    ]
    .into_iter()
    .any(is)
}

/// Past the colon or dash behind a label.
fn after_sign(rest: &str) -> &str {
    let next = rest.trim_start();
    match next.strip_prefix([':', '–', '—', '|', '.', ',', ';']) {
        Some(after) => after,
        None => next.strip_prefix("- ").unwrap_or(rest),
    }
}

/// `classification:: TLP:RED`, in brackets or alone: a field of Obsidian's Dataview.
fn fields(line: &str) -> Option<Tlp> {
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[\[(])[\s>*_-]*([\p{L}][\p{L}\p{N} _./-]{0,40}?)[*_]*::([^\])]*)").ok()
    });
    let found = FIELD.as_ref()?.captures_iter(line);
    found
        .filter_map(|found| {
            let (name, value) = (&found[1], &found[2]);
            let field = names::field(name)?;
            let said = names::level(field, value);
            said.or_else(|| names::is_tlp(name).then_some(Tlp::Red))
        })
        .max()
}

/// `#tlp/red` anywhere in a text: a tag of Obsidian.
fn hash_tags(line: &str) -> Option<Tlp> {
    static TAG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s(\[,;])#([\p{L}\p{N}_/+:=-]+)").ok());
    let found = TAG.as_ref()?.captures_iter(line);
    found.filter_map(|found| names::tag(&found[1])).max()
}

/// `[!tlp-red]`, `[!note] TLP:RED`: the first line of a callout.
fn callout(line: &str) -> Option<Tlp> {
    static CALLOUT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\s*\[!([^\]]{1,60})\][+-]?(.*)").ok());
    let found = CALLOUT.as_ref()?.captures(line)?;
    names::tag(&found[1]).max(within::title(&found[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Read {
        super::read(Gate::at(Tlp::Clear), body)
    }

    #[test]
    fn certain_labels_become_marks() {
        for (old, new) in [
            ("x\n\nTLP:AMBER: words", "x\n\n(TLP:AMBER) words"),
            ("x\n\nTLP-AMBER words", "x\n\n(TLP:AMBER) words"),
            ("x\n\n**TLP:AMBER:** words", "x\n\n(TLP:AMBER) words"),
            ("x\n\n**TLP:AMBER**: words", "x\n\n(TLP:AMBER) words"),
            (
                "x\n\n**TLP:AMBER words** more",
                "x\n\n(TLP:AMBER) **words** more",
            ),
            ("x\n\nTLP:AMBER **words**", "x\n\n(TLP:AMBER) **words**"),
            ("x\n\n[AMBER] words", "x\n\n(TLP:AMBER) words"),
            ("x\n\nAMBER - words", "x\n\n(TLP:AMBER) words"),
            ("x\n\n## TLP:AMBER – Words", "x\n\n## (TLP:AMBER) Words"),
            (
                "x\n\n- one\n- TLP:AMBER two",
                "x\n\n- one\n- (TLP:AMBER) two",
            ),
            ("x\n\n> TLP:AMBER said", "x\n\n> (TLP:AMBER) said"),
            ("x\n\n(TLP:AMBER) words", "x\n\n(TLP:AMBER) words"),
            ("x\n\n(tlp: amber) words", "x\n\n(TLP:AMBER) words"),
            (
                "x\n\n| TLP:AMBER a | b |\n|---|---|\n| 1 | 2 |",
                "x\n\n| (TLP:AMBER) a | b |\n|---|---|\n| 1 | 2 |",
            ),
        ] {
            let read = read(old);
            assert_eq!(read.text.as_str(), new, "{old}");
            assert_eq!(read.tlp, None, "{old}");
        }
    }

    #[test]
    fn all_else_raises_the_document() {
        for body in [
            "TLP:RED words",
            "(TLP:RED) words",
            "TLP:RED\n\nx",
            "x\n\nTLP:RED\n\ny",
            "x\n\nline\nTLP:RED line",
            "x\n\n<p>TLP:RED</p>\n",
            "x\n\n<!-- TLP:RED -->\n",
            "x\n\nwords #tlp/red more",
            "x #tlp-red",
            "x\n\ntlp:: red\n",
            "x\n\nclassification:: TLP:RED\n",
            "x\n\nwords [tlp:: red] more",
            "x\n\n> [!warning] TLP:RED\n> y",
            "x\n\n> [!tlp-red] Words\n> y",
            "x\n\nClassification: TLP:RED\n\ny",
            "x\n\n[TLP:RED](https://a.example) y",
            "x\n\nwords (TLP:RED)",
            "x\n\n{{< tlp \"red\" >}}\n",
            "x\n\n- [ ] TLP:RED do",
            "x\n\n| a | b |\n|---|---|\n| 1 | TLP:RED 2 |",
            "x\n\nTLP:RED the following:\n\n- y",
            "x\n\nTLP:REDD words",
            "# Title\n\n%% TLP:RED %%",
        ] {
            assert_eq!(read(body).tlp, Some(Tlp::Red), "{body}");
        }
    }

    #[test]
    fn no_label_is_left_for_the_loader() {
        for (old, new) in [
            ("TLP:RED words", "(TLP:RED) words"),
            ("TLP:RED\n\nx", "`TLP:RED`\n\nx"),
            ("**TLP:RED**\n\nx", "**`TLP:RED`**\n\nx"),
            ("x\n\nTLP:REDD words", "x\n\n`TLP:REDD` words"),
            ("x\nTLP:RED words", "x\n`TLP:RED` words"),
            ("# TLP:RED Title", "# (TLP:RED) Title"),
        ] {
            assert_eq!(read(old).text.as_str(), new, "{old}");
        }
    }

    #[test]
    fn prose_stays() {
        for body in [
            "Words on TLP:RED and other labels.",
            "x\n\n`TLP:RED` is a label.",
            "x\n\n```\nTLP:RED\n```",
            "x\n\n#red and #ports",
        ] {
            let read = read(body);
            assert_eq!((read.text.as_str(), read.tlp), (body, None));
        }
    }
}
