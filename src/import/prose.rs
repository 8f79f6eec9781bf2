//! Descriptions and reports of others as Markdown of a body.
//!
//! In: text that is Markdown, HTML or neither, and the citations in it that are known. Out: the
//! same as Markdown that the loader reads without a finding and that publishes nothing but text:
//! headings, lists, quotes, tables as rows of text, code, emphasis, links to http and https. HTML
//! is shown as text, images become their text, and what means something in a body here (`[[…]]`,
//! `[@…]`, `:::`, figures) is written so that it means nothing.
//!
//! 1. citations are replaced by a sign that no text has
//! 2. the Markdown parser gives events
//! 3. [`labels`] finds the markings in them, and makes code of those
//! 4. the [`Writer`] writes those that are allowed.

mod labels;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::text::is_unseen;
use crate::load::body::FigureKind;
use crate::load::body::links::{is_defanged, refuse};
use crate::marking::Tlp;

/// The longest text that is read, in bytes. A body may have 200,000 parts, and a part has a byte at
/// least.
const LONGEST: usize = 192 << 10;
/// Stands where a longer text was cut off.
const CUT: &str = "*The text goes on at its source.*";
/// Lists and quotes inside one another beyond this are written at this depth.
const DEEPEST: usize = 8;

/// Stands for a citation, with its number behind it; no text keeps characters of private use.
const CITE: char = '\u{e000}';
const CITE_END: char = '\u{e001}';

/// Names of citations, and the ids of the sources that they stand for.
pub type Citations = BTreeMap<String, String>;

/// The body, without a blank line at either end, empty where nothing is left; and the narrowest label
/// that a block of it begins with.
pub fn markdown(text: &str, citations: &Citations) -> (String, Tlp) {
    let is_cut = text.len() > LONGEST;
    let text = tidy(text);
    let mut ids: Vec<&str> = Vec::new();
    let text = cited(&text, citations, &mut ids);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer {
        ids: &ids,
        ..Writer::default()
    };
    let (events, tlp) = labels::coded(Parser::new_ext(&text, options));
    for event in events {
        writer.take(event);
    }
    let mut body = writer.finish();
    if is_cut {
        body.push_str("\n\n");
        body.push_str(CUT);
    }
    (body, tlp)
}

/// The text alone, for a summary: no Markdown, no citations.
pub fn plain(text: &str) -> String {
    let text = tidy(text);
    let text = cited(&text, &Citations::new(), &mut Vec::new());
    let mut out = String::new();
    for event in Parser::new_ext(&text, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) if !out.trim().is_empty() => break,
            _ => {}
        }
    }
    match CITATION.as_ref() {
        Some(citation) => citation.replace_all(&out, "").into_owned(),
        None => out,
    }
}

/// ATT&CK's way to cite: `(Citation: Name of the reference)`.
static CITATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\s?\(Citation: [^()\n]{0,200}(?:\([^()\n]{0,80}\)[^()\n]{0,80})?\)").ok()
});
static CODE_TAG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?is)<code>(.{0,2000}?)</code>").ok());
static BREAK_TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)<br\s*/?>|</?p\s*>|</?div\s*>|</li\s*>|</?ul\s*>|</?ol\s*>").ok()
});
static LIST_TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<li\s*>").ok());

/// Line ends as one sign, no control characters, and the few tags of HTML that descriptions use
/// written as Markdown.
fn tidy(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text: String = text[..end]
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| *c == '\n' || *c == '\t' || !(c.is_control() || is_unseen(*c)))
        .collect();
    let mut text = text;
    if let Some(tag) = CODE_TAG.as_ref().filter(|_| text.contains('<')) {
        text = tag
            .replace_all(&text, |found: &regex::Captures<'_>| {
                code(&html_escape::decode_html_entities(
                    &found[1].replace('\n', " "),
                ))
            })
            .into_owned();
    }
    if let Some(tag) = LIST_TAG.as_ref().filter(|_| text.contains('<')) {
        text = tag.replace_all(&text, "\n- ").into_owned();
    }
    if let Some(tag) = BREAK_TAG.as_ref().filter(|_| text.contains('<')) {
        text = tag.replace_all(&text, "\n\n").into_owned();
    }
    text
}

