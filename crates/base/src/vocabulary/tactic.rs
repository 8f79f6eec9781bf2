//! The tactics of MITRE ATT&CK in the order of its matrices, left to right.
//!
//! The order is one for all matrices at once: each of the three (Enterprise, Mobile, ICS) is a
//! selection from it, as the tests show. Only names and order are built in, no techniques: those
//! come with a site's own table. Version 19 split the Enterprise tactic Defense Evasion into
//! Stealth and Defense Impairment; all three stand here, so that tables of either version sort.
//!
//! © The MITRE Corporation. This work is reproduced and distributed with the permission of The
//! MITRE Corporation.

use super::{Vocabulary, vocabulary};

vocabulary! {
    /// A tactic; its name is ATT&CK's `x_mitre_shortname`.
    Tactic: "ATT&CK tactic", "MITRE ATT&CK, versions 18 and 19";
    Reconnaissance = "reconnaissance", "Reconnaissance", "gather what helps to plan";
    ResourceDevelopment = "resource-development", "Resource Development", "acquire infrastructure, accounts and tools";
    InitialAccess = "initial-access", "Initial Access", "get in";
    Execution = "execution", "Execution", "run code";
    Persistence = "persistence", "Persistence", "stay in";
    PrivilegeEscalation = "privilege-escalation", "Privilege Escalation", "gain higher permissions";
    DefenseEvasion = "defense-evasion", "Defense Evasion", "avoid detection";
    Stealth = "stealth", "Stealth", "hide within what looks legitimate";
    DefenseImpairment = "defense-impairment", "Defense Impairment", "break or degrade the defences";
    Evasion = "evasion", "Evasion", "avoid the defences of a control system";
    CredentialAccess = "credential-access", "Credential Access", "steal names and passwords";
    Discovery = "discovery", "Discovery", "learn the environment";
    LateralMovement = "lateral-movement", "Lateral Movement", "move through the environment";
    Collection = "collection", "Collection", "gather what is wanted";
    CommandAndControl = "command-and-control", "Command and Control", "talk to what was compromised";
    Exfiltration = "exfiltration", "Exfiltration", "take data out";
    InhibitResponseFunction = "inhibit-response-function", "Inhibit Response Function", "stop safety and protection functions";
    ImpairProcessControl = "impair-process-control", "Impair Process Control", "disturb or damage the physical process";
    Impact = "impact", "Impact", "disrupt, destroy or manipulate";
    NetworkEffects = "network-effects", "Network Effects", "intercept or alter traffic of a device";
    RemoteServiceEffects = "remote-service-effects", "Remote Service Effects", "control a device through services";
}

/// A matrix of ATT&CK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matrix {
    Enterprise,
    Mobile,
    Ics,
}

impl Tactic {
    /// The tactic's id in a matrix, `TA0001`; none where the matrix has no such tactic. Stealth
    /// took over the id of Defense Evasion in version 19.
    pub fn id(self, matrix: Matrix) -> Option<&'static str> {
        use Tactic as T;
        let (enterprise, mobile, ics) = match self {
            T::Reconnaissance => ("TA0043", "", ""),
            T::ResourceDevelopment => ("TA0042", "", ""),
            T::InitialAccess => ("TA0001", "TA0027", "TA0108"),
            T::Execution => ("TA0002", "TA0041", "TA0104"),
            T::Persistence => ("TA0003", "TA0028", "TA0110"),
            T::PrivilegeEscalation => ("TA0004", "TA0029", "TA0111"),
            T::DefenseEvasion => ("TA0005", "TA0030", ""),
            T::Stealth => ("TA0005", "", ""),
            T::DefenseImpairment => ("TA0112", "", ""),
            T::Evasion => ("", "", "TA0103"),
            T::CredentialAccess => ("TA0006", "TA0031", ""),
            T::Discovery => ("TA0007", "TA0032", "TA0102"),
            T::LateralMovement => ("TA0008", "TA0033", "TA0109"),
            T::Collection => ("TA0009", "TA0035", "TA0100"),
            T::CommandAndControl => ("TA0011", "TA0037", "TA0101"),
            T::Exfiltration => ("TA0010", "TA0036", ""),
            T::InhibitResponseFunction => ("", "", "TA0107"),
            T::ImpairProcessControl => ("", "", "TA0106"),
            T::Impact => ("TA0040", "TA0034", "TA0105"),
            T::NetworkEffects => ("", "TA0038", ""),
            T::RemoteServiceEffects => ("", "TA0039", ""),
        };
        let id = match matrix {
            Matrix::Enterprise => enterprise,
            Matrix::Mobile => mobile,
            Matrix::Ics => ics,
        };
        if id.is_empty() { None } else { Some(id) }
    }
}

/// Where a tactic stands from the left; a name that is unknown here sorts after all others.
pub fn tactic_order(shortname: &str) -> usize {
    Tactic::parse(shortname)
        .and_then(|tactic| Tactic::ALL.iter().position(|other| *other == tactic))
        .unwrap_or(Tactic::ALL.len())
}
