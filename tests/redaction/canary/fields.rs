//! Front matter with every field, from the JSON Schemas of its types.
//!
//! In: a schema, and the markings of document and entries. Out: files, and each canary with the
//! level above which no edition may hold it.

use serde_json::{Map, Value, json};
use tearline::marking::Tlp;

use super::model::{Block, Document, Files, Inline, Is, Library, Marking, PIXEL, PLACES, Written};
use super::words::{Canary, word};

/// What a field takes, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Shown wherever its entry is: a canary written in this form.
    Shown(Form),
    /// Never shown to anyone, and why: a canary all the same.
    Never(Form, &'static str),
    /// Not free text: always this, as JSON, and why.
    Given(&'static str, &'static str),
    /// Left out, and why.
    Absent(&'static str),
    /// The marking itself.
    Marking,
    /// The id of a source.
    Source,
}

impl Rule {
    /// Why the field is not simply shown.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Never(_, why) | Given(_, why) | Absent(why) => Some(why),
            Shown(_) | Rule::Marking | Source => None,
        }
    }
}

/// How a canary is written, so that the field takes it.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Text,
    Number,
    Date,
    /// A date that has not come yet.
    Future,
    Technique,
    Cve,
    AttackId,
    Place,
    Domain,
    Address,
    OldAddress,
    Uuid,
    Picture,
    Table,
    SourceId,
    FreeTable,
}

use Form::*;
use Rule::{Absent, Given, Never, Shown, Source};

const ADDRESS: &str = "too short to be searched for";
const TABLE: &str = "the rows are shown, and the file only where it is linked to";

