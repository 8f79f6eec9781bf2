//! Dates for reading.

use super::views::DateView;
use syntax::dates::{Moment, Period, RoughDate};

impl From<RoughDate> for DateView {
    fn from(date: RoughDate) -> Self {
        DateView {
            iso: date.to_string(),
            text: date.reading(),
        }
    }
}

impl From<Moment> for DateView {
    fn from(moment: Moment) -> Self {
        RoughDate::Moment(moment).into()
    }
}

/// The end of an embargo, to the minute where it has a time.
pub fn end(moment: Moment) -> DateView {
    let mut view = DateView::from(moment);
    if let Moment::Time(time) = moment {
        view.text = time.strftime("%-d %B %Y, %H:%M UTC").to_string();
    }
    view
}

/// A period for reading: its word, or both ends.
pub fn period(period: &Period) -> String {
    match (&period.word, period.to) {
        (Some(word), _) => match word.get(4..) {
            Some("") => word.clone(),
            Some(part) if part.starts_with("-Q") => {
                format!("{} quarter {}", &word[..4], &part[2..])
            }
            Some("-H1") => format!("first half of {}", &word[..4]),
            Some("-H2") => format!("second half of {}", &word[..4]),
            _ => period.from.reading(),
        },
        (None, Some(to)) if to == period.from => to.reading(),
        (None, Some(to)) => format!("{} to {}", period.from.reading(), to.reading()),
        (None, None) => format!("since {}", period.from.reading()),
    }
}
