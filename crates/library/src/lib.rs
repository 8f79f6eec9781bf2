//! The second step: documents become a library.
//!
//! In: a [`load::Site`]. Out: a [`Library`] in which every name points at one entity, and
//! findings about what does not. Files and HTML are not known here.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod files;
pub mod lints;
pub mod model;
pub mod names;
pub mod resolve;

pub use model::{BriefId, EntityId, Library};
pub use resolve::{Again, Changed, Index, resolve};
