//! Documents of the run before, so that a file which says what it said is not parsed again.
//!
//! In: a content file as it was listed, and its text as it is now. Out: its document and findings, of
//! the run before or parsed anew. A document that also comes from tables beside it is always made
//! anew: what it says is more than its text.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::document::{self, Document, Matter};
use super::files::{FileKind, Listed, MAX_DOCUMENT, read_text};
use base::diagnostic::{Diagnostics, SourceFile};
use base::marking::Tlp;

/// What one run leaves for the next.
#[derive(Debug, Default)]
pub struct Kept {
    /// By the path of the file.
    parsed: HashMap<String, Parsed>,
    /// The marking of what says none of its own, in the settings of that run.
    unmarked: Option<Tlp>,
}

/// The document of a brief before and after its file was changed.
#[derive(Debug)]
pub struct Changed {
    pub before: Arc<Document>,
    pub after: Arc<Document>,
}

impl Changed {
    /// Whether nothing but the words of the body are others.
    pub fn in_words_alone(&self) -> bool {
        let Self { before, after } = self;
        let matter = |document: &Document| {
            document
                .file
                .text
                .get(document.matter_span.clone())
                .map(str::to_owned)
        };
        matter(before) == matter(after) && before.body.differs_in_words_alone(&after.body)
    }
}

/// A content file with what came of it.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub document: Option<Arc<Document>>,
    pub found: Diagnostics,
}

impl Kept {
    /// Takes over what a run parsed, in place of what was kept.
    pub(super) fn replace<'p>(&mut self, parsed: impl Iterator<Item = (&'p Listed, &'p Parsed)>) {
        self.parsed = parsed
            .filter(|(_, parsed)| parsed.document.as_deref().is_some_and(stands_alone))
            .map(|(listed, parsed)| (listed.path.clone(), parsed.clone()))
            .collect();
    }

    /// Forgets what was parsed under another setting.
    pub(super) fn agree(&mut self, unmarked: Option<Tlp>) {
        if self.unmarked != unmarked {
            self.parsed.clear();
            self.unmarked = unmarked;
        }
    }

    /// Reads the file of one brief, and takes it over where the document is still all that comes of it
    /// and neither text gives rise to a finding.
    pub fn change(&mut self, root: &Path, path: &str) -> Option<Changed> {
        let parsed = self.parsed.get_mut(path)?;
        let before = parsed.document.clone()?;
        // Where a link leads, the listing of a whole run has to say.
        if !std::fs::symlink_metadata(root.join(path)).ok()?.is_file() {
            return None;
        }
        let file = read_text(root, path, MAX_DOCUMENT).ok()?;
        if before.kind() != FileKind::Brief || !parsed.found.is_empty() {
            return None;
        }
        let listed = Listed {
            kind: before.kind(),
            path: path.to_owned(),
            assets: before.assets.clone(),
        };
        let mut found = Diagnostics::new();
        let after = document::load(root, &listed, file, self.unmarked, &mut found).map(Arc::new)?;
        if !found.is_empty() || !stands_alone(&after) {
            return None;
        }
        parsed.document = Some(Arc::clone(&after));
        Some(Changed { before, after })
    }

    /// What was kept of a file, if that is what it says now.
    fn of(&self, listed: &Listed, file: &SourceFile) -> Option<&Parsed> {
        let parsed = self.parsed.get(&listed.path)?;
        let document = parsed.document.as_deref()?;
        let same = document.kind() == listed.kind
            && document.assets == listed.assets
            && document.file.text == file.text;
        same.then_some(parsed)
    }
}

/// Reads a content file, and parses it where it is not what it was.
pub(super) fn load(
    root: &Path,
    listed: &Listed,
    unmarked: Option<Tlp>,
    kept: Option<&Kept>,
) -> Parsed {
    let mut found = Diagnostics::new();
    let file = match read_text(root, &listed.path, MAX_DOCUMENT) {
        Ok(file) => file,
        Err(diagnostic) => {
            found.push(*diagnostic);
            return Parsed {
                document: None,
                found,
            };
        }
    };
    if let Some(parsed) = kept.and_then(|kept| kept.of(listed, &file)) {
        return parsed.clone();
    }
    Parsed {
        document: document::load(root, listed, file, unmarked, &mut found).map(Arc::new),
        found,
    }
}

