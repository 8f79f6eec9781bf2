//! What one build left behind, as the server and the browser see it.
//!
//! In: each [`Built`] in turn. Out: an immutable [`Snapshot`] with the newest good site, the newest
//! findings, and numbers by which an open page knows whether it is out of date. A number changes
//! only when there is something new to see: a build that changed nothing reloads nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use super::{Built, Content};
use crate::diagnostic::{Diagnostics, Severity};

/// The state of the preview after a build.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// The last site that was built without an error; none before the first.
    pub(super) site: Option<Arc<Site>>,
    pub(super) diagnostics: Diagnostics,
    pub(super) numbers: Numbers,
}

/// Counters of what an open page can be behind of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    /// 0 while there is no site.
    pub(super) pages: u64,
    /// Counts changes of stylesheets alone, which need no reload.
    pub(super) styles: u64,
    pub(super) findings: u64,
}

impl Snapshot {
    /// The snapshot after `built`, which followed `previous`.
    pub(super) fn after(previous: Option<&Snapshot>, built: Built) -> Self {
        let mut diagnostics = built.diagnostics;
        diagnostics.sort();
        let mut numbers = previous.map_or_else(Numbers::default, |previous| previous.numbers);
        if previous.is_none_or(|previous| previous.diagnostics != diagnostics) {
            numbers.findings += 1;
        }
        let last = previous.and_then(|previous| previous.site.as_ref());
        let site = match built.files {
            None => last.cloned(),
            Some(files) => {
                let site = Site::new(files, &built.base_path);
                match last.map_or(Change::Pages, |last| last.change_to(&site)) {
                    Change::Nothing => {}
                    Change::Styles => numbers.styles += 1,
                    Change::Pages => numbers.pages += 1,
                }
                Some(Arc::new(site))
            }
        };
        Self {
            site,
            diagnostics,
            numbers,
        }
    }

    /// What an open page is told, as JSON. `run` tells one run of the preview from another, whose
    /// numbers begin anew.
    pub(super) fn message(&self, run: &str) -> String {
        serde_json::json!({
            "run": run,
            "pages": self.numbers.pages,
            "styles": self.numbers.styles,
            "findings": self.numbers.findings,
            "errors": self.diagnostics.count(Severity::Error),
            "warnings": self.diagnostics.count(Severity::Warning),
        })
        .to_string()
    }
}

/// A site that was built whole.
#[derive(Debug)]
pub(super) struct Site {
    files: BTreeMap<String, Held>,
    /// Decoded, empty or with a leading `/`, never with one at its end.
    base: String,
}

#[derive(Debug)]
struct Held {
    content: Content,
    /// Length and time of a file on disk when the site was built.
    stamp: Option<(u64, SystemTime)>,
}

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A file, by its path in the site.
    File(&'a str, &'a Content),
    /// A folder with an index, asked for without the slash at its end; the right path, decoded.
    Folder(String),
    /// The path lies above the site; the site's own root, decoded.
    Above(String),
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    Styles,
    Pages,
}

impl Site {
    fn new(files: BTreeMap<String, Content>, base_path: &str) -> Self {
        let files = files
            .into_iter()
            .map(|(path, content)| {
                let file = match &content {
                    Content::Bytes(_) | Content::Late(_) => None,
                    Content::File(file) => Some(file),
                    Content::Image(asset) => Some(&asset.file),
                };
                let stamp = file
                    .and_then(|file| std::fs::metadata(file).ok())
                    .and_then(|data| Some((data.len(), data.modified().ok()?)));
                (path, Held { content, stamp })
            })
            .collect();
        let base = decode(base_path).unwrap_or_default();
        let base = match base.trim_matches('/') {
            "" => String::new(),
            inside => format!("/{inside}"),
        };
        Self { files, base }
    }

    /// How many HTML pages it has.
    pub(super) fn pages(&self) -> usize {
        self.files
            .keys()
            .filter(|path| path.ends_with(".html"))
            .count()
    }

