//! How sure an analyst is, how good a source is, and what a reader may do with the information.

use super::vocabulary;

vocabulary! {
    /// Confidence in a judgment.
    Confidence: "confidence", "ICD 203, Analytic Standards, D.6.e(2)(b); STIX 2.1, appendix A (None / Low / Med / High)";
    Low = "low", "Low", "scant, fragmentary or doubtful information";
    Moderate = "moderate", "Moderate", "credible and plausible information, not enough to be surer", also ["medium", "med"];
    High = "high", "High", "good information from several sources; may still be wrong";
}

impl Confidence {
    /// On the scale 0–100 of STIX 2.1, appendix A: the middle value of each range.
    pub fn stix_value(self) -> u8 {
        match self {
            Confidence::Low => 15,
            Confidence::Moderate => 50,
            Confidence::High => 85,
        }
    }

    /// What a value of the STIX scale stands for: 1–29 low, 30–69 moderate, 70–100 high.
    pub fn from_stix_value(value: u8) -> Option<Self> {
        match value {
            1..=29 => Some(Confidence::Low),
            30..=69 => Some(Confidence::Moderate),
            70..=100 => Some(Confidence::High),
            _ => None,
        }
    }
}

vocabulary! {
    /// How far a source can be relied on, whatever it says this time.
    Reliability: "reliability of the source", "Admiralty code (NATO AJP-2.1)";
    A = "A", "A", "completely reliable", also ["completely reliable"];
    B = "B", "B", "usually reliable", also ["usually reliable"];
    C = "C", "C", "fairly reliable", also ["fairly reliable"];
    D = "D", "D", "not usually reliable", also ["not usually reliable"];
    E = "E", "E", "unreliable", also ["unreliable"];
    F = "F", "F", "reliability cannot be judged", also ["reliability cannot be judged"];
}

vocabulary! {
    /// How far a piece of information can be believed, whoever says it.
    Credibility: "credibility of the information", "Admiralty code (NATO AJP-2.1)";
    One = "1", "1", "confirmed by other sources", also ["confirmed by other sources", "confirmed"];
    Two = "2", "2", "probably true", also ["probably true"];
    Three = "3", "3", "possibly true", also ["possibly true"];
    Four = "4", "4", "doubtful", also ["doubtful", "doubtfully true"];
    Five = "5", "5", "improbable", also ["improbable"];
    Six = "6", "6", "truth cannot be judged", also ["truth cannot be judged"];
}

impl Credibility {
    /// The rating as a number, 1 to 6.
    pub fn number(self) -> u8 {
        match self {
            Credibility::One => 1,
            Credibility::Two => 2,
            Credibility::Three => 3,
            Credibility::Four => 4,
            Credibility::Five => 5,
            Credibility::Six => 6,
        }
    }
}

vocabulary! {
    /// What a reader may do with the information, from the freest to the most careful.
    Pap: "permissible actions", "Permissible Actions Protocol";
    Clear = "clear", "PAP:CLEAR", "no restriction on use", also ["white", "pap:white"];
    Green = "green", "PAP:GREEN", "active actions allowed, such as blocking or a request to the target";
    Amber = "amber", "PAP:AMBER", "passive cross-checks only, nothing that the adversary could see directly";
    Red = "red", "PAP:RED", "only actions that cannot be detected, on one's own infrastructure";
}
