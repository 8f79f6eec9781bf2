//! A library as the tests know it: documents, entries and blocks with their markings, before they
//! are files.
//!
//! In: what the generator made. Out: the site's files. What an audience may not see is taken out of
//! the model by `withhold.rs`; the files of what is left are "a library that never had it".

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};
use tearline::marking::Tlp;

use super::words::Canary;

/// Files of a site by their path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One reader's edition.
#[derive(Debug, Clone, Copy)]
pub struct Audience {
    pub name: &'static str,
    pub tlp: Tlp,
    pub groups: &'static [&'static str],
}

/// An edition for each level, and two for groups.
pub const AUDIENCES: [Audience; 7] = [
    Audience::of("clear", Tlp::Clear, &[]),
    Audience::of("green", Tlp::Green, &[]),
    Audience::of("amber", Tlp::Amber, &[]),
    Audience::of("strict", Tlp::AmberStrict, &[]),
    Audience::of("red", Tlp::Red, &[]),
    Audience::of("acme", Tlp::Amber, &["acme"]),
    Audience::of("both", Tlp::Red, &["acme", "bravo"]),
];

impl Audience {
    const fn of(name: &'static str, tlp: Tlp, groups: &'static [&'static str]) -> Self {
        Self { name, tlp, groups }
    }
}

/// Places that every site has; each is the canary of one text.
pub const PLACES: [(&str, &str); 16] = [
    ("Kiribati", "KI"),
    ("Turkmenistan", "TM"),
    ("Suriname", "SR"),
    ("Vanuatu", "VU"),
    ("Tajikistan", "TJ"),
    ("Lesotho", "LS"),
    ("Djibouti", "DJ"),
    ("Comoros", "KM"),
    ("Mauritania", "MR"),
    ("Paraguay", "PY"),
    ("Uruguay", "UY"),
    ("Azerbaijan", "AZ"),
    ("Barbados", "BB"),
    ("Cameroon", "CM"),
    ("Honduras", "HN"),
    ("Maldives", "MV"),
];

/// A PNG of one pixel, since a picture may be read.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\x0aIDATx\x9cc`\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xaeB`\x82";

/// A marking as it is written: a level, or none, and groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marking {
    pub tlp: Option<Tlp>,
    pub groups: Vec<String>,
}

impl Marking {
    /// Whether the audience sees what has this marking, were there nothing around it.
    pub fn seen_by(&self, audience: &Audience) -> bool {
        self.tlp.unwrap_or_default() <= audience.tlp
            && (self.groups.is_empty()
                || (self.groups.iter()).any(|group| audience.groups.contains(&group.as_str())))
    }

    pub fn is_none(&self) -> bool {
        self.tlp.is_none() && self.groups.is_empty()
    }

    /// From the keys of an entry.
    pub fn of(entry: &Map<String, Value>) -> Self {
        let groups = entry.get("audience").and_then(Value::as_array);
        Self {
            tlp: entry
                .get("tlp")
                .and_then(Value::as_str)
                .and_then(Tlp::parse),
            groups: (groups.into_iter().flatten())
                .filter_map(|group| group.as_str().map(str::to_owned))
                .collect(),
        }
    }

    /// As keys of an entry.
    pub fn write(&self, entry: &mut Map<String, Value>) {
        if let Some(tlp) = self.tlp {
            entry.insert("tlp".to_owned(), tlp.name().into());
        }
        if !self.groups.is_empty() {
            entry.insert("audience".to_owned(), self.groups.clone().into());
        }
    }

    fn portion(&self) -> String {
        format!("({})", self.tlp.unwrap_or_default().label())
    }
}

/// Whether a document's time has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Timing {
    #[default]
    Out,
    Draft,
    Embargoed,
    Expired,
}

#[derive(Debug, Clone, Default)]
pub struct Library {
    pub documents: Vec<Document>,
    /// Every canary of the whole library.
    pub canaries: Vec<Canary>,
}

