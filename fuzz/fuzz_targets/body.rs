//! Bodies: read, cut for every ceiling, rendered, and judged as a browser reads them.
#![no_main]

#[path = "../../tests/hostile/promises/mod.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(|text: &str| hostile::markdown_body(text));
