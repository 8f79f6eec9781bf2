//! What the preview shows of the pipeline's editions.
//!
//! In: [`site::Options`], and a folder that changes. Out: for each build the editions with their
//! plans, whose files are made one by one when they are asked for. What all pages of an edition share
//! is made with its first page, the index of its search with the first of the search's files.
//!
//! A change of one brief, which is made most, asks for no new look at the site where the rest follows
//! from what it says as before: [`again`] says when that is. Whatever is not certainly such a change
//! goes the whole way.

mod again;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use self::again::Last;
use super::{Built, Content, Edition, Files};
use crate::diagnostic::Diagnostic;
use crate::edition::addresses;
use crate::edition::{self as model, Outline};
use crate::load::{self, Changed};
use crate::markdown::highlight::Highlighter;
use crate::media;
use crate::plan::{self, Plan, Producer};
use crate::render::templates::Templates;
use crate::render::{Renderer, Shared};
use crate::search::SearchIndex;
use crate::settings::{self, EditionSettings};
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
        if let ([path], Some(last)) = (changed, &mut self.last)
            && let Some(built) = last.change(&mut self.kept, &options.root, path)
        {
            return built;
        }
        let (built, last) = self.build_whole(options, first);
        if let Some(before) = std::mem::replace(&mut self.last, last) {
            site::let_go(before);
        }
        built
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
            found.push(settings::unknown_edition(first, names).at_path(settings::FILE_NAME));
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
            documents,
            index,
            ..
        } = prepared;
        editions.sort_by_key(|edition| edition.settings.tlp);
        let templates = Arc::new(templates);
        let editions = editions
            .into_iter()
            .map(|prepared| {
                let PreparedEdition {
                    settings,
                    edition,
                    plan,
                    outline,
                    ..
                } = prepared;
                let base_path = edition.site.base_path().to_owned();
                let files = Arc::new(OfEdition {
                    settings: settings.clone(),
                    outline: Arc::new(outline),
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
            ground,
            documents,
            index,
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
    /// The outline of the first edition, which stays the same one while a build follows from the one
    /// before.
    pub(super) fn outline(&self) -> Option<Arc<Outline>> {
        let (_, files) = self.last.as_ref()?.editions.first()?;
        Some(Arc::clone(&files.outline))
    }
}

/// The files of an edition.
struct OfEdition {
    settings: EditionSettings,
    outline: Arc<Outline>,
    edition: model::Edition,
    plan: Arc<Plan>,
    templates: Arc<Templates>,
    highlighter: Option<Arc<Highlighter>>,
    shared: OnceLock<Result<Shared, Diagnostic>>,
    search: OnceLock<SearchIndex>,
}

impl OfEdition {
    /// The files of the edition with other words in one brief, which says nothing else than before:
    /// links and rows, which hold none of them, stay as they were made.
    fn reworded(&self, path: &str, changed: &Changed) -> Option<Self> {
        let (before, after) = (&changed.before.body, &changed.after.body);
        let edition = self.edition.reworded(path, before, after)?;
        Some(self.with(edition, Arc::clone(&self.plan), self.shared.clone()))
    }

    fn with(
        &self,
        edition: model::Edition,
        plan: Arc<Plan>,
        shared: OnceLock<Result<Shared, Diagnostic>>,
    ) -> Self {
        Self {
            settings: self.settings.clone(),
            outline: Arc::clone(&self.outline),
            edition,
            plan,
            templates: Arc::clone(&self.templates),
            highlighter: self.highlighter.clone(),
            shared,
            search: OnceLock::new(),
        }
    }

    /// As the preview has an edition, in place of what it had of it.
    fn shown_as(self: &Arc<Self>, before: &Edition) -> Edition {
        Edition {
            files: Arc::clone(self) as Arc<dyn Files>,
            ..before.clone()
        }
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
            Output::Bytes(bytes) | Output::Document(bytes, _) => Content::Bytes(bytes),
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
        let outputs = self.plan.outputs.iter();
        let here = outputs.filter(|(_, planned)| planned.producer != Producer::Sums);
        Box::new(here.map(|(path, _)| path.as_str()))
    }

    fn has(&self, path: &str) -> bool {
        self.plan
            .outputs
            .get(path)
            .is_some_and(|planned| planned.producer != Producer::Sums)
    }

    fn place(&self, path: &str) -> Option<&Path> {
        match &self.plan.outputs.get(path)?.producer {
            Producer::File(asset) => Some(&asset.file),
            _ => None,
        }
    }

    fn make(&self, path: &str) -> Option<Result<Content, Diagnostic>> {
        let planned = self.plan.outputs.get(path)?;
        // What lists all files would need all of them made.
        if planned.producer == Producer::Sums {
            return None;
        }
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
            .map(|brief| addresses::brief_path(brief))
            .or_else(|| entity().map(addresses::entity_path))
            .or_else(|| page().map(|page| format!("/{}/", page.slug)))
    }
}
