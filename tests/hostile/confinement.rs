//! Nothing outside of a site's folder is read or written, whatever its files name: paths in every
//! spelling, links of the file system, and files that are none.

use std::path::Path;

use crate::support::{Run, SETTINGS, Site, brief, files_below};

/// Stands in a file outside of the site.
const SECRET: &str = "outside-7f3a";

/// A folder that holds a site in `site/`, and a file that is none of its business.
struct Nest {
    outer: Site,
}

impl Nest {
    fn new() -> Self {
        let table = format!("type,value,description\nipv4,198.51.100.3,{SECRET}\n");
        let outer = Site::new()
            .file("outside/secret.csv", &table)
            .file("outside/secret.png", SECRET)
            .file("outside/secret.html", SECRET)
            .file("outside/brief.md", brief(SECRET, "", SECRET))
            .file("secret.csv", &table)
            .file("site/tearline.toml", SETTINGS)
            .file(
                "site/content/briefs/first.md",
                brief("First", "", "Text.\n"),
            );
        Self { outer }
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.outer.write(&format!("site/{path}"), content);
        self
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.outer.path("site").join(path)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.outer.command();
        Run::of(
            command
                .current_dir(self.outer.path("site"))
                .args(arguments)
                .args(["--as-of", crate::support::AS_OF]),
        )
    }

    fn check(&self) -> Run {
        self.run(&["check", "--format", "json"])
    }

    /// Builds, and gives the codes of the findings; whatever came of it, nothing left the site and
    /// nothing of outside came into it.
    #[track_caller]
    fn confined(&self) -> Vec<String> {
        let outside = self.others();
        let check = self.check();
        let build = self.run(&["build"]);
        assert_eq!(
            check.status,
            build.status,
            "{}\n{}",
            check.all(),
            build.all()
        );
        assert_eq!(self.others(), outside, "something outside was written");
        for (path, bytes) in files_below(&self.path("public")) {
            assert!(
                !path.contains(SECRET) && !String::from_utf8_lossy(&bytes).contains(SECRET),
                "{path} holds what stands outside"
            );
        }
        assert!(!check.all().contains(SECRET) && !build.all().contains(SECRET));
        check
            .findings()
            .into_iter()
            .map(|finding| finding.code)
            .collect()
    }

    /// What stands beside the site.
    fn others(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        let mut others = files_below(self.outer.root());
        others.retain(|path, _| !path.starts_with("site/"));
        others
    }
}

