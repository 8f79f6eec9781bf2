//! What must hold of the colours in `figures.css`, in light and in dark: contrast with the page,
//! and colours that differ for every kind of colour vision and in grey.

use super::STYLESHEET;

/// The least distance in OKLab of two series that stand beside each other, and of any two.
const NEIGHBOURS: f64 = 0.15;
const ANY: f64 = 0.08;
/// The least difference in lightness from one shade to the next.
const SHADES: f64 = 0.1;

type Matrix = [[f64; 3]; 3];

/// Machado, Oliveira and Fernandes 2009, table 1, severity 1.0; for linear sRGB. The first is
/// sight without a deficiency.
const SIGHTS: [(&str, Matrix); 4] = [
    ("any", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// The palette of light, and that of the dark.
/// The stylesheet with the colours of each scheme alone.
fn schemes() -> [(&'static str, String); 2] {
    let colours = |scheme: usize| {
        let mut parts = STYLESHEET.split("light-dark(");
        let mut css = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (pair, rest) = part.split_once(')').expect("an end");
            css += pair.split(", ").nth(scheme).expect("both schemes");
            css += rest;
        }
        css
    };
    [("light", colours(0)), ("dark", colours(1))]
}

/// A colour as linear sRGB.
fn linear(scheme: &str, name: &str) -> [f64; 3] {
    let start = scheme
        .find(&format!("--figure-{name}: #"))
        .unwrap_or_else(|| panic!("no {name}"));
    let hex = scheme[start..]
        .split(": #")
        .nth(1)
        .and_then(|value| value.get(..6))
        .expect("a colour");
    [0, 2, 4].map(|at| {
        let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn dot(row: [f64; 3], colour: [f64; 3]) -> f64 {
    row.iter().zip(colour).map(|(one, other)| one * other).sum()
}

/// WCAG 2.2, contrast ratio.
fn contrast(scheme: &str, one: &str, other: &str) -> f64 {
    let luminance = |name| dot([0.2126, 0.7152, 0.0722], linear(scheme, name));
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// A colour as somebody sees it, in OKLab (B. Ottosson, "A perceptual color space for image
/// processing", 2020).
fn seen(scheme: &str, name: &str, sight: Matrix) -> [f64; 3] {
    let colour = linear(scheme, name);
    let colour = sight.map(|row| dot(row, colour).clamp(0.0, 1.0));
    let cones = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ]
    .map(|row| dot(row, colour).cbrt());
    [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ]
    .map(|row| dot(row, cones))
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter()
        .zip(other)
        .map(|(one, other)| (one - other).powi(2))
        .sum::<f64>()
        .sqrt()
}

#[test]
fn series_differ_for_every_kind_of_colour_vision() {
    for (scheme, css) in &schemes() {
        for (sight, matrix) in SIGHTS {
            let colours: Vec<_> = (1..=8)
                .map(|series| seen(css, &series.to_string(), matrix))
                .collect();
            for one in 0..8 {
                for other in one + 1..8 {
                    let least = match (one, other) {
                        (0, 7) => NEIGHBOURS,
                        _ if other == one + 1 => NEIGHBOURS,
                        _ => ANY,
                    };
                    let found = distance(colours[one], colours[other]);
                    assert!(
                        found >= least,
                        "{scheme}, {sight}: {} and {} are {found:.3} apart",
                        one + 1,
                        other + 1
                    );
                }
            }
        }
    }
}

#[test]
fn colours_keep_their_contrast_with_the_page() {
    for (scheme, css) in &schemes() {
        let least = |one: &str, other: &str, ratio: f64| {
            let found = contrast(css, one, other);
            assert!(found >= ratio, "{scheme}: {one} on {other}: {found:.2}");
        };
        for series in 1..=8 {
            least(&series.to_string(), "background", 3.0);
            least(&series.to_string(), "hatch", 3.0);
        }
        for step in 0..=6 {
            let text = if step < 4 {
                "heat-low-text"
            } else {
                "heat-high-text"
            };
            least(text, &format!("heat-{step}"), 4.5);
        }
        for text in ["text", "muted", "link"] {
            least(text, "background", 4.5);
        }
        // What has a number is known by its outline, against land and sea.
        least("outline", "land", 3.0);
        least("outline", "background", 3.0);
        least("axis", "background", 3.0);
    }
}

#[test]
fn shades_keep_their_order_in_grey() {
    for (scheme, css) in &schemes() {
        let grey = |name: &str| seen(css, name, SIGHTS[0].1)[0];
        // In light from the light land to the dark, in the dark the other way round.
        let darker = grey("land") > grey("shade-5");
        let mut last = grey("land");
        for shade in 1..=5 {
            let next = grey(&format!("shade-{shade}"));
            let step = if darker { last - next } else { next - last };
            let least = if shade == 1 { SHADES / 2.0 } else { SHADES };
            assert!(step >= least, "{scheme}: shade {shade}: {step:.3}");
            last = next;
        }
        for step in 1..=6 {
            let (one, other) = (
                grey(&format!("heat-{}", step - 1)),
                grey(&format!("heat-{step}")),
            );
            assert!(darker == (one > other), "{scheme}: heat {step}");
        }
    }
}
