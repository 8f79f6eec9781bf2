//! Front matter of other generators as that of a brief or of a page.
//!
//! In: a Markdown file. Out: a [`Document`]. What Tearline has a key for gets it, everything else
//! stands in `extra`, where themes find it.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::marks::{self, Said};
use super::{Above, Generator, Report, held};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use crate::import::draft::Keys;
use crate::import::gate::{Fact, Gate, Sheet, Told, portions};
use crate::import::matter as written;
use crate::import::yaml::Value;
use crate::load::dates::Moment;
use crate::load::decode::to_json;
use crate::load::{document, toml, yaml};
use crate::marking::{Tlp, names};

/// What every document of a conversion is told.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub generator: Generator,
    /// The marking of what has none of its own.
    pub tlp: Option<Tlp>,
    /// Hugo keeps back what lies in the future.
    pub now: jiff::Timestamp,
}

/// A document of the new site.
#[derive(Debug)]
pub struct Document {
    pub text: Sheet,
    /// A thing with a date is a brief, any other a page.
    pub is_brief: bool,
    /// The last part of its address.
    pub name: String,
    /// `2025-11-10-`, before the file's name; nothing for a page.
    pub day: String,
    /// Where the body begins in the old file.
    pub body_start: usize,
}

/// What a key becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Title,
    Date,
    Updated,
    Embargo,
    Expires,
    Summary,
    Draft,
    Slug,
    Tags,
    Authors,
    Redirects,
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Key::Title => "title",
            Key::Date => "date",
            Key::Updated => "updated",
            Key::Embargo => "embargo",
            Key::Expires => "expires",
            Key::Summary => "summary",
            Key::Draft => "draft",
            Key::Slug => "slug",
            Key::Tags => "tags",
            Key::Authors => "authors",
            Key::Redirects => "redirect_from",
        }
    }
}

/// The keys of each generator, in small letters, and what they become. Of two that become one and
/// that a document has both, the one that stands first here counts.
fn keys(generator: Generator) -> &'static [(&'static str, Key)] {
    match generator {
        Generator::Hugo => &[
            ("title", Key::Title),
            ("date", Key::Date),
            ("lastmod", Key::Updated),
            ("publishdate", Key::Embargo),
            ("pubdate", Key::Embargo),
            ("published", Key::Embargo),
            ("expirydate", Key::Expires),
            ("unpublishdate", Key::Expires),
            ("description", Key::Summary),
            ("summary", Key::Summary),
            ("draft", Key::Draft),
            ("slug", Key::Slug),
            ("tags", Key::Tags),
            ("categories", Key::Tags),
            ("author", Key::Authors),
            ("authors", Key::Authors),
            ("aliases", Key::Redirects),
            ("url", Key::Redirects),
        ],
        Generator::Zola => &[
            ("title", Key::Title),
            ("date", Key::Date),
            ("updated", Key::Updated),
            ("description", Key::Summary),
            ("draft", Key::Draft),
            ("slug", Key::Slug),
            ("tags", Key::Tags),
            ("categories", Key::Tags),
            ("authors", Key::Authors),
            ("aliases", Key::Redirects),
            ("path", Key::Redirects),
        ],
        // `aliases` of a note are other names of it.
        Generator::Obsidian => &[
            ("title", Key::Title),
            ("date", Key::Date),
            ("created", Key::Date),
            ("updated", Key::Updated),
            ("modified", Key::Updated),
            ("description", Key::Summary),
            ("summary", Key::Summary),
            ("draft", Key::Draft),
            ("tags", Key::Tags),
            ("tag", Key::Tags),
            ("author", Key::Authors),
            ("authors", Key::Authors),
        ],
    }
}

/// What the new front matter says.
#[derive(Default)]
struct Matter {
    title: Option<Told>,
    date: Option<Fact>,
    updated: Option<Fact>,
    embargo: Option<Fact>,
    expires: Option<Fact>,
    summary: Option<Told>,
    draft: bool,
    /// The last part of the address, as somebody wished it.
    slug: Option<String>,
    tags: Vec<Told>,
    authors: Vec<Told>,
    redirects: Vec<Told>,
    extra: Vec<(Told, Value)>,
}

impl Matter {
    /// Keeps a value under its own key; the last of two counts.
    fn keep(&mut self, key: Told, value: Value) {
        match self.extra.iter_mut().find(|(name, _)| *name == key) {
            Some(entry) => entry.1 = value,
            None => self.extra.push((key, value)),
        }
    }

