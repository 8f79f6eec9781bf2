//! What a type of chart cannot show.
//!
//! In: the type, and the numbers with their places. Out: findings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::data::Data;
use super::{ChartType, LARGEST};
use crate::block::Context;
use crate::countries;
use base::diagnostic::{Code, Diagnostic, Location, SourceFile};
use base::vocabulary::Vocabulary;

/// More labels than this cannot be read in a drawing, nor more series.
const MOST_LABELS: usize = 200;
const MOST_SERIES: usize = 12;

/// Reports what the type of the chart cannot show.
pub(super) fn check(context: &mut Context, kind: ChartType, data: &Data) {
    let text = Arc::clone(&data.text);
    for label in &data.labels {
        context.check_label(&text, label);
    }
    for name in data.series.iter().filter_map(|series| series.name.as_ref()) {
        context.check_label(&text, name);
    }
    let numbers = || {
        data.series
            .iter()
            .flat_map(|series| series.values.iter().flatten())
    };
    if numbers().next().is_none() {
        // Where none of the numbers could be read, each was reported.
        if context.found.has_errors() {
            return;
        }
        let finding = Diagnostic::new(Code::BadFigure, "the chart has no numbers")
            .label("expected at least one number here")
            .help("write `label: number` for each");
        context.report(&text, &data.span, finding);
        return;
    }
    if kind == ChartType::Map {
        check_map(context, &text, data);
    } else if let Some(label) = data.labels.get(MOST_LABELS) {
        let finding = Diagnostic::new(
            Code::OutOfRange,
            format!("a chart shows at most {MOST_LABELS} labels"),
        )
        .label("one too many")
        .help("sum the small ones up, or split the chart");
        context.report(&text, &label.span, finding);
    }
    if let Some(series) = data.series.get(MOST_SERIES) {
        let finding = Diagnostic::new(
            Code::OutOfRange,
            format!("a chart shows at most {MOST_SERIES} series"),
        )
        .label("one too many")
        .help("sum the small ones up, or split the chart");
        context.report(
            &text,
            series.name.as_ref().map_or(&data.span, |name| &name.span),
            finding,
        );
    }
    for number in numbers() {
        let size = number.value.value;
        let finding = if size.abs() > LARGEST {
            Diagnostic::new(Code::OutOfRange, "the number is too large to be drawn")
                .label("expected less than 9 000 000 000 000 000")
                .help("give it in a larger unit, and name that in `unit`")
        } else if size < 0.0
            && matches!(
                kind,
                ChartType::StackedBar | ChartType::Column | ChartType::Donut | ChartType::Map
            )
        {
            Diagnostic::new(
                Code::OutOfRange,
                format!(
                    "a {} cannot show a negative number",
                    kind.label().to_lowercase()
                ),
            )
            .label("expected 0 or more")
            .help("`type: bar` and `type: line` show negative numbers")
        } else {
            continue;
        };
        context.report(&text, &number.span, finding);
    }
    if kind == ChartType::Donut {
        check_donut(context, &text, data);
    }
}

/// A map has a number for each country, each once.
fn check_map(context: &mut Context, text: &Arc<SourceFile>, data: &Data) {
    if let Some(second) = data.series.get(1) {
        let finding = Diagnostic::new(Code::BadFigure, "a map has one series")
            .label("a map cannot show this")
            .help("make a map of each, or show them with `type: heat-map`");
        let span = second.name.as_ref().map_or(&data.span, |name| &name.span);
        context.report(text, span, finding);
    }
    let mut seen: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    for label in &data.labels {
        let Some((code, name)) = countries::country(label) else {
            let finding = Diagnostic::new(
                Code::UnknownPlace,
                format!("`{}` is not a country", label.value),
            )
            .label("not on the map")
            .help(countries::help(label));
            context.report(text, &label.span, finding);
            continue;
        };
        if let Some(earlier) = seen.insert(code, label.span.clone()) {
            let finding = Diagnostic::new(Code::BadFigure, format!("{name} stands twice"))
                .label("the second")
                .help("add the two numbers up")
                .related(Location::new(text, earlier), "the first");
            context.report(text, &label.span, finding);
        }
    }
}

fn check_donut(context: &mut Context, text: &Arc<SourceFile>, data: &Data) {
    let refuse = |context: &mut Context, span: &Range<usize>, message: &str, help: &str| {
        let finding = Diagnostic::new(Code::BadFigure, message)
            .label("a donut chart cannot show this")
            .help(help);
        context.report(text, span, finding);
    };
    if let Some(second) = data.series.get(1) {
        let span = second.name.as_ref().map_or(&data.span, |name| &name.span);
        refuse(
            context,
            span,
            "a donut chart has one series",
            "`type: stacked-bar` shows the shares of several",
        );
    }
    if let Some(label) = data.labels.get(MOST_SERIES) {
        let message = format!("a donut chart has at most {MOST_SERIES} parts");
        refuse(context, &label.span, &message, "`type: bar` shows more");
    }
    let values = || {
        data.series
            .iter()
            .flat_map(|series| series.values.iter().flatten())
    };
    if values().all(|number| number.value.value == 0.0) {
        refuse(
            context,
            &data.span,
            "all parts of the donut chart are 0",
            "`type: bar` shows zeros",
        );
    }
}
