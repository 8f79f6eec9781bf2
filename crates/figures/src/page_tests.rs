//! Figures that pages draw of the site's own numbers.
//!
//! With `TEARLINE_SHOW_FIGURES=FOLDER` each is written to a page of its own, to be looked at.

use super::plot::{Bar, Row, Series, Value};
use super::tests::{html_with, said, said_with, shows};
use super::*;

fn show(name: &str, html: &str) {
    if let Some(folder) = std::env::var_os("TEARLINE_SHOW_FIGURES") {
        let page = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content=\"light dark\"><title>{name}</title><style>body{{margin:1rem;font-family:sans-serif;background:var(--figure-background);color:var(--figure-text)}}{STYLESHEET}</style>{html}"
        );
        std::fs::write(std::path::Path::new(&folder).join(name), page).expect("written");
    }
}

#[test]
fn a_map_shades_countries_and_has_all_numbers() {
    let place = |code, name, value, url| map::Place {
        code,
        name,
        value,
        url,
    };
    let places = [
        place("US", "United States", 24, Some("/regions/united-states/")),
        place("DE", "Germany", 12, Some("/regions/germany/")),
        place("SG", "Singapore", 3, Some("/regions/singapore/")),
        place("UA", "Ukraine", 9, None),
        place("IL", "Israel", 5, None),
        place("AQ", "Antarctica", 1, None),
        place("EH", "Western Sahara", 1, None),
        place("BR", "<Brazil>", 2, None),
        place("FR", "France", 0, None),
    ];
    let frame = Frame {
        id: "targets",
        title: "Countries named as targets",
        description: "Where the victims are.",
        unit: "briefs",
        period: Some("2025-Q3 to 2025-Q4"),
        count: Some(42),
        csv_url: Some("/landscape/countries.csv"),
    };
    let html = map::world(&frame, &places);
    show("map.html", &html);
    shows(
        &html,
        &[
            "<figure class=\"figure figure-map\"><figcaption>Countries named as targets <span class=\"figure-note\">(briefs, 2025-Q3 to 2025-Q4, n\u{a0}=\u{a0}42)",
            "aria-labelledby=\"targets-title targets-description\"",
            "Where the victims are. World map with 8 countries shaded by number. The highest numbers: United States 24, Germany 12, Ukraine 9, Israel 5, Singapore 3.",
            "<a href=\"/regions/germany/\" tabindex=\"-1\" aria-hidden=\"true\"><title>Germany: 12</title><path class=\"country shade-",
            "<title>&lt;Brazil&gt;: 2</title>",
            "Not on the map: Antarctica.",
            "Circles are small countries.",
            "figure-all\">Countries by number: 24 United States; 12 Germany; 9 Ukraine; 5 Israel; 3 Singapore; 2 &lt;Brazil&gt;; 1 Antarctica, Western Sahara.</p>",
            "<th scope=\"row\"><a href=\"/regions/singapore/\">Singapore</a></th><td class=\"number\">3</td>",
            "<th scope=\"row\">France</th><td class=\"number\">0</td>",
            "<a href=\"/landscape/countries.csv\" download>Numbers as CSV</a>",
        ],
    );
    assert!(!html.contains("style="));
    assert!(html.len() < 36_000, "{}", html.len());
    assert_eq!(map::world(&frame, &[]), "");
}

fn frame<'a>(id: &'a str, title: &'a str) -> Frame<'a> {
    Frame {
        id,
        title,
        description: "What the site counted.",
        unit: "briefs",
        period: Some("2024-Q1 to 2025-Q4"),
        count: Some(120),
        csv_url: Some("/landscape/numbers.csv"),
    }
}

fn quarters() -> Vec<String> {
    (0..8)
        .map(|at| format!("{}-Q{}", 2024 + at / 4, at % 4 + 1))
        .collect()
}

