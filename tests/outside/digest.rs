//! The newsletter: what stands in it, how it becomes a message, and who gets it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::{Run, Site, brief};
use mail_parser::MessageParser;

const SETTINGS: &str = r#"
title = "Test Briefings"
base_url = "https://briefs.example.org/team"
default_tlp = "clear"

[editions.public]
tlp = "clear"

[editions.partners]
tlp = "amber"
"#;

/// Three briefs of November 2025 and one that was updated in it.
fn site() -> Site {
    Site::new()
        .file("tearline.toml", SETTINGS)
        .file(
            "content/briefs/ports.md",
            brief(
                "Ports & \"harbours\" <lured>",
                "tlp: green\nsummary: Tenders as lures.\nkey_judgments:\n  - {text: They will return., confidence: moderate}\n  - {text: They are Quivirans., tlp: amber}\n",
                "Text.\n",
            ),
        )
        .file(
            "content/briefs/mills.md",
            brief("Mills are asked for passwords", "", "A mill was asked for the password of its furnace, and gave it.\n\n(TLP:AMBER) The mill is in Zerzura.\n"),
        )
        .file(
            "content/briefs/old.md",
            "---\ntitle: Dams\ndate: 2024-02-01\nchangelog:\n  - {date: 2025-11-12, note: A second dam.}\n  - {date: 2025-11-13, note: The dam is Gorgopol., tlp: amber}\n  - {date: 2025-10-01, note: Earlier.}\n---\n\nText.\n",
        )
        .file(
            "content/briefs/later.md",
            "---\ntitle: December\ndate: 2025-12-03\n---\n\nText.\n",
        )
}

fn digest(site: &Site, arguments: &[&str]) -> Run {
    site.run([&["digest", "--as-of", "2025-12-01"], arguments].concat())
}

/// The message of the public edition; its page is `page.html`.
fn public(site: &Site) -> Vec<u8> {
    let files = ["--output", "a.eml", "--page", "page.html"];
    digest(
        site,
        &[&["--period", "month", "--edition", "public"][..], &files].concat(),
    )
    .success();
    read(site, "a.eml")
}

