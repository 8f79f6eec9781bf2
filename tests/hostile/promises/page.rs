//! What an HTML page may hold, judged by the tree that a browser would build of it.
//!
//! In: a page, or a piece of one. Out: nothing, or the first elements and attributes that have no
//! business there. An allow-list of what the theme, the body and the figures write: whatever could
//! run, load, style, or lead elsewhere is not on it.

use html5ever::serialize::{SerializeOpts, TraversalScope, serialize};
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, Node, NodeData, RcDom, SerializableHandle};

/// Elements that may stand in the rendered body of a document.
const BODY: &[&str] = &[
    "a",
    "abbr",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements of drawings.
const DRAWING: &[&str] = &[
    "circle", "defs", "desc", "g", "line", "path", "pattern", "polyline", "rect", "svg", "text",
    "title", "tspan",
];

/// Elements of the pages around it.
const PAGE: &[&str] = &[
    "article", "body", "button", "fieldset", "footer", "form", "h1", "head", "header", "html",
    "label", "legend", "link", "main", "meta", "nav", "noscript", "option", "script", "select",
    "title",
];

/// Attributes that are plain values wherever they stand.
const PLAIN: &[&str] = &[
    "alt",
    "as",
    "aria-current",
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "autocapitalize",
    "autocomplete",
    "charset",
    "checked",
    "class",
    "colspan",
    "content",
    "crossorigin",
    "d",
    "datetime",
    "data-base",
    "data-copy-address",
    "data-defanged",
    "data-files",
    "data-search",
    "data-sortable",
    "decoding",
    "defer",
    "dir",
    "disabled",
    "fill",
    "focusable",
    "for",
    "height",
    "hidden",
    "id",
    "lang",
    "loading",
    "maxlength",
    "method",
    "name",
    "open",
    "patternUnits",
    "placeholder",
    "patternTransform",
    "preserveAspectRatio",
    "property",
    "rel",
    "required",
    "reversed",
    "role",
    "rowspan",
    "scope",
    "spellcheck",
    "start",
    "stroke",
    "stroke-dasharray",
    "stroke-width",
    "tabindex",
    "text-anchor",
    "title",
    "type",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "points",
    "transform",
    "paint-order",
    "http-equiv",
    "value",
];

/// Attributes that lead somewhere.
const ADDRESSES: &[&str] = &["href", "src", "action"];

/// Schemes that an address may have; without a scheme it stays on the site.
const SCHEMES: &[&str] = &["http", "https", "mailto"];

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A whole page of the theme.
    Page,
    /// The rendered body of a document.
    Body,
}

/// What is wrong with a page, in words. Empty: nothing.
pub fn faults(html: &str, piece: Piece) -> Vec<String> {
    let mut faults = Vec::new();
    let mut text = match piece {
        Piece::Page => html.to_owned(),
        Piece::Body => format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>t</title></head><body><main id=\"frame-main\">\
             <div id=\"frame-body\">{html}</div><p id=\"frame-after\">x</p></main></body></html>"
        ),
    };
    // What a browser builds, writes out and reads again may be another tree (mutation XSS), as when
    // a script takes over `innerHTML`.
    let rounds = if piece == Piece::Body { 3 } else { 1 };
    for round in 0..rounds {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(text.as_str());
        inspect(&dom.document, piece, round, &mut faults);
        if round == 0 && piece == Piece::Body {
            frame(&dom.document, &mut faults);
        }
        let mut bytes = Vec::new();
        let options = SerializeOpts {
            traversal_scope: TraversalScope::ChildrenOnly(None),
            ..SerializeOpts::default()
        };
        serialize(
            &mut bytes,
            &SerializableHandle::from(dom.document.clone()),
            options,
        )
        .expect("memory does not fail");
        let again = String::from_utf8(bytes).expect("the serialiser writes UTF-8");
        if again == text {
            break;
        }
        text = again;
    }
    faults
}

/// Goes over a tree without recursion, which deep nesting would exhaust.
fn each(root: &Handle, take: &mut dyn FnMut(&Node, Option<&str>)) {
    let mut open: Vec<(Handle, Option<String>)> = vec![(root.clone(), None)];
    while let Some((node, parent)) = open.pop() {
        take(&node, parent.as_deref());
        let own = match &node.data {
            NodeData::Element { name, .. } => Some(name.local.to_string()),
            _ => None,
        };
        for child in node.children.borrow().iter().rev() {
            open.push((child.clone(), own.clone()));
        }
    }
}

