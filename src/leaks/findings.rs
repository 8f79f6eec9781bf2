//! From sightings of needles to findings that name both places.

use std::collections::BTreeMap;

use super::Scan;
use super::forms::{Found, Place};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location};

/// More than anyone reads; what comes after is counted.
const MOST_FINDINGS: usize = 50;

/// Where a needle was found.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The first place in the first of the outputs by their paths.
    path: String,
    place: Place,
    /// Outputs that hold it.
    outputs: usize,
}

/// Adds what was found in one output.
pub fn note(path: &str, found: Vec<Found>, sightings: &mut BTreeMap<u32, Sighting>) {
    let mut here: BTreeMap<u32, Place> = BTreeMap::new();
    for Found { needle, place } in found {
        match here.get_mut(&needle) {
            Some(first) if *first <= place => {}
            Some(first) => *first = place,
            None => {
                here.insert(needle, place);
            }
        }
    }
    for (needle, place) in here {
        match sightings.get_mut(&needle) {
            Some(sighting) => {
                sighting.outputs += 1;
                if path < sighting.path.as_str() {
                    path.clone_into(&mut sighting.path);
                    sighting.place = place;
                }
            }
            None => {
                let sighting = Sighting {
                    path: path.to_owned(),
                    place,
                    outputs: 1,
                };
                sightings.insert(needle, sighting);
            }
        }
    }
}

/// The findings, one for each withheld text.
pub fn report(
    scan: &Scan,
    below: &str,
    sightings: BTreeMap<u32, Sighting>,
    unsearched: BTreeMap<String, Vec<String>>,
) -> Diagnostics {
    let whole = |path: &str| match below {
        "" => path.to_owned(),
        below => format!("{below}/{path}"),
    };
    // The parts of a sentence, and the forms of an indicator, are one text.
    let mut texts: BTreeMap<(&str, usize, usize, &str), (&Location, Sighting)> = BTreeMap::new();
    for (needle, sighting) in sightings {
        let Some(needle) = scan.needles.get(needle as usize) else {
            continue;
        };
        let at = &needle.at;
        let key = (
            at.file.path.as_str(),
            at.span.start,
            at.span.end,
            needle.what,
        );
        match texts.get_mut(&key) {
            Some((_, first)) => {
                first.outputs = first.outputs.max(sighting.outputs);
                if (&sighting.path, &sighting.place) < (&first.path, &first.place) {
                    first.path = sighting.path;
                    first.place = sighting.place;
                }
            }
            None => {
                texts.insert(key, (at, sighting));
            }
        }
    }
    let edition = match &scan.edition {
        Some(name) => format!("the edition `{name}` ({})", scan.tlp),
        None => format!("this edition ({})", scan.tlp),
    };
    let mut found = Diagnostics::new();
    let total = texts.len();
    for ((_, _, _, what), (at, sighting)) in texts.into_iter().take(MOST_FINDINGS) {
        let path = whole(&sighting.path);
        let more = match sighting.outputs {
            0 | 1 => String::new(),
            2 => ", and 1 more file".to_owned(),
            outputs => format!(", and {} more files", outputs - 1),
        };
        found.push(
            Diagnostic::new(
                Code::Leak,
                format!(
                    "{edition} withholds {what} that stands in `{path}`{}{more}",
                    words(&sighting.place)
                ),
            )
            .at_location(at.clone())
            .label("withheld here")
            .related(Location::of_path(path), "found here")
            .help("take it out of what that file is made from; where it is no secret, let something visible say it"),
        );
    }
    if total > MOST_FINDINGS {
        found.push(
            Diagnostic::new(
                Code::Leak,
                format!(
                    "{} more withheld texts stand in what {edition} would publish",
                    total - MOST_FINDINGS
                ),
            )
            .help("mend those above first: they are likely to have one cause"),
        );
    }
    for (path, reasons) in unsearched {
        for reason in reasons {
            found.push(
                Diagnostic::new(
                    Code::Unsearched,
                    format!(
                        "`{}` {reason}, so it was not searched for leaks",
                        whole(&path)
                    ),
                )
                .at_path(whole(&path))
                .help("look into it yourself before it is published"),
            );
        }
    }
    found
}

/// A place in words that follow a path.
fn words(place: &Place) -> String {
    match place {
        Place::Name => " (in its name)".to_owned(),
        Place::Byte(_, Some((line, column))) => format!(" at {line}:{column}"),
        Place::Byte(byte, None) => format!(" at byte {byte}"),
        Place::Inside(Some(member), place) => format!(", in `{member}`{}", words(place)),
        Place::Inside(None, place) => format!(", unpacked,{}", words(place)),
    }
}
