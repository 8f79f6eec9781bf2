//! The worked example of the guide, file by file as it stands there, on a site.

use crate::support::{Site, brief};

/// The files of the guide: a line with a path in backticks, then a block of code.
fn files() -> Vec<(&'static str, String)> {
    let guide = include_str!("../../docs/theming.md");
    let mut files = Vec::new();
    let mut path = None;
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
        {
            path = Some(name);
        } else if let (true, Some(name)) = (
            line.starts_with("```"),
            path.take_if(|_| line.starts_with("```")),
        ) {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            files.push((name, format!("{}\n", text.join("\n"))));
        }
    }
    files
}

#[test]
fn the_worked_example_of_the_guide_works() {
    let files = files();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "templates/styles/95-team.css",
            "templates/list.html",
            "templates/brief.html",
            "templates/parts/contact.html",
            "tearline.toml"
        ]
    );
    let site = files
        .into_iter()
        .fold(Site::new(), |site, (name, text)| site.file(name, text));
    let site = site
        .file(
            "content/briefs/first.md",
            brief("First", "report_number: T-1\n", "Text.\n"),
        )
        .file("content/briefs/second.md", brief("Second", "", "Text.\n"));
    site.build_with(["--strict"]).success();
    let list = site.page("briefs/index.html");
    assert!(list.contains("<p class=\"team-line\">Briefs of Team Briefings, for TLP:CLEAR.</p>"));
    assert!(list.contains("class=\"breadcrumbs\"") && list.contains("brief-list"));
    let first = site.page("briefs/first/index.html");
    assert!(first.contains("<p>Questions on T-1: desk@example.org</p>"));
    assert!(first.contains("<h1>First</h1>"));
    let second = site.page("briefs/second/index.html");
    assert!(second.contains("<p>Questions on this brief: desk@example.org</p>"));
    let style = site
        .output()
        .into_iter()
        .find(|(path, _)| path.ends_with(".css"))
        .map(|(_, bytes)| String::from_utf8(bytes).expect("a text"))
        .expect("a stylesheet");
    assert!(style.rfind("#5b2a86") > style.find("--color-accent: light-dark(#0b4f5c"));
}

#[test]
fn a_page_whose_marking_a_template_drops_is_an_error_that_names_both() {
    let own = [
        // Of two, the one that writes no marking is named.
        (
            "templates/base.html",
            include_str!("../../templates/base.html").to_owned(),
        ),
        (
            "templates/parts/header.html",
            "<header><h2>{{ site.title }}</h2></header>\n".to_owned(),
        ),
    ];
    let site = own
        .into_iter()
        .fold(Site::minimal(), |site, (name, text)| site.file(name, text));
    let run = site.build().failure();
    assert!(run.stderr.contains("TL0604"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("the template `parts/header.html` leaves /")
            && run
                .stderr
                .contains("404.html without its marking above <main>"),
        "{}",
        run.stderr
    );
    // Where it stands does not matter, as long as readers see it.
    let site = Site::minimal().file(
        "templates/parts/header.html",
        "<header><div><em>{{ page.tlp.label }}</em></div></header>\n",
    );
    site.build_with(["--strict"]).success();
}

#[test]
fn a_template_that_extends_what_is_not_there_is_a_finding_with_its_place() {
    let site = Site::minimal().file(
        "templates/list.html",
        "{% extends \"builtin/lists.html\" %}\n",
    );
    let run = site.build().failure();
    assert!(run.stderr.contains("TL0601"), "{}", run.stderr);
    assert!(run.stderr.contains("builtin/lists.html"), "{}", run.stderr);
}
