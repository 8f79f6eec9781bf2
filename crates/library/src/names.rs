//! The index of names: what text leads to which entity.
//!
//! In: names, aliases, ids and slugs of entities. Out: the one entity that a text names, or why
//! there is not one. Case, width, punctuation and the form of Unicode do not count: [`fold`].
//!
//! A name that not every reader may know to be an entity's is [`restricted`](Names::restrict). Where
//! something names it, an entity of its own stands in its place, and each edition decides which of
//! the two it has.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::model::EntityId;
pub use base::fold::fold;
use base::kind::EntityKind;

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    One(EntityId),
    /// Two or more, in the order of their ids.
    Several(Vec<EntityId>),
    Nothing,
}

/// Texts and the entities that they lead to.
#[derive(Debug, Default)]
pub struct Names {
    /// Ids that are unique by themselves: ATT&CK ids, codes of places, CVE ids.
    ids: HashMap<(EntityKind, String), EntityId>,
    slugs: HashMap<(EntityKind, String), EntityId>,
    names: HashMap<String, BTreeSet<(EntityKind, EntityId)>>,
    /// Names of entities that not every reader may know to be theirs, and what stands for the entity
    /// where one is written.
    restricted: HashMap<(EntityId, String), Option<EntityId>>,
}

impl Names {
    pub fn add_id(&mut self, kind: EntityKind, id: &str, entity: EntityId) {
        self.ids
            .entry((kind, plain(id).to_uppercase()))
            .or_insert(entity);
    }

    pub fn add_slug(&mut self, kind: EntityKind, slug: &str, entity: EntityId) {
        self.slugs
            .entry((kind, plain(slug).to_lowercase()))
            .or_insert(entity);
    }

    pub fn add_name(&mut self, kind: EntityKind, name: &str, entity: EntityId) {
        self.names
            .entry(fold(name))
            .or_default()
            .insert((kind, entity));
    }

    /// Notes that not every reader may know this name to be the entity's.
    pub fn restrict(&mut self, entity: EntityId, name: &str) {
        self.restricted.insert((entity, fold(name)), None);
    }

    /// Whether a text names an entity by a name that is restricted, and nothing stands for it yet.
    pub fn lacks_stand_in(&self, entity: EntityId, text: &str) -> bool {
        !self.restricted.is_empty() && self.restricted.get(&(entity, fold(text))) == Some(&None)
    }

    /// Puts an entity in the place of another where a restricted name leads to that.
    pub fn stand_in(&mut self, entity: EntityId, name: &str, other: EntityId) {
        self.restricted.insert((entity, fold(name)), Some(other));
    }

    /// The entity that stands for another under this name, else the other.
    fn shown(&self, entity: EntityId, folded: &str) -> EntityId {
        if self.restricted.is_empty() {
            return entity;
        }
        let stand_in = self.restricted.get(&(entity, folded.to_owned()));
        stand_in.copied().flatten().unwrap_or(entity)
    }

    /// The entity of one kind that a text names.
    pub fn of_kind(&self, kind: EntityKind, text: &str) -> Named {
        self.find(kind, &mut Forms::of(text), self.by_address(text))
    }

    fn find(
        &self,
        kind: EntityKind,
        forms: &mut Forms,
        address: Option<(EntityKind, EntityId)>,
    ) -> Named {
        forms.upper.0 = kind;
        if let Some(entity) = self.ids.get(&forms.upper) {
            return Named::One(self.shown(*entity, &forms.folded));
        }
        if let Some((_, entity)) = address.filter(|(other, _)| *other == kind) {
            return Named::One(entity);
        }
        let found: Vec<EntityId> = self
            .names
            .get(&forms.folded)
            .into_iter()
            .flatten()
            .filter(|(other, _)| *other == kind)
            .map(|(_, entity)| *entity)
            .collect();
        match found.as_slice() {
            [entity] => Named::One(self.shown(*entity, &forms.folded)),
            [] => {
                forms.lower.0 = kind;
                match self.slugs.get(&forms.lower) {
                    Some(entity) => Named::One(self.shown(*entity, &forms.folded)),
                    None => Named::Nothing,
                }
            }
            _ => Named::Several(found),
        }
    }

    /// The entity that `actors/lazarus-group` names: whatever else is called so, that is one.
    fn by_address(&self, text: &str) -> Option<(EntityKind, EntityId)> {
        let (folder, slug) = text.trim().trim_matches('/').split_once('/')?;
        let kind = EntityKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.folder() == folder)?;
        self.slugs
            .get(&(kind, plain(slug).to_lowercase()))
            .map(|entity| (kind, self.shown(*entity, &fold(slug))))
    }

    /// The entity of any kind that a text names; `actors/lazarus-group` says the kind.
    pub fn any(&self, text: &str) -> Named {
        if let Some((_, entity)) = self.by_address(text) {
            return Named::One(entity);
        }
        let mut found: BTreeSet<EntityId> = BTreeSet::new();
        let mut forms = Forms::of(text);
        for kind in EntityKind::ALL {
            match self.find(*kind, &mut forms, None) {
                Named::One(entity) => {
                    found.insert(entity);
                }
                Named::Several(entities) => found.extend(entities),
                Named::Nothing => {}
            }
        }
        let mut found: Vec<EntityId> = found.into_iter().collect();
        match (found.pop(), found.is_empty()) {
            (None, _) => Named::Nothing,
            (Some(entity), true) => Named::One(entity),
            (Some(entity), false) => {
                found.push(entity);
                Named::Several(found)
            }
        }
    }
}

