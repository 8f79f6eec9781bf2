//! That the program puts no words into outputs which the scan would not know to be everybody's.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

use super::*;
use crate::diagnostic::Location;
use crate::site::{self, Output};

/// Words of six letters and more. Those with digits, or of hexadecimal letters alone, are hashes, parts
/// of UUIDs, dates and numbers.
fn words(text: &str) -> impl Iterator<Item = Vec<u8>> {
    // A line end in a string of JSON, which the scan decodes.
    let text = &text.replace("\\n", " ");
    let lines = markup::lines(text).into_iter().chain([text.to_owned()]);
    let words: BTreeSet<Vec<u8>> = lines
        .flat_map(|line| {
            let folded = words::folded(&line);
            let words = folded.split(|byte| *byte == b' ').map(<[u8]>::to_vec);
            words.collect::<Vec<_>>()
        })
        .filter(|word| word.len() >= 6 && word.iter().all(u8::is_ascii_lowercase))
        .filter(|word| !word.iter().all(u8::is_ascii_hexdigit))
        .collect();
    words.into_iter()
}

/// A withheld name could be any word. What templates, renderers and libraries write by themselves
/// must be among [`public`], or a site that withholds such a name could not be built.
#[test]
fn every_word_of_the_example_site_is_known_to_be_public() {
    let (prepared, found) = site::prepare(&site::Options {
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        edition: None,
        base_url: None,
        drafts: false,
        embargoed: false,
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
    });
    let prepared = prepared.unwrap_or_else(|| panic!("{found:?}"));
    for edition in &prepared.editions {
        let written: Mutex<BTreeSet<Vec<u8>>> = Mutex::default();
        prepared
            .render(edition, &|_, output| {
                if let Output::Bytes(bytes) | Output::Document(bytes, _) = output {
                    let text = String::from_utf8_lossy(&bytes);
                    written.lock().unwrap().extend(words(&text));
                }
                Ok(())
            })
            .unwrap();
        let needles: Vec<Needle> = written
            .into_inner()
            .unwrap()
            .into_iter()
            .map(|word| Needle {
                is_part: false,
                folded: index::Folded {
                    text: word.into(),
                    is_number: false,
                },
                what: "a word",
                at: Location::of_path("nowhere"),
                is_everyday: false,
            })
            .collect();
        assert!(needles.len() > 500, "{} words", needles.len());
        let audience = Audience::new(&edition.settings, prepared.ground.release);
        let seen = Seen::new(&prepared.ground.library, &audience);
        let unknown: Vec<String> =
            without_public(needles, &prepared.ground, &edition.settings, &seen)
                .iter()
                .map(|needle| String::from_utf8_lossy(&needle.folded.text).into_owned())
                .collect();
        assert!(
            unknown.is_empty(),
            "add what a library writes to OTHER_WORDS in leaks/public.rs: {unknown:?}"
        );
    }
}
