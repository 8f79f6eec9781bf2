//! The texts that a piece of HTML shows or holds, in which a label may stand.
//!
//! In: HTML as it is written in a body. Out: each text between tags that part blocks, the value of each
//! attribute and each comment, with the bytes that it comes from. Code in it is no text.

use std::ops::Range;

/// A text and its bytes in the HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HtmlText {
    pub text: String,
    pub range: Range<usize>,
}

/// Elements that stand within a line of text.
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "del", "dfn", "em", "font", "i", "ins", "mark",
    "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];
/// Elements whose text is code.
const CODE: [&str; 4] = ["code", "kbd", "pre", "samp"];

pub(super) fn texts(html: &str) -> Vec<HtmlText> {
    let mut texts = Vec::new();
    let mut run = HtmlText {
        text: String::new(),
        range: 0..0,
    };
    let mut code = 0_usize;
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = comment.find("-->").unwrap_or(comment.len());
            texts.push(HtmlText {
                text: comment[..length].to_owned(),
                range: at + 4..at + 4 + length,
            });
            at = (at + 4 + length + 3).min(html.len());
        } else if rest.starts_with('<') {
            let end = at + tag_end(rest);
            let tag = &html[at..end];
            let name = name(tag);
            attributes(tag, at, &mut texts);
            if CODE.contains(&name.as_str()) {
                code = if tag.starts_with("</") {
                    code.saturating_sub(1)
                } else {
                    code + 1
                };
                run.text.push('`');
            } else if !INLINE.contains(&name.as_str()) {
                finish(&mut run, &mut texts);
            }
            at = end;
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            if code == 0 {
                if run.text.is_empty() {
                    run.range.start = at;
                }
                run.text
                    .push_str(&html_escape::decode_html_entities(&rest[..length]));
                run.range.end = at + length;
            }
            at += length;
        }
    }
    finish(&mut run, &mut texts);
    texts
}

fn finish(run: &mut HtmlText, texts: &mut Vec<HtmlText>) {
    let text = std::mem::take(&mut run.text);
    if !text.trim().is_empty() {
        texts.push(HtmlText {
            text,
            range: run.range.clone(),
        });
    }
}

/// The length of a tag: to its `>` outside of quotes.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .flat_map(char::to_lowercase)
        .collect()
}

/// The quoted values of a tag.
fn attributes(tag: &str, offset: usize, texts: &mut Vec<HtmlText>) {
    let mut open: Option<(usize, char)> = None;
    for (at, c) in tag.char_indices() {
        match (open, c) {
            (None, '"' | '\'') => open = Some((at + 1, c)),
            (Some((start, quote)), c) if c == quote => {
                texts.push(HtmlText {
                    text: html_escape::decode_html_entities(&tag[start..at]).into_owned(),
                    range: offset + start..offset + at,
                });
                open = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> Vec<String> {
        texts(html).into_iter().map(|text| text.text).collect()
    }

    #[test]
    fn texts_attributes_and_comments() {
        assert_eq!(
            of("<p class=\"x\"><b>TLP:</b> RED</p><!-- c --><td title='t'>A &amp; B</td>"),
            ["x", "TLP: RED", " c ", "t", "A & B"]
        );
        assert_eq!(of("<code>TLP:RED</code> is a label"), ["`` is a label"]);
        let _ = of("<a \"<b <!-- x");
    }
}