#[test]
fn bars_link_their_labels() {
    let data = [
        Bar {
            label: "Lazarus <Group>",
            value: 31.0,
            url: Some("/actors/lazarus/"),
        },
        Bar {
            label: "Sandworm",
            value: 12.0,
            url: None,
        },
    ];
    let html = plot::bars(&frame("actors", "Most active actors"), "Actor", &data);
    show("bars.html", &html);
    shows(
        &html,
        &[
            "<span class=\"figure-note\">(briefs, 2024-Q1 to 2025-Q4, n\u{a0}=\u{a0}120)",
            "role=\"group\"",
            "What the site counted. Bar chart. Lazarus &lt;Group&gt;: 31; Sandworm: 12.",
            "<a href=\"/actors/lazarus/\"><text class=\"label\"",
            "<th scope=\"col\">Actor</th><th scope=\"col\">briefs</th>",
            "<a href=\"/actors/lazarus/\">Lazarus &lt;Group&gt;</a></th><td class=\"number\">31</td>",
            "<a href=\"/landscape/numbers.csv\" download>",
        ],
    );
    assert_eq!(
        plot::bars_csv("Actor", "briefs", &data),
        "Actor,briefs\r\nLazarus <Group>,31\r\nSandworm,12\r\n"
    );
    assert_eq!(plot::bars(&frame("a", "A"), "Actor", &[]), "");
}

#[test]
fn quarters_are_low_columns_with_their_numbers() {
    let labels = quarters();
    let data: Vec<Bar<'_>> = labels
        .iter()
        .zip([3.0, 0.0, 7.0, 12.0, 1.0, 5.0, 9.0, 4.0])
        .map(|(label, value)| Bar {
            label,
            value,
            url: None,
        })
        .collect();
    let html = plot::quarters(&frame("activity", "Briefs by quarter"), &data);
    show("quarters.html", &html);
    shows(
        &html,
        &[
            "2024-Q1: 3</title>",
            ">12</text>",
            ">2024-Q1</text>",
            "viewBox=\"0 0 360 ",
        ],
    );
    let height: f64 = html
        .split("viewBox=\"0 0 360 ")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .and_then(|height| height.parse().ok())
        .expect("a height");
    assert!(height < 110.0, "{height}");
}

#[test]
fn labels_under_an_axis_do_not_touch() {
    let labels: Vec<String> = (0..27)
        .map(|at| format!("{}-Q{}", 2019 + at / 4, at % 4 + 1))
        .collect();
    let data: Vec<Bar<'_>> = labels
        .iter()
        .map(|label| Bar {
            label,
            value: 1.0,
            url: None,
        })
        .collect();
    // Without numbers beside it the axis begins at the edge.
    let html = plot::quarters(&frame("long", "Briefs"), &data);
    let middles: Vec<f64> = html
        .split("<text class=\"label\" x=\"")
        .skip(1)
        .filter(|text| text.contains("-Q") && text.find("-Q") < text.find("</text>"))
        .map(|text| text.split('"').next().unwrap().parse().unwrap())
        .collect();
    assert!(middles.len() > 3, "{middles:?}");
    let widest = svg::width("2019-Q1");
    assert!(
        middles.windows(2).all(|pair| pair[1] - pair[0] > widest),
        "{middles:?} at a width of {widest}"
    );
}

#[test]
fn a_map_of_many_countries_lists_those_with_the_highest_numbers_on_paper() {
    let codes: Vec<String> = base::places::all()
        .iter()
        .filter_map(|place| place.alpha2.as_ref().map(ToString::to_string))
        .take(60)
        .collect();
    let places: Vec<map::Place<'_>> = codes
        .iter()
        .map(|code| map::Place {
            code,
            name: code,
            value: 1,
            url: None,
        })
        .collect();
    let html = map::world(&frame("many", "Countries"), &places);
    shows(&html, &["; and 20 more.</p>"]);
}

