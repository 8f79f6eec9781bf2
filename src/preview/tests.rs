//! The preview through its front door: a real socket, bytes in and bytes out.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::diagnostic::SourceFile;

/// Longer than anything here takes on a busy machine; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A preview of a folder with one watched file; the next builds come from a queue.
struct Site {
    folder: tempfile::TempDir,
    address: SocketAddr,
    builds: Sender<Built>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<Result<(), Diagnostic>>>,
    terminal: Arc<Mutex<Vec<u8>>>,
}

struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Site {
    fn of(first: Built) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (builds, next): (Sender<Built>, Receiver<Built>) = channel();
        builds.send(first).unwrap();
        let options = Options {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            edition: None,
            open: false,
            root: folder.path().to_owned(),
            watched: vec![folder.path().join("tearline.toml")],
            color: false,
        };
        // An empty queue keeps the build waiting, as a slow one would; a test that ends drops it.
        let build = move |_: &[PathBuf]| next.recv().unwrap_or_default();
        let (stop, stopped) = oneshot::channel();
        let (bound, address) = channel();
        let terminal = Arc::new(Mutex::new(Vec::new()));
        let out = Terminal::new(false, Box::new(Shared(Arc::clone(&terminal))));
        let thread = thread::spawn(move || {
            let stopped = async {
                let _ = stopped.await;
            };
            run(options, build, out, stopped, |at| bound.send(at).unwrap())
        });
        Self {
            folder,
            address: address.recv_timeout(PATIENCE).unwrap(),
            builds,
            stop: Some(stop),
            thread: Some(thread),
            terminal,
        }
    }

    /// Makes the preview build again, by a change it must notice.
    fn touch(&self) {
        let settings = self.folder.path().join("tearline.toml");
        let mut text = std::fs::read_to_string(&settings).unwrap_or_default();
        text.push('x');
        std::fs::write(settings, text).unwrap();
    }

    fn rebuild(&self, built: Built) {
        self.builds.send(built).unwrap();
        self.touch();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn send(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Reply::parse(&bytes)
    }

    fn ask(&self, method: &str, target: &str, headers: &str) -> Reply {
        self.send(&format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
            self.address
        ))
    }

    fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, "")
    }

    fn events(&self) -> Events {
        let mut stream = self.connect();
        let host = self.address;
        write!(
            stream,
            "GET /_tearline/events HTTP/1.1\r\nHost: {host}\r\n\r\n"
        )
        .unwrap();
        Events(BufReader::new(stream))
    }

    fn printed(&self) -> String {
        String::from_utf8(self.terminal.lock().unwrap().clone()).unwrap()
    }

    fn finish(&mut self) -> Result<(), Diagnostic> {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if self.thread.is_some() {
            let _ = self.finish();
        }
    }
}

struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no header: {}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        Self {
            status: status.parse().unwrap(),
            headers: lines
                .map(|line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    (name.to_ascii_lowercase(), value.to_owned())
                })
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// The number of the next snapshot.
    fn next(&mut self) -> u64 {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return data.trim().parse().unwrap();
            }
        }
    }
}

/// Files that are there already; one whose text is `FAILS` has a template that fails.
#[derive(Default)]
pub(super) struct Ready(BTreeMap<String, Content>);

const FAILS: &str = "a template that fails";

impl Ready {
    pub(super) fn disk(&mut self, path: &str, place: &Path) {
        let content = Content::File(place.to_owned());
        self.0.insert(path.to_owned(), content);
    }
}

impl Files for Ready {
    fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        Box::new(self.0.keys().map(String::as_str))
    }

    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn place(&self, path: &str) -> Option<&Path> {
        match self.0.get(path)? {
            Content::File(place) => Some(place),
            Content::Image(asset) => Some(&asset.file),
            Content::Bytes(_) => None,
        }
    }

    fn make(&self, path: &str) -> Option<Result<Content, Diagnostic>> {
        let content = self.0.get(path)?;
        if matches!(content, Content::Bytes(bytes) if bytes == FAILS.as_bytes()) {
            let file = SourceFile::new("templates/page.html", "{{ x }}");
            let failure = Diagnostic::new(Code::TemplateRender, "the template broke");
            return Some(Err(failure.at(&file, 0..7)));
        }
        Some(Ok(content.clone()))
    }

    fn address(&self, document: &str) -> Option<String> {
        let stem = document.strip_prefix("content/")?.strip_suffix(".md")?;
        self.has(&format!("{stem}/index.html"))
            .then(|| format!("/{stem}/"))
    }
}