/// Replaces known citations by signs; unknown ones stay as text.
fn cited<'c>(text: &str, citations: &'c Citations, ids: &mut Vec<&'c str>) -> String {
    const OPEN: &str = "(Citation:";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inner = &from[OPEN.len()..];
        // Names may hold brackets themselves, so the first bracket that ends a known name counts.
        let known = inner
            .match_indices(')')
            .take_while(|(close, _)| *close < 300)
            .find_map(|(close, _)| Some((close, citations.get(inner[..close].trim())?)));
        match known {
            Some((close, id)) => {
                // As a text would have it: "text [@id]", one space before it.
                out.truncate(out.trim_end_matches([' ', '\t']).len());
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push(' ');
                }
                out.push(CITE);
                out.push_str(&ids.len().to_string());
                out.push(CITE_END);
                ids.push(id.as_str());
                rest = &inner[close + 1..];
            }
            None => {
                out.push_str(OPEN);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A text as a code span, whatever backticks it holds (CommonMark 0.31, section 6.1).
pub fn code(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Code without control characters and those that are not seen.
pub fn code_text(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || is_unseen(*c)))
        .collect()
}

/// How many backticks a fence around a code has.
pub fn fence(text: &str) -> usize {
    let text = code_text(text);
    let longest = text.split(|c| c != '`').map(str::len).max();
    longest.map_or(3, |longest| (longest + 1).max(3))
}

