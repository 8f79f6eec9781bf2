//! Indicators: an entry of a brief as a pattern (STIX 2.1, section 4.7 and chapter 9), what it matches
//! as an observable, and what it indicates.
//!
//! Hashes of TLS handshakes, named pipes and addresses of coins have no object path in the
//! specification. A pattern over a path of one's own matches nothing anywhere, so such an entry is a
//! note, which an analyst reads. A CVE is a vulnerability, not something to be seen on a wire.

use jiff::SignedDuration;

use super::Shared;
use super::brief::{Teller, level};
use super::claims::Link;
use super::entities::{cve, start};
use super::objects::{Common, Head, Indicator, Object, object};
use super::observables::{as_number, observables, split_path, tlsh};
use super::version::{instant, of_brief};
use base::vocabulary::{Confidence, IndicatorType, Vocabulary};
use edition::model;
use edition::{EntityId, Shown};
use syntax::dates::{Moment, RoughDate, end_of};

/// Adds what an entry becomes.
pub fn tell<'g>(teller: &mut Teller<'g>, entry: &'g Shown<model::Indicator<EntityId>>) {
    let ground = teller.ground;
    let value = &entry.value;
    let level = level(entry, value.source.as_deref(), teller.brief);
    if value.kind == IndicatorType::Cve {
        match ground.cves.get(&value.value) {
            Some(id) => teller.name(Shared::Entity(*id), level),
            None => teller.add(cve(ground, &value.value, level)),
        }
        return;
    }
    let Some(pattern) = pattern(value.kind, &value.value) else {
        let label = value.kind.label();
        let text = match &value.description {
            Some(description) => format!("{label}: {} ({description})", value.value),
            None => format!("{label}: {}", value.value),
        };
        teller.later(
            "Indicator without a STIX pattern",
            text,
            level,
            value.confidence,
        );
        return;
    };
    let indicator = indicator(teller, value, pattern, level);
    // Of the same value twice in one brief the first entry counts, and both link.
    teller.add(indicator.clone());
    let seen_at = (value.kind, value.value.clone());
    let of_value = ground.values.get(&seen_at).copied().unwrap_or(level);
    let observed = observables(ground, value.kind, &value.value, of_value);
    let mut links = Vec::new();
    if let Some(first) = observed.first() {
        links.push(("based-on", first.clone()));
    }
    if let Some(id) = value.software {
        teller.name(Shared::Entity(id), level);
    }
    let software = value.software.map(|id| ground.entity(id));
    let subjects = teller.subjects.iter().map(|subject| subject.object);
    for target in software.into_iter().chain(subjects) {
        links.push(("indicates", target.clone()));
    }
    for object in observed {
        teller.add(object);
    }
    for (kind, target) in links {
        teller.link(Link {
            kind,
            source: &indicator,
            target: &target,
            level,
            confidence: value.confidence,
            created_by: teller.author,
            revoked: teller.revoked,
            references: Vec::new(),
        });
    }
}

fn indicator(
    teller: &Teller,
    value: &model::Indicator<EntityId>,
    pattern: String,
    level: base::marking::Tlp,
) -> Object {
    let ground = teller.ground;
    let (valid_from, valid_until) = validity(value, teller.brief);
    let properties = Indicator {
        name: &value.value,
        description: value.description.as_deref(),
        indicator_types: ["malicious-activity"],
        pattern,
        pattern_type: "stix",
        valid_from,
        valid_until,
    };
    let key = format!("{}:{}:{}", teller.brief.id, value.kind.name(), value.value);
    let head = Head {
        kind: "indicator",
        id: ground.ids.own("indicator", &key, level),
        tlp: level,
        reach: level,
        version: of_brief(teller.brief, level),
        markings: ground.markings.refs(level),
    };
    let common = Common {
        created_by_ref: Some(teller.author),
        revoked: teller.revoked,
        confidence: value.confidence.map(Confidence::stix_value),
        external_references: teller.source(value.source.as_deref()).collect(),
        ..Common::default()
    };
    object(head, &properties, &common)
}

/// From when it was seen, else from the brief's date, and until the end of the last day that its
/// `valid_until` can mean; the end of the calendar is how some write that there is none. An indicator that had run out by then was good for the day before.
fn validity(value: &model::Indicator<EntityId>, brief: &model::Brief) -> (String, Option<String>) {
    let from = value
        .first_seen
        .map_or_else(|| brief.date.timestamp(), start);
    let end = value
        .valid_until
        .filter(|until| until.last_day().year() < 9999);
    let Some(until) = end else {
        return (instant(from), None);
    };
    let until = match until {
        RoughDate::Moment(Moment::Time(time)) => time,
        rough => end_of(rough.last_day()),
    };
    // `valid_until` is later than `valid_from` (section 4.7).
    let latest = until
        .checked_sub(SignedDuration::from_hours(24))
        .unwrap_or(until);
    let from = if from < until { from } else { latest };
    (instant(from), Some(instant(until)))
}

/// The pattern of a value; none where the specification has no path for it.
fn pattern(kind: IndicatorType, value: &str) -> Option<String> {
    use IndicatorType as T;
    let comparison = match kind {
        T::FilePath => match split_path(value) {
            (folder, "") => format!("directory:path = {}", literal(folder)),
            (folder, name) => format!(
                "file:name = {} AND file:parent_directory_ref.path = {}",
                literal(name),
                literal(folder)
            ),
        },
        T::Tlsh => format!("{} = {}", kind.stix_path()?, literal(tlsh(value))),
        T::Asn => format!("autonomous-system:number = {}", as_number(value)?),
        // A range is what lies in it, not the text of the range.
        T::Ipv4 | T::Ipv6 if value.contains('/') => {
            format!("{} ISSUBSET {}", kind.stix_path()?, literal(value))
        }
        _ => format!("{} = {}", kind.stix_path()?, literal(value)),
    };
    Some(format!("[{comparison}]"))
}

/// A string literal of the pattern language (section 9.2).
fn literal(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for sign in value.chars() {
        if matches!(sign, '\'' | '\\') {
            quoted.push('\\');
        }
        quoted.push(sign);
    }
    quoted.push('\'');
    quoted
}
