//! Portions: the frames around marked blocks, and the badges.

use std::ops::Range;

use super::{Inside, Page};
use crate::load::body::event::{Event, Tag};
use crate::load::body::{Portion, PortionKind};

impl<'a> Page<'a> {
    pub(super) fn leave_portions(&mut self, index: usize) {
        while let Some(inside) = self.inside.pop_if(|inside| inside.end <= index) {
            if inside.wrapped {
                self.out.line();
                self.out.close("div");
                self.out.line();
            }
        }
    }

    pub(super) fn enter_portions(&mut self, index: usize) {
        let portions: &'a [Portion] = self.body.portions;
        let first = portions.partition_point(|portion| portion.events.start < index);
        for portion in portions[first..]
            .iter()
            .take_while(|portion| portion.events.start == index)
        {
            let (around, shown) = match self.inside.last() {
                Some(inside) => (&inside.marking, portion.marking.within(&inside.marking)),
                None => (self.body.marking, portion.marking.clone()),
            };
            let differs = shown != *around
                && (shown.tlp != around.tlp || !shown.audience.is_subset(&around.audience));
            // A note is shown at the end, and carries its mark there.
            let blocks = matches!(portion.kind, PortionKind::Blocks | PortionKind::Text)
                && self.shows_something(portion.events.clone());
            if differs
                && (blocks
                    || matches!(
                        portion.kind,
                        PortionKind::Item | PortionKind::Definition | PortionKind::Term
                    ))
            {
                // Where two marks begin at one place, the inner one says what holds.
                self.badge = Some(shown.clone());
                if blocks {
                    self.out.line();
                    self.out.open(
                        "div",
                        &[("class", &format!("portion portion-{}", shown.tlp.class()))],
                    );
                    let in_paragraph = portion.kind == PortionKind::Blocks
                        && matches!(self.event(index), Some(Event::Start(Tag::Paragraph)))
                        && self.lone_image(index).is_none();
                    if !in_paragraph {
                        self.write_badge();
                    }
                }
            }
            self.inside.push(Inside {
                end: portion.events.end,
                marking: shown,
                wrapped: differs && blocks,
            });
        }
    }

    /// Whether the events are more than definitions of notes.
    pub(super) fn shows_something(&self, events: Range<usize>) -> bool {
        let mut index = events.start;
        while index < events.end
            && matches!(
                self.event(index),
                Some(Event::Start(Tag::FootnoteDefinition(_)))
            )
        {
            index = self.end_of(index) + 1;
        }
        index < events.end
    }

    pub(super) fn write_badge(&mut self) {
        let Some(marking) = self.badge.take() else {
            return;
        };
        let class = format!("tlp tlp-{}", marking.tlp.class());
        let href = self.links.definition(marking.tlp);
        let mut attributes = vec![("class", class.as_str())];
        let tag = match href.as_deref().filter(|_| !self.in_link()) {
            Some(href) => {
                attributes.extend([("href", href), ("title", marking.tlp.definition())]);
                "a"
            }
            None => "span",
        };
        self.out.open(tag, &attributes);
        self.out.text(marking.tlp.label());
        self.out.close(tag);
        for groups in &marking.audience {
            self.out.text(" ");
            self.out.open("span", &[("class", "audience")]);
            self.out.text(
                &groups
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
            );
            self.out.close("span");
        }
        self.out.text(" ");
    }

    /// The classes of an element that a portion may be, with `own` before them.
    pub(super) fn portion_class(&self, own: &str) -> String {
        let mut class = own.to_owned();
        if let Some(marking) = &self.badge {
            if !class.is_empty() {
                class.push(' ');
            }
            class.push_str("portion portion-");
            class.push_str(marking.tlp.class());
        }
        class
    }

    pub(super) fn open_with_class(&mut self, tag: &str, class: &str) {
        if class.is_empty() {
            self.out.open(tag, &[]);
        } else {
            self.out.open(tag, &[("class", class)]);
        }
    }
}
