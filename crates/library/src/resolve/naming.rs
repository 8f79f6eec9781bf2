//! The names in a document's front matter.
//!
//! In: a document. Out: every name that a key of it takes for an entity's, with the place and what
//! decides on who may see it. [`lists`] is the table of the keys that name entities and nothing more.

use std::ops::Range;
use std::sync::Arc;

use base::diagnostic::{Location, SourceFile};
use base::kind::EntityKind;
use load::matter::AttributionMatter;
use load::{Document, Matter};
use syntax::decode::{Loose, Spanned, Text};
use syntax::entry::EntryMarking;

/// The entry of a list that names an entity, with what decides on who may see it.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    pub marking: &'a EntryMarking,
    pub source: Option<&'a Text>,
}

/// A name in front matter or in a table that belongs to it, with the kind that its key says.
pub struct Naming<'a> {
    pub kind: EntityKind,
    pub text: &'a str,
    pub at: Location,
    pub entry: Option<Entry<'a>>,
    /// Whether there is an entity of this name because it stands here.
    pub makes_entities: bool,
}

/// Every name in a document's front matter.
pub fn named_in(document: &Document) -> Vec<Naming<'_>> {
    let own = &document.file;
    let mut named = Namings::default();
    for (kind, list) in lists(document) {
        match list {
            List::Texts(texts) => named.texts(kind, own, texts),
            List::Loose(texts) => named.loose(kind, own, texts),
            List::One(text) => named.texts(kind, own, text),
        }
    }
    match &document.matter {
        Matter::Brief(brief) => {
            for entry in &brief.attribution {
                named.attribution(own, entry);
            }
            let written = brief.indicators.iter().map(|entry| (entry, own));
            let rows = document
                .indicator_rows
                .iter()
                .flat_map(|rows| rows.rows.iter().map(|entry| (entry, &rows.file)));
            for (entry, file) in written.chain(rows) {
                if let Some(software) = &entry.software {
                    let marked = Entry {
                        marking: &entry.marking,
                        source: entry.source.as_ref(),
                    };
                    named.add(EntityKind::Software, file, &software.value, &software.span);
                    named.entry(marked);
                }
            }
        }
        // What these say of entities makes none.
        Matter::Actor(actor) => {
            let made = named.0.len();
            named.loose(EntityKind::Region, own, &actor.origin);
            if let Some(entry) = &actor.attribution {
                named.attribution(own, entry);
            }
            named.makes_none(made);
        }
        Matter::Region(region) => {
            named.loose(EntityKind::Region, own, &region.parents);
            named.loose(EntityKind::Region, own, &region.members);
        }
        _ => {}
    }
    named.0
}

#[derive(Default)]
struct Namings<'a>(Vec<Naming<'a>>);

impl<'a> Namings<'a> {
    fn add(
        &mut self,
        kind: EntityKind,
        file: &Arc<SourceFile>,
        text: &'a str,
        span: &Range<usize>,
    ) {
        self.0.push(Naming {
            kind,
            text,
            at: Location::new(file, span.clone()),
            entry: None,
            makes_entities: true,
        });
    }

    fn texts(
        &mut self,
        kind: EntityKind,
        file: &Arc<SourceFile>,
        texts: impl IntoIterator<Item = &'a Text>,
    ) {
        for text in texts {
            self.add(kind, file, &text.value, &text.span);
        }
    }

    fn loose(
        &mut self,
        kind: EntityKind,
        file: &Arc<SourceFile>,
        texts: impl IntoIterator<Item = &'a Spanned<Loose>>,
    ) {
        for text in texts {
            self.add(kind, file, &text.value.0, &text.span);
        }
    }

    /// Says of the newest name which entry it belongs to.
    fn entry(&mut self, entry: Entry<'a>) {
        if let Some(newest) = self.0.last_mut() {
            newest.entry = Some(entry);
        }
    }

    fn attribution(&mut self, file: &Arc<SourceFile>, entry: &'a AttributionMatter) {
        if let Some(actor) = &entry.actor {
            self.add(EntityKind::Actor, file, &actor.value, &actor.span);
            self.entry(Entry {
                marking: &entry.marking,
                source: entry.source.as_ref(),
            });
        }
    }

    fn makes_none(&mut self, from: usize) {
        for naming in &mut self.0[from..] {
            naming.makes_entities = false;
        }
    }
}

/// A key that names entities.
pub enum List<'a> {
    Texts(&'a [Text]),
    Loose(&'a [Spanned<Loose>]),
    One(Option<&'a Text>),
}

/// The keys of a document that name entities and nothing more, in the order in which its page shows
/// them.
pub fn lists(document: &Document) -> Vec<(EntityKind, List<'_>)> {
    use EntityKind::{Actor, Campaign, Region, Sector, Software, Technique, Vulnerability};
    use List::{Loose, One, Texts};
    match &document.matter {
        Matter::Brief(brief) => {
            vec![
                (Actor, Texts(&brief.actors)),
                (Campaign, Texts(&brief.campaigns)),
                (Region, Loose(&brief.regions)),
                (Sector, Texts(&brief.sectors)),
                (Technique, Texts(&brief.techniques)),
                (Software, Texts(&brief.software)),
                (Vulnerability, Texts(&brief.vulnerabilities)),
            ]
        }
        Matter::Actor(actor) => vec![
            (Actor, Texts(&actor.related)),
            (Region, Loose(&actor.regions)),
            (Sector, Texts(&actor.sectors)),
            (Technique, Texts(&actor.techniques)),
            (Software, Texts(&actor.software)),
        ],
        Matter::Sector(sector) => vec![(Sector, One(sector.parent.as_ref()))],
        Matter::Software(software) => {
            vec![
                (Actor, Texts(&software.actors)),
                (Technique, Texts(&software.techniques)),
            ]
        }
        Matter::Vulnerability(vulnerability) => {
            vec![
                (Actor, Texts(&vulnerability.actors)),
                (Software, Texts(&vulnerability.software)),
            ]
        }
        Matter::Campaign(campaign) => vec![
            (Actor, Texts(&campaign.actors)),
            (Region, Loose(&campaign.regions)),
            (Sector, Texts(&campaign.sectors)),
            (Technique, Texts(&campaign.techniques)),
            (Software, Texts(&campaign.software)),
            (Vulnerability, Texts(&campaign.vulnerabilities)),
        ],
        Matter::Region(_) | Matter::Technique(_) | Matter::Page(_) => Vec::new(),
    }
}
