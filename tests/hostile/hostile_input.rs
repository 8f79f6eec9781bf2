//! The promises of `promises` on random input, as the fuzz targets in `fuzz/` ask for them too, and
//! on every input that has broken one of them before.
//!
//! Cases are few and always the same; with `PROPTEST_CASES` set they are as many as it says.

use crate::promises;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn config() -> Config {
    let usual = Config {
        failure_persistence: None,
        ..Config::default()
    };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => usual,
        None => Config {
            cases: 96,
            rng_seed: RngSeed::Fixed(8),
            ..usual
        },
    }
}

/// The words of the fuzzer's dictionary, so that both speak the same language: ASCII in quotes, with
/// `\\xHH` for all other bytes.
fn words(dictionary: &str) -> Vec<String> {
    dictionary
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| {
            let mut bytes = Vec::new();
            let mut rest = word.as_bytes();
            while let [first, after @ ..] = rest {
                rest = after;
                match (first, after) {
                    (b'\\', [b'x', high, low, after @ ..]) => {
                        let digits = [*high, *low];
                        let digits = std::str::from_utf8(&digits).expect("two digits");
                        bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
                        rest = after;
                    }
                    (b'\\', [escaped, after @ ..]) => {
                        bytes.push(*escaped);
                        rest = after;
                    }
                    _ => bytes.push(*first),
                }
            }
            String::from_utf8(bytes).expect("words are UTF-8")
        })
        .collect()
}

fn soup(dictionary: &'static str) -> impl Strategy<Value = String> {
    let words = words(dictionary);
    let piece = prop_oneof![
        9 => prop::sample::select(words),
        1 => "[a-z]{0,6}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..48).prop_map(|pieces| pieces.concat())
}

const MATTER: &str = include_str!("front_matter.dict");
const BODY: &str = include_str!("body.dict");
const TABLE: &str = include_str!("table.dict");

proptest! {
    #![proptest_config(config())]

    #[test]
    fn front_matter_in_yaml(text in soup(MATTER)) {
        promises::front_matter(&format!("---\ntitle: T\nname: N\ndate: 2025-11-10\n{text}\n---\nText\n"));
    }

    #[test]
    fn front_matter_in_toml(text in soup(MATTER)) {
        promises::front_matter(&format!("+++\ntitle = \"T\"\nname = \"N\"\n{text}\n+++\nText\n"));
    }

    #[test]
    fn bodies(text in soup(BODY)) {
        promises::markdown_body(&text);
    }

    #[test]
    fn tables(text in soup(TABLE)) {
        promises::table(&text);
    }
}

/// Every file in `tests/regressions/` broke a promise once; its folder says which function it is for.
#[test]
fn what_broke_once() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    for (name, check) in [
        ("front_matter", promises::front_matter as fn(&str)),
        ("body", promises::markdown_body),
        ("table", promises::table),
    ] {
        let Ok(files) = std::fs::read_dir(folder.join(name)) else {
            continue;
        };
        for file in files {
            let path = file.expect("a folder that can be read").path();
            let bytes = std::fs::read(&path).expect("a file that can be read");
            println!("{}", path.display());
            check(&String::from_utf8_lossy(&bytes));
        }
    }
}

/// What judges the pages sees what it must see.
#[test]
fn the_judge_is_no_pushover() {
    use promises::page::{Piece, faults};
    for bad in [
        "<script>x</script>",
        "<p onclick=\"x\">x</p>",
        "<p style=\"x\">x</p>",
        "<a href=\"javascript:x\">x</a>",
        "<a href=\" java\tscript:x\">x</a>",
        "<a href=\"data:text/html,x\">x</a>",
        "<a href=\"ftp://a.example\">x</a>",
        "<svg><a xlink:href=\"javascript:x\">x</a></svg>",
        "<svg><foreignObject></foreignObject></svg>",
        "<math><mtext>x</mtext></math>",
        "<iframe></iframe>",
        "<base href=\"/\">",
        "<meta http-equiv=\"refresh\" content=\"0; url=/\">",
        "<form action=\"/\"></form>",
        "<input type=\"text\">",
        "<img srcset=\"/x 1x\" src=\"/x\">",
        "<!-- x -->",
        "</div></main><p>x</p>",
        "<div>",
        "<plaintext>",
        // A comment that only a second reading of it sees as an element (mutation XSS).
        "<noscript><p title=\"</noscript><img src=x onerror=x>\"></noscript>",
    ] {
        assert!(!faults(bad, Piece::Body).is_empty(), "{bad}");
    }
    for good in [
        "<p>x <a href=\"https://a.example\" rel=\"noopener noreferrer\">x</a></p>",
        "<a href=\"mailto:a@b.example\">x</a><a href=\"#x\">x</a><a href=\"/x/\">x</a>",
        "<svg viewBox=\"0 0 1 1\" role=\"img\"><path d=\"M0 0\"/></svg>",
    ] {
        assert_eq!(faults(good, Piece::Body), Vec::<String>::new(), "{good}");
    }
}
