//! What figures of the edition's own counts have in common.

use super::Renderer;
use crate::edition::model::BriefId;
use crate::edition::Edition;
use crate::edition::statistics::{Country, Quarter};
use map::Place;

pub struct Frame<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    pub unit: &'a str,
    pub period: Option<&'a str>,
    pub count: Option<usize>,
    pub csv_url: Option<&'a str>,
}
pub fn quarters(frame: &Frame, data: &[(String, f64)]) -> String {
    crate::figures::bars(frame.title, frame.unit, frame.id, data)
}
pub fn bars(frame: &Frame, data: &[(String, f64)]) -> String {
    crate::figures::bars(frame.title, frame.unit, frame.id, data)
}
pub fn stacked(frame: &Frame, labels: &[String], series: &[(String, Vec<f64>)]) -> String {
    let data: Vec<(String, f64)> = labels.iter().enumerate().map(|(at, label)| (label.clone(), series.iter().map(|s| s.1[at]).sum())).collect();
    crate::figures::bars(frame.title, frame.unit, frame.id, &data)
}
pub mod map {
    pub struct Place { pub code: String, pub name: String, pub value: f64, pub url: Option<String> }
    pub fn world(frame: &super::Frame, places: &[Place]) -> String {
        let data: Vec<(String, f64)> = places.iter().take(6).map(|p| (p.name.clone(), p.value)).collect();
        crate::figures::bars(frame.title, frame.unit, frame.id, &data)
    }
}

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
#[allow(clippy::cast_precision_loss)] // counts of briefs
pub fn number(count: usize) -> f64 {
    count as f64
}

/// A share in per cent with one decimal.
pub fn percent(count: usize, of: usize) -> String {
    format!("{:.1}", number(count) * 100.0 / number(of.max(1)))
}

impl Renderer<'_> {
    /// Countries for a map.
    pub(super) fn places(&self, countries: &[Country]) -> Vec<Place> {
        countries
            .iter()
            .map(|country| Place {
                code: country.code.clone(),
                name: country.name.clone(),
                value: number(country.counts.whole),
                url: self.country_url(country),
            })
            .collect()
    }

    /// The page of a country, where the edition has one.
    pub(super) fn country_url(&self, country: &Country) -> Option<String> {
        let id = country.entity?;
        Some(self.entity_links[id.0 as usize].url.clone())
    }
}
