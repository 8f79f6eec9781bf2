//! Names in the one form that they are compared in.

use unicode_normalization::UnicodeNormalization;

/// A name in the form in which names are compared: `GREY-HERON` and `Grey Heron` are one, and so are
/// `Müller` with one character for its second letter and with two, in full width or with a soft
/// hyphen. The form is NFKC, in lower case, of letters and digits alone. A Cyrillic or Greek letter
/// that looks like a Latin one is that one, so that no two names look the same and are two.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    if name.is_ascii() {
        // Nearly all of them, and by a comparison in place of tables.
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        folded.extend(letters.map(|letter| char::from(letter.to_ascii_lowercase())));
    } else {
        // By way of the capital, so that all small letters of one capital are one: ß, ς, ſ.
        let is_mixed = name.chars().any(|letter| letter.is_ascii_alphabetic());
        let small = name
            .nfkc()
            .map(|letter| look_alike(letter, is_mixed))
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase);
        // Joiners, soft hyphens and marks that no letter takes in are no letters.
        folded.extend(small.nfkc().filter(|letter| letter.is_alphanumeric()));
    }
    // A name of signs only is itself.
    if folded.is_empty() {
        name.trim().nfkc().collect::<String>().to_lowercase()
    } else {
        folded
    }
}

/// The Latin letter that readers take this one for, by its capital (after Unicode TR39, for the letters
/// of Greek and Cyrillic). Among Latin letters a small one that looks unlike its capital is taken for
/// what it looks like.
fn look_alike(letter: char, is_mixed: bool) -> char {
    match letter {
        'ν' if is_mixed => 'v',
        'υ' if is_mixed => 'u',
        'η' if is_mixed => 'n',
        'Α' | 'α' | 'А' | 'а' => 'a',
        'Β' | 'β' | 'В' | 'в' => 'b',
        'Ϲ' | 'ϲ' | 'С' | 'с' => 'c',
        'Ԁ' | 'ԁ' => 'd',
        'Ε' | 'ε' | 'Е' | 'е' => 'e',
        'Η' | 'η' | 'Н' | 'н' | 'Һ' | 'һ' => 'h',
        'Ι' | 'ι' | 'І' | 'і' => 'i',
        'Ϳ' | 'ϳ' | 'Ј' | 'ј' => 'j',
        'Κ' | 'κ' | 'К' | 'к' => 'k',
        'Ӏ' | 'ӏ' => 'l',
        'Μ' | 'μ' | 'М' | 'м' => 'm',
        'Ν' | 'ν' => 'n',
        'Ο' | 'ο' | 'О' | 'о' => 'o',
        'Ρ' | 'ρ' | 'Р' | 'р' => 'p',
        'Ԛ' | 'ԛ' => 'q',
        'Ѕ' | 'ѕ' => 's',
        'Τ' | 'τ' | 'Т' | 'т' => 't',
        'Ԝ' | 'ԝ' => 'w',
        'Χ' | 'χ' | 'Х' | 'х' => 'x',
        'Υ' | 'υ' | 'Ү' | 'ү' | 'У' | 'у' => 'y',
        'Ζ' | 'ζ' => 'z',
        other => other,
    }
}
