//! What readers can check an edition by: `SHA256SUMS`, which `sha256sum -c` reads, and
//! `publication/manifest.json`, which says of every file also its size and its marking.
//!
//! In: the files of a commit, and whose edition it is. Out: the bytes of both. Neither names itself,
//! the other files of the manifest's own kind, nor what is for the host alone and not always served.
//! Nobody's clock is in them: the same site gives the same bytes.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{MANIFEST_NAME, ManifestEntry};

/// The list that `sha256sum -c` reads, in the edition's root.
pub const SUMS_NAME: &str = "SHA256SUMS";

/// The signature of that list.
pub const SIGNATURE_NAME: &str = "SHA256SUMS.minisig";

/// The list for tools.
pub const PUBLICATION_NAME: &str = "publication/manifest.json";

/// Files that hosts read and need not serve.
pub const HOST_FILES: [&str; 4] = ["_headers", "_redirects", ".nojekyll", "CNAME"];

/// Raised when an older reader could misunderstand the list.
const FORMAT: u32 = 1;

/// The SHA-256 of a file.
pub type Sha = [u8; 32];

/// The SHA-256 of bytes.
pub fn sha_of(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

/// The SHA-256 and the number of bytes of all that there is to read.
pub fn sha_of_all(source: &mut impl Read) -> std::io::Result<(Sha, u64)> {
    let mut sha = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((sha.finalize().into(), size)),
            Ok(read) => {
                // `read` is at most the buffer's length, by the contract of `Read`.
                sha.update(buffer.get(..read).unwrap_or_default());
                size += read as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// In small hexadecimal letters.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |byte: u8| char::from(DIGITS[usize::from(byte)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    text
}

/// Back from [`hex`].
pub fn from_hex(text: &str) -> Option<Sha> {
    let mut sha = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in sha.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(sha)
}

/// `publication/manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    pub format: u32,
    pub generator: String,
    /// The edition's name; none for a site without editions.
    pub edition: Option<String>,
    /// The highest marking that the edition may hold.
    pub tlp: String,
    pub base_url: String,
    /// Whether drafts are shown: such a build is for a look at it, and not published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drafts: bool,
    pub files: Vec<PublishedFile>,
}

/// A file of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFile {
    pub path: String,
    pub size: u64,
    pub sha256: String,
    pub tlp: String,
}

/// Whether readers get the file, and it is not one of the lists themselves.
fn is_listed(path: &str) -> bool {
    !matches!(
        path,
        SUMS_NAME | SIGNATURE_NAME | PUBLICATION_NAME | MANIFEST_NAME
    ) && !HOST_FILES.contains(&path)
}

impl Publication {
    /// The list of an edition's files, without any yet.
    pub fn new(edition: Option<&str>, tlp: &str, base_url: &str, drafts: bool) -> Self {
        Self {
            format: FORMAT,
            generator: "tearline".to_owned(),
            edition: edition.map(str::to_owned),
            tlp: tlp.to_owned(),
            base_url: base_url.to_owned(),
            drafts,
            files: Vec::new(),
        }
    }

    /// Adds what readers get of these files, in their order. `marking` has the marking of a path.
    pub(super) fn list(
        &mut self,
        files: &BTreeMap<String, ManifestEntry>,
        marking: impl Fn(&str) -> &'static str + Sync,
    ) {
        let listed = files.par_iter().filter_map(|(path, entry)| {
            is_listed(path).then(|| PublishedFile {
                path: path.clone(),
                size: entry.size,
                sha256: hex(&entry.sha),
                tlp: marking(path).to_owned(),
            })
        });
        // In the order of the paths, whichever thread was first.
        self.files.par_extend(listed);
    }

    /// The JSON, one file a line.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let head = Self {
            files: Vec::new(),
            ..self.clone()
        };
        let head = serde_json::to_string_pretty(&head)?;
        // The empty list of files is the last thing of it.
        let mut json = head.trim_end_matches(['}', ']', '\n']).as_bytes().to_vec();
        let mut separator = "\n";
        for file in &self.files {
            json.extend_from_slice(separator.as_bytes());
            serde_json::to_writer(&mut json, file)?;
            separator = ",\n";
        }
        json.extend_from_slice(b"\n  ]\n}\n");
        Ok(json)
    }

    /// Back from [`Self::to_json`], or why it is no such list.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let read: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if read.format != FORMAT || read.generator != "tearline" {
            return Err(format!(
                "it is format {} of `{}`, and this version reads format {FORMAT} of `tearline`",
                read.format, read.generator
            ));
        }
        Ok(read)
    }

    /// The list for `sha256sum -c`: these files, and the JSON whose bytes these are.
    ///
    /// A name with a backslash or a line break would need escapes; a commit takes none of the first,
    /// and the second is left out of what can be checked by this list.
    pub fn sums(&self, json: &[u8]) -> Vec<u8> {
        let own = hex(&sha_of(json));
        let mut lines: Vec<(&str, &str)> = self
            .files
            .iter()
            .filter(|file| !file.path.contains(['\n', '\r']))
            .map(|file| (file.path.as_str(), file.sha256.as_str()))
            .chain([(PUBLICATION_NAME, own.as_str())])
            .collect();
        lines.sort_unstable();
        let mut text = String::new();
        for (path, sha) in lines {
            text.push_str(sha);
            text.push_str("  ");
            text.push_str(path);
            text.push('\n');
        }
        text.into_bytes()
    }
}

/// The files of a `SHA256SUMS`, by path, or the line that is none of such a list.
pub fn parse_sums(text: &str) -> Result<BTreeMap<String, Sha>, usize> {
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            let (sha, path) = line.split_once("  ").ok_or(at + 1)?;
            let sha = from_hex(sha).filter(|_| !path.is_empty()).ok_or(at + 1)?;
            Ok((path.to_owned(), sha))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_say_the_same_and_come_back() {
        let entry = |text: &str| ManifestEntry {
            size: text.len() as u64,
            sha: sha_of(text.as_bytes()),
            from: None,
        };
        let files = [
            ("index.html", "home"),
            ("_headers", "for the host"),
            ("a.csv", ""),
        ]
        .map(|(path, text)| (path.to_owned(), entry(text)));
        let mut list = Publication::new(
            Some("public"),
            "clear",
            "https://briefs.example.org/",
            false,
        );
        list.list(&BTreeMap::from(files), |_| "clear");
        let json = list.to_json().unwrap();
        assert_eq!(Publication::parse(&json).unwrap(), list);
        let sums = String::from_utf8(list.sums(&json)).unwrap();
        let paths: Vec<String> = parse_sums(&sums).unwrap().into_keys().collect();
        assert_eq!(paths, ["a.csv", "index.html", PUBLICATION_NAME]);
        // FIPS 180-4, the hash of nothing.
        assert!(sums.starts_with(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.csv\n"
        ));
        let empty = Publication::new(None, "clear", "https://briefs.example.org/", true);
        assert_eq!(
            Publication::parse(&empty.to_json().unwrap()).unwrap(),
            empty
        );
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        assert_eq!(parse_sums("nothing\n"), Err(1));
        let good = format!("{}  a\n", "0".repeat(64));
        assert_eq!(
            parse_sums(&format!("{good}{}  b\n", "é".repeat(32))),
            Err(2)
        );
    }
}
