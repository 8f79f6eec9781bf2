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
use super::says::{Part, Says};
use super::source::{self, Page, Sources};
use crate::diagnostic::SourceFile;
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin};
use crate::import::gate::{Fact, Gate, Told};
use crate::import::indicators::Indicator;
use crate::import::prose::Citations;
use crate::import::yaml::Value;
use crate::import::{Summary, indicators, text as lines};
use crate::intel::vocabulary::{BriefStatus, Pap, ReportType, Vocabulary};
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::load::dates::Moment;
use crate::marking::{Tlp, label};

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
        used.extend(maker.members.ids());
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
    /// Each with the level at which it is told that it belongs here.
    told: Vec<(&'b str, Tlp)>,
    relationships: Vec<&'b Relationship>,
}

impl<'b> Members<'b> {
    fn of(
        ground: &Ground<'b>,
        by_id: &HashMap<&'b str, &'b Relationship>,
        report: &'b Object,
        whole: bool,
    ) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut members = Self {
            told: Vec::new(),
            relationships: Vec::new(),
        };
        // Of several ways that tell of a member, the widest counts.
        let mut add = |id: &'b str, tlp: Tlp, told: &mut Vec<(&'b str, Tlp)>| {
            let at = *places.entry(id).or_insert(told.len());
            match told.get_mut(at) {
                Some((_, known)) => *known = tlp.min(*known),
                None => told.push((id, tlp)),
            }
        };
        let says = ground.says(report);
        for (at, id) in report.object_refs.iter().enumerate() {
            let own = says.part("object_refs", at).unwrap_or(Tlp::Clear);
            match by_id.get(id.as_str()) {
                Some(relationship) => {
                    members.relationships.push(relationship);
                    let edge = ground.edge(relationship);
                    let ends = [
                        ("source_ref", &relationship.source_ref),
                        ("target_ref", &relationship.target_ref),
                    ];
                    for (property, end) in ends {
                        if let Some(id) = end.get() {
                            let tlp = edge.gate(property, None).within(own).tlp();
                            add(id, tlp, &mut members.told);
                        }
                    }
                }
                None => add(id, own, &mut members.told),
            }
        }
        if whole {
            for object in &ground.bundle.objects {
                add(object.id(), Tlp::Clear, &mut members.told);
            }
            members.relationships = ground.bundle.relationships.iter().collect();
        }
        members
    }

    pub fn ids(&self) -> impl Iterator<Item = &'b str> {
        self.told.iter().map(|(id, _)| *id)
    }
}

pub struct Maker<'m, 'b> {
    pub ground: &'m Ground<'b>,
    pub entities: &'m Entities<'b>,
    pub members: Members<'b>,
    pub notes: &'m [&'b Object],
}

/// Names of entities by kind, each once, in the order of the report.
#[derive(Default)]
pub struct Lists(BTreeMap<EntityKind, Vec<Told>>);

impl Lists {
    /// Of several ways that tell of a name, the widest counts.
    pub fn add(&mut self, kind: EntityKind, name: Told) {
        let list = self.0.entry(kind).or_default();
        match list
            .iter_mut()
            .find(|known| known.as_str() == name.as_str())
        {
            Some(known) if name.tlp() < known.tlp() => *known = name,
            Some(_) => {}
            None => list.push(name),
        }
    }

    fn of(&self, kind: EntityKind) -> &[Told] {
        self.0.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// As keys of a brief.
    pub fn put(&self, keys: &mut Keys) {
        for kind in LISTS {
            let key = kind.folder();
            keys.texts(key, self.of(kind).iter().cloned());
        }
    }
}

impl Maker<'_, '_> {
    fn draft(
        &self,
        report: &Object,
        catalogue: &mut Catalogue<'_>,
        summary: &mut Summary,
    ) -> Option<Draft> {
        let page = Page::among(&report.external_references, FileKind::Brief);
        let slug = page.as_ref().map(|page| page.slug.as_str());
        let says = self.ground.says(report);
        let whole = says.tlp();
        let tlp = self.own_level(report, slug).unwrap_or(whole).min(whole);
        let says = says.as_level(tlp);
        let Some(title) = says.one("name").and_then(Part::name) else {
            summary.skip("reports without a name", report.id());
            return None;
        };
        let (date, told) = date(&says, &title, summary);
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
            name: title.as_str(),
            slug,
            date: Some(date.day()),
            identities: &identities,
        });
        let place = match place {
            Ok(place) => place,
            Err(reason) => {
                summary.skip(reason, title.as_str());
                return None;
            }
        };
        if !says.is_said() {
            summary.note(format!(
                "`{}` has no TLP marking; it was written as {} (--tlp says otherwise)",
                title.as_str(),
                whole.name()
            ));
        }
        let (opening, text) = match says.one("description") {
            Some(part) => (part.gate).description(part.as_str(), &Citations::new()),
            None => (None, None),
        };
        let mut body = Body::default();
        if let Some(text) = text {
            body.push(text);
        }
        let mut keys = Keys::default();
        keys.text("title", Some(title.clone()));
        keys.bare("date", Some(told));
        if page.is_some() {
            keys.bare("updated", source::updated(&says, Some(date)));
        }
        let labels = Labels::of(&says);
        keys.bare("pap", labels.pap);
        keys.set("draft", Value::own("true"));
        let namespace = &self.ground.shelf.site.settings.namespace;
        let id = match &page {
            Some(page) => page.id_beside(&place.slug, namespace),
            None => uuid.map(|uuid| uuid.to_string()),
        };
        keys.text("id", id.map(|id| says.gate("id", None).value(&id)));
        keys.text("summary", opening);
        keys.text("report_number", source::report_number(&says));
        keys.bare("status", labels.status);
        keys.words("report_types", labels.types);
        keys.texts("authors", self.authors(&says, summary));
        keys.bare(
            "confidence",
            says.one("confidence").and_then(Part::confidence),
        );
        let lists = self.lists(catalogue, slug.is_some());
        lists.put(&mut keys);
        keys.texts("tags", labels.words);

