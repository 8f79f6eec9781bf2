//! One edition of a snapshot: what stands at each address.
//!
//! In: an [`Edition`] and the path of a URL. Out: what a static host would send, by
//! [`Shown::answer`], before the preview adds anything of its own. Each file is made when it is first
//! asked for, and kept while the snapshot lives, up to a bound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::body::Bytes;

use super::look::{self, Look};
use super::{Content, Edition, reply};
use crate::diagnostic::Diagnostic;
use crate::media;

/// What is kept is dropped when it holds more than this: making it again costs a moment.
const MOST_KEPT: usize = 64 * 1024 * 1024;

/// An edition with what was made of it so far.
pub(super) struct Shown {
    pub(super) edition: Edition,
    /// Decoded, empty or with a leading `/`, never with one at its end.
    pub(super) base: String,
    kept: Mutex<Kept>,
    styles: OnceLock<String>,
    /// Places of templates that have failed.
    failures: Mutex<BTreeSet<(String, usize)>>,
}

#[derive(Default)]
struct Kept {
    files: BTreeMap<String, Result<Arc<Made>, Diagnostic>>,
    bytes: usize,
}

/// A file in memory.
pub(super) struct Made {
    pub(super) bytes: Bytes,
    /// Of HTML pages.
    pub(super) look: Option<Look>,
}

/// What is sent for an address.
pub(super) enum Answer {
    /// `found` is false for the site's own page for what is not there.
    Made {
        found: bool,
        path: String,
        made: Arc<Made>,
    },
    /// A file on disk, of which parts may be read.
    Disk {
        found: bool,
        path: String,
        place: PathBuf,
    },
    /// To another address, decoded.
    Moved { to: String, for_good: bool },
    /// A template failed.
    Failed(Diagnostic),
    /// Neither a file nor a page that says so.
    Missing,
}

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, by its path in the site.
    File(String),
    /// A folder with an index, asked for without the slash at its end; the right path, decoded.
    Folder(String),
    /// The path lies above the site; the site's own root, decoded.
    Above(String),
    Nothing,
}

impl Shown {
    pub(super) fn new(edition: Edition) -> Self {
        let base = decode(&edition.base_path).unwrap_or_default();
        let base = match base.trim_matches('/') {
            "" => String::new(),
            inside => format!("/{inside}"),
        };
        Self {
            edition,
            base,
            kept: Mutex::default(),
            styles: OnceLock::new(),
            failures: Mutex::default(),
        }
    }

    /// What a static host sends for the path of a URL.
    pub(super) fn answer(&self, url_path: &str) -> Answer {
        let file = match self.find(url_path) {
            Found::File(path) => self.file(path, true),
            Found::Folder(to) => return Answer::Moved { to, for_good: true },
            // Not for ever: the next site at this port may have another base.
            Found::Above(to) => {
                return Answer::Moved {
                    to,
                    for_good: false,
                };
            }
            Found::Nothing => None,
        };
        file.unwrap_or_else(|| self.lost())
    }

    /// What is sent where nothing is.
    pub(super) fn lost(&self) -> Answer {
        self.file("404.html".to_owned(), false)
            .unwrap_or(Answer::Missing)
    }

    /// Finds what a static host would serve. Only files of the edition are ever found: a path is
    /// looked up, never followed.
    pub(super) fn find(&self, url_path: &str) -> Found {
        let Some(path) = decode(url_path) else {
            return Found::Nothing;
        };
        let Some(below) = self.below(&path) else {
            return if path == "/" || path == self.base {
                Found::Above(format!("{}/", self.base))
            } else {
                Found::Nothing
            };
        };
        if below.is_empty() || below.ends_with('/') {
            let index = format!("{below}index.html");
            return if self.edition.files.has(&index) {
                Found::File(index)
            } else {
                Found::Nothing
            };
        }
        if self.edition.files.has(below) {
            Found::File(below.to_owned())
        } else if self.edition.files.has(&format!("{below}/index.html")) {
            Found::Folder(format!("{path}/"))
        } else {
            Found::Nothing
        }
    }

