//! The `timeline` block: what happened when.
//!
//! In: entries with a date as exact as it is known, and a text. Out: an ordered list, oldest
//! first; entries of one date keep the order in which they were written.

use std::fmt::Write as _;

use super::block::Context;
use super::svg::escape;
use super::{Info, Plain, SourceAt, figure_element, list};
use syntax::dates::{Moment, RoughDate};
use syntax::decode::{Decode, Decoder, Spanned, Text, record};

record! {
    /// Something that happened.
    pub struct EntryMatter {
        /// A day, a time, a month or a year.
        date: Spanned<RoughDate>,
        /// What happened.
        text: Text,
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timeline {
    title: Option<String>,
    entries: Vec<(RoughDate, String)>,
}

pub(super) fn parse(context: &mut Context, info: &Info) -> Option<(Timeline, SourceAt)> {
    let listed = list::read(context, info, "date and text")?;
    let mut entries = Vec::with_capacity(listed.entries.len());
    for node in &listed.entries {
        let mut decoder = Decoder::new(&listed.text, &mut context.found).leaving_labels();
        if let Some(entry) = EntryMatter::decode(node, &mut decoder) {
            context.check_text(&listed.text, &entry.text);
            entries.push((entry.date.value, entry.text.value));
        }
    }
    entries.sort_by_key(|(date, _)| *date);
    Some((
        Timeline {
            title: listed.title,
            entries,
        },
        listed.source,
    ))
}

impl Timeline {
    /// The entries as rows.
    pub fn plain(&self) -> Plain {
        Plain {
            title: self.title.clone(),
            headings: vec!["Date".to_owned(), "Event".to_owned()],
            rows: self
                .entries
                .iter()
                .map(|(date, text)| vec![date.to_string(), text.clone()])
                .collect(),
        }
    }

    pub fn render(&self, _id: &str, source: Option<usize>) -> String {
        let mut items = String::from("<ol class=\"timeline\">");
        for (date, text) in &self.entries {
            let _ = write!(
                items,
                "<li>{} <span class=\"timeline-text\">{}</span></li>",
                time(*date),
                escape(text)
            );
        }
        items.push_str("</ol>");
        let caption = self.title.as_deref().map(|title| (title, ""));
        figure_element("timeline", caption, &items, source)
    }
}

/// A date as an element, in the forms that HTML (section 4.5.14) can read: no year 0, no more
/// than seconds needed.
pub(super) fn time(date: RoughDate) -> String {
    let shown = match date {
        RoughDate::Moment(Moment::Time(time)) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        other => other.to_string(),
    };
    let machine = match date {
        RoughDate::Moment(Moment::Time(time)) => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        other => other.to_string(),
    };
    if date.first_day().year() < 1 {
        return format!("<span class=\"date\">{}</span>", escape(&shown));
    }
    format!(
        "<time datetime=\"{}\">{}</time>",
        escape(&machine),
        escape(&shown)
    )
}
