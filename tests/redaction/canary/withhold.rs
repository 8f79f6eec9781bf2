//! A library without what an audience may not see, as if it had never been written.
//!
//! This is the contract once more, written on the test's own model and knowing nothing of the
//! program's: what is marked above the audience goes; what rests only on a source that went goes
//! with it; references to what went are taken out; files that nothing visible refers to go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tearline::kind::EntityKind;

use super::model::{
    AUDIENCES, Audience, Block, Document, Inline, Is, Library, Marking, PLACES, Timing,
};

/// Keys of lists and tables whose entries have a marking, and may rest on a source.
const ENTRIES: [&str; 11] = [
    "sources",
    "attribution",
    "key_judgments",
    "intelligence_gaps",
    "outlook",
    "statistics",
    "events",
    "quotes",
    "indicators",
    "image",
    "changelog",
];

/// Keys that name entities. `supersedes` names briefs.
const NAMES: [&str; 13] = [
    "actors",
    "campaigns",
    "regions",
    "sectors",
    "techniques",
    "software",
    "vulnerabilities",
    "related",
    "parents",
    "members",
    "parent",
    "origin",
    "actor",
];

/// How a name is to be written after something was withheld.
#[derive(Default)]
struct Renamed {
    /// Names of what is withheld: profiles and briefs. Other names of an actor, a campaign, a sector
    /// or software that is withheld are nobody's, and stay where they are written.
    gone: BTreeSet<String>,
    /// Names that are withheld, and the name of their entity, which is not.
    aliases: BTreeMap<String, String>,
}

impl Renamed {
    fn name(&self, name: &str) -> Option<String> {
        match self.aliases.get(name) {
            _ if self.gone.contains(name) => None,
            Some(canonical) => Some(canonical.clone()),
            None => Some(name.to_owned()),
        }
    }
}

impl Library {
    /// The library that this audience would have if it had written it alone.
    pub fn without_what_is_above(&self, audience: &Audience) -> Library {
        let mut renamed = Renamed::default();
        for document in &self.documents {
            document.rename(document.seen_by(audience), audience, &mut renamed);
        }
        let mut documents: Vec<Document> = self
            .documents
            .iter()
            .filter(|document| document.seen_by(audience))
            .map(|document| document.matter_for(audience, &renamed))
            .collect();
        // What a link of a text may lead to, now that front matter is what it is.
        let mut known: BTreeSet<String> = PLACES.map(|(name, _)| name.to_owned()).into();
        for document in &documents {
            known.extend(document.names());
            known.extend(document.named());
        }
        for document in &mut documents {
            document.body_for(audience, &renamed, &known);
        }
        let pages = links::Pages::of(&documents);
        for document in &mut documents {
            pages.lead(document);
            document.files_for();
        }
        Library {
            documents,
            canaries: self.canaries.clone(),
        }
    }
}

impl Library {
    /// The library in which nothing names an entity by a name that only some of its readers may know,
    /// which would be an error: it is called by its open name there.
    pub fn without_names_that_tell(mut self) -> Library {
        for audience in &AUDIENCES {
            let mut renamed = Renamed::default();
            for document in &self.documents {
                document.rename(document.seen_by(audience), audience, &mut renamed);
            }
            renamed.gone.clear();
            for document in &mut self.documents {
                if document.seen_by(audience) {
                    document.rename_all(&renamed);
                }
            }
        }
        self
    }
}

impl Document {
    fn rename_all(&mut self, renamed: &Renamed) {
        rename_in(&mut self.matter, renamed);
        for key in ENTRIES {
            match self.matter.get_mut(key) {
                Some(Value::Array(entries)) => {
                    let tables = entries.iter_mut().filter_map(Value::as_object_mut);
                    tables.for_each(|entry| rename_in(entry, renamed));
                }
                Some(Value::Object(entry)) => rename_in(entry, renamed),
                _ => {}
            }
        }
        self.rows.iter_mut().for_each(|row| rename_in(row, renamed));
        rename_blocks(&mut self.body, renamed);
    }

