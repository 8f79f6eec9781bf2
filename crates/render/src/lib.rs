//! The fifth step: bytes for a path.
//!
//! In: an [`Edition`], its [`Plan`] and the templates. Out: the bytes of any planned path, by
//! [`Renderer::render`]. Preparing a renderer does what all pages share: links of all entities, and
//! the row of each brief, which every list that has the brief takes as it is.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod brief;
mod card;
mod compare;
mod dates;
mod digest;
mod drawing;
mod entity;
mod exchange;
mod home;
mod hosts;
mod landscape;
mod lists;
mod marked;
mod markings;
pub mod policy;
mod search;
mod share;
pub(crate) mod shared;
pub mod templates;
pub mod theme;
pub mod views;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Value};

use ::exchange::{Exchange, stix};
use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use base::marking::Tlp;
pub use digest::Digest;
use edition::addresses;
use edition::{BriefId, Edition, EntityId};
use markdown::highlight::Highlighter;
use plan::{Plan, Planned, Producer};
use templates::Templates;
use theme::ThemeFiles;
use views::{EntityLink, LinkView, MarkingView, PageView, Prepared, SiteView};

/// Renders the paths of one edition.
pub struct Renderer<'a> {
    edition: &'a Edition,
    plan: &'a Plan,
    templates: Arc<Templates>,
    highlighter: Option<&'a Highlighter>,
    /// A link to each entity, by its id.
    entity_links: Arc<Vec<EntityLink>>,
    /// The same as templates get them.
    entity_values: Arc<Vec<Prepared<EntityLink>>>,
    /// The row of each brief in lists, by its id; made when the first list shows it.
    rows: Arc<Vec<OnceLock<String>>>,
    /// What STIX bundles share; made when the first is.
    stix: Arc<OnceLock<stix::Ground>>,
    /// The files for other tools.
    exchange: Exchange<'a>,
}

/// What a renderer prepared, without the edition that it was made of: who keeps both beside one
/// another gets the renderer back at no cost.
#[derive(Clone)]
pub struct Shared {
    templates: Arc<Templates>,
    entity_links: Arc<Vec<EntityLink>>,
    entity_values: Arc<Vec<Prepared<EntityLink>>>,
    rows: Arc<Vec<OnceLock<String>>>,
    stix: Arc<OnceLock<stix::Ground>>,
}

impl Shared {
    /// The same without what a brief has a part in: its row in lists, by the brief's place, and what
    /// STIX bundles share.
    pub fn without_brief(&self, at: usize) -> Self {
        let mut rows = Vec::clone(&self.rows);
        if let Some(row) = rows.get_mut(at) {
            row.take();
        }
        Self {
            rows: Arc::new(rows),
            stix: Arc::default(),
            ..self.clone()
        }
    }
}

impl<'a> Renderer<'a> {
    /// Prepares what the pages of an edition share.
    ///
    /// # Errors
    /// When the template of a link fails.
    pub fn new(
        edition: &'a Edition,
        plan: &'a Plan,
        mut templates: Templates,
        highlighter: Option<&'a Highlighter>,
    ) -> Result<Self, Diagnostic> {
        templates.set_global("site", &site_view(edition, &templates.theme));
        let entity_links = shared::entity_links(edition, &templates)?;
        let entity_values = entity_links.par_iter().map(Prepared::new).collect();
        Ok(Self {
            edition,
            plan,
            templates: Arc::new(templates),
            highlighter,
            entity_links: Arc::new(entity_links),
            entity_values: Arc::new(entity_values),
            rows: Arc::new(vec![OnceLock::new(); edition.briefs.len()]),
            stix: Arc::default(),
            exchange: Exchange::new(edition, plan),
        })
    }

    /// What it prepared.
    pub fn shared(&self) -> Shared {
        Shared {
            templates: Arc::clone(&self.templates),
            entity_links: Arc::clone(&self.entity_links),
            entity_values: Arc::clone(&self.entity_values),
            rows: Arc::clone(&self.rows),
            stix: Arc::clone(&self.stix),
        }
    }

    /// The renderer that `shared` was taken of, with the same edition and plan.
    pub fn again(
        edition: &'a Edition,
        plan: &'a Plan,
        highlighter: Option<&'a Highlighter>,
        shared: Shared,
    ) -> Self {
        Self {
            edition,
            plan,
            templates: shared.templates,
            highlighter,
            entity_links: shared.entity_links,
            entity_values: shared.entity_values,
            rows: shared.rows,
            stix: shared.stix,
            exchange: Exchange::new(edition, plan),
        }
    }

