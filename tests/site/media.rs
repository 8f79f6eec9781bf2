//! What leaves of the files that a site publishes: pictures without their metadata, drawings
//! without scripts, attachments that cannot run.
//!
//! The pictures are made here, piece by piece, after their specifications: what is a canary stands
//! in every place that names authors, devices and places, and what draws is told apart from it.

use std::io::Write;
use std::path::PathBuf;

use crate::support::{Run, SETTINGS, Site, brief, picture, png_chunk};
use proptest::prelude::*;
use tearline::diagnostic::Diagnostics;
use tearline::load::Asset;
use tearline::media;
use tearline::plan::{Plan, Planned, Producer};

/// In every piece that must not leave.
const CANARY: &str = "CANARY-Jane-Doe";

fn canary() -> Vec<u8> {
    CANARY.as_bytes().to_vec()
}

/// EXIF as a camera writes it: the maker, the artist, the place, and how it was held.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let length = u8::try_from(CANARY.len()).unwrap();
    let text = 8 + 2 + 3 * 12 + 4;
    for (tag, kind, count, value) in [
        (0x010f_u16, 2_u8, length, text),
        (0x0112, 3, 1, orientation),
        (0x8825, 4, 1, text),
    ] {
        tiff.extend(tag.to_le_bytes());
        tiff.extend([kind, 0, count, 0, 0, 0, value, 0, 0, 0]);
    }
    tiff.extend([0; 4]);
    tiff.extend(canary());
    tiff
}

/// What is left of EXIF: the orientation, tag 274, alone.
fn upright(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], length.to_be_bytes().as_slice(), content].concat()
}

const JFIF: &[u8] = b"JFIF\0\x01\x02\0\0\x48\0\x48\0\0";
/// Stuffed bytes, restarts and fill bytes are part of a scan.
const SCAN: &[u8] = b"scan\xff\x00one\xff\xd0two\xff\xff\x00";

/// A progressive JPEG of two scans with all that cameras, phones and editors leave in it.
fn jpeg() -> Vec<u8> {
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0".to_vec(), canary()].concat();
    let more = [b"http://ns.adobe.com/xmp/extension/\0".to_vec(), canary()].concat();
    let thumbnail = [&JFIF[..12], &[1, 1], b"CAN"].concat();
    [
        b"\xff\xd8".to_vec(),
        segment(0xe0, &thumbnail),
        segment(0xe0, &[b"JFXX\0\x10".to_vec(), canary()].concat()),
        segment(0xe1, &[b"Exif\0\0".to_vec(), exif(6)].concat()),
        segment(0xe1, &xmp),
        segment(0xe1, &more),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xe2, &[b"MPF\0".to_vec(), canary()].concat()),
        segment(0xe5, &canary()),
        segment(0xed, &[b"Photoshop 3.0\0".to_vec(), canary()].concat()),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(0xfe, &canary()),
        segment(0xdb, b"quantisation"),
        segment(0xc2, b"\x08\0\x20\0\x40\x01\x01\x11\0"),
        segment(0xc4, b"Huffman"),
        segment(0xda, b"\x01\x01\0\0\0\0"),
        SCAN.to_vec(),
        segment(0xfe, &canary()),
        segment(0xc4, b"again"),
        segment(0xda, b"\x01\x01\0\x01\x3f\0"),
        SCAN.to_vec(),
        b"\xff\xd9".to_vec(),
        canary(),
        b"\xff\xd8\xff\xe1".to_vec(),
        canary(),
    ]
    .concat()
}

/// The same picture with what draws it alone.
fn clean_jpeg() -> Vec<u8> {
    [
        b"\xff\xd8".to_vec(),
        segment(0xe0, JFIF),
        segment(0xe1, &[b"Exif\0\0".to_vec(), upright(6)].concat()),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(0xdb, b"quantisation"),
        segment(0xc2, b"\x08\0\x20\0\x40\x01\x01\x11\0"),
        segment(0xc4, b"Huffman"),
        segment(0xda, b"\x01\x01\0\0\0\0"),
        SCAN.to_vec(),
        segment(0xc4, b"again"),
        segment(0xda, b"\x01\x01\0\x01\x3f\0"),
        SCAN.to_vec(),
        b"\xff\xd9".to_vec(),
    ]
    .concat()
}

const HEADER: &[u8] = b"\0\0\0\x40\0\0\0\x20\x08\x06\0\0\0";