/// What an edition does with each field, by its path; `*` stands for every kind. The first that fits
/// counts. Yes or no and the values of a vocabulary need no rule.
pub const RULES: &[(&str, Rule)] = &[
    ("*.tlp", Rule::Marking),
    ("*.audience[]", Rule::Marking),
    ("*.slug", Shown(Text)),
    ("pages.id", Never(Uuid, "for exchange formats")),
    ("*.id", Shown(Uuid)),
    ("*.summary", Shown(Text)),
    ("*.redirect_from[]", Shown(OldAddress)),
    ("*.extra", Never(FreeTable, "for themes of the site's own")),
    ("*.title", Shown(Text)),
    ("vulnerabilities.name", Shown(Cve)),
    ("*.name", Shown(Text)),
    // Of briefs.
    ("*.date", Shown(Date)),
    (
        "briefs.updated",
        Never(Date, "where there is a changelog, that counts"),
    ),
    ("*.updated", Shown(Date)),
    (
        "*.embargo",
        Never(Date, "decides when, and is told to no one"),
    ),
    (
        "*.expires",
        Never(Future, "decides until when, and is told to no one"),
    ),
    (
        "*.supersedes[]",
        Given("\"older\"", "the slug of another brief"),
    ),
    ("*.report_number", Shown(Text)),
    ("*.authors[]", Shown(Text)),
    ("*.period", Given("\"2025-Q3\"", "shown in words")),
    ("*.period.from", Shown(Date)),
    ("*.period.to", Shown(Future)),
    ("*.tags[]", Shown(Text)),
    ("*.intelligence_gaps[]", Shown(Text)),
    ("*.intelligence_gaps[].text", Shown(Text)),
    ("*.outlook", Shown(Text)),
    ("*.outlook.text", Shown(Text)),
    ("*.indicators_file", Never(Table, TABLE)),
    ("*.image", Shown(Picture)),
    ("*.image.src", Shown(Picture)),
    ("*.image.alt", Shown(Text)),
    ("*.image.credit", Shown(Text)),
    ("*.changelog[].date", Shown(Date)),
    ("*.changelog[].note", Shown(Text)),
    ("*.key_judgments[].text", Shown(Text)),
    ("*.key_judgments[].sources[]", Source),
    ("*.key_judgments[].changed_from.date", Shown(Date)),
    ("*.statistics[].label", Shown(Text)),
    ("*.statistics[].value", Shown(Number)),
    ("*.statistics[].unit", Shown(Text)),
    ("*.statistics[].of", Shown(Text)),
    (
        "*.statistics[].period",
        Given("\"2025-Q3\"", "shown in words"),
    ),
    ("*.statistics[].period.from", Shown(Date)),
    ("*.statistics[].period.to", Shown(Future)),
    ("*.events[].date", Shown(Date)),
    ("*.events[].text", Shown(Text)),
    ("*.quotes[].text", Shown(Text)),
    ("*.quotes[].person", Shown(Text)),
    ("*.quotes[].role", Shown(Text)),
    ("*.quotes[].organisation", Shown(Text)),
    (
        "*.indicators[].type",
        Given("\"domain\"", "what its value is"),
    ),
    ("*.indicators[].value", Shown(Domain)),
    ("*.indicators[].description", Shown(Text)),
    ("*.indicators[].first_seen", Shown(Date)),
    ("*.indicators[].valid_until", Shown(Future)),
    ("*.indicators[].software", Shown(Text)),
    ("briefs.attribution[].actor", Shown(Text)),
    ("briefs.attribution[].alignment", Shown(Text)),
    // Of briefs and profiles.
    ("*.sources[].id", Never(SourceId, "sources are numbered")),
    ("*.sources[].title", Shown(Text)),
    ("*.sources[].publisher", Shown(Text)),
    ("*.sources[].url", Shown(Address)),
    ("*.sources[].date", Shown(Date)),
    ("*.sources[].accessed", Shown(Date)),
    ("*.aliases[].source", Shown(Text)),
    ("*[].source", Source),
    ("*.attribution.source", Source),
    ("*.aliases[]", Shown(Text)),
    ("*.aliases[].name", Shown(Text)),
    // Names.
    (
        "actors.attribution.actor",
        Given("\"Base Heron\"", "an actor's own attribution makes none"),
    ),
    ("actors.attribution.alignment", Shown(Text)),
    ("actors.origin", Shown(Place)),
    ("actors.related[]", Shown(Text)),
    ("*.regions[]", Shown(Place)),
    ("*.techniques[]", Shown(Technique)),
    ("*.vulnerabilities[]", Shown(Cve)),
    ("*.actors[]", Shown(Text)),
    ("*.campaigns[]", Shown(Text)),
    ("*.sectors[]", Shown(Text)),
    ("*.software[]", Shown(Text)),
    ("regions.parents[]", Shown(Place)),
    (
        "regions.members[]",
        Never(Place, "a member is listed once something names it"),
    ),
    ("sectors.parent", Shown(Text)),
    // Facts.
    ("techniques.external.attack", Shown(Technique)),
    ("actors.external.attack", Shown(AttackId)),
    ("software.external.attack", Shown(AttackId)),
    ("campaigns.external.attack", Shown(AttackId)),
    (
        "*.external.attack",
        Absent("ATT&CK has no ids for these, which is an error"),
    ),
    ("*.external.misp", Shown(Uuid)),
    ("*.external.malpedia", Shown(Text)),
    ("actors.alignment", Shown(Text)),
    ("actors.sponsor", Shown(Text)),
    ("*.first_seen", Shown(Date)),
    ("*.last_seen", Shown(Date)),
    ("*.published", Shown(Date)),
    ("regions.code", Given("\"XQ\"", ADDRESS)),
    ("regions.m49", Given("\"983\"", ADDRESS)),
    (
        "regions.kind",
        Given("\"custom\"", "the others are built in"),
    ),
    ("regions.note", Shown(Text)),
];

/// The rule of a field, with its pattern.
pub fn rule(path: &str) -> Option<(&'static str, Rule)> {
    let fits = |pattern: &str| match pattern.strip_prefix('*') {
        // A key of the document itself, or `[].source` of any list.
        Some(rest) if rest.starts_with('.') => {
            path.split_once('.').map(|(_, key)| key) == Some(&rest[1..])
        }
        Some(rest) => path.ends_with(rest),
        None => path == pattern,
    };
    let marking = path.ends_with(".tlp") || path.ends_with(".audience[]");
    let found = RULES.iter().find(|(pattern, _)| match marking {
        true => pattern
            .strip_prefix('*')
            .is_some_and(|rest| path.ends_with(rest)),
        false => fits(pattern),
    });
    found.copied()
}

