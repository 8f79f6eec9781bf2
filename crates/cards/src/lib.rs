//! Social cards: the picture that a link to a page shows where it is shared.
//!
//! In: a card as SVG, made of a template. Out: a PNG of [`WIDTH`] by [`HEIGHT`] pixels. Text is
//! drawn in the fonts that the program brings along, never in the machine's, so that the same card
//! is the same picture everywhere; what they have no letters for is left out. Nothing that an SVG
//! refers to outside of itself is read.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The size that the Open Graph protocol's readers expect, in pixels.
pub const WIDTH: u32 = 1200;
pub const HEIGHT: u32 = 630;

/// Made by `tools/fonts.py`: the serif in weight 600, the sans-serif in weight 500, by script.
const SERIF: [&[u8]; 4] = [
    include_bytes!("fonts/serif-latin.ttf"),
    include_bytes!("fonts/serif-latin-ext.ttf"),
    include_bytes!("fonts/serif-cyrillic.ttf"),
    include_bytes!("fonts/serif-greek.ttf"),
];
const SANS: [&[u8]; 4] = [
    include_bytes!("fonts/sans-latin.ttf"),
    include_bytes!("fonts/sans-latin-ext.ttf"),
    include_bytes!("fonts/sans-cyrillic.ttf"),
    include_bytes!("fonts/sans-greek.ttf"),
];

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in SERIF.into_iter().chain(SANS) {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_serif_family("Tearline Serif");
    fonts.set_sans_serif_family("Tearline Sans");
    Arc::new(fonts)
});

/// Stands for the code, the fonts and the libraries that draw.
const DRAWN_BY: &str = include_str!(concat!(env!("OUT_DIR"), "/cards-drawn-by.txt"));

/// Stands for all that decides on a card's picture. Drawing takes a hundred times as long as a page.
pub fn made_of(svg: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(DRAWN_BY.as_bytes());
    hasher.update(svg);
    hasher.finalize()
}

/// Draws a card; one of another size is scaled to fit.
///
/// # Errors
/// When the text is no SVG, in words.
pub fn draw(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options {
        font_family: "Tearline Sans".to_owned(),
        fontdb: Arc::clone(&FONTS),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    // Characters that XML does not have (XML 1.0, section 2.2) are none that fonts have.
    let svg = svg.replace(
        |letter| !matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..),
        "",
    );
    let tree = Tree::from_str(&svg, &options).map_err(|error| error.to_string())?;
    let mut picture = Pixmap::new(WIDTH, HEIGHT).ok_or("there is no room for its picture")?;
    picture.fill(Color::WHITE);
    let size = tree.size();
    // small numbers
    let (across, down) = (WIDTH as f32 / size.width(), HEIGHT as f32 / size.height());
    let scale = across.min(down);
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    encode(&picture).map_err(|error| error.to_string())
}

/// A card has few colours, and the shades at the edges of its letters: a palette takes a third of the
/// time and room. Shades that differ less than an eye sees fall together where there are too many.
fn encode(picture: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let pixels = picture.data().as_chunks::<4>().0;
    let (palette, indexes) = (0..8)
        .find_map(|bits| indexed(pixels, u8::MAX << bits))
        .unwrap_or_default();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indexes)?;
    writer.finish()?;
    Ok(bytes)
}

/// The colours of pixels, as far as a mask keeps them, and the index of each pixel; none where there
/// are more than a palette holds.
fn indexed(pixels: &[[u8; 4]], mask: u8) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut known: HashMap<[u8; 3], u8> = HashMap::new();
    let mut palette = Vec::new();
    let mut indexes = Vec::with_capacity(pixels.len());
    let mut last = None;
    // The ground is opaque.
    for [red, green, blue, _] in pixels {
        let colour = [red & mask, green & mask, blue & mask];
        let index = match last {
            Some((before, index)) if before == colour => index,
            _ => match known.get(&colour) {
                Some(index) => *index,
                None => {
                    let index = u8::try_from(known.len()).ok()?;
                    known.insert(colour, index);
                    // A pixel's own shade stands for those that fall together with it.
                    palette.extend([*red, *green, *blue]);
                    index
                }
            },
        };
        last = Some((colour, index));
        indexes.push(index);
    }
    Some((palette, indexes))
}

