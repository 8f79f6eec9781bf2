//! Notices that a file of the site has changed.
//!
//! In: the folders and files that a build reads. Out: one wake-up for each burst of changes.
//!
//! Each folder is watched with all below it. The folder around each is watched too, without what is
//! below it: there a folder appears that was not there before, and there an editor replaces
//! `tearline.toml` by renaming another file over it, after which a watch on the file itself would
//! be a watch on nothing. What the build leaves out (hidden files, editors' copies) and what it
//! writes (the output lies in none of the watched folders) wakes nobody.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use walkdir::WalkDir;

use super::burst::{self, Burst};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};

/// A burst that does not end is built all the same after this time.
const LONGEST_BURST: Duration = Duration::from_secs(2);

enum Message {
    Event(notify::Result<Event>),
    Stop,
}

/// Ends the waiting of a [`Watcher`] from another thread.
pub(super) struct Stopper(Sender<Message>);

impl Stopper {
    pub(super) fn stop(self) {
        // A watcher that has ended already needs no stopping.
        let _ = self.0.send(Message::Stop);
    }
}

/// Watches the site for as long as it lives.
pub(super) struct Watcher {
    /// None where the system has no way to watch; the findings say so.
    system: Option<RecommendedWatcher>,
    messages: Receiver<Message>,
    /// The site's folder, symbolic links followed.
    root: PathBuf,
    watched: Vec<PathBuf>,
    /// Folders that have a watch at present.
    attached: BTreeSet<PathBuf>,
    findings: Diagnostics,
    /// The files as they were when the system last lost count of events.
    last_seen: Option<blake3::Hash>,
}

/// What a batch of events comes to.
#[derive(Default)]
struct Batch {
    burst: Burst,
    /// Events were lost, so anything may have changed.
    rescan: bool,
    stop: bool,
}

impl Watcher {
    /// Begins to watch, before the first build reads anything, so that no change falls between.
    pub(super) fn start(root: &Path, watched: &[PathBuf]) -> (Self, Stopper) {
        let (sender, messages) = channel();
        let stopper = Stopper(sender.clone());
        let handler = move |result: notify::Result<Event>| {
            if matches!(&result, Ok(event) if burst::is_reading(&event.kind)) {
                return;
            }
            // Fails only when the preview is ending.
            let _ = sender.send(Message::Event(result));
        };
        let mut findings = Diagnostics::new();
        let system = match notify::recommended_watcher(handler) {
            Ok(system) => Some(system),
            Err(error) => {
                findings.push(not_watched("the site", &error));
                None
            }
        };
        // Some systems report paths with their symbolic links resolved.
        let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let watched = watched
            .iter()
            .map(|path| match path.strip_prefix(root) {
                Ok(below) => real_root.join(below),
                Err(_) => real_root.join(path),
            })
            .collect();
        let mut watcher = Self {
            system,
            messages,
            root: real_root,
            watched,
            attached: BTreeSet::new(),
            findings,
            last_seen: None,
        };
        watcher.attach();
        (watcher, stopper)
    }

    /// What went wrong with watching, so far.
    pub(super) fn findings(&self) -> Diagnostics {
        self.findings.clone()
    }

