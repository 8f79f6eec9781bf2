//! What kind of report a brief is, and whether it still stands.

use super::vocabulary;

vocabulary! {
    /// Whether a brief still stands.
    BriefStatus: "status of the brief", "Tearline";
    Current = "current", "Current", "still stands";
    Superseded = "superseded", "Superseded", "a later brief takes its place";
    Revoked = "revoked", "Revoked", "withdrawn; do not rely on it";
}

vocabulary! {
    /// The main subject of a report.
    ReportType: "type of report", "STIX 2.1, report-type-ov";
    AttackPattern = "attack-pattern", "Attack pattern", "one or more attack patterns and what belongs to them";
    Campaign = "campaign", "Campaign", "one or more campaigns";
    Identity = "identity", "Identity", "one or more victims or other identities";
    Indicator = "indicator", "Indicator", "one or more indicators";
    IntrusionSet = "intrusion-set", "Intrusion set", "one or more intrusion sets";
    Malware = "malware", "Malware", "one or more instances of malware";
    ObservedData = "observed-data", "Observed data", "one or more observations";
    ThreatActor = "threat-actor", "Threat actor", "one or more threat actors";
    ThreatReport = "threat-report", "Threat report", "a broad view of a threat";
    Tool = "tool", "Tool", "one or more legitimate tools";
    Vulnerability = "vulnerability", "Vulnerability", "one or more vulnerabilities";
}
