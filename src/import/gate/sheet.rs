//! The text of a file that an import or a conversion writes.
//!
//! In: words of the program itself, what came through the gate, and what the site has already. Out: a
//! [`Sheet`], the only text that is written. A plain text cannot be put into one, so what has no level
//! cannot come into a file.

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::{Fact, Told};
use crate::diagnostic::SourceFile;
use crate::intel::attack::{ObjectRow, TacticRow, TechniqueRow};
use crate::marking::Tlp;

/// A text, or the beginning of one. What a source says comes into it with its level:
///
/// ```
/// use tearline::import::gate::{Gate, Sheet};
/// use tearline::marking::Tlp;
///
/// let told = Gate::at(Tlp::Green).name("TLP:RED Grey Heron").expect("a name");
/// assert_eq!(told.tlp(), Tlp::Red);
/// let mut sheet = Sheet::default();
/// sheet.own("name: ").told(&told, str::to_owned);
/// assert_eq!(sheet.as_str(), "name: Grey Heron");
/// ```
///
/// A text without one does not compile, here or as a value or body:
///
/// ```compile_fail,E0308
/// use tearline::import::gate::Sheet;
///
/// let said = String::from("Grey Heron");
/// Sheet::default().told(&said, str::to_owned);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    text: String,
}

impl Sheet {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn ends_with(&self, c: char) -> bool {
        self.text.ends_with(c)
    }

    /// Words of the program itself.
    pub fn own(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A sign, some times.
    pub fn sign(&mut self, sign: char, count: usize) -> &mut Self {
        self.text.extend(std::iter::repeat_n(sign, count));
        self
    }

    pub fn number(&mut self, number: usize) -> &mut Self {
        self.text.push_str(&number.to_string());
        self
    }

    /// A text in the form that its place asks for. A function that holds nothing can add nothing.
    pub fn told(&mut self, told: &Told, form: fn(&str) -> String) -> &mut Self {
        self.text.push_str(&form(&told.text));
        self
    }

    pub fn fact(&mut self, fact: &Fact) -> &mut Self {
        self.text.push_str(&fact.text);
        self
    }

    /// What stands in a file of the site.
    pub fn site(&mut self, file: &SourceFile, range: Range<usize>) -> &mut Self {
        self.text.push_str(file.text.get(range).unwrap_or_default());
        self
    }

    /// A row of a table in JSON.
    pub fn row(&mut self, row: &impl Row) -> &mut Self {
        // Texts and lists of texts always have a form in JSON.
        self.text
            .push_str(&serde_json::to_string(row).unwrap_or_default());
        self
    }

    pub fn sheet(&mut self, other: &Sheet) -> &mut Self {
        self.text.push_str(&other.text);
        self
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// What may stand in a table in JSON: every text of it has a level.
pub trait Row: Serialize + own::Row {
    /// The narrowest of its texts.
    fn tlp(&self) -> Tlp {
        self.texts().map(Told::tlp).max().unwrap_or(Tlp::Clear)
    }
}

impl<R: Serialize + own::Row> Row for R {}

/// Nobody else can say that a type of theirs is a row.
mod own {
    use super::Told;

    pub trait Row {
        fn texts(&self) -> Box<dyn Iterator<Item = &Told> + '_>;
    }
}

impl own::Row for Told {
    fn texts(&self) -> Box<dyn Iterator<Item = &Told> + '_> {
        Box::new(std::iter::once(self))
    }
}

impl own::Row for TacticRow<Told> {
    fn texts(&self) -> Box<dyn Iterator<Item = &Told> + '_> {
        Box::new([&self.id, &self.shortname, &self.name].into_iter())
    }
}

impl own::Row for TechniqueRow<Told> {
    fn texts(&self) -> Box<dyn Iterator<Item = &Told> + '_> {
        let some = [&self.parent, &self.revoked_by, &self.stix_id];
        let all = [&self.id, &self.name].into_iter().chain(&self.tactics);
        Box::new(all.chain(some.into_iter().flatten()))
    }
}

impl own::Row for ObjectRow<Told> {
    fn texts(&self) -> Box<dyn Iterator<Item = &Told> + '_> {
        Box::new([&self.id, &self.name, &self.stix_id].into_iter())
    }
}
