//! Canaries: words that stand nowhere else, and the forms in which one could leave.
//!
//! In: numbers. Out: words, and a search of an edition's paths and bytes for each form of them.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

/// An edition: its files by path.
pub type Output = BTreeMap<String, Vec<u8>>;

/// Where each canary stands in an edition, of those that stand anywhere.
pub type Hits<'a> = BTreeMap<&'a Canary, BTreeSet<String>>;

/// A string of its own, and the place of the library that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canary {
    /// As the site's files write it.
    pub text: String,
    pub place: &'static str,
}

/// A pronounceable word of nine letters for each number below 4900. All are of one length and begin
/// alike, so that none lies within another or across two.
pub fn word(number: usize) -> String {
    const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    let syllable = |number: usize| {
        let number = number % 70;
        [
            char::from(CONSONANTS[number / 5]),
            char::from(VOWELS[number % 5]),
        ]
    };
    assert!(number < 4900, "too many canaries for one library");
    let mut word = "quo".to_owned();
    // The last syllable only sets neighbours further apart.
    for part in [number, number / 70, number * 31 + 17] {
        word.extend(syllable(part));
    }
    word
}

/// The word with a letter that HTML, JSON and addresses write in different ways.
pub fn accented(word: &str) -> String {
    word.replacen("quo", "quö", 1)
}

/// Every form in which a canary would give itself away, in lower case where the search is blind to
/// case anyway.
pub fn forms(text: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    let slug = slug::slugify(text);
    let shapes = BTreeSet::from([
        text.to_owned(),
        text.to_lowercase(),
        text.to_uppercase(),
        slug.clone(),
        // As the name of an exchange format might be folded.
        slug.replace('-', "_"),
        // Indicators are shown defanged.
        text.replace('.', "[.]"),
        text.replace('@', "[@]").replace('.', "[.]"),
        text.replacen("http", "hxxp", 1).replace('.', "[.]"),
    ]);
    // Dates are shown in words.
    let day = text.parse::<jiff::civil::Date>().ok();
    let shapes = shapes
        .into_iter()
        .chain(day.map(|day| day.strftime("%-d %B %Y").to_string()));
    for shape in shapes.filter(|shape| shape.len() > 4) {
        let shape = shape.as_str();
        forms.insert(shape.to_owned());
        forms.insert(shape.chars().rev().collect());
        forms.extend(base64_within(shape.as_bytes()));
        forms.insert(each(shape, |byte| format!("%{byte:02x}")));
        forms.insert(each(shape, |byte| format!("{byte:02x}")));
        forms.insert(percent_encoded(shape));
        for escape in [decimal, hexadecimal, json, named] {
            forms.insert(shape.chars().map(escape).collect());
            let only_what_must = |letter: char| match letter.is_ascii_alphanumeric() {
                true => letter.to_string(),
                false => escape(letter),
            };
            forms.insert(shape.chars().map(only_what_must).collect());
        }
    }
    forms
}

fn each(text: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

/// As the path of an address writes it.
fn percent_encoded(text: &str) -> String {
    let mut url = url::Url::parse("https://h/").expect("an address");
    url.set_path(text);
    url.path()[1..].to_owned()
}

fn decimal(letter: char) -> String {
    format!("&#{};", u32::from(letter))
}

fn hexadecimal(letter: char) -> String {
    format!("&#x{:x};", u32::from(letter))
}

fn json(letter: char) -> String {
    format!("\\u{:04x}", u32::from(letter))
}

fn named(letter: char) -> String {
    match letter {
        'ö' => "&ouml;".to_owned(),
        'Ö' => "&Ouml;".to_owned(),
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '"' => "&quot;".to_owned(),
        other => other.to_string(),
    }
}

/// The letters that base64 has for these bytes wherever they begin in what is encoded, in both
/// alphabets; those that depend on the neighbours are left out.
fn base64_within(bytes: &[u8]) -> Vec<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded = [&vec![0; before][..], bytes].concat();
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        forms.push(STANDARD_NO_PAD.encode(&padded)[first..last].to_owned());
        forms.push(URL_SAFE_NO_PAD.encode(&padded)[first..last].to_owned());
    }
    forms
}

/// Finds canaries in editions.
pub struct Search<'a> {
    canaries: Vec<&'a Canary>,
    automaton: AhoCorasick,
    /// Of each pattern: which canary it is a form of, and how it is written.
    patterns: Vec<(usize, String)>,
}

impl<'a> Search<'a> {
    pub fn new(canaries: impl IntoIterator<Item = &'a Canary>) -> Self {
        let canaries: Vec<&Canary> = canaries.into_iter().collect();
        let mut patterns = Vec::new();
        for (at, canary) in canaries.iter().enumerate() {
            patterns.extend(forms(&canary.text).into_iter().map(|form| (at, form)));
        }
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .build(patterns.iter().map(|(_, form)| form))
            .expect("few and short patterns");
        Self {
            canaries,
            automaton,
            patterns,
        }
    }

    pub fn hits(&self, output: &Output) -> Hits<'a> {
        let mut hits = Hits::new();
        for (path, bytes) in output {
            for (what, haystack) in [("path", path.as_bytes()), ("bytes", bytes)] {
                for found in self.automaton.find_overlapping_iter(haystack) {
                    let (canary, form) = &self.patterns[found.pattern().as_usize()];
                    hits.entry(self.canaries[*canary])
                        .or_default()
                        .insert(format!("as `{form}` in the {what} of {path}"));
                }
            }
        }
        hits
    }
}

#[test]
fn every_form_of_a_canary_is_found() {
    use base64::Engine as _;
    let word = word(1234);
    assert_eq!(word, "quopugise");
    let canaries = [Canary {
        text: accented(&word),
        place: "anywhere",
    }];
    let search = Search::new(&canaries);
    let found = |text: &str| {
        !search
            .hits(&Output::from([("x".to_owned(), text.into())]))
            .is_empty()
    };
    for text in [
        "a QUÖPUGISE b",
        "a/quopugise-2/",
        "qu%C3%B6pugise",
        "%71%75%c3%b6%70%75%67%69%73%65",
        "qu&ouml;pugise",
        "qu&#246;pugise",
        "qu&#xf6;pugise",
        "&#x71;&#x75;&#xF6;&#x70;&#x75;&#x67;&#x69;&#x73;&#x65;",
        "qu\\u00f6pugise",
        "esigupouq",
        "esigupöuq",
    ] {
        assert!(found(text), "{text}");
    }
    for before in ["", "1", "12"] {
        let text = format!("{before}quopugise and more");
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        assert!(found(&encoded), "{encoded}");
    }
    assert!(!found("quopugisa, quopugi se"));
    let unlike: BTreeSet<String> = (0..4900).map(self::word).collect();
    assert_eq!(unlike.len(), 4900);
}
