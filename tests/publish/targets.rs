//! Which edition may go where, and what is no edition.

use super::support::{Run, SETTINGS, Site, brief};
use super::{held, published, site};

const FOLDER: &str = "[publish.web]\nurl = \"../site-out/live\"\n";

/// A refusal of this code that leaves no trace.
#[track_caller]
fn refused(site: &Site, code: &str) -> Run {
    let run = site.run(["publish", "web"]).failure();
    assert!(run.stderr.contains(&format!("[{code}]")), "{}", run.all());
    assert!(run.stderr.contains("help:"), "{}", run.all());
    assert!(site.files("out").is_empty(), "{}", run.all());
    run
}

#[test]
fn a_folder_is_brought_up_to_date() {
    let site = site(5, "[publish.web]\nurl = \"out/live\"\npublic = true\n");
    site.build().success();
    site.run(["publish", "web"]).success();
    assert_eq!(held(site.files("out/live")), published(&site));
    site.remove("content/briefs/brief-1.md");
    site.write("out/live/note.txt", "of someone else");
    site.build().success();
    site.run(["publish", "web"]).success();
    let mut expected = published(&site);
    expected.insert("note.txt".to_owned(), b"of someone else".to_vec());
    assert_eq!(held(site.files("out/live")), expected);
    assert!(
        !site.path("out/live/briefs/brief-1").exists(),
        "an empty folder stays"
    );
}

#[test]
fn a_target_that_is_none_is_told_with_the_nearest() {
    let site = site(1, FOLDER);
    let run = site.run(["publish", "wbe"]).failure();
    assert!(
        run.stderr.contains("TL1201") && run.stderr.contains("did you mean `web`?"),
        "{}",
        run.all()
    );
}

#[test]
fn an_edition_goes_only_where_its_readers_are() {
    // The edition's marking and groups, the target's keys, and whether it may go.
    let cases = [
        ("clear", "[]", "", true),
        ("clear", "[]", "public = true", true),
        ("green", "[]", "", false),
        ("green", "[]", "tlp = \"green\"", true),
        ("green", "[]", "public = true", false),
        ("amber", "[]", "tlp = \"green\"", false),
        ("amber", "[]", "tlp = \"amber+strict\"", true),
        ("red", "[]", "tlp = \"amber+strict\"", false),
        ("red", "[]", "", false),
        ("red", "[]", "tlp = \"red\"", true),
        ("amber", "[\"acme\"]", "tlp = \"amber\"", false),
        (
            "amber",
            "[\"acme\"]",
            "tlp = \"amber\"\naudience = [\"acme\", \"other\"]",
            true,
        ),
    ];
    for (tlp, audience, keys, may_go) in cases {
        let site = Site::minimal().file(
            "tearline.toml",
            format!(
                "{SETTINGS}[editions.one]\ntlp = \"{tlp}\"\naudience = {audience}\n\
                 [publish.web]\nurl = \"out\"\n{keys}\n"
            ),
        );
        site.build().success();
        if may_go {
            site.run(["publish", "web"]).success();
            assert!(site.path("out/index.html").exists());
        } else {
            refused(&site, "TL1202");
        }
    }
}

#[test]
fn what_was_built_as_another_edition_is_refused() {
    let settings = |tlp: &str| {
        format!(
            "{SETTINGS}[editions.one]\ntlp = \"{tlp}\"\n[publish.web]\nurl = \"out\"\npublic = true\n"
        )
    };
    let site = Site::minimal().file("tearline.toml", settings("amber"));
    site.build().success();
    // Called clear afterwards, the folder holds what is amber all the same.
    site.write("tearline.toml", settings("clear"));
    refused(&site, "TL1203");
    site.build().success();
    site.run(["publish", "web"]).success();
}

#[test]
fn only_what_is_whole_is_published() {
    let site = site(2, "[publish.web]\nurl = \"out\"\n");
    refused(&site, "TL1203");
    site.build().success();
    type Harm = fn(&Site);
    let harms: [Harm; 3] = [
        |site| site.write("public/robots.txt", "User-agent: *\n"),
        |site| site.remove("public/atom.xml"),
        |site| site.write("public/secret.html", "of an editor"),
    ];
    for harm in harms {
        harm(&site);
        refused(&site, "TL1203");
        site.build_with(["--force"]).success();
    }
    site.run(["publish", "web"]).success();
}

#[test]
fn drafts_are_not_published() {
    let site = site(1, "[publish.web]\nurl = \"out\"\n").file(
        "content/briefs/draft.md",
        brief("Not yet", "draft: true\n", "Nothing.\n"),
    );
    site.build_with(["--drafts"]).success();
    refused(&site, "TL1203");
}

#[test]
fn a_target_must_say_which_of_several_editions_it_gets() {
    let tables = "[editions.one]\ntlp = \"clear\"\n[editions.two]\ntlp = \"clear\"\n[publish.web]\nurl = \"out\"\n";
    let site = site(1, tables);
    site.build().success();
    refused(&site, "TL1204");
    site.write(
        "tearline.toml",
        format!("{SETTINGS}{tables}edition = \"two\"\n"),
    );
    site.run(["publish", "web"]).success();
    assert_eq!(held(site.files("out")), {
        let mut files = site.files("public/two");
        files.remove(".tearline-manifest.json");
        files
    });
}

#[test]
fn the_site_is_no_target() {
    for folder in [".", "public", "content", "static/live"] {
        let site = site(1, &format!("[publish.web]\nurl = \"{folder}\"\n"));
        site.build().success();
        let before = site.files(".");
        refused(&site, "TL1204");
        assert_eq!(site.files("."), before);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let site = site(1, "[publish.web]\nurl = \"note.txt/live\"\n").file("note.txt", "a file");
    site.build().success();
    refused(&site, "TL1208");
}
