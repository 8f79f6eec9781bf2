//! The styles of an SVG, without what asks another host.
//!
//! In: the text of a `style` element or attribute. Out: its rules or declarations, without comments
//! and without those that name an address, by whatever escapes. It is taken apart by the rules of
//! CSS Syntax Level 3, as browsers do, and not by looking for words.

use std::ops::Range;

use cssparser::{ParseError, Parser, Token};

/// Rules that hold rules or frames; all others load fonts and sheets or have no use in an image.
const AT_RULES: &[&str] = &[
    "keyframes",
    "-webkit-keyframes",
    "layer",
    "media",
    "supports",
];

/// Functions that take an address as a string.
const ADDRESS_FUNCTIONS: &[&str] = &[
    "-moz-element",
    "-webkit-cross-fade",
    "-webkit-image-set",
    "cross-fade",
    "element",
    "expression",
    "image",
    "image-set",
    "paint",
];

/// How deep brackets are followed.
const MOST_NESTED: usize = 32;

/// A part that was taken out: where in the text it began, and what in it was wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) at: usize,
    pub(super) what: String,
}

/// What is left of a style sheet.
pub(super) fn sheet(text: &str, removed: &mut Vec<Removed>) -> String {
    parts(&mut Parser::new(text), true, removed)
}

/// What is left of the declarations in a `style` attribute.
pub(super) fn declarations(text: &str, removed: &mut Vec<Removed>) -> String {
    parts(&mut Parser::new(text), false, removed)
}

/// What is wrong with the value of an attribute that takes CSS, as `fill` and `filter` do.
pub(super) fn offence(value: &str) -> Option<String> {
    // Without a bracket or an escape there is no address in it; paths and lists of points are long.
    if !value.contains(['(', '\\']) {
        return None;
    }
    let mut removed = Vec::new();
    parts(&mut Parser::new(value), false, &mut removed);
    removed.into_iter().next().map(|removed| removed.what)
}

/// Takes rule by rule, or declaration by declaration, and keeps those without an offence.
fn parts(parser: &mut Parser, rules: bool, removed: &mut Vec<Removed>) -> String {
    let mut kept = String::new();
    loop {
        let start = parser.position();
        let mut walk = Walk::default();
        let mut any = false;
        loop {
            let at = parser.position();
            let token = match parser.next_including_whitespace_and_comments() {
                Ok(token) => token.clone(),
                Err(_) => break,
            };
            any = true;
            walk.token(&token, at.byte_index(), parser, 0);
            let ends = match token {
                Token::Semicolon => true,
                Token::CurlyBracketBlock => rules,
                _ => false,
            };
            if ends {
                break;
            }
        }
        if !any {
            return kept;
        }
        match walk.offence {
            Some(what) => removed.push(Removed {
                at: start.byte_index(),
                what,
            }),
            None => without(
                parser.slice_from(start),
                start.byte_index(),
                &walk.comments,
                &mut kept,
            ),
        }
    }
}

/// Adds a part with a space for each comment: without one, two words would become one.
fn without(part: &str, start: usize, comments: &[Range<usize>], kept: &mut String) {
    let mut from = 0;
    for comment in comments {
        let (begin, end) = (
            comment.start.saturating_sub(start),
            comment.end.saturating_sub(start),
        );
        kept.push_str(part.get(from..begin).unwrap_or_default());
        kept.push(' ');
        from = end;
    }
    kept.push_str(part.get(from..).unwrap_or_default());
}

/// What was met in one part.
#[derive(Default)]
struct Walk {
    offence: Option<String>,
    comments: Vec<Range<usize>>,
}

impl Walk {
    fn token(&mut self, token: &Token, at: usize, parser: &mut Parser, depth: usize) {
        match token {
            Token::Comment(_) => self.comments.push(at..parser.position().byte_index()),
            Token::UnquotedUrl(address) => self.address(address),
            Token::BadUrl(_) | Token::BadString(_) | Token::CDO | Token::CDC => {
                self.offend("what is not CSS".to_owned());
            }
            Token::AtKeyword(name) if !is_one(AT_RULES, name) => self.offend(format!("@{name}")),
            Token::Function(name) if is_one(ADDRESS_FUNCTIONS, name) => {
                self.offend(format!("{name}(…)"));
            }
            Token::Function(name) if is_one(&["url", "src"], name) => {
                let mut address = None;
                self.nested(parser, depth, |walk, token| match token {
                    Token::QuotedString(text) if address.is_none() => {
                        address = Some(text.to_string());
                    }
                    Token::WhiteSpace(_) | Token::Comment(_) => {}
                    _ => walk.offend("an address that is put together".to_owned()),
                });
                self.address(address.as_deref().unwrap_or_default());
            }
            Token::Function(_)
            | Token::ParenthesisBlock
            | Token::SquareBracketBlock
            | Token::CurlyBracketBlock => self.nested(parser, depth, |_, _| {}),
            _ => {}
        }
    }

