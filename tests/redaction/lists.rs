//! A list around something withheld is the list of a text that never had it: pages of both, compared
//! byte for byte.
//!
//! Texts are made from numbers, each with marked blocks and without them. "Without" is what an author
//! would have written: of the blank lines around what is gone one stays if there was one on both
//! sides, or if the next paragraph needs it.

use super::canary::build;
use super::canary::model::Files;
use super::canary::words;

const SETTINGS: &str = "title = \"Lists\"\nbase_url = \"https://briefs.example.org\"\n\
    namespace = \"8d0ae7f5-7a5a-4c39-9f0a-6a1d6b1f7c11\"\ndefault_tlp = \"clear\"\n\
    [build]\nsearch = false\nhighlight = false\ncards = false\n";

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

#[derive(Debug, Clone)]
struct Part {
    /// Whether a blank line stands before it.
    gap: bool,
    withheld: bool,
    block: Block,
}

#[derive(Debug, Clone)]
enum Block {
    Paragraph(String),
    Code(String),
    Quote(Vec<Part>),
    /// The sign of its items, or their first number.
    List(Result<char, u64>, Vec<Part>),
    /// What an item holds; the first is a paragraph.
    Item(Vec<Part>),
    Task(Vec<Part>),
    /// Terms and definitions.
    Definitions(Vec<Part>),
    Term(String),
    Definition(Vec<Part>),
    /// Only ever withheld.
    Group(Vec<Part>),
    Table(String),
    Note(String),
}

struct Maker {
    numbers: Numbers,
    words: usize,
}

impl Maker {
    fn word(&mut self) -> String {
        self.words += 1;
        format!("word{}", self.words)
    }

    fn paragraph(&mut self) -> Block {
        let word = self.word();
        Block::Paragraph(match self.numbers.below(4) {
            0 => format!("**{word}** and `code`"),
            1 => format!("{word}\nin two lines"),
            _ => word,
        })
    }

    /// Blocks of which the first, in an item, is its paragraph.
    fn parts(&mut self, depth: u64, in_item: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        if in_item {
            let block = self.paragraph();
            parts.push(Part {
                gap: false,
                withheld: false,
                block,
            });
        }
        let most = if in_item { 3 } else { 4 };
        for _ in 0..self.numbers.below(most) {
            let withheld = self.numbers.one_in(3);
            // Another list would go on with that one, and its mark hold for both.
            let is_marked_list = parts.last().is_some_and(|part: &Part| {
                part.withheld && matches!(part.block, Block::List(..) | Block::Definitions(_))
            });
            let block = match self.numbers.below(if withheld { 8 } else { 5 }) {
                _ if depth > 1 || is_marked_list => self.paragraph(),
                0 | 1 => self.list(depth),
                2 => Block::Code(self.word()),
                3 => Block::Quote(self.parts_of_quote(depth)),
                4 if !in_item && self.numbers.one_in(2) => self.definitions(),
                5 if depth == 0 => {
                    let inner = self.list(depth);
                    Block::Group(vec![Part {
                        gap: false,
                        withheld: false,
                        block: inner,
                    }])
                }
                6 if depth == 0 => Block::Table(self.word()),
                7 if depth == 0 => Block::Note(self.word()),
                _ => self.paragraph(),
            };
            // Without a blank line these would go on with what stands before them.
            let may_touch = match block {
                Block::Code(_) => in_item,
                // The mark of a list is a paragraph.
                Block::List(..) => in_item && !withheld,
                _ => false,
            };
            let gap = !may_touch || self.numbers.one_in(2);
            parts.push(Part {
                gap,
                withheld,
                block,
            });
        }
        parts
    }

    fn parts_of_quote(&mut self, depth: u64) -> Vec<Part> {
        let block = self.paragraph();
        let mut parts = vec![Part {
            gap: true,
            withheld: false,
            block,
        }];
        parts.extend(self.parts(depth + 1, false));
        parts
    }

