//! What must hold of any input, however hostile: the assertions that the property tests, the
//! replayed crashes and the fuzz targets in `fuzz/` share.
//!
//! In: bytes that stand for front matter, a body or a table. Out: nothing, or a panic that says
//! which promise was broken.

// Each program that uses this module uses its own part of it.
#![allow(dead_code)]

pub mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use tearline::diagnostic::report::{Format, write};
use tearline::diagnostic::{Diagnostics, Location, SourceFile};
use tearline::figures;
use tearline::intel;
use tearline::kind::EntityKind;
use tearline::load::body::event::Event;
use tearline::load::body::{self, Body};
use tearline::load::decode::{Decode, Decoder};
use tearline::load::document::{self, Document, IndicatorRows};
use tearline::load::matter::IndicatorMatter;
use tearline::load::tree::{Node, Value};
use tearline::load::{FileKind, Matter, Site, csv, toml, yaml};
use tearline::markdown::{self, ImageInfo, Links, RenderBody};
use tearline::marking::{Marking, Tlp};
use tearline::settings::Settings;

use page::{Piece, faults};

/// Words that begin so are looked for in what is left of a body whose marked portions were taken
/// out. Nothing of Tearline's own begins so.
const CANARY: &str = "canary";

/// Front matter and body of every kind, in the syntax that the text says.
pub fn front_matter(text: &str) {
    let kinds = EntityKind::ALL
        .iter()
        .map(|kind| FileKind::Profile(*kind))
        .chain([FileKind::Brief, FileKind::Page]);
    let settings = SourceFile::new(
        "tearline.toml",
        "title = \"T\"\nbase_url = \"https://a.example\"\ndefault_tlp = \"clear\"\n",
    );
    for kind in kinds {
        let file = SourceFile::new(format!("content/{}/any.md", kind.folder()), text);
        let mut found = Diagnostics::new();
        let parsed = document::parse(&file, kind, None, &mut found);
        if let Some((matter_span, matter, body)) = parsed {
            assert!(text.get(matter_span.clone()).is_some());
            let site = Site {
                root: PathBuf::new(),
                settings: Settings::parse(&settings, &mut found).expect("sound settings"),
                documents: vec![Arc::new(Document {
                    file: Arc::clone(&file),
                    matter_span,
                    matter,
                    body: Arc::new(body),
                    stem: "any".to_owned(),
                    assets: Vec::new(),
                    indicator_rows: None,
                    figure_files: BTreeMap::new(),
                })],
                tables: Vec::new(),
                templates: Vec::new(),
                fonts: Vec::new(),
                statics: Vec::new(),
                unparsed: Vec::new(),
            };
            intel::resolve(&site, &mut found);
        }
        point_into_their_files(&found);
    }
    for parse in [yaml::parse, toml::parse] {
        let file = SourceFile::new("any", text);
        let mut found = Diagnostics::new();
        if let Some(node) = parse(&file, 0..text.len(), &mut found) {
            spans(&node, &file);
        } else {
            assert!(
                found.has_errors(),
                "nothing came back, and nothing was said"
            );
        }
        point_into_their_files(&found);
    }
}

/// A body: read, cut for every ceiling, rendered.
pub fn markdown_body(text: &str) {
    let head = "---\ntitle: é\n---\n";
    let file = SourceFile::new("content/briefs/any.md", format!("{head}{text}"));
    let mut found = Diagnostics::new();
    let body = body::parse(&file, head.len()..file.text.len(), Tlp::Clear, &mut found);
    point_into_their_files(&found);
    let inside = |span: &Range<usize>| {
        assert!(
            span.start >= head.len() && file.text.get(span.clone()).is_some(),
            "{span:?} is no stretch of the body"
        );
    };
    for (_, span) in &body.events {
        inside(span);
    }
    for portion in &body.portions {
        inside(&portion.span);
        assert!(
            portion.events.start <= portion.events.end && portion.events.end <= body.events.len()
        );
    }
    for reference in &body.references {
        inside(&reference.span);
    }
    for heading in &body.headings {
        inside(&heading.span);
    }
    let mut last = None;
    for ceiling in Tlp::ALL {
        let visible =
            |marking: &Marking| marking.visible_to(ceiling, &BTreeSet::from(["acme".to_owned()]));
        let cut = body.cut(&file.text, visible, &BTreeSet::new());
        // Most bodies are the same for all.
        if last.as_ref() == Some(&cut) {
            continue;
        }
        let html = rendered(&file, &cut);
        nothing_withheld(&file, &body, &cut, &html, &visible);
        let again = cut.cut(&file.text, visible, &BTreeSet::new());
        assert_eq!(again, cut, "what was cut can be cut again");
        last = Some(cut);
    }
}

