//! The preview: a site's editions, served on this machine, prepared again when a file changes.
//!
//! In: a function that prepares the editions, and the folders whose changes call for it. Out: a
//! server that runs until Ctrl-C and writes nothing into the site. All but [`pipeline`] knows nothing of content.
//!
//! 1. [`address`] binds a port and decides which `Host` headers are answered.
//! 2. [`rebuild`] calls that function on a thread of its own, first at once and then whenever
//!    [`watch`] reports a change ([`burst`] says when one has come to rest), and tells the
//!    [`terminal`] what came of it.
//! 3. [`snapshot`] is what one build left behind: immutable, and swapped in one step, so that a
//!    request sees one build from beginning to end. [`shown`] is one edition of it, whose files are
//!    made when they are asked for; [`look`] tells whether a page that is open has changed.
//! 4. [`server`] answers requests from the newest snapshot: [`choice`] says from which edition,
//!    [`reply`] gives a file the headers and parts that a browser asks for, [`page`] writes the HTML
//!    of the preview's own, [`state`] what the open page is told.
//! 5. `client.js` in the browser hears of each new snapshot over server-sent events.

mod address;
mod burst;
mod choice;
mod look;
mod page;
pub mod pipeline;
mod rebuild;
mod reply;
#[cfg(test)]
mod same_bytes;
mod server;
mod shown;
mod snapshot;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
mod watch;

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use tokio::sync::oneshot;

use self::terminal::Terminal;
use self::watch::Watcher;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::load::Asset;
use crate::marking::Tlp;

/// A file of an edition.
#[derive(Debug, Clone)]
pub enum Content {
    /// Made by the build.
    Bytes(Vec<u8>),
    /// Taken over as it is.
    File(PathBuf),
    /// A picture, read and cleaned when it is asked for.
    Image(Asset),
}

/// The files of an edition, each made when it is asked for and never changing: a file on disk aside,
/// what is made twice is the same twice. Paths lie below the site's root, as in
/// `actors/apt28/index.html`.
pub trait Files: Send + Sync {
    /// All paths, in an order of their own.
    fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_>;

    fn has(&self, path: &str) -> bool;

    /// The file that an output is taken from, where it is.
    fn place(&self, path: &str) -> Option<&Path>;

    /// The file at a path.
    ///
    /// # Errors
    /// When a template fails.
    fn make(&self, path: &str) -> Option<Result<Content, Diagnostic>>;

    /// The address of the page of a content file, from the site's root with a slash before it.
    fn address(&self, document: &str) -> Option<String>;
}

/// What one audience is shown.
#[derive(Clone)]
pub struct Edition {
    /// None for a site without editions.
    pub name: Option<String>,
    /// The highest marking it may hold.
    pub tlp: Tlp,
    /// The groups whose documents it may hold.
    pub groups: Vec<String>,
    /// The path of `base_url` under which the site is served: empty, or as in `/team`.
    pub base_path: String,
    pub files: Arc<dyn Files>,
}

/// What one build gave.
#[derive(Clone, Default)]
pub struct Built {
    /// At least one, from the lowest marking to the highest. None when an error stopped the build:
    /// then the last good site stays up.
    pub editions: Option<Vec<Edition>>,
    pub diagnostics: Diagnostics,
}

impl Built {
    /// Nothing to show, for what was found.
    pub fn failed(diagnostics: Diagnostics) -> Self {
        Self {
            editions: None,
            diagnostics,
        }
    }
}

/// What the command line decides about a preview.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen.
    pub host: IpAddr,
    /// The first port to try; 0 takes any that is free.
    pub port: u16,
    /// The edition that is shown first; the last of them when absent.
    pub edition: Option<String>,
    /// Whether to open the address in the browser.
    pub open: bool,
    /// The site's folder.
    pub root: PathBuf,
    /// The folders and files a build reads. They need not exist yet.
    pub watched: Vec<PathBuf>,
    /// Whether the terminal shows colours.
    pub color: bool,
}

/// Serves the site until Ctrl-C. The address, the findings and the time of each build go to standard
/// error.
///
/// # Errors
/// When no address can be bound, or the process may not listen at all.
pub fn serve(
    options: Options,
    build: impl FnMut(&[PathBuf]) -> Built + Send + 'static,
) -> Result<(), Diagnostic> {
    let terminal = Terminal::new(options.color, Box::new(io::stderr()));
    let interrupted = async {
        // Without the signal's handler Ctrl-C ends the process by itself, which does as well.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    run(options, build, terminal, interrupted, |_| ())
}

/// [`serve`] with everything that a test replaces: the terminal, what ends it, and who is told the
/// address.
fn run(
    options: Options,
    build: impl FnMut(&[PathBuf]) -> Built + Send + 'static,
    terminal: Terminal,
    stop: impl Future<Output = ()>,
    bound: impl FnOnce(SocketAddr),
) -> Result<(), Diagnostic> {
    let (listener, local) = address::bind(options.host, options.port)?;
    if options.port != 0 && local.port() != options.port {
        terminal.line(&format!(
            "port {} is taken, using {}",
            options.port,
            local.port()
        ));
    }
    let url = address::url(local);
    terminal.line(&format!("Preview at {url} (Ctrl-C stops it)"));

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(cannot_start)?;
    let (watcher, stopper) = Watcher::start(&options.root, &options.watched);
    let (sender, snapshots) = tokio::sync::watch::channel(None);
    // Dropped when the thread ends, in whatever way it does.
    let (alive, ended) = oneshot::channel::<()>();

    if options.open {
        open_browser(&url, &terminal);
    }
    let of_builds = terminal.clone();
    let first = options.edition.clone();
    let builder = thread::Builder::new()
        .name("preview-build".to_owned())
        .spawn(move || {
            let _alive = alive;
            let told = rebuild::Told {
                terminal: of_builds,
                exposed_at: (!options.host.is_loopback()).then_some(options.host),
            };
            rebuild::run(build, watcher, first.as_deref(), &sender, told);
        })
        .map_err(cannot_start)?;

    let (served, builder_ended) = runtime.block_on(async {
        let serving = match server::start(listener, local.port(), snapshots, terminal) {
            Ok(serving) => serving,
            Err(error) => return (Err(cannot_start(error)), false),
        };
        bound(local);
        tokio::select! {
            served = serving => (served.map_err(cannot_start), false),
            () = stop => (Ok(()), false),
            _ = ended => (Ok(()), true),
        }
    });
    // Pages that listen for events keep their connection open for ever, so there is nothing to
    // wait for: connections end here. A build that is under way writes nothing and may be left.
    stopper.stop();
    runtime.shutdown_background();

    // Before it is stopped, the thread ends only by a panic in the build, which is the caller's.
    if builder_ended && let Err(panic) = builder.join() {
        std::panic::resume_unwind(panic);
    }
    served
}

fn cannot_start(error: io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::AddressInUse,
        format!("the preview cannot listen: {error}"),
    )
    .help("see whether the process may open sockets and threads")
}

/// Hands the address to the desktop. That there is none is worth a line, not an error.
fn open_browser(url: &str, terminal: &Terminal) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    let opened = command
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match opened {
        Ok(mut child) => {
            // Some desktops' openers stay until the browser closes; waiting keeps no zombie.
            thread::spawn(move || child.wait());
        }
        Err(error) => terminal.line(&format!("no browser could be opened: {error}")),
    }
}