    /// A decoded path without the base of the edition.
    pub(super) fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(&self.base)?.strip_prefix('/')
    }

    /// A digest of all stylesheets, those that others import included.
    pub(super) fn styles(&self) -> &str {
        self.styles.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            let sheets = self.edition.files.paths();
            for path in sheets.filter(|path| path.ends_with(".css")) {
                hasher.update(path.as_bytes());
                match self.edition.files.place(path) {
                    Some(place) => hasher.update(look::stamp(place).as_bytes()),
                    None => match self.made(path) {
                        Some(Ok(made)) => hasher.update(&made.bytes),
                        _ => &mut hasher,
                    },
                };
            }
            look::short(&hasher.finalize())
        })
    }

    /// Whether a template fails at this place for the first time: it fails alike on page after page.
    pub(super) fn is_news(&self, failure: &Diagnostic) -> bool {
        let place = match &failure.location {
            Some(location) => (location.file.path.clone(), location.span.start),
            None => (failure.message.clone(), 0),
        };
        lock(&self.failures).insert(place)
    }

    fn file(&self, path: String, found: bool) -> Option<Answer> {
        let made = match self.edition.files.place(&path) {
            None => self.made(&path)?,
            // What is copied is read each time, as it is on disk.
            Some(_) => match self.edition.files.make(&path)? {
                Ok(Content::File(place)) if !reply::is_page(&path) => {
                    return Some(Answer::Disk { found, path, place });
                }
                Ok(content) => Ok(self.hold(&path, content)?),
                Err(diagnostic) => Err(diagnostic),
            },
        };
        Some(match made {
            Ok(made) => Answer::Made { found, path, made },
            Err(diagnostic) => Answer::Failed(diagnostic),
        })
    }

    /// A file that is on no disk, kept from an earlier request or made now.
    fn made(&self, path: &str) -> Option<Result<Arc<Made>, Diagnostic>> {
        if let Some(made) = lock(&self.kept).files.get(path) {
            return Some(made.clone());
        }
        // Not under the lock: two that meet on the same file do the same work to the same end.
        let made = match self.edition.files.make(path)? {
            Ok(content) => Ok(self.hold(path, content)?),
            Err(diagnostic) => Err(diagnostic),
        };
        let mut kept = lock(&self.kept);
        if kept.bytes > MOST_KEPT {
            *kept = Kept::default();
        }
        kept.bytes += made.as_ref().map_or(0, |made| made.bytes.len());
        kept.files.insert(path.to_owned(), made.clone());
        Some(made)
    }

    /// A file in memory. One that went away or broke since the build is none, and never shown as it is.
    fn hold(&self, path: &str, content: Content) -> Option<Arc<Made>> {
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::File(place) => reply::read(&place).ok()?,
            Content::Image(asset) => media::clean(&asset).ok()?,
        };
        let look = reply::is_page(path).then(|| Look::of(&bytes, path, self));
        let bytes = Bytes::from(bytes);
        Some(Arc::new(Made { bytes, look }))
    }
}

/// Whole entries are inserted, so what a panicking thread left behind is still right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Undoes percent-encoding (RFC 3986, section 2.1), once. None for what is not UTF-8 afterwards or
/// has a `%` without two digits, neither of which a path of a site has.
pub(super) fn decode(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            decoded.push(u8::try_from(value).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

/// Percent-encodes a decoded path for a `Location` header: all but unreserved characters and `/`.
pub(super) fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_decode_once_and_encode_back() {
        assert_eq!(decode("/a%20b/%C3%A9").as_deref(), Some("/a b/é"));
        assert_eq!(decode("/%252e").as_deref(), Some("/%2e"));
        for bad in ["/%", "/%2", "/%zz", "/%FF", "/%+1"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(encode("/a b/é?#"), "/a%20b/%C3%A9%3F%23");
    }
}
