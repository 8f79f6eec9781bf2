//! Addresses that are written apart from their links: `[the site][x]`, and elsewhere `[x]: https://…`.
//!
//! In: the events, the portions and the text. Out: findings. A definition is no event of the Markdown
//! parser's, so no portion takes it along: a link outside of the marked stretch in which the address
//! stands would publish it. That is an error, since the mark says that the address is not for all
//! who read the link.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::LinkType;

use super::directives::{self, Directive, Line};
use super::event::{Event, Spanned, Tag};
use super::events;
use super::{Portion, PortionKind};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile};
use base::marking::Marking;

/// Reports each link that takes its address from a part with a narrower marking. `text` is the body
/// at `offset` of the file.
pub(super) fn check(
    file: &Arc<SourceFile>,
    (text, offset): (&str, usize),
    (spanned, portions): (&[Spanned], &[Portion]),
    lines: &[Line],
    found: &mut Diagnostics,
) {
    let links: Vec<(usize, &str)> = spanned
        .iter()
        .enumerate()
        .filter_map(|(index, (event, _))| match event {
            Event::Start(Tag::Link(link) | Tag::Image(link))
                if matches!(
                    link.link_type,
                    LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
                ) =>
            {
                Some((index, link.id.as_ref()))
            }
            _ => None,
        })
        .collect();
    if links.is_empty() || (portions.is_empty() && lines.is_empty()) {
        return;
    }
    let end = offset + text.len();
    let blocks = blocks(file, lines, end);
    let covered: Vec<(Range<usize>, &Marking)> = portions
        .iter()
        // A `:::` block that holds nothing but definitions is no portion, so its lines count.
        .filter(|portion| {
            blocks
                .iter()
                .all(|(block, _)| block.start != portion.span.start)
        })
        .map(|portion| (cover(portion, spanned, &blocks, end), &portion.marking))
        .chain(
            blocks
                .iter()
                .map(|(block, marking)| (block.clone(), marking)),
        )
        .collect();
    let parser = events::parser(text);
    let definitions = parser.reference_definitions();
    for (index, label) in links {
        let Some(definition) = definitions.get(label) else {
            continue;
        };
        let at = definition.span.start + offset..definition.span.end + offset;
        let link = combined(
            portions
                .iter()
                .filter(|portion| portion.events.contains(&index))
                .map(|portion| &portion.marking),
        );
        let address = combined(
            covered
                .iter()
                .filter(|(covered, _)| covered.contains(&at.start))
                .map(|(_, marking)| *marking),
        );
        if address.within(&link) == link {
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::MarkedAddress,
                format!("the address of this link stands in a part marked {}, the link does not", address.tlp),
            )
            .at(file, spanned[index].1.clone())
            .label("would publish the address")
            .related(Location::new(file, at), "the address")
            .help("put the address behind the link in round brackets, or mark the link's paragraph too"),
        );
    }
}

fn combined<'a>(markings: impl Iterator<Item = &'a Marking>) -> Marking {
    markings.fold(Marking::default(), |outer, marking| marking.within(&outer))
}

/// The bytes of each `:::` block with its lines, and its own marking.
fn blocks(file: &SourceFile, lines: &[Line], end: usize) -> Vec<(Range<usize>, Marking)> {
    let mut open: Vec<(usize, Marking)> = Vec::new();
    let mut blocks = Vec::new();
    for line in lines {
        let written = file.text.get(line.span.clone()).unwrap_or_default();
        match directives::read(written.trim_end()) {
            Ok(Directive::Close { .. }) => blocks.extend(
                open.pop()
                    .map(|(start, marking)| (start..line.span.end, marking)),
            ),
            Ok(Directive::Open { marking, .. }) => open.push((line.span.start, marking)),
            // Reported already.
            Err(_) => open.push((line.span.start, Marking::default())),
        }
    }
    blocks.extend(
        open.into_iter()
            .map(|(start, marking)| (start..end, marking)),
    );
    blocks
}

/// The bytes that a portion covers, those without an event included; `end` is that of the body.
fn cover(
    portion: &Portion,
    spanned: &[Spanned],
    blocks: &[(Range<usize>, Marking)],
    end: usize,
) -> Range<usize> {
    let start = portion.span.start;
    let own = spanned.get(portion.events.clone()).unwrap_or_default();
    let last = own
        .iter()
        .map(|(_, span)| span.end)
        .fold(portion.span.end, usize::max);
    let section = matches!(own.first(), Some((Event::Start(Tag::Heading(_)), _)));
    if !section && portion.kind != PortionKind::Term {
        return start..last;
    }
    // A section goes on to the next block after it, or to the end of what it stands in.
    let next = spanned
        .get(portion.events.end..)
        .unwrap_or_default()
        .iter()
        .map(|(_, span)| span.start)
        .find(|next| *next >= last);
    let around = blocks
        .iter()
        .filter(|(block, _)| block.contains(&start))
        .map(|(block, _)| block.end)
        .min();
    start..next.unwrap_or(end).min(around.unwrap_or(end)).max(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(body: &str) -> Vec<Code> {
        let file = SourceFile::new("a.md", body.to_owned());
        let mut found = Diagnostics::new();
        super::super::parse(&file, 0..body.len(), base::marking::Tlp::Clear, &mut found);
        found.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn an_address_has_the_readers_of_its_link() {
        for body in [
            "[a]\n\n::: tlp amber\nText.\n:::\n\n[a]: /x/\n",
            "::: tlp amber\n[a]\n\n[a]: /x/\n:::\n",
            "(TLP:AMBER) [a]\n\nText.\n\n[a]: /x/\n",
            "> (TLP:AMBER) Text.\n\n[a]\n\n[a]: /x/\n",
            "# (TLP:AMBER) One\n\n[a]\n\n# (TLP:AMBER) Two\n\n[a]: /x/\n",
            "::: tlp amber\n## (TLP:RED) One\n\nText.\n:::\n\n[a]\n\n[a]: /x/\n",
            "::: tlp clear\n[a]: /x/\n:::\n\n[a]\n",
        ] {
            assert_eq!(codes(body), [], "{body}");
        }
        for body in [
            "[a]\n\n::: tlp amber\nText.\n\n[a]: /x/\n:::\n",
            "[a]\n\n::: tlp amber\n[a]: /x/\n:::\n\nText.\n",
            "![a]\n\n::: tlp green\n::: tlp clear audience=acme\n[a]: /x/\n:::\n:::\n",
            "[a]\n\n> (TLP:AMBER) Text.\n>\n> [a]: /x/\n",
            "[a]\n\n- (TLP:AMBER) Text.\n\n  [a]: /x/\n",
            "[a]\n\n# (TLP:AMBER) One\n\n[a]: /x/\n",
            "# (TLP:AMBER) One\n\n[a]\n\n# (TLP:RED) Two\n\n[a]: /x/\n\n# Three\n",
        ] {
            assert_eq!(codes(body), [Code::MarkedAddress], "{body}");
        }
    }
}
