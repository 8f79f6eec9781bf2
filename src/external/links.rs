//! The links to other sites.
//!
//! In: what was prepared for the editions. Out: each address with the places that it stands in, and
//! what must never be asked for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use url::{Host, Url};

use crate::diagnostic::Location;
use crate::edition::model::{Source, Target, Text};
use crate::edition::{Edition, Shown};
use crate::figures::Figure;
use crate::intel::indicator::LiveTargets;
use crate::intel::model::Library;
use crate::intel::vocabulary::IndicatorType;
use crate::load::Document;
use crate::load::body::ReferenceKind;
use crate::load::dates::RoughDate;
use crate::site::Prepared;

/// The links of the editions of a run.
pub struct Links {
    /// By address, without the part behind `#`, which no host is told.
    pub places: BTreeMap<Url, Vec<Place>>,
    pub indicators: Indicators,
    /// How many addresses lead to indicators.
    pub left_out: usize,
}

/// Where a link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub location: Location,
    /// When the source was read.
    pub read: Option<Date>,
}

impl Links {
    /// The links of all editions that were prepared. A source or a part that none of them shows is
    /// not asked for.
    pub fn of(prepared: &Prepared) -> Self {
        let indicators = Indicators::of(&prepared.ground.library);
        let documents: BTreeMap<&str, &Document> = (prepared.documents.iter())
            .map(|document| (document.file.path.as_str(), &**document))
            .collect();
        let mut places: BTreeMap<Url, Vec<Place>> = BTreeMap::new();
        let mut left_out = BTreeSet::new();
        let mut add = |mut url: Url, place: Place| {
            if !matches!(url.scheme(), "http" | "https") {
                return;
            }
            url.set_fragment(None);
            if indicators.hold(&url) {
                left_out.insert(url);
                return;
            }
            let places = places.entry(url).or_default();
            // Several editions have the same text.
            if !places.contains(&place) {
                places.push(place);
            }
        };
        for edition in &prepared.editions {
            each(&edition.edition, &mut |path, text, sources| {
                if let Some(document) = documents.get(path) {
                    in_text(document, text, &mut add);
                    in_sources(document, sources, &mut add);
                }
            });
        }
        Self {
            places,
            left_out: left_out.len(),
            indicators,
        }
    }
}

/// Takes the path of a document, its text and its sources.
type Take<'a> = dyn FnMut(&str, &Text, &[Shown<Source>]) + 'a;

/// Every document of an edition.
fn each(edition: &Edition, give: &mut Take) {
    for brief in &edition.briefs {
        give(&brief.path, &brief.text, &brief.sources);
    }
    for entity in edition.entities.iter() {
        if let Some(profile) = &entity.profile {
            give(&entity.path, &profile.text, &profile.sources);
        }
    }
    for page in edition.pages.iter() {
        give(&page.path, &page.text, &[]);
    }
}

fn in_text(document: &Document, text: &Text, add: &mut dyn FnMut(Url, Place)) {
    for reference in &text.body.references {
        let outside = matches!(text.targets.get(&reference.target), Some(Target::External));
        if reference.kind != ReferenceKind::Link || !outside {
            continue;
        }
        // An address without a scheme keeps the page's.
        let whole = match reference.target.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => reference.target.clone(),
        };
        if let Ok(url) = Url::parse(&whole) {
            let location = Location::new(&document.file, reference.span.clone());
            add(
                url,
                Place {
                    location,
                    read: None,
                },
            );
        }
    }
}

fn in_sources(document: &Document, shown: &[Shown<Source>], add: &mut dyn FnMut(Url, Place)) {
    for source in document.sources() {
        let is_shown = shown.iter().any(|other| other.value.id == *source.id);
        let Some(url) = source.url.as_ref().filter(|_| is_shown) else {
            continue;
        };
        let read = source.accessed.as_ref().or(source.date.as_ref());
        let place = Place {
            location: Location::new(&document.file, url.span.clone()),
            read: read.map(|date| RoughDate::last_day(date.value)),
        };
        add(url.value.clone(), place);
    }
}

/// What is never asked for: the indicators of the whole library, those of other briefs and of
/// withheld ones included.
pub struct Indicators {
    exact: LiveTargets,
    /// Names and addresses of hosts; what is below a name is meant too.
    hosts: BTreeSet<String>,
}

impl Indicators {
    fn of(library: &Library) -> Self {
        let listed = library.briefs.iter().flat_map(|brief| {
            let listed = brief.indicators.iter();
            let listed = listed.map(|entry| (entry.value.kind, entry.value.value.as_str()));
            listed.chain(brief.text.figures.iter().flat_map(Figure::indicators))
        });
        let all: Vec<(IndicatorType, &str)> = listed.collect();
        let hosts = all
            .iter()
            .filter(|(kind, _)| {
                matches!(
                    kind,
                    IndicatorType::Domain | IndicatorType::Ipv4 | IndicatorType::Ipv6
                )
            })
            .map(|(_, value)| value.to_lowercase())
            .collect();
        Self {
            exact: LiveTargets::of(all),
            hosts,
        }
    }

    /// Whether an address leads to one of them.
    pub fn hold(&self, url: &Url) -> bool {
        if self.exact.holds(url.as_str()) {
            return true;
        }
        let Some(Host::Domain(name)) = url.host() else {
            return false;
        };
        let name = name.trim_end_matches('.').to_lowercase();
        let dots = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
        dots.chain([name.as_str()])
            .any(|name| self.hosts.contains(name))
    }
}
