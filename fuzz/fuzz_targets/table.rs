//! CSV: rows, indicators, and the data of figures.
#![no_main]

#[path = "../../tests/hostile/promises/mod.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(|text: &str| hostile::table(text));
