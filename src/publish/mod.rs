//! Publishing: what a build wrote goes to where readers are, and can be checked there.
//!
//! In: a target of the settings and the output folder of an edition. Out: the target holds that
//! edition. This stands beside the pipeline: it takes finished files and knows nothing of their content.
//!
//! 1. `source`: the folder, whole as its build left it, and whether the target's readers may see it.
//! 2. `items`: each file with its headers, in the order in which files may appear ([`items::Stage`]).
//! 3. `sign`: the signature of the list of files, where a key is configured.
//! 4. `objects` sends what the target lacks (`record` says what that is) to a bucket or a folder,
//!    which `store` opens; `git` makes a commit of it. `links` keeps a folder's files inside of it.
//!
//! `verify` is for readers: it compares a publication with the list that came with it.

mod explain;
mod git;
mod items;
mod links;
mod objects;
mod record;
mod sign;
mod source;
mod store;
#[cfg(test)]
mod tests;
mod verify;

use std::path::{Path, PathBuf};

pub use self::items::{Item, Stage};
pub use self::sign::{KEY_VARIABLE, PASSWORD_VARIABLE};
pub use self::store::tls;
pub use self::verify::{Difference, Signed, Verified, verify};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::marking::Tlp;
use crate::settings::Settings;
use crate::settings::target::{Place, Target};

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// What the build wrote into.
    pub output: PathBuf,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// How a long run tells where it is.
pub trait Watch: Sync {
    fn step(&self, name: &'static str);
    /// So many bytes will be sent.
    fn start(&self, bytes: u64);
    fn sent(&self, bytes: u64);
}

/// What is done to one path of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Send(Item),
    Delete(String),
}

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    pub edition: Option<String>,
    pub tlp: Tlp,
    pub shown: String,
    /// In the order of doing.
    pub actions: Vec<Action>,
    pub unchanged: usize,
    /// Files that others put there, which stay.
    pub foreign: usize,
    /// The commit, of a Git branch.
    pub commit: Option<String>,
}

impl Published {
    /// How many files were sent, and their bytes.
    pub fn sent(&self) -> (usize, u64) {
        let sizes = self.actions.iter().filter_map(|action| match action {
            Action::Send(item) => Some(item.size),
            Action::Delete(_) => None,
        });
        sizes.fold((0, 0), |(count, bytes), size| (count + 1, bytes + size))
    }

    pub fn deleted(&self) -> usize {
        self.actions.len() - self.sent().0
    }
}

/// Publishes to the target of this name.
///
/// # Errors
/// When the target or the folder may not be used, or the target fails. What was sent before stays, and
/// the next run goes on from there.
pub fn publish(
    settings: &Settings,
    name: &str,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Published, Diagnostic> {
    let target = find(settings, name)?;
    let edition = source::edition(settings, target)?;
    let folder = match &edition.name {
        Some(name) => options.output.join(name),
        None => options.output.clone(),
    };
    watch.step("checking the folder");
    let source = source::read(&folder, edition)?;
    source::may_go(edition, &source, target)?;
    let mut items = items::items(&source, target);
    if let Some(key) = &settings.public_key {
        let signature = match options.dry_run {
            true => sign::Signature::Unmade,
            false => sign::Signature::Made(sign::sign(&source, key)?),
        };
        items.push(items::signature(&source, key, signature, target));
    }
    items.sort_by(|one, other| (one.stage, &one.path).cmp(&(other.stage, &other.path)));
    let done = match &target.place {
        Place::Git { .. } => git::publish(&items, &source, target, settings, options, watch)?,
        Place::Folder(to) => {
            let to = options.root.join(to);
            apart(&to, options, target)?;
            let store = store::folder(&to, target, options.dry_run)?;
            objects::publish(&store, items, &source, target, options.dry_run, watch)?
        }
        Place::Store(place) => {
            let store = store::bucket(place, target)?;
            objects::publish(&store, items, &source, target, options.dry_run, watch)?
        }
    };
    Ok(Published {
        edition: edition.name.clone(),
        tlp: edition.tlp,
        shown: target.shown(),
        ..done
    })
}

fn find<'s>(settings: &'s Settings, name: &str) -> Result<&'s Target, Diagnostic> {
    let known = || settings.publish.iter().map(|target| target.name.as_str());
    let found = settings.publish.iter().find(|target| target.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = known().collect();
        Diagnostic::new(Code::UnknownTarget, format!("there is no target `{name}`"))
            .at_path(settings.file.path.clone())
            .help(match (nearest(name, known()), names.as_slice()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => format!("add a table [publish.{name}] with the `url` to publish to"),
                (None, names) => format!("the settings have: {}", names.join(", ")),
            })
    })
}

/// A folder that is published to may not be one that this would change under its own feet.
fn apart(to: &Path, options: &Options, target: &Target) -> Result<(), Diagnostic> {
    let whole = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // The part that exists decides where the rest will be.
        let mut there = absolute.as_path();
        loop {
            match (there.canonicalize(), there.parent()) {
                (Ok(real), _) => {
                    let rest = absolute.strip_prefix(there).unwrap_or(Path::new(""));
                    return real.join(rest);
                }
                (Err(_), Some(parent)) => there = parent,
                (Err(_), None) => return absolute.clone(),
            }
        }
    };
    let (to, root) = (whole(to), whole(&options.root));
    let ours = ["content", "data", "templates", "static", ".git"];
    let mut taken: Vec<PathBuf> = ours.iter().map(|name| root.join(name)).collect();
    taken.push(whole(&options.output));
    if root.starts_with(&to) || taken.iter().any(|path| to.starts_with(path)) {
        return Err(Diagnostic::new(
            Code::BadTarget,
            format!(
                "the folder `{}` holds the site, or is a part of it",
                to.display()
            ),
        )
        .at_location(target.at.clone())
        .label("published to this folder")
        .help("name a folder of its own, outside of the site's folders and of the output"));
    }
    Ok(())
}
