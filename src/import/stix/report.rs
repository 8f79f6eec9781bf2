//! Reports of a bundle as draft briefs, and one for the indicators that no report has.
//!
//! In: reports and groupings with the objects that they refer to. Out: drafts whose lists name the
//! entities, whose judgments, gaps and attributions are the notes on the report, and whose indicators
//! are the patterns. Where the bundle has one report, it is about everything in the bundle.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::Ground;
use super::entities::Entities;
use super::object::{Object, Reference, Relationship};
use super::pattern;
use super::profiles::told;
use super::source::{self, Sources};
use crate::diagnostic::SourceFile;
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Draft, Keys, Origin, table};
use crate::import::indicators::{self, Indicator, of_type};
use crate::import::prose::{self, Citations};
use crate::import::yaml::Value;
use crate::import::{Summary, text as lines};
use crate::intel::vocabulary::{
    AttributionBasis, BriefStatus, IndicatorType, Likelihood, Pap, ReportType, Vocabulary,
};
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::load::dates::Moment;
use crate::marking::Tlp;

/// A note of this many characters or fewer, in one paragraph, is a judgment rather than a text.
const LONGEST_JUDGMENT: usize = 600;
/// Detection rules that one draft shows.
const MOST_RULES: usize = 50;

/// Drafts of all reports.
pub fn drafts(
    ground: &Ground<'_>,
    entities: &Entities<'_>,
    catalogue: &mut Catalogue<'_>,
    file: &SourceFile,
    summary: &mut Summary,
) -> Vec<Draft> {
    let bundle = ground.bundle;
    let reports: Vec<&Object> = bundle
        .objects
        .iter()
        .filter(|object| matches!(object.kind(), "report" | "grouping"))
        .collect();
    let whole = reports.len() == 1;
    let by_id: HashMap<&str, &Relationship> = bundle
        .relationships
        .iter()
        .filter_map(|relationship| Some((relationship.id.get()?, relationship)))
        .collect();
    let mut notes: HashMap<&str, Vec<&Object>> = HashMap::new();
    let mut used: HashSet<&str> = HashSet::new();
    for note in bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "note")
    {
        for id in note.object_refs.iter() {
            notes.entry(id).or_default().push(note);
        }
    }
    let mut drafts = Vec::new();
    for report in reports {
        let members = Members::of(ground, &by_id, report, whole);
        let maker = Maker {
            ground,
            entities,
            members,
            notes: notes.get(report.id()).map_or(&[][..], Vec::as_slice),
        };
        used.extend(maker.members.ids.iter().copied());
        used.extend(maker.notes.iter().map(|note| note.id()));
        drafts.extend(maker.draft(report, catalogue, summary));
    }
    for note in bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "note")
    {
        if !used.contains(note.id()) {
            summary.skip("notes on something else than a report", note.label());
        }
    }
    let loose: Vec<&Object> = bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "indicator" && !used.contains(object.id()))
        .collect();
    drafts.extend(loose_draft(
        ground, entities, &loose, catalogue, file, summary,
    ));
    drafts
}

/// What a report is about, in its order.
struct Members<'b> {
    ids: Vec<&'b str>,
    relationships: Vec<&'b Relationship>,
}

impl<'b> Members<'b> {
    fn of(
        ground: &Ground<'b>,
        by_id: &HashMap<&'b str, &'b Relationship>,
        report: &'b Object,
        whole: bool,
    ) -> Self {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut members = Self {
            ids: Vec::new(),
            relationships: Vec::new(),
        };
        let mut add = |id: &'b str, ids: &mut Vec<&'b str>| {
            if seen.insert(id) {
                ids.push(id);
            }
        };
        for id in report.object_refs.iter() {
            match by_id.get(id.as_str()) {
                Some(relationship) => {
                    members.relationships.push(relationship);
                    for end in [&relationship.source_ref, &relationship.target_ref] {
                        if let Some(id) = end.get() {
                            add(id, &mut members.ids);
                        }
                    }
                }
                None => add(id, &mut members.ids),
            }
        }
        if whole {
            for object in &ground.bundle.objects {
                add(object.id(), &mut members.ids);
            }
            members.relationships = ground.bundle.relationships.iter().collect();
        }
        members
    }
}

