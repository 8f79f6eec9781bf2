use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::vocabulary::{IndicatorType as T, Vocabulary};

/// From what an analyst wrote to what machine files hold.
fn read(kind: T, text: &str) -> Result<String, String> {
    validate(kind, &refang_as(kind, text))
}

#[test]
fn every_defanged_form_is_read() {
    for (written, plain) in [
        ("hxxps://evil[.]example/a", "https://evil.example/a"),
        ("hXXp[:]//evil(.)example", "http://evil.example"),
        ("hxxp[://]evil{.}example", "http://evil.example"),
        ("hxxp[s]://evil[dot]example", "https://evil.example"),
        ("http(s)://evil.example/", "https://evil.example/"),
        ("h**ps://evil.example", "https://evil.example"),
        (
            "hxxp:[//]evil[.]example[/]a[.]php",
            "http://evil.example/a.php",
        ),
        ("fxp://evil[.]example", "ftp://evil.example"),
        (
            "wss[:]//api[.]evil[.]example/ws",
            "wss://api.evil.example/ws",
        ),
        ("evil [DOT] example", "evil.example"),
        (" evil[.]co [.] example ", "evil.co.example"),
        ("198.51.100[.]3", "198.51.100.3"),
        ("198[.]51[.]100[.]3[:]443", "198.51.100.3:443"),
        ("2001[:]db8[:][:]3", "2001:db8::3"),
        ("a[@]evil[.]example", "a@evil.example"),
        ("a(at)evil(dot)example", "a@evil.example"),
        // Brackets within brackets are undone from the inside.
        ("evil[[.]]example", "evil.example"),
        ("already.plain.example", "already.plain.example"),
    ] {
        let read = refang(written);
        // Brackets within brackets are undone from the inside, to the end.
        let plain = if written.contains("[[") {
            "evil.example"
        } else {
            plain
        };
        assert_eq!(read, plain, "{written}");
    }
}

#[test]
fn what_a_url_may_hold_literally_stays() {
    for url in [
        "https://evil.example/a(.)b",
        "https://evil.example/?filter[at]=3&(dot)",
        "https://[2001:db8::]/x",
        "https://[::1]:8080/",
    ] {
        assert_eq!(refang(url), url);
    }
    let command = "grep -E '(.)[.]' hxxp://x";
    assert_eq!(refang_as(T::CommandLine, command), command);
    assert_eq!(
        refang_as(T::FileName, "invoice[.]pdf[.]exe"),
        "invoice.pdf.exe"
    );
}

#[test]
fn pages_show_no_live_value() {
    for (kind, value, shown) in [
        (T::Domain, "a.evil.example", "a[.]evil[.]example"),
        (T::Ipv4, "198.51.100.0/24", "198[.]51[.]100[.]0/24"),
        (T::Ipv6, "2001:db8::3", "2001[:]db8[:][:]3"),
        (T::Email, "a.b@evil.example", "a.b[@]evil[.]example"),
        (
            T::Url,
            "https://u@evil.example:8443/a.php",
            "hxxps://u@evil[.]example:8443/a.php",
        ),
        (T::Url, "198.51.100.3:443", "198[.]51[.]100[.]3:443"),
        (T::Url, "wss://evil.example/ws", "wss[:]//evil[.]example/ws"),
        (
            T::Url,
            "http://[2001:db8::3]:80/",
            "hxxp://[2001[:]db8[:][:]3]:80/",
        ),
        (T::FileName, "a.exe", "a.exe"),
    ] {
        assert_eq!(defang(kind, value), shown);
        assert_eq!(refang_as(kind, shown), value);
    }
}