    /// Looks at what stands in brackets, and shows each token to `see`.
    fn nested(
        &mut self,
        parser: &mut Parser,
        depth: usize,
        mut see: impl FnMut(&mut Self, &Token),
    ) {
        if depth >= MOST_NESTED {
            self.offend("brackets nested too deep".to_owned());
            return;
        }
        let walked: Result<(), ParseError<()>> = parser.parse_nested_block(|parser| {
            loop {
                let at = parser.position();
                let token = match parser.next_including_whitespace_and_comments() {
                    Ok(token) => token.clone(),
                    Err(_) => return Ok(()),
                };
                see(self, &token);
                self.token(&token, at.byte_index(), parser, depth + 1);
            }
        });
        if walked.is_err() {
            self.offend("what is not CSS".to_owned());
        }
    }

    /// Only parts of the same image may be named.
    fn address(&mut self, address: &str) {
        if !address.trim_start().starts_with('#') {
            self.offend(format!("url({})", super::shortened(address)));
        }
    }

    fn offend(&mut self, what: String) {
        self.offence.get_or_insert(what);
    }
}

fn is_one(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> (String, Vec<String>) {
        let mut removed = Vec::new();
        let kept = sheet(text, &mut removed);
        (kept, removed.into_iter().map(|part| part.what).collect())
    }

    #[test]
    fn rules_that_draw_stay_as_they_are() {
        let text = "a{fill:url(#g);stroke:url( '#h' )}@media (min-width:9px){b{fill:red}}";
        assert_eq!(left(text), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn comments_go_wherever_they_stand() {
        let (kept, removed) = left("/* Jane */a/* Doe */b{fill:/* her */red}");
        assert_eq!(kept, " a b{fill: red}");
        assert!(removed.is_empty());
    }

    #[test]
    fn addresses_are_found_in_every_spelling() {
        for text in [
            "@import 'https://evil.example/a.css';",
            "@\\69mport url(//evil.example);",
            "@font-face{font-family:a;src:url(data:font/woff2;base64,AA)}",
            "a{fill:url(https://evil.example)}",
            "a{fill:u\\72l(//evil.example)}",
            "a{fill:URL( \"//evil.example\" )}",
            "a{fill:url(/**/'//evil.example'/**/)}",
            "a{background:image-set('//evil.example' 1x)}",
            "a{background:-webkit-image-set(url(#a) 1x)}",
            "@media all{b{c:d}b{fill:url(x.png)}}",
            "a{--x:url(//evil.example)}",
            "a{fill:src('//evil.example')}",
            "a{fill:url('#a' '//evil.example')}",
            "a{width:expression(alert(1))}",
            "a{fill:url(//evil.example",
            "<!-- a{fill:red}",
        ] {
            let (kept, removed) = left(&format!("{text} b{{fill:red}}"));
            assert!(
                !kept.contains("evil") && !kept.contains("url("),
                "{text}: {kept}"
            );
            assert_eq!(removed.len(), 1, "{text}: {removed:?}");
        }
    }

    #[test]
    fn brackets_without_end_are_bounded() {
        for text in ["(", "a{", "[", "f(", "url(", "\\"] {
            let (kept, _) = left(&text.repeat(100_000));
            assert!(kept.len() <= text.len() * 100_000);
        }
    }

    #[test]
    fn an_attribute_may_name_parts_of_its_own_image() {
        assert_eq!(offence("url(#gradient) red"), None);
        assert_eq!(offence("rotate(30 10 10)"), None);
        assert!(offence("url(//evil.example/x.svg#a)").is_some());
        assert!(offence("u\\72l(//evil.example)").is_some());
    }
}
