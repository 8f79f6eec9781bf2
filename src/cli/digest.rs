//! `tearline digest`.

mod choice;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::{Context, SiteArguments, print};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::digest::journal::{Issue, Journal};
use crate::digest::message::{self, Envelope};
use crate::digest::period::Period;
use crate::digest::recipients;
use crate::digest::send::{self, Credential, Outcome, Post};
use crate::leaks::Scan;
use crate::load::dates::Moment;
use crate::load::read_settings;
use crate::render::Digest;
use crate::settings::{ADDRESS, Newsletter, Settings};
use crate::site::{self, Prepared, PreparedEdition};
use choice::{days, edition, newsletter};

/// Write the newsletter of a period, or send it
///
/// It holds the briefs of the period and older ones that changed in it, as one edition shows them.
/// Without --send it is written as one .eml file, which mail programs open.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("days").required(true))]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,

    /// From this day to that of --as-of, both included
    #[arg(long, value_name = "DATE", value_parser = day, group = "days")]
    since: Option<Date>,

    /// The last whole week or month before that of --as-of
    #[arg(long, value_name = "PERIOD", group = "days")]
    period: Option<Period>,

    /// Write the message here [default: digest-EDITION-FROM-TO.eml in the site's folder]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write it as a web page, too
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,

    /// The list of tearline.toml that it is for; needed where there are several
    #[arg(long, value_name = "NAME")]
    newsletter: Option<String>,

    /// Send it to each recipient of the list who has not got it
    ///
    /// A journal beside the recipients says who did. User and password of the mail server come from
    /// the environment: TEARLINE_SMTP_USER, TEARLINE_SMTP_PASSWORD.
    #[arg(long)]
    send: bool,

    /// Do all of it but sending, and list who would get it
    #[arg(long, requires = "send")]
    dry_run: bool,

    /// Send to the rest although others got it with other words
    #[arg(long, requires = "send")]
    changed: bool,

    /// Send again where a run was broken off and nobody knows whether it was sent
    #[arg(long, requires = "send")]
    unknown_too: bool,
}

fn day(text: &str) -> Result<Date, String> {
    match Moment::parse(text) {
        Some(Moment::Day(day)) => Ok(day),
        _ => Err("expected a day, as in 2025-11-30".to_owned()),
    }
}

pub fn run(context: &Context, arguments: &Arguments) -> bool {
    let mut found = Diagnostics::new();
    let done = digest(context, arguments, &mut found);
    let said = match done {
        Ok(text) => Some(text),
        Err(errors) => {
            found.extend(errors);
            None
        }
    };
    context.report(&found);
    said.is_some_and(|text| print(&text)) && !found.has_errors()
}

