//! One event as a draft brief.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::model::{Event, Report};
use super::reading::Reading;
use super::tags::Names;
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin, table};
use crate::import::gate::{Gate, Told, said};
use crate::import::indicators::{self, Indicator};
use crate::import::prose::Citations;
use crate::import::shelf::Shelf;
use crate::import::yaml::Value;
use crate::import::{Options, Summary, Work, text as lines};
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::marking::{Tlp, within};

/// The id of the event itself among the sources.
const EVENT: &str = "event";

/// Drafts of all events of a file.
///
/// # Errors
/// None; the type is that of the other kinds of files.
pub fn work(
    events: &[Event],
    file: &Arc<SourceFile>,
    shelf: &Shelf,
    options: &Options,
) -> Result<Work, Diagnostics> {
    let mut catalogue = Catalogue::new(shelf);
    let mut work = Work {
        drafts: Vec::new(),
        files: Vec::new(),
        summary: Summary::new(format!("MISP events of {}", file.path)),
    };
    for event in events {
        add(event, None, shelf, options, &mut catalogue, &mut work);
    }
    Ok(work)
}

/// Adds the draft of one event. `listed` is what the manifest of a feed says of its level.
pub fn add(
    event: &Event,
    listed: Option<Tlp>,
    shelf: &Shelf,
    options: &Options,
    catalogue: &mut Catalogue<'_>,
    work: &mut Work,
) {
    let summary = &mut work.summary;
    let Some(info) = event.info.get() else {
        summary.skip(
            "events without a title",
            event.uuid.get().unwrap_or("an event"),
        );
        return;
    };
    // Its label is the event's marking, and no part of an address.
    let title = lines::name(&within::unmarked(info)).unwrap_or_else(|| "MISP event".to_owned());
    let uuid = event
        .uuid
        .get()
        .and_then(|uuid| uuid::Uuid::try_parse(uuid).ok());
    let date = [event.date.get().and_then(lines::day)]
        .into_iter()
        .chain(
            [&event.publish_timestamp, &event.timestamp]
                .map(|time| lines::day_of_seconds(time.get()?)),
        )
        .flatten()
        .next();
    if date.is_none() {
        summary.note(format!(
            "`{title}` has no date; it was written as 1970-01-01"
        ));
    }
    let date = date.unwrap_or(jiff::civil::date(1970, 1, 1));
    let object = uuid.map_or_else(|| title.clone(), |uuid| uuid.to_string());
    let identities: Vec<String> = std::iter::once(format!("misp:{object}"))
        .chain(uuid.map(|uuid| format!("id:{uuid}")))
        .collect();
    let place = match catalogue.place(&Wanted {
        kind: FileKind::Brief,
        name: &title,
        slug: None,
        date: Some(date),
        identities: &identities,
    }) {
        Ok(place) => place,
        Err(reason) => {
            summary.skip(reason, &title);
            return;
        }
    };

    let mut read = Reading::of(event, listed, shelf, options, summary);
    read.said.techniques.sort();
    read.said.vulnerabilities.sort();
    let (found, _) = indicators::once(std::mem::take(&mut read.found));
    let reports: Vec<(&Report, Tlp)> = event
        .reports
        .iter()
        .filter(|report| !report.deleted.0 && report.content.get().is_some())
        .map(|report| (report, read.of_report(report, summary)))
        .collect();
    let tlp = read.tlp;
    // What stands in the event itself.
    let gate = Gate::at(tlp);
    let body = body(&reports, &read);
    let tags = &read.said;
    let Some(named) = gate.name(&title) else {
        return;
    };
    let creator = || event.creator.name.get().and_then(|name| gate.name(name));
    let mut keys = Keys::default();
    keys.text("title", Some(named.clone()));
    keys.bare("date", Some(gate.plain(date)));
    keys.bare("pap", tags.pap.map(|pap| gate.word(pap)));
    keys.set("draft", Value::own("true"));
    keys.text("id", uuid.map(|uuid| gate.value(&uuid.to_string())));
    // A summary has no marking of its own.
    let texts = reports
        .iter()
        .filter_map(|(report, tlp)| Some((report.content.get()?, *tlp)))
        .chain(
            read.paragraphs
                .iter()
                .map(|(text, tlp)| (text.as_str(), *tlp)),
        );
    let opening = texts.into_iter().find(|(_, of_text)| *of_text <= tlp);
    keys.text(
        "summary",
        opening.and_then(|(text, _)| gate.summary(&without_references(text))),
    );
    keys.texts("authors", creator());
    keys.bare("confidence", tags.confidence.map(|it| gate.word(it)));
    let named_as = |kind: EntityKind, names: &Names| -> Vec<Told> {
        names
            .iter()
            .filter_map(|(name, tlp)| {
                gate.within(tlp)
                    .name(&catalogue.reference(kind, name, None))
            })
            .collect()
    };
    let names = |names: &Names| -> Vec<Told> {
        names
            .iter()
            .filter_map(|(name, tlp)| gate.within(tlp).name(name))
            .collect()
    };
    keys.texts("actors", named_as(EntityKind::Actor, &tags.actors));
    keys.texts("campaigns", named_as(EntityKind::Campaign, &tags.campaigns));
    keys.texts("regions", names(&tags.regions));
    keys.texts("sectors", named_as(EntityKind::Sector, &tags.sectors));
    keys.texts("techniques", names(&tags.techniques));
    keys.texts("software", named_as(EntityKind::Software, &tags.software));
    keys.texts("vulnerabilities", names(&tags.vulnerabilities));
    keys.texts("tags", names(&tags.words));
    keys.list("sources", sources(&read, event, &named, date));
    narrower(&title, tlp, &keys, &found, summary);
    let count = found.len();
    let collected = Collected {
        kind: FileKind::Brief,
        name: named,
        place,
        keys,
        body,
        indicators: found,
        origin: Origin {
            importer: "misp",
            source: match creator() {
                Some(name) => name.framed("MISP event of ", ""),
                None => Told::own("MISP event"),
            },
            version: event.timestamp.get().and_then(|time| gate.name(time)),
            object: gate.value(&object),
        },
    };
    let labeled = read.labeled.filter(|labeled| *labeled > tlp);
    if let Some(labeled) = labeled {
        summary.note(format!(
            "a text of `{title}` is labeled {labeled}, so the whole draft is"
        ));
    }
    let draft = Draft::of(collected, tlp.max(labeled.unwrap_or_default()), shelf);
    summary.change("Indicators", format!("{}: {count}", draft.place.path));
    work.drafts.push(draft);
}

