//! A brief as Markdown, for the report of its event.
//!
//! In: a brief of an edition, whose body has lost what is withheld. Out: CommonMark with tables and
//! footnotes: title, summary, judgments, body, gaps, outlook and sources. What Tearline adds to
//! Markdown becomes plain Markdown again: `[[…]]` a link to the page, `[@id]` the number of the
//! source, a portion the mark that stands before it, a figure its table. Nothing links to the brief's own indicators,
//! and pictures are links, so that no reader's program fetches them.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};
use pulldown_cmark_to_cmark::{
    DEFAULT_CODE_BLOCK_TOKEN_COUNT, Options, calculate_code_block_token_count, cmark_with_options,
};

use super::event::source_title;
use super::markdown::{heading, inline, plain, without_elements, words};
use base::indicator::{self, LiveTargets};
use base::vocabulary::{IndicatorType, Vocabulary};
use edition::Edition;
use edition::addresses;
use edition::model::{Brief, Source, Target};
use edition::texts::{live_targets, source_number};
use edition::{BriefId, EntityId, Shown};
use syntax::body::event::{self, Spanned};
use syntax::body::{Portion, PortionKind, links};

use base::marking::{Marking, Tlp};

/// The whole report. `tlp` is the marking that it leaves with.
pub fn report(edition: &Edition, brief: &Brief, tlp: Tlp) -> String {
    let live = live_targets(&brief.text, &brief.indicators);
    let mut writer = Writer {
        edition,
        brief,
        live: &live,
        out: Vec::with_capacity(brief.text.body.events.len() + 64),
        mark: None,
        anchors: Vec::new(),
        in_code: false,
    };
    writer.opening(tlp);
    writer.body();
    writer.closing();
    let mut text = String::with_capacity(writer.out.len() * 16);
    let options = Options {
        increment_ordered_list_bullets: true,
        code_block_token_count: calculate_code_block_token_count(&writer.out)
            .unwrap_or(DEFAULT_CODE_BLOCK_TOKEN_COUNT),
        ..Options::default()
    };
    if cmark_with_options(writer.out.iter(), &mut text, options).is_err() {
        // No list of events that came out of a parser is refused. Should one be, the words stay.
        text = markdown::plain_text(&brief.text.body.events);
    }
    text.push('\n');
    text
}

struct Writer<'a> {
    edition: &'a Edition,
    brief: &'a Brief,
    live: &'a LiveTargets,
    out: Vec<Event<'a>>,
    /// The mark that the next words begin with.
    mark: Option<String>,
    /// For each open link whether it is written.
    anchors: Vec<bool>,
    in_code: bool,
}

