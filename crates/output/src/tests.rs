//! Commits as a whole, on real folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use tempfile::TempDir;

use super::*;

const NEVER_FORCE: CommitOptions = CommitOptions {
    force: false,
    cache: Cache::Large,
};
const FORCE: CommitOptions = CommitOptions {
    force: true,
    ..NEVER_FORCE
};

const KEPT: &str = ".tearline-public-staging";

type Tree = BTreeMap<String, Vec<u8>>;

fn place() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let destination = root.path().join("site/public");
    (root, destination)
}

fn tree(files: &[(&str, &str)]) -> Tree {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_owned()))
        .collect()
}

fn write_all(commit: &Commit, files: &Tree) {
    for (path, bytes) in files {
        commit.write(path, bytes).unwrap();
    }
}

fn commit_with(destination: &Path, files: &Tree, options: &CommitOptions) -> CommitSummary {
    let commit = Commit::begin(destination, options).unwrap();
    write_all(&commit, files);
    commit.finish().unwrap()
}

fn commit(destination: &Path, files: &[(&str, &str)]) -> CommitSummary {
    commit_with(destination, &tree(files), &NEVER_FORCE)
}

/// Every file but the manifest; an empty folder counts as a path that ends in `/`.
fn read(folder: &Path) -> Tree {
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .map(Result::unwrap)
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let path = path.to_str().unwrap().to_owned();
            if entry.file_type().is_dir() {
                let empty = fs::read_dir(entry.path()).unwrap().next().is_none();
                return empty.then(|| (path + "/", Vec::new()));
            }
            (path != MANIFEST_NAME).then(|| (path, fs::read(entry.path()).unwrap()))
        })
        .collect()
}

