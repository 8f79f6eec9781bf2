//! What one audience may read.
//!
//! An [`Edition`] is a library in which what is above the audience does not exist. Everything that is
//! derived (order, neighbours, counts, relations, roll-ups) is computed here from what redaction left, so
//! that it cannot tell of the rest. What makes pages and files depends on this crate, and on none that
//! knows a library.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod addresses;
pub mod derive;
pub mod model;
pub mod statistics;
pub mod texts;

pub use model::{Brief, BriefId, Edition, Entity, EntityId, Page, Shown, SiteFacts};
