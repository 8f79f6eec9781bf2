//! Each file that a target gets: with which headers, and when it may appear.
//!
//! In: a whole output folder. Out: [`Item`]s. Order is all that keeps a reader from a broken page while
//! a run is under way: what pages load comes before them, pages before the lists that lead to them, the
//! lists that files are checked by last.

use std::path::Path;

use mime_guess::Mime;

use super::sign::Signature;
use super::source::Source;
use crate::exchange::sidecars::TABLE;
use crate::output::{PUBLICATION_NAME, SIGNATURE_NAME, SUMS_NAME, Sha, hex, sha_of};
use crate::settings::PublicKey;
use crate::settings::target::{Place, Target};
use crate::site::precompress;

/// When a file may appear: none before all of the stage before it are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What pages load: styles, scripts, pictures.
    Assets,
    /// Pages, and data files beside them.
    Pages,
    /// What leads to pages: lists, feeds, the search.
    Indexes,
    /// Where readers begin. It links to lists and feeds, so it is in no stage with them.
    Home,
    /// What all of that is checked by.
    Sums,
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The file of the source folder that has this sum.
    File(Sha),
    Bytes(Vec<u8>),
}

/// A file for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// From the edition's root, with `/`.
    pub path: String,
    /// In bytes, before any compression.
    pub size: u64,
    pub content: Content,
    pub stage: Stage,
    pub content_type: String,
    pub cache_control: &'static str,
    /// Whether it is stored as gzip.
    pub gzip: bool,
    /// Stands for its bytes and its headers: what has the same is not sent again.
    pub version: String,
}

/// For files whose name changes with their content.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// For all others: a page that is kept beyond a change may name files that are gone. Browsers and
/// caches keep it all the same, and ask whether it is still the same.
const ASK: &str = "no-cache";

/// Below this a header costs more than is saved.
const LEAST: u64 = 512;

/// The files of a source, for a target.
pub fn items(source: &Source, target: &Target) -> Vec<Item> {
    let mut items: Vec<Item> = source
        .manifest
        .files
        .iter()
        .map(|(path, entry)| {
            item(
                path,
                entry.size,
                Content::File(entry.sha),
                &entry.sha,
                target,
            )
        })
        .collect();
    if let Place::Git { cname, .. } = &target.place {
        // The generator that Pages services run over a branch leaves out what begins with `_`.
        let cname = cname.as_ref().map(|name| ("CNAME", format!("{name}\n")));
        for (path, text) in [(".nojekyll", String::new())].into_iter().chain(cname) {
            if !source.manifest.files.contains_key(path) {
                let bytes = text.into_bytes();
                let sha = sha_of(&bytes);
                items.push(item(
                    path,
                    bytes.len() as u64,
                    Content::Bytes(bytes),
                    &sha,
                    target,
                ));
            }
        }
    }
    items
}

/// The signature as a file. No two signatures of the same are alike, so it counts as the same while what
/// it signs and the key are.
pub fn signature(source: &Source, key: &PublicKey, signature: Signature, target: &Target) -> Item {
    let mut identity = blake3::Hasher::new();
    identity.update(&source.sums);
    identity.update(key.text().as_bytes());
    let bytes = match signature {
        Signature::Made(bytes) => bytes,
        Signature::Unmade => Vec::new(),
    };
    let size = bytes.len() as u64;
    item(
        SIGNATURE_NAME,
        size,
        Content::Bytes(bytes),
        identity.finalize().as_bytes(),
        target,
    )
}

fn item(path: &str, size: u64, content: Content, identity: &[u8; 32], target: &Target) -> Item {
    let is_store = matches!(target.place, Place::Store(_));
    let stage = stage(path);
    // The lists are for programs, and not all of those ask for what they get to be unpacked.
    let gzip = is_store
        && target.compress
        && size >= LEAST
        && stage != Stage::Sums
        && precompress::is_worth_it(path);
    let content_type = content_type(path);
    let cache_control = if has_fingerprint(path) { FOR_GOOD } else { ASK };
    let version = if is_store {
        let mut whole = blake3::Hasher::new();
        whole.update(identity);
        whole.update(format!("\n{content_type}\n{cache_control}\n{gzip}").as_bytes());
        whole.finalize().into()
    } else {
        *identity
    };
    Item {
        path: path.to_owned(),
        size,
        content,
        stage,
        content_type,
        cache_control,
        gzip,
        // Half of it tells any two apart, and the record is sent often.
        version: hex(&version).chars().take(32).collect(),
    }
}

