//! What all drawings are made of: escaped markup, text that is measured and wrapped, numbers,
//! hatches and the legend.
//!
//! In: what to draw, in units of the view box. Out: SVG that a strict Content-Security-Policy
//! lets pass: colours come from classes only, the few presentation attributes hold geometry.

use std::fmt::Write as _;

/// Width of every drawing's view box. On a phone of 390 px one unit is about one pixel, so that a
/// size of text is also its least size in pixels.
pub(super) const WIDTH: f64 = 360.0;
/// Size of text, in step with `figures.css`.
pub(super) const TEXT: f64 = 13.0;
/// From one line of text to the next.
pub(super) const LINE: f64 = 17.0;
/// Colour classes; further series take the first colours again, with other hatches.
const COLOURS: usize = 8;

/// The lines of each hatch on a tile of 8 by 8, so that series differ without colour. The first
/// series is solid.
const HATCHES: [&str; 12] = [
    "",
    "M0 8L8 0M-1 1L1 -1M7 9L9 7",
    "M4 0V8",
    "M0 0L8 8M-1 7L1 9M7 -1L9 1",
    "M0 4H8",
    "M0 8L8 0M0 0L8 8",
    "M4 0V8M0 4H8",
    "M3 4H5M7 0H9M-1 0H1M7 8H9M-1 8H1",
    "M2 0V8M6 0V8",
    "M0 2H8M0 6H8",
    "M0 4L4 0M0 8L8 0M4 8L8 4",
    "M0 4L4 8M0 0L8 8M4 0L8 4",
];

/// Text for HTML, in elements and in attributes between double quotes. Characters that HTML
/// forbids (controls, noncharacters) become the replacement character.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            character if character.is_control() || is_noncharacter(character) => {
                escaped.push('\u{fffd}');
            }
            character => escaped.push(character),
        }
    }
    escaped
}

fn is_noncharacter(character: char) -> bool {
    let point = u32::from(character);
    (0xfdd0..=0xfdef).contains(&point) || point & 0xfffe == 0xfffe
}

/// A coordinate with at most two decimals.
pub(super) fn coordinate(value: f64) -> String {
    trim_zeros(format!("{value:.2}"))
}

fn trim_zeros(mut text: String) -> String {
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// A number as it is shown: at most two decimals, more for small numbers.
pub(super) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size == 0.0 || size >= 0.1 => 2,
        size if size >= 0.0001 => 6,
        _ => return format!("{value:e}"),
    };
    grouped(&trim_zeros(format!("{value:.decimals$}")))
}

/// A number as its author wrote it, since 3.20 and 3.2 differ to a reader; other notations
/// (`1e3`, `0x1f`, `007`) as [`number`] shows them.
pub(super) fn number_as_written(value: f64, written: &str) -> String {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let usual = plain(whole) && plain(fraction) && (whole.len() == 1 || !whole.starts_with('0'));
    if usual && written.len() <= 24 {
        grouped(written)
    } else {
        number(value)
    }
}

/// Groups of three digits from 10 000 on, with the narrow space of ISO 80000-1, which no language
/// reads as a decimal sign.
fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", text),
    };
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut shown = String::from(sign);
    for (at, character) in digits.chars().enumerate() {
        if whole > 4 && at > 0 && at < whole && (whole - at) % 3 == 0 {
            shown.push('\u{202f}');
        }
        shown.push(character);
    }
    shown
}

/// A number in few characters, for where a whole one has no room.
pub(super) fn compact(value: f64) -> String {
    for (size, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] {
        if value.abs() >= size {
            let scaled = value / size;
            let decimals = usize::from(scaled.abs() < 10.0);
            return format!(
                "{}{suffix}",
                grouped(&trim_zeros(format!("{scaled:.decimals$}")))
            );
        }
    }
    grouped(&trim_zeros(format!("{value:.1}")))
}

/// About how wide a text is, on the safe side: the font is the reader's own.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum::<f64>() * TEXT
}

/// As [`width`], for numbers, which are bold.
pub(super) fn value_width(shown: &str) -> f64 {
    width(shown) * 1.2
}

