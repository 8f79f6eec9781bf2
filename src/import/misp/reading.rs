//! Reads the parts of an event, each with its level.
//!
//! In: an event. Out: its facts, links, texts and indicators, none wider than the strictest of: the
//! event, the object or galaxy around it, its own tags and distribution, and labels in its texts. The
//! same fact in several parts has the level of the strictest.

use super::attributes;
use super::limits::{self, Limited};
use super::model::{Attribute, Event, Galaxy, MispObject, Report};
use super::tags::{self, Said};
use crate::import::gate::Gate;
use crate::import::indicators::Indicator;
use crate::import::shelf::Shelf;
use crate::import::{Options, Summary, text as lines};
use crate::intel::attack::cve_id;
use crate::marking::{Tlp, within};

/// What an event refers to.
#[derive(Debug)]
pub struct Link {
    pub url: String,
    pub title: Option<String>,
    pub tlp: Tlp,
}

/// What has been read of an event so far.
pub struct Reading<'r> {
    shelf: &'r Shelf,
    /// The event's own level.
    pub tlp: Tlp,
    /// The strictest label in a text. How much it is about, nobody can know, so the draft gets it.
    pub labeled: Option<Tlp>,
    pub said: Said,
    pub links: Vec<Link>,
    pub paragraphs: Vec<(String, Tlp)>,
    pub found: Vec<Indicator>,
}

impl<'r> Reading<'r> {
    /// Reads a whole event. `listed` is what the manifest of a feed says of it.
    pub fn of(
        event: &Event,
        listed: Option<Tlp>,
        shelf: &'r Shelf,
        options: &Options,
        summary: &mut Summary,
    ) -> Self {
        let mut read = Self {
            shelf,
            tlp: level(event, listed, options.unmarked(shelf), summary),
            labeled: None,
            said: Said::default(),
            links: Vec::new(),
            paragraphs: Vec::new(),
            found: Vec::new(),
        };
        for tag in event.tags.iter().filter_map(|tag| tag.name.get()) {
            tags::read(tag, read.tlp, &mut read.said, shelf, summary);
        }
        read.galaxies(&event.galaxies, read.tlp, summary);
        for attribute in &event.attributes {
            read.attribute(attribute, None, read.tlp, summary);
        }
        for object in event.objects.iter().filter(|object| !object.deleted.0) {
            let own = object.own(summary).max(read.label(object.comment.get()));
            let tlp = read.tlp.max(own.unwrap_or_default());
            for attribute in &object.attributes {
                read.attribute(attribute, Some(object), tlp, summary);
            }
        }
        read
    }

    /// The level of a report: its own, and that of any label in it.
    pub fn of_report(&mut self, report: &Report, summary: &mut Summary) -> Tlp {
        let own = report.own(summary);
        let named = report.name.get().and_then(within::title);
        let text = report.content.get().and_then(within::text);
        self.labeled = self.labeled.max(named).max(text);
        self.tlp.max(own.max(named).max(text).unwrap_or_default())
    }

    /// The label of a remark, which marks what it is about.
    fn label(&mut self, text: Option<&str>) -> Option<Tlp> {
        let text = text?;
        let tlp = within::text(text).max(within::title(text));
        self.labeled = self.labeled.max(tlp);
        tlp
    }

