//! The card of a brief, and that of the site for its other pages, as SVG.
//!
//! In: what stands on it. Out: the template `card.svg`, filled in; [`cards`] draws it.

use tera::{Context, Value};

use super::Renderer;
use super::views::CardView;

use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use base::marking::Tlp;
use edition::BriefId;
use edition::addresses;

/// The width of a title, in pixels.
const TITLE: f32 = 1056.0;
/// The sizes of a title's letters, in pixels, each with the most lines.
const SIZES: [(u16, usize); 4] = [(72, 3), (60, 4), (52, 4), (44, 5)];
/// How many actors a card names.
const ACTORS: usize = 3;

impl Renderer<'_> {
    pub(super) fn card(&self, path: &str, id: Option<BriefId>) -> Result<String, Diagnostic> {
        let site = &self.edition.site;
        let brief = id.map(|id| self.edition.brief(id));
        let title = brief.map_or(&site.title, |brief| &brief.title);
        let (title_lines, title_size) = cards::lines(title, TITLE, &SIZES);
        let view = CardView {
            title_lines,
            title_size,
            tlp: id.map_or(Tlp::Clear, |id| self.row_tlp(id)).into(),
            date: brief.map(|brief| brief.date.into()),
            report_number: brief.and_then(|brief| brief.report_number.clone()),
            authors: brief.map_or_else(Vec::new, |brief| brief.authors.clone()),
            actors: brief
                .into_iter()
                .flat_map(|brief| &brief.entities)
                .map(|id| self.edition.entity(*id))
                .filter(|entity| entity.kind == EntityKind::Actor)
                .take(ACTORS)
                .map(|entity| entity.name.clone())
                .collect(),
        };
        let mut context = Context::new();
        context.insert_value("card", Value::from_serializable(&view));
        self.templates.render("card.svg", &context, path)
    }

    /// The whole address of the card of a page; none where the settings switch cards off.
    pub(super) fn card_address(&self, id: Option<BriefId>) -> Option<String> {
        let site = &self.edition.site;
        let brief = id.map(|id| self.edition.brief(id));
        site.cards
            .then(|| site.absolute(&format!("/{}", addresses::card_path(brief))))
    }
}
