//! Tags of MISP: machine tags of its taxonomies, names of its galaxies, free words.

use super::limits;
use crate::import::Summary;
use crate::import::shelf::Shelf;
use crate::import::text as lines;
use crate::intel::attack::{cve_id, technique_id};
use crate::intel::vocabulary::{
    Confidence, Credibility, IndustrySector, Pap, Reliability, Vocabulary,
};
use crate::marking::{Tlp, within};

/// What tags say.
#[derive(Debug, Default)]
pub struct Said {
    pub pap: Option<Pap>,
    pub confidence: Option<Confidence>,
    pub reliability: Option<Reliability>,
    pub credibility: Option<Credibility>,
    pub actors: Names,
    pub software: Names,
    pub campaigns: Names,
    pub techniques: Names,
    pub vulnerabilities: Names,
    pub sectors: Names,
    pub regions: Names,
    pub words: Names,
}

/// Names in the order in which they came, each once, at the strictest level of what names it.
#[derive(Debug, Default)]
pub struct Names(Vec<(String, Tlp)>);

impl Names {
    pub fn add(&mut self, name: String, tlp: Tlp) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = tlp.max(*known),
            None => self.0.push((name, tlp)),
        }
    }

    /// Adds a name as somebody wrote it, without the labels that it may begin or end with.
    pub fn add_named(&mut self, text: &str, tlp: Tlp) {
        if let Some(name) = lines::name(&within::unmarked(text)) {
            self.add(name, tlp.max(within::title(text).unwrap_or_default()));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Tlp)> {
        self.0.iter().map(|(name, tlp)| (name.as_str(), *tlp))
    }

    pub fn sort(&mut self) {
        self.0.sort();
    }
}

/// `admiralty-scale:source-reliability="b"`: the name before `=`, and the value.
fn parts(tag: &str) -> Option<(&str, &str)> {
    let (name, value) = tag.split_once('=')?;
    Some((name.trim(), value.trim().trim_matches('"')))
}

/// The name of a cluster and its id: `APT28 - G0007`.
pub fn cluster_name(value: &str) -> (String, Option<String>) {
    if let Some((name, id)) = value.rsplit_once(" - ") {
        let id = id.trim().to_uppercase();
        let shaped = technique_id(&id).is_some()
            || (id.len() == 5
                && id.starts_with(['G', 'S', 'C'])
                && id[1..].bytes().all(|byte| byte.is_ascii_digit()));
        if shaped {
            return (name.trim().to_owned(), Some(id));
        }
    }
    (value.trim().to_owned(), None)
}

/// Galaxies whose clusters are software.
pub fn is_software(galaxy: &str) -> bool {
    let names = [
        "tool",
        "ransomware",
        "malpedia",
        "backdoor",
        "rat",
        "banker",
        "stealer",
        "botnet",
        "android",
        "exploit-kit",
        "cryptominers",
        "tds",
        "wiper",
        "rootkit",
        "loader",
    ];
    let of_attack = ["malware", "tool"];
    let rest = galaxy
        .trim_start_matches("mitre-enterprise-attack-")
        .trim_start_matches("mitre-mobile-attack-")
        .trim_start_matches("mitre-ics-")
        .trim_start_matches("mitre-");
    names.contains(&galaxy)
        || (galaxy.starts_with("mitre-") && of_attack.contains(&rest))
        || galaxy == "mitre-ics-software"
}

/// Galaxies whose clusters are actors.
pub fn is_actor(galaxy: &str) -> bool {
    galaxy == "threat-actor"
        || galaxy.ends_with("-activity-group")
        || galaxy.ends_with("intrusion-set")
        || galaxy.ends_with("-groups")
        || galaxy.ends_with("-group")
        || galaxy.ends_with("-threat-actor")
        || galaxy.ends_with("-threat-group")
}

/// Reads one tag of a part of this level. Tags of TLP are [limits](super::limits).
pub fn read(tag: &str, tlp: Tlp, said: &mut Said, shelf: &Shelf, summary: &mut Summary) {
    let tag = tag.trim();
    if limits::tag(tag, summary).is_some() {
        return;
    }
    let folded = tag.to_lowercase();
    if let Some(word) = folded.strip_prefix("pap:") {
        said.pap = Pap::parse(if word == "white" { "clear" } else { word });
        return;
    }
    match parts(tag) {
        Some((name, value)) => machine((name, value, tag), tlp, said, shelf, summary),
        None if tag.contains(':') => summary.skip("tags of taxonomies", tag),
        None => said.words.add_named(tag, tlp),
    }
}

