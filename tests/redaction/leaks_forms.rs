//! The search for leaks reads a withheld text in every form that people and programs write it in: any
//! form of Unicode, a part of a sentence, base64, quoted-printable, office documents, PDF.

use std::io::Write;

use crate::support::Site;
use base64::Engine;

const SENTENCE: &str =
    "The manifests were carried out of the old harbour on a single memory card by a crane driver";

/// A clear brief, and an amber one with names in several scripts.
fn site() -> Site {
    Site::minimal().file(
        "content/briefs/quay.md",
        format!(
            "---\ntitle: Harvest of the northern ports\ndate: 2025-06-03\ntlp: amber\n\
             actors: [Müller Cluster, Velvet Walrus, Đặng Hiếu Group, ガラパゴス]\n---\n\n{SENTENCE}.\n\n\
             Nine lamps burn in the harbour master's office.\n"
        ),
    )
}

/// The codes and messages of `check --leaks` on a folder with one file.
fn found(site: &Site, name: &str, content: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(name), content).expect("a file");
    let folder = folder.path().to_string_lossy().into_owned();
    let findings = site.check_with(["--leaks", &folder]).findings();
    findings
        .into_iter()
        .map(|finding| (finding.code, finding.message))
        .collect()
}

#[track_caller]
fn leaks(site: &Site, name: &str, content: impl AsRef<[u8]>) -> String {
    let found = found(site, name, content);
    assert!(
        found.iter().any(|(code, _)| code == "TL0412"),
        "{name}: {found:#?}"
    );
    found[0].1.clone()
}

#[test]
fn a_name_is_found_in_every_form_of_unicode() {
    let site = site();
    for text in [
        "Mu\u{308}ller Cluster",
        "M\u{dc}LLER cluster",
        "Ｍüller Ｃｌｕｓｔｅｒ",
        "Mü\u{ad}ller Clus\u{200d}ter",
        "M&uuml;l&shy;ler Cluster",
        "Mu&#x308;ller Cluster",
        "\u{202a}Müller\u{202c} Cluster",
        "𝐌üller 𝐂luster",
        "Đa\u{323}\u{306}ng Hiếu Group",
        "Đa\u{306}\u{323}ng Hie\u{302}\u{301}u Group",
        "ｶﾞﾗﾊﾟｺﾞｽ",
        "カ\u{3099}ラハ\u{309a}コ\u{3099}ス",
    ] {
        let page = format!("<p>see {text} there</p>");
        leaks(&site, "a.html", &page);
        leaks(
            &site,
            "a.txt",
            html_escape::decode_html_entities(&page).as_bytes(),
        );
    }
    for text in ["Möller Cluster", "Müller Clusters", "Müllers Cluster"] {
        assert_eq!(found(&site, "a.html", text), [], "{text}");
    }
}

#[test]
fn a_part_of_a_sentence_is_found() {
    let site = site();
    let words: Vec<&str> = SENTENCE.split(' ').collect();
    for eight in words.windows(8) {
        leaks(&site, "a.txt", eight.join(" "));
    }
    leaks(&site, "a.txt", words[..words.len() / 2].join(" "));
    leaks(&site, "a.txt", "Nine lamps burn in");
    leaks(&site, "a.txt", "burn in the harbour master\u{2019}s");
    // Few words in a row are anyone's.
    assert_eq!(found(&site, "a.txt", "carried out of the"), []);
}

