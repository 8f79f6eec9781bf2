//! What pages load of the theme: one stylesheet, scripts, fonts.
//!
//! In: the theme's files with the site's own over them. Out: each file that is published, under a
//! path that changes with what is in it, so that it can be kept by browsers for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The parts of the stylesheet that belong to what Rust renders.
const FRAGMENTS: [&str; 2] = [markdown::STYLESHEET, figures::STYLESHEET];

/// The files that pages load.
#[derive(Clone, Default)]
pub struct ThemeFiles {
    /// By path from the edition's root.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// The path of the stylesheet.
    pub stylesheet: String,
    /// The path of each script, by its name without `.js`.
    pub scripts: BTreeMap<String, String>,
    /// The path of each font that the stylesheet names, by its name without extension.
    pub fonts: BTreeMap<String, String>,
    /// Whether pages may load fonts.
    pub has_fonts: bool,
}

impl ThemeFiles {
    /// `files` by name within `templates/`: `styles/*.css` become one stylesheet in the order of
    /// their names, but for a site's own `style.css`, which stands for all of them; `scripts/*.js`
    /// and `fonts/*` are published one by one.
    pub fn new(files: &BTreeMap<&str, &[u8]>) -> Self {
        let mut theme = Self::default();
        let parts: Vec<&[u8]> = match files.get("style.css") {
            Some(whole) => vec![whole],
            None => files
                .iter()
                .filter(|(name, _)| name.starts_with("styles/"))
                .map(|(_, bytes)| *bytes)
                .collect(),
        };
        let mut parts: Vec<_> = parts.into_iter().map(String::from_utf8_lossy).collect();
        parts.extend(FRAGMENTS.map(Into::into));
        let mut stylesheet = parts.join("\n");
        for (name, bytes) in files {
            if let Some(name) = name.strip_prefix("scripts/") {
                if let Some(stem) = name.strip_suffix(".js") {
                    let path = theme.publish(stem, "js", bytes);
                    theme.scripts.insert(stem.to_owned(), path);
                }
            } else if let Some(font) = name.strip_prefix("fonts/")
                && let Some((stem, extension)) = font.rsplit_once('.')
                && stylesheet.contains(name)
            {
                let path = theme.publish(stem, extension, bytes);
                theme.fonts.insert(stem.to_owned(), path.clone());
                // Both lie in one folder.
                stylesheet = stylesheet.replace(name, path.trim_start_matches("assets/"));
            }
        }
        theme.has_fonts = stylesheet.contains("@font-face");
        theme.stylesheet = theme.publish("style", "css", stylesheet.as_bytes());
        theme
    }

    fn publish(&mut self, stem: &str, extension: &str, bytes: &[u8]) -> String {
        let hash = blake3::hash(bytes).to_hex();
        let path = format!("assets/{stem}.{}.{extension}", &hash[..12]);
        self.files.insert(path.clone(), bytes.into());
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> ThemeFiles {
        ThemeFiles::new(
            &files
                .iter()
                .map(|(name, text)| (*name, text.as_bytes()))
                .collect(),
        )
    }

    #[test]
    fn the_stylesheet_is_its_parts_in_order_and_names_its_fonts_as_they_are_published() {
        let theme = theme(&[
            ("fonts/serif.woff2", "a font"),
            ("fonts/unused.woff2", "another"),
            (
                "styles/10-a.css",
                "@font-face { src: url(fonts/serif.woff2) }",
            ),
            ("styles/20-b.css", "p { }"),
        ]);
        let css = String::from_utf8_lossy(&theme.files[&theme.stylesheet]).into_owned();
        let font = theme
            .files
            .keys()
            .find(|path| path.contains("serif"))
            .unwrap();
        assert!(css.starts_with("@font-face { src: url(serif."), "{css}");
        assert!(css.contains(font.trim_start_matches("assets/")));
        assert!(css.find("p { }") > css.find("@font-face"));
        assert!(theme.has_fonts);
        assert_eq!(theme.files.len(), 2);
    }

    #[test]
    fn a_stylesheet_of_the_sites_own_stands_for_all_parts() {
        let theme = theme(&[("style.css", "a { }"), ("styles/10-a.css", "p { }")]);
        let css = String::from_utf8_lossy(&theme.files[&theme.stylesheet]).into_owned();
        assert!(css.starts_with("a { }\n"));
        assert!(!css.contains("p { }"));
    }

    #[test]
    fn a_scripts_path_changes_with_its_text() {
        let one = theme(&[("scripts/theme.js", "1")]);
        let two = theme(&[("scripts/theme.js", "2")]);
        assert!(one.scripts["theme"].starts_with("assets/theme."));
        assert_ne!(one.scripts, two.scripts);
    }
}
