//! `[security]`: whom to tell of a weakness of the site, for `/.well-known/security.txt` (RFC 9116).
//!
//! In: the table. Out: [`Security`], its addresses checked, or diagnostics.

use jiff::Timestamp;
use url::Url;

use base::diagnostic::{Code, Diagnostic, Diagnostics, Location};
use syntax::dates::Moment;
use syntax::decode::{Decoder, Spanned, Text, record};

record! {
    /// Whom to tell of a weakness of the site.
    pub struct SecurityTable {
        /// Addresses to write to, the preferred first: mailto:, https:// or tel:.
        contact: Vec<Text>,
        /// From when on the file is out of date, an RFC 3339 time.
        expires: Spanned<Moment>,
        /// Where keys to encrypt with are.
        encryption: Vec<Text>,
        /// The page with the policy on reports.
        policy: Vec<Text>,
        /// Languages to write in, as BCP 47 tags.
        preferred_languages: Vec<Text>,
        /// The page that thanks those who reported.
        acknowledgments: Vec<Text>,
        /// The page with open positions.
        hiring: Vec<Text>,
    }
}

/// What security.txt says.
#[derive(Debug, Clone)]
pub struct Security {
    /// Names and values, in the order of the file; the time aside.
    pub fields: Vec<(&'static str, String)>,
    pub expires: Timestamp,
    /// Where that is written.
    expires_at: Location,
}

impl Security {
    /// Reads the table.
    pub(super) fn of(table: &SecurityTable, decoder: &mut Decoder) -> Option<Self> {
        let Moment::Time(expires) = table.expires.value else {
            let finding = Diagnostic::new(Code::BadDate, "`expires` of security.txt is a time")
                .label("expected a time with its zone")
                .help(format!("write {}T00:00:00Z", table.expires.value));
            decoder.report(&table.expires.span, finding);
            return None;
        };
        if table.contact.is_empty() {
            let finding = Diagnostic::new(Code::MissingKey, "[security] has no `contact`")
                .label("expected `contact`")
                .help("add a line contact = [\"mailto:security@example.org\"]");
            decoder.report(&(table.span.start..table.span.start), finding);
            return None;
        }
        let mut fields = Vec::new();
        let mut sound = true;
        // In the order of RFC 9116, section 2.5, contacts first.
        for (name, addresses) in [
            ("Contact", &table.contact),
            ("Encryption", &table.encryption),
            ("Acknowledgments", &table.acknowledgments),
            ("Policy", &table.policy),
            ("Hiring", &table.hiring),
        ] {
            for address in addresses {
                if is_address(name, address) {
                    fields.push((name, address.value.clone()));
                } else {
                    decoder.report(&address.span, not_an_address(name, address));
                    sound = false;
                }
            }
        }
        let languages: Vec<&str> = table
            .preferred_languages
            .iter()
            .map(|language| language.as_str())
            .collect();
        for language in &table.preferred_languages {
            if super::is_language(language) {
                continue;
            }
            decoder.report(&language.span, super::not_a_language(language));
            sound = false;
        }
        if !languages.is_empty() {
            fields.push(("Preferred-Languages", languages.join(", ")));
        }
        sound.then(|| Self {
            fields,
            expires,
            expires_at: Location::new(decoder.file, table.expires.span.clone()),
        })
    }

    /// Warns when the file is out of date: who reads it then is told not to trust it (RFC 9116,
    /// section 2.5.5).
    pub fn check(&self, now: Timestamp, found: &mut Diagnostics) {
        if self.expires > now {
            return;
        }
        let finding = Diagnostic::new(
            Code::ExpiredSecurity,
            "security.txt has expired, so that nobody should rely on it",
        )
        .at_location(self.expires_at.clone())
        .label("past")
        .help("look whether the contacts still hold, and set a time less than a year ahead");
        found.push(finding);
    }
}

/// Addresses on the web begin with https:// (RFC 9116, section 2.5); keys may be named by their
/// fingerprint or stand in the DNS.
fn is_address(name: &str, address: &str) -> bool {
    let plain = !address.chars().any(|c| c.is_whitespace() || c.is_control());
    plain
        && Url::parse(address).is_ok_and(|url| match (name, url.scheme()) {
            (_, "https") => url.host_str().is_some(),
            ("Contact", "mailto" | "tel") => !url.path().is_empty(),
            ("Encryption", "openpgp4fpr" | "dns") => true,
            _ => false,
        })
}

fn not_an_address(name: &str, address: &str) -> Diagnostic {
    let expected = match name {
        "Contact" => "expected mailto:, https:// or tel:",
        _ => "expected an address that begins with https://",
    };
    let finding = Diagnostic::new(
        Code::BadUrl,
        format!("`{address}` cannot stand in security.txt"),
    )
    .label(expected);
    match address.strip_prefix("http://") {
        Some(rest) => finding.help(format!("write https://{rest}")),
        None if name == "Contact" && address.contains('@') && !address.contains(':') => {
            finding.help(format!("write mailto:{address}"))
        }
        None => finding.help("write the whole address, as in https://example.org/security"),
    }
}
