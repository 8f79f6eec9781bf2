//! What an indicator's value is.

use super::vocabulary;

vocabulary! {
    /// The type of an indicator. The meaning says the form that its value has.
    IndicatorType: "type of indicator", "STIX 2.1, cyber-observable objects; MISP core format, attribute types";
    Domain = "domain", "Domain", "a host name such as tenders.example", also ["domain-name", "hostname", "host", "fqdn"];
    Ipv4 = "ipv4", "IPv4 address", "an address such as 198.51.100.3, or a range such as 198.51.100.0/24", also ["ipv4-addr", "ip4"];
    Ipv6 = "ipv6", "IPv6 address", "an address such as 2001:db8::3, or a range such as 2001:db8::/32", also ["ipv6-addr", "ip6"];
    Url = "url", "URL", "an address with its scheme, or host:port", also ["uri", "link"];
    Email = "email", "E-mail address", "an address such as tenders@lure.example", also ["e-mail", "email-addr", "email-address", "mail"];
    EmailSubject = "email-subject", "E-mail subject", "the subject line of a message", also ["subject"];
    Md5 = "md5", "MD5", "32 hexadecimal digits", also ["md-5"];
    Sha1 = "sha1", "SHA-1", "40 hexadecimal digits";
    Sha256 = "sha256", "SHA-256", "64 hexadecimal digits";
    Sha512 = "sha512", "SHA-512", "128 hexadecimal digits";
    Ssdeep = "ssdeep", "ssdeep", "block size and two hashes, between colons";
    Tlsh = "tlsh", "TLSH", "70 hexadecimal digits, often after T1";
    Imphash = "imphash", "Import hash", "32 hexadecimal digits", also ["import-hash"];
    FileName = "file-name", "File name", "a name without its folder", also ["filename"];
    FilePath = "file-path", "File path", "a path with its folders", also ["filepath", "path"];
    RegistryKey = "registry-key", "Registry key", "a path that begins with a hive, such as HKLM\\Software", also ["regkey", "registry", "windows-registry-key"];
    Mutex = "mutex", "Mutex", "the name of a mutual exclusion object";
    NamedPipe = "named-pipe", "Named pipe", "the name of a pipe", also ["pipe"];
    CommandLine = "command-line", "Command line", "a command with its arguments", also ["cmdline", "command"];
    UserAgent = "user-agent", "User agent", "the User-Agent header of a request", also ["useragent"];
    MacAddress = "mac-address", "MAC address", "six pairs of hexadecimal digits", also ["mac", "mac-addr"];
    Asn = "asn", "Autonomous system", "a number such as AS64496", also ["as", "autonomous-system"];
    CertificateSha1 = "certificate-sha1", "Certificate (SHA-1)", "40 hexadecimal digits, the fingerprint of a certificate", also ["x509-fingerprint-sha1"];
    CertificateSha256 = "certificate-sha256", "Certificate (SHA-256)", "64 hexadecimal digits, the fingerprint of a certificate", also ["x509-fingerprint-sha256"];
    Ja3 = "ja3", "JA3", "32 hexadecimal digits, the fingerprint of a TLS client", also ["ja3-fingerprint-md5"];
    Ja3s = "ja3s", "JA3S", "32 hexadecimal digits, the fingerprint of a TLS server";
    Ja4 = "ja4", "JA4", "three parts of 10, 12 and 12 characters, joined by underscores";
    Jarm = "jarm", "JARM", "62 hexadecimal digits, the fingerprint of a TLS server", also ["jarm-fingerprint"];
    Cve = "cve", "CVE", "an id such as CVE-2023-22515", also ["vulnerability"];
    Bitcoin = "btc", "Bitcoin address", "an address that begins with 1, 3 or bc1", also ["bitcoin"];
    Ethereum = "eth", "Ethereum address", "0x and 40 hexadecimal digits", also ["ethereum"];
    Monero = "xmr", "Monero address", "95 or 106 characters that begin with 4 or 8", also ["monero"];
}

impl IndicatorType {
    /// The object path that a STIX pattern compares with the value (STIX 2.1, chapters 6 and 9).
    /// None where the specification has no path of its own, or one comparison is not enough: a
    /// file path is a name and a folder, a CVE is a `vulnerability` object.
    pub fn stix_path(self) -> Option<&'static str> {
        use IndicatorType as T;
        Some(match self {
            T::Domain => "domain-name:value",
            T::Ipv4 => "ipv4-addr:value",
            T::Ipv6 => "ipv6-addr:value",
            T::Url => "url:value",
            T::Email => "email-addr:value",
            T::EmailSubject => "email-message:subject",
            T::Md5 => "file:hashes.MD5",
            T::Sha1 => "file:hashes.'SHA-1'",
            T::Sha256 => "file:hashes.'SHA-256'",
            T::Sha512 => "file:hashes.'SHA-512'",
            T::Ssdeep => "file:hashes.SSDEEP",
            T::Tlsh => "file:hashes.TLSH",
            T::Imphash => "file:extensions.'windows-pebinary-ext'.imphash",
            T::FileName => "file:name",
            T::RegistryKey => "windows-registry-key:key",
            T::Mutex => "mutex:name",
            T::CommandLine => "process:command_line",
            T::UserAgent => {
                "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
            }
            T::MacAddress => "mac-addr:value",
            T::Asn => "autonomous-system:number",
            T::CertificateSha1 => "x509-certificate:hashes.'SHA-1'",
            T::CertificateSha256 => "x509-certificate:hashes.'SHA-256'",
            T::FilePath
            | T::NamedPipe
            | T::Ja3
            | T::Ja3s
            | T::Ja4
            | T::Jarm
            | T::Cve
            | T::Bitcoin
            | T::Ethereum
            | T::Monero => return None,
        })
    }

    /// Whether a reader's program could turn the value into a live link, so that pages show it
    /// defanged.
    pub fn is_defanged(self) -> bool {
        use IndicatorType as T;
        matches!(self, T::Domain | T::Ipv4 | T::Ipv6 | T::Url | T::Email)
    }
}
