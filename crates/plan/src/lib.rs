//! The fourth step: every output path of an edition, with the one producer that makes it.
//!
//! In: an [`Edition`] and the files of `static/`. Out: a [`Plan`], or an error for each path that
//! two producers claim. What templates say is not known here.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod labels;
pub mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::asset::Asset;
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location};
use base::kind::EntityKind;
use edition::addresses::{
    FAVICON, LANDSCAPE, MARKINGS, Sheet, brief_path, card_path, compare_path, entity_path,
    page_count, page_path, sheet_path,
};
use edition::model::brief_id_of;
use edition::{BriefId, Edition, EntityId, model};
use exchange::{Made, stix};
use output::{PUBLICATION_NAME, SIGNATURE_NAME, SUMS_NAME};
use search::SearchFile;

/// Who makes an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Producer {
    Home,
    /// The pages of the list of all briefs, from 0.
    Briefs(usize),
    Brief(BriefId),
    /// All entities of a kind.
    Index(EntityKind),
    /// The pages of an entity, from 0.
    Entity(EntityId, usize),
    /// The techniques of two actors.
    Compare(EntityId, EntityId),
    /// The library in figures, and their numbers.
    Landscape,
    LandscapeSheet(Sheet),
    /// All tags.
    Tags,
    /// The pages of a tag, by its place in the edition, from 0.
    Tag(usize, usize),
    /// A plain page, by its place in the edition.
    Content(usize),
    /// What the markings mean.
    Markings,
    NotFound,
    /// The page that searches the edition.
    SearchPage,
    /// What that page reads.
    Search(SearchFile),
    /// The page that explains the files for other tools.
    ExchangePage,
    /// A file for other tools.
    Exchange(exchange::File),
    /// The checksum of the document beside it.
    Checksum,
    /// Whom to tell of a weakness of the site.
    Security,
    /// An old address, with the path it leads to.
    Redirect(String),
    /// A file that pages load of the theme.
    Theme(Arc<[u8]>),
    Favicon,
    /// The picture of a link to a brief; that of the site for its other pages.
    Card(Option<BriefId>),
    Sitemap,
    Robots,
    /// What hosts send with the files.
    Headers,
    /// Old addresses, for hosts that redirect.
    Redirects,
    /// What readers check the edition by; made of all other outputs once they are written.
    Sums,
    SiteAtom,
    SiteJsonFeed,
    EntityAtom(EntityId),
    EntityJsonFeed(EntityId),
    /// A bundle of STIX objects.
    Stix(stix::File),
    /// A file that is copied.
    File(Asset),
    /// The visible rows of a file.
    Table(Arc<str>),
}

impl Producer {
    /// Whether it is best made when all others are there, since it says what they hold.
    pub fn comes_last(&self) -> bool {
        matches!(self, Producer::Exchange(file) if file.comes_last())
    }
}

/// An output with its producer and words for it.
#[derive(Debug, Clone)]
pub struct Planned {
    pub producer: Producer,
    /// What makes it, for messages.
    pub by: String,
    pub at: Option<Location>,
}

impl Planned {
    /// Whether a file of the site is published as it is, rather than made.
    pub fn is_of_site(&self) -> bool {
        matches!(self.producer, Producer::File(_) | Producer::Table(_))
    }
}

/// Every output path of an edition.
#[derive(Debug, Default)]
pub struct Plan {
    /// By path from the edition's root, without a slash at the start.
    pub outputs: BTreeMap<String, Planned>,
    /// Width and height in pixels of the pictures among them.
    pub sizes: BTreeMap<String, (u32, u32)>,
}

