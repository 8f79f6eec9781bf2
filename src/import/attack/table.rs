//! The tables of a release, and how they differ from those that the site has.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{DOMAINS, is_gone, successors};
use crate::diagnostic::SourceFile;
use crate::import::gate::{self, Gate, Row, Sheet, Told};
use crate::import::stix::marking::Markings;
use crate::import::stix::object::{Bundle, Object};
use crate::import::{Summary, text as lines};
use crate::intel::attack::{ObjectRow, TableFile, TacticRow, TechniqueRow, technique_id};
use crate::intel::vocabulary::tactic_order;
use crate::marking::Tlp;

/// What a bundle says of itself.
#[derive(Debug)]
pub struct Release {
    /// `enterprise-attack`: where an object does not say it.
    pub domain: &'static str,
    pub version: Told,
    pub notice: Told,
    /// The levels of objects that are marked above clear, by their ids: the table is for everybody.
    withheld: HashMap<String, Tlp>,
}

/// A release's number in the name of its file: `enterprise-attack-18.1.json`.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"attack[-_.]?v?(\d{1,3}\.\d{1,2})").ok());

impl Release {
    /// From the collection object, which STIX 2.1 releases have; else from the file's name; else
    /// the day of the newest object stands for it.
    pub fn of(bundle: &Bundle, markings: &Markings, file: &str, version: Option<&str>) -> Self {
        let withheld: HashMap<String, Tlp> = (bundle.objects.iter())
            .filter_map(|object| {
                let said = gate::said(object.name.get().unwrap_or_default());
                let tlp = markings.narrowest(object.markers()).max(Some(said))?;
                (tlp > Tlp::Clear).then(|| (object.id().to_owned(), tlp))
            })
            .collect();
        let open = |object: &&Object| !withheld.contains_key(object.id());
        let collection = (bundle.objects.iter())
            .filter(|object| object.kind() == "x-mitre-collection")
            .find(open);
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let gate = Gate::at(Tlp::Clear);
        let number = |text: &str| {
            let found = NUMBER.as_ref()?.captures(text)?;
            gate.name(&found[1])
        };
        let newest = || {
            let days = (bundle.objects.iter())
                .filter(open)
                .filter_map(|object| lines::day(object.modified.get().or(object.created.get())?));
            days.max().and_then(|day| gate.name(&day.to_string()))
        };
        let version = (version.and_then(|version| gate.name(version)))
            .or_else(|| collection.and_then(|object| gate.name(object.x_mitre_version.get()?)))
            .or_else(|| number(name))
            .filter(|version| version.tlp() == Tlp::Clear)
            .or_else(newest)
            .unwrap_or_else(|| Told::own("unknown"));
        Self {
            domain: main_domain(bundle),
            version,
            notice: notice(bundle, markings),
            withheld,
        }
    }

    /// The gate of what an object says.
    fn gate(&self, object: &Object) -> Gate {
        Gate::at(self.withheld.get(object.id()).copied().unwrap_or_default())
    }

    /// `MITRE ATT&CK Enterprise 18.1`.
    pub fn name(&self) -> String {
        format!("{} {}", source(self.domain), self.version.as_str())
    }
}

/// `MITRE ATT&CK Enterprise`.
pub fn source(domain: &str) -> String {
    let title = DOMAINS
        .iter()
        .find(|(name, _, _)| *name == domain)
        .map_or(domain, |(_, title, _)| title);
    format!("MITRE ATT&CK {title}")
}

/// The domain that most techniques are of.
fn main_domain(bundle: &Bundle) -> &'static str {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let techniques = bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "attack-pattern");
    for domain in techniques.filter_map(domain_of) {
        *counts.entry(domain).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(DOMAINS[0].0, |(domain, _)| domain)
}

