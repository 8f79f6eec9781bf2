//! Indicators: from the defanged forms that analysts exchange to the exact value, and back.
//!
//! In: a value as it was written, and its type. [`refang_as`] undoes whatever defanging it
//! carries, [`validate`] checks the form and normalises it, [`commonness`] says why a sound value
//! is still useless to hunt for, and [`defang`] makes the form that a page shows. Machine files
//! hold the normalised value, pages the defanged one, and
//! `refang_as(kind, &defang(kind, &value)) == value` for every value that [`validate`] returned.

mod commonness;
mod live;
mod validate;

pub use commonness::commonness;
pub use live::LiveTargets;
pub use validate::validate;

use crate::vocabulary::IndicatorType;

/// What stands between brackets in a defanged value, and what it means.
const FANGS: &[(&str, &str)] = &[
    (".", "."),
    ("dot", "."),
    (":", ":"),
    ("@", "@"),
    ("at", "@"),
    ("://", "://"),
    ("//", "//"),
    ("/", "/"),
];

/// Schemes as they are defanged, and as they are. The first of each pair of a scheme is the one
/// that [`defang`] writes.
const SCHEMES: &[(&str, &str)] = &[
    ("hxxp", "http"),
    ("hxxps", "https"),
    ("fxp", "ftp"),
    ("fxps", "ftps"),
    ("htxp", "http"),
    ("htxps", "https"),
    ("hxtp", "http"),
    ("hxtps", "https"),
    ("h**p", "http"),
    ("h**ps", "https"),
];

/// Undoes the defanging of a value of this type, and nothing that the type could mean literally:
/// a command line may well hold `(.)`. Surrounding space is removed.
pub fn refang_as(kind: IndicatorType, text: &str) -> String {
    if kind.is_defanged() {
        refang(text)
    } else if kind == IndicatorType::FileName {
        // Names that end like a top-level domain (.zip, .md) are defanged too.
        text.trim().replace("[.]", ".")
    } else {
        text.trim().to_owned()
    }
}

/// Undoes the defanging of one network value: a host, an IP or e-mail address, or a URL.
///
/// Reads `hxxp(s)`, `[.]`, `(.)`, `{.}`, `[dot]`, `[:]`, `[@]`, `[at]`, `[://]`, `hxxp[:]//`,
/// `hxxp[s]://`, in any case, with or without space around a bracket. In the path and query of a
/// URL only the square forms of single signs count: `(.)` and `[at]` have a meaning there.
pub fn refang(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut in_path = false;
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        // A slash after the colon of the scheme still belongs to the scheme.
        in_path |= match character {
            '?' | '#' | '\\' => true,
            '/' => !ends_a_scheme(&plain),
            _ => false,
        };
        plain.push(character);
        if let Some((start, meaning)) = fang_at_end(&plain, in_path) {
            plain.truncate(start);
            if characters.peek().is_some_and(|next| next.is_whitespace()) {
                plain.truncate(plain.trim_end().len());
                while characters.next_if(|next| next.is_whitespace()).is_some() {}
            }
            plain.push_str(meaning);
        }
    }
    restore_scheme(plain)
}

/// Whether a slash that comes next belongs to `://`, brackets aside.
fn ends_a_scheme(text: &str) -> bool {
    let mut backwards = text
        .chars()
        .rev()
        .filter(|character| !"[({".contains(*character));
    match backwards.next() {
        Some(':') => true,
        Some('/') => backwards.next() == Some(':'),
        _ => false,
    }
}

/// Where the bracketed form begins that the text ends with, and what it means.
fn fang_at_end(text: &str, in_path: bool) -> Option<(usize, &'static str)> {
    let (open, close) = match text.chars().next_back()? {
        ']' => (b'[', 1),
        ')' => (b'(', 1),
        '}' => (b'{', 1),
        _ => return None,
    };
    if in_path && open != b'[' {
        return None;
    }
    let inside = &text.as_bytes()[..text.len() - close];
    for (fang, meaning) in FANGS {
        if in_path && !matches!(*fang, "." | ":" | "@" | "/") {
            continue;
        }
        // Only ASCII is compared and cut off, so `start` is a character boundary.
        if let Some(start) = inside.len().checked_sub(fang.len() + 1)
            && inside[start] == open
            && inside[start + 1..].eq_ignore_ascii_case(fang.as_bytes())
        {
            return Some((start, meaning));
        }
    }
    let optional_s = ["hxxp[s]", "http[s]", "hxxp(s)", "http(s)"];
    if optional_s
        .iter()
        .any(|form| text.eq_ignore_ascii_case(form))
    {
        return Some((text.len() - "[s]".len(), "s"));
    }
    None
}

fn restore_scheme(text: String) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text;
    };
    match SCHEMES
        .iter()
        .find(|(fanged, _)| fanged.eq_ignore_ascii_case(scheme))
    {
        Some((_, real)) => format!("{real}://{rest}"),
        None => text,
    }
}

/// The form that a page shows: no program makes a link of it. Types that no program would link
/// are shown as they are.
pub fn defang(kind: IndicatorType, value: &str) -> String {
    match kind {
        IndicatorType::Domain | IndicatorType::Ipv4 | IndicatorType::Ipv6 => defang_host(value),
        IndicatorType::Email => match value.rsplit_once('@') {
            Some((local, host)) => format!("{local}[@]{}", defang_host(host)),
            None => value.to_owned(),
        },
        IndicatorType::Url => defang_url(value),
        _ => value.to_owned(),
    }
}

fn defang_url(value: &str) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => {
            let shown = match SCHEMES.iter().find(|(_, real)| *real == scheme) {
                Some((fanged, _)) => format!("{fanged}://"),
                None => format!("{scheme}[:]//"),
            };
            (shown, rest)
        }
        None => (String::new(), value),
    };
    let (authority, path) = split_authority(rest);
    let (user, host) = split_user(authority);
    let (host, port) = split_port(host);
    let host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => format!("[{}]", defang_host(address)),
        None => defang_host(host),
    };
    format!("{scheme}{user}{host}{port}{path}")
}

fn defang_host(host: &str) -> String {
    host.replace(':', "[:]").replace('.', "[.]")
}

/// What stands before the path, query or fragment of a URL, and those.
fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))
}

/// The user of an authority with its `@`, and what follows it.
fn split_user(authority: &str) -> (&str, &str) {
    authority.split_at(authority.rfind('@').map_or(0, |at| at + 1))
}

/// A host, and its port with the colon. The colons of an IPv6 address stand in brackets.
fn split_port(host: &str) -> (&str, &str) {
    match host.rfind(':') {
        Some(at) if !host[at..].contains(']') => host.split_at(at),
        _ => (host, ""),
    }
}

#[cfg(test)]
mod tests;
