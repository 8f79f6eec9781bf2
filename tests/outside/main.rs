//! What goes out to others and what comes in from them: exchange formats, imports, conversions,
//! newsletters, links to other sites.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

mod digest;
mod exchange;
mod exchange_stix;
mod external;
mod import;
mod import_marked;
mod marked_from_outside;
mod migrate;
mod round_trip;
#[path = "../support/mod.rs"]
mod support;
