//! Markings as people write them: each form is a mark or an error, and never text.
//!
//! The forms are generated: levels × separators × brackets × emphasis × words before the label × kinds
//! of blocks × texts of front matter. A first run checks a site in which each form stands in a brief of
//! its own; what that run lets pass is built, and no word behind a label may be in the TLP:CLEAR edition.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Site, brief};

/// The word that stands behind each label.
const SECRET: &str = "zqsecret";

/// Levels in the cases in which people write them.
const LEVELS: [&str; 9] = [
    "AMBER",
    "Amber",
    "red",
    "RED",
    "GREEN",
    "AMBER+STRICT",
    "AMBER STRICT",
    "amber-strict",
    "AMBER_STRICT",
];
const SEPARATORS: [&str; 12] = [
    ":", ": ", " ", "-", " - ", "_", "::", " : ", "=", "", "–", ":\u{a0}",
];
const BRACKETS: [(&str, &str); 8] = [
    ("", ""),
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("\"", "\""),
    ("“", "”"),
    ("( ", " )"),
    ("【", "】"),
];
const EMPHASIS: [(&str, &str); 6] = [
    ("", ""),
    ("**", "**"),
    ("*", "*"),
    ("_", "_"),
    ("~~", "~~"),
    ("***", "***"),
];
const BEFORE: [&str; 7] = [
    "",
    "Classification: ",
    "Marking: ",
    "Handling – ",
    "Document classification: ",
    "Marked as ",
    "TLP 2.0 marking: ",
];
const BEHIND: [&str; 7] = [" ", ": ", " - ", " — ", ". ", " | ", "\n"];

/// What stands alone without `TLP`: in brackets in any case, in capitals before a colon or dash.
const ALONE: [&str; 12] = [
    "[RED]",
    "(Amber)",
    "(amber)",
    "{RED}",
    "[Green]",
    "(AMBER+STRICT)",
    "AMBER:",
    "RED -",
    "GREEN —",
    "RED:",
    "**AMBER:**",
    "AMBER+STRICT:",
];

/// Labels with what follows them, and the secret last.
fn labels() -> Vec<String> {
    let mut labels = Vec::new();
    // Each pair of axes meets; all of them with one another would be a hundred thousand.
    let mut add = |before: &str,
                   emphasis: (&str, &str),
                   bracket: (&str, &str),
                   separator: &str,
                   level: &str,
                   behind: &str| {
        let label = format!(
            "{}{}TLP{separator}{level}{}{}",
            emphasis.0, bracket.0, bracket.1, emphasis.1
        );
        labels.push(format!("{before}{label}{behind}{SECRET}"));
    };
    for level in LEVELS {
        for separator in SEPARATORS {
            for bracket in BRACKETS {
                add("", EMPHASIS[0], bracket, separator, level, " ");
            }
            add("", EMPHASIS[1], BRACKETS[0], separator, level, ": ");
        }
    }
    for (number, emphasis) in EMPHASIS.into_iter().enumerate() {
        for bracket in BRACKETS {
            for behind in BEHIND {
                let level = LEVELS[number % LEVELS.len()];
                add("", emphasis, bracket, ":", level, behind);
            }
        }
    }
    for before in BEFORE {
        for bracket in BRACKETS {
            for separator in [":", ": ", " "] {
                // `Marked as TLP:RED and so on` is a sentence.
                let behind = if before.ends_with(": ") || before.ends_with("– ") {
                    " "
                } else {
                    ": "
                };
                if !before.starts_with("TLP") {
                    add(before, EMPHASIS[0], bracket, separator, "RED", behind);
                }
            }
        }
    }
    labels.extend(ALONE.iter().map(|label| format!("{label} {SECRET}")));
    labels.push(format!("TLP 2.0 marking: RED {SECRET}"));
    labels.push(format!("Traffic Light Protocol: RED {SECRET}"));
    labels.push(format!("Classification: RED {SECRET}"));
    labels.push(format!("ＴＬＰ：ＲＥＤ {SECRET}"));
    labels.push(format!("T\u{200b}LP:R\u{ad}ED {SECRET}"));
    labels.push(format!("TLP:ORANGE {SECRET}"));
    labels.push(format!("1\\. TLP:RED {SECRET}"));
    labels.sort();
    labels.dedup();
    labels
}

