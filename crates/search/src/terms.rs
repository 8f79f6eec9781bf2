//! The index of words: which document holds which word, and how much it is about it.
//!
//! In: the documents of an edition. Out: files of about the same size with the words in order and
//! the documents of each, and the word that each file begins with. A query reads the one file that
//! its word is in.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use rayon::prelude::*;
use serde_json::json;

use super::document::{Document, Documents};
use super::{Shelf, code, words};
use edition::Edition;

/// Words of bodies for each file: about 12 KB of it, and what its most frequent word takes.
const WORDS_PER_FILE: usize = 14_000;
/// Documents that are read at once. Fixed, so that no number of threads shows in the files.
const BATCH: usize = 256;

/// How much a document is about a word, from 0 to one less than this.
const WEIGHTS: usize = 8;
/// Of Okapi BM25, with the length that most briefs have in the place of the mean: an edit of one
/// brief then changes what is known of that one alone.
const SATURATION: f64 = 1.2;
const LENGTH_COUNTS: f64 = 0.5;
const USUAL_LENGTH: f64 = 900.0;

/// The documents of a word in one batch.
#[derive(Default)]
struct Postings {
    count: usize,
    first: usize,
    last: usize,
    /// But for the first, each as the step from the one before, and its weight.
    rest: Vec<u8>,
    first_weight: usize,
}

/// How many files there are. Known before any text is read.
pub fn files(edition: &Edition) -> usize {
    let briefs = edition.briefs.iter().map(|brief| brief.text.body.words);
    let profiles = edition.entities.iter().map(|entity| {
        let profile = entity.profile.as_ref();
        profile.map_or(0, |profile| profile.text.body.words)
    });
    let pages = edition.pages.iter().map(|page| page.text.body.words);
    briefs.chain(profiles).chain(pages).sum::<usize>() / WORDS_PER_FILE + 1
}

/// Makes the files.
pub fn build(edition: &Edition, documents: &Documents) -> Shelf {
    let batches: Vec<HashMap<String, Postings, RandomState>> = documents
        .all
        .par_chunks(BATCH)
        .enumerate()
        .map(|(at, batch)| read(edition, batch, at * BATCH))
        .collect();
    let mut all: BTreeMap<String, Vec<Postings>> = BTreeMap::new();
    for batch in batches {
        for (word, postings) in batch {
            match all.get_mut(&word) {
                Some(list) => list.push(postings),
                None => {
                    all.insert(word, vec![postings]);
                }
            }
        }
    }
    let mut rows: Vec<(String, Vec<u8>)> = all
        .into_iter()
        .map(|(word, postings)| (word, joined(&postings)))
        .collect();
    rows.sort_by(|left, right| super::script_order(&left.0, &right.0));
    Shelf::of(
        &rows,
        files(edition),
        |(word, _)| word,
        |(word, signs)| word.len() + signs.len() + 3,
        |rows| {
            let words: Vec<&str> = rows.iter().map(|(word, _)| word.as_str()).collect();
            let signs: Vec<u8> = rows.iter().flat_map(|(_, signs)| signs).copied().collect();
            json!({ "words": words, "documents": code::finish(&signs) }).to_string()
        },
    )
}

fn read(
    edition: &Edition,
    batch: &[Document],
    first: usize,
) -> HashMap<String, Postings, RandomState> {
    let mut found: HashMap<String, Postings, RandomState> = HashMap::default();
    let mut counts: HashMap<String, u32, RandomState> = HashMap::default();
    for (at, document) in batch.iter().enumerate() {
        let number = first + at;
        let mut length = 0_u32;
        for field in document.fields(edition) {
            words::each(&field.text, |word| {
                length += 1;
                match counts.get_mut(word) {
                    Some(count) => *count += field.weight,
                    None => {
                        counts.insert(word.to_owned(), field.weight);
                    }
                }
            });
        }
        for (word, count) in counts.drain() {
            let weight = weight(count, length);
            let postings = found.entry(word).or_default();
            if postings.count == 0 {
                postings.first = number;
                postings.first_weight = weight;
            } else {
                code::push(
                    &mut postings.rest,
                    (number - postings.last) * WEIGHTS + weight,
                );
            }
            postings.count += 1;
            postings.last = number;
        }
    }
    found
}

fn joined(batches: &[Postings]) -> Vec<u8> {
    let mut signs = Vec::new();
    code::push(
        &mut signs,
        batches.iter().map(|postings| postings.count).sum(),
    );
    let mut last = 0;
    for postings in batches {
        code::push(
            &mut signs,
            (postings.first - last) * WEIGHTS + postings.first_weight,
        );
        signs.extend(&postings.rest);
        last = postings.last;
    }
    signs
}

/// The part of BM25 that a document has by itself, in steps.
fn weight(count: u32, length: u32) -> usize {
    let count = f64::from(count);
    let length = 1.0 - LENGTH_COUNTS + LENGTH_COUNTS * f64::from(length) / USUAL_LENGTH;
    let share = count / (count + SATURATION * length);
    // Between 0 and 1.
    let step = (share * WEIGHTS as f64) as usize;
    step.min(WEIGHTS - 1)
}
