//! What an edition withholds is in no byte of it, and all the rest is there.

use std::collections::BTreeMap;

use crate::support::{Site, brief, picture};

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
             {matter}---\n\n## Quietheading\n\nQuietcanary [@q], see [[Niue]], [beside](quietbeside.txt).\n"
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
        let run =
            crate::support::Run::of(site.command().arg("build").env("SOURCE_DATE_EPOCH", epoch));
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
fn a_profile_above_the_edition_takes_its_name_along() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/actors/heron.md",
            "---\nname: Quietheron\ntlp: amber\naliases: [Quietalias]\nredirect_from: [/quietold/]\n\
             related: [Quietfriend]\n---\n\nQuietcanary.\n",
        )
        .file(
            "content/briefs/open.md",
            brief("Open", "actors: [Quietheron]\n", "By [[Quietalias|a group]].\n"),
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

/// What differs between a brief with a part and one that never had it: front matter, body.
struct Part {
    name: &'static str,
    without: (&'static str, &'static str),
    with: (&'static str, &'static str),
}

const PARTS: &[Part] = &[
    Part {
        name: "the outlook",
        without: ("", "Text.\n"),
        with: ("outlook: {text: Quietword., tlp: amber}\n", "Text.\n"),
    },
    Part {
        name: "one of two judgments",
        without: (
            "key_judgments:\n  - {text: One., confidence: low, sources: [s]}\n",
            "Text.\n",
        ),
        with: (
            "key_judgments:\n  - {text: Quietword., tlp: amber, confidence: low, sources: [s]}\n  \
             - {text: One., confidence: low, sources: [s]}\n",
            "Text.\n",
        ),
    },
    Part {
        name: "the newest change, and with it the date of the last",
        without: (
            "changelog:\n  - {date: 2025-11-01, note: One.}\n",
            "Text.\n",
        ),
        with: (
            "changelog:\n  - {date: 2025-11-01, note: One.}\n  - {date: 2025-11-12, note: Quietword., audience: [acme]}\n",
            "Text.\n",
        ),
    },
    Part {
        name: "an attribution, with the actor that nothing else names",
        without: ("", "Text.\n"),
        with: (
            "attribution:\n  - {actor: Quietactor, confidence: low, source: s, tlp: amber}\n",
            "Text.\n",
        ),
    },
    Part {
        name: "an indicator, with its software",
        without: (
            "indicators:\n  - {type: domain, value: one.example}\n",
            "Text.\n",
        ),
        with: (
            "indicators:\n  - {type: domain, value: quiet.example, software: Quietware, tlp: amber}\n  \
             - {type: domain, value: one.example}\n",
            "Text.\n",
        ),
    },
    Part {
        name: "a paragraph with the note that only it cites",
        without: ("", "Text.[^a]\n\n[^a]: One.\n"),
        with: (
            "",
            "(TLP:AMBER) Quietword.[^q]\n\nText.[^a]\n\n[^q]: Quietnote.\n[^a]: One.\n",
        ),
    },
    Part {
        name: "a block for one group",
        without: ("", "Text.\n"),
        with: (
            "",
            "Text.\n\n::: tlp clear audience=acme\nQuietword.\n:::\n",
        ),
    },
    Part {
        name: "a block in a block",
        without: ("", "Text.\n"),
        with: (
            "",
            "Text.\n\n::: tlp amber\nQuietword.\n\n(TLP:CLEAR) Quietword too.\n:::\n",
        ),
    },
    Part {
        name: "a section, of a heading that stands twice",
        without: ("", "## Who\n\nText.\n"),
        with: (
            "",
            "## (TLP:AMBER) Who\n\nQuietword.\n\n### Quietwhere\n\nText.\n\n## Who\n\nText.\n",
        ),
    },
    Part {
        name: "an item",
        without: ("", "- One.\n- Two.\n"),
        with: ("", "- One.\n- (TLP:AMBER) Quietword.\n- Two.\n"),
    },
    Part {
        name: "every item",
        without: ("", "Text.\n"),
        with: ("", "Text.\n\n- (TLP:AMBER) Quietword.\n"),
    },
    Part {
        name: "a code block, a table and a quote",
        without: ("", "Text.\n"),
        with: (
            "",
            "Text.\n\n```text tlp=amber\nQuietword\n```\n\n| (TLP:AMBER) A | B |\n|---|---|\n| Quietword | B |\n\n\
             > (TLP:AMBER) Quietword.\n",
        ),
    },
    Part {
        name: "a source, and what rests on it alone",
        without: (
            "key_judgments:\n  - {text: One., confidence: low, sources: [s]}\n",
            "Text [@s].\n",
        ),
        with: (
            "key_judgments:\n  - {text: One., confidence: low, sources: [q, s]}\n  - {text: Quietword., confidence: low, sources: [q]}\n\
             statistics:\n  - {label: Quietword, value: 5, unit: hosts, source: q}\n\
             quotes:\n  - {text: Quietword., person: Quietperson, source: q}\n\
             events:\n  - {date: 2025, text: Quietword., source: q}\n\
             indicators:\n  - {type: domain, value: quiet.example, source: q}\n\
             attribution:\n  - {actor: Quietactor, source: q}\n",
            "Text [@q][@s].\n\n```chart source=q\ntype: bar\ntitle: Quietword\ndata: {Quietbar: 1}\n```\n",
        ),
    },
];

#[test]
fn a_part_above_the_edition_leaves_no_byte_and_no_gap() {
    for part in PARTS {
        let library = |(matter, body): (&str, &str), sources: &str| {
            library().file(
                "content/briefs/parts.md",
                brief("Parts", &format!("{matter}{sources}"), body),
            )
        };
        let visible = "sources:\n  - {id: s, title: Open source, reliability: B, credibility: 2}\n";
        let all = "sources:\n  - {id: q, title: Quietsource, reliability: B, credibility: 2, tlp: amber}\n  \
                   - {id: s, title: Open source, reliability: B, credibility: 2}\n";
        let never = library(part.without, visible);
        let site = library(part.with, all);
        never.build_with(["--edition", "world"]).success();
        site.build().success();
        assert_eq!(
            holding(&site, "world", &["quiet"]),
            Vec::<String>::new(),
            "{}",
            part.name
        );
        assert!(
            !holding(&site, "inside", &["quiet"]).is_empty(),
            "{}",
            part.name
        );
        let (built, expected) = (world(&site), world(&never));
        assert_eq!(
            built.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{}",
            part.name
        );
        for (path, bytes) in &built {
            assert_eq!(
                String::from_utf8_lossy(bytes),
                String::from_utf8_lossy(&expected[path]),
                "{path}: {}",
                part.name
            );
        }
    }
}

#[test]
fn files_go_with_the_text_that_uses_them() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/briefs/files/index.md",
            brief(
                "Files",
                "image: {src: quietlead.txt, alt: Quietalt, tlp: amber}\nindicators_file: rows.csv\n\
                 extra: {beside: [named.txt]}\n",
                "See [the list](rows.csv) and [more](open.txt).\n\n(TLP:AMBER) See [it](quiet.txt) and [more](open.txt).\n",
            ),
        )
        .file(
            "content/briefs/files/rows.csv",
            "type,value,description,software,tlp\ndomain,quiet.example,\"a, b\",,amber\n\
             domain,open[.]example,\"c, d\",Quietware,\n",
        )
        .file("content/software/quietware.md", "---\nname: Quietware\ntlp: amber\n---\n")
        .file("content/briefs/files/quietlead.txt", "quiet")
        .file("content/briefs/files/quiet.txt", "quiet")
        .file("content/briefs/files/open.txt", "open")
        .file("content/briefs/files/named.txt", "open")
        .file("content/briefs/files/quietunused.txt", "quiet");
    site.build().success();
    assert_eq!(holding(&site, "world", &["quiet"]), Vec::<String>::new());
    assert!(site.has("world/briefs/files/open.txt"));
    assert!(site.has("world/briefs/files/named.txt"));
    assert!(site.has("inside/briefs/files/quiet.txt"));
    assert!(site.has("inside/briefs/files/quietlead.txt"));
    assert!(!site.has("inside/briefs/files/quietunused.txt"));
    assert_eq!(
        site.page("world/briefs/files/rows.csv"),
        "type,value,description,tlp\ndomain,open.example,\"c, d\",clear\n"
    );
    assert_eq!(
        site.page("inside/briefs/files/rows.csv"),
        "type,value,description,software,tlp\ndomain,quiet.example,\"a, b\",,amber\n\
         domain,open.example,\"c, d\",Quietware,clear\n"
    );
}

