//! What an edition adds up to: the landscape, the profiles of entities, comparisons of actors. The
//! numbers are counted by hand.

use std::collections::BTreeMap;

use crate::support::{SETTINGS, Site};

/// A brief of a day with lists in its front matter, each `key: values`.
fn dated(title: &str, day: &str, lists: &[&str]) -> String {
    let lists: String = lists.iter().map(|list| format!("{list}\n")).collect();
    format!("---\ntitle: {title}\ndate: {day}\n{lists}---\n\nText.\n")
}

fn actor(name: &str, matter: &str) -> String {
    format!("---\nname: {name}\n{matter}---\n\nText.\n")
}

/// Two aligned actors, one without an alignment, eight briefs in four quarters and before.
fn library() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "content/actors/alpha.md",
            actor(
                "Alpha",
                "alignment: East\ntechniques: [T1001]\nrelated: [Bravo]\n",
            ),
        )
        .file(
            "content/actors/bravo.md",
            actor("Bravo", "alignment: West\n"),
        )
        .file("content/actors/charlie.md", actor("Charlie", ""))
        .file(
            "content/briefs/b1.md",
            dated(
                "One",
                "2025-12-31",
                &[
                    "actors: [Alpha, Bravo]",
                    "regions: [FR, Western Europe]",
                    "sectors: [finance]",
                    "techniques: [T1566.001, T1566.002]",
                ],
            ),
        )
        .file(
            "content/briefs/b2.md",
            dated(
                "Two",
                "2025-10-01",
                &["actors: [Alpha]", "regions: [DE]", "techniques: [T1566]"],
            ),
        )
        .file(
            "content/briefs/b3.md",
            dated("Three", "2025-09-30", &["actors: [Charlie]"]),
        )
        .file(
            "content/briefs/b4.md",
            dated("Four", "2025-07-01", &["regions: [FR]"]),
        )
        .file(
            "content/briefs/b5.md",
            dated("Five", "2025-06-30", &["actors: [Alpha]"]),
        )
        .file(
            "content/briefs/b6.md",
            dated(
                "Six",
                "2025-01-01",
                &["actors: [Bravo]", "techniques: [T1190]"],
            ),
        )
        .file(
            "content/briefs/b7.md",
            dated("Seven", "2024-12-31", &["actors: [Bravo]"]),
        )
}

/// The rows of a CSV file by their first cell.
fn sheet(site: &Site, path: &str) -> BTreeMap<String, Vec<String>> {
    let text = site.page(path);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            let mut cells = row.iter().map(str::to_owned);
            (cells.next().expect("a cell"), cells.collect())
        })
        .collect()
}