/// Says which parts are narrower than the event, and what becomes of them.
fn narrower(title: &str, tlp: Tlp, keys: &Keys, found: &[Indicator], summary: &mut Summary) {
    let mut lists: Vec<&str> = Vec::new();
    let mut entries = found.iter().filter(|it| it.tlp() > tlp).count();
    let mut highest = tlp;
    for (key, value) in &keys.0 {
        if *key == "sources" {
            entries += value.items().iter().filter(|it| it.tlp() > tlp).count();
        } else if value.tlp() > tlp {
            lists.push(key);
            highest = highest.max(value.tlp());
        }
    }
    if !lists.is_empty() {
        summary.note(format!(
            "the whole draft of `{title}` is {highest}, because an entry of {} is, and has no marking of its own",
            lists.join(", ")
        ));
    }
    if entries > 0 {
        summary.note(format!(
            "{entries} indicators and sources of `{title}` are narrower than the event, and have a marking of their own where the draft is wider"
        ));
    }
}

fn sources(read: &Reading<'_>, event: &Event, title: &Told, date: jiff::civil::Date) -> Vec<Value> {
    let gate = Gate::at(read.tlp);
    let mut taken = BTreeSet::from([EVENT.to_owned()]);
    let publisher = event.creator.name.get().and_then(|name| gate.name(name));
    let reliability = read.said.reliability.map(|it| gate.word(it));
    let credibility = read.said.credibility.map(|it| gate.word(it));
    let mut sources = vec![table([
        ("id", Some(Value::Text(Told::own(EVENT)))),
        (
            "title",
            Some(Value::Text(title.clone().framed("MISP event: ", ""))),
        ),
        ("publisher", publisher.map(Value::Text)),
        ("date", Some(Value::Bare(gate.plain(date)))),
        ("reliability", reliability.map(Value::Bare)),
        ("credibility", credibility.map(Value::Bare)),
    ])];
    for it in read.links.iter().take(MOST_LINKS) {
        let gate = gate.within(it.tlp);
        sources.push(link(gate, &it.url, it.title.as_deref(), &mut taken, false));
    }
    sources
}

