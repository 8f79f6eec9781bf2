use std::collections::BTreeSet;

use super::*;
use base::marking::Tlp;

/// The body of a file that has six bytes of front matter before it.
fn parsed(text: &str) -> (Body, Vec<(Code, String)>) {
    let file = SourceFile::new("content/briefs/a.md", format!("+++++\n{text}"));
    let mut found = Diagnostics::new();
    let body = parse(&file, 6..file.text.len(), Tlp::Clear, &mut found);
    check_shape(&body, &file);
    let findings = found
        .iter()
        .map(|diagnostic| {
            let at = diagnostic
                .location
                .as_ref()
                .expect("every finding has a place");
            (diagnostic.code, file.text[at.span.clone()].to_owned())
        })
        .collect();
    (body, findings)
}

/// What of the body of [`parsed`] is left.
fn cut(body: &Body, text: &str, visible: impl Fn(&Marking) -> bool) -> Body {
    body.cut(&format!("+++++\n{text}"), visible, &BTreeSet::new())
}

/// What must hold for every body.
fn check_shape(body: &Body, file: &SourceFile) {
    let mut open = Vec::new();
    let mut partner = vec![usize::MAX; body.events.len()];
    for (index, (event, span)) in body.events.iter().enumerate() {
        assert!(
            span.start <= span.end && span.end <= file.text.len(),
            "{event:?} {span:?}"
        );
        assert!(
            file.text.get(span.clone()).is_some(),
            "{event:?} {span:?} cuts a character"
        );
        match event {
            Event::Start(_) => open.push(index),
            Event::End(_) => {
                let start = open.pop().expect("an end has a start");
                partner[start] = index;
                partner[index] = start;
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    for portion in &body.portions {
        assert!(!portion.events.is_empty() && portion.events.end <= body.events.len());
        for index in portion.events.clone() {
            let other = partner[index];
            assert!(
                other == usize::MAX || portion.events.contains(&other),
                "{portion:?} cuts a block"
            );
        }
        assert!(file.text.get(portion.span.clone()).is_some());
    }
    for pair in body.portions.windows(2) {
        let apart = pair[1].events.start >= pair[0].events.end;
        assert!(
            apart || pair[1].events.end <= pair[0].events.end,
            "{pair:?} overlap"
        );
    }
    for reference in &body.references {
        assert!(matches!(
            body.events[reference.event].0,
            Event::Start(Tag::Link(_) | Tag::Image(_))
        ));
    }
    for figure in &body.figures {
        assert!(matches!(
            body.events[figure.event].0,
            Event::Start(Tag::CodeBlock(_))
        ));
    }
    let mut ids: Vec<&str> = body
        .headings
        .iter()
        .map(|heading| heading.id.as_str())
        .collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}

fn text(body: &Body, events: Range<usize>) -> String {
    body.events[events]
        .iter()
        .map(|(event, _)| match event {
            Event::Text(text) | Event::Code(text) => text.to_string(),
            Event::Start(Tag::Item)
            | Event::End(TagEnd::DefinitionListTitle)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => " ".to_owned(),
            _ => String::new(),
        })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Each portion as its level and its text.
fn portions(source: &str) -> Vec<(Tlp, String)> {
    let (body, findings) = parsed(source);
    assert!(findings.is_empty(), "{source:?}: {findings:?}");
    assert!(
        !text(&body, 0..body.events.len())
            .to_lowercase()
            .contains("(tlp"),
        "{source:?} keeps its mark"
    );
    body.portions
        .iter()
        .map(|portion| (portion.marking.tlp, text(&body, portion.events.clone())))
        .collect()
}

fn amber(text: &str) -> (Tlp, String) {
    (Tlp::Amber, text.to_owned())
}

fn findings(source: &str) -> Vec<(Code, String)> {
    parsed(source).1
}

const EXAMPLE: &str = "\
[[Grey Heron]] wrote to port operators in [[Taiwan]] and the [[Philippines]] [@vendor-a], using [[T1566.001|spearphishing attachments]].[^1]

(TLP:AMBER) Two of the operators opened the document [@own].

::: tlp amber
### Inside the loader

The loader checks for `C:\\ports\\` first.

```yara
rule quaybot { strings: $a = \"quay\" condition: $a }
```
:::

## (TLP:AMBER) Victims

This section, to the next heading of its level or above, is amber.

## What to do

- Hold attachments from new tender contacts.
- (TLP:AMBER) Ask us for the list of senders.

> [!WARNING]
> Do not visit the lure site.

```chart
type: bar
title: Lures by month
unit: lures
source: own
data: {2025-07: 96, 2025-08: 188, 2025-09: 128}
```

[^1]: Seen as tender, invitation and contract.
";

#[test]
fn the_example_of_the_design() {
    for source in [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n")] {
        let (body, findings) = parsed(&source);
        assert_eq!(findings, []);
        let texts: Vec<_> = body
            .portions
            .iter()
            .map(|portion| (portion.marking.tlp, text(&body, portion.events.clone())))
            .collect();
        assert_eq!(texts.len(), 4, "{texts:?}");
        assert_eq!(
            texts[0],
            amber("Two of the operators opened the document @own.")
        );
        assert!(
            texts[1].1.starts_with("Inside the loader") && texts[1].1.ends_with("condition: $a }"),
            "{texts:?}"
        );
        assert_eq!(
            texts[2],
            amber("Victims This section, to the next heading of its level or above, is amber.")
        );
        assert_eq!(texts[3], amber("Ask us for the list of senders."));
        let targets: Vec<_> = body
            .references
            .iter()
            .map(|reference| (reference.kind, reference.target.as_str()))
            .collect();
        use ReferenceKind::{Citation, Wiki};
        assert_eq!(
            targets,
            [
                (Wiki, "Grey Heron"),
                (Wiki, "Taiwan"),
                (Wiki, "Philippines"),
                (Citation, "vendor-a"),
                (Wiki, "T1566.001"),
                (Citation, "own")
            ]
        );
        let ids: Vec<_> = body
            .headings
            .iter()
            .map(|heading| (heading.level, heading.id.as_str()))
            .collect();
        assert_eq!(
            ids,
            [(3, "inside-the-loader"), (2, "victims"), (2, "what-to-do")]
        );
        assert_eq!(body.figures.len(), 1);
        assert_eq!(body.figures[0].kind, FigureKind::Chart);
        assert!(body.figures[0].text.starts_with("type: bar\ntitle: Lures"));
        assert!(!body.has_html);

        let clear = cut(&body, &source, |marking| marking.tlp <= Tlp::Green);
        let left = text(&clear, 0..clear.events.len());
        for gone in [
            "operators opened",
            "loader",
            "amber",
            "Victims",
            "senders",
            "@own",
            "yara",
        ] {
            assert!(!left.contains(gone), "{gone}: {left}");
        }
        assert!(left.contains("Hold attachments") && left.contains("Seen as tender"));
        assert_eq!(clear.headings.len(), 1);
        assert_eq!(clear.references.len(), 5);
        assert_eq!(clear.portions, []);
    }
}

#[test]
fn a_mark_covers_its_block() {
    assert_eq!(
        portions("(tlp:Amber) One.\nStill one.\n\nTwo.\n"),
        [amber("One. Still one.")]
    );
    assert_eq!(portions("(TLP:AMBER)\nOne.\n"), [amber("One.")]);
    assert_eq!(
        portions("(TLP:AMBER+STRICT) One.\n"),
        [(Tlp::AmberStrict, "One.".to_owned())]
    );
    assert_eq!(
        portions("> (TLP:AMBER) One.\n>\n> Two.\n\nThree.\n"),
        [amber("One. Two.")]
    );
    assert_eq!(
        portions("> [!NOTE]\n> (TLP:AMBER) One.\n>\n> Two.\n\nThree.\n"),
        [amber("One. Two.")]
    );
    assert_eq!(portions("> One.\n>\n> (TLP:AMBER) Two.\n"), [amber("Two.")]);
    assert_eq!(
        portions("- a\n- (TLP:AMBER) b\n  - c\n- d\n"),
        [amber("b c")]
    );
    assert_eq!(portions("- (TLP:AMBER) a\n\n  b\n\n- c\n"), [amber("a b")]);
    assert_eq!(portions("- a\n\n  (TLP:AMBER) b\n\n- c\n"), [amber("b")]);
    assert_eq!(portions("- [ ] (TLP:AMBER) a\n- [x] b\n"), [amber("a")]);
    assert_eq!(portions("- # h\n  (TLP:AMBER) t\n"), [amber("t")]);
    assert_eq!(
        portions("| (TLP:AMBER) a | b |\n|---|---|\n| c | d |\n\ne\n"),
        [amber("abcd")]
    );
    assert_eq!(portions("```yara tlp=amber\nx\n```\n\ny\n"), [amber("x")]);
    assert_eq!(portions("Term\n: (TLP:AMBER) a\n: b\n"), [amber("a")]);
    assert_eq!(
        portions("(TLP:AMBER) Term\n: a\n\nOther\n: b\n"),
        [amber("Term a")]
    );
    assert_eq!(portions("x[^1]\n\n[^1]: (TLP:AMBER) a\n"), [amber("a")]);
    let (body, found) = parsed("Code `(TLP:AMBER)` is code.\n\n    (TLP:AMBER) too\n");
    assert!(body.portions.is_empty() && found.is_empty());
}

#[test]
fn a_heading_marks_its_section() {
    assert_eq!(
        portions("## (TLP:AMBER) A\n\na\n\n### B\n\nb\n\n## C\n\nc\n"),
        [amber("A a B b")]
    );
    assert_eq!(
        portions("(TLP:AMBER) A\n===\n\na\n\n## B\n\n# C\n"),
        [amber("A a B")]
    );
    assert_eq!(
        portions("> ## (TLP:AMBER) A\n>\n> a\n\nb\n"),
        [amber("A a")]
    );
    assert_eq!(
        portions("## (TLP:AMBER) A\n\n### (TLP:RED) B\n\nb\n\n### C\n\n# D\n"),
        [amber("A B b C"), (Tlp::Red, "B b".to_owned())]
    );
    // The section goes on behind the `:::` block, whose headings are its own.
    assert_eq!(
        portions("## (TLP:AMBER) A\n\n::: tlp red\n## B\n:::\n\nc\n"),
        [amber("A B c"), (Tlp::Red, "B".to_owned())]
    );
}

#[test]
fn a_mark_on_its_own_covers_the_next_block() {
    assert_eq!(portions("(TLP:AMBER)\n\n- a\n- b\n\nc\n"), [amber("a b")]);
    assert_eq!(portions("(TLP:AMBER)\n\n    code\n\nc\n"), [amber("code")]);
    assert_eq!(
        portions("(TLP:AMBER)\n\n## A\n\na\n\n## B\n"),
        [amber("A a")]
    );
    assert_eq!(
        portions("(TLP:AMBER)\n\n```chart\nx: 1\n```\n"),
        [amber("x: 1")]
    );
    assert_eq!(portions("> (TLP:AMBER)\n>\n> a\n\nb\n"), [amber("a")]);
    assert_eq!(
        portions("(TLP:AMBER)\n\n<!-- note -->\n\na\n\nb\n"),
        [amber("a")]
    );
    for source in [
        "a\n\n(TLP:AMBER)\n",
        "> a\n>\n> (TLP:AMBER)\n\nb\n",
        "- (TLP:AMBER)\n- b\n",
        "::: tlp red\na\n\n(TLP:AMBER)\n:::\n\nb\n",
    ] {
        assert_eq!(
            findings(source),
            [(Code::StrayMark, "(TLP:AMBER)".to_owned())],
            "{source:?}"
        );
    }
    assert_eq!(
        findings("(TLP:AMBER)\n\n(TLP:RED)\n\na\n"),
        [(Code::StrayMark, "(TLP:AMBER)".to_owned())]
    );
}

#[test]
fn fenced_divisions() {
    assert_eq!(portions("a\n::: tlp amber\nb\n:::\nc\n"), [amber("b")]);
    assert_eq!(portions("::: TLP Amber\r\nb\r\n:::\r\nc\r\n"), [amber("b")]);
    assert_eq!(
        portions("- a\n::: tlp amber\n- b\n\n  c\n:::\n- d\n"),
        [amber("b c")]
    );
    assert_eq!(
        portions("::: tlp amber\na\n::: tlp red\nb\n:::\nc\n:::\n"),
        [amber("a b c"), (Tlp::Red, "b".to_owned())]
    );
    assert_eq!(
        portions(":::: tlp amber\n::: tlp red\nb\n:::\nc\n::::\n"),
        [amber("b c"), (Tlp::Red, "b".to_owned())]
    );
    // A line in code is code, and a link's or note's definition works across the blocks.
    let (body, found) =
        parsed("::: tlp amber\n[x] [^1]\n:::\n\n```\n::: tlp red\n:::\n```\n\n[x]: /y/\n[^1]: z\n");
    assert_eq!(found, []);
    assert_eq!(body.references[0].target, "/y/");
    assert_eq!(body.portions.len(), 1);
    assert!(text(&body, 0..body.events.len()).contains("::: tlp red :::"));
    // The link of a clear text may be defined inside.
    let (body, found) = parsed("::: tlp amber audience=beta,acme\nx\n:::\n");
    assert_eq!(found, []);
    assert_eq!(
        body.portions[0].marking,
        Marking::new(Tlp::Amber, ["acme".to_owned(), "beta".to_owned()])
    );
}

#[test]
fn wrong_divisions() {
    let bad = |source: &str, at: &str| {
        assert_eq!(
            findings(source),
            [(Code::BadBlock, at.to_owned())],
            "{source:?}"
        )
    };
    bad("::: tlp amber\na\n", "::: tlp amber");
    bad("a\n\n:::\n", ":::");
    bad("::: warning\na\n:::\n", "::: warning");
    bad("::: tlp amber and more\na\n:::\n", "::: tlp amber and more");
    bad("- a\n\n  ::: tlp amber\n", "::: tlp amber");
    bad("> ::: tlp amber\n", "::: tlp amber");
    bad("a\n    ::: tlp amber\n", "::: tlp amber");
    bad("<div>\n::: tlp amber\n</div>\n", "::: tlp amber");
    bad("<!--\n::: tlp amber\n-->\n", "::: tlp amber");
    bad(":: tlp amber\n\na\n", ":: tlp amber");
    bad("::: tlp amber\na\n::::\n", "::::");
    assert_eq!(
        findings("::: tlp ambre\na\n:::\n"),
        [(Code::UnknownMarking, "::: tlp ambre".to_owned())]
    );
    // Whatever an open code block swallows is not marked, so its opening line stays unclosed.
    bad("::: tlp amber\n```\na\n:::\n", "::: tlp amber");
}

#[test]
fn marks_that_mark_nothing() {
    let stray = |source: &str, at: &str| {
        assert_eq!(
            findings(source),
            [(Code::StrayMark, at.to_owned())],
            "{source:?}"
        )
    };
    stray("a (TLP:AMBER) b\n", "(TLP:AMBER)");
    stray("a\n(tlp:amber) b\n", "(tlp:amber)");
    stray("**(TLP:AMBER)** b\n", "(TLP:AMBER)");
    stray("*(TLP:AMBER) b*\n", "(TLP:AMBER)");
    stray("[(TLP:AMBER) b](/c/)\n", "(TLP:AMBER)");
    stray("![(TLP:AMBER) b](c.png)\n", "(TLP:AMBER)");
    stray("[b](/c/ \"(TLP:AMBER)\")\n", "[b](/c/ \"(TLP:AMBER)\")");
    stray("x[^1]\n\n[^1]: a (TLP:AMBER) b\n", "(TLP:AMBER)");
    stray(
        "| a | (TLP:AMBER) b |\n|---|---|\n| c | d |\n",
        "(TLP:AMBER)",
    );
    stray(
        "| a | b |\n|---|---|\n| (TLP:AMBER) c | d |\n",
        "(TLP:AMBER)",
    );
    stray("<!-- (TLP:AMBER) -->\n", "(TLP:AMBER)");
    stray("a <b title='(TLP:AMBER)'>b</b>\n", "(TLP:AMBER)");
    stray("\\(TLP:AMBER) b\n", "(TLP:AMBER)");
    stray("(TLP:AMBER) a (TLP:RED)\n", "(TLP:RED)");
    stray("a (TLP: AMBER) b\n", "(TLP: AMBER)");
    stray("(**TLP**:AMBER) b\n", "(**TLP**:AMBER)");
    stray("(TLP&colon;AMBER) b\n", "(TLP&colon;AMBER)");
    stray("（TLP：AMBER） a\n", "（TLP：AMBER） a");
    stray("(TLP:\u{200b}AMBER) a\n", "(TLP:\u{200b}AMBER) a");
}

#[test]
fn marks_that_are_misspelt() {
    let unknown = |source: &str, at: &str| {
        assert_eq!(
            findings(source),
            [(Code::UnknownMarking, at.to_owned())],
            "{source:?}"
        )
    };
    unknown("(TLP:AMBRE) a\n", "(TLP:AMBRE)");
    unknown("a (TLP:AMBRE) a\n", "(TLP:AMBRE)");
    unknown("(TLP: AMBER) a\n", "(TLP: AMBER)");
    unknown("[TLP:AMBER] a\n", "[TLP:AMBER]");
    unknown("(tlp amber) a\n", "(tlp amber)");
    unknown("- (TLP:AMBER STRICT) a\n", "(TLP:AMBER STRICT)");
    unknown("## (TLP AMBER) a\n", "(TLP AMBER)");
    unknown("TLP:AMBER\n\na\n", "TLP:AMBER");
    unknown("TLP:AMBER Two of them.\n", "TLP:AMBER");
    unknown("TLP:AMBER two of them.\n", "TLP:AMBER");
    unknown("**TLP:AMBER** two of them.\n", "TLP:AMBER");
    unknown("(AMBER) two of them.\n", "(AMBER)");
    unknown("```yara tpl=amber\nx\n```\n", "yara tpl=amber");
    unknown("```yara tlp=ambre\nx\n```\n", "yara tlp=ambre");
    unknown("```yara tlp:amber\nx\n```\n", "yara tlp:amber");
    assert_eq!(
        findings(
            "The report is marked TLP:AMBER; TLP (Traffic Light Protocol) 2.0.\n\n- `TLP:AMBER`: shared with clients\n- `TLP:RED`\n"
        ),
        []
    );
    assert_eq!(
        findings("(TLP:WHITE) a\n"),
        [(Code::OldMarking, "(TLP:WHITE)".to_owned())]
    );
}

#[test]
fn footnotes_links_and_images_are_checked() {
    assert_eq!(
        findings("a[^x] `[^y]` \\[^z]\n"),
        [(Code::UnknownFootnote, "[^x]".to_owned())]
    );
    assert_eq!(findings("[a](JaVaScript:alert(1)) <vbscript:x>\n").len(), 2);
    assert_eq!(findings("[a](java&#x73;cript:alert(1))\n").len(), 1);
    assert_eq!(
        findings("[a][b]\n\n[b]: data:text/html,x\n")[0].0,
        Code::UnsafeLink
    );
    assert_eq!(
        findings("![](a.png)\n"),
        [(Code::MissingAlt, "![](a.png)".to_owned())]
    );
    assert_eq!(
        findings("hxxps://bad[.]example and [x](https://a.example) <a@b.example>\n"),
        []
    );
    assert_eq!(
        findings("| a | b |\n|---|---|\n| [[APT38|x]] | y |\n")[0].0,
        Code::UnknownName
    );
    assert_eq!(
        findings("a [@not an id] b\n"),
        [(Code::UnknownSource, "[@not an id]".to_owned())]
    );
}

#[test]
fn heading_ids_are_unique_and_tell_nothing() {
    let (body, found) = parsed(
        "## A\n\n## (TLP:AMBER) B\n\n## A\n\n## B\n\n## {#x .c onclick=alert(1)}\n\n## Source 2\n\n## C {#own-id}\n",
    );
    assert_eq!(found, []);
    let ids: Vec<_> = body
        .headings
        .iter()
        .map(|heading| heading.id.as_str())
        .collect();
    assert_eq!(
        ids,
        ["a", "b-2", "a-2", "b", "x", "heading-source-2", "own-id"]
    );
    assert_eq!(findings("# A {#x}\n\n# B {#x}\n")[0].0, Code::DuplicateId);
    let many = "# A\n\n".repeat(2_000);
    assert_eq!(
        parsed(&many)
            .0
            .headings
            .last()
            .map(|heading| heading.id.clone()),
        Some("a-2000".to_owned())
    );
}

#[test]
fn what_rests_on_withheld_text_goes_with_it() {
    let text = "a[^1]\n\n(TLP:AMBER) b[^2]\n\n- (TLP:AMBER) c\n\n[^1]: (TLP:AMBER) d\n[^2]: e\n";
    let (body, found) = parsed(text);
    assert_eq!(found, []);
    let clear = cut(&body, text, |marking| marking.tlp == Tlp::Clear);
    let events: Vec<_> = clear
        .events
        .iter()
        .map(|(event, _)| event.clone())
        .collect();
    assert_eq!(
        events,
        [
            Event::Start(Tag::Paragraph),
            Event::Text("a".into()),
            Event::End(TagEnd::Paragraph)
        ]
    );
    assert_eq!(cut(&body, text, |_| true), body);
}

#[test]
fn bounds_hold_and_are_quick() {
    let start = std::time::Instant::now();
    for source in [
        ">".repeat(10_000) + " x",
        "> ".repeat(10_000) + "x",
        "- ".repeat(10_000) + "x",
        "*a ".repeat(20_000) + "b" + &"*".repeat(20_000),
    ] {
        let (body, findings) = parsed(&source);
        assert!(
            findings.iter().any(|(code, _)| *code == Code::TooDeep),
            "{:?}",
            &source[..10]
        );
        assert_eq!(body, Body::default());
    }
    let (_, found) = parsed(&"a\n\n".repeat(100_000));
    assert_eq!(found[0].0, Code::TooLarge);
    for source in [
        "[",
        "[[",
        "![",
        "`",
        "<",
        "&",
        "*_",
        "[^",
        "(TLP:",
        "(tlp ",
        "::: tlp amber\n",
        "[@a][",
        "]",
        "|",
        "a\n:::\n",
        "\\",
        "~",
        "<!--",
        "[a](",
        "- a\n",
        "(TLP:AMBER)\n\n",
    ] {
        parsed(&source.repeat(20_000 / source.len()));
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "(TLP:AMBER)",
            "(TLP:RED) ",
            "(tlp amber)",
            "::: tlp amber\n",
            ":::\n",
            "\n",
            "\n\n",
            "- ",
            "> ",
            "# ",
            "1. ",
            "  ",
            "    ",
            "```\n",
            "```yara tlp=red\n",
            "| a | b |\n|---|---|\n",
            "|",
            "[[",
            "]]",
            "[@a]",
            "[^1]",
            "[^1]: ",
            "**",
            "_",
            "`",
            "<b>",
            "<!--",
            "-->",
            "[x](y)",
            "![z](w)",
            ": ",
            "text",
            "é",
            "\u{200b}",
            "\r\n",
            "\\",
            "&amp;",
            "[",
            "]",
            "<div>\n",
            "~~",
            "- [ ] ",
            "> [!NOTE]\n",
            "===\n",
            "---\n",
            "{#id .c}",
            "\t",
            "[x]: /y\n",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    /// The text between code and the ends of blocks.
    fn shown(body: &Body) -> String {
        let mut shown = String::new();
        let mut code = false;
        for (event, _) in &body.events {
            match event {
                Event::Start(Tag::CodeBlock(_)) => code = true,
                Event::End(TagEnd::CodeBlock) => code = false,
                Event::Text(text) if !code => shown.push_str(text),
                Event::End(_) | Event::Code(_) | Event::Start(_) => shown.push('\u{0}'),
                _ => {}
            }
        }
        shown
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_parses(text in "\\PC{0,80}") {
            parsed(&text);
        }

        #[test]
        fn markdown_keeps_its_shape_and_no_mark_goes_unseen(text in pieces()) {
            let (body, findings) = parsed(&text);
            let clear = cut(&body, &text, |marking| marking.tlp == Tlp::Clear);
            check_shape(&clear, &SourceFile::new("a.md", format!("+++++\n{text}")));
            let reported = |codes: &[Code]| findings.iter().any(|(code, _)| codes.contains(code));
            // What reads as a mark in the shown text was reported, and in what everybody sees as an error.
            let errors = [Code::StrayMark, Code::UnknownMarking];
            let all = [Code::StrayMark, Code::UnknownMarking, Code::CoveredLabel];
            for (body, codes) in [(&clear, &errors[..]), (&body, &all)] {
                let shown = shown(body);
                if shown.contains("(TLP:AMBER)") || shown.contains("(TLP:RED)") {
                    prop_assert!(reported(codes), "{:?} {:?}", shown, findings);
                }
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn words_are_counted_alike_with_and_without_other_letters(text in "[ -~\\t\\n\u{b}\u{c}\\r]{0,60}") {
        // A word of other letters takes the long way.
        let long = super::words_of(&format!("{text} ä"));
        proptest::prop_assert_eq!(super::words_of(&text) + 1, long);
    }
}
