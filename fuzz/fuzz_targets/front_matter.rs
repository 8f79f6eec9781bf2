//! Front matter of every kind, in YAML and TOML, with what resolving makes of it.
#![no_main]

#[path = "../../tests/hostile/promises/mod.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(|text: &str| hostile::front_matter(text));