struct Maker<'m, 'b> {
    ground: &'m Ground<'b>,
    entities: &'m Entities<'b>,
    members: Members<'b>,
    notes: &'m [&'b Object],
}

/// Names of entities by kind, each once, in the order of the report.
type Lists = BTreeMap<EntityKind, Vec<String>>;

impl Maker<'_, '_> {
    fn draft(
        &self,
        report: &Object,
        catalogue: &mut Catalogue<'_>,
        summary: &mut Summary,
    ) -> Option<Draft> {
        let Some(title) = report.name.get().and_then(lines::name) else {
            summary.skip("reports without a name", report.id());
            return None;
        };
        let page = report
            .external_references
            .iter()
            .find_map(|reference| Some((reference, source::page(reference)?)));
        let slug = page.as_ref().map(|(_, slug)| slug.as_str());
        let date = date(report, &title, summary);
        let uuid = report
            .id()
            .split_once("--")
            .and_then(|(_, uuid)| uuid::Uuid::try_parse(uuid).ok())
            // A brief of a site like this one gets its id from its address again.
            .filter(|_| slug.is_none());
        let identities: Vec<String> = std::iter::once(format!("stix:{}", report.id()))
            .chain(uuid.map(|uuid| format!("id:{uuid}")))
            .collect();
        let place = catalogue.place(&Wanted {
            kind: FileKind::Brief,
            name: &title,
            slug,
            date: Some(date.day()),
            identities: &identities,
        });
        let place = match place {
            Ok(place) => place,
            Err(reason) => {
                summary.skip(reason, title);
                return None;
            }
        };
        let tlp = self.tlp(report, &title, summary);
        let (opening, mut body) = told(report.description.get().unwrap_or_default());
        let mut keys = Keys::default();
        keys.set("title", Value::text(title.clone()));
        keys.set("date", Value::bare(date));
        keys.set("tlp", Value::bare(tlp.name()));
        let labels = Labels::of(report);
        keys.bare("pap", labels.pap.map(Vocabulary::name));
        keys.set("draft", Value::bare("true"));
        keys.text("id", uuid.map(|uuid| uuid.to_string()));
        keys.text("summary", opening);
        let number = page
            .as_ref()
            .and_then(|(page, _)| lines::name(page.external_id.get()?));
        keys.text("report_number", number);
        keys.bare("status", labels.status.map(Vocabulary::name));
        let types = labels.types.iter().map(|kind| Value::bare(kind.name()));
        keys.list("report_types", types.collect());
        keys.texts(
            "authors",
            self.authors(report, page.as_ref().map(|(page, _)| *page)),
        );
        let confidence = report.confidence.get().and_then(lines::confidence);
        keys.bare("confidence", confidence.map(Vocabulary::name));
        let lists = self.lists(catalogue, slug.is_some());
        for (key, kind) in LISTS {
            keys.texts(key, lists.get(&kind).cloned().unwrap_or_default());
        }
        keys.texts("tags", labels.words);

        let mut sources = Sources::default();
        sources.add(&report.external_references, false);
        let remarks = Remarks::of(self, report, tlp, &mut sources);
        keys.list(
            "attribution",
            self.attribution(remarks.attribution, &lists, catalogue),
        );
        keys.list("key_judgments", remarks.judgments);
        keys.list("intelligence_gaps", remarks.gaps);
        if let Some(outlook) = remarks.outlook {
            keys.set("outlook", outlook);
        }
        let mut found = remarks.indicators;
        let mut rules = Vec::new();
        for id in &self.members.ids {
            if let Some(object) = self.ground.bundle.get(id)
                && object.kind() == "indicator"
            {
                let maker = Reading {
                    ground: self.ground,
                    entities: self.entities,
                    catalogue,
                    tlp,
                    day: date.day(),
                };
                match maker.read(object, summary) {
                    Read::Indicators(indicators) => found.extend(indicators),
                    Read::Rule(rule) if rules.len() < MOST_RULES => rules.push(rule),
                    Read::Rule(_) => summary.skip(
                        "detection rules beyond the first of a report",
                        object.label(),
                    ),
                    Read::Nothing => {}
                }
            }
        }
        for text in remarks.texts.into_iter().chain(rules) {
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&text);
        }
        keys.list("sources", sources.entries);
        let (found, _) = indicators::once(found);
        let mut draft = Draft {
            kind: FileKind::Brief,
            name: title,
            place,
            keys: keys.0,
            body,
            table: None,
            origin: Origin {
                importer: "stix",
                source: match self.ground.author(report) {
                    Some(author) => format!("STIX report of {author}"),
                    None => "STIX report".to_owned(),
                },
                version: report.modified.get().and_then(lines::name),
                object: lines::name(report.id())?,
            },
        };
        indicators::put(&mut draft, &found, self.ground.shelf);
        if !found.is_empty() {
            summary.change(
                "Indicators",
                format!("{}: {}", draft.place.path, found.len()),
            );
        }
        Some(draft)
    }

    fn tlp(&self, report: &Object, title: &str, summary: &mut Summary) -> Tlp {
        let (level, said) = self.ground.level(report);
        if !said {
            summary.note(format!(
                "`{title}` has no TLP marking; it was written as {} (--tlp says otherwise)",
                level.name()
            ));
        }
        let marked = report
            .description
            .get()
            .into_iter()
            .chain(self.notes.iter().filter_map(|note| note.content.get()))
            .filter_map(lines::highest_mark)
            .max();
        match marked.filter(|marked| *marked > level) {
            Some(marked) => {
                summary.note(format!(
                    "a part of `{title}` is marked {marked}, so the whole draft is"
                ));
                marked
            }
            None => level,
        }
    }

    fn authors(&self, report: &Object, page: Option<&Reference>) -> Vec<String> {
        let several = page
            .and_then(|page| page.description.get()?.strip_prefix("Authors: "))
            .map(|names| {
                names
                    .split(", ")
                    .filter_map(lines::name)
                    .collect::<Vec<_>>()
            });
        // What the site itself publishes has no author of its own.
        let own = &self.ground.shelf.site.settings.title;
        several.unwrap_or_else(|| {
            let author = self.ground.author(report);
            author.into_iter().filter(|author| author != own).collect()
        })
    }

    fn lists(&self, catalogue: &Catalogue<'_>, is_ours: bool) -> Lists {
        // A place that an actor comes from is no target of it.
        let mut origins: HashSet<&str> = HashSet::new();
        let mut targets: HashSet<&str> = HashSet::new();
        let mut behind: HashSet<&str> = HashSet::new();
        for relationship in &self.members.relationships {
            let Some(target) = relationship.target_ref.get() else {
                continue;
            };
            let by_brief = relationship
                .external_references
                .iter()
                .any(|reference| source::page(reference).is_some());
            match relationship.relationship_type.get() {
                Some("originates-from" | "located-at") => {
                    origins.insert(target);
                }
                // Of a brief of a site like this one: who is behind a campaign by its profile.
                Some("attributed-to" | "related-to") if is_ours && !by_brief => {
                    behind.insert(target);
                }
                _ => {
                    targets.insert(target);
                    targets.extend(relationship.source_ref.get());
                }
            }
        }
        let mut lists = Lists::new();
        for id in &self.members.ids {
            let Some(entity) = self.entities.get(id) else {
                continue;
            };
            if (origins.contains(id) || behind.contains(id)) && !targets.contains(id) {
                continue;
            }
            let name = entity.reference(catalogue);
            let list = lists.entry(entity.kind).or_default();
            if !list.contains(&name) {
                list.push(name);
            }
        }
        lists
    }

    /// Those that notes tell, and how sure a brief's relationships are of its actor.
    fn attribution(
        &self,
        told: Vec<Attribution>,
        lists: &Lists,
        catalogue: &Catalogue<'_>,
    ) -> Vec<Value> {
        let mut told = told;
        for relationship in &self.members.relationships {
            let by_brief = relationship
                .external_references
                .iter()
                .any(|reference| source::page(reference).is_some());
            let confidence = relationship.confidence.get().and_then(lines::confidence);
            let actor = relationship
                .source_ref
                .get()
                .and_then(|id| self.entities.get(id))
                .filter(|entity| entity.kind == EntityKind::Actor);
            if let (true, Some(confidence), Some(actor)) = (by_brief, confidence, actor) {
                let name = actor.reference(catalogue);
                let listed = lists
                    .get(&EntityKind::Actor)
                    .is_some_and(|actors| actors.contains(&name));
                if listed && !told.iter().any(|entry| entry.actor.as_ref() == Some(&name)) {
                    told.push(Attribution {
                        actor: Some(name),
                        confidence: Some(confidence.name()),
                        ..Attribution::default()
                    });
                }
            }
        }
        told.into_iter().map(Attribution::entry).collect()
    }
}

