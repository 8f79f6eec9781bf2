//! What one build left behind, as the server and the browser see it.
//!
//! In: each [`Built`] in turn. Out: an immutable [`Snapshot`] with the newest good site and the newest
//! findings. Open pages are told of each; whether they have changed they ask themselves.

use std::path::PathBuf;
use std::sync::Arc;

use super::Built;
use super::shown::Shown;
use crate::diagnostic::Diagnostics;

/// The state of the preview after a build.
pub(super) struct Snapshot {
    /// From 1.
    pub(super) number: u64,
    /// The last site that was built without an error; none before the first.
    pub(super) site: Option<Arc<Site>>,
    pub(super) diagnostics: Diagnostics,
    /// The one file that changed before this build, from the site's root.
    pub(super) edited: Option<String>,
}

/// The editions of a build.
pub(super) struct Site {
    /// From the lowest marking to the highest.
    pub(super) editions: Vec<Shown>,
    /// Which of them is shown to who has chosen none.
    first: usize,
}

impl Snapshot {
    /// The snapshot after `built`, which followed `previous` and the changes of files. `first` names
    /// the edition that is shown first.
    pub(super) fn after(
        previous: Option<&Snapshot>,
        built: Built,
        first: Option<&str>,
        changed: &[PathBuf],
    ) -> Self {
        let mut diagnostics = built.diagnostics;
        diagnostics.sort();
        let site = match built.editions {
            None => previous.and_then(|previous| previous.site.clone()),
            Some(editions) => Some(Arc::new(Site::new(
                editions.into_iter().map(Shown::new).collect(),
                first,
            ))),
        };
        Self {
            number: previous.map_or(0, |previous| previous.number) + 1,
            site,
            diagnostics,
            edited: match changed {
                [one] => Some(one.to_string_lossy().replace('\\', "/")),
                _ => None,
            },
        }
    }
}

impl Site {
    fn new(editions: Vec<Shown>, first: Option<&str>) -> Self {
        let named = |shown: &Shown| first.is_some() && shown.edition.name.as_deref() == first;
        let first = editions
            .iter()
            .position(named)
            .unwrap_or(editions.len().saturating_sub(1));
        Self { editions, first }
    }

    /// The edition of that name, else the first that is shown; none in a site without any.
    pub(super) fn edition(&self, name: Option<&str>) -> Option<&Shown> {
        name.and_then(|name| self.named(name))
            .or_else(|| self.editions.get(self.first))
    }

    pub(super) fn named(&self, name: &str) -> Option<&Shown> {
        self.editions
            .iter()
            .find(|shown| shown.edition.name.as_deref() == Some(name))
    }
}
