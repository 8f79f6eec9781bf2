//! What templates get. Every field here is a variable of a template; nothing else is.
//!
//! `site` is the same on every page of an edition, `page` is what every page has, and each kind of
//! page has one more: `home`, `list`, `brief`, `index`, `entity`, `compare`, `landscape`, `content`,
//! `markings`, `search`, `exchange`. A card has `card` and `site` alone, the newsletter `digest` and
//! `site`.

mod digest;
mod exchange;
mod landscape;
mod prepared;
mod profile;

use std::collections::BTreeMap;

pub use digest::*;
pub use exchange::*;
pub use landscape::*;
pub use prepared::Prepared;
pub use profile::*;
use serde::Serialize;
use serde_json::Value as Json;

use base::marking::Tlp;

/// A marking to show.
#[derive(Debug, Clone, Serialize)]
pub struct MarkingView {
    /// `amber+strict`.
    pub name: &'static str,
    /// `TLP:AMBER+STRICT`.
    pub label: &'static str,
    /// For class names: `amber-strict`.
    pub class: &'static str,
    pub definition: &'static str,
}

impl From<Tlp> for MarkingView {
    fn from(tlp: Tlp) -> Self {
        Self {
            name: tlp.name(),
            label: tlp.label(),
            class: tlp.class(),
            definition: tlp.definition(),
        }
    }
}

/// A link with its text.
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    pub title: String,
    pub url: String,
}

/// A link to a brief, whose title has the marking of that brief.
#[derive(Debug, Clone, Serialize)]
pub struct MarkedLink {
    pub title: String,
    pub url: String,
    /// Where it differs from that of the brief that it stands in.
    pub tlp: Option<MarkingView>,
}

/// `site`: the same on every page of an edition.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    pub title: String,
    pub language: String,
    /// The edition's name; none for a site without editions.
    pub edition: Option<String>,
    /// The highest marking that the edition may hold.
    pub tlp: MarkingView,
    /// The whole address, without a slash at its end.
    pub base_url: String,
    /// The sub-path: empty, or `/team`.
    pub base_path: String,
    pub home_url: String,
    /// The page that says what the markings mean.
    pub markings_url: String,
    /// The page that searches the edition; none where the settings switch it off.
    pub search_url: Option<String>,
    /// The Content-Security-Policy that every page states in its head. Ready to be written.
    pub policy: String,
    /// That of the page that searches, which also reads files of the site. Ready to be written.
    pub search_policy: String,
    /// Of `Referrer-Policy`.
    pub referrer: &'static str,
    /// What search engines are asked, in an edition above clear.
    pub robots: Option<&'static str>,
    /// The page that explains the files for other tools; none where the settings switch them off.
    pub exchange_url: Option<String>,
    pub stylesheet_url: String,
    /// The address of each script of the theme, by its name: `scripts.frame`.
    pub scripts: BTreeMap<String, String>,
    /// The address of each font of the theme, by its name: `fonts.serif`.
    pub fonts: BTreeMap<String, String>,
    pub atom_url: String,
    pub json_feed_url: String,
    /// The lists: briefs, and each kind that has entities.
    pub navigation: Vec<LinkView>,
    /// The plain pages.
    pub pages: Vec<LinkView>,
    pub subscribe: Option<edition::model::Subscribe>,
    /// The notice that ATT&CK content asks for.
    pub attack_notice: Option<String>,
    pub extra: Json,
}

/// `page`: what every page has.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    pub title: String,
    /// From the host's root: `/team/actors/apt28/`.
    pub url: String,
    /// The address of the list in the navigation that the page belongs to: `/team/actors/`.
    pub section: String,
    /// The whole address.
    pub canonical: String,
    pub description: Option<String>,
    /// The highest marking of anything on the page.
    pub tlp: MarkingView,
    /// `home`, `list`, `brief`, `index`, `entity`, `compare`, `landscape`, `content`, `markings`,
    /// `search`, `exchange`, `redirect`, `error`.
    pub kind: &'static str,
    /// The way from the home page, without this page itself.
    pub breadcrumbs: Vec<LinkView>,
    /// The page's own feeds, where it has them.
    pub atom_url: Option<String>,
    pub json_feed_url: Option<String>,
    /// The files for other tools beside it, where the settings do not switch them off.
    pub data: Vec<DataView>,
    /// The whole address of the picture that a link to it shows; none without cards.
    pub card: Option<String>,
    /// schema.org data, to be written as it is into a JSON-LD block.
    pub json_ld: Option<String>,
}

