//! Why a well-formed indicator is still useless: it is private, or half the internet has it.
//!
//! In: a type and a value as [`validate`](super::validate) returned it. Out: the reason, or
//! nothing. The ranges and names reserved for documentation (RFC 5737, 3849, 2606) are not
//! reported: examples and exercises are made of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{split_authority, split_port, split_user};
use crate::vocabulary::IndicatorType;

/// Resolvers that anyone may use.
const PUBLIC_RESOLVERS: &[&str] = &[
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.222.222",
    "208.67.220.220",
    "4.2.2.1",
    "4.2.2.2",
    "64.6.64.6",
    "77.88.8.8",
    "77.88.8.1",
    "94.140.14.14",
    "94.140.15.15",
    "114.114.114.114",
    "223.5.5.5",
    "223.6.6.6",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    "2606:4700:4700::1111",
    "2606:4700:4700::1001",
    "2620:fe::fe",
];

/// Sites that nearly every network visits. Only the name itself counts, with or without `www.`:
/// a host below one of them may well be an actor's.
const WELL_KNOWN_DOMAINS: &[&str] = &[
    "adobe.com",
    "akamai.com",
    "amazon.com",
    "amazonaws.com",
    "apple.com",
    "baidu.com",
    "bing.com",
    "bitbucket.org",
    "cloudflare.com",
    "discord.com",
    "docs.google.com",
    "drive.google.com",
    "dropbox.com",
    "facebook.com",
    "github.com",
    "gitlab.com",
    "gmail.com",
    "google.com",
    "googleapis.com",
    "icloud.com",
    "instagram.com",
    "linkedin.com",
    "live.com",
    "login.microsoftonline.com",
    "microsoft.com",
    "microsoftonline.com",
    "mozilla.org",
    "netflix.com",
    "office.com",
    "office365.com",
    "onedrive.live.com",
    "outlook.com",
    "pastebin.com",
    "paypal.com",
    "qq.com",
    "raw.githubusercontent.com",
    "reddit.com",
    "sharepoint.com",
    "slack.com",
    "t.me",
    "telegram.org",
    "api.telegram.org",
    "twitter.com",
    "whatsapp.com",
    "wikipedia.org",
    "windows.com",
    "windowsupdate.com",
    "wordpress.com",
    "x.com",
    "yahoo.com",
    "yandex.ru",
    "youtube.com",
    "zoom.us",
];

const EMPTY_FILE: &str = "the hash of an empty file";
const NEWLINE: &str = "the hash of a file that holds one line break";
const EICAR: &str = "the hash of the EICAR test file";
const DOTNET: &str = "the import hash that most .NET programs share";

const WELL_KNOWN_HASHES: &[(&str, &str)] = &[
    ("d41d8cd98f00b204e9800998ecf8427e", EMPTY_FILE),
    ("da39a3ee5e6b4b0d3255bfef95601890afd80709", EMPTY_FILE),
    (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        EMPTY_FILE,
    ),
    (
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        EMPTY_FILE,
    ),
    ("68b329da9893e34099c7d8ad5cb9c940", NEWLINE),
    ("adc83b19e793491b1c6ea0fd8b46cd9f32e592fc", NEWLINE),
    (
        "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
        NEWLINE,
    ),
    ("44d88612fea8a8f36de82e1278abb02f", EICAR),
    ("3395856ce81f2b7382dee72602f798b642f14140", EICAR),
    (
        "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
        EICAR,
    ),
    ("f34d5f2d4577ed6d9ceec516c1f5a744", DOTNET),
];

/// Programs that every machine of their system runs.
const WELL_KNOWN_FILES: &[&str] = &[
    "bash",
    "certutil.exe",
    "cmd.exe",
    "cscript.exe",
    "curl.exe",
    "explorer.exe",
    "kernel32.dll",
    "lsass.exe",
    "msiexec.exe",
    "mshta.exe",
    "ntdll.dll",
    "notepad.exe",
    "powershell.exe",
    "reg.exe",
    "regsvr32.exe",
    "rundll32.exe",
    "schtasks.exe",
    "services.exe",
    "svchost.exe",
    "winlogon.exe",
    "wmic.exe",
    "wscript.exe",
];

