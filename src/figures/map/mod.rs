//! A map of the world whose countries are shaded by number.
//!
//! In: a [`Frame`] and a [`Place`] for each country with a number. Out: a whole figure: the map, a
//! key to its shades, the greatest numbers in words, and all of them as a table. The outlines are
//! part of the page: what a policy without `default-src` would let a browser load from another
//! file is not the same in all of them, and 12 KB compressed is less than a picture.
//!
//! 1. `ground` has the outlines;
//! 2. `classes` parts the numbers into shades.

mod classes;
mod ground;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use self::classes::Classes;
use self::ground::{Country, Ground, SIZE};
use super::frame::Frame;
use super::svg::escape;
pub use ground::disputed_areas;

/// So many countries are named below the map.
const NAMED: usize = 5;

/// A country and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// ISO 3166-1 alpha-2, in capital letters, or XK.
    pub code: &'a str,
    pub name: &'a str,
    pub value: u32,
    /// Its page.
    pub url: Option<&'a str>,
}

/// The whole figure. Of several places with one code the first is drawn; the table has all. No
/// places give no figure.
pub fn world(frame: &Frame<'_>, places: &[Place<'_>]) -> String {
    draw(&Ground::new(&BTreeMap::new()), frame, places)
}

fn draw(ground: &Ground, frame: &Frame<'_>, places: &[Place<'_>]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&Place<'_>> = places.iter().collect();
    sorted.sort_by(|one, other| {
        (other.value, one.name, one.code).cmp(&(one.value, other.name, other.code))
    });
    let classes = Classes::new(places.iter().map(|place| place.value));
    let drawing = map(ground, frame, &sorted, &classes);
    let extra = format!(
        "{}{}",
        key(&classes, frame.unit),
        notes(ground, &sorted, frame.unit)
    );
    frame.figure("map", &drawing, &extra, &table(&sorted, frame.unit))
}

fn map(ground: &Ground, frame: &Frame<'_>, places: &[&Place<'_>], classes: &Classes) -> String {
    let id = escape(frame.id);
    // A drawing with links in it is no image to assistive technology, but a group.
    let role = if places.iter().any(|place| place.url.is_some()) {
        "group"
    } else {
        "img"
    };
    let mut svg = format!(
        "<svg class=\"figure-drawing figure-world\" role=\"{role}\" viewBox=\"0 0 {} {}\" \
         aria-labelledby=\"{id}-title {id}-description\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>",
        SIZE.0,
        SIZE.1,
        escape(frame.title),
        escape(&description(frame, places)),
    );
    let mut shaded: BTreeMap<&str, (&Place<'_>, usize)> = BTreeMap::new();
    for place in places {
        if let Some(shade) = classes.shade(place.value) {
            shaded.entry(place.code).or_insert((place, shade));
        }
    }
    svg.push_str("<path class=\"land\" d=\"");
    for (code, country) in &ground.countries {
        if !shaded.contains_key(code.as_str()) {
            svg.push_str(&country.path);
        }
    }
    let _ = write!(
        svg,
        "\"/><path class=\"land disputed\" stroke-dasharray=\"3 3\" d=\"{}\"/>",
        ground.disputed
    );
    // Circles last, so that no neighbour hides one.
    let drawn = || {
        shaded
            .iter()
            .filter_map(|(code, shown)| Some((*shown, ground.countries.get(*code)?)))
    };
    for ((place, shade), country) in drawn() {
        if country.circle.is_none() {
            svg.push_str(&linked(place, frame.unit, &outline(country, shade)));
        }
    }
    for ((place, shade), country) in drawn() {
        if let Some((x, y)) = country.circle {
            let shape = if country.path.is_empty() {
                String::new()
            } else {
                outline(country, shade)
            };
            // A line of no length with round ends is a circle that stays as large when the map is
            // made smaller.
            let circle = format!(
                "{shape}<path class=\"circle-edge\" vector-effect=\"non-scaling-stroke\" d=\"M{x} {y}h0\"/>\
                 <path class=\"circle shade-{shade}\" vector-effect=\"non-scaling-stroke\" d=\"M{x} {y}h0\"/>"
            );
            svg.push_str(&linked(place, frame.unit, &circle));
        }
    }
    svg.push_str("</svg>");
    svg
}

fn outline(country: &Country, shade: usize) -> String {
    let dashes = if country.dashed {
        " stroke-dasharray=\"3 3\""
    } else {
        ""
    };
    format!(
        "<path class=\"country shade-{shade}\"{dashes} d=\"{}\"/>",
        country.path
    )
}

/// A shape with its name and number, as a link where there is a page. Links of the map are for a
/// pointer; the table below has the same for everybody.
fn linked(place: &Place<'_>, unit: &str, shape: &str) -> String {
    let title = format!(
        "<title>{}: {}</title>",
        escape(place.name),
        with_unit(place.value, unit)
    );
    match place.url {
        Some(url) => format!(
            "<a href=\"{}\" tabindex=\"-1\" aria-hidden=\"true\">{title}{shape}</a>",
            escape(url)
        ),
        None => format!("<g>{title}{shape}</g>"),
    }
}

fn with_unit(value: u32, unit: &str) -> String {
    let sign = if unit == "%" { "%" } else { "" };
    format!("{}{sign}", super::svg::number(f64::from(value)))
}

/// The words of the caller, and what the shades show.
fn description(frame: &Frame<'_>, places: &[&Place<'_>]) -> String {
    let counted = places.iter().filter(|place| place.value > 0).count();
    let countries = if counted == 1 { "country" } else { "countries" };
    let own = frame.description.trim();
    let space = if own.is_empty() { "" } else { " " };
    let highest = highest(places, frame.unit)
        .map_or_else(String::new, |text| format!(" The highest numbers: {text}."));
    format!("{own}{space}World map with {counted} {countries} shaded by number.{highest}")
}

