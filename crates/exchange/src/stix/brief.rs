//! What one brief says: a report that refers to everything it names, relationships, indicators, and
//! notes for what is written in sentences.
//!
//! A brief lists actors and techniques, and does not say who of several actors uses which. So
//! relationships come from its lists only where one actor, or else one campaign, is the subject; with
//! several actors from those that it attributes the activity to. The report refers to all of them
//! either way.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::claims::Link;
use super::entities::source;
use super::indicators;
use super::objects::{Common, Head, Note, Object, Reference, Report, object};
use super::version::{instant, of_brief};
use super::{Ground, Shared};
use base::kind::EntityKind as K;
use base::marking::Tlp;
use base::vocabulary::{BriefStatus, Confidence, Vocabulary};
use edition::addresses;
use edition::model::{self, Shown};
use edition::{BriefId, Edition, EntityId};

/// The objects of a brief.
pub struct Told {
    /// Those that other bundles have too.
    pub shared: Vec<Shared>,
    /// The report first.
    pub own: Vec<Object>,
    author: Shared,
}

impl Told {
    /// All of them.
    pub fn objects<'g>(&'g self, ground: &'g Ground) -> impl Iterator<Item = &'g Object> {
        let shared = self.shared.iter().map(|shared| ground.shared(*shared));
        shared.chain(&self.own)
    }

    /// Who wrote the brief.
    pub fn author<'g>(&self, ground: &'g Ground) -> &'g Object {
        ground.shared(self.author)
    }
}

/// Whom the lists of a brief are about.
pub struct Subject<'g> {
    pub object: &'g Object,
    /// Of the statement that it is the subject.
    level: Tlp,
    confidence: Option<Confidence>,
}

/// A brief on its way.
pub struct Teller<'g> {
    pub edition: &'g Edition,
    pub ground: &'g Ground,
    pub brief: &'g model::Brief,
    pub author: &'g str,
    pub revoked: bool,
    pub subjects: Vec<Subject<'g>>,
    told: Told,
    known: BTreeSet<String>,
    /// The highest level of the statements for which the report refers to something.
    level: Tlp,
    notes: Vec<Remark<'g>>,
}

/// A note in the making.
struct Remark<'g> {
    subject: &'static str,
    text: Cow<'g, str>,
    level: Tlp,
    confidence: Option<Confidence>,
    labels: Vec<Cow<'g, str>>,
    references: Vec<Reference<'g>>,
}

/// The level of an entry with that of the source it rests on: who may not see the source does not see
/// the entry.
pub fn level<T>(entry: &Shown<T>, source: Option<&str>, brief: &model::Brief) -> Tlp {
    let sources = brief.sources.iter();
    let source = sources.filter(|known| Some(known.value.id.as_str()) == source);
    source.map(|source| source.tlp).fold(entry.tlp, Ord::max)
}

/// Tells a brief.
pub fn tell(edition: &Edition, ground: &Ground, id: BriefId) -> Told {
    let brief = edition.brief(id);
    let author = brief.authors.first();
    let author = author.and_then(|name| ground.author_of.get(name));
    let author = author.map_or(Shared::Producer, |at| Shared::Author(*at));
    let mut teller = Teller {
        edition,
        ground,
        brief,
        author: &ground.shared(author).id,
        revoked: brief.status == BriefStatus::Revoked,
        subjects: subjects(edition, ground, brief),
        told: Told {
            shared: Vec::new(),
            own: Vec::new(),
            author,
        },
        known: BTreeSet::new(),
        level: brief.tlp,
        notes: Vec::new(),
    };
    for id in &brief.entities {
        teller.name(Shared::Entity(*id), brief.tlp);
    }
    for entry in &brief.attribution {
        if let Some(actor) = entry.value.actor {
            let level = level(entry, entry.value.source.as_deref(), brief);
            teller.name(Shared::Entity(actor), level);
        }
    }
    teller.provenance();
    teller.relationships();
    for entry in &brief.indicators {
        indicators::tell(&mut teller, entry);
    }
    let report = teller.report();
    teller.remarks();
    teller.write_notes(&report);
    let mut told = teller.told;
    told.own.insert(0, report);
    told.shared.splice(0..0, [Shared::Producer, author]);
    told
}

fn subjects<'g>(edition: &Edition, ground: &'g Ground, brief: &model::Brief) -> Vec<Subject<'g>> {
    let named = |kind: K| -> Vec<EntityId> {
        let entities = brief.entities.iter().copied();
        entities
            .filter(|id| edition.entity(*id).kind == kind)
            .collect()
    };
    let certain = |id: EntityId, confidence: Option<Confidence>| Subject {
        object: ground.entity(id),
        level: brief.tlp,
        confidence,
    };
    let attributed = || {
        brief.attribution.iter().filter_map(|entry| {
            Some(Subject {
                object: ground.entity(entry.value.actor?),
                level: level(entry, entry.value.source.as_deref(), brief),
                confidence: entry.value.confidence,
            })
        })
    };
    match (named(K::Actor).as_slice(), named(K::Campaign).as_slice()) {
        // The list says it; an attribution adds how sure that is, unless it says so to fewer.
        ([actor], _) => {
            let object = ground.entity(*actor);
            let sure = attributed()
                .find(|subject| subject.object.id == object.id && subject.level <= brief.tlp);
            vec![certain(*actor, sure.and_then(|subject| subject.confidence))]
        }
        ([], [campaign]) => vec![certain(*campaign, None)],
        _ => attributed().collect(),
    }
}

