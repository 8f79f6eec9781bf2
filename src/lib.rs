//! Tearline: a folder of Markdown threat briefs becomes a website, one edition for each audience.
//!
//! One direction, each step a function of the one before it:
//!
//! ```text
//! load -> resolve -> redact -> plan -> render -> commit
//! files   Library    Edition   Plan    bytes     public/
//! ```
//!
//! [`site::prepare`] goes from files to plans, [`site::Prepared::render`] from there to bytes, and
//! [`site::build`] does all of it and swaps the output in.

pub mod asset;
pub mod cards;
pub mod cli;
pub mod diagnostic;
pub mod digest;
pub mod edition;
pub mod entries;
pub mod exchange;
pub mod external;
pub mod feeds;
pub mod figures;
pub mod import;
pub mod intel;
pub mod kind;
pub mod leaks;
pub mod load;
pub mod markdown;
pub mod marking;
pub mod media;
pub mod migrate;
pub mod output;
pub mod plan;
pub mod preview;
pub mod publish;
pub mod render;
pub mod search;
pub mod settings;
pub mod site;
