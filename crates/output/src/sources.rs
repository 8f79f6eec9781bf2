//! What an output was made of, kept beside it for the next build.
//!
//! In: what decides on the bytes of an output's files, as hashes: of each document, and of all the
//! rest. Out: the same of the output that stands there, which says what need not be made again.
//!
//! It stands beside the output and never in it: it has hashes of what the edition withholds too. It
//! belongs to one output, by the hash of that output's manifest; of another one it says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use blake3::Hash;
use serde::{Deserialize, Serialize};

/// Raised when an older Tearline could misread the file.
const FORMAT: u32 = 2;

/// What files of an output are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Everything that more than one file depends on, the program included.
    pub shared: Hash,
    /// What decides on a single document's own files beside that, by the document's path.
    pub documents: BTreeMap<String, Hash>,
    /// Files to make again whatever they are made of, since what was said of them may change.
    pub again: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    manifest: String,
    shared: String,
    documents: BTreeMap<String, String>,
    again: BTreeSet<String>,
}

impl Sources {
    /// Those of the output with this manifest; none where nothing is known of it, for whatever reason.
    pub(super) fn read(path: &Path, manifest: &[u8]) -> Option<Self> {
        let file: File = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let hash = |hex: &str| Hash::from_hex(hex).ok();
        if file.format != FORMAT || hash(&file.manifest)? != blake3::hash(manifest) {
            return None;
        }
        let documents = file.documents.into_iter();
        Some(Self {
            shared: hash(&file.shared)?,
            documents: documents
                .map(|(path, hex)| Some((path, hash(&hex)?)))
                .collect::<Option<_>>()?,
            again: file.again,
        })
    }

    /// Writes them in one step. The output is complete without, so nobody need know of a failure.
    pub(super) fn write(&self, path: &Path, manifest: &[u8]) -> std::io::Result<()> {
        let hex = |hash: &Hash| hash.to_hex().to_string();
        let documents = self.documents.iter();
        let file = File {
            format: FORMAT,
            manifest: hex(&blake3::hash(manifest)),
            shared: hex(&self.shared),
            documents: documents
                .map(|(path, hash)| (path.clone(), hex(hash)))
                .collect(),
            again: self.again.clone(),
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut staged = tempfile::Builder::new()
            .prefix(super::TRACE)
            .tempfile_in(folder)?;
        staged.write_all(&serde_json::to_vec(&file)?)?;
        staged.persist(path)?;
        Ok(())
    }
}
