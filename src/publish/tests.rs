//! What a store is told of a file, shown by one that keeps it in memory.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{Attribute, GetResult, ObjectStoreExt};

use super::objects;
use super::source::{self, Source};
use super::store::Bucket;
use super::{Published, Watch, items};
use crate::diagnostic::Location;
use crate::marking::Tlp;
use crate::output::{Commit, CommitOptions, Publication};
use crate::settings::EditionSettings;
use crate::settings::target::{Place, Service, Store, Target};

struct Quiet;

impl Watch for Quiet {
    fn step(&self, _: &'static str) {}
    fn start(&self, _: u64) {}
    fn sent(&self, _: u64) {}
}

fn target(compress: bool) -> Target {
    Target {
        name: "web".to_owned(),
        at: Location::of_path("tearline.toml"),
        place: Place::Store(Store {
            service: Service::Google,
            bucket: "briefs".to_owned(),
            prefix: "team".to_owned(),
            region: None,
            endpoint: None,
            account: None,
        }),
        edition: None,
        tlp: None,
        audience: BTreeSet::new(),
        public: true,
        compress,
    }
}

fn source(folder: &std::path::Path) -> Source {
    let output = folder.join("public");
    let commit = Commit::begin(&output, &CommitOptions::default()).unwrap();
    let page = "<p>A page of some length.</p>\n".repeat(100);
    for (path, text) in [
        ("assets/style.0123456789ab.css", page.as_str()),
        ("index.html", &page),
        ("briefs/a/short.txt", "short"),
        ("briefs/a/photo.png", &page),
        ("briefs/a/100% of it #1, ü?.csv", &page),
    ] {
        commit.write(path, text.as_bytes()).unwrap();
    }
    let list = Publication::new(None, "clear", "https://briefs.example.org/", false);
    commit.write_sums(list, |_| "clear", |_, _| ()).unwrap();
    commit.finish().unwrap();
    let edition = EditionSettings {
        name: None,
        tlp: Tlp::Clear,
        base_url: "https://briefs.example.org".parse().unwrap(),
        title_suffix: String::new(),
        audience: BTreeSet::new(),
        allow: Vec::new(),
    };
    source::read(&output, &edition).unwrap()
}

/// Publishes into a store in memory, and gives what it holds of a path.
fn publish(store: &Arc<InMemory>, source: &Source, compress: bool) -> Published {
    let bucket = Bucket {
        store: Arc::clone(store) as _,
        prefix: "team".to_owned(),
        folder: None,
        has_headers: true,
        pause: Duration::ZERO,
    };
    let target = target(compress);
    objects::publish(
        &bucket,
        items::items(source, &target),
        source,
        &target,
        false,
        &Quiet,
    )
    .unwrap()
}

fn get(store: &InMemory, path: &str) -> (Vec<u8>, [Option<String>; 3]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let got: GetResult = store
            .get(&Key::parse(format!("team/{path}")).unwrap())
            .await
            .unwrap();
        let headers = [
            Attribute::ContentType,
            Attribute::CacheControl,
            Attribute::ContentEncoding,
        ]
        .map(|name| got.attributes.get(&name).map(|value| value.to_string()));
        (got.bytes().await.unwrap().to_vec(), headers)
    })
}

#[test]
fn each_object_has_its_headers() {
    let folder = tempfile::tempdir().unwrap();
    let source = source(folder.path());
    let store = Arc::new(InMemory::new());
    publish(&store, &source, false);
    let headers = |path: &str| get(&store, path).1.map(Option::unwrap_or_default);
    assert_eq!(
        headers("index.html"),
        ["text/html; charset=utf-8", "no-cache", ""]
    );
    assert_eq!(
        headers("assets/style.0123456789ab.css"),
        [
            "text/css; charset=utf-8",
            "public, max-age=31536000, immutable",
            ""
        ]
    );
    let odd = "briefs/a/100% of it #1, ü?.csv";
    assert_eq!(headers(odd)[0], "text/csv; charset=utf-8");
    assert_eq!(
        get(&store, odd).0,
        std::fs::read(source.folder.join(odd)).unwrap()
    );
}

#[test]
fn text_is_stored_compressed_where_the_target_asks() {
    let folder = tempfile::tempdir().unwrap();
    let source = source(folder.path());
    let store = Arc::new(InMemory::new());
    publish(&store, &source, false);
    // Other headers are another object, though its bytes are the same.
    let published = publish(&store, &source, true);
    assert_eq!(published.sent().0, 3, "{published:?}");
    let (bytes, headers) = get(&store, "index.html");
    assert_eq!(headers[2].as_deref(), Some("gzip"));
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    assert_eq!(
        plain,
        std::fs::read(source.folder.join("index.html")).unwrap()
    );
    for path in [
        "briefs/a/short.txt",
        "briefs/a/photo.png",
        "SHA256SUMS",
        "publication/manifest.json",
    ] {
        assert_eq!(get(&store, path).1[2], None, "{path}");
    }
    assert_eq!(publish(&store, &source, true).sent().0, 0);
}