#[test]
fn sound_values_are_normalised() {
    for (kind, written, normal) in [
        (T::Domain, "Tenders.EXAMPLE.", "tenders.example"),
        (
            T::Domain,
            "_dmarc.my_site.example",
            "_dmarc.my_site.example",
        ),
        (T::Domain, "münchen.example", "xn--mnchen-3ya.example"),
        (T::Domain, "a.xn--p1ai", "a.xn--p1ai"),
        (T::Ipv4, "198.51.100[.]3", "198.51.100.3"),
        (T::Ipv4, "198.51.100.0/24", "198.51.100.0/24"),
        (T::Ipv6, "2001:0DB8:0::3", "2001:db8::3"),
        (
            T::Url,
            "HXXPS://Evil.Example:443/A%20b",
            "https://evil.example:443/A%20b",
        ),
        (T::Url, "80.85.154.48:443", "80.85.154.48:443"),
        (T::Url, "Evil.example/a.php", "evil.example/a.php"),
        (T::Url, "tcp://evil.example:4444", "tcp://evil.example:4444"),
        (
            T::Email,
            "Philip.J@Proton[.]example",
            "Philip.J@proton.example",
        ),
        (
            T::Md5,
            "D41D8CD98F00B204E9800998ECF8427E",
            "d41d8cd98f00b204e9800998ecf8427e",
        ),
        (T::Asn, "as 64496", "AS64496"),
        (T::Asn, "64496", "AS64496"),
        (T::Cve, "cve-2023-22515", "CVE-2023-22515"),
        (
            T::RegistryKey,
            r"HKLM\Software\X",
            r"HKEY_LOCAL_MACHINE\Software\X",
        ),
        (T::RegistryKey, r"HKCU:\Run", r"HKEY_CURRENT_USER\Run"),
        (T::MacAddress, "00-53-00-AB-CD-EF", "00:53:00:ab:cd:ef"),
        (T::Ssdeep, "3:AIlB:x/", "3:AIlB:x/"),
        (
            T::Ja4,
            "t13d1516h2_8daaf6152771_b186095e22b6",
            "t13d1516h2_8daaf6152771_b186095e22b6",
        ),
        (
            T::Bitcoin,
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        ),
        (
            T::Bitcoin,
            "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        ),
        (T::Mutex, r" Global\{x} ", r"Global\{x}"),
        (T::FilePath, r"C:\ports\a.exe", r"C:\ports\a.exe"),
    ] {
        assert_eq!(
            read(kind, written).as_deref(),
            Ok(normal),
            "{}",
            kind.name()
        );
    }
}

#[test]
fn a_wrong_value_is_told_what_was_expected() {
    for (kind, written, told) in [
        (T::Domain, "localhost", "no dot"),
        (T::Domain, "198.51.100.3", "IP address"),
        (T::Domain, "evil.example/a", "`/`"),
        (T::Domain, "*.evil.example", "`*`"),
        (T::Domain, "evil..example", "1 to 63"),
        (T::Domain, "evil.123", "top-level"),
        (T::Domain, "evil example", "space"),
        (T::Ipv4, "198.51.100.256", "198.51.100.3"),
        (T::Ipv4, "198.51.100.3:443", "type url"),
        (T::Ipv4, "2001:db8::3", "IPv6 address"),
        (T::Ipv4, "198.51.100.0/33", "0 to 32"),
        (T::Ipv6, "198.51.100.3", "IPv4 address"),
        (T::Url, "evil.example", "neither a scheme"),
        (T::Url, "javascript://evil.example", "javascript"),
        (T::Url, "https:///a", "no host"),
        (T::Url, "evil.example:99999", "65535"),
        (T::Email, "evil.example", "no @"),
        (T::Email, "A <a@evil.example>", "space"),
        (
            T::Sha256,
            "d41d8cd98f00b204e9800998ecf8427e",
            "as an MD5 has",
        ),
        (T::Md5, "not a hash", "32 hexadecimal digits"),
        (T::Cve, "CVE-23-1", "CVE-2023-22515"),
        (T::Asn, "AS4294967296", "AS64496"),
        (T::RegistryKey, r"HKXX\Software", "no hive"),
        (T::FileName, "a/b.exe", "file-path"),
        (T::FilePath, "b.exe", "file-name"),
        (T::UserAgent, "", "empty"),
        (T::UserAgent, "a\u{7}b", "control"),
    ] {
        let error = read(kind, written).unwrap_err();
        assert!(error.contains(told), "{written}: {error}");
    }
}

#[test]
fn common_values_are_known_and_examples_are_not() {
    for (kind, value) in [
        (T::Ipv4, "10.1.2.3"),
        (T::Ipv4, "172.31.0.0/16"),
        (T::Ipv4, "127.0.0.1"),
        (T::Ipv4, "169.254.1.1"),
        (T::Ipv4, "100.64.0.1"),
        (T::Ipv4, "8.8.8.8"),
        (T::Ipv4, "0.0.0.0/0"),
        (T::Ipv6, "fe80::1"),
        (T::Ipv6, "::ffff:192.168.0.1"),
        (T::Ipv6, "2606:4700:4700::1111"),
        (T::Domain, "www.google.com"),
        (T::Domain, "printer.local"),
        (T::Url, "https://microsoft.com/"),
        (T::Url, "http://192.168.0.1:8080/x"),
        (T::Url, "http://[::1]/x"),
        (T::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
        (T::FileName, "CMD.EXE"),
        (T::Asn, "AS64512"),
    ] {
        // The tables hold values as `validate` returns them.
        assert_eq!(validate(kind, value).as_deref(), Ok(value));
        assert!(commonness(kind, value).is_some(), "{value}");
    }
    for (kind, value) in [
        (T::Ipv4, "198.51.100.3"),
        (T::Ipv4, "192.0.2.1"),
        (T::Ipv4, "203.0.113.9"),
        (T::Ipv6, "2001:db8::3"),
        (T::Domain, "tenders.example"),
        (T::Domain, "evil.google.com"),
        (T::Domain, "notlocal"),
        (T::Url, "https://raw.githubusercontent.com/actor/x/y.ps1"),
        (T::Asn, "AS64496"),
    ] {
        assert_eq!(commonness(kind, value), None, "{value}");
    }
}

fn matching(pattern: &str) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(pattern).unwrap()
}

/// Values of the network types, whole or nearly so.
fn network_value() -> impl Strategy<Value = (T, String)> {
    let host = "[a-z0-9_]{1,8}(-[a-z0-9]{1,4})?(\\.[a-z0-9]{1,8}){0,2}\\.(example|test|xn--p1ai)";
    let tail = "(:[0-9]{1,4})?([/?#\\\\][!-~é]{0,30})?";
    let schemes = "(https?|ftp|wss|tcp|HTTP)://([!-~]{1,9}@)?";
    prop_oneof![
        matching(host).prop_map(|value| (T::Domain, value)),
        any::<[u8; 4]>().prop_map(|octets| (T::Ipv4, IpAddr::from(octets).to_string())),
        any::<[u8; 16]>().prop_map(|octets| (T::Ipv6, IpAddr::from(octets).to_string())),
        any::<[u8; 16]>().prop_map(|octets| (
            T::Url,
            format!("https://[{}]:81/[.](.)", IpAddr::from(octets))
        )),
        matching(&format!("[!-~]{{1,12}}@{host}")).prop_map(|value| (T::Email, value)),
        matching(&format!("{schemes}{host}{tail}")).prop_map(|value| (T::Url, value)),
        matching(&format!("{host}{tail}")).prop_map(|value| (T::Url, value)),
        matching("(https?|ftp)://[!-~]{1,40}").prop_map(|value| (T::Url, value)),
    ]
}

fn any_kind() -> impl Strategy<Value = T> {
    (0..T::ALL.len()).prop_map(|index| T::ALL[index])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn what_is_defanged_comes_back((kind, text) in network_value()) {
        if let Ok(value) = read(kind, &text) {
            let shown = defang(kind, &value);
            prop_assert_ne!(&shown, &value);
            prop_assert_eq!(refang_as(kind, &shown), value.clone());
            prop_assert_eq!(validate(kind, &value), Ok(value));
        }
    }

    #[test]
    fn generated_hosts_are_sound((kind, text) in network_value()) {
        if matches!(kind, T::Domain | T::Ipv4 | T::Ipv6) {
            prop_assert!(read(kind, &text).is_ok());
        }
    }

    #[test]
    fn no_text_panics(kind in any_kind(), text in "\\PC{0,40}|[\\[\\](){}.:@/\\\\dotahxps# é]{0,24}") {
        let plain = refang(&text);
        prop_assert_eq!(refang(&plain), plain.clone(), "refang is done after one go");
        defang(kind, &text);
        commonness(kind, &text);
        if let Ok(value) = read(kind, &text) {
            commonness(kind, &value);
            prop_assert_eq!(refang_as(kind, &defang(kind, &value)), value);
        }
    }
}
