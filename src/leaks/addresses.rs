//! The addresses of what an edition holds: who may not read a link to one of them may still come
//! there. And those of the records that pages and bundles link to, which are made of public ids.
//!
//! In: an edition's settings, the library and what its audience may see. Out: every address as a
//! text, those of the edition whole and from its root, with those of its feeds and files.

use super::audience::{self, Seen};
use crate::edition::addresses;
use crate::exchange::sidecars::{Place, TABLE};
use crate::intel::model::{Entity, Library};
use crate::kind::EntityKind;
use crate::settings::EditionSettings;

/// Files beside the page of an entity, and at the edition's root.
const FEEDS: [&str; 2] = ["atom.xml", "feed.json"];
/// Pages and files that every edition has.
const FIXED: [&str; 8] = [
    "/",
    "/briefs/",
    "/tags/",
    "/sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    addresses::MARKINGS,
    addresses::LANDSCAPE,
];

/// Gives each address twice: whole, and from the edition's root.
pub fn each(library: &Library, seen: &Seen, edition: &EditionSettings, give: &mut dyn FnMut(&str)) {
    let base = edition.base_url.as_str().trim_end_matches('/');
    let mut both = |path: &str| {
        give(path);
        give(&format!("{base}{path}"));
    };
    let mut folder = |path: &str, files: &mut dyn Iterator<Item = &str>| {
        both(path);
        files.for_each(|file| both(&format!("{path}{file}")));
    };
    let beside = |place: Place| {
        let files = TABLE
            .iter()
            .filter(move |file| file.places.contains(&place));
        files.map(|file| file.path)
    };
    FIXED
        .iter()
        .for_each(|path| folder(path, &mut std::iter::empty()));
    folder("/", &mut FEEDS.into_iter());
    folder(addresses::LANDSCAPE, &mut beside(Place::Landscape));
    folder("/exchange/", &mut beside(Place::Edition));
    for kind in EntityKind::ALL {
        folder(&format!("/{}/", kind.folder()), &mut std::iter::empty());
    }
    for brief in &library.briefs {
        if !seen.audience.sees_brief(brief) {
            continue;
        }
        let path = format!("/briefs/{}/", brief.slug);
        folder(&path, &mut beside(Place::Brief));
        for tag in &brief.tags {
            folder(&format!("/tags/{}/", tag.slug), &mut std::iter::empty());
        }
    }
    for (id, entity) in audience::ids(library) {
        if seen.sees_entity(id) {
            let path = format!("/{}/{}/", entity.kind.folder(), entity.slug);
            let files = beside(Place::Entity(entity.kind));
            folder(&path, &mut FEEDS.into_iter().chain(files));
        }
    }
    for page in &library.pages {
        if seen.audience.sees_page(page) {
            folder(&format!("/{}/", page.slug), &mut std::iter::empty());
        }
    }
    for (id, entity) in audience::ids(library) {
        if seen.sees_entity(id) {
            records(entity, seen, give);
        }
    }
}

/// The records on an entity in public catalogues.
fn records(entity: &Entity, seen: &Seen, give: &mut dyn FnMut(&str)) {
    let attack = |id: &str| Some(format!("{}/", entity.kind.attack()?.page(id)));
    if entity.kind == EntityKind::Technique {
        attack(&entity.slug).iter().for_each(|page| give(page));
    }
    if entity.kind == EntityKind::Vulnerability {
        give(&format!("https://www.cve.org/CVERecord?id={}", entity.slug));
    }
    let profile = entity.profile.as_ref();
    let Some(profile) = profile.filter(|_| seen.audience.sees(&entity.marking)) else {
        return;
    };
    let page = profile.facts.attack_id.as_deref().and_then(attack);
    page.iter().for_each(|page| give(page));
    if let Some(name) = &profile.facts.malpedia {
        let path = match entity.kind {
            EntityKind::Actor => format!("actor/{}", slug::slugify(name)),
            _ => format!("details/{name}"),
        };
        give(&format!("https://malpedia.caad.fkie.fraunhofer.de/{path}"));
    }
}
