//! What an indicator is in MISP (MISP core format, attribute types and categories).
//!
//! In: a type and a value. Out: MISP's type, its category, and whether a detection system can match
//! it. What MISP has no type for is text with a word on what it is, which matches nothing wrongly.

use std::net::{Ipv4Addr, Ipv6Addr};

use base::vocabulary::{IndicatorType, Vocabulary};

/// An attribute's type, as far as it follows from an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub category: &'static str,
    pub to_ids: bool,
    /// The name of the value in an object `file`.
    pub relation: Option<&'static str>,
    /// What a value is that MISP has no type for.
    pub word: Option<&'static str>,
}

const NETWORK: &str = "Network activity";
const DELIVERY: &str = "Payload delivery";
const DROPPED: &str = "Artifacts dropped";
const FRAUD: &str = "Financial fraud";

impl Kind {
    const fn new(name: &'static str, category: &'static str, to_ids: bool) -> Self {
        Self {
            name,
            category,
            to_ids,
            relation: None,
            word: None,
        }
    }

    /// A value of a file.
    const fn file(name: &'static str) -> Self {
        Self {
            relation: Some(name),
            ..Self::new(name, DELIVERY, true)
        }
    }

    fn text(category: &'static str, kind: IndicatorType) -> Self {
        Self {
            word: Some(kind.label()),
            ..Self::new("text", category, false)
        }
    }

    /// The kind of an indicator, and its value as MISP writes it.
    pub fn of(kind: IndicatorType, value: &str) -> (Self, String) {
        use IndicatorType as T;
        let kind = match kind {
            T::Domain => Self::new("domain", NETWORK, true),
            T::Ipv4 | T::Ipv6 => Self::new("ip-dst", NETWORK, true),
            T::Url => {
                return service(value)
                    .unwrap_or_else(|| (Self::new("url", NETWORK, true), value.to_owned()));
            }
            T::Email => Self::new("email", DELIVERY, true),
            T::EmailSubject => Self::new("email-subject", DELIVERY, false),
            T::Md5 => Self::file("md5"),
            T::Sha1 => Self::file("sha1"),
            T::Sha256 => Self::file("sha256"),
            T::Sha512 => Self::file("sha512"),
            T::Ssdeep => Self::file("ssdeep"),
            T::Tlsh => Self::file("tlsh"),
            T::Imphash => Self::file("imphash"),
            T::FileName => Self::file("filename"),
            T::FilePath => Self::new("filename", DROPPED, true),
            T::RegistryKey => Self::new("regkey", "Persistence mechanism", true),
            T::Mutex => Self::new("mutex", DROPPED, true),
            T::NamedPipe => Self::new("named pipe", DROPPED, false),
            T::UserAgent => Self::new("user-agent", NETWORK, false),
            T::MacAddress => Self::new("mac-address", NETWORK, false),
            T::Asn => Self::new("AS", NETWORK, false),
            T::CertificateSha1 => Self::new("x509-fingerprint-sha1", NETWORK, true),
            T::CertificateSha256 => Self::new("x509-fingerprint-sha256", NETWORK, true),
            T::Ja3 => Self::new("ja3-fingerprint-md5", NETWORK, true),
            T::Jarm => Self::new("jarm-fingerprint", NETWORK, true),
            T::Cve => Self::VULNERABILITY,
            T::Bitcoin => Self::new("btc", FRAUD, true),
            T::Monero => Self::new("xmr", FRAUD, true),
            T::CommandLine => Self::text(DROPPED, kind),
            T::Ja3s | T::Ja4 => Self::text(NETWORK, kind),
            T::Ethereum => Self::text(FRAUD, kind),
        };
        (kind, value.to_owned())
    }

    pub const VULNERABILITY: Self = Self::new("vulnerability", "External analysis", false);
    pub const LINK: Self = Self::new("link", "External analysis", false);
    pub const COMMENT: Self = Self::new("comment", "Other", false);

    /// Whether it is a hash of a whole file, or near to one.
    pub fn is_hash(self) -> bool {
        self.relation.is_some_and(|relation| relation != "filename")
    }
}

/// A host with a port, which an indicator of type `url` may be.
fn service(value: &str) -> Option<(Kind, String)> {
    let (host, port) = value.rsplit_once(':')?;
    if value.contains('/') || port.parse::<u16>().is_err() {
        return None;
    }
    let host = host.trim_matches(['[', ']']);
    let is_address = host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok();
    let name = if is_address {
        "ip-dst|port"
    } else {
        "hostname|port"
    };
    Some((Kind::new(name, NETWORK, true), format!("{host}|{port}")))
}
