//! The one way by which what others say comes into a document.
//!
//! In: a text of a source, and the level of what it stands in. Out: a [`Told`] or a [`Fact`], the only
//! things that a value of front matter, a body or a table of indicators takes. Nobody else can make
//! one, so a text of others without a level does not compile. A [`Gate`] is as narrow as its object; a
//! text that says of itself that it is narrower, is. The label is taken out of a line, and becomes
//! code, which marks nothing, in prose. Files are written as [`Sheet`]s, which take nothing else.

pub mod portions;
mod sheet;

use std::fmt::Display;

use jiff::civil::Date;

use super::prose::{self, Citations};
use super::text as lines;
use crate::intel::vocabulary::Vocabulary;
use crate::load::dates::Moment;
use crate::load::decode::Spanned;
use crate::load::tree::{Entry, Node, Value as Parsed};
use crate::marking::{Tlp, label, within};
pub use sheet::{Row, Sheet};

/// A text, and the level at which it may leave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    text: String,
    tlp: Tlp,
}

/// A date, a number or a word of a vocabulary, which YAML may have without quotes, and its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    text: String,
    tlp: Tlp,
}

/// What a [`Fact`] may be made of: types whose text is never what a source wrote.
pub trait Plain: Display {}
impl Plain for Date {}
impl Plain for Moment {}
impl Plain for u8 {}
impl Plain for bool {}
impl Plain for serde_json::Number {}

impl Told {
    /// Words of the program itself.
    pub fn own(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            tlp: Tlp::Clear,
        }
    }

    /// Twelve digits that tell two texts apart and say nothing of either.
    pub fn digest(text: &str) -> Self {
        Self {
            text: blake3::hash(text.as_bytes()).to_hex()[..12].to_owned(),
            tlp: Tlp::Clear,
        }
    }

    /// What a file of the site has already; none for what is no text.
    pub fn of_site(node: &Node) -> Option<Self> {
        match &node.value {
            Parsed::String(text) => Some(Self {
                text: text.clone(),
                tlp: Tlp::Clear,
            }),
            _ => None,
        }
    }

    /// A key of a table in a file of the site.
    pub fn of_key(entry: &Entry) -> Self {
        Self {
            text: entry.key.clone(),
            tlp: Tlp::Clear,
        }
    }

    /// What a document of the site has, for the same document.
    pub fn of_document(text: &Spanned<String>) -> Self {
        Self {
            text: text.value.clone(),
            tlp: Tlp::Clear,
        }
    }

    pub fn tlp(&self) -> Tlp {
        self.tlp
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same, as narrow as this level at least.
    #[must_use]
    pub fn at_least(mut self, tlp: Tlp) -> Self {
        self.tlp = self.tlp.max(tlp);
        self
    }

    /// Between words of the program itself.
    #[must_use]
    pub fn framed(self, before: &'static str, after: &'static str) -> Self {
        Self {
            text: format!("{before}{}{after}", self.text),
            tlp: self.tlp,
        }
    }

    /// Two texts as one.
    #[must_use]
    pub fn followed(self, other: &Told) -> Self {
        Self {
            text: format!("{}{}", self.text, other.text),
            tlp: self.tlp.max(other.tlp),
        }
    }

    #[cfg(test)]
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tlp: Tlp::Clear,
        }
    }
}

impl Fact {
    /// A word of the program itself.
    pub fn own(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            tlp: Tlp::Clear,
        }
    }

    /// What a file of the site has already, in the way it is written there.
    pub fn of_site(node: &Node) -> Self {
        Self {
            text: node.value.scalar_text().unwrap_or("null").to_owned(),
            tlp: Tlp::Clear,
        }
    }

    pub fn tlp(&self) -> Tlp {
        self.tlp
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The gate for what stands in an object of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    tlp: Tlp,
}

impl Gate {
    pub fn at(tlp: Tlp) -> Self {
        Self { tlp }
    }

    pub fn tlp(self) -> Tlp {
        self.tlp
    }

    /// The gate of something that is as narrow as both.
    #[must_use]
    pub fn within(self, tlp: Tlp) -> Self {
        Self::at(self.tlp.max(tlp))
    }

    fn told(self, text: String, said: Tlp) -> Told {
        Told {
            text,
            tlp: self.tlp.max(said),
        }
    }

    fn fact(self, text: String) -> Fact {
        Fact {
            text,
            tlp: self.tlp,
        }
    }

    /// One line of at most `longest` characters, its labels taken out.
    pub fn line(self, text: &str, longest: usize) -> Option<Told> {
        let line = unlabeled(&lines::line(text, longest)?);
        (!line.is_empty()).then(|| self.told(line, said(text)))
    }

    /// A name.
    pub fn name(self, text: &str) -> Option<Told> {
        self.line(text, lines::LONGEST_NAME)
    }

    /// A text of the publisher's own, whole, without the labels that it begins with.
    pub fn unmarked(self, text: &str) -> Option<Told> {
        let said = said(text).max(within::title(text).unwrap_or_default());
        let text = within::unmarked(text);
        (!text.is_empty()).then(|| self.told(text, said))
    }

    /// A longer text of an entry.
    pub fn text(self, text: &str) -> Option<Told> {
        self.line(text, lines::LONGEST_TEXT)
    }

    /// The first sentence of a text that may be Markdown.
    pub fn summary(self, text: &str) -> Option<Told> {
        let tlp = self.prose(text, &Citations::new()).tlp;
        let line = unlabeled(&lines::summary(&prose::plain(text))?);
        (!line.is_empty()).then(|| self.told(line, tlp))
    }

    /// A value as it stands: of an observable, or of an id. It is compared, so nothing is taken out.
    pub fn value(self, text: &str) -> Told {
        self.told(text.to_owned(), said(text))
    }

