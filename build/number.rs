//! A number for files, for what a program is made of: other files, another number.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A number for what stands in files, and for the versions of the libraries, which the lock file has.
pub fn of_files(mut files: Vec<PathBuf>, lock: &Path) -> io::Result<String> {
    files.push(lock.to_owned());
    files.sort();
    println!("cargo:rerun-if-changed={}", lock.display());
    // FNV-1a: the standard library has no hash that is the same in its next version.
    let mut number: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        // A package may come without its lock.
        for byte in fs::read(file).unwrap_or_default() {
            number = (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{number:016x}"))
}
