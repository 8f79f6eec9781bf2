//! What one changed brief makes of the build before.
//!
//! In: the editions of the build before with what they were made of, and the path of a brief whose
//! file changed. Out: the editions as they are now, where they follow from the brief alone; none
//! where they do not, or where something is to be told: then the whole site is prepared.
//!
//! 1. the document is parsed, and the brief resolved against the names that the site has
//! 2. where only its words are others, each edition is as it was with another text in one place;
//!    else the brief is redacted again, and what is derived is derived again where it counts otherwise
//! 3. the plan is made again where the brief has other outputs, links are followed again
//! 4. what pages share stays, but for what the brief has a part in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{Edition, OfEdition};
use crate::diagnostic::{Code, Diagnostics, Location};
use crate::edition::{self, redact_again};
use crate::intel::{self, lints};
use crate::leaks::Ground;
use crate::load::body::Body;
use crate::load::{self, Document};
use crate::plan::{self, Plan};
use crate::preview::Built;

/// The build before, and what it was made of.
pub(super) struct Last {
    pub editions: Vec<(Edition, Arc<OfEdition>)>,
    pub diagnostics: Diagnostics,
    /// The site and its library.
    pub ground: Ground,
    pub documents: Vec<Arc<Document>>,
    pub index: intel::Index,
}

impl Last {
    /// Makes the build true again. Where nothing comes back it is of no more use.
    pub fn change(&mut self, kept: &mut load::Kept, root: &Path, path: &Path) -> Option<Built> {
        let path = path.to_str()?.replace('\\', "/");
        if self.tells_of(&path) {
            return None;
        }
        let changed = kept.change(root, &path)?;
        let at = self
            .documents
            .iter()
            .position(|document| document.file.path == path)?;
        let mut found = Diagnostics::new();
        let again = intel::Again {
            library: &self.ground.library,
            index: &self.index,
            site: &self.ground.site,
        };
        let now = again.brief(&changed.before, &changed.after, &mut found)?;
        lints::lint_brief(&now.brief, &mut found);
        if !found.is_empty() {
            return None;
        }
        let in_words_alone = changed.in_words_alone();
        // What uses the files beside a brief is for the whole site to say.
        if !in_words_alone && !now.brief.assets.is_empty() {
            return None;
        }
        self.documents[at] = Arc::clone(&changed.after);
        let place = self.ground.library.briefs.get_mut(now.id.0 as usize)?;
        let before = std::mem::replace(place, now.brief);
        let names = |brief: &intel::model::Brief| -> std::collections::BTreeSet<_> {
            lints::named_by(brief).collect()
        };
        if !in_words_alone && names(&before) != names(place) && !self.same_profiles_are_unused() {
            return None;
        }
        let is_somewhere = |id: &intel::EntityId| {
            let mut editions = self.editions.iter();
            editions.any(|(_, files)| files.outline.has(*id))
        };
        if !now.let_go.iter().all(is_somewhere) {
            return None;
        }
        let editions = self
            .editions
            .iter()
            .map(|(shown, files)| {
                let files = if in_words_alone {
                    files.reworded(&path, &changed)
                } else {
                    self.redacted(files, now.id, &mut found)
                };
                let files = Arc::new(files?);
                Some((files.shown_as(shown), files))
            })
            .collect::<Option<Vec<_>>>()?;
        if !found.is_empty() {
            return None;
        }
        self.editions = editions;
        Some(Built {
            editions: Some(self.shown()),
            diagnostics: self.diagnostics.clone(),
        })
    }

    pub fn shown(&self) -> Vec<Edition> {
        let editions = self.editions.iter();
        editions.map(|(edition, _)| edition.clone()).collect()
    }

    /// Whether a finding is in a file, or leads there.
    fn tells_of(&self, path: &str) -> bool {
        self.diagnostics.iter().any(|diagnostic| {
            let at = diagnostic.location.iter();
            let related = diagnostic.related.iter().map(|(location, _)| location);
            at.chain(related).any(|at| at.file.path == path)
        })
    }

