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
use self::ground::{Country, SIZE};
use super::chart::{Chart, linked};
use super::csv::{Cell, csv};
use super::frame::Frame;
use super::svg::{escape, number};
pub use ground::World;

/// So many countries are named below the map.
const NAMED: usize = 5;
/// So many stand in the line on paper.
const LISTED: usize = 40;

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

/// A country as it is drawn and told of.
struct Spot<'a> {
    code: &'a str,
    name: &'a str,
    value: f64,
    shown: String,
    url: Option<&'a str>,
}

/// The whole figure. Of several places with one code the first is drawn; the table has all. No
/// places give no figure.
pub fn world(frame: &Frame<'_>, places: &[Place<'_>]) -> String {
    World::default().draw(frame, places)
}

/// The numbers of [`world`].
pub fn world_csv(unit: &str, places: &[Place<'_>]) -> String {
    csv(
        &["Code", "Country", unit],
        places.iter().map(|place| {
            vec![
                Cell::Text(place.code),
                Cell::Text(place.name),
                Cell::Number(f64::from(place.value)),
            ]
        }),
    )
}

impl World {
    /// As [`world`], with the disputed areas where this world counts them.
    pub fn draw(&self, frame: &Frame<'_>, places: &[Place<'_>]) -> String {
        if places.is_empty() {
            return String::new();
        }
        let spots = places
            .iter()
            .map(|place| Spot {
                code: place.code,
                name: place.name,
                value: f64::from(place.value),
                shown: with_unit(f64::from(place.value), frame.unit),
                url: place.url,
            })
            .collect();
        let (drawing, table) = self.figure(frame, spots);
        frame.figure("map", &drawing, "", &table)
    }

    /// The drawing with what stands below it, and the table, of a block of a document.
    pub(super) fn chart(&self, chart: &Chart, id: &str) -> (String, String) {
        let values = chart
            .series
            .first()
            .map_or(&[][..], |series| &series.values);
        let spots = chart
            .labels
            .iter()
            .zip(&chart.codes)
            .zip(values)
            .filter_map(|((name, code), amount)| {
                let amount = amount.as_ref()?;
                Some(Spot {
                    code,
                    name,
                    value: amount.value,
                    shown: amount.shown.clone(),
                    url: None,
                })
            })
            .collect();
        let frame = Frame {
            id,
            title: &chart.title,
            description: chart.description.as_deref().unwrap_or_default(),
            unit: chart.unit.as_deref().unwrap_or_default(),
            ..Frame::default()
        };
        self.figure(&frame, spots)
    }

    fn figure(&self, frame: &Frame<'_>, mut spots: Vec<Spot<'_>>) -> (String, String) {
        spots.sort_by(|one, other| {
            other
                .value
                .total_cmp(&one.value)
                .then_with(|| (one.name, one.code).cmp(&(other.name, other.code)))
        });
        let classes = Classes::new(spots.iter().map(|spot| spot.value));
        let countries = self.countries();
        let drawing = map(self, &countries, frame, &spots, &classes);
        let key = key(&classes, frame.unit);
        let notes = notes(&countries, &spots, &classes);
        (format!("{drawing}{key}{notes}"), table(&spots, frame.unit))
    }
}

