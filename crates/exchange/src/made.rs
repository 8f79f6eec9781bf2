//! Which files are made for an edition, as far as lists of files have to know.

/// The outputs of an edition that are made for it. Files of the site that are taken over are none.
pub trait Made: Sync {
    /// Whether this path is one, from the edition's root without a slash at its start.
    fn is_made(&self, path: &str) -> bool;

    /// All of them, in the order of their paths.
    fn made(&self) -> Box<dyn Iterator<Item = &str> + '_>;
}
