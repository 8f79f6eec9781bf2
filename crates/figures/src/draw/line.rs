//! Lines along the labels, a sign at each number, and the number itself where there is room.

use super::axis::{labels, ticks};
use super::range;
use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, LINE, WIDTH, colour, coordinate, number, value_width, width};

const HEIGHT: f64 = 190.0;
/// Dashes of the series, so that lines differ without colour.
const DASHES: [&str; 4] = ["", "7 3", "2 3", "9 3 2 3"];

pub(super) fn draw(drawing: &mut Drawing, chart: &Chart) {
    if let Some(names) = chart.names() {
        drawing.legend(&names, |drawing, series, x, y| {
            stroke(
                drawing,
                series,
                &format!(
                    "M{} {}H{}",
                    coordinate(x),
                    coordinate(y),
                    coordinate(x + 24.0)
                ),
            );
            sign(drawing, series, x + 12.0, y);
        });
    }
    let ticks = ticks(range(chart));
    let (low, high) = (
        ticks.first().copied().unwrap_or(0.0),
        ticks.last().copied().unwrap_or(1.0),
    );
    let shown: Vec<String> = ticks.iter().map(|tick| number(*tick)).collect();
    let left = shown
        .iter()
        .map(|tick| width(tick))
        .fold(0.0, f64::max)
        .min(WIDTH / 3.0)
        + 8.0;
    let (top, bottom) = (drawing.height + 20.0, drawing.height + 20.0 + HEIGHT);
    let y = |value: f64| bottom - (value - low) / (high - low) * HEIGHT;
    let step = {
        // at most two hundred
        let gaps = chart.labels.len().saturating_sub(1).max(1) as f64;
        (WIDTH - 12.0 - left - 6.0) / gaps
    };
    let x = |at: usize| {
        // at most two hundred
        let at = at as f64;
        if chart.labels.len() == 1 {
            f64::midpoint(left, WIDTH)
        } else {
            left + 6.0 + at * step
        }
    };
    for (tick, shown) in ticks.iter().zip(&shown) {
        let class = if *tick == 0.0 { "axis" } else { "grid" };
        drawing.line(class, (left, y(*tick)), (WIDTH, y(*tick)));
        drawing.text("label", (left - 6.0, y(*tick) + 4.5), Anchor::End, shown);
    }
    let mut points = Vec::new();
    for (series, numbers) in chart.series.iter().enumerate() {
        let mut path = String::new();
        let mut pen_down = false;
        for (at, amount) in numbers.values.iter().enumerate() {
            let Some(amount) = amount else {
                pen_down = false;
                continue;
            };
            let (x, y) = (x(at), y(amount.value));
            path.push_str(if pen_down { "L" } else { "M" });
            path.push_str(&format!("{} {}", coordinate(x), coordinate(y)));
            pen_down = true;
            points.push((series, at, x, y, amount));
        }
        stroke(drawing, series, &path);
    }
    for (series, _, x, y, _) in &points {
        sign(drawing, *series, *x, *y);
    }
    // The last number of each line says most, so it gets its room first.
    let last = chart.labels.len().saturating_sub(1);
    points.sort_by_key(|(series, at, ..)| (*at != last, *series, *at));
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (_, _, x, y, amount) in &points {
        let half = value_width(&amount.shown) / 2.0;
        let middle = x.min(WIDTH - half).max(left + half);
        let baseline = (y - 8.0).max(top - 4.0);
        let free = taken.iter().all(|(other, line, room)| {
            (other - middle).abs() >= room + half + 3.0 || (line - baseline).abs() >= LINE
        });
        if free {
            taken.push((middle, baseline, half));
            drawing.text(
                "value on-colour",
                (middle, baseline),
                Anchor::Middle,
                &amount.shown,
            );
        }
    }
    drawing.height = bottom;
    labels(drawing, chart, step, x);
}

fn stroke(drawing: &mut Drawing, series: usize, path: &str) {
    let class = format!("{} line", colour(series));
    let mut attributes = vec![("class", class.as_str()), ("d", path)];
    if let Some(dashes) = DASHES
        .get(series % DASHES.len())
        .filter(|dashes| !dashes.is_empty())
    {
        attributes.push(("stroke-dasharray", dashes));
    }
    drawing.shape("path", &attributes);
}

/// The sign of a series: its own form as well as its own colour.
fn sign(drawing: &mut Drawing, series: usize, x: f64, y: f64) {
    let outline = match series % 6 {
        0 => "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z",
        1 => "M-3.5 -3.5H3.5V3.5H-3.5Z",
        2 => "M0 -4.5L4.5 3.5H-4.5Z",
        3 => "M0 -5L5 0L0 5L-5 0Z",
        4 => "M0 4.5L4.5 -3.5H-4.5Z",
        _ => "M-4.5 -1.5H-1.5V-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5Z",
    };
    let place = format!("translate({} {})", coordinate(x), coordinate(y));
    drawing.shape(
        "path",
        &[
            ("class", &colour(series)),
            ("d", outline),
            ("transform", &place),
        ],
    );
}
