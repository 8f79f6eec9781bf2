//! Figures of numbers that the site counted: what pages call.
//!
//! In: a [`Frame`] and numbers. Out: a whole figure with its drawing, a table and what the frame
//! says; or the same numbers as CSV. `heading` says what the labels are, as in "Sector". No
//! numbers give no figure.

use super::Frame;
use super::chart::{Amount, Chart, ChartType, Series as Values};
use super::csv::{Cell, csv};
use super::draw;

/// A label with one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar<'a> {
    pub label: &'a str,
    pub value: f64,
    /// The page of what the label names.
    pub url: Option<&'a str>,
}

/// Numbers along the labels of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<'a> {
    pub name: &'a str,
    /// One for each label.
    pub values: Vec<f64>,
}

/// A row of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    pub label: &'a str,
    pub url: Option<&'a str>,
    /// One for each column; none where nothing was counted.
    pub values: Vec<Option<Value<'a>>>,
}

/// A number of a heat map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value<'a> {
    pub value: f64,
    /// The page of what was counted.
    pub url: Option<&'a str>,
}

/// A bar for each number, one below the other.
pub fn bars(frame: &Frame<'_>, heading: &str, bars: &[Bar<'_>]) -> String {
    finish(frame, &single(ChartType::Bar, frame, heading, bars))
}

/// The same for a page that has the numbers in its text.
pub(super) fn bars_without_table(frame: &Frame<'_>, bars: &[Bar<'_>]) -> String {
    if bars.is_empty() {
        return String::new();
    }
    let chart = single(ChartType::Bar, frame, "", bars);
    frame.figure("chart", &draw::draw(&chart, frame.id), "", "")
}

/// How much there was in each quarter: low columns that stand in a profile without much room.
pub fn quarters(frame: &Frame<'_>, quarters: &[Bar<'_>]) -> String {
    let mut chart = single(ChartType::Column, frame, "Quarter", quarters);
    chart.compact = true;
    finish(frame, &chart)
}

/// The numbers of [`bars`] and [`quarters`].
pub fn bars_csv(heading: &str, unit: &str, bars: &[Bar<'_>]) -> String {
    csv(
        &[heading, unit],
        bars.iter()
            .map(|bar| vec![Cell::Text(bar.label), Cell::Number(bar.value)]),
    )
}

/// Columns along the time, each made of all series.
pub fn stacked<L: AsRef<str>>(
    frame: &Frame<'_>,
    heading: &str,
    labels: &[L],
    series: &[Series<'_>],
) -> String {
    finish(
        frame,
        &several(ChartType::Column, frame, heading, labels, series),
    )
}

/// A line for each series.
pub fn line<L: AsRef<str>>(
    frame: &Frame<'_>,
    heading: &str,
    labels: &[L],
    series: &[Series<'_>],
) -> String {
    finish(
        frame,
        &several(ChartType::Line, frame, heading, labels, series),
    )
}

/// The numbers of [`stacked`] and [`line`]: a row for each label, a column for each series.
pub fn series_csv<L: AsRef<str>>(heading: &str, labels: &[L], series: &[Series<'_>]) -> String {
    let headings: Vec<&str> = std::iter::once(heading)
        .chain(series.iter().map(|series| series.name))
        .collect();
    csv(
        &headings,
        labels.iter().enumerate().map(|(at, label)| {
            let values = series.iter().map(|series| {
                series
                    .values
                    .get(at)
                    .map_or(Cell::Nothing, |value| Cell::Number(*value))
            });
            std::iter::once(Cell::Text(label.as_ref()))
                .chain(values)
                .collect()
        }),
    )
}

/// A grid, darker where the number is greater. Twelve columns have room.
pub fn heat_map(frame: &Frame<'_>, heading: &str, columns: &[&str], rows: &[Row<'_>]) -> String {
    let labels = rows.iter().map(|row| row.label.to_owned()).collect();
    let series = columns
        .iter()
        .enumerate()
        .map(|(at, name)| Values {
            name: Some((*name).to_owned()),
            values: rows
                .iter()
                .map(|row| {
                    let value = row.values.get(at)?.as_ref()?;
                    let mut amount = Amount::new(value.value, Some(frame.unit));
                    amount.link = value.url.map(str::to_owned);
                    Some(amount)
                })
                .collect(),
        })
        .collect();
    let mut chart = Chart::computed(ChartType::HeatMap, frame, heading, labels, series);
    chart.links = rows.iter().map(|row| row.url.map(str::to_owned)).collect();
    finish(frame, &chart)
}

/// The numbers of [`heat_map`].
pub fn heat_map_csv(heading: &str, columns: &[&str], rows: &[Row<'_>]) -> String {
    let headings: Vec<&str> = std::iter::once(heading)
        .chain(columns.iter().copied())
        .collect();
    csv(
        &headings,
        rows.iter().map(|row| {
            let values = row.values.iter().map(|value| {
                value
                    .as_ref()
                    .map_or(Cell::Nothing, |value| Cell::Number(value.value))
            });
            std::iter::once(Cell::Text(row.label))
                .chain(values)
                .collect()
        }),
    )
}

fn single(kind: ChartType, frame: &Frame<'_>, heading: &str, bars: &[Bar<'_>]) -> Chart {
    let labels = bars.iter().map(|bar| bar.label.to_owned()).collect();
    let values = bars
        .iter()
        .map(|bar| Some(Amount::new(bar.value, Some(frame.unit))))
        .collect();
    let series = vec![Values { name: None, values }];
    let mut chart = Chart::computed(kind, frame, heading, labels, series);
    chart.links = bars.iter().map(|bar| bar.url.map(str::to_owned)).collect();
    chart
}

fn several<L: AsRef<str>>(
    kind: ChartType,
    frame: &Frame<'_>,
    heading: &str,
    labels: &[L],
    series: &[Series<'_>],
) -> Chart {
    let series = series
        .iter()
        .map(|one| Values {
            name: Some(one.name.to_owned()),
            values: (0..labels.len())
                .map(|at| {
                    let value = one.values.get(at)?;
                    Some(Amount::new(*value, Some(frame.unit)))
                })
                .collect(),
        })
        .collect();
    let labels = labels
        .iter()
        .map(|label| label.as_ref().to_owned())
        .collect();
    Chart::computed(kind, frame, heading, labels, series)
}

fn finish(frame: &Frame<'_>, chart: &Chart) -> String {
    if chart.labels.is_empty() || chart.series.is_empty() {
        return String::new();
    }
    frame.figure("chart", &draw::draw(chart, frame.id), "", &chart.table())
}
