//! The blocks of a body.

use super::super::model::{Block, Inline, Is, Marking, PLACES, Written};
use super::{Build, address_of, focused, marking};

/// The sections and `:::` blocks that are open, each with what it holds so far.
pub struct Stack(Vec<(Option<Block>, Vec<Block>)>);

impl Default for Stack {
    fn default() -> Self {
        Self(vec![(None, Vec::new())])
    }
}

impl Stack {
    fn add(&mut self, block: Block) {
        if let Some((_, blocks)) = self.0.last_mut() {
            blocks.push(block);
        }
    }

    fn open(&mut self, block: Block) {
        self.0.push((Some(block), Vec::new()));
    }

    /// Closes the innermost; a `:::` block without content is left out.
    fn close(&mut self) {
        let Some((Some(mut block), inner)) = self.0.pop() else {
            return;
        };
        let empty = inner.is_empty();
        match &mut block.is {
            Is::Section { blocks, .. } | Is::Group(blocks) => *blocks = inner,
            _ => {}
        }
        if !(empty && matches!(block.is, Is::Group(_))) {
            self.add(block);
        }
    }

    /// Closes the innermost `:::` block with the sections in it. A section alone ends only where
    /// another begins: what follows it would still be its text.
    fn close_group(&mut self) {
        let group = |(block, _): &(Option<Block>, Vec<Block>)| {
            matches!(
                block,
                Some(Block {
                    is: Is::Group(_),
                    ..
                })
            )
        };
        if let Some(at) = self.0.iter().rposition(group) {
            while self.0.len() > at {
                self.close();
            }
        }
    }

    /// The level of the innermost section, up to the `:::` block around it.
    fn level(&self) -> Option<usize> {
        match self.0.last() {
            Some((
                Some(Block {
                    is: Is::Section { level, .. },
                    ..
                }),
                _,
            )) => Some(*level),
            _ => None,
        }
    }

    /// Whether groups limit what is written now.
    fn in_groups(&self) -> bool {
        self.0
            .iter()
            .filter_map(|(block, _)| block.as_ref())
            .any(|block| !block.marking.groups.is_empty())
    }

    pub fn finish(mut self) -> Vec<Block> {
        while self.0.len() > 1 {
            self.close();
        }
        self.0.pop().map(|(_, blocks)| blocks).unwrap_or_default()
    }
}

/// Of an item: a level, since no mark of an item has groups.
fn item_marking(byte: u8) -> Marking {
    Marking {
        groups: Vec::new(),
        ..marking(byte)
    }
}

/// Headings that several sections share, so that their ids need numbers.
const TITLES: [&str; 2] = ["Victims", "What to do"];

