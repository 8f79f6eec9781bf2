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

#[cfg(unix)]
#[test]
fn nothing_is_written_or_deleted_through_a_link() {
    use std::os::unix::fs::symlink;
    const TARGET: &str = "[publish.web]\nurl = \"out/live\"\npublic = true\n";
    let precious = "precious";
    let victim = |site: &Site| {
        site.write("elsewhere/index.html", precious);
        site.write("elsewhere/brief-1/index.html", precious);
    };
    let is_whole = |site: &Site| {
        let held: Vec<Vec<u8>> = site.files("elsewhere").into_values().collect();
        assert_eq!(held, [precious.as_bytes(), precious.as_bytes()]);
    };
    // A folder on the way of what is written, the outermost and a deeper one.
    for (link, to) in [
        ("briefs", "../../elsewhere"),
        ("briefs/brief-1", "../../../elsewhere"),
    ] {
        let site = site(2, TARGET);
        victim(&site);
        let path = site.path("out/live").join(link);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        symlink(to, &path).expect("a link");
        site.build().success();
        let run = site.run(["publish", "web"]).failure();
        assert!(
            run.stderr.contains("[TL1204]") && run.stderr.contains(&format!("`{link}`")),
            "{}",
            run.all()
        );
        is_whole(&site);
        assert!(
            !site.path("out/live/index.html").exists(),
            "nothing was begun"
        );
    }
    // On the way of what is deleted.
    let site = site(2, TARGET);
    victim(&site);
    site.build().success();
    site.run(["publish", "web"]).success();
    std::fs::remove_dir_all(site.path("out/live/briefs")).expect("removed");
    symlink("../../elsewhere", site.path("out/live/briefs")).expect("a link");
    site.remove("content/briefs/brief-1.md");
    site.build().success();
    site.run(["publish", "web"]).failure();
    is_whole(&site);
    // In the place of a file: the link goes, what it led to stays.
    std::fs::remove_file(site.path("out/live/briefs")).expect("removed");
    std::fs::remove_file(site.path("out/live/index.html")).expect("removed");
    symlink(
        "../../elsewhere/index.html",
        site.path("out/live/index.html"),
    )
    .expect("a link");
    site.run(["publish", "web"]).success();
    is_whole(&site);
    assert_eq!(held(site.files("out/live")), published(&site));
    assert!(!site.path("out/live/index.html").is_symlink());
}
