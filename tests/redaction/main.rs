//! Who may see what: marks and what they take away, the search for leaks, and editions as wholes.

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
