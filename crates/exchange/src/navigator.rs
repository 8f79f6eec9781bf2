//! Layers for the ATT&CK Navigator, format 4.5 (mitre-attack/attack-navigator, layers/spec/v4.5).
//!
//! In: the briefs that a layer counts, and what a profile names. Out: a layer for each matrix that
//! has one of the techniques. A score is the number of briefs that name the technique itself; the
//! Navigator can add up those of sub-techniques. A technique of which only sub-techniques are named
//! stands there without a score, opened.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Scope, json};
use base::kind::EntityKind;
use base::marking::Tlp;
use base::vocabulary::BriefStatus;
use edition::addresses;
use edition::model::brief_id_of;
use edition::{BriefId, Edition, EntityId};

/// A matrix of ATT&CK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    Enterprise,
    Ics,
    Mobile,
}

impl Domain {
    /// Each with its name in ATT&CK and the name of its layer beside that of another matrix.
    const ALL: [(Self, &str, &str); 3] = [
        (Domain::Enterprise, "enterprise-attack", FIRST),
        (Domain::Ics, "ics-attack", "layer-ics.json"),
        (Domain::Mobile, "mobile-attack", "layer-mobile.json"),
    ];

    fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// That of a technique. One that the site's tables do not have is taken for one of the largest
    /// matrix.
    fn of(edition: &Edition, technique: EntityId) -> Self {
        let row = edition.entity(technique).technique.as_ref();
        let name = row.map(|row| row.domain.as_ref());
        Self::ALL
            .iter()
            .find(|(_, other, _)| Some(*other) == name)
            .map_or(Domain::Enterprise, |(domain, _, _)| *domain)
    }
}

/// The layer of the only matrix, or of the first.
const FIRST: &str = "layer.json";

/// Which matrices techniques are of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Domains([bool; 3]);

impl Domains {
    /// Those of the techniques among entities.
    pub fn of(edition: &Edition, entities: &[EntityId]) -> Self {
        let mut domains = Self::default();
        for id in entities {
            if edition.entity(*id).kind == EntityKind::Technique {
                domains.0[Domain::of(edition, *id) as usize] = true;
            }
        }
        domains
    }

    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] || other.0[at]))
    }

    /// The layers, each with its file's name.
    pub fn files(self) -> impl Iterator<Item = (&'static str, Domain)> {
        let several = self.0.iter().filter(|has| **has).count() > 1;
        Domain::ALL
            .into_iter()
            .zip(self.0)
            .filter(|(_, has)| *has)
            .map(move |((domain, _, name), _)| (if several { name } else { FIRST }, domain))
    }
}

/// The briefs that a layer counts, the newest first: those that the page beside it counts. The
/// landscape leaves out what was revoked.
pub fn counted(edition: &Edition, scope: Scope) -> Box<dyn Iterator<Item = BriefId> + '_> {
    match scope {
        Scope::Edition => Box::new(
            (0..edition.briefs.len())
                .map(brief_id_of)
                .filter(|id| edition.brief(*id).status != BriefStatus::Revoked),
        ),
        Scope::Brief(id) => Box::new(std::iter::once(id)),
        Scope::Entity(id) => Box::new(edition.entity(id).briefs.iter().copied()),
    }
}

/// What is known of a technique.
#[derive(Default)]
struct Named {
    briefs: usize,
    /// The newest of them.
    newest: Vec<BriefId>,
    profile: bool,
    /// Whether a sub-technique of it is named.
    is_open: bool,
}

/// How many briefs a technique links to: a layer stays one that a browser opens.
const LINKS: usize = 5;

/// A layer.
pub fn layer(edition: &Edition, scope: Scope, domain: Domain) -> Vec<u8> {
    let site = &edition.site;
    let named = named(edition, scope, domain);
    let (title, own) = match scope {
        Scope::Edition => (site.title.as_str(), Tlp::Clear),
        Scope::Brief(id) => (edition.brief(id).title.as_str(), edition.brief(id).tlp),
        Scope::Entity(id) => (edition.entity(id).name.as_str(), edition.entity(id).tlp),
    };
    let page = site.absolute(&match scope {
        Scope::Edition => addresses::LANDSCAPE.to_owned(),
        _ => scope.folder(edition),
    });
    let most = named.values().map(|named| named.briefs).max().unwrap_or(0);
    let shown = named.values().flat_map(|named| &named.newest);
    let tlp = named
        .keys()
        .map(|id| edition.entity(*id).tlp)
        .chain(shown.map(|id| edition.brief(*id).tlp))
        .fold(own, Ord::max);
    let mut techniques: Vec<Technique<'_>> = named
        .iter()
        .map(|(id, named)| technique(edition, *id, named))
        .collect();
    techniques.sort_by_key(|technique| technique.id);
    let version = edition.attack_domains.get(domain.name());
    let is_brief = matches!(scope, Scope::Brief(_));
    json(&Layer {
        name: format!("[{tlp}] {title}"),
        versions: Versions {
            // The Navigator takes the first number: layers are of a release, not of a correction.
            attack: version.map(|version| version.split('.').next().unwrap_or(version)),
            navigator: "5.1.0",
            layer: "4.5",
        },
        domain: domain.name(),
        description: format!(
            "Techniques that {} of {} name{}. {page}",
            if is_brief { "a brief" } else { "briefs" },
            site.title,
            if is_brief { "s" } else { "" },
        ),
        sorting: 3,
        hide_disabled: false,
        techniques,
        gradient: Gradient {
            colors: [LIGHT, DARK],
            min: 0,
            max: most.max(1),
        },
        legend: [
            Legend {
                label: "named by a profile alone".to_owned(),
                color: LIGHT,
            },
            Legend {
                label: match most.max(1) {
                    1 => "1 brief".to_owned(),
                    most => format!("{most} briefs"),
                },
                color: DARK,
            },
        ],
        metadata: [
            Pair {
                name: "Marking",
                value: tlp.label(),
            },
            Pair {
                name: "Publisher",
                value: &site.publisher,
            },
        ],
        links: [Link {
            label: title,
            url: page.clone(),
        }],
    })
}

