//! Stories about blocks: what is written, what is shown or said about it.

use super::*;
use base::diagnostic::Severity;

/// A document as an analyst writes it, with the CSV files beside it.
fn read(document: &str, files: &[(&str, &str)]) -> (Vec<Figure>, Vec<String>) {
    let file = SourceFile::new("content/briefs/case/index.md", document);
    let files = files
        .iter()
        .map(|(path, text)| {
            (
                (*path).to_owned(),
                SourceFile::new(format!("content/briefs/case/{path}"), *text),
            )
        })
        .collect();
    let mut found = Diagnostics::new();
    let body = body::parse(
        &file,
        0..file.text.len(),
        base::marking::Tlp::Clear,
        &mut found,
    );
    assert!(found.is_empty(), "{found:?}");
    let figures = body
        .figures
        .iter()
        .filter_map(|figure| parse(&file, figure, &files, &mut found))
        .collect();
    found.sort();
    assert_eq!(found.count(Severity::Warning), 0);
    let said = found
        .iter()
        .map(|finding| {
            let location = finding.location.as_ref().expect("a place");
            let (line, column) = location.line_column();
            let name = location.file.path.rsplit('/').next().unwrap_or_default();
            let marked = &location.file.text[location.span.clone()];
            format!(
                "{} {name}:{line}:{column} `{marked}`: {}",
                finding.code.slug(),
                finding.message
            )
        })
        .collect();
    (figures, said)
}

fn html(document: &str) -> String {
    html_with(document, &[])
}

pub(super) fn html_with(document: &str, files: &[(&str, &str)]) -> String {
    let (figures, said) = read(document, files);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(figures.len(), 1);
    render(&figures[0], "figure-1", &map::World::default(), &|id| {
        (id == "own").then_some(2)
    })
}

/// What is said about a document with one faulty block.
pub(super) fn said(document: &str) -> Vec<String> {
    said_with(document, &[])
}

pub(super) fn said_with(document: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (figures, said) = read(document, files);
    assert!(figures.is_empty(), "{figures:?}");
    said
}

pub(super) fn shows(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no {part} in {html}");
    }
}

#[test]
fn a_bar_chart_has_its_numbers_in_the_drawing_and_in_a_table() {
    let html = html(
        "```chart\ntype: bar\ntitle: Lures <by> month\nunit: lures\nsource: own\nperiod: 2025-Q3\n\
         data: {2025-07: 96, 2025-08: 188, 2025-09: 3.20}\n```\n",
    );
    shows(
        &html,
        &[
            "<figure class=\"figure figure-chart\"><figcaption>Lures &lt;by&gt; month <span class=\"figure-note\">(lures, 2025-Q3)</span>",
            "role=\"img\"",
            "aria-labelledby=\"figure-1-title figure-1-description\"",
            "<desc id=\"figure-1-description\">Bar chart. 2025-07: 96; 2025-08: 188; 2025-09: 3.20.</desc>",
            ">188</text>",
            "<tr><th scope=\"row\">2025-09</th><td class=\"number\">3.20</td></tr>",
            "<p class=\"figure-source\">Source [2]</p></figure>",
        ],
    );
    assert!(!html.contains("style=") && !html.contains("pattern"));
}

#[test]
fn every_type_of_chart_is_drawn() {
    let series = "series:\n- {name: Mail, data: {Q1: 4, Q2: 12345678}}\n- {name: Web, data: {Q2: 1, Q3: 2}}\n";
    for (kind, sign) in [
        ("bar", "hatch-1)"),
        ("stacked-bar", "class=\"part\""),
        ("column", "hatch-1)"),
        ("line", "stroke-dasharray"),
        ("heat-map", "heat-6"),
    ] {
        let html = html(&format!("```chart\ntype: {kind}\ntitle: T\n{series}```\n"));
        shows(
            &html,
            &[
                sign,
                "Mail",
                "Web",
                "Q3",
                "<td class=\"number\">\u{2013}</td>",
                "12\u{202f}345\u{202f}678",
            ],
        );
    }
    let html = html("```chart\ntype: pie\ntitle: T\ndata: {A: 1, B: 3}\n```\n");
    shows(&html, &["slice", "A: 1 (25%)", "B: 3 (75%)", ">4</text>"]);
}

