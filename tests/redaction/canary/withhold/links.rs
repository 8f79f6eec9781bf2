//! Links that are written as addresses: one to what went becomes its words.

use std::collections::{BTreeMap, BTreeSet};

use super::super::generate::address_of;
use super::notes::each_run;
use super::{Block, Document, Inline, Is};

/// The pages of what is left, each with the ids that its headings are given.
pub struct Pages(BTreeMap<String, BTreeSet<String>>);

impl Pages {
    pub fn of(documents: &[Document]) -> Self {
        let page = |document: &Document| Some((address_of(document)?, ids(&document.body)));
        Self(documents.iter().filter_map(page).collect())
    }

    /// Rewrites the links of a document.
    pub fn lead(&self, document: &mut Document) {
        let own = ids(&document.body);
        each_run(&mut document.body, &mut |inlines| {
            self.inlines(inlines, &own)
        });
    }

    fn inlines(&self, inlines: &mut [Inline], own: &BTreeSet<String>) {
        for inline in inlines {
            let Inline::Link(words, address, _) = inline else {
                continue;
            };
            let (path, id) = match address.split_once('#') {
                Some((path, id)) => (path.to_owned(), Some(id)),
                None => (address.clone(), None),
            };
            let here = path.is_empty() && id.is_some_and(|id| own.contains(id));
            if here || !(path.is_empty() || path.starts_with('/')) {
                continue;
            }
            match self.0.get(&path) {
                None => *inline = Inline::Text(words.clone()),
                Some(ids) if id.is_some_and(|id| !ids.contains(id)) => *address = path,
                Some(_) => {}
            }
        }
    }
}

/// The ids that headings are given.
fn ids(blocks: &[Block]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for block in blocks {
        match &block.is {
            Is::Section { title, blocks, .. } => {
                let id = title
                    .split_once("{#")
                    .and_then(|(_, id)| id.strip_suffix('}'));
                ids.extend(id.map(str::to_owned));
                ids.extend(self::ids(blocks));
            }
            Is::Group(blocks) => ids.extend(self::ids(blocks)),
            _ => {}
        }
    }
    ids
}
