//! The `chart` block: numbers by label, in one or more series.
//!
//! In: the block's YAML, and the CSV that it may name. Out: a [`Chart`] whose values its type can
//! show; its table, for those who do not see the drawing or want the figures.

mod check;
mod data;

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use self::check::check;
use self::data::Data;
use super::block::Context;
use super::list::Raw;
use super::svg::{escape, number, number_as_written};
use super::{Frame, Info, Plain, SourceAt, countries};
use base::diagnostic::{Code, Diagnostic, SourceFile};
use base::vocabulary::{Vocabulary, vocabulary};
use syntax::dates::Period;
use syntax::decode::{Decode, Decoder, Spanned, Text, record};
use syntax::word::Word;

/// Beyond it numbers lose whole units.
const LARGEST: f64 = 9e15;
/// A description lists so many values; the table has them all.
const MOST_DESCRIBED: usize = 12;

vocabulary! {
    /// How a chart is drawn.
    ChartType: "type of chart", "Tearline";
    Bar = "bar", "Bar chart", "a bar for each number", also ["bars"];
    StackedBar = "stacked-bar", "Stacked bar chart", "the series of each label in one bar", also ["stacked"];
    Column = "column", "Column chart", "an upright bar for each label, its series on each other", also ["columns", "stacked-column"];
    Line = "line", "Line chart", "how numbers change along the labels";
    Donut = "donut", "Donut chart", "shares of a whole", also ["doughnut", "pie"];
    Map = "map", "Map", "a map of the world, its countries shaded by number", also ["world", "world-map"];
    HeatMap = "heat-map", "Heat map", "a grid of labels and series, coloured by number", also ["heatmap"];
}

impl Word for ChartType {}

