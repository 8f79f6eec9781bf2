//! Random libraries with a canary in every place.
//!
//! In: bytes of which each decides one thing, 0 being the simplest choice, so that what makes a test
//! fail shrinks to the smallest site that does. Out: a [`Library`] that the program takes without an
//! error.

use proptest::array::uniform8;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tearline::marking::Tlp;

use super::model::{Document, Library, Marking, PLACES, Timing};
use super::words::{Canary, accented, word};

/// What decides on one entry or block.
pub type Part = [u8; 8];

/// What decides on one document: itself, and its entries and blocks.
pub type Seed = (Part, Vec<Part>);

/// Names without a profile that several documents write, each in its own way.
const SHARED: [&str; 4] = ["Grey Heron", "GREY HERON", "grey-heron", "GreyHeron"];

/// What a library is about: the only kinds of documents, parts, inlines and names in it, or all of
/// them where a list is empty. Among everything that there is, two things that only together go wrong
/// would hardly ever meet.
#[derive(Debug, Default)]
pub struct Focus {
    documents: Vec<u8>,
    parts: Vec<u8>,
    inlines: Vec<u8>,
    names: Vec<u8>,
}

fn focused(on: &[u8], byte: u8) -> u8 {
    on.get(usize::from(byte) % on.len().max(1))
        .copied()
        .unwrap_or(byte)
}

pub fn libraries() -> impl Strategy<Value = Library> {
    let part = || uniform8(any::<u8>());
    let some = |most| prop_oneof![1 => Just(Vec::new()), 3 => vec(any::<u8>(), 1..most)];
    let focus = (some(4), some(6), some(4), some(3));
    let seeds = vec((part(), vec(part(), 0..14)), 1..8);
    (focus, seeds).prop_map(|((documents, parts, inlines, names), seeds)| {
        let focus = Focus {
            documents,
            parts,
            inlines,
            names,
        };
        build(focus, &seeds)
    })
}

/// The library that these bytes stand for.
pub fn build(focus: Focus, seeds: &[Seed]) -> Library {
    let mut build = Build {
        focus,
        ..Build::default()
    };
    for (head, _) in seeds {
        build.begin(head);
    }
    for (at, (_, parts)) in seeds.iter().enumerate() {
        build.fill(at, parts);
    }
    Library {
        documents: build.documents,
        canaries: build.canaries,
    }
    .without_names_that_tell()
}

#[derive(Default)]
pub struct Build {
    pub documents: Vec<Document>,
    focus: Focus,
    canaries: Vec<Canary>,
    places: usize,
    /// Headings with an id of their own, each with its document.
    headings: Vec<(usize, String)>,
    /// The labels of footnotes, each with its document.
    notes: Vec<(usize, String)>,
    /// Names without a profile.
    entities: Vec<String>,
}

/// A marking; the first of them, and so the simplest, is none.
pub fn marking(byte: u8) -> Marking {
    let of = |tlp, groups: &[&str]| Marking {
        tlp,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    };
    match byte % 16 {
        0..4 => Marking::default(),
        4 => of(Some(Tlp::Clear), &[]),
        5 | 6 => of(Some(Tlp::Green), &[]),
        7 | 8 => of(Some(Tlp::Amber), &[]),
        9 => of(Some(Tlp::AmberStrict), &[]),
        10 | 11 => of(Some(Tlp::Red), &[]),
        12 => of(None, &["acme"]),
        13 => of(Some(Tlp::Green), &["acme", "bravo"]),
        14 => of(Some(Tlp::Amber), &["bravo"]),
        _ => of(Some(Tlp::Clear), &["nobody"]),
    }
}

/// The address of a document's page. What has an id of its own has another.
pub fn address_of(document: &Document) -> Option<String> {
    let slug = document.matter.get("slug").and_then(Value::as_str);
    let slug = slug.unwrap_or(&document.stem);
    match document.folder {
        "pages" => Some(format!("/{slug}/")),
        "techniques" | "vulnerabilities" | "regions" => None,
        folder => Some(format!("/{folder}/{slug}/")),
    }
}

impl Build {
    /// The canary of a place, as it is to be written.
    pub fn take(&mut self, place: &'static str, write: impl Fn(usize, String) -> String) -> String {
        let number = self.canaries.len();
        let text = write(number, word(number));
        self.canaries.push(Canary {
            text: text.clone(),
            place,
        });
        text
    }

    /// A bare word, for addresses and names of files.
    pub fn word(&mut self, place: &'static str) -> String {
        self.take(place, |_, word| word)
    }

    /// Prose; `how` says with what around it.
    pub fn prose(&mut self, place: &'static str, how: u8) -> String {
        match how % 4 {
            0 => self.word(place),
            1 => self.take(place, |_, word| accented(&word)),
            2 => format!("Of {} & what's \"next\"", self.word(place)),
            _ => format!("{} was seen.", self.take(place, |_, word| accented(&word))),
        }
    }

    fn name(&mut self, place: &'static str) -> String {
        self.take(place, |_, word| word.to_uppercase())
    }

    pub fn place(&mut self, place: &'static str) -> Option<(&'static str, &'static str)> {
        let (name, code) = *PLACES.get(self.places)?;
        self.places += 1;
        self.canaries.push(Canary {
            text: name.to_owned(),
            place,
        });
        Some((name, code))
    }

