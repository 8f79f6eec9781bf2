//! The kinds of content files as words of the command line: `brief`, `actor`, `page`.

use crate::kind::EntityKind;
use crate::load::FileKind;

/// All of them, in the order in which help lists them.
pub fn all() -> impl Iterator<Item = FileKind> {
    let profiles = EntityKind::ALL.iter().map(|kind| FileKind::Profile(*kind));
    std::iter::once(FileKind::Brief)
        .chain(profiles)
        .chain([FileKind::Page])
}

pub fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Brief => "brief",
        FileKind::Profile(kind) => kind.name(),
        FileKind::Page => "page",
    }
}

/// # Errors
/// Where there is no such kind.
pub fn named(word: &str) -> Result<FileKind, String> {
    all()
        .find(|kind| name(*kind) == word)
        .ok_or_else(|| format!("`{word}` is no kind of file"))
}
