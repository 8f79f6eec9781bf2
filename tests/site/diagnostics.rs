//! Every diagnostic code has a site that shows it, at the line and column that a writer must mend.
//!
//! The sites are archives in `tests/invalid/`, named after their code: first `expect:` lines, each
//! `CODE FILE:LINE:COLUMN SEVERITY` (`-` for a finding without a place), together all that a check
//! may find; `arguments:` for the command line; then the files, each behind a line `-- path --`.
//! A site without settings takes those of the harness. Codes that no text file can show have a test
//! of their own below and are listed in `ELSEWHERE`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{AS_OF, Finding, Run, SETTINGS, Site};
use rayon::prelude::*;
use tearline::diagnostic::{Code, Severity};

/// Codes without an archive, and the test below that shows them.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::Unreadable, "a_folder_in_place_of_the_settings"),
    (Code::NotUtf8, "a_body_that_is_not_utf8"),
    (Code::TooLarge, "a_file_beyond_the_limit"),
    (Code::LeavesSite, "a_link_out_of_the_site"),
    (Code::PlainCode, "no_room_for_the_grammars"),
    (Code::ForeignOutput, "an_output_folder_of_someone_else"),
    (Code::WriteFailed, "an_output_below_a_file"),
    (Code::NoSite, "a_folder_without_settings"),
    (Code::AddressInUse, "an_address_of_another_machine"),
    (Code::FileExists, "a_brief_that_is_there_already"),
    (Code::OutputLocked, "two_runs_at_once"),
    // Needs a file system without an exchange of names: the unit tests of `output` take that way.
    (Code::NotAtomic, "output::tests"),
    (Code::PublishedList, "tests::digest"),
    (Code::NotSent, "tests::digest"),
    (Code::ChangedDigest, "tests::digest"),
    (Code::UnknownDelivery, "tests::digest"),
    (Code::UnknownNewsletter, "tests::digest"),
    (Code::DeadLink, "tests::external"),
    (Code::UnansweredLink, "tests::external"),
    (Code::StaleOutput, "an_output_of_an_edition_that_is_no_more"),
    // What is imported is no file of the site.
    (Code::JsonSyntax, "import::json_that_does_not_parse"),
    (Code::NotImportable, "import::other_formats"),
    (
        Code::SharedName,
        "import::groups_software_and_campaigns_become_profiles",
    ),
    // Publishing has its own tests, in tests/publish/.
    (Code::UnknownTarget, "publish::targets"),
    (Code::Unpublishable, "publish::targets"),
    (Code::NoAccess, "publish::bucket"),
    (Code::NoBucket, "publish::bucket"),
    (Code::TransferFailed, "publish::targets"),
    (Code::GitFailed, "publish::git"),
    (Code::NoSigningKey, "publish::readers"),
    (Code::NoSums, "publish::readers"),
];

struct Fixture {
    path: PathBuf,
    code: String,
    expected: Vec<String>,
    arguments: Vec<String>,
    files: Vec<(String, String)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid")
}

fn fixtures() -> Vec<Fixture> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Fixture {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let code = name.split('-').next().unwrap().to_owned();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut fixture = Fixture {
        path,
        code,
        expected: Vec::new(),
        arguments: Vec::new(),
        files: Vec::new(),
    };
    for line in text.split_inclusive('\n') {
        let head = line
            .strip_prefix("-- ")
            .and_then(|rest| rest.trim_end().strip_suffix(" --"));
        match (head, fixture.files.last_mut()) {
            (Some(path), _) => fixture.files.push((path.to_owned(), String::new())),
            (None, Some((_, content))) => content.push_str(line),
            (None, None) => {
                let (key, value) = line
                    .trim_end()
                    .split_once(": ")
                    .expect("`key: value` before the files");
                match key {
                    "expect" => fixture.expected.push(value.to_owned()),
                    "arguments" => fixture
                        .arguments
                        .extend(value.split(' ').map(str::to_owned)),
                    _ => panic!("unknown line {line:?} in {}", fixture.path.display()),
                }
            }
        }
    }
    fixture
}