/// Ways to write the path of `secret.csv`, which stands in the site's parent folder, or of what every
/// machine has.
fn escapes(nest: &Nest) -> Vec<String> {
    let mut paths: Vec<String> = [
        "../secret.csv",
        "../../secret.csv",
        "../../../secret.csv",
        "../../../../secret.csv",
        "./../../../../secret.csv",
        "x/../../../../../secret.csv",
        "data/../../secret.csv",
        "data/../../outside/secret.csv",
        "data/x/../../../secret.csv",
        "data/./../../secret.csv",
        "data//../../secret.csv",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.csv",
        "%2E%2E%2Fsecret.csv",
        "..%2f..%2f..%2f..%2fsecret.csv",
        "..%5c..%5csecret.csv",
        "%252e%252e/secret.csv",
        "data/%2e%2e/%2e%2e/secret.csv",
        "..\\..\\..\\..\\secret.csv",
        "data\\..\\..\\secret.csv",
        "data/..\\..\\secret.csv",
        "....//....//secret.csv",
        "..;/..;/secret.csv",
        ".. /.. /secret.csv",
        "../\u{200b}../secret.csv",
        "．．/．．/secret.csv",
        "~/secret.csv",
        "~root/secret.csv",
        "$HOME/secret.csv",
        "/etc/passwd",
        "//etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
        "/dev/stdin",
        "file:///etc/passwd",
        "C:\\secret.csv",
        "C:secret.csv",
        "c:/secret.csv",
        "\\\\host\\share\\secret.csv",
        "//host/share/secret.csv",
        "\\\\?\\C:\\secret.csv",
        "\\\\.\\PhysicalDrive0",
        "NUL",
        "CON",
        "nul.csv",
        "aux.csv",
        "COM1",
        "secret.csv.",
        "secret.csv ",
        "data/secret.csv::$DATA",
        "",
        ".",
        "..",
        "/",
        "data/",
        "data/.",
        "data/..",
        "\u{0}",
        "secret.csv\u{0}.png",
        "../secret.csv\u{0}.png",
        "-",
        "|id",
        "*",
        "**/*.csv",
        "{secret,x}.csv",
    ]
    .map(str::to_owned)
    .to_vec();
    let absolute = nest.outer.path("secret.csv");
    paths.push(absolute.to_string_lossy().into_owned());
    paths.push(format!("data/../..{}", absolute.to_string_lossy()));
    paths.push("a/".repeat(5_000) + "secret.csv");
    paths.push("x".repeat(100_000));
    paths.push("../".repeat(2_000) + "etc/passwd");
    paths
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// Each path in one place that takes a path: refused, each at a place of its own.
#[track_caller]
fn each_refused(codes: &[&str], document: impl Fn(&str) -> String) {
    let mut nest = Nest::new().file("data/present.csv", "type,value\n");
    let paths = escapes(&nest);
    for (number, path) in paths.iter().enumerate() {
        let text = document(path);
        nest = nest.file(&format!("content/briefs/b{number}/index.md"), text);
    }
    nest.confined();
    let findings = nest.check().failure().findings();
    for (number, path) in paths.iter().enumerate() {
        let file = format!("content/briefs/b{number}/index.md");
        let own: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.file.as_deref() == Some(&file) && finding.severity == "error")
            .map(|finding| finding.code.as_str())
            .collect();
        let short: String = path.chars().take(60).collect();
        assert!(
            own.iter().any(|code| codes.contains(code)),
            "{short:?} gave {own:?}"
        );
    }
}

#[test]
fn the_table_of_indicators() {
    each_refused(&["TL0203", "TL0405", "TL0406"], |path| {
        brief(
            "B",
            &format!("indicators_file: {}\n", quoted(path)),
            "Text.\n",
        )
    });
}

#[test]
fn the_file_of_a_figure() {
    each_refused(&["TL0203", "TL0405", "TL0406", "TL0407"], |path| {
        brief(
            "B",
            "",
            &format!("```indicators\nfile: {}\n```\n", quoted(path)),
        )
    });
    // In the line that opens the block a blank ends the path.
    each_refused(&["TL0203", "TL0405", "TL0406", "TL0407"], |path| {
        let path: String = path.split_whitespace().collect();
        let path = if path.is_empty() {
            "..".to_owned()
        } else {
            path
        };
        brief("B", "", &format!("```timeline file={path}\n```\n"))
    });
}

#[test]
fn the_lead_image() {
    each_refused(&["TL0203", "TL0405", "TL0406", "TL0408"], |path| {
        brief(
            "B",
            &format!("image: {{src: {}, alt: x}}\n", quoted(path)),
            "Text.\n",
        )
    });
}

#[test]
fn images_and_links_of_a_body() {
    for form in ["![x](<PATH>)", "[x](<PATH>)"] {
        let nest = Nest::new();
        for path in escapes(&nest) {
            // What Markdown cannot have in an address, or what is a good link to the home page.
            if path.contains(['\0', '<', '>'])
                || (form.starts_with('[') && matches!(path.as_str(), "" | "/"))
            {
                continue;
            }
            nest.outer.write(
                "site/content/briefs/bad/index.md",
                brief("Bad", "", &format!("{}\n", form.replace("PATH", &path))),
            );
            nest.confined();
        }
    }
}

