//! The output folder: one producer for each path, links that lead somewhere, files for machines,
//! and what a second build leaves as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::{SETTINGS, Site, brief, picture};
use quick_xml::events::Event;

const SUB_PATH: &str = "title = \"Test Briefings\"
base_url = \"https://intel.example.org/team/briefs\"
default_tlp = \"clear\"
[lists]
per_page = 2
";

/// A site with a page of every kind.
fn every_kind(settings: &str) -> Site {
    let mut site = Site::new()
        .file("tearline.toml", settings)
        .file(
            "content/actors/heron/index.md",
            "---\nname: Grey Heron\naliases: [White Wader]\norigin: PT\n---\n\n![A bird](bird.png)\n",
        )
        .file("content/actors/heron/bird.png", picture("an image"))
        .file(
            "content/pages/about.md",
            "---\ntitle: About us\n---\n\n[Briefs](/briefs/) and [a file](/files/notes.txt).\n",
        )
        .file("static/files/notes.txt", "notes");
    for number in 1..=5 {
        site = site.file(
            &format!("content/briefs/number-{number}/index.md"),
            format!(
                "---\ntitle: Number {number} & <more>\ndate: 2025-06-{number:02}\nactors: [Grey Heron]\n\
                 regions: [TW, Portugal]\nsectors: [energy]\ntechniques: [T1566.001]\nsoftware: [Quaybot]\n\
                 vulnerabilities: [CVE-2023-22515]\ncampaigns: [Operation Reed]\ntags: [\"ports & quays\"]\n\
                 redirect_from: [/old/{number}/]\nimage: {{src: lead.png, alt: A quay}}\n\
                 sources:\n  - {{id: s, title: A source, url: \"https://vendor.example/\", reliability: A, credibility: 1}}\n\
                 ---\n\n## One heading\n\nSee [[number-1]], [[Grey Heron]], [above](#one-heading), [about](/about/) [@s].[^1]\n\n\
                 [A table](data.csv)\n\n[^1]: A note.\n"
            ),
        )
        .file(&format!("content/briefs/number-{number}/lead.png"), picture("an image"))
        .file(&format!("content/briefs/number-{number}/data.csv"), "a,b\n1,2\n");
    }
    site
}

/// The values of all attributes that hold an address, of a page's HTML.
fn addresses(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in [" href=\"", " src=\"", " poster=\"", " action=\"", "; url="] {
        for rest in html.split(name).skip(1) {
            let value = rest.split('"').next().expect("a value");
            found.push(value.replace("&amp;", "&"));
        }
    }
    found
}

/// Every id of a page.
fn ids(html: &str) -> BTreeSet<&str> {
    html.split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// Follows every link inside of an output and gives those that lead nowhere. `base` is the address
/// that the output is published at, without a slash at its end.
fn broken_links(output: &BTreeMap<String, Vec<u8>>, base: &str) -> Vec<String> {
    let sub_path = base
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or("");
    let pages: BTreeMap<&str, String> = output
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| {
            (
                path.as_str(),
                String::from_utf8(bytes.clone()).expect("UTF-8"),
            )
        })
        .collect();
    assert!(!pages.is_empty());
    let anchors: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, html)| (*path, ids(html)))
        .collect();
    let mut broken = Vec::new();
    for (page, html) in &pages {
        for address in addresses(html) {
            let own = address
                .strip_prefix(base)
                .filter(|rest| rest.is_empty() || rest.starts_with('/'));
            let path = match own {
                Some(rest) => rest,
                None if address.starts_with('#') => {
                    if !anchors[page].contains(&address[1..]) {
                        broken.push(format!("{page}: {address}"));
                    }
                    continue;
                }
                None if address.contains("://") || address.starts_with("mailto:") => continue,
                None => match address.strip_prefix(sub_path) {
                    Some(rest) if rest.starts_with('/') => rest,
                    _ => {
                        broken.push(format!("{page}: {address} does not begin with {sub_path}/"));
                        continue;
                    }
                },
            };
            let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
            let path = path.trim_start_matches('/');
            let file = if path.is_empty() || path.ends_with('/') {
                format!("{path}index.html")
            } else {
                path.to_owned()
            };
            if !output.contains_key(&file) {
                broken.push(format!("{page}: {address} leads to no file"));
            } else if !fragment.is_empty() && !anchors[file.as_str()].contains(fragment) {
                broken.push(format!("{page}: {address} leads to no heading"));
            }
        }
    }
    broken
}

