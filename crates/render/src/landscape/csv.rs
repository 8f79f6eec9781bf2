//! The numbers of the landscape's figures as CSV (RFC 4180).

use super::super::Renderer;
use super::super::drawing::percent;
use super::{alignment_name, technique_name};
use edition::addresses::Sheet;
use edition::statistics::{Counts, Landscape, Tally};
use figures::csv::{Cell, csv};

impl Renderer<'_> {
    /// A table as text. The columns of counts are the last two quarters, the two before, and all.
    pub(crate) fn sheet(&self, sheet: Sheet) -> String {
        let Some(landscape) = &self.edition.statistics.landscape else {
            return String::new();
        };
        match sheet {
            Sheet::Alignment => alignment(landscape),
            Sheet::AlignmentByQuarter => by_quarter(landscape),
            Sheet::Countries => countries(landscape),
            Sheet::Sectors => self.tallies("sector", landscape, &landscape.sectors),
            Sheet::Actors => self.tallies("actor", landscape, &landscape.actors),
            Sheet::Techniques => {
                let mut rows = vec![header(landscape, &["technique"])];
                for (id, counts) in self.techniques_by_frequency(landscape) {
                    let entity = self.edition.entity(id);
                    let name = technique_name(&entity.slug, &entity.name);
                    rows.push(row(vec![name], counts));
                }
                write(&rows)
            }
        }
    }

    fn tallies(&self, what: &str, landscape: &Landscape, tallies: &[Tally]) -> String {
        let mut rows = vec![header(landscape, &[what])];
        for tally in tallies {
            let name = self.edition.entity(tally.entity).name.clone();
            rows.push(row(vec![name], tally.counts));
        }
        write(&rows)
    }
}

/// The heads of the columns of counts, each with the quarters that it counts.
fn header(landscape: &Landscape, first: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = first.iter().map(|name| (*name).to_owned()).collect();
    let (recent, before) = (landscape.recent, landscape.before);
    names.extend([
        format!("briefs {} and {}", recent.first, recent.last),
        format!("briefs {} and {}", before.first, before.last),
        "all briefs".to_owned(),
    ]);
    names
}

fn row(mut first: Vec<String>, counts: Counts) -> Vec<String> {
    first.extend([counts.recent, counts.before, counts.whole].map(|count| count.to_string()));
    first
}

fn alignment(landscape: &Landscape) -> String {
    let mut head = header(landscape, &["alignment"]);
    head.extend(
        [
            "share in the last two quarters, %",
            "share in the two before, %",
            "share of all, %",
        ]
        .map(str::to_owned),
    );
    let all = landscape.briefs;
    let mut rows = vec![head];
    for tally in &landscape.alignments {
        let counts = tally.counts;
        let mut cells = row(vec![alignment_name(&tally.alignment)], counts);
        cells.extend([
            percent(counts.recent, all.recent),
            percent(counts.before, all.before),
            percent(counts.whole, all.whole),
        ]);
        rows.push(cells);
    }
    let mut cells = row(vec!["All briefs".to_owned()], all);
    cells.extend([String::new(), String::new(), String::new()]);
    rows.push(cells);
    write(&rows)
}

fn by_quarter(landscape: &Landscape) -> String {
    let mut head = vec!["quarter".to_owned(), "briefs".to_owned()];
    head.extend(
        landscape
            .alignments
            .iter()
            .map(|tally| alignment_name(&tally.alignment)),
    );
    let mut rows = vec![head];
    for (at, (quarter, briefs)) in landscape.quarters.iter().enumerate() {
        let mut cells = vec![quarter.to_string(), briefs.to_string()];
        let counts = landscape
            .alignments
            .iter()
            .filter_map(|tally| tally.by_quarter.get(at));
        cells.extend(counts.map(usize::to_string));
        rows.push(cells);
    }
    write(&rows)
}

fn countries(landscape: &Landscape) -> String {
    let mut rows = vec![header(
        landscape,
        &["country", "name", "briefs that name it itself"],
    )];
    for country in &landscape.targets.countries {
        rows.push(row(
            vec![
                country.code.clone(),
                country.name.clone(),
                country.itself.whole.to_string(),
            ],
            country.counts,
        ));
    }
    write(&rows)
}

/// The first row has the headings. What a site's words begin with cannot become a formula.
fn write(rows: &[Vec<String>]) -> String {
    let Some((headings, rows)) = rows.split_first() else {
        return String::new();
    };
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let rows = rows
        .iter()
        .map(|row| row.iter().map(|cell| Cell::Text(cell)).collect());
    csv(&headings, rows)
}
