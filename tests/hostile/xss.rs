//! Nothing that a site's files hold becomes active on a page: each kind of payload in each place that
//! takes text is refused with a finding, or shown as the text that it is.
//!
//! The pages are judged by the tree that a browser would build (`promises::page`), not by patterns.

use std::collections::{BTreeMap, BTreeSet};

use crate::payloads::PAYLOADS;
use crate::promises::page::{Piece, faults, shown};
use crate::support::{SETTINGS, Site, brief};

/// Builds what is not refused, and judges every file of the output. Gives the output and the files
/// that were refused, with the codes of their findings.
fn build(
    site: &Site,
) -> (
    BTreeMap<String, Vec<u8>>,
    BTreeMap<String, BTreeSet<String>>,
) {
    let mut refused: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // A name that went may be what another file needs, so that it takes more than one round.
    for _ in 0..8 {
        let findings = site.check().findings();
        let errors: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity == "error")
            .collect();
        if errors.is_empty() {
            break;
        }
        for finding in errors {
            let file = finding.file.clone().expect("a finding has a file");
            refused
                .entry(file)
                .or_default()
                .insert(finding.code.clone());
        }
        for file in refused.keys() {
            if site.path(file).exists() {
                site.remove(file);
            }
        }
    }
    site.build().success();
    let output = site.output();
    judge(&output);
    (output, refused)
}

fn judge(output: &BTreeMap<String, Vec<u8>>) {
    let mut wrong = Vec::new();
    let mut pages = 0;
    for (path, bytes) in output {
        let text = || String::from_utf8(bytes.clone()).expect("the output is UTF-8");
        if path.ends_with(".html") {
            pages += 1;
            for fault in faults(&text(), Piece::Page) {
                wrong.push(format!("{path}: {fault}"));
            }
        } else if path.ends_with("atom.xml") || path.ends_with("sitemap.xml") {
            well_formed(path, &text(), &mut wrong);
        } else if path.ends_with(".json") {
            match serde_json::from_str::<serde_json::Value>(&text()) {
                Ok(feed) => {
                    for item in feed["items"].as_array().into_iter().flatten() {
                        if let Some(html) = item["content_html"].as_str() {
                            wrong.extend(faults(html, Piece::Body));
                        }
                        for key in ["url", "external_url", "image"] {
                            if let Some(address) = item[key].as_str()
                                && !crate::promises::page::address_is_sound(address)
                            {
                                wrong.push(format!("{path}: {key} is {address}"));
                            }
                        }
                    }
                }
                Err(error) => wrong.push(format!("{path}: {error}")),
            }
        } else if path.ends_with(".css") && text().contains("boom") {
            wrong.push(format!("{path}: text of a document"));
        }
    }
    assert!(pages > 0, "nothing was built");
    assert!(
        wrong.is_empty(),
        "{} faults: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}

/// An XML document of known elements, without document type or instructions.
fn well_formed(path: &str, text: &str, wrong: &mut Vec<String>) {
    const KNOWN: &[&str] = &[
        "feed",
        "entry",
        "id",
        "title",
        "subtitle",
        "updated",
        "published",
        "link",
        "author",
        "name",
        "uri",
        "email",
        "summary",
        "content",
        "category",
        "rights",
        "generator",
        "icon",
        "logo",
        "urlset",
        "sitemapindex",
        "sitemap",
        "url",
        "loc",
        "lastmod",
    ];
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut html = false;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
                if !KNOWN.contains(&name.as_str()) {
                    wrong.push(format!("{path}: the element <{name}>"));
                }
                html = false;
                for attribute in tag.attributes() {
                    let Ok(attribute) = attribute else {
                        wrong.push(format!("{path}: an attribute of <{name}>"));
                        continue;
                    };
                    let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
                    let value = String::from_utf8_lossy(&attribute.value).into_owned();
                    if key == "href" && !crate::promises::page::address_is_sound(&value) {
                        wrong.push(format!("{path}: a link to {value}"));
                    }
                    html |= key == "type" && value != "text";
                }
                html &= matches!(name.as_str(), "content" | "summary" | "title");
            }
            Ok(quick_xml::events::Event::Text(_)) if html => {
                wrong.push(format!("{path}: text that a reader takes for HTML"));
            }
            Ok(quick_xml::events::Event::DocType(_) | quick_xml::events::Event::PI(_)) => {
                wrong.push(format!("{path}: a document type or instruction"));
            }
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                wrong.push(format!("{path}: {error}"));
                break;
            }
        }
    }
}

/// JSON strings are YAML, but for what YAML does not take even so.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

