//! Lists of briefs, plain pages, and the pages that stand for themselves.

use super::Renderer;
use super::views::{ContentView, CountedLink, ListView, Pager, PagerLink, RedirectView};
use base::diagnostic::Diagnostic;
use base::marking::Tlp;
use edition::BriefId;
use edition::addresses;
use edition::model::brief_id_of;
use edition::texts::live_targets;
use plan::Producer;

impl Renderer<'_> {
    /// The links between the pages of a list; none where there is one page.
    pub(super) fn pager(&self, base: &str, rows: usize, current: usize) -> Option<Pager> {
        let count = addresses::page_count(rows, self.edition.site.per_page);
        if count < 2 {
            return None;
        }
        let url = |page: usize| self.url(&addresses::page_path(base, page));
        let mut pages = Vec::new();
        let mut gap = false;
        for page in 0..count {
            if page < 1 || page + 1 >= count || page.abs_diff(current) <= 2 {
                pages.push(Some(PagerLink {
                    number: page + 1,
                    url: url(page),
                    current: page == current,
                }));
                gap = false;
            } else if !gap {
                pages.push(None);
                gap = true;
            }
        }
        Some(Pager {
            number: current + 1,
            count,
            previous: current.checked_sub(1).map(url),
            next: (current + 1 < count).then(|| url(current + 1)),
            pages,
        })
    }

    /// The title of a page of a list, its number with it from the second on.
    pub(super) fn numbered(title: &str, number: usize) -> String {
        if number == 0 {
            title.to_owned()
        } else {
            format!("{title}, page {}", number + 1)
        }
    }

    fn page_of<'b>(&self, briefs: &'b [BriefId], number: usize) -> &'b [BriefId] {
        &briefs[addresses::page_rows(briefs.len(), self.edition.site.per_page, number)]
    }

    pub(super) fn brief_list(&self, path: &str, number: usize) -> Result<String, Diagnostic> {
        let all: Vec<BriefId> = (0..self.edition.briefs.len()).map(brief_id_of).collect();
        let shown = self.page_of(&all, number);
        let mut page = self.page_view(
            path,
            &Self::numbered("All briefs", number),
            "list",
            self.highest(shown, Tlp::Clear),
        );
        page.breadcrumbs = if number == 0 {
            Vec::new()
        } else {
            vec![self.breadcrumb("Briefs", "/briefs/")]
        };
        let links = if self.edition.tags.is_empty() {
            Vec::new()
        } else {
            vec![CountedLink {
                title: "Tags".to_owned(),
                url: self.url("/tags/"),
                count: self.edition.tags.len(),
            }]
        };
        let view = ListView {
            heading: "All briefs".to_owned(),
            introduction: None,
            total: all.len(),
            rows: self.rows_of(shown)?,
            pager: self.pager("/briefs/", all.len(), number),
            links,
        };
        self.with_template("list.html", path, &page, "list", &view)
    }

    pub(super) fn tags(&self, path: &str) -> Result<String, Diagnostic> {
        let mut page = self.page_view(path, "Tags", "list", Tlp::Clear);
        page.breadcrumbs = vec![self.breadcrumb("Briefs", "/briefs/")];
        let links = self.edition.tags.iter().map(|entry| CountedLink {
            title: entry.tag.name.clone(),
            url: self.url(&format!("/tags/{}/", entry.tag.slug)),
            count: entry.briefs.len(),
        });
        let view = ListView {
            heading: "Tags".to_owned(),
            introduction: None,
            total: self.edition.tags.len(),
            rows: String::new(),
            pager: None,
            links: links.collect(),
        };
        self.with_template("list.html", path, &page, "list", &view)
    }

    pub(super) fn tag(&self, path: &str, at: usize, number: usize) -> Result<String, Diagnostic> {
        let entry = &self.edition.tags[at];
        let shown = self.page_of(&entry.briefs, number);
        let base = format!("/tags/{}/", entry.tag.slug);
        let heading = format!("Briefs tagged “{}”", entry.tag.name);
        let mut page = self.page_view(
            path,
            &Self::numbered(&heading, number),
            "list",
            self.highest(shown, Tlp::Clear),
        );
        page.breadcrumbs = vec![
            self.breadcrumb("Briefs", "/briefs/"),
            self.breadcrumb("Tags", "/tags/"),
        ];
        let view = ListView {
            heading,
            introduction: None,
            total: entry.briefs.len(),
            rows: self.rows_of(shown)?,
            pager: self.pager(&base, entry.briefs.len(), number),
            links: Vec::new(),
        };
        self.with_template("list.html", path, &page, "list", &view)
    }

    pub(super) fn content(&self, path: &str, at: usize) -> Result<String, Diagnostic> {
        let content = &self.edition.pages[at];
        let mut page = self.page_view(path, &content.title, "content", content.highest);
        page.description.clone_from(&content.summary);
        let body = self.body(
            &content.text,
            &[],
            &live_targets(&content.text, &[]),
            content.tlp,
            &format!("/{}/", content.slug),
        );
        let view = ContentView {
            title: content.title.clone(),
            body: body.html,
            links: body.links,
            toc: body.toc,
            extra: content.extra.clone(),
        };
        self.with_template("content.html", path, &page, "content", &view)
    }

    pub(super) fn not_found(&self, path: &str) -> Result<String, Diagnostic> {
        let page = self.page_view(path, "Page not found", "error", Tlp::Clear);
        self.with_template("404.html", path, &page, "error", &())
    }

    /// The marking of an old address.
    pub(super) fn redirect_tlp(&self, to: &str) -> Tlp {
        // Its address says as much as that of the page it leads to.
        match self
            .plan
            .find(to)
            .and_then(|path| self.plan.outputs.get(path))
        {
            Some(planned) => match planned.producer {
                Producer::Brief(id) => self.edition.brief(id).tlp,
                Producer::Entity(id, _) => self.edition.entity(id).tlp,
                Producer::Content(at) => self.edition.pages[at].tlp,
                _ => Tlp::Clear,
            },
            None => Tlp::Clear,
        }
    }

    pub(super) fn redirect(&self, path: &str, to: &str) -> Result<String, Diagnostic> {
        let tlp = self.redirect_tlp(to);
        let page = self.page_view(path, "This page has moved", "redirect", tlp);
        let view = RedirectView {
            url: self.url(to),
            canonical: self.edition.site.absolute(to),
            title: page.title.clone(),
        };
        self.with_template("redirect.html", path, &page, "redirect", &view)
    }
}
