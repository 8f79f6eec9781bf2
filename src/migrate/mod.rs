//! The content of another generator as that of a new site. `tearline init --from`.
//!
//! In: the folder of a site of Hugo or Zola, or a vault of Obsidian. Out: the files of a Tearline
//! site, and a [`Report`] of what became what and what was left. Nothing is written here, and the
//! old folder is only read.
//!
//! 1. list the folder, without what is hidden or a symbolic link
//! 2. each Markdown file becomes a brief where it has a date, else a page ([`matter`])
//! 3. what its text has of the generator's own is told with its line ([`text`])
//! 4. files beside a text stay beside it.
//!
//! Nothing is published by accident: without a marking for all of it, each document is a draft at
//! TLP:RED, which no website shows. With one, a document keeps a narrower marking of its own
//! ([`marks`]), and what the old site kept back ([`held`]) is kept back. Every text comes through the
//! [gate](crate::import::gate), and files are [copied](copy) only where nothing in them is narrower.

mod copy;
mod held;
mod marks;
pub mod matter;
mod settings;
pub mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use uuid::Uuid;
use walkdir::WalkDir;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::import::gate::Sheet;
use crate::load::files::{MAX_DOCUMENT, bundle_of};
use crate::marking::Tlp;
use crate::settings::FILE_NAME;
pub use copy::Copy;
use marks::Said;
use matter::Options;

/// What made the old site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generator {
    Hugo,
    Zola,
    Obsidian,
}

impl Generator {
    pub const ALL: [Generator; 3] = [Generator::Hugo, Generator::Zola, Generator::Obsidian];

    pub fn name(self) -> &'static str {
        match self {
            Generator::Hugo => "hugo",
            Generator::Zola => "zola",
            Generator::Obsidian => "obsidian",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|generator| generator.name() == text)
    }

    /// Where its texts are.
    fn content(self) -> &'static str {
        match self {
            Generator::Hugo | Generator::Zola => "content",
            Generator::Obsidian => "",
        }
    }
}

/// A file of the new site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    Text(Sheet),
    Copy(Copy),
}

/// A site, before it is written.
#[derive(Debug, Default)]
pub struct Converted {
    /// By path from the site's root.
    pub files: BTreeMap<String, Contents>,
    pub report: Report,
}

