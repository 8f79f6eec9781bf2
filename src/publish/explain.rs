//! From an error of a store to a diagnostic that says what it means and what to do.
//!
//! In: the error. Out: a [`Diagnostic`] that holds no credential: of an answer only its code is shown,
//! and never a header, an address with its query, or what was signed.

use std::error::Error as _;

use object_store::Error;

use crate::diagnostic::{Code, Diagnostic};
use crate::settings::target::{Place, Service, Target};

/// What an error of the target means.
pub fn explain(error: &Error, target: &Target) -> Diagnostic {
    let chain = chain(error);
    let shown = target.shown();
    let answer = answer(&chain);
    let told = answer.map_or(String::new(), |code| format!(" ({code})"));
    let is_bucket_gone = matches!(answer, Some("NoSuchBucket" | "ContainerNotFound"))
        || matches!(error, Error::NotFound { .. });
    let is_refused = matches!(
        error,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
    ) || matches!(
        answer,
        Some("InvalidAccessKeyId" | "SignatureDoesNotMatch" | "AccessDenied" | "ExpiredToken")
    ) || ["401 Unauthorized", "403 Forbidden"]
        .iter()
        .any(|status| chain.contains(status));
    // The address at which machines of a cloud ask who they are; the last thing that is tried.
    let has_none = [
        "169.254.169.254",
        "metadata.google",
        "metadata server",
        "MissingCredential",
    ]
    .iter()
    .any(|sign| chain.contains(sign))
        || chain.contains("Bearer token")
        || chain.contains("must be specified");
    let (code, message, help) = if matches!(target.place, Place::Folder(_)) {
        (
            Code::TransferFailed,
            format!("the folder `{shown}` cannot be written: {}", last(error)),
            "mend its permissions or make room, and publish again: what is there already is not sent again".to_owned(),
        )
    } else if is_bucket_gone {
        (
            Code::NoBucket,
            format!("there is no bucket for `{shown}`{told}"),
            "make it first, or mend the `url`; Tearline makes no buckets, since who may read one is not \
             its to decide"
                .to_owned(),
        )
    } else if is_refused {
        (
            Code::NoAccess,
            format!("`{shown}` does not accept the credentials{told}"),
            format!(
                "check that they are those of this target, and may list, read, write and delete there; they are \
                 taken from {}",
                sources(target)
            ),
        )
    } else if has_none {
        (
            Code::NoAccess,
            format!("there are no credentials for `{shown}`"),
            format!("they are taken from {}", sources(target)),
        )
    } else if chain.contains("region") {
        (
            Code::TransferFailed,
            format!("`{shown}` is in another region"),
            "add the bucket's `region` to the target".to_owned(),
        )
    } else {
        (
            Code::TransferFailed,
            format!("`{shown}` failed{told}: {}", last(error)),
            "publish again: what is there already is not sent again".to_owned(),
        )
    };
    Diagnostic::new(code, message)
        .at_location(target.at.clone())
        .label("this target")
        .help(help)
}

/// Where the credentials of a target come from.
fn sources(target: &Target) -> &'static str {
    let Place::Store(store) = &target.place else {
        return "the system";
    };
    match store.service {
        Service::S3 => {
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile AWS_PROFILE of ~/.aws/credentials, a \
             token of a workflow, or the machine's role"
        }
        Service::Google => {
            "GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_SERVICE_ACCOUNT, the file that \
             `gcloud auth application-default login` writes, or the machine's account"
        }
        Service::Azure => {
            "AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN, AZURE_CLIENT_ID with its secret or token \
             file, or the machine's identity"
        }
    }
}

/// The texts of an error and of all that caused it. Only for looking into.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push('\n');
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// The code of an answer in XML, as S3 and Azure give it.
fn answer(chain: &str) -> Option<&str> {
    let (_, rest) = chain.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    (code.len() < 60 && code.bytes().all(|sign| sign.is_ascii_alphanumeric())).then_some(code)
}

/// The innermost cause, its first line, without addresses: those can hold tokens.
fn last(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    let line = text.lines().next().unwrap_or_default();
    let words: Vec<&str> = line
        .split(' ')
        .map(|word| match word.contains("://") || word.contains('<') {
            true => "…",
            false => word,
        })
        .collect();
    let mut words = words.join(" ");
    if let Some((end, _)) = words.char_indices().nth(200) {
        words.truncate(end);
    }
    words.trim_end_matches(['.', ':', ' ']).to_owned()
}