pub(super) fn files_of(files: &[(&str, &str)]) -> Ready {
    let content = |text: &str| Content::Bytes(text.as_bytes().to_vec());
    let files = files.iter();
    Ready(
        files
            .map(|(path, text)| ((*path).to_owned(), content(text)))
            .collect(),
    )
}

pub(super) fn edition_of(files: Ready, base_path: &str) -> Edition {
    Edition {
        name: None,
        tlp: Tlp::Clear,
        groups: Vec::new(),
        base_path: base_path.to_owned(),
        files: Arc::new(files),
    }
}

pub(super) fn built(editions: Vec<Edition>) -> Built {
    Built {
        editions: Some(editions),
        ..Built::default()
    }
}

fn site_of(files: &[(&str, &str)], base_path: &str) -> Built {
    built(vec![edition_of(files_of(files), base_path)])
}

fn example() -> Built {
    built(vec![edition_of(example_files(), "")])
}

fn example_files() -> Ready {
    files_of(&[
        ("index.html", "<html><body>home</body></html>"),
        (
            "actors/apt28/index.html",
            "<html><body>Fancy Bear</body></html>",
        ),
        ("404.html", "<html><body>lost</body></html>"),
        ("style.css", "body { color: black }"),
        ("data/numbers.bin", "0123456789"),
        ("a file é.txt", "named"),
    ])
}

fn broken(text: &str) -> Built {
    let file = SourceFile::new("content/briefs/one.md", text);
    Built {
        diagnostics: Diagnostic::new(Code::YamlSyntax, "this is no YAML")
            .at(&file, 0..text.len())
            .help("mend it")
            .into(),
        ..Built::default()
    }
}

#[test]
fn paths_are_served_as_a_static_host_serves_them() {
    let site = Site::of(example());

    let home = site.get("/");
    assert_eq!(home.status, 200);
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    assert!(
        home.text()
            .contains("home<script src=\"/_tearline/client.js\"")
    );

    assert!(site.get("/actors/apt28/").text().contains("Fancy Bear"));
    assert!(
        site.get("/actors/apt28/index.html")
            .text()
            .contains("Fancy")
    );
    let folder = site.get("/actors/apt28?page=2");
    assert_eq!(folder.status, 308);
    assert_eq!(folder.header("location"), "/actors/apt28/?page=2");

    let style = site.get("/style.css?v=1");
    assert_eq!(style.text(), "body { color: black }");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(site.get("/a%20file%20%C3%A9.txt").text(), "named");

    for nothing in ["/actors", "/actors/", "/style.css/", "/nothing", "/%FF"] {
        let lost = site.get(nothing);
        assert_eq!(lost.status, 404, "{nothing}");
        assert!(lost.text().contains("lost"), "{nothing}");
    }
}

#[test]
fn every_answer_carries_the_policy_and_may_not_be_kept() {
    let site = Site::of(example());
    for target in [
        "/",
        "/style.css",
        "/nothing",
        "/actors/apt28",
        "/_tearline/client.js",
    ] {
        let reply = site.get(target);
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(reply.header("cache-control"), "no-cache", "{target}");
    }
    assert_eq!(
        site.get("/_tearline/client.js").header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        site.get("/_tearline/client.css").header("content-type"),
        "text/css; charset=utf-8"
    );
}

#[test]
fn only_the_files_of_the_build_are_ever_served() {
    let site = Site::of(example());
    std::fs::write(site.folder.path().join("secret.txt"), "secret").unwrap();
    for target in [
        "/../secret.txt",
        "/actors/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/index.html%00.css",
        "/./index.html",
        "/_tearline/../index.html",
        "/_tearline/nothing",
    ] {
        let reply = site.get(target);
        assert_eq!(reply.status, 404, "{target}");
        assert!(!reply.text().contains("secret"), "{target}");
    }
}

