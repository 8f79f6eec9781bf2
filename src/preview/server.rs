//! Answers requests from the newest snapshot, as a static host would, and as the preview itself
//! below `/_tearline/`.
//!
//! In: a bound socket and the channel that the builds' snapshots come through. Out: responses. A
//! request takes its snapshot once; what is swapped in meanwhile concerns the next one. Before the
//! first build is done a request waits for it. Files are made on threads of their own, so that a page
//! that takes long holds up no other.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpStream;
use tokio::sync::watch::Receiver;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::choice::Cookie;
use super::reply::{Conditions, HTML};
use super::shown::{Answer, Shown, encode};
use super::snapshot::Snapshot;
use super::state::{mark, state};
use super::terminal::Terminal;
use super::{address, choice, page, reply};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The channel of snapshots; none until the first build is done.
pub(super) type Snapshots = Receiver<Option<Arc<Snapshot>>>;

/// Sent with every answer. The preview holds what is not published: nothing of it may run, frame or
/// embed anything foreign, nor be embedded by a foreign page (as script and image files otherwise
/// can be, without any leave). What a page states itself is narrower, and holds beside this.
const POLICY: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self' https:; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// An idle connection is spoken to this often, so that a browser that has gone is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a page waits before it asks again, when the preview was ended and is started anew.
const RETRY: Duration = Duration::from_millis(500);

/// What every request needs.
struct Preview {
    snapshots: Snapshots,
    terminal: Terminal,
    cookie: Cookie,
}

/// What a request asks of the site.
struct Asked {
    path: String,
    query: Option<String>,
    /// The name of the edition that the browser has chosen.
    edition: Option<String>,
    conditions: Conditions,
}

/// The address a connection came in at.
#[derive(Debug, Clone, Copy)]
struct Local(Option<SocketAddr>);

impl Connected<IncomingStream<'_, Door>> for Local {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(stream.io().local_addr().ok())
    }
}

/// The bound socket, whose connections send each packet at once: an event is a small one.
struct Door(tokio::net::TcpListener);

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, from) = Listener::accept(&mut self.0).await;
        // Where that is refused, the packets only leave a little later.
        let _ = stream.set_nodelay(true);
        (stream, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Begins to serve; the future ends only with an error. To be called within a tokio runtime.
pub(super) fn start(
    listener: TcpListener,
    port: u16,
    snapshots: Snapshots,
    terminal: Terminal,
) -> io::Result<impl Future<Output = io::Result<()>>> {
    listener.set_nonblocking(true)?;
    let door = Door(tokio::net::TcpListener::from_std(listener)?);
    let preview = Preview {
        snapshots,
        terminal,
        cookie: Cookie::new(port),
    };
    let service = Router::new()
        .fallback(answer)
        .with_state(Arc::new(preview))
        .into_make_service_with_connect_info::<Local>();
    let serving = axum::serve(door, service);
    Ok(async move { serving.await })
}

async fn answer(
    State(preview): State<Arc<Preview>>,
    ConnectInfo(local): ConnectInfo<Local>,
    request: Request,
) -> Response {
    // No answer depends on a request's body.
    let (request, _) = request.into_parts();
    let mut response = if !is_for_us(&request, local) {
        plain(
            StatusCode::FORBIDDEN,
            "This preview answers only under its own address.",
        )
    } else if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut response = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "The preview only gives: GET and HEAD.",
        );
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        response
    } else {
        route(&preview, &request).await
    };
    for (name, value) in POLICY {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// Whether the request was meant for this address: exactly one `Host`, and it is ours, and so is
/// the authority of an absolute request target, which takes precedence (RFC 9112, section 3.2.2).
fn is_for_us(request: &Parts, Local(local): Local) -> bool {
    let Some(local) = local else {
        return false;
    };
    let is_own = |host: &str| address::is_own(host, local);
    let mut hosts = request.headers.get_all(header::HOST).iter();
    let one_host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(is_own),
        _ => false,
    };
    let target = request.uri.authority();
    one_host && target.is_none_or(|authority| is_own(authority.as_str()))
}

