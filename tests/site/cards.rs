//! Social cards: the pictures that links to pages show, from the template to the page that names them.

use crate::support::{SETTINGS, Site, brief};

/// Width, height and whether the picture has a palette (PNG, Third Edition, section 11.2.1).
fn header(png: &[u8]) -> (u32, u32, bool) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "a PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20), png[25] == 3)
}

#[test]
fn a_brief_has_a_card_that_its_page_and_its_data_name() {
    let site = Site::minimal();
    site.build_with(["--strict"]).success();
    let output = site.output();
    assert_eq!(
        header(&output["briefs/first/social-card.png"]),
        (1200, 630, true)
    );
    let address = "https://briefs.example.org/briefs/first/social-card.png";
    let page = site.page("briefs/first/index.html");
    assert!(page.contains(&format!(
        "<meta property=\"og:image\" content=\"{address}\">"
    )));
    assert!(page.contains("<meta property=\"og:image:alt\" content=\"TLP:CLEAR: First\">"));
    assert!(page.contains("<meta name=\"twitter:card\" content=\"summary_large_image\">"));
    assert!(page.contains(&format!("\"image\":\"{address}\"")));
}

#[test]
fn other_pages_have_the_card_of_the_site() {
    let site = Site::minimal();
    site.build().success();
    assert!(site.has("social-card.png"));
    for page in ["index.html", "briefs/index.html", "markings/index.html"] {
        let page = site.page(page);
        assert!(page.contains("content=\"https://briefs.example.org/social-card.png\""));
    }
    assert!(!site.page("404.html").contains("og:image"));
}

#[test]
fn they_can_be_switched_off() {
    let site = Site::minimal().file(
        "tearline.toml",
        format!("{SETTINGS}[build]\ncards = false\n"),
    );
    site.build_with(["--strict"]).success();
    let output = site.output();
    assert!(!output.keys().any(|path| path.ends_with("social-card.png")));
    let page = site.page("briefs/first/index.html");
    assert!(!page.contains("og:image") && !page.contains("twitter:card"));
}

#[test]
fn a_card_changes_with_what_stands_on_it_and_with_nothing_else() {
    let site = Site::minimal();
    site.build().success();
    let before = site.output()["briefs/first/social-card.png"].clone();
    site.write(
        "content/briefs/first.md",
        brief("First", "", "Something happened.\n"),
    );
    site.build().success();
    assert_eq!(site.output()["briefs/first/social-card.png"], before);
    site.write(
        "content/briefs/first.md",
        brief(
            "First",
            "tlp: clear\nactors: [APT28]\n",
            "Something happened.\n",
        ),
    );
    site.build().success();
    assert_ne!(site.output()["briefs/first/social-card.png"], before);
}

#[test]
fn a_template_of_the_sites_own_draws_them() {
    let site = Site::minimal().file(
        "templates/card.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"63\">\
         <text y=\"30\">{{ card.title_lines[0] }} {{ card.tlp.label }}</text></svg>",
    );
    site.build_with(["--strict"]).success();
    let own = site.output()["briefs/first/social-card.png"].clone();
    assert_eq!(header(&own), (1200, 630, true));
    site.remove("templates/card.svg");
    site.build().success();
    assert_ne!(site.output()["briefs/first/social-card.png"], own);
}

#[test]
fn what_is_no_drawing_is_a_finding() {
    let site = Site::minimal().file("templates/card.svg", "<p>{{ site.title }}</p>");
    let run = site.build().failure();
    assert!(run.stderr.contains("TL0602"), "{}", run.stderr);
    assert!(run.stderr.contains("card.svg"), "{}", run.stderr);
    assert!(!site.has("index.html"));
    let site = Site::minimal().file("templates/card.svg", "<svg>{{ card.nothing }}</svg>");
    let run = site.build().failure();
    assert!(
        run.stderr.contains("templates/card.svg:1:"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_title_with_signs_of_markup_is_drawn_as_it_is() {
    let site = Site::minimal().file(
        "content/briefs/second.md",
        brief("'</text><b> & \"quotes\"'", "", "Text.\n"),
    );
    site.build().success();
    let cards = site
        .output()
        .into_keys()
        .filter(|path| path.ends_with("social-card.png"))
        .count();
    assert_eq!(cards, 3);
}

#[test]
fn a_card_that_says_what_its_edition_withholds_stops_the_build() {
    let site = Site::new()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[editions.public]\ntlp = \"clear\"\n"),
        )
        .file(
            "content/briefs/open.md",
            brief("An open brief", "", "Nothing.\n"),
        )
        .file(
            "content/briefs/closed.md",
            brief("Quarrelsome Albatross", "tlp: amber\n", "Nothing.\n"),
        )
        .file(
            "templates/card.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"63\">\
             <text y=\"30\">Quarrelsome Albatross</text></svg>",
        );
    let run = site.build().failure();
    assert!(run.stderr.contains("social-card.png"), "{}", run.stderr);
    assert!(!site.has("public/index.html"));
}

/// The folder as it is after a build from nothing.
fn clean(site: &Site) -> std::collections::BTreeMap<String, Vec<u8>> {
    let other = Site::new();
    for (path, bytes) in site.files("") {
        if !path.starts_with("public/") {
            other.write(&path, bytes);
        }
    }
    other.build().success();
    other.output()
}

#[test]
fn cards_of_the_build_before_are_taken_over_and_are_those_of_a_clean_build() {
    let site = Site::minimal().file(
        "content/briefs/second.md",
        brief("Second", "", "Something else happened.\n"),
    );
    site.build().success();
    assert_eq!(site.output(), clean(&site));
    let changes: [(&str, String); 3] = [
        (
            "content/briefs/first.md",
            brief("Another title", "", "Something happened.\n"),
        ),
        (
            "templates/card.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 630\"><rect width=\"600\" height=\"630\" fill=\"#123456\"/></svg>".to_owned(),
        ),
        (
            "tearline.toml",
            format!("{SETTINGS}authors = [\"Another Desk\"]\n"),
        ),
    ];
    for (path, text) in changes {
        site.write(path, text);
        site.build().success();
        assert_eq!(site.output(), clean(&site), "after {path}");
    }
}

#[test]
fn a_card_that_somebody_changed_is_drawn_again() {
    let site = Site::minimal();
    site.build().success();
    let before = site.output();
    std::fs::write(
        site.path("public/briefs/first/social-card.png"),
        "no picture",
    )
    .expect("written");
    site.build().success();
    assert_eq!(site.output(), before);
}
