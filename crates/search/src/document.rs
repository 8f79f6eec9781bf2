//! What can be found: the briefs, profiles and pages of an edition, by number.
//!
//! In: an [`Edition`]. Out: its documents in an order that a new brief only adds to (pages,
//! profiles, briefs from the oldest on), and the words and the text of each.

use serde_json::json;

use base::marking::Tlp;
use base::vocabulary::BriefStatus;
use edition::addresses;
use edition::model::{Brief, Entity, Page, Profile, brief_id_of, id_of};
use edition::{BriefId, Edition, EntityId};
use markdown::plain_text;
use syntax::dates::RoughDate;

/// The longest text that excerpts are cut from, in bytes.
const LONGEST_TEXT: usize = 20_000;

/// A document that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    Page(usize),
    Profile(EntityId),
    Brief(BriefId),
}

/// Every document of an edition, and where each kind begins.
pub struct Documents {
    pub all: Vec<Document>,
    pub pages: usize,
    pub profiles: usize,
}

/// Words and how much they weigh.
pub struct Field {
    pub weight: u32,
    pub text: String,
}

impl Documents {
    pub fn of(edition: &Edition) -> Self {
        let pages = (0..edition.pages.len()).map(Document::Page);
        let profiles = edition
            .entities
            .iter()
            .enumerate()
            .filter(|(_, entity)| entity.profile.is_some())
            .map(|(at, _)| Document::Profile(id_of(at)));
        let mut all: Vec<Document> = pages.chain(profiles).collect();
        let pages = edition.pages.len();
        let profiles = all.len() - pages;
        all.extend(
            (0..edition.briefs.len())
                .rev()
                .map(|at| Document::Brief(brief_id_of(at))),
        );
        Self {
            all,
            pages,
            profiles,
        }
    }

    /// The number of a brief.
    pub fn number(&self, id: BriefId) -> usize {
        self.all.len() - 1 - id.0 as usize
    }
}

impl Document {
    /// The highest marking of anything that an excerpt could show.
    pub fn tlp(self, edition: &Edition) -> Tlp {
        match self {
            Document::Page(at) => edition.pages[at].highest,
            Document::Profile(id) => {
                let entity = edition.entity(id);
                let profile = entity.profile.as_ref();
                profile.map_or(entity.tlp, |profile| profile.highest.max(entity.tlp))
            }
            Document::Brief(id) => edition.brief(id).highest,
        }
    }

    /// What is searched, the title first.
    pub fn fields(self, edition: &Edition) -> Vec<Field> {
        let (title, summary, names) = match self {
            Document::Page(at) => {
                let page = &edition.pages[at];
                (&page.title, &page.summary, Vec::new())
            }
            Document::Profile(id) => {
                let entity = edition.entity(id);
                let profile = entity.profile.as_ref();
                let summary = profile.map_or(&None, |profile| &profile.summary);
                (&entity.name, summary, other_names(entity))
            }
            Document::Brief(id) => {
                let brief = edition.brief(id);
                (&brief.title, &brief.summary, shown_around(edition, brief))
            }
        };
        let field = |weight, text: String| Field { weight, text };
        vec![
            field(5, title.clone()),
            field(2, summary.clone().unwrap_or_default()),
            field(3, names.join("\n")),
            field(1, self.text(edition)),
        ]
    }

