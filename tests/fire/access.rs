//! Folders and disks that may not be written. Root may write everywhere, so that where tests run as
//! root the program is run as another user.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::disk::Disk;
use crate::support::{Run, SETTINGS as PLAIN, Site, files_below};
use crate::{SETTINGS, WORDS, build, refused, site, traces, write_briefs};

/// `nobody`, wherever there is one.
const NOBODY: u32 = 65534;

/// A folder of an ordinary user, and how that user builds into it.
struct Place {
    folder: TempDir,
    site: Site,
    /// The program where every user may run it.
    program: PathBuf,
    as_root: bool,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let site = site(PLAIN, 2, WORDS[0]);
        let as_root = std::fs::metadata(folder.path()).expect("facts").uid() == 0;
        let mut program = PathBuf::from(env!("CARGO_BIN_EXE_tearline"));
        if as_root {
            allow(site.root(), 0o755);
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("a change of owner");
            let runs = Command::new(&program)
                .arg("--version")
                .uid(NOBODY)
                .stdout(Stdio::null())
                .status();
            if !runs.is_ok_and(|status| status.success()) {
                // It lies in root's own folder.
                let copy = site.path("tearline");
                std::fs::copy(&program, &copy).expect("a copy");
                program = copy;
            }
        }
        Self {
            folder,
            site,
            program,
            as_root,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn build(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.site.root())
            .env("NO_COLOR", "1")
            .args(["build", "--as-of", crate::AS_OF, "--output"])
            .arg(self.path("public"));
        if self.as_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn output(&self) -> crate::Tree {
        files_below(&self.path("public"))
    }
}

/// The permissions that tests took away are given back, or nobody could remove the folder.
impl Drop for Place {
    fn drop(&mut self) {
        for name in ["", "public", "public/briefs"] {
            let path = self.path(name);
            if path.exists() {
                allow(&path, 0o755);
            }
        }
    }
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn a_folder_around_the_output_that_is_closed_is_told() {
    let place = Place::new();
    allow(place.folder.path(), 0o555);
    let run = refused(&mut place.build(), "TL0702");
    assert!(run.stderr.contains("permission is denied"), "{}", run.all());
    assert!(run.stderr.contains("--output"), "{}", run.all());
    assert!(place.output().is_empty());

    allow(place.folder.path(), 0o755);
    Run::of(&mut place.build()).success();
    let before = place.output();
    write_briefs(&place.site, 2, WORDS[1]);
    allow(place.folder.path(), 0o555);
    refused(&mut place.build(), "TL0702");
    assert!(place.output() == before);
    assert_eq!(traces(place.folder.path()), Vec::<String>::new());
}

#[test]
fn an_output_that_is_closed_is_not_replaced() {
    let place = Place::new();
    Run::of(&mut place.build()).success();
    let before = place.output();
    write_briefs(&place.site, 2, WORDS[1]);
    allow(&place.path("public"), 0o555);
    let run = refused(&mut place.build(), "TL0702");
    assert!(run.stderr.contains("permission is denied"), "{}", run.all());
    assert!(place.output() == before);
    assert_eq!(traces(place.folder.path()), Vec::<String>::new());
    // One folder in it is another matter: the output goes as a whole.
    allow(&place.path("public"), 0o755);
    allow(&place.path("public/briefs"), 0o555);
    let run = Run::of(&mut place.build()).success();
    assert!(!run.stderr.contains("TL07"), "{}", run.all());
    assert!(place.output() != before);
    assert_eq!(traces(place.folder.path()), Vec::<String>::new());
}

#[test]
fn what_another_user_left_is_told() {
    let place = Place::new();
    if !place.as_root {
        eprintln!("only root can make another user's files, so none are met");
        return;
    }
    Run::of(&mut place.build()).success();
    let before = place.output();
    write_briefs(&place.site, 2, WORDS[1]);
    // A staging folder and a lock, of a killed run of root's.
    let staging = place.path(".tearline-public-staging");
    std::fs::create_dir_all(staging.join("briefs")).expect("folders");
    let run = refused(&mut place.build(), "TL0702");
    assert!(
        run.stderr.contains("-staging`: permission is denied"),
        "{}",
        run.all()
    );
    std::fs::remove_dir_all(&staging).expect("a folder");
    let lock = place.path(".tearline-public.lock");
    std::fs::write(&lock, "1\n").expect("a file");
    let run = refused(&mut place.build(), "TL0702");
    assert!(
        run.stderr.contains("if no build is running, remove"),
        "{}",
        run.all()
    );
    std::fs::remove_file(&lock).expect("a file");
    assert!(place.output() == before);
    // An output of root's, which could be swapped but not removed.
    chown(place.path("public"), Some(0), Some(0)).expect("a change of owner");
    refused(&mut place.build(), "TL0702");
    assert!(place.output() == before);
    assert_eq!(traces(place.folder.path()), Vec::<String>::new());
}

#[test]
fn what_only_some_may_read_is_not_staged_for_all() {
    let site = site(PLAIN, 2, WORDS[0]);
    site.build().success();
    allow(&site.path("public"), 0o700);
    let held = tearline::output::Commit::begin(&site.path("public"), &Default::default());
    let staged = std::fs::metadata(site.path(".tearline-public-staging")).expect("a folder");
    assert_eq!(staged.permissions().mode() & 0o777, 0o700);
    drop(held);
    write_briefs(&site, 2, WORDS[1]);
    site.build().success();
    let output = std::fs::metadata(site.path("public")).expect("a folder");
    assert_eq!(output.permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_disk_that_is_read_only_is_told() {
    let Some(disk) = Disk::mounted() else { return };
    let site = site(SETTINGS, 2, WORDS[0]);
    let output = disk.path().join("public");
    for is_first in [true, false] {
        disk.remount("ro");
        let before = files_below(&output);
        let run = refused(&mut build(&site, Some(&output)), "TL0702");
        assert!(
            run.stderr.contains("the disk is read-only"),
            "{}",
            run.all()
        );
        assert!(run.stderr.contains("--output"), "{}", run.all());
        assert!(files_below(&output) == before && before.is_empty() == is_first);
        disk.remount("rw");
        Run::of(&mut build(&site, Some(&output))).success();
        write_briefs(&site, 2, WORDS[1]);
    }
}

#[test]
fn a_mount_point_holds_editions_but_is_no_output() {
    let Some(disk) = Disk::mounted() else { return };
    let plain = site(PLAIN, 2, WORDS[0]);
    let run = refused(&mut build(&plain, Some(disk.path())), "TL0702");
    assert!(run.stderr.contains("mount point"), "{}", run.all());
    refused(build(&plain, Some(disk.path())).arg("--force"), "TL0702");
    assert_eq!(traces(disk.path()), Vec::<String>::new());
    let editions = site(SETTINGS, 2, WORDS[0]);
    for word in WORDS {
        write_briefs(&editions, 2, word);
        Run::of(&mut build(&editions, Some(disk.path()))).success();
    }
    assert!(disk.path().join("inside/index.html").is_file());
    assert_eq!(traces(disk.path()), Vec::<String>::new());
}

#[test]
fn a_link_is_replaced_by_force_only_and_one_above_is_followed() {
    let site = site(PLAIN, 2, WORDS[0]);
    site.write("elsewhere/letter.txt", "dear");
    symlink("elsewhere", site.path("public")).expect("a link");
    let run = refused(&mut build(&site, None), "TL0701");
    assert!(run.stderr.contains("a symbolic link"), "{}", run.all());
    site.build_with(["--force"]).success();
    assert!(site.path("elsewhere/letter.txt").is_file() && site.has("index.html"));
    assert!(!site.path("public").is_symlink());

    symlink("elsewhere", site.path("link")).expect("a link");
    site.build_with(["--output", "link/public"]).success();
    assert!(site.path("elsewhere/public/index.html").is_file());
    assert_eq!(traces(&site.path("elsewhere")), Vec::<String>::new());
}

/// In a container image the output may lie in a lower layer, which overlayfs cannot rename.
#[test]
fn an_output_in_a_lower_layer_is_left_and_told() {
    let Some(disk) = Disk::mounted() else { return };
    let site = site(PLAIN, 2, WORDS[0]);
    let at = |name: &str| disk.path().join(name);
    for folder in ["upper", "work", "merged"] {
        std::fs::create_dir(at(folder)).expect("a folder");
    }
    Run::of(&mut build(&site, Some(&at("lower/public")))).success();
    let layers = format!(
        "lowerdir={},upperdir={},workdir={},redirect_dir=off",
        at("lower").display(),
        at("upper").display(),
        at("work").display()
    );
    let mounted = Command::new("mount")
        .args(["-t", "overlay", "overlay", "-o", &layers])
        .arg(at("merged"))
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("no layers can be mounted here");
        return;
    }
    let output = at("merged/public");
    let before = files_below(&output);
    write_briefs(&site, 2, WORDS[1]);
    let told = Run::of(&mut build(&site, Some(&output)));
    let after = files_below(&output);
    let left = traces(&at("merged"));
    // The way out that the message names.
    std::fs::remove_dir_all(&output).expect("a folder");
    let mended = Run::of(&mut build(&site, Some(&output)));
    let again = Run::of(build(&site, Some(&output)).arg("--drafts"));
    let unmounted = Command::new("umount").arg(at("merged")).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    let told = told.failure();
    assert!(told.stderr.contains("lower layer"), "{}", told.all());
    assert!(
        told.stderr.contains("remove the old output"),
        "{}",
        told.all()
    );
    assert!(after == before);
    assert_eq!(left, Vec::<String>::new());
    mended.success();
    again.success();
}
