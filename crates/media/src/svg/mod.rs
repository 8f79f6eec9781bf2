//! SVG without what runs, asks other hosts, or names who drew it.
//!
//! In: the text of a file, from anyone. Out: an image of only the elements and attributes in
//! `allowed`, written anew, and a finding for each kind of thing that a reader would have met and
//! now does not. Editors' notes, metadata and comments go in silence; `title` and `desc`, which
//! screen readers speak, stay.
//!
//! An SVG is a document: opened by its own address, its scripts run with the rights of the site,
//! and its references are fetched. So nothing is looked for that is known to be bad; what is not
//! known to be good is not written.

mod allowed;
mod css;
mod values;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use quick_xml::XmlVersion;
use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};
use quick_xml::reader::NsReader;

use self::values::{RootSize, embedded};
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

const SVG: &[u8] = b"http://www.w3.org/2000/svg";
const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";
const XLINK: &[u8] = b"http://www.w3.org/1999/xlink";
const XML: &[u8] = b"http://www.w3.org/XML/1998/namespace";

/// Deeper than any drawing is nested.
const MOST_NESTED: usize = 256;

/// An image that may be published.
pub(super) struct Drawing {
    pub(super) text: String,
    /// Width and height in CSS pixels, where the root says them.
    pub(super) size: Option<(u32, u32)>,
}

/// The image that is left of a file.
///
/// # Errors
/// When it is not well-formed XML, or not an SVG.
pub(super) fn clean(
    file: &Arc<SourceFile>,
    found: &mut Diagnostics,
) -> Result<Drawing, Box<Diagnostic>> {
    let mut cleaner = Cleaner {
        file,
        out: String::with_capacity(file.text.len()),
        open: Vec::new(),
        removed: BTreeMap::new(),
        size: None,
        rooted: false,
        style: None,
        xlink: false,
    };
    let mut reader = NsReader::from_str(&file.text);
    reader.config_mut().enable_all_checks(true);
    loop {
        let start = position(reader.buffer_position());
        let event = reader.read_event();
        let span = start..position(reader.buffer_position());
        match event {
            Ok(Event::Eof) => break,
            Ok(event) => cleaner.event(&reader, event, span)?,
            Err(error) => {
                let at = position(reader.error_position());
                return Err(broken(file, at..at, &error.to_string()));
            }
        }
    }
    if !cleaner.rooted || !cleaner.open.is_empty() {
        let end = file.text.len();
        return Err(broken(file, end..end, "its end is missing"));
    }
    cleaner.report(found);
    let namespaces = if cleaner.xlink {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
    } else {
        "<svg xmlns=\"http://www.w3.org/2000/svg\""
    };
    Ok(Drawing {
        text: format!("{namespaces}{}", cleaner.out),
        size: cleaner.size,
    })
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn broken(file: &Arc<SourceFile>, span: Range<usize>, reason: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::BrokenImage,
            format!("`{}` is not an SVG image: {reason}", file.path),
        )
        .at(file, span)
        .label("the image cannot be read from here on")
        .help("save it again as plain SVG, for instance from Inkscape, or export it as PNG"),
    )
}

/// What became of an element that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Kept,
    /// Left out with all that is in it.
    Dropped,
}

/// What is to become of an element, and whether a reader is told.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Silent,
    Told(String),
}

/// What an animation would write that may not stand there: an address, a style, a script.
fn forbidden_animation<'v>(attributes: &'v [(QName, String)]) -> Option<&'v str> {
    let (_, value) = attributes
        .iter()
        .find(|(name, _)| name.as_ref() == b"attributeName")?;
    (!allowed::attribute(value.trim())).then_some(value)
}

struct Cleaner<'a> {
    file: &'a Arc<SourceFile>,
    out: String,
    open: Vec<Open>,
    /// What was taken out, with its first place and how often.
    removed: BTreeMap<String, (Range<usize>, usize)>,
    size: Option<(u32, u32)>,
    rooted: bool,
    /// The text of the `style` element that is open, and where it began.
    style: Option<(String, usize)>,
    xlink: bool,
}

type Step = Result<(), Box<Diagnostic>>;