#[derive(Debug, Clone, Default)]
pub struct Document {
    /// `briefs`, `actors`, …
    pub folder: &'static str,
    pub stem: String,
    /// A folder with index.md and files beside it.
    pub bundle: bool,
    pub marking: Marking,
    pub timing: Timing,
    /// Front matter but for the marking and the timing; entries have their `tlp` and `audience`.
    pub matter: Map<String, Value>,
    pub body: Vec<Block>,
    /// Files beside the document.
    pub files: Vec<(String, Vec<u8>)>,
    /// The rows of the CSV that `indicators_file` names.
    pub rows: Vec<Map<String, Value>>,
}

/// A block with a marking of its own.
#[derive(Debug, Clone)]
pub struct Block {
    pub marking: Marking,
    pub written: Written,
    pub is: Is,
}

/// Where the mark of a block stands; groups are written by [`Written::Around`] or in a code block's
/// line whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// At the start of the block itself.
    Inside,
    /// A paragraph of its own before it.
    Before,
    /// `::: tlp amber` … `:::`.
    Around,
}

#[derive(Debug, Clone)]
pub enum Is {
    Paragraph(Vec<Inline>),
    /// A paragraph, and a list whose items have markings of their own. The paragraph keeps two
    /// lists apart between which something is withheld; the block's marking is the list's.
    List {
        lead: String,
        ordered: bool,
        items: Vec<(Marking, Vec<Inline>)>,
        /// A list in the last item, each of its items marked.
        inner: Vec<(Marking, Vec<Inline>)>,
    },
    /// A paragraph, and a list of definitions: term, marking, meaning.
    Definitions(String, Vec<(String, Marking, Vec<Inline>)>),
    /// A comment of HTML.
    Comment(String),
    /// A link whose address is written apart: words, label, address, title.
    Apart(String, String, String, String),
    Table(Vec<[String; 2]>),
    /// A quote; `[!NOTE]` where it is an alert.
    Quote(&'static str, Vec<Inline>),
    /// The opening line's words, the text, and the source it rests on.
    Code {
        info: String,
        text: String,
        source: Option<String>,
    },
    Section {
        level: usize,
        title: String,
        blocks: Vec<Block>,
    },
    /// Only what is inside of it: a `:::` block where it is marked.
    Group(Vec<Block>),
    /// The text of a footnote.
    Note(String, Vec<Inline>),
}

#[derive(Debug, Clone)]
pub enum Inline {
    Text(String),
    Code(String),
    /// `[^label]`.
    Note(String),
    /// `[@id]`.
    Citation(String),
    /// `[[name|text]]`, or `[[name]]` without a text.
    Wiki(String, String),
    /// `[text](address "title")`, to a file beside or elsewhere.
    Link(String, String, String),
    /// `![alt](file "title")`.
    Image(String, String, String),
    /// HTML with the text as an attribute's value.
    Html(String),
}

impl Library {
    /// The site's files; `namespace` is set so that ids do not hang on an address.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        files.insert("tearline.toml".to_owned(), settings().into());
        files.insert("static/robots.txt".to_owned(), "User-agent: *\n".into());
        for document in &self.documents {
            document.write(&mut files);
        }
        files
    }

    /// The canaries that stand in these files, by what the files themselves say.
    pub fn canaries_in(&self, files: &Files) -> BTreeSet<Canary> {
        let whole: String = files
            .iter()
            .map(|(path, bytes)| format!("{path}\n{}\n", String::from_utf8_lossy(bytes)))
            .collect();
        let standing = |canary: &&Canary| whole.contains(&canary.text);
        self.canaries.iter().filter(standing).cloned().collect()
    }
}

/// Two briefs on a page, so that few fill several.
fn settings() -> String {
    let mut settings =
        "title = \"Canary Briefings\"\nbase_url = \"https://briefs.example.org/team\"\n\
        default_tlp = \"clear\"\nauthors = [\"Example CTI\"]\n\
        namespace = \"8d0ae7f5-7a5a-4c39-9f0a-6a1d6b1f7c11\"\n\n\
        [lists]\nper_page = 2\n\n[build]\nhighlight = false\n"
            .to_owned();
    for Audience { name, tlp, groups } in AUDIENCES {
        let _ = write!(
            settings,
            "\n[editions.{name}]\ntlp = \"{}\"\naudience = {groups:?}\n",
            tlp.name()
        );
    }
    settings
}

