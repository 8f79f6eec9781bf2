//! What the site has already, as an import asks for it.
//!
//! In: the site's folder. Out: its documents by what they are of (a record of an earlier import, an
//! id in a catalogue, a name), its addresses that are taken, and its places.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::intel::names::fold;
use crate::intel::places;
use crate::intel::resolve::context::{slug_from, slug_of};
use crate::kind::EntityKind;
use crate::load::matter::{Common, ProfileMatter};
use crate::load::{self, Document, FileKind, Matter, Site};
use crate::marking::Tlp;

/// The site and the ways to find something in it.
#[derive(Debug)]
pub struct Shelf {
    pub site: Site,
    identities: HashMap<(FileKind, String), usize>,
    names: HashMap<(FileKind, String), usize>,
    slugs: HashMap<(FileKind, String), Option<usize>>,
    /// Paths of documents, in small letters, since some file systems do not tell them apart.
    paths: HashSet<String>,
    places: HashMap<String, String>,
    /// The names of places that are built in.
    built_in: HashSet<String>,
}

impl Shelf {
    /// Reads the site. None where its settings cannot be used, with the findings.
    pub fn read(root: &Path, found: &mut Diagnostics) -> Option<Self> {
        // What is wrong with other files is for `check` to say; only the settings are needed.
        let mut all = Diagnostics::new();
        let site = load::load(root, None, &mut all);
        let Some(site) = site else {
            found.extend(all);
            return None;
        };
        let mut shelf = Self {
            identities: HashMap::new(),
            names: HashMap::new(),
            slugs: HashMap::new(),
            paths: HashSet::new(),
            places: places_of(&site),
            built_in: places::all().into_iter().map(|place| place.name).collect(),
            site,
        };
        for (kind, stem) in shelf.site.unparsed.clone() {
            shelf.slugs.insert((kind, slug_from(&stem)), None);
        }
        for (at, document) in shelf.site.documents.iter().enumerate() {
            let kind = document.kind();
            let (common, name) = common(document);
            shelf.paths.insert(document.file.path.to_lowercase());
            shelf
                .slugs
                .insert((kind, slug_of(document, common)), Some(at));
            shelf.names.entry((kind, fold(name))).or_insert(at);
            for identity in identities(document) {
                shelf.identities.entry((kind, identity)).or_insert(at);
            }
        }
        Some(shelf)
    }

    pub fn document(&self, at: usize) -> &Arc<Document> {
        &self.site.documents[at]
    }

    pub fn by_identity(&self, kind: FileKind, identity: &str) -> Option<usize> {
        self.identities.get(&(kind, identity.to_owned())).copied()
    }

    pub fn by_name(&self, kind: FileKind, name: &str) -> Option<usize> {
        self.names.get(&(kind, fold(name))).copied()
    }

    /// Whether an address is taken, and by which document; by none where that does not parse.
    pub fn by_slug(&self, kind: FileKind, slug: &str) -> Option<Option<usize>> {
        self.slugs.get(&(kind, slug.to_owned())).copied()
    }

    pub fn has_path(&self, path: &str) -> bool {
        self.paths.contains(&path.to_lowercase()) || self.site.root.join(path).exists()
    }

    /// A place as front matter would name it: by code, name or alias, built in or the site's own.
    pub fn place(&self, text: &str) -> Option<&str> {
        self.places.get(&fold(text)).map(String::as_str)
    }

    /// Whether a place is built in: a profile of that name describes it and makes none.
    pub fn is_built_in(&self, place: &str) -> bool {
        self.built_in.contains(place)
    }

    /// The marking of what comes without one: the site's default, else the narrowest edition's, so
    /// that it is read by nobody who could not read the rest.
    pub fn unmarked(&self) -> Tlp {
        let settings = &self.site.settings;
        settings.default_tlp.unwrap_or_else(|| {
            settings
                .editions
                .iter()
                .map(|edition| edition.tlp)
                .max()
                .unwrap_or(Tlp::Clear)
        })
    }
}

/// The keys that every document has, and its title or name.
pub fn common(document: &Document) -> (&Common, &str) {
    fn profile(profile: &ProfileMatter) -> (&Common, &str) {
        (&profile.common, &profile.name.value)
    }
    match &document.matter {
        Matter::Brief(brief) => (&brief.common, &brief.title.value),
        Matter::Page(page) => (&page.common, &page.title.value),
        Matter::Actor(matter) => profile(&matter.profile),
        Matter::Region(matter) => profile(&matter.profile),
        Matter::Sector(matter) => profile(&matter.profile),
        Matter::Technique(matter) => profile(&matter.profile),
        Matter::Software(matter) => profile(&matter.profile),
        Matter::Vulnerability(matter) => profile(&matter.profile),
        Matter::Campaign(matter) => profile(&matter.profile),
    }
}

/// What a document is of, in the words of [`super::catalogue`].
fn identities(document: &Document) -> Vec<String> {
    let (common, _) = common(document);
    let mut identities = Vec::new();
    let records = common
        .extra
        .as_ref()
        .and_then(|extra| extra.value.0.get("import")?.as_object());
    for (importer, record) in records.into_iter().flatten() {
        if let Some(object) = record.get("object").and_then(|object| object.as_str()) {
            identities.push(format!("{importer}:{object}"));
        }
    }
    if let Some((_, profile)) = crate::intel::resolve::profile_of(document)
        && let Some(external) = &profile.external
    {
        if let Some(attack) = &external.attack {
            identities.push(format!("external:{}", attack.trim().to_uppercase()));
        }
        if let Some(misp) = &external.misp {
            identities.push(format!("external:{}", misp.value));
        }
    }
    if let Some(id) = &common.id {
        identities.push(format!("id:{}", id.value));
    }
    identities
}

/// Every text that names a place, folded, and how front matter writes that place.
fn places_of(site: &Site) -> HashMap<String, String> {
    let mut all = HashMap::new();
    let mut regions = HashMap::new();
    for document in &site.documents {
        if let Matter::Region(region) = &document.matter {
            let name = region.profile.name.value.clone();
            for alias in &region.profile.aliases {
                regions.insert(fold(&alias.name), name.clone());
            }
            regions.insert(fold(&name), name);
        }
    }
    for place in places::all() {
        let names = [&place.alpha2, &place.alpha3, &place.m49, &place.stix_region]
            .into_iter()
            .flatten()
            // Of the values of region-ov, a country has that of the region it lies in.
            .filter(|code| place.alpha2.is_none() || Some(*code) != place.stix_region.as_ref())
            .chain([&place.name])
            .chain(&place.aliases);
        for name in names {
            all.entry(fold(name)).or_insert_with(|| place.name.clone());
        }
    }
    all.extend(regions);
    all
}

/// The path of a new document.
pub fn path(kind: FileKind, stem: &str) -> String {
    format!("content/{}/{stem}.md", kind.folder())
}

/// A profile's kind as a kind of file.
pub fn file_kind(kind: EntityKind) -> FileKind {
    FileKind::Profile(kind)
}
