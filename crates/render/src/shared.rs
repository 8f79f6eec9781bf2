//! Pieces that several kinds of pages show: links, rows, sources, bodies.

use memchr::memmem;
use rayon::prelude::*;
use tera::{Context, Value};

use super::Renderer;
use super::templates::Templates;
use super::views::{
    AttributionView, BriefRow, EntityLink, MarkedLink, MarkingView, Prepared, Rating, SourceView,
    TocView,
};
use base::diagnostic::Diagnostic;
use edition::addresses;
use edition::model::{Attribution, Brief, Entity, Source, Target, Text};
use edition::texts::source_number;
use edition::{BriefId, Edition, EntityId, Shown};

use base::indicator::{self, LiveTargets};
use base::kind::EntityKind;
use base::marking::{Marking, Tlp};
use base::vocabulary::{BriefStatus, IndicatorType, Vocabulary};
use markdown::{ImageInfo, Links, RenderBody, TocEntry};

/// A link to each entity of an edition, by its id.
///
/// # Errors
/// When the template of a link fails.
pub fn entity_links(
    edition: &Edition,
    templates: &Templates,
) -> Result<Vec<EntityLink>, Diagnostic> {
    edition
        .entities
        .par_iter()
        .map(|entity| {
            let path = addresses::entity_path(entity);
            let mut view = EntityLink {
                kind: entity.kind.name(),
                name: entity.name.clone(),
                url: format!("{}{path}", edition.site.base_path()),
                code: code(entity),
                link: Value::none(),
            };
            let mut context = Context::new();
            context.insert("entity", &view);
            let html = templates.render("parts/entity-link.html", &context, &path)?;
            view.link = Value::safe_string(html.trim_end_matches('\n'));
            Ok(view)
        })
        .collect()
}

/// The code that is shown with a name: an ATT&CK id, or that of a country.
fn code(entity: &Entity) -> Option<String> {
    let code = match entity.kind {
        EntityKind::Technique => Some(entity.slug.clone()),
        EntityKind::Region => entity.place.as_ref().and_then(|place| place.alpha2.clone()),
        EntityKind::Vulnerability | EntityKind::Sector => None,
        _ => entity
            .profile
            .as_ref()
            .and_then(|profile| profile.facts.attack_id.clone()),
    };
    code.filter(|code| *code != entity.name)
}

/// A body as HTML with its table of contents.
#[derive(Default)]
pub struct BodyView {
    pub html: String,
    /// Where links lead that leave the site, in their order.
    pub links: Vec<String>,
    pub toc: Vec<TocView>,
}

/// Where the links of one document lead.
struct DocumentLinks<'a> {
    renderer: &'a Renderer<'a>,
    text: &'a Text,
    sources: &'a [Shown<Source>],
    /// The address of the document's own folder.
    folder: String,
}

impl Links for DocumentLinks<'_> {
    fn href(&self, target: &str) -> Option<String> {
        let renderer = self.renderer;
        Some(match self.text.targets.get(target)? {
            Target::Entity(id) => renderer.entity_links[id.0 as usize].url.clone(),
            Target::Brief(id) => renderer.url(&addresses::brief_path(renderer.edition.brief(*id))),
            Target::Path(path, fragment) => {
                let fragment = fragment
                    .as_ref()
                    .map_or(String::new(), |fragment| format!("#{fragment}"));
                format!("{}{fragment}", renderer.url(path))
            }
            Target::Anchor(anchor) => format!("#{anchor}"),
            Target::Asset(asset) => renderer.url(&format!("{}{asset}", self.folder)),
            Target::External => target.to_owned(),
        })
    }

    fn citation(&self, id: &str) -> Option<usize> {
        source_number(self.sources, id)
    }

    fn image(&self, target: &str) -> Option<ImageInfo> {
        let href = self.href(target)?;
        let output = match self.text.targets.get(target)? {
            Target::Asset(asset) => Some(format!("{}{asset}", self.folder)),
            Target::Path(path, _) => Some(path.clone()),
            _ => None,
        };
        let size = output.and_then(|output| self.renderer.size(&output));
        Some(ImageInfo {
            href,
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
        })
    }
}

/// A marking to show where it differs from that of the document around it.
pub fn own_marking(tlp: Tlp, outer: Tlp) -> Option<MarkingView> {
    (tlp != outer).then(|| tlp.into())
}

/// Data for a JSON-LD block, with `<` escaped so that no text can end the block.
pub fn linked_data(data: &impl serde::Serialize) -> String {
    // Views are structs and texts, which JSON takes without fail.
    let json = serde_json::to_string(data).unwrap_or_default();
    if json.contains('<') {
        json.replace('<', "\\u003c")
    } else {
        json
    }
}

/// The addresses of links in a body that leave the site: those that the print's stylesheet counts,
/// `a[href^="http"]`.
fn outward(html: &str) -> Vec<String> {
    memmem::find_iter(html.as_bytes(), b"<a ")
        .filter_map(|at| html[at..].split_once('>'))
        .filter_map(|(tag, _)| tag.split_once("href=\"http"))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(rest, _)| html_escape::decode_html_entities(&format!("http{rest}")).into_owned())
        .collect()
}

/// The word for a status other than current.
pub fn status_word(status: BriefStatus) -> Option<&'static str> {
    (status != BriefStatus::Current).then(|| status.name())
}