#[test]
fn a_profile_above_the_edition_leaves_the_place_itself() {
    let never = Site::new().file("tearline.toml", TWO_EDITIONS).file(
        "content/briefs/open.md",
        brief(
            "Open",
            "regions: [TW]\ntechniques: [T1566.001]\n",
            "In [[Taiwan]].\n",
        ),
    );
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/briefs/open.md",
            brief("Open", "regions: [TW]\ntechniques: [T1566.001]\n", "In [[Taiwan]].\n"),
        )
        .file(
            "content/regions/quietplace.md",
            "---\nname: Quietplace\ncode: TW\ntlp: amber\nslug: quietplace\naliases: [Quietalias]\nparents: [Quietisles]\n---\n\nQuiet.\n",
        )
        .file(
            "content/regions/quietisles.md",
            "---\nname: Quietisles\nkind: custom\ntlp: amber\n---\n",
        )
        .file(
            "content/regions/open-asia.md",
            "---\nname: Quietgroup\nkind: custom\ntlp: amber\nmembers: [TW]\n---\n",
        );
    never.build_with(["--edition", "world"]).success();
    site.build().success();
    assert_eq!(holding(&site, "world", &["quiet"]), Vec::<String>::new());
    assert_eq!(world(&site), world(&never));
    assert!(site.has("inside/regions/quietplace/index.html"));

    site.write(
        "content/briefs/open.md",
        brief(
            "Open",
            "regions: [TW]\n",
            "In [[Quietalias]], that is [[Quietalias|there]].\n",
        ),
    );
    let found = site.check_with(["--edition", "world"]).failure().findings();
    // With words of its own the link still leads to the place.
    let lines: Vec<String> = found.iter().map(crate::support::Finding::line).collect();
    assert_eq!(
        lines,
        [
            "TL0410 content/briefs/open.md:7:4 error",
            "TL0410 content/briefs/open.md:7:28 error"
        ]
    );
}