#[test]
fn a_donut_of_one_part_is_a_whole_ring() {
    let html = html("```chart\ntype: donut\ntitle: T\nunit: \"%\"\ndata: {All: 100}\n```\n");
    assert_eq!(html.matches("A96 96").count(), 2);
    shows(&html, &["All: 100%<"]);
}

#[test]
fn negative_numbers_stand_left_of_the_axis() {
    let html =
        html("```chart\ntype: bar\ntitle: Change\nunit: \"%\"\ndata: {A: -20, B: 10}\n```\n");
    shows(
        &html,
        &[
            " text-anchor=\"end\">-20%<"
                .replace("-20", "\u{2212}20")
                .as_str(),
            ">10%<",
        ],
    );
}

#[test]
fn a_chart_reads_a_file_beside_the_document() {
    let files = [(
        "cases.csv",
        "Month,Phishing \"A\",Web\n2025-07,96,1\n2025-08,188,\n",
    )];
    let block = html_with(
        "```chart\ntype: line\ntitle: T\nfile: ./cases.csv\n```\n",
        &files,
    );
    shows(
        &block,
        &[
            "<th scope=\"col\">Month</th>",
            "Phishing &quot;A&quot;",
            "<td class=\"number\">\u{2013}</td>",
        ],
    );
    let info = html_with(
        "```chart file=cases.csv source=own\ntype: line\ntitle: T\n```\n",
        &files,
    );
    shows(&info, &["Phishing", "Source [2]"]);
}

#[test]
fn faults_of_a_chart_are_told_at_their_place() {
    let cases: [(&str, &[&str]); 19] = [
        (
            "type: bra\ntitle: T\ndata: {a: 1}",
            &["unknown-value index.md:2:7 `bra`: `bra` is not a value of type of chart"],
        ),
        (
            "type: bar\ndata: {a: 1}",
            &["missing-key index.md:2:1 ``: the key `title` is missing"],
        ),
        (
            "type: bar\ntitle: T\ncolour: red\ndata: {a: 1}",
            &["unknown-key index.md:4:1 `colour`: unknown key `colour`"],
        ),
        (
            "type: bar\ntitle: T\ndata: {a: one}",
            &["wrong-type index.md:4:11 `one`: expected a number, found text"],
        ),
        (
            "type: bar\ntitle: T\ndata: {a: .inf}",
            &["out-of-range index.md:4:11 `.inf`: the number is not finite"],
        ),
        (
            "type: bar\ntitle: T\ndata: {a: 1e300}",
            &["out-of-range index.md:4:11 `1e300`: the number is too large to be drawn"],
        ),
        (
            "type: donut\ntitle: T\ndata: {a: -1, b: 2}",
            &["out-of-range index.md:4:11 `-1`: a donut chart cannot show a negative number"],
        ),
        (
            "type: stacked-bar\ntitle: T\ndata: {a: -1}",
            &["out-of-range index.md:4:11 `-1`: a stacked bar chart cannot show a negative number"],
        ),
        (
            "type: donut\ntitle: T\ndata: {a: 0}",
            &["bad-figure index.md:4:7 `{a: 0}`: all parts of the donut chart are 0"],
        ),
        (
            "type: donut\ntitle: T\nseries: [{name: A, data: {x: 1}}, {name: B, data: {x: 1}}]",
            &["bad-figure index.md:4:42 `B`: a donut chart has one series"],
        ),
        (
            "type: bar\ntitle: T",
            &["bad-figure index.md:2:1 `type: bar\ntitle: T`: the chart has no numbers"],
        ),
        (
            "type: bar\ntitle: T\ndata: {}",
            &["bad-figure index.md:4:7 `{}`: the chart has no numbers"],
        ),
        (
            "type: bar\ntitle: T\ndata: {a: 1}\nfile: x.csv",
            &["bad-figure index.md:5:7 `x.csv`: the numbers of the chart stand in two places"],
        ),
        (
            "type: bar\ntitle: T\nfile: x.csv",
            &[
                "missing-file index.md:4:7 `x.csv`: there is no CSV file `x.csv` beside this document",
            ],
        ),
        (
            "type: bar\ntitle: T\nfile: ../x.csv",
            &[
                "path-escape index.md:4:7 `../x.csv`: there is no CSV file `../x.csv` beside this document",
            ],
        ),
        (
            "type: bar\ntitle: T\ndata: {a: 1, a: 2}",
            &["duplicate-key index.md:4:14 `a`: the key `a` stands twice in one table"],
        ),
        (
            "type: bar\ntitle: T\nTLP: red\ndata: {a: 1}",
            &[
                "bad-figure index.md:4:1 `TLP`: the key `TLP` cannot stand in a figure: a figure is shown or withheld whole",
            ],
        ),
        (
            "type: bar\ntitle: (TLP:AMBER) T\ndata: {TLP:AMBER: 1}",
            &[
                "stray-mark index.md:3:8 `(TLP:AMBER) T`: a TLP mark inside of a figure marks nothing",
            ],
        ),
        (
            "- a",
            &["wrong-type index.md:2:1 `- a`: expected a table, found a list"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            said(&format!("```chart\n{text}\n```\n")),
            expected,
            "{text}"
        );
    }
}

#[test]
fn faults_of_the_syntax_are_told_at_their_place() {
    let found = said("Text.\n\n```chart\ntype: bar\ntitle: [a\n```\n");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("yaml-syntax index.md:5:8"),
        "{found:?}"
    );
}

