//! Calendar quarters, and briefs counted by them.

use std::fmt;

use jiff::civil::Date;

use super::super::model::{BriefId, Edition};
use syntax::dates;

/// The longest series, in quarters: ten years fit on a page.
pub const LONGEST: usize = 40;

/// The shortest series: a single column says nothing of time.
const SHORTEST: usize = 8;

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    /// 1 to 4.
    number: i8,
}

impl Quarter {
    pub fn of(day: Date) -> Self {
        let (year, number) = dates::quarter(day);
        Self { year, number }
    }

    pub fn before(self) -> Self {
        let (year, number) = dates::quarter_before((self.year, self.number));
        Self { year, number }
    }

    /// So many quarters earlier.
    pub fn back(self, count: usize) -> Self {
        (0..count).fold(self, |quarter, _| quarter.before())
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{:04}-Q{}", self.year, self.number)
    }
}

/// Briefs, the newest first, by quarter: the oldest first.
pub fn activity(edition: &Edition, briefs: &[BriefId]) -> Vec<(Quarter, usize)> {
    let mut counts: Vec<(Quarter, usize)> = Vec::new();
    for id in briefs.iter().rev() {
        let quarter = Quarter::of(edition.brief(*id).date.day());
        match counts.last_mut() {
            Some((last, count)) if *last == quarter => *count += 1,
            _ => counts.push((quarter, 1)),
        }
    }
    counts
}

/// Every quarter up to the last one, those without a brief too: from the first with a brief, but at
/// least [`SHORTEST`] and at most [`LONGEST`].
pub fn series(activity: &[(Quarter, usize)], last: Quarter) -> Vec<(Quarter, usize)> {
    let mut series = Vec::new();
    let mut quarter = last;
    let first = activity.first().map_or(last, |(first, _)| *first);
    let mut left = activity.iter().rev().peekable();
    while series.len() < LONGEST && (quarter >= first || series.len() < SHORTEST) {
        while left.next_if(|(later, _)| *later > quarter).is_some() {}
        let count = left
            .next_if(|(found, _)| *found == quarter)
            .map_or(0, |(_, count)| *count);
        series.push((quarter, count));
        quarter = quarter.before();
    }
    series.reverse();
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter(year: i16, number: i8) -> Quarter {
        Quarter { year, number }
    }

    #[test]
    fn a_series_has_every_quarter_between_and_no_more_than_ten_years() {
        let shown = series(
            &[(quarter(2023, 4), 2), (quarter(2025, 1), 3)],
            quarter(2025, 4),
        );
        let counts: Vec<usize> = shown.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2, 0, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(shown[0].0.to_string(), "2023-Q4");
        assert_eq!(shown[8].0.to_string(), "2025-Q4");

        let old = series(
            &[(quarter(1, 1), 1), (quarter(2025, 4), 1)],
            quarter(2025, 4),
        );
        assert_eq!(old.len(), LONGEST);
        assert_eq!(old[0].0, quarter(2016, 1));
        assert_eq!(series(&[], quarter(2025, 4)).len(), SHORTEST);
    }
}
