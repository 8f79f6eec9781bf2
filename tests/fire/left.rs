//! Outputs and traces of editions that a run does not make: what an old edition leaves beside the
//! one that is published may show what that one withholds.

use crate::support::{Run, SETTINGS as PLAIN, Site};
use crate::trap::kill_at;
use crate::{SETTINGS, WORDS, assert_clean, build, site, start, traces};

/// The settings with one edition under another name.
fn renamed() -> String {
    SETTINGS.replace("editions.inside", "editions.staff")
}

/// Kills a build when the trees of all its editions are begun.
fn killed_while_staging(site: &Site) {
    start(kill_at(&mut build(site, None), libc::SYS_mkdirat))
        .wait()
        .expect("an end");
}

#[track_caller]
fn warned(run: &Run, about: &str) {
    assert!(run.stderr.contains("[TL0708]"), "{}", run.all());
    assert!(run.stderr.contains(about), "{}", run.all());
    assert!(run.stderr.contains("delete"), "{}", run.all());
}

#[test]
fn an_output_of_an_edition_that_was_renamed_is_told() {
    let site = site(SETTINGS, 2, WORDS[0]);
    site.build_with(["--strict"]).success();
    site.write("tearline.toml", renamed());
    // Whichever edition is built: folders of the settings' others are not meant.
    for arguments in [
        vec![],
        vec!["--edition", "world"],
        vec!["--edition", "staff"],
    ] {
        let run = site.build_with(arguments).success();
        warned(&run, "public/inside");
        assert_eq!(run.stderr.matches("[TL0708]").count(), 1, "{}", run.all());
    }
    // Under --strict nothing is replaced.
    let before = site.output();
    crate::write_briefs(&site, 2, WORDS[1]);
    warned(&site.build_with(["--strict"]).failure(), "public/inside");
    assert!(site.output() == before);
    std::fs::remove_dir_all(site.path("public/inside")).expect("a folder");
    let run = site.build_with(["--strict"]).success();
    assert!(!run.stderr.contains("TL07"), "{}", run.all());
    // A folder that no build made is nobody's edition.
    site.write("public/notes/list.txt", "notes");
    site.build_with(["--strict"]).success();
}

#[test]
fn pages_of_the_time_before_editions_are_told() {
    let site = site(PLAIN, 2, WORDS[0]);
    site.build().success();
    let files = site.output().len() - 1;
    site.write("tearline.toml", SETTINGS);
    let run = site.build().success();
    warned(&run, &format!("{files} files of a build without editions"));
    std::fs::remove_dir_all(site.path("public")).expect("a folder");
    let run = site.build_with(["--strict"]).success();
    assert!(!run.stderr.contains("TL07"), "{}", run.all());
    // And back again: the folder of editions is not replaced by an output.
    site.write("tearline.toml", PLAIN);
    let run = site.build().failure();
    assert!(run.stderr.contains("[TL0701]"), "{}", run.all());
    assert!(run.stderr.contains("outputs of editions"), "{}", run.all());
    assert!(site.has("inside/index.html"));
}

#[test]
fn traces_of_editions_that_are_not_built_go_as_well() {
    let site = site(SETTINGS, 2, WORDS[0]);
    killed_while_staging(&site);
    assert_eq!(traces(&site.path("public")).len(), 4);
    // By a run of the other edition.
    site.build_with(["--edition", "world"]).success();
    assert_clean(&site);
    // By a run after the edition was renamed.
    site.build().success();
    crate::write_briefs(&site, 2, WORDS[1]);
    killed_while_staging(&site);
    site.write("tearline.toml", renamed());
    site.build().success();
    assert_clean(&site);
    // A whole site's, after it got editions, and before.
    site.write("tearline.toml", PLAIN);
    std::fs::remove_dir_all(site.path("public")).expect("a folder");
    site.build().success();
    crate::write_briefs(&site, 2, WORDS[0]);
    killed_while_staging(&site);
    assert_eq!(traces(site.root()).len(), 2);
    site.write("tearline.toml", SETTINGS);
    site.build().success();
    assert_clean(&site);
    std::fs::remove_dir_all(site.path("public")).expect("a folder");
    killed_while_staging(&site);
    site.write("tearline.toml", PLAIN);
    site.build().success();
    assert_clean(&site);
}

#[test]
fn a_live_run_of_another_edition_is_left_alone() {
    let site = site(SETTINGS, 2, WORDS[0]);
    site.build().success();
    let inside = site.path("public/inside");
    let held = tearline::output::Commit::begin(&inside, &Default::default()).expect("the lock");
    held.write("half.html", b"half").expect("a file");
    crate::write_briefs(&site, 2, WORDS[1]);
    site.build_with(["--edition", "world"]).success();
    assert!(
        site.path("public/.tearline-inside-staging/half.html")
            .is_file()
    );
    held.finish().expect("an output");
    assert!(site.path("public/inside/half.html").is_file());
    assert_clean(&site);
}