#[test]
fn a_chart_has_limits() {
    let labels: Vec<String> = (0..=200).map(|label| format!("l{label}: 1")).collect();
    let found = said(&format!(
        "```chart\ntype: bar\ntitle: T\ndata: {{{}}}\n```\n",
        labels.join(", ")
    ));
    assert_eq!(
        found,
        ["out-of-range index.md:4:1698 `l200`: a chart shows at most 200 labels"]
    );
    let series: Vec<String> = (0..=12)
        .map(|name| format!("- {{name: s{name}, data: {{a: 1}}}}\n"))
        .collect();
    let found = said(&format!(
        "```chart\ntype: bar\ntitle: T\nseries:\n{}```\n",
        series.concat()
    ));
    assert_eq!(
        found,
        ["out-of-range index.md:17:10 `s12`: a chart shows at most 12 series"]
    );
}

#[test]
fn faults_of_a_csv_are_told_in_the_csv() {
    let document = "```chart\ntype: bar\ntitle: T\nfile: x.csv\n```\n";
    let cases: [(&str, &[&str]); 6] = [
        (
            "a,b\nx,\"1,234\"\n",
            &["wrong-type x.csv:2:3 `\"1,234\"`: expected a number, found `1,234`"],
        ),
        (
            "a,b\nx,NaN\n",
            &["out-of-range x.csv:2:3 `NaN`: the number is not finite"],
        ),
        (
            "a,b\nx,1\n,2\n",
            &["bad-figure x.csv:3:1 `,2`: a row has no label"],
        ),
        (
            "a,b\nx,1\nx,2\n",
            &["bad-figure x.csv:3:1 `x`: the label `x` stands twice"],
        ),
        (
            "a,b\n",
            &["bad-figure x.csv:1:1 `a,b`: the file has no rows with numbers"],
        ),
        (
            "a,b,tlp\nx,1,red\ny,2,red\n",
            &[
                "bad-figure x.csv:1:5 `tlp`: a column with markings of single rows cannot stand in a figure: a figure is shown or withheld whole",
            ],
        ),
    ];
    for (csv, expected) in cases {
        assert_eq!(said_with(document, &[("x.csv", csv)]), expected, "{csv}");
    }
}

#[test]
fn places_hold_in_quotes_lists_and_with_windows_line_ends() {
    let expected = |line: usize, column: usize| {
        vec![format!(
            "wrong-type index.md:{line}:{column} `one`: expected a number, found text"
        )]
    };
    let block = "```chart\ntype: bar\ntitle: T\ndata:\n  a: 2\n  b: one\n```\n";
    assert_eq!(said(block), expected(6, 6));
    assert_eq!(said(&block.replace('\n', "\r\n")), expected(6, 6));
    let quoted: String = block.lines().map(|line| format!("> {line}\n")).collect();
    assert_eq!(said(&quoted), expected(6, 8));
    let listed: String = block.lines().map(|line| format!("   {line}\n")).collect();
    assert_eq!(said(&format!("1. Text\n\n{listed}")), expected(8, 9));
}

