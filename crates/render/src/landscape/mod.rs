//! The landscape: the edition's briefs in figures. Every figure has its numbers as a table and as a
//! CSV file (`csv`), and what stands out in words (`words`).

mod csv;
mod words;

use super::Renderer;
use super::drawing;
use super::views::{
    AlignmentFigures, CountryView, CountsView, GroupingView, LandscapeView, QuarterView,
    RankedFigures, RankedRow, ShareRow, TargetsFigures, TargetsView, TechniqueFigures, WindowView,
};
use base::diagnostic::Diagnostic;
use base::kind::EntityKind;
use edition::EntityId;
use edition::addresses::{self, Sheet};
use edition::statistics::{
    Alignment, AlignmentTally, Counts, Landscape, Tally, Targets, Window, matrix,
};
use figures::Frame;
use figures::plot::{self, Bar, Series};

/// How many rows a table has; the CSV file has all of them.
const ROWS: usize = 12;
/// How many bars a chart has.
const BARS: usize = 12;
/// From how many briefs in each of two stretches of time their shares are compared.
const COMPARABLE: usize = 5;

impl Renderer<'_> {
    pub(super) fn landscape(&self, path: &str) -> Result<String, Diagnostic> {
        let Some(landscape) = &self.edition.statistics.landscape else {
            // Not planned without briefs.
            return Ok(String::new());
        };
        let shown = landscape
            .sectors
            .iter()
            .chain(&landscape.actors)
            .map(|tally| &tally.entity)
            .chain(landscape.techniques.keys())
            .chain(landscape.targets.groupings.iter().map(|(id, _, _)| id))
            .chain(
                landscape
                    .targets
                    .countries
                    .iter()
                    .filter_map(|country| country.entity.as_ref()),
            );
        let tlp = self.highest_entity(shown, landscape.tlp);
        let mut page = self.page_view(path, "Landscape", "landscape", tlp);
        page.data = self.data(addresses::LANDSCAPE);
        let view = self.landscape_view(landscape);
        page.description = Some(format!(
            "Who is named, against whom and with what: {} briefs, {}.",
            view.whole.briefs, view.whole.period
        ));
        self.with_template("landscape.html", path, &page, "landscape", &view)
    }

    fn landscape_view(&self, landscape: &Landscape) -> LandscapeView {
        let briefs = landscape.briefs;
        LandscapeView {
            recent: window(landscape.recent, briefs.recent),
            earlier: window(landscape.before, briefs.before),
            whole: WindowView {
                period: drawing::period(landscape.first, landscape.recent.last),
                briefs: briefs.whole,
            },
            comparable: comparable(landscape),
            revoked: landscape.revoked,
            alignment: self.alignment_figures(landscape),
            targets: self.targets_figures(landscape),
            sectors: self.ranked(
                landscape,
                &landscape.sectors,
                landscape.with_sectors,
                Sheet::Sectors,
            ),
            techniques: self.technique_figures(landscape),
            actors: self.ranked(
                landscape,
                &landscape.actors,
                landscape.with_actors,
                Sheet::Actors,
            ),
        }
    }

    fn sheet_url(&self, sheet: Sheet) -> String {
        self.url(&addresses::sheet_path(sheet))
    }

    fn alignment_figures(&self, landscape: &Landscape) -> AlignmentFigures {
        let recent = window(landscape.recent, landscape.briefs.recent);
        let csv_url = self.sheet_url(Sheet::Alignment);
        let quarters_csv_url = self.sheet_url(Sheet::AlignmentByQuarter);
        let share = |tally: &AlignmentTally| {
            let share = drawing::number(tally.counts.recent) * 100.0
                / drawing::number(landscape.briefs.recent.max(1));
            (share * 10.0).round() / 10.0
        };
        let names: Vec<String> = landscape
            .alignments
            .iter()
            .map(|tally| alignment_name(&tally.alignment))
            .collect();
        let mut recently: Vec<(&AlignmentTally, &String)> = landscape
            .alignments
            .iter()
            .zip(&names)
            .filter(|(tally, _)| tally.counts.recent > 0)
            .collect();
        recently.sort_by_key(|(tally, _)| {
            let stated = matches!(tally.alignment, Alignment::Stated(_));
            (!stated, std::cmp::Reverse(tally.counts.recent))
        });
        let data: Vec<Bar<'_>> = recently
            .into_iter()
            .map(|(tally, name)| Bar {
                label: name,
                value: share(tally),
                url: None,
            })
            .collect();
        let quarters: Vec<String> = landscape
            .quarters
            .iter()
            .map(|(quarter, _)| quarter.to_string())
            .collect();
        let series: Vec<Series<'_>> = landscape
            .alignments
            .iter()
            .zip(&names)
            .map(|(tally, name)| Series {
                name,
                values: (tally.by_quarter.iter())
                    .map(|count| drawing::number(*count))
                    .collect(),
            })
            .collect();
        let counted: usize = landscape.quarters.iter().map(|(_, count)| count).sum();
        let over_time = match (landscape.quarters.first(), landscape.quarters.last()) {
            (Some(first), Some(last)) => plot::stacked(
                &Frame {
                    id: "alignment-over-time",
                    title: "Briefs by alignment and quarter",
                    description: "For each quarter, how many briefs name actors of each alignment. A brief with two alignments counts to both.",
                    unit: "briefs",
                    period: Some(&drawing::period(first.0, last.0)),
                    count: Some(counted),
                    csv_url: Some(&quarters_csv_url),
                },
                "Quarter",
                &quarters,
                &series,
            ),
            _ => String::new(),
        };
        AlignmentFigures {
            figure: plot::bars(
                &Frame {
                    id: "alignment",
                    title: "Share of briefs by alignment",
                    description: "The share of the briefs of the last two quarters that name actors of each alignment. A brief with two alignments counts to both.",
                    unit: "%",
                    period: Some(&recent.period),
                    count: Some(landscape.briefs.recent),
                    csv_url: Some(&csv_url),
                },
                "Alignment",
                &data,
            ),
            over_time,
            words: words::alignments(landscape),
            shares: landscape
                .alignments
                .iter()
                .map(|tally| ShareRow {
                    name: alignment_name(&tally.alignment),
                    counts: tally.counts.into(),
                    recent_percent: drawing::percent(tally.counts.recent, landscape.briefs.recent),
                    earlier_percent: drawing::percent(tally.counts.before, landscape.briefs.before),
                    whole_percent: drawing::percent(tally.counts.whole, landscape.briefs.whole),
                    by_quarter: tally.by_quarter.clone(),
                })
                .collect(),
            quarters: landscape
                .quarters
                .iter()
                .map(|(quarter, briefs)| QuarterView {
                    name: quarter.to_string(),
                    briefs: *briefs,
                })
                .collect(),
            csv_url,
            quarters_csv_url,
        }
    }

    fn targets_figures(&self, landscape: &Landscape) -> Option<TargetsFigures> {
        let Targets {
            countries,
            groupings,
        } = &landscape.targets;
        if countries.is_empty() {
            return None;
        }
        let csv_url = self.sheet_url(Sheet::Countries);
        let period = drawing::period(landscape.first, landscape.recent.last);
        let figure = self.world(
            &Frame {
                id: "targets",
                title: "Targeted countries",
                description: "How many briefs name each country, or a grouping that it lies in.",
                unit: "briefs",
                period: Some(&period),
                count: Some(landscape.briefs.whole),
                csv_url: Some(&csv_url),
            },
            countries,
        );
        let shown = countries.len().min(ROWS);
        Some(TargetsFigures {
            words: words::ranked(
                landscape,
                countries
                    .iter()
                    .filter(|country| country.itself.whole > 0)
                    .map(|country| (country.name.as_str(), country.itself)),
            ),
            with: landscape.with_targets.into(),
            targets: TargetsView {
                figure,
                countries: countries[..shown]
                    .iter()
                    .map(|country| CountryView {
                        name: country.name.clone(),
                        url: self.country_url(country).map(str::to_owned),
                        itself: country.itself.whole,
                        counts: country.counts.into(),
                    })
                    .collect(),
                groupings: groupings
                    .iter()
                    .map(|(id, counts, members)| GroupingView {
                        entity: self.entity_link(*id),
                        count: counts.whole,
                        members: *members,
                    })
                    .collect(),
                period,
                briefs: landscape.briefs.whole,
                more: countries.len() - shown,
            },
            csv_url,
        })
    }

    fn ranked_row(&self, entity: EntityId, counts: Counts) -> RankedRow {
        RankedRow {
            entity: self.entity_link(entity),
            counts: counts.into(),
        }
    }

    fn ranked(
        &self,
        landscape: &Landscape,
        tallies: &[Tally],
        with: Counts,
        sheet: Sheet,
    ) -> Option<RankedFigures> {
        if tallies.is_empty() {
            return None;
        }
        let csv_url = self.sheet_url(sheet);
        let data: Vec<Bar<'_>> = tallies
            .iter()
            .take(BARS)
            .map(|tally| {
                let link = &self.entity_links[tally.entity.0 as usize];
                Bar {
                    label: &link.name,
                    value: drawing::number(tally.counts.whole),
                    url: Some(&link.url),
                }
            })
            .collect();
        let (id, title, description) = match sheet {
            Sheet::Sectors => (
                "sectors",
                "Targeted sectors",
                "How many briefs name each sector, or one that lies in it.",
            ),
            _ => (
                "actors",
                "Most active actors",
                "How many briefs name each actor.",
            ),
        };
        let names = tallies.iter().map(|tally| {
            let entity = self.edition.entity(tally.entity);
            (entity.name.as_str(), tally.counts)
        });
        Some(RankedFigures {
            figure: plot::bars(
                &Frame {
                    id,
                    title,
                    description,
                    unit: "briefs",
                    period: Some(&drawing::period(landscape.first, landscape.recent.last)),
                    count: Some(landscape.briefs.whole),
                    csv_url: Some(&csv_url),
                },
                title,
                &data,
            ),
            words: words::ranked(landscape, names),
            with: with.into(),
            rows: tallies
                .iter()
                .take(ROWS)
                .map(|tally| self.ranked_row(tally.entity, tally.counts))
                .collect(),
            more: tallies.len().saturating_sub(ROWS),
            csv_url,
        })
    }

    fn technique_figures(&self, landscape: &Landscape) -> Option<TechniqueFigures> {
        let matrix = self.matrix_view(&matrix(self.edition, &landscape.techniques))?;
        let ranked = self.techniques_by_frequency(landscape);
        let names: Vec<(String, Counts)> = ranked
            .iter()
            .map(|(id, counts)| {
                let entity = self.edition.entity(*id);
                (technique_name(&entity.slug, &entity.name), *counts)
            })
            .collect();
        Some(TechniqueFigures {
            words: words::ranked(
                landscape,
                names.iter().map(|(name, counts)| (name.as_str(), *counts)),
            ),
            with: landscape.with_techniques.into(),
            matrix,
            rows: ranked
                .iter()
                .take(ROWS)
                .map(|(id, counts)| self.ranked_row(*id, *counts))
                .collect(),
            more: ranked.len().saturating_sub(ROWS),
            csv_url: self.sheet_url(Sheet::Techniques),
        })
    }

    /// The techniques that briefs name, and those whose sub-techniques they name.
    fn techniques_by_frequency(&self, landscape: &Landscape) -> Vec<(EntityId, Counts)> {
        let mut ranked: Vec<(EntityId, Counts)> = landscape
            .techniques
            .iter()
            .map(|(id, named)| (*id, named.counts))
            .filter(|(id, _)| self.edition.entity(*id).kind == EntityKind::Technique)
            .collect();
        ranked.sort_by(|left, right| {
            (right.1.whole.cmp(&left.1.whole)).then_with(|| {
                let slug = |id: EntityId| &self.edition.entity(id).slug;
                slug(left.0).cmp(slug(right.0))
            })
        });
        ranked
    }
}

/// `T1566 Phishing`, or the id alone where it has no name.
fn technique_name(id: &str, name: &str) -> String {
    if id == name {
        id.to_owned()
    } else {
        format!("{id} {name}")
    }
}

/// Whether both pairs of quarters have enough briefs.
fn comparable(landscape: &Landscape) -> bool {
    landscape.briefs.recent >= COMPARABLE && landscape.briefs.before >= COMPARABLE
}

fn window(window: Window, briefs: usize) -> WindowView {
    WindowView {
        period: format!("{} and {}", window.first, window.last),
        briefs,
    }
}

fn alignment_name(alignment: &Alignment) -> String {
    match alignment {
        Alignment::Stated(name) => name.clone(),
        Alignment::Unknown => "Alignment unknown".to_owned(),
        Alignment::NoActor => "No actor named".to_owned(),
    }
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        Self {
            recent: counts.recent,
            earlier: counts.before,
            whole: counts.whole,
        }
    }
}
