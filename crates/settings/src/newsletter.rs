//! `[newsletter.NAME]`: who gets the digest of an edition by mail.
//!
//! In: the table. Out: a [`Newsletter`], or diagnostics. The file of the recipients is read when a
//! digest is made, not before: a machine that only builds the site need not have it.

use lettre::message::Mailbox;
use url::{Host, Url};

use super::EditionSettings;
use base::diagnostic::{Code, Diagnostic};
use base::marking::Tlp;
use syntax::decode::{Decoder, Spanned, Text, record};

record! {
    /// A list of recipients, and what it gets.
    pub struct NewsletterTable {
        /// The sender: an address, or a name with an address in angle brackets.
        from: Text,
        /// The file with an address in each line, from the site's root.
        recipients: Text,
        /// The highest marking that the recipients may read.
        tlp: Spanned<Tlp>,
        /// The edition that is sent.
        edition: Option<Text>,
        /// The mail server: smtps://host:port, or smtp://host:port with STARTTLS.
        smtp: Option<Text>,
        /// The most messages in a minute; no limit when absent.
        rate_per_minute: Option<Spanned<usize>>,
        /// Where recipients leave the list: mailto:… or https://…; `{address}` stands for theirs.
        unsubscribe: Option<Text>,
    }
}

/// What stands for the recipient's address in `unsubscribe`.
pub const ADDRESS: &str = "{address}";

/// A list of recipients, and what it gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Newsletter {
    pub name: String,
    pub from: Mailbox,
    /// As written, from the site's root.
    pub recipients: Text,
    /// The highest marking that the recipients may read.
    pub tlp: Spanned<Tlp>,
    pub edition: Option<String>,
    pub smtp: Option<Server>,
    pub rate_per_minute: Option<usize>,
    /// With [`ADDRESS`] in it, or without.
    pub unsubscribe: Option<String>,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
}

/// How a connection is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (RFC 8314, section 3.3).
    Tls,
    /// TLS by STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// None: this machine itself.
    Loopback,
}

/// Reads the tables.
pub fn newsletters(
    tables: &[(Text, NewsletterTable)],
    editions: &[EditionSettings],
    decoder: &mut Decoder,
) -> Vec<Newsletter> {
    tables
        .iter()
        .filter_map(|(name, table)| newsletter(name, table, editions, decoder))
        .collect()
}

fn newsletter(
    name: &Text,
    table: &NewsletterTable,
    editions: &[EditionSettings],
    decoder: &mut Decoder,
) -> Option<Newsletter> {
    let plain = slug::slugify(&name.value);
    if plain != name.value {
        // It stands in the header `List-Id`.
        decoder.report(
            &name.span,
            Diagnostic::new(
                Code::BadId,
                format!("`{}` cannot be the name of a newsletter", name.value),
            )
            .label("becomes a part of an identifier")
            .help(if plain.is_empty() {
                "write a plain word, as in [newsletter.weekly]".to_owned()
            } else {
                format!("write `{plain}`")
            }),
        );
    }
    let from = table
        .from
        .parse::<Mailbox>()
        .ok()
        .filter(|from| from.email.to_string().is_ascii());
    if from.is_none() {
        decoder.report(
            &table.from.span,
            Diagnostic::new(
                Code::BadAddress,
                format!("`{}` is not a sender", table.from.value),
            )
            .label("expected an e-mail address")
            .help("write \"briefs@example.org\", or \"Example CTI <briefs@example.org>\""),
        );
    }
    let server = table.smtp.as_ref().map(|smtp| server(smtp, decoder));
    let unsubscribe = table
        .unsubscribe
        .as_ref()
        .map(|address| unsubscribe(address, decoder));
    if let Some(edition) = &table.edition {
        edition_below(edition, *table.tlp, editions, decoder);
    }
    if let Some(rate) = table
        .rate_per_minute
        .as_ref()
        .filter(|rate| rate.value == 0)
    {
        decoder.report(
            &rate.span,
            Diagnostic::new(Code::OutOfRange, "no message in a minute is none at all")
                .label("expected at least 1")
                .help("write the number that the mail server takes, or leave the key out"),
        );
    }
    Some(Newsletter {
        name: name.value.clone(),
        from: from?,
        recipients: table.recipients.clone(),
        tlp: table.tlp.clone(),
        edition: table.edition.as_ref().map(|edition| edition.value.clone()),
        smtp: server.map_or(Some(None), |server| server.map(Some))?,
        rate_per_minute: table.rate_per_minute.as_ref().map(|rate| rate.value),
        unsubscribe: unsubscribe.map_or(Some(None), |address| address.map(Some))?,
    })
}

