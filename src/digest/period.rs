//! The days that a newsletter is about.

use clap::ValueEnum;
use jiff::ToSpan;
use jiff::civil::Date;

/// A period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Period {
    /// The last whole week, from Monday to Sunday
    Week,
    /// The last whole month
    Month,
}

impl Period {
    /// The first and the last day of the last whole period before `today`: the same on every day of
    /// the next one, so that a run that was broken off can be repeated on the day after.
    pub fn before(self, today: Date) -> (Date, Date) {
        match self {
            Period::Week => {
                let since_monday = i64::from(today.weekday().to_monday_zero_offset());
                let to = earlier(today, since_monday + 1);
                (earlier(to, 6), to)
            }
            Period::Month => {
                let to = earlier(today.first_of_month(), 1);
                (to.first_of_month(), to)
            }
        }
    }
}

/// The day some days before. The first days of the calendar have none before them.
fn earlier(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(period: Period, today: &str) -> String {
        let (from, to) = period.before(today.parse().unwrap());
        format!("{from} {to}")
    }

    #[test]
    fn a_week_is_the_last_whole_one_from_monday_to_sunday() {
        // 1 December 2025 is a Monday.
        assert_eq!(before(Period::Week, "2025-12-01"), "2025-11-24 2025-11-30");
        assert_eq!(before(Period::Week, "2025-12-07"), "2025-11-24 2025-11-30");
        assert_eq!(before(Period::Week, "2025-12-08"), "2025-12-01 2025-12-07");
    }

    #[test]
    fn a_month_is_the_last_whole_one() {
        assert_eq!(before(Period::Month, "2026-01-01"), "2025-12-01 2025-12-31");
        assert_eq!(before(Period::Month, "2024-03-31"), "2024-02-01 2024-02-29");
    }
}
