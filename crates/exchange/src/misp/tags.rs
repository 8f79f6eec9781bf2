//! Tags of MISP's taxonomies and galaxies (misp-taxonomies, misp-galaxy).
//!
//! In: markings, ratings, estimates and names. Out: machine tags.

use serde::Serialize;

use base::marking::Tlp;
use base::vocabulary::{Confidence, Likelihood, LikelihoodRow, Pap, Vocabulary};
use edition::Entity;
use edition::model::Source;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<&'static str>,
}

fn tag(name: String) -> Tag {
    Tag { name, colour: None }
}

/// `tlp:amber+strict`, in the colour of TLP 2.0.
pub fn tlp(tlp: Tlp) -> Tag {
    Tag {
        name: format!("tlp:{}", tlp.name()),
        colour: Some(match tlp {
            Tlp::Clear => "#FFFFFF",
            Tlp::Green => "#33FF00",
            Tlp::Amber | Tlp::AmberStrict => "#FFC000",
            Tlp::Red => "#FF2B2B",
        }),
    }
}

/// `PAP:AMBER`.
pub fn pap(pap: Pap) -> Tag {
    tag(pap.label().to_owned())
}

pub fn confidence(confidence: Confidence) -> Tag {
    tag(format!(
        "estimative-language:confidence-in-analytic-judgment=\"{}\"",
        confidence.name()
    ))
}

/// The taxonomy has the terms of the first row of ICD 203.
pub fn likelihood(likelihood: Likelihood) -> Tag {
    let term = likelihood.in_row(LikelihoodRow::First);
    tag(format!(
        "estimative-language:likelihood-probability=\"{}\"",
        term.name().replace(' ', "-")
    ))
}

/// The rating of a source.
pub fn rating(source: &Source) -> Vec<Tag> {
    let reliability = source.reliability.map(|rating| {
        let letter = rating.name().to_lowercase();
        tag(format!("admiralty-scale:source-reliability=\"{letter}\""))
    });
    let credibility = source.credibility.map(|rating| {
        let number = rating.name();
        tag(format!(
            "admiralty-scale:information-credibility=\"{number}\""
        ))
    });
    reliability.into_iter().chain(credibility).collect()
}

pub fn actor(actor: &Entity) -> Tag {
    tag(format!(
        "misp-galaxy:threat-actor=\"{}\"",
        quoted(&actor.name)
    ))
}

/// The cluster of a technique is called by its name and id.
pub fn technique(technique: &Entity) -> Tag {
    let (name, id) = (quoted(&technique.name), &technique.slug);
    let cluster = if name == *id {
        name
    } else {
        format!("{name} - {id}")
    };
    tag(format!("misp-galaxy:mitre-attack-pattern=\"{cluster}\""))
}

/// A quote would end the value of a machine tag.
fn quoted(name: &str) -> String {
    name.replace('"', "'")
}
