//! No input breaks the program: whatever stands in the files of a site, there are findings at most,
//! and each points into the file that it names.
//!
//! Cases are few and always the same, so that a run takes seconds; with `PROPTEST_CASES` set they are
//! as many as it says, and new ones each time.

use std::fmt::Write as _;

use crate::support::{SETTINGS, Site, brief};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use tearline::diagnostic::report::{Format, write};
use tearline::diagnostic::{Diagnostics, Location};
use tearline::site::{Options, prepare};

fn config() -> Config {
    let usual = Config {
        failure_persistence: None,
        ..Config::default()
    };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => usual,
        None => Config {
            cases: 64,
            rng_seed: RngSeed::Fixed(2025),
            ..usual
        },
    }
}

/// Takes a site through the whole pipeline but the writing, and its findings through every report.
fn survives(site: &Site) {
    let options = Options {
        root: site.root().to_owned(),
        edition: None,
        base_url: None,
        drafts: true,
        embargoed: false,
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let (prepared, mut found) = prepare(&options);
    if let Some(prepared) = prepared {
        for edition in &prepared.editions {
            if let Err(failed) = prepared.render(edition, &|_, _| Ok(())) {
                found.extend(failed);
            }
        }
    }
    point_into_their_files(&found);
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        write(format, &found, true, &mut std::io::sink()).unwrap();
    }
}

fn point_into_their_files(found: &Diagnostics) {
    for diagnostic in found.iter() {
        let related = diagnostic.related.iter().map(|(location, _)| location);
        for Location { file, span } in diagnostic.location.iter().chain(related) {
            // `get` gives nothing for a span that is backwards, too long, or cuts a character.
            assert!(
                file.text.get(span.clone()).is_some(),
                "{span:?} is no stretch of {} ({} bytes): {diagnostic:?}",
                file.path,
                file.text.len()
            );
        }
    }
}

/// Words in any order, with any text between some of them: near enough to the real thing to get
/// past the first check.
fn soup(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(words).prop_map(str::to_owned),
        1 => "[a-z]{0,6}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const YAML: &[&str] = &[
    "\n",
    "\n  ",
    "\n- ",
    ": ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "&a ",
    "*a",
    "!!str ",
    "? ",
    "| ",
    "> ",
    "#",
    "\t",
    "...\n",
    "\ntlp: ",
    "amber",
    "white",
    "\nactors: ",
    "\nregions: ",
    "TW",
    "\ntechniques: ",
    "T1566",
    "\nperiod: ",
    "2025-Q3",
    "\nsources: ",
    "id: ",
    "\nkey_judgments: ",
    "text: ",
    "likelihood: ",
    "very likely",
    "\nindicators: ",
    "type: ipv4",
    "value: 8.8.8.8",
    "\nimage: ",
    "\nextra: ",
    "\nslug: ",
    "..",
    "/",
    "\nredirect_from: ",
    "2025-02-30",
    "99999999999999999999",
    "é",
    "\u{feff}",
    "\r\n",
    "\u{0}",
    "\u{2028}",
    "𝄞",
];

const TOML: &[&str] = &[
    "\n",
    " = ",
    "\"",
    "'''",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    ".",
    "#",
    "title",
    "date",
    "2025-11-10",
    "2025-02-30",
    "25:00:00",
    "tlp",
    "editions",
    "public",
    "lints",
    "TL0903",
    "\"off\"",
    "base_url",
    "\"https://a.example/b\"",
    "lists",
    "per_page",
    "-1",
    "0x1F",
    "1e999",
    "inf",
    "true",
    "extra",
    "é",
    "\r\n",
    "\\u0000",
    "\\",
    "𝄞",
];

const MARKDOWN: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "* ",
    "**",
    "_",
    "`",
    "```",
    "\n```chart\n",
    "\n```indicators\n",
    "\n```timeline\n",
    "type: bar\n",
    "data: {a: 1}\n",
    "\n```\n",
    "~~~",
    "[[",
    "]]",
    "|",
    "[@a]",
    "[@",
    ";",
    "]",
    "[",
    "](",
    ")",
    "![",
    "[^1]",
    "\n[^1]: ",
    "(TLP:AMBER)",
    "(TLP:CLEAR) ",
    "(TLP:",
    "TLP:RED",
    "\n::: tlp amber\n",
    "\n::: tlp clear audience=x\n",
    "\n:::\n",
    "\n:::: tlp clear\n",
    "\n::::\n",
    "<div>",
    "</div>",
    "<script>",
    "<!--",
    "-->",
    "&amp;",
    "&#0;",
    "{#id}",
    "[!WARNING]\n",
    "\n| a | b |\n|---|---|\n| ",
    "T1566",
    "Taiwan",
    "first",
    "#first",
    "/briefs/first/",
    "javascript:",
    "https://a.example",
    "\nterm\n: ",
    "é",
    "\u{0}",
    "\u{202e}",
    "\r\n",
    "\\",
    "𝄞",
];

const CSV: &[&str] = &[
    "type,value\n",
    "type",
    "value",
    ",",
    ";",
    "\n",
    "\r\n",
    "\"",
    "\"\"",
    "ipv4",
    "domain",
    "sha256",
    "a.example",
    "198.51.100.3",
    "hxxp://",
    "[.]",
    "tlp",
    "amber",
    "=1+1",
    "first_seen",
    "2025-02-30",
    "é",
    "\u{feff}",
    "\u{0}",
    "𝄞",
];