    /// The narrowest of all that is in it.
    fn tlp(&self) -> Tlp {
        let facts = [&self.date, &self.updated, &self.embargo, &self.expires];
        let texts = [&self.title, &self.summary];
        let lists = [&self.tags, &self.authors, &self.redirects];
        let extra = self.extra.iter();
        (facts.into_iter().flatten().map(Fact::tlp))
            .chain(texts.into_iter().flatten().map(Told::tlp))
            .chain(lists.into_iter().flatten().map(Told::tlp))
            .chain(extra.map(|(key, value)| key.tlp().max(value.tlp())))
            .max()
            .unwrap_or(Tlp::Clear)
    }
}

/// Converts a file; none, with findings, where its front matter does not parse. `above` is what the
/// folders above it say of all that is in them.
pub fn document(
    options: &Options,
    file: &Arc<SourceFile>,
    above: &Above,
    report: &mut Report,
    found: &mut Diagnostics,
) -> Option<Document> {
    let generator = options.generator;
    let (table, body_start) = front_matter(file, found)?;
    let body = portions::read(Gate::at(Tlp::Clear), &file.text[body_start..]);
    let mut said = above.said.clone();
    said.add_all(&marks::of_path(&file.path));
    said.add_all(&marks::of_table(&table));
    said.add(body.tlp, "its text");
    let mut matter = Matter::default();
    if let Some(key) = held::back(&table).or_else(|| above.held.clone()) {
        matter.draft = true;
        (report.left).push(format!("{}: a draft, because of `{key}`", file.path));
    }
    let mut entries = Vec::new();
    for (key, value) in table {
        match (generator, key.as_str(), value) {
            // Zola's words of a page, and its free values, stand a level deeper.
            (Generator::Zola, "taxonomies", Json::Object(inner)) => entries.extend(inner),
            (Generator::Zola, "extra", Json::Object(inner)) => {
                for (key, value) in inner {
                    let gate = gate(&key, &value);
                    matter.keep(gate.value(&key), Value::free(gate, &value));
                }
            }
            (_, _, value) => entries.push((key, value)),
        }
    }
    let known = keys(generator);
    let place = |key: &str| {
        let small = key.to_lowercase();
        known.iter().position(|(name, _)| *name == small)
    };
    entries.sort_by_key(|(key, _)| place(key).unwrap_or(known.len()));
    for (key, value) in entries {
        if marks::is_marking(&key, &value) {
            *report.keys.entry((key, "tlp")).or_insert(0) += 1;
            continue;
        }
        let gate = gate(&key, &value);
        let becomes = place(&key)
            .map(|at| known[at].1)
            // Hugo's `published` is a date, that of other tools a switch.
            .filter(|_| !(value.is_boolean() && key.eq_ignore_ascii_case("published")));
        let taken = becomes.is_some_and(|becomes| take(&mut matter, becomes, gate, &value));
        let name = match (becomes, taken) {
            (Some(becomes), true) => becomes.name(),
            _ => "extra",
        };
        // What was to keep it back, and is not understood, keeps it back for good.
        let keeps = matches!(becomes, Some(Key::Draft | Key::Embargo | Key::Expires));
        matter.draft |= keeps && !taken;
        if let (Some(becomes), false) = (becomes, taken) {
            let line = format!(
                "{}: the value of `{key}` does not fit `{}`; it stands in `extra`",
                file.path,
                becomes.name()
            );
            report.left.push(line);
        }
        if !taken {
            matter.keep(gate.value(&key), Value::free(gate, &value));
        }
        *report.keys.entry((key, name)).or_insert(0) += 1;
    }
    if generator == Generator::Obsidian && body.has_comment && !matter.draft {
        matter.draft = true;
        (report.left).push(format!("{}: a draft, because of its comments", file.path));
    }
    let later = matter.date.as_ref().and_then(moment_of);
    if let Some(date) =
        later.filter(|date| generator == Generator::Hugo && date.timestamp() > options.now)
    {
        let embargo = matter.embargo.as_ref().and_then(moment_of);
        let until = embargo.map_or(date, |embargo| embargo.max(date));
        matter.embargo = Some(Gate::at(matter.tlp()).plain(until));
        (report.left).push(format!(
            "{}: its date is in the future: an embargo until then",
            file.path
        ));
    }
    for (range, new) in &body.changes {
        let (line, _) = file.line_column(body_start + range.start);
        let old = &file.text[body_start + range.start..body_start + range.end];
        (report.left).push(format!(
            "{}:{line}: {}: now {}",
            file.path,
            old.trim(),
            new.trim()
        ));
    }
    let inner = matter.tlp().max(body.text.tlp());
    said.add((inner > Tlp::Clear).then_some(inner), "one of its texts");
    if let (Some(own), true) = (said.tlp, said.tlp > Some(options.tlp.unwrap_or(Tlp::Red))) {
        report.narrower += 1;
        (report.left).push(format!("{}: {own}, because of {}", file.path, said.by));
    }
    Some(finish(
        options,
        file,
        matter,
        (&body.text, body_start),
        &said,
    ))
}

