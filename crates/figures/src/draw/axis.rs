//! What drawings with a horizontal axis have in common: round numbers beside it, labels under it.

use crate::chart::Chart;
use crate::svg::{Anchor, Drawing, LINE, WIDTH, width, wrap};

/// The widest that a label under the axis may be on one line.
const LABEL: f64 = 84.0;

/// As many labels under the axis as there is room for, the first always.
pub(super) fn labels(drawing: &mut Drawing, chart: &Chart, step: f64, x: impl Fn(usize) -> f64) {
    let widest = chart
        .labels
        .iter()
        .map(|label| width(label))
        .fold(0.0, f64::max)
        .min(LABEL);
    // positive and small
    let every = (((widest + 8.0) / step.max(0.1)).ceil() as usize).max(1);
    let top = drawing.height + 4.0;
    let mut free = f64::NEG_INFINITY;
    for (at, label) in chart.labels.iter().enumerate().step_by(every) {
        let lines = wrap(label, LABEL);
        let half = lines.iter().map(|text| width(text)).fold(0.0, f64::max) / 2.0;
        // What would stick out at an end moves in, where its neighbour may stand already.
        let middle = x(at).min(WIDTH - half).max(half);
        if middle - half < free {
            continue;
        }
        free = middle + half + 4.0;
        for (line, text) in (1_u8..).zip(lines) {
            let baseline = top + LINE * f64::from(line) - 2.0;
            drawing.height = drawing.height.max(baseline + 6.0);
            drawing.text("label", (middle, baseline), Anchor::Middle, &text);
        }
    }
}

/// Round numbers from below the least to above the greatest.
pub(super) fn ticks((least, most): (f64, f64)) -> Vec<f64> {
    if most <= least {
        return vec![0.0, 1.0];
    }
    let rough = (most - least) / 4.0;
    let power = libm::exp10(libm::log10(rough).floor());
    // No quarters: most figures count whole things.
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough);
    let Some(step) = step.filter(|step| step.is_normal()) else {
        return vec![least, most];
    };
    let (first, last) = ((least / step).floor(), (most / step).ceil());
    let mut ticks = Vec::new();
    let mut at = first;
    // The step is a quarter of the extent or more, so there are six at most.
    while at <= last && ticks.len() < 8 {
        ticks.push(at * step);
        at += 1.0;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn ticks_enclose_every_number() {
        assert_eq!(ticks((0.0, 188.0)), [0.0, 50.0, 100.0, 150.0, 200.0]);
        assert_eq!(ticks((-3.0, 5.0)), [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
        for range in [
            (0.0, 0.0),
            (0.0, 5e-324),
            (-9e15, 9e15),
            (0.0, 1e-300),
            (0.0, 3.3),
        ] {
            let ticks = ticks(range);
            assert!(
                ticks.len() >= 2 && ticks[0] <= range.0 && ticks[ticks.len() - 1] >= range.1,
                "{range:?} {ticks:?}"
            );
        }
    }
}