fn png_of(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in chunks {
        file.extend(png_chunk(kind, content));
    }
    file
}

/// An animated PNG with every kind of text, and chunks that nobody knows.
fn png() -> Vec<u8> {
    let text = [b"Author\0".to_vec(), canary()].concat();
    let exif = exif(8);
    let mut file = png_of(&[
        (b"IHDR", HEADER),
        (b"iCCP", b"profile\0\0packed"),
        (b"pHYs", b"\0\0\x0b\x13\0\0\x0b\x13\x01"),
        (b"acTL", b"\0\0\0\x01\0\0\0\0"),
        (b"tEXt", &text),
        (b"zTXt", &text),
        (b"iTXt", &text),
        (b"eXIf", &exif),
        (b"tIME", b"\x07\xe9\x01\x01\x0c\0\0"),
        (b"caBX", &text),
        (b"fcTL", b"\0\0\0\0frame"),
        (b"IDAT", b"pixels"),
        (b"IDAT", b"more pixels"),
        (b"tEXt", &text),
        (b"fdAT", b"\0\0\0\x01frame"),
        (b"IEND", b""),
    ]);
    file.extend(canary());
    file
}

fn clean_png() -> Vec<u8> {
    png_of(&[
        (b"IHDR", HEADER),
        (b"eXIf", &upright(8)),
        (b"iCCP", b"profile\0\0packed"),
        (b"pHYs", b"\0\0\x0b\x13\0\0\x0b\x13\x01"),
        (b"acTL", b"\0\0\0\x01\0\0\0\0"),
        (b"fcTL", b"\0\0\0\0frame"),
        (b"IDAT", b"pixels"),
        (b"IDAT", b"more pixels"),
        (b"fdAT", b"\0\0\0\x01frame"),
        (b"IEND", b""),
    ])
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut content = b"WEBP".to_vec();
    content.extend(riff_chunks(chunks));
    let length = u32::try_from(content.len()).unwrap();
    [b"RIFF".as_slice(), &length.to_le_bytes(), &content].concat()
}

fn riff_chunks(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut content = Vec::new();
    for (kind, data) in chunks {
        content.extend(*kind);
        content.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        content.extend(data);
        content.extend(vec![0; data.len() % 2]);
    }
    content
}

/// An animated WebP, 64 by 32, with metadata beside its frames and inside of one.
fn webp() -> Vec<u8> {
    let frame = [
        vec![7; 16],
        riff_chunks(&[
            (b"ALPH", b"veil".to_vec()),
            (b"META", canary()),
            (b"VP8 ", b"pixel".to_vec()),
        ]),
    ]
    .concat();
    let mut file = riff(&[
        (b"VP8X", b"\x2e\0\0\0\x3f\0\0\x1f\0\0".to_vec()),
        (b"ICCP", b"colours".to_vec()),
        (b"ANIM", b"\0\0\0\0\0\0".to_vec()),
        (b"ANMF", frame),
        (b"EXIF", exif(3)),
        (b"XMP ", canary()),
        (b"NOTE", canary()),
    ]);
    file.extend(canary());
    file
}

fn clean_webp() -> Vec<u8> {
    let frame = [
        vec![7; 16],
        riff_chunks(&[(b"ALPH", b"veil".to_vec()), (b"VP8 ", b"pixel".to_vec())]),
    ]
    .concat();
    riff(&[
        // Colour profile, animation, EXIF; no XMP any more.
        (b"VP8X", b"\x2a\0\0\0\x3f\0\0\x1f\0\0".to_vec()),
        (b"ICCP", b"colours".to_vec()),
        (b"ANIM", b"\0\0\0\0\0\0".to_vec()),
        (b"ANMF", frame),
        (b"EXIF", upright(3)),
    ])
}

fn blocks(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for block in content.chunks(200) {
        out.push(u8::try_from(block.len()).unwrap());
        out.extend(block);
    }
    out.push(0);
    out
}

const SCREEN: &[u8] = b"GIF89a\x40\0\x20\0\x80\0\0aaabbb";
const CONTROL: &[u8] = b"!\xf9\x04\x04\x0a\0\0\0";
const FRAME: &[u8] = b",\0\0\0\0\x40\0\x20\0\x80cccddd\x02\x06pixels\0";
const LOOPING: &[u8] = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";

