//! What the first page of an entity shows as figures: its briefs over time, the countries that are
//! targeted, techniques, and what goes with it.
//!
//! A brief that names two things says that they go together, not how; a profile says that they do.
//! Each list therefore tells on which of the two it rests.

use std::collections::BTreeSet;

use crate::Renderer;
use crate::drawing;
use crate::shared::own_marking;
use crate::views::{
    CompanionView, CompanyView, CompareLink, Drawing, MatrixCell, MatrixColumn, MatrixView,
};
use base::kind::EntityKind;
use edition::EntityId;
use edition::addresses;
use edition::statistics::{Cell, Column, Counts, matrix, named_techniques, series};
use figures::Frame;
use figures::plot::{self, Bar};

/// How many entities of a kind are listed that stand in the same briefs.
const COMPANIONS: usize = 12;

/// How many steps a cell's ground has.
const STEPS: usize = 5;

impl Renderer<'_> {
    /// The briefs by quarter; none where there is one brief alone.
    pub(super) fn activity(&self, id: EntityId) -> Option<Drawing> {
        let statistics = &self.edition.statistics;
        let activity = statistics.activity.get(id.0 as usize)?;
        let series = series(activity, statistics.last?);
        let briefs: usize = series.iter().map(|(_, count)| count).sum();
        if briefs < 2 {
            return None;
        }
        let period = drawing::period(series.first()?.0, series.last()?.0);
        let labels: Vec<String> = series
            .iter()
            .map(|(quarter, _)| quarter.to_string())
            .collect();
        let data: Vec<Bar<'_>> = labels
            .iter()
            .zip(&series)
            .map(|(label, (_, count))| Bar {
                label,
                value: drawing::number(*count),
                url: None,
            })
            .collect();
        let name = &self.edition.entity(id).name;
        Some(Drawing {
            figure: plot::quarters(
                &Frame {
                    id: "activity",
                    title: "Briefs by quarter",
                    description: &format!("Briefs on {name}, by the quarter of their date."),
                    unit: "briefs",
                    period: Some(&period),
                    count: Some(briefs),
                    csv_url: None,
                },
                &data,
            ),
            period,
            briefs,
        })
    }

    /// The countries that an entity's briefs target, for kinds that have targets.
    pub(super) fn target_map(&self, id: EntityId) -> Option<Drawing> {
        let entity = self.edition.entity(id);
        if !matches!(entity.kind, EntityKind::Actor | EntityKind::Campaign) {
            return None;
        }
        let briefs = entity.briefs.iter().map(|id| {
            let brief = self.edition.brief(*id);
            (brief.entities.as_slice(), Counts::ONE)
        });
        let targets = self
            .edition
            .statistics
            .places
            .targets(self.edition, briefs)
            .countries;
        if targets.is_empty() {
            return None;
        }
        let period = drawing::span(self.edition, &entity.briefs)?;
        Some(Drawing {
            figure: self.world(
                &Frame {
                    id: "targets",
                    title: "Targeted countries",
                    description: &format!(
                        "Briefs on {} that name each country, or a grouping that it lies in.",
                        entity.name
                    ),
                    unit: "briefs",
                    period: Some(&period),
                    count: Some(entity.briefs.len()),
                    csv_url: None,
                },
                &targets,
            ),
            period,
            briefs: entity.briefs.len(),
        })
    }

    /// The techniques of an actor, a campaign or a software under their tactics.
    pub(super) fn entity_matrix(&self, id: EntityId) -> Option<MatrixView> {
        let entity = self.edition.entity(id);
        if !matches!(
            entity.kind,
            EntityKind::Actor | EntityKind::Campaign | EntityKind::Software
        ) {
            return None;
        }
        let briefs = entity
            .briefs
            .iter()
            .map(|id| (self.edition.brief(*id), Counts::ONE));
        let named = named_techniques(self.edition, briefs, &entity.linked);
        self.matrix_view(&matrix(self.edition, &named))
    }

    /// A matrix for a template; none without a technique.
    pub(crate) fn matrix_view(&self, columns: &[Column]) -> Option<MatrixView> {
        let most = columns
            .iter()
            .flat_map(|column| &column.cells)
            .map(|cell| cell.named.counts.whole)
            .max()?;
        let mut named = BTreeSet::new();
        for cell in columns.iter().flat_map(|column| &column.cells) {
            for cell in std::iter::once(cell).chain(&cell.below) {
                if cell.named.profile || cell.named.itself.whole > 0 {
                    named.insert(cell.technique);
                }
            }
        }
        Some(MatrixView {
            columns: columns
                .iter()
                .map(|column| MatrixColumn {
                    title: self.tactic_title(column),
                    cells: column
                        .cells
                        .iter()
                        .map(|cell| self.cell_view(cell, most))
                        .collect(),
                })
                .collect(),
            total: named.len(),
            most,
        })
    }

    /// The heading of a column.
    pub(crate) fn tactic_title(&self, column: &Column) -> String {
        match &column.tactic {
            Some(name) => name.clone(),
            None if self.edition.tactics.is_empty() => "Techniques".to_owned(),
            None => "Other techniques".to_owned(),
        }
    }

    fn cell_view(&self, cell: &Cell, most: usize) -> MatrixCell {
        let count = cell.named.counts.whole;
        MatrixCell {
            entity: self.entity_link(cell.technique),
            count,
            profile: cell.named.profile,
            // A few briefs are few, though they be the most.
            step: (count * STEPS).div_ceil(most.max(STEPS)),
            below: cell
                .below
                .iter()
                .map(|cell| self.cell_view(cell, most))
                .collect(),
        }
    }

    /// What goes with an entity, by kind: what profiles say, and what stands in the same briefs.
    pub(super) fn company(&self, id: EntityId) -> Vec<CompanyView> {
        let entity = self.edition.entity(id);
        EntityKind::ALL
            .iter()
            .filter(|kind| {
                let in_matrix = matches!(
                    entity.kind,
                    EntityKind::Actor | EntityKind::Campaign | EntityKind::Software
                );
                **kind != EntityKind::Technique || !in_matrix
            })
            .filter_map(|kind| {
                let counted = entity.related.get(kind).map_or(&[][..], Vec::as_slice);
                let linked: BTreeSet<EntityId> = entity
                    .linked
                    .iter()
                    .copied()
                    .filter(|id| self.edition.entity(*id).kind == *kind)
                    .collect();
                let most = counted.first().map_or(1, |(_, count)| *count);
                let view = |id: EntityId, count: usize| CompanionView {
                    entity: self.entity_link(id),
                    count,
                    profile: linked.contains(&id),
                    percent: count * 100 / most.max(1),
                };
                // What a profile says is never left out.
                let mut entities: Vec<CompanionView> = counted
                    .iter()
                    .enumerate()
                    .filter(|(at, (id, _))| *at < COMPANIONS || linked.contains(id))
                    .map(|(_, (id, count))| view(*id, *count))
                    .collect();
                let more = counted.len() - entities.len();
                let named: BTreeSet<EntityId> = counted.iter().map(|(id, _)| *id).collect();
                entities.extend(linked.difference(&named).map(|id| view(*id, 0)));
                (!entities.is_empty()).then(|| CompanyView {
                    kind: kind.name(),
                    title: heading(entity.kind, *kind),
                    entities,
                    more,
                })
            })
            .collect()
    }

    /// The comparisons of an actor, those that share most first.
    pub(super) fn comparisons(&self, id: EntityId) -> Vec<CompareLink> {
        let mut links: Vec<(usize, EntityId, CompareLink)> = self
            .edition
            .statistics
            .compared_with(id)
            .map(|(first, second)| {
                let other = if first == id { second } else { first };
                let actor = self.edition.entity(other);
                let shared = self.shared_techniques(first, second);
                let link = CompareLink {
                    title: actor.name.clone(),
                    url: self.url(&addresses::compare_path(self.edition, first, second)),
                    shared,
                    tlp: own_marking(actor.tlp, self.edition.entity(id).tlp),
                };
                (shared, other, link)
            })
            .collect();
        links.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
        links.into_iter().map(|(_, _, link)| link).collect()
    }
}

/// What a list of entities of a kind is on the page of another.
fn heading(page: EntityKind, list: EntityKind) -> &'static str {
    use EntityKind::{Actor, Campaign, Region, Sector, Software, Technique, Vulnerability};
    match (page, list) {
        (Actor, Actor) => "Related actors",
        (Region, Region) => "Regions named with it",
        (Sector, Sector) => "Sectors named with it",
        (Technique, Technique) => "Techniques named with it",
        (Software, Software) => "Software named with it",
        (Vulnerability, Vulnerability) => "Vulnerabilities named with it",
        (Campaign, Campaign) => "Related campaigns",
        (Region | Sector, Actor) => "Who targets it",
        (Technique | Software, Actor) => "Who uses it",
        (Vulnerability, Actor) => "Who exploits it",
        (Campaign, Actor) => "Who is behind it",
        (Actor | Campaign | Region, Sector) | (Software | Technique | Vulnerability, Sector) => {
            "Targeted sectors"
        }
        (_, Region) => "Targeted regions",
        (_, other) => other.plural_title(),
    }
}