fn advance(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')'
        | '\u{202f}' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' => 0.72,
        // Hangul, CJK, kana and what follows are as wide as high.
        '\u{1100}'.. => 1.05,
        _ => 0.6,
    }
}

/// Lines no wider than `room`; a word that is longer is broken.
pub(super) fn wrap(text: &str, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let together = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&together) <= room {
            line = together;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for character in word.chars() {
            if !line.is_empty() && width(&line) + advance(character) * TEXT > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(character);
        }
    }
    lines.push(line);
    lines
}

/// The colour class of a series, counted from 0.
pub(super) fn colour(series: usize) -> String {
    format!("series-{}", series % COLOURS + 1)
}

/// Where a text is held.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing that grows downwards.
pub(super) struct Drawing {
    /// Unique in the page.
    id: String,
    body: String,
    /// Hatches are defined only where they are used.
    hatches: usize,
    /// Whether anything in it is a link.
    links: bool,
    /// The height that is taken so far.
    pub height: f64,
}

impl Drawing {
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            body: String::new(),
            hatches: 0,
            links: false,
            height: 0.0,
        }
    }

    /// An element without content. Values are geometry and class names of this module's callers.
    pub fn shape(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.body, "<{tag}");
        for (name, value) in attributes {
            let _ = write!(self.body, " {name}=\"{}\"", escape(value));
        }
        self.body.push_str("/>");
    }

    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(coordinate);
        self.shape(
            "line",
            &[
                ("class", class),
                ("x1", &x1),
                ("y1", &y1),
                ("x2", &x2),
                ("y2", &y2),
            ],
        );
    }

    pub fn rect(&mut self, attribute: (&str, &str), at: (f64, f64), size: (f64, f64)) {
        let [x, y, width, height] = [at.0, at.1, size.0.max(0.0), size.1].map(coordinate);
        self.shape(
            "rect",
            &[
                attribute,
                ("x", &x),
                ("y", &y),
                ("width", &width),
                ("height", &height),
            ],
        );
    }

    /// A bar in the colour of a series, and its hatch over it.
    pub fn bar(&mut self, series: usize, at: (f64, f64), size: (f64, f64)) {
        self.rect(("class", &colour(series)), at, size);
        if let Some(fill) = self.hatch(series) {
            self.rect(("fill", &fill), at, size);
        }
    }

    /// What to fill with for the hatch of a series; the first one is solid.
    pub fn hatch(&mut self, series: usize) -> Option<String> {
        let series = series % HATCHES.len();
        self.hatches = self.hatches.max(series + 1);
        (series > 0).then(|| format!("url(#{}-hatch-{series})", self.id))
    }

    pub fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (coordinate(at.0), coordinate(at.1));
        // The validator's stylesheet checker does not know the property of this name.
        let halo = if class.ends_with("on-colour") {
            " paint-order=\"stroke\""
        } else {
            ""
        };
        let _ = write!(
            self.body,
            "<text class=\"{class}\"{halo} x=\"{x}\" y=\"{y}\"{anchor}>{}</text>",
            escape(text)
        );
    }

    /// Lines of text at the left edge, below what there is.
    pub fn paragraph(&mut self, class: &str, text: &str) {
        for line in wrap(text, WIDTH - 4.0) {
            self.height += LINE;
            self.text(class, (0.0, self.height - 4.0), Anchor::Start, &line);
        }
    }

    /// Wraps what `draw` draws in a group with a class.
    pub fn group(&mut self, class: &str, draw: impl FnOnce(&mut Self)) {
        let _ = write!(self.body, "<g class=\"{class}\">");
        draw(self);
        self.body.push_str("</g>");
    }

    /// Makes a link of what `draw` draws, if there is an address: of a text that says by itself
    /// where it leads.
    pub fn link(&mut self, url: Option<&str>, draw: impl FnOnce(&mut Self)) {
        let Some(url) = url else { return draw(self) };
        self.links = true;
        let _ = write!(self.body, "<a href=\"{}\">", escape(url));
        draw(self);
        self.body.push_str("</a>");
    }

    /// Makes a link for a pointer of what `draw` draws, if there is an address. Keyboards and
    /// screen readers have it in the figure's table, and need not pass each shape.
    pub fn pointer_link(&mut self, url: Option<&str>, title: &str, draw: impl FnOnce(&mut Self)) {
        let title = format!("<title>{}</title>", escape(title));
        match url {
            Some(url) => {
                self.links = true;
                let _ = write!(
                    self.body,
                    "<a href=\"{}\" tabindex=\"-1\" aria-hidden=\"true\">{title}",
                    escape(url)
                );
                draw(self);
                self.body.push_str("</a>");
            }
            None => {
                let _ = write!(self.body, "<g>{title}");
                draw(self);
                self.body.push_str("</g>");
            }
        }
    }

    /// The key to the series, as many to a line as there is room for. `sample` draws the sign of
    /// one at its left end and the middle of its line.
    pub fn legend(&mut self, names: &[String], sample: impl Fn(&mut Self, usize, f64, f64)) {
        const SIGN: f64 = 30.0;
        let mut x = WIDTH;
        for (series, name) in names.iter().enumerate() {
            let needed = SIGN + width(name) + 10.0;
            let lines = wrap(name, WIDTH - SIGN - 4.0);
            if x + needed > WIDTH {
                x = 0.0;
                self.height += LINE;
            }
            sample(self, series, x, self.height - LINE / 2.0);
            for (at, line) in lines.iter().enumerate() {
                if at > 0 {
                    self.height += LINE;
                }
                self.text("label", (x + SIGN, self.height - 4.0), Anchor::Start, line);
            }
            x = if lines.len() > 1 { WIDTH } else { x + needed };
        }
        self.height += 8.0;
    }

    /// The legend of filled shapes.
    pub fn swatches(&mut self, names: &[String]) {
        self.legend(names, |drawing, series, x, y| {
            drawing.bar(series, (x, y - 6.0), (24.0, 12.0));
        });
    }

    /// The whole element, with its title and description for those who do not see it.
    pub fn finish(self, title: &str, description: &str) -> String {
        let id = escape(&self.id);
        let (width, height) = (coordinate(WIDTH), coordinate(self.height.max(1.0)));
        // A drawing with links in it is no image to assistive technology, but a group.
        let role = if self.links { "group" } else { "img" };
        let mut svg = format!(
            "<svg class=\"figure-drawing\" role=\"{role}\" viewBox=\"0 0 {width} {height}\" \
             aria-labelledby=\"{id}-title {id}-description\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>",
            escape(title),
            escape(description),
        );
        if self.hatches > 1 {
            svg.push_str("<defs>");
            for (series, path) in HATCHES.iter().enumerate().take(self.hatches).skip(1) {
                let _ = write!(
                    svg,
                    "<pattern id=\"{id}-hatch-{series}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
                     <path class=\"hatch\" d=\"{path}\"/></pattern>",
                );
            }
            svg.push_str("</defs>");
        }
        svg.push_str(&self.body);
        svg.push_str("</svg>");
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_alike_everywhere() {
        assert_eq!(number(33.333_333), "33.33");
        assert_eq!(number(-0.001_25), "\u{2212}0.00125");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(1_234_567.5), "1\u{202f}234\u{202f}567.5");
        assert_eq!(number_as_written(3.2, "3.20"), "3.20");
        assert_eq!(number_as_written(31.0, "0x1f"), "31");
        assert_eq!(number_as_written(7.0, "007"), "7");
        assert_eq!(number_as_written(12345.0, "12345"), "12\u{202f}345");
        assert_eq!(compact(12_345.0), "12k");
        assert_eq!(compact(1_250_000.0), "1.2M");
        assert_eq!(coordinate(-0.001), "0");
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        let lines = wrap(
            "Groups and campaigns by relay technique 0123456789012345678901234567890123456789",
            120.0,
        );
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| width(line) <= 120.0), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', "").len(), 34 + 40);
    }

    #[test]
    fn what_html_forbids_does_not_reach_it() {
        assert_eq!(
            escape("a<b>&\"'\u{0}\u{b}"),
            "a&lt;b&gt;&amp;&quot;&#39;\u{fffd}\u{fffd}"
        );
    }
}
