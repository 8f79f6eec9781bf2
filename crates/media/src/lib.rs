//! What of a file is published.
//!
//! In: a file that stands beside a document or in `static/`. Out: whether its bytes are taken over
//! or written anew ([`needs_cleaning`], [`clean`]), and before anything is written, the findings on
//! all files of the editions and the sizes of their pictures ([`examine`]).
//!
//! 1. `raster`, `jpeg`, `png`, `webp`, `gif`, `icon`, `exif`: pictures lose what does not draw
//! 2. `svg`: drawings lose what runs, asks other hosts or names their author
//! 3. `documents`: PDF and office files are published as they are, with a warning
//! 4. `active`: what a browser would run is refused beside documents.
//!
//! Pictures name who took them, with what, where and when; they show it to whoever downloads them
//! and to nobody who looks at the page. The pixels are never touched. A picture is kept by what it
//! holds that draws, so what nobody has thought of is not published.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod active;
mod documents;
mod exif;
mod gif;
mod icon;
mod jpeg;
mod pieces;
mod png;
mod raster;
mod svg;
mod webp;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use base::asset::{Asset, MAX_DOCUMENT};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use plan::{Plan, Producer};

/// The largest picture in pixels, in bytes.
const MAX_PICTURE: u64 = 64 << 20;

/// Width and height in pixels, as shown.
pub type Size = (u32, u32);

/// A picture without what does not draw.
struct Clean {
    bytes: Vec<u8>,
    orientation: Option<exif::Orientation>,
}

/// Why a picture is none, as the end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fault(&'static str);

/// What a file is, as far as that decides on how it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture(raster::Kind),
    Drawing,
    Document(documents::Kind),
    Active(active::Kind),
    Other,
}

impl Kind {
    fn of(asset: &Asset) -> Self {
        let ending = ending(&asset.path);
        if let Some(kind) = raster::Kind::of_ending(&ending) {
            return Kind::Picture(kind);
        }
        if ending == "svg" {
            return Kind::Drawing;
        }
        if let Some(kind) = documents::Kind::of_ending(&ending) {
            return Kind::Document(kind);
        }
        if let Some(kind) = active::Kind::of_path(&asset.path).filter(|_| !is_static(asset)) {
            return Kind::Active(kind);
        }
        // A photograph without an ending, or with one that nobody knows, is a photograph.
        head(&asset.file)
            .and_then(|head| raster::Kind::of_content(&head))
            .map_or(Kind::Other, Kind::Picture)
    }
}

fn ending(path: &str) -> String {
    Path::new(path)
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn is_static(asset: &Asset) -> bool {
    asset.site_path.starts_with("static/")
}

/// The first bytes of a file; none where it cannot be read, which copying it will report.
fn head(file: &Path) -> Option<Vec<u8>> {
    if !std::fs::metadata(file).ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(file)
        .ok()?
        .take(32)
        .read_to_end(&mut head)
        .ok()?;
    Some(head)
}

/// Whether a file is published as [`clean`] gives it; otherwise it is taken over as it is.
pub fn needs_cleaning(asset: &Asset) -> bool {
    match Kind::of(asset) {
        Kind::Picture(kind) => kind.can_be_cleaned(),
        Kind::Drawing => true,
        Kind::Document(_) | Kind::Active(_) | Kind::Other => false,
    }
}

/// The bytes to publish of a picture or drawing.
///
/// # Errors
/// When it cannot be read, is too large, or is broken or something else than its name says.
pub fn clean(asset: &Asset) -> Result<Vec<u8>, Diagnostic> {
    match Kind::of(asset) {
        Kind::Picture(kind) => picture(asset, kind).map(|clean| clean.bytes),
        Kind::Drawing => drawing(asset, &mut Diagnostics::new()).map(|drawing| {
            // What was taken out has been reported when all files were examined.
            drawing.text.into_bytes()
        }),
        Kind::Document(_) | Kind::Active(_) | Kind::Other => read(asset, MAX_PICTURE),
    }
}

/// Looks at every file of some editions once, and notes the sizes of pictures in their plans.
pub fn examine<'p>(plans: impl IntoIterator<Item = &'p mut Plan>, found: &mut Diagnostics) {
    let mut plans: Vec<&mut Plan> = plans.into_iter().collect();
    let mut files: BTreeMap<&str, &Asset> = BTreeMap::new();
    for planned in plans.iter().flat_map(|plan| plan.outputs.values()) {
        if let Producer::File(asset) = &planned.producer {
            files.insert(&asset.site_path, asset);
        }
    }
    let files: Vec<&Asset> = files.into_values().collect();
    let examined: Vec<(String, Option<Size>, Diagnostics)> = files
        .par_iter()
        .map(|asset| {
            let mut own = Diagnostics::new();
            let size = examine_file(asset, &mut own);
            (asset.site_path.clone(), size, own)
        })
        .collect();
    let mut sizes = BTreeMap::new();
    for (path, size, own) in examined {
        found.extend(own);
        if let Some(size) = size {
            sizes.insert(path, size);
        }
    }
    for plan in &mut plans {
        plan.sizes = plan
            .outputs
            .iter()
            .filter_map(|(path, planned)| match &planned.producer {
                Producer::File(asset) => Some((path.clone(), *sizes.get(&asset.site_path)?)),
                _ => None,
            })
            .collect();
    }
}

