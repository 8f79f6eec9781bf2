//! What kind of software an entry is.

use super::vocabulary;

vocabulary! {
    /// Which STIX object stands for the software.
    SoftwareType: "type of software", "STIX 2.1, object types malware and tool";
    Malware = "malware", "Malware", "written to do harm";
    Tool = "tool", "Tool", "legitimate software that an actor uses";
}
