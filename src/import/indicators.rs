//! Indicators of others: which type a value has, and how a site keeps it.
//!
//! In: values as lists have them, defanged or not, with or without a type in whatever word. Out:
//! [`Indicator`]s whose values the site's own check accepts, each once, as entries of a brief or as
//! a CSV.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::catalogue::Place;
use super::draft::table;
use super::gate::{Fact, Gate, Sheet, Told};
use super::shelf::Shelf;
use super::text as lines;
use super::yaml::Value;
use crate::intel::indicator::{refang_as, validate};
use crate::intel::vocabulary::{Confidence, IndicatorType, Vocabulary};
use crate::marking::Tlp;

use IndicatorType as T;

/// More of them stand in a table beside the brief rather than in its front matter.
pub const MOST_INLINE: usize = 20;

/// The columns of a table that an import makes, in their order.
pub const COLUMNS: [&str; 9] = [
    "type",
    "value",
    "description",
    "first_seen",
    "valid_until",
    "confidence",
    "tlp",
    "software",
    "source",
];

/// One observable, as narrow as the narrowest of what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    pub kind: IndicatorType,
    /// Refanged and in its normal form.
    pub value: Told,
    pub description: Option<Told>,
    pub first_seen: Option<Fact>,
    pub valid_until: Option<Fact>,
    pub confidence: Option<Fact>,
    pub software: Option<Told>,
    /// The id of a source of the brief.
    pub source: Option<Told>,
}

impl Indicator {
    /// A value in its normal form, from an object of this gate.
    pub fn new(kind: IndicatorType, value: &str, gate: Gate) -> Self {
        Self {
            kind,
            value: gate.value(value),
            description: None,
            first_seen: None,
            valid_until: None,
            confidence: None,
            software: None,
            source: None,
        }
    }

    pub fn tlp(&self) -> Tlp {
        let texts = [&self.description, &self.software, &self.source];
        let facts = [&self.first_seen, &self.valid_until, &self.confidence];
        let texts = texts.into_iter().flatten().map(Told::tlp);
        let facts = facts.into_iter().flatten().map(Fact::tlp);
        texts.chain(facts).fold(self.value.tlp(), Ord::max)
    }

    /// Its level, where that is narrower than what it stands in.
    fn narrower(&self, than: Tlp) -> Option<Tlp> {
        Some(self.tlp()).filter(|tlp| *tlp > than)
    }

    /// Its cells, in the order of [`COLUMNS`], in a table of a brief of this level.
    pub fn cells(&self, brief: Tlp) -> [Cell<'_>; 9] {
        fn told(told: &Option<Told>) -> Option<Cell<'_>> {
            told.as_ref().map(Cell::Told)
        }
        fn fact(fact: &Option<Fact>) -> Option<Cell<'_>> {
            fact.as_ref().map(Cell::Fact)
        }
        [
            Some(Cell::Own(self.kind.name())),
            Some(Cell::Told(&self.value)),
            told(&self.description),
            fact(&self.first_seen),
            fact(&self.valid_until),
            fact(&self.confidence),
            self.narrower(brief).map(|tlp| Cell::Own(tlp.name())),
            told(&self.software),
            told(&self.source),
        ]
        .map(Option::unwrap_or_default)
    }

    /// As an entry of the front matter of a brief of this level.
    pub fn entry(&self, brief: Tlp) -> Value {
        table([
            ("type", Some(Value::own(self.kind.name()))),
            ("value", Some(Value::Text(self.value.clone()))),
            ("description", self.description.clone().map(Value::Text)),
            ("first_seen", self.first_seen.clone().map(Value::Bare)),
            ("valid_until", self.valid_until.clone().map(Value::Bare)),
            ("confidence", self.confidence.clone().map(Value::Bare)),
            ("tlp", self.narrower(brief).map(Value::level)),
            ("software", self.software.clone().map(Value::Text)),
            ("source", self.source.clone().map(Value::Text)),
        ])
    }
}

