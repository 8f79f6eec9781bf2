//! Finds what another generator keeps back: drafts, pages without output, notes not for publishing.
//!
//! In: the front matter of a document, or the `cascade` of a section. Out: the key that keeps it back.
//! Dates are read with the other keys, in [`matter`](super::matter).

use serde_json::{Map, Value as Json};

/// Keys that keep a document back while they are true, in small letters without signs.
const WHILE_TRUE: [&str; 6] = [
    "draft",
    "private",
    "hidden",
    "unlisted",
    "headless",
    "unpublished",
];
/// Keys that keep a document back unless they are true.
const UNLESS_TRUE: [&str; 4] = ["publish", "published", "dgpublish", "render"];
/// States that are not yet published.
const STATES: [&str; 6] = [
    "draft",
    "private",
    "pending",
    "unpublished",
    "internal",
    "wip",
];
/// Tables whose keys count as those of the document.
const INSIDE: [&str; 2] = ["params", "extra"];

/// The key that keeps a document back.
pub fn back(table: &Map<String, Json>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let small: String = (key.chars())
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let is = |list: &[&str]| list.contains(&small.as_str());
        if let Json::Object(inner) = value {
            if is(&INSIDE) {
                return back(inner);
            }
            if small == "build" && is_partial(inner) {
                return Some(key.clone());
            }
            return None;
        }
        let held = is(&WHILE_TRUE) && !is_word(value, &["false"])
            || is(&UNLESS_TRUE) && !is_word(value, &["true"]) && !is_date(value)
            || small == "status" && is_word(value, &STATES);
        held.then(|| key.clone())
    })
}

/// What `cascade` in a section's front matter keeps back below it.
pub fn cascade(table: &Map<String, Json>) -> Option<String> {
    let (_, value) = (table.iter()).find(|(key, _)| key.eq_ignore_ascii_case("cascade"))?;
    let one = std::slice::from_ref(value);
    let parts = value.as_array().map_or(one, Vec::as_slice);
    parts.iter().filter_map(Json::as_object).find_map(|part| {
        let dated = |key: &&String| {
            ["publishdate", "pubdate", "expirydate", "unpublishdate"]
                .contains(&key.to_lowercase().as_str())
        };
        back(part)
            .or_else(|| part.keys().find(dated).cloned())
            .map(|key| format!("cascade.{key}"))
    })
}

/// Hugo's `build`, where it is to be anything less than rendered and listed.
fn is_partial(build: &Map<String, Json>) -> bool {
    build
        .iter()
        .any(|(key, value)| match key.to_lowercase().as_str() {
            "render" | "publishresources" => !is_word(value, &["always", "true"]),
            "list" => !is_word(value, &["always", "true", "local"]),
            _ => false,
        })
}

/// Whether a value is one of these words; nothing at all is none of them, and `false` of a switch.
fn is_word(value: &Json, words: &[&str]) -> bool {
    let text = match value {
        Json::String(text) => text.trim().to_lowercase(),
        Json::Bool(value) => value.to_string(),
        Json::Null => "false".to_owned(),
        _ => return false,
    };
    words.contains(&text.as_str()) || text.is_empty() && words.contains(&"false")
}

/// `published: 2025-01-01` is a date.
fn is_date(value: &Json) -> bool {
    (value.as_str()).is_some_and(|text| text.trim().starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_each_tool_keeps_back() {
        for value in [
            json!({"draft": true}),
            json!({"draft": "yes"}),
            json!({"headless": true}),
            json!({"_build": {"render": "never"}}),
            json!({"build": {"render": false, "list": "always"}}),
            json!({"build": {"list": "never"}}),
            json!({"publish": false}),
            json!({"publish": "no"}),
            json!({"dg-publish": false}),
            json!({"private": true}),
            json!({"params": {"draft": true}}),
            json!({"extra": {"hidden": true}}),
            json!({"status": "Draft"}),
        ] {
            let table = value.as_object().expect("a table");
            assert!(back(table).is_some(), "{value}");
            let below = json!({"cascade": [value]});
            let below = below.as_object().expect("a table");
            assert!(cascade(below).is_some(), "{below:?}");
        }
        let value = json!({"draft": false, "hidden": null, "publish": true, "published": "2025-01-01",
            "build": {"render": "always", "list": "always"}, "status": "final"});
        assert_eq!(back(value.as_object().expect("a table")), None);
    }
}
