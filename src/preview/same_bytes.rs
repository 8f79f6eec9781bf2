//! That the preview serves, after every edit, what a build of the same files writes.
//!
//! A small site with two editions is edited in an order drawn from a seed. After each edit the preview
//! prepares it as it does for a reader, and every address of every edition is answered by the function
//! that the server sends from; a build into an empty folder says what must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::pipeline::Pipeline;
use super::shown::{Answer, Shown, encode};
use super::snapshot::{Site, Snapshot};
use super::state::mark;
use crate::output::{Cache, CommitOptions, MANIFEST_NAME, PUBLICATION_NAME, SUMS_NAME};
use crate::site::{self, Options, Progress};

/// Orders that are tried.
const SEEDS: [u8; 2] = [1, 2];

/// What can stand at the end of a brief.
const SHAPES: [&str; 7] = [
    "Nothing more.",
    "## A heading\n\nBelow it.",
    "Also [[Japan]], and [elsewhere](https://elsewhere.example/).",
    "(TLP:AMBER) For few.",
    "It is likely that we say so with high confidence.",
    "With a note.[^1]\n\n[^1]: The note.",
    "<b>Bold</b> words.",
];

/// What front matter can say of itself.
const ENTRIES: [&str; 5] = [
    "",
    "key_judgments:\n  - {text: So it is., confidence: low, sources: [a]}\nsources:\n  - {id: a, title: A, reliability: A, credibility: 1}\n",
    "key_judgments:\n  - {text: So it is., confidence: low, sources: [a]}\nsources:\n  - {id: a, title: A, reliability: A, credibility: 1, tlp: amber}\n",
    "indicators:\n  - {type: domain, value: a.example, tlp: amber}\n  - {type: domain, value: b.example}\nsummary: Of two.\n",
    "statistics:\n  - {label: Lures, value: 3, tlp: amber}\nattribution:\n  - {actor: APT28, alignment: Russia}\n",
];

/// What front matter can name.
const NAMES: [&str; 6] = [
    "techniques: [T1566.001]\n",
    "techniques: [T1566.001, T1190]\nvulnerabilities: [CVE-2023-22515]\n",
    "techniques: [T1190]\nactors: [APT28]\n",
    "vulnerabilities: [CVE-2023-22515, CVE-2024-1709]\n",
    "software: [Quaybot]\ntechniques: [t1190]\n",
    "software: [quaybot]\nactors: [APT28]\ntechniques: [T1059]\n",
];

/// One change of the files. The number picks what is changed.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Body(usize),
    /// Another heading, link, mark, note, or a sentence that is told of.
    Shape(usize),
    /// Another title.
    Title(usize),
    /// Other judgments, statistics and indicators, some of them for few.
    Entries(usize),
    /// Other techniques, vulnerabilities, regions and software.
    Names(usize),
    /// Another date, between those of the others or past one.
    Date(usize),
    Add,
    Rename(usize),
    Delete(usize),
    Retag(usize),
    Mark(usize),
    Draft(usize),
    Embargo(usize),
    Alias,
    Parent,
    Template,
    Style,
    Static,
    Setting,
    /// A mistake, for the build after it alone.
    Break,
}

/// Every kind of edit, some twice, in any order.
fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(0..8_usize, 8).prop_flat_map(|which| {
        Just(vec![
            Edit::Body(which[0]),
            Edit::Body(which[1]),
            Edit::Body(which[2]),
            Edit::Body(which[3]),
            Edit::Shape(which[4]),
            Edit::Shape(which[5]),
            Edit::Shape(which[6]),
            Edit::Title(which[0]),
            Edit::Title(which[3]),
            Edit::Entries(which[1]),
            Edit::Entries(which[4]),
            Edit::Entries(which[4]),
            Edit::Names(which[2]),
            Edit::Names(which[5]),
            Edit::Names(which[5]),
            Edit::Date(which[6]),
            Edit::Add,
            Edit::Rename(which[2]),
            Edit::Rename(which[3]),
            Edit::Delete(which[4]),
            Edit::Retag(which[5]),
            Edit::Mark(which[6]),
            Edit::Draft(which[7]),
            Edit::Embargo(which[0] + 1),
            Edit::Alias,
            Edit::Parent,
            Edit::Template,
            Edit::Style,
            Edit::Static,
            Edit::Setting,
            Edit::Break,
        ])
        .prop_shuffle()
    })
}