/// A key that holds a value and no table.
pub struct Field {
    pub path: String,
    pub schema: Value,
}

/// Every field of a kind.
pub fn fields(path: &str, schema: &Value) -> Vec<Field> {
    let own = || {
        vec![Field {
            path: path.to_owned(),
            schema: schema.clone(),
        }]
    };
    if let Some(forms) = schema["anyOf"].as_array() {
        return forms.iter().flat_map(|form| fields(path, form)).collect();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let inner = properties.iter();
        return inner
            .flat_map(|(key, schema)| fields(&format!("{path}.{key}"), schema))
            .collect();
    }
    match schema.get("items") {
        Some(items) => fields(&format!("{path}[]"), items),
        None => own(),
    }
}

/// How an entry is marked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marked {
    pub own: Option<Tlp>,
    /// The level of the source that it rests on.
    pub source: Option<Tlp>,
}

/// Makes documents with every field.
pub struct Maker {
    /// Whether what can be written short is.
    short: bool,
    library: Library,
    canaries: Vec<(Canary, Tlp)>,
    places: usize,
}

/// The document that is being made.
struct Making<'a> {
    kind: &'static str,
    files: Vec<(String, Vec<u8>)>,
    rows: Vec<Map<String, Value>>,
    marks: &'a dyn Fn(usize) -> Marked,
    entries: usize,
}

impl Maker {
    pub fn new(short: bool) -> Self {
        let document = |folder, stem: &str, key: &str, name: &str| Document {
            folder,
            stem: stem.to_owned(),
            matter: Map::from_iter([(key.to_owned(), name.into())]),
            ..Document::default()
        };
        let mut older = document("briefs", "older", "title", "Older");
        older.matter.insert("date".to_owned(), "2025-01-01".into());
        Self {
            short,
            library: Library {
                documents: vec![older, document("actors", "base", "name", "Base Heron")],
                canaries: Vec::new(),
            },
            canaries: Vec::new(),
            places: 0,
        }
    }

    /// The site, and each canary with its level.
    pub fn finish(self) -> (Files, Vec<(Canary, Tlp)>) {
        (self.library.files(), self.canaries)
    }

    /// Adds a document of this kind and level; `marks` says how its entries are marked, by their
    /// number.
    pub fn document(
        &mut self,
        kind: &'static str,
        schema: &Value,
        level: Tlp,
        marks: &dyn Fn(usize) -> Marked,
    ) {
        let mut making = Making {
            kind,
            files: Vec::new(),
            rows: Vec::new(),
            marks,
            entries: 0,
        };
        let made = self.value(kind, schema, level, &mut making);
        let mut matter = made
            .and_then(|made| made.as_object().cloned())
            .unwrap_or_default();
        let resting = marks(0).source;
        if let Some(sources) = matter.get_mut("sources").and_then(Value::as_array_mut) {
            sources.push(json!({ "id": "src-plain", "title": "Plain" }));
            sources.extend(
                resting.map(
                    |tlp| json!({ "id": "src-resting", "title": "Resting", "tlp": tlp.name() }),
                ),
            );
        }
        let body = self.canary(Text, "body", level);
        self.library.documents.push(Document {
            folder: kind,
            stem: format!("every-field-of-{kind}"),
            bundle: true,
            marking: Marking {
                tlp: Some(level),
                groups: Vec::new(),
            },
            matter,
            body: vec![Block {
                marking: Marking::default(),
                written: Written::Inside,
                is: Is::Paragraph(vec![Inline::Text(body)]),
            }],
            files: making.files,
            rows: making.rows,
            ..Document::default()
        });
    }

    /// A value for a schema at a path, inside of something of this level.
    fn value(
        &mut self,
        path: &str,
        schema: &Value,
        level: Tlp,
        making: &mut Making,
    ) -> Option<Value> {
        if let Some(forms) = schema["anyOf"].as_array() {
            let form = if self.short {
                forms.first()
            } else {
                forms.last()
            };
            return self.value(path, form?, level, making);
        }
        if let Some(properties) = schema["properties"].as_object() {
            return Some(self.table(path, properties, level, making));
        }
        if let Some(items) = schema.get("items") {
            let item = self.value(&format!("{path}[]"), items, level, making)?;
            return Some(json!([item]));
        }
        self.field(path, schema, level, making)
    }

