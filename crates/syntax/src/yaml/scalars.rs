//! What a plain scalar stands for.
//!
//! In: the text of a plain scalar. Out: the value by the core schema, YAML 1.2.2 § 10.3.2. The
//! words of YAML 1.1 (`yes`, `NO`, `on`, dates, `1_000`) are text.

use std::borrow::Cow;

use crate::tree::Value;

/// The value of a plain scalar; the text itself when it is a whole number that 64 bits cannot hold.
pub(super) fn resolve(text: Cow<'_, str>) -> Result<Value, String> {
    // Nearly every scalar is text and known by its first byte.
    let first = text.as_bytes().first().copied().unwrap_or(b'~');
    let value = match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => word(&text),
        b'0'..=b'9' | b'+' | b'-' | b'.' => return number(text),
        _ => None,
    };
    Ok(value.unwrap_or_else(|| Value::String(text.into_owned())))
}

fn word(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number(text: Cow<'_, str>) -> Result<Value, String> {
    let integer = if let Some(digits) = text.strip_prefix("0x") {
        all(digits, u8::is_ascii_hexdigit).then(|| i64::from_str_radix(digits, 16))
    } else if let Some(digits) = text.strip_prefix("0o") {
        all(digits, |byte| (b'0'..=b'7').contains(byte)).then(|| i64::from_str_radix(digits, 8))
    } else {
        all(unsigned(&text), u8::is_ascii_digit).then(|| text.parse())
    };
    match integer {
        Some(Ok(integer)) => Ok(Value::Integer(integer, text.into_owned())),
        Some(Err(_)) => Err(text.into_owned()),
        None => Ok(match float(&text) {
            Some(float) => Value::Float(float, text.into_owned()),
            None => Value::String(text.into_owned()),
        }),
    }
}

fn all(digits: &str, is_digit: impl Fn(&u8) -> bool) -> bool {
    !digits.is_empty() && digits.as_bytes().iter().all(is_digit)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, infinities, not a number.
fn float(text: &str) -> Option<f64> {
    let bare = unsigned(text);
    match bare {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if bare.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (bare, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| all(exponent, u8::is_ascii_digit));
    well_formed.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        resolve(Cow::Borrowed(text)).expect("in range")
    }

    #[test]
    fn the_core_schema_knows_three_spellings_of_each_word() {
        for text in ["~", "null", "Null", "NULL"] {
            assert_eq!(value(text), Value::Null);
        }
        for text in ["true", "True", "TRUE"] {
            assert_eq!(value(text), Value::Bool(true));
        }
        for text in ["false", "False", "FALSE"] {
            assert_eq!(value(text), Value::Bool(false));
        }
    }

    #[test]
    fn what_only_looks_like_something_else_is_text() {
        for text in [
            "NO",
            "yes",
            "on",
            "nULL",
            "tRUE",
            "2025-11-10",
            "1_000",
            "12:30",
            "0b11",
            "+0x1",
            "0x",
            "0o8",
            ".",
            "-",
            "+",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "1.2.3",
            "198.51.100.3",
            "-.",
            "+.nan",
            "inf",
            "nan",
            "T1190",
            "--1",
        ] {
            assert_eq!(value(text), Value::String(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn numbers_keep_how_they_were_written() {
        for (text, number) in [
            ("12", 12),
            ("-7", -7),
            ("+7", 7),
            ("0o14", 12),
            ("0xfF", 255),
            ("012", 12),
        ] {
            assert_eq!(value(text), Value::Integer(number, text.to_owned()));
        }
        for (text, number) in [
            ("1.5", 1.5),
            (".5", 0.5),
            ("-1.", -1.0),
            ("1e3", 1000.0),
            ("+1.5E-1", 0.15),
        ] {
            assert_eq!(value(text), Value::Float(number, text.to_owned()));
        }
        assert_eq!(
            value("-.inf"),
            Value::Float(f64::NEG_INFINITY, "-.inf".to_owned())
        );
        assert!(matches!(value(".NaN"), Value::Float(number, _) if number.is_nan()));
    }

    #[test]
    fn a_whole_number_beyond_64_bits_is_refused() {
        let text = "9223372036854775808";
        assert_eq!(resolve(Cow::Borrowed(text)), Err(text.to_owned()));
        assert!(resolve(Cow::Borrowed("0xffffffffffffffff")).is_err());
    }
}
