//! HTML in Markdown: what of it may stay.
//!
//! In: a rendered body that holds HTML of its writer's. Out: the same with balanced elements, none
//! but harmless ones, and without any attribute that could run, load, style or impersonate.
//!
//! The whole body must be parsed at once, since an element may begin in one HTML block and end in
//! another with Markdown between them. So that the writer's elements cannot take the ids and
//! classes of Tearline's own, ours carry a token: a hash of the body's text, which no text can
//! hold, as it would have to hold its own hash. The token is taken off again here, and the
//! attributes without one are dropped. What is Tearline's whole stands aside meanwhile.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};

use base::indicator::LiveTargets;
use syntax::body::event::{Event, Spanned};

/// Elements that a writer may use, without images: those must be the site's own and known to it.
const ELEMENTS: &[&str] = &[
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
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with all that is in them.
const REMOVED: &[&str] = &[
    "script", "style", "template", "iframe", "object", "title", "noscript", "noembed", "noframes",
];

/// Whether an element goes with all that is in it.
pub(super) fn is_removed(element: &str) -> bool {
    REMOVED.contains(&element)
}

/// Attributes that a writer may set himself; each is a plain value.
const FREE: &[(&str, &[&str])] = &[
    ("abbr", &["title"]),
    ("dfn", &["title"]),
    ("details", &["open"]),
    ("ol", &["start", "reversed"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan"]),
];

/// Attributes of Tearline's own elements.
const OWN: &[&str] = &[
    "aria-hidden",
    "aria-label",
    "class",
    "href",
    "id",
    "role",
    "scope",
    "start",
    "tabindex",
    "title",
];

/// What no text of the body can hold.
pub(super) fn token(events: &[Spanned]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (event, _) in events {
        if let Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) =
            event
        {
            hasher.update(text.as_bytes());
            hasher.update(&[0]);
        }
    }
    let hash = hasher.finalize().to_hex();
    format!("t{}", &hash[..32])
}

/// Stands for a piece that is put in after sanitising.
pub(super) fn placeholder(token: &str, number: usize) -> String {
    format!("{token}x{number}y")
}

/// Sanitises, takes the links to indicators off, and puts the pieces in their places.
pub(super) fn clean(html: &str, token: &str, aside: &[String], indicators: &LiveTargets) -> String {
    let indicators = indicators.clone();
    let own_prefix = format!("{token}/");
    let inner_token = token.to_owned();
    let free = |element: &str, attribute: &str| {
        FREE.iter()
            .any(|(name, attributes)| *name == element && attributes.contains(&attribute))
    };
    let mut builder = Builder::empty();
    let mut by_element: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (element, attributes) in FREE {
        by_element.entry(element).or_default().extend(*attributes);
    }
    builder
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(REMOVED.iter().copied().collect())
        .tag_attributes(by_element)
        .generic_attributes(OWN.iter().copied().chain(["lang", "dir"]).collect())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "ftp"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| {
            if let Some(own) = value.strip_prefix(&own_prefix) {
                return (!own.contains(&inner_token)).then(|| Cow::Owned(own.to_owned()));
            }
            // Text that an unclosed tag swallowed must not bring a piece into an attribute.
            if value.contains(&inner_token) {
                return None;
            }
            let allowed = match attribute {
                // A path within the site would not be checked nor fitted to the site's address.
                "href" => {
                    value.starts_with('#')
                        || (syntax::body::links::is_external(value) || is_contact(value))
                            && !indicators.holds(value)
                }
                "lang" => {
                    value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                        && !value.is_empty()
                }
                "dir" => matches!(value, "ltr" | "rtl" | "auto"),
                "start" => value.parse::<i32>().is_ok(),
                "colspan" | "rowspan" => value
                    .parse::<u16>()
                    .is_ok_and(|number| (1..=1000).contains(&number)),
                _ => free(element, attribute),
            };
            allowed.then_some(Cow::Borrowed(value))
        });
    let cleaned = builder.clean(html).to_string();
    fill(&cleaned, token, aside)
}

fn is_contact(address: &str) -> bool {
    ["mailto:", "tel:"].iter().any(|scheme| {
        address
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Each piece once, where its placeholder is; other traces of the token go.
fn fill(html: &str, token: &str, aside: &[String]) -> String {
    let mut filled =
        String::with_capacity(html.len() + aside.iter().map(String::len).sum::<usize>());
    let mut used = vec![false; aside.len()];
    let mut parts = html.split(token);
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let place = part
            .strip_prefix('x')
            .and_then(|part| part.split_once('y'))
            .and_then(|(number, rest)| Some((number.parse::<usize>().ok()?, rest)));
        match place {
            Some((number, rest)) => {
                if let (Some(piece), Some(used)) = (aside.get(number), used.get_mut(number))
                    && !std::mem::replace(used, true)
                {
                    filled.push_str(piece);
                }
                filled.push_str(rest);
            }
            None => filled.push_str(part),
        }
    }
    filled
}
