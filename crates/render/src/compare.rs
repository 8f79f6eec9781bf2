//! The page that compares the techniques of two actors.

use std::collections::BTreeMap;

use super::Renderer;
use super::views::{Basis, CompareCell, CompareColumn, CompareRow, CompareView};
use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use base::marking::Tlp;
use edition::EntityId;
use edition::addresses;
use edition::statistics::{Cell, Counts, Named, State, compared, matrix};

impl Renderer<'_> {
    pub(super) fn compare(
        &self,
        path: &str,
        first: EntityId,
        second: EntityId,
    ) -> Result<String, Diagnostic> {
        let states = compared(self.edition, first, second);
        let [one, other] = [first, second].map(|id| self.edition.entity(id));
        // It tells which briefs name each actor with each technique.
        let tlp = [one, other].into_iter().fold(Tlp::Clear, |tlp, actor| {
            self.highest(&actor.briefs, tlp.max(actor.tlp))
        });
        let tlp = self.highest_entity(states.keys(), tlp);
        let title = format!("{} and {} compared", one.name, other.name);
        let mut page = self.page_view(path, &title, "compare", tlp);
        page.description = Some(format!(
            "Techniques of {} and {}: what both use, and what only one does.",
            one.name, other.name
        ));
        page.breadcrumbs = vec![
            self.breadcrumb(
                EntityKind::Actor.plural_title(),
                &format!("/{}/", EntityKind::Actor.folder()),
            ),
            self.breadcrumb(&one.name, &addresses::entity_path(one)),
        ];
        let count = |wanted: State| states.values().filter(|state| **state == wanted).count();
        let view = CompareView {
            first: self.entity_link(first),
            second: self.entity_link(second),
            only_first: count(State::First),
            both: count(State::Both),
            only_second: count(State::Second),
            columns: self.compare_columns(&states),
            rows: self.compare_rows(&states, first, second),
        };
        self.with_template("compare.html", path, &page, "compare", &view)
    }

    /// How many techniques two actors have in common.
    pub(super) fn shared_techniques(&self, first: EntityId, second: EntityId) -> usize {
        compared(self.edition, first, second)
            .values()
            .filter(|state| **state == State::Both)
            .count()
    }

    fn compare_columns(&self, states: &BTreeMap<EntityId, State>) -> Vec<CompareColumn> {
        let mut named: BTreeMap<EntityId, Named> = BTreeMap::new();
        for id in states.keys() {
            // All weigh the same, so that a column is in the order of the ids.
            named.entry(*id).or_default().itself = Counts::ONE;
            for parent in &self.edition.entity(*id).parents {
                named.entry(*parent).or_default();
            }
        }
        matrix(self.edition, &named)
            .iter()
            .map(|column| CompareColumn {
                title: self.tactic_title(column),
                cells: column
                    .cells
                    .iter()
                    .map(|cell| self.compare_cell(cell, states))
                    .collect(),
            })
            .collect()
    }

    fn compare_cell(&self, cell: &Cell, states: &BTreeMap<EntityId, State>) -> CompareCell {
        CompareCell {
            entity: self.entity_link(cell.technique),
            state: states.get(&cell.technique).map(|state| word(*state)),
            below: cell
                .below
                .iter()
                .map(|cell| self.compare_cell(cell, states))
                .collect(),
        }
    }

    fn compare_rows(
        &self,
        states: &BTreeMap<EntityId, State>,
        first: EntityId,
        second: EntityId,
    ) -> Vec<CompareRow> {
        let counts = |actor: EntityId| -> BTreeMap<EntityId, usize> {
            let related = &self.edition.entity(actor).related;
            related
                .get(&EntityKind::Technique)
                .into_iter()
                .flatten()
                .copied()
                .collect()
        };
        let (of_first, of_second) = (counts(first), counts(second));
        let basis = |actor: EntityId, counts: &BTreeMap<EntityId, usize>, id: &EntityId| Basis {
            count: counts.get(id).copied().unwrap_or_default(),
            profile: self.edition.entity(actor).linked.contains(id),
        };
        let mut rows: Vec<(&str, CompareRow)> = states
            .iter()
            .map(|(id, state)| {
                let row = CompareRow {
                    entity: self.entity_link(*id),
                    state: word(*state),
                    tactics: self.tactics(*id),
                    first: basis(first, &of_first, id),
                    second: basis(second, &of_second, id),
                };
                (self.edition.entity(*id).slug.as_str(), row)
            })
            .collect();
        rows.sort_by_key(|(slug, _)| *slug);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The names of a technique's tactics, with commas.
    fn tactics(&self, id: EntityId) -> String {
        let row = self.edition.entity(id).technique.as_ref();
        let has = |short: &String| row.is_some_and(|row| row.tactics.contains(short));
        let names: Vec<&str> = self
            .edition
            .tactics
            .iter()
            .filter(|(short, _)| has(short))
            .map(|(_, name)| name.as_str())
            .collect();
        names.join(", ")
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::First => "first",
        State::Both => "both",
        State::Second => "second",
    }
}