#[test]
fn in_every_text_of_the_front_matter() {
    let mut site = Site::new().file("tearline.toml", SETTINGS);
    for (number, (_, payload)) in PAYLOADS.iter().enumerate() {
        // Names are unique, so that no two payloads want one address.
        let p = quoted(&format!("{payload} n{number}"));
        site = site
            .file(
                &format!("content/briefs/b{number}.md"),
                format!(
                    "---\ntitle: {p}\ndate: 2025-11-10\nsummary: {p}\nreport_number: {p}\nauthors: [{p}]\n\
                     actors: [{p}]\ncampaigns: [{p}]\nsectors: [{p}]\nsoftware: [{p}]\ntags: [{p}]\n\
                     attribution: [{{actor: {p}, alignment: {p}, basis: technical, confidence: low, source: a}}]\n\
                     key_judgments: [{{text: {p}, likelihood: likely, confidence: low, sources: [a]}}]\n\
                     intelligence_gaps: [{p}]\noutlook: {p}\n\
                     statistics: [{{label: {p}, value: 3, unit: {p}, of: {p}, period: 2025, source: a}}]\n\
                     events: [{{date: 2025-11, text: {p}, source: a}}]\n\
                     quotes: [{{text: {p}, person: {p}, role: {p}, organisation: {p}, source: a}}]\n\
                     indicators: [{{type: ipv4, value: 198.51.100.3, description: {p}, software: {p}}}]\n\
                     sources: [{{id: a, title: {p}, publisher: {p}, url: 'https://x.example/?q=%22%3E<script>\"', reliability: A, credibility: 1}}]\n\
                     changelog: [{{date: 2025-11-12, note: {p}}}]\nextra: {{accent: {p}}}\n---\n\nText [@a].\n"
                ),
            )
            .file(
                &format!("content/actors/a{number}.md"),
                format!(
                    "---\nname: {p}\nsummary: {p}\nalignment: {p}\nsponsor: {p}\n\
                     aliases: [{{name: {}, source: {p}, relation: suspected, confidence: low}}]\n\
                     external: {{malpedia: {p}}}\nrelated: [{p}]\n\
                     sources: [{{id: a, title: {p}, publisher: {p}, reliability: A, credibility: 1}}]\n---\nText.\n",
                    quoted(&format!("{payload} alias n{number}")),
                ),
            )
            .file(
                &format!("content/regions/r{number}.md"),
                format!("---\nname: {p}\nkind: custom\nmembers: [TW]\nsummary: {p}\nnote: {p}\n---\nText.\n"),
            )
            .file(
                &format!("content/sectors/s{number}.md"),
                format!("---\nname: {p}\nsummary: {p}\naliases: [{}]\n---\nText.\n", quoted(&format!("{payload} alias n{number}"))),
            )
            .file(
                &format!("content/software/s{number}.md"),
                format!("---\nname: {p}\ntype: tool\nsummary: {p}\nactors: [{p}]\n---\nText.\n"),
            )
            .file(
                &format!("content/campaigns/c{number}.md"),
                format!("---\nname: {p}\nsummary: {p}\nactors: [{p}]\n---\nText.\n"),
            )
            .file(
                &format!("content/vulnerabilities/v{number}.md"),
                format!("---\nname: CVE-2023-{}\nsummary: {p}\naliases: [{}]\n---\nText.\n", 1000 + number, quoted(&format!("{payload} cve n{number}"))),
            )
            .file(
                &format!("content/techniques/t{number}.md"),
                format!("---\nname: T{}\nsummary: {p}\n---\nText.\n", 1000 + number),
            )
            .file(
                &format!("content/pages/p{number}.md"),
                format!("---\ntitle: {p}\nsummary: {p}\n---\nText.\n"),
            );
    }
    let (output, refused) = build(&site);
    assert_eq!(refused, BTreeMap::new(), "plain text is no error");
    // They are shown, and not swallowed.
    for (number, (kind, payload)) in PAYLOADS.iter().enumerate() {
        let page = String::from_utf8_lossy(&output[&format!("briefs/b{number}/index.html")]);
        let visible = shown(&page);
        let whole: String = payload
            .chars()
            .map(|c| {
                if c.is_control() && c != '\t' {
                    '\u{fffd}'
                } else {
                    c
                }
            })
            .collect();
        assert!(
            visible.contains(payload) || visible.contains(&whole),
            "{kind}: {payload} is not shown:\n{visible}"
        );
    }
}