fn map(
    world: &World,
    countries: &BTreeMap<&str, Country>,
    frame: &Frame<'_>,
    spots: &[Spot<'_>],
    classes: &Classes,
) -> String {
    let id = escape(frame.id);
    // A drawing with links in it is no image to assistive technology, but a group.
    let role = if spots.iter().any(|spot| spot.url.is_some()) {
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
        escape(&description(frame, spots)),
    );
    let mut shaded: BTreeMap<&str, (&Spot<'_>, usize)> = BTreeMap::new();
    for spot in spots {
        if let Some(shade) = classes.shade(spot.value) {
            shaded.entry(spot.code).or_insert((spot, shade));
        }
    }
    svg.push_str("<path class=\"land\" d=\"");
    for (code, country) in countries {
        if !shaded.contains_key(code) {
            svg.push_str(&country.path);
        }
    }
    let _ = write!(
        svg,
        "\"/><path class=\"land disputed\" stroke-dasharray=\"3 3\" d=\"{}\"/>",
        world.disputed()
    );
    // Circles last, so that no neighbour hides one.
    let drawn = || {
        shaded
            .iter()
            .filter_map(|(code, shown)| Some((*shown, countries.get(code)?)))
    };
    for ((spot, shade), country) in drawn() {
        if country.circle.is_none() {
            svg.push_str(&titled(spot, &outline(country, shade)));
        }
    }
    for ((spot, shade), country) in drawn() {
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
            svg.push_str(&titled(spot, &circle));
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
fn titled(spot: &Spot<'_>, shape: &str) -> String {
    let title = format!(
        "<title>{}: {}</title>",
        escape(spot.name),
        escape(&spot.shown)
    );
    match spot.url {
        Some(url) => format!(
            "<a href=\"{}\" tabindex=\"-1\" aria-hidden=\"true\">{title}{shape}</a>",
            escape(url)
        ),
        None => format!("<g>{title}{shape}</g>"),
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    let sign = if unit == "%" { "%" } else { "" };
    format!("{}{sign}", number(value))
}

/// The words of the caller, and what the shades show.
fn description(frame: &Frame<'_>, spots: &[Spot<'_>]) -> String {
    let counted = spots.iter().filter(|spot| spot.value > 0.0).count();
    let countries = if counted == 1 { "country" } else { "countries" };
    let own = frame.description.trim();
    let space = if own.is_empty() { "" } else { " " };
    let highest = highest(spots, NAMED)
        .map_or_else(String::new, |text| format!(" The highest numbers: {text}."));
    format!("{own}{space}World map with {counted} {countries} shaded by number.{highest}")
}

fn highest(spots: &[Spot<'_>], most: usize) -> Option<String> {
    let named: Vec<String> = spots
        .iter()
        .filter(|spot| spot.value > 0.0)
        .take(most)
        .map(|spot| format!("{} {}", spot.name, spot.shown))
        .collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// The countries, those of one number together, in the order of the numbers: on paper, what the
/// table says on a screen, as far as it can be read in a line.
fn by_number(spots: &[Spot<'_>]) -> String {
    let counted: Vec<&Spot<'_>> = spots.iter().filter(|spot| spot.value > 0.0).collect();
    let listed = counted.len().min(LISTED);
    let more = match counted.len() - listed {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let groups: Vec<String> = counted[..listed]
        .chunk_by(|one, other| one.shown == other.shown)
        .map(|group| {
            let names: Vec<&str> = group.iter().map(|spot| spot.name).collect();
            let number = group.first().map_or("", |spot| &spot.shown);
            format!("{number} {}", names.join(", "))
        })
        .collect();
    groups.join("; ") + &more
}

fn key(classes: &Classes, unit: &str) -> String {
    let mut key = String::from("<ul class=\"figure-key\">");
    let mut entry = |class: &str, words: &str| {
        let _ = write!(
            key,
            "<li><svg class=\"figure-swatch\" width=\"24\" height=\"14\" aria-hidden=\"true\">\
             <rect class=\"{class}\" x=\"1\" y=\"1\" width=\"22\" height=\"12\"/></svg>{words}</li>"
        );
    };
    for (at, (least, most)) in classes.bounds.iter().enumerate() {
        let range = if least == most {
            with_unit(*least, unit)
        } else {
            format!("{}\u{2013}{}", number(*least), with_unit(*most, unit))
        };
        entry(&format!("country shade-{}", classes.shade_of(at)), &range);
    }
    entry("land", "none");
    key.push_str("</ul>");
    key
}

/// What stands below the map: the greatest numbers, how the shades were made, what is not drawn.
fn notes(countries: &BTreeMap<&str, Country>, spots: &[Spot<'_>], classes: &Classes) -> String {
    let mut notes = String::new();
    if let Some(highest) = highest(spots, NAMED) {
        let _ = write!(notes, "Highest: {}. ", escape(&highest));
    }
    if classes.quantiles {
        notes.push_str("Each shade stands for about as many countries as the others. ");
    }
    let counted = || spots.iter().filter(|spot| spot.value > 0.0);
    let is_circle = |spot: &Spot<'_>| {
        countries
            .get(spot.code)
            .is_some_and(|country| country.circle.is_some())
    };
    if counted().any(is_circle) {
        notes.push_str("Circles are small countries. ");
    }
    let missing: BTreeSet<&str> = counted()
        .filter(|spot| !countries.contains_key(spot.code))
        .map(|spot| spot.name)
        .collect();
    if !missing.is_empty() {
        let missing: Vec<&str> = missing.into_iter().collect();
        let _ = write!(notes, "Not on the map: {}. ", escape(&missing.join(", ")));
    }
    if notes.is_empty() {
        return notes;
    }
    let all = if counted().nth(NAMED).is_some() {
        format!(
            "<p class=\"figure-source figure-all\">Countries by number: {}.</p>",
            escape(&by_number(spots))
        )
    } else {
        String::new()
    };
    format!("<p class=\"figure-source\">{}</p>{all}", notes.trim_end())
}

fn table(spots: &[Spot<'_>], unit: &str) -> String {
    let heading = match unit {
        "" => "Value",
        unit => unit,
    };
    let mut table = format!(
        "<table><thead><tr><th scope=\"col\">Country</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        escape(heading)
    );
    for spot in spots {
        let _ = write!(
            table,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td></tr>",
            linked(spot.url, &escape(spot.name)),
            escape(&spot.shown)
        );
    }
    table.push_str("</tbody></table>");
    table
}
