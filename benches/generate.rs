//! Writes a synthetic Tearline site to measure with.
//!
//! In: how many briefs, a folder, a seed. Out: a site of that many briefs over three years, with
//! 150 actors, 20 sectors, 40 countries and 200 techniques. The same arguments give the same bytes
//! on every machine, so figures can be compared over time. Needs the standard library only, so that
//! it compiles in seconds without the crate: `rustc -O --edition 2024 benches/generate.rs`, or
//! `cargo bench --bench generate -- --briefs 10000 --out DIR`.
//!
//! A brief has 400 to 900 words of body: prose, a list, a table, a code block, footnotes, entity
//! links and citations; and the front matter that an analyst would fill in. It is meant to give no
//! findings, so that a build's time is that of building.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const ACTORS: usize = 150;
const TECHNIQUES: usize = 200;
/// 2023-01-01, in days since 1970-01-01, and the days of three years from there.
const FIRST_DAY: u64 = 19_358;
const DAYS: u64 = 1_096;

const USAGE: &str =
    "generate --briefs N --out DIR [--seed S] [--withheld PERCENT] [--withheld-blocks PERCENT]";

fn main() -> ExitCode {
    let mut arguments = env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .peekable();
    if arguments.peek().is_none() {
        // `cargo bench` runs every bench, this one too, without arguments.
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let (mut briefs, mut out, mut seed) = (None, None, 1);
    let mut marked = Marked::default();
    while let Some(argument) = arguments.next() {
        let value = arguments.next();
        let understood = match (argument.as_str(), value) {
            ("--briefs", Some(value)) => value.parse().map(|count| briefs = Some(count)).is_ok(),
            ("--seed", Some(value)) => value.parse().map(|number| seed = number).is_ok(),
            ("--withheld", Some(value)) => {
                value.parse().map(|percent| marked.briefs = percent).is_ok()
            }
            ("--withheld-blocks", Some(value)) => {
                value.parse().map(|percent| marked.blocks = percent).is_ok()
            }
            ("--out", Some(value)) => {
                out = Some(PathBuf::from(value));
                true
            }
            _ => false,
        };
        if !understood {
            eprintln!("cannot understand {argument}\n{USAGE}");
            return ExitCode::from(2);
        }
    }
    let (Some(briefs), Some(out)) = (briefs, out) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match write_site(&out, briefs, seed, marked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", out.display());
            ExitCode::from(1)
        }
    }
}

/// How much of the site is marked green or amber, in percent.
#[derive(Clone, Copy, Default)]
struct Marked {
    briefs: u64,
    /// Paragraphs of the clear briefs.
    blocks: u64,
}

fn write_site(out: &Path, briefs: usize, seed: u64, marked: Marked) -> io::Result<()> {
    let content = out.join("content");
    if content.exists() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "holds a site already; files of two sites must not mix",
        ));
    }
    for folder in [
        "actors",
        "sectors",
        "briefs/2023",
        "briefs/2024",
        "briefs/2025",
    ] {
        fs::create_dir_all(content.join(folder))?;
    }
    fs::write(
        out.join("tearline.toml"),
        "title = \"Synthetic briefings\"\nbase_url = \"https://briefs.example.org\"\nauthors = [\"Synthetic CTI\"]\n",
    )?;
    let actors: Vec<String> = (0..ACTORS).map(actor_name).collect();
    for (number, name) in actors.iter().enumerate() {
        let path = content.join("actors").join(format!("{}.md", slug(name)));
        fs::write(path, actor(number, name, seed))?;
    }
    for (number, (name, stix)) in SECTORS.into_iter().enumerate() {
        let path = content.join("sectors").join(format!("{}.md", slug(name)));
        fs::write(path, sector(number, name, stix, seed))?;
    }
    for number in 0..briefs {
        let brief = Brief::new(number, seed);
        let path = content
            .join("briefs")
            .join(&brief.date[..4])
            .join(brief.file_name());
        fs::write(path, marked.mark(&brief.text(&actors), number, seed))?;
    }
    Ok(())
}

