//! Figures: the fenced blocks `chart`, `timeline` and `indicators`.
//!
//! In: a block of a body, and the CSV files beside its document. [`parse`] makes a checked
//! [`Figure`] of it, or findings at the exact place; [`render`] writes it as static HTML with SVG
//! that needs no script, no inline style and no colour to be read. `figures.css` is the part of
//! the stylesheet that belongs to it.
//!
//! 1. `block` reads the YAML or CSV of the block and knows where its words stand in the file;
//! 2. `chart`, `timeline` and `indicators` decode and check;
//! 3. `draw` has one file for each type of chart, on the parts in `svg`.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod block;
mod chart;
pub mod countries;
pub mod csv;
mod draw;
mod frame;
mod indicators;
mod list;
pub mod map;
pub mod plot;
mod svg;
mod timeline;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use self::block::{Block, Context, info_value};
pub use self::frame::Frame;
use self::svg::escape;
use base::diagnostic::{Code, Diagnostics, SourceFile, nearest};
use base::indicator;
use base::vocabulary::{IndicatorType, Vocabulary};
use syntax::body;
pub use syntax::body::FigureKind;
use syntax::decode::Text;

/// The rules for figures, to be part of the site's stylesheet.
pub const STYLESHEET: &str = include_str!("figures.css");

/// A figure whose text was parsed and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub kind: FigureKind,
    /// The id of the source that the figure rests on. That it exists is for the caller to check,
    /// and a figure whose source is withheld is to be withheld with it.
    pub source: Option<Text>,
    /// The block's text in the document: the same as [`body::Figure::text_span`] of its block.
    pub span: Range<usize>,
    content: Content,
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    Chart(chart::Chart),
    Timeline(timeline::Timeline),
    Indicators(indicators::Indicators),
}

/// What a figure says, for outputs that draw nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    pub title: Option<String>,
    pub headings: Vec<String>,
    /// Each as long as the headings.
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// The figure as a table; indicators are defanged, as pages show them.
    pub fn plain(&self) -> Plain {
        match &self.content {
            Content::Chart(chart) => chart.plain(),
            Content::Timeline(timeline) => timeline.plain(),
            Content::Indicators(indicators) => Plain {
                title: None,
                headings: vec!["Type".to_owned(), "Value".to_owned()],
                rows: indicators
                    .values()
                    .map(|(kind, value)| {
                        let value = indicator::defang(kind, value);
                        vec![kind.label().to_owned(), value]
                    })
                    .collect(),
            },
        }
    }

    /// The values of a table of indicators, with their types.
    pub fn indicators(&self) -> Vec<(IndicatorType, &str)> {
        match &self.content {
            Content::Indicators(indicators) => indicators.values().collect(),
            Content::Chart(_) | Content::Timeline(_) => Vec::new(),
        }
    }
}

/// Parses and checks a block of `file`. `files` are the CSV files beside the document, by their
/// path from its folder. Nothing comes back after an error.
pub fn parse(
    file: &Arc<SourceFile>,
    block: &body::Figure,
    files: &BTreeMap<String, Arc<SourceFile>>,
    found: &mut Diagnostics,
) -> Option<Figure> {
    let read = Block::new(file, block);
    let mut context = Context {
        block: &read,
        files,
        found: Diagnostics::new(),
    };
    check_info(&mut context, &block.info);
    let info = Info {
        file: info_value(&read, &block.info, "file"),
        source: info_value(&read, &block.info, "source"),
    };
    let parsed = match block.kind {
        FigureKind::Chart => {
            chart::parse(&mut context, &info).map(|(chart, source)| (Content::Chart(chart), source))
        }
        FigureKind::Timeline => timeline::parse(&mut context, &info)
            .map(|(timeline, source)| (Content::Timeline(timeline), source)),
        FigureKind::Indicators => indicators::parse(&mut context, &info)
            .map(|(indicators, source)| (Content::Indicators(indicators), source)),
    };
    let findings = context.found;
    let usable = !findings.has_errors();
    found.extend(read.translate(findings));
    let (content, source) = parsed.filter(|_| usable)?;
    // A source named inside of the block has its place in the text that the block was read as.
    let source = source.map(|(text, origin)| match origin {
        Some(origin) => Text::new(text.value, read.place(&origin, &text.span)),
        None => text,
    });
    Some(Figure {
        kind: block.kind,
        source,
        span: block.text_span.clone(),
        content,
    })
}

/// What the line that opens a block says.
struct Info {
    file: Option<Text>,
    source: Option<Text>,
}

/// The source of a figure and, where it is named inside of the block, the text it has its place in.
type SourceAt = Option<(Text, Option<Arc<SourceFile>>)>;