#[test]
fn a_foreign_host_is_refused_before_anything_else() {
    let site = Site::of(example());
    let port = site.address.port();
    let with_host = |hosts: &str| {
        site.send(&format!(
            "GET / HTTP/1.1\r\nConnection: close\r\n{hosts}\r\n"
        ))
    };
    assert_eq!(
        with_host(&format!("Host: localhost:{port}\r\n")).status,
        200
    );
    assert_eq!(with_host(&format!("Host: [::1]:{port}\r\n")).status, 200);
    for hosts in [
        format!("Host: evil.example:{port}\r\n"),
        "Host: 127.0.0.1:1\r\n".to_owned(),
        "Host: localhost\r\n".to_owned(),
        format!("Host: localhost:{port}\r\nHost: evil.example:{port}\r\n"),
        String::new(),
    ] {
        let reply = with_host(&hosts);
        assert_eq!(reply.status, 403, "{hosts}");
        assert!(!reply.text().contains("home"), "{hosts}");
    }
    let target = format!("http://evil.example:{port}/");
    assert_eq!(site.ask("GET", &target, "").status, 403);
    let foreign = format!(
        "POST /_tearline/events HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(site.send(&foreign).status, 403);
}

#[test]
fn a_head_has_the_headers_alone_and_other_methods_are_refused() {
    let site = Site::of(example());
    let whole = site.get("/");
    let head = site.ask("HEAD", "/", "");
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    for name in ["content-length", "content-type", "etag"] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
    assert_eq!(head.header("content-length"), whole.body.len().to_string());
    assert_eq!(site.ask("HEAD", "/_tearline/events", "").status, 200);

    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        let reply = site.ask(method, "/", "Content-Length: 0\r\n");
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.header("allow"), "GET, HEAD");
    }
}

#[test]
fn a_known_tag_saves_the_body() {
    let site = Site::of(example());
    for target in ["/", "/style.css", "/_tearline/client.js"] {
        let tag = site.get(target).header("etag").to_owned();
        for wanted in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let reply = site.ask("GET", target, &format!("If-None-Match: {wanted}\r\n"));
            assert_eq!(reply.status, 304, "{target} {wanted}");
            assert!(reply.body.is_empty());
            assert_eq!(reply.header("etag"), tag);
        }
        let other = site.ask("GET", target, "If-None-Match: \"x\"\r\n");
        assert_eq!(other.status, 200);
    }
    let lost = site.ask("GET", "/nothing", "If-None-Match: *\r\n");
    assert_eq!(lost.status, 404);
}

#[test]
fn a_single_range_gives_that_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.bin");
    std::fs::write(&path, "0123456789").unwrap();
    let mut files = example_files();
    files.disk("disk.bin", &path);
    let site = Site::of(built(vec![edition_of(files, "")]));
    for target in ["/data/numbers.bin", "/disk.bin"] {
        let part = site.ask("GET", target, "Range: bytes=2-4\r\n");
        assert_eq!((part.status, part.text()), (206, "234"), "{target}");
        assert_eq!(part.header("content-range"), "bytes 2-4/10");
        assert_eq!(site.ask("GET", target, "Range: bytes=-2\r\n").text(), "89");

        let outside = site.ask("GET", target, "Range: bytes=10-\r\n");
        assert_eq!(outside.status, 416);
        assert_eq!(outside.header("content-range"), "bytes */10");

        let several = site.ask("GET", target, "Range: bytes=0-1,4-5\r\n");
        assert_eq!((several.status, several.text()), (200, "0123456789"));
        let stale = "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n";
        assert_eq!(site.ask("GET", target, stale).status, 200);
    }
    // A file that went away since the build is missing, not a broken answer.
    std::fs::remove_file(path).unwrap();
    assert_eq!(site.get("/disk.bin").status, 404);
}