/// What is to be said at the end.
fn digest(
    context: &Context,
    arguments: &Arguments,
    found: &mut Diagnostics,
) -> Result<String, Diagnostics> {
    let mut options = arguments.site.options(context, false);
    // Which edition it is depends on the list, which stands in the settings. What is wrong with them
    // is told with all else that is.
    if let Some(settings) = read_settings(&context.root, &mut Diagnostics::new()) {
        let list = newsletter(arguments, &settings)?;
        options.edition = edition(options.edition.take(), list, &settings)?;
    }
    let (prepared, told) = site::prepare(&options);
    let Some(prepared) = prepared else {
        return Err(told);
    };
    found.extend(told);
    let Some(edition) = prepared.editions.first() else {
        return Err(Diagnostics::new());
    };
    let settings = prepared.ground.settings();
    let list = newsletter(arguments, settings)?;
    let days = days(arguments, options.as_of)?;
    let renderer = prepared.renderer(edition)?;
    let render = |unsubscribe: Option<&str>| -> Result<Digest, Diagnostic> {
        let mut digest = renderer.digest(days, unsubscribe)?;
        digest.html = message::inlined(&digest.html)?;
        Ok(digest)
    };
    let way_out = list.and_then(|list| list.unsubscribe.as_deref());
    let digest = render(way_out)?;
    if digest.new + digest.updated == 0 {
        return Ok(format!(
            "Nothing is new from {} to {}: there is no newsletter.\n",
            days.0, days.1
        ));
    }
    searched(&prepared, edition, &digest, found)?;
    let id = message::id(&edition.edition.site.namespace, days, &digest);
    let domain = message::domain(&edition.settings.base_url);
    let envelope = Envelope {
        from: list.map_or_else(
            || message::nobody(&edition.edition.site.title, &domain),
            |list| list.from.clone(),
        ),
        date: options.as_of,
        domain,
        list: list.map(|list| list.name.clone()),
        unsubscribe: way_out.map(str::to_owned),
    };
    let mut said = String::new();
    for (file, bytes) in files(
        context,
        arguments,
        edition,
        days,
        &digest,
        &|digest| message::bytes(&envelope, digest, id, None),
        &render,
    )? {
        write(&context.root, &file, &bytes)?;
        said.push_str(&format!("{}\n", file.display()));
    }
    if let (true, Some(list)) = (arguments.send, list) {
        let issue = Issue {
            edition: (edition.settings.name.as_deref().unwrap_or("site")).to_owned(),
            from: days.0,
            to: days.1,
        };
        let make = |address: &lettre::Address| match way_out {
            Some(way_out) if way_out.contains(ADDRESS) => {
                let own = render(Some(&message::way_out(way_out, address)))?;
                message::bytes(&envelope, &own, id, Some(address))
            }
            _ => message::bytes(&envelope, &digest, id, Some(address)),
        };
        let mail = Mail {
            list,
            issue,
            id,
            message: &make,
        };
        said.push_str(&deliver(context, arguments, settings, &mail, found)?);
    }
    Ok(said)
}

/// Searches the newsletter for what its edition withholds, as a build does with every output.
fn searched(
    prepared: &Prepared,
    edition: &PreparedEdition,
    digest: &Digest,
    found: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    let scan = Scan::new(&prepared.ground, &edition.settings);
    scan.bytes("digest.html", digest.html.as_bytes());
    scan.bytes("digest.txt", digest.text.as_bytes());
    scan.bytes("subject.txt", digest.subject.as_bytes());
    let leaks = scan.findings(&prepared.ground, Path::new("newsletter"));
    if leaks.has_errors() {
        return Err(leaks);
    }
    found.extend(leaks);
    Ok(())
}