#[test]
fn a_timeline_is_sorted_by_date() {
    let html = html(
        "```timeline source=own\n- date: 2025-08\n  text: Second <wave>\n- date: 2025-07-03\n  text: First\n\
         - {date: 2024, text: Before}\n- {date: 2025-07-03T09:30:00.5Z, text: Later that day}\n```\n",
    );
    let dates: Vec<&str> = html
        .split("<time datetime=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    assert_eq!(
        dates,
        ["2024", "2025-07-03", "2025-07-03T09:30:00Z", "2025-08"]
    );
    shows(
        &html,
        &[
            "<ol class=\"timeline\">",
            "Second &lt;wave&gt;",
            "Source [2]",
            ">2025-07-03 09:30 UTC</time>",
        ],
    );
}

#[test]
fn a_timeline_may_be_a_table_or_csv() {
    let table = html(
        "```timeline\ntitle: The first days\nsource: own\nentries:\n- {date: 2025, text: A}\n```\n",
    );
    shows(
        &table,
        &[
            "<figcaption>The first days</figcaption>",
            "Source [2]",
            "<span class=\"timeline-text\">A</span>",
        ],
    );
    let csv = html("```timeline\ndate,text\n2025-02-01,\"One, two\"\n```\n");
    shows(&csv, &["datetime=\"2025-02-01\"", "One, two"]);
}

#[test]
fn faults_of_a_timeline_are_told_at_their_place() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "- date: 2025-02-30\n  text: A",
            &["bad-date index.md:2:9 `2025-02-30`: `2025-02-30` is not a date that exists"],
        ),
        (
            "- date: 2025",
            &["missing-key index.md:2:3 ``: the key `text` is missing"],
        ),
        (
            "- date: 2025\n  txt: A",
            &[
                "missing-key index.md:2:3 ``: the key `text` is missing",
                "unknown-key index.md:3:3 `txt`: unknown key `txt`",
            ],
        ),
        (
            "- date: 2025\n  text: A\n  tlp: amber",
            &[
                "bad-figure index.md:4:3 `tlp`: the key `tlp` cannot stand in a figure: a figure is shown or withheld whole",
            ],
        ),
        (
            "- {date: 2025, text: \"(TLP:AMBER) A\"}",
            &[
                "stray-mark index.md:2:22 `\"(TLP:AMBER) A\"`: a TLP mark inside of a figure marks nothing",
            ],
        ),
        (
            "date,text\n2025-13,A",
            &["bad-date index.md:3:1 `2025-13`: `2025-13` is not a date that exists"],
        ),
        (
            "title: T",
            &["bad-figure index.md:2:1 `title: T`: the figure has neither entries nor a file"],
        ),
        (
            "[]",
            &["bad-figure index.md:2:1 `[]`: there are no entries to show"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            said(&format!("```timeline\n{text}\n```\n")),
            expected,
            "{text}"
        );
    }
    assert_eq!(said("```timeline\n```\n").len(), 1);
}

#[test]
fn indicators_are_grouped_by_type_and_defanged() {
    let html = html(
        "```indicators\ntype,value,description,first_seen\nipv4,192.0.2.130,router <A>,2025-11-10\n\
         domain,relay.example[.]org,,\nipv4,203.0.113.9,,\n```\n",
    );
    shows(
        &html,
        &[
            "<th class=\"indicator-type\" colspan=\"3\" scope=\"rowgroup\">Domain</th>",
            "<code data-defanged>relay[.]example[.]org</code>",
            "<code data-defanged>192[.]0[.]2[.]130</code></td><td>router &lt;A&gt;</td><td><time",
            "<th scope=\"col\">First seen</th></tr>",
        ],
    );
    assert!(html.find("Domain") < html.find("IPv4"));
    assert_eq!(html.matches("rowgroup").count(), 2);
    assert!(!html.contains("Software"));
}