fn rendered(file: &Arc<SourceFile>, body: &Body) -> String {
    let marking = Marking::new(Tlp::Clear, []);
    let number = std::cell::Cell::new(0);
    let figure = |block: &body::Figure| {
        let mut found = Diagnostics::new();
        let parsed = figures::parse(file, block, &BTreeMap::new(), &mut found);
        point_into_their_files(&found);
        number.set(number.get() + 1);
        parsed.map_or_else(String::new, |figure| {
            figures::render(
                &figure,
                &format!("figure-{}", number.get()),
                &figures::map::World::default(),
                &|_| Some(1),
            )
        })
    };
    let rendered = markdown::render(&RenderBody::new(body, &marking), &Anywhere, None, &figure);
    let wrong = faults(&rendered.html, Piece::Body);
    assert!(wrong.is_empty(), "{wrong:#?}\n{}", rendered.html);
    let mut all = rendered.html;
    all.push_str(&format!("{:?}", rendered.toc));
    all.push_str(&markdown::plain_text(&body.events));
    all
}

/// Links that lead wherever the text says, so that nothing but the renderer stands before a page.
struct Anywhere;

impl Links for Anywhere {
    fn href(&self, target: &str) -> Option<String> {
        // The schemes that no page navigates to are a matter of the rules, not of safety.
        let calls = ["tel:", "ftp:"]
            .iter()
            .any(|scheme| target.trim_start().to_ascii_lowercase().starts_with(scheme));
        (!calls).then(|| target.to_owned())
    }
    fn citation(&self, id: &str) -> Option<usize> {
        Some(id.len())
    }
    fn image(&self, target: &str) -> Option<ImageInfo> {
        Some(ImageInfo {
            href: target.to_owned(),
            width: Some(1),
            height: None,
        })
    }
}

/// No canary that stands only in withheld portions is in what is left.
fn nothing_withheld(
    file: &Arc<SourceFile>,
    body: &Body,
    cut: &Body,
    html: &str,
    visible: &dyn Fn(&Marking) -> bool,
) {
    let mut open = file.text.to_ascii_lowercase().into_bytes();
    let mut withheld = Vec::new();
    for portion in &body.portions {
        if visible(&portion.marking) {
            continue;
        }
        for (_, span) in &body.events[portion.events.clone()] {
            withheld.push(span.clone());
            open[span.clone()].fill(b' ');
        }
    }
    if withheld.is_empty() {
        return;
    }
    let open = String::from_utf8_lossy(&open);
    let html = html.to_ascii_lowercase();
    for span in &withheld {
        let hidden = file.text[span.clone()].to_ascii_lowercase();
        for (at, _) in hidden.match_indices(CANARY) {
            let word: String = hidden[at..]
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if word.len() > CANARY.len() && !open.contains(&word) {
                assert!(
                    !html.contains(&word),
                    "`{word}` is withheld and shown: {html}"
                );
                for reference in &cut.references {
                    assert!(!reference.target.to_ascii_lowercase().contains(&word));
                }
            }
        }
    }
    // And not one text of them is left, wherever it goes.
    let texts: BTreeSet<(usize, usize)> = body
        .portions
        .iter()
        .filter(|portion| !visible(&portion.marking))
        .flat_map(|portion| &body.events[portion.events.clone()])
        .filter(|(event, span)| is_text(event) && !span.is_empty())
        .map(|(_, span)| (span.start, span.end))
        .collect();
    for (event, span) in &cut.events {
        assert!(
            !is_text(event) || !texts.contains(&(span.start, span.end)),
            "a withheld text is left: {event:?}"
        );
    }
}

fn is_text(event: &Event) -> bool {
    matches!(
        event,
        Event::Text(_) | Event::Code(_) | Event::Html(_) | Event::InlineHtml(_)
    )
}