/// By what the object says, its kill chain or the name of its reference; each release has one of
/// these at least.
fn domain_of(object: &Object) -> Option<&'static str> {
    let known = |text: &str| {
        DOMAINS
            .iter()
            .map(|(domain, _, _)| *domain)
            .find(|domain| *domain == text)
    };
    let by_chain = |name: &str| match name {
        "mitre-attack" => Some(DOMAINS[0].0),
        "mitre-mobile-attack" => Some(DOMAINS[1].0),
        "mitre-ics-attack" => Some(DOMAINS[2].0),
        _ => None,
    };
    let chains = object
        .kill_chain_phases
        .iter()
        .filter_map(|phase| phase.kill_chain_name.get());
    object
        .x_mitre_domains
        .iter()
        .find_map(|domain| known(domain))
        .or_else(|| chains.into_iter().find_map(by_chain))
        .or_else(|| {
            object
                .external_references
                .iter()
                .filter_map(|reference| reference.source_name.get())
                .find_map(by_chain)
        })
}

/// The statement that the licence of ATT&CK asks for, with the years of the release.
fn notice(bundle: &Bundle, markings: &Markings) -> Told {
    const TERMS: &str =
        " This work is reproduced and distributed with the permission of The MITRE Corporation.";
    let statement = bundle
        .objects
        .iter()
        .filter(|object| object.kind() == "marking-definition")
        .filter(|object| markings.is_notice(object.id()))
        .find_map(|object| Gate::at(Tlp::Clear).line(object.definition.one("statement")?, 500));
    statement
        .filter(|statement| statement.tlp() == Tlp::Clear)
        .unwrap_or_else(|| Told::own("© The MITRE Corporation."))
        .framed("", TERMS)
}

/// One table for each domain that the bundle has techniques of.
pub fn tables(
    bundle: &Bundle,
    release: &Release,
    summary: &mut Summary,
) -> Vec<(&'static str, TableFile<Told>)> {
    let mut techniques: BTreeMap<&str, BTreeMap<String, &Object>> = BTreeMap::new();
    for object in of_kind(bundle, release, &["attack-pattern"]) {
        let Some(id) = object.attack_id().as_deref().and_then(technique_id) else {
            summary.skip("techniques without an id of ATT&CK's form", object.label());
            continue;
        };
        let domain = domain_of(object).unwrap_or(release.domain);
        let rows = techniques.entry(domain).or_default();
        match rows.get(&id) {
            // Old releases give the id of a revoked technique again: the current one counts.
            Some(known) if rank(known) >= rank(object) => {}
            _ => {
                rows.insert(id, object);
            }
        }
    }
    if !release.withheld.is_empty() {
        for object in bundle
            .objects
            .iter()
            .filter(|it| release.withheld.contains_key(it.id()))
        {
            summary.skip(
                "objects above TLP:CLEAR, which the tables do not have",
                object.id(),
            );
        }
    }
    let successors = successors(bundle);
    DOMAINS
        .iter()
        .filter_map(|(domain, _, path)| {
            let rows = techniques.get(domain)?;
            let table = TableFile {
                format: 1,
                domain: Told::own(domain),
                version: release.version.clone(),
                notice: release.notice.clone(),
                tactics: tactics(bundle, domain, release),
                techniques: (rows.iter())
                    .map(|(id, object)| row(bundle, &successors, id, object, release.gate(object)))
                    .filter(is_open)
                    .collect(),
                objects: if *domain == release.domain {
                    objects(bundle, release)
                } else {
                    Vec::new()
                },
            };
            Some((*path, table))
        })
        .collect()
}

/// Whether a row may stand in a table, which is for everybody.
fn is_open<R: Row>(row: &R) -> bool {
    row.tlp() == Tlp::Clear
}

fn of_kind<'b>(
    bundle: &'b Bundle,
    release: &'b Release,
    kinds: &'b [&str],
) -> impl Iterator<Item = &'b Object> {
    bundle
        .objects
        .iter()
        .filter(|object| kinds.contains(&object.kind()))
        .filter(|object| !release.withheld.contains_key(object.id()))
}

/// Current before past, then newer before older.
fn rank(object: &Object) -> (bool, bool, &str) {
    (
        !object.revoked.0,
        !object.x_mitre_deprecated.0,
        object.modified.get().unwrap_or_default(),
    )
}

