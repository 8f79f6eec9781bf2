//! What a text has of its generator's own, and Tearline does not know.
//!
//! In: a file. Out: lines of the report, each with its place. The text itself stays as it is.

use std::sync::LazyLock;

use regex::Regex;

use super::{Generator, Report};
use crate::diagnostic::SourceFile;

/// A form, and what to do about it.
type Form = (LazyLock<Option<Regex>>, &'static str);

macro_rules! form {
    ($pattern:literal, $advice:literal) => {
        (LazyLock::new(|| Regex::new($pattern).ok()), $advice)
    };
}

static HUGO: [Form; 1] = [form!(
    r"\{\{[<%].*?[>%]\}\}",
    "a shortcode, which would be shown as it stands: write what it stands for"
)];

static ZOLA: [Form; 3] = [
    form!(
        r"\{\{\s*[\w:]+\(.*?\}\}",
        "a shortcode, which would be shown as it stands: write what it stands for"
    ),
    form!(
        r"\{%.*?%\}",
        "a shortcode, which would be shown as it stands: write what it stands for"
    ),
    form!(
        r"\]\(@/[^)]*\)",
        "a link inside of the old site: write it as /briefs/name/ or [[name]]"
    ),
];

static OBSIDIAN: [Form; 3] = [
    form!(
        r"!\[\[[^\]]*\]\]",
        "an embedded note or file: write ![text](file) with the file beside the brief"
    ),
    form!(
        r"\[\[[^\]]*\]\]",
        "a link that stays: it must name an entity, or a brief by its slug, as in [[slug|text]]"
    ),
    form!(
        r"%%",
        "a comment, which would be shown as text: take it out, or write <!-- … -->"
    ),
];

/// Tells of every line with such a form, outside of fenced code.
pub fn leftovers(generator: Generator, file: &SourceFile, body_start: usize, report: &mut Report) {
    let forms: &[Form] = match generator {
        Generator::Hugo => &HUGO,
        Generator::Zola => &ZOLA,
        Generator::Obsidian => &OBSIDIAN,
    };
    let (first, _) = file.line_column(body_start);
    let mut fence: Option<&str> = None;
    for (at, line) in file.text[body_start..].lines().enumerate() {
        let marks = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| marks.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => {}
            (None, None) => {
                let number = first + at;
                let mut seen: Vec<std::ops::Range<usize>> = Vec::new();
                for (form, advice) in forms {
                    let hits = (**form).iter().flat_map(|form| form.find_iter(line));
                    for hit in hits {
                        // An embedded note has the form of a link inside of it.
                        if seen.iter().any(|range| range.contains(&hit.start())) {
                            continue;
                        }
                        seen.push(hit.range());
                        (report.left).push(format!(
                            "{}:{number}: {}: {advice}",
                            file.path,
                            hit.as_str()
                        ));
                    }
                }
            }
        }
    }
}