/// Where a body can hold a text, each as a document of its own.
const PLACES: &[(&str, &str)] = &[
    ("a block", "PAYLOAD\n"),
    ("a line", "Before PAYLOAD after.\n"),
    ("two halves", "<b>PAYLOAD\n\n*a* </b>\n"),
    ("an item", "- PAYLOAD\n- x\n"),
    ("a task", "- [ ] PAYLOAD\n"),
    ("a quote", "> PAYLOAD\n"),
    ("an alert", "> [!WARNING]\n> PAYLOAD\n"),
    ("a heading", "## PAYLOAD\n\nText.\n"),
    (
        "a heading's attributes",
        "## x {#PAYLOAD .PAYLOAD onclick=PAYLOAD}\n\nText.\n",
    ),
    ("a table", "| PAYLOAD | b |\n|---|---|\n| c | PAYLOAD |\n"),
    ("a term", "PAYLOAD\n: PAYLOAD\n"),
    ("a link's text", "[PAYLOAD](https://x.example)\n"),
    ("a link's address", "[x](<PAYLOAD>)\n"),
    ("a link's bare address", "[x](PAYLOAD)\n"),
    ("a link's title", "[x](https://x.example 'PAYLOAD')\n"),
    (
        "a link's title, double",
        "[x](https://x.example \"PAYLOAD\")\n",
    ),
    ("an empty link", "<b>x</b> [](<PAYLOAD>)\n"),
    ("a reference", "[x][r]\n\n[r]: <PAYLOAD> 'PAYLOAD'\n"),
    (
        "a reference's name",
        "[PAYLOAD]\n\n[PAYLOAD]: https://x.example\n",
    ),
    ("an autolink", "<https://x.example/PAYLOAD>\n"),
    ("an image", "![PAYLOAD](<PAYLOAD> 'PAYLOAD')\n"),
    (
        "a known image",
        "![PAYLOAD](/known.png 'PAYLOAD')\n\nIn a line ![PAYLOAD](/known.png 'PAYLOAD').\n",
    ),
    ("a code block", "```\nPAYLOAD\n```\n"),
    ("a code block's info", "```PAYLOAD\nx\n```\n"),
    (
        "a code block's language",
        "```yara PAYLOAD\nrule x { condition: true }\n```\n",
    ),
    ("code", "`` PAYLOAD ``\n"),
    ("a footnote", "x[^n]\n\n[^n]: PAYLOAD\n"),
    ("a footnote's label", "x[^PAYLOAD]\n\n[^PAYLOAD]: y\n"),
    ("a wiki link", "[[PAYLOAD]]\n"),
    ("a wiki link's text", "[[first|PAYLOAD]]\n"),
    ("a citation", "x [@PAYLOAD]\n"),
    ("a marked block", "(TLP:CLEAR) PAYLOAD\n"),
    ("a block of its own", "::: tlp clear\nPAYLOAD\n:::\n"),
    (
        "a chart",
        "```chart\ntype: bar\ntitle: PAYLOAD\nunit: PAYLOAD\nperiod: 2025\ndata: {a: 1}\n```\n",
    ),
    (
        "a chart, quoted",
        "```chart\ntype: bar\ntitle: QUOTED\nunit: QUOTED\nperiod: 2025\ndata: {QUOTED: 1, b: 2}\n```\n",
    ),
    (
        "a timeline",
        "```timeline\n- {date: 2025-11, text: QUOTED}\n```\n",
    ),
    (
        "a table of indicators",
        "```indicators\n- {type: ipv4, value: 198.51.100.3, description: QUOTED, software: QUOTED}\n```\n",
    ),
    (
        "an indicator",
        "```indicators\n- {type: url, value: QUOTED}\n- {type: file-name, value: QUOTED}\n```\n",
    ),
    (
        "a figure's info",
        "```timeline PAYLOAD source=PAYLOAD\n- {date: 2025-11, text: x}\n```\n",
    ),
];

/// By the functions that make a page's body, with links that lead wherever the text says: nothing
/// but the renderer stands between the text and the page.
#[test]
fn in_every_place_of_a_body() {
    for (kind, payload) in PAYLOADS {
        for (place, frame) in PLACES {
            let text = frame
                .replace("PAYLOAD", payload)
                .replace("QUOTED", &quoted(payload));
            println!("{kind} in {place}: {text}");
            crate::promises::markdown_body(&text);
        }
    }
}

