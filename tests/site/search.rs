//! The search, through the files that its page reads: what is found, what is not in them, and that
//! they can be switched off.

use std::collections::BTreeMap;

use crate::support::{SETTINGS, Site, brief};
use serde_json::Value;

/// The files of a site's search, by their path below `search/`.
fn files(site: &Site, folder: &str) -> BTreeMap<String, String> {
    site.files(&format!("{folder}/search"))
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8")))
        .collect()
}

/// What files begin with.
fn starts(entry: &Value) -> Vec<&str> {
    entry.as_str().expect("text").split('ª').collect()
}

/// The rows of the table of names for a text, in the file that its start leads to.
fn named(files: &BTreeMap<String, String>, text: &str) -> Vec<Value> {
    let fold = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let entry = json(&files["index.json"]);
    let key = fold(text);
    let at = starts(&entry["names"])
        .iter()
        .rposition(|start| **start <= *key)
        .expect("the first start is empty");
    json(&files[&format!("names/{at}.json")])
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| {
            let shown = row[4].as_str().or(row[1].as_str()).expect("a title");
            let plain = shown.replace("hxxp", "http");
            match row[5].as_u64() {
                Some(2) => !text.contains("://") && plain.contains(&text.replace('.', "[.]")),
                _ => fold(&plain) == key,
            }
        })
        .cloned()
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().map(|one| one.as_str().expect("text")).collect()
}

/// Reads numbers as the page's script does: in base 31, the lowest digit first, digits that go on in
/// the second half of the signs.
fn numbers(text: &str) -> Vec<usize> {
    const SIGNS: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut found = Vec::new();
    let (mut number, mut place) = (0, 1);
    for sign in text.strip_prefix("numbers").expect("its start").chars() {
        let value = SIGNS.find(sign).expect("a sign");
        number += value % 31 * place;
        place *= 31;
        if value < 31 {
            found.push(number);
            (number, place) = (0, 1);
        }
    }
    found
}

/// The titles of the documents that hold each word.
fn index(files: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        if !path.starts_with("words/") {
            continue;
        }
        let file = json(text);
        let mut numbers = numbers(file["documents"].as_str().expect("text")).into_iter();
        for word in texts(&file["words"]) {
            let mut document = 0;
            for _ in 0..numbers.next().expect("a count") {
                document += numbers.next().expect("a step") / 8;
                let shown = json(&files[&format!("texts/{document}.json")]);
                let title = shown["title"].as_str().expect("a title").to_owned();
                found.entry(word.to_owned()).or_default().push(title);
            }
        }
        assert_eq!(numbers.next(), None, "{path} has no more than its words");
    }
    found
}

fn library() -> Site {
    Site::minimal()
        .file(
            "content/actors/lazarus-group.md",
            "---\nname: Lazarus Group\naliases: [Hidden Cobra]\nexternal: {attack: G0032}\n---\n\nFond of \
             bridges.\n",
        )
        .file(
            "content/briefs/second.md",
            "---\ntitle: The Second\ndate: 2024-11-10\nreport_number: TB-2024-7\n\
             actors: [Lazarus Group]\nregions: [Germany]\nvulnerabilities: [CVE-2021-44228]\n\
             techniques: [T1566.001]\nindicators:\n\
             \x20 - {type: domain, value: \"Lure[.]example\"}\n\
             \x20 - {type: url, value: \"hxxps://drop.example/a\"}\n---\n\n\
             A café beside the bridge.\n\n```indicators\ntype,value\nipv4,192.0.2.7\n```\n",
        )
}