/// A table: as rows, as indicators, and as each kind of figure.
pub fn table(text: &str) {
    let file = SourceFile::new("content/briefs/any/any.csv", text);
    let mut found = Diagnostics::new();
    let rows = csv::parse(&file, &mut found);
    for row in &rows {
        spans(row, &file);
    }
    let mut decoder = Decoder::new(&file, &mut found);
    let indicators: Vec<IndicatorMatter> = rows
        .iter()
        .filter_map(|row| IndicatorMatter::decode(row, &mut decoder))
        .collect();
    point_into_their_files(&found);
    as_indicators(&file, indicators);
    for (kind, inside) in [
        (
            "chart",
            "type: bar\ntitle: T\nunit: u\nperiod: 2025\nfile: any.csv\n",
        ),
        (
            "chart",
            "type: line\ntitle: T\nunit: u\nperiod: 2025\nfile: any.csv\n",
        ),
        (
            "chart",
            "type: heat-map\ntitle: T\nunit: u\nperiod: 2025\nfile: any.csv\n",
        ),
        (
            "chart",
            "type: donut\ntitle: T\nunit: u\nperiod: 2025\nfile: any.csv\n",
        ),
        (
            "chart",
            "type: stacked-bar\ntitle: T\nunit: u\nperiod: 2025\nfile: any.csv\n",
        ),
        ("timeline", "file: any.csv\n"),
        ("indicators", "file: any.csv\n"),
    ] {
        let head = "---\ntitle: T\n---\n";
        let brief = SourceFile::new(
            "content/briefs/any/index.md",
            format!("{head}```{kind}\n{inside}```\n"),
        );
        figures_of(&brief, head.len(), &file);
    }
    // The same text inside of the block.
    if !text.contains("```") {
        for kind in ["chart", "timeline", "indicators"] {
            let brief = SourceFile::new("content/briefs/a.md", format!("```{kind}\n{text}\n```\n"));
            figures_of(&brief, 0, &file);
        }
    }
}

fn figures_of(brief: &Arc<SourceFile>, start: usize, table: &Arc<SourceFile>) {
    let mut found = Diagnostics::new();
    let body = body::parse(brief, start..brief.text.len(), Tlp::Clear, &mut found);
    let files = BTreeMap::from([("any.csv".to_owned(), Arc::clone(table))]);
    for block in &body.figures {
        let parsed = figures::parse(brief, block, &files, &mut found);
        if let Some(figure) = parsed {
            let html = figures::render(&figure, "f", &figures::map::World::default(), &|_| Some(1));
            let wrong = faults(&html, Piece::Body);
            assert!(wrong.is_empty(), "{wrong:#?}\n{html}");
            assert!(!html.contains("NaN") && !html.contains("inf\""), "{html}");
        } else {
            assert!(found.has_errors(), "no figure, and nothing was said");
        }
    }
    point_into_their_files(&found);
}

fn as_indicators(file: &Arc<SourceFile>, rows: Vec<IndicatorMatter>) {
    let text = "---\ntitle: T\ndate: 2025-11-10\ntlp: clear\n---\n";
    let brief = SourceFile::new("content/briefs/any/index.md", text);
    let settings = SourceFile::new(
        "tearline.toml",
        "title = \"T\"\nbase_url = \"https://a.example\"\n",
    );
    let mut found = Diagnostics::new();
    let Some((matter_span, matter @ Matter::Brief(_), body)) =
        document::parse(&brief, FileKind::Brief, None, &mut found)
    else {
        panic!("a sound brief");
    };
    let site = Site {
        root: PathBuf::new(),
        settings: Settings::parse(&settings, &mut found).expect("sound settings"),
        documents: vec![Arc::new(Document {
            file: brief,
            matter_span,
            matter,
            body: Arc::new(body),
            stem: "any".to_owned(),
            assets: Vec::new(),
            indicator_rows: Some(IndicatorRows {
                file: Arc::clone(file),
                rows,
            }),
            figure_files: BTreeMap::new(),
        })],
        tables: Vec::new(),
        templates: Vec::new(),
        fonts: Vec::new(),
        statics: Vec::new(),
        unparsed: Vec::new(),
    };
    intel::resolve(&site, &mut found);
    point_into_their_files(&found);
}

fn spans(root: &Node, file: &SourceFile) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        assert!(
            file.text.get(node.span.clone()).is_some(),
            "{:?} is no stretch of the file",
            node.span
        );
        match &node.value {
            Value::List(items) => open.extend(items),
            Value::Table(table) => {
                for entry in &table.entries {
                    assert!(file.text.get(entry.key_span.clone()).is_some());
                    open.push(&entry.value);
                }
            }
            _ => {}
        }
    }
}

/// Every place of every finding is a stretch of its file, and every report can be written.
pub fn point_into_their_files(found: &Diagnostics) {
    for diagnostic in found.iter() {
        let related = diagnostic.related.iter().map(|(location, _)| location);
        for Location { file, span } in diagnostic.location.iter().chain(related) {
            // `get` gives nothing for a span that is backwards, too long, or cuts a character.
            assert!(
                file.text.get(span.clone()).is_some(),
                "{span:?} is no stretch of {} ({} bytes): {diagnostic:?}",
                file.path,
                file.text.len()
            );
        }
    }
    if found.is_empty() {
        return;
    }
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        write(format, found, true, &mut std::io::sink()).expect("a sink takes everything");
    }
}
