//! From sightings of needles to findings that name both places.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::Scan;
use super::forms::{Found, Place};
use super::needles::Needle;
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
    pub outputs: usize,
}

impl Sighting {
    /// The path of the first output, from the folder that holds the edition.
    pub fn whole(&self, below: &str) -> String {
        whole(below, &self.path)
    }
}

/// A needle, the pieces that it stands in where these are several, and the number of the allowed phrase
/// that stands around it.
type Seen = (u32, Vec<Box<[u8]>>, Option<usize>);
pub type Sightings = BTreeMap<Seen, Sighting>;

fn whole(below: &str, path: &str) -> String {
    match below {
        "" => path.to_owned(),
        below => format!("{below}/{path}"),
    }
}

/// Adds what was found in one output.
pub fn note(path: &str, found: Vec<Found>, sightings: &mut Sightings) {
    let mut here: BTreeMap<Seen, Place> = BTreeMap::new();
    for Found {
        needle,
        place,
        pieces,
        allowed,
    } in found
    {
        let first = here
            .entry((needle, pieces, allowed))
            .or_insert_with(|| place.clone());
        if place < *first {
            *first = place;
        }
    }
    for (key, place) in here {
        let sighting = sightings.entry(key).or_insert_with(|| Sighting {
            path: path.to_owned(),
            place: place.clone(),
            outputs: 0,
        });
        sighting.outputs += 1;
        if path < sighting.path.as_str() {
            path.clone_into(&mut sighting.path);
            sighting.place = place;
        }
    }
}

/// The findings, one for each withheld text.
pub fn report(
    scan: &Scan,
    below: &str,
    sightings: Sightings,
    unsearched: BTreeMap<String, Vec<String>>,
) -> Diagnostics {
    // The parts of a sentence, and the forms of an indicator, are one text.
    let mut texts: BTreeMap<(&str, usize, usize, &str), (&Needle, Sighting)> = BTreeMap::new();
    for ((needle, _, _), sighting) in sightings {
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
            Some((named, first)) => {
                first.outputs = first.outputs.max(sighting.outputs);
                // The more of the words that stand there, the clearer.
                if needle.folded.text.len() > named.folded.text.len() {
                    *named = needle;
                }
                if (&sighting.path, &sighting.place) < (&first.path, &first.place) {
                    first.path = sighting.path;
                    first.place = sighting.place;
                }
            }
            None => {
                texts.insert(key, (needle, sighting));
            }
        }
    }
    let tlp = scan.edition.tlp;
    let (edition, table) = match &scan.edition.name {
        Some(name) => (
            format!("the edition `{name}` ({tlp})"),
            format!("editions.{name}.allow"),
        ),
        None => (format!("this edition ({tlp})"), "allow".to_owned()),
    };
    let mut found = Diagnostics::new();
    let total = texts.len();
    for ((_, _, _, what), (needle, sighting)) in texts.into_iter().take(MOST_FINDINGS) {
        let path = sighting.whole(below);
        let said: String = String::from_utf8_lossy(&needle.folded.text).nfc().collect();
        let more = match sighting.outputs {
            0 | 1 => String::new(),
            2 => ", and 1 more file".to_owned(),
            outputs => format!(", and {} more files", outputs - 1),
        };
        found.push(
            Diagnostic::new(
                Code::Leak,
                format!(
                    "{edition} withholds {what} that stands in `{path}`{}{more}: \"{said}\"",
                    words(&sighting.place)
                ),
            )
            .at_location(needle.pinpointed())
            .label("withheld here")
            .related(Location::of_path(path), "found here")
            .help(format!(
                "take the words out of what that file is made from, or mark it like this text; reword this \
                 text; or, if the words are no secret, let something visible say them, or allow them in \
                 tearline.toml with [[{table}]], phrase = \"{said}\" and a reason"
            )),
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
                        whole(below, &path)
                    ),
                )
                .at_path(whole(below, &path))
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
