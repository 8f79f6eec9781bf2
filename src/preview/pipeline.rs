//! What the preview shows of the pipeline's editions.
//!
//! In: [`site::Options`], and a folder that changes. Out: for each build the editions with their
//! plans, whose files are made one by one when they are asked for. What all pages of an edition share
//! is made with its first page, the index of its search with the first of the search's files.
//!
//! A change of the words of one brief, the change that is made most, asks for no new look at the site:
//! what names, links and headings say stays as it is, so the editions are those of the build before
//! with another text in one place. Whatever is not certainly such a change goes the whole way.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{Built, Content, Edition, Files};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::edition as model;
use crate::intel::lints;
use crate::load::{self, Reworded};
use crate::markdown::highlight::Highlighter;
use crate::media;
use crate::plan::{self, Plan, Producer};
use crate::render::templates::Templates;
use crate::render::{Renderer, Shared};
use crate::search::SearchIndex;
use crate::settings;
use crate::site::{self, Output, PreparedEdition};

/// Prepares a site again and again.
#[derive(Default)]
pub struct Pipeline {
    /// What need not be parsed again.
    kept: load::Kept,
    /// Kept from one build to the next: its grammars take longer than a page.
    highlighter: Arc<Highlighter>,
    /// The build before, if it gave a site.
    last: Option<Last>,
}

/// What the words of a brief can be changed in.
struct Last {
    editions: Vec<(Edition, Arc<OfEdition>)>,
    diagnostics: Diagnostics,
}

impl Pipeline {
    /// Prepares the site as it stands now. `first` names the edition that is to be shown first, which
    /// must be there. `changed` has the paths that changed since the last time, from the site's root,
    /// or is empty where nobody knows.
    pub fn build(
        &mut self,
        options: &site::Options,
        first: Option<&str>,
        changed: &[PathBuf],
    ) -> Built {
        if let [path] = changed
            && let Some(built) = self.reword(&options.root, path)
        {
            return built;
        }
        let (built, last) = self.build_whole(options, first);
        self.last = last;
        built
    }

    /// The editions of the build before with other words in one brief; none where more than that has
    /// changed, or something is to be told of it.
    fn reword(&mut self, root: &Path, path: &Path) -> Option<Built> {
        let last = self.last.as_mut()?;
        let path = path.to_str()?.replace('\\', "/");
        let told = |diagnostic: &Diagnostic| {
            let at = diagnostic.location.iter();
            let related = diagnostic.related.iter().map(|(location, _)| location);
            at.chain(related).any(|at| at.file.path == path)
        };
        if last.diagnostics.iter().any(told) {
            return None;
        }
        let Reworded { before, after } = self.kept.reword(root, &path)?;
        let mut found = Diagnostics::new();
        lints::prose(&after.file, &after.body, &mut found);
        let editions = last
            .editions
            .iter()
            .map(|(edition, files)| {
                let shown = files.edition.reworded(&path, &before.body, &after.body)?;
                Some(OfEdition::with(files, shown, edition))
            })
            .collect::<Option<Vec<_>>>()
            .filter(|_| found.is_empty());
        let Some(editions) = editions else {
            // The document is of the new text already, and what follows from it is not.
            self.last = None;
            return None;
        };
        last.editions = editions;
        Some(Built {
            editions: Some(last.shown()),
            diagnostics: last.diagnostics.clone(),
        })
    }

    /// [`Pipeline::build`] of everything, and what the next change can be made in.
    fn build_whole(
        &mut self,
        options: &site::Options,
        first: Option<&str>,
    ) -> (Built, Option<Last>) {
        let (prepared, mut found) = site::prepare_again(options, Some(&mut self.kept));
        let Some(mut prepared) = prepared else {
            return (Built::failed(found), None);
        };
        if let Some(first) = first
            && !prepared.names.contains(first)
        {
            let names = prepared.names.iter().map(String::as_str);
            found.push(site::unknown_edition(first, names).at_path(settings::FILE_NAME));
            return (Built::failed(found), None);
        }
        if prepared.highlighter.is_some() {
            prepared.highlighter = Some(Arc::clone(&self.highlighter));
        }
        found.extend(prepared.highlighting().into_iter().collect());
        let site::Prepared {
            mut editions,
            templates,
            highlighter,
            ground,
            ..
        } = prepared;
        // The material of the search for leaks, which a preview does without.
        site::let_go(ground);
        editions.sort_by_key(|edition| edition.settings.tlp);
        let templates = Arc::new(templates);
        let editions = editions
            .into_iter()
            .map(|prepared| {
                let PreparedEdition {
                    settings,
                    edition,
                    plan,
                    ..
                } = prepared;
                let base_path = edition.site.base_path().to_owned();
                let files = Arc::new(OfEdition {
                    edition,
                    plan: Arc::new(plan),
                    templates: Arc::clone(&templates),
                    highlighter: highlighter.clone(),
                    shared: OnceLock::new(),
                    search: OnceLock::new(),
                });
                let edition = Edition {
                    name: settings.name,
                    tlp: settings.tlp,
                    groups: settings.audience.into_iter().collect(),
                    base_path,
                    files: Arc::clone(&files) as Arc<dyn Files>,
                };
                (edition, files)
            })
            .collect();
        let last = Last {
            editions,
            diagnostics: found.clone(),
        };
        let built = Built {
            editions: Some(last.shown()),
            diagnostics: found,
        };
        (built, Some(last))
    }
}

