//! One thing of the example site made amber at a time: the search for leaks raises no alarm, and
//! nothing that only this thing says is in the CLEAR edition.
//!
//! The ordinary run takes a fixed sample, and of each edition the outputs that are most likely to
//! say something of the thing. `TEARLINE_SINGLE_CHANGES=N` takes every Nth thing with all outputs (1:
//! every thing; hours without optimization). The second check knows nothing of the search: it
//! compares plain words.

mod things;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tearline::leaks::Scan;
use tearline::plan::Planned;
use tearline::site::{self, Options, Output};

use things::Thing;

/// Changes of an ordinary run.
const SAMPLE: usize = 40;
/// Of the outputs that a sample does not choose for what they are, every so manieth.
const STRIDE: usize = 16;

const SETTINGS: &str = "title = \"Tearline Example Briefings\"
base_url = \"https://briefs.example.org\"
authors = [\"Tearline Example Desk\"]
namespace = \"5d0e6f5c-8a41-4c52-9b7e-2f6f3d1c9a84\"
[build]
cards = false
search = false
[editions.public]
tlp = \"clear\"
";

/// Things whose words others put side by side by chance, by kind and file: the end of one sentence and
/// the heading behind it, and the title of a comparison. They are in every sample.
const CHANCE: [(&str, &str); 2] = [
    (
        "document",
        "2018-03-02-honeybee-lures-for-aid-organisations.md",
    ),
    ("paragraph", "lazarus-group.md"),
];

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Built,
    /// Stopped before anything was rendered, by findings with these codes: a visible text names
    /// what is withheld.
    Refused(BTreeSet<&'static str>),
    Alarm(Vec<String>),
    Leak(Vec<String>),
}

/// The words of a text: six letters or more.
fn words(text: &str) -> HashSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= 6 && word.chars().all(char::is_alphabetic))
        .map(str::to_lowercase)
        .collect()
}

/// The words of each output, kept by its bytes: few outputs differ between two changes.
#[derive(Default)]
struct Known(HashMap<blake3::Hash, HashSet<String>>);

impl Known {
    fn words(&mut self, path: &str, bytes: &[u8]) -> &HashSet<String> {
        let hash = blake3::hash(bytes);
        self.0
            .entry(hash)
            .or_insert_with(|| words(&format!("{path} {}", String::from_utf8_lossy(bytes))))
    }
}

fn texts_below(folder: &Path) -> BTreeMap<PathBuf, String> {
    let files = walk(folder).into_iter();
    files
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(&path).ok()?)))
        .collect()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Whether a sample renders an output of a change in the document at this path.
fn in_sample(number: usize, path: &str, planned: &Planned, document: &str) -> bool {
    let told_of = planned.by.contains(document);
    let sums_up = ["index.html", "feed.json", "atom.xml", "_redirects"].contains(&path)
        || path.starts_with("exchange/") && number.is_multiple_of(4)
        || path.ends_with("s/index.html") && !path.contains("/briefs/");
    told_of || sums_up || number.is_multiple_of(STRIDE)
}

struct Harness {
    root: PathBuf,
    /// In how many files, and how often in each, a word stands.
    elsewhere: HashSet<String>,
    sources: BTreeMap<PathBuf, String>,
    known: Known,
}

