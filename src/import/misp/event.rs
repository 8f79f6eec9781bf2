//! One event as a draft brief.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde::Deserialize;

use super::{attributes, tags};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::import::catalogue::{Catalogue, Wanted};
use crate::import::draft::{Body, Collected, Draft, Keys, Origin, table};
use crate::import::gate::{Gate, Told, said};
use crate::import::indicators::{self, Indicator};
use crate::import::json::{self, Flag, Meta, Word};
use crate::import::prose::Citations;
use crate::import::shelf::Shelf;
use crate::import::yaml::Value;
use crate::import::{Options, Summary, Work, text as lines};
use crate::intel::attack::cve_id;
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::marking::Tlp;

/// The id of the event itself among the sources.
const EVENT: &str = "event";

/// The keys of an event that are read (MISP core format, section 2.3).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    uuid: Word,
    info: Word,
    date: Word,
    timestamp: Word,
    publish_timestamp: Word,
    distribution: Word,
    #[serde(rename = "Orgc")]
    creator: Org,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    tags: Vec<Tag>,
    #[serde(rename = "Attribute", deserialize_with = "json::list")]
    attributes: Vec<Attribute>,
    #[serde(rename = "Object", deserialize_with = "json::list")]
    objects: Vec<MispObject>,
    #[serde(rename = "Galaxy", deserialize_with = "json::list")]
    galaxies: Vec<Galaxy>,
    #[serde(rename = "EventReport", deserialize_with = "json::list")]
    reports: Vec<Report>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Org {
    name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tag {
    name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribute {
    #[serde(rename = "type")]
    kind: Word,
    category: Word,
    value: Word,
    comment: Word,
    first_seen: Word,
    deleted: Flag,
    #[serde(rename = "Tag", deserialize_with = "json::list")]
    tags: Vec<Tag>,
    #[serde(rename = "Galaxy", deserialize_with = "json::list")]
    galaxies: Vec<Galaxy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MispObject {
    comment: Word,
    deleted: Flag,
    #[serde(rename = "Attribute", deserialize_with = "json::list")]
    attributes: Vec<Attribute>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Galaxy {
    #[serde(rename = "type")]
    kind: Word,
    #[serde(rename = "GalaxyCluster", deserialize_with = "json::list")]
    clusters: Vec<Cluster>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cluster {
    value: Word,
    tag_name: Word,
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    name: Word,
    content: Word,
    deleted: Flag,
}

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
        add(event, shelf, options, &mut catalogue, &mut work);
    }
    Ok(work)
}

/// Adds the draft of one event.
pub fn add(
    event: &Event,
    shelf: &Shelf,
    options: &Options,
    catalogue: &mut Catalogue<'_>,
    work: &mut Work,
) {
    let summary = &mut work.summary;
    let Some(title) = event.info.get().and_then(lines::name) else {
        summary.skip(
            "events without a title",
            event.uuid.get().unwrap_or("an event"),
        );
        return;
    };
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

    let mut read = Reading::new(event, shelf, options);
    read.tags(event, summary);
    let mut found = Vec::new();
    for attribute in &event.attributes {
        read.attribute(attribute, None, &mut found, summary);
    }
    for object in event.objects.iter().filter(|object| !object.deleted.0) {
        for attribute in &object.attributes {
            read.attribute(attribute, Some(object), &mut found, summary);
        }
    }
    let (found, _) = indicators::once(found);

    let reports: Vec<&Report> = event
        .reports
        .iter()
        .filter(|report| !report.deleted.0 && report.content.get().is_some())
        .collect();
    let tlp = read.tlp(&title, summary);
    // What stands in the event itself.
    let gate = Gate::at(tlp);
    let body = body(gate, &reports, &read.paragraphs);
    let tags = &read.said;
    let Some(named) = event.info.get().and_then(|info| gate.name(info)) else {
        return;
    };
    let creator = || event.creator.name.get().and_then(|name| gate.name(name));
    let mut keys = Keys::default();
    keys.text("title", Some(named.clone()));
    keys.bare("date", Some(gate.plain(date)));
    keys.bare("pap", tags.pap.map(|pap| gate.word(pap)));
    keys.set("draft", Value::own("true"));
    keys.text("id", uuid.map(|uuid| gate.value(&uuid.to_string())));
    let opening = reports
        .first()
        .and_then(|report| report.content.get())
        .or(read.paragraphs.first().map(String::as_str));
    keys.text(
        "summary",
        opening.and_then(|text| gate.summary(&without_references(text))),
    );
    keys.texts("authors", creator());
    keys.bare("confidence", tags.confidence.map(|it| gate.word(it)));
    let named_as = |kind: EntityKind, names: &[String]| -> Vec<Told> {
        names
            .iter()
            .filter_map(|name| gate.name(&catalogue.reference(kind, name, None)))
            .collect()
    };
    let names = |names: &mut dyn Iterator<Item = &String>| -> Vec<Told> {
        names.filter_map(|name| gate.name(name)).collect()
    };
    keys.texts("actors", named_as(EntityKind::Actor, &tags.actors));
    keys.texts("campaigns", named_as(EntityKind::Campaign, &tags.campaigns));
    keys.texts("regions", names(&mut tags.regions.iter()));
    keys.texts("sectors", named_as(EntityKind::Sector, &tags.sectors));
    keys.texts("techniques", names(&mut tags.techniques.iter()));
    keys.texts("software", named_as(EntityKind::Software, &tags.software));
    keys.texts("vulnerabilities", names(&mut tags.vulnerabilities.iter()));
    keys.texts("tags", names(&mut tags.words.iter()));
    keys.list("sources", read.sources(gate, event, &named, date));
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
    let draft = Draft::of(collected, tlp, shelf);
    if draft.tlp() > tlp {
        summary.note(format!(
            "a part of `{title}` is marked {}, so the whole draft is",
            draft.tlp()
        ));
    }
    summary.change("Indicators", format!("{}: {count}", draft.place.path));
    work.drafts.push(draft);
}

/// What has been read of an event so far.
struct Reading<'r> {
    shelf: &'r Shelf,
    unmarked: Tlp,
    said: tags::Said,
    /// Address and title of what the event refers to.
    links: Vec<(String, Option<String>)>,
    paragraphs: Vec<String>,
}

impl<'r> Reading<'r> {
    fn new(event: &Event, shelf: &'r Shelf, options: &Options) -> Self {
        // An event for its own organisation alone is not for the clients either.
        let own = event.distribution.get() == Some("0") && options.tlp.is_none();
        let unmarked = options.unmarked(shelf);
        Self {
            shelf,
            unmarked: if own {
                unmarked.max(Tlp::AmberStrict)
            } else {
                unmarked
            },
            said: tags::Said::default(),
            links: Vec::new(),
            paragraphs: Vec::new(),
        }
    }

    fn tags(&mut self, event: &Event, summary: &mut Summary) {
        for tag in event.tags.iter().filter_map(|tag| tag.name.get()) {
            tags::read(tag, &mut self.said, self.shelf, summary);
        }
        self.galaxies(&event.galaxies, summary);
    }

    fn galaxies(&mut self, galaxies: &[Galaxy], summary: &mut Summary) {
        for galaxy in galaxies {
            for cluster in &galaxy.clusters {
                if let Some(tag) = cluster.tag_name.get() {
                    tags::read(tag, &mut self.said, self.shelf, summary);
                } else if let (Some(kind), Some(value)) = (galaxy.kind.get(), cluster.value.get()) {
                    let id = cluster.meta.one("external_id");
                    let value = match id {
                        Some(id) if !value.ends_with(id) => format!("{value} - {id}"),
                        _ => value.to_owned(),
                    };
                    tags::cluster(kind, &value, &mut self.said, self.shelf, summary);
                }
            }
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        object: Option<&MispObject>,
        found: &mut Vec<Indicator>,
        summary: &mut Summary,
    ) {
        let (Some(kind), Some(value)) = (attribute.kind.get(), attribute.value.get()) else {
            return;
        };
        if attribute.deleted.0 {
            return;
        }
        self.galaxies(&attribute.galaxies, summary);
        let category = attribute.category.get().unwrap_or_default();
        let comment = attribute
            .comment
            .get()
            .or_else(|| object?.comment.get())
            .map(str::to_owned);
        match kind {
            "link" => return self.link(value, comment, summary),
            "url" if category == "External analysis" || category == "Internal reference" => {
                return self.link(value, comment, summary);
            }
            "vulnerability" => match cve_id(value) {
                Some(cve) => {
                    self.said.vulnerabilities.insert(cve);
                    return;
                }
                None => return summary.skip("vulnerabilities without a CVE id", value),
            },
            "threat-actor" => {
                if let Some(name) =
                    lines::name(value).filter(|name| !self.said.actors.contains(name))
                {
                    self.said.actors.push(name);
                }
                return;
            }
            "campaign-name" => {
                if let Some(name) =
                    lines::name(value).filter(|name| !self.said.campaigns.contains(name))
                {
                    self.said.campaigns.push(name);
                }
                return;
            }
            "target-location" => match self.shelf.place(value) {
                Some(place) => {
                    let place = place.to_owned();
                    if !self.said.regions.contains(&place) {
                        self.said.regions.push(place);
                    }
                    return;
                }
                None => return summary.skip("places that are not known", value),
            },
            "text" | "comment"
                if matches!(category, "External analysis" | "Internal reference")
                    && object.is_none() =>
            {
                self.paragraphs.push(value.to_owned());
                return;
            }
            _ => {}
        }
        let mut tagged = tags::Said::default();
        for tag in attribute.tags.iter().filter_map(|tag| tag.name.get()) {
            tags::read(tag, &mut tagged, self.shelf, summary);
        }
        let gate = Gate::at(tagged.tlp.unwrap_or_default());
        match attributes::read(kind, value, gate) {
            Some(Ok(mut indicators)) => {
                let comment = comment.and_then(|text| gate.text(&text));
                for indicator in &mut indicators {
                    if comment.is_some() {
                        indicator.description.clone_from(&comment);
                    }
                    let seen = attribute.first_seen.get();
                    indicator.first_seen = seen.and_then(|seen| gate.date(seen));
                    indicator.confidence = tagged.confidence.map(|it| gate.word(it));
                }
                found.extend(indicators);
            }
            Some(Err(())) => summary.skip(
                format!(
                    "attributes that do not have the form of their type `{}`",
                    lines::name(kind).unwrap_or_default()
                ),
                value,
            ),
            None => summary.skip(
                format!(
                    "attributes of type `{}`",
                    lines::name(kind).unwrap_or_default()
                ),
                value,
            ),
        }
    }

    fn link(&mut self, value: &str, comment: Option<String>, summary: &mut Summary) {
        match lines::url(value) {
            Some(url) => {
                if !self.links.iter().any(|(known, _)| *known == url) {
                    self.links.push((url, comment));
                }
            }
            None => summary.skip("links that are no address on the web", value),
        }
    }

    fn tlp(&self, title: &str, summary: &mut Summary) -> Tlp {
        self.said.tlp.unwrap_or_else(|| {
            summary.note(format!(
                "`{title}` has no TLP tag; it was written as {} (--tlp says otherwise)",
                self.unmarked.name()
            ));
            self.unmarked
        })
    }

    fn sources(
        &self,
        gate: Gate,
        event: &Event,
        title: &Told,
        date: jiff::civil::Date,
    ) -> Vec<Value> {
        let mut taken = BTreeSet::from([EVENT.to_owned()]);
        let publisher = event.creator.name.get().and_then(|name| gate.name(name));
        let mut sources = vec![table([
            ("id", Some(Value::Text(Told::own(EVENT)))),
            (
                "title",
                Some(Value::Text(title.clone().framed("MISP event: ", ""))),
            ),
            ("publisher", publisher.map(Value::Text)),
            ("date", Some(Value::Bare(gate.plain(date)))),
            (
                "reliability",
                self.said.reliability.map(|it| Value::Bare(gate.word(it))),
            ),
            (
                "credibility",
                self.said.credibility.map(|it| Value::Bare(gate.word(it))),
            ),
        ])];
        for (url, comment) in self.links.iter().take(MOST_LINKS) {
            sources.push(link(gate, url, comment.as_deref(), &mut taken, false));
        }
        sources
    }
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

/// The text of the reports, each under its name where there are several.
fn body(gate: Gate, reports: &[&Report], paragraphs: &[String]) -> Body {
    let mut body = Body::default();
    for report in reports {
        let text = without_references(report.content.get().unwrap_or_default());
        let text = gate.prose(&text, &Citations::new());
        match report.name.get().and_then(|name| gate.name(name)) {
            Some(name) if reports.len() > 1 => body.section(name, text),
            _ => body.push(text),
        }
    }
    for paragraph in paragraphs {
        body.push(gate.prose(paragraph, &Citations::new()));
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