/// Plans an edition's outputs. `theme` has what pages load of the theme, by path; `places` says, by
/// the path of a content file, what in it decides on its address.
pub fn plan(
    edition: &Edition,
    theme: &BTreeMap<String, Arc<[u8]>>,
    statics: &[Asset],
    places: &BTreeMap<&str, Location>,
    found: &mut Diagnostics,
) -> Plan {
    let mut plan = Plan::default();
    let mut collisions = Collisions::default();
    let mut claim = |path: String, producer: Producer, by: String, at: Option<Location>| {
        plan.claim(path, Planned { producer, by, at }, &mut collisions, found);
    };
    let place = |path: &str| places.get(path).cloned();
    let per_page = edition.site.per_page;
    let page = |path: &str| format!("{}index.html", path.trim_start_matches('/'));

    claim(page("/"), Producer::Home, "the home page".into(), None);
    claim(
        "404.html".into(),
        Producer::NotFound,
        "the page for what is not there".into(),
        None,
    );
    claim(
        "sitemap.xml".into(),
        Producer::Sitemap,
        "the sitemap".into(),
        None,
    );
    claim(
        "robots.txt".into(),
        Producer::Robots,
        "robots.txt".into(),
        None,
    );
    claim(
        "_headers".into(),
        Producer::Headers,
        "the headers for hosts".into(),
        None,
    );
    if has_redirects(edition) {
        let by = "the redirects for hosts".to_owned();
        claim("_redirects".into(), Producer::Redirects, by, None);
    }
    claim(
        page(MARKINGS),
        Producer::Markings,
        "the page on markings".into(),
        None,
    );
    claim(
        "atom.xml".into(),
        Producer::SiteAtom,
        "the site's Atom feed".into(),
        None,
    );
    claim(
        "feed.json".into(),
        Producer::SiteJsonFeed,
        "the site's JSON feed".into(),
        None,
    );
    claim(
        FAVICON.into(),
        Producer::Favicon,
        "the theme's favicon".into(),
        None,
    );
    for (path, bytes) in theme {
        let by = "the theme's file of that name".to_owned();
        claim(path.clone(), Producer::Theme(Arc::clone(bytes)), by, None);
    }
    if edition.site.search {
        let by = "the search";
        claim(page(search::FOLDER), Producer::SearchPage, by.into(), None);
        for (path, file) in search::files(edition) {
            claim(path, Producer::Search(file), by.into(), None);
        }
    }
    if edition.site.sidecars {
        let by = "the STIX bundle of the site".to_owned();
        claim(
            stix::SITE.into(),
            Producer::Stix(stix::File::Site),
            by,
            None,
        );
    }
    for number in 0..page_count(edition.briefs.len(), per_page) {
        let by = "the list of all briefs".to_owned();
        claim(
            page(&page_path("/briefs/", number)),
            Producer::Briefs(number),
            by,
            None,
        );
    }
    for (at, brief) in edition.briefs.iter().enumerate() {
        let path = brief_path(brief);
        claim(
            page(&path),
            Producer::Brief(brief_id_of(at)),
            brief_by(brief),
            place(&brief.path),
        );
        redirects(&brief.redirects, &path, &brief.path, &mut claim);
        assets(&brief.assets, &path, &mut claim);
        if edition.site.sidecars {
            claim(
                format!("{}{}", path.trim_start_matches('/'), stix::BRIEF),
                Producer::Stix(stix::File::Brief(brief_id_of(at))),
                format!("the brief {}", brief.path),
                place(&brief.path),
            );
        }
        if edition.site.cards {
            let id = brief_id_of(at);
            claim(
                card_path(Some(brief)),
                Producer::Card(Some(id)),
                brief_by(brief),
                place(&brief.path),
            );
        }
    }
    if edition.site.cards {
        let by = "the card of the site".to_owned();
        claim(card_path(None), Producer::Card(None), by, None);
    }
    for kind in EntityKind::ALL {
        if edition.of_kind(*kind).next().is_some() {
            let by = format!("the index of {}", kind.plural_title().to_lowercase());
            claim(
                page(&format!("/{}/", kind.folder())),
                Producer::Index(*kind),
                by,
                None,
            );
        }
        for (id, entity) in edition.of_kind(*kind) {
            let path = entity_path(entity);
            let by = entity_by(entity);
            // Without a profile the path is of a brief that names it, and its title decides nothing.
            let at = match &entity.profile {
                Some(_) => place(&entity.path),
                None => place(&entity.path).map(|_| Location::of_path(&entity.path)),
            };
            for number in 0..page_count(entity.briefs.len(), per_page) {
                claim(
                    page(&page_path(&path, number)),
                    Producer::Entity(id, number),
                    by.clone(),
                    at.clone(),
                );
            }
            let folder = path.trim_start_matches('/');
            if edition.site.sidecars && *kind == EntityKind::Actor {
                claim(
                    format!("{folder}{}", stix::ACTOR),
                    Producer::Stix(stix::File::Actor(id)),
                    by.clone(),
                    at.clone(),
                );
            }
            claim(
                format!("{folder}atom.xml"),
                Producer::EntityAtom(id),
                by.clone(),
                at.clone(),
            );
            claim(
                format!("{folder}feed.json"),
                Producer::EntityJsonFeed(id),
                by,
                at,
            );
            if let Some(profile) = &entity.profile {
                redirects(&profile.redirects, &path, &entity.path, &mut claim);
                assets(&profile.assets, &path, &mut claim);
            }
        }
    }
    for (first, second) in &edition.statistics.comparisons {
        let [one, other] = [first, second].map(|id| edition.entity(*id));
        claim(
            page(&compare_path(edition, *first, *second)),
            Producer::Compare(*first, *second),
            format!("the comparison of {} and {}", one.name, other.name),
            None,
        );
    }
    if edition.statistics.landscape.is_some() {
        let by = "the landscape";
        claim(page(LANDSCAPE), Producer::Landscape, by.into(), None);
        for (sheet, _) in Sheet::ALL {
            let path = sheet_path(sheet).trim_start_matches('/').to_owned();
            claim(path, Producer::LandscapeSheet(sheet), by.into(), None);
        }
    }
    if !edition.tags.is_empty() {
        claim(
            page("/tags/"),
            Producer::Tags,
            "the index of tags".into(),
            None,
        );
    }
    for (at, entry) in edition.tags.iter().enumerate() {
        for number in 0..page_count(entry.briefs.len(), per_page) {
            let path = page_path(&format!("/tags/{}/", entry.tag.slug), number);
            claim(
                page(&path),
                Producer::Tag(at, number),
                format!("the tag {}", entry.tag.name),
                None,
            );
        }
    }
    for (at, content) in edition.pages.iter().enumerate() {
        let path = format!("/{}/", content.slug);
        claim(
            page(&path),
            Producer::Content(at),
            format!("the page {}", content.path),
            place(&content.path),
        );
        redirects(&content.redirects, &path, &content.path, &mut claim);
        assets(&content.assets, &path, &mut claim);
    }
    if edition.site.sidecars {
        let by = "the files for other tools";
        let path = page(exchange::FOLDER);
        claim(path, Producer::ExchangePage, by.into(), None);
        for (path, file) in exchange::files(edition) {
            // Two briefs of one slug collide in these too, which is one mistake.
            let by = match file.scope() {
                exchange::Scope::Edition => by.to_owned(),
                exchange::Scope::Brief(id) => brief_by(edition.brief(id)),
                exchange::Scope::Entity(id) => entity_by(edition.entity(id)),
            };
            claim(path, Producer::Exchange(file), by, None);
        }
    }
    if edition.site.security.is_some() {
        let path = exchange::security::PATH.to_owned();
        let by = "[security] in tearline.toml".to_owned();
        claim(path, Producer::Security, by, None);
    }
    for path in [PUBLICATION_NAME, SUMS_NAME, SIGNATURE_NAME] {
        let by = "the list of files for readers".to_owned();
        claim(path.to_owned(), Producer::Sums, by, None);
    }
    for asset in statics {
        claim(
            asset.path.clone(),
            Producer::File(asset.clone()),
            asset.site_path.clone(),
            Some(Location::of_path(&asset.site_path)),
        );
    }
    for path in exchange::listing::checksums(&plan) {
        let planned = Planned {
            producer: Producer::Checksum,
            by: "the checksum of the document beside it".to_owned(),
            at: None,
        };
        plan.claim(path, planned, &mut collisions, found);
    }
    plan.check_folders(&mut collisions, found);
    plan.check_lengths(found);
    plan.check_labels(edition.site.tlp, found);
    plan
}

