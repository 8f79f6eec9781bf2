//! Entries of front matter, as an edition shows them.

use super::Scope;
use ::library::model as library;
use ::library::model::{Attribution, Indicator, Judgment, Marked};
use edition::model::{EntityId, Shown};

/// What an entry rests on, by the id of a source.
type RestsOn<T> = fn(&T) -> Option<&str>;

/// For what rests on no source.
pub fn nothing<T>(_: &T) -> Option<&str> {
    None
}

/// The visible of some entries, each rewritten for the edition; none where it cannot be.
pub fn shown<'e, T: Clone + 'e, U>(
    entries: impl IntoIterator<Item = &'e Marked<T>>,
    kind: &'static str,
    rests_on: RestsOn<T>,
    scope: &mut Scope,
    mut rewrite: impl FnMut(T) -> Option<U>,
) -> Vec<Shown<U>> {
    let mut kept = Vec::new();
    for entry in entries {
        let value = scope
            .sight
            .sees(entry, rests_on(&entry.value))
            .then(|| rewrite(entry.value.clone()))
            .flatten();
        match value {
            Some(value) => kept.push(Shown {
                tlp: entry.marking.tlp,
                value,
            }),
            None => scope.count(kind, 1),
        }
    }
    kept
}

/// Entries that name nothing and are shown as they are.
pub fn plain<'e, T: Clone + 'e>(
    entries: impl IntoIterator<Item = &'e Marked<T>>,
    kind: &'static str,
    rests_on: RestsOn<T>,
    scope: &mut Scope,
) -> Vec<Shown<T>> {
    shown(entries, kind, rests_on, scope, Some)
}

/// Judgments with the sources that are left.
pub fn judgments(entries: &[Marked<Judgment>], scope: &mut Scope) -> Vec<Shown<Judgment>> {
    let mut kept = Vec::new();
    for entry in entries {
        if !scope.sight.sees_judgment(entry) {
            scope.count("key judgment", 1);
            continue;
        }
        let mut value = entry.value.clone();
        value.sources.retain(|id| !scope.sight.hides_source(id));
        kept.push(Shown {
            tlp: entry.marking.tlp,
            value,
        });
    }
    kept
}

/// Attributions. One to a withheld actor says nothing without the actor, and its alignment would
/// tell of it.
pub fn attributions<'e>(
    entries: impl IntoIterator<Item = &'e Marked<Attribution<library::EntityId>>>,
    scope: &mut Scope,
) -> Vec<Shown<Attribution<EntityId>>> {
    let visible = scope.visible;
    shown(
        entries,
        "attribution",
        |entry| entry.source.as_deref(),
        scope,
        |entry| {
            let Attribution {
                actor,
                alignment,
                basis,
                confidence,
                source,
            } = entry;
            let actor = match actor {
                None => None,
                Some(id) => Some(visible.entity(id)?),
            };
            Some(Attribution {
                actor,
                alignment,
                basis,
                confidence,
                source,
            })
        },
    )
}

/// Indicators; the name of a withheld software is left out.
pub fn indicators<'e>(
    entries: impl IntoIterator<Item = &'e Marked<Indicator<library::EntityId>>>,
    scope: &mut Scope,
) -> Vec<Shown<Indicator<EntityId>>> {
    let visible = scope.visible;
    shown(
        entries,
        "indicator",
        |entry| entry.source.as_deref(),
        scope,
        |entry| {
            let Indicator {
                kind,
                value,
                description,
                first_seen,
                valid_until,
                confidence,
                software,
                source,
            } = entry;
            Some(Indicator {
                kind,
                value,
                description,
                first_seen,
                valid_until,
                confidence,
                software: software.and_then(|id| visible.entity(id)),
                source,
            })
        },
    )
}
