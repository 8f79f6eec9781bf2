//! The thread that builds: once at the start, then after every change.
//!
//! In: the build function and the watcher. Out: snapshots, each sent in one step; the findings and
//! the time of each build on the terminal.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;

use super::Built;
use super::snapshot::Snapshot;
use super::watch::Watcher;
use crate::diagnostic::{Diagnostics, report};

/// Where the person who runs the preview reads.
pub(super) struct Terminal {
    color: bool,
    out: Box<dyn Write + Send>,
}

impl Terminal {
    pub(super) fn new(color: bool, out: Box<dyn Write + Send>) -> Self {
        Self { color, out }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    fn findings(&mut self, diagnostics: &Diagnostics) {
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = report::write(report::Format::Human, diagnostics, self.color, &mut text);
        self.write(&text);
    }

    /// One write for each text, so that it is not torn apart. A terminal that is closed is no
    /// reason to stop: the browser shows the same.
    fn write(&mut self, bytes: &[u8]) {
        let _ = self.out.write_all(bytes).and_then(|()| self.out.flush());
    }
}

/// Builds until the watcher is told to stop.
pub(super) fn run(
    mut build: impl FnMut() -> Built,
    mut watcher: Watcher,
    snapshots: &Sender<Option<Arc<Snapshot>>>,
    mut terminal: Terminal,
) {
    let mut previous: Option<Arc<Snapshot>> = None;
    loop {
        let started = Instant::now();
        let mut built = build();
        let took = started.elapsed();
        if snapshots.is_closed() {
            return;
        }
        built.diagnostics.extend(watcher.findings());
        let failed = built.files.is_none();
        let snapshot = Arc::new(Snapshot::after(previous.as_deref(), built));
        snapshots.send_replace(Some(Arc::clone(&snapshot)));

        terminal.findings(&snapshot.diagnostics);
        terminal.line(&outcome(&snapshot, failed, previous.is_none(), took));
        previous = Some(snapshot);
        if !watcher.wait() {
            return;
        }
    }
}

fn outcome(snapshot: &Snapshot, failed: bool, first: bool, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    let pages = snapshot.site.as_ref().map_or(0, |site| site.pages());
    if failed {
        let findings = report::summary(&snapshot.diagnostics);
        let shown = if snapshot.site.is_some() {
            "the last good site stays up"
        } else {
            "no site yet"
        };
        return format!("not built after {seconds:.2} s: {findings}; {shown}");
    }
    let verb = if first { "built" } else { "rebuilt" };
    let noun = if pages == 1 { "page" } else { "pages" };
    format!("{verb} in {seconds:.2} s, {pages} {noun}")
}
