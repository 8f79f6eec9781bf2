//! References to notes, and the list of notes at the end.

use super::{Inside, Page};
use crate::notes;

impl<'a> Page<'a> {
    pub(super) fn note_reference(&mut self, label: &'a str) {
        let Some((number, occurrence)) = self.notes.cite(label) else {
            return;
        };
        let text = number.to_string();
        self.out.open("sup", &[("class", "footnote")]);
        if self.in_link() {
            self.out.text(&text);
        } else {
            let href = format!("#{}", notes::note_id(number));
            let id = notes::reference_id(number, occurrence);
            self.out.open(
                "a",
                &[
                    ("href", &href),
                    ("id", &id),
                    ("aria-label", &format!("Note {number}")),
                ],
            );
            self.out.text(&text);
            self.out.close("a");
        }
        self.out.close("sup");
    }

    /// The list of notes. A note may refer to others, which are then added behind.
    pub(super) fn footnotes(&mut self) {
        let text = self.out.take();
        let mut contents = Vec::new();
        while let Some(definition) = self.notes.definition(contents.len() + 1) {
            let marking = self.note_markings.get(&definition.start).cloned();
            self.badge = marking
                .clone()
                .filter(|marking| marking != self.body.marking);
            let class = self.portion_class("");
            self.badge_unless_paragraph(definition.start + 1);
            let around = marking.map(|marking| Inside {
                end: usize::MAX,
                marking,
                wrapped: false,
            });
            self.inside.extend(around);
            self.range(definition.start + 1..definition.end.saturating_sub(1));
            self.write_badge();
            self.inside.clear();
            contents.push((class, self.out.take()));
        }
        self.out.put(text);
        if contents.is_empty() {
            return;
        }
        self.out.line();
        self.out.open(
            "section",
            &[("class", "footnotes"), ("aria-label", "Footnotes")],
        );
        self.out.line();
        self.out.open("ol", &[]);
        self.out.line();
        for (index, (class, content)) in contents.iter().enumerate() {
            let number = index + 1;
            let id = notes::note_id(number);
            let mut attributes = vec![("id", id.as_str())];
            if !class.is_empty() {
                attributes.push(("class", class));
            }
            self.out.open("li", &attributes);
            let content = content.trim();
            match content.strip_suffix("</p>") {
                Some(content) => {
                    self.out.again(content);
                    self.back_links(number);
                    self.out.close("p");
                }
                None => {
                    self.out.again(content);
                    self.out.open("p", &[]);
                    self.back_links(number);
                    self.out.close("p");
                }
            }
            self.close_line("li");
        }
        self.close_line("ol");
        self.close_line("section");
    }

    pub(super) fn back_links(&mut self, number: usize) {
        for occurrence in 1..=self.notes.count(number) {
            let href = format!("#{}", notes::reference_id(number, occurrence));
            let label = match occurrence {
                1 => format!("Back to the reference to note {number}"),
                _ => format!("Back to reference {occurrence} to note {number}"),
            };
            self.out.text(" ");
            self.out.open(
                "a",
                &[
                    ("class", "footnote-back"),
                    ("href", &href),
                    ("aria-label", &label),
                ],
            );
            self.out.text("↩");
            self.out.close("a");
        }
    }
}