#[derive(Clone)]
struct Brief {
    slug: String,
    words: usize,
    shape: usize,
    title: usize,
    entries: usize,
    names: usize,
    date: usize,
    tag: usize,
    is_marked: bool,
    is_draft: bool,
    is_embargoed: bool,
}

/// The files as they should be; each edit moves one of them on.
struct Model {
    root: PathBuf,
    briefs: Vec<Brief>,
    /// Counts edits, so that each makes something new.
    count: usize,
    alias: usize,
    parent: usize,
    template: usize,
    style: usize,
    picture: usize,
    setting: usize,
}

impl Model {
    fn new(root: &Path) -> Self {
        let mut model = Self {
            root: root.to_owned(),
            briefs: Vec::new(),
            count: 0,
            alias: 0,
            parent: 0,
            template: 0,
            style: 0,
            picture: 0,
            setting: 0,
        };
        for number in 0..4 {
            model.briefs.push(Brief {
                slug: format!("kestrel-{number}"),
                words: number,
                shape: number,
                title: 0,
                entries: number,
                names: number,
                date: 0,
                tag: number,
                is_marked: number == 3,
                is_draft: false,
                is_embargoed: false,
            });
            model.write_brief(number);
        }
        let files = [
            (
                "content/sectors/harbours.md",
                "---\nname: Harbours\n---\n\nShips.\n",
            ),
            (
                "content/pages/about.md",
                "---\ntitle: About\n---\n\nA page about [[APT28]].\n",
            ),
            ("templates/parts/brief-notices.html", "<p>0</p>\n"),
        ];
        for (path, text) in files {
            model.write(path, text);
        }
        for edit in [
            Edit::Alias,
            Edit::Parent,
            Edit::Static,
            Edit::Style,
            Edit::Setting,
        ] {
            model.apply(edit);
        }
        model
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(slug: &str) -> String {
        format!("content/briefs/{slug}.md")
    }

    fn write_brief(&self, at: usize) {
        let brief = &self.briefs[at];
        let day = 10 + (at + 5 * brief.date) % 18;
        let title = brief.title;
        let mut text = format!("---\ntitle: Kestrel {at} {title}\ndate: 2025-11-{day}\n");
        text.push_str(ENTRIES[brief.entries % ENTRIES.len()]);
        text.push_str(NAMES[brief.names % NAMES.len()]);
        let _ = write!(
            text,
            "tags: [tag-{}]\nregions: [Silver Coast]\nsectors: [Harbours]\nredirect_from: [/old/{}/]\n",
            brief.tag % 3,
            brief.slug
        );
        if brief.is_marked {
            text.push_str("tlp: amber\n");
        }
        if brief.is_draft {
            text.push_str("draft: true\n");
        }
        if brief.is_embargoed {
            text.push_str("embargo: 2026-02-01T06:00:00Z\n");
        }
        let _ = write!(
            text,
            "---\n\nWords {} of [[APT28]] and [[Harbours]].\n\n```yaml\nwords: {}\n```\n\n{}\n",
            brief.words,
            brief.words,
            SHAPES[brief.shape % SHAPES.len()]
        );
        self.write(&Self::path(&brief.slug), &text);
    }

    fn change(&mut self, which: usize, change: impl FnOnce(&mut Brief, usize)) {
        if self.briefs.is_empty() {
            return;
        }
        let at = which % self.briefs.len();
        change(&mut self.briefs[at], self.count);
        self.write_brief(at);
    }

    fn apply(&mut self, edit: Edit) {
        self.count += 1;
        let count = self.count;
        match edit {
            Edit::Body(which) => self.change(which, |brief, count| brief.words = 100 + count),
            Edit::Shape(which) => self.change(which, |brief, count| brief.shape += 1 + count % 3),
            Edit::Title(which) => self.change(which, |brief, count| brief.title = count),
            Edit::Entries(which) => {
                self.change(which, |brief, count| brief.entries += 1 + count % 4);
            }
            Edit::Names(which) => self.change(which, |brief, count| brief.names += 1 + count % 5),
            Edit::Date(which) => self.change(which, |brief, _| brief.date += 1),
            Edit::Add => {
                self.briefs.push(Brief {
                    slug: format!("heron-{count}"),
                    words: count,
                    shape: count,
                    title: 0,
                    entries: count,
                    names: count,
                    date: 0,
                    tag: count,
                    is_marked: count.is_multiple_of(2),
                    is_draft: false,
                    is_embargoed: false,
                });
                self.write_brief(self.briefs.len() - 1);
            }
            Edit::Rename(which) => {
                if let Some(at) = which.checked_rem(self.briefs.len()) {
                    let brief = &mut self.briefs[at];
                    let before = Self::path(&brief.slug);
                    brief.slug = format!("stork-{count}");
                    let after = Self::path(&brief.slug);
                    fs::rename(self.root.join(before), self.root.join(after)).unwrap();
                }
            }
            Edit::Delete(which) => {
                if let Some(at) = which.checked_rem(self.briefs.len()) {
                    let brief = self.briefs.remove(at);
                    fs::remove_file(self.root.join(Self::path(&brief.slug))).unwrap();
                    // Dates and titles follow the order, which has moved.
                    (at..self.briefs.len()).for_each(|at| self.write_brief(at));
                }
            }
            Edit::Retag(which) => self.change(which, |brief, _| brief.tag += 1),
            Edit::Mark(which) => self.change(which, |brief, _| brief.is_marked ^= true),
            Edit::Draft(which) => self.change(which, |brief, _| brief.is_draft ^= true),
            Edit::Embargo(which) => self.change(which, |brief, _| brief.is_embargoed ^= true),
            Edit::Alias => {
                self.alias += 1;
                let text = format!(
                    "---\nname: APT28\naliases: [Alias {}]\n---\n\nAn actor.\n",
                    self.alias
                );
                self.write("content/actors/apt28.md", &text);
            }
            Edit::Parent => {
                self.parent += 1;
                let parent = ["Western Africa", "Southern Europe"][self.parent % 2];
                let text =
                    format!("---\nname: Silver Coast\nparents: [{parent}]\n---\n\nA coast.\n");
                self.write("content/regions/silver-coast.md", &text);
            }
            Edit::Template => {
                self.template += 1;
                let text = format!("<p>Notice {} of {{{{ brief.title }}}}</p>\n", self.template);
                self.write("templates/parts/brief-notices.html", &text);
            }
            Edit::Style => {
                self.style += 1;
                let text = format!("p {{ margin: {}px; }}\n", self.style);
                self.write("templates/styles/99-own.css", &text);
            }
            Edit::Static => {
                self.picture += 1;
                let text = format!(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/><g id=\"g{}\"/></svg>",
                    self.picture
                );
                self.write("static/map.svg", &text);
                self.write("static/notes.txt", &text);
                self.write("static/own.html", &text);
            }
            Edit::Setting => {
                self.setting += 1;
                let (per_page, is_even) = (1 + self.setting % 3, self.setting.is_multiple_of(2));
                let text = format!(
                    "title = \"Briefings {}\"\ndefault_tlp = \"clear\"\n\
                     base_url = \"https://briefs.example.org{}\"\n\
                     [lists]\nper_page = {per_page}\n[build]\nsearch = {is_even}\ncards = {is_even}\n\
                     [editions.public]\ntlp = \"clear\"\n\
                     [editions.internal]\ntlp = \"amber\"\n",
                    self.setting,
                    if is_even { "/team" } else { "" }
                );
                self.write("tearline.toml", &text);
            }
            Edit::Break => self.write("content/briefs/broken.md", "---\ntitle: [\n---\n"),
        }
    }

    fn mend(&self) {
        fs::remove_file(self.root.join("content/briefs/broken.md")).unwrap();
    }
}

struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &'static str) {}
    fn start(&self, _: usize) {}
    fn done(&self, _: usize) {}
}

