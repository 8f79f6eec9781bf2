//! The page that searches the edition.

use super::Renderer;
use super::views::{SearchKind, SearchView};
use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use edition::EntityId;

/// The names of a kind that the page lists; of more, those with most briefs. The page is read
/// before every search, so it stays small in the largest library.
const MOST_NAMES: usize = 40;

impl Renderer<'_> {
    /// The page as it is without its script: the index of entities.
    pub(super) fn search(&self, path: &str) -> Result<String, Diagnostic> {
        let tlp = search::highest(self.edition);
        let page = self.page_view(path, "Search", "search", tlp);
        let kinds = EntityKind::ALL
            .iter()
            .filter_map(|kind| self.search_kind(*kind));
        let view = SearchView {
            files_url: self.url(search::FOLDER),
            briefs: self.breadcrumb("All briefs", "/briefs/"),
            brief_count: self.edition.briefs.len(),
            kinds: kinds.collect(),
        };
        self.with_template("search.html", path, &page, "search", &view)
    }

    fn search_kind(&self, kind: EntityKind) -> Option<SearchKind> {
        // In the order of their names.
        let mut ids: Vec<EntityId> = self.edition.of_kind(kind).map(|(id, _)| id).collect();
        let count = ids.len();
        if count == 0 {
            return None;
        }
        let briefs = |id: &EntityId| self.edition.entity(*id).briefs.len();
        ids.sort_by_key(|id| std::cmp::Reverse(briefs(id)));
        ids.truncate(MOST_NAMES);
        ids.sort_unstable();
        Some(SearchKind {
            title: kind.plural_title(),
            url: self.url(&format!("/{}/", kind.folder())),
            count,
            entities: ids.into_iter().map(|id| self.entity_link(id)).collect(),
        })
    }
}
