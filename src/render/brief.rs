//! The page of a brief.

use serde_json::json;

use super::Renderer;
use super::dates;
use super::markings::rating;
use super::shared::{linked_data, live_targets, own_marking, source_number, status_word};
use super::views::{
    BriefView, ChangeView, ChangedView, DownloadView, EventView, ImageView, IndicatorGroup,
    IndicatorView, JudgmentView, LikelihoodView, LinkView, PageView, QuoteView, RemarkView,
    StatisticView,
};
use crate::diagnostic::Diagnostic;
use crate::edition::model::{Brief, brief_id_of};
use crate::edition::statistics::{Column, Counts, matrix, named_techniques};
use crate::edition::{BriefId, Shown};
use crate::intel::indicator;
use crate::intel::vocabulary::{IndicatorType, Likelihood, Vocabulary};
use crate::kind::EntityKind;
use crate::markdown;
use crate::marking::Tlp;
use crate::plan;

/// Words that a reader takes in within a minute.
const WORDS_PER_MINUTE: usize = 220;

impl Renderer<'_> {
    pub(super) fn brief(&self, path: &str, id: BriefId) -> Result<String, Diagnostic> {
        let brief = self.edition.brief(id);
        // The page carries the marking of all that it shows, the titles of other briefs included.
        let at = id.0 as usize;
        let neighbours = [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.edition.briefs.get(at))
            .map(|brief| brief.tlp);
        let others = brief.supersedes.iter().chain(&brief.superseded_by);
        let tlp = neighbours
            .chain(others.map(|id| self.edition.brief(*id).tlp))
            .fold(self.highest(&brief.related, brief.highest), Ord::max);
        let tlp = self.highest_entity(&brief.entities, tlp);
        // A sub-technique stands below its technique, named by the brief or not.
        let columns = self.techniques(brief);
        let shown = columns.iter().flat_map(|column| &column.cells);
        let tlp = self.highest_entity(shown.map(|cell| &cell.technique), tlp);
        let mut page = self.page_view(path, &brief.title, "brief", tlp);
        page.description = brief.summary.clone().or_else(|| excerpt(brief));
        page.breadcrumbs = vec![self.breadcrumb("Briefs", "/briefs/")];
        page.card = self.card_address(Some(id));
        page.json_ld = Some(self.json_ld(brief, &page));
        self.with_template("brief.html", path, &page, "brief", &self.brief_view(id))
    }

    fn brief_view(&self, id: BriefId) -> BriefView {
        let brief = self.edition.brief(id);
        let outer = brief.tlp;
        let folder = plan::brief_path(brief);
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
        BriefView {
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
            related: brief
                .related
                .iter()
                .map(|id| self.brief_row(self.edition.brief(*id)))
                .collect(),
            extra: brief.extra.clone(),
        }
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
        let about: Vec<_> = brief
            .entities
            .iter()
            .map(|id| {
                let entity = self.edition.entity(*id);
                json!({ "@type": "Thing", "name": entity.name, "url": self.edition.site.absolute(&plan::entity_path(entity)) })
            })
            .collect();
        let authors: Vec<_> = brief
            .authors
            .iter()
            .map(|name| json!({ "@type": "Organization", "name": name }))
            .collect();
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": "Report",
            "headline": brief.title,
            "url": page.canonical,
            "datePublished": brief.date.to_string(),
            "inLanguage": self.edition.site.language,
            "author": authors,
            "about": about,
            "conditionsOfAccess": brief.highest.label(),
        });
        if let Some(object) = data.as_object_mut() {
            if let Some(updated) = brief.updated {
                object.insert("dateModified".to_owned(), updated.to_string().into());
            }
            if let Some(summary) = &brief.summary {
                object.insert("abstract".to_owned(), summary.as_str().into());
            }
            if let Some(number) = &brief.report_number {
                object.insert("reportNumber".to_owned(), number.as_str().into());
            }
        }
        if let (Some(object), Some(card)) = (data.as_object_mut(), &page.card) {
            object.insert("image".to_owned(), card.as_str().into());
        }
        let site = &self.edition.site;
        let way = json!({
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                { "@type": "ListItem", "position": 1, "name": site.title, "item": site.absolute("/") },
                { "@type": "ListItem", "position": 2, "name": "Briefs", "item": site.absolute("/briefs/") },
                { "@type": "ListItem", "position": 3, "name": brief.title },
            ],
        });
        linked_data(&json!([data, way]))
    }
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