    fn list(&mut self, depth: u64) -> Block {
        let kind = match self.numbers.below(5) {
            0 | 1 => Ok('-'),
            2 => Ok('*'),
            _ => Err(1),
        };
        let is_loose = self.numbers.one_in(3);
        let is_mixed = self.numbers.one_in(4);
        let tasks = kind.is_ok() && self.numbers.one_in(6);
        let mut items = Vec::new();
        for _ in 0..=self.numbers.below(4) {
            let inner = self.parts(depth + 1, true);
            items.push(Part {
                gap: is_loose || is_mixed && self.numbers.one_in(3),
                withheld: self.numbers.one_in(4),
                block: if tasks {
                    Block::Task(inner)
                } else {
                    Block::Item(inner)
                },
            });
        }
        Block::List(kind, items)
    }

    fn definitions(&mut self) -> Block {
        let mut entries = Vec::new();
        for _ in 0..=self.numbers.below(2) {
            let block = Block::Term(self.word());
            entries.push(Part {
                gap: true,
                withheld: false,
                block,
            });
            for _ in 0..=self.numbers.below(2) {
                entries.push(Part {
                    gap: self.numbers.one_in(4),
                    withheld: self.numbers.one_in(4),
                    block: Block::Definition(self.parts(2, true)),
                });
            }
        }
        Block::Definitions(entries)
    }
}

/// Whether nothing of it is left where marked parts are gone.
fn is_gone(part: &Part) -> bool {
    part.withheld
        || match &part.block {
            Block::List(_, parts) | Block::Quote(parts) => parts.iter().all(is_gone),
            Block::Definitions(parts) => left_definitions(parts).is_empty(),
            _ => false,
        }
}

/// A term goes with the last of its definitions.
fn left_definitions(parts: &[Part]) -> Vec<Part> {
    let mut left: Vec<Part> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let of_term = parts[at + 1..]
            .iter()
            .take_while(|part| matches!(part.block, Block::Definition(_)));
        let goes = match part.block {
            Block::Term(_) => of_term.clone().all(is_gone),
            _ => is_gone(part),
        };
        // A definition that is gone still parts its neighbours.
        left.push(Part {
            withheld: goes,
            ..part.clone()
        });
    }
    if left.iter().all(|part| part.withheld) {
        left.clear();
    }
    left
}

fn needs_blank_line(one: &Block, other: &Block) -> bool {
    matches!(other, Block::Paragraph(_) | Block::Term(_)) && !matches!(one, Block::Code(_))
}

/// The lines of some blocks, one after the other.
fn lines(parts: &[Part], whole: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut before: Option<&Block> = None;
    let mut gone: Option<bool> = None;
    for part in parts {
        if !whole && is_gone(part) {
            gone.get_or_insert(part.gap);
            continue;
        }
        let gap = match (gone.take(), before) {
            (Some(gap), Some(before)) => part.gap && (gap || needs_blank_line(before, &part.block)),
            _ => part.gap,
        };
        if gap && before.is_some() {
            lines.push(String::new());
        }
        lines.extend(block(part, whole));
        before = Some(&part.block);
    }
    lines
}

fn hang(first: &str, lines: Vec<String>) -> Vec<String> {
    let rest = " ".repeat(first.len());
    lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| match (at, line.is_empty()) {
            (0, _) => format!("{first}{line}"),
            (_, true) => line,
            _ => format!("{rest}{line}"),
        })
        .collect()
}