fn toc_view(entries: Vec<TocEntry>) -> Vec<TocView> {
    entries
        .into_iter()
        .map(|entry| TocView {
            id: entry.id,
            text: entry.text,
            tlp: entry.tlp.map(Into::into),
            children: toc_view(entry.children),
        })
        .collect()
}

impl Renderer<'_> {
    pub(super) fn entity_link(&self, id: EntityId) -> Prepared<EntityLink> {
        self.entity_values[id.0 as usize].clone()
    }

    /// The entities of one kind among a brief's.
    pub(super) fn links_of_kind(
        &self,
        entities: &[EntityId],
        kind: EntityKind,
    ) -> Vec<Prepared<EntityLink>> {
        entities
            .iter()
            .filter(|id| self.edition.entity(**id).kind == kind)
            .map(|id| self.entity_link(*id))
            .collect()
    }

    pub(super) fn brief_link(&self, id: BriefId, outer: Tlp) -> MarkedLink {
        let brief = self.edition.brief(id);
        MarkedLink {
            title: brief.title.clone(),
            url: self.url(&addresses::brief_path(brief)),
            tlp: own_marking(brief.tlp, outer),
        }
    }

    pub(super) fn brief_row(&self, brief: &Brief) -> BriefRow {
        BriefRow {
            title: brief.title.clone(),
            url: self.url(&addresses::brief_path(brief)),
            summary: brief.summary.clone(),
            date: brief.date.into(),
            tlp: brief.tlp.into(),
            draft: brief.draft,
            embargo: brief.embargo.map(super::dates::end),
            status: status_word(brief.status),
            report_number: brief.report_number.clone(),
            actors: self.links_of_kind(&brief.entities, EntityKind::Actor),
            regions: self.links_of_kind(&brief.entities, EntityKind::Region),
            sectors: self.links_of_kind(&brief.entities, EntityKind::Sector),
        }
    }

    pub(super) fn sources(
        &self,
        sources: &[Shown<Source>],
        live: &LiveTargets,
        outer: Tlp,
    ) -> Vec<SourceView> {
        sources
            .iter()
            .enumerate()
            .map(|(at, source)| {
                let Shown { tlp, value } = source;
                let reliability = value.reliability.map(|rating| Rating {
                    code: rating.name().to_owned(),
                    meaning: rating.meaning().to_owned(),
                });
                let credibility = value.credibility.map(|rating| Rating {
                    code: rating.name().to_owned(),
                    meaning: rating.meaning().to_owned(),
                });
                let rating = match (&reliability, &credibility) {
                    (None, None) => None,
                    (letter, number) => Some(
                        [letter, number]
                            .into_iter()
                            .flatten()
                            .map(|rating| rating.code.as_str())
                            .collect::<String>(),
                    ),
                };
                SourceView {
                    number: at + 1,
                    title: value.title.clone(),
                    publisher: value.publisher.clone(),
                    url: value.url.clone().filter(|url| !live.holds(url)),
                    address: value.url.as_ref().map(|url| {
                        if live.holds(url) {
                            indicator::defang(IndicatorType::Url, url)
                        } else {
                            url.clone()
                        }
                    }),
                    date: value.date.map(Into::into),
                    accessed: value.accessed.map(Into::into),
                    rating,
                    reliability,
                    credibility,
                    tlp: own_marking(*tlp, outer),
                }
            })
            .collect()
    }

    pub(super) fn attribution(
        &self,
        entry: &Shown<Attribution<EntityId>>,
        sources: &[Shown<Source>],
        outer: Tlp,
    ) -> AttributionView {
        let Shown { tlp, value } = entry;
        AttributionView {
            actor: value.actor.map(|id| self.entity_link(id)),
            alignment: value.alignment.clone(),
            basis: value.basis.map(|basis| Rating {
                code: basis.label().to_owned(),
                meaning: basis.meaning().to_owned(),
            }),
            confidence: value.confidence.map(Vocabulary::label),
            source: value
                .source
                .as_deref()
                .and_then(|id| source_number(sources, id)),
            tlp: own_marking(*tlp, outer),
        }
    }

    /// Renders a body. `folder` is the address of the document's own folder; nothing links to what
    /// is in `live`.
    pub(super) fn body(
        &self,
        text: &Text,
        sources: &[Shown<Source>],
        live: &LiveTargets,
        tlp: Tlp,
        folder: &str,
    ) -> BodyView {
        let links = DocumentLinks {
            renderer: self,
            text,
            sources,
            folder: folder.to_owned(),
        };
        let marking = Marking::new(tlp, []);
        let figure = |block: &syntax::body::Figure| {
            let at = text
                .body
                .figures
                .iter()
                .position(|other| other.event == block.event);
            at.and_then(|at| text.figures.get(at).map(|figure| (at, figure)))
                .map_or_else(String::new, |(at, figure)| {
                    let citation = |id: &str| source_number(sources, id);
                    figures::render(
                        figure,
                        &format!("figure-{}", at + 1),
                        &self.edition.site.map,
                        &citation,
                    )
                })
        };
        let rendered = markdown::render(
            &RenderBody::new(&text.body, &marking).without_links_to(live),
            &links,
            self.highlighter,
            &figure,
        );
        BodyView {
            links: outward(&rendered.html),
            html: rendered.html,
            toc: toc_view(rendered.toc),
        }
    }
}
