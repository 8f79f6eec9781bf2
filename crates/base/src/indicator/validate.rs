//! The form that each type of indicator has.
//!
//! In: a refanged value. Out: the value as machine files write it (hosts, hashes and schemes in
//! lower case, addresses in their canonical form, hives of the registry in full), or what was
//! expected instead. Nothing that would change what a tool matches is normalised: a URL keeps its
//! path, port and escapes as they were written.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

use super::{refang, split_authority, split_port, split_user};
use crate::vocabulary::{IndicatorType, Vocabulary};

/// Longer texts are no indicators, and would swell every page and sidecar that shows them.
const LONGEST: usize = 8192;

/// Schemes of URLs that malware and its infrastructure are seen with. `javascript:` and `data:`
/// are not among them: they name no place.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "ws",
    "wss",
    "tcp",
    "udp",
    "ssh",
    "telnet",
    "smb",
    "ldap",
    "ldaps",
    "rmi",
    "dns",
    "irc",
    "ircs",
    "mqtt",
    "mqtts",
    "rtsp",
    "socks5",
    "rdp",
    "vnc",
    "tftp",
    "stratum+tcp",
    "stratum+ssl",
];

/// The hives of the Windows registry. STIX 2.1 (section 6.17) does not allow the short forms.
const HIVES: &[(&str, &str)] = &[
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// Checks a refanged value and normalises it. The error says what was expected, as a phrase.
pub fn validate(kind: IndicatorType, refanged: &str) -> Result<String, String> {
    use IndicatorType as T;
    let value = refanged.trim();
    let checked = if value.is_empty() {
        Err("the value is empty".to_owned())
    } else if value.len() > LONGEST {
        Err(format!("the value is longer than {LONGEST} bytes"))
    } else if value.chars().any(char::is_control) {
        Err("the value holds a control character".to_owned())
    } else if kind.is_defanged() && value.chars().any(char::is_whitespace) {
        Err("the value holds a space".to_owned())
    } else if kind.is_defanged() && refang(value) != value {
        Err("the value is still defanged".to_owned())
    } else {
        match kind {
            T::Domain => domain(value),
            T::Ipv4 => address::<Ipv4Addr>(value, 32),
            T::Ipv6 => address::<Ipv6Addr>(value, 128),
            T::Url => url(value),
            T::Email => email(value),
            T::Md5 | T::Imphash | T::Ja3 | T::Ja3s => hexadecimal(value, 32),
            T::Sha1 => hexadecimal(value, 40),
            T::Sha256 => hexadecimal(value, 64),
            T::Sha512 => hexadecimal(value, 128),
            T::Jarm => hexadecimal(value, 62),
            T::CertificateSha1 => hexadecimal(&value.replace(':', ""), 40),
            T::CertificateSha256 => hexadecimal(&value.replace(':', ""), 64),
            T::Tlsh => tlsh(value),
            T::Ssdeep => ssdeep(value),
            T::Ja4 => ja4(value),
            T::MacAddress => mac_address(value),
            T::Asn => autonomous_system(value),
            T::Cve => cve(value),
            T::RegistryKey => registry_key(value),
            T::FileName => file_name(value),
            T::FilePath => file_path(value),
            T::Bitcoin => bitcoin(value),
            T::Ethereum => ethereum(value),
            T::Monero => monero(value),
            T::EmailSubject | T::Mutex | T::NamedPipe | T::CommandLine | T::UserAgent => {
                Ok(value.to_owned())
            }
        }
    };
    checked.map_err(|detail| {
        if detail.is_empty() {
            kind.meaning().to_owned()
        } else {
            format!("{} ({detail})", kind.meaning())
        }
    })
}

/// What a check found: the normalised value, or what is wrong, which may go without saying.
type Checked = Result<String, String>;

fn wrong<T>(detail: &str) -> Result<T, String> {
    Err(detail.to_owned())
}

/// A domain name in its ASCII form (RFC 1034, 5890). Underscores are allowed, as the DNS does.
fn domain(value: &str) -> Checked {
    let value = value.strip_suffix('.').unwrap_or(value);
    let ascii = if value.is_ascii() {
        value.to_ascii_lowercase()
    } else {
        match Host::parse(value) {
            Ok(Host::Domain(ascii)) => ascii,
            _ => return wrong("not a valid international name"),
        }
    };
    if ascii.len() > 253 {
        return wrong("longer than 253 characters");
    }
    let Some((_, top_level)) = ascii.rsplit_once('.') else {
        return wrong("there is no dot in it");
    };
    if IpAddr::from_str(&ascii).is_ok() {
        return wrong("this is an IP address");
    }
    for label in ascii.split('.') {
        if label.is_empty() || label.len() > 63 {
            return wrong("each label has 1 to 63 characters");
        }
        let strange =
            |character: char| !character.is_ascii_alphanumeric() && !"-_".contains(character);
        if let Some(character) = label.chars().find(|character| strange(*character)) {
            return Err(format!("`{character}` cannot stand in it"));
        }
    }
    let letters =
        top_level.len() >= 2 && top_level.chars().all(|letter| letter.is_ascii_lowercase());
    let punycode = top_level.len() > 4 && top_level.starts_with("xn--") && !top_level.contains('_');
    if letters || punycode {
        Ok(ascii)
    } else {
        Err(format!("`{top_level}` cannot be a top-level domain"))
    }
}

/// An address, or a range in CIDR notation.
fn address<A: FromStr + Display>(value: &str, longest_prefix: u8) -> Checked {
    let (address, prefix) = match value.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (value, None),
    };
    let Ok(parsed) = A::from_str(address) else {
        return match IpAddr::from_str(address) {
            Ok(IpAddr::V4(_)) => wrong("this is an IPv4 address"),
            Ok(IpAddr::V6(_)) => wrong("this is an IPv6 address"),
            Err(_) if is_address_with_port(value) => wrong("an address with a port is of type url"),
            Err(_) => wrong(""),
        };
    };
    match prefix.map(u8::from_str) {
        None => Ok(parsed.to_string()),
        Some(Ok(length)) if length <= longest_prefix => Ok(format!("{parsed}/{length}")),
        Some(_) => Err(format!("the length of the prefix is 0 to {longest_prefix}")),
    }
}