    /// Finds what a static host would serve at the path of a URL. Only the files of the build are
    /// ever found: a path is looked up, never followed.
    pub(super) fn find(&self, url_path: &str) -> Found<'_> {
        let Some(path) = decode(url_path) else {
            return Found::Nothing;
        };
        let below = path
            .strip_prefix(&self.base)
            .and_then(|below| below.strip_prefix('/'));
        let Some(below) = below else {
            return if path == "/" || path == self.base {
                Found::Above(format!("{}/", self.base))
            } else {
                Found::Nothing
            };
        };
        if below.is_empty() || below.ends_with('/') {
            return self.file(&format!("{below}index.html"));
        }
        match self.file(below) {
            Found::Nothing if self.files.contains_key(&format!("{below}/index.html")) => {
                Found::Folder(format!("{path}/"))
            }
            found => found,
        }
    }

    /// The file with exactly this path in the site.
    pub(super) fn file(&self, path: &str) -> Found<'_> {
        self.files
            .get_key_value(path)
            .map_or(Found::Nothing, |(path, held)| {
                Found::File(path, &held.content)
            })
    }

    fn change_to(&self, newer: &Site) -> Change {
        if self.base != newer.base || !self.files.keys().eq(newer.files.keys()) {
            return Change::Pages;
        }
        let mut change = Change::Nothing;
        for ((path, held), newer) in self.files.iter().zip(newer.files.values()) {
            if held.is_same(newer) {
                continue;
            }
            if !path.ends_with(".css") {
                return Change::Pages;
            }
            change = Change::Styles;
        }
        change
    }
}

impl Held {
    fn is_same(&self, other: &Held) -> bool {
        match (&self.content, &other.content) {
            (Content::Bytes(ours), Content::Bytes(theirs)) => {
                Arc::ptr_eq(ours, theirs) || ours == theirs
            }
            (Content::File(ours), Content::File(theirs)) => {
                ours == theirs && self.stamp == other.stamp
            }
            (Content::Image(ours), Content::Image(theirs)) => {
                ours == theirs && self.stamp == other.stamp
            }
            // A page shows what changed, too.
            (Content::Late(_), Content::Late(_)) => true,
            _ => false,
        }
    }
}

/// Undoes percent-encoding (RFC 3986, section 2.1), once. None for what is not UTF-8 afterwards or
/// has a `%` without two digits, neither of which a path of a site has.
fn decode(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            decoded.push(u8::try_from(value).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

/// Percent-encodes a decoded path for a `Location` header: all but unreserved characters and `/`.
pub(super) fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};

    fn built(files: &[(&str, &str)]) -> Built {
        Built {
            files: Some(
                files
                    .iter()
                    .map(|(path, text)| {
                        let content = Content::Bytes(text.as_bytes().into());
                        ((*path).to_owned(), content)
                    })
                    .collect(),
            ),
            ..Built::default()
        }
    }

    #[test]
    fn numbers_change_only_with_what_they_count() {
        let page = ("index.html", "one");
        let first = Snapshot::after(None, built(&[page, ("a.css", "1")]));
        assert_eq!((first.numbers.pages, first.numbers.styles), (1, 0));

        let same = Snapshot::after(Some(&first), built(&[page, ("a.css", "1")]));
        assert_eq!(same.numbers, first.numbers);

        let restyled = Snapshot::after(Some(&same), built(&[page, ("a.css", "2")]));
        assert_eq!((restyled.numbers.pages, restyled.numbers.styles), (1, 1));

        let rewritten = Snapshot::after(
            Some(&restyled),
            built(&[("index.html", "two"), ("a.css", "3")]),
        );
        assert_eq!(rewritten.numbers.pages, 2);
        assert_eq!(rewritten.numbers.findings, first.numbers.findings);
    }

    #[test]
    fn a_failed_build_keeps_the_site_and_changes_the_findings() {
        let good = Snapshot::after(None, built(&[("index.html", "one")]));
        let failed = Snapshot::after(
            Some(&good),
            Built {
                diagnostics: Diagnostic::new(Code::YamlSyntax, "no").into(),
                ..Built::default()
            },
        );
        assert!(failed.site.is_some());
        assert_eq!(failed.numbers.pages, good.numbers.pages);
        assert_eq!(failed.numbers.findings, good.numbers.findings + 1);
    }

    #[test]
    fn a_changed_file_on_disk_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        let build = || Built {
            files: Some([("logo.png".to_owned(), Content::File(path.clone()))].into()),
            ..Built::default()
        };
        std::fs::write(&path, "one").unwrap();
        let first = Snapshot::after(None, build());
        let same = Snapshot::after(Some(&first), build());
        assert_eq!(same.numbers, first.numbers);
        std::fs::write(&path, "longer").unwrap();
        let changed = Snapshot::after(Some(&same), build());
        assert_eq!(changed.numbers.pages, 2);
    }

    #[test]
    fn paths_decode_once_and_encode_back() {
        assert_eq!(decode("/a%20b/%C3%A9").as_deref(), Some("/a b/é"));
        assert_eq!(decode("/%252e").as_deref(), Some("/%2e"));
        for bad in ["/%", "/%2", "/%zz", "/%FF", "/%+1"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(encode("/a b/é?#"), "/a%20b/%C3%A9%3F%23");
    }
}
