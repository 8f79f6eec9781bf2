//! Finding and reading a site's files.
//!
//! In: the site's root. Out: lists of files in the order of their paths, and texts. A symbolic link
//! is followed where [`links`](super::links) lets it lead; every walk error is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::links::{self, Links};
pub use base::asset::{Asset, MAX_DOCUMENT, MAX_TABLE};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use base::kind::EntityKind;

/// The deepest folder below a site's root.
const MAX_DEPTH: usize = 32;

/// What a content file is, by the folder that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    Brief,
    Profile(EntityKind),
    Page,
}

impl FileKind {
    /// The folder in `content/`.
    pub fn folder(self) -> &'static str {
        match self {
            FileKind::Brief => "briefs",
            FileKind::Profile(kind) => kind.folder(),
            FileKind::Page => "pages",
        }
    }

    pub fn from_folder(folder: &str) -> Option<FileKind> {
        match folder {
            "briefs" => Some(FileKind::Brief),
            "pages" => Some(FileKind::Page),
            _ => EntityKind::ALL
                .iter()
                .find(|kind| kind.folder() == folder)
                .map(|kind| FileKind::Profile(*kind)),
        }
    }
}

/// Where the fonts of a site's theme are.
pub const FONTS: &str = "templates/fonts/";

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// From the site's root, with `/`.
    pub path: String,
}

/// A content file, and the files beside it when it is a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub kind: FileKind,
    pub path: String,
    pub assets: Vec<Asset>,
}

/// The files of a site by what they are.
#[derive(Debug, Default)]
pub struct Listing {
    pub documents: Vec<Listed>,
    pub tables: Vec<SiteFile>,
    pub templates: Vec<SiteFile>,
    /// The fonts of `templates/fonts/`.
    pub fonts: Vec<SiteFile>,
    pub statics: Vec<Asset>,
}

/// Lists what a site holds.
pub fn list(root: &Path, found: &mut Diagnostics) -> Listing {
    let mut listing = Listing::default();
    list_content(root, &mut listing, found);
    for entry in walk(root, "data", found) {
        if !entry.path.ends_with(".md") {
            listing.tables.push(SiteFile { path: entry.path });
        }
    }
    for entry in walk(root, "templates", found) {
        let is_text = [".txt", ".md"].iter().any(|end| entry.path.ends_with(end));
        let files = match entry.path.starts_with(FONTS) && !is_text {
            true => &mut listing.fonts,
            false => &mut listing.templates,
        };
        files.push(SiteFile { path: entry.path });
    }
    for entry in walk(root, "static", found) {
        listing.statics.push(Asset {
            path: entry.path["static/".len()..].to_owned(),
            site_path: entry.path,
            file: entry.file,
        });
    }
    listing
}

fn list_content(root: &Path, listing: &mut Listing, found: &mut Diagnostics) {
    let entries = walk(root, "content", found);
    let bundles: BTreeSet<String> = entries
        .iter()
        .filter_map(|entry| entry.path.strip_suffix("/index.md"))
        // `content/briefs/index.md` is a mistake, not a bundle of all briefs.
        .filter(|folder| folder.matches('/').count() >= 2)
        .map(str::to_owned)
        .collect();
    let links = Links::of(root);
    let mut refused = BTreeSet::new();
    let mut assets: BTreeMap<String, Vec<Asset>> = BTreeMap::new();
    for entry in entries {
        let bundle = bundle_of(&entry.path, &bundles);
        let folder = entry.path.split('/').nth(1).unwrap_or_default();
        let kind = FileKind::from_folder(folder).filter(|_| entry.path.matches('/').count() >= 2);
        let is_text = entry.path.ends_with(".md");
        match (kind, bundle) {
            (Some(kind), Some(bundle)) if entry.path == format!("{bundle}/index.md") => {
                listing.documents.push(Listed {
                    kind,
                    path: entry.path,
                    assets: Vec::new(),
                });
            }
            (Some(_), Some(bundle)) if !is_text => {
                if let Some(link) = &entry.link
                    && !links.stands_beside(&root.join(&bundle), &entry.file)
                {
                    refused.insert(link.clone());
                    continue;
                }
                let path = entry.path[bundle.len() + 1..].to_owned();
                assets.entry(bundle).or_default().push(Asset {
                    path,
                    site_path: entry.path,
                    file: entry.file,
                });
            }
            (Some(kind), None) if is_text && !entry.path.ends_with("/index.md") => {
                listing.documents.push(Listed {
                    kind,
                    path: entry.path,
                    assets: Vec::new(),
                });
            }
            (kind, bundle) => found.push(stray(&entry.path, kind, bundle)),
        }
    }
    for link in &refused {
        found.push(links::leads_to_unpublished(link));
    }
    for document in &mut listing.documents {
        if let Some(own) = document
            .path
            .strip_suffix("/index.md")
            .and_then(|folder| assets.remove(folder))
        {
            document.assets = own;
        }
    }
}

