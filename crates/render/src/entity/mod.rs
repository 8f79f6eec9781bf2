//! The page of an entity, and the index of its kind.
//!
//! `facts` makes the table of facts and the other names, `profile` what the page shows as figures,
//! `index` the page of a kind.

mod facts;
mod index;
mod profile;

use super::Renderer;
use super::shared::BodyView;
use super::views::{CountedEntity, EntityView};
use base::diagnostic::Diagnostic;
use base::indicator::LiveTargets;
use edition::addresses;
use edition::texts::live_targets;
use edition::{BriefId, EntityId};

impl Renderer<'_> {
    pub(super) fn entity(
        &self,
        path: &str,
        id: EntityId,
        number: usize,
    ) -> Result<String, Diagnostic> {
        let entity = self.edition.entity(id);
        let base = addresses::entity_path(entity);
        let shown = &entity.briefs
            [addresses::page_rows(entity.briefs.len(), self.edition.site.per_page, number)];
        // The first page counts all of its briefs, the others show theirs alone.
        let counted = if number == 0 { &entity.briefs } else { shown };
        let named = entity
            .related
            .values()
            .flatten()
            .map(|(id, _)| id)
            .chain(&entity.linked)
            .chain(&entity.children)
            .chain(&entity.parents);
        let own = entity
            .profile
            .as_ref()
            .map_or(entity.tlp, |profile| profile.highest);
        let tlp = self.highest_entity(named, self.highest(counted, own));
        let mut page = self.page_view(path, &Self::numbered(&entity.name, number), "entity", tlp);
        page.description = entity
            .profile
            .as_ref()
            .and_then(|profile| profile.summary.clone());
        page.breadcrumbs = vec![self.breadcrumb(
            entity.kind.plural_title(),
            &format!("/{}/", entity.kind.folder()),
        )];
        if number > 0 {
            page.breadcrumbs.push(self.breadcrumb(&entity.name, &base));
        }
        page.atom_url = Some(self.url(&format!("{base}atom.xml")));
        page.json_feed_url = Some(self.url(&format!("{base}feed.json")));
        if number == 0 {
            page.data = self.data(&base);
        }
        let view = self.entity_view(id, number, shown)?;
        self.with_template("entity.html", path, &page, "entity", &view)
    }

    fn entity_view(
        &self,
        id: EntityId,
        number: usize,
        shown: &[BriefId],
    ) -> Result<EntityView, Diagnostic> {
        let entity = self.edition.entity(id);
        let base = addresses::entity_path(entity);
        let profile = entity.profile.as_ref();
        let sources = profile.map_or(&[][..], |profile| profile.sources.as_slice());
        let live = profile.map_or(LiveTargets::NONE, |profile| {
            live_targets(&profile.text, &[])
        });
        let first = number == 0;
        let body = match profile {
            Some(profile) if first => self.body(&profile.text, sources, &live, entity.tlp, &base),
            _ => BodyView::default(),
        };
        Ok(EntityView {
            kind: entity.kind.name(),
            kind_title: entity.kind.title(),
            name: entity.name.clone(),
            code: self.entity_links[id.0 as usize].code.clone(),
            tlp: entity.tlp.into(),
            summary: profile.and_then(|profile| profile.summary.clone()),
            aliases: facts::aliases(entity),
            facts: self.facts(entity),
            attribution: profile
                .and_then(|profile| profile.attribution.as_ref())
                .map(|entry| self.attribution(entry, sources, entity.tlp)),
            parents: entity
                .parents
                .iter()
                .map(|id| self.entity_link(*id))
                .collect(),
            children: entity
                .children
                .iter()
                .map(|child| CountedEntity {
                    entity: self.entity_link(*child),
                    count: self.edition.entity(*child).briefs.len(),
                })
                .collect(),
            body: body.html,
            links: body.links,
            toc: body.toc,
            sources: self.sources(sources, &live, entity.tlp),
            total: entity.briefs.len(),
            direct: entity.direct,
            // Figures are the first page's alone, and cost more than all the rest.
            activity: first.then(|| self.activity(id)).flatten(),
            targets: first.then(|| self.target_map(id)).flatten(),
            matrix: first.then(|| self.entity_matrix(id)).flatten(),
            company: if first { self.company(id) } else { Vec::new() },
            comparisons: if first {
                self.comparisons(id)
            } else {
                Vec::new()
            },
            rows: self.rows_of(shown)?,
            pager: self.pager(&base, entity.briefs.len(), number),
            extra: profile.map_or(serde_json::Value::Null, |profile| profile.extra.clone()),
        })
    }
}