#[test]
fn what_changes_over_time_is_columns_or_lines() {
    let labels = quarters();
    let names = [
        "China",
        "Russia",
        "North Korea",
        "Iran",
        "Criminal",
        "Hacktivist",
        "Other",
        "Unknown",
    ];
    let series: Vec<Series<'_>> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Series {
            name,
            values: (0..8_u8)
                .map(|quarter| f64::from((quarter * 7 + u8::try_from(at).unwrap() * 5) % 11))
                .collect(),
        })
        .collect();
    let html = plot::stacked(
        &frame("over-time", "Briefs by alignment"),
        "Quarter",
        &labels,
        &series,
    );
    show("stacked.html", &html);
    shows(
        &html,
        &[
            "over-time-hatch-7",
            "2025-Q4",
            "Column chart.",
            "<th scope=\"col\">Quarter</th>",
        ],
    );
    let html = plot::line(
        &frame("lines", "Briefs by alignment"),
        "Quarter",
        &labels,
        &series[..4],
    );
    show("line.html", &html);
    shows(&html, &["stroke-dasharray", "Line chart."]);
    let csv = plot::series_csv("Quarter", &labels[..1], &series[..2]);
    assert_eq!(csv, "Quarter,China,Russia\r\n2024-Q1,0,5\r\n");
}

#[test]
fn a_heat_map_links_its_cells() {
    let value = |value: f64| {
        Some(Value {
            value,
            url: Some("/x/"),
        })
    };
    let rows = [
        Row {
            label: "Finance",
            url: Some("/sectors/finance/"),
            values: vec![value(1.0), value(14.0), None],
        },
        Row {
            label: "Energy",
            url: None,
            values: vec![value(6.0), None, value(9.0)],
        },
    ];
    let columns = ["China", "Russia", "Iran"];
    let html = plot::heat_map(
        &frame("grid", "Sectors by alignment"),
        "Sector",
        &columns,
        &rows,
    );
    show("heat.html", &html);
    shows(
        &html,
        &[
            "<title>Finance, Russia: 14</title>",
            "<a href=\"/x/\" tabindex=\"-1\" aria-hidden=\"true\">",
            "<td class=\"number\"><a href=\"/x/\">14</a></td><td class=\"number\">\u{2013}</td>",
            "<a href=\"/sectors/finance/\">Finance</a>",
        ],
    );
    assert_eq!(
        plot::heat_map_csv("Sector", &columns, &rows),
        "Sector,China,Russia,Iran\r\nFinance,1,14,\r\nEnergy,6,,9\r\n"
    );
}

#[test]
fn computed_numbers_need_not_be_finite() {
    let data = [f64::NAN, f64::INFINITY, -1.0, 0.0].map(|value| Bar {
        label: "<x",
        value,
        url: Some("\"><x"),
    });
    let series = [Series {
        name: "<x",
        values: vec![f64::NAN],
    }];
    for html in [
        plot::bars(&frame("f", "<x"), "<x", &data),
        plot::quarters(&frame("f", "<x"), &data),
        plot::stacked(&frame("f", "<x"), "<x", &["<x", "b"], &series),
        plot::line(&frame("f", "<x"), "<x", &["<x", "b"], &series),
    ] {
        assert!(
            !html.contains("<x") && !html.contains("NaN") && !html.contains("inf"),
            "{html}"
        );
    }
}

