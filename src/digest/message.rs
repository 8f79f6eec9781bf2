//! A newsletter as an e-mail: MIME (RFC 2045), with the plain text first and HTML after it (RFC 2046,
//! section 5.1.4), and the headers of lists.
//!
//! In: the digest, the sender, one recipient, a date. Out: the bytes of an Internet Message (RFC
//! 5322), the same for the same. Every value of a header goes through the encoder of the library,
//! which writes a line break as it writes any other sign: none can begin a header of its own.

use std::time::{Duration, SystemTime};

use css_inline::{CSSInliner, InlineOptions};
use jiff::Timestamp;
use jiff::civil::Date;
use lettre::Address;
use lettre::message::header::{self, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;
use uuid::Uuid;

use crate::diagnostic::{Code, Diagnostic};
use crate::render::Digest;
use crate::settings::ADDRESS;

/// What all messages of a newsletter have in common.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub from: Mailbox,
    pub date: Timestamp,
    /// What `Message-ID` and `List-Id` end in.
    pub domain: String,
    /// The name of the list; none for a message to nobody in particular.
    pub list: Option<String>,
    /// Where recipients leave the list, with [`ADDRESS`] for theirs.
    pub unsubscribe: Option<String>,
}

/// The id of a newsletter: of the days it is about and of all that it says.
pub fn id(namespace: &Uuid, (from, to): (Date, Date), digest: &Digest) -> Uuid {
    let Digest {
        subject,
        html,
        text,
        ..
    } = digest;
    let all = format!("digest {from} {to}\n{subject}\n{text}\n{html}");
    Uuid::new_v5(namespace, all.as_bytes())
}

/// The digest's HTML with its rules written into each element; some mail programs take no others.
///
/// # Errors
/// When the template, a site's own, has a stylesheet that cannot be read.
pub fn inlined(html: &str) -> Result<String, Diagnostic> {
    let inliner = CSSInliner::new(InlineOptions {
        // Nothing is fetched: a message is made of the site alone.
        load_remote_stylesheets: false,
        // For dark screens and narrow ones.
        keep_at_rules: true,
        ..InlineOptions::default()
    });
    inliner.inline(html).map_err(|error| {
        Diagnostic::new(
            Code::TemplateRender,
            format!("the rules of `digest.html` cannot be written into its elements: {error}"),
        )
        .at_path("templates/digest.html")
        .help("keep its stylesheet in a <style> element, in plain CSS")
    })
}

/// Where one recipient leaves the list.
pub fn way_out(unsubscribe: &str, recipient: &Address) -> String {
    let address: &str = recipient.as_ref();
    let address = utf8_percent_encode(address, NON_ALPHANUMERIC).to_string();
    unsubscribe.replace(ADDRESS, &address)
}

/// The message to one recipient, or, without one, to nobody in particular: it is addressed to its
/// sender. `digest` has its rules inlined.
///
/// # Errors
/// When it cannot be put together.
pub fn bytes(
    envelope: &Envelope,
    digest: &Digest,
    id: Uuid,
    recipient: Option<&Address>,
) -> Result<Vec<u8>, Diagnostic> {
    // A mail program that gets one message twice shows it once by this.
    let own = match recipient {
        Some(address) => Uuid::new_v5(&id, AsRef::<str>::as_ref(address).as_bytes()),
        None => id,
    };
    let to = match recipient {
        Some(address) => Mailbox::new(None, address.clone()),
        None => envelope.from.clone(),
    };
    // Dates before 1970 have no form in the library that writes them.
    let seconds = u64::try_from(envelope.date.as_second()).unwrap_or(0);
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let mut builder = MessageBuilder::new()
        .date(date)
        .from(envelope.from.clone())
        .to(to)
        .message_id(Some(format!("<{own}@{}>", envelope.domain)))
        .subject(digest.subject.as_str());
    if let Some(list) = &envelope.list {
        // RFC 2919.
        let value = format!("<{list}.{}>", envelope.domain);
        builder = builder.raw_header(raw("List-Id", value));
    }
    if let (Some(unsubscribe), Some(recipient)) = (&envelope.unsubscribe, recipient) {
        let address = way_out(unsubscribe, recipient);
        let one_click = address.starts_with("https:");
        builder = builder.raw_header(raw("List-Unsubscribe", format!("<{address}>")));
        if one_click {
            // RFC 8058, section 3.1.
            let value = "List-Unsubscribe=One-Click".to_owned();
            builder = builder.raw_header(raw("List-Unsubscribe-Post", value));
        }
    }
    // RFC 3834, section 5: absence notes are not sent back to it.
    builder = builder.raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
    let part = |kind: header::ContentType, text: &str| {
        SinglePart::builder().header(kind).body(text.to_owned())
    };
    // `=_` stands in no line of the encodings that parts have (RFC 2045, section 6.7).
    let parts = MultiPart::alternative()
        .boundary(format!("=_{}", id.simple()))
        .singlepart(part(header::ContentType::TEXT_PLAIN, &digest.text))
        .singlepart(part(header::ContentType::TEXT_HTML, &digest.html));
    let message = builder.multipart(parts).map_err(|error| {
        Diagnostic::new(
            Code::NotSent,
            format!("the message cannot be put together: {error}"),
        )
        .help("check `from` of the newsletter")
    })?;
    Ok(message.formatted())
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// What stands behind the `@` of ids: the host of the edition's address.
pub fn domain(base_url: &Url) -> String {
    match base_url.host() {
        Some(url::Host::Domain(name)) => name.to_owned(),
        // RFC 5322, section 3.4.1.
        Some(url::Host::Ipv4(address)) => format!("[{address}]"),
        Some(url::Host::Ipv6(address)) => format!("[IPv6:{address}]"),
        None => "localhost".to_owned(),
    }
}

/// The sender of a message that is of no list.
pub fn nobody(title: &str, domain: &str) -> Mailbox {
    let address = Address::new("noreply", domain)
        // Any host of an address has the form of a domain or a literal.
        .unwrap_or_else(|_| Address::new_dangerous("noreply", "localhost"));
    Mailbox::new(Some(title.to_owned()), address)
}
