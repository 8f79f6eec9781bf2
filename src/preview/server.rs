//! Answers requests from the newest snapshot, as a static host would, and as the preview itself
//! below `/_tearline/`.
//!
//! In: a bound socket and the channel that the builds' snapshots come through. Out: responses. A
//! request takes its snapshot once; what is swapped in meanwhile concerns the next one. Before the
//! first build is done a request waits for it.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

use super::reply::Conditions;
use super::snapshot::{Found, Site, Snapshot};
use super::{Content, address, page, reply, snapshot};
use crate::media;

/// The channel of snapshots; none until the first build is done.
pub(super) type Snapshots = Receiver<Option<Arc<Snapshot>>>;

const HTML: &str = "text/html; charset=utf-8";

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
    /// Tells this run's numbers from those of the run before, which an open page may still hold.
    run: String,
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
    snapshots: Snapshots,
) -> io::Result<impl Future<Output = io::Result<()>>> {
    listener.set_nonblocking(true)?;
    let door = Door(tokio::net::TcpListener::from_std(listener)?);
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let preview = Preview {
        snapshots,
        run: format!("{:x}-{:x}", std::process::id(), started.as_nanos()),
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

async fn route(preview: &Preview, request: &Parts) -> Response {
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
    if request.uri.path() == "/_tearline/diagnostics.html" {
        let fragment = page::findings(&snapshot.diagnostics);
        return reply::from_memory(StatusCode::OK, HTML, fragment.into(), &conditions);
    }
    match &snapshot.site {
        Some(site) => from_site(preview, &snapshot, site, request, conditions).await,
        None => {
            let text = page::failure(&snapshot, &preview.run);
            reply::from_memory(
                StatusCode::INTERNAL_SERVER_ERROR,
                HTML,
                text.into(),
                &conditions.without_parts(),
            )
        }
    }
}

async fn from_site(
    preview: &Preview,
    snapshot: &Snapshot,
    site: &Site,
    request: &Parts,
    conditions: Conditions,
) -> Response {
    let wanted = match site.find(request.uri.path()) {
        Found::File(path, content) => {
            file(preview, snapshot, StatusCode::OK, path, content, conditions).await
        }
        Found::Folder(path) => {
            return redirect(StatusCode::PERMANENT_REDIRECT, &path, request.uri.query());
        }
        // Not for ever: the next site at this port may have another base.
        Found::Above(root) => return redirect(StatusCode::TEMPORARY_REDIRECT, &root, None),
        Found::Nothing => Err(conditions),
    };
    let conditions = match wanted {
        Ok(response) => return response,
        Err(conditions) => conditions.without_parts(),
    };
    let missing = StatusCode::NOT_FOUND;
    let own = match site.file("404.html") {
        Found::File(path, content) => {
            file(preview, snapshot, missing, path, content, conditions).await
        }
        _ => Err(conditions),
    };
    own.unwrap_or_else(|conditions| {
        let text = page::missing(snapshot, &preview.run);
        reply::from_memory(missing, HTML, text.into(), &conditions)
    })
}

/// Answers with a file of the site, a page with the client's script in it. A file that is gone from
/// the disk since the build hands the conditions back.
async fn file(
    preview: &Preview,
    snapshot: &Snapshot,
    status: StatusCode,
    path: &str,
    content: &Content,
    conditions: Conditions,
) -> Result<Response, Conditions> {
    let content_type = reply::content_type(path);
    let is_page = content_type == HTML;
    let bytes = match content {
        Content::Bytes(bytes) => Bytes::from_owner(Arc::clone(bytes)),
        Content::Image(asset) => {
            let asset = asset.clone();
            match tokio::task::spawn_blocking(move || media::clean(&asset)).await {
                Ok(Ok(bytes)) => Bytes::from(bytes),
                _ => return Err(conditions),
            }
        }
        Content::Late(late) => {
            let make = Arc::clone(&late.0);
            match tokio::task::spawn_blocking(move || make()).await {
                Ok(bytes) => Bytes::from(bytes),
                _ => return Err(conditions),
            }
        }
        Content::File(place) if is_page => {
            let place = place.clone();
            match tokio::task::spawn_blocking(move || reply::read(&place)).await {
                Ok(Ok(bytes)) => Bytes::from(bytes),
                _ => return Err(conditions),
            }
        }
        Content::File(place) => {
            let (place, asked) = (place.clone(), conditions.clone());
            let read = move || reply::from_disk(status, &content_type, &place, &asked);
            return match tokio::task::spawn_blocking(read).await {
                Ok(Ok(response)) => Ok(response),
                _ => Err(conditions),
            };
        }
    };
    let bytes = if is_page {
        page::with_client(&bytes, snapshot, &preview.run).into()
    } else {
        bytes
    };
    Ok(reply::from_memory(
        status,
        &content_type,
        bytes,
        &conditions,
    ))
}

/// The stream of messages: the present state at once, so that a page which was loaded from an older
/// snapshot learns of it, and then every new one.
fn events(preview: &Preview, method: &Method) -> Response {
    if *method == Method::HEAD {
        return ([(header::CONTENT_TYPE, "text/event-stream")], Body::empty()).into_response();
    }
    let run = preview.run.clone();
    let states = WatchStream::new(preview.snapshots.clone()).filter_map(move |snapshot| {
        let message = snapshot?.message(&run);
        let event = Event::default().event("state").retry(RETRY).data(message);
        Some(Ok::<_, Infallible>(event))
    });
    Sse::new(states)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

fn redirect(status: StatusCode, path: &str, query: Option<&str>) -> Response {
    let mut location = snapshot::encode(path);
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