fn gif() -> Vec<u8> {
    [
        SCREEN.to_vec(),
        LOOPING.to_vec(),
        b"!\xfe".to_vec(),
        blocks(&canary()),
        b"!\xff\x0bXMP DataXMP".to_vec(),
        blocks(&canary()),
        CONTROL.to_vec(),
        b"!\xfe".to_vec(),
        blocks(&canary()),
        FRAME.to_vec(),
        CONTROL.to_vec(),
        b"!\x01\x0cplace and on".to_vec(),
        blocks(&canary()),
        FRAME.to_vec(),
        b";".to_vec(),
        canary(),
    ]
    .concat()
}

fn clean_gif() -> Vec<u8> {
    [SCREEN, LOOPING, CONTROL, FRAME, FRAME, b";"].concat()
}

/// An icon of a PNG and a bitmap, with something between them.
fn icon(image: &[u8], between: &[u8]) -> Vec<u8> {
    let start = 6 + 2 * 16;
    let mut file = b"\0\0\x01\0\x02\0".to_vec();
    for (length, at) in [
        (image.len(), start),
        (6, start + image.len() + between.len()),
    ] {
        file.extend(b"\x20\x20\0\0\x01\0\x20\0");
        file.extend(u32::try_from(length).unwrap().to_le_bytes());
        file.extend(u32::try_from(at).unwrap().to_le_bytes());
    }
    file.extend(image);
    file.extend(between);
    file.extend(b"bitmap");
    file
}

fn bitmap() -> Vec<u8> {
    let mut file = b"BM".to_vec();
    file.extend(60_u32.to_le_bytes());
    file.extend([0; 4]);
    file.extend(54_u32.to_le_bytes());
    file.extend(40_u32.to_le_bytes());
    file.extend(64_u32.to_le_bytes());
    file.extend(32_u32.to_le_bytes());
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend(b"pixels");
    file
}

/// Every picture as it comes, and as it should leave.
fn pictures() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    vec![
        ("a.jpg", jpeg(), clean_jpeg()),
        ("a.png", png(), clean_png()),
        ("a.webp", webp(), clean_webp()),
        ("a.gif", gif(), clean_gif()),
        ("a.ico", icon(&png(), &canary()), icon(&clean_png(), b"")),
        ("a.bmp", [bitmap(), canary()].concat(), bitmap()),
    ]
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
fn pictures_leave_with_what_draws_and_nothing_else() {
    let mut site = Site::new().file("tearline.toml", SETTINGS).file(
        "content/briefs/first/index.md",
        brief(
            "First",
            "extra: {files: [a.png, a.webp, a.gif, a.ico, a.bmp, IMG_0001]}\n",
            "![A quay](a.jpg)\n",
        ),
    );
    for (name, before, _) in pictures() {
        assert!(holds(&before, CANARY), "{name} tests nothing");
        site = site
            .file(&format!("content/briefs/first/{name}"), &before)
            .file(&format!("static/{name}"), &before);
    }
    // Not known by its name, and a photograph all the same.
    site = site.file("content/briefs/first/IMG_0001", jpeg());
    site.check_with(["--strict"]).success();
    site.build_with(["--strict"]).success();
    let output = site.output();
    for (name, _, after) in pictures() {
        assert!(output[name] == after, "static/{name}");
        assert!(output[&format!("briefs/first/{name}")] == after, "{name}");
    }
    assert!(output["briefs/first/IMG_0001"] == clean_jpeg());
    for (path, bytes) in &output {
        assert!(!holds(bytes, CANARY), "{path}");
    }
    // A second build has nothing to write.
    let again = site.build().success();
    assert!(again.stdout.contains("0 written"), "{}", again.all());
}

#[test]
fn a_clean_picture_stays_as_it_is() {
    for (name, _, after) in pictures() {
        assert!(cleaned(name, &after).unwrap() == after, "{name}");
    }
}