/// The lists of a brief in the order of its keys.
const LISTS: [(&str, EntityKind); 7] = [
    ("actors", EntityKind::Actor),
    ("campaigns", EntityKind::Campaign),
    ("regions", EntityKind::Region),
    ("sectors", EntityKind::Sector),
    ("techniques", EntityKind::Technique),
    ("software", EntityKind::Software),
    ("vulnerabilities", EntityKind::Vulnerability),
];

/// The day or time of a report; one that has none stands at the beginning of time, where it is seen.
fn date(report: &Object, title: &str, summary: &mut Summary) -> Moment {
    let moment = [&report.published, &report.created, &report.modified]
        .into_iter()
        .filter_map(|word| word.get())
        .find(|text| lines::day(text).is_some())
        .and_then(Moment::parse);
    let Some(moment) = moment else {
        summary.note(format!(
            "`{title}` has no date; it was written as 1970-01-01"
        ));
        return Moment::Day(jiff::civil::date(1970, 1, 1));
    };
    // Midnight is how a day is written as a time.
    match moment {
        Moment::Time(time) if Moment::Day(moment.day()).timestamp() == time => {
            Moment::Day(moment.day())
        }
        moment => moment,
    }
}

/// What the labels of a report say.
#[derive(Default)]
struct Labels {
    pap: Option<Pap>,
    status: Option<BriefStatus>,
    types: Vec<ReportType>,
    words: Vec<String>,
}