/// The text of each element of a name in an XML file that parses.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().expect("XML that parses") {
            Event::Start(start) if start.name().as_ref() == name.as_bytes() => {
                inside = true;
                found.push(String::new());
            }
            Event::End(end) if end.name().as_ref() == name.as_bytes() => inside = false,
            Event::Text(text) if inside => {
                let text = String::from_utf8(text.to_vec()).expect("UTF-8");
                found.last_mut().expect("an element").push_str(&text);
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn two_producers_of_one_path_are_both_named() {
    let page = |slug: &str, redirect: &str| {
        format!("---\ntitle: A page\nslug: {slug}\nredirect_from: [{redirect}]\n---\n\nText.\n")
    };
    let cases: [(&str, Site, [&str; 2]); 8] = [
        (
            "two briefs",
            Site::minimal().file(
                "content/briefs/2025/2025-01-02-first.md",
                brief("Again", "", "Text.\n"),
            ),
            [
                "content/briefs/first.md",
                "content/briefs/2025/2025-01-02-first.md",
            ],
        ),
        (
            "a page and the list of briefs",
            Site::minimal().file("content/pages/briefs.md", "---\ntitle: Briefs\n---\n"),
            ["the list of all briefs", "content/pages/briefs.md"],
        ),
        (
            "a static file and a brief",
            Site::minimal().file("static/briefs/first/index.html", "text"),
            ["content/briefs/first.md", "static/briefs/first/index.html"],
        ),
        (
            "a static file and the home page",
            Site::minimal().file("static/index.html", "text"),
            ["the home page", "static/index.html"],
        ),
        (
            "a redirect and a brief",
            Site::minimal().file("content/pages/p.md", page("p", "/briefs/first/")),
            [
                "content/briefs/first.md",
                "the redirect from /briefs/first/ in content/pages/p.md",
            ],
        ),
        (
            "two redirects",
            Site::minimal()
                .file("content/pages/p.md", page("p", "/old/"))
                .file("content/pages/q.md", page("q", "/old")),
            [
                "the redirect from /old/ in content/pages/p.md",
                "the redirect from /old in content/pages/q.md",
            ],
        ),
        (
            "a file of a bundle and a static file",
            Site::minimal()
                .file(
                    "content/briefs/b/index.md",
                    brief("Bundle", "", "![A ferry](a.png)\n"),
                )
                .file("content/briefs/b/a.png", picture("an image"))
                .file("static/briefs/b/a.png", picture("an image")),
            ["content/briefs/b/a.png", "static/briefs/b/a.png"],
        ),
        (
            "a file where a folder is",
            Site::minimal().file("static/briefs/first", "text"),
            ["content/briefs/first.md", "static/briefs/first"],
        ),
    ];
    for (what, site, names) in cases {
        let findings = site.check().failure().findings();
        let collision = findings
            .iter()
            .find(|finding| finding.code == "TL0501")
            .unwrap_or_else(|| panic!("{what}: {findings:#?}"));
        for name in names {
            assert!(
                collision.message.contains(name),
                "{what}: {name} in {}",
                collision.message
            );
        }
        assert!(collision.help.is_some());
        site.build().failure();
        assert!(!site.path("public").exists());
    }
}

#[test]
fn an_old_address_leads_to_the_new_one() {
    let site = Site::new().file("tearline.toml", SUB_PATH).file(
        "content/briefs/a.md",
        brief(
            "New",
            "redirect_from: [/2024/old/, /legacy.html, /bare]\n",
            "Text.\n",
        ),
    );
    site.build().success();
    for old in ["2024/old/index.html", "legacy.html", "bare/index.html"] {
        let html = site.page(old);
        assert!(
            html.contains("http-equiv=\"refresh\" content=\"0; url=/team/briefs/briefs/a/\""),
            "{html}"
        );
        assert!(
            html.contains(
                "rel=\"canonical\" href=\"https://intel.example.org/team/briefs/briefs/a/\""
            ),
            "{html}"
        );
        assert!(html.contains("noindex"));
    }
    let sitemap = site.page("sitemap.xml");
    for old in ["2024/old", "legacy", "bare", "404"] {
        assert!(!sitemap.contains(old), "{old}");
    }
}

#[test]
fn every_link_begins_with_the_sub_path_and_leads_somewhere() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let base = "https://intel.example.org/team/briefs";
    assert_eq!(broken_links(&site.output(), base), Vec::<String>::new());
    // And without one.
    let site = every_kind(&SUB_PATH.replace("/team/briefs", ""));
    site.build().success();
    assert_eq!(
        broken_links(&site.output(), "https://intel.example.org"),
        Vec::<String>::new()
    );
}

