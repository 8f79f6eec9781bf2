//! Publishes to a branch of a Git repository, as Pages services take it: each publication is a commit,
//! and readers see the one or the next.
//!
//! In: the items and the target. Out: a commit on the branch whose tree is exactly the edition. The
//! program `git` does the work, in a repository of its own that is removed afterwards: with the
//! credentials and keys that it has for the address, and touching nothing of the site's own repository.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::items::{Content, Item};
use super::source::Source;
use super::{Action, Options, Published, Watch};
use crate::diagnostic::{Code, Diagnostic};
use crate::marking::Tlp;
use crate::output::{SIGNATURE_NAME, SUMS_NAME};
use crate::settings::Settings;
use crate::settings::target::{Place, Target};

/// Where the branch's last commit is kept.
const OLD: &str = "refs/heads/old";

/// Variables by which a hook or an outer `git` would lead ours to another repository.
const OUTER: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Makes the commit and pushes it.
pub fn publish(
    items: &[Item],
    source: &Source,
    target: &Target,
    settings: &Settings,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Published, Diagnostic> {
    let Place::Git {
        address, branch, ..
    } = &target.place
    else {
        return Ok(nothing());
    };
    let git = Git::new(target, options)?;
    let reference = format!("refs/heads/{branch}");
    watch.step("asking what is there");
    // Named, since a path that is none would be that of the site.
    let own = git.folder.path().to_string_lossy().into_owned();
    git.run(&["init", "--quiet", "--bare", "--", &own], b"")?;
    let there = git.run(&["ls-remote", "--", address, &reference], b"")?;
    let old = match there.trim().is_empty() {
        true => None,
        false => {
            let wanted = format!("+{reference}:{OLD}");
            git.run(
                &[
                    "fetch",
                    "--quiet",
                    "--no-tags",
                    "--depth",
                    "1",
                    "--",
                    address,
                    &wanted,
                ],
                b"",
            )?;
            Some(git.run(&["rev-parse", OLD], b"")?.trim().to_owned())
        }
    };
    if let Some(old) = &old {
        git.is_ours(old, branch)?;
    }
    watch.step("making the commit");
    let tree = git.tree(items, source, settings, old.as_deref())?;
    let actions = git.differences(items, old.as_deref(), &tree)?;
    let sent = actions
        .iter()
        .filter(|action| matches!(action, Action::Send(_)))
        .count();
    let mut published = Published {
        unchanged: items.len() - sent,
        actions,
        ..nothing()
    };
    if options.dry_run || published.actions.is_empty() {
        return Ok(published);
    }
    let edition = source
        .publication
        .edition
        .as_deref()
        .unwrap_or("the whole site");
    let marking = Tlp::parse(&source.publication.tlp).unwrap_or(Tlp::Red);
    let message = format!("Publication of {edition} ({marking})\n");
    let mut arguments = vec!["commit-tree", tree.as_str()];
    if let Some(old) = &old {
        arguments.extend(["-p", old.as_str()]);
    }
    let commit = git.run(&arguments, message.as_bytes())?.trim().to_owned();
    watch.step("pushing");
    git.run(
        &[
            "push",
            "--quiet",
            "--",
            address,
            &format!("{commit}:{reference}"),
        ],
        b"",
    )?;
    published.commit = Some(commit);
    Ok(published)
}

fn nothing() -> Published {
    Published {
        edition: None,
        tlp: Tlp::Clear,
        shown: String::new(),
        actions: Vec::new(),
        unchanged: 0,
        foreign: 0,
        commit: None,
    }
}

/// A repository that lives as long as this value.
struct Git<'t> {
    folder: TempDir,
    /// Where relative addresses begin.
    root: PathBuf,
    target: &'t Target,
    has_identity: bool,
}