impl Document {
    /// The path of its text.
    pub fn path(&self) -> String {
        let Self { folder, stem, .. } = self;
        match self.bundle {
            true => format!("content/{folder}/{stem}/index.md"),
            false => format!("content/{folder}/{stem}.md"),
        }
    }

    fn write(&self, files: &mut Files) {
        let Self { folder, stem, .. } = self;
        files.insert(self.path(), self.text().into());
        let beside = |name: &str| format!("content/{folder}/{stem}/{name}");
        for (name, bytes) in &self.files {
            files.insert(beside(name), bytes.clone());
        }
        if let Some(name) = self.matter.get("indicators_file").and_then(Value::as_str) {
            files.insert(beside(name), self.csv().into());
        }
    }

    /// Front matter and body.
    pub fn text(&self) -> String {
        let mut text = "---\n".to_owned();
        let mut head = Map::new();
        self.marking.write(&mut head);
        match self.timing {
            Timing::Out => {}
            Timing::Draft => drop(head.insert("draft".to_owned(), true.into())),
            Timing::Embargoed => drop(head.insert("embargo".to_owned(), "2031-05-01".into())),
            Timing::Expired => drop(head.insert("expires".to_owned(), "2025-12-30".into())),
        }
        for (key, value) in head.iter().chain(&self.matter) {
            match value.as_array() {
                Some(items) if items.iter().any(Value::is_object) => {
                    let _ = writeln!(text, "{key}:");
                    for item in items {
                        let _ = writeln!(text, "  - {item}");
                    }
                }
                // JSON is YAML of the flowing kind.
                _ => drop(writeln!(text, "{key}: {value}")),
            }
        }
        text.push_str("---\n\n");
        write_blocks(&self.body, 0, &mut text);
        text
    }

    fn csv(&self) -> String {
        // A CSV cannot write the groups of a row: its cells are texts, and groups a list.
        const COLUMNS: [&str; 6] = ["type", "value", "description", "software", "source", "tlp"];
        if self.rows.is_empty() {
            // What an edition writes of a table none of whose rows it has.
            return "type,value\n".to_owned();
        }
        let mut text = COLUMNS.join(",") + "\n";
        for row in &self.rows {
            let cells = COLUMNS.map(|column| row.get(column).and_then(Value::as_str).unwrap_or(""));
            text.push_str(&(cells.join(",") + "\n"));
        }
        text
    }
}

/// `depth` is that of the `:::` blocks around: an outer one has more colons.
fn write_blocks(blocks: &[Block], depth: usize, text: &mut String) {
    for block in blocks {
        let Block {
            marking,
            written,
            is,
        } = block;
        let in_line = matches!(is, Is::Code { .. }) && *written == Written::Inside;
        let around = !marking.is_none()
            && !in_line
            && (!marking.groups.is_empty()
                || *written == Written::Around
                || matches!(is, Is::Group(_)));
        if let Is::List { lead, .. } | Is::Definitions(lead, _) = is {
            let _ = writeln!(text, "{lead}\n");
        }
        let colons = ":".repeat(9 - depth);
        if around {
            let tlp = marking.tlp.unwrap_or_default().name();
            let _ = write!(text, "{colons} tlp {tlp}");
            if !marking.groups.is_empty() {
                let _ = write!(text, " audience={}", marking.groups.join(","));
            }
            text.push_str("\n\n");
        }
        let mut own = String::new();
        if !around && !marking.is_none() && !in_line {
            match (is, written) {
                (Is::List { .. } | Is::Definitions(..), _) | (_, Written::Before) => {
                    let _ = writeln!(text, "{}\n", marking.portion());
                }
                _ => own = marking.portion() + " ",
            }
        }
        is.write(&own, marking, in_line, depth + usize::from(around), text);
        if around {
            let _ = writeln!(text, "{colons}\n");
        }
    }
}

