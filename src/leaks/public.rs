//! What is everybody's: texts that may stand in any output, whatever is withheld.
//!
//! Vocabularies, places, the site's ATT&CK tables, the built-in theme, and the words that the
//! program itself writes. A needle that stands in one of these is none.

use include_dir::{Dir, DirEntry, include_dir};

use crate::intel::{attack, places, vocabulary};
use crate::kind::EntityKind;
use crate::plan::Sheet;

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
pub fn each(tables: &[std::sync::Arc<crate::diagnostic::SourceFile>], give: &mut dyn FnMut(&str)) {
    give(OWN_WORDS);
    give(OTHER_WORDS);
    give(include_str!("../markdown/highlight.css"));
    give(include_str!("../figures/figures.css"));
    theme(&THEME, give);
    give(crate::render::templates::FAVICON);
    give(crate::exchange::catalogue::SCHEMA);
    for place in places::all() {
        give(&place.name);
        give(&place.slug);
        place.aliases.iter().for_each(|alias| give(alias));
        place.stix_region.iter().for_each(|region| give(region));
    }
    for listing in vocabulary::listings() {
        give(listing.title);
        give(listing.source);
        for entry in &listing.entries {
            give(entry.name);
            give(entry.label);
            give(entry.meaning);
            entry.also.iter().for_each(|other| give(other));
        }
    }
    for kind in EntityKind::ALL {
        give(kind.name());
        give(kind.folder());
        give(kind.title());
        give(kind.plural_title());
    }
    // The names of these files are written by the program, beside whatever an author calls his.
    for (_, name) in Sheet::ALL {
        give(&format!("{name}.csv"));
    }
    give(crate::plan::CARD);
    // What is wrong with the tables was said when they were resolved.
    let attack = attack::read(tables, &mut crate::diagnostic::Diagnostics::new());
    for (id, technique) in &attack.techniques {
        give(id);
        give(&technique.name);
    }
    for (short, name) in &attack.tactics {
        give(short);
        give(name);
    }
    attack.notice.iter().for_each(|notice| give(notice));
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
