//! The list of what a build wrote, kept in the output's root as `.tearline-manifest.json`.
//!
//! In: each file's path, size and SHA-256, which readers check the edition by as well; of what is dear to
//! make also the BLAKE3 hash of what it was made of, so that the next build need not make it again to know
//! that it is the same.
//! Out: JSON, sorted by path, one file a line, without any time, so that the same site gives the
//! same bytes; and back again. Its presence is what makes a folder Tearline's own.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use blake3::Hash;
use serde::{Deserialize, Serialize};

use super::failure;
use super::sums::{Sha, from_hex, hex};
use base::diagnostic::{Code, Diagnostic};

/// The manifest's name in the output's root.
pub const MANIFEST_NAME: &str = ".tearline-manifest.json";

/// Raised when an older Tearline could misread the list.
const FORMAT: u32 = 1;

/// What the manifest knows of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestEntry {
    /// In bytes.
    pub size: u64,
    pub sha: Sha,
    /// Of what the file was made of, and what made it.
    pub from: Option<Hash>,
}

/// Every file of one output folder by its path, with `/` on every platform; itself not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    pub files: BTreeMap<String, ManifestEntry>,
}

#[derive(Deserialize)]
struct Document {
    format: u32,
    generator: String,
    files: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    size: u64,
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl Manifest {
    /// The path of each file, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The manifest of an output folder; none where the folder has none.
    pub fn read(folder: &Path) -> Result<Option<Self>, Diagnostic> {
        let read = Self::read_with_bytes(folder)?;
        Ok(read.map(|(manifest, _)| manifest))
    }

    /// [`Manifest::read`], and the bytes of its file.
    pub(super) fn read_with_bytes(folder: &Path) -> Result<Option<(Self, Vec<u8>)>, Diagnostic> {
        let path = folder.join(MANIFEST_NAME);
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&bytes)
                .map(|manifest| Some((manifest, bytes)))
                .map_err(|reason| {
                    Diagnostic::new(
                        Code::ForeignOutput,
                        format!("`{}` is not a manifest: {reason}", path.display()),
                    )
                    .at_path(path.display().to_string())
                    .help("if nothing in the folder is worth keeping, `--force` replaces it")
                }),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            Err(error) => Err(failure::write_failed("look into", &path, &error)),
        }
    }

    /// The files of a manifest's JSON, or why it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if document.generator != "tearline" || document.format != FORMAT {
            return Err(format!(
                "it is format {} of `{}`, and this version reads format {FORMAT} of `tearline`",
                document.format, document.generator
            ));
        }
        let mut files = BTreeMap::new();
        for line in document.files {
            let wrong = || format!("a hash of `{}` is none", line.path);
            let from = line.from.as_deref().map(Hash::from_hex).transpose();
            let entry = ManifestEntry {
                size: line.size,
                sha: from_hex(&line.sha256).ok_or_else(wrong)?,
                from: from.map_err(|_| wrong())?,
            };
            files.insert(line.path, entry);
        }
        Ok(Self { files })
    }

    /// The JSON, the same bytes for the same files.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let version = env!("CARGO_PKG_VERSION");
        let mut json = format!(
            "{{\n\"format\": {FORMAT},\n\"generator\": \"tearline\",\n\"version\": \"{version}\",\n\"files\": ["
        )
        .into_bytes();
        let mut separator = "\n";
        for (path, entry) in &self.files {
            json.extend_from_slice(separator.as_bytes());
            let line = Line {
                path: path.clone(),
                size: entry.size,
                sha256: hex(&entry.sha),
                from: entry.from.map(|from| from.to_hex().to_string()),
            };
            serde_json::to_writer(&mut json, &line)?;
            separator = ",\n";
        }
        json.extend_from_slice(b"\n]\n}\n");
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sums::sha_of;

    fn example() -> Manifest {
        let entry = |text: &str| ManifestEntry {
            size: text.len() as u64,
            sha: sha_of(text.as_bytes()),
            from: text.is_empty().then(|| blake3::hash(b"nothing")),
        };
        let files = [
            ("index.html", "home"),
            ("briefs/\"quoted\" å/index.html", ""),
        ];
        Manifest {
            files: files
                .into_iter()
                .map(|(path, text)| (path.to_owned(), entry(text)))
                .collect(),
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let json = example().to_json().unwrap();
        assert_eq!(Manifest::parse(&json).unwrap(), example());
        let empty = Manifest::default();
        assert_eq!(Manifest::parse(&empty.to_json().unwrap()).unwrap(), empty);
    }

    #[test]
    fn is_sorted_and_one_file_a_line() {
        let json = String::from_utf8(example().to_json().unwrap()).unwrap();
        let paths: Vec<_> = json.lines().filter(|line| line.contains("path")).collect();
        assert_eq!(paths.len(), 2);
        assert!(paths[0].starts_with(r#"{"path":"briefs/\"quoted\" å/index.html","size":0,"#));
    }

    #[test]
    fn another_format_or_generator_is_refused() {
        let json = String::from_utf8(example().to_json().unwrap()).unwrap();
        let newer = json.replace("\"format\": 1", "\"format\": 2");
        assert!(
            Manifest::parse(newer.as_bytes())
                .unwrap_err()
                .contains("format 2")
        );
        let other = json.replace("\"tearline\"", "\"hugo\"");
        assert!(Manifest::parse(other.as_bytes()).is_err());
        assert!(Manifest::parse(b"{}").is_err());
        assert!(Manifest::parse(b"").is_err());
    }
}