/// What became what.
#[derive(Debug, Default)]
pub struct Report {
    pub briefs: usize,
    pub pages: usize,
    /// Files beside texts, and in `static/`.
    pub files: usize,
    /// How many documents had a key, by the key and what it became.
    pub keys: BTreeMap<(String, &'static str), usize>,
    /// What needs a look, with its place in the old site.
    pub left: Vec<String>,
    /// What is not in the new site.
    pub dropped: Vec<String>,
    /// Documents with a marking of their own that is narrower than that of all.
    pub narrower: usize,
}

/// What folders and settings say of all documents below them.
#[derive(Debug, Default, Clone)]
pub struct Above {
    said: Said,
    /// The key that keeps them back.
    held: Option<String>,
}

impl Above {
    /// Both.
    fn add(&mut self, other: &Above) {
        self.said.add_all(&other.said);
        if self.held.is_none() {
            self.held.clone_from(&other.held);
        }
    }
}

impl Report {
    /// For people.
    pub fn text(&self, tlp: Option<Tlp>) -> String {
        let counted = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        let mut text = format!(
            "Taken over: {}, {} and {}.\n",
            counted(self.briefs, "brief"),
            counted(self.pages, "page"),
            counted(self.files, "file"),
        );
        // Writing to a string does not fail.
        let _ = match tlp {
            Some(tlp) if self.narrower == 0 => {
                writeln!(text, "All of it is {tlp}; drafts stay drafts.")
            }
            Some(tlp) => writeln!(
                text,
                "All of it is {tlp} but {}, which say that they are narrower, and are in no edition of the new \
                 settings; drafts stay drafts.",
                counted(self.narrower, "document"),
            ),
            None => writeln!(
                text,
                "Each is a draft at TLP:RED, so that no edition has it: give each its `tlp` and take \
                 out `draft: true`, or convert again with --tlp."
            ),
        };
        let keys: Vec<String> = (self.keys.iter())
            .map(|((from, to), count)| format!("{from} -> {to} ({count})"))
            .collect();
        for (title, lines) in [
            ("Keys of the front matter", &keys),
            ("To look at", &self.left),
            ("Not taken over", &self.dropped),
        ] {
            if !lines.is_empty() {
                let _ = writeln!(text, "\n{title}:");
                for line in lines {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
        text
    }
}

/// Converts a folder. `namespace` is that of the new site, `tlp` the marking of what has none of its
/// own.
///
/// # Errors
/// Everything that cannot be read.
pub fn convert(
    generator: Generator,
    root: &Path,
    tlp: Option<Tlp>,
    namespace: &Uuid,
    now: jiff::Timestamp,
) -> Result<Converted, Diagnostics> {
    let content = root.join(generator.content());
    if !content.is_dir() {
        return Err(Diagnostic::new(
            Code::Unreadable,
            format!("{} is not a folder", content.display()),
        )
        .help(match generator {
            Generator::Obsidian => "name the folder of the vault",
            _ => "name the folder of the old site, in which `content/` is",
        })
        .into());
    }
    let mut found = Diagnostics::new();
    let mut converted = Converted::default();
    let old = settings::read(generator, root, &mut converted.report);
    converted.files.insert(
        FILE_NAME.to_owned(),
        Contents::Text(settings::text(&old, tlp, namespace)),
    );
    let files = list(&content, &mut found);
    let options = Options {
        generator,
        tlp,
        now,
    };
    let files = (files.into_iter())
        .filter(|path| {
            let ignored = old.ignores(path);
            if ignored {
                let line = format!("{path}: the old settings pass over it");
                converted.report.dropped.push(line);
            }
            !ignored
        })
        .collect();
    documents(
        &options,
        &content,
        &files,
        &old.above,
        &mut converted,
        &mut found,
    );
    statics(generator, root, tlp, &mut converted, &mut found);
    if found.has_errors() {
        found.sort();
        return Err(found);
    }
    Ok(converted)
}

/// The files below a folder by their path from it, with `/`. What is hidden belongs to programs.
fn list(folder: &Path, found: &mut Diagnostics) -> BTreeSet<String> {
    let hidden = |entry: &walkdir::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let mut files = BTreeSet::new();
    let walk = WalkDir::new(folder).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| !hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
                files.insert(path.to_string_lossy().replace('\\', "/"));
            }
            Ok(_) => {}
            Err(error) => found.push(
                Diagnostic::new(Code::Unreadable, error.to_string())
                    .help("mend the permissions of the old site"),
            ),
        }
    }
    files
}

/// What the pages of sections say of all below their folders, by folder.
fn sections(
    content: &Path,
    files: &BTreeSet<String>,
    found: &mut Diagnostics,
) -> BTreeMap<String, Above> {
    let mut all = BTreeMap::new();
    for path in files {
        let Some(folder) = path.strip_suffix("_index.md") else {
            continue;
        };
        match read(content, path) {
            Ok(file) => {
                if let Some(above) = matter::section(&file, found) {
                    all.insert(folder.to_owned(), above);
                }
            }
            Err(finding) => found.push(finding),
        }
    }
    all
}

fn documents(
    options: &Options,
    content: &Path,
    files: &BTreeSet<String>,
    site: &Above,
    converted: &mut Converted,
    found: &mut Diagnostics,
) {
    // Folders whose other files belong to their text.
    let sections = sections(content, files, found);
    let bundles: BTreeSet<String> = match options.generator {
        Generator::Obsidian => BTreeSet::new(),
        _ => (files.iter())
            .filter_map(|path| path.strip_suffix("/index.md"))
            .map(str::to_owned)
            .collect(),
    };
    let mut taken = BTreeSet::new();
    // Where the files of each bundle go.
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut others = Vec::new();
    for path in files {
        let bundle = bundle_of(path, &bundles);
        let is_own = (bundle.as_ref()).is_none_or(|folder| *path == format!("{folder}/index.md"));
        if !path.ends_with(".md") || !is_own {
            others.push((path, bundle));
            continue;
        }
        if path.rsplit('/').next() == Some("_index.md") {
            let line = format!("{path}: the page of a section; Tearline has lists of its own");
            converted.report.dropped.push(line);
            continue;
        }
        let file = match read(content, path) {
            Ok(file) => file,
            Err(finding) => {
                found.push(finding);
                continue;
            }
        };
        let mut above = site.clone();
        for (_, section) in sections
            .iter()
            .filter(|(folder, _)| path.starts_with(*folder))
        {
            above.add(section);
        }
        let Some(document) = matter::document(options, &file, &above, &mut converted.report, found)
        else {
            continue;
        };
        text::leftovers(
            options.generator,
            &file,
            document.body_start,
            &mut converted.report,
        );
        let name = free_name(&document.name, path, &mut taken);
        let home = match document.is_brief {
            true => {
                converted.report.briefs += 1;
                format!("content/briefs/{}{name}", document.day)
            }
            false => {
                converted.report.pages += 1;
                format!("content/pages/{name}")
            }
        };
        let to = match bundle {
            Some(bundle) => {
                let index = format!("{home}/index.md");
                homes.insert(bundle, home);
                index
            }
            None => format!("{home}.md"),
        };
        converted.files.insert(to, Contents::Text(document.text));
    }
    for (path, bundle) in others {
        let home = bundle.and_then(|bundle| {
            let home = homes.get(&bundle)?;
            Some(format!("{home}{}", &path[bundle.len()..]))
        });
        match home {
            Some(to) => match Copy::of(content, path, options.tlp) {
                Some(copy) => {
                    converted.report.files += 1;
                    converted.files.insert(to, Contents::Copy(copy));
                }
                None => (converted.report.dropped).push(format!(
                    "{path}: marked narrower than the rest, or kept back; make a document of it"
                )),
            },
            None => (converted.report.dropped).push(format!(
                "{path}: beside no text; put it into the folder of the brief that uses it"
            )),
        }
    }
}

/// A name that no other document has: an address has one document.
fn free_name(name: &str, path: &str, taken: &mut BTreeSet<String>) -> String {
    let folder = path.rsplit('/').nth(1).map(slug::slugify);
    let with_folder = folder
        .filter(|folder| !folder.is_empty())
        .map(|folder| format!("{folder}-{name}"));
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned())
        .chain(with_folder)
        .chain(numbered);
    // Numbers do not end.
    let free = names.find(|name| taken.insert(name.clone()));
    free.unwrap_or_default()
}