    /// An address that a source may have.
    pub fn url(self, text: &str) -> Option<Told> {
        lines::url(text).map(|url| self.told(url, Tlp::Clear))
    }

    /// A day, month or year.
    pub fn date(self, text: &str) -> Option<Fact> {
        lines::rough_date(text).map(|date| self.fact(date))
    }

    /// A word of a vocabulary.
    pub fn word(self, word: impl Vocabulary) -> Fact {
        self.fact(word.name().to_owned())
    }

    pub fn plain(self, value: impl Plain) -> Fact {
        self.fact(value.to_string())
    }

    /// One line of a text that may be Markdown.
    pub fn plain_text(self, text: &str) -> Option<Told> {
        let tlp = self.prose(text, &Citations::new()).tlp;
        self.within(tlp).text(&prose::plain(text))
    }

    /// The Markdown of a body.
    pub fn prose(self, text: &str, citations: &Citations) -> Told {
        let (body, labeled) = prose::markdown(text, citations);
        self.told(body, labeled.max(said(text)))
    }

    /// What a description gives: a summary, and a body where it says or cites more than that.
    pub fn description(self, text: &str, citations: &Citations) -> (Option<Told>, Option<Told>) {
        /// A longer line is a body.
        const LONGEST: usize = 300;
        let body = self.prose(text, citations);
        let plain = prose::plain(text);
        let short = self
            .line(&plain, LONGEST + 1)
            .filter(|line| line.as_str().chars().count() <= LONGEST)
            .map(|line| line.at_least(body.tlp));
        match short {
            Some(short) if !body.text.contains("\n\n") && !body.text.contains("[@") => {
                (Some(short), None)
            }
            _ => (self.summary(text), (!body.text.is_empty()).then_some(body)),
        }
    }

    /// Code as it stands, without the characters that are not seen.
    pub fn code(self, text: &str) -> Told {
        self.told(prose::code_text(text), said(text))
    }
}

/// The narrowest label that a line of a text begins with, or that stands in brackets anywhere in it.
pub fn said(text: &str) -> Tlp {
    let starts = text
        .split([
            '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
        ])
        .flat_map(label::all)
        .map(|label| label.level());
    let portions = portions(text)
        .filter_map(|at| label::leading(&text[at..]))
        .map(|label| label.level());
    starts.chain(portions).max().unwrap_or(Tlp::Clear)
}

/// Where a bracket opens in front of `TLP`: the form of a portion mark.
pub fn portions(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(['(', '[', '{', '<'])
        .map(|(at, _)| at)
        .filter(|at| {
            let inside = text[at + 1..].trim_start();
            inside
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("tlp"))
        })
}

/// A line without the labels that it begins with, and without brackets around one further back, which
/// front matter may not hold.
fn unlabeled(line: &str) -> String {
    let mut out = within::without_first(line);
    // Each round takes one bracket away, so it ends.
    loop {
        let first = portions(&out).next();
        let Some(at) = first else { break };
        out.remove(at);
        if let Some(close) = out[at..].find([')', ']', '}', '>']) {
            out.remove(at + close);
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_narrow_as_it_says() {
        for (text, tlp, line) in [
            ("Grey Heron", Tlp::Green, Some("Grey Heron")),
            ("TLP:RED - Grey Heron", Tlp::Red, Some("Grey Heron")),
            ("[AMBER] Grey Heron", Tlp::Amber, Some("Grey Heron")),
            ("**TLP:AMBER+STRICT:** text", Tlp::AmberStrict, Some("text")),
            ("Classification: TLP:RED. Text", Tlp::Red, Some("Text")),
            ("(TLP:CLEAR) wide", Tlp::Green, Some("wide")),
            ("one\nTLP:RED: two", Tlp::Red, Some("one TLP:RED: two")),
            ("a (TLP:AMBER) b", Tlp::Amber, Some("a TLP:AMBER b")),
            ("(TLP:GREEN) [TLP:RED] x", Tlp::Red, Some("x")),
            (
                "Ports: TLP:RED second wave",
                Tlp::Red,
                Some("Ports: second wave"),
            ),
            ("TLP:RED", Tlp::Green, None),
        ] {
            let told = Gate::at(Tlp::Green).line(text, 100);
            assert_eq!(told.as_ref().map(Told::as_str), line, "{text}");
            if let Some(told) = told {
                assert_eq!(told.tlp(), tlp, "{text}");
                assert!(label::leading(told.as_str()).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn prose_is_as_narrow_as_any_of_its_blocks() {
        for (text, tlp) in [
            ("Text of TLP:RED reports.", Tlp::Clear),
            ("Text.\n\n- one\n- TLP:AMBER two", Tlp::Amber),
            ("> **TLP:RED** x", Tlp::Red),
            ("# [RED] Title\n\nx", Tlp::Red),
            ("| (TLP:AMBER) a | b |\n|---|---|\n| 1 | 2 |", Tlp::Amber),
            ("| a | b |\n|---|---|\n| 1 | TLP:RED: 2 |", Tlp::Red),
            ("<p><b>TLP:RED</b> x</p>", Tlp::Red),
            ("x<br>TLP:RED: y", Tlp::Red),
            ("one\ntwo\nTLP:GREEN: three", Tlp::Green),
            ("T&#76;P:RED x", Tlp::Red),
            ("TLP:*RED* x", Tlp::Red),
            ("`TLP:RED` is a label", Tlp::Clear),
        ] {
            let told = Gate::at(Tlp::Clear).prose(text, &Citations::new());
            assert_eq!(told.tlp(), tlp, "{text}\n{}", told.as_str());
        }
    }
}
