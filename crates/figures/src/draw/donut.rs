//! A ring of shares, with a key that has the numbers.

use std::f64::consts::TAU;

use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, LINE, WIDTH, colour, coordinate, number, width};

const OUTER: f64 = 96.0;
const INNER: f64 = 56.0;
const CENTRE: (f64, f64) = (WIDTH / 2.0, OUTER + 4.0);

pub(super) fn draw(drawing: &mut Drawing, chart: &Chart) {
    let values = chart
        .series
        .first()
        .map_or(&[][..], |series| &series.values);
    let parts: Vec<_> = chart
        .labels
        .iter()
        .zip(values)
        .filter_map(|(label, value)| Some((label, value.as_ref()?)))
        .collect();
    let total: f64 = parts.iter().map(|(_, amount)| amount.value).sum();
    let percent = chart.unit.as_deref() == Some("%");
    let mut from = 0.0;
    for (part, (_, amount)) in parts.iter().enumerate() {
        let share = if total > 0.0 {
            amount.value / total
        } else {
            0.0
        };
        if share > 0.0 {
            let path = arc(from, share);
            drawing.shape(
                "path",
                &[("class", &format!("{} slice", colour(part))), ("d", &path)],
            );
            if let Some(fill) = drawing.hatch(part) {
                drawing.shape("path", &[("fill", &fill), ("d", &path)]);
            }
        }
        from += share;
    }
    let shown = if percent {
        format!("{}%", number(total))
    } else {
        number(total)
    };
    let unit = chart
        .unit
        .as_deref()
        .filter(|unit| !percent && width(unit) < INNER * 1.7);
    let lift = if unit.is_some() { 2.0 } else { -5.0 };
    drawing.text("value", (CENTRE.0, CENTRE.1 - lift), Anchor::Middle, &shown);
    if let Some(unit) = unit {
        drawing.text(
            "label",
            (CENTRE.0, CENTRE.1 + LINE - lift),
            Anchor::Middle,
            unit,
        );
    }
    drawing.height = CENTRE.1 + OUTER + 8.0;
    let names: Vec<String> = parts
        .iter()
        .map(|(label, amount)| {
            // Of percentages that make 100 the share is the number itself.
            let share = if percent && (total - 100.0).abs() < 0.5 || total <= 0.0 {
                String::new()
            } else {
                format!(
                    " ({}%)",
                    number((amount.value / total * 1000.0).round() / 10.0)
                )
            };
            format!("{label}: {}{share}", amount.shown)
        })
        .collect();
    drawing.swatches(&names);
}

/// The outline of a share, both in parts of the whole circle, clockwise from the top.
fn arc(from: f64, share: f64) -> String {
    // The ends of a full circle are one point, between which no arc is drawn.
    if share > 0.9999 {
        return format!("{} {}", arc(0.0, 0.5), arc(0.5, 0.5));
    }
    let point = |radius: f64, part: f64| {
        let (sine, cosine) = libm::sincos(part * TAU);
        format!(
            "{} {}",
            coordinate(CENTRE.0 + radius * sine),
            coordinate(CENTRE.1 - radius * cosine)
        )
    };
    let to = from + share;
    let large = u8::from(share > 0.5);
    format!(
        "M{}A{OUTER} {OUTER} 0 {large} 1 {}L{}A{INNER} {INNER} 0 {large} 0 {}Z",
        point(OUTER, from),
        point(OUTER, to),
        point(INNER, to),
        point(INNER, from),
    )
}
