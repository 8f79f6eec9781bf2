//! Which edition a request sees, and how another is chosen.
//!
//! In: a request's cookies, or the edition that its reader chose. Out: an edition of the snapshot, or
//! where the reader goes next. The choice is the browser's, kept in a cookie: pages keep their
//! addresses, and with them every byte. Cookies are shared by all ports of a host, hence the port in
//! the cookie's name.

use axum::http::{HeaderMap, header};

use super::shown::{Found, Shown, decode, encode};
use super::snapshot::Site;

/// The name of the cookie of the preview at a port.
pub(super) fn cookie(port: u16) -> String {
    format!("tearline-edition-{port}")
}

/// The edition that a browser has chosen, by name.
pub(super) fn chosen(headers: &HeaderMap, port: u16) -> Option<String> {
    let wanted = cookie(port);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .and_then(|(_, value)| decode(value))
}

/// Where a reader goes who chooses another edition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Switch {
    /// For a `Location` header.
    pub(super) to: String,
    /// For a `Set-Cookie` header.
    pub(super) cookie: String,
}

/// To the page that the reader looks at, where the other edition has it, else to its home page. None
/// when there is no such edition. `page` is the path of a URL.
pub(super) fn switch(
    site: &Site,
    from: Option<&str>,
    name: &str,
    page: &str,
    port: u16,
) -> Option<Switch> {
    let other = site.named(name)?;
    let same = site
        .edition(from)
        .and_then(|from| same_page(from, other, page));
    let to = encode(&same.unwrap_or_else(|| format!("{}/", other.base)));
    Some(Switch {
        to,
        cookie: format!("{}={}; Path=/; SameSite=Strict", cookie(port), encode(name)),
    })
}

fn same_page(from: &Shown, other: &Shown, page: &str) -> Option<String> {
    let page = decode(page)?;
    let page = format!("{}/{}", other.base, from.below(&page)?);
    match other.find(&encode(&page)) {
        Found::File(_) => Some(page),
        Found::Folder(page) => Some(page),
        Found::Above(_) | Found::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::super::tests::{built, edition_of, files_of};
    use super::super::{Edition, snapshot::Snapshot};
    use super::*;

    fn named(name: &str, paths: &[&str], base: &str) -> Edition {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "")).collect();
        Edition {
            name: Some(name.to_owned()),
            ..edition_of(files_of(&files), base)
        }
    }

    #[test]
    fn the_cookie_of_this_port_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(chosen(&headers, 1), None);
        let cookies = "a=b; tearline-edition-2=public; tearline-edition-1=caf%C3%A9";
        headers.insert(header::COOKIE, HeaderValue::from_static(cookies));
        assert_eq!(chosen(&headers, 1).as_deref(), Some("café"));
        assert_eq!(chosen(&headers, 2).as_deref(), Some("public"));
        assert_eq!(chosen(&headers, 3), None);
    }

    #[test]
    fn a_reader_stays_on_the_page_where_the_other_edition_has_it() {
        let editions = vec![
            named("public", &["index.html", "a/index.html"], ""),
            named(
                "internal",
                &["index.html", "a/index.html", "b/index.html"],
                "/team",
            ),
        ];
        let snapshot = Snapshot::after(None, built(editions), None, &[]);
        let site = snapshot.site.unwrap();
        let to = |from: &str, name: &str, page: &str| {
            switch(&site, Some(from), name, page, 1).map(|switch| switch.to)
        };
        assert_eq!(to("public", "internal", "/a/").as_deref(), Some("/team/a/"));
        assert_eq!(to("internal", "public", "/team/a").as_deref(), Some("/a/"));
        assert_eq!(to("internal", "public", "/team/b/").as_deref(), Some("/"));
        for elsewhere in [
            "//evil.example/",
            "https://evil.example/",
            "",
            "/%2e%2e/",
            "/%FF",
        ] {
            assert_eq!(
                to("public", "internal", elsewhere).as_deref(),
                Some("/team/")
            );
        }
        assert_eq!(to("public", "nobody", "/a/"), None);
        let set = switch(&site, None, "public", "/", 4747).unwrap().cookie;
        assert_eq!(set, "tearline-edition-4747=public; Path=/; SameSite=Strict");
    }
}