/// Links of one event that become sources.
const MOST_LINKS: usize = 500;

/// An address as a source, named by what is known of it.
pub fn link(
    gate: Gate,
    url: &str,
    title: Option<&str>,
    taken: &mut BTreeSet<String>,
    rated: bool,
) -> Value {
    let gate = gate.within(said(title.unwrap_or_default()));
    let parsed = url::Url::parse(url).ok();
    let host = parsed
        .as_ref()
        .and_then(|url| url.host_str())
        .map(|host| host.trim_start_matches("www.").to_owned())
        .unwrap_or_default();
    let path = parsed
        .as_ref()
        .map_or("", |url| url.path())
        .trim_end_matches('/');
    let id = lines::source_id(
        host.rsplit_once('.')
            .map_or(host.as_str(), |(name, _)| name),
        taken,
    );
    let shown = format!("{host}{path}");
    let title = title
        .and_then(|title| gate.line(title, 300))
        .or_else(|| gate.line(&shown, 150))
        .unwrap_or_else(|| gate.value(url));
    table([
        ("id", Some(Value::Text(gate.value(&id)))),
        ("title", Some(Value::Text(title))),
        ("publisher", gate.name(&host).map(Value::Text)),
        ("url", gate.url(url).map(Value::Text)),
        // Admiralty: nobody here has judged the source yet.
        ("reliability", rated.then(|| Value::own("F"))),
        ("credibility", rated.then(|| Value::own("6"))),
    ])
}

/// The text of the reports, each under its name where there are several or where it is narrower than
/// the event: a part under a heading can have a marking of its own.
fn body(reports: &[(&Report, Tlp)], read: &Reading<'_>) -> Body {
    let mut body = Body::default();
    for (report, tlp) in reports {
        let gate = Gate::at(*tlp);
        let text = without_references(report.content.get().unwrap_or_default());
        let text = gate.prose(&text, &Citations::new());
        let name = report
            .name
            .get()
            .and_then(|name| gate.name(&within::unmarked(name)));
        if reports.len() > 1 && name.is_some() || *tlp > read.tlp {
            body.section(name.unwrap_or(Told::own("Report")), text);
        } else {
            body.push(text);
        }
    }
    for (text, tlp) in &read.paragraphs {
        let text = Gate::at(*tlp).prose(text, &Citations::new());
        if text.tlp() > read.tlp {
            body.section(Told::own("Remark"), text);
        } else {
            body.push(text);
        }
    }
    body
}

/// References of event reports to parts of the event: `@[attribute](uuid)`, `@[tag](name)`.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"@!?\[(?:attribute|object|tag|galaxymatrix|suggestion)\]\(([^)\n]{1,200})\)").ok()
});

fn without_references(text: &str) -> String {
    match REFERENCE.as_ref() {
        Some(reference) => reference.replace_all(text, "`$1`").into_owned(),
        None => text.to_owned(),
    }
}
