//! Horizontal bars, with the label over them: long names need no more room than short ones.

use super::{amounts, range};
use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, LINE, WIDTH, number, value_width};

const THICKNESS: f64 = 16.0;
/// Between a bar and its number.
const GAP: f64 = 5.0;

/// One bar for each number.
pub(super) fn draw(drawing: &mut Drawing, chart: &Chart) {
    if let Some(names) = chart.names() {
        drawing.swatches(&names);
    }
    let (least, most) = range(chart);
    let room = |negative: bool| {
        amounts(chart)
            .filter(|amount| (amount.value < 0.0) == negative)
            .map(|amount| value_width(&amount.shown) + GAP)
            .fold(0.0, f64::max)
            // A number of many digits may not push the bars away.
            .min(WIDTH / 3.0)
    };
    let left = room(true);
    let plot = (WIDTH - left - room(false)).max(1.0);
    let extent = if most > least { most - least } else { 1.0 };
    let x = |value: f64| left + (value - least) / extent * plot;
    for (at, label) in chart.labels.iter().enumerate() {
        let link = chart.links.get(at).and_then(Option::as_deref);
        drawing.link(link, |drawing| drawing.paragraph("label", label));
        let top = drawing.height;
        for (number, series) in chart.series.iter().enumerate() {
            let Some(amount) = series.values.get(at).and_then(Option::as_ref) else {
                continue;
            };
            let (from, to) = (x(amount.value.min(0.0)), x(amount.value.max(0.0)));
            drawing.bar(number, (from, drawing.height + 1.0), (to - from, THICKNESS));
            let baseline = drawing.height + THICKNESS - 2.0;
            if amount.value < 0.0 {
                drawing.text("value", (from - GAP, baseline), Anchor::End, &amount.shown);
            } else {
                drawing.text("value", (to + GAP, baseline), Anchor::Start, &amount.shown);
            }
            drawing.height += THICKNESS + 3.0;
        }
        drawing.line("axis", (x(0.0), top), (x(0.0), drawing.height));
        drawing.height += 7.0;
    }
}

/// One bar for each label, made of its series, with the sum behind it.
pub(super) fn draw_stacked(drawing: &mut Drawing, chart: &Chart) {
    if let Some(names) = chart.names() {
        drawing.swatches(&names);
    }
    let percent = chart.unit.as_deref() == Some("%");
    let values = |at: usize| {
        chart
            .series
            .iter()
            .enumerate()
            .filter_map(move |(number, series)| {
                series
                    .values
                    .get(at)
                    .and_then(Option::as_ref)
                    .map(|amount| (number, amount))
            })
    };
    let totals: Vec<f64> = (0..chart.labels.len())
        .map(|at| values(at).map(|(_, amount)| amount.value).sum())
        .collect();
    let shown: Vec<String> = totals
        .iter()
        .map(|total| {
            if percent {
                format!("{}%", number(*total))
            } else {
                number(*total)
            }
        })
        .collect();
    let room = shown
        .iter()
        .map(|total| value_width(total) + GAP)
        .fold(0.0, f64::max)
        .min(WIDTH / 3.0);
    let most = totals.iter().copied().fold(0.0, f64::max);
    let scale = if most > 0.0 {
        (WIDTH - room) / most
    } else {
        0.0
    };
    for (at, (label, total)) in chart.labels.iter().zip(&shown).enumerate() {
        drawing.paragraph("label", label);
        let (top, mut x) = (drawing.height, 0.0);
        for (number, amount) in values(at) {
            let size = amount.value * scale;
            drawing.bar(number, (x, top + 1.0), (size, LINE + 3.0));
            if size >= value_width(&amount.shown) + 6.0 {
                drawing.text(
                    "value on-colour",
                    (x + size / 2.0, top + LINE - 2.0),
                    Anchor::Middle,
                    &amount.shown,
                );
            }
            x += size;
            // A line between the parts, for neighbours that look alike in print.
            drawing.line("part", (x, top + 1.0), (x, top + LINE + 4.0));
        }
        drawing.text("value", (x + GAP, top + LINE - 2.0), Anchor::Start, total);
        drawing.height += LINE + 5.0;
        drawing.line("axis", (0.0, top), (0.0, drawing.height));
        drawing.height += 7.0;
    }
}