type Tree = BTreeMap<String, Vec<u8>>;

/// What a build writes of each edition.
fn clean_build(options: &Options) -> BTreeMap<String, Tree> {
    let folder = tempfile::tempdir().unwrap();
    build(options, &folder.path().join("public"), Cache::Never).0
}

/// What a build leaves that takes over what the one before made of the same, and how many files that
/// were.
fn build_again(options: &Options, output: &Path) -> (BTreeMap<String, Tree>, usize) {
    build(options, output, Cache::Always)
}

fn build(options: &Options, output: &Path, cache: Cache) -> (BTreeMap<String, Tree>, usize) {
    let commit = CommitOptions {
        // A change of the settings can leave the folders of editions.
        force: true,
        cache,
    };
    let (built, found) = site::build(options, output, &commit, false, &Quiet);
    let built = built.unwrap_or_else(|| panic!("{found:?}"));
    let of_edition = |folder: &Path| {
        walkdir::WalkDir::new(folder)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(folder).unwrap();
                let path = path.to_string_lossy().replace('\\', "/");
                (path, fs::read(entry.path()).unwrap())
            })
            // The lists of all files, which only a build makes.
            .filter(|(path, _)| {
                ![MANIFEST_NAME, SUMS_NAME, PUBLICATION_NAME].contains(&path.as_str())
            })
            .collect()
    };
    let kept = built.editions.iter().map(|edition| edition.commit.kept);
    let kept = kept.sum();
    let editions = built.editions.into_iter();
    let trees = editions
        .map(|edition| (edition.name.unwrap(), of_edition(&edition.folder)))
        .collect();
    (trees, kept)
}

