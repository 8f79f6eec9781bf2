//! The key of `[signing]`, in the form of minisign.
//!
//! In: the text of a public key. Out: a [`PublicKey`] that signatures are checked with, or nothing where
//! the text is none.

use std::io::Cursor;

use minisign::{PublicKey as Key, SignatureBox};

/// A key that signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(String);

impl PublicKey {
    /// Reads the last line of `minisign.pub`, or the whole file.
    pub fn parse(text: &str) -> Option<Self> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
        Key::from_base64(line).ok().map(|_| Self(line.to_owned()))
    }

    /// The line.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the signature says of itself under oath, or why it is not by this key.
    pub fn check(&self, signed: &[u8], signature: &str) -> Result<String, String> {
        let key = Key::from_base64(&self.0).map_err(|error| error.to_string())?;
        let signature = SignatureBox::from_string(signature).map_err(|error| error.to_string())?;
        minisign::verify(&key, &signature, Cursor::new(signed), true, false, false)
            .map_err(|error| error.to_string())?;
        signature
            .trusted_comment()
            .map_err(|error| error.to_string())
    }
}