impl Cleaner<'_> {
    fn event(&mut self, reader: &NsReader<&[u8]>, event: Event, span: Range<usize>) -> Step {
        match event {
            Event::Start(element) => self.start(reader, &element, span, false),
            Event::Empty(element) => self.start(reader, &element, span, true),
            Event::End(element) => {
                self.end(local(element.name()));
                Ok(())
            }
            Event::Text(text) => {
                let text = self.decoded(text.decode().ok().as_deref(), &span)?;
                self.text(&text, &span)
            }
            Event::CData(text) => {
                let text = self.decoded(text.decode().ok().as_deref(), &span)?;
                self.text(&text, &span)
            }
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    Ok(None) => reference
                        .decode()
                        .ok()
                        .and_then(|name| quick_xml::escape::resolve_predefined_entity(&name))
                        .map(str::to_owned),
                    Err(_) => None,
                };
                let text = text.ok_or_else(|| {
                    broken(self.file, span.clone(), "it uses an entity of its own")
                })?;
                self.text(&text, &span)
            }
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok);
                let is_utf8 = encoding.is_none_or(|name| name.eq_ignore_ascii_case(b"utf-8"));
                if is_utf8 || self.file.text.is_ascii() {
                    Ok(())
                } else {
                    Err(broken(self.file, span, "it is not saved as UTF-8"))
                }
            }
            Event::PI(instruction) => {
                if instruction.target() == b"xml-stylesheet" {
                    self.remove("a style sheet of its own".to_owned(), &span);
                }
                Ok(())
            }
            Event::Comment(_) | Event::DocType(_) | Event::Eof => Ok(()),
        }
    }

    fn decoded(&self, text: Option<&str>, span: &Range<usize>) -> Result<String, Box<Diagnostic>> {
        text.map(str::to_owned)
            .ok_or_else(|| broken(self.file, span.clone(), "it is not saved as UTF-8"))
    }

    fn is_dropping(&self) -> bool {
        self.open.last() == Some(&Open::Dropped)
    }

    fn start(
        &mut self,
        reader: &NsReader<&[u8]>,
        element: &BytesStart,
        span: Range<usize>,
        empty: bool,
    ) -> Step {
        if self.open.len() >= MOST_NESTED {
            return Err(Box::new(
                Diagnostic::new(
                    Code::TooDeep,
                    format!(
                        "`{}` is nested deeper than {MOST_NESTED} elements",
                        self.file.path
                    ),
                )
                .at(self.file, span)
                .label("too deep")
                .help("export the image as PNG"),
            ));
        }
        let (namespace, _) = reader.resolver().resolve_element(element.name());
        let name = local(element.name());
        let is_svg = namespace == ResolveResult::Bound(Namespace(SVG));
        if self.open.is_empty() {
            if self.rooted {
                return Err(broken(self.file, span, "something stands after its end"));
            }
            self.rooted = true;
            if !is_svg || name != "svg" {
                let mut diagnostic = broken(self.file, span, "its root is not `svg`");
                diagnostic.label =
                    Some("expected <svg xmlns=\"http://www.w3.org/2000/svg\" …>".to_owned());
                return Err(diagnostic);
            }
        }
        // Read for what is left out too: the file must be whole.
        let attributes = self.attributes(element, &span)?;
        let fate = if self.is_dropping() {
            Fate::Silent
        } else if self.style.is_some() || !is_svg || !allowed::element(&name) {
            // In a style sheet there is text alone. What only editors read goes in silence, what a
            // browser would have shown does not.
            let shown = is_svg || namespace == ResolveResult::Bound(Namespace(XHTML));
            if shown && name != "metadata" {
                Fate::Told(format!("<{}>", shortened(&name)))
            } else {
                Fate::Silent
            }
        } else if let Some(animated) = forbidden_animation(&attributes) {
            Fate::Told(format!("an animation of `{}`", shortened(animated)))
        } else {
            Fate::Kept
        };
        if fate != Fate::Kept {
            if let Fate::Told(what) = fate {
                self.remove(what, &span);
            }
            if !empty {
                self.open.push(Open::Dropped);
            }
            return Ok(());
        }
        let root = self.open.is_empty();
        if !root {
            self.out.push('<');
            self.out.push_str(&name);
        }
        let mut size = RootSize::default();
        for (attribute, value) in attributes {
            let (namespace, local_name) = reader.resolver().resolve_attribute(attribute);
            let local_name = String::from_utf8_lossy(local_name.as_ref()).into_owned();
            if root {
                size.see(&local_name, &value);
            }
            self.attribute(namespace, &name, &local_name, &value, &span);
        }
        if root {
            self.size = size.pixels();
        }
        if empty {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            self.open.push(Open::Kept);
            if name == "style" {
                self.style = Some((String::new(), span.end));
            }
        }
        Ok(())
    }

    /// The attributes of an element but for declarations of namespaces, references in them resolved.
    fn attributes<'e>(
        &self,
        element: &'e BytesStart,
        span: &Range<usize>,
    ) -> Result<Vec<(QName<'e>, String)>, Box<Diagnostic>> {
        let wrong = |reason: &str| broken(self.file, span.clone(), reason);
        let mut all = Vec::new();
        for attribute in element.attributes() {
            let attribute: Attribute = attribute.map_err(|error| wrong(&error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| wrong(&error.to_string()))?;
            if attribute.key.as_namespace_binding().is_none() {
                all.push((attribute.key, value.into_owned()));
            }
        }
        Ok(all)
    }

    fn attribute(
        &mut self,
        namespace: ResolveResult,
        element: &str,
        name: &str,
        value: &str,
        span: &Range<usize>,
    ) {
        match namespace {
            ResolveResult::Unbound => {}
            ResolveResult::Bound(Namespace(XLINK)) if name == "href" => {
                if let Some(value) = self.address(element, value, span) {
                    self.xlink = true;
                    self.write("xlink:href", &value);
                }
                return;
            }
            ResolveResult::Bound(Namespace(XML)) if matches!(name, "space" | "lang") => {
                self.write(&format!("xml:{name}"), value);
                return;
            }
            _ => return,
        }
        match name {
            "href" => {
                if let Some(value) = self.address(element, value, span) {
                    self.write(name, &value);
                }
            }
            "style" => {
                let mut removed = Vec::new();
                let kept = css::declarations(value, &mut removed);
                for part in removed {
                    self.remove(part.what, span);
                }
                self.write(name, kept.trim());
            }
            "attributeName" => self.write(name, value),
            _ if allowed::attribute(name) => match css::offence(value) {
                Some(what) if !allowed::is_prose(name) => self.remove(what, span),
                _ => self.write(name, value),
            },
            _ if name.len() > 2 && name.as_bytes().get(..2) == Some(b"on") => {
                self.remove(format!("{}=…", shortened(name)), span);
            }
            // Editors' notes.
            _ => {}
        }
    }

    /// An address that may stay: a part of the same image, or a picture that is in it whole.
    fn address(&mut self, element: &str, value: &str, span: &Range<usize>) -> Option<String> {
        let trimmed = value.trim();
        if trimmed.starts_with('#') {
            return Some(trimmed.to_owned());
        }
        if matches!(element, "image" | "feImage")
            && let Some(picture) = embedded(trimmed)
        {
            return Some(picture);
        }
        let what = if trimmed.starts_with("data:") {
            "an embedded picture that is none".to_owned()
        } else {
            format!("the address {}", shortened(trimmed))
        };
        self.remove(what, span);
        None
    }

    fn write(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.push_escaped(value);
        self.out.push('"');
    }

    fn push_escaped(&mut self, text: &str) {
        // References may name characters that XML does not have (XML 1.0, section 2.2).
        let is_text =
            |letter: char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        if text.chars().all(is_text) {
            self.out.push_str(&escape(text));
        } else {
            let text: String = text.chars().filter(|letter| is_text(*letter)).collect();
            self.out.push_str(&escape(text.as_str()));
        }
    }

    fn text(&mut self, text: &str, span: &Range<usize>) -> Step {
        if self.open.is_empty() {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(broken(self.file, span.clone(), "text stands outside of it"))
            };
        }
        if self.is_dropping() {
            return Ok(());
        }
        match &mut self.style {
            Some((style, _)) => style.push_str(text),
            None => self.push_escaped(text),
        }
        Ok(())
    }

    fn end(&mut self, name: String) {
        if self.open.pop() != Some(Open::Kept) {
            return;
        }
        if name == "style"
            && let Some((text, start)) = self.style.take()
        {
            let mut removed = Vec::new();
            let kept = css::sheet(&text, &mut removed);
            for part in removed {
                // Without references the text stands in the file as it is.
                let at = (start + part.at).min(self.file.text.len());
                self.remove(part.what, &(at..at));
            }
            self.push_escaped(&kept);
        }
        self.out.push_str("</");
        self.out.push_str(&name);
        self.out.push('>');
    }

    fn remove(&mut self, what: String, span: &Range<usize>) {
        let entry = self.removed.entry(what).or_insert((span.clone(), 0));
        entry.1 += 1;
    }

    fn report(&self, found: &mut Diagnostics) {
        for (what, (span, count)) in &self.removed {
            let often = if *count > 1 {
                format!(", {count} times")
            } else {
                String::new()
            };
            found.push(
                Diagnostic::new(
                    Code::UnsafeSvg,
                    format!("`{}` is published without {what}{often}", self.file.path),
                )
                .at(self.file, span.clone())
                .label("would run in a reader's browser, or ask another host")
                .help(
                    "take it out of the image, or export the image without it; \
                     pictures in it are embedded as PNG, JPEG, WebP or GIF",
                ),
            );
        }
    }
}

fn local(name: QName) -> String {
    String::from_utf8_lossy(name.local_name().as_ref()).into_owned()
}

/// What a message quotes of a file.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