impl Labels {
    fn of(report: &Object) -> Self {
        let mut labels = Self {
            types: report
                .report_types
                .iter()
                .filter_map(|word| ReportType::parse(word))
                .collect(),
            ..Self::default()
        };
        if report.revoked.0 {
            labels.status = Some(BriefStatus::Revoked);
        }
        for label in report.labels.iter() {
            let folded = label.trim().to_lowercase();
            if let Some(word) = folded.strip_prefix("pap:") {
                labels.pap = Pap::parse(word);
            } else if let Some(status) = BriefStatus::parse(&folded) {
                labels.status = Some(status);
            } else if let Some(kind) = ReportType::parse(&folded) {
                // STIX 2.0 has the types among the labels.
                if !labels.types.contains(&kind) {
                    labels.types.push(kind);
                }
            } else if !folded.starts_with("tlp:") {
                labels.words.extend(lines::name(label));
            }
        }
        labels
    }
}

/// An entry of `attribution`.
#[derive(Default)]
struct Attribution {
    actor: Option<String>,
    alignment: Option<String>,
    basis: Option<&'static str>,
    confidence: Option<&'static str>,
    source: Option<String>,
}

impl Attribution {
    fn entry(self) -> Value {
        table([
            ("actor", self.actor.map(Value::Text)),
            ("alignment", self.alignment.map(Value::Text)),
            ("basis", self.basis.map(Value::bare)),
            ("confidence", self.confidence.map(Value::bare)),
            ("source", self.source.map(Value::Text)),
        ])
    }
}