fn is_address_with_port(value: &str) -> bool {
    std::net::SocketAddr::from_str(value).is_ok()
}

fn url(value: &str) -> Checked {
    let Some((scheme, rest)) = value.split_once("://") else {
        return url_without_scheme(value);
    };
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return Err(format!("`{scheme}` is not a scheme of the network"));
    }
    let (authority, path) = split_authority(rest);
    let (user, host) = split_user(authority);
    // Without this, `http:///path` would have its path read as a host.
    if split_port(host).0.is_empty() {
        return wrong("there is no host in it");
    }
    if let Err(error) = Url::parse(value) {
        return Err(error.to_string());
    }
    Ok(format!("{scheme}://{user}{}{path}", host.to_lowercase()))
}

/// `host:port` or `host/path`, as lists of command-and-control servers write them.
fn url_without_scheme(value: &str) -> Checked {
    let (authority, path) = split_authority(value);
    let (host, port) = split_port(authority);
    if port.is_empty() && path.is_empty() {
        return wrong("there is neither a scheme nor a port in it");
    }
    if let Some(number) = port.strip_prefix(':')
        && u16::from_str(number).is_err()
    {
        return wrong("a port is a number from 0 to 65535");
    }
    let host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inside) => match Ipv6Addr::from_str(inside) {
            Ok(parsed) => format!("[{parsed}]"),
            Err(_) => return wrong("brackets hold an IPv6 address"),
        },
        None if Ipv4Addr::from_str(host).is_ok() => host.to_owned(),
        None => domain(host)?,
    };
    Ok(format!("{host}{port}{path}"))
}

/// An address without a display name (RFC 5321, 6531). Quoted local parts and braces are not
/// read: nobody has them, and they would clash with defanged forms.
fn email(value: &str) -> Checked {
    let Some((local, host)) = value.rsplit_once('@') else {
        return wrong("there is no @ in it");
    };
    let allowed =
        |character: char| character.is_alphanumeric() || "!#$%&'*+-/=?^_`|~.".contains(character);
    if local.is_empty() || local.len() > 64 || !local.chars().all(allowed) {
        return wrong("what stands before the @ is no name of a mailbox");
    }
    Ok(format!("{local}@{}", domain(host)?))
}

fn hexadecimal(value: &str, digits: usize) -> Checked {
    if !is_hexadecimal(value) {
        return wrong("other characters stand in it");
    }
    if value.len() == digits {
        return Ok(value.to_ascii_lowercase());
    }
    Err(match value.len() {
        32 => "this has 32, as an MD5 has".to_owned(),
        40 => "this has 40, as a SHA-1 has".to_owned(),
        64 => "this has 64, as a SHA-256 has".to_owned(),
        128 => "this has 128, as a SHA-512 has".to_owned(),
        other => format!("this has {other}"),
    })
}

