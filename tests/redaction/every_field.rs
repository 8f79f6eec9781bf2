//! Every field of every kind of front matter, made from the types.
//!
//! The JSON Schemas that the decoder's own types give are walked; each key gets a value, a canary
//! wherever text is free. The table [`RULES`] says of each what an edition does with it, so a new key
//! without a rule fails here. Then all kinds stand in one site, marked above and below each edition as
//! whole documents, entry by entry, and by the source that entries rest on; what an edition withholds
//! must be in no byte of it, and what it shows must be somewhere in it.

use std::collections::BTreeSet;

use serde_json::Value;
use tearline::load::matter::schemas;
use tearline::marking::Tlp;

use super::canary::build;
use super::canary::fields::{Field, Maker, Marked, RULES, Rule, fields, rule};
use super::canary::model::AUDIENCES;
use super::canary::words::Search;

/// The levels above clear, which stand on one side of an edition or the other.
fn level(number: usize) -> Tlp {
    Tlp::ALL[number % Tlp::ALL.len()]
}

#[test]
fn every_field_has_a_rule_and_every_rule_a_field() {
    let mut used = BTreeSet::new();
    let mut without: Vec<String> = Vec::new();
    for (kind, schema) in schemas() {
        for Field { path, schema } in fields(kind, &schema) {
            match rule(&path) {
                Some((pattern, _)) => {
                    used.insert(pattern);
                }
                // A value of a vocabulary is no free text; neither is yes or no.
                None if schema.get("enum").is_some() || schema["type"] == "boolean" => {}
                None => without.push(path),
            }
        }
    }
    assert_eq!(
        without,
        Vec::<String>::new(),
        "say in RULES what an edition does with these"
    );
    for (pattern, rule) in RULES {
        assert_ne!(rule.reason(), Some(""), "say why {pattern} is not shown");
    }
    let idle: Vec<&str> = (RULES.iter().map(|(pattern, _)| *pattern))
        .filter(|pattern| !used.contains(pattern))
        .collect();
    assert_eq!(idle, Vec::<&str>::new(), "rules for fields that are gone");
}

/// Builds the site and holds each edition to what `maker` says of the canaries.
#[track_caller]
fn judge(maker: Maker, what: &str) {
    let (files, canaries) = maker.finish();
    let editions = build::build(&files, None)
        .unwrap_or_else(|found| panic!("{what}: {found}\n{}", build::show(&files)));
    let search = Search::new(canaries.iter().map(|(canary, _)| canary));
    // The editions with groups are another test's.
    for audience in AUDIENCES
        .iter()
        .filter(|audience| audience.groups.is_empty())
    {
        let (_, output) = (editions.iter())
            .find(|(name, _)| name == audience.name)
            .expect("the edition");
        let hits = search.hits(output);
        let mut wrong = Vec::new();
        for (canary, level) in &canaries {
            let never = matches!(rule(canary.place), Some((_, Rule::Never(..))));
            match (*level <= audience.tlp, never, hits.get(canary)) {
                (false, _, Some(places)) => wrong.push(format!("leaks {canary:?} {places:#?}")),
                (true, false, None) => wrong.push(format!("lacks {canary:?}")),
                (true, true, Some(places)) => {
                    wrong.push(format!("shows, unlike its rule, {canary:?} {places:#?}"));
                }
                _ => {}
            }
        }
        assert!(
            wrong.is_empty(),
            "{what}: the edition `{}` {}\n{}",
            audience.name,
            wrong.join("\nand "),
            build::show(&files)
        );
    }
}

#[test]
fn whole_documents_are_withheld_with_every_field() {
    for round in 0..Tlp::ALL.len() {
        for short in [false, true] {
            let mut maker = Maker::new(short);
            for (at, (kind, schema)) in schemas().into_iter().enumerate() {
                maker.document(kind, &schema, level(at + round), &|_| Marked::default());
            }
            judge(maker, &format!("whole documents, round {round}"));
        }
    }
}

#[test]
fn single_entries_are_withheld_with_every_field() {
    for round in 0..Tlp::ALL.len() {
        let mut maker = Maker::new(false);
        for (at, (kind, schema)) in schemas().into_iter().enumerate() {
            maker.document(kind, &schema, Tlp::Clear, &|entry| Marked {
                own: Some(level(entry + at + round)),
                source: None,
            });
        }
        judge(maker, &format!("entries, round {round}"));
    }
}

#[test]
fn entries_go_with_the_source_that_they_rest_on() {
    for round in 1..Tlp::ALL.len() {
        let mut maker = Maker::new(false);
        for (kind, schema) in schemas() {
            maker.document(kind, &schema, Tlp::Clear, &|_| Marked {
                own: None,
                source: Some(level(round)),
            });
        }
        judge(maker, &format!("sources, round {round}"));
    }
}

/// What walks the schemas must know their forms; an unknown one is no field.
#[test]
fn the_walk_finds_fields_at_every_depth() {
    let brief = Value::Object(serde_json::Map::from_iter(
        schemas()
            .into_iter()
            .map(|(kind, schema)| (kind.to_owned(), schema)),
    ));
    let found: Vec<String> = (fields("briefs", &brief["briefs"]).into_iter())
        .map(|field| field.path)
        .collect();
    for path in [
        "briefs.title",
        "briefs.audience[]",
        "briefs.key_judgments[].changed_from.date",
        "briefs.key_judgments[].sources[]",
        "briefs.period.from",
        "briefs.outlook.text",
    ] {
        assert!(
            found.iter().any(|known| known == path),
            "{path} in {found:#?}"
        );
    }
}
