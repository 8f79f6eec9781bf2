//! The page of a brief.

use serde::Serialize;

use super::Renderer;
use super::dates;
use super::markings::rating;
use super::shared::{linked_data, own_marking, status_word};
use super::views::{
    BriefView, ChangeView, ChangedView, DownloadView, EventView, ImageView, IndicatorGroup,
    IndicatorView, JudgmentView, LikelihoodView, LinkView, PageView, QuoteView, RemarkView,
    StatisticView,
};
use base::diagnostic::Diagnostic;
use base::indicator;
use base::kind::EntityKind;
use base::vocabulary::{IndicatorType, Likelihood, Vocabulary};
use edition::addresses;
use edition::model::{Brief, brief_id_of};
use edition::statistics::{Column, Counts, matrix, named_techniques};
use edition::texts::{live_targets, source_number};
use edition::{BriefId, Shown};

use base::marking::Tlp;

/// Words that a reader takes in within a minute.
const WORDS_PER_MINUTE: usize = 220;

impl Renderer<'_> {
    pub(super) fn brief(&self, path: &str, id: BriefId) -> Result<String, Diagnostic> {
        let brief = self.edition.brief(id);
        let tlp = self.brief_tlp(brief, id);
        let mut page = self.page_view(path, &brief.title, "brief", tlp);
        page.description = brief.summary.clone().or_else(|| excerpt(brief));
        page.breadcrumbs = vec![self.breadcrumb("Briefs", "/briefs/")];
        page.card = self.card_address(Some(id));
        page.data = self.data(&addresses::brief_path(brief));
        page.json_ld = Some(self.json_ld(brief, &page));
        self.with_template("brief.html", path, &page, "brief", &self.brief_view(id)?)
    }

    /// The marking of a brief's page.
    pub(super) fn brief_tlp(&self, brief: &Brief, id: BriefId) -> Tlp {
        // The page carries the marking of all that it shows, the titles of other briefs included.
        let at = id.0 as usize;
        let neighbours = [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.edition.briefs.get(at))
            .map(|brief| brief.tlp);
        let others = brief.supersedes.iter().chain(&brief.superseded_by);
        let tlp = self.highest_of(
            neighbours.chain(others.map(|id| self.edition.brief(*id).tlp)),
            self.highest(&brief.related, brief.highest),
        );
        let tlp = self.highest_entity(&brief.entities, tlp);
        // Nothing that the edition holds is above it.
        if tlp >= self.edition.site.tlp {
            return tlp;
        }
        // A sub-technique stands below its technique, named by the brief or not.
        let columns = self.techniques(brief);
        let shown = columns.iter().flat_map(|column| &column.cells);
        self.highest_entity(shown.map(|cell| &cell.technique), tlp)
    }

    fn brief_view(&self, id: BriefId) -> Result<BriefView, Diagnostic> {
        let brief = self.edition.brief(id);
        let outer = brief.tlp;
        let folder = addresses::brief_path(brief);
        let live = live_targets(&brief.text, &brief.indicators);
        let body = self.body(&brief.text, &brief.sources, &live, outer, &folder);
        let kind = |kind| self.links_of_kind(&brief.entities, kind);
        let number = |source: &Option<String>| {
            source
                .as_deref()
                .and_then(|source| source_number(&brief.sources, source))
        };
        let remark = |remark: &Shown<String>| RemarkView {
            text: remark.value.clone(),
            tlp: own_marking(remark.tlp, outer),
        };
        // Briefs are in order, the newest first.
        let at = id.0 as usize;
        let older = (at + 1 < self.edition.briefs.len())
            .then(|| self.brief_link(brief_id_of(at + 1), outer));
        let newer = at
            .checked_sub(1)
            .map(|newer| self.brief_link(brief_id_of(newer), outer));
        Ok(BriefView {
            title: brief.title.clone(),
            summary: brief.summary.clone(),
            date: brief.date.into(),
            updated: brief.updated.map(Into::into),
            tlp: brief.tlp.into(),
            pap: brief.pap.map(rating),
            draft: brief.draft,
            embargo: brief.embargo.map(dates::end),
            status: status_word(brief.status),
            supersedes: brief
                .supersedes
                .iter()
                .map(|id| self.brief_link(*id, outer))
                .collect(),
            superseded_by: brief
                .superseded_by
                .iter()
                .map(|id| self.brief_link(*id, outer))
                .collect(),
            report_types: brief.report_types.iter().map(|kind| kind.label()).collect(),
            report_number: brief.report_number.clone(),
            authors: brief.authors.clone(),
            period: brief.period.as_ref().map(dates::period),
            confidence: brief.confidence.map(Vocabulary::label),
            reading_time: brief.text.body.words.div_ceil(WORDS_PER_MINUTE).max(1),
            actors: kind(EntityKind::Actor),
            campaigns: kind(EntityKind::Campaign),
            regions: kind(EntityKind::Region),
            sectors: kind(EntityKind::Sector),
            software: kind(EntityKind::Software),
            vulnerabilities: kind(EntityKind::Vulnerability),
            techniques: self.matrix_view(&self.techniques(brief)),
            tags: brief
                .tags
                .iter()
                .map(|tag| LinkView {
                    title: tag.name.clone(),
                    url: self.url(&format!("/tags/{}/", tag.slug)),
                })
                .collect(),
            attribution: brief
                .attribution
                .iter()
                .map(|entry| self.attribution(entry, &brief.sources, outer))
                .collect(),
            key_judgments: judgments(brief, outer),
            intelligence_gaps: brief.intelligence_gaps.iter().map(remark).collect(),
            outlook: brief.outlook.as_ref().map(remark),
            statistics: brief
                .statistics
                .iter()
                .map(|Shown { tlp, value }| StatisticView {
                    label: value.label.clone(),
                    value: value.value.clone(),
                    unit: value.unit.clone(),
                    of: value.of.clone(),
                    period: value.period.as_ref().map(dates::period),
                    source: number(&value.source),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
            events: brief
                .events
                .iter()
                .map(|Shown { tlp, value }| EventView {
                    date: value.date.into(),
                    text: value.text.clone(),
                    source: number(&value.source),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
            quotes: brief
                .quotes
                .iter()
                .map(|Shown { tlp, value }| QuoteView {
                    text: value.text.clone(),
                    person: value.person.clone(),
                    role: value.role.clone(),
                    organisation: value.organisation.clone(),
                    source: number(&value.source),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
            indicators: self.indicators(brief, outer),
            indicator_count: brief.indicators.len(),
            sources: self.sources(&brief.sources, &live, outer),
            image: brief.image.as_ref().map(|Shown { tlp, value }| {
                let path = if value.is_static {
                    value.src.clone()
                } else {
                    format!("{folder}{}", value.src)
                };
                let size = self.size(&path);
                ImageView {
                    url: self.url(&path),
                    alt: value.alt.clone().unwrap_or_default(),
                    credit: value.credit.clone(),
                    width: size.map(|(width, _)| width),
                    height: size.map(|(_, height)| height),
                    tlp: own_marking(*tlp, outer),
                }
            }),
            changelog: brief
                .changelog
                .iter()
                .map(|Shown { tlp, value }| ChangeView {
                    date: value.date.into(),
                    note: value.note.clone(),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
            downloads: self.downloads(brief, &folder),
            share: self.share(brief),
            body: body.html,
            links: body.links,
            toc: body.toc,
            previous: older,
            next: newer,
            related: self.rows_of(&brief.related)?,
            extra: brief.extra.clone(),
        })
    }

    /// A brief's techniques under their tactics, in the order of the matrix.
    fn techniques(&self, brief: &Brief) -> Vec<Column> {
        let named = named_techniques(self.edition, std::iter::once((brief, Counts::ONE)), &[]);
        matrix(self.edition, &named)
    }

    /// The files beside a brief, but for pictures, which its text shows.
    fn downloads(&self, brief: &Brief, folder: &str) -> Vec<DownloadView> {
        brief
            .assets
            .iter()
            .map(|published| &published.asset.path)
            .filter(|path| {
                mime_guess::from_path(path)
                    .first()
                    .is_none_or(|mime| mime.type_() != "image")
            })
            .map(|path| DownloadView {
                title: path.clone(),
                url: self.url(&format!("{folder}{path}")),
                format: path
                    .rsplit('/')
                    .next()
                    .and_then(|name| name.rsplit_once('.'))
                    .map(|(_, extension)| extension.to_uppercase()),
            })
            .collect()
    }

    fn indicators(&self, brief: &Brief, outer: Tlp) -> Vec<IndicatorGroup> {
        let mut groups = Vec::new();
        for kind in IndicatorType::ALL {
            let indicators: Vec<IndicatorView> = brief
                .indicators
                .iter()
                .filter(|entry| entry.value.kind == *kind)
                .map(|Shown { tlp, value }| {
                    (indicator::defang(value.kind, &value.value), tlp, value)
                })
                .map(|(shown, tlp, value)| IndicatorView {
                    defanged: shown != value.value,
                    value: shown,
                    description: value.description.clone(),
                    first_seen: value.first_seen.map(Into::into),
                    valid_until: value.valid_until.map(Into::into),
                    confidence: value.confidence.map(Vocabulary::label),
                    software: value.software.map(|id| self.entity_link(id)),
                    source: value
                        .source
                        .as_deref()
                        .and_then(|id| source_number(&brief.sources, id)),
                    tlp: own_marking(*tlp, outer),
                })
                .collect();
            if !indicators.is_empty() {
                groups.push(IndicatorGroup {
                    title: kind.label(),
                    indicators,
                });
            }
        }
        groups
    }

    /// schema.org `Report` of the brief, and the way to it.
    fn json_ld(&self, brief: &Brief, page: &PageView) -> String {
        let site = &self.edition.site;
        let home = site.absolute("/");
        let report = Report {
            context: SCHEMA,
            kind: "Report",
            headline: &brief.title,
            url: &page.canonical,
            date_published: brief.date.to_string(),
            in_language: &site.language,
            author: brief
                .authors
                .iter()
                .map(|name| Thing::new("Organization", name))
                .collect(),
            about: brief
                .entities
                .iter()
                .map(|id| {
                    let entity = self.edition.entity(*id);
                    Thing {
                        url: Some(site.absolute(&addresses::entity_path(entity))),
                        ..Thing::new("Thing", &entity.name)
                    }
                })
                .collect(),
            conditions_of_access: brief.highest.label(),
            date_modified: brief.updated.map(|updated| updated.to_string()),
            summary: brief.summary.as_deref(),
            report_number: brief.report_number.as_deref(),
            image: page.card.as_deref(),
        };
        let step = |position, name, item| Step {
            kind: "ListItem",
            position,
            name,
            item,
        };
        let briefs = site.absolute("/briefs/");
        let way = Way {
            context: SCHEMA,
            kind: "BreadcrumbList",
            steps: [
                step(1, &site.title, Some(home.as_str())),
                step(2, "Briefs", Some(briefs.as_str())),
                step(3, &brief.title, None),
            ],
        };
        linked_data(&(report, way))
    }
}

/// The vocabulary of the types below.
const SCHEMA: &str = "https://schema.org";

/// schema.org `Report`. Its keys are written out, as they are words that pages may hold.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    url: &'a str,
    #[serde(rename = "datePublished")]
    date_published: String,
    #[serde(rename = "inLanguage")]
    in_language: &'a str,
    author: Vec<Thing<'a>>,
    about: Vec<Thing<'a>>,
    #[serde(rename = "conditionsOfAccess")]
    conditions_of_access: &'static str,
    #[serde(rename = "dateModified", skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(rename = "reportNumber", skip_serializing_if = "Option::is_none")]
    report_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

/// schema.org `Thing`, or one of its kinds.
#[derive(Serialize)]
struct Thing<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl<'a> Thing<'a> {
    fn new(kind: &'static str, name: &'a str) -> Self {
        Self {
            kind,
            name,
            url: None,
        }
    }
}

/// schema.org `BreadcrumbList`.
#[derive(Serialize)]
struct Way<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    steps: [Step<'a>; 3],
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: u8,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
}

fn likelihood(likelihood: Likelihood) -> LikelihoodView {
    let (low, high) = likelihood.percent();
    LikelihoodView {
        term: likelihood.label(),
        low,
        high,
    }
}

fn judgments(brief: &Brief, outer: Tlp) -> Vec<JudgmentView> {
    brief
        .key_judgments
        .iter()
        .map(|Shown { tlp, value }| JudgmentView {
            text: value.text.clone(),
            likelihood: value.likelihood.map(likelihood),
            confidence: value.confidence.map(Vocabulary::label),
            sources: value
                .sources
                .iter()
                .filter_map(|id| source_number(&brief.sources, id))
                .collect(),
            changed_from: value.changed_from.as_ref().map(|previous| ChangedView {
                likelihood: previous.likelihood.map(likelihood),
                confidence: previous.confidence.map(Vocabulary::label),
                date: previous.date.map(Into::into),
            }),
            tlp: own_marking(*tlp, outer),
        })
        .collect()
}

/// The first sentences of a brief without a summary.
pub fn excerpt(brief: &Brief) -> Option<String> {
    const LENGTH: usize = 200;
    let text = markdown::plain_text(&brief.text.body.events);
    let first = text
        .lines()
        .find(|line| line.chars().count() > 40)
        .or_else(|| text.lines().next())?;
    if first.chars().count() <= LENGTH {
        return Some(first.to_owned());
    }
    let cut: String = first.chars().take(LENGTH).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    Some(format!("{}…", &cut[..end]))
}
