//! The world as outlines: a shape or a point for each country.
//!
//! In: `world.csv`, which `data-tools/world-map.py` makes of Natural Earth's countries, and which
//! disputed areas a site counts to which country. Out: a [`Ground`] that maps are drawn on.

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
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Country {
    /// Its outline; empty where it is a point only.
    pub path: String,
    /// Where its circle stands, if it needs one to be seen.
    pub circle: Option<(u16, u16)>,
    pub dashed: bool,
}

/// The countries by code, and the areas that belong to none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ground {
    pub countries: BTreeMap<String, Country>,
    pub disputed: String,
}

/// The names of the areas that a site may count to a country.
pub fn disputed_areas() -> impl Iterator<Item = &'static str> {
    AREAS
        .iter()
        .filter(|area| area.kind == Kind::Disputed)
        .map(|area| area.name.as_str())
}

impl Ground {
    /// `merge` has the code of the country that a disputed area is drawn as a part of.
    pub fn new(merge: &BTreeMap<String, String>) -> Self {
        let mut countries = BTreeMap::new();
        for area in AREAS.iter().filter(|area| area.kind != Kind::Disputed) {
            let country = Country {
                path: area.path.clone(),
                circle: matches!(area.kind, Kind::Small | Kind::Point).then_some((area.x, area.y)),
                dashed: area.kind == Kind::Dashed,
            };
            countries.insert(area.code.clone(), country);
        }
        let mut disputed = String::new();
        for area in AREAS.iter().filter(|area| area.kind == Kind::Disputed) {
            let country = merge
                .get(&area.name)
                .and_then(|code| countries.get_mut(code));
            match country {
                Some(country) => country.path.push_str(&area.path),
                None => disputed.push_str(&area.path),
            }
        }
        Self {
            countries,
            disputed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intel::places;

    #[test]
    fn every_country_that_tearline_knows_is_on_the_map() {
        let ground = Ground::new(&BTreeMap::new());
        let missing: Vec<_> = places::all()
            .into_iter()
            .filter_map(|place| place.alpha2)
            .filter(|code| !ground.countries.contains_key(code))
            .collect();
        assert_eq!(missing, ["AQ"]);
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(AREAS.len(), lines);
        assert_eq!(
            disputed_areas().collect::<Vec<_>>(),
            ["Crimea", "Kosovo", "Northern Cyprus", "Somaliland"]
        );
    }

    #[test]
    fn every_country_has_an_outline_or_a_circle_within_the_map() {
        for (code, country) in Ground::new(&BTreeMap::new()).countries {
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
        let merge = BTreeMap::from([("Northern Cyprus".to_owned(), "CY".to_owned())]);
        let (own, plain) = (Ground::new(&merge), Ground::new(&BTreeMap::new()));
        assert!(own.countries["CY"].path.len() > plain.countries["CY"].path.len());
        assert!(own.disputed.len() < plain.disputed.len());
    }
}
