//! The lines `::: tlp amber` and `:::`, which CommonMark does not know.
//!
//! In: a body's text. Out: the text with each such line turned into a thematic break of the same
//! length, and the lines' places. As a thematic break the parser itself decides what the line is:
//! it ends paragraphs and lists, it stays text inside of code, and it keeps every byte offset, so
//! that link definitions and footnotes work across the blocks.

use std::collections::BTreeSet;
use std::ops::Range;

use super::labels;
use base::diagnostic::nearest;
use base::marking::Marking;

/// A line that may be a directive: from its first colon to the end of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub span: Range<usize>,
}

/// What such a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive {
    Open {
        colons: usize,
        marking: Marking,
        old_word: bool,
    },
    Close {
        colons: usize,
    },
}

/// Why a line says nothing: the sentence, what was expected, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub message: String,
    pub label: &'static str,
    pub help: String,
    /// Whether the block itself is right and only its marking is not one.
    pub marking: bool,
}

/// The lines that begin, after nothing but the markers of lists and quotes, with `:::`.
pub(super) fn candidates(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    if !text.contains(":::") {
        return lines;
    }
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_end_matches(['\n', '\r']);
        let marker = content
            .find(|c: char| !(c == ' ' || c == '\t' || c.is_ascii_digit() || ">-*+.)".contains(c)))
            .unwrap_or(content.len());
        if content[marker..].starts_with(":::") {
            lines.push(Line {
                span: start + marker..start + content.len(),
            });
        }
        start += line.len();
    }
    lines
}

/// Whether the line that a text ends in begins as that of a block: it is reported as one.
pub(super) fn is_meant(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with("::")
}

/// The text with the chosen lines as thematic breaks. Underscores, because no list begins with one.
pub(super) fn mask<'a>(text: &str, lines: impl IntoIterator<Item = &'a Line>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for line in lines {
        masked.push_str(&text[done..line.span.start]);
        masked.push_str("___");
        masked.extend(std::iter::repeat_n(' ', line.span.len() - 3));
        done = line.span.end;
    }
    masked.push_str(&text[done..]);
    masked
}

/// Reads one line, `:::` to its end.
pub(super) fn read(line: &str) -> Result<Directive, Wrong> {
    let colons = line.bytes().take_while(|byte| *byte == b':').count();
    let mut words = line[colons..].split_whitespace();
    let Some(name) = words.next() else {
        return Ok(Directive::Close { colons });
    };
    if !name.eq_ignore_ascii_case("tlp") {
        let meant =
            nearest(name, ["tlp"]).is_some() || name.to_ascii_lowercase().starts_with("tlp");
        return Err(Wrong {
            message: format!("`{name}` is not a kind of `:::` block"),
            label: "only `tlp` is known",
            help: if meant {
                "write `::: tlp amber`, the level as a word of its own".to_owned()
            } else {
                "write `::: tlp amber` … `:::`, or put the line into code to show it".to_owned()
            },
            marking: false,
        });
    }
    let Some(word) = words.next() else {
        return Err(Wrong {
            message: "the `:::` block has no marking".to_owned(),
            label: "expected a level after `tlp`",
            help: "write `::: tlp amber`".to_owned(),
            marking: false,
        });
    };
    let Some(tlp) = labels::level(word) else {
        return Err(unknown_level(word, "::: tlp "));
    };
    let mut groups = Vec::new();
    for word in words {
        match attribute(word) {
            Some(("audience", value)) => groups.extend(read_groups(value)?),
            _ => {
                return Err(Wrong {
                    message: format!("`{word}` is not understood in a `:::` line"),
                    label: "only `audience=…` may follow the level",
                    help: format!(
                        "write `::: tlp {} audience=acme,beta`, and the text on its own lines",
                        tlp.name()
                    ),
                    marking: false,
                });
            }
        }
    }
    Ok(Directive::Open {
        colons,
        marking: Marking::new(tlp, groups),
        old_word: word.eq_ignore_ascii_case("white"),
    })
}