impl Harness {
    fn new(root: &Path) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["content", "data", "static"] {
            for file in walk(&repository.join(folder)) {
                let below = file.strip_prefix(repository).expect("below").to_owned();
                let to = root.join(below);
                std::fs::create_dir_all(to.parent().expect("a folder")).expect("folders");
                std::fs::copy(&file, to).expect("a copy");
            }
        }
        std::fs::write(root.join("tearline.toml"), SETTINGS).expect("a file");
        // What the theme, the program and the tables say is everybody's.
        let mut elsewhere = words(SETTINGS);
        for folder in ["templates", "src", "data"] {
            for file in walk(&repository.join(folder)) {
                let bytes = std::fs::read(file).expect("a file");
                elsewhere.extend(words(&String::from_utf8_lossy(&bytes)));
            }
        }
        Self {
            root: root.to_owned(),
            elsewhere,
            sources: texts_below(&root.join("content")),
            known: Known::default(),
        }
    }

    /// The words that only the thing says.
    fn only(&self, file: &Path, thing: &Thing) -> HashSet<String> {
        let mut own = words(&thing.own);
        own.retain(|word| !self.elsewhere.contains(word));
        for (other, text) in &self.sources {
            if own.is_empty() {
                break;
            }
            let rest = if other == file {
                text.replacen(&thing.own, "", 1)
            } else {
                text.clone()
            };
            let said = words(&rest);
            own.retain(|word| !said.contains(word));
        }
        own
    }

    /// Builds the CLEAR edition with a text in place of a file.
    fn judge(&mut self, file: &Path, thing: &Thing, all: bool) -> Outcome {
        let own = self.sources[file].clone();
        std::fs::write(file, &thing.marked).expect("a file");
        let outcome = self.build(file, thing, all);
        std::fs::write(file, own).expect("a file");
        outcome
    }

    fn build(&mut self, file: &Path, thing: &Thing, all: bool) -> Outcome {
        let (prepared, found) = site::prepare(&Options {
            root: self.root.clone(),
            edition: Some("public".to_owned()),
            base_url: None,
            drafts: false,
            embargoed: false,
            as_of: "2026-11-30T00:00:00Z".parse().expect("a time"),
        });
        let Some(prepared) = prepared else {
            let errors = found
                .iter()
                .filter(|finding| finding.severity == tearline::diagnostic::Severity::Error);
            return Outcome::Refused(errors.map(|finding| finding.code.id()).collect());
        };
        let edition = &prepared.editions[0];
        let scan = Scan::new(&prepared.ground, &edition.settings);
        let renderer = prepared.renderer(edition).expect("templates");
        let only = self.only(file, thing);
        let document = file.strip_prefix(&self.root).expect("below");
        let document = document.to_string_lossy().into_owned();
        let mut leaks = Vec::new();
        for (number, (path, planned)) in edition.plan.outputs.iter().enumerate() {
            if !all && !in_sample(number, path, planned, &document) {
                continue;
            }
            let bytes = match site::output(&renderer, path, planned).expect("a page") {
                Output::Bytes(bytes) | Output::Document(bytes, _) => bytes,
                Output::Copy(file) => {
                    scan.copy(path, file);
                    continue;
                }
                Output::Clean(asset) => tearline::media::clean(asset).expect("a picture"),
                Output::Card(_) | Output::Search(_) => continue,
            };
            scan.bytes(path, &bytes);
            let said = self.known.words(path, &bytes);
            leaks.extend(
                only.intersection(said)
                    .map(|word| format!("{word} in {path}")),
            );
        }
        let alarms = scan.findings(&prepared.ground, Path::new(""));
        if !leaks.is_empty() {
            return Outcome::Leak(leaks);
        }
        match alarms.is_empty() {
            true => Outcome::Built,
            false => Outcome::Alarm(
                alarms
                    .iter()
                    .map(|finding| format!("{} {}", finding.code.id(), finding.message))
                    .collect(),
            ),
        }
    }
}

#[test]
fn no_single_change_of_the_example_raises_an_alarm_or_leaks() {
    let every: Option<usize> = std::env::var("TEARLINE_SINGLE_CHANGES")
        .ok()
        .map(|every| every.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut harness = Harness::new(folder.path());
    let mut changes: Vec<(PathBuf, Thing)> = Vec::new();
    for (file, text) in &harness.sources {
        if text.contains("\ntlp: clear\n") {
            changes.extend(things::of(text).into_iter().map(|it| (file.clone(), it)));
        }
    }
    changes.sort_by(|(_, one), (_, other)| one.kind.cmp(&other.kind));
    assert!(changes.len() > 1000, "{} things", changes.len());
    let stride = every.unwrap_or(changes.len() / SAMPLE).max(1);
    let mut tally: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut wrong = String::new();
    let by_chance = |file: &Path, thing: &Thing| {
        CHANCE
            .iter()
            .any(|(kind, name)| thing.kind == *kind && file.ends_with(name))
    };
    let chosen: Vec<&(PathBuf, Thing)> = changes
        .iter()
        .enumerate()
        .filter(|(at, (file, thing))| at % stride == 0 || by_chance(file, thing))
        .map(|(_, change)| change)
        .collect();
    for (file, thing) in &chosen {
        let outcome = harness.judge(file, thing, every.is_some());
        let name = match &outcome {
            Outcome::Built => "built".to_owned(),
            Outcome::Refused(codes) => format!("refused: {codes:?}"),
            Outcome::Alarm(_) => "ALARM".to_owned(),
            Outcome::Leak(_) => "LEAK".to_owned(),
        };
        if every.is_some() {
            eprintln!("{} {}:{} {name}", thing.kind, file.display(), thing.line);
        }
        *tally
            .entry(thing.kind.clone())
            .or_default()
            .entry(name)
            .or_default() += 1;
        if let Outcome::Alarm(what) | Outcome::Leak(what) = &outcome {
            let _ = writeln!(
                wrong,
                "{} {}:{}\n  {}",
                thing.kind,
                file.display(),
                thing.line,
                what.join("\n  ")
            );
            if every.is_some() {
                eprintln!("  {}", what.join("\n  "));
            }
        }
    }
    eprintln!("{} of {} things: {tally:#?}", chosen.len(), changes.len());
    assert!(wrong.is_empty(), "{wrong}");
}
