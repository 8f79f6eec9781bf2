//! Upright columns along the time, the series of each label on each other.
//!
//! In full size with an axis of numbers; compact, where a page shows in passing how much there
//! was, with a base line and a number on each column that has room for it.

use super::axis::{labels, ticks};
use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, WIDTH, number, value_width, width};

const HEIGHT: f64 = 180.0;
const COMPACT: f64 = 56.0;

pub(super) fn draw(drawing: &mut Drawing, chart: &Chart) {
    if let Some(names) = chart.names() {
        drawing.swatches(&names);
    }
    let values = |at: usize| {
        chart
            .series
            .iter()
            .enumerate()
            .filter_map(move |(series, numbers)| {
                let amount = numbers.values.get(at)?.as_ref()?;
                Some((series, amount.value))
            })
    };
    let totals: Vec<f64> = (0..chart.labels.len())
        .map(|at| values(at).map(|(_, value)| value).sum())
        .collect();
    let most = totals.iter().copied().fold(0.0, f64::max);
    let ticks = ticks((0.0, most));
    let high = if chart.compact {
        most
    } else {
        ticks.last().copied().unwrap_or(most)
    };
    let height = if chart.compact { COMPACT } else { HEIGHT };
    let top = drawing.height + 20.0;
    let bottom = top + height;
    let y = |value: f64| {
        if high > 0.0 {
            bottom - value / high * height
        } else {
            bottom
        }
    };
    let mut left = 0.0;
    if !chart.compact {
        let shown: Vec<String> = ticks.iter().map(|tick| number(*tick)).collect();
        left = shown
            .iter()
            .map(|tick| width(tick))
            .fold(0.0, f64::max)
            .min(WIDTH / 3.0)
            + 8.0;
        for (tick, shown) in ticks.iter().zip(&shown) {
            drawing.line("grid", (left, y(*tick)), (WIDTH, y(*tick)));
            drawing.text("label", (left - 6.0, y(*tick) + 4.5), Anchor::End, shown);
        }
    }
    // at most some hundreds
    let step = (WIDTH - left) / chart.labels.len().max(1) as f64;
    let x = |at: usize| {
        // at most some hundreds
        let at = at as f64;
        left + (at + 0.5) * step
    };
    // Few columns stay slim, many have a gap of a fifth.
    let thickness = (step * 0.8).min(44.0);
    for at in 0..chart.labels.len() {
        let link = chart.links.get(at).and_then(Option::as_deref);
        let title = title(chart, at, totals.get(at).copied().unwrap_or(0.0));
        drawing.pointer_link(link, &title, |drawing| {
            let mut from = bottom;
            for (series, value) in values(at) {
                let size = bottom - y(value);
                drawing.bar(
                    series,
                    (x(at) - thickness / 2.0, from - size),
                    (thickness, size),
                );
                if from < bottom {
                    // A line between the parts, for neighbours that look alike in print.
                    drawing.line(
                        "part",
                        (x(at) - thickness / 2.0, from),
                        (x(at) + thickness / 2.0, from),
                    );
                }
                from -= size;
            }
        });
    }
    drawing.line("axis", (left, bottom), (WIDTH, bottom));
    sums(drawing, &totals, step, x, y);
    drawing.height = bottom;
    labels(drawing, chart, step, x);
}

/// A number on each column, the greatest and the last first, as far as there is room.
fn sums(
    drawing: &mut Drawing,
    totals: &[f64],
    step: f64,
    x: impl Fn(usize) -> f64,
    y: impl Fn(f64) -> f64,
) {
    let last = totals.len().saturating_sub(1);
    let mut order: Vec<(usize, f64)> = totals
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, total)| *total > 0.0)
        .collect();
    let most = totals.iter().copied().fold(0.0, f64::max);
    order.sort_by_key(|(at, total)| (*at != last, *total < most, *at));
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for (at, total) in order {
        let shown = number(total);
        let half = value_width(&shown) / 2.0;
        let middle = x(at).min(WIDTH - half).max(half);
        // Two numbers that touch would read as one, were their columns as high.
        let free = half * 2.0 + 3.0 <= step
            || taken
                .iter()
                .all(|(other, room)| (other - middle).abs() >= room + half + 2.0)
                && (at == last || total >= most);
        if free {
            taken.push((middle, half));
            drawing.text(
                "value on-colour",
                (middle, y(total) - 4.0),
                Anchor::Middle,
                &shown,
            );
        }
    }
}

/// What a pointer on a column is told.
fn title(chart: &Chart, at: usize, total: f64) -> String {
    let label = chart.labels.get(at).map_or("", String::as_str);
    format!("{label}: {}", number(total))
}