impl<'g> Teller<'g> {
    /// Adds an object that other bundles have too, for a statement of a level.
    pub fn name(&mut self, shared: Shared, level: Tlp) {
        if self.known.insert(self.ground.shared(shared).id.clone()) {
            self.told.shared.push(shared);
            self.level = self.level.max(level);
        }
    }

    /// Adds an object, unless it is there.
    pub fn add(&mut self, object: Object) {
        if self.known.insert(object.id.clone()) {
            self.told.own.push(object);
        }
    }

    /// Adds a relationship that the brief states.
    pub fn link(&mut self, link: Link) {
        let reach = link.reach();
        let key = self.brief.id.to_string();
        let object = link.object(self.ground, &key, of_brief(self.brief, reach));
        self.add(object);
    }

    /// Adds a note once the report that it belongs to is there.
    pub fn later(
        &mut self,
        subject: &'static str,
        text: String,
        level: Tlp,
        confidence: Option<Confidence>,
    ) {
        self.notes.push(Remark {
            subject,
            text: text.into(),
            level,
            confidence,
            labels: Vec::new(),
            references: Vec::new(),
        });
    }

    /// A source of the brief, by its id.
    pub fn source(&self, id: Option<&'g str>) -> impl Iterator<Item = Reference<'g>> + use<'g> {
        let sources = self.brief.sources.iter();
        sources
            .filter(move |known| Some(known.value.id.as_str()) == id)
            .map(|known| source(&known.value))
    }

