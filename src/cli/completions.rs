//! `tearline completions` and `tearline man`.

use clap::{Args, Command};
use clap_complete::Shell;

use super::print;

/// Print completions for a shell
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Print the manual page
#[derive(Debug, Args)]
pub struct ManArguments {}

pub fn run(arguments: &Arguments, command: &mut Command) -> bool {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, command, "tearline", &mut text);
    print(&String::from_utf8_lossy(&text))
}

pub fn man(command: Command) -> bool {
    let mut text = Vec::new();
    match clap_mangen::Man::new(command).render(&mut text) {
        Ok(()) => print(&String::from_utf8_lossy(&text)),
        Err(_) => false,
    }
}
