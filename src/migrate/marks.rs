//! Finds what the front matter and the place of a converted document say of its marking.
//!
//! In: the table at the top of a file, and its path. Out: the strictest level that any key, value or
//! folder names, and where. Every key at every depth is read, since each generator, theme and plugin
//! has keys of its own.

use serde_json::{Map, Value as Json};

use crate::marking::names::{self, Field};
use crate::marking::{Tlp, within};

/// The strictest level so far, and what says it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Said {
    pub tlp: Option<Tlp>,
    pub by: String,
}

impl Said {
    pub fn add(&mut self, tlp: Option<Tlp>, by: &str) {
        if tlp > self.tlp {
            self.tlp = tlp;
            by.clone_into(&mut self.by);
        }
    }

    pub fn add_all(&mut self, other: &Said) {
        self.add(other.tlp, &other.by);
    }
}

/// What a whole table says.
pub fn of_table(table: &Map<String, Json>) -> Said {
    let mut said = Said::default();
    walk_table(table, None, "", &mut said);
    said
}

/// What a key of the first level and its value say.
pub fn of_entry(key: &str, value: &Json) -> Said {
    let mut said = Said::default();
    walk_entry(key, value, None, "", &mut said);
    said
}

/// What the names of a file and of its folders say.
pub fn of_path(path: &str) -> Said {
    let mut said = Said::default();
    for part in path.split('/') {
        let name = part.strip_suffix(".md").unwrap_or(part).replace('_', " ");
        said.add(within::title(&name).max(names::tag(&name)), part);
    }
    said
}

/// Whether a key at the first level is made for markings, and says something.
pub fn is_marking(key: &str, value: &Json) -> bool {
    if names::field(key) != Some(Field::Marking) {
        return false;
    }
    let mut said = Said::default();
    walk(key, value, Some(Field::Marking), key, &mut said);
    said.tlp.is_some()
}

fn walk_table(table: &Map<String, Json>, outer: Option<Field>, place: &str, said: &mut Said) {
    for (key, value) in table {
        walk_entry(key, value, outer, place, said);
    }
}

fn walk_entry(key: &str, value: &Json, outer: Option<Field>, place: &str, said: &mut Said) {
    let path = match place {
        "" => format!("`{key}`"),
        outer => format!("{outer} `{key}`"),
    };
    let field = if outer == Some(Field::Marking) {
        outer
    } else {
        names::field(key).or(outer)
    };
    // What stands under a key is as narrow as the key says.
    said.add(within::text(key), &path);
    walk(key, value, field, &path, said);
}

fn walk(key: &str, value: &Json, field: Option<Field>, place: &str, said: &mut Said) {
    // Who writes a key for a level means something, so what it fails to say is the strictest.
    let is_tlp = names::is_tlp(key);
    let unclear = is_tlp.then_some(Tlp::Red);
    match value {
        Json::Null | Json::Bool(_) => said.add(unclear, place),
        Json::Array(items) if items.is_empty() => said.add(unclear, place),
        Json::Array(items) => {
            for item in items {
                walk(key, item, field, place, said);
            }
        }
        Json::Object(table) => walk_table(table, field, place, said),
        Json::Number(number) => {
            said.add(
                field.and_then(|field| names::level(field, &number.to_string())),
                place,
            );
        }
        Json::String(text) => {
            let named = field.and_then(|field| names::level(field, text));
            let is_title = ["title", "name"]
                .iter()
                .any(|end| key.to_lowercase().ends_with(end));
            let title = is_title.then(|| within::title(text)).flatten();
            said.add(named.or(unclear).max(within::text(text)).max(title), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_key_at_every_depth_is_read() {
        for value in [
            json!({"tlp": "red"}),
            json!({"TLP": "TLP:RED"}),
            json!({"tlp": null}),
            json!({"tlp": ""}),
            json!({"tlp": []}),
            json!({"tlp": {"level": "red"}}),
            json!({"classification": "TLP:RED"}),
            json!({"classification": "secret"}),
            json!({"Marking": ["amber", "red"]}),
            json!({"tags": ["ports", "tlp/red"]}),
            json!({"tags": "ports, tlp:red"}),
            json!({"categories": ["TLP-RED"]}),
            json!({"taxonomies": {"tags": ["tlp:red"]}}),
            json!({"taxonomies": {"tlp": ["red"]}}),
            json!({"extra": {"tlp": "red"}}),
            json!({"params": {"theme": {"tlp": "red"}}}),
            json!({"title": "TLP:RED - Ports"}),
            json!({"title": "Ports [TLP:RED]"}),
            json!({"description": "TLP:RED. Ports."}),
            json!({"tlp_red": true}),
        ] {
            let table = value.as_object().expect("a table");
            assert_eq!(of_table(table).tlp, Some(Tlp::Red), "{value}");
        }
        let table = json!({"title": "Ports", "tags": ["red", "tlp"], "sharing": true, "weight": 3});
        assert_eq!(of_table(table.as_object().expect("a table")).tlp, None);
        assert_eq!(of_path("TLP AMBER/a.md").tlp, Some(Tlp::Amber));
        assert_eq!(of_path("notes/tlp-red_ports.md").tlp, Some(Tlp::Red));
        assert_eq!(of_path("notes/red.md").tlp, None);
    }
}