fn row(
    bundle: &Bundle,
    successors: &HashMap<&str, &str>,
    id: &str,
    object: &Object,
    gate: Gate,
) -> TechniqueRow<Told> {
    let mut tactics: Vec<Told> = object
        .kill_chain_phases
        .iter()
        .filter(|phase| {
            phase
                .kill_chain_name
                .get()
                .is_some_and(|name| name.starts_with("mitre"))
        })
        .filter_map(|phase| gate.name(phase.phase_name.get()?))
        .collect();
    tactics.sort_by_key(|tactic| (tactic_order(tactic.as_str()), tactic.clone()));
    tactics.dedup();
    let revoked_by = object.revoked.0.then(|| {
        let by = bundle.get(successors.get(object.id())?)?;
        technique_id(&by.attack_id()?)
    });
    let revoked_by = (revoked_by.flatten().filter(|by| by != id)).map(|by| gate.value(&by));
    TechniqueRow {
        id: gate.value(id),
        name: (object.name.get())
            .and_then(|name| gate.name(name))
            .unwrap_or_else(|| gate.value(id)),
        tactics,
        parent: id.split_once('.').map(|(parent, _)| gate.value(parent)),
        // Revoked in favour of nothing is a thing of the past all the same.
        deprecated: object.x_mitre_deprecated.0 || (object.revoked.0 && revoked_by.is_none()),
        revoked_by,
        stix_id: stix_id(object, gate),
    }
}

/// An id of STIX's form (2.1, section 2.9), nothing else.
fn stix_id(object: &Object, gate: Gate) -> Option<Told> {
    let (kind, uuid) = object.id().split_once("--")?;
    (kind == object.kind() && uuid::Uuid::try_parse(uuid).is_ok()).then(|| gate.value(object.id()))
}

/// The tactics in the order of the matrix, where the bundle has one.
fn tactics(bundle: &Bundle, domain: &str, release: &Release) -> Vec<TacticRow<Told>> {
    let order: HashMap<&str, usize> = of_kind(bundle, release, &["x-mitre-matrix"])
        .flat_map(|matrix| matrix.tactic_refs.iter())
        .enumerate()
        .map(|(at, id)| (id.as_str(), at))
        .collect();
    let mut tactics: Vec<&Object> = of_kind(bundle, release, &["x-mitre-tactic"])
        .filter(|object| !is_gone(object))
        .filter(|object| tactic_domain(object).unwrap_or(release.domain) == domain)
        .collect();
    tactics.sort_by_key(|object| {
        let shortname = object.x_mitre_shortname.get().unwrap_or_default();
        (
            order.get(object.id()).copied().unwrap_or(usize::MAX),
            tactic_order(shortname),
            shortname.to_owned(),
        )
    });
    tactics
        .into_iter()
        .filter_map(|object| {
            let gate = release.gate(object);
            Some(TacticRow {
                id: gate.name(&object.attack_id()?)?,
                shortname: gate.name(object.x_mitre_shortname.get()?)?,
                name: gate.name(object.name.get()?)?,
            })
        })
        .filter(is_open)
        .collect()
}

fn tactic_domain(object: &Object) -> Option<&'static str> {
    object.x_mitre_domains.iter().find_map(|domain| {
        DOMAINS
            .iter()
            .map(|(name, _, _)| *name)
            .find(|name| name == domain)
    })
}

/// Groups, software and campaigns that are current.
fn objects(bundle: &Bundle, release: &Release) -> Vec<ObjectRow<Told>> {
    let mut rows: BTreeMap<String, &Object> = BTreeMap::new();
    for object in of_kind(
        bundle,
        release,
        &["intrusion-set", "malware", "tool", "campaign"],
    ) {
        if let Some(id) = object.attack_id().filter(|_| !is_gone(object)) {
            rows.entry(id).or_insert(object);
        }
    }
    rows.into_iter()
        .filter_map(|(id, object)| {
            let gate = release.gate(object);
            Some(ObjectRow {
                id: gate.name(&id)?,
                name: gate.name(object.name.get()?)?,
                stix_id: stix_id(object, gate)?,
            })
        })
        .filter(is_open)
        .collect()
}