    /// The document without its parts, so that others can name it.
    fn begin(&mut self, head: &Part) {
        let [kind, own, how, naming, time, ..] = *head;
        let folder = match focused(&self.focus.documents, kind) % 16 {
            0..6 => "briefs",
            6 | 7 => "actors",
            8 => "software",
            9 => "campaigns",
            10 | 11 => "regions",
            12 => "sectors",
            13 => "techniques",
            14 => "vulnerabilities",
            _ => "pages",
        };
        let mut document = Document {
            folder,
            marking: marking(own),
            ..Document::default()
        };
        let matter = &mut document.matter;
        match folder {
            "techniques" => {
                let id = self.take("id of a technique", |number, _| technique(1900, number));
                document.stem.clone_from(&id);
                let name = match how % 2 {
                    0 => id,
                    _ => self.name("name of a profile"),
                };
                matter.insert("name".to_owned(), name.into());
            }
            "vulnerabilities" => {
                let id = self.take("id of a CVE", |number, _| {
                    format!("CVE-2019-{}", 70_000 + number)
                });
                matter.insert("name".to_owned(), id.into());
                document.stem = self.word("stem beside an id");
            }
            "regions" if how % 2 == 1 => match self.place("name of a place") {
                Some((name, code)) => {
                    matter.insert("name".to_owned(), name.into());
                    matter.insert("code".to_owned(), code.into());
                    document.stem = self.word("stem beside an id");
                }
                None => self.plain_name(&mut document),
            },
            "briefs" | "pages" => {
                let title = self.prose("title", how);
                document.matter.insert("title".to_owned(), title.into());
                self.address(&mut document, naming);
                document.timing = match (folder, time % 16) {
                    (_, 13) => Timing::Draft,
                    ("briefs", 14) => Timing::Embargoed,
                    ("briefs", 15) => Timing::Expired,
                    _ => Timing::Out,
                };
            }
            _ => self.plain_name(&mut document),
        }
        if folder == "briefs" {
            let date = format!("2025-{:02}-{:02}", 1 + time % 3, 1 + naming % 4);
            document.matter.insert("date".to_owned(), date.into());
        } else if folder != "pages" && naming % 2 == 1 {
            let mut alias = Map::new();
            alias.insert("name".to_owned(), self.name("aliases[].name").into());
            marking(time).write(&mut alias);
            document.matter.insert("aliases".to_owned(), json!([alias]));
        }
        let sources = document.folder != "pages";
        self.documents.push(document);
        if sources {
            for byte in &head[5..] {
                if byte % 2 == 1 {
                    self.add_source(self.documents.len() - 1, byte / 2, *byte);
                }
            }
        }
    }

    fn plain_name(&mut self, document: &mut Document) {
        let name = format!("{} Heron", self.name("name of a profile"));
        document.matter.insert("name".to_owned(), name.into());
        if document.folder == "regions" {
            document.matter.insert("kind".to_owned(), "custom".into());
        }
        document.stem = self.word("stem");
    }

    fn address(&mut self, document: &mut Document, naming: u8) {
        if naming % 8 == 7 {
            document.stem = self.word("stem beside a slug");
            let slug = self.word("slug");
            document.matter.insert("slug".to_owned(), slug.into());
        } else {
            document.stem = self.word("stem");
        }
    }

    /// A name for a key: of a profile by one of its names, one that several share, or one of its own.
    pub fn reference(&mut self, at: usize, folder: &str, how: u8, which: u8) -> Option<String> {
        let how = focused(&self.focus.names, how);
        let profiles: Vec<&Document> = (self.documents.iter().enumerate())
            .filter(|(other, document)| *other != at && document.folder == folder)
            .map(|(_, document)| document)
            .collect();
        let profile = profiles.get(usize::from(which) % profiles.len().max(1));
        match (how % 4, profile) {
            (1, Some(profile)) => {
                return profile
                    .matter
                    .get("name")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
            }
            (2, Some(profile)) => {
                let alias = profile
                    .matter
                    .get("aliases")
                    .and_then(|list| list[0]["name"].as_str());
                return Some(alias.unwrap_or(&profile.stem).to_owned())
                    .filter(|name| folder != "vulnerabilities" || name != &profile.stem);
            }
            _ => {}
        }
        Some(match (folder, how % 4) {
            ("regions", 3) => "Taiwan".to_owned(),
            ("regions", _) => self.place("name of a place")?.0.to_owned(),
            ("techniques", 3) => "T1566.001".to_owned(),
            ("techniques", _) => {
                self.take("id of a technique", |number, _| technique(1800, number))
            }
            ("vulnerabilities", 3) => "CVE-2023-22515".to_owned(),
            ("vulnerabilities", _) => self.take("id of a CVE", |number, _| {
                format!("CVE-2018-{}", 70_000 + number)
            }),
            (_, 3) => SHARED[usize::from(which) % SHARED.len()].to_owned(),
            _ => {
                let name = self.name("name of an entity");
                self.entities.push(name.clone());
                name
            }
        })
    }
}

/// A sub-technique that no table has.
fn technique(family: usize, number: usize) -> String {
    format!("T{}.{:03}", family + number / 1000, number % 1000)
}

mod blocks;
mod entries;
