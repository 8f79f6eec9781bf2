//! Links to other sites: who is asked, how often, and what is told. The other site is a server on
//! this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::{Run, SETTINGS, Site, brief};

/// Says the status line and further headers to a method and a path, the number of the request with it.
type Answer = fn(&str, &str, usize) -> &'static str;

/// A site on this machine that keeps what it was asked.
struct Host {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let mut stream = BufReader::new(stream);
                let mut lines = Vec::new();
                loop {
                    let mut line = String::new();
                    if stream.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    lines.push(line.trim_end().to_owned());
                }
                let Some(first) = lines.first() else { continue };
                let mut words = first.split(' ');
                let (method, path) = (words.next().unwrap(), words.next().unwrap());
                let number = {
                    let mut asked = kept.lock().unwrap();
                    asked.push(lines.join("\n"));
                    asked.len()
                };
                let reply = answer(method, path, number);
                let _ = stream.get_mut().write_all(
                    format!("HTTP/1.1 {reply}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        .as_bytes(),
                );
            }
        });
        Self { address, asked }
    }

    /// `HEAD /path` of each request.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let short = |request: &String| {
            let words: Vec<&str> = request.split([' ', '\n']).take(2).collect();
            words.join(" ")
        };
        asked.iter().map(short).collect()
    }
}

fn check(site: &Site, arguments: &[&str]) -> Run {
    let mut command: Command = site.command();
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let as_of = ["check", "--external", "--format", "json"];
    Run::of(command.args(as_of).args(arguments))
}

const TODAY: [&str; 2] = ["--as-of", "2026-01-01"];

fn with_body(body: &str) -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file("content/briefs/first.md", brief("First", "", body))
}

#[test]
fn a_dead_link_is_told_where_it_stands_with_an_archived_copy() {
    let host = Host::new(|_, path, _| match path {
        "/gone" => "410 Gone",
        "/report" => "404 Not Found",
        _ => "200 OK",
    });
    let address = &host.address;
    let site = Site::new().file("tearline.toml", SETTINGS).file(
        "content/briefs/first.md",
        brief(
            "First",
            &format!(
                "sources:\n  - id: a\n    title: A report\n    url: {address}/report\n    accessed: 2025-11-01\n    reliability: A\n    credibility: 1\n"
            ),
            &format!("[Here]({address}/there#part) and [gone]({address}/gone) [@a].\n\nAgain: <{address}/there>.\n"),
        ),
    );
    let run = check(&site, &TODAY).success();
    let findings = run.findings();
    let lines: Vec<String> = findings.iter().map(|finding| finding.line()).collect();
    assert_eq!(
        lines,
        [
            "TL1401 content/briefs/first.md:7:10 warning".to_owned(),
            // A port has as many digits as it has.
            format!(
                "TL1401 content/briefs/first.md:13:{} warning",
                25 + address.len()
            ),
        ],
        "{}",
        run.all()
    );
    let help = |at: usize| findings[at].help.clone().unwrap();
    assert!(help(0).ends_with(&format!(
        "https://web.archive.org/web/20251101/{address}/report"
    )));
    assert!(help(1).ends_with(&format!("https://web.archive.org/web/*/{address}/gone")));
    // Each address once; what is not there is asked for in both ways.
    let mut asked = host.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            "GET /gone",
            "GET /report",
            "HEAD /gone",
            "HEAD /report",
            "HEAD /there"
        ]
    );
    let first = host.asked.lock().unwrap()[0].to_lowercase();
    assert!(first.contains("user-agent: tearline/"), "{first}");
    assert!(
        first.contains("(+https://briefs.example.org/; checks its links)"),
        "{first}"
    );
    assert!(!first.contains("referer"), "{first}");
    check(&site, &[&TODAY[..], &["--strict"]].concat()).failure();
}

