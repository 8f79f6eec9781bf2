//! The theme in `templates/` is embedded as a folder, and only Cargo can see that a file was added.

fn main() {
    println!("cargo:rerun-if-changed=../../templates");
}
