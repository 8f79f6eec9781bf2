//! Input of an attacker, and of accidents: nothing becomes active, nothing is reached or written
//! outside, nothing breaks down.

mod bad_input;
mod confinement;
mod hostile_input;
mod payloads;
mod promises;
mod robust;
#[path = "../support/mod.rs"]
mod support;
mod xss;
