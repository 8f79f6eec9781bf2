//! Which country a text names.
//!
//! In: a name, another name, or a code of ISO 3166-1, in any case and punctuation. Out: its
//! alpha-2 code and common name, after the same table as the regions of briefs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::diagnostic::nearest;
use base::fold::fold;
use base::places::{self, PlaceKind};

/// A country: its alpha-2 code, its name.
pub type Country = (String, String);

struct Names {
    countries: Vec<Country>,
    /// By folded name, alias and code.
    by_name: BTreeMap<String, usize>,
    /// Folded names of places that are no countries.
    regions: Vec<String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        countries: Vec::new(),
        by_name: BTreeMap::new(),
        regions: Vec::new(),
    };
    for place in places::all() {
        let all = std::iter::once(&place.name).chain(&place.aliases);
        match (place.kind, &place.alpha2) {
            (PlaceKind::Country, Some(code)) => {
                let at = names.countries.len();
                for name in all.chain([code]).chain(&place.alpha3) {
                    names.by_name.entry(fold(name)).or_insert(at);
                }
                names.countries.push((code.clone(), place.name));
            }
            _ => names.regions.extend(all.map(|name| fold(name))),
        }
    }
    names
});

pub fn country(text: &str) -> Option<&'static Country> {
    let at = NAMES.by_name.get(&fold(text))?;
    NAMES.countries.get(*at)
}

/// What to do about a text that names no country.
pub fn help(text: &str) -> String {
    if NAMES.regions.contains(&fold(text)) {
        return "a map shows countries; give each of the region's countries its number".to_owned();
    }
    let names = NAMES.countries.iter().map(|(_, name)| name.as_str());
    match nearest(text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write its English name or its code in ISO 3166-1: Germany, DE".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_aliases_and_codes_are_one_country() {
        for name in ["Germany", "germany", "DE", "DEU"] {
            assert_eq!(country(name).unwrap().0, "DE", "{name}");
        }
        assert_eq!(country("UAE").unwrap().1, "United Arab Emirates");
        assert_eq!(country("Europe"), None);
        assert!(help("Europe").contains("countries"));
        assert!(help("Germny").contains("`Germany`"));
    }
}