/// `static/` goes into every edition, so it is taken over only where all may see it.
fn statics(
    generator: Generator,
    root: &Path,
    tlp: Option<Tlp>,
    converted: &mut Converted,
    found: &mut Diagnostics,
) {
    let folder = root.join("static");
    if generator == Generator::Obsidian || !folder.is_dir() {
        return;
    }
    if tlp != Some(Tlp::Clear) {
        let line = "static/: goes into every edition; copy what all may see, or convert again with --tlp clear";
        converted.report.dropped.push(line.to_owned());
        return;
    }
    for path in list(&folder, found) {
        let to = format!("static/{path}");
        match Copy::of(&folder, &path, tlp) {
            Some(copy) => {
                converted.report.files += 1;
                converted.files.insert(to, Contents::Copy(copy));
            }
            None => {
                let line = format!("{to}: marked narrower than the rest, or kept back");
                converted.report.dropped.push(line);
            }
        }
    }
}

fn read(content: &Path, path: &str) -> Result<std::sync::Arc<SourceFile>, Diagnostic> {
    let whole = content.join(path);
    let refused = |code, reason: String| {
        Diagnostic::new(code, format!("`{path}` cannot be converted: {reason}"))
            .at_path(path)
            .help("mend the file, or move it out of the old site")
    };
    let size = std::fs::metadata(&whole).map_or(0, |data| data.len());
    if size > MAX_DOCUMENT {
        return Err(refused(Code::TooLarge, format!("it has {size} bytes")));
    }
    let bytes =
        std::fs::read(&whole).map_err(|error| refused(Code::Unreadable, error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| refused(Code::NotUtf8, "it is not UTF-8".to_owned()))?;
    Ok(SourceFile::new(
        path,
        text.strip_prefix('\u{feff}').unwrap_or(&text),
    ))
}
