//! What an edition withholds is in no byte of it, and what it cannot yet withhold alone stops the
//! build.

mod support;

use std::collections::BTreeMap;

use support::{Site, brief, picture};

/// Two editions of one library.
const TWO_EDITIONS: &str = "title = \"Test Briefings\"
base_url = \"https://briefs.example.org\"
default_tlp = \"clear\"

[lists]
per_page = 2

[editions.world]
tlp = \"clear\"

[editions.inside]
tlp = \"amber\"
audience = [\"acme\"]
";

/// The files of `public/` whose path or content holds one of the words, in any case.
fn holding(site: &Site, folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let files = site.files(&format!("public/{folder}"));
    assert!(!files.is_empty(), "nothing was built in {folder}");
    for (path, bytes) in files {
        let text = format!("{path}\n{}", String::from_utf8_lossy(&bytes)).to_lowercase();
        for word in words {
            if text.contains(&word.to_lowercase()) {
                found.push(format!("{word} in {path}"));
            }
        }
    }
    found
}

/// Five clear briefs on one actor.
fn library() -> Site {
    let mut site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file("content/actors/heron.md", "---\nname: Grey Heron\n---\n");
    for number in 1..=5 {
        site = site.file(
            &format!("content/briefs/open-{number}.md"),
            format!(
                "---\ntitle: Open {number}\ndate: 2025-06-{number:02}\nactors: [Grey Heron]\n\
                 tags: [ports]\n---\n\nText {number}.\n"
            ),
        );
    }
    site
}

/// A bundle with words that stand nowhere else, dated between the clear ones.
fn with_secret(site: Site, matter: &str) -> Site {
    site.file(
        "content/briefs/quietslug/index.md",
        format!(
            "---\ntitle: Quiettitle\ndate: 2025-06-03\nsummary: Quietsummary\nactors: [Grey Heron, Quietactor]\n\
             campaigns: [Quietcampaign]\nsoftware: [Quietware]\nregions: [Tuvalu]\nsectors: [Quietsector]\n\
             techniques: [T1498.002]\nvulnerabilities: [CVE-2019-77777]\ntags: [ports, quiettag]\n\
             authors: [Quietauthor]\nredirect_from: [/quietold/]\nreport_number: QUIET-9\n\
             sources:\n  - {{id: q, title: Quietsource, reliability: A, credibility: 1}}\n\
             indicators_file: quiettable.csv\nimage: {{src: quietimage.png, alt: Quietalt}}\n\
             {matter}---\n\n## Quietheading\n\nQuietcanary [@q], see [[Niue]].\n"
        ),
    )
    .file("content/briefs/quietslug/quietimage.png", picture("quietbytes"))
    .file(
        "content/briefs/quietslug/quietbeside.txt",
        "quietbytes as well",
    )
    .file(
        "content/briefs/quietslug/quiettable.csv",
        "type,value\ndomain,quietdomain.example\n",
    )
}

const SECRETS: &[&str] = &[
    "quiet",
    "Tuvalu",
    "Niue",
    "Polynesia",
    "T1498",
    "CVE-2019-77777",
];

/// The output without the manifest, which names sizes and hashes of the same files.
fn world(site: &Site) -> BTreeMap<String, Vec<u8>> {
    site.files("public/world")
}

#[test]
fn what_an_edition_withholds_leaves_no_byte() {
    let expected = {
        let site = library();
        site.build().success();
        world(&site)
    };
    for matter in [
        "tlp: amber\n",
        "tlp: red\n",
        "audience: [acme]\n",
        "draft: true\n",
        "embargo: 2026-02-01\n",
        "embargo: 2026-01-02T08:00:00+05:30\n",
        "expires: 2025-12-31\n",
    ] {
        let site = with_secret(library(), matter);
        site.build().success();
        assert_eq!(
            holding(&site, "world", SECRETS),
            Vec::<String>::new(),
            "{matter}"
        );
        let built = world(&site);
        for (path, bytes) in &built {
            assert_eq!(
                Some(bytes),
                expected.get(path),
                "{path} differs from a library that never had the brief ({matter})"
            );
        }
        assert_eq!(built.len(), expected.len(), "{matter}");
    }
}

#[test]
fn the_edition_that_may_read_it_has_all_of_it() {
    let site = with_secret(library(), "tlp: amber\naudience: [acme]\n");
    site.build().success();
    let inside = site.files("public/inside");
    for path in [
        "briefs/quietslug/index.html",
        "briefs/quietslug/quietimage.png",
        "briefs/quietslug/quietbeside.txt",
        "quietold/index.html",
        "actors/quietactor/index.html",
        "tags/quiettag/index.html",
        "regions/tuvalu/index.html",
        "regions/niue/index.html",
    ] {
        assert!(inside.contains_key(path), "{path}");
    }
    let html = site.page("inside/briefs/quietslug/index.html");
    for word in [
        "Quietcanary",
        "Quietsource",
        "quietdomain[.]example",
        "TLP:AMBER",
    ] {
        assert!(html.contains(word), "{word}");
    }
    // Six briefs of two on a page; the world has five, on three as well.
    assert!(site.page("inside/index.html").contains("All 6 briefs"));
    assert!(site.page("world/index.html").contains("All 5 briefs"));
}

#[test]
fn the_number_of_pages_does_not_tell() {
    let mut site = library();
    for number in 1..=4 {
        site = site.file(
            &format!("content/briefs/shut-{number}.md"),
            format!(
                "---\ntitle: Shut {number}\ndate: 2025-06-{number:02}\ntlp: amber\n\
                 actors: [Grey Heron]\ntags: [ports]\n---\n\nText.\n"
            ),
        );
    }
    site.build().success();
    let pages = |folder: &str, list: &str| {
        site.files(&format!("public/{folder}/{list}/page"))
            .keys()
            .filter(|path| path.ends_with("index.html"))
            .count()
    };
    for list in ["briefs", "actors/heron", "tags/ports"] {
        assert_eq!(pages("world", list), 2, "{list}");
        assert_eq!(pages("inside", list), 4, "{list}");
    }
    assert!(holding(&site, "world", &["Shut"]).is_empty());
}

#[test]
fn neighbours_are_the_nearest_that_the_edition_has() {
    let site = with_secret(library(), "tlp: amber\n");
    site.build().success();
    let page = |edition: &str, brief: &str| {
        let html = site.page(&format!("{edition}/briefs/{brief}/index.html"));
        html.split_once("</article>")
            .expect("an article")
            .1
            .to_owned()
    };
    assert!(page("inside", "open-3").contains("/briefs/quietslug/"));
    assert!(page("world", "open-3").contains("/briefs/open-2/"));
    assert!(page("world", "open-3").contains("/briefs/open-4/"));
}

#[test]
fn an_embargo_ends_and_an_expiry_comes() {
    let site = Site::minimal().file(
        "content/briefs/timed.md",
        brief(
            "Timed",
            "embargo: 2025-12-24T08:00:00Z\nexpires: 2025-12-31\n",
            "Canaryword.\n",
        ),
    );
    for (as_of, shown) in [
        ("2025-12-24T07:59:59Z", false),
        ("2025-12-24T08:00:00Z", true),
        ("2025-12-24T09:00:00+05:30", false),
        ("2025-12-24", true),
        ("2025-12-23", false),
        ("2025-12-31T23:59:59Z", true),
        ("2026-01-01T00:00:00Z", false),
    ] {
        site.run(["build", "--as-of", as_of]).success();
        assert_eq!(site.has("briefs/timed/index.html"), shown, "as of {as_of}");
        assert_eq!(
            holding(&site, "", &["Canaryword", "Timed"]).is_empty(),
            !shown,
            "as of {as_of}"
        );
    }
}

#[test]
fn source_date_epoch_stands_for_today() {
    let site = Site::minimal().file(
        "content/briefs/timed.md",
        brief("Timed", "embargo: 2025-12-24T08:00:00Z\n", "Text.\n"),
    );
    for (epoch, shown) in [("1766563199", false), ("1766563200", true)] {
        let run = support::Run::of(site.command().arg("build").env("SOURCE_DATE_EPOCH", epoch));
        run.success();
        assert_eq!(site.has("briefs/timed/index.html"), shown, "at {epoch}");
    }
}

#[test]
fn drafts_are_shown_when_asked_for() {
    let site = Site::minimal()
        .file(
            "content/briefs/early.md",
            brief("Early thoughts", "draft: true\n", "Text.\n"),
        )
        .file(
            "content/pages/later.md",
            "---\ntitle: Later\ndraft: true\n---\n\nText.\n",
        );
    site.build().success();
    assert!(!site.has("briefs/early/index.html") && !site.has("later/index.html"));
    site.build_with(["--drafts"]).success();
    assert!(site.has("briefs/early/index.html") && site.has("later/index.html"));
}

#[test]
fn a_profile_above_the_edition_takes_its_names_along() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/actors/heron.md",
            "---\nname: Quietheron\ntlp: amber\naliases: [Quietalias]\nredirect_from: [/quietold/]\n\
             related: [Quietfriend]\n---\n\nQuietcanary.\n",
        )
        .file(
            "content/briefs/open.md",
            brief("Open", "actors: [Quietalias]\n", "By [[Quietalias|a group]].\n"),
        )
        .file(
            "content/pages/quietpage.md",
            "---\ntitle: Quietpage\ntlp: amber\n---\n\nText.\n",
        );
    site.build().success();
    assert_eq!(holding(&site, "world", &["quiet"]), Vec::<String>::new());
    assert!(!site.has("world/actors/index.html"), "no actor is left");
    assert!(
        site.page("world/briefs/open/index.html")
            .contains("By a group.")
    );
    assert!(
        site.page("inside/briefs/open/index.html")
            .contains("<a href=\"/actors/heron/\"")
    );
    assert!(site.has("inside/actors/quietfriend/index.html"));
}

