//! What a browser may do with the pages: the policy that each states, that nothing in them needs
//! more than it, and that nothing leads to an indicator.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use crate::support::{AS_OF, SETTINGS, Site, files_below};
use regex::Regex;

/// The example site, every edition of it.
static EXAMPLE: LazyLock<(tempfile::TempDir, Vec<(String, String)>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("public");
    let site = Site::new();
    let mut command = site.command();
    command
        .args(["build", "--as-of", AS_OF, "--root"])
        .arg(env!("CARGO_MANIFEST_DIR"))
        .arg("--output")
        .arg(&output);
    crate::support::Run::of(&mut command).success();
    let pages = html(&output);
    (folder, pages)
});

fn html(folder: &Path) -> Vec<(String, String)> {
    files_below(folder)
        .into_iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("pages are UTF-8")))
        .collect()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

/// The policy that a page states.
fn policy(page: &str) -> &str {
    let start = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let (before, rest) = page.split_once(start).expect("a policy");
    assert_eq!(
        before.matches('<').count(),
        4,
        "only doctype, html, head and charset stand before it: {before}"
    );
    rest.split_once('"').expect("the end of the policy").0
}

/// The tags that open elements: all that writes pages escapes `<` and `>` in attributes.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<')
        .filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
        .filter_map(|rest| rest.split_once('>'))
        .map(|(tag, _)| tag)
}

/// The values of an attribute in all tags of a page, with the tag.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<(&'p str, &'p str)> {
    let start = format!(" {name}=\"");
    tags(page)
        .filter_map(|tag| {
            let (_, rest) = tag.split_once(&start)?;
            Some((tag, rest.split_once('"')?.0))
        })
        .collect()
}

#[test]
fn every_page_states_the_policy_before_anything_that_loads() {
    for (path, page) in &EXAMPLE.1 {
        // The one page that reads files of the site.
        let reads = path.ends_with("/search/index.html");
        assert_eq!(
            policy(page),
            format!(
                "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                 font-src 'self'; base-uri 'none'; form-action 'self'{}",
                if reads { "; connect-src 'self'" } else { "" }
            ),
            "{path}"
        );
    }
    assert!(EXAMPLE.1.len() > 1_000, "{} pages", EXAMPLE.1.len());
}

#[test]
fn no_page_has_scripts_or_styles_of_its_own() {
    let handler = regex(r#"(?i)\son[a-z]+\s*="#);
    for (path, page) in &EXAMPLE.1 {
        for tag in tags(page) {
            assert!(
                !tag.starts_with("script")
                    || tag == "script type=\"application/ld+json\""
                    || (tag.starts_with("script src=\"/assets/") && tag.ends_with("\" defer"))
                    // Before the first paint.
                    || tag.starts_with("script src=\"/assets/early."),
                "{path}: {tag}"
            );
            assert!(
                !tag.contains(" on") || !handler.is_match(tag),
                "{path}: {tag}"
            );
            assert!(!tag.contains(" style="), "{path}: {tag}");
        }
        assert!(!page.contains("<style"), "{path}");
        assert!(!page.contains("javascript:"), "{path}");
        for element in ["<iframe", "<object", "<embed", "<base"] {
            assert!(!page.contains(element), "{path}: {element}");
        }
    }
}

#[test]
fn no_page_loads_from_another_host() {
    for (path, page) in &EXAMPLE.1 {
        for name in ["src", "srcset", "poster", "data", "xlink:href"] {
            for (tag, value) in attributes(page, name) {
                assert!(
                    value.starts_with('/') && !value.starts_with("//"),
                    "{path}: {tag}"
                );
            }
        }
        for (tag, value) in attributes(page, "href") {
            // The canonical address is only a name.
            if tag.starts_with("link ") && !tag.contains("rel=\"canonical\"") {
                assert!(
                    value.starts_with('/') && !value.starts_with("//"),
                    "{path}: {tag}"
                );
            }
        }
    }
    let style = std::fs::read_dir(EXAMPLE.0.path().join("public/internal/assets"))
        .expect("assets")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "css"))
        .map(|path| std::fs::read_to_string(path).expect("a text"))
        .collect::<String>();
    // Its fonts lie beside it.
    let fonts = regex(r"url\([a-z-]+\.[0-9a-f]{12}\.woff2\)");
    assert_eq!(
        style.matches("url(").count(),
        fonts.find_iter(&style).count()
    );
    assert!(!style.contains("@import"));
}

