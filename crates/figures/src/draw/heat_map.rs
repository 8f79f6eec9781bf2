//! A grid: a row for each label, a column for each series, darker where the number is greater.
//!
//! The number stands in its cell; where it has no room it is rounded, and the table has it whole.

use super::range;
use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, LINE, WIDTH, compact, value_width, width};

const STEPS: f64 = 6.0;
const HEIGHT: f64 = 26.0;

pub(super) fn draw(drawing: &mut Drawing, chart: &Chart) {
    // at most twelve
    let cell = WIDTH / chart.series.len().max(1) as f64;
    let centre = |column: usize| {
        // at most twelve
        let column = column as f64;
        (column + 0.5) * cell
    };
    heads(drawing, chart, cell, centre);
    let (least, most) = range(chart);
    for (at, label) in chart.labels.iter().enumerate() {
        let link = chart.links.get(at).and_then(Option::as_deref);
        drawing.link(link, |drawing| drawing.paragraph("label", label));
        let top = drawing.height;
        for (column, series) in chart.series.iter().enumerate() {
            let amount = series.values.get(at).and_then(Option::as_ref);
            let class = amount.map_or("heat heat-none".to_owned(), |amount| {
                let share = if most > least {
                    (amount.value - least) / (most - least)
                } else {
                    0.0
                };
                format!("heat heat-{}", step(share))
            });
            let shown = amount.map_or("\u{2013}".to_owned(), |amount| {
                if value_width(&amount.shown) <= cell - 2.0 {
                    amount.shown.clone()
                } else {
                    compact(amount.value)
                }
            });
            let draw = |drawing: &mut Drawing| {
                drawing.rect(
                    ("class", "cell"),
                    (centre(column) - cell / 2.0 + 1.0, top),
                    (cell - 2.0, HEIGHT),
                );
                drawing.text(
                    "value",
                    (centre(column), top + HEIGHT / 2.0 + 4.5),
                    Anchor::Middle,
                    &shown,
                );
            };
            drawing.group(&class, |drawing| {
                match amount.and_then(|amount| Some((amount, amount.link.as_deref()?))) {
                    Some((amount, link)) => {
                        let name = series.name.as_deref().unwrap_or_default();
                        let title = format!("{label}, {name}: {}", amount.shown);
                        drawing.pointer_link(Some(link), &title, draw);
                    }
                    None => draw(drawing),
                }
            });
        }
        drawing.height += HEIGHT + 6.0;
    }
}

/// Names over the columns, or numbers and a key to them where the names have no room.
fn heads(drawing: &mut Drawing, chart: &Chart, cell: f64, centre: impl Fn(usize) -> f64) {
    let Some(names) = chart.names() else { return };
    let fit = names.iter().all(|name| width(name) <= cell - 2.0);
    if !fit {
        for (column, name) in names.iter().enumerate() {
            drawing.paragraph("label", &format!("{} \u{2013} {name}", column + 1));
        }
        drawing.height += 4.0;
    }
    drawing.height += LINE;
    let baseline = drawing.height - 4.0;
    for (column, name) in names.iter().enumerate() {
        let head = if fit {
            name.clone()
        } else {
            (column + 1).to_string()
        };
        drawing.text("label", (centre(column), baseline), Anchor::Middle, &head);
    }
}

fn step(share: f64) -> String {
    format!("{:.0}", (share * STEPS).clamp(0.0, STEPS))
}
