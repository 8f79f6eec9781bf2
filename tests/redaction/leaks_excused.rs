//! What the search for leaks lets pass, and what it does not: pieces that an edition publishes, words
//! that the settings allow; never what only looks published.

use crate::support::{Run, Site, brief};

const SETTINGS: &str = "title = \"D\"\ndefault_tlp = \"clear\"\nauthors = [\"Nordwind Intelligence\"]\n\
    [build]\ncards = false\n[editions.public]\ntlp = \"clear\"\nbase_url = \"https://pub.example/reports\"\n\
    [security]\ncontact = [\"mailto:psirt@nordwind.example\"]\nexpires = 2027-06-30T00:00:00Z\n";

const CLEAR: &str = "---
title: Harbour lures
date: 2025-09-10
tlp: clear
authors: [Ann Lee]
actors: [Grey Heron]
techniques: [T1190]
tags: [harbour, lures, night watch]
sources:
  - {id: a, title: Quarterly report, publisher: Vendor A, date: 2025-08-20, reliability: B, credibility: 2, url: \"https://a.example/q\"}
quotes:
  - {text: It looked fine., person: Mara Lund, role: head of security, organisation: Port North, source: a}
indicators:
  - {type: domain, value: tenders.example, description: lure site, confidence: high}
---

## Key facts

See [the portal](https://portal.example/x \"Turbine hall of the plant\").
";

fn site() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file("data/attack-enterprise.json", "{\"format\":1,\"domain\":\"enterprise-attack\",\"version\":\"18.1\",\"notice\":\"n\",\"tactics\":[{\"id\":\"TA0001\",\"shortname\":\"initial-access\",\"name\":\"Initial Access\"}],\"techniques\":[{\"id\":\"T1190\",\"name\":\"Exploit Public-Facing Application\",\"tactics\":[\"initial-access\"],\"parent\":null,\"revoked_by\":null,\"deprecated\":false,\"stix_id\":null}],\"objects\":[]}")
        .file("content/briefs/2025-09-10-harbour.md", CLEAR)
        .file("content/actors/heron.md", "---\nname: Grey Heron\ntlp: clear\nexternal: {attack: G9007}\n---\n\nA group.\n")
}

/// The site with an amber brief that says one thing more.
fn with_amber(matter: &str, body: &str) -> Site {
    site().file(
        "content/briefs/2025-09-11-zyx.md",
        format!("---\ntitle: Zyx quux\ndate: 2025-09-11\ntlp: amber\n{matter}---\n\n{body}\n"),
    )
}

#[track_caller]
fn passes(matter: &str, body: &str) {
    let run = with_amber(matter, body).build();
    assert_eq!(run.status, Some(0), "{matter}{body}\n{}", run.all());
}

#[test]
fn what_is_put_together_of_visible_pieces_is_no_leak() {
    for body in [
        "See [it](https://pub.example/reports/briefs/harbour-lures/).",
        "Public version: https://pub.example/reports/briefs/harbour-lures/",
        "At pub.example/reports/briefs/harbour-lures, see https://pub.example/reports/actors/grey-heron/atom.xml",
        "Feed: https://pub.example/reports/feed.json",
        "All files: https://pub.example/reports/exchange/catalogue.json",
        "- T1190 Exploit Public-Facing Application",
        "- Exploit Public-Facing Application (T1190)",
        "- Grey Heron (G9007)",
        "- G9007: Grey Heron",
        "### T1190 Exploit Public-Facing Application\n\nx",
        "| Technique | Use |\n|---|---|\n| T1190 Exploit Public-Facing Application | x |",
        "```\n[domain-name:value = 'tenders.example']\n```",
        "`misp-galaxy:threat-actor=\"Grey Heron\"`",
        "`misp-galaxy:mitre-attack-pattern=\"Exploit Public-Facing Application - T1190\"`",
        "Contact: Mara Lund, head of security, Port North",
        "Compare: Quarterly report, Vendor A, 2025-08-20",
        "```\ndomain,tenders.example,,,high,lure site\n```",
        "Questions: psirt@nordwind.example",
        "Record: https://attack.mitre.org/groups/G9007/",
    ] {
        passes("", body);
    }
    passes(
        "sources:\n  - {id: own, title: Harbour lures, url: \"https://pub.example/reports/briefs/harbour-lures/\", publisher: Nordwind Intelligence, reliability: A, credibility: 1}\n",
        "x [@own]",
    );
    passes("tags: [\"Actor: Grey\"]\n", "x");
    passes("tags: [\"10 September 2025\"]\n", "x");
}

#[test]
fn a_name_beside_a_count_and_the_title_of_a_link_are_no_leaks() {
    let campaigns = |n: u8| {
        brief(
            &format!("Wave {n}"),
            "campaigns: [Operation Tankard]\n",
            "Text.\n",
        )
    };
    let run = site()
        .file("content/briefs/one.md", campaigns(1))
        .file("content/briefs/two.md", campaigns(2))
        .file(
            "content/campaigns/second.md",
            "---\nname: Operation Tankard 2\ntlp: amber\n---\n\nSecond wave.\n",
        )
        .file(
            "content/actors/turbine.md",
            "---\nname: Turbine\ntlp: amber\n---\n\nx\n",
        )
        .build();
    assert_eq!(run.status, Some(0), "{}", run.all());
}

/// A site with a template of its own that says the words in every page's foot.
#[track_caller]
fn says(site: &Site, words: &str) -> Run {
    let builtin = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/base.html");
    let builtin = std::fs::read_to_string(builtin).expect("a built-in template");
    site.write(
        "templates/base.html",
        builtin.replace("</body>", &format!("<p>{words}</p></body>")),
    );
    site.build()
}

#[test]
fn what_only_looks_like_visible_pieces_is_a_leak() {
    // Tags do not make a title of two of them; a count does not excuse what is written in one piece.
    for (name, words) in [
        ("Harbour Night Watch", "about Harbour Night Watch"),
        ("Grey Heron 2", "about Grey Heron 2"),
        ("Grey Heron 2", "about <b>Grey</b> Heron 2"),
        ("Port North Turbine", "about Port North Turbine"),
    ] {
        let site = site().file(
            "content/campaigns/x.md",
            format!("---\nname: {name}\ntlp: amber\n---\n\nx\n"),
        );
        let run = says(&site, words).failure();
        assert!(run.stderr.contains("TL0412"), "{name}: {}", run.all());
    }
}

#[test]
fn what_is_on_no_page_excuses_nothing() {
    let named = |document: &str, path: &str| {
        let site = site().file(path, document).file(
            "content/actors/walrus.md",
            "---\nname: Velvet Walrus\ntlp: amber\n---\n\nx\n",
        );
        let run = says(&site, "Velvet Walrus").failure();
        assert!(run.stderr.contains("TL0412"), "{document}: {}", run.all());
    };
    let body = |body: &str| brief("Open", "slug: open\n", body);
    named(
        &body("Text.\n"),
        "content/briefs/2025-01-01-velvet-walrus.md",
    );
    named(
        &body("Text.\n\n[^x]: A note on Velvet Walrus.\n"),
        "content/briefs/open.md",
    );
    for html in [
        "<span data-x=\"Velvet Walrus\">x</span>",
        "<!-- Velvet Walrus -->",
        "<div onclick=\"Velvet Walrus\">\n\nx\n\n</div>",
        "x <script>Velvet Walrus</script>",
    ] {
        named(&body(&format!("{html}\n")), "content/briefs/open.md");
    }
}

#[test]
fn the_message_says_words_places_and_ways_on() {
    let site = site().file(
        "content/briefs/2025-09-11-zyx.md",
        "---\ntitle: Zyx quux\ndate: 2025-09-11\ntlp: amber\n---\n\nOne.\n\nThey meet, it is said, under the old pier at night.\n",
    );
    let run = says(&site, "it is said, under the old pier at night").failure();
    for part in [
        "TL0412",
        "\"is said under the old\"",
        "content/briefs/2025-09-11-zyx.md:9:15",
        "404.html` at ",
        "[[editions.public.allow]]",
        "reword",
        "mark it",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.all());
    }
}

