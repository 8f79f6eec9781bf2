//! The tokens of content streams and objects (ISO 32000-1, section 7.3).
//!
//! In: the bytes of either. Out: strings without their escapes, names, numbers and words, in order.

/// One token of a content stream or an object.
pub(super) enum Token {
    String(Vec<u8>),
    Name(Vec<u8>),
    Number(f64),
    Word(Vec<u8>),
}

/// The tokens of a text, in its order; brackets are passed over.
pub(super) fn tokens(text: &[u8], give: &mut dyn FnMut(Token)) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' => {
                let (string, length) = literal(&text[at..]);
                give(Token::String(string));
                at += length;
            }
            b'<' if text.get(at + 1) != Some(&b'<') => {
                let end = memchr::memchr(b'>', &text[at..]).unwrap_or(text.len() - at);
                give(Token::String(hex(&text[at + 1..at + end])));
                at += end + 1;
            }
            b'%' => {
                let rest = text[at..].iter();
                at += rest
                    .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
                    .count();
            }
            b'/' => {
                let name = text[at + 1..]
                    .iter()
                    .take_while(|byte| is_regular(**byte))
                    .count();
                give(Token::Name(text[at + 1..at + 1 + name].to_vec()));
                at += 1 + name;
            }
            byte if is_regular(*byte) => {
                let length = text[at..]
                    .iter()
                    .take_while(|byte| is_regular(**byte))
                    .count();
                let word = &text[at..at + length];
                let number = std::str::from_utf8(word)
                    .ok()
                    .and_then(|word| word.parse().ok());
                give(match number {
                    Some(number) => Token::Number(number),
                    None => Token::Word(word.to_vec()),
                });
                at += length;
            }
            b'<' => at += 2,
            _ => at += 1,
        }
    }
}

pub(super) fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"()<>[]{}/%\0".contains(&byte)
}

/// `(…)` without its escapes (section 7.3.4.2), and its length.
fn literal(text: &[u8]) -> (Vec<u8>, usize) {
    let mut string = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'(' => {
                depth += 1;
                if depth > 1 {
                    string.push(b'(');
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                string.push(b')');
            }
            b'\\' => {
                let digits = text[at..].iter().take(3);
                let digits = digits
                    .take_while(|byte| (b'0'..=b'7').contains(byte))
                    .count();
                if digits > 0 {
                    let value = text[at..at + digits]
                        .iter()
                        .fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                    string.push(u8::try_from(value & 0xff).unwrap_or_default());
                    at += digits;
                    continue;
                }
                match text.get(at) {
                    Some(b'n') => string.push(b'\n'),
                    Some(b'r' | b't' | b'b' | b'f') => string.push(b' '),
                    Some(b'\n' | b'\r') | None => {}
                    Some(other) => string.push(*other),
                }
                at += 1;
            }
            other => string.push(*other),
        }
    }
    (string, at.min(text.len()))
}

fn hex(text: &[u8]) -> Vec<u8> {
    let digits = text
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u32> = digits.collect();
    digits
        .chunks(2)
        .map(|pair| {
            let value = pair[0] * 16 + pair.get(1).copied().unwrap_or(0);
            u8::try_from(value).unwrap_or_default() // two digits of four bits
        })
        .collect()
}
