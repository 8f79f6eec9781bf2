//! Figures as readers get them: every type of chart from a block and from a CSV, on pages that a
//! strict policy holds.

use crate::support::{SETTINGS, Site, brief};

/// A brief in a folder of its own, with a CSV beside it.
fn site(settings: &str, body: &str) -> Site {
    Site::new()
        .file("tearline.toml", format!("{SETTINGS}{settings}"))
        .file(
            "content/briefs/first/index.md",
            brief(
                "First",
                "sources: [{id: own, title: Own counts, reliability: A, credibility: 1}]\n",
                body,
            ),
        )
        .file(
            "content/briefs/first/quarters.csv",
            "Quarter,Mail,Web\n2025-Q1,4,1\n2025-Q2,9,\n2025-Q3,12,3\n",
        )
        .file(
            "content/briefs/first/countries.csv",
            "Country,Victims\nUSA,24\nGermany,12\nSG,3\nCyprus,2\n",
        )
}

fn figures(page: &str) -> Vec<&str> {
    page.split("<figure class=\"figure figure-")
        .skip(1)
        .filter_map(|rest| rest.split("</figure>").next())
        .collect()
}

#[test]
fn every_type_of_chart_is_drawn_from_a_block_and_from_a_file() {
    let mut body = String::from("Counted [@own].\n\n");
    for kind in ["bar", "stacked-bar", "column", "line", "heat-map"] {
        body += &format!(
            "```chart source=own\ntype: {kind}\ntitle: In the block\nunit: lures\nperiod: 2025\n\
             series: [{{name: Mail, data: {{2025-Q1: 4, 2025-Q2: 9}}}}, {{name: Web, data: {{2025-Q1: 1}}}}]\n```\n\n\
             ```chart file=quarters.csv source=own\ntype: {kind}\ntitle: In a file\nunit: lures\n```\n\n"
        );
    }
    body += "```chart\ntype: donut\ntitle: In the block\ndata: {A: 1, B: 2}\nsource: own\n```\n\n\
             ```chart file=countries.csv\ntype: donut\ntitle: In a file\nsource: own\n```\n\n\
             ```chart\ntype: map\ntitle: In the block\ndata: {US: 24, Germany: 12, SGP: 3, Cyprus: 2}\nsource: own\n```\n\n\
             ```chart file=countries.csv\ntype: map\ntitle: In a file\nsource: own\n```\n";
    let site = site("", &body);
    site.build_with(["--strict"]).success();
    let page = site.page("briefs/first/index.html");
    let figures = figures(&page);
    assert_eq!(figures.len(), 14);
    for figure in &figures {
        assert!(figure.contains("<svg class=\"figure-drawing"), "{figure}");
        assert!(
            figure.contains("<title id=") && figure.contains("<desc id="),
            "{figure}"
        );
        assert!(
            figure.contains("<details><summary>Figures as a table</summary>"),
            "{figure}"
        );
        assert!(figure.contains("Source [1]"), "{figure}");
        assert!(
            !figure.contains(" style=") && !figure.contains("<script"),
            "{figure}"
        );
    }
    // Both forms of the map are one drawing.
    let drawing = |figure: &str| {
        figure
            .split_once("<path class=\"land\"")
            .and_then(|(_, rest)| rest.split_once("</svg>"))
            .map(|(drawing, _)| drawing.to_owned())
            .expect("a map")
    };
    assert_eq!(drawing(figures[12]), drawing(figures[13]));
    assert!(figures[12].contains("Highest: United States 24, Germany 12, Singapore 3, Cyprus 2."));
}

#[test]
fn disputed_areas_are_where_the_settings_count_them() {
    let body = "```chart file=countries.csv\ntype: map\ntitle: Victims\n```\n";
    let page = |settings: &str| {
        let site = site(settings, body);
        site.build().success();
        site.page("briefs/first/index.html")
    };
    let dashed = |page: &str| {
        page.split("<path class=\"land disputed\"")
            .nth(1)
            .and_then(|rest| rest.split("d=\"").nth(1))
            .and_then(|rest| rest.split('"').next())
            .map(|path| path.matches('M').count())
            .expect("the disputed areas")
    };
    assert_eq!(dashed(&page("")), 4);
    let merged = "[map]\nmerge = {\"Northern Cyprus\" = \"CY\", Somaliland = \"somalia\"}\n";
    assert_eq!(dashed(&page(merged)), 2);
}

#[test]
fn what_is_withheld_is_in_no_map() {
    let body =
        "Text.\n\n```chart tlp=amber file=countries.csv\ntype: map\ntitle: Withheld victims\n```\n";
    let site = site(
        "[editions.public]\ntlp = \"clear\"\n[editions.inside]\ntlp = \"amber\"\n",
        body,
    )
    .file(
        "content/briefs/second.md",
        brief(
            "Second",
            "",
            "```chart\ntype: map\ntitle: Shown victims\ndata: {FR: 1}\n```\n",
        ),
    );
    site.build().success();
    let public = site.page("public/briefs/second/index.html");
    assert!(public.contains("Shown victims") && public.contains("<title>France: 1</title>"));
    assert!(
        !site
            .page("public/briefs/first/index.html")
            .contains("figure-map")
    );
    assert!(
        site.page("inside/briefs/first/index.html")
            .contains("<title>Singapore: 3</title>")
    );
}
