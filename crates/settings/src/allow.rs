//! `[[editions.NAME.allow]]`: words that an edition withholds and that may stand in it all the same.
//!
//! In: the tables. Out: [`Allowance`]s, each with a reason, or diagnostics.

use percent_encoding::percent_decode_str;

use base::diagnostic::{Code, Diagnostic, Location};
use syntax::decode::{Decoder, Text, record};

record! {
    /// Words that the search for leaks lets pass.
    pub struct AllowTable {
        /// The words, as the search names them.
        phrase: Text,
        /// Why they are no secret.
        reason: Text,
    }
}

/// Words that the search for leaks lets pass, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowance {
    pub phrase: String,
    pub reason: String,
    /// Where the phrase is written.
    pub at: Location,
}

/// Reads the tables of one edition.
pub(super) fn allowances(tables: &[AllowTable], decoder: &mut Decoder) -> Vec<Allowance> {
    let mut allowed = Vec::new();
    for table in tables {
        if !has_words(&table.phrase) {
            decoder.report(
                &table.phrase.span,
                Diagnostic::new(Code::MissingKey, "an allowed phrase has no words")
                    .label("expected the words that may be published")
                    .help("copy them from the message of the search, as in phrase = \"Harbour lures\""),
            );
        } else {
            allowed.push(Allowance {
                phrase: table.phrase.value.clone(),
                reason: table.reason.value.clone(),
                at: Location::new(decoder.file, table.phrase.span.clone()),
            });
        }
    }
    allowed
}

/// Whether the search can meet a text: it compares letters and digits, and reads `%XX` as the byte it
/// stands for.
fn has_words(text: &str) -> bool {
    let text = percent_decode_str(text).decode_utf8_lossy();
    text.chars().any(char::is_alphanumeric)
}
