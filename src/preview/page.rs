//! The HTML that the preview adds of its own: the client's script in each page, and findings.
//!
//! In: a page's bytes, or findings. Out: HTML. Everything that comes from a file of the site is
//! escaped, and characters that hide or turn text are made visible: a finding quotes source that
//! nobody has sanitised.

use std::fmt::Write;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, report};
use crate::render::policy;

pub(super) const CLIENT_SCRIPT: &str = include_str!("client.js");
pub(super) const CLIENT_STYLE: &str = include_str!("client.css");

/// More than anyone reads in a panel; the terminal has them all.
const MOST_FINDINGS: usize = 100;

/// The most lines of one span that are shown, and the most characters of one line.
const MOST_LINES: usize = 6;
const MOST_CHARACTERS: usize = 240;

/// What the client's script is told of the page that it stands in.
#[derive(Default)]
pub(super) struct Client<'a> {
    /// The edition's name; empty where it has none.
    pub(super) edition: &'a str,
    /// The cookie that chooses this edition.
    pub(super) choice: &'a str,
    /// What tells this state of the page from another; empty where there is no good one.
    pub(super) mark: &'a str,
    /// The digest of the stylesheets.
    pub(super) styles: &'a str,
}

/// The page with the client's script at its end, and leave for it in the policy that the page states.
pub(super) fn with_client(page: &[u8], client: &Client) -> Vec<u8> {
    const END: &[u8] = b"</body>";
    let page = &with_leave(page);
    let at = page
        .windows(END.len())
        .rposition(|window| window.eq_ignore_ascii_case(END))
        .unwrap_or(page.len());
    let (before, after) = page.split_at(at);
    [before, script(client).as_bytes(), after].concat()
}

/// A policy in the page holds beside that of the headers, so that both must allow the script.
fn with_leave(page: &[u8]) -> Vec<u8> {
    const POLICY: &[u8] = b"<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let end = page
        .windows(POLICY.len())
        .position(|window| window.eq_ignore_ascii_case(POLICY))
        .map(|start| start + POLICY.len())
        .and_then(|start| {
            let length = page[start..].iter().position(|byte| *byte == b'"')?;
            Some(start + length)
        });
    match end {
        Some(end) => {
            let leave = policy::leave_for_preview(&page[..end]);
            [&page[..end], leave.as_bytes(), &page[end..]].concat()
        }
        None => page.to_vec(),
    }
}

fn script(client: &Client) -> String {
    format!(
        "<script src=\"/_tearline/client.js\" defer data-edition=\"{}\" data-choice=\"{}\" \
         data-page=\"{}\" data-styles=\"{}\"></script>\n",
        escaped(client.edition),
        client.choice,
        client.mark,
        client.styles
    )
}

/// The page in place of one that cannot be made: of every one while there is no site yet, or of that
/// for which a template fails.
pub(super) fn failure(what: &str, diagnostics: &Diagnostics, client: &Client) -> String {
    let main = format!(
        "<h1>{what}</h1>\n\
         <p>It appears here as soon as this is mended: {}.</p>\n\
         <div id=\"tearline-failure\">\n{}</div>\n",
        report::summary(diagnostics),
        findings(diagnostics)
    );
    document(what, &main, client)
}

/// The page for a path without a file, in a site without a page for that.
pub(super) fn missing(client: &Client) -> String {
    let main = "<h1>No page here</h1>\n\
        <p>The site has no file at this address, and no <code>404.html</code> to say so.</p>\n";
    document("No page here", main, client)
}

fn document(title: &str, main: &str, client: &Client) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}: Tearline preview</title>\n\
         <link rel=\"stylesheet\" href=\"/_tearline/client.css\">\n</head>\n\
         <body class=\"tearline-page\">\n<main>\n{main}</main>\n{}</body>\n</html>\n",
        script(client)
    )
}

/// All findings, as a fragment of HTML.
pub(super) fn findings(diagnostics: &Diagnostics) -> String {
    let mut html = String::from("<ol class=\"findings\">\n");
    let mut left_out = 0_usize;
    for (count, diagnostic) in diagnostics.iter().enumerate() {
        if count < MOST_FINDINGS {
            finding(&mut html, diagnostic);
        } else {
            left_out += 1;
        }
    }
    html.push_str("</ol>\n");
    if left_out > 0 {
        push(
            &mut html,
            format_args!("<p>And {left_out} more, shown in the terminal.</p>\n"),
        );
    }
    html
}