fn read(site: &Site, path: &str) -> Vec<u8> {
    std::fs::read(site.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_message_has_the_new_and_the_updated_of_the_period_as_text_and_as_html() {
    let site = site();
    let run = digest(&site, &["--period", "month", "--edition", "partners"]).success();
    assert_eq!(run.stdout, "./digest-partners-2025-11-01-2025-11-30.eml\n");
    let bytes = read(&site, "digest-partners-2025-11-01-2025-11-30.eml");
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(
        message.subject().unwrap(),
        "[TLP:AMBER] Test Briefings: 2 new briefs and 1 update, 1 November 2025 to 30 November 2025"
    );
    assert_eq!(message.date().unwrap().to_rfc3339(), "2025-12-01T23:59:59Z");
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.address().unwrap(), "noreply@briefs.example.org");
    assert_eq!(
        (message.text_body_count(), message.html_body_count()),
        (1, 1)
    );
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(text.starts_with("TLP:AMBER: may be shared"), "{text}");
    for part in [
        "Ports & \"harbours\" <lured>\n[TLP:AMBER] 10 November 2025\n",
        "Tenders as lures.",
        "- (TLP:GREEN) They will return. (Moderate confidence)",
        "- They are Quivirans.\n\nhttps://briefs.example.org/team/briefs/ports/\n",
        "A mill was asked for the password of its furnace, and gave it.",
        "\n\nUPDATED\n\nDams\n[TLP:AMBER] 1 February 2024\n",
        "Updated on 13 November 2025: The dam is Gorgopol.",
        "Updated on 12 November 2025: (TLP:CLEAR) A second dam.",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    for part in ["December", "Earlier"] {
        assert!(!text.contains(part), "{part:?} is in\n{text}");
    }
    let html = message.body_html(0).unwrap();
    assert!(
        html.contains("Ports &amp; \"harbours\" &lt;lured&gt;</a>"),
        "{html}"
    );
    // The rules stand in the elements, those for dark screens in the head.
    assert!(html.contains("<h1 style=\""), "{html}");
    assert!(html.contains("prefers-color-scheme: dark"), "{html}");
    assert!(!html.contains("<img") && !html.contains("url("), "{html}");
}

#[test]
fn an_edition_tells_nothing_of_what_it_withholds() {
    let site = site();
    let bytes = public(&site);
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert!(
        message
            .subject()
            .unwrap()
            .starts_with("[TLP:CLEAR] Test Briefings: 1 new brief and 1 update")
    );
    let all = format!(
        "{}{}{}",
        message.body_text(0).unwrap(),
        message.body_html(0).unwrap(),
        String::from_utf8(read(&site, "page.html")).unwrap()
    );
    for secret in ["harbours", "Zerzura", "Gorgopol", "13 November", "AMBER"] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert!(all.contains("Updated on 12 November 2025: A second dam."));
}

#[test]
fn the_same_site_gives_the_same_bytes() {
    let (one, other) = (site(), site());
    for site in [&one, &other] {
        digest(
            site,
            &[
                "--since",
                "2025-11-01",
                "--edition",
                "partners",
                "--output",
                "a.eml",
            ],
        )
        .success();
    }
    assert_eq!(read(&one, "a.eml"), read(&other, "a.eml"));
    one.write(
        "content/briefs/mills.md",
        brief("Mills, again", "", "Text.\n"),
    );
    digest(
        &one,
        &[
            "--since",
            "2025-11-01",
            "--edition",
            "partners",
            "--output",
            "b.eml",
        ],
    )
    .success();
    let id = |bytes: &[u8]| {
        let message = MessageParser::default().parse(bytes).unwrap();
        message.message_id().unwrap().to_owned()
    };
    assert_ne!(id(&read(&one, "a.eml")), id(&read(&one, "b.eml")));
}

#[test]
fn nothing_new_is_no_newsletter() {
    let site = site();
    let run = site
        .run([
            "digest",
            "--period",
            "week",
            "--as-of",
            "2025-09-01",
            "--edition",
            "public",
        ])
        .success();
    assert!(
        run.stdout
            .starts_with("Nothing is new from 2025-08-25 to 2025-08-31"),
        "{}",
        run.all()
    );
    assert!(
        site.files(".")
            .into_keys()
            .all(|path| !path.ends_with(".eml"))
    );
}

#[test]
fn a_site_has_its_own_newsletter() {
    let site = site()
        .file(
            "templates/digest.html",
            "<style>p { color: red }</style><b>{{ digest.tlp.label }}</b><p>{{ digest.count }}</p>",
        )
        .file(
            "templates/digest.txt",
            "{{ digest.tlp.label }}: {{ digest.count }} & more",
        );
    let bytes = public(&site);
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(
        message.body_text(0).unwrap().trim(),
        "TLP:CLEAR: 1 new brief and 1 update & more"
    );
    assert!(
        message
            .body_html(0)
            .unwrap()
            .contains("<p style=\"color: red")
    );
}

#[test]
fn a_newsletter_without_its_marking_is_not_made() {
    for (path, text) in [
        (
            "templates/digest.html",
            "<!-- {{ digest.tlp.label }} --><p>{{ digest.count }}</p>",
        ),
        ("templates/digest.txt", "{{ digest.count }} & more"),
    ] {
        let run = digest(
            &site().file(path, text),
            &["--period", "month", "--edition", "public"],
        )
        .failure();
        assert!(
            run.stderr.contains("TL0604") && run.stderr.contains(path),
            "{}",
            run.all()
        );
    }
}

#[test]
fn several_editions_must_be_chosen_from() {
    let run = digest(&site(), &["--period", "month"]).failure();
    assert!(
        run.stderr.contains("TL0802") && run.stderr.contains("public, partners"),
        "{}",
        run.all()
    );
}

#[test]
fn a_newsletter_is_not_written_where_it_would_be_published() {
    let site = site();
    let run = digest(
        &site,
        &[
            "--period",
            "month",
            "--edition",
            "partners",
            "--page",
            "static/news.html",
        ],
    )
    .failure();
    assert!(run.stderr.contains("TL1303"), "{}", run.all());
    assert!(!site.path("static/news.html").exists());
}

/// What a mail server does with the message of this number, from 0.
type Answer = fn(usize) -> Reply;

#[derive(Clone, Copy, PartialEq)]
enum Reply {
    Take,
    /// 550 at the recipient.
    Refuse,
    /// The connection ends where the answer to the message should come.
    HangUp,
    /// 421 at the recipient.
    Close,
    /// 421 at the sender, on a connection that has served a message.
    Tired,
}

/// A message as a mail server got it.
#[derive(Clone)]
struct Got {
    to: String,
    data: Vec<u8>,
}

/// A mail server on this machine, which keeps what it takes.
struct Server {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    commands: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answer: Answer) -> Self {
        let got = Arc::new(Mutex::new(Vec::new()));
        let commands = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (kept, heard) = (Arc::clone(&got), Arc::clone(&commands));
        std::thread::spawn(move || {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept() {
                let _ = serve(stream, answer, &mut number, &kept, &heard);
            }
        });
        Self {
            port,
            got,
            commands,
        }
    }

    fn recipients(&self) -> Vec<String> {
        self.got
            .lock()
            .unwrap()
            .iter()
            .map(|got| got.to.clone())
            .collect()
    }
}

/// One connection at a time, as far as RFC 5321 goes in these tests.
fn serve(
    stream: TcpStream,
    answer: Answer,
    number: &mut usize,
    got: &Mutex<Vec<Got>>,
    commands: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 test\r\n")?;
    let mut to = String::new();
    let mut served = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        commands.lock().unwrap().push(line.trim_end().to_owned());
        let reply: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-test\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" => b"535 not with these: AHVzZXIAaHVudGVyMg==\r\n",
            "MAIL" if served > 0 && answer(*number) == Reply::Tired => {
                return stream.get_mut().write_all(b"421 enough\r\n");
            }
            "RCPT" => {
                to = line[9..].trim().trim_end_matches('>').to_owned();
                match answer(*number) {
                    Reply::Refuse => {
                        *number += 1;
                        b"550 nobody here\r\n"
                    }
                    Reply::Close => {
                        *number += 1;
                        stream.get_mut().write_all(b"421 closing\r\n")?;
                        return Ok(());
                    }
                    _ => b"250 ok\r\n",
                }
            }
            "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n")?;
                let mut data = Vec::new();
                while !data.ends_with(b"\r\n.\r\n") {
                    if stream.read_until(b'\n', &mut data)? == 0 {
                        return Ok(());
                    }
                }
                let reply = answer(*number);
                *number += 1;
                if reply == Reply::HangUp {
                    return Ok(());
                }
                served += 1;
                got.lock().unwrap().push(Got {
                    to: std::mem::take(&mut to),
                    data,
                });
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.get_mut().write_all(reply)?;
    }
}

