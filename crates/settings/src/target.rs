//! Where an edition may be published: the tables `[publish.NAME]` of tearline.toml.
//!
//! In: the decoded tables. Out: [`Target`]s whose address, keys and marking fit together, or findings
//! with their place. What a target's password is has no place here: credentials come from the
//! environment, and a key that looks like one is refused without being shown.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value as Json;
use url::Url;

use base::diagnostic::{Code, Diagnostic, Location};
use base::marking::Tlp;
use syntax::decode::{Decode, Decoder, Spanned, Text, decode_record, record};
use syntax::tree::{Node, Table, Value};

record! {
    /// A place that an edition is published to.
    pub struct TargetTable {
        /// `s3://bucket/prefix`, `gs://…`, `az://…`, `file:///…` or a folder, or a Git repository.
        url: Text,
        /// The edition that is published there.
        edition: Option<Text>,
        /// The highest marking that the readers of the target may see.
        tlp: Option<Spanned<Tlp>>,
        /// The groups that all readers of the target belong to.
        audience: Vec<Text>,
        /// Whether anyone can read what is published there.
        public: Option<Spanned<bool>>,
        /// The branch of a Git repository.
        branch: Option<Text>,
        /// The host name that a Pages service takes from the file `CNAME`.
        cname: Option<Text>,
        /// The region of an S3 bucket.
        region: Option<Text>,
        /// The address of a store that speaks S3's protocol or Azure's.
        endpoint: Option<Spanned<Url>>,
        /// The account of an Azure container.
        account: Option<Text>,
        /// Whether text is stored compressed, with its Content-Encoding.
        compress: Option<Spanned<bool>>,
    }
}

/// A [`TargetTable`] without the keys that look like credentials, which are refused apart: the finding
/// on any other unknown key shows its line.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedTable(pub TargetTable);

impl Decode for CheckedTable {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::Table(table) = &node.value else {
            return decode_record(node, decoder).map(Self);
        };
        let (secret, plain): (Vec<_>, Vec<_>) = table
            .entries
            .iter()
            .cloned()
            .partition(|entry| looks_like_a_credential(&entry.key));
        for entry in &secret {
            refuse_credential(
                decoder,
                entry.key_span.start,
                &format!("the key `{}`", entry.key),
            );
        }
        let address = table.get("url").filter(|url| match &url.value {
            Value::String(text) => has_password(text.trim()),
            _ => false,
        });
        if let Some(address) = address {
            refuse_credential(decoder, address.span.start, "the address");
        }
        let node = Node {
            value: Value::Table(Table { entries: plain }),
            span: node.span.clone(),
        };
        decode_record(&node, decoder)
            .filter(|_| secret.is_empty() && address.is_none())
            .map(Self)
    }

    fn schema() -> Json {
        TargetTable::schema()
    }
}

/// Parts of names under which the stores' own tools keep credentials.
const SECRET_WORDS: [&str; 8] = [
    "secret",
    "password",
    "passwd",
    "token",
    "credential",
    "access_key",
    "account_key",
    "sas",
];

fn looks_like_a_credential(key: &str) -> bool {
    let folded = key.to_ascii_lowercase().replace('-', "_");
    SECRET_WORDS.iter().any(|word| folded.contains(word)) || folded == "key"
}

/// A finding that names the line and does not show it.
fn refuse_credential(decoder: &mut Decoder, at: usize, what: &str) {
    let (line, _) = decoder.file.line_column(at);
    decoder.found.push(
        Diagnostic::new(
            Code::CredentialInSettings,
            format!("{what} in line {line} looks like a credential, and settings are no place for one"),
        )
        .at_path(decoder.file.path.clone())
        .help(
            "take it out, and treat it as known to everyone who has seen the file; credentials come from \
             the environment (AWS_ACCESS_KEY_ID, GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_KEY, …)",
        ),
    );
}

/// What kind of place a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder, relative to the site's where it is not absolute.
    Folder(PathBuf),
    Store(Store),
    Git {
        /// What `git` is given.
        address: String,
        branch: String,
        /// What stands in the file `CNAME`.
        cname: Option<String>,
    },
}