/// What the release has changed, against the table that the site has.
pub fn compare(tables: &[Arc<SourceFile>], path: &str, new: &Sheet, summary: &mut Summary) {
    let read = |text: &str| serde_json::from_str::<TableFile>(text).ok();
    let Some(new) = read(new.as_str()) else {
        return;
    };
    let old = tables
        .iter()
        .find(|table| table.path == path)
        .and_then(|table| read(&table.text));
    let Some(old) = old else {
        summary.note(format!(
            "{path} is new: {} techniques, {} groups, software and campaigns",
            new.techniques.len(),
            new.objects.len()
        ));
        return;
    };
    let before: BTreeMap<&str, &TechniqueRow> = old
        .techniques
        .iter()
        .map(|row| (row.id.as_str(), row))
        .collect();
    for row in &new.techniques {
        let Some(was) = before.get(row.id.as_str()) else {
            if row.revoked_by.is_none() && !row.deprecated {
                summary.change("New techniques", format!("{} {}", row.id, row.name));
            }
            continue;
        };
        if was.name != row.name {
            summary.change(
                "Renamed",
                format!("{} {}, was {}", row.id, row.name, was.name),
            );
        }
        if let Some(by) = row.revoked_by.as_ref().filter(|_| was.revoked_by.is_none()) {
            summary.change(
                "Revoked",
                format!("{} {}, in favour of {by}", row.id, row.name),
            );
        }
        if row.deprecated && !was.deprecated {
            summary.change("Deprecated", format!("{} {}", row.id, row.name));
        }
        if was.tactics != row.tactics {
            summary.change(
                "Other tactics",
                format!("{} {}: {}", row.id, row.name, row.tactics.join(", ")),
            );
        }
    }
    let now: BTreeMap<&str, &str> = new
        .techniques
        .iter()
        .map(|row| (row.id.as_str(), row.name.as_str()))
        .chain(
            new.objects
                .iter()
                .map(|row| (row.id.as_str(), row.name.as_str())),
        )
        .collect();
    let was: BTreeMap<&str, &str> = old
        .objects
        .iter()
        .map(|row| (row.id.as_str(), row.name.as_str()))
        .collect();
    for row in &new.objects {
        match was.get(row.id.as_str()) {
            None if !was.is_empty() => {
                summary.change(
                    "New groups, software and campaigns",
                    format!("{} {}", row.id, row.name),
                );
            }
            Some(name) if *name != row.name => {
                summary.change("Renamed", format!("{} {}, was {name}", row.id, row.name));
            }
            _ => {}
        }
    }
    let techniques = old
        .techniques
        .iter()
        .map(|row| (row.id.as_str(), row.name.as_str()));
    for (id, name) in techniques.chain(was) {
        if !now.contains_key(id) {
            summary.change("Removed", format!("{id} {name}"));
        }
    }
}

/// The table as a file: a row to a line, so that a newer release makes a diff that reads well.
pub fn text(table: &TableFile<Told>) -> Sheet {
    let mut out = Sheet::default();
    out.own("{\n  \"format\": ").number(table.format as usize);
    for (key, value) in [
        (",\n  \"domain\": ", &table.domain),
        (",\n  \"version\": ", &table.version),
        (",\n  \"notice\": ", &table.notice),
    ] {
        out.own(key).row(value);
    }
    rows(out.own(",\n  \"tactics\": "), &table.tactics);
    rows(out.own(",\n  \"techniques\": "), &table.techniques);
    if !table.objects.is_empty() {
        rows(out.own(",\n  \"objects\": "), &table.objects);
    }
    out.own("\n}\n");
    out
}

fn rows<R: Row>(out: &mut Sheet, rows: &[R]) {
    out.own("[");
    for (at, row) in rows.iter().enumerate() {
        out.own(if at == 0 { "\n    " } else { ",\n    " }).row(row);
    }
    out.own(if rows.is_empty() { "]" } else { "\n  ]" });
}
