//! What becomes of a site: findings, pages, files, pictures, and the guide that tells of them.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

mod cards;
mod commands;
mod design;
mod determinism;
mod diagnostics;
mod docs;
mod figures;
mod landscape;
mod media;
mod output;
mod policy;
mod resolve;
mod search;
mod snapshots;
#[path = "../support/mod.rs"]
mod support;
mod template_guide;
mod theming;