/// A file for other tools.
#[derive(Debug, Clone, Serialize)]
pub struct DataView {
    /// `ATT&CK Navigator layer`.
    pub title: &'static str,
    pub url: String,
    /// The file's name.
    pub name: String,
    /// `CSV`.
    pub format: &'static str,
    /// `text/csv`.
    pub media_type: &'static str,
    /// What it is for, a phrase.
    pub about: &'static str,
}

/// `card`: what stands on the picture of a shared link.
#[derive(Debug, Clone, Serialize)]
pub struct CardView {
    /// The title in lines that fit.
    pub title_lines: Vec<String>,
    /// The size of its letters, in pixels.
    pub title_size: u16,
    /// The highest marking of anything on the card.
    pub tlp: MarkingView,
    /// None, as the next ones, on the card of the site.
    pub date: Option<DateView>,
    pub report_number: Option<String>,
    pub authors: Vec<String>,
    /// The names of the first actors.
    pub actors: Vec<String>,
}

/// A date as exact as it is known.
#[derive(Debug, Clone, Serialize)]
pub struct DateView {
    /// For `datetime`: 2025-11-10, 2025-11 or 2025-11-10T09:30:00Z.
    pub iso: String,
    /// For reading: 10 November 2025, November 2025.
    pub text: String,
}

/// An entity, to link to.
#[derive(Debug, Clone, Serialize)]
pub struct EntityLink {
    pub kind: &'static str,
    pub name: String,
    pub url: String,
    /// An ATT&CK, CVE or ISO code to show with the name.
    pub code: Option<String>,
    /// The link, ready to be written: `parts/entity-link.html` makes it once.
    pub link: tera::Value,
}

/// An entity with a number of briefs.
#[derive(Debug, Clone, Serialize)]
pub struct CountedEntity {
    pub entity: Prepared<EntityLink>,
    pub count: usize,
}

/// A brief in a list. Its row is rendered once by `parts/brief-row.html` as `row`.
#[derive(Debug, Clone, Serialize)]
pub struct BriefRow {
    pub title: String,
    pub url: String,
    pub summary: Option<String>,
    pub date: DateView,
    pub tlp: MarkingView,
    pub draft: bool,
    /// Until when it is published nowhere; none where no embargo holds.
    pub embargo: Option<DateView>,
    /// `superseded` or `revoked`, where it is not current.
    pub status: Option<&'static str>,
    pub report_number: Option<String>,
    pub actors: Vec<Prepared<EntityLink>>,
    pub regions: Vec<Prepared<EntityLink>>,
    pub sectors: Vec<Prepared<EntityLink>>,
}

/// Where a page of a list stands among the others; none where there is only one.
#[derive(Debug, Clone, Serialize)]
pub struct Pager {
    /// From 1.
    pub number: usize,
    pub count: usize,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The addresses of the first pages, the last ones, and those around this one; none for a gap.
    pub pages: Vec<Option<PagerLink>>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PagerLink {
    pub number: usize,
    pub url: String,
    pub current: bool,
}

/// `home`: the first page.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// The rows of the latest briefs, ready to be written into a list.
    pub latest: String,
    pub briefs_url: String,
    pub brief_count: usize,
    /// How many there are of each kind.
    pub kinds: Vec<KindCount>,
    /// Briefs by the alignment of the actors they name.
    pub alignment: Option<AlignmentView>,
    pub top_actors: Vec<CountedEntity>,
    pub top_regions: Vec<CountedEntity>,
    pub top_techniques: Vec<CountedEntity>,
}

#[derive(Debug, Clone, Serialize)]
pub struct KindCount {
    pub name: &'static str,
    pub title: &'static str,
    pub url: String,
    pub count: usize,
}