/// The marking of a code block's info string; none when it names none.
pub(super) fn read_info(info: &str) -> Result<Option<(Marking, bool)>, Wrong> {
    let mut tlp = None;
    let mut groups: Option<BTreeSet<String>> = None;
    for word in info.split_whitespace() {
        match attribute(word) {
            Some(("tlp", value)) if tlp.is_none() => match labels::level(value) {
                Some(level) => tlp = Some((level, value.eq_ignore_ascii_case("white"))),
                None => return Err(unknown_level(value, "tlp=")),
            },
            Some(("audience", value)) if groups.is_none() => groups = Some(read_groups(value)?),
            Some(("tlp" | "audience", _)) => {
                return Err(Wrong {
                    message: format!("`{word}` is the second of its kind for this code block"),
                    label: "expected one marking",
                    help: "keep the one that applies".to_owned(),
                    marking: true,
                });
            }
            // Another key with a level for its value is a slip of the pen: `tpl=amber`.
            _ if mentions_marking(word)
                || word
                    .split_once('=')
                    .is_some_and(|(_, value)| labels::level(value).is_some()) =>
            {
                return Err(Wrong {
                    message: format!("`{word}` marks nothing in the first line of a code block"),
                    label: "expected `tlp=` and a level",
                    help: "write ```` ```yara tlp=amber ````".to_owned(),
                    marking: true,
                });
            }
            _ => {}
        }
    }
    if tlp.is_none() && groups.is_none() {
        return Ok(None);
    }
    let (level, old_word) = tlp.unwrap_or_default();
    Ok(Some((
        Marking::new(level, groups.unwrap_or_default()),
        old_word,
    )))
}

/// `tlp` as a word of its own: `tlpd` is a program.
fn mentions_marking(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    let rest = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    rest.strip_prefix("tlp")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        || rest
            .strip_prefix("audience")
            .is_some_and(|rest| rest.starts_with([':', '=']))
}

fn attribute(word: &str) -> Option<(&'static str, &str)> {
    let (key, value) = word.split_once('=')?;
    ["tlp", "audience"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(key))
        .map(|known| (known, value))
}

fn read_groups(value: &str) -> Result<BTreeSet<String>, Wrong> {
    let groups: BTreeSet<String> = value.split(',').map(str::to_owned).collect();
    let named = |group: &String| {
        !group.is_empty()
            && group
                .chars()
                .all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    if groups.iter().all(named) {
        return Ok(groups);
    }
    Err(Wrong {
        message: format!("`audience={value}` does not name groups"),
        label: "expected names with commas between them and no spaces",
        help: "write `audience=acme` or `audience=acme,beta`".to_owned(),
        marking: false,
    })
}

fn unknown_level(word: &str, before: &str) -> Wrong {
    Wrong {
        message: format!("`{word}` is not a TLP level"),
        label: "expected clear, green, amber, amber+strict or red",
        help: match labels::proposal(word) {
            Some(tlp) => format!("did you mean `{before}{}`?", tlp.name()),
            None => format!("write for example `{before}amber`"),
        },
        marking: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::marking::Tlp;

    #[test]
    fn masking_keeps_every_offset() {
        let text = "a\r\n::: tlp amber audience=é\r\n> ::: x\n";
        let lines = candidates(text);
        assert_eq!(lines.len(), 2);
        let masked = mask(text, &lines);
        assert_eq!(masked.len(), text.len());
        assert!(masked.starts_with("a\r\n___  "));
        assert!(masked.ends_with("> ___  \n"));
    }

    #[test]
    fn lines_are_read() {
        let groups = ["acme".to_owned(), "beta".to_owned()];
        assert_eq!(
            read("::: tlp Amber+Strict audience=beta,acme"),
            Ok(Directive::Open {
                colons: 3,
                marking: Marking::new(Tlp::AmberStrict, groups),
                old_word: false
            })
        );
        assert_eq!(read(":::: "), Ok(Directive::Close { colons: 4 }));
        assert!(
            read("::: tlp ambre")
                .unwrap_err()
                .help
                .contains("tlp amber")
        );
        assert!(read("::: warning").is_err());
        assert!(read("::: tlp").is_err());
        assert!(read("::: tlp red and text").is_err());
        assert!(read("::: tlp red audience=").is_err());
    }

    #[test]
    fn info_strings_are_read() {
        assert_eq!(read_info("yara title=x"), Ok(None));
        assert_eq!(
            read_info("yara TLP=red"),
            Ok(Some((Marking::new(Tlp::Red, []), false)))
        );
        assert_eq!(
            read_info("yara audience=acme"),
            Ok(Some((Marking::new(Tlp::Clear, ["acme".to_owned()]), false)))
        );
        for wrong in [
            "yara tlp=ambre",
            "yara tlp:amber",
            "yara tpl=amber",
            "yara {tlp=amber}",
            "yara (TLP:AMBER)",
            "yara tlp amber",
            "x tlp=red tlp=red",
        ] {
            assert!(read_info(wrong).is_err(), "{wrong}");
        }
    }
}
