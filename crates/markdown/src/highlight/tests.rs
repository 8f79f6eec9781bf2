//! What must hold for every language: the text of the page is the text of the block, the classes
//! are ours, and no input hangs or panics.

use proptest::prelude::*;

use super::bounds::{DEEPEST_NESTING, LONGEST_CODE, LONGEST_LINE, MOST_OPEN_TAGS, within_bounds};
use super::roles::Role;
use super::*;

/// A role's class without its prefix, and the HTML within the span.
type Span = (&'static str, &'static str);

/// A language as an analyst names it, a few lines in it, and spans that must be found in them.
const SAMPLES: &[(&str, &str, &[Span])] = &[
    (
        "yara",
        "import \"pe\"\nprivate rule Loader : apt {\n  meta:\n    score = 75 // high\n  strings:\n    \
         $mz = { 4D 5A ?? [2-4] 90 }\n    $re = /gate\\.php/i\n    $t = \"cmd\" wide\n  condition:\n    \
         uint16(0) == 0x5A4D and filesize < 2MB and any of them /* end */\n}",
        &[
            ("keyword", "import"),
            ("keyword", "private rule"),
            ("type", "Loader"),
            ("tag", "apt"),
            ("keyword", "meta"),
            ("attribute", "score"),
            ("comment", "// high"),
            ("variable", "$mz"),
            ("number", "4D 5A ??"),
            ("string", "/gate"),
            ("constant", "\\."),
            ("keyword", "wide"),
            ("keyword", "condition"),
            ("function", "uint16"),
            ("number", "0x5A4D"),
            ("constant", "filesize"),
            ("number", "2MB"),
            ("comment", "/* end */"),
        ],
    ),
    (
        "Sigma",
        "title: Odd # note\nlevel: high",
        &[("attribute", "title"), ("comment", "# note")],
    ),
    (
        "suricata",
        "# beacon\nalert http $HOME_NET any -> !10.0.0.0/8 [80,8080] (msg:\"Beacon (x)\"; \
         flow:established,to_server; http.uri; content:\"|0d 0a|x\"; nocase; \
         pcre:\"/a|b/R\"; reference:url,example.org/a_(b); classtype:trojan-activity; sid:2030001;)",
        &[
            ("comment", "# beacon"),
            ("keyword", "alert"),
            ("type", "http"),
            ("variable", "$HOME_NET"),
            ("operator", "-&gt; !"),
            ("number", "10.0.0.0/8"),
            ("string", "&quot;Beacon (x)&quot;"),
            ("constant", "to_server"),
            ("function", "http.uri"),
            ("number", "|0d 0a|"),
            ("attribute", "nocase"),
            ("string", "&quot;/a|b/R&quot;"),
            ("string", "example.org/a_(b)"),
            ("constant", "trojan-activity"),
            ("attribute", "sid"),
            ("number", "2030001"),
        ],
    ),
    (
        "snort",
        "alert tcp any any -> any 445 ( \\\n  msg:\"x\"; \\\n  sid:1;)\n",
        &[
            ("keyword", "alert"),
            ("attribute", "msg"),
            ("attribute", "sid"),
        ],
    ),
    (
        "KQL",
        "// seen\nDeviceEvents | where Timestamp > ago(7d)",
        &[
            ("comment", "// seen"),
            ("keyword", "where"),
            ("number", "7d"),
        ],
    ),
    ("kusto", "T | count", &[("keyword", "count")]),
    (
        "spl",
        "index=main EventCode=4688 | stats count by host",
        &[("type", "stats"), ("number", "4688")],
    ),
    ("splunk", "a=\"b\"", &[("string", "&quot;b&quot;")]),
    (
        "PowerShell",
        "if ($Name -eq 'a') { Invoke-WebRequest } # get",
        &[
            ("keyword", "if"),
            ("variable", "$Name"),
            ("function", "Invoke-WebRequest"),
        ],
    ),
    ("ps1", "$x = 42", &[("variable", "$x"), ("number", "42")]),
    ("pwsh", "# note", &[("comment", "# note")]),
    (
        "bash",
        "for f in *; do\n  echo \"$f\"\ndone",
        &[("keyword", "for"), ("variable", "$f")],
    ),
    ("sh", "# note", &[("comment", "# note")]),
    (
        "shell",
        "echo 'a' | cat",
        &[("function", "echo"), ("operator", "|")],
    ),
    (
        "console",
        "$ cat 'a' | wc -l\n3",
        &[("operator", "$"), ("string", "'a'")],
    ),
    (
        "python",
        "def f(x):\n    return 3  # three",
        &[
            ("keyword", "def"),
            ("function", "f"),
            ("number", "3"),
            ("comment", "# three"),
        ],
    ),
    ("py", "None", &[("constant", "None")]),
    (
        "json",
        "{\"type\": [\"indicator\", 1, true]}",
        &[
            ("attribute", "&quot;type&quot;"),
            ("string", "&quot;indicator&quot;"),
            ("number", "1"),
            ("constant", "true"),
        ],
    ),
    (
        "diff",
        "-old\n+new",
        &[("deleted", "-old"), ("inserted", "+new")],
    ),
];

/// The text a browser shows: without tags, entities decoded. Fails on a tag that is not ours.
fn shown(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').expect("a tag that ends");
        let ours = Role::ALL
            .iter()
            .any(|role| tag == format!("span class=\"{}\"", role.class()));
        assert!(ours || tag == "/span", "a tag not of ours: {tag}");
        rest = after;
    }
    text.push_str(rest);
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[test]
fn each_language_has_its_spans_and_its_text() {
    let highlighter = Highlighter::new();
    for (language, code, spans) in SAMPLES {
        let html = highlighter.highlight(language, code).expect(language);
        assert_eq!(shown(&html), *code, "{language}");
        for (role, text) in *spans {
            let span = format!("<span class=\"hl-{role}\">{text}</span>");
            assert!(html.contains(&span), "{language}: no {span} in\n{html}");
        }
    }
    assert_eq!(highlighter.failure(), None);
}