/// Each type and value once, as narrow as the narrowest of them; of those that say more, the first.
pub fn once(indicators: Vec<Indicator>) -> (Vec<Indicator>, usize) {
    let before = indicators.len();
    let mut seen: HashMap<(IndicatorType, String), usize> = HashMap::new();
    let mut kept: Vec<Indicator> = Vec::new();
    for indicator in indicators {
        let key = (indicator.kind, indicator.value.as_str().to_owned());
        match seen.entry(key) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(indicator);
            }
            Entry::Occupied(place) => {
                let tlp = indicator.tlp();
                let first = &mut kept[*place.get()];
                first.value = first.value.clone().at_least(tlp);
            }
        }
    }
    let twice = before - kept.len();
    (kept, twice)
}

/// The table that the document names already, else a new one of its name.
pub fn table_path(place: &Place, shelf: &Shelf) -> String {
    let named = place.existing.and_then(|at| {
        let rows = shelf.document(at).indicator_rows.as_ref()?;
        Some(rows.file.path.clone())
    });
    named
        .filter(|path| path.starts_with("data/"))
        .unwrap_or_else(|| free_table(shelf, &place.slug))
}

/// A path in `data/` that nothing has.
pub fn free_table(shelf: &Shelf, slug: &str) -> String {
    let mut path = format!("data/{slug}.csv");
    let mut number = 2;
    while shelf.has_path(&path) {
        path = format!("data/{slug}-{number}.csv");
        number += 1;
    }
    path
}

