//! Who may see what: marks and what they take away, the search for leaks, and editions as wholes.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

mod canary;
mod editions;
mod every_field;
mod leaks;
mod leaks_excused;
mod leaks_forms;
mod lists;
mod marks;
mod single_changes;
#[path = "../support/mod.rs"]
mod support;