#[test]
fn links_to_other_hosts_keep_no_handle_and_no_referrer() {
    let mut outer = 0;
    for (path, page) in &EXAMPLE.1 {
        for (tag, value) in attributes(page, "href") {
            if tag.starts_with("a ") && (value.contains("://") || value.starts_with("//")) {
                assert!(tag.contains("rel=\"noopener noreferrer\""), "{path}: {tag}");
                outer += 1;
            }
        }
    }
    assert!(outer > 100, "{outer} links to other hosts");
}

/// The value behind a defanged one.
fn refanged(value: &str) -> String {
    value
        .replace("hxxp", "http")
        .replace("[.]", ".")
        .replace("[:]", ":")
        .replace("[@]", "@")
        .replace("&amp;", "&")
}

#[test]
fn no_page_and_no_feed_links_to_an_indicator() {
    let shown = regex(r"<tr><td><code[^>]*>([^<]*)</code>");
    let mut all = BTreeSet::new();
    for (path, page) in &EXAMPLE.1 {
        let indicators: BTreeSet<String> = shown
            .captures_iter(page)
            .map(|found| refanged(&found[1]))
            .collect();
        for (tag, value) in attributes(page, "href") {
            let host = value.split_once("://").map_or("", |(_, rest)| {
                rest.split(['/', '?', '#', ':']).next().unwrap_or("")
            });
            assert!(
                !indicators.contains(value) && !indicators.contains(host),
                "{path}: {tag}"
            );
        }
        all.extend(indicators);
    }
    assert!(all.len() > 10, "{all:?}");
    for (path, bytes) in files_below(EXAMPLE.0.path()) {
        if path.ends_with("atom.xml") || path.ends_with("feed.json") {
            let text = String::from_utf8(bytes).expect("feeds are UTF-8");
            for indicator in all.iter().filter(|value| value.contains("://")) {
                assert!(!text.contains(indicator.as_str()), "{path}: {indicator}");
            }
        }
    }
}

#[test]
fn what_links_to_an_indicator_is_shown_without_the_link() {
    let site = Site::minimal()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[share]\nways = []\n\n[lints]\nTL0906 = \"off\"\n"),
        )
        .file(
            "content/briefs/second.md",
            "---\ntitle: Second\ndate: 2025-11-10\nindicators:\n\
             \x20 - {type: domain, value: lure.example}\n\
             \x20 - {type: email, value: hr@jobs.example}\n\
             sources:\n  - {id: a, title: The lure, url: \"https://lure.example/login\"}\n\
             \x20 - {id: b, title: The vendor, url: \"https://vendor.example/lure.example\"}\n\
             ---\n\n[one](https://lure.example/login) [two](mailto:hr@jobs.example) \
             <https://192.0.2.7/> <a href=\"https://LURE.example\">four</a> \
             [five](https://vendor.example/)\n\n\
             ```indicators\ntype,value\nipv4,192.0.2.7\n```\n",
        );
    site.build().success();
    let page = site.page("briefs/second/index.html");
    let outer: Vec<&str> = attributes(&page, "href")
        .into_iter()
        .map(|(_, value)| value)
        .filter(|value| value.contains(':') && !value.starts_with("https://briefs.example.org"))
        .collect();
    assert_eq!(
        outer,
        [
            "https://vendor.example/",
            "https://vendor.example/lure.example"
        ]
    );
    assert!(page.contains("one") && page.contains("four</a>"), "{page}");
    assert!(page.contains("hxxps://lure[.]example/login"), "{page}");
}

