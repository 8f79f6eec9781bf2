//! The page that says what the markings mean. It explains no level that the edition cannot hold,
//! and the Permissible Actions Protocol only where a brief of the edition has it.

use super::Renderer;
use super::views::{LevelView, MarkingsView, Rating};
use base::diagnostic::Diagnostic;
use base::marking::Tlp;
use base::vocabulary::{Pap, Vocabulary};

impl Renderer<'_> {
    pub(super) fn markings(&self, path: &str) -> Result<String, Diagnostic> {
        let site = &self.edition.site;
        // What the standard says is open to everybody.
        let mut page = self.page_view(path, "Markings", "markings", Tlp::Clear);
        page.description = Some("Who may receive what this site holds, and pass it on.".to_owned());
        let pap: Vec<Rating> = if self.edition.briefs.iter().any(|brief| brief.pap.is_some()) {
            Pap::ALL.iter().map(|pap| rating(*pap)).collect()
        } else {
            Vec::new()
        };
        let view = MarkingsView {
            levels: Tlp::ALL
                .into_iter()
                .filter(|tlp| *tlp <= site.tlp)
                .map(|tlp| LevelView {
                    marking: tlp.into(),
                    sharing: sharing(tlp),
                })
                .collect(),
            pap,
        };
        self.with_template("markings.html", path, &page, "markings", &view)
    }
}

/// The Permissible Actions Protocol's label with its meaning.
pub(super) fn rating(pap: Pap) -> Rating {
    Rating {
        code: pap.label().to_owned(),
        meaning: pap.meaning().to_owned(),
    }
}

/// What a reader may do with information of a level: the sense of the standard, in our own words
/// (FIRST, Traffic Light Protocol, version 2.0, section 4).
fn sharing(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => {
            "You may share it with everybody, the public included. Copyright and other rights hold as usual."
        }
        Tlp::Green => {
            "You may share it with peers and partners in your community, but not where the public can read it: not on an open website, in social media or on an open mailing list. Where nobody has said what the community is, it is those who work on cyber security and defence."
        }
        Tlp::Amber => {
            "You may share it within your own organisation and with its clients, and only with those who need it to protect themselves or to prevent harm."
        }
        Tlp::AmberStrict => {
            "You may share it within your own organisation, and only with those who need it to protect themselves or to prevent harm. Clients are not included."
        }
        Tlp::Red => {
            "It is for you personally, as one of the named recipients. You may not share it with anybody else, within your own organisation or outside of it."
        }
    }
}