#[test]
fn a_picture_is_shown_as_it_would_be_published() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.svg");
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>a()</script><g/></svg>";
    std::fs::write(&path, drawing).unwrap();
    let asset = Asset {
        path: "map.svg".to_owned(),
        site_path: "static/map.svg".to_owned(),
        file: path.clone(),
    };
    let mut files = example_files();
    files.0.insert("map.svg".to_owned(), Content::Image(asset));
    let site = Site::of(built(vec![edition_of(files, "")]));
    let shown = site.get("/map.svg");
    assert_eq!(shown.header("content-type"), "image/svg+xml");
    assert_eq!(
        shown.text(),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>"
    );
    // What was broken since the build is not shown raw.
    std::fs::write(path, "<svg").unwrap();
    assert_eq!(site.get("/map.svg").status, 404);
}

#[test]
fn a_site_below_a_path_is_served_there_and_nowhere_else() {
    let files = [
        ("index.html", "<body>home</body>"),
        ("a/index.html", "<body>a</body>"),
    ];
    let site = Site::of(site_of(&files, "/team/"));
    for above in ["/", "/team"] {
        let reply = site.get(above);
        assert_eq!((reply.status, reply.header("location")), (307, "/team/"));
    }
    assert!(site.get("/team/").text().contains("home"));
    assert_eq!(site.get("/team/a").header("location"), "/team/a/");
    for outside in ["/a/", "/index.html", "/teammate/", "/team/team/"] {
        let reply = site.get(outside);
        assert_eq!(reply.status, 404, "{outside}");
        assert!(reply.text().contains("client.js"), "{outside}");
    }
}

/// What the page at an address is told.
fn state(site: &Site, path: &str) -> serde_json::Value {
    let reply = site.get(&format!("/_tearline/state?edition=&path={path}"));
    assert_eq!(reply.header("content-type"), "application/json");
    serde_json::from_str(reply.text()).unwrap()
}

/// What the page at an address holds of itself.
fn mark(site: &Site, path: &str) -> String {
    let reply = site.get(path);
    let (_, rest) = reply.text().split_once("data-page=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_changed_page_is_told_and_served_from_then_on_and_another_is_not() {
    let pages = |home: &'static str| {
        site_of(
            &[("index.html", home), ("a/index.html", "<body>a</body>")],
            "",
        )
    };
    let site = Site::of(pages("<body>one</body>"));
    let mut events = site.events();
    assert_eq!(events.next(), 1);
    let (home, other) = (mark(&site, "/"), mark(&site, "/a/"));
    assert_eq!(state(&site, "/")["page"], *home);
    let tag = site.get("/a/").header("etag").to_owned();

    site.rebuild(pages("<body>two</body>"));
    assert_eq!(events.next(), 2);
    assert_ne!(state(&site, "/")["page"], *home);
    assert_eq!(state(&site, "/")["page"], *mark(&site, "/"));
    assert!(site.get("/").text().contains("two"));
    assert_eq!(state(&site, "/a/")["page"], *other);
    assert_eq!(site.get("/a/").header("etag"), tag);
    // A page that was loaded before the change learns of it as soon as it listens.
    assert_eq!(site.events().next(), 2);
}

#[test]
fn a_page_that_goes_and_one_that_comes_are_told() {
    let lost = ("404.html", "<body>lost</body>");
    let site = Site::of(site_of(&[lost, ("a/index.html", "<body>a</body>")], ""));
    let mut events = site.events();
    events.next();
    let (there, gone) = (mark(&site, "/a/"), mark(&site, "/b/"));
    assert_eq!(state(&site, "/b/")["page"], *gone);
    site.rebuild(site_of(&[lost, ("b/index.html", "<body>a</body>")], ""));
    events.next();
    for (path, before) in [("/a/", there), ("/b/", gone)] {
        assert_ne!(state(&site, path)["page"], *before, "{path}");
        assert_eq!(state(&site, path)["page"], *mark(&site, path), "{path}");
    }
}

#[test]
fn a_changed_stylesheet_changes_no_page() {
    let styled = |number: &str, css: &'static str| {
        let sheet = format!("assets/style.{number}.css");
        let home = format!("<link rel=\"stylesheet\" href=\"/{sheet}\"><body>one</body>");
        let files = files_of(&[("index.html", &home), (&sheet, css), ("print.css", css)]);
        built(vec![edition_of(files, "")])
    };
    let site = Site::of(styled("1", "p { color: red }"));
    let mut events = site.events();
    events.next();
    let before = state(&site, "/");
    site.rebuild(styled("2", "p { color: blue }"));
    events.next();
    let after = state(&site, "/");
    assert_eq!(before["page"], after["page"]);
    assert_ne!(before["styles"], after["styles"]);
    assert_eq!(after["sheets"], serde_json::json!(["/assets/style.2.css"]));
}