#[test]
fn an_alias_goes_with_its_marking_and_with_its_only_source() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/actors/heron.md",
            "---\nname: Grey Heron\naliases:\n  - Open Wader\n  - {name: Quietone, tlp: amber}\n  - {name: Quiettwo, source: q}\n  \
             - {name: Both Names, source: q}\n  - {name: Both Names, source: s}\n\
             sources:\n  - {id: q, title: Quietsource, reliability: A, credibility: 1, tlp: amber}\n  \
             - {id: s, title: Open, reliability: A, credibility: 1}\n---\n",
        )
        .file(
            "content/briefs/open.md",
            brief("Open", "actors: [Grey Heron]\n", "Of [[Open Wader]] and [[Both Names]].\n"),
        );
    site.build().success();
    assert_eq!(holding(&site, "world", &["quiet"]), Vec::<String>::new());
    let world = site.page("world/actors/heron/index.html");
    assert!(world.contains("Open Wader") && world.contains("Both Names"));
    let inside = site.page("inside/actors/heron/index.html");
    assert!(inside.contains("Quietone") && inside.contains("Quiettwo"));
}

#[test]
fn a_page_carries_the_highest_marking_of_what_it_holds() {
    let site = Site::new()
        .file("tearline.toml", TWO_EDITIONS)
        .file(
            "content/briefs/open.md",
            brief(
                "Open",
                "actors: [Grey Heron]\nattribution:\n  - {actor: Night Tern, tlp: amber}\n",
                "Text.\n\n(TLP:GREEN) In [[Tuvalu]].\n",
            ),
        )
        .file(
            "content/actors/heron.md",
            "---\nname: Grey Heron\naliases: [{name: Pale Wader, tlp: green}]\n---\n",
        )
        .file(
            "content/pages/about.md",
            "---\ntitle: About\n---\n\nText.\n\n(TLP:AMBER) More.\n",
        );
    site.build().success();
    for (page, level) in [
        ("briefs/open", "amber"),
        ("actors/heron", "green"),
        ("actors/night-tern", "amber"),
        ("regions/tuvalu", "green"),
        ("about", "amber"),
    ] {
        let html = site.page(&format!("inside/{page}/index.html"));
        let class = format!(" marking-{level}\">");
        let body = &html[html.find("<body").expect("a body")..];
        assert!(
            body.lines().next().expect("a line").ends_with(&class),
            "{page}: {body}"
        );
    }
}

