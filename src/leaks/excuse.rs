//! Which hits are no leaks: those that consist of published pieces, and those that the settings allow.
//!
//! In: what was found in the outputs. Out: what is left of it, and what each allowed phrase let pass.
//! A hit is excused
//! - by its withheld text, where that is put together of published pieces: in every place that it is
//!   withheld in, or what one author has for public would excuse the secret of another;
//! - by its output, where the words stand in several pieces (cells, elements) of which each is published
//!   by itself.
//!
//! A few words of a long sentence meet by chance more often than a whole one. They are excused as well
//! where they are two published names with "and" between them, and where they run from the end of one
//! piece into the next, both of them stretches of published texts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use super::audience::{Audience, Seen};
use super::findings::{Sighting, Sightings};
use super::harvest::{Piece, Writing};
use super::published::Published;
use super::{Ground, Scan, addresses, documents, needles, public, words};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::settings::Allowance;

/// A phrase that the settings allow.
#[derive(Debug, Clone, Serialize)]
pub struct Allowed {
    pub phrase: String,
    pub reason: String,
    pub found: Vec<AllowedText>,
}

/// A withheld text that an allowed phrase let pass.
#[derive(Debug, Clone, Serialize)]
pub struct AllowedText {
    pub what: &'static str,
    /// The source as `FILE:LINE:COLUMN`.
    pub withheld: String,
    /// The first output that has it.
    pub output: String,
    pub outputs: usize,
}

/// The sightings without those that consist of published pieces.
pub fn without_excused(scan: &Scan, ground: &Ground, sightings: Sightings) -> Sightings {
    if sightings.is_empty() {
        return sightings;
    }
    let audience = Audience::new(&scan.edition, ground.release);
    let seen = Seen::new(&ground.library, &audience);
    let published = published(scan, ground, &seen);
    let composed = composed(scan, ground, &seen, &published, &sightings);
    sightings
        .into_iter()
        .filter(|((needle, pieces, _), _)| {
            let is_apart = !pieces.is_empty() && published.has_all(pieces, true);
            let is_chance = pieces.len() == 2
                && (scan.needles.get(*needle as usize)).is_some_and(|needle| needle.is_part)
                && pieces.iter().all(|piece| published.has_stretch(piece));
            !composed.contains(needle) && !is_apart && !is_chance
        })
        .collect()
}

/// Everything that the edition publishes and that everybody may say, each text as a whole.
fn published(scan: &Scan, ground: &Ground, seen: &Seen) -> Published {
    let mut published = Published::default();
    let has_templates = !ground.site.templates.is_empty();
    for document in documents(&ground.library, seen) {
        document(&mut |piece: Piece| {
            if !piece.is_published(has_templates) {
                return;
            }
            let is_id = piece.what == "an ATT&CK id" || piece.what == "the name of a vulnerability";
            if is_id {
                published.add_id(piece.text);
            } else {
                published.add_piece(piece.text, piece.writing);
            }
        });
    }
    public::names(&ground.site.tables, &mut |name, is_id| {
        if is_id {
            published.add_id(name);
        } else {
            published.add(name);
        }
    });
    public::prefixes(&mut |prefix| published.add(prefix));
    super::settings(&ground.site, &scan.edition, &mut |text| published.add(text));
    addresses::each(&ground.library, seen, &scan.edition, &mut |address| {
        published.add(address);
    });
    for brief in &ground.library.briefs {
        if !seen.audience.sees_brief(brief) {
            continue;
        }
        for source in &brief.sources {
            let date = source
                .value
                .date
                .filter(|_| seen.audience.sees(&source.marking));
            date.into_iter()
                .for_each(|date| published.add(&date.to_string()));
        }
    }
    published
}

/// The needles that are put together of published pieces wherever they are withheld.
fn composed(
    scan: &Scan,
    ground: &Ground,
    seen: &Seen,
    published: &Published,
    sightings: &Sightings,
) -> BTreeSet<u32> {
    let numbers: BTreeSet<u32> = sightings.keys().map(|(needle, _, _)| *needle).collect();
    let texts: HashMap<&[u8], u32> = numbers
        .iter()
        .filter_map(|number| Some((&*scan.needles.get(*number as usize)?.folded.text, *number)))
        .collect();
    let secret: BTreeSet<u32> = documents(&ground.library, seen)
        .par_iter()
        .flat_map_iter(|document| {
            let mut secret = Vec::new();
            document(&mut |piece: Piece| {
                if piece.visible {
                    return;
                }
                needles::each(&piece, &mut |cut| {
                    if let Some(number) = texts.get(&*cut.folded.text)
                        && !is_composed(&cut, piece.writing, published)
                    {
                        secret.push(*number);
                    }
                });
            });
            secret
        })
        .collect();
    numbers.difference(&secret).copied().collect()
}