/// The files that are asked for, with what they hold.
fn files(
    context: &Context,
    arguments: &Arguments,
    edition: &PreparedEdition,
    (from, to): (Date, Date),
    digest: &Digest,
    message: &dyn Fn(&Digest) -> Result<Vec<u8>, Diagnostic>,
    render: &dyn Fn(Option<&str>) -> Result<Digest, Diagnostic>,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Diagnostics> {
    let mut files = Vec::new();
    let output = match (&arguments.output, &arguments.page, arguments.send) {
        (Some(file), ..) => Some(file.clone()),
        (None, None, false) => {
            let name = edition.settings.name.as_deref();
            let name = name.map_or_else(String::new, |name| format!("{name}-"));
            Some(context.root.join(format!("digest-{name}{from}-{to}.eml")))
        }
        (None, ..) => None,
    };
    if let Some(file) = output {
        files.push((file, message(digest)?));
    }
    if let Some(file) = &arguments.page {
        // A page has no recipient who could leave the list.
        files.push((file.clone(), render(None)?.html.into_bytes()));
    }
    Ok(files)
}

/// Writes a file, whole or not at all.
fn write(root: &Path, file: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    recipients::outside(root, file, "the newsletter")
        .map_err(|finding| finding.at_path(file.display().to_string()))?;
    let failed = |error: std::io::Error| {
        Diagnostic::new(
            Code::WriteFailed,
            format!("cannot write the newsletter: {error}"),
        )
        .at_path(file.display().to_string())
        .help("name a file in a folder that you may write to")
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = tempfile::Builder::new();
    // As any other file that a program writes: what the user's mask leaves of it.
    #[cfg(unix)]
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(mode);
    let mut staged = builder.tempfile_in(folder).map_err(failed)?;
    staged.write_all(bytes).map_err(failed)?;
    staged.persist(file).map_err(|error| failed(error.error))?;
    Ok(())
}

/// What is sent to whom.
struct Mail<'a> {
    list: &'a Newsletter,
    issue: Issue,
    id: uuid::Uuid,
    message: &'a dyn Fn(&lettre::Address) -> Result<Vec<u8>, Diagnostic>,
}

fn deliver(
    context: &Context,
    arguments: &Arguments,
    settings: &Settings,
    mail: &Mail,
    found: &mut Diagnostics,
) -> Result<String, Diagnostics> {
    let list = mail.list;
    let all = recipients::read(&context.root, list, &settings.file)?;
    let path = Journal::beside(&recipients::path(&context.root, list), &list.name);
    let mut journal = Journal::open(path, mail.issue.clone(), mail.id, arguments.dry_run)?;
    let others = journal.other_content();
    if others > 0 && !arguments.changed {
        return Err(Diagnostic::new(
            Code::ChangedDigest,
            format!("{others} recipients got this newsletter with other words than it has now"),
        )
        .at_path(list.recipients.value.as_str())
        .help(
            "build it from the state of the site that they got, with the same --as-of, or send the \
             rest what it is now with --changed",
        )
        .into());
    }
    if let (Some((to, count)), false) = (journal.begun_before(&all), arguments.changed) {
        return Err(Diagnostic::new(
            Code::ChangedDigest,
            format!("a newsletter since the same day, to {to}, was begun and has reached {count} of {} recipients", all.len()),
        )
        .at_path(list.recipients.value.as_str())
        .help(format!(
            "go on with it by --as-of {to}, or send this one to everyone with --changed; --period \
             has the same days on every day"
        ))
        .into());
    }
    let mut outcome = Outcome::default();
    let due = send::due(&all, &journal, arguments.unknown_too, &mut outcome, found);
    if arguments.dry_run {
        let mut said = String::new();
        for address in &due {
            (mail.message)(address)?;
            said.push_str(&format!("would send to {address}\n"));
        }
        said.push_str(&format!("{} of {} recipients\n", due.len(), all.len()));
        return Ok(said);
    }
    let Some(server) = &list.smtp else {
        return Err(Diagnostic::new(
            Code::MissingKey,
            format!("the newsletter `{}` has no mail server", list.name),
        )
        .at(&settings.file, list.recipients.span.clone())
        .label("expected `smtp` in this table")
        .help("add a line smtp = \"smtps://mail.example.org:465\"")
        .into());
    };
    let post = Post {
        server,
        credentials: credentials()?,
        from: &list.from.email,
        rate_per_minute: list.rate_per_minute,
    };
    send::send(&post, &due, &mut journal, mail.message, &mut outcome, found);
    Ok(summary(&outcome))
}

/// User and password; none where the server asks for none.
fn credentials() -> Result<Option<Credential>, Diagnostic> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = variable("TEARLINE_SMTP_USER");
    let password = variable("TEARLINE_SMTP_PASSWORD");
    match (user, password) {
        (Some(user), Some(password)) => Ok(Some(Credential { user, password })),
        (None, None) => Ok(None),
        _ => Err(Diagnostic::new(
            Code::NotSent,
            "of TEARLINE_SMTP_USER and TEARLINE_SMTP_PASSWORD one is set and the other not",
        )
        .help("set both in the environment, or none for a server that asks for none")),
    }
}

fn summary(outcome: &Outcome) -> String {
    let mut parts = vec![format!("sent to {}", outcome.sent)];
    for (count, what) in [
        (outcome.already, "had it already"),
        (outcome.refused, "refused"),
        (outcome.unknown, "not known"),
        (outcome.left, "not reached"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    format!("{}\n", parts.join(", "))
}