        let mut sources = Sources::default();
        // What a wider brief of this site cites nowhere at its level is for those of the report.
        sources.add(&self.ground.says(report), false);
        let remarks = Remarks::of(self, report, tlp, &mut sources, catalogue);
        keys.list(
            "attribution",
            self.attribution(remarks.attribution, &lists, catalogue),
        );
        keys.list("key_judgments", remarks.judgments);
        keys.list("intelligence_gaps", remarks.gaps);
        if let Some(outlook) = remarks.outlook {
            keys.set("outlook", outlook);
        }
        for (heading, text) in remarks.sections {
            body.section(heading, text);
        }
        let mut found = remarks.indicators;
        let mut rules = 0;
        let reading = Reading {
            ground: self.ground,
            entities: self.entities,
            catalogue,
            tlp,
            day: date.day(),
        };
        for (id, belongs) in &self.members.told {
            let object = self.ground.bundle.get(id);
            let Some(object) = object.filter(|object| object.kind() == "indicator") else {
                continue;
            };
            match reading.read(object, &mut sources, summary) {
                Read::Indicators(indicators) => {
                    found.extend(indicators.into_iter().map(|indicator| Indicator {
                        value: indicator.value.at_least(*belongs),
                        ..indicator
                    }));
                }
                Read::Rule {
                    name,
                    language,
                    code,
                } if rules < MOST_RULES => {
                    rules += 1;
                    body.rule(name, language, code.at_least(*belongs));
                }
                Read::Rule { .. } => summary.skip(
                    "detection rules beyond the first of a report",
                    object.label(),
                ),
                Read::Nothing => {}
            }
        }
        keys.list("sources", sources.entries());
        let (found, _) = indicators::once(found);
        let author = self.ground.author(report, tlp);
        let count = found.len();
        let collected = Collected {
            kind: FileKind::Brief,
            name: title,
            place,
            keys,
            body,
            indicators: found,
            origin: Origin {
                importer: "stix",
                source: match author.filter(|author| author.tlp() <= tlp) {
                    Some(author) => author.framed("STIX report of ", ""),
                    None => Told::own("STIX report"),
                },
                version: says.one("modified").and_then(Part::name),
                object: says.one("id")?.name()?,
            },
        };
        let draft = Draft::of(collected, tlp, self.ground.shelf);
        if draft.tlp() > whole {
            summary.note(format!(
                "a part of `{}` is marked {}, so the whole draft is",
                draft.name,
                draft.tlp()
            ));
        }
        if count > 0 {
            summary.change("Indicators", format!("{}: {count}", draft.place.path));
        }
        Some(draft)
    }

    /// The level of a brief of this site itself. Its report is marked with the narrowest of all that it
    /// holds; whatever the brief states is at the brief's level or above it.
    fn own_level(&self, report: &Object, slug: Option<&str>) -> Option<Tlp> {
        slug.filter(|_| self.ground.is_own)?;
        let level = |object: &Object| self.ground.markings.level(object.markers());
        let of_members = self.members.ids().filter_map(|id| {
            let object = self.ground.bundle.get(id)?;
            let states = object.kind() == "indicator"
                && object.created_by_ref.get() == report.created_by_ref.get();
            level(object).filter(|_| states)
        });
        let of_notes = self.notes.iter().filter_map(|note| level(note));
        let of_links = self
            .members
            .relationships
            .iter()
            .filter_map(|relationship| {
                let page = Page::among(&relationship.external_references, FileKind::Brief);
                let states = page.is_some_and(|page| Some(page.slug.as_str()) == slug);
                let level = self.ground.markings.level(relationship.markers());
                level.filter(|_| states)
            });
        of_members.chain(of_notes).chain(of_links).min()
    }

    fn authors(&self, says: &Says<'_>, summary: &mut Summary) -> Vec<Told> {
        let references = says.object.external_references.iter().enumerate();
        let several = references
            .filter(|(_, reference)| Page::of(reference).is_some())
            .find_map(|(at, page)| {
                let names = page.description.get()?.strip_prefix("Authors: ")?;
                let gate = says.gate("external_references", Some(at));
                Some(
                    names
                        .split(", ")
                        .filter_map(|name| gate.name(name))
                        .collect(),
                )
            });
        // What the site itself publishes has no author of its own.
        let own = &self.ground.shelf.site.settings.title;
        several.unwrap_or_else(|| {
            let author = (self.ground).author_within(says.object, says.tlp(), summary);
            author
                .into_iter()
                .filter(|author| author.as_str() != own)
                .collect()
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
        let mut lists = Lists::default();
        for (id, told) in &self.members.told {
            let Some(entity) = self.entities.get(id) else {
                continue;
            };
            let is_behind = behind.contains(id) && !named.contains(id);
            if (origins.contains(id) || is_behind) && !targets.contains(id) {
                continue;
            }
            let name = entity.reference(self.ground, catalogue);
            lists.add(entity.kind, name.at_least(*told));
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
            let by_brief = source::is_of_brief(&relationship.external_references);
            let confidence = relationship.confidence.get().and_then(lines::confidence);
            let actor = relationship
                .source_ref
                .get()
                .and_then(|id| self.entities.get(id))
                .filter(|entity| entity.kind == EntityKind::Actor);
            if let (true, Some(confidence), Some(actor)) = (by_brief, confidence, actor) {
                let name = actor.reference(self.ground, catalogue);
                let is_it = |known: &Told| known.as_str() == name.as_str();
                let listed = lists.of(EntityKind::Actor).iter().any(is_it);
                let is_new = |entry: &Attribution| !entry.actor.as_ref().is_some_and(is_it);
                if listed && told.iter().all(is_new) {
                    let gate = self.ground.edge(relationship).gate("confidence", None);
                    told.push(Attribution {
                        actor: Some(name),
                        confidence: Some(gate.word(confidence)),
                        ..Attribution::default()
                    });
                }
            }
        }
        told.into_iter().map(Attribution::entry).collect()
    }
}

/// The lists of a brief in the order of its keys.
pub const LISTS: [EntityKind; 7] = [
    EntityKind::Actor,
    EntityKind::Campaign,
    EntityKind::Region,
    EntityKind::Sector,
    EntityKind::Technique,
    EntityKind::Software,
    EntityKind::Vulnerability,
];

/// The day or time of a report; one that has none stands at the beginning of time, where it is seen.
fn date(says: &Says<'_>, title: &Told, summary: &mut Summary) -> (Moment, Fact) {
    let found = ["published", "created", "modified"]
        .into_iter()
        .filter_map(|property| says.one(property))
        .find(|part| lines::day(part.as_str()).is_some());
    let moment = found.and_then(|part| Some((Moment::parse(part.as_str())?.or_day(), part.gate)));
    let (moment, gate) = moment.unwrap_or_else(|| {
        summary.note(format!(
            "`{}` has no date; it was written as 1970-01-01",
            title.as_str()
        ));
        let first = Moment::Day(jiff::civil::date(1970, 1, 1));
        (first, Gate::at(Tlp::Clear))
    });
    (moment, gate.plain(moment))
}

/// What the labels of a report say.
#[derive(Default)]
struct Labels {
    pap: Option<Fact>,
    status: Option<Fact>,
    types: Vec<Fact>,
    words: Vec<Told>,
}

impl Labels {
    fn of(says: &Says<'_>) -> Self {
        let mut labels = Self {
            types: says
                .all("report_types")
                .filter_map(Part::word::<ReportType>)
                .collect(),
            ..Self::default()
        };
        if says.object.revoked.0 {
            labels.status = Some(says.gate("revoked", None).word(BriefStatus::Revoked));
        }
        for label in says.all("labels") {
            let folded = label.as_str().trim().to_lowercase();
            if let Some(word) = folded.strip_prefix("pap:") {
                labels.pap = Pap::parse(word).map(|pap| label.gate.word(pap));
            } else if let Some(status) = label.word::<BriefStatus>() {
                labels.status = Some(status);
            } else if let Some(kind) = label.word::<ReportType>() {
                // STIX 2.0 has the types among the labels.
                if labels
                    .types
                    .iter()
                    .all(|known| known.as_str() != kind.as_str())
                {
                    labels.types.push(kind);
                }
            } else if label::tag(&folded).is_none() {
                labels.words.extend(label.name());
            }
        }
        labels
    }
}
