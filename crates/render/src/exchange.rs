//! Links to the files for other tools, the page that explains them, and what stands beside them.

use super::Renderer;
use super::policy;
use super::views::{BesideView, DataView, ExchangeView};
use base::diagnostic::{Code, Diagnostic};
use base::marking::Tlp;
use edition::addresses;
use exchange::sidecars::{self, Place, Sidecar};
use exchange::{listing, security};
use output::sha_of;

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
        let mut page = self.page_view(path, "Data", "exchange", Tlp::Clear);
        page.description = Some(
            "The briefs as files for other tools: what each is, and how to subscribe.".to_owned(),
        );
        page.data = self.data(exchange::FOLDER);
        let is_open = policy::may_be_read_anywhere(site);
        let layers = self.data(addresses::LANDSCAPE);
        let layer = layers.first().filter(|_| is_open);
        let view = ExchangeView {
            files: page.data.clone(),
            beside: self.beside(),
            folder: site.absolute(exchange::FOLDER),
            misp: site.absolute(&format!("{}misp/", exchange::FOLDER)),
            layer: layer
                .map(|layer| site.absolute(&format!("{}{}", addresses::LANDSCAPE, layer.name))),
            is_open,
            security_url: site
                .security
                .is_some()
                .then(|| self.url(&format!("/{}", security::PATH))),
        };
        self.with_template("exchange.html", path, &page, "exchange", &view)
    }

    /// What there is beside pages. No page is named as an example, as its address may be marked.
    fn beside(&self) -> Vec<BesideView> {
        let has = |row: &Sidecar| {
            let mut paths = self.plan.outputs.keys();
            paths.any(|path| path.rsplit('/').next() == Some(row.path))
        };
        sidecars::TABLE
            .iter()
            .filter(|row| !row.places.contains(&Place::Edition) && has(row))
            .map(|row| BesideView {
                title: row.title,
                name: row.path,
                format: row.format,
                about: row.about,
                places: listed(row.places),
            })
            .collect()
    }

    /// The checksum of the document beside it, for who asks for it alone: a build makes it with the
    /// document.
    pub(super) fn checksum(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let document = path.strip_suffix(listing::CHECKSUM).unwrap_or(path);
        let planned = self.plan.outputs.get(document).ok_or_else(|| {
            Diagnostic::new(
                Code::WriteFailed,
                format!("there is no document {document}"),
            )
        })?;
        let bytes = self.render(document, planned)?;
        Ok(listing::checksum(document, &sha_of(&bytes)))
    }

    pub(super) fn security(&self) -> String {
        let site = &self.edition.site;
        let security = site.security.as_ref();
        security.map_or_else(String::new, |security| security::file(site, security))
    }
}

/// `briefs, actors and the landscape`.
fn listed(places: &[Place]) -> String {
    let names: Vec<String> = places.iter().map(|place| pages(*place)).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

fn pages(place: Place) -> String {
    match place {
        Place::Brief => "briefs".to_owned(),
        Place::Entity(kind) => kind.plural_title().to_lowercase(),
        Place::Landscape => "the landscape".to_owned(),
        Place::Edition => "the edition".to_owned(),
    }
}
