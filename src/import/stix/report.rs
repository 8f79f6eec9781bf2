//! Reports of a bundle as draft briefs, and one for the indicators that no report has.
//!
//! In: reports and groupings with the objects that they refer to. Out: drafts whose lists name the
//! entities, whose judgments, gaps and attributions are the notes on the report, and whose indicators
//! are the patterns. Where the bundle has one report, it is about everything in the bundle.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Ground;
use super::entities::Entities;
use super::loose;
use super::object::{Object, Relationship};
use super::reading::{Read, Reading};
use super::remarks::{Attribution, Remarks};
use super::source::{self, Page, Sources};
use crate::diagnostic::SourceFile;
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Draft, Keys, Origin};
use crate::import::prose::{self, Citations};
use crate::import::yaml::Value;
use crate::import::{Summary, indicators, text as lines};
use crate::intel::vocabulary::{BriefStatus, Pap, ReportType, Vocabulary};
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::load::dates::Moment;
use crate::marking::Tlp;

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
        // A site like this one lists all that a brief names.
        let is_ours = Page::among(&report.external_references, FileKind::Brief).is_some();
        let members = Members::of(ground, &by_id, report, whole && !is_ours);
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
    drafts.extend(loose::draft(
        ground, entities, &loose, catalogue, file, summary,
    ));
    drafts
}

/// What a report is about, in its order.
pub struct Members<'b> {
    pub ids: Vec<&'b str>,
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

pub struct Maker<'m, 'b> {
    pub ground: &'m Ground<'b>,
    pub entities: &'m Entities<'b>,
    pub members: Members<'b>,
    pub notes: &'m [&'b Object],
}

/// Names of entities by kind, each once, in the order of the report.
pub type Lists = BTreeMap<EntityKind, Vec<String>>;

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
        let references = &report.external_references;
        let page = Page::among(references, FileKind::Brief);
        let slug = page.as_ref().map(|page| page.slug.as_str());
        let date = date(report, &title, summary);
        // A site like this one derives the report's id from that of the brief.
        let uuid = match &page {
            Some(page) => Some(page.id),
            None => report
                .id()
                .split_once("--")
                .and_then(|(_, uuid)| uuid::Uuid::try_parse(uuid).ok()),
        };
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
        let whole = self.tlp(report, &title, summary);
        let tlp = self.own_level(report, slug).unwrap_or(whole).min(whole);
        let (opening, mut body) = prose::told(
            report.description.get().unwrap_or_default(),
            &Citations::new(),
        );
        let mut keys = Keys::default();
        keys.set("title", Value::text(title.clone()));
        keys.set("date", Value::bare(date));
        if page.is_some() {
            let updated = source::updated(report).filter(|updated| *updated > date);
            keys.bare("updated", updated);
        }
        keys.set("tlp", Value::bare(tlp.name()));
        let labels = Labels::of(report);
        keys.bare("pap", labels.pap.map(Vocabulary::name));
        keys.set("draft", Value::bare("true"));
        let namespace = &self.ground.shelf.site.settings.namespace;
        let id = match &page {
            Some(page) => page.id_beside(&place.slug, namespace),
            None => uuid.map(|uuid| uuid.to_string()),
        };
        keys.text("id", id);
        keys.text("summary", opening);
        keys.text("report_number", source::report_number(references));
        keys.bare("status", labels.status.map(Vocabulary::name));
        let types = labels.types.iter().map(|kind| Value::bare(kind.name()));
        keys.list("report_types", types.collect());
        keys.texts("authors", self.authors(report));
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
            self.attribution(remarks.attribution, &lists, tlp, catalogue),
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
                match maker.read(object, &mut sources, summary) {
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
        // What a wider brief cites nowhere at its level is for those of the report.
        keys.list("sources", sources.marked(tlp, whole));
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
        let marked = marked.max(self.bare_names());
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

    /// The narrowest marking of what the lists name and no profile carries: nothing else would keep it.
    fn bare_names(&self) -> Option<Tlp> {
        let members = self.members.ids.iter();
        members
            .filter(|id| {
                let entity = self.entities.get(id);
                entity.is_some_and(|entity| entity.place.is_none())
            })
            .filter_map(|id| {
                let object = self.ground.bundle.get(id)?;
                self.ground.markings.level(object)
            })
            .max()
    }

    /// The level of a brief of this site itself. Its report is marked with the narrowest of all that it
    /// holds; whatever the brief states is at the brief's level or above it.
    fn own_level(&self, report: &Object, slug: Option<&str>) -> Option<Tlp> {
        slug.filter(|_| self.ground.is_own)?;
        let of_members = self.members.ids.iter().filter_map(|id| {
            let object = self.ground.bundle.get(id)?;
            let states = object.kind() == "indicator"
                && object.created_by_ref.get() == report.created_by_ref.get();
            self.ground.markings.level(object).filter(|_| states)
        });
        let of_notes = self
            .notes
            .iter()
            .filter_map(|note| self.ground.markings.level(note));
        let of_links = self
            .members
            .relationships
            .iter()
            .filter_map(|relationship| {
                let page = Page::among(&relationship.external_references, FileKind::Brief);
                let states = page.is_some_and(|page| Some(page.slug.as_str()) == slug);
                let level = self
                    .ground
                    .markings
                    .narrowest(&relationship.object_marking_refs);
                level.filter(|_| states)
            });
        of_members.chain(of_notes).chain(of_links).min()
    }

    fn authors(&self, report: &Object) -> Vec<String> {
        let several = report
            .external_references
            .iter()
            .filter(|reference| Page::of(reference).is_some())
            .find_map(|page| page.description.get()?.strip_prefix("Authors: "))
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
        // A report tells who is behind what its brief names, and behind nothing else.
        let mut named: HashSet<&str> = HashSet::new();
        for relationship in &self.members.relationships {
            let Some(target) = relationship.target_ref.get() else {
                continue;
            };
            let by_brief = source::is_of_brief(&relationship.external_references);
            match relationship.relationship_type.get() {
                Some("originates-from" | "located-at") => {
                    origins.insert(target);
                    named.extend(relationship.source_ref.get());
                }
                // Of a brief of a site like this one: who is behind a campaign by its profile.
                Some("attributed-to") if is_ours && !by_brief => {
                    behind.insert(target);
                    named.extend(relationship.source_ref.get());
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
            let is_behind = behind.contains(id) && !named.contains(id);
            if (origins.contains(id) || is_behind) && !targets.contains(id) {
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
        outer: Tlp,
        catalogue: &Catalogue<'_>,
    ) -> Vec<Value> {
        let markings = &self.ground.markings;
        let mut told = told;
        for relationship in &self.members.relationships {
            let by_brief = source::is_of_brief(&relationship.external_references);
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
                    let level = markings.narrowest(&relationship.object_marking_refs);
                    told.push(Attribution {
                        actor: Some(name),
                        confidence: Some(confidence.name()),
                        tlp: level.filter(|level| *level > outer),
                        ..Attribution::default()
                    });
                }
            }
        }
        told.into_iter().map(Attribution::entry).collect()
    }
}

/// The lists of a brief in the order of its keys.
pub const LISTS: [(&str, EntityKind); 7] = [
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
    moment.or_day()
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