/// A text as the tables have it; the kind is that of the last look.
struct Forms {
    upper: (EntityKind, String),
    lower: (EntityKind, String),
    folded: String,
}

impl Forms {
    fn of(text: &str) -> Self {
        let plain = plain(text);
        Self {
            upper: (EntityKind::Actor, plain.to_uppercase()),
            lower: (EntityKind::Actor, plain.to_lowercase()),
            folded: fold(text),
        }
    }
}

/// A text in one form of Unicode and one width, without spaces around it.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// Pairs of names that are nearly the same, each name paired with its nearest neighbours. Names that
/// differ only in digits (APT28, APT29) are not near. Cost grows with the number of names, not with
/// that of the pairs: names meet when taking away a letter makes them the same.
pub fn near_pairs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<(&'a str, &'a str)> {
    let mut by_key: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for name in names {
        let folded: Vec<char> = fold(name).chars().collect();
        if folded.len() < 5 || folded.len() > 64 {
            continue;
        }
        let mut keys: BTreeSet<String> = BTreeSet::from([folded.iter().collect()]);
        for skipped in 0..folded.len() {
            keys.insert(
                folded
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != skipped)
                    .map(|(_, letter)| letter)
                    .collect(),
            );
        }
        for key in keys {
            by_key.entry(key).or_default().push(name);
        }
    }
    let mut pairs: BTreeSet<(&'a str, &'a str)> = BTreeSet::new();
    for group in by_key.values().filter(|group| group.len() > 1) {
        // A key that many names share says nothing about any two of them.
        for (at, left) in group.iter().enumerate().take(16) {
            for right in group.iter().skip(at + 1).take(16) {
                let (one, other) = (fold(left), fold(right));
                let letters = |name: &str| {
                    name.chars()
                        .filter(|letter| !letter.is_numeric())
                        .collect::<String>()
                };
                let digits = |name: &str| {
                    name.chars()
                        .filter(|letter| letter.is_numeric())
                        .collect::<String>()
                };
                let near = one != other && strsim::damerau_levenshtein(&one, &other) == 1;
                if near && letters(&one) != letters(&other) && digits(&one) == digits(&other) {
                    pairs.insert(if left < right {
                        (left, right)
                    } else {
                        (right, left)
                    });
                }
            }
        }
    }
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_do_not_count() {
        let mut names = Names::default();
        names.add_name(EntityKind::Actor, "Lazarus Group", EntityId(1));
        assert_eq!(names.any("LAZARUS-GROUP"), Named::One(EntityId(1)));
        assert_eq!(
            names.of_kind(EntityKind::Software, "Lazarus Group"),
            Named::Nothing
        );
    }

    #[test]
    fn names_that_look_the_same_are_one() {
        for (one, other) in [
            ("M\u{fc}ller Cluster", "Mu\u{308}ller Cluster"),
            (
                "Teal Duck",
                "\u{ff34}\u{ff45}\u{ff41}\u{ff4c} \u{ff24}\u{ff55}\u{ff43}\u{ff4b}",
            ),
            ("Teal Duck", "Te\u{ad}al\u{200b}Du\u{200d}ck"),
            ("Straße", "STRASSE"),
            ("Cozy Bear", "\u{421}\u{43e}zy \u{412}\u{435}\u{430}r"),
            ("Nobelium", "\u{39d}\u{3bf}belium"),
            ("nova", "no\u{3bd}a"),
            (
                "\u{41c}\u{435}\u{434}\u{432}\u{435}\u{434}\u{44c}",
                "\u{41c}\u{415}\u{414}\u{412}\u{415}\u{414}\u{42c}",
            ),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("M\u{fc}ller"), fold("Muller"));
        assert_ne!(fold("APT28"), fold("APT29"));
    }

    #[test]
    fn a_shared_name_is_several() {
        let mut names = Names::default();
        names.add_name(EntityKind::Actor, "Thrip", EntityId(1));
        names.add_name(EntityKind::Actor, "thrip", EntityId(2));
        assert_eq!(
            names.any("Thrip"),
            Named::Several(vec![EntityId(1), EntityId(2)])
        );
    }

    #[test]
    fn near_names_are_slips_not_numbers() {
        let pairs = near_pairs([
            "Lazarus Group",
            "Lazurus Group",
            "APT28",
            "APT29",
            "Sandworm",
            "Sandwrom",
        ]);
        assert_eq!(
            pairs,
            [("Lazarus Group", "Lazurus Group"), ("Sandworm", "Sandwrom")]
        );
    }
}