#[test]
fn the_old_site_stays_while_a_build_runs_and_after_it_failed() {
    let site = Site::of(example());
    let mut events = site.events();
    events.next();
    let good = state(&site, "/");
    assert_eq!(
        (&good["errors"], &good["findings"]),
        (&0.into(), &serde_json::Value::Null)
    );

    // The build begins, and waits for its turn.
    site.touch();
    assert!(site.get("/").text().contains("home"));
    site.builds.send(broken("title: [")).unwrap();

    events.next();
    assert!(site.get("/").text().contains("home"));
    assert_eq!(site.get("/").status, 200);
    let failed = state(&site, "/");
    assert_eq!(
        (&failed["errors"], &failed["page"]),
        (&1.into(), &good["page"])
    );
    assert!(
        failed["findings"]
            .as_str()
            .unwrap()
            .contains("this is no YAML")
    );

    site.rebuild(example());
    events.next();
    let mended = state(&site, "/");
    assert_eq!(
        (&mended["findings"], &mended["page"]),
        (&good["findings"], &good["page"])
    );
}

#[test]
fn a_template_that_fails_for_one_page_leaves_the_others() {
    let site = Site::of(example());
    let mut events = site.events();
    events.next();
    let good = mark(&site, "/actors/apt28/");

    let mut files = example_files();
    let fails = Content::Bytes(FAILS.as_bytes().to_vec());
    files.0.insert("actors/apt28/index.html".to_owned(), fails);
    site.rebuild(built(vec![edition_of(files, "")]));
    events.next();
    // What is open stays as it is, and shows why.
    let open = state(&site, "/actors/apt28/");
    assert_eq!(
        (&open["page"], &open["errors"]),
        (&serde_json::Value::Null, &1.into())
    );
    assert!(
        open["findings"]
            .as_str()
            .unwrap()
            .contains("the template broke")
    );
    assert!(site.printed().contains("the template broke"));
    // What is opened shows it in place of the page.
    for _ in 0..2 {
        let reply = site.get("/actors/apt28/");
        assert_eq!(reply.status, 500);
        assert!(
            reply.text().contains("templates/page.html:1:1"),
            "{}",
            reply.text()
        );
        assert!(reply.text().contains("data-page=\"\""));
    }
    assert_eq!(site.printed().matches("the template broke").count(), 1);
    assert_eq!(state(&site, "/")["errors"], 0);
    assert_eq!(site.get("/").status, 200);

    site.rebuild(example());
    events.next();
    assert_eq!(state(&site, "/actors/apt28/")["page"], *good);
}

#[test]
fn without_a_site_every_path_shows_the_findings_escaped() {
    let site = Site::of(broken("<script>alert(1)</script>"));
    for target in ["/", "/style.css", "/any/where/"] {
        let page = site.get(target);
        assert_eq!(page.status, 500);
        assert!(page.text().contains("content/briefs/one.md:1:1"));
        assert!(page.text().contains("&lt;script&gt;alert(1)"));
        assert!(!page.text().contains("<script>alert"));
        assert!(page.text().contains("data-page=\"\""));
    }
    let mut events = site.events();
    events.next();
    assert_eq!(state(&site, "/")["page"], serde_json::Value::Null);
    site.rebuild(example());
    events.next();
    assert_eq!(state(&site, "/")["page"], *mark(&site, "/"));
    assert_eq!(site.get("/style.css").status, 200);
}

