//! Which footnotes and sources a body refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Inline, Is};

/// The runs of inline text of blocks, each with the footnote that it belongs to.
fn runs<'a>(
    blocks: &'a [Block],
    note: Option<&'a str>,
    take: &mut impl FnMut(Option<&'a str>, &'a Is, &'a [Inline]),
) {
    for block in blocks {
        match &block.is {
            Is::Paragraph(inlines) | Is::Quote(_, inlines) => take(note, &block.is, inlines),
            Is::Note(label, inlines) => take(Some(label), &block.is, inlines),
            Is::List { items, inner, .. } => {
                for (_, inlines) in items.iter().chain(inner) {
                    take(note, &block.is, inlines);
                }
            }
            Is::Definitions(_, entries) => {
                for (_, _, inlines) in entries {
                    take(note, &block.is, inlines);
                }
            }
            Is::Section { blocks, .. } | Is::Group(blocks) => runs(blocks, note, take),
            Is::Table(_) | Is::Code { .. } | Is::Comment(_) | Is::Apart(..) => {
                take(note, &block.is, &[]);
            }
        }
    }
}

/// Adds the ids of the sources that blocks cite or rest on.
pub fn cited_in(blocks: &[Block], cited: &mut BTreeSet<String>) {
    runs(blocks, None, &mut |_, block, inlines| {
        if let Is::Code {
            source: Some(source),
            ..
        } = block
        {
            cited.insert(source.clone());
        }
        for inline in inlines {
            if let Inline::Citation(id) = inline {
                cited.insert(id.clone());
            }
        }
    });
}

/// Footnotes, and which text refers to which.
#[derive(Default)]
pub struct Notes {
    defined: BTreeSet<String>,
    from_text: BTreeSet<String>,
    from_notes: BTreeMap<String, BTreeSet<String>>,
}

impl Notes {
    pub fn read(&mut self, blocks: &[Block], note: Option<&str>) {
        runs(blocks, note, &mut |note, block, inlines| {
            if let Is::Note(label, _) = block {
                self.defined.insert(label.clone());
            }
            for inline in inlines {
                if let Inline::Note(label) = inline {
                    match note {
                        Some(note) => self.from_notes.entry(note.to_owned()).or_default(),
                        None => &mut self.from_text,
                    }
                    .insert(label.clone());
                }
            }
        });
    }

    /// Those that text refers to, itself or by another note, and that are there.
    pub fn reached(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = self.from_text.iter().collect();
        while let Some(label) = open.pop() {
            if self.defined.contains(label) && reached.insert(label.clone()) {
                open.extend(self.from_notes.get(label).into_iter().flatten());
            }
        }
        reached
    }
}

/// Does something to each run of inline text.
pub fn each_run(blocks: &mut [Block], change: &mut impl FnMut(&mut Vec<Inline>)) {
    for block in blocks {
        match &mut block.is {
            Is::Paragraph(inlines) | Is::Quote(_, inlines) | Is::Note(_, inlines) => {
                change(inlines)
            }
            Is::List { items, inner, .. } => {
                (items.iter_mut().chain(inner)).for_each(|(_, inlines)| change(inlines));
            }
            Is::Definitions(_, entries) => {
                (entries.iter_mut()).for_each(|(_, _, inlines)| change(inlines));
            }
            Is::Section { blocks, .. } | Is::Group(blocks) => each_run(blocks, change),
            Is::Table(_) | Is::Code { .. } | Is::Comment(_) | Is::Apart(..) => {}
        }
    }
}

/// Takes out the footnotes that were not reached, and the references to them.
pub fn drop_notes(blocks: &mut Vec<Block>, reached: &BTreeSet<String>) {
    each_run(blocks, &mut |inlines| {
        inlines.retain(|inline| !matches!(inline, Inline::Note(label) if !reached.contains(label)));
    });
    drop_texts(blocks, reached);
}

fn drop_texts(blocks: &mut Vec<Block>, reached: &BTreeSet<String>) {
    blocks.retain_mut(|block| match &mut block.is {
        Is::Note(label, _) => reached.contains(label),
        Is::Section { blocks, .. } => {
            drop_texts(blocks, reached);
            true
        }
        Is::Group(blocks) => {
            drop_texts(blocks, reached);
            !blocks.is_empty()
        }
        _ => true,
    });
}