/// The nearest folder around a path that is a bundle.
pub fn bundle_of(path: &str, bundles: &BTreeSet<String>) -> Option<String> {
    let mut folder = path;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        if bundles.contains(parent) {
            return Some(parent.to_owned());
        }
        folder = parent;
    }
    None
}

fn stray(path: &str, kind: Option<FileKind>, bundle: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::StrayFile,
        format!("`{path}` is not a file that content can have"),
    );
    let diagnostic = match (kind, bundle) {
        (None, _) => {
            let folders: Vec<&str> = ["briefs", "pages"]
                .into_iter()
                .chain(EntityKind::ALL.iter().map(|kind| kind.folder()))
                .collect();
            diagnostic.help(format!("content stands in content/{{{}}}/", folders.join(",")))
        }
        (_, Some(bundle)) => diagnostic.help(format!(
            "`{bundle}` is one document, its index.md; put this text into a file of its own outside of that folder"
        )),
        _ => diagnostic.help(
            "files beside a document need a folder of their own: name/index.md with the files next to it; \
             or put the file into static/",
        ),
    };
    diagnostic.at_path(path)
}

/// A file that a walk came by.
struct Walked {
    path: String,
    file: PathBuf,
    /// The outermost link on the way to it.
    link: Option<String>,
}

/// The files below a folder of the site, in the order of their paths; hidden files (outside of
/// `static/`) and what editors leave behind are passed over.
fn walk(root: &Path, folder: &str, found: &mut Diagnostics) -> Vec<Walked> {
    let start = root.join(folder);
    if !start.exists() {
        return Vec::new();
    }
    let links = Links::of(root);
    // The outermost link that the walk is below, by its depth and path.
    let mut below: Option<(usize, String)> = None;
    let mut files = Vec::new();
    let mut walker = WalkDir::new(&start)
        .follow_links(true)
        .max_depth(MAX_DEPTH)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walker.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.push(walk_error(root, folder, &error));
                continue;
            }
        };
        // `static/` is copied as it is: .well-known and .nojekyll belong to a site.
        let skipped = if folder == "static" {
            is_leftover(&entry)
        } else {
            is_hidden(&entry)
        };
        if entry.depth() > 0 && skipped {
            if entry.file_type().is_dir() {
                walker.skip_current_dir();
            }
            continue;
        }
        let Some(path) = site_path(root, entry.path()) else {
            found.push(
                Diagnostic::new(
                    Code::NotUtf8,
                    format!("the name of {} is not UTF-8", entry.path().display()),
                )
                .at_path(folder)
                .help("rename the file"),
            );
            continue;
        };
        if path.contains(|c: char| c == '\\' || c.is_control()) {
            found.push(
                Diagnostic::new(
                    Code::StrayFile,
                    format!(
                        "the name of `{}` has a character that no address can have",
                        path.escape_debug()
                    ),
                )
                .at_path(&path)
                .help("rename it, without backslashes, tabs and line ends"),
            );
            if entry.file_type().is_dir() {
                walker.skip_current_dir();
            }
            continue;
        }
        below.take_if(|(depth, _)| entry.depth() <= *depth);
        if entry.path_is_symlink() {
            if let Some(wrong) = links.check(folder, &path, entry.path()) {
                found.push(wrong);
                if entry.file_type().is_dir() {
                    walker.skip_current_dir();
                }
                continue;
            }
            below.get_or_insert_with(|| (entry.depth(), path.clone()));
        }
        if entry.file_type().is_dir() {
            if entry.depth() == MAX_DEPTH {
                found.push(
                    Diagnostic::new(
                        Code::TooDeep,
                        format!("`{path}` is nested deeper than {MAX_DEPTH} folders"),
                    )
                    .at_path(&path)
                    .help("move it up"),
                );
            }
        } else if entry.file_type().is_file() {
            files.push(Walked {
                path,
                file: entry.path().to_owned(),
                link: below.as_ref().map(|(_, link)| link.clone()),
            });
        } else {
            found.push(not_a_file(&path));
        }
    }
    // By whole path, so that the order does not depend on how folders and files interleave.
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn not_a_file(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::StrayFile,
        format!("`{path}` is neither a file nor a folder"),
    )
    .at_path(path)
    .help("remove it from the site")
}