const ALLOW: &str = "\n[[editions.public.allow]]\nphrase = \"Zyx quux\"\nreason = \"title of the public version\"\n";

#[test]
fn an_allowed_phrase_passes_and_is_listed() {
    let site = with_amber("", "Nothing else is said in here today.");
    says(&site, "See Zyx quux").failure();
    site.write("tearline.toml", format!("{SETTINGS}{ALLOW}"));
    // Outside of the site, where nobody publishes it.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = folder.path().join("withheld.json");
    // A later build, which takes pages over, says the same.
    for _ in 0..2 {
        let run = site
            .build_with(["--withheld", &report.to_string_lossy()])
            .success();
        assert!(!run.all().contains("TL0419"), "{}", run.all());
        let text = std::fs::read_to_string(&report).expect("the report");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let allowed = &json["editions"][0]["allowed"][0];
        assert_eq!(allowed["phrase"], "Zyx quux");
        assert_eq!(allowed["reason"], "title of the public version");
        let passed = &allowed["found"][0];
        assert_eq!(passed["what"], "the title of a brief");
        let withheld = passed["withheld"].as_str().unwrap_or_default();
        assert!(
            withheld.starts_with("content/briefs/2025-09-11-zyx.md:2:"),
            "{text}"
        );
        assert!(passed["outputs"].as_u64() > Some(3), "{text}");
    }
    // Other words are withheld as before.
    says(&site, "Nothing else is said in here today").failure();
}

