//! The text of PDF files (ISO 32000-1): what text operators show, and the strings of objects.
//!
//! In: the bytes of a file. Out: its texts, each as runs that may be parts of one word, and why others
//! could not be read. Streams that are not packed or packed with Flate are read; the codes of fonts
//! become letters by the fonts' own `ToUnicode` maps, or as Latin-1 where they have none. Pictures, text
//! that is drawn as shapes, other filters and encrypted files are not read.
//!
//! A page names its fonts by short names that other pages may use for other fonts. Which one is meant is
//! not followed through the tree of pages: text is read with each that it could be.

mod letters;
mod objects;
mod tokens;

use std::collections::BTreeMap;

use memchr::memmem;

use letters::{Letters, letters, plain, text_of};
use objects::{fonts_of, references, streams, unpacked_objects};
use tokens::{Token, tokens};

/// How many fonts of one name are tried.
const MOST_FONTS: usize = 4;

/// A text as it is shown.
pub struct Shown {
    /// The byte of the file that its stream begins at.
    pub at: usize,
    pub runs: Vec<Run>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Text(String),
    /// Moved along the line: a space, or nothing.
    Seam,
    /// Moved elsewhere.
    Gap,
}

/// What was read of a file, and what was not.
#[derive(Default)]
pub struct Pdf {
    pub shown: Vec<Shown>,
    pub unread: Vec<String>,
}

/// Reads a file; of packed streams at most so many bytes, which are taken off.
pub fn read(bytes: &[u8], left: &mut u64) -> Pdf {
    let mut pdf = Pdf::default();
    if memmem::find(bytes, b"/Encrypt").is_some() {
        pdf.unread.push("is an encrypted PDF file".to_owned());
        return pdf;
    }
    let (streams, rest) = streams(bytes, left, &mut pdf);
    let mut maps: BTreeMap<u64, Letters> = BTreeMap::new();
    // What has objects in plain text: the file beside its streams, and packed objects.
    let mut objects = vec![(0, rest)];
    for stream in &streams {
        if memmem::find(&stream.content, b"begincmap").is_some() {
            maps.insert(stream.number, letters(&stream.content));
        } else if memmem::find(&stream.dictionary, b"/ObjStm").is_some() {
            objects.push((stream.at, unpacked_objects(&stream.content)));
        }
    }
    let mut fonts: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, text) in &objects {
        fonts.extend(fonts_of(text));
    }
    let mut names: BTreeMap<Vec<u8>, Vec<&Letters>> = BTreeMap::new();
    for (_, text) in &objects {
        for (name, number) in references(text) {
            if let Some(map) = fonts.get(&number).and_then(|map| maps.get(map)) {
                let of_name = names.entry(name).or_default();
                if of_name.len() < MOST_FONTS && !of_name.contains(&map) {
                    of_name.push(map);
                }
            }
        }
    }
    for (at, text) in &objects {
        let runs = strings(text);
        pdf.shown.push(Shown { at: *at, runs });
    }
    let most = names.values().map(Vec::len).max().unwrap_or(1);
    for stream in &streams {
        let shows = [b"Tj".as_slice(), b"TJ", b"'", b"\""];
        let has = |operator: &&[u8]| memmem::find(&stream.content, operator).is_some();
        if memmem::find(&stream.dictionary, b"/Image").is_some() || !shows.iter().any(has) {
            continue;
        }
        for choice in 0..most {
            let runs = shown(&stream.content, &names, choice);
            pdf.shown.push(Shown {
                at: stream.at,
                runs,
            });
        }
    }
    pdf
}

/// The strings of objects, each by itself.
fn strings(text: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    tokens(text, &mut |token| {
        if let Token::String(string) = token {
            runs.push(Run::Text(plain(&string)));
            runs.push(Run::Gap);
        }
    });
    runs
}

/// What the text operators of a stream show (section 9.4).
fn shown(content: &[u8], names: &BTreeMap<Vec<u8>, Vec<&Letters>>, choice: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut font: Option<&Letters> = None;
    let mut name = Vec::new();
    // Strings and the moves between them, up to their operator.
    let mut waiting: Vec<Run> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    tokens(content, &mut |token| match token {
        Token::String(string) => waiting.push(Run::Text(text_of(&string, font))),
        Token::Name(other) => name = other,
        Token::Number(number) => {
            // In thousandths of a letter's height, to the left: from about a fifth on it is a space.
            if !waiting.is_empty() && number < -160.0 {
                waiting.push(Run::Text(" ".to_owned()));
            }
            numbers.push(number);
        }
        Token::Word(operator) => {
            match operator.as_slice() {
                b"Tf" => {
                    let of_name = names.get(&name);
                    font = of_name
                        .and_then(|maps| maps.get(choice.min(maps.len() - 1)))
                        .copied();
                }
                b"Tj" | b"TJ" => runs.append(&mut waiting),
                b"'" | b"\"" => {
                    runs.push(Run::Text(" ".to_owned()));
                    runs.append(&mut waiting);
                }
                b"Td" | b"TD" => runs.push(match numbers.last() {
                    Some(down) if *down == 0.0 => Run::Seam,
                    // A sentence goes on in the next line.
                    _ => Run::Text(" ".to_owned()),
                }),
                b"Tm" | b"T*" => runs.push(Run::Text(" ".to_owned())),
                b"ET" => runs.push(Run::Seam),
                _ => {}
            }
            waiting.clear();
            numbers.clear();
        }
    });
    runs
}