fn brief_by(brief: &model::Brief) -> String {
    format!("the brief {}", brief.path)
}

fn entity_by(entity: &model::Entity) -> String {
    format!(
        "the page of the {} {} ({})",
        entity.kind.name(),
        entity.name,
        entity.path
    )
}

/// Who was reported to collide with whom: two entities of one slug collide in their page and in each
/// of their feeds, and that is one mistake.
type Collisions = BTreeSet<(String, String)>;

type Claim<'a> = dyn FnMut(String, Producer, String, Option<Location>) + 'a;

fn has_redirects(edition: &Edition) -> bool {
    let briefs = edition.briefs.iter().map(|brief| &brief.redirects);
    let entities = edition.entities.iter();
    let profiles = entities.filter_map(|entity| Some(&entity.profile.as_ref()?.redirects));
    let pages = edition.pages.iter().map(|page| &page.redirects);
    briefs
        .chain(profiles)
        .chain(pages)
        .any(|all| !all.is_empty())
}

fn redirects(redirects: &[model::Redirect], to: &str, path: &str, claim: &mut Claim) {
    for redirect in redirects {
        let from = redirect.from.trim_start_matches('/');
        let last = from.rsplit('/').next().unwrap_or_default();
        let output = match (from.ends_with('/'), last.contains('.')) {
            (true, _) => format!("{from}index.html"),
            (false, true) => from.to_owned(),
            (false, false) => format!("{from}/index.html"),
        };
        let by = format!("the redirect from {} in {path}", redirect.from);
        claim(
            output,
            Producer::Redirect(to.to_owned()),
            by,
            Some(redirect.at.clone()),
        );
    }
}

