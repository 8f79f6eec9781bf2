//! `/.well-known/security.txt` (RFC 9116): whom to tell of a weakness of the site.
//!
//! In: what the settings say. Out: the file. `Canonical` stands there where the file is in the root
//! of its host, the only place in which it counts.

use edition::SiteFacts;
use edition::model::Security;

/// Its path from the edition's root.
pub const PATH: &str = ".well-known/security.txt";

/// The file.
pub fn file(site: &SiteFacts, security: &Security) -> String {
    let mut fields: Vec<String> = security
        .fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    fields.push(format!("Expires: {}\n", security.expires));
    if site.base_path().is_empty() {
        fields.push(format!(
            "Canonical: {}\n",
            site.absolute(&format!("/{PATH}"))
        ));
    }
    fields.concat()
}