fn readers(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("reader{number}@example.org"))
        .collect()
}

/// The site with a list of recipients, sent over this port.
fn with_list(port: u16, recipients: &[String], more: &str) -> Site {
    site()
        .file(
            "tearline.toml",
            format!(
                "{SETTINGS}\n[newsletter.monthly]\nfrom = \"Example CTI <cti@example.org>\"\n\
                 recipients = \"data/readers.txt\"\nsmtp = \"smtp://127.0.0.1:{port}\"\n{more}"
            ),
        )
        .file("data/readers.txt", recipients.join("\n") + "\n")
}

const PUBLIC: &str = "tlp = \"clear\"\nedition = \"public\"\nrate_per_minute = 600000\n";

fn send(site: &Site) -> Run {
    digest(site, &["--period", "month", "--send"])
}

#[test]
fn a_failure_at_the_hundredth_of_two_hundred_resumes_and_each_gets_one() {
    for (name, answer) in [
        (
            "hang up",
            (|at| if at == 99 { Reply::HangUp } else { Reply::Take }) as Answer,
        ),
        (
            "close",
            |at| if at == 99 { Reply::Close } else { Reply::Take },
        ),
    ] {
        let server = Server::new(answer);
        let site = with_list(server.port, &readers(200), PUBLIC);
        let run = send(&site).failure();
        assert_eq!(
            run.stdout,
            "sent to 99, 101 not reached\n",
            "{name}: {}",
            run.all()
        );
        assert!(
            run.stderr.contains("TL1304") && run.stderr.contains("reader100@"),
            "{}",
            run.all()
        );
        assert_eq!(server.recipients(), readers(99));
        // On another day, with the same words.
        let run = site
            .run([
                "digest",
                "--as-of",
                "2025-12-02",
                "--period",
                "month",
                "--send",
            ])
            .success();
        assert_eq!(run.stdout, "sent to 101, 99 had it already\n");
        assert_eq!(server.recipients(), readers(200));
        let run = send(&site).success();
        assert_eq!(run.stdout, "sent to 0, 200 had it already\n");
        assert_eq!(server.recipients().len(), 200);
    }
}

