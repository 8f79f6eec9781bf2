//! Dates as analysts write them: a moment, a date as exact as it is known, a period.
//!
//! A moment is a day or an RFC 3339 time, UTC where no zone is given. The dates of events and
//! sources may also be a month or a year. A period is a table {from, to} or a word such as `2025-Q3`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value as Json, json};

use super::decode::{Decode, Decoder, Spanned, record};
use super::tree::{Node, Value};
use base::diagnostic::{Code, Diagnostic};

/// A day, or a time in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Day(Date),
    Time(Timestamp),
}

impl Moment {
    /// The day in UTC.
    pub fn day(self) -> Date {
        match self {
            Moment::Day(day) => day,
            Moment::Time(time) => TimeZone::UTC.to_datetime(time).date(),
        }
    }

    /// The instant; a day counts from its first second.
    pub fn timestamp(self) -> Timestamp {
        match self {
            Moment::Day(day) => start_of(day),
            Moment::Time(time) => time,
        }
    }

    /// Midnight in UTC is how formats that know no days write one.
    pub fn or_day(self) -> Moment {
        let day = Moment::Day(self.day());
        if day.timestamp() == self.timestamp() {
            day
        } else {
            self
        }
    }

    /// Reads a day or an RFC 3339 time; a space may stand for the `T`.
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        if text.len() == 10 {
            return strict_day(text).map(Moment::Day);
        }
        if !text.is_char_boundary(10) || strict_day(text.get(..10)?).is_none() {
            return None;
        }
        text.parse::<Timestamp>()
            .or_else(|_| text.parse::<DateTime>().map(start_at))
            .ok()
            .map(Moment::Time)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |moment: &Moment| (moment.timestamp(), matches!(moment, Moment::Time(_)));
        rank(self).cmp(&rank(other))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Day(day) => write!(formatter, "{day}"),
            Moment::Time(time) => write!(formatter, "{time}"),
        }
    }
}

fn start_at(local: DateTime) -> Timestamp {
    // UTC has no gaps, so only a date outside of jiff's range fails, and such a date did not parse.
    TimeZone::UTC
        .to_timestamp(local)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn start_of(day: Date) -> Timestamp {
    start_at(day.at(0, 0, 0, 0))
}

fn strict_day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shaped { text.parse().ok() } else { None }
}

/// A date as exact as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoughDate {
    Year(i16),
    Month(i16, i8),
    Moment(Moment),
}

impl RoughDate {
    pub fn parse(text: &str) -> Option<RoughDate> {
        let text = text.trim();
        match text.len() {
            4 => Some(RoughDate::Year(number(text, 4)?)),
            7 => {
                let (year, month) = text.split_once('-')?;
                let (year, month) = (number(year, 4)?, number::<i8>(month, 2)?);
                (1..=12)
                    .contains(&month)
                    .then_some(RoughDate::Month(year, month))
            }
            _ => Moment::parse(text).map(RoughDate::Moment),
        }
    }

    /// For reading: 10 November 2025, November 2025.
    pub fn reading(self) -> String {
        match self {
            RoughDate::Year(year) => format!("{year:04}"),
            RoughDate::Month(..) => self.first_day().strftime("%B %Y").to_string(),
            RoughDate::Moment(moment) => moment.day().strftime("%-d %B %Y").to_string(),
        }
    }

    /// The first day that it can mean.
    pub fn first_day(self) -> Date {
        match self {
            RoughDate::Year(year) => day_of(year, 1, 1),
            RoughDate::Month(year, month) => day_of(year, month, 1),
            RoughDate::Moment(moment) => moment.day(),
        }
    }

    /// The last day that it can mean.
    pub fn last_day(self) -> Date {
        match self {
            RoughDate::Year(year) => day_of(year, 12, 31),
            RoughDate::Month(year, month) => day_of(year, month, 1).last_of_month(),
            RoughDate::Moment(moment) => moment.day(),
        }
    }
}

impl PartialOrd for RoughDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RoughDate {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |date: &RoughDate| match date {
            RoughDate::Year(_) => (start_of(date.first_day()), 0),
            RoughDate::Month(..) => (start_of(date.first_day()), 1),
            RoughDate::Moment(Moment::Day(_)) => (start_of(date.first_day()), 2),
            RoughDate::Moment(moment) => (moment.timestamp(), 3),
        };
        key(self).cmp(&key(other))
    }
}

impl fmt::Display for RoughDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RoughDate::Year(year) => write!(formatter, "{year:04}"),
            RoughDate::Month(year, month) => write!(formatter, "{year:04}-{month:02}"),
            RoughDate::Moment(moment) => moment.fmt(formatter),
        }
    }
}

fn day_of(year: i16, month: i8, day: i8) -> Date {
    // Years are of four digits and months were checked, so the date exists.
    Date::new(year, month, day).unwrap_or(Date::ZERO)
}

fn number<T: std::str::FromStr>(text: &str, digits: usize) -> Option<T> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// The first and the last day of a stretch of time, and the word it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub from: RoughDate,
    pub to: Option<RoughDate>,
    pub word: Option<String>,
}