async fn route(preview: &Arc<Preview>, request: &Parts) -> Response {
    let conditions = Conditions::of(&request.method, &request.headers);
    let own = |kind: &str, text: &'static str| {
        let bytes = Bytes::from_static(text.as_bytes());
        reply::from_memory(StatusCode::OK, kind, bytes, &conditions)
    };
    match request.uri.path() {
        "/_tearline/client.js" => {
            return own("text/javascript; charset=utf-8", page::CLIENT_SCRIPT);
        }
        "/_tearline/client.css" => return own("text/css; charset=utf-8", page::CLIENT_STYLE),
        "/_tearline/events" => return events(preview, &request.method),
        _ => {}
    }
    let mut snapshots = preview.snapshots.clone();
    let snapshot = match snapshots.wait_for(Option::is_some).await {
        Ok(snapshot) => snapshot.clone(),
        Err(_) => None,
    };
    // The sender is dropped only when the preview ends.
    let Some(snapshot) = snapshot else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "The preview is ending.");
    };
    let asked = Asked {
        path: request.uri.path().to_owned(),
        query: request.uri.query().map(str::to_owned),
        edition: preview.cookie.chosen(&request.headers),
        conditions,
    };
    let preview = Arc::clone(preview);
    let made = tokio::task::spawn_blocking(move || preview.respond(&snapshot, &asked)).await;
    made.unwrap_or_else(|_| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        plain(status, "The program broke down over this page.")
    })
}

impl Preview {
    /// What depends on the snapshot.
    fn respond(&self, snapshot: &Snapshot, asked: &Asked) -> Response {
        if asked.path == "/_tearline/state" {
            return self.state(snapshot, asked);
        }
        if let Some(name) = asked.path.strip_prefix("/_tearline/edition/")
            && let Some(response) = self.switch(snapshot, asked, name)
        {
            return response;
        }
        let site = snapshot.site.as_deref();
        match site.and_then(|site| site.edition(asked.edition.as_deref())) {
            Some(shown) => self.edition(shown, asked),
            None => self.failed(
                "The site cannot be built yet",
                &snapshot.diagnostics,
                None,
                asked,
            ),
        }
    }

    /// What an open page is told. It is made anew for it, so that what it is told holds when it loads
    /// itself again.
    fn state(&self, snapshot: &Snapshot, asked: &Asked) -> Response {
        let site = snapshot.site.as_deref();
        let shown = site.and_then(|site| site.edition(asked.parameter("edition").as_deref()));
        let path = asked.parameter("path").unwrap_or_default();
        let page = shown.map(|shown| (shown, shown.answer(&path)));
        if let Some((shown, Answer::Failed(diagnostic))) = &page {
            self.tell(shown, diagnostic);
        }
        let state = state(snapshot, page.as_ref()).to_string();
        let kind = "application/json";
        reply::from_memory(StatusCode::OK, kind, state.into(), &asked.conditions)
    }

    fn switch(&self, snapshot: &Snapshot, asked: &Asked, name: &str) -> Option<Response> {
        let site = snapshot.site.as_deref()?;
        let page = asked.parameter("to").unwrap_or_default();
        let switch = choice::switch(site, asked.edition.as_deref(), name, &page, &self.cookie)?;
        let headers = [
            (header::LOCATION, switch.to),
            (header::SET_COOKIE, switch.set_cookie),
        ];
        Some((StatusCode::SEE_OTHER, headers).into_response())
    }

    fn edition(&self, shown: &Shown, asked: &Asked) -> Response {
        let answer = shown.answer(&asked.path);
        if let Answer::Disk { found, path, place } = &answer {
            let (status, conditions) = asked.status(*found);
            let kind = reply::content_type(path);
            // One that went away since the build is missing, not a broken answer.
            return reply::from_disk(status, &kind, place, &conditions)
                .unwrap_or_else(|_| self.response(shown, &shown.lost(), asked));
        }
        self.response(shown, &answer, asked)
    }