/// The gate of a key with its value: as narrow as they say, which the whole document becomes.
fn gate(key: &str, value: &Json) -> Gate {
    Gate::at(marks::of_entry(key, value).tlp.unwrap_or_default())
}

fn moment_of(fact: &Fact) -> Option<Moment> {
    Moment::parse(fact.as_str())
}

/// What the page of a section says of all documents below it.
pub fn section(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Option<Above> {
    let (table, _) = front_matter(file, found)?;
    Some(Above {
        said: marks::of_table(&table),
        // A draft of a section holds back its pages in Zola.
        held: held::cascade(&table).or_else(|| {
            let is_draft = table
                .get("draft")
                .is_some_and(|draft| draft != &Json::Bool(false));
            is_draft.then(|| "draft of its section".to_owned())
        }),
    })
}

/// The table at the top of a file, and where the text begins. A file may have none.
pub fn front_matter(
    file: &Arc<SourceFile>,
    found: &mut Diagnostics,
) -> Option<(Map<String, Json>, usize)> {
    let first = file.text.lines().next().unwrap_or_default().trim_end();
    if first == "{" {
        found.push(
            Diagnostic::new(Code::NoFrontMatter, "the front matter is JSON")
                .at(file, 0..1)
                .label("expected a line `---` (YAML) or `+++` (TOML)")
                .help("let the old generator convert it: hugo convert toYAML"),
        );
        return None;
    }
    if !matches!(first, "---" | "+++") {
        return Some((Map::new(), 0));
    }
    let (is_yaml, matter, body) = document::fences(file, found)?;
    if file.text[matter.clone()].trim().is_empty() {
        return Some((Map::new(), body.start));
    }
    let tree = if is_yaml {
        yaml::parse(file, matter, found)
    } else {
        toml::parse(file, matter, found)
    };
    match to_json(&tree?) {
        Json::Object(table) => Some((table, body.start)),
        _ => Some((Map::new(), body.start)),
    }
}

/// Takes a value over; false where it has not the form that its new key takes, or the key is taken.
fn take(matter: &mut Matter, key: Key, gate: Gate, value: &Json) -> bool {
    fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
        let fits = place.is_none() && value.is_some();
        if fits {
            *place = value;
        }
        fits
    }
    // What is empty says nothing.
    let is_empty = match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    };
    if is_empty {
        return true;
    }
    let moment = || Some(gate.plain(Moment::parse(value.as_str()?)?));
    match key {
        // What their labels say, the document's own key says now.
        Key::Title | Key::Summary => {
            let place = match key {
                Key::Title => &mut matter.title,
                _ => &mut matter.summary,
            };
            let Some(text) = text(value).filter(|_| place.is_none()) else {
                return false;
            };
            *place = gate.unmarked(&text);
            true
        }
        Key::Date => set(&mut matter.date, moment()),
        Key::Updated => set(&mut matter.updated, moment()),
        Key::Embargo => set(&mut matter.embargo, moment()),
        Key::Expires => set(&mut matter.expires, moment()),
        Key::Slug => set(
            &mut matter.slug,
            text(value).filter(|text| !slug::slugify(text).is_empty()),
        ),
        Key::Draft => match value {
            Json::Bool(draft) => {
                matter.draft |= *draft;
                true
            }
            _ => false,
        },
        Key::Tags => add(&mut matter.tags, gate, value, &|text| {
            Some(text.trim_start_matches('#').to_owned())
        }),
        Key::Authors => add(&mut matter.authors, gate, value, &|text| {
            Some(text.to_owned())
        }),
        Key::Redirects => add(&mut matter.redirects, gate, value, &old_address),
    }
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Adds one text or a list of them, all or none.
fn add(
    list: &mut Vec<Told>,
    gate: Gate,
    value: &Json,
    form: &dyn Fn(&str) -> Option<String>,
) -> bool {
    let one = std::slice::from_ref(value);
    let values = value.as_array().map_or(one, Vec::as_slice);
    let added: Option<Vec<String>> = values
        .iter()
        .map(|value| form(&text(value)?).filter(|text| !text.is_empty()))
        .collect();
    let Some(added) = added else { return false };
    for text in added {
        let text = gate.value(&text);
        if !list.contains(&text) {
            list.push(text);
        }
    }
    true
}