fn block(part: &Part, whole: bool) -> Vec<String> {
    let mark = if part.withheld { "(TLP:AMBER) " } else { "" };
    let of_text = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    match &part.block {
        Block::Paragraph(text) => of_text(&format!("{mark}{text}")),
        Block::Term(text) => of_text(text),
        Block::Code(text) => {
            let info = if part.withheld {
                "text tlp=amber"
            } else {
                "text"
            };
            of_text(&format!("```{info}\n{text}\n```"))
        }
        Block::Quote(parts) => {
            let mut inner = lines(parts, whole);
            if part.withheld {
                inner[0] = format!("{mark}{}", inner[0]);
            }
            inner
                .into_iter()
                .map(|line| format!("> {line}").trim_end().to_owned())
                .collect()
        }
        Block::List(kind, items) => {
            let mut all = Vec::new();
            if part.withheld {
                all.extend(["(TLP:AMBER)".to_owned(), String::new()]);
            }
            all.extend(items_of(*kind, items, whole));
            all
        }
        Block::Item(_) | Block::Task(_) => unreachable!("an item stands in a list"),
        Block::Definitions(entries) => {
            let mut all = Vec::new();
            if part.withheld {
                all.extend(["(TLP:AMBER)".to_owned(), String::new()]);
            }
            match whole {
                true => all.extend(lines(entries, true)),
                false => all.extend(lines(&left_definitions(entries), false)),
            }
            all
        }
        Block::Definition(parts) => {
            let mut inner = lines(parts, whole);
            inner[0] = format!("{mark}{}", inner[0]);
            hang(": ", inner)
        }
        Block::Group(parts) => {
            let mut all = vec!["::: tlp amber".to_owned()];
            all.extend(lines(parts, true));
            all.push(":::".to_owned());
            all
        }
        Block::Table(word) => of_text(&format!("| {mark}{word} | b |\n|---|---|\n| c | d |")),
        Block::Note(word) => of_text(&format!("[^{word}]: {mark}{word}")),
    }
}

fn items_of(kind: Result<char, u64>, items: &[Part], whole: bool) -> Vec<String> {
    let mut all = Vec::new();
    let mut before = false;
    let mut gone: Option<bool> = None;
    let mut number = kind.err().unwrap_or_default();
    for item in items {
        if !whole && is_gone(item) {
            gone.get_or_insert(item.gap);
            continue;
        }
        if before && item.gap && gone.unwrap_or(true) {
            all.push(String::new());
        }
        gone = None;
        before = true;
        let (Block::Item(parts) | Block::Task(parts)) = &item.block else {
            unreachable!("a list holds items");
        };
        let mut inner = lines(parts, whole);
        let mark = if item.withheld { "(TLP:AMBER) " } else { "" };
        let task = if matches!(item.block, Block::Task(_)) {
            "[ ] "
        } else {
            ""
        };
        inner[0] = format!("{task}{mark}{}", inner[0]);
        let sign = match kind {
            Ok(sign) => format!("{sign} "),
            Err(_) => format!("{number}. "),
        };
        number += 1;
        all.extend(hang(&sign, inner));
    }
    all
}

fn site(texts: &[String]) -> Files {
    let mut files = Files::from([("tearline.toml".to_owned(), SETTINGS.into())]);
    for (at, text) in texts.iter().enumerate() {
        files.insert(
            format!("content/briefs/brief-{at}.md"),
            format!("---\ntitle: Brief {at}\ndate: 2025-06-01\n---\n\nBegin.\n\n{text}\n").into(),
        );
    }
    files
}