#[test]
fn a_browser_chooses_its_edition_and_keeps_it() {
    let edition = |name: &str, tlp, home: &str, base| Edition {
        name: Some(name.to_owned()),
        tlp,
        groups: vec!["board".to_owned()],
        ..edition_of(
            files_of(&[("index.html", home), ("a/index.html", home)]),
            base,
        )
    };
    let site = Site::of(built(vec![
        edition("public", Tlp::Clear, "<body>for all</body>", ""),
        edition("internal", Tlp::Amber, "<body>for us</body>", "/team"),
    ]));
    assert!(site.get("/team/").text().contains("for us"));
    assert!(
        site.get("/team/")
            .text()
            .contains("data-edition=\"internal\"")
    );

    let chosen = site.get("/_tearline/edition/public?to=%2Fteam%2Fa%2F");
    assert_eq!((chosen.status, chosen.header("location")), (303, "/a/"));
    let cookie = chosen.header("set-cookie").split(';').next().unwrap();
    let header = format!("Cookie: other=1; {cookie}\r\n");
    let page = site.ask("GET", "/a/", &header);
    assert!(page.text().contains("for all"), "{}", page.text());
    assert!(page.text().contains("data-edition=\"public\""));
    // Another browser sees what it saw.
    assert_eq!(site.get("/a/").status, 404);

    let told = site.get("/_tearline/state?edition=public&path=%2Fa%2F");
    let told: serde_json::Value = serde_json::from_str(told.text()).unwrap();
    assert_eq!(told["edition"], "public");
    let ours = serde_json::json!({
        "name": "internal", "marking": "TLP:AMBER", "class": "amber", "groups": ["board"],
    });
    assert_eq!(told["editions"][1], ours);
    assert_eq!(site.get("/_tearline/edition/nobody").status, 404);
}

#[test]
fn an_open_event_stream_does_not_hold_up_the_end() {
    let mut site = Site::of(example());
    let mut events = site.events();
    events.next();
    assert_eq!(site.finish(), Ok(()));
    let mut rest = Vec::new();
    match events.0.read_to_end(&mut rest) {
        Ok(_) => {}
        Err(error) => assert_ne!(error.kind(), ErrorKind::WouldBlock, "still open"),
    }
}

#[test]
fn the_terminal_has_the_address_the_findings_and_the_time() {
    let mut site = Site::of(example());
    let mut events = site.events();
    events.next();
    site.rebuild(broken("title: ["));
    events.next();
    // The lines of a build follow its snapshot; those of the next show that they are there.
    site.rebuild(example());
    events.next();
    site.rebuild(broken("title: {"));
    events.next();
    site.finish().unwrap();
    let printed = site.printed();
    let address = site.address;
    assert!(printed.contains(&format!("Preview at http://{address}/ ")));
    assert!(printed.contains(" s, 1 edition\n"), "{printed}");
    assert!(printed.contains("this is no YAML"), "{printed}");
    assert!(printed.contains(" after tearline.toml: 1 error; the last good site stays up\n"));
    assert!(printed.contains(" s after tearline.toml\n"), "{printed}");
}

#[test]
fn a_taken_port_is_told() {
    let held = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = held.local_addr().unwrap().port();
    let terminal = Arc::new(Mutex::new(Vec::new()));
    let options = Options {
        host: Ipv4Addr::LOCALHOST.into(),
        port,
        edition: None,
        open: false,
        root: std::env::temp_dir(),
        watched: Vec::new(),
        color: false,
    };
    let out = Terminal::new(false, Box::new(Shared(Arc::clone(&terminal))));
    let result = run(
        options,
        |_| Built::default(),
        out,
        std::future::ready(()),
        |_| (),
    );
    let printed = String::from_utf8(terminal.lock().unwrap().clone()).unwrap();
    match result {
        Ok(()) => assert!(printed.contains(&format!("port {port} is taken, using "))),
        Err(diagnostic) => assert_eq!(diagnostic.code, Code::AddressInUse),
    }
}

#[test]
#[should_panic(expected = "the build broke")]
fn a_build_that_panics_does_not_leave_a_dead_preview() {
    let options = Options {
        host: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        edition: None,
        open: false,
        root: std::env::temp_dir(),
        watched: Vec::new(),
        color: false,
    };
    let out = Terminal::new(false, Box::new(io::sink()));
    let _ = run(
        options,
        |_| panic!("the build broke"),
        out,
        std::future::pending(),
        |_| (),
    );
}