/// The lines of a code, each with its end.
pub fn code_lines(text: &str) -> String {
    let mut text = code_text(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A text as a block of code, without the line's end behind it.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(fence(text));
    format!("{fence}{language}\n{}{fence}", code_lines(text))
}

/// Adds a part to a paragraph; backticks of two parts must not become one run.
fn join(out: &mut String, part: &str) {
    if out.ends_with('`') && part.starts_with('`') {
        out.push(' ');
    }
    out.push_str(part);
}

/// Text that is nothing but text, in whatever place of a paragraph.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

fn escape(out: &mut String, text: &str) {
    let mut before: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        let within_word =
            before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        let special = match c {
            '[' | ']' | '`' | '*' | '\\' | '|' | '~' => true,
            '_' => !within_word,
            // At the end of a piece the next one goes on.
            '<' => next.is_none_or(|next| next.is_ascii_alphabetic() || "/!?".contains(next)),
            '&' => next.is_none_or(|next| next.is_ascii_alphanumeric() || next == '#'),
            '!' => next.is_none_or(|next| next == '['),
            '{' => true,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// What would begin a block if it stood first in a line.
fn guarded(line: &str) -> String {
    // A line of a block is looked for behind the markers of lists and quotes.
    let marker = line
        .find(|c: char| !(c == ' ' || c.is_ascii_digit() || ">-*+.)".contains(c)))
        .unwrap_or(line.len());
    if marker > 0 && line[marker..].starts_with(":::") {
        return format!("{}\\{}", guarded(&line[..marker]), &line[marker..]);
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let numbered = (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']);
    if numbered {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['#', '>', '-', '+', '=', ':']) {
        return format!("\\{line}");
    }
    line.to_owned()
}

#[derive(Default)]
struct Writer<'a> {
    ids: &'a [&'a str],
    out: String,
    /// The paragraph that is being written.
    inline: String,
    /// What each line of a block begins with, and what the first one of an item does.
    prefixes: Vec<String>,
    /// The number of the next item of each open list; none for one without numbers.
    lists: Vec<Option<u64>>,
    /// The marker of the item that has begun and has no text yet, and which prefix it stands for: a quote
    /// may have begun inside of the item since.
    marker: Option<(usize, String)>,
    heading: Option<usize>,
    /// The text of the code block that is being written, and its language.
    code: Option<(String, String)>,
    /// Addresses of the links that are open; none for one that is only text.
    links: Vec<Option<String>>,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(text) => {
                join(&mut self.inline, &code(&text));
            }
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.inline.push('\n'),
            Event::HardBreak => self.inline.push_str("\\\n"),
            Event::Rule => self.block("---\n"),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(CITE) {
            let escaped_before = escaped(&rest[..at]);
            join(&mut self.inline, &escaped_before);
            let from = &rest[at + CITE.len_utf8()..];
            let (number, after) = from.split_once(CITE_END).unwrap_or((from, ""));
            if let Some(id) = number.parse().ok().and_then(|at: usize| self.ids.get(at)) {
                self.inline.push_str("[@");
                self.inline.push_str(id);
                self.inline.push(']');
            }
            rest = after;
        }
        join(&mut self.inline, &escaped(rest));
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                // The page's own heading is the first level.
                self.heading = Some((level as usize).max(2));
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.push_prefix("> ");
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "- ".to_owned(),
                };
                self.push_prefix(&" ".repeat(marker.len()));
                self.marker = Some((self.prefixes.len() - 1, marker));
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language(&info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::Emphasis => self.inline.push('*'),
            Tag::Strong => self.inline.push_str("**"),
            Tag::Link { dest_url, .. } => {
                let address = address(&dest_url);
                if address.is_some() {
                    self.inline.push('[');
                }
                self.links.push(address);
            }
            Tag::TableRow | Tag::TableHead => self.flush(),
            Tag::TableCell if !self.inline.trim().is_empty() => self.inline.push_str(" · "),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::TableRow | TagEnd::TableHead => {
                self.flush();
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.heading = None;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.prefixes.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.marker = None;
                self.prefixes.pop();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.code_block(&language, &text);
                }
            }
            TagEnd::Emphasis => self.inline.push('*'),
            TagEnd::Strong => self.inline.push_str("**"),
            TagEnd::Link => {
                if let Some(Some(address)) = self.links.pop() {
                    self.inline.push_str("](<");
                    self.inline.push_str(&address);
                    self.inline.push_str(">)");
                }
            }
            _ => {}
        }
    }

    fn push_prefix(&mut self, prefix: &str) {
        let deep = self.prefixes.len() >= DEEPEST;
        self.prefixes.push(if deep {
            String::new()
        } else {
            prefix.to_owned()
        });
    }

    /// Writes the paragraph, heading or item that was begun.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.inline);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(level) = self.heading {
            let mut text = guarded(&text.replace("\\\n", " ").replace('\n', " "));
            // Braces at the end are attributes to the parser, escaped or not.
            if text.ends_with('}') {
                text.truncate(text.len() - 1);
                text.push_str("&#125;");
            }
            let heading = format!("{} {text}\n", "#".repeat(level.min(6)));
            self.block(&heading);
            return;
        }
        let lines: Vec<String> = text.lines().map(|line| guarded(line.trim())).collect();
        self.block(&format!("{}\n", lines.join("\n")));
    }

    fn code_block(&mut self, language: &str, text: &str) {
        let block = fenced(language, text);
        self.block(&format!("{block}\n"));
    }

    /// Writes lines, each behind what the open lists and quotes ask for.
    fn block(&mut self, text: &str) {
        let tight = self.marker.is_some() && self.lists.len() <= DEEPEST;
        let prefix: String = self.prefixes.concat();
        let follows = tight && self.last_is_item();
        if !self.out.is_empty() && !follows {
            let before = match &self.marker {
                Some((at, _)) if tight => self.prefixes[..*at].concat(),
                _ => prefix.clone(),
            };
            self.out.push_str(prefix_of_blank(&before));
            self.out.push('\n');
        }
        for (number, line) in text.lines().enumerate() {
            let start = match self.marker.take() {
                Some((at, marker)) if number == 0 && !self.prefixes[at].is_empty() => {
                    let outer: String = self.prefixes[..at].concat();
                    let inner: String = self.prefixes[at + 1..].concat();
                    format!("{outer}{marker}{inner}")
                }
                _ => prefix.clone(),
            };
            self.out.push_str(format!("{start}{line}").trim_end());
            self.out.push('\n');
        }
    }

    /// Whether the last line written began an item of a list, so that the next may follow at once.
    fn last_is_item(&self) -> bool {
        let line = self.out.lines().next_back().unwrap_or_default();
        let line = line.trim_start_matches([' ', '>']);
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with("- ") || (rest.len() < line.len() && rest.starts_with(". "))
    }

    fn finish(mut self) -> String {
        if let Some((language, text)) = self.code.take() {
            self.code_block(&language, &text);
        }
        // What the bounds cut off may have left a link or emphasis open; the signs stay as text.
        self.flush();
        self.out.trim_matches('\n').to_owned()
    }
}

/// A blank line inside of a quote keeps its sign.
fn prefix_of_blank(prefix: &str) -> &str {
    prefix.trim_end()
}

/// The language of a code block: a word, and none that makes a figure of it.
fn language(info: &str) -> String {
    let word = info.split_whitespace().next().unwrap_or_default();
    let plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "+-_".contains(c));
    let is_figure = FigureKind::of_fence(&word.to_ascii_lowercase()).is_some();
    if plain && !is_figure {
        word.to_owned()
    } else {
        String::new()
    }
}