/// Whether a document is what its file's text says, and nothing more.
fn stands_alone(document: &Document) -> bool {
    let names_table = match &document.matter {
        Matter::Brief(brief) => brief.indicators_file.is_some(),
        _ => false,
    };
    !names_table && (document.body.figures.is_empty() || document.assets.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn site() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let settings = "title = \"T\"\nbase_url = \"https://t.example\"\n";
        write(folder.path(), "tearline.toml", settings);
        folder
    }

    fn brief(title: &str) -> String {
        format!("---\ntitle: {title}\ndate: 2025-01-01\ntlp: clear\n---\n\nText.\n")
    }

    /// The documents of a run, by path, with the number of findings.
    fn run(root: &Path, kept: &mut Kept) -> (Vec<(String, Arc<Document>)>, usize) {
        let mut found = Diagnostics::new();
        let site = crate::load(root, Some(kept), &mut found).unwrap();
        let documents = site.documents.into_iter();
        (
            documents
                .map(|document| (document.file.path.clone(), document))
                .collect(),
            found.iter().count(),
        )
    }

    #[test]
    fn only_what_changed_is_parsed_again() {
        let folder = site();
        let root = folder.path();
        for name in ["a", "b", "c"] {
            write(root, &format!("content/briefs/{name}.md"), &brief(name));
        }
        write(
            root,
            "content/briefs/d/index.md",
            "---\ntitle: d\ndate: 2025-01-01\ntlp: clear\nindicators_file: i.csv\n---\n\nText.\n",
        );
        write(
            root,
            "content/briefs/d/i.csv",
            "type,value\ndomain,a.example\n",
        );
        let mut kept = Kept::default();
        let (first, _) = run(root, &mut kept);

        write(root, "content/briefs/b.md", &brief("other"));
        write(
            root,
            "content/briefs/d/i.csv",
            "type,value\ndomain,b.example\n",
        );
        let (second, _) = run(root, &mut kept);
        let same = |at: usize| Arc::ptr_eq(&first[at].1, &second[at].1);
        assert_eq!(
            (same(0), same(1), same(2), same(3)),
            (true, false, true, false)
        );
        let rows = second[3].1.indicator_rows.as_ref().unwrap();
        assert!(rows.file.text.contains("b.example"));
    }

    #[test]
    fn a_change_is_of_words_alone_or_of_more() {
        let folder = site();
        let root = folder.path();
        let path = "content/briefs/a.md";
        write(root, path, &brief("a"));
        let mut kept = Kept::default();
        run(root, &mut kept);

        let text = brief("a").replace("Text.", "Other words, and more of them.");
        write(root, path, &text);
        let changed = kept.change(root, path).unwrap();
        assert!(changed.in_words_alone());
        assert!(changed.before.body.words < changed.after.body.words);
        let (documents, _) = run(root, &mut kept);
        assert!(Arc::ptr_eq(&documents[0].1, &changed.after), "parsed once");

        for other in [
            brief("another title"),
            text.replace("Other words", "## Other words"),
            text.replace("Other words", "[[Japan]]"),
            text.replace("Other words", "(TLP:AMBER) Words"),
            text.replace("Other words", "<b>words</b>"),
            text.replace("Other words", "![A](a.png)"),
            text.replace("Other words", "```chart\ntype: bar\n```\n"),
        ] {
            write(root, path, &other);
            let changed = kept.change(root, path).unwrap();
            assert!(!changed.in_words_alone(), "{other}");
            write(root, path, &text);
            kept.change(root, path).unwrap();
        }
    }

    #[test]
    fn what_is_told_of_or_not_a_file_is_no_change_of_one_brief() {
        let folder = site();
        let root = folder.path();
        let path = "content/briefs/a.md";
        write(root, path, &brief("a"));
        let mut kept = Kept::default();
        run(root, &mut kept);

        for other in [
            brief("a").replace("Text.", "Words (TLP:AMBER)"),
            brief("a").replace("tlp: clear", "tlp: clear\nindicators_file: i.csv"),
        ] {
            write(root, path, &other);
            assert!(kept.change(root, path).is_none(), "{other}");
        }
        #[cfg(unix)]
        {
            let outside = folder.path().with_extension("md");
            fs::write(&outside, brief("b")).unwrap();
            fs::remove_file(root.join(path)).unwrap();
            std::os::unix::fs::symlink(&outside, root.join(path)).unwrap();
            let changed = kept.change(root, path);
            fs::remove_file(outside).unwrap();
            assert!(changed.is_none(), "a link leads out of the site");
        }
        fs::remove_file(root.join(path)).unwrap();
        assert!(kept.change(root, path).is_none());
    }

    #[test]
    fn findings_of_what_is_not_parsed_again_stay() {
        let folder = site();
        let root = folder.path();
        write(root, "content/briefs/a.md", &brief("a"));
        // A mark in the middle of a text is told when the body is parsed.
        write(
            root,
            "content/briefs/b.md",
            "---\ntitle: b\ndate: 2025-01-01\ntlp: clear\n---\n\nA text (TLP:AMBER) here.\n",
        );
        // This one has no document at all.
        write(root, "content/briefs/c.md", "---\ntitle: [\n---\n");
        let mut kept = Kept::default();
        let (first, told) = run(root, &mut kept);
        let (second, told_again) = run(root, &mut kept);
        assert_eq!((first.len(), second.len()), (2, 2));
        assert!(told >= 2, "{told}");
        assert_eq!(told, told_again);
    }
}