/// Whether a file's name holds a hash of its content, as `assets/style.0123456789abcdef.css` does.
fn has_fingerprint(path: &str) -> bool {
    let Some(name) = path.strip_prefix("assets/") else {
        return false;
    };
    let mut parts = name.rsplit('.');
    let (Some(_), Some(hash), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    hash.len() >= 8 && hash.bytes().all(|sign| sign.is_ascii_hexdigit())
}

/// What browsers are told a file is. Text is UTF-8 throughout.
fn content_type(path: &str) -> String {
    match path {
        "robots.txt" | SUMS_NAME | SIGNATURE_NAME | "_headers" | "_redirects" | "CNAME" => {
            return "text/plain; charset=utf-8".to_owned();
        }
        _ if path.ends_with("atom.xml") => return "application/atom+xml; charset=utf-8".to_owned(),
        _ if path.ends_with("feed.json") => {
            return "application/feed+json; charset=utf-8".to_owned();
        }
        _ => {}
    }
    let stated = TABLE.iter().find(|sidecar| {
        let before = path.strip_suffix(sidecar.path);
        before.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    });
    let stated = stated.and_then(|sidecar| sidecar.media_type.parse().ok());
    let guess: Mime =
        stated.unwrap_or_else(|| mime_guess::from_path(Path::new(path)).first_or_octet_stream());
    let is_text = guess.type_() == "text"
        || matches!(
            guess.essence_str(),
            "application/json" | "application/javascript" | "image/svg+xml"
        )
        || guess.essence_str().ends_with("xml");
    match is_text {
        true => format!("{}; charset=utf-8", guess.essence_str()),
        false => guess.to_string(),
    }
}

fn stage(path: &str) -> Stage {
    // A compressed copy goes with its file.
    let plain = path
        .strip_suffix(".br")
        .or_else(|| path.strip_suffix(".gz"))
        .unwrap_or(path);
    match plain {
        SUMS_NAME | SIGNATURE_NAME | PUBLICATION_NAME => return Stage::Sums,
        "index.html" => return Stage::Home,
        "404.html" | "sitemap.xml" | "robots.txt" => return Stage::Indexes,
        _ => {}
    }
    let name = plain.rsplit('/').next().unwrap_or(plain);
    if matches!(name, "atom.xml" | "feed.json") {
        return Stage::Indexes;
    }
    let folders: Vec<&str> = plain.split('/').collect();
    let is_data = [".html", ".json", ".csv", ".xml", ".txt", ".md"]
        .iter()
        .any(|end| name.ends_with(end));
    match folders.as_slice() {
        ["assets", ..] => Stage::Assets,
        ["search", ..] | ["exchange", ..] => Stage::Indexes,
        // `/actors/`, and `/briefs/page/2/`; a page of a list of an actor too.
        [_, "index.html"] | [.., "page", _, "index.html"] => Stage::Indexes,
        _ if is_data => Stage::Pages,
        _ => Stage::Assets,
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn what_pages_load_comes_before_them_and_what_leads_to_them_after() {
        let stages = [
            ("assets/style.0123456789abcdef.css", Stage::Assets),
            ("briefs/first/photo.png", Stage::Assets),
            ("briefs/first/index.html", Stage::Pages),
            ("briefs/first/index.html.br", Stage::Pages),
            ("index.html.gz", Stage::Home),
            ("briefs/first/indicators.csv", Stage::Pages),
            ("briefs/index.html", Stage::Indexes),
            ("actors/apt28/page/2/index.html", Stage::Indexes),
            ("search/names.json", Stage::Indexes),
            ("atom.xml", Stage::Indexes),
            ("index.html", Stage::Home),
            ("SHA256SUMS", Stage::Sums),
        ];
        for (path, expected) in stages {
            assert_eq!(stage(path), expected, "{path}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        assert!(has_fingerprint("assets/style.0123456789abcdef.css"));
        assert!(!has_fingerprint("assets/style.css"));
        assert!(!has_fingerprint("assets/report.2025.css"));
        assert!(!has_fingerprint("static/style.0123456789abcdef.css"));
    }

    #[test]
    fn types_say_what_readers_get() {
        let types = [
            ("briefs/a/index.html", "text/html; charset=utf-8"),
            ("atom.xml", "application/atom+xml; charset=utf-8"),
            ("actors/a/feed.json", "application/feed+json; charset=utf-8"),
            (
                "briefs/a/brief.stix.json",
                "application/stix+json;version=2.1",
            ),
            (
                "exchange/stix/bundle.json",
                "application/stix+json;version=2.1",
            ),
            ("exchange/catalogue.schema.json", "application/schema+json"),
            ("briefs/a/layer.json", "application/json; charset=utf-8"),
            ("briefs/a/indicators.csv", "text/csv; charset=utf-8"),
            ("favicon.svg", "image/svg+xml; charset=utf-8"),
            ("photo.png", "image/png"),
            ("SHA256SUMS", "text/plain; charset=utf-8"),
            ("briefs/a/sample", "application/octet-stream"),
        ];
        for (path, expected) in types {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}
