//! The files for machines, as one table: what each is called, where it stands, what it is for.
//!
//! The plan, the links of pages, the page that explains them, the headers for hosts and the guide's
//! tests read this table. A file is linked where the plan has it, whoever makes it.

use super::Made;
use base::kind::EntityKind;

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the page of each brief.
    Brief,
    /// Beside the page of each entity of a kind.
    Entity(EntityKind),
    /// Beside the landscape.
    Landscape,
    /// One for the edition, below `exchange/`.
    Edition,
}

/// A file for machines.
#[derive(Debug, Clone, Copy)]
pub struct Sidecar {
    /// Its path from the folder that it stands in.
    pub path: &'static str,
    pub places: &'static [Place],
    pub title: &'static str,
    /// What it is written in, for a label: `CSV`.
    pub format: &'static str,
    pub media_type: &'static str,
    /// What a reader does with it.
    pub about: &'static str,
    /// Whether the listing names it and a checksum stands beside it: what is fetched as a whole
    /// and kept.
    pub document: bool,
}

const ENTERPRISE: &str = "ATT&CK Navigator layer";
const LAYERS: &[Place] = &[
    Place::Brief,
    Place::Entity(EntityKind::Actor),
    Place::Entity(EntityKind::Campaign),
    Place::Entity(EntityKind::Region),
    Place::Landscape,
];
const LAYER: &str = "techniques, coloured by the number of briefs, to open in the Navigator";
const JSON: &str = "application/json";
const STIX: &str = "application/stix+json;version=2.1";
const CSV: &str = "text/csv";

/// All of them, in the order that pages list them.
pub const TABLE: &[Sidecar] = &[
    Sidecar {
        path: "brief.stix.json",
        places: &[Place::Brief],
        title: "STIX 2.1 bundle",
        format: "STIX",
        media_type: STIX,
        about: "the brief with all it names, for threat intelligence platforms",
        document: true,
    },
    Sidecar {
        path: "actor.stix.json",
        places: &[Place::Entity(EntityKind::Actor)],
        title: "STIX 2.1 bundle",
        format: "STIX",
        media_type: STIX,
        about: "the actor with what its briefs say, for threat intelligence platforms",
        document: true,
    },
    Sidecar {
        path: "layer.json",
        places: LAYERS,
        title: ENTERPRISE,
        format: "JSON",
        media_type: JSON,
        about: LAYER,
        document: false,
    },
    Sidecar {
        path: "layer-ics.json",
        places: LAYERS,
        title: "ATT&CK Navigator layer for ICS",
        format: "JSON",
        media_type: JSON,
        about: LAYER,
        document: false,
    },
    Sidecar {
        path: "layer-mobile.json",
        places: LAYERS,
        title: "ATT&CK Navigator layer for Mobile",
        format: "JSON",
        media_type: JSON,
        about: LAYER,
        document: false,
    },
    Sidecar {
        path: "indicators.csv",
        places: &[Place::Brief, Place::Entity(EntityKind::Actor)],
        title: "Indicators as a table",
        format: "CSV",
        media_type: CSV,
        about: "values as they are, not defanged, for detection and blocking",
        document: false,
    },
    Sidecar {
        path: "indicators.json",
        places: &[Place::Brief, Place::Entity(EntityKind::Actor)],
        title: "Indicators as JSON",
        format: "JSON",
        media_type: JSON,
        about: "the same for scripts",
        document: false,
    },
    Sidecar {
        path: "stix/bundle.json",
        places: &[Place::Edition],
        title: "STIX 2.1 bundle of everything",
        format: "STIX",
        media_type: STIX,
        about: "all briefs and all they name, for threat intelligence platforms",
        document: true,
    },
    Sidecar {
        path: "misp/manifest.json",
        places: &[Place::Edition],
        title: "MISP feed",
        format: "MISP",
        media_type: JSON,
        about: "an event for each brief with its text; subscribe a MISP instance to the folder of this file",
        document: false,
    },
    Sidecar {
        path: "misp/hashes.csv",
        places: &[Place::Edition],
        title: "Hashes of the MISP feed",
        format: "CSV",
        media_type: CSV,
        about: "which event has which value, for MISP’s feed cache",
        document: false,
    },
    Sidecar {
        path: "indicators.csv",
        places: &[Place::Edition],
        title: "All indicators as a table",
        format: "CSV",
        media_type: CSV,
        about: "values as they are, not defanged, with the brief that each comes from",
        document: true,
    },
    Sidecar {
        path: "indicators.json",
        places: &[Place::Edition],
        title: "All indicators as JSON",
        format: "JSON",
        media_type: JSON,
        about: "the same for scripts",
        document: true,
    },
    Sidecar {
        path: "catalogue.json",
        places: &[Place::Edition],
        title: "Catalogue",
        format: "JSON",
        media_type: JSON,
        about: "every brief and every entity with ids, addresses, markings, dates and the files of each",
        document: true,
    },
    Sidecar {
        path: "catalogue.schema.json",
        places: &[Place::Edition],
        title: "Schema of the catalogue",
        format: "JSON Schema",
        media_type: "application/schema+json",
        about: "what the catalogue holds, for validators and generators of code",
        document: false,
    },
    Sidecar {
        path: "index.txt",
        places: &[Place::Edition],
        title: "List of documents",
        format: "Text",
        media_type: "text/plain",
        about: "the address of every bundle, one a line, relative to this file",
        document: false,
    },
    Sidecar {
        path: "changes.csv",
        places: &[Place::Edition],
        title: "Changes",
        format: "CSV",
        media_type: CSV,
        about: "the same with the time of the last change, the newest first",
        document: false,
    },
];