/// What is wrong with a run of the fixture; nothing where all is as expected.
fn faults(fixture: &Fixture) -> Vec<String> {
    let mut site = Site::new();
    if !fixture
        .files
        .iter()
        .any(|(path, _)| path == "tearline.toml")
    {
        site = site.file("tearline.toml", SETTINGS);
    }
    for (path, content) in &fixture.files {
        site = site.file(path, content);
    }
    let run = site.check_with(&fixture.arguments);
    let findings = run.findings();
    let mut faults = Vec::new();
    let found: Vec<String> = findings.iter().map(Finding::line).collect();
    if found != fixture.expected {
        faults.push(format!(
            "expected {:#?}, found {:#?}\n{}",
            fixture.expected, found, run.stdout
        ));
    }
    if !findings.iter().any(|finding| finding.code == fixture.code) {
        faults.push(format!("does not show {}", fixture.code));
    }
    let failing = findings.iter().any(|finding| finding.severity == "error");
    if run.status != Some(i32::from(failing)) {
        faults.push(format!("exit status {:?}", run.status));
    }
    faults.extend(findings.iter().flat_map(poor));
    // What people see is made from the same findings, and must not break down on any of their spans.
    for format in ["human", "sarif", "github"] {
        let mut command = site.command();
        command
            .args(["check", "--as-of", AS_OF, "--format", format])
            .args(&fixture.arguments);
        let shown = Run::of(&mut command);
        if shown.status != run.status
            || !shown
                .stdout
                .contains(findings.first().map_or("", |finding| &finding.code))
        {
            faults.push(format!("as {format}: {}", shown.all()));
        }
    }
    faults
}

/// What a finding does not tell its reader.
fn poor(finding: &Finding) -> Vec<String> {
    let mut lacks = Vec::new();
    if finding.help.as_ref().is_none_or(String::is_empty) {
        lacks.push(format!(
            "{} has no help: {}",
            finding.line(),
            finding.message
        ));
    }
    if finding.message.is_empty() || finding.message.ends_with('.') {
        lacks.push(format!(
            "{} is no sentence without a full stop: {:?}",
            finding.line(),
            finding.message
        ));
    }
    lacks
}