#[test]
fn the_search_for_broken_links_finds_them() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let mut output = site.output();
    output.remove("briefs/number-1/lead.png");
    output.insert(
        "x.html".into(),
        b"<a href=\"/elsewhere/\"></a> <a href=\"#no\"></a>".to_vec(),
    );
    let broken = broken_links(&output, "https://intel.example.org/team/briefs");
    for place in [
        "briefs/number-1/index.html: /team/briefs/briefs/number-1/lead.png",
        "x.html: /elsewhere/",
        "x.html: #no",
    ] {
        assert!(
            broken.iter().any(|found| found.starts_with(place)),
            "{place} in {broken:#?}"
        );
    }
}

#[test]
fn the_page_for_what_is_not_there_works_at_any_depth() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let html = site.page("404.html");
    for address in addresses(&html) {
        assert!(
            address.starts_with("/team/briefs/")
                || address.starts_with('#')
                || address.starts_with("https://"),
            "{address} would be looked for beside the page that is not there"
        );
    }
    assert!(html.contains("noindex"));
}

#[test]
fn the_sitemap_lists_each_page_once() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let listed = texts(&site.page("sitemap.xml"), "loc");
    let unique: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(unique.len(), listed.len(), "{listed:#?}");
    let expected: BTreeSet<String> = site
        .output()
        .keys()
        .filter(|path| !path.starts_with("old/"))
        .filter_map(|path| path.strip_suffix("index.html"))
        .map(|path| format!("https://intel.example.org/team/briefs/{path}"))
        .collect();
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected);
    assert!(
        site.page("robots.txt")
            .contains("Sitemap: https://intel.example.org/team/briefs/sitemap.xml")
    );
}

#[test]
fn feeds_parse_and_hold_whole_addresses() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let base = "https://intel.example.org/team/briefs/";
    let output = site.output();
    let feeds: Vec<&String> = output
        .keys()
        .filter(|path| path.ends_with("atom.xml"))
        .collect();
    assert!(feeds.len() > 8, "{feeds:?}");
    for path in feeds {
        let xml = site.page(path);
        let titles = texts(&xml, "title");
        let ids: Vec<String> = texts(&xml, "id");
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "{path}: {ids:?}"
        );
        assert_eq!(texts(&xml, "updated").len(), titles.len(), "{path}");
        for href in xml
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert!(href.starts_with(base), "{path}: {href}");
        }
        assert!(
            xml.contains(&format!("href=\"{base}{path}\" rel=\"self\"")),
            "{path} does not name itself: {xml}"
        );
    }
    assert!(
        site.page("atom.xml")
            .contains("Number 5 &amp; &lt;more&gt;")
    );
    for path in output.keys().filter(|path| path.ends_with("feed.json")) {
        let feed: serde_json::Value = serde_json::from_str(&site.page(path)).expect("JSON");
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(feed["feed_url"], format!("{base}{path}"));
        for item in feed["items"].as_array().expect("items") {
            assert!(
                item["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with(base)),
                "{item}"
            );
            assert!(item["id"].is_string() && item["content_text"].is_string());
            let date = item["date_published"].as_str().unwrap_or_default();
            assert!(
                date.starts_with("2025-06-0") && date.ends_with('Z'),
                "{date}"
            );
        }
    }
    let feed: serde_json::Value = serde_json::from_str(&site.page("feed.json")).expect("JSON");
    assert_eq!(
        feed["items"][0]["title"], "Number 5 & <more>",
        "the newest first"
    );
    assert_eq!(feed["items"].as_array().map(Vec::len), Some(5));
}

#[test]
fn another_base_url_moves_every_address() {
    let site = every_kind(SUB_PATH);
    site.build_with(["--base-url", "https://other.example/x/"])
        .success();
    let output = site.output();
    assert_eq!(
        broken_links(&output, "https://other.example/x"),
        Vec::<String>::new()
    );
    for (path, bytes) in &output {
        assert!(
            !String::from_utf8_lossy(bytes).contains("intel.example.org"),
            "{path}"
        );
    }
}

