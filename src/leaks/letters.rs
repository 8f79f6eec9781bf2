//! Letters above ASCII in the one form that they are compared in.
//!
//! In: a character and the text that it begins. Out: lower case letters in the compatibility
//! decomposition of Unicode (NFKD) with their marks in canonical order, so that `é` is the same in one
//! character and in two, and `Ａ` in full width is `a`. Hangul stays composed (NFKC), since each
//! syllable is a word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// How many bytes a letter with its marks is read from; further marks are read by themselves.
pub const LONGEST: usize = 32;

/// What a character comes to.
pub enum Letters {
    /// Shows nothing, and so may stand within a word.
    Nothing,
    /// Ends a word.
    Separator,
    /// Goes on a word. `length` is in bytes, the marks that follow included.
    Part { folded: String, length: usize },
    /// Words by themselves, in scripts that write without spaces.
    Alone { words: Vec<String>, length: usize },
}

/// Reads the character that a text begins with.
pub fn read(character: char, text: &str) -> Letters {
    if shows_nothing(character) {
        return Letters::Nothing;
    }
    let is_mark = is_combining_mark(character);
    let base = character.nfkd().next().unwrap_or(character);
    if !(is_mark || character.is_alphanumeric() && base.is_alphanumeric()) {
        return Letters::Separator;
    }
    // Syllables decompose to jamo.
    let is_hangul = is_jamo(base);
    let mut length = 0;
    let mut cluster = String::new();
    for (at, next) in text.char_indices() {
        let goes_on = at == 0
            || shows_nothing(next)
            || if is_hangul {
                is_jamo(next)
            } else {
                is_extender(next)
            };
        if !goes_on {
            break;
        }
        length = at + next.len_utf8();
        if !shows_nothing(next) {
            cluster.push(next);
        }
    }
    if is_hangul {
        let words = cluster.nfkc().map(String::from).collect();
        return Letters::Alone { words, length };
    }
    // Lower case may be composed again: `İ`.
    let folded: String = cluster
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|letter| letter.is_alphanumeric() || is_combining_mark(*letter))
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect();
    if is_a_word_alone(base) && !is_extender(character) {
        let mut words: Vec<String> = Vec::new();
        for letter in folded.chars() {
            match words.last_mut().filter(|_| is_extender(letter)) {
                Some(word) => word.push(letter),
                None => words.push(letter.into()),
            }
        }
        return Letters::Alone { words, length };
    }
    Letters::Part { folded, length }
}

/// Whether a sign above ASCII ends a piece of a text: not the dots and dashes within names.
pub fn ends_piece(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '\u{2010}' | '\u{2011}' | '\u{2019}')
}

/// What stands on or after a letter and belongs to it. The voiced marks of half width are letters
/// by themselves, but decompose to such marks.
fn is_extender(character: char) -> bool {
    is_combining_mark(character) && canonical_combining_class(character) != 0
        || matches!(character, '\u{ff9e}' | '\u{ff9f}')
}

/// Signs that a reader does not see and that therefore can stand within a word: soft hyphens,
/// joiners, marks of direction, selectors of variants.
fn shows_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

fn is_jamo(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}')
}

/// Scripts that write without spaces: each sign is a word, so that names are found in sentences.
fn is_a_word_alone(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}'
    )
}