    /// Waits until something has changed and has come to rest: the paths, from the site's root where
    /// they lie in it, or nothing where not all are known. None when the preview ends.
    pub(super) fn wait(&mut self) -> Option<Vec<PathBuf>> {
        loop {
            let mut batch = Batch::default();
            match self.messages.recv() {
                Ok(message) => self.take(message, &mut batch),
                Err(_) => return None,
            }
            let began = crate::clock::instant();
            while !batch.stop && !batch.burst.is_empty() {
                let left = LONGEST_BURST.saturating_sub(began.elapsed());
                match self.messages.recv_timeout(batch.burst.patience().min(left)) {
                    Ok(message) => self.take(message, &mut batch),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            }
            if batch.stop {
                return None;
            }
            if !batch.burst.is_empty() || (batch.rescan && self.differs()) {
                self.attach();
                if batch.rescan {
                    // More has changed than is known.
                    return Some(Vec::new());
                }
                let paths = batch.burst.into_paths().into_iter();
                let from_root = |path: PathBuf| match path.strip_prefix(&self.root) {
                    Ok(below) => below.to_owned(),
                    Err(_) => path,
                };
                return Some(paths.map(from_root).collect());
            }
        }
    }

    fn take(&mut self, message: Message, batch: &mut Batch) {
        let event = match message {
            Message::Stop => {
                batch.stop = true;
                return;
            }
            Message::Event(Ok(event)) => event,
            Message::Event(Err(error)) => {
                self.report("a part of the site", &error);
                batch.rescan = true;
                return;
            }
        };
        batch.rescan |= event.need_rescan();
        let is_move = burst::is_move(&event.kind);
        for path in &event.paths {
            if is_move {
                // A watch does not outlive its folder, even when one of that name comes back.
                self.attached.retain(|folder| !folder.starts_with(path));
            }
            if self.concerns(path, is_move) {
                batch.burst.add(&event, path);
            }
        }
    }

    /// Whether a build could read what an event is about.
    fn concerns(&self, path: &Path, is_move: bool) -> bool {
        self.watched.iter().any(|watched| {
            if is_move && watched.starts_with(path) {
                return true;
            }
            path.strip_prefix(watched)
                .is_ok_and(|below| !below.iter().any(|name| is_hidden(&name.to_string_lossy())))
        })
    }

    /// Watches whatever is there and not watched yet.
    fn attach(&mut self) {
        let folders: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|path| path.is_dir())
            .cloned()
            .collect();
        let around: BTreeSet<PathBuf> = self
            .watched
            .iter()
            .filter_map(|path| path.ancestors().skip(1).find(|folder| folder.is_dir()))
            .filter(|around| !folders.iter().any(|folder| around.starts_with(folder)))
            .map(Path::to_owned)
            .collect();
        for folder in around {
            self.attach_folder(folder, RecursiveMode::NonRecursive);
        }
        for folder in folders {
            self.attach_folder(folder, RecursiveMode::Recursive);
        }
    }

    fn attach_folder(&mut self, folder: PathBuf, mode: RecursiveMode) {
        let Some(system) = &mut self.system else {
            return;
        };
        if self.attached.contains(&folder) {
            return;
        }
        match system.watch(&folder, mode) {
            Ok(()) => {}
            // It went away meanwhile; the folder around it tells when it comes back.
            Err(_) if !folder.exists() => return,
            Err(error) => self.report(&format!("`{}`", folder.display()), &error),
        }
        // One that cannot be watched is not tried again with every change.
        self.attached.insert(folder);
    }

    fn report(&mut self, what: &str, error: &notify::Error) {
        self.findings.push(not_watched(what, error));
        self.findings.sort();
    }

    /// Whether the files differ from what they were when this was last asked. The system counts a
    /// build's own reading as events and drops events when there are too many: without a look at
    /// the files, a large site would set off one build after another for ever.
    fn differs(&mut self) -> bool {
        let mut hasher = blake3::Hasher::new();
        for watched in &self.watched {
            let entries = WalkDir::new(watched)
                .sort_by_file_name()
                .into_iter()
                .filter_entry(|entry| {
                    entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy())
                });
            for entry in entries.filter_map(Result::ok) {
                let data = std::fs::metadata(entry.path()).ok();
                let modified = data.as_ref().and_then(|data| data.modified().ok());
                let age =
                    modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
                let stamp = format!(
                    "{:?} {:?} {:?}\n",
                    entry.path(),
                    data.map(|data| data.len()),
                    age,
                );
                hasher.update(stamp.as_bytes());
            }
        }
        let seen = Some(hasher.finalize());
        let differs = self.last_seen != seen;
        self.last_seen = seen;
        differs
    }
}

