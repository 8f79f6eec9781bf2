//! A small site in a folder of its own, and the program run on it.
//!
//! In: files, written inline. Out: what a run printed, its exit status, its findings, and the files
//! that it made. Runs are closed off from the machine: no colours, no variables of the caller's,
//! a fixed day.

// Each test program uses its own part of this module.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use tempfile::TempDir;

/// Settings that hold nothing but what is required, with a default marking.
pub const SETTINGS: &str = "title = \"Test Briefings\"\nbase_url = \"https://briefs.example.org\"\ndefault_tlp = \"clear\"\n";

/// The day that runs take for today, so that embargoes and expiry do not change with the calendar.
pub const AS_OF: &str = "2026-01-01";

/// A site that lives as long as this value.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// An empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// The least that builds without a finding: settings and one brief, `/briefs/first/`.
    pub fn minimal() -> Self {
        Self::new().file("tearline.toml", SETTINGS).file(
            "content/briefs/first.md",
            brief("First", "", "Nothing happened.\n"),
        )
    }

    /// Writes a file, its folders too.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Writes a file of a site that is already in use: an edit between two runs.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, content).expect("a file");
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).expect("a file to remove");
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// `tearline build`.
    pub fn build(&self) -> Run {
        self.run(["build", "--as-of", AS_OF])
    }

    /// `tearline build` with further arguments.
    pub fn build_with<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        Run::of(
            self.command()
                .args(["build", "--as-of", AS_OF])
                .args(arguments),
        )
    }

    /// `tearline check`, its findings parsed.
    pub fn check(&self) -> Run {
        self.check_with::<&str>([])
    }

    /// `tearline check` with further arguments.
    pub fn check_with<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        Run::of(
            self.command()
                .args(["check", "--format", "json", "--as-of", AS_OF])
                .args(arguments),
        )
    }

    /// Any command.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        Run::of(self.command().args(arguments))
    }

    /// The program in the site's folder, for tests that need more than arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tearline"));
        command.current_dir(self.root()).env("NO_COLOR", "1");
        for name in [
            "TEARLINE_ROOT",
            "SOURCE_DATE_EPOCH",
            "RUST_BACKTRACE",
            "RAYON_NUM_THREADS",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Every file below a folder of the site, by its path from there; empty where there is none.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.path(folder))
    }

    /// Every file of `public/`.
    pub fn output(&self) -> BTreeMap<String, Vec<u8>> {
        self.files("public")
    }

    /// One text file of `public/`.
    pub fn page(&self, path: &str) -> String {
        let whole = self.path("public").join(path);
        std::fs::read_to_string(&whole).unwrap_or_else(|error| {
            let there: Vec<String> = self.output().into_keys().collect();
            panic!("{path}: {error}; the output has {there:#?}")
        })
    }

    /// Whether `public/` has this file.
    pub fn has(&self, path: &str) -> bool {
        self.path("public").join(path).is_file()
    }
}

/// A brief with a title and a date; `matter` holds further lines of front matter, each with its end.
pub fn brief(title: &str, matter: &str, body: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2025-11-10\n{matter}---\n\n{body}")
}

/// A PNG of one pixel, as far as its container goes: the text stands where its pixels would.
pub fn picture(text: &str) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0";
    for (kind, content) in [
        (b"IHDR", header.as_slice()),
        (b"IDAT", text.as_bytes()),
        (b"IEND", b""),
    ] {
        file.extend(png_chunk(kind, content));
    }
    file
}

/// A chunk with its length and checksum.
pub fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short chunk");
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(content);
    [
        &length.to_be_bytes(),
        kind.as_slice(),
        content,
        &sum.finalize().to_be_bytes(),
    ]
    .concat()
}

/// Every file below a folder, by its path with `/`.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    if !folder.exists() {
        return found;
    }
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.expect("a folder that can be walked");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).expect("below the folder");
            let path = path.to_string_lossy().replace('\\', "/");
            found.insert(
                path,
                std::fs::read(entry.path()).expect("a file that can be read"),
            );
        }
    }
    found
}

/// What a run of the program left behind.
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("the program starts");
        let run = Self {
            status: status.code(),
            stdout: String::from_utf8(stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(stderr).expect("standard error is UTF-8"),
        };
        assert!(
            run.status.is_some() && !run.stderr.contains("panicked"),
            "the program broke down: {}",
            run.all()
        );
        run
    }

    /// The findings of `check --format json`.
    pub fn findings(&self) -> Vec<Finding> {
        let report: Report = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no report ({error}): {}", self.all()));
        report.diagnostics
    }

    /// Fails the test unless the run ended well.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.status, Some(0), "{}", self.all());
        self
    }

    /// Fails the test unless the run ended with status 1.
    #[track_caller]
    pub fn failure(self) -> Self {
        assert_eq!(self.status, Some(1), "{}", self.all());
        self
    }

    /// Everything that was printed, for messages of failed tests.
    pub fn all(&self) -> String {
        format!(
            "status {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.status, self.stdout, self.stderr
        )
    }
}

#[derive(Debug, Deserialize)]
struct Report {
    diagnostics: Vec<Finding>,
}

/// One finding of the JSON report.
#[derive(Debug, Clone, Deserialize)]
pub struct Finding {
    pub code: String,
    pub slug: String,
    pub severity: String,
    pub message: String,
    pub file: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub end_line: Option<usize>,
    pub end_column: Option<usize>,
    pub label: Option<String>,
    pub help: Option<String>,
    pub related: Vec<Related>,
}

impl Finding {
    /// `TL0201 content/briefs/a.md:5:1 error`, as the fixtures write it.
    pub fn line(&self) -> String {
        let place = match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}"),
            (Some(file), _, _) => file.clone(),
            _ => "-".to_owned(),
        };
        format!("{} {place} {}", self.code, self.severity)
    }
}

/// Another place that takes part in a finding.
#[derive(Debug, Clone, Deserialize)]
pub struct Related {
    pub message: String,
    pub file: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
}