impl Marked {
    /// A brief with the markings that fall to it. They come from a sequence of their own, so that
    /// everything else is the same with and without them.
    fn mark(self, text: &str, number: usize, seed: u64) -> String {
        let mut random = Random::of(seed, 4, number);
        let mut falls = |percent: u64| random.next() % 100 < percent;
        if falls(self.briefs) {
            let level = if number.is_multiple_of(2) {
                "green"
            } else {
                "amber"
            };
            return text.replacen("\ntlp: clear\n", &format!("\ntlp: {level}\n"), 1);
        }
        let mut marked = String::with_capacity(text.len());
        // Paragraphs of prose are single lines that begin with a capital.
        let mut in_body = 0;
        for line in text.split_inclusive('\n') {
            in_body += usize::from(line == "---\n");
            let is_prose = in_body >= 2
                && line.starts_with(|first: char| first.is_ascii_uppercase())
                && line.split(' ').count() > 12;
            if is_prose && falls(self.blocks) {
                marked.push_str("(TLP:AMBER) ");
            }
            marked.push_str(line);
        }
        marked
    }
}

/// The generator splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
struct Random(u64);

impl Random {
    /// A sequence of its own for each thing, so that the first thousand briefs of a large site are
    /// the briefs of a small one.
    fn of(seed: u64, kind: u64, number: usize) -> Self {
        let mut random = Self(seed ^ (kind << 56) ^ ((number as u64) << 8));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included. The bias of the remainder does not matter here.
    fn between(&mut self, low: usize, high: usize) -> usize {
        low + (self.next() % (high - low + 1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.between(0, from.len() - 1)]
    }

    /// So many different indices below `below`. The lower ones come more often, as a few actors and
    /// techniques fill most of a real library.
    fn indices(&mut self, low: usize, high: usize, below: usize) -> Vec<usize> {
        let count = self.between(low, high);
        let mut indices = Vec::new();
        while indices.len() < count {
            let even = self.between(0, below - 1);
            let index = if self.between(0, 1) == 0 {
                even
            } else {
                even * even / below
            };
            if !indices.contains(&index) {
                indices.push(index);
            }
        }
        indices
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits)
            .map(|_| char::from(b"0123456789abcdef"[self.between(0, 15)]))
            .collect()
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| *self.pick(&WORDS)).collect();
        words.join(" ")
    }

    /// A sentence of so many words, with a comma in longer ones.
    fn sentence(&mut self, words: usize) -> String {
        let mut sentence = capital(&self.words(words.min(9)));
        if words > 9 {
            sentence.push_str(", ");
            sentence.push_str(&self.words(words - 9));
        }
        sentence.push('.');
        sentence
    }

