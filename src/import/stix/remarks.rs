//! The notes on a report: key judgments, gaps, the outlook, attributions, and longer texts.
//!
//! In: notes (STIX 2.1, section 4.12). Out: entries of the front matter, and sections of the body.

use super::object::Object;
use super::report::Maker;
use super::source::Sources;
use crate::import::draft::table;
use crate::import::indicators::{Indicator, of_type};
use crate::import::prose::{self, Citations};
use crate::import::text as lines;
use crate::import::yaml::Value;
use crate::intel::vocabulary::{AttributionBasis, IndicatorType, Likelihood, Vocabulary};
use crate::kind::EntityKind;
use crate::marking::Tlp;

/// A note of this many characters or fewer, in one paragraph, is a judgment rather than a text.
const LONGEST_JUDGMENT: usize = 600;

/// An entry of `attribution`.
#[derive(Default)]
pub struct Attribution {
    pub actor: Option<String>,
    pub alignment: Option<String>,
    pub basis: Option<&'static str>,
    pub confidence: Option<&'static str>,
    pub source: Option<String>,
    /// Where it is narrower than the brief.
    pub tlp: Option<Tlp>,
}

impl Attribution {
    pub fn entry(self) -> Value {
        table([
            ("actor", self.actor.map(Value::Text)),
            ("alignment", self.alignment.map(Value::Text)),
            ("basis", self.basis.map(Value::bare)),
            ("confidence", self.confidence.map(Value::bare)),
            ("source", self.source.map(Value::Text)),
            ("tlp", self.tlp.map(|tlp| Value::bare(tlp.name()))),
        ])
    }
}

/// What the notes on a report become.
#[derive(Default)]
pub struct Remarks {
    pub judgments: Vec<Value>,
    pub gaps: Vec<Value>,
    pub outlook: Option<Value>,
    pub attribution: Vec<Attribution>,
    pub indicators: Vec<Indicator>,
    pub texts: Vec<String>,
}

impl Remarks {
    pub fn of(maker: &Maker<'_, '_>, report: &Object, outer: Tlp, sources: &mut Sources) -> Self {
        let mut remarks = Self::default();
        let whole = maker.members.ids.iter().filter_map(|id| {
            let note = maker.ground.bundle.get(id)?;
            // Of a bundle with one report, the notes on its objects too.
            (note.kind() == "note" && !note.object_refs.iter().any(|id| id == report.id()))
                .then_some(note)
        });
        for note in maker.notes.iter().copied().chain(whole) {
            let Some(content) = note.content.get().or(note.description.get()) else {
                continue;
            };
            let (level, said) = maker.ground.level(note);
            let ids: Vec<String> = note
                .external_references
                .iter()
                .filter_map(|reference| {
                    sources.one(reference, false)?;
                    sources.cite(reference, level)
                })
                .collect();
            let tlp = (said && level > outer).then_some(level);
            remarks.add(note, content, ids, tlp, maker);
        }
        remarks
    }

    fn add(
        &mut self,
        note: &Object,
        content: &str,
        ids: Vec<String>,
        tlp: Option<Tlp>,
        maker: &Maker<'_, '_>,
    ) {
        let subject = note.abstract_.get().unwrap_or_default();
        let plain = prose::plain(content);
        let text = lines::line(&plain, lines::LONGEST_TEXT);
        let confidence = note
            .confidence
            .get()
            .and_then(lines::confidence)
            .map(Vocabulary::name);
        let marked = |text: String| match tlp {
            Some(tlp) => table([
                ("text", Some(Value::Text(text))),
                ("tlp", Some(Value::bare(tlp.name()))),
            ]),
            None => Value::Text(text),
        };
        // The subjects under which a Tearline site writes its notes.
        match (subject, text) {
            (_, None) => {}
            ("Intelligence gap", Some(text)) => self.gaps.push(marked(text)),
            ("Outlook", Some(text)) if self.outlook.is_none() => self.outlook = Some(marked(text)),
            ("Attribution", Some(text)) => {
                let source = ids.into_iter().next();
                self.attribution.push(Attribution {
                    confidence,
                    source,
                    tlp,
                    ..attribution(&text, maker)
                });
            }
            ("Indicator without a STIX pattern", Some(text)) => {
                if let Some(mut indicator) = without_pattern(&text) {
                    indicator.confidence = note.confidence.get().and_then(lines::confidence);
                    indicator.tlp = tlp;
                    self.indicators.push(indicator);
                }
            }
            (subject, Some(text)) => {
                let is_one = subject == "Key judgment" || !content.trim().contains("\n\n");
                if is_one && text.chars().count() <= LONGEST_JUDGMENT {
                    let likelihood = note.labels.iter().find_map(|label| {
                        Likelihood::parse(label.strip_prefix("likelihood:").unwrap_or(label).trim())
                    });
                    self.judgments.push(table([
                        ("text", Some(Value::Text(text))),
                        ("likelihood", likelihood.map(|it| Value::bare(it.name()))),
                        ("confidence", confidence.map(Value::bare)),
                        ("sources", (!ids.is_empty()).then(|| Value::texts(ids))),
                        ("tlp", tlp.map(|tlp| Value::bare(tlp.name()))),
                    ]));
                } else {
                    let body = prose::markdown(content, &Citations::new());
                    let heading = lines::name(subject).unwrap_or_else(|| "Note".to_owned());
                    // A section keeps its own marking.
                    let mark = tlp.map_or(String::new(), |tlp| format!("({}) ", tlp.label()));
                    self.texts
                        .push(format!("## {mark}{}\n\n{body}", prose::escaped(&heading)));
                }
            }
        }
    }
}

/// `Grey Heron: aligned with North Korea; basis: technical`.
fn attribution(text: &str, maker: &Maker<'_, '_>) -> Attribution {
    let mut entry = Attribution::default();
    let mut rest = text;
    if let Some((name, after)) = text.split_once(": ")
        && let Some(actor) = maker
            .entities
            .all
            .iter()
            .find(|entity| entity.kind == EntityKind::Actor && entity.name == name)
    {
        entry.actor = Some(actor.name.clone());
        rest = after;
    }
    for part in rest.split("; ") {
        if let Some(alignment) = part.strip_prefix("aligned with ") {
            entry.alignment = Some(alignment.to_owned());
        } else if let Some(basis) = part.strip_prefix("basis: ") {
            entry.basis = AttributionBasis::parse(basis).map(Vocabulary::name);
        }
    }
    if entry.alignment.is_none() && entry.basis.is_none() && entry.actor.is_none() {
        entry.alignment = Some(text.to_owned());
    }
    entry
}

/// `JA3: 0123… (of the loader)`.
fn without_pattern(text: &str) -> Option<Indicator> {
    let (label, rest) = text.split_once(": ")?;
    let kind = IndicatorType::parse(label)?;
    let described = rest
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("));
    if let Some((value, description)) = described
        && let Some(value) = of_type(kind, value)
    {
        let mut indicator = Indicator::new(kind, value);
        indicator.description = lines::line(description, lines::LONGEST_TEXT);
        return Some(indicator);
    }
    of_type(kind, rest).map(|value| Indicator::new(kind, value))
}
