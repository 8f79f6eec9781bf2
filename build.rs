//! What Cargo has to do before it compiles: the theme in `templates/` is embedded as a folder, and
//! only Cargo can see that a file was added; the words that the program itself writes are gathered
//! from its source for the leak scan, which must not take them for secrets; and numbers stand for all
//! that draws cards and for the whole program, so that what another one made is not taken over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The code that writes outputs: folders, and files of others.
const WRITERS: [&str; 9] = [
    "src/edition/addresses.rs",
    "src/exchange",
    "src/feeds",
    "src/figures",
    "src/markdown",
    "src/output",
    "src/plan",
    "src/render",
    "src/search",
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
    fs::write(out.join("cards-drawn-by.txt"), drawer()?)?;
    fs::write(out.join("program.txt"), program()?)
}

/// Everything that decides on what the program makes of a site: its source, its theme, its libraries.
fn program() -> io::Result<String> {
    let mut files = Vec::new();
    for folder in ["src", "templates", "static"] {
        println!("cargo:rerun-if-changed={folder}");
        all_below(Path::new(folder), &mut files)?;
    }
    number_of(files)
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

/// What draws cards: the code, its fonts, and the versions of the libraries.
fn drawer() -> io::Result<String> {
    let mut files: Vec<PathBuf> = ["src/cards", "src/cards/fonts"]
        .into_iter()
        .map(fs::read_dir)
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|file| file.is_file());
    println!("cargo:rerun-if-changed=src/cards");
    number_of(files)
}

/// A number for what stands in files, and for the versions of the libraries.
fn number_of(mut files: Vec<PathBuf>) -> io::Result<String> {
    files.push("Cargo.lock".into());
    files.sort();
    println!("cargo:rerun-if-changed=Cargo.lock");
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
