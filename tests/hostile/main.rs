//! Input of an attacker, and of accidents: nothing becomes active, nothing is reached or written
//! outside, nothing breaks down.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

mod bad_input;
mod confinement;
mod hostile_input;
mod payloads;
mod promises;
mod robust;
#[path = "../support/mod.rs"]
mod support;
mod xss;