/// A table of a brief of this level, with those columns that any of them fills.
pub fn text(indicators: &[Indicator], brief: Tlp, from: Option<&Told>) -> Sheet {
    let rows: Vec<[Cell<'_>; 9]> = (indicators.iter())
        .map(|indicator| indicator.cells(brief))
        .collect();
    let used: Vec<usize> = (0..COLUMNS.len())
        .filter(|column| *column < 2 || rows.iter().any(|row| !row[*column].is_empty()))
        .collect();
    let mut out = Sheet::default();
    let header = used.iter().map(|at| Cell::Own(COLUMNS[*at]));
    row(&mut out, header, b',');
    heading(&mut out, from);
    for cells in &rows {
        row(&mut out, used.iter().map(|at| cells[*at]), b',');
    }
    out
}

/// The comment before the rows of one list: the name of its file.
pub fn heading(out: &mut Sheet, from: Option<&Told>) {
    if let Some(from) = from {
        out.own("# from ").told(from, str::to_owned).own("\n");
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Own(&'static str),
    Told(&'a Told),
    Fact(&'a Fact),
}

impl Default for Cell<'_> {
    fn default() -> Self {
        Cell::Own("")
    }
}

impl Cell<'_> {
    pub fn is_empty(&self) -> bool {
        match self {
            Cell::Own(text) => text.is_empty(),
            Cell::Told(told) => told.as_str().is_empty(),
            Cell::Fact(fact) => fact.as_str().is_empty(),
        }
    }
}

/// One row (RFC 4180) with its line's end. The delimiter is one of those that a table may have.
pub fn row<'c>(out: &mut Sheet, cells: impl Iterator<Item = Cell<'c>>, delimiter: u8) {
    let form: fn(&str) -> String = match delimiter {
        b';' => |text| field(text, ';'),
        b'\t' => |text| field(text, '\t'),
        _ => |text| field(text, ','),
    };
    for (at, cell) in cells.enumerate() {
        out.sign(char::from(delimiter), usize::from(at > 0));
        match cell {
            Cell::Own(text) => out.own(text),
            Cell::Told(told) => out.told(told, form),
            Cell::Fact(fact) => out.fact(fact),
        };
    }
    out.own("\n");
}

/// A text as a cell. A first cell that begins with `#` would be a comment.
fn field(text: &str, delimiter: char) -> String {
    let special = text.contains(['"', '\n', '\r', delimiter])
        || text.starts_with(['#', ' '])
        || text.ends_with(' ');
    if special {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The value as one of this type.
pub fn of_type(kind: IndicatorType, text: &str) -> Option<String> {
    validate(kind, &refang_as(kind, text)).ok()
}

/// What feeds call the types; the vocabulary's own words are read besides.
const HINTS: &[(&[&str], &[IndicatorType])] = &[
    (
        &[
            "ipaddress",
            "ip address",
            "ip",
            "ip addr",
            "ip src",
            "ip dst",
            "ipv4addr",
            "address",
            "ips",
            "c2 ip",
        ],
        &[T::Ipv4, T::Ipv6],
    ),
    (
        &[
            "hostname",
            "domain name",
            "host name",
            "domains",
            "hosts",
            "dns",
            "c2",
            "cnc",
            "c&c",
            "infrastructure",
        ],
        &[T::Domain, T::Ipv4, T::Ipv6, T::Url],
    ),
    (
        &["urls", "uri", "web address"],
        &[T::Url, T::Domain, T::Ipv4, T::Ipv6],
    ),
    (
        &[
            "file",
            "hash",
            "hashes",
            "file hash",
            "filehash",
            "checksum",
            "sample",
            "malware",
            "ioc hash",
        ],
        &[T::Sha256, T::Sha1, T::Md5, T::Sha512],
    ),
    (
        &[
            "emailwhois",
            "email whois",
            "whois email",
            "email src",
            "email dst",
            "email sender",
            "sender",
            "emails",
            "whois registrant email",
        ],
        &[T::Email],
    ),
    (&["filehash md5", "hash md5", "md5 hash"], &[T::Md5]),
    (
        &["filehash sha1", "hash sha1", "sha1 hash", "sha 1"],
        &[T::Sha1],
    ),
    (
        &["filehash sha256", "hash sha256", "sha256 hash", "sha 256"],
        &[T::Sha256],
    ),
    (
        &["filehash sha512", "hash sha512", "sha512 hash", "sha 512"],
        &[T::Sha512],
    ),
    (&["file name", "filenames"], &[T::FileName, T::FilePath]),
    (
        &["file path", "fullpath", "directory", "pdb", "folder"],
        &[T::FilePath, T::FileName],
    ),
    (
        &["registry key", "reg key", "regkey", "registrykey"],
        &[T::RegistryKey],
    ),
    (&["asn", "as number"], &[T::Asn]),
    (&["cves", "cve id"], &[T::Cve]),
    (
        &["wallet", "bitcoin address", "cryptocurrency"],
        &[T::Bitcoin, T::Ethereum, T::Monero],
    ),
    (
        &["ssl certificate", "certificate", "ssl cert", "x509"],
        &[T::CertificateSha1, T::CertificateSha256],
    ),
];

/// The types that a word may stand for, likeliest first; none for a word that names no type.
pub fn hinted(word: &str) -> Option<Vec<IndicatorType>> {
    let folded: String = word
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| {
            if matches!(c, '-' | '_' | ':' | '/') {
                ' '
            } else {
                c
            }
        })
        .collect();
    HINTS
        .iter()
        .find(|(words, _)| words.contains(&folded.as_str()))
        .map(|(_, kinds)| kinds.to_vec())
        .or_else(|| T::parse(word).map(|kind| vec![kind]))
}

/// Types that have a form of their own, so that a value shows which it is. The order decides where
/// two would fit.
const BY_FORM: [IndicatorType; 16] = [
    T::Md5,
    T::Sha1,
    T::Sha256,
    T::Sha512,
    T::Cve,
    T::Ipv4,
    T::Ipv6,
    T::Email,
    T::Url,
    T::RegistryKey,
    T::Ja4,
    T::Jarm,
    T::Bitcoin,
    T::Ethereum,
    T::Monero,
    T::Ssdeep,
];

/// Ends of file names that are no top-level domain, or hardly ever one.
const ENDS: [&str; 48] = [
    "exe", "dll", "sys", "scr", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf",
    "hta", "lnk", "doc", "docx", "docm", "dotm", "xls", "xlsx", "xlsm", "xlsb", "ppt", "pptx",
    "pptm", "rtf", "pdf", "rar", "7z", "zip", "gz", "tar", "iso", "img", "vhd", "jar", "apk",
    "elf", "dylib", "dmg", "msi", "txt", "tmp", "dat", "bin", "php", "aspx",
];

/// The type and normal form of a value. A type that is said goes before others, but a list's word
/// for it is often wrong: what does not have its form is what its own form says.
pub fn detect(text: &str, said: &[IndicatorType]) -> Option<(IndicatorType, String)> {
    let text = text.trim().trim_matches(['"', '\'', '`']);
    for kind in said {
        // A name of a file may be anything, so its word counts only where nothing else fits.
        if let Some(value) = of_type(*kind, text) {
            return Some((*kind, value));
        }
    }
    for kind in BY_FORM {
        if let Some(value) = of_type(kind, text) {
            return Some((kind, value));
        }
    }
    let defanged = ["[.", "(.", "{.", "[dot", "(dot"]
        .iter()
        .any(|mark| text.contains(mark));
    let end = text.rsplit('.').next().unwrap_or_default().to_lowercase();
    let is_file = !defanged && text.contains('.') && ENDS.contains(&end.as_str());
    if !is_file && let Some(value) = of_type(T::Domain, text) {
        return Some((T::Domain, value));
    }
    let is_path = text.contains('\\') || text.starts_with(['/', '%', '~']);
    if is_path && let Some(value) = of_type(T::FilePath, text) {
        return Some((T::FilePath, value));
    }
    if is_file
        && !text.contains("://")
        && let Some(value) = of_type(T::FileName, text)
    {
        return Some((T::FileName, value));
    }
    let upper = text.to_ascii_uppercase();
    if upper.starts_with("AS")
        && let Some(value) = of_type(T::Asn, text)
    {
        return Some((T::Asn, value));
    }
    None
}

/// The values of a cell, which may hold several: hashes of one file, or a list.
pub fn values(cell: &str, said: &[IndicatorType]) -> Option<Vec<(IndicatorType, String)>> {
    if let Some(found) = detect(cell, said) {
        return Some(vec![found]);
    }
    let parts: Vec<&str> = cell
        .split([',', ';', '|', '\n', '\r', '\t', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 {
        return None;
    }
    parts.iter().map(|part| detect(part, said)).collect()
}

/// The values of a cell that holds several, of which some have no known form, and those.
pub fn some_values<'c>(
    cell: &'c str,
    said: &[IndicatorType],
) -> (Vec<(IndicatorType, String)>, Vec<&'c str>) {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for part in cell.split([',', ';', '|', '\n', '\r']).map(str::trim) {
        match detect(part, said) {
            Some(found) => good.push(found),
            None if part.is_empty() => {}
            None => bad.push(part),
        }
    }
    (good, bad)
}

/// Confidence as a word, or on the scale from 0 to 100.
pub fn confidence(text: &str) -> Option<Confidence> {
    Confidence::parse(text.trim()).or_else(|| lines::confidence(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_show_their_type() {
        for (text, kind, value) in [
            ("evil[.]example", T::Domain, "evil.example"),
            ("hxxps://evil[.]example/a", T::Url, "https://evil.example/a"),
            ("80.85.154.48:443", T::Url, "80.85.154.48:443"),
            ("198.51.100[.]3", T::Ipv4, "198.51.100.3"),
            (
                "D41D8CD98F00B204E9800998ECF8427E",
                T::Md5,
                "d41d8cd98f00b204e9800998ecf8427e",
            ),
            ("loader.exe", T::FileName, "loader.exe"),
            (
                "C:\\Users\\a\\loader.exe",
                T::FilePath,
                "C:\\Users\\a\\loader.exe",
            ),
            (
                "HKLM\\Software\\Run",
                T::RegistryKey,
                "HKEY_LOCAL_MACHINE\\Software\\Run",
            ),
            ("hr@jobs[.]example", T::Email, "hr@jobs.example"),
            ("cve-2023-22515", T::Cve, "CVE-2023-22515"),
            ("AS64496", T::Asn, "AS64496"),
        ] {
            assert_eq!(detect(text, &[]), Some((kind, value.to_owned())), "{text}");
        }
        for text in ["", "hello world", "-", "n/a"] {
            assert_eq!(detect(text, &[]), None, "{text}");
        }
    }

    #[test]
    fn a_wrong_word_for_the_type_does_not_count() {
        let url = hinted("url").expect("a type");
        assert_eq!(
            detect("www.evil.example", &url),
            Some((T::Domain, "www.evil.example".to_owned()))
        );
        let file = hinted("file").expect("types");
        let cell = "d41d8cd98f00b204e9800998ecf8427e, da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let found: Vec<_> = values(cell, &file)
            .expect("hashes")
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(found, [T::Md5, T::Sha1]);
    }
}
