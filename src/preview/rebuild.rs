//! The thread that builds: once at the start, then after every change.
//!
//! In: the build function and the watcher. Out: snapshots, each sent in one step; the findings and
//! the time of each build on the terminal.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Sender;

use super::Built;
use super::snapshot::{Site, Snapshot};
use super::terminal::Terminal;
use super::watch::Watcher;
use crate::diagnostic::report;
use crate::marking::Tlp;

/// Who is told what comes of a build.
pub(super) struct Told {
    pub(super) terminal: Terminal,
    /// The address that others may reach.
    pub(super) exposed_at: Option<IpAddr>,
}

/// Builds until the watcher is told to stop. `first` names the edition that is shown first.
pub(super) fn run(
    mut build: impl FnMut(&[PathBuf]) -> Built,
    mut watcher: Watcher,
    first: Option<&str>,
    snapshots: &Sender<Option<Arc<Snapshot>>>,
    told: Told,
) {
    let mut previous: Option<Arc<Snapshot>> = None;
    let mut changed = Vec::new();
    let mut exposed: Option<Tlp> = None;
    loop {
        let started = crate::clock::instant();
        let mut built = build(&changed);
        let took = started.elapsed();
        if snapshots.is_closed() {
            return;
        }
        built.diagnostics.extend(watcher.findings());
        let failed = built.editions.is_none();
        let snapshot = Arc::new(Snapshot::after(previous.as_deref(), built, first, &changed));
        // Before anything of it is served.
        if let (Some(host), Some(site)) = (told.exposed_at, &snapshot.site)
            && exposed != Some(site.highest())
        {
            exposed = Some(site.highest());
            told.terminal.line(&exposure(host, site.highest()));
        }
        snapshots.send_replace(Some(Arc::clone(&snapshot)));

        told.terminal.findings(&snapshot.diagnostics);
        told.terminal
            .line(&outcome(&snapshot, failed, &changed, took));
        previous = Some(snapshot);
        match watcher.wait() {
            Some(paths) => changed = paths,
            None => return,
        }
    }
}

fn exposure(host: IpAddr, highest: Tlp) -> String {
    format!(
        "warning: {host} is not loopback: whoever reaches this machine reads the preview, which \
         shows {highest}, drafts and briefs under embargo"
    )
}

fn outcome(snapshot: &Snapshot, failed: bool, changed: &[PathBuf], took: Duration) -> String {
    let seconds = took.as_secs_f64();
    let after = after(changed);
    if failed {
        let findings = report::summary(&snapshot.diagnostics);
        let shown = if snapshot.site.is_some() {
            "the last good site stays up"
        } else {
            "no site yet"
        };
        return format!("not built in {seconds:.2} s{after}: {findings}; {shown}");
    }
    if !changed.is_empty() {
        return format!("rebuilt in {seconds:.2} s{after}");
    }
    let editions = snapshot.site.as_ref().map_or(0, |site| site.editions.len());
    let noun = if editions == 1 { "edition" } else { "editions" };
    format!("built in {seconds:.2} s, {editions} {noun}")
}

/// What the build followed.
fn after(changed: &[PathBuf]) -> String {
    match changed {
        [] => String::new(),
        [one] => format!(" after {}", one.display()),
        [one, other] => format!(" after {} and {}", one.display(), other.display()),
        [one, rest @ ..] => format!(" after {} and {} more", one.display(), rest.len()),
    }
}

impl Site {
    /// The highest marking of anything that it shows.
    fn highest(&self) -> Tlp {
        let of_each = self.editions.iter().map(|shown| shown.edition.tlp);
        of_each.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_says_what_a_build_followed() {
        let paths = ["content/briefs/x.md", "tearline.toml", "static/a.css"].map(PathBuf::from);
        assert_eq!(after(&[]), "");
        assert_eq!(after(&paths[..1]), " after content/briefs/x.md");
        assert_eq!(
            after(&paths[..2]),
            " after content/briefs/x.md and tearline.toml"
        );
        assert_eq!(after(&paths), " after content/briefs/x.md and 2 more");
    }

    #[test]
    fn a_warning_names_the_highest_marking() {
        let text = exposure(IpAddr::from([0, 0, 0, 0]), Tlp::AmberStrict);
        assert!(text.starts_with("warning: 0.0.0.0 is not loopback"));
        assert!(text.contains("shows TLP:AMBER+STRICT"));
    }
}
