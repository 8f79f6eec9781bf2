//! `tearline init`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Context, now, print};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::load::dates::Moment;
use crate::settings;

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

    /// Add a workflow that checks every change and publishes the site's Pages
    #[arg(long, value_name = "SERVICE")]
    ci: Option<Service>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Service {
    /// GitHub Actions, in .github/workflows/
    Github,
    /// GitLab CI, in .gitlab-ci.yml
    Gitlab,
}

impl Service {
    /// The workflow's place and text.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Service::Github => (
                ".github/workflows/briefings.yml",
                include_str!("init/github.yml"),
            ),
            Service::Gitlab => (".gitlab-ci.yml", include_str!("init/gitlab.yml")),
        }
    }
}

/// What a workflow adds to the settings, and to what is not checked in.
const PAGES: &str = include_str!("init/pages.toml");
const PAGES_FOLDER: &str = "/site\n/.cargo\n";

/// Each file of a new site with its text; `{…}` is filled in.
const FILES: [(&str, &str); 6] = [
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
];

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let directory = context.root.join(&arguments.directory);
    match write(&directory, &arguments.title, arguments.ci) {
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

fn write(directory: &Path, title: &str, ci: Option<Service>) -> Result<(), Box<Diagnostic>> {
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
    for (path, text) in FILES.into_iter().chain(ci.map(Service::file)) {
        let path = directory.join(path.replace("{date}", &today));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        let added = match (ci, path.file_name().and_then(|name| name.to_str())) {
            (Some(_), Some(settings::FILE_NAME)) => PAGES,
            (Some(_), Some(".gitignore")) => PAGES_FOLDER,
            _ => "",
        };
        let text = text
            .replace("{date}", &today)
            .replace("{version}", env!("CARGO_PKG_VERSION"))
            .replace("{title}", &title)
            .replace("{namespace}", &namespace)
            + added;
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