#[test]
fn how_a_withheld_brief_writes_a_name_is_withheld_too() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        // The first by its path, so that its spelling is the first that is met.
        .file(
            "content/briefs/a-shut.md",
            brief("Shut", "tlp: amber\nactors: [GREYheron]\n", "Text.\n"),
        )
        .file(
            "content/briefs/b-open.md",
            brief("Open", "actors: [Grey Heron]\n", "Text.\n"),
        );
    site.build().success();
    let world = site.page("world/actors/grey-heron/index.html");
    assert!(world.contains("<h1>Grey Heron</h1>"), "{world}");
    let held = site
        .files("public/world")
        .into_iter()
        .filter(|(path, bytes)| {
            path.contains("greyheron") || String::from_utf8_lossy(bytes).contains("GREYheron")
        })
        .map(|(path, _)| path)
        .collect::<Vec<_>>();
    assert_eq!(held, Vec::<String>::new());
}

#[test]
fn a_part_above_the_edition_is_refused_at_its_mark() {
    // What is added to the front matter, the body, and the words that the finding points at.
    let parts = [
        (
            "outlook: {text: Much will follow., tlp: amber}\n",
            "Text.\n",
            "Much will follow.",
        ),
        (
            "events:\n  - {date: 2025-07, text: It began., tlp: amber}\n",
            "Text.\n",
            "It began.",
        ),
        (
            "changelog:\n  - {date: 2025-11-12, note: Mended., audience: [other]}\n",
            "Text.\n",
            "Mended.",
        ),
        ("", "Text.\n\n(TLP:AMBER) For few.\n", "(TLP:AMBER)"),
        (
            "",
            "Text.\n\n::: tlp amber\nFor few.\n:::\n",
            "::: tlp amber",
        ),
        (
            "",
            "Text.\n\n::: tlp clear audience=other\nFor few.\n:::\n",
            "::: tlp clear",
        ),
        (
            "",
            "Text.\n\n## (TLP:AMBER) Who\n\nFor few.\n",
            "(TLP:AMBER)",
        ),
        ("", "- One.\n- (TLP:AMBER) For few.\n", "(TLP:AMBER)"),
        ("", "```text tlp=amber\nFor few.\n```\n", "tlp=amber"),
    ];
    for (matter, body, words) in parts {
        let text = brief("A brief", matter, body);
        let site = Site::new()
            .file("tearline.toml", TWO_EDITIONS)
            .file("content/briefs/a.md", &text);
        let run = site.check_with(["--edition", "world"]).failure();
        let findings = run.findings();
        assert_eq!(findings.len(), 1, "{text}: {findings:#?}");
        let finding = &findings[0];
        assert_eq!(finding.code, "TL0409", "{finding:?}");
        assert!(finding.message.contains("`world`"), "{finding:?}");
        let at = text.find(words).expect("the words are there");
        let line = text[..at].matches('\n').count() + 1;
        assert_eq!(
            (finding.file.as_deref(), finding.line),
            (Some("content/briefs/a.md"), Some(line)),
            "{text}: {finding:?}"
        );
        site.build_with(["--edition", "world"]).failure();
        assert!(!site.path("public").exists(), "nothing is written");
    }
}