impl<'t> Git<'t> {
    fn new(target: &'t Target, options: &Options) -> Result<Self, Diagnostic> {
        let folder = tempfile::tempdir().map_err(|error| {
            failed(target, format!("no temporary folder can be made: {error}"))
                .help("make room in the folder for temporary files")
        })?;
        let mut git = Self {
            folder,
            root: options.root.clone(),
            target,
            has_identity: true,
        };
        let asked = git
            .command(&["var", "GIT_COMMITTER_IDENT"])
            .output()
            .map_err(|error| {
                failed(target, format!("the program `git` cannot be run: {error}"))
                    .help("install git, version 2.25 or newer")
            })?;
        git.has_identity = asked.status.success();
        Ok(git)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in OUTER {
            command.env_remove(name);
        }
        command
            .current_dir(&self.root)
            .env("GIT_DIR", self.folder.path())
            .env("GIT_INDEX_FILE", self.folder.path().join("index"))
            .env("LC_ALL", "C")
            // Whoever pushes by hand may have hooks and checks for what they write; this is written already.
            .args([
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "init.defaultBranch=main",
            ]);
        if !std::io::stdin().is_terminal() {
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        if !self.has_identity {
            for name in ["GIT_AUTHOR", "GIT_COMMITTER"] {
                command.env(format!("{name}_NAME"), "Tearline");
                command.env(format!("{name}_EMAIL"), "tearline@localhost");
            }
        }
        command.args(arguments);
        command
    }

    /// Runs `git` to its end and gives what it printed.
    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<String, Diagnostic> {
        let bytes = self.run_bytes(arguments, input)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn run_bytes(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Diagnostic> {
        let what = arguments.first().copied().unwrap_or_default();
        let broken = |error: std::io::Error| {
            failed(self.target, format!("`git {what}` broke off: {error}")).help("publish again")
        };
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(broken)?;
        let pipe = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // Written apart: what it prints meanwhile must be read, or both wait for ever.
            scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input)));
            child.wait_with_output()
        })
        .map_err(broken)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(self.refused(
            what,
            &without_credentials(&String::from_utf8_lossy(&output.stderr)),
        ))
    }

    /// What `git` said, and what to do.
    fn refused(&self, what: &str, said: &str) -> Diagnostic {
        let told: Vec<&str> = said
            .lines()
            .map(|line| {
                line.trim_start_matches("fatal: ")
                    .trim_start_matches("error: ")
                    .trim()
            })
            .filter(|line| !line.is_empty() && !line.starts_with("hint:"))
            .collect();
        let short = told.iter().take(2).copied().collect::<Vec<_>>().join("; ");
        let says = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
        let (code, help) = if says(&[
            "Authentication failed",
            "could not read Username",
            "Permission denied",
            "403",
        ]) {
            (
                Code::NoAccess,
                "give git a credential helper, an SSH key or a token of the workflow that may push there",
            )
        } else if says(&[
            "not found",
            "does not exist",
            "not appear to be a git repository",
        ]) {
            (
                Code::NoBucket,
                "make the repository first, or mend the `url` of the target",
            )
        } else if says(&["rejected", "non-fast-forward", "fetch first"]) {
            (
                Code::GitFailed,
                "the branch was changed meanwhile, or is protected: publish again, or allow pushes to it",
            )
        } else {
            (Code::GitFailed, "mend what git reports, and publish again")
        };
        Diagnostic::new(code, format!("`git {what}` failed: {short}"))
            .at_location(self.target.at.clone())
            .label("this target")
            .help(help)
    }

    /// A branch is replaced as a whole: that of a source tree must not be.
    fn is_ours(&self, old: &str, branch: &str) -> Result<(), Diagnostic> {
        let names = self.run(&["ls-tree", "--name-only", old], b"")?;
        if names.trim().is_empty() || names.lines().any(|name| name == SUMS_NAME) {
            return Ok(());
        }
        Err(failed(
            self.target,
            format!("the branch `{branch}` holds something that Tearline did not publish"),
        )
        .help("a publication replaces all of a branch: name one of its own with `branch`, or empty this one first"))
    }

    /// The tree of the edition.
    fn tree(
        &self,
        items: &[Item],
        source: &Source,
        settings: &Settings,
        old: Option<&str>,
    ) -> Result<String, Diagnostic> {
        let folder = std::path::absolute(&source.folder).unwrap_or_else(|_| source.folder.clone());
        let of_files: Vec<&Item> = items
            .iter()
            .filter(|item| matches!(item.content, Content::File(_)))
            .collect();
        let mut paths = String::new();
        for item in &of_files {
            if item.path.contains('\n') {
                return Err(failed(
                    self.target,
                    format!("`{}` has a line break in its name", item.path),
                )
                .help("give the file another name"));
            }
            // Writing to a string does not fail.
            let _ = writeln!(paths, "{}", folder.join(&item.path).display());
        }
        // Without filters: line ends and attributes of whoever publishes are not the edition's.
        let hashes = self.run(
            &["hash-object", "-w", "--no-filters", "--stdin-paths"],
            paths.as_bytes(),
        )?;
        let mut entries: BTreeMap<&str, String> = of_files
            .iter()
            .zip(hashes.lines())
            .map(|(item, hash)| (item.path.as_str(), hash.to_owned()))
            .collect();
        for item in items {
            if let Content::Bytes(bytes) = &item.content {
                let kept = match item.path == SIGNATURE_NAME {
                    true => self.old_signature(source, settings, old),
                    false => None,
                };
                let bytes = kept.as_ref().unwrap_or(bytes);
                let hash = self.run(&["hash-object", "-w", "--no-filters", "--stdin"], bytes)?;
                entries.insert(&item.path, hash.trim().to_owned());
            }
        }
        let mut index = String::new();
        for (path, hash) in entries {
            let _ = write!(index, "100644 {hash}\t{path}\0");
        }
        self.run(&["update-index", "-z", "--index-info"], index.as_bytes())?;
        Ok(self.run(&["write-tree"], b"")?.trim().to_owned())
    }

    /// The signature on the branch, while it is one of what is published now: a new one would be a commit
    /// that changes nothing else.
    fn old_signature(
        &self,
        source: &Source,
        settings: &Settings,
        old: Option<&str>,
    ) -> Option<Vec<u8>> {
        let name = format!("{}:{SIGNATURE_NAME}", old?);
        let bytes = self.run_bytes(&["cat-file", "blob", &name], b"").ok()?;
        let key = settings.public_key.as_ref()?;
        let text = String::from_utf8(bytes).ok()?;
        key.check(&source.sums, &text).ok()?;
        Some(text.into_bytes())
    }

    /// What the commit changes, files that are sent before those that go.
    fn differences(
        &self,
        items: &[Item],
        old: Option<&str>,
        tree: &str,
    ) -> Result<Vec<Action>, Diagnostic> {
        let Some(old) = old else {
            return Ok(items.iter().cloned().map(Action::Send).collect());
        };
        let listed = self.run_bytes(
            &[
                "diff-tree",
                "-r",
                "-z",
                "--no-renames",
                "--name-status",
                old,
                tree,
            ],
            b"",
        )?;
        let text = String::from_utf8_lossy(&listed).into_owned();
        let mut parts = text.split('\0').filter(|part| !part.is_empty());
        let mut changed: BTreeMap<&str, &str> = BTreeMap::new();
        while let (Some(status), Some(path)) = (parts.next(), parts.next()) {
            changed.insert(path, status);
        }
        let sent = items
            .iter()
            .filter(|item| {
                changed
                    .get(item.path.as_str())
                    .is_some_and(|status| *status != "D")
            })
            .cloned()
            .map(Action::Send);
        let gone = changed
            .iter()
            .filter(|(_, status)| **status == "D")
            .map(|(path, _)| Action::Delete((*path).to_owned()));
        Ok(sent.chain(gone).collect())
    }
}

fn failed(target: &Target, message: String) -> Diagnostic {
    Diagnostic::new(Code::GitFailed, message)
        .at_location(target.at.clone())
        .label("this target")
}

/// What `git` says, without what stands between `://` and `@`: settings of git can add a token there.
fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str("://");
        let end = part.find(['/', ' ', '\'', '\n']).unwrap_or(part.len());
        let start = part[..end].rfind('@').map_or(0, |at| at + 1);
        clean.push_str(&part[start..]);
    }
    clean
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn an_address_loses_its_credentials() {
        assert_eq!(
            without_credentials(
                "fatal: unable to access 'https://me:secret@host.example/a.git/': 403"
            ),
            "fatal: unable to access 'https://host.example/a.git/': 403"
        );
        assert_eq!(
            without_credentials("mail me@host.example"),
            "mail me@host.example"
        );
    }
}
