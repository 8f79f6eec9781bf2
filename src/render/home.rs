//! The first page: the latest briefs, and what the library says in figures.

use std::collections::{BTreeMap, BTreeSet};

use super::Renderer;
use super::views::{AlignmentView, CountedEntity, HomeView, KindCount, Share};
use crate::diagnostic::Diagnostic;
use crate::edition::model::{Brief, brief_id_of};
use crate::edition::{BriefId, EntityId};
use crate::figures;
use crate::kind::EntityKind;
use crate::load::dates::{quarter, quarter_before};
use crate::marking::Tlp;

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
        let view = HomeView {
            latest: self.rows_of(&latest),
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

    /// The share of briefs by alignment in the last two quarters, counted back from the newest brief.
    fn alignment(&self) -> Option<AlignmentView> {
        let last = quarter(self.edition.briefs.first()?.date.day());
        let before = quarter_before(last);
        let recent: Vec<&Brief> = self
            .edition
            .briefs
            .iter()
            .take_while(|brief| quarter(brief.date.day()) >= before)
            .collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut aligned = 0;
        for brief in &recent {
            let alignments = self.alignments(brief);
            aligned += usize::from(!alignments.is_empty());
            for alignment in alignments {
                *counts.entry(alignment).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        if counts.is_empty() {
            return None;
        }
        let total = recent.len();
        #[allow(clippy::cast_precision_loss)] // counts of briefs
        let share = |count: usize| count as f64 * 100.0 / total as f64;
        let period = format!("{}-Q{} and {}-Q{}", before.0, before.1, last.0, last.1);
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
            aligned,
            shares: counts
                .into_iter()
                .map(|(name, count)| Share {
                    name,
                    count,
                    percent: format!("{:.1}", share(count)),
                })
                .collect(),
        })
    }

    /// The alignments of a brief: of its actors' profiles, and of its own attributions.
    fn alignments(&self, brief: &Brief) -> BTreeSet<String> {
        let of_actors = brief.entities.iter().filter_map(|id| {
            let entity = self.edition.entity(*id);
            if entity.kind != EntityKind::Actor {
                return None;
            }
            entity.profile.as_ref()?.facts.alignment.clone()
        });
        let own = brief
            .attribution
            .iter()
            .filter_map(|entry| entry.value.alignment.clone());
        of_actors.chain(own).collect()
    }
}
