//! The design as it is documented is the one that is published: every token, every contrast.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::support::Site;

const GUIDE: &str = include_str!("../../docs/design.md");
/// The names of colours that stand in the guide by their beginning.
const FAMILIES: [&str; 2] = ["--hl-", "--figure-"];

/// The stylesheet of a site without a theme of its own.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let site = Site::minimal();
    site.build().success();
    let output = site.output();
    let (_, bytes) = output
        .iter()
        .find(|(path, _)| path.starts_with("assets/style.") && path.ends_with(".css"))
        .expect("a stylesheet");
    String::from_utf8(bytes.clone()).expect("a text")
});

/// What stands within the braces after each `:root` outside of media queries, by token.
fn tokens() -> BTreeMap<&'static str, &'static str> {
    let mut tokens = BTreeMap::new();
    for part in STYLE.split("\n:root {").skip(1) {
        let block = part.split('}').next().unwrap_or_default();
        for line in block.lines() {
            if let Some((name, value)) = line.trim().split_once(": ")
                && name.starts_with("--")
            {
                tokens.insert(name, value.trim_end_matches(';'));
            }
        }
    }
    tokens
}

/// A colour of one scheme: 0 is light, 1 dark.
fn colour(value: &str, scheme: usize) -> [f64; 3] {
    let hex = match value.strip_prefix("light-dark(") {
        Some(pair) => pair
            .trim_end_matches(')')
            .split(", ")
            .nth(scheme)
            .expect("two colours"),
        None => value,
    };
    let hex = hex.strip_prefix('#').unwrap_or_else(|| panic!("{value}"));
    [0, 2, 4].map(|at| {
        let part = u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// The contrast ratio of two colours (WCAG 2.2, definition of it).
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[red, green, blue]: [f64; 3]| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_the_guide_has_its_contrast_in_light_and_in_dark() {
    let tokens = tokens();
    let mut pairs = 0;
    for line in GUIDE.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", ground, stands, least, ""] = cells[..] else {
            continue;
        };
        let Ok(least) = least.parse::<f64>() else {
            continue;
        };
        for scheme in [0, 1] {
            let [ground, stands] = [ground, stands].map(|cell| {
                let name = cell.trim_matches('`');
                let value = tokens.get(name).unwrap_or_else(|| panic!("no {name}"));
                colour(value, scheme)
            });
            let found = contrast(ground, stands);
            assert!(found >= least, "{line} scheme {scheme}: {found:.2}");
        }
        pairs += 1;
    }
    assert!(pairs > 40, "{pairs} pairs");
}

#[test]
fn every_token_is_documented_and_every_documented_token_is_there() {
    let tokens = tokens();
    assert!(tokens.len() > 100, "{} tokens", tokens.len());
    for name in tokens.keys() {
        let family = FAMILIES.iter().any(|family| name.starts_with(family));
        assert!(
            family || GUIDE.contains(&format!("`{name}`")),
            "docs/design.md lacks {name}"
        );
    }
    for name in GUIDE
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.starts_with("--") && !FAMILIES.contains(name))
    {
        assert!(tokens.contains_key(name), "there is no {name}");
    }
}

#[test]
fn every_colour_of_code_has_a_documented_contrast() {
    for name in tokens().keys().filter(|name| name.starts_with("--hl-")) {
        assert!(
            GUIDE.contains(&format!("| `--color-code-ground` | `{name}` | 4.5 |")),
            "{name}"
        );
    }
}