impl Build {
    /// Adds what these bytes stand for to the innermost open block.
    pub fn block(&mut self, at: usize, kind: u8, how: [u8; 7], stack: &mut Stack) {
        let [mark, a, b, c, d, e, f] = how;
        let written = match f % 4 {
            0 | 1 => Written::Inside,
            2 => Written::Before,
            _ => Written::Around,
        };
        let mut block = Block {
            marking: marking(mark),
            written,
            is: Is::Group(Vec::new()),
        };
        block.is = match kind % 16 {
            1 => Is::List {
                lead: format!("{} here:", self.word("a paragraph before a list")),
                ordered: f % 3 == 1,
                items: [(a, b), (c, d)]
                    .into_iter()
                    .map(|(mark, how)| {
                        (
                            item_marking(mark),
                            self.inlines(at, "a list item", [how, e, f]),
                        )
                    })
                    .collect(),
                inner: match e % 3 {
                    1 => vec![(
                        item_marking(b),
                        self.inlines(at, "an inner list item", [a, c, 0]),
                    )],
                    2 => vec![
                        (
                            item_marking(a),
                            self.inlines(at, "an inner list item", [b, 0, 0]),
                        ),
                        (
                            item_marking(c),
                            self.inlines(at, "an inner list item", [d, 0, 0]),
                        ),
                    ],
                    _ => Vec::new(),
                },
            },
            2 => Is::Table(vec![
                [self.word("a table's header"), "Count".to_owned()],
                [self.word("a table's cell"), "7".to_owned()],
            ]),
            3 => Is::Quote(
                if a % 2 == 0 { "" } else { "[!WARNING]" },
                self.inlines(at, "a quote", [b, c, d]),
            ),
            4 => Is::Code {
                info: ["text", "yara", "json"][usize::from(a) % 3].to_owned(),
                text: format!("x = \"{}\"\n", self.prose_of_code()),
                source: None,
            },
            5 | 6 => {
                let level = usize::from(2 + a % 3);
                while stack.level().is_some_and(|open| open >= level) {
                    stack.close();
                }
                let shared = !stack.in_groups();
                let title = match b % 4 {
                    3 if shared => TITLES[usize::from(c) % 2].to_owned(),
                    2 => {
                        let id = self.word("a heading's id");
                        self.headings.push((at, id.clone()));
                        format!("On {} {{#{id}}}", self.word("a heading"))
                    }
                    _ => format!("On {}", self.word("a heading")),
                };
                // A `:::` block does not end the section that it begins in, so it cannot begin a
                // section beside that one; groups limit what a `:::` block around sections holds.
                block.marking.groups.clear();
                if block.written == Written::Around {
                    block.written = Written::Before;
                }
                block.is = Is::Section {
                    level,
                    title,
                    blocks: Vec::new(),
                };
                return stack.open(block);
            }
            7 if stack.0.len() < 6 => return stack.open(block),
            8 => return stack.close_group(),
            9 => {
                let label = self.word("a footnote's label");
                self.notes.push((at, label.clone()));
                let refers = self.inlines(at, "a paragraph", [a, 0, 0]);
                let paragraph = Is::Paragraph([refers, vec![Inline::Note(label.clone())]].concat());
                // The reference has the note's marking, or that of what is around it.
                let own = if e % 2 == 0 {
                    block.marking.clone()
                } else {
                    Marking::default()
                };
                let own = Marking {
                    groups: Vec::new(),
                    ..own
                };
                stack.add(Block {
                    marking: own,
                    written: Written::Inside,
                    is: paragraph,
                });
                block.marking.groups.clear();
                block.written = Written::Inside;
                Is::Note(label, self.inlines(at, "a footnote", [b, c, d]))
            }
            10 => self.chart(at, a, b),
            11 => {
                let title = self.word("a timeline's title");
                let text = self.word("a timeline's text");
                Is::Code {
                    info: "timeline".to_owned(),
                    text: format!(
                        "title: {title}\nentries:\n  - {{date: 2025-06, text: {text}}}\n"
                    ),
                    source: self.source(at, b),
                }
            }
            12 => {
                let domain = self.word("an indicator block's value");
                let of = self.word("an indicator block's description");
                Is::Code {
                    info: "indicators".to_owned(),
                    text: format!(
                        "- {{type: domain, value: {domain}.example, description: {of}}}\n"
                    ),
                    source: self.source(at, b),
                }
            }
            13 if b % 3 == 1 => Is::Definitions(
                format!("{} means:", self.word("a paragraph before definitions")),
                [(a, c), (d, e)]
                    .into_iter()
                    .map(|(mark, how)| {
                        let term = self.word("a term");
                        (
                            term,
                            item_marking(mark),
                            self.inlines(at, "a meaning", [how, f, 0]),
                        )
                    })
                    .collect(),
            ),
            13 if b % 3 == 2 => {
                // A mark before it would mark nothing.
                block.marking = Marking::default();
                Is::Comment(self.word("a comment"))
            }
            14 if b % 2 == 1 => Is::Apart(
                self.word("a link's words"),
                self.word("a link's label"),
                format!("https://{}.example/", self.word("an address apart")),
                self.word("a link's title"),
            ),
            _ => Is::Paragraph(self.inlines(at, "a paragraph", [a, b, c])),
        };
        stack.add(block);
    }

    fn prose_of_code(&mut self) -> String {
        self.take("code", |_, word| super::accented(&word))
    }

    fn chart(&mut self, at: usize, how: u8, source: u8) -> Is {
        let title = self.word("a chart's title");
        let label = self.word("a chart's label");
        let unit = self.word("a chart's unit");
        let kind = ["bar", "line", "donut"][usize::from(how) % 3];
        let mut text = format!("type: {kind}\ntitle: {title}\nunit: {unit}\n");
        if how.is_multiple_of(2) {
            text.push_str(&format!("data: {{{label}: 3, Other: 4}}\n"));
        } else {
            let series = self.word("a chart's column");
            let name = format!("{}.csv", self.word("file name of a chart"));
            self.beside(
                at,
                name.clone(),
                format!("Month,{series}\n{label},3\nOther,4\n").into(),
            );
            text.push_str(&format!("file: {name}\n"));
        }
        Is::Code {
            info: "chart".to_owned(),
            text,
            source: self.source(at, source),
        }
    }

