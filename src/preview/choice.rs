//! Which edition a request sees, and how another is chosen.
//!
//! In: a request's cookies, or the edition that its reader chose. Out: an edition of the snapshot, or
//! where the reader goes next. The choice is the browser's, kept in a cookie: pages keep their
//! addresses, and with them every byte. Cookies are shared by all ports of a host, hence the port in
//! the cookie's name; and they outlive a preview, whose command line decides anew, hence the run in
//! its value.

use axum::http::{HeaderMap, header};

use super::shown::{Found, Shown, decode, encode};
use super::snapshot::Site;

/// The cookie of a preview.
pub(super) struct Cookie {
    name: String,
    run: String,
}

impl Cookie {
    /// Of the preview that starts at a port now.
    pub(super) fn new(port: u16) -> Self {
        let started = crate::clock::of_run();
        Self {
            name: format!("tearline-edition-{port}"),
            run: format!("{:x}", started.as_nanosecond()),
        }
    }

    /// The name and the value for the choice of an edition.
    pub(super) fn choosing(&self, edition: &str) -> String {
        format!("{}={}.{}", self.name, self.run, encode(edition))
    }

    /// The edition that a browser has chosen, by name.
    pub(super) fn chosen(&self, headers: &HeaderMap) -> Option<String> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name)
            .and_then(|(_, value)| value.split_once('.'))
            .filter(|(run, _)| *run == self.run)
            .and_then(|(_, edition)| decode(edition))
    }
}

/// Where a reader goes who chooses another edition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Switch {
    /// For a `Location` header.
    pub(super) to: String,
    /// For a `Set-Cookie` header.
    pub(super) set_cookie: String,
}

/// To the page that the reader looks at, where the other edition has it, else to its home page. None
/// when there is no such edition. `page` is the path of a URL.
pub(super) fn switch(
    site: &Site,
    from: Option<&str>,
    name: &str,
    page: &str,
    cookie: &Cookie,
) -> Option<Switch> {
    let other = site.named(name)?;
    let same = site
        .edition(from)
        .and_then(|from| same_page(from, other, page));
    let to = encode(&same.unwrap_or_else(|| format!("{}/", other.base)));
    Some(Switch {
        to,
        set_cookie: format!("{}; Path=/; SameSite=Strict", cookie.choosing(name)),
    })
}

fn same_page(from: &Shown, other: &Shown, page: &str) -> Option<String> {
    let page = decode(page)?;
    let page = format!("{}/{}", other.base, from.below(&page)?);
    match other.find(&encode(&page)) {
        Found::File(_) | Found::Folder(_) => Some(page),
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
    fn the_cookie_of_this_port_and_run_counts() {
        let cookie = |port, run: &str| Cookie {
            name: Cookie::new(port).name,
            run: run.to_owned(),
        };
        let of = |name: &str, cookie: &Cookie| {
            let mut headers = HeaderMap::new();
            let pairs = format!("a=b; {}; c", cookie.choosing(name));
            headers.insert(header::COOKIE, HeaderValue::try_from(pairs).unwrap());
            headers
        };
        let ours = cookie(1, "run");
        assert_eq!(ours.chosen(&of("café", &ours)).as_deref(), Some("café"));
        assert_eq!(ours.chosen(&of("public", &cookie(2, "run"))), None);
        assert_eq!(ours.chosen(&of("public", &cookie(1, "before"))), None);
        assert_eq!(ours.chosen(&HeaderMap::new()), None);
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
        let cookie = Cookie::new(4747);
        let to = |from: &str, name: &str, page: &str| {
            switch(&site, Some(from), name, page, &cookie).map(|switch| switch.to)
        };
        assert_eq!(to("public", "internal", "/a/").as_deref(), Some("/team/a/"));
        assert_eq!(to("internal", "public", "/team/a").as_deref(), Some("/a"));
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
        let switch = switch(&site, None, "public", "/", &cookie).unwrap();
        let expected = format!("{}; Path=/; SameSite=Strict", cookie.choosing("public"));
        assert_eq!(switch.set_cookie, expected);
    }
}
