//! The first page: the latest briefs, and what the library says in figures.

use serde_json::json;

use super::Renderer;
use super::drawing;
use super::shared::linked_data;
use super::views::{AlignmentView, CountedEntity, HomeView, KindCount, Share};
use base::diagnostic::Diagnostic;
use edition::model::brief_id_of;
use edition::statistics::Alignment;
use edition::{BriefId, EntityId};

use base::kind::EntityKind;
use base::marking::Tlp;

/// How many briefs the first page shows.
const LATEST: usize = 8;
/// How many entities each of its lists shows.
const TOP: usize = 8;

impl Renderer<'_> {
    pub(super) fn home(&self, path: &str) -> Result<String, Diagnostic> {
        let latest: Vec<BriefId> = (0..self.edition.briefs.len())
            .map(brief_id_of)
            .take(LATEST)
            .collect();
        let [actors, regions, techniques] =
            [EntityKind::Actor, EntityKind::Region, EntityKind::Technique]
                .map(|kind| self.top(kind));
        let named = actors
            .iter()
            .chain(&regions)
            .chain(&techniques)
            .map(|(_, id)| id);
        let tlp = self.highest_entity(named, self.highest(&latest, Tlp::Clear));
        let mut page = self.page_view(path, &self.edition.site.title, "home", tlp);
        page.atom_url = Some(self.url("/atom.xml"));
        page.json_feed_url = Some(self.url("/feed.json"));
        page.data = self.data(exchange::FOLDER);
        page.json_ld = Some(self.site_data());
        page.description = self.contents();
        let view = HomeView {
            latest: self.rows_of(&latest)?,
            briefs_url: self.url("/briefs/"),
            brief_count: self.edition.briefs.len(),
            kinds: EntityKind::ALL
                .iter()
                .map(|kind| KindCount {
                    name: kind.name(),
                    title: kind.plural_title(),
                    url: self.url(&format!("/{}/", kind.folder())),
                    count: self.edition.of_kind(*kind).count(),
                })
                .filter(|kind| kind.count > 0)
                .collect(),
            alignment: self.alignment(),
            top_actors: self.counted(&actors),
            top_regions: self.counted(&regions),
            top_techniques: self.counted(&techniques),
        };
        self.with_template("home.html", path, &page, "home", &view)
    }

    /// What the edition holds, in a sentence; none without briefs.
    fn contents(&self) -> Option<String> {
        let counted = |count: usize, one: &str, more: &str| {
            format!("{count} {}", if count == 1 { one } else { more })
        };
        let kinds: Vec<String> = EntityKind::ALL
            .iter()
            .map(|kind| (kind, self.edition.of_kind(*kind).count()))
            .filter(|(_, count)| *count > 0)
            .take(4)
            .map(|(kind, count)| {
                let plural = kind.plural_title().to_lowercase();
                counted(count, kind.name(), &plural)
            })
            .collect();
        let briefs = counted(self.edition.briefs.len(), "brief", "briefs");
        match kinds.split_last() {
            _ if self.edition.briefs.is_empty() => None,
            None => Some(format!("{briefs}.")),
            Some((last, [])) => Some(format!("{briefs} on {last}.")),
            Some((last, others)) => Some(format!("{briefs} on {} and {last}.", others.join(", "))),
        }
    }

    /// schema.org `WebSite`, with its search.
    fn site_data(&self) -> String {
        let site = &self.edition.site;
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site.title,
            "url": site.absolute("/"),
            "inLanguage": site.language,
        });
        if let (true, Some(object)) = (site.search, data.as_object_mut()) {
            let address = site.absolute(search::FOLDER);
            object.insert(
                "potentialAction".to_owned(),
                json!({
                    "@type": "SearchAction",
                    "target": { "@type": "EntryPoint", "urlTemplate": format!("{address}?q={{search_term_string}}") },
                    "query-input": "required name=search_term_string",
                }),
            );
        }
        linked_data(&data)
    }

    /// The entities that most briefs name, with the number of briefs.
    fn top(&self, kind: EntityKind) -> Vec<(usize, EntityId)> {
        let mut counted: Vec<_> = self
            .edition
            .of_kind(kind)
            .map(|(id, entity)| (entity.direct, id))
            .filter(|(count, _)| *count > 0)
            .collect();
        counted.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
        counted.truncate(TOP);
        counted
    }

    fn counted(&self, entities: &[(usize, EntityId)]) -> Vec<CountedEntity> {
        entities
            .iter()
            .map(|(count, id)| CountedEntity {
                entity: self.entity_link(*id),
                count: *count,
            })
            .collect()
    }

    /// The share of briefs by alignment in the last two quarters, as the landscape counts them.
    fn alignment(&self) -> Option<AlignmentView> {
        let landscape = self.edition.statistics.landscape.as_ref()?;
        let total = landscape.briefs.recent;
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut without = 0;
        for tally in &landscape.alignments {
            match &tally.alignment {
                Alignment::Stated(name) if tally.counts.recent > 0 => {
                    counts.push((name.clone(), tally.counts.recent));
                }
                Alignment::Stated(_) => {}
                Alignment::Unknown | Alignment::NoActor => without += tally.counts.recent,
            }
        }
        counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        if counts.is_empty() {
            return None;
        }
        let share = |count: usize| drawing::number(count) * 100.0 / drawing::number(total);
        let period = format!("{} and {}", landscape.recent.first, landscape.recent.last);
        let data: Vec<(String, f64)> = counts
            .iter()
            .map(|(name, count)| (name.clone(), (share(*count) * 10.0).round() / 10.0))
            .collect();
        Some(AlignmentView {
            figure: figures::bars(
                &format!("Share of briefs by alignment, {period}"),
                "%",
                "alignment",
                &data,
            ),
            period,
            briefs: total,
            aligned: total - without,
            shares: counts
                .into_iter()
                .map(|(name, count)| Share {
                    percent: drawing::percent(count, total),
                    name,
                    count,
                })
                .collect(),
        })
    }
}
