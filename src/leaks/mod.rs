//! The leak scan: no output holds what its edition withholds.
//!
//! In: the library, an edition's audience, and every output of it. Out: an error for each withheld
//! text that stands in an output, with the place in both. It is a second opinion on redaction, which
//! it never asks.
//!
//! 1. [`harvest`] goes through the library by markings alone ([`audience`]); [`needles`] makes of
//!    each withheld text what is searched for;
//! 2. a needle that also stands in what is visible, in what is [`public`], or in a file of `static/`
//!    is none;
//! 3. [`forms`] undoes packing, markup and escapes of an output, [`words`] folds it into words and
//!    looks for the needles as they come in, by the tables in [`index`];
//! 4. a hit that is put together of whole pieces that are [`published`] is none, nor is one that the
//!    settings allow ([`excuse`]). Only hits are looked at so closely: most builds have none.
//!
//! Over folded words an Aho–Corasick automaton takes six times as long and a hundred times as long
//! to build, since needles are whole sentences by the hundred thousand: `benches/README.md` has the
//! measurement.

mod addresses;
mod audience;
mod encoded;
mod excuse;
mod findings;
pub mod folder;
mod forms;
mod harvest;
mod harvest_body;
mod index;
mod json;
mod letters;
mod markup;
mod needles;
mod notes;
mod pdf;
mod public;
mod published;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::FixedState;
use rayon::prelude::*;

use self::audience::{Audience, Seen};
pub use self::excuse::{Allowed, AllowedText};
use self::findings::Sightings;
use self::harvest::{Piece, Sink, Writing};
use self::index::Index;
use self::needles::Needle;
use self::words::{Words, folded};
use crate::diagnostic::Diagnostics;
use crate::intel::model::{Library, Release};
use crate::load::Site;
use crate::settings::{EditionSettings, Settings};

/// What a scan is made from, for every edition of a site.
pub struct Ground {
    /// Its settings and all its files but the documents, which the library says.
    pub site: Site,
    pub library: Library,
    pub release: Release,
}

impl Ground {
    /// The editions that the site has.
    pub fn editions(&self) -> &[EditionSettings] {
        &self.site.settings.editions
    }

    pub fn settings(&self) -> &Settings {
        &self.site.settings
    }
}

/// The search of one edition's outputs.
pub struct Scan {
    edition: EditionSettings,
    index: Index,
    needles: Vec<Needle>,
    /// Files of `static/`: what is in them is public by definition.
    statics: HashSet<PathBuf>,
    sightings: Mutex<Sightings>,
    /// Outputs in which something was found, excused or not.
    touched: Mutex<BTreeSet<String>>,
    /// By the number of the allowance: what it let pass.
    let_pass: Mutex<BTreeMap<usize, Vec<AllowedText>>>,
    /// By path: why it was not searched, or not all of it.
    unsearched: Mutex<BTreeMap<String, Vec<String>>>,
}

impl Scan {
    pub fn new(ground: &Ground, edition: &EditionSettings) -> Self {
        let audience = Audience::new(edition, ground.release);
        let seen = Seen::new(&ground.library, &audience);
        let needles = needles_of(&ground.library, &seen);
        let needles = without_public(needles, ground, edition, &seen);
        Self {
            edition: edition.clone(),
            index: Index::new(needles.iter().map(|needle| needle.folded.clone()).collect())
                .allowing(
                    edition
                        .allow
                        .iter()
                        .map(|allowance| folded(&allowance.phrase)),
                ),
            needles,
            statics: ground
                .site
                .statics
                .iter()
                .map(|asset| asset.file.clone())
                .collect(),
            sightings: Mutex::default(),
            touched: Mutex::default(),
            let_pass: Mutex::default(),
            unsearched: Mutex::default(),
        }
    }

    /// How many texts are searched for.
    pub fn needles(&self) -> usize {
        self.index.len()
    }

    /// A hash of the texts that are searched for.
    pub fn digest(&self) -> blake3::Hash {
        let mut texts: Vec<(&[u8], bool)> = self
            .needles
            .iter()
            .map(|needle| (&*needle.folded.text, needle.folded.is_number))
            .collect();
        texts.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        for (text, is_number) in texts {
            hasher.update(text);
            // No text has either of them.
            hasher.update(&[u8::from(is_number)]);
        }
        hasher.finalize()
    }

    /// Searches an output that is in memory.
    pub fn bytes(&self, path: &str, bytes: &[u8]) {
        if self.index.is_empty() {
            return;
        }
        let (found, unsearched) = forms::search(path, bytes, &self.index);
        if !unsearched.is_empty() {
            self.unsearched(path, unsearched);
        }
        if found.is_empty() {
            return;
        }
        held(&self.touched).insert(path.to_owned());
        findings::note(path, found, &mut held(&self.sightings));
    }

