//! The `tearline` program: see [`tearline::cli`].

fn main() -> std::process::ExitCode {
    tearline::cli::run()
}