/// Through the front door, where what is dangerous is also told. Each place gets a quarter of the
/// payloads, and each payload a quarter of the places: the test above has all pairs.
#[test]
fn in_bodies_of_a_site() {
    for (turn, (place, frame)) in PLACES.iter().enumerate() {
        let mut site = Site::minimal().file("static/known.png", "x");
        for (number, (_, payload)) in PAYLOADS.iter().enumerate().skip(turn % 4).step_by(4) {
            let text = frame
                .replace("PAYLOAD", payload)
                .replace("QUOTED", &quoted(payload));
            site = site.file(
                &format!("content/briefs/b{number}.md"),
                brief(&format!("B {number}"), "", &text),
            );
        }
        println!("{place}");
        let (_, refused) = build(&site);
        assert!(!refused.contains_key("content/briefs/first.md"));
    }
}

#[test]
fn unsafe_addresses_are_told() {
    for address in [
        "javascript:boom()",
        "JAVASCRIPT:boom()",
        "java&Tab;script:boom()",
        "javascript&colon;boom()",
        "&#106;avascript:boom()",
        "vbscript:boom",
        "data:text/html,x",
        "file:///etc/passwd",
        "blob:https://x.example/1",
        "//x.example/",
        "/\\\\x.example/",
        "view-source:https://x.example",
        "intent://x#Intent;end",
    ] {
        for text in [
            format!("[x]({address})\n"),
            format!("[x][r]\n\n[r]: {address}\n"),
            format!("![x]({address})\n"),
        ] {
            let site = Site::minimal().file("content/briefs/bad.md", brief("Bad", "", &text));
            let codes: Vec<String> = site
                .check()
                .failure()
                .findings()
                .into_iter()
                .map(|finding| finding.code)
                .collect();
            assert!(
                codes.iter().any(|code| code == "TL0408"),
                "{text}: {codes:?}"
            );
        }
    }
}

#[test]
fn in_addresses_of_the_front_matter() {
    for address in [
        "javascript:boom()",
        "java\\tscript:boom()",
        " javascript:boom()",
        "data:text/html,x",
        "vbscript:x",
        "//x.example",
        "ftp://x.example",
        "https:",
        "file:///etc/passwd",
    ] {
        let matter = format!(
            "sources: [{{id: a, title: A, url: \"{address}\", reliability: A, credibility: 1}}]\n"
        );
        let site = Site::minimal().file("content/briefs/bad.md", brief("Bad", &matter, ""));
        let findings = site.check().failure().findings();
        assert_eq!(findings[0].code, "TL0212", "{address}");
        for settings in [
            format!("title = \"T\"\nbase_url = \"{address}\"\n"),
            format!("{SETTINGS}[subscribe]\naction = \"{address}\"\n"),
        ] {
            let site = Site::minimal().file("tearline.toml", settings);
            site.check().failure();
        }
    }
    for key in ["privacy", "terms"] {
        for address in [
            "javascript:boom()",
            "JaVaScRiPt:boom()",
            "java\\tscript:boom()",
            "data:text/html,x",
            "//x.example",
        ] {
            let site = Site::minimal().file(
                "tearline.toml",
                format!(
                    "{SETTINGS}[subscribe]\naction = \"https://x.example\"\n{key} = \"{address}\"\n"
                ),
            );
            site.check().failure();
        }
    }
    // What is refused nowhere is harmless.
    let site = Site::minimal()
        .file("content/briefs/x.md", brief("X", "slug: \"\\\"><script>boom()</script>\"\nredirect_from: [\"/\\\"><script>boom()/\", \"/javascript:boom()/\", \"/a' onclick='b/\"]\n", ""))
        .file("content/actors/x.md", "---\nname: X\nexternal: {malpedia: 'javascript:boom()\" onclick=\"x'}\n---\n")
        .file("content/actors/y.md", "---\nname: Y\nexternal: {malpedia: '../../x\"><script>boom()</script>'}\n---\n");
    let (_, refused) = build(&site);
    assert_eq!(refused, BTreeMap::new());
}

#[test]
fn in_settings() {
    for (kind, payload) in PAYLOADS {
        // TOML has no way to write a null at all.
        let p = quoted(&payload.replace('\0', ""));
        let site = Site::minimal().file(
            "tearline.toml",
            format!(
                "title = {p}\nbase_url = \"https://briefs.example.org/a%22b/<c>/\"\ndefault_tlp = \"clear\"\nauthors = [{p}]\n\
                 [subscribe]\naction = \"https://x.example/?a=%22&b=<c>\"\nfield = {p}\n[extra]\naccent = {p}\n\
                 [editions.a]\ntlp = \"clear\"\ntitle_suffix = {p}\n"
            ),
        );
        println!("{kind}");
        let (output, refused) = build(&site);
        assert_eq!(refused, BTreeMap::new());
        assert!(output.contains_key("a/index.html"));
    }
}