/// A title in lines, with the size of its letters: as large as fits into the width, in pixels, and
/// into the lines that a size has; what is longer still ends with an ellipsis.
pub fn lines(title: &str, width: f32, sizes: &[(u16, usize)]) -> (Vec<String>, u16) {
    let words: Vec<&str> = title.split_whitespace().collect();
    let mut last = (Vec::new(), 0);
    for (size, most) in sizes {
        let mut lines = vec![String::new()];
        for word in &words {
            let joined = match lines.last() {
                Some(line) if !line.is_empty() => format!("{line} {word}"),
                _ => (*word).to_owned(),
            };
            let fits = advance(&joined) * f32::from(*size) <= width;
            match lines.last_mut() {
                Some(line) if fits || line.is_empty() => *line = joined,
                _ => lines.push((*word).to_owned()),
            }
        }
        let wide = lines
            .iter()
            .any(|line| advance(line) * f32::from(*size) > width);
        let fits = lines.len() <= *most && !wide;
        if !fits {
            lines.truncate(*most);
            if let Some(line) = lines.last_mut() {
                shorten(line, width / f32::from(*size));
            }
        }
        last = (lines, *size);
        if fits {
            break;
        }
    }
    last
}

/// Cuts a line to a width, as a multiple of the size of its letters, an ellipsis at its end.
fn shorten(line: &mut String, width: f32) {
    while !line.is_empty() && advance(&format!("{line}…")) > width {
        line.pop();
    }
    *line = format!("{}…", line.trim_end());
}

/// How wide a text is in the serif, as a multiple of the size of its letters.
fn advance(text: &str) -> f32 {
    text.chars()
        .map(|letter| {
            SERIF
                .iter()
                .filter_map(|font| FontRef::new(font).ok())
                .find_map(|font| {
                    let glyph = font.charmap().map(letter)?;
                    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
                    metrics.advance_width(glyph)
                })
                .unwrap_or(0.6)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(u16, usize); 2] = [(60, 2), (40, 3)];

    #[test]
    fn a_title_is_as_large_as_its_lines_allow() {
        let (lines, size) = lines("A short title", 1000.0, &SIZES);
        assert_eq!(
            (lines.as_slice(), size),
            (&["A short title".to_owned()][..], 60)
        );
        let (lines, size) = super::lines(&"Some more words ".repeat(6), 1000.0, &SIZES);
        assert_eq!(size, 40);
        assert!(lines.len() <= 3, "{lines:?}");
        assert_eq!(lines.join(" "), "Some more words ".repeat(6).trim());
    }

    #[test]
    fn what_never_fits_ends_with_an_ellipsis() {
        for title in ["word ".repeat(200), "x".repeat(2_000)] {
            let (lines, size) = lines(&title, 1000.0, &SIZES);
            assert_eq!(size, 40);
            assert!(lines.len() <= 3);
            assert!(lines.last().is_some_and(|line| line.ends_with('…')));
            assert!(lines.iter().all(|line| advance(line) * 40.0 <= 1000.0));
        }
    }

    #[test]
    fn a_card_has_its_size_whatever_the_drawings() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="120" height="63"><rect width="120" height="63" fill="red"/></svg>"#;
        let bytes = draw(svg).expect("a card");
        let reader = png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .expect("a PNG");
        assert_eq!((reader.info().width, reader.info().height), (WIDTH, HEIGHT));
        assert_eq!(draw(svg).expect("a card"), bytes);
        assert!(draw("no drawing").is_err());
    }

    #[test]
    fn every_script_of_the_fonts_is_drawn() {
        let card = |text: &str| {
            draw(&format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><text x="50" y="300" font-size="90" font-family="Tearline Serif">{text}</text></svg>"#)).expect("a card")
        };
        let empty = card("");
        for text in ["Report", "Zażółć", "Отчёт", "Αναφορά"] {
            assert_ne!(card(text), empty, "{text}");
        }
    }
}
