//! What a browser may do with an edition's pages, and what a host should say with its files.
//!
//! In: the facts of the site and what pages load of its theme. Out: the Content-Security-Policy (CSP Level 3) of
//! every page, as its meta element and as a header, and the file `_headers` that hosts such as
//! Netlify and Cloudflare Pages read. All three come from [`directives`].

use std::fmt::Write as _;

use url::Url;

use super::theme::ThemeFiles;
use base::marking::Tlp;
use edition::model::SiteFacts;
use exchange::sidecars;

/// What a browser ignores in a meta element (CSP Level 3, section 3.3).
const HEADER_ONLY: &str = "frame-ancestors 'none'";

/// Headers that are the same for every site. Pages use none of a device's features, open no window
/// that they talk to, and belong into nobody else's page.
const FIXED: [(&str, &str); 6] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", REFERRER),
    (
        "Permissions-Policy",
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
         encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), \
         microphone=(), midi=(), payment=(), picture-in-picture=(), \
         publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
         xr-spatial-tracking=()",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

/// Other hosts do not learn which page a reader came from: its address may name an actor.
pub const REFERRER: &str = "same-origin";

/// What search engines are asked of an edition above clear: by the pages, and by the headers of
/// every other file, which has no place for a meta element.
pub const ROBOTS: &str = "noindex, nofollow, noarchive";

/// Whether search engines may take an edition up.
pub fn may_be_indexed(site: &SiteFacts) -> bool {
    site.tlp == Tlp::Clear
}

/// Whether scripts of any other site may read the files for tools, so that those which run in a
/// browser open them by their address: of an edition that is at TLP:CLEAR, and whose files therefore
/// anybody may have.
pub fn may_be_read_anywhere(site: &SiteFacts) -> bool {
    site.tlp == Tlp::Clear && site.sidecars
}

/// The policy as a page's meta element states it.
pub fn content_security_policy(site: &SiteFacts, theme: &ThemeFiles) -> String {
    directives(site, theme).join("; ")
}

/// The policy of the page that searches: its script reads files of the site.
pub fn search_policy(site: &SiteFacts, theme: &ThemeFiles) -> String {
    with_reading(site, directives(site, theme)).join("; ")
}

/// A file is under one policy at most hosts, that of its header and of its page both: so headers,
/// which cannot differ from page to page (see [`headers_file`]), allow what any page needs, and
/// each page takes back what it does not.
fn with_reading(site: &SiteFacts, mut directives: Vec<String>) -> Vec<String> {
    if site.search {
        directives.push("connect-src 'self'".to_owned());
    }
    directives
}

/// What the preview's script needs, which reloads the page and asks for findings.
const PREVIEW: [(&str, &str); 2] = [("script-src", "'self'"), ("connect-src", "'self'")];

/// What is written behind the policy of a page for the preview. Of a directive that stands there
/// twice browsers take the first (CSP Level 3, section 2.2.1) and complain of the second.
pub fn leave_for_preview(page: &[u8]) -> String {
    let start = page.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
    let stated = String::from_utf8_lossy(page.get(start..).unwrap_or_default()).into_owned();
    PREVIEW
        .iter()
        .filter(|(name, _)| !stated.contains(&format!("{name} ")))
        .map(|(name, source)| format!("; {name} {source}"))
        .collect()
}

/// The one list of what pages may load. It names nothing that no page needs yet.
fn directives(site: &SiteFacts, theme: &ThemeFiles) -> Vec<String> {
    let mut directives = vec![
        "default-src 'none'".to_owned(),
        "style-src 'self'".to_owned(),
        "img-src 'self'".to_owned(),
    ];
    if !theme.scripts.is_empty() {
        directives.push("script-src 'self'".to_owned());
    }
    if theme.has_fonts {
        directives.push("font-src 'self'".to_owned());
    }
    directives.push("base-uri 'none'".to_owned());
    directives.push(match &site.subscribe {
        // The provider's answer may lead back to the site, and browsers hold a redirect after a
        // form against this directive too.
        Some(form) => format!("form-action 'self' {}", form_source(&form.action)),
        None if site.search => "form-action 'self'".to_owned(),
        None => "form-action 'none'".to_owned(),
    });
    directives
}

/// The host of a form as a source of the policy. Where the grammar has no words for it (an IPv6
/// address, a name with other characters; CSP Level 3, section 2.3.1), its scheme.
fn form_source(action: &str) -> String {
    let Ok(url) = Url::parse(action) else {
        return "https:".to_owned();
    };
    let scheme = url.scheme();
    match url.host_str() {
        Some(host)
            if host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) =>
        {
            let port = url.port().map_or(String::new(), |port| format!(":{port}"));
            format!("{scheme}://{host}{port}")
        }
        _ => format!("{scheme}:"),
    }
}