/// What is sent for the path of a file, with whether it is what was asked for.
fn served(shown: &Shown, path: &str) -> (bool, Vec<u8>) {
    let address = encode(&format!("{}/{path}", shown.base));
    match shown.answer(&address) {
        Answer::Made { found, made, .. } => (found, made.bytes.to_vec()),
        Answer::Disk { found, place, .. } => (found, fs::read(place).unwrap()),
        Answer::Moved { to, .. } => panic!("{address} leads to {to}"),
        Answer::Failed(diagnostic) => panic!("{address}: {diagnostic:?}"),
        Answer::Missing => panic!("{address} is missing"),
    }
}

/// Every address of the editions, and addresses that they had before.
fn compare(site: &Site, clean: &BTreeMap<String, Tree>, seen: &mut BTreeSet<String>) {
    assert_eq!(site.editions.len(), clean.len());
    for shown in &site.editions {
        let name = shown.edition.name.as_deref().unwrap();
        let tree = &clean[name];
        let paths: Vec<&str> = shown.edition.files.paths().collect();
        assert_eq!(paths, tree.keys().collect::<Vec<_>>(), "{name}");
        for (path, bytes) in tree {
            let (found, sent) = served(shown, path);
            assert!(found && sent == *bytes, "{name}: {path}");
        }
        for path in seen.iter().filter(|path| !tree.contains_key(*path)) {
            // A page that became a folder leads there; none here does.
            let (found, sent) = served(shown, path);
            assert!(!found && sent == tree["404.html"], "{name}: {path}");
        }
        seen.extend(tree.keys().cloned());
    }
}

/// One order of edits; which of them were followed from the build before.
fn run(seed: u8) -> Vec<Edit> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let order = edits().new_tree(&mut runner).unwrap().current();

    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new(folder.path());
    let options = Options {
        root: folder.path().to_owned(),
        edition: None,
        base_url: None,
        drafts: true,
        embargoed: true,
        as_of: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let mut pipeline = Pipeline::default();
    let mut seen = BTreeSet::new();
    let mut snapshot = Snapshot::after(None, pipeline.build(&options, None, &[]), None, &[]);
    let mut sources = files_of(folder.path());
    let mut followed = Vec::new();
    let output = tempfile::tempdir().unwrap();
    let mut kept = 0;
    compare(
        snapshot.site.as_ref().unwrap(),
        &clean_build(&options),
        &mut seen,
    );
    for edit in order {
        let before = snapshot.site.clone().unwrap();
        let homes = |site: &Site| -> Vec<_> {
            let editions = site.editions.iter();
            editions.map(|shown| served(shown, "index.html")).collect()
        };
        let home = homes(&before);
        model.apply(edit);
        let changed = changes(&mut sources, folder.path());
        let outline = pipeline.outline();
        let built = pipeline.build(&options, None, &changed);
        let (_, found) = site::prepare(&options);
        assert_eq!(built.diagnostics, found, "{edit:?}");
        if let (Some(before), Some(after)) = (outline, pipeline.outline())
            && Arc::ptr_eq(&before, &after)
        {
            followed.push(edit);
        }
        snapshot = Snapshot::after(Some(&snapshot), built, None, &[]);
        let now = snapshot.site.as_ref().unwrap();
        if matches!(edit, Edit::Break) {
            assert!(std::ptr::eq(&**now, &*before), "the last good site stays");
            assert!(snapshot.diagnostics.has_errors());
            model.mend();
            continue;
        }
        assert!(!snapshot.diagnostics.has_errors(), "{edit:?}");
        let clean = clean_build(&options);
        compare(now, &clean, &mut seen);
        let (again, unchanged) = build_again(&options, &output.path().join("public"));
        assert!(again == clean, "{edit:?}: a build over the one before");
        if matches!(edit, Edit::Body(_)) {
            kept += unchanged;
        }
        // A request that began before the edit is answered to its end as it began, also with what
        // nobody had asked for then.
        let anew = before.editions.iter();
        let anew = anew.map(|shown| served(&Shown::new(shown.edition.clone()), "index.html"));
        assert_eq!(anew.collect::<Vec<_>>(), home, "{edit:?}");
        for (old, new) in before.editions.iter().zip(&now.editions) {
            same_look_or_other_bytes(old, new, edit);
        }
    }
    assert!(kept > 0, "no page was taken over");
    followed
}

