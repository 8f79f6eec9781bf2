//! When objects were created and modified (STIX 2.1, sections 3.2 and 3.6).
//!
//! `created` is the same instant for all objects: their ids are derived, not drawn, and no date of the
//! input stays when it is edited. `modified` holds a part of the content's hash, so that one id with
//! one `modified` has one content, whatever is edited and however many editions are read.
//!
//! - What a brief or a profile with `updated` says was modified at that moment; the hash is the
//!   fraction of its second.
//! - Anything else has no date in the input. Its `modified` is an instant in the year that follows
//!   `created`, by the hash alone: another one for another content, and none that is later than the
//!   versions of other producers, so that objects under ATT&CK's ids never replace ATT&CK's own.

use jiff::{SignedDuration, Timestamp};

use base::marking::Tlp;
use edition::model::Brief;
use syntax::dates::Moment;

/// What all objects say of their creation.
pub const CREATED: &str = "2000-01-01T00:00:00.000Z";
/// The same in seconds of the Unix epoch.
const CREATED_SECOND: i64 = 946_684_800;
const MICROSECONDS_OF_A_YEAR: u64 = 365 * 24 * 60 * 60 * 1_000_000;

/// Where the `modified` of an object comes from.
#[derive(Debug, Clone, Copy)]
pub enum Version {
    /// The content alone.
    Content,
    /// A moment of the input, and the content.
    At(Timestamp),
}

impl From<Option<Moment>> for Version {
    fn from(updated: Option<Moment>) -> Self {
        updated.map_or(Self::Content, |moment| Self::At(moment.timestamp()))
    }
}

impl Version {
    /// The `modified` of a content by its hash, as RFC 3339 with microseconds.
    pub fn modified(self, content: &blake3::Hash) -> String {
        let number = content
            .as_bytes()
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let (second, microseconds) = match self {
            Self::Content => (CREATED_SECOND, number % MICROSECONDS_OF_A_YEAR),
            // No version is older than the object.
            Self::At(moment) => (moment.as_second().max(CREATED_SECOND), number % 1_000_000),
        };
        let start = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        // A year is far below what the type holds.
        let offset = SignedDuration::from_micros(microseconds.cast_signed());
        let modified = start.checked_add(offset).unwrap_or(start);
        modified.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }
}

/// The moment of the input that a `modified` was made of, to the second; none where there was none.
pub fn moment_of(modified: Timestamp) -> Option<Moment> {
    let year = SignedDuration::from_micros(MICROSECONDS_OF_A_YEAR.cast_signed());
    let content = Timestamp::from_second(CREATED_SECOND).ok()?;
    if (content..content.checked_add(year).ok()?).contains(&modified) {
        return None;
    }
    let second = Timestamp::from_second(modified.as_second()).ok()?;
    Some(Moment::Time(second).or_day())
}

/// When a brief was last changed, as far as what carries a level may tell: a change that is marked
/// higher has no part in it.
pub fn of_brief(brief: &Brief, level: Tlp) -> Version {
    let changed = match brief.changelog.is_empty() {
        true => brief.updated,
        false => brief
            .changelog
            .iter()
            .filter(|change| change.tlp <= level)
            .map(|change| change.value.date)
            .max(),
    };
    let moment = changed.map_or(brief.date, |changed| changed.max(brief.date));
    Version::At(moment.timestamp())
}

/// An instant as STIX writes it.
pub fn instant(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}