fn beside(destination: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(destination.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What tells one file from another: inode and time.
#[cfg(unix)]
fn identity(path: &Path) -> (u64, SystemTime) {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).unwrap();
    (found.ino(), found.modified().unwrap())
}

/// Makes everything in a folder an hour old, as if its build were long ago.
fn age(folder: &Path) {
    let then = SystemTime::now() - Duration::from_secs(3600);
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let manifest = entry.file_name() == MANIFEST_NAME;
            let time = then + Duration::from_secs(u64::from(manifest));
            set_time(entry.path(), time);
        }
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

fn refused(destination: &Path) -> Diagnostic {
    Commit::begin(destination, &NEVER_FORCE)
        .err()
        .expect("the destination is refused")
}

#[test]
fn the_first_build_makes_the_folder_and_nothing_beside_it() {
    let (_root, destination) = place();
    let files = [("index.html", "home"), ("briefs/a/index.html", "A")];
    let summary = commit(&destination, &files);
    assert_eq!((summary.files, summary.written, summary.bytes), (2, 2, 5));
    assert_eq!((summary.unchanged, summary.removed), (0, 0));
    assert!(summary.warnings.is_empty());
    assert_eq!(read(&destination), tree(&files));
    assert_eq!(beside(&destination), ["public"]);

    let manifest = Manifest::read(&destination).unwrap().unwrap();
    assert_eq!(manifest.files["index.html"].sha, sha_of(b"home"));
    assert_eq!(manifest.files.len(), 2);
}

#[test]
#[cfg(unix)]
fn an_identical_build_touches_nothing() {
    let (_root, destination) = place();
    let files = [("index.html", "home"), ("briefs/a/index.html", "A")];
    commit(&destination, &files);
    let paths = [
        "",
        "index.html",
        "briefs/a",
        "briefs/a/index.html",
        MANIFEST_NAME,
    ];
    let before = paths.map(|path| identity(&destination.join(path)));
    let summary = commit(&destination, &files);
    assert_eq!((summary.written, summary.unchanged), (0, 2));
    assert_eq!(paths.map(|path| identity(&destination.join(path))), before);
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
#[cfg(unix)]
fn only_what_changed_is_written() {
    let (_root, destination) = place();
    commit(
        &destination,
        &[("a", "1"), ("b/c", "2"), ("b/d", "3"), ("gone/e", "4")],
    );
    age(&destination);
    let same = ["a", "b/c"].map(|path| identity(&destination.join(path)));
    let changed = identity(&destination.join("b/d"));

    let files = [("a", "1"), ("b/c", "2"), ("b/d", "x"), ("new", "5")];
    let summary = commit(&destination, &files);
    assert_eq!(
        (summary.written, summary.unchanged, summary.removed),
        (2, 2, 1)
    );
    assert_eq!(read(&destination), tree(&files));
    assert_eq!(
        ["a", "b/c"].map(|path| identity(&destination.join(path))),
        same
    );
    assert_ne!(identity(&destination.join("b/d")), changed);
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn a_file_that_someone_edited_in_place_is_written_anew() {
    let (_root, destination) = place();
    let files = [("a", "1111"), ("b", "2222")];
    commit(&destination, &files);
    age(&destination);
    fs::write(destination.join("a"), "9999").unwrap();
    let summary = commit(&destination, &files);
    assert_eq!((summary.written, summary.unchanged), (1, 1));
    assert_eq!(read(&destination), tree(&files));
}

#[test]
#[cfg(unix)]
fn a_file_that_was_only_touched_is_kept() {
    let (_root, destination) = place();
    let files = [("a", "1111"), ("b", "2222")];
    commit(&destination, &files);
    set_time(
        &destination.join("a"),
        SystemTime::now() + Duration::from_secs(9),
    );
    let before = identity(&destination.join("a"));
    assert_eq!(commit(&destination, &files).unchanged, 2);
    assert_eq!(identity(&destination.join("a")), before);
}

#[test]
fn deleted_files_and_stray_empty_folders_are_mended() {
    let (_root, destination) = place();
    let files = [("a", "1"), ("b/c", "2")];
    commit(&destination, &files);
    fs::remove_file(destination.join("a")).unwrap();
    fs::create_dir_all(destination.join("x/y")).unwrap();
    assert_eq!(commit(&destination, &files).written, 1);
    assert_eq!(read(&destination), tree(&files));
    fs::create_dir_all(destination.join("x/y")).unwrap();
    fs::write(destination.join(".DS_Store"), "").unwrap();
    assert_eq!(commit(&destination, &files).written, 0);
    assert_eq!(read(&destination), tree(&files));
}

#[test]
fn a_folder_of_others_is_replaced_by_force_only() {
    let (_root, destination) = place();
    fs::create_dir_all(destination.join("photos")).unwrap();
    for name in ["b.txt", "c.txt", "d.txt"] {
        fs::write(destination.join(name), "mine").unwrap();
    }
    let before = read(&destination);
    let finding = refused(&destination);
    assert_eq!(finding.code, Code::ForeignOutput);
    assert!(
        finding
            .message
            .ends_with("with `b.txt`, `c.txt`, `d.txt` and 1 more")
    );
    assert!(finding.help.unwrap().contains("--force"));
    assert_eq!(read(&destination), before);
    assert_eq!(beside(&destination), ["public"]);

    commit_with(&destination, &tree(&[("a", "1")]), &FORCE);
    assert_eq!(read(&destination), tree(&[("a", "1")]));
}

#[test]
fn an_empty_folder_is_anyone_s() {
    let (_root, destination) = place();
    fs::create_dir_all(&destination).unwrap();
    commit(&destination, &[("a", "1")]);
    assert_eq!(read(&destination), tree(&[("a", "1")]));
}

#[test]
fn files_that_others_put_into_the_output_are_not_lost() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    fs::write(destination.join("CNAME"), "example.org").unwrap();
    fs::create_dir(destination.join("downloads")).unwrap();
    fs::write(destination.join("downloads/x"), "").unwrap();
    let finding = refused(&destination);
    assert_eq!(finding.code, Code::ForeignOutput);
    assert!(finding.message.ends_with("write: `CNAME`, `downloads/x`"));
    assert!(finding.help.unwrap().contains("static/"));

    let summary = commit_with(&destination, &tree(&[("a", "1")]), &FORCE);
    assert_eq!(summary.unchanged, 1);
    assert_eq!(read(&destination), tree(&[("a", "1")]));
}

#[test]
fn a_broken_or_foreign_manifest_makes_no_folder_ours() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    fs::write(destination.join(MANIFEST_NAME), "{}").unwrap();
    assert_eq!(refused(&destination).code, Code::ForeignOutput);
    commit_with(&destination, &tree(&[("b", "2")]), &FORCE);
    assert_eq!(read(&destination), tree(&[("b", "2")]));
}

#[test]
#[cfg(unix)]
fn files_and_symbolic_links_are_replaced_by_force_only() {
    let (root, destination) = place();
    let elsewhere = root.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::write(elsewhere.join("kept"), "").unwrap();
    fs::create_dir(destination.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &destination).unwrap();
    for spelled in [destination.clone(), destination.join("")] {
        let finding = refused(&spelled);
        assert_eq!(finding.code, Code::ForeignOutput);
        assert!(finding.message.ends_with("is a symbolic link"));
    }
    commit_with(&destination, &tree(&[("a", "1")]), &FORCE);
    assert!(destination.symlink_metadata().unwrap().is_dir());
    assert!(elsewhere.join("kept").exists());
    assert_eq!(beside(&destination), ["public"]);

    fs::remove_dir_all(&destination).unwrap();
    fs::write(&destination, "a file").unwrap();
    assert!(refused(&destination).message.ends_with("is a file"));
    commit_with(&destination, &tree(&[("a", "1")]), &FORCE);
    assert_eq!(read(&destination), tree(&[("a", "1")]));
}

#[test]
#[cfg(unix)]
fn nothing_is_taken_over_through_a_symbolic_link() {
    let (root, destination) = place();
    let files = tree(&[("a", "1"), ("img/x", "2")]);
    commit_with(&destination, &files, &NEVER_FORCE);
    let elsewhere = root.path().join("elsewhere");
    fs::rename(destination.join("img"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, destination.join("img")).unwrap();
    assert!(refused(&destination).message.ends_with("`img`"));
    let summary = commit_with(&destination, &files, &FORCE);
    assert_eq!((summary.written, summary.unchanged), (1, 1));
    assert_ne!(
        identity(&elsewhere.join("x")).0,
        identity(&destination.join("img/x")).0
    );
}

#[test]
fn an_error_in_the_middle_leaves_the_old_output() {
    let (_root, destination) = place();
    let old = [("a", "1"), ("b/c", "2")];
    commit(&destination, &old);
    let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
    commit.write("a", b"changed").unwrap();
    let finding = commit.write("a/below", b"").unwrap_err();
    assert_eq!(finding.code, Code::WriteFailed);
    assert!(finding.message.contains("public/a/below"));
    assert!(
        finding
            .message
            .ends_with("a file stands where a folder is needed")
    );
    assert_eq!(commit.finish().unwrap_err().code, Code::WriteFailed);
    assert_eq!(read(&destination), tree(&old));
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn an_unfinished_commit_leaves_no_trace() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
    commit.write("b/c", b"2").unwrap();
    drop(commit);
    assert_eq!(read(&destination), tree(&[("a", "1")]));
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn what_a_killed_run_left_is_removed() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    let left = destination.with_file_name(KEPT);
    fs::create_dir_all(left.join("briefs")).unwrap();
    fs::write(left.join("briefs/half"), "ha").unwrap();
    fs::write(destination.with_file_name(".tearline-public.lock"), "").unwrap();
    commit(&destination, &[("b", "2")]);
    assert_eq!(read(&destination), tree(&[("b", "2")]));
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn a_kill_between_two_renames_is_mended_even_by_a_failing_run() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    let aside = destination.with_file_name(".tearline-public-previous");
    fs::rename(&destination, &aside).unwrap();
    drop(Commit::begin(&destination, &NEVER_FORCE).unwrap());
    assert_eq!(read(&destination), tree(&[("a", "1")]));
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn without_exchange_the_result_is_the_same_and_says_so() {
    let (_root, destination) = place();
    commit(&destination, &[("a", "1"), ("b", "2")]);
    let mut commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
    commit.method = Method::TwoRenames;
    let files = tree(&[("a", "1"), ("c", "3")]);
    write_all(&commit, &files);
    let summary = commit.finish().unwrap();
    let codes: Vec<_> = summary.warnings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::NotAtomic]);
    assert!(!summary.warnings.has_errors());
    assert_eq!(read(&destination), files);
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn a_second_run_at_once_is_refused() {
    let (_root, destination) = place();
    let first = Commit::begin(&destination, &NEVER_FORCE).unwrap();
    first.write("a", b"1").unwrap();
    assert_eq!(refused(&destination).code, Code::OutputLocked);
    // Another edition's folder beside it is another matter.
    commit(&destination.with_file_name("customers"), &[("a", "1")]);
    first.finish().unwrap();
    assert_eq!(read(&destination), tree(&[("a", "1")]));
    commit(&destination, &[]);
    assert_eq!(read(&destination), Tree::new());
}

#[test]
fn paths_that_lead_out_or_come_twice_are_errors() {
    let (_root, destination) = place();
    for path in [
        "",
        "/a",
        "../a",
        "a/../../b",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        "a\0",
        MANIFEST_NAME,
    ] {
        let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
        assert_eq!(
            commit.write(path, b"").unwrap_err().code,
            Code::WriteFailed,
            "{path}"
        );
    }
    for existing in [false, true] {
        let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
        commit.write("a", b"1").unwrap();
        let finding = commit.write("a", b"1").unwrap_err();
        assert!(finding.message.contains("already written"), "{existing}");
        drop(commit);
        self::commit(&destination, &[("a", "1")]);
    }
    assert!(Commit::begin(Path::new(".."), &NEVER_FORCE).is_err());
    assert!(Commit::begin(Path::new("/"), &FORCE).is_err());
}

#[test]
#[cfg(unix)]
fn copies_are_copies_and_kept_when_the_same() {
    let (root, destination) = place();
    let source = root.path().join("photo.bin");
    // More than one buffer, and not a multiple of it.
    let mut bytes: Vec<u8> = (0..COPY_BUFFER * 2 + 77).map(|n| (n % 251) as u8).collect();
    fs::write(&source, &bytes).unwrap();
    fs::write(root.path().join("empty"), "").unwrap();
    let build = || {
        let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
        commit.copy("img/photo.bin", &source).unwrap();
        commit.copy("empty", &root.path().join("empty")).unwrap();
        commit.finish().unwrap()
    };
    let target = destination.join("img/photo.bin");
    assert_eq!(build().written, 2);
    assert_eq!(fs::read(&target).unwrap(), bytes);
    let manifest = Manifest::read(&destination).unwrap().unwrap();
    assert_eq!(manifest.files["img/photo.bin"].sha, sha_of(&bytes));
    assert_ne!(identity(&target).0, identity(&source).0);
    let before = identity(&target);
    assert_eq!(build().unchanged, 2);
    assert_eq!(identity(&target), before);

    bytes[300_000] ^= 1;
    fs::write(&source, &bytes).unwrap();
    assert_eq!(build().written, 1);
    assert_eq!(fs::read(&target).unwrap(), bytes);

    let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
    let missing = commit.copy("b", &root.path().join("none")).unwrap_err();
    assert_eq!(missing.code, Code::Unreadable);
    let folder = commit.copy("c", root.path()).unwrap_err();
    assert!(folder.message.ends_with("it is not a regular file"));
    assert!(commit.finish().is_err());
}

#[test]
fn a_folder_of_editions_is_told_apart() {
    let (_root, destination) = place();
    commit(&destination.join("customers"), &[("a", "1")]);
    assert!(refused(&destination).help.unwrap().contains("editions"));
}

#[test]
fn folders_of_a_large_output_are_used_again() {
    let (_root, destination) = place();
    let build = |files: &[(&str, &str)], finish: bool| {
        let commit = Commit::begin_keeping(&destination, &NEVER_FORCE, 2).unwrap();
        write_all(&commit, &tree(files));
        if finish {
            commit.finish().unwrap();
            assert_eq!(read(&destination), tree(files));
        }
    };
    let kept = || {
        read(&destination.with_file_name(KEPT))
            .into_keys()
            .collect::<Vec<_>>()
    };
    build(&[("a/i", "1"), ("b/c/i", "1"), ("d/i", "1")], true);
    assert_eq!(beside(&destination), ["public"]);
    // Only what the output itself shows is kept, and no file.
    build(&[("a/i", "2"), ("b/c/i", "1")], true);
    assert_eq!(beside(&destination), [KEPT, "public"]);
    assert_eq!(kept(), ["a/", "b/c/"]);
    // A build that comes to nothing and one that changes nothing.
    build(&[("a/i", "3"), ("b/c/i", "4")], false);
    assert_eq!(kept(), ["a/", "b/c/"]);
    build(&[("a/i", "2"), ("b/c/i", "1")], true);
    assert_eq!(kept(), ["a/", "b/c/"]);
    // A file in the place of a folder.
    build(&[("a/i", "2"), ("b", "5"), ("e/f/i", "1")], true);
    assert_eq!(kept(), ["a/"]);
    // A small output keeps nothing.
    build(&[("a/i", "2")], true);
    assert_eq!(beside(&destination), ["public"]);
}

#[test]
fn two_threads_write_two_thousand_files() {
    let (_root, destination) = place();
    let files: Tree = (0..2000)
        .map(|n| {
            (
                format!("s{}/p{n}/index.html", n % 7),
                format!("page {n}").into_bytes(),
            )
        })
        .collect();
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    for written in [2000, 0] {
        let summary = threads.install(|| {
            let commit = Commit::begin(&destination, &NEVER_FORCE).unwrap();
            files
                .par_iter()
                .try_for_each(|(path, bytes)| commit.write(path, bytes))
                .unwrap();
            commit.finish().unwrap()
        });
        assert_eq!((summary.files, summary.written), (2000, written));
        assert_eq!(read(&destination), files);
    }
}

#[test]
#[cfg(unix)]
fn the_folder_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (_root, destination) = place();
    commit(&destination, &[("a", "1")]);
    fs::set_permissions(&destination, fs::Permissions::from_mode(0o750)).unwrap();
    commit(&destination, &[("a", "2")]);
    let mode = fs::metadata(&destination).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Whatever was committed before, finished or not, the output is the last set and no more.
    #[test]
    fn the_output_is_exactly_the_last_set(
        builds in proptest::collection::vec(
            (
                proptest::collection::btree_map("[ab]/[cd]/[ef]|[ab]/[ci]|[bg]", "[01]{0,2}", 0..8),
                proptest::bool::weighted(0.8),
            ),
            1..6,
        ),
        worth_keeping in proptest::sample::select(vec![1, 3, usize::MAX]),
    ) {
        let (_root, destination) = place();
        let mut last = None;
        for (files, finished) in builds {
            // What is a folder in one build may be a file in the next, but not in the same.
            let folders: Vec<_> = files.keys().map(|path| format!("{path}/")).collect();
            let files: Tree = files
                .iter()
                .zip(&folders)
                .filter(|(_, folder)| !files.keys().any(|path| path.starts_with(*folder)))
                .map(|((path, text), _)| (path.clone(), text.clone().into_bytes()))
                .collect();
            let commit = Commit::begin_keeping(&destination, &NEVER_FORCE, worth_keeping).unwrap();
            write_all(&commit, &files);
            if finished {
                let summary = commit.finish().unwrap();
                proptest::prop_assert_eq!(summary.files, files.len());
                proptest::prop_assert_eq!(summary.written + summary.unchanged, files.len());
                last = Some(files);
            } else {
                drop(commit);
            }
            match &last {
                Some(files) => proptest::prop_assert_eq!(&read(&destination), files),
                None => proptest::prop_assert!(!destination.exists()),
            }
            let names = beside(&destination);
            if worth_keeping == usize::MAX {
                proptest::prop_assert_eq!(names.len(), usize::from(last.is_some()));
            } else if names.contains(&KEPT.to_owned()) {
                let kept = read(&destination.with_file_name(KEPT));
                proptest::prop_assert!(kept.keys().all(|path| path.ends_with('/')));
            }
        }
    }
}