fn finding(html: &mut String, diagnostic: &Diagnostic) {
    let severity = diagnostic.severity.name();
    push(
        html,
        format_args!(
            "<li class=\"finding {severity}\">\n<p class=\"message\">\
             <strong class=\"severity\">{severity}</strong> <code>{}</code> {}</p>\n",
            diagnostic.code.id(),
            escaped(&diagnostic.message)
        ),
    );
    if let Some(location) = &diagnostic.location {
        place(html, location);
        source(html, location, diagnostic.label.as_deref());
    } else if let Some(label) = &diagnostic.label {
        push(
            html,
            format_args!("<p class=\"label\">{}</p>\n", escaped(label)),
        );
    }
    for (location, what) in &diagnostic.related {
        push(
            html,
            format_args!("<p class=\"related\">{}:</p>\n", escaped(what)),
        );
        place(html, location);
        source(html, location, None);
    }
    if let Some(help) = &diagnostic.help {
        push(
            html,
            format_args!(
                "<p class=\"help\"><strong>help</strong> {}</p>\n",
                escaped(help)
            ),
        );
    }
    html.push_str("</li>\n");
}

fn place(html: &mut String, location: &Location) {
    let path = escaped(&location.file.path);
    if location.file.text.is_empty() {
        push(html, format_args!("<p class=\"place\">{path}</p>\n"));
    } else {
        let (line, column) = location.line_column();
        push(
            html,
            format_args!("<p class=\"place\">{path}:{line}:{column}</p>\n"),
        );
    }
}

/// The lines of the span with it marked, one line of what is around on each side, and the label
/// below.
fn source(html: &mut String, location: &Location, label: Option<&str>) {
    let text = &location.file.text;
    if !text.is_empty() {
        let span = clip(text, &location.span);
        let first_line = text[..span.start].matches('\n').count();
        let last_line = first_line
            + text[span.clone()]
                .trim_end_matches('\n')
                .matches('\n')
                .count();
        let from = first_line.saturating_sub(1);
        let to = last_line.min(first_line + MOST_LINES - 1) + 1;

        html.push_str("<pre class=\"source\">");
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if number > to {
                break;
            }
            if number >= from {
                let content = line.trim_end_matches(['\n', '\r']);
                source_line(html, number + 1, content, &within(&span, start, content));
            }
            start += line.len();
        }
        html.push_str("</pre>\n");
    }
    if let Some(label) = label {
        push(
            html,
            format_args!("<p class=\"label\">{}</p>\n", escaped(label)),
        );
    }
}

/// A span brought inside the text and to whole characters: parsers of other people's files give it.
fn clip(text: &str, span: &Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The part of a line that the span covers, counted from the line's start; none where they only
/// touch, unless the span is empty and stands there.
fn within(span: &Range<usize>, line_start: usize, line: &str) -> Option<Range<usize>> {
    let line_end = line_start + line.len();
    if span.is_empty() {
        return (line_start..=line_end)
            .contains(&span.start)
            .then(|| span.start - line_start..span.start - line_start);
    }
    let start = span.start.max(line_start);
    let end = span.end.min(line_end);
    (start < end).then(|| start - line_start..end - line_start)
}

fn source_line(html: &mut String, number: usize, line: &str, marked: &Option<Range<usize>>) {
    push(
        html,
        format_args!("<span class=\"number\">{number:>5}</span> "),
    );
    let Some(marked) = marked else {
        html.push_str(&shortened(line, MOST_CHARACTERS));
        html.push('\n');
        return;
    };
    let (before, rest) = line.split_at(marked.start);
    let (inside, after) = rest.split_at(marked.end - marked.start);
    // Of a long line before the mark, its end is what leads up to it.
    let skipped = before.chars().count().saturating_sub(MOST_CHARACTERS / 2);
    if skipped > 0 {
        html.push('…');
    }
    let near: String = before.chars().skip(skipped).collect();
    html.push_str(&escaped(&near));
    if inside.is_empty() {
        html.push_str("<mark class=\"point\"></mark>");
    } else {
        push(
            html,
            format_args!("<mark>{}</mark>", shortened(inside, MOST_CHARACTERS)),
        );
    }
    html.push_str(&shortened(after, MOST_CHARACTERS / 2));
    html.push('\n');
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", escaped(&text[..end])),
        None => escaped(text),
    }
}