fn assets(assets: &[model::Published], folder: &str, claim: &mut Claim) {
    for model::Published { asset, contents } in assets {
        let output = format!("{}{}", folder.trim_start_matches('/'), asset.path);
        claim(
            output,
            match contents {
                model::Contents::File => Producer::File(asset.clone()),
                model::Contents::Table(rows) => Producer::Table(Arc::clone(rows)),
            },
            asset.site_path.clone(),
            Some(Location::of_path(&asset.site_path)),
        );
    }
}

impl Plan {
    fn claim(
        &mut self,
        path: String,
        planned: Planned,
        collisions: &mut Collisions,
        found: &mut Diagnostics,
    ) {
        if let Some(first) = self.outputs.get(&path) {
            // What a site brings may replace what the theme brings.
            if matches!(
                (&first.producer, &planned.producer),
                (
                    Producer::Favicon | Producer::Robots | Producer::Headers | Producer::Redirects,
                    Producer::File(_)
                ) | (
                    Producer::Markings
                        | Producer::SearchPage
                        | Producer::Landscape
                        | Producer::ExchangePage,
                    Producer::Content(_)
                )
            ) {
                self.outputs.insert(path, planned);
                return;
            }
            // A brief's own `indicators.csv`, which its text links to, stays what it is.
            let is_beside = |file: &exchange::File| file.scope() != exchange::Scope::Edition;
            if first.is_of_site()
                && matches!(&planned.producer, Producer::Exchange(file) if is_beside(file))
            {
                return;
            }
            if collisions.insert((first.by.clone(), planned.by.clone())) {
                found.push(collision(&path, first, &planned));
            }
            return;
        }
        self.outputs.insert(path, planned);
    }

    /// A path cannot be a file and a folder at once.
    fn check_folders(&self, collisions: &mut Collisions, found: &mut Diagnostics) {
        for (path, planned) in &self.outputs {
            let mut parent = path.as_str();
            while let Some((folder, _)) = parent.rsplit_once('/') {
                if let Some(file) = self.outputs.get(folder)
                    && collisions.insert((file.by.clone(), planned.by.clone()))
                {
                    found.push(collision(folder, file, planned));
                }
                parent = folder;
            }
        }
    }

    /// A name that no file system takes, told once for all that is planned below it.
    fn check_lengths(&self, found: &mut Diagnostics) {
        /// In bytes (NAME_MAX of Linux, macOS and Windows).
        const LONGEST: usize = 255;
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (path, planned) in &self.outputs {
            let Some(part) = path.split('/').find(|part| part.len() > LONGEST) else {
                continue;
            };
            if !told.insert(part) {
                continue;
            }
            let diagnostic = Diagnostic::new(
                Code::BadId,
                format!(
                    "the address of {} is too long for a file's name",
                    planned.by
                ),
            )
            .help(format!(
                "make it shorter than {LONGEST} letters, or give it a short `slug`"
            ));
            found.push(match planned.at.clone() {
                Some(at) => diagnostic
                    .at_location(at)
                    .label(format!("becomes a name of {} bytes", part.len())),
                None => diagnostic,
            });
        }
    }

    /// The path of the page or file that an address inside of the edition leads to.
    pub fn find(&self, address: &str) -> Option<&str> {
        let path = address.trim_start_matches('/');
        let index = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        };
        self.outputs
            .get_key_value(&index)
            .or_else(|| self.outputs.get_key_value(&format!("{path}/index.html")))
            .map(|(path, _)| path.as_str())
    }
}

impl Made for Plan {
    fn is_made(&self, path: &str) -> bool {
        self.outputs.get(path).is_some_and(|by| !by.is_of_site())
    }

    fn made(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        let made = self.outputs.iter().filter(|(_, by)| !by.is_of_site());
        Box::new(made.map(|(path, _)| path.as_str()))
    }
}

fn collision(path: &str, first: &Planned, second: &Planned) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::Collision,
        format!(
            "two things want the address /{path}: {} and {}",
            first.by, second.by
        ),
    )
    .help("give one of them another `slug`, name or place");
    match (second.at.clone(), first.at.clone()) {
        (Some(at), Some(other)) => diagnostic
            .at_location(at)
            .label("the second")
            .related(other, "the first"),
        (Some(at), None) | (None, Some(at)) => diagnostic.at_location(at).label("this one"),
        (None, None) => diagnostic,
    }
}