/// What tells a file that was written again from one that was left: its inode and its time.
#[cfg(unix)]
fn stamps(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    crate::support::files_below(folder)
        .into_keys()
        .map(|path| {
            let meta = std::fs::metadata(folder.join(&path)).expect("a file");
            (path, (meta.ino(), meta.mtime(), meta.mtime_nsec()))
        })
        .collect()
}

#[cfg(unix)]
#[test]
fn an_unchanged_file_is_the_same_file_after_the_next_build() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    let before = stamps(&site.path("public"));
    std::thread::sleep(std::time::Duration::from_millis(20));
    let run = site.build().success();
    let after = stamps(&site.path("public"));
    assert_eq!(before, after);
    assert!(run.stdout.contains("0 written"), "{}", run.stdout);

    let text =
        std::fs::read_to_string(site.path("content/briefs/number-1/index.md")).expect("a brief");
    site.write(
        "content/briefs/number-1/index.md",
        text.replace("A note.", "Another note."),
    );
    std::thread::sleep(std::time::Duration::from_millis(20));
    site.build().success();
    let changed: Vec<String> = stamps(&site.path("public"))
        .into_iter()
        .filter(|(path, stamp)| after.get(path) != Some(stamp))
        .map(|(path, _)| path)
        .collect();
    // The brief's event has its text, and the manifest the event's hash.
    let event = changed.get(3).cloned().unwrap_or_default();
    assert!(event.starts_with("exchange/misp/"), "{changed:?}");
    assert_eq!(
        changed,
        [
            ".tearline-manifest.json",
            "SHA256SUMS",
            "briefs/number-1/index.html",
            &event,
            "exchange/misp/manifest.json",
            "publication/manifest.json"
        ]
    );
}

#[test]
fn what_is_gone_from_the_content_is_gone_from_the_output() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    site.remove("content/briefs/number-5/index.md");
    for file in ["lead.png", "data.csv"] {
        site.remove(&format!("content/briefs/number-5/{file}"));
    }
    site.build().success();
    for (path, bytes) in site.output() {
        assert!(!path.contains("number-5"), "{path}");
        assert!(
            !String::from_utf8_lossy(&bytes).contains("Number 5"),
            "{path}"
        );
    }
    assert!(!site.has("briefs/page/3/index.html"));
}

#[test]
fn a_build_with_an_error_leaves_the_old_output() {
    let site = Site::minimal();
    site.build().success();
    let before = site.output();
    site.write(
        "content/briefs/first.md",
        brief("First", "tpl: clear\n", "Changed.\n"),
    );
    let run = site.build().failure();
    assert!(
        run.stderr.contains("TL0201") && run.stderr.contains("Nothing was written."),
        "{}",
        run.all()
    );
    assert_eq!(site.output(), before);
    // A template fails later, while pages are rendered.
    site.write("content/briefs/first.md", brief("First", "", "Changed.\n"));
    site.write("templates/brief.html", "{{ no.such.name }}");
    let run = site.build().failure();
    assert!(
        run.stderr.contains("TL0602") && run.stderr.contains("templates/brief.html"),
        "{}",
        run.all()
    );
    assert_eq!(site.output(), before);
    let beside: Vec<_> = std::fs::read_dir(site.root())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| {
            !["content", "public", "tearline.toml", "templates"].contains(&name.as_str())
        })
        .collect();
    assert_eq!(
        beside,
        Vec::<String>::new(),
        "nothing is left lying beside the output"
    );
}

#[test]
fn one_template_can_be_replaced_alone() {
    let site = Site::minimal();
    site.build().success();
    let before = site.output();
    site.write(
        "templates/404.html",
        "{% extends \"base.html\" %}\n{% block main %}<h1>Lost at sea</h1>{% endblock main %}\n",
    );
    site.build().success();
    let after = site.output();
    assert!(site.page("404.html").contains("<h1>Lost at sea</h1>"));
    assert!(
        site.page("404.html").contains("<footer"),
        "the frame is still the theme's"
    );
    // The lists of all files have the hash of the page.
    let lists = [
        ".tearline-manifest.json",
        "SHA256SUMS",
        "publication/manifest.json",
    ];
    for (path, bytes) in &before {
        if path != "404.html" && !lists.contains(&path.as_str()) {
            assert_eq!(Some(bytes), after.get(path), "{path}");
        }
    }
}

