//! Files of a site that are passed on as they are, and how large a file may be.

use std::path::PathBuf;

/// The largest content file, template or settings file, in bytes.
pub const MAX_DOCUMENT: u64 = 8 << 20;
/// The largest table in `data/` or beside a brief, in bytes.
pub const MAX_TABLE: u64 = 64 << 20;

/// A file that is passed on as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// From the bundle's folder or from `static/`, with `/`.
    pub path: String,
    /// From the site's root, with `/`.
    pub site_path: String,
    /// Where to read it.
    pub file: PathBuf,
}
