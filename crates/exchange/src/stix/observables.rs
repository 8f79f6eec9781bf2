//! Observables: what an indicator's value is, as cyber-observable objects (STIX 2.1, chapter 6).
//!
//! In: the type and value of an indicator. Out: the object that it is, and those it refers to. Each
//! has only the properties that its id is made of, so an id has one content. There is none
//!
//! - for a URL without scheme, which `url` does not allow
//! - for what needs properties that nobody knows: the process of a command line, the message of a
//!   subject, the traffic of a user agent, the kind of file of an import hash
//! - for what the specification has no type for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Ground;
use super::ids;
use super::objects::{self, Object};
use base::marking::Tlp;
use base::vocabulary::IndicatorType;

#[derive(Serialize)]
struct Value<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Hashed<'a> {
    hashes: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_directory_ref: Option<&'a str>,
}

#[derive(Serialize)]
struct Directory<'a> {
    path: &'a str,
}

#[derive(Serialize)]
struct Key<'a> {
    key: &'a str,
}

#[derive(Serialize)]
struct Number {
    number: u32,
}

/// The observables of a value: first itself, then what it refers to; empty where there is none.
pub fn observables(ground: &Ground, kind: IndicatorType, value: &str, tlp: Tlp) -> Vec<Object> {
    use IndicatorType as T;
    let value_of = |of| one(ground, of, &Value { value }, tlp);
    let hash_of = |of, algorithm| one(ground, of, &hashed(algorithm, value), tlp);
    let name_of = |of| one(ground, of, &named(value, None), tlp);
    match kind {
        T::Domain => value_of("domain-name"),
        T::Ipv4 => value_of("ipv4-addr"),
        T::Ipv6 => value_of("ipv6-addr"),
        T::Url if value.contains("://") => value_of("url"),
        T::Email => value_of("email-addr"),
        T::MacAddress => value_of("mac-addr"),
        T::Md5 => hash_of("file", "MD5"),
        T::Sha1 => hash_of("file", "SHA-1"),
        T::Sha256 => hash_of("file", "SHA-256"),
        T::Sha512 => hash_of("file", "SHA-512"),
        T::Ssdeep => hash_of("file", "SSDEEP"),
        T::Tlsh => one(ground, "file", &hashed("TLSH", tlsh(value)), tlp),
        T::CertificateSha1 => hash_of("x509-certificate", "SHA-1"),
        T::CertificateSha256 => hash_of("x509-certificate", "SHA-256"),
        T::FileName => name_of("file"),
        T::FilePath => file_path(ground, value, tlp),
        T::RegistryKey => one(ground, "windows-registry-key", &Key { key: value }, tlp),
        T::Mutex => name_of("mutex"),
        T::Asn => as_number(value).map_or_else(Vec::new, |number| {
            one(ground, "autonomous-system", &Number { number }, tlp)
        }),
        T::Url
        | T::EmailSubject
        | T::Imphash
        | T::NamedPipe
        | T::CommandLine
        | T::UserAgent
        | T::Ja3
        | T::Ja3s
        | T::Ja4
        | T::Jarm
        | T::Cve
        | T::Bitcoin
        | T::Ethereum
        | T::Monero => Vec::new(),
    }
}

/// The folder of a path, and the name of the file in it; no name where the path is a folder.
pub fn split_path(path: &str) -> (&str, &str) {
    let Some(at) = path.rfind(['/', '\\']) else {
        return ("", path);
    };
    let (folder, name) = (&path[..at], &path[at + 1..]);
    // The root keeps its separator: `/`, `C:\`.
    let is_root = folder.is_empty() || folder.ends_with(':');
    (if is_root { &path[..=at] } else { folder }, name)
}

/// A TLSH without the mark of its version: python-stix2 takes 70 digits, and throws away a bundle that
/// holds anything else.
pub fn tlsh(value: &str) -> &str {
    value.strip_prefix("T1").unwrap_or(value)
}

/// The number of `AS64496`.
pub fn as_number(value: &str) -> Option<u32> {
    value.strip_prefix("AS")?.parse().ok()
}

fn file_path(ground: &Ground, path: &str, tlp: Tlp) -> Vec<Object> {
    let (folder, name) = split_path(path);
    let directory = object(ground, "directory", &Directory { path: folder }, tlp);
    if name.is_empty() {
        return vec![directory];
    }
    let file = object(ground, "file", &named(name, Some(&directory.id)), tlp);
    vec![file, directory]
}

fn hashed<'a>(algorithm: &'static str, value: &'a str) -> Hashed<'a> {
    Hashed {
        hashes: BTreeMap::from([(algorithm, value)]),
    }
}

fn named<'a>(name: &'a str, parent_directory_ref: Option<&'a str>) -> Named<'a> {
    Named {
        name,
        parent_directory_ref,
    }
}

fn one(ground: &Ground, kind: &str, properties: &impl Serialize, tlp: Tlp) -> Vec<Object> {
    vec![object(ground, kind, properties, tlp)]
}

fn object(ground: &Ground, kind: &str, properties: &impl Serialize, tlp: Tlp) -> Object {
    let id = ids::observable(kind, properties);
    objects::observable(ground, kind, id, properties, tlp)
}
