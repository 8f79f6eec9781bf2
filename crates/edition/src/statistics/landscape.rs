//! The library as a whole: whom its briefs name, by which means, against whom, and when.
//!
//! Revoked briefs are left out: what they said was taken back.

use std::collections::BTreeMap;

use super::super::model::{Brief, Edition, EntityId};
use super::alignment::{self, Alignment, AlignmentTally};
use super::matrix::{Named, named_techniques};
use super::places::{Members, Targets};
use super::quarters::{self, Quarter};
use super::{ids, with_ancestors};
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::BriefStatus;

/// A number of briefs, for the whole library and for two parts of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the last two quarters.
    pub recent: usize,
    /// In the two quarters before.
    pub before: usize,
    pub whole: usize,
}

impl Counts {
    /// One brief, whenever it was.
    pub const ONE: Self = Self {
        recent: 0,
        before: 0,
        whole: 1,
    };

    pub fn add(&mut self, other: Self) {
        self.recent += other.recent;
        self.before += other.before;
        self.whole += other.whole;
    }
}

/// Two quarters that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: Quarter,
    pub last: Quarter,
}

impl Window {
    fn up_to(last: Quarter) -> Self {
        Self {
            first: last.before(),
            last,
        }
    }

    fn holds(self, quarter: Quarter) -> bool {
        (self.first..=self.last).contains(&quarter)
    }
}

/// An entity with the number of briefs that name it or what lies in it.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    pub entity: EntityId,
    pub counts: Counts,
}

/// The counts of a library. The sum of all is in `briefs`.
#[derive(Debug)]
pub struct Landscape {
    pub recent: Window,
    pub before: Window,
    /// The quarter of the oldest brief.
    pub first: Quarter,
    /// How many briefs are counted.
    pub briefs: Counts,
    /// How many were revoked and are not.
    pub revoked: usize,
    /// Briefs by quarter.
    pub quarters: Vec<(Quarter, usize)>,
    /// Those that are stated first, the most frequent first.
    pub alignments: Vec<AlignmentTally>,
    pub targets: Targets,
    pub sectors: Vec<Tally>,
    pub techniques: BTreeMap<EntityId, Named>,
    pub actors: Vec<Tally>,
    /// How many briefs name a country, a sector, a technique, an actor.
    pub with_targets: Counts,
    pub with_sectors: Counts,
    pub with_techniques: Counts,
    pub with_actors: Counts,
    /// The highest level of a brief that is counted, and of what it names.
    pub tlp: Tlp,
}

