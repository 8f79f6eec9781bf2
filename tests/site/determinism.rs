//! The same input gives the same bytes, whatever the machine, the hour and the number of threads.

use std::collections::BTreeMap;

use crate::support::{AS_OF, Run, Site};

/// Builds the example site of this repository with these variables.
fn build(variables: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let folder = Site::new();
    let output = folder.path("public");
    let mut command = folder.command();
    command
        .args(["build", "--as-of", AS_OF])
        .args(["--root", env!("CARGO_MANIFEST_DIR")])
        .arg("--output")
        .arg(&output);
    for (name, value) in variables {
        command.env(name, value);
    }
    Run::of(&mut command).success();
    folder.output()
}

#[test]
fn threads_time_zone_and_locale_do_not_show() {
    let one = build(&[
        ("RAYON_NUM_THREADS", "1"),
        ("TZ", "UTC"),
        ("LC_ALL", "C"),
        ("SOURCE_DATE_EPOCH", "1700000000"),
    ]);
    let other = build(&[
        ("RAYON_NUM_THREADS", "2"),
        ("TZ", "Asia/Kolkata"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "tr_TR.UTF-8"),
    ]);
    assert!(one.len() > 1_000, "{} files", one.len());
    let (names, other_names): (Vec<_>, Vec<_>) = (one.keys().collect(), other.keys().collect());
    assert_eq!(names, other_names);
    let differing: Vec<&String> = one
        .iter()
        .filter(|(path, bytes)| other.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(differing, Vec::<&String>::new());
}

#[test]
fn where_the_site_lies_does_not_show() {
    let outputs = [Site::minimal(), Site::minimal()].map(|site| {
        site.build().success();
        let root = site.root().to_string_lossy().into_owned();
        for (path, bytes) in site.output() {
            assert!(
                !String::from_utf8_lossy(&bytes).contains(&root),
                "{path} tells where it was built"
            );
        }
        site.output()
    });
    assert_eq!(outputs[0], outputs[1]);
}
