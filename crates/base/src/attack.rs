//! The ATT&CK table that a site may bring: `data/attack-*.json`.
//!
//! In: the text of the tables. Out: technique ids with their names, tactics and state. Without a
//! table only the form of an id is checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::vocabulary::tactic_order;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// One table as it stands in `data/`: what `tearline import attack` writes, whose texts have a level,
/// and a site reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile<T = String> {
    /// 1.
    pub format: u32,
    /// `enterprise-attack`, `mobile-attack` or `ics-attack`.
    pub domain: T,
    /// Of the release of ATT&CK: `18.1`.
    pub version: T,
    pub notice: T,
    pub tactics: Vec<TacticRow<T>>,
    pub techniques: Vec<TechniqueRow<T>>,
    /// Groups, software and campaigns, by their ids in ATT&CK.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectRow<T>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TacticRow<T = String> {
    /// `TA0001`.
    pub id: T,
    pub shortname: T,
    pub name: T,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TechniqueRow<T = String> {
    pub id: T,
    pub name: T,
    /// Short names of tactics.
    pub tactics: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<T>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// `attack-pattern--` and a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stix_id: Option<T>,
}

/// What ATT&CK has beside techniques and tactics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectRow<T = String> {
    /// `G0032`, `S0154`, `C0024`.
    pub id: T,
    pub name: T,
    /// `intrusion-set--`, `malware--`, `tool--` or `campaign--` and a UUID.
    pub stix_id: T,
}

/// What the table says of a technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    pub name: String,
    /// Short names, in the order of the matrix.
    pub tactics: Vec<String>,
    pub parent: Option<String>,
    pub revoked_by: Option<String>,
    pub deprecated: bool,
    /// The matrix it stands in: `enterprise-attack`, `mobile-attack` or `ics-attack`.
    pub domain: Arc<str>,
    /// That of ATT&CK itself.
    pub stix_id: Option<String>,
}

/// All tables of a site as one.
#[derive(Debug, Default)]
pub struct AttackTable {
    pub techniques: BTreeMap<String, Technique>,
    /// Short name and name, in the order of the matrix.
    pub tactics: Vec<(String, String)>,
    pub notice: Option<String>,
    /// Each domain that the site has a table of, with its release.
    pub domains: BTreeMap<Arc<str>, String>,
    /// The STIX ids of groups, software and campaigns, by their ids in ATT&CK.
    pub objects: BTreeMap<String, String>,
}

/// Reads the ATT&CK tables among the files of `data/`.
pub fn read(tables: &[Arc<SourceFile>], found: &mut Diagnostics) -> AttackTable {
    let mut attack = AttackTable::default();
    for file in tables {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if !(name.starts_with("attack") && name.ends_with(".json")) {
            continue;
        }
        match serde_json::from_str::<TableFile>(&file.text) {
            Ok(table) if table.format == 1 => add(&mut attack, table),
            Ok(table) => found.push(
                Diagnostic::new(
                    Code::BadTable,
                    format!("format {} of an ATT&CK table is not known", table.format),
                )
                .at(file, 0..1)
                .label("expected \"format\": 1")
                .help("make the table again with this version of Tearline"),
            ),
            Err(error) => {
                let at = character(&file.text, error.line(), error.column());
                found.push(
                    Diagnostic::new(Code::BadTable, format!("the ATT&CK table does not parse: {error}"))
                        .at(file, at)
                        .label("here")
                        .help("an ATT&CK table has format, domain, version, notice, tactics and techniques"),
                );
            }
        }
    }
    attack
}

fn add(attack: &mut AttackTable, table: TableFile) {
    for tactic in table.tactics {
        if !attack
            .tactics
            .iter()
            .any(|(short, _)| *short == tactic.shortname)
        {
            attack.tactics.push((tactic.shortname, tactic.name));
        }
    }
    attack.notice.get_or_insert(table.notice);
    let domain: Arc<str> = table.domain.into();
    attack.domains.insert(Arc::clone(&domain), table.version);
    let objects = table.objects.into_iter();
    attack
        .objects
        .extend(objects.map(|row| (row.id, row.stix_id)));
    for row in table.techniques {
        let mut tactics = row.tactics;
        tactics.sort_by_key(|short| tactic_order(short));
        attack.techniques.insert(
            row.id,
            Technique {
                name: row.name,
                tactics,
                parent: row.parent,
                revoked_by: row.revoked_by,
                deprecated: row.deprecated,
                domain: Arc::clone(&domain),
                stix_id: row.stix_id,
            },
        );
    }
}

/// The character at a line and column of serde_json, both from 1, the column in bytes.
fn character(text: &str, line: usize, column: usize) -> std::ops::Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut start = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    start..start + length
}

/// Whether a text has the form of a technique id: `T1566` or `T1566.001`, in any case.
pub fn technique_id(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let digits = |part: &str, count: usize| {
        part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (technique, sub) = match text.strip_prefix('T')?.split_once('.') {
        Some((technique, sub)) => (technique, Some(sub)),
        None => (text.strip_prefix('T')?, None),
    };
    let shaped = digits(technique, 4) && sub.is_none_or(|sub| digits(sub, 3));
    shaped.then_some(text)
}

/// Whether a text has the form of a CVE id (four digits of a year, four or more of a number).
pub fn cve_id(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let (year, number) = text.strip_prefix("CVE-")?.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number))
        .then_some(text)
}