const TEMPLATE: &[&str] = &[
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "{#",
    "#}",
    "if ",
    "endif",
    "for item in ",
    "endfor",
    "block content",
    "endblock",
    "extends \"base.html\"",
    "include \"base.html\"",
    "include \"404.html\"",
    "page",
    "site",
    ".title",
    "brief",
    "nothing",
    "|",
    "upper",
    "+",
    "1",
    "/",
    "0",
    "[",
    "]",
    "\"",
    "(",
    ")",
    "é",
    "\n",
    "<p>",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..400)
}

fn either(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => soup(words).prop_map(String::into_bytes), 1 => bytes()]
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn settings(text in either(TOML), sound in any::<bool>()) {
        let head = if sound { SETTINGS.as_bytes() } else { b"" };
        survives(&Site::minimal().file("tearline.toml", joined(&[head, &text])));
    }

    #[test]
    fn a_whole_brief(text in prop_oneof![bytes(), either(YAML), either(MARKDOWN)]) {
        survives(&Site::minimal().file("content/briefs/any.md", text));
    }

    #[test]
    fn front_matter_in_yaml(text in either(YAML)) {
        let text = joined(&[b"---\ntitle: Any\ndate: 2025-11-10\n", &text, b"\n---\n\nText.\n"]);
        survives(&Site::minimal().file("content/briefs/any.md", text));
    }

    #[test]
    fn front_matter_in_toml(text in either(TOML)) {
        let text = joined(&[b"+++\ntitle = \"Any\"\ndate = 2025-11-10\n", &text, b"\n+++\n\nText.\n"]);
        survives(&Site::minimal().file("content/briefs/any.md", text));
    }

    #[test]
    fn profiles(actor in either(YAML), region in either(YAML)) {
        let profile = |text: &[u8]| joined(&[b"---\nname: Any\n", text, b"\n---\n\nText.\n"]);
        survives(
            &Site::minimal()
                .file("content/actors/any.md", profile(&actor))
                .file("content/regions/any.md", profile(&region)),
        );
    }

    #[test]
    fn a_body(text in either(MARKDOWN)) {
        let head = brief("Any", "sources: [{id: a, title: A, reliability: A, credibility: 1}]\n", "");
        survives(&Site::minimal().file("content/briefs/any.md", joined(&[head.as_bytes(), &text])));
    }

    #[test]
    fn a_table_of_indicators(text in either(CSV)) {
        survives(
            &Site::minimal()
                .file("content/briefs/any/index.md", brief("Any", "indicators_file: any.csv\n", "```indicators\nfile: any.csv\n```\n"))
                .file("content/briefs/any/any.csv", text),
        );
    }

    #[test]
    fn an_attack_table(text in either(&["{", "}", "[", "]", "\"format\"", ":", "1", ",", "\"techniques\"", "null", "é", "\n", "𝄞"])) {
        survives(&Site::minimal().file("data/attack-enterprise.json", text));
    }

    #[test]
    fn a_template(text in either(TEMPLATE)) {
        survives(&Site::minimal().file("templates/brief.html", &text).file("templates/404.html", &text));
    }

    #[test]
    fn names_that_front_matter_gives(names in prop::collection::vec(any::<String>(), 0..6)) {
        // JSON strings are YAML.
        let list = serde_json::to_string(&names).unwrap();
        let mut matter = String::new();
        for key in ["actors", "campaigns", "sectors", "software", "tags", "authors", "audience"] {
            writeln!(matter, "{key}: {list}").unwrap();
        }
        let body: String = names.iter().map(|name| format!("[[{name}]] [{name}](<{name}>)\n\n")).collect();
        survives(&Site::minimal().file("content/briefs/any.md", brief("Any", &matter, &body)));
    }
}

#[test]
fn deep_nesting_of_every_kind() {
    for opening in [
        "> ",
        "- ",
        "1. ",
        "[",
        "**",
        "*a ",
        "![",
        "<div>",
        "[[",
        "(",
        "`",
        "::: tlp clear\n\n",
        "> - ",
        "\t- ",
    ] {
        let text = brief("Any", "", &format!("{}text\n", opening.repeat(10_000)));
        survives(&Site::minimal().file("content/briefs/any.md", text));
    }
    for opening in ["[", "{a: ", "- ", "? ", "!a ", "&a ", "'", "a: "] {
        let text = brief("Any", &format!("extra: {}\n", opening.repeat(10_000)), "");
        survives(&Site::minimal().file("content/briefs/any.md", text));
    }
    for opening in ["[", "{a = ", "a.", "[[a]]\n"] {
        survives(&Site::minimal().file(
            "tearline.toml",
            format!("{SETTINGS}extra = {}\n", opening.repeat(10_000)),
        ));
        survives(&Site::minimal().file(
            "tearline.toml",
            format!("{SETTINGS}{}\n", opening.repeat(10_000)),
        ));
    }
    for opening in ["{{ ", "{% if a %}", "{{ (", "{{ [", "{{ not ", "{{ -"] {
        survives(&Site::minimal().file("templates/404.html", opening.repeat(2_000)));
    }
    survives(&Site::minimal().file("data/attack.json", "[".repeat(10_000)));
}
