//! Text that is written in other letters to pass through mail and other formats: base64 (RFC 4648,
//! section 4) and quoted-printable (RFC 2045, section 6.7).
//!
//! In: a text. Out: the pieces of it that are base64 of something, decoded; the whole text without its
//! quoted-printable escapes. What looks like base64 and is not, such as a long word or a hash, decodes
//! to no text and is left alone.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::markup::Decoded;

/// The shortest base64 that is decoded: twelve bytes.
const SHORTEST: usize = 16;
/// From here on a line of base64 may go on in the next line: mail has 76 letters on a line, PEM 64.
const LONG_LINE: usize = 60;
/// What decodes to so many bytes is searched even if it is not text: it may be a picture with a name
/// in it.
const LARGE: usize = 192;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Gives each piece of a text that is base64, decoded, with the place that it begins at.
pub fn base64(text: &[u8], give: &mut dyn FnMut(usize, Vec<u8>)) {
    let mut from = 0;
    // Backwards from where a run would be long enough: what stands before the first other sign that is
    // met need not be looked at.
    while let Some(next) = text.get(from..from + SHORTEST) {
        if let Some(other) = next.iter().rposition(|byte| !is_letter(*byte)) {
            from += other + 1;
            continue;
        }
        let letters = text[from..].iter().take_while(|byte| is_letter(**byte));
        let line = from + letters.count();
        let run = end_of_run(text, from);
        let mut read = |end: usize| {
            if let Some(decoded) = decoded(&text[from..end]) {
                give(from, decoded);
            }
        };
        read(run);
        from = if run > line && line - from < LONG_LINE {
            // So short a line may as well be all.
            read(line);
            line
        } else {
            run
        };
    }
}

/// Which bytes are letters of base64.
const LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut at = 0;
    while at < 256 {
        #[allow(clippy::cast_possible_truncation)] // below 256
        let byte = at as u8;
        letters[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        at += 1;
    }
    letters
};

fn is_letter(byte: u8) -> bool {
    LETTERS[usize::from(byte)]
}

/// Where base64 ends, which may go on over line ends.
fn end_of_run(text: &[u8], mut at: usize) -> usize {
    loop {
        let line = text[at..].iter().take_while(|byte| is_letter(**byte));
        let line = line.count();
        at += line;
        let rest = &text[at..];
        let line_end = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return at,
        };
        let goes_on = rest.get(line_end).is_some_and(|byte| is_letter(*byte));
        if line < LONG_LINE - SHORTEST || !goes_on {
            return at;
        }
        at += line_end;
    }
}

/// What a run says, unless it is only a long word, a hash or a path, as nearly all are: these cost no
/// memory.
fn decoded(run: &[u8]) -> Option<Vec<u8>> {
    let joined: Vec<u8>;
    let letters = if memchr::memchr(b'\n', run).is_some() {
        joined = run
            .iter()
            .copied()
            .filter(|byte| is_letter(*byte))
            .collect();
        joined.as_slice()
    } else {
        run
    };
    let letters = match letters {
        [whole @ .., _] if letters.len() % 4 == 1 => whole,
        whole => whole,
    };
    if letters.len() < LARGE / 3 * 4 {
        let mut decoded = [0; LARGE];
        let length = ENGINE.decode_slice(letters, &mut decoded).ok()?;
        let decoded = &decoded[..length];
        (is_text(decoded) || is_packed(decoded)).then(|| decoded.to_vec())
    } else {
        let decoded = ENGINE.decode(letters).ok()?;
        (decoded.len() >= LARGE || is_text(&decoded) || is_packed(&decoded)).then_some(decoded)
    }
}

/// Whether bytes are text in UTF-8, up to a character that is cut off, or in UTF-16.
fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return is_wide(bytes),
    };
    let is_odd = |sign: char| sign.is_control() && !matches!(sign, '\t' | '\r' | '\n');
    !valid.chars().any(is_odd) || is_wide(bytes)
}

