//! `tearline init`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Context, print};
use crate::clock::now;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::import::gate::Sheet;
use crate::load::dates::Moment;
use crate::marking::Tlp;
use crate::migrate::{self, Generator};
use crate::settings;

/// Make a new site: settings, a brief, an actor, a region, files for hosts
///
/// The site can be built and served at once. With --from it holds the texts of a site of another
/// generator, each a draft at TLP:RED until it is given a marking; a report says what became what.
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

    /// Convert the site of another generator: hugo, zola or obsidian, and its folder
    #[arg(long, num_args = 2, value_names = ["GENERATOR", "DIR"], conflicts_with = "title")]
    from: Option<Vec<String>>,

    /// The marking of all that has no narrower one of its own; drafts stay drafts
    #[arg(long, value_name = "LEVEL", value_parser = level, requires = "from")]
    tlp: Option<Tlp>,
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

fn level(text: &str) -> Result<Tlp, String> {
    Tlp::parse(text).ok_or_else(|| "expected clear, green, amber, amber+strict or red".to_owned())
}

/// What a workflow adds to the settings, and to what is not checked in.
const PAGES: &str = include_str!("init/pages.toml");
const PAGES_FOLDER: &str = "/site\n/.cargo\n";

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

/// Those of the files that a converted site has, too.
const FOR_ALL: [&str; 2] = [".gitignore", ".vscode/"];

/// What a file of the new site holds.
enum Contents {
    /// Words of the program itself.
    Own(String),
    Converted(Sheet),
    Copy(migrate::Copy),
}

impl From<migrate::Contents> for Contents {
    fn from(contents: migrate::Contents) -> Self {
        match contents {
            migrate::Contents::Text(text) => Contents::Converted(text),
            migrate::Contents::Copy(copy) => Contents::Copy(copy),
        }
    }
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    match new_site(context, arguments) {
        Ok(said) => print(&said),
        Err(found) => {
            context.report(&found);
            false
        }
    }
}

/// Makes the site, and says what to do next.
fn new_site(context: &Context, arguments: &Arguments) -> Result<String, Diagnostics> {
    let directory = context.root.join(&arguments.directory);
    let namespace = namespace(&directory, &arguments.title);
    let id = namespace.to_string();
    let mut files = BTreeMap::new();
    let mut said = String::new();
    match arguments.from.as_deref() {
        Some([generator, old]) => {
            let generator = Generator::parse(generator).ok_or_else(|| unknown(generator))?;
            let old = context.root.join(old);
            let converted = migrate::convert(generator, &old, arguments.tlp, &namespace, now())?;
            said = converted.report.text(arguments.tlp);
            said.push('\n');
            files.extend((converted.files.into_iter()).map(|(path, it)| (path, it.into())));
            let common = given(&arguments.title, &id);
            files.extend(
                common.filter(|(path, _)| FOR_ALL.iter().any(|name| path.starts_with(name))),
            );
        }
        _ => files.extend(given(&arguments.title, &id)),
    }
    files.insert(
        SCHEMA.to_owned(),
        Contents::Own(super::schema::of_settings()),
    );
    if let Some(service) = arguments.ci {
        add_workflow(service, &mut files);
    }
    write(&directory, &files).map_err(|finding| Diagnostics::from(*finding))?;
    said.push_str(&format!(
        "A new site is in {0}.\nNext: cd {0} && tearline serve\n",
        arguments.directory.display()
    ));
    Ok(said)
}

/// Adds a workflow, and what it needs of the settings and of what is not checked in.
fn add_workflow(service: Service, files: &mut BTreeMap<String, Contents>) {
    let (path, text) = service.file();
    let text = text.replace("{version}", env!("CARGO_PKG_VERSION"));
    files.insert(path.to_owned(), Contents::Own(text));
    for (path, added) in [(settings::FILE_NAME, PAGES), (".gitignore", PAGES_FOLDER)] {
        match files.get_mut(path) {
            Some(Contents::Own(text)) => text.push_str(added),
            Some(Contents::Converted(text)) => drop(text.own(added)),
            Some(Contents::Copy(_)) | None => {}
        }
    }
}

fn unknown(generator: &str) -> Diagnostic {
    let names = Generator::ALL.map(Generator::name);
    Diagnostic::new(
        Code::UnknownValue,
        format!("sites of `{generator}` cannot be converted"),
    )
    .help(match nearest(generator, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", names.join(", ")),
    })
}

/// The files of a site that begins anew.
fn given(title: &str, namespace: &str) -> impl Iterator<Item = (String, Contents)> {
    let today = Moment::Time(now()).day().to_string();
    let title = serde_json::Value::from(title).to_string();
    FILES.into_iter().map(move |(path, text)| {
        let text = text
            .replace("{date}", &today)
            .replace("{title}", &title)
            .replace("{namespace}", namespace);
        (path.replace("{date}", &today), Contents::Own(text))
    })
}

fn write(directory: &Path, files: &BTreeMap<String, Contents>) -> Result<(), Box<Diagnostic>> {
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
    for (path, contents) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        let written = std::fs::File::create_new(&path).and_then(|mut file| match contents {
            Contents::Own(text) => file.write_all(text.as_bytes()),
            Contents::Converted(text) => file.write_all(text.as_str().as_bytes()),
            Contents::Copy(from) => {
                std::io::copy(&mut std::fs::File::open(from.path())?, &mut file).map(drop)
            }
        });
        written.map_err(|error| failed(&path, &error))?;
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
