//! Symbolic links in a folder that is published to.
//!
//! In: the folder, and the paths below it that will be written or deleted. Out: an error where a link
//! would lead one of them elsewhere. A link that stands where a file of ours goes is replaced by it,
//! since files are renamed into their place; the folder itself may be reached by a link.

use std::collections::BTreeSet;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic};
use crate::settings::target::Target;

/// Refuses a folder in which a link leads one of these paths away.
pub fn refuse<'p>(
    folder: &Path,
    paths: impl IntoIterator<Item = &'p str>,
    target: &Target,
) -> Result<(), Diagnostic> {
    let mut above = BTreeSet::new();
    for path in paths {
        let mut folder = path;
        // Those above a known one are known.
        while let Some((parent, _)) = folder.rsplit_once('/')
            && above.insert(parent)
        {
            folder = parent;
        }
    }
    let links: Vec<&str> = above
        .into_iter()
        .filter(|path| folder.join(path).is_symlink())
        .collect();
    let Some(first) = links.first() else {
        return Ok(());
    };
    let more = match links.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    Err(Diagnostic::new(
        Code::BadTarget,
        format!(
            "`{first}` in the folder `{}` is a symbolic link{more}, and what is published may not be \
             written through one",
            folder.display()
        ),
    )
    .at_location(target.at.clone())
    .label("published to this folder")
    .help("remove the link, or make it a folder, and publish again"))
}
