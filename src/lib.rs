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
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod clock;

pub mod cli;
pub mod digest;
pub mod external;
pub mod import;
pub mod leaks;
pub mod migrate;
pub mod preview;
pub mod publish;
pub mod site;

pub use base::{asset, diagnostic, kind, marking};
pub use {
    cards, entries, exchange, feeds, figures, markdown, media, output, plan, render, search,
    settings,
};

/// The constants of the field, and the meaning of documents.
pub mod intel {
    pub use base::{attack, fold, indicator, places, vocabulary};
    pub use library::*;
}

/// Documents, and the texts that they are made of.
pub mod load {
    pub use ::load::*;
    pub use syntax::{body, csv, dates, decode, entry, toml, tree, yaml};
}

/// Editions, and how they are made of a library.
pub mod edition {
    pub use ::edition::*;
    pub use redact::{Document, Outline, Parts, Reason, Redacted, Withheld, redact, redact_again};
}