#[test]
fn what_is_withheld_is_told_to_those_who_publish() {
    let site = with_secret(library(), "tlp: amber\n").file(
        "content/briefs/parts.md",
        brief(
            "Parts",
            "outlook: {text: Quietword., tlp: amber}\n",
            "Text.\n",
        ),
    );
    let inside_output = site
        .build_with(["--withheld", "public/withheld.json"])
        .failure();
    assert!(
        inside_output.stderr.contains("TL0701"),
        "{}",
        inside_output.all()
    );
    let run = site.build_with(["--withheld", "withheld.json"]).success();
    assert!(
        run.stdout.contains("1 brief by its marking"),
        "{}",
        run.all()
    );
    assert!(run.stdout.contains("Quiettitle"), "{}", run.all());
    assert!(
        run.stdout.contains("1 part of 1 document (outlook 1)"),
        "{}",
        run.all()
    );
    let json: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(site.path("withheld.json")).expect("a report"),
    )
    .expect("JSON");
    let world = &json["editions"]
        .as_array()
        .expect("editions")
        .iter()
        .find(|edition| edition["edition"] == "world")
        .expect("the edition")["withheld"];
    assert_eq!(world["briefs"][0]["title"], "Quiettitle");
    assert_eq!(world["briefs"][0]["reason"], "marking");
    assert_eq!(world["parts"]["content/briefs/parts.md"]["outlook"], 1);
    assert_eq!(holding(&site, "", &["withheld.json"]), Vec::<String>::new());
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
    let lines: Vec<String> = run
        .findings()
        .iter()
        .map(crate::support::Finding::line)
        .collect();
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
fn a_path_to_something_withheld_is_text_without_a_link() {
    let site = library()
        .file("content/briefs/quietshut.md", brief("Shut", "tlp: amber\n", "Text.\n"))
        .file(
            "content/briefs/link.md",
            brief(
                "Link",
                "",
                "See [there](/briefs/quietshut/), [here](#quiethere), [that](/briefs/open-1/#quietthat).\n\n\
                 ## (TLP:AMBER) Quiethere\n\nText.\n",
            ),
        )
        .file(
            "content/briefs/open-1.md",
            brief("Open 1", "", "Text.\n\n## (TLP:AMBER) Quietthat\n\nText.\n"),
        );
    site.build().success();
    assert_eq!(holding(&site, "world", &["quiet"]), Vec::<String>::new());
    let world = site.page("world/briefs/link/index.html");
    assert!(
        world.contains("See there, here, <a href=\"/briefs/open-1/\""),
        "{world}"
    );
    let inside = site.page("inside/briefs/link/index.html");
    assert!(inside.contains("/briefs/quietshut/") && inside.contains("#quietthat"));
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
            .all(|hit| hit.contains("style.") || hit.contains("catalogue.schema.json"))
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

/// A thing with a name that only the edition inside may know to be its.
struct Alias {
    /// Its profile's path and text.
    profile: (&'static str, &'static str),
    /// What the edition for the world calls the same thing.
    open: &'static str,
}

/// The name that may not be known.
const HIDDEN: &str = "Quietname";

/// Every key that names an entity, with the kind it names, in a document of this path.
const NAMING: &[(&str, &str, &str)] = &[
    (
        "actors",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nactors: [@]\n",
    ),
    (
        "campaigns",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\ncampaigns: [@]\n",
    ),
    (
        "regions",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nregions: [@]\n",
    ),
    (
        "sectors",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nsectors: [@]\n",
    ),
    (
        "techniques",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\ntechniques: [@]\n",
    ),
    (
        "software",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nsoftware: [@]\n",
    ),
    (
        "vulnerabilities",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nvulnerabilities: [@]\n",
    ),
    (
        "actors",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nattribution:\n  - {actor: @}\n",
    ),
    (
        "software",
        "content/briefs/names.md",
        "title: N\ndate: 2025-06-01\nindicators:\n  - {type: domain, value: a.example, software: @}\n",
    ),
    (
        "actors",
        "content/actors/other.md",
        "name: Other\nrelated: [@]\n",
    ),
    (
        "regions",
        "content/actors/other.md",
        "name: Other\nregions: [@]\n",
    ),
    (
        "sectors",
        "content/actors/other.md",
        "name: Other\nsectors: [@]\n",
    ),
    (
        "techniques",
        "content/actors/other.md",
        "name: Other\ntechniques: [@]\n",
    ),
    (
        "software",
        "content/actors/other.md",
        "name: Other\nsoftware: [@]\n",
    ),
    (
        "regions",
        "content/actors/other.md",
        "name: Other\norigin: @\n",
    ),
    (
        "actors",
        "content/actors/other.md",
        "name: Other\nattribution: {actor: @}\n",
    ),
    (
        "regions",
        "content/regions/other.md",
        "name: Other\nkind: custom\nparents: [@]\n",
    ),
    (
        "regions",
        "content/regions/other.md",
        "name: Other\nkind: custom\nmembers: [@]\n",
    ),
    (
        "sectors",
        "content/sectors/other.md",
        "name: Other\nparent: @\n",
    ),
    (
        "actors",
        "content/software/other.md",
        "name: Other\nactors: [@]\n",
    ),
    (
        "techniques",
        "content/software/other.md",
        "name: Other\ntechniques: [@]\n",
    ),
    (
        "actors",
        "content/vulnerabilities/other.md",
        "name: CVE-2023-11111\nactors: [@]\n",
    ),
    (
        "software",
        "content/vulnerabilities/other.md",
        "name: CVE-2023-11111\nsoftware: [@]\n",
    ),
    (
        "actors",
        "content/campaigns/other.md",
        "name: Other\nactors: [@]\n",
    ),
    (
        "regions",
        "content/campaigns/other.md",
        "name: Other\nregions: [@]\n",
    ),
    (
        "sectors",
        "content/campaigns/other.md",
        "name: Other\nsectors: [@]\n",
    ),
    (
        "techniques",
        "content/campaigns/other.md",
        "name: Other\ntechniques: [@]\n",
    ),
    (
        "software",
        "content/campaigns/other.md",
        "name: Other\nsoftware: [@]\n",
    ),
    (
        "vulnerabilities",
        "content/campaigns/other.md",
        "name: Other\nvulnerabilities: [@]\n",
    ),
];

/// The profiles of a kind that have the hidden name: marked, for a group, by a withheld source.
fn aliases_of(kind: &str) -> Vec<Alias> {
    const SOURCES: &str =
        "sources:\n  - {id: q, title: Quietsource, reliability: A, credibility: 1, tlp: amber}\n";
    let (path, name, more) = match kind {
        "actors" => ("content/actors/thing.md", "Grey Heron", ""),
        "campaigns" => ("content/campaigns/thing.md", "Grey Heron", ""),
        "regions" => ("content/regions/thing.md", "Grey Heron", "kind: custom\n"),
        "sectors" => ("content/sectors/thing.md", "Grey Heron", ""),
        "software" => ("content/software/thing.md", "Grey Heron", ""),
        "techniques" => ("content/techniques/T1566.md", "T1566", ""),
        _ => ("content/vulnerabilities/thing.md", "CVE-2023-22515", ""),
    };
    let mut all: Vec<Alias> = ["tlp: amber", "audience: [acme]", "source: q"]
        .iter()
        .map(|limit| {
            let text = format!(
                "---\nname: {name}\n{more}aliases:\n  - {{name: {HIDDEN}, {limit}}}\n{SOURCES}---\n\nText.\n"
            );
            Alias { profile: (path, text.leak()), open: name }
        })
        .collect();
    if kind == "regions" {
        // A place that every site has stays when its profile is withheld.
        for names in ["name: Taiwan\naliases: [Quietname]\n", "name: Quietname\n"] {
            let text = format!("---\n{names}code: TW\ntlp: amber\n---\n\nText.\n");
            all.push(Alias {
                profile: (path, text.leak()),
                open: "Taiwan",
            });
        }
    }
    all
}

#[test]
fn a_name_that_tells_who_is_meant_is_an_error_wherever_front_matter_names() {
    let mut tried = 0;
    for (kind, path, matter) in NAMING {
        for (number, alias) in aliases_of(kind).into_iter().enumerate() {
            let with = |name: &str, marking: &str| {
                let matter = matter.replace('@', name);
                format!("---\n{matter}{marking}---\n\nText.\n")
            };
            let site = Site::new()
                .file("tearline.toml", TWO_EDITIONS)
                .file(alias.profile.0, alias.profile.1)
                .file(path, with(HIDDEN, ""));
            let found = site.check_with(["--edition", "world"]).failure().findings();
            let errors: Vec<_> = found
                .iter()
                .filter(|found| found.severity == "error")
                .collect();
            let line = 1 + matter[..matter.find('@').expect("a name")].lines().count();
            let [error] = errors.as_slice() else {
                panic!("{path} {matter} {}: {found:#?}", alias.profile.1)
            };
            assert_eq!(
                (error.code.as_str(), error.file.as_deref()),
                ("TL0410", Some(*path))
            );
            assert_eq!(error.line, Some(line), "{matter}");
            let help = error.help.as_deref().unwrap_or_default();
            assert!(help.contains(alias.open) && help.contains("mark"), "{help}");
            tried += 1;
            if number > 0 {
                continue;
            }
            // The edition that may know it has no complaint, and the ways out are ways out.
            site.check_with(["--edition", "inside"]).success();
            site.write(path, with(alias.open, ""));
            site.check_with(["--edition", "world"]).success();
            site.write(path, with(HIDDEN, "tlp: amber\n"));
            site.check_with(["--edition", "world"]).success();
        }
    }
    assert!(tried > 90, "{tried}");
}
