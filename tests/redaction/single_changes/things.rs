//! Everything in a document that can carry a marking of its own, found by the lines of the text.
//!
//! In: the text of a content file. Out: for each document, entry and block its own words, and the
//! text of the file with that one thing marked amber.

/// One thing that can be marked.
pub struct Thing {
    /// Such as "paragraph" or the front-matter key of a list.
    pub kind: String,
    /// The first line of the thing, from 1.
    pub line: usize,
    /// The lines that are withheld with it.
    pub own: String,
    /// The whole file with the mark.
    pub marked: String,
}

/// Keys of lists whose entries take `tlp`.
const LISTS: [&str; 9] = [
    "aliases",
    "attribution",
    "changelog",
    "events",
    "indicators",
    "key_judgments",
    "quotes",
    "sources",
    "statistics",
];

/// The things of a file that is clear as a whole.
pub fn of(text: &str) -> Vec<Thing> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(end) = (1..lines.len()).find(|at| lines[*at] == "---") else {
        return Vec::new();
    };
    let mut things = Vec::new();
    let mut add = |kind: &str, at: usize, until: usize, changed: String| {
        let mut marked: Vec<&str> = lines.clone();
        marked[at] = &changed;
        things.push(Thing {
            kind: kind.to_owned(),
            line: at + 1,
            own: lines[at..until].join("\n"),
            marked: marked.join("\n") + "\n",
        });
    };
    matter(&lines[..end], &mut |kind, at, until, changed| {
        if kind == "document" {
            add(kind, at, at, changed);
        } else {
            add(kind, at, until, changed);
        }
    });
    body(&lines, end + 1, &mut add);
    if let Some(document) = things.iter_mut().find(|thing| thing.kind == "document") {
        document.own = text.to_owned();
    }
    things
}

type Add<'a> = dyn FnMut(&str, usize, usize, String) + 'a;

fn matter(lines: &[&str], add: &mut Add) {
    let mut list = None;
    for (at, line) in lines.iter().enumerate() {
        if *line == "tlp: clear" {
            add("document", at, at + 1, "tlp: amber".to_owned());
        }
        if let Some((key, value)) = line.split_once(':')
            && !key.starts_with([' ', '-'])
        {
            list = LISTS.into_iter().find(|list| *list == key);
            if let (Some(kind), Some(inner)) = (list, value.trim().strip_suffix('}')) {
                add(kind, at, at + 1, format!("{key}: {inner}, tlp: amber}}"));
            }
        }
        let (Some(kind), Some(entry)) = (list, line.strip_prefix("  - ")) else {
            continue;
        };
        if let Some(inner) = entry.strip_suffix('}') {
            add(kind, at, at + 1, format!("  - {inner}, tlp: amber}}"));
        } else if entry.contains(": ") {
            let more = lines[at + 1..]
                .iter()
                .take_while(|line| line.starts_with("    "))
                .count();
            let changed = format!("{line}\n    tlp: amber");
            add(kind, at, at + 1 + more, changed);
        }
    }
}

fn body(lines: &[&str], from: usize, add: &mut Add) {
    let mut at = from;
    let mut before_blank = true;
    while at < lines.len() {
        let line = lines[at];
        let start = line.trim_start();
        let indent = &line[..line.len() - start.len()];
        let own_lines = || {
            let more = lines[at + 1..].iter();
            at + 1 + more.take_while(|line| !line.trim().is_empty()).count()
        };
        let mut next = at + 1;
        if let Some(info) = start.strip_prefix("```") {
            let close = (at + 1..lines.len()).find(|at| lines[*at].trim() == "```");
            next = close.unwrap_or(lines.len() - 1) + 1;
            let first = info.split(' ').next().unwrap_or_default();
            let mut figures = ["chart", "timeline", "map"].into_iter();
            let kind = figures.find(|kind| *kind == first).unwrap_or("code block");
            let gap = if info.is_empty() { "text " } else { " " };
            add(kind, at, next, format!("{line}{gap}tlp=amber"));
        } else if start.is_empty() || start.starts_with([':', '<', '[']) && start.contains("]:") {
            // Between blocks, or a definition.
        } else if start.starts_with('#') {
            let (signs, title) = start.split_once(' ').unwrap_or((start, ""));
            let ends = |line: &&str| {
                line.split_once(' ')
                    .is_some_and(|(other, _)| is_signs(other) && other.len() <= signs.len())
            };
            let until = lines[at + 1..].iter().position(ends);
            let until = until.map_or(lines.len(), |more| at + 1 + more);
            add("section", at, until, format!("{signs} (TLP:AMBER) {title}"));
        } else if let Some((sign, item)) = item(start) {
            let until = lines[at + 1..]
                .iter()
                .take_while(|line| line.starts_with(&format!("{indent} ")))
                .count();
            let changed = format!("{indent}{sign} (TLP:AMBER) {item}");
            add("list item", at, at + 1 + until, changed);
        } else if let Some(quote) = start.strip_prefix("> ").filter(|_| before_blank) {
            add("quote", at, own_lines(), format!("> (TLP:AMBER) {quote}"));
            next = own_lines();
        } else if let Some(cells) = start.strip_prefix('|').filter(|_| before_blank) {
            add("table", at, own_lines(), format!("| (TLP:AMBER){cells}"));
            next = own_lines();
        } else if before_blank && indent.is_empty() && !start.starts_with(['<', ':']) {
            add("paragraph", at, own_lines(), format!("(TLP:AMBER) {line}"));
            next = own_lines();
        }
        before_blank = start.is_empty() || start.starts_with('#');
        at = next;
    }
}

fn is_signs(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'#')
}

/// A list item's sign and text.
fn item(line: &str) -> Option<(&str, &str)> {
    let (sign, text) = line.split_once(' ')?;
    let number = sign.strip_suffix('.').unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (sign == "-" || is_number).then_some((sign, text))
}
