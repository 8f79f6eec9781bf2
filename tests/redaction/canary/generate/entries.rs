//! The parts of a document: entries of its front matter here, blocks of its body in `blocks.rs`.

use serde_json::{Map, Value, json};

use super::super::model::PIXEL;
use super::blocks::Stack;
use super::{Build, Part, focused, marking};

/// What a part can be, the simplest first.
const ENTRIES: [&str; 24] = [
    "key_judgments",
    "events",
    "sources",
    "statistics",
    "quotes",
    "attribution",
    "indicators",
    "intelligence_gaps",
    "outlook",
    "changelog",
    "image",
    "tags",
    "authors",
    "names",
    "summary",
    "report_number",
    "redirect_from",
    "row",
    "aliases",
    "facts",
    "supersedes",
    "extra",
    "updated",
    "unused file",
];

/// The kinds of entities and the keys that name them.
const KINDS: [&str; 7] = [
    "actors",
    "campaigns",
    "regions",
    "sectors",
    "techniques",
    "software",
    "vulnerabilities",
];

impl Build {
    /// Gives a document its entries and its body.
    pub fn fill(&mut self, at: usize, parts: &[Part]) {
        let mut stack = Stack::default();
        for part in parts {
            // Half of the parts are of the body.
            let [kind, rest @ ..] = *part;
            let kind = focused(&self.focus.parts, kind);
            match kind % 2 {
                0 => self.block(at, kind / 2, rest, &mut stack),
                _ => self.entry(at, ENTRIES[usize::from(kind / 2) % ENTRIES.len()], rest),
            }
        }
        self.documents[at].body = stack.finish();
    }

    fn entry(&mut self, at: usize, key: &'static str, how: [u8; 7]) {
        let [mark, a, b, c, d, ..] = how;
        let folder = self.documents[at].folder;
        let brief = folder == "briefs";
        let profile = !brief && folder != "pages";
        match key {
            "summary" => {
                let text = self.prose("summary", a);
                self.set(at, "summary", text);
            }
            "redirect_from" => {
                let text = format!("/old/{}/", self.word("redirect_from[]"));
                self.push(at, "redirect_from", text);
            }
            "extra" => {
                let text = json!({ "note": self.prose("extra", a) });
                self.set(at, "extra", text);
            }
            "unused file" => {
                let name = format!("{}.txt", self.word("a file that nothing refers to"));
                let bytes = self.word("bytes of a file that nothing refers to");
                self.beside(at, name, bytes.into());
            }
            "sources" if folder != "pages" => {
                self.add_source(at, mark, a);
            }
            "aliases" if profile => {
                let alias = json!({ "name": self.name("aliases[].name"), "source": self.alias_source(at, b) });
                self.marked(at, "aliases", alias, mark);
            }
            "facts" if folder == "actors" => match a % 4 {
                0 => self.text(at, "alignment", b),
                1 => self.text(at, "sponsor", b),
                2 => {
                    let origin = self.reference(at, "regions", b, c);
                    self.set(at, "origin", origin);
                }
                _ => {
                    let external = json!({ "malpedia": self.word("external.malpedia") });
                    self.set(at, "external", external);
                }
            },
            "facts" if folder == "regions" => match a % 3 {
                0 => self.text(at, "note", b),
                1 => self.hierarchy(at, "parents", b),
                _ => self.hierarchy(at, "members", b),
            },
            "facts" if folder == "sectors" => self.hierarchy(at, "parent", b),
            "names" if folder != "pages" => self.named(at, a, b, c),
            "attribution" if brief || folder == "actors" => {
                let entry = json!({
                    "alignment": self.prose("attribution[].alignment", a),
                    // An actor's own attribution makes no actor.
                    "actor": if brief { self.reference(at, "actors", b, c) } else { self.known_actor(at) },
                    "basis": "technical",
                    "source": self.source(at, d),
                });
                self.marked(at, "attribution", entry, mark);
            }
            "indicators" if brief => {
                let entry = self.indicator(at, "indicators[].value", how);
                self.marked(at, "indicators", entry, mark);
            }
            "row" if brief => self.row(at, how),
            "image" if brief && !self.documents[at].matter.contains_key("image") => {
                let file = format!("{}.png", self.word("image.src"));
                self.beside(at, file.clone(), PIXEL.into());
                let image = json!({
                    "src": file,
                    "alt": self.prose("image.alt", a),
                    "credit": self.prose("image.credit", b),
                });
                self.marked(at, "image", image, mark);
            }
            "supersedes" if brief => {
                let older = self.documents[..at].iter().rev();
                let older = older
                    .filter(|other| other.folder == "briefs")
                    .nth(usize::from(a) % 3);
                if let Some(older) = older {
                    let slug = older.matter.get("slug").and_then(Value::as_str);
                    let slug = slug.unwrap_or(&older.stem).to_owned();
                    self.push(at, "supersedes", slug);
                }
            }
            "tags" | "authors" if brief => {
                let place = if key == "tags" { "tags[]" } else { "authors[]" };
                let text = match (key, b % 4) {
                    ("tags", 3) => "ports".to_owned(),
                    _ => self.prose(place, a),
                };
                self.push(at, key, text);
            }
            "report_number" if brief => {
                let text = format!("EX-{}", self.name("report_number"));
                self.set(at, "report_number", text);
            }
            "updated" if brief => self.set(at, "updated", format!("2025-08-{:02}", 1 + a % 28)),
            _ if brief => self.remark(at, key, how),
            _ => {}
        }
    }