fn is_hexadecimal(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// TLSH writes its digits in upper case; the version mark `T1` came with version 4.
fn tlsh(value: &str) -> Checked {
    let value = value.to_ascii_uppercase();
    let digits = value.strip_prefix("T1").unwrap_or(&value);
    if digits.len() == 70 && is_hexadecimal(digits) {
        Ok(value)
    } else {
        wrong("")
    }
}

fn ssdeep(value: &str) -> Checked {
    let base64 = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    };
    let parts: Vec<&str> = value.split(':').collect();
    match parts.as_slice() {
        [size, first, second]
            if !size.is_empty()
                && size.bytes().all(|byte| byte.is_ascii_digit())
                && base64(first)
                && base64(second) =>
        {
            Ok(value.to_owned())
        }
        _ => wrong(""),
    }
}

fn ja4(value: &str) -> Checked {
    let value = value.to_ascii_lowercase();
    let parts: Vec<&str> = value.split('_').collect();
    match parts.as_slice() {
        [head, ciphers, extensions]
            if head.len() == 10
                && head.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && [ciphers, extensions]
                    .iter()
                    .all(|part| part.len() == 12 && is_hexadecimal(part)) =>
        {
            Ok(value)
        }
        _ => wrong(""),
    }
}

fn mac_address(value: &str) -> Checked {
    let value = value.to_ascii_lowercase().replace('-', ":");
    let pairs: Vec<&str> = value.split(':').collect();
    if pairs.len() == 6
        && pairs
            .iter()
            .all(|pair| pair.len() == 2 && is_hexadecimal(pair))
    {
        Ok(value)
    } else {
        wrong("")
    }
}

fn autonomous_system(value: &str) -> Checked {
    let upper = value.to_ascii_uppercase();
    let number = upper
        .strip_prefix("AS")
        .map_or(upper.as_str(), str::trim_start);
    match number.parse::<u32>() {
        Ok(number) if !upper.contains('+') => Ok(format!("AS{number}")),
        _ => wrong(""),
    }
}

/// The form of the CVE record format: a year and 4 to 19 digits.
fn cve(value: &str) -> Checked {
    let value = value.to_ascii_uppercase();
    let parts: Vec<&str> = value.split('-').collect();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        ["CVE", year, number]
            if year.len() == 4
                && digits(year)
                && *year >= "1999"
                && (4..=19).contains(&number.len())
                && digits(number) =>
        {
            Ok(value)
        }
        _ => wrong(""),
    }
}

fn registry_key(value: &str) -> Checked {
    let Some((hive, path)) = value.split_once('\\') else {
        return wrong("there is no backslash in it");
    };
    let hive = hive.strip_suffix(':').unwrap_or(hive);
    let known = HIVES
        .iter()
        .find(|(short, full)| hive.eq_ignore_ascii_case(short) || hive.eq_ignore_ascii_case(full));
    match known {
        Some((_, full)) if !path.is_empty() => Ok(format!("{full}\\{path}")),
        Some(_) => wrong("nothing follows the hive"),
        None => Err(format!("`{hive}` is no hive")),
    }
}

fn file_name(value: &str) -> Checked {
    if value.contains(['/', '\\']) {
        return wrong("with a folder it is of type file-path");
    }
    // Read as defanged, so it cannot be meant.
    if value.contains("[.]") || value.len() > 255 {
        return wrong("");
    }
    Ok(value.to_owned())
}

fn file_path(value: &str) -> Checked {
    if value.contains(['/', '\\']) {
        Ok(value.to_owned())
    } else {
        wrong("without a folder it is of type file-name")
    }
}

fn is_base58(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'))
}

/// Form only, no checksum: base58check (P2PKH, P2SH) or bech32 (BIP 173, 350).
fn bitcoin(value: &str) -> Checked {
    let lower = value.to_ascii_lowercase();
    if let Some(data) = lower.strip_prefix("bc1") {
        // All of one case, says BIP 173; lower is how it is written.
        let one_case = value == lower || value == value.to_ascii_uppercase();
        let alphabet = data
            .bytes()
            .all(|byte| b"qpzry9x8gf2tvdw0s3jn54khce6mua7l".contains(&byte));
        return if one_case && alphabet && (11..=87).contains(&data.len()) {
            Ok(lower)
        } else {
            wrong("")
        };
    }
    if value.starts_with(['1', '3']) && (25..=34).contains(&value.len()) && is_base58(value) {
        Ok(value.to_owned())
    } else {
        wrong("")
    }
}

/// The case of the digits is a checksum (EIP-55), so it is kept.
fn ethereum(value: &str) -> Checked {
    match value.strip_prefix("0x") {
        Some(digits) if digits.len() == 40 && is_hexadecimal(digits) => Ok(value.to_owned()),
        _ => wrong(""),
    }
}

fn monero(value: &str) -> Checked {
    if value.starts_with(['4', '8']) && matches!(value.len(), 95 | 106) && is_base58(value) {
        Ok(value.to_owned())
    } else {
        wrong("")
    }
}