#[test]
fn pages_say_the_size_of_pictures_as_they_are_shown() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 150\"/>";
    let site = Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "content/briefs/first/index.md",
            brief(
                "First",
                "image: {src: b.png, alt: A crane}\n",
                "![A quay](a.jpg)\n\n![A map](/map.svg)\n\n![A ship](/a.gif)\n",
            ),
        )
        .file("content/briefs/first/a.jpg", jpeg())
        .file("content/briefs/first/b.png", picture("pixels"))
        .file("static/map.svg", drawing)
        .file("static/a.gif", gif());
    site.build_with(["--strict"]).success();
    let page = site.page("briefs/first/index.html");
    for expected in [
        // Held upright: the sides are swapped.
        "alt=\"A quay\" width=\"32\" height=\"64\"",
        "alt=\"A map\" width=\"300\" height=\"150\"",
        "alt=\"A ship\" width=\"64\" height=\"32\"",
        "alt=\"A crane\" width=\"1\" height=\"1\"",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

/// What is published of a file, by the door that the build and the preview take.
fn cleaned(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let asset = Asset {
        path: name.to_owned(),
        site_path: format!("content/briefs/first/{name}"),
        file,
    };
    let clean = media::clean(&asset);
    // What is found before anything is written is what writing it would meet.
    let mut plan = Plan::default();
    plan.outputs.insert(
        name.to_owned(),
        Planned {
            producer: Producer::File(asset),
            by: name.to_owned(),
            at: None,
        },
    );
    let mut found = Diagnostics::new();
    media::examine([&mut plan], &mut found);
    if let Err(diagnostic) = &clean {
        assert!(found.iter().any(|other| other == diagnostic), "{found:?}");
    }
    clean.map_err(|diagnostic| diagnostic.code.id().to_owned())
}

#[test]
fn a_picture_cut_short_is_an_error_and_never_published() {
    for (name, before, after) in pictures() {
        // What stands behind the end may go; the last piece that draws may not.
        let whole = before.len()
            - match name {
                "a.jpg" => CANARY.len() * 2 + 4,
                "a.ico" => 0,
                _ => CANARY.len(),
            };
        for length in 0..whole {
            // Browsers show a GIF whose frames are whole.
            if name == "a.gif" && cleaned(name, &before[..length]).is_ok() {
                assert!(
                    before[..length].ends_with(b"pixels\0") || before[..length].ends_with(&[0])
                );
                continue;
            }
            assert_eq!(
                cleaned(name, &before[..length]),
                Err("TL1001".to_owned()),
                "{name} cut to {length} of {whole}"
            );
        }
        assert!(cleaned(name, &before[..whole]).unwrap() == after, "{name}");
    }
}

#[test]
fn what_is_no_picture_is_told_with_a_way_out() {
    let site = Site::minimal()
        .file("static/a.jpg", "not a picture")
        .file("static/b.jpg", png())
        .file("static/c.png", "")
        .file("static/d.avif", b"\0\0\0\x1cftypavif")
        .file("static/e.heic", "")
        .file("static/f.svg", "<html/>")
        .file("static/g.svg", b"\xff\xfe<\0")
        .file("static/h.bin", b"II*\0raw picture of a camera");
    let run = site.check().failure();
    let findings: Vec<String> = run
        .findings()
        .iter()
        .map(|finding| {
            format!(
                "{} {}",
                finding.code,
                finding.file.as_deref().unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        findings,
        [
            "TL1001 static/a.jpg",
            "TL1001 static/b.jpg",
            "TL1001 static/c.png",
            "TL1002 static/d.avif",
            "TL1002 static/e.heic",
            "TL1001 static/f.svg",
            "TL0102 static/g.svg",
            "TL1002 static/h.bin",
        ]
    );
    let renamed = &run.findings()[1];
    assert!(renamed.message.contains("is a PNG image"), "{renamed:?}");
    assert_eq!(renamed.help.as_deref(), Some("end its name in `.png`"));
    site.build().failure();
    assert!(!site.has("index.html"));
}

const OPEN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" \
                    xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">";

fn drawing(inside: &str) -> String {
    format!("{OPEN}{inside}</svg>")
}

/// Payloads of the kinds that public lists of them have.
const PAYLOADS: &[&str] = &[
    "<script>evil()</script>",
    "<script href=\"https://evil.example/a.js\"/>",
    "<svg:script xmlns:svg=\"http://www.w3.org/2000/svg\">evil()</svg:script>",
    "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">evil()</x:script>",
    "<x:img xmlns:x=\"http://www.w3.org/1999/xhtml\" src=\"x\" onerror=\"evil()\"/>",
    "<g><foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><iframe src=\"https://evil.example\"/></body></foreignObject></g>",
    "<g onload=\"evil()\"/>",
    "<g ONCLICK=\"evil()\" onclick=\"evil()\"/>",
    "<rect onmouseover='evil()' width='9' height='9'/>",
    "<animate onbegin=\"evil()\" attributeName=\"x\" dur=\"1s\"/>",
    "<a href=\"javascript:evil()\"><text>x</text></a>",
    "<a xlink:href=\"java&#10;script:evil()\"><text>x</text></a>",
    "<a xlink:href=\" &#x6a;avascript:evil()\"><text>x</text></a>",
    "<a href=\"data:text/html,evil\"><text>x</text></a>",
    "<a href=\"https://evil.example\"><text>x</text></a>",
    "<a><animate attributeName=\"href\" values=\"javascript:evil()\"/><text>x</text></a>",
    "<a><set attributeName=\"xlink:href\" to=\"javascript:evil()\"/></a>",
    "<set attributeName=\"onclick\" to=\"evil()\"/>",
    "<set attributeName=\" on&#99;lick\" to=\"evil()\"/>",
    "<animate attributeName=\"style\" to=\"fill:url(//evil.example)\"/>",
    "<animate attributeName=\"fill\" to=\"url(//evil.example)\"/>",
    "<use href=\"https://evil.example/a.svg#x\"/>",
    "<use xlink:href=\"data:image/svg+xml;base64,PHN2Zy8+#x\"/>",
    "<use href=\"evil.svg#x\"/>",
    "<image href=\"//evil.example/a.png\"/>",
    "<image href=\"data:image/svg+xml,evil\"/>",
    "<image href=\"data:image/png;base64,ZXZpbA==\"/>",
    "<feImage href=\"https://evil.example/a.png\"/>",
    "<style>@import url(//evil.example/a.css);</style>",
    "<style>@import '//evil.example/a.css';</style>",
    "<style><![CDATA[g{fill:url(\"//evil.example\")}]]></style>",
    "<style>g{fill:u&#92;72l(//evil.example)}</style>",
    "<style>@font-face{font-family:a;src:url(https://evil.example/a.woff2)}</style>",
    "<style>g{b:image-set('//evil.example' 1x)}</style>",
    "<g style=\"fill:url(//evil.example)\"/>",
    "<g style=\"fill:&#117;rl(//evil.example)\"/>",
    "<g fill=\"url(//evil.example/a.svg#a)\"/>",
    "<g filter=\"url('https://evil.example/a.svg#a')\"/>",
    "<g mask=\"u\\72l(//evil.example)\"/>",
    "<handler type=\"application/ecmascript\">evil()</handler>",
    "<iframe src=\"https://evil.example\"/>",
    "<embed src=\"https://evil.example\"/>",
    "<audio href=\"https://evil.example\"/>",
    "<discard onload=\"evil()\"/>",
    "<title><script>evil()</script></title>",
    "<style><script>evil()</script></style>",
    "<?xml-stylesheet href=\"https://evil.example/a.css\"?>",
    "<cursor href=\"https://evil.example/a.png\"/>",
];

#[test]
fn drawings_lose_what_runs_and_what_asks_other_hosts() {
    let mut site = Site::minimal();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let text = drawing(&format!("{payload}<path d=\"M0 0h9v9z\"/>"));
        site = site
            .file(&format!("static/{number}.svg"), &text)
            .file(&format!("static/in-{number}.SVG"), text);
    }
    let run = site.check().success();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let path = format!("static/{number}.svg");
        assert!(
            run.findings()
                .iter()
                .any(|finding| finding.code == "TL1004" && finding.file.as_deref() == Some(&path)),
            "{payload} went in silence"
        );
    }
    site.build().success();
    for (path, bytes) in site.output() {
        if !path.to_lowercase().ends_with(".svg") || path == "favicon.svg" {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("<path d=\"M0 0h9v9z\"/>"), "{path}: {text}");
        let low = text.to_lowercase();
        for word in [
            "evil",
            "script",
            "javascript:",
            "//",
            "onload",
            "onclick",
            "url(",
        ] {
            let low = low
                .replace("http://www.w3.org/2000/svg", "")
                .replace("http://www.w3.org/1999/xlink", "");
            assert!(!low.contains(word), "{path} has {word}: {text}");
        }
    }
}

#[test]
fn drawings_keep_what_draws_and_what_is_read_aloud() {
    let kept = "<title>The quay &amp; its cranes</title><desc>From the east</desc>\
        <defs><linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"#fff\"/></linearGradient></defs>\
        <style>.a &gt; b{fill:url(#g)}@media (min-width:1px){.c{fill:red}}</style>\
        <g class=\"a\" transform=\"rotate(45 1 1)\" style=\"fill:url(#g);stroke:none\">\
        <path d=\"M0 0h9v9z\" fill=\"url(#g)\" aria-label=\"url(text)\"/></g>\
        <text x=\"1\" y=\"2\" xml:space=\"preserve\">é <tspan dy=\"1em\">ß</tspan></text>\
        <use xlink:href=\"#g\"/><use href=\"#g\"/>";
    let text = drawing(kept);
    assert_eq!(cleaned("a.svg", text.as_bytes()), Ok(text.into_bytes()));
}

#[test]
fn drawings_lose_what_names_their_author() {
    let noted = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
         <!-- Created by {CANARY} -->\n\
         <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" \
         xmlns:sodipodi=\"http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd\" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         width=\"120px\" height=\"60\" sodipodi:docname=\"{CANARY}.svg\" inkscape:export-filename=\"/home/{CANARY}/a.png\" \
         content=\"{CANARY}\" data-name=\"{CANARY}\">\
         <sodipodi:namedview inkscape:window-width=\"{CANARY}\"><inkscape:page/></sodipodi:namedview>\
         <metadata><rdf:RDF><rdf:li>{CANARY}</rdf:li></rdf:RDF></metadata>\
         <?editor {CANARY}?><style>/* {CANARY} */g{{fill:red}}</style>\
         <g inkscape:label=\"{CANARY}\" style=\"fill:red;/*{CANARY}*/\"><!--{CANARY}--><path d=\"M0 0\"/></g></svg>\n<!--{CANARY}-->\n"
    );
    let site = Site::minimal().file("static/a.svg", noted);
    site.check_with(["--strict"]).success();
    site.build().success();
    assert_eq!(
        site.page("a.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120px\" height=\"60\">\
         <style> g{fill:red}</style><g style=\"fill:red;\"><path d=\"M0 0\"/></g></svg>"
    );
}

#[test]
fn pictures_inside_of_drawings_are_cleaned_as_well() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let embed = |bytes: &[u8]| {
        drawing(&format!(
            "<image width=\"9\" xlink:href=\"data:image/jpeg;base64,{}\"/>",
            STANDARD.encode(bytes)
        ))
    };
    assert_eq!(
        cleaned("a.svg", embed(&jpeg()).as_bytes()),
        Ok(embed(&clean_jpeg()).into_bytes())
    );
}

#[test]
fn broken_drawings_are_errors_with_their_place() {
    for (inside, line) in [
        ("\n<g></svg>", 2),
        ("\n\n<g a=1/></svg>", 3),
        ("\n<g a=\"1\" a=\"2\"/></svg>", 2),
        ("\n<g fill=\"&other;\"/></svg>", 2),
        ("\n<text>\n&other;</text></svg>", 3),
        ("<g>", 1),
        ("</svg><svg/>", 1),
        ("</svg>text", 1),
    ] {
        let site = Site::minimal().file("static/a.svg", format!("{OPEN}{inside}"));
        let run = site.check().failure();
        let found: Vec<(String, Option<usize>)> = run
            .findings()
            .into_iter()
            .map(|finding| (finding.code, finding.line))
            .collect();
        assert_eq!(found, [("TL1001".to_owned(), Some(line))], "{inside}");
    }
    let entities = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n\
                    <svg xmlns=\"http://www.w3.org/2000/svg\"><text>&b;</text></svg>";
    assert_eq!(cleaned("a.svg", entities.as_bytes()), Err("TL1001".into()));
    let deep = format!("{OPEN}{}", "<g>".repeat(100_000));
    assert_eq!(cleaned("a.svg", deep.as_bytes()), Err("TL0110".into()));
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><svg xmlns='http://www.w3.org/2000/svg'>\xc3\xa9</svg>";
    assert_eq!(cleaned("a.svg", latin), Err("TL1001".into()));
}

#[test]
fn what_runs_is_refused_beside_a_brief_and_left_to_the_owner_in_static() {
    let lure = "<script>alert(1)</script>";
    let site = Site::minimal()
        .file(
            "content/briefs/second/index.md",
            brief(
                "Second",
                "extra: {files: [lure.html, lure.js, lure.svgz, lure.xml, ioc.xml, lure.html.txt]}\n",
                "Text.\n",
            ),
        )
        .file("content/briefs/second/lure.html", lure)
        .file("content/briefs/second/lure.js", "alert(1)")
        .file("content/briefs/second/lure.svgz", "alert(1)")
        .file(
            "content/briefs/second/lure.xml",
            "<a xmlns='http://www.w3.org/1999/xhtml'/>",
        )
        .file("content/briefs/second/ioc.xml", "<ioc/>")
        .file("content/briefs/second/lure.html.txt", lure)
        .file("static/google1234.html", lure)
        .file("static/app.js", "alert(1)");
    let run = site.check().failure();
    let refused: Vec<String> = run
        .findings()
        .iter()
        .map(|finding| {
            format!(
                "{} {}",
                finding.code,
                finding.file.as_deref().unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        refused,
        ["html", "js", "svgz", "xml"]
            .map(|ending| format!("TL1003 content/briefs/second/lure.{ending}"))
    );
    for ending in ["html", "js", "svgz", "xml"] {
        site.remove(&format!("content/briefs/second/lure.{ending}"));
    }
    site.build_with(["--strict"]).success();
    assert_eq!(site.page("google1234.html"), lure);
    assert_eq!(site.page("briefs/second/lure.html.txt"), lure);
}

/// A .docx as far as its properties go.
fn office(properties: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(
            "docProps/core.xml",
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
    archive.write_all(properties.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn documents_are_published_as_they_are_and_their_author_is_told() {
    let named = office("<p><dc:creator>Jane Doe</dc:creator></p>");
    let site = Site::minimal()
        .file("static/named.docx", &named)
        .file("static/bare.docx", office("<p><dc:creator/></p>"))
        .file("static/named.pdf", "%PDF-1.4 << /Author (Jane Doe) >>")
        .file("static/bare.pdf", "%PDF-1.4 << /Title (Report) >>")
        .file("static/old.doc", "old");
    let run = site.check().success();
    let told: Vec<(Option<String>, bool)> = run
        .findings()
        .into_iter()
        .filter(|finding| finding.code == "TL1005")
        .map(|finding| (finding.file, finding.message.contains("Jane Doe")))
        .collect();
    let path = |path: &str| Some(path.to_owned());
    assert_eq!(
        told,
        [
            (path("static/named.docx"), true),
            (path("static/named.pdf"), true),
            (path("static/old.doc"), false),
        ]
    );
    site.build().success();
    assert_eq!(site.output()["named.docx"], named);
}

#[test]
fn a_picture_too_large_to_read_is_told() {
    let site = Site::minimal();
    site.write("static/a.jpg", "");
    let file = std::fs::File::create(site.path("static/a.jpg")).unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    let run = site.check().failure();
    assert_eq!(codes(&run), ["TL0103"]);
}

fn codes(run: &Run) -> Vec<String> {
    run.findings().into_iter().map(|found| found.code).collect()
}

/// Names that a file may bear whatever is in it.
const NAMES: &[&str] = &[
    "a.jpg", "a.png", "a.webp", "a.gif", "a.ico", "a.bmp", "a.svg", "a",
];

/// Some bytes of a file changed, taken out or put in twice.
fn damaged(mut bytes: Vec<u8>, damage: &[(usize, u8, u8)]) -> Vec<u8> {
    for (at, how, byte) in damage {
        if bytes.is_empty() {
            break;
        }
        let at = at % bytes.len();
        match how % 4 {
            0 => bytes[at] = *byte,
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..bytes.len().min(at + usize::from(*byte)))),
            _ => {
                let again: Vec<u8> = bytes[at..]
                    .iter()
                    .take(usize::from(*byte))
                    .copied()
                    .collect();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_breaks_the_program(
        which in 0_usize..8,
        name in prop::sample::select(NAMES),
        own in any::<bool>(),
        damage in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..6),
    ) {
        let mut files = pictures();
        files.push(("a.svg", drawing(&PAYLOADS.concat()).into_bytes(), Vec::new()));
        files.push(("a.pdf", b"%PDF /ObjStm stream\nx /Author (".to_vec(), Vec::new()));
        let (own_name, bytes, _) = &files[which];
        let name: &str = if own { own_name } else { name };
        let bytes = damaged(bytes.clone(), &damage);
        if let Ok(clean) = cleaned(name, &bytes) {
            // What is published is clean: nothing more is found in it.
            if name.contains('.') && name != "a.pdf" {
                prop_assert!(cleaned(name, &clean) == Ok(clean.clone()), "{name}");
            }
        }
    }

    #[test]
    fn no_bytes_break_the_program(name in prop::sample::select(NAMES), bytes in any::<Vec<u8>>()) {
        let _ = cleaned(name, &bytes);
    }
}
