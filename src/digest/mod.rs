//! The newsletter: what is new in an edition, as a message.
//!
//! In: a [`Digest`](crate::render::Digest), which comes from an edition and nothing else, and a list
//! of [`recipients`]. Out: the bytes of a [`message`], or one message to each recipient ([`send`]).
//! A [`journal`] keeps account of who got it, so that a run that was broken off goes on where it
//! stopped.

pub mod journal;
pub mod message;
pub mod period;
pub mod recipients;
pub mod send;