/// A page's words without its markup.
fn words(page: &str) -> String {
    let main = page.split_once("<main").map_or(page, |(_, main)| main);
    let mut text = String::new();
    for part in main.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn row(sheet: &BTreeMap<String, Vec<String>>, name: &str, cells: &[&str]) {
    let found = sheet
        .get(name)
        .unwrap_or_else(|| panic!("no row {name} in {sheet:#?}"));
    assert_eq!(found, cells, "{name}");
}

#[test]
fn alignments_are_counted_by_quarter_and_a_brief_of_two_counts_to_both() {
    let site = library();
    site.build().success();
    let shares = sheet(&site, "landscape/alignment.csv");
    row(
        &shares,
        "alignment",
        &[
            "briefs 2025-Q3 and 2025-Q4",
            "briefs 2025-Q1 and 2025-Q2",
            "all briefs",
            "share in the last two quarters, %",
            "share in the two before, %",
            "share of all, %",
        ],
    );
    row(&shares, "East", &["2", "1", "3", "50.0", "50.0", "42.9"]);
    row(&shares, "West", &["1", "1", "3", "25.0", "50.0", "42.9"]);
    row(
        &shares,
        "Alignment unknown",
        &["1", "0", "1", "25.0", "0.0", "14.3"],
    );
    row(
        &shares,
        "No actor named",
        &["1", "0", "1", "25.0", "0.0", "14.3"],
    );
    row(&shares, "All briefs", &["4", "2", "7", "", "", ""]);

    let quarters = sheet(&site, "landscape/alignment-by-quarter.csv");
    row(
        &quarters,
        "quarter",
        &[
            "briefs",
            "East",
            "West",
            "Alignment unknown",
            "No actor named",
        ],
    );
    row(&quarters, "2025-Q4", &["2", "2", "1", "0", "0"]);
    row(&quarters, "2025-Q3", &["2", "0", "0", "1", "1"]);
    row(&quarters, "2025-Q2", &["1", "1", "0", "0", "0"]);
    row(&quarters, "2025-Q1", &["1", "0", "1", "0", "0"]);
    row(&quarters, "2024-Q4", &["1", "0", "1", "0", "0"]);

    let page = words(&site.page("landscape/index.html"));
    assert!(page.contains("7 briefs, 2024-Q4 to 2025-Q4."), "{page}");
    assert!(page.contains("East: 2 of 4 briefs (50.0%)."), "{page}");
    assert!(
        page.contains("The two pairs of quarters are not compared"),
        "{page}"
    );
    assert!(page.contains("East 2 50.0% 1 50.0% 3 42.9%"), "{page}");
}

#[test]
fn with_enough_briefs_the_last_quarters_are_compared_in_words() {
    let mut site = library();
    for at in 0..4 {
        let lists: &[&str] = if at == 0 { &["actors: [Alpha]"] } else { &[] };
        site = site
            .file(
                &format!("content/briefs/n{at}.md"),
                dated(&format!("New {at}"), "2025-11-01", lists),
            )
            .file(
                &format!("content/briefs/o{at}.md"),
                dated(&format!("Old {at}"), "2025-04-01", &[]),
            );
    }
    site.build().success();
    let page = words(&site.page("landscape/index.html"));
    assert!(
        page.contains("East: 3 of 8 briefs (37.5%); in the two quarters before, 1 of 6 (16.7%)."),
        "{page}"
    );
    assert!(!page.contains("not compared"), "{page}");
}

#[test]
fn places_roll_up_and_down_and_a_brief_counts_once() {
    let site = library();
    site.build().success();
    let countries = sheet(&site, "landscape/countries.csv");
    // France itself in two briefs, one of which names Western Europe too.
    row(&countries, "FR", &["France", "2", "2", "0", "2"]);
    row(&countries, "DE", &["Germany", "1", "2", "0", "2"]);
    // By the grouping alone.
    row(&countries, "BE", &["Belgium", "0", "1", "0", "1"]);
    assert!(!countries.contains_key("IT"));
    // One with both, one with Germany, one with France.
    let europe = words(&site.page("regions/western-europe/index.html"));
    assert!(
        europe.contains("3 briefs , 1 of them naming it directly"),
        "{europe}"
    );
    assert!(europe.contains("Who targets it Alpha 2 briefs"), "{europe}");
}

#[test]
fn members_of_an_own_grouping_count_though_nothing_else_names_them() {
    let site = library()
        .file(
            "content/regions/pair.md",
            "---\nname: The Pair\nkind: custom\nmembers: [IT, ES]\n---\n\nText.\n",
        )
        .file(
            "content/briefs/b8.md",
            dated("Eight", "2025-12-01", &["regions: [The Pair]"]),
        );
    site.build().success();
    let countries = sheet(&site, "landscape/countries.csv");
    row(&countries, "IT", &["Italy", "0", "1", "0", "1"]);
    row(&countries, "ES", &["Spain", "0", "1", "0", "1"]);
}

#[test]
fn techniques_roll_up_to_their_parents_once() {
    let site = library();
    site.build().success();
    let techniques = sheet(&site, "landscape/techniques.csv");
    row(&techniques, "T1566", &["2", "0", "2"]);
    row(&techniques, "T1566.001", &["1", "0", "1"]);
    row(&techniques, "T1190", &["0", "1", "1"]);
    // What a profile alone names is no brief's.
    assert!(!techniques.contains_key("T1001"));
    let actors = sheet(&site, "landscape/actors.csv");
    row(&actors, "Alpha", &["2", "1", "3"]);
    row(&actors, "Bravo", &["1", "1", "3"]);
}

#[test]
fn a_profile_says_what_rests_on_it_and_what_on_briefs() {
    let site = library();
    site.build().success();
    let page = words(&site.page("actors/alpha/index.html"));
    assert!(
        page.contains("Related actors Bravo profile 1 brief"),
        "{page}"
    );
    assert!(page.contains("T1001 profile"), "{page}");
    assert!(page.contains("T1566 2 briefs"), "{page}");
    assert!(page.contains("Targeted countries"), "{page}");
    assert!(page.contains("Over time"), "{page}");
    // What there is none of is not there.
    let charlie = words(&site.page("actors/charlie/index.html"));
    for absent in [
        "Targeted countries",
        "Over time",
        "Techniques",
        "Targets and means",
    ] {
        assert!(!charlie.contains(absent), "{absent}: {charlie}");
    }
}

#[test]
fn two_actors_are_compared_on_one_page_that_both_link_to() {
    let site = library();
    site.build().success();
    assert!(site.has("actors/alpha/compare/bravo/index.html"));
    assert!(!site.has("actors/bravo/compare/alpha/index.html"));
    for page in ["actors/alpha/index.html", "actors/bravo/index.html"] {
        assert!(
            site.page(page)
                .contains("href=\"/actors/alpha/compare/bravo/\""),
            "{page}"
        );
    }
    let page = words(&site.page("actors/alpha/compare/bravo/index.html"));
    // Both by one brief: T1566.001 and T1566.002. Alpha alone: T1566, T1001. Bravo alone: T1190.
    assert!(page.contains("Only Alpha 2"), "{page}");
    assert!(page.contains("Both 2"), "{page}");
    assert!(page.contains("Only Bravo 1"), "{page}");
    assert!(
        page.contains("T1001 only Alpha profile – not named"),
        "{page}"
    );
    assert!(page.contains("T1566.001 both 1 brief 1 brief"), "{page}");
}

#[test]
fn what_is_withheld_never_counted() {
    let settings = "title = \"Test\"\nbase_url = \"https://briefs.example.org\"\ndefault_tlp = \"clear\"\n[editions.public]\ntlp = \"clear\"\n[editions.inside]\ntlp = \"amber\"\nbase_url = \"https://inside.example.org\"\n";
    let site = library().file("tearline.toml", settings);
    site.build().success();
    let without = site.files("public/public");
    // A new quarter, a new country, and an actor that Alpha would be compared with.
    site.write(
        "content/briefs/secret.md",
        dated(
            "Secret",
            "2026-01-01",
            &[
                "tlp: amber",
                "actors: [Alpha, Delta]",
                "regions: [BR]",
                "techniques: [T1001]",
            ],
        ),
    );
    site.build().success();
    assert_eq!(site.files("public/public"), without);
    let inside = site.page("inside/landscape/index.html");
    assert!(inside.contains("TLP:AMBER"));
    assert!(words(&inside).contains("8 briefs, 2024-Q4 to 2026-Q1."));
    assert!(
        site.page("inside/landscape/countries.csv")
            .contains("Brazil")
    );
    assert!(site.has("inside/actors/alpha/compare/delta/index.html"));
}

#[test]
fn quarters_go_back_from_the_newest_brief_and_not_from_a_day() {
    let site = library();
    site.build().success();
    let pages = [
        "landscape/index.html",
        "landscape/alignment.csv",
        "actors/alpha/index.html",
    ];
    let before = pages.map(|page| site.page(page));
    site.run(["build", "--as-of", "2031-05-05"]).success();
    assert_eq!(pages.map(|page| site.page(page)), before);
}

#[test]
fn revoked_briefs_are_left_out_and_said_to_be() {
    let site = library().file(
        "content/briefs/b8.md",
        dated(
            "Eight",
            "2025-12-31",
            &["status: revoked", "actors: [Alpha]"],
        ),
    );
    site.build().success();
    row(
        &sheet(&site, "landscape/alignment.csv"),
        "All briefs",
        &["4", "2", "7", "", "", ""],
    );
    let page = words(&site.page("landscape/index.html"));
    assert!(page.contains("1 revoked brief is not counted."), "{page}");
}

#[test]
fn without_a_brief_there_is_no_landscape_and_a_plain_page_may_take_its_place() {
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/actors/alpha.md", actor("Alpha", ""));
    site.build().success();
    assert!(!site.has("landscape/index.html"));
    assert!(!site.page("index.html").contains("/landscape/"));

    let site = library().file(
        "content/pages/landscape.md",
        "---\ntitle: Our own\n---\n\nOther words.\n",
    );
    site.build().success();
    assert!(words(&site.page("landscape/index.html")).contains("Other words."));
}

#[test]
fn a_redirect_from_the_address_of_a_comparison_collides() {
    let site = library().file(
        "content/actors/charlie.md",
        actor("Charlie", "redirect_from: [/actors/alpha/compare/bravo/]\n"),
    );
    let findings = site.check().failure().findings();
    assert!(
        findings.iter().any(|finding| finding
            .message
            .contains("the comparison of Alpha and Bravo")),
        "{findings:#?}"
    );
}
