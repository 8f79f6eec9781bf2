//! Finds the labels in whole texts of others: titles, comments, reports.
//!
//! In: a title, a line, or a text in Markdown. Out: the strictest level that stands in it as a label,
//! and the title without its labels. Which words are a label, [`label`](super::label) decides; here is
//! where in a text one counts: at the start of a block or line, in brackets anywhere, at the end.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, TagEnd};
use regex::Regex;

use super::{Tlp, label};

/// A title or a name. A label at its end counts, as in `Ports: second wave TLP:AMBER`.
pub fn title(text: &str) -> Option<Tlp> {
    let end = ending(text).map(|(_, tlp)| tlp);
    line(text).max(end)
}

/// One line of a text. At its end a label counts behind a sign: `from a partner, TLP:RED`.
pub fn line(text: &str) -> Option<Tlp> {
    let first = label::leading(text).map(|label| label.level());
    let end = ending(text).filter(|(start, _)| {
        let before = text[..*start].trim_end();
        before.ends_with(|c: char| !c.is_alphanumeric())
    });
    first.max(bracketed(text)).max(end.map(|(_, tlp)| tlp))
}

/// A text of several blocks, in Markdown or HTML. What stands in code is text.
pub fn text(text: &str) -> Option<Tlp> {
    let mut highest = None;
    let mut current = String::new();
    let mut in_code = false;
    let mut take = |current: &mut String| {
        highest = highest.max(line(current));
        current.clear();
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if in_code => {}
            Event::Text(text) | Event::InlineMath(text) => current.push_str(&text),
            // A code span at the start hides nothing behind it.
            Event::Code(code) => {
                current.push('`');
                current.push_str(&code);
                current.push('`');
            }
            Event::InlineHtml(html) | Event::Html(html) => {
                for text in without_tags(&html).split('\n') {
                    current.push_str(text);
                    if html.contains('\n') {
                        take(&mut current);
                    }
                }
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => take(&mut current),
            Event::Start(tag) if is_block(&tag.to_end()) => take(&mut current),
            Event::End(tag) if is_block(&tag) => take(&mut current),
            _ => {}
        }
    }
    take(&mut current);
    highest
}

/// A title without its labels; empty where it is nothing else. Words before a label stay.
pub fn unmarked(text: &str) -> String {
    let mut text = text.trim().to_owned();
    while let Some((start, _)) = ending(&text) {
        text.truncate(text[..start].trim_end_matches(is_open).len());
    }
    without_first(&text)
}

/// A text without the labels that it begins with. Words before a label stay, unless they announce it:
/// `Ports: TLP:RED second wave` is `Ports: second wave`, `Classification: TLP:RED second wave` is
/// `second wave`.
pub fn without_first(text: &str) -> String {
    let mut text = text.trim().to_owned();
    while let Some(label) = label::leading(&text) {
        let before = protocols(&text[label.range.clone()])
            .next()
            .map_or("", |at| {
                text[..label.range.start + at].trim_end_matches(is_open)
            });
        let before = if before.contains(char::is_alphanumeric) && !label::announces(before) {
            format!("{before}: ")
        } else {
            String::new()
        };
        let rest = text[label.range.end..].trim_start_matches(is_between);
        text = format!("{before}{rest}");
    }
    text
}

/// What may stand between a label and the words around it.
fn is_between(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '(' | '[' | '{' | '"' | '\''))
}

fn is_open(c: char) -> bool {
    is_between(c) || matches!(c, '(' | '[' | '{')
}

/// A label that a text ends with, and where it begins.
fn ending(text: &str) -> Option<(usize, Tlp)> {
    let at = protocols(text).last()?;
    let found = label::leading(&text[at..])?;
    let rest = &text[at + found.range.end..];
    (!rest.contains(char::is_alphanumeric)).then(|| (at, found.level()))
}

/// The strictest label in brackets: `Ports (TLP:RED) and lures`.
fn bracketed(text: &str) -> Option<Tlp> {
    protocols(text)
        .filter(|at| text[..*at].trim_end().ends_with(['(', '[', '{', '<']))
        .filter_map(|at| label::leading(&text[at..]))
        .map(|label| label.level())
        .max()
}

/// Where the word `TLP` begins in a text.
fn protocols(text: &str) -> impl Iterator<Item = usize> + '_ {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\btlp").ok());
    let word = WORD.as_ref().into_iter();
    word.flat_map(|word| word.find_iter(text))
        .map(|found| found.start())
}

/// HTML as a reader sees it.
pub fn without_tags(html: &str) -> String {
    static TAG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<!--|-->|</?[A-Za-z][^<>]*>").ok());
    match TAG.as_ref() {
        Some(tag) => tag.replace_all(html, " ").into_owned(),
        None => html.to_owned(),
    }
}

/// Whether a new line of text begins with it and ends with it.
pub fn is_block(tag: &TagEnd) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_marked_at_both_ends() {
        for (text, level, rest) in [
            (
                "TLP:AMBER - Campaign against ports",
                Some(Tlp::Amber),
                "Campaign against ports",
            ),
            ("[TLP:RED] Ports", Some(Tlp::Red), "Ports"),
            ("Ports (TLP:RED)", Some(Tlp::Red), "Ports"),
            ("Ports TLP:GREEN", Some(Tlp::Green), "Ports"),
            ("Ports - TLP AMBER+STRICT", Some(Tlp::AmberStrict), "Ports"),
            (
                "Ports: TLP:RED second wave",
                Some(Tlp::Red),
                "Ports: second wave",
            ),
            ("TLP:RED", Some(Tlp::Red), ""),
            ("How TLP:RED is used", None, "How TLP:RED is used"),
            ("Ports", None, "Ports"),
        ] {
            assert_eq!(title(text), level, "{text}");
            assert_eq!(unmarked(text), rest, "{text}");
        }
    }

    #[test]
    fn every_block_and_line_of_a_text_counts() {
        for marked in [
            "# Head\nTLP:RED\n\nText.",
            "Text.\n\n- one\n- TLP:RED two",
            "> TLP:RED quoted",
            "| a | b |\n|---|---|\n| x | TLP:RED y |",
            "<p>TLP:RED</p>\n<p>x</p>",
            "<!-- TLP:RED -->\n\nx",
            "a (TLP:RED) b",
            "one line\nTLP:RED: another",
            "**TLP:RED** x",
            "source: a partner, TLP:RED",
            "Text.\n\n## [RED] Part",
        ] {
            assert_eq!(text(marked), Some(Tlp::Red), "{marked}");
        }
        for plain in [
            "We shared it as TLP:RED.",
            "A label such as TLP:RED limits who reads.",
            "`TLP:RED` is a label.",
            "```\nTLP:RED\n```",
            "The (TLP 2.0) standard.",
            "",
        ] {
            assert_eq!(text(plain), None, "{plain}");
        }
    }
}
