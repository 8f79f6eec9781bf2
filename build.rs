//! What Cargo has to do before it compiles: the theme in `templates/` is embedded as a folder, and
//! only Cargo can see that a file was added; the words that the program itself writes are gathered
//! from its source for the leak scan, which must not take them for secrets; and a number stands for the
//! whole program, so that what another one made is not taken over.
#![allow(clippy::disallowed_methods, reason = "it writes what a build includes")]

#[path = "build/number.rs"]
mod number;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The code that writes outputs: folders, and files of others.
const WRITERS: [&str; 9] = [
    "crates/edition/src/addresses.rs",
    "crates/exchange/src",
    "crates/feeds/src",
    "crates/figures/src",
    "crates/markdown/src",
    "crates/output/src",
    "crates/plan/src",
    "crates/render/src",
    "crates/search/src",
];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=templates");
    let mut files = Vec::new();
    for writer in WRITERS {
        println!("cargo:rerun-if-changed={writer}");
        match Path::new(writer) {
            folder if folder.is_dir() => list(folder, &mut files)?,
            file => files.push(file.to_owned()),
        }
    }
    files.sort();
    let mut words = Words::default();
    for file in files {
        words.read(&fs::read_to_string(file)?);
    }
    let mut text: String = words.literals.into_iter().collect::<Vec<_>>().join("\n");
    text.push('\n');
    text.push_str(&words.names.into_iter().collect::<Vec<_>>().join("\n"));
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("own-words.txt"), text)?;
    fs::write(out.join("program.txt"), program()?)
}

/// Everything that decides on what the program makes of a site: its source, its theme, its libraries.
fn program() -> io::Result<String> {
    let mut files = Vec::new();
    for folder in ["src", "crates", "templates", "static"] {
        println!("cargo:rerun-if-changed={folder}");
        all_below(Path::new(folder), &mut files)?;
    }
    number::of_files(files, Path::new("Cargo.lock"))
}

fn all_below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The files of Rust below a folder, but for those of tests.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().map(|name| name.to_string_lossy());
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !name.is_some_and(|name| name.ends_with("tests") || name == "properties")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The texts of a program.
#[derive(Default)]
struct Words {
    /// What stands in quotes.
    literals: BTreeSet<String>,
    /// Names: keys of JSON come from them.
    names: BTreeSet<String>,
}

impl Words {
    /// Reads one file up to its tests; comments say nothing that is written.
    fn read(&mut self, source: &str) {
        let source = source
            .split_once("#[cfg(test)]\nmod tests {")
            .map_or(source, |(code, _)| code);
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if first == '"' {
                self.literal(rest)
            } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
                // A quote as a sign begins no literal.
                rest[1..].find('\'').map_or(1, |end| end + 2)
            } else if first.is_alphabetic() {
                let end = rest
                    .find(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
                    .unwrap_or(rest.len());
                self.names.insert(rest[..end].to_owned());
                end
            } else {
                first.len_utf8()
            };
            rest = &rest[length..];
        }
    }

    /// Reads a literal up to its closing quote. A raw one is read the same way: what its inner
    /// quotes split is still all there.
    fn literal(&mut self, rest: &str) -> usize {
        let mut escaped = false;
        for (at, sign) in rest.char_indices().skip(1) {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    self.literals.insert(rest[1..at].replace("\\n", " "));
                    return at + 1;
                }
                _ => {}
            }
        }
        rest.len()
    }
}
