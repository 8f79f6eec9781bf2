//! Files that a browser, or a web server, would run in the site's name.
//!
//! In: a file beside a document, which may come from anyone: an attachment, a sample. Out: whether
//! opening it by its address could run a script. Those in `static/` are the site owner's own.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// The formats that run, and those of which some do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Runs,
    /// XML: a browser runs what is of XHTML or SVG in it, and fetches its style sheet.
    Xml,
}

impl Kind {
    /// By the type that web servers give a path.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let ending = Path::new(path)
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
            .unwrap_or_default();
        // Types that mime_guess does not have, or has by another name than servers do.
        match ending.as_str() {
            "svgz" | "swf" | "mht" | "mhtml" | "hta" | "htc" | "shtml" | "xht" | "mjs" | "cjs" => {
                return Some(Kind::Runs);
            }
            // Web shells are what briefs tell of, and what a server with PHP would run.
            "php" | "php3" | "php4" | "php5" | "php7" | "php8" | "phtml" | "phar" | "asp"
            | "aspx" | "ashx" | "asmx" | "jsp" | "jspx" | "cfm" | "cgi" | "fcgi" => {
                return Some(Kind::Runs);
            }
            "config" if path.to_ascii_lowercase().ends_with("web.config") => {
                return Some(Kind::Runs);
            }
            _ => {}
        }
        let guess = mime_guess::from_path(path).first()?;
        match (guess.type_().as_str(), guess.subtype().as_str()) {
            ("text", "html") | ("application", "xhtml") => Some(Kind::Runs),
            (_, "javascript" | "x-javascript" | "ecmascript") => Some(Kind::Runs),
            (_, subtype) if subtype == "xml" || guess.suffix().is_some_and(|end| end == "xml") => {
                Some(
                    if subtype.starts_with("xhtml") || ending.starts_with("xsl") {
                        Kind::Runs
                    } else {
                        Kind::Xml
                    },
                )
            }
            _ => None,
        }
    }
}

/// What in XML runs or hides what runs: a style sheet, entities, the namespaces of XHTML and SVG,
/// and a namespace written with references. It may find what is only text; then it is too careful.
static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)<\?xml-stylesheet|<!DOCTYPE|<!ENTITY|xmlns(:[^\s=]+)?\s*=\s*("[^"]*(&|1999/xhtml|2000/svg|/XSL/)|'[^']*(&|1999/xhtml|2000/svg|/XSL/))"#,
    )
    .ok()
});

/// Whether XML could run. What is not UTF-8 is not looked into: an encoding can hide all.
pub(super) fn xml_runs(bytes: &[u8]) -> bool {
    match (std::str::from_utf8(bytes), RUNS.as_ref()) {
        (Ok(text), Some(runs)) => {
            let declared_otherwise = text
                .get(..text.len().min(200))
                .and_then(|head| head.split_once("encoding"))
                .is_some_and(|(_, rest)| {
                    let name: String = rest.chars().take(12).collect();
                    !name.to_ascii_lowercase().contains("utf-8")
                });
            declared_otherwise || runs.is_match(text)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_run_is_known_by_its_name() {
        for path in [
            "a.html",
            "a.HTM",
            "a.xhtml",
            "a.xht",
            "a.shtml",
            "a.js",
            "a.mjs",
            "a.svgz",
            "a.swf",
            "a.mhtml",
            "a.xsl",
            "a.xslt",
            "a.php",
            "a.aspx",
            "a.jsp",
            "web.config",
        ] {
            assert_eq!(Kind::of_path(path), Some(Kind::Runs), "{path}");
        }
        for path in ["a.xml", "a.rss", "a.atom", "a.rdf", "a.kml", "a.xsd"] {
            assert_eq!(Kind::of_path(path), Some(Kind::Xml), "{path}");
        }
        for path in [
            "a.csv", "a.txt", "a.json", "a.yar", "a.zip", "a.pdf", "a", "a.css",
        ] {
            assert_eq!(Kind::of_path(path), None, "{path}");
        }
    }

    #[test]
    fn xml_runs_where_a_browser_would_find_something_to_run() {
        assert!(!xml_runs(
            b"<?xml version='1.0' encoding='UTF-8'?><ioc xmlns='http://x.example'/>"
        ));
        assert!(!xml_runs(b"<OpenIOC><b>1</b></OpenIOC>"));
        for text in [
            "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
            "<a xmlns = \"http://www.w3.org/2000/svg\"/>",
            "<a xmlns='http://www.w3.org/1999/xht&#109;l'/>",
            "<?xml-stylesheet href='a.xsl'?><a/>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "<?xml version='1.0' encoding='utf-7'?><a/>",
        ] {
            assert!(xml_runs(text.as_bytes()), "{text}");
        }
        assert!(xml_runs(b"\xff\xfe<\0a\0"));
    }
}