/// Why the value is useless to hunt for, as a phrase; none if it may be of use.
pub fn commonness(kind: IndicatorType, value: &str) -> Option<&'static str> {
    use IndicatorType as T;
    match kind {
        T::Ipv4 | T::Ipv6 => {
            let (address, prefix) = match value.split_once('/') {
                Some((address, prefix)) => (address, prefix),
                None => (value, ""),
            };
            if prefix == "0" {
                return Some("a range that holds every address");
            }
            of_address(address.parse().ok()?)
        }
        T::Domain => of_domain(value),
        T::Email => match value.rsplit_once('@') {
            Some((_, host)) => of_local_name(host),
            None => None,
        },
        T::Url => of_url(value),
        T::Md5 | T::Sha1 | T::Sha256 | T::Sha512 | T::Imphash => WELL_KNOWN_HASHES
            .iter()
            .find(|(hash, _)| *hash == value)
            .map(|(_, reason)| *reason),
        T::FileName => WELL_KNOWN_FILES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(value))
            .then_some("a program that every machine has"),
        T::Asn => of_autonomous_system(value),
        _ => None,
    }
}

fn of_address(address: IpAddr) -> Option<&'static str> {
    let text = address.to_string();
    if PUBLIC_RESOLVERS.contains(&text.as_str()) {
        return Some("a public DNS resolver");
    }
    match address {
        IpAddr::V4(address) => of_ipv4(address),
        IpAddr::V6(address) => of_ipv6(address),
    }
}

fn of_ipv4(address: Ipv4Addr) -> Option<&'static str> {
    let [first, second, ..] = address.octets();
    if address.is_private() {
        Some("a private address (RFC 1918)")
    } else if address.is_loopback() {
        Some("a loopback address")
    } else if address.is_link_local() {
        Some("a link-local address")
    } else if first == 100 && (64..128).contains(&second) {
        Some("an address shared behind a provider's translation (RFC 6598)")
    } else if address.is_multicast() {
        Some("a multicast address")
    } else if address.is_broadcast() || first == 0 || first >= 240 {
        Some("a reserved address")
    } else {
        None
    }
}

fn of_ipv6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        of_address(IpAddr::V4(mapped))
    } else if address.is_loopback() {
        Some("a loopback address")
    } else if address.is_unspecified() {
        Some("a reserved address")
    } else if address.is_unicast_link_local() {
        Some("a link-local address")
    } else if address.is_unique_local() {
        Some("a private address (RFC 4193)")
    } else if address.is_multicast() {
        Some("a multicast address")
    } else {
        None
    }
}

fn of_domain(host: &str) -> Option<&'static str> {
    let name = host.strip_prefix("www.").unwrap_or(host);
    if WELL_KNOWN_DOMAINS.contains(&name) {
        Some("a site that nearly every network visits")
    } else {
        of_local_name(host)
    }
}

/// Names that mean another machine in each network (RFC 6761, 6762, 8375).
fn of_local_name(host: &str) -> Option<&'static str> {
    let is_below = |top: &&str| host == *top || host.ends_with(&format!(".{top}"));
    [
        "localhost",
        "local",
        "localdomain",
        "internal",
        "lan",
        "home.arpa",
        "in-addr.arpa",
        "ip6.arpa",
    ]
    .iter()
    .any(is_below)
    .then_some("a name that is only known inside a network")
}

fn of_url(value: &str) -> Option<&'static str> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (authority, path) = split_authority(rest);
    let (host, _) = split_port(split_user(authority).1);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return of_address(address);
    }
    // A file on a well-known site is a good indicator; its front page is none.
    if matches!(path, "" | "/") {
        of_domain(host)
    } else {
        of_local_name(host)
    }
}

/// Numbers for private use and reserved numbers (RFC 6996, 7300, 7607); those for documentation
/// (RFC 5398) are allowed.
fn of_autonomous_system(value: &str) -> Option<&'static str> {
    match value.strip_prefix("AS")?.parse::<u32>().ok()? {
        0 | 65_535 | 4_294_967_295 => Some("a reserved number"),
        64_512..=65_534 | 4_200_000_000..=4_294_967_294 => Some("a number for private use"),
        _ => None,
    }
}
