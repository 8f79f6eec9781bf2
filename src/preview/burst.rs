//! When a change has come to rest.
//!
//! In: the kinds and paths of events, one by one. Out: for how long to wait for more. A file that was
//! closed after writing or renamed into place is whole, and next to nothing is waited for; one that is
//! only known to have changed may be half written, where the system does not tell of its closing;
//! many files at once are a checkout or a search and replace, of which more follow.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind};

/// After a whole file: for another that a burst would bring.
const WHOLE: Duration = Duration::from_millis(2);

/// After any other change: an editor empties a file and fills it, or removes it and puts another in
/// its place.
const QUIET: Duration = Duration::from_millis(10);

/// Within a burst, in which a program reads and computes between one file and the next.
const BETWEEN: Duration = Duration::from_millis(30);

/// More changed files than one save touches, the copies and probes of an editor with it.
const MANY: usize = 4;

/// Changes that are built together.
#[derive(Default)]
pub(super) struct Burst {
    changed: BTreeSet<PathBuf>,
    /// Those among them that may not be whole yet.
    open: BTreeSet<PathBuf>,
    /// Those that were not there before.
    new: BTreeSet<PathBuf>,
}

/// Whether an event says nothing of a change: a build opens and reads every file.
pub(super) fn is_reading(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Access(_)) && !is_whole(kind)
}

/// Whether something came, went or changed its name.
pub(super) fn is_move(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
    )
}

/// Whether a file is whole after an event.
fn is_whole(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both))
    )
}

/// Whether nothing stands at a path any more after an event.
fn is_gone(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From))
    )
}

impl Burst {
    /// Takes note of one of the event's paths.
    pub(super) fn add(&mut self, event: &Event, path: &Path) {
        let kind = &event.kind;
        // An event with both names follows those of each; the old name stands first in it.
        let is_both = *kind == EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        if is_both && event.paths.last().is_some_and(|last| last != path) {
            return;
        }
        if matches!(kind, EventKind::Create(_)) && !self.changed.contains(path) {
            self.new.insert(path.to_owned());
        }
        // An editor's probe, or the file that is renamed over another: nothing has come of it.
        if is_gone(kind) && self.new.remove(path) {
            self.changed.remove(path);
            self.open.remove(path);
            return;
        }
        if is_whole(kind) {
            self.open.remove(path);
        } else {
            self.open.insert(path.to_owned());
        }
        self.changed.insert(path.to_owned());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// For how long nothing more may come before the changes are built.
    pub(super) fn patience(&self) -> Duration {
        if self.changed.len() > MANY {
            BETWEEN
        } else if self.open.is_empty() {
            WHOLE
        } else {
            QUIET
        }
    }

    /// What changed, in the order of the paths.
    pub(super) fn into_paths(self) -> Vec<PathBuf> {
        self.changed.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, RemoveKind};

    use super::*;

    const CREATED: EventKind = EventKind::Create(CreateKind::File);
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const AWAY: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    const IN_PLACE: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    const GONE: EventKind = EventKind::Remove(RemoveKind::File);

    fn burst(events: &[(EventKind, &str)]) -> Burst {
        let mut burst = Burst::default();
        for (kind, path) in events {
            burst.add(&Event::new(*kind).add_path(path.into()), Path::new(path));
        }
        burst
    }

    fn after(events: &[(EventKind, &str)]) -> Duration {
        burst(events).patience()
    }

    #[test]
    fn what_came_and_went_is_no_change() {
        // A probe of the folder, and a copy that is renamed over the file.
        let events = [
            (CREATED, "4913"),
            (CLOSED, "4913"),
            (GONE, "4913"),
            (CREATED, "sed1"),
            (WRITTEN, "sed1"),
            (CLOSED, "sed1"),
            (AWAY, "sed1"),
            (IN_PLACE, "a"),
        ];
        let mut burst = burst(&events);
        let both = Event::new(EventKind::Modify(ModifyKind::Name(RenameMode::Both)))
            .add_path("sed1".into())
            .add_path("a".into());
        burst.add(&both, Path::new("sed1"));
        burst.add(&both, Path::new("a"));
        assert_eq!(burst.patience(), WHOLE);
        assert_eq!(burst.into_paths(), [Path::new("a")]);
    }

    #[test]
    fn a_file_that_was_replaced_is_a_change_and_the_old_name_is_not_whole() {
        let replaced = [(GONE, "a"), (CREATED, "a"), (CLOSED, "a")];
        assert_eq!(burst(&replaced).into_paths(), [Path::new("a")]);
        let mut kept = burst(&[(AWAY, "a")]);
        let both = Event::new(EventKind::Modify(ModifyKind::Name(RenameMode::Both)))
            .add_path("a".into())
            .add_path("a~".into());
        kept.add(&both, Path::new("a"));
        assert_eq!(kept.patience(), QUIET);
    }

    #[test]
    fn a_file_that_was_closed_or_renamed_into_place_is_built_at_once() {
        assert_eq!(after(&[(WRITTEN, "a"), (CLOSED, "a")]), WHOLE);
        assert_eq!(after(&[(CREATED, "a"), (CLOSED, "a")]), WHOLE);
        assert_eq!(after(&[(IN_PLACE, "a")]), WHOLE);
        // An editor that keeps the old file beside the new one.
        let kept = [(AWAY, "a"), (CREATED, "a"), (WRITTEN, "a"), (CLOSED, "a")];
        assert_eq!(after(&kept), WHOLE);
    }

    #[test]
    fn what_may_be_half_done_is_given_a_moment() {
        assert_eq!(after(&[(WRITTEN, "a")]), QUIET);
        assert_eq!(after(&[(CLOSED, "a"), (WRITTEN, "a")]), QUIET);
        assert_eq!(after(&[(GONE, "a")]), QUIET);
        assert_eq!(after(&[(AWAY, "a"), (CLOSED, "b")]), QUIET);
    }

    #[test]
    fn more_files_than_one_save_touches_stretch_the_wait() {
        let names = ["a", "b", "c", "d", "e"];
        assert_eq!(
            after(
                &names[..4]
                    .iter()
                    .map(|name| (CLOSED, *name))
                    .collect::<Vec<_>>()
            ),
            WHOLE
        );
        assert_eq!(after(&names.map(|name| (CLOSED, name))), BETWEEN);
    }

    #[test]
    fn reading_is_no_change() {
        assert!(is_reading(&EventKind::Access(AccessKind::Open(
            AccessMode::Any
        ))));
        assert!(is_reading(&EventKind::Access(AccessKind::Close(
            AccessMode::Read
        ))));
        assert!(is_reading(&EventKind::Access(AccessKind::Any)));
        assert!(!is_reading(&CLOSED) && !is_reading(&WRITTEN));
    }
}