#[test]
fn one_connection_serves_all_and_a_refused_recipient_stops_nobody_else() {
    let server = Server::new(|at| if at == 1 { Reply::Refuse } else { Reply::Take });
    let site = with_list(server.port, &readers(3), PUBLIC);
    let run = send(&site).failure();
    assert_eq!(run.stdout, "sent to 2, 1 refused\n");
    assert!(
        run.stderr
            .contains("refused the message to reader2@example.org"),
        "{}",
        run.all()
    );
    assert_eq!(
        server.recipients(),
        ["reader1@example.org", "reader3@example.org"]
    );
    let commands = server.commands.lock().unwrap().clone();
    assert_eq!(
        commands
            .iter()
            .filter(|line| line.starts_with("EHLO"))
            .count(),
        1
    );
    // The next run tries again.
    assert_eq!(
        send(&site).success().stdout,
        "sent to 1, 2 had it already\n"
    );
}

#[test]
fn each_message_is_for_one_recipient_and_says_how_to_leave_the_list() {
    let server = Server::new(|_| Reply::Take);
    let site = with_list(
        server.port,
        &["a+b@example.org".to_owned(), "c@example.org".to_owned()],
        &format!("{PUBLIC}unsubscribe = \"https://example.org/leave?who={{address}}&list=1\"\n"),
    );
    send(&site).success();
    let got = server.got.lock().unwrap().clone();
    let ids: Vec<String> = got
        .iter()
        .map(|got| {
            let message = MessageParser::default().parse(&got.data).unwrap();
            assert_eq!(
                message.to().unwrap().first().unwrap().address().unwrap(),
                got.to
            );
            assert_eq!(message.to().unwrap().iter().count(), 1);
            let header = |name: &str| {
                let raw = message.header_raw(name).unwrap_or_default();
                raw.split_whitespace().collect::<String>()
            };
            let who = got
                .to
                .replace('@', "%40")
                .replace('+', "%2B")
                .replace('.', "%2E");
            let way_out = format!("https://example.org/leave?who={who}&list=1");
            assert_eq!(header("List-Unsubscribe"), format!("<{way_out}>"));
            assert_eq!(
                header("List-Unsubscribe-Post"),
                "List-Unsubscribe=One-Click"
            );
            assert_eq!(header("List-Id"), "<monthly.briefs.example.org>");
            assert!(message.body_text(0).unwrap().contains(&way_out));
            assert!(
                message
                    .body_html(0)
                    .unwrap()
                    .contains(&way_out.replace('&', "&amp;"))
            );
            message.message_id().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_rehearsal_sends_nothing_and_keeps_no_journal() {
    let server = Server::new(|_| Reply::Take);
    let site = with_list(server.port, &readers(2), PUBLIC);
    let run = digest(&site, &["--period", "month", "--send", "--dry-run"]).success();
    assert_eq!(
        run.stdout,
        "would send to reader1@example.org\nwould send to reader2@example.org\n2 of 2 recipients\n"
    );
    assert!(server.commands.lock().unwrap().is_empty());
    assert_eq!(site.files("data").len(), 1);
}

#[test]
fn a_list_gets_no_edition_above_its_marking() {
    let server = Server::new(|_| Reply::Take);
    let above = with_list(
        server.port,
        &readers(2),
        "tlp = \"green\"\nedition = \"partners\"\n",
    );
    for run in [send(&above), above.check()] {
        assert!(run.all().contains("TL1302"), "{}", run.all());
        run.failure();
    }
    // Nor one that the command line names.
    let site = with_list(server.port, &readers(2), PUBLIC);
    let run = digest(
        &site,
        &["--period", "month", "--send", "--edition", "partners"],
    )
    .failure();
    assert!(run.stderr.contains("TL1302"), "{}", run.all());
    assert!(server.commands.lock().unwrap().is_empty());
}

#[test]
fn other_words_are_not_sent_to_the_rest_unasked() {
    let server = Server::new(|at| if at == 1 { Reply::Close } else { Reply::Take });
    let site = with_list(server.port, &readers(3), PUBLIC);
    send(&site).failure();
    site.write(
        "content/briefs/mills.md",
        brief("Mills, again", "", "Text.\n"),
    );
    let run = send(&site).failure();
    assert!(
        run.stderr.contains("TL1305") && run.stderr.contains("--changed"),
        "{}",
        run.all()
    );
    assert_eq!(server.recipients(), readers(1));
    digest(&site, &["--period", "month", "--send", "--changed"]).success();
    assert_eq!(server.recipients(), readers(3));
}

#[test]
fn a_recipient_of_whom_nothing_is_known_gets_it_again_only_when_asked_for() {
    let server = Server::new(|_| Reply::Take);
    let site = with_list(server.port, &readers(2), PUBLIC);
    send(&site).success();
    // As a run leaves it that was killed between the server's answer and its own line.
    let path = site.path("data/readers.txt.monthly.journal");
    let journal = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = journal.lines().collect();
    assert_eq!(lines.len(), 4);
    std::fs::write(&path, lines[..3].join("\n") + "\n").unwrap();
    let run = send(&site).success();
    assert_eq!(run.stdout, "sent to 0, 1 had it already, 1 not known\n");
    assert!(
        run.stderr.contains("TL1306") && run.stderr.contains("reader2@"),
        "{}",
        run.all()
    );
    let run = digest(&site, &["--period", "month", "--send", "--unknown-too"]).success();
    assert_eq!(run.stdout, "sent to 1, 1 had it already\n");
    let got = server.got.lock().unwrap().clone();
    assert_eq!(got[1].data, got[2].data);
}

#[test]
fn the_password_is_shown_to_nobody() {
    let server = Server::new(|_| Reply::Take);
    let site = with_list(server.port, &readers(2), PUBLIC);
    let mut command: Command = site.command();
    command
        .args([
            "digest",
            "--as-of",
            "2025-12-01",
            "--period",
            "month",
            "--send",
        ])
        .env("TEARLINE_SMTP_USER", "user")
        .env("TEARLINE_SMTP_PASSWORD", "hunter2");
    let run = Run::of(&mut command).failure();
    assert!(
        run.stderr.contains("535") || run.stderr.contains("not with these"),
        "{}",
        run.all()
    );
    for secret in ["hunter2", "AHVzZXIAaHVudGVyMg==", "aHVudGVyMg=="] {
        assert!(!run.all().contains(secret), "{}", run.all());
    }
    assert!(server.recipients().is_empty());
}

#[test]
fn no_text_of_the_site_begins_a_header() {
    let server = Server::new(|_| Reply::Take);
    let site = with_list(server.port, &readers(1), PUBLIC);
    let settings = std::fs::read_to_string(site.path("tearline.toml")).unwrap();
    site.write(
        "tearline.toml",
        settings.replace(
            "Test Briefings",
            "Test\\r\\nBcc: evil@example.org\\r\\n\\r\\nBriefings",
        ),
    );
    send(&site).success();
    let got = server.got.lock().unwrap().clone();
    let message = MessageParser::default().parse(&got[0].data).unwrap();
    assert!(message.bcc().is_none());
    assert!(
        message
            .subject()
            .unwrap()
            .contains("Test Bcc: evil@example.org Briefings")
    );
    // A list's own settings refuse what would.
    site.write(
        "tearline.toml",
        settings.replace(
            "<cti@example.org>",
            "<cti@example.org>\\r\\nBcc: evil@example.org",
        ),
    );
    let run = site.check().failure();
    assert!(run.all().contains("TL1301"), "{}", run.all());
}

#[test]
fn a_newsletter_is_named_where_there_are_several_or_none() {
    let run = send(&site()).failure();
    assert!(run.stderr.contains("TL1307"), "{}", run.all());
    let site = with_list(25, &readers(1), PUBLIC);
    let run = digest(
        &site,
        &["--period", "month", "--send", "--newsletter", "monthy"],
    )
    .failure();
    assert!(
        run.stderr.contains("did you mean `monthly`?"),
        "{}",
        run.all()
    );
}

#[test]
fn recipients_are_told_with_their_lines_and_do_not_stand_in_public() {
    let server = Server::new(|_| Reply::Take);
    let wrong = ["a@example.org", "# staff", "b@", "Jane <c@example.org>"].map(str::to_owned);
    let site = with_list(server.port, &wrong, PUBLIC);
    let run = send(&site).failure();
    assert!(run.stderr.contains("data/readers.txt:3:1"), "{}", run.all());
    assert!(run.stderr.contains("data/readers.txt:4:1"), "{}", run.all());
    let settings = std::fs::read_to_string(site.path("tearline.toml")).unwrap();
    site.write(
        "tearline.toml",
        settings.replace("data/readers", "static/readers"),
    );
    site.write("static/readers.txt", "a@example.org\n");
    let run = send(&site).failure();
    assert!(
        run.stderr.contains("TL1303") && run.stderr.contains("tearline.toml:"),
        "{}",
        run.all()
    );
    assert!(server.commands.lock().unwrap().is_empty());
}

#[test]
fn a_server_that_takes_few_messages_at_once_gets_them_over_several_connections() {
    let server = Server::new(|_| Reply::Tired);
    let site = with_list(server.port, &readers(3), PUBLIC);
    assert_eq!(send(&site).success().stdout, "sent to 3\n");
    assert_eq!(server.recipients(), readers(3));
    let commands = server.commands.lock().unwrap().clone();
    let greetings = commands.iter().filter(|line| line.starts_with("EHLO"));
    assert_eq!(greetings.count(), 3);
}

#[test]
fn a_run_that_is_repeated_after_midnight_does_not_begin_anew() {
    let server = Server::new(|at| if at == 1 { Reply::Close } else { Reply::Take });
    let site = with_list(server.port, &readers(3), PUBLIC);
    let since = |as_of: &str| {
        site.run([
            "digest",
            "--since",
            "2025-11-01",
            "--send",
            "--as-of",
            as_of,
        ])
    };
    since("2025-12-01").failure();
    let run = since("2025-12-02").failure();
    assert!(
        run.stderr.contains("TL1305") && run.stderr.contains("--as-of 2025-12-01"),
        "{}",
        run.all()
    );
    assert_eq!(server.recipients(), readers(1));
    since("2025-12-01").success();
    assert_eq!(server.recipients(), readers(3));
    // What reached everyone does not keep the next one back.
    since("2025-12-04").success();
    assert_eq!(server.recipients().len(), 6);
}
