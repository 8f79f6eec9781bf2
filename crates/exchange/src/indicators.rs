//! Indicators as CSV (RFC 4180) and as JSON: of a brief, of an actor, of the edition.
//!
//! In: the briefs that a file is of. Out: one row for each indicator of each brief, the newest brief
//! first, with what a tool needs to judge it. Values are as they are, not defanged: programs compare
//! them. Every other text of the CSV is guarded against spreadsheets, which would take it for a
//! formula ([`figures::csv`]); a value is not, as a changed value finds nothing.

use serde::Serialize;

use super::Scope;
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::{BriefStatus, Vocabulary};
use edition::addresses;
use edition::model::{Brief, Indicator};
use edition::{BriefId, Edition, EntityId, Shown};
use figures::csv::guarded;

/// The columns. The marking is one of them: a comment above the header breaks readers.
const COLUMNS: [&str; 10] = [
    "type",
    "value",
    "first_seen",
    "valid_until",
    "confidence",
    "description",
    "marking",
    "software",
    "brief_title",
    "brief_url",
];

/// The forms of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Csv,
    Json,
}

impl Table {
    pub const ALL: [Self; 2] = [Table::Csv, Table::Json];

    pub fn file_name(self) -> &'static str {
        match self {
            Table::Csv => "indicators.csv",
            Table::Json => "indicators.json",
        }
    }
}

/// The indicators of one brief in both forms, ready to be put behind others.
#[derive(Debug, Clone)]
pub struct Rows {
    csv: String,
    /// Objects with commas between them.
    json: String,
    /// The highest of the rows.
    tlp: Tlp,
}

/// An indicator as the JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    marking: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    software: Option<&'a str>,
    brief_title: &'a str,
    brief_url: &'a str,
}

/// What stands before the rows of the JSON.
#[derive(Serialize)]
struct Head<'a> {
    title: &'a str,
    url: String,
    marking: &'static str,
}

impl Rows {
    pub fn of(edition: &Edition, brief: &Brief) -> Self {
        let mut writer = writer();
        let mut json = Vec::new();
        let url = edition.site.absolute(&addresses::brief_path(brief));
        let mut highest = Tlp::Clear;
        for entry in &brief.indicators {
            let (row, tlp) = row(edition, brief, &url, entry);
            highest = highest.max(tlp);
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let guard = |text: Option<&str>| text.map(guarded).unwrap_or_default();
            // Writing to memory does not fail, and every row has as many cells.
            let _ = writer.write_record([
                row.kind,
                row.value,
                &text(&row.first_seen),
                &text(&row.valid_until),
                row.confidence.unwrap_or_default(),
                &guard(row.description),
                row.marking,
                &guard(row.software),
                &guarded(row.brief_title),
                row.brief_url,
            ]);
            if !json.is_empty() {
                json.extend_from_slice(b",\n");
            }
            // Texts alone, which JSON takes without fail.
            let _ = serde_json::to_writer(&mut json, &row);
        }
        Self {
            csv: text(writer),
            json: String::from_utf8(json).unwrap_or_default(),
            tlp: highest,
        }
    }
}

fn row<'a>(
    edition: &'a Edition,
    brief: &'a Brief,
    url: &'a str,
    entry: &'a Shown<Indicator<EntityId>>,
) -> (Row<'a>, Tlp) {
    let value = &entry.value;
    let software = value.software.map(|id| edition.entity(id));
    // A row names its brief and its software, and leaves with both.
    let tlp = software
        .map_or(Tlp::Clear, |software| software.tlp)
        .max(entry.tlp)
        .max(brief.tlp);
    let row = Row {
        kind: value.kind.name(),
        value: &value.value,
        first_seen: value.first_seen.map(|date| date.to_string()),
        valid_until: value.valid_until.map(|date| date.to_string()),
        confidence: value.confidence.map(Vocabulary::name),
        description: value.description.as_deref(),
        marking: tlp.label(),
        software: software.map(|software| software.name.as_str()),
        brief_title: &brief.title,
        brief_url: url,
    };
    (row, tlp)
}

/// The briefs that a file has the indicators of, the newest first. Of entities actors alone have
/// them, and of those the briefs that name the actor itself. Lists over several briefs are blocked
/// and hunted for unread, so that what a revoked brief took back is not in them.
pub fn briefs(edition: &Edition, scope: Scope) -> Box<dyn Iterator<Item = BriefId> + '_> {
    let has = |id: &BriefId| {
        let brief = edition.brief(*id);
        !brief.indicators.is_empty() && brief.status != BriefStatus::Revoked
    };
    match scope {
        Scope::Edition => Box::new(
            (0..edition.briefs.len())
                .map(edition::model::brief_id_of)
                .filter(has),
        ),
        Scope::Brief(id) => Box::new(std::iter::once(id)),
        Scope::Entity(actor) => {
            let entity = edition.entity(actor);
            let briefs: &[BriefId] = match entity.kind {
                EntityKind::Actor => &entity.briefs,
                _ => &[],
            };
            Box::new(
                briefs
                    .iter()
                    .copied()
                    .filter(move |id| has(id) && edition.brief(*id).entities.contains(&actor)),
            )
        }
    }
}

/// A file. `rows` gives those of a brief, which are made once.
pub fn table<'r>(
    edition: &Edition,
    scope: Scope,
    table: Table,
    rows: &dyn Fn(BriefId) -> &'r Rows,
) -> Vec<u8> {
    let rows: Vec<&Rows> = briefs(edition, scope).map(rows).collect();
    match table {
        Table::Csv => {
            let mut writer = writer();
            let _ = writer.write_record(COLUMNS);
            let mut all = text(writer);
            rows.iter().for_each(|rows| all.push_str(&rows.csv));
            all.into_bytes()
        }
        Table::Json => {
            let site = &edition.site;
            let (title, own) = match scope {
                Scope::Edition => (site.title.as_str(), Tlp::Clear),
                Scope::Brief(id) => (edition.brief(id).title.as_str(), edition.brief(id).tlp),
                Scope::Entity(id) => (edition.entity(id).name.as_str(), edition.entity(id).tlp),
            };
            let head = Head {
                title,
                url: site.absolute(&match scope {
                    Scope::Edition => "/".to_owned(),
                    _ => scope.folder(edition),
                }),
                marking: rows.iter().map(|rows| rows.tlp).fold(own, Ord::max).label(),
            };
            let mut all = serde_json::to_string(&head).unwrap_or_default();
            all.pop();
            all.push_str(",\"indicators\":[\n");
            for (at, rows) in rows.iter().enumerate() {
                if at > 0 {
                    all.push_str(",\n");
                }
                all.push_str(&rows.json);
            }
            all.push_str("\n]}\n");
            all.into_bytes()
        }
    }
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}

fn text(writer: csv::Writer<Vec<u8>>) -> String {
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