    fn response(&self, shown: &Shown, answer: &Answer, asked: &Asked) -> Response {
        let mark = mark(answer);
        let choice = self.choice(shown);
        let client = client(shown, mark.as_deref(), &choice);
        match answer {
            Answer::Made { found, path, made } => {
                let (status, conditions) = asked.status(*found);
                let bytes = match &made.look {
                    Some(_) => page::with_client(&made.bytes, &client).into(),
                    None => made.bytes.clone(),
                };
                reply::from_memory(status, &reply::content_type(path), bytes, &conditions)
            }
            Answer::Moved { to, for_good: true } => {
                redirect(StatusCode::PERMANENT_REDIRECT, to, asked.query.as_deref())
            }
            Answer::Moved { to, .. } => redirect(StatusCode::TEMPORARY_REDIRECT, to, None),
            Answer::Failed(diagnostic) => {
                self.tell(shown, diagnostic);
                let found = Diagnostics::from(diagnostic.clone());
                self.failed("This page cannot be made", &found, Some(shown), asked)
            }
            Answer::Missing | Answer::Disk { .. } => {
                let (status, conditions) = asked.status(false);
                reply::from_memory(status, HTML, page::missing(&client).into(), &conditions)
            }
        }
    }

    fn failed(
        &self,
        what: &str,
        found: &Diagnostics,
        shown: Option<&Shown>,
        asked: &Asked,
    ) -> Response {
        let choice = shown.and_then(|shown| self.choice(shown));
        let client = match shown {
            Some(shown) => client(shown, None, &choice),
            None => page::Client::default(),
        };
        let text = page::failure(what, found, &client);
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        reply::from_memory(status, HTML, text.into(), &asked.conditions.without_parts())
    }

    /// The cookie that chooses the edition; none where there is nothing to choose.
    fn choice(&self, shown: &Shown) -> Option<String> {
        let name = shown.edition.name.as_deref();
        name.map(|name| self.cookie.choosing(name))
    }

    /// Tells the terminal of a template that fails, once in a snapshot for each place.
    fn tell(&self, shown: &Shown, failure: &Diagnostic) {
        if shown.is_news(failure) {
            self.terminal.findings(&failure.clone().into());
        }
    }
}

fn client<'a>(
    shown: &'a Shown,
    mark: Option<&'a str>,
    choice: &'a Option<String>,
) -> page::Client<'a> {
    page::Client {
        edition: shown.edition.name.as_deref().unwrap_or_default(),
        choice: choice.as_deref().unwrap_or_default(),
        mark: mark.unwrap_or_default(),
        styles: shown.styles(),
    }
}

impl Asked {
    /// The status of a file, and the conditions that hold for it: only a whole 200 may be answered
    /// with "not changed" or with a part.
    fn status(&self, found: bool) -> (StatusCode, Conditions) {
        if found {
            (StatusCode::OK, self.conditions.clone())
        } else {
            (StatusCode::NOT_FOUND, self.conditions.without_parts())
        }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let query = self.query.as_deref()?;
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// The stream of messages, one for each snapshot: the present one at once, so that a page which was
/// loaded from an older one learns of it, and then every new one. What has become of the page it asks
/// itself: a message goes to all pages alike.
fn events(preview: &Preview, method: &Method) -> Response {
    if *method == Method::HEAD {
        return ([(header::CONTENT_TYPE, "text/event-stream")], Body::empty()).into_response();
    }
    let snapshots = WatchStream::new(preview.snapshots.clone()).filter_map(|snapshot| {
        let number = snapshot?.number.to_string();
        let event = Event::default().event("snapshot").retry(RETRY).data(number);
        Some(Ok::<_, Infallible>(event))
    });
    Sse::new(snapshots)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

fn redirect(status: StatusCode, path: &str, query: Option<&str>) -> Response {
    let mut location = encode(path);
    if let Some(query) = query {
        location.push('?');
        location.push_str(query);
    }
    match HeaderValue::try_from(location) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => plain(StatusCode::BAD_REQUEST, "The query cannot be sent back."),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, format!("{text}\n")).into_response()
}