impl Is {
    fn write(&self, own: &str, marking: &Marking, in_line: bool, depth: usize, text: &mut String) {
        let _ = match self {
            Is::Paragraph(inlines) => writeln!(text, "{own}{}\n", line(inlines)),
            Is::List {
                ordered,
                items,
                inner,
                ..
            } => {
                for (number, (marking, inlines)) in items.iter().enumerate() {
                    let bullet = match ordered {
                        true => format!("{}.", number + 1),
                        false => "-".to_owned(),
                    };
                    let mark = match marking.is_none() {
                        true => String::new(),
                        false => marking.portion() + " ",
                    };
                    let _ = writeln!(text, "{bullet} {mark}{}", line(inlines));
                }
                for (marking, inlines) in inner {
                    let mark = match marking.is_none() {
                        true => String::new(),
                        false => marking.portion() + " ",
                    };
                    let _ = writeln!(text, "   - {mark}{}", line(inlines));
                }
                writeln!(text)
            }
            Is::Definitions(_, entries) => {
                for (term, marking, inlines) in entries {
                    let mark = match marking.is_none() {
                        true => String::new(),
                        false => marking.portion() + " ",
                    };
                    let _ = writeln!(text, "{term}\n: {mark}{}\n", line(inlines));
                }
                Ok(())
            }
            Is::Comment(words) => writeln!(text, "<!-- {words} -->\n"),
            Is::Apart(words, label, address, title) => writeln!(
                text,
                "{own}See [{words}][{label}].\n\n[{label}]: {address} \"{title}\"\n"
            ),
            Is::Table(rows) => {
                for (number, [left, right]) in rows.iter().enumerate() {
                    let mark = if number == 0 { own } else { "" };
                    let _ = writeln!(text, "| {mark}{left} | {right} |");
                    if number == 0 {
                        text.push_str("|---|---|\n");
                    }
                }
                writeln!(text)
            }
            Is::Quote("", inlines) => writeln!(text, "> {own}{}\n", line(inlines)),
            Is::Quote(alert, inlines) => writeln!(text, "> {alert}\n> {own}{}\n", line(inlines)),
            Is::Code {
                info,
                text: code,
                source,
            } => {
                let mut info = info.clone();
                if in_line && !marking.is_none() {
                    let tlp = marking.tlp.unwrap_or_default().name();
                    let _ = write!(info, " tlp={tlp}");
                    if !marking.groups.is_empty() {
                        let _ = write!(info, " audience={}", marking.groups.join(","));
                    }
                }
                if let Some(source) = source {
                    let _ = write!(info, " source={source}");
                }
                writeln!(text, "```{info}\n{code}```\n")
            }
            Is::Section {
                level,
                title,
                blocks,
            } => {
                let _ = writeln!(text, "{} {own}{title}\n", "#".repeat(*level));
                write_blocks(blocks, depth, text);
                Ok(())
            }
            Is::Group(blocks) => {
                write_blocks(blocks, depth, text);
                Ok(())
            }
            Is::Note(label, inlines) => writeln!(text, "[^{label}]: {own}{}\n", line(inlines)),
        };
    }
}

/// Inline text. A word ends it, so that nothing that is taken out leaves a space at the end.
fn line(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        let _ = match inline {
            Inline::Text(words) => write!(text, "{words} "),
            Inline::Code(words) => write!(text, "`{words}` "),
            Inline::Note(label) => write!(text, "[^{label}] "),
            Inline::Citation(id) => write!(text, "[@{id}] "),
            Inline::Wiki(name, words) if words.is_empty() => write!(text, "[[{name}]] "),
            Inline::Wiki(name, words) => write!(text, "[[{name}|{words}]] "),
            Inline::Link(words, address, title) => {
                write!(text, "[{words}]({address} \"{title}\") ")
            }
            Inline::Image(alt, file, title) => write!(text, "![{alt}]({file} \"{title}\") "),
            Inline::Html(words) => write!(text, "<abbr title=\"{words}\">so</abbr> "),
        };
    }
    text + "end."
}