#[cfg(test)]
impl Pipeline {
    /// The plan of the first edition, which changes of words leave as it is.
    pub(super) fn plan(&self) -> Option<Arc<Plan>> {
        let (_, files) = self.last.as_ref()?.editions.first()?;
        Some(Arc::clone(&files.plan))
    }
}

impl Last {
    fn shown(&self) -> Vec<Edition> {
        let editions = self.editions.iter();
        editions.map(|(edition, _)| edition.clone()).collect()
    }
}

/// The files of an edition.
struct OfEdition {
    edition: model::Edition,
    plan: Arc<Plan>,
    templates: Arc<Templates>,
    highlighter: Option<Arc<Highlighter>>,
    shared: OnceLock<Result<Shared, Diagnostic>>,
    search: OnceLock<SearchIndex>,
}

impl OfEdition {
    /// The files of an edition in which only the words of a brief are others: links and rows, which
    /// hold none of them, stay as they were made.
    fn with(files: &Self, edition: model::Edition, shown: &Edition) -> (Edition, Arc<Self>) {
        let files = Arc::new(Self {
            edition,
            plan: Arc::clone(&files.plan),
            templates: Arc::clone(&files.templates),
            highlighter: files.highlighter.clone(),
            shared: files.shared.clone(),
            search: OnceLock::new(),
        });
        let shown = Edition {
            files: Arc::clone(&files) as Arc<dyn Files>,
            ..shown.clone()
        };
        (shown, files)
    }

    fn renderer(&self) -> Result<Renderer<'_>, Diagnostic> {
        let Self { edition, plan, .. } = self;
        let highlighter = self.highlighter.as_deref();
        let shared = self.shared.get_or_init(|| {
            let templates = Templates::clone(&self.templates);
            let renderer = Renderer::new(edition, plan, templates, highlighter)?;
            Ok(renderer.shared())
        });
        let shared = shared.clone()?;
        Ok(Renderer::again(edition, plan, highlighter, shared))
    }

    fn output(&self, path: &str, planned: &plan::Planned) -> Result<Content, Diagnostic> {
        Ok(match site::output(&self.renderer()?, path, planned)? {
            Output::Bytes(bytes) => Content::Bytes(bytes),
            Output::Copy(file) => Content::File(file.to_owned()),
            Output::Clean(asset) => Content::Image(asset.clone()),
            Output::Card(svg) => Content::Bytes(site::card(&svg)?),
            Output::Search(file) => {
                let index = self.search.get_or_init(|| SearchIndex::of(&self.edition));
                Content::Bytes(index.file(&self.edition, file))
            }
        })
    }
}

impl Files for OfEdition {
    fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        Box::new(self.plan.outputs.keys().map(String::as_str))
    }

    fn has(&self, path: &str) -> bool {
        self.plan.outputs.contains_key(path)
    }

    fn place(&self, path: &str) -> Option<&Path> {
        match &self.plan.outputs.get(path)?.producer {
            Producer::File(asset) => Some(&asset.file),
            _ => None,
        }
    }

    fn make(&self, path: &str) -> Option<Result<Content, Diagnostic>> {
        let planned = self.plan.outputs.get(path)?;
        Some(match &planned.producer {
            // A template that fails for all pages does not take the pictures with it.
            Producer::File(asset) if media::needs_cleaning(asset) => {
                Ok(Content::Image(asset.clone()))
            }
            Producer::File(asset) => Ok(Content::File(asset.file.clone())),
            Producer::Theme(bytes) => Ok(Content::Bytes(bytes.to_vec())),
            _ => self.output(path, planned),
        })
    }

    fn address(&self, document: &str) -> Option<String> {
        let edition = &self.edition;
        let brief = edition.briefs.iter().find(|brief| brief.path == document);
        let entity = || {
            let mut entities = edition.entities.iter();
            // One without a profile has the path of what names it.
            entities.find(|entity| entity.profile.is_some() && entity.path == document)
        };
        let page = || edition.pages.iter().find(|page| page.path == document);
        brief
            .map(|brief| plan::brief_path(brief))
            .or_else(|| entity().map(plan::entity_path))
            .or_else(|| page().map(|page| format!("/{}/", page.slug)))
    }
}
