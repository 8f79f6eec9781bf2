//! Nothing above an audience's marking leaves: random libraries with a canary in every place.
//!
//! Three properties, each for an edition of every level and for two with groups:
//! 1. no canary that the edition withholds stands in any path or byte of it, in any form;
//! 2. every canary that it does not withhold, and that pages show, stands somewhere in it;
//! 3. it is byte for byte the edition of a library from which everything above was taken out.
//!
//! The third is the strongest: it holds numbers, orders, counts and dates to account, which no search
//! for strings can. `PROPTEST_CASES` makes more than the few cases of an everyday run.

pub mod build;
pub mod fields;
mod generate;
pub mod model;
mod withhold;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use build::{build, show};
use model::{AUDIENCES, Audience, Files, Library};
use words::{Canary, Hits, Output, Search};

/// Places that no page of the built-in theme shows to anyone, and why.
const NEVER_SHOWN: &[(&str, &str)] = &[
    ("sources[].id", "sources are numbered"),
    ("extra", "for themes of the site's own"),
    ("stem beside a slug", "the slug is the address"),
    ("stem beside an id", "the id is the address"),
    ("a link's label", "is replaced by the address"),
    ("a comment", "is for writers"),
    ("a footnote's label", "footnotes are numbered"),
    (
        "indicators_file",
        "its rows are shown, and the file itself only where it is linked to",
    ),
    (
        "file name of a chart",
        "the chart is drawn and the table shown; the file is not linked to",
    ),
    ("a file that nothing refers to", "is not published"),
    ("bytes of a file that nothing refers to", "is not published"),
];

fn is_shown(canary: &Canary) -> bool {
    !NEVER_SHOWN.iter().any(|(place, _)| *place == canary.place)
}

/// What is wrong with the editions of a library, as text; nothing where all is well.
fn judge(library: &Library) -> Result<(), String> {
    let files = library.files();
    let editions = build(&files, None).map_err(|found| format!("it does not build: {found}"))?;
    let search = Search::new(&library.canaries);
    for audience in &AUDIENCES {
        let (_, output) = (editions.iter())
            .find(|(name, _)| name == audience.name)
            .ok_or("an edition is missing")?;
        let left = library.without_what_is_above(audience);
        let left_files = left.files();
        let visible = library.canaries_in(&left_files);
        canaries(library, &visible, &search.hits(output))
            .and_then(|()| same(output, &left_files, audience))
            .map_err(|wrong| format!("the edition `{}`: {wrong}", audience.name))?;
    }
    Ok(())
}

/// The first two properties.
fn canaries(library: &Library, visible: &BTreeSet<Canary>, hits: &Hits) -> Result<(), String> {
    for canary in &library.canaries {
        match (visible.contains(canary), hits.get(canary)) {
            (false, Some(places)) => return Err(format!("leaks {canary:?} {places:#?}")),
            (true, None) if is_shown(canary) => return Err(format!("lacks {canary:?}")),
            _ => {}
        }
    }
    Ok(())
}

/// The third property.
fn same(output: &Output, left: &Files, audience: &Audience) -> Result<(), String> {
    let reference = build(left, Some(audience.name))
        .map_err(|found| format!("what is left does not build: {found}\n{}", show(left)))?;
    let reference = &reference[0].1;
    let paths = |output: &Output| output.keys().cloned().collect::<BTreeSet<_>>();
    let (own, other) = (paths(output), paths(reference));
    if own != other {
        let more: Vec<_> = own.difference(&other).collect();
        let less: Vec<_> = other.difference(&own).collect();
        return Err(format!(
            "has {more:?} and lacks {less:?}, unlike a library that never had the rest:\n{}",
            show(left)
        ));
    }
    match output
        .iter()
        .find(|(path, bytes)| reference.get(*path) != Some(bytes))
    {
        None => Ok(()),
        Some((path, bytes)) => Err(format!(
            "{path} differs from that of a library that never had the rest:\n{}\n{}",
            difference(bytes, &reference[path]),
            show(left)
        )),
    }
}

/// The lines around the first difference.
fn difference(one: &[u8], other: &[u8]) -> String {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let at = one
        .iter()
        .zip(&other)
        .take_while(|(one, other)| one == other)
        .count();
    let from = |lines: &[&str]| lines[at.min(lines.len())..lines.len().min(at + 3)].join("\n");
    format!(
        "line {}:\n{}\nand not\n{}",
        at + 1,
        from(&one),
        from(&other)
    )
}

#[test]
fn an_edition_is_that_of_a_library_without_the_rest() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(12),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    // The same libraries on every run; more cases go on from there.
    let seed = std::env::var("CANARY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7_u8);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, random);
    let outcome = runner.run(&generate::libraries(), |library| {
        judge(&library).map_err(|wrong| {
            TestCaseError::fail(format!(
                "{wrong}\n=== the whole library\n{}",
                show(&library.files())
            ))
        })
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, _)) = outcome {
        panic!("{reason}");
    }
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// The libraries of an everyday run are too few to hold everything; those of a long run are not.
#[test]
fn every_place_is_reached_on_both_sides() {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let (mut shown, mut withheld) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..800 {
        let tree = generate::libraries()
            .new_tree(&mut runner)
            .expect("a library");
        let library = proptest::strategy::ValueTree::current(&tree);
        for audience in &AUDIENCES {
            let left = library.without_what_is_above(audience);
            let visible = library.canaries_in(&left.files());
            for canary in &library.canaries {
                let side = if visible.contains(canary) {
                    &mut shown
                } else {
                    &mut withheld
                };
                *side.entry(canary.place).or_insert(0) += 1;
            }
        }
    }
    let places: BTreeSet<&str> = shown.keys().chain(withheld.keys()).copied().collect();
    assert!(places.len() > 85, "{} places", places.len());
    for place in places {
        let unused = place.contains("nothing refers");
        assert!(
            withheld.get(place) > Some(&2),
            "{place} is hardly ever withheld"
        );
        assert!(
            unused || shown.get(place) > Some(&2),
            "{place} is hardly ever shown"
        );
    }
}