impl Period {
    /// Reads `2025`, `2025-03`, `2025-Q3` or `2025-H1`.
    pub fn parse(word: &str) -> Option<Period> {
        let word = word.trim();
        let months = |first: i8, last: i8| -> Option<(RoughDate, RoughDate)> {
            let year = number(word.get(..4)?, 4)?;
            Some((RoughDate::Month(year, first), RoughDate::Month(year, last)))
        };
        let (from, to) = match word.get(4..)?.to_ascii_uppercase().as_str() {
            "" => months(1, 12)?,
            "-Q1" => months(1, 3)?,
            "-Q2" => months(4, 6)?,
            "-Q3" => months(7, 9)?,
            "-Q4" => months(10, 12)?,
            "-H1" => months(1, 6)?,
            "-H2" => months(7, 12)?,
            _ => {
                let month =
                    RoughDate::parse(word).filter(|date| matches!(date, RoughDate::Month(..)))?;
                (month, month)
            }
        };
        Some(Period {
            from,
            to: Some(to),
            word: Some(word.to_ascii_uppercase()),
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.word, self.to) {
            (Some(word), _) => formatter.write_str(word),
            (None, Some(to)) => write!(formatter, "{} to {to}", self.from),
            (None, None) => write!(formatter, "since {}", self.from),
        }
    }
}

/// The calendar quarter of a day, as (year, 1 to 4).
pub fn quarter(day: Date) -> (i16, i8) {
    (day.year(), (day.month() - 1) / 3 + 1)
}

/// The quarter before another.
pub fn quarter_before((year, quarter): (i16, i8)) -> (i16, i8) {
    if quarter == 1 {
        (year - 1, 4)
    } else {
        (year, quarter - 1)
    }
}

fn bad_date(text: &str, node: &Node, expected: &str, decoder: &mut Decoder) {
    decoder.report(
        &node.span,
        Diagnostic::new(Code::BadDate, format!("`{text}` is not a date that exists"))
            .label(format!("expected {expected}"))
            .help("write days as 2025-11-10 and times as 2025-11-10T09:30:00Z"),
    );
}

macro_rules! decode_date {
    ($type:ty, $parse:path, $expected:literal) => {
        impl Decode for Spanned<$type> {
            fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
                let Some(text) = node.value.scalar_text() else {
                    decoder.report(
                        &node.span,
                        Diagnostic::new(
                            Code::WrongType,
                            format!("expected {}, found {}", $expected, node.value.type_name()),
                        ),
                    );
                    return None;
                };
                match $parse(text) {
                    Some(value) => Some(Spanned::new(value, node.span.clone())),
                    None => {
                        bad_date(text, node, $expected, decoder);
                        None
                    }
                }
            }
            fn schema() -> Json {
                json!({ "type": ["string", "integer"], "description": $expected })
            }
        }
    };
}
decode_date!(Moment, Moment::parse, "a day or a time");
decode_date!(
    RoughDate,
    RoughDate::parse,
    "a day, a time, a month or a year"
);

record! {
    /// A period by its ends.
    pub struct PeriodEnds {
        /// The first day, month or year.
        from: Spanned<RoughDate>,
        /// The last day, month or year; absent while it goes on.
        to: Option<Spanned<RoughDate>>,
    }
}

impl Decode for Spanned<Period> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let spanned = |period| Some(Spanned::new(period, node.span.clone()));
        if let Value::Table(_) = &node.value {
            let ends = PeriodEnds::decode(node, decoder)?;
            let (from, to) = (*ends.from, ends.to.as_ref().map(|to| **to));
            if to.is_some_and(|to| to.last_day() < from.first_day()) {
                let span: &Range<usize> = ends.to.as_ref().map_or(&node.span, |to| &to.span);
                decoder.report(
                    span,
                    Diagnostic::new(Code::BadDate, "the period ends before it begins")
                        .label("this is before `from`")
                        .help("swap `from` and `to`"),
                );
                return None;
            }
            return spanned(Period {
                from,
                to,
                word: None,
            });
        }
        match node
            .value
            .scalar_text()
            .map(|text| (text, Period::parse(text)))
        {
            Some((_, Some(period))) => spanned(period),
            Some((text, None)) => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(Code::BadDate, format!("`{text}` is not a period"))
                        .label("expected a period")
                        .help("write 2025, 2025-Q3, 2025-H1, 2025-03 or {from: 2025-07-01, to: 2025-09-30}"),
                );
                None
            }
            None => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(
                        Code::WrongType,
                        format!("expected a period, found {}", node.value.type_name()),
                    ),
                );
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": ["string", "integer"] }, PeriodEnds::schema()] })
    }
}

/// The first instant after a day, for what holds until the end of it.
pub fn end_of(day: Date) -> Timestamp {
    start_of(day.checked_add(1.day()).unwrap_or(Date::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_words_of_the_calendar() {
        let quarter = Period::parse("2025-q3")
            .map(|period| (period.from.first_day(), period.to.map(RoughDate::last_day)));
        assert_eq!(
            quarter,
            Some((day_of(2025, 7, 1), Some(day_of(2025, 9, 30))))
        );
        assert_eq!(Period::parse("2025-13"), None);
        assert_eq!(Period::parse("2025-Q5"), None);
        assert_eq!(Period::parse("202é"), None);
    }

    #[test]
    fn a_time_without_zone_is_utc() {
        assert_eq!(
            Moment::parse("2025-11-10T09:30:00"),
            Moment::parse("2025-11-10T10:30:00+01:00")
        );
        assert_eq!(Moment::parse("2025-02-30"), None);
        assert_eq!(Moment::parse("10.11.2025"), None);
    }

    #[test]
    fn rough_dates_sort_by_their_start() {
        let mut dates: Vec<_> = ["2025-08", "2025-07-03", "2025"]
            .into_iter()
            .filter_map(RoughDate::parse)
            .collect();
        dates.sort();
        assert_eq!(
            dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2025", "2025-07-03", "2025-08"]
        );
    }
}
