//! What is everybody's: texts that may stand in any output, whatever is withheld.
//!
//! Vocabularies, places, the site's ATT&CK tables, the built-in theme, and the words that the
//! program itself writes. A needle that stands in one of these is none.

use std::sync::Arc;

use include_dir::{Dir, DirEntry, include_dir};

use crate::diagnostic::SourceFile;
use crate::edition::addresses::Sheet;
use crate::intel::vocabulary::{IndicatorType, Vocabulary};
use crate::intel::{attack, places, vocabulary};
use crate::kind::EntityKind;

/// The built-in theme; a site's own templates are not part of it.
static THEME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// String literals and identifiers of the modules that write pages, feeds and figures, gathered
/// when the program was built.
const OWN_WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/own-words.txt"));

/// What libraries write into outputs: dates, the Atom format (RFC 4287), sanitised links.
const OTHER_WORDS: &str = "\
January February March April May June July August September October November December
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
author category contributor content entry feed generator icon id link logo name published rights
source subtitle summary title updated uri version xmlns xml encoding utf 8 http www w3 org 2005 Atom
rel noopener noreferrer nofollow target blank sitemaps schemas sitemap 0 9 urlset lastmod changefreq";

/// Gives all of these texts.
pub fn each(tables: &[Arc<SourceFile>], give: &mut dyn FnMut(&str)) {
    give(OWN_WORDS);
    give(OTHER_WORDS);
    give(crate::markdown::STYLESHEET);
    give(crate::figures::STYLESHEET);
    theme(&THEME, give);
    give(crate::render::templates::FAVICON);
    give(crate::exchange::catalogue::SCHEMA);
    for listing in vocabulary::listings() {
        give(listing.title);
        give(listing.source);
        for entry in &listing.entries {
            give(entry.meaning);
        }
    }
    // The names of these files are written by the program, beside whatever an author calls his.
    for (_, name) in Sheet::ALL {
        give(&format!("{name}.csv"));
    }
    give(crate::edition::addresses::CARD);
    names(tables, &mut |name, _| give(name));
    // What is wrong with the tables was said when they were resolved.
    let attack = attack::read(tables, &mut crate::diagnostic::Diagnostics::new());
    attack.notice.iter().for_each(|notice| give(notice));
}

/// Gives those of them that are names, with whether each is an id.
pub fn names(tables: &[Arc<SourceFile>], give: &mut dyn FnMut(&str, bool)) {
    for place in places::all() {
        give(&place.name, false);
        give(&place.slug, false);
        place.aliases.iter().for_each(|alias| give(alias, false));
        let regions = place.stix_region.iter();
        regions.for_each(|region| give(region, false));
    }
    for listing in vocabulary::listings() {
        for entry in &listing.entries {
            give(entry.name, false);
            give(entry.label, false);
            entry.also.iter().for_each(|other| give(other, false));
        }
    }
    for kind in IndicatorType::ALL {
        kind.stix_path()
            .into_iter()
            .for_each(|path| give(path, false));
    }
    for kind in EntityKind::ALL {
        give(kind.name(), false);
        give(kind.folder(), false);
        give(kind.title(), false);
        give(kind.plural_title(), false);
    }
    let attack = attack::read(tables, &mut crate::diagnostic::Diagnostics::new());
    for (id, technique) in &attack.techniques {
        give(id, true);
        give(&technique.name, false);
    }
    for (short, name) in &attack.tactics {
        give(short, false);
        give(name, false);
    }
}

/// Gives what exchange formats put before values: `misp-galaxy:threat-actor`. These are the strings of
/// the program's source that are tags or paths, up to the value.
pub fn prefixes(give: &mut dyn FnMut(&str)) {
    for literal in OWN_WORDS.lines() {
        let prefix = literal.split("=\\\"{").next().unwrap_or(literal);
        if prefix.contains(':') && !prefix.contains([' ', '{', '/']) {
            give(prefix);
        }
    }
}

/// The fonts of the built-in theme.
pub fn fonts() -> impl Iterator<Item = &'static [u8]> {
    let fonts = THEME.get_dir("fonts").into_iter().flat_map(Dir::files);
    fonts.map(include_dir::File::contents)
}

fn theme(folder: &Dir, give: &mut dyn FnMut(&str)) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => theme(inner, give),
            DirEntry::File(file) => file.contents_utf8().into_iter().for_each(&mut *give),
        }
    }
}
