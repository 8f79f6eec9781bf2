//! A chart as a drawing: one file for each type.
//!
//! In: a checked chart. Out: an SVG element. Every drawing is as wide as the text on a phone and
//! grows downwards, so that it never needs to be shrunk.

mod axis;
mod bar;
mod columns;
mod donut;
mod heat_map;
mod line;

use super::chart::{Amount, Chart, ChartType};
use super::svg::Drawing;

/// Draws a chart. `id` is unique in the page.
pub(super) fn draw(chart: &Chart, id: &str) -> String {
    let mut drawing = Drawing::new(id);
    match chart.kind {
        ChartType::Bar => bar::draw(&mut drawing, chart),
        ChartType::StackedBar => bar::draw_stacked(&mut drawing, chart),
        ChartType::Column => columns::draw(&mut drawing, chart),
        ChartType::Line => line::draw(&mut drawing, chart),
        ChartType::Donut => donut::draw(&mut drawing, chart),
        // Another size and other parts: drawn in `map`.
        ChartType::Map => {}
        ChartType::HeatMap => heat_map::draw(&mut drawing, chart),
    }
    drawing.finish(&chart.title, &chart.describe())
}

/// Every number of the chart.
fn amounts(chart: &Chart) -> impl Iterator<Item = &Amount> {
    chart
        .series
        .iter()
        .flat_map(|series| series.values.iter().flatten())
}

/// The least and the greatest number, 0 included.
fn range(chart: &Chart) -> (f64, f64) {
    amounts(chart).fold((0.0_f64, 0.0_f64), |(least, most), amount| {
        (least.min(amount.value), most.max(amount.value))
    })
}