    fn table(
        &mut self,
        path: &str,
        properties: &Map<String, Value>,
        level: Tlp,
        making: &mut Making,
    ) -> Value {
        let mut table = Map::new();
        let mut level = level;
        if path != making.kind && properties.contains_key("tlp") {
            let marked = (making.marks)(making.entries);
            making.entries += 1;
            if let Some(tlp) = marked.own {
                table.insert("tlp".to_owned(), tlp.name().into());
                level = level.max(tlp);
            }
            let rests = properties.contains_key("source") || properties.contains_key("sources");
            level = level.max(marked.source.filter(|_| rests).unwrap_or_default());
        }
        for (key, schema) in properties {
            if let Some(value) = self.value(&format!("{path}.{key}"), schema, level, making) {
                table.insert(key.clone(), value);
            }
        }
        Value::Object(table)
    }

    fn field(
        &mut self,
        path: &str,
        schema: &Value,
        level: Tlp,
        making: &mut Making,
    ) -> Option<Value> {
        let resting = (making.marks)(0).source.is_some();
        let form = match rule(path) {
            Some((_, Rule::Marking | Absent(_))) => return None,
            Some((_, Given(json, _))) => return serde_json::from_str(json).ok(),
            Some((_, Source)) => {
                return Some(json!(if resting { "src-resting" } else { "src-plain" }));
            }
            Some((_, Shown(Text))) if path.ends_with("aliases[].source") && resting => {
                return Some(json!("src-resting"));
            }
            Some((_, Shown(form) | Never(form, _))) => form,
            None if schema["type"] == "boolean" => return Some(false.into()),
            None => return schema["enum"].get(0).cloned(),
        };
        let text = self.canary(form, path, level);
        match form {
            Number => return serde_json::from_str(&text).ok(),
            FreeTable => return Some(json!({ "note": text })),
            Address => return Some(json!(format!("https://{text}.example/report"))),
            OldAddress => return Some(json!(format!("/old/{text}/"))),
            Domain => return Some(json!(format!("{text}.example"))),
            Picture => making.files.push((text.clone(), PIXEL.into())),
            Table => {
                let row = self.canary(Text, "a row of the indicators_file", level);
                let row = [("type", "mutex".to_owned()), ("value", row)];
                making.rows.push(
                    row.map(|(key, text)| (key.to_owned(), text.into()))
                        .into_iter()
                        .collect(),
                );
            }
            _ => {}
        }
        Some(json!(text))
    }

    fn canary(&mut self, form: Form, path: &str, level: Tlp) -> String {
        let number = self.canaries.len();
        let word = word(number);
        let day = |year| {
            // Days of two digits, since `5 May` lies within `25 May`.
            let (month, day) = (1 + number / 18 % 12, 10 + number % 18);
            format!("{}-{month:02}-{day}", year + number / 216)
        };
        let text = match form {
            Text | FreeTable | Address | OldAddress | Domain => word,
            SourceId => format!("src-{word}"),
            Number => (731_000_000 + number).to_string(),
            Date => day(2003),
            Future => day(2033),
            Technique => format!("T19{:02}.{:03}", number / 1000, number % 1000),
            Cve => format!("CVE-2019-{}", 70_000 + number),
            AttackId => {
                let letter = path.chars().next().unwrap_or_default().to_ascii_uppercase();
                let letter = if letter == 'A' { 'G' } else { letter };
                format!("{letter}{}", 9_000 + number)
            }
            Place => {
                self.places += 1;
                PLACES[self.places - 1].0.to_owned()
            }
            Uuid => format!(
                "8d0ae7f5-7a5a-4c39-9f0a-{:012x}",
                0xabc_def0_0000_u64 + number as u64
            ),
            Picture => format!("{word}.png"),
            Table => format!("{word}.csv"),
        };
        let place: &'static str = path.to_owned().leak();
        let canary = Canary {
            text: text.clone(),
            place,
        };
        self.canaries.push((canary, level));
        text
    }
}