#[test]
fn the_words_of_an_allowed_phrase_pass_in_the_whole_phrase_alone() {
    let site = site().file(
        "content/campaigns/x.md",
        "---\nname: Velvet Walrus\ntlp: amber\n---\n\nx\n",
    );
    site.write(
        "tearline.toml",
        format!(
            "{SETTINGS}{}",
            ALLOW.replace("Zyx quux", "a Velvet Walrus report")
        ),
    );
    for words in [
        "see a Velvet Walrus report",
        "see a <b>Velvet</b> Wal<i>rus</i> report",
        "see (a Velvet-Walrus report)",
    ] {
        let run = says(&site, words).success();
        assert!(!run.all().contains("TL0419"), "{words}: {}", run.all());
    }
    for words in [
        "about Velvet Walrus",
        "a Velvet Walrus",
        "a <p>Velvet Walrus</p> report",
        "see a Velvet Walrus report on Velvet Walrus",
    ] {
        let run = says(&site, words).failure();
        assert!(run.stderr.contains("TL0412"), "{words}: {}", run.all());
    }
}

#[test]
fn an_allowed_phrase_that_matches_nothing_is_a_warning() {
    let site = with_amber("", "x");
    site.write("tearline.toml", format!("{SETTINGS}{ALLOW}"));
    let run = site.build().success();
    assert!(run.stderr.contains("TL0419"), "{}", run.all());
    site.build_with(["--strict"]).failure();
}

#[test]
fn the_lines_of_a_searched_text_are_texts_of_their_own() {
    // The index of the search has the items of a list one behind the other.
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "content/briefs/open.md",
            brief(
                "Open",
                "",
                "- the forged tender documents\n- arrived with later invoices\n",
            ),
        )
        .file(
            "content/briefs/quiet.md",
            brief(
                "Quiet",
                "tlp: amber\n",
                "Staff said forged tender documents arrived with later phone calls.\n",
            ),
        );
    site.build().success();
    assert!(site.has("public/search/index.html"));
}
