//! `tearline init`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, now, print};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::load::dates::Moment;

/// Make a new site: settings, a brief, an actor, a region, files for hosts
///
/// The site can be built and served at once.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder; it is made when it is not there, and must be empty when it is
    directory: PathBuf,

    /// The site's title
    #[arg(long, default_value = "Threat briefings")]
    title: String,
}

/// Each file of a new site with its text; `{…}` is filled in.
const FILES: [(&str, &str); 9] = [
    ("tearline.toml", include_str!("init/tearline.toml")),
    (
        "content/briefs/{date}-first-brief.md",
        include_str!("init/brief.md"),
    ),
    (
        "content/actors/example-group.md",
        include_str!("init/actor.md"),
    ),
    (
        "content/regions/nordic-countries.md",
        include_str!("init/region.md"),
    ),
    ("content/pages/about.md", include_str!("init/about.md")),
    (".gitignore", include_str!("init/gitignore")),
    (
        ".vscode/extensions.json",
        include_str!("init/vscode/extensions.json"),
    ),
    (
        ".vscode/settings.json",
        include_str!("init/vscode/settings.json"),
    ),
    (".vscode/tasks.json", include_str!("init/vscode/tasks.json")),
];

/// Where `.vscode/settings.json` looks for the schema of the settings.
const SCHEMA: &str = ".vscode/tearline.schema.json";

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    match write(&context.root.join(&arguments.directory), &arguments.title) {
        Ok(()) => print(&format!(
            "A new site is in {0}.\nNext: cd {0} && tearline serve\n",
            arguments.directory.display()
        )),
        Err(diagnostic) => {
            context.report(&Diagnostics::from(*diagnostic));
            false
        }
    }
}

fn write(directory: &Path, title: &str) -> Result<(), Box<Diagnostic>> {
    let failed = |path: &Path, error: &std::io::Error| {
        Box::new(
            Diagnostic::new(
                Code::WriteFailed,
                format!("{} cannot be written: {error}", path.display()),
            )
            .help("mend the folder's permissions, or name another folder"),
        )
    };
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    let mut entries = std::fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
    // A fresh repository counts as empty.
    if entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != ".git")) {
        return Err(Box::new(
            Diagnostic::new(
                Code::FileExists,
                format!("{} is not empty", directory.display()),
            )
            .help("name a folder that is empty or not there yet"),
        ));
    }
    let today = Moment::Time(now()).day().to_string();
    let namespace = namespace(directory, title).to_string();
    let title = serde_json::Value::from(title).to_string();
    let given = FILES.map(|(path, text)| {
        let text = text
            .replace("{date}", &today)
            .replace("{title}", &title)
            .replace("{namespace}", &namespace);
        (path.replace("{date}", &today), text)
    });
    let schema = (SCHEMA.to_owned(), super::schema::of_settings());
    for (path, text) in given.into_iter().chain([schema]) {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        std::fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// A namespace that no other site has: from the moment, the folder and the process.
fn namespace(directory: &Path, title: &str) -> uuid::Uuid {
    let here = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let seed = format!(
        "{} {} {} {title}",
        now().as_nanosecond(),
        std::process::id(),
        here.display()
    );
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, seed.as_bytes())
}