/// A portion that the loop is in.
struct Inside {
    end: usize,
    marking: Marking,
    /// Whether a line closes it.
    fenced: bool,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: impl Into<CowStr<'a>>) {
        words(&mut self.out, text.into());
    }

    fn paragraph(&mut self, text: impl Into<CowStr<'a>>) {
        self.out.push(Event::Start(Tag::Paragraph));
        self.text(text);
        self.out.push(Event::End(TagEnd::Paragraph));
    }

    fn heading(&mut self, level: HeadingLevel, text: impl Into<CowStr<'a>>) {
        self.out.push(Event::Start(heading(level)));
        self.text(text);
        self.out.push(Event::End(TagEnd::Heading(level)));
    }

    fn link(&mut self, address: String, text: impl Into<CowStr<'a>>) {
        self.out.push(Event::Start(inline(address.into())));
        self.text(text);
        self.out.push(Event::End(TagEnd::Link));
    }

    fn list(&mut self, first: Option<u64>, items: Vec<Vec<Event<'a>>>) {
        self.out.push(Event::Start(Tag::List(first)));
        for item in items {
            self.out.push(Event::Start(Tag::Item));
            self.out.extend(item);
            self.out.push(Event::End(TagEnd::Item));
        }
        self.out.push(Event::End(TagEnd::List(first.is_some())));
    }

    /// Title, marking, address, summary, judgments.
    fn opening(&mut self, tlp: Tlp) {
        let brief = self.brief;
        self.heading(HeadingLevel::H1, brief.title.as_str());
        let mut facts = vec![tlp.label().to_owned()];
        facts.extend(brief.pap.map(|pap| pap.label().to_owned()));
        facts.extend(brief.report_number.clone());
        facts.push(brief.date.to_string());
        facts.extend(brief.updated.map(|updated| format!("updated {updated}")));
        facts.extend(brief.authors.iter().cloned());
        self.out.push(Event::Start(Tag::Paragraph));
        self.text(format!("{} · ", facts.join(" · ")));
        let page = self.edition.site.absolute(&addresses::brief_path(brief));
        self.link(page.clone(), page);
        self.out.push(Event::End(TagEnd::Paragraph));
        if let Some(summary) = &brief.summary {
            self.paragraph(summary.as_str());
        }
        if !brief.key_judgments.is_empty() {
            self.heading(HeadingLevel::H2, "Key judgments");
            let items = brief.key_judgments.iter().map(|Shown { tlp, value }| {
                let mut text = self.marked(*tlp, &value.text);
                let likelihood = value.likelihood.map(Vocabulary::label);
                let confidence = value
                    .confidence
                    .map(|confidence| format!("{} confidence", confidence.label()));
                let rated: Vec<String> = likelihood
                    .map(str::to_owned)
                    .into_iter()
                    .chain(confidence)
                    .collect();
                if !rated.is_empty() {
                    text.push_str(&format!(" ({})", rated.join("; ")));
                }
                for id in &value.sources {
                    text.push_str(&self.citation(id));
                }
                plain(text)
            });
            let items = items.collect();
            self.list(None, items);
        }
    }

    /// Gaps, outlook, sources.
    fn closing(&mut self) {
        let brief = self.brief;
        if !brief.intelligence_gaps.is_empty() {
            self.heading(HeadingLevel::H2, "Intelligence gaps");
            let items = brief
                .intelligence_gaps
                .iter()
                .map(|gap| plain(self.marked(gap.tlp, &gap.value)))
                .collect();
            self.list(None, items);
        }
        if let Some(outlook) = &brief.outlook {
            self.heading(HeadingLevel::H2, "Outlook");
            let text = self.marked(outlook.tlp, &outlook.value);
            self.paragraph(text);
        }
        if !brief.sources.is_empty() {
            self.heading(HeadingLevel::H2, "Sources");
            let items = brief.sources.iter().map(|source| self.source(source));
            let items = items.collect();
            self.list(Some(1), items);
        }
    }

    fn source(&self, source: &Shown<Source>) -> Vec<Event<'a>> {
        let value = &source.value;
        let mut text = self.marked(source.tlp, &source_title(value));
        if let Some(date) = value.date {
            text.push_str(&format!(", {date}"));
        }
        let rating: String = [
            value.reliability.map(Vocabulary::name),
            value.credibility.map(Vocabulary::name),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !rating.is_empty() {
            text.push_str(&format!(" ({rating})"));
        }
        let mut events = plain(text);
        if let Some(url) = &value.url {
            words(&mut events, ": ".into());
            if self.live.holds(url) {
                let address = indicator::defang(IndicatorType::Url, url);
                words(&mut events, address.into());
            } else {
                events.push(Event::Start(inline(url.clone().into())));
                words(&mut events, url.clone().into());
                events.push(Event::End(TagEnd::Link));
            }
        }
        events
    }

    /// A text with its mark, where it differs from the brief's.
    fn marked(&self, tlp: Tlp, text: &str) -> String {
        if tlp == self.brief.tlp {
            text.to_owned()
        } else {
            format!("({}) {text}", tlp.label())
        }
    }

    /// The number of a source, ready to stand behind words.
    fn citation(&self, id: &str) -> String {
        source_number(&self.brief.sources, id)
            .map_or_else(String::new, |number| format!(" [{number}]"))
    }

    fn body(&mut self) {
        let brief = self.brief;
        let body = &brief.text.body;
        let mut portions = body.portions.iter().peekable();
        let mut inside: Vec<Inside> = Vec::new();
        let outer = Marking::new(brief.tlp, []);
        let mut index = 0;
        while let Some((event, _)) = body.events.get(index) {
            while let Some(left) = inside.pop_if(|inside| inside.end <= index) {
                if left.fenced {
                    self.paragraph(":::");
                }
            }
            while let Some(portion) = portions.next_if(|next| next.events.start <= index) {
                let around = inside.last().map_or(&outer, |inside| &inside.marking);
                let marking = portion.marking.within(around);
                let differs = marking != *around;
                let fenced = differs && is_fenced(&body.events, portion);
                if fenced {
                    self.paragraph(format!("::: tlp {}", marking.tlp.name()));
                } else if differs {
                    self.mark = Some(format!("({}) ", marking.tlp.label()));
                    if portion.kind == PortionKind::Text {
                        self.write_mark();
                    }
                }
                inside.push(Inside {
                    end: portion.events.end,
                    marking,
                    fenced,
                });
            }
            index = self.event(event, index);
        }
        while let Some(left) = inside.pop() {
            if left.fenced {
                self.paragraph(":::");
            }
        }
    }

    /// Writes an event and gives the index to go on with.
    fn event(&mut self, event: &'a event::Event, index: usize) -> usize {
        let events = &self.brief.text.body.events;
        match event {
            event::Event::Start(event::Tag::Link(link)) if link.is_citation() => {
                let id = link.dest_url.trim_start_matches('@');
                if let Some(number) = source_number(&self.brief.sources, id) {
                    self.text(format!("[{number}]"));
                }
                return end_of(events, index) + 1;
            }
            event::Event::Start(event::Tag::Link(link)) => {
                let dest_url = &link.dest_url;
                self.write_mark();
                let href = self.href(dest_url);
                self.anchors.push(href.is_some());
                let is_empty = end_of(events, index) == index + 1;
                match href {
                    Some(href) => {
                        self.out.push(Event::Start(inline(href.clone().into())));
                        if is_empty {
                            self.text(href);
                        }
                    }
                    None if is_empty => self.text(dest_url.as_ref()),
                    None => {}
                }
            }
            event::Event::End(TagEnd::Link) => {
                if self.anchors.pop() == Some(true) {
                    self.out.push(Event::End(TagEnd::Link));
                }
            }
            event::Event::Start(event::Tag::Image(link)) => {
                self.write_mark();
                let end = end_of(events, index);
                let alt = text_of(&events[index..end]);
                let alt = if alt.is_empty() {
                    "picture".to_owned()
                } else {
                    alt
                };
                match self
                    .href(&link.dest_url)
                    .filter(|_| !self.anchors.contains(&true))
                {
                    Some(href) => self.link(href, alt),
                    None => self.text(alt),
                }
                return end + 1;
            }
            event::Event::Start(event::Tag::Heading(tag)) => {
                self.out.push(Event::Start(heading(tag.level)));
            }
            event::Event::Start(event::Tag::CodeBlock(kind)) => {
                self.write_mark_alone();
                if let Some(next) = self.figure(index) {
                    return next;
                }
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
                    CodeBlockKind::Indented => None,
                };
                let kind = CodeBlockKind::Fenced(info.unwrap_or_default().into());
                self.out.push(Event::Start(Tag::CodeBlock(kind)));
                self.in_code = true;
            }
            event::Event::End(TagEnd::CodeBlock) => {
                self.out.push(event.to_markdown());
                self.in_code = false;
            }
            event::Event::Start(event::Tag::HtmlBlock) => {
                self.write_mark_alone();
                let end = end_of(events, index);
                let html: String = events[index..end]
                    .iter()
                    .filter_map(|(event, _)| match event {
                        event::Event::Html(html) | event::Event::Text(html) => Some(html.as_ref()),
                        _ => None,
                    })
                    .collect();
                let words = without_elements(&html);
                if !words.is_empty() {
                    self.paragraph(words);
                }
                return end + 1;
            }
            event::Event::Start(event::Tag::Table(_)) => {
                self.write_mark_alone();
                self.out.push(event.to_markdown());
            }
            // Elements of HTML; the words between them are events of their own.
            event::Event::Html(_) | event::Event::InlineHtml(_) => {}
            event::Event::Text(_) if self.in_code => self.out.push(event.to_markdown()),
            event::Event::Text(text) => {
                self.write_mark();
                self.text(text.as_ref());
            }
            event::Event::Code(_)
            | event::Event::FootnoteReference(_)
            | event::Event::Start(
                event::Tag::Emphasis
                | event::Tag::Strong
                | event::Tag::Strikethrough
                | event::Tag::Superscript
                | event::Tag::Subscript,
            ) => {
                self.write_mark();
                self.out.push(event.to_markdown());
            }
            _ => self.out.push(event.to_markdown()),
        }
        index + 1
    }

    fn write_mark(&mut self) {
        if let Some(mark) = self.mark.take() {
            self.text(mark);
        }
    }

    /// Before a block that has no words to begin with.
    fn write_mark_alone(&mut self) {
        if let Some(mark) = self.mark.take() {
            self.paragraph(mark.trim_end().to_owned());
        }
    }

    /// A figure as its title and a table. None for code.
    fn figure(&mut self, index: usize) -> Option<usize> {
        let brief = self.brief;
        let body = &brief.text.body;
        let at = body
            .figures
            .binary_search_by_key(&index, |figure| figure.event)
            .ok()?;
        let figure = brief.text.figures.get(at)?;
        let plain = figure.plain();
        let source = figure.source.as_ref();
        let source = source.map_or_else(String::new, |source| self.citation(&source.value));
        if let Some(title) = plain.title {
            self.paragraph(format!("{title}{source}"));
        }
        let columns = vec![Alignment::None; plain.headings.len()];
        self.out.push(Event::Start(Tag::Table(columns)));
        self.out.push(Event::Start(Tag::TableHead));
        self.cells(plain.headings);
        self.out.push(Event::End(TagEnd::TableHead));
        for row in plain.rows {
            self.out.push(Event::Start(Tag::TableRow));
            self.cells(row);
            self.out.push(Event::End(TagEnd::TableRow));
        }
        self.out.push(Event::End(TagEnd::Table));
        Some(end_of(&body.events, index) + 1)
    }

    fn cells(&mut self, cells: Vec<String>) {
        for cell in cells {
            self.out.push(Event::Start(Tag::TableCell));
            self.text(cell);
            self.out.push(Event::End(TagEnd::TableCell));
        }
    }

    /// The whole address of a link's target; none where it is not linked.
    fn href(&self, target: &str) -> Option<String> {
        let (site, brief) = (&self.edition.site, self.brief);
        let entity = |id: &EntityId| addresses::entity_path(self.edition.entity(*id));
        let other = |id: &BriefId| addresses::brief_path(self.edition.brief(*id));
        let href = match brief.text.targets.get(target)? {
            Target::Entity(id) => site.absolute(&entity(id)),
            Target::Brief(id) => site.absolute(&other(id)),
            Target::Path(path, None) => site.absolute(path),
            Target::Path(path, Some(fragment)) => site.absolute(&format!("{path}#{fragment}")),
            Target::Anchor(anchor) => {
                site.absolute(&format!("{}#{anchor}", addresses::brief_path(brief)))
            }
            Target::Asset(asset) => {
                site.absolute(&format!("{}{asset}", addresses::brief_path(brief)))
            }
            Target::External => target.to_owned(),
        };
        let refused = links::is_defanged(target) || links::refuse(&href).is_some();
        (!refused && !self.live.holds(&href)).then_some(href)
    }
}

/// The index of the end of an element; of the last event where it is cut short.
fn end_of(events: &[Spanned], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate().skip(start) {
        match event {
            event::Event::Start(_) => depth += 1,
            event::Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len().saturating_sub(1)
}

fn text_of(events: &[Spanned]) -> String {
    events
        .iter()
        .filter_map(|(event, _)| match event {
            event::Event::Text(text) | event::Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

/// Whether a mark before the first words would not say how far a portion goes, so that lines around
/// it have to. One block needs none; neither does a section up to the next heading of its level.
fn is_fenced(events: &[Spanned], portion: &Portion) -> bool {
    if portion.kind != PortionKind::Blocks {
        return false;
    }
    let Range { start, end } = portion.events;
    let level_at = |at: usize| match events.get(at) {
        Some((event::Event::Start(event::Tag::Heading(heading)), _)) => Some(heading.level),
        _ => None,
    };
    match level_at(start) {
        Some(level) => {
            let ends = |at: usize| level_at(at).is_some_and(|other| other <= level);
            (start + 1..end).any(ends) || !(ends(end) || end >= events.len())
        }
        None => end_of(events, start) + 1 < end,
    }
}
