//! The `tearline` program: see [`tearline::cli`].

/// A page is made of thousands of small texts: allocation was a quarter of a build's time with the
/// system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tearline::cli::run()
}