fn highest(places: &[&Place<'_>], unit: &str) -> Option<String> {
    let named: Vec<String> = places
        .iter()
        .filter(|place| place.value > 0)
        .take(NAMED)
        .map(|place| format!("{} {}", place.name, with_unit(place.value, unit)))
        .collect();
    (!named.is_empty()).then(|| named.join(", "))
}

fn key(classes: &Classes, unit: &str) -> String {
    let mut key = String::from("<ul class=\"figure-key\">");
    for (at, (least, most)) in classes.bounds.iter().enumerate() {
        let shade = classes.shade_of(at);
        let range = if least == most {
            with_unit(*least, unit)
        } else {
            format!(
                "{}\u{2013}{}",
                super::svg::number(f64::from(*least)),
                with_unit(*most, unit)
            )
        };
        let _ = write!(
            key,
            "<li><svg class=\"figure-swatch\" width=\"24\" height=\"14\" aria-hidden=\"true\">\
             <rect class=\"country shade-{shade}\" x=\"1\" y=\"1\" width=\"22\" height=\"12\"/></svg>{range}</li>"
        );
    }
    key.push_str(
        "<li><svg class=\"figure-swatch\" width=\"24\" height=\"14\" aria-hidden=\"true\">\
         <rect class=\"land\" x=\"1\" y=\"1\" width=\"22\" height=\"12\"/></svg>none</li></ul>",
    );
    key
}

/// What stands below the map: the greatest numbers, how the shades were made, what is not drawn.
fn notes(ground: &Ground, places: &[&Place<'_>], unit: &str) -> String {
    let classes = Classes::new(places.iter().map(|place| place.value));
    let mut notes = String::new();
    if let Some(highest) = highest(places, unit) {
        let _ = write!(notes, "Highest: {}. ", escape(&highest));
    }
    if classes.quantiles {
        notes.push_str("Each shade stands for about as many countries as the others. ");
    }
    let circles = places.iter().any(|place| {
        place.value > 0
            && ground
                .countries
                .get(place.code)
                .is_some_and(|country| country.circle.is_some())
    });
    if circles {
        notes.push_str("Circles are small countries. ");
    }
    let missing: BTreeSet<&str> = places
        .iter()
        .filter(|place| place.value > 0 && !ground.countries.contains_key(place.code))
        .map(|place| place.name)
        .collect();
    if !missing.is_empty() {
        let missing: Vec<&str> = missing.into_iter().collect();
        let _ = write!(notes, "Not on the map: {}. ", escape(&missing.join(", ")));
    }
    if notes.is_empty() {
        return notes;
    }
    format!("<p class=\"figure-source\">{}</p>", notes.trim_end())
}

fn table(places: &[&Place<'_>], unit: &str) -> String {
    let heading = match unit {
        "" | "%" => "Share".to_owned(),
        unit => {
            let mut letters = unit.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        }
    };
    let mut table = format!(
        "<table><thead><tr><th scope=\"col\">Country</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        escape(&heading)
    );
    for place in places {
        let name = escape(place.name);
        let name = match place.url {
            Some(url) => format!("<a href=\"{}\">{name}</a>", escape(url)),
            None => name,
        };
        let _ = write!(
            table,
            "<tr><th scope=\"row\">{name}</th><td class=\"number\">{}</td></tr>",
            with_unit(place.value, unit)
        );
    }
    table.push_str("</tbody></table>");
    table
}
