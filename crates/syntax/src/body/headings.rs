//! The headings of a body and their ids.
//!
//! In: the final events and the portions. Out: each heading with an id that is unique on the page
//! and the same in every edition. Ids are given to what more readers see first: were they given in
//! the order of the text, `victims-2` would tell of a withheld heading of the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::{Event, HeadingTag, Spanned, Tag, TagEnd};
use super::{Heading, Portion};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};
use base::marking::Marking;

/// Beginnings of ids that the pages themselves use; a heading that has one gets another id.
pub const RESERVED_PREFIXES: [&str; 3] = ["source-", "footnote-", "page-"];

struct Found {
    heading: Heading,
    explicit: Option<String>,
    marking: Marking,
}

/// The headings in the order of the text.
pub(super) fn collect(
    file: &Arc<SourceFile>,
    events: &mut [Spanned],
    portions: &[Portion],
    found: &mut Diagnostics,
) -> Vec<Heading> {
    let mut headings = read(events, portions);
    let mut order: Vec<usize> = (0..headings.len()).collect();
    // A written id is a promise to those who link to it, so it goes before the derived ones.
    order.sort_by_cached_key(|index| {
        let found = &headings[*index];
        (
            found.marking.tlp,
            found.marking.audience.clone(),
            found.explicit.is_none(),
            *index,
        )
    });
    let mut taken = BTreeSet::new();
    // Where to go on counting, so that a thousand headings of one name stay cheap.
    let mut counts = BTreeMap::new();
    for index in order {
        let Found {
            heading,
            explicit,
            marking,
        } = &mut headings[index];
        let written = explicit.as_deref().filter(|id| !is_reserved(id));
        if let Some(id) = written.filter(|id| taken.contains(*id)) {
            found.push(
                Diagnostic::new(
                    Code::DuplicateId,
                    format!("another heading has the id `{id}`"),
                )
                .at(file, heading.span.clone())
                .label("expected an id of its own")
                .help(format!("write another, such as `{{#{id}-2}}`")),
            );
        }
        let mut base = match explicit {
            Some(id) => id.clone(),
            None => slug::slugify(&heading.text),
        };
        if base.is_empty() {
            base = "section".to_owned();
        }
        if is_reserved(&base) {
            base = format!("heading-{base}");
        }
        if taken.contains(&base) {
            // Groups do not see one another's headings, so they do not share numbers either.
            for group in marking.audience.iter().flatten() {
                base = format!("{base}-{}", slug::slugify(group));
            }
        }
        let mut id = base.clone();
        let count = counts.entry(base.clone()).or_insert(1_usize);
        while taken.contains(&id) {
            *count += 1;
            id = format!("{base}-{count}");
        }
        taken.insert(id.clone());
        heading.id = id;
    }
    headings.into_iter().map(|found| found.heading).collect()
}

fn is_reserved(id: &str) -> bool {
    RESERVED_PREFIXES
        .iter()
        .any(|prefix| id.starts_with(prefix))
}

/// The text of a heading without citations and notes, and its written id and classes made plain.
fn read(events: &mut [Spanned], portions: &[Portion]) -> Vec<Found> {
    let mut headings = Vec::new();
    let mut open: Option<Found> = None;
    let mut in_citation = false;
    let mut around: Vec<&Portion> = Vec::new();
    let mut next = portions.iter().peekable();
    for (index, (event, span)) in events.iter_mut().enumerate() {
        while around
            .last()
            .is_some_and(|portion| portion.events.end <= index)
        {
            around.pop();
        }
        while let Some(portion) = next.next_if(|portion| portion.events.start <= index) {
            around.push(portion);
        }
        match event {
            Event::Start(Tag::Heading(heading)) => {
                let HeadingTag { level, id, classes } = heading.as_mut();
                let explicit = id.as_deref().map(plain_id).filter(|id| !id.is_empty());
                *id = None;
                classes.retain(|class| is_plain_class(class));
                open = Some(Found {
                    heading: Heading {
                        event: index,
                        level: *level as u8,
                        id: String::new(),
                        text: String::new(),
                        span: span.clone(),
                    },
                    explicit,
                    marking: around.iter().fold(Marking::default(), |outer, portion| {
                        portion.marking.within(&outer)
                    }),
                });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut found) = open.take() {
                    found.heading.text = found
                        .heading
                        .text
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    headings.push(found);
                }
            }
            Event::Start(Tag::Link(link)) if link.is_citation() => in_citation = true,
            Event::End(TagEnd::Link) => in_citation = false,
            Event::Text(text) | Event::Code(text) if !in_citation => {
                if let Some(found) = &mut open {
                    found.heading.text.push_str(text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(found) = &mut open {
                    found.heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    headings
}

fn plain_id(id: &str) -> String {
    id.chars()
        .filter(|c| c.is_alphanumeric() || "-_.".contains(*c))
        .collect()
}

/// The classes of marks are not for a text to take.
fn is_plain_class(class: &str) -> bool {
    let plain = class
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    plain
        && !class.is_empty()
        && !["tlp", "portion"]
            .iter()
            .any(|own| class.to_ascii_lowercase().starts_with(own))
}