    /// Sentences of together so many words.
    fn paragraph(&mut self, mut words: usize) -> String {
        let mut sentences = Vec::new();
        while words > 0 {
            let length = if words <= 20 {
                words
            } else {
                self.between(7, 18)
            };
            sentences.push(self.sentence(length));
            words -= length;
        }
        sentences.join(" ")
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn actor_name(number: usize) -> String {
    // 15 and 10 words: every pair once.
    format!(
        "{} {}",
        COLOURS[number % COLOURS.len()],
        ANIMALS[number / COLOURS.len()]
    )
}

/// A technique id: 140 techniques, then 60 sub-techniques of the first of them.
fn technique(number: usize) -> String {
    match number.checked_sub(140) {
        None => format!("T{}", 1001 + number * 4),
        Some(sub) => format!("T{}.{:03}", 1001 + sub / 3 * 4, sub % 3 + 1),
    }
}

/// Year, month and day of a count of days since 1970-01-01 (the "days to civil" sum over 400-year eras).
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

fn actor(number: usize, name: &str, seed: u64) -> String {
    let mut random = Random::of(seed, 1, number);
    let mut text = format!(
        "---\nname: {name}\ntlp: clear\naliases: [TG-{}, Cluster {}]\n",
        3000 + number * 7,
        50_000 + number * 13
    );
    if let Some((alignment, origin)) = ALIGNMENTS.get(number % 6) {
        let _ = writeln!(text, "alignment: {alignment}\norigin: {origin}");
    }
    let _ = writeln!(
        text,
        "first_seen: {}\nsummary: {}\n---\n",
        random.between(2009, 2022),
        random.sentence(14)
    );
    for _ in 0..random.between(2, 4) {
        let words = random.between(40, 80);
        let _ = writeln!(text, "{}\n", random.paragraph(words));
    }
    text
}

fn sector(number: usize, name: &str, stix: &str, seed: u64) -> String {
    let mut random = Random::of(seed, 2, number);
    format!(
        "---\nname: {name}\ntlp: clear\nstix: {stix}\nsummary: {}\n---\n\n{}\n",
        random.sentence(12),
        random.paragraph(60)
    )
}

struct Brief {
    number: usize,
    date: String,
    day: u64,
    title: String,
    actors: Vec<usize>,
    regions: Vec<usize>,
    sectors: Vec<usize>,
    techniques: Vec<usize>,
    sources: usize,
    random: Random,
}

impl Brief {
    fn new(number: usize, seed: u64) -> Self {
        let mut random = Random::of(seed, 3, number);
        let day = FIRST_DAY + random.next() % DAYS;
        let words = random.between(4, 7);
        Self {
            number,
            date: date(day),
            day,
            title: capital(&random.words(words)),
            actors: random.indices(1, 3, ACTORS),
            regions: random.indices(1, 3, COUNTRIES.len()),
            sectors: random.indices(1, 2, SECTORS.len()),
            techniques: random.indices(2, 6, TECHNIQUES),
            sources: random.between(2, 3),
            random,
        }
    }

    fn file_name(&self) -> String {
        format!("{}-{}-{:05}.md", self.date, slug(&self.title), self.number)
    }

    fn text(mut self, actors: &[String]) -> String {
        let mut text = self.front_matter(actors);
        text.push_str(&self.body(actors));
        text
    }

    fn front_matter(&mut self, actors: &[String]) -> String {
        let names = |indices: &[usize], name: &dyn Fn(usize) -> String| {
            indices
                .iter()
                .map(|index| name(*index))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut text = format!(
            "---\ntitle: {}\ndate: {}\ntlp: clear\nsummary: {}\n",
            self.title,
            self.date,
            self.random.sentence(16)
        );
        let _ = writeln!(text, "report_number: SY-{:05}", self.number);
        let _ = writeln!(
            text,
            "confidence: {}",
            self.random.pick(&["low", "moderate", "high"])
        );
        let _ = writeln!(
            text,
            "actors: [{}]",
            names(&self.actors, &|index| actors[index].clone())
        );
        // A code for the one, a name for the next: both forms are in use.
        let country = |index: usize| {
            let (code, name) = COUNTRIES[index];
            if index.is_multiple_of(2) {
                code.to_owned()
            } else {
                name.to_owned()
            }
        };
        let _ = writeln!(text, "regions: [{}]", names(&self.regions, &country));
        let _ = writeln!(
            text,
            "sectors: [{}]",
            names(&self.sectors, &|index| SECTORS[index].0.to_owned())
        );
        let _ = writeln!(
            text,
            "techniques: [{}]",
            names(&self.techniques, &technique)
        );
        let _ = writeln!(text, "tags: [{}]", self.random.pick(&TAGS));
        text.push_str("key_judgments:\n");
        for _ in 0..self.random.between(1, 3) {
            let words = self.random.between(10, 18);
            let _ = writeln!(text, "  - text: {}", self.random.sentence(words));
            let _ = writeln!(text, "    likelihood: {}", self.random.pick(&LIKELIHOODS));
            let _ = writeln!(
                text,
                "    confidence: {}",
                self.random.pick(&["low", "moderate", "high"])
            );
            let _ = writeln!(
                text,
                "    sources: [s{}]",
                self.random.between(1, self.sources)
            );
        }
        self.indicators(&mut text);
        text.push_str("sources:\n");
        for source in 1..=self.sources {
            let published = date(self.day - self.random.between(1, 60) as u64);
            let title = capital(&self.random.words(6));
            let _ = writeln!(text, "  - id: s{source}\n    title: {title}");
            let _ = writeln!(
                text,
                "    publisher: {}",
                self.random
                    .pick(&["Vendor A", "Vendor B", "National CERT", "Synthetic CTI"])
            );
            let _ = writeln!(
                text,
                "    url: https://reports.example.com/{}/{source}",
                self.number
            );
            let _ = writeln!(text, "    date: {published}\n    accessed: {}", self.date);
            let _ = writeln!(
                text,
                "    reliability: {}\n    credibility: {}",
                self.random.pick(&["A", "B", "C", "D"]),
                self.random.between(1, 4)
            );
        }
        text.push_str("---\n\n");
        text
    }

    fn indicators(&mut self, text: &mut String) {
        let count = self.random.between(0, 5);
        if count == 0 {
            return;
        }
        text.push_str("indicators:\n");
        for indicator in 0..count {
            let host = format!(
                "{}-{}.example",
                self.random.words(2).replace(' ', "-"),
                self.number
            );
            let (kind, value) = match self.random.between(0, 3) {
                0 => ("domain", format!("h{indicator}.{host}")),
                1 => (
                    "url",
                    format!("https://{host}/{}/{indicator}", self.random.hex(6)),
                ),
                2 => ("md5", self.random.hex(32)),
                _ => ("sha256", self.random.hex(64)),
            };
            // Quoted: a hash of digits and one `e` would be read as a number.
            let _ = writeln!(text, "  - type: {kind}\n    value: \"{value}\"");
            let _ = writeln!(text, "    description: {}", self.random.words(4));
            let _ = writeln!(
                text,
                "    first_seen: {}",
                date(self.day - self.random.between(1, 90) as u64)
            );
        }
    }

    /// 400 to 900 words: the set pieces first, the rest of the number is prose.
    fn body(&mut self, actors: &[String]) -> String {
        let total = self.random.between(400, 890);
        let actor = &actors[self.actors[0]];
        let (_, country) = COUNTRIES[self.regions[0]];
        let id = technique(self.techniques[0]);
        let (list, table, code) = (self.list(), self.table(), self.code());
        let opening = format!(
            "[[{actor}]] was seen in [[{country}]] with [[{id}|{}]] [@s1].[^1] ",
            self.random.words(3)
        );
        let closing = "## What to do\n\n";
        let notes = format!(
            "\n[^1]: {}\n[^2]: {}\n",
            self.random.sentence(9),
            self.random.sentence(9)
        );
        let set: usize = [&list, &table, &code, &opening, &notes, closing]
            .iter()
            .map(|piece| piece.split_whitespace().count())
            .sum();
        // Headings of the sections come on top of the prose.
        let mut left = total.saturating_sub(set + 30).max(200);
        let mut paragraph = |random: &mut Random, words: usize| {
            let words = words.min(left);
            left -= words;
            random.paragraph(words)
        };
        let mut text = opening;
        let _ = writeln!(text, "{}\n", paragraph(&mut self.random, 50));
        let _ = writeln!(text, "## {}\n", capital(&self.random.words(3)));
        let _ = writeln!(text, "{} [@s2]\n", paragraph(&mut self.random, 40));
        let _ = writeln!(
            text,
            "{list}\n### {}\n\n{table}",
            capital(&self.random.words(3))
        );
        let _ = writeln!(text, "{}[^2]\n", paragraph(&mut self.random, 60));
        let _ = writeln!(text, "## {}\n\n{code}", capital(&self.random.words(2)));
        loop {
            let words = self.random.between(40, 90);
            let prose = paragraph(&mut self.random, words);
            if prose.is_empty() {
                break;
            }
            let _ = writeln!(text, "{prose}\n");
        }
        let _ = writeln!(
            text,
            "{closing}- **{}**\n- [ ] {}",
            self.random.sentence(8),
            self.random.sentence(8)
        );
        text.push_str(&notes);
        text
    }

    fn list(&mut self) -> String {
        let mut list = String::new();
        for _ in 0..self.random.between(3, 6) {
            let words = self.random.between(5, 12);
            let _ = writeln!(list, "- {}", self.random.sentence(words));
        }
        list
    }

    fn table(&mut self) -> String {
        let mut table = "| Day | Host | What was seen |\n|---|---|---:|\n".to_owned();
        for row in 0..self.random.between(3, 7) {
            let day = date(self.day - 30 + row as u64);
            let (host, seen) = (self.random.words(1), self.random.words(4));
            let _ = writeln!(table, "| {day} | `{host}-{row:02}` | {seen} |");
        }
        table
    }

    fn code(&mut self) -> String {
        let (name, other) = (self.random.words(2).replace(' ', "_"), self.random.words(1));
        let (hash, number) = (self.random.hex(16), self.random.between(10, 900));
        match self.random.between(0, 4) {
            0 => format!(
                "```yara\nrule {name} {{\n    meta:\n        author = \"Synthetic CTI\"\n    strings:\n        $a = \"{other}\" ascii wide\n        $b = {{ {} }}\n    condition:\n        uint16(0) == 0x5a4d and filesize < {number}KB and any of them\n}}\n```\n",
                pairs(&hash)
            ),
            1 => format!(
                "```kql\nDeviceProcessEvents\n| where Timestamp > ago({number}h)\n| where FileName =~ \"{other}.exe\" and ProcessCommandLine has \"{hash}\"\n| summarize Count = count() by DeviceName, bin(Timestamp, 1h)\n| order by Count desc\n```\n"
            ),
            2 => format!(
                "```powershell\n$names = Get-ChildItem -Path 'C:\\{other}' -Filter *.dll\nforeach ($file in $names) {{\n    if ((Get-FileHash $file.FullName).Hash -like '{hash}*') {{\n        Write-Output \"$($file.Name): {name}\"\n    }}\n}}\n```\n"
            ),
            3 => format!(
                "```json\n{{\n  \"family\": \"{name}\",\n  \"sleep\": {number},\n  \"servers\": [\"{other}.example\", \"{other}2.example\"],\n  \"key\": \"{hash}\",\n  \"proxy\": null\n}}\n```\n"
            ),
            _ => format!(
                "```python\nKEY = bytes.fromhex(\"{hash}\")\n\n\ndef {name}(data: bytes) -> bytes:\n    # {other}\n    return bytes(byte ^ KEY[at % len(KEY)] for at, byte in enumerate(data[{number}:]))\n```\n"
            ),
        }
    }
}

/// `0a1b` as `0a 1b`.
fn pairs(hex: &str) -> String {
    let pairs: Vec<String> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    pairs.join(" ")
}

/// The first four sixths of the actors are aligned with a state.
const ALIGNMENTS: [(&str, &str); 4] = [
    ("China", "CN"),
    ("Russia", "RU"),
    ("Iran", "IR"),
    ("North Korea", "KP"),
];

/// Row 1 of the ICD 203 terms alone: the rows are not mixed within one brief.
const LIKELIHOODS: [&str; 5] = [
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
];

const COLOURS: [&str; 15] = [
    "Copper", "Silent", "Velvet", "Granite", "Crimson", "Hollow", "Northern", "Gilded", "Drifting",
    "Marble", "Scarlet", "Frozen", "Winding", "Cobalt", "Ashen",
];

const ANIMALS: [&str; 10] = [
    "Heron", "Badger", "Lynx", "Otter", "Falcon", "Viper", "Mantis", "Walrus", "Jackal", "Condor",
];

const TAGS: [&str; 12] = [
    "espionage",
    "ransomware",
    "phishing",
    "supply chain",
    "edge devices",
    "cloud",
    "mobile",
    "influence",
    "theft",
    "sabotage",
    "identity",
    "web shells",
];

#[rustfmt::skip]
const SECTORS: [(&str, &str); 20] = [
    ("Maritime", "transportation"), ("Aviation", "aerospace"), ("Banking", "financial-services"), ("Rail", "transportation"), ("Semiconductors", "technology"),
    ("Hospitals", "healthcare"), ("Universities", "education"), ("Electricity", "energy"),
    ("Oil and gas", "energy"), ("Ministries", "government-national"),
    ("Municipalities", "government-local"), ("Arms industry", "defense"),
    ("Carriers", "telecommunications"), ("Newsrooms", "communications"), ("Think tanks", "non-profit"), ("Hotels", "hospitality-leisure"), ("Grocery", "retail"),
    ("Drug makers", "pharmaceuticals"), ("Car makers", "automotive"), ("Waterworks", "water"),
];

#[rustfmt::skip]
const COUNTRIES: [(&str, &str); 40] = [
    ("TW", "Taiwan"), ("UA", "Ukraine"), ("US", "United States"), ("JP", "Japan"),
    ("DE", "Germany"), ("PL", "Poland"), ("IN", "India"), ("IL", "Israel"),
    ("PH", "Philippines"), ("VN", "Vietnam"), ("FR", "France"), ("GB", "United Kingdom"),
    ("SG", "Singapore"), ("AU", "Australia"), ("CA", "Canada"), ("NL", "Netherlands"),
    ("SA", "Saudi Arabia"), ("AE", "United Arab Emirates"), ("ID", "Indonesia"),
    ("MY", "Malaysia"), ("TH", "Thailand"), ("KE", "Kenya"), ("ZA", "South Africa"),
    ("BR", "Brazil"), ("MX", "Mexico"), ("AR", "Argentina"), ("ES", "Spain"), ("IT", "Italy"),
    ("SE", "Sweden"), ("FI", "Finland"), ("EE", "Estonia"), ("LT", "Lithuania"),
    ("LV", "Latvia"), ("RO", "Romania"), ("GE", "Georgia"), ("KZ", "Kazakhstan"),
    ("MN", "Mongolia"), ("PK", "Pakistan"), ("EG", "Egypt"), ("NO", "Norway"),
];

/// Common English words, without those that the lints on likelihood and confidence look for.
#[rustfmt::skip]
const WORDS: [&str; 400] = [
    "access", "across", "action", "actor", "after", "again", "agent", "allow", "along", "also",
    "among", "another", "appear", "archive", "around", "article", "aside", "attempt", "autumn",
    "backup", "banner", "basic", "batch", "become", "before", "behind", "beside", "better",
    "beyond", "block", "border", "branch", "brief", "bring", "browser", "build", "bundle",
    "business", "cable", "campaign", "carrier", "carry", "cause", "chain", "change", "chapter",
    "check", "choice", "claim", "close", "cloud", "coast", "code", "column", "come", "command",
    "company", "complete", "computer", "connect", "content", "context", "contract", "copy",
    "corner", "country", "cover", "craft", "crew", "current", "cycle", "danger", "data",
    "decade", "decoy", "deep", "defend", "deliver", "demand", "describe", "desk", "detail",
    "device", "differ", "discover", "display", "distant", "domain", "double", "download",
    "drive", "during", "early", "edge", "effect", "effort", "email", "embed", "empty", "energy",
    "engine", "enter", "entry", "equal", "escape", "event", "every", "exact", "exchange",
    "execute", "expand", "expect", "export", "extra", "fabric", "fail", "familiar", "family",
    "feature", "figure", "file", "filter", "find", "finish", "first", "fleet", "floor",
    "folder", "follow", "foreign", "former", "forward", "frame", "frequent", "fresh", "front",
    "function", "further", "gain", "gate", "gather", "give", "global", "govern", "great",
    "ground", "grow", "guide", "habit", "hand", "happen", "harbour", "harvest", "heavy",
    "height", "hidden", "history", "home", "hour", "house", "hundred", "image", "impact",
    "include", "increase", "index", "inform", "install", "instead", "interest", "internal",
    "island", "item", "join", "journey", "keep", "kernel", "keyboard", "known", "label",
    "language", "later", "launch", "lead", "leave", "left", "length", "letter", "library",
    "limit", "line", "list", "loader", "local", "lock", "long", "loop", "lure", "macro", "mail",
    "maintain", "major", "manage", "many", "map", "market", "match", "matter", "media",
    "member", "memory", "message", "middle", "mind", "mirror", "mission", "module", "monitor",
    "month", "mount", "much", "multiple", "narrow", "near", "need", "never", "night", "noise",
    "note", "number", "object", "obtain", "office", "older", "online", "only", "operate",
    "order", "organise", "other", "over", "owner", "page", "paper", "parent", "partner",
    "party", "past", "path", "pattern", "payload", "period", "permit", "phase", "piece",
    "place", "plan", "plugin", "point", "policy", "port", "position", "power", "prepare",
    "press", "print", "private", "produce", "program", "project", "proxy", "purpose", "push",
    "query", "question", "quick", "raise", "range", "reach", "ready", "real", "recent",
    "recover", "reduce", "register", "release", "remain", "remove", "replace", "reply",
    "request", "require", "reserve", "rest", "result", "reuse", "right", "road", "root",
    "round", "route", "sample", "scale", "scan", "school", "scope", "script", "season",
    "second", "section", "secure", "seek", "select", "send", "sender", "server", "session",
    "setup", "several", "shape", "shell", "short", "show", "sign", "similar", "simple", "site",
    "skill", "small", "software", "source", "south", "speak", "special", "staff", "stand",
    "start", "station", "steal", "step", "stop", "story", "stream", "strong", "study", "style",
    "submit", "supply", "support", "surface", "survey", "system", "take", "target", "teach",
    "technical", "tender", "test", "theft", "theme", "three", "ticket", "time", "today",
    "token", "topic", "touch", "trace", "trade", "train", "transfer", "tree", "trust", "turn",
    "type", "union", "unit", "update", "upload", "usage", "usual", "value", "version", "view",
    "visit", "volume", "walk", "warn", "water", "wealth", "week", "west", "wide", "winter",
    "within", "without", "work", "worth", "write", "young",
];