/// Whether bytes have as many zeros as letters of two bytes have.
fn is_wide(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0, bytes).count() * 3 >= bytes.len()
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK")
}

/// Whether a text has escapes of quoted-printable.
pub fn has_quoted(text: &[u8]) -> bool {
    memchr::memchr_iter(b'=', text).any(|at| escape(&text[at..]).is_some())
}

/// A text without its escapes of quoted-printable.
pub fn quoted(text: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        bytes: Vec::with_capacity(text.len()),
        places: Vec::new(),
    };
    let mut from = 0;
    for at in memchr::memchr_iter(b'=', text) {
        if at < from {
            continue;
        }
        if let Some((byte, length)) = escape(&text[at..]) {
            decoded.bytes.extend_from_slice(&text[from..at]);
            decoded.bytes.extend(byte);
            from = at + length;
            decoded.places.push((decoded.bytes.len(), from));
        }
    }
    decoded.bytes.extend_from_slice(&text[from..]);
    decoded
}

/// `=XX`, or a line end that is none; how many bytes that is.
fn escape(text: &[u8]) -> Option<(Option<u8>, usize)> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    match text {
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'=', high, low, ..] => {
            #[allow(clippy::cast_possible_truncation)] // two digits of four bits
            let byte = (hex(*high)? * 16 + hex(*low)?) as u8;
            Some((Some(byte), 3))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<(usize, String)> {
        let mut all = Vec::new();
        base64(text.as_bytes(), &mut |at, decoded| {
            all.push((at, String::from_utf8_lossy(&decoded).into_owned()));
        });
        all
    }

    #[test]
    fn base64_is_found_wherever_it_stands() {
        for before in 0..40 {
            let text = format!("{} VGhleSBtZXQgYXQgbmlnaHQ= end", ".".repeat(before));
            assert_eq!(
                all(&text),
                [(before + 1, "They met at night".to_owned())],
                "{before}"
            );
        }
        let sentence = "They met at night in the old boat house by the pier. ".repeat(3);
        let one_line = ENGINE.encode(&sentence);
        let (first, rest) = one_line.split_at(76);
        let (second, rest) = rest.split_at(76);
        for end in ["\n", "\r\n"] {
            let found = all(&format!("x\n\n{first}{end}{second}{end}{rest}\n\ny"));
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].1, sentence);
        }
    }

    proptest! {
        /// What is found is what one finds who looks at each run of letters by itself.
        #[test]
        fn no_run_is_passed_over(
            pieces in prop::collection::vec(("[A-Za-z0-9+/ .,=-]{0,24}", "[ -~]{0,60}"), 0..8),
        ) {
            let mut text = String::new();
            for (between, said) in pieces {
                text.push_str(&between);
                text.push_str(&ENGINE.encode(said));
            }
            let mut runs = Vec::new();
            let mut at = 0;
            for run in text.split(|sign: char| !sign.is_ascii() || !is_letter(sign as u8)) {
                if run.len() >= SHORTEST
                    && let Some(said) = decoded(run.as_bytes())
                {
                    runs.push((at, String::from_utf8_lossy(&said).into_owned()));
                }
                at += run.len() + 1;
            }
            prop_assert_eq!(all(&text), runs);
        }
    }

    #[test]
    fn words_and_hashes_are_no_base64() {
        assert_eq!(all(&"f".repeat(64)), []);
        assert_eq!(
            all("5f2b7a1c9d3e4f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"),
            []
        );
        assert_eq!(all("counterintelligence and telecommunications/actors"), []);
    }

    #[test]
    fn quoted_text_is_read_without_escapes() {
        let decoded = quoted(b"Kurzweil =26 S=C3=B6h=\r\nne paid = for=3D");
        assert_eq!(
            String::from_utf8_lossy(&decoded.bytes),
            "Kurzweil & Söhne paid = for="
        );
        assert!(!has_quoted(b"a = b, x=y, =zz"));
    }
}