/// An address that a link may have: one on the web, which a browser reads as it stands here.
fn address(address: &str) -> Option<String> {
    let web = address.starts_with("http://") || address.starts_with("https://");
    if !web || refuse(address).is_some() || is_defanged(address) || address.len() > 4_096 {
        return None;
    }
    let url = url::Url::parse(address).ok()?;
    url.host_str()?;
    // As `<…>`, which neither blanks nor brackets end.
    let address = address.replace(['<', '>', '\n', '\\'], "");
    (!address.contains(char::is_whitespace)).then_some(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::{Diagnostics, SourceFile};
    use crate::load::body::{self, ReferenceKind};

    fn body_of(markdown: &str) -> (body::Body, Diagnostics) {
        let file = SourceFile::new("body.md", markdown);
        let mut found = Diagnostics::new();
        let body = body::parse(
            &file,
            0..file.text.len(),
            crate::marking::Tlp::Clear,
            &mut found,
        );
        (body, found)
    }

    #[test]
    fn a_description_of_attack() {
        let citations = Citations::from([
            (
                "Vendor (A) Oct 2018".to_owned(),
                "vendor-a-oct-2018".to_owned(),
            ),
            ("Other_Lab".to_owned(), "other-lab".to_owned()),
        ]);
        let text = "[Grey Heron](https://attack.mitre.org/groups/G9999) runs <code>net `use`</code> and\n<code>a_b</code>.(Citation: Vendor (A) Oct 2018)(Citation: Other_Lab) See (Citation: Nobody).\n\n* one\n* two\n";
        insta::assert_snapshot!(markdown(text, &citations).0, @r"
        [Grey Heron](<https://attack.mitre.org/groups/G9999>) runs `` net `use` `` and
        `a_b`. [@vendor-a-oct-2018] [@other-lab] See (Citation: Nobody).

        - one
        - two
        ");
    }

    #[test]
    fn nothing_of_it_means_anything_here() {
        let text = "[[Grey Heron]] [@own] [^1] (TLP:RED) TLP:AMBER (tlp ambre)\n\n::: tlp amber\nx\n:::\n\n<a\\> <script>alert(1)</script> <a href=\"javascript:x\">a</a> [b](javascript:alert(1)) ![c](/c.png) [d](../d.html) [e](#e)\n\n```chart\ntype: bar\n```\n\n# A {#same}\n\n# B {#same}\n\n# (AMBER)\n\n*(amber) so*\n\n(AMBER) first\n\nterm\n: definition\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        let (written, _) = markdown(text, &Citations::new());
        let (body, found) = body_of(&written);
        assert!(found.is_empty(), "{written}\n{found:#?}");
        assert!(
            body.references.is_empty() && body.portions.is_empty() && body.figures.is_empty(),
            "{written}"
        );
        assert!(!body.has_html, "{written}");
        for word in ["Grey Heron", "alert(1)", "(TLP:RED)", "definition"] {
            assert!(written.contains(word), "{word} in {written}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_loader_reads_every_text_without_a_finding(
            pieces in prop::collection::vec(
                prop_oneof![
                    "[ -~]{0,12}",
                    any::<String>(),
                    "(\\n|\\n\\n|- |1\\. |> |    |\\t|```|`|~~~|# |:::|---|\\||\\[|\\]|\\(|\\)|\\*|_|<|&amp;|\\[\\[|\\[@|\\[\\^a\\]|TLP:|\\(TLP|\\(AMBER\\)|TLP:RED|\\*\\*TLP|RED:|Classification: |!\\[x\\]|https://a\\.example|</?[a-z]{1,4}>)",
                ],
                0..40,
            )
        ) {
            let (written, _) = markdown(&pieces.concat(), &Citations::new());
            let (body, found) = body_of(&written);
            let kinds: Vec<_> = body.references.iter().map(|reference| reference.kind).collect();
            prop_assert!(found.is_empty(), "{:?}\n{}\n{:#?}", pieces, written, found);
            prop_assert!(kinds.iter().all(|kind| *kind == ReferenceKind::Link), "{:?}\n{}", pieces, written);
            prop_assert!(body.portions.is_empty() && !body.has_html, "{}", written);
        }
    }
}