/// Escapes for element content and quoted attributes. Controls, and the format characters that
/// reorder or hide what stands around them, become a visible sign.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            '\u{0}'..='\u{1f}' => {
                let picture = char::from_u32(0x2400 + u32::from(character));
                escaped.push(picture.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}

fn push(html: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, SourceFile};

    const CLIENT: Client = Client {
        edition: "team",
        choice: "c=team",
        mark: "m",
        styles: "s",
    };

    fn html_of(text: &str, span: Range<usize>) -> String {
        let file = SourceFile::new("content/a.md", text);
        findings(
            &Diagnostic::new(Code::YamlSyntax, "no")
                .at(&file, span)
                .into(),
        )
    }

    #[test]
    fn everything_that_comes_from_a_file_is_escaped() {
        let nasty = "<script>alert(1)</script> & \"quoted\"";
        let file = SourceFile::new(format!("content/{nasty}.md"), nasty);
        let diagnostic = Diagnostic::new(Code::UnknownName, nasty)
            .at(&file, 0..8)
            .label(nasty)
            .help(nasty)
            .related(Location::new(&file, 8..10), nasty);
        let html = findings(&diagnostic.into());
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("<mark>&lt;script&gt;</mark>alert"), "{html}");
    }

    #[test]
    fn the_span_is_marked_in_its_line_with_a_line_around() {
        let html = html_of("one\ntitle: [x\nthree\nfour\n", 11..13);
        assert!(html.contains("content/a.md:2:8"), "{html}");
        assert!(html.contains("    1</span> one\n"), "{html}");
        assert!(
            html.contains("    2</span> title: <mark>[x</mark>\n"),
            "{html}"
        );
        assert!(html.contains("    3</span> three\n"), "{html}");
        assert!(!html.contains("four"), "{html}");
    }

    #[test]
    fn spans_that_are_empty_wide_or_wrong_are_shown_all_the_same() {
        assert!(html_of("ab", 1..1).contains("a<mark class=\"point\"></mark>b"));
        assert!(html_of("a\n", 2..2).contains("1</span> a\n"));
        assert!(html_of("é", 1..1).contains("<mark"));
        assert!(html_of("short", 90..95).contains("short"));
        let many = "line\n".repeat(500);
        assert_eq!(
            html_of(&many, 0..many.len()).matches("<mark>").count(),
            MOST_LINES + 1
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let line = format!("{}HERE{}", "a".repeat(100_000), "b".repeat(100_000));
        let html = html_of(&line, 100_000..100_004);
        assert!(html.contains("a<mark>HERE</mark>b"), "{html}");
        assert!(html.len() < 1_000, "{}", html.len());
    }

    #[test]
    fn characters_that_turn_text_around_are_made_visible() {
        let html = html_of("a\u{202e}b\u{1b}c", 0..1);
        assert!(!html.contains(['\u{202e}', '\u{1b}']), "{html}");
    }

    #[test]
    fn the_script_stands_before_the_last_end_of_a_body() {
        let page = "<html><body><pre>&lt;/body></pre></BODY></html>";
        let served = String::from_utf8(with_client(page.as_bytes(), &CLIENT)).unwrap();
        assert!(served.contains("</pre><script src=\"/_tearline/client.js\" defer "));
        assert!(served.ends_with("</script>\n</BODY></html>"), "{served}");
        let page =
            b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"><p>";
        let served = String::from_utf8(with_client(page, &CLIENT)).unwrap();
        assert!(
            served.starts_with(
                "<meta http-equiv=\"Content-Security-Policy\" \
                 content=\"default-src 'none'; script-src 'self'; connect-src 'self'\"><p>"
            ),
            "{served}"
        );
        let served = with_client(b"<p>No body", &CLIENT);
        assert!(served.starts_with(b"<p>No body<script "));
    }
}
