//! Numbers as letters and digits.
//!
//! In: numbers, most of them small. Out: a text of letters and digits alone, one to three for most
//! numbers. JSON takes it as it is, every host compresses it, and it is one long word to the leak
//! scan, in which no withheld name can stand by chance: so it begins with a word of its own.

/// How many values a sign has. The first half of the signs end a number, the second go on.
const BASE: usize = 31;
const SIGNS: &[u8; 2 * BASE] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What every text begins with.
pub const START: &str = "numbers";

/// Writes a number, the lowest digits first.
pub fn push(text: &mut Vec<u8>, mut number: usize) {
    while number >= BASE {
        text.push(SIGNS[BASE + number % BASE]);
        number /= BASE;
    }
    text.push(SIGNS[number]);
}

/// Rising numbers, their runs counted first. A run is twice the step to its first number from the
/// last of the run before, and one more where others follow it at once: then how many.
pub fn push_list(text: &mut Vec<u8>, numbers: &[usize]) {
    let runs: Vec<&[usize]> = numbers.chunk_by(|one, next| *next == *one + 1).collect();
    push(text, runs.len());
    let mut last = 0;
    for run in runs {
        let (Some(first), Some(end)) = (run.first(), run.last()) else {
            continue;
        };
        let more = run.len() - 1;
        push(text, (first - last) * 2 + usize::from(more > 0));
        if more > 0 {
            push(text, more);
        }
        last = *end;
    }
}

/// The whole text.
pub fn finish(text: &[u8]) -> String {
    let mut whole = String::with_capacity(START.len() + text.len());
    whole.push_str(START);
    whole.extend(text.iter().map(|sign| char::from(*sign)));
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_take_one_sign_and_large_ones_few() {
        let signs = |number| {
            let mut text = Vec::new();
            push(&mut text, number);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(signs(0), "0");
        assert_eq!(signs(30), "u");
        assert_eq!(signs(31), "v1");
        assert_eq!(signs(960), "Zu");
        assert_eq!(signs(29_790).len(), 3);
        let mut list = Vec::new();
        push_list(&mut list, &[3, 4, 5, 40]);
        assert_eq!(finish(&list), "numbers272D2");
    }
}