    /// The brief's page.
    fn page(&self, reach: Tlp) -> Reference<'g> {
        let (brief, pages) = (self.brief, &self.ground.pages);
        pages.reference(
            reach,
            &addresses::brief_path(brief),
            brief.title.as_str(),
            brief.id,
        )
    }

    /// Who is behind the actors and campaigns that it names, as their profiles say.
    fn provenance(&mut self) {
        let ground = self.ground;
        for id in &self.brief.entities {
            for at in &ground.claims_of[id.0 as usize] {
                let claim = &ground.claims[*at];
                if !claim.is_provenance || claim.source != *id {
                    continue;
                }
                let level = claim.object.tlp;
                let target = match claim.target {
                    Some(target) => Shared::Entity(target),
                    None => Shared::Sponsor(*id),
                };
                self.name(target, level);
                self.name(Shared::Claim(*at), level);
            }
        }
    }

    /// What its lists say of their subject, and the attribution of its campaign.
    fn relationships(&mut self) {
        let (edition, ground) = (self.edition, self.ground);
        let mut links = Vec::new();
        for subject in &self.subjects {
            for id in &self.brief.entities {
                let kind = match edition.entity(*id).kind {
                    K::Region | K::Sector | K::Vulnerability => "targets",
                    K::Technique | K::Software => "uses",
                    K::Actor | K::Campaign => continue,
                };
                links.push((kind, subject.object, *id, subject.level, subject.confidence));
            }
        }
        let mut campaigns = self
            .brief
            .entities
            .iter()
            .filter(|id| edition.entity(**id).kind == K::Campaign);
        if let (Some(campaign), None) = (campaigns.next(), campaigns.next()) {
            for entry in &self.brief.attribution {
                if let Some(actor) = entry.value.actor {
                    let level = level(entry, entry.value.source.as_deref(), self.brief);
                    let source = ground.entity(*campaign);
                    links.push((
                        "attributed-to",
                        source,
                        actor,
                        level,
                        entry.value.confidence,
                    ));
                }
            }
        }
        for (kind, source, target, level, confidence) in links {
            let mut link = Link {
                kind,
                source,
                target: ground.entity(target),
                level,
                confidence,
                created_by: self.author,
                revoked: self.revoked,
                references: Vec::new(),
            };
            // In the bundle of an actor it stands without the report.
            link.references.push(self.page(link.reach()));
            self.link(link);
        }
    }

    fn report(&self) -> Object {
        let (ground, brief) = (self.ground, self.brief);
        let objects = || self.told.objects(ground);
        let own = brief.sources.iter().map(|source| source.tlp);
        let own = own.fold(self.level, Ord::max);
        let tlp = objects().map(|object| object.tlp).fold(own, Ord::max);
        let reach = objects().map(|object| object.reach).fold(tlp, Ord::max);
        let mut object_refs: Vec<&str> = objects().map(|object| object.id.as_str()).collect();
        if object_refs.is_empty() {
            // A report refers to something (section 4.13); this one names nothing but its author.
            object_refs.push(self.author);
        }
        // The order in which front matter names things says nothing.
        object_refs.sort_unstable();
        let report = Report {
            name: &brief.title,
            description: brief.summary.as_deref(),
            report_types: brief.report_types.iter().map(|kind| kind.name()).collect(),
            published: instant(brief.date.timestamp()),
            object_refs,
        };
        let mut labels: Vec<Cow<str>> = brief
            .tags
            .iter()
            .map(|tag| tag.name.as_str().into())
            .collect();
        labels.extend(brief.pap.map(|pap| pap.label().into()));
        if brief.status != BriefStatus::Current {
            labels.push(brief.status.name().into());
        }
        let mut page = self.page(reach);
        if let [_, _, ..] = brief.authors.as_slice() {
            page.description = Some(format!("Authors: {}", brief.authors.join(", ")).into());
        }
        let number = brief.report_number.iter();
        let number = number.map(|number| ground.pages.number(number));
        let sources = brief.sources.iter().map(|shown| source(&shown.value));
        let head = Head {
            kind: "report",
            id: ground.ids.own("report", &brief.id.to_string(), reach),
            tlp,
            reach,
            version: of_brief(brief, reach),
            markings: ground.markings.refs(tlp),
        };
        let common = Common {
            created_by_ref: Some(self.author),
            revoked: self.revoked,
            labels,
            confidence: brief.confidence.map(Confidence::stix_value),
            lang: Some(&self.edition.site.language),
            external_references: [page].into_iter().chain(number).chain(sources).collect(),
        };
        object(head, &report, &common)
    }

    /// Judgments, attributions, gaps and the outlook.
    fn remarks(&mut self) {
        let brief = self.brief;
        for entry in &brief.key_judgments {
            let judgment = &entry.value;
            let cited = |id: &str| judgment.sources.iter().any(|cited| cited == id);
            let sources = || brief.sources.iter().filter(|known| cited(&known.value.id));
            self.notes.push(Remark {
                subject: "Key judgment",
                text: judgment.text.as_str().into(),
                level: sources().map(|known| known.tlp).fold(entry.tlp, Ord::max),
                confidence: judgment.confidence,
                labels: judgment
                    .likelihood
                    .map(|likelihood| format!("likelihood: {}", likelihood.term()).into())
                    .into_iter()
                    .collect(),
                references: sources().map(|known| source(&known.value)).collect(),
            });
        }
        for entry in &brief.attribution {
            let attribution = &entry.value;
            let actor = attribution.actor.map(|id| self.edition.entity(id));
            let mut parts = Vec::new();
            if let Some(alignment) = &attribution.alignment {
                parts.push(format!("aligned with {alignment}"));
            }
            if let Some(basis) = attribution.basis {
                parts.push(format!("basis: {}", basis.name()));
            }
            if parts.is_empty() {
                continue;
            }
            let mut text = actor.map_or_else(String::new, |actor| format!("{}: ", actor.name));
            text.push_str(&parts.join("; "));
            let level = level(entry, attribution.source.as_deref(), brief)
                .max(actor.map_or(Tlp::Clear, |actor| actor.tlp));
            self.notes.push(Remark {
                subject: "Attribution",
                text: text.into(),
                level,
                confidence: attribution.confidence,
                labels: Vec::new(),
                references: self.source(attribution.source.as_deref()).collect(),
            });
        }
        for entry in &brief.intelligence_gaps {
            self.later("Intelligence gap", entry.value.clone(), entry.tlp, None);
        }
        if let Some(entry) = &brief.outlook {
            self.later("Outlook", entry.value.clone(), entry.tlp, None);
        }
    }

    /// A note is named by its level and its place among those of that level: what stands higher, and is
    /// not in every edition, has no part in the count.
    fn write_notes(&mut self, report: &Object) {
        let (ground, brief) = (self.ground, self.brief);
        let remarks = std::mem::take(&mut self.notes);
        let levels: Vec<(&str, Tlp)> = remarks
            .iter()
            .map(|remark| (remark.subject, remark.level))
            .collect();
        for (at, remark) in remarks.into_iter().enumerate() {
            let before = levels[..at].iter();
            let place = before
                .filter(|known| **known == (remark.subject, remark.level))
                .count();
            let reach = remark.level.max(report.reach);
            let level = remark.level.name();
            let key = format!("{}:{}:{level}:{place}", brief.id, remark.subject);
            let head = Head {
                kind: "note",
                id: ground.ids.own("note", &key, reach),
                tlp: remark.level,
                reach,
                version: of_brief(brief, remark.level),
                markings: ground.markings.refs(remark.level),
            };
            let note = Note {
                subject: remark.subject,
                content: remark.text,
                authors: &brief.authors,
                object_refs: vec![&report.id],
            };
            let common = Common {
                created_by_ref: Some(self.author),
                revoked: self.revoked,
                labels: remark.labels,
                confidence: remark.confidence.map(Confidence::stix_value),
                lang: Some(&self.edition.site.language),
                external_references: remark.references,
            };
            let note = object(head, &note, &common);
            self.add(note);
        }
    }
}