fn machine(
    (name, value, tag): (&str, &str, &str),
    tlp: Tlp,
    said: &mut Said,
    shelf: &Shelf,
    summary: &mut Summary,
) {
    if let Some(galaxy) = name.strip_prefix("misp-galaxy:") {
        cluster(galaxy, value, tlp, said, shelf, summary);
        return;
    }
    match name {
        "admiralty-scale:source-reliability" => said.reliability = Reliability::parse(value),
        "admiralty-scale:information-credibility" => said.credibility = Credibility::parse(value),
        "estimative-language:confidence-in-analytic-judgment" => {
            said.confidence = Confidence::parse(value);
        }
        "misp:confidence-level" => {
            said.confidence = match value {
                "completely-confident" | "usually-confident" => Some(Confidence::High),
                "fairly-confident" => Some(Confidence::Moderate),
                "rarely-confident" | "unconfident" => Some(Confidence::Low),
                _ => None,
            };
        }
        _ => summary.skip("tags of taxonomies", tag),
    }
}

/// The name of a cluster that an event is tied to.
pub fn cluster(
    galaxy: &str,
    value: &str,
    tlp: Tlp,
    said: &mut Said,
    shelf: &Shelf,
    summary: &mut Summary,
) {
    let tlp = tlp.max(within::title(value).unwrap_or_default());
    let (name, id) = cluster_name(&within::unmarked(value));
    let Some(name) = lines::name(&name) else {
        return;
    };
    if is_actor(galaxy) {
        said.actors.add(name, tlp);
    } else if is_software(galaxy) {
        // Malpedia's own ids: `win.quaybot` is no name that a page has.
        said.software.add(name, tlp);
    } else if galaxy.ends_with("attack-pattern") || galaxy.ends_with("-techniques") {
        match id.as_deref().or(Some(&name)).and_then(technique_id) {
            Some(id) => said.techniques.add(id, tlp),
            None => summary.skip("techniques without an id of ATT&CK's form", name),
        }
    } else if galaxy == "sector" || galaxy.ends_with("-sector") {
        if let Some(sector) = sector(&name) {
            said.sectors.add(sector, tlp);
        }
    } else if galaxy.contains("country")
        || galaxy == "region"
        || galaxy.contains("target-information")
    {
        let code = name.split(" - ").next().unwrap_or(&name);
        match shelf
            .place(&name)
            .or_else(|| shelf.place(code))
            .or_else(|| shelf.place(name.rsplit(" - ").next().unwrap_or_default()))
        {
            Some(place) => said.regions.add(place.to_owned(), tlp),
            None => summary.skip("places that are not known", name),
        }
    } else if galaxy.contains("campaign") {
        said.campaigns.add(name, tlp);
    } else if galaxy.contains("vulnerability") || galaxy == "branded-vulnerability" {
        match cve_id(&name) {
            Some(cve) => said.vulnerabilities.add(cve, tlp),
            None => summary.skip("vulnerabilities without a CVE id", name),
        }
    } else {
        summary.skip(
            format!(
                "clusters of the galaxy `{}`",
                lines::name(galaxy).unwrap_or_default()
            ),
            name,
        );
    }
}

/// A sector in the words of STIX where it is one of those, else as it is; nothing for what is none.
pub fn sector(name: &str) -> Option<String> {
    const OTHER: &[(&[&str], IndustrySector)] = &[
        (
            &["finance", "financial", "bank", "banking"],
            IndustrySector::FinancialServices,
        ),
        (
            &["telecoms", "telecomms", "telecom"],
            IndustrySector::Telecommunications,
        ),
        (&["health", "medical"], IndustrySector::Healthcare),
        (
            &[
                "government, administration",
                "government administration",
                "government institutions",
                "government agencies and services",
            ],
            IndustrySector::Government,
        ),
        (&["pharmacy"], IndustrySector::Pharmaceuticals),
        (
            &["hospitality", "travel"],
            IndustrySector::HospitalityLeisure,
        ),
        (
            &["transportation systems", "transport"],
            IndustrySector::Transportation,
        ),
        (
            &["information technology", "high tech", "high-tech"],
            IndustrySector::Technology,
        ),
        (
            &["non-profit organisation", "ngos", "ngo"],
            IndustrySector::NonProfit,
        ),
        (
            &["industrial", "critical manufacturing"],
            IndustrySector::Manufacturing,
        ),
        (
            &["academia - university", "universities"],
            IndustrySector::Education,
        ),
    ];
    let name = lines::name(name)?;
    let folded = name.to_lowercase();
    if ["other", "unknown", "country", "individuals", "n/a"].contains(&folded.as_str()) {
        return None;
    }
    let known = IndustrySector::parse(&name).or_else(|| {
        OTHER
            .iter()
            .find(|(words, _)| words.contains(&folded.as_str()))
            .map(|(_, sector)| *sector)
    });
    Some(known.map_or(name, |sector| sector.label().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_behind_names() {
        assert_eq!(
            cluster_name("APT28 - G0007"),
            ("APT28".to_owned(), Some("G0007".to_owned()))
        );
        assert_eq!(
            cluster_name("Commonly Used Port - T1043").1.as_deref(),
            Some("T1043")
        );
        assert_eq!(
            cluster_name("Academia - University"),
            ("Academia - University".to_owned(), None)
        );
    }
}