impl Info {
    /// The one source of a block, which may be named in either of two places.
    fn source(
        &self,
        inside: Option<Text>,
        text: &Arc<SourceFile>,
        context: &mut Context,
    ) -> SourceAt {
        match (inside, &self.source) {
            (Some(inside), None) => Some((inside, Some(Arc::clone(text)))),
            (Some(inside), Some(_)) => {
                given_twice(context, "source", text, &inside.span);
                None
            }
            (None, source) => source.clone().map(|source| (source, None)),
        }
    }

    /// The one file of a block, as [`Info::source`], with the text it is named in.
    fn file<'a>(
        &'a self,
        inside: Option<&'a Text>,
        text: &Arc<SourceFile>,
        context: &mut Context,
    ) -> Option<&'a Text> {
        if let (Some(inside), Some(_)) = (inside, &self.file) {
            given_twice(context, "file", text, &inside.span);
        }
        inside.or(self.file.as_ref())
    }
}

fn given_twice(context: &mut Context, key: &str, text: &Arc<SourceFile>, span: &Range<usize>) {
    let finding = base::diagnostic::Diagnostic::new(
        Code::BadFigure,
        format!("`{key}` is given twice for this figure"),
    )
    .label("the line that opens the block has it too")
    .help("remove one of the two");
    context.report(text, span, finding);
}

/// Reports words of the opening line that mean nothing: a mistyped `tlp=` among them would leave
/// the block unmarked.
fn check_info(context: &mut Context, info: &[String]) {
    const KEYS: [&str; 4] = ["file", "source", "tlp", "audience"];
    for word in info {
        let key = word.split('=').next().unwrap_or(word);
        let value = word.get(key.len() + 1..).unwrap_or_default();
        if matches!(key, "file" | "source") && !value.trim_matches(['"', '\'']).is_empty() {
            continue;
        }
        let finding = context
            .block
            .finding(
                Code::BadFigure,
                format!("`{word}` means nothing in the line that opens a figure"),
                context.block.info_span(word),
            )
            .label("expected file=…, source=…, tlp=… or audience=…");
        context.found.push(match nearest(key, KEYS) {
            Some(near) => finding.help(format!("did you mean `{near}=…`?")),
            None => finding.help("remove it; titles and the like stand inside of the block"),
        });
    }
}

/// Writes a figure as static HTML. `id` is unique in the page. `citation` gives the number under
/// which the page lists a source; without one the line that names the source is left out. Maps are
/// drawn on `world`.
pub fn render(
    figure: &Figure,
    id: &str,
    world: &map::World,
    citation: &dyn Fn(&str) -> Option<usize>,
) -> String {
    let source = figure.source.as_ref().and_then(|source| citation(source));
    match &figure.content {
        Content::Chart(chart) => chart_figure(chart, id, world, source),
        Content::Timeline(timeline) => timeline.render(id, source),
        Content::Indicators(indicators) => indicators.render(id, source),
    }
}

/// A bar chart without a table of its own, for pages that show the numbers as one anyway. No data
/// gives no figure.
pub fn bars(title: &str, unit: &str, id: &str, data: &[(String, f64)]) -> String {
    let bars: Vec<plot::Bar<'_>> = data
        .iter()
        .map(|(label, value)| plot::Bar {
            label,
            value: *value,
            url: None,
        })
        .collect();
    let frame = Frame {
        id,
        title,
        unit,
        ..Frame::default()
    };
    plot::bars_without_table(&frame, &bars)
}

fn chart_figure(
    chart: &chart::Chart,
    id: &str,
    world: &map::World,
    source: Option<usize>,
) -> String {
    let (kind, drawing, table) = if chart.kind == chart::ChartType::Map {
        let (drawing, table) = world.chart(chart, id);
        ("map", drawing, table)
    } else {
        ("chart", draw::draw(chart, id), chart.table())
    };
    let content = format!(
        "{drawing}<details><summary>Figures as a table</summary>{}</details>",
        scrolling(&chart.title, &table)
    );
    figure_element(kind, Some((&chart.title, &chart.note())), &content, source)
}

/// The element around every figure: caption, content, source.
fn figure_element(
    kind: &str,
    caption: Option<(&str, &str)>,
    content: &str,
    source: Option<usize>,
) -> String {
    let caption = match caption {
        Some((title, "")) => format!("<figcaption>{}</figcaption>", escape(title)),
        Some((title, note)) => format!(
            "<figcaption>{} <span class=\"figure-note\">({})</span></figcaption>",
            escape(title),
            escape(note)
        ),
        None => String::new(),
    };
    let source = source.map_or_else(String::new, |number| {
        format!("<p class=\"figure-source\">Source [{number}]</p>")
    });
    format!("<figure class=\"figure figure-{kind}\">{caption}{content}{source}</figure>\n")
}

/// A table in a box that scrolls where it is wider than the page; `label` names the box.
fn scrolling(label: &str, table: &str) -> String {
    format!(
        "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{table}</div>",
        escape(label)
    )
}

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod palette;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