#[test]
fn in_tables() {
    let mut site = Site::new().file("tearline.toml", SETTINGS);
    let mut techniques = Vec::new();
    let mut named = Vec::new();
    for (number, (_, payload)) in PAYLOADS.iter().enumerate() {
        let cell = format!("\"{}\"", payload.replace('"', "\"\""));
        let folder = format!("content/briefs/b{number}");
        site = site
            .file(
                &format!("{folder}/index.md"),
                brief(
                    &format!("B {number}"),
                    "indicators_file: iocs.csv\n",
                    "```indicators\nfile: iocs.csv\n```\n\n```chart\ntype: bar\ntitle: T\nunit: u\nperiod: 2025\nfile: cases.csv\n```\n\n```timeline\nfile: events.csv\n```\n",
                ),
            )
            .file(
                &format!("{folder}/iocs.csv"),
                format!("type,value,description,software\nipv4,198.51.100.3,{cell},{cell}\n"),
            )
            .file(&format!("{folder}/cases.csv"), format!("label,{cell}\na{cell},1\n{cell},2\n"))
            .file(&format!("{folder}/events.csv"), format!("date,text\n2025-11,{cell}\n"));
        techniques.push(format!(
            "{{\"id\": \"T{}\", \"name\": {}, \"tactics\": [\"impact\"]}}",
            1000 + number,
            quoted(payload)
        ));
        named.push(format!("T{}", 1000 + number));
    }
    let notice = quoted("<script>boom()</script>");
    site = site
        .file(
            "data/attack-enterprise.json",
            format!(
                "{{\"format\": 1, \"domain\": \"enterprise-attack\", \"version\": {notice}, \"notice\": {notice},\n\
                 \"tactics\": [{{\"id\": \"TA0040\", \"shortname\": \"impact\", \"name\": {notice}}}],\n\"techniques\": [{}]}}\n",
                techniques.join(",\n")
            ),
        )
        .file(
            "content/briefs/techniques.md",
            brief("Techniques", &format!("techniques: [{}]\n", named.join(", ")), ""),
        );
    let (output, refused) = build(&site);
    assert!(
        !refused.contains_key("content/briefs/techniques.md")
            && !refused.contains_key("data/attack-enterprise.json"),
        "{refused:?}"
    );
    assert!(output.contains_key("techniques/T1000/index.html"));
    // Some tables are no tables any more by what their cells hold; most are.
    assert!(refused.len() < PAYLOADS.len() / 2, "{refused:?}");
}

#[cfg(unix)]
#[test]
fn in_file_names() {
    let mut site = Site::minimal();
    let mut links = String::new();
    for (number, (_, payload)) in PAYLOADS.iter().enumerate() {
        let name: String = payload
            .chars()
            .filter(|c| !matches!(c, '/' | '\\') && !c.is_control())
            .take(60)
            .collect();
        site = site
            .file(
                &format!("content/briefs/named/{number} {name}.png"),
                crate::support::picture("x"),
            )
            .file(
                &format!("content/briefs/n{number} {name}.md"),
                brief(&format!("N {number}"), "", ""),
            )
            .file(
                &format!("content/briefs/f{number} {name}/index.md"),
                brief(&format!("F {number}"), "", ""),
            )
            .file(
                &format!("content/actors/n{number} {name}.md"),
                format!("---\nname: N {number}\n---\n"),
            )
            .file(&format!("static/{number} {name}.txt"), "x");
        if !name.contains(['<', '>', '\\', '\n', '\t', '&', '%', '\u{c}', '\u{1}']) {
            links.push_str(&format!(
                "![x](<{number} {name}.png>) [x](<{number} {name}.png>)\n\n"
            ));
        }
    }
    site = site.file("content/briefs/named/index.md", brief("Named", "", &links));
    let (_, refused) = build(&site);
    assert!(
        !refused.contains_key("content/briefs/named/index.md"),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn names_that_no_address_can_have() {
    for name in [
        "a\\b.txt",
        "a\nb.txt",
        "a\tb.txt",
        "a\u{1b}[31mb.txt",
        "x\\..\\..\\b.txt",
    ] {
        for folder in ["static", "content/briefs/bundle"] {
            let site = Site::minimal()
                .file("content/briefs/bundle/index.md", brief("Bundle", "", ""))
                .file(&format!("{folder}/{name}"), "x");
            let run = site.check().failure();
            assert_eq!(run.findings()[0].code, "TL0113", "{}", run.all());
            // What a terminal would obey is not printed.
            let run = site.build().failure();
            assert!(!run.all().contains('\u{1b}'), "{}", run.all());
        }
    }
}