    /// Whether the profiles that no brief names are those that the build before told of.
    fn same_profiles_are_unused(&self) -> bool {
        let site = &self.ground.site;
        let mut unused = Diagnostics::new();
        if site.unparsed.is_empty() {
            lints::unused_profiles(&self.ground.library, &mut unused);
        }
        unused.reweigh(|code| site.settings.weigh(code));
        unused.sort();
        let told = self.diagnostics.iter();
        let told = told.filter(|diagnostic| diagnostic.code == Code::UnusedProfile);
        told.eq(unused.iter())
    }

    /// The files of an edition in which one brief is another.
    fn redacted(
        &self,
        files: &OfEdition,
        changed: intel::BriefId,
        found: &mut Diagnostics,
    ) -> Option<OfEdition> {
        let Ground {
            site,
            library,
            release,
        } = &self.ground;
        let settings = &files.settings;
        let before = (&files.edition, files.outline.as_ref());
        let edition = redact_again(library, changed, settings, *release, before, found)?;
        let brief = edition
            .briefs
            .iter()
            .zip(&files.edition.briefs)
            .position(|(now, before)| {
                now.path == library.briefs[changed.0 as usize].origin.file.path
                    && !Arc::ptr_eq(now, before)
            });
        let Some(at) = brief else {
            // It has not got the brief.
            return Some(files.with(edition, Arc::clone(&files.plan), files.shared.clone()));
        };
        let (now, before) = (&edition.briefs[at], &files.edition.briefs[at]);
        let counts_alike = Arc::ptr_eq(&edition.statistics, &files.edition.statistics);
        let plan = if counts_alike && has_same_outputs(now, before) {
            Arc::clone(&files.plan)
        } else {
            Arc::new(self.plan(files, &edition, found))
        };
        let file = |path: &str| {
            let mut documents = self.documents.iter();
            let document = documents.find(|document| document.file.path == path)?;
            Some(&document.file)
        };
        // Who leads to it finds the same headings, and it leads to the same pages.
        let is_led_to_as_before =
            Arc::ptr_eq(&plan, &files.plan) && ids(&now.text.body) == ids(&before.text.body);
        let only = is_led_to_as_before.then_some(now.path.as_str());
        plan::links::check(&edition, &plan, &file, &site.unparsed_stems(), only, found);
        let has_landscape = |edition: &edition::Edition| edition.statistics.landscape.is_some();
        let shared = OnceLock::new();
        if has_landscape(&edition) == has_landscape(&files.edition)
            && let Some(Ok(before)) = files.shared.get()
        {
            // Nobody else has the cell.
            let _ = shared.set(Ok(before.without_brief(at)));
        }
        Some(files.with(edition, plan, shared))
    }

    fn plan(&self, files: &OfEdition, edition: &edition::Edition, found: &mut Diagnostics) -> Plan {
        let places: BTreeMap<&str, Location> = self
            .documents
            .iter()
            .map(|document| (document.file.path.as_str(), document.address()))
            .collect();
        let theme = &files.templates.theme.files;
        let mut plan = plan::plan(edition, theme, &self.ground.site.statics, &places, found);
        // The brief has no pictures beside it, so they are those of before.
        plan.sizes.clone_from(&files.plan.sizes);
        plan
    }
}

/// The ids of a text's headings.
fn ids(body: &Body) -> Vec<&str> {
    let headings = body.headings.iter();
    headings.map(|heading| heading.id.as_str()).collect()
}

/// Whether two briefs of one place in an edition have the same outputs, in the search as well.
fn has_same_outputs(one: &edition::Brief, other: &edition::Brief) -> bool {
    let redirects = |brief: &edition::Brief| -> Vec<String> {
        let redirects = brief.redirects.iter();
        redirects.map(|redirect| redirect.from.clone()).collect()
    };
    let indicators = |brief: &edition::Brief| -> Vec<_> {
        let indicators = brief.indicators.iter();
        indicators
            .map(|entry| (entry.value.kind, entry.value.value.clone()))
            .collect()
    };
    redirects(one) == redirects(other) && indicators(one) == indicators(other)
}