/// The names that a build leaves out as well.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// A site that cannot be watched can still be read and served: a warning, not an error.
fn not_watched(what: &str, error: &notify::Error) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(
        Code::Unreadable,
        format!("changes of {what} are not noticed: {error}"),
    )
    .help(match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "raise the system's limit of watches (`fs.inotify.max_user_watches`) and start the \
             preview again"
        }
        _ => "start the preview again after a change",
    });
    diagnostic.severity = Severity::Warning;
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::EventKind;
    use notify::event::{AccessKind, AccessMode};
    use std::fs;

    /// Calls `change` and waits for the wake-up, which must come; a watcher that misses the change
    /// is stopped by a later message and gives false.
    fn wakes(watcher: &mut Watcher, stopper: &Stopper, change: impl FnOnce()) -> bool {
        change();
        let sender = stopper.0.clone();
        let (done, finished) = channel::<()>();
        let limit = std::thread::spawn(move || {
            if finished.recv_timeout(Duration::from_secs(10)) == Err(RecvTimeoutError::Timeout) {
                let _ = sender.send(Message::Stop);
            }
        });
        let woken = watcher.wait();
        drop(done);
        limit.join().unwrap();
        woken.is_some()
    }

    fn site() -> (tempfile::TempDir, Watcher, Stopper) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/briefs")).unwrap();
        fs::write(folder.path().join("tearline.toml"), "a").unwrap();
        let watched =
            ["content", "templates", "tearline.toml"].map(|name| folder.path().join(name));
        let (watcher, stopper) = Watcher::start(folder.path(), &watched);
        assert!(watcher.findings.is_empty(), "{:?}", watcher.findings);
        (folder, watcher, stopper)
    }

    #[test]
    fn a_changed_brief_and_a_brief_in_a_new_folder_wake() {
        let (folder, mut watcher, stopper) = site();
        let briefs = folder.path().join("content/briefs");
        assert!(wakes(&mut watcher, &stopper, || fs::write(
            briefs.join("one.md"),
            "one"
        )
        .unwrap()));
        assert!(wakes(&mut watcher, &stopper, || {
            fs::create_dir(briefs.join("2026")).unwrap();
            fs::write(briefs.join("2026/two.md"), "two").unwrap();
        }));
    }

    #[test]
    fn settings_replaced_by_a_rename_wake_every_time() {
        let (folder, mut watcher, stopper) = site();
        let settings = folder.path().join("tearline.toml");
        for text in ["b", "c", "d"] {
            assert!(wakes(&mut watcher, &stopper, || {
                let beside = folder.path().join(".tearline.toml.swp");
                fs::write(&beside, text).unwrap();
                fs::rename(&beside, &settings).unwrap();
            }));
        }
    }

    #[test]
    fn a_folder_that_appears_goes_and_comes_back_is_watched() {
        let (folder, mut watcher, stopper) = site();
        let templates = folder.path().join("templates");
        for _ in 0..2 {
            assert!(wakes(&mut watcher, &stopper, || fs::create_dir(&templates)
                .unwrap()));
            assert!(wakes(&mut watcher, &stopper, || fs::write(
                templates.join("page.html"),
                "page"
            )
            .unwrap()));
            assert!(wakes(&mut watcher, &stopper, || fs::remove_dir_all(
                &templates
            )
            .unwrap()));
        }
    }

    #[test]
    fn hidden_files_foreign_folders_and_reading_do_not_concern_a_build() {
        let (folder, watcher, _stopper) = site();
        let root = folder.path().canonicalize().unwrap();
        let concerns = |path: &str| watcher.concerns(&root.join(path), true);
        for path in [
            "content/a.md",
            "content",
            "templates/x/y.html",
            "tearline.toml",
        ] {
            assert!(concerns(path), "{path}");
        }
        for path in [
            "public",
            "public/index.html",
            ".git/index",
            "content/.a.md.swp",
            "content/.git/x",
            "content/a.md~",
            "content/#a.md#",
            "tearline.toml.tmp",
        ] {
            assert!(!concerns(path), "{path}");
        }
    }

    #[test]
    fn lost_events_wake_only_when_a_file_differs() {
        let (folder, mut watcher, _stopper) = site();
        assert!(watcher.differs(), "nothing is known before the first look");
        assert!(!watcher.differs());
        fs::write(folder.path().join("content/.hidden"), "x").unwrap();
        fs::write(folder.path().join("tearline.toml"), "longer").unwrap();
        assert!(watcher.differs());
        assert!(!watcher.differs());
    }

    #[test]
    fn a_burst_wakes_once_and_names_its_files() {
        let (folder, mut watcher, stopper) = site();
        let briefs = folder.path().canonicalize().unwrap().join("content/briefs");
        for number in 0..500 {
            let event = Event::new(EventKind::Access(AccessKind::Close(AccessMode::Write)))
                .add_path(briefs.join(format!("{number:03}.md")));
            stopper.0.send(Message::Event(Ok(event))).unwrap();
        }
        let changed = watcher.wait().unwrap();
        assert_eq!(changed.len(), 500);
        assert_eq!(changed[7], Path::new("content/briefs/007.md"));
        // What is left may only be the watcher's own reading of the folders.
        let mut rest = Batch::default();
        while let Ok(message) = watcher.messages.try_recv() {
            watcher.take(message, &mut rest);
        }
        assert!(rest.burst.is_empty());
    }

    #[test]
    fn reading_the_files_wakes_nobody() {
        // Written before it was watched.
        let (folder, mut watcher, stopper) = site();
        let settings = folder.path().join("tearline.toml");
        for _ in 0..3 {
            assert_eq!(fs::read_to_string(&settings).unwrap(), "a");
            assert!(fs::read_dir(folder.path().join("content")).unwrap().count() > 0);
        }
        // What the system has to tell of it stands before the stop, or comes never.
        stopper.stop();
        assert_eq!(watcher.wait(), None);
    }
}
