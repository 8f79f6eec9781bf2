//! Attributes of MISP as indicators (MISP core format, section 2.4: types and composite types).

use crate::import::gate::Gate;
use crate::import::indicators::{self, Indicator, of_type};
use crate::intel::vocabulary::IndicatorType;

use IndicatorType as T;

/// Types whose value is one observable.
const SIMPLE: &[(&[&str], &[IndicatorType])] = &[
    (
        &["domain", "hostname", "dns-soa-email"],
        &[T::Domain, T::Ipv4, T::Ipv6],
    ),
    (&["ip-src", "ip-dst", "ip"], &[T::Ipv4, T::Ipv6]),
    (&["url", "uri"], &[T::Url]),
    (
        &[
            "email",
            "email-src",
            "email-dst",
            "email-reply-to",
            "whois-registrant-email",
            "target-email",
        ],
        &[T::Email],
    ),
    (&["email-subject"], &[T::EmailSubject]),
    (&["md5"], &[T::Md5]),
    (&["sha1"], &[T::Sha1]),
    (&["sha256"], &[T::Sha256]),
    (&["sha512"], &[T::Sha512]),
    (&["ssdeep"], &[T::Ssdeep]),
    (&["tlsh"], &[T::Tlsh]),
    (&["imphash"], &[T::Imphash]),
    (
        &["filename", "email-attachment"],
        &[T::FileName, T::FilePath],
    ),
    (
        &["pdb", "filepath", "fullpath"],
        &[T::FilePath, T::FileName],
    ),
    (&["regkey"], &[T::RegistryKey]),
    (&["mutex"], &[T::Mutex]),
    (&["named pipe"], &[T::NamedPipe]),
    (&["user-agent"], &[T::UserAgent]),
    (&["mac-address"], &[T::MacAddress]),
    (&["AS"], &[T::Asn]),
    (&["x509-fingerprint-sha1"], &[T::CertificateSha1]),
    (&["x509-fingerprint-sha256"], &[T::CertificateSha256]),
    (&["ja3-fingerprint-md5"], &[T::Ja3]),
    (&["jarm-fingerprint"], &[T::Jarm]),
    (&["btc"], &[T::Bitcoin]),
    (&["xmr"], &[T::Monero]),
    (&["process-command-line", "cmdline"], &[T::CommandLine]),
];

/// The observables of an attribute; none for a type that has none, an error for a value that does
/// not have the form of its type.
pub fn read(kind: &str, value: &str, gate: Gate) -> Option<Result<Vec<Indicator>, ()>> {
    // With an attachment, its name and hash come as one.
    let kind = match kind {
        "malware-sample" => "filename|md5",
        "attachment" => "filename",
        other => other,
    };
    let Some((first, second)) = kind.split_once('|') else {
        return simple(kind, value, gate);
    };
    // The second part of a value holds no bar, the name of a file may.
    let Some((left, right)) = value.rsplit_once('|') else {
        return simple(first, value, gate).or_else(|| simple(second, value, gate));
    };
    if second == "port" {
        let host = if left.contains(':') {
            format!("[{left}]")
        } else {
            left.to_owned()
        };
        return Some(
            of_type(T::Url, &format!("{host}:{right}"))
                .map(|url| vec![Indicator::new(T::Url, &url, gate)])
                .ok_or(()),
        );
    }
    if first == "regkey" {
        return simple(first, left, gate);
    }
    let mut all = Vec::new();
    let mut known = false;
    for (kind, value) in [(first, left), (second, right)] {
        match simple(kind, value, gate) {
            Some(Ok(found)) => {
                known = true;
                all.extend(found);
            }
            Some(Err(())) => known = true,
            None => {}
        }
    }
    // What describes the file of a hash is its name.
    if first == "filename" && all.len() == 2 {
        let name = all[0].value.clone();
        all[1].description = Some(name);
    }
    known.then_some(if all.is_empty() { Err(()) } else { Ok(all) })
}

fn simple(kind: &str, value: &str, gate: Gate) -> Option<Result<Vec<Indicator>, ()>> {
    let (_, kinds) = SIMPLE.iter().find(|(names, _)| names.contains(&kind))?;
    let fits = kinds
        .iter()
        .find_map(|kind| Some((*kind, of_type(*kind, value)?)));
    // A `domain` may be an address with its scheme, a `filename` a path; a `uri` that is the path of
    // an address only is no observable by itself.
    let by_form = || {
        let (found, value) = indicators::detect(value, &[])?;
        let alike = match kinds[0] {
            T::Domain | T::Url | T::Ipv4 => matches!(found, T::Domain | T::Url | T::Ipv4 | T::Ipv6),
            T::FileName => matches!(found, T::FileName | T::FilePath),
            _ => false,
        };
        alike.then_some((found, value))
    };
    let found = fits.or_else(by_form);
    Some(
        found
            .map(|(kind, value)| vec![Indicator::new(kind, &value, gate)])
            .ok_or(()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marking::Tlp;

    fn of(kind: &str, value: &str) -> Vec<(IndicatorType, String)> {
        let found = read(kind, value, Gate::at(Tlp::Clear))
            .expect("a known type")
            .expect("a value of its form");
        found
            .into_iter()
            .map(|indicator| (indicator.kind, indicator.value.as_str().to_owned()))
            .collect()
    }

    #[test]
    fn composite_types_are_two_observables() {
        let hash = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(
            of("filename|md5", &format!("a|b.exe|{hash}")),
            [
                (T::FileName, "a|b.exe".to_owned()),
                (T::Md5, hash.to_owned())
            ]
        );
        assert_eq!(
            of("ip-dst|port", "198.51.100.3|443"),
            [(T::Url, "198.51.100.3:443".to_owned())]
        );
        assert_eq!(
            of("domain|ip", "a.example|198.51.100.3"),
            [
                (T::Domain, "a.example".to_owned()),
                (T::Ipv4, "198.51.100.3".to_owned())
            ]
        );
        assert_eq!(of("regkey|value", "HKLM\\Run\\x|y")[0].0, T::RegistryKey);
        assert!(read("text", "x", Gate::at(Tlp::Clear)).is_none());
        assert_eq!(read("md5", "x", Gate::at(Tlp::Clear)), Some(Err(())));
    }
}
