//! Search: what the page `/search/` reads.
//!
//! In: an [`Edition`], which holds nothing that its audience may not read. Out: files of JSON that
//! the script of the page reads a few of for each query. No server takes part.
//!
//! - [`names`] is a table of all that readers paste (names and aliases, ids, titles, indicators),
//!   which is looked up first and exactly;
//! - [`terms`] is the index of all words of all documents;
//! - [`facets`] says which document belongs to which actor, region, sector, technique;
//! - [`document`] says what a document is, and has the text that excerpts are cut from;
//! - [`words`] folds, [`code`] writes lists of numbers.
//!
//! The files are cut by their order, each known by the word that it begins with, so that a query
//! reads one of them for each word however large the library is. How many there are follows from
//! counts that the plan knows; what is in them is only made when they are rendered, and in the
//! preview when one is first asked for.
//!
//! It is not Pagefind, whose index holds the place of every word: over 10,000 briefs one index takes
//! 5 GB of the builder's memory, shards of it cost a reader half a megabyte for each word, and both
//! take 37 seconds for each build (`benches/README.md`). This is made whole in a second, so that
//! there is nothing to keep between builds, and runs without WebAssembly.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod code;
mod document;
mod facets;
mod names;
mod terms;
mod words;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::json;

use self::document::{Document, Documents};
use self::facets::Facet;
use base::marking::Tlp;
use edition::Edition;

/// The folder of the page and its files, from the edition's root.
pub const FOLDER: &str = "/search/";

/// A file that the page reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchFile {
    /// What is read first: which file has what.
    Entry,
    Names(usize),
    Terms(usize),
    Facet(Facet),
    /// What a result shows of a document.
    Document(usize),
}

/// Every file that the page of an edition reads, by its path from the edition's root.
pub fn files(edition: &Edition) -> Vec<(String, SearchFile)> {
    let name = |file: SearchFile| {
        let path = match file {
            SearchFile::Entry => "index".to_owned(),
            SearchFile::Names(number) => format!("names/{number}"),
            SearchFile::Terms(number) => format!("words/{number}"),
            SearchFile::Facet(facet) => format!("facets/{}", facet.name()),
            SearchFile::Document(number) => format!("texts/{number}"),
        };
        let folder = FOLDER.trim_start_matches('/');
        (format!("{folder}{path}.json"), file)
    };
    let documents = Documents::of(edition).all.len();
    std::iter::once(SearchFile::Entry)
        .chain((0..names::files(edition)).map(SearchFile::Names))
        .chain((0..terms::files(edition)).map(SearchFile::Terms))
        .chain(Facet::all(edition).map(SearchFile::Facet))
        .chain((0..documents).map(SearchFile::Document))
        .map(name)
        .collect()
}

/// The index of an edition, in memory.
pub struct SearchIndex {
    documents: Documents,
    names: Shelf,
    terms: Shelf,
    facets: BTreeMap<Facet, String>,
    entry: String,
}

impl SearchIndex {
    pub fn of(edition: &Edition) -> Self {
        let documents = Documents::of(edition);
        let names = names::build(edition);
        let terms = terms::build(edition, &documents);
        let facets: BTreeMap<Facet, String> = Facet::all(edition)
            .map(|facet| (facet, facet.build(edition, &documents)))
            .collect();
        let entry = entry(&documents, &names, &terms, &facets);
        Self {
            documents,
            names,
            terms,
            facets,
            entry,
        }
    }

    /// The bytes of a file; none for what [`files`] does not list.
    pub fn file(&self, edition: &Edition, file: SearchFile) -> Vec<u8> {
        let text = match file {
            SearchFile::Entry => Some(self.entry.clone()),
            SearchFile::Names(number) => self.names.files.get(number).cloned(),
            SearchFile::Terms(number) => self.terms.files.get(number).cloned(),
            SearchFile::Facet(facet) => self.facets.get(&facet).cloned(),
            SearchFile::Document(number) => {
                let document = self.documents.all.get(number);
                document.map(|document| document.json(edition))
            }
        };
        text.unwrap_or_default().into_bytes()
    }
}

/// What is read first.
fn entry(
    documents: &Documents,
    names: &Shelf,
    terms: &Shelf,
    facets: &BTreeMap<Facet, String>,
) -> String {
    let facets: Vec<_> = facets
        .iter()
        .map(|(facet, file)| json!([facet.name(), facet.title(), file.len()]))
        .collect();
    json!({
        "documents": documents.all.len(),
        "markings": Tlp::ALL.map(|tlp| [tlp.class(), tlp.label()]),
        "facets": facets,
        "names": joined(&names.starts),
        "words": joined(&terms.starts),
    })
    .to_string()
}

/// Starts as one word: a beginning could by chance be a name that is withheld. The sign between them
/// is a letter, but none that a folded word has.
fn joined(starts: &[String]) -> String {
    starts.join("ª")
}

/// The number of a level in the list of markings.
fn level(tlp: Tlp) -> Option<usize> {
    Tlp::ALL.iter().position(|level| *level == tlp)
}

/// The highest marking of anything that a search can show.
pub fn highest(edition: &Edition) -> Tlp {
    let documents = Documents::of(edition).all;
    let entities = edition.entities.iter().map(|entity| entity.tlp);
    documents
        .iter()
        .map(|document: &Document| document.tlp(edition))
        .chain(entities)
        .fold(Tlp::Clear, Ord::max)
}

/// Rows in order, cut into files.
struct Shelf {
    files: Vec<String>,
    /// As much of each file's first key as tells it from the file before.
    starts: Vec<String>,
}

impl Shelf {
    /// Rows with one key stay together; a file may stay empty.
    fn of<R>(
        rows: &[R],
        count: usize,
        key: impl Fn(&R) -> &str,
        size: impl Fn(&R) -> usize,
        write: impl Fn(&[R]) -> String,
    ) -> Self {
        let total: usize = rows.iter().map(&size).sum();
        let mut shelf = Self {
            files: Vec::with_capacity(count),
            starts: Vec::with_capacity(count),
        };
        let (mut at, mut written) = (0, 0);
        for number in 1..=count {
            let start = at;
            while let Some(row) = rows.get(at) {
                let same = at > start && key(&rows[at - 1]) == key(row);
                // What is left over goes into the last file.
                if number < count && !same && written * count >= total * number {
                    break;
                }
                written += size(row);
                at += 1;
            }
            let before = start
                .checked_sub(1)
                .and_then(|last| rows.get(last))
                .map(&key);
            let first = rows.get(start).filter(|_| at > start).map(&key);
            shelf.starts.push(match (before, first) {
                (Some(before), Some(first)) => shortest(before, first),
                // Nothing is sought in an empty file: its start is that of the next, or beyond all.
                (_, None) if start > 0 => rows.get(start).map_or("\u{ffff}".to_owned(), |next| {
                    shortest(key(&rows[start - 1]), key(next))
                }),
                _ => String::new(),
            });
            shelf.files.push(write(&rows[start..at]));
        }
        shelf
    }
}

/// The shortest beginning of `key` that comes after `before`.
fn shortest(before: &str, key: &str) -> String {
    let common = before
        .chars()
        .zip(key.chars())
        .take_while(|(left, right)| left == right)
        .count();
    key.chars().take(common + 1).collect()
}

/// The order in which scripts compare strings: by units of UTF-16 (ECMA-262, section 7.2.13).
fn script_order(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}