/// What the notes on a report become.
#[derive(Default)]
struct Remarks {
    judgments: Vec<Value>,
    gaps: Vec<Value>,
    outlook: Option<Value>,
    attribution: Vec<Attribution>,
    indicators: Vec<Indicator>,
    texts: Vec<String>,
}

impl Remarks {
    fn of(maker: &Maker<'_, '_>, report: &Object, outer: Tlp, sources: &mut Sources) -> Self {
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
            let ids: Vec<String> = note
                .external_references
                .iter()
                .filter_map(|reference| sources.one(reference, false))
                .collect();
            let (level, said) = maker.ground.level(note);
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
            ("Attribution", Some(text)) => self.attribution.push(attribution(
                &text,
                confidence,
                ids.into_iter().next(),
                maker,
            )),
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
fn attribution(
    text: &str,
    confidence: Option<&'static str>,
    source: Option<String>,
    maker: &Maker<'_, '_>,
) -> Attribution {
    let mut entry = Attribution {
        confidence,
        source,
        ..Attribution::default()
    };
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

/// Reads indicators for one brief.
struct Reading<'r, 'b> {
    ground: &'r Ground<'b>,
    entities: &'r Entities<'b>,
    catalogue: &'r Catalogue<'r>,
    /// The brief's level and day, which go without saying.
    tlp: Tlp,
    day: Date,
}

enum Read {
    Indicators(Vec<Indicator>),
    /// A detection rule as Markdown.
    Rule(String),
    Nothing,
}

impl Reading<'_, '_> {
    fn read(&self, object: &Object, summary: &mut Summary) -> Read {
        if object.revoked.0 {
            summary.skip("indicators that were revoked", object.label());
            return Read::Nothing;
        }
        let language = object.pattern_type.get().unwrap_or("stix").to_lowercase();
        let pattern = object.pattern.get().unwrap_or_default();
        if language != "stix" {
            if ["yara", "sigma", "snort", "suricata", "kql", "spl"].contains(&language.as_str()) {
                let language = if language == "sigma" {
                    "yaml"
                } else {
                    &language
                };
                let title = lines::name(&object.label()).unwrap_or_default();
                return Read::Rule(format!(
                    "## {}\n\n{}",
                    prose::escaped(&title),
                    prose::fenced(language, pattern)
                ));
            }
            summary.skip(
                format!(
                    "indicators in the language `{}`",
                    lines::name(&language).unwrap_or_default()
                ),
                object.label(),
            );
            return Read::Nothing;
        }
        let mut found = match pattern::read(pattern) {
            Ok(found) => found,
            Err(reason) => {
                summary.skip(reason, object.label());
                return Read::Nothing;
            }
        };
        let (level, said) = self.ground.level(object);
        let first = object
            .valid_from
            .get()
            .filter(|text| lines::day(text) != Some(self.day));
        for indicator in &mut found {
            indicator.description = self.description(object, &indicator.value);
            indicator.first_seen = first.and_then(lines::rough_date);
            indicator.valid_until = object.valid_until.get().and_then(last_day);
            indicator.confidence = object.confidence.get().and_then(lines::confidence);
            indicator.tlp = (said && level > self.tlp).then_some(level);
            indicator.software = self.software(object);
        }
        Read::Indicators(found)
    }

    /// What it says of itself; its name where that is more than the value.
    fn description(&self, object: &Object, value: &str) -> Option<String> {
        let name = object.name.get().filter(|name| {
            !name.contains(value) && *name != object.pattern.get().unwrap_or_default()
        });
        let text = object.description.get().map(prose::plain);
        lines::line(text.as_deref().or(name)?, lines::LONGEST_TEXT)
    }

    fn software(&self, object: &Object) -> Option<String> {
        let indicated = self
            .entities
            .relations(object.id())
            .iter()
            .filter_map(|relation| {
                let is_it = relation.relationship_type.get() == Some("indicates")
                    && relation.source_ref.get() == Some(object.id());
                self.entities
                    .get(relation.target_ref.get().filter(|_| is_it)?)
            });
        indicated
            .filter(|entity| entity.kind == EntityKind::Software)
            .map(|entity| entity.reference(self.catalogue))
            .next()
    }
}

/// The last day on which something is valid: what ends at midnight ends with the day before.
fn last_day(text: &str) -> Option<String> {
    let day = lines::day(text)?;
    let midnight = text
        .get(10..)
        .is_some_and(|time| time.starts_with("T00:00:00"));
    let day = if midnight { day.yesterday().ok()? } else { day };
    Some(day.to_string())
}

/// The draft of indicators that no report has, and of what they indicate.
fn loose_draft(
    ground: &Ground<'_>,
    entities: &Entities<'_>,
    loose: &[&Object],
    catalogue: &mut Catalogue<'_>,
    file: &SourceFile,
    summary: &mut Summary,
) -> Option<Draft> {
    if loose.is_empty() {
        return None;
    }
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = lines::name(name.strip_suffix(".json").unwrap_or(name))?;
    let title = match loose.iter().find_map(|object| ground.author(object)) {
        Some(author) => format!("Indicators of {author}: {name}"),
        None => format!("Indicators: {name}"),
    };
    let days = loose.iter().filter_map(|object| {
        lines::day(
            object
                .modified
                .get()
                .or(object.created.get())
                .or(object.valid_from.get())?,
        )
    });
    let day = days.max().unwrap_or_else(|| {
        summary.note(format!(
            "`{title}` has no date; it was written as 1970-01-01"
        ));
        jiff::civil::date(1970, 1, 1)
    });
    let object = format!("indicators of {name}");
    let place = match catalogue.place(&Wanted {
        kind: FileKind::Brief,
        name: &title,
        slug: None,
        date: Some(day),
        identities: &[format!("stix:{object}")],
    }) {
        Ok(place) => place,
        Err(reason) => {
            summary.skip(reason, title);
            return None;
        }
    };
    let levels: Vec<(Tlp, bool)> = loose.iter().map(|object| ground.level(object)).collect();
    let tlp = levels
        .iter()
        .map(|(level, _)| *level)
        .max()
        .unwrap_or(ground.unmarked);
    if levels.iter().any(|(_, said)| !said) {
        summary.note(format!(
            "some indicators have no TLP marking; they were written as {} (--tlp says otherwise)",
            ground.unmarked.name()
        ));
    }
    let mut found = Vec::new();
    let mut body = String::new();
    let mut lists = Lists::new();
    for object in loose {
        let reading = Reading {
            ground,
            entities,
            catalogue,
            tlp,
            day,
        };
        match reading.read(object, summary) {
            Read::Indicators(indicators) => found.extend(indicators),
            Read::Rule(rule) => {
                if !body.is_empty() {
                    body.push_str("\n\n");
                }
                body.push_str(&rule);
            }
            Read::Nothing => continue,
        }
        for relation in entities.relations(object.id()) {
            if let Some(entity) = relation.target_ref.get().and_then(|id| entities.get(id)) {
                let name = entity.reference(catalogue);
                let list = lists.entry(entity.kind).or_default();
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
    }
    if found.is_empty() && body.is_empty() {
        return None;
    }
    let mut keys = Keys::default();
    keys.set("title", Value::text(title.clone()));
    keys.set("date", Value::bare(day));
    keys.set("tlp", Value::bare(tlp.name()));
    keys.set("draft", Value::bare("true"));
    for (key, kind) in LISTS {
        keys.texts(key, lists.get(&kind).cloned().unwrap_or_default());
    }
    let (found, _) = indicators::once(found);
    let mut draft = Draft {
        kind: FileKind::Brief,
        name: title,
        place,
        keys: keys.0,
        body,
        table: None,
        origin: Origin {
            importer: "stix",
            source: "STIX indicators".to_owned(),
            version: Some(day.to_string()),
            object,
        },
    };
    indicators::put(&mut draft, &found, ground.shelf);
    summary.change(
        "Indicators",
        format!("{}: {}", draft.place.path, found.len()),
    );
    Some(draft)
}
