//! Sites of other generators, converted: what becomes what, and what must not be published.

use crate::support::{Run, Site};

fn hugo() -> Site {
    Site::new()
        .file(
            "old/hugo.yaml",
            "title: Quay Desk\nbaseURL: https://quay.example/\nlanguageCode: en-gb\nmenu: {}\n",
        )
        .file("old/content/_index.md", "---\ntitle: Home\n---\n")
        .file("old/content/about.md", "---\ntitle: About\ntags: [us]\n---\nWho we are.\n")
        .file(
            "old/content/posts/lures.md",
            "---\ntitle: \"Lures: a study\"\ndate: 2025-03-04T10:00:00+01:00\nlastmod: 2025-04-01\ndraft: false\n\
             tags: [Lures, ports]\ncategories: Ports\naliases: [/old/lures, /old/lures.html]\nweight: 3\n\
             slug: \"!!\"\ndescription: A study.\nauthor: Jane\n---\n\nText {{< figure src=\"a.png\" >}}.\n\n```\n{{< no >}}\n```\n",
        )
        .file("old/content/posts/drafty.md", "+++\ntitle = \"Drafty\"\ndate = 2025-01-02\ndraft = true\n+++\nText.\n")
        .file("old/content/posts/tide/index.md", "---\ntitle: Tide\ndate: 2025-02-02\n---\n\n[Data](data.csv)\n")
        .file("old/content/posts/tide/data.csv", "a,b\n")
        .file("old/content/notes/lures.md", "---\ntitle: Lures, again\ndate: 2025-05-05\n---\nText.\n")
        .file("old/static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
}

fn convert(site: &Site, generator: &str, more: &[&str]) -> Run {
    site.run([&["init", "--from", generator, "old", "new"], more].concat())
}

fn read(site: &Site, path: &str) -> String {
    std::fs::read_to_string(site.path(path)).unwrap_or_else(|error| {
        let there: Vec<String> = site.files("new").into_keys().collect();
        panic!("{path}: {error}; there are {there:#?}")
    })
}

#[test]
fn a_site_of_hugo_becomes_briefs_and_pages() {
    let site = hugo();
    let run = convert(&site, "hugo", &["--tlp", "clear"]).success();
    let lures = read(&site, "new/content/briefs/2025-05-05-lures.md");
    assert!(lures.contains("title: \"Lures, again\""), "{lures}");
    assert_eq!(
        read(&site, "new/content/briefs/2025-03-04-posts-lures.md"),
        "---\ntitle: \"Lures: a study\"\ndate: 2025-03-04T09:00:00Z\nupdated: 2025-04-01\nsummary: A study.\n\
         authors: [Jane]\ntags: [Lures, ports, Ports]\n\
         redirect_from: [\"/old/lures.html\", \"/old/lures/\", \"/posts/lures/\"]\n\
         extra: {slug: \"!!\", weight: 3}\n---\n\nText {{< figure src=\"a.png\" >}}.\n\n```\n{{< no >}}\n```\n"
    );
    assert_eq!(
        read(&site, "new/content/pages/about.md"),
        "---\ntitle: About\ntlp: clear\nextra:\n  tags: [us]\n---\n\nWho we are.\n"
    );
    assert!(read(&site, "new/content/briefs/2025-01-02-drafty.md").contains("draft: true"));
    assert!(
        site.path("new/content/briefs/2025-02-02-tide/data.csv")
            .is_file()
    );
    assert!(site.path("new/static/logo.svg").is_file());
    let settings = read(&site, "new/tearline.toml");
    for line in [
        "title = \"Quay Desk\"",
        "base_url = \"https://quay.example/\"",
        "language = \"en-gb\"",
        "default_tlp = \"clear\"",
    ] {
        assert!(settings.contains(line), "{settings}");
    }
    for line in [
        "Taken over: 4 briefs, 1 page and 2 files.",
        "  lastmod -> updated (1)",
        "  weight -> extra (1)",
        "  posts/lures.md: the value of `slug` does not fit `slug`; it stands in `extra`",
        "  posts/lures.md:15: {{< figure src=\"a.png\" >}}: a shortcode",
        "  _index.md: the page of a section",
    ] {
        assert!(
            run.stdout.contains(line),
            "{line} is not in\n{}",
            run.stdout
        );
    }
    assert!(!run.stdout.contains("{{< no"), "{}", run.stdout);
    // It builds, and old addresses lead to new ones; a draft is nowhere.
    site.run(["build", "--root", "new"]).success();
    assert!(
        site.path("new/public/briefs/posts-lures/index.html")
            .is_file()
    );
    assert!(site.path("new/public/posts/lures/index.html").is_file());
    assert!(!site.path("new/public/briefs/drafty").exists());
}

#[test]
fn names_keys_and_settings_are_as_narrow_as_they_say() {
    let site = Site::new()
        .file("old/hugo.toml", "title = \"TLP:RED Quay Desk\"\n")
        .file("old/content/posts/tide/index.md", "---\ntitle: Tide\ndate: 2025-02-02\n---\nText.\n")
        .file("old/content/posts/tide/TLP-RED harbour.png", "not read")
        .file("old/content/posts/tide/data.csv", "a,b\n1,2\n")
        .file("old/static/TLP_AMBER.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file(
            "old/content/posts/keys.md",
            "---\ntitle: Keys\ndate: 2025-02-03\nparams:\n  \"(TLP:AMBER) Dry Dock\": 3\n---\nText.\n",
        );
    let run = convert(&site, "hugo", &["--tlp", "clear"]).success();
    let settings = read(&site, "new/tearline.toml");
    assert!(
        settings.starts_with("title = \"Threat briefings\"\n"),
        "{settings}"
    );
    let keys = read(&site, "new/content/briefs/2025-02-03-keys.md");
    assert!(keys.contains("\ntlp: red\n"), "{keys}");
    assert!(
        site.path("new/content/briefs/2025-02-02-tide/data.csv")
            .is_file()
    );
    assert!(
        !site
            .path("new/content/briefs/2025-02-02-tide/TLP-RED harbour.png")
            .exists()
    );
    assert!(!site.path("new/static").exists());
    for line in [
        "the title is marked",
        "posts/tide/TLP-RED harbour.png: marked narrower",
        "static/TLP_AMBER.svg: marked narrower",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    site.run(["build", "--root", "new"]).success();
}

#[test]
fn nothing_is_published_before_it_has_a_marking() {
    let site = hugo();
    let run = convert(&site, "hugo", &[]).success();
    assert!(
        run.stdout.contains("Each is a draft at TLP:RED"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("static/: goes into every edition"),
        "{}",
        run.stdout
    );
    site.run(["build", "--root", "new"]).success();
    // Not even with drafts.
    site.run(["build", "--root", "new", "--drafts"]).success();
    let public = site.files("new/public");
    for (path, bytes) in public {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            !text.contains("Tide") && !text.contains("Who we are"),
            "{path}"
        );
    }
    assert!(!site.path("new/static").exists());
    // The edition that the settings propose shows all of it.
    let settings = read(&site, "new/tearline.toml");
    site.write(
        "new/tearline.toml",
        settings
            .replace("# [editions", "[editions")
            .replace("# tlp", "tlp"),
    );
    site.run(["build", "--root", "new", "--drafts"]).success();
    assert!(site.path("new/public/all/briefs/tide/index.html").is_file());
    assert!(site.path("new/public/all/about/index.html").is_file());
}

#[test]
fn what_was_kept_back_is_kept_back() {
    let site = hugo();
    for (name, matter) in [
        ("word", "date: 2025-01-01\ndraft: \"yes\""),
        ("soon", "date: 2025-01-01\npublishDate: soon"),
        ("flag", "date: 2025-01-01\npublished: false"),
        ("page", "publishDate: 2100-01-01"),
        ("later", "date: 2025-01-01\npublishDate: 2100-01-01"),
    ] {
        site.write(
            &format!("old/content/{name}.md"),
            format!("---\ntitle: Kept back\n{matter}\n---\n\nText.\n"),
        );
    }
    convert(&site, "hugo", &["--tlp", "clear"]).success();
    site.run(["build", "--root", "new"]).success();
    for (path, bytes) in site.files("new/public") {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("Kept back"),
            "{path}"
        );
    }
}

#[test]
fn a_site_of_zola_keeps_its_taxonomies_and_free_values() {
    let site = Site::new()
        .file("old/config.toml", "base_url = \"https://z.example\"\ntitle = \"Z\"\ndefault_language = \"de\"\n")
        .file(
            "old/content/blog/first.md",
            "+++\ntitle = \"First\"\ndate = 2025-03-04\n[taxonomies]\ntags = [\"a\"]\nseries = [\"s\"]\n[extra]\nhue = 3\n+++\n\n\
             {{ youtube(id=\"x\") }} and [there](@/blog/second.md).\n",
        );
    let run = convert(&site, "zola", &["--tlp", "amber+strict"]).success();
    assert_eq!(
        read(&site, "new/content/briefs/2025-03-04-first.md"),
        "---\ntitle: First\ndate: 2025-03-04\ntags: [a]\nredirect_from: [\"/blog/first/\"]\n\
         extra:\n  hue: 3\n  series: [s]\n---\n\n{{ youtube(id=\"x\") }} and [there](@/blog/second.md).\n"
    );
    let settings = read(&site, "new/tearline.toml");
    assert!(
        settings.contains("[editions.amber-strict]\ntlp = \"amber+strict\""),
        "{settings}"
    );
    for line in [
        "blog/first.md:11: {{ youtube(id=\"x\") }}: a shortcode",
        "blog/first.md:11: ](@/blog/second.md): a link",
    ] {
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
}

#[test]
fn a_vault_keeps_its_links() {
    let site = Site::new()
        .file("old/.obsidian/app.json", "{}")
        .file(
            "old/Grey Heron notes.md",
            "A note with [[APT38]] and ![[map.png]].\n\n%% not for others %%\n",
        )
        .file(
            "old/Briefs/Ports.md",
            "---\ncreated: 2025-03-04\naliases: [Harbours]\ntags:\n  - \"#ports\"\n---\nText.\n",
        )
        .file("old/map.png", "no picture");
    let run = convert(&site, "obsidian", &[]).success();
    assert_eq!(
        read(&site, "new/content/pages/grey-heron-notes.md"),
        "---\ntitle: Grey Heron notes\ntlp: red\ndraft: true\n---\n\nA note with [[APT38]] and ![[map.png]].\n\n%% not for others %%\n"
    );
    assert_eq!(
        read(&site, "new/content/briefs/2025-03-04-ports.md"),
        "---\ntitle: Ports\ntlp: red\ndraft: true\ndate: 2025-03-04\ntags: [ports]\n\
         extra:\n  aliases: [Harbours]\n---\n\nText.\n"
    );
    for line in [
        "Grey Heron notes.md:1: ![[map.png]]: an embedded note",
        "Grey Heron notes.md:1: [[APT38]]: a link that stays",
        "Grey Heron notes.md:3: %%: a comment",
        "map.png: beside no text",
    ] {
        assert!(
            run.stdout.contains(line),
            "{line} is not in\n{}",
            run.stdout
        );
    }
    assert!(!run.stdout.contains("app.json"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_written() {
    let site = hugo()
        .file("old/content/posts/bad.md", "---\ntitle: [\n---\nText.\n")
        .file(
            "old/content/posts/json.md",
            "{\n\"title\": \"J\"\n}\nText.\n",
        );
    let run = convert(&site, "hugo", &[]).failure();
    for place in ["posts/bad.md:", "posts/json.md:1:1"] {
        assert!(run.stderr.contains(place), "{}", run.all());
    }
    assert!(!site.path("new").exists());
    let run = convert(&site, "hogo", &[]).failure();
    assert!(run.stderr.contains("did you mean `hugo`?"), "{}", run.all());
    let run = site
        .run(["init", "--from", "zola", "nowhere", "new"])
        .failure();
    assert!(run.stderr.contains("TL0101"), "{}", run.all());
    // A folder that holds something is left alone.
    site.remove("old/content/posts/bad.md");
    site.remove("old/content/posts/json.md");
    let run = site.run(["init", "--from", "hugo", "old", "old"]).failure();
    assert!(run.stderr.contains("TL0705"), "{}", run.all());
}
