//! External references as sources of a brief or profile (STIX 2.1, section 2.5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use uuid::Uuid;

use super::object::{Object, Reference};
use crate::exchange::stix::{REPORT_NUMBER, moment_of};
use crate::import::draft::table;
use crate::import::text as lines;
use crate::import::yaml::Value;
use crate::intel::resolve::context::{derived_id, slug_from};
use crate::intel::vocabulary::{Credibility, Reliability, Vocabulary};
use crate::load::FileKind;
use crate::load::dates::Moment;
use crate::marking::Tlp;

/// References of one object that become sources.
const MOST: usize = 500;

/// The sources of one document.
#[derive(Debug, Default)]
pub struct Sources {
    pub entries: Vec<Value>,
    taken: BTreeSet<String>,
    /// The id of each reference that became one.
    ids: BTreeMap<(String, String, String), String>,
    /// The widest level of what cites each of them.
    levels: BTreeMap<String, Tlp>,
}

/// What Tearline writes behind a title: `Quarterly report, 2025-10-20 (Admiralty B2)`.
static RATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?P<title>.*?)(?:, (?P<date>\d{4}(?:-\d{2}){0,2}))?(?: \(Admiralty (?P<reliability>[A-F])?(?P<credibility>[1-6])?\))?$").ok()
});

impl Sources {
    /// Adds the references that are publications.
    pub fn add(&mut self, references: &[Reference], rated: bool) {
        for reference in references.iter().take(MOST) {
            self.one(reference, rated);
        }
    }

    /// The id of a reference that is a source already, cited by something of this level.
    pub fn cite(&mut self, reference: &Reference, level: Tlp) -> Option<String> {
        let id = self.ids.get(&key(reference))?.clone();
        let widest = self.levels.entry(id.clone()).or_insert(level);
        *widest = level.min(*widest);
        Some(id)
    }

    /// The entries, those marked that nothing of the document's own level cites: who reads of a
    /// source in something may know of the source.
    pub fn marked(self, document: Tlp, report: Tlp) -> Vec<Value> {
        let levels = self.levels;
        let mark = |entry: Value| {
            let id = entry.get("id").and_then(Value::as_text).unwrap_or_default();
            let level = levels.get(id).map_or(report, |level| report.min(*level));
            match entry {
                Value::Table(mut entries) if level > document => {
                    entries.push(("tlp".to_owned(), Value::bare(level.name())));
                    Value::Table(entries)
                }
                entry => entry,
            }
        };
        self.entries.into_iter().map(mark).collect()
    }

    /// The id of a reference, which becomes a source unless it is one.
    pub fn one(&mut self, reference: &Reference, rated: bool) -> Option<String> {
        if !is_publication(reference) {
            return None;
        }
        let key = key(reference);
        if let Some(id) = self.ids.get(&key) {
            return Some(id.clone());
        }
        let name = reference.source_name.get().and_then(lines::name);
        let description = reference
            .description
            .get()
            .and_then(|text| lines::line(text, 300));
        let url = reference.url.get().and_then(lines::url);
        let parts = description
            .as_deref()
            .and_then(|text| RATED.as_ref()?.captures(text));
        let part = |key: &str| {
            let part = parts.as_ref()?.name(key)?.as_str();
            (!part.is_empty()).then(|| part.to_owned())
        };
        let title = part("title")
            .or_else(|| name.clone())
            .or_else(|| url.as_deref().and_then(|url| lines::line(url, 150)))?;
        let id = lines::source_id(name.as_deref().unwrap_or(&title), &mut self.taken);
        let reliability = part("reliability").and_then(|grade| Reliability::parse(&grade));
        let credibility = part("credibility").and_then(|grade| Credibility::parse(&grade));
        // Admiralty: nobody here has judged the source of a profile yet.
        let unjudged = rated && reliability.is_none() && credibility.is_none();
        self.entries.push(table([
            ("id", Some(Value::text(id.clone()))),
            ("title", Some(Value::text(title.clone()))),
            (
                "publisher",
                name.filter(|name| *name != title).map(Value::Text),
            ),
            ("url", url.map(Value::Text)),
            (
                "date",
                part("date")
                    .and_then(|date| lines::rough_date(&date))
                    .map(Value::Bare),
            ),
            (
                "reliability",
                reliability
                    .map(|grade| Value::bare(grade.name()))
                    .or_else(|| unjudged.then(|| Value::bare("F"))),
            ),
            (
                "credibility",
                credibility
                    .map(|grade| Value::bare(grade.name()))
                    .or_else(|| unjudged.then(|| Value::bare(6))),
            ),
        ]));
        self.ids.insert(key, id.clone());
        Some(id)
    }
}

