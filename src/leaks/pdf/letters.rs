//! From the codes of a string to letters.
//!
//! In: a font's `ToUnicode` map, and strings. Out: text. A string without a map is Latin-1, or UTF-16
//! where it says so.

use std::collections::BTreeMap;

use super::tokens::{Token, tokens};

/// Of a map from codes to letters.
pub(super) type Letters = BTreeMap<Vec<u8>, String>;

/// A map from codes to letters: `<0003> <0020>` and `<0003> <0007> <0041>` (section 9.10.3).
pub(super) fn letters(map: &[u8]) -> Letters {
    let mut letters = Letters::new();
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    tokens(map, &mut |token| match token {
        Token::String(string) => waiting.push(string),
        Token::Word(word) => {
            match word.as_slice() {
                b"endbfchar" => {
                    for pair in waiting.chunks_exact(2) {
                        letters.insert(pair[0].clone(), utf_16(&pair[1]));
                    }
                }
                b"endbfrange" => {
                    for range in waiting.chunks_exact(3) {
                        add_range(&range[0], &range[1], &range[2], &mut letters);
                    }
                }
                _ => {}
            }
            waiting.clear();
        }
        _ => {}
    });
    letters
}

fn add_range(first: &[u8], last: &[u8], letter: &[u8], letters: &mut Letters) {
    let value = |code: &[u8]| {
        code.iter()
            .fold(0_u32, |value, byte| value << 8 | u32::from(*byte))
    };
    let Some(start) = utf_16(letter).chars().last() else {
        return;
    };
    // No font has more, and a broken range would not end.
    for step in 0..=value(last).saturating_sub(value(first)).min(0xffff) {
        let code = (value(first) + step).to_be_bytes();
        let code = code[4_usize.saturating_sub(first.len())..].to_vec();
        if let Some(letter) = char::from_u32(start as u32 + step) {
            letters.insert(code, letter.to_string());
        }
    }
}

pub(super) fn text_of(string: &[u8], font: Option<&Letters>) -> String {
    let Some(letters) = font else {
        return plain(string);
    };
    let length = letters.keys().next().map_or(1, Vec::len).max(1);
    let codes = string.chunks(length);
    let text = codes.map(|code| letters.get(code).map_or(" ", String::as_str));
    text.collect()
}

/// What an object's string says: UTF-16 with its mark, or Latin-1.
pub(super) fn plain(string: &[u8]) -> String {
    match string.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => utf_16(wide),
        None => string.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn utf_16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(' '))
        .collect()
}