#[test]
fn text_that_is_encoded_is_decoded() {
    let site = site();
    let base64 = |text: &[u8]| base64::engine::general_purpose::STANDARD.encode(text);
    let data = format!(
        "url(data:text/plain;base64,{})",
        base64(SENTENCE.as_bytes())
    );
    let message = leaks(
        &site,
        "a.css",
        format!("p {{}}\nb {{ background: {data} }}"),
    );
    assert!(message.contains("at 2:"), "{message}");
    leaks(&site, "a.html", format!("<img src='{data}'>"));
    leaks(
        &site,
        "a.json",
        format!("{{\"bin\":\"{}\"}}", base64(b"by Velvet Walrus")),
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(SENTENCE.as_bytes()).expect("memory");
    leaks(
        &site,
        "b.json",
        format!("[\"{}\"]", base64(&packed.finish().expect("memory"))),
    );
    let long = base64(format!("{}{SENTENCE}", "Dear all, ".repeat(9)).as_bytes());
    let lines: Vec<&str> = long
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    leaks(
        &site,
        "a.eml",
        format!(
            "Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        ),
    );
    leaks(
        &site,
        "b.eml",
        "=4Dad=65 by M=C3=BC=\r\nller Clu=\r\nster =3D\r\n",
    );
    leaks(&site, "c.eml", "<p>by <b>Velvet=20Wal=\nrus</b></p>");
}

fn zip(member: &str, content: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(member, options).expect("memory");
    archive.write_all(content.as_bytes()).expect("memory");
    archive.finish().expect("memory").into_inner()
}

#[test]
fn office_documents_are_read_across_runs() {
    let site = site();
    let word = |body: &str| {
        zip(
            "word/document.xml",
            &format!("<w:document><w:body>{body}</w:body></w:document>"),
        )
    };
    let message = leaks(
        &site,
        "a.docx",
        word(
            "<w:p><w:r><w:t>by Vel</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>vet</w:t></w:r>\
             <w:r><w:t xml:space=\"preserve\"> Wal</w:t></w:r><w:proofErr w:type=\"x\"/><w:r><w:t>rus</w:t></w:r></w:p>",
        ),
    );
    assert!(message.contains("word/document.xml"), "{message}");
    assert_eq!(
        found(
            &site,
            "b.docx",
            word("<w:p><w:r><w:t>Velvet</w:t></w:r></w:p><w:p><w:r><w:t>Walrus</w:t></w:r></w:p>"),
        ),
        []
    );
    leaks(
        &site,
        "a.pptx",
        zip(
            "ppt/slides/slide1.xml",
            "<a:p><a:r><a:rPr lang=\"en\"/><a:t>Velvet </a:t></a:r><a:r><a:t>Wal</a:t></a:r><a:r><a:t>rus</a:t></a:r></a:p>",
        ),
    );
    leaks(
        &site,
        "a.xlsx",
        zip(
            "xl/sharedStrings.xml",
            "<sst><si><r><t>Velvet W</t></r><r><rPr><b/><sz val=\"11\"/></rPr><t>alrus</t></r></si></sst>",
        ),
    );
    leaks(
        &site,
        "a.odt",
        zip(
            "content.xml",
            "<text:p>Velvet <text:span text:style-name=\"T1\">Wal</text:span>rus</text:p>",
        ),
    );
}

/// A PDF file of the objects, each its dictionary and, packed, its stream.
fn pdf(objects: &[(&str, &str)]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (number, (dictionary, stream)) in (1..).zip(objects) {
        let _ = write!(file, "{number} 0 obj\n<<{dictionary}");
        if stream.is_empty() {
            file.extend_from_slice(b">>\nendobj\n");
            continue;
        }
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(stream.as_bytes()).expect("memory");
        let packed = packed.finish().expect("memory");
        let _ = write!(
            file,
            "/Filter/FlateDecode/Length {}>>\nstream\n",
            packed.len()
        );
        file.extend(packed);
        file.extend_from_slice(b"\nendstream\nendobj\n");
    }
    file.extend_from_slice(b"trailer<</Root 1 0 R>>\n%%EOF");
    file
}

#[test]
fn the_text_of_pdf_files_is_read() {
    let site = site();
    for text in [
        "BT /F1 12 Tf 72 720 Td (by Velvet Walrus) Tj ET",
        "BT [(Vel) -20 (vet) -300 (Wal\\162us)] TJ ET",
        "BT (Velvet) Tj 0 -14 Td (Walrus) Tj ET",
        "BT (Vel) Tj 20 0 Td (vet) Tj 8 0 Td ( Walrus) Tj ET",
        "BT <56656c766574> Tj T* (Walrus) ' ET",
        "BT (The manifests were carried out) Tj 0 -14 Td (of the old harbour on a single memory) Tj ET",
    ] {
        let message = leaks(&site, "a.pdf", pdf(&[("/Type/Page", ""), ("", text)]));
        assert!(message.contains("a.pdf"), "{message}");
    }
    // Codes of a font that only its own map makes letters of.
    let map = "begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n\
               2 beginbfchar <0003> <0020> <0010> <0057> endbfchar\n\
               1 beginbfrange <0044> <005d> <0061> endbfrange 1 beginbfchar <0039> <0056> endbfchar endcmap";

    let codes: String = "Velvet Walrus"
        .chars()
        .map(|letter| match letter {
            ' ' => "0003".to_owned(),
            'W' => "0010".to_owned(),
            'V' => "0039".to_owned(),
            small => format!("{:04x}", small as u32 - 0x61 + 0x44),
        })
        .collect();
    let objects = [
        (
            "/Resources<</Font<</F7 2 0 R>>>>/Contents 4 0 R",
            String::new(),
        ),
        (
            "/Type/Font/Encoding/Identity-H/ToUnicode 3 0 R",
            String::new(),
        ),
        ("", map.to_owned()),
        ("", format!("BT /F7 11 Tf <{codes}> Tj ET")),
    ];
    let objects: Vec<(&str, &str)> = objects
        .iter()
        .map(|(dictionary, stream)| (*dictionary, stream.as_str()))
        .collect();
    leaks(&site, "b.pdf", pdf(&objects));
    // The same fonts in packed objects, as newer programs write them.
    let packed = "1 0 2 60 <</Resources<</Font<</F7 2 0 R>>>>/Contents 4 0 R>>              <</Type/Font/Encoding/Identity-H/ToUnicode 3 0 R>>";
    let objects = [
        ("/Type/Catalog", ""),
        ("/Type/Catalog", ""),
        objects[2],
        objects[3],
        ("/Type/ObjStm/N 2/First 9", packed),
    ];
    leaks(&site, "c.pdf", pdf(&objects));
    leaks(
        &site,
        "d.pdf",
        pdf(&[(
            "/Title(\\376\\377\\000V\\000e\\000l\\000v\\000e\\000t\\000 \\000W\\000a\\000l\\000r\\000u\\000s)",
            "",
        )]),
    );
    let found = found(
        &site,
        "e.pdf",
        pdf(&[("/Encrypt 3 0 R", ""), ("", "BT (x) Tj ET")]),
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "TL0413");
}

#[test]
fn archives_that_are_not_opened_are_reported() {
    let site = site();
    for (name, first) in [
        ("a.7z", b"7z\xbc\xaf\x27\x1c\x00\x04".as_slice()),
        ("a.rar", b"Rar!\x1a\x07\x01\x00"),
        ("a.xz", b"\xfd7zXZ\x00\x00\x04"),
        ("a.bz2", b"BZh91AY&SY\x00\x00"),
        ("a.zst", b"\x28\xb5\x2f\xfd\x04\x00"),
        // By what is in it, not by its name.
        ("notes.txt", b"Rar!\x1a\x07\x01\x00"),
    ] {
        let found = found(&site, name, first);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert_eq!(found[0].0, "TL0413", "{name}");
        assert!(found[0].1.contains("is not unpacked"), "{found:?}");
    }
    assert_eq!(found(&site, "a.txt", "BZhang met them"), []);
}