    /// A run of text: a word at least, and what three bytes say.
    fn inlines(&mut self, at: usize, place: &'static str, how: [u8; 3]) -> Vec<Inline> {
        let mut inlines = vec![Inline::Text(self.prose_in(place, how[0]))];
        for byte in how {
            inlines.extend(self.inline(at, byte));
        }
        inlines
    }

    fn prose_in(&mut self, place: &'static str, how: u8) -> String {
        match how % 2 {
            0 => self.word(place),
            _ => self.take(place, |_, word| super::accented(&word)),
        }
    }

    fn inline(&mut self, at: usize, how: u8) -> Option<Inline> {
        let which = how / 16;
        let how = focused(&self.focus.inlines, how);
        Some(match how % 16 {
            1 | 2 => Inline::Citation(self.source(at, which)?),
            3 => {
                let folder = ["actors", "software", "campaigns"][usize::from(which) % 3];
                let mut others = self.documents.iter().filter(|other| other.folder == folder);
                let name = others.next_back()?.matter.get("name")?.as_str()?.to_owned();
                Inline::Wiki(name, self.word("a wiki link's words"))
            }
            4 => {
                let mut others = self
                    .documents
                    .iter()
                    .filter(|other| other.folder == "briefs");
                let other = others.next_back()?;
                let slug = other.matter.get("slug").and_then(|slug| slug.as_str());
                let slug = slug.unwrap_or(&other.stem).to_owned();
                Inline::Wiki(slug, self.word("a wiki link's words"))
            }
            5 => {
                let (name, _) = PLACES.get(self.places)?;
                let words = self.word("a wiki link's words");
                self.place("a place that only a text names")?;
                Inline::Wiki((*name).to_owned(), words)
            }
            6 => {
                let name = format!("{}.txt", self.word("file name of a link"));
                let bytes = self.word("bytes of a file");
                self.beside(at, name.clone(), bytes.into());
                Inline::Link(
                    self.word("a link's words"),
                    name,
                    self.word("a link's title"),
                )
            }
            7 => {
                let host = format!("https://{}.example/", self.word("a link's address"));
                Inline::Link(
                    self.word("a link's words"),
                    host,
                    self.word("a link's title"),
                )
            }
            8 => {
                let file = self.picture(at);
                Inline::Image(
                    self.word("an image's alt"),
                    file,
                    self.word("an image's title"),
                )
            }
            9 => Inline::Html(self.word("an attribute of HTML")),
            10 => Inline::Code(self.word("code in a line")),
            11 => {
                let file = self.documents[at]
                    .matter
                    .get("indicators_file")?
                    .as_str()?
                    .to_owned();
                Inline::Link(
                    self.word("a link's words"),
                    file,
                    self.word("a link's title"),
                )
            }
            12 => {
                let (_, id) = self.headings.iter().rfind(|(other, _)| *other == at)?;
                let address = format!("#{id}");
                Inline::Link(
                    self.word("a link's words"),
                    address,
                    self.word("a link's title"),
                )
            }
            13 => {
                let other = usize::from(which) % self.documents.len();
                let mut address = address_of(&self.documents[other])?;
                if let Some((_, id)) = self.headings.iter().rfind(|(of, _)| *of == other) {
                    address.push_str(&format!("#{id}"));
                }
                Inline::Link(
                    self.word("a link's words"),
                    address,
                    self.word("a link's title"),
                )
            }
            14 => {
                let open =
                    |other: &&super::Document| other.folder == "actors" && other.marking.is_none();
                let other = self.documents.iter().find(open)?;
                Inline::Wiki(
                    other.matter.get("name")?.as_str()?.to_owned(),
                    String::new(),
                )
            }
            15 if which.is_multiple_of(2) => {
                let (_, label) = self.notes.iter().rfind(|(other, _)| *other == at)?;
                Inline::Note(label.clone())
            }
            15 => {
                let name = self
                    .entities
                    .get(usize::from(which) % self.entities.len().max(1))?;
                Inline::Wiki(name.clone(), self.word("a wiki link's words"))
            }
            _ => return None,
        })
    }
}