#[test]
fn every_fixture_is_found_where_it_is_wrong() {
    let wrong: Vec<String> = fixtures()
        .par_iter()
        .filter_map(|fixture| {
            let faults = faults(fixture);
            let shown = format!("{}:\n{}", fixture.path.display(), faults.join("\n"));
            (!faults.is_empty()).then_some(shown)
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} fixtures\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_code_has_a_fixture() {
    let shown: BTreeSet<String> = fixtures().into_iter().map(|fixture| fixture.code).collect();
    for code in Code::ALL {
        let elsewhere = ELSEWHERE.iter().any(|(other, _)| other == code);
        assert!(
            shown.contains(code.id()) != elsewhere,
            "{} ({}) needs one fixture or one test",
            code.id(),
            code.slug()
        );
    }
    for (code, test) in ELSEWHERE {
        let here = include_str!("diagnostics.rs").contains(&format!("fn {test}()"));
        assert!(
            here || test.contains("::"),
            "{} has no test `{test}`",
            code.id()
        );
    }
    for name in &shown {
        assert!(
            Code::ALL.iter().any(|code| code.id() == name),
            "{name} is not a code"
        );
    }
}

/// The one finding of this code in a run of `check`.
#[track_caller]
fn only(site: &Site, code: Code) -> Finding {
    let run = site.check();
    let findings = run.findings();
    assert_eq!(findings.len(), 1, "{}", run.all());
    let finding = findings.into_iter().next().unwrap();
    assert_eq!(finding.code, code.id());
    assert!(poor(&finding).is_empty(), "{:?}", poor(&finding));
    assert_eq!(
        run.status,
        Some(i32::from(code.severity() == Severity::Error))
    );
    finding
}

/// A run that fails before anything is written, and tells of this code to people.
#[track_caller]
fn refused(run: Run, code: Code) {
    let run = run.failure();
    assert!(
        run.stderr.contains(&format!("[{}]", code.id())),
        "{}",
        run.all()
    );
    assert!(run.stderr.contains("help:"), "{}", run.all());
    assert!(run.stdout.is_empty(), "{}", run.all());
}

#[test]
fn a_folder_in_place_of_the_settings() {
    let site = Site::new().file("tearline.toml/note.txt", "a folder");
    assert_eq!(
        only(&site, Code::StrayFile).line(),
        "TL0113 tearline.toml error"
    );
}

#[test]
fn a_body_that_is_not_utf8() {
    let mut text = crate::support::brief("First", "", "Caf").into_bytes();
    text.extend(b"\xe9 in Latin-1.\n");
    let site = Site::minimal().file("content/briefs/first.md", text);
    assert_eq!(
        only(&site, Code::NotUtf8).line(),
        "TL0102 content/briefs/first.md:6:4 error"
    );
}

#[test]
fn a_file_beyond_the_limit() {
    let site = Site::minimal().file("content/briefs/large.md", "---\n");
    // Its length alone decides, so the disk holds none of it.
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(site.path("content/briefs/large.md"))
        .unwrap();
    file.set_len(50 << 20).unwrap();
    assert_eq!(
        only(&site, Code::TooLarge).line(),
        "TL0103 content/briefs/large.md error"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_site() {
    let elsewhere = Site::new().file(
        "secret.md",
        crate::support::brief("Secret", "", "Not of this site.\n"),
    );
    let site = Site::minimal();
    std::os::unix::fs::symlink(
        elsewhere.path("secret.md"),
        site.path("content/briefs/linked.md"),
    )
    .unwrap();
    assert_eq!(
        only(&site, Code::LeavesSite).line(),
        "TL0104 content/briefs/linked.md error"
    );
}

#[test]
fn an_output_folder_of_someone_else() {
    let site = Site::minimal().file("public/thesis.txt", "years of work");
    refused(site.build(), Code::ForeignOutput);
    assert_eq!(
        site.output().into_keys().collect::<Vec<_>>(),
        ["thesis.txt"]
    );
    site.build_with(["--force"]).success();
    assert!(site.has("briefs/first/index.html") && !site.has("thesis.txt"));
}

#[test]
fn an_output_below_a_file() {
    let site = Site::minimal().file("note.txt", "a file");
    refused(
        site.build_with(["--output", "note.txt/public"]),
        Code::WriteFailed,
    );
}

#[test]
fn a_folder_without_settings() {
    let site = Site::new();
    assert_eq!(only(&site, Code::NoSite).line(), "TL0703 - error");
    refused(site.build(), Code::NoSite);
    refused(site.run(["new", "brief", "A title"]), Code::NoSite);
}

#[test]
fn an_address_of_another_machine() {
    // RFC 5737 keeps 192.0.2.0/24 for documentation: no machine has it. A taken port alone is no
    // error, as the preview then takes the next.
    refused(
        Site::minimal().run(["serve", "--host", "192.0.2.1"]),
        Code::AddressInUse,
    );
}

#[test]
fn a_brief_that_is_there_already() {
    let site = Site::minimal();
    site.run(["new", "actor", "Grey Heron"]).success();
    let before = std::fs::read(site.path("content/actors/grey-heron.md")).unwrap();
    refused(site.run(["new", "actor", "Grey Heron"]), Code::FileExists);
    assert_eq!(
        std::fs::read(site.path("content/actors/grey-heron.md")).unwrap(),
        before
    );
}

#[test]
fn two_runs_at_once() {
    let site = Site::minimal();
    let first = tearline::output::Commit::begin(&site.path("public"), &Default::default()).unwrap();
    refused(site.build(), Code::OutputLocked);
    drop(first);
    site.build().success();
}

#[test]
fn an_output_of_an_edition_that_is_no_more() {
    let site = Site::minimal().file(
        "tearline.toml",
        format!("{SETTINGS}[editions.old]\ntlp = \"amber\"\n"),
    );
    site.build().success();
    site.write(
        "tearline.toml",
        format!("{SETTINGS}[editions.new]\ntlp = \"clear\"\n"),
    );
    let run = site.build().success();
    assert!(run.stderr.contains("TL0708"), "{}", run.all());
    assert!(run.stderr.contains("rm -r ./public/old"), "{}", run.all());
    site.build_with(["--strict"]).failure();
    std::fs::remove_dir_all(site.path("public/old")).unwrap();
    site.build_with(["--strict"]).success();
}

#[test]
fn no_room_for_the_grammars() {
    let site = Site::minimal().file(
        "content/briefs/code.md",
        crate::support::brief("Code", "", "```yara\nrule one { condition: true }\n```\n"),
    );
    let output = site
        .command()
        .args(["check", "--format", "json", "--as-of", AS_OF])
        .env("TMPDIR", site.path("nowhere"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("TL0603"), "{text}");
    assert!(output.status.success());
}
