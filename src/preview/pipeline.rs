//! What the preview shows of the pipeline's editions.
//!
//! In: [`site::Options`], and a folder that changes. Out: for each build the editions with their
//! plans, whose files are made one by one when they are asked for. What all pages of an edition share
//! is made with its first page, the index of its search with the first of the search's files.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{Built, Content, Edition, Files};
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::markdown::highlight::Highlighter;
use crate::media;
use crate::plan::{self, Producer};
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
}

impl Pipeline {
    /// Prepares the site as it stands now. `first` names the edition that is to be shown first, which
    /// must be there.
    pub fn build(&mut self, options: &site::Options, first: Option<&str>) -> Built {
        let (prepared, mut found) = site::prepare_again(options, Some(&mut self.kept));
        let Some(mut prepared) = prepared else {
            return Built {
                editions: None,
                diagnostics: found,
            };
        };
        if let Some(first) = first
            && !prepared.names.contains(first)
        {
            let names = prepared.names.iter().map(String::as_str);
            found.push(site::unknown_edition(first, names).at_path(settings::FILE_NAME));
            return Built {
                editions: None,
                diagnostics: found,
            };
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
            .map(|prepared| Edition {
                name: prepared.settings.name.clone(),
                tlp: prepared.settings.tlp,
                groups: prepared.settings.audience.iter().cloned().collect(),
                base_path: prepared.edition.site.base_path().to_owned(),
                files: Arc::new(OfEdition {
                    prepared,
                    templates: Arc::clone(&templates),
                    highlighter: highlighter.clone(),
                    shared: OnceLock::new(),
                    search: OnceLock::new(),
                }),
            })
            .collect();
        Built {
            editions: Some(editions),
            diagnostics: found,
        }
    }
}

/// The files of an edition.
struct OfEdition {
    prepared: PreparedEdition,
    templates: Arc<Templates>,
    highlighter: Option<Arc<Highlighter>>,
    shared: OnceLock<Result<Shared, Diagnostic>>,
    search: OnceLock<Option<SearchIndex>>,
}

impl OfEdition {
    fn renderer(&self) -> Result<Renderer<'_>, Diagnostic> {
        let PreparedEdition { edition, plan, .. } = &self.prepared;
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
                let index = self.search.get_or_init(|| self.prepared.search_index());
                Content::Bytes(self.prepared.search_file(index.as_ref(), file))
            }
        })
    }
}

impl Files for OfEdition {
    fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        Box::new(self.prepared.plan.outputs.keys().map(String::as_str))
    }

    fn has(&self, path: &str) -> bool {
        self.prepared.plan.outputs.contains_key(path)
    }

    fn place(&self, path: &str) -> Option<&Path> {
        match &self.prepared.plan.outputs.get(path)?.producer {
            Producer::File(asset) => Some(&asset.file),
            _ => None,
        }
    }

    fn make(&self, path: &str) -> Option<Result<Content, Diagnostic>> {
        let planned = self.prepared.plan.outputs.get(path)?;
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
        let edition = &self.prepared.edition;
        let brief = edition.briefs.iter().find(|brief| brief.path == document);
        let entity = || {
            let mut entities = edition.entities.iter();
            // One without a profile has the path of what names it.
            entities.find(|entity| entity.profile.is_some() && entity.path == document)
        };
        let page = || edition.pages.iter().find(|page| page.path == document);
        brief
            .map(plan::brief_path)
            .or_else(|| entity().map(plan::entity_path))
            .or_else(|| page().map(|page| format!("/{}/", page.slug)))
    }
}