fn key(reference: &Reference) -> (String, String, String) {
    let text = |word: &crate::import::json::Word| word.get().unwrap_or_default().to_owned();
    (
        text(&reference.source_name),
        text(&reference.url),
        text(&reference.description),
    )
}

/// Whether a reference is something to read, rather than an id in a catalogue or a page of a site
/// like this one.
fn is_publication(reference: &Reference) -> bool {
    let name = reference
        .source_name
        .get()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let catalogue = ["cve", "capec", "cwe", "malpedia", "misp-galaxy", "opencti"]
        .contains(&name.as_str())
        || name.starts_with("mitre");
    let is_entry = catalogue && reference.external_id.get().is_some();
    !is_entry
        && reference.description.get() != Some(REPORT_NUMBER)
        && Page::of(reference).is_none()
        && (reference.url.get().is_some() || reference.description.get().is_some())
}

/// A page of a site like this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub kind: FileKind,
    pub slug: String,
    pub id: Uuid,
}

impl Page {
    /// The page that a reference leads to: `https://briefs.example.org/briefs/harbour/` with the `id`
    /// of the brief. Other sites have such addresses too, but no such ids.
    pub fn of(reference: &Reference) -> Option<Self> {
        let id = Uuid::try_parse(reference.external_id.get()?).ok()?;
        let url = url::Url::parse(reference.url.get()?).ok()?;
        let (before, slug) = url.path().strip_suffix('/')?.rsplit_once('/')?;
        let folder = before.rsplit('/').next()?;
        let kind = FileKind::from_folder(folder).filter(|kind| *kind != FileKind::Page)?;
        (slug_from(slug) == slug).then(|| Self {
            kind,
            slug: slug.to_owned(),
            id,
        })
    }

    /// The page that an object of a kind has.
    pub fn among(references: &[Reference], kind: FileKind) -> Option<Self> {
        let mut pages = references.iter().filter_map(Self::of);
        pages.find(|page| page.kind == kind)
    }

    /// The id, for front matter, unless a document of that address has it anyway.
    pub fn id_beside(&self, slug: &str, namespace: &Uuid) -> Option<String> {
        let of = match self.kind {
            FileKind::Profile(kind) => kind.name(),
            FileKind::Brief | FileKind::Page => "brief",
        };
        let derived = derived_id(namespace, of, slug);
        (self.id != derived).then(|| self.id.to_string())
    }
}

/// Whether a relationship is what a brief of a site like this one states.
pub fn is_of_brief(references: &[Reference]) -> bool {
    Page::among(references, FileKind::Brief).is_some()
}

/// When a brief or profile of a site like this one was changed, where that is known.
pub fn updated(object: &Object) -> Option<Moment> {
    moment_of(object.modified.get()?.parse().ok()?)
}

/// The number that the publisher of a report gave it.
pub fn report_number(references: &[Reference]) -> Option<String> {
    let numbered = |reference: &&Reference| reference.description.get() == Some(REPORT_NUMBER);
    let reference = references.iter().find(numbered)?;
    lines::name(reference.external_id.get()?)
}