#[test]
fn a_map_may_be_written_in_a_document() {
    let files = [(
        "targets.csv",
        "Country,Victims\nDE,12\nUnited States,24\nUAE,3\n",
    )];
    for block in [
        "```chart source=own\ntype: map\ntitle: Victims\nunit: organisations\nperiod: 2025-Q4\ndata: {DE: 12, United States: 24, UAE: 3}\n```\n",
        "```chart source=own\ntype: world-map\ntitle: Victims\nunit: organisations\nperiod: 2025-Q4\nfile: targets.csv\n```\n",
    ] {
        let html = html_with(block, &files);
        show("map-block.html", &html);
        shows(
            &html,
            &[
                "<figure class=\"figure figure-map\"><figcaption>Victims <span class=\"figure-note\">(organisations, 2025-Q4)</span>",
                "role=\"img\"",
                "<g><title>Germany: 12</title><path class=\"country shade-3\"",
                "Highest: United States 24, Germany 12, United Arab Emirates 3.",
                "<th scope=\"row\">United Arab Emirates</th><td class=\"number\">3</td>",
                "<p class=\"figure-source\">Source [2]</p></figure>",
            ],
        );
    }
    let html = html_with(
        "```chart\ntype: map\ntitle: T\nunit: \"%\"\ndescription: Mostly south.\ndata: {Kosovo: 12.50, SG: 0.5, AQ: 1}\n```\n",
        &[],
    );
    shows(
        &html,
        &[
            "<desc id=\"figure-1-description\">Mostly south. World map with 3 countries",
            "<title>Kosovo: 12.50%</title><path class=\"circle-edge\"",
            "Not on the map: Antarctica.",
        ],
    );
}

#[test]
fn faults_of_a_map_are_told_at_their_place() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "data: {Germny: 1, US: 2}",
            &["unknown-place index.md:4:8 `Germny`: `Germny` is not a country"],
        ),
        (
            "data: {Europe: 1}",
            &["unknown-place index.md:4:8 `Europe`: `Europe` is not a country"],
        ),
        (
            "data: {US: 1, USA: 2}",
            &["bad-figure index.md:4:15 `USA`: United States stands twice"],
        ),
        (
            "data: {US: -1}",
            &["out-of-range index.md:4:12 `-1`: a map cannot show a negative number"],
        ),
        (
            "series: [{name: A, data: {US: 1}}, {name: B, data: {DE: 1}}]",
            &["bad-figure index.md:4:43 `B`: a map has one series"],
        ),
        (
            "data: {}",
            &["bad-figure index.md:4:7 `{}`: the chart has no numbers"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            said(&format!("```chart\ntype: map\ntitle: T\n{text}\n```\n")),
            expected,
            "{text}"
        );
    }
    let found = said_with(
        "```chart file=t.csv\ntype: map\ntitle: T\n```\n",
        &[("t.csv", "Country,Victims\nDE,1\nAtlantis,2\n")],
    );
    assert_eq!(
        found,
        ["unknown-place t.csv:3:1 `Atlantis`: `Atlantis` is not a country"]
    );
}

#[test]
fn a_site_says_where_disputed_areas_belong() {
    let places = [map::Place {
        code: "CY",
        name: "Cyprus",
        value: 1,
        url: None,
    }];
    let mut world = map::World::default();
    world.count("Northern Cyprus", "CY");
    let (own, plain) = (
        world.draw(&frame("m", "T"), &places),
        map::world(&frame("m", "T"), &places),
    );
    let shape = |html: &str| {
        html.split("country shade-4\" d=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(|path| path.matches('M').count())
    };
    assert_eq!((shape(&plain), shape(&own)), (Some(1), Some(2)));
}

#[test]
fn a_map_of_every_country_is_small() {
    let countries: Vec<(String, String, String)> = base::places::all()
        .into_iter()
        .filter_map(|place| {
            let url = format!("/regions/{}/", place.slug);
            Some((place.alpha2?, place.name, url))
        })
        .collect();
    let places: Vec<map::Place<'_>> = countries
        .iter()
        .zip(1..)
        .map(|((code, name, url), at): (_, u32)| map::Place {
            code,
            name,
            value: at * at % 97,
            url: Some(url),
        })
        .collect();
    let html = map::world(&frame("all", "Countries named as targets"), &places);
    show("world.html", &html);
    // A brief page may have 60 KiB, compressed.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, html.as_bytes()).expect("written");
    let packed = packed.finish().expect("packed").len();
    assert!(packed < 26_000, "{packed} of {}", html.len());
    assert!(html.len() < 120_000, "{packed} of {}", html.len());
}
