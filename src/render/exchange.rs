//! Links to the files for other tools, the page that explains them, and what stands beside them.

use super::Renderer;
use super::policy;
use super::views::{DataView, ExchangeView, PlaceView};
use crate::diagnostic::{Code, Diagnostic};
use crate::exchange::sidecars::{self, Place, Sidecar};
use crate::exchange::{self, listing, security};
use crate::kind::EntityKind;
use crate::marking::Tlp;
use crate::plan;

impl Renderer<'_> {
    /// The files beside a page, by the folder of the page.
    pub(super) fn data(&self, folder: &str) -> Vec<DataView> {
        sidecars::beside(self.plan, folder)
            .into_iter()
            .map(|(path, row)| self.data_view(&path, row))
            .collect()
    }

    fn data_view(&self, path: &str, row: &Sidecar) -> DataView {
        DataView {
            title: row.title,
            url: self.url(&format!("/{path}")),
            name: row.path.to_owned(),
            format: row.format,
            media_type: row.media_type,
            about: row.about,
        }
    }

    pub(super) fn exchange_page(&self, path: &str) -> Result<String, Diagnostic> {
        let edition = self.edition;
        let site = &edition.site;
        let tlp = (edition.briefs.iter().map(|brief| brief.highest))
            .chain(edition.entities.iter().map(|entity| entity.tlp))
            .fold(Tlp::Clear, Ord::max);
        let mut page = self.page_view(path, "Data", "exchange", Tlp::Clear);
        page.description = Some(
            "The briefs as files for other tools: what each is, and how to subscribe.".to_owned(),
        );
        page.data = self.data(exchange::FOLDER);
        let folders = edition.briefs.iter().map(|brief| (Place::Brief, plan::brief_path(brief)));
        let entities = edition
            .entities
            .iter()
            .map(|entity| (Place::Entity(entity.kind), plan::entity_path(entity)));
        let landscape = [(Place::Landscape, plan::LANDSCAPE.to_owned())];
        let mut places: Vec<PlaceView> = Vec::new();
        // Of each file the first page that has it, as an example.
        for (place, folder) in folders.chain(entities).chain(landscape) {
            for (path, row) in sidecars::beside(self.plan, &folder) {
                let title = title(place);
                let at = places.iter().position(|other| other.title == title);
                let at = at.unwrap_or_else(|| {
                    places.push(PlaceView {
                        title,
                        pattern: self.url(&place.pattern("…")),
                        files: Vec::new(),
                    });
                    places.len() - 1
                });
                let files = &mut places[at].files;
                if files.iter().all(|file| file.name != row.path) {
                    files.push(self.data_view(&path, row));
                }
            }
        }
        let is_open = policy::may_be_read_anywhere(site);
        let layers = self.data(plan::LANDSCAPE);
        let layer = layers.first().filter(|_| is_open);
        let view = ExchangeView {
            files: page.data.clone(),
            places,
            folder: site.absolute(exchange::FOLDER),
            misp: site.absolute(&format!("{}misp/", exchange::FOLDER)),
            layer: layer.map(|layer| {
                site.absolute(&format!("{}{}", plan::LANDSCAPE, layer.name))
            }),
            tlp: tlp.into(),
            is_open,
            security_url: site
                .security
                .is_some()
                .then(|| self.url(&format!("/{}", security::PATH))),
        };
        self.with_template("exchange.html", path, &page, "exchange", &view)
    }

    /// The checksum of the document beside it, for who asks for it alone: a build makes it with the
    /// document.
    pub(super) fn checksum(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let document = path.strip_suffix(listing::CHECKSUM).unwrap_or(path);
        let planned = self.plan.outputs.get(document).ok_or_else(|| {
            Diagnostic::new(Code::WriteFailed, format!("there is no document {document}"))
        })?;
        Ok(listing::checksum(document, &self.render(document, planned)?))
    }

    pub(super) fn security(&self) -> String {
        let site = &self.edition.site;
        let security = site.security.as_ref();
        security.map_or_else(String::new, |security| security::file(site, security))
    }
}

fn title(place: Place) -> &'static str {
    match place {
        Place::Brief => "Brief",
        Place::Entity(kind) => EntityKind::title(kind),
        Place::Landscape => "Landscape",
        Place::Edition => "Edition",
    }
}