#[test]
fn a_name_that_the_edition_withholds_may_not_stand_in_its_text() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/actors/heron.md",
            "---\nname: Grey Heron\ntlp: amber\n---\n",
        )
        .file(
            "content/briefs/shut.md",
            brief("Shut", "tlp: amber\nactors: [Grey Heron]\n", "Text.\n"),
        )
        .file(
            "content/briefs/open.md",
            brief("Open", "", "By [[Grey Heron]], as in [[shut]].\n"),
        );
    let run = site.check_with(["--edition", "world"]).failure();
    let lines: Vec<String> = run.findings().iter().map(support::Finding::line).collect();
    assert_eq!(
        lines,
        [
            "TL0410 content/briefs/open.md:6:4 error",
            "TL0410 content/briefs/open.md:6:26 error"
        ]
    );

    site.write(
        "content/briefs/open.md",
        brief(
            "Open",
            "",
            "By [[Grey Heron|a group]], as in [[shut|another brief]].\n",
        ),
    );
    site.build().success();
    let world = site.page("world/briefs/open/index.html");
    assert!(
        world.contains("By a group, as in another brief."),
        "{world}"
    );
    assert!(holding(&site, "world", &["Grey Heron", "shut"]).is_empty());
    let inside = site.page("inside/briefs/open/index.html");
    assert!(
        inside.contains("href=\"/actors/heron/\"") && inside.contains("href=\"/briefs/shut/\"")
    );
}