/// A part of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    pub service: Service,
    pub bucket: String,
    /// Without slashes around it; empty for the whole bucket.
    pub prefix: String,
    pub region: Option<String>,
    pub endpoint: Option<Url>,
    pub account: Option<String>,
}

/// Whose protocol a store speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    S3,
    Google,
    Azure,
}

impl Service {
    /// The word before `://`.
    pub fn scheme(self) -> &'static str {
        match self {
            Service::S3 => "s3",
            Service::Google => "gs",
            Service::Azure => "az",
        }
    }
}

/// A place that an edition is published to, and who reads there.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: String,
    /// Its table in tearline.toml.
    pub at: Location,
    pub place: Place,
    pub edition: Option<String>,
    /// The highest marking that its readers may see. None was given: only what all may see.
    pub tlp: Option<Tlp>,
    /// The groups that all its readers belong to.
    pub audience: BTreeSet<String>,
    pub public: bool,
    pub compress: bool,
}

impl Target {
    /// The target for people.
    pub fn shown(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Store(store) if store.prefix.is_empty() => {
                format!("{}://{}", store.service.scheme(), store.bucket)
            }
            Place::Store(store) => format!(
                "{}://{}/{}",
                store.service.scheme(),
                store.bucket,
                store.prefix
            ),
            Place::Git {
                address, branch, ..
            } => format!("{address} ({branch})"),
        }
    }
}

/// The targets of the settings. What does not fit together is a finding.
pub fn targets(
    tables: &[(Text, CheckedTable)],
    editions: &[&str],
    decoder: &mut Decoder,
) -> Vec<Target> {
    tables
        .iter()
        .filter_map(|(name, CheckedTable(table))| {
            let place = place(table, decoder)?;
            fits(table, &place, decoder);
            if let Some(edition) = &table.edition
                && !editions.contains(&edition.as_str())
            {
                let finding = super::unknown_edition(edition, editions.iter().copied());
                decoder.report(&edition.span, finding);
            }
            if let (Some(public), Some(tlp)) = (&table.public, &table.tlp)
                && public.value
                && tlp.value > Tlp::Clear
            {
                let finding = Diagnostic::new(
                    Code::AboveTarget,
                    format!("{} may not go to a place that anyone can read", tlp.value),
                )
                .label("above TLP:CLEAR")
                .help("take `public = true` out if only members can read there, or lower `tlp` to clear");
                decoder.report(&tlp.span, finding);
            }
            Some(Target {
                name: name.value.clone(),
                at: Location::new(decoder.file, name.span.clone()),
                place,
                edition: table.edition.as_ref().map(|text| text.value.clone()),
                tlp: table.tlp.as_ref().map(|tlp| tlp.value),
                audience: table.audience.iter().map(|text| text.value.clone()).collect(),
                public: table.public.as_ref().is_some_and(|flag| flag.value),
                compress: table.compress.as_ref().is_some_and(|flag| flag.value),
            })
        })
        .collect()
}

fn bad(message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::BadTarget, message).help(help)
}