#[test]
fn the_headers_say_what_the_pages_say_and_that_nobody_frames_them() {
    let public = EXAMPLE.0.path().join("public");
    for edition in ["public", "partners", "internal"] {
        let text = std::fs::read_to_string(public.join(edition).join("_headers")).expect("headers");
        let header = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(&format!("  {name}: ")))
        };
        // Headers allow what any page needs, the others take it back.
        let page = public.join(edition).join("search/index.html");
        let page = std::fs::read_to_string(page).expect("the search");
        assert_eq!(
            header("Content-Security-Policy"),
            Some(format!("{}; frame-ancestors 'none'", policy(&page)).as_str())
        );
        assert_eq!(header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(header("X-Robots-Tag").is_some(), edition != "public");
        let robots = page.contains("<meta name=\"robots\"");
        assert_eq!(robots, edition != "public");
        let cached = text
            .split_once("\n/assets/")
            .and_then(|(_, rest)| rest.lines().next())
            .expect("a rule for the stylesheet");
        assert!(public.join(edition).join("assets").join(cached).is_file());
    }
}

#[test]
fn a_form_may_be_sent_where_the_settings_say() {
    let site = Site::minimal().file(
        "tearline.toml",
        format!("{SETTINGS}[subscribe]\naction = \"https://news.example/join?list=1\"\n"),
    );
    site.build().success();
    let page = site.page("index.html");
    assert!(policy(&page).ends_with("; form-action 'self' https://news.example"));
    assert!(
        site.page("_headers")
            .contains("form-action 'self' https://news.example; ")
    );
}

#[test]
fn a_sites_own_headers_and_page_on_markings_take_the_place_of_the_built_in_ones() {
    let site = Site::minimal()
        .file("static/_headers", "/*\n  X-Own: 1\n")
        .file(
            "content/pages/markings.md",
            "---\ntitle: House rules\n---\n\n## Clear {#tlp-clear}\n\nShare it.\n",
        );
    site.build_with(["--strict"]).success();
    assert_eq!(site.page("_headers"), "/*\n  X-Own: 1\n");
    assert!(site.page("markings/index.html").contains("Share it."));
}

#[test]
fn the_page_on_markings_explains_what_the_edition_may_hold_and_no_more() {
    for (edition, last, above) in [
        ("public", "tlp-clear", "tlp-green"),
        ("partners", "tlp-green", "tlp-amber"),
        ("internal", "tlp-amber", "tlp-amber-strict"),
    ] {
        let whole = EXAMPLE
            .0
            .path()
            .join("public")
            .join(edition)
            .join("markings/index.html");
        let page = std::fs::read_to_string(whole).expect("the page");
        assert!(page.contains(&format!("id=\"{last}\"")), "{edition}");
        assert!(!page.contains(&format!("id=\"{above}\"")), "{edition}");
    }
}

#[test]
fn the_lines_lead_to_the_definition_of_their_level_and_no_badge_is_a_link() {
    for (path, page) in &EXAMPLE.1 {
        let mut links = 0;
        for (tag, value) in attributes(page, "href") {
            if let Some(level) = value.strip_prefix("/markings/#tlp-") {
                assert_eq!(
                    tag,
                    format!("a class=\"tlp-{level}\" href=\"{value}\""),
                    "{path}"
                );
                links += 1;
            }
        }
        assert_eq!(links, 2, "{path}");
        assert_eq!(
            page.matches("<p class=\"marking\">").count(),
            2,
            "{path}: at the top and at the bottom"
        );
    }
}

#[test]
fn a_heading_and_a_neighbour_of_another_marking_have_a_badge() {
    let site = Site::new()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[editions.inside]\ntlp = \"amber\"\n"),
        )
        .file(
            "content/briefs/first.md",
            crate::support::brief(
                "First",
                "",
                "## Open\n\nText.\n\n## (TLP:AMBER) Closed\n\n### Part\n\nText.\n\n## Open again\n\nText.\n",
            ),
        )
        .file(
            "content/briefs/second.md",
            "---\ntitle: Second\ndate: 2025-11-11\ntlp: green\n---\n\nText.\n",
        );
    site.build().success();
    let page = site.page("inside/briefs/first/index.html");
    let (_, contents) = page.split_once("<nav class=\"toc\"").expect("contents");
    let contents = contents.split("</nav>").next().expect("their end");
    assert_eq!(contents.matches("TLP:AMBER").count(), 2, "{contents}");
    let (_, neighbours) = page
        .split_once("<nav class=\"neighbours\"")
        .expect("neighbours");
    assert!(
        neighbours.contains("Second <span class=\"tlp tlp-green\""),
        "{neighbours}"
    );
}