#[test]
fn a_link_to_a_withheld_page_is_an_error_in_the_edition_that_lacks_it() {
    let site = library()
        .file(
            "content/briefs/shut.md",
            brief("Shut", "tlp: amber\n", "Text.\n"),
        )
        .file(
            "content/briefs/link.md",
            brief("Link", "", "See [there](/briefs/shut/).\n"),
        );
    let found = site.check_with(["--edition", "world"]).failure().findings();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].line(), "TL0403 content/briefs/link.md:6:5 error");
    site.check_with(["--edition", "inside"]).success();
}

#[test]
fn a_superseded_brief_does_not_tell_of_a_withheld_successor() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file("content/briefs/old.md", brief("Old", "", "Text.\n"))
        .file(
            "content/briefs/new.md",
            brief(
                "Quietsuccessor",
                "tlp: amber\nsupersedes: [old]\n",
                "Text.\n",
            ),
        );
    site.build().success();
    assert!(
        holding(&site, "world", &["quietsuccessor", "supersede"])
            .iter()
            .all(|hit| hit.contains("style."))
    );
    assert!(
        site.page("inside/briefs/old/index.html")
            .contains("Quietsuccessor")
    );
}

#[test]
fn one_edition_replaces_only_its_own_folder() {
    let site = library();
    site.build().success();
    let before = site.files("public/inside");
    site.write(
        "content/briefs/open-1.md",
        brief("Changed words", "", "Text.\n"),
    );
    site.build_with(["--edition", "world"]).success();
    assert_eq!(site.files("public/inside"), before);
    assert!(!holding(&site, "world", &["Changed words"]).is_empty());
    site.build().success();
    assert_ne!(site.files("public/inside"), before);
}

#[test]
fn an_unknown_edition_is_told_with_the_nearest() {
    let site = library();
    let found = site.check_with(["--edition", "wrold"]).failure().findings();
    assert_eq!(found[0].code, "TL0802");
    assert_eq!(found[0].help.as_deref(), Some("did you mean `world`?"));
    site.build_with(["--edition", "wrold"]).failure();
    assert!(!site.path("public").exists());
}

#[test]
fn every_page_says_its_own_marking() {
    let site = with_secret(library(), "tlp: amber\n");
    site.build().success();
    for (path, bytes) in site.files("public/inside") {
        let text = String::from_utf8_lossy(&bytes);
        if path.ends_with("index.html") && !text.contains("http-equiv=\"refresh\"") {
            assert!(text.contains("class=\"marking\""), "{path}");
        }
    }
    let inside = site.page("inside/briefs/quietslug/index.html");
    assert!(inside.contains("TLP:AMBER"));
    assert!(
        !site
            .page("world/briefs/open-3/index.html")
            .contains("TLP:AMBER")
    );
    assert!(
        site.page("inside/index.html").contains("noindex"),
        "an edition above clear asks crawlers to stay away"
    );
    assert!(site.page("inside/robots.txt").contains("Disallow: /"));
    assert!(site.page("world/robots.txt").contains("Allow: /"));
    let feed: serde_json::Value =
        serde_json::from_str(&site.page("inside/feed.json")).expect("a feed");
    let titles: Vec<_> = feed["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["title"].as_str())
        .collect();
    assert!(titles.contains(&"[TLP:AMBER] Quiettitle"), "{titles:?}");
}