    /// The bytes of an output; of a card the SVG that it is drawn from. A copied file has none: it is
    /// taken from its place.
    ///
    /// # Errors
    /// When a template fails.
    pub fn render(&self, path: &str, planned: &Planned) -> Result<Vec<u8>, Diagnostic> {
        let edition = self.edition;
        let text = match &planned.producer {
            Producer::Home => self.home(path)?,
            Producer::Briefs(number) => self.brief_list(path, *number)?,
            Producer::Brief(id) => self.brief(path, *id)?,
            Producer::Index(kind) => self.index(path, *kind)?,
            Producer::Entity(id, number) => self.entity(path, *id, *number)?,
            Producer::Compare(first, second) => self.compare(path, *first, *second)?,
            Producer::Landscape => self.landscape(path)?,
            Producer::LandscapeSheet(sheet) => self.sheet(*sheet),
            Producer::Tags => self.tags(path)?,
            Producer::Tag(at, number) => self.tag(path, *at, *number)?,
            Producer::Content(at) => self.content(path, *at)?,
            Producer::Markings => self.markings(path)?,
            Producer::NotFound => self.not_found(path)?,
            Producer::SearchPage => self.search(path)?,
            Producer::ExchangePage => self.exchange_page(path)?,
            Producer::Exchange(file) => return Ok(self.exchange.render(*file)),
            Producer::Checksum => return self.checksum(path),
            Producer::Security => self.security(),
            Producer::Redirect(to) => self.redirect(path, to)?,
            Producer::Theme(bytes) => return Ok(bytes.to_vec()),
            Producer::Card(id) => self.card(path, *id)?,
            Producer::Favicon => templates::FAVICON.to_owned(),
            Producer::Sitemap => feeds::sitemap::sitemap(edition, self.plan),
            Producer::Robots => feeds::sitemap::robots(edition),
            Producer::Headers => policy::headers_file(&edition.site, &self.templates.theme),
            Producer::Redirects => hosts::redirects_file(&edition.site, self.plan),
            Producer::SiteAtom => feeds::atom::site(edition),
            Producer::SiteJsonFeed => feeds::json_feed::site(edition),
            Producer::EntityAtom(id) => feeds::atom::entity(edition, *id),
            Producer::EntityJsonFeed(id) => feeds::json_feed::entity(edition, *id),
            Producer::Stix(file) => {
                let ground = self.stix.get_or_init(|| stix::Ground::of(edition));
                stix::bundle(edition, ground, *file)
            }
            Producer::Table(rows) => rows.to_string(),
            Producer::File(_) | Producer::Search(_) | Producer::Sums => String::new(),
        };
        Ok(text.into_bytes())
    }

