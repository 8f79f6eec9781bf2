//! Degrees of likelihood of Intelligence Community Directive 203, Analytic Standards, section
//! D.6.e(2)(a): seven degrees, each with two terms and a range of percent.
//!
//! The directive asks that a product does not mix the two rows of terms, so a value keeps the row
//! in which it was written.

use serde::{Serialize, Serializer};

use super::{Entry, Vocabulary};
use crate::diagnostic::Code;

/// One of the seven degrees, from the least to the most likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Degree {
    AlmostNoChance,
    VeryUnlikely,
    Unlikely,
    RoughlyEvenChance,
    Likely,
    VeryLikely,
    AlmostCertain,
}

/// The row of the directive's table that a term stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LikelihoodRow {
    /// "very likely", "unlikely", …
    First,
    /// "highly probable", "improbable", …
    Second,
}

impl LikelihoodRow {
    /// As the directive numbers it.
    pub fn number(self) -> u8 {
        match self {
            LikelihoodRow::First => 1,
            LikelihoodRow::Second => 2,
        }
    }
}

/// A degree of likelihood in the words of one row. Ordered by degree first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Likelihood {
    pub degree: Degree,
    pub row: LikelihoodRow,
}

impl Likelihood {
    /// As the directive writes it, in lower case: `very likely`.
    pub fn term(self) -> &'static str {
        self.name()
    }

    pub fn row(self) -> LikelihoodRow {
        self.row
    }

    /// The same degree in the words of the other row, to mend a mixed product.
    #[must_use]
    pub fn in_row(self, row: LikelihoodRow) -> Self {
        Self { row, ..self }
    }

    /// Lowest and highest probability in percent.
    pub fn percent(self) -> (u8, u8) {
        match self.degree {
            Degree::AlmostNoChance => (1, 5),
            Degree::VeryUnlikely => (5, 20),
            Degree::Unlikely => (20, 45),
            Degree::RoughlyEvenChance => (45, 55),
            Degree::Likely => (55, 80),
            Degree::VeryLikely => (80, 95),
            Degree::AlmostCertain => (95, 99),
        }
    }
}

const fn first(degree: Degree) -> Likelihood {
    Likelihood {
        degree,
        row: LikelihoodRow::First,
    }
}

const fn second(degree: Degree) -> Likelihood {
    Likelihood {
        degree,
        row: LikelihoodRow::Second,
    }
}

impl Vocabulary for Likelihood {
    const TITLE: &'static str = "likelihood";
    const UNKNOWN: Code = Code::BadLikelihood;
    const SOURCE: &'static str = "ICD 203, Analytic Standards, D.6.e(2)(a)";
    const ALL: &'static [Self] = &[
        first(Degree::AlmostNoChance),
        first(Degree::VeryUnlikely),
        first(Degree::Unlikely),
        first(Degree::RoughlyEvenChance),
        first(Degree::Likely),
        first(Degree::VeryLikely),
        first(Degree::AlmostCertain),
        second(Degree::AlmostNoChance),
        second(Degree::VeryUnlikely),
        second(Degree::Unlikely),
        second(Degree::RoughlyEvenChance),
        second(Degree::Likely),
        second(Degree::VeryLikely),
        second(Degree::AlmostCertain),
    ];

    fn entry(self) -> &'static Entry {
        macro_rules! row {
            ($name:literal, $label:literal, $percent:literal, $also:expr) => {
                &Entry {
                    name: $name,
                    label: $label,
                    meaning: $percent,
                    also: &$also,
                }
            };
        }
        use Degree::*;
        use LikelihoodRow::*;
        match (self.degree, self.row) {
            (AlmostNoChance, First) => row!("almost no chance", "Almost no chance", "1–5 %", []),
            (VeryUnlikely, First) => row!("very unlikely", "Very unlikely", "5–20 %", []),
            (Unlikely, First) => row!("unlikely", "Unlikely", "20–45 %", []),
            (RoughlyEvenChance, First) => {
                row!("roughly even chance", "Roughly even chance", "45–55 %", [])
            }
            (Likely, First) => row!("likely", "Likely", "55–80 %", []),
            (VeryLikely, First) => row!("very likely", "Very likely", "80–95 %", []),
            (AlmostCertain, First) => row!(
                "almost certain",
                "Almost certain",
                "95–99 %",
                ["almost certainly", "almost certain(ly)"]
            ),
            (AlmostNoChance, Second) => row!("remote", "Remote", "1–5 %", []),
            (VeryUnlikely, Second) => {
                row!("highly improbable", "Highly improbable", "5–20 %", [])
            }
            (Unlikely, Second) => row!("improbable", "Improbable", "20–45 %", []),
            (RoughlyEvenChance, Second) => {
                row!("roughly even odds", "Roughly even odds", "45–55 %", [])
            }
            (Likely, Second) => row!("probable", "Probable", "55–80 %", ["probably"]),
            (VeryLikely, Second) => row!("highly probable", "Highly probable", "80–95 %", []),
            (AlmostCertain, Second) => row!("nearly certain", "Nearly certain", "95–99 %", []),
        }
    }
}

impl Serialize for Likelihood {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.term())
    }
}