#[test]
fn the_theme_s_icon_and_robots_give_way_to_the_site_s() {
    let site = Site::minimal()
        .file(
            "static/favicon.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        )
        .file("static/robots.txt", "User-agent: *\nDisallow: /private/\n");
    site.build().success();
    assert_eq!(
        site.page("favicon.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"
    );
    assert!(site.page("robots.txt").contains("/private/"));
}

#[test]
fn a_folder_of_someone_else_is_not_replaced() {
    let site = Site::minimal().file("public/letters.txt", "dear");
    let run = site.build().failure();
    assert!(run.stderr.contains("TL0701"), "{}", run.all());
    assert_eq!(site.page("letters.txt"), "dear");
    site.build_with(["--force"]).success();
    assert!(site.has("index.html") && !site.has("letters.txt"));
    // Nor may the output replace what the site is made of.
    for output in ["content", "static/public", "."] {
        let run = site.build_with(["--output", output]).failure();
        assert!(run.stderr.contains("TL0701"), "{output}: {}", run.all());
    }
    assert!(site.path("content/briefs/first.md").exists());
}

#[test]
fn lists_on_one_page_when_asked_for() {
    let site = every_kind(&SUB_PATH.replace("per_page = 2", "per_page = 0"));
    site.build().success();
    assert!(!site.has("briefs/page/2/index.html"));
    let html = site.page("briefs/index.html");
    for number in 1..=5 {
        assert!(html.contains(&format!("Number {number} &amp;")), "{number}");
    }
}

#[test]
fn no_page_has_an_inline_script_or_style_or_asks_another_host() {
    let site = every_kind(SUB_PATH);
    site.build().success();
    for (path, bytes) in site.output() {
        if !path.ends_with(".html") {
            continue;
        }
        let html = String::from_utf8(bytes).expect("UTF-8");
        assert!(
            !html.contains("<style") && !html.contains(" style="),
            "{path}"
        );
        for script in html.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"application/ld+json\">")
                    || script.starts_with(" src=\"/team/briefs/assets/"),
                "{path}"
            );
        }
        for handler in [" onclick=", " onload=", " onerror=", "javascript:"] {
            assert!(!html.contains(handler), "{handler} in {path}");
        }
        for name in [" src=\"", "rel=\"stylesheet\" href=\""] {
            for rest in html.split(name).skip(1) {
                assert!(
                    rest.starts_with("/team/briefs/"),
                    "{path}: {}",
                    &rest[..40.min(rest.len())]
                );
            }
        }
        assert_eq!(
            html.matches("<h1").count(),
            1,
            "{path} has one heading of the first level"
        );
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1, "{path}");
        let all = html.matches(" id=\"").count();
        assert_eq!(ids(&html).len(), all, "{path} has an id twice");
    }
}

#[test]
fn every_link_of_the_example_site_leads_somewhere() {
    let root = env!("CARGO_MANIFEST_DIR");
    let site = Site::new();
    let output = site.path("public");
    let output = output.to_str().expect("a path in UTF-8");
    site.build_with(["--root", root, "--output", output])
        .success();
    for (edition, base) in [
        ("public", "https://briefs.example.org"),
        ("partners", "https://partners.briefs.example.org"),
        ("internal", "https://internal.briefs.example.org"),
    ] {
        let files = site.files(&format!("public/{edition}"));
        assert_eq!(
            broken_links(&files, base),
            Vec::<String>::new(),
            "{edition}"
        );
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".xml")) {
            texts(std::str::from_utf8(bytes).expect("UTF-8"), path);
        }
        for bytes in files
            .iter()
            .filter(|(path, _)| path.ends_with(".json"))
            .map(|(_, bytes)| bytes)
        {
            serde_json::from_slice::<serde_json::Value>(bytes).expect("JSON");
        }
    }
}

#[test]
fn the_smallest_site_is_whole() {
    let site = Site::new().file("tearline.toml", SETTINGS);
    site.build().success();
    assert_eq!(
        broken_links(&site.output(), "https://briefs.example.org"),
        Vec::<String>::new()
    );
}