/// What is to be said of a file, and its size where it is a picture.
fn examine_file(asset: &Asset, found: &mut Diagnostics) -> Option<Size> {
    let path = &asset.site_path;
    match Kind::of(asset) {
        Kind::Picture(kind) if !kind.can_be_cleaned() => {
            found.push(
                Diagnostic::new(
                    Code::UncleanImage,
                    format!(
                        "`{path}` is a {} image, and who made it, where and with what cannot be \
                         taken out of that format",
                        kind.name()
                    ),
                )
                .at_path(path)
                .help("convert it to WebP, PNG or JPEG, which every browser shows; to hand on the original, put it into an archive"),
            );
            None
        }
        Kind::Picture(kind) => match picture(asset, kind) {
            Ok(clean) => size(&clean),
            Err(diagnostic) => {
                found.push(diagnostic);
                None
            }
        },
        Kind::Drawing => match drawing(asset, found) {
            Ok(drawing) => drawing.size,
            Err(diagnostic) => {
                found.push(diagnostic);
                None
            }
        },
        Kind::Document(kind) => {
            match kind.author(&asset.file) {
                Ok(author) => found.extend(
                    author
                        .map(|author| named(path, &author))
                        .into_iter()
                        .collect(),
                ),
                Err(error) => found.push(unreadable(path, &error)),
            }
            None
        }
        Kind::Active(kind) => {
            let runs = match kind {
                active::Kind::Runs => Ok(true),
                active::Kind::Xml => read(asset, MAX_PICTURE).map(|bytes| active::xml_runs(&bytes)),
            };
            match runs {
                Ok(true) => found.push(
                    Diagnostic::new(
                        Code::ActiveFile,
                        format!("`{path}` would run in a reader's browser or on the web server"),
                    )
                    .at_path(path)
                    .help(
                        "publish a sample in an archive with a password, or as text: end its name in \
                         `.txt`; what is the site's own stands in static/",
                    ),
                ),
                Ok(false) => {}
                Err(diagnostic) => found.push(diagnostic),
            }
            None
        }
        Kind::Other => None,
    }
}

fn named(path: &str, author: &documents::Author) -> Diagnostic {
    let (message, help) = match author {
        documents::Author::Named(name) => (
            format!("`{path}` names its author in its properties: {name}"),
            "remove its properties before you publish it; Tearline leaves documents as they are",
        ),
        documents::Author::Present => (
            format!("`{path}` names its author in its properties"),
            "remove its properties before you publish it; Tearline leaves documents as they are",
        ),
        documents::Author::Unknown => (
            format!("whether `{path}` names its author in its properties cannot be seen"),
            "publish it as PDF without properties, or in a format of today: .docx, .xlsx, .pptx",
        ),
    };
    Diagnostic::new(Code::DocumentAuthor, message)
        .at_path(path)
        .help(help)
}

fn size(clean: &Clean) -> Option<Size> {
    let size = imagesize::blob_size(&clean.bytes).ok()?;
    let (width, height) = (
        u32::try_from(size.width).ok()?,
        u32::try_from(size.height).ok()?,
    );
    let known = width > 0 && height > 0;
    let swapped = clean
        .orientation
        .is_some_and(exif::Orientation::swaps_sides);
    known.then_some(if swapped {
        (height, width)
    } else {
        (width, height)
    })
}

fn picture(asset: &Asset, kind: raster::Kind) -> Result<Clean, Diagnostic> {
    let path = &asset.site_path;
    let bytes = read(asset, MAX_PICTURE)?;
    kind.clean(&bytes).map_err(|Fault(reason)| {
        let diagnostic = match raster::Kind::of_content(&bytes) {
            Some(other) if other != kind => Diagnostic::new(
                Code::BrokenImage,
                format!(
                    "`{path}` is called a {} image and is a {} image",
                    kind.name(),
                    other.name()
                ),
            )
            .help(format!("end its name in `.{}`", other.ending())),
            _ => Diagnostic::new(
                Code::BrokenImage,
                format!("`{path}` is not a whole {} image: {reason}", kind.name()),
            )
            .help("open it in an image editor and save it again, or take it from where it came"),
        };
        diagnostic.at_path(path)
    })
}

fn drawing(asset: &Asset, found: &mut Diagnostics) -> Result<svg::Drawing, Diagnostic> {
    let path = &asset.site_path;
    let bytes = read(asset, MAX_DOCUMENT)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Diagnostic::new(Code::NotUtf8, format!("`{path}` is not valid UTF-8"))
            .at_path(path)
            .help("save the image as plain SVG in UTF-8, or export it as PNG")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    svg::clean(&SourceFile::new(path.as_str(), text), found).map_err(|broken| *broken)
}

/// The whole of a file, within a limit.
fn read(asset: &Asset, limit: u64) -> Result<Vec<u8>, Diagnostic> {
    let path = &asset.site_path;
    let data = std::fs::metadata(&asset.file).map_err(|error| unreadable(path, &error))?;
    if !data.is_file() {
        // Opening a pipe would wait for ever.
        return Err(unreadable(
            path,
            &std::io::Error::other("it is not a regular file"),
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(data.len().min(limit)).unwrap_or(0));
    File::open(&asset.file)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(Diagnostic::new(
            Code::TooLarge,
            format!(
                "`{path}` has {} MiB; Tearline reads at most {} MiB of such a file",
                data.len() >> 20,
                limit >> 20
            ),
        )
        .at_path(path)
        .help("save it smaller: a page of this weight is not waited for"));
    }
    Ok(bytes)
}

fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::Unreadable,
        format!("`{path}` cannot be read: {error}"),
    )
    .at_path(path)
    .help("mend its permissions, or take it out of the site")
}