fn inspect(root: &Handle, piece: Piece, round: usize, faults: &mut Vec<String>) {
    let mut fault = |text: String| faults.push(format!("{text} (reading {round})"));
    each(root, &mut |node, _| match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let local: &str = &name.local;
            let drawing = &*name.ns == "http://www.w3.org/2000/svg";
            let framed = matches!(local, "html" | "head" | "title" | "body" | "main");
            let known = if drawing {
                // Labels of the edition's own figures lead to pages; their addresses are judged below.
                DRAWING.contains(&local) || (piece == Piece::Page && local == "a")
            } else if &*name.ns != "http://www.w3.org/1999/xhtml" {
                false
            } else {
                BODY.contains(&local) || framed || (piece == Piece::Page && PAGE.contains(&local))
            };
            if !known {
                fault(format!("the element <{local}> of {}", &*name.ns));
            }
            let attributes = attrs.borrow();
            let value = |wanted: &str| {
                attributes
                    .iter()
                    .find(|attribute| &*attribute.name.local == wanted)
                    .map(|attribute| attribute.value.to_string())
            };
            match local {
                // The theme's own, which is published under a path of its content.
                "script"
                    if piece == Piece::Page
                        && value("src").is_some_and(|src| src.contains("/assets/"))
                        && value("src").is_some_and(|src| src.starts_with('/'))
                        && value("src").is_some_and(|src| !src.starts_with("//"))
                        && node.children.borrow().is_empty() => {}
                "script" if value("type").as_deref() != Some("application/ld+json") => {
                    fault("a script".to_owned());
                }
                "script" => {
                    let mut json = String::new();
                    for child in node.children.borrow().iter() {
                        if let NodeData::Text { contents } = &child.data {
                            json.push_str(&contents.borrow());
                        }
                    }
                    if let Err(error) = serde_json::from_str::<serde_json::Value>(&json) {
                        fault(format!("data that is no JSON: {error}"));
                    }
                    if json.contains('<') {
                        fault("a `<` in a data block".to_owned());
                    }
                }
                "input"
                    if !matches!(
                        value("type").as_deref(),
                        Some("checkbox" | "email" | "radio" | "search")
                    ) =>
                {
                    fault("an input".to_owned());
                }
                // A font of the theme's own.
                "link"
                    if value("rel").as_deref() == Some("preload")
                        && value("as").as_deref() == Some("font")
                        && value("href").is_some_and(|href| href.contains("/assets/"))
                        && value("href").is_some_and(|href| href.starts_with('/'))
                        && value("href").is_some_and(|href| !href.starts_with("//")) => {}
                "link"
                    if !matches!(
                        value("rel").as_deref(),
                        Some("canonical" | "icon" | "stylesheet" | "alternate" | "prev" | "next")
                    ) =>
                {
                    fault("a link to a resource".to_owned());
                }
                "meta"
                    if value("http-equiv").is_some_and(|what| {
                        // The page that leads from an old address on, and the policy.
                        let leads_on = what.eq_ignore_ascii_case("refresh")
                            && value("content").is_some_and(|to| refresh_is_sound(&to));
                        !leads_on && !what.eq_ignore_ascii_case("content-security-policy")
                    }) =>
                {
                    fault(format!("a meta element: {:?}", value("content")));
                }
                _ => {}
            }
            for attribute in attributes.iter() {
                let key: &str = &attribute.name.local;
                if ADDRESSES.contains(&key) {
                    if !address_is_sound(&attribute.value) {
                        fault(format!("<{local} {key}={:?}>", &*attribute.value));
                    }
                } else if key == "download" && piece == Piece::Page && attribute.value.is_empty() {
                    // A file of the site's own, under its own name.
                } else if !PLAIN.contains(&key) {
                    fault(format!(
                        "the attribute <{local} {key}={:?}>",
                        &*attribute.value
                    ));
                }
            }
        }
        NodeData::Comment { contents } => fault(format!("a comment: {contents}")),
        NodeData::ProcessingInstruction { .. } => fault("a processing instruction".to_owned()),
        _ => {}
    });
}

fn refresh_is_sound(content: &str) -> bool {
    content
        .split_once(';')
        .and_then(|(_, rest)| rest.trim_start().strip_prefix("url="))
        .is_some_and(address_is_sound)
}

/// Whether a browser at a page of the site would follow the address to nothing but a web address
/// or a mail (WHATWG URL: leading controls and blanks, and every tab and line end, do not count).
pub fn address_is_sound(address: &str) -> bool {
    let base = url::Url::parse("https://briefs.example.org/base/briefs/page/").expect("a constant");
    match base.join(address) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        // What is no address leads nowhere.
        Err(_) => true,
    }
}

/// A body must end within the element that it begins in.
fn frame(root: &Handle, faults: &mut Vec<String>) {
    let mut after = Vec::new();
    each(root, &mut |node, parent| {
        if let NodeData::Element { attrs, .. } = &node.data
            && attrs.borrow().iter().any(|attribute| {
                &*attribute.name.local == "id" && &*attribute.value == "frame-after"
            })
        {
            after.push(parent.map(str::to_owned));
        }
    });
    if after != [Some("main".to_owned())] {
        faults.push(format!("the body leaves its frame: {after:?}"));
    }
}

/// What a reader sees or a screen reader says: texts, and the attributes that are read out.
#[allow(dead_code)]
pub fn shown(html: &str) -> String {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let mut shown = String::new();
    each(&dom.document, &mut |node, _| match &node.data {
        NodeData::Text { contents } => {
            shown.push_str(&contents.borrow());
            shown.push('\n');
        }
        NodeData::Element { attrs, .. } => {
            for attribute in attrs.borrow().iter() {
                shown.push_str(&attribute.value);
                shown.push('\n');
            }
        }
        _ => {}
    });
    shown
}