impl Place {
    /// The place that a folder of the edition belongs to, without a slash at its start.
    fn of(folder: &str) -> Option<Self> {
        let (first, rest) = folder.split_once('/')?;
        // A page of its own for each: `actors/apt28/`, and nothing below it.
        let is_own = rest
            .strip_suffix('/')
            .is_some_and(|slug| !slug.contains('/'));
        match first {
            "exchange" if rest.is_empty() => Some(Place::Edition),
            "landscape" if rest.is_empty() => Some(Place::Landscape),
            "briefs" if is_own => Some(Place::Brief),
            _ if is_own => EntityKind::ALL
                .iter()
                .find(|kind| kind.folder() == first)
                .map(|kind| Place::Entity(*kind)),
            _ => None,
        }
    }

    /// The folders of the place, with a word for the part that differs.
    pub fn pattern(self, name: &str) -> String {
        match self {
            Place::Brief => format!("/briefs/{name}/"),
            Place::Entity(kind) => format!("/{}/{name}/", kind.folder()),
            Place::Landscape => edition::addresses::LANDSCAPE.to_owned(),
            Place::Edition => super::FOLDER.to_owned(),
        }
    }
}

/// What may stand in a folder of the edition.
fn rows(folder: &str) -> impl Iterator<Item = &'static Sidecar> {
    let place = Place::of(folder);
    TABLE
        .iter()
        .filter(move |row| place.is_some_and(|place| row.places.contains(&place)))
}

/// The planned files beside a page, with the path of each from the edition's root. `folder` is that
/// of the page: `/briefs/name/`; for the edition's own files `/exchange/`.
pub fn beside(made: &dyn Made, folder: &str) -> Vec<(String, &'static Sidecar)> {
    let folder = folder.trim_start_matches('/');
    rows(folder)
        .map(|row| (format!("{folder}{}", row.path), row))
        .filter(|(path, _)| made.is_made(path))
        .collect()
}

/// Whether an output is a document of the listing.
pub fn is_document(path: &str) -> bool {
    let mut folder = path;
    // The path from the folder has at most one slash.
    for _ in 0..2 {
        let Some((above, _)) = folder.rsplit_once('/') else {
            return false;
        };
        folder = above;
        let name = &path[folder.len() + 1..];
        if TABLE.iter().any(|row| row.document && row.path == name)
            && rows(&path[..folder.len() + 1]).any(|row| row.document && row.path == name)
        {
            return true;
        }
    }
    false
}

/// Every address pattern of these files as the headers of hosts write it, each once: `:name` stands
/// for one part of a path, `*` for all that follows.
pub fn patterns() -> std::collections::BTreeSet<String> {
    TABLE
        .iter()
        .flat_map(|row| {
            row.places.iter().map(|place| match place {
                Place::Edition => format!("{}*", place.pattern(":name")),
                _ => format!("{}{}", place.pattern(":name"), row.path),
            })
        })
        .collect()
}