fn place(table: &TargetTable, decoder: &mut Decoder) -> Option<Place> {
    let text = table.url.value.trim();
    if let Some(address) = text.strip_prefix("git+") {
        return git(address, table, decoder);
    }
    if table.branch.is_some() {
        return git(text, table, decoder);
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        if text.is_empty() {
            decoder.report(
                &table.url.span,
                bad("the address of the target is empty", FORMS).label("expected an address"),
            );
            return None;
        }
        return Some(Place::Folder(PathBuf::from(text)));
    };
    let service = match scheme {
        "s3" => Service::S3,
        "gs" => Service::Google,
        "az" => Service::Azure,
        "file" => {
            let path = Url::parse(text)
                .ok()
                .and_then(|url| url.to_file_path().ok());
            if path.is_none() {
                decoder.report(
                    &table.url.span,
                    bad(
                        format!("`{text}` names no folder of this machine"),
                        "write three slashes before the whole path: file:///srv/briefs",
                    )
                    .label("expected file:///…"),
                );
            }
            return path.map(Place::Folder);
        }
        _ => {
            decoder.report(
                &table.url.span,
                bad(format!("`{scheme}://` is not a kind of target"), FORMS)
                    .label("expected an address that can be published to"),
            );
            return None;
        }
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.trim_matches('/');
    let is_odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if bucket.is_empty() || (!prefix.is_empty() && prefix.split('/').any(is_odd)) {
        decoder.report(
            &table.url.span,
            bad(
                format!("`{text}` is not the address of a bucket or of a part of one"),
                format!("write it as {scheme}://bucket or {scheme}://bucket/prefix"),
            )
            .label("expected a bucket and a prefix"),
        );
        return None;
    }
    Some(Place::Store(Store {
        service,
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        region: table.region.as_ref().map(|text| text.value.clone()),
        endpoint: table.endpoint.as_ref().map(|url| url.value.clone()),
        account: table.account.as_ref().map(|text| text.value.clone()),
    }))
}

const FORMS: &str =
    "a target is s3://bucket/prefix, gs://…, az://…, a folder, or git+https://… with a `branch`";

/// Whether an address has a password between its scheme and its host.
fn has_password(text: &str) -> bool {
    let rest = text.strip_prefix("git+").unwrap_or(text);
    Url::parse(rest).is_ok_and(|url| {
        url.password().is_some()
            // A token alone stands where a user's name does.
            || (matches!(url.scheme(), "http" | "https") && !url.username().is_empty())
    })
}

fn git(address: &str, table: &TargetTable, decoder: &mut Decoder) -> Option<Place> {
    // `git` would take these for options, or run what they name (gitremote-helpers(7)).
    if address.is_empty() || address.starts_with('-') || address.contains("::") {
        decoder.report(
            &table.url.span,
            bad(
                format!("`{address}` is not the address of a Git repository"),
                "write it as git+https://…, git+ssh://… or git+file:///…",
            )
            .label("expected a repository"),
        );
        return None;
    }
    let branch = table
        .branch
        .as_ref()
        .map_or("gh-pages", |text| text.value.as_str());
    let is_plain = !branch.is_empty()
        && !branch.starts_with(['-', '/', '.'])
        && !branch.ends_with(['/', '.'])
        && !branch.contains("..")
        && !branch.contains("//")
        && branch
            .chars()
            .all(|sign| sign.is_alphanumeric() || "-_./".contains(sign));
    if !is_plain {
        let span = table
            .branch
            .as_ref()
            .map_or(&table.url.span, |text| &text.span);
        decoder.report(
            span,
            bad(
                format!("`{branch}` is not the name of a branch"),
                "write a plain name, as in branch = \"gh-pages\"",
            )
            .label("expected a branch"),
        );
        return None;
    }
    Some(Place::Git {
        address: address.to_owned(),
        branch: branch.to_owned(),
        cname: table.cname.as_ref().map(|text| text.value.clone()),
    })
}

/// Keys that mean nothing at this kind of place: whoever wrote them expects something of them.
fn fits(table: &TargetTable, place: &Place, decoder: &mut Decoder) {
    let service = match place {
        Place::Store(store) => Some(store.service),
        _ => None,
    };
    let is_git = matches!(place, Place::Git { .. });
    let given = [
        (table.cname.as_ref().map(|text| &text.span), "cname", is_git),
        (
            table.region.as_ref().map(|text| &text.span),
            "region",
            service == Some(Service::S3),
        ),
        (
            table.endpoint.as_ref().map(|url| &url.span),
            "endpoint",
            service.is_some(),
        ),
        (
            table.account.as_ref().map(|text| &text.span),
            "account",
            service == Some(Service::Azure),
        ),
        (
            table.compress.as_ref().map(|flag| &flag.span),
            "compress",
            service.is_some(),
        ),
    ];
    for (span, key, fits) in given {
        if let (Some(span), false) = (span, fits) {
            decoder.report(
                span,
                bad(
                    format!("`{key}` has no effect at this kind of target"),
                    "take the key out",
                )
                .label("not for this address"),
            );
        }
    }
}