/// The share of briefs by alignment over the last two quarters of the library.
#[derive(Debug, Clone, Serialize)]
pub struct AlignmentView {
    /// `2025-Q3 and 2025-Q4`.
    pub period: String,
    /// How many briefs it counts.
    pub briefs: usize,
    /// How many of them name an actor with an alignment.
    pub aligned: usize,
    pub shares: Vec<Share>,
    /// A bar chart as SVG, ready to be written.
    pub figure: String,
}

/// A brief counts once for each alignment that its actors have, so that shares may add up to more.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    pub name: String,
    pub count: usize,
    /// Of all briefs of the period, with one decimal.
    pub percent: String,
}

/// `list`: a page of briefs.
#[derive(Debug, Clone, Serialize)]
pub struct ListView {
    pub heading: String,
    pub introduction: Option<String>,
    pub total: usize,
    /// Rows, ready to be written into a list.
    pub rows: String,
    pub pager: Option<Pager>,
    /// Links to other lists: all tags, for the list of briefs.
    pub links: Vec<CountedLink>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CountedLink {
    pub title: String,
    pub url: String,
    pub count: usize,
}

/// A source in the shown list.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// From 1; the anchor is `source-1`.
    pub number: usize,
    pub title: String,
    pub publisher: Option<String>,
    /// To link to; none for one of the document's own indicators.
    pub url: Option<String>,
    /// To read: `url`, or the defanged form of what must not be linked.
    pub address: Option<String>,
    pub date: Option<DateView>,
    pub accessed: Option<DateView>,
    /// `B2`, where it is rated.
    pub rating: Option<String>,
    pub reliability: Option<Rating>,
    pub credibility: Option<Rating>,
    /// Where it differs from the document's.
    pub tlp: Option<MarkingView>,
}

/// A letter or number with what it means.
#[derive(Debug, Clone, Serialize)]
pub struct Rating {
    pub code: String,
    pub meaning: String,
}

/// A number in the list of sources, to link to `#source-N`.
pub type SourceNumber = usize;