    pub fn add_source(&mut self, at: usize, mark: u8, how: u8) {
        let source = json!({
            "id": format!("src-{}", self.word("sources[].id")),
            "title": self.prose("sources[].title", how),
            "publisher": self.prose("sources[].publisher", how / 4),
            "url": format!("https://{}.example/report", self.word("sources[].url")),
            "reliability": "B",
            "credibility": 2,
        });
        self.marked(at, "sources", source, mark);
    }

    /// Judgments, statistics, events, quotes, gaps, the outlook, changes.
    fn remark(&mut self, at: usize, key: &'static str, how: [u8; 7]) {
        let [mark, a, b, c, d, e, _] = how;
        let entry = match key {
            "key_judgments" => {
                let mut sources: Vec<String> = Vec::new();
                for which in [b, c] {
                    sources.extend(self.source(at, which).filter(|id| !sources.contains(id)));
                }
                json!({
                    "text": self.prose("key_judgments[].text", a),
                    "likelihood": "likely",
                    "confidence": "low",
                    "sources": sources,
                })
            }
            "statistics" => json!({
                "label": self.prose("statistics[].label", a),
                "value": self.canary_number(),
                "unit": self.prose("statistics[].unit", c),
                "of": self.prose("statistics[].of", d),
                "source": self.source(at, b),
            }),
            "events" => json!({
                "date": format!("2025-{:02}", 1 + a % 12),
                "text": self.prose("events[].text", c),
                "source": self.source(at, b),
            }),
            "quotes" => json!({
                "text": self.prose("quotes[].text", a),
                "person": self.prose("quotes[].person", c),
                "role": self.prose("quotes[].role", d),
                "organisation": self.prose("quotes[].organisation", e),
                "source": self.source(at, b),
            }),
            "changelog" => json!({
                "date": format!("2025-09-{:02}", 1 + a % 28),
                "note": self.prose("changelog[].note", b),
            }),
            "outlook" if self.documents[at].matter.contains_key("outlook") => return,
            "outlook" => json!({ "text": self.prose("outlook", a) }),
            "intelligence_gaps" => json!({ "text": self.prose("intelligence_gaps[]", a) }),
            _ => return,
        };
        self.marked(at, key, entry, mark);
    }

    /// An indicator of some type. `place` is that of its value.
    pub fn indicator(&mut self, at: usize, place: &'static str, how: [u8; 7]) -> Value {
        let [_, a, b, c, d, e, _] = how;
        let (kind, value) = match a % 9 {
            0 => ("domain", format!("{}.example", self.word(place))),
            1 => ("url", format!("https://cdn.example/{}/x", self.word(place))),
            2 => ("email", format!("{}@mail.example", self.word(place))),
            3 => ("sha256", self.take(place, |_, word| hash(&word))),
            4 => (
                "md5",
                self.take(place, |_, word| hash(&word)[..32].to_owned()),
            ),
            5 => (
                "ipv4",
                self.take(place, |number, _| {
                    format!("93.184.{}.{}", 100 + number / 100, 100 + number % 100)
                }),
            ),
            6 => ("file-name", format!("{}.exe", self.word(place))),
            7 => ("mutex", format!("Global\\{}", self.word(place))),
            _ => ("command-line", format!("{} /c run & del", self.word(place))),
        };
        json!({
            "type": kind,
            "value": value,
            "description": self.word("indicators[].description"),
            "software": (b % 2 == 1).then(|| self.reference(at, "software", c, d)).flatten(),
            "source": self.source(at, e),
        })
    }

