//! Builds that are killed, run out of room, may not write, or run beside one another: the output is
//! wholly the old site or wholly the new one, and the next build clears up.
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use support::Site;

const SETTINGS: &str = "title = \"Test Briefings\"
base_url = \"https://briefs.example.org\"
default_tlp = \"clear\"

[editions.world]
tlp = \"clear\"

[editions.inside]
tlp = \"amber\"
";

type Tree = BTreeMap<String, Vec<u8>>;

/// Many briefs, each of which says the word.
fn write_briefs(site: &Site, word: &str) {
    for number in 0..40 {
        site.write(
            &format!("content/briefs/brief-{number}.md"),
            format!(
                "---\ntitle: Brief {number} {word}\ndate: 2025-06-01\nactors: [Actor {}]\n---\n\nText {word}.\n",
                number % 7
            ),
        );
    }
    site.write(
        "content/briefs/shut.md",
        format!("---\ntitle: Shut {word}\ndate: 2025-06-01\ntlp: amber\n---\n\nText.\n"),
    );
}

/// What stands in the site's folder beside its sources and its output.
fn left_beside(site: &Site) -> Vec<String> {
    let mut left = Vec::new();
    for folder in [site.root().to_owned(), site.path("public")] {
        let entries = std::fs::read_dir(folder).expect("a folder");
        left.extend(
            entries
                .filter_map(Result::ok)
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .filter(|name| name.starts_with(".tearline-") && !name.ends_with("manifest.json")),
        );
    }
    left
}

fn editions(site: &Site) -> [Tree; 2] {
    ["world", "inside"].map(|name| site.files(&format!("public/{name}")))
}

/// A build that goes on by itself.
fn start(site: &Site) -> std::process::Child {
    site.command()
        .args(["build", "--as-of", support::AS_OF])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

#[test]
fn a_killed_build_leaves_the_old_output_or_the_new() {
    let kills: u32 = std::env::var("TEARLINE_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(20);
    let site = Site::new().file("tearline.toml", SETTINGS);
    let mut versions = Vec::new();
    let mut whole = std::time::Duration::ZERO;
    for word in ["ebb", "flood"] {
        write_briefs(&site, word);
        let begun = std::time::Instant::now();
        site.build().success();
        whole = begun.elapsed();
        versions.push(editions(&site));
    }
    let (mut old, mut new) = (0, 0);
    for kill in 0..kills {
        let word = ["ebb", "flood"][kill as usize % 2];
        write_briefs(&site, word);
        let mut build = start(&site);
        // When the blow falls decides on which state is seen, never on whether it is a right one.
        // The moments are spread over a whole build, in an order that repeats itself late.
        let moment = whole * ((kill * 61) % kills) / kills;
        std::thread::sleep(moment);
        build.kill().expect("a signal");
        build.wait().expect("an end");
        for (at, found) in editions(&site).into_iter().enumerate() {
            let target = usize::from(word == "flood");
            if found == versions[target][at] {
                new += 1;
            } else {
                assert!(
                    found == versions[1 - target][at],
                    "kill {kill} after {moment:?} left a mixture: {:?}",
                    found.keys().collect::<Vec<_>>()
                );
                old += 1;
            }
        }
        // Half of the time the dead run's traces are met by a run that is killed as well.
        if kill % 2 == 1 {
            site.build().success();
            assert_eq!(
                left_beside(&site),
                Vec::<String>::new(),
                "after kill {kill}"
            );
            assert_eq!(editions(&site), versions[1]);
        }
    }
    println!("{kills} kills: {old} editions were old, {new} new");
    site.build().success();
    assert_eq!(left_beside(&site), Vec::<String>::new());
}

/// A small disk of its own; none where this process may not mount one.
struct Disk {
    place: tempfile::TempDir,
}

impl Disk {
    fn of(kibibytes: u32) -> Option<Self> {
        let place = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "tmpfs"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self { place })
    }

    fn path(&self) -> &Path {
        self.place.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.place.path()).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_output() {
    let site = Site::new().file("tearline.toml", SETTINGS);
    write_briefs(&site, "ebb");
    let mut failures = 0;
    for kibibytes in (900..3600).step_by(300) {
        let Some(disk) = Disk::of(kibibytes) else {
            eprintln!("no disk can be mounted here, so none is filled");
            return;
        };
        let output = disk.path().join("public");
        let build = |word: &str| {
            write_briefs(&site, word);
            let mut command = site.command();
            command
                .args(["build", "--as-of", support::AS_OF, "--output"])
                .arg(&output);
            support::Run::of(&mut command)
        };
        let first = build("ebb");
        let before = support::files_below(&output);
        let run = if first.status == Some(0) {
            build("flood")
        } else {
            first
        };
        if run.status != Some(0) {
            failures += 1;
            assert!(run.stderr.contains("no space is left"), "{}", run.all());
            assert!(run.stderr.contains("TL0702"), "{}", run.all());
            assert!(
                support::files_below(&output) == before,
                "at {kibibytes} KiB"
            );
        }
        let left: Vec<_> = std::fs::read_dir(disk.path())
            .expect("the disk")
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .filter(|name| *name != "public")
            .collect();
        assert!(left.is_empty(), "{left:?} at {kibibytes} KiB");
    }
    assert!(failures > 0, "every disk was large enough");
}

#[test]
fn builds_at_once_leave_one_of_their_sites() {
    let sites = ["ebb", "flood"].map(|word| {
        let site = Site::new().file("tearline.toml", SETTINGS);
        write_briefs(&site, word);
        site.build().success();
        site
    });
    let versions: Vec<_> = sites.iter().map(editions).collect();
    let shared = tempfile::tempdir().expect("a folder");
    let output = shared.path().join("public");
    for round in 0..3 {
        let running: Vec<_> = (0..8)
            .map(|at| {
                sites[(at + round) % 2]
                    .command()
                    .args(["build", "--as-of", support::AS_OF, "--output"])
                    .arg(&output)
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("it starts")
            })
            .collect();
        let mut done = 0;
        for build in running {
            let run = build.wait_with_output().expect("an end");
            let stderr = String::from_utf8_lossy(&run.stderr);
            match run.status.code() {
                Some(0) => done += 1,
                _ => assert!(stderr.contains("TL0706"), "{stderr}"),
            }
        }
        assert!(done > 0, "nobody got the lock");
        for (at, name) in ["world", "inside"].iter().enumerate() {
            let found = support::files_below(&output.join(name));
            assert!(
                versions.iter().any(|version| version[at] == found),
                "a mixture in {name}"
            );
        }
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let site = Site::new().file("tearline.toml", SETTINGS);
    write_briefs(&site, "ebb");
    let Some(disk) = Disk::of(200) else {
        eprintln!("no disk can be mounted here, so none is made read-only");
        return;
    };
    let status = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(disk.path())
        .status()
        .expect("mount");
    assert!(status.success());
    let mut command = site.command();
    command
        .args(["build", "--as-of", support::AS_OF, "--output"])
        .arg(disk.path().join("public"));
    let run = support::Run::of(&mut command);
    assert_eq!(run.status, Some(1), "{}", run.all());
    assert!(
        run.stderr.contains("the disk is read-only"),
        "{}",
        run.all()
    );
    assert!(run.stderr.contains("--output"), "{}", run.all());
}
