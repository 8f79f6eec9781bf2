//! `tearline new`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::{Context, kinds, print};
use crate::clock::now;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::intel::attack::{cve_id, technique_id};
use crate::kind::EntityKind;
use crate::load::FileKind;
use crate::load::dates::Moment;
use crate::settings;

/// Write a new brief or profile with its front matter filled in
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to write
    #[arg(value_parser = PossibleValuesParser::new(kinds::all().map(kinds::name)).try_map(|word| kinds::named(&word)))]
    kind: FileKind,

    /// Its title or name
    title: String,

    /// Write a folder with index.md, for files beside it
    #[arg(long)]
    bundle: bool,
}

const MARKING: &str = "tlp: clear # clear, green, amber, amber+strict or red";

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    match write(context, arguments) {
        Ok(path) => print(&format!("{}\n", path.display())),
        Err(diagnostic) => {
            context.report(&Diagnostics::from(*diagnostic));
            false
        }
    }
}

fn write(context: &Context, arguments: &Arguments) -> Result<PathBuf, Box<Diagnostic>> {
    if !context.root.join(settings::FILE_NAME).exists() {
        return Err(Box::new(
            Diagnostic::new(
                Code::NoSite,
                format!(
                    "there is no {} in `{}`",
                    settings::FILE_NAME,
                    context.root.display()
                ),
            )
            .help("run `tearline init DIR` for a new site, or name a site's folder with --root"),
        ));
    }
    let title = arguments.title.trim();
    let id = match arguments.kind {
        FileKind::Profile(EntityKind::Technique) => {
            Some(technique_id(title).ok_or_else(|| form(Code::BadTechnique, title, "T1566.001"))?)
        }
        FileKind::Profile(EntityKind::Vulnerability) => {
            Some(cve_id(title).ok_or_else(|| form(Code::BadCve, title, "CVE-2023-22515"))?)
        }
        _ => None,
    };
    let slug = id.clone().unwrap_or_else(|| slug::slugify(title));
    if slug.is_empty() {
        return Err(Box::new(
            Diagnostic::new(
                Code::BadId,
                format!("`{title}` has no letter to make an address of"),
            )
            .help("give a title with letters or digits"),
        ));
    }
    let today = Moment::Time(now()).day();
    let stem = if arguments.kind == FileKind::Brief {
        format!("{today}-{slug}")
    } else {
        slug
    };
    let folder = context.root.join("content").join(arguments.kind.folder());
    let path = if arguments.bundle {
        folder.join(stem).join("index.md")
    } else {
        folder.join(format!("{stem}.md"))
    };
    let failed = |error: std::io::Error| {
        let code = if error.kind() == std::io::ErrorKind::AlreadyExists {
            Code::FileExists
        } else {
            Code::WriteFailed
        };
        Box::new(
            Diagnostic::new(
                code,
                format!("{} cannot be written: {error}", path.display()),
            )
            .help("take another title, or mend the folder's permissions"),
        )
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    let text = text(
        arguments.kind,
        id.as_deref().unwrap_or(title),
        &today.to_string(),
    );
    let mut file = std::fs::File::create_new(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(path)
}

fn form(code: Code, title: &str, example: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(code, format!("`{title}` is not an id"))
            .help(format!("write it as {example}")),
    )
}

/// A title as a YAML scalar; JSON strings are YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn text(kind: FileKind, title: &str, today: &str) -> String {
    let name = quoted(title);
    match kind {
        FileKind::Brief => format!(
            "---\ntitle: {name}\ndate: {today}\n{MARKING}\ndraft: true\nsummary: One or two sentences for lists and feeds.\n\
             actors: []\nregions: []\nsectors: []\ntechniques: []\nkey_judgments: []\nsources: []\n---\n\n\
             What happened, to whom, and how it is known.\n"
        ),
        FileKind::Page => format!("---\ntitle: {name}\n{MARKING}\n---\n\nText.\n"),
        FileKind::Profile(EntityKind::Actor) => format!(
            "---\nname: {name}\n{MARKING}\naliases: []\n# alignment: \n# origin: \nactor_types: []\nmotivations: []\n\
             sources: []\n---\n\nWho they are, and how that is known.\n"
        ),
        FileKind::Profile(EntityKind::Region) => format!(
            "---\nname: {name}\n{MARKING}\nkind: custom # country, m49 or custom\nmembers: []\n---\n\nWhat belongs to it, and why.\n"
        ),
        FileKind::Profile(EntityKind::Sector) => format!(
            "---\nname: {name}\n{MARKING}\n# stix: transportation\naliases: []\n---\n\nWhat belongs to it.\n"
        ),
        FileKind::Profile(EntityKind::Software) => format!(
            "---\nname: {name}\n{MARKING}\ntype: malware # malware or tool\naliases: []\n---\n\nWhat it does.\n"
        ),
        FileKind::Profile(
            EntityKind::Technique | EntityKind::Vulnerability | EntityKind::Campaign,
        ) => {
            format!("---\nname: {name}\n{MARKING}\naliases: []\nsources: []\n---\n\nWhat it is.\n")
        }
    }
}
