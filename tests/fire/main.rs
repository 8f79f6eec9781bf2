//! Builds that are killed, run out of room, may not write, or run beside one another: each output is
//! wholly the old one or wholly the new, and the next build clears up.
//!
//! In: sites in two versions that differ in every page. Out: nothing but states of folders is
//! looked at, so that no test depends on how fast the machine is. `TEARLINE_KILLS=200` asks for
//! more kills and for disks of every size; the default is quick.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]
#![cfg(target_os = "linux")]

mod access;
mod crowd;
mod disk;
mod kill;
mod left;
#[path = "../support/mod.rs"]
mod support;
mod trap;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use support::{AS_OF, Run, Site};

/// Two editions. Drawing the pictures would take most of a build, and a picture is a file as others.
pub const SETTINGS: &str = "title = \"Test Briefings\"
base_url = \"https://briefs.example.org\"
default_tlp = \"clear\"

[build]
cards = false

[editions.world]
tlp = \"clear\"

[editions.inside]
tlp = \"amber\"
";

/// The two versions of a site's content.
pub const WORDS: [&str; 2] = ["ebb", "flood"];

pub type Tree = BTreeMap<String, Vec<u8>>;

/// How many kills were asked for.
pub fn kills() -> u64 {
    std::env::var("TEARLINE_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(20)
}

/// A site with so many briefs, each of which says the word.
pub fn site(settings: &str, briefs: usize, word: &str) -> Site {
    let site = Site::new().file("tearline.toml", settings);
    write_briefs(&site, briefs, word);
    site
}

/// Another version of the content. Some files are the same in both, as in a site at work.
pub fn write_briefs(site: &Site, briefs: usize, word: &str) {
    for number in 0..briefs {
        site.write(
            &format!("content/briefs/brief-{number}.md"),
            format!(
                "---\ntitle: Brief {number} {word}\ndate: 2025-06-01\nactors: [Actor {}]\n---\n\nText {word}.\n",
                number % 7
            ),
        );
    }
    site.write(
        "content/briefs/shut.md",
        format!("---\ntitle: Shut {word}\ndate: 2025-06-01\ntlp: amber\n---\n\nText.\n"),
    );
    site.write("static/same.txt", "the same in both\n");
}

/// What runs left in a folder beside outputs.
pub fn traces(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".tearline-") && name != ".tearline-manifest.json")
        .collect()
}

/// Nothing is left beside the site's outputs.
#[track_caller]
pub fn assert_clean(site: &Site) {
    for folder in [site.root().to_owned(), site.path("public")] {
        assert_eq!(traces(&folder), Vec::<String>::new(), "{folder:?}");
    }
}

/// Both editions of [`SETTINGS`].
pub fn editions(site: &Site) -> [Tree; 2] {
    ["world", "inside"].map(|name| site.files(&format!("public/{name}")))
}

/// The output of each version, of a site that has been built with the second last.
pub fn versions(site: &Site, briefs: usize) -> [[Tree; 2]; 2] {
    WORDS.map(|word| {
        write_briefs(site, briefs, word);
        site.build().success();
        editions(site)
    })
}

/// `tearline build`, not started yet, with the output elsewhere if wanted.
pub fn build(site: &Site, output: Option<&Path>) -> Command {
    let mut command = site.command();
    command.args(["build", "--as-of", AS_OF]);
    if let Some(output) = output {
        command.arg("--output").arg(output);
    }
    command
}

/// A run that goes on by itself.
pub fn start(command: &mut Command) -> Child {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// A run that ends with status 1, this code, a way out, and nothing on standard output.
#[track_caller]
pub fn refused(command: &mut Command, code: &str) -> Run {
    let run = Run::of(command).failure();
    assert!(run.stderr.contains(&format!("[{code}]")), "{}", run.all());
    assert!(run.stderr.contains("help:"), "{}", run.all());
    assert!(run.stderr.contains("Nothing was written."), "{}", run.all());
    assert!(run.stdout.is_empty(), "{}", run.all());
    run
}