    /// The text that excerpts are cut from: what a reader of the page reads.
    pub fn text(self, edition: &Edition) -> String {
        let mut lines: Vec<String> = Vec::new();
        match self {
            Document::Page(at) => page_text(&edition.pages[at], &mut lines),
            Document::Profile(id) => {
                if let Some(profile) = &edition.entity(id).profile {
                    profile_text(profile, &mut lines);
                }
            }
            Document::Brief(id) => brief_text(edition.brief(id), &mut lines),
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// What a result shows, as JSON.
    pub fn json(self, edition: &Edition) -> String {
        let base = edition.site.base_path();
        let (kind, title, path, date) = match self {
            Document::Page(at) => {
                let page = &edition.pages[at];
                ("Page", &page.title, format!("/{}/", page.slug), None)
            }
            Document::Profile(id) => {
                let entity = edition.entity(id);
                let path = addresses::entity_path(entity);
                (entity.kind.title(), &entity.name, path, None)
            }
            Document::Brief(id) => {
                let brief = edition.brief(id);
                let kind = match brief.status {
                    BriefStatus::Current => "Brief",
                    BriefStatus::Superseded => "Superseded brief",
                    BriefStatus::Revoked => "Revoked brief",
                };
                let date = RoughDate::Moment(brief.date);
                (kind, &brief.title, addresses::brief_path(brief), Some(date))
            }
        };
        // Where a citation was left out, a space stands before the sign that ends the sentence.
        let mut text = self.text(edition).replace(" .", ".").replace(" ,", ",");
        if let Some(end) = (0..=LONGEST_TEXT.min(text.len()))
            .rev()
            .find(|end| text.is_char_boundary(*end))
        {
            text.truncate(end);
        }
        let mut result = json!({
            "kind": kind,
            "title": title,
            "url": format!("{base}{path}"),
            "level": super::level(self.tlp(edition)),
            "text": text,
        });
        if let (Some(date), Some(result)) = (date, result.as_object_mut()) {
            result.insert("date".to_owned(), json!([date.to_string(), date.reading()]));
        }
        result.to_string()
    }
}

/// Every name of an entity beside its own.
pub fn other_names(entity: &Entity) -> Vec<String> {
    let profile = entity.profile.as_ref();
    let aliases = profile.into_iter().flat_map(|profile| &profile.aliases);
    entity
        .built_in_names
        .iter()
        .cloned()
        .chain(aliases.map(|alias| alias.value.name.clone()))
        .collect()
}

/// What stands around a brief's text and is no text to cut excerpts from.
fn shown_around(edition: &Edition, brief: &Brief) -> Vec<String> {
    let mut names: Vec<String> = brief
        .entities
        .iter()
        .map(|id| edition.entity(*id).name.clone())
        .collect();
    names.extend(brief.tags.iter().map(|tag| tag.name.clone()));
    names.extend(brief.authors.iter().cloned());
    names.extend(brief.report_number.clone());
    for source in &brief.sources {
        names.push(source.value.title.clone());
        names.extend(source.value.publisher.clone());
    }
    names
}

fn page_text(page: &Page, lines: &mut Vec<String>) {
    lines.extend(page.summary.clone());
    lines.push(plain_text(&page.text.body.events));
}

fn profile_text(profile: &Profile, lines: &mut Vec<String>) {
    lines.extend(profile.summary.clone());
    lines.push(plain_text(&profile.text.body.events));
    lines.extend(profile.facts.note.clone());
}

fn brief_text(brief: &Brief, lines: &mut Vec<String>) {
    lines.extend(brief.summary.clone());
    lines.extend(brief.key_judgments.iter().map(|one| one.value.text.clone()));
    lines.push(plain_text(&brief.text.body.events));
    lines.extend(brief.outlook.iter().map(|one| one.value.clone()));
    lines.extend(brief.intelligence_gaps.iter().map(|one| one.value.clone()));
    for statistic in &brief.statistics {
        let value = &statistic.value;
        let unit = value.unit.as_deref().unwrap_or_default();
        lines.push(format!("{}: {} {unit}", value.label, value.value));
    }
    lines.extend(brief.events.iter().map(|one| one.value.text.clone()));
    for quote in &brief.quotes {
        let said_by = [&quote.value.person, &quote.value.organisation];
        lines.push(quote.value.text.clone());
        lines.extend(said_by.into_iter().flatten().cloned());
    }
    let of_indicators = brief.indicators.iter();
    lines.extend(of_indicators.filter_map(|one| one.value.description.clone()));
    lines.extend(brief.changelog.iter().map(|one| one.value.note.clone()));
}