#[test]
fn addresses_that_the_front_matter_gives() {
    for key in ["slug", "redirect_from", "supersedes", "id"] {
        let nest = Nest::new();
        for path in escapes(&nest) {
            for path in [path.clone(), format!("/{path}")] {
                let value = match key {
                    "redirect_from" | "supersedes" => format!("[{}]", quoted(&path)),
                    _ => quoted(&path),
                };
                nest.outer.write(
                    "site/content/briefs/bad.md",
                    brief("Bad", &format!("{key}: {value}\n"), "Text.\n"),
                );
                nest.confined();
            }
        }
    }
}

#[test]
fn redirects_that_would_stand_over_other_things() {
    for (from, code) in [
        ("/briefs//first/", "TL0502"),
        ("//briefs/first/", "TL0502"),
        ("/briefs/./first/", "TL0502"),
        ("/x/../briefs/first/", "TL0502"),
        ("/x/%2e%2E/", "TL0502"),
        ("/x%2fy/", "TL0502"),
        ("/x%5Cy/", "TL0502"),
        ("/x\\u0000y/", "TL0502"),
        ("/x\\ny/", "TL0502"),
        ("/briefs/first/", "TL0501"),
        ("/index.html", "TL0501"),
        ("/briefs/first/index.html/", "TL0501"),
        ("/atom.xml/x/", "TL0501"),
    ] {
        let nest = Nest::new().file(
            "content/briefs/bad.md",
            brief("Bad", &format!("redirect_from: [\"{from}\"]\n"), ""),
        );
        assert_eq!(nest.confined(), [code], "{from}");
    }
    let long = "x".repeat(300);
    let nest = Nest::new().file(
        "content/briefs/bad.md",
        brief(
            "Bad",
            &format!("redirect_from: [\"/{long}/\"]\ntags: [{long}]\n"),
            "",
        ),
    );
    let codes = nest.confined();
    assert_eq!(codes, ["TL0208", "TL0502"]);
}

#[test]
fn names_and_slugs_that_are_too_long() {
    let long = "x".repeat(300);
    for matter in [
        format!("slug: {long}\n"),
        format!("actors: [{long}]\n"),
        format!("tags: [{long}]\n"),
    ] {
        let nest = Nest::new().file("content/briefs/bad.md", brief("Bad", &matter, ""));
        assert_eq!(nest.confined(), ["TL0208"], "{matter}");
    }
}

#[test]
fn editions_and_tables_of_the_settings() {
    let nest = Nest::new();
    for path in escapes(&nest) {
        if path.contains('\0') {
            continue;
        }
        nest.outer.write(
            "site/tearline.toml",
            format!("{SETTINGS}[editions.{}]\ntlp = \"clear\"\n", quoted(&path)),
        );
        nest.confined();
        assert!(nest.check().status == Some(1), "{path:?}");
    }
}