/// Whether the edition exists, and is not above what the list may read.
fn edition_below(name: &Text, tlp: Tlp, editions: &[EditionSettings], decoder: &mut Decoder) {
    let known = editions
        .iter()
        .find(|edition| edition.name.as_deref() == Some(name.value.as_str()));
    match known {
        None => {
            let names = editions
                .iter()
                .filter_map(|edition| edition.name.as_deref());
            let finding = super::unknown_edition(name, names).label("not an edition");
            decoder.report(&name.span, finding);
        }
        Some(edition) if edition.tlp > tlp => {
            decoder.report(&name.span, above(edition.tlp, tlp).label("above the list"));
        }
        Some(_) => {}
    }
}

/// That a list may not get an edition.
pub fn above(edition: Tlp, list: Tlp) -> Diagnostic {
    Diagnostic::new(
        Code::ListMarking,
        format!("the edition holds up to {edition}, and the list may read up to {list}"),
    )
    .help("name an edition that the recipients may read, or raise `tlp` if all of them may read it")
}

fn server(smtp: &Text, decoder: &mut Decoder) -> Option<Server> {
    let found = Url::parse(smtp).ok().and_then(|url| {
        let encryption = match (url.scheme(), url.host()?) {
            ("smtps", _) => Encryption::Tls,
            ("smtp", host) if is_loopback(&host) => Encryption::Loopback,
            ("smtp", _) => Encryption::StartTls,
            _ => return None,
        };
        // A password in the settings would be committed with them.
        let bare = url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        let port = url.port().unwrap_or(match encryption {
            Encryption::Tls => 465,
            Encryption::StartTls => 587,
            Encryption::Loopback => 25,
        });
        bare.then_some(Server {
            host: url.host_str()?.trim_matches(['[', ']']).to_owned(),
            port,
            encryption,
        })
    });
    if found.is_none() {
        // The text is not repeated: there may be a password in it.
        decoder.report(
            &smtp.span,
            Diagnostic::new(Code::BadUrl, "this is not the address of a mail server")
                .label("expected smtps://host:port or smtp://host:port and nothing else")
                .help(
                    "write it as \"smtps://mail.example.org:465\"; user and password come from the \
                     environment: TEARLINE_SMTP_USER, TEARLINE_SMTP_PASSWORD",
                ),
        );
    }
    found
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // The parser knows addresses in schemes of the web alone.
        Host::Domain(name) => {
            *name == "localhost"
                || name
                    .parse::<std::net::Ipv4Addr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn unsubscribe(address: &Text, decoder: &mut Decoder) -> Option<String> {
    let sample = address.replace(ADDRESS, "reader%40example.org");
    let url = Url::parse(&sample).ok().filter(|url| match url.scheme() {
        "mailto" => url.path().contains('@') || url.path().contains("%40"),
        "https" => url.host_str().is_some(),
        _ => false,
    });
    // It stands between angle brackets in a header (RFC 2369, section 2).
    let plain = sample
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"<>\",".contains(&byte));
    if url.is_none() || !plain {
        decoder.report(
            &address.span,
            Diagnostic::new(
                Code::BadUrl,
                format!("`{}` is no way to leave the list", address.value),
            )
            .label("expected mailto:… or https://…")
            .help(
                "write it as \"mailto:leave@example.org\" or \
                 \"https://example.org/leave?address={address}\"",
            ),
        );
        return None;
    }
    Some(address.value.clone())
}