    pub fn seen_by(&self, audience: &Audience) -> bool {
        self.marking.seen_by(audience) && self.timing == Timing::Out
    }

    /// What the document's own thing is called: its title or name, its address, its aliases.
    fn names(&self) -> Vec<String> {
        let mut names = vec![self.stem.clone()];
        let own = ["name", "slug"].map(|key| self.matter.get(key).and_then(Value::as_str));
        names.extend(own.into_iter().flatten().map(str::to_owned));
        names.extend(self.aliases().map(|(name, _)| name));
        names
    }

    fn aliases(&self) -> impl Iterator<Item = (String, Map<String, Value>)> {
        let aliases = self.matter.get("aliases").and_then(Value::as_array);
        aliases
            .into_iter()
            .flatten()
            .filter_map(|alias| match alias {
                Value::String(name) => Some((name.clone(), Map::new())),
                other => other
                    .as_object()
                    .map(|table| (text(table, "name"), table.clone())),
            })
    }

    /// Every name in its front matter.
    fn named(&self) -> Vec<String> {
        let mut named = Vec::new();
        let entries = ["attribution", "indicators"].into_iter();
        let tables = entries
            .filter_map(|key| self.matter.get(key))
            .flat_map(|entries| match entries {
                Value::Array(entries) => entries.clone(),
                other => vec![other.clone()],
            })
            .filter_map(|entry| entry.as_object().cloned())
            .chain(self.rows.iter().cloned())
            .chain([self.matter.clone()]);
        for table in tables {
            for key in NAMES {
                match table.get(key) {
                    Some(Value::String(name)) => named.push(name.clone()),
                    Some(Value::Array(names)) => {
                        named.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
        named
    }

    fn rename(&self, seen: bool, audience: &Audience, renamed: &mut Renamed) {
        if !seen {
            // The profile of a place that every site has is withheld without the place.
            let built_in = ["code", "m49"]
                .iter()
                .any(|key| self.matter.contains_key(*key));
            let others: BTreeSet<String> = self.aliases().map(|(name, _)| name).collect();
            let is_closed = ["regions", "techniques", "vulnerabilities"].contains(&self.folder);
            let names = self.names().into_iter();
            let names = names.filter(|name| is_closed || !others.contains(name));
            match built_in {
                true => renamed
                    .aliases
                    .extend(names.map(|name| (name, text(&self.matter, "name")))),
                false => renamed.gone.extend(names),
            }
            return;
        }
        let gone = self.withheld_sources(audience);
        let name = text(&self.matter, "name");
        for (alias, table) in self.aliases() {
            if !kept(&table, audience, &gone) {
                renamed.aliases.insert(alias, name.clone());
            }
        }
    }

    fn withheld_sources(&self, audience: &Audience) -> BTreeSet<String> {
        let sources = self.matter.get("sources").and_then(Value::as_array);
        sources
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .filter(|source| !Marking::of(source).seen_by(audience))
            .map(|source| text(source, "id"))
            .collect()
    }

    fn matter_for(&self, audience: &Audience, renamed: &Renamed) -> Document {
        let gone = self.withheld_sources(audience);
        let mut document = self.clone();
        let matter = &mut document.matter;
        for key in ENTRIES.iter().chain(&["aliases"]) {
            match matter.get_mut(*key) {
                Some(Value::Array(entries)) => {
                    let mut left: Vec<Value> = std::mem::take(entries);
                    left.retain_mut(|entry| match entry.as_object_mut() {
                        Some(entry) => keep_entry(entry, audience, &gone, renamed),
                        None => true,
                    });
                    *entries = left;
                }
                Some(Value::Object(entry)) => {
                    let stays = keep_entry(entry, audience, &gone, renamed);
                    if !stays {
                        matter.remove(*key);
                    }
                }
                _ => {}
            }
        }
        document
            .rows
            .retain_mut(|row| keep_entry(row, audience, &gone, renamed));
        rename_in(&mut document.matter, renamed);
        let changes = |matter: &Map<String, Value>| {
            let changes = matter.get("changelog").and_then(Value::as_array);
            changes.map_or(0, Vec::len)
        };
        // A brief with a changelog shows the date of the newest change that is visible, or none.
        if changes(&self.matter) > 0 && changes(&document.matter) == 0 {
            document.matter.remove("updated");
        }
        document
            .matter
            .retain(|_, value| !matches!(value.as_array(), Some(items) if items.is_empty()));
        document
    }

    fn body_for(&mut self, audience: &Audience, renamed: &Renamed, known: &BTreeSet<String>) {
        let gone = self.sources_that_went();
        let view = View {
            audience,
            gone,
            renamed,
            known,
        };
        self.body = view.blocks(std::mem::take(&mut self.body));
        let mut notes = Notes::default();
        notes.read(&self.body, None);
        let reached = notes.reached();
        drop_notes(&mut self.body, &reached);
    }

    /// The sources that the body cites and the front matter no longer has.
    fn sources_that_went(&self) -> BTreeSet<String> {
        let sources = self.matter.get("sources").and_then(Value::as_array);
        let left: BTreeSet<String> = (sources.into_iter().flatten())
            .filter_map(Value::as_object)
            .map(|source| text(source, "id"))
            .collect();
        let mut cited = BTreeSet::new();
        cited_in(&self.body, &mut cited);
        cited.difference(&left).cloned().collect()
    }

    fn files_for(&mut self) {
        let whole = self.text();
        self.files.retain(|(name, _)| whole.contains(name.as_str()));
    }
}

fn text(table: &Map<String, Value>, key: &str) -> String {
    let text = table.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// Whether an entry is visible and rests on something that is.
fn kept(entry: &Map<String, Value>, audience: &Audience, gone: &BTreeSet<String>) -> bool {
    Marking::of(entry).seen_by(audience) && !gone.contains(&text(entry, "source"))
}

/// Keeps an entry without the sources and names that went, or says that it goes.
fn keep_entry(
    entry: &mut Map<String, Value>,
    audience: &Audience,
    gone: &BTreeSet<String>,
    renamed: &Renamed,
) -> bool {
    if let Some(Value::Array(sources)) = entry.get_mut("sources") {
        let before = sources.len();
        sources.retain(|source| !source.as_str().is_some_and(|id| gone.contains(id)));
        if sources.is_empty() && before > 0 {
            return false;
        }
    }
    // An attribution to a withheld actor says nothing without the actor.
    let actor = entry.get("actor").and_then(Value::as_str);
    if actor.is_some_and(|actor| renamed.name(actor).is_none()) {
        return false;
    }
    rename_in(entry, renamed);
    kept(entry, audience, gone)
}

fn rename_in(table: &mut Map<String, Value>, renamed: &Renamed) {
    for key in NAMES.iter().chain(&["supersedes"]) {
        match table.get_mut(*key) {
            Some(Value::String(name)) => match renamed.name(name) {
                Some(new) => *name = new,
                None => drop(table.remove(*key)),
            },
            Some(Value::Array(names)) => {
                let mut left: Vec<Value> = Vec::new();
                for name in names.iter().filter_map(Value::as_str) {
                    left.extend(renamed.name(name).map(Value::from));
                }
                *names = left;
            }
            _ => {}
        }
    }
}

fn rename_blocks(blocks: &mut [Block], renamed: &Renamed) {
    for block in blocks {
        let runs: Vec<&mut Vec<Inline>> = match &mut block.is {
            Is::Paragraph(inlines) | Is::Quote(_, inlines) | Is::Note(_, inlines) => vec![inlines],
            Is::List { items, inner, .. } => {
                let items = items.iter_mut().chain(inner);
                items.map(|(_, inlines)| inlines).collect()
            }
            Is::Definitions(_, entries) => {
                let entries = entries.iter_mut();
                entries.map(|(_, _, inlines)| inlines).collect()
            }
            Is::Section { blocks, .. } | Is::Group(blocks) => {
                rename_blocks(blocks, renamed);
                Vec::new()
            }
            _ => Vec::new(),
        };
        for inline in runs.into_iter().flatten() {
            if let Inline::Wiki(name, _) = inline
                && let Some(open) = renamed.name(name)
            {
                *name = open;
            }
        }
    }
}

/// What a body is taken through.
struct View<'a> {
    audience: &'a Audience,
    gone: BTreeSet<String>,
    renamed: &'a Renamed,
    known: &'a BTreeSet<String>,
}

impl View<'_> {
    fn blocks(&self, blocks: Vec<Block>) -> Vec<Block> {
        blocks
            .into_iter()
            .filter_map(|mut block| {
                let seen = block.marking.seen_by(self.audience);
                // The paragraph before a list is not the list's.
                match &mut block.is {
                    _ if seen => {}
                    Is::List { items, .. } => items.clear(),
                    Is::Definitions(_, entries) => entries.clear(),
                    _ => return None,
                }
                block.is = self.block(block.is)?;
                let empty = match &block.is {
                    Is::List { items, .. } => items.is_empty(),
                    Is::Definitions(_, entries) => entries.is_empty(),
                    _ => false,
                };
                if empty {
                    block.marking = Marking::default();
                }
                Some(block)
            })
            .collect()
    }

    fn block(&self, is: Is) -> Option<Is> {
        Some(match is {
            Is::Paragraph(inlines) => Is::Paragraph(self.inlines(inlines)),
            Is::Quote(alert, inlines) => Is::Quote(alert, self.inlines(inlines)),
            Is::Note(label, inlines) => Is::Note(label, self.inlines(inlines)),
            Is::List {
                lead,
                ordered,
                items,
                inner,
            } => {
                let last = items
                    .last()
                    .is_some_and(|(marking, _)| marking.seen_by(self.audience));
                Is::List {
                    lead,
                    ordered,
                    items: self.items(items),
                    inner: if last { self.items(inner) } else { Vec::new() },
                }
            }
            // A term goes with the last of its meanings.
            Is::Definitions(lead, entries) => Is::Definitions(
                lead,
                entries
                    .into_iter()
                    .filter(|(_, marking, _)| marking.seen_by(self.audience))
                    .map(|(term, marking, inlines)| (term, marking, self.inlines(inlines)))
                    .collect(),
            ),
            Is::Code {
                source: Some(source),
                ..
            } if self.gone.contains(&source) => return None,
            Is::Section {
                level,
                title,
                blocks,
            } => Is::Section {
                level,
                title,
                blocks: self.blocks(blocks),
            },
            Is::Group(blocks) => {
                let blocks = self.blocks(blocks);
                if blocks.is_empty() {
                    return None;
                }
                Is::Group(blocks)
            }
            other => other,
        })
    }

    fn items(&self, items: Vec<(Marking, Vec<Inline>)>) -> Vec<(Marking, Vec<Inline>)> {
        (items.into_iter())
            .filter(|(marking, _)| marking.seen_by(self.audience))
            .map(|(marking, inlines)| (marking, self.inlines(inlines)))
            .collect()
    }

    fn inlines(&self, inlines: Vec<Inline>) -> Vec<Inline> {
        inlines
            .into_iter()
            .filter_map(|inline| match inline {
                Inline::Citation(id) => (!self.gone.contains(&id)).then_some(Inline::Citation(id)),
                Inline::Wiki(name, words) => Some(match self.renamed.name(&name) {
                    Some(name) if self.known.contains(&name) => Inline::Wiki(name, words),
                    _ => Inline::Text(words),
                }),
                other => Some(other),
            })
            .collect()
    }
}

mod links;
mod notes;
use notes::{Notes, cited_in, drop_notes};

/// Every kind of entity has its folder in the model too.
#[test]
fn every_kind_can_be_named() {
    for kind in EntityKind::ALL {
        assert!(NAMES.contains(&kind.folder()), "{}", kind.folder());
    }
}
