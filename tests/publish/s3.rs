//! An S3 server over a folder, with what can go wrong on the way to one.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;

use super::support::{Run, Site};

pub const KEY: &str = "AKEXAMPLEKEYID";
pub const SECRET: &str = "kept-by-nobody-else";

type Look = Box<dyn Fn() + Send + Sync>;

/// What the server does beside serving.
#[derive(Default)]
pub struct Faults {
    /// Every request of this number is answered with 503.
    pub every: AtomicUsize,
    /// After so many files no request is answered any more.
    pub silent_after: AtomicUsize,
    requests: AtomicUsize,
    /// The keys that were put, in their order, without the record.
    pub put: Mutex<Vec<String>>,
    pub deleted: Mutex<usize>,
    /// Called after each change of the bucket.
    pub look: Mutex<Option<Look>>,
}

/// A server that lives as long as the test.
pub struct S3 {
    folder: TempDir,
    pub port: u16,
    pub faults: Arc<Faults>,
}

impl S3 {
    /// A server with the bucket `briefs`.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("briefs")).unwrap();
        let store = s3s_fs::FileSystem::new(folder.path()).unwrap();
        let mut builder = S3ServiceBuilder::new(store);
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = builder.build();
        let faults = Arc::new(Faults::default());
        let seen = Arc::clone(&faults);
        let port =
            super::serve::serve(move |request| answer(request, service.clone(), Arc::clone(&seen)));
        Self {
            folder,
            port,
            faults,
        }
    }

    /// Tables of settings with a target `web` in this server.
    pub fn tables(&self) -> String {
        format!(
            "[publish.web]\nurl = \"s3://briefs/team\"\npublic = true\nregion = \"us-east-1\"\n\
             endpoint = \"http://127.0.0.1:{}\"\n",
            self.port
        )
    }

    /// Where the objects are.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("briefs/team")
    }

    pub fn command(&self, site: &Site) -> Command {
        let mut command = site.command();
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .env("HOME", site.root())
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .args(["publish", "web"]);
        command
    }

    pub fn publish(&self, site: &Site) -> Run {
        self.faults.put.lock().unwrap().clear();
        Run::of(&mut self.command(site))
    }

    /// The paths that were put since the last run began, sorted.
    pub fn put(&self) -> Vec<String> {
        let mut put = self.faults.put.lock().unwrap().clone();
        put.sort();
        put
    }

    /// Begins a run and kills it once so many files were put. Nothing was answered since.
    pub fn killed_after(&self, site: &Site, files: usize) {
        self.faults.put.lock().unwrap().clear();
        self.faults.silent_after.store(files, Ordering::SeqCst);
        let mut child: Child = self.command(site).spawn().unwrap();
        while self.faults.put.lock().unwrap().len() < files {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the run ended before it was killed"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.faults.silent_after.store(0, Ordering::SeqCst);
    }
}

async fn answer(
    request: Request<Incoming>,
    service: s3s::service::S3Service,
    faults: Arc<Faults>,
) -> Result<Response<s3s::Body>, Infallible> {
    let number = faults.requests.fetch_add(1, Ordering::SeqCst) + 1;
    let every = faults.every.load(Ordering::SeqCst);
    if every > 0 && number.is_multiple_of(every) {
        let mut busy = Response::new(s3s::Body::empty());
        *busy.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return Ok(busy);
    }
    let silent_after = faults.silent_after.load(Ordering::SeqCst);
    if silent_after > 0 && faults.put.lock().unwrap().len() >= silent_after {
        std::future::pending::<()>().await;
    }
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let is_change = matches!(method, Method::PUT | Method::DELETE | Method::POST);
    let answered = Service::call(&service, request).await;
    let Ok(response) = answered else {
        let mut broken = Response::new(s3s::Body::empty());
        *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(broken);
    };
    if response.status().is_success() && is_change {
        if method == Method::PUT {
            let key = path
                .strip_prefix("/briefs/team/")
                .unwrap_or(&path)
                .to_owned();
            if key != ".tearline-published.json" {
                faults.put.lock().unwrap().push(key);
            }
        } else {
            *faults.deleted.lock().unwrap() += 1;
        }
        if let Some(look) = faults.look.lock().unwrap().as_ref() {
            look();
        }
    }
    Ok(response)
}