    /// Searches an output that is the copy of a file.
    pub fn copy(&self, path: &str, file: &Path) {
        if self.index.is_empty() || self.statics.contains(file) {
            return;
        }
        self.file(path, file);
    }

    /// Reads a file and searches it.
    fn file(&self, path: &str, file: &Path) {
        let length = std::fs::metadata(file).map(|data| data.len());
        match length {
            Ok(length) if length > forms::MOST_BYTES => {
                let most = forms::MOST_BYTES >> 20;
                self.bytes(path, &[]);
                self.unsearched(path, vec![format!("is larger than {most} MiB")]);
            }
            Ok(_) => match std::fs::read(file) {
                Ok(bytes) => self.bytes(path, &bytes),
                Err(error) => self.unsearched(path, vec![format!("cannot be read: {error}")]),
            },
            Err(error) => self.unsearched(path, vec![format!("cannot be read: {error}")]),
        }
    }

    fn unsearched(&self, path: &str, reasons: Vec<String>) {
        held(&self.unsearched)
            .entry(path.to_owned())
            .or_default()
            .extend(reasons);
    }

    /// The outputs in which something was found. What excused it may be another time, so they are to be
    /// searched in each build.
    pub fn touched(&self) -> BTreeSet<String> {
        held(&self.touched).clone()
    }

    /// The phrases that the settings allow, with what they let pass; after [`Scan::findings`].
    pub fn allowed(&self) -> Vec<Allowed> {
        excuse::allowed(&self.edition.allow, &held(&self.let_pass))
    }

    /// Says of the phrases that let nothing pass that they can go; after [`Scan::findings`] of all
    /// outputs.
    pub fn unused_allowances(&self, ground: &Ground) -> Diagnostics {
        let mut found = excuse::unused(&self.edition.allow, &held(&self.let_pass));
        found.reweigh(|code| ground.site.settings.weigh(code));
        found
    }

    /// What was found, when every output was searched, as the site weighs it. `folder` is that of
    /// the outputs, for their paths in messages.
    pub fn findings(&self, ground: &Ground, folder: &Path) -> Diagnostics {
        fn taken<T: Default>(from: &Mutex<T>) -> T {
            std::mem::take(&mut *held(from))
        }
        let below = folder.to_string_lossy().replace('\\', "/");
        let below = below.trim_end_matches('/');
        let sightings = excuse::without_excused(self, ground, taken(&self.sightings));
        let sightings = excuse::without_allowed(self, below, sightings);
        let mut found = findings::report(self, below, sightings, taken(&self.unsearched));
        found.reweigh(|code| ground.site.settings.weigh(code));
        found.sort();
        found
    }
}

/// What is behind a lock; a thread that failed with it has left it whole.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One document or entity, so that they can be gone through in parallel.
type Give<'a> = Box<dyn Fn(&mut Sink) + Sync + Send + 'a>;

fn documents<'a>(library: &'a Library, seen: &'a Seen<'a>) -> Vec<Give<'a>> {
    let briefs = library.briefs.iter().map(|brief| -> Give {
        Box::new(move |sink: &mut Sink| harvest::brief(brief, seen.audience, sink))
    });
    // A name that the audience knows to be another's is a piece of that one's profile.
    let entities = audience::ids(library).filter(|(id, _)| seen.meant(*id) == *id);
    let entities = entities.map(|(id, entity)| -> Give {
        let named = seen.sees_entity(id);
        Box::new(move |sink: &mut Sink| harvest::entity(entity, named, seen, sink))
    });
    let pages = library.pages.iter().map(|page| -> Give {
        Box::new(move |sink: &mut Sink| harvest::page(page, seen.audience, sink))
    });
    briefs.chain(entities).chain(pages).collect()
}

/// Each text that is withheld somewhere, once.
fn needles_of(library: &Library, seen: &Seen) -> Vec<Needle> {
    let of_documents: Vec<Vec<Needle>> = documents(library, seen)
        .par_iter()
        .map(|document| {
            let mut needles = Vec::new();
            document(&mut |piece: Piece| {
                if !piece.visible {
                    needles::of(&piece, &mut needles);
                }
            });
            needles
        })
        .collect();
    let most = of_documents.iter().map(Vec::len).sum();
    let mut places: HashMap<Arc<[u8]>, usize, FixedState> =
        HashMap::with_capacity_and_hasher(most, FixedState::default());
    let mut kept: Vec<Needle> = Vec::with_capacity(most);
    for needle in of_documents.into_iter().flatten() {
        match places.get(&needle.folded.text) {
            // A name that is also an everyday word somewhere is a name.
            Some(place) => {
                if let Some(first) = kept.get_mut(*place) {
                    first.is_everyday &= needle.is_everyday;
                    first.folded.is_number &= needle.folded.is_number;
                }
            }
            None => {
                places.insert(needle.folded.text.clone(), kept.len());
                kept.push(needle);
            }
        }
    }
    kept
}