/// The files below a folder.
fn files_of(root: &Path) -> Tree {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap();
            (
                path.to_string_lossy().into_owned(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// The paths whose files are others than those of `before`, which are those of now afterwards.
fn changes(before: &mut Tree, root: &Path) -> Vec<PathBuf> {
    let now = files_of(root);
    let paths: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let changed = paths
        .into_iter()
        .filter(|path| before.get(*path) != now.get(*path))
        .map(PathBuf::from)
        .collect();
    *before = now;
    changed
}

/// A page is loaded again exactly when it shows something else: its bytes aside, that is the file of
/// a picture; its bytes may differ by the address of the stylesheet alone.
fn same_look_or_other_bytes(old: &Shown, new: &Shown, edit: Edit) {
    let pages = old.edition.files.paths();
    for path in pages.filter(|path| path.ends_with(".html") && old.base == new.base) {
        let address = encode(&format!("{}/{path}", old.base));
        let looks_same = mark(&old.answer(&address)) == mark(&new.answer(&address));
        let is_same = served(old, path) == served(new, path);
        assert!(looks_same || !is_same, "{edit:?}: {path} is loaded again");
        assert!(
            is_same || !looks_same || matches!(edit, Edit::Style),
            "{edit:?}: {path} stays as it was"
        );
    }
}

#[test]
fn every_page_is_that_of_a_clean_build_after_every_edit() {
    let followed: Vec<Edit> = SEEDS.into_iter().flat_map(run).collect();
    let kinds: [fn(&Edit) -> bool; 4] = [
        |edit| matches!(edit, Edit::Body(_)),
        |edit| matches!(edit, Edit::Title(_)),
        |edit| matches!(edit, Edit::Entries(_) | Edit::Shape(_)),
        |edit| matches!(edit, Edit::Names(_) | Edit::Retag(_)),
    ];
    for (at, kind) in kinds.iter().enumerate() {
        assert!(followed.iter().any(kind), "{at}: {followed:?}");
    }
}

#[test]
fn an_embargo_that_holds_is_shown_with_its_end_and_in_no_build() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new(folder.path());
    model.apply(Edit::Embargo(0));
    let options = |embargoed, as_of: &str| Options {
        root: folder.path().to_owned(),
        edition: Some("public".to_owned()),
        base_url: None,
        drafts: false,
        embargoed,
        as_of: as_of.parse().unwrap(),
    };
    fs::remove_file(folder.path().join("templates/parts/brief-notices.html")).unwrap();
    let page = |options: &Options| {
        let tree = clean_build(options).remove("public").unwrap();
        let page = tree.get("briefs/kestrel-0/index.html").cloned();
        page.map(|page| String::from_utf8(page).unwrap())
    };
    let before = "2026-01-01T00:00:00Z";
    assert_eq!(page(&options(false, before)), None);
    let shown = page(&options(true, before)).unwrap();
    assert!(shown.contains("1 February 2026, 06:00 UTC"), "{shown}");
    let after = page(&options(true, "2026-03-01T00:00:00Z")).unwrap();
    assert!(!after.contains("February 2026"), "{after}");
}