/// A path on the command line may lead anywhere: its owner wrote it. It is replaced only where it
/// is an output of ours, or nothing.
#[test]
fn the_output_folder() {
    let nest = Nest::new();
    let before = nest.others();
    for output in [
        "..",
        ".",
        "/",
        "../outside",
        "content",
        "static",
        "templates",
        "data",
        "tearline.toml",
        "content/briefs",
        "../outside/secret.csv",
        "",
        "public/../..",
        "public/../content",
    ] {
        let run = nest.run(&["build", "--output", output]);
        assert!(
            matches!(run.status, Some(1 | 2)),
            "{output:?}: {}",
            run.all()
        );
        assert_eq!(nest.others(), before, "{output:?}");
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    use super::*;

    const FOLDERS: &[&str] = &[
        "content/briefs",
        "content/briefs/bundle",
        "data",
        "templates",
        "static",
    ];

    fn nest() -> Nest {
        let nest = Nest::new().file(
            "content/briefs/bundle/index.md",
            brief("Bundle", "", "Text.\n"),
        );
        for folder in FOLDERS {
            std::fs::create_dir_all(nest.path(folder)).expect("folders");
        }
        nest
    }

    #[test]
    fn symbolic_links() {
        for folder in FOLDERS {
            let depth = "../".repeat(folder.split('/').count() + 1);
            let outside = format!("{depth}outside");
            for (target, code) in [
                ("/etc/passwd", "TL0104"),
                ("/proc/self/environ", "TL0104"),
                ("/proc/self/root", "TL0104"),
                ("/proc/self/fd/0", "TL0104"),
                ("/dev/zero", "TL0104"),
                ("/dev/stdin", "TL0104"),
                ("/", "TL0104"),
                ("/etc", "TL0104"),
                (&format!("{outside}/brief.md"), "TL0104"),
                (&format!("{outside}/secret.csv"), "TL0104"),
                (&outside, "TL0104"),
                (".", "TL0104"),
                ("..", "TL0104"),
                ("link.md", "TL0101"),
                ("nowhere", "TL0101"),
            ] {
                let nest = nest();
                symlink(target, nest.path(folder).join("link.md")).expect("a link");
                let codes = nest.confined();
                assert!(
                    codes
                        .iter()
                        .any(|found| found == code || found == "TL0104" || found == "TL0101"),
                    "{folder} -> {target}: {codes:?}"
                );
            }
        }
    }

    #[test]
    fn chains_of_links() {
        let nest = nest();
        // Inside, inside, and then out.
        symlink("b.png", nest.path("static/a.png")).expect("a link");
        symlink("c.png", nest.path("static/b.png")).expect("a link");
        symlink("../../outside/secret.png", nest.path("static/c.png")).expect("a link");
        assert_eq!(nest.confined(), ["TL0104", "TL0104", "TL0104"]);
        // Out, and in again: what it is in the end counts.
        let nest = self::nest().file("static/own.png", crate::support::picture("x"));
        symlink("../../site/static/own.png", nest.path("static/again.png")).expect("a link");
        assert_eq!(nest.confined(), [""; 0]);
        assert!(nest.path("public/again.png").is_file());
    }

    /// A link inside of the site publishes nothing that has a marking of its own, or none at all.
    #[test]
    fn links_to_what_is_not_published() {
        let nest = || {
            nest()
                .file(
                    "content/briefs/bundle/index.md",
                    brief("Bundle", "", "[a](list.txt)\n"),
                )
                .file("content/briefs/bundle/own.txt", SECRET)
                .file(
                    "content/briefs/shut/index.md",
                    brief("Shut", "tlp: amber\n", SECRET),
                )
                .file("content/briefs/shut/beside.txt", SECRET)
                .file("data/list.csv", SECRET)
                .file("notes/list.txt", SECRET)
                .file("templates/parts/own.html", SECRET)
                .file("static/open/list.txt", "open")
                .file(".git/list.txt", SECRET)
                .file("public/list.txt", SECRET)
        };
        for (link, target, allowed) in [
            ("static/link.txt", "../data/list.csv", false),
            ("static/link.txt", "../content/briefs/first.md", false),
            ("static/link.txt", "../tearline.toml", false),
            ("static/link.txt", "../templates/parts/own.html", false),
            ("static/link.txt", "../notes/list.txt", false),
            ("static/link.txt", "../.git/list.txt", false),
            ("static/link.txt", "../public/list.txt", false),
            ("static/link", "../content", false),
            ("static/link", "../data", false),
            ("static/link", "../public", false),
            ("static/open/link", "../../notes", false),
            ("static/link.txt", "open/list.txt", true),
            ("static/link", "open", true),
            (
                "content/briefs/bundle/list.txt",
                "../../../data/list.csv",
                false,
            ),
            (
                "content/briefs/bundle/list.txt",
                "../shut/beside.txt",
                false,
            ),
            ("content/briefs/bundle/list.txt", "index.md", false),
            ("content/briefs/bundle/list.txt", "own.txt", false),
            (
                "content/briefs/bundle/list.txt",
                "../../../notes/list.txt",
                false,
            ),
            ("content/briefs/bundle/more", "../../../notes", false),
            ("content/briefs/bundle/more", "../../../data", false),
            (
                "content/briefs/bundle/list.txt",
                "../../../static/open/list.txt",
                true,
            ),
            ("content/briefs/again.md", "first.md", true),
            ("templates/link.html", "../content/briefs/first.md", false),
            ("templates/link.html", "../data/list.csv", false),
            ("templates/link.html", "parts/own.html", true),
        ] {
            let nest = nest();
            symlink(target, nest.path(link)).expect("a link");
            let found = nest.check().findings();
            let refused: Vec<&str> = found
                .iter()
                .filter(|found| found.code == "TL0104")
                .filter_map(|found| found.file.as_deref())
                .collect();
            let expected = if allowed { vec![] } else { vec![link] };
            assert_eq!(refused, expected, "{link} -> {target}: {found:?}");
        }
        // The folder of the files itself.
        for (target, allowed) in [
            ("content", false),
            ("data", false),
            ("theme", true),
            (".", false),
        ] {
            let nest = Nest::new()
                .file("data/list.csv", "type,value\n")
                .file("theme/list.txt", "open");
            symlink(target, nest.path("static")).expect("a link");
            let codes = nest.confined();
            assert_eq!(codes.contains(&"TL0104".to_owned()), !allowed, "{target}");
            assert_eq!(nest.path("public/list.txt").is_file(), allowed, "{target}");
        }
    }

    #[test]
    fn the_folders_themselves_and_the_settings() {
        for folder in ["content", "data", "templates", "static", "content/briefs"] {
            let nest = Nest::new();
            let path = nest.path(folder);
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            symlink(nest.outer.path("outside"), &path).expect("a link");
            let codes = nest.confined();
            assert!(codes.contains(&"TL0104".to_owned()), "{folder}: {codes:?}");
        }
        let nest = Nest::new();
        std::fs::remove_file(nest.path("tearline.toml")).expect("the settings");
        symlink("../outside/secret.csv", nest.path("tearline.toml")).expect("a link");
        assert_eq!(nest.check().failure().findings()[0].code, "TL0104");
        nest.confined();
    }

    #[test]
    fn links_in_the_way_of_the_output() {
        let nest = nest();
        symlink("../outside", nest.path("public")).expect("a link");
        let before = nest.others();
        let run = nest.run(&["build"]);
        assert_eq!(nest.others(), before, "{}", run.all());
        assert_eq!(run.status, Some(1), "{}", run.all());
    }

    /// Reading one of these would wait for ever, or never end.
    #[test]
    fn what_is_neither_file_nor_folder() {
        for folder in FOLDERS {
            for name in ["pipe.md", "pipe.csv", "pipe.html", "pipe"] {
                let nest = nest();
                let path = nest.path(folder).join(name);
                let made = std::process::Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .is_ok_and(|status| status.success());
                assert!(made, "mkfifo is part of every Unix");
                let codes = nest.confined();
                assert_eq!(codes, ["TL0113"], "{folder}/{name}");
            }
            let nest = nest();
            let path = nest.path(folder).join("s.md");
            let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
            assert_eq!(nest.confined(), ["TL0113"], "{folder}");
        }
        let nest = nest();
        std::fs::remove_file(nest.path("tearline.toml")).expect("the settings");
        let made = std::process::Command::new("mkfifo")
            .arg(nest.path("tearline.toml"))
            .status()
            .is_ok_and(|status| status.success());
        assert!(made);
        assert_eq!(nest.check().failure().findings()[0].code, "TL0113");
        nest.confined();
    }

    #[test]
    fn names_that_are_not_utf8() {
        for folder in FOLDERS {
            let nest = nest();
            let name = std::ffi::OsStr::from_bytes(b"na\xefve.md");
            if std::fs::write(nest.path(folder).join(name), "x").is_err() {
                eprintln!("SKIPPED: this file system has no such names");
                return;
            }
            assert_eq!(nest.confined(), ["TL0102"], "{folder}");
        }
    }

    #[test]
    fn names_in_two_cases() {
        let nest = nest()
            .file("static/A.txt", "x")
            .file("static/a.txt", "y")
            .file("content/briefs/Harbour.md", brief("Harbour", "", ""))
            .file("content/briefs/harbour.md", brief("Harbour again", "", ""));
        let codes = nest.confined();
        assert!(codes.contains(&"TL0501".to_owned()), "{codes:?}");
    }

    #[test]
    fn deep_folders_and_long_names() {
        let nest = nest()
            .file(&format!("static/{}x.txt", "d/".repeat(60)), "x")
            .file(
                &format!("content/briefs/{}x.md", "d/".repeat(60)),
                brief("X", "", ""),
            );
        let codes = nest.confined();
        assert_eq!(codes, ["TL0110", "TL0110"]);
        let nest = self::nest()
            .file(&format!("static/{}.txt", "x".repeat(251)), "x")
            .file(
                &format!("content/briefs/{}.md", "x".repeat(252)),
                brief("X", "", ""),
            );
        assert_eq!(nest.confined(), [""; 0]);
    }

    /// A file that may not be read is told, and nothing else happens.
    #[test]
    fn files_without_permission() {
        use std::os::unix::fs::PermissionsExt as _;
        let nest = nest().file("content/briefs/locked.md", brief("Locked", "", ""));
        let path = nest.path("content/briefs/locked.md");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("a mode");
        if std::fs::read(&path).is_ok() {
            eprintln!("SKIPPED: permissions bind this user not");
            return;
        }
        assert_eq!(nest.confined(), ["TL0101"]);
    }
}

/// Templates read their variables and each other, and nothing else.
#[test]
fn templates() {
    let nest = Nest::new();
    std::fs::create_dir_all(nest.path("templates")).expect("a folder");
    for text in [
        "{% include \"../../outside/secret.html\" %}",
        "{% include \"/etc/passwd\" %}",
        "{% include \"templates/../../../outside/secret.html\" %}",
        "{% include \"..\\\\..\\\\outside\\\\secret.html\" %}",
        "{% extends \"../../outside/secret.html\" %}",
        "{% extends \"/etc/passwd\" %}",
        "{% import \"../../outside/secret.html\" as x %}",
        "{{ get_env(name=\"PATH\") }}",
        "{{ get_env(name=\"TEARLINE_SECRET\", default=\"none\") }}",
        "{{ load_data(path=\"../outside/secret.csv\") }}",
        "{{ read_file(path=\"/etc/passwd\") }}",
        "{{ now() }}",
        "{{ get_random(start=0, end=9) }}",
        "{{ __tera_context }}",
        "{{ env.PATH }}",
        "{{ \"x\" | read }}",
    ] {
        nest.outer.write("site/templates/404.html", text);
        let codes = nest.confined();
        let known = text.contains("__tera_context");
        assert!(
            known
                || codes
                    .iter()
                    .any(|code| code == "TL0601" || code == "TL0602")
                || nest.run(&["build"]).status == Some(1),
            "{text}: {codes:?}"
        );
    }
}

/// The folder that a path is written in is no part of what is published.
#[test]
fn no_path_of_the_machine_is_published() {
    let nest = Nest::new()
        .file("static/a.txt", "x")
        .file(
            "content/briefs/bundle/index.md",
            brief("Bundle", "", "![x](x.png)\n"),
        )
        .file("content/briefs/bundle/x.png", crate::support::picture("x"));
    nest.run(&["build"]).success();
    let root = nest.outer.root().to_string_lossy().into_owned();
    for (path, bytes) in files_below(&nest.path("public")) {
        assert!(!String::from_utf8_lossy(&bytes).contains(&root), "{path}");
    }
    assert!(Path::new(&root).is_absolute());
}