/// A body in which a label begins a block of one kind.
fn blocks(label: &str) -> Vec<(&'static str, String)> {
    let line = label.replace('\n', " ");
    let cell = line.replace('|', "\\|");
    vec![
        ("paragraph", format!("Intro.\n\n{label}\n\nMore.\n")),
        ("item", format!("- one\n- {line}\n- three\n")),
        ("loose item", format!("1. one\n\n2. {line}\n")),
        ("task", format!("- [ ] {line}\n")),
        ("quote", format!("> {line}\n")),
        ("alert", format!("> [!NOTE]\n> {line}\n")),
        ("heading", format!("## {line}\n\nText.\n")),
        (
            "setext heading",
            format!("Intro.\n\n{line}\n===\n\nText.\n"),
        ),
        (
            "header cell",
            format!("| {cell} | b |\n|---|---|\n| c | d |\n"),
        ),
        ("cell", format!("| a | b |\n|---|---|\n| c | {cell} |\n")),
        ("footnote", format!("Text.[^1]\n\n[^1]: {line}\n")),
        ("term", format!("{line}\n: definition\n")),
        ("definition", format!("Term\n: {line}\n")),
        ("html", format!("<div>\n<p>{line}</p>\n</div>\n")),
        ("next line", format!("Intro.\n{label}\n")),
        ("broken line", format!("Intro goes on,\\\n{label}\n")),
    ]
}

/// Front matter in which a text begins with a label; the brief's own keys stand before it.
fn matters(label: &str) -> Vec<(&'static str, String)> {
    let line = label
        .replace('\n', " ")
        .replace('\\', "")
        .replace(['*', '~'], "");
    let text = serde_json::to_string(&line).expect("text");
    [
        ("summary", format!("summary: {text}\n")),
        (
            "judgment",
            format!("key_judgments:\n- {{text: {text}, likelihood: likely, confidence: low}}\n"),
        ),
        ("gap", format!("intelligence_gaps: [{text}]\n")),
        ("outlook", format!("outlook: {text}\n")),
        (
            "statistic",
            format!("statistics:\n- {{label: {text}, value: 3, period: 2025}}\n"),
        ),
        (
            "event",
            format!("events:\n- {{date: 2025-01-01, text: {text}}}\n"),
        ),
        (
            "quote",
            format!("quotes:\n- {{text: {text}, person: {text}}}\n"),
        ),
        (
            "indicator",
            format!("indicators:\n- {{type: domain, value: a.example, description: {text}}}\n"),
        ),
        ("source", format!("sources:\n- {{id: a, title: {text}}}\n")),
        (
            "change",
            format!("changelog:\n- {{date: 2025-11-11, note: {text}}}\n"),
        ),
        ("author", format!("authors: [{text}]\n")),
        ("tag", format!("tags: [{text}]\n")),
        ("actor", format!("actors: [{text}]\n")),
        ("extra", format!("extra: {{note: {text}}}\n")),
    ]
    .into()
}

/// The briefs of a site, by file, and what each tries.
fn briefs(
    forms: impl IntoIterator<Item = (String, String, String)>,
) -> BTreeMap<String, (String, String)> {
    forms
        .into_iter()
        .enumerate()
        .map(|(number, (what, matter, body))| {
            let text = brief(&format!("Brief {number}"), &matter, &body);
            (format!("content/briefs/b{number}.md"), (what, text))
        })
        .collect()
}

/// The files for which a check finds an error.
fn refused(site: &Site) -> BTreeSet<String> {
    site.check()
        .findings()
        .into_iter()
        .filter(|finding| finding.severity == "error")
        .filter_map(|finding| finding.file)
        .collect()
}

fn site() -> Site {
    Site::new().file(
        "tearline.toml",
        "title = \"T\"\nbase_url = \"https://t.example\"\ndefault_tlp = \"clear\"\n[build]\ncards = false\nsearch = false\nhighlight = false\n",
    )
}

