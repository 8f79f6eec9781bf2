//! Single texts of others, made fit for front matter: names, titles, summaries, dates, addresses.
//!
//! In: whatever a source says. Out: one line without control characters; or nothing. It is a text
//! to compare and to show in a terminal: into a document it comes by the [gate](super::gate) only.

use jiff::civil::Date;
use url::Url;

use crate::intel::vocabulary::Confidence;
use crate::load::dates::RoughDate;

/// The longest name or title, in characters.
pub const LONGEST_NAME: usize = 200;
/// The longest text of an entry, in characters.
pub const LONGEST_TEXT: usize = 2_000;
/// The longest address, in bytes.
const LONGEST_URL: usize = 4_096;

/// One line of at most `longest` characters.
pub fn line(text: &str, longest: usize) -> Option<String> {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || is_unseen(c) {
            gap |= !out.is_empty() && !is_unseen(c);
            continue;
        }
        if length >= longest {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            length += 1;
            gap = false;
        }
        out.push(c);
        length += 1;
    }
    (!out.is_empty()).then_some(out)
}

/// Characters that change how others are read and are not seen: of direction, and of no width.
/// A name that holds them looks like another's.
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// A name.
pub fn name(text: &str) -> Option<String> {
    line(text, LONGEST_NAME)
}

/// The first sentence, or as much of it as a summary holds; from text without Markdown.
pub fn summary(text: &str) -> Option<String> {
    const LONGEST: usize = 300;
    let text = line(text, LONGEST_TEXT)?;
    let mut end = None;
    for (at, _) in text.match_indices(". ") {
        // Not behind an initial or an abbreviation: "U.S. ", "e.g. ".
        let before = text[..at]
            .rsplit([' ', '.', '('])
            .next()
            .unwrap_or_default();
        let next = text[at + 2..].chars().next();
        if before.chars().count() > 2 && next.is_some_and(char::is_uppercase) && at > 40 {
            end = Some(at + 1);
            break;
        }
    }
    line(&text[..end.unwrap_or(text.len())], LONGEST)
}

/// An address that a source may have.
pub fn url(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST_URL {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    fits.then(|| url.to_string())
}

/// The day of a time or day as formats write them; nothing for what is none, or is beyond reason.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let date: Date = text.get(..10)?.parse().ok()?;
    in_reason(date).then_some(date)
}

/// A day, month or year, as text that the loader reads.
pub fn rough_date(text: &str) -> Option<String> {
    if let Some(day) = day(text) {
        return Some(day.to_string());
    }
    let date = RoughDate::parse(text)?;
    in_reason(date.first_day()).then(|| date.to_string())
}

/// Seconds since 1970, as MISP has them.
pub fn day_of_seconds(text: &str) -> Option<Date> {
    let seconds: i64 = text.trim().parse().ok()?;
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    let date = jiff::tz::TimeZone::UTC.to_datetime(time).date();
    (seconds > 0 && in_reason(date)).then_some(date)
}

/// Nothing that an analyst dates lies before computers or far ahead; placeholders do.
fn in_reason(date: Date) -> bool {
    (1970..=2100).contains(&date.year()) && date != jiff::civil::date(1970, 1, 1)
}

/// Confidence on the scale from 0 to 100 (STIX 2.1, appendix A).
pub fn confidence(text: &str) -> Option<Confidence> {
    let value: f64 = text.trim().parse().ok()?;
    if !(0.0..=100.0).contains(&value) {
        return None;
    }
    // 0 to 100
    Confidence::from_stix_value(value as u8)
}

/// The id of a source: the letters of a text, at most so many that it reads well in a citation.
pub fn source_id(text: &str, taken: &mut std::collections::BTreeSet<String>) -> String {
    let mut id: String = slug::slugify(text).chars().take(60).collect();
    id.truncate(id.trim_end_matches('-').len());
    if id.is_empty() {
        "source".clone_into(&mut id);
    }
    let mut unique = id.clone();
    let mut number = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{id}-{number}");
        number += 1;
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(
            name("  Grey\0 \u{202e}Heron\n\tteam "),
            Some("Grey Heron team".to_owned())
        );
        assert_eq!(name(" \u{0} \u{200b}"), None);
        assert_eq!(
            name(&"x".repeat(500)).map(|name| name.chars().count()),
            Some(LONGEST_NAME + 1)
        );
    }

    #[test]
    fn a_summary_ends_with_a_sentence() {
        let text =
            "The group is tied to the U.S. Treasury list of 2020, e.g. by name. It sends tenders.";
        assert_eq!(
            summary(text).as_deref(),
            Some("The group is tied to the U.S. Treasury list of 2020, e.g. by name.")
        );
    }

    #[test]
    fn dates_beyond_reason_are_none() {
        for text in [
            "0001-01-01T00:00:00Z",
            "9999-12-31",
            "1970-01-01T00:00:00.000Z",
            "2025-02-30",
            "soon",
            "é",
        ] {
            assert_eq!(rough_date(text), None, "{text}");
        }
        assert_eq!(
            rough_date("2025-07-03T23:59:59.999Z").as_deref(),
            Some("2025-07-03")
        );
        assert_eq!(rough_date("2025-07").as_deref(), Some("2025-07"));
        assert_eq!(
            day_of_seconds("1622827657")
                .map(|day| day.to_string())
                .as_deref(),
            Some("2021-06-04")
        );
    }
}
