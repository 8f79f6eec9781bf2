//! The world as outlines: a shape or a point for each country.
//!
//! In: `world.csv`, which `data-tools/world-map.py` makes of Natural Earth's countries, and which
//! disputed areas a site counts to which country. Out: what a map is drawn of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// Its first lines say where it comes from and what its columns are.
const TABLE: &str = include_str!("world.csv");
/// The size that the outlines are made for; the map ends north of Antarctica.
pub(super) const SIZE: (u32, u32) = (1000, 434);

static AREAS: LazyLock<Vec<Area>> = LazyLock::new(|| {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(TABLE.as_bytes())
        .into_deserialize()
        // A row that did not parse would be lost here; a test counts them.
        .filter_map(Result::ok)
        .collect()
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Country,
    /// A country with a disputed border.
    Dashed,
    /// A country whose shape is too small to be seen where the map is.
    Small,
    /// A country that has no shape at this scale.
    Point,
    /// An area that more than one state claims, and that is none of ISO 3166-1.
    Disputed,
}

#[derive(Debug, Deserialize)]
struct Area {
    code: String,
    name: String,
    kind: Kind,
    x: u16,
    y: u16,
    path: String,
}

/// A country as it is drawn.
pub(super) struct Country {
    /// Its outline; empty where it is a point only.
    pub path: Cow<'static, str>,
    /// Where its circle stands, if it needs one to be seen.
    pub circle: Option<(u16, u16)>,
    pub dashed: bool,
}

/// Which disputed areas a site counts to which country; by itself to none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// The code of the country, by the area's name.
    merge: BTreeMap<String, String>,
}

impl World {
    /// Counts an area, by its name on the map, to a country, by its code.
    pub fn count(&mut self, area: &str, code: &str) {
        self.merge.insert(area.to_owned(), code.to_owned());
    }

    /// The names of the areas that a site may count to a country.
    pub fn disputed_areas() -> impl Iterator<Item = &'static str> {
        AREAS
            .iter()
            .filter(|area| area.kind == Kind::Disputed)
            .map(|area| area.name.as_str())
    }

    /// The countries by code.
    pub(super) fn countries(&self) -> BTreeMap<&'static str, Country> {
        let mut countries: BTreeMap<&str, Country> = AREAS
            .iter()
            .filter(|area| area.kind != Kind::Disputed)
            .map(|area| {
                let circle = matches!(area.kind, Kind::Small | Kind::Point);
                let country = Country {
                    path: Cow::Borrowed(&area.path),
                    circle: circle.then_some((area.x, area.y)),
                    dashed: area.kind == Kind::Dashed,
                };
                (area.code.as_str(), country)
            })
            .collect();
        for area in AREAS.iter().filter(|area| area.kind == Kind::Disputed) {
            if let Some(country) = self
                .merge
                .get(&area.name)
                .and_then(|code| countries.get_mut(code.as_str()))
            {
                country.path.to_mut().push_str(&area.path);
            }
        }
        countries
    }

    /// The outlines of the areas that belong to no country.
    pub(super) fn disputed(&self) -> String {
        AREAS
            .iter()
            .filter(|area| area.kind == Kind::Disputed && !self.merge.contains_key(&area.name))
            .map(|area| area.path.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::places;

    #[test]
    fn every_country_that_tearline_knows_is_on_the_map() {
        let countries = World::default().countries();
        let missing: Vec<_> = places::all()
            .into_iter()
            .filter_map(|place| place.alpha2)
            .filter(|code| !countries.contains_key(code.as_str()))
            .collect();
        assert_eq!(missing, ["AQ"]);
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(AREAS.len(), lines);
        assert_eq!(
            World::disputed_areas().collect::<Vec<_>>(),
            ["Crimea", "Kosovo", "Northern Cyprus", "Somaliland"]
        );
    }

    #[test]
    fn every_country_has_an_outline_or_a_circle_within_the_map() {
        for (code, country) in World::default().countries() {
            assert!(
                !country.path.is_empty() || country.circle.is_some(),
                "{code}"
            );
            let (x, y) = country.circle.unwrap_or_default();
            assert!(u32::from(x) <= SIZE.0 && u32::from(y) <= SIZE.1, "{code}");
            assert!(
                country
                    .path
                    .bytes()
                    .all(|byte| b"Mlz -0123456789".contains(&byte)),
                "{code}"
            );
        }
    }

    #[test]
    fn a_disputed_area_goes_where_the_site_counts_it() {
        let plain = World::default();
        let mut own = World::default();
        own.count("Northern Cyprus", "CY");
        assert!(own.countries()["CY"].path.len() > plain.countries()["CY"].path.len());
        assert!(own.disputed().len() < plain.disputed().len());
    }
}
