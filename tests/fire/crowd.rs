//! Several runs at once, locks that others left, and a site that changes under a build.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use tearline::output::{Manifest, sha_of};

use crate::support::{Run, SETTINGS as PLAIN, Site, files_below};
use crate::{SETTINGS, Tree, WORDS, build, editions, refused, site, start, traces, write_briefs};

#[test]
fn builds_at_once_leave_one_of_their_sites() {
    let sites = WORDS.map(|word| {
        let site = site(SETTINGS, 20, word);
        site.build().success();
        site
    });
    let versions = [editions(&sites[0]), editions(&sites[1])];
    let shared = tempfile::tempdir().expect("a folder");
    let output = shared.path().join("public");
    let mut refused = 0;
    for round in 0..3 {
        let running: Vec<_> = (0..20)
            .map(|at| start(&mut build(&sites[(at + round) % 2], Some(&output))))
            .collect();
        let ids: Vec<String> = running.iter().map(|build| build.id().to_string()).collect();
        let mut done = 0;
        for build in running {
            let run = build.wait_with_output().expect("an end");
            let stderr = String::from_utf8_lossy(&run.stderr);
            if run.status.code() == Some(0) {
                done += 1;
                continue;
            }
            refused += 1;
            assert_eq!(run.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("[TL0706]"), "{stderr}");
            // The holder's id is in the message, if it had come to write it.
            if let Some((_, rest)) = stderr.split_once("(process ") {
                let id = rest.split(')').next().expect("an id");
                assert!(ids.iter().any(|known| known == id), "{stderr}");
            }
        }
        assert!(done > 0, "nobody got the lock");
        let found = ["world", "inside"].map(|name| files_below(&output.join(name)));
        // A run holds all its locks until all its outputs are in place.
        assert!(versions.contains(&found), "a mixture");
        assert_eq!(traces(&output), Vec::<String>::new());
        assert_eq!(traces(shared.path()), Vec::<String>::new());
    }
    println!("60 builds in rounds of 20, {refused} refused");
}

#[test]
fn a_lock_that_is_held_names_its_holder_and_one_that_is_not_is_nothing() {
    let site = site(SETTINGS, 2, WORDS[0]);
    site.build().success();
    write_briefs(&site, 2, WORDS[1]);
    let before = site.output();
    let lock = site.path("public/.tearline-inside.lock");
    let inside = site.path("public/inside");
    let held = tearline::output::Commit::begin(&inside, &Default::default()).expect("the lock");
    let run = refused(&mut build(&site, None), "TL0706");
    let holder = format!("(process {})", std::process::id());
    assert!(run.stderr.contains(&holder), "{}", run.all());
    assert!(site.output().into_iter().all(|(path, bytes)| {
        path.starts_with(".tearline-") || before.get(&path) == Some(&bytes)
    }));
    drop(held);
    // The id of a process that lives and holds nothing; of none; nonsense; nothing.
    for left in [
        std::process::id().to_string(),
        "4194999".into(),
        "?".into(),
        String::new(),
    ] {
        std::fs::write(&lock, left).expect("a lock file");
        site.build().success();
        assert!(!lock.exists());
    }
}

#[test]
fn what_is_no_lock_file_is_not_followed_nor_waited_for() {
    let site = site(PLAIN, 2, WORDS[0]);
    site.build().success();
    let before = site.output();
    write_briefs(&site, 2, WORDS[1]);
    let lock = site.path(".tearline-public.lock");
    let elsewhere = site.path("elsewhere");
    let in_the_way: [(&str, &dyn Fn()); 3] = [
        ("a link", &|| {
            std::os::unix::fs::symlink(&elsewhere, &lock).expect("a link")
        }),
        ("a folder", &|| {
            std::fs::create_dir(&lock).expect("a folder")
        }),
        ("a pipe", &|| {
            let mode = rustix::fs::Mode::from_raw_mode(0o600);
            let kind = rustix::fs::FileType::Fifo;
            rustix::fs::mknodat(rustix::fs::CWD, &lock, kind, mode, 0).expect("a pipe");
        }),
    ];
    for (what, make) in in_the_way {
        make();
        let run = refused(&mut build(&site, None), "TL0702");
        assert!(
            run.stderr.contains("remove `./.tearline-public.lock`"),
            "{what}: {}",
            run.all()
        );
        assert!(site.output() == before && !elsewhere.exists(), "{what}");
        let _ = std::fs::remove_file(&lock).or_else(|_| std::fs::remove_dir(&lock));
    }
    site.build().success();
}

#[test]
fn the_preview_leaves_builds_and_outputs_alone() {
    let site = site(PLAIN, 2, WORDS[0]);
    site.build().success();
    let mut preview = site
        .command()
        .args(["serve", "--port", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = BufReader::new(preview.stderr.take().expect("its messages"));
    let mut line = String::new();
    while !line.starts_with("Preview at") {
        line.clear();
        assert!(said.read_line(&mut line).expect("a line") > 0, "it ended");
    }
    for word in [WORDS[1], WORDS[0]] {
        write_briefs(&site, 2, word);
        let run = site.build();
        let ended = preview.try_wait().expect("its state");
        assert!(ended.is_none(), "{ended:?}");
        run.success();
        assert!(site.page("briefs/brief-0/index.html").contains(word));
    }
    preview.kill().expect("a signal");
    preview.wait().expect("an end");
    assert_eq!(traces(site.root()), Vec::<String>::new());
}

/// Whether the output is what its manifest says, to the byte.
#[track_caller]
fn assert_whole(folder: &Path) {
    let manifest = Manifest::read(folder)
        .expect("a manifest")
        .expect("one that is there");
    let mut found: Tree = files_below(folder);
    found.remove(".tearline-manifest.json");
    assert_eq!(manifest.files.len(), found.len());
    for (path, entry) in &manifest.files {
        assert_eq!(sha_of(&found[path]), entry.sha, "{path}");
    }
}

#[test]
fn a_site_that_changes_under_its_builds_gives_whole_outputs() {
    let site = site(PLAIN, 20, WORDS[0]);
    let large = |byte: u8| vec![byte; 300_000];
    site.write("static/large.bin", large(b'a'));
    site.build().success();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in (0..=u8::MAX).cycle() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                write_briefs(&site, 20, WORDS[usize::from(round % 2)]);
                site.write("static/large.bin", large(round));
                site.remove("static/large.bin");
                site.remove("content/briefs/brief-7.md");
            }
        });
        for _ in 0..15 {
            // A half-written document may be an error of the site: then the old output stands.
            let run: Run = site.build();
            assert!(matches!(run.status, Some(0 | 1)), "{}", run.all());
            assert_whole(&site.path("public"));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(traces(site.root()), Vec::<String>::new());
    write_briefs(&site, 20, WORDS[0]);
    site.build().success();
    assert_whole(&site.path("public"));
}

#[test]
fn links_in_an_output_are_not_followed() {
    let site: Site = site(PLAIN, 2, WORDS[0]);
    site.build().success();
    site.write("precious/letter.txt", "dear");
    for (name, target) in [("loop", "."), ("out", "../precious")] {
        std::os::unix::fs::symlink(target, site.path("public").join(name)).expect("a link");
        let run = refused(&mut build(&site, None), "TL0701");
        assert!(run.stderr.contains(&format!("`{name}`")), "{}", run.all());
        site.build_with(["--force"]).success();
        assert!(std::fs::symlink_metadata(site.path("public").join(name)).is_err());
    }
    assert!(site.path("precious/letter.txt").is_file());
    assert_eq!(traces(site.root()), Vec::<String>::new());
}
