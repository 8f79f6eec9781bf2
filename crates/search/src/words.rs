//! Words as the index has them.
//!
//! In: any text. Out: its words, or the one key of a name, with case, accents and punctuation taken
//! away. `templates/scripts/search.js` does the same with what a reader types;
//! `tests/search/words.json` has cases that both must agree on.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count. Longer ones are hashes and the like, which the table of names has.
const LONGEST: usize = 40;

/// A text as one key: `Grey-Heron` is `greyheron`. Empty for signs only.
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    each_letter(text, |letter| key.extend(letter));
    key
}

/// Gives each word to `take`, in order.
pub fn each(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut length = 0;
    let mut give = |word: &mut String, length: &mut usize| {
        if *length > 0 {
            take(word);
        }
        word.clear();
        *length = 0;
    };
    each_letter(text, |letter| match letter {
        Some(letter) if is_ideograph(letter) => {
            give(&mut word, &mut length);
            word.push(letter);
            length = 1;
            give(&mut word, &mut length);
        }
        Some(letter) => {
            if length < LONGEST {
                word.push(letter);
                length += 1;
            }
        }
        None => give(&mut word, &mut length),
    });
    give(&mut word, &mut length);
}

/// Each letter and digit of a text, folded; none for what stands between them.
fn each_letter(text: &str, mut take: impl FnMut(Option<char>)) {
    if text.is_ascii() {
        for byte in text.bytes() {
            let letter = char::from(byte.to_ascii_lowercase());
            take(letter.is_ascii_alphanumeric().then_some(letter));
        }
        return;
    }
    for character in text.nfkd() {
        for letter in character.to_lowercase() {
            if is_combining_mark(letter) {
                continue;
            }
            // The one letter whose lower case depends on where it stands.
            let letter = if letter == 'ς' { 'σ' } else { letter };
            take(letter.is_alphanumeric().then_some(letter));
        }
    }
}

/// Whether a letter is a word of its own: Chinese and Japanese put no space between words.
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::indicator::refang;

    #[test]
    fn words_and_keys_are_those_that_the_script_makes() {
        let cases: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/search/words.json")).unwrap();
        let cases = cases.as_array().unwrap();
        assert!(cases.len() > 10);
        for case in cases {
            let text = case["text"].as_str().unwrap();
            let mut words = Vec::new();
            each(text, |word| words.push(word.to_owned()));
            assert_eq!(serde_json::json!(words), case["words"], "{text}");
            assert_eq!(fold(&refang(text)), case["key"].as_str().unwrap(), "{text}");
        }
    }
}