#[derive(Debug, Clone, Serialize)]
pub struct JudgmentView {
    pub text: String,
    pub likelihood: Option<LikelihoodView>,
    /// `Low`, `Moderate`, `High`.
    pub confidence: Option<&'static str>,
    pub sources: Vec<SourceNumber>,
    pub changed_from: Option<ChangedView>,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LikelihoodView {
    /// `Very likely`.
    pub term: &'static str,
    pub low: u8,
    pub high: u8,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChangedView {
    pub likelihood: Option<LikelihoodView>,
    pub confidence: Option<&'static str>,
    pub date: Option<DateView>,
}

/// A short text with a marking of its own.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkView {
    pub text: String,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct StatisticView {
    pub label: String,
    pub value: String,
    pub unit: Option<String>,
    pub of: Option<String>,
    pub period: Option<String>,
    pub source: Option<SourceNumber>,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    pub date: DateView,
    pub text: String,
    pub source: Option<SourceNumber>,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QuoteView {
    pub text: String,
    pub person: Option<String>,
    pub role: Option<String>,
    pub organisation: Option<String>,
    pub source: Option<SourceNumber>,
    pub tlp: Option<MarkingView>,
}

/// Indicators of one type.
#[derive(Debug, Clone, Serialize)]
pub struct IndicatorGroup {
    /// `Domain`.
    pub title: &'static str,
    pub indicators: Vec<IndicatorView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct IndicatorView {
    /// Defanged.
    pub value: String,
    /// Whether that differs from the value itself.
    pub defanged: bool,
    pub description: Option<String>,
    pub first_seen: Option<DateView>,
    pub valid_until: Option<DateView>,
    pub confidence: Option<&'static str>,
    pub software: Option<Prepared<EntityLink>>,
    pub source: Option<SourceNumber>,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AttributionView {
    pub actor: Option<Prepared<EntityLink>>,
    pub alignment: Option<String>,
    /// `Technical`, and what that means.
    pub basis: Option<Rating>,
    pub confidence: Option<&'static str>,
    pub source: Option<SourceNumber>,
    pub tlp: Option<MarkingView>,
}

/// A file to take along.
#[derive(Debug, Clone, Serialize)]
pub struct DownloadView {
    /// The file's name.
    pub title: String,
    pub url: String,
    /// `CSV`; none for a name without an extension.
    pub format: Option<String>,
}

/// A way to pass a brief on.
#[derive(Debug, Clone, Serialize)]
pub struct ShareView {
    /// `mail`, `link`, `mastodon`, `linkedin`, `x`.
    pub name: &'static str,
    pub title: &'static str,
    /// None for `link`, which copies the address of the page.
    pub url: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ImageView {
    pub url: String,
    pub alt: String,
    pub credit: Option<String>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub tlp: Option<MarkingView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    pub date: DateView,
    pub note: String,
    pub tlp: Option<MarkingView>,
}

/// A heading in the table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct TocView {
    pub id: String,
    pub text: String,
    /// Where it differs from the document's.
    pub tlp: Option<MarkingView>,
    pub children: Vec<TocView>,
}

/// `brief`: everything that a brief says.
#[derive(Debug, Clone, Serialize)]
pub struct BriefView {
    pub title: String,
    pub summary: Option<String>,
    pub date: DateView,
    pub updated: Option<DateView>,
    pub tlp: MarkingView,
    /// Permissible actions: `PAP:AMBER` and what that means.
    pub pap: Option<Rating>,
    pub draft: bool,
    /// Until when it is published nowhere; none where no embargo holds.
    pub embargo: Option<DateView>,
    /// `superseded` or `revoked`, where it is not current.
    pub status: Option<&'static str>,
    pub supersedes: Vec<MarkedLink>,
    pub superseded_by: Vec<MarkedLink>,
    /// `Threat report`.
    pub report_types: Vec<&'static str>,
    pub report_number: Option<String>,
    pub authors: Vec<String>,
    pub period: Option<String>,
    pub confidence: Option<&'static str>,
    /// Minutes, from the number of words.
    pub reading_time: usize,
    pub actors: Vec<Prepared<EntityLink>>,
    pub campaigns: Vec<Prepared<EntityLink>>,
    pub regions: Vec<Prepared<EntityLink>>,
    pub sectors: Vec<Prepared<EntityLink>>,
    pub software: Vec<Prepared<EntityLink>>,
    pub vulnerabilities: Vec<Prepared<EntityLink>>,
    pub techniques: Option<MatrixView>,
    pub tags: Vec<LinkView>,
    pub attribution: Vec<AttributionView>,
    pub key_judgments: Vec<JudgmentView>,
    pub intelligence_gaps: Vec<RemarkView>,
    pub outlook: Option<RemarkView>,
    pub statistics: Vec<StatisticView>,
    pub events: Vec<EventView>,
    pub quotes: Vec<QuoteView>,
    pub indicators: Vec<IndicatorGroup>,
    pub indicator_count: usize,
    pub sources: Vec<SourceView>,
    pub image: Option<ImageView>,
    pub changelog: Vec<ChangeView>,
    /// Files beside the brief that are no pictures.
    pub downloads: Vec<DownloadView>,
    pub share: Vec<ShareView>,
    /// The body as HTML, ready to be written.
    pub body: String,
    /// The addresses that links of the body lead to, in their order.
    pub links: Vec<String>,
    pub toc: Vec<TocView>,
    pub previous: Option<MarkedLink>,
    pub next: Option<MarkedLink>,
    /// The rows of related briefs, ready to be written into a list.
    pub related: String,
    pub extra: Json,
}

/// `index`: all entities of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct IndexView {
    pub kind: &'static str,
    pub heading: &'static str,
    pub count: usize,
    /// One group without a title, or one for each alignment, tactic or the like.
    pub groups: Vec<IndexGroup>,
}

#[derive(Debug, Clone, Serialize)]
pub struct IndexGroup {
    pub title: Option<String>,
    pub entries: Vec<IndexEntry>,
}

/// An entity in its index; children are regions in a region, sub-techniques of a technique.
#[derive(Debug, Clone, Serialize)]
pub struct IndexEntry {
    pub entity: Prepared<EntityLink>,
    pub summary: Option<String>,
    /// A few other names.
    pub aliases: Vec<String>,
    pub count: usize,
    pub tlp: MarkingView,
    pub children: Vec<IndexEntry>,
}

/// A name that others use.
#[derive(Debug, Clone, Serialize)]
pub struct AliasView {
    pub name: String,
    /// Who uses it.
    pub source: Option<String>,
    /// `Overlaps`, `Suspected`; none for the same.
    pub relation: Option<&'static str>,
    pub confidence: Option<&'static str>,
    pub tlp: Option<MarkingView>,
}

/// A fact of a profile: a row of its table.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    pub label: &'static str,
    pub text: Option<String>,
    /// Links that stand for, or behind, the text.
    pub links: Vec<LinkView>,
}

/// `entity`: the page of an actor, region, sector, technique, software, vulnerability or campaign.
#[derive(Debug, Clone, Serialize)]
pub struct EntityView {
    pub kind: &'static str,
    /// `Actor`.
    pub kind_title: &'static str,
    pub name: String,
    pub code: Option<String>,
    pub tlp: MarkingView,
    pub summary: Option<String>,
    pub aliases: Vec<AliasView>,
    pub facts: Vec<Fact>,
    pub attribution: Option<AttributionView>,
    /// Where it lies.
    pub parents: Vec<Prepared<EntityLink>>,
    /// What lies in it, with the number of briefs.
    pub children: Vec<CountedEntity>,
    /// The profile's body as HTML, ready to be written; empty without a profile.
    pub body: String,
    /// The addresses that links of the body lead to, in their order.
    pub links: Vec<String>,
    pub toc: Vec<TocView>,
    pub sources: Vec<SourceView>,
    /// The number of briefs, those on what lies in it included.
    pub total: usize,
    /// The number of briefs that name it itself.
    pub direct: usize,
    /// Its briefs by quarter. This and the next four are for its first page alone.
    pub activity: Option<Drawing>,
    /// The countries that its briefs target, of an actor or a campaign.
    pub targets: Option<Drawing>,
    /// The techniques of an actor, a campaign or a software.
    pub matrix: Option<MatrixView>,
    /// What goes with it, by profiles and by briefs.
    pub company: Vec<CompanyView>,
    /// The comparisons of an actor with others.
    pub comparisons: Vec<CompareLink>,
    /// The first rows, ready to be written into a list.
    pub rows: String,
    /// Pages of further briefs.
    pub pager: Option<Pager>,
    pub extra: Json,
}

/// `content`: a plain page.
#[derive(Debug, Clone, Serialize)]
pub struct ContentView {
    pub title: String,
    /// The body as HTML, ready to be written.
    pub body: String,
    /// The addresses that links of the body lead to, in their order.
    pub links: Vec<String>,
    pub toc: Vec<TocView>,
    pub extra: Json,
}

/// `markings`: what the markings mean.
#[derive(Debug, Clone, Serialize)]
pub struct MarkingsView {
    /// From clear up to the highest that the edition may hold.
    pub levels: Vec<LevelView>,
    /// The levels of the Permissible Actions Protocol; none where no brief has one.
    pub pap: Vec<Rating>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LevelView {
    pub marking: MarkingView,
    /// What a reader may do with it.
    pub sharing: &'static str,
}

/// `search`: the page that searches the edition.
#[derive(Debug, Clone, Serialize)]
pub struct SearchView {
    /// The folder of the files that the script reads.
    pub files_url: String,
    /// The list of all briefs.
    pub briefs: LinkView,
    pub brief_count: usize,
    /// The index of entities.
    pub kinds: Vec<SearchKind>,
}

/// The entities of one kind in the index of the search page.
#[derive(Debug, Clone, Serialize)]
pub struct SearchKind {
    pub title: &'static str,
    pub url: String,
    pub count: usize,
    /// From A to Z: all, or of many those with most briefs.
    pub entities: Vec<Prepared<EntityLink>>,
}

/// `redirect`: an old address.
#[derive(Debug, Clone, Serialize)]
pub struct RedirectView {
    pub url: String,
    pub canonical: String,
    pub title: String,
}