    /// A path of the edition with the sub-path of the site before it.
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.edition.site.base_path())
    }

    /// Width and height of a picture of the edition, by its path from the edition's root.
    fn size(&self, path: &str) -> Option<(u32, u32)> {
        self.plan.sizes.get(path.trim_start_matches('/')).copied()
    }

    /// What every page has. `path` is the output's.
    fn page_view(&self, path: &str, title: &str, kind: &'static str, tlp: Tlp) -> PageView {
        let address = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
        let first = address[1..].find('/').map_or(address.len(), |end| end + 2);
        PageView {
            title: title.to_owned(),
            url: self.url(&address),
            section: self.url(&address[..first]),
            canonical: self.edition.site.absolute(&address),
            description: None,
            tlp: tlp.into(),
            kind,
            breadcrumbs: Vec::new(),
            atom_url: None,
            json_feed_url: None,
            data: Vec::new(),
            card: self.card_address(None),
            json_ld: None,
        }
    }

    fn with_template(
        &self,
        template: &str,
        path: &str,
        page: &PageView,
        name: &'static str,
        view: &impl Serialize,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        context.insert_value("page", Value::from_serializable(page));
        context.insert_value(name, Value::from_serializable(view));
        let html = self.templates.render(template, &context, path)?;
        let is_document = ["brief", "entity", "content"].contains(&name);
        match marked::missing(&html, page.tlp.label, is_document) {
            None => Ok(html),
            Some(place) => {
                let path = format!("/{path}");
                let label = page.tlp.label;
                Err(self.templates.unmarked(template, &path, label, place))
            }
        }
    }

    /// The rows of briefs, one after the other.
    fn rows_of(&self, briefs: &[BriefId]) -> Result<String, Diagnostic> {
        let rows: Vec<&str> = briefs
            .iter()
            .map(|id| self.row(*id))
            .collect::<Result<_, _>>()?;
        let size = rows.iter().map(|row| row.len() + 1).sum();
        let mut joined = String::with_capacity(size);
        for row in rows {
            joined.push_str(row);
            joined.push('\n');
        }
        Ok(joined)
    }

    fn row(&self, id: BriefId) -> Result<&str, Diagnostic> {
        let cell = &self.rows[id.0 as usize];
        if let Some(row) = cell.get() {
            return Ok(row);
        }
        // Two threads that meet on a row make the same.
        let brief = self.edition.brief(id);
        let mut context = Context::new();
        context.insert("row", &self.brief_row(brief));
        let path = addresses::brief_path(brief);
        let row = self
            .templates
            .render("parts/brief-row.html", &context, &path)?;
        Ok(cell.get_or_init(|| row))
    }

    /// The highest marking of what a brief's row shows: the brief, and the entities that it names.
    fn row_tlp(&self, id: BriefId) -> Tlp {
        let brief = self.edition.brief(id);
        self.highest_entity(&brief.entities, brief.tlp)
    }

    /// The highest marking among the rows of briefs, for a page that lists them.
    fn highest(&self, briefs: &[BriefId], least: Tlp) -> Tlp {
        self.highest_of(briefs.iter().map(|id| self.row_tlp(*id)), least)
    }

    /// The highest marking among entities, for a page that names them.
    fn highest_entity<'e>(
        &self,
        entities: impl IntoIterator<Item = &'e EntityId>,
        least: Tlp,
    ) -> Tlp {
        let levels = entities.into_iter().map(|id| self.edition.entity(*id).tlp);
        self.highest_of(levels, least)
    }

    /// The highest of these levels. Nothing that an edition holds is above its own: there the search ends.
    fn highest_of(&self, levels: impl Iterator<Item = Tlp>, least: Tlp) -> Tlp {
        let most = self.edition.site.tlp;
        let mut highest = least;
        for level in levels {
            if highest >= most {
                break;
            }
            highest = highest.max(level);
        }
        highest
    }

    fn breadcrumb(&self, title: &str, path: &str) -> LinkView {
        LinkView {
            title: title.to_owned(),
            url: self.url(path),
        }
    }
}

fn site_view(edition: &Edition, theme: &ThemeFiles) -> SiteView {
    let site = &edition.site;
    let base = site.base_path();
    let link = |title: &str, path: &str| LinkView {
        title: title.to_owned(),
        url: format!("{base}{path}"),
    };
    let mut navigation = vec![link("Briefs", "/briefs/")];
    if edition.statistics.landscape.is_some() {
        navigation.push(link("Landscape", addresses::LANDSCAPE));
    }
    for kind in EntityKind::ALL {
        if edition.of_kind(*kind).next().is_some() {
            navigation.push(link(kind.plural_title(), &format!("/{}/", kind.folder())));
        }
    }
    let addresses = |files: &BTreeMap<String, String>| {
        files
            .iter()
            .map(|(name, path)| (name.clone(), format!("{base}/{path}")))
            .collect()
    };
    SiteView {
        title: site.title.clone(),
        language: site.language.clone(),
        edition: site.edition.clone(),
        tlp: MarkingView::from(site.tlp),
        base_url: site.base_url.as_str().trim_end_matches('/').to_owned(),
        base_path: base.to_owned(),
        home_url: format!("{base}/"),
        markings_url: format!("{base}{}", addresses::MARKINGS),
        search_url: site.search.then(|| format!("{base}{}", ::search::FOLDER)),
        policy: policy::content_security_policy(site, theme),
        search_policy: policy::search_policy(site, theme),
        referrer: policy::REFERRER,
        robots: (!policy::may_be_indexed(site)).then_some(policy::ROBOTS),
        stylesheet_url: format!("{base}/{}", theme.stylesheet),
        scripts: addresses(&theme.scripts),
        fonts: addresses(&theme.fonts),
        exchange_url: site
            .sidecars
            .then(|| format!("{base}{}", ::exchange::FOLDER)),
        atom_url: format!("{base}/atom.xml"),
        json_feed_url: format!("{base}/feed.json"),
        navigation,
        pages: edition
            .pages
            .iter()
            .map(|page| link(&page.title, &format!("/{}/", page.slug)))
            .collect(),
        subscribe: site.subscribe.clone(),
        attack_notice: edition.attack_notice.clone(),
        extra: site.extra.clone(),
    }
}
