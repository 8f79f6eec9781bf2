//! The third step: what one audience may read of a library.
//!
//! In: a [`Library`] and the settings of one edition. Out: an [`Edition`]: a library in which what
//! is above the audience does not exist. Everything that is derived (order, neighbours, counts,
//! relations, roll-ups) is computed here from what is left, so that it cannot tell of the rest.
//! The steps after this one see an [`Edition`] and nothing else.

pub mod addresses;
mod derive;
pub mod model;
mod redact;
pub mod statistics;
pub mod texts;

pub use model::{Brief, BriefId, Edition, Entity, EntityId, Page, Shown, SiteFacts};
pub use redact::{Document, Outline, Parts, Reason, Redacted, Withheld, redact, redact_again};
