//! The leak scan: what an edition withholds stops the build or is found in a folder, in whatever
//! form it stands there; what anyone may say does not.

use std::io::Write;

use crate::support::{Run, Site, brief};

const CODE: &str = "TL0412";

const AMBER: &str = "---
title: Harvest of the northern ports
date: 2025-06-03
tlp: amber
summary: Cargo manifests were copied from three terminals in spring.
actors: [Velvet Walrus, Fox]
software: [Kettlewhistle]
regions: [Tuvalu]
tags: [bills of lading]
indicators:
  - {type: domain, value: login.walrus-cargo.example}
  - {type: ipv4, value: 203.0.113.77}
  - {type: url, value: \"https://drop.walrus.example/gate/in.php?id=7\"}
  - {type: sha256, value: 5f2b7a1c9d3e4f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd}
sources:
  - {id: harbour-diary, title: Notes of the harbour master, reliability: A, credibility: 1}
image: {src: berth-nine.png, alt: The crane over berth nine}
---

The manifests were carried out on a **single** memory card by a crane driver [@harbour-diary].

Kurzweil & Söhne paid for it.
";

/// A clear brief and an amber one.
fn site() -> Site {
    Site::minimal()
        .file("content/briefs/2025-06-quay/index.md", AMBER)
        .file("content/briefs/2025-06-quay/berth-nine.png", crate::support::picture("bytes"))
        .file(
            "content/actors/quiet-otter.md",
            "---\nname: Quiet Otter\ntlp: green\naliases: [Bündner Biber]\n---\n\nThey work from a boat house.\n",
        )
}

/// What `check --leaks` says of a folder with one file more than the clean output.
fn found(site: &Site, name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(name);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
    std::fs::write(file, content).expect("a file");
    let folder = folder.path().to_string_lossy().into_owned();
    let run = site.check_with(["--leaks", &folder]);
    let findings = run.findings();
    assert_eq!(run.status == Some(0), findings.is_empty(), "{}", run.all());
    findings
        .into_iter()
        .map(|finding| {
            assert_eq!(finding.code, CODE, "{finding:?}");
            finding.message
        })
        .collect()
}

#[track_caller]
fn one(site: &Site, name: &str, content: impl AsRef<[u8]>) -> String {
    let found = found(site, name, content);
    assert_eq!(found.len(), 1, "{name}: {found:#?}");
    found.into_iter().next().unwrap_or_default()
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn zip(member: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file(member, options).expect("memory");
    archive.write_all(content).expect("memory");
    archive.finish().expect("memory").into_inner()
}

#[test]
fn the_output_of_a_build_holds_nothing_that_is_withheld() {
    let site = site();
    site.build().success();
    let run = site.check_with(["--leaks", "public"]).success();
    assert!(run.findings().is_empty(), "{}", run.all());
    assert!(
        run.stderr.contains(" texts that the edition withholds"),
        "{}",
        run.all()
    );
}

#[test]
fn a_sentence_is_found_in_every_form() {
    let site = site();
    let forms: [(&str, &str); 16] = [
        (
            "plain.txt",
            "They say the manifests were carried out on a single memory card by a crane driver",
        ),
        (
            "upper.txt",
            "THE MANIFESTS WERE CARRIED OUT ON A SINGLE MEMORY CARD BY A CRANE DRIVER",
        ),
        (
            "wrapped.md",
            "the manifests were\n  carried out on a\nsingle memory card by a crane driver",
        ),
        (
            "page.html",
            "<p>The manifests were carried out on a <b>single</b> memory card by a crane driver</p>",
        ),
        (
            "split.html",
            "<p>The man<i>if</i>ests were car<!-- x -->ried out on a sin<wbr>gle memory card by a crane driver</p>",
        ),
        (
            "entity.html",
            "<p>The manifests were carried out on&nbsp;a s&#105;ngle memory c&#x61;rd by a crane driver",
        ),
        (
            "comment.html",
            "<p>Hello</p><!-- The manifests were carried out on a single memory card by a crane driver -->",
        ),
        (
            "attribute.html",
            "<img alt='The manifests were carried out on a single memory card by a crane driver' src=x>",
        ),
        (
            "script.html",
            "<script type='application/ld+json'>{\"x\":\"The manifests were carried out on a \\u0073ingle memory card by a crane driver\"}</script>",
        ),
        (
            "data.json",
            "{\"text\":\"The manifests were carried out on a s\\u0069ngle\\/memory card by a crane driver\"}",
        ),
        (
            "feed.json",
            "{\"html\":\"<p>The manifests were carried out on a <b>sin</b>gle memory card by a crane driver<\\/p>\"}",
        ),
        (
            "atom.xml",
            "<feed><content type=\"html\">&lt;p&gt;The manifests were carried out on a &lt;b&gt;sin&lt;/b&gt;gle memory card by a crane driver&lt;/p&gt;</content></feed>",
        ),
        (
            "cdata.xml",
            "<x><![CDATA[<p>The manifests were carried out on a <b>sin</b>gle memory card by a crane driver</p>]]></x>",
        ),
        (
            "part.txt",
            "the manifests were carried out on a single memory card",
        ),
        (
            "link.txt",
            "mailto:x@y.example?body=The%20manifests%20were%20carried%20out%20on%20a%20s%69ngle%20memory%20card%20by%20a%20crane%20driver",
        ),
        (
            "style.css",
            ".x::after { content: \"The manifests were carried out on a single memory card by a crane driver\" }",
        ),
    ];
    for (name, content) in forms {
        let message = one(&site, name, content);
        assert!(
            message.contains("a sentence") && message.contains(name),
            "{message}"
        );
    }
}

#[test]
fn packed_files_are_unpacked() {
    let site = site();
    let text = "Kettlewhistle";
    assert!(one(&site, "page.html.gz", gzip(text)).contains("unpacked, at 1:1"));
    // By what is in it, not by its name.
    assert!(one(&site, "page.bin", gzip("<p>Kettle<b>whistle</b></p>")).contains("unpacked"));
    let archive = zip("notes/a.txt", text.as_bytes());
    assert!(one(&site, "all.zip", &archive).contains("`notes/a.txt` at 1:1"));
    assert!(one(&site, "twice.gz", gzip_bytes(&archive)).contains("notes/a.txt"));
    assert!(one(&site, "names.zip", zip("kettlewhistle.txt", b"")).contains("in its name"));
}

fn gzip_bytes(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn what_cannot_be_searched_is_said() {
    let site = site();
    let mut broken = gzip(&"Kettlewhistle ".repeat(100));
    broken.truncate(broken.len() / 2);
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("broken.gz"), broken).expect("a file");
    let folder = folder.path().to_string_lossy().into_owned();
    let run = site.check_with(["--leaks", &folder]).success();
    let findings = run.findings();
    assert_eq!(findings.len(), 1, "{}", run.all());
    assert_eq!(findings[0].code, "TL0413");
    assert!(findings[0].message.contains("broken.gz"), "{}", run.all());
    site.check_with(["--leaks", &folder, "--strict"]).failure();
}

#[test]
fn pictures_are_searched_as_they_are() {
    let site = site();
    let mut picture =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\0tEXtAuthor\0Velvet Walrus\0\xff".to_vec();
    assert!(one(&site, "a.png", &picture).contains("at byte"));
    picture.truncate(18);
    picture.extend("Velvet Walrus".encode_utf16().flat_map(u16::to_le_bytes));
    picture.extend([0xff, 0xff]);
    assert!(one(&site, "b.png", &picture).contains("the name of an actor"));
}

#[test]
fn names_slugs_files_and_ids_are_found() {
    let site = site();
    for (name, content, what) in [
        (
            "a.html",
            "<a href=\"/actors/velvet-walrus/\">x</a>",
            "actor",
        ),
        ("b.txt", "VELVET_WALRUS", "actor"),
        ("velvet-walrus/index.html", "", "actor"),
        ("c.html", "<p>see quiet otter</p>", "actor"),
        ("d.html", "<p>B&uuml;ndner Biber</p>", "alias"),
        ("e.html", "<a href='/x/B%C3%BCndner%20Biber'>", "alias"),
        ("berth-nine.png", "", "image"),
        ("2025-06-quay/x.txt", "", "file"),
        ("f.txt", "Harvest of the Northern Ports", "title"),
        (
            "g.txt",
            "it was Kurzweil & Söhne paid for it, they say",
            "sentence",
        ),
        (
            "h.html",
            "<p>Kurzweil &amp; S&ouml;hne paid for it.</p>",
            "sentence",
        ),
        ("i.txt", "Notes of the harbour master", "source"),
        ("j.html", "<img alt='The crane over berth nine'>", "image"),
        (
            "k.txt",
            "Cargo manifests were copied from three terminals in spring",
            "summary",
        ),
    ] {
        let message = one(&site, name, content);
        assert!(message.contains(what), "{name}: {message}");
    }
}

#[test]
fn indicators_are_found_defanged_and_refanged() {
    let site = site();
    for content in [
        "login.walrus-cargo.example",
        "LOGIN[.]walrus-cargo[.]example",
        "login(.)walrus-cargo(.)example",
        "login dot walrus-cargo dot example",
        "https://drop.walrus.example/gate/in.php?id=7",
        "hxxps://drop[.]walrus[.]example/gate/in.php?id=7",
        "fxp://drop[dot]walrus[dot]example/gate/in.php?id=7",
        "5F2B7A1C9D3E4F60718293A4B5C6D7E8F90123456789ABCDEF0123456789ABCD",
        "203.0.113.77",
        "203[.]0[.]113[.]77",
    ] {
        let message = one(&site, "a.csv", format!("type,value\nx,{content}\n"));
        assert!(message.contains("an indicator"), "{content}: {message}");
    }
}

#[test]
fn what_anyone_may_say_is_no_leak() {
    let site = site();
    for content in [
        // Shorter than six characters; an id of a source; a country; a word of a vocabulary.
        "Fox",
        "harbour-diary",
        "Tuvalu",
        "Ransomware, espionage, almost certain",
        // Inside of longer words.
        "Kettlewhistles, unkettlewhistle, kettlewhistle2",
        "velvet walruses",
        // What visible text and the theme say as well.
        "Nothing happened.",
        "Key judgments",
        // Numbers as a list, not as an address.
        "<path d='M 203 0 113 77'/>",
        "203, 0, 113, 77",
    ] {
        assert_eq!(found(&site, "a.html", content), [""; 0], "{content}");
    }
    // Words that end one paragraph and begin the next are no name.
    assert_eq!(
        found(&site, "b.html", "<p>Velvet</p><p>Walrus</p>"),
        [""; 0]
    );
}

#[test]
fn what_something_visible_says_is_no_leak() {
    let site = site().file(
        "content/briefs/second.md",
        brief(
            "Second",
            "",
            "A velvet walrus was seen with a **Kettlewhistle**.\n",
        ),
    );
    assert_eq!(
        found(&site, "a.txt", "Velvet Walrus, Kettlewhistle"),
        [""; 0]
    );
    one(&site, "b.txt", "login.walrus-cargo.example");
}

#[test]
fn the_address_of_what_may_be_read_is_no_leak() {
    let clear = brief(
        "Quays",
        "tlp: clear\nsectors: [Harbours]\n",
        "All of [[Harbours]].\n",
    );
    let amber = brief(
        "Moles",
        "tlp: amber\n",
        "See [the sector](/sectors/harbours/) and [the quays](/briefs/quays/).\n",
    );
    let run = Site::minimal()
        .file("content/briefs/quays.md", clear)
        .file("content/briefs/moles.md", amber)
        .file(
            "content/sectors/harbours.md",
            "---\nname: Harbours\n---\n\nShips.\n",
        )
        .build();
    assert_eq!(run.status, Some(0), "{}", run.all());
}

#[test]
fn a_text_of_static_is_public_by_definition() {
    let site = site().file("static/old.txt", "Kettlewhistle");
    site.build().success();
    assert_eq!(found(&site, "a.txt", "Kettlewhistle"), [""; 0]);
}

/// Fails the build at what a template says, and leaves the output as it was.
#[track_caller]
fn stops(site: &Site, template: &str, text: &str) -> Run {
    site.build().success();
    let before = site.output();
    let builtin = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("templates")
        .join(template);
    let builtin = std::fs::read_to_string(builtin).expect("a built-in template");
    site.write(
        &format!("templates/{template}"),
        builtin.replace("</body>", text),
    );
    let run = site.build().failure();
    assert!(run.stderr.contains(CODE), "{}", run.all());
    assert_eq!(site.output(), before, "something was written");
    run
}

#[test]
fn a_name_in_a_template_stops_the_build() {
    let run = stops(
        &site(),
        "base.html",
        "<p>Ask about Velvet Walrus.</p></body>",
    );
    assert!(
        run.stderr.contains("content/briefs/2025-06-quay/index.md"),
        "{}",
        run.all()
    );
    assert!(run.stderr.contains("404.html"), "{}", run.all());
    assert!(run.stderr.contains("more files"), "{}", run.all());
}

#[test]
fn a_sentence_in_a_template_stops_the_build() {
    stops(
        &site(),
        "base.html",
        "<!-- the manifests were carried out on a single memory card by a crane driver --></body>",
    );
}

#[test]
fn a_picture_with_a_name_in_it_stops_the_build() {
    let site = site().file(
        "content/briefs/open/index.md",
        brief("Open", "", "![A map](map.png)\n"),
    );
    site.write(
        "content/briefs/open/map.png",
        crate::support::picture("plain"),
    );
    site.build().success();
    let before = site.output();
    site.write(
        "content/briefs/open/map.png",
        // What stands in the pixels is not taken out.
        crate::support::picture("\0Artist\0Quiet Otter\0"),
    );
    let run = site.build().failure();
    assert!(run.stderr.contains("map.png` at byte"), "{}", run.all());
    assert_eq!(site.output(), before);
}

#[test]
fn parts_of_visible_documents_are_searched_for() {
    let site = Site::new()
        .file("tearline.toml", crate::support::SETTINGS)
        .file(
            "content/briefs/mixed.md",
            brief(
                "Mixed",
                "key_judgments:\n  - {text: The lighthouse keeper is very likely a courier, likelihood: very likely, confidence: low, sources: [a], tlp: amber}\n\
                 sources:\n  - {id: a, title: Open source, reliability: A, credibility: 1}\n\
                 \x20 - {id: b, title: Diary of the keeper, reliability: A, credibility: 1, tlp: amber}\n\
                 statistics:\n  - {label: Lamps that were lit at night, value: 7, source: b}\n",
                "Seen by all.[^1]\n\n(TLP:AMBER) He keeps his wireless under the stairs.[^2]\n\n[^1]: A note for all.\n\
                 [^2]: The stairs creak on every third step.\n",
            ),
        );
    site.build().success();
    for content in [
        "the lighthouse keeper is very likely a courier",
        "Diary of the keeper",
        "lamps that were lit at night",
        "he keeps his wireless under the stairs",
        "the stairs creak on every third step",
    ] {
        one(&site, "a.txt", content);
    }
    assert_eq!(
        found(&site, "a.txt", "A note for all. Seen by all. Open source"),
        [""; 0]
    );
}

#[test]
fn nothing_is_searched_where_nothing_is_withheld() {
    let site = Site::minimal();
    let run = site.check_with(["--leaks", "."]).success();
    assert!(run.stderr.contains("searched for 0 texts"), "{}", run.all());
}

const EDITIONS: &str = "title = \"Test Briefings\"\nbase_url = \"https://briefs.example.org\"\ndefault_tlp = \"clear\"\n\
[editions.world]\ntlp = \"clear\"\n[editions.inside]\ntlp = \"amber\"\n";

#[test]
fn a_folder_is_searched_for_the_edition_that_it_is_called_like() {
    let site = site().file("tearline.toml", EDITIONS);
    site.build().success();
    site.check_with(["--leaks", "public/world"]).success();
    site.check_with(["--leaks", "public/inside"]).success();
    let run = site
        .check_with(["--leaks", "public/inside", "--edition", "world"])
        .failure();
    assert!(run.findings().iter().all(|finding| finding.code == CODE));
    let run = site.check_with(["--leaks", "public"]).failure();
    let findings = run.findings();
    assert_eq!(findings.len(), 1, "{}", run.all());
    assert_eq!(findings[0].code, "TL0802");
    let help = findings[0].help.clone().unwrap_or_default();
    assert!(help.contains("world") && help.contains("inside"), "{help}");
}

#[test]
fn every_format_names_both_places() {
    let site = site();
    site.write("given/a.txt", "one\n two Kettlewhistle");
    for format in ["human", "json", "sarif", "github"] {
        let run = site
            .run(["check", "--leaks", "given", "--format", format])
            .failure();
        assert!(run.stdout.contains("2:6"), "{}", run.all());
        assert!(
            run.stdout.contains("2025-06-quay/index.md"),
            "{}",
            run.all()
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    site().check_with(["--leaks", "nowhere"]).failure();
}
