//! Links, citations, images, marks of lists and all that stands inside a line.

use super::Page;
use crate::write::{element, escape};
use syntax::body::event::Event;
use syntax::body::links as addresses;

impl<'a> Page<'a> {
    pub(super) fn inline(&mut self, event: &'a Event) {
        match event {
            Event::Text(text) => self.out.text(text),
            Event::Code(code) => {
                self.out.open("code", &[]);
                self.out.text(code);
                self.out.close("code");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.out.foreign(html),
            Event::SoftBreak => self.out.text("\n"),
            Event::HardBreak => {
                self.out.open("br", &[]);
                self.out.line();
            }
            Event::Rule => {
                self.out.line();
                self.out.open("hr", &[]);
                self.out.line();
            }
            Event::TaskListMarker(done) => {
                let mut attributes = vec![("type", "checkbox"), ("disabled", "")];
                if *done {
                    attributes.push(("checked", ""));
                }
                attributes.push(("aria-label", if *done { "Done" } else { "To do" }));
                self.out.trusted(element("input", &attributes));
                self.out.text(" ");
            }
            Event::FootnoteReference(label) => self.note_reference(label),
            Event::Start(_) | Event::End(_) => {}
        }
    }

    pub(super) fn in_link(&self) -> bool {
        self.anchors.contains(&true)
    }

    pub(super) fn link(&mut self, target: &str, title: &str, index: usize) {
        // A portion of what a link shows may have been taken out of it.
        let empty = self.end_of(index) == index + 1;
        let href = Some(target)
            .filter(|target| !self.in_link() && !addresses::is_defanged(target))
            .and_then(|target| self.links.href(target))
            .filter(|href| addresses::refuse(href).is_none())
            .filter(|href| !self.body.indicators.holds(href));
        match &href {
            Some(href) => {
                let mut attributes = vec![("href", href.as_str())];
                if !title.is_empty() {
                    attributes.push(("title", title));
                }
                if addresses::is_external(href) {
                    attributes.push(("rel", "noopener noreferrer"));
                }
                self.out.open("a", &attributes);
                if empty {
                    self.out.text(href);
                }
            }
            None if empty => self.out.text(target),
            None => {}
        }
        self.anchors.push(href.is_some());
    }

    pub(super) fn citation(&mut self, id: &str) {
        let Some(number) = self.links.citation(id) else {
            return;
        };
        self.out.open("sup", &[("class", "citation")]);
        let text = format!("[{number}]");
        if self.in_link() {
            self.out.text(&text);
        } else {
            self.out
                .open("a", &[("href", &format!("#source-{number}"))]);
            self.out.text(&text);
            self.out.close("a");
        }
        self.out.close("sup");
    }

    pub(super) fn image(&mut self, target: &str, title: &str, alt: &str, alone: bool) {
        let image = self
            .links
            .image(target)
            .filter(|image| addresses::refuse(&image.href).is_none());
        let Some(image) = image else {
            if alone {
                self.out.line();
                self.out.open("p", &[]);
                self.out.text(alt);
                self.close_line("p");
            } else {
                self.out.text(alt);
            }
            return;
        };
        let width = image.width.map(|width| width.to_string());
        let height = image.height.map(|height| height.to_string());
        let mut attributes = vec![("src", image.href.as_str()), ("alt", alt)];
        if let (Some(width), Some(height)) = (&width, &height) {
            attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
        }
        attributes.extend([("loading", "lazy"), ("decoding", "async")]);
        if !alone && !title.is_empty() {
            attributes.push(("title", title));
        }
        let mut html = element("img", &attributes);
        if alone {
            let caption = if title.is_empty() {
                String::new()
            } else {
                let mut caption = "<figcaption>".to_owned();
                escape(&mut caption, title);
                caption + "</figcaption>"
            };
            html = format!("<figure class=\"image\">{html}{caption}</figure>");
            self.out.line();
        }
        self.out.trusted(html);
        if alone {
            self.out.line();
        }
    }
}
