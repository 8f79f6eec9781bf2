//! Findings for people: each with its place, the marked line of the source, related places, help.
//!
//! The excerpt is cut out and cleaned here, before the renderer sees it: the renderer would read
//! the whole file for each finding, shows some control characters as they are and panics on a span
//! outside of its text. It would also count the column in the excerpt, so the line with the place is
//! written here and the renderer draws what stands above and below it.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, Title};

use super::{Lines, Places, is_unshown, picture, shown, shown_in_line};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};

/// A span over more lines is marked on its first line only.
const MOST_LINES: usize = 6;
/// The most characters of a line that are shown.
const LONGEST_LINE: usize = 120;
/// How many of them stand before the marked span where a line is cut.
const BEFORE_SPAN: usize = 40;
/// So wide that the renderer never cuts a line again.
const RENDER_WIDTH: usize = 4_000;

pub(super) fn write(diagnostics: &Diagnostics, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut page = Page {
        renderer: renderer.term_width(RENDER_WIDTH),
        color,
        places: Places::default(),
        out,
    };
    for diagnostic in diagnostics.iter() {
        page.finding(diagnostic)?;
    }
    Ok(())
}

struct Page<'o> {
    renderer: Renderer,
    color: bool,
    places: Places,
    out: &'o mut dyn Write,
}

impl Page<'_> {
    /// The finding, each related place under a title of its own, the help, an empty line.
    fn finding(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = shown_in_line(&diagnostic.message);
        self.title(
            level
                .clone()
                .primary_title(message)
                .id(diagnostic.code.id()),
        )?;
        let label = diagnostic.label.as_deref();
        match &diagnostic.location {
            Some(location) => self.place(level, location, label)?,
            None => self.note(label)?,
        }
        for (location, what) in &diagnostic.related {
            self.title(Level::NOTE.secondary_title(shown_in_line(what)))?;
            self.place(Level::NOTE, location, None)?;
        }
        if let Some(help) = &diagnostic.help {
            self.title(Level::HELP.secondary_title(shown(help)))?;
        }
        writeln!(self.out)
    }

    fn title(&mut self, title: Title<'_>) -> io::Result<()> {
        writeln!(
            self.out,
            "{}",
            self.renderer.render(&[Group::with_title(title)])
        )
    }

    fn note(&mut self, text: Option<&str>) -> io::Result<()> {
        match text {
            Some(text) => self.title(Level::NOTE.secondary_title(shown_in_line(text))),
            None => Ok(()),
        }
    }

    /// `--> file:line:column` and the excerpt; without text only the path, the label as a note.
    fn place(
        &mut self,
        level: Level<'_>,
        location: &Location,
        label: Option<&str>,
    ) -> io::Result<()> {
        let path = shown_in_line(&location.file.path);
        let Some(lines) = self.places.lines(&location.file) else {
            self.arrow(1, &path)?;
            return self.note(label);
        };
        let span = lines.clip(&location.span);
        let region = lines.region(&span);
        let excerpt = excerpt(lines, &span);
        // The renderer's gutter is as wide as the last line number it shows.
        let last_line = region.line + excerpt.text.matches('\n').count();
        let gutter = last_line.to_string().len();
        self.arrow(gutter, &format!("{path}:{}:{}", region.line, region.column))?;
        let annotation = AnnotationKind::Primary
            .span(excerpt.mark)
            .label(label.map(shown_in_line));
        let snippet = Snippet::source(excerpt.text)
            .line_start(region.line)
            .annotation(annotation);
        let body = Group::with_level(level).element(snippet);
        writeln!(self.out, "{}", self.renderer.render(&[body]))
    }

    fn arrow(&mut self, gutter: usize, place: &str) -> io::Result<()> {
        let style = if self.color {
            DEFAULT_LINE_NUM_STYLE
        } else {
            Default::default()
        };
        writeln!(self.out, "{:gutter$}{style}-->{style:#} {place}", "")
    }
}

/// The shown lines and the marked bytes in them.
struct Excerpt {
    text: String,
    mark: Range<usize>,
}

