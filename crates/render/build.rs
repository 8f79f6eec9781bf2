//! The theme in `templates/` is embedded as a folder, and only Cargo can see that a file was added.
#![allow(clippy::disallowed_methods, reason = "it writes what a build includes")]

fn main() {
    println!("cargo:rerun-if-changed=../../templates");
}