#[test]
fn what_readers_paste_leads_to_what_it_names() {
    let site = library();
    site.build().success();
    let files = files(&site, "public");
    let second = "/briefs/second/";
    for (key, kind, path) in [
        ("HIDDEN-COBRA", "Actor", "/actors/lazarus-group/"),
        ("g0032", "Actor", "/actors/lazarus-group/"),
        (
            "cve202144228",
            "Vulnerability",
            "/vulnerabilities/CVE-2021-44228/",
        ),
        ("T1566.001", "Technique", "/techniques/T1566.001/"),
        ("deu", "Region", "/regions/germany/"),
        ("TB 2024-7", "Brief", second),
        ("the second", "Brief", second),
        ("lure.example", "Domain", second),
        ("https://drop.example/a", "URL", second),
        ("drop.example", "URL", second),
        ("192.0.2.7", "IPv4 address", second),
    ] {
        let rows = named(&files, key);
        assert_eq!(rows.len(), 1, "{key}: {rows:?}");
        assert_eq!(
            (&rows[0][0], &rows[0][2]),
            (&kind.into(), &path.into()),
            "{key}"
        );
    }
    let lure = &named(&files, "lure.example")[0];
    assert_eq!(lure[4], "lure[.]example", "pages show it defanged");
}

#[test]
fn words_lead_to_the_documents_that_hold_them() {
    let site = library();
    site.build().success();
    let index = index(&files(&site, "public"));
    assert_eq!(index["cafe"], ["The Second"]);
    assert_eq!(index["bridge"], ["The Second"]);
    assert_eq!(index["bridges"], ["Lazarus Group"]);
    assert_eq!(index["nothing"], ["First"]);
    assert_eq!(index["lazarus"], ["Lazarus Group", "The Second"]);
}

#[test]
fn facets_roll_up_as_lists_do() {
    let site = library();
    site.build().success();
    let files = files(&site, "public");
    let values = |facet: &str| {
        let file = json(&files[&format!("facets/{facet}.json")]);
        let values = file["values"].as_array().expect("values").clone();
        let labels: Vec<String> = values
            .iter()
            .map(|value| value[1].as_str().expect("a label").to_owned())
            .collect();
        labels
    };
    assert_eq!(values("year"), ["2025", "2024"]);
    assert_eq!(values("kind"), ["Briefs", "Profiles"]);
    assert_eq!(values("marking"), ["TLP:CLEAR"]);
    assert!(values("region").contains(&"Europe".to_owned()));
    assert!(
        !files.contains_key("facets/sector.json"),
        "no brief has one"
    );
}

#[test]
fn nothing_that_an_edition_withholds_is_in_its_files() {
    let site = Site::new()
        .file(
            "tearline.toml",
            format!(
                "{SETTINGS}[editions.outside]\ntlp = \"clear\"\n[editions.inside]\ntlp = \"amber\"\n"
            ),
        )
        .file(
            "content/briefs/first.md",
            "---\ntitle: First\ndate: 2025-11-10\nactors: [Quillfish]\nindicators:\n\
             \x20 - {type: domain, value: lure.example, tlp: amber}\n---\n\n\
             Open words.\n\n(TLP:AMBER) The zebrawood words.\n",
        )
        .file(
            "content/briefs/second.md",
            "---\ntitle: Tamarack\ndate: 2025-11-11\ntlp: amber\nactors: [Ocelotfox]\n---\n\nMarmalade.\n",
        )
        .file(
            "content/actors/quillfish.md",
            "---\nname: Quillfish\naliases:\n  - {name: Brambleowl, tlp: amber}\n---\n\nText.\n",
        );
    site.build().success();
    let withheld = [
        "zebrawood",
        "tamarack",
        "ocelotfox",
        "marmalade",
        "brambleowl",
        "lure[.]example",
    ];
    let all = |folder: &str| {
        let files = files(&site, folder);
        let texts: Vec<String> = files.into_values().collect();
        texts.join("\n").to_lowercase()
    };
    let (outside, inside) = (all("public/outside"), all("public/inside"));
    for word in withheld {
        assert!(inside.contains(word), "{word}");
        assert!(!outside.contains(word), "{word}");
    }
    let page = site.page("outside/search/index.html");
    assert!(page.contains("Quillfish") && !page.contains("Ocelotfox"));
    assert!(page.contains("<body class=\"page-search marking-clear\">"));
    let page = site.page("inside/search/index.html");
    assert!(page.contains("<body class=\"page-search marking-amber\">"));
}