fn excerpt(lines: &Lines, span: &Range<usize>) -> Excerpt {
    let first = lines.line_of(span.start);
    // A span that takes its last line's ending along does not reach into the next line.
    let mut last = lines.line_of(span.end);
    if last > first && lines.range(last).start == span.end {
        last -= 1;
    }
    let whole = last - first < MOST_LINES;
    if !whole {
        last = first;
    }
    let mut text = String::new();
    let mut mark = 0..0;
    for line in first..=last {
        if line > first {
            text.push('\n');
        }
        let range = lines.range(line);
        let content = lines.file.text.get(range.clone()).unwrap_or_default();
        let within = |offset: usize| offset.saturating_sub(range.start).min(content.len());
        let from = if line == first { within(span.start) } else { 0 };
        let to = if whole {
            within(span.end)
        } else {
            content.len()
        };
        let shown = push_line(&mut text, content, from..to);
        if line == first {
            mark.start = shown.start;
        }
        mark.end = shown.end;
    }
    Excerpt { text, mark }
}

/// Adds a line, cleaned and cut around the start of `marked`, and tells where `marked` now stands.
fn push_line(text: &mut String, line: &str, marked: Range<usize>) -> Range<usize> {
    let is_long = line.chars().nth(LONGEST_LINE).is_some();
    let before = line.get(..marked.start).unwrap_or_default();
    let begin = match before.char_indices().rev().nth(BEFORE_SPAN) {
        Some((at, _)) if is_long => at,
        _ => 0,
    };
    if begin > 0 {
        text.push('…');
    }
    let mut start = None;
    let mut end = None;
    let kept = line.get(begin..).unwrap_or_default();
    for (count, (at, character)) in kept.char_indices().enumerate() {
        let at = begin + at;
        if at >= marked.start {
            start.get_or_insert(text.len());
        }
        if at >= marked.end {
            end.get_or_insert(text.len());
        }
        if count == LONGEST_LINE {
            start.get_or_insert(text.len());
            end.get_or_insert(text.len());
            text.push('…');
            break;
        }
        match character {
            '\t' => text.push_str("    "),
            other if is_unshown(other) => text.push(picture(other)),
            other => text.push(other),
        }
    }
    let start = start.unwrap_or(text.len());
    start..end.unwrap_or(text.len()).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, SourceFile};

    fn render(diagnostic: Diagnostic) -> String {
        let mut out = Vec::new();
        write(&Diagnostics::from(diagnostic), false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_finding_shows_place_line_mark_label_and_help() {
        let file = SourceFile::new("content/briefs/a.md", "---\ntitel: A\n---\n");
        let shown = render(
            Diagnostic::new(Code::UnknownKey, "unknown key `titel`")
                .at(&file, 4..9)
                .label("no key of a brief")
                .help("did you mean `title`?"),
        );
        insta::assert_snapshot!(shown, @r"
        error[TL0201]: unknown key `titel`
         --> content/briefs/a.md:2:1
          |
        2 | titel: A
          | ^^^^^ no key of a brief
        help: did you mean `title`?
        ");
    }

    #[test]
    fn related_places_stand_between_the_finding_and_its_help() {
        let here = SourceFile::new("content/briefs/a.md", "actors: [Fancy]\n");
        let one = SourceFile::new("content/actors/one.md", "---\naliases: [Fancy]\n---\n");
        let two = SourceFile::new("content/actors/two.md", "");
        let shown = render(
            Diagnostic::new(Code::AmbiguousName, "`Fancy` belongs to two actors")
                .at(&here, 9..14)
                .label("which one?")
                .related(Location::new(&one, 14..19), "an alias of One")
                .related(Location::new(&two, 0..0), "an alias of Two")
                .help("write `one` or `two`"),
        );
        insta::assert_snapshot!(shown, @r"
        error[TL0301]: `Fancy` belongs to two actors
         --> content/briefs/a.md:1:10
          |
        1 | actors: [Fancy]
          |          ^^^^^ which one?
        note: an alias of One
         --> content/actors/one.md:2:11
          |
        2 | aliases: [Fancy]
          |           ^^^^^
        note: an alias of Two
         --> content/actors/two.md
        help: write `one` or `two`
        ");
    }

    #[test]
    fn a_path_without_text_stands_alone() {
        let shown = render(
            Diagnostic::new(Code::NotUtf8, "not valid UTF-8").at_path("content/briefs/b.md"),
        );
        insta::assert_snapshot!(shown, @r"
        error[TL0102]: not valid UTF-8
         --> content/briefs/b.md
        ");
    }

    #[test]
    fn a_finding_without_a_place_is_its_message() {
        let shown =
            render(Diagnostic::new(Code::NoSite, "no site here").help("run `tearline init`"));
        insta::assert_snapshot!(shown, @r"
        error[TL0703]: no site here
        help: run `tearline init`
        ");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark_and_keeps_its_column() {
        let line = format!("{}HERE{}", "a".repeat(1_000_000), "b".repeat(1_000_000));
        let file = SourceFile::new("a.md", line);
        let shown = render(
            Diagnostic::new(Code::StrayMark, "a stray mark")
                .at(&file, 1_000_000..1_000_004)
                .label("here"),
        );
        assert!(shown.len() < 1_000, "{} bytes", shown.len());
        insta::assert_snapshot!(shown, @r"
        error[TL0401]: a stray mark
         --> a.md:1:1000001
          |
        1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
          |                                           ^^^^ here
        ");
    }

    #[test]
    fn a_span_of_many_lines_is_marked_on_its_first() {
        let file = SourceFile::new("a.md", "one line\n".repeat(1_000));
        let shown = render(Diagnostic::new(Code::TooDeep, "nested too deep").at(&file, 4..8_000));
        insta::assert_snapshot!(shown, @r"
        error[TL0110]: nested too deep
         --> a.md:1:5
          |
        1 | one line
          |     ^^^^
        ");
    }

    #[test]
    fn a_span_of_a_few_lines_is_shown_whole() {
        let file = SourceFile::new("a.md", "::: tlp amber\r\n\r\ntext\r\nafter\r\n");
        let shown = render(
            Diagnostic::new(Code::BadBlock, "unclosed")
                .at(&file, 0..23)
                .label("opened"),
        );
        insta::assert_snapshot!(shown, @r"
        error[TL0402]: unclosed
         --> a.md:1:1
          |
        1 | / ::: tlp amber
        2 | |
        3 | | text
          | |____^ opened
        ");
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_mark_in_place() {
        let file = SourceFile::new("a.md", "\tname: 北京 bad\n");
        let shown = render(Diagnostic::new(Code::UnknownPlace, "unknown place").at(&file, 14..17));
        insta::assert_snapshot!(shown, @r"
        error[TL0302]: unknown place
         --> a.md:1:11
          |
        1 |     name: 北京 bad
          |                ^^^
        ");
    }

    #[test]
    fn terminal_sequences_are_shown_and_never_sent() {
        let evil = "a\u{1b}[31mb\u{9b}2Jc\u{202e}d\u{7}\u{7f}\r e";
        let file = SourceFile::new(format!("{evil}.md"), evil);
        let place = Location::new(&file, 0..3);
        let shown = render(
            Diagnostic::new(Code::UnknownKey, evil)
                .at(&file, 1..4)
                .label(evil)
                .help(evil)
                .related(place, evil),
        );
        assert!(
            !shown.chars().any(|c| c != '\n' && is_unshown(c)),
            "{shown:?}"
        );
        assert!(shown.contains("a␛[31mb�2Jc�d␇␡␍ e"), "{shown}");
    }

    #[test]
    fn colour_only_on_request() {
        let file = SourceFile::new("a.md", "titel: A\n");
        let finding =
            Diagnostics::from(Diagnostic::new(Code::UnknownKey, "unknown").at(&file, 0..5));
        let mut plain = Vec::new();
        write(&finding, false, &mut plain).unwrap();
        assert!(!plain.contains(&0x1b));
        let mut coloured = Vec::new();
        write(&finding, true, &mut coloured).unwrap();
        assert!(coloured.contains(&0x1b));
    }
}
