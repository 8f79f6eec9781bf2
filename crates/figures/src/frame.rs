//! What every figure that a page draws says of itself.
//!
//! In: a drawing, its numbers as a table, and a [`Frame`]: title, description, unit, period, how
//! many briefs were counted, where the numbers are as a file. Out: the whole element.

use super::scrolling;
use super::svg::escape;

/// A figure's words. Everything but `id` is text for readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frame<'a> {
    /// Unique on the page, of letters, digits and hyphens.
    pub id: &'a str,
    pub title: &'a str,
    /// What there is to see, for those who do not see it; the greatest numbers are added.
    pub description: &'a str,
    /// What is counted, as in "briefs"; "%" stands behind every number.
    pub unit: &'a str,
    /// The time that it covers.
    pub period: Option<&'a str>,
    /// How many briefs the numbers come from.
    pub count: Option<usize>,
    /// The address of the numbers as CSV.
    pub csv_url: Option<&'a str>,
}

impl Frame<'_> {
    /// What stands behind the title: unit, period, count.
    pub(super) fn note(&self) -> String {
        let count = self.count.map(|count| format!("n\u{a0}=\u{a0}{count}"));
        let unit = Some(self.unit).filter(|unit| !unit.is_empty() && *unit != "%");
        [unit, self.period, count.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The figure around a drawing. `table` is a whole `<table>`; `extra` stands between the two.
    pub(super) fn figure(&self, kind: &str, drawing: &str, extra: &str, table: &str) -> String {
        let csv = self.csv_url.map_or_else(String::new, |url| {
            format!(
                "<p class=\"figure-source figure-csv\"><a href=\"{}\" download>Numbers as CSV</a></p>",
                escape(url)
            )
        });
        let table = if table.is_empty() {
            String::new()
        } else {
            format!(
                "<details><summary>Figures as a table</summary>{}</details>",
                scrolling(self.title, table)
            )
        };
        super::figure_element(
            kind,
            Some((self.title, &self.note())),
            &format!("{drawing}{extra}{table}{csv}"),
            None,
        )
    }
}
