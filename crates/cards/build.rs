//! A number stands for all that draws cards, so that what another program drew is not taken over.
#![allow(clippy::disallowed_methods, reason = "it writes what a build includes")]

#[path = "../../build/number.rs"]
mod number;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("cards-drawn-by.txt"), drawer()?)
}

/// What draws cards: the code, its fonts, and the versions of the libraries.
fn drawer() -> io::Result<String> {
    println!("cargo:rerun-if-changed=src");
    let mut files: Vec<PathBuf> = ["src", "src/fonts"]
        .into_iter()
        .map(fs::read_dir)
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|file| file.is_file());
    number::of_files(files, Path::new("../../Cargo.lock"))
}
