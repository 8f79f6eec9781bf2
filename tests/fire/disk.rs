//! Disks that are full, at every point of a build, and limits on the size of files.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Run, files_below};
use crate::{SETTINGS, WORDS, assert_clean, build, refused, site, traces, write_briefs};

/// A small disk of its own; none where this process may not mount one.
pub struct Disk {
    place: TempDir,
}

impl Disk {
    pub fn mounted() -> Option<Self> {
        let place = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("no disk can be mounted here, so none is filled or closed");
        }
        mounted.then_some(Self { place })
    }

    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Changes the mounted disk: its size, its number of files, whether it may be written.
    pub fn remount(&self, option: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{option}")])
            .arg(self.path())
            .status()
            .expect("mount");
        assert!(status.success(), "{option}");
    }

    /// Bytes and files that are taken.
    fn used(&self) -> (u64, u64) {
        let found = rustix::fs::statvfs(self.path()).expect("facts");
        (
            (found.f_blocks - found.f_bfree) * found.f_frsize,
            found.f_files - found.f_ffree,
        )
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

/// What a build says whose disk is full after the old output and so much more, step by step until
/// it succeeds. Each failure leaves the old output and no trace.
fn failures(disk: &Disk, option: impl Fn((u64, u64), u64) -> String) -> Vec<String> {
    let output = disk.path().join("public");
    let site = site(SETTINGS, 2, WORDS[0]);
    Run::of(&mut build(&site, Some(&output))).success();
    let before = files_below(&output);
    let used = disk.used();
    write_briefs(&site, 2, WORDS[1]);
    let mut said = Vec::new();
    for more in 0.. {
        disk.remount(&option(used, more));
        let run = Run::of(&mut build(&site, Some(&output)));
        if run.status == Some(0) {
            break;
        }
        assert!(files_below(&output) == before, "at {more}: {}", run.all());
        assert!(run.stderr.contains("[TL0702]"), "{}", run.all());
        assert!(run.stderr.contains("no space is left"), "{}", run.all());
        assert!(run.stderr.contains("free some space"), "{}", run.all());
        assert!(run.stdout.is_empty(), "{}", run.all());
        assert_eq!(traces(disk.path()), Vec::<String>::new(), "at {more}");
        assert_eq!(traces(&output), Vec::<String>::new(), "at {more}");
        said.push(run.stderr);
    }
    assert!(files_below(&output) != before);
    assert_eq!(traces(&output), Vec::<String>::new());
    said
}

#[test]
fn a_disk_without_room_leaves_the_old_output() {
    let Some(disk) = Disk::mounted() else { return };
    let said = failures(&disk, |(bytes, _), pages| {
        format!("size={}", bytes + pages * 4096)
    });
    println!("{} sizes at which the disk is full", said.len());
    assert!(said.len() > 20, "{said:#?}");
    // The very last file that is written is a manifest.
    let last = said.last().map_or("", String::as_str);
    assert!(last.contains(".tearline-manifest.json"), "{last}");
}

#[test]
fn a_disk_without_room_for_names_leaves_the_old_output() {
    let Some(disk) = Disk::mounted() else { return };
    let said = failures(&disk, |(_, files), names| {
        format!("size=64m,nr_inodes={}", files + names)
    });
    println!("{} numbers of files at which the disk is full", said.len());
    // The very first is the lock's.
    assert!(said[0].contains("cannot lock"), "{}", said[0]);
    assert!(said.iter().any(|said| said.contains("cannot write")));
}

/// The same with no right to mount anything: `ulimit -f`.
#[test]
fn a_limit_on_the_size_of_files_leaves_the_old_output() {
    let site = site(SETTINGS, 2, WORDS[0]);
    site.build().success();
    let before = site.output();
    write_briefs(&site, 2, WORDS[1]);
    for limit in [0, 1, 100, 1000] {
        let run = refused(limited(&mut build(&site, None), limit), "TL0702");
        assert!(run.stderr.contains("ulimit -f"), "{}", run.all());
        assert!(site.output() == before, "at {limit}");
        assert_clean(&site);
    }
    Run::of(limited(&mut build(&site, None), 1_000_000)).success();
    assert!(site.output() != before);
    assert_clean(&site);
}

/// The command with a limit on the size of the files that it writes.
fn limited(command: &mut Command, bytes: u64) -> &mut Command {
    let limits = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    let limit = move || match unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &limits) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    };
    // SAFETY: setrlimit(2) is one system call and allocates nothing.
    unsafe { command.pre_exec(limit) }
}
