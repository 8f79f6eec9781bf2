//! The signature of a publication, in the form of minisign (Ed25519 over BLAKE2b, "prehashed").
//!
//! In: the list of files, and a secret key whose place the environment names. Out: the text of
//! `SHA256SUMS.minisig`. One signature is enough: the list has the hash of every file.

use std::io::Cursor;

use minisign::SecretKeyBox;

use super::source::Source;
use crate::diagnostic::{Code, Diagnostic};
use crate::settings::PublicKey;

/// Names the file with the secret key.
pub const KEY_VARIABLE: &str = "TEARLINE_SIGNING_KEY";
/// Has the password of that file, where it has one.
pub const PASSWORD_VARIABLE: &str = "TEARLINE_SIGNING_PASSWORD";

/// A signature, or that one will be made.
pub enum Signature {
    Made(Vec<u8>),
    Unmade,
}

fn no_key(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::NoSigningKey, message).help(help)
}

/// Signs the list of files.
pub fn sign(source: &Source, public_key: &PublicKey) -> Result<Vec<u8>, Diagnostic> {
    let Some(file) = std::env::var_os(KEY_VARIABLE).filter(|file| !file.is_empty()) else {
        return Err(no_key(
            format!("the settings have a [signing] key, and {KEY_VARIABLE} names no secret key"),
            "set it to the path of minisign.key; it must not stand in the site",
        ));
    };
    let shown = std::path::Path::new(&file).display();
    let text = std::fs::read_to_string(&file).map_err(|error| {
        no_key(
            format!(
                "the secret key `{shown}`, which {KEY_VARIABLE} names, cannot be read: {error}"
            ),
            "name a file that you may read, as `minisign -G` wrote it",
        )
    })?;
    let password = std::env::var(PASSWORD_VARIABLE).ok();
    let opened = SecretKeyBox::from_string(&text).and_then(|key| match password {
        Some(password) => key.into_secret_key(Some(password)),
        None => key.into_unencrypted_secret_key(),
    });
    let secret = opened.map_err(|_| {
        no_key(
            format!("the secret key `{shown}` cannot be opened"),
            "check that it is a key of minisign, and that TEARLINE_SIGNING_PASSWORD is its password; a \
             key without a password needs that variable unset",
        )
    })?;
    let trusted = format!(
        "edition {}, TLP:{}",
        source
            .publication
            .edition
            .as_deref()
            .unwrap_or("of the whole site"),
        source.publication.tlp.to_ascii_uppercase()
    );
    let signed = minisign::sign(
        None,
        &secret,
        Cursor::new(&source.sums),
        Some(&trusted),
        Some("signature of SHA256SUMS"),
    )
    .map_err(|error| {
        no_key(
            format!("signing failed: {error}"),
            "try again; if it fails again, make a new key",
        )
    })?
    .into_string();
    public_key.check(&source.sums, &signed).map_err(|_| {
        no_key(
            format!("the secret key `{shown}` is not that of the public key in [signing]"),
            "name the secret key of the same pair, or put the other public key into the settings",
        )
    })?;
    Ok(signed.into_bytes())
}