/// The needles that stand nowhere that the audience may read, and in nothing that is public.
fn without_public(
    needles: Vec<Needle>,
    ground: &Ground,
    edition: &EditionSettings,
    seen: &Seen,
) -> Vec<Needle> {
    if needles.is_empty() {
        return needles;
    }
    let index = Index::new(needles.iter().map(|needle| needle.folded.clone()).collect());
    let public: Vec<AtomicBool> = needles.iter().map(|_| AtomicBool::new(false)).collect();
    let excuse = |needle: u32| {
        if let Some(public) = public.get(needle as usize) {
            public.store(true, Ordering::Relaxed);
        }
    };
    let excuse_text = |text: &str| {
        for form in [markup::search, json::plain] {
            for hit in form(text.as_bytes(), &index, false) {
                excuse(hit.needle);
            }
        }
    };
    let has_templates = !ground.site.templates.is_empty();
    documents(&ground.library, seen)
        .par_iter()
        .for_each(|document| {
            let mut words = Words::new(&index, false);
            document(&mut |piece: Piece| {
                if !piece.is_published(has_templates) {
                    return;
                }
                words.take(piece.text.as_bytes(), 0);
                words.part();
                if piece.writing == Writing::Markup {
                    excuse_text(piece.text);
                }
            });
            words
                .finish()
                .into_iter()
                .for_each(|hit| excuse(hit.needle));
        });
    public::each(&ground.site.tables, &mut |text| excuse_text(text));
    ground
        .library
        .attack_notice
        .iter()
        .for_each(|notice| excuse_text(notice));
    settings(&ground.site, edition, &mut |text| excuse_text(text));
    let mut addresses = Words::new(&index, false);
    addresses::each(&ground.library, seen, edition, &mut |address| {
        addresses.take(address.as_bytes(), 0);
        addresses.part();
    });
    let addresses = addresses.finish().into_iter();
    addresses.for_each(|hit| excuse(hit.needle));
    for asset in &ground.site.statics {
        // One that is too large excuses nothing.
        let small =
            std::fs::metadata(&asset.file).is_ok_and(|data| data.len() <= forms::MOST_BYTES);
        if small && let Ok(bytes) = std::fs::read(&asset.file) {
            let (found, _) = forms::search(&asset.path, &bytes, &index);
            found.into_iter().for_each(|found| excuse(found.needle));
        }
    }
    // Fonts are published as they are; what looks like a word in one was not written there.
    let excuse_font = |bytes: &[u8]| {
        let (found, _) = forms::search("", bytes, &index);
        found.into_iter().for_each(|found| excuse(found.needle));
    };
    public::fonts().for_each(excuse_font);
    ground
        .site
        .fonts
        .iter()
        .for_each(|(_, bytes)| excuse_font(bytes));
    for template in &ground.site.templates {
        let (found, _) = forms::search(&template.path, template.text.as_bytes(), &index);
        for found in found {
            // A name in a template is as much a leak as anywhere else.
            if needles
                .get(found.needle as usize)
                .is_some_and(|needle| needle.is_everyday)
            {
                excuse(found.needle);
            }
        }
    }
    needles
        .into_iter()
        .zip(public)
        .filter(|(_, public)| !public.load(Ordering::Relaxed))
        .map(|(needle, _)| needle)
        .collect()
}

/// What pages, feeds and files say of the site itself.
fn settings(site: &Site, edition: &EditionSettings, give: &mut dyn FnMut(&str)) {
    let settings = &site.settings;
    give(&settings.title);
    settings.authors.iter().for_each(|author| give(author));
    let security = settings.security.iter();
    let fields = security.flat_map(|security| &security.fields);
    fields.for_each(|(_, value)| give(value));
    give(&settings.language);
    give(&edition.title_suffix);
    give(edition.base_url.as_str());
    edition.name.iter().for_each(|name| give(name));
    if let Some(form) = &settings.subscribe {
        give(&form.action);
        give(&form.field);
        form.privacy
            .iter()
            .chain(&form.terms)
            .for_each(|page| give(page));
    }
    give(&settings.share.mastodon);
    // Only a template of the site's own can say it.
    if !site.templates.is_empty() {
        give(&settings.extra.to_string());
    }
}