record! {
    /// A chart. Its numbers stand in `data`, in `series` or in a file.
    pub struct ChartMatter {
        /// bar, stacked-bar, column, line, donut, map or heat-map.
        kind as "type": Spanned<ChartType>,
        /// What the chart shows.
        title: Text,
        /// What is counted, or "%".
        unit: Option<Text>,
        /// The id of the source.
        source: Option<Text>,
        /// The time it covers.
        period: Option<Spanned<Period>>,
        /// What there is to see, for those who do not see it; made from the numbers when absent.
        description: Option<Text>,
        /// One series: numbers by label.
        data: Option<Raw>,
        /// Several series, each with `name` and `data`.
        series: Option<Raw>,
        /// A CSV file beside the document: labels in the first column, a series in each other.
        file: Option<Text>,
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chart {
    pub kind: ChartType,
    pub title: String,
    pub unit: Option<String>,
    period: Option<String>,
    pub description: Option<String>,
    /// What the labels are, where a CSV says it.
    heading: Option<String>,
    pub labels: Vec<String>,
    pub series: Vec<Series>,
    /// The page of each label; empty where there are none.
    pub links: Vec<Option<String>>,
    /// Small, without an axis of numbers.
    pub compact: bool,
    /// Of a map: the code of the country that each label names.
    pub codes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub name: Option<String>,
    /// One for each label.
    pub values: Vec<Option<Amount>>,
}

/// A finite number, and how it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    pub value: f64,
    pub shown: String,
    /// The page of what was counted.
    pub link: Option<String>,
}

impl Amount {
    /// A number that was computed; what is not finite counts as 0.
    pub fn new(value: f64, unit: Option<&str>) -> Self {
        let value = if value.is_finite() {
            value.clamp(-LARGEST, LARGEST)
        } else {
            0.0
        };
        Self {
            value,
            shown: with_unit(number(value), unit),
            link: None,
        }
    }
}

pub(super) fn parse(context: &mut Context, info: &Info) -> Option<(Chart, SourceAt)> {
    let block = context.block;
    if block.is_empty() {
        let finding = block
            .finding(Code::BadFigure, "the chart is empty", block.span())
            .label("expected a YAML table")
            .help("a chart has `type`, `title` and `data: {label: number}`");
        context.found.push(finding);
        return None;
    }
    let text = Arc::clone(&block.yaml);
    let value = block.yaml_value(&mut context.found)?;
    let value = context.without_marking(&text, &value);
    let matter = ChartMatter::decode(
        &value,
        &mut Decoder::new(&text, &mut context.found).leaving_labels(),
    )?;
    for shown in [
        Some(&matter.title),
        matter.unit.as_ref(),
        matter.description.as_ref(),
    ]
    .into_iter()
    .flatten()
    {
        context.check_text(&text, shown);
    }
    let data = read_data(context, info, &text, &matter)?;
    check(context, *matter.kind, &data);
    let source = info.source(matter.source, &text, context);
    let unit = matter.unit.map(|unit| unit.value);
    let series = data
        .series
        .into_iter()
        .map(|series| Series {
            name: series.name.map(|name| name.value),
            values: series
                .values
                .into_iter()
                .map(|value| {
                    value.map(|number| Amount {
                        value: number.value.value,
                        shown: with_unit(
                            number_as_written(number.value.value, &number.value.written),
                            unit.as_deref(),
                        ),
                        link: None,
                    })
                })
                .collect(),
        })
        .collect();
    let (labels, codes) = match matter.kind.value {
        // A country is shown by its name, however it was written.
        ChartType::Map => data
            .labels
            .iter()
            .filter_map(|label| countries::country(label).cloned())
            .map(|(code, name)| (name, code))
            .unzip(),
        _ => (
            data.labels.into_iter().map(|label| label.value).collect(),
            Vec::new(),
        ),
    };
    let chart = Chart {
        kind: matter.kind.value,
        title: matter.title.value,
        unit,
        period: matter.period.map(|period| period.value.to_string()),
        description: matter.description.map(|text| text.value),
        heading: data.heading,
        labels,
        series,
        links: Vec::new(),
        compact: false,
        codes,
    };
    Some((chart, source))
}

/// The sign of a unit that belongs to every number; other units stand in the caption.
fn with_unit(shown: String, unit: Option<&str>) -> String {
    if unit == Some("%") {
        format!("{shown}%")
    } else {
        shown
    }
}

/// Reads the numbers from the one place where they stand.
fn read_data(
    context: &mut Context,
    info: &Info,
    text: &Arc<SourceFile>,
    matter: &ChartMatter,
) -> Option<Data> {
    let file = info.file(matter.file.as_ref(), text, context);
    let given: Vec<&Range<usize>> = [
        matter.data.as_ref().map(|Raw(node)| &node.span),
        matter.series.as_ref().map(|Raw(node)| &node.span),
        matter.file.as_ref().map(|file| &file.span),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let [_, second, ..] = given.as_slice() {
        let finding = Diagnostic::new(
            Code::BadFigure,
            "the numbers of the chart stand in two places",
        )
        .label("only one of `data`, `series` and `file` can be shown")
        .help("remove all but one");
        context.report(text, second, finding);
        return None;
    }
    match (&matter.data, &matter.series, file) {
        (Some(Raw(node)), _, None) => Data::of_table(context, text, node),
        (_, Some(Raw(node)), None) => Data::of_series(context, text, node),
        (None, None, Some(name)) => {
            let csv = context.file(matter.file.as_ref().map(|_| text), name)?;
            Data::of_csv(context, &csv)
        }
        (None, None, None) => {
            let finding = Diagnostic::new(Code::BadFigure, "the chart has no numbers")
                .label("expected `data`, `series` or `file` in this table")
                .help("write `data: {label: number, …}`");
            context.report(text, &matter.span, finding);
            None
        }
        (_, _, Some(file)) => {
            let finding = context
                .block
                .finding(
                    Code::BadFigure,
                    "the numbers of the chart stand in two places",
                    file.span.clone(),
                )
                .label("the block has numbers of its own")
                .help("remove `file=…`, or the numbers in the block");
            context.found.push(finding);
            None
        }
    }
}

impl Chart {
    /// A chart of numbers that the caller computed, in words of the caller.
    pub fn computed(
        kind: ChartType,
        frame: &Frame<'_>,
        heading: &str,
        labels: Vec<String>,
        series: Vec<Series>,
    ) -> Self {
        let mut chart = Self {
            kind,
            title: frame.title.to_owned(),
            unit: (!frame.unit.is_empty()).then(|| frame.unit.to_owned()),
            period: None,
            description: None,
            heading: (!heading.is_empty()).then(|| heading.to_owned()),
            labels,
            series,
            links: Vec::new(),
            compact: false,
            codes: Vec::new(),
        };
        if !frame.description.is_empty() {
            chart.description = Some(format!("{} {}", frame.description, chart.describe()));
        }
        chart
    }

    /// What stands behind the title: unit and period.
    pub fn note(&self) -> String {
        let unit = self.unit.as_deref().filter(|unit| *unit != "%");
        [unit, self.period.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The names of the series for a key to them; none where there is one series only.
    pub fn names(&self) -> Option<Vec<String>> {
        (self.series.len() > 1).then(|| {
            (0..self.series.len())
                .map(|series| self.name(series))
                .collect()
        })
    }

    fn name(&self, series: usize) -> String {
        let name = self
            .series
            .get(series)
            .and_then(|series| series.name.clone());
        let single = || {
            self.unit
                .clone()
                .filter(|_| self.series.len() == 1)
                .unwrap_or_else(|| "Value".to_owned())
        };
        name.unwrap_or_else(single)
    }

    /// What is drawn, in words.
    pub fn describe(&self) -> String {
        if let Some(description) = &self.description {
            return description.clone();
        }
        let mut text = format!("{}.", self.kind.label());
        let values: usize = self
            .series
            .iter()
            .map(|series| series.values.iter().flatten().count())
            .sum();
        if values > MOST_DESCRIBED {
            let _ = write!(text, " {values} values; the table below has them all.");
            return text;
        }
        for (at, series) in self.series.iter().enumerate() {
            let pairs: Vec<String> = self
                .labels
                .iter()
                .zip(&series.values)
                .filter_map(|(label, value)| Some(format!("{label}: {}", value.as_ref()?.shown)))
                .collect();
            let name = if self.series.len() > 1 {
                format!("{}: ", self.name(at))
            } else {
                String::new()
            };
            let _ = write!(text, " {name}{}.", pairs.join("; "));
        }
        text
    }

    /// The numbers as rows.
    pub fn plain(&self) -> Plain {
        let note = self.note();
        let first = self.heading.clone().unwrap_or_else(|| "Label".to_owned());
        let names = (0..self.series.len()).map(|series| self.name(series).to_string());
        Plain {
            title: Some(match note.as_str() {
                "" => self.title.clone(),
                note => format!("{} ({note})", self.title),
            }),
            headings: std::iter::once(first).chain(names).collect(),
            rows: self
                .labels
                .iter()
                .enumerate()
                .map(|(at, label)| {
                    let amounts = self.series.iter().map(|series| {
                        let amount = series.values.get(at).and_then(Option::as_ref);
                        amount.map_or("\u{2013}", |amount| &amount.shown).to_owned()
                    });
                    std::iter::once(label.clone()).chain(amounts).collect()
                })
                .collect(),
        }
    }

    /// All labels and numbers as a table.
    pub fn table(&self) -> String {
        let mut table = format!(
            "<table><thead><tr><th scope=\"col\">{}</th>",
            escape(self.heading.as_deref().unwrap_or("Label"))
        );
        for series in 0..self.series.len() {
            let _ = write!(
                table,
                "<th scope=\"col\">{}</th>",
                escape(&self.name(series))
            );
        }
        table.push_str("</tr></thead><tbody>");
        for (at, label) in self.labels.iter().enumerate() {
            let link = self.links.get(at).and_then(Option::as_deref);
            let _ = write!(
                table,
                "<tr><th scope=\"row\">{}</th>",
                linked(link, &escape(label))
            );
            for series in &self.series {
                let amount = series.values.get(at).and_then(Option::as_ref);
                let shown = amount.map_or("\u{2013}", |amount| &amount.shown);
                let link = amount.and_then(|amount| amount.link.as_deref());
                let _ = write!(
                    table,
                    "<td class=\"number\">{}</td>",
                    linked(link, &escape(shown))
                );
            }
            table.push_str("</tr>");
        }
        table.push_str("</tbody></table>");
        table
    }
}

/// A link of what is HTML already, if there is an address.
pub(super) fn linked(url: Option<&str>, html: &str) -> String {
    match url {
        Some(url) => format!("<a href=\"{}\">{html}</a>", escape(url)),
        None => html.to_owned(),
    }
}
