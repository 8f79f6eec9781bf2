//! The command line: one file for each command, the definitions here.
//!
//! Help, completions and the man page come from these definitions. Results go to standard output,
//! all else to standard error. Exit status: 0 done, 1 something is wrong in the site or while
//! running, 2 a wrong command line.

mod build;
mod check;
mod completions;
mod digest;
mod import;
mod init;
mod kinds;
mod new;
mod publish;
mod schema;
mod serve;
mod verify;
mod withheld;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use indicatif::ProgressBar;
use jiff::Timestamp;
use url::Url;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::report::{self, Format};
use crate::load::dates::{Moment, end_of};
use crate::site;

/// Turns a folder of Markdown threat briefs into a website, one edition for each audience.
#[derive(Debug, Parser)]
#[command(
    name = "tearline",
    version,
    about,
    long_about = "Tearline turns a folder of Markdown threat briefs into a fast static website, one edition for each \
                  audience, and nothing above an edition's TLP marking leaves with it.",
    after_help = "Begin with: tearline init my-site && cd my-site && tearline serve",
    max_term_width = 100
)]
struct Cli {
    /// The site's folder, where tearline.toml is
    #[arg(
        long,
        global = true,
        default_value = ".",
        value_name = "DIR",
        env = "TEARLINE_ROOT"
    )]
    root: PathBuf,

    /// Colours in messages; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Serve(serve::Arguments),
    Check(check::Arguments),
    Digest(digest::Arguments),
    Init(init::Arguments),
    New(new::Arguments),
    Import(import::Arguments),
    Publish(publish::Arguments),
    Verify(verify::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(completions::ManArguments),
}

/// What every command that reads the site takes.
#[derive(Debug, Args)]
struct SiteArguments {
    /// Only this edition of tearline.toml
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,

    /// Another address than that of the settings
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<Url>,

    /// Embargo and expiry as of this day or time, rather than now [example: 2025-11-30]
    #[arg(long, value_name = "DATE", value_parser = moment)]
    as_of: Option<Moment>,
}

impl SiteArguments {
    fn options(&self, context: &Context, drafts: bool) -> site::Options {
        site::Options {
            root: context.root.clone(),
            edition: self.edition.clone(),
            base_url: self.base_url.clone(),
            drafts,
            embargoed: false,
            as_of: self
                .as_of
                .map_or_else(crate::clock::now, |moment| match moment {
                    // A day counts whole: what its end brings is out.
                    Moment::Day(day) => end_of(day)
                        .saturating_sub(jiff::SignedDuration::from_secs(1))
                        .unwrap_or(Timestamp::MAX),
                    Moment::Time(time) => time,
                }),
        }
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => Ok(url),
        _ => Err("expected a whole address, as in https://briefs.example.org/team".to_owned()),
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| {
        "expected a day or a time, as in 2025-11-30 or 2025-11-30T12:00:00Z".to_owned()
    })
}

/// What every command knows.
#[derive(Clone)]
struct Context {
    root: PathBuf,
    /// Whether messages on standard error are in colour.
    color: bool,
    /// Whether standard error is a terminal, so that progress can be shown.
    terminal: bool,
}

impl Context {
    /// A bar that turns on a terminal, and shows nowhere else.
    fn bar(&self) -> ProgressBar {
        let bar = if self.terminal {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Writes findings for people to standard error, with a line that counts them.
    fn report(&self, found: &Diagnostics) {
        if found.is_empty() {
            return;
        }
        let mut text = Vec::new();
        // Writing to memory does not fail; what standard error refuses cannot be told anyone.
        let _ = report::write(Format::Human, found, self.color, &mut text);
        let _ = writeln!(text, "{}", report::summary(found));
        let _ = std::io::stderr().lock().write_all(&text);
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output with status 0, a wrong command line to standard error with 2.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let terminal = std::io::stderr().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let context = Context {
        root: cli.root,
        color: match cli.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !plain,
        },
        terminal,
    };
    let done = match cli.command {
        Command::Build(arguments) => build::run(&context, &arguments),
        Command::Serve(arguments) => serve::run(&context, arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Digest(arguments) => digest::run(&context, &arguments),
        Command::Init(arguments) => init::run(&context, &arguments),
        Command::New(arguments) => new::run(&context, &arguments),
        Command::Import(arguments) => import::run(&context, &arguments),
        Command::Publish(arguments) => publish::run(&context, &arguments),
        Command::Verify(arguments) => verify::run(&context, &arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, &mut Cli::command()),
        Command::Man(_) => completions::man(Cli::command()),
    };
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a result; a reader that has gone away (a closed pipe) is no failure.
fn print(text: &str) -> bool {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => true,
        Err(error) => error.kind() == std::io::ErrorKind::BrokenPipe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }
}
