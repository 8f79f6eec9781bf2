//! Two kinds of values: pictures that stand in an attribute whole, and the size of the drawing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::raster;

/// A picture in a `data:` address, without its metadata; none where it is not one.
pub(super) fn embedded(address: &str) -> Option<String> {
    let (head, data) = address.split_once(',')?;
    let head = head.to_ascii_lowercase();
    let form = head.strip_prefix("data:image/")?.strip_suffix(";base64")?;
    if !matches!(form, "png" | "jpeg" | "jpg" | "webp" | "gif") {
        return None;
    }
    let data: Vec<u8> = data
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD.decode(data).ok()?;
    let kind = raster::Kind::of_content(&bytes)?;
    let clean = kind.clean(&bytes).ok()?;
    Some(format!(
        "data:{};base64,{}",
        kind.media_type()?,
        STANDARD.encode(clean.bytes)
    ))
}

/// The size of the root: its width and height, else that of its view box.
#[derive(Default)]
pub(super) struct RootSize {
    width: Option<f64>,
    height: Option<f64>,
    view: Option<(f64, f64)>,
}

impl RootSize {
    pub(super) fn see(&mut self, name: &str, value: &str) {
        let length = |value: &str| {
            let value = value.trim();
            value.strip_suffix("px").unwrap_or(value).parse().ok()
        };
        match name {
            "width" => self.width = length(value),
            "height" => self.height = length(value),
            "viewBox" => {
                let sides: Vec<f64> = value
                    .split([' ', ',', '\n', '\t'])
                    .filter_map(|side| side.parse().ok())
                    .collect();
                if let [_, _, width, height] = sides.as_slice() {
                    self.view = Some((*width, *height));
                }
            }
            _ => {}
        }
    }

    pub(super) fn pixels(&self) -> Option<(u32, u32)> {
        let (width, height) = self.width.zip(self.height).or(self.view)?;
        let whole = |side: f64| {
            let side = side.round();
            // In this range the conversion is exact.
            (1.0..=65_535.0).contains(&side).then_some(side as u32)
        };
        Some((whole(width)?, whole(height)?))
    }
}
