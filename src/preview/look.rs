//! Whether a page that is open looks as it did.
//!
//! In: a page's bytes and the files of its edition. Out: a digest that changes when the page must be
//! loaded again, and no sooner. The addresses of stylesheets are left out of it: these change with
//! each change of style, and are swapped without a reload. The pictures and scripts that the page
//! shows are in it as they are on disk.

use std::ops::Range;
use std::path::Path;
use std::time::UNIX_EPOCH;

use url::Url;

use super::shown::{Found, Shown, encode};

pub(super) struct Look {
    pub(super) digest: String,
    /// The addresses of its stylesheets, in their order.
    pub(super) sheets: Vec<String>,
}

impl Look {
    /// `path` is the page's in the edition.
    pub(super) fn of(bytes: &[u8], path: &str, shown: &Shown) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut sheets = Vec::new();
        match std::str::from_utf8(bytes) {
            Ok(html) => {
                let mut rest = 0;
                for at in stylesheets(html) {
                    hasher.update(&bytes[rest..at.start]);
                    sheets.push(unescaped(&html[at.clone()]));
                    rest = at.end;
                }
                hasher.update(&bytes[rest..]);
                for stamp in pictures(html, path, shown) {
                    hasher.update(stamp.as_bytes());
                }
            }
            Err(_) => {
                hasher.update(bytes);
            }
        }
        let digest = short(&hasher.finalize());
        Self { digest, sheets }
    }
}

/// As much of a digest as tells two states of a page apart.
pub(super) fn short(hash: &blake3::Hash) -> String {
    hash.to_hex()[..32].to_owned()
}

/// Length and time of a file on disk; nothing of one that is not there.
pub(super) fn stamp(place: &Path) -> String {
    let data = std::fs::metadata(place).ok();
    let modified = data.as_ref().and_then(|data| data.modified().ok());
    let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{:?} {age:?}\n", data.map(|data| data.len()))
}

/// Where the addresses of stylesheets stand, as templates write them. What is written otherwise
/// counts as content: then the page is loaded again.
fn stylesheets(html: &str) -> Vec<Range<usize>> {
    html.match_indices("<link ")
        .filter_map(|(start, _)| {
            let tag = &html[start..start + html[start..].find('>')?];
            if !tag.contains(" rel=\"stylesheet\"") {
                return None;
            }
            let at = value(tag, " href=\"")?;
            Some(start + at.start..start + at.end)
        })
        .collect()
}

/// The stamps of the files on disk that a page shows.
fn pictures(html: &str, path: &str, shown: &Shown) -> Vec<String> {
    let here = format!("http://preview{}/{}", encode(&shown.base), encode(path));
    let Ok(here) = Url::parse(&here) else {
        return Vec::new();
    };
    html.match_indices(" src=\"")
        .filter_map(|(start, _)| {
            let at = value(&html[start..], " src=\"")?;
            let address = unescaped(&html[start + at.start..start + at.end]);
            let address = here.join(&address).ok()?;
            if address.host_str() != here.host_str() {
                return None;
            }
            match shown.find(address.path()) {
                Found::File(path) => shown.edition.files.place(&path).map(stamp),
                _ => None,
            }
        })
        .collect()
}

/// Where the value of an attribute stands. `name` has the space before it and the quote behind.
fn value(tag: &str, name: &str) -> Option<Range<usize>> {
    let start = tag.find(name)? + name.len();
    Some(start..start + tag[start..].find('"')?)
}

fn unescaped(text: &str) -> String {
    html_escape::decode_html_entities(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{edition_of, files_of};
    use super::*;

    fn look(html: &str) -> Look {
        let shown = Shown::new(edition_of(files_of(&[]), "/team"));
        Look::of(html.as_bytes(), "a/index.html", &shown)
    }

    #[test]
    fn a_page_with_another_stylesheet_looks_the_same_and_with_another_word_does_not() {
        let page = |sheet: &str, word: &str| {
            format!(
                "<link rel=\"icon\" href=\"/i\"><link rel=\"stylesheet\" href=\"{sheet}\"><p>{word}"
            )
        };
        let first = look(&page("/assets/style.1.css", "one"));
        let restyled = look(&page("/assets/style.22.css?a=1&amp;b", "one"));
        let rewritten = look(&page("/assets/style.1.css", "two"));
        assert_eq!(first.digest, restyled.digest);
        assert_ne!(first.digest, rewritten.digest);
        assert_eq!(first.sheets, ["/assets/style.1.css"]);
        assert_eq!(restyled.sheets, ["/assets/style.22.css?a=1&b"]);
        assert_ne!(first.digest, look("<p>one").digest);
    }

    #[test]
    fn a_page_whose_picture_changed_looks_different() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("map one.png");
        std::fs::write(&picture, "one").unwrap();
        let mut files = files_of(&[]);
        files.disk("a/map one.png", &picture);
        let shown = Shown::new(edition_of(files, "/team"));
        let look = |html: &str| Look::of(html.as_bytes(), "a/index.html", &shown).digest;
        let pages = [
            "<img alt=\"\" src=\"map%20one.png\">",
            "<img src=\"/team/a/map%20one.png\">",
        ];
        let (first, elsewhere) = (pages.map(look), look("<img src=\"/a/map%20one.png\">"));
        std::fs::write(&picture, "longer").unwrap();
        assert!(
            pages
                .map(look)
                .iter()
                .zip(&first)
                .all(|(now, then)| now != then)
        );
        assert_eq!(look("<img src=\"/a/map%20one.png\">"), elsewhere);
    }
}