#[test]
fn indicators_come_from_a_file_or_yaml_too() {
    let files = [("iocs.csv", "type,value\nurl,hxxp://lure.example/a\n")];
    for block in [
        "```indicators\nfile: iocs.csv\n```\n",
        "```indicators file=iocs.csv\n```\n",
    ] {
        shows(
            &html_with(block, &files),
            &["<code data-defanged>hxxp://lure[.]example/a</code>"],
        );
    }
    shows(
        &html("```indicators\n- type: asn\n  value: 64496\n```\n"),
        &["<code>AS64496</code>"],
    );
}

#[test]
fn faults_of_indicators_are_told_at_their_place() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "type,value\nipv4,300.1.1.1",
            &["bad-indicator index.md:3:6 `300.1.1.1`: `300.1.1.1` is not a value of type ipv4"],
        ),
        (
            "type,value\nipv5,1.1.1.1",
            &["unknown-value index.md:3:1 `ipv5`: `ipv5` is not a value of type of indicator"],
        ),
        (
            "type,value,Tlp\nasn,1,red\nasn,2,red",
            &[
                "bad-figure index.md:2:12 `Tlp`: a column with markings of single rows cannot stand in a figure: a figure is shown or withheld whole",
            ],
        ),
        (
            "- {type: asn, value: 1, audience: [acme]}",
            &[
                "bad-figure index.md:2:25 `audience`: the key `audience` cannot stand in a figure: a figure is shown or withheld whole",
            ],
        ),
        (
            "- {type: asn, value: 1, source: own}",
            &[
                "bad-figure index.md:2:33 `own`: an entry of a figure cannot have a source of its own",
            ],
        ),
        (
            "file: iocs.csv",
            &[
                "missing-file index.md:2:7 `iocs.csv`: there is no CSV file `iocs.csv` beside this document",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            said(&format!("```indicators\n{text}\n```\n")),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_column_of_sources_in_an_indicator_file_is_told_in_the_file() {
    let found = said_with(
        "```indicators file=i.csv\n```\n",
        &[("i.csv", "type,value,source\nasn,1,own\n")],
    );
    assert_eq!(
        found,
        ["bad-figure i.csv:2:7 `own`: an entry of a figure cannot have a source of its own"]
    );
}

#[test]
fn the_opening_line_has_no_room_for_slips() {
    let table = "type: bar\ntitle: T\nsource: own\ndata: {a: 1}\n```\n";
    assert_eq!(
        said(&format!("```chart fiel=x.csv\n{table}")),
        [
            "bad-figure index.md:1:10 `fiel=x.csv`: `fiel=x.csv` means nothing in the line that opens a figure"
        ]
    );
    assert_eq!(
        said(&format!("```chart source=own\n{table}")),
        ["bad-figure index.md:4:9 `own`: `source` is given twice for this figure"]
    );
    assert_eq!(
        said_with(
            "```timeline file=x.csv\n- {date: 2025, text: A}\n```\n",
            &[("x.csv", "date,text\n2025,A\n")]
        ),
        [
            "bad-figure index.md:1:13 `file=x.csv`: the block has entries, and its opening line names a file"
        ]
    );
}

#[test]
fn the_source_has_its_place_in_the_document() {
    let document =
        "Text.\n\n> ```chart\n> type: bar\n> title: T\n> source: vendor-a\n> data: {a: 1}\n> ```\n";
    let (figures, _) = read(document, &[]);
    let source = figures[0].source.clone().expect("a source");
    assert_eq!(&document[source.span.clone()], "vendor-a");
    let html = render(&figures[0], "f", &map::World::default(), &|_| None);
    assert!(!html.contains("vendor-a") && !html.contains("figure-source"));
}

#[test]
fn bars_take_any_number() {
    let data = [
        ("A & B".to_owned(), 33.333_333),
        ("C".to_owned(), f64::NAN),
        ("D".to_owned(), f64::MAX),
    ];
    shows(
        &bars("Shares", "%", "home", &data),
        &["A &amp; B", ">33.33%</text>", ">0%</text>", "home-title"],
    );
    assert_eq!(bars("Shares", "%", "home", &[]), "");
}
