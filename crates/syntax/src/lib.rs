//! Texts become trees, events and values.
//!
//! In: the text of a file. Out: YAML, TOML and CSV as one kind of tree ([`tree`]), decoded records with
//! the span of each value ([`decode`]), and Markdown as events ([`body`]). Which files there are, and what
//! kinds of documents they hold, is not known here.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

pub mod body;
pub mod csv;
pub mod dates;
pub mod decode;
pub mod entry;
pub mod toml;
pub mod tree;
pub mod word;
pub mod yaml;