    fn galaxies(&mut self, galaxies: &[Galaxy], around: Tlp, summary: &mut Summary) {
        for galaxy in galaxies {
            let of_galaxy = galaxy.own(summary);
            for cluster in &galaxy.clusters {
                let own = cluster.own(summary).max(limits::of_meta(&cluster.meta));
                let own = own
                    .max(of_galaxy)
                    .max(cluster.value.get().and_then(within::title))
                    .max(self.label(cluster.description.get()));
                let tlp = around.max(own.unwrap_or_default());
                if let Some(tag) = cluster.tag_name.get() {
                    tags::read(tag, tlp, &mut self.said, self.shelf, summary);
                } else if let (Some(kind), Some(value)) = (galaxy.kind.get(), cluster.value.get()) {
                    let id = cluster.meta.one("external_id");
                    let value = match id {
                        Some(id) if !value.ends_with(id) => format!("{value} - {id}"),
                        _ => value.to_owned(),
                    };
                    tags::cluster(kind, &value, tlp, &mut self.said, self.shelf, summary);
                }
            }
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        object: Option<&MispObject>,
        around: Tlp,
        summary: &mut Summary,
    ) {
        let (Some(kind), Some(value)) = (attribute.kind.get(), attribute.value.get()) else {
            return;
        };
        if attribute.deleted.0 {
            return;
        }
        let own = attribute
            .own(summary)
            .max(self.label(attribute.comment.get()));
        let tlp = around.max(own.unwrap_or_default());
        self.galaxies(&attribute.galaxies, tlp, summary);
        let category = attribute.category.get().unwrap_or_default();
        let comment = attribute
            .comment
            .get()
            .or_else(|| object?.comment.get())
            .map(str::to_owned);
        let said = &mut self.said;
        match kind {
            "link" => return self.link(value, comment, tlp, summary),
            "url" if category == "External analysis" || category == "Internal reference" => {
                return self.link(value, comment, tlp, summary);
            }
            "vulnerability" => {
                return match cve_id(value) {
                    Some(cve) => said.vulnerabilities.add(cve, tlp),
                    None => summary.skip("vulnerabilities without a CVE id", value),
                };
            }
            "threat-actor" => return said.actors.add_named(value, tlp),
            "campaign-name" => return said.campaigns.add_named(value, tlp),
            "target-location" => {
                return match self.shelf.place(value) {
                    Some(place) => said.regions.add(place.to_owned(), tlp),
                    None => summary.skip("places that are not known", value),
                };
            }
            "text" | "comment"
                if matches!(category, "External analysis" | "Internal reference")
                    && object.is_none() =>
            {
                let tlp = tlp.max(self.label(Some(value)).unwrap_or_default());
                return self.paragraphs.push((value.to_owned(), tlp));
            }
            _ => {}
        }
        let mut tagged = Said::default();
        for tag in attribute.tags.iter().filter_map(|tag| tag.name.get()) {
            tags::read(tag, tlp, &mut tagged, self.shelf, summary);
        }
        let gate = Gate::at(tlp);
        let kind_name = || lines::name(kind).unwrap_or_default();
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
                self.found.extend(indicators);
            }
            Some(Err(())) => summary.skip(
                format!(
                    "attributes that do not have the form of their type `{}`",
                    kind_name()
                ),
                value,
            ),
            None => summary.skip(format!("attributes of type `{}`", kind_name()), value),
        }
    }

    fn link(&mut self, value: &str, title: Option<String>, tlp: Tlp, summary: &mut Summary) {
        let Some(url) = lines::url(value) else {
            return summary.skip("links that are no address on the web", value);
        };
        match self.links.iter_mut().find(|known| known.url == url) {
            Some(known) => known.tlp = known.tlp.max(tlp),
            None => self.links.push(Link { url, title, tlp }),
        }
    }
}

/// The event's level: of its tags, else that of what has none; not wider than its distribution.
fn level(event: &Event, listed: Option<Tlp>, unmarked: Tlp, summary: &mut Summary) -> Tlp {
    let info = event.info.get().unwrap_or_default();
    let said = event.tagged(summary).max(listed).max(within::title(info));
    let distributed = event.distributed(said.is_some());
    let own = said.unwrap_or_else(|| {
        let tlp = unmarked.max(distributed.unwrap_or_default());
        summary.note(format!(
            "`{}` has no TLP tag; it was written as {}{}",
            lines::name(info).unwrap_or_default(),
            tlp.name(),
            if tlp > unmarked {
                ", because of its distribution"
            } else {
                " (--tlp says otherwise)"
            }
        ));
        tlp
    });
    let tlp = own.max(distributed.unwrap_or_default());
    if said.is_some() && tlp > own {
        summary.note(format!(
            "`{}` is tagged {own}, and its distribution is narrower; it was written as {}",
            lines::name(info).unwrap_or_default(),
            tlp.name()
        ));
    }
    tlp
}