#[test]
fn markup_in_code_is_escaped() {
    let html = Highlighter::new()
        .highlight("python", "a = \"<b>&amp;\" > '\"'")
        .expect("known");
    assert!(html.contains("&lt;b&gt;&amp;amp;&quot;"), "{html}");
    assert!(!html.contains("<b>"));
}

#[test]
fn line_endings_and_outer_space_stay() {
    let highlighter = Highlighter::new();
    for code in [
        "",
        "\n",
        "a\r\nb\rc\n\n",
        "  x = 1  \n\t",
        "\r",
        "\u{feff}# é€𝄞",
    ] {
        let html = highlighter.highlight("python", code).expect("known");
        assert_eq!(shown(&html), code, "{code:?}");
    }
}

#[test]
fn names_are_known_in_any_case_and_unknown_ones_stay_plain() {
    let highlighter = Highlighter::new();
    for name in ["YARA", " Yar ", "Rust", "SIGMA", "text", "plaintext"] {
        assert!(highlighter.knows(name), "{name}");
    }
    for name in ["", "klingon", "yara rule"] {
        assert!(!highlighter.knows(name), "{name}");
        assert_eq!(highlighter.highlight(name, "a"), None, "{name}");
    }
    assert_eq!(highlighter.highlight("text", "a"), None);
}

#[test]
fn nothing_is_loaded_until_a_language_is_asked_for() {
    let highlighter = Highlighter::new();
    highlighter.highlight("text", "a");
    assert!(highlighter.knows("plain"));
    assert!(highlighter.registry.get().is_none());
}

#[test]
fn code_out_of_bounds_stays_plain() {
    let highlighter = Highlighter::new();
    let line = format!("{}\n", "a".repeat(99));
    for (what, code) in [
        ("long code", line.repeat(LONGEST_CODE / line.len() + 1)),
        ("a long line", "a".repeat(LONGEST_LINE + 1)),
        (
            "many long lines",
            format!("{}\n", "a".repeat(4000)).repeat(3),
        ),
        ("deep brackets", "[".repeat(DEEPEST_NESTING + 1)),
        ("deep tags", "<div>\n".repeat(MOST_OPEN_TAGS + 1)),
    ] {
        assert_eq!(highlighter.highlight("yaml", &code), None, "{what}");
    }
    let closed = "{\"a\": [1]}\n".repeat(500);
    assert!(highlighter.highlight("json", &closed).is_some());
}

#[test]
fn code_that_hangs_a_grammar_stays_plain() {
    let highlighter = Highlighter::new();
    assert_eq!(highlighter.highlight("stylus", "{{{{"), None);
    assert_eq!(highlighter.highlight("C#", &"<a ".repeat(60)), None);
    assert_eq!(highlighter.highlight("c", "int aé(void);"), None);
    for (language, code) in [
        ("C#", "List<Tuple<int, A>> x = null;"),
        ("c", "int a(void); // é (ü)\nputs(\"é\");"),
    ] {
        assert!(highlighter.highlight(language, code).is_some(), "{code}");
    }
    assert_eq!(highlighter.failure(), None);
}

#[test]
fn recursion_on_a_line_has_the_stack_it_needs() {
    // A test runs in a thread of 2 MiB, as do the workers of a build; this would overflow it.
    let code = "<".repeat(3500);
    let html = Highlighter::new().highlight("bash", &code).expect("known");
    assert_eq!(shown(&html), code);
}

#[test]
fn threads_and_repetition_give_the_same() {
    let alone: Vec<_> = SAMPLES
        .iter()
        .map(|(language, code, _)| Highlighter::new().highlight(language, code))
        .collect();
    let shared = Highlighter::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for ((language, code, _), expected) in SAMPLES.iter().zip(&alone) {
                    assert_eq!(&shared.highlight(language, code), expected);
                    assert_eq!(&shared.highlight(language, code), expected);
                }
            });
        }
    });
}

#[test]
fn the_stylesheet_has_every_role() {
    let css = include_str!("../highlight.css");
    for role in Role::ALL {
        let class = role.class();
        assert!(css.contains(&format!("\n.{class} {{ color: var(--{class})")));
        assert!(css.contains(&format!("--{class}: light-dark(")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Random text, and the pieces of the samples in random order, in every named language.
    #[test]
    fn any_text_is_shown_as_it_is(
        noise in "[ -~\n\r\té€\u{1d11e}\u{2028}]{0,120}",
        pieces in prop::collection::vec(prop::sample::select(pieces()), 0..30),
    ) {
        thread_local! { static SHARED: Highlighter = Highlighter::new(); }
        for code in [noise, pieces.concat()] {
            SHARED.with(|highlighter| {
                for (language, _, _) in SAMPLES {
                    if let Some(html) = highlighter.highlight(language, &code) {
                        assert_eq!(shown(&html), code, "{language}");
                    } else {
                        assert!(!within_bounds(&code), "{language}: {code:?}");
                    }
                }
            });
        }
    }
}

fn pieces() -> Vec<&'static str> {
    SAMPLES
        .iter()
        .flat_map(|(_, code, _)| code.split_inclusive([' ', '\n', '(', '"']))
        .collect()
}