/// The file `_headers`: for every file of the edition, then for those whose name changes with
/// their content.
///
/// Hosts that match a file twice join the values of a header that both rules set; so the second
/// rule sets one that the first does not.
pub fn headers_file(site: &SiteFacts, theme: &ThemeFiles) -> String {
    let base = site.base_path();
    let mut text = format!("{base}/*\n");
    let mut header = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name}: {value}");
    };
    let mut directives = with_reading(site, directives(site, theme));
    directives.push(HEADER_ONLY.to_owned());
    header("Content-Security-Policy", &directives.join("; "));
    for (name, value) in FIXED {
        header(name, value);
    }
    if !may_be_indexed(site) {
        header("X-Robots-Tag", ROBOTS);
    }
    // Cloudflare Pages sends `Access-Control-Allow-Origin: *` with every file unless a line of this form takes it
    // away; a later rule may set it again. Netlify leaves out lines without a colon.
    text.push_str("  ! Access-Control-Allow-Origin\n");
    if may_be_read_anywhere(site) {
        for pattern in sidecars::patterns() {
            let _ = write!(text, "{base}{pattern}\n  Access-Control-Allow-Origin: *\n");
        }
    }
    for path in theme.files.keys() {
        let _ = write!(
            text,
            "{base}/{path}\n  Cache-Control: public, max-age=31536000, immutable\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use edition::model::Subscribe;

    fn theme(files: &[(&str, &str)]) -> ThemeFiles {
        ThemeFiles::new(
            &files
                .iter()
                .map(|(name, text)| (*name, text.as_bytes()))
                .collect(),
        )
    }

    fn site(action: Option<&str>) -> SiteFacts {
        SiteFacts {
            title: "Site".to_owned(),
            language: "en".to_owned(),
            edition: None,
            tlp: Tlp::Green,
            base_url: Url::parse("https://briefs.example.org/team").unwrap(),
            namespace: uuid::Uuid::nil(),
            per_page: 25,
            search: false,
            cards: false,
            sidecars: false,
            exchange: edition::model::ExchangeFacts {
                producer: "Site".to_owned(),
                audience: std::collections::BTreeSet::new(),
                addresses: std::collections::BTreeMap::new(),
                tlp_1: false,
            },
            publisher: "Desk".to_owned(),
            subscribe: action.map(|action| Subscribe {
                action: action.to_owned(),
                field: "email".to_owned(),
                privacy: None,
                terms: None,
            }),
            security: None,
            share: edition::model::Share::default(),
            map: figures::map::World::default(),
            extra: serde_json::Value::Null,
        }
    }

    #[test]
    fn nothing_may_be_loaded_but_the_sites_own_styles_and_pictures() {
        assert_eq!(
            content_security_policy(&site(None), &theme(&[])),
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             form-action 'none'"
        );
    }

    #[test]
    fn a_stylesheet_with_fonts_may_load_the_sites_own() {
        let policy = content_security_policy(
            &site(None),
            &theme(&[("style.css", "@font-face { src: url(/a.woff2) }")]),
        );
        assert!(policy.contains("; font-src 'self';"), "{policy}");
    }

    #[test]
    fn a_theme_with_scripts_may_run_its_own() {
        let policy = content_security_policy(&site(None), &theme(&[("scripts/a.js", "")]));
        assert!(policy.contains("; script-src 'self';"), "{policy}");
    }

    #[test]
    fn a_form_may_be_sent_to_its_provider_and_nowhere_else() {
        let policy = |action| content_security_policy(&site(Some(action)), &theme(&[]));
        let form = |action| policy(action).split("; ").last().unwrap().to_owned();
        assert_eq!(
            form("https://user:word@news.example:8443/subscribe?list=1"),
            "form-action 'self' https://news.example:8443"
        );
        assert_eq!(form("https://[::1]/subscribe"), "form-action 'self' https:");
        // A host's name may hold a character that would begin another directive.
        assert_eq!(
            form("https://news.example;script-src/subscribe"),
            "form-action 'self' https:"
        );
    }

    #[test]
    fn the_headers_name_the_sub_path_and_ask_search_engines_to_stay_away() {
        let text = headers_file(&site(None), &theme(&[]));
        assert!(text.starts_with("/team/*\n  Content-Security-Policy: default-src 'none'; "));
        assert!(text.contains("; frame-ancestors 'none'\n"));
        assert!(text.contains("\n  X-Robots-Tag: noindex"));
        assert!(text.contains("\n/team/assets/style."));
        // Taken away for all files, and given to none.
        let taken = "\n  ! Access-Control-Allow-Origin\n";
        assert!(text.contains(taken));
        assert_eq!(text.matches("Access-Control-Allow-Origin").count(), 1);
        let mut open = site(None);
        open.tlp = Tlp::Clear;
        open.sidecars = true;
        let text = headers_file(&open, &theme(&[]));
        assert!(!text.contains("X-Robots-Tag"));
        let (all, files) = text.split_once(taken).unwrap();
        assert!(
            !all.contains("Access-Control") && files.contains("  Access-Control-Allow-Origin: *\n")
        );
    }
}
