//! Files for other programs, beside the pages: one folder for each format.
//!
//! In: an [`Edition`](crate::edition::Edition) and nothing else, so that a file holds what its
//! audience may read. Out: the text of each file, the same bytes for the same edition.

pub mod stix;
