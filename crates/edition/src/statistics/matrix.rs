//! Techniques under their tactics, in the order of ATT&CK's matrix.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Brief, Edition, EntityId};
use super::landscape::Counts;
use super::with_ancestors;
use base::kind::EntityKind;

/// How often a technique is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// Briefs that name it itself.
    pub itself: Counts,
    /// Briefs that name it or a sub-technique of it.
    pub counts: Counts,
    /// Whether a profile names it.
    pub profile: bool,
}

/// The techniques under one tactic.
#[derive(Debug)]
pub struct Column {
    /// The tactic's name; none where the site's ATT&CK table does not say.
    pub tactic: Option<String>,
    /// The most frequent first.
    pub cells: Vec<Cell>,
}

/// A technique in a column.
#[derive(Debug)]
pub struct Cell {
    pub technique: EntityId,
    pub named: Named,
    /// Its sub-techniques.
    pub below: Vec<Cell>,
}

/// Counts the techniques of briefs, each of which comes with what it counts to.
pub fn named_techniques<'b>(
    edition: &Edition,
    briefs: impl Iterator<Item = (&'b Brief, Counts)>,
    profile: &[EntityId],
) -> BTreeMap<EntityId, Named> {
    let is_technique = |id: &&EntityId| edition.entity(**id).kind == EntityKind::Technique;
    let mut named: BTreeMap<EntityId, Named> = BTreeMap::new();
    let mut all = Vec::new();
    for (brief, step) in briefs {
        all.clear();
        for id in brief.entities.iter().filter(is_technique) {
            named.entry(*id).or_default().itself.add(step);
            with_ancestors(edition, *id, &mut all);
        }
        for id in &all {
            named.entry(*id).or_default().counts.add(step);
        }
    }
    for id in profile.iter().filter(is_technique) {
        named.entry(*id).or_default().profile = true;
        for parent in &edition.entity(*id).parents {
            named.entry(*parent).or_default();
        }
    }
    named
}

/// Puts techniques under their tactics. A technique with several tactics stands in each column. One
/// that is there for its sub-techniques alone stands where they do.
pub fn matrix(edition: &Edition, named: &BTreeMap<EntityId, Named>) -> Vec<Column> {
    let has = |id: EntityId, tactic: &str| {
        let row = edition.entity(id).technique.as_ref();
        row.is_some_and(|row| row.tactics.iter().any(|other| other == tactic))
    };
    let mut placed: BTreeSet<EntityId> = BTreeSet::new();
    let mut columns = Vec::new();
    for (short, name) in &edition.tactics {
        let shown: BTreeSet<EntityId> =
            named.keys().copied().filter(|id| has(*id, short)).collect();
        placed.extend(&shown);
        columns.push(column(edition, Some(name.clone()), &shown, named));
    }
    let rest: BTreeSet<EntityId> = named
        .keys()
        .copied()
        .filter(|id| !placed.contains(id))
        .collect();
    columns.push(column(edition, None, &rest, named));
    columns.retain(|column| !column.cells.is_empty());
    columns
}

fn column(
    edition: &Edition,
    tactic: Option<String>,
    shown: &BTreeSet<EntityId>,
    named: &BTreeMap<EntityId, Named>,
) -> Column {
    let cell = |id: EntityId, below: Vec<Cell>| Cell {
        technique: id,
        named: named.get(&id).copied().unwrap_or_default(),
        below,
    };
    let parent = |id: EntityId| {
        let parents = &edition.entity(id).parents;
        parents
            .iter()
            .copied()
            .find(|parent| shown.contains(parent))
    };
    let mut below: BTreeMap<EntityId, Vec<Cell>> = BTreeMap::new();
    for id in shown {
        if let Some(parent) = parent(*id) {
            below.entry(parent).or_default().push(cell(*id, Vec::new()));
        }
    }
    let mut cells: Vec<Cell> = shown
        .iter()
        .filter(|id| parent(**id).is_none())
        .filter_map(|id| {
            let mut below = below.remove(id).unwrap_or_default();
            sort(edition, &mut below);
            let own = named
                .get(id)
                .is_some_and(|own| own.profile || own.itself.whole > 0);
            (own || !below.is_empty()).then(|| cell(*id, below))
        })
        .collect();
    sort(edition, &mut cells);
    Column { tactic, cells }
}

/// The most frequent first, then in the order of the ids.
fn sort(edition: &Edition, cells: &mut [Cell]) {
    cells.sort_by(|left, right| {
        (right.named.counts.whole.cmp(&left.named.counts.whole)).then_with(|| {
            let slug = |cell: &Cell| &edition.entity(cell.technique).slug;
            slug(left).cmp(slug(right))
        })
    });
}