#[test]
fn every_form_is_a_mark_or_an_error() {
    let labels = labels();
    assert!(labels.len() > 400, "{} forms", labels.len());
    let mut forms = Vec::new();
    for (number, label) in labels.iter().enumerate() {
        let blocks = blocks(label);
        // Each form in a paragraph; the other kinds in turn, so that each meets every kind of form.
        let turns = [
            0,
            1 + number % (blocks.len() - 1),
            1 + (number * 5 + 3) % (blocks.len() - 1),
        ];
        for (kind, body) in turns.map(|at| blocks[at].clone()) {
            forms.push((format!("{kind}: {label:?}"), String::new(), body));
        }
        let matters = matters(label);
        let (kind, matter) = matters[number % matters.len()].clone();
        forms.push((format!("{kind}: {label:?}"), matter, "Text.\n".to_owned()));
    }
    let briefs = briefs(forms);
    let whole = site();
    for (path, (_, text)) in &briefs {
        whole.write(path, text);
    }
    let refused = refused(&whole);
    let passed = site();
    for (path, (_, text)) in &briefs {
        if !refused.contains(path) {
            passed.write(path, text);
        }
    }
    passed.build().success();
    let mut published = BTreeSet::new();
    for (path, page) in passed.output() {
        let page = String::from_utf8_lossy(&page);
        let slug = path.split('/').nth(1).unwrap_or_default();
        if page.contains(SECRET) && path.starts_with("briefs/b") {
            published.insert(briefs[&format!("content/briefs/{slug}.md")].0.clone());
        }
    }
    assert!(
        published.is_empty(),
        "{} of {}: {published:#?}",
        published.len(),
        briefs.len()
    );
    let marked = briefs.len() - refused.len();
    println!(
        "{} labels in {} texts: {} errors, {marked} marks",
        labels.len(),
        briefs.len(),
        refused.len()
    );
    assert!(marked > 20, "marks in their form count: {marked}");
}

#[test]
fn prose_about_the_protocol_stays_prose() {
    let prose = "The report was marked TLP:AMBER by its author, and we share TLP:GREEN reports with members.\n\n\
        - `TLP:AMBER`: for clients\n- `(TLP:RED)` is for named recipients\n- The label TLP:RED\n\n\
        The text was wrapped just before\nTLP:AMBER and\nTLP:RED, as it happens.\n\n\
        Red teams meet amber traders. The TLP (Traffic Light Protocol) 2.0 has five levels.\n\n\
        TLP designations are explained by FIRST.\n\n\
        RED-TEAM exercises, clear skies: all of it is text.\n\n\
        | Level | Meaning |\n|---|---|\n| `TLP:RED` | named recipients |\n| red | a color |\n\n\
        ```\nTLP:RED in code\n```\n";
    let site = site().file(
        "content/briefs/a.md",
        brief(
            "About TLP:AMBER and others",
            "summary: How we use TLP:RED.\ntags: [red team, Amber Wolf]\nactors: [Amber Wolf]\n",
            prose,
        ),
    );
    assert_eq!(site.check().success().findings().len(), 0);
    site.build().success();
    assert!(
        site.page("briefs/a/index.html")
            .contains("named recipients")
    );
}

#[test]
fn a_level_beside_the_name_of_a_marking_is_an_error() {
    for body in [
        "| Indicator | TLP |\n|---|---|\n| a.example | RED |\n",
        "| Indicator | **TLP level** | Note |\n|---|---|---|\n| a.example | amber | x |\n",
        "| Title | Lures |\n|---|---|\n| TLP | Amber |\n| Date | 2025 |\n",
        "| Classification | RED |\n|---|---|\n| a | b |\n",
        "TLP\n: AMBER\n",
        "By Example CTI | 2025-11-10 | TLP: RED\n",
        "Prepared by: Example CTI\nClassification: TLP:RED\nDate: 2025\n",
        "- **TLP:** AMBER\n- **Date:** 2025\n",
        "> [!danger] TLP:RED text\n",
    ] {
        let site = site().file("content/briefs/a.md", brief("A", "", body));
        let findings = site.check().failure().findings();
        assert!(
            findings
                .iter()
                .all(|finding| ["TL0401", "TL0211"].contains(&finding.code.as_str())),
            "{body}: {findings:#?}"
        );
        site.write("content/briefs/a.md", brief("A", "tlp: red\n", body));
        site.check().success();
    }
    let site = site().file(
        "content/briefs/a.md",
        brief("A", "extra: {classification: amber}\n", "Text.\n"),
    );
    site.check().failure();
    site.write(
        "content/briefs/a.md",
        brief(
            "A",
            "",
            "| Status | Color |\n|---|---|\n| done | red |\n\nColor\n: red\n",
        ),
    );
    site.check().success();
}

#[test]
fn what_looks_like_a_mark_in_markup_is_an_error() {
    for body in [
        "## Victims {tlp=amber}\n\nText.\n",
        "## Victims {.tlp-amber}\n\nText.\n",
        "## Victims {audience=acme}\n\nText.\n",
        "<p title=\"TLP:RED: text\">Text.</p>\n",
        "<details><summary>TLP:RED</summary>Text.</details>\n",
        "<!-- TLP:RED -->\n\nText.\n",
        "Text.<br>TLP:RED\n",
        "<div class=\"box\">\n\nTLP:RED text\n\n</div>\n",
    ] {
        let site = site().file("content/briefs/a.md", brief("A", "", body));
        let findings = site.check().failure().findings();
        assert!(
            findings
                .iter()
                .any(|finding| ["TL0401", "TL0211"].contains(&finding.code.as_str())),
            "{body}: {findings:#?}"
        );
    }
}

