//! What can be said of an actor: its type, motives, means, other names and who it is tied to.

use super::vocabulary;

vocabulary! {
    /// What sort of actor it is. In STIX this belongs to a `threat-actor`.
    ActorType: "type of actor", "STIX 2.1, threat-actor-type-ov";
    Activist = "activist", "Activist", "acts for a cause, in public", also ["hacktivist"];
    Competitor = "competitor", "Competitor", "seeks an advantage in business";
    CrimeSyndicate = "crime-syndicate", "Crime syndicate", "organised crime on a large scale";
    Criminal = "criminal", "Criminal", "a criminal or a small group, for money";
    Hacker = "hacker", "Hacker", "breaks in for the thrill or the challenge";
    InsiderAccidental = "insider-accidental", "Insider, accidental", "does harm from inside without meaning to";
    InsiderDisgruntled = "insider-disgruntled", "Insider, disgruntled", "does harm from inside on purpose";
    NationState = "nation-state", "Nation state", "works for a government or its services", also ["state"];
    Sensationalist = "sensationalist", "Sensationalist", "seeks attention";
    Spy = "spy", "Spy", "gathers secrets by stealth";
    Terrorist = "terrorist", "Terrorist", "uses extreme violence or its threat for a cause";
    Unknown = "unknown", "Unknown", "not enough is known";
}

vocabulary! {
    /// Why an actor acts.
    Motivation: "motivation", "STIX 2.1, attack-motivation-ov";
    Accidental = "accidental", "Accidental", "harm without intent";
    Coercion = "coercion", "Coercion", "forced to act by another";
    Dominance = "dominance", "Dominance", "to stand above another";
    Ideology = "ideology", "Ideology", "beliefs or values";
    Notoriety = "notoriety", "Notoriety", "to be known and respected";
    OrganizationalGain = "organizational-gain", "Organizational gain", "advantage for an organisation", also ["organisational-gain"];
    PersonalGain = "personal-gain", "Personal gain", "money or advantage for oneself";
    PersonalSatisfaction = "personal-satisfaction", "Personal satisfaction", "curiosity, thrill or amusement";
    Revenge = "revenge", "Revenge", "to right a wrong as the actor sees it";
    Unpredictable = "unpredictable", "Unpredictable", "no reason that can be made out";
}

vocabulary! {
    /// What an actor can draw on, from the least to the most.
    ResourceLevel: "resource level", "STIX 2.1, attack-resource-level-ov";
    Individual = "individual", "Individual", "one person alone";
    Club = "club", "Club", "a loose circle of volunteers";
    Contest = "contest", "Contest", "a short-lived, perhaps anonymous, gathering for one aim";
    Team = "team", "Team", "a group with a leader and a lasting aim";
    Organization = "organization", "Organization", "larger and better equipped than a team", also ["organisation"];
    Government = "government", "Government", "the means of a state";
}

vocabulary! {
    /// How skilled an actor is, from the least to the most. In STIX this belongs to a
    /// `threat-actor`.
    Sophistication: "sophistication", "STIX 2.1, threat-actor-sophistication-ov";
    None = "none", "None", "no skill to speak of";
    Minimal = "minimal", "Minimal", "runs what others have made";
    Intermediate = "intermediate", "Intermediate", "adapts what others have made";
    Advanced = "advanced", "Advanced", "writes its own tools";
    Expert = "expert", "Expert", "finds and uses unknown vulnerabilities";
    Innovator = "innovator", "Innovator", "creates new kinds of attack";
    Strategic = "strategic", "Strategic", "shapes products and supply chains to its ends";
}

vocabulary! {
    /// How another name relates to an actor.
    AliasRelation: "relation of an alias", "Tearline";
    SameAs = "same-as", "Same as", "another name of the same actor";
    Overlaps = "overlaps", "Overlaps", "another vendor's cluster that shares a part of the activity";
    Suspected = "suspected", "Suspected", "perhaps the same; never used to find the actor";
}

vocabulary! {
    /// What an attribution rests on.
    AttributionBasis: "basis of the attribution", "EuRepoC, European Repository of Cyber Incidents";
    Technical = "technical", "Technical", "technical evidence published by analysts";
    Unofficial = "unofficial", "Unofficial", "a statement by media or persons without office";
    Official = "official", "Official", "a political statement by a government or its authorities";
    Legal = "legal", "Legal", "an indictment, a sanction or a judgment";
}