#[test]
fn an_answer_is_kept_for_some_days() {
    let host = Host::new(|_, _, _| "200 OK");
    let site = with_body(&format!("[Here]({}/a).\n", host.address));
    check(&site, &TODAY).success();
    let run = check(&site, &["--as-of", "2026-01-07"]).success();
    assert!(
        run.stderr
            .starts_with("0 addresses of other sites were asked for, 1 were known"),
        "{}",
        run.all()
    );
    assert_eq!(host.asked().len(), 1);
    check(&site, &["--as-of", "2026-01-09"]).success();
    assert_eq!(host.asked().len(), 2);
    check(&site, &["--as-of", "2026-01-09", "--links-age", "0"]).success();
    assert_eq!(host.asked().len(), 3);
    // A file that was damaged is as good as none.
    site.write(".tearline-links.json", "{");
    check(&site, &["--as-of", "2026-01-09"]).success();
    assert_eq!(host.asked().len(), 4);
}

#[test]
fn an_indicator_is_never_asked_for() {
    let host = Host::new(|_, path, _| match path {
        "/moved" => "301 Moved Permanently\r\nLocation: /lure",
        _ => "404 Not Found",
    });
    let address = &host.address;
    let site = with_body(&format!(
        "[Lure]({address}/lure) and [host](http://127.0.0.2:9/x), [below](http://www.c2.example/) and [moved]({address}/moved).\n"
    ))
    // Of another brief, and above the edition.
    .file(
        "content/briefs/second.md",
        brief(
            "Second",
            &format!(
                "tlp: amber\nindicators:\n  - {{type: url, value: \"{address}/lure\"}}\n  - {{type: ipv4, value: 127.0.0.2}}\n  - {{type: domain, value: c2.example}}\n"
            ),
            "Text.\n",
        ),
    );
    let run = check(&site, &TODAY).success();
    assert_eq!(host.asked(), ["HEAD /moved"]);
    assert!(
        run.stderr.contains("3 of indicators were left alone"),
        "{}",
        run.all()
    );
    let finding = run
        .findings()
        .into_iter()
        .find(|finding| finding.code == "TL1402")
        .unwrap();
    assert!(
        finding.message.contains("it now leads to an indicator"),
        "{}",
        finding.message
    );
}

#[test]
fn only_what_the_edition_shows_is_asked_for() {
    let host = Host::new(|_, _, _| "200 OK");
    let address = &host.address;
    let site = with_body(&format!(
        "[Here]({address}/clear).\n\n(TLP:AMBER) [There]({address}/amber).\n"
    ))
    .file(
        "tearline.toml",
        format!(
            "{SETTINGS}[editions.public]\ntlp = \"clear\"\n[editions.inside]\ntlp = \"amber\"\n"
        ),
    );
    check(&site, &[&TODAY[..], &["--edition", "public"]].concat()).success();
    assert_eq!(host.asked(), ["HEAD /clear"]);
    check(&site, &TODAY).success();
    assert_eq!(host.asked(), ["HEAD /clear", "HEAD /amber"]);
}

#[test]
fn what_passes_is_tried_again_and_what_does_not_is_told() {
    let host = Host::new(|_, path, number| match (path, number) {
        ("/busy", 1 | 2) => "503 Service Unavailable",
        ("/broken", _) => "500 Internal Server Error",
        ("/loop", _) => "302 Found\r\nLocation: /loop",
        ("/private", _) => "403 Forbidden",
        _ => "200 OK",
    });
    let address = &host.address;
    let site = with_body(&format!("[a]({address}/busy)\n"));
    let run = check(&site, &TODAY).success();
    assert!(run.findings().is_empty(), "{}", run.all());
    assert_eq!(host.asked(), ["HEAD /busy"; 3]);
    site.write(
        "content/briefs/first.md",
        brief(
            "First",
            "",
            &format!("[a]({address}/broken) [b]({address}/loop) [c]({address}/private)\n"),
        ),
    );
    let run = check(&site, &TODAY).success();
    let lines: Vec<String> = run
        .findings()
        .iter()
        .map(|finding| finding.line())
        .collect();
    assert_eq!(
        lines.iter().map(|line| &line[..6]).collect::<Vec<_>>(),
        ["TL1402", "TL1402"],
        "{}",
        run.all()
    );
    // What is not known is asked again in the next run; a lint can be switched off.
    let before = host.asked().len();
    site.write(
        "tearline.toml",
        format!("{SETTINGS}[lints]\nunanswered-link = \"off\"\n"),
    );
    assert!(check(&site, &TODAY).success().findings().is_empty());
    assert!(host.asked().len() > before);
}
