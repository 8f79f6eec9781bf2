//! The notes on a report: key judgments, gaps, the outlook, attributions, and longer texts.
//!
//! In: notes (STIX 2.1, section 4.12). Out: entries of the front matter, and sections of the body.

use super::object::Object;
use super::report::Maker;
use super::says::{Part, Says};
use super::source::Sources;
use crate::import::catalogue::Catalogue;
use crate::import::draft::table;
use crate::import::gate::{Fact, Gate, Told};
use crate::import::indicators::{Indicator, of_type};
use crate::import::prose::Citations;
use crate::import::yaml::Value;
use crate::intel::vocabulary::{AttributionBasis, IndicatorType, Likelihood, Vocabulary};
use crate::kind::EntityKind;
use crate::marking::Tlp;

/// A note of this many characters or fewer, in one paragraph, is a judgment rather than a text.
const LONGEST_JUDGMENT: usize = 600;

/// An entry of `attribution`.
#[derive(Default)]
pub struct Attribution {
    pub actor: Option<Told>,
    pub alignment: Option<Told>,
    pub basis: Option<Fact>,
    pub confidence: Option<Fact>,
    pub source: Option<Told>,
}

impl Attribution {
    pub fn entry(self) -> Value {
        table([
            ("actor", self.actor.map(Value::Text)),
            ("alignment", self.alignment.map(Value::Text)),
            ("basis", self.basis.map(Value::Bare)),
            ("confidence", self.confidence.map(Value::Bare)),
            ("source", self.source.map(Value::Text)),
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
    /// Headings and texts.
    pub sections: Vec<(Told, Told)>,
}

impl Remarks {
    pub fn of<'b>(
        maker: &Maker<'_, 'b>,
        report: &Object,
        outer: Tlp,
        sources: &mut Sources<'b>,
        catalogue: &Catalogue<'_>,
    ) -> Self {
        let mut remarks = Self::default();
        let whole = maker.members.ids().filter_map(|id| {
            let note = maker.ground.bundle.get(id)?;
            // Of a bundle with one report, the notes on its objects too.
            (note.kind() == "note" && !note.object_refs.iter().any(|id| id == report.id()))
                .then_some(note)
        });
        for note in maker.notes.iter().copied().chain(whole) {
            let says = maker.ground.says_within(note, outer);
            let Some(content) = says.one("content").or_else(|| says.one("description")) else {
                continue;
            };
            let mut ids = Vec::new();
            for (at, reference) in note.external_references.iter().enumerate() {
                sources.one(reference, &says, at, false);
                let gate = says.gate("external_references", Some(at));
                ids.extend(sources.cite(reference, gate));
            }
            remarks.add(&says, content, ids, &|text| {
                attribution(text, maker, catalogue)
            });
        }
        remarks
    }

    fn add(
        &mut self,
        says: &Says<'_>,
        content: Part<'_>,
        ids: Vec<Told>,
        attribution: &dyn Fn(&Told) -> Attribution,
    ) {
        let subject = says.object.abstract_.get().unwrap_or_default();
        let confidence = says.one("confidence").and_then(Part::confidence);
        let Some(text) = content.gate.plain_text(content.as_str()) else {
            return;
        };
        // The subjects under which a Tearline site writes its notes.
        match subject {
            "Intelligence gap" => self.gaps.push(Value::Text(text)),
            "Outlook" if self.outlook.is_none() => self.outlook = Some(Value::Text(text)),
            "Attribution" => self.attribution.push(Attribution {
                confidence,
                source: ids.into_iter().next(),
                ..attribution(&text)
            }),
            "Indicator without a STIX pattern" => {
                if let Some(mut indicator) = without_pattern(&text) {
                    indicator.confidence = confidence;
                    self.indicators.push(indicator);
                }
            }
            subject => {
                let whole = content.as_str();
                let is_one = subject == "Key judgment" || !whole.trim().contains("\n\n");
                if is_one && text.as_str().chars().count() <= LONGEST_JUDGMENT {
                    let likelihood = says.all("labels").find_map(|label| {
                        let word = label.as_str();
                        let word = word.strip_prefix("likelihood:").unwrap_or(word).trim();
                        Some(label.gate.word(Likelihood::parse(word)?))
                    });
                    self.judgments.push(table([
                        ("text", Some(Value::Text(text))),
                        ("likelihood", likelihood.map(Value::Bare)),
                        ("confidence", confidence.map(Value::Bare)),
                        ("sources", (!ids.is_empty()).then(|| Value::texts(ids))),
                    ]));
                } else {
                    let heading = says.one("abstract").and_then(Part::name);
                    let body = content.gate.prose(whole, &Citations::new());
                    self.sections
                        .push((heading.unwrap_or_else(|| Told::own("Note")), body));
                }
            }
        }
    }
}

/// `Grey Heron: aligned with North Korea; basis: technical`.
fn attribution(text: &Told, maker: &Maker<'_, '_>, catalogue: &Catalogue<'_>) -> Attribution {
    let gate = Gate::at(text.tlp());
    let mut entry = Attribution::default();
    let mut rest = text.as_str();
    if let Some((name, after)) = rest.split_once(": ")
        && let Some(actor) = maker
            .entities
            .all
            .iter()
            .find(|entity| entity.kind == EntityKind::Actor && entity.name.as_str() == name)
    {
        let name = actor.reference(maker.ground, catalogue);
        entry.actor = Some(name.at_least(text.tlp()));
        rest = after;
    }
    for part in rest.split("; ") {
        if let Some(alignment) = part.strip_prefix("aligned with ") {
            entry.alignment = gate.name(alignment);
        } else if let Some(basis) = part.strip_prefix("basis: ") {
            entry.basis = AttributionBasis::parse(basis).map(|basis| gate.word(basis));
        }
    }
    if entry.alignment.is_none() && entry.basis.is_none() && entry.actor.is_none() {
        entry.alignment = Some(text.clone());
    }
    entry
}

/// `JA3: 0123… (of the loader)`.
fn without_pattern(text: &Told) -> Option<Indicator> {
    let gate = Gate::at(text.tlp());
    let (label, rest) = text.as_str().split_once(": ")?;
    let kind = IndicatorType::parse(label)?;
    let described = rest
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("));
    if let Some((value, description)) = described
        && let Some(value) = of_type(kind, value)
    {
        let mut indicator = Indicator::new(kind, &value, gate);
        indicator.description = gate.text(description);
        return Some(indicator);
    }
    of_type(kind, rest).map(|value| Indicator::new(kind, &value, gate))
}
