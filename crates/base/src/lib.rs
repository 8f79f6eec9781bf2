//! What every part knows: findings and how they are written, kinds of entities, who may see what, and
//! the constants of the field.
//!
//! Nothing of a site is known here, and nothing of this stands above another crate.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod asset;
pub mod attack;
pub mod diagnostic;
pub mod fold;
pub mod indicator;
pub mod kind;
pub mod marking;
pub mod places;
pub mod vocabulary;
