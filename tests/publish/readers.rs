//! What readers can check.

use std::process::Command;

use minisign::KeyPair;

use super::support::{Run, SETTINGS, Site};
use super::{site, web};

/// A site whose publications are signed, and the public key.
fn signed() -> (Site, String) {
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    let key = pair.pk.to_base64();
    let site = site(
        3,
        &format!(
            "[publish.web]\nurl = \"out\"\npublic = true\n[signing]\npublic_key = \"{key}\"\n"
        ),
    );
    let secret = pair.sk.to_box(None).unwrap().into_string();
    site.write("keys/minisign.key", secret);
    site.build().success();
    (site, key)
}

fn publish(site: &Site) -> Run {
    let mut command = site.command();
    command
        .env_remove("TEARLINE_SIGNING_PASSWORD")
        .env("TEARLINE_SIGNING_KEY", site.path("keys/minisign.key"))
        .args(["publish", "web"]);
    Run::of(&mut command)
}

#[test]
fn the_list_is_what_sha256sum_reads() {
    let site = site(2, "").file("static/a name with spaces, and ü.txt", "text");
    site.build().success();
    let output = Command::new("sha256sum")
        .current_dir(site.path("public"))
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .output()
        .expect("sha256sum runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let listed: Vec<String> = site
        .page("SHA256SUMS")
        .lines()
        .map(|line| line.split_once("  ").unwrap().1.to_owned())
        .collect();
    let mut expected: Vec<String> = site.output().into_keys().collect();
    expected.retain(|path| {
        !matches!(
            path.as_str(),
            "SHA256SUMS" | "_headers" | ".tearline-manifest.json"
        )
    });
    assert_eq!(listed, expected);
}

#[test]
fn each_file_has_its_marking() {
    let site = Site::minimal()
        .file(
            "tearline.toml",
            format!("{SETTINGS}[editions.inside]\ntlp = \"amber\"\n"),
        )
        .file(
            "content/briefs/second.md",
            super::brief("Second", "tlp: green\n", "Text.\n"),
        );
    site.build().success();
    let list = site.page("inside/publication/manifest.json");
    let line = |path: &str| {
        let start = format!("{{\"path\":\"{path}\"");
        list.lines()
            .find(|line| line.starts_with(&start))
            .unwrap()
            .to_owned()
    };
    assert!(
        line("briefs/second/index.html").contains("\"tlp\":\"green\""),
        "{list}"
    );
    assert!(line("404.html").contains("\"tlp\":\"clear\""), "{list}");
    // A list is as high as its edition may be.
    assert!(line("index.html").contains("\"tlp\":\"amber\""), "{list}");
}

#[test]
fn a_publication_is_verified_in_a_folder_and_at_its_address() {
    let (site, key) = signed();
    publish(&site).success();
    let address = web::serve(&site.path("out"));
    for place in ["out", address.as_str()] {
        let run = site.run(["verify", place, "--public-key", &key]).success();
        assert!(
            run.stdout.contains("edition of the whole site, TLP:CLEAR"),
            "{}",
            run.all()
        );
        site.run(["verify", place]).success();
    }
    site.write("out/briefs/brief-1/index.html", "<p>Forged.</p>");
    site.remove("out/atom.xml");
    site.write("out/more.txt", "more");
    let run = site.run(["verify", "out", "--public-key", &key]).failure();
    let told: Vec<&str> = run.stdout.lines().take(3).collect();
    assert_eq!(
        told,
        [
            "missing atom.xml",
            "differs briefs/brief-1/index.html",
            "more more.txt"
        ]
    );
    let run = site.run(["verify", &address]).failure();
    let told: Vec<&str> = run.stdout.lines().take(2).collect();
    assert_eq!(
        told,
        ["missing atom.xml", "differs briefs/brief-1/index.html"]
    );
}

#[test]
fn a_forged_list_is_refused() {
    let (site, key) = signed();
    publish(&site).success();
    let other = KeyPair::generate_unencrypted_keypair()
        .unwrap()
        .pk
        .to_base64();
    let run = site
        .run(["verify", "out", "--public-key", &other])
        .failure();
    assert!(run.stderr.contains("TL1211"), "{}", run.all());
    let list = site.files("out")["SHA256SUMS"].clone();
    let forged = String::from_utf8(list)
        .unwrap()
        .replace("  robots.txt", "  robot.txt");
    site.write("out/SHA256SUMS", forged);
    let run = site.run(["verify", "out", "--public-key", &key]).failure();
    assert!(run.stderr.contains("TL1211"), "{}", run.all());
    site.remove("out/SHA256SUMS.minisig");
    let run = site.run(["verify", "out", "--public-key", &key]).failure();
    assert!(run.stderr.contains("is not signed"), "{}", run.all());
    let run = site.run(["verify", "content"]).failure();
    assert!(run.stderr.contains("TL1211"), "{}", run.all());
}

#[test]
fn a_list_that_leaves_the_folder_is_not_followed() {
    let site = site(1, "").file("secret.txt", "secret");
    for path in ["../secret.txt", "/etc/hostname", "a/../../secret.txt"] {
        site.write("out/SHA256SUMS", format!("{}  {path}\n", "0".repeat(64)));
        let run = site.run(["verify", "out"]).failure();
        assert!(run.stderr.contains("TL1211"), "{}", run.all());
    }
}

#[test]
fn a_signature_is_made_again_only_for_another_list() {
    let (site, _) = signed();
    publish(&site).success();
    let first = site.files("out")["SHA256SUMS.minisig"].clone();
    let run = publish(&site).success();
    assert!(run.stdout.contains(" 0 sent"), "{}", run.all());
    assert_eq!(site.files("out")["SHA256SUMS.minisig"], first);
    super::write_brief(&site, 1, "Something happened.");
    site.build().success();
    publish(&site).success();
    assert_ne!(site.files("out")["SHA256SUMS.minisig"], first);
}

#[test]
fn without_its_secret_key_nothing_is_published() {
    let (site, _) = signed();
    let other = KeyPair::generate_unencrypted_keypair().unwrap();
    site.write(
        "keys/other.key",
        other.sk.to_box(None).unwrap().into_string(),
    );
    for key in ["", "keys/none.key", "tearline.toml", "keys/other.key"] {
        let mut command = site.command();
        command
            .env("TEARLINE_SIGNING_KEY", key)
            .args(["publish", "web"]);
        let run = Run::of(&mut command).failure();
        assert!(
            run.stderr.contains("TL1210") && run.stderr.contains("help:"),
            "{}",
            run.all()
        );
        assert!(site.files("out").is_empty());
    }
}

#[test]
fn compressed_copies_stand_beside_text() {
    use std::io::Read;
    let site = site(2, "[build]\nprecompress = true\n").file("static/own.css.gz", "of the site");
    site.write("static/own.css", "p { margin: 0; }\n".repeat(100));
    site.build().success();
    let output = site.output();
    let page = &output["briefs/brief-1/index.html"];
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(output["briefs/brief-1/index.html.gz"].as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(&unpacked, page);
    unpacked.clear();
    brotli_decompressor::Decompressor::new(output["briefs/brief-1/index.html.br"].as_slice(), 4096)
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(&unpacked, page);
    assert_eq!(output["own.css.gz"], b"of the site");
    assert!(output.contains_key("own.css.br"));
    assert!(!output.contains_key("social-card.png.gz"));
    // The next build takes them over, and those of a file that is gone go with it.
    site.remove("content/briefs/brief-1.md");
    let run = site.build().success();
    assert!(!site.has("briefs/brief-1/index.html.br"), "{}", run.all());
    assert_eq!(site.output()["own.css.br"], output["own.css.br"]);
}

#[test]
fn hosts_are_told_of_old_addresses() {
    let site = Site::minimal()
        .file("tearline.toml", SETTINGS.replace(".org", ".org/team"))
        .file(
            "content/briefs/second.md",
            super::brief(
                "Second",
                "redirect_from: [/old/second/, /old.html]\n",
                "Text.\n",
            ),
        );
    site.build().success();
    assert_eq!(
        site.page("_redirects"),
        "/team/old.html /team/briefs/second/ 301\n/team/old/second/ /team/briefs/second/ 301\n"
    );
    site.remove("content/briefs/second.md");
    site.build().success();
    assert!(!site.has("_redirects"));
}
