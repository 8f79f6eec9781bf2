//! Portions: the frames around marked blocks, and the badges.
//!
//! A badge is text within the block that it marks, or a paragraph before a block that holds no text of its
//! own (a table, code, a quote): programs that take the text out of a page drop links that stand alone
//! and know no frame. So in a portion of several blocks each block has its badge, and in a section
//! each heading has.

use std::ops::Range;

use super::{Inside, Page};
use base::marking::Marking;
use syntax::body::event::{Event, Tag};
use syntax::body::{Portion, PortionKind};

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

    /// The portions that begin at an event, outer before inner.
    fn portions_at(&self, index: usize) -> impl Iterator<Item = &'a Portion> + use<'a> {
        let portions: &'a [Portion] = self.body.portions;
        let first = portions.partition_point(|portion| portion.events.start < index);
        portions[first..]
            .iter()
            .take_while(move |portion| portion.events.start == index)
    }

    pub(super) fn enter_portions(&mut self, index: usize) {
        for portion in self.portions_at(index) {
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
                    if portion.kind == PortionKind::Blocks {
                        self.badge_before_block(index);
                        self.mark_further_blocks(portion.events.clone(), &shown);
                    } else {
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

    /// Notes which blocks of a portion, behind the first, have its badge too.
    fn mark_further_blocks(&mut self, events: Range<usize>, shown: &Marking) {
        let is_heading =
            |page: &Self, at| matches!(page.event(at), Some(Event::Start(Tag::Heading(_))));
        let first = self.first_shown(events.clone());
        let mut below_heading = is_heading(self, first);
        let mut at = self.end_of(first) + 1;
        while at < events.end {
            let heading = is_heading(self, at);
            below_heading |= heading;
            let holds_text = match self.event(at) {
                Some(Event::Start(Tag::FootnoteDefinition(_))) => false,
                Some(Event::Start(_)) => true,
                _ => false,
            };
            if holds_text && (heading || !below_heading) {
                self.repeats.insert(at, shown.clone());
            }
            at = self.end_of(at) + 1;
        }
    }

    /// Where the mark of the portion around is repeated, makes it the badge of the block that begins.
    pub(super) fn repeat_badge(&mut self, index: usize) {
        if let Some(marking) = self.repeats.remove(&index) {
            // A portion of its own that begins here says what holds.
            let own = self
                .portions_at(index)
                .any(|portion| portion.marking.within(&marking) != marking);
            if !own {
                self.badge = Some(marking);
                self.badge_before_block(index);
            }
        }
    }

    /// Writes the badge as a paragraph, unless the block takes it into its own text.
    fn badge_before_block(&mut self, index: usize) {
        let takes_it = match self.event(index) {
            Some(Event::Start(Tag::Paragraph)) => self.lone_image(index).is_none(),
            // An empty heading is not shown.
            Some(Event::Start(Tag::Heading(_))) => self
                .place_of_heading(index)
                .and_then(|at| self.body.headings.get(at))
                .is_some_and(|heading| !heading.text.is_empty()),
            _ => false,
        };
        if !takes_it {
            self.out.line();
            self.out.open("p", &[("class", "portion-mark")]);
            self.write_badge();
            self.close_line("p");
        }
    }

    /// Whether the events are more than definitions of notes.
    pub(super) fn shows_something(&self, events: Range<usize>) -> bool {
        self.first_shown(events.clone()) < events.end
    }

    /// The first of these events that is no definition of a note.
    fn first_shown(&self, events: Range<usize>) -> usize {
        let mut index = events.start;
        while index < events.end
            && matches!(
                self.event(index),
                Some(Event::Start(Tag::FootnoteDefinition(_)))
            )
        {
            index = self.end_of(index) + 1;
        }
        index
    }

    pub(super) fn write_badge(&mut self) {
        let Some(marking) = self.badge.take() else {
            return;
        };
        let class = format!("tlp tlp-{}", marking.tlp.class());
        let title = marking.tlp.definition();
        self.out
            .open("span", &[("class", &class), ("title", title)]);
        self.out.text(marking.tlp.label());
        self.out.close("span");
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