#[test]
fn a_result_carries_the_highest_marking_that_its_text_has() {
    let site = Site::new()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[editions.inside]\ntlp = \"amber\"\n"),
        )
        .file(
            "content/briefs/first.md",
            brief("First", "", "Open.\n\n(TLP:AMBER) Closed.\n"),
        );
    site.build().success();
    let files = files(&site, "public/inside");
    let entry = json(&files["index.json"]);
    let level = json(&files["texts/0.json"])["level"]
        .as_u64()
        .expect("a level");
    let level = usize::try_from(level).expect("small");
    assert_eq!(entry["markings"][level][1], "TLP:AMBER");
}

#[test]
fn it_can_be_switched_off() {
    let site = Site::minimal().file(
        "tearline.toml",
        format!("{SETTINGS}[build]\nsearch = false\n"),
    );
    site.build_with(["--strict"]).success();
    assert!(site.files("public/search").is_empty());
    let page = site.page("index.html");
    assert!(
        !page.contains("type=\"search\"") && !page.contains("/search/"),
        "{page}"
    );
    assert!(page.contains("; form-action 'none'"));
    assert!(!site.page("_headers").contains("connect-src"));
}

#[test]
fn a_page_of_the_sites_own_may_stand_in_its_place() {
    let site = Site::minimal().file(
        "content/pages/search.md",
        "---\ntitle: How to search\n---\n\nAsk the desk.\n",
    );
    site.build_with(["--strict"]).success();
    assert!(site.page("search/index.html").contains("Ask the desk."));
}

#[test]
fn a_new_brief_leaves_the_texts_of_the_others_where_they_are() {
    let site = library();
    site.build().success();
    let before = files(&site, "public");
    site.write(
        "content/briefs/third.md",
        "---\ntitle: Third\ndate: 2025-12-01\n---\n\nNews.\n",
    );
    site.build().success();
    let after = files(&site, "public");
    let texts = |files: &BTreeMap<String, String>| -> Vec<(String, String)> {
        let texts = files.iter().filter(|(path, _)| path.starts_with("texts/"));
        texts
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    };
    let (before, after) = (texts(&before), texts(&after));
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|text| after.contains(text)));
}

#[test]
fn many_documents_give_the_same_files_whatever_the_threads() {
    let mut site = Site::new().file("tearline.toml", SETTINGS);
    for number in 0..300 {
        // Words enough for several files, each brief with its own.
        let body: Vec<String> = (0..120)
            .map(|word| format!("word{}", (number * 37 + word * word) % 4001))
            .collect();
        site = site.file(
            &format!("content/briefs/brief-{number}.md"),
            brief(&format!("Brief {number}"), "", &body.join(" ")),
        );
    }
    let build = |threads: &str| {
        let mut command = site.command();
        command
            .args(["build", "--as-of", crate::support::AS_OF])
            .env("RAYON_NUM_THREADS", threads);
        crate::support::Run::of(&mut command).success();
        files(&site, "public")
    };
    let one = build("1");
    assert_eq!(one, build("7"));
    assert!(one.contains_key("words/1.json"), "several files");
    let entry = json(&one["index.json"]);
    let starts = starts(&entry["words"]);
    for (at, start) in starts.iter().enumerate() {
        let file = json(&one[&format!("words/{at}.json")]);
        let words = texts(&file["words"]);
        let next = starts.get(at + 1).copied().unwrap_or("\u{ffff}");
        for word in words {
            assert!(*start <= word && word < next, "{word} in {start}..{next}");
        }
    }
    let index = index(&one);
    assert_eq!(index["word0"].len(), {
        let holds = |number: i32| (0..120).any(|word| (number * 37 + word * word) % 4001 == 0);
        (0..300).filter(|number| holds(*number)).count()
    });
}