/// Whether a needle, or all of the text that it is a part of, consists of published pieces.
fn is_composed(cut: &needles::Cut, writing: Writing, published: &Published) -> bool {
    // What an indicator is made of is no secret, and says nothing of the indicator.
    if matches!(writing, Writing::Indicator(_)) {
        return false;
    }
    let pieces = words::pieces(cut.whole);
    published.has_all(&pieces, false)
        || within(&cut.folded.text, &pieces).is_some_and(|pieces| {
            published.has_all(&pieces, false) || cut.is_part && published.joins(&pieces)
        })
}

/// The pieces that a needle covers, cut to it; none where it is not in them word by word.
fn within(needle: &[u8], pieces: &[Box<[u8]>]) -> Option<Vec<Box<[u8]>>> {
    let mut text = vec![b' '];
    let mut ends = Vec::new();
    for piece in pieces {
        text.extend_from_slice(piece);
        text.push(b' ');
        ends.push(text.len());
    }
    let padded = [b" ", needle, b" "].concat();
    let start = memchr::memmem::find(&text, &padded)? + 1;
    let end = start + needle.len();
    let mut begin = start;
    let mut covered = Vec::new();
    for stop in ends {
        let last = (stop - 1).min(end);
        if stop > begin && last > begin {
            covered.push(text[begin..last].into());
            begin = stop;
        }
        if stop > end {
            break;
        }
    }
    Some(covered)
}

/// The sightings without those that stand in a phrase that the settings allow, which are kept for the
/// report.
pub fn without_allowed(scan: &Scan, below: &str, sightings: Sightings) -> Sightings {
    let mut left = Sightings::new();
    let mut let_pass: BTreeMap<usize, Vec<AllowedText>> = BTreeMap::new();
    for (seen, sighting) in sightings {
        let (number, _, allowed) = &seen;
        let needle = scan.needles.get(*number as usize);
        match allowed.zip(needle) {
            Some((phrase, needle)) => {
                let passed = let_pass.entry(phrase).or_default();
                pass(needle, &sighting, below, passed);
            }
            None => {
                left.insert(seen, sighting);
            }
        }
    }
    *super::held(&scan.let_pass) = let_pass;
    left
}

/// Adds a text to those that a phrase let pass; the parts of a sentence are one text.
fn pass(needle: &needles::Needle, sighting: &Sighting, below: &str, passed: &mut Vec<AllowedText>) {
    let (line, column) = needle.at.line_column();
    let withheld = format!("{}:{line}:{column}", needle.at.file.path);
    let output = sighting.whole(below);
    let same = passed
        .iter_mut()
        .find(|text| (text.what, &text.withheld) == (needle.what, &withheld));
    match same {
        Some(text) => {
            text.outputs = text.outputs.max(sighting.outputs);
            if output < text.output {
                text.output = output;
            }
        }
        None => passed.push(AllowedText {
            what: needle.what,
            withheld,
            output,
            outputs: sighting.outputs,
        }),
    }
}

/// The allowed phrases with what they let pass, in the order of the settings.
pub fn allowed(
    allowances: &[Allowance],
    let_pass: &BTreeMap<usize, Vec<AllowedText>>,
) -> Vec<Allowed> {
    let entries = allowances.iter().enumerate();
    entries
        .map(|(number, allowance)| Allowed {
            phrase: allowance.phrase.clone(),
            reason: allowance.reason.clone(),
            found: let_pass.get(&number).cloned().unwrap_or_default(),
        })
        .collect()
}

/// A warning for each phrase that let nothing pass.
pub fn unused(
    allowances: &[Allowance],
    let_pass: &BTreeMap<usize, Vec<AllowedText>>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (number, allowance) in allowances.iter().enumerate() {
        if !let_pass.contains_key(&number) {
            found.push(
                Diagnostic::new(
                    Code::UnusedAllowance,
                    format!(
                        "the allowed phrase `{}` matches nothing that the edition withholds and publishes",
                        allowance.phrase
                    ),
                )
                .at_location(allowance.at.clone())
                .label("allows nothing")
                .help("take it out, so that it does not let a later leak pass"),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_cut_out_of_its_pieces() {
        let pieces = words::pieces("Mara Lund, head of security, Port North");
        let cut = |needle: &str| {
            within(needle.as_bytes(), &pieces).map(|pieces| {
                let text = |piece: &[u8]| String::from_utf8_lossy(piece).into_owned();
                pieces.iter().map(|piece| text(piece)).collect::<Vec<_>>()
            })
        };
        let texts = |texts: &[&str]| Some(texts.iter().map(ToString::to_string).collect());
        assert_eq!(cut("mara lund"), texts(&["mara lund"]));
        assert_eq!(cut("lund head of"), texts(&["lund", "head of"]));
        assert_eq!(
            cut("of security port north"),
            texts(&["of security", "port north"])
        );
        assert_eq!(cut("port"), texts(&["port"]));
        assert_eq!(cut("nowhere"), None);
    }
}
