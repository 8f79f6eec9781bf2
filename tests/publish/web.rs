//! A host that serves a folder as static hosts do.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use hyper::{Response, StatusCode};

/// Serves a folder under the sub-path `/team/`; gives the address of its home page.
pub fn serve(folder: &Path) -> String {
    let folder = folder.to_owned();
    let port = super::serve::serve(move |request| {
        let found = find(&folder, request.uri().path());
        async move { Ok::<_, Infallible>(found) }
    });
    format!("http://127.0.0.1:{port}/team/")
}

fn find(folder: &Path, path: &str) -> Response<s3s::Body> {
    let path = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .unwrap()
        .into_owned();
    let Some(path) = path.strip_prefix("/team/") else {
        return missing(folder);
    };
    // As hosts do: the page for what is not there has no other status under its own name, and what is
    // for the host is not served.
    if matches!(path, "404.html" | "_headers" | "_redirects") {
        return missing(folder);
    }
    let file: PathBuf = match path.is_empty() || path.ends_with('/') {
        true => folder.join(path).join("index.html"),
        false => folder.join(path),
    };
    match std::fs::read(file) {
        Ok(bytes) => Response::new(s3s::Body::from(bytes)),
        Err(_) => missing(folder),
    }
}

fn missing(folder: &Path) -> Response<s3s::Body> {
    let page = std::fs::read(folder.join("404.html")).unwrap_or_default();
    let mut response = Response::new(s3s::Body::from(page));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
