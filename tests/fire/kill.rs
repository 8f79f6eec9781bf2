//! SIGKILL: at random moments of a build, and at the system calls where it hurts most.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::Run;
use crate::trap::{kill_at, without_exchange};
use crate::{
    SETTINGS, Tree, WORDS, assert_clean, build, editions, kills, site, start, traces, versions,
    write_briefs,
};

const BRIEFS: usize = 40;
/// What a filter kills with, and what a hand does.
const SIGSYS: i32 = 31;
const SIGKILL: i32 = 9;

/// Small numbers that look like chance and are the same in every run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// When a build is killed. It decides which state is seen, never whether it is a right one.
#[derive(Debug)]
enum Moment {
    /// So many thousandths of the time that a whole build takes.
    Time(u64),
    /// The staging folder of this edition is there, with at least so many entries in `briefs`.
    Staged(&'static str, u64),
    /// The staged tree has its manifest: the swap is next.
    Sealed(&'static str),
    /// The output is another folder than before, and so many microseconds have passed.
    Swapped(&'static str, u64),
}

impl Moment {
    fn any(chance: &mut Chance) -> Self {
        let edition = ["world", "inside"][usize::from(chance.below(2) == 1)];
        match chance.below(8) {
            0..=3 => Self::Time(chance.below(1100)),
            4 => Self::Staged(edition, chance.below(BRIEFS as u64)),
            5 => Self::Sealed(edition),
            _ => Self::Swapped(edition, chance.below(3000)),
        }
    }

    /// Watches the disk until the moment has come, or the build is over.
    fn wait_for(&self, build: &mut Child, public: &Path, whole: Duration, before: [u64; 2]) {
        let begun = Instant::now();
        let staging = |edition: &str| public.join(format!(".tearline-{edition}-staging"));
        let mut seen = None;
        while build.try_wait().expect("its state").is_none() {
            let come = match self {
                Self::Time(part) => begun.elapsed() * 1000 >= whole * u32::try_from(*part).unwrap(),
                Self::Staged(edition, count) => std::fs::read_dir(staging(edition).join("briefs"))
                    .is_ok_and(|entries| entries.count() as u64 >= *count),
                Self::Sealed(edition) => staging(edition).join(".tearline-manifest.json").exists(),
                Self::Swapped(edition, later) => {
                    let at = usize::from(*edition == "inside");
                    let swapped = identities(public)[at] != before[at];
                    let since = seen.get_or_insert_with(Instant::now);
                    if !swapped {
                        seen = None;
                        false
                    } else {
                        since.elapsed() >= Duration::from_micros(*later)
                    }
                }
            };
            if come {
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// The folders that stand in the outputs' places. An output that is not there is the worst.
fn identities(public: &Path) -> [u64; 2] {
    ["world", "inside"].map(|name| {
        std::fs::symlink_metadata(public.join(name))
            .unwrap_or_else(|error| panic!("{name} is missing: {error}"))
            .ino()
    })
}

#[test]
fn a_killed_build_leaves_the_old_output_or_the_new() {
    let begun = Instant::now();
    let site = site(SETTINGS, BRIEFS, WORDS[0]);
    let versions = versions(&site, BRIEFS);
    for (old, new) in versions[0].iter().zip(&versions[1]) {
        let differ = new
            .iter()
            .filter(|(path, bytes)| old.get(*path) != Some(bytes));
        assert!(differ.count() > BRIEFS, "mixtures would not be seen");
    }
    write_briefs(&site, BRIEFS, WORDS[0]);
    let whole = Instant::now();
    site.build().success();
    let whole = whole.elapsed();
    let public = site.path("public");
    let mut chance = Chance(20_260_101);
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    let mut left = 0;
    for kill in 0..kills() {
        let target = usize::from(kill % 2 == 0);
        write_briefs(&site, BRIEFS, WORDS[target]);
        let moment = Moment::any(&mut chance);
        let before = identities(&public);
        let mut running = start(&mut build(&site, None));
        moment.wait_for(&mut running, &public, whole, before);
        running.kill().expect("a signal");
        let ended = running.wait().expect("an end");
        identities(&public);
        let are_new = [0, 1].map(|at| {
            let found = editions(&site)[at].clone();
            let new = found == versions[target][at];
            assert!(
                new || found == versions[1 - target][at],
                "kill {kill} at {moment:?} left a mixture: {:?}",
                found.keys().collect::<Vec<_>>()
            );
            new
        });
        let state = match (ended.signal() == Some(SIGKILL), are_new) {
            (false, _) => "had ended",
            (true, [false, false]) => "all old",
            (true, [true, true]) => "all new",
            (true, _) => "one old, one new",
        };
        *seen.entry(state).or_default() += 1;
        left += u64::from(!traces(&public).is_empty());
        // Every fourth time what the dead run left is met by a run that is killed as well.
        if kill % 4 != 3 {
            site.build().success();
            assert_clean(&site);
            assert!(editions(&site) == versions[target], "after kill {kill}");
        }
    }
    site.build().success();
    assert_clean(&site);
    println!(
        "{} kills in {:.1} s, a whole build {:.2} s: {seen:?}, traces left {left} times",
        kills(),
        begun.elapsed().as_secs_f64(),
        whole.as_secs_f64()
    );
}

/// A run that dies at a system call.
fn dies_at(command: &mut Command, call: libc::c_long) {
    let ended = start(kill_at(command, call)).wait().expect("an end");
    assert_eq!(ended.signal(), Some(SIGSYS), "it never came to call {call}");
}

/// The calls that change the disk, in the order of a build, and whether the outputs are new by then.
const CALLS: [(&str, libc::c_long, bool); 6] = [
    ("lock", libc::SYS_flock, false),
    ("make a folder", libc::SYS_mkdirat, false),
    ("link what is the same", libc::SYS_linkat, false),
    ("exchange", libc::SYS_renameat2, false),
    ("remove the old", libc::SYS_unlinkat, true),
    ("remove the lock", libc::SYS_unlink, true),
];

#[test]
fn a_kill_at_each_call_leaves_the_one_or_the_other() {
    let site = site(SETTINGS, 3, WORDS[0]);
    let versions = versions(&site, 3);
    for (number, (what, call, is_new)) in CALLS.into_iter().enumerate() {
        let target = number % 2;
        write_briefs(&site, 3, WORDS[target]);
        dies_at(&mut build(&site, None), call);
        let expected = if is_new { target } else { 1 - target };
        assert!(editions(&site) == versions[expected], "{what}");
        assert!(!traces(&site.path("public")).is_empty(), "{what}");
        site.build().success();
        assert!(editions(&site) == versions[target], "{what}");
        assert_clean(&site);
    }
}

#[test]
fn a_first_build_that_is_killed_leaves_none_or_all() {
    for (what, call, is_new) in CALLS {
        if ["link what is the same", "exchange", "remove the old"].contains(&what) {
            continue;
        }
        let site = site(SETTINGS, 3, WORDS[0]);
        dies_at(&mut build(&site, None), call);
        for tree in editions(&site) {
            assert_eq!(!tree.is_empty(), is_new, "{what}");
        }
        site.build().success();
        assert_clean(&site);
    }
}

#[test]
fn by_force_a_folder_of_others_goes_whole_or_not_at_all() {
    let settings = SETTINGS.split("\n[editions").next().expect("the settings");
    for (what, call, is_new) in CALLS {
        if what == "link what is the same" {
            continue;
        }
        let site = site(settings, 3, WORDS[0]);
        site.write("public/thesis/chapter.txt", "years of work");
        site.write("public/letters.txt", "dear");
        let foreign = site.output();
        dies_at(build(&site, None).arg("--force"), call);
        let found = site.output();
        if is_new {
            assert!(found.contains_key("index.html") && !found.contains_key("letters.txt"));
        } else {
            assert!(found == foreign, "{what}: {:?}", found.keys());
            // What the dead run left gives nobody leave to replace the folder.
            let run = site.build().failure();
            assert!(run.stderr.contains("TL0701"), "{what}: {}", run.all());
            assert!(site.output() == foreign, "{what}");
            site.build_with(["--force"]).success();
        }
        site.build().success();
        assert_eq!(traces(site.root()), Vec::<String>::new(), "{what}");
    }
}

/// Where folders cannot be exchanged there is a moment without an output, which the next build ends.
#[test]
fn without_exchange_a_kill_costs_no_output() {
    let site = site(SETTINGS, 3, WORDS[0]);
    let versions = versions(&site, 3);
    write_briefs(&site, 3, WORDS[0]);
    let run = Run::of(without_exchange(&mut build(&site, None))).success();
    assert_eq!(run.stderr.matches("[TL0707]").count(), 2, "{}", run.all());
    assert!(editions(&site) == versions[0]);
    assert_clean(&site);

    // Between the two renames.
    write_briefs(&site, 3, WORDS[1]);
    dies_at(
        without_exchange(&mut build(&site, None)),
        libc::SYS_renameat2,
    );
    assert!(editions(&site) == versions[0]);
    let world = site.path("public/world");
    std::fs::rename(&world, site.path("public/.tearline-world-previous")).expect("a rename");
    // Even one of another edition.
    site.build_with(["--edition", "inside"]).success();
    let found: [Tree; 2] = editions(&site);
    assert!(found[0] == versions[0][0] && found[1] == versions[1][1]);
    assert_clean(&site);
}