/// An old address of the site, which `redirect_from` takes.
fn old_address(address: &str) -> Option<String> {
    let path = address.trim_start_matches('/').trim_end_matches('/');
    let plain = !path.is_empty()
        && !path.contains(['?', '#', '\\', '%', ':'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let end = if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
    {
        ""
    } else {
        "/"
    };
    plain.then(|| format!("/{path}{end}"))
}

fn finish(
    options: &Options,
    file: &Arc<SourceFile>,
    mut matter: Matter,
    (body, body_start): (&Told, usize),
    said: &Said,
) -> Document {
    let stem = document::stem(&file.path);
    let gate = Gate::at(said.tlp.unwrap_or_default());
    let title = (matter.title.take())
        .or_else(|| gate.unmarked(&stem))
        .unwrap_or_else(|| gate.value(&stem));
    matter.tags.retain(|tag| names::tag(tag.as_str()).is_none());
    let wanted = matter.slug.take().unwrap_or_else(|| stem.clone());
    let name = [wanted.as_str(), title.as_str()]
        .into_iter()
        .map(slug::slugify)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "note".to_owned());
    let is_brief = matter.date.is_some();
    let folder = if is_brief { "briefs" } else { "" };
    let new_address = format!("/{folder}/{name}/").replace("//", "/");
    if options.generator != Generator::Obsidian {
        let path = file.path.strip_suffix("/index.md").unwrap_or(&file.path);
        let section = path.rsplit_once('/').map_or("", |(section, _)| section);
        let old = old_address(&format!("{}/{name}", section.to_lowercase()));
        matter.redirects.extend(old.map(|old| gate.value(&old)));
    }
    matter.redirects.sort();
    matter.redirects.dedup();
    matter.redirects.retain(|old| old.as_str() != new_address);
    let day = (matter.date.as_ref())
        .and_then(|date| date.as_str().get(..10))
        .map_or_else(String::new, |day| format!("{day}-"));
    let mut keys = Keys::default();
    keys.text("title", Some(title));
    let base = options.tlp.unwrap_or(Tlp::Red);
    let own = said.tlp.unwrap_or(base).max(base);
    // The site's default, which a page does not have.
    if !is_brief || options.tlp != Some(own) {
        keys.set("tlp", Value::level(own));
    }
    // A page has neither an embargo nor an end.
    let unkept = !is_brief && (matter.embargo.is_some() || matter.expires.is_some());
    if options.tlp.is_none() || matter.draft || unkept {
        keys.set("draft", Value::own("true"));
    }
    let dates = [
        ("date", matter.date.take()),
        ("updated", matter.updated.take()),
        ("embargo", matter.embargo.take()),
        ("expires", matter.expires.take()),
    ];
    for (key, date) in dates {
        match date {
            Some(date) if is_brief => keys.set(key, Value::Bare(date)),
            // A page has none of them.
            Some(date) => {
                let date = Gate::at(date.tlp()).value(date.as_str());
                matter.keep(Told::own(key), Value::Text(date));
            }
            None => {}
        }
    }
    keys.text("summary", matter.summary.take());
    let lists = [
        ("authors", std::mem::take(&mut matter.authors)),
        ("tags", std::mem::take(&mut matter.tags)),
    ];
    for (key, list) in lists {
        match list.is_empty() {
            true => {}
            false if is_brief => keys.texts(key, list),
            false => matter.keep(Told::own(key), Value::texts(list)),
        }
    }
    keys.texts("redirect_from", matter.redirects);
    if !matter.extra.is_empty() {
        keys.set("extra", Value::Table(matter.extra));
    }
    let keys: Vec<(Told, Value)> = (keys.0.into_iter())
        .map(|(key, value)| (Told::own(key), value))
        .collect();
    let mut text = Sheet::default();
    text.told(body, |body| body.trim_matches(['\n', '\r']).to_owned());
    Document {
        text: written::document(&keys, &text),
        is_brief,
        name,
        day,
        body_start,
    }
}
