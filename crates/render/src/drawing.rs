//! What figures of the edition's own counts have in common.

use super::Renderer;
use edition::Edition;
use edition::model::BriefId;
use edition::statistics::{Country, Quarter};
use figures::Frame;
use figures::map::Place;

/// `2023-Q1 to 2025-Q4`.
pub fn period(first: Quarter, last: Quarter) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first} to {last}")
    }
}

/// The quarters from the oldest to the newest of briefs, the newest first.
pub fn span(edition: &Edition, briefs: &[BriefId]) -> Option<String> {
    let quarter = |id: &BriefId| Quarter::of(edition.brief(*id).date.day());
    Some(period(quarter(briefs.last()?), quarter(briefs.first()?)))
}

/// A count, to draw.
// counts of briefs
pub fn number(count: usize) -> f64 {
    count as f64
}

/// A share in per cent with one decimal.
pub fn percent(count: usize, of: usize) -> String {
    format!("{:.1}", number(count) * 100.0 / number(of.max(1)))
}

impl Renderer<'_> {
    /// A map of the world with the briefs of countries.
    pub(super) fn world(&self, frame: &Frame<'_>, countries: &[Country]) -> String {
        let places: Vec<Place<'_>> = countries
            .iter()
            .map(|country| Place {
                code: &country.code,
                name: &country.name,
                value: u32::try_from(country.counts.whole).unwrap_or(u32::MAX),
                url: self.country_url(country),
            })
            .collect();
        self.edition.site.map.draw(frame, &places)
    }

    /// The page of a country, where the edition has one.
    pub(super) fn country_url(&self, country: &Country) -> Option<&str> {
        let id = country.entity?;
        Some(&self.entity_links[id.0 as usize].url)
    }
}
