//! Blocks that hold text: paragraphs, headings, code and what becomes a figure.

use pulldown_cmark::{CodeBlockKind, CowStr};

use super::Page;
use crate::code;
use syntax::body::event::{Event, Tag};

impl<'a> Page<'a> {
    pub(super) fn badge_unless_paragraph(&mut self, index: usize) {
        if !matches!(self.event(index), Some(Event::Start(Tag::Paragraph)))
            || self.lone_image(index).is_some()
        {
            self.write_badge();
        }
    }

    pub(super) fn paragraph(&mut self, index: usize, end: usize) -> usize {
        if end == index + 1 {
            self.write_badge();
            return end + 1;
        }
        if let Some((start, url, title)) = self.lone_image(index) {
            let alt = self.text_of(start, self.end_of(start));
            self.write_badge();
            self.image(url, title, &alt, true);
            return end + 1;
        }
        self.out.line();
        self.out.open("p", &[]);
        self.write_badge();
        index + 1
    }

    /// The image that is all of a paragraph.
    pub(super) fn lone_image(&self, paragraph: usize) -> Option<(usize, &'a str, &'a str)> {
        match self.event(paragraph + 1)? {
            Event::Start(Tag::Image(link))
                if self.end_of(paragraph + 1) + 1 == self.end_of(paragraph) =>
            {
                Some((paragraph + 1, &link.dest_url, &link.title))
            }
            _ => None,
        }
    }

    pub(super) fn heading(
        &mut self,
        index: usize,
        end: usize,
        classes: &[CowStr<'static>],
    ) -> usize {
        let place = self.place_of_heading(index);
        let heading = place.and_then(|at| self.body.headings.get(at));
        // An empty heading is an error to screen readers.
        if heading.is_none_or(|heading| heading.text.is_empty()) {
            return end + 1;
        }
        let tag = match place.and_then(|at| self.levels.get(at)) {
            Some(3) => "h3",
            Some(4) => "h4",
            Some(5) => "h5",
            Some(6) => "h6",
            _ => "h2",
        };
        let id = heading
            .map(|heading| heading.id.clone())
            .unwrap_or_default();
        let class = classes
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>()
            .join(" ");
        let mut attributes = vec![("id", id.as_str())];
        if !class.is_empty() {
            attributes.push(("class", &class));
        }
        self.out.line();
        self.out.open(tag, &attributes);
        self.write_badge();
        self.range(index + 1..end);
        self.out.text(" ");
        let label = format!(
            "Link to “{}”",
            heading
                .map(|heading| heading.text.as_str())
                .unwrap_or_default()
        );
        self.out.open(
            "a",
            &[
                ("class", "anchor"),
                ("href", &format!("#{id}")),
                ("aria-label", &label),
            ],
        );
        self.out.open("span", &[("aria-hidden", "true")]);
        self.out.text("#");
        self.out.close("span");
        self.out.close("a");
        self.close_line(tag);
        end + 1
    }

    /// The place of a heading's event in the list of headings.
    pub(super) fn place_of_heading(&self, index: usize) -> Option<usize> {
        self.body
            .headings
            .binary_search_by_key(&index, |heading| heading.event)
            .ok()
    }

    pub(super) fn code_block(&mut self, kind: &CodeBlockKind<'_>, index: usize, end: usize) {
        self.out.line();
        let figures = self.body.figures;
        let figure = figures
            .binary_search_by_key(&index, |figure| figure.event)
            .ok()
            .and_then(|at| figures.get(at));
        let html = match figure {
            Some(figure) => (self.figure)(figure),
            None => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                code::block(info, &self.text_of(index, end), self.highlighter)
            }
        };
        self.out.trusted(html);
        self.out.line();
    }

    /// The text and code between two events. Citations and notes have none.
    pub(super) fn text_of(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        for (event, _) in self.body.events.get(start + 1..end).unwrap_or_default() {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        text
    }
}
