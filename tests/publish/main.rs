//! Publishing, through the program: to a folder, to a bucket of an S3 server in this process, to a Git
//! branch; and what readers meet while it runs, and can check afterwards.
//!
//! The servers answer on the loopback address, at a port that the system chooses.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]
#![cfg(unix)]

mod bucket;
mod git;
mod readers;
mod s3;
mod serve;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod web;

use std::collections::BTreeMap;

use support::{SETTINGS, Site, brief};

/// Lists that a build makes for itself, and those that a run keeps of a target.
const OWN: [&str; 2] = [".tearline-manifest.json", ".tearline-published.json"];

/// A site of so many briefs, each of which links to others, with these tables in its settings.
fn site(briefs: usize, tables: &str) -> Site {
    let site = Site::new().file("tearline.toml", format!("{SETTINGS}{tables}"));
    for number in 0..briefs {
        write_brief(&site, number, "Nothing happened.");
    }
    site
}

fn write_brief(site: &Site, number: usize, words: &str) {
    let matter = format!("actors: [Grey Heron]\ntags: [tag-{}]\n", number % 3);
    site.write(
        &format!("content/briefs/brief-{number}.md"),
        brief(&format!("Brief {number}"), &matter, &format!("{words}\n")),
    );
}

/// What a target should hold: the output without the build's own list.
fn published(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let mut files = site.output();
    files.retain(|path, _| !OWN.contains(&path.as_str()));
    files
}

/// What a folder holds, without the record of it.
fn held(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    files.retain(|path, _| !OWN.contains(&path.as_str()));
    files
}

/// The paths of which the bytes differ, or that only the second has.
fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let differs = |(path, bytes): &(&String, &Vec<u8>)| before.get(*path) != Some(bytes);
    after
        .iter()
        .filter(differs)
        .map(|(path, _)| path.clone())
        .collect()
}

/// The paths behind a word of a dry run.
fn lines(text: &str, word: &str) -> Vec<String> {
    let mut paths: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
        .map(|rest| rest.split(" (").next().unwrap_or(rest).to_owned())
        .collect();
    paths.sort();
    paths
}