#[test]
fn a_label_that_the_marking_covers_is_a_warning() {
    for (matter, body) in [
        ("tlp: amber\n", "TLP:AMBER: text\n"),
        ("tlp: red\n", "TLP:ORANGE text\n"),
        ("tlp: amber\nsummary: \"TLP:GREEN: in short\"\n", "Text.\n"),
        (
            "key_judgments:\n- {text: \"[AMBER] so\", tlp: amber, likelihood: likely, confidence: low}\n",
            "Text.\n",
        ),
        ("", "::: tlp amber\nTLP:AMBER: text\n:::\n"),
        ("", "(TLP:AMBER) TLP:GREEN: text\n"),
        ("", "## (TLP:AMBER) Victims\n\n[AMBER] text\n"),
        ("", "TLP:CLEAR: text\n"),
        ("summary: \"TLP:WHITE: text\"\n", "Text.\n"),
    ] {
        let site = site().file("content/briefs/a.md", brief("A", matter, body));
        let findings = site.check().success().findings();
        let covered: Vec<_> = findings
            .iter()
            .filter(|finding| finding.code == "TL0215")
            .collect();
        assert_eq!(covered.len(), 1, "{matter}{body}: {findings:#?}");
        assert_eq!(covered[0].severity, "warning");
    }
}

#[test]
fn the_setting_for_what_has_no_marking_covers_too() {
    let site = site().file("content/briefs/a.md", brief("A", "", "TLP:AMBER: text\n"));
    site.check().failure();
    site.write(
        "tearline.toml",
        "title = \"T\"\nbase_url = \"https://t.example\"\ndefault_tlp = \"amber\"\n",
    );
    site.check().success();
}

#[test]
fn an_error_shows_the_form_and_the_place() {
    let site = site().file(
        "content/briefs/a.md",
        brief(
            "A",
            "outlook: \"Marking: AMBER\"\n",
            "Intro.\n\n**TLP: AMBER** secret\n\n![[RED] map](/m.png)\n",
        ),
    );
    let findings = site.check().failure().findings();
    let shown: Vec<String> = findings
        .iter()
        .filter(|finding| finding.code != "TL0405")
        .map(|finding| {
            format!(
                "{} {}",
                finding.line(),
                finding.help.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(shown.len(), 3, "{shown:#?}");
    assert!(
        shown[0].starts_with("TL0401 content/briefs/a.md:4:10 error")
            && shown[0].contains("tlp: amber"),
        "{shown:#?}"
    );
    assert!(
        shown[1].starts_with("TL0211 content/briefs/a.md:9:3 error")
            && shown[1].contains("(TLP:AMBER)"),
        "{shown:#?}"
    );
    assert!(
        shown[2].starts_with("TL0211 content/briefs/a.md:11:3 error"),
        "{shown:#?}"
    );
}

#[test]
fn an_empty_restriction_is_an_error() {
    let keys = [
        "tlp", "audience", "embargo", "expires", "draft", "status", "pap",
    ];
    let mut forms = Vec::new();
    for key in keys {
        for value in ["", " null", " ~", " \"\"", " []"] {
            forms.push(format!("{key}:{value}\n"));
        }
    }
    for value in ["", "null", "\"\"", "[]"] {
        for key in ["tlp", "audience"] {
            forms.push(format!(
                "indicators:\n- {{type: domain, value: a.example, {key}: {value}}}\n"
            ));
            forms.push(format!("sources:\n- {{id: a, title: A, {key}: {value}}}\n"));
        }
    }
    let count = forms.len();
    let briefs = briefs(
        forms
            .into_iter()
            .map(|matter| (matter.clone(), matter, "Text.\n".to_owned())),
    );
    let site = site();
    for (path, (_, text)) in &briefs {
        site.write(path, text);
    }
    site.write(
        "content/briefs/toml.md",
        "+++\ntitle = \"A\"\ndate = 2025-01-01\naudience = []\n+++\n\nText.\n",
    );
    let refused = refused(&site);
    let passed: Vec<&String> = briefs
        .iter()
        .filter(|(path, _)| !refused.contains(*path))
        .map(|(_, (what, _))| what)
        .collect();
    assert!(passed.is_empty(), "{passed:#?}");
    assert_eq!(refused.len(), count + 1);
}