/// The ground and the accent of the theme, in light.
const LIGHT: &str = "#e4eff0ff";
const DARK: &str = "#0b4f5cff";

/// The techniques of a matrix, and those that sub-techniques are of.
fn named(edition: &Edition, scope: Scope, domain: Domain) -> BTreeMap<EntityId, Named> {
    let is_shown = |id: &&EntityId| {
        edition.entity(**id).kind == EntityKind::Technique && Domain::of(edition, **id) == domain
    };
    let mut named: BTreeMap<EntityId, Named> = BTreeMap::new();
    for brief in counted(edition, scope) {
        // A name and an alias of it count once.
        let techniques = edition.brief(brief).entities.iter().filter(is_shown);
        for id in techniques.collect::<BTreeSet<_>>() {
            let entry = named.entry(*id).or_default();
            entry.briefs += 1;
            if entry.newest.len() < LINKS {
                entry.newest.push(brief);
            }
        }
    }
    if let Scope::Entity(id) = scope {
        for id in edition.entity(id).linked.iter().filter(is_shown) {
            named.entry(*id).or_default().profile = true;
        }
    }
    let parents: Vec<EntityId> = named
        .keys()
        .flat_map(|id| &edition.entity(*id).parents)
        .copied()
        .collect();
    for parent in parents {
        named.entry(parent).or_default().is_open = true;
    }
    named
}

fn technique<'e>(edition: &'e Edition, id: EntityId, named: &Named) -> Technique<'e> {
    let mut lines: Vec<&str> = named
        .newest
        .iter()
        .map(|id| edition.brief(*id).title.as_str())
        .collect();
    let more = named.briefs - named.newest.len();
    let rest = format!("and {more} more");
    if more > 0 {
        lines.push(&rest);
    }
    if named.profile {
        lines.push("named by the profile");
    }
    Technique {
        id: &edition.entity(id).slug,
        score: (named.briefs > 0 || named.profile).then_some(named.briefs),
        comment: lines.join("\n"),
        show_subtechniques: named.is_open,
        links: named
            .newest
            .iter()
            .map(|id| edition.brief(*id))
            .map(|brief| Link {
                label: &brief.title,
                url: edition.site.absolute(&addresses::brief_path(brief)),
            })
            .collect(),
    }
}

// The keys are written out, as they are words that outputs may hold.

#[derive(Serialize)]
struct Layer<'a> {
    name: String,
    versions: Versions<'a>,
    domain: &'static str,
    description: String,
    /// 3: by score, the highest first.
    sorting: u8,
    #[serde(rename = "hideDisabled")]
    hide_disabled: bool,
    techniques: Vec<Technique<'a>>,
    gradient: Gradient,
    #[serde(rename = "legendItems")]
    legend: [Legend; 2],
    metadata: [Pair<'a>; 2],
    links: [Link<'a>; 1],
}

#[derive(Serialize)]
struct Versions<'a> {
    /// Left out where the site has no table of the matrix: the Navigator then takes its newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    attack: Option<&'a str>,
    navigator: &'static str,
    layer: &'static str,
}

#[derive(Serialize)]
struct Technique<'a> {
    #[serde(rename = "techniqueID")]
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<usize>,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    #[serde(
        rename = "showSubtechniques",
        skip_serializing_if = "std::ops::Not::not"
    )]
    show_subtechniques: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Gradient {
    colors: [&'static str; 2],
    #[serde(rename = "minValue")]
    min: usize,
    #[serde(rename = "maxValue")]
    max: usize,
}

#[derive(Serialize)]
struct Legend {
    label: String,
    color: &'static str,
}

#[derive(Serialize)]
struct Pair<'a> {
    name: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Link<'a> {
    label: &'a str,
    url: String,
}