impl Landscape {
    /// None without a brief that counts.
    pub fn of(edition: &Edition, members: &Members) -> Option<Self> {
        let briefs: Vec<&Brief> = edition
            .briefs
            .iter()
            .map(AsRef::as_ref)
            .filter(|brief: &&Brief| brief.status != BriefStatus::Revoked)
            .collect();
        let quarter = |brief: &Brief| Quarter::of(brief.date.day());
        let last = quarter(briefs.first()?);
        let first = quarter(briefs.last()?);
        let recent = Window::up_to(last);
        let before = Window::up_to(recent.first.before());
        let step = |brief: &Brief| Counts {
            recent: usize::from(recent.holds(quarter(brief))),
            before: usize::from(before.holds(quarter(brief))),
            whole: 1,
        };
        let steps = || briefs.iter().map(|brief| (*brief, step(brief)));

        let activity = by_quarter(briefs.iter().rev().map(|brief| quarter(brief)));
        let series = quarters::series(&activity, last);
        let places: BTreeMap<Quarter, usize> = series
            .iter()
            .enumerate()
            .map(|(at, (quarter, _))| (*quarter, at))
            .collect();
        let mut alignments: BTreeMap<Alignment, AlignmentTally> = BTreeMap::new();
        for (brief, step) in steps() {
            for alignment in alignment::of_brief(edition, brief) {
                let tally = alignments
                    .entry(alignment.clone())
                    .or_insert_with(|| AlignmentTally {
                        alignment,
                        counts: Counts::default(),
                        by_quarter: vec![0; series.len()],
                    });
                tally.counts.add(step);
                if let Some(at) = places.get(&quarter(brief)) {
                    tally.by_quarter[*at] += 1;
                }
            }
        }
        let mut alignments: Vec<AlignmentTally> = alignments.into_values().collect();
        alignments.sort_by(|left, right| {
            let stated = |tally: &AlignmentTally| matches!(tally.alignment, Alignment::Stated(_));
            (stated(right).cmp(&stated(left))).then_with(|| match stated(left) {
                true => (right.counts.whole.cmp(&left.counts.whole))
                    .then_with(|| left.alignment.cmp(&right.alignment)),
                false => left.alignment.cmp(&right.alignment),
            })
        });

        let with = |kind: EntityKind| {
            let mut counts = Counts::default();
            for (brief, step) in steps() {
                let names = |id: &EntityId| edition.entity(*id).kind == kind;
                if brief.entities.iter().any(names) {
                    counts.add(step);
                }
            }
            counts
        };
        Some(Self {
            recent,
            before,
            first,
            briefs: steps().fold(Counts::default(), |mut all, (_, step)| {
                all.add(step);
                all
            }),
            revoked: edition.briefs.len() - briefs.len(),
            quarters: series,
            alignments,
            targets: members.targets(
                edition,
                steps().map(|(brief, step)| (brief.entities.as_slice(), step)),
            ),
            sectors: tallies(edition, EntityKind::Sector, steps()),
            techniques: named_techniques(edition, steps(), &[]),
            actors: tallies(edition, EntityKind::Actor, steps()),
            with_targets: with(EntityKind::Region),
            with_sectors: with(EntityKind::Sector),
            with_techniques: with(EntityKind::Technique),
            with_actors: with(EntityKind::Actor),
            tlp: briefs
                .iter()
                .map(|brief| counted_tlp(edition, brief))
                .fold(Tlp::Clear, Ord::max),
        })
    }
}

/// The highest level of what a brief's numbers come from: the brief, what it names, and whom it
/// attributes to.
fn counted_tlp(edition: &Edition, brief: &Brief) -> Tlp {
    let entities = brief.entities.iter().map(|id| edition.entity(*id).tlp);
    let attributions = brief.attribution.iter().map(|entry| entry.tlp);
    entities.chain(attributions).fold(brief.tlp, Ord::max)
}

fn by_quarter(quarters: impl Iterator<Item = Quarter>) -> Vec<(Quarter, usize)> {
    let mut counts: BTreeMap<Quarter, usize> = BTreeMap::new();
    for quarter in quarters {
        *counts.entry(quarter).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// The entities of a kind with their briefs, the most frequent first.
fn tallies<'b>(
    edition: &Edition,
    kind: EntityKind,
    briefs: impl Iterator<Item = (&'b Brief, Counts)>,
) -> Vec<Tally> {
    let mut counts: Vec<Counts> = vec![Counts::default(); edition.entities.len()];
    let mut all = Vec::new();
    for (brief, step) in briefs {
        all.clear();
        for id in &brief.entities {
            if edition.entity(*id).kind == kind {
                with_ancestors(edition, *id, &mut all);
            }
        }
        for id in &all {
            counts[id.0 as usize].add(step);
        }
    }
    let mut tallies: Vec<Tally> = ids(edition)
        .zip(counts)
        .filter(|(_, counts)| counts.whole > 0)
        .map(|(entity, counts)| Tally { entity, counts })
        .collect();
    tallies.sort_by(|left, right| {
        let key = |tally: &Tally| (tally.counts.whole, tally.counts.recent);
        (key(right).cmp(&key(left))).then(left.entity.cmp(&right.entity))
    });
    tallies
}