/// Reads a text file whose path no walk has come by, as [`read_text`] does.
///
/// # Errors
/// As [`read_text`], and when a symbolic link on the way leads out of the site.
pub fn read_named(root: &Path, path: &str, limit: u64) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    let full = root.join(path);
    if full.exists() && !links::is_inside(root, &full) {
        return Err(Box::new(links::leads_out(path)));
    }
    read_text(root, path, limit)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.') || is_leftover(entry)
}

/// What editors, desktops and version control leave behind.
fn is_leftover(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let vim = name.starts_with('.') && (name.ends_with(".swp") || name.ends_with(".swo"));
    vim || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name.starts_with(".#")
        || matches!(
            &*name,
            ".DS_Store" | "Thumbs.db" | "desktop.ini" | ".git" | ".gitkeep" | ".gitignore"
        )
}

fn walk_error(root: &Path, folder: &str, error: &walkdir::Error) -> Diagnostic {
    let path = error
        .path()
        .and_then(|path| site_path(root, path))
        .unwrap_or_else(|| folder.to_owned());
    if let Some(ancestor) = error.loop_ancestor() {
        let ancestor = site_path(root, ancestor).unwrap_or_default();
        return Diagnostic::new(
            Code::LeavesSite,
            format!("the symbolic link `{path}` leads back to `{ancestor}`"),
        )
        .at_path(path)
        .help("remove the link");
    }
    let reason = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::new(
        Code::Unreadable,
        format!("`{path}` cannot be read: {reason}"),
    )
    .at_path(path)
    .help("mend its permissions, or take it out of the site")
}

fn site_path(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = relative
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    Some(parts?.join("/"))
}

/// Reads a file of the site.
///
/// # Errors
/// When the file is larger than `limit` bytes or cannot be read.
fn read_bytes(root: &Path, path: &str, limit: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let unreadable = |error: std::io::Error| {
        Box::new(
            Diagnostic::new(
                Code::Unreadable,
                format!("`{path}` cannot be read: {error}"),
            )
            .at_path(path)
            .help("mend its permissions, or take it out of the site"),
        )
    };
    let full = root.join(path);
    let metadata = std::fs::metadata(&full).map_err(unreadable)?;
    // To read from a pipe or a device may take for ever.
    if !metadata.is_file() {
        return Err(Box::new(not_a_file(path)));
    }
    let too_large = |size: u64| {
        Box::new(
            Diagnostic::new(
                Code::TooLarge,
                format!(
                    "`{path}` has {} MiB; Tearline reads at most {} MiB",
                    size >> 20,
                    limit >> 20
                ),
            )
            .at_path(path)
            .help("split it, or put it into static/ and link to it"),
        )
    };
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // One that grows meanwhile is not followed without end.
    std::fs::File::open(&full)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

/// Reads a font of the site's own, one that browsers load: WOFF2 or WOFF, each with its signature
/// (WOFF File Format 2.0, section 4.1; WOFF File Format 1.0, section 3).
///
/// # Errors
/// When the file is larger than `limit` bytes, cannot be read or is no such font.
pub fn read_font(root: &Path, path: &str, limit: u64) -> Result<Arc<[u8]>, Box<Diagnostic>> {
    let bytes = read_bytes(root, path, limit)?;
    let signature: &[u8] = match path.rsplit_once('.') {
        Some((_, "woff2")) => b"wOF2",
        Some((_, "woff")) => b"wOFF",
        _ => return Err(broken_font(path)),
    };
    if !bytes.starts_with(signature) {
        return Err(broken_font(path));
    }
    Ok(bytes.into())
}

fn broken_font(path: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::BrokenFont,
            format!("`{path}` is not a font that browsers load"),
        )
        .at_path(path)
        .help("convert it to WOFF2 and name it .woff2, or take it out of templates/fonts/"),
    )
}

/// Reads a text file of the site, a byte-order mark removed.
///
/// # Errors
/// When the file is larger than `limit` bytes, cannot be read or is not UTF-8.
pub fn read_text(root: &Path, path: &str, limit: u64) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    match String::from_utf8(read_bytes(root, path, limit)?) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(SourceFile::new(path, text))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let file = SourceFile::new(path, String::from_utf8_lossy(error.as_bytes()));
            Err(Box::new(
                Diagnostic::new(Code::NotUtf8, format!("`{path}` is not valid UTF-8"))
                    .at(&file, at..at + '\u{fffd}'.len_utf8())
                    .label("the first byte that is not UTF-8")
                    .help("save the file as UTF-8"),
            ))
        }
    }
}
