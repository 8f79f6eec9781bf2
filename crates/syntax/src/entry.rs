//! The keys of entries that stand in front matter and in the tables of a body alike.
//!
//! As in the definitions of front matter, the doc comment of a field is its description in the schema
//! and in the guide.

use super::dates::RoughDate;
use super::decode::{Loose, Spanned, Text, record};
use base::marking::Tlp;
use base::vocabulary::{Confidence, IndicatorType};

record! {
    /// The marking of a single entry.
    pub struct EntryMarking {
        /// TLP 2.0 marking of this entry alone.
        tlp: Option<Spanned<Tlp>>,
        /// Groups that this entry is limited to.
        audience: Vec<Text>,
    }
}

record! {
    /// An observable to detect or block. A row of an `indicators_file` has the same keys.
    pub struct IndicatorMatter with marking: EntryMarking {
        /// domain, ipv4, ipv6, url, email, sha256 and so on.
        kind as "type": Spanned<IndicatorType>,
        /// The value, defanged or not.
        value: Spanned<Loose>,
        /// What it is.
        description: Option<Text>,
        /// When it was first seen.
        first_seen: Option<Spanned<RoughDate>>,
        /// Until when it is worth acting on.
        valid_until: Option<Spanned<RoughDate>>,
        /// low, moderate or high.
        confidence: Option<Spanned<Confidence>>,
        /// The software it belongs to.
        software: Option<Text>,
        /// The id of the source.
        source: Option<Text>,
    }
}
