//! The publications that ATT&CK cites, as sources of a profile.
//!
//! In: an object's external references. Out: entries of `sources`, and the id of each by the name
//! that citations in the object's description use.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::profiles::Subject;
use crate::import::draft::table;
use crate::import::gate::{self, Gate};
use crate::import::prose::Citations;
use crate::import::stix::object::Reference;
use crate::import::text as lines;
use crate::import::yaml::Value;

/// The id of ATT&CK's own page among the sources.
const PAGE: &str = "attack";

/// How ATT&CK describes a publication: `Author, A.. (2018, October 3). Title. Retrieved May 1, 2020.`
static CITED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s)^(?P<who>.*?)\.? ?\((?P<date>[^()]{3,30})\)\.? (?P<title>.+?)\.?(?: Retrieved:? (?P<read>[^.]{4,30}))?\.?\s*$").ok()
});

/// The publications as entries of `sources`, with the names that citations use.
pub fn sources(subject: &Subject<'_>) -> (Citations, Vec<Value>) {
    let mut taken = BTreeSet::from([PAGE.to_owned()]);
    let mut citations = Citations::new();
    let mut entries = Vec::new();
    let object = subject.object;
    let own = object
        .external_references
        .iter()
        .filter(|reference| reference.external_id.get() == Some(subject.attack_id.as_str()))
        .find_map(|reference| lines::url(reference.url.get()?))
        .or_else(|| {
            Some(format!(
                "{}/",
                subject.kind.attack()?.page(&subject.attack_id)
            ))
        })
        .unwrap_or_default();
    let day = object.modified.get().and_then(lines::rough_date);
    let gate = Gate::at(subject.says.tlp());
    entries.push(source(
        gate,
        PAGE,
        &format!("{} ({})", subject.name.as_str(), subject.attack_id),
        Some("MITRE ATT&CK"),
        Some(&own),
        day.as_deref(),
        None,
    ));
    for (at, reference) in object.external_references.iter().enumerate() {
        let gate = subject.says.gate("external_references", Some(at));
        if let Some((name, entry)) = publication(gate, reference, &mut taken) {
            if let Some(id) = entry.get("id").and_then(Value::as_text) {
                citations.entry(name).or_insert_with(|| id.to_owned());
            }
            entries.push(entry);
        }
    }
    (citations, entries)
}

fn publication(
    gate: Gate,
    reference: &Reference,
    taken: &mut BTreeSet<String>,
) -> Option<(String, Value)> {
    let name = reference.source_name.get()?;
    let address = reference.url.get().and_then(lines::url);
    let description = reference.description.get().unwrap_or_default();
    // Without an address it is an alias with its citation, or ATT&CK itself.
    if reference.external_id.get().is_some()
        || (address.is_none() && description.starts_with("(Citation:"))
    {
        return None;
    }
    if address.is_none() && description.is_empty() {
        return None;
    }
    let parts = CITED.as_ref().and_then(|cited| cited.captures(description));
    let part = |key: &str| {
        let text = parts.as_ref()?.name(key)?.as_str();
        lines::line(text.trim_matches(['.', ' ']), 300)
    };
    let title = part("title")
        .or_else(|| lines::line(description, 300))
        .or_else(|| lines::name(name))?;
    let id = lines::source_id(name, taken);
    let said = [name, description].map(gate::said);
    let entry = source(
        said.into_iter().fold(gate, Gate::within),
        &id,
        &title,
        part("who").as_deref(),
        address.as_deref(),
        part("date").and_then(|date| written_date(&date)).as_deref(),
        part("read").and_then(|date| written_date(&date)).as_deref(),
    );
    Some((name.to_owned(), entry))
}

fn source(
    gate: Gate,
    id: &str,
    title: &str,
    publisher: Option<&str>,
    url: Option<&str>,
    date: Option<&str>,
    accessed: Option<&str>,
) -> Value {
    table([
        ("id", Some(Value::Text(gate.value(id)))),
        ("title", gate.line(title, 300).map(Value::Text)),
        (
            "publisher",
            publisher
                .and_then(|name| gate.line(name, 300))
                .map(Value::Text),
        ),
        ("url", url.and_then(|url| gate.url(url)).map(Value::Text)),
        (
            "date",
            date.and_then(|date| gate.date(date)).map(Value::Bare),
        ),
        (
            "accessed",
            accessed.and_then(|date| gate.date(date)).map(Value::Bare),
        ),
        // Admiralty: nobody here has judged the source yet.
        ("reliability", Some(Value::own("F"))),
        ("credibility", Some(Value::own("6"))),
    ])
}

/// `2018, October 3`, `October 3, 2018`, `2018, Oct`, `2018`.
fn written_date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let mut year = None;
    let mut month = None;
    let mut day = None;
    for word in text.split([' ', ',', '.']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        if let Some(at) = MONTHS.iter().position(|name| lower.starts_with(name)) {
            month.get_or_insert(at + 1);
        } else if let Ok(number) = word.parse::<u16>() {
            match number {
                1970..=2100 => {
                    year.get_or_insert(number);
                }
                1..=31 => {
                    day.get_or_insert(number);
                }
                _ => return None,
            }
        }
    }
    let text = match (year?, month, day) {
        (year, Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        (year, Some(month), None) => format!("{year}-{month:02}"),
        (year, None, _) => year.to_string(),
    };
    lines::rough_date(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_citations() {
        for (text, date) in [
            ("2018, October 3", Some("2018-10-03")),
            ("May 1, 2020", Some("2020-05-01")),
            ("2018, Oct", Some("2018-10")),
            ("n.d.", None),
            ("2019", Some("2019")),
            ("2019, February 31", None),
        ] {
            assert_eq!(written_date(text).as_deref(), date, "{text}");
        }
    }
}