fn compare(pairs: &[(String, String)]) {
    let built = |texts: Vec<String>| {
        let mut editions =
            build::build(&site(&texts), None).unwrap_or_else(|found| panic!("{found}"));
        editions.remove(0).1
    };
    let with = built(pairs.iter().map(|(with, _)| with.clone()).collect());
    let without = built(pairs.iter().map(|(_, without)| without.clone()).collect());
    let path = |at: usize| format!("briefs/brief-{at}/index.html");
    let wrong = (0..pairs.len()).filter(|at| with[&path(*at)] != without[&path(*at)]);
    let wrong: Vec<usize> = wrong.collect();
    // The shortest says most.
    if let Some(at) = wrong.iter().copied().min_by_key(|at| pairs[*at].0.len()) {
        let article = |output: &words::Output| {
            let text = String::from_utf8_lossy(&output[&path(at)]).into_owned();
            let start = text.find("<p>Begin.").unwrap_or_default();
            let end = text[start..].find("</div>").unwrap_or(text.len() - start);
            text[start..start + end].to_owned()
        };
        panic!(
            "{} of {} differ\n--- with\n{}\n--- without\n{}\n--- page with\n{}\n--- page without\n{}",
            wrong.len(),
            pairs.len(),
            pairs[at].0,
            pairs[at].1,
            article(&with),
            article(&without)
        );
    }
    assert_eq!(
        with.keys().collect::<Vec<_>>(),
        without.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &with {
        assert!(without[path] == *bytes, "{path}");
    }
}

#[test]
fn what_is_withheld_leaves_the_lists_around_it_as_without_it() {
    let mut maker = Maker {
        numbers: Numbers(18),
        words: 0,
    };
    let mut pairs = Vec::new();
    let mut differ = 0;
    while pairs.len() < 600 {
        let parts = maker.parts(0, false);
        let (with, without) = (
            lines(&parts, true).join("\n"),
            lines(&parts, false).join("\n"),
        );
        // In a quote the parser reads a blank line before the only definition of a term otherwise than
        // elsewhere.
        if with != without && !with.contains("> : ") {
            differ += 1;
            pairs.push((with, without));
        }
    }
    assert!(differ >= 600);
    compare(&pairs);
}

#[test]
fn forms_of_lists_that_people_write() {
    let pairs = [
        ("1. a\n2. b\n\n(TLP:AMBER) z\n\n3. c", "1. a\n2. b\n\n3. c"),
        (
            "1) a\n\n(TLP:AMBER) z\n\n2) c\n\n(TLP:AMBER) y\n\n3) d",
            "1) a\n\n2) c\n\n3) d",
        ),
        ("- a\n\n(TLP:AMBER) z\n\n- b", "- a\n\n- b"),
        ("- a\n\n(TLP:AMBER) z\n\n* b", "- a\n\n* b"),
        ("- a\n- b\n\n- (TLP:AMBER) z", "- a\n- b"),
        ("- a\n\n  (TLP:AMBER) z\n- b", "- a\n- b"),
        ("- (TLP:AMBER) z\n\n- a\n- b", "- a\n- b"),
        (
            "- a\n- b\n\n::: tlp amber\n- z\n\ny\n:::\n\n- c",
            "- a\n- b\n\n- c",
        ),
        (
            "- a\n\n<!-- apart -->\n\n(TLP:AMBER) z\n\n- b",
            "- a\n\n<!-- apart -->\n\n- b",
        ),
        ("> 1. a\n>\n> (TLP:AMBER) z\n>\n> 2. b", "> 1. a\n>\n> 2. b"),
        (
            "1. a\n   - x\n\n   (TLP:AMBER) z\n\n   - y",
            "1. a\n   - x\n\n   - y",
        ),
        ("- a[^n]\n\n[^n]: (TLP:AMBER) z\n\n- b", "- a\n\n- b"),
        ("t\n: d\n\n(TLP:AMBER) z\n\nu\n: e", "t\n: d\n\nu\n: e"),
        ("t\n: d\n\n  (TLP:AMBER) z\n\nu\n: e", "t\n: d\n\nu\n: e"),
        ("t\n: d\n\n: (TLP:AMBER) z\n\nu\n: e", "t\n: d\n\nu\n: e"),
        (
            "- [ ] a\n- [x] b\n\n- [ ] (TLP:AMBER) z",
            "- [ ] a\n- [x] b",
        ),
        (
            "- [ ] a\n- [x] b\n\n(TLP:AMBER) z\n\n- [ ] c",
            "- [ ] a\n- [x] b\n\n- [ ] c",
        ),
    ];
    compare(&pairs.map(|(with, without)| (with.to_owned(), without.to_owned())));
}