    fn row(&mut self, at: usize, how: [u8; 7]) {
        if !self.documents[at].matter.contains_key("indicators_file") {
            let file = format!("{}.csv", self.word("indicators_file"));
            self.documents[at].bundle = true;
            self.set(at, "indicators_file", file);
        }
        let mut row = self.indicator(at, "a row's value", how);
        if let Some(row) = row.as_object_mut() {
            let level = super::Marking {
                groups: Vec::new(),
                ..marking(how[0])
            };
            level.write(row);
            row.retain(|_, value| !value.is_null());
            self.documents[at].rows.push(row.clone());
        }
    }

    fn named(&mut self, at: usize, kind: u8, how: u8, which: u8) {
        let keys: &[&'static str] = match self.documents[at].folder {
            "briefs" => &KINDS,
            "actors" => &["related", "regions", "sectors", "techniques", "software"],
            "software" => &["actors", "techniques"],
            "vulnerabilities" => &["actors", "software"],
            "campaigns" => &[
                "actors",
                "regions",
                "sectors",
                "techniques",
                "software",
                "vulnerabilities",
            ],
            _ => return,
        };
        let key = keys[usize::from(kind) % keys.len()];
        let folder = if key == "related" { "actors" } else { key };
        if let Some(name) = self.reference(at, folder, how, which) {
            self.push(at, key, name);
        }
    }

    /// What lies in what; a document lies only in earlier ones, so that nothing lies in itself.
    fn hierarchy(&mut self, at: usize, key: &'static str, which: u8) {
        let folder = self.documents[at].folder;
        let (before, after) = (&self.documents[..at], &self.documents[at + 1..]);
        let others = if key == "members" { after } else { before };
        let others: Vec<String> = others
            .iter()
            .filter(|other| other.folder == folder && !other.matter.contains_key("code"))
            .filter_map(|other| other.matter.get("name").and_then(Value::as_str))
            .map(str::to_owned)
            .collect();
        let Some(name) = others
            .get(usize::from(which) % others.len().max(1))
            .cloned()
        else {
            return;
        };
        match key {
            "parent" => self.set(at, key, name),
            _ => self.push(at, key, name),
        }
    }

    fn known_actor(&self, at: usize) -> Option<String> {
        let mut others = self.documents[..at]
            .iter()
            .filter(|other| other.folder == "actors");
        others
            .next()?
            .matter
            .get("name")?
            .as_str()
            .map(str::to_owned)
    }

    fn alias_source(&mut self, at: usize, which: u8) -> Option<String> {
        match which % 3 {
            0 => None,
            1 => Some(self.word("aliases[].source")),
            _ => self.source(at, which),
        }
    }

    /// The id of one of the sources that the document has so far.
    pub fn source(&self, at: usize, which: u8) -> Option<String> {
        let sources = self.documents[at].matter.get("sources")?.as_array()?;
        let which = usize::from(which).checked_sub(1)? % (sources.len() + 1);
        sources.get(which)?["id"].as_str().map(str::to_owned)
    }

    fn canary_number(&mut self) -> Value {
        let text = self.take("statistics[].value", |number, _| {
            (731_000_000 + number).to_string()
        });
        json!(text.parse::<u64>().ok())
    }

    fn text(&mut self, at: usize, key: &'static str, how: u8) {
        let text = self.prose(key, how);
        self.set(at, key, text);
    }

    fn set(&mut self, at: usize, key: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.documents[at].matter.insert(key.to_owned(), value);
        }
    }

    fn push(&mut self, at: usize, key: &str, value: impl Into<Value>) {
        let list = self.documents[at]
            .matter
            .entry(key)
            .or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(value.into());
        }
    }

    /// Adds an entry with a marking of its own: to a list, or where there can be one only, alone.
    fn marked(&mut self, at: usize, key: &str, entry: Value, mark: u8) {
        let mut entry: Map<String, Value> = entry.as_object().cloned().unwrap_or_default();
        entry.retain(|_, value| {
            !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty())
        });
        marking(mark).write(&mut entry);
        let actor = key == "attribution" && self.documents[at].folder == "actors";
        match key {
            "outlook" | "image" => self.set(at, key, entry),
            _ if actor => self.set(at, key, entry),
            _ => self.push(at, key, entry),
        }
    }

    pub fn beside(&mut self, at: usize, name: String, bytes: Vec<u8>) {
        let document = &mut self.documents[at];
        document.bundle = true;
        document.files.push((name, bytes));
    }

    /// A picture beside the document.
    pub fn picture(&mut self, at: usize) -> String {
        let name = format!("{}.png", self.word("file name of an image"));
        self.beside(at, name.clone(), PIXEL.into());
        name
    }
}

/// Hexadecimal digits that a word gives.
fn hash(word: &str) -> String {
    blake3::hash(word.as_bytes()).to_hex().to_string()
}
