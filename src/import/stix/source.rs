//! External references as sources of a brief or profile (STIX 2.1, section 2.5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use uuid::Uuid;

use super::object::Reference;
use super::says::{Part, Says};
use crate::exchange::stix::{REPORT_NUMBER, moment_of};
use crate::import::draft::table;
use crate::import::gate::{self, Fact, Gate, Told};
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
pub struct Sources<'b> {
    found: Vec<Source<'b>>,
    taken: BTreeSet<String>,
    /// The place of each reference that became one.
    places: BTreeMap<(String, String, String), usize>,
}

/// A reference that became a source.
#[derive(Debug)]
struct Source<'b> {
    reference: &'b Reference,
    id: String,
    rated: bool,
    /// Of the reference itself, by a granular marking.
    own: Tlp,
    /// The widest level of what has or cites it: who reads of a source in something may know of it.
    known: Tlp,
}

/// What Tearline writes behind a title: `Quarterly report, 2025-10-20 (Admiralty B2)`.
static RATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?P<title>.*?)(?:, (?P<date>\d{4}(?:-\d{2}){0,2}))?(?: \(Admiralty (?P<reliability>[A-F])?(?P<credibility>[1-6])?\))?$").ok()
});

impl<'b> Sources<'b> {
    /// Adds the references of an object that are publications.
    pub fn add(&mut self, says: &Says<'b>, rated: bool) {
        let references = says.object.external_references.iter().take(MOST);
        for (at, reference) in references.enumerate() {
            self.one(reference, says, at, rated);
        }
    }

    /// The id of a reference that is a source already, for something of this gate that cites it.
    pub fn cite(&mut self, reference: &Reference, gate: Gate) -> Option<Told> {
        let at = *self.places.get(&key(reference))?;
        let source = &mut self.found[at];
        // What may know of less does not name it.
        if source.own > gate.tlp() {
            return None;
        }
        source.known = source.known.min(gate.tlp());
        Some(gate.value(&source.id))
    }

    pub fn entries(self) -> Vec<Value> {
        let entry = |source: Source<'_>| source.entry(Gate::at(source.known.max(source.own)));
        self.found.into_iter().filter_map(entry).collect()
    }

    /// Makes a reference of an object a source, unless it is one or is no publication.
    pub fn one(&mut self, reference: &'b Reference, says: &Says<'b>, at: usize, rated: bool) {
        if !is_publication(reference) || title(reference).is_none() {
            return;
        }
        // Of the reference itself, where a granular marking makes it narrower than the object.
        let own = says.part("external_references", at).unwrap_or_default();
        if let Some(at) = self.places.get(&key(reference)) {
            let there = &mut self.found[*at];
            there.own = there.own.max(own);
            there.known = there.known.min(says.tlp());
            return;
        }
        let name = reference.source_name.get().and_then(lines::name);
        let named = name.or_else(|| title(reference)).unwrap_or_default();
        let id = lines::source_id(&named, &mut self.taken);
        self.places.insert(key(reference), self.found.len());
        self.found.push(Source {
            reference,
            id,
            rated,
            own,
            known: says.tlp(),
        });
    }
}

/// A description, cut into what Tearline writes into it.
fn parts(description: &str) -> Option<Captures<'_>> {
    RATED.as_ref()?.captures(description)
}

fn part(parts: Option<&Captures<'_>>, key: &str) -> Option<String> {
    let part = parts?.name(key)?.as_str();
    (!part.is_empty()).then(|| part.to_owned())
}

/// What a reference is called: its description, else its name or address.
fn title(reference: &Reference) -> Option<String> {
    let description = reference.description.get();
    let description = description.and_then(|text| lines::line(text, 300));
    part(description.as_deref().and_then(parts).as_ref(), "title")
        .or_else(|| reference.source_name.get().and_then(lines::name))
        .or_else(|| lines::line(&lines::url(reference.url.get()?)?, 150))
}

impl Source<'_> {
    fn entry(&self, gate: Gate) -> Option<Value> {
        let reference = self.reference;
        let said = [&reference.source_name, &reference.description];
        let said = said
            .into_iter()
            .filter_map(|word| word.get())
            .map(gate::said);
        let gate = said.fold(gate, Gate::within);
        let description = reference.description.get();
        let description = description.and_then(|text| lines::line(text, 300));
        let parts = description.as_deref().and_then(parts);
        let reliability =
            part(parts.as_ref(), "reliability").and_then(|grade| Reliability::parse(&grade));
        let credibility =
            part(parts.as_ref(), "credibility").and_then(|grade| Credibility::parse(&grade));
        let date = part(parts.as_ref(), "date");
        // Admiralty: nobody here has judged the source of a profile yet.
        let unjudged = self.rated && reliability.is_none() && credibility.is_none();
        let title = gate.line(&title(reference)?, 300)?;
        let publisher = reference.source_name.get().and_then(|name| gate.name(name));
        Some(table([
            ("id", Some(Value::Text(gate.value(&self.id)))),
            ("title", Some(Value::Text(title.clone()))),
            (
                "publisher",
                publisher.filter(|name| *name != title).map(Value::Text),
            ),
            (
                "url",
                reference
                    .url
                    .get()
                    .and_then(|url| gate.url(url))
                    .map(Value::Text),
            ),
            (
                "date",
                date.and_then(|date| gate.date(&date)).map(Value::Bare),
            ),
            (
                "reliability",
                reliability
                    .map(|grade| Value::Bare(gate.word(grade)))
                    .or_else(|| unjudged.then(|| Value::own("F"))),
            ),
            (
                "credibility",
                credibility
                    .map(|grade| Value::Bare(gate.word(grade)))
                    .or_else(|| unjudged.then(|| Value::own("6"))),
            ),
        ]))
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
pub fn updated(says: &Says<'_>, after: Option<Moment>) -> Option<Fact> {
    let modified: Part<'_> = says.one("modified")?;
    let moment = moment_of(modified.as_str().parse().ok()?)?;
    let is_later = after.is_none_or(|after| moment > after);
    is_later.then(|| modified.gate.plain(moment))
}

/// The number that the publisher of a report gave it.
pub fn report_number(says: &Says<'_>) -> Option<Told> {
    let references = &says.object.external_references;
    let is_numbered = |reference: &Reference| reference.description.get() == Some(REPORT_NUMBER);
    let at = references.iter().position(is_numbered)?;
    let gate = says.gate("external_references", Some(at));
    gate.name(references[at].external_id.get()?)
}
